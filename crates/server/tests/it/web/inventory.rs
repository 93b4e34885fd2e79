//! The inventory: opening, confirming, submitting, approving, accepting, and who must not.

use super::risks::{draft, register};
use crate::support::{House, each_database};
use meguri::house::fault::Stop;
use meguri::{asset, inventory};
use meguri_domain::Refusal;
use meguri_domain::approval::State;
use meguri_domain::asset::Asset;
use meguri_domain::inventory::{InventorySheet, Outcome};
use meguri_domain::people::Act;

fn open(house: &House) {
    house
        .as_("渡辺")
        .post("/inventory/opening", &[("fiscal_year", "2026"), ("due_on", "2026-05-29")])
        .leads_to("/inventory");
}

fn address(house: &House, department: &str) -> String {
    format!("/inventory/{}", house.department(department))
}

fn sheet(house: &House, department: &str) -> InventorySheet {
    let department = house.department(department);
    let found = house.read_as_system(|rx| {
        let current = inventory::store::current(rx)?.unwrap();
        Ok(inventory::store::sheet_of(rx, &rx.scope(Act::SeeRegister), &current.id, &department)?)
    });
    found.unwrap().unwrap()
}

fn said(house: &House, asset: &Asset) -> Option<(Outcome, i64)> {
    let found = house.read_as_system(|rx| {
        let current = inventory::store::current(rx)?.unwrap();
        Ok(inventory::store::confirmation_of(rx, &rx.scope(Act::SeeRegister), &current.id, &asset.id)?)
    });
    found.unwrap().map(|each| (each.outcome, each.asset_revision))
}

fn version(house: &House, department: &str) -> String {
    sheet(house, department).version.to_string()
}

/// Sends the next step of a department's sheet at its present version.
fn step(house: &House, name: &str, department: &str, step: &str) -> (u16, String) {
    let version = version(house, department);
    let path = format!("{}/{step}", address(house, department));
    let page =
        house.as_(name).post(&path, &[("version", &version), ("reason", "2行目の媒体を直してください")]);
    (page.status, page.body)
}

#[test]
fn the_secretariat_opens_the_year_and_every_department_gets_its_sheet() {
    each_database(|house| {
        house.as_("渡辺").get("/inventory").is(200).has("2026年度の棚卸を開始").has("value=\"2026-05-29\"");
        house
            .as_("佐藤")
            .get("/inventory")
            .is(200)
            .lacks("棚卸を開始</button>")
            .has("棚卸はまだ始まっていません");
        let order = [("fiscal_year", "2026"), ("due_on", "2026-05-29")];
        house.as_("佐藤").post("/inventory/opening", &order).is(403);
        house.as_("加藤").get("/inventory").is(403);
        let early = [("fiscal_year", "2026"), ("due_on", "2026-03-01")];
        house
            .as_("渡辺")
            .post("/inventory/opening", &early)
            .is(422)
            .has("開始日より後の日")
            .has("2026-03-01");
        house
            .as_("渡辺")
            .post("/inventory/opening", &[("fiscal_year", "2031"), ("due_on", "2031-05-01")])
            .is(422);
        open(house);
        house.as_("渡辺").post("/inventory/opening", &order).is(422).has("すでにあります");
        let page = house.as_("渡辺").get("/inventory");
        page.has("3部門のうち0部門").has("営業部").has("人事部").has("経理部");
        house.as_("佐藤").get("/inventory").has("営業部").lacks("人事部");
    });
}

#[test]
fn a_department_confirms_row_by_row_and_then_the_rest() {
    each_database(|house| {
        let rows: Vec<Asset> =
            ["契約書", "見積書", "名刺"].map(|name| register(house, "佐藤", "営業部", name)).into();
        let other = register(house, "鈴木", "人事部", "履歴書");
        open(house);
        let path = address(house, "営業部");
        let browser = house.as_("佐藤");
        browser.get(&path).is(200).has("3件のうち、あと3件を確認してください").has("契約書").lacks("履歴書");
        let confirmations = format!("{path}/confirmations");
        let left = |page: &crate::support::Browser<'_>| page.get(&path).body;
        browser.post(&confirmations, &[("asset", rows[0].id.as_str())]).is(303);
        assert!(left(&browser).contains("あと2件"));
        assert_eq!(said(house, &rows[0]), Some((Outcome::Unchanged, 1)));
        browser.post(&confirmations, &[("asset", other.id.as_str())]).is(404);
        house.as_("田中").post(&confirmations, &[]).is(303);
        assert!(left(&browser).contains("3件すべて確認しました"));
        assert_eq!(sheet(house, "営業部").flow.recorded.len(), 2, "both who confirmed are on the sheet");
        house.as_("渡辺").post(&confirmations, &[]).is(403);
        house.as_("鈴木").post(&confirmations, &[]).is(404);
        house.as_("鈴木").get(&path).is(404);
    });
}

#[test]
fn changes_to_the_register_note_themselves_while_the_sheet_is_open() {
    each_database(|house| {
        let old = register(house, "佐藤", "営業部", "契約書");
        let gone = register(house, "佐藤", "営業部", "古い名簿");
        open(house);
        let new = register(house, "佐藤", "営業部", "新しい名簿");
        let edited = house
            .act("佐藤", |tx| asset::acts::edit(tx, &old.id, old.version, draft("契約書（控え）", true)))
            .unwrap();
        house.act("佐藤", |tx| asset::acts::retire(tx, &gone.id, gone.version, "破棄した")).unwrap();
        assert_eq!(said(house, &new), Some((Outcome::New, 1)));
        assert_eq!(said(house, &edited), Some((Outcome::Changed, 2)));
        assert_eq!(said(house, &gone), Some((Outcome::Retired, 1)));
        house.as_("佐藤").get(&address(house, "営業部")).has("2件すべて確認しました").has("破棄した");
        house.as_("渡辺").get("/inventory").has("2 / 2");
    });
}

#[test]
fn what_the_secretariat_changes_the_department_confirms_itself() {
    each_database(|house| {
        let row = register(house, "佐藤", "営業部", "契約書");
        open(house);
        let path = address(house, "営業部");
        house.as_("佐藤").post(&format!("{path}/confirmations"), &[]).is(303);
        house
            .act("渡辺", |tx| asset::acts::edit(tx, &row.id, row.version, draft("契約書の原本", true)))
            .unwrap();
        house.as_("佐藤").get(&path).has("あと1件").has("確認のあとに内容が変わりました");
        let early =
            house.as_("佐藤").post(&format!("{path}/submission"), &[("version", &version(house, "営業部"))]);
        early.is(422).has("まだ1項目");
        house.as_("佐藤").post(&format!("{path}/confirmations"), &[("asset", row.id.as_str())]).is(303);
        assert_eq!(said(house, &row), Some((Outcome::Changed, 2)));
    });
}

#[test]
fn a_sheet_goes_from_the_member_over_the_head_to_the_secretariat_and_back_with_a_reason() {
    each_database(|house| {
        register(house, "佐藤", "営業部", "契約書");
        open(house);
        let path = address(house, "営業部");
        assert_eq!(step(house, "佐藤", "営業部", "submission").0, 422, "a row is unconfirmed");
        house.as_("佐藤").post(&format!("{path}/confirmations"), &[]).is(303);
        assert_eq!(step(house, "佐藤", "営業部", "approval").0, 403);
        assert_eq!(step(house, "田中", "営業部", "approval").0, 409, "nothing was submitted");
        assert_eq!(step(house, "佐藤", "営業部", "submission").0, 303);
        assert_eq!(step(house, "佐藤", "営業部", "approval").0, 403, "a member does not approve");
        assert_eq!(step(house, "高橋", "営業部", "approval").0, 404, "nor does another department's head");
        assert_eq!(step(house, "渡辺", "営業部", "acceptance").0, 409, "before the head");
        assert_eq!(step(house, "田中", "営業部", "return").0, 303);
        house.as_("佐藤").get(&path).has("田中さんが差し戻しました。「2行目の媒体を直してください」");
        assert_eq!(step(house, "佐藤", "営業部", "submission").0, 303);
        house.as_("伊藤").get(&path).has("代理として承認（代）");
        assert_eq!(step(house, "伊藤", "営業部", "approval").0, 303);
        house.as_("渡辺").get(&path).has("伊藤（代）さんが部門として承認しました").has("受理");
        assert_eq!(step(house, "田中", "営業部", "acceptance").0, 403);
        assert_eq!(step(house, "渡辺", "営業部", "acceptance").0, 303);
        let done = sheet(house, "営業部");
        assert_eq!((done.flow.state, done.flow.returns.len()), (State::Checked, 1));
        house.as_("渡辺").get("/inventory?only=done").has("営業部").lacks("経理部");
        let late = register(house, "佐藤", "営業部", "あとから来た契約書");
        assert_eq!(said(house, &late), Some((Outcome::New, 1)), "registering it has confirmed it");
        let page = house.as_("佐藤").post(&format!("{path}/confirmations"), &[]);
        page.is(409).has("完了");
    });
}

#[test]
fn a_department_that_holds_nothing_says_so() {
    each_database(|house| {
        register(house, "佐藤", "営業部", "契約書");
        open(house);
        let path = format!("{}/submission", address(house, "人事部"));
        let silent = house.as_("鈴木").post(&path, &[("version", "1")]);
        silent.is(422).has("保有なし");
        house.as_("鈴木").post(&path, &[("version", "7"), ("none_held", "1")]).is(409);
        house.as_("鈴木").post(&path, &[("version", "1"), ("none_held", "1")]).is(303);
        assert!(sheet(house, "人事部").none_held);
        let path = format!("{}/submission", address(house, "営業部"));
        let held = house.as_("佐藤").post(&path, &[("version", "1"), ("none_held", "1")]);
        held.is(422).has("台帳に情報資産が残っています");
    });
}

#[test]
fn a_department_opened_later_gets_its_sheet_too_and_an_overdue_one_shows() {
    each_database(|house| {
        open(house);
        let today = house.app.clock.today();
        let late = house
            .act("加藤", |tx| meguri::people::acts::open_department(tx, "D09", "新規事業部", None, today))
            .unwrap();
        house.as_("渡辺").get("/inventory").has("棚卸票を追加");
        house.as_("佐藤").post(&format!("/inventory/{}/sheet", late.id), &[]).is(404);
        house.as_("渡辺").post(&format!("/inventory/{}/sheet", late.id), &[]).leads_to("/inventory");
        house.as_("渡辺").get("/inventory").lacks("棚卸票を追加");
        house.move_to("2026-06-01");
        house.as_("渡辺").get("/inventory").has("4部門が期限を過ぎています").has("期限超過");
    });
}

#[test]
fn nothing_can_be_confirmed_before_the_year_is_open() {
    each_database(|house| {
        let row = register(house, "佐藤", "営業部", "契約書");
        let early = house.act("佐藤", |tx| inventory::acts::confirm(tx, &row.id)).unwrap_err();
        assert!(matches!(early, Stop::Refusal(Refusal::Because(_))), "{early}");
        house.as_("佐藤").get(&address(house, "営業部")).is(422).has("棚卸はまだ始まっていません");
    });
}
