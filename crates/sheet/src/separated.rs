//! Comma- and tab-separated text becomes a grid. Text has no types, so every value is text.

use crate::grid::{Budget, Cell, Cells, Sheet, Value, Workbook, into_rows};
use crate::limits::Limits;
use crate::refused::Refused;
use crate::text::unquote;

/// Reads separated text in UTF-8, UTF-16 with its mark, or CP932.
pub(crate) fn read(bytes: &[u8], limits: &Limits) -> Result<Workbook, Refused> {
    // One kind of line end, because lines are counted below.
    let mut text = decode(bytes).ok_or(Refused::NotAWorkbook)?.replace("\r\n", "\n");
    if !text.ends_with('\n') {
        text.push('\n');
    }
    let mut budget = Budget::new(limits);
    let mut cells = Cells::new();
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(&text))
        .from_reader(text.as_bytes());
    let (mut record, mut row, mut line) = (csv::StringRecord::new(), 0_u32, 1);
    while reader.read_record(&mut record).map_err(|_| Refused::Damaged)? {
        // The reader skips blank lines; the rows that Excel shows do not.
        let inside: usize = record.iter().map(|typed| typed.matches('\n').count()).sum();
        let skipped = (reader.position().line() - line).saturating_sub(inside as u64 + 1);
        row = row.saturating_add(u32::try_from(skipped).unwrap_or(u32::MAX));
        line = reader.position().line();
        for (column, typed) in record.iter().enumerate().filter(|(_, typed)| !typed.trim().is_empty()) {
            let column = u16::try_from(column).unwrap_or(u16::MAX);
            let text = unquote(typed);
            budget.spend(row, u32::from(column), &text)?;
            let row_number = row.saturating_add(1);
            cells
                .insert((row, column), Cell { row_number, column, text, value: Value::Text, carried: false });
        }
        row = row.saturating_add(1);
    }
    let sheet = Sheet {
        name: "CSV".to_owned(),
        hidden: false,
        rows: into_rows(cells),
        merged: Vec::new(),
        widths: Vec::new(),
        unreckoned: Vec::new(),
    };
    Ok(Workbook { sheets: vec![sheet], schema: None })
}

/// Tabs where the first lines hold more of them than commas.
fn delimiter(text: &str) -> u8 {
    const LINES: usize = 30;
    let count = |sign: char| text.lines().take(LINES).map(|line| line.matches(sign).count()).sum::<usize>();
    if count('\t') > count(',') { b'\t' } else { b',' }
}

/// Decodes once: UTF-16 or UTF-8 if the mark or the bytes say so, otherwise CP932, the encoding of Japanese Excel. A NUL
/// is in no text.
fn decode(bytes: &[u8]) -> Option<String> {
    let utf_16 = [(b"\xFF\xFE", encoding_rs::UTF_16LE), (b"\xFE\xFF", encoding_rs::UTF_16BE)];
    let marked = utf_16.into_iter().find_map(|(mark, code)| Some((bytes.strip_prefix(mark)?, code)));
    let text = if let Some((rest, code)) = marked {
        code.decode_without_bom_handling_and_without_replacement(rest)?.into_owned()
    } else {
        let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
        match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => encoding_rs::SHIFT_JIS
                .decode_without_bom_handling_and_without_replacement(bytes)?
                .into_owned(),
        }
    };
    (!text.is_empty() && !text.contains('\0')).then_some(text)
}
