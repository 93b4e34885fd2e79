//! What an application for the PrivacyMark asks for: the first page of the ledger of personal data in real use, and the
//! risk analysis of just these rows (DOMAIN.md §2.6).

use rust_xlsxwriter::{Workbook, Worksheet};

use super::cells::Styles;
use super::{Fault, Title};
use crate::head::{HeadCell, HeadKind};

/// One risk with its answer, beside the row of the ledger it belongs to. Texts are as a person reads them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RiskLine {
    /// The number of the row in the ledger, from 1.
    pub number: u32,
    /// What the asset is called.
    pub name: String,
    /// The stage of the life cycle 局面.
    pub stage: String,
    /// The threat 想定リスク.
    pub threat: String,
    /// The weakness it uses, and what is in place already.
    pub vulnerability: String,
    /// Importance, threat, vulnerability, likelihood and the value of the risk, in this order.
    pub scores: [i64; 5],
    /// The level of the value.
    pub level: String,
    /// The policy, the controls, what is done, who, until when; empty where no plan was written.
    pub answer: [String; 5],
    /// What is left after treatment.
    pub residual: Option<i64>,
}

const HEADINGS: [(&str, f64); 17] = [
    ("台帳No.", 8.0),
    ("個人情報の名称", 26.0),
    ("局面", 16.0),
    ("想定リスク（脅威）", 28.0),
    ("脆弱性・現状の対策", 30.0),
    ("重要度", 7.0),
    ("起こりやすさ", 7.0),
    ("つけ込みやすさ", 7.0),
    ("被害発生可能性", 7.0),
    ("リスク値", 7.0),
    ("リスクレベル", 8.0),
    ("対応方針", 9.0),
    ("管理策", 28.0),
    ("対策の内容", 30.0),
    ("担当", 14.0),
    ("期限", 11.0),
    ("残留リスク", 8.0),
];

/// Adds the sheet リスク分析 to a book.
pub(crate) fn add_risks(
    book: &mut Workbook,
    title: &Title,
    risks: &[RiskLine],
    styles: &Styles,
) -> Result<(), Fault> {
    const FIRST: u32 = 4;
    let sheet = book.add_worksheet();
    sheet.set_name("リスク分析")?;
    let first = HeadCell {
        row_number: 1,
        column: 0,
        text: "個人情報のリスク分析・対応表".into(),
        kind: HeadKind::Text,
    };
    sheet.write_string_with_format(0, 0, &first.text, styles.above(&first, false))?;
    let company = HeadCell { row_number: 2, text: title.organisation.clone(), ..first };
    sheet.write_string_with_format(1, 0, &company.text, styles.above(&company, false))?;
    for (column, (heading, width)) in (0..).zip(HEADINGS) {
        sheet.write_string_with_format(FIRST - 1, column, heading, &styles.header)?;
        sheet.set_column_width(column, width)?;
    }
    for (row, risk) in (FIRST..).zip(risks) {
        write_risk(sheet, row, risk, styles)?;
    }
    if risks.is_empty() {
        sheet.write_string(FIRST, 0, "この頁の個人情報には、評価したリスクがまだありません。")?;
    }
    super::lay_out(sheet, (FIRST - 1, FIRST - 1), 2, 0)
}

fn write_risk(sheet: &mut Worksheet, row: u32, risk: &RiskLine, styles: &Styles) -> Result<(), Fault> {
    sheet.write_number_with_format(row, 0, risk.number, &styles.number)?;
    for (column, text) in (1..).zip([&risk.name, &risk.stage, &risk.threat, &risk.vulnerability]) {
        sheet.write_string_with_format(row, column, text, styles.text(text))?;
    }
    for (column, score) in (5..).zip(risk.scores) {
        write_score(sheet, (row, column), Some(score), styles)?;
    }
    for (column, text) in (10..).zip(std::iter::once(&risk.level).chain(&risk.answer)) {
        sheet.write_string_with_format(row, column, text, styles.text(text))?;
    }
    write_score(sheet, (row, 16), risk.residual, styles)
}

fn write_score(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    score: Option<i64>,
    styles: &Styles,
) -> Result<(), Fault> {
    match score.and_then(|score| i32::try_from(score).ok()) {
        Some(score) => sheet.write_number_with_format(row, column, score, &styles.number)?,
        None => sheet.write_blank(row, column, &styles.number)?,
    };
    Ok(())
}
