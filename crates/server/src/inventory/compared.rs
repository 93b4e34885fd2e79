//! The SQL of two inventories side by side. What a row said then stands in its confirmation, so that no look into
//! the record log is needed.

use crate::house::db::{Row, Value};
use crate::house::fault::Fault;
use crate::house::kept::{Column, Kept, cell};
use crate::house::work::Rx;
use crate::{scoped, seen};
use meguri_domain::asset::{Asset, AssetDraft};
use meguri_domain::difference::Fate;
use meguri_domain::ids::{DepartmentId, InventoryId};
use meguri_domain::people::Scope;

/// How many rows met each fate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Counts {
    pub new: i64,
    pub changed: i64,
    pub retired: i64,
    pub unchanged: i64,
}

impl Counts {
    pub fn of(&self, fate: Fate) -> i64 {
        match fate {
            Fate::New => self.new,
            Fate::Changed => self.changed,
            Fate::Retired => self.retired,
            Fate::Unchanged => self.unchanged,
        }
    }
    pub fn all(&self) -> i64 {
        self.new + self.changed + self.retired + self.unchanged
    }
    pub fn sum<'a>(all: impl Iterator<Item = &'a Self>) -> Self {
        all.fold(Self::default(), |sum, each| Self {
            new: sum.new + each.new,
            changed: sum.changed + each.changed,
            retired: sum.retired + each.retired,
            unchanged: sum.unchanged + each.unchanged,
        })
    }
}

/// A row of the register beside what it said in the inventory before.
pub struct Compared {
    pub asset: Asset,
    pub fate: Fate,
    /// What it said then, where that was kept.
    pub contents: Option<AssetDraft>,
    /// The department that confirmed it then.
    pub was_in: Option<DepartmentId>,
}

/// What has become of a row `a` since the inventory before ($2, `b`). A row that came and went in between met no fate.
macro_rules! fate {
    () => {
        "CASE WHEN a.state = 'retired' THEN 'retired' WHEN b.id IS NULL THEN 'new' WHEN b.asset_revision < a.revision THEN 'changed' ELSE 'unchanged' END"
    };
}

macro_rules! compared {
    () => {
        concat!(
            " FROM asset a LEFT JOIN confirmation b ON b.asset_id = a.id AND b.inventory_id = $2 WHERE ",
            seen!("a.department_id"),
            " AND (a.state = 'in_use' OR b.outcome <> 'retired')"
        )
    };
}

/// The counts of every department inside a scope.
pub fn counts(
    rx: &Rx<'_>,
    scope: &Scope,
    before: &InventoryId,
) -> Result<Vec<(DepartmentId, Counts)>, Fault> {
    let text = scoped!(
        "SELECT d.id, f.fate, f.n FROM department d JOIN (SELECT a.department_id AS department_id, ",
        fate!(),
        " AS fate, COUNT(*) AS n",
        compared!(),
        " GROUP BY a.department_id, ",
        fate!(),
        ") f ON f.department_id = d.id ORDER BY d.code, f.fate LIMIT 20000"
    );
    let mut found: Vec<(DepartmentId, Counts)> = Vec::new();
    for row in rx.rows(text, scope, &[before.to_value()])? {
        let (id, fate, n): (DepartmentId, Fate, i64) = (cell(&row, 0)?, cell(&row, 1)?, cell(&row, 2)?);
        if found.last().is_none_or(|(last, _)| *last != id) {
            found.push((id, Counts::default()));
        }
        if let Some((_, counts)) = found.last_mut() {
            match fate {
                Fate::New => counts.new = n,
                Fate::Changed => counts.changed = n,
                Fate::Retired => counts.retired = n,
                Fate::Unchanged => counts.unchanged = n,
            }
        }
    }
    Ok(found)
}

/// What the rows are narrowed to.
pub struct Narrow<'a> {
    /// Empty for every department.
    pub department: &'a str,
    /// A fate's code, or empty for all.
    pub only: &'a str,
    /// On paper what has not changed is counted, not listed, unless it is asked for.
    pub paper: bool,
    pub most: i64,
    pub skip: i64,
}

/// The rows, what has changed first.
pub fn rows(
    rx: &Rx<'_>,
    scope: &Scope,
    before: &InventoryId,
    narrow: &Narrow<'_>,
) -> Result<Vec<Compared>, Fault> {
    let text = scoped!(
        "SELECT a.*, ",
        fate!(),
        ", b.contents, b.department_id",
        compared!(),
        " AND (CAST($3 AS TEXT) = '' OR a.department_id = $3)",
        " AND (CAST($4 AS TEXT) = '' OR ",
        fate!(),
        " = $4) AND (CAST($4 AS TEXT) <> '' OR CAST($5 AS BIGINT) = 0 OR ",
        fate!(),
        " <> 'unchanged') ORDER BY CASE ",
        fate!(),
        " WHEN 'new' THEN 0 WHEN 'changed' THEN 1 WHEN 'retired' THEN 2 ELSE 3 END, a.department_id, a.name, a.id",
        " LIMIT CAST($6 AS BIGINT) OFFSET CAST($7 AS BIGINT)"
    );
    let values = [
        before.to_value(),
        narrow.department.to_value(),
        narrow.only.to_value(),
        Value::Int(narrow.paper.into()),
        Value::Int(narrow.most),
        Value::Int(narrow.skip),
    ];
    let at = Asset::COLUMNS.len();
    let read = |row: &Row| {
        Ok(Compared {
            asset: Asset::from_row(row)?,
            fate: cell(row, at)?,
            contents: cell(row, at + 1)?,
            was_in: cell(row, at + 2)?,
        })
    };
    rx.rows(text, scope, &values)?.iter().map(read).collect()
}
