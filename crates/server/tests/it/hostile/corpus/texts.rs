//! Separated text.

use super::Kind;
use super::answers::*;
use super::books::*;

pub const KINDS: &[Kind] = &[
    ("csv with NUL", &["not_a_workbook"], |dice| {
        let mut text = csv(20).into_bytes();
        text.insert(dice.to(600), 0);
        text
    }),
    ("csv in no encoding", &["not_a_workbook", "read", "damaged", "no_register"], |dice| {
        let mut text = csv(20).into_bytes();
        for _ in 0..=dice.to(5) {
            let at = dice.to(text.len());
            text[at] = *dice.of(&[0xFF, 0xFE, 0x80, 0xC0, 0xED, 0xF8]);
        }
        text
    }),
    ("csv in wide letters", &["not_a_workbook"], |_| {
        csv(5).encode_utf16().flat_map(u16::to_le_bytes).collect()
    }),
    ("csv with a quote left open", LARGE, |dice| {
        format!("{}\"{}", csv(3), "い\n".repeat(20_000 + dice.to(2_000))).into_bytes()
    }),
    ("csv too wide", LARGE, |dice| format!("{}{}\n", csv(3), "x,".repeat(61 + dice.to(40_000))).into_bytes()),
    ("csv of formulas", READ, |dice| {
        let formula =
            *dice.of(&["=cmd|'/c calc'!A0", "+1", "-1", "@SUM(A1)", "\t=1", "=HYPERLINK(\"\"http://x\"\")"]);
        csv(3).replace("名簿", formula).into_bytes()
    }),
    ("csv with a zip behind it", &["not_a_workbook"], |_| [csv(3).as_bytes(), SAMPLE].concat()),
];
