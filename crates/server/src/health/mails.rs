//! The outbox 送信箱 for those who look after the house: which mails wait, which went, and what stands in the way.

use crate::house::fault::Done;
use crate::house::layout::Shell;
use crate::house::mail::outbox::{self, Left, Mail};
use crate::house::web::{Answer, Ctx, go_saying, page};
use crate::house::words::Lang;
use crate::record::pages::time;
use crate::say;
use askama::Template;
use axum::extract::Path;
use meguri_domain::Refusal;
use meguri_domain::people::Act;

#[derive(Template)]
#[template(path = "health/mails.html")]
struct OutboxPage {
    shell: Shell,
    lead: String,
    /// Where mails go.
    server: Option<String>,
    lines: Vec<Line>,
    /// Whether there are more than the page shows.
    more: bool,
}

#[derive(Template)]
#[template(path = "health/mail.html")]
struct MailPage {
    shell: Shell,
    line: Line,
    body: String,
    facts: Vec<(&'static str, String)>,
}

struct Line {
    id: String,
    subject: String,
    to: String,
    made: String,
    badge: (&'static str, &'static str, &'static str),
    said: String,
    again: bool,
}

/// GET /health/mails
pub async fn index(ctx: Ctx) -> Answer {
    ctx.actor.must_everywhere(Act::SeeHealth)?;
    let l = ctx.l;
    let (mails, left) = ctx.read(|rx| Ok((outbox::newest(rx)?, outbox::left(rx)?))).await?;
    let server = ctx.app.mail.place();
    page(&OutboxPage {
        shell: Shell::new(&ctx, "送信箱", "Outbox", ctx.this_month()),
        lead: lead(l, left),
        server,
        more: i64::try_from(mails.len()).is_ok_and(|shown| shown >= outbox::MOST_SHOWN),
        lines: mails.iter().map(|mail| line(&ctx, mail)).collect(),
    })
}

fn lead(l: Lang, left: Left) -> String {
    match (left.waiting, left.given_up) {
        (0, 0) => l.t("送信を待つメールはありません。", "No mail waits.").to_owned(),
        (n, 0) => say!(l, "送信を待つメールが{n}通あります。", "Waiting to be sent: {n}."),
        (n, m) => say!(
            l,
            "送れなかったメールが{m}通、送信を待つメールが{n}通あります。",
            "Could not be sent: {m}. Waiting: {n}."
        ),
    }
}

/// GET /health/mails/{id}
pub async fn mail(ctx: Ctx, Path(id): Path<String>) -> Answer {
    ctx.actor.must_everywhere(Act::SeeHealth)?;
    let l = ctx.l;
    let mail = ctx.read(|rx| outbox::find(rx, &id)).await?.ok_or(Refusal::NotFound)?;
    let mut facts = vec![
        (l.t("宛先", "To"), to(&mail)),
        (l.t("作成", "Made"), time(&ctx.app, mail.made_at)),
        (l.t("送信を試した回数", "Tries"), mail.tries.to_string()),
    ];
    if mail.sent_at > 0 {
        facts.push((l.t("送信", "Sent"), time(&ctx.app, mail.sent_at)));
    } else if !mail.given_up {
        facts.push((l.t("次に試すとき", "Next try"), time(&ctx.app, mail.next_at)));
    }
    page(&MailPage {
        shell: Shell::new(&ctx, "送信箱", "Outbox", ctx.this_month()),
        line: line(&ctx, &mail),
        body: mail.body,
        facts,
    })
}

/// POST /health/mails/{id}/resending
pub async fn send_again(ctx: Ctx, Path(id): Path<String>) -> Answer {
    ctx.actor.must_everywhere(Act::SeeHealth)?;
    let done: Done<()> = ctx
        .write(|tx| {
            if !outbox::again(tx, &id)? {
                return Err(Refusal::Because((
                    "このメールは、もう送られたか、送信箱にありません。一覧で確かめてください。",
                    "This mail was sent already, or is no longer in the outbox. See the list.",
                ))
                .into());
            }
            tx.call("mail");
            Ok(())
        })
        .await;
    done?;
    go_saying("/health/mails", ctx.l.t("もう一度送ります。", "It will be sent again."))
}

fn line(ctx: &Ctx, mail: &Mail) -> Line {
    let l = ctx.l;
    Line {
        id: mail.id.clone(),
        subject: mail.subject.clone(),
        to: to(mail),
        made: time(&ctx.app, mail.made_at),
        badge: badge(l, mail),
        said: l.t(&mail.said.0, &mail.said.1).to_owned(),
        again: mail.sent_at == 0 && (mail.given_up || mail.tries > 0),
    }
}

fn to(mail: &Mail) -> String {
    if mail.name.is_empty() { mail.recipient.clone() } else { format!("{} <{}>", mail.name, mail.recipient) }
}

fn badge(l: Lang, mail: &Mail) -> (&'static str, &'static str, &'static str) {
    if mail.sent_at > 0 {
        ("good", "○", l.t("送信済み", "Sent"))
    } else if mail.given_up {
        ("bad", "!", l.t("送れませんでした", "Not sent"))
    } else if mail.tries > 0 {
        ("warn", "△", l.t("再送待ち", "Tried, waits"))
    } else {
        ("quiet", "─", l.t("送信待ち", "Waits"))
    }
}
