//! Headers as departments make them.

use meguri_sheet::{
    Field, Known, Row, Scale, ScaleGuess, Why, find_layouts, guess_scale, read_assets, write_csv,
};

use crate::support::{HEADINGS, SAMPLE, assets_of, known, only_layout, open, rows_of, sheet_of, sheet_with};

const ASSET: &str = "人事|従業員名簿||人事担当|総務部|書類|有|||3|2|1|3|5年|2026/4/1";

#[test]
fn titles_above_the_header_do_not_matter() {
    let layout =
        only_layout(&open(&sheet_of(&["情報資産管理台帳", "", "作成|総務部", "", "", HEADINGS, ASSET])));
    assert_eq!(layout.header_rows, (6, 6));
    assert_eq!(layout.missing(), []);
}

#[test]
fn headings_are_known_over_line_breaks_widths_and_synonyms() {
    let headings = "No.|業　務|資産名（必須）|備 考|利用者の\n範囲|リスクオーナー|主管部署|保管場所|個人情報の有無|要配慮|マイナンバー|機密性\n(C)|完全性[I]|■可用性|重要度※|保管期間|登録年月日";
    let layout = only_layout(&open(&sheet_of(&[headings])));
    for field in Field::ALL.into_iter().filter(|field| !field.is_handling()) {
        assert!(layout.column_of(field).is_some(), "{field:?} in {layout:?}");
    }
    assert_eq!(layout.column_of(Field::Name), Some(2));
    let sure =
        |field: Field| layout.columns.iter().find(|column| column.field == Some(field)).unwrap().confidence;
    assert_eq!((sure(Field::Users), sure(Field::Name), sure(Field::Confidentiality)), (100, 90, 90));
    assert_eq!(layout.columns[0].field, None);
}

#[test]
fn a_likely_heading_is_proposed_with_less_confidence() {
    let layout =
        only_layout(&open(&sheet_of(&["当社の情報資産名称|管理部署|機密性|完全性|可用性|個人情報の件数"])));
    assert_eq!((layout.columns[0].field, layout.columns[0].confidence), (Some(Field::Name), 60));
    assert_eq!(layout.columns[5].field, Some(Field::HeadCount));
}

#[test]
fn two_rows_with_merged_groups_are_one_header() {
    let lines = ["情報資産名称|管理部署|評価値||||備考", "||C|I|A|重要度|", "名簿|総務部|3|2|1|3|鍵"];
    let merged = [(0, 0, 1, 0), (0, 1, 1, 1), (0, 2, 0, 5), (0, 6, 1, 6)];
    let book = open(&sheet_with(&lines, &merged));
    let layout = only_layout(&book);
    assert_eq!(layout.header_rows, (1, 2));
    assert_eq!(layout.missing(), []);
    assert_eq!(layout.columns[2].heading, "評価値 C");
    let rows = read_assets(&book, &layout, &known());
    let asset = rows[0].outcome.clone().unwrap();
    assert_eq!(
        (asset.confidentiality, asset.integrity, asset.availability, asset.note.as_str()),
        (3, 2, 1, "鍵")
    );
}

#[test]
fn a_row_of_data_is_not_taken_for_a_second_header_row() {
    let lines = ["情報資産名称|管理部署|備考|機密性|完全性|可用性|種類", "備考|総務部|x|1|1|1|個人情報"];
    let layout = only_layout(&open(&sheet_of(&lines)));
    assert_eq!(layout.header_rows, (1, 1));
}

#[test]
fn a_person_may_override_each_column() {
    let layout =
        only_layout(&open(&sheet_of(&[HEADINGS, ASSET]))).with(Field::Note, 3).without(Field::Category);
    assert_eq!(layout.column_of(Field::Note), Some(3));
    assert_eq!(layout.column_of(Field::Users), None);
    assert_eq!(layout.column_of(Field::Category), None);
    let layout = layout.with(Field::RiskOwner, 20);
    assert_eq!(layout.column_of(Field::RiskOwner), Some(20));
    assert_eq!(Field::ALL.map(|field| Field::from_code(field.code())), Field::ALL.map(Some));
}

#[test]
fn sheets_without_a_register_are_left_out_and_say_why() {
    let mut book = rust_xlsxwriter::Workbook::new();
    for (name, hidden) in [("台帳記入例", false), ("メモ", false), ("旧台帳", true), ("総務部", false)]
    {
        let sheet = book.add_worksheet();
        sheet.set_name(name).unwrap().set_hidden(hidden);
        let line = if name == "メモ" { "備考|あれこれ" } else { HEADINGS };
        for (column, text) in (0..).zip(line.split('|')) {
            sheet.write_string(0, column, text).unwrap();
        }
    }
    let found = find_layouts(&open(&book.save_to_buffer().unwrap()));
    let left_out: Vec<_> = found.left_out.iter().map(|sheet| (sheet.sheet.as_str(), sheet.why)).collect();
    assert_eq!(
        left_out,
        [("台帳記入例", Why::Instructions), ("メモ", Why::NoHeadings), ("旧台帳", Why::Hidden)]
    );
    assert!(found.left_out.iter().all(|sheet| sheet.ja().ends_with('。') && sheet.en().ends_with('.')));
    assert_eq!(found.layouts.len(), 1);
}

#[test]
fn a_sheet_named_after_a_department_belongs_to_it() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("総務部").unwrap();
    for (row, line) in (0..).zip(["情報資産名称|機密性|完全性|可用性", "名簿|3|2|1"]) {
        for (column, text) in (0..).zip(line.split('|')) {
            sheet.write_string(row, column, text).unwrap();
        }
    }
    assert_eq!(assets_of(&book.save_to_buffer().unwrap())[0].department, "総務部");
}

#[test]
fn a_value_merged_over_rows_belongs_to_each_of_them() {
    let lines = [
        HEADINGS,
        "人事|従業員名簿|||総務部|書類||||3|2|1",
        "|給与データ||||社外サーバ||||3|3|2",
        "|||||||||||",
    ];
    let rows = assets_of(&sheet_with(&lines, &[(1, 0, 3, 0), (1, 4, 3, 4)]));
    assert_eq!(rows.len(), 2, "the third row holds only what was carried down");
    assert_eq!((rows[1].category.as_str(), rows[1].department.as_str()), ("人事", "総務部"));
    assert_eq!(rows[1].medium, "社外サーバー");
}

#[test]
fn feet_and_blanks_are_left_out_and_reading_ends_at_the_revisions() {
    let lines = [
        HEADINGS,
        ASSET,
        "",
        "||||||||||||0",
        "※ 赤字は前回からの変更",
        HEADINGS,
        "経理|改訂履歴|||総務部|書類||||1|1|1",
        "改訂履歴|改訂履歴綴り|||総務部|書類||||1|1|1",
        "合計||||||||||||6",
        "",
        "■改訂履歴",
        "版|日付|内容",
        "1|2025/4/1|初版||総務部|書類||||1|1|1",
    ];
    let rows = rows_of(&sheet_of(&lines));
    assert_eq!(rows.iter().map(|row| row.row_number).collect::<Vec<_>>(), [2, 7, 8]);
}

#[test]
fn csv_in_cp932_reads_like_utf_8() {
    let csv = write_csv(assets_of(SAMPLE).iter()).unwrap();
    let text = std::str::from_utf8(&csv).unwrap();
    let (cp932, _, lossy) = encoding_rs::SHIFT_JIS.encode(text.trim_start_matches('\u{feff}'));
    assert!(!lossy);
    assert_eq!(assets_of(&cp932), assets_of(&csv));
    let tabs = "情報資産名称\t管理部署\t機密性\t完全性\t可用性\n名簿\t総務部\t３\t高\t１\n";
    assert_eq!(assets_of(tabs.as_bytes())[0].integrity, 3);
}

/// The rows of all tables of a file, as (sheet, row number, department, name).
fn all_rows(bytes: &[u8]) -> Vec<(u32, String, String)> {
    let book = open(bytes);
    let layouts = find_layouts(&book).layouts;
    let rows = layouts.iter().flat_map(|layout| read_assets(&book, layout, &known()));
    let seen =
        |row: Row| (row.row_number, row.text(Field::Department).to_owned(), row.text(Field::Name).to_owned());
    rows.map(seen).collect()
}

#[test]
fn small_tables_under_each_other_belong_to_the_department_of_their_title() {
    let lines = [
        "情報資産管理台帳",
        "■総務部",
        "情報資産名称|媒体|機密性|完全性|可用性",
        "名簿|紙|3|2|1",
        "",
        "管理部署|情報システム課",
        "No.|情報資産名|保管場所|機密性|完全性|可用性",
        "1|設定書|PC|3|2|1",
        "2|鍵|PC|3|2|1",
        "合計|2",
    ];
    let expected = [(4, "総務部", "名簿"), (8, "情報システム課", "設定書"), (9, "情報システム課", "鍵")];
    let rows = all_rows(&sheet_of(&lines));
    assert_eq!(rows, expected.map(|(row, place, name)| (row, place.to_owned(), name.to_owned())));
    let layouts = find_layouts(&open(&sheet_of(&lines))).layouts;
    assert_eq!((layouts[0].header_rows, layouts[0].last_row), ((3, 3), 4));
    assert_eq!((layouts[1].header_rows, layouts[1].last_row), ((7, 7), 10));
    let address = |at: usize| layouts[at].department.clone().unwrap().address.unwrap();
    assert_eq!((address(0), address(1)), ("A2".to_owned(), "B6".to_owned()));
}

#[test]
fn bands_across_a_table_name_the_department_of_the_lines_below() {
    let lines = [
        "情報資産名称|機密性|完全性|可用性",
        "【総務部】|||",
        "名簿|3|2|1",
        "■情報システム課|||",
        "設定書|3|2|1",
    ];
    let rows = all_rows(&sheet_with(&lines, &[(1, 0, 1, 3), (3, 0, 3, 3)]));
    let expected = [(3, "総務部", "名簿"), (5, "情報システム課", "設定書")];
    assert_eq!(rows, expected.map(|(row, place, name)| (row, place.to_owned(), name.to_owned())));
}

#[test]
fn a_fingerprint_knows_the_headings_and_nothing_else() {
    let of = |lines: &[&str]| only_layout(&open(&sheet_of(lines)));
    let layout = of(&[HEADINGS, ASSET]);
    let print = layout.fingerprint();
    assert_eq!(print, of(&["台帳", "", &HEADINGS.replace("備考", "備　考※")]).fingerprint());
    assert_eq!(print, layout.clone().with(Field::Note, 3).with(Field::RiskOwner, 20).fingerprint());
    assert_ne!(print, of(&[&HEADINGS.replace("備考", "摘要")]).fingerprint());
    assert_ne!(print, of(&[&format!("|{HEADINGS}")]).fingerprint());
    assert_eq!(print, "d2d54cf778fc5cf7", "remembered choices are found by it: it never changes");
}

#[test]
fn a_choice_of_columns_without_a_required_one_is_not_sure() {
    let layout = only_layout(&open(&sheet_of(&[HEADINGS, ASSET])));
    assert_eq!(layout.confidence(), 100);
    assert_eq!(layout.without(Field::Name).confidence(), 0);
    let lines =
        ["情報資産名称|管理部署|機密性|完全性|可用性", "名簿|総務部|極秘|2|1", "鍵|総務部|社外秘|2|1"];
    assert_eq!(only_layout(&open(&sheet_of(&lines))).confidence(), 40, "the values are no scores");
}

#[test]
fn the_scale_is_told_by_a_number_a_word_or_a_heading_or_else_asked() {
    let guess = |lines: &[&str]| {
        let book = open(&sheet_of(lines));
        let layouts = find_layouts(&book).layouts;
        let rows: Vec<Row> = layouts.iter().flat_map(|layout| read_assets(&book, layout, &known())).collect();
        guess_scale(&layouts, &rows)
    };
    let plain = "情報資産名称|管理部署|機密性|完全性|可用性";
    for (heading, row, found) in [
        (plain, "名簿|総務部|1|2|3", ScaleGuess::Sure(Scale::OneToThree)),
        (plain, "名簿|総務部|1|2|０", ScaleGuess::Sure(Scale::ZeroToTwo)),
        (plain, "名簿|総務部|1|2|2", ScaleGuess::Ask),
        (plain, "名簿|総務部|1|2|2（高）", ScaleGuess::Sure(Scale::ZeroToTwo)),
        (plain, "名簿|総務部|高|中|低", ScaleGuess::Sure(Scale::OneToThree)),
        (
            "情報資産名称|管理部署|機密性(2-1-0)|完全性|可用性",
            "名簿|総務部|1|2|2",
            ScaleGuess::Sure(Scale::ZeroToTwo),
        ),
    ] {
        assert_eq!(guess(&[heading, row]), found, "{heading} {row}");
    }
    for (scale, code, typed, score) in [
        (Scale::OneToThree, "3-2-1", "2", Some(2)),
        (Scale::ZeroToTwo, "2-1-0", "２", Some(3)),
        (Scale::ZeroToTwo, "2-1-0", "中", Some(2)),
        (Scale::ZeroToTwo, "2-1-0", "3", None),
    ] {
        assert_eq!((scale.code(), Scale::from_code(code), scale.score(typed)), (code, Some(scale), score));
    }
    assert_eq!([0, 1, 2, 3, 4].map(Scale::word), [None, Some("低"), Some("中"), Some("高"), None]);
    let book = open(&sheet_of(&[plain, "名簿|総務部|2|1|0", "鍵|総務部|3|中|1"]));
    let known = Known { scale: Scale::ZeroToTwo, ..known() };
    let rows = read_assets(&book, &only_layout(&book), &known);
    let asset = rows[0].outcome.clone().unwrap();
    assert_eq!((asset.confidentiality, asset.integrity, asset.availability), (3, 2, 1));
    assert!(rows[1].findings[0].ja().starts_with("C3セル：機密性の「3」は旧様式"), "{:?}", rows[1].findings);
}

#[test]
fn separated_text_keeps_the_row_numbers_that_excel_shows() {
    let text =
        "台帳\n\n情報資産名称,管理部署,機密性,完全性,可用性\n\"名\n簿\",総務部,3,2,1\n\n\n鍵,総務部,3,2,x";
    let rows = rows_of(text.as_bytes());
    assert_eq!(rows.iter().map(|row| row.row_number).collect::<Vec<_>>(), [4, 7]);
    assert_eq!(rows[1].findings[0].address, "E7");
    let rows = rows_of(text.replace('\n', "\r\n").as_bytes());
    assert_eq!(
        rows.iter().map(|row| row.row_number).collect::<Vec<_>>(),
        [4, 7],
        "also with the line ends of Windows"
    );
    let units = std::iter::once(0xFEFF).chain(text.replace(',', "\t").encode_utf16().collect::<Vec<_>>());
    let utf_16: Vec<u8> = units.flat_map(u16::to_le_bytes).collect();
    assert_eq!(rows_of(&utf_16).len(), 2);
}
