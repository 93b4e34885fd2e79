//! The campaign as a whole: a year carries the register forward, all but the exceptions are confirmed at once, and
//! the year is laid beside the one before.

use super::risks::{draft, judge, register};
use crate::support::{House, each_database};
use meguri::{asset, inventory};
use meguri_domain::asset::{Asset, AssetDraft};

fn open(house: &House, year: i64, due_on: &str) {
    house.act("渡辺", |tx| inventory::acts::open(tx, year, crate::support::day(due_on))).unwrap();
}

fn edit(house: &House, asset: &Asset, draft: AssetDraft) -> Asset {
    let now = house
        .read_as_system(|rx| {
            asset::store::find(rx, &rx.scope(meguri_domain::people::Act::SeeRegister), &asset.id)
        })
        .unwrap();
    house.act("佐藤", |tx| asset::acts::edit(tx, &asset.id, now.version, draft)).unwrap()
}

#[test]
fn all_but_the_ticked_rows_are_confirmed_in_one_press() {
    each_database(|house| {
        let rows = ["契約書", "見積書", "名刺", "申込書"].map(|name| register(house, "佐藤", "営業部", name));
        open(house, 2026, "2026-05-29");
        let page = format!("/inventory/{}", house.department("営業部"));
        let browser = house.as_("佐藤");
        browser
            .get(&page)
            .has("name=\"except\"")
            .has("form=\"rest\"")
            .has("<kbd>1</kbd>")
            .has("data-key=\"3\"");
        let ticked = [("except", rows[1].id.as_str()), ("except", rows[3].id.as_str())];
        browser.post(&format!("{page}/confirmations"), &ticked).is(303);
        browser.get(&page).has("印を付けた2件は未確認のままです").has("4件のうち、あと2件");
        let only = browser.get(&format!("{page}?only=open"));
        only.has("見積書").has("申込書").lacks("名刺");
        let retire = format!("{page}/retirements");
        browser.post(&retire, &[("asset", rows[3].id.as_str()), ("reason", " ")]).is(422);
        browser.post(&retire, &[("asset", rows[3].id.as_str()), ("reason", "裁断した")]).is(303);
        let other = register(house, "鈴木", "人事部", "履歴書");
        browser.post(&retire, &[("asset", other.id.as_str()), ("reason", "裁断した")]).is(404);
        let theirs = format!("/inventory/{}/retirements", house.department("人事部"));
        browser.post(&theirs, &[("asset", rows[0].id.as_str()), ("reason", "裁断した")]).is(404);
        browser.get(&page).has("3件のうち、あと1件").has("裁断した");
    });
}

#[test]
fn a_new_year_carries_the_register_forward_and_is_laid_beside_the_old_one() {
    each_database(|house| {
        let [kept, changed, back, gone] =
            ["契約書", "見積書", "名刺", "申込書"].map(|name| register(house, "佐藤", "営業部", name));
        register(house, "鈴木", "人事部", "履歴書");
        open(house, 2026, "2026-05-29");
        let page = format!("/inventory/{}", house.department("営業部"));
        house.as_("佐藤").get("/inventory/difference").is(200).has("前年度の棚卸がまだありません");
        house.as_("佐藤").post(&format!("{page}/confirmations"), &[]).is(303);
        house
            .as_("鈴木")
            .post(&format!("/inventory/{}/confirmations", house.department("人事部")), &[])
            .is(303);
        house.move_to("2027-04-01");
        open(house, 2027, "2027-05-31");
        let browser = house.as_("佐藤");
        browser.get(&page).has("4件のうち、あと4件を確認してください");
        let wider = AssetDraft { users: "全社".into(), confidentiality: 3, ..draft("見積書", true) };
        edit(house, &changed, wider);
        edit(house, &back, draft("名刺の束", true));
        edit(house, &back, draft("名刺", true));
        house.act("佐藤", |tx| asset::acts::retire(tx, &gone.id, 1, "裁断した")).unwrap();
        register(house, "佐藤", "営業部", "電子契約");
        let passing = register(house, "佐藤", "営業部", "一時の控え");
        house.act("佐藤", |tx| asset::acts::retire(tx, &passing.id, 1, "すぐに不要")).unwrap();
        let difference = browser.get("/inventory/difference");
        difference.has("追加1件、変更2件、廃止1件、変更なし1件").lacks("人事部").lacks("一時の控え");
        difference.has("利用者範囲").has("<b>全社</b>").has("<s>2</s>").has("理由：裁断した");
        difference.has("今の内容は前年度と同じです").has("電子契約");
        browser.get("/inventory/difference?only=unchanged").has(&kept.name).lacks("電子契約");
        browser.get("/inventory/difference?paper=1").has("data-print").lacks(&format!("/assets/{}", kept.id));
        let all = house.as_("渡辺").get("/inventory/difference");
        all.has("追加1件、変更2件、廃止1件、変更なし2件").has("人事部").has("全社");
        let other = format!("/inventory/difference?department={}", house.department("人事部"));
        house.as_("渡辺").get(&other).has("変更なし1件").lacks("電子契約");
        browser.get(&other).is(404);
        house.as_("加藤").get("/inventory/difference").is(403);
        house.as_("渡辺").get("/inventory").has("前年度との比較");
    });
}

#[test]
fn new_and_changed_rows_ask_for_their_assessment_on_the_breaks_page() {
    each_database(|house| {
        let row = register(house, "佐藤", "営業部", "契約書");
        open(house, 2026, "2026-05-29");
        let page = format!("/inventory/{}/confirmations", house.department("営業部"));
        let browser = house.as_("佐藤");
        browser.post(&page, &[]).is(303);
        judge(house, "佐藤", &row, "T001", (1, 1)).unwrap();
        browser.get("/breaks").is(200).lacks("契約書").lacks("電子契約");
        edit(house, &row, draft("契約書（原本）", true));
        browser.get("/breaks").has("契約書（原本）");
        judge(house, "佐藤", &row, "T001", (1, 1)).unwrap();
        browser.get("/breaks").lacks("契約書（原本）");
        register(house, "佐藤", "営業部", "電子契約");
        browser.get("/breaks").has("電子契約");
    });
}

#[test]
fn who_is_late_stands_first() {
    each_database(|house| {
        register(house, "佐藤", "営業部", "契約書");
        open(house, 2026, "2026-05-29");
        let path = format!("/inventory/{}", house.department("営業部"));
        house.as_("佐藤").post(&format!("{path}/confirmations"), &[]).is(303);
        let version = house.as_("佐藤").get(&path).value("version");
        house.as_("佐藤").post(&format!("{path}/submission"), &[("version", &version)]).is(303);
        house.move_to("2026-06-01");
        let body = house.as_("渡辺").get("/inventory").body;
        let table = &body[body.find("<tbody>").unwrap()..];
        let place = |name: &str| table.find(name).unwrap();
        assert!(
            place("経理部") < place("営業部") && place("人事部") < place("営業部"),
            "D01 waits, the others are late"
        );
    });
}

/// 5,000 rows are confirmed at once and compared without a wait.
#[test]
fn five_thousand_rows_are_confirmed_and_compared_quickly() {
    let count: usize = std::env::var("MEGURI_CASES").ok().and_then(|text| text.parse().ok()).unwrap_or(300);
    each_database(|house| {
        let department = house.department("営業部");
        let method = meguri_domain::criteria::Method::ipa_3_1();
        house
            .act("佐藤", |tx| {
                for number in 0..count {
                    let id = tx.id(meguri_domain::ids::AssetId::new);
                    let draft = draft(&format!("控え{number:05}"), true);
                    tx.save(Asset::register(id, department.clone(), draft, &method, tx.actor())?)?;
                }
                Ok(())
            })
            .unwrap();
        open(house, 2026, "2026-05-29");
        let page = format!("/inventory/{department}/confirmations");
        let began = std::time::Instant::now();
        house.as_("佐藤").post(&page, &[]).is(303);
        let confirmed = began.elapsed();
        house.move_to("2027-04-01");
        open(house, 2027, "2027-05-31");
        house.as_("佐藤").post(&page, &[]).is(303);
        let began = std::time::Instant::now();
        house.as_("渡辺").get("/inventory/difference").has(&format!("変更なし{count}件"));
        let compared = began.elapsed();
        println!(
            "{}: {count} rows confirmed in {confirmed:?}, compared in {compared:?}",
            house.app.db.kind()
        );
    });
}
