//! The readable half of a package: a workbook with a sheet a table, and the index by clause, in both languages.

use super::clauses::{CLAUSES, name};
use super::package::{Made, RECORDS, Record};
use super::reading::{open, record, shown};
use crate::house::fault::{Done, Fault};
use crate::house::words::Lang;
use crate::record::pages::Names;
use askama::Template;
use meguri_record::Entry;
use rust_xlsxwriter::{Format, Workbook, Worksheet, XlsxError};
use std::cell::RefCell;
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

/// Rows that one sheet holds below its heading; more go on to the next.
const MOST_ROWS: usize = 1_048_000;
/// Characters that one cell holds.
const MOST_CHARS: usize = 32_000;

#[derive(Template)]
#[template(path = "audit/bundle_index.html")]
struct Index<'a> {
    l: Lang,
    size: u64,
    entries: usize,
    clauses: Vec<(&'a str, &'static str, Vec<Section<'a>>)>,
}

/// A table under its clause. Its records are read while the page is written.
struct Section<'a> {
    word: &'static str,
    sheet: String,
    count: usize,
    table: &'static str,
    reading: &'a Reading<'a>,
}

/// The lines of a package's records, one at a time, with the first thing that went wrong where nobody could be told.
struct Reading<'a> {
    names: &'a Names,
    folder: PathBuf,
    broken: RefCell<Done<()>>,
}

/// Writes `tables.xlsx`, `index.ja.html` and `index.en.html`.
pub fn write(names: &Names, made: &Made, bundle: &Path) -> Done<()> {
    let reading = Reading { names, folder: bundle.with_file_name(RECORDS), broken: RefCell::new(Ok(())) };
    book(&reading, made, bundle)?;
    for l in [Lang::Ja, Lang::En] {
        let section = |table: &'static str| {
            let count = *made.records.get(table)?;
            Some(Section {
                word: l.w(name(table)),
                sheet: sheet_name(table, 0),
                count,
                table,
                reading: &reading,
            })
        };
        let clause = |(clause, word, tables): &'static (
            &'static str,
            meguri_domain::Word,
            &'static [&'static str],
        )| {
            (*clause, l.w(*word), tables.iter().filter_map(|table| section(table)).collect())
        };
        let index = Index {
            l,
            size: made.head_size,
            entries: made.entries,
            clauses: CLAUSES.iter().map(clause).collect(),
        };
        let file = bundle.join(["index.", l.code(), ".html"].concat());
        let mut file = BufWriter::new(File::create_new(file).map_err(|error| Fault::of_disk(&error))?);
        index.write_into(&mut file).map_err(|error| Fault::of_disk(&error))?;
        file.into_inner().map_err(|error| Fault::of_disk(error.error()))?;
    }
    reading.broken.into_inner()
}

impl Section<'_> {
    fn records(&self) -> impl Iterator<Item = (String, Vec<u64>)> {
        self.reading
            .records(self.table)
            .map(|record| (shown(Lang::Ja, self.reading.names, &record).title, record.entries))
    }
}

impl Reading<'_> {
    /// The records of a table; after the first that cannot be read there are no more.
    fn records(&self, table: &str) -> impl Iterator<Item = Record> {
        let lines = open(&self.folder.join(table)).into_iter().flatten();
        lines.map_while(|line| record(line).map_err(|stop| *self.broken.borrow_mut() = Err(stop)).ok())
    }
}

/// A sheet is called in both languages, since there is one workbook for both.
fn sheet_name(table: &str, part: usize) -> String {
    let (ja, en) = name(table);
    numbered([ja, " ", en].concat().chars().take(27).collect(), part)
}

fn numbered(name: String, part: usize) -> String {
    if part == 0 { name } else { format!("{name} {}", part + 1) }
}

fn book(reading: &Reading<'_>, made: &Made, bundle: &Path) -> Done<()> {
    let mut book = Workbook::new();
    // What is written on the way may be personal data: it stays in the house's own folder.
    book.set_tempdir(bundle).map_err(Fault::broken)?;
    let ordered = CLAUSES.iter().flat_map(|(_, _, tables)| tables.iter().copied());
    for table in ordered.filter(|table| made.records.contains_key(*table)) {
        let columns = columns(reading, table);
        let head = ["記録番号 Entries".to_owned()].into_iter().chain(columns.iter().cloned()).collect();
        let rows = reading.records(table).map(|record| {
            let fields = shown(Lang::Ja, reading.names, &record).fields;
            let numbers: Vec<String> = record.entries.iter().map(ToString::to_string).collect();
            let cell = |column: &String| {
                let field = fields.iter().find(|(word, _)| word == column);
                field.map(|(_, text)| text.clone()).unwrap_or_default()
            };
            [numbers.join(", ")].into_iter().chain(columns.iter().map(cell)).collect()
        });
        sheets(&mut book, |part| sheet_name(table, part), head, rows)?;
    }
    let lines = open(&bundle.join("entries.jsonl")).into_iter().flatten();
    let rows = lines.map_while(|line| {
        let entry =
            line.map_err(Fault::broken).and_then(|line| Entry::read(line.as_bytes()).map_err(Fault::broken));
        entry.map_err(|fault| *reading.broken.borrow_mut() = Err(fault.into())).ok()
    });
    let head =
        ["番号 Entry", "日時 UTC", "種類 Kind", "内容", "だれが Who", "部門 Department", "対象 Object"];
    let rows = rows.map(|line| entry(reading.names, &line));
    sheets(
        &mut book,
        |part| numbered("記録 Entries".into(), part),
        head.map(ToOwned::to_owned).to_vec(),
        rows,
    )?;
    Ok(book.save(bundle.join("tables.xlsx")).map_err(Fault::broken)?)
}

/// The words of the columns in which any record of a table says something.
fn columns(reading: &Reading<'_>, table: &str) -> Vec<String> {
    let mut columns: Vec<String> = Vec::new();
    for record in reading.records(table) {
        for (word, _) in shown(Lang::Ja, reading.names, &record).fields {
            if !columns.contains(&word) {
                columns.push(word);
            }
        }
    }
    columns
}

fn entry(names: &Names, entry: &Entry) -> Vec<String> {
    let time = jiff::Timestamp::from_millisecond(entry.time).map(|time| time.to_string());
    vec![
        entry.idx.to_string(),
        time.unwrap_or_default(),
        entry.kind.clone(),
        names.sentence(Lang::Ja, entry),
        names.person(Lang::Ja, &entry.actor),
        names.department(&entry.dept).unwrap_or_default().to_owned(),
        entry.object.clone(),
    ]
}

/// Rows on a sheet, and on the next where there are more. Every cell is a text, whatever it begins with: nothing that a
/// person wrote becomes a formula.
fn sheets(
    book: &mut Workbook,
    name: impl Fn(usize) -> String,
    head: Vec<String>,
    rows: impl Iterator<Item = Vec<String>>,
) -> Done<()> {
    let mut rows = rows.peekable();
    let mut part = 0;
    while part == 0 || rows.peek().is_some() {
        let sheet = book.add_worksheet_with_constant_memory().map_err(Fault::broken)?;
        sheet.set_name(name(part)).map_err(Fault::broken)?;
        fill(sheet, &head, rows.by_ref().take(MOST_ROWS)).map_err(Fault::broken)?;
        part += 1;
    }
    Ok(())
}

fn fill(
    sheet: &mut Worksheet,
    head: &[String],
    rows: impl Iterator<Item = Vec<String>>,
) -> Result<(), XlsxError> {
    let bold = Format::new().set_bold();
    sheet.set_freeze_panes(1, 1)?;
    for (column, text) in (0u16..).zip(head) {
        sheet.write_string_with_format(0, column, text, &bold)?;
    }
    for (row, cells) in (1u32..).zip(rows) {
        for (column, text) in (0u16..).zip(&cells).filter(|(_, text)| !text.is_empty()) {
            let text: String = text.chars().take(MOST_CHARS).collect();
            sheet.write_string(row, column, text)?;
        }
    }
    Ok(())
}
