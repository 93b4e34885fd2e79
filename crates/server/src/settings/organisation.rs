//! The settings of the organisation: its name, its fiscal year, the first month of records; and what runs here.

use super::sent::{Sent, Tab, Typed, back, refused, tabs, text};
use crate::calendar::{acts, refresh, store};
use crate::house::fault::Done;
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, go_saying, page};
use crate::house::work::APP_VERSION;
use askama::Template;
use axum::extract::Form;
use meguri_domain::people::Act;
use meguri_domain::refusal::required;
use meguri_domain::{Month, Refusal};

/// What the organisation says of itself.
#[derive(Template)]
#[template(path = "settings/organisation.html")]
struct Organisation {
    shell: Shell,
    tabs: Vec<Tab>,
    lead: String,
    name: String,
    fiscal_start: String,
    first_month: String,
    months: Vec<(String, String)>,
    may_edit: bool,
    sent: Sent,
}

/// GET /settings/organisation
pub async fn index(ctx: Ctx) -> Answer {
    page(&filled(&ctx, Sent::default()).await?)
}

async fn filled(ctx: &Ctx, sent: Sent) -> Done<Organisation> {
    ctx.actor.must_everywhere(Act::SeePeople)?;
    let l = ctx.l;
    let (name, start, first) = ctx
        .read(|rx| {
            Ok((
                store::setting(rx, store::ORGANISATION)?.unwrap_or_default(),
                store::calendar(rx)?.fiscal_start,
                store::first_month(rx)?,
            ))
        })
        .await?;
    let months = (1..=12)
        .filter_map(|month| Month::new(2026, month))
        .map(|month| (month.month().to_string(), l.short_month(&month)));
    Ok(Organisation {
        shell: Shell::new(ctx, "設定", "Settings", ctx.this_month()),
        tabs: tabs(ctx, "/settings/organisation"),
        lead: l
            .t(
                "画面と印刷に出る組織名と、年度の区切りです。",
                "The name on screens and prints, and where the fiscal year begins.",
            )
            .to_owned(),
        name,
        fiscal_start: start.to_string(),
        first_month: first.map_or_else(String::new, |month| month.to_string()),
        months: months.collect(),
        may_edit: ctx.actor.may_everywhere(Act::EditCalendar),
        sent,
    })
}

/// POST /settings/organisation
pub async fn save(ctx: Ctx, Form(form): Form<Typed>) -> Answer {
    let done = ctx
        .write(|tx| {
            tx.actor().must_everywhere(Act::EditCalendar)?;
            let name = required(text(&form, "name"), "name", ("組織名", "Organisation"))?;
            let word = ("年度の始まり", "Fiscal year");
            let hint = ("1から12の月にしてください。", "Use a month from 1 to 12.");
            let start =
                text(&form, "fiscal_start").parse::<i8>().ok().filter(|month| (1..=12).contains(month));
            let start = start.ok_or(Refusal::Unfit { field: "fiscal_start", word, hint })?;
            let word = ("記録を始める月", "First month of records");
            let hint = ("2026-04のように、年と月で入力してください。", "Write a month such as 2026-04.");
            let first = Month::parse(text(&form, "first_month")).ok_or(Refusal::Unfit {
                field: "first_month",
                word,
                hint,
            })?;
            for (id, value) in [
                (store::ORGANISATION, name),
                (store::FISCAL_START, start.to_string()),
                (store::FIRST_MONTH, first.to_string()),
            ] {
                if store::setting(tx, id)?.as_deref() != Some(value.as_str()) {
                    acts::set(tx, id, &value)?;
                }
            }
            Ok(())
        })
        .await;
    match done {
        Ok(()) => {
            refresh(&ctx.app)?;
            go_saying(
                "/settings/organisation",
                ctx.l.t("組織の設定を保存しました。", "The organisation’s settings are saved."),
            )
        }
        Err(stop) => refused(&filled(&ctx, back(&ctx, stop, ("organisation", form))?).await?),
    }
}

/// What runs here.
#[derive(Template)]
#[template(path = "settings/about.html")]
struct About {
    shell: Shell,
    tabs: Vec<Tab>,
    lead: String,
    version: &'static str,
    database: &'static str,
    today: String,
}

/// GET /settings/about
pub async fn about(ctx: Ctx) -> Answer {
    ctx.actor.must_everywhere(Act::SeePeople)?;
    let l = ctx.l;
    page(&About {
        shell: Shell::new(&ctx, "設定", "Settings", ctx.this_month()),
        tabs: tabs(&ctx, "/settings/about"),
        lead: l
            .t("動いているプログラムとデータベースです。", "The program and the database that run here.")
            .to_owned(),
        version: APP_VERSION,
        database: ctx.app.db.kind(),
        today: l.long_day(&ctx.today()),
    })
}
