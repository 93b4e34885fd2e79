//! The SQL of the plan's list: the risks that must be answered, each with its row, and what follows from the rows.

use crate::house::db::{Row, Value};
use crate::house::fault::Fault;
use crate::house::kept::{Column, Kept, cell};
use crate::house::work::Rx;
use crate::treatment::store::second_holds;
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
    /// Values from here on must be answered: of what holds personal data, and of all else.
    pub lines: [i64; 2],
    pub department: String,
    pub level: String,
    pub destination: String,
    /// `unwritten`, `none`, `current` or `outdated`.
    pub standing: String,
    /// `soon`, `second` or `above`: what needs somebody's eye.
    pub watch: String,
    /// The last day that is soon.
    pub soon: String,
}

impl Narrow {
    fn values(&self) -> Vec<Value> {
        vec![
            self.fiscal_year.to_value(),
            self.lines[1].to_value(),
            self.department.to_value(),
            self.level.to_value(),
            self.destination.to_value(),
            self.standing.to_value(),
            self.watch.to_value(),
            self.soon.to_value(),
            self.lines[0].to_value(),
        ]
    }
}

/// How a row's approval stands. An approval is kept as JSON that ends with the revision it approved; it answers the risk as
/// it was then.
macro_rules! standing {
    () => {
        concat!(
            "CASE WHEN p.id IS NULL THEN 'unwritten' WHEN p.approval IS NULL THEN 'none'",
            " WHEN p.approved_value <> r.value OR p.approved_level <> r.level THEN 'outdated'",
            " WHEN p.approval LIKE '%\"revision\":' || CAST(p.revision AS TEXT) || '}' THEN 'current' ELSE 'outdated' END"
        )
    };
}

/// The rows that run out by the day `$9`.
macro_rules! soon {
    () => {
        "(p.next_on <= $9 OR (p.due_on <= $9 AND (p.destination = 'acceptance' OR (p.destination = 'task' AND p.done_on IS NULL))))"
    };
}

/// The rows whose treatment is done and was not judged again: `PlanRow::wants_second`.
macro_rules! unjudged {
    () => {
        concat!(
            "(p.destination = 'task' AND p.done_on IS NOT NULL AND NOT ",
            second_holds!(),
            " AND ",
            standing!(),
            " = 'current')"
        )
    };
}

/// The rows whose second judgement lies above the line of its method.
macro_rules! still_above {
    () => {
        concat!("(", second_holds!(), " AND p.second_value >= CASE WHEN r.personal THEN CAST($10 AS BIGINT) ELSE CAST($3 AS BIGINT) END)")
    };
}

/// Risks that must be answered or are, by the nine parameters of [`Narrow`].
macro_rules! planned {
    () => {
        concat!(
            " FROM risk r JOIN asset a ON a.id = r.asset_id JOIN threat t ON t.id = r.threat_id",
            " LEFT JOIN plan_row p ON p.risk_id = r.id WHERE ",
            seen!("r.department_id"),
            " AND a.state = 'in_use' AND r.fiscal_year = $2 AND ((r.answerable AND r.value >= CASE WHEN r.personal THEN CAST($10 AS BIGINT) ELSE CAST($3 AS BIGINT) END) OR p.id IS NOT NULL)",
            " AND (CAST($4 AS TEXT) = '' OR r.department_id = $4) AND (CAST($5 AS TEXT) = '' OR r.level = $5)",
            " AND (CAST($6 AS TEXT) = '' OR p.destination = $6) AND (CAST($7 AS TEXT) = '' OR ",
            standing!(),
            " = $7) AND (CAST($8 AS TEXT) = '' OR (CAST($8 AS TEXT) = 'soon' AND ",
            soon!(),
            ") OR (CAST($8 AS TEXT) = 'second' AND ",
            unjudged!(),
            ") OR (CAST($8 AS TEXT) = 'above' AND ",
            still_above!(),
            "))"
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

/// A page of the plan, highest first; what runs out soon, by its day.
pub fn page(rx: &Rx<'_>, scope: &Scope, narrow: &Narrow, offset: i64) -> Result<Vec<Planned>, Fault> {
    let text = scoped!(
        "SELECT r.*, a.name, t.name_ja, t.name_en, a.revision, p.*",
        planned!(),
        " ORDER BY CASE WHEN CAST($8 AS TEXT) = 'soon' THEN CASE WHEN p.next_on < p.due_on OR p.destination NOT IN ('task', 'acceptance')",
        " THEN p.next_on ELSE p.due_on END ELSE '' END, r.value DESC, a.name, r.id LIMIT 100 OFFSET $11"
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

/// How many of each standing there are, whatever standing or watch the list is narrowed to.
pub fn standings(rx: &Rx<'_>, scope: &Scope, narrow: &Narrow) -> Result<Vec<(String, i64)>, Fault> {
    let text = scoped!("SELECT ", standing!(), ", COUNT(*)", planned!(), " GROUP BY ", standing!());
    let all = Narrow { standing: String::new(), watch: String::new(), ..narrow.clone() };
    let rows = rx.rows(text, scope, &all.values())?;
    rows.iter().map(|row| Ok((cell(row, 0)?, cell(row, 1)?))).collect()
}

/// How many rows run out soon, wait for their second judgement, and still lie above the line after it.
pub fn watched(rx: &Rx<'_>, scope: &Scope, narrow: &Narrow) -> Result<[i64; 3], Fault> {
    let text = scoped!(
        "SELECT COUNT(CASE WHEN ",
        soon!(),
        " THEN 1 END), COUNT(CASE WHEN ",
        unjudged!(),
        " THEN 1 END), COUNT(CASE WHEN ",
        still_above!(),
        " THEN 1 END)",
        planned!()
    );
    let all = Narrow { standing: String::new(), watch: String::new(), ..narrow.clone() };
    let rows = rx.rows(text, scope, &all.values())?;
    rows.first().map_or(Ok([0; 3]), |row| Ok([cell(row, 0)?, cell(row, 1)?, cell(row, 2)?]))
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
