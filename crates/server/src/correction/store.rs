//! The SQL of corrective actions.

use crate::house::db::Value;
use crate::house::fault::{Done, Fault};
use crate::house::kept::Column;
use crate::house::work::Rx;
use crate::{kept, scoped, seen};
use meguri_domain::Month;
use meguri_domain::correction::Correction;
use meguri_domain::ids::{AnswerId, CorrectionId, DepartmentId};
use meguri_domain::people::Scope;

kept!(owned Correction, "correction", [
    id, version, department_id, answer_id, item_id, found_month, what, cause, fix, owner, due_on, state, done_note, done, effect, verified,
]);

/// One correction.
pub fn correction(rx: &Rx<'_>, scope: &Scope, id: &CorrectionId) -> Done<Correction> {
    let text = scoped!("SELECT c.* FROM correction c WHERE ", seen!("c.department_id"), " AND c.id = $2");
    rx.find(text, scope, &[id.to_value()])
}

/// The correction of an answer, if it was ever a ×.
pub fn of_answer(rx: &Rx<'_>, scope: &Scope, answer: &AnswerId) -> Result<Option<Correction>, Fault> {
    let text =
        scoped!("SELECT c.* FROM correction c WHERE ", seen!("c.department_id"), " AND c.answer_id = $2");
    rx.one(text, scope, &[answer.to_value()])
}

/// Those a department carries into a month: found earlier, effect not verified; at most 500.
pub fn carried(
    rx: &Rx<'_>,
    scope: &Scope,
    department: &DepartmentId,
    into: Month,
) -> Result<Vec<Correction>, Fault> {
    let text = scoped!(
        "SELECT c.* FROM correction c WHERE ",
        seen!("c.department_id"),
        " AND c.department_id = $2 AND c.found_month < $3 AND c.state IN ('open', 'done') ORDER BY c.found_month, c.id LIMIT 500"
    );
    let all: Vec<Correction> = rx.list(text, scope, &[department.to_value(), into.to_value()])?;
    Ok(all.into_iter().filter(Correction::is_carried).collect())
}

/// Corrections by state and department (empty: any), those due first on top, and one page of them.
pub fn corrections(rx: &Rx<'_>, scope: &Scope, wanted: &Wanted<'_>) -> Result<Vec<Correction>, Fault> {
    let text = scoped!(
        "SELECT c.* FROM correction c WHERE ",
        seen!("c.department_id"),
        " AND (CAST($2 AS TEXT) = '' OR c.state = $2) AND (CAST($3 AS TEXT) = '' OR c.department_id = $3)
         ORDER BY CASE c.state WHEN 'open' THEN 0 WHEN 'done' THEN 1 WHEN 'verified' THEN 2 ELSE 3 END,
                  COALESCE(c.due_on, '9999'), c.found_month DESC, c.id LIMIT $4 OFFSET $5"
    );
    rx.list(text, scope, &wanted.values())
}

/// How many corrections there are of each state: open, done, verified, withdrawn; and how many open ones are overdue.
pub fn counts(
    rx: &Rx<'_>,
    scope: &Scope,
    department: &str,
    today: meguri_domain::Date,
) -> Result<Counts, Fault> {
    let text = scoped!(
        "SELECT CAST(COALESCE(SUM(CASE WHEN c.state = 'open' THEN 1 ELSE 0 END), 0) AS BIGINT),
                CAST(COALESCE(SUM(CASE WHEN c.state = 'done' THEN 1 ELSE 0 END), 0) AS BIGINT),
                CAST(COALESCE(SUM(CASE WHEN c.state = 'verified' THEN 1 ELSE 0 END), 0) AS BIGINT),
                CAST(COALESCE(SUM(CASE WHEN c.state = 'withdrawn' THEN 1 ELSE 0 END), 0) AS BIGINT),
                CAST(COALESCE(SUM(CASE WHEN c.state = 'open' AND c.due_on < $3 THEN 1 ELSE 0 END), 0) AS BIGINT)
         FROM correction c WHERE ", seen!("c.department_id"), " AND (CAST($2 AS TEXT) = '' OR c.department_id = $2)"
    );
    let rows = rx.rows(text, scope, &[Value::Text(department.to_owned()), today.to_value()])?;
    let at = |n| rows.first().map_or(Ok(0), |row| crate::house::kept::cell(row, n));
    Ok(Counts { open: at(0)?, done: at(1)?, verified: at(2)?, withdrawn: at(3)?, overdue: at(4)? })
}

/// Which corrections, and which page of them.
pub struct Wanted<'a> {
    pub state: &'a str,
    pub department: &'a str,
    pub limit: i64,
    pub offset: i64,
}

impl Wanted<'_> {
    fn values(&self) -> [Value; 4] {
        [
            Value::Text(self.state.to_owned()),
            Value::Text(self.department.to_owned()),
            Value::Int(self.limit),
            Value::Int(self.offset),
        ]
    }
}

/// How many corrections stand where.
pub struct Counts {
    pub open: i64,
    pub done: i64,
    pub verified: i64,
    pub withdrawn: i64,
    /// Of the open ones, those past their due date.
    pub overdue: i64,
}
