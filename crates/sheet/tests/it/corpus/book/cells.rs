//! The rows: each cell with what the register keeps of it, and the faults that must be named.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, date};
use meguri_sheet::{Field, Scale};

use super::super::grid::{Cell, FileKind, Paper};
use super::super::words::{DEPARTMENTS, MEDIA, NAMES};
use super::{Draw, Truth};

impl Draw {
    pub(super) fn asset(
        &mut self,
        paper: &mut Paper,
        row: u32,
        department: Option<&str>,
        (above, carried): (&BTreeMap<Field, String>, bool),
    ) -> Truth {
        let mut truth = Truth {
            sheet: paper.name.clone(),
            row_number: row + 1,
            fields: BTreeMap::new(),
            faults: BTreeSet::new(),
        };
        if self.kind != FileKind::Xlsx {
            "CSV".clone_into(&mut truth.sheet);
        }
        if let Some(department) = department {
            truth.fields.insert(Field::Department, department.to_owned());
        }
        if self.ledger {
            truth.fields.insert(Field::Personal, "○".to_owned());
        }
        self.serial += 1;
        let fields: Vec<Option<Field>> = self.columns.iter().map(|(field, _)| *field).collect();
        for (field, column) in fields.into_iter().zip(self.left..) {
            let Some(field) = field else {
                if column == self.left {
                    paper.cells.insert((row, column), Cell::Number(f64::from(row)));
                }
                continue;
            };
            let merged = carried && matches!(field, Field::Category | Field::Department);
            let same = (merged
                || (self.style.ditto
                    && matches!(field, Field::Users | Field::Medium)
                    && self.chance.percent(30)))
            .then(|| above.get(&field).filter(|text| !text.is_empty()).cloned())
            .flatten();
            if let Some(same) = same {
                if !merged {
                    paper.text(row, column, "〃");
                }
                truth.fields.insert(field, same);
                continue;
            }
            let (cell, kept) = self.value(field);
            let faulty = self.chance.percent(1) && fault(field).is_some();
            match (cell, fault(field)) {
                (_, Some(wrong)) if faulty => {
                    paper.text(row, column, wrong);
                    truth.faults.insert(field);
                    self.features.insert("faults: planted");
                }
                (Some(cell), _) => {
                    paper.cells.insert((row, column), cell);
                }
                (None, _) => {}
            }
            truth.fields.insert(field, kept);
        }
        truth
    }

    /// A cell and what the register keeps of it.
    pub(super) fn value(&mut self, field: Field) -> (Option<Cell>, String) {
        match field {
            Field::Confidentiality | Field::Integrity | Field::Availability => self.score(),
            Field::Importance => (None, String::new()),
            Field::Personal | Field::Sensitive | Field::MyNumber | Field::Entrusted => {
                let yes = self.chance.percent(40);
                let typed = if yes { self.style.marks.0 } else { self.style.marks.1 };
                (text(typed), if yes { "○" } else { "" }.to_owned())
            }
            Field::RegisteredOn => self.date(),
            Field::Medium => {
                let (typed, kept) = *self.chance.of(MEDIA);
                (text(typed), kept.to_owned())
            }
            Field::HeadCount => {
                let count = 1 + self.chance.below(90_000);
                (Some(Cell::Number(f64::from(u32::try_from(count).unwrap()))), count.to_string())
            }
            Field::Name => {
                let name = format!("{}{}", self.chance.of(NAMES), self.serial);
                self.free(&name)
            }
            Field::Department => {
                let name = *self.chance.of(DEPARTMENTS);
                self.free(name)
            }
            Field::Category => {
                let name = *self.chance.of(&["人事業務", "受託業務", "経理", "キャンペーン事務局"]);
                self.free(name)
            }
            _ if self.chance.percent(25) => (None, String::new()),
            _ => {
                let words = [
                    "施錠棚",
                    "5年",
                    "担当者のみ",
                    "氏名、住所",
                    "契約による",
                    "無",
                    "=要確認",
                    "終了後3か月",
                    "第1項",
                ];
                let word = *self.chance.of(&words);
                self.free(word)
            }
        }
    }

    pub(super) fn score(&mut self) -> (Option<Cell>, String) {
        let level = self.chance.below(3);
        let lower = usize::from(self.style.scale == Scale::OneToThree);
        let number = u32::try_from(level + lower).unwrap();
        let cell = match self.style.scores {
            Some(words) => text(words[level]),
            None => Some(Cell::Number(f64::from(number))),
        };
        (cell, (level + 1).to_string())
    }

    pub(super) fn date(&mut self) -> (Option<Cell>, String) {
        let days = i64::try_from(self.chance.below(2_500)).unwrap();
        let day: Date = date(2019, 5, 1).checked_add(jiff::Span::new().days(days)).unwrap();
        let (year, month, of_month, era) = (day.year(), day.month(), day.day(), day.year() - 2018);
        let wide = |text: String| {
            text.chars()
                .map(|c| if c.is_ascii_digit() { char::from_u32(c as u32 + 0xFEE0).unwrap() } else { c })
                .collect()
        };
        let typed: String = match self.style.dates {
            0..=2 => return (Some(Cell::Date(day)), day.to_string()),
            3 => format!("{year}/{month}/{of_month}"),
            4 => format!("{year}-{month:02}-{of_month:02}"),
            5 if era == 1 => format!("令和元年{month}月{of_month}日"),
            5 => format!("令和{era}年{month}月{of_month}日"),
            6 => format!("R{era}.{month}.{of_month}"),
            7 => format!("{year}年{month}月{of_month}日"),
            8 => format!("{year}{month:02}{of_month:02}"),
            _ => wide(format!("{year}/{month}/{of_month}")),
        };
        (text(&typed), day.to_string())
    }

    /// Free words, perhaps with blanks that say nothing or as the result of a formula.
    pub(super) fn free(&mut self, kept: &str) -> (Option<Cell>, String) {
        if self.kind == FileKind::Xlsx && !kept.starts_with('=') && self.chance.percent(4) {
            self.features.insert("values: formula with its result");
            return (Some(Cell::Formula(kept.to_owned())), kept.to_owned());
        }
        let unseen = if self.kind == FileKind::CsvCp932 { "" } else { "\u{200b}" };
        let typed = match (self.style.stray, self.chance.below(4)) {
            (true, 0) => format!(" {kept}"),
            (true, 1) => format!("{kept}　"),
            (true, 2) => format!("{kept}{unseen}\n"),
            _ => kept.to_owned(),
        };
        (text(&typed), kept.to_owned())
    }
}

fn text(typed: &str) -> Option<Cell> {
    (!typed.is_empty()).then(|| Cell::Text(typed.to_owned()))
}

/// A text that the field cannot be.
fn fault(field: Field) -> Option<&'static str> {
    match field {
        Field::Confidentiality | Field::Integrity | Field::Availability => Some("要確認"),
        Field::Personal | Field::Sensitive | Field::MyNumber | Field::Entrusted => Some("△"),
        Field::RegisteredOn => Some("未定"),
        Field::Department => Some("海外事業部"),
        _ => None,
    }
}
