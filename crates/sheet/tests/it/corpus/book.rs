//! Draws a workbook from a seed, and knows the truth of every field in it.

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::{Date, date};
use meguri_sheet::{Field, Scale};

use super::grid::{Cell, FileKind, Paper, separated, xlsx};
use super::words::{DEPARTMENTS, LEDGER_NAMES, MARKS, MEDIA, NAMES, SCORES, STRANGE, fresh, headings};

/// Chance from a seed, the same on every machine (`SplitMix64`).
pub struct Chance(pub u64);

impl Chance {
    pub fn below(&mut self, bound: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % bound as u64).unwrap()
    }
    pub fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.below(all.len())]
    }
    pub fn percent(&mut self, share: usize) -> bool {
        self.below(100) < share
    }
}

/// A row as it must come in: for each field the kept value; a planted fault must be named instead.
pub struct Truth {
    pub sheet: String,
    pub row_number: u32,
    pub fields: BTreeMap<Field, String>,
    pub faults: BTreeSet<Field>,
}

pub struct Book {
    pub bytes: Vec<u8>,
    pub truths: Vec<Truth>,
    /// The columns of the file with their headings.
    pub headings: BTreeMap<Field, String>,
    pub scale: Scale,
    pub features: BTreeSet<&'static str>,
}

struct Style {
    marks: (&'static str, &'static str),
    scores: Option<[&'static str; 3]>,
    scale: Scale,
    dates: usize,
    stray: bool,
    ditto: bool,
}

struct Draw {
    chance: Chance,
    /// Apart from the rest, so that seeds draw what they drew before there were rare things.
    rare: Chance,
    kind: FileKind,
    ledger: bool,
    style: Style,
    columns: Vec<(Option<Field>, String)>,
    features: BTreeSet<&'static str>,
    truths: Vec<Truth>,
    serial: usize,
    left: u16,
}

pub fn draw(seed: u64) -> Book {
    let mut chance = Chance(seed);
    let kind = [
        FileKind::Xlsx,
        FileKind::Xlsx,
        FileKind::Xlsx,
        FileKind::CsvUtf8,
        FileKind::CsvMarked,
        FileKind::CsvCp932,
        FileKind::TsvUtf16,
    ][chance.below(7)];
    let ledger = chance.percent(30);
    let style = style(&mut chance, kind);
    let left = u16::try_from(if chance.percent(25) { 1 + chance.below(2) } else { 0 }).unwrap();
    let mut draw = Draw {
        chance,
        rare: Chance(seed ^ 0x5EED),
        kind,
        ledger,
        style,
        columns: Vec::new(),
        features: BTreeSet::new(),
        truths: Vec::new(),
        serial: 0,
        left,
    };
    draw.say_style();
    draw.choose_columns();
    let papers = draw.papers();
    let bytes = if kind == FileKind::Xlsx { xlsx(&papers) } else { separated(&papers[0], kind) };
    let headings =
        draw.columns.iter().filter_map(|(field, heading)| Some(((*field)?, heading.clone()))).collect();
    Book { bytes, truths: draw.truths, headings, scale: draw.style.scale, features: draw.features }
}

fn style(chance: &mut Chance, kind: FileKind) -> Style {
    let mut marks = *chance.of(MARKS);
    if kind == FileKind::CsvCp932 && marks.0 == "✓" {
        marks = ("レ", "");
    }
    let words = chance.percent(40).then(|| chance.of(SCORES).1);
    let scale = if words.is_none() && chance.percent(30) { Scale::ZeroToTwo } else { Scale::OneToThree };
    Style {
        marks,
        scores: words,
        scale,
        dates: chance.below(10),
        stray: chance.percent(30),
        ditto: chance.percent(8),
    }
}

impl Draw {
    fn say_style(&mut self) {
        let mut say = |yes: bool, feature: &'static str| {
            if yes {
                self.features.insert(feature);
            }
        };
        say(
            true,
            match self.kind {
                FileKind::Xlsx => "file: xlsx",
                FileKind::CsvUtf8 => "file: csv UTF-8",
                FileKind::CsvMarked => "file: csv UTF-8 with BOM",
                FileKind::CsvCp932 => "file: csv CP932",
                FileKind::TsvUtf16 => "file: tsv UTF-16LE",
            },
        );
        say(self.ledger, "layout: ledger of personal data");
        say(!self.ledger, "layout: asset register");
        let written =
            SCORES.iter().find(|(_, words)| Some(*words) == self.style.scores).map(|(name, _)| *name);
        if !self.ledger {
            say(
                true,
                match (written, self.style.scale) {
                    (Some("高/中/低"), _) => "scores: 高/中/低",
                    (Some("大/中/小"), _) => "scores: 大/中/小",
                    (Some("A/B/C"), _) => "scores: A/B/C",
                    (Some("digit and word"), _) => "scores: digit and word",
                    (Some("full-width digits"), _) => "scores: full-width digits",
                    (Some(_), _) => "scores: other words",
                    (None, Scale::OneToThree) => "scores: 3-2-1",
                    (None, Scale::ZeroToTwo) => "scores: 2-1-0",
                },
            );
        }
        say(
            true,
            match self.style.dates {
                0..=2 => "dates: date cells",
                3 | 4 => "dates: text with slashes",
                5 | 6 => "dates: 和暦",
                7 => "dates: 年月日",
                8 => "dates: serial or 8 digits",
                _ => "dates: full-width",
            },
        );
        say(self.style.stray, "noise: stray and zero-width blanks");
        say(self.style.ditto, "noise: ditto marks");
        say(self.left > 0, "header: does not begin in column A");
    }

    #[expect(clippy::too_many_lines, reason = "a list of what there is to draw, read once")]
    fn choose_columns(&mut self) {
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

    #[expect(clippy::too_many_lines, reason = "a list of what there is to draw, read once")]
    fn papers(&mut self) -> Vec<Paper> {
        let shape = if self.kind == FileKind::Xlsx {
            self.chance.below(6)
        } else {
            [0, 0, 3, 4][self.chance.below(4)]
        };
        if matches!(shape, 1..=4) {
            self.columns.retain(|(field, _)| *field != Some(Field::Department));
        }
        let mut papers = Vec::new();
        if self.kind == FileKind::Xlsx && self.chance.percent(30) {
            let mut paper = Paper { name: "記入例".into(), ..Paper::default() };
            self.table(&mut paper, 0, None);
            self.truths.clear();
            papers.push(paper);
            self.features.insert("sheets: instructions left out");
        }
        match shape {
            1 | 2 => {
                self.features.insert("department: a sheet each");
                for at in 0..=self.chance.below(3) {
                    let department = DEPARTMENTS[at * 2 + self.chance.below(2)];
                    let name = [
                        department.to_owned(),
                        format!("{}_{department}", at + 1),
                        format!("{department} 台帳"),
                    ];
                    let mut paper = Paper { name: self.chance.of(&name).clone(), ..Paper::default() };
                    let top = self.title(&mut paper, None);
                    self.table(&mut paper, top, Some(department));
                    papers.push(paper);
                }
            }
            3 => {
                self.features.insert("department: in a title");
                let department = *self.chance.of(DEPARTMENTS);
                let mut paper = Paper { name: "Sheet1".into(), ..Paper::default() };
                let top = self.title(&mut paper, Some(department));
                let end = self.table(&mut paper, top, Some(department));
                self.foot(&mut paper, end);
                papers.push(paper);
            }
            4 => {
                self.features.insert("department: several titled tables on a sheet");
                let mut paper = Paper { name: "台帳".into(), ..Paper::default() };
                let mut top = self.title(&mut paper, None);
                for at in 0..2 + self.chance.below(2) {
                    let department = DEPARTMENTS[at * 2 + self.chance.below(2)];
                    let label = [
                        format!("■{department}"),
                        format!("管理部署：{department}"),
                        format!("{}. {department}", at + 1),
                    ];
                    paper.text(top, self.left, &self.chance.of(&label).clone());
                    let end = self.table(&mut paper, top + 1, Some(department));
                    top = end + u32::try_from(self.chance.below(3)).unwrap();
                }
                self.foot(&mut paper, top);
                papers.push(paper);
            }
            _ => {
                self.features.insert("department: a column");
                let mut paper = Paper { name: "台帳".into(), ..Paper::default() };
                let top = self.title(&mut paper, None);
                let mut end = self.table(&mut paper, top, None);
                if self.chance.percent(15) {
                    self.features.insert("tables: two on a sheet");
                    end = self.table(&mut paper, end + 1, None);
                }
                self.foot(&mut paper, end);
                papers.push(paper);
            }
        }
        papers
    }

    /// Title rows; answers with the row for the header.
    fn title(&mut self, paper: &mut Paper, department: Option<&str>) -> u32 {
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

    /// A header of one or two rows and some assets; answers with the first row below.
    fn table(&mut self, paper: &mut Paper, top: u32, department: Option<&str>) -> u32 {
        let mut row = self.header(paper, top);
        let mut above: BTreeMap<Field, String> = BTreeMap::new();
        let count = 2 + self.chance.below(9);
        let merges = self.kind == FileKind::Xlsx && self.chance.percent(35);
        let (mut run, mut runs) = (row, Vec::new());
        for at in 0..count {
            if self.chance.percent(8) {
                row += 1;
                self.features.insert("noise: blank lines between");
                runs.push((run, row - 2));
                run = row;
            }
            let starts = !merges || row == run || self.chance.percent(40);
            if merges && starts && row > run {
                runs.push((run, row - 1));
                run = row;
            }
            let truth = self.asset(paper, row, department, (&above, !starts));
            above.clone_from(&truth.fields);
            self.truths.push(truth);
            row += 1;
            if at + 1 == count {
                runs.push((run, row - 1));
            }
        }
        if merges {
            self.features.insert("values: merged cells carried down");
            self.merge(paper, &runs);
        }
        row
    }

    fn merge(&mut self, paper: &mut Paper, runs: &[(u32, u32)]) {
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

    fn header(&mut self, paper: &mut Paper, top: u32) -> u32 {
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

    fn decorated(&mut self, heading: &str, how: usize) -> String {
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

    fn asset(
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
    fn value(&mut self, field: Field) -> (Option<Cell>, String) {
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

    fn score(&mut self) -> (Option<Cell>, String) {
        let level = self.chance.below(3);
        let lower = usize::from(self.style.scale == Scale::OneToThree);
        let number = u32::try_from(level + lower).unwrap();
        let cell = match self.style.scores {
            Some(words) => text(words[level]),
            None => Some(Cell::Number(f64::from(number))),
        };
        (cell, (level + 1).to_string())
    }

    fn date(&mut self) -> (Option<Cell>, String) {
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
    fn free(&mut self, kept: &str) -> (Option<Cell>, String) {
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

    /// Totals, notes and the revision table.
    fn foot(&mut self, paper: &mut Paper, end: u32) {
        let mut row = end + u32::try_from(self.chance.below(2)).unwrap();
        if self.chance.percent(40) {
            self.features.insert("foot: totals");
            let total = *self.chance.of(&["合計", "計", "総件数"]);
            paper.text(row, self.left, total);
            paper.cells.insert((row, self.left + 4), Cell::Number(12.0));
            row += 1;
        }
        if self.chance.percent(40) {
            self.features.insert("foot: notes");
            paper.text(row, self.left, "※ 重要度は評価値の最大とする。");
            row += 2;
        }
        if self.chance.percent(40) {
            self.features.insert("foot: revision table");
            let title = *self.chance.of(&["改訂履歴", "■改訂履歴", "【変更履歴】"]);
            paper.text(row, self.left, title);
            for (at, line) in (1..).zip([
                ["版", "改訂日", "改訂内容", "承認"],
                ["1.0", "2024/4/1", "初版", "部長"],
                ["1.1", "2025/4/1", "見直し", "部長"],
            ]) {
                for (column, word) in (self.left..).zip(line) {
                    paper.text(row + at, column, word);
                }
            }
        }
    }
}

fn close(paper: &mut Paper, top: u32, open: Option<(&str, u16)>, column: u16, xlsx: bool) {
    if let Some((_, from)) = open.filter(|(_, from)| xlsx && column - from > 1) {
        paper.merged.push((top, from, top, column - 1));
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
