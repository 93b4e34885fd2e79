//! Counts by name as a workbook or as CSV: numbers are numbers, so that a person may go on calculating.

use std::io::Cursor;

use rust_xlsxwriter::{DocProperties, Workbook, Worksheet};

use super::cells::{Styles, excel_date, write_head};
use super::table::{Table, write_table_csv};
use super::{Fault, Title, lay_out, on_disk};
use crate::head::{HeadCell, HeadKind};

/// Counts by name, with what stands above them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Counts {
    /// Heading of the sheet, company and day.
    pub title: Title,
    /// What is counted and how: a line each above the table.
    pub above: Vec<String>,
    /// The headings, that of the names first.
    pub columns: Vec<String>,
    /// A name and its counts, one for each further heading.
    pub rows: Vec<(String, Vec<i64>)>,
}

/// The width of the column of names, and of one of counts, in characters.
const WIDTHS: (f64, f64) = (32.0, 12.0);

/// Writes counts as a workbook.
pub fn write_counts(counts: &Counts) -> Result<Vec<u8>, Fault> {
    on_disk(|| {
        let mut book = Workbook::new();
        let properties = DocProperties::new().set_title(&counts.title.heading);
        book.set_properties(&properties.set_creation_datetime(&excel_date(counts.title.created_on)?));
        let sheet = book.add_worksheet();
        if sheet.set_name(&counts.title.heading).is_err() {
            sheet.set_name("Sheet1")?;
        }
        fill(sheet, counts, &Styles::new())?;
        let mut bytes = Cursor::new(Vec::new());
        book.save_to_writer(&mut bytes)?;
        Ok(bytes.into_inner())
    })
}

fn fill(sheet: &mut Worksheet, counts: &Counts, styles: &Styles) -> Result<(), Fault> {
    let first = [counts.title.heading.clone(), counts.title.organisation.clone()];
    for (row_number, text) in (1..).zip(first.into_iter().chain(counts.above.iter().cloned())) {
        write_head(sheet, &HeadCell { row_number, column: 0, text, kind: HeadKind::Text }, false, styles)?;
    }
    let head = u32::try_from(counts.above.len()).unwrap_or(0) + 3;
    for (column, text) in (0..).zip(&counts.columns) {
        sheet.set_column_width(column, if column == 0 { WIDTHS.0 } else { WIDTHS.1 })?;
        sheet.write_string_with_format(head, column, text, &styles.header)?;
    }
    for (line, (name, numbers)) in (head + 1..).zip(&counts.rows) {
        sheet.write_string_with_format(line, 0, name, styles.text(name))?;
        for (column, number) in (1..).zip(numbers) {
            #[expect(clippy::cast_precision_loss, reason = "counts, far below 2^52")]
            sheet.write_number_with_format(line, column, *number as f64, &styles.number)?;
        }
    }
    lay_out(sheet, (head, head), 1, 0)
}

/// Writes the headings and the counts as CSV, as [`write_table_csv`] does.
pub fn write_counts_csv(counts: &Counts) -> Result<Vec<u8>, Fault> {
    let row = |(name, numbers): &(String, Vec<i64>)| {
        [name.clone()].into_iter().chain(numbers.iter().map(i64::to_string)).collect()
    };
    write_table_csv(&Table {
        title: counts.title.clone(),
        above: Vec::new(),
        columns: counts.columns.iter().map(|text| (text.clone(), 0)).collect(),
        rows: counts.rows.iter().map(row).collect(),
        frozen: 0,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Limits, Value, read};
    use jiff::civil::Date;

    fn counts() -> Counts {
        Counts {
            title: Title {
                heading: "部門別の分布".into(),
                organisation: "株式会社見本".into(),
                created_on: Date::constant(2026, 11, 28),
            },
            above: vec!["2026年度".into(), "=1+1".into()],
            columns: vec!["部門".into(), "大".into()],
            rows: vec![("=HYPERLINK(\"http://x\")".into(), vec![12]), ("営業部\n第一".into(), vec![3])],
        }
    }

    #[test]
    fn a_name_stays_a_text_and_a_count_a_number() {
        let bytes = write_counts(&counts()).unwrap();
        assert_eq!(bytes, write_counts(&counts()).unwrap(), "equal input gives equal bytes");
        let book = read(&bytes, &Limits::default()).unwrap();
        let sheet = &book.sheets[0];
        assert_eq!(sheet.name, "部門別の分布");
        let at =
            |row: usize, column: usize| (&sheet.rows[row][column].text[..], &sheet.rows[row][column].value);
        assert_eq!(at(3, 0), ("=1+1", &Value::Text));
        assert_eq!(at(6, 0), ("=HYPERLINK(\"http://x\")", &Value::Text));
        assert_eq!(at(6, 1), ("12", &Value::Number(12.0)));
        assert!(sheet.unreckoned.is_empty(), "no formula");
    }

    #[test]
    fn csv_holds_no_formula() {
        let text = String::from_utf8(write_counts_csv(&counts()).unwrap()).unwrap();
        let expected = "\u{feff}部門,大\r\n\"'=HYPERLINK(\"\"http://x\"\")\",12\r\n\"営業部\n第一\",3\r\n";
        assert_eq!(text, expected);
    }
}
