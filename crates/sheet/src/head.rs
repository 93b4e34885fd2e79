//! What stands above a table: the title rows, the headings with their merged groups, the widths. A department that gets
//! its register back wants to see its own sheet again, so this is kept when a workbook is taken in.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::field::Field;
use crate::grid::{Cell, Merge, Sheet, Value};
use crate::layout::Layout;
use crate::text::{plain, tidy};
use crate::words::mark;

/// The part of a sheet above its rows, in the sheet's own words.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Head {
    /// The first row number (from 1) of this table's title; several tables may stand on one sheet.
    pub first_row: u32,
    /// The cells of titles and headings, row by row; at most [`Head::MOST_CELLS`].
    pub cells: Vec<HeadCell>,
    /// The merged areas among them.
    pub merged: Vec<Merge>,
    /// Column (A = 0) and width in hundredths of a character, where the file sets one.
    pub widths: Vec<(u16, u32)>,
    /// The word with which the file says yes in a column of marks, for instance 有 or ○.
    pub yes: BTreeMap<Field, String>,
    /// The words for the scores 1, 2 and 3, where they are none of these digits.
    pub scores: Option<[String; 3]>,
}

/// One cell of a title or a heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadCell {
    /// The row number as Excel shows it (from 1).
    pub row_number: u32,
    /// The column, counted from A = 0.
    pub column: u16,
    /// The text as displayed.
    pub text: String,
    /// How the text is kept in a cell.
    pub kind: HeadKind,
}

/// How the text of a cell is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum HeadKind {
    /// As text.
    Text,
    /// As a number.
    Number,
    /// As a date.
    Date,
}

impl Head {
    /// More cells than this above a table are not kept.
    pub const MOST_CELLS: usize = 600;
    /// A text above a table is cut here.
    const MOST_CHARS: usize = 1_000;
    /// Rows looked at for the words of marks and scores.
    const ROWS_SEEN: u32 = 500;

    /// The head of a table whose titles begin at a row number.
    pub(crate) fn of(sheet: &Sheet, layout: &Layout, first_row: u32) -> Self {
        let last_row = layout.header_rows.1;
        let own = (first_row..=last_row).flat_map(|row| sheet.row(row)).filter(|cell| !cell.carried);
        let cells: Vec<HeadCell> = own.take(Self::MOST_CELLS).map(HeadCell::of).collect();
        let inside = |merge: &&Merge| merge.top >= first_row && merge.bottom <= last_row;
        let merged = sheet.merged.iter().filter(inside).take(Self::MOST_CELLS).copied().collect();
        let widths = sheet.widths.clone();
        Self { first_row, cells, merged, widths, ..Self::default() }
    }

    /// How the table writes marks and scores, from the first cell that shows it. Asked when the end of the table is known:
    /// the next one on the sheet may use other words.
    pub(crate) fn learn_words(&mut self, sheet: &Sheet, layout: &Layout) {
        let first = layout.header_rows.1.saturating_add(1);
        let last = layout.last_row.min(sheet.last_row());
        let rows = first..=last.min(first.saturating_add(Self::ROWS_SEEN));
        for column in &layout.columns {
            let Some(field) = column.field else { continue };
            let texts = rows.clone().filter_map(|row| sheet.cell(row, column.index)).map(|cell| &cell.text);
            if field.is_mark() {
                let word =
                    texts.map(|text| tidy(text)).find(|text| mark(text) == Some(true) && text.len() < 32);
                self.yes.extend(word.map(|word| (field, word)));
            } else if field.is_score() && self.scores.is_none() {
                self.scores = texts.map(|text| plain(text)).find_map(|text| words_of(&text));
            }
        }
    }
}

/// The words for 1, 2 and 3 in a file that uses this one. A 0 tells of 2-1-0; a file that uses only 1 and 2 tells nothing.
fn words_of(score: &str) -> Option<[String; 3]> {
    let words = match score {
        "高" | "低" => ["低", "中", "高"],
        "大" | "小" => ["小", "中", "大"],
        "0" => ["0", "1", "2"],
        _ => return None,
    };
    Some(words.map(str::to_owned))
}

impl HeadCell {
    fn of(cell: &Cell) -> Self {
        let kind = match cell.value {
            Value::Text => HeadKind::Text,
            Value::Number(_) => HeadKind::Number,
            Value::Date(_) => HeadKind::Date,
        };
        let text = cell.text.chars().take(Head::MOST_CHARS).collect();
        Self { row_number: cell.row_number, column: cell.column, text, kind }
    }
}
