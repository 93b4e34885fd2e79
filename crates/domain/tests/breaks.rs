//! Each of the ten invariants of DESIGN.md §2: a healthy organisation has no break, a planted one is named
//! and nothing else is, and what takes the cause away takes the break away.

mod support;

use meguri_domain::approval::{Flow, Signed};
use meguri_domain::asset::{Asset, AssetState};
use meguri_domain::breaks::{Break, Gap, World, breaks, owed};
use meguri_domain::closing::Closing;
use meguri_domain::correction::{Correction, CorrectionState};
use meguri_domain::inspection::{Answer, Inspection, Mark, Rhythm};
use meguri_domain::inventory::{InventorySheet, Outcome};
use meguri_domain::objective::Review;
use meguri_domain::obligation::{Plan, Records, Status};
use meguri_domain::risk::{Assessment, Risk};
use meguri_domain::treatment::{Destination, PlanRow};
use meguri_domain::waiting::{Next, assessments};
use proptest::prelude::*;
use std::collections::HashMap;
use support::*;

/// June has ended but is not due yet; April and May are done.
const TODAY: &str = "2026-06-30";

fn month_of(text: &str, due_on: &str) -> (Inspection, Answer, Review) {
    let inspection =
        Inspection { id: id(&format!("inspection-{text}")), flow: checked_flow(due_on), ..inspection(text) };
    let answer = Answer {
        id: id(&format!("answer-{text}")),
        inspection_id: inspection.id.clone(),
        ..answer(text, Mark::Good)
    };
    let review = Review { id: id(&format!("review-{text}")), flow: checked_flow(due_on), ..review(text) };
    (inspection, answer, review)
}

/// One asset, confirmed, judged, answered, sent to an objective; one check item; two months kept.
fn healthy() -> World {
    let (april, may) = (month_of("2026-04", "2026-05-12"), month_of("2026-05", "2026-06-05"));
    let bad = Answer { mark: Mark::Bad, ..may.1.clone() };
    let correction = done(Correction::open(id("correction"), &bad));
    World {
        plan: Plan {
            departments: vec![department("sales", "2020-04-01", None)],
            assignments: vec![assignment("item", Rhythm::Monthly, "2026-04", None)],
            objectives: vec![objective("2026-04", "2027-03")],
        },
        records: Records {
            inspections: vec![april.0, may.0],
            answers: vec![april.1, bad],
            reviews: vec![april.2, may.2],
        },
        assets: vec![asset()],
        unconfirmed: HashMap::new(),
        inventory: Some(inventory()),
        sheets: vec![InventorySheet { flow: checked_flow("2026-05-20"), ..inventory_sheet() }],
        confirmations: vec![confirmation(Outcome::Unchanged)],
        criteria: Some(criteria()),
        assessments: vec![Assessment { flow: checked_flow("2026-05-28"), ..assessment() }],
        unjudged: HashMap::new(),
        risks: vec![Risk { approval: Some(approval(1)), ..risk() }],
        plan_rows: vec![PlanRow {
            destination_id: Some("objective".into()),
            approval: Some(approval(1)),
            ..plan_row(Destination::Objective)
        }],
        corrections: vec![correction],
        closings: Vec::new(),
        tampered: Vec::new(),
        since: Some(month("2026-04")),
    }
}

fn found(world: &World, today: &str) -> Vec<Gap> {
    breaks(world, &calendar(), day(today)).into_iter().map(|each| each.gap).collect()
}

/// Plants a cause, sees exactly the break it makes, cures it, and sees none.
#[track_caller]
fn one(invariant: u8, gap: Gap, today: &str, plant: impl Fn(&mut World), cure: impl Fn(&mut World)) {
    let mut world = healthy();
    plant(&mut world);
    assert_eq!(gap.invariant(), invariant);
    let department_id = (invariant != 10).then(|| id("sales"));
    assert_eq!(breaks(&world, &calendar(), day(today)), [Break { department_id, gap }]);
    cure(&mut world);
    assert_eq!(found(&world, today), []);
}

#[test]
fn a_healthy_organisation_has_no_break() {
    assert_eq!(found(&healthy(), TODAY), []);
    assert_eq!(found(&World::default(), TODAY), [], "nor has an empty one");
}

#[test]
fn invariant_1_a_department_that_did_not_hand_in_is_late() {
    let sheets = healthy().sheets;
    one(
        1,
        Gap::InventoryLate { unconfirmed: 1, due_on: day("2026-05-29") },
        TODAY,
        |world| {
            world.sheets.clear();
            world.confirmations.clear();
            world.risks.clear();
            world.plan_rows.clear();
        },
        |world| {
            // "We hold none" is an answer too.
            world.assets.clear();
            world.sheets.clone_from(&sheets);
        },
    );
    let mut world = healthy();
    world.sheets.clear();
    assert_eq!(found(&world, "2026-05-29"), [], "the due date itself is in time");
    assert_eq!(found(&world, "2026-05-30").len(), 1);
    world.sheets = vec![InventorySheet { flow: Flow::begin(), ..inventory_sheet() }];
    assert_eq!(found(&world, TODAY).len(), 1, "a draft is not handed in");
    world.unconfirmed = HashMap::from([(id("sales"), 7)]);
    let counted = Gap::InventoryLate { unconfirmed: 7, due_on: day("2026-05-29") };
    assert_eq!(found(&world, TODAY), [counted], "what was counted need not be listed");
    world.plan.departments[0].opens_on = day("2026-06-01");
    assert_eq!(found(&world, TODAY).len(), 1, "a younger department is late with what was counted");
    world.unconfirmed.clear();
    assert_eq!(found(&world, TODAY), [], "and with nothing it is not late");
}

#[test]
fn invariant_1_every_row_of_a_sheet_that_was_handed_in_is_confirmed() {
    let second = || Asset { id: id("second"), ..asset() };
    one(
        1,
        Gap::AssetUnconfirmed(id("second")),
        TODAY,
        |world| world.assets.push(second()),
        |world| world.assets[1].state = AssetState::Retired,
    );
}

#[test]
fn invariant_1_asks_closed_and_new_departments_for_what_they_hold() {
    let left_behind = || Asset { id: id("left"), department_id: id("old"), ..asset() };
    let mut world = healthy();
    world.plan.departments.push(department("old", "2020-04-01", Some("2026-04-30")));
    world.assets.push(left_behind());
    assert_eq!(found(&world, "2026-05-01"), [Gap::AssetUnconfirmed(id("left"))], "nobody else would ask");
    world.assets[1].department_id = id("sales");
    world.confirmations.push(meguri_domain::inventory::Confirmation {
        asset_id: id("left"),
        ..confirmation(Outcome::Unchanged)
    });
    world.risks.push(Risk { id: id("left-risk"), asset_id: id("left"), value: 3, ..risk() });
    world.plan.departments.push(department("new", "2026-06-01", None));
    assert_eq!(found(&world, TODAY), [], "a department that came later and holds nothing owes no sheet");
    world.assets.push(Asset { id: id("newer"), department_id: id("new"), ..asset() });
    assert_eq!(found(&world, TODAY), [Gap::InventoryLate { unconfirmed: 1, due_on: day("2026-05-29") }]);
}

#[test]
fn invariant_2_a_confirmed_asset_is_judged_under_the_criteria_in_force() {
    let risks = healthy().risks;
    one(
        2,
        Gap::AssetNotAssessed(id("asset")),
        TODAY,
        |world| world.risks.clear(),
        |world| world.risks.clone_from(&risks),
    );
    one(
        2,
        Gap::AssetNotAssessed(id("asset")),
        TODAY,
        |world| world.risks[0].criteria_id = id("old-criteria"),
        |world| world.risks[0].criteria_id = id("criteria"),
    );
}

#[test]
fn invariant_2_an_asset_changed_since_is_stale_until_judged_again() {
    one(
        2,
        Gap::AssetStale(id("asset")),
        TODAY,
        |world| world.assets[0].revision = 2,
        |world| world.risks[0].asset_revision = 2,
    );
    one(
        2,
        Gap::AssetStale(id("asset")),
        TODAY,
        |world| world.assets[0].revision = 2,
        |world| {
            // Judged anew in the next year: last year's judgement no longer speaks for the asset.
            let next = Risk { id: id("next"), fiscal_year: 2027, asset_revision: 2, value: 3, ..risk() };
            world.risks.push(next);
        },
    );
}

fn written_flow(on: &str) -> Flow {
    Flow::begin().write(&member(), day(on)).expect("open")
}

#[test]
fn invariant_2_an_assessment_that_was_begun_is_handed_in() {
    let open = |left| Gap::AssessmentOpen { assessment: id("assessment"), left, days: 33 };
    let done = healthy().assessments;
    for (left, flow) in [
        (0, written_flow("2026-05-28")),
        (2, written_flow("2026-05-28")),
        (0, submitted_flow(day("2026-05-20")).send_back("理由", &head(), day("2026-05-28")).unwrap()),
    ] {
        one(
            2,
            open(left),
            TODAY,
            |world| {
                world.assessments[0].flow = flow.clone();
                world.unjudged.extend((left > 0).then(|| (id("sales"), left)));
            },
            |world| world.assessments.clone_from(&done),
        );
    }
    let mut world = healthy();
    world.assessments[0].flow = written_flow("2026-05-28");
    assert_eq!(found(&world, "2026-06-05"), [], "until the department's own due date");
    assert_eq!(found(&world, "2026-06-08").len(), 1);
    world.risks[0].asset_revision = 7;
    let named = found(&world, TODAY);
    assert!(
        named.iter().all(|gap| !matches!(gap, Gap::AssessmentOpen { .. })),
        "named by its asset: {named:?}"
    );
    assert!(named.contains(&Gap::AssetStale(id("asset"))));
}

#[test]
fn invariant_6_an_assessment_waits_for_its_head_and_its_check_with_its_age() {
    let waits = |by_head| Gap::AssessmentUnchecked { assessment: id("assessment"), by_head, days: 33 };
    let done = healthy().assessments;
    for (by_head, flow) in
        [(true, submitted_flow(day("2026-05-28"))), (false, confirmed_flow(day("2026-05-28")))]
    {
        one(
            6,
            waits(by_head),
            TODAY,
            |world| world.assessments[0].flow = flow.clone(),
            |world| world.assessments.clone_from(&done),
        );
    }
    let mut world = healthy();
    world.assessments[0].flow = confirmed_flow(day("2026-05-28"));
    assert_eq!(found(&world, "2026-06-12"), [], "until the secretariat's own due date");
    assert_eq!(found(&world, "2026-06-15").len(), 1);
}

#[test]
fn an_assessment_waits_for_one_hand_after_the_other() {
    let next = |world: &World| {
        let waits = assessments(world, &calendar(), day(TODAY));
        waits.into_iter().map(|each| (each.next, each.since, each.days(day(TODAY)))).collect::<Vec<_>>()
    };
    let mut world = healthy();
    assert_eq!(next(&world), [], "done");
    world.assessments.clear();
    assert_eq!(next(&world), [], "nothing is left to judge");
    world.unjudged.insert(id("sales"), 3);
    assert_eq!(next(&world), [(Next::Judge(3), day("2026-05-20"), 41)], "since the inventory was handed in");
    let sheets = std::mem::take(&mut world.sheets);
    assert_eq!(next(&world), [], "what there is to judge is not known yet");
    world.sheets = sheets;
    let criteria = world.criteria.take();
    assert_eq!(next(&world), [], "nor how");
    world.criteria = criteria;
    world.assessments =
        vec![Assessment { fiscal_year: 2025, flow: written_flow("2025-05-28"), ..assessment() }];
    assert_eq!(next(&world), [(Next::Judge(3), day("2026-05-20"), 41)], "last year's is another");
    world.assessments = vec![Assessment { flow: written_flow("2026-06-01"), ..assessment() }];
    assert_eq!(next(&world), [(Next::Judge(3), day("2026-06-01"), 29)]);
    world.unjudged.clear();
    assert_eq!(next(&world), [(Next::Submit, day("2026-06-01"), 29)]);
    world.assessments[0].flow = submitted_flow(day("2026-06-10"));
    assert_eq!(next(&world), [(Next::Approve, day("2026-06-10"), 20)]);
    world.assessments[0].flow = confirmed_flow(day("2026-06-10"));
    assert_eq!(next(&world), [(Next::Check, day("2026-06-10"), 20)]);
    world.plan.departments[0].closes_on = Some(day("2026-06-20"));
    assert_eq!(next(&world), [(Next::Check, day("2026-06-10"), 20)], "what its head approved is checked");
    world.assessments[0].flow = submitted_flow(day("2026-06-10"));
    assert_eq!(next(&world), [], "a department that is no more has no head and hands nothing in");
}

#[test]
fn invariant_3_a_risk_above_the_line_has_a_plan_row() {
    let rows = healthy().plan_rows;
    one(
        3,
        Gap::RiskUnanswered(id("risk")),
        TODAY,
        |world| world.plan_rows.clear(),
        |world| world.plan_rows.clone_from(&rows),
    );
    one(
        3,
        Gap::RiskUnanswered(id("risk")),
        TODAY,
        |world| world.plan_rows.clear(),
        |world| world.risks[0].answerable = false,
    );
    one(
        3,
        Gap::RiskUnanswered(id("risk")),
        TODAY,
        |world| world.plan_rows.clear(),
        |world| world.assets[0].state = AssetState::Retired,
    );
}

fn send(world: &mut World, destination: Destination, due_on: &str) {
    world.plan_rows =
        vec![PlanRow { approval: Some(approval(1)), due_on: day(due_on), ..plan_row(destination) }];
}

#[test]
fn invariant_4_a_row_goes_somewhere() {
    let nowhere = || Gap::PlanRowNowhere(id("row"));
    let objective = |world: &mut World| world.plan_rows[0].destination_id = Some("objective".into());
    one(4, nowhere(), TODAY, |world| world.plan_rows[0].destination_id = None, objective);
    one(4, nowhere(), TODAY, |world| world.plan_rows[0].destination_id = Some("gone".into()), objective);
    one(
        4,
        nowhere(),
        TODAY,
        |world| send(world, Destination::Undecided, "2026-09-30"),
        |world| send(world, Destination::Task, "2026-09-30"),
    );
    one(
        4,
        nowhere(),
        TODAY,
        |world| send(world, Destination::CheckItem, "2026-09-30"),
        |world| world.plan_rows[0].destination_id = Some("item".into()),
    );
    for destination in [Destination::Task, Destination::Acceptance] {
        one(
            4,
            nowhere(),
            TODAY,
            |world| {
                send(world, destination, "2026-09-30");
                world.plan_rows[0].approval = None;
            },
            |world| world.plan_rows[0].approval = Some(approval(1)),
        );
    }
}

#[test]
fn invariant_4_a_task_is_done_in_time() {
    one(
        4,
        Gap::TaskOverdue { row: id("row"), due_on: day("2026-06-29") },
        TODAY,
        |world| send(world, Destination::Task, "2026-06-29"),
        |world| world.plan_rows[0].done_on = Some(day("2026-06-30")),
    );
    one(
        4,
        Gap::TaskOverdue { row: id("row"), due_on: day("2026-06-29") },
        TODAY,
        |world| send(world, Destination::Task, "2026-06-29"),
        |world| send(world, Destination::Task, TODAY),
    );
}

#[test]
fn invariant_4_an_acceptance_expires() {
    let expired = || Gap::AcceptanceExpired { row: id("row"), due_on: day("2026-06-29") };
    let plant = |world: &mut World| send(world, Destination::Acceptance, "2026-06-29");
    one(4, expired(), TODAY, plant, |world| send(world, Destination::Acceptance, TODAY));
    one(4, expired(), TODAY, plant, |world| {
        // Judged anew below the line in a later year: the old acceptance has done its service.
        world.risks.push(Risk { id: id("next"), fiscal_year: 2027, value: 3, ..risk() });
    });
    one(4, expired(), TODAY, plant, |world| world.assets[0].state = AssetState::Retired);
}

#[test]
fn invariant_5_every_item_has_its_answer() {
    let may = healthy().records.answers[1].clone();
    one(
        5,
        Gap::AnswerMissing { item: id("item"), month: month("2026-05"), due_on: day("2026-06-05") },
        TODAY,
        |world| {
            world.records.answers.pop();
            world.corrections.clear();
        },
        |world| world.records.answers.push(Answer { mark: Mark::Good, ..may.clone() }),
    );
    let mut world = healthy();
    world.records.inspections[1].flow = Flow::begin();
    assert_eq!(found(&world, "2026-06-05"), []);
    assert_eq!(found(&world, "2026-06-06").len(), 1, "a draft is no answer");
}

#[test]
fn invariant_5_every_objective_has_its_review() {
    let april = healthy().records.reviews[0].clone();
    one(
        5,
        Gap::ReviewMissing { objective: id("objective"), month: month("2026-04"), due_on: day("2026-05-12") },
        TODAY,
        |world| {
            world.records.reviews.remove(0);
        },
        |world| world.records.reviews.push(april.clone()),
    );
}

#[test]
fn invariant_5_a_closed_month_counts_as_it_was_frozen() {
    let mut world = healthy();
    world.records.reviews.remove(0);
    let of_april = |world: &World| {
        let owed = owed(world, &calendar(), day(TODAY)).into_iter();
        owed.filter(|each| each.obligation.month == month("2026-04")).collect::<Vec<_>>()
    };
    let frozen = of_april(&world);
    assert_eq!(frozen.iter().filter(|each| each.status == Status::Overdue).count(), 1);
    let close = Closing::close(
        None,
        id("closing"),
        id("sales"),
        month("2026-04"),
        &frozen,
        &secretariat(),
        day("2026-06-01"),
    );
    world.closings.push(done(close));
    assert_eq!(of_april(&world), frozen);
    // In August somebody backdates the end of the objective: April stays missed.
    world.plan.objectives[0].from_month = month("2026-05");
    assert_eq!(of_april(&world), frozen);
    assert_eq!(found(&world, TODAY).len(), 1);
    let reopened = world.closings.remove(0).reopen(1, "誤り", &secretariat());
    world.closings.push(done(reopened));
    assert_eq!(found(&world, TODAY), [], "a reopened month lives again");
}

#[test]
fn invariant_6_a_sheet_waits_for_its_check_with_its_age() {
    for flow in [submitted_flow(day("2026-06-05")), confirmed_flow(day("2026-06-05"))] {
        one(
            6,
            Gap::InspectionUnchecked {
                inspection: id("inspection-2026-05"),
                month: month("2026-05"),
                days: 25,
            },
            TODAY,
            |world| world.records.inspections[1].flow = flow.clone(),
            |world| world.records.inspections[1].flow = checked_flow("2026-06-05"),
        );
    }
    let mut world = healthy();
    world.records.inspections[1].flow = confirmed_flow(day("2026-06-05"));
    assert_eq!(found(&world, "2026-06-12"), [], "until the secretariat's own due date");
    assert_eq!(found(&world, "2026-06-13").len(), 1);
}

#[test]
fn invariant_6_a_review_waits_for_its_check_with_its_age() {
    one(
        6,
        Gap::ReviewUnchecked {
            review: id("review-2026-04"),
            objective: id("objective"),
            month: month("2026-04"),
            days: 49,
        },
        TODAY,
        |world| world.records.reviews[0].flow = confirmed_flow(day("2026-05-12")),
        |world| world.records.reviews[0].flow = checked_flow("2026-05-12"),
    );
}

#[test]
fn invariant_7_a_cross_has_a_corrective_action() {
    let gap = || Gap::CrossWithoutCorrection {
        answer: id("answer-2026-05"),
        item: id("item"),
        month: month("2026-05"),
    };
    let corrections = healthy().corrections;
    one(
        7,
        gap(),
        TODAY,
        |world| world.corrections.clear(),
        |world| world.corrections.clone_from(&corrections),
    );
    one(
        7,
        gap(),
        TODAY,
        |world| world.corrections[0].state = CorrectionState::Withdrawn,
        |world| world.records.answers[1].mark = Mark::Good,
    );
}

#[test]
fn invariant_7_a_corrective_action_is_complete() {
    let gap = || Gap::CorrectionIncomplete(id("correction"));
    let whole = healthy().corrections;
    let cure = |world: &mut World| world.corrections.clone_from(&whole);
    one(7, gap(), TODAY, |world| world.corrections[0].cause.clear(), cure);
    one(7, gap(), TODAY, |world| world.corrections[0].fix.clear(), cure);
    one(7, gap(), TODAY, |world| world.corrections[0].owner.clear(), cure);
    one(7, gap(), TODAY, |world| world.corrections[0].due_on = None, cure);
}

#[test]
fn invariant_7_a_corrective_action_is_verified_in_time() {
    let gap = || Gap::CorrectionOverdue { correction: id("correction"), due_on: day("2026-06-30") };
    let verify = |world: &mut World| {
        let open = world.corrections.remove(0);
        let finished = done(open.finish(1, "済み", &member(), day("2026-06-30")));
        let verified = finished.verify(2, "効果あり", &head(), day("2026-07-01"));
        world.corrections.push(done(verified));
    };
    one(7, gap(), "2026-07-01", |_| {}, verify);
    one(
        7,
        gap(),
        "2026-07-01",
        |world| world.corrections[0].state = CorrectionState::Done,
        |world| {
            world.corrections[0].due_on = Some(day("2026-07-01"));
        },
    );
}

#[test]
fn invariant_8_what_was_approved_is_frozen() {
    one(
        8,
        Gap::PlanApprovalOutdated(id("row")),
        TODAY,
        |world| world.plan_rows[0].revision = 2,
        |world| world.plan_rows[0].approval = Some(approval(2)),
    );
    // The risk owner answered the risk as it was; when it moves, his approval is of yesterday.
    one(
        8,
        Gap::PlanApprovalOutdated(id("row")),
        TODAY,
        |world| {
            world.plan_rows[0].approved_value = Some(6);
            world.plan_rows[0].approved_level = Some(meguri_domain::criteria::Level::Large);
        },
        |world| world.plan_rows[0].approved_value = Some(world.risks[0].value),
    );
    one(
        8,
        Gap::RiskApprovalOutdated(id("risk")),
        TODAY,
        |world| world.risks[0].revision = 2,
        |world| world.risks[0].approval = Some(approval(2)),
    );
}

#[test]
fn invariant_9_no_hand_checks_its_own_record() {
    let by_member = |flow: &mut Flow| flow.checked = Some(signed("member", "2026-06-01"));
    let own = |subject: &str, of: &str| Gap::OwnCheck { subject: subject.into(), month: month(of) };
    one(
        9,
        own("inspection-2026-04", "2026-04"),
        TODAY,
        |world| by_member(&mut world.records.inspections[0].flow),
        |world| world.records.inspections[0].flow = checked_flow("2026-05-12"),
    );
    one(
        9,
        own("review-2026-05", "2026-05"),
        TODAY,
        |world| by_member(&mut world.records.reviews[1].flow),
        |world| world.records.reviews[1].flow = checked_flow("2026-06-05"),
    );
    one(
        9,
        own("inventory-sheet", "2026-06"),
        TODAY,
        |world| by_member(&mut world.sheets[0].flow),
        |world| world.sheets[0].flow = checked_flow("2026-05-20"),
    );
    let verified_by = |world: &mut World, name: &str| {
        let sign = |name: &str| Some::<Signed>(signed(name, "2026-06-20"));
        world.corrections[0].state = CorrectionState::Verified;
        (world.corrections[0].done, world.corrections[0].verified) = (sign("member"), sign(name));
    };
    one(
        9,
        own("correction", "2026-05"),
        TODAY,
        |world| verified_by(world, "member"),
        |world| verified_by(world, "head"),
    );
}

#[test]
fn invariant_10_what_the_log_contradicts_is_named() {
    one(
        10,
        Gap::Tampered("entry 12: hash differs".into()),
        TODAY,
        |world| world.tampered.push("entry 12: hash differs".into()),
        |world| world.tampered.clear(),
    );
}

#[test]
fn breaks_come_in_the_order_of_the_invariants() {
    let mut world = healthy();
    world.assets.push(Asset { id: id("second"), ..asset() });
    world.assets[0].revision = 2;
    world.plan_rows[0].destination_id = None;
    world.plan_rows[0].revision = 2;
    world.records.reviews.remove(0);
    world.records.inspections[1].flow = confirmed_flow(day("2026-06-05"));
    world.corrections.clear();
    world.records.inspections[0].flow.checked = Some(signed("head", "2026-06-01"));
    world.tampered.push("x".into());
    let numbers: Vec<_> = found(&world, TODAY).iter().map(Gap::invariant).collect();
    assert_eq!(numbers, [1, 2, 4, 5, 6, 7, 8, 9, 10]);
}

proptest! {
    /// Only time passes: what was missing stays missing, whatever day it is looked at.
    #[test]
    fn a_missed_month_stays_visible(missed in 0usize..2, days in 0i32..400) {
        let mut world = healthy();
        let review = world.records.reviews.remove(missed);
        let today = day(TODAY).checked_add(jiff::Span::new().days(days)).unwrap();
        let seen = breaks(&world, &calendar(), today).into_iter().any(|each| matches!(
            each.gap, Gap::ReviewMissing { month, .. } if month == review.month
        ));
        prop_assert!(seen);
    }

    /// A department's breaks are its own, with or without the others in the world.
    #[test]
    fn another_department_changes_nothing(today in 0i32..200) {
        let mut world = healthy();
        world.records.reviews.remove(0);
        let today = day(TODAY).checked_add(jiff::Span::new().days(today)).unwrap();
        let alone = breaks(&world, &calendar(), today);
        world.plan.departments.push(department("hr", "2026-06-01", None));
        world.plan.assignments.push(meguri_domain::inspection::Assignment {
            department_id: id("hr"),
            ..assignment("item", Rhythm::Monthly, "2026-06", None)
        });
        let both = breaks(&world, &calendar(), today);
        let own: Vec<_> = both.into_iter().filter(|each| each.department_id == Some(id("sales"))).collect();
        prop_assert_eq!(own, alone);
    }
}
