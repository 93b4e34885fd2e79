//! The monthly sheet: filling it in, handing it in, confirming, checking, returning, evidence, two persons at once.

use crate::support::{Browser, House, Page, day, each_database};
use meguri::{closing, inspection};
use meguri_domain::Month;
use meguri_domain::ids::CheckItemId;
use meguri_domain::inspection::Rhythm;

pub const ITEMS: [&str; 3] = ["CHK-O01", "CHK-O02", "CHK-P01"];

pub fn month(text: &str) -> Month {
    Month::parse(text).unwrap()
}

/// Lets a department owe three items every month from April on.
pub fn owe(house: &House, department: &str) {
    let department = house.department(department);
    for item in ITEMS {
        let item = CheckItemId::new(item).unwrap();
        house
            .act("渡辺", |tx| {
                inspection::acts::assign(tx, &item, &department, Rhythm::Monthly, month("2026-04"))
            })
            .unwrap();
    }
}

pub fn address(house: &House, department: &str, month: &str) -> String {
    format!("/inspections/{}/{month}", house.department(department))
}

/// Saves the sheet with marks in the order of [`ITEMS`] and further fields.
pub fn save(browser: &Browser<'_>, page: &str, marks: [&str; 3], more: &[(&str, &str)]) -> Page {
    let version = browser.get(page).value("version");
    let names: Vec<String> = ITEMS.iter().map(|item| format!("mark.{item}")).collect();
    let mut fields: Vec<(&str, &str)> =
        names.iter().map(String::as_str).zip(marks).filter(|(_, mark)| !mark.is_empty()).collect();
    fields.push(("version", &version));
    fields.extend_from_slice(more);
    browser.post(page, &fields)
}

/// The steps' version: the sheet's page holds it in the forms of its acts.
fn step(browser: &Browser<'_>, page: &str, act: &str, more: &[(&str, &str)]) -> Page {
    let shown = browser.get(page);
    let id = sheet_id(&shown, act);
    let version = shown.value("version");
    let mut fields = vec![("version", version.as_str())];
    fields.extend_from_slice(more);
    browser.post(&format!("/inspections/{id}/{act}"), &fields)
}

fn sheet_id(page: &Page, act: &str) -> String {
    let end = format!("/{act}\"");
    let at = page.body.find(&end).unwrap_or_else(|| panic!("no {act} on the page: {}", page.excerpt()));
    page.body[..at].rsplit("/inspections/").next().unwrap().to_owned()
}

/// Hands in a complete sheet; gives where its summary stands.
pub fn hand_in(browser: &Browser<'_>, page: &str, marks: [&str; 3], more: &[(&str, &str)]) -> String {
    let saved = save(browser, page, marks, &[more, &[("act", "submit")]].concat());
    assert!(saved.location.ends_with("/submission"), "{} {}", saved.location, saved.excerpt());
    let summary = browser.follow(&saved);
    let version = summary.is(200).value("version");
    browser.post(&saved.location, &[("version", &version)]).leads_to(page);
    saved.location
}

const BAD: [(&str, &str); 5] = [
    ("note.CHK-O02", "異動した2名の分が台帳に残っていた"),
    ("cause.CHK-O02", "異動の連絡が台帳の担当に届かない"),
    ("fix.CHK-O02", "異動届の写しを台帳の担当にも回す"),
    ("owner.CHK-O02", "営業課長"),
    ("due_on.CHK-O02", "2026-05-29"),
];

#[test]
fn a_sheet_goes_from_the_member_over_the_head_to_the_secretariat() {
    each_database(|house| {
        owe(house, "営業部");
        house.move_to("2026-04-24");
        let page = address(house, "営業部", "2026-04");
        let sato = house.as_("佐藤");
        sato.get("/inspections").is(200).has("営業部").has("記入").lacks("人事部");
        sato.get(&page).is(200).has("組織的安全管理措置").has("0/3").has("2026年5月");
        save(&sato, &page, ["good", "", ""], &[]).leads_to(&page);
        sato.get(&page).has("1/3").has("記入中");
        hand_in(
            &sato,
            &page,
            ["good", "partly", "na"],
            &[("note.CHK-O02", "1名分が残った"), ("note.CHK-P01", "来客がない")],
        );
        sato.get(&page)
            .has("部門確認待ち")
            .has("1名分が残った")
            .has("佐藤さんが提出しました。")
            .lacks("data-autosave");
        let tanaka = house.as_("田中");
        step(&tanaka, &page, "confirmation", &[]).leads_to(&page);
        tanaka.get(&page).has("事務局確認待ち").lacks("/check\"");
        let watanabe = house.as_("渡辺");
        watanabe.get("/inspections?month=2026-04").is(200).has("営業部").has("人事部").has("チェック");
        step(&watanabe, &page, "check", &[]).leads_to(&page);
        watanabe.get(&page).has("渡辺さんがチェックしました。").has("完了");
        watanabe.get("/inspections?month=2026-04&only=done").has("営業部").lacks("人事部");
    });
}

#[test]
fn an_incomplete_sheet_is_not_submitted_and_says_what_is_missing() {
    each_database(|house| {
        owe(house, "営業部");
        let page = address(house, "営業部", "2026-04");
        let sato = house.as_("佐藤");
        let saved =
            save(&sato, &page, ["good", "bad", ""], &[("note.CHK-O02", "残っていた"), ("act", "submit")]);
        saved.leads_to(&format!("{page}?check=1"));
        sato.follow(&saved).has("まだ提出できません").has("「原因」が空です").has("まだ回答がありません");
        let sheet = house.read("佐藤", |rx| {
            let scope = rx.scope(meguri_domain::people::Act::SeeMonth);
            Ok(inspection::store::sheet_of(rx, &scope, &house.department("営業部"), month("2026-04"))?
                .unwrap())
        });
        let sheet = sheet.unwrap();
        let forced = sato.post(&format!("/inspections/{}/submission", sheet.id), &[("version", "1")]);
        forced.is(422).has("まだ1項目に回答がありません");
        // What was typed stays, also where a date is none.
        let wrong = save(
            &sato,
            &page,
            ["good", "bad", "good"],
            &[("note.CHK-O02", "残っていた"), ("due_on.CHK-O02", "5月末")],
        );
        wrong.is(422).has("「是正の期限」の値が合いません").has("残っていた");
    });
}

#[test]
fn a_x_opens_a_correction_that_comes_back_next_month() {
    each_database(|house| {
        owe(house, "営業部");
        let page = address(house, "営業部", "2026-04");
        let sato = house.as_("佐藤");
        let saved = save(&sato, &page, ["good", "bad", "good"], &[&BAD[..], &[("act", "submit")]].concat());
        sato.follow(&saved).has("是正処置が1件はじまります").has("異動届の写しを台帳の担当にも回す");
        let version = sato.follow(&saved).value("version");
        sato.post(&saved.location, &[("version", &version)]).leads_to(&page);
        house.move_to("2026-05-11");
        let sato = house.as_("佐藤"); // The session before has ended.
        let next = address(house, "営業部", "2026-05");
        sato.get(&next)
            .has("前の月から続いている項目")
            .has("異動した2名の分が台帳に残っていた")
            .has("/corrections/");
    });
}

#[test]
fn a_sheet_comes_back_with_a_reason_and_its_corrected_x_is_withdrawn() {
    each_database(|house| {
        owe(house, "営業部");
        let page = address(house, "営業部", "2026-04");
        let (sato, tanaka) = (house.as_("佐藤"), house.as_("田中"));
        hand_in(&sato, &page, ["good", "bad", "good"], &BAD);
        step(&tanaka, &page, "return", &[("reason", "")]).is(422);
        step(&tanaka, &page, "return", &[("reason", "異動した人は1名です")]).leads_to(&page);
        sato.get(&page).has("差し戻されました").has("異動した人は1名です").has("差戻し");
        hand_in(&sato, &page, ["good", "good", "good"], &[]);
        sato.get("/corrections").has("取下げ").lacks("効果確認待ち</span>");
        tanaka.get(&page).has("田中さんが差し戻しました。");
    });
}

#[test]
fn the_rest_is_marked_as_done_without_javascript() {
    each_database(|house| {
        owe(house, "営業部");
        let page = address(house, "営業部", "2026-04");
        let sato = house.as_("佐藤");
        save(&sato, &page, ["", "", "na"], &[("note.CHK-P01", "来客がない"), ("rest", "good")])
            .leads_to(&page);
        sato.get(&page).has("3/3").has("来客がない");
    });
}

#[test]
fn whoever_saves_second_sees_both_answers() {
    each_database(|house| {
        owe(house, "営業部");
        let page = address(house, "営業部", "2026-04");
        let (sato, tanaka) = (house.as_("佐藤"), house.as_("田中"));
        // Both open the sheet that nobody has begun.
        let begun = sato
            .post(&page, &[("version", "0"), ("mark.CHK-O01", "partly"), ("note.CHK-O01", "二件が未登録")]);
        begun.leads_to(&page);
        let lost =
            tanaka.post(&page, &[("version", "0"), ("mark.CHK-O01", "good"), ("mark.CHK-P01", "good")]);
        lost.is(409).has("ほかの人が先に保存しています").has("△ 一部できていない").has("二件が未登録");
        assert_eq!(lost.value("version"), "1");
        let kept =
            tanaka.post(&page, &[("version", "1"), ("mark.CHK-O01", "good"), ("mark.CHK-P01", "good")]);
        kept.leads_to(&page);
        tanaka.get(&page).has("2/3").lacks("二件が未登録");
        // The same once more, from an old page: nothing is lost, so nothing is refused.
        tanaka.post(&page, &[("version", "1"), ("mark.CHK-O01", "good")]).leads_to(&page);
    });
}

#[test]
fn a_double_click_counts_once() {
    each_database(|house| {
        owe(house, "営業部");
        let page = address(house, "営業部", "2026-04");
        let sato = house.as_("佐藤");
        let fields =
            [("version", "0"), ("mark.CHK-O01", "good"), ("act", "save"), ("req", "0123456789abcdef")];
        sato.post(&page, &fields).leads_to(&page);
        sato.post(&page, &fields).leads_to(&page);
        assert_eq!(sato.get(&page).value("version"), "1");
    });
}

#[test]
fn nobody_checks_what_he_confirmed_or_reads_what_is_not_his() {
    each_database(|house| {
        owe(house, "営業部");
        let page = address(house, "営業部", "2026-04");
        let sato = house.as_("佐藤");
        hand_in(&sato, &page, ["good", "good", "good"], &[]);
        house.as_("鈴木").get(&page).is(404);
        house.as_("鈴木").get("/inspections").lacks("営業部");
        house.as_("中村").get(&page).is(200).lacks("/check\"");
        let shown = house.as_("田中").get(&page);
        let (id, version) = (sheet_id(&shown, "confirmation"), shown.value("version"));
        let fields = [("version", version.as_str())];
        house.as_("鈴木").post(&format!("/inspections/{id}/confirmation"), &fields).is(404);
        sato.post(&format!("/inspections/{id}/confirmation"), &fields).is(403);
        house.as_("中村").post(&format!("/inspections/{id}/check"), &fields).is(403);
        // The deputy signs as deputy.
        step(&house.as_("伊藤"), &page, "confirmation", &[]).leads_to(&page);
        house.as_("渡辺").get(&page).has("伊藤さん（代）");
        house.as_("鈴木").post(&page, &[("version", "0"), ("mark.CHK-O01", "good")]).is(404);
        house.as_("渡辺").post(&page, &[("version", "0"), ("mark.CHK-O01", "good")]).is(403);
    });
}

#[test]
fn a_late_sheet_asks_for_its_reason() {
    each_database(|house| {
        owe(house, "営業部");
        house.move_to("2026-05-20");
        let page = address(house, "営業部", "2026-04");
        let sato = house.as_("佐藤");
        sato.get(&page).has("期限の2026年5月12日(火)を過ぎています").has("遅れた理由");
        let saved = save(&sato, &page, ["good", "good", "good"], &[("act", "submit")]);
        saved.leads_to(&format!("{page}?check=1"));
        sato.follow(&saved).has("「遅れた理由」が空です");
        hand_in(
            &sato,
            &page,
            ["good", "good", "good"],
            &[("late_reason", "担当者の休暇のため、5月20日に点検した")],
        );
        sato.get(&page).has("期限のあとに提出しました").has("担当者の休暇のため");
    });
}

#[test]
fn a_closed_month_and_one_to_come_take_nothing_and_say_why() {
    each_database(|house| {
        owe(house, "営業部");
        let sato = house.as_("佐藤");
        let coming = address(house, "営業部", "2026-05");
        sato.get(&coming).is(200).has("まだ始まっていない月").lacks("<form class=\"inspection\"");
        sato.post(&coming, &[("version", "0"), ("mark.CHK-O01", "good")]).is(422).has("まだ始まっていない月");
        house.move_to("2026-05-20");
        let sato = house.as_("佐藤"); // The session before has ended.
        let page = address(house, "営業部", "2026-04");
        save(&sato, &page, ["good", "", ""], &[]).leads_to(&page);
        let department = house.department("営業部");
        house.act("渡辺", |tx| closing::acts::close(tx, &department, month("2026-04"))).unwrap();
        sato.get(&page).is(200).has("この月は締められています").lacks("<form class=\"inspection\"");
        sato.post(&page, &[("version", "1"), ("mark.CHK-O02", "good")])
            .is(409)
            .has("この月は締められています");
    });
}

#[test]
fn evidence_is_taken_when_it_is_what_its_name_says_and_shown_to_its_department_only() {
    each_database(|house| {
        owe(house, "営業部");
        let page = address(house, "営業部", "2026-04");
        let sato = house.as_("佐藤");
        let to = format!("{page}/items/CHK-O01/evidence");
        let pdf: &[u8] = b"%PDF-1.7 nyutaishitsu";
        sato.post_multipart(&to, &[], &[("file", "入退室.pdf", "application/pdf", pdf)])
            .is(422)
            .has("まだ回答が保存されていません");
        save(&sato, &page, ["good", "", ""], &[]).leads_to(&page);
        sato.post_multipart(&to, &[], &[("file", "入退室.pdf", "application/pdf", pdf)])
            .leads_to(&format!("{page}#item-CHK-O01"));
        sato.post_multipart(&to, &[("label", "総務課キャビネット2段目")], &[]).is(303);
        sato.post_multipart(&to, &[], &[("file", "page.html", "text/html", b"<html>")])
            .is(422)
            .has("pdf・png");
        sato.post_multipart(&to, &[], &[("file", "page.pdf", "application/pdf", b"<html><script>")])
            .is(422)
            .has("中身が、名前の拡張子と違います");
        sato.post_multipart(&to, &[], &[]).is(422);
        let shown = sato.get(&page);
        shown.has("入退室.pdf").has("総務課キャビネット2段目").lacks("page.html");
        let id = shown.body.split("/evidence/").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let id = if id.len() == 36 { id } else { evidence_id(&shown) };
        let file = sato.get(&format!("/evidence/{id}"));
        file.is(200);
        assert_eq!((file.kind.as_str(), file.bytes.as_slice()), ("application/pdf", pdf));
        house.as_("中村").get(&format!("/evidence/{id}")).is(200);
        house.as_("鈴木").get(&format!("/evidence/{id}")).is(404);
        house.as_("加藤").get(&format!("/evidence/{id}")).is(404);
        house.as_("鈴木").post_multipart(&to, &[("label", "x")], &[]).is(404);
        house.as_("渡辺").post_multipart(&to, &[("label", "x")], &[]).is(403);
        sato.post(&format!("/evidence/{id}/withdrawal"), &[("reason", "別の月のもの"), ("next", &page)])
            .leads_to(&page);
        sato.get(&page).has("取消し済み");
        hand_in(&sato, &page, ["good", "good", "good"], &[]);
        sato.post_multipart(&to, &[("label", "あとから")], &[]).is(409);
    });
}

#[test]
fn a_file_sent_twice_is_attached_once_and_another_under_its_key_is_refused() {
    each_database(|house| {
        owe(house, "営業部");
        let page = address(house, "営業部", "2026-04");
        let sato = house.as_("佐藤");
        save(&sato, &page, ["good", "", ""], &[]).leads_to(&page);
        let to = format!("{page}/items/CHK-O01/evidence?req=sent-over-a-bad-line");
        let led = format!("{page}#item-CHK-O01");
        let first = ("file", "入退室.pdf", "application/pdf", b"%PDF-1.7 one".as_slice());
        sato.post_multipart(&to, &[], &[first]).leads_to(&led);
        sato.post_multipart(&to, &[], &[first]).leads_to(&led);
        assert_eq!(sato.get(&page).body.matches("入退室.pdf").count(), 1);
        let others = [("入退室.pdf", b"%PDF-1.7 two".as_slice()), ("鍵.pdf", first.3)];
        for (name, bytes) in others {
            sato.post_multipart(&to, &[], &[("file", name, "application/pdf", bytes)])
                .is(422)
                .has("すでに別の内容が送信されています");
        }
        sato.post_multipart(&to, &[("label", "第七倉庫の棚")], &[]).is(422);
        sato.get(&page).lacks("鍵.pdf").lacks("第七倉庫");
    });
}

fn evidence_id(page: &Page) -> String {
    let mut ids = page.body.split("href=\"/evidence/").skip(1);
    ids.next().unwrap().split('"').next().unwrap().to_owned()
}

#[test]
fn the_secretariat_assigns_items_and_changes_rhythms_without_touching_the_past() {
    each_database(|house| {
        let watanabe = house.as_("渡辺");
        house.as_("佐藤").get("/items").is(403);
        watanabe.get("/items").is(200).has("CHK-O01").has("83項目");
        let fields = [
            ("item", "CHK-O01"),
            ("item", "CHK-P01"),
            ("department", "all"),
            ("rhythm", "monthly"),
            ("from", "2026-04"),
        ];
        watanabe.post("/items/assignments", &fields).leads_to("/items?only=owed");
        watanabe.get("/items?only=owed").has("6件を割り当てました").has("83項目のうち2項目");
        watanabe.post("/items/assignments", &fields).is(303);
        let of_item = watanabe.get("/items/CHK-O01");
        of_item.is(200).has("営業部").has("人事部").has("経理部").has("毎月");
        let id = of_item.body.split("/assignments/").nth(1).unwrap().split('/').next().unwrap().to_owned();
        let change = format!("/assignments/{id}/rhythm");
        watanabe.post(&change, &[("rhythm", "quarterly"), ("from", "2026-04")]).is(422);
        house.move_to("2026-06-10");
        let watanabe = house.as_("渡辺"); // The session before has ended.
        watanabe.post(&change, &[("rhythm", "quarterly"), ("from", "2026-05")]).is(422);
        house.as_("山本").post(&change, &[("rhythm", "quarterly"), ("from", "2026-06")]).is(403);
        watanabe.post(&change, &[("rhythm", "quarterly"), ("from", "2026-06")]).leads_to("/items/CHK-O01");
        watanabe.get("/items/CHK-O01").has("四半期").has("2026年5月");
        let again = watanabe.get("/items/CHK-O01");
        let id = again.body.split("/assignments/").nth(1).unwrap().split('/').next().unwrap().to_owned();
        watanabe.post(&format!("/assignments/{id}/end"), &[("last", "2026-04")]).is(422);
        watanabe.post(&format!("/assignments/{id}/end"), &[("last", "2026-06")]).is(303);
        let own = [("text_ja", "鍵の本数を数えた"), ("measure", "physical")];
        let added = watanabe.post("/items", &own);
        watanabe.follow(&added).has("鍵の本数を数えた").has("まだどの部門にも割り当てていません");
        watanabe.post("/items", &[("text_ja", ""), ("measure", "physical")]).is(422);
        assert_eq!(house.app.clock.today(), day("2026-06-10"));
    });
}
