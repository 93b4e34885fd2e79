//! A security objective 情報セキュリティ目標 (JIS Q 27001 6.2) and its monthly review 検討記録.

use crate::approval::Flow;
use crate::calendar::{Date, Month};
use crate::codes::codes;
use crate::ids::{DepartmentId, ObjectiveId, PlanRowId, ReviewId};
use crate::people::{Act, Actor};
use crate::refusal::{Refusal, optional, required};
use crate::{Change, Word};
use serde::{Deserialize, Serialize};

codes! {
    /// Where an objective stands.
    pub enum ObjectiveState {
        Active = "active", "取組中", "Active";
        Achieved = "achieved", "達成", "Achieved";
        Stopped = "stopped", "中止", "Stopped";
    }
}

/// An objective in force from a month until it is achieved, stopped, or its last month has passed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Objective {
    /// Its own id.
    pub id: ObjectiveId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// The department that works on it.
    pub department_id: DepartmentId,
    /// The plan row it came from; objectives of the year's policy have none.
    pub plan_row_id: Option<PlanRowId>,
    /// The objective in a sentence 目標.
    pub title: String,
    /// 評価指標
    pub measure: String,
    /// 目標値
    pub target: String,
    /// 実施事項
    pub method: String,
    /// The post in charge 責任者.
    pub owner: String,
    /// First month, included.
    pub from_month: Month,
    /// Last month that owes a review, included.
    pub to_month: Month,
    /// Whether it is still worked on.
    pub state: ObjectiveState,
}

impl Objective {
    /// Sets an objective.
    pub fn set(objective: Self, by: &Actor) -> Result<Change<Self>, Refusal> {
        if !by.may(Act::EditPlan, &objective.department_id) {
            by.must(Act::ApprovePlan, &objective.department_id)?;
        }
        let title = required(&objective.title, "title", ("目標", "Objective"))?;
        let measure = optional(&objective.measure, "measure", ("評価指標", "Measure"))?;
        let target = optional(&objective.target, "target", ("目標値", "Target"))?;
        let method = optional(&objective.method, "method", ("実施事項", "What is done"))?;
        let owner = optional(&objective.owner, "owner", ("責任者", "In charge"))?;
        if objective.to_month < objective.from_month {
            let hint = ("開始月以降の月にしてください。", "Choose a month from the first one on.");
            return Err(Refusal::Unfit { field: "to_month", word: ("達成期限", "Last month"), hint });
        }
        Ok(Change::new(Self { title, measure, target, method, owner, ..objective }, "objective.set"))
    }

    /// Edits the words and the last month; the first month and the origin stay.
    pub fn edit(self, version: i64, new: Self, by: &Actor) -> Result<Change<Self>, Refusal> {
        if self.version != version {
            return Err(Refusal::Stale { current: self.version });
        }
        self.must_be_active()?;
        let next = Self {
            id: self.id,
            version: self.version + 1,
            department_id: self.department_id,
            plan_row_id: self.plan_row_id,
            from_month: self.from_month,
            state: self.state,
            ..new
        };
        Self::set(next, by)
    }

    /// Ends it in a month, which is the last to owe a review; never later than it was to last anyway,
    /// for an end takes duties away and adds none. The state it ends in is achieved or stopped.
    pub fn end(
        self,
        state: ObjectiveState,
        last: Month,
        reason: &str,
        by: &Actor,
    ) -> Result<Change<Self>, Refusal> {
        by.must(Act::EditPlan, &self.department_id)?;
        self.must_be_active()?;
        if state == ObjectiveState::Active {
            let hint = ("「達成」か「中止」を選んでください。", "Choose achieved or stopped.");
            return Err(Refusal::Unfit { field: "state", word: ("結果", "Outcome"), hint });
        }
        let reason = required(reason, "reason", crate::approval::REASON)?;
        let to_month = last.min(self.to_month).max(self.from_month);
        Ok(Change::new(Self { state, to_month, version: self.version + 1, ..self }, "objective.ended")
            .because(reason))
    }

    fn must_be_active(&self) -> Result<(), Refusal> {
        match self.state {
            ObjectiveState::Active => Ok(()),
            ObjectiveState::Achieved | ObjectiveState::Stopped => {
                Err(Refusal::WrongState { state: self.state.word() })
            }
        }
    }
}

codes! {
    /// How an objective goes this month.
    pub enum Progress {
        OnTrack = "on_track", "順調", "On track";
        Behind = "behind", "遅れ", "Behind";
        Achieved = "achieved", "達成", "Achieved";
        Stopped = "stopped", "中止", "Stopped";
    }
}

/// What the department writes about an objective in a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReviewDraft {
    /// What was discussed 検討した内容.
    pub discussed: String,
    /// What was decided 決まったこと.
    pub decided: String,
    /// What comes next 次にやること.
    pub next: String,
    /// The measured figure 実績値.
    pub figure: String,
    /// How it goes 進捗.
    pub progress: Progress,
    /// Why it comes after the due date; asked only then.
    pub late_reason: String,
}

/// The review of one objective in one month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Review {
    /// Its own id.
    pub id: ReviewId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// The department that works on it.
    pub department_id: DepartmentId,
    /// The objective it reviews.
    pub objective_id: ObjectiveId,
    /// The month it speaks of 対象月.
    pub month: Month,
    /// 検討した内容
    pub discussed: String,
    /// 決まったこと
    pub decided: String,
    /// 次にやること
    pub next: String,
    /// 実績値
    pub figure: String,
    /// How it goes 進捗.
    pub progress: Progress,
    /// Why it comes after the due date; empty when in time.
    pub late_reason: String,
    /// Who recorded, submitted, confirmed, checked or returned it.
    pub flow: Flow,
}

const DISCUSSED: Word = ("検討した内容", "Discussed");

impl Review {
    /// An empty review of a month.
    pub fn begin(id: ReviewId, objective: &Objective, month: Month) -> Self {
        Self {
            id,
            version: 0,
            department_id: objective.department_id.clone(),
            objective_id: objective.id.clone(),
            month,
            discussed: String::new(),
            decided: String::new(),
            next: String::new(),
            figure: String::new(),
            progress: Progress::OnTrack,
            late_reason: String::new(),
            flow: Flow::begin(),
        }
    }

    /// Saves what was written, complete or not.
    pub fn write(
        self,
        version: i64,
        draft: ReviewDraft,
        by: &Actor,
        on: Date,
    ) -> Result<Change<Self>, Refusal> {
        by.must(Act::WriteMonth, &self.department_id)?;
        self.must_be_at(version)?;
        let flow = self.flow.write(by, on)?;
        let written = Self {
            discussed: optional(&draft.discussed, "discussed", DISCUSSED)?,
            decided: optional(&draft.decided, "decided", ("決まったこと", "Decided"))?,
            next: optional(&draft.next, "next", ("次にやること", "Next"))?,
            figure: optional(&draft.figure, "figure", ("実績値", "Figure"))?,
            late_reason: optional(&draft.late_reason, "late_reason", LATE)?,
            progress: draft.progress,
            version: self.version + 1,
            flow,
            ..self
        };
        Ok(Change::new(written, "review.written"))
    }

    /// Submits it; after the due date a reason is asked.
    pub fn submit(self, version: i64, due_on: Date, by: &Actor, on: Date) -> Result<Change<Self>, Refusal> {
        by.must(Act::WriteMonth, &self.department_id)?;
        self.must_be_at(version)?;
        required(&self.discussed, "discussed", DISCUSSED)?;
        required(&self.decided, "decided", ("決まったこと", "Decided"))?;
        if on > due_on {
            required(&self.late_reason, "late_reason", LATE)?;
        }
        let flow = self.flow.submit(by, on)?;
        Ok(Change::new(Self { flow, version: self.version + 1, ..self }, "review.submitted"))
    }

    /// The head confirms.
    pub fn confirm(self, version: i64, by: &Actor, on: Date) -> Result<Change<Self>, Refusal> {
        by.must(Act::ConfirmMonth, &self.department_id)?;
        self.must_be_at(version)?;
        let deputy = by.stands_in_for(&self.department_id);
        let flow = self.flow.confirm(by, on, deputy)?;
        Ok(Change::new(Self { flow, version: self.version + 1, ..self }, "review.confirmed"))
    }

    /// The secretariat checks.
    pub fn check(self, version: i64, by: &Actor, on: Date) -> Result<Change<Self>, Refusal> {
        by.must(Act::CheckMonth, &self.department_id)?;
        self.must_be_at(version)?;
        let flow = self.flow.check(by, on)?;
        Ok(Change::new(Self { flow, version: self.version + 1, ..self }, "review.checked"))
    }

    /// Head or secretariat send it back with a reason.
    pub fn send_back(
        self,
        version: i64,
        reason: &str,
        by: &Actor,
        on: Date,
    ) -> Result<Change<Self>, Refusal> {
        if !by.may(Act::ConfirmMonth, &self.department_id) {
            by.must(Act::CheckMonth, &self.department_id)?;
        }
        self.must_be_at(version)?;
        let flow = self.flow.send_back(reason, by, on)?;
        Ok(Change::new(Self { flow, version: self.version + 1, ..self }, "review.returned")
            .because(reason.trim()))
    }

    fn must_be_at(&self, version: i64) -> Result<(), Refusal> {
        if self.version == version { Ok(()) } else { Err(Refusal::Stale { current: self.version }) }
    }
}

/// The word of the reason for lateness.
pub const LATE: Word = ("遅れた理由", "Reason for lateness");

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{
        administrator, both, day, deputy, done, executive, head, member, month, objective, review, rows,
        said, secretariat, stranger, told,
    };
    use ObjectiveState::{Achieved, Active, Stopped};

    fn year() -> Objective {
        objective("2026-04", "2027-03")
    }

    #[test]
    fn an_objective_is_set_by_those_who_plan() {
        let set = |objective, by: &Actor| said(Objective::set(objective, by));
        let long = "あ".repeat(2_001);
        rows([
            ("member", set(year(), &member()), "objective.set"),
            ("deputy, out of the plan", set(year(), &deputy()), "objective.set"),
            ("secretariat", set(year(), &secretariat()), "objective.set"),
            ("executive", set(year(), &executive()), "objective.set"),
            ("administrator", set(year(), &administrator()), "not allowed"),
            ("stranger", set(year(), &stranger()), "not allowed"),
            ("no title", set(Objective { title: " ".into(), ..year() }, &member()), "missing title"),
            ("long method", set(Objective { method: long.clone(), ..year() }, &member()), "too long method"),
            ("long owner", set(Objective { owner: long, ..year() }, &member()), "too long owner"),
            ("backwards", set(objective("2026-04", "2026-03"), &member()), "unfit to_month"),
            ("one month", set(objective("2026-04", "2026-04"), &member()), "objective.set"),
        ]);
    }

    #[test]
    fn an_edit_keeps_first_month_and_origin() {
        let new = Objective { title: "新".into(), ..objective("2026-09", "2026-12") };
        let edited = done(year().edit(1, new.clone(), &member()));
        assert_eq!((edited.title.as_str(), edited.version), ("新", 2));
        assert_eq!((edited.from_month, edited.to_month), (month("2026-04"), month("2026-12")));
        let ended = done(year().end(Achieved, month("2026-08"), "達成", &member()));
        rows([
            ("stale", said(year().edit(4, new.clone(), &member())), "stale, now 1"),
            ("stranger", said(year().edit(1, new.clone(), &stranger())), "not allowed"),
            ("ended", said(ended.edit(2, new, &member())), "is Achieved"),
            (
                "before its start",
                said(year().edit(1, objective("2025-01", "2025-02"), &member())),
                "unfit to_month",
            ),
        ]);
    }

    #[test]
    fn an_end_has_a_reason_and_adds_no_duties() {
        let end = |objective: Objective, state, reason, by: &Actor| {
            said(objective.end(state, month("2026-08"), reason, by))
        };
        let ended = || done(year().end(Stopped, month("2026-08"), "廃止", &member()));
        rows([
            ("achieved", end(year(), Achieved, "達成", &member()), "objective.ended"),
            ("stopped", end(year(), Stopped, "廃止", &head()), "objective.ended"),
            ("into going on", end(year(), Active, "達成", &member()), "unfit state"),
            ("no reason", end(year(), Achieved, "", &member()), "missing reason"),
            ("deputy", end(year(), Achieved, "達成", &deputy()), "not allowed"),
            ("twice", end(ended(), Achieved, "達成", &member()), "is Stopped"),
        ]);
        let last = |text| done(year().end(Achieved, month(text), "達成", &member())).to_month;
        assert_eq!(last("2026-08"), month("2026-08"));
        assert_eq!(last("2028-01"), month("2027-03"), "no later than it was to last");
        assert_eq!(last("2025-01"), month("2026-04"), "no earlier than it began");
    }

    fn draft() -> ReviewDraft {
        ReviewDraft {
            discussed: "宛先の確認方法".into(),
            decided: "送信前に二人で見る".into(),
            next: "試行".into(),
            figure: "1件".into(),
            progress: Progress::OnTrack,
            late_reason: String::new(),
        }
    }

    const ON: &str = "2026-09-03";
    const DUE: &str = "2026-09-07";

    fn written() -> Review {
        done(review("2026-08").write(0, draft(), &member(), day(ON)))
    }

    fn submitted() -> Review {
        done(written().submit(1, day(DUE), &member(), day(ON)))
    }

    fn confirmed() -> Review {
        done(submitted().confirm(2, &head(), day(ON)))
    }

    #[test]
    fn a_review_is_written_complete_or_not() {
        let write =
            |review: Review, version, draft, by: &Actor| said(review.write(version, draft, by, day(ON)));
        let empty = ReviewDraft { discussed: String::new(), decided: String::new(), ..draft() };
        let long = ReviewDraft { next: "あ".repeat(2_001), ..draft() };
        rows([
            ("member", write(review("2026-08"), 0, draft(), &member()), "review.written"),
            ("incomplete", write(review("2026-08"), 0, empty, &member()), "review.written"),
            ("too long", write(review("2026-08"), 0, long, &member()), "too long next"),
            ("secretariat", write(review("2026-08"), 0, draft(), &secretariat()), "not allowed"),
            ("deputy", write(review("2026-08"), 0, draft(), &deputy()), "not allowed"),
            ("stranger", write(review("2026-08"), 0, draft(), &stranger()), "not allowed"),
            ("stale", write(written(), 0, draft(), &member()), "stale, now 1"),
            ("submitted", write(submitted(), 2, draft(), &member()), "is Waiting for the head"),
        ]);
    }

    #[test]
    fn a_review_is_submitted_whole_and_late_only_with_a_reason() {
        let submit = |review: Review, on: &str| said(review.submit(1, day(DUE), &member(), day(on)));
        let late = || Review { late_reason: "出張".into(), ..written() };
        rows([
            ("in time", submit(written(), ON), "review.submitted"),
            ("on the last day", submit(written(), DUE), "review.submitted"),
            ("late without reason", submit(written(), "2026-09-08"), "missing late_reason"),
            ("late with reason", submit(late(), "2026-09-08"), "review.submitted"),
            (
                "nothing discussed",
                submit(Review { discussed: String::new(), ..written() }, ON),
                "missing discussed",
            ),
            (
                "nothing decided",
                submit(Review { decided: String::new(), ..written() }, ON),
                "missing decided",
            ),
            ("stale", said(written().submit(0, day(DUE), &member(), day(ON))), "stale, now 1"),
            ("auditor", said(written().submit(1, day(DUE), &secretariat(), day(ON))), "not allowed"),
            ("twice", said(submitted().submit(2, day(DUE), &member(), day(ON))), "is Waiting for the head"),
        ]);
    }

    #[test]
    fn a_review_is_confirmed_then_checked_or_goes_back() {
        let on = day(ON);
        let own = done(review("2026-08").write(0, draft(), &both(), on));
        let own = done(done(own.submit(1, day(DUE), &member(), on)).confirm(2, &head(), on));
        rows([
            ("head", said(submitted().confirm(2, &head(), on)), "review.confirmed"),
            ("deputy", said(submitted().confirm(2, &deputy(), on)), "review.confirmed"),
            ("member confirms", said(submitted().confirm(2, &member(), on)), "not allowed"),
            ("stale confirm", said(submitted().confirm(1, &head(), on)), "stale, now 2"),
            ("confirm a draft", said(written().confirm(1, &head(), on)), "is Draft"),
            ("secretariat", said(confirmed().check(3, &secretariat(), on)), "review.checked"),
            ("head checks", said(confirmed().check(3, &head(), on)), "not allowed"),
            ("check unconfirmed", said(submitted().check(2, &secretariat(), on)), "is Waiting for the head"),
            ("stale check", said(confirmed().check(2, &secretariat(), on)), "stale, now 3"),
            ("own record", said(own.check(3, &both(), on)), "own record"),
            ("head returns", said(submitted().send_back(2, "数値", &head(), on)), "review.returned"),
            (
                "secretariat returns",
                said(confirmed().send_back(3, "数値", &secretariat(), on)),
                "review.returned",
            ),
            ("no reason", said(confirmed().send_back(3, " ", &secretariat(), on)), "missing reason"),
            ("member returns", said(submitted().send_back(2, "数値", &member(), on)), "not allowed"),
            ("return a draft", said(written().send_back(1, "数値", &head(), on)), "is Draft"),
            ("stale return", said(submitted().send_back(1, "数値", &head(), on)), "stale, now 2"),
        ]);
        let (_, event) = told(submitted().send_back(2, " 数値 ", &head(), on).unwrap());
        assert_eq!(event.reason.as_deref(), Some("数値"));
    }
}
