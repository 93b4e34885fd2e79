//! The SQL of the inventory: the year, the sheets, the confirmations.

use crate::asset::store as asset;
use crate::house::db::Value;
use crate::house::fault::{Done, Fault, Stop};
use crate::house::kept::{Column, Kept, cell};
use crate::house::work::Rx;
use crate::{kept, open, scoped, seen};
use meguri_domain::asset::Asset;
use meguri_domain::ids::{AssetId, DepartmentId, InventoryId, InventorySheetId};
use meguri_domain::inventory::{Confirmation, Inventory, InventorySheet, Outcome};
use meguri_domain::people::Scope;
use meguri_domain::{Date, Refusal};

kept!(company Inventory, "inventory", [id, version, fiscal_year, opened_on, due_on]);
kept!(owned InventorySheet, "inventory_sheet", [id, version, inventory_id, department_id, none_held, flow];
    state = |s: &InventorySheet| s.flow.state.code().to_owned());
kept!(owned Confirmation, "confirmation", [id, version, inventory_id, department_id, asset_id, outcome, asset_revision, confirmed_on]
    => later [contents]);

/// How many rows a page of a sheet shows.
pub const PER_PAGE: i64 = 200;

/// The newest inventory, if one was ever opened.
pub fn current(rx: &Rx<'_>) -> Result<Option<Inventory>, Fault> {
    rx.open_one(open!("SELECT * FROM inventory ORDER BY fiscal_year DESC LIMIT 1"), &[])
}

/// The inventory of a fiscal year.
pub fn of_year(rx: &Rx<'_>, fiscal_year: i64) -> Result<Option<Inventory>, Fault> {
    rx.open_one(open!("SELECT * FROM inventory WHERE fiscal_year = $1"), &[Value::Int(fiscal_year)])
}

/// Every inventory, newest first; at most 100.
pub fn all(rx: &Rx<'_>) -> Result<Vec<Inventory>, Fault> {
    rx.open_list(open!("SELECT * FROM inventory ORDER BY fiscal_year DESC LIMIT 100"), &[])
}

/// A sheet inside a scope; others are not found.
pub fn sheet(rx: &Rx<'_>, scope: &Scope, id: &InventorySheetId) -> Done<InventorySheet> {
    let text =
        scoped!("SELECT s.* FROM inventory_sheet s WHERE ", seen!("s.department_id"), " AND s.id = $2");
    rx.find(text, scope, &[id.to_value()])
}

/// The sheet of a department in an inventory.
pub fn sheet_of(
    rx: &Rx<'_>,
    scope: &Scope,
    inventory: &InventoryId,
    department: &DepartmentId,
) -> Result<Option<InventorySheet>, Fault> {
    let text = scoped!(
        "SELECT s.* FROM inventory_sheet s WHERE ",
        seen!("s.department_id"),
        " AND s.inventory_id = $2 AND s.department_id = $3"
    );
    rx.one(text, scope, &[inventory.to_value(), department.to_value()])
}

/// The sheets of an inventory inside a scope; at most 5,000.
pub fn sheets(rx: &Rx<'_>, scope: &Scope, inventory: &InventoryId) -> Result<Vec<InventorySheet>, Fault> {
    let text = scoped!(
        "SELECT s.* FROM inventory_sheet s WHERE ",
        seen!("s.department_id"),
        " AND s.inventory_id = $2 ORDER BY s.department_id LIMIT 5000"
    );
    rx.list(text, scope, &[inventory.to_value()])
}

/// The confirmations of an inventory inside a scope; at most 200,000.
pub fn confirmations(
    rx: &Rx<'_>,
    scope: &Scope,
    inventory: &InventoryId,
) -> Result<Vec<Confirmation>, Fault> {
    let text = scoped!(
        "SELECT c.* FROM confirmation c WHERE ",
        seen!("c.department_id"),
        " AND c.inventory_id = $2 ORDER BY c.id LIMIT 200000"
    );
    rx.list(text, scope, &[inventory.to_value()])
}

/// What was said of an asset in an inventory. It goes with the asset when departments merge.
pub fn confirmation_of(
    rx: &Rx<'_>,
    scope: &Scope,
    inventory: &InventoryId,
    asset: &AssetId,
) -> Result<Option<Confirmation>, Fault> {
    let text = scoped!(
        "SELECT c.* FROM confirmation c JOIN asset a ON a.id = c.asset_id WHERE ",
        seen!("a.department_id"),
        " AND c.inventory_id = $2 AND c.asset_id = $3"
    );
    rx.one(text, scope, &[inventory.to_value(), asset.to_value()])
}

/// The assets in use of a department of which nothing was said yet, or which were changed since; at most 20,000.
pub fn unconfirmed(
    rx: &Rx<'_>,
    scope: &Scope,
    inventory: &InventoryId,
    department: &DepartmentId,
) -> Result<Vec<Asset>, Fault> {
    let text = scoped!(
        "SELECT a.* FROM asset a LEFT JOIN confirmation c ON c.asset_id = a.id AND c.inventory_id = $2 WHERE ",
        seen!("a.department_id"),
        " AND a.department_id = $3 AND a.state = 'in_use' AND (c.id IS NULL OR c.asset_revision < a.revision) ORDER BY a.name, a.id LIMIT 20000"
    );
    rx.list(text, scope, &[inventory.to_value(), department.to_value()])
}

/// What a department's sheet counts.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Tally {
    /// Rows in use.
    pub held: i64,
    /// Of these, confirmed as they stand now.
    pub confirmed: i64,
    pub unchanged: i64,
    pub new: i64,
    pub changed: i64,
    pub retired: i64,
}

/// The counts of every department inside a scope; departments without rows are absent.
pub fn tallies(
    rx: &Rx<'_>,
    scope: &Scope,
    inventory: &InventoryId,
) -> Result<Vec<(DepartmentId, Tally)>, Fault> {
    let text = scoped!(
        "SELECT a.department_id, ",
        "CAST(SUM(CASE WHEN a.state = 'in_use' THEN 1 ELSE 0 END) AS BIGINT), ",
        "CAST(SUM(CASE WHEN a.state = 'in_use' AND c.asset_revision >= a.revision THEN 1 ELSE 0 END) AS BIGINT), ",
        "CAST(SUM(CASE WHEN c.outcome = 'unchanged' AND c.asset_revision >= a.revision THEN 1 ELSE 0 END) AS BIGINT), ",
        "CAST(SUM(CASE WHEN c.outcome = 'new' THEN 1 ELSE 0 END) AS BIGINT), ",
        "CAST(SUM(CASE WHEN c.outcome = 'changed' THEN 1 ELSE 0 END) AS BIGINT), ",
        "CAST(SUM(CASE WHEN c.outcome = 'retired' THEN 1 ELSE 0 END) AS BIGINT) ",
        "FROM asset a LEFT JOIN confirmation c ON c.asset_id = a.id AND c.inventory_id = $2 WHERE ",
        seen!("a.department_id"),
        " GROUP BY a.department_id ORDER BY a.department_id LIMIT 5000"
    );
    let read = |row: &crate::house::db::Row| {
        let tally = Tally {
            held: cell(row, 1)?,
            confirmed: cell(row, 2)?,
            unchanged: cell(row, 3)?,
            new: cell(row, 4)?,
            changed: cell(row, 5)?,
            retired: cell(row, 6)?,
        };
        Ok((cell(row, 0)?, tally))
    };
    rx.rows(text, scope, &[inventory.to_value()])?.iter().map(read).collect()
}

/// The counts of one department.
pub fn tally(
    rx: &Rx<'_>,
    scope: &Scope,
    inventory: &InventoryId,
    department: &DepartmentId,
) -> Result<Tally, Fault> {
    let found = tallies(rx, scope, inventory)?.into_iter().find(|(each, _)| each == department);
    Ok(found.map(|(_, tally)| tally).unwrap_or_default())
}

/// An asset with what was said of it.
pub struct Line {
    pub asset: Asset,
    /// The outcome, the revision it speaks of, and the day.
    pub said: Option<(Outcome, i64, Date)>,
}

impl Line {
    /// What was said, when it still speaks of the row as it stands.
    pub fn outcome(&self) -> Option<Outcome> {
        self.said
            .as_ref()
            .filter(|(_, revision, _)| *revision >= self.asset.revision)
            .map(|(outcome, ..)| *outcome)
    }
}

/// A page of a department's sheet: rows in use and those retired within this inventory. `only` is an
/// outcome's code, `open` for unconfirmed rows, or empty for all; what is unconfirmed comes first.
pub fn lines(
    rx: &Rx<'_>,
    scope: &Scope,
    inventory: &InventoryId,
    department: &DepartmentId,
    (only, page): (&str, i64),
) -> Result<Vec<Line>, Fault> {
    let text = scoped!(
        "SELECT a.*, c.outcome, c.asset_revision, c.confirmed_on FROM asset a ",
        "LEFT JOIN confirmation c ON c.asset_id = a.id AND c.inventory_id = $2 WHERE ",
        seen!("a.department_id"),
        " AND a.department_id = $3 AND (a.state = 'in_use' OR c.outcome = 'retired') ",
        "AND (CAST($4 AS TEXT) = '' OR (CAST($4 AS TEXT) = 'open' AND (c.id IS NULL OR c.asset_revision < a.revision)) ",
        "OR (c.outcome = CAST($4 AS TEXT) AND c.asset_revision >= a.revision)) ",
        "ORDER BY CASE WHEN a.state = 'retired' THEN 1 ELSE 0 END, a.category, a.name, a.id ",
        "LIMIT CAST($5 AS BIGINT) OFFSET CAST($6 AS BIGINT)"
    );
    let offset = page.clamp(1, 1_000).saturating_sub(1).saturating_mul(PER_PAGE);
    let values = [
        inventory.to_value(),
        department.to_value(),
        only.to_owned().to_value(),
        Value::Int(PER_PAGE),
        Value::Int(offset),
    ];
    let read = |row: &crate::house::db::Row| {
        let at = Asset::COLUMNS.len();
        let outcome: Option<Outcome> = cell(row, at)?;
        let said = match outcome {
            Some(outcome) => Some((outcome, cell(row, at + 1)?, cell(row, at + 2)?)),
            None => None,
        };
        Ok(Line { asset: Asset::from_row(row)?, said })
    };
    rx.rows(text, scope, &values)?.iter().map(read).collect()
}

/// An asset inside a scope.
pub fn asset_in(rx: &Rx<'_>, scope: &Scope, id: &AssetId) -> Done<Asset> {
    asset::find(rx, scope, id)
}

/// The newest inventory, or the refusal that says there is none.
pub fn must_be_open(rx: &Rx<'_>) -> Done<Inventory> {
    current(rx)?.ok_or(Stop::Refusal(Refusal::Because((
        "棚卸はまだ始まっていません。事務局が棚卸を開始すると、確認できるようになります。",
        "No inventory has been opened yet. You can confirm once the secretariat opens one.",
    ))))
}
