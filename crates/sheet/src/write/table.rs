//! A plain table of texts as a workbook or as CSV: what is written elsewhere in the house and only has to be read here.

use std::io::{Cursor, Write};

use rust_xlsxwriter::{DocProperties, Workbook};

use super::cells::{Styles, excel_date, write_head};
use super::{Fault, Title, lay_out, on_disk};
use crate::head::{HeadCell, HeadKind};
use crate::text::{kept_literally, quote};

/// A table of texts, with what stands above it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Table {
    /// Heading of the sheet, company and day.
    pub title: Title,
    /// Further lines above the table, for example which version it is and who approved it.
    pub above: Vec<String>,
    /// The headings, each with the width of its column in characters.
    pub columns: Vec<(String, u16)>,
    /// The rows; each has as many cells as there are headings.
    pub rows: Vec<Vec<String>>,
    /// So many columns on the left stay in sight.
    pub frozen: u16,
}

/// Writes a table as a workbook: heading, company and further lines, then the headings and the rows. Every cell is text.
pub fn write_table(table: &Table) -> Result<Vec<u8>, Fault> {
    on_disk(|| {
        let mut book = Workbook::new();
        book.set_properties(
            &DocProperties::new()
                .set_title(&table.title.heading)
                .set_creation_datetime(&excel_date(table.title.created_on)?),
        );
        let styles = Styles::new();
        let sheet = book.add_worksheet();
        if sheet.set_name(&table.title.heading).is_err() {
            sheet.set_name("Sheet1")?;
        }
        let first = [table.title.heading.clone(), table.title.organisation.clone()];
        for (row_number, text) in (1..).zip(first.into_iter().chain(table.above.iter().cloned())) {
            write_head(
                sheet,
                &HeadCell { row_number, column: 0, text, kind: HeadKind::Text },
                false,
                &styles,
            )?;
        }
        let head = u32::try_from(table.above.len()).unwrap_or(0) + 3;
        for (column, (text, width)) in (0..).zip(&table.columns) {
            sheet.set_column_width(column, f64::from(*width))?;
            sheet.write_string_with_format(head, column, text, &styles.header)?;
        }
        for (line, row) in (head + 1..).zip(&table.rows) {
            for (column, text) in (0..).zip(row) {
                sheet.write_string_with_format(
                    line,
                    column,
                    kept_literally(text.clone()),
                    styles.text(text),
                )?;
            }
        }
        lay_out(sheet, (head, head), table.frozen, 0)?;
        let mut bytes = Cursor::new(Vec::new());
        book.save_to_writer(&mut bytes)?;
        Ok(bytes.into_inner())
    })
}

/// Writes the headings and the rows as CSV: UTF-8 with BOM and CRLF, as Excel in Japan opens it.
pub fn write_table_csv(table: &Table) -> Result<Vec<u8>, Fault> {
    let mut to = Vec::new();
    to.write_all(b"\xEF\xBB\xBF").map_err(csv::Error::from)?;
    let mut to = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(to);
    to.write_record(table.columns.iter().map(|(heading, _)| quote(heading)))?;
    for row in &table.rows {
        to.write_record(row.iter().map(|text| quote(&kept_literally(text.clone()))))?;
    }
    to.into_inner().map_err(|error| Fault::Csv(csv::Error::from(error.into_error())))
}
