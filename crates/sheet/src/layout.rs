//! Where the columns of a register stand: the proposal a person looks at, changes and may have remembered.

use serde::{Deserialize, Serialize};

use crate::field::Field;
use crate::head::Head;
use crate::scale::Scale;
use crate::text::fold;

/// Where the columns of one table are. A sheet may hold several tables. A proposal: the caller may override each column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// The name of the sheet.
    pub sheet: String,
    /// First and last row number of the header (from 1, both included); data begins on the next row.
    pub header_rows: (u32, u32),
    /// The last row number that may belong to the table (from 1, included): the row before the next table with its
    /// titles, or the last row of the sheet. Totals and notes may stand among these rows; reading leaves them out.
    #[serde(default = "every_row")]
    pub last_row: u32,
    /// What kind of list it is.
    #[serde(default)]
    pub kind: LayoutKind,
    /// The department named above the table or by the tab. Counts only where no column holds departments.
    #[serde(default)]
    pub department: Option<NamedDepartment>,
    /// Every column with a heading, from left to right.
    pub columns: Vec<Column>,
    /// The scale of the scores, where the file is one of ours and says it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scale: Option<Scale>,
    /// What stands above the rows, to be written again as it was.
    #[serde(default)]
    pub head: Head,
}

/// What kind of list a table is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LayoutKind {
    /// An information asset register 情報資産管理台帳: it has scores.
    #[default]
    Register,
    /// A ledger of personal data 個人情報管理台帳: every row holds personal data, and no score need be given.
    Ledger,
}

/// A department that a title or a tab names for all rows of a table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedDepartment {
    /// The name as written.
    pub name: String,
    /// The cell of the title (`A2`); `None` when the tab names it.
    pub address: Option<String>,
}

/// One column with its heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// The column, counted from A = 0.
    pub index: u16,
    /// What it was taken for; `None` when its heading says nothing to us.
    pub field: Option<Field>,
    /// The heading as typed, a group heading above it included (`評価値 機密性`).
    pub heading: String,
    /// How sure we are: 100 for a known heading or a person's choice, less for likeness or when the values below do not
    /// look like the field, 0 without a field.
    pub confidence: u8,
}

impl Layout {
    /// The same layout with a field moved to a column (A = 0). What the column was taken for before is forgotten.
    #[must_use]
    pub fn with(mut self, field: Field, index: u16) -> Self {
        self = self.without(field);
        match self.columns.binary_search_by_key(&index, |column| column.index) {
            Ok(at) => {
                self.columns[at].field = Some(field);
                self.columns[at].confidence = 100;
            }
            Err(at) => {
                self.columns.insert(
                    at,
                    Column { index, field: Some(field), heading: String::new(), confidence: 100 },
                );
            }
        }
        self
    }

    /// The same layout with a field read from no column.
    #[must_use]
    pub fn without(mut self, field: Field) -> Self {
        for column in self.columns.iter_mut().filter(|column| column.field == Some(field)) {
            column.field = None;
            column.confidence = 0;
        }
        self
    }

    /// The same layout, whose sheet is written again on this scale where it uses digits.
    #[must_use]
    pub fn on(mut self, scale: Scale) -> Self {
        let older = ["0", "1", "2"].map(str::to_owned);
        match scale {
            Scale::ZeroToTwo if self.head.scores.is_none() => self.head.scores = Some(older),
            Scale::OneToThree if self.head.scores.as_ref() == Some(&older) => self.head.scores = None,
            _ => {}
        }
        self
    }

    /// The column (A = 0) a field is read from.
    pub fn column_of(&self, field: Field) -> Option<u16> {
        self.columns.iter().find(|column| column.field == Some(field)).map(|column| column.index)
    }

    /// The fields without which no row can be taken: name and department, and in a register the three scores.
    pub fn required(&self) -> &'static [Field] {
        match self.kind {
            LayoutKind::Register => &Field::REQUIRED,
            LayoutKind::Ledger => &[Field::Name, Field::Department],
        }
    }

    /// The required fields that no column was found for. A department named by a title or the tab is not missing.
    pub fn missing(&self) -> Vec<Field> {
        let named = |field: Field| field == Field::Department && self.department.is_some();
        let required = self.required().iter().copied();
        required.filter(|field| self.column_of(*field).is_none() && !named(*field)).collect()
    }

    /// How sure we are of the whole, from 0 to 100: as far as the least sure required column, or 0 when one is missing.
    pub fn confidence(&self) -> u8 {
        if !self.missing().is_empty() {
            return 0;
        }
        let of = |field: &Field| self.columns.iter().find(|column| column.field == Some(*field));
        self.required().iter().filter_map(of).map(|column| column.confidence).min().unwrap_or(0)
    }

    /// A name for this arrangement of headings, for remembering what a person chose for it: 16 hexadecimal digits made of
    /// the folded headings and their columns. The same for every sheet, file and row that has these headings; what the
    /// columns were taken for does not count. It recognises, it does not protect: whoever wants may build two alike.
    pub fn fingerprint(&self) -> String {
        fingerprint(self.columns.iter().map(|column| (column.index, column.heading.clone())))
    }
}

/// [`Layout::fingerprint`] of headings by column (A = 0), from left to right.
pub(crate) fn fingerprint(headings: impl Iterator<Item = (u16, String)>) -> String {
    // FNV-1a in 64 bits is written down here because the value is kept for years: no library may change it.
    const START: u64 = 0xcbf2_9ce4_8422_2325;
    const PRIME: u64 = 0x0000_0100_0000_01b3;
    let bytes = headings
        .filter(|(_, heading)| !heading.is_empty())
        .flat_map(|(index, heading)| format!("{index}\u{1f}{}\u{1e}", fold(&heading)).into_bytes());
    let hash = bytes.fold(START, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(PRIME));
    format!("{hash:016x}")
}

fn every_row() -> u32 {
    u32::MAX
}
