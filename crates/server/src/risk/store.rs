//! The SQL of the catalogues of threats and controls, of assessments and of risks.

use crate::house::fault::{Done, Fault};
use crate::house::kept::{Column, Kept, cell};
use crate::house::work::Rx;
use crate::{calendar, kept, open, scoped, seen};
use meguri_domain::Month;
use meguri_domain::ids::{AssessmentId, AssetId, CriteriaId, DepartmentId, RiskId, ThreatId};
use meguri_domain::people::Scope;
use meguri_domain::risk::{Assessment, Control, Risk, Threat};
use std::collections::BTreeSet;

kept!(either Threat, "threat", [id, version, name_ja, name_en, medium, stage, cia, vulnerability_ja, vulnerability_en, controls, policy_ja]
    => later [department_id, shipped]);
kept!(company Control, "control", [id, version, annex_group, title_ja, title_en, confirmed, note]);
kept!(owned Assessment, "assessment", [id, version, department_id, fiscal_year, criteria_id, flow];
    state = |a: &Assessment| a.flow.state.code().to_owned());
kept!(owned Risk, "risk", [
    id, version, revision, department_id, fiscal_year, asset_id, asset_revision, criteria_id, threat_id, threat, vulnerability,
    importance, likelihood, value, level, note, answerable, approval,
] => later [personal, grounds]);

/// The catalogue of threats, which is the company's; at most 2,000.
pub fn threats(rx: &Rx<'_>) -> Result<Vec<Threat>, Fault> {
    rx.open_list(open!("SELECT * FROM threat WHERE department_id IS NULL ORDER BY id LIMIT 2000"), &[])
}

/// The catalogue, and the free risks of every department in sight; at most 10,000.
pub fn threats_in_sight(rx: &Rx<'_>, scope: &Scope) -> Result<Vec<Threat>, Fault> {
    let text = scoped!(
        "SELECT t.* FROM threat t WHERE t.department_id IS NULL OR ",
        seen!("t.department_id"),
        " OR EXISTS (SELECT 1 FROM risk r WHERE r.threat_id = t.id AND ",
        seen!("r.department_id"),
        ") ORDER BY t.id LIMIT 10000"
    );
    rx.list(text, scope, &[])
}

/// The catalogue, and behind it what a department named itself as free risks, or took over with assets of another one; at most
/// 2,000 of each.
pub fn threats_for(rx: &Rx<'_>, scope: &Scope, department: &DepartmentId) -> Result<Vec<Threat>, Fault> {
    let text = scoped!(
        "SELECT t.* FROM threat t WHERE ",
        seen!("t.department_id"),
        " AND t.department_id = $2 ORDER BY t.name_ja, t.id LIMIT 2000"
    );
    let own: Vec<Threat> = rx.list(text, scope, &[department.to_value()])?;
    let text = scoped!(
        "SELECT t.* FROM threat t WHERE t.department_id <> $2 AND t.id IN (SELECT r.threat_id FROM risk r WHERE ",
        seen!("r.department_id"),
        " AND r.department_id = $2) ORDER BY t.name_ja, t.id LIMIT 2000"
    );
    let taken_over: Vec<Threat> = rx.list(text, scope, &[department.to_value()])?;
    Ok(threats(rx)?.into_iter().chain(own).chain(taken_over).collect())
}

/// One threat of the catalogue, or a free risk of a department that may be seen.
pub fn threat(rx: &Rx<'_>, scope: &Scope, id: &ThreatId) -> Done<Threat> {
    let company = open!("SELECT * FROM threat WHERE id = $1 AND department_id IS NULL");
    if let Some(found) = rx.open_one(company, &[id.to_value()])? {
        return Ok(found);
    }
    let text = scoped!(
        "SELECT t.* FROM threat t WHERE t.id = $2 AND (",
        seen!("t.department_id"),
        " OR EXISTS (SELECT 1 FROM risk r WHERE r.threat_id = t.id AND ",
        seen!("r.department_id"),
        "))"
    );
    rx.find(text, scope, &[id.to_value()])
}

/// The controls of Annex A and the company's own behind them, in the order in which people count; at most 1,000.
pub fn controls(rx: &Rx<'_>) -> Result<Vec<Control>, Fault> {
    let mut controls: Vec<Control> =
        rx.open_list(open!("SELECT * FROM control ORDER BY id LIMIT 1000"), &[])?;
    controls.sort_by_key(|each| meguri_domain::control::order(&each.id));
    Ok(controls)
}

/// The fiscal year of today.
pub fn fiscal_year(rx: &Rx<'_>) -> Result<i64, Fault> {
    Ok(calendar::store::calendar(rx)?.fiscal_year(Month::of(rx.today())))
}

/// One assessment inside a scope.
pub fn assessment(rx: &Rx<'_>, scope: &Scope, id: &AssessmentId) -> Done<Assessment> {
    let text = scoped!("SELECT a.* FROM assessment a WHERE ", seen!("a.department_id"), " AND a.id = $2");
    rx.find(text, scope, &[id.to_value()])
}

/// A department's assessment of a fiscal year, if it was begun.
pub fn assessment_of(
    rx: &Rx<'_>,
    scope: &Scope,
    department: &DepartmentId,
    fiscal_year: i64,
) -> Result<Option<Assessment>, Fault> {
    let text = scoped!(
        "SELECT a.* FROM assessment a WHERE ",
        seen!("a.department_id"),
        " AND a.department_id = $2 AND a.fiscal_year = $3"
    );
    rx.one(text, scope, &[department.to_value(), fiscal_year.to_value()])
}

/// The assessments of a fiscal year inside a scope; at most 5,000.
pub fn assessments(rx: &Rx<'_>, scope: &Scope, fiscal_year: i64) -> Result<Vec<Assessment>, Fault> {
    let text = scoped!(
        "SELECT a.* FROM assessment a WHERE ",
        seen!("a.department_id"),
        " AND a.fiscal_year = $2 LIMIT 5000"
    );
    rx.list(text, scope, &[fiscal_year.to_value()])
}

/// One risk inside a scope.
pub fn find(rx: &Rx<'_>, scope: &Scope, id: &RiskId) -> Done<Risk> {
    rx.find(
        scoped!("SELECT r.* FROM risk r WHERE ", seen!("r.department_id"), " AND r.id = $2"),
        scope,
        &[id.to_value()],
    )
}

/// The judgements of a department in a fiscal year, highest first; at most 20,000.
pub fn risks_of(
    rx: &Rx<'_>,
    scope: &Scope,
    department: &DepartmentId,
    fiscal_year: i64,
) -> Result<Vec<Risk>, Fault> {
    let text = scoped!(
        "SELECT r.* FROM risk r WHERE ",
        seen!("r.department_id"),
        " AND r.department_id = $2 AND r.fiscal_year = $3 ORDER BY r.value DESC, r.id LIMIT 20000"
    );
    rx.list(text, scope, &[department.to_value(), fiscal_year.to_value()])
}

/// The judgement of a threat to an asset in a fiscal year. Asked by the asset's department: a judgement moves with its asset.
pub fn judged(
    rx: &Rx<'_>,
    scope: &Scope,
    asset: &AssetId,
    threat: &ThreatId,
    fiscal_year: i64,
) -> Result<Option<Risk>, Fault> {
    let text = scoped!(
        "SELECT r.* FROM risk r JOIN asset a ON a.id = r.asset_id WHERE ",
        seen!("a.department_id"),
        " AND r.asset_id = $2 AND r.threat_id = $3 AND r.fiscal_year = $4"
    );
    rx.one(text, scope, &[asset.to_value(), threat.to_value(), fiscal_year.to_value()])
}

/// As many assets are asked for at once.
const TOGETHER: usize = 40;

/// Every judgement of these assets up to a fiscal year, whichever department judged.
pub fn judged_of(
    rx: &Rx<'_>,
    scope: &Scope,
    assets: &BTreeSet<&AssetId>,
    fiscal_year: i64,
) -> Result<Vec<Risk>, Fault> {
    let text = scoped!(
        "SELECT r.* FROM asset a CROSS JOIN risk r WHERE ",
        seen!("a.department_id"),
        " AND r.asset_id = a.id AND r.fiscal_year <= $2 AND a.id IN ($3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16,",
        " $17, $18, $19, $20, $21, $22, $23, $24, $25, $26, $27, $28, $29, $30, $31, $32, $33, $34, $35, $36, $37, $38, $39, $40,",
        " $41, $42)"
    );
    let mut found = Vec::new();
    let assets: Vec<&AssetId> = assets.iter().copied().collect();
    for some in assets.chunks(TOGETHER) {
        let mut values = vec![fiscal_year.to_value()];
        values.extend(some.iter().map(|id| id.to_value()));
        // What is left of the places names no asset.
        values.resize(TOGETHER + 1, String::new().to_value());
        found.extend(rx.list::<Risk>(text, scope, &values)?);
    }
    Ok(found)
}

/// The judgements of earlier years about assets in use that are as they were then and have none this year: of each the last,
/// and whether its asset holds personal data; of one asset, or of all of a department. At most 20,000.
pub fn unchanged(
    rx: &Rx<'_>,
    scope: &Scope,
    (department, asset): (&DepartmentId, Option<&AssetId>),
    fiscal_year: i64,
) -> Result<Vec<(Risk, bool)>, Fault> {
    let text = scoped!(
        "SELECT r.*, a.personal OR a.sensitive OR a.my_number FROM risk r JOIN asset a ON a.id = r.asset_id WHERE ",
        seen!("r.department_id"),
        " AND r.department_id = $2 AND r.fiscal_year < $3 AND (CAST($4 AS TEXT) = '' OR r.asset_id = $4)
          AND a.state = 'in_use' AND a.revision = r.asset_revision
          AND NOT EXISTS (SELECT 1 FROM risk y WHERE y.asset_id = r.asset_id AND y.fiscal_year > r.fiscal_year AND y.fiscal_year <= $3)
          ORDER BY r.asset_id, r.threat_id LIMIT 20000"
    );
    let asset = asset.map_or_else(String::new, ToString::to_string);
    let values = [department.to_value(), fiscal_year.to_value(), asset.to_value()];
    let rows = rx.rows(text, scope, &values)?;
    rows.iter().map(|row| Ok((Risk::from_row(row)?, cell(row, Risk::COLUMNS.len())?))).collect()
}

/// Every judgement of an asset, newest year first; at most 2,000.
pub fn history(rx: &Rx<'_>, scope: &Scope, asset: &AssetId) -> Result<Vec<Risk>, Fault> {
    let text = scoped!(
        "SELECT r.* FROM risk r JOIN asset a ON a.id = r.asset_id WHERE ",
        seen!("a.department_id"),
        " AND r.asset_id = $2 ORDER BY r.fiscal_year DESC, r.value DESC, r.threat_id LIMIT 2000"
    );
    rx.list(text, scope, &[asset.to_value()])
}

/// How many assets in use of a department still wait for a judgement that holds: none yet under these
/// criteria this year, or one that is stale.
pub fn unassessed(
    rx: &Rx<'_>,
    scope: &Scope,
    department: &DepartmentId,
    fiscal_year: i64,
    criteria: &CriteriaId,
) -> Result<i64, Fault> {
    let text = scoped!(
        "SELECT COUNT(*) FROM asset a WHERE ",
        seen!("a.department_id"),
        " AND a.department_id = $2 AND a.state = 'in_use' AND (",
        "NOT EXISTS (SELECT 1 FROM risk r WHERE r.asset_id = a.id AND r.fiscal_year = $3 AND r.criteria_id = $4)",
        " OR EXISTS (SELECT 1 FROM risk r WHERE r.asset_id = a.id AND r.fiscal_year = $3 AND r.criteria_id = $4",
        " AND r.asset_revision <> a.revision))"
    );
    rx.count(text, scope, &[department.to_value(), fiscal_year.to_value(), criteria.to_value()])
}
