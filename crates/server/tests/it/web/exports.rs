//! Exports: what goes out comes back unchanged in every layout, stays text, and leaves its entry.

use super::assets::{all, draft, import_sample, registered, upload};
use crate::support::{Browser, House, Page, each_database};
use meguri::asset::acts;
use meguri::asset::exporting::{self, Order};
use meguri::record::verify::verify;
use meguri_domain::asset::AssetDraft;
use meguri_domain::export::{ExportFormat, ExportLayout};
use meguri_sheet::{Field, Limits, Workbook, find_layouts, read};

/// Takes a file out as a person would: menu, button, download.
pub fn export(browser: &Browser<'_>, query: &str, layout: &str, format: &str) -> Page {
    let menu = browser.get(&["/assets/export", query].concat());
    menu.is(200).has(&format!("value=\"{layout}\""));
    let fields = [
        ("req", menu.value("req")),
        ("filter", menu.value("filter")),
        ("layout", layout.into()),
        ("format", format.into()),
    ];
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let made = browser.post("/assets/exports", &fields);
    made.is(303);
    browser.follow(&made).is(200).has("記録簿に残しました");
    let file = browser.get(&[&made.location, "/file"].concat());
    file.is(200);
    file
}

fn book(page: &Page) -> Workbook {
    read(&page.bytes, &Limits::default()).unwrap()
}

#[test]
fn what_goes_out_comes_back_unchanged_in_every_layout() {
    each_database(|house| {
        import_sample(house);
        let browser = house.as_("渡辺");
        for format in ["xlsx", "csv"] {
            let file = export(&browser, "", "ipa", format);
            let (at, page) = upload(house, "渡辺", &file.bytes);
            page.has("49件は、すべて台帳と同じです");
            browser.post(&[&at, "/confirmation"].concat(), &[]).leads_to(&at);
        }
        let mut rows = 0;
        let departments = house.read("渡辺", |rx| Ok(meguri::people::store::departments(rx)?)).unwrap();
        for department in departments {
            let query = format!("?department={}", department.id);
            if !browser.get(&["/assets/export", &query].concat()).body.contains("value=\"origin\"") {
                continue;
            }
            let file = export(&browser, &query, "origin", "xlsx");
            let head = &find_layouts(&book(&file)).layouts[0].head;
            assert_eq!(head.cells[1].text, "株式会社見本", "the second line of the sample");
            let (_, page) = upload(house, "渡辺", &file.bytes);
            let own = all(house, "渡辺").iter().filter(|asset| asset.department_id == department.id).count();
            page.has(&format!("{own}件は、すべて台帳と同じです"));
            rows += own;
        }
        assert_eq!(rows, 49, "every department of the sample has the layout it came in");
        assert!(all(house, "渡辺").iter().all(|asset| asset.version == 1));
    });
}

#[test]
fn an_export_leaves_its_entry_and_waits_for_an_hour_for_its_owner() {
    each_database(|house| {
        registered(house, "見積書");
        let department = house.department("営業部");
        let personal = AssetDraft { personal: true, ..draft("応募者名簿") };
        house.act("佐藤", |tx| acts::register(tx, &department, personal)).unwrap();
        let browser = house.as_("佐藤");
        browser.get("/assets/export").is(200).has("台帳の2行").has("1行です");
        let size = || house.read_as_system(|rx| Ok(verify(rx)?.size)).unwrap();
        let before = size();
        let form = [("layout", "ledger"), ("format", "csv"), ("filter", ""), ("req", "press-it-twice")];
        let made = browser.post("/assets/exports", &form);
        assert_eq!(
            browser.post("/assets/exports", &form).location,
            made.location,
            "pressed twice, done once"
        );
        assert_eq!(size(), before + 1);
        let at = [&made.location, "/file"].concat();
        let file = browser.get(&at);
        assert_eq!((file.status, file.kind.as_str()), (200, "text/csv; charset=utf-8"));
        file.has("応募者名簿").lacks("見積書");
        browser.get(&at).is(200);
        assert_eq!(size(), before + 1, "a look leaves nothing");
        let entry = house.as_("渡辺").get(&format!("/record/{before}"));
        entry.is(200).has("書き出しました").has("ledger").has("?personal=yes");
        house.as_("渡辺").get(&at).is(404);
        house.as_("鈴木").get(&made.location).is(404);
        house.move_to("2026-04-02");
        let browser = house.as_("佐藤");
        browser.get(&at).is(422).has("1時間");
        browser.get(&made.location).is(200).has("もう一度書き出してください");
        assert_eq!(house.read_as_system(verify).unwrap().findings, []);
    });
}

#[test]
fn nobody_takes_out_what_he_may_not_see() {
    each_database(|house| {
        registered(house, "営業秘密の一覧");
        let sales = house.department("営業部");
        let query = format!("?department={sales}");
        let stranger = house.as_("鈴木");
        stranger.get(&["/assets/export", &query].concat()).is(200).has("書き出す行がありません");
        for layout in ["ipa", "ledger", "origin", "application"] {
            let form = [("layout", layout), ("format", "xlsx"), ("filter", query.as_str())];
            stranger.post("/assets/exports", &form).is(422);
        }
        house.as_("加藤").get("/assets/export").is(403);
        house.as_("加藤").post("/assets/exports", &[("layout", "ipa"), ("format", "csv")]).is(403);
        let browser = house.as_("佐藤");
        browser.post("/assets/exports", &[("layout", "none"), ("format", "csv")]).is(422).has("様式");
        browser.post("/assets/exports", &[("layout", "ipa"), ("format", "pdf")]).is(422).has("形式");
        browser.post("/assets/exports", &[("layout", "application"), ("format", "csv")]).is(422);
    });
}

/// The signs of TRUST.md S12 that a register can hold; NUL is refused at the door.
const SIGNS: [&str; 14] = [
    "=1+1",
    "+81",
    "-1",
    "@SUM(A1)",
    "a\t=1",
    "a\n=1",
    "　=1",
    "＝１",
    "＋１",
    "－１",
    "＠ＳＵＭ",
    "a;=1",
    "'=1",
    "=cmd|' /C calc'!A0",
];

fn with(field: Field, sign: &str, number: usize) -> AssetDraft {
    let mut draft = AssetDraft { personal: true, ..draft(&format!("資産{number}")) };
    match field {
        Field::Category => draft.category = sign.into(),
        Field::Name => draft.name = format!("{sign}{number}"),
        Field::Note => draft.note = sign.into(),
        Field::Users => draft.users = sign.into(),
        Field::RiskOwner => draft.risk_owner = sign.into(),
        Field::Medium => draft.medium = sign.into(),
        Field::Retention => draft.retention = sign.into(),
        field => draft.handling.set(field.code(), sign).unwrap(),
    }
    draft
}

#[test]
fn every_text_field_with_every_sign_leaves_the_house_as_text() {
    let house = House::found(crate::support::databases().remove(0));
    let sales = house.department("営業部");
    let is_text = |field: &Field| {
        let others = [Field::Department, Field::Importance, Field::RegisteredOn, Field::HeadCount];
        !(field.is_mark() || field.is_score() || others.contains(field))
    };
    let fields: Vec<Field> = Field::ALL.into_iter().filter(is_text).collect();
    assert_eq!(fields.len(), 23);
    house
        .act("佐藤", |tx| {
            let pairs = fields.iter().flat_map(|field| SIGNS.map(|sign| (*field, sign)));
            for (number, (field, sign)) in pairs.enumerate() {
                acts::register(tx, &sales, with(field, sign, number))?;
            }
            Ok(())
        })
        .unwrap();
    let browser = house.as_("佐藤");
    let held = all(&house, "佐藤");
    assert_eq!(held.len(), fields.len() * SIGNS.len());
    for (layout, format) in [("ipa", "xlsx"), ("ipa", "csv"), ("ledger", "xlsx"), ("ledger", "csv")] {
        let file = export(&browser, "", layout, format);
        let book = book(&file);
        let found = &find_layouts(&book).layouts[0];
        let sheet = book.sheet(&found.sheet).unwrap();
        let column = |field| found.column_of(field);
        for (row, asset) in (found.header_rows.1 + 1..).zip(house.read("佐藤", exported).unwrap()) {
            for field in fields.iter().filter(|field| column(**field).is_some()) {
                let cell = sheet.cell(row, column(*field).unwrap()).map_or("", |cell| cell.text.as_str());
                assert_eq!(cell, said(&asset, *field), "{layout} {format} {field:?}");
            }
        }
        assert!(format == "csv" || !formulas(&file.bytes), "{layout}");
    }
}

/// The rows in the order in which they go out.
fn exported(rx: &meguri::house::work::Rx<'_>) -> meguri::house::fault::Done<Vec<meguri_sheet::AssetRow>> {
    let mut rows = Vec::new();
    let filter =
        Order { layout: ExportLayout::Ipa, format: ExportFormat::Text, filter: String::new() }.filter();
    exporting::each(rx, &filter, usize::MAX, |_, row| {
        rows.push(row);
        Ok(())
    })?;
    Ok(rows)
}

fn said(asset: &meguri_sheet::AssetRow, field: Field) -> &str {
    match field {
        Field::Category => &asset.category,
        Field::Name => &asset.name,
        Field::Note => &asset.note,
        Field::Users => &asset.users,
        Field::RiskOwner => &asset.risk_owner,
        Field::Medium => &asset.medium,
        Field::Retention => &asset.retention,
        field => asset.handling.get(&field).map_or("", String::as_str),
    }
}

fn formulas(bytes: &[u8]) -> bool {
    use std::io::Read;
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
    let mut sheet = String::new();
    archive.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut sheet).unwrap();
    sheet.contains("<f>") || sheet.contains("<f ")
}

/// More than one page of the key: every row once, in order.
#[test]
fn a_register_of_many_pages_goes_out_whole_and_in_order() {
    each_database(|house| {
        let count = 2 * meguri::asset::export_store::PAGE + 17;
        let departments = ["営業部", "人事部"].map(|name| house.department(name));
        house
            .write_as_system(|tx| {
                for number in 0..count {
                    let name = format!("資産{:04}", number / 2 * 7919 % 1_009);
                    let medium = if number % 3 == 0 { "書類" } else { "社内サーバー" };
                    let draft = AssetDraft { medium: medium.into(), ..draft(&name) };
                    acts::register(tx, &departments[usize::from(number % 5 == 0)], draft)?;
                }
                Ok(())
            })
            .unwrap();
        let file = export(&house.as_("渡辺"), "", "ipa", "xlsx");
        let book = book(&file);
        let layout = &find_layouts(&book).layouts[0];
        let sheet = book.sheet(&layout.sheet).unwrap();
        let text = |row, field| {
            sheet
                .cell(row, layout.column_of(field).unwrap())
                .map(|cell| cell.text.clone())
                .unwrap_or_default()
        };
        let rows: Vec<(String, String)> = (layout.header_rows.1 + 1..=sheet.last_row())
            .map(|row| (text(row, Field::Department), text(row, Field::Name)))
            .collect();
        assert_eq!(rows.len(), count);
        let mut sorted = rows.clone();
        sorted.sort_by(|a, b| (a.0 == "人事部", &a.1).cmp(&(b.0 == "人事部", &b.1)));
        assert_eq!(rows, sorted);
    });
}
