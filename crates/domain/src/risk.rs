//! A scored risk (JIS Q 27001 6.1.2, DOMAIN.md §1): an asset, a threat, how likely and how open; judged
//! under a version of the criteria.

use crate::approval::{Approval, Flow, Signed, Standing, State, standing};
use crate::asset::Asset;
use crate::calendar::Date;
use crate::catalogue::Contents;
use crate::codes::codes;
use crate::criteria::{Criteria, CriteriaState, Level};
use crate::ids::{AssessmentId, AssetId, ControlId, CriteriaId, DepartmentId, RiskId, ThreatId};
use crate::people::{Act, Actor};
use crate::refusal::{Refusal, optional};
use crate::{Change, asset::Medium};
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
    /// The department that named it as a free risk; none: it is the company's, for everyone.
    #[serde(default)]
    pub department_id: Option<DepartmentId>,
    /// What was shipped when somebody last looked at it; none: it says what it was loaded with.
    #[serde(default)]
    pub shipped: Option<Contents>,
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

    /// The secretariat checks what the head approved; never one who had a hand in it (invariants 6 and 9).
    pub fn check(self, version: i64, by: &Actor, on: Date) -> Result<Change<Self>, Refusal> {
        by.must(Act::CheckMonth, &self.department_id)?;
        self.must_be_at(version)?;
        let flow = self.flow.check(by, on)?;
        Ok(Change::new(Self { flow, version: self.version + 1, ..self }, "assessment.checked"))
    }

    /// Sends it back with a reason: the head, and what the head approved also the secretariat that checks it.
    pub fn send_back(
        self,
        version: i64,
        reason: &str,
        by: &Actor,
        on: Date,
    ) -> Result<Change<Self>, Refusal> {
        let by_head = by.must(Act::ApproveAssessment, &self.department_id);
        match self.flow.state {
            State::Confirmed => by_head.or_else(|_| by.must(Act::CheckMonth, &self.department_id))?,
            State::Draft | State::Submitted | State::Checked | State::Returned => by_head?,
        }
        self.must_be_at(version)?;
        let flow = self.flow.send_back(reason, by, on)?;
        Ok(Change::new(Self { flow, version: self.version + 1, ..self }, "assessment.returned")
            .because(reason.trim()))
    }

    /// Whether a judgement belongs to it.
    pub fn speaks_of(&self, risk: &Risk) -> bool {
        self.department_id == risk.department_id && self.fiscal_year == risk.fiscal_year
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

codes! {
    /// Where the answers of a judgement came from 判断の根拠, so that every number explains itself.
    pub enum Grounds {
        Judged = "judged", "個別に判断", "Judged by itself";
        Measures = "measures", "対策状況から", "From the measures check";
        LastYear = "last_year", "前年どおり", "As last year";
        File = "file", "取り込んだファイルから", "From an imported file";
    }
}

impl Grounds {
    /// Where an answer came from: a vulnerability that follows from the measures check, the answers of an earlier year, or neither.
    pub fn of(order: &Judgement, follows: Option<i64>, last: Option<&Risk>) -> Self {
        if follows == Some(order.vulnerability) {
            Self::Measures
        } else if last
            .is_some_and(|last| (last.threat, last.vulnerability) == (order.threat, order.vulnerability))
        {
            Self::LastYear
        } else {
            Self::Judged
        }
    }
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
    /// Whether it was judged by the method for personal data, where the edition has one.
    #[serde(default)]
    pub personal: bool,
    /// Where the answers came from.
    pub grounds: Grounds,
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
        let (importance, personal) = (new.criteria.importance(new.asset), new.asset.holds_personal_data());
        let judged =
            new.criteria.method_for(personal).judge(importance, order.threat, order.vulnerability)?;
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
            personal: personal && new.criteria.personal.is_some(),
            grounds: new.grounds,
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
        self.answerable && self.is_above(criteria)
    }

    /// Whether it lies above the acceptance line of the method it was judged by.
    pub fn is_above(&self, criteria: &Criteria) -> bool {
        self.value >= criteria.method_for(self.personal).answer_from
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
    /// Where the answers came from.
    pub grounds: Grounds,
}

fn must_be_in_force(criteria: &Criteria) -> Result<(), Refusal> {
    match criteria.state {
        CriteriaState::Approved => Ok(()),
        CriteriaState::Draft | CriteriaState::Superseded => Err(Refusal::CriteriaNotApproved),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::asset::AssetDraft;
    use crate::criteria::Method;
    use crate::support::{
        asset, asset_draft, criteria, day, deputy, done, draft_criteria, executive, head, id, judgement,
        member, new_risk, risk, rows, said, secretariat, stranger, told,
    };

    const TODAY: &str = "2026-06-01";

    fn assessment() -> Assessment {
        done(Assessment::begin(id("assessment"), id("sales"), 2026, &criteria()))
    }

    fn submitted() -> Assessment {
        let written = done(assessment().write(&member(), day(TODAY)));
        done(written.submit(2, 0, &member(), day(TODAY)))
    }

    fn approved() -> Assessment {
        done(submitted().approve(3, &head(), day(TODAY)))
    }

    #[test]
    fn a_judgement_says_where_its_answers_came_from() {
        let order = judgement(3, 2);
        let last = |threat, vulnerability| Risk { threat, vulnerability, ..risk() };
        assert_eq!(Grounds::of(&order, Some(2), Some(&last(3, 2))), Grounds::Measures);
        assert_eq!(Grounds::of(&order, Some(3), Some(&last(3, 2))), Grounds::LastYear);
        assert_eq!(Grounds::of(&order, None, Some(&last(3, 2))), Grounds::LastYear);
        assert_eq!(Grounds::of(&order, None, Some(&last(2, 2))), Grounds::Judged);
        assert_eq!(Grounds::of(&order, Some(1), None), Grounds::Judged);
    }

    #[test]
    fn a_risk_is_judged_and_measured_by_the_method_that_speaks_of_its_asset() {
        let stages = crate::preset::Preset::Stages.method();
        let both = Criteria { personal: Some(stages), ..criteria() };
        let names = Asset { personal: true, ..asset() };
        let plain = Asset { personal: false, sensitive: false, my_number: false, ..asset() };
        let judge = |asset: &Asset, criteria: &Criteria, order| {
            done(Risk::judge(None, new_risk(asset, criteria), &order, &member()))
        };
        let text = judge(&names, &both, judgement(3, 1));
        assert_eq!((text.importance, text.value, text.personal, text.is_above(&both)), (1, 3, true, true));
        let scored = judge(&plain, &both, judgement(3, 3));
        assert!(!scored.personal && scored.value == scored.importance * 3);
        let low = judge(&plain, &both, judgement(3, 1));
        assert!(!low.is_above(&both), "its line is that of its own method: {}", low.value);
        assert!(!judge(&names, &criteria(), judgement(3, 3)).personal, "one method speaks of all");
    }

    #[test]
    fn nothing_is_judged_under_criteria_that_are_not_in_force() {
        let old = told(criteria().step_back()).0;
        let begin = |criteria: &Criteria| said(Assessment::begin(id("a"), id("sales"), 2026, criteria));
        let judge = |criteria: &Criteria| {
            said(Risk::judge(None, new_risk(&asset(), criteria), &judgement(1, 1), &member()))
        };
        rows([
            ("in force", begin(&criteria()), "assessment.begun"),
            ("draft", begin(&draft_criteria()), "criteria not approved"),
            ("superseded", begin(&old), "criteria not approved"),
            ("judge in force", judge(&criteria()), "risk.judged"),
            ("judge under a draft", judge(&draft_criteria()), "criteria not approved"),
            ("judge under an old edition", judge(&old), "criteria not approved"),
        ]);
    }

    #[test]
    fn a_risk_is_judged_on_the_scale_by_those_who_may() {
        let judge = |threat, vulnerability, by: &Actor| {
            said(Risk::judge(None, new_risk(&asset(), &criteria()), &judgement(threat, vulnerability), by))
        };
        rows([
            ("member", judge(2, 3, &member()), "risk.judged"),
            ("secretariat", judge(2, 3, &secretariat()), "risk.judged"),
            ("deputy", judge(2, 3, &deputy()), "not allowed"),
            ("executive", judge(2, 3, &executive()), "not allowed"),
            ("stranger", judge(2, 3, &stranger()), "not allowed"),
            ("threat 0", judge(0, 3, &member()), "unfit threat"),
            ("vulnerability 4", judge(1, 4, &member()), "unfit threat"),
        ]);
        let first = risk();
        assert_eq!((first.importance, first.likelihood, first.value, first.level), (3, 3, 9, Level::Large));
        assert_eq!((first.version, first.revision, first.asset_revision), (1, 1, 1));
    }

    #[test]
    fn judging_again_keeps_the_id_and_outdates_the_approval() {
        let approved = done(risk().approve(&head(), day(TODAY)));
        assert_eq!(approved.standing(), Standing::Current);
        let (asset, criteria) = (asset(), criteria());
        let other = New { id: id("other"), ..new_risk(&asset, &criteria) };
        let again = done(Risk::judge(Some(approved), other, &judgement(1, 1), &member()));
        assert_eq!((again.id.as_str(), again.version, again.revision, again.value), ("risk", 3, 2, 3));
        assert_eq!(again.standing(), Standing::Outdated);
        assert_eq!(done(again.approve(&head(), day(TODAY))).standing(), Standing::Current);
    }

    #[test]
    fn a_risk_is_approved_by_the_head_or_his_deputy() {
        rows([
            ("head", said(risk().approve(&head(), day(TODAY))), "risk.approved"),
            ("deputy", said(risk().approve(&deputy(), day(TODAY))), "risk.approved"),
            ("member", said(risk().approve(&member(), day(TODAY))), "not allowed"),
            ("secretariat", said(risk().approve(&secretariat(), day(TODAY))), "not allowed"),
        ]);
        let signed = done(risk().approve(&deputy(), day(TODAY))).approval.unwrap().signed;
        assert!(signed.deputy, "the mark 代");
    }

    #[test]
    fn a_changed_asset_makes_its_risk_stale() {
        let draft = AssetDraft { name: "改名".into(), ..asset_draft() };
        let changed = done(asset().edit(1, draft, &Method::ipa_3_1(), &member()));
        assert!(!risk().is_stale(&asset()) && risk().is_stale(&changed));
    }

    #[test]
    fn the_acceptance_line_asks_for_answers_of_the_department_only() {
        let criteria = criteria();
        let with = |value, answerable| Risk { value, answerable, ..risk() }.must_be_answered(&criteria);
        assert_eq!([with(4, true), with(6, true), with(9, true), with(9, false)], [false, true, true, false]);
    }

    #[test]
    fn an_assessment_walks_from_member_to_head() {
        let on = day(TODAY);
        let written = || done(assessment().write(&member(), on));
        rows([
            ("write", said(assessment().write(&member(), on)), "assessment.written"),
            ("stranger writes", said(assessment().write(&stranger(), on)), "not allowed"),
            ("submit", said(written().submit(2, 0, &member(), on)), "assessment.submitted"),
            ("assets left", said(written().submit(2, 4, &member(), on)), "because"),
            ("stale submit", said(written().submit(1, 0, &member(), on)), "stale, now 2"),
            ("deputy submits", said(written().submit(2, 0, &deputy(), on)), "not allowed"),
            ("submit twice", said(submitted().submit(3, 0, &member(), on)), "is Waiting for the head"),
            ("approve", said(submitted().approve(3, &head(), on)), "assessment.approved"),
            ("member approves", said(submitted().approve(3, &member(), on)), "not allowed"),
            ("approve a draft", said(assessment().approve(1, &head(), on)), "is Draft"),
            ("stale approve", said(submitted().approve(1, &head(), on)), "stale, now 3"),
            ("check", said(approved().check(4, &secretariat(), on)), "assessment.checked"),
            ("check too early", said(submitted().check(3, &secretariat(), on)), "is Waiting for the head"),
            ("head checks", said(approved().check(4, &head(), on)), "not allowed"),
            ("stale check", said(approved().check(3, &secretariat(), on)), "stale, now 4"),
            ("return", said(submitted().send_back(3, "根拠", &head(), on)), "assessment.returned"),
            (
                "secretariat returns",
                said(approved().send_back(4, "根拠", &secretariat(), on)),
                "assessment.returned",
            ),
            (
                "secretariat returns too early",
                said(submitted().send_back(3, "根拠", &secretariat(), on)),
                "not allowed",
            ),
            ("return without reason", said(submitted().send_back(3, "", &head(), on)), "missing reason"),
            ("member returns", said(submitted().send_back(3, "根拠", &member(), on)), "not allowed"),
            ("stale return", said(submitted().send_back(2, "根拠", &head(), on)), "stale, now 3"),
        ]);
    }

    #[test]
    fn a_judgement_after_approval_takes_the_assessment_back_to_draft() {
        let again = done(approved().write(&member(), day("2026-08-01")));
        assert_eq!((again.flow.state, again.flow.confirmed), (State::Draft, None));
        assert_eq!(again.flow.recorded.len(), 1, "whoever wrote before has still written");
    }
}
