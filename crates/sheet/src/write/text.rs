//! One plain table as CSV. CSV knows no types, so text that a spreadsheet would calculate gets a `'` in front of it, and
//! [`crate::read`] takes it back.

use std::io::Write;

use super::Fault;
use super::cells::written;
use super::design::{Design, LEDGER, Words};
use crate::asset_rows::AssetRow;
use crate::field::Field;
use crate::text::quote;

/// Writes rows as CSV while they come: UTF-8 with BOM and CRLF, as Excel in Japan opens it.
pub struct TextWriter<W: Write> {
    to: csv::Writer<W>,
    fields: Vec<Field>,
    words: Words,
}

impl<W: Write> TextWriter<W> {
    /// Begins a table with its headings in one row. The register has all 34 columns; a sheet that a department brought has
    /// those of its columns that we know.
    pub fn begin(design: &Design, mut to: W) -> Result<Self, Fault> {
        to.write_all(b"\xEF\xBB\xBF").map_err(csv::Error::from)?;
        let mut to = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(to);
        let (headings, yes) = match design {
            Design::Register { .. } => (Field::ALL.map(|field| (field, field.ja())).to_vec(), "有"),
            Design::Ledger => (LEDGER.to_vec(), "○"),
            Design::Origin(layout) => {
                let known = layout.columns.iter().filter_map(|column| column.field);
                (known.map(|field| (field, field.ja())).collect(), "○")
            }
        };
        to.write_record(headings.iter().map(|(_, heading)| *heading))?;
        let fields = headings.into_iter().map(|(field, _)| field).collect();
        Ok(Self { to, fields, words: Words::of(yes) })
    }

    /// Writes a row.
    pub fn write(&mut self, row: &AssetRow) -> Result<(), Fault> {
        let words = &self.words;
        self.to.write_record(self.fields.iter().map(|field| quote(&written(row, *field, words))))?;
        Ok(())
    }

    /// Writes what is still held back, and gives the target back.
    pub fn finish(mut self) -> Result<W, Fault> {
        self.to.flush().map_err(csv::Error::from)?;
        self.to.into_inner().map_err(|error| Fault::Csv(csv::Error::from(error.into_error())))
    }
}
