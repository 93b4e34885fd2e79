//! The SQL of exports: rows page by page behind a key, what was taken out, and the layouts that departments brought.

use super::filter::{Filter, Part};
use super::store::{filtered, of_part, values};
use crate::house::db::Value;
use crate::house::fault::{Done, Fault, Stop};
use crate::house::kept::Column;
use crate::house::work::Rx;
use crate::{kept, open, scoped, seen};
use meguri_domain::Refusal;
use meguri_domain::asset::Asset;
use meguri_domain::export::{Export, Origin};
use meguri_domain::ids::{DepartmentId, ExportId};
use meguri_domain::people::Scope;

kept!(company Export, "export", [id, version, person_id, layout, format, filter, row_count, personal_count, made_at]);
kept!(owned Origin, "origin", [id, version, department_id, file_name, layout]);

/// The next page of a department behind a name and an id.
macro_rules! paged {
    ($from:expr, $reach:expr, $part:expr, ) => {
        filtered!(
            $from,
            $reach,
            $part,
            "SELECT a.* FROM ",
            " AND a.department_id = $7 AND (a.name, a.id) > ($8, $9) ORDER BY a.name, a.id LIMIT 1000"
        )
    };
}

/// How many name a risk owner.
macro_rules! owned {
    ($from:expr, $reach:expr, $part:expr, ) => {
        filtered!($from, $reach, $part, "SELECT COUNT(*) FROM ", " AND a.risk_owner <> ''")
    };
}

/// Rows of one look.
pub const PAGE: usize = 1_000;

/// The next assets of a department that a filter lets through, by name, behind a name and an id; at most [`PAGE`].
pub fn after(
    rx: &Rx<'_>,
    scope: &Scope,
    filter: &Filter,
    department: &DepartmentId,
    (name, id): (&str, &str),
) -> Result<Vec<Asset>, Fault> {
    let mut values = values(filter);
    values.extend([department.to_value(), Value::Text(name.to_owned()), Value::Text(id.to_owned())]);
    rx.list(of_part!("asset a", "", filter, paged,), scope, &values)
}

/// How many assets that a filter lets through name a risk owner.
pub fn owners(rx: &Rx<'_>, scope: &Scope, filter: &Filter) -> Result<i64, Fault> {
    rx.count(of_part!("asset a", "", filter, owned,), scope, &values(filter))
}

/// An export of the actor's own.
pub fn export(rx: &Rx<'_>, id: &ExportId) -> Done<Export> {
    let text = open!("SELECT * FROM export WHERE id = $1 AND person_id = $2");
    let found = rx.open_one(text, &[id.to_value(), rx.actor().person.to_value()])?;
    found.ok_or(Stop::Refusal(Refusal::NotFound))
}

/// The layout that a department brought last.
pub fn origin(rx: &Rx<'_>, scope: &Scope, department: &DepartmentId) -> Result<Option<Origin>, Fault> {
    let text =
        scoped!("SELECT o.* FROM origin o WHERE ", seen!("o.department_id"), " AND o.department_id = $2");
    rx.one(text, scope, &[department.to_value()])
}
