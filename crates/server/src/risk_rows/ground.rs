//! What the house knows when lines of a file are held against it: assets, threats, judgements and plan of the departments that
//! the lines name.

use crate::asset::likeness::Likeness;
use crate::asset::reading::Places;
use crate::asset::upload::places;
use crate::house::fault::Done;
use crate::house::words::fold;
use crate::house::work::Rx;
use crate::{asset, criteria, people, risk, treatment};
use meguri_domain::Refusal;
use meguri_domain::asset::Asset;
use meguri_domain::criteria::{Criteria, Method};
use meguri_domain::ids::{AssetId, ControlId, CriteriaId, DepartmentId, RiskId, ThreatId};
use meguri_domain::people::Act;
use meguri_domain::risk::{Risk, Threat};
use meguri_domain::treatment::PlanRow;
use std::cell::OnceCell;
use std::collections::{BTreeSet, HashMap};

/// What the house knows.
pub struct Ground {
    pub criteria: Criteria,
    editions: HashMap<CriteriaId, Criteria>,
    /// The controls by their folded numbers.
    pub controls: HashMap<String, ControlId>,
    pub places: Places,
    /// The company's threats.
    pub company: Vec<Threat>,
    by_name: HashMap<String, Vec<usize>>,
    departments: HashMap<DepartmentId, Department>,
}

/// What it knows of a department.
pub struct Department {
    pub id: DepartmentId,
    pub name: String,
    /// Its assets in use, by name.
    pub assets: Vec<Asset>,
    by_name: HashMap<String, Vec<usize>>,
    /// Which names are like another, once somebody asks.
    alike: OnceCell<Likeness>,
    /// What it named as free risks, or took over with assets of another.
    pub free: Vec<Threat>,
    free_by_name: HashMap<String, Vec<usize>>,
    /// The judgements of this year.
    pub risks: HashMap<(AssetId, ThreatId), Risk>,
    pub plan: HashMap<RiskId, PlanRow>,
}

/// More risks of one department than this are not held against a file.
const MOST: usize = 20_000;
/// More offers than this help nobody.
pub const OFFERS: usize = 6;

fn too_many(name: &str) -> Refusal {
    Refusal::Said {
        ja: format!(
            "「{name}」のリスクが{MOST}件以上あるため、ファイルでは扱えません。画面で評価してください。"
        ),
        en: format!("{name} has {MOST} risks or more, too many for a file. Judge them on the pages."),
    }
}

impl Ground {
    /// Loads what is known of the departments in sight of the actor.
    pub fn load(rx: &Rx<'_>, named: impl Fn(&Places) -> BTreeSet<DepartmentId>) -> Done<Self> {
        let places = places(rx, Act::AssessRisk)?;
        let criteria = criteria::store::in_force(rx)?.ok_or(Refusal::CriteriaNotApproved)?;
        let mut departments = HashMap::new();
        let names = people::store::names(rx, rx.today())?;
        for id in named(&places) {
            let name = names.get(&id).cloned().unwrap_or_default();
            departments.insert(id.clone(), Department::load(rx, &id, name)?);
        }
        let company = risk::store::threats(rx)?;
        let by_name = names_of(&company);
        let controls = risk::store::controls(rx)?.into_iter().map(|each| (fold(each.id.as_str()), each.id));
        let editions = criteria::store::all(rx)?.into_iter().map(|each| (each.id.clone(), each)).collect();
        Ok(Self { criteria, editions, controls: controls.collect(), places, company, by_name, departments })
    }

    pub fn department(&self, id: &DepartmentId) -> Option<&Department> {
        self.departments.get(id)
    }

    /// The method by which a risk was judged.
    pub fn method_of(&self, risk: &Risk) -> &Method {
        self.editions.get(&risk.criteria_id).unwrap_or(&self.criteria).method_for(risk.personal)
    }

    /// The threats of this name, in either language: the company's, then those of a department.
    pub fn threats_named<'a>(
        &'a self,
        department: &'a Department,
        name: &str,
    ) -> impl Iterator<Item = &'a Threat> {
        let key = fold(name);
        let company = self.by_name.get(&key).into_iter().flatten().filter_map(|at| self.company.get(*at));
        let free = department.free_by_name.get(&key).into_iter().flatten();
        company.chain(free.filter_map(|at| department.free.get(*at)))
    }
}

fn names_of(threats: &[Threat]) -> HashMap<String, Vec<usize>> {
    let mut names: HashMap<String, Vec<usize>> = HashMap::new();
    for (at, threat) in threats.iter().enumerate() {
        for name in BTreeSet::from([fold(&threat.name_ja), fold(&threat.name_en)]) {
            names.entry(name).or_default().push(at);
        }
    }
    names
}

impl Department {
    /// What a department holds, within the actor's sight.
    pub fn load(rx: &Rx<'_>, id: &DepartmentId, name: String) -> Done<Self> {
        let scope = rx.scope(Act::SeeRisk);
        let fiscal_year = risk::store::fiscal_year(rx)?;
        let assets = asset::store::in_use(rx, &scope, id)?;
        let mut by_name: HashMap<String, Vec<usize>> = HashMap::new();
        for (at, asset) in assets.iter().enumerate() {
            by_name.entry(fold(&asset.name)).or_default().push(at);
        }
        let mut free = risk::store::threats_for(rx, &scope, id)?;
        free.retain(|threat| threat.department_id.is_some());
        let risks = risk::store::risks_of(rx, &scope, id, fiscal_year)?;
        if risks.len() >= MOST {
            return Err(too_many(&name).into());
        }
        let risks = risks.into_iter().map(|risk| ((risk.asset_id.clone(), risk.threat_id.clone()), risk));
        let plan = treatment::store::of_department(rx, &rx.scope(Act::SeePlan), id, fiscal_year)?;
        let plan = plan.into_iter().map(|row| (row.risk_id.clone(), row));
        let free_by_name = names_of(&free);
        let (risks, plan) = (risks.collect(), plan.collect());
        let (id, alike) = (id.clone(), OnceCell::new());
        Ok(Self { id, name, assets, by_name, alike, free, free_by_name, risks, plan })
    }

    /// The assets whose names are like one that is not found, each name once.
    pub fn like(&self, name: &str) -> Vec<String> {
        let index = self.alike.get_or_init(|| {
            let mut index = Likeness::default();
            for (at, asset) in self.assets.iter().enumerate() {
                index.hold(&fold(&asset.name), at);
            }
            index
        });
        let found = index.like(&fold(name)).into_iter().filter_map(|at| self.assets.get(at));
        let mut names: Vec<String> = found.map(|asset| asset.name.clone()).collect();
        names.dedup();
        names.truncate(OFFERS);
        names
    }

    /// Whether a threat may be judged for an asset: the company's, the department's own, and one that was taken over with the asset.
    pub fn may_judge(&self, threat: &Threat, asset: &Asset) -> bool {
        threat.department_id.as_ref().is_none_or(|owner| *owner == self.id)
            || self.risks.contains_key(&(asset.id.clone(), threat.id.clone()))
    }

    /// The assets of this name, however it is written.
    pub fn named<'a>(&'a self, name: &str) -> impl Iterator<Item = &'a Asset> {
        let found = self.by_name.get(&fold(name)).map(Vec::as_slice).unwrap_or_default();
        found.iter().filter_map(|at| self.assets.get(*at))
    }
}
