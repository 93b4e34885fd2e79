//! Registers of risks as companies keep them: groups above headings, merged cells, words that mean two things, notes and totals.

use meguri_sheet::{
    Limits, RiskField, RiskRow, RiskTable, Table, Title, find_risk_tables, read, read_risks, write_table,
    write_table_csv,
};
use rust_xlsxwriter::{Format, Workbook};
use std::collections::{BTreeMap, BTreeSet};

type Cells<'a> = &'a [&'a [&'a str]];

/// A workbook with these cells from its first row on, and these areas (row, first column, last row, last column) merged.
fn workbook(cells: Cells<'_>, merged: &[(u32, u16, u32, u16)]) -> Vec<u8> {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("リスク分析").unwrap();
    for (row, line) in (0..).zip(cells) {
        for (column, text) in (0..).zip(*line) {
            match text.parse::<f64>() {
                Ok(number) => sheet.write_number(row, column, number).unwrap(),
                Err(_) if text.is_empty() => continue,
                Err(_) => sheet.write_string(row, column, *text).unwrap(),
            };
        }
    }
    for (top, left, bottom, right) in merged {
        let text = cells[*top as usize][*left as usize];
        sheet.merge_range(*top, *left, *bottom, *right, text, &Format::new()).unwrap();
    }
    book.save_to_buffer().unwrap()
}

fn found(bytes: &[u8]) -> (Option<RiskTable>, Vec<RiskRow>) {
    let book = read(bytes, &Limits::default()).unwrap();
    let table = find_risk_tables(&book, &BTreeMap::new(), &BTreeSet::new()).into_iter().next();
    let rows = table.iter().flat_map(|table| read_risks(&book, table)).collect();
    (table, rows)
}

fn fields(table: &RiskTable) -> Vec<&'static str> {
    table.columns.iter().map(|column| column.field.map_or("", RiskField::code)).collect()
}

#[test]
fn a_sheet_with_groups_and_merged_cells_is_read_line_by_line() {
    let cells: Cells<'_> = &[
        &["情報資産リスク分析表", "", "", "", "", "", "", ""],
        &["管理部門", "情報資産", "脅威", "", "脆弱性", "", "リスク値", "リスク対応"],
        &["", "", "内容", "値", "内容", "値", "", ""],
        &["営業部", "顧客名簿", "盗難", "3", "無施錠の棚", "2", "6", "低減"],
        &["", "", "紛失", "2", "持出し簿がない", "〃", "4", "〃"],
        &["", "契約書", "誤廃棄", "1", "表示がない", "1", "1", ""],
        &["", "", "", "", "", "", "", ""],
        &["※ 値は3段階", "", "", "", "", "", "", ""],
        &["合計", "", "", "6", "", "4", "11", ""],
        &["改訂履歴", "", "", "", "", "", "", ""],
        &["版", "改訂日", "改訂内容", "承認", "", "", "", ""],
        &["1", "2026/4/1", "初版", "田中", "", "", "", ""],
    ];
    let merged =
        [(1, 0, 2, 0), (1, 1, 2, 1), (1, 2, 1, 3), (1, 4, 1, 5), (1, 6, 2, 6), (3, 0, 5, 0), (3, 1, 4, 1)];
    let (table, rows) = found(&workbook(cells, &merged));
    let table = table.unwrap();
    assert_eq!(table.header_rows, (2, 3));
    let read = [
        "department",
        "asset",
        "threat",
        "threat_degree",
        "weakness",
        "vulnerability_degree",
        "value",
        "policy",
    ];
    assert_eq!(fields(&table), read);
    let said = |row: &RiskRow| {
        [
            RiskField::Department,
            RiskField::Asset,
            RiskField::Threat,
            RiskField::VulnerabilityDegree,
            RiskField::Policy,
        ]
        .map(|field| row.text(field).to_owned())
    };
    let told: Vec<[String; 5]> = rows.iter().map(said).collect();
    let line = |texts: [&str; 5]| texts.map(str::to_owned);
    assert_eq!(
        told,
        [
            line(["営業部", "顧客名簿", "盗難", "2", "低減"]),
            line(["営業部", "顧客名簿", "紛失", "2", "低減"]),
            line(["営業部", "契約書", "誤廃棄", "1", ""]),
        ]
    );
    assert_eq!((rows[1].row_number, rows[1].place(RiskField::Threat)), (5, "C5".to_owned()));
    assert!(rows[1].cells[&RiskField::Policy].from_above);
}

#[test]
fn the_values_below_tell_what_a_word_means() {
    let scores: Cells<'_> = &[
        &["資産名", "リスク", "脅威", "脆弱性", "管理策"],
        &["名簿", "盗難", "3", "2", "8.1、7.7"],
        &["名簿", "紛失", "2", "高", "A.5.1"],
    ];
    let words: Cells<'_> = &[
        &["資産名", "脅威No.", "脅威", "脆弱性", "管理策"],
        &["名簿", "T001", "盗難にあう", "無施錠", "施錠する"],
        &["名簿", "T002", "なくす", "控えがない", "控えを取る"],
    ];
    let (table, _) = found(&workbook(scores, &[]));
    assert_eq!(
        fields(&table.unwrap()),
        ["asset", "threat", "threat_degree", "vulnerability_degree", "controls"]
    );
    let (table, _) = found(&workbook(words, &[]));
    assert_eq!(fields(&table.unwrap()), ["asset", "threat_number", "threat", "weakness", "task"]);
}

#[test]
fn what_is_no_register_of_risks_gives_no_table_unless_a_person_says_where_its_headings_stand() {
    let cells: Cells<'_> = &[&["情報資産名称", "管理部署", "機密性"], &["名簿", "営業部", "3"]];
    let bytes = workbook(cells, &[]);
    assert_eq!(found(&bytes).0, None);
    let book = read(&bytes, &Limits::default()).unwrap();
    let said = BTreeMap::from([("リスク分析".to_owned(), 1)]);
    assert_eq!(find_risk_tables(&book, &said, &BTreeSet::new())[0].columns.len(), 3);
    let beyond = BTreeMap::from([("リスク分析".to_owned(), 900)]);
    assert!(find_risk_tables(&book, &beyond, &BTreeSet::new()).is_empty());
}

#[test]
fn an_asset_of_its_own_takes_no_medium_from_the_line_above() {
    let cells: Cells<'_> = &[
        &["情報資産名称", "媒体・保存先", "脅威", "脅威の起こりやすさ"],
        &["名簿", "書類", "盗難", "3"],
        &["", "", "紛失", "2"],
        &["契約書", "", "紛失", "2"],
    ];
    let (_, rows) = found(&workbook(cells, &[]));
    let media: Vec<&str> = rows.iter().map(|row| row.text(RiskField::Medium)).collect();
    assert_eq!(media, ["書類", "書類", ""]);
}

#[test]
fn the_headings_that_are_written_are_all_read_again_whatever_the_texts() {
    let hostile = ["=1+1", "〃", "同上", "2行\nに渡る", "\"引用\",と、区切り", "'先頭", "  空白  ", "@SUM"];
    let row = |text: &str| RiskField::ALL.map(|_| text.to_owned()).to_vec();
    for english in [false, true] {
        let heading = |field: RiskField| if english { field.en() } else { field.ja() };
        let table = Table {
            title: Title {
                heading: "リスク一覧".into(),
                organisation: "株式会社見本".into(),
                created_on: "2026-11-28".parse().unwrap(),
            },
            above: vec!["2026年度".into()],
            columns: RiskField::ALL.map(|field| (heading(field).to_owned(), 12)).to_vec(),
            rows: hostile.iter().map(|text| row(text)).collect(),
            frozen: 2,
        };
        for bytes in [write_table(&table).unwrap(), write_table_csv(&table).unwrap()] {
            let (found, rows) = found(&bytes);
            let codes: Vec<&str> = RiskField::ALL.map(RiskField::code).to_vec();
            assert_eq!(fields(&found.unwrap()), codes, "english: {english}");
            for (row, text) in rows.iter().zip(hostile) {
                for field in RiskField::ALL {
                    assert_eq!(meguri_sheet::tidy(row.text(field)), text.trim(), "{field:?}");
                }
            }
            assert_eq!(rows.len(), hostile.len());
        }
    }
}
