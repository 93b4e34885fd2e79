//! Workbooks with what is never read: macros, links, document types, encryption.

use super::Kind;
use super::answers::*;
use super::books::*;
use crate::hostile::zips::{Part, zip};

pub const KINDS: &[Kind] = &[
    ("macros by name", MACROS, |dice| {
        let name = *dice.of(&[
            "xl/vbaProject.bin",
            "XL/VBAPROJECT.BIN",
            "a/vbaProject.bin",
            "xl/macrosheets/sheet1.xml",
        ]);
        with(&[Part::stored(name, b"x")])
    }),
    ("macros by type", MACROS, |dice| {
        let kind = *dice.of(&[
            "application/vnd.ms-office.vbaProject",
            "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
            "application/vnd.ms-excel.macrosheet+xml",
            "application/vnd.ms-excel.intlmacrosheet+xml",
        ]);
        typed(kind, dice)
    }),
    ("a type in disguise", DAMAGED, |dice| typed("application/vnd.ms-office.vba&#80;roject", dice)),
    ("links by name", LINKS, |dice| {
        let name = *dice.of(&["xl/externalLinks/externalLink1.xml", "xl/ExternalLinks/a.xml"]);
        let dde = "<externalLink><ddeLink ddeService=\"cmd\" ddeTopic=\"/c calc\"/></externalLink>";
        with(&[Part::stored(name, dde.as_bytes())])
    }),
    ("links by type", LINKS, |dice| {
        typed("application/vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml", dice)
    }),
    ("an entity from outside", DOCTYPE, |dice| {
        let target =
            *dice.of(&["file:///etc/passwd", "http://127.0.0.1:1/x", "expect://id", "\\\\\\\\host\\\\share"]);
        let doctype = format!("<!DOCTYPE a [<!ENTITY x SYSTEM \"{target}\">]>");
        sheet(&format!(
            "{doctype}{OPEN}{}<row><c t=\"inlineStr\"><is><t>&x;</t></is></c></row>{CLOSE}",
            head()
        ))
    }),
    ("a thousand laughs", DOCTYPE, |dice| {
        let mut text = String::from("<!doctype l [<!ENTITY l0 \"ha\">");
        for nth in 1..10 + dice.to(10) {
            let ten = format!("&l{};", nth - 1).repeat(10);
            text += &["<!ENTITY l", &nth.to_string(), " \"", &ten, "\">"].concat();
        }
        sheet(&format!("{text}]>{OPEN}<row><c><v>&l9;</v></c></row>{CLOSE}"))
    }),
    ("a doctype in wide letters", DOCTYPE, |dice| {
        let text = format!("\u{feff}<?xml version=\"1.0\" encoding=\"UTF-16\"?><!DOCTYPE a>{OPEN}{CLOSE}");
        let wide: Vec<u8> = match dice.to(2) {
            0 => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            _ => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        };
        sheet_part(Part::stored(SHEET, &wide))
    }),
    ("a doctype under another name", DOCTYPE, |dice| {
        let name =
            *dice.of(&["xl/a.bin", "xl/worksheets/sheet1.dat", "customXml/item", "xl/printerSettings/p.bin"]);
        with(&[Part::stored(name, b"<!DOCTYPE a><a/>")])
    }),
    ("a sheet elsewhere", &["damaged", "read", "no_register"], |dice| {
        let target = *dice.of(&[
            "../../../etc/passwd",
            "file:///etc/passwd",
            "http://127.0.0.1/",
            "",
            "/",
            "worksheets/../workbook.xml",
        ]);
        let rels = RELS.replace("worksheets/sheet1.xml", target);
        zip(&book(&rels, &[Part::stored(SHEET, format!("{OPEN}{}{CLOSE}", head()).as_bytes())]))
    }),
    ("an encrypted part", LOCKED, |dice| {
        let mut parts = plain();
        let at = dice.to(parts.len());
        parts[at].flags |= 1;
        zip(&parts)
    }),
    ("an encrypted workbook", LOCKED, |dice| ole("EncryptedPackage", dice)),
    ("an old workbook", &["old_format"], |dice| {
        let stream = *dice.of(&["Workbook", "Book", "VBA", "x"]);
        ole(stream, dice)
    }),
];
