//! The record: entries sealed a second beside the bare commits of the same database, the check of a million entries beside
//! SHA-256 over the same bytes, and the package of a year of 300 departments beside a copy of the same bytes.
//!
//! The long logs are written by plain SQL, in the same form as by acts: what is measured is what reads them.

use crate::export::said;
use crate::file::alone;
use crate::grow::{grow, value};
use crate::measure::Line;
use crate::organisation::{Organisation, act};
use crate::place::Place;
use meguri::audit::{heads, package};
use meguri::calendar::acts::set;
use meguri::house::clock::{Chance, Clock};
use meguri::house::db::Db;
use meguri::house::fault::{Done, Fault};
use meguri::house::web::App;
use meguri::people::session;
use meguri_domain::audit::{Audit, AuditState, Stage};
use meguri_domain::ids::AuditId;
use meguri_domain::{Date, Month};
use meguri_record::bundle::{self, Outside};
use meguri_record::database::{self, Copied};
use sha2::{Digest, Sha256};
use std::fs::{self, File};
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::{Duration, Instant};

pub const NAME: &str = "the record";
/// The words by which the bench starts itself.
const DATABASE: &str = "--check-database";
const BUNDLE: &str = "--check-bundle";
const WHOLE: &str = "--bundle-of-all";
const YEAR: &str = "--bundle-of-a-year";
const SHA256: &str = "--floor-sha256";
const COPY: &str = "--floor-copy";

const MILLION: u64 = 1_000_000;
/// 300 departments, 60 entries a month, twelve months.
const A_YEAR: u64 = 300 * 60 * 12;
/// So long is sealed, and committed bare, in turn.
const TURN: Duration = Duration::from_secs(2);
const TURNS: u32 = 4;

pub fn run(open: fn() -> Done<Option<Place>>) -> Done<()> {
    let Some(place) = open()? else { return Ok(()) };
    let organisation = Organisation::bare(place, 5)?;
    println!("\n{}, {NAME}", organisation.app.db.kind());
    sealing(&organisation)?;
    if organisation.place.address.is_some() {
        return Ok(());
    }
    drop(organisation);
    if let Some(place) = Place::sqlite()? {
        million(Organisation::bare(place, 5)?)?;
    }
    if let Some(place) = Place::sqlite()? {
        year(Organisation::bare(place, 300)?)?;
    }
    Ok(())
}

/// What the bench has to do where it was started by itself, to be measured alone.
pub fn started(words: &[&str]) -> Option<Done<String>> {
    let [what, folder] = *words else { return None };
    let folder = Path::new(folder);
    Some(match what {
        DATABASE => said(|| check_database(folder)),
        BUNDLE => said(|| check_bundle(folder)),
        WHOLE => said(|| write(folder, None)),
        YEAR => said(|| write(folder, Some(Month::of(Date::constant(2026, 4, 1))))),
        SHA256 => said(|| Ok(hash(folder).map_err(Fault::broken)?)),
        COPY => said(|| Ok(copy(folder, &folder.with_extension("copy")).map_err(Fault::broken)?)),
        _ => return None,
    })
}

/// One small act after the other, in turn with one row after the other on a bare connection.
fn sealing(organisation: &Organisation) -> Done<()> {
    let mut bare = Bare::open(&organisation.place)?;
    let row = "x".repeat(1_500);
    let (mut sealed, mut bare_count, mut nth) = (0, 0, 0);
    for _ in 0..TURNS {
        let start = Instant::now();
        while start.elapsed() < TURN {
            nth += 1;
            act(&organisation.app, &organisation.secretariat, |tx| {
                set(tx, "organisation", &format!("株式会社見本 {nth}"))?;
                Ok(())
            })?;
            sealed += 1;
        }
        let start = Instant::now();
        while start.elapsed() < TURN {
            bare.commit(&row)?;
            bare_count += 1;
        }
    }
    let seconds = (TURN * TURNS).as_secs_f64();
    let rate = |count: i32| f64::from(count) / seconds;
    println!(
        "entries sealed a second: {:.0}; bare commits of a row of 1,500 bytes: {:.0}; of these {:.0} %",
        rate(sealed),
        rate(bare_count),
        100.0 * rate(sealed) / rate(bare_count)
    );
    Ok(())
}

/// The driver alone, as safe as the house has it.
enum Bare {
    Sqlite(rusqlite::Connection),
    Postgres(Box<postgres::Client>),
}

impl Bare {
    fn open(place: &Place) -> Done<Self> {
        let table = "CREATE TABLE bare (text TEXT NOT NULL)";
        if let Some(address) = &place.address {
            let mut client = postgres::Client::connect(address, postgres::NoTls).map_err(Fault::broken)?;
            client.batch_execute(table).map_err(Fault::broken)?;
            return Ok(Self::Postgres(Box::new(client)));
        }
        let conn = rusqlite::Connection::open(place.folder.join("bare.db")).map_err(Fault::broken)?;
        conn.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL").map_err(Fault::broken)?;
        conn.execute_batch(table).map_err(Fault::broken)?;
        Ok(Self::Sqlite(conn))
    }

    fn commit(&mut self, text: &str) -> Done<()> {
        match self {
            Self::Sqlite(conn) => {
                let insert = conn.prepare_cached("INSERT INTO bare (text) VALUES (?1)");
                insert.and_then(|mut insert| insert.execute([text])).map_err(Fault::broken)?;
            }
            Self::Postgres(client) => {
                client.execute("INSERT INTO bare (text) VALUES ($1)", &[&text]).map_err(Fault::broken)?;
            }
        }
        Ok(())
    }
}

/// A million entries: signed, checked as a copy of the database, laid out whole and checked as a bundle.
fn million(organisation: Organisation) -> Done<()> {
    let start = Instant::now();
    // A hundred thousand rows, each saved ten times, so that the replay has something to hold against.
    let state = |nth: u64| value("setting", &format!("bench-{:06}", nth % 100_000), 1 + nth / 100_000, None);
    grow(&organisation, MILLION, &state)?;
    println!("{MILLION} entries more, written in {:.0} s", start.elapsed().as_secs_f64());
    let start = Instant::now();
    heads::now(&organisation.app)?;
    println!("{}", Line::HEAD);
    println!("{}", Line::once("signing after a million", start.elapsed()));
    let folder = organisation.place.folder.clone();
    // Nobody holds the file any more: it is as a copy of it would be.
    let Organisation { app, place, .. } = organisation;
    drop(app);
    let file = folder.join("meguri.db");
    measured("copy of the database", DATABASE, &folder, (SHA256, &file))?;
    measured("package of the whole log", WHOLE, &folder, (COPY, &folder.join("out/bundle")))?;
    measured("check of that package", BUNDLE, &folder, (SHA256, &folder.join("out/bundle")))?;
    drop(place);
    Ok(())
}

fn year(organisation: Organisation) -> Done<()> {
    let departments = organisation.departments.clone();
    let state = |nth: u64| {
        let department = usize::try_from(nth).unwrap_or(0) % departments.len();
        let department = departments.get(department).map(ToString::to_string).unwrap_or_default();
        let month = 4 + nth * 9 / A_YEAR;
        value(
            "answer",
            &format!("bench-{:06}", nth % (A_YEAR / 3)),
            1 + nth * 3 / A_YEAR,
            Some((&department, month)),
        )
    };
    grow(&organisation, A_YEAR, &state)?;
    let folder = organisation.place.folder.clone();
    println!("a year of {} departments, {A_YEAR} entries more", departments.len());
    println!("{}", Line::HEAD);
    measured("package of the year", YEAR, &folder, (COPY, &folder.join("out/bundle")))?;
    measured("check of that package", BUNDLE, &folder, (SHA256, &folder.join("out/bundle")))?;
    let start = Instant::now();
    let (_, size) = package::zip(&folder.join("out/bundle"), "bundle", &folder.join("out/bundle.zip"))?;
    println!("{}  {} MB", Line::once("the package as a zip", start.elapsed()), size >> 20);
    Ok(())
}

/// One piece of work in a process of its own, and its floor in another.
fn measured(name: &str, word: &str, folder: &Path, (floor, over): (&str, &Path)) -> Done<()> {
    let held = alone(&[word, &folder.to_string_lossy()])?;
    let floor = alone(&[floor, &over.to_string_lossy()])?;
    println!("{}  {held}", Line::once(name, held.spent).beside(Line::once("", floor.spent)));
    Ok(())
}

/// How far each stage has come, for whoever looks where the time goes.
fn stage(name: &str, start: Instant) {
    if std::env::var_os("MEGURI_STAGES").is_some() {
        let _ = writeln!(io::stderr(), "{name}: {:.1} s", start.elapsed().as_secs_f64());
    }
}

fn check_database(folder: &Path) -> Done<u64> {
    let (file, keys) = (folder.join("meguri.db"), folder.join("keys"));
    let mut entries = 0;
    for (name, keys, replay) in [
        ("entries and heads", None, false),
        ("private texts too", Some(&keys), false),
        ("and the tables", Some(&keys), true),
    ] {
        let start = Instant::now();
        let copy = Copied { file: &file, keys: keys.map(std::path::PathBuf::as_path), files: None, replay };
        let found =
            database::check(&copy, &Outside::default()).map_err(|failure| Fault::broken(failure.en))?;
        stage(name, start);
        entries = found.entries;
    }
    Ok(entries)
}

fn check_bundle(folder: &Path) -> Done<u64> {
    let found = bundle::check(&folder.join("out/bundle"), &Outside::default());
    Ok(found.map_err(|failure| Fault::broken(failure.en))?.counts.entries)
}

/// Writes the package of everything, or of a year from a month on.
fn write(folder: &Path, from: Option<Month>) -> Done<u64> {
    let db = Db::sqlite(&folder.join("meguri.db"))?;
    let chance = Chance::of_the_system();
    let app = App::new(db, Clock::standing(Date::constant(2026, 4, 1)), chance, folder.join("files"));
    let start = Instant::now();
    let heads = heads::now(&app)?;
    stage("heads", start);
    fs::create_dir(folder.join("out")).map_err(Fault::broken)?;
    let portion = from.map(|from| {
        let audit = Audit {
            id: AuditId::new("bench").ok_or_else(|| Fault::broken("an id"))?,
            version: 1,
            name: String::new(),
            stage: Stage::Renewal,
            departments: Vec::new(),
            from_month: from,
            to_month: from.plus(11),
            until_on: Date::constant(2027, 3, 31),
            auditors: Vec::new(),
            state: AuditState::Open,
        };
        Ok::<_, Fault>(audit.portion(4))
    });
    let order = package::Order {
        portion: portion.transpose()?,
        heads: &heads,
        files: &app.files,
        told: &|_, _| Ok(()),
    };
    let made =
        app.db.read(session::house(&app), |rx| package::write(rx, &order, &folder.join("out/bundle")))?;
    Ok(made.entries as u64)
}

/// SHA-256 over every byte of a file, or of the files of a folder.
fn hash(path: &Path) -> io::Result<u64> {
    let mut hash = Sha256::new();
    let mut piece = vec![0; 1 << 20];
    let count = each_file(path, &mut |file| {
        let (mut file, mut count) = (File::open(file)?, 0);
        loop {
            let read = file.read(&mut piece)?;
            if read == 0 {
                return Ok(count);
            }
            hash.update(piece.get(..read).unwrap_or_default());
            count += read as u64;
        }
    })?;
    std::hint::black_box(hash.finalize());
    Ok(count)
}

fn copy(from: &Path, to: &Path) -> io::Result<u64> {
    fs::create_dir(to)?;
    let mut nth = 0;
    let count = each_file(from, &mut |file| {
        nth += 1;
        let to = to.join(nth.to_string());
        let bytes = fs::copy(file, &to)?;
        File::open(to)?.sync_all()?;
        Ok(bytes)
    })?;
    fs::remove_dir_all(to)?;
    Ok(count)
}

fn each_file(path: &Path, take: &mut dyn FnMut(&Path) -> io::Result<u64>) -> io::Result<u64> {
    if !path.is_dir() {
        return take(path);
    }
    let mut count = 0;
    for each in fs::read_dir(path)? {
        count += each_file(&each?.path(), take)?;
    }
    Ok(count)
}
