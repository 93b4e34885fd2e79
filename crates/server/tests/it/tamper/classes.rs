//! Twelve kinds of tampering with what lies under a head that somebody outside holds (TRUST.md T1), by somebody who owns the
//! database, its disk and the folder of evidence: each is found, and where there is a first bad entry, row or file it is named.
//! `MEGURI_TAMPERINGS` says how often each; `cargo xtask faults` sets 1,000.

use super::dba::Dba;
use super::{findings, lived};
use crate::heads::{add, size};
use crate::support::{House, Place};
use meguri::backup::restore::evidence_holds;
use meguri::house::clock::Chance;
use meguri::record::heads::{self, Way};
use meguri::record::signing::{self, Off, Signed};
use meguri::record::verify::{Finding, TABLES};
use meguri_record::{Frontier, Hash, tree};
use std::path::PathBuf;

/// What may be written over in an entry, and what is written there.
type Field = (&'static str, &'static str);

struct Scene {
    house: House,
    dba: Dba,
    chance: Chance,
    /// Entries under the head outside.
    held: u64,
    /// Entries in all.
    all: u64,
    evidence: Vec<PathBuf>,
}

impl Scene {
    /// A lived-in house, a head outside, and a few entries after it.
    fn set() -> Self {
        let place = Place::file();
        let path = place.folder().join("meguri.db");
        let house = House::found(place);
        lived::live_in_one_log(&house);
        lived::alike(&house);
        let evidence = lived::photographs(&house);
        // What stood at an earlier time, to roll back to.
        let mut early = Dba::sqlite(&path);
        early.run("CREATE TABLE early_log AS SELECT * FROM log");
        for nth in 0..5 {
            add(&house, &format!("株式会社見本{nth}"));
        }
        assert!(matches!(heads::sign_now(&house.app).unwrap(), Signed::Head { .. }));
        let head = house.read_as_system(heads::all).unwrap().pop().unwrap();
        heads::held_outside(&house.app, &head, Way::Paper, &head.note).unwrap();
        for nth in 0..3 {
            add(&house, &format!("株式会社見本・新{nth}"));
        }
        let all = size(&house);
        for table in TABLES {
            early.run(&format!("DROP TABLE copy_of_{}", table.name));
        }
        early.run("DROP TABLE copy_of_log; DROP TABLE copy_of_entry; DROP TABLE copy_of_payload");
        let dba = Dba::sqlite(&path);
        let scene = Self { house, dba, chance: Chance::seeded(12), held: head.size, all, evidence };
        assert!(scene.seen().is_empty(), "before anybody tampered: {:?}", scene.seen());
        scene
    }

    fn below(&self, bound: u64) -> u64 {
        self.chance.below(bound)
    }

    /// An entry under the head outside.
    fn entry(&self) -> u64 {
        self.below(self.held)
    }

    /// Everything that our own checks say: the record against itself and the tables, the evidence, the heads.
    fn seen(&self) -> Vec<String> {
        let mut seen: Vec<String> = findings(&self.house).iter().map(|each| format!("{each:?}")).collect();
        if let Err(no) = evidence_holds(&self.house.app) {
            seen.push(no.to_string());
        }
        if let Err(off) = signing::check(&self.house.app).unwrap() {
            seen.push(format!("{off:?}"));
        }
        seen
    }

    fn off(&self) -> Option<Off> {
        signing::check(&self.house.app).unwrap().err()
    }

    fn put_back(&mut self) {
        for table in ["log", "entry", "payload"] {
            self.dba.restore(table);
        }
    }

    fn connection(&self) -> &rusqlite::Connection {
        match &self.dba {
            Dba::Sqlite(connection) => connection,
            Dba::Postgres(_) => unreachable!("this scene is set in a file"),
        }
    }

    fn bytes(&self, idx: u64) -> String {
        self.connection()
            .query_row("SELECT bytes FROM entry WHERE idx = ?1", [i64::try_from(idx).unwrap()], |row| {
                row.get(0)
            })
            .unwrap()
    }

    /// Writes over an entry and leaves the rest as it is.
    fn write_bytes(&self, idx: u64, bytes: &str) {
        let row = rusqlite::params![i64::try_from(idx).unwrap(), bytes];
        assert_eq!(self.connection().execute("UPDATE entry SET bytes = ?2 WHERE idx = ?1", row), Ok(1));
    }

    /// The same with the leaf made to agree.
    fn write_entry(&self, idx: u64, bytes: &str) {
        let leaf = tree::leaf(bytes.as_bytes()).to_string();
        let changed = self.connection().execute(
            "UPDATE entry SET bytes = ?2, leaf = ?3 WHERE idx = ?1",
            rusqlite::params![i64::try_from(idx).unwrap(), bytes, leaf],
        );
        assert_eq!(changed, Ok(1));
    }

    /// Recomputes the row of the log, as somebody who knows how it is made.
    fn make_it_agree(&self) {
        let mut frontier = Frontier::new();
        let connection = self.connection();
        let mut leaves = connection.prepare("SELECT leaf FROM entry ORDER BY idx").unwrap();
        for leaf in leaves.query_map([], |row| row.get::<_, String>(0)).unwrap() {
            frontier.append(leaf.unwrap().parse::<Hash>().unwrap());
        }
        let row = (i64::try_from(frontier.size()).unwrap(), frontier.encode(), frontier.root().to_string());
        connection.execute("UPDATE log SET size = ?1, frontier = ?2, root = ?3", row).unwrap();
    }

    /// The finding that names an entry comes first.
    #[track_caller]
    fn names_the_entry(&mut self, idx: u64, what: &str) {
        let found = findings(&self.house);
        let named = match found.first() {
            Some(Finding::Log(broken)) => broken.idx(),
            Some(Finding::Payload { idx } | Finding::Emptied { idx }) => u64::try_from(*idx).ok(),
            _ => None,
        };
        assert_eq!(named, Some(idx), "{what} at {idx}: {found:?}");
        self.put_back();
    }

    fn rewritten(&self, idx: u64, (field, with): Field) -> String {
        let bytes = self.bytes(idx);
        let from = bytes.find(&format!("\"{field}\":")).unwrap() + field.len() + 3;
        let to = from + bytes[from..].find(",\"").unwrap();
        let text = format!("{}{with}{}", &bytes[..from], &bytes[to..]);
        assert_ne!(text, bytes);
        text
    }
}

fn times() -> u64 {
    std::env::var("MEGURI_TAMPERINGS").ok().and_then(|text| text.parse().ok()).unwrap_or(8)
}

#[test]
fn an_edited_deleted_inserted_or_moved_entry_is_named() {
    let mut scene = Scene::set();
    for _ in 0..times() {
        // 1 value: of an entry, and of a payload.
        let idx = scene.entry();
        scene.write_bytes(idx, &scene.rewritten(idx, ("object", "\"asset/another\"")));
        scene.names_the_entry(idx, "value");
        let idx = scene.entry();
        scene.dba.run(&format!(
            "UPDATE payload SET sealed = CASE WHEN substr(sealed, 30, 1) = 'A' THEN substr(sealed, 1, 29) || 'B' || substr(sealed, 31)
             ELSE substr(sealed, 1, 29) || 'A' || substr(sealed, 31) END WHERE idx = {idx} AND seq = 0"
        ));
        scene.names_the_entry(idx, "payload");
        // 3 delete; 12 a payload dropped without an entry of its erasure.
        let idx = scene.entry();
        scene.dba.run(&format!("DELETE FROM payload WHERE idx = {idx}; DELETE FROM entry WHERE idx = {idx}"));
        scene.names_the_entry(idx, "delete");
        let idx = scene.entry();
        let by = scene.below(scene.all);
        let drop = ["DELETE FROM payload", &format!("UPDATE payload SET sealed = '', erased_by = {by}")];
        scene.dba.run(&format!("{} WHERE idx = {idx} AND seq = 0", drop[usize::try_from(by % 2).unwrap()]));
        scene.names_the_entry(idx, "payload dropped");
        // 4 insert: a copy of another entry, and everything behind it one further.
        let (idx, other) = (scene.entry(), scene.entry());
        scene.dba.run(&format!(
            "UPDATE entry SET idx = -1 - idx WHERE idx >= {idx}; UPDATE entry SET idx = -idx WHERE idx < 0;
             INSERT INTO entry (idx, bytes, leaf) SELECT {idx}, bytes, leaf FROM copy_of_entry WHERE idx = {other};
             UPDATE payload SET idx = idx + 100000 WHERE idx >= {idx}; UPDATE payload SET idx = idx - 99999 WHERE idx > 99999"
        ));
        // The entry itself put in its own place is noticed one further.
        scene.names_the_entry(if other == idx { idx + 1 } else { idx }, "insert");
        // 5 swap.
        let (one, other) = (scene.entry(), scene.entry());
        if one != other {
            scene.dba.run(&format!(
                "UPDATE entry SET bytes = (SELECT bytes FROM copy_of_entry c WHERE c.idx = {sum} - entry.idx),
                 leaf = (SELECT leaf FROM copy_of_entry c WHERE c.idx = {sum} - entry.idx) WHERE idx IN ({one}, {other})",
                sum = one + other
            ));
            scene.names_the_entry(one.min(other), "swap");
        }
        // 6 time, 7 actor.
        for field in [("time", "1700000000000"), ("actor", "\"somebody-else\"")] {
            let idx = scene.entry();
            scene.write_bytes(idx, &scene.rewritten(idx, field));
            scene.names_the_entry(idx, field.0);
            // With the leaf made to agree, no entry can be named any more; the root and the head outside still differ.
            scene.write_entry(idx, &scene.rewritten(idx, field));
            let found = findings(&scene.house);
            assert!(matches!(found.first(), Some(Finding::Log(_))), "{} at {idx}: {found:?}", field.0);
            assert!(matches!(scene.off(), Some(Off::Beside { .. })));
            scene.put_back();
        }
    }
}

#[test]
fn a_live_row_that_was_edited_alone_is_named() {
    let mut scene = Scene::set();
    for _ in 0..times() {
        let table = &TABLES[usize::try_from(scene.below(TABLES.len() as u64)).unwrap()];
        let count: i64 = scene
            .dba
            .ask(&format!("SELECT CAST(COUNT(*) AS TEXT) FROM {}", table.name))
            .unwrap()
            .parse()
            .unwrap();
        if count == 0 {
            continue;
        }
        let skip = scene.below(count.unsigned_abs());
        let column = table.columns[1 + usize::try_from(scene.below(table.columns.len() as u64 - 1)).unwrap()];
        let id = scene
            .dba
            .ask(&format!("SELECT id FROM {} ORDER BY id LIMIT 1 OFFSET {skip}", table.name))
            .unwrap();
        scene.dba.run(&format!(
            "UPDATE {} SET {column} = COALESCE({column}, 0) || '1' WHERE id = '{id}'",
            table.name
        ));
        let mut found = findings(&scene.house);
        if ["log_key", "closed_log"].contains(&table.name) {
            // The stored heads are held against these rows, and no longer fit them.
            found.retain(|each| !matches!(each, Finding::Note(_)));
        }
        assert_eq!(found, [Finding::Edited { table: table.name, id }], "{column}");
        scene.dba.restore(table.name);
    }
    assert!(scene.seen().is_empty());
}

#[test]
fn a_log_cut_rolled_back_or_made_anew_stands_below_or_beside_the_head_outside() {
    let mut scene = Scene::set();
    let early: u64 = scene.dba.ask("SELECT CAST(size AS TEXT) FROM early_log").unwrap().parse().unwrap();
    for nth in 0..times() {
        // 8 the tail cut off under the head, everything made to agree.
        let left = 1 + scene.below(scene.held - 1);
        scene
            .dba
            .run(&format!("DELETE FROM payload WHERE idx >= {left}; DELETE FROM entry WHERE idx >= {left}"));
        scene.make_it_agree();
        assert_eq!(scene.off(), Some(Off::Behind { size: left, head: scene.held }));
        scene.put_back();
        // 9 the log as it was at an earlier time, then written on to any length beside the one outside.
        scene.dba.run(&format!(
            "DELETE FROM payload WHERE idx >= {early}; DELETE FROM entry WHERE idx >= {early}"
        ));
        scene.make_it_agree();
        assert!(matches!(scene.off(), Some(Off::Behind { .. })));
        let log: String = scene.dba.ask("SELECT id FROM log").unwrap();
        for idx in early..scene.held + nth % 4 {
            let bytes =
                scene.bytes(early - 1).replace(&format!("\"idx\":{}", early - 1), &format!("\"idx\":{idx}"));
            assert!(bytes.contains(&log));
            let leaf = tree::leaf(bytes.as_bytes()).to_string();
            let row = rusqlite::params![i64::try_from(idx).unwrap(), bytes, leaf];
            scene
                .connection()
                .execute("INSERT INTO entry (idx, bytes, leaf) VALUES (?1, ?2, ?3)", row)
                .unwrap();
        }
        scene.make_it_agree();
        let found = scene.off();
        assert!(
            matches!(&found, Some(Off::Beside { head, .. }) if head.size == scene.held),
            "rolled back and written on: {found:?}"
        );
        scene.put_back();
        // 10 the whole log made anew from an entry on: another actor, new leaves, new root.
        let from = scene.entry();
        for idx in from..scene.all {
            scene.write_entry(idx, &scene.rewritten(idx, ("actor", "\"somebody-else\"")));
        }
        scene.make_it_agree();
        assert!(matches!(scene.off(), Some(Off::Beside { head, .. }) if head.size == scene.held));
        scene.put_back();
    }
    assert!(scene.seen().is_empty());
}

#[test]
fn evidence_of_which_a_byte_was_changed_or_that_is_gone_is_named() {
    let scene = Scene::set();
    for nth in 0..times() {
        let path = &scene.evidence[usize::try_from(scene.below(scene.evidence.len() as u64)).unwrap()];
        let whole = std::fs::read(path).unwrap();
        if nth % 3 == 0 {
            std::fs::remove_file(path).unwrap();
        } else {
            let mut spoilt = whole.clone();
            let at = usize::try_from(scene.below(whole.len() as u64)).unwrap();
            spoilt[at] ^= 1 << scene.below(8);
            std::fs::write(path, spoilt).unwrap();
        }
        let no = evidence_holds(&scene.house.app).unwrap_err().to_string();
        assert!(no.contains(path.file_name().unwrap().to_str().unwrap()), "{no}");
        std::fs::write(path, whole).unwrap();
    }
    assert!(scene.seen().is_empty());
}

/// The control: what came after the last head outside can be made anew without a trace by whoever holds the signing key too.
/// It is never called clean, but newer than what is witnessed.
#[test]
fn a_change_after_the_last_head_outside_is_unwitnessed_and_never_clean() {
    let mut scene = Scene::set();
    for _ in 0..times() {
        let from = scene.held + scene.below(scene.all - scene.held);
        for idx in from..scene.all {
            scene.write_entry(idx, &scene.rewritten(idx, ("actor", "\"somebody-else\"")));
        }
        scene.make_it_agree();
        assert_eq!(scene.seen(), Vec::<String>::new(), "it leaves no trace");
        let (bound, newer) = scene.house.read_as_system(|rx| heads::witnessed(&scene.house.app, rx)).unwrap();
        assert_eq!((bound, newer), (scene.held, scene.all - scene.held));
        assert!(from >= bound, "the changed entries are among those that are not witnessed");
        scene.put_back();
    }
}
