//! The act that mends a break: where it is done, and the word of its button.

use super::names::Names;
use meguri_domain::breaks::{Gap, World};
use meguri_domain::closing::Closing;
use meguri_domain::inventory::InventorySheet;
use meguri_domain::{Month, Word};

/// The act that mends it: its address and its word.
pub(super) fn way(n: &Names<'_>, world: &World, department: &str, gap: &Gap) -> (String, Word) {
    const PLAN: Word = ("計画を見る", "See the plan row");
    const MONTH: Word = ("記録を見る", "See the record");
    const ANEW: Word = ("承認し直す", "Approve it anew");
    let cell = |month: &Month| format!("/board/{department}/{month}");
    match gap {
        // A department that is no more hands nothing in: there the asset itself is retired or moved.
        Gap::AssetUnconfirmed(id) if !handed_in(world, department) => {
            (format!("/assets/{id}"), ("資産を見る", "See the asset"))
        }
        Gap::InventoryLate { .. } | Gap::AssetUnconfirmed(_) => {
            (format!("/inventory/{department}"), ("棚卸を確かめる", "See the inventory"))
        }
        Gap::AssetNotAssessed(id) | Gap::AssetStale(id) => {
            (format!("/risks/assets/{id}"), ("評価する", "Assess it"))
        }
        Gap::RiskUnanswered(id) => (format!("/plan/risks/{id}"), ("計画を書く", "Write the plan row")),
        Gap::AssessmentOpen { .. } | Gap::AssessmentUnchecked { .. } => {
            (format!("/risks/{department}"), ("評価を見る", "See the assessment"))
        }
        Gap::PlanRowNowhere(id)
        | Gap::TaskOverdue { row: id, .. }
        | Gap::AcceptanceExpired { row: id, .. } => (format!("/plan/rows/{id}"), PLAN),
        Gap::PlanApprovalOutdated(id) => (format!("/plan/rows/{id}"), ANEW),
        Gap::RiskApprovalOutdated(_) => (format!("/risks/{department}"), ANEW),
        Gap::ReviewMissing { objective, month, .. } => {
            recording(world, department, *month, format!("/objectives/{objective}/reviews/{month}"))
        }
        Gap::CorrectionIncomplete(id) | Gap::CorrectionOverdue { correction: id, .. } => {
            (format!("/corrections/{id}"), ("是正処置を見る", "See the correction"))
        }
        Gap::OwnCheck { subject, .. } if world.sheets.iter().any(|each| each.id.as_str() == subject) => {
            (format!("/inventory/{department}"), MONTH)
        }
        Gap::OwnCheck { subject, .. } if n.corrections.contains_key(subject.as_str()) => {
            (format!("/corrections/{subject}"), MONTH)
        }
        Gap::AnswerMissing { month, .. }
        | Gap::InspectionUnchecked { month, .. }
        | Gap::ReviewUnchecked { month, .. }
        | Gap::CrossWithoutCorrection { month, .. }
        | Gap::OwnCheck { month, .. } => (cell(month), MONTH),
        Gap::Tampered(_) => ("/record".into(), ("記録簿を見る", "See the record log")),
    }
}

fn handed_in(world: &World, department: &str) -> bool {
    let own = |each: &&InventorySheet| each.department_id.as_str() == department;
    world.sheets.iter().find(own).is_some_and(|sheet| !sheet.flow.is_open())
}

/// Where something missing is recorded; a closed month is opened on the board first.
pub(super) fn recording(world: &World, department: &str, month: Month, open: String) -> (String, Word) {
    let shut = |each: &Closing| each.month == month && each.department_id.as_str() == department;
    if world.closings.iter().any(|each| each.is_closed() && shut(each)) {
        (format!("/board/{department}/{month}"), ("締めた月を見る", "See the closed month"))
    } else {
        (open, ("記入する", "Record it"))
    }
}
