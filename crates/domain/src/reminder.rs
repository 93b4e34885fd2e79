//! What runs out: acceptances that expire, one-off tasks and the tasks of plan rows that come due. From dates alone; no job
//! remembers anything.

use crate::breaks::{World, living_rows, superseded};
use crate::calendar::Date;
use crate::ids::{DepartmentId, PlanRowId};
use crate::treatment::{Destination, PlanRow};
use jiff::ToSpan;

/// What comes due within so many days is said.
pub const SOON: i64 = 30;

/// What runs out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Runs {
    /// An acceptance expires.
    Acceptance,
    /// A one-off treatment is due.
    Row,
    /// The next open task of a row is due.
    Task,
}

/// A row that runs out, and on which day.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reminder {
    /// The day it runs out.
    pub on: Date,
    /// What runs out.
    pub runs: Runs,
    /// The row.
    pub row: PlanRowId,
    /// Its department.
    pub department_id: DepartmentId,
    /// What is to be done, or was accepted.
    pub what: String,
    /// Whether the day has passed.
    pub late: bool,
}

/// What runs out of a row, and when: the nearest of its own day and that of its next open task.
pub fn runs_out(row: &PlanRow) -> Option<(Date, Runs)> {
    let own = match row.destination {
        Destination::Acceptance => Some((row.due_on, Runs::Acceptance)),
        Destination::Task if row.done_on.is_none() => Some((row.due_on, Runs::Row)),
        Destination::Task | Destination::Undecided | Destination::Objective | Destination::CheckItem => None,
    };
    // Of one day the task is named: it says more precisely what is to be done.
    let task = row.next_on.map(|on| (on, Runs::Task));
    [task, own].into_iter().flatten().min_by_key(|(on, _)| *on)
}

/// The plan rows whose risk still stands: of assets in use, and not judged anew in a later year.
pub fn standing_rows(world: &World) -> Vec<&PlanRow> {
    let superseded = superseded(world);
    living_rows(world).filter(|row| !superseded.contains(&row.risk_id)).collect()
}

/// The last day that is soon.
pub fn soon(today: Date) -> Date {
    today.saturating_add(SOON.days())
}

/// What has run out, and what will within [`SOON`] days, by day.
pub fn reminders<'a>(rows: impl IntoIterator<Item = &'a PlanRow>, today: Date) -> Vec<Reminder> {
    let one = |row: &PlanRow| {
        let (on, runs) = runs_out(row).filter(|(on, _)| *on <= soon(today))?;
        let next = row.tasks.iter().find(|each| each.ended_on.is_none() && each.to_on == on);
        let what = next.filter(|_| runs == Runs::Task).map_or(&row.task, |each| &each.text);
        Some(Reminder {
            on,
            runs,
            row: row.id.clone(),
            department_id: row.department_id.clone(),
            what: what.clone(),
            late: today > on,
        })
    };
    let mut found: Vec<Reminder> = rows.into_iter().filter_map(one).collect();
    found.sort_by(|one, other| (one.on, one.runs, &one.row).cmp(&(other.on, other.runs, &other.row)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{approved_row, day, id, plan_row};
    use crate::task::PlanTask;

    fn due(name: &str, destination: Destination, due_on: &str) -> PlanRow {
        PlanRow { id: id(name), due_on: day(due_on), ..approved_row(destination) }
    }

    fn told(rows: &[PlanRow], today: &str) -> Vec<(String, Runs, bool)> {
        reminders(rows, day(today))
            .into_iter()
            .map(|each| (each.row.to_string(), each.runs, each.late))
            .collect()
    }

    #[test]
    fn what_runs_out_within_thirty_days_is_said_by_day_and_what_has_run_out_stays() {
        let rows = [
            due("acceptance", Destination::Acceptance, "2026-07-01"),
            due("far", Destination::Acceptance, "2026-07-02"),
            due("task", Destination::Task, "2026-06-01"),
            due("today", Destination::Task, "2026-06-01"),
            due("late", Destination::Task, "2026-05-31"),
            PlanRow { done_on: Some(day("2026-05-01")), ..due("done", Destination::Task, "2026-05-31") },
            due("objective", Destination::Objective, "2026-06-02"),
            due("item", Destination::CheckItem, "2026-06-02"),
            PlanRow { id: id("undecided"), due_on: day("2026-06-02"), ..plan_row(Destination::Undecided) },
        ];
        let all = [
            ("late".to_owned(), Runs::Row, true),
            ("task".to_owned(), Runs::Row, false),
            ("today".to_owned(), Runs::Row, false),
            ("acceptance".to_owned(), Runs::Acceptance, false),
        ];
        assert_eq!(told(&rows, "2026-06-01"), all);
        let next_day = told(&rows, "2026-06-02");
        assert!(next_day.contains(&("far".to_owned(), Runs::Acceptance, false)), "30 days ahead");
        assert!(next_day.contains(&("today".to_owned(), Runs::Row, true)), "overdue from the day after");
    }

    #[test]
    fn the_next_open_task_of_a_row_is_named_when_it_comes_first() {
        let task = |text: &str, to_on: &str| PlanTask {
            text: text.into(),
            owner: String::new(),
            from_on: None,
            to_on: day(to_on),
            began_on: None,
            ended_on: None,
        };
        let tasks = vec![task("あと", "2026-06-30"), task("さき", "2026-06-10")];
        let next_on = crate::task::next_on(&tasks);
        let row = PlanRow { tasks, next_on, ..due("row", Destination::Objective, "2026-09-30") };
        let found = reminders([&row], day("2026-06-01"));
        assert_eq!(
            (found[0].on, found[0].runs, found[0].what.as_str()),
            (day("2026-06-10"), Runs::Task, "さき")
        );
        assert!(reminders([&row], day("2026-05-10")).is_empty());
    }
}
