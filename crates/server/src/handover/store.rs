//! The SQL of a handover: what a department holds that may go.

use crate::house::fault::Fault;
use crate::house::kept::Column;
use crate::house::work::Rx;
use crate::{inventory, scoped, seen};
use meguri_domain::correction::Correction;
use meguri_domain::ids::DepartmentId;
use meguri_domain::inventory::Confirmation;
use meguri_domain::people::Scope;
use meguri_domain::risk::Risk;
use meguri_domain::treatment::PlanRow;

/// Every judgement that a department holds; at most 200,000.
pub fn risks_of(rx: &Rx<'_>, scope: &Scope, department: &DepartmentId) -> Result<Vec<Risk>, Fault> {
    let text = scoped!(
        "SELECT r.* FROM risk r WHERE ",
        seen!("r.department_id"),
        " AND r.department_id = $2 ORDER BY r.id LIMIT 200000"
    );
    rx.list(text, scope, &[department.to_value()])
}

/// Every plan row that a department holds; at most 200,000.
pub fn rows_of(rx: &Rx<'_>, scope: &Scope, department: &DepartmentId) -> Result<Vec<PlanRow>, Fault> {
    let text = scoped!(
        "SELECT p.* FROM plan_row p WHERE ",
        seen!("p.department_id"),
        " AND p.department_id = $2 ORDER BY p.id LIMIT 200000"
    );
    rx.list(text, scope, &[department.to_value()])
}

/// The corrections that a department still carries.
pub fn carried(rx: &Rx<'_>, scope: &Scope, department: &DepartmentId) -> Result<Vec<Correction>, Fault> {
    let text = scoped!(
        "SELECT c.* FROM correction c WHERE ",
        seen!("c.department_id"),
        " AND c.department_id = $2 ORDER BY c.id LIMIT 20000"
    );
    let all: Vec<Correction> = rx.list(text, scope, &[department.to_value()])?;
    Ok(all.into_iter().filter(Correction::is_carried).collect())
}

/// What was said in the running inventory of the rows of a department.
pub fn confirmations(
    rx: &Rx<'_>,
    scope: &Scope,
    department: &DepartmentId,
) -> Result<Vec<Confirmation>, Fault> {
    let Some(current) = inventory::store::current(rx)? else { return Ok(Vec::new()) };
    let text = scoped!(
        "SELECT c.* FROM confirmation c WHERE ",
        seen!("c.department_id"),
        " AND c.department_id = $2 AND c.inventory_id = $3 ORDER BY c.id LIMIT 200000"
    );
    rx.list(text, scope, &[department.to_value(), current.id.to_value()])
}
