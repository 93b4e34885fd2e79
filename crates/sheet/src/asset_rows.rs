//! Rows of cells become assets, or findings that say what to mend. One path for a file and for a mended row: text.

use std::collections::{BTreeMap, HashMap, HashSet};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::dates::parse_date;
use crate::field::Field;
use crate::finding::{Finding, Kind, Severity};
use crate::grid::Workbook;
use crate::layout::Layout;
use crate::lines::{Line, Lines};
use crate::scale::Scale;
use crate::source::Source;
use crate::text::{fold, tidy};
use crate::words::{self, Score};

/// What the company already knows, to compare a file with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Known {
    /// Departments as (name, code); either is accepted. When empty, every department is accepted.
    pub departments: Vec<(String, String)>,
    /// Words for media and places that are accepted besides those of the IPA sheet.
    pub media: Vec<String>,
    /// The scale of the scores in the file, see [`crate::guess_scale`]. Scores are always kept as 3, 2, 1.
    pub scale: Scale,
}

/// One asset as the register keeps it. Texts are trimmed; an empty text means nothing was typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AssetRow {
    /// The business the asset serves.
    pub category: String,
    /// What the asset is called; never empty after reading.
    pub name: String,
    /// Free text.
    pub note: String,
    /// Departments or posts allowed to use it.
    pub users: String,
    /// Who answers for its risk.
    pub risk_owner: String,
    /// The department that keeps it, as written.
    pub department: String,
    /// The accepted word for medium or place, or what was typed if no word was found.
    pub medium: String,
    /// Holds personal data.
    pub personal: bool,
    /// Holds personal data that needs special care.
    pub sensitive: bool,
    /// Holds My Number data.
    pub my_number: bool,
    /// 1, 2 or 3; 0 when the file has no such column, as in a ledger of personal data.
    pub confidentiality: u8,
    /// 1, 2 or 3; 0 when the file has no such column, as in a ledger of personal data.
    pub integrity: u8,
    /// 1, 2 or 3; 0 when the file has no such column, as in a ledger of personal data.
    pub availability: u8,
    /// The importance in the file, if it states one from 1 to 3.
    pub stated_importance: Option<u8>,
    /// How long it is kept, in words.
    pub retention: String,
    /// The day it was registered or last checked.
    pub registered_on: Option<Date>,
    /// The columns of the ledger of personal data ([`Field::HANDLING`]) that say something; a mark is `○`.
    pub handling: BTreeMap<Field, String>,
}

impl AssetRow {
    /// The importance by rule: the highest of the three scores, and 3 where personal data of any kind is held.
    pub fn importance(&self) -> u8 {
        if self.personal || self.sensitive || self.my_number {
            return 3;
        }
        self.confidentiality.max(self.integrity).max(self.availability)
    }
}

/// One row of a file as a preview shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    /// The sheet it stands in.
    pub sheet: String,
    /// Its number as Excel shows it (from 1).
    pub row_number: u32,
    /// The cells of the mapped columns, empty ones included, in the order of [`Field::ALL`].
    pub cells: Vec<TypedCell>,
    /// The asset, or `Err` when a finding is an error.
    pub outcome: Result<AssetRow, ()>,
    /// What a person should look at, in the order of the fields.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub findings: Vec<Finding>,
}

/// One cell of a row as typed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypedCell {
    /// The column of the register.
    pub field: Field,
    /// The cell as Excel shows it (`C12`), or only the row number when the file has no such column.
    pub address: String,
    /// The text as typed; empty for an empty cell.
    pub text: String,
    /// The cell is a formula whose result the file does not keep. Counts while the text is empty.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unreckoned: bool,
}

/// Reads the rows of a table. Blank lines, totals, notes (※) and repeated headers are left out; reading ends at a
/// revision table (改訂履歴). A layout of a sheet that is not in the workbook gives no rows.
///
/// A ledger of personal data without a column for the mark holds personal data in every row, and its rows need no score.
pub fn read_assets(book: &Workbook, layout: &Layout, known: &Known) -> Vec<Row> {
    let Some(sheet) = book.sheet(&layout.sheet) else { return Vec::new() };
    let departments = folded(known);
    let lines = Lines::new(sheet, layout);
    let mut source = Source::new(sheet, layout, &departments);
    let mut rows: Vec<Row> = Vec::new();
    for row_number in layout.header_rows.1.saturating_add(1)..=layout.last_row.min(sheet.last_row()) {
        match lines.kind(row_number) {
            Line::Asset => {
                let cells = source.typed_cells(row_number, rows.last());
                rows.push(judge(sheet.name.clone(), row_number, cells, (known, &departments)));
            }
            Line::Band(named) => source.department = Some(named),
            Line::Passed => {}
            Line::End => break,
        }
    }
    find_repeats(&mut rows);
    rows
}

/// Reads a row again after a person changed some of its texts. Findings about other rows are gone; call
/// [`find_repeats`] over all rows afterwards.
pub fn reread(row: &Row, edits: &[(Field, String)], known: &Known) -> Row {
    let mut cells = row.cells.clone();
    for (field, text) in edits {
        match cells.iter_mut().find(|cell| cell.field == *field) {
            Some(cell) => cell.text.clone_from(text),
            None => {
                cells.push(TypedCell {
                    field: *field,
                    address: row.row_number.to_string(),
                    text: text.clone(),
                    unreckoned: false,
                });
            }
        }
    }
    cells.sort_by_key(|cell| cell.field);
    judge(row.sheet.clone(), row.row_number, cells, (known, &folded(known)))
}

/// Marks the rows whose department, name and medium equal those of an earlier row. May be called again at any time,
/// also over the rows of several sheets.
pub fn find_repeats(rows: &mut [Row]) {
    let mut first: HashMap<[String; 3], (String, u32)> = HashMap::new();
    for row in rows {
        row.findings.retain(|finding| !matches!(finding.kind, Kind::RepeatedRow { .. }));
        let key = [Field::Department, Field::Name, Field::Medium].map(|field| fold(row.text(field)));
        if key[1].is_empty() {
            continue;
        }
        if let Some((sheet, row_number)) = first.get(&key) {
            let kind = Kind::RepeatedRow { sheet: sheet.clone(), row_number: *row_number };
            let finding = row.finding(Field::Name, kind);
            row.findings.push(finding);
        } else {
            first.insert(key, (row.sheet.clone(), row.row_number));
        }
    }
}

impl Row {
    /// The text typed for a field; empty when the cell is empty or the file has no such column.
    pub fn text(&self, field: Field) -> &str {
        self.cells.iter().find(|cell| cell.field == field).map_or("", |cell| &cell.text)
    }

    /// The findings that keep the row from being taken.
    pub fn errors(&self) -> impl Iterator<Item = &Finding> {
        self.findings.iter().filter(|finding| finding.severity == Severity::Error)
    }

    fn finding(&self, field: Field, kind: Kind) -> Finding {
        let cell = self.cells.iter().find(|cell| cell.field == field);
        let address = cell.map_or_else(|| self.row_number.to_string(), |cell| cell.address.clone());
        Finding { address, field, severity: kind.severity(field), kind }
    }
}

/// Names and codes of the known departments, folded once for all rows.
fn folded(known: &Known) -> HashSet<String> {
    let words = known.departments.iter().flat_map(|(name, code)| [name, code]);
    words.map(|word| fold(word)).filter(|word| !word.is_empty()).collect()
}

/// The one place where texts become an asset. Every field is read even after an error, so that all is said at once.
fn judge(
    sheet: String,
    row_number: u32,
    cells: Vec<TypedCell>,
    (known, departments): (&Known, &HashSet<String>),
) -> Row {
    let mut reading =
        Reading { row: Row { sheet, row_number, cells, outcome: Err(()), findings: Vec::new() } };
    let asset = AssetRow {
        category: reading.text(Field::Category),
        name: reading.name(),
        note: reading.text(Field::Note),
        users: reading.text(Field::Users),
        risk_owner: reading.text(Field::RiskOwner),
        department: reading.department(departments),
        medium: reading.medium(known),
        personal: reading.mark(Field::Personal),
        sensitive: reading.mark(Field::Sensitive),
        my_number: reading.mark(Field::MyNumber),
        confidentiality: reading.score(Field::Confidentiality, known.scale),
        integrity: reading.score(Field::Integrity, known.scale),
        availability: reading.score(Field::Availability, known.scale),
        stated_importance: None,
        retention: reading.text(Field::Retention),
        registered_on: reading.date(Field::RegisteredOn),
        handling: reading.handling(),
    };
    reading.formulas();
    let broken: HashSet<Field> = reading.row.errors().map(|finding| finding.field).collect();
    let stated_importance = reading.stated_importance(&asset, known.scale, broken.is_empty());
    let mut row = reading.row;
    row.findings.sort_by_key(|finding| finding.field);
    if broken.is_empty() {
        row.outcome = Ok(AssetRow { stated_importance, ..asset });
    }
    row
}

/// A row while it is read: each method takes one field and notes what is wrong with it.
struct Reading {
    row: Row,
}

impl Reading {
    fn note(&mut self, field: Field, kind: Kind) {
        let finding = self.row.finding(field, kind);
        self.row.findings.push(finding);
    }

    /// A formula without a result, or with an error for one, hides whatever else is said of its cell.
    fn formulas(&mut self) {
        const ERRORS: &[&str] = &["#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!"];
        for at in 0..self.row.cells.len() {
            let cell = &self.row.cells[at];
            let (field, text) = (cell.field, cell.text.trim());
            let kind = if cell.unreckoned && text.is_empty() && field != Field::Importance {
                Kind::FormulaWithoutValue
            } else if ERRORS.contains(&text) && field != Field::Importance {
                Kind::FormulaFailed(text.to_owned())
            } else {
                continue;
            };
            self.row.findings.retain(|finding| finding.field != field);
            self.note(field, kind);
        }
    }

    fn text(&mut self, field: Field) -> String {
        let text = tidy(self.row.text(field));
        let (chars, allowed) = (text.chars().count(), field.max_chars());
        if chars > allowed {
            self.note(field, Kind::TextTooLong { chars, allowed });
        }
        text
    }

    fn name(&mut self) -> String {
        let name = self.text(Field::Name);
        if name.is_empty() {
            self.note(Field::Name, Kind::NameMissing);
        }
        name
    }

    fn department(&mut self, known: &HashSet<String>) -> String {
        let department = self.text(Field::Department);
        if department.is_empty() {
            self.note(Field::Department, Kind::DepartmentMissing);
        } else if !known.is_empty() && !known.contains(&fold(&department)) {
            self.note(Field::Department, Kind::DepartmentUnknown(department.clone()));
        }
        department
    }

    fn medium(&mut self, known: &Known) -> String {
        let typed = self.text(Field::Medium);
        if typed.is_empty() {
            // A file without the column would say the same in every row; the mapping says it once.
            if self.row.cells.iter().any(|cell| cell.field == Field::Medium) {
                self.note(Field::Medium, Kind::MediumMissing);
            }
            return typed;
        }
        words::medium(&typed, &known.media).unwrap_or_else(|| {
            self.note(Field::Medium, Kind::MediumUnknown(typed.clone()));
            typed
        })
    }

    fn mark(&mut self, field: Field) -> bool {
        let typed = tidy(self.row.text(field));
        words::mark(&typed).unwrap_or_else(|| {
            self.note(field, Kind::MarkNotUnderstood(typed));
            false
        })
    }

    fn handling(&mut self) -> BTreeMap<Field, String> {
        let mut handling = BTreeMap::new();
        for field in Field::HANDLING {
            let text = match field {
                Field::Entrusted if self.mark(field) => "○".to_owned(),
                Field::Entrusted => String::new(),
                _ => self.text(field),
            };
            if !text.is_empty() {
                handling.insert(field, text);
            }
        }
        handling
    }

    /// The score, or 0 with an error noted; 0 without one only where the file has no such column.
    fn score(&mut self, field: Field, scale: Scale) -> u8 {
        if self.row.cells.iter().all(|cell| cell.field != field) {
            return 0;
        }
        let typed = tidy(self.row.text(field));
        let kind = match words::score(&typed, scale) {
            Score::Value(value) => return value,
            Score::Empty => Kind::ScoreMissing,
            Score::Outside => Kind::ScoreOutsideScale(typed),
            Score::NotANumber => Kind::ScoreNotANumber(typed),
        };
        self.note(field, kind);
        0
    }

    fn date(&mut self, field: Field) -> Option<Date> {
        let typed = tidy(self.row.text(field));
        if words::is_dash(&typed) {
            return None;
        }
        let date = parse_date(&typed);
        if date.is_none() {
            self.note(field, Kind::DateNotUnderstood(typed));
        }
        date
    }

    /// Compares only when the asset itself can be trusted; other scales (sums up to 9) differ and are shown as they are.
    fn stated_importance(&mut self, asset: &AssetRow, scale: Scale, trusted: bool) -> Option<u8> {
        let typed = tidy(self.row.text(Field::Importance));
        let stated = match words::score(&typed, scale) {
            Score::Value(value) => Some(value),
            // Sums and products of other methods are larger than 3, but still numbers.
            Score::Outside => fold(&typed).parse().ok(),
            Score::Empty | Score::NotANumber => None,
        };
        let Some(stated) = stated else {
            if !typed.is_empty() {
                self.note(Field::Importance, Kind::ScoreNotANumber(typed));
            }
            return None;
        };
        if trusted && stated != asset.importance() {
            self.note(Field::Importance, Kind::ImportanceDiffers { stated, rule: asset.importance() });
        }
        (1..=3).contains(&stated).then_some(stated)
    }
}
