//! The SQL of the distribution: risks by threat, this year beside last, before beside after their treatment.

use super::store;
use super::tally::{counted, counting};
use crate::house::db::{Row, Value};
use crate::house::fault::{Done, Fault};
use crate::house::kept::{Column, cell};
use crate::house::work::Rx;
use crate::treatment::store::second_holds;
use crate::{criteria, scoped, seen};
use meguri_domain::criteria::{Level, Methods};
use meguri_domain::ids::{CriteriaId, DepartmentId, ThreatId};
use meguri_domain::people::Scope;
use meguri_domain::spread::{Movement, movement};
use std::collections::{BTreeMap, HashMap};

/// How many are large, middle and small.
pub type Levels = [i64; 3];

/// Adds so many of a level.
pub fn add(levels: &mut Levels, level: Level, count: i64) {
    let [large, middle, small] = levels;
    *match level {
        Level::Large => large,
        Level::Middle => middle,
        Level::Small => small,
    } += count;
}

/// The risks of a year by their threat, of one department or of all in sight. They are counted from an index and those of
/// retired assets taken off again; the edition of the criteria under which each was judged says its level.
pub fn of_threats(
    rx: &Rx<'_>,
    scope: &Scope,
    fiscal_year: i64,
    department: &str,
) -> Done<BTreeMap<Option<ThreatId>, Levels>> {
    let columns =
        counting!("r.criteria_id, r.personal, r.threat_id, r.importance, r.threat, r.vulnerability");
    let counted = counted(rx, scope, columns, (fiscal_year, department))?;
    let methods = methods(rx)?;
    let mut found = BTreeMap::new();
    for (rows, sign) in counted.into_iter().zip([1, -1]) {
        for row in rows {
            let (edition, personal): (CriteriaId, bool) = (cell(&row, 0)?, cell(&row, 1)?);
            let scores = (cell(&row, 3)?, cell(&row, 4)?, cell(&row, 5)?);
            let method = methods.get(&edition).map(|methods| methods.method_for(personal));
            let Some(Ok(judged)) = method.map(|method| method.judge(scores.0, scores.1, scores.2)) else {
                continue;
            };
            let count: i64 = cell(&row, 6)?;
            add(found.entry(cell(&row, 2)?).or_default(), judged.level, sign * count);
        }
    }
    found.retain(|_, levels| *levels != [0; 3]);
    Ok(found)
}

fn methods(rx: &Rx<'_>) -> Result<HashMap<CriteriaId, Methods>, Fault> {
    let all = criteria::store::all(rx)?.into_iter();
    Ok(all.map(|each| (each.id.clone(), each.methods())).collect())
}

/// A department's risks of last year and this year, and what became of them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Years {
    pub last: Levels,
    pub now: Levels,
    pub movements: BTreeMap<Movement, i64>,
}

/// This year against last, by department. Last year counts as it was, also what was said of assets that are retired since. What
/// became of a risk is told by the department that has its asset now, whoever judged it last year.
pub fn years(
    rx: &Rx<'_>,
    scope: &Scope,
    fiscal_year: i64,
    department: &str,
) -> Done<BTreeMap<DepartmentId, Years>> {
    let now = scoped!(
        "SELECT r.department_id, r.level, l.level, COUNT(*)
         FROM asset a CROSS JOIN risk r LEFT JOIN risk l ON l.asset_id = r.asset_id AND l.threat_id = r.threat_id
           AND l.fiscal_year = $2 - 1 WHERE ",
        seen!("r.department_id"),
        " AND r.asset_id = a.id AND a.state = 'in_use' AND r.fiscal_year = $2
          AND (CAST($3 AS TEXT) = '' OR r.department_id = $3) GROUP BY r.department_id, r.level, l.level"
    );
    let before = scoped!(
        "SELECT l.department_id, l.level, a.department_id <> l.department_id, COUNT(*) FROM asset a CROSS JOIN risk l WHERE ",
        seen!("l.department_id"),
        " AND l.asset_id = a.id AND l.fiscal_year = $2 - 1 AND (CAST($3 AS TEXT) = '' OR l.department_id = $3)
         GROUP BY 1, 2, 3"
    );
    // What has no judgement of this year is told where its asset is now: there it is judged, or was left out.
    let left = scoped!(
        "SELECT a.department_id, l.level, a.state = 'retired' OR EXISTS (SELECT 1 FROM risk y
           WHERE y.asset_id = l.asset_id AND y.fiscal_year = $2), COUNT(*)
         FROM asset a CROSS JOIN risk l WHERE ",
        seen!("a.department_id"),
        " AND l.asset_id = a.id AND l.fiscal_year = $2 - 1 AND (CAST($3 AS TEXT) = '' OR a.department_id = $3)
           AND NOT (a.state = 'in_use' AND EXISTS (SELECT 1 FROM risk r WHERE r.asset_id = l.asset_id
             AND r.threat_id = l.threat_id AND r.fiscal_year = $2))
         GROUP BY 1, 2, 3"
    );
    let values = [fiscal_year.to_value(), department.to_value()];
    let mut all: BTreeMap<DepartmentId, Years> = BTreeMap::new();
    for row in rx.rows(now, scope, &values)? {
        let (level, last, count): (Level, Option<Level>, i64) =
            (cell(&row, 1)?, cell(&row, 2)?, cell(&row, 3)?);
        let years = all.entry(cell(&row, 0)?).or_default();
        add(&mut years.now, level, count);
        if let Some(movement) = movement(last, Some(level), true) {
            *years.movements.entry(movement).or_default() += count;
        }
    }
    for row in rx.rows(before, scope, &values)? {
        let (level, moved, count): (Level, bool, i64) = (cell(&row, 1)?, cell(&row, 2)?, cell(&row, 3)?);
        let years = all.entry(cell(&row, 0)?).or_default();
        add(&mut years.last, level, count);
        if moved {
            *years.movements.entry(Movement::HandedOver).or_default() += count;
        }
    }
    for row in rx.rows(left, scope, &values)? {
        let (level, judged, count): (Level, bool, i64) = (cell(&row, 1)?, cell(&row, 2)?, cell(&row, 3)?);
        let years = all.entry(cell(&row, 0)?).or_default();
        if let Some(movement) = movement(Some(level), None, judged) {
            *years.movements.entry(movement).or_default() += count;
        }
    }
    Ok(all)
}

/// A department's risks as they were judged first, and with the second judgement of those that the plan answers.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Treated {
    pub before: Levels,
    pub after: Levels,
    /// How many the plan answers.
    pub planned: i64,
}

/// The value after treatment: the second judgement as long as it speaks of the row and the risk as they are, else what the plan expects.
macro_rules! after {
    () => {
        concat!("CASE WHEN ", second_holds!(), " THEN p.second_value ELSE p.residual END")
    };
}

/// Before against after treatment, by department: the second judgement once it was given, until then what the plan expects.
pub fn treated(
    rx: &Rx<'_>,
    scope: &Scope,
    fiscal_year: i64,
    department: &str,
) -> Done<BTreeMap<DepartmentId, Treated>> {
    let text = scoped!(
        "SELECT r.department_id, r.criteria_id, r.personal, r.level, ",
        after!(),
        ", COUNT(*)
         FROM plan_row p JOIN risk r ON r.id = p.risk_id JOIN asset a ON a.id = r.asset_id WHERE ",
        seen!("p.department_id"),
        " AND a.state = 'in_use' AND r.fiscal_year = $2 AND (CAST($3 AS TEXT) = '' OR r.department_id = $3)
         GROUP BY r.department_id, r.criteria_id, r.personal, r.level, ",
        after!()
    );
    let mut all: BTreeMap<DepartmentId, Treated> = BTreeMap::new();
    for (id, levels) in super::tally::of_year(rx, scope, fiscal_year, department)?.departments() {
        all.insert(id.clone(), Treated { before: levels, after: levels, planned: 0 });
    }
    let methods = methods(rx)?;
    let values: [Value; 2] = [fiscal_year.to_value(), department.to_value()];
    for row in rx.rows(text, scope, &values)? {
        let (edition, personal): (CriteriaId, bool) = (cell(&row, 1)?, cell(&row, 2)?);
        let (level, residual, count): (Level, i64, i64) = (cell(&row, 3)?, cell(&row, 4)?, cell(&row, 5)?);
        let (Some(methods), Some(treated)) = (methods.get(&edition), all.get_mut(&id(&row)?)) else {
            continue;
        };
        add(&mut treated.after, level, -count);
        add(&mut treated.after, methods.method_for(personal).level(residual), count);
        treated.planned += count;
    }
    Ok(all)
}

fn id(row: &Row) -> Result<DepartmentId, Fault> {
    cell(row, 0)
}

/// The years of which something can be shown: those in which something was judged, and this one.
pub fn shown_years(rx: &Rx<'_>, scope: &Scope) -> Done<Vec<i64>> {
    let (mut years, this) = (super::counts::years(rx, scope)?, store::fiscal_year(rx)?);
    if !years.contains(&this) {
        years.insert(0, this);
    }
    Ok(years)
}
