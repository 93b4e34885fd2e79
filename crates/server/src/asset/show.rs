//! What the pages of the import show: columns to choose, rows with their cells, remarks and inputs.

use super::acts::Summary;
use super::draft::Draft;
use super::import::Trouble;
use super::pages::Choice;
use super::preview::{Judged, Standing, Tally, written};
use crate::house::layout::Shell;
use crate::house::words::Lang;
use askama::Template;
use meguri_domain::Word;
use meguri_sheet::{Field, MEDIA, column_letters};

/// Rows of a page.
const PER_PAGE: usize = 100;

/// Step 1: the file.
#[derive(Template)]
#[template(path = "asset/upload.html")]
pub struct Upload {
    shell: Shell,
    departments: Vec<Choice>,
    department: String,
    sentence: Option<String>,
    notes: Vec<String>,
}

impl Upload {
    pub fn new(shell: Shell, departments: Vec<Choice>, department: String, trouble: Option<Trouble>) -> Self {
        let l = shell.l;
        let (sentence, notes) = match trouble {
            None => (None, Vec::new()),
            Some(Trouble::NoFile) => (
                Some(
                    l.t(
                        "ファイルが選ばれていません。Excelの台帳を選んでください。",
                        "No file was chosen. Choose the register as an Excel file.",
                    )
                    .to_owned(),
                ),
                Vec::new(),
            ),
            Some(Trouble::Unread(unread)) => (Some(unread.sentence(l)), unread.notes(l)),
        };
        Self { shell, departments, department, sentence, notes }
    }
}

/// Steps 2 to 4.
#[derive(Template)]
#[template(path = "asset/import.html")]
pub struct Sheet {
    pub shell: Shell,
    pub id: String,
    pub file: String,
    pub tally: Tally,
    pub view: View,
    pub departments: Vec<Choice>,
    pub media: Vec<String>,
}

pub enum View {
    Columns(Columns),
    Rows(Rows),
    Done(Summary),
}

impl Sheet {
    fn step(&self) -> usize {
        match self.view {
            View::Columns(_) => 2,
            View::Rows(_) => 3,
            View::Done(_) => 4,
        }
    }
    fn steps(&self) -> [(usize, &'static str); 4] {
        let l = self.shell.l;
        [
            (1, l.w(("ファイル", "File"))),
            (2, l.w(("列の対応", "Columns"))),
            (3, l.w(("確認", "Check"))),
            (4, l.w(("完了", "Done"))),
        ]
    }
    fn chips(&self) -> [(&'static str, &'static str, usize); 6] {
        let (l, tally) = (self.shell.l, &self.tally);
        [
            ("all", l.w(("すべて", "All")), tally.all()),
            ("wrong", l.w(("要修正", "To mend")), tally.wrong),
            ("new", l.w(("新規", "New")), tally.new),
            ("changed", l.w(("変更", "Changed")), tally.changed),
            ("same", l.w(("同じ", "Same")), tally.same),
            ("out", l.w(("除外", "Left out")), tally.out),
        ]
    }
    fn words(&self) -> Vec<&str> {
        let own = self.media.iter().map(String::as_str).filter(|word| !MEDIA.contains(word));
        MEDIA.into_iter().chain(own).collect()
    }
}

/// Step 2: the columns of each sheet.
pub struct Columns {
    pub sheets: Vec<Tab>,
    pub left_out: Vec<String>,
    pub missing: Vec<&'static str>,
    pub fields: Vec<(&'static str, &'static str)>,
    pub department: String,
    pub medium: String,
    /// Whether a sheet has no column of media, or none of departments.
    pub lacks_department: bool,
    pub lacks_medium: bool,
}

pub struct Tab {
    pub name: String,
    pub columns: Vec<Column>,
}

pub struct Column {
    pub index: u16,
    pub letters: String,
    pub heading: String,
    pub chosen: &'static str,
    pub confidence: u8,
}

impl Columns {
    pub fn of(draft: &Draft, l: Lang) -> Self {
        let word = |field: Field| l.t(field.ja(), field.en());
        let column = |column: &meguri_sheet::Column| Column {
            index: column.index,
            letters: column_letters(column.index),
            heading: column.heading.clone(),
            chosen: column.field.map_or("", Field::code),
            confidence: column.confidence,
        };
        let layouts = &draft.found.layouts;
        let lacks = |field: Field| layouts.iter().any(|layout| layout.column_of(field).is_none());
        Self {
            sheets: layouts
                .iter()
                .map(|each| Tab {
                    name: each.sheet.clone(),
                    columns: each.columns.iter().map(column).collect(),
                })
                .collect(),
            left_out: draft
                .found
                .left_out
                .iter()
                .take(20)
                .map(|each| if l.is_ja() { each.ja() } else { each.en() })
                .collect(),
            missing: draft
                .missing()
                .into_iter()
                .filter(|field| *field != Field::Department)
                .map(word)
                .collect(),
            fields: Field::ALL.into_iter().map(|field| (field.code(), word(field))).collect(),
            department: draft.department.clone(),
            medium: draft.medium.clone(),
            lacks_department: lacks(Field::Department),
            lacks_medium: lacks(Field::Medium),
        }
    }
}

/// Step 3: one page of rows.
pub struct Rows {
    pub show: &'static str,
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
    pub faults: Vec<String>,
    pub warnings: Vec<String>,
}

impl Line {
    /// The sign of what the row would do.
    pub fn sign(&self) -> &'static str {
        match self.standing {
            Standing::Wrong => "!",
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
            Standing::New => "good",
            Standing::Changed(_) => "warn",
            Standing::Same | Standing::Out => "quiet",
        }
    }
    /// Its word.
    pub fn word(&self) -> Word {
        match self.standing {
            Standing::Wrong => ("要修正", "To mend"),
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

pub struct Cell {
    pub text: String,
    /// What stands in the register now, where the row changes it.
    pub before: Option<String>,
    /// Name and label of the input with which the cell is mended.
    pub input: Option<(String, String)>,
    pub field: &'static str,
}

impl Rows {
    pub fn of(rows: &[Judged], tally: &Tally, show: &str, page: &str, l: Lang) -> Self {
        let show = match show {
            "new" => "new",
            "changed" => "changed",
            "same" => "same",
            "out" => "out",
            "wrong" => "wrong",
            "all" => "all",
            _ if tally.wrong > 0 => "wrong",
            _ => "all",
        };
        let fits = |row: &Judged| match row.standing {
            Standing::Wrong => matches!(show, "all" | "wrong"),
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
        Self { show, page, pages, headings, lines }
    }
}

/// The fields that a page shows: those of the file, and those that a remark speaks of.
fn fields(rows: &[(usize, &Judged)]) -> Vec<Field> {
    let used = |field: &Field| {
        matches!(field, Field::Name | Field::Department | Field::Medium)
            || rows.iter().any(|(_, row)| {
                row.row.cells.iter().any(|cell| cell.field == *field)
                    || row.faults.iter().any(|fault| fault.field == Some(*field))
            })
    };
    Field::ALL.into_iter().filter(used).collect()
}

/// The letters of a field's column, where all rows of the page agree.
fn letters(rows: &[(usize, &Judged)], field: Field) -> String {
    let mut found = rows.iter().filter_map(|(_, row)| row.row.cells.iter().find(|cell| cell.field == field));
    let strip = |address: &str| address.trim_end_matches(|c: char| c.is_ascii_digit()).to_owned();
    let first = found.next().map(|cell| strip(&cell.address)).unwrap_or_default();
    if found.all(|cell| strip(&cell.address) == first) { first } else { String::new() }
}

fn line(index: usize, row: &Judged, fields: &[Field], many: bool, l: Lang) -> Line {
    let cell = |field: &Field| {
        let (text, faulty) =
            (row.row.text(*field).to_owned(), row.faults.iter().any(|fault| fault.field == Some(*field)));
        let address =
            row.row.cells.iter().find(|cell| cell.field == *field).map_or("", |cell| cell.address.as_str());
        let label = format!("{address} {}", l.t(field.ja(), field.en()));
        let before = match (&row.standing, &row.ready) {
            (Standing::Changed(before), Some(ready)) => {
                let (old, new) = (written(before, *field, l), written(&ready.draft, *field, l));
                (old != new).then_some(old)
            }
            _ => None,
        };
        let input = faulty.then(|| (format!("cell-{index}-{}", field.code()), label));
        Cell { text, before, input, field: field.code() }
    };
    let place = if many {
        format!("{} {}", row.row.sheet, row.row.row_number)
    } else {
        row.row.row_number.to_string()
    };
    let sentences =
        |remarks: &[super::preview::Remark]| remarks.iter().map(|each| each.sentence(l).to_owned()).collect();
    Line {
        index,
        place,
        standing: row.standing.clone(),
        cells: fields.iter().map(cell).collect(),
        faults: sentences(&row.faults),
        warnings: sentences(&row.warnings),
    }
}
