//! The SQL of the statement of applicability, and what the plan says of each control.

use crate::house::db::Value;
use crate::house::fault::{Done, Fault, Stop};
use crate::house::kept::{Column, cell};
use crate::house::work::Rx;
use crate::{kept, open, scoped, seen};
use meguri_domain::Refusal;
use meguri_domain::applicability::{MOST_ROWS, StatementLine, Usage};
use meguri_domain::ids::{ControlId, DepartmentId, PlanRowId, StatementId};
use meguri_domain::people::Scope;
use meguri_domain::statement::Statement;
use std::collections::BTreeMap;

kept!(company StatementLine, "statement_line", [
    id, version, control_id, decision, inclusions, reason, exclusion, implementation, rule, recorded,
]);
kept!(company Statement, "statement", [id, version, number, state, lines, recorded, submitted, approved, returned]);

/// Every line that somebody wrote; one a control, at most 1,000.
pub fn lines(rx: &Rx<'_>) -> Result<Vec<StatementLine>, Fault> {
    rx.open_list(open!("SELECT * FROM statement_line ORDER BY id LIMIT 1000"), &[])
}

/// The versions, newest first; at most 500.
pub fn versions(rx: &Rx<'_>) -> Result<Vec<Statement>, Fault> {
    rx.open_list(open!("SELECT * FROM statement ORDER BY number DESC LIMIT 500"), &[])
}

/// The version that was approved last.
pub fn last_approved(rx: &Rx<'_>) -> Result<Option<Statement>, Fault> {
    rx.open_one(open!("SELECT * FROM statement WHERE state = 'approved' ORDER BY number DESC LIMIT 1"), &[])
}

/// The version that is under way: submitted or sent back.
pub fn under_way(rx: &Rx<'_>) -> Result<Option<Statement>, Fault> {
    rx.open_one(open!("SELECT * FROM statement WHERE state <> 'approved' ORDER BY number DESC LIMIT 1"), &[])
}

/// One version.
pub fn find(rx: &Rx<'_>, id: &StatementId) -> Done<Statement> {
    rx.open_one(open!("SELECT * FROM statement WHERE id = $1"), &[id.to_value()])?
        .ok_or(Stop::Refusal(Refusal::NotFound))
}

/// Which controls the statement excludes as it stands.
pub fn excluded(rx: &Rx<'_>) -> Result<Vec<ControlId>, Fault> {
    let text = open!(
        "SELECT control_id FROM statement_line WHERE decision = 'excluded' ORDER BY control_id LIMIT 1000"
    );
    rx.open_rows(text, &[])?.iter().map(|row| cell(row, 0)).collect()
}

/// A plan row counts as long as its asset is in use and no later year has a row for the same threat to it: what was done
/// last year stays needed, until something else is planned. What is accepted leans on no control.
macro_rules! counting {
    ($columns:literal, $more:literal) => {
        scoped!(
            "SELECT ",
            $columns,
            " FROM plan_row p JOIN risk r ON r.id = p.risk_id JOIN asset a ON a.id = r.asset_id",
            " JOIN threat t ON t.id = r.threat_id WHERE ",
            seen!("p.department_id"),
            " AND p.controls <> '[]' AND p.destination <> 'acceptance' AND a.state = 'in_use' AND NOT EXISTS (SELECT 1 FROM plan_row n JOIN risk q",
            " ON q.id = n.risk_id WHERE q.asset_id = r.asset_id AND q.threat_id = r.threat_id",
            " AND q.fiscal_year > r.fiscal_year)",
            $more
        )
    };
}

/// What the plan says of each control, department by department.
pub fn uses(rx: &Rx<'_>, scope: &Scope) -> Result<BTreeMap<ControlId, Vec<Usage>>, Fault> {
    let text = counting!("p.controls, p.department_id, p.id", " LIMIT 1000000");
    let mut rows: BTreeMap<(ControlId, DepartmentId), Vec<PlanRowId>> = BTreeMap::new();
    for row in rx.rows(text, scope, &[])? {
        let (controls, department, id): (Vec<ControlId>, DepartmentId, PlanRowId) =
            (cell(&row, 0)?, cell(&row, 1)?, cell(&row, 2)?);
        for control in controls {
            rows.entry((control, department.clone())).or_default().push(id.clone());
        }
    }
    let mut uses: BTreeMap<ControlId, Vec<Usage>> = BTreeMap::new();
    for ((control, department_id), mut ids) in rows {
        ids.sort();
        ids.dedup();
        let rows = i64::try_from(ids.len()).map_err(Fault::broken)?;
        ids.truncate(MOST_ROWS);
        uses.entry(control).or_default().push(Usage { department_id, rows, ids });
    }
    Ok(uses)
}

/// A plan row that uses a control.
pub struct UsingRow {
    pub id: PlanRowId,
    pub department_id: DepartmentId,
    pub asset: String,
    pub threat_ja: String,
    pub threat_en: String,
    pub task: String,
    pub fiscal_year: i64,
}

/// The plan rows that use a control; at most 200.
pub fn using(rx: &Rx<'_>, scope: &Scope, control: &ControlId) -> Result<Vec<UsingRow>, Fault> {
    let text = counting!(
        "p.id, p.department_id, a.name, t.name_ja, t.name_en, p.task, p.fiscal_year",
        " AND replace(p.controls, $2, '') <> p.controls ORDER BY p.department_id, a.name, p.id LIMIT 200"
    );
    let named = Value::Text(format!("\"{control}\""));
    let read = |row: &crate::house::db::Row| {
        Ok(UsingRow {
            id: cell(row, 0)?,
            department_id: cell(row, 1)?,
            asset: cell(row, 2)?,
            threat_ja: cell(row, 3)?,
            threat_en: cell(row, 4)?,
            task: cell(row, 5)?,
            fiscal_year: cell(row, 6)?,
        })
    };
    rx.rows(text, scope, &[named])?.iter().map(read).collect()
}
