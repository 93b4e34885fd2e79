//! What waits for a hand (DESIGN.md §2, invariant 6): the records of a month that nobody checked in time, and where the risk
//! assessment of a department stands still: before its judgements, its submission, its head, the secretariat (DOMAIN.md §4.2).

use crate::approval::{Flow, State};
use crate::breaks::{Break, Gap, World};
use crate::calendar::{Calendar, Date, Month};
use crate::ids::{AssessmentId, DepartmentId};
use crate::inventory::InventorySheet;
use crate::risk::Assessment;

/// What an assessment waits for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Next {
    /// So many assets in use have no judgement of this year that holds.
    Judge(usize),
    /// All are judged; the department hands it in.
    Submit,
    /// The head approves it.
    Approve,
    /// The secretariat checks it.
    Check,
}

/// The assessment of a department that is not done yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waits {
    /// Whose.
    pub department_id: DepartmentId,
    /// Of which fiscal year 年度.
    pub fiscal_year: i64,
    /// None: nothing has been judged this year.
    pub assessment_id: Option<AssessmentId>,
    /// Where it stands on its way, once it was begun.
    pub state: Option<State>,
    /// What comes next.
    pub next: Next,
    /// Since when it waits: for a hand, since it was handed in; for the department, since somebody last began to write or it came
    /// back, and before that since the inventory was handed in, by which it is known what there is to judge.
    pub since: Date,
}

impl Waits {
    /// For how many days it has waited.
    pub fn days(&self, today: Date) -> i32 {
        age(self.since, today)
    }

    /// The last day on which it is not late: what the department does, it does by its deadline of the month since which it waits;
    /// head and secretariat by the secretariat's.
    pub fn due_on(&self, calendar: &Calendar) -> Date {
        let month = Month::of(self.since);
        match self.next {
            Next::Judge(_) | Next::Submit => calendar.department_due(month),
            Next::Approve | Next::Check => calendar.secretariat_due(month),
        }
    }
}

/// The assessments of the fiscal year of today that are not done, in the order of the departments. Before the criteria are approved,
/// and before a department has handed in its inventory, it is not known what there is to judge. Of a department that is no more only the
/// secretariat's check is left to do: its assets are judged where they are now.
pub fn assessments(world: &World, calendar: &Calendar, today: Date) -> Vec<Waits> {
    if world.criteria.is_none() {
        return Vec::new();
    }
    let fiscal_year = calendar.fiscal_year(Month::of(today));
    let all = world.plan.departments.iter();
    all.filter_map(|each| {
        let waits = waits(world, &each.id, fiscal_year)?;
        (each.is_open(today) || waits.next == Next::Check).then_some(waits)
    })
    .collect()
}

fn waits(world: &World, department: &DepartmentId, fiscal_year: i64) -> Option<Waits> {
    let left = world.unjudged.get(department).copied().unwrap_or(0);
    let own = |each: &&Assessment| each.department_id == *department && each.fiscal_year == fiscal_year;
    let found = world.assessments.iter().find(own);
    let judges = if left > 0 { Next::Judge(left) } else { Next::Submit };
    let (next, since) = match found.map(|each| (each.flow.state, &each.flow)) {
        None if left > 0 => (judges, inventory_of(world, department, fiscal_year)?),
        None | Some((State::Checked, _)) => return None,
        Some((State::Draft | State::Returned, flow)) => (judges, last_hand(flow)?),
        Some((State::Submitted, flow)) => (Next::Approve, flow.submitted.as_ref()?.on),
        Some((State::Confirmed, flow)) => (Next::Check, flow.submitted.as_ref()?.on),
    };
    Some(Waits {
        department_id: department.clone(),
        fiscal_year,
        assessment_id: found.map(|each| each.id.clone()),
        state: found.map(|each| each.flow.state),
        next,
        since,
    })
}

/// The day on which the department handed in the inventory of the year.
fn inventory_of(world: &World, department: &DepartmentId, fiscal_year: i64) -> Option<Date> {
    let of_year = world.inventory.as_ref().is_some_and(|each| each.fiscal_year == fiscal_year);
    let own = |each: &&InventorySheet| each.department_id == *department && !each.flow.is_open();
    Some(world.sheets.iter().filter(|_| of_year).find(own)?.flow.submitted.as_ref()?.on)
}

/// The last day of which it is known that somebody began to write, or sent it back.
fn last_hand(flow: &Flow) -> Option<Date> {
    let returned = flow.returns.iter().map(|each| each.signed.on);
    flow.recorded.iter().map(|each| each.on).chain(returned).max()
}

fn age(since: Date, today: Date) -> i32 {
    since.until(today).map_or(0, |span| span.get_days())
}

/// A record is late for its check once the secretariat's own deadline of its month has passed.
pub(crate) fn checks(world: &World, calendar: &Calendar, today: Date, found: &mut Vec<Break>) {
    let waits = |flow: &Flow, month: Month| {
        let waiting = match flow.state {
            State::Submitted | State::Confirmed => today > calendar.secretariat_due(month),
            State::Draft | State::Returned | State::Checked => false,
        };
        Some(age(flow.submitted.as_ref().filter(|_| waiting)?.on, today))
    };
    for sheet in &world.records.inspections {
        if let Some(days) = waits(&sheet.flow, sheet.month) {
            let gap = Gap::InspectionUnchecked { inspection: sheet.id.clone(), month: sheet.month, days };
            found.push(Break { department_id: Some(sheet.department_id.clone()), gap });
        }
    }
    for review in &world.records.reviews {
        if let Some(days) = waits(&review.flow, review.month) {
            let (id, objective) = (review.id.clone(), review.objective_id.clone());
            let gap = Gap::ReviewUnchecked { review: id, objective, month: review.month, days };
            found.push(Break { department_id: Some(review.department_id.clone()), gap });
        }
    }
}

/// An assessment that was begun is late once its deadline has passed; where assets of the department are named already because
/// nobody judged them, it is not named again.
pub(crate) fn late_assessments(world: &World, calendar: &Calendar, today: Date, found: &mut Vec<Break>) {
    for each in assessments(world, calendar, today) {
        let days = each.days(today);
        let late = today > each.due_on(calendar);
        let Some(assessment) = each.assessment_id.filter(|_| late) else { continue };
        let named = |gap: &Gap| matches!(gap, Gap::AssetNotAssessed(_) | Gap::AssetStale(_));
        let own = |it: &Break| it.department_id.as_ref() == Some(&each.department_id);
        let gap = match each.next {
            Next::Judge(_) | Next::Submit if found.iter().any(|it| own(it) && named(&it.gap)) => continue,
            Next::Judge(left) => Gap::AssessmentOpen { assessment, left, days },
            Next::Submit => Gap::AssessmentOpen { assessment, left: 0, days },
            Next::Approve => Gap::AssessmentUnchecked { assessment, by_head: true, days },
            Next::Check => Gap::AssessmentUnchecked { assessment, by_head: false, days },
        };
        found.push(Break { department_id: Some(each.department_id), gap });
    }
}
