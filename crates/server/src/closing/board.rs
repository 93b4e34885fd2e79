//! The board 月次ボード as figures: one cell per department and month, decided from obligations and records.

use super::store;
use crate::breaks::store as breaks;
use crate::calendar::store as calendar;
use crate::house::fault::Done;
use crate::house::work::Rx;
use crate::people::store as people;
use meguri_domain::approval::{Flow, State};
use meguri_domain::calendar::Calendar;
use meguri_domain::closing::Closing;
use meguri_domain::ids::{DepartmentId, ObjectiveId};
use meguri_domain::obligation::{Duty, Owed, Plan, Records, Status, obligations, settle};
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
        let today = rx.today();
        let months = calendar.months(fiscal_year);
        let (Some(first), Some(last)) = (months.first().copied(), months.last().copied()) else {
            return Ok(Self { fiscal_year, months, lines: Vec::new(), calendar });
        };
        let from = calendar::first_month(rx)?.map_or(last.plus(1), |since| since.max(first));
        let mut plan = breaks::plan(rx, scope)?;
        let closings = store::closings(rx, scope, from, last)?;
        let records = store::months(rx, scope, from, last)?;
        let departments = plan.departments.clone();
        let cells =
            cells(&mut plan, &closings, &records, &Span { calendar: &calendar, from, to: last, today });
        let names = people::names(rx, today)?;
        let lines = departments.into_iter().filter_map(|department| {
            let of = |month: &Month| {
                cells.get(&department.id).and_then(|each| each.get(month)).copied().unwrap_or_default()
            };
            let cells: Vec<Cell> = months.iter().map(of).collect();
            let shown = department.is_open(today) || cells.iter().any(|cell: &Cell| cell.owed > 0);
            let name = names.get(&department.id).cloned().unwrap_or_default();
            shown.then_some(Line { department, name, cells })
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

/// The months that are reckoned, as they are seen from today.
struct Span<'a> {
    calendar: &'a Calendar,
    from: Month,
    to: Month,
    today: Date,
}

type Cells = HashMap<DepartmentId, HashMap<Month, Cell>>;

/// Every cell in which something is owed. A closed month counts as it was frozen; of the others the
/// obligations are reckoned month by month for those departments alone whose month is not closed.
/// Months to come are reckoned too, so that the year's plan shows.
fn cells(plan: &mut Plan, closings: &[Closing], records: &Records, span: &Span<'_>) -> Cells {
    let today = span.today;
    let closed: HashMap<(&DepartmentId, Month), &Closing> = closings
        .iter()
        .filter(|each| each.is_closed())
        .map(|each| ((&each.department_id, each.month), each))
        .collect();
    let departments = std::mem::take(&mut plan.departments);
    let mut living = Vec::new();
    for month in span.from.through(span.to) {
        let open = departments.iter().filter(|each| !closed.contains_key(&(&each.id, month)));
        plan.departments = open.cloned().collect();
        living.extend(obligations(plan, span.calendar, month, month, month.last_day()));
    }
    let sent_back = Returned::of(records);
    let mut cells = Cells::new();
    for owed in settle(living, records, today) {
        let returned = sent_back.holds(&owed);
        cell(&mut cells, &owed).add(&owed, returned, today);
    }
    for owed in closed.values().flat_map(|closing| closing.frozen()) {
        let cell = cell(&mut cells, &owed);
        cell.add(&owed, false, today);
    }
    for closing in closed.values() {
        let months = cells.entry(closing.department_id.clone()).or_default();
        months.entry(closing.month).or_default().closed = true;
    }
    cells
}

fn cell<'a>(cells: &'a mut Cells, owed: &Owed) -> &'a mut Cell {
    cells.entry(owed.obligation.department_id.clone()).or_default().entry(owed.obligation.month).or_default()
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
