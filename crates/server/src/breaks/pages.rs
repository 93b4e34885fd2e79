//! The page of the breaks 切れ目: today's, by invariant, and below them what waits with its age.

use super::names::Names;
use super::waiting::{Waiting, waiting};
use super::words::{Found, Line, SENTENCES, SHORT};
use super::{store, words};
use crate::calendar::store as calendar;
use crate::closing::views::badge;
use crate::home::beginning::Beginning;
use crate::house::fault::Done;
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, page};
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::people::store as people;
use crate::record::{store as record, verify};
use askama::Template;
use axum::extract::Query;
use meguri_domain::breaks::{Break, World, breaks};
use meguri_domain::ids::DepartmentId;
use meguri_domain::people::{Act, Actor};
use meguri_domain::{Refusal, Word};
use serde::Deserialize;
use std::collections::{HashMap, HashSet};

/// A log of so many payloads is verified whenever the page is shown; a longer one when it is asked for.
pub const MOST_VERIFIED: i64 = 20_000;
/// So many lines of one invariant are shown.
const MOST_LINES: usize = 100;

#[derive(Deserialize)]
pub struct BreaksQuery {
    #[serde(default)]
    department: String,
}

#[derive(Template)]
#[template(path = "breaks/index.html")]
struct BreaksPage {
    shell: Shell,
    lead: String,
    whole: bool,
    /// What an organisation has to do first that has not begun: a sentence, and where, if this person may.
    begin: Option<(String, Option<(&'static str, &'static str)>)>,
    groups: Vec<Group>,
    waiting: Vec<WaitingView>,
    more_waiting: usize,
    departments: Vec<(String, String, bool)>,
    verified: Verified,
}

/// What is known about invariant 10 on this page.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Verified {
    /// The log was verified just now.
    Now,
    /// It is too long; a button verifies it.
    OnRequest,
    /// Not for this person.
    NotHere,
}

struct Group {
    number: u8,
    sentence: &'static str,
    short: &'static str,
    count: usize,
    lines: Vec<LineView>,
    more: usize,
}

struct LineView {
    department: String,
    what: String,
    since: String,
    href: String,
    act: &'static str,
}

struct WaitingView {
    department: String,
    what: String,
    href: String,
    badge: (&'static str, &'static str, &'static str),
    next: String,
    since: String,
    days: i32,
}

/// The world with the findings of the verification, where the asker may see the whole and the log is short.
pub fn verified_world(rx: &Rx<'_>, l: Lang) -> Done<(World, Verified)> {
    let scope = rx.scope(Act::SeeBoard);
    let mut world = store::world(rx, &scope)?;
    let all = scope.is_all() && rx.actor().may_everywhere(Act::SeeRecord);
    if !all {
        return Ok((world, Verified::NotHere));
    }
    if record::is_longer_than(rx, MOST_VERIFIED)? {
        return Ok((world, Verified::OnRequest));
    }
    world.tampered = verify::verify(rx)?.findings.iter().map(|each| each.words(l)).collect();
    Ok((world, Verified::Now))
}

/// How many breaks a world has today, without the verification of the log.
pub fn count(rx: &Rx<'_>, world: &World) -> Done<usize> {
    Ok(words::count(&breaks(world, &calendar::calendar(rx)?, rx.today())))
}

/// GET /breaks
pub async fn index(ctx: Ctx, Query(query): Query<BreaksQuery>) -> Answer {
    if !ctx.actor.may_somewhere(Act::SeeBoard) {
        return Err(Refusal::NotAllowed.into());
    }
    let l = ctx.l;
    let only = DepartmentId::new(query.department);
    let wanted = |id: Option<&DepartmentId>| only.is_none() || id == only.as_ref();
    let (found, of, waiting, names, verified, begin) = ctx
        .read(|rx| {
            let (world, verified) = verified_world(rx, l)?;
            let calendar = calendar::calendar(rx)?;
            let breaks = breaks(&world, &calendar, rx.today());
            let shown: Vec<&Break> =
                breaks.iter().filter(|each| wanted(each.department_id.as_ref())).collect();
            let names = Names::load(rx, l, &world)?;
            let found = words::found(&names, &world, &shown, MOST_LINES);
            let waiting = waiting(&names, &world, &calendar, rx.today());
            let of = departments(&breaks, &waiting, only.as_ref());
            Ok((found, of, waiting, people::names(rx, rx.today())?, verified, Beginning::load(rx, l)?))
        })
        .await?;
    let departments = choices(&ctx.actor, of, &names, only.as_ref());
    let waiting: Vec<Waiting> = waiting.into_iter().filter(|each| wanted(Some(&each.department))).collect();
    let count = found.iter().map(|each| each.count).sum();
    let groups = groups(l, found, &names);
    let begin = begin.next().filter(|_| count == 0).zip(begin.sentence());
    let begin = begin.map(|(step, sentence)| (sentence, step.href.map(|href| (href, step.word))));
    let template = BreaksPage {
        shell: Shell::new(&ctx, "切れ目", "Breaks", ctx.this_month()),
        lead: match &begin {
            Some((sentence, _)) => {
                [l.t("まだ始まっていません。", "Nothing has begun yet. "), sentence.as_str()].concat()
            }
            None => lead(l, count, waiting.len()),
        },
        begin,
        whole: count == 0,
        groups,
        more_waiting: waiting.len().saturating_sub(MOST_LINES),
        waiting: waiting.into_iter().take(MOST_LINES).map(|each| waiting_view(l, each, &names)).collect(),
        departments,
        verified,
    };
    page(&template)
}

fn lead(l: Lang, breaks: usize, waiting: usize) -> String {
    match l {
        Lang::Ja if breaks == 0 => {
            format!("今日の時点で切れ目はありません。次の人を待つ記録は{waiting}件です。")
        }
        Lang::Ja => format!("今日の時点で切れ目が{breaks}か所あります。次の人を待つ記録は{waiting}件です。"),
        Lang::En if breaks == 0 => {
            format!("The chain has no break today. {waiting} records wait for somebody.")
        }
        Lang::En => format!("The chain has {breaks} breaks today. {waiting} records wait for somebody."),
    }
}

fn groups(l: Lang, found: [Found; 10], names: &HashMap<DepartmentId, String>) -> Vec<Group> {
    let numbered = (1..).zip(SENTENCES.into_iter().zip(SHORT)).zip(found);
    let group = |((number, (sentence, short)), found): ((u8, (Word, Word)), Found)| {
        let view = |line: Line| LineView {
            department: line
                .department
                .map_or_else(|| l.t("全社", "Company").to_owned(), |id| name(names, &id)),
            what: line.what,
            since: line.since,
            href: line.href,
            act: line.act,
        };
        Group {
            number,
            sentence: l.w(sentence),
            short: l.w(short),
            count: found.count,
            more: found.count - found.lines.len(),
            lines: found.lines.into_iter().map(view).collect(),
        }
    };
    numbered.map(group).collect()
}

fn name(names: &HashMap<DepartmentId, String>, id: &DepartmentId) -> String {
    names.get(id).cloned().unwrap_or_else(|| id.to_string())
}

fn waiting_view(l: Lang, each: Waiting, names: &HashMap<DepartmentId, String>) -> WaitingView {
    WaitingView {
        department: name(names, &each.department),
        badge: each.state.map_or(("quiet", "・", l.t("未着手", "Not begun")), |state| badge(l, state)),
        next: each.next,
        what: each.what,
        href: each.href,
        since: l.day(&each.since),
        days: each.days,
    }
}

/// The departments that have a line, and the one that was chosen.
fn departments(breaks: &[Break], waiting: &[Waiting], only: Option<&DepartmentId>) -> HashSet<DepartmentId> {
    let broken = breaks.iter().filter_map(|each| each.department_id.as_ref());
    let found: HashSet<&DepartmentId> =
        broken.chain(waiting.iter().map(|each| &each.department)).chain(only).collect();
    found.into_iter().cloned().collect()
}

/// They for the filter; a person of one department needs none.
fn choices(
    actor: &Actor,
    departments: HashSet<DepartmentId>,
    names: &HashMap<DepartmentId, String>,
    only: Option<&DepartmentId>,
) -> Vec<(String, String, bool)> {
    if !actor.may_everywhere(Act::SeeBoard) && actor.departments(Act::SeeBoard).len() < 2 {
        return Vec::new();
    }
    let choice = |id: DepartmentId| (id.to_string(), name(names, &id), only == Some(&id));
    let mut found: Vec<(String, String, bool)> = departments.into_iter().map(choice).collect();
    found.sort_by(|one, other| (&one.1, &one.0).cmp(&(&other.1, &other.0)));
    found
}
