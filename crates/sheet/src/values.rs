//! What the values below a heading say about it.

use crate::dates::parse_date;
use crate::field::Field;
use crate::grid::Sheet;
use crate::layout::{Layout, LayoutKind};
use crate::scale::Scale;
use crate::text::tidy;
use crate::words::{self, Score};

/// How many values of a column are looked at.
const LOOKED_AT: u32 = 40;

/// Holds the proposal against the values: a column whose values do not look like its field is less sure, and 個人情報 over
/// names instead of marks is where a ledger keeps its names.
pub(crate) fn weigh(sheet: &Sheet, layout: &mut Layout) {
    let names = layout.column_of(Field::Personal).filter(|_| layout.column_of(Field::Name).is_none());
    if let Some(column) = names
        && fits(sheet, layout, Field::Personal, column).is_some_and(|share| share < HALF)
    {
        rename(layout, column);
    }
    for at in 0..layout.columns.len() {
        let (field, index) = (layout.columns[at].field, layout.columns[at].index);
        let share = field.and_then(|field| fits(sheet, layout, field, index));
        if share.is_some_and(|share| share < HALF) {
            layout.columns[at].confidence = layout.columns[at].confidence.min(UNSURE);
        }
    }
}

/// In hundredths.
const HALF: usize = 50;
/// The confidence of a known heading over values that do not fit it.
const UNSURE: u8 = 40;

fn rename(layout: &mut Layout, column: u16) {
    for each in layout.columns.iter_mut().filter(|each| each.index == column) {
        each.field = Some(Field::Name);
    }
    if layout.kind == LayoutKind::Register
        && layout.columns.iter().all(|each| !each.field.is_some_and(Field::is_score))
    {
        let handling =
            layout.columns.iter().filter(|each| each.field.is_some_and(Field::is_handling)).count();
        if handling >= 2 {
            layout.kind = LayoutKind::Ledger;
        }
    }
}

/// How many in a hundred of the values look like the field; `None` for fields of free words and for empty columns.
fn fits(sheet: &Sheet, layout: &Layout, field: Field, column: u16) -> Option<usize> {
    let rows = layout.header_rows.1.saturating_add(1)..=layout.last_row.min(sheet.last_row());
    let fit: fn(&str) -> bool = match field {
        Field::Personal | Field::Sensitive | Field::MyNumber | Field::Entrusted => {
            |text| words::mark(text).is_some()
        }
        Field::Confidentiality | Field::Integrity | Field::Availability => {
            |text| !matches!(words::score(text, Scale::OneToThree), Score::NotANumber)
        }
        Field::RegisteredOn => |text| words::is_dash(text) || parse_date(text).is_some(),
        _ => return None,
    };
    let values: Vec<bool> = rows
        .take(LOOKED_AT as usize)
        .filter_map(|row| sheet.cell(row, column))
        .map(|cell| fit(&tidy(&cell.text)))
        .collect();
    (!values.is_empty()).then(|| values.iter().filter(|fits| **fits).count() * 100 / values.len())
}
