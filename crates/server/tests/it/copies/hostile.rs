//! Copies that are no copies: other files, damaged ones, schemas that run. And what lies beside a copy: its WAL.

use super::Scene;
use meguri::house::clock::Chance;
use meguri_record::database::Beside;
use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

fn listing(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let read = |each: fs::DirEntry| {
        (each.file_name().to_string_lossy().into_owned(), fs::read(each.path()).unwrap())
    };
    fs::read_dir(folder).unwrap().map(|each| read(each.unwrap())).collect()
}

#[test]
fn entries_in_the_wal_are_not_missed_and_nothing_is_written_to_the_copy() {
    let scene = Scene::set();
    let from = scene.house.place().folder();
    let wal = fs::metadata(from.join("meguri.db-wal")).unwrap().len();
    assert!(wal > 0, "the newest entries are in the WAL");
    let folder = tempfile::tempdir().unwrap();
    for name in ["meguri.db", "meguri.db-wal"] {
        fs::copy(from.join(name), folder.path().join(name)).unwrap();
    }
    let file = folder.path().join("meguri.db");
    let before = listing(folder.path());
    let (line, found) = scene.check(&file);
    assert!(line.starts_with("PASS "), "{line}");
    let found = found.unwrap();
    assert_eq!((found.entries, found.beside), (scene.entries, Beside::Read(wal)));
    assert_eq!(listing(folder.path()), before, "with a WAL");
    // The control: without it the newest entries are not there.
    fs::remove_file(folder.path().join("meguri.db-wal")).unwrap();
    let before = listing(folder.path());
    let (line, found) = scene.check(&file);
    assert!(line.starts_with("FAIL ") && found.is_none(), "{line}");
    assert_eq!(listing(folder.path()), before, "without");
}

#[test]
fn a_file_in_wal_mode_without_its_wal_says_so() {
    let scene = Scene::set();
    let conn = rusqlite::Connection::open(scene.house.place().folder().join("meguri.db")).unwrap();
    let busy: i64 = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get(0)).unwrap();
    assert_eq!(busy, 0);
    let file = scene.folder.path().join("alone #1?.db");
    fs::copy(scene.house.place().folder().join("meguri.db"), &file).unwrap();
    let before = listing(scene.folder.path());
    let (line, found) = scene.check(&file);
    assert!(line.starts_with("PASS "), "{line}");
    assert_eq!(found.unwrap().beside, Beside::NoWal);
    assert_eq!(listing(scene.folder.path()), before);
}

#[test]
fn a_file_that_is_no_database_of_ours_gets_a_plain_sentence() {
    let scene = Scene::set();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("x.db");
    let whole = fs::read(scene.copy("whole.db")).unwrap();
    let half = whole[..whole.len() / 2].to_vec();
    let cases: [&[u8]; 5] = [b"", b"SQLite format 3\0", b"PK\x03\x04", &[0; 5000], &half];
    for bytes in cases {
        fs::write(&file, bytes).unwrap();
        assert_eq!(scene.line(&file), "FAIL database", "{} bytes", bytes.len());
    }
    fs::remove_file(&file).unwrap();
    rusqlite::Connection::open(&file).unwrap().execute_batch("CREATE TABLE entry (idx)").unwrap();
    assert_eq!(scene.line(&file), "FAIL database");
}

#[test]
fn a_schema_that_would_run_without_end_is_not_asked() {
    let scene = Scene::set();
    let endless = "DROP TABLE head; CREATE VIEW head AS WITH RECURSIVE n(size) AS (SELECT 1 UNION ALL SELECT size + 1 FROM n)
                   SELECT 'x' AS log_id, size, '' AS note FROM n";
    assert_eq!(scene.line(&scene.spoilt("view", endless)), "FAIL database");
    let huge = "UPDATE entry SET bytes = hex(zeroblob(100000000)) WHERE idx = 7";
    assert!(scene.line(&scene.spoilt("huge", huge)).starts_with("FAIL entry"));
    let escape =
        "UPDATE head SET note = char(27) || '[2J' || note; UPDATE log SET id = id || char(27) || char(8238)";
    let line = scene.line(&scene.spoilt("escape", escape));
    assert!(line.starts_with("FAIL ") && !line.contains('\u{1b}'), "{line:?}");
    // An index that hides a row from whoever reads by it.
    let hidden = "PRAGMA writable_schema = ON;
        UPDATE sqlite_schema SET rootpage = (SELECT rootpage FROM sqlite_schema WHERE name = 'sqlite_autoindex_head_1')
        WHERE name = 'sqlite_autoindex_entry_1'";
    assert_eq!(scene.line(&scene.spoilt("index", hidden)), "FAIL database");
}

/// Flipped bytes anywhere: a finding, or a byte that says nothing. Never a stop, never another figure under a pass.
#[test]
fn a_copy_with_a_flipped_byte_is_refused_or_says_the_same() {
    let times: u64 = std::env::var("MEGURI_TAMPERINGS").ok().and_then(|text| text.parse().ok()).unwrap_or(40);
    let scene = Scene::set();
    let whole = fs::read(scene.copy("whole.db")).unwrap();
    let clean = scene.check(&scene.folder.path().join("whole.db")).1.unwrap();
    let (chance, file) = (Chance::seeded(31), scene.folder.path().join("flipped.db"));
    let mut silent = 0;
    for _ in 0..times {
        let at = usize::try_from(chance.below(whole.len() as u64)).unwrap();
        let mut spoilt = whole.clone();
        spoilt[at] ^= 1 << chance.below(8);
        fs::write(&file, spoilt).unwrap();
        if let Some(found) = scene.check(&file).1 {
            assert_eq!(found, clean, "byte {at}");
            silent += 1;
        }
    }
    println!("{silent} of {times} flips changed nothing that is read");
    assert!(silent < times, "the control");
}
