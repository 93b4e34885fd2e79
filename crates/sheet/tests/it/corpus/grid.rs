//! A sheet on paper: cells and merged areas, written as xlsx or as separated text.

use std::collections::BTreeMap;

use jiff::civil::Date;
use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

#[derive(Debug, Clone)]
pub enum Cell {
    Text(String),
    Number(f64),
    Date(Date),
    Formula(String),
}

#[derive(Debug, Clone, Default)]
pub struct Paper {
    pub name: String,
    pub hidden: bool,
    pub cells: BTreeMap<(u32, u16), Cell>,
    pub merged: Vec<(u32, u16, u32, u16)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FileKind {
    Xlsx,
    CsvUtf8,
    CsvMarked,
    CsvCp932,
    TsvUtf16,
}

impl Paper {
    pub fn text(&mut self, row: u32, column: u16, text: &str) {
        if !text.is_empty() {
            self.cells.insert((row, column), Cell::Text(text.to_owned()));
        }
    }

    pub fn last_row(&self) -> u32 {
        self.cells.keys().map(|at| at.0).max().unwrap_or(0)
    }
}

pub fn xlsx(papers: &[Paper]) -> Vec<u8> {
    let mut book = Workbook::new();
    let plain = Format::new();
    let dated = Format::new().set_num_format("yyyy/m/d");
    for paper in papers {
        let sheet = book.add_worksheet();
        sheet.set_name(&paper.name).unwrap().set_hidden(paper.hidden);
        for &(top, left, bottom, right) in &paper.merged {
            sheet.merge_range(top, left, bottom, right, "", &plain).unwrap();
        }
        for (&(row, column), cell) in &paper.cells {
            match cell {
                Cell::Text(text) => sheet.write_string(row, column, text).unwrap(),
                Cell::Number(number) => sheet.write_number(row, column, *number).unwrap(),
                Cell::Date(date) => {
                    let (year, month, day) =
                        (date.year().unsigned_abs(), date.month().unsigned_abs(), date.day().unsigned_abs());
                    let moment = ExcelDateTime::from_ymd(year, month, day).unwrap();
                    sheet.write_datetime_with_format(row, column, moment, &dated).unwrap()
                }
                Cell::Formula(result) => {
                    sheet.write_formula(row, column, Formula::new("=Z99").set_result(result)).unwrap()
                }
            };
        }
    }
    // At least one tab must be seen.
    book.save_to_buffer().unwrap()
}

pub fn separated(paper: &Paper, kind: FileKind) -> Vec<u8> {
    let delimiter = if kind == FileKind::TsvUtf16 { b'\t' } else { b',' };
    let mut writer = csv::WriterBuilder::new()
        .delimiter(delimiter)
        .flexible(true)
        .terminator(csv::Terminator::CRLF)
        .from_writer(Vec::new());
    let width = paper.cells.keys().map(|at| at.1).max().unwrap_or(0) + 1;
    for row in 0..=paper.last_row() {
        let line = (0..width).map(|column| match paper.cells.get(&(row, column)) {
            None => String::new(),
            Some(Cell::Text(text) | Cell::Formula(text)) => text.clone(),
            Some(Cell::Number(number)) => number.to_string(),
            Some(Cell::Date(date)) => format!("{}/{}/{}", date.year(), date.month(), date.day()),
        });
        writer.write_record(line).unwrap();
    }
    let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
    match kind {
        FileKind::CsvCp932 => encoding_rs::SHIFT_JIS.encode(&text).0.into_owned(),
        FileKind::CsvMarked => [b"\xEF\xBB\xBF", text.as_bytes()].concat(),
        FileKind::TsvUtf16 => {
            let units = std::iter::once(0xFEFF).chain(text.encode_utf16());
            units.flat_map(u16::to_le_bytes).collect()
        }
        FileKind::CsvUtf8 | FileKind::Xlsx => text.into_bytes(),
    }
}
