//! `cargo xtask bench`: how long the house takes, in-process, on organisations of several sizes, on SQLite and,
//! when `TEST_DATABASE_URL` is set, on PostgreSQL. It prints a table and judges nothing.
//!
//! Words after the command choose rows: `cargo xtask bench -- 50,000 board`.

mod export;
mod file;
mod floor;
mod grow;
mod measure;
mod organisation;
mod place;
mod record;
mod risk_rows;
mod risks;

use measure::{Bench, Line};
use meguri::house::fault::{Done, Fault, Stop};
use organisation::{MILLION, Organisation, SIZES};
use place::Place;
use std::process::ExitCode;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    let done = runtime.map_err(|error| Stop::Fault(Fault::broken(error))).and_then(|runtime| {
        tokio::task::block_in_place(|| match alone(&runtime, &words) {
            Some(said) => said.map(|said| println!("{said}")),
            None => run(&runtime, &words),
        })
    });
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(stop) => {
            eprintln!("bench: {stop}");
            ExitCode::FAILURE
        }
    }
}

/// What the bench has to do where it was started by itself, to be measured alone.
fn alone(runtime: &tokio::runtime::Runtime, words: &[String]) -> Option<Done<String>> {
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    Some(match *words.as_slice() {
        [file::FLOOR, path] => export::said(|| file::floor(path)),
        [export::FLOOR, format, folder, rows] => export::said(|| export::floor(format, folder, rows)),
        [export::EXPORT, format, folder, address, cookie] => {
            export::said(|| export::through_the_router(runtime, [format, folder, address, cookie]))
        }
        ref words => return record::started(words),
    })
}

fn run(runtime: &tokio::runtime::Runtime, words: &[String]) -> Done<()> {
    if cfg!(debug_assertions) {
        eprintln!("This is a debug build; its figures say little. `cargo xtask bench` builds for release.");
    }
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    println!("{} {}, {cores} cores", std::env::consts::OS, std::env::consts::ARCH);
    for open in [Place::sqlite, Place::postgres] {
        for size in &SIZES {
            if !chosen(words, size.name, kinds()) {
                continue;
            }
            if size.name == MILLION && !words.iter().any(|word| MILLION.contains(word.as_str())) {
                println!("\n{MILLION}: ask for it with `cargo xtask bench -- 1,000,000 register`");
                continue;
            }
            let Some(place) = open()? else { continue };
            let organisation = Organisation::live(place, size)?;
            println!("\n{}, {}: {}", organisation.app.db.kind(), size.name, organisation.said);
            println!("{}", Line::HEAD);
            let bench = Bench { runtime, organisation: &organisation, words };
            bench.pages()?;
            bench.saving()?;
            bench.import()?;
            bench.months()?;
        }
        if chosen(words, file::NAME, kinds())
            && let Some(place) = open()?
        {
            file::run(runtime, place)?;
        }
        if chosen(words, record::NAME, kinds()) {
            record::run(open)?;
        }
        if chosen(words, risks::NAME, kinds())
            && let Some(place) = open()?
        {
            risks::run(runtime, place)?;
        }
    }
    Ok(())
}

/// What a word may choose, beside the rows of a table.
fn kinds() -> impl Iterator<Item = &'static str> {
    SIZES.iter().map(|each| each.name).chain([file::NAME, record::NAME, risks::NAME])
}

/// Whether a row was asked for: when no word speaks of its kind, all are.
fn chosen<'a>(words: &[String], name: &str, mut all: impl Iterator<Item = &'a str>) -> bool {
    let speaks = |word: &&String| name.contains(word.as_str());
    let any = all.any(|each| words.iter().any(|word| each.contains(word.as_str())));
    !any || words.iter().any(|word| speaks(&word))
}
