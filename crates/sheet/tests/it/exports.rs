//! The layouts a register goes out in: each is read again by our own recognition, and text stays text in all of them.

use std::io::{Cursor, Read};

use calamine::{Data, Reader, Xlsx};
use meguri_sheet::{
    AssetRow, BookWriter, Design, Field, Known, Layout, Limits, RiskLine, Row, Table, TextWriter, Title,
    find_layouts, read_assets, read_named, write_design, write_table, write_table_csv,
};

use crate::support::{LEDGER, SAMPLE, assets_of, only_layout, open};

fn title() -> Title {
    Title {
        heading: "台帳".into(),
        organisation: "株式会社見本".into(),
        created_on: jiff::civil::date(2026, 4, 1),
    }
}

fn layout_of(bytes: &[u8]) -> Layout {
    only_layout(&open(bytes))
}

fn origin(bytes: &[u8]) -> Design {
    Design::Origin(Box::new(layout_of(bytes)))
}

/// Every layout a register can go out in.
fn designs() -> Vec<Design> {
    vec![Design::Register { risk_owner: true }, Design::Ledger, origin(SAMPLE), origin(LEDGER)]
}

/// An asset that says something in every field.
fn full() -> AssetRow {
    let mut asset = assets_of(SAMPLE).remove(0);
    asset.risk_owner = "部長".into();
    asset.handling =
        Field::HANDLING.into_iter().map(|field| (field, format!("{}の内容", field.ja()))).collect();
    asset.handling.insert(Field::HeadCount, "1200".into());
    asset.handling.insert(Field::Entrusted, "○".into());
    asset
}

fn book_of(design: &Design, rows: &[AssetRow]) -> Vec<u8> {
    write_design(&title(), design, rows.iter(), &[]).unwrap()
}

fn csv_of(design: &Design, rows: &[AssetRow]) -> Vec<u8> {
    let mut writer = TextWriter::begin(design, Vec::new()).unwrap();
    for row in rows {
        writer.write(row).unwrap();
    }
    writer.finish().unwrap()
}

/// The rows as our own recognition reads them; a ledger has no scores, so rows and not assets are looked at.
fn read_back(bytes: &[u8]) -> Vec<Row> {
    let book = open(bytes);
    let known = Known::default();
    find_layouts(&book).layouts.iter().flat_map(|layout| read_assets(&book, layout, &known)).collect()
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn the_ledger_has_every_column_of_personal_data_and_is_read_again() {
    let asset = full();
    let bytes = book_of(&Design::Ledger, std::slice::from_ref(&asset));
    let layout = layout_of(&bytes);
    assert_eq!(layout.sheet, "台帳");
    for field in Field::HANDLING {
        assert!(layout.column_of(field).is_some(), "{field:?}");
    }
    let rest =
        [Field::Department, Field::Name, Field::Category, Field::Sensitive, Field::MyNumber, Field::Medium];
    for field in rest.into_iter().chain([Field::Users, Field::Retention, Field::Note, Field::RegisteredOn]) {
        assert!(layout.column_of(field).is_some(), "{field:?}");
    }
    assert!(
        layout.columns.iter().all(|column| column.field.is_none() || column.confidence == 100),
        "{layout:?}"
    );
    for bytes in [bytes, csv_of(&Design::Ledger, std::slice::from_ref(&asset))] {
        let rows = read_back(&bytes);
        assert_eq!(rows.len(), 1);
        for (field, text) in &asset.handling {
            assert_eq!(rows[0].text(*field), text, "{field:?}");
        }
        assert_eq!(rows[0].text(Field::Name), asset.name);
        assert_eq!(rows[0].text(Field::Department), asset.department);
        assert_eq!(rows[0].text(Field::Users), asset.users);
        assert_eq!(rows[0].text(Field::Retention), asset.retention);
    }
}

#[test]
fn a_sheet_goes_out_as_it_came() {
    for sample in [SAMPLE, LEDGER] {
        let before = layout_of(sample);
        let rows: Vec<AssetRow> = assets_of(SAMPLE);
        let bytes = book_of(&origin(sample), &rows);
        let after = layout_of(&bytes);
        assert_eq!(after.columns, before.columns);
        assert_eq!(after.header_rows, before.header_rows);
        assert_eq!(after.sheet, before.sheet);
        assert_eq!(after.head.cells, before.head.cells, "titles and headings, cell by cell");
        assert_eq!(after.head.merged, before.head.merged);
        assert_eq!(read_back(&bytes).len(), rows.len());
    }
    let rows = assets_of(SAMPLE);
    assert_eq!(
        assets_of(&book_of(&origin(SAMPLE), &rows)),
        assets_of(&book_of(&Design::Register { risk_owner: false }, &rows))
    );
}

#[test]
fn unknown_columns_stay_empty_rows_are_counted_and_marks_and_widths_are_the_sheets_own() {
    let mut book = rust_xlsxwriter::Workbook::new();
    let sheet = book.add_worksheet();
    sheet.set_name("総務部").unwrap().set_column_width(3, 44).unwrap();
    sheet.write_string(0, 0, "総務部の台帳").unwrap();
    let headings = ["No.", "社内コード", "情報資産名称", "媒体", "個人情報", "機密性", "完全性", "可用性"];
    for (column, heading) in (0..).zip(headings) {
        sheet.write_string(2, column, heading).unwrap();
    }
    for (column, text) in (0..).zip(["1", "X-1", "名簿", "書類", "レ", "高", "中", "低"]) {
        sheet.write_string(3, column, text).unwrap();
    }
    let design = origin(&book.save_to_buffer().unwrap());
    let mut second = full();
    second.name = "応募者一覧".into();
    let bytes = book_of(&design, &[full(), second]);
    let book = open(&bytes);
    let sheet = book.sheet("総務部").unwrap();
    let texts: Vec<Vec<&str>> =
        (3..=5).map(|row| sheet.row(row).iter().map(|cell| cell.text.as_str()).collect()).collect();
    assert_eq!(texts[0], headings);
    assert_eq!(texts[1], ["1", "応募はがき", "書類", "レ", "高", "中", "中"]);
    assert_eq!(texts[2][..2], ["2", "応募者一覧"]);
    assert!(sheet.cell(4, 1).is_none(), "社内コード is not ours to fill");
    let width = |index| sheet.widths.iter().find(|(each, _)| *each == index).map(|(_, width)| *width / 100);
    assert_eq!(width(3), Some(44));
}

#[test]
fn a_second_table_of_a_sheet_moves_up() {
    let mut layout = layout_of(LEDGER);
    layout.header_rows = (104, 104);
    layout.head.first_row = 101;
    layout.head.cells.iter_mut().for_each(|cell| cell.row_number += 100);
    let bytes = book_of(&Design::Origin(Box::new(layout)), &[full()]);
    assert_eq!(layout_of(&bytes).header_rows, (4, 4));
    assert_eq!(read_back(&bytes)[0].row_number, 5);
}

#[test]
fn every_layout_is_ready_to_work_in_and_to_print() {
    for (design, schema) in designs().iter().zip(["register/1", "ledger/1", "origin/1", "origin/1"]) {
        let bytes = book_of(design, &[full()]);
        assert!(part(&bytes, "docProps/custom.xml").contains(&format!("<vt:lpwstr>{schema}</vt:lpwstr>")));
        let sheet = part(&bytes, "xl/worksheets/sheet1.xml");
        assert!(sheet.contains(r#"state="frozen""#) && sheet.contains("<dataValidations"), "{schema}");
        assert!(sheet.contains(r#"paperSize="9""#) && sheet.contains(r#"orientation="landscape""#));
        assert!(sheet.contains(r#"fitToHeight="0""#), "as many pages down as it takes");
        assert!(part(&bytes, "xl/workbook.xml").contains("_xlnm.Print_Titles"));
    }
}

fn has_formula(bytes: &[u8]) -> bool {
    let sheet = part(bytes, "xl/worksheets/sheet1.xml");
    sheet.contains("<f>") || sheet.contains("<f ")
}

/// The signs of TRUST.md S12. NUL is refused before it is kept (`a_character_that_no_database_keeps…` in the server).
const SIGNS: [&str; 20] = [
    "=1+1",
    "+81",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "　=1",
    "＝１",
    "＋１",
    "－１",
    "＠ＳＵＭ",
    "　＝１",
    "a;=1+1",
    ";@x",
    "'=1",
    "=cmd|' /C calc'!A0",
    "\"=1\",x",
    "−1",
];

/// The fields that hold free text.
fn texts() -> Vec<Field> {
    let is_text = |field: &Field| {
        !(field.is_mark()
            || field.is_score()
            || matches!(field, Field::Importance | Field::RegisteredOn | Field::HeadCount))
    };
    Field::ALL.into_iter().filter(is_text).collect()
}

fn set(asset: &mut AssetRow, field: Field, text: &str) {
    let place = match field {
        Field::Category => &mut asset.category,
        Field::Name => &mut asset.name,
        Field::Note => &mut asset.note,
        Field::Users => &mut asset.users,
        Field::RiskOwner => &mut asset.risk_owner,
        Field::Department => &mut asset.department,
        Field::Medium => &mut asset.medium,
        Field::Retention => &mut asset.retention,
        field => asset.handling.entry(field).or_default(),
    };
    text.clone_into(place);
}

/// A row for each text field and sign, with what it holds.
fn hostile() -> Vec<(Field, &'static str, AssetRow)> {
    let whole = full();
    let pairs = texts().into_iter().flat_map(|field| SIGNS.map(|sign| (field, sign)));
    pairs
        .map(|(field, sign)| {
            let mut asset = whole.clone();
            set(&mut asset, field, sign);
            (field, sign, asset)
        })
        .collect()
}

#[test]
fn every_text_field_with_every_sign_stays_text_in_every_layout() {
    let cases = hostile();
    assert_eq!(cases.len(), texts().len() * SIGNS.len());
    let rows: Vec<AssetRow> = cases.iter().map(|(.., asset)| asset.clone()).collect();
    let mut cells = 0;
    for design in designs() {
        let bytes = book_of(&design, &rows);
        let layout = layout_of(&bytes);
        let mut book: Xlsx<_> = Xlsx::new(Cursor::new(bytes.as_slice())).unwrap();
        let formulas = book.worksheet_formula(&layout.sheet).unwrap();
        assert_eq!(formulas.used_cells().count(), 0, "{:?}", formulas.used_cells().next());
        assert!(!has_formula(&bytes), "no formula by any name");
        let range = book.worksheet_range(&layout.sheet).unwrap();
        for (row, (field, sign, _)) in (layout.header_rows.1..).zip(&cases) {
            let Some(column) = layout.column_of(*field) else { continue };
            let cell = range.get_value((row, u32::from(column)));
            assert_eq!(cell, Some(&Data::String((*sign).to_owned())), "{field:?} in {:?}", layout.sheet);
            cells += 1;
        }
    }
    println!("{cells} cells in {} layouts", designs().len());
}

#[test]
fn every_text_field_with_every_sign_is_harmless_in_csv_and_comes_back() {
    let cases = hostile();
    let rows: Vec<AssetRow> = cases.iter().map(|(.., asset)| asset.clone()).collect();
    for design in designs() {
        let bytes = csv_of(&design, &rows);
        let mut reader = csv::ReaderBuilder::new().flexible(true).from_reader(bytes.as_slice());
        for record in reader.records() {
            for cell in record.unwrap().iter().flat_map(|cell| cell.split(';')) {
                let first = cell.trim_start().chars().next().unwrap_or(' ');
                assert!(!"=+-@＝＋－＠".contains(first) && !cell.starts_with(['\t', '\r', '\n']), "{cell:?}");
            }
        }
        let book = open(&bytes);
        let layout = only_layout(&book);
        for (row, (field, sign, _)) in (2..).zip(&cases) {
            let Some(column) = layout.column_of(*field) else { continue };
            assert_eq!(
                book.sheets[0].cell(row, column).map(|cell| cell.text.as_str()),
                Some(*sign),
                "{field:?}"
            );
        }
    }
}

#[test]
fn headings_that_look_like_formulas_stay_text() {
    let mut layout = layout_of(SAMPLE);
    for (cell, sign) in layout.head.cells.iter_mut().zip(SIGNS) {
        cell.text = sign.to_owned();
    }
    let bytes = book_of(&Design::Origin(Box::new(layout.clone())), &[full()]);
    assert!(!has_formula(&bytes));
    let book = open(&bytes);
    for cell in layout.head.cells.iter().filter(|cell| cell.kind == meguri_sheet::HeadKind::Text) {
        let found = book.sheets[0].cell(cell.row_number, cell.column).unwrap();
        assert_eq!(found.text, cell.text, "{}", found.address());
    }
}

#[test]
fn no_temporary_file_has_a_name() {
    let folder = std::env::temp_dir().join(format!("meguri-export-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let mut writer = meguri_sheet::BookWriter::begin(&title(), &Design::Ledger, &folder).unwrap();
    let asset = full();
    for _ in 0..500 {
        writer.write(&asset).unwrap();
    }
    assert_eq!(std::fs::read_dir(&folder).unwrap().count(), 0);
    let mut bytes = Cursor::new(Vec::new());
    writer.finish(&[], &mut bytes).unwrap();
    assert_eq!(read_back(bytes.get_ref()).len(), 500);
    std::fs::remove_dir_all(&folder).unwrap();
}

#[test]
fn the_papers_of_an_application_have_the_ledger_and_the_risks_of_its_rows() {
    for count in [0_u32, 2] {
        let asset = full();
        let mut writer = BookWriter::begin(&title(), &Design::Ledger, &std::env::temp_dir()).unwrap();
        writer.write(&asset).unwrap();
        let risk = |number| RiskLine {
            number,
            name: asset.name.clone(),
            stage: "利用・加工".into(),
            threat: "=盗み見".into(),
            vulnerability: "一行目\n二行目".into(),
            scores: [3, 2, 2, 2, 6],
            level: "大".into(),
            answer: ["低減", "7.7", "施錠", "部長", "2026/9/30"].map(Into::into),
            residual: Some(3),
        };
        let risks: Vec<RiskLine> = (1..=count).map(risk).collect();
        let mut bytes = Cursor::new(Vec::new());
        writer.finish_application(&title(), &risks, &mut bytes).unwrap();
        let book = open(bytes.get_ref());
        let names: Vec<&str> = book.sheets.iter().map(|sheet| sheet.name.as_str()).collect();
        assert_eq!(names, ["台帳", "リスク分析"]);
        let text = |row, column| book.sheets[1].cell(row, column).map_or("", |cell| cell.text.as_str());
        assert_eq!((text(1, 0), text(2, 0)), ("個人情報のリスク分析・対応表", "株式会社見本"));
        if count == 0 {
            assert_eq!(text(5, 0), "この頁の個人情報には、評価したリスクがまだありません。");
        } else {
            let line: Vec<&str> = (0..17).map(|column| text(6, column)).collect();
            let told =
                ["2", &asset.name, "利用・加工", "=盗み見", "一行目\n二行目", "3", "2", "2", "2", "6", "大"];
            assert_eq!((&line[..11], line[16]), (&told[..], "3"));
        }
        assert!(!part(bytes.get_ref(), "xl/worksheets/sheet2.xml").contains("<f>"));
    }
}

#[test]
fn each_table_of_a_sheet_keeps_its_own_words_for_marks_and_scores() {
    let headings = "情報資産名称,管理部署,個人情報,機密性,完全性,可用性";
    let text = format!(
        "{headings}\n名刺,営業部,,3,1,1\n\n■ 人事部\n{headings},備考\n履歴書,人事部,該当,高,低,低,\n"
    );
    assert_eq!(read_back(text.as_bytes()).len(), 2, "the table with fewer columns is read as well");
    let layouts = find_layouts(&open(text.as_bytes())).layouts;
    let [sales, staff] = &layouts[..] else { panic!("{layouts:?}") };
    assert_eq!((&sales.head.yes, &sales.head.scores), (&std::collections::BTreeMap::new(), &None));
    assert_eq!(staff.head.yes[&Field::Personal], "該当");
    assert_eq!(staff.head.scores, Some(["低", "中", "高"].map(Into::into)));
}

#[test]
fn a_table_of_texts_comes_back_as_it_was_and_stays_text() {
    let rows = vec![
        vec!["5.1".to_owned(), "=1+1".to_owned(), "一行目\n二行目".to_owned()],
        vec!["X.1".to_owned(), "'=1".to_owned(), String::new()],
    ];
    let columns = [("番号", 8), ("理由", 30), ("規程", 20)].map(|(text, width)| (text.to_owned(), width));
    let table = Table {
        title: title(),
        above: vec!["第1版".into()],
        columns: columns.into(),
        rows: rows.clone(),
        frozen: 1,
    };
    for (name, bytes, first) in
        [("a.xlsx", write_table(&table).unwrap(), 5), ("a.csv", write_table_csv(&table).unwrap(), 1)]
    {
        let book = read_named(name, &bytes, &Limits::default()).unwrap();
        let sheet = &book.sheets[0];
        let cell = |row, column| sheet.cell(row, column).map(|cell| cell.text.clone()).unwrap_or_default();
        let line = |row: u32| (0..3).map(|column| cell(row, column)).collect::<Vec<_>>();
        assert_eq!(line(first), ["番号", "理由", "規程"], "{name}");
        assert_eq!([line(first + 1), line(first + 2)].to_vec(), rows, "{name}");
        assert_eq!(sheet.last_row(), first + 2, "{name}");
    }
}
