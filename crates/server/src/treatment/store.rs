//! The SQL of the treatment plan.

use crate::house::fault::{Done, Fault};
use crate::house::kept::Column;
use crate::house::work::Rx;
use crate::{kept, scoped, seen};
use meguri_domain::ids::{DepartmentId, PlanRowId, RiskId};
use meguri_domain::people::Scope;
use meguri_domain::treatment::PlanRow;

kept!(owned PlanRow, "plan_row", [
    id, version, revision, department_id, fiscal_year, risk_id, policy, controls, task, owner, due_on, second_threat,
    second_vulnerability, residual, destination, destination_id, done_on, approval,
] => later [resources, tasks, next_on, second, second_value, approved_value, approved_level]);

/// Whether the second judgement speaks of its row `p` and its risk `r` as they are: `PlanRow::second_of` for lists and counts.
/// It is kept as JSON that ends with the revision of its row; a quotation mark inside a text is escaped there, so nothing that
/// somebody wrote is taken for a field.
macro_rules! second_holds {
    () => {
        concat!(
            "(p.second IS NOT NULL AND p.second LIKE '%\"row_revision\":' || CAST(p.revision AS TEXT) || '}'",
            " AND p.second LIKE '%\"importance\":' || CAST(r.importance AS TEXT) || ',%'",
            " AND replace(p.second, '\"criteria_id\":\"' || r.criteria_id || '\"', '') <> p.second)"
        )
    };
}
pub(crate) use second_holds;

/// One row inside a scope.
pub fn find(rx: &Rx<'_>, scope: &Scope, id: &PlanRowId) -> Done<PlanRow> {
    rx.find(
        scoped!("SELECT p.* FROM plan_row p WHERE ", seen!("p.department_id"), " AND p.id = $2"),
        scope,
        &[id.to_value()],
    )
}

/// The row that answers a risk, if it was written.
pub fn of_risk(rx: &Rx<'_>, scope: &Scope, risk: &RiskId) -> Result<Option<PlanRow>, Fault> {
    rx.one(
        scoped!("SELECT p.* FROM plan_row p WHERE ", seen!("p.department_id"), " AND p.risk_id = $2"),
        scope,
        &[risk.to_value()],
    )
}

/// Whether the objective or the check item that a row became is still worked on in a month.
pub fn is_worked_on(rx: &Rx<'_>, scope: &Scope, destination_id: &str, month: &str) -> Result<bool, Fault> {
    let values = [destination_id.to_value(), month.to_value()];
    let objectives = scoped!(
        "SELECT COUNT(*) FROM objective o WHERE ",
        seen!("o.department_id"),
        " AND o.id = $2 AND o.state = 'active' AND o.to_month >= $3"
    );
    let duties = scoped!(
        "SELECT COUNT(*) FROM assignment g WHERE ",
        seen!("g.department_id"),
        " AND g.item_id = $2 AND (g.to_month IS NULL OR g.to_month >= $3)"
    );
    Ok(rx.count(objectives, scope, &values)? + rx.count(duties, scope, &values)? > 0)
}

/// The plan of a department in a fiscal year; at most 20,000 rows.
pub fn of_department(
    rx: &Rx<'_>,
    scope: &Scope,
    department: &DepartmentId,
    fiscal_year: i64,
) -> Result<Vec<PlanRow>, Fault> {
    let text = scoped!(
        "SELECT p.* FROM plan_row p WHERE ",
        seen!("p.department_id"),
        " AND p.department_id = $2 AND p.fiscal_year = $3 ORDER BY p.id LIMIT 20000"
    );
    rx.list(text, scope, &[department.to_value(), fiscal_year.to_value()])
}
