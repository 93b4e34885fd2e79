//! A register of 100,000 rows goes out through the router, in a process of its own, with the most that it held; beside
//! it, in the same run, the floor: the writers of workbooks and of text alone, writing the same cells.

use crate::file::{alone, row};
use crate::measure::{Bench, Line, Request, send};
use axum::http::{Request as Http, header};
use meguri::house::clock::{Chance, Clock};
use meguri::house::db::Db;
use meguri::house::fault::{Done, Fault};
use meguri::house::web::App;
use meguri_domain::Date;
use meguri_sheet::AssetRow;
use rust_xlsxwriter::{Workbook, XlsxError};
use std::path::Path;
use std::time::Instant;

/// The words by which the bench starts itself.
pub const EXPORT: &str = "--export";
pub const FLOOR: &str = "--floor-of-export";
const FORMATS: [(&str, &str); 2] = [("xlsx", "export as a workbook"), ("csv", "export as CSV")];

/// The register of the place goes out in both formats.
pub fn run(bench: &Bench<'_>, rows: usize) -> Done<()> {
    let organisation = bench.organisation;
    let cookie = bench.cookie(&organisation.secretariat)?;
    let folder = organisation.place.folder.to_string_lossy().into_owned();
    let address = organisation.place.address.clone().unwrap_or_default();
    for (format, name) in FORMATS {
        let count = rows.to_string();
        let floor = alone(&[FLOOR, format, &folder, &count])?;
        let held = alone(&[EXPORT, format, &folder, &address, &cookie])?;
        println!(
            "{}  {held}, alone {floor}",
            Line::once(name, held.spent).beside(Line::once("", floor.spent))
        );
    }
    Ok(())
}

/// In a process of its own: asks for the file as the page does and takes it piece by piece. Says how many bytes came.
pub fn through_the_router(
    runtime: &tokio::runtime::Runtime,
    [format, folder, address, cookie]: [&str; 4],
) -> Done<u64> {
    let folder = Path::new(folder);
    let db = if address.is_empty() { Db::sqlite(&folder.join("meguri.db"))? } else { Db::postgres(address)? };
    let clock = Clock::standing(Date::constant(2026, 4, 1));
    // Each format is a request of its own.
    let chance = Chance::seeded(format.bytes().map(u64::from).sum());
    let app = App::new(db, clock, chance, folder.join("files"));
    let ask = |head, body, status| Request { head, cookie, body, status };
    let form = Http::post("/assets/exports");
    let form = form.header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
    let body = format!("req={}&filter=&layout=ipa&format={format}", app.chance.id());
    let made = send(runtime, &app, ask(form, body, 303))?;
    let file = send(runtime, &app, ask(Http::get([&made.location, "/file"].concat()), String::new(), 200))?;
    Ok(file.bytes)
}

/// The same rows by the writer alone, into a file. Says how large it is.
pub fn floor(format: &str, folder: &str, rows: &str) -> Done<u64> {
    let file = Path::new(folder).join("floor");
    let rows = (0..rows.parse().map_err(Fault::broken)?).map(row);
    match format {
        "xlsx" => workbook(&file, Path::new(folder), rows).map_err(Fault::broken)?,
        _ => text(&file, rows).map_err(Fault::broken)?,
    }
    Ok(std::fs::metadata(&file).map_err(Fault::broken)?.len())
}

fn workbook(file: &Path, folder: &Path, rows: impl Iterator<Item = AssetRow>) -> Result<(), XlsxError> {
    let mut book = Workbook::new();
    book.set_tempdir(folder)?;
    let sheet = book.add_worksheet_with_constant_memory()?;
    for (line, row) in (0..).zip(rows) {
        for (column, text) in (0..).zip(texts(&row)) {
            sheet.write_string(line, column, text)?;
        }
        for (column, number) in (10..).zip(numbers(&row)) {
            sheet.write_number(line, column, number)?;
        }
    }
    book.save(file)
}

fn text(file: &Path, rows: impl Iterator<Item = AssetRow>) -> csv::Result<()> {
    let mut writer = csv::Writer::from_path(file)?;
    for row in rows {
        let numbers = numbers(&row).map(|number| number.to_string());
        writer.write_record(texts(&row).into_iter().chain(numbers.iter().map(String::as_str)))?;
    }
    Ok(writer.flush()?)
}

/// What stands in a row of the register beside its number and its day.
fn texts(row: &AssetRow) -> [&str; 10] {
    let mark = if row.personal { "○" } else { "" };
    let AssetRow { category, name, note, users, risk_owner, department, medium, retention, .. } = row;
    [category, name, note, users, risk_owner, department, medium, mark, retention, "2026/4/1"]
}

fn numbers(row: &AssetRow) -> [u8; 4] {
    let importance = row.stated_importance.unwrap_or_default();
    [row.confidentiality, row.integrity, row.availability, importance]
}

/// What a child says when it is done, for [`alone`]: how long it worked, its peak in KB, and how many bytes there were.
pub fn said(work: impl FnOnce() -> Done<u64>) -> Done<String> {
    let start = Instant::now();
    let bytes = work()?;
    let spent = start.elapsed().as_micros();
    let held = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    Ok(format!("{spent} {} {bytes}", meguri::house::worker::peak_kb(&held)))
}
