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
use crate::limits::{Limits, check, guard, is_container};
use crate::looks::widths;
use crate::refused::{Bound, Refused};
use crate::text::unquote;

/// A file that was read: its sheets in the order of their tabs.
#[derive(Debug, Clone, PartialEq)]
pub struct Workbook {
    /// Worksheets; chart sheets are left out. A CSV file has one sheet named `CSV`.
    pub sheets: Vec<Sheet>,
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
    check(Bound::File, bytes.len() as u64, limits.file_bytes)?;
    if !is_container(bytes) {
        return read_text(bytes, limits);
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

    /// The last column of the merged area that a cell opens; its own column when it opens none.
    pub(crate) fn right_of(&self, cell: &Cell) -> u16 {
        let opens = (cell.row_number, cell.column);
        let found = self.merged.binary_search_by_key(&opens, |merge| (merge.top, merge.left));
        found.map_or(cell.column, |at| self.merged[at].right)
    }

    /// The cells in use of a row (numbered from 1); empty beyond the last row.
    pub fn row(&self, row_number: u32) -> &[Cell] {
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
    let mut budget = Budget { limits, cells: 0, text_bytes: 0 };
    let tabs: Vec<_> =
        source.sheets_metadata().iter().filter(|tab| tab.typ == SheetType::WorkSheet).cloned().collect();
    // Many tabs may stand for one part, which is then read many times.
    check(Bound::Entries, tabs.len() as u64, limits.entries)?;
    let mut sheets = Vec::new();
    let mut widths = widths(bytes);
    for tab in tabs {
        let mut cells = read_cells(&mut source, &tab.name, &mut budget)?;
        let areas = source.merge_cells_by_sheet_name(&tab.name).map_err(|_| Refused::Damaged)?;
        let merged = cut(&areas, &cells);
        carry_down(&merged, &mut cells, &mut budget)?;
        let hidden = tab.visible != SheetVisible::Visible;
        let widths = widths.remove(&tab.name).unwrap_or_default();
        sheets.push(Sheet { name: tab.name, hidden, rows: into_rows(cells), merged, widths });
    }
    Ok(Workbook { sheets })
}

fn read_cells(source: &mut Source<'_>, name: &str, budget: &mut Budget<'_>) -> Result<Cells, Refused> {
    let mut cells = Cells::new();
    let mut reader = source.worksheet_cells_reader(name).map_err(|_| Refused::Damaged)?;
    while let Some(found) = reader.next_cell().map_err(|_| Refused::Damaged)? {
        let (row, column) = found.get_position();
        if let Some((text, value)) = shown(found.get_value()) {
            budget.spend(row, column, &text)?;
            let (row_number, column) = (row + 1, u16::try_from(column).unwrap_or(u16::MAX));
            cells.insert((row, column), Cell { row_number, column, text, value, carried: false });
        }
    }
    Ok(cells)
}

type Source<'a> = Xlsx<Cursor<&'a [u8]>>;

/// Cells by row and column, both from 0.
type Cells = BTreeMap<(u32, u16), Cell>;

/// What is left of the limits while a workbook is read. Few bytes in a file can stand for many in memory (one shared
/// text in every cell), so it is the result that is counted.
struct Budget<'a> {
    limits: &'a Limits,
    cells: u64,
    text_bytes: u64,
}

impl Budget<'_> {
    /// Counts one cell at a row and column from 0.
    fn spend(&mut self, row: u32, column: u32, text: &str) -> Result<(), Refused> {
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
        DataRef::Float(number) => (number.to_string(), Value::Number(*number)),
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

fn into_rows(cells: Cells) -> Vec<Vec<Cell>> {
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

/// Reads comma- or tab-separated text. Text has no types, so every value is text.
fn read_text(bytes: &[u8], limits: &Limits) -> Result<Workbook, Refused> {
    let text = decode(bytes).ok_or(Refused::NotAWorkbook)?;
    let first_lines: String = text.lines().take(30).collect();
    let delimiter =
        if first_lines.matches('\t').count() > first_lines.matches(',').count() { b'\t' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    let mut budget = Budget { limits, cells: 0, text_bytes: 0 };
    let mut cells = Cells::new();
    for (row, record) in reader.records().enumerate() {
        let record = record.map_err(|_| Refused::Damaged)?;
        let row = u32::try_from(row).unwrap_or(u32::MAX);
        for (column, typed) in record.iter().enumerate().filter(|(_, typed)| !typed.trim().is_empty()) {
            let column = u16::try_from(column).unwrap_or(u16::MAX);
            let text = unquote(typed);
            budget.spend(row, u32::from(column), &text)?;
            let row_number = row.saturating_add(1);
            cells
                .insert((row, column), Cell { row_number, column, text, value: Value::Text, carried: false });
        }
    }
    let sheet = Sheet {
        name: "CSV".to_owned(),
        hidden: false,
        rows: into_rows(cells),
        merged: Vec::new(),
        widths: Vec::new(),
    };
    Ok(Workbook { sheets: vec![sheet] })
}

/// Decodes once: UTF-8 if it is, otherwise CP932, the encoding of Japanese Excel. A NUL is in no text.
fn decode(bytes: &[u8]) -> Option<String> {
    if bytes.is_empty() || bytes.contains(&0) {
        return None;
    }
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    if let Ok(text) = std::str::from_utf8(bytes) {
        return Some(text.to_owned());
    }
    encoding_rs::SHIFT_JIS.decode_without_bom_handling_and_without_replacement(bytes).map(Into::into)
}
