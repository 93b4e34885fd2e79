//! The second judgement 二次評価 (DOMAIN.md §1.6): the same risk, judged again once the treatment is in place.

use crate::Change;
use crate::approval::{Signed, Standing};
use crate::calendar::Date;
use crate::criteria::{Level, Method};
use crate::ids::CriteriaId;
use crate::people::{Act, Actor};
use crate::refusal::{Refusal, optional};
use crate::risk::Risk;
use crate::treatment::{Destination, PlanRow};
use serde::{Deserialize, Serialize};

/// What was judged again, by whom and when. It speaks of one revision of its plan row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecondJudgement {
    /// How readily the threat occurs now.
    pub threat: i64,
    /// How open to it we are now.
    pub vulnerability: i64,
    /// The importance that the risk was judged with.
    pub importance: i64,
    /// Importance × likelihood under the criteria the risk was judged under.
    pub value: i64,
    /// The level of that value.
    pub level: Level,
    /// The edition of the criteria the risk was judged under.
    pub criteria_id: CriteriaId,
    /// In words: what is in place now.
    pub note: String,
    /// Who judged, when, and whether as deputy.
    pub signed: Signed,
    /// The revision of the plan row that was in place. It stands last: the list looks for it at the end of the text.
    pub row_revision: i64,
}

/// What a person answers about a risk whose treatment is in place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Again {
    /// How readily the threat occurs now.
    pub threat: i64,
    /// How open to it we are now.
    pub vulnerability: i64,
    /// In words: what is in place now.
    pub note: String,
}

impl PlanRow {
    /// The department judges the risk again under the criteria it was judged under; only what was approved and is in place.
    pub fn judge_again(
        self,
        version: i64,
        order: &Again,
        (risk, method): (&Risk, &Method),
        (by, on): (&Actor, Date),
    ) -> Result<Change<Self>, Refusal> {
        // The deputy stands in for the head, who judges.
        if !by.may(Act::ApproveAssessment, &self.department_id) {
            by.must(Act::AssessRisk, &self.department_id)?;
        }
        self.must_be_at(version)?;
        match self.standing_beside(risk) {
            Standing::Current => {}
            Standing::None | Standing::Outdated => {
                return Err(Refusal::WrongState { state: self.standing_beside(risk).word() });
            }
        }
        if self.destination == Destination::Acceptance {
            return Err(Refusal::Because((
                "受容した行は対策をしないため、二次評価はありません。リスクが変わったときは、リスクの評価をやり直してください。",
                "An accepted risk is not treated, so there is nothing to judge a second time. If the risk has changed, judge it again.",
            )));
        }
        if self.destination == Destination::Task && self.done_on.is_none() {
            return Err(Refusal::Because((
                "対応がまだ終わっていません。完了を記録してから、二次評価をしてください。",
                "The treatment is not done yet. Record it as done, then judge again.",
            )));
        }
        let note = optional(&order.note, "second_note", ("対応後の状況", "What is in place now"))?;
        let judged = method.judge(risk.importance, order.threat, order.vulnerability)?;
        let second = SecondJudgement {
            threat: order.threat,
            vulnerability: order.vulnerability,
            importance: judged.importance,
            value: judged.value,
            level: judged.level,
            criteria_id: risk.criteria_id.clone(),
            note,
            signed: Signed::now(by, on, by.stands_in_for(&self.department_id)),
            row_revision: self.revision,
        };
        let second_value = Some(second.value);
        let judged = Self { second: Some(second), second_value, version: self.version + 1, ..self };
        Ok(Change::new(judged, "plan_row.judged"))
    }

    /// The second judgement, where it speaks of the row and the risk as they are: a change of the row, of the importance or
    /// of the criteria makes it outdated.
    pub fn second_of(&self, risk: &Risk) -> Option<&SecondJudgement> {
        self.second.as_ref().filter(|second| {
            second.row_revision == self.revision
                && second.importance == risk.importance
                && second.criteria_id == risk.criteria_id
        })
    }

    /// Whether a one-off treatment is done and nobody has said what it has come to.
    pub fn wants_second(&self, risk: &Risk) -> bool {
        let in_place = self.destination == Destination::Task && self.done_on.is_some();
        in_place && self.standing_beside(risk) == Standing::Current && self.second_of(risk).is_none()
    }

    /// Whether its treatment is in place: done, or judged a second time.
    pub fn is_in_place(&self, risk: &Risk) -> bool {
        self.done_on.is_some() || self.second_of(risk).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{
        approved_row, auditor, day, deputy, done, executive, head, id, member, plan_draft, plan_row, risk,
        rows, said, secretariat, stranger,
    };
    use Destination::{Acceptance, CheckItem, Objective, Task};

    fn again(threat: i64, vulnerability: i64) -> Again {
        Again { threat, vulnerability, note: "週次の確認を始めた".into() }
    }

    fn judge(row: PlanRow, order: &Again, by: &Actor) -> Result<Change<PlanRow>, Refusal> {
        let version = row.version;
        row.judge_again(version, order, (&risk(), &Method::ipa_3_1()), (by, day("2026-10-01")))
    }

    fn finished() -> PlanRow {
        done(approved_row(Task).finish(2, day("2026-09-01"), &member()))
    }

    #[test]
    fn a_treatment_in_place_is_judged_again_by_its_department() {
        let told = |row, by: &Actor| said(judge(row, &again(2, 1), by));
        rows([
            ("member", told(finished(), &member()), "plan_row.judged"),
            ("head", told(finished(), &head()), "plan_row.judged"),
            ("an objective at work", told(approved_row(Objective), &member()), "plan_row.judged"),
            ("a check item at work", told(approved_row(CheckItem), &member()), "plan_row.judged"),
            ("a task that is open", told(approved_row(Task), &member()), "because"),
            ("an acceptance", told(approved_row(Acceptance), &member()), "because"),
            ("not approved", told(plan_row(Objective), &member()), "is Not approved"),
            ("secretariat", told(finished(), &secretariat()), "plan_row.judged"),
            ("executive", told(finished(), &executive()), "not allowed"),
            ("auditor", told(finished(), &auditor()), "not allowed"),
            ("stranger", told(finished(), &stranger()), "not allowed"),
        ]);
        let wrong = judge(finished(), &again(4, 1), &member());
        assert_eq!(said(wrong), "unfit threat");
        let stale = finished().judge_again(
            1,
            &again(1, 1),
            (&risk(), &Method::ipa_3_1()),
            (&member(), day("2026-10-01")),
        );
        assert_eq!(said(stale), "stale, now 3");
    }

    #[test]
    fn it_stands_beside_the_first_and_the_expected_until_the_row_or_the_risk_changes() {
        assert!(finished().wants_second(&risk()) && !approved_row(Task).wants_second(&risk()));
        let row = done(judge(finished(), &again(3, 2), &member()));
        let second = row.second_of(&risk()).unwrap();
        assert_eq!((risk().value, row.residual, second.value), (9, 3, 6), "before, expected, actual");
        assert_eq!(row.second_value, Some(6));
        assert!(!second.signed.deputy && !row.wants_second(&risk()));
        for changed in [Risk { importance: 2, ..risk() }, Risk { criteria_id: id("other"), ..risk() }] {
            assert_eq!(row.second_of(&changed), None);
        }
        let draft = crate::treatment::PlanDraft { task: "別の策".into(), ..plan_draft(Task) };
        let row = done(PlanRow::write(Some(row), id("row"), &risk(), draft, &Method::ipa_3_1(), &member()));
        assert!(row.second.is_some() && row.second_of(&risk()).is_none(), "kept, and outdated");
        let version = row.version;
        let row = done(row.approve(version, &risk(), &head(), day("2026-10-02")));
        assert!(row.wants_second(&risk()));
    }

    #[test]
    fn a_deputy_who_judges_is_marked() {
        let row = done(judge(finished(), &again(1, 1), &deputy()));
        assert!(row.second.unwrap().signed.deputy, "the mark 代");
    }
}
