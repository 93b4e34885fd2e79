//! The seeded year: 株式会社見本 founds its loop in April 2026 and lives to yesterday, through the same acts as
//! the pages. It is the demo, the load generator, and what people look at first.

mod answers;
mod audits;
mod company;
mod diary;
mod life;
mod load;
mod months;
mod register;
mod reviews;
mod risks;
mod statements;
mod treatments;
mod words;
mod years;

use crate::house::clock::{Chance, Clock};
use crate::house::db::Db;
use crate::house::fault::{Done, Fault};
use crate::house::work::Who;
use crate::people::{session, store};
use diary::Diary;
use life::Life;
use meguri_domain::{Date, Month};
use std::path::Path;

/// What a demo is made of.
#[derive(Debug, Clone, Copy)]
pub struct Options {
    /// The same seed lives the same year.
    pub seed: u64,
    /// Departments in all; those beyond the five of the sample are generated.
    pub departments: usize,
    /// Assets to generate for the generated departments, in all.
    pub assets: usize,
}

impl Default for Options {
    fn default() -> Self {
        Self { seed: 1, departments: 5, assets: 0 }
    }
}

/// The day on which everything begins.
pub const BEGINNING: Date = Date::constant(2026, 4, 1);

/// Clears a demo that was built before away, builds a new one in the folder, and gives its database.
pub fn fresh(folder: &Path, options: &Options, today: Date, say: &dyn Fn(&str)) -> Done<Db> {
    std::fs::create_dir_all(folder).map_err(Fault::broken)?;
    // Only what a demo makes is removed: somebody may have pointed us at a folder of his own.
    let made = ["meguri.db", "meguri.db-wal", "meguri.db-shm", "keys/payload.keys"].into_iter();
    for name in made.chain(["keys/log.key", "keys/last.note", "keys/last.frontier", "keys/outside.note"]) {
        match std::fs::remove_file(folder.join(name)) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                return Err(Fault::broken(error).into());
            }
            Ok(()) | Err(_) => {}
        }
    }
    let db = Db::sqlite(&folder.join("meguri.db"))?;
    db.migrate(&Chance::seeded(options.seed))?;
    build(&db, &folder.join("files"), options, today, say)?;
    Ok(db)
}

/// The same company on its first day, with people and departments but no year behind it. A folder in which it
/// stands already is opened as it is, so that a visitor can go on the next day.
pub fn bare(folder: &Path, options: &Options, today: Date) -> Done<Db> {
    std::fs::create_dir_all(folder).map_err(Fault::broken)?;
    let db = Db::sqlite(&folder.join("meguri.db"))?;
    db.migrate(&Chance::seeded(options.seed))?;
    let house = Who::new(session::system(), &Clock::standing(today));
    if db.read(house, |rx| Ok(store::is_empty(rx)?))? {
        Life::begin(&db, &folder.join("files"), options, today)?;
    }
    Ok(db)
}

/// Lives on an empty, migrated database from the beginning to the day before `today`.
pub fn build(db: &Db, files: &Path, options: &Options, today: Date, say: &dyn Fn(&str)) -> Done<()> {
    say("founding 株式会社見本");
    let life = Life::begin(db, files, options, today)?;
    let mut diary = Diary::default();
    register::plan(&life, &mut diary);
    risks::plan(&life, &mut diary);
    treatments::plan(&life, &mut diary);
    statements::plan(&life, &mut diary);
    years::plan(&life, &mut diary);
    load::plan(&life, &mut diary);
    for month in Month::of(BEGINNING).through(Month::of(today)) {
        months::plan(&life, &mut diary, month);
    }
    audits::plan(&life, &mut diary);
    diary.live(&life, say)
}
