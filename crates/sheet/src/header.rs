//! Finds the registers in a workbook by what the headings mean, not by where they stand.

mod named;

use std::collections::{BTreeMap, HashSet};

use serde::{Deserialize, Serialize};

use crate::field::Field;
use crate::grid::{Cell, Sheet, Value, Workbook};
use crate::head::Head;
use crate::headings::{meaning, meaning_of};
use crate::layout::{Column, Layout, LayoutKind, NamedDepartment};
use crate::scale::Scale;
use crate::text::fold;
use crate::title::{department_above, department_of_tab, looks_like_department};
use crate::values;

pub use named::Headings;
use named::{header_in, known_header};

/// The tables that hold a register, and the sheets that do not with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// One layout per table, in the order of the tabs and from top to bottom.
    pub layouts: Vec<Layout>,
    /// The sheets without one.
    pub left_out: Vec<LeftOut>,
}

/// A sheet that is not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// The name of the sheet.
    pub sheet: String,
    /// Why it is not read.
    pub why: Why,
}

/// Why a sheet is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Its name says instructions or examples.
    Instructions,
    /// Excel does not show it.
    Hidden,
    /// Fewer than three known headings in the first 30 rows.
    NoHeadings,
}

const ROWS_SEARCHED: u32 = 30;
const FEWEST_HEADINGS: usize = 3;
const HIGHEST_HEADER: u32 = 3;

/// Looks at every sheet of the workbook.
pub fn find_layouts(book: &Workbook) -> Found {
    find_layouts_at(book, &Headings::default())
}

/// The same where a person has said of some sheets where their headings stand. A sheet of which a row was said that holds
/// nothing is left out.
pub fn find_layouts_at(book: &Workbook, said: &Headings) -> Found {
    let mut found = Found { layouts: Vec::new(), left_out: Vec::new() };
    // Our own form has one scale, and its cells take no other number.
    let own = book.schema.as_ref().is_some_and(|schema| schema.starts_with("register/"));
    let scale = own.then_some(Scale::OneToThree);
    for sheet in &book.sheets {
        match layouts_of(sheet, said) {
            Ok(layouts) => {
                found.layouts.extend(layouts.into_iter().map(|layout| Layout { scale, ..layout }));
            }
            Err(why) => found.left_out.push(LeftOut { sheet: sheet.name.clone(), why }),
        }
    }
    found
}

impl LeftOut {
    /// The note for the person, in Japanese.
    pub fn ja(&self) -> String {
        let why = match self.why {
            Why::Instructions => "説明や記入例のシートのため、読み取りません。",
            Why::Hidden => {
                "非表示のシートのため、読み取りません。必要な場合は、Excelで再表示して保存し直してください。"
            }
            Why::NoHeadings => {
                "台帳の見出しが見つからないため、読み取りません。台帳の場合は、「情報資産名称」「管理部署」などの見出しを付けてください。"
            }
        };
        format!("シート「{}」：{why}", self.sheet)
    }

    /// The same note in English.
    pub fn en(&self) -> String {
        let why = match self.why {
            Why::Instructions => "not read, because it holds instructions or examples.",
            Why::Hidden => {
                "not read, because it is hidden. If you need it, unhide it in Excel and save the file."
            }
            Why::NoHeadings => {
                "not read, because no headings of a register were found. If it is one, add headings such as 情報資産名称 and 管理部署."
            }
        };
        format!("Sheet \"{}\": {why}", self.sheet)
    }
}

fn layouts_of(sheet: &Sheet, said: &Headings) -> Result<Vec<Layout>, Why> {
    const INSTRUCTIONS: &[&str] = &[
        "利用方法",
        "記入例",
        "使い方",
        "記入要領",
        "記載例",
        "説明",
        "サンプル",
        "はじめに",
        "記入方法",
        "入力例",
        "凡例",
    ];
    let name = fold(&sheet.name);
    let first = match (said.rows.get(&sheet.name), known_header(sheet, &said.known)) {
        (Some(row), _) => header_in(sheet, *row).ok_or(Why::NoHeadings)?,
        (None, Some(known)) => known,
        (None, None) if sheet.hidden => return Err(Why::Hidden),
        (None, None) if INSTRUCTIONS.iter().any(|word| name.contains(word)) => return Err(Why::Instructions),
        (None, None) => first_header(sheet).ok_or(Why::NoHeadings)?,
    };
    let mut headers = vec![first];
    let mut row = headers[0].rows.1 + 1;
    while row <= sheet.last_row() {
        let Some(next) = next_header(sheet, row, &headers[0]) else {
            row += 1;
            continue;
        };
        row = next.rows.1 + 1;
        headers.push(next);
    }
    Ok(tables(sheet, headers))
}

/// A row or some rows that hold headings.
struct Header {
    rows: (u32, u32),
    columns: Vec<Column>,
}

impl Header {
    fn known(&self) -> usize {
        known_columns(&self.columns)
    }
}

/// The best header in the first rows: most known headings, and the first of equals. Where a table with fewer columns stands
/// above it, under headings of which it repeats some, the first is that one's.
fn first_header(sheet: &Sheet) -> Option<Header> {
    let mut best: Option<Header> = None;
    for row in 1..=sheet.last_row().min(ROWS_SEARCHED) {
        if let Some(header) = header_at(sheet, row, best.as_ref().map_or(0, Header::known)) {
            best = Some(header);
        }
    }
    let best = best?;
    let above = (1..best.rows.0).find_map(|row| next_header(sheet, row, &best));
    Some(above.filter(|above| above.rows.1 < best.rows.0).unwrap_or(best))
}

/// The header that begins at a row, if it knows more headings than `most`. Each row of several must earn its place: data
/// below a header may happen to hold one known word, and a title above a header says nothing.
fn header_at(sheet: &Sheet, row: u32, most: usize) -> Option<Header> {
    let mut best: Option<Header> = None;
    for height in 1..=HIGHEST_HEADER {
        let last = row + height - 1;
        if height > 1 && !(may_be_group(sheet, row) && only_words(sheet, last)) {
            break;
        }
        let columns = columns_at(sheet, row, height);
        let known = known_columns(&columns);
        let needed = match best.as_ref().map(Header::known) {
            Some(known) => known + 2,
            None if height == 1 || most == 0 => FEWEST_HEADINGS.max(most + 1),
            None => FEWEST_HEADINGS.max(most + 2),
        };
        let without_top = if height > 1 { known_columns(&columns_at(sheet, row + 1, height - 1)) } else { 0 };
        if known >= needed && known > without_top {
            best = Some(Header { rows: (row, last), columns });
        }
    }
    best
}

/// The top row of several: words alone, of which two are headings by themselves or stand over several columns.
fn may_be_group(sheet: &Sheet, row: u32) -> bool {
    let own = || sheet.row(row).iter().filter(|cell| !cell.carried);
    let says = |cell: &&Cell| sheet.right_of(cell) > cell.column || meaning_of(&cell.text).is_some();
    only_words(sheet, row) && own().count() >= 2 && own().filter(says).count() >= 2
}

fn only_words(sheet: &Sheet, row: u32) -> bool {
    sheet.row(row).iter().all(|cell| cell.value == Value::Text && !is_number(&cell.text))
}

/// A further header below the first: a row of words alone, at least three of them known and at least half of them.
fn next_header(sheet: &Sheet, row: u32, first: &Header) -> Option<Header> {
    const LONGEST: usize = 20;
    let own = || sheet.row(row).iter().filter(|cell| !cell.carried);
    let words = own().count();
    // Rows of assets hold scores, dates or counts. Looking at these first keeps 100,000 rows cheap.
    let is_word = |cell: &Cell| {
        cell.value == Value::Text && cell.text.chars().count() <= LONGEST && !is_number(&cell.text)
    };
    if words < FEWEST_HEADINGS || !own().all(is_word) {
        return None;
    }
    let header = header_at(sheet, row, 0)?;
    let repeats = own().filter(|cell| stands_in(first, cell)).count();
    let known = header.known();
    (repeats >= FEWEST_HEADINGS || (known * 2 >= header.columns.len() && known >= first.known().min(5)))
        .then_some(header)
}

fn is_number(text: &str) -> bool {
    text.trim().chars().all(|c| c.is_numeric() || ".,/-".contains(c))
}

fn stands_in(header: &Header, cell: &Cell) -> bool {
    let text = fold(&cell.text);
    let same = |column: &&Column| column.index == cell.column && fold(&column.heading).ends_with(&text);
    text.chars().count() >= 2 && header.columns.iter().any(|column| same(&column))
}

/// Headers become tables: each ends where the titles of the next begin. A header that only repeats the one before it
/// (at the top of each printed page) begins no table, unless a title gives it a department of its own.
fn tables(sheet: &Sheet, headers: Vec<Header>) -> Vec<Layout> {
    let mut layouts: Vec<Layout> = Vec::new();
    for header in headers {
        let above = header.rows.0 - 1;
        let (from, department) = match layouts.last() {
            None => (1, department_above(sheet, (1, above))),
            Some(last) => {
                let from = titles_from(sheet, last, above);
                (from, department_above(sheet, (from, above)))
            }
        };
        let mut layout = layout(sheet, header, department);
        layout.head = Head::of(sheet, &layout, from);
        match layouts.last_mut() {
            Some(last) if last.fingerprint() == layout.fingerprint() && layout.department.is_none() => {
                continue;
            }
            Some(last) => last.last_row = from - 1,
            None => {}
        }
        layouts.push(layout);
    }
    for layout in &mut layouts {
        if layout.department.is_none() {
            layout.department = department_of_tab(&sheet.name);
        }
        values::weigh(sheet, layout);
        let mut head = std::mem::take(&mut layout.head);
        head.learn_words(sheet, layout);
        layout.head = head;
    }
    layouts
}

fn layout(sheet: &Sheet, header: Header, department: Option<NamedDepartment>) -> Layout {
    let mut layout = Layout {
        sheet: sheet.name.clone(),
        header_rows: header.rows,
        last_row: sheet.last_row(),
        kind: LayoutKind::Register,
        department,
        columns: header.columns,
        scale: None,
        head: Head::default(),
    };
    let has = |field: Field| layout.column_of(field).is_some();
    let scored = Field::SCORES.into_iter().any(has);
    let handling = Field::HANDLING.into_iter().filter(|field| has(*field)).count();
    if handling >= 3 && !scored {
        layout.kind = LayoutKind::Ledger;
    }
    layout
}

/// The first row of the titles above a further table: going up from its header, blank rows and rows with a single
/// cell that is no asset of the table before.
fn titles_from(sheet: &Sheet, before: &Layout, above: u32) -> u32 {
    let mut from = above + 1;
    for row in (before.header_rows.1 + 1..=above).rev() {
        let own: Vec<&Cell> = sheet.row(row).iter().filter(|cell| !cell.carried).collect();
        let is_title = match own.as_slice() {
            [] => true,
            [cell] => before.column_of(Field::Name) != Some(cell.column) || looks_like_department(&cell.text),
            [_, _] => department_above(sheet, (row, row)).is_some_and(|found| found.address.is_some()),
            _ => false,
        };
        if !is_title {
            break;
        }
        from = row;
    }
    from
}

fn known_columns(columns: &[Column]) -> usize {
    columns.iter().filter(|column| column.field.is_some()).count()
}

/// The columns as they would be if the header began at this row. A field that several columns claim goes to the one
/// we are most sure of, then to the left one.
fn columns_at(sheet: &Sheet, row: u32, height: u32) -> Vec<Column> {
    let mut columns: Vec<Column> = headings_at(sheet, row, height)
        .into_iter()
        .map(|(index, parts)| {
            let (field, confidence) = meaning(&parts).map_or((None, 0), |(field, sure)| (Some(field), sure));
            Column { index, field, heading: parts.join(" "), confidence }
        })
        .collect();
    let mut order: Vec<usize> = (0..columns.len()).collect();
    order.sort_by_key(|at| (std::cmp::Reverse(columns[*at].confidence), *at));
    let mut taken: HashSet<Field> = HashSet::new();
    for at in order {
        if columns[at].field.is_some_and(|field| !taken.insert(field)) {
            columns[at].field = None;
            columns[at].confidence = 0;
        }
    }
    columns
}

/// The heading texts above each column, group first. A group merged over columns belongs to all of them; a heading
/// merged over both rows counts once. In separated text the merges are lost: there a group reaches to the right as far as
/// only the row below has words.
fn headings_at(sheet: &Sheet, row: u32, height: u32) -> BTreeMap<u16, Vec<String>> {
    let mut headings: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    let reaches = |cell: &Cell| {
        if !sheet.merged.is_empty() || cell.row_number + 1 >= row + height {
            return sheet.right_of(cell);
        }
        let below = |column: &u16| sheet.cell(cell.row_number + 1, *column).is_some();
        let alone = |column: &u16| sheet.cell(cell.row_number, *column).is_none() && below(column);
        let columns = cell.column + 1..u16::MAX;
        if below(&cell.column) {
            columns.take_while(alone).last().unwrap_or(cell.column)
        } else {
            cell.column
        }
    };
    for row_number in row..row + height {
        for cell in sheet.row(row_number).iter().filter(|cell| !cell.carried) {
            for column in cell.column..=reaches(cell) {
                headings.entry(column).or_default().push(cell.text.clone());
            }
        }
    }
    headings
}
