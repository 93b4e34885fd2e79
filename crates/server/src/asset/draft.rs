//! An import between upload and confirmation: the file, the columns, the rows as typed and mended.

use super::matching::Choice;
use super::preview::Typed;
use super::reading::Unread;
use crate::house::fault::Fault;
use crate::house::words::Lang;
use meguri_domain::Refusal;
use meguri_domain::ids::AssetId;
use meguri_sheet::{Field, Found, Layout, LayoutKind, Row, Scale, TypedCell};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// What is kept of an import; judgements are not, because departments and the register may change meanwhile.
#[derive(Serialize, Deserialize)]
pub struct Draft {
    /// SHA-256 of the file in hex.
    pub sha256: String,
    pub size_bytes: usize,
    pub stage: Stage,
    pub found: Found,
    /// What was said of each layout, in their order.
    pub sheets: Vec<Sheet>,
    /// The department and the medium of rows for which the file names none.
    pub department: String,
    pub medium: String,
    /// Empty cells wipe what stands in the register.
    pub wipe: bool,
    pub rows: Vec<DraftRow>,
    /// The scale of the scores; `None` while a person must be asked.
    #[serde(default)]
    pub scale: Option<Scale>,
    /// A person has said it, now or for the last file of the layout.
    #[serde(default)]
    pub scale_said: bool,
    /// The rows in which headings were said to stand, by sheet.
    #[serde(default)]
    pub headers: BTreeMap<String, u32>,
    /// Headings that were chosen by hand in an earlier file and are given up in this one.
    #[serde(default)]
    pub forget: Vec<String>,
    /// Whether the person has looked at the columns, where looking is needed.
    pub mapped: bool,
}

/// How far an import is, before its rows are looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// The file is being read.
    Reading,
    /// It could not be read; the sentence in both languages, and remarks for each sheet.
    Unread {
        ja: String,
        en: String,
        notes: Vec<(String, String)>,
    },
    Read,
}

impl Stage {
    pub fn unread(why: &Unread) -> Self {
        let notes = why.notes(Lang::Ja).into_iter().zip(why.notes(Lang::En)).collect();
        Self::Unread { ja: why.sentence(Lang::Ja), en: why.sentence(Lang::En), notes }
    }
}

/// What was said of one table of the file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sheet {
    /// The department of its rows, where the table names none.
    pub department: String,
    pub skip: bool,
    /// The columns are those of the last file of this layout.
    #[serde(default)]
    pub remembered: bool,
    /// The scale that was said for the last file of this layout.
    #[serde(default)]
    pub scale: Option<Scale>,
    /// A person has said where its headings stand, now or in an earlier file.
    #[serde(default)]
    pub header: bool,
}

/// A row as typed, and what was said of it.
#[derive(Serialize, Deserialize)]
pub struct DraftRow {
    /// The table it stands in, by place among the layouts.
    layout: usize,
    sheet: String,
    row_number: u32,
    cells: Vec<TypedCell>,
    #[serde(default, skip_serializing_if = "is_false")]
    pub out: bool,
    /// Which asset it was said to mean: empty, `new`, or the id of one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub onto: String,
}

/// The answer that a row is a new asset.
pub const NEW: &str = "new";

impl Draft {
    /// A file whose reading begins.
    pub fn begin(sha256: String, size_bytes: usize, department: String) -> Self {
        Self {
            sha256,
            size_bytes,
            stage: Stage::Reading,
            found: Found { layouts: Vec::new(), left_out: Vec::new() },
            sheets: Vec::new(),
            department,
            medium: String::new(),
            wipe: false,
            rows: Vec::new(),
            scale: None,
            scale_said: false,
            headers: BTreeMap::new(),
            forget: Vec::new(),
            mapped: false,
        }
    }

    /// Takes what was read; what was mended before is read anew as well.
    pub fn take(&mut self, found: Found, sheets: Vec<Sheet>, rows: Vec<Row>) {
        self.rows = rows.into_iter().map(|row| DraftRow::of(row, &found.layouts)).collect();
        self.found = found;
        self.sheets = sheets;
        self.stage = Stage::Read;
        let mut said = self.sheets.iter().filter(|sheet| !sheet.skip).filter_map(|sheet| sheet.scale);
        if let Some(first) = said.next().filter(|_| !self.scale_said)
            && said.all(|each| each == first)
        {
            self.say_scale(Some(first));
        }
    }

    /// Takes the scale that a person said; none, to have the file tell it.
    pub fn say_scale(&mut self, scale: Option<Scale>) {
        (self.scale, self.scale_said) = (scale, scale.is_some());
    }

    /// Whether digits mean one more than they say.
    pub fn is_older_scale(&self) -> bool {
        self.scale == Some(Scale::ZeroToTwo)
    }

    /// The layouts whose tables are read, as their department will see them again.
    pub fn origins(&self) -> Vec<Layout> {
        let scale = self.scale.unwrap_or_default();
        self.read_layouts().map(|layout| layout.clone().on(scale)).collect()
    }

    /// The required columns that no sheet has; the department may be chosen instead.
    pub fn missing(&self) -> Vec<Field> {
        let read = self.read_layouts();
        let mut missing: Vec<Field> = read.flat_map(Layout::missing).collect();
        missing.retain(|field| *field != Field::Department);
        missing.sort();
        missing.dedup();
        missing
    }

    /// Whether the columns are to be looked at before the rows.
    pub fn asks_for_columns(&self) -> bool {
        self.rows.is_empty() || (!self.mapped && !self.missing().is_empty())
    }

    /// The layouts whose tables are read.
    pub fn read_layouts(&self) -> impl Iterator<Item = &Layout> {
        let skipped = |at: usize| self.sheets.get(at).is_some_and(|sheet| sheet.skip);
        self.found.layouts.iter().enumerate().filter(move |(at, _)| !skipped(*at)).map(|(_, layout)| layout)
    }

    /// The rows for judging, with what was said of each.
    pub fn rows(&self) -> impl Iterator<Item = Typed> + '_ {
        let ledgers: Vec<bool> = self.found.layouts.iter().map(is_ledger).collect();
        self.rows.iter().map(move |row| {
            let sheet = self.sheets.get(row.layout);
            let own = sheet.map(|sheet| sheet.department.as_str()).filter(|name| !name.is_empty());
            Typed {
                row: row.row(),
                ledger: ledgers.get(row.layout).copied().unwrap_or(false),
                department: own.unwrap_or(&self.department).to_owned(),
                out: row.out || sheet.is_some_and(|sheet| sheet.skip),
                choice: row.choice(),
            }
        })
    }

    /// Changes a cell of a row as typed.
    pub fn mend(&mut self, index: usize, field: Field, text: &str) {
        let Some(row) = self.rows.get_mut(index) else { return };
        match row.cells.iter_mut().find(|cell| cell.field == field) {
            Some(cell) => text.clone_into(&mut cell.text),
            None => row.cells.push(TypedCell {
                field,
                address: row.row_number.to_string(),
                text: text.to_owned(),
                unreckoned: false,
            }),
        }
    }

    /// Takes the answer to which asset a row means: `new`, `out`, or the id of one.
    pub fn answer(&mut self, index: usize, answer: &str) {
        let Some(row) = self.rows.get_mut(index) else { return };
        match answer {
            "out" => row.out = true,
            answer => answer.clone_into(&mut row.onto),
        }
    }

    /// Leaves a row out.
    pub fn leave(&mut self, index: usize) {
        if let Some(row) = self.rows.get_mut(index) {
            row.out = true;
        }
    }

    /// Whether columns are read as in the last file of their layout.
    pub fn remembered(&self) -> bool {
        self.sheets.iter().any(|sheet| sheet.remembered)
    }

    /// The refusal to go on with a file that is not read.
    pub fn must_be_read(self) -> Result<Self, Refusal> {
        if self.stage == Stage::Read {
            Ok(self)
        } else {
            Err(Refusal::WrongState { state: ("読取り中", "Being read") })
        }
    }

    pub fn encode(&self) -> Result<String, Fault> {
        serde_json::to_string(self).map_err(Fault::broken)
    }

    pub fn decode(body: &str) -> Result<Self, Fault> {
        serde_json::from_str(body).map_err(Fault::broken)
    }
}

/// Whether a table is a ledger of personal data.
pub fn is_ledger(layout: &Layout) -> bool {
    layout.kind == LayoutKind::Ledger
}

impl DraftRow {
    /// A row of the table in which it stands.
    fn of(row: Row, layouts: &[Layout]) -> Self {
        let holds = |layout: &Layout| {
            let rows = layout.header_rows.1.saturating_add(1)..=layout.last_row;
            layout.sheet == row.sheet && rows.contains(&row.row_number)
        };
        let layout = layouts.iter().rposition(holds).unwrap_or_default();
        let Row { sheet, row_number, cells, .. } = row;
        Self { layout, sheet, row_number, cells, out: false, onto: String::new() }
    }
    fn row(&self) -> Row {
        Row {
            sheet: self.sheet.clone(),
            row_number: self.row_number,
            cells: self.cells.clone(),
            outcome: Err(()),
            findings: Vec::new(),
        }
    }
    fn choice(&self) -> Choice {
        match self.onto.as_str() {
            "" => Choice::Open,
            NEW => Choice::New,
            id => AssetId::new(id).map_or(Choice::Open, Choice::Onto),
        }
    }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands the field by reference")]
fn is_false(flag: &bool) -> bool {
    !*flag
}
