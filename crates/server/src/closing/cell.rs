//! One department's month in the side panel: its records in short, the signature that is due, the closing.

use super::acts::{self, Step};
use super::board::{Cell, Face};
use super::store;
use crate::calendar::store as calendar;
use crate::house::fault::Done;
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, page};
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::people::store as people;
use askama::Template;
use axum::extract::Path;
use meguri_domain::approval::{Flow, Signed, State};
use meguri_domain::closing::{Closing, Fate};
use meguri_domain::correction::Correction;
use meguri_domain::ids::{CheckItemId, DepartmentId};
use meguri_domain::inspection::{Answer as Given, Inspection, Mark};
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
    /// Where the department writes its sheet, for who may.
    writes: Option<String>,
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

struct SheetView {
    badge: (&'static str, &'static str, &'static str),
    signatures: Vec<(&'static str, String)>,
    counts: String,
    late_reason: String,
    remarks: Vec<Remark>,
    returned: Option<String>,
}

/// An answer that is not simply done.
struct Remark {
    mark: &'static str,
    class: &'static str,
    item: String,
    note: String,
    evidence: i64,
    correction: Option<(String, &'static str)>,
}

struct ReviewView {
    title: String,
    href: String,
    badge: (&'static str, &'static str, &'static str),
    progress: &'static str,
    facts: Vec<(&'static str, String)>,
    signatures: Vec<(&'static str, String)>,
    evidence: i64,
    returned: Option<String>,
}

struct ReturnView {
    seen: String,
    what: String,
    req: String,
    first: bool,
}

struct ClosingView {
    id: String,
    version: i64,
    closed: bool,
    by: String,
    fates: String,
    reason: String,
    may_reopen: bool,
}

/// Everything that one cell speaks of.
struct Loaded {
    name: String,
    owed: Vec<Owed>,
    records: Records,
    closing: Option<Closing>,
    objectives: Vec<Objective>,
    items: HashMap<CheckItemId, (String, String)>,
    evidence: HashMap<String, i64>,
    corrections: Vec<Correction>,
    due_on: Date,
    next: Option<(Month, DepartmentId)>,
    may_close: bool,
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
    let frozen = closing.as_ref().filter(|closing| closing.is_closed()).map(|closing| closing.frozen().collect::<Vec<_>>());
    let (act, state) = mine(rx);
    let waiting = store::waiting(rx, &rx.scope(act), state)?;
    let next = waiting.iter().find(|(each, id)| (*each, id) > (month, department)).or_else(|| waiting.iter().find(|(each, id)| (*each, id) != (month, department)));
    let owed = frozen.unwrap_or(living);
    let may_close = rx.actor().may(Act::CloseMonth, department) && tally(&owed, rx.today(), closing.as_ref()).may_close(month, &calendar, rx.today());
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
    if rx.actor().may_everywhere(Act::CheckMonth) { (Act::CheckMonth, State::Confirmed) } else { (Act::ConfirmMonth, State::Submitted) }
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
    let step = if actor.may(Act::CheckMonth, department) { Some((Step::Check, State::Confirmed)) }
        else if actor.may(Act::ConfirmMonth, department) { Some((Step::Confirm, State::Submitted)) }
        else { None };
    let waiting = waiting(l, &loaded, |flow| step.is_some_and(|(_, state)| flow.state == state));
    let own = step.is_some_and(|(step, _)| step == Step::Check) && waiting.iter().any(|(.., flow)| flow.has_hand_of(&actor.person));
    let back = waiting.iter().enumerate().map(|(index, (seen, what, _))| ReturnView {
        seen: seen.clone(), what: what.clone(), req: ctx.app.chance.id(), first: index == 0,
    });
    let month_name = l.month(&month);
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
        writes: (actor.may(Act::WriteMonth, department) && !shut).then(|| format!("/inspections/{department}/{month}")),
        returns: back.collect(),
        seen: waiting.iter().map(|(seen, ..)| seen.clone()).collect(),
        step: step.map(|(step, _)| step).filter(|_| !waiting.is_empty() && !shut),
        own,
        next: loaded.next.as_ref().map(|(month, id)| format!("/board/{id}/{month}")),
        may_close: loaded.may_close,
        waits: waits(l, &cell),
        closing: closing.as_ref().map(|closing| closing_view(l, closing, actor.may(Act::CloseMonth, department))),
        name: loaded.name,
        month_name,
    }
}

fn is_returned(records: &Records, owed: &Owed) -> bool {
    match &owed.obligation.duty {
        Duty::Item(_) => records.inspections.iter().any(|sheet| sheet.flow.state == State::Returned),
        Duty::Review(objective) => records.reviews.iter().any(|each| each.objective_id == *objective && each.flow.state == State::Returned),
    }
}

/// The records that wait: as seen, in words, with their flow.
fn waiting(l: Lang, loaded: &Loaded, wanted: impl Fn(&Flow) -> bool) -> Vec<(String, String, &Flow)> {
    let sheets = loaded.records.inspections.iter().filter(|each| wanted(&each.flow));
    let sheets = sheets.map(|each| (format!("{}@{}", each.id, each.version), l.t("自主点検", "Self-inspection").to_owned(), &each.flow));
    let reviews = loaded.records.reviews.iter().filter(|each| wanted(&each.flow));
    let reviews = reviews.map(|each| (format!("{}@{}", each.id, each.version), objective_title(l, loaded, each), &each.flow));
    sheets.chain(reviews).collect()
}

fn objective_title(l: Lang, loaded: &Loaded, review: &Review) -> String {
    let title = loaded.objectives.iter().find(|each| each.id == review.objective_id).map_or("", |each| &each.title);
    match l {
        Lang::Ja => format!("目標「{title}」"),
        Lang::En => format!("Objective “{title}”"),
    }
}

fn item_text(l: Lang, loaded: &Loaded, item: &CheckItemId) -> String {
    loaded.items.get(item).map_or_else(|| item.to_string(), |(ja, en)| l.t(ja, en).to_owned())
}

fn lead(l: Lang, cell: &Cell, due_on: Date) -> String {
    let (owed, handed, due) = (cell.owed, cell.handed_in(), l.long_day(&due_on));
    match l {
        _ if owed == 0 => l.t("この月に実施するものはありません。", "Nothing is due this month.").to_owned(),
        Lang::Ja => format!("{owed}件のうち{handed}件が提出されています。期限は{due}です。"),
        Lang::En => format!("{handed} of {owed} are handed in. They are due on {due}."),
    }
}

/// Why the month cannot be closed yet, or nothing.
fn waits(l: Lang, cell: &Cell) -> String {
    let left = cell.for_head + cell.for_check;
    match l {
        _ if left == 0 => String::new(),
        Lang::Ja => format!("確認待ちの記録が{left}件あるため、まだ締められません。"),
        Lang::En => format!("{left} records still wait for a check, so the month cannot be closed yet."),
    }
}

/// The badge of a record's state: class, letter, word.
pub fn badge(l: Lang, state: State) -> (&'static str, &'static str, &'static str) {
    let (class, letter) = match state {
        State::Draft => ("quiet", "・"),
        State::Submitted | State::Confirmed => ("warn", "△"),
        State::Checked => ("good", "○"),
        State::Returned => ("bad", "↩"),
    };
    (class, letter, l.w(state.word()))
}

fn signatures(l: Lang, flow: &Flow) -> Vec<(&'static str, String)> {
    let hands = [(l.t("提出", "Submitted"), &flow.submitted), (l.t("部門確認", "Confirmed"), &flow.confirmed), (l.t("チェック", "Checked"), &flow.checked)];
    hands.into_iter().filter_map(|(word, signed)| Some((word, hand(l, signed.as_ref()?)))).collect()
}

fn hand(l: Lang, signed: &Signed) -> String {
    let deputy = if signed.deputy { l.t(" 代", " (deputy)") } else { "" };
    format!("{} {}{deputy}", l.day(&signed.on), signed.name)
}

fn returned(l: Lang, flow: &Flow) -> Option<String> {
    let last = flow.returns.last().filter(|_| flow.state != State::Checked)?;
    Some(match l {
        Lang::Ja => format!("{} {}さんが差し戻しました。「{}」", l.day(&last.signed.on), last.signed.name, last.reason),
        Lang::En => format!("{} sent it back on {}: “{}”", last.signed.name, l.day(&last.signed.on), last.reason),
    })
}

fn sheet_view(l: Lang, sheet: &Inspection, loaded: &Loaded) -> SheetView {
    let count = |mark: Mark| loaded.records.answers.iter().filter(|answer| answer.mark == mark).count();
    let counts: Vec<String> = Mark::ALL.iter().map(|mark| format!("{} {}", mark.word().0, count(*mark))).collect();
    let counts = if l.is_ja() { counts.join("、") } else {
        Mark::ALL.iter().map(|mark| format!("{} {}", mark.word().1, count(*mark))).collect::<Vec<_>>().join(", ")
    };
    let remark = |answer: &Given| Remark {
        mark: answer.mark.word().0,
        class: match answer.mark {
            Mark::Bad => "bad",
            Mark::Partly => "warn",
            Mark::Good | Mark::NotApplicable => "quiet",
        },
        item: item_text(l, loaded, &answer.item_id),
        note: answer.note.clone(),
        evidence: loaded.evidence.get(answer.id.as_str()).copied().unwrap_or(0),
        correction: loaded.corrections.iter().find(|each| each.answer_id == answer.id).map(|each| (format!("/corrections/{}", each.id), l.w(each.state.word()))),
    };
    let mut remarks: Vec<&Given> = loaded.records.answers.iter().filter(|answer| answer.mark != Mark::Good).collect();
    remarks.sort_by_key(|answer| match answer.mark {
        Mark::Bad => 0,
        Mark::Partly => 1,
        Mark::NotApplicable | Mark::Good => 2,
    });
    SheetView {
        badge: badge(l, sheet.flow.state),
        signatures: signatures(l, &sheet.flow),
        counts,
        late_reason: sheet.late_reason.clone(),
        remarks: remarks.into_iter().map(remark).collect(),
        returned: returned(l, &sheet.flow),
    }
}

/// A card for every review that is owed or was written, in the order of the objectives.
fn reviews(l: Lang, loaded: &Loaded, month: Month) -> Vec<ReviewView> {
    let owed = |objective: &Objective| loaded.owed.iter().any(|each| each.obligation.duty == Duty::Review(objective.id.clone()));
    let written = |objective: &Objective| loaded.records.reviews.iter().find(|each| each.objective_id == objective.id);
    let shown = loaded.objectives.iter().filter(|each| owed(each) || written(each).is_some());
    let view = |objective: &Objective| {
        let review = written(objective);
        let fact = |word: &'static str, text: &str| (!text.is_empty()).then(|| (word, text.to_owned()));
        let facts = review.map(|each| [
            fact(l.t("検討した内容", "Discussed"), &each.discussed),
            fact(l.t("決まったこと", "Decided"), &each.decided),
            fact(l.t("次にやること", "Next"), &each.next),
            fact(l.t("実績値", "Figure"), &each.figure),
            fact(l.t("遅れた理由", "Reason for lateness"), &each.late_reason),
        ]);
        ReviewView {
            title: objective.title.clone(),
            href: format!("/objectives/{}/reviews/{month}", objective.id),
            badge: review.map_or(("quiet", "・", l.t("未記入", "Not written")), |each| badge(l, each.flow.state)),
            progress: review.map_or("", |each| l.w(each.progress.word())),
            facts: facts.into_iter().flatten().flatten().collect(),
            signatures: review.map(|each| signatures(l, &each.flow)).unwrap_or_default(),
            evidence: review.and_then(|each| loaded.evidence.get(each.id.as_str())).copied().unwrap_or(0),
            returned: review.and_then(|each| returned(l, &each.flow)),
        }
    };
    shown.map(view).collect()
}

fn closing_view(l: Lang, closing: &Closing, may_reopen: bool) -> ClosingView {
    let fates: Vec<String> = Fate::ALL.iter().map(|fate| {
        format!("{} {}", l.w(fate.word()), closing.outcomes.iter().filter(|each| each.fate == *fate).count())
    }).collect();
    ClosingView {
        id: closing.id.to_string(),
        version: closing.version,
        closed: closing.is_closed(),
        by: hand(l, &closing.closed),
        fates: fates.join(l.t("、", ", ")),
        reason: closing.reason.clone(),
        may_reopen,
    }
}
