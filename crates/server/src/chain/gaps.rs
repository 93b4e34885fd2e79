//! Which breaks of today lie on a chain, and at which of its steps.

use super::walk::Chain;
use meguri_domain::breaks::{Break, Gap, World};
use meguri_domain::ids::{CheckItemId, DepartmentId};
use meguri_domain::risk::Assessment;

/// The steps of a chain, in their order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Asset,
    Risk,
    Plan,
    Destination,
    Months,
    Correction,
    /// The record itself: of every chain.
    Record,
}

/// Where a break lies on a chain, if it does.
pub fn step_of(chain: &Chain, world: &World, each: &Break) -> Option<Step> {
    let department = each.department_id.as_ref();
    let (step, lies) = match &each.gap {
        Gap::InventoryLate { .. } => {
            (Step::Asset, chain.assets.iter().any(|it| department == Some(&it.department_id)))
        }
        Gap::AssetUnconfirmed(id) | Gap::AssetNotAssessed(id) | Gap::AssetStale(id) => {
            (Step::Asset, chain.assets.iter().any(|it| it.id == *id))
        }
        Gap::RiskUnanswered(id) | Gap::RiskApprovalOutdated(id) => {
            (Step::Risk, chain.risks.iter().any(|it| it.id == *id))
        }
        Gap::AssessmentOpen { assessment, .. } | Gap::AssessmentUnchecked { assessment, .. } => {
            let found = world.assessments.iter().find(|it| it.id == *assessment);
            let of = |it: &Assessment| chain.risks.iter().any(|risk| it.speaks_of(risk));
            (Step::Risk, found.is_some_and(of))
        }
        Gap::PlanRowNowhere(id) | Gap::PlanApprovalOutdated(id) => {
            (Step::Plan, chain.plan_rows.iter().any(|it| it.id == *id))
        }
        Gap::TaskOverdue { row, .. } | Gap::AcceptanceExpired { row, .. } => {
            (Step::Destination, chain.plan_rows.iter().any(|it| it.id == *row))
        }
        Gap::AnswerMissing { item, .. } => (Step::Months, chain.owes(item, department)),
        Gap::ReviewMissing { objective, .. } => {
            (Step::Months, chain.objectives.iter().any(|it| it.id == *objective))
        }
        Gap::InspectionUnchecked { inspection, .. } => {
            (Step::Months, chain.answers.iter().any(|it| it.inspection_id == *inspection))
        }
        Gap::ReviewUnchecked { review, .. } => {
            (Step::Months, chain.reviews.iter().any(|it| it.id == *review))
        }
        Gap::CrossWithoutCorrection { answer, .. } => {
            (Step::Correction, chain.answers.iter().any(|it| it.id == *answer))
        }
        Gap::CorrectionIncomplete(id) | Gap::CorrectionOverdue { correction: id, .. } => {
            (Step::Correction, chain.corrections.iter().any(|it| it.id == *id))
        }
        Gap::OwnCheck { subject, .. } => return own_check(chain, world, subject),
        Gap::Tampered(_) => (Step::Record, true),
    };
    lies.then_some(step)
}

/// What was checked by its own hand: a sheet of the inventory, an inspection, a review or a correction.
fn own_check(chain: &Chain, world: &World, subject: &str) -> Option<Step> {
    let of_sheet = world.sheets.iter().find(|each| each.id.as_str() == subject);
    if let Some(sheet) = of_sheet {
        let lies = chain.assets.iter().any(|it| it.department_id == sheet.department_id);
        return lies.then_some(Step::Asset);
    }
    if chain.corrections.iter().any(|it| it.id.as_str() == subject) {
        return Some(Step::Correction);
    }
    let lies = chain.answers.iter().any(|it| it.inspection_id.as_str() == subject)
        || chain.reviews.iter().any(|it| it.id.as_str() == subject);
    lies.then_some(Step::Months)
}

impl Chain {
    /// Whether an item is on the chain for a department: that of the asset it came from, or of the answers that are shown.
    fn owes(&self, item: &CheckItemId, department: Option<&DepartmentId>) -> bool {
        let own: Vec<&DepartmentId> = self
            .assets
            .iter()
            .map(|each| &each.department_id)
            .chain(self.answers.iter().map(|each| &each.department_id))
            .collect();
        self.items.iter().any(|each| each.id == *item)
            && (own.is_empty() || department.is_some_and(|each| own.contains(&each)))
    }
}
