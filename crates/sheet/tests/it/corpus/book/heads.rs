//! What stands above the rows: which columns there are, titles, headers of one or two rows.

use std::collections::BTreeSet;

use meguri_sheet::Field;

use super::super::grid::{FileKind, Paper};
use super::super::words::{LEDGER_NAMES, STRANGE, fresh, headings};
use super::Draw;

impl Draw {
    #[expect(clippy::too_many_lines, reason = "a list of what there is to draw, read once")]
    pub(super) fn choose_columns(&mut self) {
        let register = [
            Field::Category,
            Field::Name,
            Field::Note,
            Field::Users,
            Field::RiskOwner,
            Field::Department,
            Field::Medium,
            Field::Personal,
            Field::Sensitive,
            Field::MyNumber,
            Field::Confidentiality,
            Field::Integrity,
            Field::Availability,
            Field::Importance,
            Field::Retention,
            Field::RegisteredOn,
        ];
        let ledger = [
            Field::Department,
            Field::Name,
            Field::Items,
            Field::Purpose,
            Field::Subjects,
            Field::HeadCount,
            Field::Acquisition,
            Field::DirectWriting,
            Field::Consent,
            Field::Sensitive,
            Field::MyNumber,
            Field::Retained,
            Field::Entrusted,
            Field::Client,
            Field::ReturnDuty,
            Field::Manager,
            Field::Medium,
            Field::StorageMethod,
            Field::Users,
            Field::Contractor,
            Field::ThirdParty,
            Field::JointUse,
            Field::UseUntil,
            Field::Retention,
            Field::Disposal,
            Field::Category,
            Field::RegisteredOn,
            Field::Note,
        ];
        let all: &[Field] = if self.ledger { &ledger } else { &register };
        let mut taken = BTreeSet::new();
        if self.chance.percent(50) {
            self.columns.push((None, "No.".to_owned()));
        }
        for field in all {
            let needed = matches!(
                field,
                Field::Name | Field::Department | Field::Items | Field::Purpose | Field::Acquisition
            ) || meguri_sheet::Field::REQUIRED.contains(field);
            if !needed && self.chance.percent(20) {
                continue;
            }
            let words = if self.ledger && *field == Field::Name { LEDGER_NAMES } else { headings(*field) };
            let mut heading = (*self.chance.of(words)).to_owned();
            // One heading in thirty is none of those that the reader has learned.
            if self.rare.percent(3) && !fresh(*field).is_empty() && !self.ledger {
                (*self.rare.of(fresh(*field))).clone_into(&mut heading);
                self.features.insert("header: headings never learned");
            }
            // Two columns of one sheet never bear the same heading.
            while !taken.insert(heading.clone()) {
                (*self.chance.of(words)).clone_into(&mut heading);
            }
            self.columns.push((Some(*field), heading));
            if self.chance.percent(4) {
                let strange = (*self.chance.of(STRANGE)).to_owned();
                if taken.insert(strange.clone()) {
                    self.columns.push((None, strange));
                    self.features.insert("header: columns that are no field");
                }
            }
        }
    }

    /// Title rows; answers with the row for the header.
    pub(super) fn title(&mut self, paper: &mut Paper, department: Option<&str>) -> u32 {
        let list = if self.ledger { "個人情報管理台帳" } else { "情報資産管理台帳" };
        let mut row = u32::try_from(self.chance.below(3)).unwrap();
        if row > 0 {
            self.features.insert("header: blank rows or titles above");
        }
        match department {
            Some(department) => {
                let lines = [
                    vec![list.to_owned(), String::new(), format!("管理部署：{department}")],
                    vec![format!("{list}（{department}）")],
                    vec![list.to_owned(), format!("部署名　{department}"), "作成日：2026/4/1".to_owned()],
                    vec![format!("{department} {list}")],
                ];
                for line in self.chance.of(&lines).clone() {
                    paper.text(row, self.left, &line);
                    row += 1;
                }
                if self.chance.percent(30) {
                    let (label, beside) = ("所管部署", department);
                    paper.text(row, self.left, label);
                    paper.text(row, self.left + 1, beside);
                    row += 1;
                }
            }
            None if self.chance.percent(70) => {
                paper.text(row, self.left, list);
                paper.text(row + 1, self.left, "株式会社見本");
                paper.text(row + 1, self.left + 3, "作成日");
                paper.text(row + 1, self.left + 4, "2026/4/1");
                row += 2;
                self.features.insert("header: blank rows or titles above");
            }
            None => {}
        }
        row + u32::try_from(self.chance.below(2)).unwrap()
    }

    pub(super) fn merge(&mut self, paper: &mut Paper, runs: &[(u32, u32)]) {
        let fields = [Field::Category, Field::Department];
        let columns = self
            .columns
            .iter()
            .zip(self.left..)
            .filter(|((field, _), _)| field.is_some_and(|f| fields.contains(&f)));
        for (_, column) in columns {
            paper.merged.extend(
                runs.iter().filter(|(from, to)| to > from).map(|(from, to)| (*from, column, *to, column)),
            );
        }
    }

    pub(super) fn header(&mut self, paper: &mut Paper, top: u32) -> u32 {
        let two = !self.ledger && self.chance.percent(40);
        let letters = two && self.chance.percent(30);
        let decorate = self.chance.below(8);
        let xlsx = self.kind == FileKind::Xlsx;
        let (marks, scores) = (["個人情報の種類", "個人情報区分"], ["評価値", "情報資産の評価", "CIA評価"]);
        let (marks, scores) = (*self.chance.of(&marks), *self.chance.of(&scores));
        if two {
            self.features.insert(if xlsx {
                "header: two rows with merged groups"
            } else {
                "header: two rows, merges lost"
            });
        }
        let group = |field: Option<Field>| match field {
            Some(Field::Personal | Field::Sensitive | Field::MyNumber) if two => Some(marks),
            Some(Field::Confidentiality | Field::Integrity | Field::Availability) if two => Some(scores),
            _ => None,
        };
        let mut open: Option<(&str, u16)> = None;
        let last = self.left + u16::try_from(self.columns.len()).unwrap();
        let columns: Vec<(Option<Field>, String)> = self.columns.clone();
        for ((field, heading), column) in columns.iter().zip(self.left..) {
            let of = group(*field);
            if of != open.map(|(name, _)| name) {
                close(paper, top, open, column, xlsx);
                open = of.map(|name| (name, column));
                paper.text(top, column, of.unwrap_or_default());
            }
            let letter = [(Field::Confidentiality, "C"), (Field::Integrity, "I"), (Field::Availability, "A")];
            let letter =
                letter.iter().find(|(of, _)| letters && Some(*of) == *field).map(|(_, letter)| *letter);
            let heading = letter.map_or_else(|| self.decorated(heading, decorate), ToOwned::to_owned);
            if of.is_some() {
                paper.text(top + 1, column, &heading);
            } else {
                paper.text(top, column, &heading);
                if two && xlsx {
                    paper.merged.push((top, column, top + 1, column));
                }
            }
        }
        close(paper, top, open, last, xlsx);
        top + if two { 2 } else { 1 }
    }

    pub(super) fn decorated(&mut self, heading: &str, how: usize) -> String {
        let chars: Vec<char> = heading.chars().collect();
        match how {
            0 if chars.len() >= 4 => {
                self.features.insert("header: line breaks in headings");
                let (front, back) = chars.split_at(chars.len() / 2);
                format!("{}\n{}", front.iter().collect::<String>(), back.iter().collect::<String>())
            }
            1 if chars.len() <= 3 => {
                self.features.insert("header: blanks in headings");
                chars.iter().map(char::to_string).collect::<Vec<_>>().join("　")
            }
            2 => {
                self.features.insert("header: ornaments");
                format!("■{heading}")
            }
            3 => {
                self.features.insert("header: ornaments");
                format!("{heading}※")
            }
            4 => {
                self.features.insert("header: remarks in brackets");
                format!("{heading}（必須）")
            }
            _ => heading.to_owned(),
        }
    }
}

fn close(paper: &mut Paper, top: u32, open: Option<(&str, u16)>, column: u16, xlsx: bool) {
    if let Some((_, from)) = open.filter(|(_, from)| xlsx && column - from > 1) {
        paper.merged.push((top, from, top, column - 1));
    }
}
