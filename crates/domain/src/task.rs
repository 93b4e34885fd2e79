//! The tasks タスク of a plan row (DOMAIN.md §1.6): who does what, planned 予定 and actual 実績 days, in their order.

use crate::Word;
use crate::calendar::Date;
use crate::codes::codes;
use crate::refusal::{Refusal, required};
use serde::{Deserialize, Serialize};

codes! {
    /// Where a task stands ステータス; it follows from its actual days.
    pub enum TaskState {
        Waiting = "waiting", "未着手", "Not begun";
        Begun = "begun", "着手", "Begun";
        Ended = "ended", "終了", "Ended";
    }
}

/// So many tasks a row has at most.
pub const MOST_TASKS: usize = 20;

/// One task of a plan row. What is planned belongs to what is approved; what happened does not.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlanTask {
    /// What is done.
    pub text: String,
    /// The post in charge 担当; empty for the row's own.
    pub owner: String,
    /// Planned start 予定開始.
    pub from_on: Option<Date>,
    /// Planned end 予定終了.
    pub to_on: Date,
    /// Actual start 実績開始.
    pub began_on: Option<Date>,
    /// Actual end 実績終了.
    pub ended_on: Option<Date>,
}

impl PlanTask {
    /// Not begun, begun or ended, by its actual days.
    pub fn state(&self) -> TaskState {
        match (self.began_on, self.ended_on) {
            (_, Some(_)) => TaskState::Ended,
            (Some(_), None) => TaskState::Begun,
            (None, None) => TaskState::Waiting,
        }
    }

    /// The same task as it was planned, without what happened.
    #[must_use]
    pub fn planned(&self) -> Self {
        Self { began_on: None, ended_on: None, ..self.clone() }
    }

    /// The task with its texts trimmed, when its days follow each other and no actual day lies ahead of `today`.
    fn checked(&self, today: Date) -> Result<Self, Refusal> {
        let text = required(&self.text, "task_text", TEXT)?;
        let owner = crate::refusal::optional(&self.owner, "task_owner", ("タスクの担当", "Task: in charge"))?;
        if self.from_on.is_some_and(|from_on| from_on > self.to_on) {
            let hint =
                ("予定開始と同じか、後の日にしてください。", "It must not be before the planned start.");
            return Err(Refusal::Unfit { field: "to_on", word: PLANNED_END, hint });
        }
        if self.began_on.max(self.ended_on).is_some_and(|day| day > today) {
            let hint = ("今日までの日を入力してください。", "Enter a day up to today.");
            return Err(Refusal::Unfit { field: "ended_on", word: ("実績", "Actual days"), hint });
        }
        if self.ended_on.is_some_and(|ended_on| self.began_on.is_none_or(|began_on| began_on > ended_on)) {
            let hint = (
                "実績の開始を、終了と同じか、前の日で入力してください。",
                "Enter an actual start that is not after the end.",
            );
            return Err(Refusal::Unfit {
                field: "began_on", word: ("実績の開始", "Actual start"), hint
            });
        }
        Ok(Self { text, owner, ..self.clone() })
    }
}

const TEXT: Word = ("タスク", "Task");
const PLANNED_END: Word = ("予定終了", "Planned end");

/// The tasks of a row that is due on a day, when each of them holds together.
pub fn checked(tasks: &[PlanTask], due_on: Date, today: Date) -> Result<Vec<PlanTask>, Refusal> {
    if tasks.len() > MOST_TASKS {
        let said = (
            "タスクは1行に20件までです。まとめるか、対応計画の行を分けてください。",
            "A row has at most 20 tasks. Join some of them, or answer the risk in larger steps.",
        );
        return Err(Refusal::Because(said));
    }
    within(tasks, due_on)?;
    tasks.iter().map(|each| each.checked(today)).collect()
}

/// Refuses tasks that are planned to end after their row.
pub fn within(tasks: &[PlanTask], due_on: Date) -> Result<(), Refusal> {
    if tasks.iter().all(|each| each.to_on <= due_on) {
        return Ok(());
    }
    let hint = (
        "タスクの予定終了は、この行の期限までの日にしてください。",
        "Tasks must be planned to end by the due date of the row.",
    );
    Err(Refusal::Unfit { field: "to_on", word: PLANNED_END, hint })
}

/// The day on which the last of them ended; `None` while one is open, or where there is none.
pub fn ended_on(tasks: &[PlanTask]) -> Option<Date> {
    let all: Option<Vec<Date>> = tasks.iter().map(|each| each.ended_on).collect();
    all?.into_iter().max()
}

/// The planned end of the next open task.
pub fn next_on(tasks: &[PlanTask]) -> Option<Date> {
    tasks.iter().filter(|each| each.state() != TaskState::Ended).map(|each| each.to_on).min()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{answered, day, rows};

    fn task(began_on: Option<&str>, ended_on: Option<&str>) -> PlanTask {
        PlanTask {
            text: "手順を決める".into(),
            owner: String::new(),
            from_on: Some(day("2026-06-01")),
            to_on: day("2026-06-30"),
            began_on: began_on.map(day),
            ended_on: ended_on.map(day),
        }
    }

    #[test]
    fn the_state_follows_from_the_actual_days() {
        assert_eq!(task(None, None).state(), TaskState::Waiting);
        assert_eq!(task(Some("2026-06-01"), None).state(), TaskState::Begun);
        assert_eq!(task(Some("2026-06-01"), Some("2026-06-02")).state(), TaskState::Ended);
    }

    #[test]
    fn days_follow_each_other_and_actual_ones_have_come() {
        let check = |each: PlanTask| answered(checked(&[each], day("2026-09-30"), day("2026-07-01")));
        rows([
            ("as planned", check(task(None, None)), "fine"),
            ("no start planned", check(PlanTask { from_on: None, ..task(None, None) }), "fine"),
            ("begun and ended today", check(task(Some("2026-07-01"), Some("2026-07-01"))), "fine"),
            ("no text", check(PlanTask { text: " ".into(), ..task(None, None) }), "missing task_text"),
            (
                "ends before it starts",
                check(PlanTask { to_on: day("2026-05-31"), ..task(None, None) }),
                "unfit to_on",
            ),
            (
                "ends after its row",
                check(PlanTask { to_on: day("2026-10-01"), ..task(None, None) }),
                "unfit to_on",
            ),
            ("begun tomorrow", check(task(Some("2026-07-02"), None)), "unfit ended_on"),
            ("ended without a start", check(task(None, Some("2026-06-30"))), "unfit began_on"),
            ("ended before it began", check(task(Some("2026-06-30"), Some("2026-06-29"))), "unfit began_on"),
        ]);
        assert!(checked(&vec![task(None, None); 21], day("2026-09-30"), day("2026-07-01")).is_err());
    }

    #[test]
    fn all_are_ended_when_the_last_is_and_the_next_is_the_nearest_open_one() {
        let (open, one) = (task(None, None), task(Some("2026-06-01"), Some("2026-06-05")));
        let later = PlanTask { to_on: day("2026-07-31"), ..open.clone() };
        assert_eq!((ended_on(&[]), next_on(&[])), (None, None));
        assert_eq!(ended_on(&[one.clone(), open.clone()]), None);
        assert_eq!(next_on(&[one.clone(), later, open]), Some(day("2026-06-30")));
        let two = task(Some("2026-06-01"), Some("2026-06-20"));
        assert_eq!(ended_on(&[two.clone(), one.clone()]), Some(day("2026-06-20")));
        assert_eq!(next_on(&[two, one]), None);
    }
}
