//! Of what hostile files are made: a good workbook, its parts, and chance by a seed.

use crate::hostile::zips::{Part, zip};
use std::io::Read;
use std::sync::LazyLock;

pub const MIB: usize = 1024 * 1024;
pub const SAMPLE: &[u8] = include_bytes!("../../../../../../samples/asset-register-ipa.xlsx");
pub const NS: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
pub const SHEET: &str = "xl/worksheets/sheet1.xml";
pub const OPEN: &str =
    "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>";
pub const CLOSE: &str = "</sheetData></worksheet>";
pub const RELS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>";
pub const ROOT: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
pub const TYPES: &str = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>";
pub const HEADINGS: [&str; 7] =
    ["情報資産名称", "管理部署", "媒体・保存先", "機密性", "完全性", "可用性", "備考"];
pub const ROW: [&str; 7] = ["名簿", "営業部", "紙", "2", "2", "2", ""];

/// A header and one good row.
pub fn head() -> String {
    let row = |texts: &[&str]| {
        let cells = texts.iter().map(|text| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>"));
        format!("<row>{}</row>", cells.collect::<String>())
    };
    row(&HEADINGS) + &row(&ROW)
}

pub fn csv(rows: usize) -> String {
    format!("{}\n", HEADINGS.join(",")) + &format!("{}\n", ROW.join(",")).repeat(rows)
}

pub fn workbook(count: usize, state: &str) -> String {
    let tabs: Vec<String> = (1..=count)
        .map(|nth| format!("<sheet name=\"s{nth}\" sheetId=\"{nth}\"{state} r:id=\"rId1\"/>"))
        .collect();
    let tabs = tabs.concat();
    format!(
        "<workbook xmlns=\"{NS}\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>{tabs}</sheets></workbook>"
    )
}

/// A whole small workbook, but for its sheet.
pub fn book(rels: &str, parts: &[Part]) -> Vec<Part> {
    let mut all = vec![
        Part::stored("[Content_Types].xml", TYPES.as_bytes()),
        Part::stored("xl/workbook.xml", workbook(1, "").as_bytes()),
        Part::stored("_rels/.rels", ROOT.as_bytes()),
        Part::stored("xl/_rels/workbook.xml.rels", rels.as_bytes()),
    ];
    all.extend_from_slice(parts);
    all
}

/// A good workbook of one row.
pub fn plain() -> Vec<Part> {
    book(RELS, &[Part::stored(SHEET, format!("{OPEN}{}{CLOSE}", head()).as_bytes())])
}

/// What most hostile workbooks are made from: were it not read, they would be refused for a wrong reason.
pub fn harmless() -> Vec<u8> {
    zip(&plain())
}

/// A good workbook and more parts.
pub fn with(parts: &[Part]) -> Vec<u8> {
    zip(&[&plain(), parts].concat())
}

pub fn sheet_part(sheet: Part) -> Vec<u8> {
    zip(&book(RELS, &[sheet]))
}

pub fn sheet(xml: &str) -> Vec<u8> {
    sheet_part(Part::stored(SHEET, xml.as_bytes()))
}

pub fn tabs(count: usize, state: &str, open: &str, close: &str) -> Vec<u8> {
    many_tabs(count, state, Part::stored(SHEET, format!("{open}{close}").as_bytes()))
}

pub fn many_tabs(count: usize, state: &str, sheet: Part) -> Vec<u8> {
    let mut parts = book(RELS, &[sheet]);
    parts[1] = Part::stored("xl/workbook.xml", workbook(count, state).as_bytes());
    zip(&parts)
}

/// A good workbook that declares a part of this type under a harmless name.
pub fn typed(kind: &str, dice: &mut Dice) -> Vec<u8> {
    let name = *dice.of(&["a.bin", "theme.xml", "sheet9.xml"]);
    let types = TYPES
        .replace("</Types>", &format!("<Override PartName=\"/xl/{name}\" ContentType=\"{kind}\"/></Types>"));
    let mut parts = plain();
    parts[0] = Part::stored("[Content_Types].xml", types.as_bytes());
    parts.push(Part::stored(&format!("xl/{name}"), b"<x/>"));
    zip(&parts)
}

pub fn ole(stream: &str, dice: &mut Dice) -> Vec<u8> {
    let mut bytes = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    bytes.resize(512 + dice.to(2_000), 0);
    bytes.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
    bytes.resize(bytes.len() + 2_000, 0);
    bytes
}

pub static PARTS: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
    let mut source = zip::ZipArchive::new(std::io::Cursor::new(SAMPLE)).unwrap();
    let part = |nth| {
        let mut part = source.by_index(nth).unwrap();
        let mut content = Vec::new();
        part.read_to_end(&mut content).unwrap();
        (part.name().unwrap().into_owned(), content)
    };
    (0..9).map(part).collect()
});

/// The sample with its parts changed.
pub fn sample_but(mut change: impl FnMut(&str, &mut Vec<u8>)) -> Vec<u8> {
    let part = |(name, content): &(String, Vec<u8>)| {
        let mut content = content.clone();
        change(name, &mut content);
        Part::stored(name, &content)
    };
    zip(&PARTS.iter().map(part).collect::<Vec<_>>())
}

/// Chance by a seed.
pub struct Dice(pub u64);

impl Dice {
    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ (word >> 31)
    }
    pub fn to(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound.max(1) as u64).unwrap()
    }
    pub fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }
    pub fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.to(all.len())]
    }
    pub fn text(&mut self, length: usize) -> String {
        (0..length).map(|_| char::from(*self.of(b"abcdefgh ,\n"))).collect()
    }
}
