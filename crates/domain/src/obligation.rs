//! What is owed, from date arithmetic alone: never from a job or a page view (DESIGN.md §2).
//!
//! A server that slept for a month loses nothing: the same departments, assignments, objectives and
//! calendar give the same obligations whenever they are asked.

use crate::approval::{Flow, State};
use crate::calendar::{Calendar, Date, Month};
use crate::ids::{CheckItemId, DepartmentId, ObjectiveId};
use crate::inspection::{Answer, Assignment, Inspection};
use crate::objective::{Objective, Review};
use crate::people::Department;
use serde::{Deserialize, Serialize};
use std::collections::{HashMap, HashSet};
use std::ops::RangeInclusive;

/// What is owed: the answer to an item, or the review of an objective.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duty {
    /// The answer 確認記録 to a check item.
    Item(CheckItemId),
    /// The review 検討記録 of an objective.
    Review(ObjectiveId),
}

/// One record that a department owes for a month.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Obligation {
    /// The department that owes it.
    pub department_id: DepartmentId,
    /// The month for which it is owed.
    pub month: Month,
    /// What is owed.
    pub duty: Duty,
    /// Last day for the department, included.
    pub due_on: Date,
}

/// The dated facts from which obligations follow.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// The departments, closed ones too.
    pub departments: Vec<Department>,
    /// Who owes which check item in which rhythm.
    pub assignments: Vec<Assignment>,
    /// The objectives, ended ones too.
    pub objectives: Vec<Objective>,
}

/// Every obligation of the months `from` to `to`, both included, but none of a month that has not
/// begun `today`. A department owes a month when it exists on its last day. Ordered, without doubles.
pub fn obligations(plan: &Plan, calendar: &Calendar, from: Month, to: Month, today: Date) -> Vec<Obligation> {
    living_obligations(plan, calendar, from..=to.min(Month::of(today)), |_, _| false)
}

/// The same of months that need not have begun, but for those that a department has closed: they count as they were
/// frozen (DESIGN.md §2).
pub fn living_obligations(
    plan: &Plan,
    calendar: &Calendar,
    months: RangeInclusive<Month>,
    closed: impl Fn(&DepartmentId, Month) -> bool,
) -> Vec<Obligation> {
    let months = months.start().through(*months.end());
    let months: Vec<(Month, Date)> = months.map(|month| (month, calendar.department_due(month))).collect();
    let mut duties: HashMap<&DepartmentId, (Vec<&Assignment>, Vec<&Objective>)> = HashMap::new();
    for each in &plan.assignments {
        duties.entry(&each.department_id).or_default().0.push(each);
    }
    for each in &plan.objectives {
        duties.entry(&each.department_id).or_default().1.push(each);
    }
    let mut owed = Vec::new();
    // Department by department, month by month: the rows come in order, and the sort below finds nothing to move.
    let mut departments: Vec<&Department> = plan.departments.iter().collect();
    departments.sort_by_key(|each| &each.id);
    for department in departments {
        let Some((assignments, objectives)) = duties.get_mut(&department.id) else { continue };
        assignments.sort_by_key(|each| &each.item_id);
        objectives.sort_by_key(|each| &each.id);
        let owes = |month: Month| department.is_open(month.last_day()) && !closed(&department.id, month);
        for (month, due_on) in months.iter().copied().filter(|(month, _)| owes(*month)) {
            let items = assignments.iter().filter(|each| each.is_due(month, calendar));
            let items = items.map(|each| Duty::Item(each.item_id.clone()));
            let reviewed =
                objectives.iter().filter(|each| (each.from_month..=each.to_month).contains(&month));
            let reviews = reviewed.map(|each| Duty::Review(each.id.clone()));
            owed.extend(items.chain(reviews).map(|duty| Obligation {
                department_id: department.id.clone(),
                month,
                duty,
                due_on,
            }));
        }
    }
    owed.sort();
    owed.dedup();
    owed
}

/// What has become of an obligation so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Nothing submitted; the due date has not passed.
    Open,
    /// Nothing submitted; the due date has passed.
    Overdue,
    /// Submitted, on its way to the secretariat's check; `late` when it came after the due date,
    /// `for_head` while the head has not confirmed it.
    Waiting { late: bool, for_head: bool },
    /// Checked by the secretariat; `late` when it was submitted after the due date.
    Done { late: bool },
}

/// An obligation with its status.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// What is owed.
    pub obligation: Obligation,
    /// What has become of it.
    pub status: Status,
}

/// The records that may answer obligations.
#[derive(Debug, Clone, Default)]
pub struct Records {
    /// The sheets of the months.
    pub inspections: Vec<Inspection>,
    /// The answers on those sheets.
    pub answers: Vec<Answer>,
    /// The reviews of objectives.
    pub reviews: Vec<Review>,
}

/// Holds obligations against records, in the order of `obligations`.
pub fn settle(obligations: Vec<Obligation>, records: &Records, today: Date) -> Vec<Owed> {
    let sheets: HashMap<(&DepartmentId, Month), &Inspection> =
        records.inspections.iter().map(|sheet| ((&sheet.department_id, sheet.month), sheet)).collect();
    let answered: HashSet<(&DepartmentId, Month, &CheckItemId)> =
        records.answers.iter().map(|answer| (&answer.department_id, answer.month, &answer.item_id)).collect();
    let reviews: HashMap<(&ObjectiveId, Month), &Review> =
        records.reviews.iter().map(|review| ((&review.objective_id, review.month), review)).collect();
    let flow = |owed: &Obligation| match &owed.duty {
        Duty::Item(item) => {
            let key = (&owed.department_id, owed.month);
            answered
                .contains(&(key.0, key.1, item))
                .then(|| sheets.get(&key).map(|sheet| &sheet.flow))
                .flatten()
        }
        Duty::Review(objective) => reviews.get(&(objective, owed.month)).map(|review| &review.flow),
    };
    let settled = obligations.into_iter().map(|obligation| {
        let status = status(flow(&obligation), obligation.due_on, today);
        Owed { obligation, status }
    });
    settled.collect()
}

/// The status of one record by its flow.
pub fn status(flow: Option<&Flow>, due_on: Date, today: Date) -> Status {
    let nothing = if today > due_on { Status::Overdue } else { Status::Open };
    let Some(flow) = flow else { return nothing };
    let late = flow.submitted.as_ref().is_some_and(|signed| signed.on > due_on);
    match flow.state {
        State::Draft | State::Returned => nothing,
        State::Submitted => Status::Waiting { late, for_head: true },
        State::Confirmed => Status::Waiting { late, for_head: false },
        State::Checked => Status::Done { late },
    }
}
