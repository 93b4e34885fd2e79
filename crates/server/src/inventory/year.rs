//! The inventory's page of the year across departments, and its opening.

use super::store::Tally;
use super::views::{self, Chip, Group, Row, either};
use super::{acts, store};
use crate::calendar::store as calendar;
use crate::house::fault::{Done, Stop};
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, go_saying, page};
use crate::house::work::Rx;
use crate::people::store as people;
use askama::Template;
use axum::extract::{Form, Query};
use axum::http::StatusCode;
use meguri_domain::approval::State;
use meguri_domain::calendar::Calendar;
use meguri_domain::ids::DepartmentId;
use meguri_domain::inventory::{Inventory, InventorySheet};
use meguri_domain::people::Act;
use meguri_domain::{Date, Month, Refusal};
use serde::Deserialize;

/// The year across the departments that the person sees.
#[derive(Template)]
#[template(path = "inventory/index.html")]
struct Index {
    shell: Shell,
    lead: String,
    inventory: Option<Inventory>,
    opening: Option<Opening>,
    rows: Vec<Row>,
    chips: Vec<Chip>,
    all: usize,
    only: String,
    total: Tally,
    past: Vec<(String, String, String)>,
    may_add: bool,
}

/// The form that opens a year.
struct Opening {
    year: i64,
    label: String,
    due_on: String,
    refusal: Option<String>,
}

#[derive(Deserialize)]
pub struct IndexQuery {
    #[serde(default)]
    only: String,
}

/// GET /inventory
pub async fn index(ctx: Ctx, Query(query): Query<IndexQuery>) -> Answer {
    page(&year(&ctx, query.only, None).await?)
}

#[derive(Deserialize)]
pub struct OpeningForm {
    #[serde(default)]
    fiscal_year: String,
    #[serde(default)]
    due_on: String,
}

/// POST /inventory/opening
pub async fn opening(ctx: Ctx, Form(form): Form<OpeningForm>) -> Answer {
    let done = open(&ctx, &form).await;
    match done {
        Ok(inventory) => {
            let year = ctx.l.year(inventory.fiscal_year);
            let due = ctx.l.long_day(&inventory.due_on);
            let ja = format!("{year}の棚卸を開始しました。各部門の締切は{due}です。");
            let said =
                either(ctx.l, ja, format!("The inventory of {year} is open. Departments finish by {due}."));
            go_saying("/inventory", &said)
        }
        Err(Stop::Refusal(refusal)) if refusal.field().is_some() => {
            let sentence = ctx.l.refusal(&refusal);
            let mut response = page(&year(&ctx, String::new(), Some((form.due_on, sentence))).await?)?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(stop) => Err(stop),
    }
}

async fn open(ctx: &Ctx, form: &OpeningForm) -> Done<Inventory> {
    let word = ("締切日", "Due date");
    if form.due_on.trim().is_empty() {
        return Err(Refusal::Missing { field: "due_on", word }.into());
    }
    let hint = ("2026-12-25のように、年月日で入力してください。", "Write a day such as 2026-12-25.");
    let due_on: Date =
        form.due_on.trim().parse().map_err(|_| Refusal::Unfit { field: "due_on", word, hint })?;
    let fiscal_year: i64 = form.fiscal_year.trim().parse().map_err(|_| Refusal::NotFound)?;
    ctx.write(|tx| {
        let now = calendar::calendar(tx)?.fiscal_year(Month::of(tx.today()));
        if fiscal_year != now {
            return Err(Refusal::Because((
                "開始できるのは今年度の棚卸だけです。画面を読み込み直してください。",
                "Only the inventory of the current fiscal year can be opened. Reload the page.",
            ))
            .into());
        }
        acts::open(tx, fiscal_year, due_on)
    })
    .await
}

async fn year(ctx: &Ctx, only: String, typed: Option<(String, String)>) -> Done<Index> {
    if !ctx.actor.may_somewhere(Act::SeeRegister) {
        return Err(Refusal::NotAllowed.into());
    }
    let l = ctx.l;
    ctx.read(|rx| {
        let inventory = store::current(rx)?;
        let calendar = calendar::calendar(rx)?;
        let now = calendar.fiscal_year(Month::of(rx.today()));
        let may_open = ctx.actor.may_everywhere(Act::OpenInventory)
            && inventory.as_ref().is_none_or(|each| each.fiscal_year < now);
        let opening = may_open.then(|| {
            let (due_on, refusal) = match typed {
                Some((due_on, refusal)) => (due_on, Some(refusal)),
                None => (usual_due(&calendar, rx.today()).to_string(), None),
            };
            Opening { year: now, label: l.year(now), due_on, refusal }
        });
        let rows = match &inventory {
            Some(inventory) => rows(ctx, rx, inventory)?,
            None => Vec::new(),
        };
        let mut total = Tally::default();
        for row in &rows {
            total.held += row.tally.held;
            total.confirmed += row.tally.confirmed;
            total.new += row.tally.new;
            total.changed += row.tally.changed;
            total.retired += row.tally.retired;
        }
        let chips = chips(ctx, &rows, &only);
        let lead = index_lead(ctx, inventory.as_ref(), &rows);
        let all = rows.len();
        let rows = rows.into_iter().filter(|row| only.is_empty() || row.group.code() == only).collect();
        let past = store::all(rx)?
            .into_iter()
            .skip(1)
            .map(|each| (l.year(each.fiscal_year), l.day(&each.opened_on), l.day(&each.due_on)))
            .collect();
        let shell = Shell::new(ctx, "棚卸", "Inventory", ctx.this_month());
        let may_add = ctx.actor.may_everywhere(Act::OpenInventory);
        Ok(Index { shell, lead, inventory, opening, rows, chips, all, only, total, past, may_add })
    })
    .await
}

/// The last business day of the next month.
fn usual_due(calendar: &Calendar, today: Date) -> Date {
    let mut day = Month::of(today).plus(1).last_day();
    for _ in 0..20 {
        if calendar.is_business_day(day) {
            break;
        }
        day = day.yesterday().unwrap_or(day);
    }
    day
}

fn rows(ctx: &Ctx, rx: &Rx<'_>, inventory: &Inventory) -> Done<Vec<Row>> {
    let scope = rx.scope(Act::SeeRegister);
    let names = people::names(rx, rx.today())?;
    let sheets = store::sheets(rx, &scope, &inventory.id)?;
    let tallies = store::tallies(rx, &scope, &inventory.id)?;
    let mut rows = Vec::new();
    for department in people::departments_in(rx, &scope)? {
        let sheet = sheets.iter().find(|each| each.department_id == department.id);
        if sheet.is_none() && !department.is_open(rx.today()) {
            continue;
        }
        let tally = tallies
            .iter()
            .find(|(id, _)| *id == department.id)
            .map(|(_, tally)| tally.clone())
            .unwrap_or_default();
        let group = Group::of(sheet, inventory, rx.today());
        let handed_in = sheet.is_some_and(|each| !each.flow.is_open());
        let after = if handed_in { tally.held - tally.confirmed } else { 0 };
        let started = tally.confirmed > 0 || tally.retired > 0;
        let (act, mine) = turn(ctx, &department.id, sheet);
        rows.push(Row {
            name: names.get(&department.id).cloned().unwrap_or_else(|| department.code.clone()),
            badge: views::badge(ctx.l, sheet, started, group == Group::Late),
            group,
            has_sheet: sheet.is_some(),
            none_held: tally.held == 0 && sheet.is_some_and(|each| each.none_held),
            tally,
            after,
            act,
            mine,
            id: department.id.to_string(),
            code: department.code,
            req: ctx.app.chance.id(),
        });
    }
    // What is late asks for an act, so it comes first; within a group the order of codes stays.
    rows.sort_by_key(|row| Group::ALL.iter().position(|group| *group == row.group));
    Ok(rows)
}

/// What the link to a sheet is called, and whether it is this person's turn.
fn turn(ctx: &Ctx, department: &DepartmentId, sheet: Option<&InventorySheet>) -> (&'static str, bool) {
    let may = |act| ctx.actor.may(act, department);
    let l = ctx.l;
    match sheet.map_or(State::Draft, |sheet| sheet.flow.state) {
        State::Draft if may(Act::ConfirmInventory) => (l.t("確認する", "Confirm"), true),
        State::Returned if may(Act::ConfirmInventory) => (l.t("直す", "Correct"), true),
        State::Submitted if may(Act::ApproveInventory) => (l.t("承認する", "Approve"), true),
        State::Confirmed if may(Act::AcceptInventory) => (l.t("受理する", "Accept"), true),
        State::Draft | State::Returned | State::Submitted | State::Confirmed | State::Checked => {
            (l.t("見る", "See"), false)
        }
    }
}

fn chips(ctx: &Ctx, rows: &[Row], only: &str) -> Vec<Chip> {
    let count =
        |group: Group| i64::try_from(rows.iter().filter(|row| row.group == group).count()).unwrap_or(0);
    let chip = |group: Group| Chip {
        code: group.code(),
        word: group.word(ctx.l).to_owned(),
        count: count(group),
        current: only == group.code(),
    };
    Group::ALL.into_iter().map(chip).collect()
}

fn index_lead(ctx: &Ctx, inventory: Option<&Inventory>, rows: &[Row]) -> String {
    let l = ctx.l;
    let Some(inventory) = inventory else {
        let waiting = (
            "今年度の棚卸はまだ始まっていません。事務局が開始すると、ここに部門ごとの進み具合が出ます。",
            "No inventory has been opened yet. Once the secretariat opens one, the progress of each department appears here.",
        );
        return l.w(waiting).to_owned();
    };
    let (year, due) = (l.year(inventory.fiscal_year), l.long_day(&inventory.due_on));
    let done = rows.iter().filter(|row| row.group == Group::Done).count();
    let late = rows.iter().filter(|row| row.group == Group::Late).count();
    let all = rows.len();
    let ja = format!("{year}分は{all}部門のうち{done}部門が完了しています。締切は{due}です。");
    let text =
        either(l, ja, format!("{year}: {done} of {all} departments are done. Departments finish by {due}."));
    if late == 0 {
        return text;
    }
    text + &either(l, format!("{late}部門が期限を過ぎています。"), format!(" {late} overdue."))
}
