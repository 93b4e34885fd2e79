//! The sheet of the register: rows saved many at once, a person's columns and filters, the ledger as a part of it.

use crate::support::{Browser, House, Page, each_database};
use meguri::asset::filter::Filter;
use meguri::asset::{acts, store};
use meguri_domain::asset::{Asset, AssetDraft};
use meguri_domain::people::Act;
use serde_json::Value;

fn registered(house: &House, by: &str, department: &str, draft: AssetDraft) -> Asset {
    let department = house.department(department);
    house.act(by, |tx| acts::register(tx, &department, draft)).unwrap()
}

fn draft(name: &str) -> AssetDraft {
    AssetDraft {
        name: name.into(),
        medium: "書類".into(),
        confidentiality: 2,
        integrity: 1,
        availability: 1,
        ..AssetDraft::default()
    }
}

fn asset(house: &House, name: &str) -> Asset {
    registered(house, "佐藤", "営業部", draft(name))
}

fn standing(house: &House, asset: &Asset) -> Asset {
    house.read("渡辺", |rx| store::find(rx, &rx.scope(Act::SeeRegister), &asset.id)).unwrap()
}

fn entries(house: &House) -> usize {
    house.read("渡辺", |rx| Ok(meguri::record::store::entries(rx, 0, 1_000)?.len())).unwrap()
}

/// The answer about the n-th row.
fn told(page: &Page, n: usize) -> Value {
    let all: Value =
        serde_json::from_str(&page.body).unwrap_or_else(|_| panic!("no rows: {}", page.excerpt()));
    all["rows"][n].clone()
}

fn save(browser: &Browser<'_>, asset: &Asset, cells: &[(&str, &str)]) -> Page {
    let version = asset.version.to_string();
    let mut fields = vec![("row", asset.id.as_str()), ("version", &version)];
    fields.extend_from_slice(cells);
    browser.post("/assets/rows", &fields)
}

#[test]
fn a_row_is_saved_and_answered_with_what_stands_then() {
    each_database(|house| {
        let before = asset(house, "見積書控え");
        let cells = [
            ("name", "  見積書の控え "),
            ("personal", "有"),
            ("integrity", "２"),
            ("registered_on", "令和8年4月1日"),
            ("head_count", "約3,200件"),
            ("purpose", "見積りの作成"),
        ];
        let page = save(&house.as_("佐藤"), &before, &cells);
        page.is(200);
        let row = told(&page, 0);
        assert_eq!((row["state"].as_str(), row["version"].as_i64()), (Some("saved"), Some(2)));
        let cell = |code: &str| row["cells"][code].as_str().unwrap_or_default().to_owned();
        assert_eq!(cell("name"), "見積書の控え");
        assert_eq!((cell("personal").as_str(), cell("integrity").as_str()), ("○", "2"));
        assert_eq!((cell("registered_on").as_str(), cell("head_count").as_str()), ("2026/04/01", "3200"));
        let method = house.read("渡辺", meguri::criteria::acts::method).unwrap();
        let after = standing(house, &before);
        assert_eq!(after.importance, method.importance([2, 2, 1], true));
        assert_eq!(cell("importance"), after.importance.to_string());
        assert_eq!(after.medium, "書類", "a cell that was not sent stays");
        assert_eq!(
            (after.handling.purpose.as_str(), after.handling.head_count),
            ("見積りの作成", Some(3_200))
        );
    });
}

#[test]
fn what_does_not_fit_is_said_at_its_cells_and_the_rows_beside_it_are_saved() {
    each_database(|house| {
        let (one, two) = (asset(house, "一"), asset(house, "二"));
        let page = house.as_("佐藤").post(
            "/assets/rows",
            &[
                ("row", one.id.as_str()),
                ("version", "1"),
                ("note", "書きかけ"),
                ("confidentiality", "9"),
                ("integrity", "極秘"),
                ("name", " "),
                ("personal", "△"),
                ("registered_on", "昨日"),
                ("row", two.id.as_str()),
                ("version", "1"),
                ("note", "よい"),
            ],
        );
        page.is(200);
        let row = told(&page, 0);
        assert_eq!(row["state"], "unfit");
        let errors: Vec<&str> = row["errors"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(errors, ["confidentiality", "integrity", "name", "personal", "registered_on"]);
        assert_eq!(
            row["errors"]["confidentiality"],
            "「機密性」の値が合いません。1から3の整数で答えてください。"
        );
        assert_eq!(told(&page, 1)["state"], "saved");
        assert_eq!((standing(house, &one), standing(house, &two).note.as_str()), (one, "よい"));
    });
}

#[test]
fn where_nothing_fits_nothing_is_kept_and_the_same_request_may_come_again() {
    each_database(|house| {
        let one = asset(house, "一");
        let entries_before = entries(house);
        let fields =
            [("row", one.id.as_str()), ("version", "1"), ("integrity", "7"), ("req", "the-same-request")];
        let browser = house.as_("佐藤");
        for _ in 0..2 {
            let page = browser.post("/assets/rows", &fields);
            page.is(422);
            assert_eq!(told(&page, 0)["state"], "unfit");
        }
        assert_eq!((standing(house, &one), entries(house)), (one, entries_before));
    });
}

#[test]
fn who_comes_second_gets_what_stands_and_saving_the_same_is_no_conflict() {
    each_database(|house| {
        let before = asset(house, "名簿");
        save(&house.as_("田中"), &before, &[("note", "田中の備考"), ("users", "営業")]).is(200);
        let second = house.as_("佐藤");
        let page = save(&second, &before, &[("note", "佐藤の備考")]);
        page.is(409);
        let row = told(&page, 0);
        assert_eq!((row["state"].as_str(), row["version"].as_i64()), (Some("stale"), Some(2)));
        assert_eq!(row["cells"]["note"], "田中の備考");
        assert!(row["says"].as_str().unwrap().contains("ほかの人が先に更新しています"));
        assert_eq!(standing(house, &before).note, "田中の備考");
        // Even what does not fit: first the person learns that somebody else was there.
        save(&second, &before, &[("integrity", "9")]).is(409);
        let same = save(&second, &before, &[("note", "田中の備考"), ("users", "営業")]);
        same.is(200);
        assert_eq!((told(&same, 0)["state"].as_str(), standing(house, &before).version), (Some("saved"), 2));
    });
}

#[test]
fn other_departments_rows_are_not_there_and_retired_ones_stay_as_they_are() {
    each_database(|house| {
        let foreign = registered(house, "鈴木", "人事部", draft("履歴書"));
        let own = asset(house, "名簿");
        let page = save(&house.as_("佐藤"), &foreign, &[("note", "見た")]);
        page.is(404).lacks("履歴書");
        assert_eq!(told(&page, 0)["state"], "gone");
        // Beside an own row it is still not there, and the own row is saved.
        let mixed = house.as_("佐藤").post(
            "/assets/rows",
            &[
                ("row", foreign.id.as_str()),
                ("version", "1"),
                ("note", "見た"),
                ("row", own.id.as_str()),
                ("version", "1"),
                ("note", "よい"),
            ],
        );
        mixed.is(200).lacks("履歴書");
        assert_eq!(
            (told(&mixed, 0)["state"].as_str(), told(&mixed, 1)["state"].as_str()),
            (Some("gone"), Some("saved"))
        );
        assert_eq!(standing(house, &foreign), foreign);
        house.as_("佐藤").get(&format!("/assets/rows?row={}", foreign.id)).is(404);
        for (name, status) in [("伊藤", 403), ("中村", 403), ("山本", 403), ("加藤", 404)] {
            save(&house.as_(name), &own, &[("note", "書いた")]).is(status);
        }
        let retired = house.act("佐藤", |tx| acts::retire(tx, &own.id, 2, "廃棄した")).unwrap();
        let page = save(&house.as_("佐藤"), &retired, &[("note", "まだある")]);
        page.is(409);
        assert_eq!(told(&page, 0)["state"], "refused");
        assert_eq!(standing(house, &own), retired);
    });
}

#[test]
fn a_request_that_is_sent_twice_acts_once_and_is_led_to_what_stands() {
    each_database(|house| {
        let before = asset(house, "名簿");
        let browser = house.as_("佐藤");
        let fields = [
            ("row", before.id.as_str()),
            ("version", "1"),
            ("note", "一度"),
            ("req", "sent-over-a-bad-line"),
        ];
        browser.post("/assets/rows", &fields).is(200);
        let entries_after = entries(house);
        let again = browser.post("/assets/rows", &fields);
        let page = browser.follow(&again);
        page.is(200);
        let row = told(&page, 0);
        assert_eq!((row["state"].as_str(), row["version"].as_i64()), (Some("now"), Some(2)));
        assert_eq!(row["cells"]["note"], "一度");
        assert_eq!(entries(house), entries_after);
    });
}

#[test]
fn a_batch_is_one_entry_and_an_undo_is_a_save_of_its_own() {
    each_database(|house| {
        let (one, two) = (asset(house, "一"), asset(house, "二"));
        let before = entries(house);
        let both = |first: &str, version: &str| {
            house
                .as_("佐藤")
                .post(
                    "/assets/rows",
                    &[
                        ("row", one.id.as_str()),
                        ("version", version),
                        ("note", first),
                        ("row", two.id.as_str()),
                        ("version", version),
                        ("note", first),
                    ],
                )
                .is(200);
        };
        both("貼り付けた", "1");
        assert_eq!(entries(house), before + 1);
        both("", "2");
        assert_eq!(entries(house), before + 2);
        let now = standing(house, &one);
        assert_eq!((now.version, now.revision, now.note.as_str()), (3, 3, ""));
    });
}

#[test]
fn what_is_no_column_of_the_sheet_changes_nothing() {
    each_database(|house| {
        let before = asset(house, "名簿");
        let other = house.department("人事部").to_string();
        let cells = [
            ("department", other.as_str()),
            ("department_id", other.as_str()),
            ("importance", "1"),
            ("state", "retired"),
            ("retired_reason", "x"),
            ("revision", "99"),
            ("id", "other"),
            ("folded", "x"),
            ("handling", "{\"entrusted\":true}"),
            ("note", "これだけ"),
        ];
        save(&house.as_("佐藤"), &before, &cells).is(200);
        let after = standing(house, &before);
        let wanted = Asset { version: 2, revision: 2, note: "これだけ".into(), ..before };
        assert_eq!(after, wanted);
        let browser = house.as_("佐藤");
        browser.post("/assets/rows", &[("name", "x")]).is(404);
        let many: Vec<(&str, &str)> = vec![("row", "x"); 201];
        browser.post("/assets/rows", &many).is(422).has("200行まで");
        browser
            .post_from_elsewhere("/assets/rows", &[("row", wanted.id.as_str()), ("note", "よそから")])
            .is(403);
        assert_eq!(standing(house, &wanted), wanted);
    });
}

#[test]
fn the_ledger_lists_what_holds_personal_data_and_asks_for_what_is_missing() {
    each_database(|house| {
        let entrusted = |name: &str, client: &str, duty: &str| {
            let mut new = AssetDraft { personal: true, ..draft(name) };
            new.handling.entrusted = true;
            (new.handling.client, new.handling.return_duty) = (client.into(), duty.into());
            registered(house, "佐藤", "営業部", new)
        };
        let mut all = vec![
            asset(house, "社内規程"),
            registered(house, "佐藤", "営業部", AssetDraft { sensitive: true, ..draft("健診結果") }),
            entrusted("受託A", "", ""),
            entrusted("受託B", "株式会社例", ""),
            entrusted("受託C", "株式会社例", "契約の終わりに消去"),
        ];
        // Words that look like keys are only words.
        let mut sly = AssetDraft { my_number: true, ..draft("引用") };
        sly.handling.purpose = "\"entrusted\":true と書いた".into();
        all.push(registered(house, "佐藤", "営業部", sly));
        let mut quoting = AssetDraft { personal: true, ..draft("引用する受託") };
        quoting.handling.entrusted = true;
        quoting.handling.purpose = "\"client\":\"x\",\"return_duty\":\"x\"".into();
        all.push(registered(house, "佐藤", "営業部", quoting));
        let names = |entrusted: &str| {
            let filter = Filter { view: "ledger".into(), entrusted: entrusted.into(), ..Filter::default() };
            let scope = Act::SeeRegister;
            let (list, count) = house
                .read("佐藤", |rx| {
                    let scope = rx.scope(scope);
                    Ok((store::list(rx, &scope, &filter, 100, 0)?, store::count(rx, &scope, &filter)?))
                })
                .unwrap();
            assert_eq!(i64::try_from(list.len()).unwrap(), count);
            let mut names: Vec<String> = list.into_iter().map(|asset| asset.name).collect();
            names.sort();
            names
        };
        let expected = |keep: &dyn Fn(&Asset) -> bool| {
            let mut names: Vec<String> =
                all.iter().filter(|each| keep(each)).map(|each| each.name.clone()).collect();
            names.sort();
            names
        };
        assert_eq!(names(""), expected(&Asset::holds_personal_data));
        assert_eq!(names("yes"), expected(&|each| each.handling.entrusted));
        assert_eq!(names("lacking"), expected(&|each| !each.handling.lacks().is_empty()));
        assert_eq!(names("lacking").len(), 3);
        let page = house.as_("佐藤").get("/assets?view=ledger");
        page.is(200).has("個人情報管理台帳").lacks("社内規程").has("委託元が未記入です。").has("利用目的");
        house.as_("佐藤").get("/assets?view=ledger&entrusted=lacking").lacks("健診結果").has("受託B");
        house.as_("佐藤").get("/assets").has("社内規程").lacks("委託元が未記入です。");
        house.as_("鈴木").get("/assets?view=ledger").is(200).lacks("受託A");
    });
}

#[test]
fn columns_are_chosen_by_a_person_for_a_view_and_nobody_else_sees_them() {
    each_database(|house| {
        asset(house, "名簿");
        let browser = house.as_("佐藤");
        let columns = |browser: &Browser<'_>, view: &str| {
            let page = browser.get(&format!("/assets{view}"));
            let heads = page.body.split("data-f=\"").skip(1);
            heads.map(|rest| rest.split('"').next().unwrap().to_owned()).collect::<Vec<_>>()
        };
        let usual = columns(&browser, "");
        assert_eq!((usual.len(), usual[0].as_str(), usual[1].as_str()), (16, "category", "name"));
        let chosen = [
            ("view", ""),
            ("show", "medium"),
            ("show", "purpose"),
            ("width.medium", "4"),
            ("show", "no_such"),
        ];
        browser.post("/assets/columns", &chosen).leads_to("/assets/columns");
        assert_eq!(columns(&browser, ""), ["name", "medium", "purpose"]);
        browser.get("/assets").has("class=\"w4\"");
        assert_eq!(columns(&house.as_("田中"), ""), usual);
        let form = browser.get("/assets/columns");
        form.has("value=\"purpose\" checked").has("value=\"note\">");
        browser.post("/assets/columns", &[("show", "name"), ("show", "medium"), ("up", "medium")]).is(303);
        assert_eq!(columns(&browser, ""), ["medium", "name"]);
        browser.post("/assets/columns", &[("reset", "1")]).is(303);
        assert_eq!(columns(&browser, ""), usual);
        browser
            .post("/assets/columns", &[("view", "ledger"), ("show", "items")])
            .leads_to("/assets/columns?view=ledger");
        assert_eq!(columns(&browser, ""), usual);
        house.as_("加藤").get("/assets/columns").is(403);
        house.as_("加藤").post("/assets/columns", &[("show", "name")]).is(403);
    });
}

#[test]
fn a_filter_keeps_its_name_for_its_person_and_nothing_but_a_filter_is_kept() {
    each_database(|house| {
        asset(house, "名簿");
        let browser = house.as_("佐藤");
        let query = "?view=ledger&entrusted=lacking&next=//evil.example";
        let sent = browser.post("/assets/filters", &[("name", " 受託 の  確認 "), ("query", query)]);
        sent.leads_to("/assets?view=ledger&entrusted=lacking");
        let page = browser.get("/assets?view=ledger&entrusted=lacking");
        page.has("受託 の 確認").lacks("evil");
        browser.get("/assets").lacks("受託 の 確認");
        house.as_("田中").get("/assets?view=ledger&entrusted=lacking").lacks("受託 の 確認");
        let action = page.body.split("action=\"/assets/filters/").nth(1).unwrap().split('"').next().unwrap();
        let address = format!("/assets/filters/{action}");
        house.as_("田中").post(&address, &[]).is(404);
        browser.post(&address, &[]).leads_to("/assets?view=ledger");
        browser.get("/assets?view=ledger&entrusted=lacking").lacks("受託 の 確認");
        browser.post(&address, &[]).is(404);
        browser.post("/assets/filters", &[("name", " "), ("query", "")]).is(422);
        browser.post("/assets/filters", &[("name", &"あ".repeat(41)), ("query", "")]).is(422);
        for n in 0..30 {
            let name = format!("条件{n}");
            browser.post("/assets/filters", &[("name", &name), ("query", "?importance=3")]).is(303);
        }
        browser
            .post("/assets/filters", &[("name", "もう一つ"), ("query", "?importance=3")])
            .is(422)
            .has("30件");
        browser.post("/assets/filters", &[("name", "条件3"), ("query", "?importance=1")]).is(303);
    });
}

#[test]
fn without_javascript_the_list_is_a_table_whose_names_lead_to_their_rows() {
    each_database(|house| {
        let own = asset(house, "名簿 <b>");
        let foreign = registered(house, "鈴木", "人事部", draft("履歴書"));
        let page = house.as_("佐藤").get("/assets");
        page.has(&format!("<th scope=\"row\"><a href=\"/assets/{}\">", own.id))
            .has("data-v=\"1\"")
            .lacks("名簿 <b>");
        // The secretariat writes everywhere, the auditor nowhere: his rows carry no version to save with.
        house.as_("渡辺").get("/assets").has(foreign.id.as_str()).has("data-v=\"1\"");
        house.as_("中村").get("/assets").has(foreign.id.as_str()).lacks("data-v=");
        house.act("佐藤", |tx| acts::retire(tx, &own.id, 1, "廃棄した")).unwrap();
        house.as_("佐藤").get("/assets?state=all").has("廃止").lacks("data-v=");
    });
}
