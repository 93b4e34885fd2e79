//! The SQL of the breaks: everything the invariants speak of, as far as a scope sees it. Texts that no
//! invariant reads stay in the database.

use crate::calendar::store as calendar;
use crate::closing::store as closing;
use crate::criteria::store as criteria;
use crate::house::db::{Row, Value};
use crate::house::fault::{Done, Fault};
use crate::house::kept::{Column, Kept, cell};
use crate::house::work::Rx;
use crate::people::store as people;
use crate::risk::store as risk;
use crate::{held, open, scoped, seen};
use meguri_domain::Month;
use meguri_domain::asset::Asset;
use meguri_domain::breaks::World;
use meguri_domain::correction::Correction;
use meguri_domain::criteria::Criteria;
use meguri_domain::ids::DepartmentId;
use meguri_domain::inventory::{Confirmation, Inventory, InventorySheet};
use meguri_domain::obligation::Plan;
use meguri_domain::people::Scope;
use meguri_domain::risk::Risk;
use meguri_domain::treatment::PlanRow;
use std::collections::HashMap;

/// The world as the scope sees it, from the first month of records to today: of the register and its risks the rows of
/// which an invariant could speak, for nearly all of them are in order. `tampered` stays empty: the verification of the
/// log is asked for apart, because it reads everything.
pub fn world(rx: &Rx<'_>, scope: &Scope) -> Done<World> {
    let today = Month::of(rx.today());
    let since = calendar::first_month(rx)?;
    let from = since.unwrap_or(today);
    let inventory: Option<Inventory> =
        rx.open_one(open!("SELECT * FROM inventory ORDER BY fiscal_year DESC LIMIT 1"), &[])?;
    let (sheets, unconfirmed) = match &inventory {
        Some(inventory) => (sheets(rx, scope, inventory)?, unconfirmed(rx, scope, inventory)?),
        None => (Vec::new(), HashMap::new()),
    };
    let criteria = criteria::in_force(rx)?;
    let year = calendar::calendar(rx)?.fiscal_year(today);
    let unjudged = match &criteria {
        Some(criteria) => unjudged(rx, scope, year, criteria)?,
        None => HashMap::new(),
    };
    let Register { assets, confirmations, risks } =
        register(rx, scope, inventory.as_ref(), criteria.as_ref())?;
    Ok(World {
        plan: plan(rx, scope)?,
        records: closing::months(rx, scope, from, today)?,
        assets,
        unconfirmed,
        inventory,
        sheets,
        confirmations,
        criteria,
        assessments: risk::assessments(rx, scope, year)?,
        unjudged,
        risks,
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

/// How many assets in use each department has left unconfirmed, once the day has passed by which it should not.
fn unconfirmed(
    rx: &Rx<'_>,
    scope: &Scope,
    inventory: &Inventory,
) -> Result<HashMap<DepartmentId, usize>, Fault> {
    if rx.today() <= inventory.due_on {
        return Ok(HashMap::new());
    }
    let text = scoped!(
        "SELECT a.department_id, COUNT(*) FROM ",
        held!("asset a", "a.department_id"),
        " AND a.state = 'in_use' AND NOT EXISTS (SELECT 1 FROM confirmation f WHERE f.inventory_id = $2 AND f.asset_id = a.id AND ",
        seen!("f.department_id"),
        ") GROUP BY a.department_id ORDER BY a.department_id LIMIT 5000"
    );
    rx.rows(text, scope, &[inventory.id.to_value()])?.iter().map(counted).collect()
}

/// How many assets in use have no judgement of this year that holds, of each department whose assessment is not done. The oldest
/// judgement of an asset is one step into an index; revisions are counted from 1.
fn unjudged(
    rx: &Rx<'_>,
    scope: &Scope,
    year: i64,
    criteria: &Criteria,
) -> Result<HashMap<DepartmentId, usize>, Fault> {
    let text = scoped!(
        "SELECT a.department_id, COUNT(*) FROM ",
        held!("asset a", "a.department_id"),
        " AND a.state = 'in_use' AND NOT EXISTS (SELECT 1 FROM assessment m WHERE m.department_id = w.id AND m.fiscal_year = $2
           AND m.state = 'checked')
         AND COALESCE((SELECT MIN(r.asset_revision) FROM risk r WHERE r.asset_id = a.id AND r.fiscal_year = $2
           AND r.criteria_id = $3), 0) <> a.revision
         GROUP BY a.department_id ORDER BY a.department_id LIMIT 5000"
    );
    rx.rows(text, scope, &[year.to_value(), criteria.id.to_value()])?.iter().map(counted).collect()
}

/// A department and a number.
fn counted(row: &Row) -> Result<(DepartmentId, usize), Fault> {
    Ok((cell(row, 0)?, usize::try_from(cell::<i64>(row, 1)?).map_err(Fault::broken)?))
}

/// The assets of which an invariant could speak, with everything by which it is decided.
#[derive(Default)]
struct Register {
    assets: Vec<Asset>,
    confirmations: Vec<Confirmation>,
    risks: Vec<Risk>,
}

/// The assets of which an invariant could speak; `$2` is the inventory, `$3` are the criteria, `$4` is the value from
/// which they ask for an answer. It may name more of them than a rule does, and never fewer: unconfirmed ones where
/// the sheet was handed in or nobody will; confirmed ones without a fresh judgement; those with a risk that nothing
/// answers, or that was changed after its approval; those of the plan.
macro_rules! spoken_of {
    () => {
        concat!(
            "SELECT a.id AS found FROM ", held!("asset a", "a.department_id"), " AND a.state = 'in_use' AND CAST($2 AS TEXT) <> ''
               AND (w.closes_on IS NOT NULL OR EXISTS (SELECT 1 FROM inventory_sheet h WHERE h.inventory_id = $2
                 AND h.department_id = w.id AND h.state NOT IN ('draft', 'returned')))
               AND NOT EXISTS (SELECT 1 FROM confirmation f WHERE f.inventory_id = $2 AND f.asset_id = a.id AND ",
            seen!("f.department_id"), ")
             UNION SELECT a.id FROM ", held!("asset a", "a.department_id"), " AND a.state = 'in_use' AND CAST($3 AS TEXT) <> ''
               AND EXISTS (SELECT 1 FROM confirmation f WHERE f.inventory_id = $2 AND f.asset_id = a.id)
               AND (NOT EXISTS (SELECT 1 FROM risk r WHERE r.asset_id = a.id AND ", seen!("r.department_id"), ")
                 OR EXISTS (SELECT 1 FROM risk r WHERE r.asset_id = a.id AND (r.criteria_id <> $3 OR r.asset_revision <> a.revision)
                   AND NOT EXISTS (SELECT 1 FROM risk y WHERE y.asset_id = r.asset_id AND y.threat_id = r.threat_id
                     AND y.fiscal_year > r.fiscal_year AND ", seen!("y.department_id"), ")))
             UNION SELECT r.asset_id FROM ", held!("risk r", "r.department_id"), " AND r.answerable AND r.value >= $4
               AND NOT EXISTS (SELECT 1 FROM plan_row p WHERE p.risk_id = r.id AND ", seen!("p.department_id"), ")
             UNION SELECT r.asset_id FROM ", held!("risk r", "r.department_id"), " AND r.approval IS NOT NULL
               AND r.approval NOT LIKE '%\"revision\":' || r.revision || '}'
             UNION SELECT r.asset_id FROM plan_row p JOIN risk r ON r.id = p.risk_id WHERE ", seen!("p.department_id")
        )
    };
}

/// The lower of the two lines from which an edition asks for an answer.
fn lowest_line(criteria: &Criteria) -> i64 {
    [true, false].map(|personal| criteria.method_for(personal).answer_from).into_iter().min().unwrap_or(1)
}

/// The columns of an asset, its confirmation and one of its risks stand side by side in a row.
const ASSET: usize = Asset::COLUMNS.len();
const CONFIRMATION: usize = Confirmation::COLUMNS.len();

fn register(
    rx: &Rx<'_>,
    scope: &Scope,
    inventory: Option<&Inventory>,
    criteria: Option<&Criteria>,
) -> Result<Register, Fault> {
    let text = scoped!(
        "SELECT a.id, a.version, a.revision, a.department_id, CAST('' AS TEXT), a.name, CAST('' AS TEXT), CAST('' AS TEXT),
         CAST('' AS TEXT), a.medium, a.personal, a.sensitive, a.my_number, a.confidentiality, a.integrity, a.availability,
         a.importance, CAST('' AS TEXT), a.registered_on, a.state, CAST('' AS TEXT), CAST('' AS TEXT), CAST('{}' AS TEXT),
         a.pattern_id, f.id, f.version, f.inventory_id, f.department_id, f.asset_id, f.outcome, f.asset_revision,
         f.confirmed_on, CAST(NULL AS TEXT), r.id, r.version, r.revision, r.department_id, r.fiscal_year, r.asset_id,
         r.asset_revision, r.criteria_id, r.threat_id, r.threat, r.vulnerability, r.importance, r.likelihood, r.value,
         r.level, CAST('' AS TEXT), r.answerable, r.approval, r.personal, r.grounds FROM (",
        spoken_of!(),
        ") s LEFT JOIN asset a ON a.id = s.found AND ", seen!("a.department_id"),
        " LEFT JOIN confirmation f ON f.inventory_id = $2 AND f.asset_id = s.found AND ", seen!("f.department_id"),
        " LEFT JOIN risk r ON r.asset_id = s.found AND ", seen!("r.department_id"), " ORDER BY s.found, r.id LIMIT 1000000"
    );
    let values = [
        Value::Text(inventory.map_or_else(String::new, |each| each.id.to_string())),
        Value::Text(criteria.map_or_else(String::new, |each| each.id.to_string())),
        Value::Int(criteria.map_or(i64::MAX, lowest_line)),
    ];
    let mut found = Register::default();
    for mut row in rx.rows(text, scope, &values)? {
        let (risk, confirmation) = (row.split_off(ASSET + CONFIRMATION), row.split_off(ASSET));
        // An asset comes once with each of its risks.
        let again = matches!((row.first(), found.assets.last()),
            (Some(Value::Text(id)), Some(last)) if last.id.as_str() == id.as_str());
        if !again {
            found.assets.extend(some(&row)?);
            found.confirmations.extend(some(&confirmation)?);
        }
        found.risks.extend(some(&risk)?);
    }
    Ok(found)
}

/// What a LEFT JOIN has found.
fn some<T: Kept>(row: &Row) -> Result<Option<T>, Fault> {
    let found = row.first().is_some_and(|id| *id != Value::Null);
    found.then(|| T::from_row(row)).transpose()
}

fn plan_rows(rx: &Rx<'_>, scope: &Scope) -> Result<Vec<PlanRow>, Fault> {
    let text =
        scoped!("SELECT p.* FROM ", held!("plan_row p", "p.department_id"), " ORDER BY p.id LIMIT 200000");
    rx.list(text, scope, &[])
}

fn corrections(rx: &Rx<'_>, scope: &Scope) -> Result<Vec<Correction>, Fault> {
    let text =
        scoped!("SELECT c.* FROM ", held!("correction c", "c.department_id"), " ORDER BY c.id LIMIT 200000");
    rx.list(text, scope, &[])
}
