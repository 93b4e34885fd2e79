//! Which lines below a header are assets, and which are blank, totals, notes, bands or the revision table.

use crate::field::Field;
use crate::grid::{Cell, Sheet};
use crate::layout::{Layout, LayoutKind, NamedDepartment};
use crate::text::fold;
use crate::title::department_in;

/// What a line below the header is.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Line {
    /// An asset.
    Asset,
    /// Nothing to read.
    Passed,
    /// A band across the table that names the department of the lines below it.
    Band(NamedDepartment),
    /// The revision table or the like: nothing below belongs to the register.
    End,
}

/// A layout made ready for many lines.
pub(crate) struct Lines<'a> {
    sheet: &'a Sheet,
    kind: LayoutKind,
    columns: Vec<Mapped>,
    name: Option<u16>,
    departments: bool,
}

struct Mapped {
    index: u16,
    field: Field,
    heading: String,
}

impl<'a> Lines<'a> {
    /// Prepares to read the lines of a layout.
    pub(crate) fn new(sheet: &'a Sheet, layout: &Layout) -> Self {
        let mapped = layout.columns.iter().filter_map(|column| {
            Some(Mapped { index: column.index, field: column.field?, heading: fold(&column.heading) })
        });
        Self {
            sheet,
            kind: layout.kind,
            columns: mapped.collect(),
            name: layout.column_of(Field::Name),
            departments: layout.column_of(Field::Department).is_some(),
        }
    }

    /// Decides by what was typed in the line itself: a value carried down from a merged cell makes no row.
    pub(crate) fn kind(&self, row_number: u32) -> Line {
        let own: Vec<&Cell> = self.sheet.row(row_number).iter().filter(|cell| !cell.carried).collect();
        // A name that only a formula knows still stands for an asset.
        let hidden_name = self.name.is_some_and(|column| self.sheet.is_unreckoned(row_number, column));
        let Some(first) = own.first() else { return if hidden_name { Line::Asset } else { Line::Passed } };
        let typed = |index: u16| own.iter().find(|cell| cell.column == index);
        let has_score =
            self.columns.iter().any(|column| column.field.is_score() && typed(column.index).is_some());
        // An asset may well be called 改訂履歴; then it has scores or much else beside it.
        let looks_full = has_score || (self.kind == LayoutKind::Ledger && own.len() >= 5);
        if !looks_full && is_end(&own) {
            return Line::End;
        }
        let names = self.name.and_then(|column| self.sheet.cell(row_number, column));
        let no_other_name = names.is_none_or(|cell| cell.column == first.column);
        if (no_other_name && is_total(&first.text)) || (!looks_full && ends_in_total(&first.text)) {
            return Line::Passed;
        }
        if own.len() == 1
            && let Some(line) = self.single(first, names.is_some())
        {
            return line;
        }
        // Sheets are often prepared with the formula of the importance, or with numbers, far below the last asset.
        let says = |column: &&Mapped| column.field != Field::Importance && typed(column.index).is_some();
        let is_blank = !self.columns.iter().any(|column| says(&column));
        // One letter is a mark or a score, not a heading: 個人情報の有無 ends in 無.
        let is_heading = |column: &&Mapped| {
            typed(column.index)
                .map(|cell| fold(&cell.text))
                .is_some_and(|text| text.chars().count() >= 2 && column.heading.ends_with(&text))
        };
        let repeated = self.columns.iter().filter(is_heading).count() >= 3;
        if (is_blank && !hidden_name) || repeated { Line::Passed } else { Line::Asset }
    }

    /// A line with one cell: a note, a band, or an asset of which only one thing is known.
    fn single(&self, cell: &Cell, has_name: bool) -> Option<Line> {
        const LONG: usize = 20;
        let text = cell.text.trim_start();
        if text.starts_with(['※', '＊', '*', '注', '(', '（', '・', '＜', '<'])
            && Some(cell.column) != self.name
        {
            return Some(Line::Passed);
        }
        if text.starts_with(['※', '＊', '*', '注']) {
            return Some(Line::Passed);
        }
        if matches!(fold(text).as_str(), "以上" | "以下余白" | "余白") {
            return Some(Line::Passed);
        }
        let is_wide = self.sheet.right_of(cell) > cell.column + 1;
        let band = department_in(cell).filter(|_| is_wide || Some(cell.column) != self.name);
        match band {
            Some(named) if !self.departments => return Some(Line::Band(named)),
            Some(_) if is_wide => return Some(Line::Passed),
            _ => {}
        }
        let tells = text.chars().count() >= LONG || text.contains(['：', ':']);
        (!has_name && tells).then_some(Line::Passed)
    }
}

/// 改訂履歴 and its kin, as a title or by its headings.
pub(crate) fn is_end(own: &[&Cell]) -> bool {
    const HEADINGS: &[&str] = &[
        "版",
        "版数",
        "版番号",
        "rev",
        "rev.",
        "改訂日",
        "改定日",
        "改訂年月日",
        "改定年月日",
        "制定日",
        "改訂内容",
        "改定内容",
        "改訂箇所",
        "改訂者",
        "改訂理由",
        "変更日",
        "変更内容",
        "変更箇所",
        "承認",
        "承認者",
        "作成者",
        "作成",
    ];
    let first = fold(&own[0].text);
    let opening = first.split([':', '(']).next().unwrap_or_default();
    let opening = opening.trim_start_matches(|c: char| c.is_ascii_digit() || c == '.');
    let of_changes =
        ["改訂", "改定", "改版", "改廃", "変更", "更新", "版数"].iter().any(|word| opening.contains(word));
    let is_title =
        of_changes && ["履歴", "履歴表", "記録", "記録表", "来歴"].iter().any(|word| opening.ends_with(word));
    let heads = own.iter().filter(|cell| HEADINGS.contains(&fold(&cell.text).as_str())).count();
    is_title || matches!(opening, "改訂" | "改定") || heads >= 3
}

const TOTALS: &[&str] = &[
    "合計",
    "計",
    "小計",
    "総計",
    "総合計",
    "件数",
    "合計件数",
    "登録件数",
    "総件数",
    "資産数",
    "総数",
    "平均",
    "平均値",
    "累計",
];

fn opening(text: &str) -> String {
    let folded = fold(text);
    let bare = folded.split([':', '(', '[']).next().unwrap_or_default();
    let bare = bare.trim_end_matches(|c: char| c.is_ascii_digit() || "件行,.".contains(c));
    bare.to_owned()
}

pub(crate) fn is_total(text: &str) -> bool {
    TOTALS.contains(&opening(text).as_str())
}

/// `総務部 小計`, `全社合計`.
fn ends_in_total(text: &str) -> bool {
    let opening = opening(text);
    ["合計", "小計", "総計", "部計", "課計"].iter().any(|ending| opening.ends_with(ending))
}
