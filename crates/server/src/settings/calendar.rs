//! The settings of the calendar: deadlines by month, holidays by year.

use super::sent::{Sent, Tab, Typed, back, day, refused, tabs, text};
use crate::calendar::{acts, store};
use crate::house::fault::Done;
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, go_saying, page};
use askama::Template;
use axum::extract::{Form, Path, Query};
use meguri_domain::ids::HolidayId;
use meguri_domain::people::Act;
use meguri_domain::{Month, Refusal};
use serde::Deserialize;

/// Deadlines and holidays.
#[derive(Template)]
#[template(path = "settings/calendar.html")]
struct CalendarPage {
    shell: Shell,
    tabs: Vec<Tab>,
    lead: String,
    /// From which month, and the business days of department and secretariat.
    terms: Vec<(String, i64, i64)>,
    holidays: Vec<HolidayRow>,
    years: Vec<i16>,
    year: i16,
    next: String,
    may_edit: bool,
    sent: Sent,
}

struct HolidayRow {
    id: String,
    day: String,
    name: String,
    in_force: bool,
    req: String,
}

#[derive(Deserialize)]
pub struct YearQuery {
    #[serde(default)]
    year: String,
}

/// GET /settings/calendar
pub async fn index(ctx: Ctx, Query(query): Query<YearQuery>) -> Answer {
    page(&filled(&ctx, query.year.parse().ok(), Sent::default()).await?)
}

async fn filled(ctx: &Ctx, year: Option<i16>, sent: Sent) -> Done<CalendarPage> {
    ctx.actor.must_everywhere(Act::SeePeople)?;
    let l = ctx.l;
    let year = year.unwrap_or(ctx.today().year());
    ctx.read(|rx| {
        let all = store::holidays(rx)?;
        let mut years: Vec<i16> =
            all.iter().map(|each| each.on_date.year()).chain([ctx.today().year()]).collect();
        years.sort_unstable();
        years.dedup();
        let may_edit = ctx.actor.may_everywhere(Act::EditCalendar);
        let shown = all.into_iter().filter(|each| each.on_date.year() == year);
        let holidays = shown.map(|each| HolidayRow {
            id: each.id.to_string(),
            day: l.long_day(&each.on_date),
            name: each.name,
            in_force: each.in_force,
            req: ctx.app.chance.id(),
        });
        let calendar = store::calendar(rx)?;
        let month = ctx.this_month();
        let (department, secretariat) =
            (l.long_day(&calendar.department_due(month)), l.long_day(&calendar.secretariat_due(month)));
        let word = l.month(&month);
        let lead = if l.is_ja() {
            format!("{word}分の期限は、部門が{department}、事務局が{secretariat}です。")
        } else {
            format!(
                "Records of {word} are due from departments by {department}, and checked by {secretariat}."
            )
        };
        Ok(CalendarPage {
            shell: Shell::new(ctx, "設定", "Settings", month),
            tabs: tabs(ctx, "/settings/calendar"),
            lead,
            terms: store::terms(rx)?
                .iter()
                .map(|each| (l.month(&each.from_month), each.department_day, each.secretariat_day))
                .collect(),
            holidays: holidays.collect(),
            years,
            year,
            next: month.plus(1).to_string(),
            may_edit,
            sent,
        })
    })
    .await
}

/// POST /settings/calendar/terms
pub async fn term(ctx: Ctx, Form(form): Form<Typed>) -> Answer {
    let word = ("適用する月", "From month");
    let done = ctx
        .write(|tx| {
            tx.actor().must_everywhere(Act::EditCalendar)?;
            let typed = text(&form, "from_month");
            if typed.is_empty() {
                return Err(Refusal::Missing { field: "from_month", word }.into());
            }
            let hint = ("2026-12のように、年と月で入力してください。", "Write a month such as 2026-12.");
            let from = Month::parse(typed).ok_or(Refusal::Unfit { field: "from_month", word, hint })?;
            let number = |name: &str| text(&form, name).parse().unwrap_or(0);
            acts::set_term(tx, from, number("department_day"), number("secretariat_day"))
        })
        .await;
    match done {
        Ok(_) => go_saying("/settings/calendar", ctx.l.t("期限を変更しました。", "The deadlines are saved.")),
        Err(stop) => refused(&filled(&ctx, None, back(&ctx, stop, ("term", form))?).await?),
    }
}

/// POST /settings/calendar/holidays
pub async fn holiday(ctx: Ctx, Form(form): Form<Typed>) -> Answer {
    let done = ctx
        .write(|tx| {
            tx.actor().must_everywhere(Act::EditCalendar)?;
            let on = day(&form, "on_date", ("日付", "Day"))?;
            if store::holidays(tx)?.iter().any(|each| each.on_date == on && each.in_force) {
                return Err(Refusal::Already { what: ("この日の休日", "A holiday on this day") }.into());
            }
            acts::add_holiday(tx, on, text(&form, "name"))
        })
        .await;
    match done {
        Ok(holiday) => go_saying(
            format!("/settings/calendar?year={}", holiday.on_date.year()),
            ctx.l.t("休日を追加しました。", "The holiday is added."),
        ),
        Err(stop) => refused(&filled(&ctx, None, back(&ctx, stop, ("holiday", form))?).await?),
    }
}

/// POST /settings/holidays/{id}/withdrawal
pub async fn withdrawal(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let id = HolidayId::new(id).ok_or(Refusal::NotFound)?;
    let holiday = ctx.write(|tx| acts::withdraw_holiday(tx, &id)).await?;
    go_saying(
        format!("/settings/calendar?year={}", holiday.on_date.year()),
        ctx.l.t("休日を取り消しました。", "The holiday is withdrawn."),
    )
}
