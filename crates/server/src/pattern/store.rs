//! The SQL of patterns and their members.

use crate::house::fault::{Done, Fault};
use crate::house::kept::Column;
use crate::house::work::Rx;
use crate::{kept, scoped, seen};
use meguri_domain::asset::Asset;
use meguri_domain::ids::{DepartmentId, PatternId};
use meguri_domain::pattern::Pattern;
use meguri_domain::people::Scope;

kept!(owned Pattern, "pattern", [id, version, department_id, name, likeness, state]);

/// A pattern inside a scope; others are not found.
pub fn find(rx: &Rx<'_>, scope: &Scope, id: &PatternId) -> Done<Pattern> {
    let text = scoped!("SELECT p.* FROM pattern p WHERE ", seen!("p.department_id"), " AND p.id = $2");
    rx.find(text, scope, &[id.to_value()])
}

/// The patterns in force of a department, by name; at most 2,000.
pub fn of_department(rx: &Rx<'_>, scope: &Scope, department: &DepartmentId) -> Result<Vec<Pattern>, Fault> {
    let text = scoped!(
        "SELECT p.* FROM pattern p WHERE ",
        seen!("p.department_id"),
        " AND p.department_id = $2 AND p.state = 'in_force' ORDER BY p.name, p.id LIMIT 2000"
    );
    rx.list(text, scope, &[department.to_value()])
}

/// The assets in use of a pattern, by name; at most 5,000.
pub fn members(rx: &Rx<'_>, scope: &Scope, pattern: &PatternId) -> Result<Vec<Asset>, Fault> {
    let text = scoped!(
        "SELECT a.* FROM asset a WHERE ",
        seen!("a.department_id"),
        " AND a.pattern_id = $2 AND a.state = 'in_use' ORDER BY a.name, a.id LIMIT 5000"
    );
    rx.list(text, scope, &[pattern.to_value()])
}

/// How many assets in use of a department belong to a pattern.
pub fn count_members(rx: &Rx<'_>, scope: &Scope, department: &DepartmentId) -> Result<i64, Fault> {
    let text = scoped!(
        "SELECT COUNT(*) FROM asset a WHERE ",
        seen!("a.department_id"),
        " AND a.department_id = $2 AND a.pattern_id IS NOT NULL AND a.state = 'in_use'"
    );
    rx.count(text, scope, &[department.to_value()])
}
