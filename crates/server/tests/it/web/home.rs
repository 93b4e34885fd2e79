//! The first page, the report, the record log and the search, by role.

use super::breaks::{assign, hand_in};
use super::risks::register;
use crate::support::each_database;
use meguri_domain::inspection::Mark;

#[test]
fn each_role_finds_its_own_work() {
    each_database(|house| {
        house.as_("佐藤").get("/").is(200).has("今やることはありません").has("次は2026年5月分です");
        assign(house);
        house.as_("佐藤").get("/").is(200).has("自主点検 2026年4月分").has("入力");
        house.move_to("2026-05-13");
        house.as_("佐藤").get("/").has("期限超過").has("が期限を過ぎています");
        house.as_("鈴木").get("/").is(200).lacks("営業部").has("今やることはありません");
        hand_in(house, Mark::Good);
        house.as_("佐藤").get("/").has("事務局確認待ち");
        house
            .as_("渡辺")
            .get("/")
            .is(200)
            .has("2026年4月分のチェック 1部門")
            .has("継続率")
            .has("table class=\"board\"");
        house.as_("山本").get("/").is(200).has("切れ目").has("継続率");
        house.as_("中村").get("/").is(200).has("/record");
        house.as_("小林").get("/").is(200).has("/breaks");
        house.as_("加藤").get("/").is(200).has("/settings/people").lacks("営業部");
    });
}

#[test]
fn the_report_is_of_ones_own_departments_and_carries_the_root() {
    each_database(|house| {
        assign(house);
        house.move_to("2026-05-20");
        let root = house.read_as_system(|rx| Ok(meguri::record::store::head(rx)?.root)).unwrap();
        let report = house.as_("渡辺").get("/report");
        report.is(200).has("2026年4月分").has("営業部").has("期限超過").has(&root);
        house.as_("鈴木").get("/report").is(200).lacks("営業部").has("自部門の分");
        house.as_("加藤").get("/report").is(403);
        house.as_("渡辺").get("/report?month=odd").is(200);
    });
}

#[test]
fn the_record_shows_contents_to_who_may_see_them() {
    each_database(|house| {
        register(house, "佐藤", "営業部", "応募者の履歴書");
        let head = house.read_as_system(|rx| Ok(meguri::record::store::head(rx)?)).unwrap();
        let entry = format!("/record/{}", head.size - 1);
        let watanabe = house.as_("渡辺");
        watanabe.get("/record").is(200).has("佐藤さんが情報資産を登録しました（営業部）").has(&head.root);
        watanabe.get("/record?kind=asset").has("情報資産を登録しました").lacks("利用者を登録しました");
        let other = format!("/record?department={}", house.department("人事部"));
        watanabe.get(&other).is(200).lacks("情報資産を登録しました");
        watanabe.get(&entry).is(200).has("応募者の履歴書").has("内容の封印");
        house.as_("加藤").get(&entry).is(200).lacks("応募者の履歴書").has("表示されません");
        house.as_("佐藤").get("/record").is(403);
        house.as_("佐藤").post("/record/verification", &[]).is(403);
        watanabe.get("/record/99999999").is(404);
        watanabe.get("/record/-1").is(404);
        watanabe.get("/record?kind=%25&before=x").is(200);
        for idx in 0..head.size {
            watanabe.get(&format!("/record/{idx}")).is(200).lacks("argon2");
        }
        watanabe.post("/record/verification", &[]).is(200).has("合格");
    });
}

#[test]
fn the_search_stays_inside_what_one_may_see() {
    each_database(|house| {
        register(house, "佐藤", "営業部", "応募者のﾘﾚｷｼｮ 100%");
        house.as_("佐藤").get("/search?q=%E3%82%8A%E3%82%8C%E3%81%8D%E3%81%97%E3%82%87").is(200).has("100%");
        house.as_("佐藤").get("/search?q=100%25").has("情報資産");
        house.as_("佐藤").get("/search?q=%25").has("100%");
        house.as_("佐藤").get("/search?q=1_0").has("見つかりませんでした");
        house.as_("鈴木").get("/search?q=100").is(200).has("見つかりませんでした");
        house.as_("加藤").get("/search?q=100").is(200).has("見つかりませんでした");
        house.as_("渡辺").get("/search?q=100").has("営業部");
        house.as_("渡辺").get("/search?q=").is(200);
        house.as_("渡辺").get("/search").is(200);
    });
}
