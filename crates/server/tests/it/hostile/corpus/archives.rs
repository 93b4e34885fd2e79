//! Zips that lie about what they hold, or hold too much.

use super::Kind;
use super::answers::*;
use super::books::*;
use crate::hostile::zips::{Part, zip, zip_with};

pub const KINDS: &[Kind] = &[
    ("ratio bomb", LARGE, |dice| {
        let times = 2_000_000 + dice.to(40_000_000) as u64;
        with(&[Part::repeated("xl/media/image1.png", ("", "\0", times, ""), 258)])
    }),
    ("ratio bomb of a sheet", LARGE, |dice| {
        let rows = 60_000 + dice.to(900_000) as u64;
        sheet_part(Part::repeated(SHEET, (OPEN, "<row><c><v>1</v></c></row>", rows, CLOSE), 258))
    }),
    ("ratio bomb that declares little", &["too_large", "damaged"], |dice| {
        let mut part = Part::repeated("xl/media/image1.png", ("", "\0", 40_000_000, ""), 258);
        part.size = u32::try_from(dice.to(1_000)).unwrap();
        with(&[part])
    }),
    ("sizes that lie", &["too_large", "damaged", "read"], |dice| {
        let mut parts = plain();
        let at = dice.to(parts.len());
        let lie = *dice.of(&[0, 1, 1_000_000, u32::MAX - 1, u32::MAX]);
        match dice.to(3) {
            0 => parts[at].size = lie,
            1 => parts[at].packed_size = lie,
            _ => (parts[at].size, parts[at].packed_size) = (lie, lie),
        }
        zip(&parts)
    }),
    ("checksum that lies", DAMAGED, |dice| {
        let mut parts = plain();
        let at = dice.to(parts.len());
        parts[at].crc ^= 1 << dice.to(32);
        zip(&parts)
    }),
    ("parts in each other", &["damaged", "too_large", "read"], |dice| {
        let mut parts = plain();
        parts.push(Part::repeated("xl/media/a.bin", ("", "\0\u{1}\u{2}", 300_000, ""), 100));
        let first = parts.len() - 1;
        for nth in 0..dice.to(180) {
            let name = format!("xl/media/{nth:05}.bin").into_bytes();
            parts.push(Part { name, inside: Some(first), ..parts[first].clone() });
        }
        zip(&parts)
    }),
    ("too many parts", LARGE, |dice| {
        let many = (0..200 + dice.to(3_000)).map(|nth| Part::stored(&format!("xl/media/{nth}"), b"x"));
        with(&many.collect::<Vec<_>>())
    }),
    ("directory that lies", &["damaged", "not_a_workbook", "read", "too_large"], |dice| {
        let (at, value) = (*dice.of(&[8, 9, 10, 11, 12, 14, 16, 18]), dice.byte());
        zip_with(&plain(), |last| last[at] = value)
    }),
    ("zip64 that lies", &["damaged", "not_a_workbook", "read", "too_large"], |dice| {
        let mut parts = plain();
        let at = dice.to(parts.len());
        let mut extra = vec![1, 0, 16, 0];
        extra.extend((dice.next() | 1 << 40).to_le_bytes());
        extra.extend(dice.next().to_le_bytes());
        (parts[at].extra, parts[at].size, parts[at].packed_size) = (extra, u32::MAX, u32::MAX);
        zip(&parts)
    }),
    ("zip64 directory that lies", &["damaged", "not_a_workbook", "read", "too_large"], |dice| {
        let count = *dice.of(&[u64::MAX, 1 << 40, 1 << 31, 70_000]);
        zip_with(&plain(), |last| {
            let mut whole = b"PK\x06\x06".to_vec();
            whole.extend(44_u64.to_le_bytes());
            whole.extend([45, 0, 45, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
            for number in [count, count, 1_000, 0] {
                whole.extend(number.to_le_bytes());
            }
            whole.extend(b"PK\x06\x07\0\0\0\0");
            whole.extend([0; 8]);
            whole.extend(1_u32.to_le_bytes());
            last[8..20].fill(0xFF);
            whole.append(last);
            *last = whole;
        })
    }),
    ("described afterwards", &["damaged", "read"], |dice| {
        let mut parts = plain();
        let at = dice.to(parts.len());
        (parts[at].flags, parts[at].crc) = (8, 0);
        (parts[at].size, parts[at].packed_size) = (0, 0);
        zip(&parts)
    }),
    ("a way of packing nobody has", DAMAGED, |dice| {
        let mut parts = plain();
        let at = dice.to(parts.len());
        parts[at].method = *dice.of(&[1, 6, 9, 12, 14, 93, 95, 98, 99, 65_535]);
        zip(&parts)
    }),
    ("a name that climbs", DAMAGED, |dice| {
        let name = *dice.of(&[
            "../../etc/passwd",
            "xl/../../a",
            "..\\..\\windows\\a.dll",
            "xl/a\0b",
            "xl/..",
            "a\nb",
        ]);
        with(&[Part::stored(name, b"x")])
    }),
    ("the same name twice", DAMAGED, |dice| {
        let name = *dice.of(&[
            "xl/workbook.xml",
            "XL/Workbook.xml",
            "/xl/workbook.xml",
            "xl\\worksheets\\sheet1.xml",
        ]);
        with(&[Part::stored(name, b"<workbook/>")])
    }),
];
