//! Units of work about objectives and their monthly reviews.

use super::store;
use crate::calendar;
use crate::house::fault::Done;
use crate::house::work::Tx;
use crate::inspection::acts::must_be_writable;
use crate::people;
use meguri_domain::ids::{ObjectiveId, ReviewId};
use meguri_domain::objective::{Objective, ObjectiveState, Review, ReviewDraft};
use meguri_domain::people::Act;
use meguri_domain::treatment::PlanRow;
use meguri_domain::{Month, Refusal};

/// Sets an objective.
pub fn set(tx: &Tx<'_>, objective: Objective) -> Done<Objective> {
    people::store::department(tx, &tx.scope(Act::SeeMonth), &objective.department_id)?;
    // The domain also lets the one set it who approves the plan row it comes from; a page has no such row.
    tx.actor().must(Act::EditPlan, &objective.department_id)?;
    let objective = Objective { version: 1, state: ObjectiveState::Active, ..objective };
    tx.save(Objective::set(objective, tx.actor())?)
}

/// An approved plan row becomes an objective from this month to the month of its due date.
pub fn begin_from_plan(tx: &Tx<'_>, row: &PlanRow) -> Done<Objective> {
    let from_month = Month::of(tx.today());
    let objective = Objective {
        id: tx.id(ObjectiveId::new),
        version: 1,
        department_id: row.department_id.clone(),
        plan_row_id: Some(row.id.clone()),
        title: row.task.clone(),
        measure: String::new(),
        target: String::new(),
        method: String::new(),
        owner: row.owner.clone(),
        from_month,
        to_month: Month::of(row.due_on).max(from_month),
        state: ObjectiveState::Active,
    };
    tx.save(Objective::set(objective, tx.actor())?)
}

/// Edits the words and the last month. Months that have passed stay owed.
pub fn edit(tx: &Tx<'_>, id: &ObjectiveId, version: i64, new: Objective) -> Done<Objective> {
    let objective = store::objective(tx, &tx.scope(Act::SeeMonth), id)?;
    tx.actor().must(Act::EditPlan, &objective.department_id)?;
    must_keep_the_past(tx, &objective, new.to_month, "to_month")?;
    tx.save(objective.edit(version, new, tx.actor())?)
}

/// Ends an objective as achieved or stopped; `last` is the last month that owes a review.
pub fn end(
    tx: &Tx<'_>,
    id: &ObjectiveId,
    state: ObjectiveState,
    last: Month,
    reason: &str,
) -> Done<Objective> {
    let objective = store::objective(tx, &tx.scope(Act::SeeMonth), id)?;
    tx.actor().must(Act::EditPlan, &objective.department_id)?;
    must_keep_the_past(tx, &objective, last, "last")?;
    tx.save(objective.end(state, last, reason, tx.actor())?)
}

/// What was owed in months that have passed stays owed: the last month may not lie before the previous one.
fn must_keep_the_past(tx: &Tx<'_>, objective: &Objective, last: Month, field: &'static str) -> Done<()> {
    let earliest = Month::of(tx.today()).plus(-1).min(objective.to_month);
    if last >= earliest {
        return Ok(());
    }
    let hint = (
        "先月以降の月にしてください。過ぎた月の検討はなくせません。",
        "Choose last month or later: reviews of months that have passed stay owed.",
    );
    Err(Refusal::Unfit { field, word: ("最後の月", "Last month"), hint }.into())
}

/// Saves the review of a month, begun by the first save (`version` 0).
pub fn write_review(
    tx: &Tx<'_>,
    id: &ObjectiveId,
    month: Month,
    version: i64,
    draft: ReviewDraft,
) -> Done<Review> {
    let scope = tx.scope(Act::SeeMonth);
    let objective = store::objective(tx, &scope, id)?;
    tx.actor().must(Act::WriteMonth, &objective.department_id)?;
    if !(objective.from_month..=objective.to_month).contains(&month) {
        return Err(Refusal::Because((
            "この月は、この目標の期間に入っていません。目標の画面から月を選び直してください。",
            "This month lies outside the objective's term. Choose a month on the objective's page.",
        ))
        .into());
    }
    must_be_writable(tx, &objective.department_id, month)?;
    let before = store::review_of(tx, &scope, id, month)?;
    if let Some(before) = &before
        && before.flow.is_open()
        && says(before, &draft)
    {
        // Nothing new: also when a draft that saved itself a moment ago has said the same.
        return Ok(before.clone());
    }
    let review = before.unwrap_or_else(|| Review::begin(tx.id(ReviewId::new), &objective, month));
    tx.save(review.write(version, draft, tx.actor(), tx.today())?)
}

fn says(review: &Review, draft: &ReviewDraft) -> bool {
    review.discussed == draft.discussed.trim()
        && review.decided == draft.decided.trim()
        && review.next == draft.next.trim()
        && review.figure == draft.figure.trim()
        && review.late_reason == draft.late_reason.trim()
        && review.progress == draft.progress
}

/// Hands the review to the head.
pub fn submit_review(tx: &Tx<'_>, id: &ReviewId, version: i64) -> Done<Review> {
    let review = found(tx, id, Act::WriteMonth)?;
    let due_on = calendar::store::calendar(tx)?.department_due(review.month);
    tx.save(review.submit(version, due_on, tx.actor(), tx.today())?)
}

/// The head confirms.
pub fn confirm_review(tx: &Tx<'_>, id: &ReviewId, version: i64) -> Done<Review> {
    let review = found(tx, id, Act::ConfirmMonth)?;
    tx.save(review.confirm(version, tx.actor(), tx.today())?)
}

/// The secretariat checks.
pub fn check_review(tx: &Tx<'_>, id: &ReviewId, version: i64) -> Done<Review> {
    let review = found(tx, id, Act::CheckMonth)?;
    tx.save(review.check(version, tx.actor(), tx.today())?)
}

/// Head or secretariat send the review back with a reason.
pub fn return_review(tx: &Tx<'_>, id: &ReviewId, version: i64, reason: &str) -> Done<Review> {
    let review = store::review(tx, &tx.scope(Act::SeeMonth), id)?;
    if !tx.actor().may(Act::ConfirmMonth, &review.department_id) {
        tx.actor().must(Act::CheckMonth, &review.department_id)?;
    }
    must_be_writable(tx, &review.department_id, review.month)?;
    tx.save(review.send_back(version, reason, tx.actor(), tx.today())?)
}

/// The review, where the actor sees it and may act on it, in a month that may be written.
fn found(tx: &Tx<'_>, id: &ReviewId, act: Act) -> Done<Review> {
    let review = store::review(tx, &tx.scope(Act::SeeMonth), id)?;
    tx.actor().must(act, &review.department_id)?;
    must_be_writable(tx, &review.department_id, review.month)?;
    Ok(review)
}
