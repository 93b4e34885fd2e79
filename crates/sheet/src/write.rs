//! Assets become a file a department can work in. Rows are written while they come and lie in a temporary file until the
//! end, so that a register of any size takes the same memory.
//!
//! Text stays text: a workbook gets string cells and never a formula.

mod cells;
mod counts;
mod design;
mod paper;
mod table;
mod text;

use std::collections::HashMap;
use std::fmt;
use std::io::{Cursor, Seek, Write};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

use jiff::civil::Date;
use rust_xlsxwriter::{
    DataValidation, DataValidationErrorStyle, DocProperties, Workbook, Worksheet, XlsxError,
};

use crate::asset_rows::AssetRow;
use crate::field::Field;
use crate::head::HeadCell;
use crate::words::MEDIA;
use cells::{Styles, excel_date, write_field, write_head};
pub use counts::{Counts, write_counts, write_counts_csv};
pub use design::Design;
use design::{Content, Plan, Width};
pub use paper::RiskLine;
pub use table::{Table, write_table, write_table_csv};
pub use text::TextWriter;

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
    /// The temporary file took no more; the disk is full.
    NoRoom,
}

/// Drop-downs reach this many rows below the last asset, for the ones a department adds.
const ROWS_TO_ADD: u32 = 200;
/// The name under which a file says which layout it has.
pub(crate) const SCHEMA: &str = "MeguriLayout";

/// Writes a workbook row by row.
pub struct BookWriter {
    book: Workbook,
    sheet: Worksheet,
    plan: Plan,
    styles: Styles,
    /// The next row, from 0.
    line: u32,
}

impl BookWriter {
    /// Begins a workbook: titles and headings are written, rows may follow. Temporary files without a name lie in
    /// `folder`; they are gone with the writer, even when the process ends.
    pub fn begin(title: &Title, design: &Design, folder: &Path) -> Result<Self, Fault> {
        let plan = Plan::of(design, title);
        let mut book = Workbook::new();
        book.set_tempdir(folder)?;
        book.set_properties(
            &DocProperties::new()
                .set_title(&title.heading)
                .set_creation_datetime(&excel_date(title.created_on)?)
                .set_custom_property(SCHEMA, plan.schema),
        );
        let mut sheet = book.new_worksheet_with_constant_memory()?;
        if sheet.set_name(&plan.tab).is_err() {
            sheet.set_name("情報資産管理台帳")?;
        }
        let styles = Styles::new();
        let line = plan.first_row() - 1;
        write_above(&mut sheet, &plan, &styles)?;
        Ok(Self { book, sheet, plan, styles, line })
    }

    /// Writes a row.
    pub fn write(&mut self, row: &AssetRow) -> Result<(), Fault> {
        on_disk(|| {
            let number = self.line + 2 - self.plan.first_row();
            for column in &self.plan.columns {
                let place = (self.line, column.index);
                match column.content {
                    Content::Field(field) => {
                        write_field(&mut self.sheet, place, row, field, (&self.plan.words, &self.styles))?;
                    }
                    Content::Number => {
                        self.sheet.write_number_with_format(place.0, place.1, number, &self.styles.number)?;
                    }
                    Content::Empty => {
                        self.sheet.write_blank(place.0, place.1, &self.styles.text)?;
                    }
                }
            }
            self.line += 1;
            Ok(())
        })
    }

    /// Adds drop-downs and the set-up of the page, and writes the whole file. `own_media` are the accepted words besides
    /// [`MEDIA`], for the drop-down.
    pub fn finish(mut self, own_media: &[String], to: impl Write + Seek + Send) -> Result<(), Fault> {
        on_disk(|| {
            add_choices(&mut self.sheet, &self.plan, self.line + ROWS_TO_ADD, own_media)?;
            lay_out(
                &mut self.sheet,
                (self.plan.headings.0 - 1, self.plan.headings.1 - 1),
                self.plan.frozen,
                0,
            )?;
            self.book.push_worksheet(self.sheet);
            Ok(self.book.save_to_writer(to)?)
        })
    }

    /// Ends with the rows on one page of paper and the risks of these rows on a second sheet.
    pub fn finish_application(
        mut self,
        title: &Title,
        risks: &[RiskLine],
        to: impl Write + Seek + Send,
    ) -> Result<(), Fault> {
        on_disk(|| {
            let headings = (self.plan.headings.0 - 1, self.plan.headings.1 - 1);
            lay_out(&mut self.sheet, headings, self.plan.frozen, 1)?;
            self.book.push_worksheet(self.sheet);
            paper::add_risks(&mut self.book, title, risks, &self.styles)?;
            Ok(self.book.save_to_writer(to)?)
        })
    }
}

/// Writes the IPA layout in memory, for a register that is small: title, company and date, a header of two rows, then one
/// row per asset. The column リスク所有者 appears when an asset has one.
pub fn write_assets<'a>(
    title: &Title,
    rows: impl Iterator<Item = &'a AssetRow>,
    own_media: &[String],
) -> Result<Vec<u8>, Fault> {
    let rows: Vec<&AssetRow> = rows.collect();
    let risk_owner = rows.iter().any(|row| !row.risk_owner.is_empty());
    write_design(title, &Design::Register { risk_owner }, rows.into_iter(), own_media)
}

/// Writes any design in memory, for a register that is small.
pub fn write_design<'a>(
    title: &Title,
    design: &Design,
    rows: impl Iterator<Item = &'a AssetRow>,
    own_media: &[String],
) -> Result<Vec<u8>, Fault> {
    let mut writer = BookWriter::begin(title, design, &std::env::temp_dir())?;
    for row in rows {
        writer.write(row)?;
    }
    let mut bytes = Cursor::new(Vec::new());
    writer.finish(own_media, &mut bytes)?;
    Ok(bytes.into_inner())
}

/// Writes the register as CSV in memory: one table with a header of one row.
pub fn write_csv<'a>(rows: impl Iterator<Item = &'a AssetRow>) -> Result<Vec<u8>, Fault> {
    let mut writer = TextWriter::begin(&Design::Register { risk_owner: true }, Vec::new())?;
    for row in rows {
        writer.write(row)?;
    }
    writer.finish()
}

/// The writer of workbooks is a guest that panics where its temporary file takes no more.
fn on_disk<T>(work: impl FnOnce() -> Result<T, Fault>) -> Result<T, Fault> {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or(Err(Fault::NoRoom))
}

/// Titles and headings, row by row, because a row that was left is on its way to the disk.
fn write_above(sheet: &mut Worksheet, plan: &Plan, styles: &Styles) -> Result<(), Fault> {
    for column in &plan.columns {
        match column.width {
            Some(Width::Characters(width)) => sheet.set_column_width(column.index, width)?,
            Some(Width::Pixels(width)) => sheet.set_column_width_pixels(column.index, width)?,
            None => sheet,
        };
    }
    let mut cells: Vec<&HeadCell> = plan.head.iter().collect();
    cells.sort_by_key(|cell| (cell.row_number, cell.column));
    let is_heading = |row: u32| (plan.headings.0..=plan.headings.1).contains(&row);
    let merged: HashMap<(u32, u16), _> =
        plan.merged.iter().map(|merge| ((merge.top, merge.left), merge)).collect();
    for cell in cells {
        match merged.get(&(cell.row_number, cell.column)) {
            Some(merge) if merge.top < merge.bottom || merge.left < merge.right => {
                let style = styles.above(cell, is_heading(cell.row_number));
                let (top, bottom) = (merge.top - 1, merge.bottom - 1);
                match sheet.merge_range(top, merge.left, bottom, merge.right, &cell.text, style) {
                    // A file may have merged a cell twice; the first area is kept.
                    Ok(_) | Err(XlsxError::MergeRangeOverlaps(..)) => {}
                    Err(cause) => return Err(cause.into()),
                }
            }
            _ => {}
        }
        write_head(sheet, cell, is_heading(cell.row_number), styles)?;
    }
    Ok(())
}

/// Drop-downs help to type; for media other words stay possible, because companies have their own.
fn add_choices(
    sheet: &mut Worksheet,
    plan: &Plan,
    last_line: u32,
    own_media: &[String],
) -> Result<(), Fault> {
    let media: Vec<&str> = MEDIA.into_iter().chain(own_media.iter().map(String::as_str)).collect();
    for column in &plan.columns {
        let Content::Field(field) = column.content else { continue };
        let choice = match field {
            // Excel refuses a list of more than 255 characters; then the words of the sheet must do.
            Field::Medium => DataValidation::new()
                .allow_list_strings(&media)
                .or_else(|_| DataValidation::new().allow_list_strings(&MEDIA))?
                .set_error_style(DataValidationErrorStyle::Warning),
            field if field.is_mark() => DataValidation::new().allow_list_strings(&[plan.words.yes(field)])?,
            field if field.is_score() => scores(plan)?,
            _ => continue,
        };
        sheet.add_data_validation(plan.first_row() - 1, column.index, last_line, column.index, &choice)?;
    }
    Ok(())
}

fn scores(plan: &Plan) -> Result<DataValidation, XlsxError> {
    let digits = ["1", "2", "3"];
    let words: Vec<&str> = (1..=3)
        .rev()
        .map(|score| plan.words.score(score).unwrap_or(digits[usize::from(score) - 1]))
        .collect();
    DataValidation::new()
        .allow_list_strings(&words)?
        .set_error_title("評価値")?
        .set_error_message(format!("{}のいずれかを入力してください。", words.join("、")))
}

/// Headings (rows from 0) stay in sight on the screen and on every page; `pages` down, 0 for as many as it takes.
fn lay_out(sheet: &mut Worksheet, headings: (u32, u32), frozen: u16, pages: u16) -> Result<(), Fault> {
    const A4: u8 = 9;
    sheet.set_freeze_panes(headings.1 + 1, frozen)?;
    sheet.set_repeat_rows(headings.0, headings.1)?;
    sheet.set_landscape().set_paper_size(A4).set_print_fit_to_pages(1, pages);
    Ok(())
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Workbook(_) => f.write_str("the workbook could not be written"),
            Self::Csv(_) => f.write_str("the CSV text could not be written"),
            Self::NoRoom => f.write_str("there is no room for the file"),
        }
    }
}

impl std::error::Error for Fault {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Workbook(cause) => Some(cause),
            Self::Csv(cause) => Some(cause),
            Self::NoRoom => None,
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
