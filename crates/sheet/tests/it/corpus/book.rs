//! Draws a workbook from a seed, and knows the truth of every field in it.

mod cells;
mod heads;

use std::collections::{BTreeMap, BTreeSet};

use meguri_sheet::{Field, Scale};

use super::grid::{Cell, FileKind, Paper, separated, xlsx};
use super::words::{DEPARTMENTS, MARKS, SCORES};

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
