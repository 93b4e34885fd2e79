//! The SQL of what-if beside the plan: which treatments are in place, and which risks above the line have no row.

use crate::house::db::{Row, Value};
use crate::house::fault::Fault;
use crate::house::kept::{Column, Kept, cell};
use crate::house::work::Rx;
use crate::{scoped, seen};
use meguri_domain::ids::{ControlId, CriteriaId, RiskId};
use meguri_domain::people::Scope;
use meguri_domain::risk::Risk;
use meguri_domain::treatment::PlanRow;
use meguri_domain::what_if::Kind;
use std::collections::HashMap;

/// What is asked for: a year, an edition, and a department or all (empty).
pub struct Which<'a> {
    pub fiscal_year: i64,
    pub criteria: &'a CriteriaId,
    pub department: &'a str,
    /// Judged by the method for personal data.
    pub personal: bool,
}

impl Which<'_> {
    fn values(&self) -> Vec<Value> {
        let Self { fiscal_year, criteria, department, personal } = self;
        let department = (*department).to_owned().to_value();
        vec![fiscal_year.to_value(), criteria.to_value(), department, personal.to_value()]
    }
}

/// A risk as it was judged, as it stands now, and the controls that brought it there.
pub struct InPlace {
    pub id: RiskId,
    pub was: Kind,
    pub now: Kind,
    pub controls: Vec<ControlId>,
}

/// The risks whose treatment is in place: their row is done, or was judged a second time. What stands of a second judgement
/// is how the risk stands now; without one it stands as it was judged, for a judgement counts what is there. The way in is the plan,
/// which is short beside the risks.
pub fn in_place(rx: &Rx<'_>, scope: &Scope, which: &Which<'_>) -> Result<Vec<InPlace>, Fault> {
    let text = scoped!(
        "SELECT r.*, p.* FROM plan_row p CROSS JOIN risk r CROSS JOIN asset a WHERE ",
        seen!("r.department_id"),
        " AND r.id = p.risk_id AND a.id = r.asset_id AND a.state = 'in_use' AND r.fiscal_year = $2 AND r.criteria_id = $3 AND r.personal = $5",
        " AND (CAST($4 AS TEXT) = '' OR r.department_id = $4) AND (p.done_on IS NOT NULL OR p.second IS NOT NULL)",
        " ORDER BY r.id LIMIT 100000"
    );
    let mut found = Vec::new();
    for mut row in rx.rows(text, scope, &which.values())? {
        let plan = PlanRow::from_row(&row.split_off(Risk::COLUMNS.len()))?;
        let risk = Risk::from_row(&row)?;
        if !plan.is_in_place(&risk) {
            continue;
        }
        let was = kind(&risk);
        let now = plan.second_of(&risk).map_or_else(
            || was.clone(),
            |second| Kind { threat: second.threat, vulnerability: second.vulnerability, ..was.clone() },
        );
        found.push(InPlace { id: risk.id, was, now, controls: plan.controls });
    }
    Ok(found)
}

/// The kind of a risk.
pub fn kind(risk: &Risk) -> Kind {
    let Risk { threat_id, importance, threat, vulnerability, .. } = risk;
    Kind {
        threat_id: threat_id.clone(),
        importance: *importance,
        threat: *threat,
        vulnerability: *vulnerability,
    }
}

/// The counted kinds without those risks, which are reckoned with one by one.
pub fn without(counted: Vec<(Kind, i64)>, in_place: &[InPlace]) -> Vec<(Kind, i64)> {
    let mut less: HashMap<&Kind, i64> = HashMap::new();
    for each in in_place {
        *less.entry(&each.was).or_default() += 1;
    }
    let left = |(kind, count): (Kind, i64)| {
        let count = count - less.get(&kind).copied().unwrap_or(0);
        (kind, count)
    };
    counted.into_iter().map(left).filter(|(_, count)| *count > 0).collect()
}

/// A risk with the words of its asset and threat, and whether a row answers it.
pub struct Named {
    pub risk: Risk,
    pub asset: String,
    pub threat: (String, String),
    pub answered: bool,
}

/// The risks from a value on that their department must answer, those without a row first, then the highest; at most 20,000.
pub fn above(rx: &Rx<'_>, scope: &Scope, which: &Which<'_>, line: i64) -> Result<Vec<Named>, Fault> {
    let text = scoped!(
        "SELECT r.*, a.name, t.name_ja, t.name_en, p.id FROM risk r JOIN asset a ON a.id = r.asset_id",
        " JOIN threat t ON t.id = r.threat_id LEFT JOIN plan_row p ON p.risk_id = r.id WHERE ",
        seen!("r.department_id"),
        " AND a.state = 'in_use' AND r.fiscal_year = $2 AND r.criteria_id = $3 AND r.personal = $5",
        " AND (CAST($4 AS TEXT) = '' OR r.department_id = $4) AND r.answerable AND r.value >= $6",
        " ORDER BY CASE WHEN p.id IS NULL THEN 0 ELSE 1 END, r.value DESC, a.name, r.id LIMIT 20000"
    );
    let mut values = which.values();
    values.push(line.to_value());
    rx.rows(text, scope, &values)?.iter().map(named).collect()
}

/// So many risks of a kind are read at once.
pub const STRIDE: usize = 200;

/// Risks of one kind as they were judged, from a place on; at most [`STRIDE`].
pub fn of_kind(
    rx: &Rx<'_>,
    scope: &Scope,
    which: &Which<'_>,
    (kind, from): (&Kind, usize),
) -> Result<Vec<Named>, Fault> {
    let text = scoped!(
        "SELECT r.*, a.name, t.name_ja, t.name_en, p.id FROM risk r CROSS JOIN asset a CROSS JOIN threat t",
        " LEFT JOIN plan_row p ON p.risk_id = r.id WHERE ",
        seen!("r.department_id"),
        " AND a.id = r.asset_id AND t.id = r.threat_id AND a.state = 'in_use' AND r.fiscal_year = $2 AND r.criteria_id = $3",
        " AND r.personal = $5 AND (CAST($4 AS TEXT) = '' OR r.department_id = $4) AND r.threat_id = $6 AND r.importance = $7",
        " AND r.threat = $8 AND r.vulnerability = $9 ORDER BY a.name, r.id LIMIT 200 OFFSET $10"
    );
    let mut values = which.values();
    values.extend([
        kind.threat_id.to_value(),
        kind.importance.to_value(),
        kind.threat.to_value(),
        kind.vulnerability.to_value(),
        i64::try_from(from).map_err(Fault::broken)?.to_value(),
    ]);
    rx.rows(text, scope, &values)?.iter().map(named).collect()
}

/// One risk by its id.
pub fn one(rx: &Rx<'_>, scope: &Scope, id: &RiskId) -> Result<Option<Named>, Fault> {
    let text = scoped!(
        "SELECT r.*, a.name, t.name_ja, t.name_en, p.id FROM risk r JOIN asset a ON a.id = r.asset_id",
        " JOIN threat t ON t.id = r.threat_id LEFT JOIN plan_row p ON p.risk_id = r.id WHERE ",
        seen!("r.department_id"),
        " AND r.id = $2"
    );
    rx.rows(text, scope, &[id.to_value()])?.first().map(named).transpose()
}

fn named(row: &Row) -> Result<Named, Fault> {
    let at = Risk::COLUMNS.len();
    Ok(Named {
        risk: Risk::from_row(row)?,
        asset: cell(row, at)?,
        threat: (cell(row, at + 1)?, cell(row, at + 2)?),
        answered: cell::<Option<String>>(row, at + 3)?.is_some(),
    })
}
