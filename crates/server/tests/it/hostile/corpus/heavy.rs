//! What costs the worker much.

use super::Kind;
use super::answers::*;
use super::books::*;
use crate::hostile::zips::{Part, zip};
use meguri_sheet::Field;

pub const KINDS: &[Kind] = &[
    ("too large a file", LARGE, |dice| vec![b'x'; 10 * MIB + 1 + dice.to(500_000)]),
    ("one line of 10 MB", LARGE, |dice| {
        vec![*dice.of(b"x,"); 10 * MIB - 2].into_iter().chain(*b"x\n").collect()
    }),
    ("csv of commas", &["no_register"], |_| vec![b','; 3 * MIB]),
    ("csv too long", LARGE, |dice| csv(20_001 + dice.to(20_000)).into_bytes()),
    ("part bomb", LARGE, |dice| {
        let times = 8_600_000 + dice.to(100_000) as u64;
        with(&[Part::repeated("xl/media/a.bin", ("", "abcd", times, ""), 130)])
    }),
    ("bomb of many parts", LARGE, |dice| {
        let part = |nth| Part::repeated(&format!("xl/media/{nth}.bin"), ("", "abcd", 4_000_000, ""), 120);
        with(&(0..5 + dice.to(4)).map(part).collect::<Vec<_>>())
    }),
    ("a million texts", &["read", "stopped", "too_long"], |dice| {
        let times = 1_000_000 + dice.to(100_000) as u64;
        let open = "<sst xmlns=\"x\"><si><t>0</t></si>";
        with(&[Part::repeated(
            "xl/sharedStrings.xml",
            (open, "<si><t>abcdefgh</t></si>", times, "</sst>"),
            100,
        )])
    }),
    ("one text in every cell", LARGE, |dice| {
        let text = "あ".repeat(20_000 + dice.to(12_000));
        let texts = format!("<sst xmlns=\"{NS}\"><si><t>{text}</t></si></sst>");
        let cells = "<row><c t=\"s\"><v>0</v></c></row>".repeat(2_000);
        let sheet = Part::stored(SHEET, format!("{OPEN}{cells}{CLOSE}").as_bytes());
        zip(&book(RELS, &[sheet, Part::stored("xl/sharedStrings.xml", texts.as_bytes())]))
    }),
    ("a million merges", &["read", "damaged"], |dice| {
        let close = CLOSE.replace("</sheetData>", "</mergeCells>");
        let open = format!("{OPEN}{}</sheetData><mergeCells>", head());
        let merge = "<mergeCell ref=\"A1:B9\"></mergeCell>";
        let times = 800_000 + dice.to(50_000) as u64;
        sheet_part(Part::repeated(SHEET, (&open, merge, times, &close), 90))
    }),
    ("cells without end", LARGE, |dice| {
        let row = format!("<row>{}</row>", "<c><v>7</v></c>".repeat(40));
        let times = 19_000 + dice.to(500) as u64;
        sheet_part(Part::repeated(SHEET, (OPEN, &row, times, CLOSE), 90))
    }),
    ("styles without end", STOPPED, |dice| {
        let open = format!("<styleSheet xmlns=\"{NS}\"><cellXfs>");
        let times = 5_000_000 + dice.to(100_000) as u64;
        with(&[Part::repeated("xl/styles.xml", (&open, "<xf/>", times, "</cellXfs></styleSheet>"), 100)])
    }),
    ("a workbook with ballast", READ, |dice| {
        let ballast: Vec<u8> =
            (0..(9 * MIB + dice.to(MIB / 2)) / 8).flat_map(|_| dice.next().to_le_bytes()).collect();
        with(&[Part::stored("xl/media/image1.png", &ballast)])
    }),
    ("empty cells in two hundred tabs", &["too_long", "no_register"], |_| {
        let sheet = Part::repeated(SHEET, (OPEN, "<row><c></c></row>", 20_000, CLOSE), 90);
        many_tabs(200, "", sheet)
    }),
];

/// Only what a full turn and the tests of the bounds may spend time on.
pub const SLOW: &[Kind] = &[("a sheet that is read two hundred times", &["too_long"], |_| {
    let sheet = Part::repeated(SHEET, (OPEN, "<row><c></c></row>", 1_700_000, CLOSE), 90);
    many_tabs(200, "", sheet)
})];

/// As much as the limits allow, and nothing wrong with it: what the server holds of an answer at most.
pub const FULL: &[Kind] = &[
    ("a register as full as is allowed", &["read", "answer_too_large"], |dice| {
        let head: Vec<&str> = Field::ALL.into_iter().take(25).map(Field::ja).collect();
        let head = head.join(",");
        let line: Vec<&str> = (0..25).map(|_| *dice.of(&["あ", "営業部", "x", "2", "9"])).collect();
        format!("{head}\n{}", [&line.join(","), "\n"].concat().repeat(19_900)).into_bytes()
    }),
    ("one long text in many cells", &["read", "answer_too_large"], |dice| {
        let text = "あ".repeat(20_000 + dice.to(12_000));
        let texts = format!("<sst xmlns=\"{NS}\"><si><t>{text}</t></si></sst>");
        let cells = "<row><c t=\"s\"><v>0</v></c></row>".repeat(400 + dice.to(200));
        let sheet = Part::stored(SHEET, format!("{OPEN}{}{cells}{CLOSE}", head()).as_bytes());
        zip(&book(RELS, &[sheet, Part::stored("xl/sharedStrings.xml", texts.as_bytes())]))
    }),
];
