//! Units of work of the measures check: answering it, and judging risks by it.

use super::store;
use crate::house::fault::Done;
use crate::house::work::{Rx, Tx};
use crate::risk::acts::{Order, judge_many};
use crate::risk::cards::RULES;
use crate::{criteria, people, risk};
use meguri_domain::Refusal;
use meguri_domain::asset::Asset;
use meguri_domain::criteria::{Criteria, Method};
use meguri_domain::ids::{AssetId, ControlId, DepartmentId, MeasureId, ThreatId};
use meguri_domain::measure::{Follows, InPlace, Measure, MeasureDraft, follows};
use meguri_domain::people::Act;
use meguri_domain::proposal::FIRST;
use meguri_domain::risk::{Grounds, Judgement, Risk, Threat};
use std::collections::{HashMap, HashSet};

/// Answers about controls, each with the version it was filled from; those that stand already are not written again. Gives the number of answers that changed.
pub fn answer(tx: &Tx<'_>, department: &DepartmentId, drafts: &[(i64, MeasureDraft)]) -> Done<usize> {
    let scope = tx.scope(Act::SeeRisk);
    let year = risk::store::fiscal_year(tx)?;
    let before = store::answers(tx, &scope, department, year)?;
    let controls = risk::store::controls(tx)?;
    let mut changed = 0;
    for (version, draft) in drafts {
        if !controls.iter().any(|each| each.id == draft.control_id) {
            return Err(Refusal::NotFound.into());
        }
        let old = before.iter().find(|each| each.control_id == draft.control_id);
        if old.is_some_and(|old| old.in_place == draft.in_place && old.note == draft.note.trim()) {
            continue;
        }
        let current = old.map_or(0, |old| old.version);
        if current != *version {
            return Err(Refusal::Stale { current }.into());
        }
        let what = (tx.id(MeasureId::new), department.clone(), year);
        tx.save(Measure::answer(old.cloned(), what, draft, tx.actor(), tx.today())?)?;
        changed += 1;
    }
    if changed > 0 {
        tx.act("measure.answered");
    }
    Ok(changed)
}

/// What follows from the answers of a department: its assets, its risks of the year, and what the measures say of them.
pub struct Ground {
    pub department: DepartmentId,
    pub criteria: Option<Criteria>,
    pub answers: Vec<Measure>,
    pub catalogue: Vec<Threat>,
    pub assets: Vec<Asset>,
    pub risks: Vec<Risk>,
}

/// A threat that is proposed for assets which nobody has judged yet.
pub struct Waiting<'a> {
    pub threat: &'a Threat,
    pub assets: Vec<&'a Asset>,
    /// The vulnerability that follows.
    pub follows: Option<Follows>,
}

impl Ground {
    /// Reads it all.
    pub fn read(rx: &Rx<'_>, department: &DepartmentId) -> Done<Self> {
        let scope = rx.scope(Act::SeeRisk);
        let year = risk::store::fiscal_year(rx)?;
        Ok(Self {
            department: department.clone(),
            criteria: criteria::store::in_force(rx)?,
            answers: store::answers(rx, &scope, department, year)?,
            catalogue: risk::store::threats_for(rx, &scope, department)?,
            assets: store::assets(rx, &scope, department)?,
            risks: risk::store::risks_of(rx, &scope, department, year)?,
        })
    }

    fn in_place(&self, control: &ControlId) -> Option<InPlace> {
        self.answers.iter().find(|each| each.control_id == *control).map(|each| each.in_place)
    }

    /// What follows for a threat to an asset.
    pub fn follows(&self, threat: &Threat, asset: &Asset) -> Option<Follows> {
        let criteria = self.criteria.as_ref()?;
        follows(threat, criteria.method_of(asset), |control| self.in_place(control))
    }

    /// The method that asks for a vulnerability: the general one, else that for personal data.
    pub fn asking(&self) -> Option<&Method> {
        let criteria = self.criteria.as_ref()?;
        [false, true]
            .map(|personal| criteria.method_for(personal))
            .into_iter()
            .find(|method| method.asks_vulnerability())
    }

    /// The risks whose vulnerability came from an answer that is another one today, with what follows now; nothing where no
    /// answer bears on them any more.
    pub fn moved(&self) -> Vec<(&Risk, &Asset, Option<Follows>)> {
        let assets: HashMap<&AssetId, &Asset> = self.assets.iter().map(|each| (&each.id, each)).collect();
        let threats: HashMap<&ThreatId, &Threat> =
            self.catalogue.iter().map(|each| (&each.id, each)).collect();
        let from_measures = self.risks.iter().filter(|risk| risk.grounds == Grounds::Measures);
        from_measures
            .filter_map(|risk| {
                let asset = *assets.get(&risk.asset_id)?;
                let follows = self.follows(threats.get(&risk.threat_id)?, asset);
                let stands = follows.as_ref().is_some_and(|each| each.vulnerability == risk.vulnerability);
                (!stands).then_some((risk, asset, follows))
            })
            .collect()
    }

    /// The threats that are proposed first for assets without a judgement under the criteria in force, those with most assets
    /// first.
    pub fn waiting(&self) -> Vec<Waiting<'_>> {
        let Some(criteria) = &self.criteria else { return Vec::new() };
        let under = self.risks.iter().filter(|risk| risk.criteria_id == criteria.id);
        let judged: HashSet<&AssetId> = under.map(|risk| &risk.asset_id).collect();
        let mut found: HashMap<&ThreatId, Waiting<'_>> = HashMap::new();
        let asked =
            |asset: &&Asset| criteria.method_of(asset).asks_vulnerability() && !judged.contains(&asset.id);
        // What was taken over with another asset speaks of that one alone.
        let is_own = |threat: &Threat| threat.department_id.as_ref().is_none_or(|id| *id == self.department);
        for asset in self.assets.iter().filter(asked) {
            let proposed = RULES.propose(asset, &self.catalogue, &[]).into_iter();
            for each in proposed.filter(|each| is_own(each.threat)).take(FIRST) {
                let waiting = found.entry(&each.threat.id).or_insert_with(|| Waiting {
                    threat: each.threat,
                    assets: Vec::new(),
                    follows: self.follows(each.threat, asset),
                });
                waiting.assets.push(asset);
            }
        }
        let mut found: Vec<_> = found.into_values().collect();
        found.sort_by(|a, b| b.assets.len().cmp(&a.assets.len()).then_with(|| a.threat.id.cmp(&b.threat.id)));
        found
    }

    /// The controls that bear on the risks of the department and on what waits, with how many assets each bears on.
    pub fn controls(&self, waiting: &[Waiting<'_>]) -> HashMap<ControlId, usize> {
        let mut bears: HashMap<ControlId, HashSet<&AssetId>> = HashMap::new();
        for risk in &self.risks {
            if let Some(threat) = self.catalogue.iter().find(|each| each.id == risk.threat_id) {
                for control in &threat.controls {
                    bears.entry(control.clone()).or_default().insert(&risk.asset_id);
                }
            }
        }
        for each in waiting {
            for control in &each.threat.controls {
                bears.entry(control.clone()).or_default().extend(each.assets.iter().map(|asset| &asset.id));
            }
        }
        bears.into_iter().map(|(control, assets)| (control, assets.len())).collect()
    }
}

/// Judges again every risk whose vulnerability came from an answer that is another one today. Gives their number.
pub fn follow(tx: &Tx<'_>, department: &DepartmentId) -> Done<usize> {
    people::store::department(tx, &tx.scope(Act::SeeRisk), department)?;
    tx.actor().must(Act::AssessRisk, department)?;
    let ground = Ground::read(tx, department)?;
    let moved = ground.moved();
    let mut orders: Vec<Order<'_>> = Vec::new();
    for (risk, asset, follows) in &moved {
        let Some(follows) = follows else { continue };
        let order = Judgement { vulnerability: follows.vulnerability, ..risk::acts::answer(risk) };
        orders.push(Order { asset, threat: risk.threat_id.clone(), order });
    }
    Ok(judge_many(tx, &orders, "risk.from_measures", None)?.len())
}

/// Judges threats to all assets that wait for them: how readily each occurs is said once, how open the department is follows
/// from its measures check. Threats about which nothing was answered are left out. Gives the number of risks written.
pub fn judge_waiting(tx: &Tx<'_>, department: &DepartmentId, degrees: &[(ThreatId, i64)]) -> Done<usize> {
    people::store::department(tx, &tx.scope(Act::SeeRisk), department)?;
    tx.actor().must(Act::AssessRisk, department)?;
    let ground = Ground::read(tx, department)?;
    let waiting = ground.waiting();
    let mut orders: Vec<Order<'_>> = Vec::new();
    for (threat, degree) in degrees {
        let Some(each) = waiting.iter().find(|each| each.threat.id == *threat) else { continue };
        for asset in &each.assets {
            let Some(follows) = ground.follows(each.threat, asset) else { continue };
            let order = Judgement {
                threat: *degree,
                vulnerability: follows.vulnerability,
                note: String::new(),
                answerable: true,
            };
            orders.push(Order { asset, threat: threat.clone(), order });
        }
    }
    Ok(judge_many(tx, &orders, "risk.from_measures", None)?.len())
}
