//! Breaks 切れ目 in the chain: each of the ten invariants of DESIGN.md §2 as a pure function over the data.

use crate::approval::Standing;
use crate::asset::{Asset, AssetState};
use crate::calendar::{Calendar, Date, Month};
use crate::closing::{Closing, closed_months};
use crate::correction::{Correction, CorrectionState};
use crate::criteria::Criteria;
use crate::ids::{
    AnswerId, AssessmentId, AssetId, CheckItemId, CorrectionId, DepartmentId, InspectionId, ObjectiveId,
    PlanRowId, ReviewId, RiskId, ThreatId,
};
use crate::inspection::Mark;
use crate::inventory::{Confirmation, Inventory, InventorySheet};
use crate::obligation::{Duty, Owed, Plan, Records, Status, living_obligations, settle};
use crate::risk::{Assessment, Risk};
use crate::treatment::{Destination, PlanRow};
use crate::waiting;
use std::collections::{HashMap, HashSet};

/// Everything the invariants speak of, as far as the asker may see it.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// Departments, check items and objectives with their dates.
    pub plan: Plan,
    /// What was recorded, checked or not.
    pub records: Records,
    /// The register, retired rows too: all of it, or those rows of which an invariant could speak.
    pub assets: Vec<Asset>,
    /// How many assets in use each department has left unconfirmed, where they were counted and are not all in `assets`.
    pub unconfirmed: HashMap<DepartmentId, usize>,
    /// The inventory in force, if one was opened.
    pub inventory: Option<Inventory>,
    /// The sheets of that inventory.
    pub sheets: Vec<InventorySheet>,
    /// The confirmations of that inventory.
    pub confirmations: Vec<Confirmation>,
    /// The criteria in force, if any were approved.
    pub criteria: Option<Criteria>,
    /// The assessments of the fiscal year of today, by which departments hand in their judgements.
    pub assessments: Vec<Assessment>,
    /// How many assets in use have no judgement of this fiscal year that holds, of the departments whose assessment is not done.
    pub unjudged: HashMap<DepartmentId, usize>,
    /// The judgements, those of earlier years too.
    pub risks: Vec<Risk>,
    /// The treatment plan, rows of earlier years too.
    pub plan_rows: Vec<PlanRow>,
    /// The corrective actions, verified ones too.
    pub corrections: Vec<Correction>,
    /// The closings: a closed month counts as it was frozen.
    pub closings: Vec<Closing>,
    /// What the verification of the record log found, in words.
    pub tampered: Vec<String>,
    /// The first month of which obligations are asked.
    pub since: Option<Month>,
}

/// A break: which invariant, whose, and what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Break {
    /// `None` for a break of the company as a whole.
    pub department_id: Option<DepartmentId>,
    /// What is missing.
    pub gap: Gap,
}

/// What is missing, with the thing it is missing from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Gap {
    /// 1: the department's inventory is late; so many rows are unconfirmed.
    InventoryLate { unconfirmed: usize, due_on: Date },
    /// 1: a row was not confirmed though the sheet was handed in.
    AssetUnconfirmed(AssetId),
    /// 2: a confirmed asset was never judged under the criteria in force.
    AssetNotAssessed(AssetId),
    /// 2: an asset has changed since it was judged.
    AssetStale(AssetId),
    /// 2: an assessment was begun and not handed in; so many assets are left, since so many days.
    AssessmentOpen { assessment: AssessmentId, left: usize, days: i32 },
    /// 3: a risk above the acceptance line has no plan row.
    RiskUnanswered(RiskId),
    /// 4: a plan row leads nowhere: undecided, not approved, or its destination does not exist.
    PlanRowNowhere(PlanRowId),
    /// 4: a one-off task is overdue.
    TaskOverdue { row: PlanRowId, due_on: Date },
    /// 4: an acceptance has expired.
    AcceptanceExpired { row: PlanRowId, due_on: Date },
    /// 5: no answer for an item by the due date.
    AnswerMissing { item: CheckItemId, month: Month, due_on: Date },
    /// 5: no review of an objective by the due date.
    ReviewMissing { objective: ObjectiveId, month: Month, due_on: Date },
    /// 6: a sheet waits for its check; since so many days.
    InspectionUnchecked { inspection: InspectionId, month: Month, days: i32 },
    /// 6: a review waits for its check; since so many days.
    ReviewUnchecked { review: ReviewId, objective: ObjectiveId, month: Month, days: i32 },
    /// 6: an assessment waits for its head, or else for its check; since so many days.
    AssessmentUnchecked { assessment: AssessmentId, by_head: bool, days: i32 },
    /// 7: a × has no corrective action.
    CrossWithoutCorrection { answer: AnswerId, item: CheckItemId, month: Month },
    /// 7: a corrective action lacks cause, fix, owner or due date.
    CorrectionIncomplete(CorrectionId),
    /// 7: a corrective action is overdue and not verified.
    CorrectionOverdue { correction: CorrectionId, due_on: Date },
    /// 8: a plan row was changed after its approval.
    PlanApprovalOutdated(PlanRowId),
    /// 8: a judgement was changed after its approval.
    RiskApprovalOutdated(RiskId),
    /// 9: the one who recorded also checked.
    OwnCheck { subject: String, month: Month },
    /// 10: the record log and the tables disagree.
    Tampered(String),
}

impl Gap {
    /// The number of the invariant, 1 to 10, in the order of DESIGN.md §2.
    pub fn invariant(&self) -> u8 {
        match self {
            Self::InventoryLate { .. } | Self::AssetUnconfirmed(_) => 1,
            Self::AssetNotAssessed(_) | Self::AssetStale(_) | Self::AssessmentOpen { .. } => 2,
            Self::RiskUnanswered(_) => 3,
            Self::PlanRowNowhere(_) | Self::TaskOverdue { .. } | Self::AcceptanceExpired { .. } => 4,
            Self::AnswerMissing { .. } | Self::ReviewMissing { .. } => 5,
            Self::InspectionUnchecked { .. }
            | Self::ReviewUnchecked { .. }
            | Self::AssessmentUnchecked { .. } => 6,
            Self::CrossWithoutCorrection { .. }
            | Self::CorrectionIncomplete(_)
            | Self::CorrectionOverdue { .. } => 7,
            Self::PlanApprovalOutdated(_) | Self::RiskApprovalOutdated(_) => 8,
            Self::OwnCheck { .. } => 9,
            Self::Tampered(_) => 10,
        }
    }
}

/// Every break of today, in the order of the invariants.
pub fn breaks(world: &World, calendar: &Calendar, today: Date) -> Vec<Break> {
    let mut found = Vec::new();
    inventory(world, today, &mut found);
    assessment(world, &mut found);
    answers_to_risks(world, &mut found);
    destinations(world, today, &mut found);
    let owed = owed(world, calendar, today);
    duties(&owed, &mut found);
    waiting::late_assessments(world, calendar, today, &mut found);
    waiting::checks(world, calendar, today, &mut found);
    corrections(world, &owed, today, &mut found);
    approvals(world, &mut found);
    hands(world, &mut found);
    found.extend(
        world.tampered.iter().map(|words| Break { department_id: None, gap: Gap::Tampered(words.clone()) }),
    );
    found.sort_by_key(|each| each.gap.invariant());
    found
}

/// The obligations of the world with their status; what the board and invariant 5 are made of. A closed
/// month is taken as it was frozen, whatever was changed in the plan since (DESIGN.md §2).
pub fn owed(world: &World, calendar: &Calendar, today: Date) -> Vec<Owed> {
    let Some(since) = world.since else { return Vec::new() };
    let this = Month::of(today);
    let closed = closed_months(&world.closings, since, this);
    let is_closed = |department: &DepartmentId, month| closed.contains_key(&(department, month));
    let living = living_obligations(&world.plan, calendar, since..=this, is_closed);
    let mut owed = settle(living, &world.records, today);
    owed.extend(closed.values().flat_map(|closing| closing.frozen()));
    owed.sort_unstable_by(|one, other| one.obligation.cmp(&other.obligation));
    owed
}

fn inventory(world: &World, today: Date, found: &mut Vec<Break>) {
    let Some(inventory) = &world.inventory else { return };
    let confirmed: HashSet<&AssetId> = world.confirmations.iter().map(|each| &each.asset_id).collect();
    let mut unconfirmed: HashMap<&DepartmentId, Vec<&Asset>> = HashMap::new();
    for asset in
        world.assets.iter().filter(|each| each.state == AssetState::InUse && !confirmed.contains(&each.id))
    {
        unconfirmed.entry(&asset.department_id).or_default().push(asset);
    }
    for department in &world.plan.departments {
        let open = unconfirmed.get(&department.id).map_or(&[][..], Vec::as_slice);
        let sheet = world.sheets.iter().find(|each| each.department_id == department.id);
        let handed_in = sheet.is_some_and(|sheet| !sheet.flow.is_open());
        // Nobody will ever hand in for a department that is no more, so what it still holds is named.
        if handed_in || !department.is_open(today) {
            found
                .extend(open.iter().map(|asset| of(&department.id, Gap::AssetUnconfirmed(asset.id.clone()))));
            continue;
        }
        // A department that was opened after the due date is late only with assets of its own.
        let unconfirmed = world.unconfirmed.get(&department.id).copied().unwrap_or(open.len());
        let owes = department.opens_on <= inventory.due_on || unconfirmed > 0;
        if owes && today > inventory.due_on {
            let gap = Gap::InventoryLate { unconfirmed, due_on: inventory.due_on };
            found.push(of(&department.id, gap));
        }
    }
}

fn assessment(world: &World, found: &mut Vec<Break>) {
    let Some(criteria) = &world.criteria else { return };
    let confirmed: HashSet<&AssetId> = world.confirmations.iter().map(|each| &each.asset_id).collect();
    let mut judged: HashMap<&AssetId, bool> = HashMap::new();
    let revisions: HashMap<&AssetId, i64> =
        world.assets.iter().map(|each| (&each.id, each.revision)).collect();
    for risk in latest(world).into_iter().filter(|each| each.criteria_id == criteria.id) {
        let stale = revisions.get(&risk.asset_id).is_some_and(|revision| *revision != risk.asset_revision);
        *judged.entry(&risk.asset_id).or_default() |= stale;
    }
    for asset in
        world.assets.iter().filter(|each| each.state == AssetState::InUse && confirmed.contains(&each.id))
    {
        match judged.get(&asset.id) {
            None => found.push(of(&asset.department_id, Gap::AssetNotAssessed(asset.id.clone()))),
            Some(true) => found.push(of(&asset.department_id, Gap::AssetStale(asset.id.clone()))),
            Some(false) => {}
        }
    }
}

fn answers_to_risks(world: &World, found: &mut Vec<Break>) {
    let Some(criteria) = &world.criteria else { return };
    let in_use: HashSet<&AssetId> = assets_in_use(world);
    let answered: HashSet<&RiskId> = world.plan_rows.iter().map(|row| &row.risk_id).collect();
    let stands = |each: &&Risk| in_use.contains(&each.asset_id) && each.must_be_answered(criteria);
    for risk in latest(world).into_iter().filter(stands) {
        if !answered.contains(&risk.id) {
            found.push(of(&risk.department_id, Gap::RiskUnanswered(risk.id.clone())));
        }
    }
}

fn destinations(world: &World, today: Date, found: &mut Vec<Break>) {
    let objectives: HashSet<&str> = world.plan.objectives.iter().map(|each| each.id.as_str()).collect();
    let items: HashSet<&str> = world.plan.assignments.iter().map(|each| each.item_id.as_str()).collect();
    let superseded = superseded(world);
    for row in living_rows(world) {
        // An acceptance whose risk was judged anew in a later year is answered by that year's row.
        let superseded = superseded.contains(&row.risk_id);
        let approved = row.standing() != Standing::None;
        let arrived = |ids: &HashSet<&str>| row.destination_id.as_deref().is_some_and(|id| ids.contains(id));
        let nowhere = Gap::PlanRowNowhere(row.id.clone());
        let gap = match row.destination {
            Destination::Undecided => Some(nowhere),
            Destination::Objective => (!arrived(&objectives)).then_some(nowhere),
            Destination::CheckItem => (!arrived(&items)).then_some(nowhere),
            Destination::Task | Destination::Acceptance if !approved => Some(nowhere),
            Destination::Task => (row.done_on.is_none() && today > row.due_on)
                .then(|| Gap::TaskOverdue { row: row.id.clone(), due_on: row.due_on }),
            Destination::Acceptance => (today > row.due_on && !superseded)
                .then(|| Gap::AcceptanceExpired { row: row.id.clone(), due_on: row.due_on }),
        };
        found.extend(gap.map(|gap| of(&row.department_id, gap)));
    }
}

fn duties(owed: &[Owed], found: &mut Vec<Break>) {
    for each in owed {
        if each.status != Status::Overdue {
            continue;
        }
        let (month, due_on) = (each.obligation.month, each.obligation.due_on);
        let gap = match each.obligation.duty.clone() {
            Duty::Item(item) => Gap::AnswerMissing { item, month, due_on },
            Duty::Review(objective) => Gap::ReviewMissing { objective, month, due_on },
        };
        found.push(of(&each.obligation.department_id, gap));
    }
}

fn corrections(world: &World, owed: &[Owed], today: Date, found: &mut Vec<Break>) {
    let bad = || world.records.answers.iter().filter(|each| each.mark == Mark::Bad);
    let marked: HashSet<(&DepartmentId, Month)> =
        bad().map(|each| (&each.department_id, each.month)).collect();
    // A × that was drafted before its item ceased to be due was never handed in.
    let due: HashSet<(&DepartmentId, Month, &CheckItemId)> = owed
        .iter()
        .map(|each| (&each.obligation.department_id, each.obligation.month, &each.obligation.duty))
        .filter(|(department, month, _)| marked.contains(&(*department, *month)))
        .filter_map(|(department, month, duty)| match duty {
            Duty::Item(item) => Some((department, month, item)),
            Duty::Review(_) => None,
        })
        .collect();
    let stands = |each: &&Correction| each.state != CorrectionState::Withdrawn;
    let corrected: HashSet<&AnswerId> =
        world.corrections.iter().filter(stands).map(|each| &each.answer_id).collect();
    let handed_in: HashSet<&InspectionId> = world
        .records
        .inspections
        .iter()
        .filter(|sheet| !sheet.flow.is_open())
        .map(|sheet| &sheet.id)
        .collect();
    for answer in bad().filter(|each| handed_in.contains(&each.inspection_id)) {
        let key = (&answer.department_id, answer.month, &answer.item_id);
        if due.contains(&key) && !corrected.contains(&answer.id) {
            let gap = Gap::CrossWithoutCorrection {
                answer: answer.id.clone(),
                item: answer.item_id.clone(),
                month: answer.month,
            };
            found.push(of(&answer.department_id, gap));
        }
    }
    for correction in world.corrections.iter().filter(|each| each.is_carried()) {
        let id = correction.id.clone();
        let gap = match correction.due_on {
            _ if !correction.is_complete() => Some(Gap::CorrectionIncomplete(id)),
            Some(due_on) if today > due_on => Some(Gap::CorrectionOverdue { correction: id, due_on }),
            Some(_) | None => None,
        };
        found.extend(gap.map(|gap| of(&correction.department_id, gap)));
    }
}

fn approvals(world: &World, found: &mut Vec<Break>) {
    let risks: HashMap<&RiskId, &Risk> = world.risks.iter().map(|each| (&each.id, each)).collect();
    for row in living_rows(world) {
        // What was approved answers the risk as it was: it is outdated when either of them moves.
        let moved = risks.get(&row.risk_id).is_some_and(|risk| row.moved(risk).is_some());
        if moved || row.standing() == Standing::Outdated {
            found.push(of(&row.department_id, Gap::PlanApprovalOutdated(row.id.clone())));
        }
    }
    let in_use = assets_in_use(world);
    let outdated = |each: &&Risk| each.standing() == Standing::Outdated && in_use.contains(&each.asset_id);
    for risk in world.risks.iter().filter(outdated) {
        found.push(of(&risk.department_id, Gap::RiskApprovalOutdated(risk.id.clone())));
    }
}

fn hands(world: &World, found: &mut Vec<Break>) {
    for sheet in world.records.inspections.iter().filter(|each| each.flow.was_checked_by_its_own_hand()) {
        let gap = Gap::OwnCheck { subject: sheet.id.to_string(), month: sheet.month };
        found.push(of(&sheet.department_id, gap));
    }
    for review in world.records.reviews.iter().filter(|each| each.flow.was_checked_by_its_own_hand()) {
        let gap = Gap::OwnCheck { subject: review.id.to_string(), month: review.month };
        found.push(of(&review.department_id, gap));
    }
    for sheet in world.sheets.iter().filter(|each| each.flow.was_checked_by_its_own_hand()) {
        let Some(checked) = &sheet.flow.checked else { continue };
        let gap = Gap::OwnCheck { subject: sheet.id.to_string(), month: Month::of(checked.on) };
        found.push(of(&sheet.department_id, gap));
    }
    let own = |each: &&Correction| {
        each.done.as_ref().zip(each.verified.as_ref()).is_some_and(|(done, verified)| done.by == verified.by)
    };
    for correction in world.corrections.iter().filter(own) {
        let gap = Gap::OwnCheck { subject: correction.id.to_string(), month: correction.found_month };
        found.push(of(&correction.department_id, gap));
    }
}

/// The judgements that stand: of every threat to an asset, those of its latest fiscal year.
fn latest(world: &World) -> Vec<&Risk> {
    let mut years: HashMap<(&AssetId, &ThreatId), i64> = HashMap::new();
    for risk in &world.risks {
        let year = years.entry((&risk.asset_id, &risk.threat_id)).or_insert(risk.fiscal_year);
        *year = risk.fiscal_year.max(*year);
    }
    let stands = |each: &&Risk| years.get(&(&each.asset_id, &each.threat_id)) == Some(&each.fiscal_year);
    world.risks.iter().filter(stands).collect()
}

/// The judgements of earlier years that a later one stands in for.
pub(crate) fn superseded(world: &World) -> HashSet<&RiskId> {
    let standing: HashSet<&RiskId> = latest(world).into_iter().map(|each| &each.id).collect();
    world.risks.iter().map(|each| &each.id).filter(|id| !standing.contains(id)).collect()
}

/// The plan rows whose asset has not been retired: with the asset its risks are gone.
pub(crate) fn living_rows(world: &World) -> impl Iterator<Item = &PlanRow> {
    let retired: HashSet<&AssetId> =
        world.assets.iter().filter(|each| each.state == AssetState::Retired).map(|each| &each.id).collect();
    let gone: HashSet<&RiskId> =
        world.risks.iter().filter(|each| retired.contains(&each.asset_id)).map(|each| &each.id).collect();
    world.plan_rows.iter().filter(move |row| !gone.contains(&row.risk_id))
}

fn assets_in_use(world: &World) -> HashSet<&AssetId> {
    world.assets.iter().filter(|each| each.state == AssetState::InUse).map(|each| &each.id).collect()
}

fn of(department: &DepartmentId, gap: Gap) -> Break {
    Break { department_id: Some(department.clone()), gap }
}
