//! The ten invariants: each break is planted, named on the page, mended, and gone.

use super::risks::{draft, judge, register};
use crate::support::{House, Place, databases, day, each_database};
use meguri::{asset, correction, inspection, inventory, treatment};
use meguri_domain::approval::{Flow, Signed, State};
use meguri_domain::correction::{Correction, CorrectionState};
use meguri_domain::ids::CheckItemId;
use meguri_domain::inspection::{AnswerDraft, Inspection, Mark, Rhythm};
use meguri_domain::inventory::InventorySheet;
use meguri_domain::people::Act;
use meguri_domain::risk::Risk;
use meguri_domain::treatment::{Destination, PlanDraft, PlanRow, Policy};
use meguri_domain::{Change, Month};

/// The page of the breaks of 営業部, as the secretariat sees it.
pub fn page(house: &House) -> String {
    format!("/breaks?department={}", house.department("営業部"))
}

#[track_caller]
pub fn is_named(house: &House, number: u8, sentence: &str) {
    house.as_("渡辺").get(&page(house)).is(200).has(&format!("id=\"i{number}\"")).has(sentence);
    super::chain::is_red(house, sentence);
}

#[track_caller]
pub fn is_gone(house: &House, number: u8, sentence: &str) {
    house.as_("渡辺").get(&page(house)).is(200).lacks(&format!("id=\"i{number}\"")).lacks(sentence);
}

pub fn item() -> CheckItemId {
    CheckItemId::new("CHK-O01").unwrap()
}

pub fn april() -> Month {
    Month::parse("2026-04").unwrap()
}

/// 営業部 owes one check item every month from April on.
pub fn assign(house: &House) {
    let department = house.department("営業部");
    house
        .act("渡辺", |tx| inspection::acts::assign(tx, &item(), &department, Rhythm::Monthly, april()))
        .unwrap();
}

pub fn answer(mark: Mark) -> AnswerDraft {
    let bad = mark == Mark::Bad;
    let text = |text: &str| if bad { text.to_owned() } else { String::new() };
    AnswerDraft {
        item_id: item(),
        mark,
        note: text("鍵が足りない"),
        cause: text("鍵を一つしか作らなかった"),
        fix: text("鍵を追加する"),
        owner: text("営業部長"),
        due_on: bad.then(|| day("2026-06-30")),
    }
}

/// 佐藤 fills April's sheet in and submits it, 田中 confirms it.
pub fn hand_in(house: &House, mark: Mark) -> Inspection {
    let department = house.department("営業部");
    let sheet = house
        .act("佐藤", |tx| {
            inspection::acts::save_sheet(tx, &department, april(), 0, &[answer(mark)], "担当者の休み")
        })
        .unwrap();
    let sheet = house.act("佐藤", |tx| inspection::acts::submit(tx, &sheet.id, sheet.version)).unwrap();
    house.act("田中", |tx| inspection::acts::confirm(tx, &sheet.id, sheet.version)).unwrap()
}

pub fn open_inventory(house: &House) -> InventorySheet {
    let department = house.department("営業部");
    let opened = house.act("渡辺", |tx| inventory::acts::open(tx, 2026, day("2026-06-30"))).unwrap();
    let look = |rx: &meguri::house::work::Rx<'_>| {
        Ok(inventory::store::sheet_of(rx, &rx.scope(Act::SeeRegister), &opened.id, &department)?)
    };
    house.read("渡辺", look).unwrap().unwrap()
}

pub fn row(house: &House, risk: &Risk, version: i64, task: &str, destination: Destination) -> PlanRow {
    let draft = PlanDraft {
        policy: Policy::Reduce,
        controls: Vec::new(),
        task: task.into(),
        owner: "営業部長".into(),
        resources: String::new(),
        due_on: Some(day("2026-05-29")),
        second_threat: 1,
        second_vulnerability: 1,
        destination,
    };
    house.act("佐藤", |tx| treatment::acts::write(tx, &risk.id, version, draft)).unwrap()
}

#[test]
fn one_a_late_inventory_is_named_until_it_is_handed_in() {
    each_database(|house| {
        register(house, "佐藤", "営業部", "応募者の履歴書");
        let sheet = open_inventory(house);
        house.move_to("2026-06-30");
        is_gone(house, 1, "棚卸が期限までに提出されていません");
        house.move_to("2026-07-01");
        is_named(house, 1, "未確認の資産が1件");
        let department = house.department("営業部");
        house.act("佐藤", |tx| inventory::acts::confirm_rest(tx, &department, &[])).unwrap();
        let look = |rx: &meguri::house::work::Rx<'_>| {
            inventory::store::sheet(rx, &rx.scope(Act::SeeRegister), &sheet.id)
        };
        let sheet = house.read("佐藤", look).unwrap();
        house.act("佐藤", |tx| inventory::acts::submit(tx, &sheet.id, sheet.version, false)).unwrap();
        is_gone(house, 1, "棚卸が期限までに提出されていません");
        house.as_("渡辺").get(&page(house)).has("棚卸票").has("部門確認待ち");
    });
}

#[test]
fn two_an_asset_is_assessed_and_assessed_again_when_it_has_changed() {
    each_database(|house| {
        let asset = register(house, "佐藤", "営業部", "応募者の履歴書");
        open_inventory(house);
        house.act("佐藤", |tx| inventory::acts::confirm(tx, &asset.id)).unwrap();
        is_named(house, 2, "今の基準で評価されていません");
        judge(house, "佐藤", &asset, "T001", (1, 1)).unwrap();
        is_gone(house, 2, "今の基準で評価されていません");
        let changed = draft("応募者の履歴書と職務経歴書", true);
        let asset = house.act("佐藤", |tx| asset::acts::edit(tx, &asset.id, asset.version, changed)).unwrap();
        is_named(house, 2, "評価のあとに変わりました");
        judge(house, "佐藤", &asset, "T001", (1, 1)).unwrap();
        is_gone(house, 2, "評価のあとに変わりました");
    });
}

#[test]
fn three_and_four_a_high_risk_needs_a_row_and_the_row_a_destination_and_an_end() {
    each_database(|house| {
        let asset = register(house, "佐藤", "営業部", "応募者の履歴書");
        let risk = judge(house, "佐藤", &asset, "T001", (3, 3)).unwrap();
        is_named(house, 3, "対応計画がありません");
        let written = row(house, &risk, 0, "机の上を確かめる", Destination::Undecided);
        is_gone(house, 3, "対応計画がありません");
        is_named(house, 4, "展開先がないか、まだ承認されていません");
        let written = row(house, &risk, written.version, "机の上を確かめる", Destination::Task);
        let approved =
            house.act("田中", |tx| treatment::acts::approve(tx, &written.id, written.version)).unwrap();
        is_gone(house, 4, "展開先がないか、まだ承認されていません");
        house.move_to("2026-05-30");
        is_named(house, 4, "実施が期日を過ぎています");
        let done = |tx: &meguri::house::work::Tx<'_>| {
            treatment::acts::finish(tx, &approved.id, approved.version, day("2026-05-30"))
        };
        house.act("佐藤", done).unwrap();
        is_gone(house, 4, "実施が期日を過ぎています");
    });
}

#[test]
fn five_and_six_an_answer_that_is_missing_and_a_record_that_nobody_checks() {
    each_database(|house| {
        assign(house);
        house.move_to("2026-05-12");
        is_gone(house, 5, "答えがありません");
        house.move_to("2026-05-13");
        is_named(house, 5, "答えがありません");
        let sheet = hand_in(house, Mark::Good);
        is_gone(house, 5, "答えがありません");
        house.move_to("2026-05-20");
        is_named(house, 6, "2026年4月分の自主点検が、チェックされていません");
        house.as_("佐藤").get("/breaks").is(200).has("チェックされていません");
        house.as_("鈴木").get("/breaks").is(200).has("まだ始まっていません").lacks("営業部");
        let cell = format!("/board/{}/2026-04", sheet.department_id);
        let record = format!("{}@{}", sheet.id, sheet.version);
        house.as_("渡辺").post(&format!("{cell}/check"), &[("record", &record)]).leads_to(&cell);
        is_gone(house, 6, "チェックされていません");
    });
}

pub fn correction_of(house: &House) -> Correction {
    let look = |rx: &meguri::house::work::Rx<'_>| {
        let wanted = meguri::closing::store::corrections;
        Ok(wanted(rx, &rx.scope(Act::SeeMonth), &house.department("営業部"), april())?.remove(0))
    };
    house.read("渡辺", look).unwrap()
}

#[test]
fn seven_a_cross_without_a_correction_and_a_correction_that_is_overdue() {
    each_database(|house| {
        assign(house);
        house.move_to("2026-05-11");
        hand_in(house, Mark::Bad);
        is_gone(house, 7, "に、是正処置がありません");
        let opened = correction_of(house);
        let planted =
            Correction { state: CorrectionState::Withdrawn, version: opened.version + 1, ..opened.clone() };
        let planted =
            house.write_as_system(|tx| tx.save(Change::new(planted, "correction.withdrawn"))).unwrap();
        is_named(house, 7, "に、是正処置がありません");
        let mended = Correction { version: planted.version + 1, ..opened };
        let mended = house.write_as_system(|tx| tx.save(Change::new(mended, "correction.opened"))).unwrap();
        is_gone(house, 7, "に、是正処置がありません");
        house.move_to("2026-07-01");
        is_named(house, 7, "是正処置「鍵が足りない」が期限を過ぎています");
        let done =
            house.act("佐藤", |tx| correction::acts::finish(tx, &mended.id, mended.version, "鍵を足した"));
        let done = done.unwrap();
        house.act("田中", |tx| correction::acts::verify(tx, &done.id, done.version, "見て確かめた")).unwrap();
        is_gone(house, 7, "期限を過ぎています</b>");
    });
}

#[test]
fn eight_what_was_changed_after_its_approval_is_approved_anew() {
    each_database(|house| {
        let asset = register(house, "佐藤", "営業部", "応募者の履歴書");
        let risk = judge(house, "佐藤", &asset, "T001", (3, 3)).unwrap();
        let written = row(house, &risk, 0, "机の上を確かめる", Destination::Task);
        let approve = |row: &PlanRow| {
            house.act("田中", |tx| treatment::acts::approve(tx, &row.id, row.version)).unwrap()
        };
        let approved = approve(&written);
        is_gone(house, 8, "承認のあとに変わりました");
        let changed = row(house, &risk, approved.version, "机の上と棚を確かめる", Destination::Task);
        is_named(house, 8, "計画「机の上と棚を確かめる」は、承認のあとに変わりました");
        approve(&changed);
        is_gone(house, 8, "承認のあとに変わりました");
    });
}

#[test]
fn nine_a_check_by_ones_own_hand_is_refused_and_where_it_was_planted_it_is_named() {
    each_database(|house| {
        assign(house);
        house.move_to("2026-05-11");
        let sheet = hand_in(house, Mark::Good);
        let hand =
            Signed {
                by: house.person("佐藤"), name: "佐藤".into(), on: day("2026-05-11"), deputy: false
            };
        let flow = Flow { state: State::Checked, checked: Some(hand), ..sheet.flow.clone() };
        let planted = Inspection { flow, version: sheet.version + 1, ..sheet.clone() };
        let planted =
            house.write_as_system(|tx| tx.save(Change::new(planted, "inspection.checked"))).unwrap();
        is_named(house, 9, "2026年4月分の自主点検を、記入した人がチェックしています");
        let mended = Inspection { version: planted.version + 1, ..sheet };
        house.write_as_system(|tx| tx.save(Change::new(mended, "inspection.returned"))).unwrap();
        is_gone(house, 9, "記入した人がチェックしています");
    });
}

/// Runs plain SQL past the house, as an administrator with a shell would.
fn tamper(place: (&Option<String>, &std::path::Path), sql: &str) {
    match place {
        (Some(address), _) => {
            postgres::Client::connect(address, postgres::NoTls).unwrap().batch_execute(sql).unwrap();
        }
        (None, file) => rusqlite::Connection::open(file).unwrap().execute_batch(sql).unwrap(),
    }
}

#[test]
fn ten_what_was_altered_past_the_record_is_named_until_it_is_put_back() {
    for place in databases() {
        let place = if let Place::Memory { .. } = place { Place::file() } else { place };
        let (address, file) = (place.address(), place.folder().join("meguri.db"));
        let house = House::found(place);
        register(&house, "佐藤", "営業部", "応募者の履歴書");
        let all = house.as_("渡辺").get("/breaks");
        all.is(200).lacks("id=\"i10\"").has("記録簿は、この画面を開いたときに検証しています");
        tamper((&address, &file), "UPDATE asset SET name = '名簿'");
        house
            .as_("渡辺")
            .get("/breaks")
            .is(200)
            .has("id=\"i10\"")
            .has("記録簿を通さずに書き換えられています");
        house.as_("渡辺").post("/record/verification", &[]).is(200).has("不一致").has("表「asset」");
        house.as_("佐藤").get("/breaks").is(200).lacks("記録簿");
        tamper((&address, &file), "UPDATE asset SET name = '応募者の履歴書'");
        house.as_("渡辺").get("/breaks").is(200).lacks("id=\"i10\"");
        house.as_("渡辺").post("/record/verification", &[]).is(200).has("合格");
    }
}
