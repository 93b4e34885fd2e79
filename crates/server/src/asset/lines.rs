//! Step 3 of the import: one page of rows with their cells, remarks, questions and inputs.

use super::matching::{Candidate, Why};
use super::merge::written;
use super::preview::{Judged, Standing, Tally};
use crate::house::words::Lang;
use crate::say;
use meguri_domain::Word;
use meguri_domain::import::Import;
use meguri_sheet::Field;

/// So many characters stand in a narrow column without becoming a tower.
const SHORT: usize = 12;
/// Rows of a page.
const PER_PAGE: usize = 100;

/// One page of rows, and what is said of all of them.
pub struct Rows {
    pub show: &'static str,
    /// Empty cells wipe what stands in the register.
    pub wipe: bool,
    /// The last time this very file was taken in.
    pub before: Option<Import>,
    /// Columns are read as in the last file of their layout.
    pub remembered: bool,
    /// The scores of the file are on the older scale.
    pub older: bool,
    /// How many new rows of a file without scores wait for them.
    pub unscored: usize,
    pub page: usize,
    pub pages: usize,
    pub headings: Vec<(String, &'static str)>,
    pub lines: Vec<Line>,
}

pub struct Line {
    pub index: usize,
    pub place: String,
    pub standing: Standing,
    pub cells: Vec<Cell>,
    pub faults: Vec<RowFault>,
    pub warnings: Vec<String>,
    /// Answers to which asset the row means: value and words.
    pub answers: Vec<(String, String)>,
}

impl Line {
    /// The sign of what the row would do.
    pub fn sign(&self) -> &'static str {
        match self.standing {
            Standing::Wrong => "!",
            Standing::Asked => "?",
            Standing::New => "＋",
            Standing::Changed(_) => "△",
            Standing::Same => "─",
            Standing::Out => "×",
        }
    }
    /// Its tint.
    pub fn tint(&self) -> &'static str {
        match self.standing {
            Standing::Wrong => "late",
            Standing::Asked => "bad",
            Standing::New => "good",
            Standing::Changed(_) => "warn",
            Standing::Same | Standing::Out => "quiet",
        }
    }
    /// Its word.
    pub fn word(&self) -> Word {
        match self.standing {
            Standing::Wrong => ("要修正", "To mend"),
            Standing::Asked => ("要確認", "To answer"),
            Standing::New => ("新規", "New"),
            Standing::Changed(_) => ("変更", "Changed"),
            Standing::Same => ("同じ", "Same"),
            Standing::Out => ("除外", "Left out"),
        }
    }
    pub fn is_wrong(&self) -> bool {
        self.standing == Standing::Wrong
    }
    pub fn is_out(&self) -> bool {
        self.standing == Standing::Out
    }
}

/// What keeps a row from being taken, with the input that mends it beside the sentence: the cell itself may be far to the
/// right.
pub struct RowFault {
    pub sentence: String,
    /// At the first sentence about a cell.
    pub mend: Option<Mend>,
}

pub struct Mend {
    pub name: String,
    pub label: String,
    pub text: String,
    pub field: &'static str,
    pub is_score: bool,
}

pub struct Cell {
    pub text: String,
    /// What stands in the register and stays, because the file leaves the cell empty.
    pub kept: String,
    /// What stands in the register now, where the row changes it.
    pub before: Option<String>,
    /// A sentence below the row says what is wrong with it.
    wrong: bool,
    /// It holds words that want room.
    wordy: bool,
}

impl Cell {
    pub fn class(&self) -> Option<&'static str> {
        match (self.wrong, self.wordy) {
            (true, true) => Some("wrong words"),
            (true, false) => Some("wrong"),
            (false, true) => Some("words"),
            (false, false) => None,
        }
    }
}

impl Rows {
    pub fn of(rows: &[Judged], tally: Tally, (show, page): (&str, &str), l: Lang) -> Self {
        let show = match show {
            "new" => "new",
            "changed" => "changed",
            "same" => "same",
            "out" => "out",
            "wrong" => "wrong",
            "asked" => "asked",
            "all" => "all",
            _ if tally.wrong > 0 => "wrong",
            _ if tally.asked > 0 => "asked",
            _ => "all",
        };
        let fits = |row: &Judged| match row.standing {
            Standing::Wrong => matches!(show, "all" | "wrong"),
            Standing::Asked => matches!(show, "all" | "asked"),
            Standing::New => matches!(show, "all" | "new"),
            Standing::Changed(_) => matches!(show, "all" | "changed"),
            Standing::Same => matches!(show, "all" | "same"),
            Standing::Out => matches!(show, "all" | "out"),
        };
        let shown: Vec<(usize, &Judged)> = rows.iter().enumerate().filter(|(_, row)| fits(row)).collect();
        let pages = shown.len().div_ceil(PER_PAGE).max(1);
        let page = page.parse().unwrap_or(1).clamp(1, pages);
        let shown: Vec<(usize, &Judged)> =
            shown.into_iter().skip((page - 1) * PER_PAGE).take(PER_PAGE).collect();
        let fields = fields(&shown);
        let many = rows.iter().any(|row| rows.first().is_some_and(|first| first.row.sheet != row.row.sheet));
        let headings =
            fields.iter().map(|field| (letters(&shown, *field), l.t(field.ja(), field.en()))).collect();
        let lines = shown.into_iter().map(|(index, row)| line(index, row, &fields, many, l)).collect();
        let unscored = rows.iter().filter(|row| row.standing == Standing::Wrong && lacks_score(row)).count();
        let (wipe, before, remembered, older) = (false, None, false, false);
        Self { show, wipe, before, remembered, older, unscored, page, pages, headings, lines }
    }
}

fn lacks_score(row: &Judged) -> bool {
    Field::SCORES.iter().any(|field| row.row.text(*field).trim().is_empty())
}

/// The fields that a page shows: those in which the file says something, those that a remark speaks of, and those in
/// which the register does. A sheet has many columns, and a page is narrow.
fn fields(rows: &[(usize, &Judged)]) -> Vec<Field> {
    let used = |field: &Field| {
        matches!(field, Field::Name | Field::Department | Field::Medium)
            || rows.iter().any(|(_, row)| {
                !row.row.text(*field).trim().is_empty()
                    || row.faults.iter().any(|fault| fault.field == Some(*field))
                    || values(row, *field, Lang::Ja)
                        .is_some_and(|(old, new)| old != new || has(row, *field, &old))
            })
    };
    Field::ALL.into_iter().filter(used).collect()
}

/// Whether the file has a column for something that stands in the register.
fn has(row: &Judged, field: Field, old: &str) -> bool {
    !old.is_empty() && row.row.cells.iter().any(|cell| cell.field == field)
}

/// What stands in a field now and what would stand there after, for a row that speaks of an asset.
fn values(row: &Judged, field: Field, l: Lang) -> Option<(String, String)> {
    let ready = row.ready.as_ref()?;
    let before = ready.onto.as_ref()?.draft();
    Some((written(&before, field, l), written(&ready.draft, field, l)))
}

/// The letters of a field's column, where all rows of the page agree.
fn letters(rows: &[(usize, &Judged)], field: Field) -> String {
    let mut found = rows.iter().filter_map(|(_, row)| row.row.cells.iter().find(|cell| cell.field == field));
    let strip = |address: &str| address.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    let first = found.next().map(|cell| strip(&cell.address)).unwrap_or_default();
    if found.all(|cell| strip(&cell.address) == first) { first } else { String::new() }
}

fn line(index: usize, row: &Judged, fields: &[Field], many: bool, l: Lang) -> Line {
    let place = if many {
        format!("{} {}", row.row.sheet, row.row.row_number)
    } else {
        row.row.row_number.to_string()
    };
    let wrong = |field: Field| row.faults.iter().any(|fault| fault.field == Some(field));
    Line {
        index,
        place,
        standing: row.standing.clone(),
        cells: fields.iter().map(|field| Cell { wrong: wrong(*field), ..cell(row, *field, l) }).collect(),
        faults: faults(index, row, l),
        warnings: row.warnings.iter().map(|each| each.sentence(l).to_owned()).collect(),
        answers: row.asked.iter().map(|each| (each.id.to_string(), offer(each, l))).collect(),
    }
}

fn faults(index: usize, row: &Judged, l: Lang) -> Vec<RowFault> {
    let first = |at: usize, field: Field| row.faults[..at].iter().all(|fault| fault.field != Some(field));
    let told = row.faults.iter().enumerate().map(|(at, fault)| RowFault {
        sentence: fault.sentence(l).to_owned(),
        mend: fault.field.filter(|field| first(at, *field)).map(|field| mend(index, row, field, l)),
    });
    told.collect()
}

fn mend(index: usize, row: &Judged, field: Field, l: Lang) -> Mend {
    let found = row.row.cells.iter().find(|cell| cell.field == field);
    let address = found.map_or("", |cell| cell.address.as_str());
    Mend {
        name: format!("cell-{index}-{}", field.code()),
        label: format!("{address} {}", l.t(field.ja(), field.en())),
        text: row.row.text(field).to_owned(),
        field: field.code(),
        is_score: field.is_score(),
    }
}

fn cell(row: &Judged, field: Field, l: Lang) -> Cell {
    let typed = row.row.text(field);
    let (old, new) = values(row, field, l).unwrap_or_default();
    let before = (old != new).then_some(old.clone());
    // What the file does not say itself: that a ledger's rows hold personal data.
    let text = if typed.is_empty() && before.is_some() { new } else { read_as(row, field, typed) };
    let kept = if text.is_empty() && before.is_none() { old } else { String::new() };
    let wordy = text.chars().count() > SHORT;
    Cell { text, kept, before, wrong: false, wordy }
}

/// A cell as typed; a score whose number on the register's scale is another one with both: 2→3.
fn read_as(row: &Judged, field: Field, typed: &str) -> String {
    let draft = row.ready.as_ref().map(|ready| &ready.draft);
    let score = draft.filter(|_| field.is_score()).map(|draft| written(draft, field, Lang::Ja));
    let other = score.filter(|score| typed.trim().parse::<i64>().is_ok() && typed.trim() != score);
    other.map_or_else(|| typed.to_owned(), |score| format!("{}→{score}", typed.trim()))
}

/// An asset that a row may mean, with the reason for the doubt.
fn offer(candidate: &Candidate, l: Lang) -> String {
    let Candidate { name, medium, why, .. } = candidate;
    match why {
        Why::OtherMedium => say!(
            l,
            "「{name}」（{medium}）と同じ：媒体が違います",
            "The same as “{name}” ({medium}): another medium"
        ),
        Why::SameName => say!(
            l,
            "「{name}」（{medium}）と同じ：同じ名前が複数あります",
            "The same as “{name}” ({medium}): one of several"
        ),
        Why::Alike => say!(
            l,
            "「{name}」（{medium}）と同じ：名前が似ています",
            "The same as “{name}” ({medium}): a similar name"
        ),
    }
}
