//! Units of work about a department's month as a whole: confirm, check, send back, close, open again.

use super::store;
use crate::calendar::store as calendar;
use crate::house::fault::{Done, Stop};
use crate::house::work::{Rx, Tx};
use crate::inspection::acts as inspection;
use crate::objective::acts as objective;
use crate::people::store as people;
use meguri_domain::approval::{Flow, State};
use meguri_domain::closing::Closing;
use meguri_domain::ids::{ClosingId, DepartmentId};
use meguri_domain::obligation::{Owed, Plan, Records, Status, obligations, settle};
use meguri_domain::people::Act;
use meguri_domain::{Month, Refusal};

/// A record as the person saw it: its id and version.
pub type Seen = (String, i64);

/// Which of the two signatures is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// 部門確認 by the head.
    Confirm,
    /// チェック by the secretariat.
    Check,
}

/// What became of several months at once: how many were done, and whose were refused, with the reason.
pub struct Outcome {
    pub done: usize,
    pub refused: Vec<(DepartmentId, Refusal)>,
}

/// Closes a department's month: what it owed and what became of it is frozen.
pub fn close(tx: &Tx<'_>, department: &DepartmentId, month: Month) -> Done<Closing> {
    tx.call(crate::record::signing::NAME);
    let scope = tx.scope(Act::SeeMonth);
    let owed = owed(tx, department, month)?;
    let before = store::of(tx, &scope, department, month)?;
    let id = tx.id(ClosingId::new);
    tx.save(Closing::close(before, id, department.clone(), month, &owed, tx.actor(), tx.today())?)
}

/// Opens a closed month again, with a reason.
pub fn reopen(tx: &Tx<'_>, id: &ClosingId, version: i64, reason: &str) -> Done<Closing> {
    let closing = store::find(tx, &tx.scope(Act::SeeMonth), id)?;
    tx.save(closing.reopen(version, reason, tx.actor())?)
}

/// Closes the months of several departments in one unit of work; each is closed or refused for itself.
pub fn close_all(tx: &Tx<'_>, departments: &[DepartmentId], month: Month) -> Done<Outcome> {
    tx.actor().must_everywhere(Act::CloseMonth)?;
    let outcome = each(departments, |department| close(tx, department, month).map(|_| ()))?;
    tx.act("month.closed");
    Ok(outcome)
}

/// Checks the months of several departments in one unit of work; each is checked whole or refused.
pub fn check_all(tx: &Tx<'_>, departments: &[DepartmentId], month: Month) -> Done<Outcome> {
    tx.actor().must_everywhere(Act::CheckMonth)?;
    tx.call(crate::record::signing::NAME);
    each(departments, |department| {
        let waits = |each: &Owed| {
            matches!(each.status, Status::Waiting { for_head: false, .. } | Status::Done { .. })
        };
        if !owed(tx, department, month)?.iter().all(waits) {
            return Err(Refusal::Because((
                "提出か部門確認の済んでいない記録があります。",
                "Some records are not submitted or not confirmed.",
            ))
            .into());
        }
        sign(tx, Step::Check, department, month, None).map(|_| ())
    })
}

fn each(departments: &[DepartmentId], mut act: impl FnMut(&DepartmentId) -> Done<()>) -> Done<Outcome> {
    let mut outcome = Outcome { done: 0, refused: Vec::new() };
    for department in departments {
        match act(department) {
            Ok(()) => outcome.done += 1,
            Err(Stop::Refusal(why)) if why != Refusal::NotFound => {
                outcome.refused.push((department.clone(), why));
            }
            Err(stop) => return Err(stop),
        }
    }
    Ok(outcome)
}

/// Signs every record of a department's month that waits for this signature: the sheet and the reviews
/// together or none of them. `seen` names the records and versions that were looked at, where they were.
pub fn sign(
    tx: &Tx<'_>,
    step: Step,
    department: &DepartmentId,
    month: Month,
    seen: Option<&[Seen]>,
) -> Done<usize> {
    let records = records(tx, department, month)?;
    let (act, wanted) = match step {
        Step::Confirm => (Act::ConfirmMonth, State::Submitted),
        Step::Check => (Act::CheckMonth, State::Confirmed),
    };
    tx.actor().must(act, department)?;
    let waits = |flow: &Flow| flow.state == wanted;
    let sheets: Vec<_> = records.inspections.into_iter().filter(|each| waits(&each.flow)).collect();
    let reviews: Vec<_> = records.reviews.into_iter().filter(|each| waits(&each.flow)).collect();
    let mut waiting = sheets.iter().map(|each| (each.id.as_str(), each.version, &each.flow));
    let mut reviewed = reviews.iter().map(|each| (each.id.as_str(), each.version, &each.flow));
    // Refused before the first is signed, so that a month of several records is never signed by halves.
    for (id, version, flow) in waiting.by_ref().chain(reviewed.by_ref()) {
        if let Some(seen) = seen
            && !seen.iter().any(|each| each.0 == id && each.1 == version)
        {
            return Err(Refusal::Stale { current: version }.into());
        }
        if step == Step::Check && flow.has_hand_of(&tx.actor().person) {
            return Err(Refusal::OwnRecord.into());
        }
    }
    let signed = sheets.len() + reviews.len();
    if signed == 0 {
        return Err(Refusal::Because((
            "確認を待っている記録はありません。画面を読み込み直して、今の状態を確かめてください。",
            "No record waits here. Reload the page to see how things stand.",
        ))
        .into());
    }
    for sheet in sheets {
        match step {
            Step::Confirm => inspection::confirm(tx, &sheet.id, sheet.version)?,
            Step::Check => inspection::check(tx, &sheet.id, sheet.version)?,
        };
    }
    for review in reviews {
        match step {
            Step::Confirm => objective::confirm_review(tx, &review.id, review.version)?,
            Step::Check => objective::check_review(tx, &review.id, review.version)?,
        };
    }
    Ok(signed)
}

/// Sends one record of a department's month back, with a reason.
pub fn send_back(
    tx: &Tx<'_>,
    department: &DepartmentId,
    month: Month,
    seen: &Seen,
    reason: &str,
) -> Done<()> {
    let records = records(tx, department, month)?;
    if let Some(sheet) = records.inspections.into_iter().find(|each| each.id.as_str() == seen.0) {
        return inspection::send_back(tx, &sheet.id, seen.1, reason).map(|_| ());
    }
    let review =
        records.reviews.into_iter().find(|each| each.id.as_str() == seen.0).ok_or(Refusal::NotFound)?;
    objective::return_review(tx, &review.id, seen.1, reason).map(|_| ())
}

fn records(tx: &Tx<'_>, department: &DepartmentId, month: Month) -> Done<Records> {
    let scope = tx.scope(Act::SeeMonth);
    people::department(tx, &scope, department)?;
    if store::is_closed(tx, &scope, department, month)? {
        return Err(Refusal::MonthClosed.into());
    }
    Ok(store::records_of(tx, &scope, department, month)?)
}

/// What a department owes for a month and what has become of it so far, from the living plan.
pub fn owed(rx: &Rx<'_>, department: &DepartmentId, month: Month) -> Done<Vec<Owed>> {
    let scope = rx.scope(Act::SeeMonth);
    let found = people::department(rx, &scope, department)?;
    if calendar::first_month(rx)?.is_none_or(|first| month < first) {
        return Err(Refusal::Because((
            "記録を始める前の月です。この月に実施するものはありません。",
            "This month is before records begin. Nothing is owed for it.",
        ))
        .into());
    }
    let plan = Plan {
        departments: vec![found],
        assignments: store::assignments_of(rx, &scope, department)?,
        objectives: store::objectives_of(rx, &scope, department)?,
    };
    let records = store::records_of(rx, &scope, department, month)?;
    let due = obligations(&plan, &calendar::calendar(rx)?, month, month, rx.today());
    Ok(settle(due, &records, rx.today()))
}
