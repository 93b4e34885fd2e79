//! A department's assessment that stands still is seen: in the list of what waits with its age and the next step, on the first page
//! of whoever's turn it is, and among the breaks once its deadline has passed.

use super::breaks::{is_gone, is_named, open_inventory};
use super::breaks_year::hand_in;
use super::risks::{judge, register};
use crate::support::{House, each_database};
use meguri::risk;
use meguri_domain::approval::State;
use meguri_domain::people::Act;
use meguri_domain::risk::Assessment;

fn assessment(house: &House) -> Assessment {
    let department = house.department("営業部");
    let look = |rx: &meguri::house::work::Rx<'_>| {
        Ok(risk::store::assessment_of(rx, &rx.scope(Act::SeeRisk), &department, 2026)?.unwrap())
    };
    house.read("佐藤", look).unwrap()
}

/// What the secretariat reads of it in the list of what waits.
fn waits(house: &House, words: &[&str]) {
    let page = house.as_("渡辺").get("/breaks");
    page.is(200).has("リスク評価 2026年度");
    for each in words {
        page.has(each);
    }
}

#[test]
fn an_assessment_waits_for_one_hand_after_the_other_and_each_is_told() {
    each_database(|house| {
        let first = register(house, "佐藤", "営業部", "応募者の履歴書");
        let second = register(house, "佐藤", "営業部", "見積書");
        house.as_("渡辺").get("/breaks").lacks("リスク評価 2026年度");
        hand_in(house, &open_inventory(house), State::Checked);
        waits(house, &["部門が残り2件を評価する", "未着手"]);
        house.as_("渡辺").get("/").has("リスク評価が終わっていない部門 1部門").has("評価中1、提出待ち0");
        house.as_("佐藤").get("/").has("リスクの評価 2件の資産");
        judge(house, "佐藤", &first, "T001", (1, 1)).unwrap();
        waits(house, &["部門が残り1件を評価する", "記入中"]);
        house.as_("佐藤").get("/").has("リスクの評価 1件の資産").lacks("リスク評価の提出");
        judge(house, "佐藤", &second, "T001", (1, 1)).unwrap();
        waits(house, &["部門が提出する"]);
        house.as_("佐藤").get("/").lacks("リスクの評価").has("リスク評価の提出 2026年度");
        house.as_("鈴木").get("/").lacks("リスク評価");
        house.move_to("2026-07-01");
        is_named(house, 2, "すべて評価したあと提出されていません");
        let open = assessment(house);
        house.act("佐藤", |tx| risk::acts::submit(tx, &open.id, open.version)).unwrap();
        is_gone(house, 2, "すべて評価したあと提出されていません");
        waits(house, &["部門長が承認する", "部門確認待ち"]);
        house.as_("田中").get("/").has("リスク評価の承認 2026年度");
        house.as_("佐藤").get("/").has("部門確認待ち").lacks("リスク評価の承認");
        house.move_to("2026-09-01");
        is_named(house, 6, "リスク評価が、部門長に承認されていません");
        let open = assessment(house);
        house.act("田中", |tx| risk::acts::approve(tx, &open.id, open.version)).unwrap();
        is_named(house, 6, "リスク評価が、チェックされていません");
        waits(house, &["事務局がチェックする", "62"]);
        let home = house.as_("渡辺").get("/");
        home.has("リスク評価のチェック 1部門").has("最も早い提出から62日").lacks("終わっていない部門");
        let open = assessment(house);
        house.act("渡辺", |tx| risk::acts::check(tx, &open.id, open.version)).unwrap();
        is_gone(house, 6, "リスク評価が、チェックされていません");
        house.as_("渡辺").get("/breaks").lacks("リスク評価 2026年度");
        house.as_("渡辺").get("/").lacks("リスク評価のチェック");
    });
}

#[test]
fn an_assessment_of_another_department_is_out_of_sight() {
    each_database(|house| {
        register(house, "佐藤", "営業部", "応募者の履歴書");
        hand_in(house, &open_inventory(house), State::Checked);
        house.as_("佐藤").get("/breaks").has("リスク評価 2026年度");
        house.as_("鈴木").get("/breaks").lacks("リスク評価 2026年度");
    });
}
