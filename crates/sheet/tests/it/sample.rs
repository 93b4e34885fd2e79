//! The sample workbook, as a department would send it.

use std::collections::BTreeMap;

use jiff::civil::date;
use meguri_sheet::{Field, LayoutKind, Value, Why, find_layouts, read_assets};

use crate::refusals::replace_all;
use crate::support::{LEDGER, SAMPLE, assets_of, known, only_layout, open, rows_of, sample_but};

#[test]
fn the_sample_gives_49_rows_in_5_departments_without_a_finding() {
    let rows = rows_of(SAMPLE);
    assert_eq!(rows.len(), 49);
    let findings: Vec<String> =
        rows.iter().flat_map(|row| &row.findings).map(meguri_sheet::Finding::ja).collect();
    assert_eq!(findings, Vec::<String>::new());

    let mut departments: BTreeMap<String, usize> = BTreeMap::new();
    for asset in assets_of(SAMPLE) {
        *departments.entry(asset.department).or_default() += 1;
    }
    let counts: Vec<usize> = departments.values().copied().collect();
    assert_eq!(departments.len(), 5);
    assert_eq!(counts.iter().sum::<usize>(), 49);
}

#[test]
fn its_first_row_is_read_field_by_field() {
    let asset = assets_of(SAMPLE).remove(0);
    assert_eq!(asset.category, "キャンペーン事務局");
    assert_eq!(asset.name, "応募はがき");
    assert_eq!(asset.note, "当選発送まで施錠棚で保管");
    assert_eq!(asset.users, "事務局担当");
    assert_eq!(asset.risk_owner, "");
    assert_eq!(asset.department, "キャンペーン運営部");
    assert_eq!(asset.medium, "書類");
    assert_eq!((asset.personal, asset.sensitive, asset.my_number), (true, false, false));
    assert_eq!((asset.confidentiality, asset.integrity, asset.availability), (3, 2, 2));
    assert_eq!(asset.retention, "終了後3か月");
    assert_eq!(asset.registered_on, Some(jiff::civil::date(2025, 4, 10)));
}

#[test]
fn importance_is_the_highest_score_and_3_with_personal_data() {
    for asset in assets_of(SAMPLE) {
        let holds_personal_data = asset.personal || asset.sensitive || asset.my_number;
        let highest = asset.confidentiality.max(asset.integrity).max(asset.availability);
        assert_eq!(asset.importance(), if holds_personal_data { 3 } else { highest }, "{}", asset.name);
    }
    let by_name = |name: &str| assets_of(SAMPLE).into_iter().find(|asset| asset.name == name).unwrap();
    assert_eq!(by_name("シフト表").importance(), 3, "scores of 2, but personal data");
    assert_eq!(by_name("会社案内パンフレット").importance(), 1);
}

#[test]
fn its_instruction_sheet_is_left_out_with_a_note() {
    let found = find_layouts(&open(SAMPLE));
    assert_eq!(found.left_out.len(), 1);
    assert_eq!(found.left_out[0].why, Why::Instructions);
    assert_eq!(found.left_out[0].ja(), "シート「利用方法」：説明や記入例のシートのため、読み取りません。");
    let layout = &found.layouts[0];
    assert_eq!((layout.sheet.as_str(), layout.header_rows), ("情報資産管理台帳", (4, 5)));
    assert!(layout.columns.iter().all(|column| column.confidence == 100), "{layout:?}");
    assert_eq!(layout.missing(), []);
    assert_eq!(layout.column_of(Field::RiskOwner), None);
}

#[test]
fn cells_know_their_text_value_and_address() {
    let book = open(SAMPLE);
    let sheet = book.sheet("情報資産管理台帳").unwrap();
    let date = sheet.cell(6, 14).unwrap();
    assert_eq!((date.text.as_str(), date.address().as_str()), ("2025/4/10", "O6"));
    assert_eq!(date.value, Value::Date(jiff::civil::date(2025, 4, 10)));
    let score = sheet.cell(6, 9).unwrap();
    assert_eq!((score.text.as_str(), score.value), ("3", Value::Number(3.0)));
    assert!(sheet.cell(5, 0).unwrap().carried, "業務分類 is merged over rows 4 and 5");
}

#[test]
fn a_ledger_of_personal_data_is_found_and_needs_no_scores() {
    let book = open(LEDGER);
    let layout = only_layout(&book);
    assert_eq!((layout.kind, layout.missing(), layout.confidence()), (LayoutKind::Ledger, vec![], 100));
    let unknown: Vec<&str> = layout
        .columns
        .iter()
        .filter(|column| column.field.is_none())
        .map(|column| column.heading.as_str())
        .collect();
    assert_eq!(unknown, ["No."]);
    let rows = read_assets(&book, &layout, &known());
    assert_eq!(rows.len(), 32);
    let asset = rows[0].outcome.clone().unwrap();
    assert_eq!((asset.name.as_str(), asset.department.as_str()), ("応募はがき", "キャンペーン運営部"));
    assert_eq!((asset.personal, asset.sensitive, asset.importance()), (true, false, 3));
    assert_eq!((asset.confidentiality, asset.integrity, asset.availability), (0, 0, 0));
    assert_eq!((asset.medium.as_str(), asset.users.as_str()), ("書類", "事務局担当"));
    assert_eq!((asset.retention.as_str(), asset.registered_on), ("終了後3か月", Some(date(2025, 4, 10))));
    let handling = |field: Field| asset.handling.get(&field).map_or("", String::as_str);
    assert_eq!((handling(Field::Entrusted), handling(Field::HeadCount)), ("○", "3200"));
    assert_eq!((handling(Field::Items), handling(Field::Disposal)), ("氏名、住所、連絡先", "裁断"));
    assert!(rows.iter().all(|row| row.findings.is_empty()), "nothing to mend");
}

#[test]
fn readings_above_characters_and_dates_from_1904_do_not_disturb() {
    let changed = sample_but(
        |_, content| {
            let reading = "<t>応募はがき</t><rPh sb=\"0\" eb=\"2\"><t>オウボ</t></rPh>";
            *content = replace_all(content, "<t>応募はがき</t>".as_bytes(), reading.as_bytes());
            *content = replace_all(content, b"<workbookPr />", br#"<workbookPr date1904="1"/>"#);
        },
        &[],
    );
    let asset = assets_of(&changed).remove(0);
    assert_eq!(asset.name, "応募はがき");
    assert_eq!(asset.registered_on, Some(jiff::civil::date(2029, 4, 11)), "1,462 days later");
}
