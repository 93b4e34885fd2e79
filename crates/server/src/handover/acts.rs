//! Handing over from one department to another: the whole of it (a merger) or chosen assets (a split). What goes is
//! gathered first, for the preview and the deed alike, so that nothing else moves than was shown.

use super::store;
use crate::house::fault::{Done, Fault};
use crate::house::work::{Rx, Tx};
use crate::{asset, closing, criteria, inventory, pattern, people, risk};
use meguri_domain::approval::Standing;
use meguri_domain::asset::Asset;
use meguri_domain::correction::Correction;
use meguri_domain::handover::{gap, must_begin_on};
use meguri_domain::ids::{AssessmentId, AssetId, AssignmentId, DepartmentId, InventorySheetId, ObjectiveId};
use meguri_domain::inspection::Assignment;
use meguri_domain::inventory::{Confirmation, InventorySheet};
use meguri_domain::objective::Objective;
use meguri_domain::pattern::Pattern;
use meguri_domain::people::{Act, Department, Scope};
use meguri_domain::risk::{Assessment, Risk};
use meguri_domain::treatment::PlanRow;
use meguri_domain::{Date, Month, Refusal};
use std::collections::{HashMap, HashSet};

/// What goes from one department to another on a day.
pub struct Parcel {
    pub from: Department,
    pub into: Department,
    pub first: Date,
    pub assets: Vec<Asset>,
    patterns: Vec<Pattern>,
    pub risks: Vec<Risk>,
    pub rows: Vec<PlanRow>,
    /// The objectives that go on in the successor, and whether the old department keeps its own.
    pub objectives: Vec<(Objective, bool)>,
    /// The duties that the successor takes over, with their months there.
    pub items: Vec<(Assignment, (Month, Option<Month>))>,
    /// Duties of the old department that end.
    ending: Vec<Assignment>,
    pub corrections: Vec<Correction>,
    pub confirmations: Vec<Confirmation>,
}

/// Gathers what would go: everything, or what belongs to the chosen assets.
pub fn gather(
    rx: &Rx<'_>,
    from: &DepartmentId,
    into: &DepartmentId,
    first: Date,
    chosen: Option<&[AssetId]>,
) -> Done<Parcel> {
    let scope = rx.scope(Act::Reorganise);
    rx.actor().must_everywhere(Act::Reorganise)?;
    let from = people::store::department(rx, &scope, from)?;
    let into = people::store::department(rx, &scope, into)?;
    must_begin_on(&from, &into, first, rx.today())?;
    let mut assets = asset::store::in_use(rx, &scope, &from.id)?;
    if let Some(chosen) = chosen {
        let wanted: HashSet<&AssetId> = chosen.iter().collect();
        assets.retain(|each| wanted.contains(&each.id));
        if assets.is_empty() || assets.len() != wanted.len() {
            return Err(Refusal::Because((
                "引き継ぐ資産を選んでください。選んだあとに廃止や移動があったときは、選び直してください。",
                "Choose the assets that go. If some were retired or moved in the meantime, choose again.",
            ))
            .into());
        }
    }
    let whole = chosen.is_none();
    let ids: HashSet<&AssetId> = assets.iter().map(|each| &each.id).collect();
    let risks: Vec<Risk> = latest(store::risks_of(rx, &scope, &from.id)?)
        .into_iter()
        .filter(|each| ids.contains(&each.asset_id))
        .collect();
    let judged: HashSet<_> = risks.iter().map(|each| &each.id).collect();
    let (rows, staying): (Vec<PlanRow>, Vec<PlanRow>) =
        store::rows_of(rx, &scope, &from.id)?.into_iter().partition(|each| judged.contains(&each.risk_id));
    let month = Month::of(first);
    let objectives = objectives(rx, &scope, &from.id, (month, whole), (&rows, &staying))?;
    let (items, ending) = items(rx, &scope, (&from.id, &into.id), (month, whole))?;
    let patterns = if whole { pattern::store::of_department(rx, &scope, &from.id)? } else { Vec::new() };
    let corrections = if whole { store::carried(rx, &scope, &from.id)? } else { Vec::new() };
    let mut confirmations = store::confirmations(rx, &scope, &from.id)?;
    confirmations.retain(|each| ids.contains(&each.asset_id));
    Ok(Parcel {
        from,
        into,
        first,
        assets,
        patterns,
        risks,
        rows,
        objectives,
        items,
        ending,
        corrections,
        confirmations,
    })
}

/// Merges a department into another one: all goes, and it closes the day before.
pub fn merge(tx: &Tx<'_>, from: &DepartmentId, into: &DepartmentId, first: Date) -> Done<Parcel> {
    tx.actor().must_everywhere(Act::EditPeople)?;
    let parcel = gather(tx, from, into, first, None)?;
    carry(tx, &parcel)?;
    let last = first.yesterday().map_err(Fault::broken)?;
    tx.save(parcel.from.clone().close(last, Some(parcel.into.id.clone()), tx.actor())?)?;
    tx.act("department.merged");
    Ok(parcel)
}

/// Splits a department: the chosen assets go to another one with what belongs to them. Both owe the check items.
pub fn split(
    tx: &Tx<'_>,
    from: &DepartmentId,
    into: &DepartmentId,
    first: Date,
    assets: &[AssetId],
) -> Done<Parcel> {
    tx.actor().must_everywhere(Act::EditRegister)?;
    let parcel = gather(tx, from, into, first, Some(assets))?;
    carry(tx, &parcel)?;
    tx.act("department.split");
    Ok(parcel)
}

fn carry(tx: &Tx<'_>, parcel: &Parcel) -> Done<()> {
    let (by, into) = (tx.actor(), &parcel.into.id);
    let mut patterns = Vec::new();
    for each in &parcel.patterns {
        patterns.push(tx.save(each.clone().move_to(into.clone(), by)?)?);
    }
    for each in &parcel.assets {
        let with = patterns.iter().find(|pattern| each.pattern_id.as_ref() == Some(&pattern.id));
        tx.save(match with {
            Some(pattern) => each.clone().move_with(pattern, by)?,
            None => each.clone().move_to(into.clone(), by)?,
        })?;
    }
    let taken = carry_objectives(tx, parcel)?;
    for each in &parcel.risks {
        tx.save(each.clone().move_to(into.clone(), by)?)?;
    }
    for each in &parcel.rows {
        let objective = each.destination_id.as_deref().and_then(|id| taken.get(id));
        tx.save(each.clone().move_to(into.clone(), objective, by)?)?;
    }
    let month = Month::of(parcel.first);
    for (old, months) in &parcel.items {
        tx.save(Assignment::take_over(tx.id(AssignmentId::new), old, into.clone(), *months, by)?)?;
    }
    for each in &parcel.ending {
        if let Some(change) = each.clone().hand_over(month, by)? {
            tx.save(change)?;
        }
    }
    for each in &parcel.corrections {
        tx.save(each.clone().move_to(into.clone(), by)?)?;
    }
    for each in &parcel.confirmations {
        tx.save(each.clone().move_to(into.clone(), by)?)?;
    }
    receive_rows(tx, parcel)?;
    receive_judgements(tx, parcel)
}

/// Ends objectives in the old department and begins them in the new one. Gives the new id of each.
fn carry_objectives(tx: &Tx<'_>, parcel: &Parcel) -> Done<HashMap<String, ObjectiveId>> {
    let (by, into, month) = (tx.actor(), &parcel.into.id, Month::of(parcel.first));
    let mut taken = HashMap::new();
    for (old, keeps) in &parcel.objectives {
        if !keeps && old.from_month >= month {
            tx.save(old.clone().move_to(into.clone(), by)?)?;
            continue;
        }
        let id = tx.id(ObjectiveId::new);
        let new = tx.save(Objective::take_over(id, old, into.clone(), month, by)?)?;
        if !keeps {
            tx.save(old.clone().hand_over(month, by)?)?;
        }
        taken.insert(old.id.to_string(), new.id);
    }
    Ok(taken)
}

/// The successor's sheet of the running inventory: there is one, and it is open while rows wait for a word.
fn receive_rows(tx: &Tx<'_>, parcel: &Parcel) -> Done<()> {
    let Some(current) = inventory::store::current(tx)? else { return Ok(()) };
    let scope = tx.scope(Act::Reorganise);
    let said: HashMap<&AssetId, i64> =
        parcel.confirmations.iter().map(|each| (&each.asset_id, each.asset_revision)).collect();
    let waits = |each: &Asset| said.get(&each.id).is_none_or(|revision| *revision < each.revision);
    let waiting = parcel.assets.iter().any(waits);
    match inventory::store::sheet_of(tx, &scope, &current.id, &parcel.into.id)? {
        None if waiting || tx.today() <= current.due_on => {
            let id = tx.id(InventorySheetId::new);
            tx.save(InventorySheet::begin(id, &current, parcel.into.id.clone()))?;
        }
        Some(sheet) if waiting && !sheet.flow.is_open() => {
            tx.save(sheet.receive(tx.actor())?)?;
        }
        None | Some(_) => {}
    }
    Ok(())
}

/// The successor's assessment of the year: it is open while judgements wait for an approval.
fn receive_judgements(tx: &Tx<'_>, parcel: &Parcel) -> Done<()> {
    let year = risk::store::fiscal_year(tx)?;
    let waits = |each: &Risk| each.fiscal_year == year && each.standing() != Standing::Current;
    if !parcel.risks.iter().any(waits) {
        return Ok(());
    }
    let scope = tx.scope(Act::Reorganise);
    match risk::store::assessment_of(tx, &scope, &parcel.into.id, year)? {
        Some(assessment) if !assessment.flow.is_open() => {
            tx.save(assessment.receive(tx.actor())?)?;
        }
        Some(_) => {}
        None => {
            if let Some(criteria) = criteria::store::in_force(tx)? {
                let id = tx.id(AssessmentId::new);
                tx.save(Assessment::begin(id, parcel.into.id.clone(), year, &criteria)?)?;
            }
        }
    }
    Ok(())
}

/// The objectives that go on: all of a department that closes; in a split those that serve the rows that go.
/// One that serves rows on both sides goes on in both.
fn objectives(
    rx: &Rx<'_>,
    scope: &Scope,
    from: &DepartmentId,
    (month, whole): (Month, bool),
    (rows, staying): (&[PlanRow], &[PlanRow]),
) -> Done<Vec<(Objective, bool)>> {
    let serves = |rows: &[PlanRow], each: &Objective| {
        rows.iter().any(|row| {
            row.destination_id.as_deref() == Some(each.id.as_str())
                || each.plan_row_id.as_ref() == Some(&row.id)
        })
    };
    let mut found = closing::store::objectives_of(rx, scope, from)?;
    found.retain(|each| each.goes_on(month) && (whole || serves(rows, each)));
    Ok(found
        .into_iter()
        .map(|each| (!whole && serves(staying, &each), each))
        .map(|(keeps, each)| (each, keeps))
        .collect())
}

type Items = (Vec<(Assignment, (Month, Option<Month>))>, Vec<Assignment>);

/// The duties that the successor takes over, and those that end.
fn items(
    rx: &Rx<'_>,
    scope: &Scope,
    (from, into): (&DepartmentId, &DepartmentId),
    (month, whole): (Month, bool),
) -> Done<Items> {
    let mut held = closing::store::assignments_of(rx, scope, into)?;
    let own = closing::store::assignments_of(rx, scope, from)?;
    let mut taken = Vec::new();
    for each in &own {
        if let Some((first, last)) = gap(each, &held, month) {
            held.push(Assignment { from_month: first, to_month: last, ..each.clone() });
            taken.push((each.clone(), (first, last)));
        }
    }
    Ok((taken, if whole { own } else { Vec::new() }))
}

/// The judgements that stand: of every threat to an asset, those of its latest fiscal year.
fn latest(risks: Vec<Risk>) -> Vec<Risk> {
    let mut years: HashMap<_, i64> = HashMap::new();
    for each in &risks {
        let year = years.entry((each.asset_id.clone(), each.threat_id.clone())).or_insert(each.fiscal_year);
        *year = each.fiscal_year.max(*year);
    }
    let stands =
        |each: &Risk| years.get(&(each.asset_id.clone(), each.threat_id.clone())) == Some(&each.fiscal_year);
    risks.into_iter().filter(stands).collect()
}
