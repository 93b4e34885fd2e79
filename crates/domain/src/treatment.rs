//! The risk treatment plan リスク対応計画書 (JIS Q 27001 6.1.3): what is done about a risk, by whom, until
//! when, and where it goes. The risk owner approves row and residual risk together.

use crate::approval::{Approval, Signed, Standing, standing};
use crate::calendar::Date;
use crate::codes::codes;
use crate::criteria::{Level, Method};
use crate::ids::{ControlId, DepartmentId, PlanRowId, RiskId};
use crate::people::{Act, Actor};
use crate::refusal::{Refusal, optional, required};
use crate::risk::Risk;
use crate::second::SecondJudgement;
use crate::task::{self, PlanTask, TaskState};
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

impl Policy {
    /// Other words for the same policy: 低減=軽減=修正, 移転=共有, 受容=保有 (DOMAIN.md §1.6; ISO/IEC 27005 in English).
    pub const fn aliases(self) -> &'static [&'static str] {
        match self {
            Self::Reduce => &["低減", "軽減", "修正", "reduce", "mitigate", "modify"],
            Self::Avoid => &["回避", "avoid", "terminate"],
            Self::Share => &["移転", "共有", "share", "transfer"],
            Self::Retain => &["保有", "受容", "retain", "accept", "tolerate"],
        }
    }

    /// The policy that a word means, under whichever name: `軽減`, `リスク共有`, `Transfer`.
    pub fn read(text: &str) -> Option<Self> {
        let text = text.trim().to_lowercase();
        let word = text.strip_prefix("リスク").unwrap_or(&text);
        let word = word.strip_suffix("する").unwrap_or(word);
        Self::ALL.iter().copied().find(|each| each.aliases().contains(&word))
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
    /// What it takes 資源: people, money, time; may be empty.
    pub resources: String,
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
    /// What it takes 資源: people, money, time; may be empty.
    pub resources: String,
    /// The tasks タスク it is made of, in their order; none for a row that is one task.
    pub tasks: Vec<PlanTask>,
    /// The planned end of the next open task.
    pub next_on: Option<Date>,
    /// The second judgement 二次評価 after treatment, given last.
    pub second: Option<SecondJudgement>,
    /// Its value.
    pub second_value: Option<i64>,
    /// The value of the risk when the row was approved; rows approved before it was kept have none.
    pub approved_value: Option<i64>,
    /// The level of the risk then.
    pub approved_level: Option<Level>,
}

/// A risk that moved after its plan row was approved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moved {
    /// Value and level that the risk owner answered.
    pub from: (i64, Level),
    /// Value and level of today.
    pub to: (i64, Level),
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
        task::within(old.map_or(&[], |row| &row.tasks), due_on)?;
        let (second, second_value) = old.map_or((None, None), |row| (row.second.clone(), row.second_value));
        let approved = old.map_or((None, None), |row| (row.approved_value, row.approved_level));
        let row = Self {
            resources: draft.resources,
            tasks: old.map(|row| row.tasks.clone()).unwrap_or_default(),
            next_on: old.and_then(|row| row.next_on),
            second,
            second_value,
            approved_value: approved.0,
            approved_level: approved.1,
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

    /// The risk owner approves row, residual risk and destination together, as an answer to the risk as it is. An acceptance
    /// must expire after today.
    pub fn approve(self, version: i64, risk: &Risk, by: &Actor, on: Date) -> Result<Change<Self>, Refusal> {
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
        if self.standing_beside(risk) == Standing::Current {
            return Err(Refusal::Already { what: ("この版の承認", "The approval of this revision") });
        }
        let signed = Signed::now(by, on, by.stands_in_for(&self.department_id));
        let approval = Some(Approval { signed, revision: self.revision });
        let (approved_value, approved_level) = (Some(risk.value), Some(risk.level));
        let version = self.version + 1;
        let row = Self { version, approval, approved_value, approved_level, ..self };
        Ok(Change::new(row, "plan_row.approved"))
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
        let open = self.tasks.iter().filter(|each| each.state() != TaskState::Ended).count();
        if open > 0 {
            return Err(Refusal::Said {
                ja: format!(
                    "終わっていないタスクが{open}件あります。タスクの実績を入力すると、この行は完了になります。"
                ),
                en: format!("{open} tasks have not ended. Enter their actual days, and the row is done."),
            });
        }
        Ok(Change::new(Self { done_on: Some(done_on), version: self.version + 1, ..self }, "plan_row.done"))
    }

    /// Writes the tasks of the row, in their order. What is planned is part of what is approved: a change of it is a new
    /// revision. What happened is entered beside the approval, never together with a new plan. A one-off row is done on the
    /// day its last task ended, and open again while one of them is.
    pub fn set_tasks(
        self,
        version: i64,
        tasks: &[PlanTask],
        (by, today): (&Actor, Date),
    ) -> Result<Change<Self>, Refusal> {
        by.must(Act::EditPlan, &self.department_id)?;
        self.must_be_at(version)?;
        let tasks = task::checked(tasks, self.due_on, today)?;
        let planned = |all: &[PlanTask]| all.iter().map(PlanTask::planned).collect::<Vec<_>>();
        let as_planned = planned(&tasks) == planned(&self.tasks);
        let happened = |each: &PlanTask| each.began_on.is_some() || each.ended_on.is_some();
        let new = |each: &PlanTask| happened(each) && !self.tasks.contains(each);
        if tasks.iter().any(new) && !(as_planned && self.standing() == Standing::Current) {
            return Err(Refusal::Because((
                "タスクの実績は、予定が承認されてから入力します。先に予定だけを保存し、部門長か経営層の承認を受けてください。",
                "Actual days are entered once the plan of the tasks is approved. Save the plan alone first, and have it approved.",
            )));
        }
        let one_off = self.destination == Destination::Task && !tasks.is_empty();
        let row = Self {
            version: self.version + 1,
            revision: self.revision + i64::from(!as_planned),
            done_on: if one_off { task::ended_on(&tasks) } else { self.done_on },
            next_on: task::next_on(&tasks),
            tasks,
            ..self
        };
        Ok(Change::new(row, "plan_row.tasks"))
    }

    /// How the approval stands to the contents of today.
    pub fn standing(&self) -> Standing {
        standing(self.approval.as_ref(), self.revision)
    }

    /// How the approval stands to the contents and the risk of today: what was answered is the risk as it was then.
    pub fn standing_beside(&self, risk: &Risk) -> Standing {
        match self.standing() {
            Standing::Current if self.moved(risk).is_some() => Standing::Outdated,
            standing @ (Standing::None | Standing::Current | Standing::Outdated) => standing,
        }
    }

    /// Whether value or level of the risk are others than those the risk owner answered.
    pub fn moved(&self, risk: &Risk) -> Option<Moved> {
        let from = self.approved_value.zip(self.approved_level).filter(|_| self.approval.is_some())?;
        let to = (risk.value, risk.level);
        (from != to).then_some(Moved { from, to })
    }

    /// The contents, for a form or a comparison.
    pub fn draft(&self) -> PlanDraft {
        PlanDraft {
            policy: self.policy,
            controls: self.controls.clone(),
            task: self.task.clone(),
            owner: self.owner.clone(),
            resources: self.resources.clone(),
            due_on: Some(self.due_on),
            second_threat: self.second_threat,
            second_vulnerability: self.second_vulnerability,
            destination: self.destination,
        }
    }

    pub(crate) fn must_be_at(&self, version: i64) -> Result<(), Refusal> {
        if self.version == version { Ok(()) } else { Err(Refusal::Stale { current: self.version }) }
    }
}

impl PlanDraft {
    fn checked(self) -> Result<Self, Refusal> {
        let task = required(&self.task, "task", ("実施すること", "What is to be done"))?;
        let owner = required(&self.owner, "owner", ("担当", "In charge"))?;
        let resources = optional(&self.resources, "resources", ("資源", "Resources"))?;
        Ok(Self { task, owner, resources, ..self })
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
        let row = done(row.approve(3, &risk(), &head(), day("2026-07-01")));
        assert_eq!(row.standing(), Standing::Current);
    }

    #[test]
    fn a_row_is_approved_with_a_destination() {
        let approve =
            |row: PlanRow, version, by: &Actor| said(row.approve(version, &risk(), by, day("2026-06-10")));
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
        let approval =
            done(plan_row(Task).approve(1, &risk(), &deputy(), day("2026-06-10"))).approval.unwrap();
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

    #[test]
    fn an_approval_is_outdated_when_the_risk_moves_and_says_from_where_to_where() {
        let row = approved_row(Task);
        assert_eq!((row.approved_value, row.approved_level), (Some(9), Some(Level::Large)));
        assert_eq!(row.standing_beside(&risk()), Standing::Current);
        let lower = Risk { value: 4, level: Level::Middle, revision: 2, ..risk() };
        assert_eq!((row.standing(), row.standing_beside(&lower)), (Standing::Current, Standing::Outdated));
        let moved = row.moved(&lower).unwrap();
        assert_eq!((moved.from, moved.to), ((9, Level::Large), (4, Level::Middle)));
        let again = Risk { revision: 2, note: "同じ判定".into(), ..risk() };
        assert_eq!(row.standing_beside(&again), Standing::Current, "judged again with the same outcome");
        let row = done(row.approve(2, &lower, &head(), day("2026-07-01")));
        assert_eq!(row.standing_beside(&lower), Standing::Current);
        let before = PlanRow { approved_value: None, approved_level: None, ..approved_row(Task) };
        assert_eq!(before.moved(&lower), None, "approved before the value was kept");
        assert_eq!(plan_row(Task).standing_beside(&lower), Standing::None);
    }

    fn tasks(ended: [Option<&str>; 2]) -> Vec<PlanTask> {
        let one = |(text, ended): (&str, Option<&str>)| PlanTask {
            text: text.into(),
            owner: String::new(),
            from_on: None,
            to_on: day("2026-08-31"),
            began_on: ended.map(day),
            ended_on: ended.map(day),
        };
        ["手順を決める", "始める"].into_iter().zip(ended).map(one).collect()
    }

    fn set(row: PlanRow, tasks: &[PlanTask], by: &Actor) -> Result<Change<PlanRow>, Refusal> {
        let version = row.version;
        row.set_tasks(version, tasks, (by, day("2026-08-01")))
    }

    #[test]
    fn a_row_is_done_when_its_last_task_is() {
        let plan = tasks([None, None]);
        let row = done(set(approved_row(Task), &plan, &member()));
        assert_eq!(
            (row.revision, row.standing(), row.next_on),
            (2, Standing::Outdated, Some(day("2026-08-31")))
        );
        let one = tasks([Some("2026-07-20"), None]);
        rows([
            ("what happened, before approval", said(set(row.clone(), &one, &member())), "because"),
            ("administrator", said(set(row.clone(), &plan, &administrator())), "not allowed"),
            ("executive", said(set(row.clone(), &plan, &executive())), "not allowed"),
        ]);
        let row = done(row.approve(3, &risk(), &head(), day("2026-07-01")));
        let both =
            [tasks([Some("2026-07-20"), None]), vec![PlanTask { text: "三つ目".into(), ..plan[0].clone() }]];
        assert_eq!(
            said(set(row.clone(), &both.concat(), &member())),
            "because",
            "a new plan and what happened"
        );
        assert_eq!(said(row.clone().finish(4, day("2026-07-31"), &member())), "because");
        let row = done(set(row, &one, &member()));
        assert_eq!((row.revision, row.standing(), row.done_on), (2, Standing::Current, None));
        let row = done(set(row, &tasks([Some("2026-07-20"), Some("2026-07-31")]), &member()));
        assert_eq!((row.done_on, row.next_on), (Some(day("2026-07-31")), None));
        let row = done(set(row, &one, &member()));
        assert_eq!(row.done_on, None, "entered by mistake, and open again");
        let objective = done(set(approved_row(Objective), &plan, &member()));
        assert_eq!(objective.done_on, None);
    }

    #[test]
    fn a_policy_is_understood_under_its_other_names() {
        for (text, policy) in [
            ("低減", Policy::Reduce),
            ("軽減", Policy::Reduce),
            (" リスク修正 ", Policy::Reduce),
            ("共有", Policy::Share),
            ("移転する", Policy::Share),
            ("Transfer", Policy::Share),
            ("受容", Policy::Retain),
            ("保有", Policy::Retain),
            ("回避", Policy::Avoid),
        ] {
            assert_eq!(Policy::read(text), Some(policy), "{text}");
        }
        assert_eq!(Policy::read("検討"), None);
        for policy in Policy::ALL {
            assert_eq!(Policy::read(policy.word().0), Some(*policy));
            assert_eq!(Policy::read(policy.word().1), Some(*policy));
        }
    }
}
