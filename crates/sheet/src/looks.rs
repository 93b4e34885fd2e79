//! How wide the columns of a sheet are: what the reader of cells does not tell.

use std::collections::HashMap;
use std::io::{BufReader, Cursor, Read};

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};
use zip::ZipArchive;

use crate::write::SCHEMA;

/// Columns and widths that are read of one sheet.
const MOST_COLUMNS: u16 = 256;
/// Sheets whose widths are read.
const MOST_SHEETS: usize = 200;

/// The widths that a workbook sets, by the name of the sheet: column (A = 0) and hundredths of a character. Widths are
/// a matter of looks, so what cannot be read is left out and never refused. The file has passed `guard`.
pub(crate) fn widths(bytes: &[u8]) -> HashMap<String, Vec<(u16, u32)>> {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return HashMap::new() };
    let targets: HashMap<String, String> =
        elements(&mut archive, "xl/_rels/workbook.xml.rels", "Relationship", |e| {
            Some((value(e, "Id")?, value(e, "Target")?))
        })
        .into_iter()
        .collect();
    let sheets =
        elements(&mut archive, "xl/workbook.xml", "sheet", |e| Some((value(e, "name")?, value(e, "id")?)));
    let mut found = HashMap::new();
    for (name, id) in sheets.into_iter().take(MOST_SHEETS) {
        let Some(target) = targets.get(&id) else { continue };
        let part = match target.strip_prefix('/') {
            Some(whole) => whole.to_owned(),
            None => ["xl/", target].concat(),
        };
        let columns = elements(&mut archive, &part, "col", column).into_iter().flatten();
        found.insert(name, columns.take(usize::from(MOST_COLUMNS)).collect());
    }
    found
}

/// The design that a file of ours says it has (`register/1`): its hidden property. A file of others says none.
pub(crate) fn schema(bytes: &[u8]) -> Option<String> {
    const MOST_BYTES: u64 = 64 * 1024;
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    let mut text = String::new();
    archive.by_name("docProps/custom.xml").ok()?.take(MOST_BYTES).read_to_string(&mut text).ok()?;
    let (_, behind) = text.split_once(&format!("name=\"{SCHEMA}\""))?;
    let (_, value) = behind.split_once("<vt:lpwstr>")?;
    let (value, _) = value.split_once("</vt:lpwstr>")?;
    Some(value.to_owned())
}

/// Each column that one `<col>` speaks of.
fn column(element: &BytesStart<'_>) -> Option<Vec<(u16, u32)>> {
    let number = |name: &str| value(element, name)?.parse::<u16>().ok();
    let (first, last) = (number("min")?.checked_sub(1)?, number("max")?.checked_sub(1)?);
    let width: f64 = value(element, "width")?.parse().ok()?;
    if !(0.0..=255.0).contains(&width) {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 25,500")]
    let hundredths = (width * 100.0).round() as u32;
    // One width for all 16,384 columns is the sheet's own default, not a column's.
    (last < MOST_COLUMNS).then(|| (first..=last).map(|index| (index, hundredths)).collect())
}

/// What `read` makes of each element of a name; ends where the cells of a sheet begin.
fn elements<T>(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    part: &str,
    name: &str,
    read: impl Fn(&BytesStart<'_>) -> Option<T>,
) -> Vec<T> {
    const MOST_BYTES: u64 = 4 * 1024 * 1024;
    let mut found = Vec::new();
    let Ok(part) = archive.by_name(part) else { return found };
    let mut reader = Reader::from_reader(BufReader::new(part.take(MOST_BYTES)));
    let mut buffer = Vec::new();
    loop {
        buffer.clear();
        match reader.read_event_into(&mut buffer) {
            Ok(Event::Start(element) | Event::Empty(element)) => {
                let local = element.local_name();
                if local.as_ref() == "sheetData" {
                    return found;
                }
                if local.as_ref() == name {
                    found.extend(read(&element));
                }
            }
            Ok(Event::Eof) | Err(_) => return found,
            Ok(_) => {}
        }
    }
}

/// An attribute by its name without a prefix.
fn value(element: &BytesStart<'_>, name: &str) -> Option<String> {
    let attribute = element.attributes().flatten().find(|each| each.key.local_name().as_ref() == name)?;
    quick_xml::escape::unescape(&attribute.value).ok().map(Into::into)
}
