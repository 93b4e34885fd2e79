//! One department's month in the side panel: its records in short, the signature that is due, the closing.

use super::acts::{self, Step};
use super::board::{Cell, Face};
use super::store;
use super::views::{ClosingView, ReviewView, SheetView, closing_view, item_text, reviews, sheet_view};
use crate::calendar::store as calendar;
use crate::house::fault::Done;
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, page};
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::people::store as people;
use askama::Template;
use axum::extract::Path;
use meguri_domain::approval::{Flow, State};
use meguri_domain::closing::Closing;
use meguri_domain::correction::Correction;
use meguri_domain::evidence::Evidence;
use meguri_domain::ids::{CheckItemId, DepartmentId};
use meguri_domain::objective::{Objective, Review};
use meguri_domain::obligation::{Duty, Owed, Records};
use meguri_domain::people::Act;
use meguri_domain::{Date, Month, Refusal};
use std::collections::HashMap;

#[derive(Template)]
#[template(path = "closing/cell.html")]
struct CellPage {
    shell: Shell,
    name: String,
    month_name: String,
    address: String,
    lead: String,
    face: Face,
    closed_face: bool,
    sheet: Option<SheetView>,
    /// Items without an answer, by their texts.
    missing: Vec<String>,
    reviews: Vec<ReviewView>,
    /// Where the whole sheet stands, and what the link is called.
    whole: Option<(String, &'static str)>,
    /// The records that wait for the viewer's signature, as they were seen.
    seen: Vec<String>,
    step: Option<Step>,
    own: bool,
    returns: Vec<ReturnView>,
    next: Option<String>,
    may_close: bool,
    waits: String,
    closing: Option<ClosingView>,
}

struct ReturnView {
    seen: String,
    what: String,
    req: String,
    first: bool,
}

/// Everything that one cell speaks of.
pub(super) struct Loaded {
    pub(super) name: String,
    pub(super) owed: Vec<Owed>,
    pub(super) records: Records,
    pub(super) closing: Option<Closing>,
    pub(super) objectives: Vec<Objective>,
    pub(super) items: HashMap<CheckItemId, (String, String)>,
    pub(super) evidence: Vec<Evidence>,
    pub(super) corrections: Vec<Correction>,
    pub(super) due_on: Date,
    pub(super) next: Option<(Month, DepartmentId)>,
    pub(super) may_close: bool,
}

/// GET /board/{department}/{month}
pub async fn cell(ctx: Ctx, Path((department, month)): Path<(String, String)>) -> Answer {
    let (department, month) = place(&department, &month)?;
    let loaded = ctx.read(|rx| load(rx, &department, month)).await?;
    page(&template(&ctx, &department, month, loaded))
}

pub(super) fn place(department: &str, month: &str) -> Result<(DepartmentId, Month), Refusal> {
    DepartmentId::new(department).zip(Month::parse(month)).ok_or(Refusal::NotFound)
}

fn load(rx: &Rx<'_>, department: &DepartmentId, month: Month) -> Done<Loaded> {
    let scope = rx.scope(Act::SeeBoard);
    people::department(rx, &scope, department)?;
    let calendar = calendar::calendar(rx)?;
    let closing = store::of(rx, &scope, department, month)?;
    let living = acts::owed(rx, department, month)?;
    let frozen = closing
        .as_ref()
        .filter(|closing| closing.is_closed())
        .map(|closing| closing.frozen().collect::<Vec<_>>());
    let (act, state) = mine(rx);
    let waiting = store::waiting(rx, &rx.scope(act), state)?;
    let next = waiting
        .iter()
        .find(|(each, id)| (*each, id) > (month, department))
        .or_else(|| waiting.iter().find(|(each, id)| (*each, id) != (month, department)));
    let owed = frozen.unwrap_or(living);
    let may_close = rx.actor().may(Act::CloseMonth, department)
        && tally(&owed, rx.today(), closing.as_ref()).may_close(month, &calendar, rx.today());
    Ok(Loaded {
        name: people::names(rx, month.last_day().min(rx.today()))?.remove(department).unwrap_or_default(),
        records: store::records_of(rx, &scope, department, month)?,
        objectives: store::objectives_of(rx, &scope, department)?,
        items: store::items(rx)?,
        evidence: store::evidence(rx, &scope, department, month)?,
        corrections: store::corrections(rx, &scope, department, month)?,
        due_on: calendar.department_due(month),
        next: next.cloned(),
        may_close,
        owed,
        closing,
    })
}

/// The signature that the actor gives, and the state that waits for it.
fn mine(rx: &Rx<'_>) -> (Act, State) {
    if rx.actor().may_everywhere(Act::CheckMonth) {
        (Act::CheckMonth, State::Confirmed)
    } else {
        (Act::ConfirmMonth, State::Submitted)
    }
}

fn tally(owed: &[Owed], today: Date, closing: Option<&Closing>) -> Cell {
    let mut cell = Cell { closed: closing.is_some_and(Closing::is_closed), ..Cell::default() };
    for each in owed {
        cell.add(each, false, today);
    }
    cell
}

fn template(ctx: &Ctx, department: &DepartmentId, month: Month, loaded: Loaded) -> CellPage {
    let (l, actor) = (ctx.l, &ctx.actor);
    let Loaded { owed, records, closing, .. } = &loaded;
    let shut = closing.as_ref().is_some_and(Closing::is_closed);
    let mut cell = Cell { closed: shut, ..Cell::default() };
    for each in owed {
        cell.add(each, !shut && is_returned(records, each), ctx.today());
    }
    let step = if actor.may(Act::CheckMonth, department) {
        Some((Step::Check, State::Confirmed))
    } else if actor.may(Act::ConfirmMonth, department) {
        Some((Step::Confirm, State::Submitted))
    } else {
        None
    };
    let waiting = waiting(l, &loaded, |flow| step.is_some_and(|(_, state)| flow.state == state));
    let own = step.is_some_and(|(step, _)| step == Step::Check)
        && waiting.iter().any(|(.., flow)| flow.has_hand_of(&actor.person));
    let back = waiting.iter().enumerate().map(|(index, (seen, what, _))| ReturnView {
        seen: seen.clone(),
        what: what.clone(),
        req: ctx.app.chance.id(),
        first: index == 0,
    });
    let month_name = l.month(&month);
    let unchecked = |flow: &Flow| matches!(flow.state, State::Submitted | State::Confirmed);
    let left =
        if cell.for_head + cell.for_check == 0 { 0 } else { self::waiting(l, &loaded, unchecked).len() };
    let answered = |item: &CheckItemId| records.answers.iter().any(|answer| answer.item_id == *item);
    let missing = owed.iter().filter_map(|each| match &each.obligation.duty {
        Duty::Item(item) if !answered(item) => Some(item_text(l, &loaded, item)),
        Duty::Item(_) | Duty::Review(_) => None,
    });
    let title = (format!("{} {}分", loaded.name, month_name), format!("{}, {}", loaded.name, month_name));
    CellPage {
        shell: Shell::new(ctx, &title.0, &title.1, month),
        address: format!("/board/{department}/{month}"),
        lead: lead(l, &cell, loaded.due_on),
        face: cell.face(),
        closed_face: shut,
        sheet: records.inspections.first().map(|sheet| sheet_view(l, sheet, &loaded)),
        missing: missing.collect(),
        reviews: reviews(l, &loaded, month),
        whole: whole(l, &loaded, actor.may(Act::WriteMonth, department) && !shut)
            .map(|word| (format!("/inspections/{department}/{month}"), word)),
        returns: back.collect(),
        seen: waiting.iter().map(|(seen, ..)| seen.clone()).collect(),
        step: step.map(|(step, _)| step).filter(|_| !waiting.is_empty() && !shut),
        own,
        next: loaded.next.as_ref().map(|(month, id)| format!("/board/{id}/{month}")),
        may_close: loaded.may_close,
        waits: waits(l, left),
        closing: closing
            .as_ref()
            .map(|closing| closing_view(l, closing, actor.may(Act::CloseMonth, department))),
        name: loaded.name,
        month_name,
    }
}

/// What the link to the sheet is called: it is there to write for who may, to see for all others once written.
fn whole(l: Lang, loaded: &Loaded, writes: bool) -> Option<&'static str> {
    let sheet = loaded.records.inspections.first();
    if writes && sheet.is_none_or(|sheet| sheet.flow.is_open()) {
        Some(l.t("点検票に記入", "Fill in the sheet"))
    } else {
        sheet.map(|_| l.t("点検票を見る", "See the sheet"))
    }
}

fn is_returned(records: &Records, owed: &Owed) -> bool {
    match &owed.obligation.duty {
        Duty::Item(_) => records.inspections.iter().any(|sheet| sheet.flow.state == State::Returned),
        Duty::Review(objective) => records
            .reviews
            .iter()
            .any(|each| each.objective_id == *objective && each.flow.state == State::Returned),
    }
}

/// The records that wait: as seen, in words, with their flow.
fn waiting(l: Lang, loaded: &Loaded, wanted: impl Fn(&Flow) -> bool) -> Vec<(String, String, &Flow)> {
    let sheets = loaded.records.inspections.iter().filter(|each| wanted(&each.flow));
    let sheets = sheets.map(|each| {
        (format!("{}@{}", each.id, each.version), l.t("自主点検", "Self-inspection").to_owned(), &each.flow)
    });
    let reviews = loaded.records.reviews.iter().filter(|each| wanted(&each.flow));
    let reviews = reviews
        .map(|each| (format!("{}@{}", each.id, each.version), objective_title(l, loaded, each), &each.flow));
    sheets.chain(reviews).collect()
}

fn objective_title(l: Lang, loaded: &Loaded, review: &Review) -> String {
    let title =
        loaded.objectives.iter().find(|each| each.id == review.objective_id).map_or("", |each| &each.title);
    match l {
        Lang::Ja => format!("目標「{title}」"),
        Lang::En => format!("Objective “{title}”"),
    }
}

fn lead(l: Lang, cell: &Cell, due_on: Date) -> String {
    let (owed, handed, due) = (cell.owed, cell.handed_in(), l.long_day(&due_on));
    match l {
        _ if owed == 0 => l.t("この月に実施するものはありません。", "Nothing is due this month.").to_owned(),
        Lang::Ja => {
            format!("実施するもの{owed}項目のうち、{handed}項目が提出されています。期限は{due}です。")
        }
        Lang::En => format!("{handed} of {owed} items are handed in. They are due on {due}."),
    }
}

/// Why the month cannot be closed yet, or nothing. It counts records, as the buttons above it do.
fn waits(l: Lang, left: usize) -> String {
    match l {
        _ if left == 0 => String::new(),
        Lang::Ja => format!("確認待ちの記録が{left}件あるため、まだ締められません。"),
        Lang::En => {
            let records = l.count(left, "", "record still waits", "records still wait");
            format!("{records} for a check, so the month cannot be closed yet.")
        }
    }
}
