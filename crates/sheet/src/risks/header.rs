//! Finds the headings of a register of risks.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::LazyLock;

use serde::{Deserialize, Serialize};

use super::{Degree, RiskField, degree};
use crate::grid::{Cell, Sheet, Value, Workbook};
use crate::headings::{core, without_ending};
use crate::layout::fingerprint;
use crate::text::fold;

/// A table of risks in a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskTable {
    /// The sheet it stands in.
    pub sheet: String,
    /// First and last row number (from 1) of its headings.
    pub header_rows: (u32, u32),
    /// Its columns from left to right, also those that say nothing to us.
    pub columns: Vec<RiskColumn>,
}

/// A column of a table of risks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RiskColumn {
    /// The column, counted from A = 0.
    pub index: u16,
    /// The heading as typed, that of its group before it.
    pub heading: String,
    /// What it is taken for.
    pub field: Option<RiskField>,
}

impl RiskTable {
    /// A name for this arrangement of headings, as [`crate::Layout::fingerprint`].
    pub fn fingerprint(&self) -> String {
        fingerprint(self.columns.iter().map(|column| (column.index, column.heading.clone())))
    }

    /// Whether a column is taken for a field.
    pub fn has(&self, field: RiskField) -> bool {
        self.columns.iter().any(|column| column.field == Some(field))
    }
}

const ROWS_SEARCHED: u32 = 30;
const FEWEST_HEADINGS: usize = 3;
/// So many values below a heading are looked at.
const LOOKED_AT: usize = 40;

/// The tables of risks of a workbook, one a sheet. A table names the asset and the threat, and has three known headings at least;
/// where a person has `said` in which row the headings of a sheet stand, or did so in an earlier file with the same headings (`known`,
/// by their fingerprints), it is taken as it is. Hidden sheets are not read.
pub fn find_risk_tables(
    book: &Workbook,
    said: &BTreeMap<String, u32>,
    known_before: &BTreeSet<String>,
) -> Vec<RiskTable> {
    let table = |sheet: &Sheet| match said.get(&sheet.name) {
        Some(row) => best_at(sheet, *row),
        None if sheet.hidden => None,
        None => (1..=sheet.last_row().min(ROWS_SEARCHED))
            .filter_map(|row| best_at(sheet, row))
            .filter(|table| is_table(table) || known_before.contains(&table.fingerprint()))
            // The first of equals, and of one row or two the better.
            .reduce(|best, next| if known(&next) > known(&best) { next } else { best }),
    };
    book.sheets.iter().filter_map(table).collect()
}

fn known(table: &RiskTable) -> usize {
    table.columns.iter().filter(|column| column.field.is_some()).count()
}

fn is_table(table: &RiskTable) -> bool {
    let names_threat = table.has(RiskField::Threat) || table.has(RiskField::ThreatNumber);
    known(table) >= FEWEST_HEADINGS && table.has(RiskField::Asset) && names_threat
}

/// The headings that begin at a row: of one row, or of two where the second one earns its place.
fn best_at(sheet: &Sheet, row: u32) -> Option<RiskTable> {
    let one = table_at(sheet, (row, row))?;
    let is_words =
        |cell: &Cell| cell.value == Value::Text && matches!(degree(&cell.text, 9), Degree::NotUnderstood);
    let below = sheet.row(row + 1);
    if below.is_empty() || !below.iter().all(is_words) {
        return Some(one);
    }
    let two = table_at(sheet, (row, row + 1))?;
    Some(if known(&two) > known(&one) + 1 { two } else { one })
}

fn table_at(sheet: &Sheet, header_rows: (u32, u32)) -> Option<RiskTable> {
    let rows = header_rows.0..=header_rows.1;
    let mut indexes: Vec<u16> = rows.flat_map(|row| sheet.row(row)).map(|cell| cell.column).collect();
    indexes.sort_unstable();
    indexes.dedup();
    let headings: Vec<(u16, Vec<String>)> =
        indexes.into_iter().map(|index| (index, parts_at(sheet, header_rows, index))).collect();
    let means: Vec<Vec<RiskField>> = headings.iter().map(|(_, parts)| meanings(parts)).collect();
    let alone: Vec<RiskField> = means.iter().filter(|means| means.len() == 1).flatten().copied().collect();
    let mut columns: Vec<RiskColumn> = Vec::new();
    for ((index, parts), means) in headings.into_iter().zip(&means) {
        let taken = |field: &RiskField| columns.iter().all(|column| column.field != Some(*field));
        // What another heading says alone, this one does not mean.
        let (first, rest) = means.split_first().map_or((None, &[][..]), |(first, rest)| (Some(*first), rest));
        let open = first.into_iter().chain(rest.iter().copied().filter(|field| !alone.contains(field)));
        let field = by_values(sheet, (header_rows.1, index), &open.collect::<Vec<_>>()).filter(taken);
        columns.push(RiskColumn { index, heading: parts.join(" "), field });
    }
    (!columns.is_empty()).then_some(RiskTable { sheet: sheet.name.clone(), header_rows, columns })
}

/// The headings of a column from its group down, each once.
fn parts_at(sheet: &Sheet, header_rows: (u32, u32), index: u16) -> Vec<String> {
    let mut parts: Vec<String> = Vec::new();
    for row in header_rows.0..=header_rows.1 {
        let own = sheet.cell(row, index).map(|cell| cell.text.clone());
        let text = own.or_else(|| (row < header_rows.1).then(|| group(sheet, row, index)).flatten());
        if let Some(text) = text.filter(|text| parts.last() != Some(text)) {
            parts.push(text);
        }
    }
    parts
}

/// The heading of a group that reaches over a column.
fn group(sheet: &Sheet, row: u32, index: u16) -> Option<String> {
    let over = |cell: &&Cell| cell.column < index && sheet.right_of(cell) >= index;
    sheet.row(row).iter().find(over).map(|cell| cell.text.clone())
}

/// What a heading may mean: the group and the heading read as one, else the heading itself.
fn meanings(parts: &[String]) -> Vec<RiskField> {
    let Some((lowest, above)) = parts.split_last() else { return Vec::new() };
    if let Some(group) = above.last() {
        let (group, lowest) = (core(&fold(group)), core(&fold(lowest)));
        let joined = [[group.as_str(), "の", &lowest].concat(), [group.as_str(), &lowest].concat()];
        if let Some(found) = joined.iter().map(|word| of_word(word)).find(|found| !found.is_empty()) {
            return found;
        }
    }
    let folded = fold(lowest);
    let bare = core(&folded);
    let found = [folded.as_str(), bare.as_str(), without_ending(&bare)].map(of_word);
    found.into_iter().find(|found| !found.is_empty()).unwrap_or_default()
}

fn of_word(word: &str) -> Vec<RiskField> {
    static KNOWN: LazyLock<HashMap<String, Vec<RiskField>>> = LazyLock::new(|| {
        let mut known: HashMap<String, Vec<RiskField>> = HashMap::new();
        for field in RiskField::ALL {
            let own = [fold(field.ja()), core(&fold(field.ja())), fold(field.en()), core(&fold(field.en()))];
            for word in field.words().iter().map(|word| fold(word)).chain(own) {
                let fields = known.entry(word).or_default();
                if !fields.contains(&field) {
                    fields.push(field);
                }
            }
        }
        // The same word stands over what befalls us and over how readily it does: the values below tell.
        known.entry(fold("脅威")).or_default().push(RiskField::ThreatDegree);
        known.entry(fold("脆弱性")).or_default().push(RiskField::VulnerabilityDegree);
        known.entry(fold("管理策")).or_default().push(RiskField::Task);
        known
    });
    KNOWN.get(word).cloned().unwrap_or_default()
}

/// Of several meanings the one that the values below look like: degrees are numbers or short words, controls have numbers.
fn by_values(sheet: &Sheet, (header, index): (u32, u16), means: &[RiskField]) -> Option<RiskField> {
    let (first, second) = (means.first()?, means.get(1));
    let Some(second) = second else { return Some(*first) };
    let below = (header + 1..=sheet.last_row()).filter_map(|row| sheet.cell(row, index));
    let texts: Vec<&str> =
        below.filter(|cell| !cell.carried).map(|cell| cell.text.as_str()).take(LOOKED_AT).collect();
    let share = |is: &dyn Fn(&str) -> bool| texts.iter().filter(|text| is(text)).count() * 2 > texts.len();
    let is_degree = |text: &str| matches!(degree(text, 3), Degree::Value(_) | Degree::Outside);
    let is_control = |text: &str| text.trim_start().starts_with(|c: char| c.is_ascii_digit() || c == 'A');
    let is_second = match second {
        RiskField::ThreatDegree | RiskField::VulnerabilityDegree => share(&is_degree),
        RiskField::Task => !texts.is_empty() && !share(&is_control),
        _ => false,
    };
    Some(if is_second { *second } else { *first })
}
