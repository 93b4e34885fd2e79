//! What is no register whatever its name says: told by the first bytes, before anything is taken for text.

use crate::limits::is_container;
use crate::refused::Refused;

/// The refusal of a file that is neither a workbook nor text in columns, or that is not what its name says. An empty
/// name says nothing.
pub(crate) fn judge(name: &str, bytes: &[u8]) -> Result<(), Refused> {
    if bytes.is_empty() {
        return Err(Refused::Empty);
    }
    if is_container(bytes) {
        return Ok(());
    }
    let start = beginning(bytes);
    if MARKUP.iter().any(|mark| start.starts_with(mark)) {
        return Err(Refused::Markup);
    }
    if OTHERS.iter().any(|mark| start.starts_with(mark)) || says_workbook(name) {
        return Err(Refused::NotAWorkbook);
    }
    Ok(())
}

/// Web pages, pages saved as one file, and workbooks of Excel 2003 in XML: many systems write these under the name of
/// a workbook, and Excel opens them.
const MARKUP: &[&[u8]] = &[
    b"<!doctype",
    b"<html",
    b"<head",
    b"<body",
    b"<table",
    b"<meta",
    b"<style",
    b"<script",
    b"<!--",
    b"<?xml",
    b"<workbook",
    b"<ss:workbook",
    b"mime-version:",
];

/// Documents, pictures and archives that hold no NUL, or might not where they begin; in small letters.
const OTHERS: &[&[u8]] = &[
    b"%pdf",
    b"%!ps",
    b"{\\rtf",
    b"\x89png",
    b"\xFF\xD8\xFF",
    b"gif87a",
    b"gif89a",
    b"rar!\x1A",
    b"7z\xBC\xAF\x27\x1C",
    b"\x1F\x8B",
    b"bzh9",
];

/// The first bytes in small letters, without marks of an encoding, blanks and the NULs of wide letters.
fn beginning(bytes: &[u8]) -> Vec<u8> {
    const LOOKED_AT: usize = 1_024;
    let marks: [&[u8]; 3] = [b"\xEF\xBB\xBF", b"\xFF\xFE", b"\xFE\xFF"];
    let bytes = marks.iter().find_map(|mark| bytes.strip_prefix(*mark)).unwrap_or(bytes);
    let seen = bytes.iter().take(LOOKED_AT).filter(|byte| **byte != 0).map(u8::to_ascii_lowercase);
    seen.skip_while(u8::is_ascii_whitespace).collect()
}

/// Whether a name promises a workbook.
fn says_workbook(name: &str) -> bool {
    let Some((_, ending)) = name.rsplit_once('.') else { return false };
    ["xlsx", "xlsm", "xltx", "xltm", "xlsb", "xls"].iter().any(|each| ending.eq_ignore_ascii_case(each))
}
