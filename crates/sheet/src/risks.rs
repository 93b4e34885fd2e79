//! Registers of risks from outside: finds the tables of risks in a workbook by what the headings mean, and reads their lines.
//! What a line does to the register of risks is decided elsewhere; here are only texts with their places.

mod field;
mod header;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use field::RiskField;
pub use header::{RiskColumn, RiskTable, find_risk_tables};

use crate::grid::{Cell, Sheet, Workbook, address};
use crate::lines::{is_end, is_total};
use crate::scale::Scale;
use crate::text::{fold, is_ditto, plain};
use crate::words::{self, Score};

/// One line of a table of risks: the texts of its mapped columns.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskRow {
    /// The sheet it stands in.
    pub sheet: String,
    /// Its number as Excel shows it (from 1).
    pub row_number: u32,
    /// What it says, by field; cells that say nothing are left out.
    pub cells: BTreeMap<RiskField, RiskCell>,
}

/// A text of a line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskCell {
    /// The cell as Excel shows it (`C12`).
    pub address: String,
    /// The text as typed.
    pub text: String,
    /// It is the text of the line above, because its own cell is empty or holds a ditto mark.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub from_above: bool,
}

impl RiskRow {
    /// The text of a field; empty when the line says nothing of it.
    pub fn text(&self, field: RiskField) -> &str {
        self.cells.get(&field).map_or("", |cell| cell.text.as_str())
    }

    /// Where a field stands: its cell, or the number of the line where it has none.
    pub fn place(&self, field: RiskField) -> String {
        self.cells.get(&field).map_or_else(|| self.row_number.to_string(), |cell| cell.address.clone())
    }
}

/// Reads the lines of a table. Blank lines, totals, notes and repeated headings are left out; reading ends at a revision
/// table (改訂履歴). A department, an asset or a medium that is written once for the lines below it is carried down.
pub fn read_risks(book: &Workbook, table: &RiskTable) -> Vec<RiskRow> {
    let Some(sheet) = book.sheet(&table.sheet) else { return Vec::new() };
    let mut rows: Vec<RiskRow> = Vec::new();
    for row_number in table.header_rows.1.saturating_add(1)..=sheet.last_row() {
        let own: Vec<&Cell> = sheet.row(row_number).iter().filter(|cell| !cell.carried).collect();
        let Some(first) = own.first() else { continue };
        let tells = table.columns.iter().any(|column| {
            column.field.is_some_and(RiskField::tells) && own.iter().any(|cell| cell.column == column.index)
        });
        if !tells {
            if is_end(&own) {
                break;
            }
            continue;
        }
        if is_total(&first.text) || is_note(&own) || repeats_headings(table, &own) {
            continue;
        }
        let row = row(sheet, table, row_number, rows.last());
        rows.push(row);
    }
    rows
}

fn is_note(own: &[&Cell]) -> bool {
    own.len() == 1
        && own.iter().all(|cell| cell.text.trim_start().starts_with(['※', '＊', '*', '注', '(', '（']))
}

fn repeats_headings(table: &RiskTable, own: &[&Cell]) -> bool {
    let is_heading = |column: &&RiskColumn| {
        let found = own.iter().find(|cell| cell.column == column.index);
        found.map(|cell| fold(&cell.text)).is_some_and(|text| {
            text.chars().count() >= 2 && !text.is_empty() && fold(&column.heading).ends_with(&text)
        })
    };
    table.columns.iter().filter(is_heading).count() >= 3
}

fn row(sheet: &Sheet, table: &RiskTable, row_number: u32, before: Option<&RiskRow>) -> RiskRow {
    let text_of = |field| {
        let column = table.columns.iter().find(|column| column.field == Some(field));
        column.and_then(|column| sheet.cell(row_number, column.index)).map_or("", |cell| cell.text.as_str())
    };
    // An asset that is named in the line stands on a medium of its own, named or not.
    let own_asset = !text_of(RiskField::Asset).trim().is_empty() && !is_ditto(text_of(RiskField::Asset));
    let mut cells = BTreeMap::new();
    for column in &table.columns {
        let Some(field) = column.field else { continue };
        let text = sheet.cell(row_number, column.index).map_or("", |cell| cell.text.as_str());
        let above = || before.map(|before| before.text(field)).filter(|above| !above.is_empty());
        let carried = field.is_carried() && !(own_asset && field == RiskField::Medium);
        let repeats = is_ditto(text) || (text.trim().is_empty() && carried);
        let cell = |text: &str, from_above| RiskCell {
            address: address(column.index, row_number),
            text: text.to_owned(),
            from_above,
        };
        match above().filter(|_| repeats) {
            Some(above) => {
                cells.insert(field, cell(above, true));
            }
            None if text.trim().is_empty() => {}
            None => {
                cells.insert(field, cell(text, false));
            }
        }
    }
    RiskRow { sheet: sheet.name.clone(), row_number, cells }
}

/// What the cell of a degree says, see [`degree`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Degree {
    /// Nothing was typed.
    Empty,
    /// A degree of the scale.
    Value(u8),
    /// A number outside the scale.
    Outside,
    /// No number, and no word that means one.
    NotUnderstood,
}

/// Reads a degree of a scale that runs from 1 to `top`: digits of any width, alone or with their meaning beside them (`3 高い`,
/// `2（一部実施）`). Where the scale has three degrees also the words of DOMAIN.md §1.3: 高・中・低, 大・中・小, A・B・C.
pub fn degree(text: &str, top: u8) -> Degree {
    let folded = plain(text);
    if folded.is_empty() {
        return Degree::Empty;
    }
    if top == 3 {
        match words::score(text, Scale::OneToThree) {
            Score::Value(value) => return Degree::Value(value),
            Score::Outside => return Degree::Outside,
            Score::Empty | Score::NotANumber => {}
        }
    }
    let whole = folded.strip_suffix(".0").unwrap_or(&folded);
    let digits: String = whole.chars().take_while(char::is_ascii_digit).collect();
    let rest = whole.get(digits.len()..).unwrap_or_default();
    // `2.5` and `1/2` are no degrees with a meaning beside them, and neither is `3-2`.
    if digits.is_empty() || rest.chars().any(|c| c.is_ascii_digit()) || rest.starts_with(['.', '/', '-', '%'])
    {
        return Degree::NotUnderstood;
    }
    match digits.parse::<u8>() {
        Ok(value) if (1..=top).contains(&value) => Degree::Value(value),
        _ => Degree::Outside,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn degrees_are_read_with_their_words_on_scales_of_any_length() {
        for (text, top, read) in [
            ("3", 3, Degree::Value(3)),
            ("２", 3, Degree::Value(2)),
            ("高", 3, Degree::Value(3)),
            ("3 通常の状態で発生する", 3, Degree::Value(3)),
            ("1（対策済み）", 3, Degree::Value(1)),
            ("5", 5, Degree::Value(5)),
            ("4: ほぼ確実", 5, Degree::Value(4)),
            ("2.0", 4, Degree::Value(2)),
            ("6", 5, Degree::Outside),
            ("0", 5, Degree::Outside),
            ("4", 3, Degree::Outside),
            ("2.5", 5, Degree::NotUnderstood),
            ("1/2", 5, Degree::NotUnderstood),
            ("高", 5, Degree::NotUnderstood),
            ("不明", 3, Degree::NotUnderstood),
            ("　", 3, Degree::Empty),
            ("99999999999", 5, Degree::Outside),
        ] {
            assert_eq!(degree(text, top), read, "{text} of {top}");
        }
    }
}
