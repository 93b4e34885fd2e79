//! How many risks there are of each sort: one grouped look at the year, from which every picture is drawn.
//!
//! All are counted from an index, and those of retired assets are taken off again: they are few, and no row has to be opened
//! to ask for the state of its asset.

use crate::house::db::{Row, Value};
use crate::house::fault::Fault;
use crate::house::kept::{Column, cell};
use crate::house::sql::Scoped;
use crate::house::work::Rx;
use crate::{scoped, seen};
use meguri_domain::criteria::Level;
use meguri_domain::ids::{CriteriaId, DepartmentId};
use meguri_domain::people::Scope;
use meguri_domain::what_if::Kind;
use std::collections::{BTreeMap, HashMap};

/// Risks of a department that stand in one cell of the heat map and have one level.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cell {
    pub department_id: DepartmentId,
    /// Whether they were judged by the method for personal data.
    pub personal: bool,
    pub importance: i64,
    pub likelihood: i64,
    pub level: Level,
}

/// The risks of a year, counted.
#[derive(Debug, Clone, Default)]
pub struct Tally(Vec<(Cell, i64)>);

impl Tally {
    /// How many of them are such.
    pub fn count(&self, is: impl Fn(&Cell) -> bool) -> i64 {
        self.0.iter().filter(|(each, _)| is(each)).map(|(_, count)| count).sum()
    }

    /// How many are large, middle and small in each department.
    pub fn departments(&self) -> HashMap<&DepartmentId, [i64; 3]> {
        let mut all: HashMap<&DepartmentId, [i64; 3]> = HashMap::new();
        for (each, count) in &self.0 {
            let [large, middle, small] = all.entry(&each.department_id).or_default();
            *match each.level {
                Level::Large => large,
                Level::Middle => middle,
                Level::Small => small,
            } += count;
        }
        all
    }
}

/// The texts that count the risks of a year by some of their columns: of all in sight and of one department (`$3`), each with
/// the one that counts those of retired assets.
macro_rules! counting {
    ($columns:literal) => {{
        let all = scoped!(
            "SELECT ",
            $columns,
            ", COUNT(*) FROM risk r WHERE ",
            seen!("r.department_id"),
            " AND r.fiscal_year = $2 GROUP BY ",
            $columns
        );
        let retired = scoped!(
            "SELECT ",
            $columns,
            ", COUNT(*) FROM asset a CROSS JOIN risk r WHERE ",
            seen!("r.department_id"),
            " AND a.state = 'retired' AND r.asset_id = a.id AND r.fiscal_year = $2 GROUP BY ",
            $columns
        );
        let all_of_one = scoped!(
            "SELECT ",
            $columns,
            ", COUNT(*) FROM risk r WHERE ",
            seen!("r.department_id"),
            " AND r.department_id = $3 AND r.fiscal_year = $2 GROUP BY ",
            $columns
        );
        let retired_of_one = scoped!(
            "SELECT ",
            $columns,
            ", COUNT(*) FROM asset a CROSS JOIN risk r WHERE ",
            seen!("r.department_id"),
            " AND a.state = 'retired' AND a.department_id = $3 AND r.asset_id = a.id AND r.department_id = $3",
            " AND r.fiscal_year = $2 GROUP BY ",
            $columns
        );
        [[all, retired], [all_of_one, retired_of_one]]
    }};
}
pub(super) use counting;

/// What texts of [`counting`] find for a year: the rows of all, and those that are taken off again.
pub(super) fn counted(
    rx: &Rx<'_>,
    scope: &Scope,
    [all, of_one]: [[Scoped; 2]; 2],
    (fiscal_year, department): (i64, &str),
) -> Result<[Vec<Row>; 2], Fault> {
    let mut values = vec![fiscal_year.to_value()];
    if !department.is_empty() {
        values.push(department.to_value());
    }
    let [all, retired] = if department.is_empty() { all } else { of_one };
    Ok([rx.rows(all, scope, &values)?, rx.rows(retired, scope, &values)?])
}

/// The risks of assets in use that were judged in a year: of one department, or of all in sight where none is named.
pub fn of_year(rx: &Rx<'_>, scope: &Scope, fiscal_year: i64, department: &str) -> Result<Tally, Fault> {
    let texts = counting!("r.department_id, r.personal, r.importance, r.likelihood, r.level");
    let found = counted(rx, scope, texts, (fiscal_year, department))?;
    let each = |row: &Row| {
        let (department_id, personal) = (cell(row, 0)?, cell(row, 1)?);
        Ok(Cell {
            department_id,
            personal,
            importance: cell(row, 2)?,
            likelihood: cell(row, 3)?,
            level: cell(row, 4)?,
        })
    };
    let [all, retired] = found.map(|found| rows(&found, 5, each));
    Ok(Tally(less(all?, retired?)))
}

macro_rules! alike {
    ($($rest:expr),+) => {
        scoped!(
            "SELECT r.threat_id, r.importance, r.threat, r.vulnerability, COUNT(*) FROM ",
            $($rest),+,
            " AND r.fiscal_year = $2 AND r.personal = $4 GROUP BY r.threat_id, r.importance, r.threat, r.vulnerability"
        )
    };
}

/// How many risks of each kind were judged under one method of an edition, for reckoning with controls.
pub fn kinds(
    rx: &Rx<'_>,
    scope: &Scope,
    (fiscal_year, criteria): (i64, &CriteriaId),
    (department, personal): (&str, bool),
) -> Result<Vec<(Kind, i64)>, Fault> {
    let all = alike!("risk r WHERE ", seen!("r.department_id"), " AND r.criteria_id = $3");
    let retired = alike!(
        "asset a CROSS JOIN risk r WHERE ",
        seen!("r.department_id"),
        " AND a.state = 'retired' AND r.asset_id = a.id AND r.criteria_id || '' = $3"
    );
    // The edition is taken as it is computed, so that the way in is the department and never the edition of all.
    let of_one = alike!(
        "risk r JOIN asset a ON a.id = r.asset_id WHERE ",
        seen!("r.department_id"),
        " AND a.state = 'in_use' AND r.criteria_id || '' = $3 AND r.department_id = $5"
    );
    let mut values: Vec<Value> = vec![fiscal_year.to_value(), criteria.to_value(), personal.to_value()];
    let each = |row: &Row| {
        let (threat_id, importance) = (cell(row, 0)?, cell(row, 1)?);
        Ok(Kind { threat_id, importance, threat: cell(row, 2)?, vulnerability: cell(row, 3)? })
    };
    if !department.is_empty() {
        values.push(department.to_value());
        return Ok(less(rows(&rx.rows(of_one, scope, &values)?, 4, each)?, Vec::new()));
    }
    let [all, retired] = [all, retired].map(|text| rows(&rx.rows(text, scope, &values)?, 4, each));
    Ok(less(all?, retired?))
}

fn rows<T>(rows: &[Row], at: usize, each: impl Fn(&Row) -> Result<T, Fault>) -> Result<Vec<(T, i64)>, Fault> {
    rows.iter().map(|row| Ok((each(row)?, cell(row, at)?))).collect()
}

/// The one numbers without the others, in order; what is left of nothing is left out.
fn less<T: Ord>(all: Vec<(T, i64)>, others: Vec<(T, i64)>) -> Vec<(T, i64)> {
    let mut all: BTreeMap<T, i64> = all.into_iter().collect();
    for (each, count) in others {
        if let Some(found) = all.get_mut(&each) {
            *found -= count;
        }
    }
    all.into_iter().filter(|(_, count)| *count > 0).collect()
}
