//! The SQL of check items, assignments, inspections, answers and evidence.

use crate::house::db::Value;
use crate::house::fault::{Done, Fault, Stop};
use crate::house::kept::{Column, cell};
use crate::house::work::Rx;
use crate::{calendar, kept, open, people, scoped, seen};
use meguri_domain::evidence::Evidence;
use meguri_domain::ids::{AnswerId, AssignmentId, CheckItemId, DepartmentId, EvidenceId, InspectionId};
use meguri_domain::inspection::{Answer, Assignment, CheckItem, Inspection};
use meguri_domain::people::Scope;
use meguri_domain::{Month, Refusal};
use std::collections::HashMap;

kept!(company CheckItem, "check_item", [id, version, text_ja, text_en, measure, controls, evidence_hint, plan_row_id]);
kept!(owned Assignment, "assignment", [id, version, item_id, department_id, rhythm, from_month, to_month]);
kept!(owned Inspection, "inspection", [id, version, department_id, month, late_reason, flow];
    state = |i: &Inspection| i.flow.state.code().to_owned());
kept!(owned Answer, "answer", [id, version, department_id, inspection_id, month, item_id, mark, note, cause, fix, owner, due_on]);
kept!(owned Evidence, "evidence", [id, version, department_id, subject_id, kind, label, sha256, size_bytes, in_force]);

/// Every check item, by number; at most 2,000.
pub fn items(rx: &Rx<'_>) -> Result<Vec<CheckItem>, Fault> {
    rx.open_list(open!("SELECT * FROM check_item ORDER BY id LIMIT 2000"), &[])
}

/// One check item.
pub fn item(rx: &Rx<'_>, id: &CheckItemId) -> Done<CheckItem> {
    rx.open_one(open!("SELECT * FROM check_item WHERE id = $1"), &[id.to_value()])?
        .ok_or(Stop::Refusal(Refusal::NotFound))
}

/// Who owes what, ended duties too; at most 200,000.
pub fn assignments(rx: &Rx<'_>, scope: &Scope) -> Result<Vec<Assignment>, Fault> {
    let text = scoped!(
        "SELECT a.* FROM assignment a WHERE ",
        seen!("a.department_id"),
        " ORDER BY a.item_id, a.department_id, a.from_month LIMIT 200000"
    );
    rx.list(text, scope, &[])
}

/// What a department owes or owed; at most 20,000.
pub fn assignments_of(
    rx: &Rx<'_>,
    scope: &Scope,
    department: &DepartmentId,
) -> Result<Vec<Assignment>, Fault> {
    let text = scoped!(
        "SELECT a.* FROM assignment a WHERE ",
        seen!("a.department_id"),
        " AND a.department_id = $2 ORDER BY a.item_id, a.from_month LIMIT 20000"
    );
    rx.list(text, scope, &[department.to_value()])
}

/// One assignment.
pub fn assignment(rx: &Rx<'_>, scope: &Scope, id: &AssignmentId) -> Done<Assignment> {
    let text = scoped!("SELECT a.* FROM assignment a WHERE ", seen!("a.department_id"), " AND a.id = $2");
    rx.find(text, scope, &[id.to_value()])
}

/// The items a department owes for a month, by safety measure and number. None where it does not exist
/// on the month's last day: the same arithmetic as `obligation::obligations`.
pub fn due(rx: &Rx<'_>, scope: &Scope, department: &DepartmentId, month: Month) -> Done<Vec<CheckItem>> {
    if !people::store::department(rx, scope, department)?.is_open(month.last_day()) {
        return Ok(Vec::new());
    }
    let calendar = calendar::store::calendar(rx)?;
    let owed = assignments_of(rx, scope, department)?;
    let owed: Vec<CheckItemId> =
        owed.into_iter().filter(|each| each.is_due(month, &calendar)).map(|each| each.item_id).collect();
    let mut due: Vec<CheckItem> = items(rx)?.into_iter().filter(|item| owed.contains(&item.id)).collect();
    due.sort_by(|a, b| (a.measure, &a.id).cmp(&(b.measure, &b.id)));
    Ok(due)
}

/// A sheet by id.
pub fn sheet(rx: &Rx<'_>, scope: &Scope, id: &InspectionId) -> Done<Inspection> {
    let text = scoped!("SELECT i.* FROM inspection i WHERE ", seen!("i.department_id"), " AND i.id = $2");
    rx.find(text, scope, &[id.to_value()])
}

/// A department's sheet of a month, once somebody has begun it.
pub fn sheet_of(
    rx: &Rx<'_>,
    scope: &Scope,
    department: &DepartmentId,
    month: Month,
) -> Result<Option<Inspection>, Fault> {
    let text = scoped!(
        "SELECT i.* FROM inspection i WHERE ",
        seen!("i.department_id"),
        " AND i.department_id = $2 AND i.month = $3"
    );
    rx.one(text, scope, &[department.to_value(), month.to_value()])
}

/// The sheets of a month; at most 5,000.
pub fn sheets_of_month(rx: &Rx<'_>, scope: &Scope, month: Month) -> Result<Vec<Inspection>, Fault> {
    let text = scoped!(
        "SELECT i.* FROM inspection i WHERE ",
        seen!("i.department_id"),
        " AND i.month = $2 ORDER BY i.department_id LIMIT 5000"
    );
    rx.list(text, scope, &[month.to_value()])
}

/// The answers on a sheet; at most 2,000.
pub fn answers(rx: &Rx<'_>, scope: &Scope, sheet: &InspectionId) -> Result<Vec<Answer>, Fault> {
    let text = scoped!(
        "SELECT a.* FROM answer a WHERE ",
        seen!("a.department_id"),
        " AND a.inspection_id = $2 ORDER BY a.item_id LIMIT 2000"
    );
    rx.list(text, scope, &[sheet.to_value()])
}

/// How many answers each department has given in a month; at most 5,000 departments.
pub fn answered(rx: &Rx<'_>, scope: &Scope, month: Month) -> Result<HashMap<DepartmentId, usize>, Fault> {
    let text = scoped!(
        "SELECT a.department_id, COUNT(*) FROM answer a WHERE ",
        seen!("a.department_id"),
        " AND a.month = $2 GROUP BY a.department_id ORDER BY a.department_id LIMIT 5000"
    );
    let rows = rx.rows(text, scope, &[month.to_value()])?;
    rows.iter()
        .map(|row| Ok((cell(row, 0)?, usize::try_from(cell::<i64>(row, 1)?).map_err(Fault::broken)?)))
        .collect()
}

/// One answer.
pub fn answer(rx: &Rx<'_>, scope: &Scope, id: &AnswerId) -> Done<Answer> {
    let text = scoped!("SELECT a.* FROM answer a WHERE ", seen!("a.department_id"), " AND a.id = $2");
    rx.find(text, scope, &[id.to_value()])
}

/// What a department answered to an item before a month, newest first; at most 24.
pub fn history(
    rx: &Rx<'_>,
    scope: &Scope,
    department: &DepartmentId,
    item: &CheckItemId,
    before: Month,
) -> Result<Vec<Answer>, Fault> {
    let text = scoped!(
        "SELECT a.* FROM answer a WHERE ",
        seen!("a.department_id"),
        " AND a.department_id = $2 AND a.item_id = $3 AND a.month < $4 ORDER BY a.month DESC LIMIT 24"
    );
    rx.list(text, scope, &[department.to_value(), item.to_value(), before.to_value()])
}

/// One piece of evidence.
pub fn evidence(rx: &Rx<'_>, scope: &Scope, id: &EvidenceId) -> Done<Evidence> {
    let text = scoped!("SELECT e.* FROM evidence e WHERE ", seen!("e.department_id"), " AND e.id = $2");
    rx.find(text, scope, &[id.to_value()])
}

/// The evidence of an answer or a review, withdrawn pieces too; at most 200.
pub fn evidence_of(rx: &Rx<'_>, scope: &Scope, subject: &str) -> Result<Vec<Evidence>, Fault> {
    let text = scoped!(
        "SELECT e.* FROM evidence e WHERE ",
        seen!("e.department_id"),
        " AND e.subject_id = $2 ORDER BY e.label, e.id LIMIT 200"
    );
    rx.list(text, scope, &[Value::Text(subject.to_owned())])
}

/// The evidence of every answer on a sheet, withdrawn pieces too; at most 2,000.
pub fn evidence_of_sheet(rx: &Rx<'_>, scope: &Scope, sheet: &InspectionId) -> Result<Vec<Evidence>, Fault> {
    let text = scoped!(
        "SELECT e.* FROM evidence e JOIN answer a ON a.id = e.subject_id WHERE ",
        seen!("e.department_id"),
        " AND a.inspection_id = $2 ORDER BY e.label, e.id LIMIT 2000"
    );
    rx.list(text, scope, &[sheet.to_value()])
}

/// Bytes of a department's evidence files that belong to records of some months, both included.
pub fn bytes_between(
    rx: &Rx<'_>,
    scope: &Scope,
    department: &DepartmentId,
    (from, to): (Month, Month),
) -> Result<i64, Fault> {
    let text = scoped!(
        "SELECT CAST(COALESCE(SUM(e.size_bytes), 0) AS BIGINT) FROM evidence e WHERE ", seen!("e.department_id"),
        " AND e.department_id = $2 AND (EXISTS (SELECT 1 FROM answer a WHERE a.id = e.subject_id AND a.month >= $3 AND a.month <= $4)
          OR EXISTS (SELECT 1 FROM review r WHERE r.id = e.subject_id AND r.month >= $3 AND r.month <= $4))"
    );
    rx.count(text, scope, &[department.to_value(), from.to_value(), to.to_value()])
}
