//! Units of work about who owes which item, in which rhythm, from when.

use super::store;
use crate::closing;
use crate::house::fault::Done;
use crate::house::work::Tx;
use crate::people;
use meguri_domain::ids::{AssignmentId, CheckItemId, DepartmentId};
use meguri_domain::inspection::{Assignment, CheckItem, Rhythm, SafetyMeasure};
use meguri_domain::people::Act;
use meguri_domain::treatment::PlanRow;
use meguri_domain::{Month, Refusal, Word};

const FROM: Word = ("開始月", "First month");

/// Lets a department owe an item from a month on.
pub fn assign(
    tx: &Tx<'_>,
    item: &CheckItemId,
    department: &DepartmentId,
    rhythm: Rhythm,
    from: Month,
) -> Done<Assignment> {
    let scope = tx.scope(Act::SeeMonth);
    store::item(tx, item)?;
    people::store::department(tx, &scope, department)?;
    let owed = store::assignments_of(tx, &scope, department)?;
    if owed.iter().any(|each| each.item_id == *item && each.to_month.is_none_or(|last| from <= last)) {
        return Err(Refusal::Already {
            what: ("この項目のこの部門への割当", "The assignment of this item to this department"),
        }
        .into());
    }
    must_not_be_closed(tx, department, from)?;
    begin(tx, item, department, rhythm, from)
}

/// One unit of work begins at most this many duties.
const MOST_AT_ONCE: usize = 20_000;

/// Lets departments owe items from a month on; what they owe already stays as it is. Gives how many began.
pub fn assign_all(
    tx: &Tx<'_>,
    items: &[CheckItemId],
    departments: &[DepartmentId],
    rhythm: Rhythm,
    from: Month,
) -> Done<usize> {
    tx.actor().must_everywhere(Act::EditSchedule)?;
    if items.len().saturating_mul(departments.len()) > MOST_AT_ONCE {
        return Err(Refusal::Because((
            "一度に割り当てられるのは20,000件までです。項目か部門を分けて割り当ててください。",
            "At most 20,000 duties can begin at once. Assign fewer items or departments at a time.",
        ))
        .into());
    }
    let scope = tx.scope(Act::SeeMonth);
    for item in items {
        store::item(tx, item)?;
    }
    let mut began = 0;
    for department in departments {
        people::store::department(tx, &scope, department)?;
        must_not_be_closed(tx, department, from)?;
        let owed = store::assignments_of(tx, &scope, department)?;
        let owes = |item: &&CheckItemId| {
            owed.iter().any(|each| each.item_id == **item && each.to_month.is_none_or(|last| from <= last))
        };
        for item in items.iter().filter(|item| !owes(item)) {
            begin(tx, item, department, rhythm, from)?;
            began += 1;
        }
    }
    Ok(began)
}

/// Ends a duty with a month, included. What was owed in months that have passed stays owed.
pub fn end_assignment(tx: &Tx<'_>, id: &AssignmentId, last: Month) -> Done<Assignment> {
    let assignment = store::assignment(tx, &tx.scope(Act::SeeMonth), id)?;
    tx.actor().must_everywhere(Act::EditSchedule)?;
    let previous = Month::of(tx.today()).plus(-1);
    if last < previous {
        let hint = (
            "先月以降の月にしてください。過ぎた月の点検はなくせません。",
            "Choose last month or later: duties of months that have passed stay.",
        );
        return Err(Refusal::Unfit { field: "last", word: ("最後の月", "Last month"), hint }.into());
    }
    tx.save(assignment.end(last, tx.actor())?)
}

/// Changes the rhythm from a month on: one duty ends, another begins, and the months before keep theirs.
/// A last month that was set for the duty stays.
pub fn change_rhythm(tx: &Tx<'_>, id: &AssignmentId, rhythm: Rhythm, from: Month) -> Done<Assignment> {
    let assignment = store::assignment(tx, &tx.scope(Act::SeeMonth), id)?;
    tx.actor().must_everywhere(Act::EditSchedule)?;
    if from < Month::of(tx.today()) || from <= assignment.from_month {
        let hint = (
            "今月以降で、いまの周期が始まった月より後の月にしてください。",
            "Choose this month or later, after the month in which the present rhythm began.",
        );
        return Err(Refusal::Unfit { field: "from", word: FROM, hint }.into());
    }
    if assignment.rhythm == rhythm {
        let hint = ("いまと違う周期を選んでください。", "Choose a rhythm other than the present one.");
        return Err(Refusal::Unfit { field: "rhythm", word: ("周期", "Rhythm"), hint }.into());
    }
    let (item, department) = (assignment.item_id.clone(), assignment.department_id.clone());
    must_not_be_closed(tx, &department, from)?;
    tx.act("assignment.rhythm_changed");
    let last = assignment.to_month;
    tx.save(assignment.end(from.plus(-1), tx.actor())?)?;
    let next = Assignment {
        id: tx.id(AssignmentId::new),
        version: 1,
        item_id: item,
        department_id: department,
        rhythm,
        from_month: from,
        to_month: last,
    };
    tx.save(Assignment::begin(next, tx.actor())?)
}

/// Adds an item of the organisation's own.
pub fn add_item(
    tx: &Tx<'_>,
    text_ja: &str,
    text_en: &str,
    measure: SafetyMeasure,
    evidence_hint: &str,
) -> Done<CheckItem> {
    tx.actor().must_everywhere(Act::EditSchedule)?;
    let item = CheckItem {
        id: tx.id(CheckItemId::new),
        version: 1,
        text_ja: text_ja.to_owned(),
        text_en: text_en.to_owned(),
        measure,
        controls: Vec::new(),
        evidence_hint: evidence_hint.to_owned(),
        plan_row_id: None,
    };
    tx.save(CheckItem::add(item, tx.actor())?)
}

/// An approved plan row becomes an item that its department owes every month from this one on.
pub fn begin_from_plan(tx: &Tx<'_>, row: &PlanRow) -> Done<CheckItem> {
    let item = CheckItem {
        id: tx.id(CheckItemId::new),
        version: 1,
        text_ja: row.task.clone(),
        text_en: String::new(),
        measure: measure(row),
        controls: row.controls.clone(),
        evidence_hint: String::new(),
        plan_row_id: Some(row.id.clone()),
    };
    let item = tx.save(CheckItem::add(item, tx.actor())?)?;
    begin(tx, &item.id, &row.department_id, Rhythm::Monthly, Month::of(tx.today()))?;
    Ok(item)
}

/// Annex A groups its controls as 5 organisational, 6 people, 7 physical, 8 technological: the first control decides.
fn measure(row: &PlanRow) -> SafetyMeasure {
    let group = row
        .controls
        .first()
        .map(|control| control.as_str().trim_start_matches("A."))
        .and_then(|number| number.split('.').next());
    match group {
        Some("6") => SafetyMeasure::Human,
        Some("7") => SafetyMeasure::Physical,
        Some("8") => SafetyMeasure::Technical,
        _ => SafetyMeasure::Organisational,
    }
}

fn begin(
    tx: &Tx<'_>,
    item: &CheckItemId,
    department: &DepartmentId,
    rhythm: Rhythm,
    from: Month,
) -> Done<Assignment> {
    let assignment = Assignment {
        id: tx.id(AssignmentId::new),
        version: 1,
        item_id: item.clone(),
        department_id: department.clone(),
        rhythm,
        from_month: from,
        to_month: None,
    };
    tx.save(Assignment::begin(assignment, tx.actor())?)
}

/// A closed month is frozen: no duty may appear in it afterwards.
fn must_not_be_closed(tx: &Tx<'_>, department: &DepartmentId, from: Month) -> Done<()> {
    if closing::store::is_closed(tx, &tx.scope(Act::SeeMonth), department, from)? {
        return Err(Refusal::MonthClosed.into());
    }
    Ok(())
}
