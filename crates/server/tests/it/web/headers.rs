//! Headings that recognition takes wrongly or not at all: a person says in which row they stand, and it is remembered.

use super::imports::{asset, confirm};
use crate::support::{Browser, each_database};
use rust_xlsxwriter::Workbook;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// A workbook: the name of each sheet, and its lines with cells between bars.
fn book(sheets: &[(&str, &[&str])]) -> Vec<u8> {
    let mut book = Workbook::new();
    for (name, lines) in sheets {
        let sheet = book.add_worksheet();
        sheet.set_name(*name).unwrap();
        for (row, line) in (0..).zip(*lines) {
            for (column, text) in (0..).zip(line.split('|')).filter(|(_, text)| !text.is_empty()) {
                sheet.write_string(row, column, text).unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

fn send(browser: &Browser<'_>, bytes: &[u8]) -> String {
    let sent = browser.post_multipart(
        "/assets/import",
        &[("department", "")],
        &[("file", "台帳.xlsx", XLSX, bytes)],
    );
    assert_eq!(sent.status, 303, "{}", sent.excerpt());
    sent.location
}

const OWN: &str = "もの|どこの|入れ物|秘密|正しさ|使える|名称|管理部署|媒体";
const COLUMNS: [(&str, &str); 6] = [
    ("column-0-0", "name"),
    ("column-0-1", "department"),
    ("column-0-2", "medium"),
    ("column-0-3", "confidentiality"),
    ("column-0-4", "integrity"),
    ("column-0-5", "availability"),
];

#[test]
fn a_wrong_header_row_is_corrected_and_the_next_file_of_the_layout_is_read_so() {
    each_database(|house| {
        // Three known words in row 2 are taken for the headings, which stand in row 4.
        let lines = |name: &str, department: &str| {
            let row = format!("{name}|{department}|書類|3|2|1");
            book(&[(
                "一覧",
                &[
                    "私たちの一覧",
                    "名称|管理部署|媒体|備考",
                    "",
                    "もの|どこの|入れ物|秘密|正しさ|使える",
                    &row,
                ],
            )])
        };
        let browser = house.as_("佐藤");
        let at = send(&browser, &lines("見積書", "営業部"));
        let columns = [&at, "?step=columns"].concat();
        browser.get(&columns).has("id=\"header-0\" name=\"header-0\" value=\"2\"");
        let mapping = [&at, "/mapping"].concat();
        browser.post(&mapping, &[("header-0", "x")]).is(422).has("行番号を入力してください");
        browser.post(&mapping, &[("header-0", "3")]).is(422).has("3行目には見出しがありません");
        browser.post(&mapping, &[("header-0", "４")]).leads_to(&columns);
        browser.get(&columns).has("value=\"4\"").has("入れ物").lacks("私たちの一覧");
        browser.post(&mapping, &COLUMNS).leads_to(&at);
        browser.get(&at).has("新規1件");
        confirm(&browser, &at);
        let known = asset(house, "見積書");
        assert_eq!((known.confidentiality, known.integrity, known.availability), (3, 2, 1));
        let other = house.as_("鈴木");
        let at = send(&other, &lines("評価表", "人事部"));
        other.get(&at).has("新規1件").has("前回の対応を使いました");
        // What is given up is forgotten once the file is taken in.
        let mapping = [&at, "/mapping"].concat();
        other.post(&mapping, &[("header-0", "2")]).leads_to(&[&at, "?step=columns"].concat());
        other.get(&[&at, "?step=columns"].concat()).has("name=\"header-0\" value=\"2\"");
    });
}

#[test]
fn a_sheet_that_was_left_out_is_taken_in_beside_the_others_and_remembered() {
    each_database(|house| {
        let register = "情報資産名称|管理部署|媒体・保存先|機密性|完全性|可用性";
        let file = |first: &str, second: &str, department: &str| {
            let (first, second) =
                (format!("{first}|{department}|書類|3|1|1"), format!("{second}|{department}|書類|3|2|2"));
            book(&[
                ("台帳", &[register, &first]),
                ("別紙", &["", "もの|どこの|入れ物|秘密|正しさ|使える", &second]),
            ])
        };
        let browser = house.as_("佐藤");
        let at = send(&browser, &file("見積書", "契約書", "営業部"));
        browser.get(&at).has("新規1件");
        let columns = [&at, "?step=columns"].concat();
        browser.get(&columns).has("シート「別紙」：台帳の見出しが見つからないため").has("name=\"left-0\"");
        browser.post("/language", &[("lang", "en"), ("next", &columns)]).leads_to(&columns);
        browser.get(&columns).has("Row of the headings");
        browser.post("/language", &[("lang", "ja"), ("next", &columns)]).leads_to(&columns);
        let mapping = [&at, "/mapping"].concat();
        browser.post(&mapping, &[("header-0", "1"), ("left-0", "2")]).leads_to(&columns);
        let chosen = COLUMNS.map(|(name, field)| (name.replace("-0-", "-1-"), field));
        let chosen: Vec<(&str, &str)> = chosen.iter().map(|(name, field)| (name.as_str(), *field)).collect();
        browser.post(&mapping, &chosen).leads_to(&at);
        browser.get(&at).has("新規2件");
        confirm(&browser, &at);
        assert_eq!(asset(house, "契約書").confidentiality, 3);
        let other = house.as_("鈴木");
        let at = send(&other, &file("名簿", "評価表", "人事部"));
        other.get(&at).has("新規2件");
    });
}

#[test]
fn a_file_without_known_headings_is_kept_until_a_person_says_where_they_stand() {
    each_database(|house| {
        let browser = house.as_("佐藤");
        let own = OWN.split('|').take(6).collect::<Vec<_>>().join("|");
        let bytes = book(&[("一覧", &[&own, "見積書|営業部|書類|3|2|1"])]);
        let at = send(&browser, &bytes);
        browser.get(&at).has("台帳の見出しが見つかりませんでした").has("台帳は何も変わっていません");
        browser.post(&[&at, "/confirmation"].concat(), &[]).is(422);
        browser.get(&at).has("見出しがある行の番号を入力してください");
        let mapping = [&at, "/mapping"].concat();
        browser.post(&mapping, &[("left-0", "1")]).leads_to(&[&at, "?step=columns"].concat());
        browser.get(&at).has("次の項目の列が見つかりません");
        browser.post(&mapping, &COLUMNS).leads_to(&at);
        browser.get(&at).has("新規1件");
        confirm(&browser, &at);
        assert_eq!(asset(house, "見積書").integrity, 2);
        // The very words are known from now on.
        let again = send(&browser, &bytes);
        browser.get(&again).has("すべて台帳と同じです");
    });
}
