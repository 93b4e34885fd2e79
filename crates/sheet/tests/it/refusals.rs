//! Every way a file is refused, each with a planted file, beside the file it was planted in, which is taken.

use meguri_sheet::{Bound, Limits, Refused, guard, read, read_named};

use crate::support::{HEADINGS, SAMPLE, sample_and, sample_but, sheet_of};

fn refusal(bytes: &[u8]) -> Refused {
    let refused = guard(bytes, &Limits::default()).unwrap_err();
    assert_eq!(read(bytes, &Limits::default()).unwrap_err(), refused, "read asks the guard first");
    refused
}

fn over(bytes: &[u8], limits: &Limits) -> (Bound, u64, u64) {
    match read(bytes, limits).unwrap_err() {
        Refused::TooLarge { bound, found, allowed } => (bound, found, allowed),
        other => panic!("{other:?}"),
    }
}

fn ole(stream: &str) -> Vec<u8> {
    let mut bytes = vec![0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1];
    bytes.resize(1024, 0);
    bytes.extend(stream.encode_utf16().flat_map(u16::to_le_bytes));
    bytes.resize(4096, 0);
    bytes
}

#[test]
fn the_sample_passes_also_when_it_is_packed_again() {
    assert_eq!(guard(SAMPLE, &Limits::default()), Ok(()));
    assert_eq!(guard(&sample_but(|_, _| {}, &[]), &Limits::default()), Ok(()));
}

#[test]
fn what_is_no_workbook_is_refused() {
    let noise: Vec<u8> = (0..4096_u32).map(|n| n.wrapping_mul(2_654_435_761).to_be_bytes()[0]).collect();
    assert_eq!(refusal(&noise), Refused::NotAWorkbook);
    assert_eq!(refusal(b"%PDF-1.7\n\x00\x01"), Refused::NotAWorkbook);
    assert_eq!(refusal(b""), Refused::Empty);
    let other_zip = sample_but(|_, _| {}, &[]);
    let other_zip: Vec<u8> = replace_all(&other_zip, b"xl/workbook.xml", b"xl/wordbook.xml");
    assert_eq!(refusal(&other_zip), Refused::NotAWorkbook);
}

#[test]
fn another_kind_of_file_is_told_by_its_first_bytes_and_never_read_as_text() {
    let as_named = |name: &str, bytes: &[u8]| read_named(name, bytes, &Limits::default()).err();
    let register = format!("{HEADINGS}\n").replace('|', ",");
    let others: [&[u8]; 8] = [
        b"%PDF-1.7\n1 0 obj\n",
        b"{\\rtf1\\ansi ",
        b"\x89PNG\r\n\x1a\n",
        b"\xFF\xD8\xFF\xE0 JFIF",
        b"GIF89a",
        b"%!PS-Adobe-3.0\n",
        b"Rar!\x1a\x07",
        b"7z\xBC\xAF\x27\x1C",
    ];
    let markup = [
        "<!DOCTYPE html><table>",
        "\r\n <HTML xmlns:x=\"urn:schemas-microsoft-com:office:excel\">",
        "\u{feff}<?xml version=\"1.0\"?><?mso-application progid=\"Excel.Sheet\"?><Workbook>",
        "<table><tr><td>",
        "MIME-Version: 1.0\nX-Document-Type: Workbook\n",
    ];
    for name in ["台帳.xlsx", "台帳.csv", "台帳", ""] {
        for start in others {
            // What looks like a register behind it makes no difference.
            let bytes = [start, register.as_bytes()].concat();
            assert_eq!(as_named(name, &bytes), Some(Refused::NotAWorkbook), "{start:?}");
        }
        for start in markup {
            let text = format!("{start}{register}");
            assert_eq!(as_named(name, text.as_bytes()), Some(Refused::Markup), "{start}");
        }
        assert_eq!(as_named(name, b""), Some(Refused::Empty));
    }
    let wide: Vec<u8> = "\u{feff}<html>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(as_named("台帳.xls", &wide), Some(Refused::Markup));
}

#[test]
fn text_under_the_name_of_a_workbook_is_refused_and_under_its_own_is_read() {
    let text = format!("{HEADINGS}\n").replace('|', ",").into_bytes();
    for name in ["台帳.xlsx", "台帳.XLSM", "a.b.xls"] {
        assert_eq!(read_named(name, &text, &Limits::default()), Err(Refused::NotAWorkbook), "{name}");
    }
    for name in ["台帳.csv", "台帳.txt", "xlsx", "台帳.xlsx.csv", ""] {
        assert!(read_named(name, &text, &Limits::default()).is_ok(), "{name}");
    }
    for name in ["台帳.xlsx", "台帳.csv"] {
        assert!(read_named(name, SAMPLE, &Limits::default()).is_ok(), "a workbook is known by itself");
    }
}

#[test]
fn damaged_files_are_refused() {
    assert_eq!(refusal(&SAMPLE[..SAMPLE.len() / 2]), Refused::Damaged);
    let mut flipped = SAMPLE.to_vec();
    let middle = flipped.len() / 2;
    flipped[middle] ^= 0xFF;
    assert_eq!(refusal(&flipped), Refused::Damaged);
    let twice = sample_and("XL/Workbook.xml", b"<workbook/>");
    assert_eq!(refusal(&twice), Refused::Damaged, "two parts that Excel takes for one");
    let broken = sample_but(
        |name, content| {
            if name.ends_with("sheet2.xml") {
                content.truncate(900);
            }
        },
        &[],
    );
    assert_eq!(read(&broken, &Limits::default()), Err(Refused::Damaged));
}

#[test]
fn passwords_and_old_formats_are_told_apart() {
    assert_eq!(refusal(&ole("EncryptedPackage")), Refused::PasswordProtected);
    assert_eq!(refusal(&ole("Workbook")), Refused::OldFormat);
}

#[test]
fn macros_are_refused_by_name_and_by_type() {
    assert_eq!(refusal(&sample_and("xl/vbaProject.bin", b"x")), Refused::Macros);
    assert_eq!(refusal(&sample_and("xl/macrosheets/sheet1.xml", b"<x/>")), Refused::Macros);
    let renamed = sample_but(
        |name, content| {
            if name == "[Content_Types].xml" {
                let part = br#"<Override PartName="/xl/a.bin" ContentType="application/vnd.ms-office.vbaProject"/></Types>"#;
                *content = replace_all(content, b"</Types>", part);
            }
        },
        &[("xl/a.bin", b"x")],
    );
    assert_eq!(refusal(&renamed), Refused::Macros);
}

#[test]
fn external_links_are_refused() {
    let linked = sample_and("xl/externalLinks/externalLink1.xml", b"<externalLink/>");
    assert_eq!(refusal(&linked), Refused::ExternalLinks);
}

fn with_type(kind: &str) -> Vec<u8> {
    let types = format!("<Override PartName=\"/xl/a.bin\" ContentType=\"{kind}\"/></Types>");
    let change = |name: &str, content: &mut Vec<u8>| {
        if name == "[Content_Types].xml" {
            *content = replace_all(content, b"</Types>", types.as_bytes());
        }
    };
    sample_but(change, &[("xl/a.bin", b"x")])
}

#[test]
fn what_goes_under_a_false_name_or_count_is_refused() {
    assert_eq!(refusal(&with_type("application/vnd.ms-excel.macrosheet+xml")), Refused::Macros);
    assert_eq!(refusal(&with_type("application/x.externalLink+xml")), Refused::ExternalLinks);
    assert_eq!(refusal(&with_type("application/vnd.ms-office.vba&#80;roject")), Refused::Damaged);
    assert_eq!(guard(&with_type("image/png"), &Limits::default()), Ok(()));
    assert_eq!(refusal(&sample_and("xl/sheet9.dat", b"<!DOCTYPE a><a/>")), Refused::Doctype);
    assert_eq!(guard(&sample_and("xl/media/a.svg", b"<!DOCTYPE svg>"), &Limits::default()), Ok(()));
    for name in ["../a.xml", "xl/../../a", "xl\\..\\a", "xl/a\nb"] {
        assert_eq!(refusal(&sample_and(name, b"x")), Refused::Damaged, "{name:?}");
    }
    let texts = |count: &str| format!("<sst uniqueCount=\"{count}\"><si><t>a</t></si></sst>");
    let counted = |count: &str| sample_and("xl/b.xml", texts(count).as_bytes());
    for count in ["99999999", "0099999999", "99999999999999999999999"] {
        assert_eq!(refusal(&counted(count)), Refused::Damaged, "{count}");
    }
    assert_eq!(guard(&counted("1"), &Limits::default()), Ok(()));
}

#[test]
fn a_doctype_is_refused_in_any_part_and_encoding() {
    let plain = br#"<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>"#;
    assert_eq!(refusal(&sample_and("docProps/custom.xml", plain)), Refused::Doctype);
    let wide: Vec<u8> = "\u{feff}<!doctype a><a/>".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(refusal(&sample_and("xl/a.rels", &wide)), Refused::Doctype);
    let mut cut_by_a_buffer = vec![b' '; 64 * 1024 - 4];
    cut_by_a_buffer.extend(b"<!DOCTYPE a>");
    assert_eq!(refusal(&sample_and("xl/b.xml", &cut_by_a_buffer)), Refused::Doctype);
    assert_eq!(guard(&sample_and("xl/c.xml", b"<a>DOCTYPE</a>"), &Limits::default()), Ok(()));
}

#[test]
fn a_bomb_that_declares_a_small_size_is_refused_while_it_is_counted() {
    let size = 40 * 1024 * 1024_u32;
    let bomb = sample_and("xl/media/image1.png", &vec![0; size as usize]);
    let lying = replace_all(&bomb, &size.to_le_bytes(), &100_u32.to_le_bytes());
    assert_ne!(bomb, lying);
    for bytes in [&bomb, &lying] {
        match refusal(bytes) {
            Refused::TooLarge { bound: Bound::Ratio, found, allowed: 100 } => assert!(found > 100),
            Refused::Damaged if bytes == &lying => {}
            other => panic!("{other:?}"),
        }
    }
}

#[test]
fn each_limit_is_counted_and_named() {
    let all = Limits::default();
    let size = SAMPLE.len() as u64;
    assert_eq!(over(SAMPLE, &Limits { file_bytes: size - 1, ..all }), (Bound::File, size, size - 1));
    assert_eq!(over(SAMPLE, &Limits { entries: 8, ..all }).0, Bound::Entries);
    assert_eq!(over(SAMPLE, &Limits { part_bytes: 20_000, ..all }).0, Bound::Part);
    assert_eq!(over(SAMPLE, &Limits { inflated_bytes: 30_000, ..all }).0, Bound::Total);
    assert_eq!(over(SAMPLE, &Limits { cells: 500, ..all }), (Bound::Cells, 501, 500));
    assert_eq!(over(SAMPLE, &Limits { columns: 14, ..all }), (Bound::Columns, 15, 14));
    assert_eq!(over(SAMPLE, &Limits { rows: 53, ..all }), (Bound::Rows, 54, 53));
    assert_eq!(over(SAMPLE, &Limits { cell_chars: 16, ..all }).0, Bound::CellChars);
    let many: Vec<(String, &[u8])> = (0..200).map(|n| (format!("xl/media/{n}.png"), &b"x"[..])).collect();
    let many: Vec<(&str, &[u8])> = many.iter().map(|(name, content)| (name.as_str(), *content)).collect();
    assert_eq!(over(&sample_but(|_, _| {}, &many), &all).0, Bound::Entries);
}

#[test]
fn few_bytes_cannot_stand_for_much_text_or_many_cells() {
    let text = "あ".repeat(1000);
    let lines = vec![text.as_str(); 50];
    let book = sheet_of(&lines);
    assert!(book.len() < 50_000);
    // One shared text in fifty cells: the file is small, what it stands for is not.
    let tight = Limits { inflated_bytes: 60_000, ..Limits::default() };
    assert_eq!(over(&book, &tight).0, Bound::Total);
    let far = sheet_of(&["|".repeat(70).as_str(), &format!("{}x", "|".repeat(60))]);
    assert_eq!(over(&far, &Limits::default()), (Bound::Columns, 61, 60));
    assert_eq!(over("a,b\n".repeat(20_001).as_bytes(), &Limits::default()), (Bound::Rows, 20_001, 20_000));
}

pub fn replace_all(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at..].starts_with(from) {
            out.extend(to);
            at += from.len();
        } else {
            out.push(bytes[at]);
            at += 1;
        }
    }
    out
}
