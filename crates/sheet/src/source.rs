//! Where the texts of a row come from: its own cells, the row above a ditto mark, the title or the tab.

use std::collections::HashSet;

use crate::asset_rows::{Row, TypedCell};
use crate::field::Field;
use crate::grid::{Sheet, address};
use crate::layout::{Layout, LayoutKind, NamedDepartment};
use crate::text::{fold, is_ditto};

/// Where the cells of a row come from: a column each, or nothing but the row number.
pub(crate) struct Source<'a> {
    sheet: &'a Sheet,
    kind: LayoutKind,
    columns: Vec<(Field, Option<u16>)>,
    /// The department of the lines that follow, where no column holds it.
    pub(crate) department: Option<NamedDepartment>,
}

impl<'a> Source<'a> {
    pub(crate) fn new(sheet: &'a Sheet, layout: &Layout, departments: &HashSet<String>) -> Self {
        // One sheet per department is what the guideline advises; then the tab is the only place that names it.
        let tab = || NamedDepartment { name: sheet.name.clone(), address: None };
        let by_title = layout.department.clone().filter(|named| named.address.is_some());
        let by_tab = departments.contains(&fold(&sheet.name)).then(tab);
        Self {
            sheet,
            kind: layout.kind,
            columns: Field::ALL.map(|field| (field, layout.column_of(field))).to_vec(),
            department: by_title.or(by_tab).or_else(|| layout.department.clone()),
        }
    }

    /// The cells of a line; a ditto mark repeats what the row before says.
    pub(crate) fn typed_cells(&self, row_number: u32, before: Option<&Row>) -> Vec<TypedCell> {
        let cells = self.columns.iter().filter_map(|(field, column)| match column {
            Some(column) => Some(self.cell(*field, *column, row_number, before)),
            None => self.without_column(*field, row_number),
        });
        cells.collect()
    }

    fn cell(&self, field: Field, column: u16, row_number: u32, before: Option<&Row>) -> TypedCell {
        let found = self.sheet.cell(row_number, column);
        let text = found.map_or("", |cell| cell.text.as_str());
        let above = || before.map(|row| row.text(field)).filter(|above| !above.is_empty());
        let text = if is_ditto(text) { above().unwrap_or(text) } else { text };
        let unreckoned = found.is_none() && self.sheet.is_unreckoned(row_number, column);
        TypedCell { field, address: address(column, row_number), text: text.to_owned(), unreckoned }
    }

    /// What a row says about a field that has no column: the department of the title, the mark of a ledger, and in a
    /// register the empty score that someone must give.
    fn without_column(&self, field: Field, row_number: u32) -> Option<TypedCell> {
        let cell = |text: &str, address: Option<String>| TypedCell {
            field,
            address: address.unwrap_or_else(|| row_number.to_string()),
            text: text.to_owned(),
            unreckoned: false,
        };
        match field {
            Field::Department => {
                self.department.as_ref().map(|named| cell(&named.name, named.address.clone()))
            }
            Field::Personal if self.kind == LayoutKind::Ledger => Some(cell("○", None)),
            Field::Confidentiality | Field::Integrity | Field::Availability => {
                (self.kind == LayoutKind::Register).then(|| cell("", None))
            }
            _ => None,
        }
    }
}
