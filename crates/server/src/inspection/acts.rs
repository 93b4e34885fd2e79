//! Units of work about the monthly self-inspection: the sheet, its way to the secretariat, its evidence.

use super::store;
use crate::closing;
use crate::correction;
use crate::house::fault::{Done, Fault, Stop};
use crate::house::work::{Rx, Tx};
use crate::{calendar, objective, people};
use meguri_domain::evidence::{Evidence, EvidenceKind};
use meguri_domain::ids::{
    AnswerId, CheckItemId, ControlId, DepartmentId, EvidenceId, InspectionId, ReviewId,
};
use meguri_domain::inspection::{Answer, AnswerDraft, CheckItem, Inspection, SafetyMeasure};
use meguri_domain::people::Act;
use meguri_domain::{Change, Month, Refusal};
use meguri_record::Hash;

pub use super::schedule::{assign, begin_from_plan, change_rhythm, end_assignment};

const ITEMS: &str = include_str!("../../../../catalog/check_items.csv");

/// Loads the shipped check items as data of the organisation. Nobody owes them until they are assigned.
pub fn load_catalogue(tx: &Tx<'_>) -> Done<()> {
    for row in csv::Reader::from_reader(ITEMS.as_bytes()).records() {
        let row = row.map_err(Fault::broken)?;
        let at = |n: usize| row.get(n).unwrap_or_default().to_owned();
        let Some(id) = CheckItemId::new(at(0)) else { continue };
        let measure = SafetyMeasure::ALL
            .iter()
            .copied()
            .find(|each| each.word().0 == at(1))
            .unwrap_or(SafetyMeasure::Organisational);
        let controls = at(4).split(';').filter_map(|text| ControlId::new(text.trim())).collect();
        let item = CheckItem {
            id,
            version: 1,
            text_ja: at(2),
            text_en: at(3),
            measure,
            controls,
            evidence_hint: at(6),
            plan_row_id: None,
        };
        tx.save(Change::new(item, "check_item.loaded"))?;
    }
    Ok(())
}

/// Refuses what is written into a month that has not begun or is closed.
pub fn must_be_writable(rx: &Rx<'_>, department: &DepartmentId, month: Month) -> Done<()> {
    if month > Month::of(rx.today()) {
        return Err(Refusal::Because((
            "まだ始まっていない月の記録は書けません。その月になってから記入してください。",
            "This month has not begun, so nothing can be recorded for it yet. Come back once it has.",
        ))
        .into());
    }
    if closing::store::is_closed(rx, &rx.scope(Act::SeeMonth), department, month)? {
        return Err(Refusal::MonthClosed.into());
    }
    Ok(())
}

/// Saves a department's sheet of a month, begun by the first save (`version` 0). Writes only answers that changed.
#[expect(
    clippy::too_many_arguments,
    reason = "a sheet is named by department and month, and saved as a whole with its reason"
)]
pub fn save_sheet(
    tx: &Tx<'_>,
    department: &DepartmentId,
    month: Month,
    version: i64,
    drafts: &[AnswerDraft],
    late_reason: &str,
) -> Done<Inspection> {
    let scope = tx.scope(Act::SeeMonth);
    people::store::department(tx, &scope, department)?;
    tx.actor().must(Act::WriteMonth, department)?;
    must_be_writable(tx, department, month)?;
    let due = store::due(tx, &scope, department, month)?;
    let sheet = store::sheet_of(tx, &scope, department, month)?;
    let sheet =
        sheet.unwrap_or_else(|| Inspection::begin(tx.id(InspectionId::new), department.clone(), month));
    let before = store::answers(tx, &scope, &sheet.id)?;
    let stands = |draft: &&AnswerDraft| {
        before.iter().any(|answer| answer.item_id == draft.item_id && answer.says(draft))
    };
    let changed: Vec<&AnswerDraft> = drafts.iter().filter(|draft| !stands(draft)).collect();
    if changed.iter().any(|draft| !due.iter().any(|item| item.id == draft.item_id)) {
        return Err(Refusal::Because((
            "この月の点検項目ではないものに回答しています。画面を読み込み直して、いまの項目に回答してください。",
            "One of the answers is for an item that is not due this month. Reload the page and answer its items.",
        ))
        .into());
    }
    if sheet.version > 0
        && sheet.flow.is_open()
        && changed.is_empty()
        && sheet.late_reason == late_reason.trim()
    {
        // Nothing new: also when a draft that saved itself a moment ago has said the same.
        return Ok(sheet);
    }
    tx.act("inspection.written");
    let sheet = tx.save(sheet.write(version, late_reason, tx.actor(), tx.today())?)?;
    for draft in changed {
        let old = before.iter().find(|answer| answer.item_id == draft.item_id).cloned();
        tx.save(Answer::give(old, tx.id(AnswerId::new), &sheet, draft.clone())?)?;
    }
    Ok(sheet)
}

/// Hands the sheet to the head. Every × opens a correction; those of answers written again follow or are withdrawn.
pub fn submit(tx: &Tx<'_>, id: &InspectionId, version: i64) -> Done<Inspection> {
    let sheet = found(tx, id, Act::WriteMonth)?;
    let scope = tx.scope(Act::SeeMonth);
    let due = store::due(tx, &scope, &sheet.department_id, sheet.month)?;
    let due: Vec<CheckItemId> = due.into_iter().map(|item| item.id).collect();
    let answers = store::answers(tx, &scope, id)?;
    let due_on = calendar::store::calendar(tx)?.department_due(sheet.month);
    let sheet = tx.save(sheet.submit(version, &due, &answers, due_on, tx.actor(), tx.today())?)?;
    for answer in answers.iter().filter(|answer| due.contains(&answer.item_id)) {
        correction::acts::follow(tx, answer)?;
    }
    Ok(sheet)
}

/// The head confirms.
pub fn confirm(tx: &Tx<'_>, id: &InspectionId, version: i64) -> Done<Inspection> {
    let sheet = found(tx, id, Act::ConfirmMonth)?;
    tx.save(sheet.confirm(version, tx.actor(), tx.today())?)
}

/// The secretariat checks.
pub fn check(tx: &Tx<'_>, id: &InspectionId, version: i64) -> Done<Inspection> {
    let sheet = found(tx, id, Act::CheckMonth)?;
    tx.save(sheet.check(version, tx.actor(), tx.today())?)
}

/// Head or secretariat send the sheet back with a reason.
pub fn send_back(tx: &Tx<'_>, id: &InspectionId, version: i64, reason: &str) -> Done<Inspection> {
    let sheet = store::sheet(tx, &tx.scope(Act::SeeMonth), id)?;
    if !tx.actor().may(Act::ConfirmMonth, &sheet.department_id) {
        tx.actor().must(Act::CheckMonth, &sheet.department_id)?;
    }
    must_be_writable(tx, &sheet.department_id, sheet.month)?;
    tx.save(sheet.send_back(version, reason, tx.actor(), tx.today())?)
}

/// The sheet, where the actor sees it and may act on it, in a month that may be written.
fn found(tx: &Tx<'_>, id: &InspectionId, act: Act) -> Done<Inspection> {
    let sheet = store::sheet(tx, &tx.scope(Act::SeeMonth), id)?;
    tx.actor().must(act, &sheet.department_id)?;
    must_be_writable(tx, &sheet.department_id, sheet.month)?;
    Ok(sheet)
}

/// What a piece of evidence belongs to.
#[derive(Debug, Clone)]
pub enum Subject {
    Answer(AnswerId),
    Review(ReviewId),
}

/// A piece of evidence on its way in. A file's bytes stand in the store before the unit of work begins.
#[derive(Debug, Clone)]
pub struct Attachment {
    pub subject: Subject,
    pub kind: EvidenceKind,
    /// File name, address or place.
    pub label: String,
    /// Hash and size of a file; `None` for links and places.
    pub file: Option<(Hash, u64)>,
}

/// Attaches evidence to an answer or a review whose record is open.
pub fn attach(tx: &Tx<'_>, attachment: Attachment) -> Done<Evidence> {
    let (department_id, subject_id) = open_subject(tx, &attachment.subject)?;
    if (attachment.kind == EvidenceKind::File) != attachment.file.is_some() {
        return Err(Refusal::Missing { field: "evidence", word: EvidenceKind::File.word() }.into());
    }
    let size_bytes = attachment.file.map_or(0, |(_, size)| size);
    must_have_room(tx, &department_id, &subject_id, size_bytes)?;
    let evidence = Evidence {
        id: tx.id(EvidenceId::new),
        version: 1,
        department_id,
        subject_id,
        kind: attachment.kind,
        label: attachment.label,
        sha256: attachment.file.map_or_else(String::new, |(hash, _)| hash.to_string()),
        size_bytes: i64::try_from(size_bytes).map_err(Fault::broken)?,
        in_force: true,
    };
    let evidence = tx.save(Evidence::attach(evidence)?)?;
    if let Some((hash, size)) = attachment.file {
        tx.file(hash, size);
    }
    Ok(evidence)
}

/// Withdraws a piece of evidence, with a reason; it stays readable.
pub fn withdraw(tx: &Tx<'_>, id: &EvidenceId, reason: &str) -> Done<Evidence> {
    let evidence = store::evidence(tx, &tx.scope(Act::SeeMonth), id)?;
    if !evidence.in_force {
        return Err(Refusal::Already {
            what: ("この証跡の取消し", "The withdrawal of this evidence")
        }
        .into());
    }
    open_subject(tx, &subject_of(tx, &evidence)?)?;
    tx.save(evidence.withdraw(reason)?)
}

/// What a piece of evidence belongs to: ids are unique over both tables, so the answer is looked for first.
fn subject_of(tx: &Tx<'_>, evidence: &Evidence) -> Done<Subject> {
    let answer = AnswerId::new(evidence.subject_id.clone()).ok_or(Refusal::NotFound)?;
    match store::answer(tx, &tx.scope(Act::SeeMonth), &answer) {
        Ok(answer) => Ok(Subject::Answer(answer.id)),
        Err(Stop::Refusal(Refusal::NotFound)) => {
            Ok(Subject::Review(ReviewId::new(evidence.subject_id.clone()).ok_or(Refusal::NotFound)?))
        }
        Err(stop) => Err(stop),
    }
}

/// Refuses evidence for what the actor does not see, may not write, or may not write now.
pub fn must_take_evidence(rx: &Rx<'_>, subject: &Subject) -> Done<()> {
    open_subject(rx, subject).map(|_| ())
}

/// The department and the id of a subject whose record the actor may write now.
fn open_subject(rx: &Rx<'_>, subject: &Subject) -> Done<(DepartmentId, String)> {
    let scope = rx.scope(Act::SeeMonth);
    let (department, month, flow, id) = match subject {
        Subject::Answer(id) => {
            let answer = store::answer(rx, &scope, id)?;
            let sheet = store::sheet(rx, &scope, &answer.inspection_id)?;
            (sheet.department_id, sheet.month, sheet.flow, answer.id.to_string())
        }
        Subject::Review(id) => {
            let review = objective::store::review(rx, &scope, id)?;
            (review.department_id, review.month, review.flow, review.id.to_string())
        }
    };
    rx.actor().must(Act::WriteMonth, &department)?;
    must_be_writable(rx, &department, month)?;
    if !flow.is_open() {
        return Err(Refusal::WrongState { state: flow.state.word() }.into());
    }
    Ok((department, id))
}

/// A department's evidence files of a fiscal year may take this much room together (TRUST.md 2.3).
const MOST_OF_A_YEAR: i64 = 2 * 1024 * 1024 * 1024;
/// One answer or review may have this many pieces.
const MOST_PIECES: usize = 50;

/// Everything has a bound: pieces of one record, and bytes of a department's year.
fn must_have_room(rx: &Rx<'_>, department: &DepartmentId, subject: &str, more: u64) -> Done<()> {
    let scope = rx.scope(Act::SeeMonth);
    if store::evidence_of(rx, &scope, subject)?.len() >= MOST_PIECES {
        return Err(Refusal::Because((
            "1つの記録に付けられる証跡は50件までです。zipにまとめてから添付してください。",
            "One record takes at most 50 pieces of evidence. Put them into a zip, then attach that.",
        ))
        .into());
    }
    let calendar = calendar::store::calendar(rx)?;
    let months = calendar.months(calendar.fiscal_year(Month::of(rx.today())));
    let (Some(first), Some(last)) = (months.first(), months.last()) else { return Ok(()) };
    let used = store::bytes_between(rx, &scope, department, (*first, *last))?;
    if used.saturating_add(i64::try_from(more).map_err(Fault::broken)?) > MOST_OF_A_YEAR {
        return Err(Refusal::Because((
            "この部門の今年度の証跡が2GBに達しています。大きなファイルは、保管場所かリンクで記録してください。",
            "This department's evidence of the year has reached 2 GB. Record large files by a link or by where they are kept.",
        ))
        .into());
    }
    Ok(())
}
