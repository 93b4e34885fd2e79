//! Closing 締め of a department's month: what was owed and what became of it is frozen (DESIGN.md §2).

use crate::Change;
use crate::approval::Signed;
use crate::calendar::{Date, Month};
use crate::codes::codes;
use crate::ids::{ClosingId, DepartmentId};
use crate::obligation::{Duty, Obligation, Owed, Status};
use crate::people::{Act, Actor};
use crate::refusal::{Refusal, required};
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

codes! {
    /// Whether a month is closed.
    pub enum ClosingState {
        Closed = "closed", "締め済み", "Closed";
        Reopened = "reopened", "締め解除中", "Reopened";
    }
}

codes! {
    /// What became of an obligation by the time the month was closed.
    pub enum Fate {
        Kept = "kept", "期限内", "In time";
        Late = "late", "遅れて実施", "Late";
        Missed = "missed", "未実施", "Missed";
    }
}

/// One frozen line: what was owed, by when, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Outcome {
    /// What was owed.
    pub duty: Duty,
    /// By which day, included.
    pub due_on: Date,
    /// What became of it.
    pub fate: Fate,
}

/// The closing of one department's month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Closing {
    /// Its own id.
    pub id: ClosingId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// The department whose month it is.
    pub department_id: DepartmentId,
    /// The month that was closed.
    pub month: Month,
    /// Whether it is closed now.
    pub state: ClosingState,
    /// What was owed and what became of it, frozen on closing.
    pub outcomes: Vec<Outcome>,
    /// Who closed it, last time.
    pub closed: Signed,
    /// Why it was reopened, last time; empty when it never was.
    pub reason: String,
}

impl Closing {
    /// Closes a month that has ended. Records that still wait must be checked or returned first; what
    /// was never recorded is frozen as missed and stays missed.
    #[expect(
        clippy::too_many_arguments,
        reason = "what closes, whose, what was owed, and by whom on which day; a bundle would only rename them"
    )]
    pub fn close(
        before: Option<Self>,
        id: ClosingId,
        department_id: DepartmentId,
        month: Month,
        owed: &[Owed],
        by: &Actor,
        on: Date,
    ) -> Result<Change<Self>, Refusal> {
        by.must(Act::CloseMonth, &department_id)?;
        if on <= month.last_day() {
            return Err(Refusal::Because((
                "まだ終わっていない月は締められません。翌月になってから締めてください。",
                "A month that has not ended cannot be closed. Close it in the following month.",
            )));
        }
        if before.as_ref().is_some_and(|closing| closing.state == ClosingState::Closed) {
            return Err(Refusal::MonthClosed);
        }
        let left = waiting(owed);
        if left > 0 {
            return Err(Refusal::StillWaiting { left });
        }
        if owed.iter().any(|each| matches!(each.status, Status::Open) && on <= each.obligation.due_on) {
            return Err(Refusal::Because((
                "期限前の記録が残っているため、まだ締められません。期限を過ぎるか、すべての記録がそろうと締められます。",
                "Some records are not due yet. The month can be closed when they are in, or when their due date has passed.",
            )));
        }
        let closing = Self {
            id: before.as_ref().map_or(id, |closing| closing.id.clone()),
            version: before.as_ref().map_or(1, |closing| closing.version + 1),
            department_id,
            month,
            state: ClosingState::Closed,
            outcomes: owed.iter().map(freeze).collect(),
            closed: Signed::now(by, on, false),
            reason: before.map_or_else(String::new, |closing| closing.reason),
        };
        Ok(Change::new(closing, "month.closed"))
    }

    /// Opens a closed month again, with a reason.
    pub fn reopen(self, version: i64, reason: &str, by: &Actor) -> Result<Change<Self>, Refusal> {
        by.must(Act::CloseMonth, &self.department_id)?;
        if self.version != version {
            return Err(Refusal::Stale { current: self.version });
        }
        match self.state {
            ClosingState::Closed => {}
            ClosingState::Reopened => return Err(Refusal::WrongState { state: self.state.word() }),
        }
        let reason = required(reason, "reason", crate::approval::REASON)?;
        let reopened =
            Self { state: ClosingState::Reopened, reason: reason.clone(), version: self.version + 1, ..self };
        Ok(Change::new(reopened, "month.reopened").because(reason))
    }

    /// What was owed and what became of it, as it was frozen: nothing that is changed later rewrites it.
    pub fn frozen(&self) -> impl Iterator<Item = Owed> {
        self.outcomes.iter().map(|outcome| Owed {
            obligation: Obligation {
                department_id: self.department_id.clone(),
                month: self.month,
                duty: outcome.duty.clone(),
                due_on: outcome.due_on,
            },
            status: match outcome.fate {
                Fate::Kept => Status::Done { late: false },
                Fate::Late => Status::Done { late: true },
                Fate::Missed => Status::Overdue,
            },
        })
    }

    /// Whether the month is closed: then none of its records may be written.
    pub fn is_closed(&self) -> bool {
        match self.state {
            ClosingState::Closed => true,
            ClosingState::Reopened => false,
        }
    }
}

/// The closings in force of the months `from` to `to`, both included: those months count as they were frozen.
pub fn closed_months(
    closings: &[Closing],
    from: Month,
    to: Month,
) -> HashMap<(&DepartmentId, Month), &Closing> {
    let within = closings.iter().filter(|each| each.is_closed() && (from..=to).contains(&each.month));
    within.map(|each| ((&each.department_id, each.month), each)).collect()
}

/// How many records of a department's month wait for a check: all answers stand on one sheet.
fn waiting(owed: &[Owed]) -> usize {
    let waits = owed.iter().filter(|each| matches!(each.status, Status::Waiting { .. }));
    let (items, reviews): (Vec<_>, Vec<_>) =
        waits.partition(|each| matches!(each.obligation.duty, Duty::Item(_)));
    usize::from(!items.is_empty()) + reviews.len()
}

fn freeze(owed: &Owed) -> Outcome {
    let fate = match owed.status {
        Status::Done { late: false } => Fate::Kept,
        Status::Done { late: true } => Fate::Late,
        Status::Open | Status::Waiting { .. } | Status::Overdue => Fate::Missed,
    };
    Outcome { duty: owed.obligation.duty.clone(), due_on: owed.obligation.due_on, fate }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{administrator, auditor, day, done, head, id, month, rows, said, secretariat, told};

    const DUE: &str = "2026-06-05";

    fn owed(duties: &[(&str, Status)]) -> Vec<Owed> {
        let one = |(item, status): &(&str, Status)| Owed {
            obligation: Obligation {
                department_id: id("sales"),
                month: month("2026-05"),
                duty: Duty::Item(id(item)),
                due_on: day(DUE),
            },
            status: *status,
        };
        duties.iter().map(one).collect()
    }

    fn close(
        before: Option<Closing>,
        owed: &[Owed],
        by: &Actor,
        on: &str,
    ) -> Result<Change<Closing>, Refusal> {
        Closing::close(before, id("closing"), id("sales"), month("2026-05"), owed, by, day(on))
    }

    const IN_TIME: Status = Status::Done { late: false };

    #[test]
    fn a_month_closes_when_nothing_waits_and_nothing_can_come_in_time_any_more() {
        let waiting = |for_head| owed(&[("a", Status::Waiting { late: false, for_head }), ("b", IN_TIME)]);
        let try_it = |duties: &[Owed], by: &Actor, on: &str| said(close(None, duties, by, on));
        let all = owed(&[("a", IN_TIME)]);
        let open = owed(&[("a", Status::Open)]);
        let overdue = owed(&[("a", Status::Overdue), ("b", IN_TIME)]);
        rows([
            ("all checked", try_it(&all, &secretariat(), "2026-06-01"), "month.closed"),
            ("nothing owed", try_it(&[], &secretariat(), "2026-06-01"), "month.closed"),
            ("last day of the month", try_it(&all, &secretariat(), "2026-05-31"), "because"),
            ("head", try_it(&all, &head(), "2026-06-01"), "not allowed"),
            ("administrator", try_it(&all, &administrator(), "2026-06-01"), "not allowed"),
            ("auditor", try_it(&all, &auditor(), "2026-06-01"), "not allowed"),
            ("waits for the head", try_it(&waiting(true), &secretariat(), "2026-06-10"), "1 waiting"),
            ("waits for the check", try_it(&waiting(false), &secretariat(), "2026-06-10"), "1 waiting"),
            ("not due yet", try_it(&open, &secretariat(), DUE), "because"),
            ("missed", try_it(&overdue, &secretariat(), "2026-06-08"), "month.closed"),
        ]);
    }

    #[test]
    fn closing_freezes_what_became_of_each_duty() {
        let duties = owed(&[("a", IN_TIME), ("b", Status::Done { late: true }), ("c", Status::Overdue)]);
        let closed = done(close(None, &duties, &secretariat(), "2026-06-12"));
        let fates: Vec<_> = closed.outcomes.iter().map(|each| each.fate).collect();
        assert_eq!(fates, [Fate::Kept, Fate::Late, Fate::Missed]);
        assert_eq!(closed.frozen().collect::<Vec<_>>(), duties);
        assert!(closed.is_closed());
    }

    #[test]
    fn reopening_needs_a_reason_and_closing_again_keeps_it() {
        let closed = || done(close(None, &[], &secretariat(), "2026-06-12"));
        let reopened = || done(closed().reopen(1, " 誤記 ", &secretariat()));
        let again = |before| said(close(Some(before), &[], &secretariat(), "2026-06-20"));
        rows([
            ("reopen", said(closed().reopen(1, "誤記", &secretariat())), "month.reopened"),
            ("no reason", said(closed().reopen(1, " ", &secretariat())), "missing reason"),
            ("stale", said(closed().reopen(2, "誤記", &secretariat())), "stale, now 1"),
            ("head", said(closed().reopen(1, "誤記", &head())), "not allowed"),
            ("reopen twice", said(reopened().reopen(2, "誤記", &secretariat())), "is Reopened"),
            ("close twice", again(closed()), "month closed"),
            ("close again", again(reopened()), "month.closed"),
        ]);
        assert!(!reopened().is_closed());
        let (_, event) = told(closed().reopen(1, " 誤記 ", &secretariat()).unwrap());
        assert_eq!(event.reason.as_deref(), Some("誤記"));
        let again = done(close(Some(reopened()), &[], &secretariat(), "2026-06-20"));
        assert_eq!((again.version, again.reason.as_str(), again.is_closed()), (3, "誤記", true));
    }
}
