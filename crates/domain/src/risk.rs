//! A scored risk (JIS Q 27001 6.1.2, DOMAIN.md §1): an asset, a threat, how likely and how open; judged
//! under a version of the criteria.

use crate::approval::{Approval, Flow, Signed, Standing, standing};
use crate::asset::Asset;
use crate::calendar::Date;
use crate::criteria::{Criteria, CriteriaState, Level};
use crate::ids::{AssessmentId, AssetId, ControlId, CriteriaId, DepartmentId, RiskId, ThreatId};
use crate::people::{Act, Actor};
use crate::refusal::{Refusal, optional};
use crate::{Change, asset::Medium, codes::codes};
use serde::{Deserialize, Serialize};

/// A threat of the catalogue, with the weakness it uses and what usually answers it. Data, editable.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Threat {
    /// Its own id.
    pub id: ThreatId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// Its name in Japanese.
    pub name_ja: String,
    /// Its name in English.
    pub name_en: String,
    /// The kind of carrier it befalls.
    pub medium: Medium,
    /// Life-cycle stage 局面, in the catalogue's words.
    pub stage: String,
    /// Letters of `CIA` that are lost.
    pub cia: String,
    /// The weakness it uses, in Japanese.
    pub vulnerability_ja: String,
    /// The weakness it uses, in English.
    pub vulnerability_en: String,
    /// The controls that usually answer it.
    pub controls: Vec<ControlId>,
    /// What usually answers it, in Japanese.
    pub policy_ja: String,
}

/// A control 管理策 of the catalogue (JIS Q 27001 Annex A).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Control {
    /// Its own id.
    pub id: ControlId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// Annex A group: 組織的 / 人的 / 物理的 / 技術的. Not the safety measure, though the words agree.
    pub annex_group: String,
    /// Its title in Japanese.
    pub title_ja: String,
    /// Its title in English.
    pub title_en: String,
    /// `false` where the wording of the title is not confirmed.
    pub confirmed: bool,
    /// In words: the weakness and what is in place already.
    pub note: String,
}

codes! {
    /// Why a threat is proposed for an asset.
    pub enum Why {
        Medium = "medium", "媒体が同じ", "Same medium";
        Personal = "personal", "個人情報を含む", "Holds personal data";
        LastYear = "last_year", "昨年度も評価した", "Judged last year";
    }
}

/// The threats that fit an asset, each with its reason: same medium; people and contractors where
/// personal data is held; what was judged before comes first.
pub fn propose<'a>(
    asset: &Asset,
    catalogue: &'a [Threat],
    judged_before: &[ThreatId],
) -> Vec<(&'a Threat, Why)> {
    let medium = Medium::of(&asset.medium);
    let why = |threat: &Threat| {
        if judged_before.contains(&threat.id) {
            Some(Why::LastYear)
        } else if threat.medium == medium {
            Some(Why::Medium)
        } else if asset.holds_personal_data() && threat.stage == "委託・提供" {
            Some(Why::Personal)
        } else {
            None
        }
    };
    let mut found: Vec<_> = catalogue.iter().filter_map(|threat| Some((threat, why(threat)?))).collect();
    found.sort_by_key(|(_, why)| *why != Why::LastYear);
    found
}

/// One department's assessment of a fiscal year: written → submitted → approved by the head.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assessment {
    /// Its own id.
    pub id: AssessmentId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// The department that judges.
    pub department_id: DepartmentId,
    /// The fiscal year 年度, named by the year in which it begins.
    pub fiscal_year: i64,
    /// The edition of the criteria it was judged under.
    pub criteria_id: CriteriaId,
    /// Who recorded, submitted, confirmed, checked or returned it.
    pub flow: Flow,
}

impl Assessment {
    /// A fresh assessment under the criteria in force.
    pub fn begin(
        id: AssessmentId,
        department_id: DepartmentId,
        fiscal_year: i64,
        criteria: &Criteria,
    ) -> Result<Change<Self>, Refusal> {
        must_be_in_force(criteria)?;
        let flow = Flow::begin();
        let begun =
            Self { id, version: 1, department_id, fiscal_year, criteria_id: criteria.id.clone(), flow };
        Ok(Change::new(begun, "assessment.begun"))
    }

    /// Notes a judgement. What was approved goes back to draft: a change is a new revision (invariant 8).
    pub fn write(self, by: &Actor, on: Date) -> Result<Change<Self>, Refusal> {
        by.must(Act::AssessRisk, &self.department_id)?;
        let flow = if self.flow.is_open() { self.flow } else { self.flow.reopen() }.write(by, on)?;
        Ok(Change::new(Self { flow, version: self.version + 1, ..self }, "assessment.written"))
    }

    /// Submits to the head; `unassessed` assets are counted by the caller.
    pub fn submit(
        self,
        version: i64,
        unassessed: usize,
        by: &Actor,
        on: Date,
    ) -> Result<Change<Self>, Refusal> {
        by.must(Act::AssessRisk, &self.department_id)?;
        self.must_be_at(version)?;
        if unassessed > 0 {
            return Err(Refusal::Said {
                ja: format!(
                    "まだ評価していない情報資産が{unassessed}件あります。すべて評価してから提出してください。"
                ),
                en: format!("{unassessed} assets are not assessed yet. Assess all of them, then submit."),
            });
        }
        let flow = self.flow.submit(by, on)?;
        Ok(Change::new(Self { flow, version: self.version + 1, ..self }, "assessment.submitted"))
    }

    /// The head approves; the caller approves every risk of the assessment in the same unit of work.
    pub fn approve(self, version: i64, by: &Actor, on: Date) -> Result<Change<Self>, Refusal> {
        by.must(Act::ApproveAssessment, &self.department_id)?;
        self.must_be_at(version)?;
        let deputy = by.stands_in_for(&self.department_id);
        let flow = self.flow.confirm(by, on, deputy)?;
        Ok(Change::new(Self { flow, version: self.version + 1, ..self }, "assessment.approved"))
    }

    /// Sends it back with a reason.
    pub fn send_back(
        self,
        version: i64,
        reason: &str,
        by: &Actor,
        on: Date,
    ) -> Result<Change<Self>, Refusal> {
        by.must(Act::ApproveAssessment, &self.department_id)?;
        self.must_be_at(version)?;
        let flow = self.flow.send_back(reason, by, on)?;
        Ok(Change::new(Self { flow, version: self.version + 1, ..self }, "assessment.returned")
            .because(reason.trim()))
    }

    fn must_be_at(&self, version: i64) -> Result<(), Refusal> {
        if self.version == version { Ok(()) } else { Err(Refusal::Stale { current: self.version }) }
    }
}

/// What a person answers about a threat: two scores, the weakness in words, whether it is the department's to answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Judgement {
    /// How readily the threat occurs 脅威の起こりやすさ, 1 to 3.
    pub threat: i64,
    /// How open to it we are 脆弱性のつけ込みやすさ, 1 (all done) to 3 (nothing done).
    pub vulnerability: i64,
    /// In words: the weakness and what is in place already.
    pub note: String,
    /// Whether the department must answer it itself; otherwise the company does.
    pub answerable: bool,
}

/// A scored risk row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Risk {
    /// Its own id.
    pub id: RiskId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// Counts judgements; an approval names the revision it approved.
    pub revision: i64,
    /// The department that judges.
    pub department_id: DepartmentId,
    /// The fiscal year 年度, named by the year in which it begins.
    pub fiscal_year: i64,
    /// The asset it speaks of.
    pub asset_id: AssetId,
    /// The revision of the asset that was judged; a later one makes the risk stale.
    pub asset_revision: i64,
    /// The edition of the criteria it was judged under.
    pub criteria_id: CriteriaId,
    /// The threat of the catalogue.
    pub threat_id: ThreatId,
    /// How readily the threat occurs, 1 to the top of the scale.
    pub threat: i64,
    /// How open to it we are, 1 (all done) to the top of the scale (nothing done).
    pub vulnerability: i64,
    /// Importance 重要度, 1 to the top of the scale.
    pub importance: i64,
    /// Likelihood of damage 被害発生可能性, 1 to the top of the scale.
    pub likelihood: i64,
    /// Risk value: importance × likelihood.
    pub value: i64,
    /// The level of the value by the bands.
    pub level: Level,
    /// In words: the weakness and what is in place already.
    pub note: String,
    /// Whether the department must answer it itself; otherwise the company does.
    pub answerable: bool,
    /// The approval that was given last, if any.
    pub approval: Option<Approval>,
}

impl Risk {
    /// Judges a threat to an asset, first or again. Under criteria that are not in force nothing is judged.
    pub fn judge(
        before: Option<Self>,
        new: New<'_>,
        order: &Judgement,
        by: &Actor,
    ) -> Result<Change<Self>, Refusal> {
        by.must(Act::AssessRisk, &new.asset.department_id)?;
        must_be_in_force(new.criteria)?;
        let note = optional(&order.note, "note", ("現状の対策", "Measures in place"))?;
        let importance = new.criteria.importance(new.asset);
        let judged = new.criteria.method.judge(importance, order.threat, order.vulnerability)?;
        let (id, version, revision, approval) = match before {
            Some(before) => (before.id, before.version + 1, before.revision + 1, before.approval),
            None => (new.id, 1, 1, None),
        };
        let risk = Self {
            id,
            version,
            revision,
            approval,
            note,
            department_id: new.asset.department_id.clone(),
            fiscal_year: new.fiscal_year,
            asset_id: new.asset.id.clone(),
            asset_revision: new.asset.revision,
            criteria_id: new.criteria.id.clone(),
            threat_id: new.threat_id,
            threat: order.threat,
            vulnerability: order.vulnerability,
            importance: judged.importance,
            likelihood: judged.likelihood,
            value: judged.value,
            level: judged.level,
            answerable: order.answerable,
        };
        Ok(Change::new(risk, "risk.judged"))
    }

    /// Freezes this revision under the head's approval.
    pub fn approve(self, by: &Actor, on: Date) -> Result<Change<Self>, Refusal> {
        by.must(Act::ApproveAssessment, &self.department_id)?;
        let signed = Signed::now(by, on, by.stands_in_for(&self.department_id));
        let approval = Some(Approval { signed, revision: self.revision });
        Ok(Change::new(Self { approval, version: self.version + 1, ..self }, "risk.approved"))
    }

    /// How the approval stands to the judgement of today.
    pub fn standing(&self) -> Standing {
        standing(self.approval.as_ref(), self.revision)
    }

    /// Whether the asset has changed since it was judged.
    pub fn is_stale(&self, asset: &Asset) -> bool {
        self.asset_revision != asset.revision
    }

    /// Whether it lies above the acceptance line and the department must answer it.
    pub fn must_be_answered(&self, criteria: &Criteria) -> bool {
        self.answerable && self.value >= criteria.method.answer_from
    }
}

/// What a new judgement is about.
pub struct New<'a> {
    /// The id to take when the risk is judged for the first time.
    pub id: RiskId,
    /// The asset that is judged.
    pub asset: &'a Asset,
    /// The threat of the catalogue.
    pub threat_id: ThreatId,
    /// The criteria in force.
    pub criteria: &'a Criteria,
    /// The fiscal year 年度, named by the year in which it begins.
    pub fiscal_year: i64,
}

fn must_be_in_force(criteria: &Criteria) -> Result<(), Refusal> {
    match criteria.state {
        CriteriaState::Approved => Ok(()),
        CriteriaState::Draft | CriteriaState::Superseded => Err(Refusal::CriteriaNotApproved),
    }
}
