//! A copy of the database, checked offline by the library of `meguri-verify`: what is whole passes under a head from outside, and
//! each tampering with the copy is named. Nothing is written to a copy, and no file makes the check stop or fill memory.

mod hostile;
mod spoils;

use crate::erasure::erased;
use crate::support::{House, Place};
use crate::tamper::lived;
use meguri::record::heads;
use meguri_record::bundle::{Language, Outside};
use meguri_record::database::{self, Beside, Copied, Outcome};
use meguri_record::{Checkpoint, Hash, Note, Trust};
use std::path::{Path, PathBuf};

/// A lived-in house with a closed log, evidence of which one file was erased, and signed heads of both logs.
struct Scene {
    house: House,
    /// The newest heads of the closed and of the current log, as they lie outside.
    held: [Checkpoint; 2],
    /// Entries of all logs.
    entries: u64,
    folder: tempfile::TempDir,
}

impl Scene {
    fn set() -> Self {
        let house = House::found(Place::file());
        heads::sign_now(&house.app).unwrap();
        lived::live(&house);
        lived::alike(&house);
        let evidence = lived::photographs(&house);
        let conn = rusqlite::Connection::open(house.place().folder().join("meguri.db")).unwrap();
        let look = "SELECT id FROM evidence WHERE label = '書庫3.png'";
        let id: String = conn.query_row(look, [], |row| row.get(0)).unwrap();
        drop(conn);
        erased(&house, &format!("evidence/{id}"));
        assert!(!evidence[2].exists(), "the third photograph is erased");
        heads::sign_now(&house.app).unwrap();
        let logs = house.read_as_system(meguri::record::store::logs).unwrap();
        let newest = |log: &str| {
            let head = house.read_as_system(|rx| heads::of_log(rx, log)).unwrap().pop().unwrap();
            Checkpoint::read(Note::read(&head.note).unwrap().text()).unwrap()
        };
        let held = [newest(&logs[0].log), newest(&logs[1].log)];
        let entries = logs[1].first + logs[1].size;
        assert_eq!(held[1].size, logs[1].size, "the newest head is over all entries");
        Self { house, held, entries, folder: tempfile::tempdir().unwrap() }
    }

    /// A whole copy under a name.
    fn copy(&self, name: &str) -> PathBuf {
        let file = self.folder.path().join(name);
        let from = rusqlite::Connection::open(self.house.place().folder().join("meguri.db")).unwrap();
        from.execute("VACUUM INTO ?1", [file.to_str().unwrap()]).unwrap();
        file
    }

    /// A copy in which somebody who owns it did something.
    fn spoilt(&self, name: &str, what: &str) -> PathBuf {
        let file = self.copy(name);
        let conn = rusqlite::Connection::open(&file).unwrap();
        conn.execute_batch("PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON").unwrap();
        conn.execute_batch(what).unwrap();
        file
    }

    fn keys(&self) -> PathBuf {
        self.house.place().folder().join("keys")
    }

    /// The outside: the newest head.
    fn outside(&self) -> Outside {
        Outside { held: vec![self.held[1].clone()], ..Outside::default() }
    }

    /// With everything at hand.
    fn check(&self, file: &Path) -> (String, Option<Outcome>) {
        let (keys, files) = (self.keys(), self.house.app.files.clone());
        let copy = Copied { file, keys: Some(&keys), files: Some(&files), replay: true };
        said(&copy, &self.outside())
    }

    fn line(&self, file: &Path) -> String {
        self.check(file).0
    }
}

/// The first line of the page, and what was found; both pages are whole in both languages.
fn said(copy: &Copied<'_>, outside: &Outside) -> (String, Option<Outcome>) {
    let found = database::check(copy, outside);
    let page = database::page(&found, Language::En);
    println!("{page}{}", database::page(&found, Language::Ja));
    assert!(page.lines().count() < 40, "one page");
    (page.lines().next().unwrap().to_owned(), found.ok())
}

#[test]
fn a_whole_copy_passes_under_a_head_from_outside_and_under_none_without() {
    let scene = Scene::set();
    let file = scene.copy("whole.db");
    let (line, found) = scene.check(&file);
    let (n, found) = (scene.entries, found.unwrap());
    assert!(line.starts_with(&format!("PASS size={n} witnessed={n} entries={n} payloads=")), "{line}");
    assert!(line.ends_with(" files=2/3"), "{line}");
    assert_eq!((found.files_erased, found.beside), (1, Beside::Nothing));
    assert!(found.erased > 0 && found.payloads.0 + found.erased == found.payloads.1, "{found:?}");
    assert!(found.rows.is_some_and(|rows| rows > 50), "{found:?}");
    let [closed] = found.closed.as_slice() else { panic!("{found:?}") };
    assert!(closed.linked && closed.heads > 0 && closed.beside == 0, "{closed:?}");

    let alone = Copied { file: &file, keys: None, files: None, replay: false };
    let (line, found) = said(&alone, &Outside::default());
    assert!(line.starts_with(&format!("UNWITNESSED size={n} witnessed=0 entries={n} payloads=0/")), "{line}");
    assert!(!found.unwrap().own_keys);
    // Without the keys nobody has seen that the second log sealed the end of the first.
    let (line, _) = said(&alone, &scene.outside());
    assert!(line.starts_with(&format!("UNWITNESSED size={n} witnessed=0 ")), "{line}");
    let both = Outside { held: scene.held.to_vec(), ..Outside::default() };
    let (line, _) = said(&alone, &both);
    let below = if scene.held[0].size == closed.size { n } else { scene.held[0].size };
    assert!(line.contains(&format!(" witnessed={below} ")), "{line}");
}

#[test]
fn keys_of_ones_own_are_believed_and_those_of_the_copy_are_not() {
    let scene = Scene::set();
    let file = scene.copy("keys.db");
    let alone = Copied { file: &file, keys: None, files: None, replay: false };
    let own = meguri::record::heads::policy(&scene.house.app).unwrap();
    let outside = Outside { policy: Some(Trust::read(&own).unwrap()), held: vec![scene.held[1].clone()] };
    assert!(said(&alone, &outside).1.is_some_and(|found| found.own_keys));
    // Keys of somebody else: no head was signed by any of them.
    let stranger =
        meguri_record::SignerKey::new("other.example/log", meguri_record::Duty::Log, [7; 32]).unwrap();
    let other = format!("log {}\nquorum none\n", stranger.verifier().text());
    let outside = Outside { policy: Some(Trust::read(&other).unwrap()), ..Outside::default() };
    assert_eq!(said(&alone, &outside).0, "FAIL head");
}

#[test]
fn a_head_that_does_not_come_from_the_copy_is_refused() {
    let scene = Scene::set();
    let file = scene.copy("held.db");
    let alone = Copied { file: &file, keys: None, files: None, replay: false };
    let head = scene.held[1].clone();
    let beside = Checkpoint { root: Hash([7; 32]), ..head.clone() };
    let larger = Checkpoint { size: head.size + 1, ..head.clone() };
    let other = Checkpoint { origin: "example.co.jp/another".into(), ..head };
    for held in [beside, larger, other] {
        let outside = Outside { held: vec![held], ..Outside::default() };
        assert_eq!(said(&alone, &outside).0, "FAIL held");
    }
}

#[test]
fn what_is_newer_than_the_newest_head_is_an_unwitnessed_tail() {
    let scene = Scene::set();
    crate::heads::add(&scene.house, "株式会社見本・新");
    let (line, found) = scene.check(&scene.copy("tail.db"));
    let n = scene.entries;
    assert!(line.starts_with(&format!("UNWITNESSED size={n} witnessed={n} entries={} ", n + 1)), "{line}");
    assert!(!found.unwrap().is_witnessed());
}

#[test]
fn the_checker_knows_the_tables_and_columns_that_the_product_keeps() {
    let kept: Vec<&str> = meguri::record::verify::TABLES.iter().map(|table| table.name).collect();
    assert_eq!(
        database::KEPT,
        kept,
        "a kept table must be added in crates/record/src/database/replay.rs too"
    );
}
