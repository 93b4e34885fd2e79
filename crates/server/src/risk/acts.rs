//! Units of work about risks.

use super::store;
use crate::house::fault::{Done, Fault, Stop};
use crate::house::work::{Rx, Tx};
use crate::{asset, criteria, measure, pattern};
use meguri_domain::approval::Standing;
use meguri_domain::asset::{Asset, AssetState, Medium};
use meguri_domain::catalogue::Contents;
use meguri_domain::criteria::Criteria;
use meguri_domain::ids::{AssessmentId, AssetId, ControlId, CriteriaId, DepartmentId, RiskId, ThreatId};
use meguri_domain::people::Act;
use meguri_domain::risk::{Assessment, Control, Grounds, Judgement, New, Risk, Threat};
use meguri_domain::{Change, Refusal};
use std::collections::{HashMap, HashSet};

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
    let orders: Vec<Order<'_>> =
        assets.iter().map(|asset| Order { asset, threat: threat.clone(), order: order.clone() }).collect();
    judge_many(tx, &orders, "risk.judged", None)
}

/// One judgement to write.
pub struct Order<'a> {
    pub asset: &'a Asset,
    pub threat: ThreatId,
    pub order: Judgement,
}

/// Writes judgements about assets of one department in one go; each says where its answers came from, unless that is
/// `stated`. What stands already is not written again.
pub fn judge_many(
    tx: &Tx<'_>,
    orders: &[Order<'_>],
    event: &'static str,
    stated: Option<Grounds>,
) -> Done<Vec<Risk>> {
    let scope = tx.scope(Act::SeeRisk);
    let Some(first) = orders.first().map(|each| each.asset) else { return Ok(Vec::new()) };
    if orders.iter().any(|each| each.asset.state != AssetState::InUse) {
        return Err(Refusal::WrongState { state: AssetState::Retired.word() }.into());
    }
    tx.actor().must(Act::AssessRisk, &first.department_id)?;
    let criteria = criteria::store::in_force(tx)?.ok_or(Refusal::CriteriaNotApproved)?;
    let fiscal_year = store::fiscal_year(tx)?;
    let measures = measure::store::answers(tx, &scope, &first.department_id, fiscal_year)?;
    let in_place = |control: &ControlId| {
        measures.iter().find(|each| each.control_id == *control).map(|each| each.in_place)
    };
    let mut held = Held::load(tx, orders, fiscal_year)?;
    let mut threats: HashMap<ThreatId, Threat> = HashMap::new();
    let (mut judged, mut written) = (Vec::new(), false);
    for Order { asset, threat, order } in orders {
        if !threats.contains_key(threat) {
            threats.insert(threat.clone(), store::threat(tx, &scope, threat)?);
        }
        let follows = threats
            .get(threat)
            .and_then(|threat| meguri_domain::measure::follows(threat, criteria.method_of(asset), in_place));
        let (before, last) = held.of(&asset.id, threat);
        // A free risk is its department's, and of those that took over what it speaks of.
        let whose = threats.get(threat).and_then(|threat| threat.department_id.as_ref());
        if whose.is_some_and(|id| *id != asset.department_id) && before.is_none() && last.is_none() {
            return Err(Refusal::NotFound.into());
        }
        let told = || Grounds::of(order, follows.map(|each| each.vulnerability), last.as_ref());
        let grounds = stated.unwrap_or_else(told);
        let (id, threat_id) = (tx.id(RiskId::new), threat.clone());
        let new = New { id, asset, threat_id, criteria: &criteria, fiscal_year, grounds };
        let change = Risk::judge(before.clone(), new, order, tx.actor())?;
        match before {
            Some(before) if same(&before, change.peek()) => judged.push(before),
            _ => {
                let saved = tx.save(change)?;
                held.put(saved.clone());
                judged.push(saved);
                written = true;
            }
        }
    }
    if written {
        note(tx, first, &criteria, fiscal_year)?;
        tx.act(event);
    }
    Ok(judged)
}

/// What was said already about the assets that are judged: of every threat the judgement of this year, and the last before.
struct Held {
    fiscal_year: i64,
    now: HashMap<(AssetId, ThreatId), Risk>,
    before: HashMap<(AssetId, ThreatId), Risk>,
}

impl Held {
    fn load(tx: &Tx<'_>, orders: &[Order<'_>], fiscal_year: i64) -> Done<Self> {
        let assets = orders.iter().map(|each| &each.asset.id).collect();
        let mut held = Self { fiscal_year, now: HashMap::new(), before: HashMap::new() };
        for risk in store::judged_of(tx, &tx.scope(Act::SeeRisk), &assets, fiscal_year)? {
            held.put(risk);
        }
        Ok(held)
    }

    fn put(&mut self, risk: Risk) {
        let key = (risk.asset_id.clone(), risk.threat_id.clone());
        if risk.fiscal_year == self.fiscal_year {
            self.now.insert(key, risk);
        } else if self.before.get(&key).is_none_or(|other| other.fiscal_year < risk.fiscal_year) {
            self.before.insert(key, risk);
        }
    }

    fn of(&self, asset: &AssetId, threat: &ThreatId) -> (Option<Risk>, Option<Risk>) {
        let key = (asset.clone(), threat.clone());
        (self.now.get(&key).cloned(), self.before.get(&key).cloned())
    }
}

/// What can be taken over as last year: of every asset that is as it was, or of one, all its last judgements, where the criteria
/// in force still ask the same about all of them.
pub fn to_take_over(rx: &Rx<'_>, department: &DepartmentId, asset: Option<&AssetId>) -> Done<Vec<Risk>> {
    let Some(criteria) = criteria::store::in_force(rx)? else { return Ok(Vec::new()) };
    let scope = rx.scope(Act::SeeRisk);
    let found = store::unchanged(rx, &scope, (department, asset), store::fiscal_year(rx)?)?;
    let editions: HashMap<CriteriaId, Criteria> =
        criteria::store::all(rx)?.into_iter().map(|each| (each.id.clone(), each)).collect();
    let asks_otherwise = |(risk, personal): &(Risk, bool)| {
        let before = editions.get(&risk.criteria_id).map(|edition| edition.method_for(risk.personal));
        !before.is_some_and(|before| before.asks_like(criteria.method_for(*personal)))
    };
    let otherwise: HashSet<AssetId> =
        found.iter().filter(|each| asks_otherwise(each)).map(|(risk, _)| risk.asset_id.clone()).collect();
    Ok(found.into_iter().map(|(risk, _)| risk).filter(|risk| !otherwise.contains(&risk.asset_id)).collect())
}

/// Takes over the last answers about every asset of a department that is as it was when they were given, and that nobody has
/// judged this year. Gives the number of assets, and refuses where there is none.
pub fn as_last_year(tx: &Tx<'_>, department: &DepartmentId, asset: Option<&AssetId>) -> Done<usize> {
    let scope = tx.scope(Act::SeeRisk);
    tx.actor().must(Act::AssessRisk, department)?;
    criteria::store::in_force(tx)?.ok_or(Refusal::CriteriaNotApproved)?;
    let risks = to_take_over(tx, department, asset)?;
    if risks.is_empty() {
        return Err(Refusal::Because((
            "前年どおりにできる資産はありません。内容か基準の尋ね方が変わった資産は、評価し直してください。",
            "No asset can be judged as last year. Judge anew what has changed, or what the criteria ask otherwise now.",
        ))
        .into());
    }
    let mut assets: HashMap<AssetId, Asset> = HashMap::new();
    for risk in &risks {
        if !assets.contains_key(&risk.asset_id) {
            assets.insert(risk.asset_id.clone(), asset::store::find(tx, &scope, &risk.asset_id)?);
        }
    }
    let order = |risk: &Risk| {
        Some(Order {
            asset: assets.get(&risk.asset_id)?,
            threat: risk.threat_id.clone(),
            order: answer(risk),
        })
    };
    let orders: Vec<Order<'_>> = risks.iter().filter_map(order).collect();
    judge_many(tx, &orders, "risk.as_last_year", None)?;
    Ok(assets.len())
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

/// The secretariat checks an assessment that the head approved.
pub fn check(tx: &Tx<'_>, id: &AssessmentId, version: i64) -> Done<Assessment> {
    tx.call(crate::record::signing::NAME);
    tx.save(store::assessment(tx, &tx.scope(Act::SeeRisk), id)?.check(version, tx.actor(), tx.today())?)
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
    for (id, contents) in shipped()? {
        tx.save(Change::new(Threat::of(id, contents), "threat.loaded"))?;
    }
    Ok(())
}

/// The threats that this program brings, by their ids.
pub fn shipped() -> Result<Vec<(ThreatId, Contents)>, Fault> {
    let mut found = Vec::new();
    for row in csv::Reader::from_reader(THREATS.as_bytes()).records() {
        let row = row.map_err(Fault::broken)?;
        let at = |n: usize| row.get(n).unwrap_or_default().to_owned();
        let Some(id) = ThreatId::new(at(0)) else { continue };
        let medium = Medium::ALL.iter().copied().find(|each| each.word().0 == at(3)).unwrap_or(Medium::Data);
        let controls = at(8).split(';').filter_map(|text| ControlId::new(text.trim())).collect();
        let contents = Contents {
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
        found.push((id, contents));
    }
    Ok(found)
}
