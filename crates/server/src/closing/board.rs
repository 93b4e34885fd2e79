//! The board 月次ボード as figures: one cell per department and month, decided from obligations and records.

use super::store;
use crate::breaks::store as breaks;
use crate::calendar::store as calendar;
use crate::house::fault::Done;
use crate::house::work::Rx;
use crate::people::store as people;
use meguri_domain::approval::{Flow, State};
use meguri_domain::breaks::World;
use meguri_domain::calendar::Calendar;
use meguri_domain::closing::{Closing, closed_months};
use meguri_domain::ids::{DepartmentId, ObjectiveId};
use meguri_domain::obligation::{Duty, Obligation, Owed, Plan, Records, Status, living_obligations, settle};
use meguri_domain::people::{Department, Scope};
use meguri_domain::{Date, Month, Word};
use std::collections::{HashMap, HashSet};

/// What a cell says at a glance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Face {
    /// Nothing is owed.
    #[default]
    None,
    /// Owed, not due yet, nothing handed in.
    Quiet,
    /// Everything is checked.
    Good,
    /// Something waits for the head or the secretariat.
    Waiting,
    /// Something was sent back.
    Returned,
    /// Something is overdue.
    Late,
}

impl Face {
    pub const ALL: [Self; 6] =
        [Self::Good, Self::Waiting, Self::Returned, Self::Late, Self::Quiet, Self::None];

    /// The class of its tint.
    pub fn class(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Quiet => "quiet",
            Self::Good => "good",
            Self::Waiting => "warn",
            Self::Returned => "bad",
            Self::Late => "late",
        }
    }
    pub fn letter(self) -> &'static str {
        match self {
            Self::None => "─",
            Self::Quiet => "・",
            Self::Good => "○",
            Self::Waiting => "△",
            Self::Returned => "↩",
            Self::Late => "!",
        }
    }
    pub fn word(self) -> Word {
        match self {
            Self::None => ("対象外", "Nothing due"),
            Self::Quiet => ("未着手", "Not started"),
            Self::Good => ("完了", "Done"),
            Self::Waiting => ("確認待ち", "Waiting"),
            Self::Returned => ("差戻し", "Returned"),
            Self::Late => ("期限超過", "Overdue"),
        }
    }
}

/// One department's month in figures.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cell {
    pub owed: usize,
    /// Checked by the secretariat.
    pub done: usize,
    /// Handed in, not confirmed by the head.
    pub for_head: usize,
    /// Confirmed, not checked.
    pub for_check: usize,
    pub returned: usize,
    /// Overdue and not merely returned.
    pub overdue: usize,
    /// Handed in by the due date.
    pub kept: usize,
    /// Owed with a due date that has passed.
    pub passed: usize,
    pub closed: bool,
}

impl Cell {
    pub fn face(&self) -> Face {
        if self.owed == 0 {
            Face::None
        } else if self.overdue > 0 {
            Face::Late
        } else if self.returned > 0 {
            Face::Returned
        } else if self.done == self.owed {
            Face::Good
        } else if self.for_head + self.for_check > 0 {
            Face::Waiting
        } else {
            Face::Quiet
        }
    }
    /// Handed in or checked.
    pub fn handed_in(&self) -> usize {
        self.done + self.for_head + self.for_check
    }
    /// Whether every record that is left waits for the secretariat, and for nobody else.
    pub fn waits_for_check(&self) -> bool {
        self.for_check > 0 && self.for_check + self.done == self.owed
    }
    /// Whether the month can be frozen: nothing waits, nothing is still before its due date.
    pub fn may_close(&self, month: Month, calendar: &Calendar, today: Date) -> bool {
        let settled = self.for_head + self.for_check == 0;
        let due = self.done == self.owed || today > calendar.department_due(month);
        !self.closed && self.owed > 0 && settled && due && today > month.last_day()
    }

    pub fn add(&mut self, owed: &Owed, returned: bool, today: Date) {
        self.owed += 1;
        self.passed += usize::from(today > owed.obligation.due_on);
        match owed.status {
            Status::Open | Status::Overdue if returned => self.returned += 1,
            Status::Open => {}
            Status::Overdue => self.overdue += 1,
            Status::Waiting { late, for_head } => {
                self.for_head += usize::from(for_head);
                self.for_check += usize::from(!for_head);
                self.kept += usize::from(!late && today > owed.obligation.due_on);
            }
            Status::Done { late } => {
                self.done += 1;
                self.kept += usize::from(!late && today > owed.obligation.due_on);
            }
        }
    }
}

/// A department's line.
pub struct Line {
    pub department: Department,
    pub name: String,
    /// One cell per month, in the order of [`Board::months`].
    pub cells: Vec<Cell>,
}

/// Departments × the months of a fiscal year.
pub struct Board {
    pub fiscal_year: i64,
    pub months: Vec<Month>,
    pub lines: Vec<Line>,
    pub calendar: Calendar,
}

impl Board {
    /// The year's board as a scope sees it: departments that owe something this year or are open today.
    pub fn load(rx: &Rx<'_>, scope: &Scope, fiscal_year: i64) -> Done<Self> {
        let calendar = calendar::calendar(rx)?;
        let months = calendar.months(fiscal_year);
        let (Some(first), Some(last)) = (months.first().copied(), months.last().copied()) else {
            return Ok(Self { fiscal_year, months, lines: Vec::new(), calendar });
        };
        let from = calendar::first_month(rx)?.map_or(last.plus(1), |since| since.max(first));
        let (plan, closings) = (breaks::plan(rx, scope)?, store::closings(rx, scope, from, last)?);
        let records = store::months(rx, scope, from, last)?;
        let facts = Facts { plan: &plan, closings: &closings, records: &records, from };
        Self::of(rx, calendar, fiscal_year, &facts)
    }

    /// The same from the world of the breaks, which holds all of it up to today; of later months nothing is recorded.
    pub fn of_world(rx: &Rx<'_>, world: &World, fiscal_year: i64) -> Done<Self> {
        let calendar = calendar::calendar(rx)?;
        let months = calendar.months(fiscal_year);
        let first = months.first().copied().zip(months.last().copied());
        let from = first.map_or(Month::of(rx.today()), |(first, last)| {
            world.since.map_or(last.plus(1), |since| since.max(first))
        });
        let World { plan, closings, records, .. } = world;
        Self::of(rx, calendar, fiscal_year, &Facts { plan, closings, records, from })
    }

    fn of(rx: &Rx<'_>, calendar: Calendar, fiscal_year: i64, facts: &Facts<'_>) -> Done<Self> {
        let today = rx.today();
        let months = calendar.months(fiscal_year);
        let to = months.last().copied().unwrap_or(facts.from.plus(-1));
        let cells = cells(facts, &calendar, to, today);
        let names = people::names(rx, today)?;
        let lines = facts.plan.departments.iter().filter_map(|department| {
            let of = |month: &Month| cells.get(&(&department.id, *month)).copied().unwrap_or_default();
            let cells: Vec<Cell> = months.iter().map(of).collect();
            let shown = department.is_open(today) || cells.iter().any(|cell: &Cell| cell.owed > 0);
            let name = names.get(&department.id).cloned().unwrap_or_default();
            shown.then(|| Line { department: department.clone(), name, cells })
        });
        let lines: Vec<Line> = lines.collect();
        Ok(Self { fiscal_year, months, lines, calendar })
    }

    /// The cells of one month, with the lines they belong to.
    pub fn month(&self, month: Month) -> impl Iterator<Item = (&Line, &Cell)> {
        let index = self.months.iter().position(|each| *each == month);
        self.lines.iter().filter_map(move |line| Some((line, line.cells.get(index?)?)))
    }

    /// Departments that are done with a month, and those that owe something for it.
    pub fn total(&self, month: Month) -> (usize, usize) {
        let owing = self.month(month).filter(|(_, cell)| cell.owed > 0);
        owing.fold((0, 0), |(done, all), (_, cell)| (done + usize::from(cell.face() == Face::Good), all + 1))
    }

    /// 継続率: kept in time, and owed with a due date that has passed.
    pub fn continuity(&self) -> (usize, usize) {
        let cells = self.lines.iter().flat_map(|line| &line.cells);
        cells.fold((0, 0), |(kept, passed), cell| (kept + cell.kept, passed + cell.passed))
    }
}

/// The continuity rate as text with its unit, one decimal, never rounded up to what it is not.
pub fn rate((kept, passed): (usize, usize)) -> (String, &'static str) {
    if passed == 0 {
        return ("—".into(), "");
    }
    let tenths = kept * 1000 / passed;
    (format!("{}.{}", tenths / 10, tenths % 10), "%")
}

/// What a board is reckoned from, and from which month on.
struct Facts<'a> {
    plan: &'a Plan,
    closings: &'a [Closing],
    records: &'a Records,
    from: Month,
}

type Cells<'a> = HashMap<(&'a DepartmentId, Month), Cell>;

/// Every cell in which something is owed. A closed month counts as it was frozen; of the others the
/// obligations are reckoned. Months to come are reckoned too, so that the year's plan shows.
fn cells<'a>(facts: &Facts<'a>, calendar: &Calendar, to: Month, today: Date) -> Cells<'a> {
    let closings = closed_months(facts.closings, facts.from, to);
    let is_closed = |department: &DepartmentId, month| closings.contains_key(&(department, month));
    let living = living_obligations(facts.plan, calendar, facts.from..=to, is_closed);
    let sent_back = Returned::of(facts.records);
    let departments: HashMap<&DepartmentId, &'a DepartmentId> =
        facts.plan.departments.iter().map(|each| (&each.id, &each.id)).collect();
    let mut cells = Cells::new();
    let owed = settle(living, facts.records, today);
    let same = |one: &Obligation, other: &Obligation| {
        one.month == other.month && one.department_id == other.department_id
    };
    for together in owed.chunk_by(|before, after| same(&before.obligation, &after.obligation)) {
        let Some(first) = together.first() else { continue };
        let Some(department) = departments.get(&first.obligation.department_id) else { continue };
        let cell = cells.entry((department, first.obligation.month)).or_default();
        for owed in together {
            cell.add(owed, sent_back.holds(owed), today);
        }
    }
    for (key, closing) in closings {
        let cell = cells.entry(key).or_default();
        for owed in closing.frozen() {
            cell.add(&owed, false, today);
        }
        cell.closed = true;
    }
    cells
}

/// The records that were sent back and not handed in again.
struct Returned<'a> {
    sheets: HashSet<(&'a DepartmentId, Month)>,
    reviews: HashSet<(&'a ObjectiveId, Month)>,
}

impl<'a> Returned<'a> {
    fn of(records: &'a Records) -> Self {
        let back = |flow: &Flow| flow.state == State::Returned;
        let sheets = records.inspections.iter().filter(|each| back(&each.flow));
        let reviews = records.reviews.iter().filter(|each| back(&each.flow));
        Self {
            sheets: sheets.map(|each| (&each.department_id, each.month)).collect(),
            reviews: reviews.map(|each| (&each.objective_id, each.month)).collect(),
        }
    }
    fn holds(&self, owed: &Owed) -> bool {
        let month = owed.obligation.month;
        match &owed.obligation.duty {
            Duty::Item(_) => self.sheets.contains(&(&owed.obligation.department_id, month)),
            Duty::Review(objective) => self.reviews.contains(&(objective, month)),
        }
    }
}
