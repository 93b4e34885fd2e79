//! The risk treatment plan リスク対応計画書 (JIS Q 27001 6.1.3): what is done about a risk, by whom, until
//! when, and where it goes. The risk owner approves row and residual risk together.

use crate::approval::{Approval, Signed, Standing, standing};
use crate::calendar::Date;
use crate::codes::codes;
use crate::criteria::Method;
use crate::ids::{ControlId, DepartmentId, PlanRowId, RiskId};
use crate::people::{Act, Actor};
use crate::refusal::{Refusal, required};
use crate::risk::Risk;
use crate::{Change, Word};
use serde::{Deserialize, Serialize};

codes! {
    /// The policy 対応方針 (ISO/IEC 27005 words beside the field's own).
    pub enum Policy {
        Reduce = "reduce", "低減", "Reduce";
        Avoid = "avoid", "回避", "Avoid";
        Share = "share", "移転", "Share";
        Retain = "retain", "保有", "Retain";
    }
}

codes! {
    /// Where a plan row goes 展開先. `Undecided` is a break in the chain.
    pub enum Destination {
        Undecided = "undecided", "未定", "Undecided";
        Objective = "objective", "目標", "Objective";
        CheckItem = "check_item", "自主点検", "Self-inspection";
        Task = "task", "単発対応", "One-off task";
        Acceptance = "acceptance", "受容", "Acceptance";
    }
}

/// The contents of a plan row, as a person writes them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanDraft {
    /// How the risk is answered 対応方針.
    pub policy: Policy,
    /// The controls 管理策 it leans on, by Annex A number.
    pub controls: Vec<ControlId>,
    /// What is to be done タスク.
    pub task: String,
    /// The post in charge 担当.
    pub owner: String,
    /// By when; for an acceptance, the day it expires.
    pub due_on: Option<Date>,
    /// Scores expected after treatment: second judgement 二次評価.
    pub second_threat: i64,
    /// Vulnerability score expected after treatment 二次評価.
    pub second_vulnerability: i64,
    /// Where the row goes 展開先.
    pub destination: Destination,
}

/// A row of the plan; answers one risk.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanRow {
    /// Its own id.
    pub id: PlanRowId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// Counts changes of the contents; the approval names the revision it approved.
    pub revision: i64,
    /// The department it belongs to.
    pub department_id: DepartmentId,
    /// The fiscal year 年度, named by the year in which it begins.
    pub fiscal_year: i64,
    /// The risk it answers.
    pub risk_id: RiskId,
    /// How the risk is answered 対応方針.
    pub policy: Policy,
    /// The controls 管理策 it leans on, by Annex A number.
    pub controls: Vec<ControlId>,
    /// What is to be done タスク.
    pub task: String,
    /// The post in charge 担当; a post, not a person.
    pub owner: String,
    /// By when, included; for an acceptance, the day it expires.
    pub due_on: Date,
    /// Threat score expected after treatment 二次評価.
    pub second_threat: i64,
    /// Vulnerability score expected after treatment 二次評価.
    pub second_vulnerability: i64,
    /// Residual risk 残留リスク: the value after treatment.
    pub residual: i64,
    /// Where the row goes 展開先.
    pub destination: Destination,
    /// The objective or check item it became, once approved.
    pub destination_id: Option<String>,
    /// When a one-off task was done.
    pub done_on: Option<Date>,
    /// The approval that was given last, if any.
    pub approval: Option<Approval>,
}

const DUE: Word = ("期限", "Due date");

impl PlanRow {
    /// Writes a row for a risk, first or again; a change is a new revision.
    #[expect(
        clippy::too_many_arguments,
        reason = "the risk and the method are looked at, not kept; a bundle would only rename them"
    )]
    pub fn write(
        before: Option<Self>,
        id: PlanRowId,
        risk: &Risk,
        draft: PlanDraft,
        method: &Method,
        by: &Actor,
    ) -> Result<Change<Self>, Refusal> {
        by.must(Act::EditPlan, &risk.department_id)?;
        let draft = draft.checked()?;
        let residual = method.judge(risk.importance, draft.second_threat, draft.second_vulnerability)?.value;
        let due_on = draft.due_on.ok_or(Refusal::Missing { field: "due_on", word: DUE })?;
        let old = before.as_ref();
        if old.is_some_and(|row| row.destination_id.is_some() && row.destination != draft.destination) {
            return Err(Refusal::Because((
                "この行はすでに展開されています。展開先を変えるときは、先に目標か点検項目を終了してください。",
                "This row has already been sent on. End its objective or check item before you choose another destination.",
            )));
        }
        let row = Self {
            id: old.map_or(id, |row| row.id.clone()),
            version: old.map_or(1, |row| row.version + 1),
            revision: old.map_or(1, |row| row.revision + 1),
            destination_id: old.and_then(|row| row.destination_id.clone()),
            done_on: old.and_then(|row| row.done_on).filter(|_| draft.destination == Destination::Task),
            approval: before.and_then(|row| row.approval),
            department_id: risk.department_id.clone(),
            fiscal_year: risk.fiscal_year,
            risk_id: risk.id.clone(),
            policy: draft.policy,
            controls: draft.controls,
            task: draft.task,
            owner: draft.owner,
            due_on,
            second_threat: draft.second_threat,
            second_vulnerability: draft.second_vulnerability,
            residual,
            destination: draft.destination,
        };
        Ok(Change::new(row, "plan_row.written"))
    }

    /// The risk owner approves row, residual risk and destination together. An acceptance must expire after today.
    pub fn approve(self, version: i64, by: &Actor, on: Date) -> Result<Change<Self>, Refusal> {
        by.must(Act::ApprovePlan, &self.department_id)?;
        self.must_be_at(version)?;
        match self.destination {
            Destination::Undecided => {
                return Err(Refusal::Because((
                    "展開先が未定のままでは承認できません。目標・自主点検・単発対応・受容のどれかを選んでください。",
                    "A row without a destination cannot be approved. Choose objective, self-inspection, task or acceptance.",
                )));
            }
            Destination::Acceptance if self.due_on <= on => {
                let hint =
                    ("受容の期限は明日以降の日にしてください。", "An acceptance must expire after today.");
                return Err(Refusal::Unfit { field: "due_on", word: DUE, hint });
            }
            Destination::Acceptance | Destination::Objective | Destination::CheckItem | Destination::Task => {
            }
        }
        if self.standing() == Standing::Current {
            return Err(Refusal::Already { what: ("この版の承認", "The approval of this revision") });
        }
        let signed = Signed::now(by, on, by.stands_in_for(&self.department_id));
        let approval = Some(Approval { signed, revision: self.revision });
        Ok(Change::new(Self { approval, version: self.version + 1, ..self }, "plan_row.approved"))
    }

    /// Notes which objective or check item the row became. Only an approved row is sent on.
    pub fn send_to(self, destination_id: &str) -> Result<Change<Self>, Refusal> {
        match self.standing() {
            Standing::Current => {}
            Standing::None | Standing::Outdated => {
                return Err(Refusal::WrongState { state: self.standing().word() });
            }
        }
        let destination_id = Some(destination_id.to_owned());
        Ok(Change::new(Self { destination_id, version: self.version + 1, ..self }, "plan_row.sent"))
    }

    /// Marks a one-off task as done.
    pub fn finish(self, version: i64, done_on: Date, by: &Actor) -> Result<Change<Self>, Refusal> {
        by.must(Act::EditPlan, &self.department_id)?;
        self.must_be_at(version)?;
        match self.standing() {
            Standing::Current if self.destination == Destination::Task && self.done_on.is_none() => {}
            Standing::Current | Standing::None | Standing::Outdated => {
                return Err(Refusal::WrongState { state: self.standing().word() });
            }
        }
        Ok(Change::new(Self { done_on: Some(done_on), version: self.version + 1, ..self }, "plan_row.done"))
    }

    /// How the approval stands to the contents of today.
    pub fn standing(&self) -> Standing {
        standing(self.approval.as_ref(), self.revision)
    }

    /// The contents, for a form or a comparison.
    pub fn draft(&self) -> PlanDraft {
        PlanDraft {
            policy: self.policy,
            controls: self.controls.clone(),
            task: self.task.clone(),
            owner: self.owner.clone(),
            due_on: Some(self.due_on),
            second_threat: self.second_threat,
            second_vulnerability: self.second_vulnerability,
            destination: self.destination,
        }
    }

    fn must_be_at(&self, version: i64) -> Result<(), Refusal> {
        if self.version == version { Ok(()) } else { Err(Refusal::Stale { current: self.version }) }
    }
}

impl PlanDraft {
    fn checked(self) -> Result<Self, Refusal> {
        let task = required(&self.task, "task", ("実施すること", "What is to be done"))?;
        let owner = required(&self.owner, "owner", ("担当", "In charge"))?;
        Ok(Self { task, owner, ..self })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{
        administrator, approved_row, auditor, day, deputy, done, executive, head, id, member, plan_draft,
        plan_row, risk, rows, said, secretariat, stranger,
    };
    use Destination::{Acceptance, CheckItem, Objective, Task, Undecided};

    fn write(before: Option<PlanRow>, draft: PlanDraft, by: &Actor) -> Result<Change<PlanRow>, Refusal> {
        PlanRow::write(before, id("row"), &risk(), draft, &Method::ipa_3_1(), by)
    }

    #[test]
    fn a_row_says_what_who_and_until_when() {
        let draft = || plan_draft(Task);
        rows([
            ("member", said(write(None, draft(), &member())), "plan_row.written"),
            ("secretariat", said(write(None, draft(), &secretariat())), "plan_row.written"),
            (
                "undecided may be saved",
                said(write(None, plan_draft(Undecided), &member())),
                "plan_row.written",
            ),
            ("deputy", said(write(None, draft(), &deputy())), "not allowed"),
            ("executive", said(write(None, draft(), &executive())), "not allowed"),
            ("stranger", said(write(None, draft(), &stranger())), "not allowed"),
            (
                "no task",
                said(write(None, PlanDraft { task: " ".into(), ..draft() }, &member())),
                "missing task",
            ),
            (
                "no owner",
                said(write(None, PlanDraft { owner: String::new(), ..draft() }, &member())),
                "missing owner",
            ),
            (
                "no due date",
                said(write(None, PlanDraft { due_on: None, ..draft() }, &member())),
                "missing due_on",
            ),
            (
                "off the scale",
                said(write(None, PlanDraft { second_threat: 5, ..draft() }, &member())),
                "unfit threat",
            ),
        ]);
        assert_eq!(plan_row(Task).residual, 3, "importance 3, likelihood (2, 2) = 1");
        assert_eq!(plan_row(Task).draft(), draft());
    }

    #[test]
    fn a_change_after_approval_is_a_new_revision_without_approval() {
        let row = approved_row(Task);
        assert_eq!(row.standing(), Standing::Current);
        let row = done(write(Some(row), PlanDraft { task: "別の策".into(), ..plan_draft(Task) }, &member()));
        assert_eq!((row.revision, row.standing()), (2, Standing::Outdated));
        let row = done(row.approve(3, &head(), day("2026-07-01")));
        assert_eq!(row.standing(), Standing::Current);
    }

    #[test]
    fn a_row_is_approved_with_a_destination() {
        let approve = |row: PlanRow, version, by: &Actor| said(row.approve(version, by, day("2026-06-10")));
        let expiring = |on: &str| PlanRow { due_on: day(on), ..plan_row(Acceptance) };
        rows([
            ("head", approve(plan_row(Task), 1, &head()), "plan_row.approved"),
            ("deputy", approve(plan_row(Objective), 1, &deputy()), "plan_row.approved"),
            ("executive", approve(plan_row(CheckItem), 1, &executive()), "plan_row.approved"),
            ("member", approve(plan_row(Task), 1, &member()), "not allowed"),
            ("secretariat", approve(plan_row(Task), 1, &secretariat()), "not allowed"),
            ("auditor", approve(plan_row(Task), 1, &auditor()), "not allowed"),
            ("stale", approve(plan_row(Task), 9, &head()), "stale, now 1"),
            ("undecided", approve(plan_row(Undecided), 1, &head()), "because"),
            ("same revision twice", approve(approved_row(Task), 2, &head()), "already"),
            ("acceptance that ends today", approve(expiring("2026-06-10"), 1, &head()), "unfit due_on"),
            ("acceptance that ended", approve(expiring("2026-06-09"), 1, &head()), "unfit due_on"),
            ("acceptance until tomorrow", approve(expiring("2026-06-11"), 1, &head()), "plan_row.approved"),
            (
                "overdue task",
                approve(PlanRow { due_on: day("2026-06-01"), ..plan_row(Task) }, 1, &head()),
                "plan_row.approved",
            ),
        ]);
        let approval = done(plan_row(Task).approve(1, &deputy(), day("2026-06-10"))).approval.unwrap();
        assert!(approval.signed.deputy, "the mark 代");
    }

    #[test]
    fn only_an_approved_row_is_sent_on_and_then_keeps_its_destination() {
        let sent = done(approved_row(Objective).send_to("objective"));
        assert_eq!(sent.destination_id.as_deref(), Some("objective"));
        let outdated = done(write(Some(approved_row(Objective)), plan_draft(Objective), &member()));
        rows([
            ("approved", said(approved_row(Objective).send_to("objective")), "plan_row.sent"),
            ("not approved", said(plan_row(Objective).send_to("objective")), "is Not approved"),
            ("outdated", said(outdated.send_to("objective")), "is Changed after approval"),
            ("elsewhere", said(write(Some(sent.clone()), plan_draft(CheckItem), &member())), "because"),
            ("same place", said(write(Some(sent), plan_draft(Objective), &member())), "plan_row.written"),
        ]);
    }

    #[test]
    fn a_task_is_done_once_after_its_approval() {
        let finish = |row: PlanRow, version, by: &Actor| said(row.finish(version, day("2026-09-01"), by));
        let finished = done(approved_row(Task).finish(2, day("2026-09-01"), &member()));
        rows([
            ("member", finish(approved_row(Task), 2, &member()), "plan_row.done"),
            ("administrator", finish(approved_row(Task), 2, &administrator()), "not allowed"),
            ("stale", finish(approved_row(Task), 1, &member()), "stale, now 2"),
            ("not approved", finish(plan_row(Task), 1, &member()), "is Not approved"),
            ("no task", finish(approved_row(Acceptance), 2, &member()), "is Approved"),
            ("twice", finish(finished.clone(), 3, &member()), "is Approved"),
        ]);
        assert_eq!(finished.done_on, Some(day("2026-09-01")));
        let elsewhere = done(write(Some(finished.clone()), plan_draft(Acceptance), &member()));
        assert_eq!(elsewhere.done_on, None, "only a task is ever done");
        let reworded = done(write(Some(finished), plan_draft(Task), &member()));
        assert!(reworded.done_on.is_some());
    }
}
