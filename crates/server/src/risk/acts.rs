//! Units of work about risks.

use super::store;
use crate::house::fault::{Done, Fault, Stop};
use crate::house::work::Tx;
use crate::{asset, criteria, pattern};
use meguri_domain::approval::Standing;
use meguri_domain::asset::{Asset, AssetState, Medium};
use meguri_domain::criteria::Criteria;
use meguri_domain::ids::{AssessmentId, AssetId, ControlId, RiskId, ThreatId};
use meguri_domain::people::Act;
use meguri_domain::risk::{Assessment, Control, Judgement, New, Risk, Threat};
use meguri_domain::{Change, Refusal};

/// Judges a threat to an asset under the criteria in force, in the fiscal year of today. The department's
/// assessment is begun when there is none; an approved one goes back to draft. The same judgement of the
/// same revision changes nothing.
pub fn judge(tx: &Tx<'_>, asset: &AssetId, threat: &ThreatId, order: &Judgement) -> Done<Risk> {
    let asset = asset::store::find(tx, &tx.scope(Act::SeeRisk), asset)?;
    let mut judged = judge_all(tx, std::slice::from_ref(&asset), threat, order)?;
    judged.pop().ok_or(Stop::Refusal(Refusal::NotFound))
}

/// Judges a threat to every asset of a pattern as one of them is judged. Each keeps a judgement of its own;
/// members that drift are left out, because the reason for sharing is gone. Gives the number of assets.
pub fn judge_alike(tx: &Tx<'_>, asset: &AssetId, threat: &ThreatId, order: &Judgement) -> Done<usize> {
    let scope = tx.scope(Act::SeeRisk);
    let asset = asset::store::find(tx, &scope, asset)?;
    let pattern = asset.pattern_id.as_ref().ok_or(Stop::Refusal(Refusal::NotFound))?;
    let pattern = pattern::store::find(tx, &scope, pattern)?;
    if !pattern.fits(&asset) {
        return Err(Refusal::Because((
            "この資産は内容が変わり、類型に合わなくなっています。類型から外すか、この資産だけを評価してください。",
            "This asset has changed and no longer fits its pattern. Take it out of the pattern, or judge it alone.",
        ))
        .into());
    }
    let mut members = pattern::store::members(tx, &scope, &pattern.id)?;
    members.retain(|each| pattern.fits(each));
    Ok(judge_all(tx, &members, threat, order)?.len())
}

/// Judges a threat to assets of one department, and notes it once in the department's assessment.
fn judge_all(tx: &Tx<'_>, assets: &[Asset], threat: &ThreatId, order: &Judgement) -> Done<Vec<Risk>> {
    let scope = tx.scope(Act::SeeRisk);
    let threat_id = store::threat(tx, threat)?.id;
    let in_use = |each: &Asset| each.state == AssetState::InUse;
    if !assets.iter().all(in_use) {
        return Err(Refusal::WrongState { state: AssetState::Retired.word() }.into());
    }
    let Some(first) = assets.first() else { return Ok(Vec::new()) };
    tx.actor().must(Act::AssessRisk, &first.department_id)?;
    let criteria = criteria::store::in_force(tx)?.ok_or(Refusal::CriteriaNotApproved)?;
    let fiscal_year = store::fiscal_year(tx)?;
    let (mut judged, mut written) = (Vec::new(), false);
    for asset in assets {
        let before = store::judged(tx, &scope, &asset.id, &threat_id, fiscal_year)?;
        let (id, threat_id) = (tx.id(RiskId::new), threat_id.clone());
        let new = New { id, asset, threat_id, criteria: &criteria, fiscal_year };
        let change = Risk::judge(before.clone(), new, order, tx.actor())?;
        match before {
            Some(before) if same(&before, change.peek()) => judged.push(before),
            _ => {
                judged.push(tx.save(change)?);
                written = true;
            }
        }
    }
    if written {
        note(tx, first, &criteria, fiscal_year)?;
    }
    Ok(judged)
}

/// Judges every stale risk of an asset again as it stands, for a change of the asset that moves no score.
pub fn judge_again(tx: &Tx<'_>, asset: &AssetId) -> Done<usize> {
    let scope = tx.scope(Act::SeeRisk);
    let found = asset::store::find(tx, &scope, asset)?;
    tx.actor().must(Act::AssessRisk, &found.department_id)?;
    let fiscal_year = store::fiscal_year(tx)?;
    let history = store::history(tx, &scope, asset)?;
    let stale: Vec<_> =
        history.into_iter().filter(|each| each.fiscal_year == fiscal_year && each.is_stale(&found)).collect();
    for risk in &stale {
        judge(tx, asset, &risk.threat_id, &answer(risk))?;
    }
    Ok(stale.len())
}

/// What was answered when a risk was judged.
pub fn answer(risk: &Risk) -> Judgement {
    Judgement {
        threat: risk.threat,
        vulnerability: risk.vulnerability,
        note: risk.note.clone(),
        answerable: risk.answerable,
    }
}

/// Whether a judgement says what stands already.
fn same(before: &Risk, after: &Risk) -> bool {
    let after = Risk { version: before.version, revision: before.revision, ..after.clone() };
    *before == after
}

/// Notes a judgement in the department's assessment of the year, which follows the criteria in force.
fn note(tx: &Tx<'_>, asset: &Asset, criteria: &Criteria, fiscal_year: i64) -> Done<()> {
    let scope = tx.scope(Act::SeeRisk);
    let found = store::assessment_of(tx, &scope, &asset.department_id, fiscal_year)?;
    let assessment = if let Some(found) = found {
        Assessment { criteria_id: criteria.id.clone(), ..found }
    } else {
        tx.save(Assessment::begin(
            tx.id(AssessmentId::new),
            asset.department_id.clone(),
            fiscal_year,
            criteria,
        )?)?
    };
    tx.save(assessment.write(tx.actor(), tx.today())?)?;
    tx.act("risk.judged");
    Ok(())
}

/// Submits a department's assessment to its head. Assets without a judgement that holds keep it back.
pub fn submit(tx: &Tx<'_>, id: &AssessmentId, version: i64) -> Done<Assessment> {
    let scope = tx.scope(Act::SeeRisk);
    let assessment = store::assessment(tx, &scope, id)?;
    tx.actor().must(Act::AssessRisk, &assessment.department_id)?;
    let criteria = criteria::store::in_force(tx)?.ok_or(Refusal::CriteriaNotApproved)?;
    let left =
        store::unassessed(tx, &scope, &assessment.department_id, assessment.fiscal_year, &criteria.id)?;
    let left = usize::try_from(left).map_err(Fault::broken)?;
    tx.save(assessment.submit(version, left, tx.actor(), tx.today())?)
}

/// The head approves an assessment and freezes every judgement of it whose approval is not current.
pub fn approve(tx: &Tx<'_>, id: &AssessmentId, version: i64) -> Done<Assessment> {
    tx.call(crate::record::signing::NAME);
    let scope = tx.scope(Act::SeeRisk);
    let assessment =
        tx.save(store::assessment(tx, &scope, id)?.approve(version, tx.actor(), tx.today())?)?;
    for risk in store::risks_of(tx, &scope, &assessment.department_id, assessment.fiscal_year)? {
        match risk.standing() {
            Standing::Current => {}
            Standing::None | Standing::Outdated => {
                tx.save(risk.approve(tx.actor(), tx.today())?)?;
            }
        }
    }
    Ok(assessment)
}

/// The head sends an assessment back with a reason.
pub fn send_back(tx: &Tx<'_>, id: &AssessmentId, version: i64, reason: &str) -> Done<Assessment> {
    let assessment = store::assessment(tx, &tx.scope(Act::SeeRisk), id)?;
    tx.save(assessment.send_back(version, reason, tx.actor(), tx.today())?)
}

const THREATS: &str = include_str!("../../../../catalog/threats.csv");
const CONTROLS: &str = include_str!("../../../../catalog/annex_a.csv");

/// Loads the shipped catalogues of threats and controls as data of the organisation.
pub fn load_catalogue(tx: &Tx<'_>) -> Done<()> {
    for row in csv::Reader::from_reader(CONTROLS.as_bytes()).records() {
        let row = row.map_err(Fault::broken)?;
        let at = |n: usize| row.get(n).unwrap_or_default().to_owned();
        let Some(id) = ControlId::new(at(0)) else { continue };
        let confirmed = at(4) == "yes";
        let control = Control {
            id,
            version: 1,
            annex_group: at(1),
            title_ja: at(2),
            title_en: at(3),
            confirmed,
            note: at(5),
        };
        tx.save(Change::new(control, "control.loaded"))?;
    }
    for row in csv::Reader::from_reader(THREATS.as_bytes()).records() {
        let row = row.map_err(Fault::broken)?;
        let at = |n: usize| row.get(n).unwrap_or_default().to_owned();
        let Some(id) = ThreatId::new(at(0)) else { continue };
        let medium = Medium::ALL.iter().copied().find(|each| each.word().0 == at(3)).unwrap_or(Medium::Data);
        let controls = at(8).split(';').filter_map(|text| ControlId::new(text.trim())).collect();
        let threat = Threat {
            id,
            version: 1,
            name_ja: at(1),
            name_en: at(2),
            medium,
            stage: at(4),
            cia: at(5),
            vulnerability_ja: at(6),
            vulnerability_en: at(7),
            controls,
            policy_ja: at(9),
        };
        tx.save(Change::new(threat, "threat.loaded"))?;
    }
    Ok(())
}
