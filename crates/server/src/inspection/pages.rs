//! Pages of the monthly self-inspection: the list of a month, the sheet, its submission and what follows.

use super::form::{Typed, drafts};
use super::item::mark_badge;
use super::sheet::{Beside, Loaded, load};
use super::walk::Badge;
use super::{acts, store};
use crate::house::fault::{Done, Stop};
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, go, go_saying, page};
use crate::house::words::Lang;
use crate::house::work::{Rx, Tx};
use crate::{calendar, people};
use askama::Template;
use axum::body::Bytes;
use axum::extract::{Form, Path, Query};
use axum::http::StatusCode;
use meguri_domain::approval::State;
use meguri_domain::ids::{DepartmentId, InspectionId};
use meguri_domain::inspection::{Inspection, Mark};
use meguri_domain::people::Act;
use meguri_domain::{Month, Refusal};
use serde::Deserialize;
use std::collections::HashMap;

/// The sheets of a month.
#[derive(Template)]
#[template(path = "inspection/list.html")]
struct ListPage {
    shell: Shell,
    lead: String,
    month: Month,
    previous: Month,
    next: Option<Month>,
    month_label: String,
    chips: Vec<(&'static str, &'static str, usize)>,
    only: String,
    lines: Vec<Line>,
    at: usize,
    pages: usize,
    assigns: bool,
    any_due: bool,
}

struct Line {
    href: String,
    name: String,
    due: usize,
    answered: usize,
    badge: Badge,
    /// What waits: the group of the filter.
    group: &'static str,
    act: &'static str,
}

#[derive(Deserialize)]
pub struct ListQuery {
    #[serde(default)]
    month: String,
    #[serde(default)]
    only: String,
    #[serde(default)]
    page: String,
}

/// Departments on one page of the list.
const PER_PAGE: usize = 100;

/// GET /inspections
pub async fn list(ctx: Ctx, Query(query): Query<ListQuery>) -> Answer {
    if !ctx.actor.may_somewhere(Act::SeeMonth) {
        return Err(Refusal::NotAllowed.into());
    }
    let l = ctx.l;
    let month = Month::parse(&query.month).unwrap_or(ctx.this_month());
    let (lines, due_on) = ctx.read(|rx| lines(&ctx, rx, month)).await?;
    let count = |group: &str| lines.iter().filter(|line| line.group == group).count();
    let chips = vec![
        ("", l.t("すべて", "All"), lines.len()),
        ("open", l.t("記入待ち", "To be written"), count("open")),
        ("waiting", l.t("確認待ち", "Waiting"), count("waiting")),
        ("done", l.t("完了", "Done"), count("done")),
    ];
    let (owing, done) = (lines.iter().filter(|line| line.due > 0).count(), count("done"));
    let due = l.long_day(&due_on);
    let label = l.month(&month);
    let lead = match l {
        Lang::Ja if owing == 0 => format!("{label}分の点検項目は、まだどの部門にもありません。"),
        Lang::En if owing == 0 => format!("No department owes an item for {label}."),
        Lang::Ja => {
            format!("{label}分は{owing}部門のうち{done}部門が完了しています。部門の期限は{due}です。")
        }
        Lang::En => format!("{label}: {done} of {owing} departments are done. Departments are due {due}."),
    };
    let only = query.only;
    let shown: Vec<Line> = lines.into_iter().filter(|line| only.is_empty() || line.group == only).collect();
    let pages = shown.len().div_ceil(PER_PAGE).max(1);
    let at = query.page.parse().unwrap_or(1_usize).clamp(1, pages);
    let lines = shown.into_iter().skip((at - 1) * PER_PAGE).take(PER_PAGE).collect();
    page(&ListPage {
        shell: Shell::new(&ctx, "自主点検", "Self-inspection", month),
        lead,
        month,
        previous: month.plus(-1),
        next: (month < ctx.this_month()).then(|| month.plus(1)),
        month_label: label,
        chips,
        only,
        lines,
        at,
        pages,
        assigns: ctx.actor.may_everywhere(Act::EditSchedule),
        any_due: owing > 0,
    })
}

fn lines(ctx: &Ctx, rx: &Rx<'_>, month: Month) -> Done<(Vec<Line>, meguri_domain::Date)> {
    let l = ctx.l;
    let scope = rx.scope(Act::SeeMonth);
    let calendar = calendar::store::calendar(rx)?;
    let due_on = calendar.department_due(month);
    let names = people::store::names(rx, month.last_day())?;
    let mut owed: HashMap<DepartmentId, usize> = HashMap::new();
    for each in store::assignments(rx, &scope)?.iter().filter(|each| each.is_due(month, &calendar)) {
        *owed.entry(each.department_id.clone()).or_default() += 1;
    }
    let sheets = store::sheets_of_month(rx, &scope, month)?;
    let answered = store::answered(rx, &scope, month)?;
    let departments = people::store::departments_in(rx, &scope)?;
    let own = |each: &meguri_domain::people::Department| {
        each.is_open(month.last_day()) || sheets.iter().any(|sheet| sheet.department_id == each.id)
    };
    let line = |each: meguri_domain::people::Department| {
        let sheet = sheets.iter().find(|sheet| sheet.department_id == each.id);
        let flow = sheet.map(|sheet| &sheet.flow);
        let due = if each.is_open(month.last_day()) { owed.get(&each.id).copied().unwrap_or(0) } else { 0 };
        let answered = answered.get(&each.id).copied().unwrap_or(0);
        let state = flow.map(|flow| flow.state);
        let (group, badge) = match state {
            None if due == 0 => ("none", Badge::nothing(l)),
            None | Some(State::Draft | State::Returned) => ("open", Badge::of(l, flow, due_on, rx.today())),
            Some(State::Submitted | State::Confirmed) => ("waiting", Badge::of(l, flow, due_on, rx.today())),
            Some(State::Checked) => ("done", Badge::of(l, flow, due_on, rx.today())),
        };
        let may = |act| ctx.actor.may(act, &each.id);
        let act = match state {
            None | Some(State::Draft | State::Returned) if group == "open" && may(Act::WriteMonth) => {
                l.t("記入", "Fill in")
            }
            Some(State::Submitted) if may(Act::ConfirmMonth) => l.t("確認", "Confirm"),
            Some(State::Confirmed) if may(Act::CheckMonth) => l.t("チェック", "Check"),
            _ => l.t("見る", "See"),
        };
        let name = names.get(&each.id).cloned().unwrap_or(each.code);
        Line {
            href: format!("/inspections/{}/{month}", each.id),
            name,
            due: due.max(answered),
            answered,
            badge,
            group,
            act,
        }
    };
    Ok((departments.into_iter().filter(own).map(line).collect(), due_on))
}

#[derive(Deserialize)]
pub struct SheetQuery {
    /// Marks what still keeps the sheet from being submitted.
    #[serde(default)]
    check: String,
}

/// GET /inspections/{department}/{month}
pub async fn sheet(
    ctx: Ctx,
    Path((department, month)): Path<(String, String)>,
    Query(query): Query<SheetQuery>,
) -> Answer {
    let (department, month) = place(department, &month)?;
    let loaded = ctx.read(|rx| load(rx, &department, month)).await?;
    page(&loaded.page(&ctx, Beside { check: !query.check.is_empty(), ..Beside::default() }))
}

/// POST /inspections/{department}/{month}: saves; then, where it was asked, goes on to the submission.
pub async fn save(ctx: Ctx, Path((department, month)): Path<(String, String)>, body: Bytes) -> Answer {
    let (department, month) = place(department, &month)?;
    let typed = Typed::read(&body);
    let loaded = ctx.read(|rx| load(rx, &department, month)).await?;
    let drafts = match drafts(&typed, &loaded.due, &loaded.answers) {
        Ok(drafts) => drafts,
        Err(wrong) => {
            let beside = Beside {
                refusal: Some(wrong.refusal.clone()),
                wrong: vec![wrong],
                typed: Some(typed),
                ..Beside::default()
            };
            return again(&ctx, loaded, beside, StatusCode::UNPROCESSABLE_ENTITY);
        }
    };
    let (version, late_reason) = (typed.version(), typed.get("late_reason").to_owned());
    let saved =
        ctx.write(|tx| acts::save_sheet(tx, &department, month, version, &drafts, &late_reason)).await;
    let sheet = match saved {
        Ok(sheet) => sheet,
        Err(Stop::Refusal(refusal @ Refusal::Stale { .. })) => {
            let loaded = ctx.read(|rx| load(rx, &department, month)).await?;
            let beside =
                Beside { refusal: Some(refusal), typed: Some(typed), conflict: true, ..Beside::default() };
            return again(&ctx, loaded, beside, StatusCode::CONFLICT);
        }
        Err(Stop::Refusal(refusal)) if refusal.field().is_some() => {
            let wrong = vec![super::form::Wrong {
                field: refusal.field().unwrap_or_default().into(),
                refusal: refusal.clone(),
            }];
            let beside = Beside { refusal: Some(refusal), wrong, typed: Some(typed), ..Beside::default() };
            return again(&ctx, loaded, beside, StatusCode::UNPROCESSABLE_ENTITY);
        }
        Err(stop) => return Err(stop),
    };
    let address = loaded.address();
    match (typed.get("act"), typed.get("rest")) {
        ("submit", _) => {
            let loaded = ctx.read(|rx| load(rx, &department, month)).await?;
            let complete = loaded.missing(ctx.today()).is_empty();
            go(if complete {
                format!("/inspections/{}/submission", sheet.id)
            } else {
                [&address, "?check=1"].concat()
            })
        }
        ("save", _) | (_, "good") => {
            go_saying(&address, ctx.l.t("下書きを保存しました。", "The draft was saved."))
        }
        _ => go(&address),
    }
}

fn again(ctx: &Ctx, loaded: Loaded, beside: Beside, status: StatusCode) -> Answer {
    let mut response = page(&loaded.page(ctx, beside))?;
    *response.status_mut() = status;
    Ok(response)
}

/// What is about to be submitted: counts, and what each × will open.
#[derive(Template)]
#[template(path = "inspection/submission.html")]
struct SubmissionPage {
    shell: Shell,
    id: String,
    version: i64,
    address: String,
    name: String,
    counts: Vec<(&'static str, &'static str, usize)>,
    opens: Vec<Opens>,
    late_reason: String,
    due: String,
}

struct Opens {
    text: String,
    note: String,
    fix: String,
    owner: String,
    due_on: String,
}

/// GET /inspections/{id}/submission
pub async fn summary(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let id = InspectionId::new(id).ok_or(Refusal::NotFound)?;
    let loaded = ctx.read(|rx| of_id(rx, &id)).await?;
    let sheet = loaded.sheet.as_ref().ok_or(Refusal::NotFound)?;
    if !loaded.is_open() || !ctx.actor.may(Act::WriteMonth, &loaded.department) {
        return go(loaded.address());
    }
    if !loaded.missing(ctx.today()).is_empty() {
        return go([&loaded.address(), "?check=1"].concat());
    }
    let l = ctx.l;
    let count = |mark| loaded.answers.iter().filter(|answer| answer.mark == mark).count();
    let marks =
        Mark::ALL.iter().map(|mark| (mark_badge(l, *mark).letter, mark_badge(l, *mark).word, count(*mark)));
    let bad = loaded.answers.iter().filter(|answer| answer.mark == Mark::Bad);
    let opens = bad.filter_map(|answer| {
        let item = loaded.due.iter().find(|item| item.id == answer.item_id)?;
        Some(Opens {
            text: l.t(&item.text_ja, &item.text_en).to_owned(),
            note: answer.note.clone(),
            fix: answer.fix.clone(),
            owner: answer.owner.clone(),
            due_on: l.day_or(&answer.due_on),
        })
    });
    let mut shell = Shell::new(&ctx, "提出の確認", "Look over and submit", loaded.month);
    shell.title = match l {
        Lang::Ja => format!("{}分の自主点検を提出", l.month(&loaded.month)),
        Lang::En => format!("Submit the self-inspection of {}", l.month(&loaded.month)),
    };
    page(&SubmissionPage {
        id: id.to_string(),
        version: sheet.version,
        address: loaded.address(),
        name: loaded.name.clone(),
        counts: marks.collect(),
        opens: opens.collect(),
        late_reason: if ctx.today() > loaded.due_on { sheet.late_reason.clone() } else { String::new() },
        due: l.long_day(&loaded.due_on),
        shell,
    })
}

#[derive(Deserialize)]
pub struct StepForm {
    #[serde(default)]
    version: String,
    #[serde(default)]
    reason: String,
}

/// POST /inspections/{id}/submission
pub async fn submission(ctx: Ctx, Path(id): Path<String>, Form(form): Form<StepForm>) -> Answer {
    let said = ctx.l.t(
        "提出しました。部門長の確認を待っています。",
        "Submitted. It waits for the head of the department.",
    );
    let sheet_id = InspectionId::new(id.clone()).ok_or(Refusal::NotFound)?;
    match step(&ctx, id, &form, said, acts::submit).await {
        Err(Stop::Refusal(refusal))
            if matches!(refusal, Refusal::Incomplete { .. }) || refusal.field().is_some() =>
        {
            let loaded = ctx.read(|rx| of_id(rx, &sheet_id)).await?;
            let beside = Beside { refusal: Some(refusal), check: true, ..Beside::default() };
            again(&ctx, loaded, beside, StatusCode::UNPROCESSABLE_ENTITY)
        }
        other => other,
    }
}

/// POST /inspections/{id}/confirmation
pub async fn confirmation(ctx: Ctx, Path(id): Path<String>, Form(form): Form<StepForm>) -> Answer {
    let said = ctx.l.t(
        "部門として確認しました。事務局のチェックを待っています。",
        "Confirmed. It waits for the secretariat.",
    );
    step(&ctx, id, &form, said, acts::confirm).await
}

/// POST /inspections/{id}/check
pub async fn check(ctx: Ctx, Path(id): Path<String>, Form(form): Form<StepForm>) -> Answer {
    step(&ctx, id, &form, ctx.l.t("チェックしました。", "Checked."), acts::check).await
}

/// POST /inspections/{id}/return
pub async fn send_back(ctx: Ctx, Path(id): Path<String>, Form(form): Form<StepForm>) -> Answer {
    let said = ctx.l.t("理由を付けて部門に差し戻しました。", "Sent back to the department with your reason.");
    step(&ctx, id, &form, said, |tx, id, version| acts::send_back(tx, id, version, &form.reason)).await
}

/// One step of a sheet on its way.
async fn step(
    ctx: &Ctx,
    id: String,
    form: &StepForm,
    said: &str,
    act: impl FnOnce(&Tx<'_>, &InspectionId, i64) -> Done<Inspection>,
) -> Answer {
    let id = InspectionId::new(id).ok_or(Refusal::NotFound)?;
    let version: i64 = form.version.parse().unwrap_or(0);
    let sheet = ctx.write(|tx| act(tx, &id, version)).await?;
    go_saying(format!("/inspections/{}/{}", sheet.department_id, sheet.month), said)
}

fn of_id(rx: &Rx<'_>, id: &InspectionId) -> Done<Loaded> {
    let sheet = store::sheet(rx, &rx.scope(Act::SeeMonth), id)?;
    load(rx, &sheet.department_id, sheet.month)
}

fn place(department: String, month: &str) -> Result<(DepartmentId, Month), Stop> {
    let department = DepartmentId::new(department).ok_or(Refusal::NotFound)?;
    Ok((department, Month::parse(month).ok_or(Refusal::NotFound)?))
}
