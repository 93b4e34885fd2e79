//! The SQL of the breaks: everything the invariants speak of, as far as a scope sees it. Texts that no
//! invariant reads stay in the database.

use crate::calendar::store as calendar;
use crate::closing::store as closing;
use crate::criteria::store as criteria;
use crate::house::fault::{Done, Fault};
use crate::house::kept::Column;
use crate::house::work::Rx;
use crate::people::store as people;
use crate::{open, scoped, seen};
use meguri_domain::Month;
use meguri_domain::asset::Asset;
use meguri_domain::breaks::World;
use meguri_domain::correction::Correction;
use meguri_domain::inventory::{Confirmation, Inventory, InventorySheet};
use meguri_domain::obligation::Plan;
use meguri_domain::people::Scope;
use meguri_domain::risk::Risk;
use meguri_domain::treatment::PlanRow;

/// The world as the scope sees it, from the first month of records to today. `tampered` stays empty:
/// the verification of the log is asked for apart, because it reads everything.
pub fn world(rx: &Rx<'_>, scope: &Scope) -> Done<World> {
    let today = Month::of(rx.today());
    let since = calendar::first_month(rx)?;
    let from = since.unwrap_or(today);
    let inventory: Option<Inventory> =
        rx.open_one(open!("SELECT * FROM inventory ORDER BY fiscal_year DESC LIMIT 1"), &[])?;
    let (sheets, confirmations) = match &inventory {
        Some(inventory) => (sheets(rx, scope, inventory)?, confirmations(rx, scope, inventory)?),
        None => (Vec::new(), Vec::new()),
    };
    Ok(World {
        plan: plan(rx, scope)?,
        records: closing::months(rx, scope, from, today)?,
        assets: assets(rx, scope)?,
        inventory,
        sheets,
        confirmations,
        criteria: criteria::in_force(rx)?,
        risks: risks(rx, scope)?,
        plan_rows: plan_rows(rx, scope)?,
        corrections: corrections(rx, scope)?,
        closings: closing::closings(rx, scope, from, today)?,
        tampered: Vec::new(),
        since,
    })
}

/// The dated facts from which obligations follow.
pub fn plan(rx: &Rx<'_>, scope: &Scope) -> Result<Plan, Fault> {
    Ok(Plan {
        departments: people::departments_in(rx, scope)?,
        assignments: closing::assignments(rx, scope)?,
        objectives: closing::objectives(rx, scope)?,
    })
}

fn sheets(rx: &Rx<'_>, scope: &Scope, inventory: &Inventory) -> Result<Vec<InventorySheet>, Fault> {
    let text = scoped!(
        "SELECT h.id, h.version, h.inventory_id, h.department_id, h.none_held, h.flow FROM inventory_sheet h WHERE ",
        seen!("h.department_id"),
        " AND h.inventory_id = $2 ORDER BY h.id LIMIT 5000"
    );
    rx.list(text, scope, &[inventory.id.to_value()])
}

fn confirmations(rx: &Rx<'_>, scope: &Scope, inventory: &Inventory) -> Result<Vec<Confirmation>, Fault> {
    let text = scoped!(
        "SELECT f.id, f.version, f.inventory_id, f.department_id, f.asset_id, f.outcome, f.asset_revision, f.confirmed_on,
         CAST(NULL AS TEXT) FROM confirmation f WHERE ",
        seen!("f.department_id"),
        " AND f.inventory_id = $2 ORDER BY f.id LIMIT 500000"
    );
    rx.list(text, scope, &[inventory.id.to_value()])
}

fn assets(rx: &Rx<'_>, scope: &Scope) -> Result<Vec<Asset>, Fault> {
    let text = scoped!(
        "SELECT a.id, a.version, a.revision, a.department_id, CAST('' AS TEXT), a.name, CAST('' AS TEXT), CAST('' AS TEXT),
         CAST('' AS TEXT), a.medium, a.personal, a.sensitive, a.my_number, a.confidentiality, a.integrity, a.availability,
         a.importance, CAST('' AS TEXT), a.registered_on, a.state, CAST('' AS TEXT), CAST('' AS TEXT), CAST('{}' AS TEXT),
         a.pattern_id FROM asset a WHERE ",
        seen!("a.department_id"), " ORDER BY a.id LIMIT 500000"
    );
    rx.list(text, scope, &[])
}

fn risks(rx: &Rx<'_>, scope: &Scope) -> Result<Vec<Risk>, Fault> {
    let text = scoped!(
        "SELECT r.id, r.version, r.revision, r.department_id, r.fiscal_year, r.asset_id, r.asset_revision, r.criteria_id,
         r.threat_id, r.threat, r.vulnerability, r.importance, r.likelihood, r.value, r.level, CAST('' AS TEXT), r.answerable,
         r.approval FROM risk r WHERE ",
        seen!("r.department_id"), " ORDER BY r.id LIMIT 500000"
    );
    rx.list(text, scope, &[])
}

fn plan_rows(rx: &Rx<'_>, scope: &Scope) -> Result<Vec<PlanRow>, Fault> {
    let text =
        scoped!("SELECT p.* FROM plan_row p WHERE ", seen!("p.department_id"), " ORDER BY p.id LIMIT 200000");
    rx.list(text, scope, &[])
}

fn corrections(rx: &Rx<'_>, scope: &Scope) -> Result<Vec<Correction>, Fault> {
    let text = scoped!(
        "SELECT c.* FROM correction c WHERE ",
        seen!("c.department_id"),
        " ORDER BY c.id LIMIT 200000"
    );
    rx.list(text, scope, &[])
}
