//! The SQL of the measures check.

use crate::house::fault::Fault;
use crate::house::kept::Column;
use crate::house::work::Rx;
use crate::{kept, scoped, seen};
use meguri_domain::asset::Asset;
use meguri_domain::ids::DepartmentId;
use meguri_domain::measure::Measure;
use meguri_domain::people::Scope;

kept!(owned Measure, "measure", [id, version, department_id, fiscal_year, control_id, in_place, note, answered]);

/// What a department answered in a fiscal year; at most 2,000.
pub fn answers(
    rx: &Rx<'_>,
    scope: &Scope,
    department: &DepartmentId,
    fiscal_year: i64,
) -> Result<Vec<Measure>, Fault> {
    let text = scoped!(
        "SELECT m.* FROM measure m WHERE ",
        seen!("m.department_id"),
        " AND m.department_id = $2 AND m.fiscal_year = $3 ORDER BY m.control_id LIMIT 2000"
    );
    rx.list(text, scope, &[department.to_value(), fiscal_year.to_value()])
}

/// The assets in use of a department, most important first; at most 5,000.
pub fn assets(rx: &Rx<'_>, scope: &Scope, department: &DepartmentId) -> Result<Vec<Asset>, Fault> {
    let text = scoped!(
        "SELECT a.* FROM asset a WHERE ",
        seen!("a.department_id"),
        " AND a.department_id = $2 AND a.state = 'in_use' ORDER BY a.importance DESC, a.name, a.id LIMIT 5000"
    );
    rx.list(text, scope, &[department.to_value()])
}
