//! Bytes become a grid: sheets, rows and cells as a person sees them, whatever the file format was.
//!
//! Rows hold only the cells in use, because a careless or hostile file may use one cell in a far corner.

use std::collections::BTreeMap;
use std::io::Cursor;
use std::panic::{AssertUnwindSafe, catch_unwind};

use calamine::{DataRef, Reader, SheetType, SheetVisible, Xlsx};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::dates::show_date;
use crate::foreign;
use crate::limits::{Limits, check, guard, is_container};
use crate::looks::{schema, widths};
use crate::refused::{Bound, Refused};
use crate::separated;

/// A file that was read: its sheets in the order of their tabs.
#[derive(Debug, Clone, PartialEq)]
pub struct Workbook {
    /// Worksheets; chart sheets are left out. A CSV file has one sheet named `CSV`.
    pub sheets: Vec<Sheet>,
    /// The design of a file that this program wrote, for instance `register/1`.
    pub schema: Option<String>,
}

/// One worksheet.
#[derive(Debug, Clone, PartialEq)]
pub struct Sheet {
    /// The name on the tab.
    pub name: String,
    /// True when Excel does not show the sheet.
    pub hidden: bool,
    /// `rows[0]` is row 1. Each row holds only cells with text, ordered by column.
    pub rows: Vec<Vec<Cell>>,
    /// Merged areas, cut to the rows and columns in use, ordered by their first row.
    pub merged: Vec<Merge>,
    /// Column (A = 0) and width in hundredths of a character, where the file sets one.
    pub widths: Vec<(u16, u32)>,
    /// Row number (from 1) and column (A = 0) of formulas whose result the file does not keep, in order.
    pub unreckoned: Vec<(u32, u16)>,
}

/// One cell with text.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    /// The row number as Excel shows it (from 1).
    pub row_number: u32,
    /// The column, counted from A = 0.
    pub column: u16,
    /// The text as displayed; dates as `2026/4/1`, whole numbers without a decimal point.
    pub text: String,
    /// What the cell holds; an empty cell is absent from its row.
    pub value: Value,
    /// True when the text stands in the first row of a merged area and was carried down to this one.
    pub carried: bool,
}

/// What a cell holds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Value {
    /// Text, a truth value or an error like `#N/A`.
    Text,
    /// A number.
    Number(f64),
    /// A number formatted as a date; the time of day is dropped.
    Date(Date),
}

/// A merged area, corners included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Merge {
    /// First row number (from 1).
    pub top: u32,
    /// Last row number (from 1).
    pub bottom: u32,
    /// First column (A = 0).
    pub left: u16,
    /// Last column (A = 0).
    pub right: u16,
}

/// Reads an xlsx workbook, or CSV or tab-separated text in UTF-8 or CP932, within the limits.
pub fn read(bytes: &[u8], limits: &Limits) -> Result<Workbook, Refused> {
    read_named("", bytes, limits)
}

/// The same for a file of this name: text under the name of a workbook is refused, because what it is cannot be told.
pub fn read_named(name: &str, bytes: &[u8], limits: &Limits) -> Result<Workbook, Refused> {
    check(Bound::File, bytes.len() as u64, limits.file_bytes)?;
    foreign::judge(name, bytes)?;
    if !is_container(bytes) {
        return separated::read(bytes, limits);
    }
    guard(bytes, limits)?;
    // The reader is a guest that has panicked on damaged files before; such a file is refused like any other.
    catch_unwind(AssertUnwindSafe(|| read_xlsx(bytes, limits))).unwrap_or(Err(Refused::Damaged))
}

/// `C12` for the third column of row 12.
pub(crate) fn address(column: u16, row_number: u32) -> String {
    format!("{}{row_number}", column_letters(column))
}

/// The letters Excel shows above a column: 0 is `A`, 26 is `AA`.
pub fn column_letters(column: u16) -> String {
    const LETTERS: &[u8; 26] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut rest = usize::from(column) + 1;
    let mut letters = Vec::new();
    while rest > 0 {
        letters.push(char::from(LETTERS[(rest - 1) % 26]));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

impl Workbook {
    /// The sheet with this name on its tab.
    pub fn sheet(&self, name: &str) -> Option<&Sheet> {
        self.sheets.iter().find(|sheet| sheet.name == name)
    }
}

impl Sheet {
    /// The cell at a row number (from 1) and column (A = 0); `None` when it is empty.
    pub fn cell(&self, row_number: u32, column: u16) -> Option<&Cell> {
        let row = self.row(row_number);
        row.binary_search_by_key(&column, |cell| cell.column).ok().map(|found| &row[found])
    }

    /// Whether the cell at a row number (from 1) and column (A = 0) is a formula whose result the file does not keep.
    pub fn is_unreckoned(&self, row_number: u32, column: u16) -> bool {
        self.unreckoned.binary_search(&(row_number, column)).is_ok()
    }

    /// The last column of the merged area that a cell opens; its own column when it opens none.
    pub(crate) fn right_of(&self, cell: &Cell) -> u16 {
        let opens = (cell.row_number, cell.column);
        let found = self.merged.binary_search_by_key(&opens, |merge| (merge.top, merge.left));
        found.map_or(cell.column, |at| self.merged[at].right)
    }

    /// The cells in use of a row (numbered from 1); empty beyond the last row.
    pub fn row(&self, row_number: u32) -> &[Cell] {
        #[cfg(test)]
        crate::steps::step();
        let index = (row_number as usize).checked_sub(1);
        index.and_then(|index| self.rows.get(index)).map_or(&[], Vec::as_slice)
    }

    /// The number of the last row in use; 0 for an empty sheet.
    pub fn last_row(&self) -> u32 {
        u32::try_from(self.rows.len()).unwrap_or(u32::MAX)
    }
}

impl Cell {
    /// The address as Excel shows it, for example `C12`.
    pub fn address(&self) -> String {
        address(self.column, self.row_number)
    }
}

fn read_xlsx(bytes: &[u8], limits: &Limits) -> Result<Workbook, Refused> {
    let mut source: Source<'_> = Xlsx::new(Cursor::new(bytes)).map_err(|_| Refused::Damaged)?;
    let mut budget = Budget::new(limits);
    let tabs: Vec<_> =
        source.sheets_metadata().iter().filter(|tab| tab.typ == SheetType::WorkSheet).cloned().collect();
    // Many tabs may stand for one part, which is then read many times.
    check(Bound::Entries, tabs.len() as u64, limits.entries)?;
    let mut sheets = Vec::new();
    let mut widths = widths(bytes);
    for tab in tabs {
        let (mut cells, unreckoned) = read_cells(&mut source, &tab.name, &mut budget)?;
        let areas = source.merge_cells_by_sheet_name(&tab.name).map_err(|_| Refused::Damaged)?;
        let merged = cut(&areas, &cells);
        carry_down(&merged, &mut cells, &mut budget)?;
        let hidden = tab.visible != SheetVisible::Visible;
        let widths = widths.remove(&tab.name).unwrap_or_default();
        sheets.push(Sheet { name: tab.name, hidden, rows: into_rows(cells), merged, widths, unreckoned });
    }
    Ok(Workbook { sheets, schema: schema(bytes) })
}

fn read_cells(
    source: &mut Source<'_>,
    name: &str,
    budget: &mut Budget<'_>,
) -> Result<(Cells, Vec<(u32, u16)>), Refused> {
    let mut cells = Cells::new();
    let mut unreckoned = Vec::new();
    let mut reader = source.worksheet_cells_reader(name).map_err(|_| Refused::Damaged)?;
    while let Some(found) = reader.next_cell_with_formula_metadata().map_err(|_| Refused::Damaged)? {
        let (row, column) = found.pos;
        let (row_number, at) = (row.saturating_add(1), u16::try_from(column).unwrap_or(u16::MAX));
        if let Some((text, value)) = shown(&found.value) {
            budget.spend(row, column, &text)?;
            cells.insert((row, at), Cell { row_number, column: at, text, value, carried: false });
        } else if found.value == DataRef::Empty && found.formula.is_some() {
            budget.spend(row, column, "")?;
            unreckoned.push((row_number, at));
        }
    }
    unreckoned.sort_unstable();
    Ok((cells, unreckoned))
}

type Source<'a> = Xlsx<Cursor<&'a [u8]>>;

/// Cells by row and column, both from 0.
pub(crate) type Cells = BTreeMap<(u32, u16), Cell>;

/// What is left of the limits while a workbook is read. Few bytes in a file can stand for many in memory (one shared
/// text in every cell), so it is the result that is counted.
pub(crate) struct Budget<'a> {
    limits: &'a Limits,
    cells: u64,
    text_bytes: u64,
}

impl<'a> Budget<'a> {
    /// Nothing is spent yet.
    pub(crate) fn new(limits: &'a Limits) -> Self {
        Self { limits, cells: 0, text_bytes: 0 }
    }

    /// Counts one cell at a row and column from 0.
    pub(crate) fn spend(&mut self, row: u32, column: u32, text: &str) -> Result<(), Refused> {
        self.cells += 1;
        self.text_bytes += text.len() as u64;
        check(Bound::Rows, u64::from(row) + 1, self.limits.rows)?;
        check(Bound::Columns, u64::from(column) + 1, self.limits.columns)?;
        check(Bound::Cells, self.cells, self.limits.cells)?;
        check(Bound::Total, self.text_bytes, self.limits.inflated_bytes)?;
        if text.len() as u64 > self.limits.cell_chars {
            check(Bound::CellChars, text.chars().count() as u64, self.limits.cell_chars)?;
        }
        Ok(())
    }
}

/// The text as displayed and the value; `None` for a cell with nothing to see.
fn shown(data: &DataRef<'_>) -> Option<(String, Value)> {
    let (text, value) = match data {
        DataRef::Empty => return None,
        DataRef::String(text) | DataRef::DateTimeIso(text) | DataRef::DurationIso(text) => {
            (text.clone(), Value::Text)
        }
        DataRef::SharedString(text) => ((*text).to_owned(), Value::Text),
        DataRef::Int(number) => {
            #[expect(clippy::cast_precision_loss, reason = "Excel itself keeps every number as f64")]
            let value = *number as f64;
            (number.to_string(), Value::Number(value))
        }
        DataRef::Float(number) => (show_number(*number), Value::Number(*number)),
        DataRef::Bool(truth) => (if *truth { "TRUE" } else { "FALSE" }.to_owned(), Value::Text),
        DataRef::Error(error) => (error.to_string(), Value::Text),
        DataRef::DateTime(moment) => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            let parts = (i16::try_from(year), i8::try_from(month), i8::try_from(day));
            let date = match parts {
                (Ok(year), Ok(month), Ok(day)) if moment.is_datetime() => Date::new(year, month, day).ok(),
                _ => None,
            };
            match date {
                Some(date) => (show_date(date), Value::Date(date)),
                None => (moment.as_f64().to_string(), Value::Number(moment.as_f64())),
            }
        }
    };
    (!text.trim().is_empty()).then_some((text, value))
}

/// Excel shows 15 digits and hides the rest: 0.1 + 0.2 is 0.3.
fn show_number(number: f64) -> String {
    let rounded = format!("{number:.14e}").parse().unwrap_or(number);
    let shown: f64 = rounded;
    shown.to_string()
}

/// Merged areas within the rows and columns in use; what lies beyond holds nothing.
fn cut(areas: &[calamine::Dimensions], cells: &Cells) -> Vec<Merge> {
    let last_row = cells.keys().map(|key| key.0).max().unwrap_or(0);
    let last_column = cells.keys().map(|key| key.1).max().unwrap_or(0);
    let mut merged: Vec<Merge> = areas
        .iter()
        .filter(|area| area.start.0 <= last_row && area.start.1 <= u32::from(last_column))
        .filter_map(|area| {
            let left = u16::try_from(area.start.1).ok()?;
            let right = u16::try_from(area.end.1).unwrap_or(u16::MAX).min(last_column);
            Some(Merge { top: area.start.0 + 1, bottom: area.end.0.min(last_row) + 1, left, right })
        })
        .collect();
    merged.sort_unstable_by_key(|merge| (merge.top, merge.left));
    // Excel never merges a cell twice; a file that does so a million times must not cost a million looks.
    merged.dedup_by_key(|merge| (merge.top, merge.left));
    merged
}

/// Repeats the value of a merged area in the rows below its first, in its first column: a department written once for
/// ten rows belongs to all ten. Columns to the right stay empty, because there the same text would mean something else.
fn carry_down(merged: &[Merge], cells: &mut Cells, budget: &mut Budget<'_>) -> Result<(), Refused> {
    for merge in merged {
        let Some(first) = cells.get(&(merge.top - 1, merge.left)).cloned() else { continue };
        for row in merge.top..merge.bottom {
            budget.spend(row, u32::from(merge.left), &first.text)?;
            let copy = Cell { row_number: row + 1, carried: true, ..first.clone() };
            cells.entry((row, merge.left)).or_insert(copy);
        }
    }
    Ok(())
}

pub(crate) fn into_rows(cells: Cells) -> Vec<Vec<Cell>> {
    let mut rows: Vec<Vec<Cell>> = Vec::new();
    for ((row, _), cell) in cells {
        let row = row as usize;
        if rows.len() <= row {
            rows.resize_with(row + 1, Vec::new);
        }
        rows[row].push(cell);
    }
    rows
}
