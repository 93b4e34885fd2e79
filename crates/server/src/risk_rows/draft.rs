//! A file of risks between its arrival and its confirmation: its tables, its lines as typed, and what a person said of them.

use crate::house::fault::Fault;
use meguri_sheet::{RiskCell, RiskField, RiskRow, RiskTable};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// What is kept of an import of risks; judgements are not, because the register may change meanwhile.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Draft {
    /// SHA-256 of the file in hex.
    pub sha256: String,
    /// The department of lines that name none, by id; empty for none.
    pub department: String,
    /// Who is in charge, and by when, where a line of the plan does not say it.
    pub owner: String,
    pub due_on: String,
    /// The names of all sheets.
    pub sheets: Vec<String>,
    /// The rows in which a person said that headings stand.
    pub headers: BTreeMap<String, u32>,
    /// The sheets that are not to be read.
    pub skipped: BTreeSet<String>,
    pub tables: Vec<RiskTable>,
    /// The columns are those of the last file with these headings.
    pub remembered: bool,
    pub rows: Vec<DraftRow>,
}

/// A line, and what was said of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DraftRow {
    row: RiskRow,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    mended: BTreeMap<RiskField, String>,
    /// Which threat it was said to mean: empty, [`FREE`], or the id of one.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub threat: String,
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub out: bool,
}

/// The answer that a line speaks of a risk of the department's own.
pub const FREE: &str = "free";
/// The answer that a line is not taken.
pub const OUT: &str = "out";

impl Draft {
    /// The tables that are read.
    pub fn read_tables(&self) -> Vec<RiskTable> {
        self.tables.iter().filter(|table| !self.skipped.contains(&table.sheet)).cloned().collect()
    }

    /// Takes lines that were read; what was mended before is read anew as well.
    pub fn take(&mut self, rows: Vec<RiskRow>) {
        let row = |row| DraftRow { row, mended: BTreeMap::new(), threat: String::new(), out: false };
        self.rows = rows.into_iter().map(row).collect();
    }

    /// The columns without which no line can be taken, as far as no table has them.
    pub fn lacks(&self) -> Vec<RiskField> {
        let lacks = |table: &RiskTable| {
            let mut lacks: Vec<RiskField> = [RiskField::Asset].into();
            lacks.retain(|field| !table.has(*field));
            if !table.has(RiskField::Threat) && !table.has(RiskField::ThreatNumber) {
                lacks.push(RiskField::Threat);
            }
            lacks
        };
        let mut all: Vec<RiskField> = self.read_tables().iter().flat_map(lacks).collect();
        all.sort();
        all.dedup();
        all
    }

    /// Changes a text of a line as typed.
    pub fn mend(&mut self, at: usize, field: RiskField, text: &str) {
        if let Some(row) = self.rows.get_mut(at) {
            row.mended.insert(field, text.trim().to_owned());
        }
    }

    /// Takes the answer to which threat a line means: [`FREE`], [`OUT`], or the id of one.
    pub fn answer(&mut self, at: usize, answer: &str) {
        let Some(row) = self.rows.get_mut(at) else { return };
        if answer == OUT { row.out = true } else { answer.clone_into(&mut row.threat) }
    }

    pub fn encode(&self) -> Result<String, Fault> {
        serde_json::to_string(self).map_err(Fault::broken)
    }

    pub fn decode(body: &str) -> Result<Self, Fault> {
        serde_json::from_str(body).map_err(Fault::broken)
    }
}

impl DraftRow {
    /// The line with what was mended.
    pub fn row(&self) -> RiskRow {
        let mut row = self.row.clone();
        for (field, text) in &self.mended {
            let address = row.place(*field);
            row.cells.insert(*field, RiskCell { address, text: text.clone(), from_above: false });
        }
        row
    }
}
