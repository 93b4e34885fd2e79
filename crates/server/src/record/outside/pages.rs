//! The page of heads ヘッドと社外の控え: which were signed, what became of each outside, to whom they are mailed, and the form by
//! which a paper that changed hands is recorded.

use super::paper::{HeadPaper, ways};
use super::store;
use crate::house::fault::{Done, Stop};
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, download, page};
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::record::heads::{self, Head};
use crate::record::pages::time;
use crate::record::store::{self as record, head};
use crate::say;
use crate::settings::sent::Sent;
use askama::Template;
use axum::extract::{Path, Query};
use meguri_domain::Refusal;
use meguri_domain::outside::Tongue;
use meguri_domain::people::Act;
use serde::Deserialize;

/// So many heads stand on one page.
const MOST_HEADS: i64 = 50;

#[derive(Deserialize, Default)]
pub struct HeadsQuery {
    /// The log, where it is not the current one.
    #[serde(default)]
    log: String,
    #[serde(default)]
    before: String,
}

impl HeadsQuery {
    /// The log it names; empty for the current one.
    pub fn log(&self) -> &str {
        &self.log
    }
}

#[derive(Template)]
#[template(path = "record/outside/index.html")]
pub(super) struct HeadsPage {
    shell: Shell,
    lead: String,
    /// Whether this person names recipients and hands out papers, and the log is the current one.
    keeps: bool,
    /// Whether mails leave the house at all.
    mails: bool,
    newest: Option<String>,
    today: String,
    addresses: Vec<(String, String, String, &'static str)>,
    tongues: Vec<(&'static str, &'static str)>,
    papers: Vec<(String, String, i64)>,
    heads: Vec<HeadLine>,
    log: String,
    older: Option<String>,
    sent: Sent,
}

struct HeadLine {
    size: u64,
    signed: String,
    spoken: String,
    ways: Vec<&'static str>,
}

#[derive(Template)]
#[template(path = "record/outside/head.html")]
struct HeadPage {
    shell: Shell,
    size: u64,
    paper: Option<HeadPaper>,
    note: String,
    log: String,
    ways: Vec<&'static str>,
}

/// GET /record/heads
pub async fn index(ctx: Ctx, Query(query): Query<HeadsQuery>) -> Answer {
    page(&filled(&ctx, &query, Sent::default()).await?)
}

/// The page, after a form was refused too.
pub(super) async fn filled(ctx: &Ctx, query: &HeadsQuery, sent: Sent) -> Done<HeadsPage> {
    ctx.actor.must_everywhere(Act::SeeRecord)?;
    let l = ctx.l;
    let before = query.before.parse().unwrap_or(u64::MAX);
    ctx.read(|rx| {
        let current = head(rx)?.log;
        let log = log_of(rx, &query.log)?;
        let is_current = log == current;
        let heads = heads::below(rx, &log, before, MOST_HEADS)?;
        let last = heads.last().filter(|_| i64::try_from(heads.len()) == Ok(MOST_HEADS));
        let addresses = store::addresses(rx)?.into_iter();
        let addresses = addresses.map(|each| {
            (each.id.to_string(), each.name.clone(), each.email.clone(), l.w(each.tongue.word()))
        });
        let papers = store::handed_out(rx, &log)?.into_iter();
        Ok(HeadsPage {
            shell: Shell::new(ctx, "ヘッドと社外の控え", "Heads and who holds them", ctx.this_month()),
            lead: lead(l, heads::witnessed(&ctx.app, rx)?),
            keeps: is_current && ctx.actor.may_everywhere(Act::KeepHeads),
            mails: ctx.app.mail.place().is_some(),
            newest: heads::newest(rx)?.map(|head| head.size.to_string()),
            today: ctx.today().to_string(),
            addresses: addresses.collect(),
            tongues: Tongue::ALL.iter().map(|each| (each.code(), l.w(each.word()))).collect(),
            papers: papers.map(|each| (l.day(&each.on_date), each.to_whom, each.size)).collect(),
            older: last.map(|head| format!("/record/heads?log={log}&before={}", head.size)),
            heads: heads.iter().map(|each| line(ctx, each)).collect(),
            log,
            sent,
        })
    })
    .await
}

/// The log of a query: the current one where it names none; any other must be one of this house.
pub fn log_of(rx: &Rx<'_>, asked: &str) -> Done<String> {
    let logs = record::logs(rx)?;
    if asked.is_empty() {
        return Ok(head(rx)?.log);
    }
    let found = logs.into_iter().find(|log| log.log == asked).map(|log| log.log);
    found.ok_or(Stop::Refusal(Refusal::NotFound))
}

fn lead(l: Lang, (bound, newer): (u64, u64)) -> String {
    say!(
        l,
        "社外の控えで確かめられるのは、最初の{bound}件までです。それより新しい記録が{newer}件あります。",
        "Copies outside bind the first {bound} entries; {newer} are newer."
    )
}

fn line(ctx: &Ctx, head: &Head) -> HeadLine {
    HeadLine {
        size: head.size,
        signed: time(&ctx.app, head.made_at),
        spoken: heads::groups(&head.root),
        ways: ways(ctx.l, head),
    }
}

/// GET /record/heads/{size}
pub async fn one(ctx: Ctx, Path(size): Path<String>, Query(query): Query<HeadsQuery>) -> Answer {
    let (head, log) = found(&ctx, &size, &query).await?;
    let paper = ctx.read(|rx| HeadPaper::of(&ctx.app, rx, &head)).await?;
    page(&HeadPage {
        shell: Shell::new(&ctx, "記録簿のヘッド", "Head of the record log", ctx.this_month()),
        size: head.size,
        paper,
        ways: ways(ctx.l, &head),
        note: head.note,
        log,
    })
}

/// GET /record/heads/{size}/note
pub async fn note(ctx: Ctx, Path(size): Path<String>, Query(query): Query<HeadsQuery>) -> Answer {
    let (head, _) = found(&ctx, &size, &query).await?;
    download(&format!("head-{}.txt", head.size), "text/plain; charset=utf-8", head.note)
}

async fn found(ctx: &Ctx, size: &str, query: &HeadsQuery) -> Done<(Head, String)> {
    ctx.actor.must_everywhere(Act::SeeRecord)?;
    let size: u64 = size.parse().map_err(|_| Refusal::NotFound)?;
    ctx.read(|rx| {
        let log = log_of(rx, &query.log)?;
        let head = heads::find(rx, &log, size)?.ok_or(Stop::Refusal(Refusal::NotFound))?;
        Ok((head, log))
    })
    .await
}
