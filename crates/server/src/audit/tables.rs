//! The readable half of a package: a workbook with a sheet a table, and the index by clause, in both languages.

use super::clauses::{CLAUSES, name};
use super::package::{Made, Record};
use super::reading::{Shown, shown};
use crate::house::fault::{Done, Fault};
use crate::house::words::Lang;
use crate::record::pages::Names;
use askama::Template;
use rust_xlsxwriter::{Format, Workbook};
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

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

struct Section<'a> {
    word: &'static str,
    sheet: String,
    records: Vec<(String, &'a [u64])>,
}

/// Writes `tables.xlsx`, `index.ja.html` and `index.en.html`.
pub fn write(names: &Names, made: &Made, folder: &Path) -> Done<()> {
    let mut by_table: BTreeMap<&str, Vec<&Record>> = BTreeMap::new();
    for record in made.records.values() {
        by_table.entry(&record.table).or_default().push(record);
    }
    book(names, made, &by_table, &folder.join("tables.xlsx"))?;
    for l in [Lang::Ja, Lang::En] {
        let section = |table: &'static str| {
            let records = by_table.get(table)?;
            let records = records
                .iter()
                .map(|record| (shown(Lang::Ja, names, record).title, record.entries.as_slice()));
            Some(Section { word: l.w(name(table)), sheet: sheet_name(table, 0), records: records.collect() })
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
            entries: made.entries.len(),
            clauses: CLAUSES.iter().map(clause).collect(),
        };
        let text = index.render().map_err(Fault::broken)?;
        let file = folder.join(["index.", l.code(), ".html"].concat());
        fs::write(file, text).map_err(|error| Fault::of_disk(&error))?;
    }
    Ok(())
}

/// A sheet is called in both languages, since there is one workbook for both.
fn sheet_name(table: &str, part: usize) -> String {
    let (ja, en) = name(table);
    let both: String = [ja, " ", en].concat().chars().take(27).collect();
    if part == 0 { both } else { format!("{both} {}", part + 1) }
}

fn book(names: &Names, made: &Made, tables: &BTreeMap<&str, Vec<&Record>>, to: &Path) -> Done<()> {
    let mut book = Workbook::new();
    if let Some(folder) = to.parent() {
        // What is written on the way may be personal data: it stays in the house's own folder.
        book.set_tempdir(folder).map_err(Fault::broken)?;
    }
    let bold = Format::new().set_bold();
    let ordered = CLAUSES.iter().flat_map(|(_, _, tables)| tables.iter().copied());
    for table in ordered {
        let Some(records) = tables.get(table) else { continue };
        for (part, some) in records.chunks(MOST_ROWS).enumerate() {
            let all: Vec<Shown> = some.iter().map(|record| shown(Lang::Ja, names, record)).collect();
            let mut columns: Vec<&str> = Vec::new();
            for (word, _) in all.iter().flat_map(|each| &each.fields) {
                if !columns.contains(&word.as_str()) {
                    columns.push(word);
                }
            }
            let head = ["記録番号 Entries"].into_iter().chain(columns.iter().copied()).map(ToOwned::to_owned);
            let row = |(record, each): (&&Record, &Shown)| {
                let numbers: Vec<String> = record.entries.iter().map(ToString::to_string).collect();
                let cell = |column: &&str| {
                    let field = each.fields.iter().find(|(word, _)| word == column);
                    field.map(|(_, text)| text.clone()).unwrap_or_default()
                };
                [numbers.join(", ")].into_iter().chain(columns.iter().map(cell)).collect()
            };
            let rows = some.iter().zip(&all).map(row);
            sheet(&mut book, &sheet_name(table, part), (head.collect(), &bold), rows)?;
        }
    }
    let head =
        ["番号 Entry", "日時 UTC", "種類 Kind", "内容", "だれが Who", "部門 Department", "対象 Object"];
    for (part, some) in made.entries.chunks(MOST_ROWS).enumerate() {
        let rows = some.iter().map(|line| entry(names, line));
        let name =
            if part == 0 { "記録 Entries".to_owned() } else { format!("記録 Entries {}", part + 1) };
        sheet(&mut book, &name, (head.map(ToOwned::to_owned).to_vec(), &bold), rows)?;
    }
    book.save(to).map_err(Fault::broken)?;
    Ok(())
}

fn entry(names: &Names, line: &super::package::Line) -> Vec<String> {
    let entry = &line.entry;
    let time = jiff::Timestamp::from_millisecond(entry.time).map(|time| time.to_string());
    vec![
        line.idx.to_string(),
        time.unwrap_or_default(),
        entry.kind.clone(),
        names.sentence(Lang::Ja, entry),
        names.person(Lang::Ja, &entry.actor),
        names.department(&entry.dept).unwrap_or_default().to_owned(),
        entry.object.clone(),
    ]
}

/// Every cell is a text, whatever it begins with: nothing that a person wrote becomes a formula.
fn sheet(
    book: &mut Workbook,
    name: &str,
    (head, bold): (Vec<String>, &Format),
    rows: impl Iterator<Item = Vec<String>>,
) -> Done<()> {
    let sheet = book.add_worksheet_with_constant_memory().map_err(Fault::broken)?;
    sheet.set_name(name).map_err(Fault::broken)?;
    sheet.set_freeze_panes(1, 1).map_err(Fault::broken)?;
    for (column, text) in (0u16..).zip(&head) {
        sheet.write_string_with_format(0, column, text, bold).map_err(Fault::broken)?;
    }
    for (row, cells) in (1u32..).zip(rows) {
        for (column, text) in (0u16..).zip(&cells).filter(|(_, text)| !text.is_empty()) {
            let text: String = text.chars().take(MOST_CHARS).collect();
            sheet.write_string(row, column, text).map_err(Fault::broken)?;
        }
    }
    Ok(())
}
