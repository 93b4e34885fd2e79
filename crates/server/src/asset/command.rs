//! `meguri import FILE…`: the register from the command line, for a company that starts from its workbooks.

use super::acts::{self, ImportRow};
use super::bounds::Raised;
use super::matching::Register;
use super::preview::{self, Judge, Judged, Tally};
use super::reading::{self, Ask, Places, Reading, lacks};
use super::store;
use crate::house::fault::{Done, Fault, Stop};
use crate::house::web::App;
use crate::house::words::Lang;
use crate::house::work::{Rx, Tx, Who};
use crate::people::session;
use crate::{criteria, people};
use meguri_domain::Refusal;
use meguri_domain::people::Act;
use meguri_sheet::{Field, Layout, Row};
use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

/// What `meguri import` is asked.
#[derive(Debug, Default, clap::Args)]
pub struct Import {
    /// Workbooks (.xlsx) or CSV files with asset registers.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Import; without it the findings are only printed.
    #[arg(long)]
    pub apply: bool,
    /// Open the departments that the files name and that do not exist yet.
    #[arg(long)]
    pub create_departments: bool,
    #[command(flatten)]
    pub raised: Raised,
}

/// What an import found and, where it was applied, did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Sentences to print, in order.
    pub lines: Vec<String>,
    pub rows: usize,
    pub departments: usize,
    pub tally: Tally,
    pub applied: bool,
}

/// Reads the files and tells what they would do; with `apply` does it, all or nothing.
pub fn run(app: &App, order: &Import) -> Done<Report> {
    let mut report = Report::default();
    let mut books = Vec::new();
    let who = Who::new(session::system(), &app.clock);
    let limits = order.raised.limits();
    let places = app.db.read(who.clone(), |rx| places(rx))?;
    for file in &order.files {
        let bytes = bytes(file, limits.file_bytes)?;
        let ask = Ask { limits, whole_only: true, ..Ask::of(&bytes, &places) };
        match reading::read(&app.workers, &ask) {
            Ok(book) => books.push(book),
            Err(unread) => {
                report.tally.wrong += 1;
                let name = file.display();
                report.lines.push(format!(
                    "{name}: {}\n{name}: {}",
                    unread.sentence(Lang::Ja),
                    unread.sentence(Lang::En)
                ));
            }
        }
    }
    if report.tally.wrong > 0 {
        return Ok(report);
    }
    // A trial is the whole work, taken back at its end: what it tells is what would be done.
    let mut told = None;
    let done = app.db.write(who, &app.chance, |tx| {
        let report = work(tx, order, std::mem::take(&mut books))?;
        let applied = report.applied;
        told = Some(report);
        if applied { Ok(()) } else { Err(Stop::Refusal(Refusal::NotFound)) }
    });
    match (done, told) {
        (Err(stop), Some(report)) if report.applied => Err(stop),
        (_, Some(report)) => Ok(report),
        (Err(stop), None) => Err(stop),
        (Ok(()), None) => Ok(report),
    }
}

/// The bytes of a file, and one more than the limit where there are more, so that the guard sees the excess.
fn bytes(file: &Path, most: u64) -> Done<Vec<u8>> {
    let broken = |error| Fault::broken(format!("{}: {error}", file.display()));
    let mut bytes = Vec::new();
    let file = std::fs::File::open(file).map_err(broken)?;
    file.take(most.saturating_add(1)).read_to_end(&mut bytes).map_err(broken)?;
    Ok(bytes)
}

fn work(tx: &Tx<'_>, order: &Import, books: Vec<Reading>) -> Done<Report> {
    let mut places = places(tx)?;
    let mut rows: Vec<Row> = Vec::new();
    let mut report = Report::default();
    let mut unread = 0;
    for book in books {
        let found = &book.found;
        report.lines.extend(found.left_out.iter().map(|each| format!("{}\n{}", each.ja(), each.en())));
        let lacking = found.layouts.iter().filter(|layout| !lacks(layout).is_empty());
        let lacking: Vec<String> = lacking.map(lacking_columns).collect();
        unread += lacking.len();
        report.lines.extend(lacking);
        rows.extend(book.rows);
    }
    if order.create_departments {
        create(tx, &rows, &mut places)?;
    }
    let judged = judged(tx, rows, &places)?;
    report.rows = judged.len();
    report.departments = preview::departments(&judged).len();
    report.tally = Tally::of(&judged);
    report.tally.wrong += unread;
    for row in &judged {
        let remarks = row.faults.iter().chain(&row.warnings);
        report
            .lines
            .extend(remarks.map(|each| format!("{}\n{}", each.sentence(Lang::Ja), each.sentence(Lang::En))));
    }
    if order.apply && report.tally.wrong == 0 {
        let ready: Vec<ImportRow> = judged.into_iter().filter_map(|row| row.ready).collect();
        acts::import(tx, &ready)?;
        report.applied = true;
    }
    Ok(report)
}

/// Said once for the sheet instead of at every row.
fn lacking_columns(layout: &Layout) -> String {
    let (sheet, fields) = (&layout.sheet, lacks(layout));
    let ja: Vec<&str> = fields.iter().map(|field| field.ja()).collect();
    let en: Vec<&str> = fields.iter().map(|field| field.en()).collect();
    format!(
        "シート「{sheet}」：「{}」の列が見つかりません。見出しを付けるか、画面から取り込んで列を選んでください。\nSheet \"{sheet}\": no column for {}. Add the headings, or import it in the browser and choose the columns.",
        ja.join("」「"),
        en.join(", ")
    )
}

fn judged(tx: &Tx<'_>, rows: Vec<Row>, places: &Places) -> Done<Vec<Judged>> {
    let scope = tx.scope(Act::EditRegister);
    let method = criteria::acts::method(tx)?;
    let judge =
        Judge { places, media: store::media(tx, &scope)?, method: &method, department: "", medium: "" };
    let mut judged = preview::judge(rows.into_iter().map(|row| (row, false)), &judge);
    let mut register = Register::default();
    for department in preview::departments(&judged) {
        register.hold(store::in_use(tx, &scope, &department)?);
    }
    preview::meet(&mut judged, register);
    Ok(judged)
}

fn places(rx: &Rx<'_>) -> Done<Places> {
    let names = people::store::names(rx, rx.today())?;
    let mut places = Places::default();
    for each in people::store::departments(rx)?.iter().filter(|each| each.is_open(rx.today())) {
        places.add(&each.id, names.get(&each.id).map_or(each.code.as_str(), String::as_str), &each.code);
    }
    Ok(places)
}

/// Opens the departments that rows name, with the next free codes D01, D02, …
fn create(tx: &Tx<'_>, rows: &[Row], places: &mut Places) -> Done<()> {
    let mut taken: BTreeSet<String> =
        people::store::departments(tx)?.into_iter().map(|each| each.code).collect();
    for row in rows {
        let name = row.text(Field::Department).trim();
        if name.is_empty() || places.find(name).is_some() {
            continue;
        }
        let free = (1..=9_999)
            .map(|number| format!("D{number:02}"))
            .find(|code| !taken.contains(code))
            .unwrap_or_default();
        let department = people::acts::open_department(tx, &free, name, None, tx.today())?;
        places.add(&department.id, name, &free);
        taken.insert(free);
    }
    Ok(())
}
