//! Sheets whose cells, sizes and places are beyond reason.

use super::Kind;
use super::answers::*;
use super::books::*;
use crate::hostile::zips::Part;

pub const KINDS: &[Kind] = &[
    ("an unknown entity", &["damaged", "read"], |_| {
        sheet(&format!("{OPEN}{}<row><c t=\"inlineStr\"><is><t>&nobody;</t></is></c></row>{CLOSE}", head()))
    }),
    ("16,384 attributes", &["read", "damaged"], |dice| {
        let count = 16_384 + dice.to(20_000);
        let attributes: Vec<String> = (0..count).map(|nth| format!(" a{nth}=\"\"")).collect();
        let attributes = attributes.concat();
        sheet(&format!("{OPEN}<row{attributes}><c{attributes}><v>1</v></c></row>{}{CLOSE}", head()))
    }),
    ("deep", &["read", "damaged"], |dice| {
        let depth = 1_000 + dice.to(40_000);
        let (down, up) = ("<a>".repeat(depth), "</a>".repeat(depth));
        let up = if dice.to(2) == 0 { up } else { String::new() };
        sheet(&format!("{OPEN}{}<row>{down}{up}</row>{CLOSE}", head()))
    }),
    ("a dimension that lies", &["read", "damaged"], |dice| {
        let lie = *dice.of(&["A1:XFD1048576", "A1:ZZZ99999999", "XFD1048576", "A1:A1"]);
        sheet(&format!(
            "{}{}{}",
            OPEN.replace("<sheetData>", &format!("<dimension ref=\"{lie}\"/><sheetData>")),
            head(),
            CLOSE
        ))
    }),
    ("a dimension that is none", &["read", "damaged"], |dice| {
        let lie = *dice.of(&["", ":", "A0", "1A:2B", "A1:A1:A1", "ＡＡ", "A99999999999999999999", "-1"]);
        sheet(&format!(
            "{}{}{}",
            OPEN.replace("<sheetData>", &format!("<dimension ref=\"{lie}\"/><sheetData>")),
            head(),
            CLOSE
        ))
    }),
    ("a far corner", &["too_large", "damaged"], |dice| {
        let at =
            *dice.of(&["XFD1048576", "A1048576", "XFD9", "A4294967295", "ZZZZZZZ1", "A99999999999999999999"]);
        sheet(&format!("{OPEN}{}<row><c r=\"{at}\"><v>1</v></c></row>{CLOSE}", head()))
    }),
    ("rows numbered wildly", &["read", "damaged", "too_large", "no_register"], |dice| {
        let at = *dice.of(&["0", "4294967295", "4294967296", "-1", "x", "18446744073709551616"]);
        sheet(&format!("{OPEN}<row r=\"{at}\"><c><v>1</v></c></row>{}{CLOSE}", head()))
    }),
    ("texts that are not there", &["read", "damaged"], |dice| {
        let at = *dice.of(&["0", "99999999", "-1", "x", "18446744073709551616", "1e9"]);
        sheet(&format!(
            "{OPEN}{}<row><c t=\"s\"><v>{at}</v></c><c s=\"{at}\"><v>{at}</v></c></row>{CLOSE}",
            head()
        ))
    }),
    ("numbers beyond numbers", &["read", "damaged"], |dice| {
        let number = *dice.of(&["1e308", "-1e999", "NaN", "inf", "2958466", "-657435", "0.0000000001e-300"]);
        sheet(&format!(
            "{OPEN}{}<row><c s=\"1\"><v>{number}</v></c><c t=\"d\"><v>{number}</v></c></row>{CLOSE}",
            head()
        ))
    }),
    ("a cell too long", &["too_large", "damaged"], |dice| {
        let text = "あ".repeat(32_768 + dice.to(1_000));
        sheet(&format!("{OPEN}{}<row><c t=\"inlineStr\"><is><t>{text}</t></is></c></row>{CLOSE}", head()))
    }),
    ("too wide", LARGE, |dice| {
        let cells = "<c><v>1</v></c>".repeat(61 + dice.to(3_000));
        sheet(&format!("{OPEN}{}<row>{cells}</row>{CLOSE}", head()))
    }),
    ("merged all over", &["read", "damaged", "too_large"], |dice| {
        let merge = |nth: usize| format!("<mergeCell ref=\"A{}:XFD1048576\"></mergeCell>", nth % 40 + 1);
        let merges: String = (0..1_000 + dice.to(5_000)).map(merge).collect();
        sheet(&format!(
            "{OPEN}{}{}",
            head(),
            CLOSE.replace("</sheetData>", &format!("</sheetData><mergeCells>{merges}</mergeCells>"))
        ))
    }),
    ("merged upside down", &["read", "damaged"], |dice| {
        let area = *dice.of(&["C9:A1", "A1", "A1:", ":A1", "A0:A0", "A1:ZZZZZZ9", "XFD1048576:A1"]);
        sheet(&format!(
            "{OPEN}{}{}",
            head(),
            CLOSE.replace(
                "</sheetData>",
                &format!("</sheetData><mergeCells><mergeCell ref=\"{area}\"></mergeCell></mergeCells>")
            )
        ))
    }),
    ("tabs without end", LARGE, |dice| tabs(201 + dice.to(100_000), "", OPEN, CLOSE)),
    ("nothing but hidden tabs", NOTHING, |dice| {
        let state = *dice.of(&[" state=\"hidden\"", " state=\"veryHidden\""]);
        tabs(1 + dice.to(50), state, &format!("{OPEN}{}", head()), CLOSE)
    }),
    ("a count that lies", DAMAGED, |dice| {
        let count = *dice.of(&["99999999", "999999999999", "18446744073709551615", "4294967295"]);
        let texts = format!("<sst xmlns=\"{NS}\" uniqueCount=\"{count}\"><si><t>a</t></si></sst>");
        with(&[Part::stored("xl/sharedStrings.xml", texts.as_bytes())])
    }),
];
