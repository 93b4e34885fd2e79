//! Hostile files by number: the same number gives the same file. Every kind of TRUST.md S11, and what it may be
//! answered.

use super::zips::{Part, zip, zip_with};
use std::io::Read;
use std::sync::LazyLock;

/// A hostile file.
pub struct Hostile {
    pub kind: &'static str,
    pub bytes: Vec<u8>,
    /// The answers that are right; any other is a hole.
    pub may: &'static [&'static str],
    pub heavy: bool,
}

/// The nth file. Every 25th is a heavy one: its answer costs the worker much.
pub fn file(nth: u64) -> Hostile {
    let heavy = nth % 25 == 24;
    let (kinds, turn): (&[Kind], _) = if heavy { (HEAVY, nth / 25) } else { (LIGHT, nth - nth / 25) };
    let (kind, may, make) = kinds[usize::try_from(turn).unwrap() % kinds.len()];
    let mut dice = Dice(nth.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    Hostile { kind, bytes: make(&mut dice), may, heavy }
}

/// The file of a kind.
pub fn of_kind(kind: &str, seed: u64) -> Hostile {
    let all = LIGHT.iter().chain(HEAVY).chain(SLOW);
    let (kind, may, make) = *all.into_iter().find(|each| each.0 == kind).unwrap();
    Hostile { kind, bytes: make(&mut Dice(seed)), may, heavy: true }
}

type Kind = (&'static str, &'static [&'static str], fn(&mut Dice) -> Vec<u8>);

const LARGE: &[&str] = &["too_large"];
const DAMAGED: &[&str] = &["damaged"];
const MACROS: &[&str] = &["macros"];
const LINKS: &[&str] = &["external_links"];
const DOCTYPE: &[&str] = &["doctype"];
const LOCKED: &[&str] = &["password_protected"];
const READ: &[&str] = &["read"];
const NOTHING: &[&str] = &["no_register"];
/// Text in no encoding, or something else altogether.
const STRANGE: &[&str] = &["not_a_workbook", "damaged", "no_register", "too_large"];
/// Damage may hit anything, or nothing that counts.
const HURT: &[&str] = &[
    "read",
    "damaged",
    "no_register",
    "no_rows",
    "too_large",
    "not_a_workbook",
    "password_protected",
    "doctype",
    "old_format",
];
/// What only the bounds of the worker stop.
const STOPPED: &[&str] = &["stopped", "too_long", "damaged"];

const LIGHT: &[Kind] = &[
    ("cut short", HURT, |dice| SAMPLE[..=dice.to(SAMPLE.len() - 1)].to_vec()),
    ("bits flipped", HURT, |dice| {
        let mut bytes = SAMPLE.to_vec();
        for _ in 0..=dice.to(16) {
            let at = dice.to(bytes.len());
            bytes[at] ^= 1 << dice.to(8);
        }
        bytes
    }),
    ("bytes replaced", HURT, |dice| {
        let mut bytes = SAMPLE.to_vec();
        let (at, count) = (dice.to(bytes.len()), dice.to(400));
        for byte in bytes.iter_mut().skip(at).take(count) {
            *byte = dice.byte();
        }
        bytes
    }),
    ("bytes moved", HURT, |dice| {
        let (cut, at) = (dice.to(SAMPLE.len()), dice.to(SAMPLE.len()));
        let mut bytes = [&SAMPLE[cut..], &SAMPLE[..cut]].concat();
        bytes.truncate(at.max(4));
        bytes[..2].copy_from_slice(b"PK");
        bytes
    }),
    ("sheet bitten", HURT, |dice| {
        sample_but(|name, content| {
            if std::path::Path::new(&name).extension().is_some_and(|end| end == "xml") && dice.to(3) == 0 {
                for _ in 0..=dice.to(8) {
                    let at = dice.to(content.len());
                    let end = (at + dice.to(60)).min(content.len());
                    content.drain(at..end);
                }
            }
        })
    }),
    ("sheet scrambled", HURT, |dice| {
        sample_but(|name, content| {
            if name.contains("sheet") || name.contains("Strings") {
                for _ in 0..=dice.to(30) {
                    let at = dice.to(content.len());
                    content[at] = *dice.of(b"<>&\"'/=! 0A\xFF\x80");
                }
            }
        })
    }),
    ("noise", STRANGE, |dice| (0..=dice.to(5_000)).map(|_| dice.byte()).collect()),
    ("noise that says PK", DAMAGED, |dice| {
        let noise = (0..dice.to(5_000)).map(|_| dice.byte());
        b"PK\x03\x04".iter().copied().chain(noise).collect()
    }),
    ("another kind of file", &["not_a_workbook", "markup"], |dice| {
        let start = *dice.of(&[
            "%PDF-1.7\n",
            "{\\rtf1",
            "GIF89a",
            "<html>",
            "<?xml version='1.0'?>",
            " <!DOCTYPE a>",
        ]);
        [start, &csv(3)].concat().into_bytes()
    }),
    ("a picture", &["not_a_workbook"], |dice| {
        [b"\x89PNG\r\n\x1a\n\0\0", &dice.text(900).into_bytes()[..]].concat()
    }),
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

const HEAVY: &[Kind] = &[
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
const SLOW: &[Kind] = &[("a sheet that is read two hundred times", &["too_long"], |_| {
    let sheet = Part::repeated(SHEET, (OPEN, "<row><c></c></row>", 1_700_000, CLOSE), 90);
    many_tabs(200, "", sheet)
})];

const MIB: usize = 1024 * 1024;
pub const SAMPLE: &[u8] = include_bytes!("../../../../../samples/asset-register-ipa.xlsx");
const NS: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const SHEET: &str = "xl/worksheets/sheet1.xml";
const OPEN: &str =
    "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData>";
const CLOSE: &str = "</sheetData></worksheet>";
const RELS: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>";
const ROOT: &str = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>";
const TYPES: &str = "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"><Default Extension=\"xml\" ContentType=\"application/xml\"/></Types>";
const HEADINGS: [&str; 7] =
    ["情報資産名称", "管理部署", "媒体・保存先", "機密性", "完全性", "可用性", "備考"];
const ROW: [&str; 7] = ["名簿", "営業部", "紙", "2", "2", "2", ""];

/// A header and one good row.
fn head() -> String {
    let row = |texts: &[&str]| {
        let cells = texts.iter().map(|text| format!("<c t=\"inlineStr\"><is><t>{text}</t></is></c>"));
        format!("<row>{}</row>", cells.collect::<String>())
    };
    row(&HEADINGS) + &row(&ROW)
}

fn csv(rows: usize) -> String {
    format!("{}\n", HEADINGS.join(",")) + &format!("{}\n", ROW.join(",")).repeat(rows)
}

fn workbook(count: usize, state: &str) -> String {
    let tabs: Vec<String> = (1..=count)
        .map(|nth| format!("<sheet name=\"s{nth}\" sheetId=\"{nth}\"{state} r:id=\"rId1\"/>"))
        .collect();
    let tabs = tabs.concat();
    format!(
        "<workbook xmlns=\"{NS}\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets>{tabs}</sheets></workbook>"
    )
}

/// A whole small workbook, but for its sheet.
fn book(rels: &str, parts: &[Part]) -> Vec<Part> {
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
fn plain() -> Vec<Part> {
    book(RELS, &[Part::stored(SHEET, format!("{OPEN}{}{CLOSE}", head()).as_bytes())])
}

/// What most hostile workbooks are made from: were it not read, they would be refused for a wrong reason.
pub fn harmless() -> Vec<u8> {
    zip(&plain())
}

/// A good workbook and more parts.
fn with(parts: &[Part]) -> Vec<u8> {
    zip(&[&plain(), parts].concat())
}

fn sheet_part(sheet: Part) -> Vec<u8> {
    zip(&book(RELS, &[sheet]))
}

fn sheet(xml: &str) -> Vec<u8> {
    sheet_part(Part::stored(SHEET, xml.as_bytes()))
}

fn tabs(count: usize, state: &str, open: &str, close: &str) -> Vec<u8> {
    many_tabs(count, state, Part::stored(SHEET, format!("{open}{close}").as_bytes()))
}

fn many_tabs(count: usize, state: &str, sheet: Part) -> Vec<u8> {
    let mut parts = book(RELS, &[sheet]);
    parts[1] = Part::stored("xl/workbook.xml", workbook(count, state).as_bytes());
    zip(&parts)
}

/// A good workbook that declares a part of this type under a harmless name.
fn typed(kind: &str, dice: &mut Dice) -> Vec<u8> {
    let name = *dice.of(&["a.bin", "theme.xml", "sheet9.xml"]);
    let types = TYPES
        .replace("</Types>", &format!("<Override PartName=\"/xl/{name}\" ContentType=\"{kind}\"/></Types>"));
    let mut parts = plain();
    parts[0] = Part::stored("[Content_Types].xml", types.as_bytes());
    parts.push(Part::stored(&format!("xl/{name}"), b"<x/>"));
    zip(&parts)
}

fn ole(stream: &str, dice: &mut Dice) -> Vec<u8> {
    let mut bytes = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    bytes.resize(512 + dice.to(2_000), 0);
    bytes.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
    bytes.resize(bytes.len() + 2_000, 0);
    bytes
}

static PARTS: LazyLock<Vec<(String, Vec<u8>)>> = LazyLock::new(|| {
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
fn sample_but(mut change: impl FnMut(&str, &mut Vec<u8>)) -> Vec<u8> {
    let part = |(name, content): &(String, Vec<u8>)| {
        let mut content = content.clone();
        change(name, &mut content);
        Part::stored(name, &content)
    };
    zip(&PARTS.iter().map(part).collect::<Vec<_>>())
}

/// Chance by a seed.
pub struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut word = self.0;
        word = (word ^ (word >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        word ^ (word >> 31)
    }
    fn to(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound.max(1) as u64).unwrap()
    }
    fn byte(&mut self) -> u8 {
        self.next().to_le_bytes()[0]
    }
    fn of<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        &all[self.to(all.len())]
    }
    fn text(&mut self, length: usize) -> String {
        (0..length).map(|_| char::from(*self.of(b"abcdefgh ,\n"))).collect()
    }
}
