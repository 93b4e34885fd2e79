//! The SQL of closings, and the slim rows of which the board is made.

use crate::house::fault::{Done, Fault};
use crate::house::kept::{Column, cell};
use crate::house::work::Rx;
use crate::{held, kept, open, scoped, seen};
use meguri_domain::Month;
use meguri_domain::approval::State;
use meguri_domain::closing::Closing;
use meguri_domain::correction::Correction;
use meguri_domain::evidence::Evidence;
use meguri_domain::ids::{CheckItemId, ClosingId, DepartmentId};
use meguri_domain::inspection::{Answer, Assignment, Inspection};
use meguri_domain::objective::{Objective, Review};
use meguri_domain::obligation::Records;
use meguri_domain::people::Scope;
use std::collections::HashMap;

kept!(owned Closing, "closing", [id, version, department_id, month, state, outcomes, closed, reason]);

/// One closing inside a scope.
pub fn find(rx: &Rx<'_>, scope: &Scope, id: &ClosingId) -> Done<Closing> {
    rx.find(
        scoped!("SELECT c.* FROM closing c WHERE ", seen!("c.department_id"), " AND c.id = $2"),
        scope,
        &[id.to_value()],
    )
}

/// The closing of a department's month, reopened ones too.
pub fn of(
    rx: &Rx<'_>,
    scope: &Scope,
    department: &DepartmentId,
    month: Month,
) -> Result<Option<Closing>, Fault> {
    let text = scoped!(
        "SELECT c.* FROM closing c WHERE ",
        seen!("c.department_id"),
        " AND c.department_id = $2 AND c.month = $3"
    );
    rx.one(text, scope, &[department.to_value(), month.to_value()])
}

/// Whether a department's month is closed: then none of its records may be written.
pub fn is_closed(rx: &Rx<'_>, scope: &Scope, department: &DepartmentId, month: Month) -> Result<bool, Fault> {
    Ok(of(rx, scope, department, month)?.is_some_and(|closing| closing.is_closed()))
}

/// The closings of the months `from` to `to`, both included; at most 100,000.
pub fn closings(rx: &Rx<'_>, scope: &Scope, from: Month, to: Month) -> Result<Vec<Closing>, Fault> {
    let text = scoped!(
        "SELECT c.* FROM ",
        held!("closing c", "c.department_id"),
        " AND c.month >= $2 AND c.month <= $3 ORDER BY c.month, c.department_id LIMIT 100000"
    );
    rx.list(text, scope, &[from.to_value(), to.to_value()])
}

/// Who owes which check item, ended ones too; at most 200,000.
pub fn assignments(rx: &Rx<'_>, scope: &Scope) -> Result<Vec<Assignment>, Fault> {
    let text =
        scoped!("SELECT s.* FROM ", held!("assignment s", "s.department_id"), " ORDER BY s.id LIMIT 200000");
    rx.list(text, scope, &[])
}

/// The objectives, ended ones too; at most 50,000.
pub fn objectives(rx: &Rx<'_>, scope: &Scope) -> Result<Vec<Objective>, Fault> {
    let text =
        scoped!("SELECT o.* FROM ", held!("objective o", "o.department_id"), " ORDER BY o.id LIMIT 50000");
    rx.list(text, scope, &[])
}

/// One department's assignments, ended ones too; at most 5,000.
pub fn assignments_of(
    rx: &Rx<'_>,
    scope: &Scope,
    department: &DepartmentId,
) -> Result<Vec<Assignment>, Fault> {
    let text = scoped!(
        "SELECT s.* FROM assignment s WHERE ",
        seen!("s.department_id"),
        " AND s.department_id = $2 ORDER BY s.id LIMIT 5000"
    );
    rx.list(text, scope, &[department.to_value()])
}

/// One department's objectives, ended ones too; at most 5,000.
pub fn objectives_of(rx: &Rx<'_>, scope: &Scope, department: &DepartmentId) -> Result<Vec<Objective>, Fault> {
    let text = scoped!(
        "SELECT o.* FROM objective o WHERE ",
        seen!("o.department_id"),
        " AND o.department_id = $2 ORDER BY o.id LIMIT 5000"
    );
    rx.list(text, scope, &[department.to_value()])
}

/// What was recorded for one department's month: everything that its obligations are held against.
pub fn records_of(
    rx: &Rx<'_>,
    scope: &Scope,
    department: &DepartmentId,
    month: Month,
) -> Result<Records, Fault> {
    let values = [department.to_value(), month.to_value()];
    let inspections = scoped!(
        "SELECT i.id, i.version, i.department_id, i.month, i.late_reason, i.flow FROM inspection i WHERE ",
        seen!("i.department_id"),
        " AND i.department_id = $2 AND i.month = $3 LIMIT 2"
    );
    let answers = scoped!(
        "SELECT w.* FROM answer w WHERE ",
        seen!("w.department_id"),
        " AND w.department_id = $2 AND w.month = $3 ORDER BY w.item_id LIMIT 2000"
    );
    let reviews = scoped!(
        "SELECT r.id, r.version, r.department_id, r.objective_id, r.month, r.discussed, r.decided, r.next, r.figure, r.progress,
         r.late_reason, r.flow FROM review r WHERE ",
        seen!("r.department_id"), " AND r.department_id = $2 AND r.month = $3 ORDER BY r.objective_id LIMIT 2000"
    );
    Ok(Records {
        inspections: rx.list::<Inspection>(inspections, scope, &values)?,
        answers: rx.list::<Answer>(answers, scope, &values)?,
        reviews: rx.list::<Review>(reviews, scope, &values)?,
    })
}

/// The columns of an answer without its texts.
macro_rules! slim {
    () => {
        "SELECT a.id, a.version, a.department_id, a.inspection_id, a.month, a.item_id, a.mark, CAST('' AS TEXT), CAST('' AS TEXT),
         CAST('' AS TEXT), CAST('' AS TEXT), a.due_on"
    };
}

/// The records of the months `from` to `to` without their texts; answers only as far as their month is
/// still open, for a closed month counts as it was frozen. One page of the board for 300 departments.
pub fn months(rx: &Rx<'_>, scope: &Scope, from: Month, to: Month) -> Result<Records, Fault> {
    let values = [from.to_value(), to.to_value()];
    let inspections = scoped!(
        "SELECT i.id, i.version, i.department_id, i.month, CAST('' AS TEXT), i.flow FROM ",
        held!("inspection i", "i.department_id"),
        " AND i.month >= $2 AND i.month <= $3 ORDER BY i.month, i.department_id LIMIT 200000"
    );
    // Closed months are left out sheet by sheet, not answer by answer: there are twelve times fewer sheets.
    let answers = scoped!(
        slim!(),
        " FROM ",
        held!("inspection i CROSS JOIN answer a", "i.department_id"),
        " AND a.inspection_id = i.id AND i.month >= $2 AND i.month <= $3 AND NOT EXISTS (
         SELECT 1 FROM closing c WHERE c.department_id = i.department_id AND c.month = i.month AND c.state = 'closed') UNION ",
        slim!(),
        " FROM ",
        held!("answer a", "a.department_id"),
        " AND a.month >= $2 AND a.month <= $3 AND a.mark = 'bad' ORDER BY 5, 1 LIMIT 1000000"
    );
    let reviews = scoped!(
        "SELECT r.id, r.version, r.department_id, r.objective_id, r.month, CAST('' AS TEXT), CAST('' AS TEXT), CAST('' AS TEXT),
         CAST('' AS TEXT), r.progress, CAST('' AS TEXT), r.flow FROM ",
        held!("review r", "r.department_id"), " AND r.month >= $2 AND r.month <= $3 ORDER BY r.month, r.department_id LIMIT 500000"
    );
    Ok(Records {
        inspections: rx.list::<Inspection>(inspections, scope, &values)?,
        answers: rx.list::<Answer>(answers, scope, &values)?,
        reviews: rx.list::<Review>(reviews, scope, &values)?,
    })
}

/// Departments and months with a record in a state, oldest month first; at most 5,000.
pub fn waiting(rx: &Rx<'_>, scope: &Scope, state: State) -> Result<Vec<(Month, DepartmentId)>, Fault> {
    let text = scoped!(
        "SELECT i.month, i.department_id FROM inspection i WHERE ",
        seen!("i.department_id"),
        " AND i.state = $2 UNION SELECT r.month, r.department_id FROM review r WHERE ",
        seen!("r.department_id"),
        " AND r.state = $2 ORDER BY 1, 2 LIMIT 5000"
    );
    let rows = rx.rows(text, scope, &[state.to_value()])?;
    rows.iter().map(|row| Ok((cell(row, 0)?, cell(row, 1)?))).collect()
}

/// The evidence in force behind the answers and reviews of a department's month.
pub fn evidence(
    rx: &Rx<'_>,
    scope: &Scope,
    department: &DepartmentId,
    month: Month,
) -> Result<Vec<Evidence>, Fault> {
    let text = scoped!(
        "SELECT e.* FROM evidence e WHERE ",
        seen!("e.department_id"),
        " AND e.department_id = $2 AND e.in_force AND (
         e.subject_id IN (SELECT w.id FROM answer w WHERE w.department_id = $2 AND w.month = $3)
         OR e.subject_id IN (SELECT r.id FROM review r WHERE r.department_id = $2 AND r.month = $3))
         ORDER BY e.id LIMIT 5000"
    );
    rx.list(text, scope, &[department.to_value(), month.to_value()])
}

/// The corrections born from a department's month.
pub fn corrections(
    rx: &Rx<'_>,
    scope: &Scope,
    department: &DepartmentId,
    month: Month,
) -> Result<Vec<Correction>, Fault> {
    let text = scoped!(
        "SELECT c.* FROM correction c WHERE ",
        seen!("c.department_id"),
        " AND c.department_id = $2 AND c.found_month = $3 ORDER BY c.id LIMIT 2000"
    );
    rx.list(text, scope, &[department.to_value(), month.to_value()])
}

/// The texts of all check items by id: Japanese, English; at most 20,000.
pub fn items(rx: &Rx<'_>) -> Result<HashMap<CheckItemId, (String, String)>, Fault> {
    let rows =
        rx.open_rows(open!("SELECT id, text_ja, text_en FROM check_item ORDER BY id LIMIT 20000"), &[])?;
    rows.iter().map(|row| Ok((cell(row, 0)?, (cell(row, 1)?, cell(row, 2)?)))).collect()
}
