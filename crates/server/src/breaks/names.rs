//! The names by which the breaks call things: assets, risks, plan rows, objectives, items, corrections.

use crate::closing::store as closing;
use crate::house::fault::Done;
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::risk::store as risk;
use crate::say;
use meguri_domain::breaks::{Gap, World};
use meguri_domain::ids::{AssetId, CheckItemId, ObjectiveId, PlanRowId, RiskId};
use std::collections::HashMap;

/// The names by which things are called in the lines.
pub struct Names<'a> {
    pub(super) l: Lang,
    assets: HashMap<&'a AssetId, &'a str>,
    objectives: HashMap<&'a ObjectiveId, &'a str>,
    rows: HashMap<&'a PlanRowId, &'a str>,
    risks: HashMap<&'a RiskId, (&'a AssetId, &'a str)>,
    pub(super) corrections: HashMap<&'a str, &'a str>,
    threats: HashMap<String, (String, String)>,
    items: HashMap<CheckItemId, (String, String)>,
}

impl<'a> Names<'a> {
    pub fn load(rx: &Rx<'_>, l: Lang, world: &'a World) -> Done<Self> {
        let threats =
            risk::threats(rx)?.into_iter().map(|each| (each.id.to_string(), (each.name_ja, each.name_en)));
        Ok(Self {
            l,
            assets: world.assets.iter().map(|each| (&each.id, each.name.as_str())).collect(),
            objectives: world.plan.objectives.iter().map(|each| (&each.id, each.title.as_str())).collect(),
            rows: world.plan_rows.iter().map(|each| (&each.id, each.task.as_str())).collect(),
            risks: world
                .risks
                .iter()
                .map(|each| (&each.id, (&each.asset_id, each.threat_id.as_str())))
                .collect(),
            corrections: world
                .corrections
                .iter()
                .map(|each| (each.id.as_str(), each.what.as_str()))
                .collect(),
            threats: threats.collect(),
            items: closing::items(rx)?,
        })
    }

    pub(super) fn asset(&self, id: &AssetId) -> &str {
        self.assets.get(id).copied().unwrap_or("—")
    }
    pub(super) fn objective(&self, id: &ObjectiveId) -> &str {
        self.objectives.get(id).copied().unwrap_or("—")
    }
    pub(super) fn row(&self, id: &PlanRowId) -> &str {
        self.rows.get(id).copied().unwrap_or("—")
    }
    pub(super) fn correction(&self, id: &str) -> &str {
        self.corrections.get(id).copied().unwrap_or("—")
    }
    pub(super) fn item(&self, id: &CheckItemId) -> String {
        self.items.get(id).map_or_else(|| id.to_string(), |(ja, en)| self.l.t(ja, en).to_owned())
    }
    /// A risk by its asset and threat.
    pub(super) fn risk(&self, id: &RiskId) -> String {
        let Some((asset, threat)) = self.risks.get(id) else { return "—".into() };
        let threat = self.threats.get(*threat).map_or("", |(ja, en)| self.l.t(ja, en));
        let asset = self.asset(asset);
        say!(self.l, "「{asset}」の{threat}", "{threat} of “{asset}”")
    }

    /// What a gap speaks of.
    pub(super) fn of(&self, gap: &Gap) -> String {
        match gap {
            Gap::InventoryLate { .. }
            | Gap::InspectionUnchecked { .. }
            | Gap::AssessmentOpen { .. }
            | Gap::AssessmentUnchecked { .. }
            | Gap::OwnCheck { .. } => String::new(),
            Gap::AssetUnconfirmed(id) | Gap::AssetNotAssessed(id) | Gap::AssetStale(id) => {
                self.asset(id).to_owned()
            }
            Gap::RiskUnanswered(id) | Gap::RiskApprovalOutdated(id) => self.risk(id),
            Gap::PlanRowNowhere(id)
            | Gap::PlanApprovalOutdated(id)
            | Gap::TaskOverdue { row: id, .. }
            | Gap::AcceptanceExpired { row: id, .. } => self.row(id).to_owned(),
            Gap::AnswerMissing { item, .. } | Gap::CrossWithoutCorrection { item, .. } => self.item(item),
            Gap::ReviewMissing { objective, .. } | Gap::ReviewUnchecked { objective, .. } => {
                self.objective(objective).to_owned()
            }
            Gap::CorrectionIncomplete(id) | Gap::CorrectionOverdue { correction: id, .. } => {
                self.correction(id.as_str()).to_owned()
            }
            Gap::Tampered(words) => words.clone(),
        }
    }
}
