//! What is written is read again, field by field, and text stays text.

use std::io::{Cursor, Read};

use meguri_sheet::{
    AssetRow, MEDIA, Row, Scale, ScaleGuess, Title, find_layouts, guess_scale, read_assets, write_assets,
    write_csv,
};
use proptest::prelude::*;

use crate::support::{SAMPLE, assets_of, known, only_layout, open};

fn title() -> Title {
    Title {
        heading: "情報資産管理台帳".into(),
        organisation: "株式会社見本".into(),
        created_on: jiff::civil::date(2026, 4, 1),
    }
}

/// The importance is written as a value, so a file that is read again states it.
fn stated(assets: Vec<AssetRow>) -> Vec<AssetRow> {
    assets
        .into_iter()
        .map(|asset| AssetRow { stated_importance: Some(asset.importance()), ..asset })
        .collect()
}

fn part(bytes: &[u8], name: &str) -> String {
    let mut archive = zip::ZipArchive::new(Cursor::new(bytes)).unwrap();
    let mut text = String::new();
    archive.by_name(name).unwrap().read_to_string(&mut text).unwrap();
    text
}

#[test]
fn the_sample_makes_the_round_trip_as_a_workbook_and_as_csv() {
    let assets = stated(assets_of(SAMPLE));
    let book = write_assets(&title(), assets.iter(), &[]).unwrap();
    assert_eq!(assets_of(&book), assets);
    assert_eq!(assets_of(&write_csv(assets.iter()).unwrap()), assets);
    assert_eq!(write_assets(&title(), assets.iter(), &[]).unwrap(), book, "equal input gives equal bytes");
}

#[test]
fn the_written_workbook_has_the_layout_of_the_sample() {
    let assets = assets_of(SAMPLE);
    let written = open(&write_assets(&title(), assets.iter(), &[]).unwrap());
    let sample = open(SAMPLE);
    let (ours, theirs) = (only_layout(&written), only_layout(&sample));
    assert_eq!(ours.columns, theirs.columns, "same headings, columns and confidence");
    assert_eq!((ours.sheet, ours.header_rows), (theirs.sheet, theirs.header_rows));
    let texts = |book: &meguri_sheet::Workbook| {
        let sheet = book.sheet("情報資産管理台帳").unwrap();
        (1..=5)
            .flat_map(|row| {
                sheet.row(row).iter().map(|cell| (cell.address(), cell.text.clone())).collect::<Vec<_>>()
            })
            .collect::<Vec<_>>()
    };
    assert_eq!(texts(&written), texts(&sample));
}

#[test]
fn the_written_workbook_is_ready_to_work_in() {
    let book = write_assets(&title(), assets_of(SAMPLE).iter(), &["金庫".to_owned()]).unwrap();
    let sheet = part(&book, "xl/worksheets/sheet1.xml");
    assert!(sheet.contains(r#"<pane xSplit="2" ySplit="5""#) && sheet.contains(r#"state="frozen""#));
    assert!(
        sheet.contains("社外サーバー,金庫") && sheet.contains(r#"sqref="F6:F255""#),
        "drop-down for media"
    );
    assert!(sheet.contains("3,2,1") && sheet.contains("<formula1>\"有\"</formula1>"));
    assert!(sheet.contains("<cols>") && !sheet.contains("<f>"));
    assert!(
        part(&book, "xl/workbook.xml").contains("情報資産管理台帳!$4:$5"),
        "the header is repeated in print"
    );
}

#[test]
fn a_risk_owner_has_a_column_when_one_is_named() {
    let mut assets = stated(assets_of(SAMPLE));
    assets[3].risk_owner = "総務部長".into();
    assert_eq!(assets_of(&write_assets(&title(), assets.iter(), &[]).unwrap()), assets);
}

#[test]
fn our_own_form_tells_its_scale_where_the_numbers_do_not() {
    let mut assets = assets_of(SAMPLE);
    for asset in &mut assets {
        (asset.confidentiality, asset.integrity, asset.availability) = (2, 1, 1);
    }
    let guess = |bytes: &[u8]| {
        let book = open(bytes);
        let layouts = find_layouts(&book).layouts;
        let rows: Vec<Row> = layouts.iter().flat_map(|layout| read_assets(&book, layout, &known())).collect();
        guess_scale(&layouts, &rows)
    };
    let book = write_assets(&title(), assets.iter(), &[]).unwrap();
    assert_eq!(guess(&book), ScaleGuess::Sure(Scale::OneToThree));
    assert_eq!(guess(&write_csv(assets.iter()).unwrap()), ScaleGuess::Ask, "text has no place to say it");
}

#[test]
fn a_kept_text_that_is_a_ditto_mark_stays_itself_and_does_not_repeat_the_row_before() {
    let mut assets = stated(assets_of(SAMPLE));
    assets.truncate(5);
    for (asset, mark) in assets.iter_mut().skip(1).zip(["〃", "同上", "″", "仝"]) {
        asset.note = mark.to_owned();
        asset.retention = mark.to_owned();
    }
    assets[4].name = "〃".to_owned();
    assert_eq!(assets_of(&write_assets(&title(), assets.iter(), &[]).unwrap()), assets);
    assert_eq!(assets_of(&write_csv(assets.iter()).unwrap()), assets);
}

#[test]
fn formula_looking_text_stays_text() {
    let mut assets = stated(assets_of(SAMPLE));
    assets.truncate(1);
    let signs = [
        "=1+1",
        "+81",
        "-",
        "@SUM(A1)",
        "＝１＋１",
        "＋",
        "－",
        "＠",
        "'=1",
        "''-x",
        "'plain",
        "a=1",
        "\"=1\",x",
        "一行目\n=二行目",
        "_x0041_",
        "<b>&amp;",
    ];
    for text in signs {
        for field in 0..3 {
            let asset = &mut assets[0];
            *[&mut asset.name, &mut asset.note, &mut asset.retention][field] = text.to_owned();
        }
        let book = write_assets(&title(), assets.iter(), &[]).unwrap();
        assert!(!part(&book, "xl/worksheets/sheet1.xml").contains("<f>"), "{text}");
        assert_eq!(assets_of(&book), assets, "{text}");
        let csv = write_csv(assets.iter()).unwrap();
        assert_eq!(assets_of(&csv), assets, "{text}");
        let csv = String::from_utf8(csv).unwrap();
        assert!(
            !csv.contains(",=") && !csv.contains(",@") && !csv.contains(",＝") && !csv.contains(",+"),
            "{csv}"
        );
    }
}

#[test]
fn a_heading_that_is_no_name_for_a_tab_stays_a_heading() {
    let title = Title { heading: "台帳：総務部/人事課[2026年度]".into(), ..title() };
    let book = open(&write_assets(&title, assets_of(SAMPLE).iter(), &[]).unwrap());
    assert_eq!(book.sheets[0].name, "情報資産管理台帳");
    assert_eq!(book.sheets[0].cell(1, 0).unwrap().text, title.heading);
}

prop_compose! {
    fn any_asset()(
        texts in proptest::collection::vec("[ぁ-ん一-龠A-z0-9=+@'\", ]{0,12}", 5),
        medium in 0..MEDIA.len(),
        department in 0..5_usize,
        marks in any::<(bool, bool, bool)>(),
        scores in (1..=3_u8, 1..=3_u8, 1..=3_u8),
        day in proptest::option::of(0..80_000_i32),
    ) -> AssetRow {
        let text = |n: usize| texts[n].trim().to_owned();
        let date = |n: i32| jiff::civil::date(1950, 1, 1).checked_add(jiff::Span::new().days(n)).unwrap();
        AssetRow {
            category: text(0), name: format!("資産{}", text(1)), note: text(2), users: text(3), risk_owner: String::new(),
            department: known().departments[department].0.clone(), medium: MEDIA[medium].to_owned(),
            personal: marks.0, sensitive: marks.1, my_number: marks.2,
            confidentiality: scores.0, integrity: scores.1, availability: scores.2,
            stated_importance: None, retention: text(4), registered_on: day.map(date), handling: std::collections::BTreeMap::new(),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn any_asset_makes_the_round_trip(assets in proptest::collection::vec(any_asset(), 1..6)) {
        let assets = stated(assets);
        prop_assert_eq!(&assets_of(&write_assets(&title(), assets.iter(), &[]).unwrap()), &assets);
        prop_assert_eq!(&assets_of(&write_csv(assets.iter()).unwrap()), &assets);
    }

    #[test]
    fn no_bytes_make_the_reader_panic(at in 0..SAMPLE.len(), with in any::<u8>(), cut in 0..SAMPLE.len()) {
        let mut bytes = SAMPLE.to_vec();
        bytes[at] = with;
        let _ = meguri_sheet::read(&bytes, &meguri_sheet::Limits::default());
        let _ = meguri_sheet::read(&bytes[cut..], &meguri_sheet::Limits::default());
    }
}
