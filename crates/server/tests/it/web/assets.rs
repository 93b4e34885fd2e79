//! The asset register: importing a workbook, looking, editing, retiring, exporting.

use super::imports::file;
use crate::support::{House, Page, Place, databases, each_database};
use meguri::asset::acts::{self, ImportRow, Summary};
use meguri::asset::command::{self, Import};
use meguri::asset::filter::Filter;
use meguri::asset::store;
use meguri::house::fault::Stop;
use meguri_domain::Refusal;
use meguri_domain::asset::{Asset, AssetDraft};
use meguri_domain::people::Act;
use meguri_sheet::{AssetRow, Title, write_assets};
use std::path::PathBuf;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

fn sample() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../samples/asset-register-ipa.xlsx")
}

/// The company that starts from its workbook.
pub fn import_sample(house: &House) -> command::Report {
    let order = Import { files: vec![sample()], apply: true, create_departments: true, ..Import::default() };
    let report = command::run(&house.app, &order).unwrap();
    assert!(report.applied, "{:#?}", report.lines);
    report
}

pub fn all(house: &House, name: &str) -> Vec<Asset> {
    house
        .read(name, |rx| Ok(store::list(rx, &rx.scope(Act::SeeRegister), &Filter::default(), 1_000, 0)?))
        .unwrap()
}

pub fn draft(name: &str) -> AssetDraft {
    AssetDraft {
        name: name.into(),
        medium: "書類".into(),
        confidentiality: 2,
        integrity: 1,
        availability: 1,
        ..AssetDraft::default()
    }
}

pub fn registered(house: &House, name: &str) -> Asset {
    let department = house.department("営業部");
    house.act("佐藤", |tx| acts::register(tx, &department, draft(name))).unwrap()
}

/// A row of the file with everything that must be there.
pub fn row(name: &str, department: &str) -> AssetRow {
    AssetRow {
        category: "営業".into(),
        name: name.into(),
        note: String::new(),
        users: String::new(),
        risk_owner: String::new(),
        department: department.into(),
        medium: "書類".into(),
        personal: false,
        sensitive: false,
        my_number: false,
        confidentiality: 2,
        integrity: 1,
        availability: 1,
        stated_importance: None,
        retention: String::new(),
        registered_on: None,
        handling: std::collections::BTreeMap::new(),
    }
}

fn workbook(rows: &[AssetRow]) -> Vec<u8> {
    let created_on = crate::support::day("2026-04-01");
    let title = Title {
        heading: "情報資産管理台帳".into(), organisation: "株式会社見本".into(), created_on
    };
    write_assets(&title, rows.iter(), &[]).unwrap()
}

fn csv(lines: &[&str]) -> Vec<u8> {
    ["情報資産名称,管理部署,媒体・保存先,機密性（3-2-1）,完全性,可用性,登録日", &lines.join("\r\n")]
        .join("\r\n")
        .into_bytes()
}

/// Uploads a file and gives the page it leads to, with its address.
pub fn upload(house: &House, name: &str, bytes: &[u8]) -> (String, Page) {
    let browser = house.as_(name);
    let file = if bytes.starts_with(b"PK") { "台帳.xlsx" } else { "台帳.csv" };
    let sent =
        browser.post_multipart("/assets/import", &[("department", "")], &[("file", file, XLSX, bytes)]);
    assert_eq!(sent.status, 303, "{}", sent.excerpt());
    let page = browser.follow(&sent);
    (sent.location, page)
}

#[test]
fn the_sample_is_imported_whole_and_every_importance_follows_the_rule() {
    for place in databases() {
        let house = House::found(place);
        let report = import_sample(&house);
        assert_eq!(
            (report.rows, report.departments, report.tally.new, report.tally.wrong),
            (49, 5, 49, 0),
            "{:#?}",
            report.lines
        );
        let assets = all(&house, "渡辺");
        assert_eq!(assets.len(), 49);
        for asset in assets {
            let highest = asset.confidentiality.max(asset.integrity).max(asset.availability);
            let rule = if asset.holds_personal_data() { 3 } else { highest };
            assert_eq!(asset.importance, rule, "{}", asset.name);
        }
        let again = command::run(
            &house.app,
            &Import { files: vec![sample()], apply: true, create_departments: true, ..Import::default() },
        )
        .unwrap();
        assert_eq!((again.tally.same, again.tally.new, again.tally.changed), (49, 0, 0));
    }
}

#[test]
fn without_apply_the_command_tells_everything_and_changes_nothing() {
    for place in databases() {
        let house = House::found(place);
        let before = house.read_as_system(|rx| Ok(meguri::people::store::departments(rx)?.len())).unwrap();
        let told = command::run(
            &house.app,
            &Import { files: vec![sample()], apply: false, create_departments: true, ..Import::default() },
        )
        .unwrap();
        assert_eq!((told.tally.new, told.applied), (49, false));
        assert!(all(&house, "渡辺").is_empty());
        assert_eq!(
            house.read_as_system(|rx| Ok(meguri::people::store::departments(rx)?.len())).unwrap(),
            before
        );
        let strict = command::run(
            &house.app,
            &Import { files: vec![sample()], apply: true, create_departments: false, ..Import::default() },
        )
        .unwrap();
        assert!(strict.tally.wrong > 0 && !strict.applied, "departments that do not exist are errors");
        let ledger = sample().with_file_name("personal-information-ledger.xlsx");
        let order = Import {
            files: vec![ledger, sample()],
            apply: true,
            create_departments: true,
            ..Import::default()
        };
        let lacking = command::run(&house.app, &order).unwrap();
        assert!(!lacking.applied, "the rows of a ledger that meets no register lack their scores");
        assert_eq!((lacking.tally.new, lacking.tally.wrong), (49, 32), "and all is taken back");
        assert!(all(&house, "渡辺").is_empty());
    }
}

#[test]
fn a_member_imports_his_department_in_four_steps() {
    each_database(|house| {
        let browser = house.as_("佐藤");
        browser.get("/assets").has("台帳はまだ空です").has("/assets/import");
        let bytes = workbook(&[row("見積書", "営業部"), row("契約書", "営業部")]);
        let (at, page) = upload(house, "佐藤", &bytes);
        page.has("新規2件").has("2件を取り込む");
        assert!(all(house, "佐藤").is_empty(), "nothing is taken before it is confirmed");
        browser.get(&[&at, "?step=columns"].concat()).has("情報資産名称").has("100%");
        browser.post(&[&at, "/confirmation"].concat(), &[]).leads_to(&at);
        browser.get(&at).has("取り込みました");
        browser.post(&[&at, "/confirmation"].concat(), &[]).is(409);
        assert_eq!(all(house, "佐藤").len(), 2);
        let changed = AssetRow { retention: "5年".into(), ..row("見積書", "営業部") };
        let (at, page) = upload(house, "佐藤", &workbook(&[changed, row("契約書", "営業部")]));
        page.has("変更1件").has("いま：");
        browser.post(&[&at, "/confirmation"].concat(), &[]).leads_to(&at);
        let assets = all(house, "佐藤");
        let changed = assets.iter().find(|asset| asset.name == "見積書").unwrap();
        assert_eq!((changed.revision, changed.retention.as_str()), (2, "5年"));
    });
}

#[test]
fn a_department_of_more_assets_than_are_read_at_once_is_known_whole() {
    let house = House::found(Place::memory());
    let sales = house.department("営業部");
    let rows: Vec<ImportRow> = (0..5_003)
        .map(|nth| {
            // Two of each name, so that a name stands on both sides of the seam.
            let medium = if nth % 2 == 0 { "書類" } else { "社外サーバー" };
            let draft = AssetDraft { medium: medium.into(), ..draft(&format!("名簿 {:05}", nth / 2)) };
            ImportRow { department: sales.clone(), draft }
        })
        .collect();
    let import = || house.act("渡辺", |tx| acts::import(tx, &rows)).unwrap();
    assert_eq!(import(), Summary { new: 5_003, changed: 0, unchanged: 0 });
    assert_eq!(import(), Summary { new: 0, changed: 0, unchanged: 5_003 });
}

#[test]
fn an_import_belongs_to_who_sent_it() {
    each_database(|house| {
        let (at, _) = upload(house, "佐藤", &workbook(&[row("見積書", "営業部")]));
        house.as_("田中").get(&at).is(404);
        house.as_("渡辺").post(&[&at, "/confirmation"].concat(), &[]).is(404);
        house.as_("中村").get("/assets/import").is(403);
    });
}

#[test]
fn rows_that_do_not_fit_say_why_at_their_cell_and_are_mended_in_place() {
    each_database(|house| {
        let bad = [
            (
                "見積書,海外部,書類,1,1,1,",
                "B2セル：管理部署「海外部」は、登録されていないか、あなたが取り込める部門ではありません",
            ),
            (
                "見積書,人事部,書類,1,1,1,",
                "B2セル：管理部署「人事部」は、登録されていないか、あなたが取り込める部門ではありません",
            ),
            ("見積書,営業部,書類,4,1,1,", "D2セル：機密性の「4」は評価値の範囲（1から3）にありません"),
            (",営業部,書類,1,1,1,", "A2セル：情報資産名称が空です"),
            (
                "見積書,営業部,書類,1,1,1,令和13年2月30日",
                "G2セル：登録日の「令和13年2月30日」は日付として読み取れません",
            ),
            ("見積書,営業部,,1,1,1,", "C2セル：媒体・保存先が空です"),
        ];
        let browser = house.as_("佐藤");
        for (line, sentence) in bad {
            let (at, page) = upload(house, "佐藤", &csv(&[line]));
            page.has(sentence);
            browser
                .post(&[&at, "/confirmation"].concat(), &[])
                .is(422)
                .has("直すところがある行が1行残っている");
        }
        assert!(all(house, "渡辺").is_empty());
        let (at, page) = upload(
            house,
            "佐藤",
            &csv(&["見積書,営業部,書類,4,1,1,", "契約書,海外部,書類,1,1,1,", "名刺,営業部,書類,1,1,1,"]),
        );
        page.has("2行に直すところ").has("name=\"cell-0-confidentiality\"").has("name=\"cell-1-department\"");
        let rows = [&at, "/rows"].concat();
        browser.post(&rows, &[("cell-0-confidentiality", "3"), ("show", "wrong")]).is(303);
        browser.get(&at).has("1行に直すところ");
        browser.post(&rows, &[("leave", "wrong")]).is(303);
        browser.get(&at).has("新規2件");
        browser.post(&[&at, "/confirmation"].concat(), &[]).leads_to(&at);
        assert_eq!(all(house, "渡辺").len(), 2);
    });
}

#[test]
fn the_same_row_twice_is_an_error_until_one_is_left_out() {
    each_database(|house| {
        let bytes = workbook(&[row("見積書", "営業部"), row("見積書", "営業部")]);
        let (at, page) = upload(house, "佐藤", &bytes);
        page.has("管理部署・名称・媒体が同じ行が");
        let browser = house.as_("佐藤");
        browser.post(&[&at, "/confirmation"].concat(), &[]).is(422);
        assert!(all(house, "佐藤").is_empty());
        browser.post(&[&at, "/rows"].concat(), &[("leave", "1")]).is(303);
        browser.post(&[&at, "/confirmation"].concat(), &[]).leads_to(&at);
        assert_eq!(all(house, "佐藤").len(), 1);
        let department = house.department("営業部");
        let twice = vec![ImportRow { department, draft: draft("契約書") }; 2];
        let refused = house.act("佐藤", |tx| acts::import(tx, &twice));
        assert!(matches!(refused, Err(Stop::Refusal(Refusal::Said { .. }))));
        assert_eq!(all(house, "佐藤").len(), 1);
    });
}

#[test]
fn files_that_cannot_be_read_are_refused_in_words_and_nothing_changes() {
    each_database(|house| {
        let mut locked = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
        locked.extend("EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes));
        let neither = "Excelブック（.xlsx）でもCSVでもありません";
        let register = file(&["見積書,営業部,書類,1,1,1,,"]);
        let cases: [(&str, &[u8], &str); 11] = [
            ("台帳.xlsx", b"\x89PNG\r\n\x1a\n\x00\x00\xff\xfe\xfa", neither),
            ("台帳.xlsx", b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\n", neither),
            ("台帳.csv", b"{\\rtf1\\ansi\\deff0", neither),
            ("台帳.xlsx", &register, neither),
            ("台帳.xls", b"<html><table><tr><td>1</td></tr></table></html>", "WebページかXMLの表です"),
            ("台帳.xlsx", &locked, "パスワードで保護されています"),
            ("台帳.xlsx", b"PK\x03\x04broken", "壊れているか"),
            (
                "台帳.csv",
                "情報資産名称,管理部署,機密性,完全性,可用性\r\n".as_bytes(),
                "資産の行がありませんでした",
            ),
            ("台帳.csv", &vec![b'a'; 10 * 1024 * 1024 + 1], "上限は10 MB"),
            ("台帳.xlsx", b"", "このファイルは空です"),
            ("", b"", "ファイルが選ばれていません"),
        ];
        let browser = house.as_("佐藤");
        for (name, bytes, sentence) in cases {
            let page = browser.post_multipart("/assets/import", &[], &[("file", name, XLSX, bytes)]);
            page.is(422).has(sentence).has("台帳は何も変わっていません");
        }
        assert!(all(house, "渡辺").is_empty());
    });
}

#[test]
fn columns_that_were_not_recognised_are_chosen_by_hand() {
    each_database(|house| {
        let text = "情報資産名称,管理部署,媒体・保存先,ひみつ度,完全性,可用性\r\n見積書,営業部,書類,3,1,1";
        let (at, page) = upload(house, "佐藤", text.as_bytes());
        page.has("次の項目の列が見つかりません").has("機密性").has("ひみつ度");
        let browser = house.as_("佐藤");
        let chosen = [
            ("column-0-0", "name"),
            ("column-0-1", "department"),
            ("column-0-2", "medium"),
            ("column-0-3", "confidentiality"),
        ];
        browser.post(&[&at, "/mapping"].concat(), &chosen).leads_to(&at);
        browser.get(&at).has("新規1件");
        let twice = [("column-0-3", "confidentiality"), ("column-0-5", "confidentiality")];
        browser.post(&[&at, "/mapping"].concat(), &twice).is(422).has("2つの列に選ばれています");
    });
}

#[test]
fn a_row_is_registered_edited_and_retired_through_its_pages() {
    each_database(|house| {
        let browser = house.as_("佐藤");
        let department = house.department("営業部").to_string();
        browser.get("/assets/new").has("営業部").lacks("人事部");
        let typed = [
            ("department", department.as_str()),
            ("name", "顧客名簿"),
            ("medium", "社内サーバー"),
            ("personal", "○"),
            ("confidentiality", "1"),
            ("integrity", "1"),
            ("availability", "1"),
        ];
        let made = browser.post("/assets", &typed);
        let at = made.is(303).location.clone();
        let page = browser.follow(&made);
        page.has("台帳に登録しました").has("個人情報を含むため、最も高い3です");
        browser
            .post(
                &at,
                &[
                    ("version", "1"),
                    ("name", ""),
                    ("medium", "社内サーバー"),
                    ("confidentiality", "1"),
                    ("integrity", "1"),
                    ("availability", "1"),
                    ("note", "まだ書きかけ"),
                ],
            )
            .is(422)
            .has("「情報資産名称」が空です")
            .has("まだ書きかけ");
        let fields = [
            ("version", "1"),
            ("name", "顧客名簿（法人）"),
            ("medium", "社内サーバー"),
            ("confidentiality", "2"),
            ("integrity", "1"),
            ("availability", "1"),
        ];
        browser.post(&at, &fields).leads_to(&at);
        browser.get(&at).has("顧客名簿（法人）").has("重要度 2");
        browser
            .post(&[&at, "/retirement"].concat(), &[("version", "2"), ("reason", " ")])
            .is(422)
            .has("が空です");
        browser
            .post(&[&at, "/retirement"].concat(), &[("version", "2"), ("reason", "サービスを終えたため")])
            .leads_to(&at);
        browser.get(&at).has("サービスを終えたため").lacks("name=\"confidentiality\"");
        browser.get("/assets").has("台帳はまだ空です");
        browser.get("/assets?state=retired").has("顧客名簿（法人）");
    });
}

#[test]
fn the_loser_of_a_race_sees_both_values() {
    each_database(|house| {
        let asset = registered(house, "見積書");
        let at = ["/assets/", asset.id.as_str()].concat();
        let base = [
            ("version", "1"),
            ("medium", "書類"),
            ("confidentiality", "2"),
            ("integrity", "1"),
            ("availability", "1"),
        ];
        let with = |name: &'static str| base.iter().copied().chain([("name", name)]).collect::<Vec<_>>();
        house.as_("田中").post(&at, &with("見積書（田中）")).leads_to(&at);
        let lost = house.as_("佐藤").post(&at, &with("見積書（佐藤）"));
        lost.is(409).has("見積書（田中）").has("見積書（佐藤）");
        assert_eq!(lost.value("version"), "2");
        house
            .as_("佐藤")
            .post(
                &at,
                &[
                    ("version", "2"),
                    ("name", "見積書（佐藤）"),
                    ("medium", "書類"),
                    ("confidentiality", "2"),
                    ("integrity", "1"),
                    ("availability", "1"),
                ],
            )
            .leads_to(&at);
        assert_eq!(all(house, "佐藤")[0].name, "見積書（佐藤）");
    });
}

#[test]
fn another_departments_assets_do_not_exist() {
    each_database(|house| {
        let asset = registered(house, "営業秘密の一覧");
        let at = ["/assets/", asset.id.as_str()].concat();
        let stranger = house.as_("鈴木");
        stranger.get(&at).is(404);
        stranger
            .post(
                &at,
                &[
                    ("version", "1"),
                    ("name", "x"),
                    ("medium", "y"),
                    ("confidentiality", "1"),
                    ("integrity", "1"),
                    ("availability", "1"),
                ],
            )
            .is(404);
        stranger.post(&[&at, "/retirement"].concat(), &[("version", "1"), ("reason", "x")]).is(404);
        stranger.get("/assets?q=営業秘密").lacks("営業秘密の一覧");
        let department = house.department("営業部");
        let stolen = house.act("鈴木", |tx| acts::register(tx, &department, draft("x")));
        assert!(matches!(stolen, Err(Stop::Refusal(Refusal::NotFound))));
        house.as_("伊藤").get(&at).is(200).lacks("name=\"confidentiality\"");
        house.as_("中村").post(&[&at, "/retirement"].concat(), &[("version", "1"), ("reason", "x")]).is(403);
        house.as_("加藤").get("/assets").is(403);
    });
}

#[test]
fn the_list_filters_sorts_and_searches_by_its_address() {
    each_database(|house| {
        let (sales, staff) = (house.department("営業部"), house.department("人事部"));
        let named = |name: &str, medium: &str, personal: bool| AssetDraft {
            medium: medium.into(),
            personal,
            ..draft(name)
        };
        let rows = [
            (&sales, named("見積書 100%", "書類", false)),
            (&sales, named("顧客メイボ", "社外サーバー", true)),
            (&staff, named("履歴書", "書類", true)),
        ]
        .map(|(department, draft)| ImportRow { department: department.clone(), draft });
        let summary = house.act("渡辺", |tx| acts::import(tx, &rows)).unwrap();
        assert_eq!(summary, Summary { new: 3, changed: 0, unchanged: 0 });
        let names = |query: Filter| -> Vec<String> {
            let found = house
                .read("渡辺", |rx| Ok(store::list(rx, &rx.scope(Act::SeeRegister), &query, 200, 0)?))
                .unwrap();
            found.into_iter().map(|asset| asset.name).collect()
        };
        let filter = Filter::default;
        assert_eq!(names(Filter { q: "めいぼ".into(), ..filter() }), ["顧客メイボ"]);
        assert_eq!(names(Filter { q: "%".into(), ..filter() }), ["見積書 100%"]);
        assert_eq!(names(Filter { q: "_".into(), ..filter() }).len(), 0);
        assert_eq!(names(Filter { importance: "3".into(), ..filter() }).len(), 2);
        assert_eq!(names(Filter { personal: "no".into(), ..filter() }), ["見積書 100%"]);
        assert_eq!(names(Filter { department: staff.to_string(), ..filter() }), ["履歴書"]);
        for sort in ["name", "department", "importance", "medium", "registered"] {
            let (up, down) = (
                names(Filter { sort: sort.into(), ..filter() }),
                names(Filter { sort: format!("-{sort}"), ..filter() }),
            );
            assert_eq!((up.len(), down.len()), (3, 3), "{sort}");
        }
        let browser = house.as_("渡辺");
        browser
            .get("/assets?personal=yes&sort=-importance")
            .has("<b>2件</b>")
            .has("aria-sort=\"descending\"");
        browser.get("/assets?q=見当たらない").has("条件に合う情報資産はありません");
        browser.get("/assets?page=99").is(200);
    });
}

#[test]
fn a_page_is_the_list_and_its_count_whoever_asks_and_in_whatever_order() {
    each_database(|house| {
        for (nth, department) in ["営業部", "人事部", "営業部", "人事部", "営業部"].iter().enumerate()
        {
            let department = house.department(department);
            for name in [format!("名簿 {nth}"), format!("契約書 {nth}"), format!("100%_名簿 {nth}")] {
                house
                    .act("渡辺", |tx| {
                        let draft = AssetDraft {
                            personal: nth % 2 == 0,
                            confidentiality: [1, 2, 3][nth % 3],
                            ..draft(&name)
                        };
                        acts::register(tx, &department, draft)
                    })
                    .unwrap();
            }
        }
        let own = house.department("営業部").to_string();
        for person in ["渡辺", "佐藤", "鈴木"] {
            for (q, department) in
                [("", ""), ("名簿", ""), ("%_", ""), ("無い言葉", ""), ("名簿", own.as_str()), ("", &own)]
            {
                for sort in ["", "-name", "department", "-department", "importance", "-medium", "-registered"]
                {
                    for (view, skip) in [("", 0), ("", 2), ("", 99), ("ledger", 0), ("ledger", 1)] {
                        let filter = Filter {
                            q: q.into(),
                            department: department.into(),
                            sort: sort.into(),
                            view: view.into(),
                            ..Filter::default()
                        };
                        let (page, whole) = house
                            .read(person, |rx| {
                                let scope = rx.scope(Act::SeeRegister);
                                let list = store::list(rx, &scope, &filter, 3, skip)?;
                                let whole = (list, store::count(rx, &scope, &filter)?);
                                Ok((store::page(rx, &scope, &filter, 3, skip)?, whole))
                            })
                            .unwrap();
                        assert_eq!(page, whole, "{person} {filter:?} {skip}");
                        if person == "鈴木" && !department.is_empty() {
                            assert_eq!(page.1, 0, "another department is not even counted");
                        }
                    }
                }
            }
        }
        let all = house
            .read("渡辺", |rx| {
                let filter = Filter { q: "%_名".into(), ..Filter::default() };
                Ok(store::page(rx, &rx.scope(Act::SeeRegister), &filter, 200, 0)?)
            })
            .unwrap();
        assert_eq!(all.1, 5, "what stands for any letter in a pattern stands for itself in a search");
    });
}

#[test]
fn the_same_asset_by_hand_twice_is_asked_about_and_registered_when_it_is_another_one() {
    each_database(|house| {
        let department = house.department("営業部").to_string();
        let fields = [
            ("department", department.as_str()),
            ("name", "見積書"),
            ("medium", "書類"),
            ("confidentiality", "2"),
            ("integrity", "1"),
            ("availability", "1"),
        ];
        let browser = house.as_("佐藤");
        let first = browser.post("/assets", &fields);
        first.is(303);
        let asked = browser.post("/assets", &fields);
        asked.is(422).has("同じ資産が、すでに台帳にあります").has(&format!("href=\"{}\"", first.location));
        asked.has("別の資産なので、もう1件登録する");
        assert_eq!(all(house, "佐藤").len(), 1);
        let other_medium: Vec<_> = fields
            .iter()
            .map(|(name, value)| (*name, if *name == "medium" { "クラウド" } else { *value }))
            .collect();
        browser.post("/assets", &other_medium).is(303);
        browser.post("/assets", &[&fields[..], &[("again", "1")]].concat()).is(303);
        assert_eq!(all(house, "佐藤").len(), 3);
    });
}
