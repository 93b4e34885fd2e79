//! Workbooks in and out: the room where a department's Excel file becomes rows, and rows become a file again.
//!
//! A file passes through in this order: [`read`] (guarded by [`Limits`]) → [`find_layouts`] → [`read_assets`] →
//! [`find_repeats`]; a person mends a row with [`reread`]; [`write_assets`] and [`write_csv`] go the other way.
//! A register of risks goes [`read`] → [`find_risk_tables`] → [`read_risks`], and out by [`write_table`].
//! Nothing here knows a database, a clock or a network: bytes come in, values go out.

mod asset_rows;
mod dates;
mod field;
mod finding;
mod foreign;
mod grid;
mod head;
mod header;
mod headings;
mod layout;
mod limits;
mod lines;
mod looks;
mod refused;
mod risks;
mod scale;
mod separated;
mod source;
#[cfg(test)]
mod steps;
mod text;
mod title;
mod values;
mod words;
mod write;

pub use asset_rows::{AssetRow, Known, Row, TypedCell, find_repeats, read_assets, reread};
pub use dates::parse_date;
pub use field::Field;
pub use finding::{Finding, Kind, Severity};
pub use grid::{Cell, Merge, Sheet, Value, Workbook, column_letters, read, read_named};
pub use head::{Head, HeadCell, HeadKind};
pub use header::{Found, Headings, LeftOut, Why, find_layouts, find_layouts_at};
pub use layout::{Column, Layout, LayoutKind, NamedDepartment};
pub use limits::{Limits, guard};
pub use refused::{Bound, Refused};
pub use risks::{
    Degree, RiskCell, RiskColumn, RiskField, RiskRow, RiskTable, degree, find_risk_tables, read_risks,
};
pub use scale::{Scale, ScaleGuess, guess_scale};
pub use text::tidy;
pub use words::{MEDIA, mark};
pub use write::{
    BookWriter, Counts, Design, Fault, RiskLine, Table, TextWriter, Title, write_assets, write_counts,
    write_counts_csv, write_csv, write_design, write_table, write_table_csv,
};
