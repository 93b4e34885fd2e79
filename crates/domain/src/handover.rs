//! A handover 引継ぎ: what moves when departments merge or split, from a day on (DESIGN.md §2 and §3).
//!
//! Assets and what is still alive of them move: judgements and plan rows that stand, corrections that are carried,
//! the confirmations of the running inventory. Months that were owed stay owed where they were: a duty ends with the
//! last month of the old department and begins with the next month in the new one, so that every month is owed by
//! exactly one of them. Records of past months stay with the department that made them.

use crate::Change;
use crate::calendar::{Date, Month};
use crate::correction::Correction;
use crate::ids::{AssignmentId, DepartmentId, ObjectiveId};
use crate::inspection::Assignment;
use crate::inventory::{Confirmation, InventorySheet};
use crate::objective::{Objective, ObjectiveState};
use crate::people::{Act, Actor, Department};
use crate::refusal::Refusal;
use crate::risk::{Assessment, Risk};
use crate::treatment::PlanRow;

/// Why a duty ended in the old department, as the record tells it.
const REASON: &str = "部門の引継ぎ";

/// Refuses a first day that a handover cannot have. It lies in this month and not ahead: earlier months are owed
/// already (decision 0010), and a register that has moved before its day would belong to nobody.
pub fn must_begin_on(from: &Department, into: &Department, first: Date, today: Date) -> Result<(), Refusal> {
    let word = ("引継ぎの日", "Day of the handover");
    if first > today || first < Month::of(today).first_day() {
        let hint = (
            "今月の1日から今日までの日にしてください。",
            "Choose a day from the first of this month to today.",
        );
        return Err(Refusal::Unfit { field: "from_on", word, hint });
    }
    let opened_before = first.yesterday().is_ok_and(|eve| from.is_open(eve));
    if !opened_before {
        let hint = (
            "引き継ぐ部門が、前日に開いている日にしてください。",
            "The department must be open the day before.",
        );
        return Err(Refusal::Unfit { field: "from_on", word, hint });
    }
    if from.id == into.id || !into.is_open(first) || !into.is_open(today) {
        let hint = (
            "その日に開いている、別の部門を選んでください。",
            "Choose another department that is open on that day.",
        );
        return Err(Refusal::Unfit { field: "into", word: ("引継ぎ先", "Successor"), hint });
    }
    Ok(())
}

/// From which month to which the successor takes a duty over, beside those of the same item that it has already;
/// `None` when these cover it. A month that the successor owes anyway is not owed twice.
pub fn gap(old: &Assignment, held: &[Assignment], month: Month) -> Option<(Month, Option<Month>)> {
    let held: Vec<&Assignment> = held.iter().filter(|each| each.item_id == old.item_id).collect();
    let mut first = old.from_month.max(month);
    let covers =
        |each: &&&Assignment, at: Month| each.from_month <= at && each.to_month.is_none_or(|last| at <= last);
    while let Some(own) = held.iter().find(|each| covers(each, first)) {
        first = own.to_month?.plus(1);
    }
    let next = held.iter().map(|each| each.from_month).filter(|each| *each > first).min();
    let ends = [old.to_month, next.map(|each| each.plus(-1))];
    let last = ends.into_iter().flatten().min();
    last.is_none_or(|last| first <= last).then_some((first, last))
}

impl Assignment {
    /// The duty in the department that takes it over.
    pub fn take_over(
        id: AssignmentId,
        old: &Self,
        department_id: DepartmentId,
        (from_month, to_month): (Month, Option<Month>),
        by: &Actor,
    ) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::Reorganise)?;
        let (item_id, rhythm) = (old.item_id.clone(), old.rhythm);
        let taken = Self { id, version: 1, item_id, department_id, rhythm, from_month, to_month };
        Ok(Change::new(taken, "assignment.began").because(REASON))
    }

    /// Ends the duty in the department that hands it over, with the month before; one that has not begun there
    /// stays as it is, because a department that is closed owes nothing more.
    pub fn hand_over(self, month: Month, by: &Actor) -> Result<Option<Change<Self>>, Refusal> {
        by.must_everywhere(Act::Reorganise)?;
        let last = month.plus(-1);
        if self.from_month > last || self.to_month.is_some_and(|ended| ended <= last) {
            return Ok(None);
        }
        let ended = Self { to_month: Some(last), version: self.version + 1, ..self };
        Ok(Some(Change::new(ended, "assignment.ended").because(REASON)))
    }
}

impl Objective {
    /// Whether it is still worked on from a month on.
    pub fn goes_on(&self, month: Month) -> bool {
        self.state == ObjectiveState::Active && self.to_month >= month
    }

    /// The objective in the department that takes it over: the rest of its months.
    pub fn take_over(
        id: ObjectiveId,
        old: &Self,
        department_id: DepartmentId,
        month: Month,
        by: &Actor,
    ) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::Reorganise)?;
        let from_month = old.from_month.max(month);
        let taken = Self { id, version: 1, department_id, from_month, ..old.clone() };
        Ok(Change::new(taken, "objective.set").because(REASON))
    }

    /// Ends it in the department that hands it over, with the month before.
    pub fn hand_over(self, month: Month, by: &Actor) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::Reorganise)?;
        let to_month = month.plus(-1);
        if self.from_month > to_month {
            return Err(Refusal::WrongState { state: ("開始前", "not begun") });
        }
        let ended = Self { to_month, state: ObjectiveState::Stopped, version: self.version + 1, ..self };
        Ok(Change::new(ended, "objective.ended").because(REASON))
    }

    /// Moves one that has not begun by that month: it has no past to keep.
    pub fn move_to(self, department_id: DepartmentId, by: &Actor) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::Reorganise)?;
        Ok(Change::new(Self { department_id, version: self.version + 1, ..self }, "objective.moved"))
    }
}

impl Risk {
    /// Moves the judgement with its asset. It is the same judgement, so its approval stays.
    pub fn move_to(self, department_id: DepartmentId, by: &Actor) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::Reorganise)?;
        Ok(Change::new(Self { department_id, version: self.version + 1, ..self }, "risk.moved"))
    }
}

impl PlanRow {
    /// Moves the row with its risk, and points it at the objective that was taken over, if one was.
    pub fn move_to(
        self,
        department_id: DepartmentId,
        objective: Option<&ObjectiveId>,
        by: &Actor,
    ) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::Reorganise)?;
        let destination_id = objective.map(ToString::to_string).or(self.destination_id);
        let moved = Self { department_id, destination_id, version: self.version + 1, ..self };
        Ok(Change::new(moved, "plan_row.moved"))
    }
}

impl Correction {
    /// Moves a correction that is still carried: it comes back on the successor's sheet.
    pub fn move_to(self, department_id: DepartmentId, by: &Actor) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::Reorganise)?;
        Ok(Change::new(Self { department_id, version: self.version + 1, ..self }, "correction.moved"))
    }
}

impl Confirmation {
    /// Moves what was said of a row in the running inventory: it was said of the row, whoever holds it.
    pub fn move_to(self, department_id: DepartmentId, by: &Actor) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::Reorganise)?;
        Ok(Change::new(Self { department_id, version: self.version + 1, ..self }, "confirmation.moved"))
    }
}

impl InventorySheet {
    /// Opens a sheet that was handed in, because rows came that nobody has confirmed yet.
    pub fn receive(self, by: &Actor) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::Reorganise)?;
        let flow = self.flow.reopen();
        let opened = Self { flow, none_held: false, version: self.version + 1, ..self };
        Ok(Change::new(opened, "inventory_sheet.reopened").because(REASON))
    }
}

impl Assessment {
    /// Opens an assessment that was handed in, because judgements came that nobody has approved yet.
    pub fn receive(self, by: &Actor) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::Reorganise)?;
        let flow = self.flow.reopen();
        let opened = Self { flow, version: self.version + 1, ..self };
        Ok(Change::new(opened, "assessment.reopened").because(REASON))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspection::Rhythm;
    use crate::support::{administrator, day, department, done, head, id, month, rows, said, secretariat};

    fn duty(from: &str, to: Option<&str>) -> Assignment {
        Assignment {
            id: id("duty"),
            version: 1,
            item_id: id("item"),
            department_id: id("sales"),
            rhythm: Rhythm::Monthly,
            from_month: month(from),
            to_month: to.map(month),
        }
    }

    #[test]
    fn a_handover_begins_this_month_and_not_ahead() {
        let (from, into) = (department("a", "2020-04-01", None), department("b", "2026-10-05", None));
        let answer = |from: &Department, into: &Department, first: &str| {
            crate::support::answered(must_begin_on(from, into, day(first), day("2026-10-20")))
        };
        let closed = department("a", "2020-04-01", Some("2026-10-01"));
        rows([
            ("today", answer(&from, &into, "2026-10-20"), "fine"),
            ("the day it opened", answer(&from, &into, "2026-10-05"), "fine"),
            ("before it opened", answer(&from, &into, "2026-10-04"), "unfit into"),
            ("tomorrow", answer(&from, &into, "2026-10-21"), "unfit from_on"),
            ("last month", answer(&from, &into, "2026-09-30"), "unfit from_on"),
            ("into itself", answer(&from, &from, "2026-10-10"), "unfit into"),
            ("after it closed", answer(&closed, &into, "2026-10-10"), "unfit from_on"),
        ]);
    }

    #[test]
    fn a_duty_is_taken_over_where_the_successor_has_none() {
        let gap = |old: Assignment, held: &[Assignment]| {
            super::gap(&old, held, month("2026-10")).map(|(first, last)| {
                format!("{first} {}", last.map_or_else(|| "on".to_owned(), |last| last.to_string()))
            })
        };
        let on = |text: &str| Some(text.to_owned());
        assert_eq!(gap(duty("2026-04", None), &[]), on("2026-10 on"));
        assert_eq!(gap(duty("2026-04", Some("2026-12")), &[]), on("2026-10 2026-12"));
        assert_eq!(gap(duty("2027-01", None), &[]), on("2027-01 on"));
        assert_eq!(gap(duty("2026-04", Some("2026-09")), &[]), None);
        assert_eq!(gap(duty("2026-04", None), &[duty("2026-05", None)]), None, "owed already");
        let ends = [duty("2026-05", Some("2026-11"))];
        assert_eq!(gap(duty("2026-04", None), &ends), on("2026-12 on"), "where the own one ends");
        let later = [duty("2027-01", None)];
        assert_eq!(gap(duty("2026-04", None), &later), on("2026-10 2026-12"), "until the own one begins");
        let other = [Assignment { item_id: id("other"), ..duty("2026-05", None) }];
        assert_eq!(gap(duty("2026-04", None), &other), on("2026-10 on"));
    }

    #[test]
    fn a_duty_ends_with_the_month_before_and_only_for_who_may_reorganise() {
        let hand = |from: &str, to: Option<&str>, by: &Actor| match duty(from, to)
            .hand_over(month("2026-10"), by)
        {
            Ok(Some(change)) => done(Ok(change)).to_month.map_or_else(String::new, |last| last.to_string()),
            Ok(None) => "stays".into(),
            Err(refusal) => crate::support::tag(&refusal),
        };
        rows([
            ("running", hand("2026-04", None, &administrator()), "2026-09"),
            ("by the secretariat", hand("2026-04", Some("2027-03"), &secretariat()), "2026-09"),
            ("by a head", hand("2026-04", None, &head()), "not allowed"),
            ("not begun", hand("2026-10", None, &administrator()), "stays"),
            ("ended", hand("2026-04", Some("2026-08"), &administrator()), "stays"),
        ]);
        let taken = |by: &Actor| {
            said(Assignment::take_over(
                id("n"),
                &duty("2026-04", None),
                id("hr"),
                (month("2026-10"), None),
                by,
            ))
        };
        rows([
            ("take", taken(&administrator()), "assignment.began"),
            ("by a head", taken(&head()), "not allowed"),
        ]);
    }

    #[test]
    fn what_moves_keeps_its_revision_and_its_approval() {
        let approved = done(crate::support::risk().approve(&head(), day("2026-06-01")));
        let moved = done(approved.clone().move_to(id("hr"), &administrator()));
        assert_eq!((moved.revision, moved.standing()), (approved.revision, approved.standing()));
        assert_eq!(moved.department_id, id("hr"));
        assert_eq!(said(approved.move_to(id("hr"), &head())), "not allowed");
    }
}
