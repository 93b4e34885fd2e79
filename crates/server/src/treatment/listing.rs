//! The SQL of the plan's list: the risks that must be answered, each with its row, and what follows from the rows.

use crate::house::db::{Row, Value};
use crate::house::fault::Fault;
use crate::house::kept::{Column, Kept, cell};
use crate::house::work::Rx;
use crate::{scoped, seen};
use meguri_domain::Month;
use meguri_domain::approval::Flow;
use meguri_domain::inspection::{Answer, Assignment, CheckItem};
use meguri_domain::objective::{Objective, Review};
use meguri_domain::people::Scope;
use meguri_domain::risk::Risk;
use meguri_domain::treatment::PlanRow;

/// What the plan is narrowed to; empty texts narrow nothing.
#[derive(Debug, Clone, Default)]
pub struct Narrow {
    pub fiscal_year: i64,
    /// Values from here on must be answered.
    pub line: i64,
    pub department: String,
    pub level: String,
    pub destination: String,
    /// `unwritten`, `none`, `current` or `outdated`.
    pub standing: String,
}

impl Narrow {
    fn values(&self) -> Vec<Value> {
        vec![
            self.fiscal_year.to_value(),
            self.line.to_value(),
            self.department.to_value(),
            self.level.to_value(),
            self.destination.to_value(),
            self.standing.to_value(),
        ]
    }
}

/// How a row's approval stands. An approval is kept as JSON that ends with the revision it approved.
macro_rules! standing {
    () => {
        concat!(
            "CASE WHEN p.id IS NULL THEN 'unwritten' WHEN p.approval IS NULL THEN 'none'",
            " WHEN p.approval LIKE '%\"revision\":' || CAST(p.revision AS TEXT) || '}' THEN 'current' ELSE 'outdated' END"
        )
    };
}

/// Risks that must be answered or are, by the six parameters of [`Narrow`].
macro_rules! planned {
    () => {
        concat!(
            " FROM risk r JOIN asset a ON a.id = r.asset_id JOIN threat t ON t.id = r.threat_id",
            " LEFT JOIN plan_row p ON p.risk_id = r.id WHERE ",
            seen!("r.department_id"),
            " AND a.state = 'in_use' AND r.fiscal_year = $2 AND ((r.answerable AND r.value >= $3) OR p.id IS NOT NULL)",
            " AND (CAST($4 AS TEXT) = '' OR r.department_id = $4) AND (CAST($5 AS TEXT) = '' OR r.level = $5)",
            " AND (CAST($6 AS TEXT) = '' OR p.destination = $6) AND (CAST($7 AS TEXT) = '' OR ",
            standing!(),
            " = $7)"
        )
    };
}

/// A risk of the plan with the words of its asset and threat, and its row when it was written.
pub struct Planned {
    pub risk: Risk,
    pub asset: String,
    pub threat: (String, String),
    /// The asset's revision of today.
    pub revision: i64,
    pub row: Option<PlanRow>,
}

/// Rows a page of the plan shows.
pub const PER_PAGE: i64 = 100;

/// A page of the plan, highest first.
pub fn page(rx: &Rx<'_>, scope: &Scope, narrow: &Narrow, offset: i64) -> Result<Vec<Planned>, Fault> {
    let text = scoped!(
        "SELECT r.*, a.name, t.name_ja, t.name_en, a.revision, p.*",
        planned!(),
        " ORDER BY r.value DESC, a.name, r.id LIMIT 100 OFFSET $8"
    );
    let mut values = narrow.values();
    values.push(offset.to_value());
    rx.rows(text, scope, &values)?.iter().map(planned).collect()
}

fn planned(row: &Row) -> Result<Planned, Fault> {
    let at = Risk::COLUMNS.len();
    let rest: Row = row.iter().skip(at + 4).cloned().collect();
    let written = cell::<Option<String>>(&rest, 0)?.is_some();
    Ok(Planned {
        risk: Risk::from_row(row)?,
        asset: cell(row, at)?,
        threat: (cell(row, at + 1)?, cell(row, at + 2)?),
        revision: cell(row, at + 3)?,
        row: written.then(|| PlanRow::from_row(&rest)).transpose()?,
    })
}

/// How many of each standing there are, whatever standing the list is narrowed to.
pub fn standings(rx: &Rx<'_>, scope: &Scope, narrow: &Narrow) -> Result<Vec<(String, i64)>, Fault> {
    let text = scoped!("SELECT ", standing!(), ", COUNT(*)", planned!(), " GROUP BY ", standing!());
    let rows = rx.rows(text, scope, &Narrow { standing: String::new(), ..narrow.clone() }.values())?;
    rows.iter().map(|row| Ok((cell(row, 0)?, cell(row, 1)?))).collect()
}

/// Which rows' followers are asked for: a year's of a department or of all (empty), or one row's.
pub struct Whose<'a> {
    pub fiscal_year: i64,
    pub department: &'a str,
    pub row: &'a str,
    /// Records of months before are not asked for.
    pub since: Month,
}

impl Whose<'_> {
    fn values(&self) -> Vec<Value> {
        vec![
            self.fiscal_year.to_value(),
            self.department.to_owned().to_value(),
            self.row.to_owned().to_value(),
        ]
    }
    fn with_month(&self) -> Vec<Value> {
        let mut values = self.values();
        values.push(self.since.to_value());
        values
    }
}

macro_rules! of_rows {
    () => {
        concat!(
            " WHERE ",
            seen!("p.department_id"),
            " AND p.fiscal_year = $2 AND (CAST($3 AS TEXT) = '' OR p.department_id = $3) AND (CAST($4 AS TEXT) = '' OR p.id = $4)"
        )
    };
}

/// The objectives that rows became.
pub fn objectives(rx: &Rx<'_>, scope: &Scope, whose: &Whose<'_>) -> Result<Vec<Objective>, Fault> {
    let text = scoped!(
        "SELECT o.* FROM plan_row p JOIN objective o ON o.id = p.destination_id",
        of_rows!(),
        " LIMIT 20000"
    );
    rx.list(text, scope, &whose.values())
}

/// Their reviews.
pub fn reviews(rx: &Rx<'_>, scope: &Scope, whose: &Whose<'_>) -> Result<Vec<Review>, Fault> {
    let text = scoped!(
        "SELECT v.* FROM plan_row p JOIN review v ON v.objective_id = p.destination_id",
        of_rows!(),
        " AND v.month >= $5 LIMIT 60000"
    );
    rx.list(text, scope, &whose.with_month())
}

/// The check items that rows became.
pub fn items(rx: &Rx<'_>, scope: &Scope, whose: &Whose<'_>) -> Result<Vec<CheckItem>, Fault> {
    let text = scoped!(
        "SELECT c.* FROM plan_row p JOIN check_item c ON c.id = p.destination_id",
        of_rows!(),
        " LIMIT 20000"
    );
    rx.list(text, scope, &whose.values())
}

/// The duties to answer those items.
pub fn assignments(rx: &Rx<'_>, scope: &Scope, whose: &Whose<'_>) -> Result<Vec<Assignment>, Fault> {
    let text = scoped!(
        "SELECT g.* FROM plan_row p JOIN assignment g ON g.item_id = p.destination_id AND g.department_id = p.department_id",
        of_rows!(),
        " ORDER BY g.from_month LIMIT 40000"
    );
    rx.list(text, scope, &whose.values())
}

/// The answers to those items, each with the way of its sheet.
pub fn answers(rx: &Rx<'_>, scope: &Scope, whose: &Whose<'_>) -> Result<Vec<(Answer, Flow)>, Fault> {
    let text = scoped!(
        "SELECT w.*, i.flow FROM plan_row p JOIN answer w ON w.item_id = p.destination_id AND w.department_id = p.department_id",
        " JOIN inspection i ON i.id = w.inspection_id",
        of_rows!(),
        " AND w.month >= $5 LIMIT 60000"
    );
    let rows = rx.rows(text, scope, &whose.with_month())?;
    rows.iter().map(|row| Ok((Answer::from_row(row)?, cell(row, Answer::COLUMNS.len())?))).collect()
}
