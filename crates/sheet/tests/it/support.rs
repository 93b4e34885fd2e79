//! Files to try things on: workbooks from a few lines of text, and zips with planted parts.

use std::io::{Cursor, Read, Write};

use meguri_sheet::{AssetRow, Known, Layout, Limits, Row, Workbook, find_layouts, read, read_assets};
use rust_xlsxwriter::Format;
use zip::write::SimpleFileOptions;
use zip::{ZipArchive, ZipWriter};

pub const SAMPLE: &[u8] = include_bytes!("../../../../samples/asset-register-ipa.xlsx");
pub const LEDGER: &[u8] = include_bytes!("../../../../samples/personal-information-ledger.xlsx");

pub const HEADINGS: &str = "業務分類|情報資産名称|備考|利用者範囲|管理部署|媒体・保存先|個人情報|要配慮個人情報|特定個人情報|機密性|完全性|可用性|重要度|保存期限|登録日";

/// The five departments of the sample.
pub fn known() -> Known {
    let names =
        ["キャンペーン運営部", "ファンクラブ運営部", "カスタマーサービス部", "総務部", "情報システム課"];
    let departments =
        names.iter().zip(1..).map(|(name, n)| ((*name).to_owned(), format!("D{n:02}"))).collect();
    Known { departments, ..Known::default() }
}

/// A workbook of one sheet named 台帳: a line per row, cells between bars, from A1 on.
pub fn sheet_of(lines: &[&str]) -> Vec<u8> {
    sheet_with(lines, &[])
}

/// The same with merged areas (first row, first column, last row, last column; all from 0).
pub fn sheet_with(lines: &[&str], merged: &[(u32, u16, u32, u16)]) -> Vec<u8> {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("台帳").unwrap();
    for &(top, left, bottom, right) in merged {
        sheet.merge_range(top, left, bottom, right, "", &Format::new()).unwrap();
    }
    for (row, line) in (0..).zip(lines) {
        for (column, text) in (0..).zip(line.split('|')) {
            if !text.is_empty() {
                sheet.write_string(row, column, text).unwrap();
            }
        }
    }
    book.save_to_buffer().unwrap()
}

pub fn open(bytes: &[u8]) -> Workbook {
    read(bytes, &Limits::default()).unwrap()
}

pub fn only_layout(book: &Workbook) -> Layout {
    let mut found = find_layouts(book);
    assert_eq!(found.layouts.len(), 1, "{found:?}");
    found.layouts.remove(0)
}

/// Opens, finds and reads with the departments of the sample.
pub fn rows_of(bytes: &[u8]) -> Vec<Row> {
    let book = open(bytes);
    read_assets(&book, &only_layout(&book), &known())
}

pub fn assets_of(bytes: &[u8]) -> Vec<AssetRow> {
    let taken =
        |row: Row| row.outcome.unwrap_or_else(|()| panic!("row {}: {:?}", row.row_number, row.findings));
    rows_of(bytes).into_iter().map(taken).collect()
}

/// The sample with one more part.
pub fn sample_and(name: &str, content: &[u8]) -> Vec<u8> {
    sample_but(|_, _| {}, &[(name, content)])
}

/// The sample with its parts changed and others added.
pub fn sample_but(change: impl Fn(&str, &mut Vec<u8>), added: &[(&str, &[u8])]) -> Vec<u8> {
    rezip(SAMPLE, change, added)
}

/// A workbook with its parts changed.
pub fn changed(bytes: &[u8], change: impl Fn(&str, &mut Vec<u8>)) -> Vec<u8> {
    rezip(bytes, change, &[])
}

fn rezip(bytes: &[u8], change: impl Fn(&str, &mut Vec<u8>), added: &[(&str, &[u8])]) -> Vec<u8> {
    let mut source = ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut target = ZipWriter::new(Cursor::new(Vec::new()));
    for index in 0..source.len() {
        let mut part = source.by_index(index).unwrap();
        let name = part.name().unwrap().into_owned();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        change(&name, &mut content);
        target.start_file(name, SimpleFileOptions::default()).unwrap();
        target.write_all(&content).unwrap();
    }
    for (name, content) in added {
        target.start_file(*name, SimpleFileOptions::default()).unwrap();
        target.write_all(content).unwrap();
    }
    target.finish().unwrap().into_inner()
}
