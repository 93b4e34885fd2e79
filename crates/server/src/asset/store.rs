//! The SQL of the asset register.

use crate::house::fault::{Done, Fault};
use crate::house::kept::Column;
use crate::house::words::fold;
use crate::house::work::Rx;
use crate::{kept, scoped, seen};
use meguri_domain::asset::Asset;
use meguri_domain::ids::{AssetId, DepartmentId};
use meguri_domain::people::Scope;

kept!(owned Asset, "asset", [
    id, version, revision, department_id, category, name, note, users, risk_owner, medium, personal, sensitive, my_number,
    confidentiality, integrity, availability, importance, retention, registered_on, state, retired_reason,
]; folded = |a: &Asset| fold(&[a.name.as_str(), a.category.as_str(), a.note.as_str(), a.users.as_str(), a.medium.as_str()].join(" ")));

/// One asset inside a scope.
pub fn find(rx: &Rx<'_>, scope: &Scope, id: &AssetId) -> Done<Asset> {
    rx.find(
        scoped!("SELECT a.* FROM asset a WHERE ", seen!("a.department_id"), " AND a.id = $2"),
        scope,
        &[id.to_value()],
    )
}

/// The assets of a department that are in use, by name; at most 20,000.
pub fn in_use(rx: &Rx<'_>, scope: &Scope, department: &DepartmentId) -> Result<Vec<Asset>, Fault> {
    let text = scoped!(
        "SELECT a.* FROM asset a WHERE ",
        seen!("a.department_id"),
        " AND a.department_id = $2 AND a.state = 'in_use' ORDER BY a.name, a.id LIMIT 20000"
    );
    rx.list(text, scope, &[department.to_value()])
}
