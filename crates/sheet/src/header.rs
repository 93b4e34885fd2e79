//! Finds the register in a workbook by what the headings mean, not by where they stand.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::field::Field;
use crate::grid::{Sheet, Workbook};
use crate::head::Head;
use crate::text::fold;

/// Where the columns of the register are in one sheet. A proposal: the caller may override each column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Layout {
    /// The name of the sheet.
    pub sheet: String,
    /// First and last row number of the header (from 1, both included); data begins on the next row.
    pub header_rows: (u32, u32),
    /// Every column with a heading, from left to right.
    pub columns: Vec<Column>,
    /// What stands above the rows, to be written again as it was.
    #[serde(default)]
    pub head: Head,
}

/// One column with its heading.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Column {
    /// The column, counted from A = 0.
    pub index: u16,
    /// What it was taken for; `None` when its heading says nothing to us.
    pub field: Option<Field>,
    /// The heading as typed, a group heading above it included (`評価値 機密性`).
    pub heading: String,
    /// How sure we are: 100 for a known heading or a person's choice, less for likeness, 0 without a field.
    pub confidence: u8,
}

/// The sheets that hold a register, and those that do not with the reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// One layout per register sheet, in the order of the tabs.
    pub layouts: Vec<Layout>,
    /// The other sheets.
    pub left_out: Vec<LeftOut>,
}

/// A sheet that is not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftOut {
    /// The name of the sheet.
    pub sheet: String,
    /// Why it is not read.
    pub why: Why,
}

/// Why a sheet is not read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// Its name says instructions or examples.
    Instructions,
    /// Excel does not show it.
    Hidden,
    /// Fewer than three known headings in the first 30 rows.
    NoHeadings,
}

const ROWS_SEARCHED: u32 = 30;
const FEWEST_HEADINGS: usize = 3;

/// Looks at every sheet of the workbook.
pub fn find_layouts(book: &Workbook) -> Found {
    let mut found = Found { layouts: Vec::new(), left_out: Vec::new() };
    for sheet in &book.sheets {
        match layout_of(sheet) {
            Ok(layout) => found.layouts.push(layout),
            Err(why) => found.left_out.push(LeftOut { sheet: sheet.name.clone(), why }),
        }
    }
    found
}

impl Layout {
    /// The same layout with a field moved to a column (A = 0). What the column was taken for before is forgotten.
    #[must_use]
    pub fn with(mut self, field: Field, index: u16) -> Self {
        self = self.without(field);
        match self.columns.binary_search_by_key(&index, |column| column.index) {
            Ok(at) => {
                self.columns[at].field = Some(field);
                self.columns[at].confidence = 100;
            }
            Err(at) => {
                self.columns.insert(
                    at,
                    Column { index, field: Some(field), heading: String::new(), confidence: 100 },
                );
            }
        }
        self
    }

    /// The same layout with a field read from no column.
    #[must_use]
    pub fn without(mut self, field: Field) -> Self {
        for column in self.columns.iter_mut().filter(|column| column.field == Some(field)) {
            column.field = None;
            column.confidence = 0;
        }
        self
    }

    /// The column (A = 0) a field is read from.
    pub fn column_of(&self, field: Field) -> Option<u16> {
        self.columns.iter().find(|column| column.field == Some(field)).map(|column| column.index)
    }

    /// The required fields that no column was found for.
    pub fn missing(&self) -> Vec<Field> {
        Field::REQUIRED.into_iter().filter(|field| self.column_of(*field).is_none()).collect()
    }
}

impl LeftOut {
    /// The note for the person, in Japanese.
    pub fn ja(&self) -> String {
        let why = match self.why {
            Why::Instructions => "説明や記入例のシートのため、読み取りません。",
            Why::Hidden => {
                "非表示のシートのため、読み取りません。必要な場合は、Excelで再表示して保存し直してください。"
            }
            Why::NoHeadings => {
                "台帳の見出しが見つからないため、読み取りません。台帳の場合は、「情報資産名称」「管理部署」などの見出しを付けてください。"
            }
        };
        format!("シート「{}」：{why}", self.sheet)
    }

    /// The same note in English.
    pub fn en(&self) -> String {
        let why = match self.why {
            Why::Instructions => "not read, because it holds instructions or examples.",
            Why::Hidden => {
                "not read, because it is hidden. If you need it, unhide it in Excel and save the file."
            }
            Why::NoHeadings => {
                "not read, because no headings of a register were found. If it is one, add headings such as 情報資産名称 and 管理部署."
            }
        };
        format!("Sheet \"{}\": {why}", self.sheet)
    }
}

fn layout_of(sheet: &Sheet) -> Result<Layout, Why> {
    const INSTRUCTIONS: &[&str] =
        &["利用方法", "記入例", "使い方", "記入要領", "記載例", "説明", "サンプル", "はじめに"];
    if sheet.hidden {
        return Err(Why::Hidden);
    }
    let name = fold(&sheet.name);
    if INSTRUCTIONS.iter().any(|word| name.contains(word)) {
        return Err(Why::Instructions);
    }
    let mut best: Option<(usize, Layout)> = None;
    for row in 1..=sheet.last_row().min(ROWS_SEARCHED) {
        let below = known_columns(&columns_at(sheet, row + 1, 1));
        for height in [1, 2] {
            let columns = columns_at(sheet, row, height);
            let known = known_columns(&columns);
            let most = best.as_ref().map(|(most, _)| *most);
            // Each row of two must earn its place: data below a header may happen to hold one known word, and a title
            // above a header says nothing.
            let needed = match height {
                1 => most.map_or(FEWEST_HEADINGS, |most| most + 1),
                _ => most.map_or(FEWEST_HEADINGS, |most| most + 2).max(below + 1),
            };
            if known >= needed {
                let header_rows = (row, row + height - 1);
                best = Some((
                    known,
                    Layout { sheet: sheet.name.clone(), header_rows, columns, head: Head::default() },
                ));
            }
        }
    }
    let mut layout = best.map(|(_, layout)| layout).ok_or(Why::NoHeadings)?;
    layout.head = Head::of(sheet, &layout, 1);
    Ok(layout)
}

fn known_columns(columns: &[Column]) -> usize {
    columns.iter().filter(|column| column.field.is_some()).count()
}

/// The columns as they would be if the header began at this row. A field that several columns claim goes to the one
/// we are most sure of, then to the left one.
fn columns_at(sheet: &Sheet, row: u32, height: u32) -> Vec<Column> {
    let mut columns: Vec<Column> = headings_at(sheet, row, height)
        .into_iter()
        .map(|(index, parts)| {
            let (field, confidence) = meaning(&parts).map_or((None, 0), |(field, sure)| (Some(field), sure));
            Column { index, field, heading: parts.join(" "), confidence }
        })
        .collect();
    for field in Field::ALL {
        let claims = || columns.iter().enumerate().filter(move |(_, column)| column.field == Some(field));
        let Some(winner) =
            claims().max_by_key(|(at, column)| (column.confidence, usize::MAX - at)).map(|(at, _)| at)
        else {
            continue;
        };
        for (at, column) in columns.iter_mut().enumerate() {
            if column.field == Some(field) && at != winner {
                column.field = None;
                column.confidence = 0;
            }
        }
    }
    columns
}

/// The heading texts above each column, group first. A group merged over columns belongs to all of them; a heading
/// merged over both rows counts once.
fn headings_at(sheet: &Sheet, row: u32, height: u32) -> BTreeMap<u16, Vec<String>> {
    let mut headings: BTreeMap<u16, Vec<String>> = BTreeMap::new();
    for row_number in row..row + height {
        for cell in sheet.row(row_number).iter().filter(|cell| !cell.carried) {
            let right = sheet
                .merged
                .iter()
                .take_while(|merge| merge.top <= row_number)
                .find(|merge| merge.left == cell.column && row_number <= merge.bottom)
                .map_or(cell.column, |merge| merge.right);
            for column in cell.column..=right {
                headings.entry(column).or_default().push(cell.text.clone());
            }
        }
    }
    headings
}

/// What headings one above the other mean together: the lowest wins, then both read as one, then the
/// group; a bare letter needs its group.
fn meaning(parts: &[String]) -> Option<(Field, u8)> {
    let joined = fold(&parts.concat());
    let by_letter = [("c", Field::Confidentiality), ("i", Field::Integrity), ("a", Field::Availability)]
        .into_iter()
        .find(|(letter, _)| {
            ["評価値", "評価", "資産価値", "cia", "cia評価"].iter().any(|g| joined == format!("{g}{letter}"))
        });
    if let Some((_, field)) = by_letter {
        return Some((field, 80));
    }
    let (lowest, above) = parts.split_last()?;
    // 個人情報 over 件数 is not the mark itself: the group alone is a weak hint.
    meaning_of(lowest).or_else(|| known_heading(&joined).map(|field| (field, 90))).or_else(|| {
        above.iter().rev().find_map(|part| meaning_of(part)).map(|(field, sure)| (field, sure / 2))
    })
}

/// What one heading means: 100 when it is known, 90 when it is known but for a remark in brackets, 60 when it ends
/// in a known one (in Japanese the last noun is what a heading is about).
fn meaning_of(heading: &str) -> Option<(Field, u8)> {
    const LONGEST_HEADING: usize = 40;
    let folded = fold(heading);
    if folded.is_empty() || folded.chars().count() > LONGEST_HEADING {
        return None;
    }
    if let Some(field) = known_heading(&folded) {
        return Some((field, 100));
    }
    let bare = folded.split(['(', '[', '<', ':']).next().unwrap_or_default();
    if let Some(field) = known_heading(bare) {
        return Some((field, 90));
    }
    let mut likely = SYNONYMS.iter().flat_map(|(field, words)| words.iter().map(move |word| (*field, *word)));
    likely.find(|(_, word)| word.chars().count() >= 3 && bare.ends_with(word)).map(|(field, _)| (field, 60))
}

fn known_heading(folded: &str) -> Option<Field> {
    SYNONYMS.iter().find(|(_, words)| words.contains(&folded)).map(|(field, _)| *field)
}

/// Headings seen in registers, folded. Longer kinds of personal data come first, because they end in the shorter.
const SYNONYMS: [(Field, &[&str]); 34] = [
    (
        Field::Sensitive,
        &["要配慮個人情報", "要配慮", "要配慮情報", "機微情報", "機微な個人情報", "センシティブ情報"],
    ),
    (Field::MyNumber, &["特定個人情報", "特定個人情報等", "マイナンバー", "個人番号"]),
    (Field::Personal, &["個人情報", "個人情報の有無", "個人情報有無", "個人データ", "個人情報を含む"]),
    (
        Field::Category,
        &["業務分類", "業務", "業務名", "業務区分", "業務の分類", "分類", "資産分類", "資産区分"],
    ),
    (
        Field::Name,
        &[
            "情報資産名称",
            "情報資産名",
            "情報資産の名称",
            "情報資産",
            "資産名称",
            "資産名",
            "資産の名称",
            "名称",
            "個人情報の名称",
            "個人情報名称",
            "個人情報名",
        ],
    ),
    (Field::Note, &["備考", "備考欄", "摘要", "説明", "補足", "コメント"]),
    (
        Field::Users,
        &["利用者範囲", "利用範囲", "利用者", "利用者の範囲", "利用部署", "アクセス権者", "アクセス範囲"],
    ),
    (Field::RiskOwner, &["リスク所有者", "リスクオーナー", "リスク責任者"]),
    (
        Field::Department,
        &[
            "管理部署",
            "管理部門",
            "管理部署名",
            "主管部署",
            "主管部門",
            "所管部署",
            "所管部門",
            "担当部署",
            "部署",
            "部署名",
            "部門",
        ],
    ),
    (
        Field::Medium,
        &[
            "媒体・保存先",
            "媒体保存先",
            "媒体/保存先",
            "媒体",
            "保存先",
            "保管場所",
            "保存場所",
            "保管先",
            "保存媒体",
            "媒体・保管場所",
            "媒体種別",
        ],
    ),
    (Field::Confidentiality, &["機密性", "機密性評価", "機密性c", "confidentiality"]),
    (Field::Integrity, &["完全性", "完全性評価", "完全性i", "integrity"]),
    (Field::Availability, &["可用性", "可用性評価", "可用性a", "availability"]),
    (Field::Importance, &["重要度", "情報資産の重要度", "重要性", "資産価値", "重要度ランク"]),
    (Field::Retention, &["保存期限", "保存期間", "保管期限", "保管期間", "保有期間", "廃棄時期"]),
    (
        Field::RegisteredOn,
        &[
            "登録日",
            "登録年月日",
            "登録日付",
            "登録・更新日",
            "更新日",
            "最終更新日",
            "最終確認日",
            "登録(更新)日",
        ],
    ),
    (Field::Items, &["個人情報の項目", "個人情報項目", "項目", "データ項目"]),
    (Field::Purpose, &["利用目的", "個人情報の利用目的"]),
    (Field::Subjects, &["本人", "本人の区分", "本人区分", "情報主体", "対象者"]),
    (Field::HeadCount, &["件数", "保有件数", "人数", "本人の数"]),
    (Field::Acquisition, &["取得方法", "取得元", "入手方法", "収集方法"]),
    (Field::DirectWriting, &["直接書面", "直接書面取得", "直接書面か否か"]),
    (Field::Consent, &["本人同意", "同意", "同意の有無", "本人同意の有無"]),
    (Field::Retained, &["保有個人データ", "開示対象個人情報", "開示対象"]),
    (Field::Entrusted, &["受託", "受託の有無", "受託有無", "受託か否か"]),
    (Field::Client, &["委託元", "委託元名", "受託元", "クライアント"]),
    (Field::ReturnDuty, &["返却・消去の義務", "返却・消去", "返却消去", "返却・廃棄", "終了時の措置"]),
    (Field::Manager, &["管理責任者", "管理者", "責任者"]),
    (Field::StorageMethod, &["保管方法", "保存方法", "保護措置", "安全管理方法"]),
    (Field::Contractor, &["委託先", "委託先名", "再委託先"]),
    (Field::ThirdParty, &["第三者提供", "第三者提供先", "提供先"]),
    (Field::JointUse, &["共同利用", "共同利用先"]),
    (Field::UseUntil, &["利用期限", "利用期間"]),
    (Field::Disposal, &["廃棄方法", "消去・廃棄方法", "処分方法"]),
];
