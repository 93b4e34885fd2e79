//! What the pages of the import show: the file, the columns to choose, what was done.

use super::draft::{Draft, Stage, is_ledger};
use super::lines::Rows;
use super::pages::Choice;
use super::preview::Tally;
use super::scale::{self, Question};
use crate::house::layout::Shell;
use crate::house::words::Lang;
use crate::say;
use askama::Template;
use meguri_domain::asset::Asset;
use meguri_domain::import::{Import, ImportState};
use meguri_sheet::{Field, Layout, LeftOut, MEDIA, Scale, Why, column_letters};

/// Step 1: the file.
#[derive(Template)]
#[template(path = "asset/upload.html")]
pub struct Upload {
    pub shell: Shell,
    pub departments: Vec<Choice>,
    pub department: String,
    pub trouble: Option<Stage>,
    pub recent: Vec<Import>,
}

impl Upload {
    /// Why nothing was read: the sentence and a remark for each sheet.
    fn why(&self) -> Option<(&str, Vec<&str>)> {
        self.trouble.as_ref().and_then(|stage| why(stage, self.shell.l))
    }
}

fn why(stage: &Stage, l: Lang) -> Option<(&str, Vec<&str>)> {
    let Stage::Unread { ja, en, notes } = stage else { return None };
    Some((l.t(ja, en), notes.iter().map(|(ja, en)| l.t(ja, en)).collect()))
}

/// Steps 2 to 4.
#[derive(Template)]
#[template(path = "asset/import.html")]
pub struct Sheet {
    pub shell: Shell,
    pub id: String,
    pub file: String,
    pub tally: Tally,
    pub view: View,
    pub departments: Vec<Choice>,
    pub media: Vec<String>,
    /// Why work behind the page was not done.
    pub refusal: Option<String>,
}

pub enum View {
    /// The file could not be read.
    Unread(Stage),
    /// It is being read, or its rows are being taken in: how far, of how much.
    Running {
        reached: (usize, usize),
        reading: bool,
        size_bytes: usize,
    },
    Columns(Columns),
    /// The scale of its scores cannot be told.
    Scale(Question),
    Rows(Rows),
    Done(Finished),
}

/// What an import did, and whether it can be undone.
pub struct Finished {
    pub import: Import,
    pub undoable: bool,
    /// The rows that an undoing left as they are.
    pub left: Vec<Asset>,
}

impl Finished {
    fn is_undone(&self) -> bool {
        self.import.state == ImportState::Undone
    }
}

impl Sheet {
    fn step(&self) -> usize {
        match self.view {
            View::Unread(_) | View::Running { reading: true, .. } => 1,
            View::Columns(_) | View::Scale(_) => 2,
            View::Rows(_) | View::Running { .. } => 3,
            View::Done(_) => 4,
        }
    }
    fn steps(&self) -> [(usize, &'static str); 4] {
        let l = self.shell.l;
        [
            (1, l.w(("ファイル", "File"))),
            (2, l.w(("列の対応", "Columns"))),
            (3, l.w(("確認", "Check"))),
            (4, l.w(("完了", "Done"))),
        ]
    }
    fn chips(&self) -> [(&'static str, &'static str, usize); 7] {
        let (l, tally) = (self.shell.l, &self.tally);
        [
            ("all", l.w(("すべて", "All")), tally.all()),
            ("wrong", l.w(("要修正", "To mend")), tally.wrong),
            ("asked", l.w(("要確認", "To answer")), tally.asked),
            ("new", l.w(("新規", "New")), tally.new),
            ("changed", l.w(("変更", "Changed")), tally.changed),
            ("same", l.w(("同じ", "Same")), tally.same),
            ("out", l.w(("除外", "Left out")), tally.out),
        ]
    }
    fn scores(&self) -> [(&'static str, &'static str); 3] {
        let l = self.shell.l;
        Field::SCORES.map(|field| (field.code(), l.t(field.ja(), field.en())))
    }
    fn words(&self) -> Vec<&str> {
        let own = self.media.iter().map(String::as_str).filter(|word| !MEDIA.contains(word));
        MEDIA.into_iter().chain(own).collect()
    }
    /// Why nothing was read.
    fn why(&self) -> Option<(&str, Vec<&str>)> {
        if let View::Unread(stage) = &self.view { why(stage, self.shell.l) } else { None }
    }
    /// The scores to choose from where a cell is mended: the digit, the word that means it on every scale, both.
    fn levels(&self) -> [(&'static str, &'static str, &'static str); 3] {
        let l = self.shell.l;
        [
            ("3", "高", l.t("3（高）", "3 (high)")),
            ("2", "中", l.t("2（中）", "2 (middle)")),
            ("1", "低", l.t("1（低）", "1 (low)")),
        ]
    }
    fn cannot_tell(&self) -> &'static str {
        self.shell.l.w(scale::CANNOT_TELL)
    }
    /// What the rows come to, in a sentence.
    fn lead(&self) -> String {
        let (l, file, tally) = (self.shell.l, &self.file, &self.tally);
        let (all, wrong, asked, new, changed, same) =
            (tally.all(), tally.wrong, tally.asked, tally.new, tally.changed, tally.same);
        if tally.open() > 0 {
            let mut parts = Vec::new();
            if wrong > 0 {
                parts.push(say!(l, "{wrong}行に直すところがあります", "{wrong} need mending"));
            }
            if asked > 0 {
                parts.push(say!(
                    l,
                    "{asked}行は、どの情報資産か確かめてください",
                    "{asked} ask which asset they mean"
                ));
            }
            let parts = parts.join(l.t("。", ", "));
            return say!(l, "「{file}」の{all}行のうち、{parts}。", "Of {all} rows in “{file}”, {parts}.");
        }
        if tally.work() == 0 {
            return say!(
                l,
                "「{file}」の{same}件は、すべて台帳と同じです。取り込むものはありません。",
                "All {same} rows of “{file}” are as they stand in the register. There is nothing to import."
            );
        }
        if same == 0 {
            return say!(
                l,
                "「{file}」から、新規{new}件、変更{changed}件を取り込みます。",
                "“{file}” brings {new} new and {changed} changed rows."
            );
        }
        say!(
            l,
            "「{file}」から、新規{new}件、変更{changed}件を取り込みます。{same}件は台帳と同じです。",
            "“{file}” brings {new} new and {changed} changed rows; {same} stand already."
        )
    }
}

/// Step 2: the columns of each table.
pub struct Columns {
    pub sheets: Vec<Tab>,
    /// The sheets that are not read, and why.
    pub left_out: Vec<String>,
    /// No sheet has headings of a register.
    pub unfound: bool,
    pub missing: Vec<&'static str>,
    pub fields: Vec<(&'static str, &'static str)>,
    pub department: String,
    pub medium: String,
    /// The scale that was said; empty where the file tells it.
    pub scale: &'static str,
    /// The scales to choose from; none where no table has scores.
    pub scales: Vec<(&'static str, &'static str)>,
}

/// One table of the file.
pub struct Tab {
    pub name: String,
    /// The rows of its header, as Excel counts them.
    pub header: String,
    /// The first of them, where it may be chosen: at the first table of each sheet.
    pub header_row: Option<u32>,
    pub ledger: bool,
    pub remembered: bool,
    pub skip: bool,
    /// No column holds departments: one is chosen for all rows.
    pub asks_department: bool,
    /// The department that a title or the tab names.
    pub named: String,
    /// The department that was chosen for the table.
    pub department: String,
    pub columns: Vec<Column>,
}

pub struct Column {
    pub index: u16,
    pub letters: String,
    pub heading: String,
    pub chosen: &'static str,
    pub confidence: u8,
}

impl Columns {
    pub fn of(draft: &Draft, l: Lang) -> Self {
        let word = |field: Field| l.t(field.ja(), field.en());
        let mut columns = draft.found.layouts.iter().flat_map(|layout| &layout.columns);
        let scored = columns.any(|column| column.field.is_some_and(Field::is_score));
        let unfound = draft.found.layouts.is_empty();
        let left_out = |each: &LeftOut| match each {
            // The page says of all of them that no headings were found.
            LeftOut { sheet, why: Why::NoHeadings } if unfound => {
                say!(l, "シート「{sheet}」", "Sheet “{sheet}”")
            }
            each if l.is_ja() => each.ja(),
            each => each.en(),
        };
        let tab = |(at, layout): (usize, &Layout)| {
            let first = draft.found.layouts[..at].iter().all(|before| before.sheet != layout.sheet);
            let header_row = first.then_some(layout.header_rows.0);
            Tab { header_row, ..tab(layout, draft.sheets.get(at).cloned().unwrap_or_default()) }
        };
        Self {
            sheets: draft.found.layouts.iter().enumerate().map(tab).collect(),
            left_out: draft.found.left_out.iter().take(20).map(left_out).collect(),
            unfound,
            missing: draft.missing().into_iter().map(word).collect(),
            fields: Field::ALL.into_iter().map(|field| (field.code(), word(field))).collect(),
            department: draft.department.clone(),
            medium: draft.medium.clone(),
            scale: draft.scale.filter(|_| draft.scale_said).map_or("", Scale::code),
            scales: Scale::ALL
                .iter()
                .filter(|_| scored)
                .map(|each| (each.code(), l.w(scale::word(*each))))
                .collect(),
        }
    }
}

fn tab(layout: &Layout, sheet: super::draft::Sheet) -> Tab {
    let column = |column: &meguri_sheet::Column| Column {
        index: column.index,
        letters: column_letters(column.index),
        heading: column.heading.clone(),
        chosen: column.field.map_or("", Field::code),
        confidence: column.confidence,
    };
    let (first, last) = layout.header_rows;
    Tab {
        name: layout.sheet.clone(),
        header_row: None,
        header: if first == last { first.to_string() } else { format!("{first}–{last}") },
        ledger: is_ledger(layout),
        remembered: sheet.remembered,
        skip: sheet.skip,
        asks_department: layout.column_of(Field::Department).is_none(),
        named: layout.department.as_ref().map(|named| named.name.clone()).unwrap_or_default(),
        department: sheet.department,
        columns: layout.columns.iter().map(column).collect(),
    }
}
