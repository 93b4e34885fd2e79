//! Every no as a page: what happened, why, what to do, where to go on, and what was typed.

use super::breaks::{assign, hand_in};
use super::inspections::{address, owe};
use crate::support::{Browser, House, PASSWORD, Page, databases, each_database};
use meguri::house::door::KEYLESS;
use meguri::people::{acts, store};
use meguri::routes;
use meguri_domain::asset::AssetDraft;
use meguri_domain::inspection::Mark;
use meguri_domain::people::{Act, Role};

/// Where the link back leads.
#[track_caller]
fn back(page: &Page) -> String {
    let link = page.body.split("data-back href=\"").nth(1);
    let link = link.unwrap_or_else(|| panic!("no way back on the page:\n{}", page.excerpt()));
    link.split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&")
}

/// So many entries the record log has.
fn entries(house: &House) -> i64 {
    house.read_as_system(|rx| Ok(i64::try_from(meguri::record::store::head(rx)?.size).unwrap())).unwrap()
}

#[test]
fn the_way_back_leads_to_the_page_on_which_the_form_stood() {
    each_database(|house| {
        assign(house);
        house.move_to("2026-05-11");
        let department = house.department("営業部");
        let sato = house.as_("佐藤");
        let check = format!("/board/{department}/2026-04/check");
        let send = |from| sato.post_as_is(&check, &[("req", &house.app.chance.id())], from);
        let from = send(Some("https://meguri.test/board?month=2026-04&only=late"));
        assert_eq!(back(from.is(403)), "/board?month=2026-04&only=late");
        let cell = format!("/board/{department}/2026-04");
        for from in [
            None,
            Some("https://evil.example/board"),
            Some("https://meguri.test.evil.example/board"),
            Some("https://meguri.test//evil.example"),
            Some("javascript:alert(1)"),
            Some("https://meguri.test/sign-in"),
            Some("https://meguri.test/sign-out"),
            Some("https://meguri.test/nowhere"),
        ] {
            let page = send(from);
            assert_eq!(back(page.is(403)), cell, "from {from:?}");
        }
        sato.get(&cell).is(200);
    });
}

/// Whatever is refused, and wherever it was sent from, the way back is an address that can be looked at.
#[test]
fn no_way_back_leads_to_an_address_that_only_acts() {
    let house = House::found(databases().remove(0));
    let sato = house.as_("佐藤");
    let mut walked = 0;
    for (pattern, methods, _) in routes::table() {
        if !methods.contains(&"POST") || KEYLESS.contains(&pattern) {
            continue;
        }
        let department = house.department("営業部");
        let place = pattern.replace("{month}", "2026-04").replace("{department}", department.as_str());
        let filled: Vec<&str> =
            place.split('/').map(|part| if part.starts_with('{') { "0000" } else { part }).collect();
        let address = filled.join("/");
        let itself = format!("https://meguri.test{address}");
        for from in [None, Some(itself.as_str())] {
            let page = sato.post_as_is(&address, &[], from);
            if !page.is(422).body.contains("data-back") {
                page.has("href=\"/\""); // Nothing stands above it but the first page.
                continue;
            }
            let to = back(&page);
            let status = sato.get(&to).status;
            assert!(![405, 500].contains(&status), "{pattern} leads to {to}: {status}");
            assert_ne!(to, "/risks/0000", "an assessment is no department");
            walked += 1;
        }
    }
    assert!(walked > 90, "only {walked} were walked");
}

#[test]
fn an_address_that_only_acts_says_so_when_it_is_looked_at() {
    each_database(|house| {
        let sato = house.as_("佐藤");
        let page = sato.get("/assets/0000/retirement");
        page.is(405).has("このアドレスは開けません").has("元の画面から操作し直してください").has("<nav");
        house.visitor().get("/language").is(405).has("このアドレスは開けません");
        sato.post("/language", &[("lang", "en")]);
        sato.get("/assets/0000/retirement").is(405).has("This address cannot be opened");
    });
}

#[test]
fn a_form_that_cannot_be_read_is_answered_in_words() {
    each_database(|house| {
        let sato = house.as_("佐藤");
        let page = sato.post_multipart("/assets", &[("name", "名簿")], &[]);
        assert!((400..500).contains(&page.status), "{}", page.status);
        page.has("送信された内容を読めませんでした");
    });
}

#[test]
fn a_month_that_changed_while_it_was_looked_at_says_so_and_leads_to_it() {
    each_database(|house| {
        assign(house);
        house.move_to("2026-05-11");
        let sheet = hand_in(house, Mark::Good);
        let cell = format!("/board/{}/2026-04", sheet.department_id);
        let stale = format!("{}@{}", sheet.id, sheet.version - 1);
        let watanabe = house.as_("渡辺");
        let page = watanabe.post(&format!("{cell}/check"), &[("record", &stale)]);
        page.is(409)
            .has("この記録は、開いたあとに変わりました。")
            .has("内容を見直してから、チェックしてください。");
        page.lacks("見比べて").lacks(&stale).has(&format!("href=\"{cell}\""));
        let returned =
            watanabe.post(&format!("{cell}/return"), &[("record", &stale), ("reason", "数を書いてください")]);
        returned
            .is(409)
            .has("内容を見直してから、差し戻してください。")
            .has("数を書いてください")
            .has("差し戻す理由");
        let version = (sheet.version - 1).to_string();
        let step = watanabe.post(&format!("/inspections/{}/check", sheet.id), &[("version", &version)]);
        step.is(409).has("内容を見直してから、チェックしてください。").lacks("見比べて");
        watanabe.post("/language", &[("lang", "en")]);
        let page = watanabe.post(&format!("{cell}/check"), &[("record", &stale)]);
        page.is(409).has("Look at it again").lacks("Compare both");
    });
}

#[test]
fn what_was_typed_comes_back_under_the_words_of_the_form() {
    each_database(|house| {
        owe(house, "営業部");
        house.move_to("2026-04-24");
        let (own, other) = (house.department("営業部"), house.department("人事部"));
        let sato = house.as_("佐藤");
        let asset = house
            .act("鈴木", |tx| {
                let draft = AssetDraft {
                    name: "名簿".into(),
                    medium: "書類".into(),
                    confidentiality: 1,
                    integrity: 1,
                    availability: 1,
                    ..AssetDraft::default()
                };
                meguri::asset::acts::register(tx, &other, draft)
            })
            .unwrap();
        let fields = [
            ("version", "1"),
            ("department", own.as_str()),
            ("name", "書きかけの資産"),
            ("personal", "○"),
            ("confidentiality", "3"),
            ("note", "一行目"),
        ];
        let page = sato.post(&format!("/assets/{}", asset.id), &fields);
        page.is(404).has("<dt>情報資産名称</dt><dd>書きかけの資産</dd>").has("<dt>備考</dt><dd>一行目</dd>");
        page.has("<dt>機密性</dt><dd>3</dd>").has("<dt>部門</dt><dd>営業部</dd>");
        page.lacks("<dt>name</dt>").lacks("<dt>version</dt>").lacks(&format!("<dd>{own}"));
        // The sheet of another department: its items say what they ask, the answers what they mean.
        let fields = [
            ("version", "0"),
            ("mark.CHK-O01", "partly"),
            ("note.CHK-O01", "1名分が残った"),
            ("late_reason", "休み"),
            ("act", "save"),
        ];
        let own_page = sato.get(&address(house, "営業部", "2026-04"));
        let sentence = own_page.body.split("<legend>").nth(1).unwrap().split(['<', '（']).next().unwrap();
        let sentence = sentence.split_once(". ").unwrap().1.trim();
        house.move_to("2026-04-25");
        let carried = sato.post(&address(house, "営業部", "2026-04"), &fields).is(401).value("carried");
        let resumed =
            sign_in_with(&sato, "sato@mihon.example", &address(house, "営業部", "2026-04"), &carried);
        resumed
            .is(200)
            .has(sentence)
            .has("△ 一部できていない")
            .has("1名分が残った")
            .has("<dt>遅れた理由</dt>");
        resumed.lacks("<dt>mark.").lacks("<dd>partly").lacks("<dt>act</dt>").lacks("<dt>version");
        assert_eq!(resumed.value("mark.CHK-O01"), "partly");
    });
}

fn sign_in_with(browser: &Browser<'_>, email: &str, next: &str, carried: &str) -> Page {
    let fields = [("email", email), ("password", PASSWORD), ("next", next), ("carried", carried)];
    browser.post("/sign-in", &fields)
}

#[test]
fn what_is_hidden_and_what_does_not_exist_are_answered_alike_and_once() {
    each_database(|house| {
        let other = house.department("人事部");
        let sato = house.as_("佐藤");
        let hidden = sato.get(&format!("/inventory/{other}"));
        let missing = sato.get("/inventory/00000000-0000-4000-8000-000000000000");
        let words = |page: &Page| page.is(404).excerpt();
        assert_eq!(words(&hidden), words(&missing));
        hidden.has("この画面を見られません").has("役割が変わったか、アドレスが古くなっています。");
        hidden.lacks("削除").lacks("見つかりませんでした");
        for page in [hidden, sato.get("/settings/people"), sato.get("/nowhere")] {
            let words = page.excerpt();
            for sentence in words.split(['。', ' ']).filter(|each| each.chars().count() > 5) {
                let times = page.body.split("<main").nth(1).unwrap().matches(sentence).count();
                assert_eq!(times, 1, "{sentence} is said {times} times: {words}");
            }
        }
    });
}

#[test]
fn a_role_that_changed_leaves_what_was_typed_readable() {
    each_database(|house| {
        let own = house.department("営業部");
        let id = house.person("佐藤");
        let sato = house.as_("佐藤");
        let posting = house.read("加藤", |rx| Ok(store::postings_of(rx, &id)?.remove(0))).unwrap();
        let before = house.app.clock.today().yesterday().unwrap();
        house
            .act("加藤", |tx| {
                acts::post(tx, &id, Role::Member, Some(&house.department("経理部")), tx.today(), None)
            })
            .unwrap();
        house.act("加藤", |tx| acts::end_posting(tx, &posting.id, before)).unwrap();
        let fields = [("department", own.as_str()), ("name", "書きかけの資産"), ("medium", "書類")];
        let fields =
            [&fields[..], &[("confidentiality", "3"), ("integrity", "2"), ("availability", "1")]].concat();
        let page = sato.post("/assets", &fields);
        page.is(404).has("役割が変わったか").has("<dt>情報資産名称</dt><dd>書きかけの資産</dd>");
        page.has("入力した内容は保存していません").lacks("削除").lacks(own.as_str());
    });
}

#[test]
fn a_form_without_its_key_is_refused_and_does_nothing() {
    each_database(|house| {
        let sato = house.as_("佐藤");
        let own = house.department("営業部");
        let fields = [
            ("department", own.as_str()),
            ("name", "書きかけの資産"),
            ("medium", "書類"),
            ("confidentiality", "3"),
            ("integrity", "2"),
            ("availability", "1"),
        ];
        let before = entries(house);
        let long = "k".repeat(65);
        for key in [None, Some(""), Some("1234567"), Some(long.as_str())] {
            let key: Vec<(&str, &str)> = key.iter().map(|key| ("req", *key)).collect();
            let page = sato.post_as_is("/assets", &[&fields[..], &key].concat(), None);
            page.is(422).has("画面を読み込み直してから、もう一度送ってください").has("書きかけの資産");
        }
        assert_eq!(entries(house), before);
        let full = "k".repeat(64);
        sato.post_as_is("/assets", &[&fields[..], &[("req", &full)]].concat(), None).is(303);
        assert!(entries(house) > before);
        sato.post_as_is("/language", &[("lang", "en"), ("next", "/")], None).leads_to("/");
        sato.post_as_is("/sign-out", &[], None).leads_to("/sign-in");
    });
}

#[test]
fn a_used_link_says_that_it_cannot_be_used_and_leads_to_sign_in() {
    each_database(|house| {
        let id = house.person("鈴木");
        let secret = house.act("加藤", |tx| acts::invite(tx, Some(&id))).unwrap();
        let link = format!("/set-up/{secret}");
        let fields = [("password", "新しい合い言葉をここに決めます")];
        house.visitor().post(&link, &fields).leads_to("/");
        for page in [house.visitor().get(&link), house.visitor().post(&link, &fields)] {
            page.is(422).has("<h1>このリンクは使えません</h1>").has("href=\"/sign-in\"");
            page.has("期限が切れています").lacks("保存していません").lacks("合い言葉をここに");
        }
    });
}

#[test]
fn what_was_typed_is_handed_on_to_the_same_person_only() {
    each_database(|house| {
        let typed = "監査の前に確かめること";
        let fields = [("note", typed), ("version", "3"), ("req", "one-page-one-key")];
        let browser = house.as_("佐藤");
        house.move_to("2026-04-02");
        let carried = browser.post("/assets", &fields).is(401).value("carried");
        assert!(carried.contains(typed));
        let other = sign_in_with(&browser, "suzuki@mihon.example", "/assets", &carried);
        other.leads_to("/");
        browser.get("/").is(200).lacks(typed);
        // The same person comes back after the session's row is long gone.
        let browser = house.as_("佐藤");
        house.move_to("2026-04-04");
        house.as_("渡辺").get("/").is(200);
        let carried = browser.post("/assets", &fields).is(401).value("carried");
        sign_in_with(&browser, "sato@mihon.example", "/assets", &carried).is(200).has(typed);
        // Nobody knows whose it was: it is not handed to whoever comes.
        let stranger = house.visitor();
        let asked = stranger.post("/assets", &fields);
        asked.is(401).lacks("そのまま送信できます").has("引き継げません");
        assert_eq!(asked.value("carried"), "");
        sign_in_with(&stranger, "suzuki@mihon.example", "/assets", &carried).leads_to("/");
    });
}

#[test]
fn a_form_from_another_site_is_refused_in_words() {
    each_database(|house| {
        let page = house.as_("佐藤").post_from_elsewhere("/sign-out", &[]);
        page.is(403).has("別のサイトの画面から送信されました").has("<h1>").has("href=\"/\"");
        house.as_("佐藤").get("/").is(200);
    });
}

#[test]
fn a_refusal_stands_in_the_frame_of_the_person_it_is_said_to() {
    each_database(|house| {
        let page = house.as_("加藤").get("/assets");
        page.is(403).has("<nav class=\"nav\"").has("/settings").has("加藤").has("この操作はできません");
        assert_eq!(page.body.matches("あなたの役割では許可されていません").count(), 1);
        house.as_("佐藤").get("/nowhere").is(404).has("<nav class=\"nav\"").has("/inspections");
        // Changing the language on a refused act must not lead to its address.
        let act = house.as_("佐藤").post("/settings/people", &[("name", "新人")]);
        assert_ne!(act.is(403).value("next"), "");
        act.lacks("href=\"/settings/postings");
    });
}

#[test]
fn an_empty_house_says_that_it_waits_for_its_set_up() {
    for place in databases() {
        let house = House::empty(place);
        let page = house.visitor().get("/sign-in");
        page.is(200)
            .has("最初の設定がまだ済んでいません")
            .has("サーバーを起動した画面")
            .lacks("type=\"password\"");
        let secret = house.write_as_system(|tx| acts::invite(tx, None)).unwrap();
        let fields = [
            ("organisation", "株式会社見本"),
            ("fiscal_start", "4"),
            ("name", "加藤"),
            ("email", "kato@mihon.example"),
            ("password", PASSWORD),
        ];
        house.visitor().post(&format!("/set-up/{secret}"), &fields).leads_to("/");
        house.visitor().get("/sign-in").is(200).lacks("最初の設定がまだ").has("type=\"password\"");
    }
}

#[test]
fn the_reach_of_a_register_is_not_widened_by_what_is_typed() {
    each_database(|house| {
        // The name of a department that is out of sight is not given away by typing its id.
        let other = house.department("人事部");
        let page = house.as_("佐藤").post("/assets", &[("department", other.as_str()), ("name", "名簿")]);
        assert!(page.status >= 400);
        page.lacks("人事部");
        let scope = house.read("佐藤", |rx| Ok(rx.scope(Act::SeeMonth).holds(&other))).unwrap();
        assert!(!scope);
    });
}
