//! What the cells of a line say: degrees of a scale, and who answers a risk.

use super::remark::{Remark, short};
use crate::house::words::fold;
use meguri_domain::criteria::Degree as Words;
use meguri_sheet::{Degree, RiskField, RiskRow, degree, mark, tidy};

/// A degree as a line says it, in digits or in the words of the criteria; what stands where it says nothing.
pub fn said(
    row: &RiskRow,
    field: RiskField,
    (top, words): (i64, &dyn Fn(i64) -> Words),
    stands: Option<i64>,
) -> Result<i64, Remark> {
    let text = row.text(field);
    let typed = fold(text);
    let by_words = (1..=top).find(|degree| {
        let Words { ja, en } = words(*degree);
        !typed.is_empty() && [ja, en].iter().any(|word| fold(word) == typed)
    });
    if let Some(found) = by_words {
        return Ok(found);
    }
    let shown = short(text);
    let (ja, en) = match degree(text, u8::try_from(top).unwrap_or(u8::MAX)) {
        Degree::Value(value) => return Ok(i64::from(value)),
        Degree::Empty => match stands {
            Some(stands) => return Ok(stands),
            None => (
                format!("「{}」が空です。1から{top}で入力してください。", field.ja()),
                format!("“{}” is empty. Write 1 to {top}.", field.en()),
            ),
        },
        Degree::Outside => (
            format!("「{}」の「{shown}」は、基準の1から{top}の段階にありません。", field.ja()),
            format!("“{shown}” is not within the degrees 1 to {top} of “{}”.", field.en()),
        ),
        Degree::NotUnderstood => (
            format!("「{}」の「{shown}」を段階として読めません。1から{top}で入力してください。", field.ja()),
            format!("“{shown}” cannot be read as a degree of “{}”. Write 1 to {top}.", field.en()),
        ),
    };
    Err(Remark::at(row, field, &ja, &en))
}

/// Who answers a risk, as a line says it; none where it says nothing of it.
pub fn answerable(row: &RiskRow) -> Result<Option<bool>, Remark> {
    const DEPARTMENT: [&str; 6] = ["部門", "部署", "要", "必要", "department", "対応する"];
    const COMPANY: [&str; 4] = ["全社", "会社", "事務局", "company"];
    let text = tidy(row.text(RiskField::Answerable));
    let folded = fold(&text);
    if DEPARTMENT.contains(&folded.as_str()) || mark(&text) == Some(true) {
        return Ok(Some(true));
    }
    if COMPANY.contains(&folded.as_str()) {
        return Ok(Some(false));
    }
    if needs_nothing(row) || folded.is_empty() {
        return Ok(None);
    }
    let shown = short(&text);
    Err(Remark::at(
        row,
        RiskField::Answerable,
        &format!("対応の主体の「{shown}」が分かりません。「部門」か「全社」と入力してください。"),
        &format!("it cannot be told who answers “{shown}”. Write department or company."),
    ))
}

/// Whether a line says that a risk needs no answer, which is no word on who would give one.
pub fn needs_nothing(row: &RiskRow) -> bool {
    const NOTHING: [&str; 3] = ["不要", "対応しない", "対象外"];
    let text = tidy(row.text(RiskField::Answerable));
    let folded = fold(&text);
    !folded.is_empty() && (NOTHING.contains(&folded.as_str()) || mark(&text) == Some(false))
}

/// Whether a cell says nothing, or the number that stands.
pub fn is_still(row: &RiskRow, field: RiskField, stands: i64) -> bool {
    let text = fold(row.text(field));
    text.is_empty() || text.parse() == Ok(stands)
}

/// What stands, where a cell says the same: texts are tidied on their way through a file.
pub fn kept(typed: &str, stands: Option<&String>) -> String {
    let typed = tidy(typed);
    match stands {
        Some(stands) if typed.is_empty() || tidy(stands) == typed => stands.clone(),
        Some(_) | None => typed,
    }
}
