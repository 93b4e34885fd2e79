//! Pages of objectives: the list, one objective with its chain of reviews, its form, its end.

use super::form::may_set;
use super::store;
use crate::house::fault::Done;
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, page};
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::inspection::walk::Badge;
use crate::{calendar, people};
use askama::Template;
use axum::extract::{Path, Query};
use meguri_domain::calendar::Calendar;
use meguri_domain::ids::{DepartmentId, ObjectiveId};
use meguri_domain::objective::{Objective, ObjectiveState, Review};
use meguri_domain::people::Act;
use meguri_domain::{Month, Refusal};
use serde::Deserialize;

/// Objectives on one page of the list.
const PER_PAGE: usize = 100;

/// The objectives in sight.
#[derive(Template)]
#[template(path = "objective/list.html")]
struct ListPage {
    shell: Shell,
    lead: String,
    chips: Vec<(&'static str, &'static str, usize)>,
    state: String,
    department: String,
    departments: Vec<(String, String)>,
    lines: Vec<Line>,
    at: usize,
    pages: usize,
    sets: bool,
    month: Month,
}

struct Line {
    id: String,
    title: String,
    department: String,
    owner: String,
    term: String,
    state: Badge,
    dots: Vec<(String, Badge)>,
    /// Month and address of the next review that is not handed in.
    next: Option<(String, String, String)>,
}

#[derive(Deserialize)]
pub struct ListQuery {
    #[serde(default)]
    state: String,
    #[serde(default)]
    department: String,
    #[serde(default)]
    month: String,
    #[serde(default)]
    page: String,
}

/// GET /objectives
pub async fn list(ctx: Ctx, Query(query): Query<ListQuery>) -> Answer {
    if !ctx.actor.may_somewhere(Act::SeeMonth) {
        return Err(Refusal::NotAllowed.into());
    }
    let template = ctx.read(|rx| listed(&ctx, rx, query)).await?;
    page(&template)
}

fn listed(ctx: &Ctx, rx: &Rx<'_>, query: ListQuery) -> Done<ListPage> {
    let l = ctx.l;
    let scope = rx.scope(Act::SeeMonth);
    let month =
        Month::parse(&query.month).filter(|month| *month <= ctx.this_month()).unwrap_or(ctx.this_month());
    let names = people::store::names(rx, rx.today())?;
    let named = |id: &DepartmentId| names.get(id).cloned().unwrap_or_else(|| id.to_string());
    let departments = people::store::departments_in(rx, &scope)?;
    let departments: Vec<_> = departments.iter().map(|each| (each.id.to_string(), named(&each.id))).collect();
    let mut all = store::objectives(rx, &scope)?;
    if departments.iter().any(|(id, _)| *id == query.department) {
        all.retain(|each| each.department_id.as_str() == query.department);
    }
    let chips = chips(l, &all);
    let reviews = store::reviews_between(rx, &scope, month.plus(-2), month)?;
    let calendar = calendar::store::calendar(rx)?;
    let active: Vec<_> =
        all.iter().filter(|each| (each.from_month..=each.to_month).contains(&month)).collect();
    let handed = |each: &&&Objective| {
        reviews
            .iter()
            .any(|review| review.objective_id == each.id && review.month == month && !review.flow.is_open())
    };
    let (owing, done) = (active.len(), active.iter().filter(handed).count());
    let due = l.long_day(&calendar.department_due(month));
    let lead = list_lead(l, month, (owing, done), &due);
    let state = ObjectiveState::from_code(&query.state).map_or("", ObjectiveState::code);
    all.retain(|each| state.is_empty() || each.state.code() == state);
    let pages = all.len().div_ceil(PER_PAGE).max(1);
    let at = query.page.parse().unwrap_or(1_usize).clamp(1, pages);
    let line = |each: Objective| Line {
        dots: dots(ctx, &each, &reviews, (&calendar, month)),
        next: next(ctx, &each, &reviews, (&calendar, month)),
        department: named(&each.department_id),
        term: [&l.month(&each.from_month), l.t("〜", " – "), &l.month(&each.to_month)].concat(),
        state: state_badge(l, each.state),
        id: each.id.to_string(),
        title: each.title,
        owner: each.owner,
    };
    Ok(ListPage {
        shell: Shell::new(ctx, "情報セキュリティ目標", "Security objectives", month),
        lead,
        chips,
        state: state.to_owned(),
        department: query.department,
        departments,
        lines: all.into_iter().skip((at - 1) * PER_PAGE).take(PER_PAGE).map(line).collect(),
        at,
        pages,
        sets: may_set(ctx),
        month,
    })
}

fn chips(l: Lang, all: &[Objective]) -> Vec<(&'static str, &'static str, usize)> {
    let count = |state| all.iter().filter(|each| each.state == state).count();
    vec![
        ("", l.t("すべて", "All"), all.len()),
        ("active", l.w(ObjectiveState::Active.word()), count(ObjectiveState::Active)),
        ("achieved", l.w(ObjectiveState::Achieved.word()), count(ObjectiveState::Achieved)),
        ("stopped", l.w(ObjectiveState::Stopped.word()), count(ObjectiveState::Stopped)),
    ]
}

fn list_lead(l: Lang, month: Month, (owing, done): (usize, usize), due: &str) -> String {
    let label = l.month(&month);
    match l {
        Lang::Ja if owing == 0 => format!("{label}に検討する目標はありません。"),
        Lang::En if owing == 0 => format!("No objective is due for review in {label}."),
        Lang::Ja => format!("{label}分は{owing}件のうち{done}件の検討を提出しています。期限は{due}です。"),
        Lang::En => format!("{label}: {done} of {owing} reviews are submitted. Due {due}."),
    }
}

/// An objective's state in letter, tint and word.
fn state_badge(l: Lang, state: ObjectiveState) -> Badge {
    let (class, letter) = match state {
        ObjectiveState::Active => ("quiet", "・"),
        ObjectiveState::Achieved => ("good", "○"),
        ObjectiveState::Stopped => ("quiet", "─"),
    };
    Badge { class, letter, word: l.w(state.word()) }
}

/// The last three months of an objective, as far as they lie in its term.
fn dots(
    ctx: &Ctx,
    each: &Objective,
    reviews: &[Review],
    (calendar, month): (&Calendar, Month),
) -> Vec<(String, Badge)> {
    let months = (0..3)
        .rev()
        .map(|back| month.plus(-back))
        .filter(|month| (each.from_month..=each.to_month).contains(month));
    let dot = |month: Month| {
        let review = reviews.iter().find(|review| review.objective_id == each.id && review.month == month);
        let badge =
            Badge::of(ctx.l, review.map(|review| &review.flow), calendar.department_due(month), ctx.today());
        (ctx.l.short_month(&month), badge)
    };
    months.map(dot).collect()
}

/// The earliest of the last three months whose review is not handed in: its words, due day and address.
fn next(
    ctx: &Ctx,
    each: &Objective,
    reviews: &[Review],
    (calendar, month): (&Calendar, Month),
) -> Option<(String, String, String)> {
    let mut months = (0..3)
        .rev()
        .map(|back| month.plus(-back))
        .filter(|month| (each.from_month..=each.to_month).contains(month));
    let open = |month: &Month| {
        !reviews
            .iter()
            .any(|review| review.objective_id == each.id && review.month == *month && !review.flow.is_open())
    };
    let month = months.find(open)?;
    let due = ctx.l.day(&calendar.department_due(month));
    Some((ctx.l.short_month(&month), due, format!("/objectives/{}/reviews/{month}", each.id)))
}

/// One objective with its chain of reviews.
#[derive(Template)]
#[template(path = "objective/objective.html")]
struct ObjectivePage {
    shell: Shell,
    each: Objective,
    department: String,
    term: String,
    lead: String,
    badge: Badge,
    months: Vec<MonthLine>,
    next: Option<(String, String)>,
    edits: bool,
    ends: bool,
    this_month: Month,
    last: Month,
}

struct MonthLine {
    href: String,
    label: String,
    badge: Badge,
    progress: &'static str,
    figure: String,
    decided: String,
}

/// GET /objectives/{id}
pub async fn objective(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let id = ObjectiveId::new(id).ok_or(Refusal::NotFound)?;
    let template = ctx.read(|rx| shown(&ctx, rx, &id)).await?;
    page(&template)
}

fn shown(ctx: &Ctx, rx: &Rx<'_>, id: &ObjectiveId) -> Done<ObjectivePage> {
    let l = ctx.l;
    let scope = rx.scope(Act::SeeMonth);
    let each = store::objective(rx, &scope, id)?;
    let reviews = store::reviews(rx, &scope, id)?;
    let calendar = calendar::store::calendar(rx)?;
    let this_month = ctx.this_month();
    let month_line = |month: Month| {
        let review = reviews.iter().find(|review| review.month == month);
        MonthLine {
            href: format!("/objectives/{id}/reviews/{month}"),
            label: l.month(&month),
            badge: Badge::of(
                l,
                review.map(|review| &review.flow),
                calendar.department_due(month),
                rx.today(),
            ),
            progress: review.map_or("", |review| l.w(review.progress.word())),
            figure: review.map_or_else(String::new, |review| review.figure.clone()),
            decided: review.map_or_else(String::new, |review| review.decided.clone()),
        }
    };
    let last = each.to_month.min(this_month);
    let mut months: Vec<MonthLine> = each.from_month.through(last).map(month_line).collect();
    months.reverse();
    let open = |month: &Month| !reviews.iter().any(|review| review.month == *month && !review.flow.is_open());
    let owed = each.from_month.through(last).find(open);
    let writes = ctx.actor.may(Act::WriteMonth, &each.department_id);
    let owed_by = owed.map(|month| (month, l.long_day(&calendar.department_due(month))));
    let lead = lead(l, owed_by.as_ref(), each.state);
    let mut shell = Shell::new(ctx, "情報セキュリティ目標", "Security objective", this_month);
    shell.title.clone_from(&each.title);
    let names = people::store::names(rx, rx.today())?;
    let active = each.state == ObjectiveState::Active;
    let may = |act| ctx.actor.may(act, &each.department_id);
    Ok(ObjectivePage {
        shell,
        department: names.get(&each.department_id).cloned().unwrap_or_default(),
        term: [&l.month(&each.from_month), l.t("〜", " – "), &l.month(&each.to_month)].concat(),
        lead,
        badge: state_badge(l, each.state),
        months,
        next: owed
            .filter(|_| writes)
            .map(|month| (l.short_month(&month), format!("/objectives/{id}/reviews/{month}"))),
        edits: active && may(Act::EditPlan),
        ends: active && may(Act::EditPlan),
        this_month,
        last: each.to_month,
        each,
    })
}

fn lead(l: Lang, owed: Option<&(Month, String)>, state: ObjectiveState) -> String {
    match (owed, state) {
        (Some((month, due)), _) if l.is_ja() => {
            format!("{}分の検討がまだです。期限は{due}です。", l.month(month))
        }
        (Some((month, due)), _) => format!("The review of {} is not in yet. Due {due}.", l.month(month)),
        (None, ObjectiveState::Active) => {
            l.t("今月までの検討はすべて提出されています。", "All reviews so far are submitted.").to_owned()
        }
        (None, ObjectiveState::Achieved | ObjectiveState::Stopped) => l.w(state.word()).to_owned(),
    }
}
