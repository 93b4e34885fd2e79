//! What is wrong with a cell: where, why, and what the person can do about it.

use serde::{Deserialize, Serialize};

use crate::field::Field;
use crate::text::{clip, plain};

/// One remark on one cell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Finding {
    /// The cell as Excel shows it (`C12`), or only the row number (`12`) when the file has no such column.
    pub address: String,
    /// The column it is about.
    pub field: Field,
    /// Whether the row can be taken as it is.
    pub severity: Severity,
    /// What is wrong.
    pub kind: Kind,
}

/// Whether a row can be taken as it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// The row cannot be taken until this is mended.
    Error,
    /// The row can be taken; a person should look.
    Warning,
}

/// What is wrong. Texts are kept as typed; sentences show at most 40 characters of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The asset has no name.
    NameMissing,
    /// No department is given.
    DepartmentMissing,
    /// The department is not among the known ones.
    DepartmentUnknown(String),
    /// The medium column exists, but the cell is empty.
    MediumMissing,
    /// The medium is not among the accepted words; it is kept as typed.
    MediumUnknown(String),
    /// A score is missing.
    ScoreMissing,
    /// A number, but not 1, 2 or 3.
    ScoreOutsideScale(String),
    /// Neither a number nor 高, 中, 低.
    ScoreNotANumber(String),
    /// A mark that says neither yes nor no.
    MarkNotUnderstood(String),
    /// The cell is a formula whose result the file does not keep.
    FormulaWithoutValue,
    /// The result of a formula is an error like `#N/A`.
    FormulaFailed(String),
    /// Text that is no date.
    DateNotUnderstood(String),
    /// The text is longer than the register keeps.
    TextTooLong {
        /// Characters typed.
        chars: usize,
        /// Characters allowed.
        allowed: usize,
    },
    /// Department, name and medium equal those of an earlier row.
    RepeatedRow {
        /// The sheet of the earlier row.
        sheet: String,
        /// The row number of the earlier row (from 1).
        row_number: u32,
    },
    /// The importance in the file is not the one that follows from scores and marks.
    ImportanceDiffers {
        /// What the file says.
        stated: u8,
        /// What follows from the rule.
        rule: u8,
    },
}

impl Kind {
    /// Whether a row with this finding can be taken.
    pub fn severity(&self, field: Field) -> Severity {
        match self {
            Self::MediumMissing
            | Self::MediumUnknown(_)
            | Self::RepeatedRow { .. }
            | Self::ImportanceDiffers { .. } => Severity::Warning,
            // The importance is worked out by us; an unreadable one in the file costs nothing.
            Self::ScoreNotANumber(_) if field == Field::Importance => Severity::Warning,
            _ => Severity::Error,
        }
    }
}

impl Finding {
    /// The cell, what is wrong and what to do, in Japanese.
    pub fn ja(&self) -> String {
        let unit = if self.is_whole_row() { "行目" } else { "セル" };
        let heading = self.field.ja();
        let rest = match &self.kind {
            Kind::NameMissing => "情報資産名称が空です。名称を入力してください。".to_owned(),
            Kind::DepartmentMissing => "管理部署が空です。部門の名前を入力してください。".to_owned(),
            Kind::DepartmentUnknown(typed) => format!(
                "管理部署「{}」は登録されていません。登録済みの部門を選ぶか、先に部門を開設してください。",
                clip(typed)
            ),
            Kind::MediumMissing => "媒体・保存先が空です。媒体か保存先を選んでください。".to_owned(),
            Kind::MediumUnknown(typed) => format!(
                "媒体・保存先「{}」は選択肢にない言葉です。入力のまま取り込みますので、近い選択肢があれば選び直してください。",
                clip(typed)
            ),
            Kind::ScoreMissing => format!("{heading}が空です。1から3の数字を入力してください。"),
            Kind::ScoreOutsideScale(typed) if typed == "0" => format!(
                "{heading}の「0」は評価値の範囲（1から3）にありません。旧様式（2・1・0）の場合は、1を足した値を入力してください。"
            ),
            // 3 is outside only where the file was said to be on the older scale.
            Kind::ScoreOutsideScale(typed) if tells_older_scale(typed) => format!(
                "{heading}の「{}」は旧様式（2・1・0）の範囲にありません。様式の選択が正しいか確かめるか、値を直してください。",
                clip(typed)
            ),
            Kind::ScoreOutsideScale(typed) => format!(
                "{heading}の「{}」は評価値の範囲（1から3）にありません。1、2、3のいずれかを入力してください。",
                clip(typed)
            ),
            Kind::ScoreNotANumber(typed) => format!(
                "{heading}の「{}」は数字として読み取れません。1、2、3のいずれかを入力してください。",
                clip(typed)
            ),
            Kind::MarkNotUnderstood(typed) => format!(
                "{heading}の「{}」は有無を判断できません。「有」を入力するか、空にしてください。",
                clip(typed)
            ),
            Kind::FormulaWithoutValue => format!(
                "{heading}は数式ですが、計算結果が保存されていません。Excelで開いて保存し直すか、値を入力してください。"
            ),
            Kind::FormulaFailed(typed) => format!(
                "{heading}の数式の結果が「{}」となっています。参照先を直して保存し直すか、値を入力してください。",
                clip(typed)
            ),
            Kind::DateNotUnderstood(typed) => format!(
                "{heading}の「{}」は日付として読み取れません。「2026/4/1」のように入力してください。",
                clip(typed)
            ),
            Kind::TextTooLong { chars, allowed } => {
                format!("{heading}が長すぎます（{chars}文字）。{allowed}文字以内にしてください。")
            }
            Kind::RepeatedRow { sheet, row_number } => format!(
                "管理部署・名称・媒体が同じ行が、シート「{}」の{row_number}行目にもあります。二重登録であれば、どちらかを除いてください。",
                clip(sheet)
            ),
            Kind::ImportanceDiffers { stated, rule } => format!(
                "重要度が{stated}となっていますが、評価値と個人情報の有無から求めると{rule}です。{rule}として取り込みますので、評価値を確かめてください。"
            ),
        };
        format!("{}{unit}：{rest}", self.address)
    }

    /// The same sentence in English.
    pub fn en(&self) -> String {
        let place = if self.is_whole_row() {
            format!("Row {}", self.address)
        } else {
            format!("Cell {}", self.address)
        };
        let heading = self.field.en();
        let rest = match &self.kind {
            Kind::NameMissing => "the asset has no name. Enter one.".to_owned(),
            Kind::DepartmentMissing => "no department is given. Enter its name.".to_owned(),
            Kind::DepartmentUnknown(typed) => format!(
                "the department \"{}\" is not registered. Choose a registered one, or register it first.",
                clip(typed)
            ),
            Kind::MediumMissing => "no medium or place is given. Choose one.".to_owned(),
            Kind::MediumUnknown(typed) => format!(
                "\"{}\" is not among the media to choose from. It is taken as typed; choose a similar one if there is one.",
                clip(typed)
            ),
            Kind::ScoreMissing => format!("{heading} is empty. Enter a number from 1 to 3."),
            Kind::ScoreOutsideScale(typed) if typed == "0" => format!(
                "{heading} \"0\" is outside the scale of 1 to 3. If the sheet uses the older scale of 2, 1, 0, enter the value plus one."
            ),
            Kind::ScoreOutsideScale(typed) if tells_older_scale(typed) => format!(
                "{heading} \"{}\" is outside the older scale of 2, 1, 0. Check the scale chosen for the file, or mend the value.",
                clip(typed)
            ),
            Kind::ScoreOutsideScale(typed) => {
                format!("{heading} \"{}\" is outside the scale. Enter 1, 2 or 3.", clip(typed))
            }
            Kind::ScoreNotANumber(typed) => {
                format!("{heading} \"{}\" cannot be read as a number. Enter 1, 2 or 3.", clip(typed))
            }
            Kind::MarkNotUnderstood(typed) => {
                format!("{heading} \"{}\" says neither yes nor no. Enter 有, or leave it empty.", clip(typed))
            }
            Kind::FormulaWithoutValue => format!(
                "{heading} is a formula, but the file does not keep its result. Open the file in Excel and save it again, or enter the value."
            ),
            Kind::FormulaFailed(typed) => format!(
                "the formula of {heading} gives \"{}\". Mend what it refers to and save the file again, or enter the value.",
                clip(typed)
            ),
            Kind::DateNotUnderstood(typed) => {
                format!("{heading} \"{}\" cannot be read as a date. Enter it like 2026/4/1.", clip(typed))
            }
            Kind::TextTooLong { chars, allowed } => {
                format!("{heading} is too long ({chars} characters). Shorten it to {allowed} characters.")
            }
            Kind::RepeatedRow { sheet, row_number } => format!(
                "row {row_number} of sheet \"{}\" has the same department, name and medium. Remove one if it is the same asset.",
                clip(sheet)
            ),
            Kind::ImportanceDiffers { stated, rule } => format!(
                "the file says importance {stated}, but scores and marks give {rule}. It is taken as {rule}; check the scores."
            ),
        };
        format!("{place}: {rest}")
    }

    fn is_whole_row(&self) -> bool {
        self.address.bytes().all(|b| b.is_ascii_digit())
    }
}

fn tells_older_scale(typed: &str) -> bool {
    plain(typed).chars().filter(char::is_ascii_digit).eq(['3'])
}
