//! The diary: what the test did, in its own words, and what follows from it by the plainest arithmetic. It
//! never asks the house's own rules for obligations, deadlines or rhythms.

use super::paper::{Key, Kind, Paper};
use meguri_domain::approval::State;
use meguri_domain::closing::{Fate, Outcome};
use meguri_domain::correction::CorrectionState;
use meguri_domain::ids::{
    AssignmentId, CheckItemId, ClosingId, CorrectionId, DepartmentId, ObjectiveId, PersonId,
};
use meguri_domain::inspection::Rhythm;
use meguri_domain::obligation::{Duty, Obligation, Owed, Status};
use meguri_domain::{Date, Month};
use std::collections::{BTreeMap, BTreeSet};

const HOLIDAYS: &str = include_str!("../../../../../catalog/holidays.csv");

pub struct Department {
    pub id: DepartmentId,
    pub opens_on: Date,
    pub closes_on: Option<Date>,
}

pub struct Assigned {
    pub id: AssignmentId,
    pub item: CheckItemId,
    pub department: DepartmentId,
    pub rhythm: Rhythm,
    pub from: Month,
    pub to: Option<Month>,
}

pub struct Goal {
    pub id: ObjectiveId,
    pub department: DepartmentId,
    pub from: Month,
    pub to: Month,
    pub ended: bool,
}

/// A correction, found on a department's sheet of a month at an item.
pub struct Remedy {
    pub id: CorrectionId,
    pub version: i64,
    pub state: CorrectionState,
    pub due_on: Date,
    pub done_by: Option<PersonId>,
}

/// A closing of a department's month.
pub struct Frozen {
    pub id: ClosingId,
    pub version: i64,
    pub is_closed: bool,
    /// What was frozen when it was closed last.
    pub outcomes: Vec<Outcome>,
}

#[derive(Default)]
pub struct Diary {
    pub departments: Vec<Department>,
    pub assigned: Vec<Assigned>,
    pub goals: Vec<Goal>,
    pub papers: BTreeMap<Key, Paper>,
    pub remedies: BTreeMap<(DepartmentId, Month, CheckItemId), Remedy>,
    pub closings: BTreeMap<(DepartmentId, Month), Frozen>,
    /// From which month on departments and the secretariat have how many business days.
    pub terms: Vec<(Month, usize, usize)>,
    pub holidays: BTreeSet<Date>,
    /// Successful acts that changed something: as many entries must stand in the record log.
    pub entries: u64,
    pub refusals: u64,
}

impl Diary {
    pub fn new(first: Month) -> Self {
        let dates = HOLIDAYS.lines().skip(1).filter_map(|line| line.split(',').next()?.parse().ok());
        Self { terms: vec![(first, 5, 10)], holidays: dates.collect(), ..Self::default() }
    }

    /// Whether the department was there on the last day of a month: then it owes the month.
    pub fn stood(&self, department: &DepartmentId, month: Month) -> bool {
        let last = month.last_day();
        let it = self.departments.iter().find(|each| each.id == *department).unwrap();
        it.opens_on <= last && it.closes_on.is_none_or(|closed| closed >= last)
    }

    /// The items a department must answer on its sheet of a month.
    pub fn items(&self, department: &DepartmentId, month: Month) -> BTreeSet<CheckItemId> {
        let mut items = BTreeSet::new();
        if self.stood(department, month) {
            for each in self.assigned.iter().filter(|each| each.department == *department) {
                let over = each.to.is_some_and(|last| last < month);
                if each.from <= month && !over && falls_due(each.rhythm, month) {
                    assert!(items.insert(each.item.clone()), "one item is owed twice for {month}");
                }
            }
        }
        items
    }

    /// The objectives a department must review for a month.
    pub fn goals_of(&self, department: &DepartmentId, month: Month) -> BTreeSet<ObjectiveId> {
        let now = |each: &&Goal| each.department == *department && each.from <= month && month <= each.to;
        let goals = self.goals.iter().filter(now).map(|each| each.id.clone());
        if self.stood(department, month) { goals.collect() } else { BTreeSet::new() }
    }

    /// All that is owed for the months from the first to today's, in order.
    pub fn obligations(&self, today: Date) -> Vec<Obligation> {
        let mut all = Vec::new();
        let mut month = self.terms[0].0;
        while month.first_day() <= today {
            let due_on = self.due(month);
            for department in &self.departments {
                let owe = |duty| Obligation { department_id: department.id.clone(), month, duty, due_on };
                all.extend(self.items(&department.id, month).into_iter().map(|item| owe(Duty::Item(item))));
                all.extend(
                    self.goals_of(&department.id, month).into_iter().map(|goal| owe(Duty::Review(goal))),
                );
            }
            month = month.plus(1);
        }
        all.sort();
        all
    }

    /// The same with what became of each: as frozen in closed months, else by the papers.
    pub fn owed(&self, today: Date) -> Vec<Owed> {
        let mut all = Vec::new();
        for obligation in self.obligations(today) {
            if !self.is_closed(&obligation.department_id, obligation.month) {
                let status = self.status(&obligation, today);
                all.push(Owed { obligation, status });
            }
        }
        for ((department, month), closed) in self.closings.iter().filter(|(_, closed)| closed.is_closed) {
            for Outcome { duty, due_on, fate } in closed.outcomes.clone() {
                let status = match fate {
                    Fate::Kept => Status::Done { late: false },
                    Fate::Late => Status::Done { late: true },
                    Fate::Missed => Status::Overdue,
                };
                let obligation =
                    Obligation { department_id: department.clone(), month: *month, duty, due_on };
                all.push(Owed { obligation, status });
            }
        }
        all.sort_by(|one, other| one.obligation.cmp(&other.obligation));
        all
    }

    /// The same for one department's month, whether it is closed or not: from the papers.
    pub fn owed_now(&self, department: &DepartmentId, month: Month, today: Date) -> Vec<Owed> {
        let of = |each: &Obligation| each.department_id == *department && each.month == month;
        let own = self.obligations(today).into_iter().filter(of);
        own.map(|obligation| Owed { status: self.status(&obligation, today), obligation }).collect()
    }

    fn status(&self, obligation: &Obligation, today: Date) -> Status {
        let (department, month) = (obligation.department_id.clone(), obligation.month);
        let paper = match &obligation.duty {
            Duty::Item(item) => self
                .papers
                .get(&(department, month, Kind::Sheet))
                .filter(|paper| paper.answers.contains_key(item)),
            Duty::Review(goal) => self.papers.get(&(department, month, Kind::Review(goal.clone()))),
        };
        let handed_in = paper.filter(|paper| !paper.is_open());
        let Some((paper, (_, on))) =
            handed_in.and_then(|paper| paper.submitted.as_ref().map(|by| (paper, by)))
        else {
            return if today > obligation.due_on { Status::Overdue } else { Status::Open };
        };
        let late = *on > obligation.due_on;
        match paper.state {
            State::Submitted => Status::Waiting { late, for_head: true },
            State::Confirmed => Status::Waiting { late, for_head: false },
            State::Checked => Status::Done { late },
            State::Draft | State::Returned => unreachable!("it was handed in"),
        }
    }

    pub fn is_closed(&self, department: &DepartmentId, month: Month) -> bool {
        self.closings.get(&(department.clone(), month)).is_some_and(|closed| closed.is_closed)
    }

    /// By when the department's records of a month are due.
    pub fn due(&self, month: Month) -> Date {
        self.business_day(month.plus(1), self.term(month).1)
    }

    /// By when the secretariat's check of a month is due.
    pub fn check_due(&self, month: Month) -> Date {
        self.business_day(month.plus(1), self.term(month).2)
    }

    fn term(&self, month: Month) -> (Month, usize, usize) {
        *self.terms.iter().filter(|(from, ..)| *from <= month).max().unwrap()
    }

    fn business_day(&self, month: Month, n: usize) -> Date {
        let days = (1..=31).filter_map(|day| Date::new(month.year(), month.month(), day).ok());
        days.filter(|day| self.works(*day)).nth(n - 1).unwrap()
    }

    /// Whether people are at work on a day.
    pub fn works(&self, day: Date) -> bool {
        day.weekday().to_monday_one_offset() <= 5 && !self.holidays.contains(&day)
    }
}

/// The fiscal year begins in April, so its quarters end in June, September, December and March.
fn falls_due(rhythm: Rhythm, month: Month) -> bool {
    match rhythm {
        Rhythm::Monthly => true,
        Rhythm::Quarterly => [6, 9, 12, 3].contains(&month.month()),
        Rhythm::HalfYearly => [9, 3].contains(&month.month()),
        Rhythm::Yearly => month.month() == 3,
    }
}
