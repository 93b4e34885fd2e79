//! Every finding, with the cell it names and the sentence a person reads.

use meguri_sheet::{Field, Finding, Kind, Row, Severity, reread};

use crate::support::{HEADINGS, assets_of, known, rows_of, sheet_of};

/// A faultless row with some cells replaced, read from a file where it stands in row 2.
fn row_with(changes: &[(usize, &str)]) -> Row {
    let mut cells: Vec<&str> =
        "人事|従業員名簿||人事担当|総務部|書類|有|||3|2|1|3|5年|2026/4/1".split('|').collect();
    for (column, text) in changes {
        cells[*column] = text;
    }
    rows_of(&sheet_of(&[HEADINGS, &cells.join("|")])).remove(0)
}

fn only_finding(column: usize, text: &str) -> Finding {
    let mut row = row_with(&[(column, text)]);
    assert_eq!(row.findings.len(), 1, "{:?}", row.findings);
    let finding = row.findings.remove(0);
    assert_eq!(row.outcome.is_err(), finding.severity == Severity::Error);
    let first_letter = ["A", "B", "C", "D", "E", "F", "G", "H", "I", "J", "K", "L", "M", "N", "O"][column];
    assert_eq!(finding.address, format!("{first_letter}2"));
    assert!(
        finding.ja().starts_with(&format!("{first_letter}2セル：")) && finding.ja().ends_with('。'),
        "{}",
        finding.ja()
    );
    assert!(finding.en().starts_with(&format!("Cell {first_letter}2: ")), "{}", finding.en());
    finding
}

#[test]
fn a_faultless_row_has_no_finding() {
    assert_eq!(row_with(&[]).findings, []);
}

#[test]
fn errors_name_their_cell_and_keep_the_row_out() {
    let long = "長".repeat(201);
    let cases: &[(usize, &str, Kind)] = &[
        (1, "", Kind::NameMissing),
        (1, &long, Kind::TextTooLong { chars: 201, allowed: 200 }),
        (4, "", Kind::DepartmentMissing),
        (4, "営業部", Kind::DepartmentUnknown("営業部".into())),
        (6, "△", Kind::MarkNotUnderstood("△".into())),
        (9, "", Kind::ScoreMissing),
        (9, "４", Kind::ScoreOutsideScale("４".into())),
        (10, "0", Kind::ScoreOutsideScale("0".into())),
        (11, "極秘", Kind::ScoreNotANumber("極秘".into())),
        (14, "去年の春", Kind::DateNotUnderstood("去年の春".into())),
        (14, "2026/2/30", Kind::DateNotUnderstood("2026/2/30".into())),
    ];
    for (column, text, kind) in cases {
        let finding = only_finding(*column, text);
        assert_eq!((&finding.kind, finding.severity), (kind, Severity::Error));
    }
}

#[test]
fn warnings_let_the_row_pass() {
    let cases: &[(usize, &str, Kind)] = &[
        (5, "金庫", Kind::MediumUnknown("金庫".into())),
        (5, "", Kind::MediumMissing),
        (12, "2", Kind::ImportanceDiffers { stated: 2, rule: 3 }),
        (12, "8", Kind::ImportanceDiffers { stated: 8, rule: 3 }),
        (12, "AA", Kind::ScoreNotANumber("AA".into())),
    ];
    for (column, text, kind) in cases {
        let finding = only_finding(*column, text);
        assert_eq!((&finding.kind, finding.severity), (kind, Severity::Warning));
    }
    assert_eq!(row_with(&[(5, "金庫")]).outcome.unwrap().medium, "金庫");
}

#[test]
fn sentences_say_what_is_wrong_and_what_to_do() {
    assert_eq!(
        only_finding(9, "４").ja(),
        "J2セル：機密性の「４」は評価値の範囲（1から3）にありません。1、2、3のいずれかを入力してください。"
    );
    assert!(only_finding(10, "0").ja().contains("旧様式（2・1・0）"));
    assert_eq!(
        only_finding(4, "営業部").en(),
        "Cell E2: the department \"営業部\" is not registered. Choose a registered one, or register it first."
    );
}

#[test]
fn a_row_that_repeats_an_earlier_one_names_it() {
    let lines = [
        HEADINGS,
        "|名簿|||総務部|紙||||3|2|1",
        "|名簿|||総務部|社内サーバ||||3|2|1",
        "|名 簿|||総務部|紙||||1|1|1",
    ];
    let rows = rows_of(&sheet_of(&lines));
    assert_eq!(rows[1].findings, []);
    assert_eq!(rows[2].findings.len(), 1);
    assert_eq!(rows[2].findings[0].kind, Kind::RepeatedRow { sheet: "台帳".into(), row_number: 2 });
    assert!(
        rows[2].findings[0].ja().starts_with("B4セル：管理部署・名称・媒体が同じ行が、シート「台帳」の2行目")
    );
    assert!(rows[2].outcome.is_ok());
}

#[test]
fn all_faults_of_a_row_are_said_at_once_in_the_order_of_the_columns() {
    let row = row_with(&[(1, ""), (4, "営業部"), (9, "9"), (14, "x"), (12, "1")]);
    let fields: Vec<Field> = row.findings.iter().map(|finding| finding.field).collect();
    assert_eq!(fields, [Field::Name, Field::Department, Field::Confidentiality, Field::RegisteredOn]);
}

#[test]
fn a_row_can_be_mended_in_place() {
    let row = row_with(&[(9, "9"), (4, "営業部")]);
    let edits = [(Field::Confidentiality, "２".to_owned()), (Field::Department, "D04".to_owned())];
    let mended = reread(&row, &edits, &known());
    assert_eq!(mended.findings, []);
    assert_eq!(mended.outcome.clone().unwrap().confidentiality, 2);
    assert_eq!(mended.outcome.clone().unwrap().department, "D04");
    assert_eq!(
        mended.text(Field::Importance),
        "3",
        "cells that were not edited stay as typed: {:?}",
        mended.cells
    );
    let worse = reread(&row, &[(Field::Name, "　".to_owned())], &known());
    assert_eq!(worse.findings.len(), 3);
}

#[test]
fn a_field_without_a_column_can_be_added_while_mending() {
    let row = rows_of(&sheet_of(&["情報資産名称|管理部署|機密性|完全性", "名簿|総務部|3|2"])).remove(0);
    assert_eq!(row.findings[0].ja(), "2行目：可用性が空です。1から3の数字を入力してください。");
    let mended = reread(&row, &[(Field::Availability, "1".to_owned())], &known());
    assert_eq!(mended.outcome.unwrap().availability, 1);
}

#[test]
fn full_width_digits_words_eras_and_serials_are_read() {
    let asset = assets_of(&sheet_of(&[
        HEADINGS,
        "人事|名簿|||総務部|ＵＳＢメモリ|○|×|−|３|中|１（低）|３|5年|令和８年４月１日",
        "人事|名簿2|||Ｄ０４|紙/書類|レ|✓|〇|高|2|低||5年|46113",
    ]));
    assert_eq!((asset[0].confidentiality, asset[0].integrity, asset[0].availability), (3, 2, 1));
    assert_eq!((asset[0].personal, asset[0].sensitive, asset[0].my_number), (true, false, false));
    assert_eq!(asset[0].medium, "可搬電子媒体");
    assert_eq!((asset[1].medium.as_str(), asset[1].sensitive), ("書類", true));
    for asset in asset {
        assert_eq!(asset.registered_on, Some(jiff::civil::date(2026, 4, 1)));
    }
}

/// A register whose department and retention are formulas; the first keeps no result, the second an error.
fn with_formulas() -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    for (column, text) in (0..).zip("情報資産名称|管理部署|機密性|完全性|可用性|保存期限|重要度".split('|'))
    {
        sheet.write_string(0, column, text).unwrap();
    }
    sheet.write_string(1, 0, "名簿").unwrap();
    for (column, result) in [(1, "LOST"), (5, "#N/A"), (6, "LOST")] {
        sheet.write_formula(1, column, rust_xlsxwriter::Formula::new("=Z9").set_result(result)).unwrap();
    }
    for column in 2..5 {
        sheet.write_number(1, column, 2).unwrap();
    }
    let bytes = book.save_to_buffer().unwrap();
    crate::support::changed(&bytes, |_, content| {
        for kept in ["<v>LOST</v>", "<v></v>"] {
            *content = crate::refusals::replace_all(content, kept.as_bytes(), b"");
        }
        *content = crate::refusals::replace_all(content, br#" t="str""#, b"");
        *content = crate::refusals::replace_all(content, b"<v>#N/A</v>", b"<v>#N/A</v>");
        *content = crate::refusals::replace_all(content, br#"<c r="F2">"#, br#"<c r="F2" t="e">"#);
    })
}

#[test]
fn a_formula_without_a_result_or_with_an_error_is_named() {
    let row = rows_of(&with_formulas()).remove(0);
    let findings: Vec<(&str, &Kind)> =
        row.findings.iter().map(|each| (each.address.as_str(), &each.kind)).collect();
    assert_eq!(
        findings,
        [("B2", &Kind::FormulaWithoutValue), ("F2", &Kind::FormulaFailed("#N/A".into()))],
        "the importance is worked out by us"
    );
    assert!(row.findings[0].ja().starts_with("B2セル：管理部署は数式ですが、"), "{}", row.findings[0].ja());
    assert!(
        row.findings[1].en().starts_with("Cell F2: the formula of Retention gives"),
        "{}",
        row.findings[1].en()
    );
    let edits = [(Field::Department, "総務部".to_owned()), (Field::Retention, "5年".to_owned())];
    assert_eq!(reread(&row, &edits, &known()).findings, []);
}

#[test]
fn zero_width_characters_and_ditto_marks_are_read_as_people_mean_them() {
    let assets = assets_of(&sheet_of(&[
        HEADINGS,
        "人事|名簿\u{200b}|||総務部\u{feff}|紙|有|||3|2|1",
        "〃|鍵|||同上|〃||||1|1|1",
    ]));
    assert_eq!((assets[0].name.as_str(), assets[0].department.as_str()), ("名簿", "総務部"));
    assert_eq!((assets[1].category.as_str(), assets[1].department.as_str()), ("人事", "総務部"));
    assert_eq!((assets[1].medium.as_str(), assets[1].personal), ("書類", false));
}
