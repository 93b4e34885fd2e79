//! From a file to rows of cells: what is refused, which columns were recognised, which department a word means.

use crate::house::words::{Lang, fold};
use meguri_domain::ids::DepartmentId;
use meguri_sheet::{
    Field, Found, Known, Layout, Limits, Refused, Row, Workbook, find_layouts, read, read_assets,
};
use std::collections::HashMap;

/// Why nothing was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unread {
    Refused(Refused),
    /// No sheet has the headings of a register; what was said of each sheet.
    NoRegister(Found),
    /// Headings, but no row beneath.
    NoRows,
}

impl Unread {
    /// What is wrong and what to do.
    pub fn sentence(&self, l: Lang) -> String {
        match self {
            Self::Refused(refused) if l.is_ja() => refused.ja(),
            Self::Refused(refused) => refused.en(),
            Self::NoRegister(_) => l
                .t(
                    "台帳の見出しが見つかりませんでした。「情報資産名称」「管理部署」「機密性」などの見出しがある行を付けてから、もう一度選んでください。",
                    "No headings of a register were found. Add a row with headings such as 情報資産名称, 管理部署 and 機密性, then choose the file again.",
                )
                .to_owned(),
            Self::NoRows => l
                .t(
                    "見出しの下に資産の行がありませんでした。1行に1件ずつ入力してから、もう一度選んでください。",
                    "There are no rows of assets below the headings. Enter one asset in each row, then choose the file again.",
                )
                .to_owned(),
        }
    }

    /// A remark for each sheet that was not read.
    pub fn notes(&self, l: Lang) -> Vec<String> {
        let Self::NoRegister(found) = self else { return Vec::new() };
        found.left_out.iter().take(20).map(|each| if l.is_ja() { each.ja() } else { each.en() }).collect()
    }
}

/// The departments in which the actor may edit, by folded name and code. Any other word is unknown, whether such
/// a department exists or not.
#[derive(Debug, Default)]
pub struct Places {
    by_word: HashMap<String, (DepartmentId, String)>,
}

impl Places {
    pub fn add(&mut self, id: &DepartmentId, name: &str, code: &str) {
        for word in [name, code] {
            self.by_word.entry(fold(word)).or_insert_with(|| (id.clone(), name.to_owned()));
        }
    }
    /// The department that a word means.
    pub fn find(&self, word: &str) -> Option<&DepartmentId> {
        self.by_word.get(&fold(word)).map(|(id, _)| id)
    }
    /// The name of a department.
    pub fn name(&self, id: &DepartmentId) -> Option<&str> {
        self.by_word.values().find(|(each, _)| each == id).map(|(_, name)| name.as_str())
    }
    /// For a sheet without a column of departments, whose tab may name one: only that one is asked for,
    /// so that a company of many departments costs no more than a small one.
    fn of_tab(&self, tab: &str) -> Known {
        let named = self.by_word.get(&fold(tab)).map(|_| (tab.to_owned(), String::new()));
        Known { departments: named.into_iter().collect(), media: Vec::new() }
    }
}

/// Opens a file inside the limits and finds its registers.
pub fn open(bytes: &[u8]) -> Result<(Workbook, Found), Unread> {
    let book = read(bytes, &Limits::default()).map_err(Unread::Refused)?;
    let found = find_layouts(&book);
    if found.layouts.is_empty() { Err(Unread::NoRegister(found)) } else { Ok((book, found)) }
}

/// The rows of all registers of a workbook, as typed.
pub fn rows(book: &Workbook, layouts: &[Layout], places: &Places) -> Result<Vec<Row>, Unread> {
    let mut rows = Vec::new();
    for layout in layouts {
        let named = layout.column_of(Field::Department).is_some();
        let known = if named { Known::default() } else { places.of_tab(&layout.sheet) };
        rows.extend(read_assets(book, layout, &known));
    }
    if rows.is_empty() { Err(Unread::NoRows) } else { Ok(rows) }
}
