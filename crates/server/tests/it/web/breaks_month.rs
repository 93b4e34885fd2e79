//! More of the ten invariants, those of the months: reviews, corrections, and whose hand checked what. Each
//! break is planted, named on the page, its cause removed, and gone.

use super::breaks::{april, assign, correction_of, hand_in, is_gone, is_named, open_inventory, page};
use super::risks::register;
use crate::support::{House, day, each_database};
use meguri::{correction, inventory, objective};
use meguri_domain::approval::{Flow, Signed, State};
use meguri_domain::correction::{Correction, CorrectionState};
use meguri_domain::ids::ObjectiveId;
use meguri_domain::inspection::Mark;
use meguri_domain::inventory::InventorySheet;
use meguri_domain::objective::{Objective, ObjectiveState, Progress, Review, ReviewDraft};
use meguri_domain::{Change, Month};

/// 営業部 reviews one objective every month from April on.
fn set(house: &House) -> Objective {
    let department_id = house.department("営業部");
    let order = |tx: &meguri::house::work::Tx<'_>| {
        let objective = Objective {
            id: tx.id(ObjectiveId::new),
            version: 1,
            department_id,
            plan_row_id: None,
            title: "誤送信を年3件以下にする".into(),
            measure: "誤送信の件数".into(),
            target: "3件以下".into(),
            method: String::new(),
            owner: "営業課長".into(),
            from_month: april(),
            to_month: Month::parse("2027-03").unwrap(),
            state: ObjectiveState::Active,
        };
        objective::acts::set(tx, objective)
    };
    house.act("佐藤", order).unwrap()
}

/// 佐藤 writes April's review and submits it.
fn submit(house: &House, objective: &Objective) -> Review {
    let draft = ReviewDraft {
        discussed: "4月の誤送信1件の経緯を見た".into(),
        decided: "宛先を二人で見る".into(),
        next: "宛先確認の機能を試す".into(),
        figure: "1件".into(),
        progress: Progress::OnTrack,
        late_reason: "担当者の休み".into(),
    };
    let written =
        house.act("佐藤", |tx| objective::acts::write_review(tx, &objective.id, april(), 0, draft)).unwrap();
    house.act("佐藤", |tx| objective::acts::submit_review(tx, &written.id, written.version)).unwrap()
}

fn confirm(house: &House, review: &Review) -> Review {
    house.act("田中", |tx| objective::acts::confirm_review(tx, &review.id, review.version)).unwrap()
}

/// 佐藤's own hand under a check.
fn by_sato(house: &House, flow: &Flow) -> Flow {
    Flow { state: State::Checked, checked: Some(hand(house, "佐藤")), ..flow.clone() }
}

fn hand(house: &House, name: &str) -> Signed {
    Signed { by: house.person(name), name: name.into(), on: day("2026-05-11"), deputy: false }
}

#[test]
fn five_a_review_that_is_missing_is_named_until_it_is_handed_in() {
    each_database(|house| {
        const MISSING: &str = "目標「誤送信を年3件以下にする」の2026年4月分の検討がありません";
        let objective = set(house);
        house.move_to("2026-05-12");
        is_gone(house, 5, MISSING);
        house.move_to("2026-05-13");
        is_named(house, 5, MISSING);
        house.as_("渡辺").get(&page(house)).has(&format!("/objectives/{}/reviews/2026-04", objective.id));
        submit(house, &objective);
        is_gone(house, 5, MISSING);
    });
}

#[test]
fn six_a_review_that_nobody_checks_is_named_until_it_is_checked() {
    each_database(|house| {
        const UNCHECKED: &str =
            "目標「誤送信を年3件以下にする」の2026年4月分の検討が、チェックされていません";
        let objective = set(house);
        house.move_to("2026-05-11");
        let review = submit(house, &objective);
        let review = confirm(house, &review);
        is_gone(house, 6, UNCHECKED);
        house.move_to("2026-05-20");
        is_named(house, 6, UNCHECKED);
        house.as_("渡辺").get(&page(house)).has("提出から9日");
        house.act("渡辺", |tx| objective::acts::check_review(tx, &review.id, review.version)).unwrap();
        is_gone(house, 6, UNCHECKED);
    });
}

#[test]
fn seven_a_correction_that_lacks_its_cause_is_named_until_it_has_one() {
    each_database(|house| {
        const INCOMPLETE: &str = "是正処置「鍵が足りない」に、原因・是正・担当・期限のどれかがありません";
        assign(house);
        house.move_to("2026-05-11");
        hand_in(house, Mark::Bad);
        is_gone(house, 7, INCOMPLETE);
        let opened = correction_of(house);
        let lacking = [
            Correction { cause: String::new(), ..opened.clone() },
            Correction { fix: String::new(), ..opened.clone() },
            Correction { owner: String::new(), ..opened.clone() },
            Correction { due_on: None, ..opened.clone() },
        ];
        let mut version = opened.version;
        let mut save = |correction: Correction| {
            version += 1;
            let change = Change::new(Correction { version, ..correction }, "correction.opened");
            house.write_as_system(|tx| tx.save(change)).unwrap();
        };
        for each in lacking {
            save(each);
            is_named(house, 7, INCOMPLETE);
            house.as_("渡辺").get(&page(house)).has(&format!("/corrections/{}", opened.id));
            save(opened.clone());
            is_gone(house, 7, INCOMPLETE);
        }
    });
}

#[test]
fn nine_a_review_that_its_writer_checked_is_named_until_another_hand_checks_it() {
    each_database(|house| {
        const OWN: &str =
            "目標「誤送信を年3件以下にする」の2026年4月分の検討を、記入した人がチェックしています";
        let objective = set(house);
        house.move_to("2026-05-11");
        let review = submit(house, &objective);
        let review = confirm(house, &review);
        let flow = by_sato(house, &review.flow);
        let planted = Review { flow, version: review.version + 1, ..review.clone() };
        let planted = house.write_as_system(|tx| tx.save(Change::new(planted, "review.checked"))).unwrap();
        is_named(house, 9, OWN);
        let back = Review { version: planted.version + 1, ..review };
        let back = house.write_as_system(|tx| tx.save(Change::new(back, "review.confirmed"))).unwrap();
        is_gone(house, 9, OWN);
        house.act("渡辺", |tx| objective::acts::check_review(tx, &back.id, back.version)).unwrap();
        is_gone(house, 9, OWN);
    });
}

#[test]
fn nine_a_correction_that_its_doer_verified_is_named_until_another_hand_verifies_it() {
    each_database(|house| {
        const OWN: &str = "是正処置「鍵が足りない」を、記入した人がチェックしています";
        assign(house);
        house.move_to("2026-05-11");
        hand_in(house, Mark::Bad);
        let opened = correction_of(house);
        let done =
            house.act("佐藤", |tx| correction::acts::finish(tx, &opened.id, opened.version, "鍵を足した"));
        let done = done.unwrap();
        let planted = Correction {
            state: CorrectionState::Verified,
            verified: Some(hand(house, "佐藤")),
            version: done.version + 1,
            ..done.clone()
        };
        let planted =
            house.write_as_system(|tx| tx.save(Change::new(planted, "correction.verified"))).unwrap();
        is_named(house, 9, OWN);
        let back = Correction { version: planted.version + 1, ..done };
        let back = house.write_as_system(|tx| tx.save(Change::new(back, "correction.done"))).unwrap();
        is_gone(house, 9, OWN);
        let verify = |tx: &meguri::house::work::Tx<'_>| {
            correction::acts::verify(tx, &back.id, back.version, "見て確かめた")
        };
        house.act("田中", verify).unwrap();
        is_gone(house, 9, OWN);
    });
}

#[test]
fn nine_an_inventory_that_its_writer_accepted_is_named_until_another_hand_accepts_it() {
    each_database(|house| {
        const OWN: &str = "棚卸票を、記入した人がチェックしています";
        register(house, "佐藤", "営業部", "応募者の履歴書");
        let opened = open_inventory(house);
        let department = house.department("営業部");
        house.act("佐藤", |tx| inventory::acts::confirm_rest(tx, &department, &[])).unwrap();
        let look = |rx: &meguri::house::work::Rx<'_>| {
            inventory::store::sheet(rx, &rx.scope(meguri_domain::people::Act::SeeRegister), &opened.id)
        };
        let sheet = house.read("佐藤", look).unwrap();
        let sheet =
            house.act("佐藤", |tx| inventory::acts::submit(tx, &sheet.id, sheet.version, false)).unwrap();
        let sheet = house.act("田中", |tx| inventory::acts::approve(tx, &sheet.id, sheet.version)).unwrap();
        let flow = by_sato(house, &sheet.flow);
        let planted = InventorySheet { flow, version: sheet.version + 1, ..sheet.clone() };
        let planted =
            house.write_as_system(|tx| tx.save(Change::new(planted, "inventory_sheet.accepted"))).unwrap();
        is_named(house, 9, OWN);
        let back = InventorySheet { version: planted.version + 1, ..sheet };
        let back =
            house.write_as_system(|tx| tx.save(Change::new(back, "inventory_sheet.approved"))).unwrap();
        is_gone(house, 9, OWN);
        house.act("渡辺", |tx| inventory::acts::accept(tx, &back.id, back.version)).unwrap();
        is_gone(house, 9, OWN);
    });
}
