//! The SQL of the lists of risk: how far each department is, which risks are the highest, which assets wait for a judgement.

use super::tally::Cell;
use crate::house::db::{Row, Value};
use crate::house::fault::Fault;
use crate::house::kept::{Column, Kept, cell};
use crate::house::work::Rx;
use crate::{held, people, scoped, seen};
use meguri_domain::asset::Asset;
use meguri_domain::ids::{ControlId, CriteriaId, DepartmentId, PatternId};
use meguri_domain::people::Scope;
use meguri_domain::risk::Risk;
use meguri_domain::treatment::PlanRow;
use std::collections::HashMap;

/// What a list of risks is narrowed to; empty and 0 narrow nothing.
#[derive(Debug, Clone, Default)]
pub struct Narrow {
    pub fiscal_year: i64,
    pub department: String,
    pub level: String,
    pub importance: i64,
    pub likelihood: i64,
    /// `personal` or `general`: by which of two methods they were judged.
    pub method: String,
}

impl Narrow {
    /// Whether such risks are of the department that is asked for.
    pub fn holds_department(&self, each: &Cell) -> bool {
        self.department.is_empty() || self.department == each.department_id.as_str()
    }

    /// Whether such risks were judged by the method that is asked for.
    pub fn holds_method(&self, each: &Cell) -> bool {
        match self.method.as_str() {
            "personal" => each.personal,
            "general" => !each.personal,
            _ => true,
        }
    }

    /// Whether such risks are let through.
    pub fn holds(&self, each: &Cell) -> bool {
        let any = |asked: i64, is: i64| asked == 0 || asked == is;
        self.holds_method(each)
            && self.holds_department(each)
            && (self.level.is_empty() || self.level == each.level.code())
            && any(self.importance, each.importance)
            && any(self.likelihood, each.likelihood)
    }

    fn values(&self) -> Vec<Value> {
        vec![
            self.fiscal_year.to_value(),
            self.level.to_value(),
            self.importance.to_value(),
            self.likelihood.to_value(),
            self.method.to_value(),
        ]
    }
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

/// A risk in the ranking, with the words of its asset and threat.
pub struct Ranked {
    pub risk: Risk,
    pub asset: String,
    pub threat: (String, String),
    /// The asset's revision of today.
    pub revision: i64,
    pub plan: Option<PlanRow>,
}

/// The risks of assets in use, by the parameters of [`Narrow`], the department last.
macro_rules! highest {
    ($($rest:expr),+) => {
        scoped!(
            "SELECT r.*, a.name, t.name_ja, t.name_en, a.revision, p.*
             FROM risk r CROSS JOIN asset a CROSS JOIN threat t LEFT JOIN plan_row p ON p.risk_id = r.id WHERE ",
            seen!("r.department_id"),
            " AND a.id = r.asset_id AND a.state = 'in_use' AND t.id = r.threat_id AND r.fiscal_year = $2
              AND (CAST($3 AS TEXT) = '' OR r.level = $3) AND (CAST($4 AS BIGINT) = 0 OR r.importance = $4)
              AND (CAST($5 AS BIGINT) = 0 OR r.likelihood = $5)
              AND (CAST($6 AS TEXT) = '' OR CASE WHEN r.personal THEN 'personal' ELSE 'general' END = $6)",
            $($rest),+,
            " ORDER BY r.value DESC, r.importance DESC, r.id DESC LIMIT 50"
        )
    };
}

/// So many are shown.
const SHOWN: usize = 50;
/// Of so many departments each is asked by itself; whoever sees more of them is likely to see the highest of all.
const EACH: usize = 20;

/// The highest risks under a narrowing; at most 50, those of one value by name. An index holds their order, that of all or that of
/// a department, so that as many are looked at as are shown.
pub fn ranking(rx: &Rx<'_>, scope: &Scope, narrow: &Narrow) -> Result<Vec<Ranked>, Fault> {
    let departments = if !narrow.department.is_empty() {
        vec![narrow.department.clone()]
    } else if scope.is_all() {
        Vec::new()
    } else {
        people::store::departments_in(rx, scope)?.into_iter().map(|each| each.id.to_string()).collect()
    };
    let mut rows = Vec::new();
    if departments.is_empty() || departments.len() > EACH {
        rows = rx.rows(highest!(""), scope, &narrow.values())?;
    } else {
        for department in departments {
            let mut values = narrow.values();
            values.push(department.to_value());
            rows.extend(rx.rows(highest!(" AND r.department_id = $7"), scope, &values)?);
        }
    }
    let mut found = rows.iter().map(ranked).collect::<Result<Vec<_>, _>>()?;
    let key = |each: &Ranked| (-each.risk.value, -each.risk.importance);
    found.sort_by(|a, b| key(a).cmp(&key(b)).then_with(|| b.risk.id.cmp(&a.risk.id)));
    found.truncate(SHOWN);
    found.sort_by(|a, b| {
        key(a).cmp(&key(b)).then_with(|| (&a.asset, &a.risk.id).cmp(&(&b.asset, &b.risk.id)))
    });
    Ok(found)
}

fn ranked(row: &Row) -> Result<Ranked, Fault> {
    let at = Risk::COLUMNS.len();
    let threat = (cell(row, at + 1)?, cell(row, at + 2)?);
    Ok(Ranked {
        risk: Risk::from_row(row)?,
        asset: cell(row, at)?,
        threat,
        revision: cell(row, at + 3)?,
        plan: match row.get(at + 4..) {
            Some(plan) if plan.first().is_some_and(|id| *id != Value::Null) => {
                Some(PlanRow::from_row(&plan.to_vec())?)
            }
            _ => None,
        },
    })
}

/// The fiscal years in which something was judged, newest first; at most 50. Each department is asked for its last year, then for
/// the one before: a few steps into an index, however many risks there are.
pub fn years(rx: &Rx<'_>, scope: &Scope) -> Result<Vec<i64>, Fault> {
    let text = scoped!(
        "WITH RECURSIVE y (id, n) AS (SELECT w.id, (SELECT MAX(r.fiscal_year) FROM risk r WHERE r.department_id = w.id)
           FROM department w WHERE ",
        seen!("w.id"),
        " UNION ALL SELECT y.id, (SELECT MAX(r.fiscal_year) FROM risk r WHERE r.department_id = y.id AND r.fiscal_year < y.n)
           FROM y WHERE y.n IS NOT NULL)
         SELECT DISTINCT y.n FROM y WHERE y.n IS NOT NULL ORDER BY y.n DESC LIMIT 50"
    );
    rx.rows(text, scope, &[])?.iter().map(|row| cell(row, 0)).collect()
}

/// The assets in use of a department ($4) beside the oldest and highest judgement that each has under the criteria ($3) this year
/// ($2); judgements are looked up by the assets they speak of, never all.
macro_rules! to_judge {
    () => {
        concat!(
            " FROM asset a LEFT JOIN (SELECT r.asset_id AS asset_id, COUNT(*) AS n, MIN(r.asset_revision) AS oldest, MAX(r.value) AS top",
            " FROM risk r WHERE r.fiscal_year = $2 AND r.criteria_id = $3 AND r.asset_id IN (SELECT x.id FROM asset x WHERE ",
            seen!("x.department_id"),
            " AND x.department_id = $4 AND x.state = 'in_use') GROUP BY r.asset_id) j ON j.asset_id = a.id WHERE ",
            seen!("a.department_id"),
            " AND a.state = 'in_use' AND a.department_id = $4"
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

macro_rules! extents {
    ($($rest:expr),*) => {
        scoped!(
            "SELECT j.department_id, COUNT(*), CAST(SUM(CASE WHEN j.oldest IS NULL THEN 1 ELSE 0 END) AS BIGINT),",
            " CAST(SUM(CASE WHEN j.oldest <> j.revision THEN 1 ELSE 0 END) AS BIGINT)",
            // The oldest judgement of an asset is one step into an index, however many it has; the bound keeps the step from
            // being taken anew wherever its outcome is named.
            " FROM (SELECT a.department_id AS department_id, a.revision AS revision, (SELECT MIN(r.asset_revision) FROM risk r",
            " WHERE r.asset_id = a.id AND r.fiscal_year = $2 AND r.criteria_id = $3) AS oldest FROM ",
            held!("asset a", "a.department_id"),
            " AND a.state = 'in_use'",
            $($rest,)*
            " LIMIT 10000000) j GROUP BY j.department_id"
        )
    };
}

/// How far each department is under the criteria in a fiscal year.
pub fn extents(
    rx: &Rx<'_>,
    scope: &Scope,
    fiscal_year: i64,
    criteria: &CriteriaId,
) -> Result<Vec<(DepartmentId, Extent)>, Fault> {
    let values = [fiscal_year.to_value(), criteria.to_value()];
    rx.rows(extents!(), scope, &values)?.iter().map(extent).collect()
}

/// How far one department is.
pub fn extent_of(
    rx: &Rx<'_>,
    scope: &Scope,
    (fiscal_year, criteria): (i64, &CriteriaId),
    department: &DepartmentId,
) -> Result<Extent, Fault> {
    let values = [fiscal_year.to_value(), criteria.to_value(), department.to_value()];
    let rows = rx.rows(extents!(" AND w.id = $4"), scope, &values)?;
    Ok(rows.first().map(extent).transpose()?.map(|(_, extent)| extent).unwrap_or_default())
}

fn extent(row: &Row) -> Result<(DepartmentId, Extent), Fault> {
    let count = |at: usize| usize::try_from(cell::<i64>(row, at)?).map_err(Fault::broken);
    Ok((cell(row, 0)?, Extent { assets: count(1)?, none: count(2)?, stale: count(3)? }))
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
        " AND a.pattern_id IS NOT NULL GROUP BY a.pattern_id"
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
