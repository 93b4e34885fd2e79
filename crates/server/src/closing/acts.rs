//! Units of work about closing a department's month and opening it again.

use super::store;
use crate::calendar::store as calendar;
use crate::house::fault::Done;
use crate::house::work::{Rx, Tx};
use crate::people::store as people;
use meguri_domain::closing::Closing;
use meguri_domain::ids::{ClosingId, DepartmentId};
use meguri_domain::obligation::{Owed, Plan, obligations, settle};
use meguri_domain::people::Act;
use meguri_domain::{Month, Refusal};

/// Closes a department's month: what it owed and what became of it is frozen.
pub fn close(tx: &Tx<'_>, department: &DepartmentId, month: Month) -> Done<Closing> {
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
    let mut plan = Plan { departments: vec![found], ..Plan::default() };
    plan.assignments = store::assignments_of(rx, &scope, department)?;
    plan.objectives = store::objectives_of(rx, &scope, department)?;
    let records = store::records_of(rx, &scope, department, month)?;
    let due = obligations(&plan, &calendar::calendar(rx)?, month, month, rx.today());
    Ok(settle(due, &records, rx.today()))
}
