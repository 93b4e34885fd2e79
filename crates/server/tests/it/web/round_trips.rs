//! What goes out comes back unchanged, the ledger of personal data too; and page one of the ledger with its risks.

use super::assets::{all, draft, import_sample, registered, row, upload};
use super::exports::export;
use super::imports::{asset, confirm};
use super::patterns::{form as pattern, scores};
use super::plan::write as write_plan;
use super::risks::{judge, register};
use crate::support::{House, Page, day, each_database};
use meguri::asset::acts;
use meguri::asset::command::{self, Import};
use meguri::people;
use meguri_domain::asset::{Asset, AssetDraft};
use meguri_sheet::{
    Design, Field, Layout, LayoutKind, Limits, Sheet, Title, find_layouts, read, write_design,
};
use std::path::PathBuf;

/// The register of the samples with the ledger of personal data laid onto it.
fn import_both(house: &House) {
    import_sample(house);
    let ledger =
        PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../samples/personal-information-ledger.xlsx");
    let order = Import { files: vec![ledger], apply: true, ..Import::default() };
    let report = command::run(&house.app, &order).unwrap();
    assert_eq!((report.applied, report.tally.changed), (true, 32), "{:#?}", report.lines);
}

/// Every row of a file is as it stands in the register.
fn comes_back(house: &House, file: &Page, rows: usize) {
    let (at, page) = upload(house, "渡辺", &file.bytes);
    page.has(&format!("{rows}件は、すべて台帳と同じです"));
    house.as_("渡辺").post(&[&at, "/cancellation"].concat(), &[]).is(303);
}

/// The first table of a file.
fn first(file: &Page) -> (Sheet, Layout) {
    let book = read(&file.bytes, &Limits::default()).unwrap();
    let layout = find_layouts(&book).layouts.remove(0);
    (book.sheet(&layout.sheet).unwrap().clone(), layout)
}

fn kind(file: &Page) -> LayoutKind {
    first(file).1.kind
}

fn text(sheet: &Sheet, row: u32, column: u16) -> String {
    sheet.cell(row, column).map(|cell| cell.text.clone()).unwrap_or_default()
}

/// What stands below a heading.
fn column(sheet: &Sheet, layout: &Layout, field: Field) -> Vec<String> {
    let index = layout.column_of(field).unwrap();
    (layout.header_rows.1 + 1..=sheet.last_row()).map(|row| text(sheet, row, index)).collect()
}

fn of_departments(house: &House, mut each: impl FnMut(&str, &[Asset])) {
    let assets = all(house, "渡辺");
    for department in house.read("渡辺", |rx| Ok(people::store::departments(rx)?)).unwrap() {
        let own: Vec<Asset> =
            assets.iter().filter(|asset| asset.department_id == department.id).cloned().collect();
        if !own.is_empty() {
            each(&format!("?department={}", department.id), &own);
        }
    }
}

#[test]
fn the_ledger_goes_out_and_comes_back_unchanged() {
    each_database(|house| {
        import_both(house);
        let versions = || all(house, "渡辺").iter().map(|asset| asset.version).collect::<Vec<_>>();
        let before = versions();
        let browser = house.as_("渡辺");
        for format in ["xlsx", "csv"] {
            let file = export(&browser, "", "ledger", format);
            assert_eq!(kind(&file), LayoutKind::Ledger);
            comes_back(house, &file, 32);
            comes_back(house, &export(&browser, "", "ipa", format), 49);
        }
        assert_eq!(versions(), before);
    });
}

#[test]
fn a_department_that_brought_register_and_ledger_gets_either_back_in_its_own_layout() {
    each_database(|house| {
        import_both(house);
        let browser = house.as_("渡辺");
        let mut rows = (0, 0);
        of_departments(house, |query, own| {
            let personal = own.iter().filter(|asset| asset.personal).count();
            for format in ["xlsx", "csv"] {
                let file = export(&browser, query, "origin", format);
                assert_eq!(kind(&file), LayoutKind::Register);
                comes_back(house, &file, own.len());
                let file = export(&browser, &[query, "&view=ledger"].concat(), "origin", format);
                assert_eq!(kind(&file), LayoutKind::Ledger);
                comes_back(house, &file, personal);
            }
            rows = (rows.0 + own.len(), rows.1 + personal);
        });
        assert_eq!(rows, (49, 32), "every row of both samples");
    });
}

#[test]
fn a_department_that_brought_only_its_ledger_gets_personal_data_back_and_nothing_becomes_personal_by_it() {
    each_database(|house| {
        let department = house.department("営業部");
        let list = AssetDraft { personal: true, ..draft("応募者名簿") };
        house.act("佐藤", |tx| acts::register(tx, &department, list)).unwrap();
        registered(house, "見積書");
        let mut row = row("応募者名簿", "営業部");
        row.handling.insert(Field::Purpose, "抽選".into());
        let title = Title {
            heading: "個人情報台帳".into(),
            organisation: "営業部".into(),
            created_on: day("2026-04-01"),
        };
        let book = write_design(&title, &Design::Ledger, [row].iter(), &[]).unwrap();
        let browser = house.as_("佐藤");
        let (at, _) = upload(house, "佐藤", &book);
        confirm(&browser, &at);
        let file = export(&browser, &format!("?department={department}"), "origin", "xlsx");
        let (sheet, layout) = first(&file);
        assert_eq!((sheet.name.as_str(), layout.kind), ("個人情報台帳", LayoutKind::Ledger));
        assert_eq!(
            column(&sheet, &layout, Field::Name),
            ["応募者名簿"],
            "a row without personal data has no place there"
        );
        comes_back(house, &file, 1);
        assert!(!asset(house, "見積書").personal);
    });
}

#[test]
fn page_one_of_the_ledger_stands_beside_the_risks_of_its_rows_those_of_a_pattern_at_each_member() {
    each_database(|house| {
        let [contract, estimate, resume] =
            ["契約書", "見積書", "履歴書"].map(|name| register(house, "佐藤", "営業部", name));
        let plain = registered(house, "公開資料");
        pattern(house, &[contract.clone(), estimate.clone()]);
        house.as_("佐藤").post(&format!("/risks/assets/{}", contract.id), &scores("T001", "yes")).is(303);
        let alone = judge(house, "佐藤", &resume, "T002", (3, 3)).unwrap();
        judge(house, "佐藤", &plain, "T001", (2, 2)).unwrap();
        write_plan(house, &alone, "task", &[]);
        let file = export(&house.as_("渡辺"), "", "application", "xlsx");
        let (ledger, layout) = first(&file);
        assert_eq!(layout.kind, LayoutKind::Ledger);
        let mut names = column(&ledger, &layout, Field::Name);
        assert_eq!(names.len(), 3, "what holds no personal data is not there");
        let book = read(&file.bytes, &Limits::default()).unwrap();
        let risks = book.sheet("リスク分析").unwrap();
        let line = |row: u32| (0..17).map(|column| text(risks, row, column)).collect::<Vec<_>>();
        assert_eq!(&line(4)[..4], ["台帳No.", "個人情報の名称", "局面", "想定リスク（脅威）"]);
        let lines: Vec<Vec<String>> = (5..8).map(line).collect();
        for line in &lines {
            let place: usize = line[0].parse().unwrap();
            assert_eq!(line[1], names[place - 1], "the number leads to the row of the ledger");
        }
        let of = |asset: &Asset| lines.iter().find(|line| line[1] == asset.name).unwrap();
        for line in [of(&contract), of(&estimate)] {
            assert_eq!(&line[2..4], ["利用・加工", "書類の放置による盗み見"]);
            assert!(line[4].ends_with("鍵のかかる棚"), "{line:?}");
            assert_eq!(&line[5..11], ["3", "3", "2", "2", "6", "大"]);
            assert!(line[11..].iter().all(String::is_empty), "no plan was written: {line:?}");
        }
        let own = of(&resume);
        assert_eq!(&own[5..12], ["3", "3", "3", "3", "9", "大", "低減"]);
        assert!(own[12].contains("7.7 ") && own[12].contains("5.10 "), "{own:?}");
        assert_eq!(&own[13..], ["退社するときに机の上を確かめる", "営業部長", "2026/9/30", "3"]);
        assert!(line(8).iter().all(String::is_empty), "no risk of another asset");
        names.sort();
        assert_eq!(names, ["契約書", "履歴書", "見積書"]);
    });
}
