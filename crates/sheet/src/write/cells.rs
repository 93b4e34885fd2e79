//! One cell at a time: numbers as numbers, dates as dates, and text as text whatever it looks like.

use jiff::civil::Date;
use rust_xlsxwriter::{Color, ExcelDateTime, Format, FormatAlign, FormatBorder, Worksheet, XlsxError};

use super::Fault;
use super::design::{Words, date_of};
use crate::asset_rows::AssetRow;
use crate::field::Field;
use crate::head::{HeadCell, HeadKind};
use crate::text::{kept_literally, looks_like_formula};

pub(crate) struct Styles {
    title: Format,
    plain: Format,
    plain_date: Format,
    pub header: Format,
    pub text: Format,
    /// Keeps Excel from calculating the text when a person edits the cell.
    guarded: Format,
    guarded_plain: Format,
    guarded_header: Format,
    pub number: Format,
    date: Format,
}

impl Styles {
    pub(crate) fn new() -> Self {
        let cell = Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::Top);
        let centred = cell.clone().set_align(FormatAlign::Center);
        let header = centred
            .clone()
            .set_bold()
            .set_text_wrap()
            .set_align(FormatAlign::VerticalCenter)
            .set_background_color(Color::RGB(0x00E8_EEF4));
        Self {
            title: Format::new().set_bold().set_font_size(14),
            plain: Format::new(),
            plain_date: Format::new().set_num_format("yyyy/m/d"),
            guarded_header: header.clone().set_quote_prefix(),
            header,
            text: cell.clone().set_text_wrap(),
            guarded: cell.clone().set_text_wrap().set_quote_prefix(),
            guarded_plain: Format::new().set_quote_prefix(),
            number: centred.clone(),
            date: centred.set_num_format("yyyy/m/d"),
        }
    }

    /// The style of a text above the rows.
    pub(crate) fn above(&self, cell: &HeadCell, is_heading: bool) -> &Format {
        match (is_heading, looks_like_formula(&cell.text)) {
            (true, true) => &self.guarded_header,
            (true, false) => &self.header,
            (false, true) => &self.guarded_plain,
            (false, false) if cell.row_number == 1 => &self.title,
            (false, false) => &self.plain,
        }
    }

    /// The style of a text in a row.
    pub(crate) fn text(&self, text: &str) -> &Format {
        if looks_like_formula(text) { &self.guarded } else { &self.text }
    }
}

/// A cell of a title or a heading.
pub(crate) fn write_head(
    sheet: &mut Worksheet,
    cell: &HeadCell,
    is_heading: bool,
    styles: &Styles,
) -> Result<(), Fault> {
    let (row, column) = (cell.row_number - 1, cell.column);
    match (date_of(cell), cell.kind, cell.text.parse::<f64>()) {
        (Some(date), ..) => {
            sheet.write_datetime_with_format(row, column, excel_date(date)?, &styles.plain_date)?;
        }
        (None, HeadKind::Number, Ok(number)) if number.is_finite() => {
            sheet.write_number_with_format(row, column, number, styles.above(cell, is_heading))?;
        }
        _ => {
            sheet.write_string_with_format(row, column, &cell.text, styles.above(cell, is_heading))?;
        }
    }
    Ok(())
}

/// A field of an asset.
pub(crate) fn write_field(
    sheet: &mut Worksheet,
    (row, column): (u32, u16),
    asset: &AssetRow,
    field: Field,
    by: (&Words, &Styles),
) -> Result<(), Fault> {
    let (words, styles) = by;
    let text = written(asset, field, words);
    let number = match field {
        field if field.is_score() || field == Field::Importance => text.parse().ok(),
        Field::HeadCount => count(&text),
        _ => None,
    };
    if let Some(number) = number {
        sheet.write_number_with_format(row, column, number, &styles.number)?;
    } else if let (Field::RegisteredOn, Some(date)) = (field, asset.registered_on) {
        sheet.write_datetime_with_format(row, column, excel_date(date)?, &styles.date)?;
    } else if text.is_empty() {
        sheet.write_blank(row, column, &styles.text)?;
    } else if field.is_mark() && !looks_like_formula(&text) {
        sheet.write_string_with_format(row, column, text, &styles.number)?;
    } else {
        let style = styles.text(&text);
        sheet.write_string_with_format(row, column, &text, style)?;
    }
    Ok(())
}

/// A count as the number it is; only where the number, read again, is the same text.
fn count(text: &str) -> Option<f64> {
    let number: u32 = text.parse().ok()?;
    (number.to_string() == text).then(|| f64::from(number))
}

/// The number of a score or of the importance.
fn score_of(asset: &AssetRow, field: Field) -> u8 {
    match field {
        Field::Confidentiality => asset.confidentiality,
        Field::Integrity => asset.integrity,
        Field::Availability => asset.availability,
        _ => asset.importance(),
    }
}

/// The text of a field as a file keeps it.
pub(crate) fn written(asset: &AssetRow, field: Field, words: &Words) -> String {
    kept_literally(shown(asset, field, words))
}

fn shown(asset: &AssetRow, field: Field, words: &Words) -> String {
    let mark = |holds: bool| if holds { words.yes(field).to_owned() } else { String::new() };
    match field {
        Field::Category => asset.category.clone(),
        Field::Name => asset.name.clone(),
        Field::Note => asset.note.clone(),
        Field::Users => asset.users.clone(),
        Field::RiskOwner => asset.risk_owner.clone(),
        Field::Department => asset.department.clone(),
        Field::Medium => asset.medium.clone(),
        Field::Personal => mark(asset.personal),
        Field::Sensitive => mark(asset.sensitive),
        Field::MyNumber => mark(asset.my_number),
        Field::Confidentiality | Field::Integrity | Field::Availability | Field::Importance => {
            let score = score_of(asset, field);
            words.score(score).map_or_else(|| score.to_string(), str::to_owned)
        }
        Field::Retention => asset.retention.clone(),
        Field::RegisteredOn => asset.registered_on.map(|date| date.to_string()).unwrap_or_default(),
        Field::Entrusted => mark(asset.handling.contains_key(&field)),
        field => asset.handling.get(&field).cloned().unwrap_or_default(),
    }
}

pub(crate) fn excel_date(date: Date) -> Result<ExcelDateTime, XlsxError> {
    let year = u16::try_from(date.year()).unwrap_or_default();
    let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
    ExcelDateTime::from_ymd(year, month, day)
}
