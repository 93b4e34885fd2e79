//! The door for files: what is counted and refused before anything is parsed.
//!
//! Sizes written in a file are an attacker's data, so every part is unpacked once here, counted while unpacking and
//! thrown away. What passes is small enough to be read in full.

use std::collections::HashSet;
use std::io::{Cursor, Read};

use serde::{Deserialize, Serialize};
use zip::{CompressionMethod, ZipArchive};

use crate::refused::{Bound, Refused};

/// How much of a file is taken. The defaults are those written in the product documentation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// The file as it arrives, in bytes (10 MB).
    pub file_bytes: u64,
    /// Parts inside the file (200).
    pub entries: u64,
    /// All parts when unpacked, in bytes (64 MB); also the bound for the text of all cells together.
    pub inflated_bytes: u64,
    /// One part when unpacked, in bytes (32 MB).
    pub part_bytes: u64,
    /// How many times its packed size a part may grow (100); parts below 1 MB unpacked are not asked.
    pub ratio: u64,
    /// Cells in use in the whole workbook, merged areas counted in full (500,000).
    pub cells: u64,
    /// The last column in use, counted from A = 1 (60).
    pub columns: u64,
    /// The last row in use of a sheet, counted from 1 (20,000).
    pub rows: u64,
    /// Characters in one cell (32,767, Excel's own bound).
    pub cell_chars: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            file_bytes: 10 * MIB,
            entries: 200,
            inflated_bytes: 64 * MIB,
            part_bytes: 32 * MIB,
            ratio: 100,
            cells: 500_000,
            columns: 60,
            rows: 20_000,
            cell_chars: 32_767,
        }
    }
}

const MIB: u64 = 1024 * 1024;
const OLE_MAGIC: &[u8] = &[0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
const ZIP_MAGIC: &[u8] = b"PK";

/// Refuses what is not a plain xlsx workbook within the limits. Reads every byte of it, keeps none.
pub fn guard(bytes: &[u8], limits: &Limits) -> Result<(), Refused> {
    check(Bound::File, bytes.len() as u64, limits.file_bytes)?;
    if bytes.is_empty() {
        return Err(Refused::Empty);
    }
    if bytes.starts_with(OLE_MAGIC) {
        return Err(ole_kind(bytes));
    }
    if !bytes.starts_with(ZIP_MAGIC) {
        return Err(Refused::NotAWorkbook);
    }
    let mut archive = ZipArchive::new(Cursor::new(bytes)).map_err(|_| Refused::Damaged)?;
    check(Bound::Entries, archive.len() as u64, limits.entries)?;
    guard_names(&archive)?;
    let mut total = 0;
    for index in 0..archive.len() {
        total += guard_part(&mut archive, index, total, limits)?;
    }
    Ok(())
}

/// The one way a count becomes a refusal.
pub(crate) fn check(bound: Bound, found: u64, allowed: u64) -> Result<(), Refused> {
    if found > allowed { Err(Refused::TooLarge { bound, found, allowed }) } else { Ok(()) }
}

/// True for files that only `guard` can judge; everything else may still be text.
pub(crate) fn is_container(bytes: &[u8]) -> bool {
    bytes.starts_with(ZIP_MAGIC) || bytes.starts_with(OLE_MAGIC)
}

/// Excel wraps an encrypted workbook into an OLE file with a stream of this name; without it, it is an old .xls.
fn ole_kind(bytes: &[u8]) -> Refused {
    let name: Vec<u8> = "EncryptedPackage".encode_utf16().flat_map(u16::to_le_bytes).collect();
    if contains(bytes, &name) { Refused::PasswordProtected } else { Refused::OldFormat }
}

/// Judges the parts by their names, as Excel compares them: without regard to case.
fn guard_names(archive: &ZipArchive<Cursor<&[u8]>>) -> Result<(), Refused> {
    let mut seen = HashSet::new();
    for name in archive.file_names() {
        let name = folded_name(&name.map_err(|_| Refused::Damaged)?);
        // No part is ever written anywhere under its name; a name that climbs out of its folder is no Excel's.
        if name.split('/').any(|step| step == "..") || name.chars().any(char::is_control) {
            return Err(Refused::Damaged);
        }
        if name.contains("vbaproject") || name.starts_with("xl/macrosheets/") {
            return Err(Refused::Macros);
        }
        if name.starts_with("xl/externallinks/") {
            return Err(Refused::ExternalLinks);
        }
        // Two parts of one name are read differently by different programs: what we check is not what is opened.
        if !seen.insert(name) {
            return Err(Refused::Damaged);
        }
    }
    // The archive itself keeps only the last of two parts with exactly the same name.
    if archive.has_duplicate_names() {
        return Err(Refused::Damaged);
    }
    if seen.contains("xl/workbook.xml") { Ok(()) } else { Err(Refused::NotAWorkbook) }
}

/// Unpacks one part and returns its size, having looked into it if it is XML.
fn guard_part(
    archive: &mut ZipArchive<Cursor<&[u8]>>,
    index: usize,
    before: u64,
    limits: &Limits,
) -> Result<u64, Refused> {
    let raw = archive.by_index_raw(index).map_err(|_| Refused::Damaged)?;
    if raw.encrypted() {
        return Err(Refused::PasswordProtected);
    }
    if !matches!(raw.compression(), CompressionMethod::Stored | CompressionMethod::Deflated) {
        return Err(Refused::Damaged);
    }
    drop(raw);
    let mut part = archive.by_index(index).map_err(|_| Refused::Damaged)?;
    let name = folded_name(&part.name().map_err(|_| Refused::Damaged)?);
    let packed = part.compressed_size().max(1);
    // A sheet may hide under any name; only pictures may hold words that mean something else there.
    let is_looked_at = !name.starts_with("xl/media/");
    let mut scan = Scan::default();
    let mut size = 0;
    let mut buffer = vec![0; 64 * 1024];
    loop {
        let read = part.read(&mut buffer).map_err(|_| Refused::Damaged)?;
        if read == 0 {
            return scan.end(size).map(|()| size);
        }
        size += read as u64;
        check(Bound::Part, size, limits.part_bytes)?;
        check(Bound::Total, before + size, limits.inflated_bytes)?;
        if size > MIB {
            check(Bound::Ratio, size.div_ceil(packed), limits.ratio)?;
        }
        if is_looked_at {
            scan.look(&buffer[..read], name == "[content_types].xml")?;
        }
    }
}

/// Looks for forbidden words in a stream of bytes, also where a word is cut by the edge of a buffer.
#[derive(Default)]
struct Scan {
    tail: Vec<u8>,
    /// The largest number of shared texts that the part claims to hold.
    claimed: u64,
}

/// The shortest that one shared text can be: `<si/>`.
const SHORTEST_TEXT: u64 = 5;

impl Scan {
    /// NUL bytes are dropped first, so that a word hidden in UTF-16 is found as well.
    fn look(&mut self, bytes: &[u8], is_content_types: bool) -> Result<(), Refused> {
        const LONGEST: usize = 64;
        self.tail.extend(bytes.iter().filter(|b| **b != 0).map(u8::to_ascii_lowercase));
        if contains(&self.tail, b"<!doctype") {
            return Err(Refused::Doctype);
        }
        if is_content_types {
            self.look_at_types()?;
        }
        self.claimed = self.claimed.max(claim(&self.tail));
        let keep = self.tail.len().saturating_sub(LONGEST);
        self.tail.drain(..keep);
        Ok(())
    }

    /// The parts of a macro, or a link to another workbook, may have any name; their declared type may not.
    fn look_at_types(&self) -> Result<(), Refused> {
        if ["vbaproject", "macroenabled", "macrosheet"]
            .iter()
            .any(|word| contains(&self.tail, word.as_bytes()))
        {
            return Err(Refused::Macros);
        }
        if contains(&self.tail, b"externallink") {
            return Err(Refused::ExternalLinks);
        }
        // A type spelled in character references is hidden on purpose: no Excel writes one.
        if contains(&self.tail, b"&#") { Err(Refused::Damaged) } else { Ok(()) }
    }

    /// The reader of workbooks makes room for as many texts as a part claims, before it has seen one.
    fn end(&self, size: u64) -> Result<(), Refused> {
        if self.claimed > size / SHORTEST_TEXT { Err(Refused::Damaged) } else { Ok(()) }
    }
}

/// The number behind `uniqueCount=`, the largest where there are several; 0 where there is none.
fn claim(bytes: &[u8]) -> u64 {
    const NAME: &[u8] = b"uniquecount";
    let mut largest = 0;
    for at in (0..bytes.len()).filter(|at| bytes[*at..].starts_with(NAME)) {
        let digits = bytes[at + NAME.len()..].iter().skip_while(|byte| b" \t\r\n=\"'+0".contains(byte));
        let number = digits
            .take_while(|byte| byte.is_ascii_digit())
            .fold(0_u64, |number, digit| number.saturating_mul(10).saturating_add(u64::from(digit - b'0')));
        largest = largest.max(number);
    }
    largest
}

fn folded_name(name: &str) -> String {
    name.replace('\\', "/").trim_start_matches('/').to_lowercase()
}

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}
