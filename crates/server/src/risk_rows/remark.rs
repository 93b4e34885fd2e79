//! What is said of a cell of a file.

use crate::house::words::Lang;
use meguri_domain::Refusal;
use meguri_sheet::{RiskField, RiskRow};

/// A sentence about a cell, in both languages.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    pub field: RiskField,
    ja: String,
    en: String,
}

impl Remark {
    pub fn at(row: &RiskRow, field: RiskField, ja: &str, en: &str) -> Self {
        let place = row.place(field);
        let (at_ja, at_en) = if place.bytes().all(|byte| byte.is_ascii_digit()) {
            (format!("{place}行目"), format!("Row {place}"))
        } else {
            (format!("{place}セル"), format!("Cell {place}"))
        };
        Self { field, ja: format!("{at_ja}：{ja}"), en: format!("{at_en}: {en}") }
    }

    /// A refusal of the product at the column that it speaks of.
    pub fn refused(row: &RiskRow, refusal: &Refusal, or: RiskField) -> Self {
        let field = match refusal.field() {
            Some("note") => RiskField::Note,
            Some("name") => RiskField::Threat,
            Some("weakness") => RiskField::Weakness,
            Some("task") => RiskField::Task,
            Some("owner") => RiskField::Owner,
            Some("due_on") => RiskField::DueOn,
            Some("resources") => RiskField::Resources,
            _ => or,
        };
        Self::at(row, field, &refusal.ja(), &refusal.en())
    }

    pub fn sentence(&self, l: Lang) -> &str {
        l.t(&self.ja, &self.en)
    }
}

/// A text inside a sentence: its first 40 characters.
pub fn short(text: &str) -> String {
    text.trim().chars().take(40).collect()
}
