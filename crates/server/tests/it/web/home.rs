//! The first page, the report, the record log and the search, by role.

use super::breaks::{answer, april, assign, hand_in};
use super::risks::register;
use crate::support::{House, day, each_database};
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
        house.as_("小林").get("/").leads_to("/audits");
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

/// The address of the next step, if this page leads to one.
#[track_caller]
fn leads(house: &House, who: &str, href: Option<&str>, said: &str) {
    let page = house.as_(who).get("/");
    page.is(200).has("はじめの準備").lacks("すべて終わりました");
    let next = page
        .body
        .split("aria-current=\"step\"")
        .nth(1)
        .unwrap_or_else(|| panic!("no next step: {}", page.excerpt()));
    let next = next.split("</li>").next().unwrap();
    assert!(next.contains(said), "{who}: {next}");
    assert_eq!(next.split("href=\"").nth(1).and_then(|rest| rest.split('"').next()), href, "{who}: {next}");
}

#[test]
fn a_new_organisation_is_led_through_its_first_steps_by_role() {
    each_database(|house| {
        for who in ["渡辺", "山本", "加藤"] {
            house.as_(who).get("/").has("部門を開設").has("点検項目を割り当てる");
        }
        leads(house, "渡辺", Some("/assets/import"), "台帳を取り込む");
        leads(house, "山本", None, "事務局が行います");
        house
            .as_("渡辺")
            .get("/breaks")
            .is(200)
            .has("まだ始まっていません")
            .has("/assets/import")
            .lacks("すべてつながって");
        house
            .as_("中村")
            .get("/breaks")
            .has("次は「台帳を取り込む」です。事務局が行います")
            .lacks("/assets/import");
        register(house, "佐藤", "営業部", "応募者の履歴書");
        leads(house, "渡辺", Some("/inventory"), "棚卸を開始");
        let edition = house.read("山本", |rx| Ok(meguri::criteria::store::all(rx)?.remove(0))).unwrap();
        let method = edition.method.clone();
        house.write_as_system(|tx| tx.save(edition.step_back())).unwrap();
        leads(house, "山本", Some("/criteria"), "リスク基準の承認");
        leads(house, "渡辺", None, "経営層が行います");
        let draft = house.act("渡辺", |tx| meguri::criteria::acts::draft(tx, "第2版", method)).unwrap();
        house.act("山本", |tx| meguri::criteria::acts::approve(tx, &draft.id)).unwrap();
        house.act("渡辺", |tx| meguri::inventory::acts::open(tx, 2026, day("2026-06-30"))).unwrap();
        leads(house, "渡辺", Some("/items"), "点検項目を割り当てる");
        assign(house);
        for who in ["渡辺", "山本", "加藤"] {
            house.as_(who).get("/").is(200).lacks("はじめの準備");
        }
        house.as_("佐藤").get("/").lacks("はじめの準備");
    });
}

#[test]
fn who_has_nothing_to_do_hears_what_comes_next_and_what_is_broken() {
    each_database(|house| {
        let asset = register(house, "佐藤", "営業部", "応募者の履歴書");
        house.act("渡辺", |tx| meguri::inventory::acts::open(tx, 2026, day("2026-06-30"))).unwrap();
        house.act("佐藤", |tx| meguri::inventory::acts::confirm(tx, &asset.id)).unwrap();
        assign(house);
        let executive = house.as_("山本").get("/");
        executive.has("切れ目が1か所あります").has("href=\"/breaks\"").lacks("すべて終わりました");
        executive.has("次は2026年4月分の月次報告です。事務局のチェックの期限は2026年5月19日(火)です");
        house.as_("中村").get("/").has("切れ目が1か所あります").has("次は2026年4月分の月次報告です");
        house.as_("渡辺").get("/").has("次は2026年4月分のチェックです。部門の期限は2026年5月12日(火)");
        house.as_("加藤").get("/").has("[設定]で反映してください").lacks("切れ目が");
    });
}

#[test]
fn a_sheet_that_is_begun_says_so_with_its_progress() {
    each_database(|house| {
        assign(house);
        let department = house.department("営業部");
        let second = meguri_domain::ids::CheckItemId::new("CHK-O02").unwrap();
        let monthly = meguri_domain::inspection::Rhythm::Monthly;
        house
            .act("渡辺", |tx| meguri::inspection::acts::assign(tx, &second, &department, monthly, april()))
            .unwrap();
        house.as_("佐藤").get("/").has("未着手").has("営業部 · 2項目");
        let drafts = [answer(Mark::Good)];
        house
            .act("佐藤", |tx| {
                meguri::inspection::acts::save_sheet(tx, &department, april(), 0, &drafts, "")
            })
            .unwrap();
        house
            .as_("佐藤")
            .get("/")
            .has("続きを入力")
            .has("記入中")
            .has("2項目のうち1項目を記入")
            .lacks("未着手");
        house.move_to("2026-05-13");
        house.as_("佐藤").get("/").has("続きを入力").has("期限超過").lacks("記入中");
    });
}

#[test]
fn the_administrator_is_not_sent_to_a_report_that_is_closed_to_him() {
    each_database(|house| {
        house
            .as_("加藤")
            .get("/record")
            .is(200)
            .lacks("href=\"/report\"")
            .has("ハッシュ値（記録全体の指紋）");
        house.as_("渡辺").get("/record").is(200).has("href=\"/report\"");
    });
}

#[test]
fn marks_that_turn_the_direction_of_reading_are_spelled_out_wherever_text_is_shown() {
    each_database(|house| {
        let asset = register(house, "佐藤", "営業部", "名簿\u{202e}fdp.exe\u{2066}");
        house.act("渡辺", |tx| meguri::inventory::acts::open(tx, 2026, day("2026-06-30"))).unwrap();
        house.act("佐藤", |tx| meguri::inventory::acts::confirm(tx, &asset.id)).unwrap();
        let risks = format!("/risks/assets/{}", asset.id);
        let own = format!("/assets/{}", asset.id);
        for page in ["/assets", &own, "/breaks", "/search?q=fdp", &risks] {
            let shown = house.as_("渡辺").get(page);
            shown.is(200).has("名簿[U+202E]fdp.exe[U+2066]").lacks("\u{202e}").lacks("\u{2066}");
        }
    });
}
