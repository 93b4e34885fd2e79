//! The SQL of the pictures of risk: how many in each cell, how far each department is, which are the
//! highest, which assets wait for a judgement.

use crate::house::db::{Row, Value};
use crate::house::fault::Fault;
use crate::house::kept::{Column, Kept, cell};
use crate::house::work::Rx;
use crate::{scoped, seen};
use meguri_domain::asset::Asset;
use meguri_domain::criteria::Level;
use meguri_domain::ids::{ControlId, CriteriaId, DepartmentId, PatternId, PlanRowId};
use meguri_domain::people::Scope;
use meguri_domain::risk::Risk;
use meguri_domain::what_if::Kind;
use std::collections::HashMap;

/// What a list of risks is narrowed to; empty and 0 narrow nothing.
#[derive(Debug, Clone, Default)]
pub struct Narrow {
    pub fiscal_year: i64,
    pub department: String,
    pub level: String,
    pub importance: i64,
    pub likelihood: i64,
}

impl Narrow {
    fn values(&self) -> Vec<Value> {
        vec![
            self.fiscal_year.to_value(),
            self.department.to_value(),
            self.level.to_value(),
            self.importance.to_value(),
            self.likelihood.to_value(),
        ]
    }
}

/// The risks of assets in use, by the five parameters of [`Narrow`].
macro_rules! narrowed {
    () => {
        concat!(
            " FROM risk r JOIN asset a ON a.id = r.asset_id JOIN threat t ON t.id = r.threat_id",
            " LEFT JOIN plan_row p ON p.risk_id = r.id WHERE ",
            seen!("r.department_id"),
            " AND a.state = 'in_use' AND r.fiscal_year = $2 AND (CAST($3 AS TEXT) = '' OR r.department_id = $3)",
            " AND (CAST($4 AS TEXT) = '' OR r.level = $4) AND (CAST($5 AS BIGINT) = 0 OR r.importance = $5)",
            " AND (CAST($6 AS BIGINT) = 0 OR r.likelihood = $6)"
        )
    };
}

/// How many risks stand in each cell of the heat map: importance, likelihood, count.
pub fn heat(rx: &Rx<'_>, scope: &Scope, narrow: &Narrow) -> Result<Vec<(i64, i64, i64)>, Fault> {
    let text = scoped!(
        "SELECT r.importance, r.likelihood, COUNT(*)",
        narrowed!(),
        " GROUP BY r.importance, r.likelihood"
    );
    let rows = rx.rows(text, scope, &narrow.values())?;
    rows.iter().map(|row| Ok((cell(row, 0)?, cell(row, 1)?, cell(row, 2)?))).collect()
}

/// How many risks of each kind were judged under an edition, for reckoning with controls.
pub fn kinds(
    rx: &Rx<'_>,
    scope: &Scope,
    (fiscal_year, criteria): (i64, &CriteriaId),
    department: &str,
) -> Result<Vec<(Kind, i64)>, Fault> {
    let text = scoped!(
        "SELECT r.threat_id, r.importance, r.threat, r.vulnerability, COUNT(*)
         FROM risk r JOIN asset a ON a.id = r.asset_id WHERE ",
        seen!("r.department_id"),
        " AND a.state = 'in_use' AND r.fiscal_year = $2 AND r.criteria_id = $3
          AND (CAST($4 AS TEXT) = '' OR r.department_id = $4)
         GROUP BY r.threat_id, r.importance, r.threat, r.vulnerability
         ORDER BY r.threat_id, r.importance, r.threat, r.vulnerability"
    );
    let values = [fiscal_year.to_value(), criteria.to_value(), department.to_value()];
    let kind = |row: &Row| {
        let (threat_id, importance) = (cell(row, 0)?, cell(row, 1)?);
        let kind = Kind { threat_id, importance, threat: cell(row, 2)?, vulnerability: cell(row, 3)? };
        Ok((kind, cell(row, 4)?))
    };
    rx.rows(text, scope, &values)?.iter().map(kind).collect()
}

/// In how many plan rows of a year each control is used.
pub fn planned(
    rx: &Rx<'_>,
    scope: &Scope,
    fiscal_year: i64,
    department: &str,
) -> Result<HashMap<ControlId, usize>, Fault> {
    let text = scoped!(
        "SELECT p.controls, COUNT(*) FROM plan_row p WHERE ",
        seen!("p.department_id"),
        " AND p.fiscal_year = $2 AND (CAST($3 AS TEXT) = '' OR p.department_id = $3) GROUP BY p.controls"
    );
    let mut used = HashMap::new();
    for row in rx.rows(text, scope, &[fiscal_year.to_value(), department.to_value()])? {
        let controls: Vec<ControlId> = cell(&row, 0)?;
        for control in controls {
            *used.entry(control).or_default() +=
                usize::try_from(cell::<i64>(&row, 1)?).map_err(Fault::broken)?;
        }
    }
    Ok(used)
}

/// How many risks a department has of each level.
pub fn levels(
    rx: &Rx<'_>,
    scope: &Scope,
    fiscal_year: i64,
) -> Result<Vec<(DepartmentId, Level, i64)>, Fault> {
    let text = scoped!(
        "SELECT r.department_id, r.level, COUNT(*)",
        narrowed!(),
        " GROUP BY r.department_id, r.level"
    );
    let rows = rx.rows(text, scope, &Narrow { fiscal_year, ..Narrow::default() }.values())?;
    rows.iter().map(|row| Ok((cell(row, 0)?, cell(row, 1)?, cell(row, 2)?))).collect()
}

/// How many risks there are under a narrowing.
pub fn count(rx: &Rx<'_>, scope: &Scope, narrow: &Narrow) -> Result<i64, Fault> {
    rx.count(scoped!("SELECT COUNT(*)", narrowed!()), scope, &narrow.values())
}

/// A risk in the ranking, with the words of its asset and threat.
pub struct Ranked {
    pub risk: Risk,
    pub asset: String,
    pub threat: (String, String),
    /// The asset's revision of today.
    pub revision: i64,
    pub plan_row: Option<PlanRowId>,
}

/// The highest risks under a narrowing; at most 50.
pub fn ranking(rx: &Rx<'_>, scope: &Scope, narrow: &Narrow) -> Result<Vec<Ranked>, Fault> {
    let text = scoped!(
        "SELECT r.*, a.name, t.name_ja, t.name_en, a.revision, p.id",
        narrowed!(),
        " ORDER BY r.value DESC, r.importance DESC, a.name, r.id LIMIT 50"
    );
    rx.rows(text, scope, &narrow.values())?.iter().map(ranked).collect()
}

fn ranked(row: &Row) -> Result<Ranked, Fault> {
    let at = Risk::COLUMNS.len();
    let threat = (cell(row, at + 1)?, cell(row, at + 2)?);
    Ok(Ranked {
        risk: Risk::from_row(row)?,
        asset: cell(row, at)?,
        threat,
        revision: cell(row, at + 3)?,
        plan_row: cell(row, at + 4)?,
    })
}

/// The fiscal years in which something was judged, newest first; at most 50.
pub fn years(rx: &Rx<'_>, scope: &Scope) -> Result<Vec<i64>, Fault> {
    let text = scoped!(
        "SELECT DISTINCT r.fiscal_year FROM risk r WHERE ",
        seen!("r.department_id"),
        " ORDER BY r.fiscal_year DESC LIMIT 50"
    );
    rx.rows(text, scope, &[])?.iter().map(|row| cell(row, 0)).collect()
}

/// The assets in use beside the oldest and highest judgement that each has under the criteria ($3) this year ($2).
macro_rules! to_judge {
    () => {
        concat!(
            " FROM asset a LEFT JOIN (SELECT r.asset_id AS asset_id, COUNT(*) AS n, MIN(r.asset_revision) AS oldest, MAX(r.value) AS top",
            " FROM risk r WHERE r.fiscal_year = $2 AND r.criteria_id = $3 GROUP BY r.asset_id) j ON j.asset_id = a.id WHERE ",
            seen!("a.department_id"),
            " AND a.state = 'in_use'"
        )
    };
}

/// `none`, `stale` or `judged`: how an asset's judgement stands.
macro_rules! standing {
    () => {
        "CASE WHEN j.asset_id IS NULL THEN 'none' WHEN j.oldest = a.revision THEN 'judged' ELSE 'stale' END"
    };
}

/// How far a department is.
#[derive(Debug, Clone, Copy, Default)]
pub struct Extent {
    pub assets: usize,
    pub none: usize,
    pub stale: usize,
}

impl Extent {
    pub fn judged(self) -> usize {
        self.assets.saturating_sub(self.waiting())
    }
    pub fn waiting(self) -> usize {
        self.none + self.stale
    }
}

/// How far each department is under the criteria in a fiscal year.
pub fn extents(
    rx: &Rx<'_>,
    scope: &Scope,
    fiscal_year: i64,
    criteria: &CriteriaId,
) -> Result<Vec<(DepartmentId, Extent)>, Fault> {
    let text = scoped!(
        "SELECT a.department_id, COUNT(*), CAST(SUM(CASE WHEN j.asset_id IS NULL THEN 1 ELSE 0 END) AS BIGINT),",
        " CAST(SUM(CASE WHEN j.oldest <> a.revision THEN 1 ELSE 0 END) AS BIGINT)",
        to_judge!(),
        " GROUP BY a.department_id"
    );
    let count = |row: &Row, at: usize| usize::try_from(cell::<i64>(row, at)?).map_err(Fault::broken);
    let rows = rx.rows(text, scope, &[fiscal_year.to_value(), criteria.to_value()])?;
    rows.iter()
        .map(|row| {
            Ok((
                cell(row, 0)?,
                Extent { assets: count(row, 1)?, none: count(row, 2)?, stale: count(row, 3)? },
            ))
        })
        .collect()
}

/// Of every pattern of a department: how many assets in use it has, and how many of them are judged.
pub fn by_pattern(
    rx: &Rx<'_>,
    scope: &Scope,
    (fiscal_year, criteria): (i64, &CriteriaId),
    department: &DepartmentId,
) -> Result<Vec<(PatternId, i64, i64)>, Fault> {
    let text = scoped!(
        "SELECT a.pattern_id, COUNT(*), CAST(SUM(CASE WHEN j.oldest = a.revision THEN 1 ELSE 0 END) AS BIGINT)",
        to_judge!(),
        " AND a.department_id = $4 AND a.pattern_id IS NOT NULL GROUP BY a.pattern_id"
    );
    let values = [fiscal_year.to_value(), criteria.to_value(), department.to_value()];
    let rows = rx.rows(text, scope, &values)?;
    rows.iter().map(|row| Ok((cell(row, 0)?, cell(row, 1)?, cell(row, 2)?))).collect()
}

/// An asset with how its judgement stands.
pub struct ToJudge {
    pub asset: Asset,
    /// `none`, `stale` or `judged`.
    pub standing: String,
    pub risks: i64,
    pub top: i64,
}

/// What a list of assets is narrowed to.
pub struct Which<'a> {
    pub fiscal_year: i64,
    pub criteria: &'a CriteriaId,
    pub department: &'a DepartmentId,
    /// `none`, `stale`, `judged`, `waiting` for both of the first, or empty for all.
    pub standing: &'a str,
}

/// The assets of a department with their standing, most important first; a page of at most 200.
pub fn assets(rx: &Rx<'_>, scope: &Scope, which: &Which<'_>, offset: i64) -> Result<Vec<ToJudge>, Fault> {
    let text = scoped!(
        "SELECT a.*, ",
        standing!(),
        ", COALESCE(j.n, 0), COALESCE(j.top, 0)",
        to_judge!(),
        " AND a.department_id = $4",
        " AND (CAST($5 AS TEXT) = '' OR ",
        standing!(),
        " = $5 OR (CAST($5 AS TEXT) = 'waiting' AND ",
        standing!(),
        " <> 'judged'))",
        " ORDER BY a.importance DESC, a.name, a.id LIMIT 200 OFFSET $6"
    );
    let mut values = which.values();
    values.push(offset.to_value());
    rx.rows(text, scope, &values)?.iter().map(to_judge).collect()
}

/// The next asset to judge after one, in the order of the list; the first when none comes after.
pub fn next(rx: &Rx<'_>, scope: &Scope, which: &Which<'_>, after: &Asset) -> Result<Option<ToJudge>, Fault> {
    let text = scoped!(
        "SELECT a.*, ",
        standing!(),
        ", COALESCE(j.n, 0), COALESCE(j.top, 0)",
        to_judge!(),
        " AND a.department_id = $4",
        " AND (CAST($5 AS TEXT) = '' OR ",
        standing!(),
        " <> 'judged') AND a.id <> $6",
        " ORDER BY CASE WHEN a.importance < $7 OR (a.importance = $7 AND (a.name > $8 OR (a.name = $8 AND a.id > $6))) THEN 0 ELSE 1 END,",
        " a.importance DESC, a.name, a.id LIMIT 1"
    );
    let mut values = which.values();
    values.extend([after.id.to_value(), after.importance.to_value(), after.name.to_value()]);
    rx.rows(text, scope, &values)?.first().map(to_judge).transpose()
}

impl Which<'_> {
    fn values(&self) -> Vec<Value> {
        vec![
            self.fiscal_year.to_value(),
            self.criteria.to_value(),
            self.department.to_value(),
            self.standing.to_owned().to_value(),
        ]
    }
}

fn to_judge(row: &Row) -> Result<ToJudge, Fault> {
    let at = Asset::COLUMNS.len();
    Ok(ToJudge {
        asset: Asset::from_row(row)?,
        standing: cell(row, at)?,
        risks: cell(row, at + 1)?,
        top: cell(row, at + 2)?,
    })
}
