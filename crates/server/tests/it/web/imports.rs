//! The wizard of the import: what it changes and what it never does, its memory, its end and its undoing.

use crate::support::{Browser, House, Page, Place, each_database};
use meguri::asset::acts;
use meguri::asset::filter::Filter;
use meguri::asset::store;
use meguri::house::kept::cell;
use meguri::record::verify::verify;
use meguri_domain::asset::{Asset, AssetDraft, AssetState};
use meguri_domain::people::Act;
use std::fmt::Write;
use std::time::{Duration, Instant};

const CSV: &str = "text/csv";
const HEAD: &str = "情報資産名称,管理部署,媒体・保存先,機密性（3-2-1）,完全性,可用性,保存期限,備考";

/// A file with these lines under the usual headings.
pub fn file(lines: &[&str]) -> Vec<u8> {
    [HEAD, &lines.join("\r\n")].join("\r\n").into_bytes()
}

/// All assets that a person sees, retired ones too, by name.
pub fn assets(house: &House, name: &str) -> Vec<Asset> {
    let all = Filter { state: "all".into(), ..Filter::default() };
    house.read(name, |rx| Ok(store::list(rx, &rx.scope(Act::SeeRegister), &all, 5_000, 0)?)).unwrap()
}

pub fn asset(house: &House, name: &str) -> Asset {
    let all = assets(house, "渡辺");
    all.into_iter().find(|asset| asset.name == name).unwrap_or_else(|| panic!("no asset {name}"))
}

/// Uploads a file and gives the address it leads to.
pub fn send(browser: &Browser<'_>, bytes: &[u8]) -> String {
    let sent =
        browser.post_multipart("/assets/import", &[("department", "")], &[("file", "台帳.csv", CSV, bytes)]);
    assert_eq!(sent.status, 303, "{}", sent.excerpt());
    sent.location
}

pub fn confirm(browser: &Browser<'_>, at: &str) {
    browser.post(&[at, "/confirmation"].concat(), &[]).leads_to(at);
}

/// Waits for work behind the page.
fn settled(browser: &Browser<'_>, at: &str) -> Page {
    let end = Instant::now() + Duration::from_mins(1);
    loop {
        let page = browser.get(at);
        if !page.body.contains("<progress") {
            return page;
        }
        assert!(Instant::now() < end, "still at work: {}", page.excerpt());
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn registered(house: &House, draft: AssetDraft) -> Asset {
    let department = house.department("営業部");
    house.act("佐藤", |tx| acts::register(tx, &department, draft)).unwrap()
}

fn full(name: &str) -> AssetDraft {
    AssetDraft {
        category: "営業".into(),
        name: name.into(),
        note: "控えは書庫".into(),
        users: "営業部員".into(),
        medium: "書類".into(),
        personal: true,
        confidentiality: 3,
        integrity: 2,
        availability: 1,
        retention: "5年".into(),
        ..AssetDraft::default()
    }
}

#[test]
fn an_empty_cell_wipes_nothing_unless_it_is_asked_to() {
    each_database(|house| {
        registered(house, full("見積書"));
        let browser = house.as_("佐藤");
        // Medium and scores are empty as well: the row is found by its name, and what stands stays.
        let at = send(&browser, &file(&["見積書,営業部,,,,,,月末に更新"]));
        browser.get(&at).has("変更1件").has("月末に更新").has("いま：控えは書庫").has("そのまま：5年");
        confirm(&browser, &at);
        let after = asset(house, "見積書");
        assert_eq!(after.draft(), AssetDraft { note: "月末に更新".into(), ..full("見積書") });
        let at = send(&browser, &file(&["見積書,営業部,書類,3,2,1,,月末に更新"]));
        browser.get(&at).has("すべて台帳と同じです");
        browser.post(&[&at, "/rows"].concat(), &[("wipe", "yes")]).is(303);
        browser.get(&at).has("変更1件").has("いま：5年").has("aria-pressed=\"true\"");
        confirm(&browser, &at);
        let after = asset(house, "見積書");
        assert_eq!((after.retention.as_str(), after.note.as_str()), ("", "月末に更新"));
        assert_eq!(
            (after.category.as_str(), after.users.as_str(), after.personal),
            ("営業", "営業部員", true),
            "columns that the file does not have are never wiped"
        );
    });
}

#[test]
fn an_import_is_undone_as_new_versions_and_the_record_says_so() {
    each_database(|house| {
        registered(house, full("見積書"));
        let browser = house.as_("佐藤");
        let at = send(&browser, &file(&["見積書,営業部,書類,1,1,1,10年,", "契約書,営業部,書類,2,2,2,,"]));
        confirm(&browser, &at);
        let page = browser.get(&at);
        page.has("取込の取消").has("新規1件、変更1件");
        house.as_("田中").post(&[&at, "/undo"].concat(), &[("version", "1")]).is(404);
        house.as_("鈴木").post(&[&at, "/undo"].concat(), &[("version", "1")]).is(404);
        browser.post(&[&at, "/undo"].concat(), &[("version", &page.value("version"))]).leads_to(&at);
        browser.get(&at).has("取込を取り消しました");
        let (changed, new) = (asset(house, "見積書"), asset(house, "契約書"));
        assert_eq!((changed.draft(), changed.version), (full("見積書"), 3), "as before, as a new version");
        assert_eq!((new.state, new.version), (AssetState::Retired, 2));
        assert_eq!(new.retired_reason, "「台帳.csv」の取込を取り消したため");
        browser.post(&[&at, "/undo"].concat(), &[("version", "2")]).is(409);
        house
            .as_("渡辺")
            .get("/record")
            .has("台帳の取込を取り消しました")
            .has("台帳をExcelから取り込みました");
        assert_eq!(house.read_as_system(verify).unwrap().findings, []);
    });
}

#[test]
fn a_row_that_somebody_changed_since_is_named_and_stays() {
    each_database(|house| {
        let browser = house.as_("佐藤");
        let at = send(&browser, &file(&["見積書,営業部,書類,1,1,1,,", "契約書,営業部,書類,2,2,2,,"]));
        confirm(&browser, &at);
        let (edited, other) = (asset(house, "見積書"), asset(house, "契約書"));
        let draft = AssetDraft { retention: "3年".into(), ..edited.draft() };
        house.act("田中", |tx| acts::edit(tx, &edited.id, 1, draft)).unwrap();
        let undone = browser.post(&[&at, "/undo"].concat(), &[("version", "1")]);
        undone.leads_to(&at);
        browser.get(&at).has("1件を元に戻しました").has("そのまま残した1件").has("見積書").lacks("契約書");
        assert_eq!(
            (asset(house, "見積書").state, asset(house, "契約書").state),
            (AssetState::InUse, AssetState::Retired)
        );
        assert_eq!(asset(house, "見積書").retention, "3年");
        // Where nothing is left to undo, nothing is done.
        let at = send(&browser, &file(&["名刺,営業部,書類,1,1,1,,"]));
        confirm(&browser, &at);
        let card = asset(house, "名刺");
        house.act("田中", |tx| acts::retire(tx, &card.id, 1, "使わないため")).unwrap();
        browser.post(&[&at, "/undo"].concat(), &[("version", "1")]).is(422).has("取り消せる行がありません");
        assert_eq!(asset(house, "契約書").id, other.id);
    });
}

#[test]
fn the_secretariat_may_undo_what_a_department_imported() {
    each_database(|house| {
        let at = send(&house.as_("佐藤"), &file(&["見積書,営業部,書類,1,1,1,,"]));
        confirm(&house.as_("佐藤"), &at);
        let secretariat = house.as_("渡辺");
        secretariat.get("/assets/import").has("これまでの取込").has("台帳.csv");
        house.as_("鈴木").get("/assets/import").lacks("台帳.csv");
        secretariat.post(&[&at, "/undo"].concat(), &[("version", "1")]).leads_to(&at);
        assert_eq!(asset(house, "見積書").state, AssetState::Retired);
    });
}

#[test]
fn columns_chosen_by_hand_are_remembered_for_the_next_file_of_the_layout() {
    each_database(|house| {
        let head = "情報資産名称,管理部署,媒体・保存先,ひみつ度,完全性,可用性";
        let text = |line: &str| [head, line].join("\r\n").into_bytes();
        let browser = house.as_("佐藤");
        let at = send(&browser, &text("見積書,営業部,書類,3,1,1"));
        browser.get(&at).has("次の項目の列が見つかりません").lacks("前回の対応を使いました");
        browser.post(&[&at, "/mapping"].concat(), &[("column-0-3", "confidentiality")]).leads_to(&at);
        // Until it is applied nothing is remembered.
        let early = send(&browser, &text("契約書,営業部,書類,2,1,1"));
        browser.get(&early).has("次の項目の列が見つかりません");
        confirm(&browser, &at);
        let at = send(&house.as_("鈴木"), &text("契約書,人事部,書類,3,1,1"));
        house.as_("鈴木").get(&at).has("新規1件").has("前回の対応を使いました");
        confirm(&house.as_("鈴木"), &at);
        assert_eq!(asset(house, "契約書").confidentiality, 3);
        let other = send(&browser, &file(&["名刺,営業部,書類,1,1,1,,"]));
        browser.get(&other).lacks("前回の対応を使いました");
    });
}

#[test]
fn the_same_file_again_says_so_to_those_who_may_know() {
    each_database(|house| {
        house.move_to("2026-11-30");
        let bytes = file(&["見積書,営業部,書類,1,1,1,,", "契約書,営業部,書類,1,1,1,,"]);
        let browser = house.as_("佐藤");
        let at = send(&browser, &bytes);
        browser.get(&at).lacks("取り込み済みです");
        confirm(&browser, &at);
        let said = "このファイルは2026/11/30に取り込み済みです（2件）";
        for (name, known) in [("佐藤", true), ("田中", true), ("渡辺", true), ("鈴木", false)] {
            let again = send(&house.as_(name), &bytes);
            let page = house.as_(name).get(&again);
            assert_eq!(page.body.contains(said), known, "{name}: {}", page.excerpt());
        }
        let again = send(&browser, &bytes);
        confirm(&browser, &again);
        browser.post(&[&at, "/undo"].concat(), &[("version", "1")]).leads_to(&at);
        let other = file(&["名刺,営業部,書類,1,1,1,,"]);
        let other = send(&browser, &other);
        browser.get(&other).lacks("取り込み済みです");
    });
}

#[test]
fn of_a_file_with_wrong_rows_the_good_ones_are_imported_or_none() {
    each_database(|house| {
        let browser = house.as_("佐藤");
        let bytes =
            file(&["見積書,営業部,書類,1,1,1,,", "契約書,営業部,書類,9,1,1,,", "名刺,海外部,書類,1,1,1,,"]);
        let at = send(&browser, &bytes);
        browser.get(&at).has("問題のない1件だけ取り込む").has("何も取り込まない").has("D3セル");
        browser.post(&[&at, "/cancellation"].concat(), &[]).leads_to("/assets/import");
        browser.get("/assets/import").has("取込をやめました");
        browser.get(&at).is(404);
        assert!(assets(house, "渡辺").is_empty());
        let at = send(&browser, &bytes);
        browser.post(&[&at, "/confirmation"].concat(), &[]).is(422).has("直すところがある行が2行残っている");
        browser.post(&[&at, "/confirmation"].concat(), &[("take", "good")]).leads_to(&at);
        let names: Vec<String> = assets(house, "渡辺").into_iter().map(|asset| asset.name).collect();
        assert_eq!(names, ["見積書"]);
    });
}

/// How many pieces of files wait with their drafts.
fn pieces(house: &House) -> i64 {
    let text = meguri::open!("SELECT COUNT(*) FROM import_piece");
    house
        .read_as_system(|rx| Ok(rx.open_rows(text, &[])?.first().map_or(Ok(0), |row| cell(row, 0))?))
        .unwrap()
}

#[test]
fn a_file_waits_in_pieces_and_goes_with_its_draft() {
    each_database(|house| {
        let browser = house.as_("佐藤");
        let note = "長い備考".repeat(20);
        let lines: Vec<String> =
            (0..900).map(|n| format!("資産{n:04},営業部,書類,1,2,1,5年,{note}")).collect();
        let text = file(&lines.iter().map(String::as_str).collect::<Vec<_>>());
        assert!(text.len() > 192 * 1024, "more than one piece, and read at once");
        let send_all = || send(&browser, &text);
        let at = send_all();
        assert_eq!(pieces(house), 2);
        // A column that is read anew is read from the pieces.
        let columns =
            ["name", "department", "medium", "confidentiality", "integrity", "availability", "note", ""];
        let named: Vec<(String, &str)> =
            columns.iter().enumerate().map(|(at, code)| (format!("column-0-{at}"), *code)).collect();
        let fields: Vec<(&str, &str)> = named.iter().map(|(name, code)| (name.as_str(), *code)).collect();
        browser.post(&[&at, "/mapping"].concat(), &fields).leads_to(&at);
        browser.get(&at).has("新規900件").lacks(&note);
        house.as_("田中").post(&[&at, "/mapping"].concat(), &fields).is(404);
        confirm(&browser, &at);
        assert_eq!(pieces(house), 0, "taken in");
        let at = send_all();
        browser.post(&[&at, "/cancellation"].concat(), &[]).leads_to("/assets/import");
        assert_eq!(pieces(house), 0, "called off");
        send_all();
        assert_eq!(pieces(house), 2);
        house.move_to("2026-04-30");
        send(&house.as_("佐藤"), &file(&["見積書,営業部,書類,1,1,1,,"]));
        assert_eq!(pieces(house), 1, "nobody came back for the other in a week");
    });
}

#[test]
fn a_draft_is_judged_anew_when_it_is_confirmed() {
    each_database(|house| {
        let (first, second) = (house.as_("佐藤"), house.as_("田中"));
        let bytes = file(&["見積書,営業部,書類,1,1,1,,"]);
        let (mine, theirs) = (send(&first, &bytes), send(&second, &bytes));
        first.get(&mine).has("新規1件");
        second.get(&theirs).has("新規1件");
        confirm(&first, &mine);
        confirm(&second, &theirs);
        assert_eq!(assets(house, "渡辺").len(), 1, "the second one found what the first had brought");
        second.get(&theirs).has("変更なし");
        first.get(&theirs).is(404);
        // An undoing is no surprise either: the second import changed nothing, so the first is undone whole.
        first.post(&[&mine, "/undo"].concat(), &[("version", "1")]).leads_to(&mine);
        assert_eq!(asset(house, "見積書").state, AssetState::Retired);
    });
}

#[test]
fn a_large_file_is_read_and_taken_in_behind_a_page_that_says_how_far_it_is() {
    each_database(|house| {
        let mut text = HEAD.to_owned();
        let long = "長い備考".repeat(30);
        for n in 0..1_500 {
            write!(text, "\r\n資産{n:04},営業部,書類,1,2,1,5年,{long}").unwrap();
        }
        let browser = house.as_("佐藤");
        let at = send(&browser, text.as_bytes());
        settled(&browser, &at).has("新規1500件").has("1 / 15");
        confirm(&browser, &at);
        settled(&browser, &at).has("取り込みました").has("1500");
        assert_eq!(assets(house, "渡辺").len(), 1_500);
        let stopped = send(&browser, text.as_bytes());
        browser.post(&[&stopped, "/cancellation"].concat(), &[]).leads_to("/assets/import");
        browser.get(&stopped).is(404);
        let broken = [b"PK\x03\x04".as_slice(), &vec![0; 400 * 1024]].concat();
        let at = send(&browser, &broken);
        settled(&browser, &at).has("読み取れませんでした").has("台帳は何も変わっていません");
    });
}

#[test]
fn a_row_of_another_department_says_what_to_do_and_not_whether_the_department_exists() {
    each_database(|house| {
        let head = house.as_("田中");
        // 人事部 exists, 海外部 does not; the head of 営業部 is told of both in the same words.
        let at = send(&head, &file(&["名刺,人事部,書類,1,1,1,,", "契約書,海外部,書類,1,1,1,,"]));
        let page = head.get(&at);
        for (cell, name) in [("B2", "人事部"), ("B3", "海外部")] {
            page.has(&format!(
                "{cell}セル：管理部署「{name}」は、登録されていないか、あなたが取り込める部門ではありません。取り込める部門を選ぶか、この行を除いてください。この部門の取り込みや新しい部門の開設は、マネジメント事務局に依頼してください。"
            ));
        }
        head.post("/language", &[("lang", "en"), ("next", &at)]).leads_to(&at);
        let english = head.get(&at);
        for (cell, name) in [("B2", "人事部"), ("B3", "海外部")] {
            english.has(&format!(
                "Cell {cell}: the department “{name}” is not registered, or not one you may import for. Choose one of yours or leave the row out; to have it imported or opened, ask the secretariat."
            ));
        }
        // Whoever may see all is told which it is.
        let secretariat = house.as_("渡辺");
        let at = send(&secretariat, &file(&["名刺,人事部,書類,1,1,1,,", "契約書,海外部,書類,1,1,1,,"]));
        secretariat
            .get(&at)
            .has("B3セル：管理部署「海外部」は登録されていません")
            .has("新規 <b>1</b>")
            .lacks("B2セル");
    });
}

#[test]
fn whoever_comes_while_all_workers_are_busy_waits_at_a_page_and_not_for_the_answer() {
    let house = House::found(Place::file());
    let browser = house.as_("佐藤");
    let places = [house.app.workers.place().unwrap(), house.app.workers.place().unwrap()];
    let at = send(&browser, &file(&["見積書,営業部,書類,1,2,1,5年,"]));
    browser.get(&at).has("<progress");
    drop(places);
    settled(&browser, &at).has("新規1件");
}
