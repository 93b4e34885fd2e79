//! Assets become a file a department can work in: the IPA layout as a workbook, or one plain table as CSV.
//!
//! Text stays text. A workbook gets string cells and never a formula; CSV, which knows no types, gets a `'` before text
//! that a spreadsheet would calculate, and [`crate::read`] takes it back.

use std::fmt;

use jiff::civil::Date;
use rust_xlsxwriter::{
    Color, DataValidation, DataValidationErrorStyle, DocProperties, ExcelDateTime, Format, FormatAlign,
    FormatBorder, Workbook, Worksheet, XlsxError,
};

use crate::asset_rows::AssetRow;
use crate::field::Field;
use crate::text::{looks_like_formula, quote};
use crate::words::MEDIA;

/// What stands above the table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Title {
    /// The first line and the name of the sheet, for example 情報資産管理台帳. Excel allows 31 characters on a tab and
    /// forbids `[]:*?/\`; such a heading stays in the first line, and the tab is called 情報資産管理台帳.
    pub heading: String,
    /// The company, in the second line.
    pub organisation: String,
    /// The day of the export (作成日); also the creation date of the file, so that equal input gives equal bytes.
    pub created_on: Date,
}

/// Our failure to write a file. No input a person can give should cause it.
#[derive(Debug)]
pub enum Fault {
    /// The workbook could not be written.
    Workbook(XlsxError),
    /// The CSV text could not be written.
    Csv(csv::Error),
}

const GROUP_ROW: u32 = 3;
const FIRST_DATA_ROW: u32 = 5;
/// Drop-downs reach this many rows below the last asset, for the ones a department adds.
const ROWS_TO_ADD: u32 = 200;

/// Writes the IPA layout: title, company and date, a header of two rows, then one row per asset. `own_media` are the
/// accepted words besides [`MEDIA`], for the drop-down. The column リスク所有者 appears when an asset has one.
pub fn write_assets<'a>(
    title: &Title,
    rows: impl Iterator<Item = &'a AssetRow>,
    own_media: &[String],
) -> Result<Vec<u8>, Fault> {
    let rows: Vec<&AssetRow> = rows.collect();
    let columns = columns_for(&rows);
    let styles = Styles::new();
    let mut book = Workbook::new();
    book.set_properties(
        &DocProperties::new().set_title(&title.heading).set_creation_datetime(&excel_date(title.created_on)?),
    );
    let sheet = book.add_worksheet();
    if sheet.set_name(&title.heading).is_err() {
        sheet.set_name("情報資産管理台帳")?;
    }
    write_title(sheet, title, &columns, &styles)?;
    write_header(sheet, &columns, &styles)?;
    let mut line = FIRST_DATA_ROW;
    for row in &rows {
        for (column, field) in (0..).zip(&columns) {
            write_cell(sheet, (line, column), row, *field, &styles)?;
        }
        line += 1;
    }
    add_choices(sheet, &columns, line + ROWS_TO_ADD, own_media)?;
    lay_out_page(sheet)?;
    Ok(book.save_to_buffer()?)
}

/// Writes one table with a header of one row: UTF-8 with BOM and CRLF, as Excel in Japan opens it.
pub fn write_csv<'a>(rows: impl Iterator<Item = &'a AssetRow>) -> Result<Vec<u8>, Fault> {
    let mut out = b"\xEF\xBB\xBF".to_vec();
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(&mut out);
    writer.write_record(Field::ALL.map(Field::ja))?;
    for row in rows {
        writer.write_record(Field::ALL.map(|field| quote(&written(row, field))))?;
    }
    writer.flush().map_err(csv::Error::from)?;
    drop(writer);
    Ok(out)
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Workbook(_) => f.write_str("the workbook could not be written"),
            Self::Csv(_) => f.write_str("the CSV text could not be written"),
        }
    }
}

impl std::error::Error for Fault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Workbook(cause) => Some(cause),
            Self::Csv(cause) => Some(cause),
        }
    }
}

impl From<XlsxError> for Fault {
    fn from(cause: XlsxError) -> Self {
        Self::Workbook(cause)
    }
}

impl From<csv::Error> for Fault {
    fn from(cause: csv::Error) -> Self {
        Self::Csv(cause)
    }
}

fn columns_for(rows: &[&AssetRow]) -> Vec<Field> {
    let has_owner = rows.iter().any(|row| !row.risk_owner.is_empty());
    let of_register = Field::ALL.into_iter().filter(|field| !field.is_handling());
    of_register.filter(|field| *field != Field::RiskOwner || has_owner).collect()
}

struct Styles {
    title: Format,
    header: Format,
    text: Format,
    /// Keeps Excel from calculating the text when a person edits the cell.
    guarded: Format,
    number: Format,
    date: Format,
}

impl Styles {
    fn new() -> Self {
        let cell = Format::new().set_border(FormatBorder::Thin).set_align(FormatAlign::Top);
        let centred = cell.clone().set_align(FormatAlign::Center);
        Self {
            title: Format::new().set_bold().set_font_size(14),
            header: centred
                .clone()
                .set_bold()
                .set_text_wrap()
                .set_align(FormatAlign::VerticalCenter)
                .set_background_color(Color::RGB(0x00E8_EEF4)),
            text: cell.clone().set_text_wrap(),
            guarded: cell.clone().set_text_wrap().set_quote_prefix(),
            number: centred.clone(),
            date: centred.set_num_format("yyyy/m/d"),
        }
    }
}

fn write_title(
    sheet: &mut Worksheet,
    title: &Title,
    columns: &[Field],
    styles: &Styles,
) -> Result<(), Fault> {
    let last = u16::try_from(columns.len() - 1).unwrap_or(u16::MAX);
    let date = Format::new().set_num_format("yyyy/m/d");
    sheet.write_string_with_format(0, 0, &title.heading, &styles.title)?;
    sheet.write_string(1, 0, &title.organisation)?;
    sheet.write_string(1, last - 1, "作成日")?;
    sheet.write_datetime_with_format(1, last, excel_date(title.created_on)?, &date)?;
    Ok(())
}

/// Two rows: marks and scores stand under a group, every other heading is merged over both rows.
fn write_header(sheet: &mut Worksheet, columns: &[Field], styles: &Styles) -> Result<(), Fault> {
    for (column, field) in (0..).zip(columns) {
        sheet.set_column_width(column, width(*field))?;
        match field {
            Field::Personal => {
                sheet.merge_range(
                    GROUP_ROW,
                    column,
                    GROUP_ROW,
                    column + 2,
                    "個人情報の種類",
                    &styles.header,
                )?;
            }
            Field::Confidentiality => {
                sheet.merge_range(GROUP_ROW, column, GROUP_ROW, column + 2, "評価値", &styles.header)?;
            }
            _ => {}
        }
        if is_grouped(*field) {
            sheet.write_string_with_format(GROUP_ROW + 1, column, field.ja(), &styles.header)?;
        } else {
            sheet.merge_range(GROUP_ROW, column, GROUP_ROW + 1, column, field.ja(), &styles.header)?;
        }
    }
    Ok(())
}

fn is_grouped(field: Field) -> bool {
    is_mark(field) || is_score(field)
}

fn is_mark(field: Field) -> bool {
    matches!(field, Field::Personal | Field::Sensitive | Field::MyNumber)
}

fn is_score(field: Field) -> bool {
    matches!(field, Field::Confidentiality | Field::Integrity | Field::Availability)
}

fn width(field: Field) -> f64 {
    match field {
        Field::Name | Field::Note => 30.0,
        Field::Category | Field::Users | Field::RiskOwner | Field::Department | Field::Medium => 18.0,
        Field::Retention => 16.0,
        Field::RegisteredOn => 12.0,
        _ => 9.0,
    }
}

fn write_cell(
    sheet: &mut Worksheet,
    (line, column): (u32, u16),
    row: &AssetRow,
    field: Field,
    styles: &Styles,
) -> Result<(), Fault> {
    if is_score(field) || field == Field::Importance {
        sheet.write_number_with_format(line, column, score_of(row, field), &styles.number)?;
        return Ok(());
    }
    if let (Field::RegisteredOn, Some(date)) = (field, row.registered_on) {
        sheet.write_datetime_with_format(line, column, excel_date(date)?, &styles.date)?;
        return Ok(());
    }
    let text = written(row, field);
    let style = match () {
        () if is_mark(field) => &styles.number,
        () if looks_like_formula(&text) => &styles.guarded,
        () => &styles.text,
    };
    if text.is_empty() {
        sheet.write_blank(line, column, style)?;
    } else {
        sheet.write_string_with_format(line, column, text, style)?;
    }
    Ok(())
}

fn score_of(row: &AssetRow, field: Field) -> u8 {
    match field {
        Field::Confidentiality => row.confidentiality,
        Field::Integrity => row.integrity,
        Field::Availability => row.availability,
        _ => row.importance(),
    }
}

/// The text of a field as a file shows it.
fn written(row: &AssetRow, field: Field) -> String {
    let mark = |holds: bool| if holds { "有" } else { "" }.to_owned();
    match field {
        Field::Category => row.category.clone(),
        Field::Name => row.name.clone(),
        Field::Note => row.note.clone(),
        Field::Users => row.users.clone(),
        Field::RiskOwner => row.risk_owner.clone(),
        Field::Department => row.department.clone(),
        Field::Medium => row.medium.clone(),
        Field::Personal => mark(row.personal),
        Field::Sensitive => mark(row.sensitive),
        Field::MyNumber => mark(row.my_number),
        Field::Confidentiality | Field::Integrity | Field::Availability | Field::Importance => {
            score_of(row, field).to_string()
        }
        Field::Retention => row.retention.clone(),
        Field::RegisteredOn => row.registered_on.map(|date| date.to_string()).unwrap_or_default(),
        field => row.handling.get(&field).cloned().unwrap_or_default(),
    }
}

/// Drop-downs help to type; for media other words stay possible, because companies have their own.
fn add_choices(
    sheet: &mut Worksheet,
    columns: &[Field],
    last_line: u32,
    own_media: &[String],
) -> Result<(), Fault> {
    let media: Vec<&str> = MEDIA.into_iter().chain(own_media.iter().map(String::as_str)).collect();
    for (column, field) in (0..).zip(columns) {
        let choice = match field {
            // Excel refuses a list of more than 255 characters; then the words of the sheet must do.
            Field::Medium => DataValidation::new()
                .allow_list_strings(&media)
                .or_else(|_| DataValidation::new().allow_list_strings(&MEDIA))?
                .set_error_style(DataValidationErrorStyle::Warning),
            field if is_mark(*field) => DataValidation::new().allow_list_strings(&["有"])?,
            field if is_score(*field) => scores()?,
            _ => continue,
        };
        sheet.add_data_validation(FIRST_DATA_ROW, column, last_line, column, &choice)?;
    }
    Ok(())
}

fn scores() -> Result<DataValidation, XlsxError> {
    DataValidation::new()
        .allow_list_strings(&["3", "2", "1"])?
        .set_error_title("評価値")?
        .set_error_message("1、2、3のいずれかを入力してください。")
}

fn lay_out_page(sheet: &mut Worksheet) -> Result<(), Fault> {
    const A4: u8 = 9;
    sheet.set_freeze_panes(FIRST_DATA_ROW, 2)?;
    sheet.set_repeat_rows(GROUP_ROW, GROUP_ROW + 1)?;
    sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, 0);
    Ok(())
}

fn excel_date(date: Date) -> Result<ExcelDateTime, XlsxError> {
    let year = u16::try_from(date.year()).unwrap_or_default();
    let (month, day) = (date.month().unsigned_abs(), date.day().unsigned_abs());
    ExcelDateTime::from_ymd(year, month, day)
}
