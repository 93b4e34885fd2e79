//! Signing in, sessions, double clicks, languages, set-up links.

use crate::support::{House, PASSWORD, databases, day, each_database};
use meguri::asset;
use meguri::people::{acts, store};
use meguri_domain::people::{Act, Role};

#[test]
fn a_person_signs_in_and_a_wrong_password_says_nothing_of_the_account() {
    each_database(|house| {
        let browser = house.visitor();
        browser.get("/assets").leads_to("/sign-in?next=%2Fassets");
        let wrong = browser.post(
            "/sign-in",
            &[("email", "sato@mihon.example"), ("password", "ちがう合い言葉です。長いです")],
        );
        let stranger = browser.post(
            "/sign-in",
            &[("email", "nobody@mihon.example"), ("password", "ちがう合い言葉です。長いです")],
        );
        let sentence = "メールアドレスかパスワードが違います";
        wrong.is(422).has(sentence).has("sato@mihon.example");
        stranger.is(422).has(sentence);
        let fields =
            [("email", "Sato@mihon.example "), ("password", PASSWORD), ("next", "/theme-is-not-here")];
        browser.post("/sign-in", &fields).leads_to("/theme-is-not-here");
        browser.get("/theme-is-not-here").is(404).has("この画面を見られません");
        browser.post("/sign-out", &[]).leads_to("/sign-in");
        browser.get("/theme-is-not-here").leads_to("/sign-in?next=%2Ftheme-is-not-here");
    });
}

#[test]
fn an_address_elsewhere_is_never_the_next_page() {
    each_database(|house| {
        for next in ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)"] {
            let fields = [("email", "sato@mihon.example"), ("password", PASSWORD), ("next", next)];
            house.visitor().post("/sign-in", &fields).leads_to("/");
        }
    });
}

#[test]
fn ten_wrong_passwords_make_an_account_wait() {
    each_database(|house| {
        let browser = house.visitor();
        for _ in 0..10 {
            browser
                .post(
                    "/sign-in",
                    &[("email", "sato@mihon.example"), ("password", "ちがう合い言葉です。長いです")],
                )
                .is(422);
        }
        let right = [("email", "sato@mihon.example"), ("password", PASSWORD)];
        browser.post("/sign-in", &right).is(422).has("しばらく受け付けません");
        house.move_to("2026-04-02");
        browser.post("/sign-in", &right).leads_to("/");
    });
}

#[test]
fn what_was_typed_survives_the_end_of_the_session() {
    each_database(|house| {
        let browser = house.as_("佐藤");
        house.move_to("2026-04-02");
        let typed = "監査の前に確かめること";
        let asked = browser.post("/assets", &[("note", typed), ("version", "3")]);
        asked.is(401).has("サインアウトしています");
        let carried = asked.value("carried");
        assert!(carried.contains(typed));
        let fields = [
            ("email", "sato@mihon.example"),
            ("password", PASSWORD),
            ("next", "/assets"),
            ("carried", &carried),
        ];
        let resumed = browser.post("/sign-in", &fields);
        resumed.is(200).has(typed).has("action=\"/assets\"");
        assert_eq!(resumed.value("note"), typed);
        assert_eq!(resumed.value("version"), "3");
    });
}

/// The rows of 営業部's register, by name.
fn names(house: &House) -> Vec<String> {
    let own = house.department("営業部");
    let held = house.read("佐藤", |rx| Ok(asset::store::in_use(rx, &rx.scope(Act::SeeRegister), &own)?));
    held.unwrap().into_iter().map(|asset| asset.name).collect()
}

#[test]
fn a_double_click_counts_once_and_its_key_serves_no_other_act() {
    each_database(|house| {
        let browser = house.as_("佐藤");
        let own = house.department("営業部");
        let mut fields = vec![
            ("req", "one-page-one-key"),
            ("department", own.as_str()),
            ("name", "顧客名簿"),
            ("medium", "書類"),
        ];
        fields.extend([("confidentiality", "3"), ("integrity", "2"), ("availability", "1")]);
        let first = browser.post("/assets", &fields);
        first.is(303);
        browser.post("/assets", &fields).leads_to(&first.location);
        assert_eq!(names(house), ["顧客名簿"]);
        let mut other = fields.clone();
        other[2].1 = "別の資産";
        browser.post("/assets", &other).is(422).has("すでに別の内容が送信されています").has("別の資産");
        house.as_("田中").post("/assets", &fields).is(422);
        assert_eq!(names(house), ["顧客名簿"]);
    });
}

#[test]
fn a_click_that_overtakes_itself_counts_once() {
    each_database(|house| {
        let own = house.department("営業部");
        let mut fields = vec![
            ("req", "one-page-one-key"),
            ("department", own.as_str()),
            ("name", "顧客名簿"),
            ("medium", "書類"),
        ];
        fields.extend([("confidentiality", "3"), ("integrity", "2"), ("availability", "1")]);
        let statuses: Vec<u16> = std::thread::scope(|threads| {
            let send = || house.as_("佐藤").post("/assets", &fields).status;
            let clicks: Vec<_> = (0..4).map(|_| threads.spawn(send)).collect();
            clicks.into_iter().map(|click| click.join().unwrap()).collect()
        });
        assert!(statuses.iter().all(|status| *status == 303), "{statuses:?}");
        assert_eq!(names(house), ["顧客名簿"]);
    });
}

#[test]
fn an_old_link_says_what_to_do() {
    each_database(|house| {
        let page = house.as_("佐藤").get("/assets/00000000-0000-4000-8000-000000000000");
        page.is(404).has("この画面を見られません").has("一覧から選び直してください");
        house.as_("佐藤").get("/assets/%2e%2e%2fetc").is(404);
    });
}

#[test]
fn a_role_that_ended_while_the_page_was_open_is_refused_and_what_was_typed_stays() {
    each_database(|house| {
        let browser = house.as_("佐藤");
        let own = house.department("営業部");
        let id = house.person("佐藤");
        let posting = house.read("加藤", |rx| Ok(store::postings_of(rx, &id)?.remove(0))).unwrap();
        house
            .act("加藤", |tx| {
                acts::post(tx, &id, Role::Deputy, Some(&own), tx.today(), Some(day("2027-03-31")))
            })
            .unwrap();
        house.act("加藤", |tx| acts::end_posting(tx, &posting.id, day("2026-03-31"))).unwrap();
        let fields = [
            ("department", own.as_str()),
            ("name", "書きかけの資産"),
            ("medium", "書類"),
            ("confidentiality", "3"),
            ("integrity", "2"),
            ("availability", "1"),
        ];
        browser
            .post("/assets", &fields)
            .is(403)
            .has("あなたの役割では許可されていません")
            .has("書きかけの資産");
        assert!(names(house).is_empty());
    });
}

#[test]
fn a_person_without_a_session_sees_no_page_and_a_leaver_loses_his() {
    each_database(|house| {
        let browser = house.as_("佐藤");
        browser.get("/theme-is-not-here").is(404);
        let id = house.person("佐藤");
        house.act("加藤", |tx| acts::leave(tx, &id)).unwrap();
        browser.get("/theme-is-not-here").leads_to("/sign-in?next=%2Ftheme-is-not-here");
        house.visitor().post("/sign-in", &[("email", "sato@mihon.example"), ("password", PASSWORD)]).is(422);
    });
}

#[test]
fn a_form_from_another_site_is_refused() {
    each_database(|house| {
        house.as_("佐藤").post_from_elsewhere("/sign-out", &[]).is(403);
    });
}

#[test]
fn the_language_changes_and_stays() {
    each_database(|house| {
        let browser = house.visitor();
        browser.get("/sign-in").is(200).has("lang=\"ja\"").has("サインイン");
        browser.post("/language", &[("lang", "en"), ("next", "/somewhere")]).leads_to("/somewhere");
        browser.get("/sign-in").is(200).has("lang=\"en\"").has("Sign in").lacks("サインイン");
        browser.post("/language", &[("lang", "xx"), ("next", "/somewhere")]).leads_to("/somewhere");
        browser.get("/sign-in").has("lang=\"en\"");
    });
}

#[test]
fn the_first_link_founds_the_organisation_once() {
    for place in databases() {
        let house = House::empty(place);
        let secret = house.write_as_system(|tx| acts::invite(tx, None)).unwrap();
        let link = format!("/set-up/{secret}");
        let browser = house.visitor();
        browser.get(&link).is(200).has("最初の設定");
        let short = [
            ("organisation", "株式会社見本"),
            ("fiscal_start", "4"),
            ("name", "加藤"),
            ("email", "kato@mihon.example"),
            ("password", "みじかい"),
        ];
        browser.post(&link, &short).is(422).has("12文字以上").has("株式会社見本");
        let mut right = short;
        right[4].1 = PASSWORD;
        browser.post(&link, &right).leads_to("/");
        browser.get("/theme-is-not-here").is(404);
        house.visitor().get(&link).is(422).has("このリンクは使えません");
        house.visitor().post(&link, &right).is(422);
        assert_eq!(house.read_as_system(|rx| Ok(store::persons(rx)?.len())).unwrap(), 1);
    }
}

#[test]
fn a_link_for_a_password_works_once_and_for_seven_days() {
    each_database(|house| {
        let id = house.person("鈴木");
        let late = house.act("加藤", |tx| acts::invite(tx, Some(&id))).unwrap();
        let secret = house.act("加藤", |tx| acts::invite(tx, Some(&id))).unwrap();
        let link = format!("/set-up/{secret}");
        house.visitor().post(&link, &[("password", "新しい合い言葉をここに決めます")]).leads_to("/");
        house.visitor().post(&link, &[("password", "もう一度別の合い言葉に変えます")]).is(422);
        let fields = [("email", "suzuki@mihon.example"), ("password", "新しい合い言葉をここに決めます")];
        house.visitor().post("/sign-in", &fields).leads_to("/");
        house.app.clock.move_to(day("2026-04-09"));
        house.visitor().get(&format!("/set-up/{late}")).is(422).has("期限が切れています");
    });
}
