//! An import between upload and confirmation: the file, the columns, the rows as typed and mended.

use super::acts::Summary;
use super::reading::{self, Ask, Places, Reading, Unread};
use crate::house::fault::{Done, Fault, Stop};
use crate::house::worker::Workers;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use meguri_domain::Refusal;
use meguri_sheet::{Field, Found, Layout, Row, TypedCell};
use serde::{Deserialize, Serialize};

/// What is kept of an import; judgements are not, because departments and the register may change meanwhile.
#[derive(Serialize, Deserialize)]
pub struct Draft {
    /// The bytes of the file, for reading it again with other columns.
    file: String,
    pub found: Found,
    /// The department and the medium of rows for which the file names none.
    #[serde(default)]
    pub department: String,
    #[serde(default)]
    pub medium: String,
    pub rows: Vec<DraftRow>,
    /// Whether the person has looked at the columns, where looking is needed.
    #[serde(default)]
    pub mapped: bool,
    /// What was done, once it was confirmed; then the rows are gone.
    #[serde(default)]
    pub done: Option<Summary>,
}

/// A row as typed, and whether it is left out.
#[derive(Serialize, Deserialize)]
pub struct DraftRow {
    sheet: String,
    row_number: u32,
    cells: Vec<TypedCell>,
    #[serde(default)]
    pub out: bool,
}

impl Draft {
    /// Reads a file for the first time.
    pub fn begin(
        workers: &Workers,
        bytes: &[u8],
        department: String,
        places: &Places,
    ) -> Result<Self, Unread> {
        let Reading { found, rows, .. } = reading::read(workers, &Ask::of(bytes, places))?;
        let rows = rows.into_iter().map(DraftRow::of).collect();
        let file = STANDARD.encode(bytes);
        Ok(Self { file, found, department, medium: String::new(), rows, mapped: false, done: None })
    }

    /// Reads the file again with other columns; what was mended is read anew as well.
    pub fn map(&mut self, workers: &Workers, layouts: Vec<Layout>, places: &Places) -> Done<()> {
        let bytes = STANDARD.decode(&self.file).map_err(Fault::broken)?;
        let refuse = |unread: Unread| {
            use crate::house::words::Lang::{En, Ja};
            Stop::Refusal(Refusal::Said { ja: unread.sentence(Ja), en: unread.sentence(En) })
        };
        let ask = Ask { layouts: Some(&layouts), ..Ask::of(&bytes, places) };
        let Reading { rows, .. } = reading::read(workers, &ask).map_err(refuse)?;
        self.rows = rows.into_iter().map(DraftRow::of).collect();
        self.found.layouts = layouts;
        self.mapped = true;
        Ok(())
    }

    /// The required columns that no sheet has; the department may be chosen instead.
    pub fn missing(&self) -> Vec<Field> {
        let mut missing: Vec<Field> = self.found.layouts.iter().flat_map(Layout::missing).collect();
        missing.sort();
        missing.dedup();
        missing
    }

    /// Whether the columns are to be looked at before the rows.
    pub fn asks_for_columns(&self) -> bool {
        let needed = |field: &Field| *field != Field::Department;
        !self.mapped && self.missing().iter().any(needed)
    }

    /// The rows for judging, with whether each is left out.
    pub fn rows(&self) -> impl Iterator<Item = (Row, bool)> + '_ {
        self.rows.iter().map(|row| (row.row(), row.out))
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

    /// Marks the import as done and lets the file go.
    pub fn finish(&mut self, summary: Summary) {
        self.file.clear();
        self.rows.clear();
        self.done = Some(summary);
    }

    pub fn encode(&self) -> Result<String, Fault> {
        serde_json::to_string(self).map_err(Fault::broken)
    }

    pub fn decode(body: &str) -> Result<Self, Fault> {
        serde_json::from_str(body).map_err(Fault::broken)
    }
}

impl DraftRow {
    fn of(row: Row) -> Self {
        Self { sheet: row.sheet, row_number: row.row_number, cells: row.cells, out: false }
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
}
