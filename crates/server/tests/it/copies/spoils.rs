//! One tampering at a time with a copy, and the first line that must come of it.

use super::{Scene, said};
use meguri_record::database::Copied;
use meguri_record::{Frontier, tree};
use rusqlite::Connection;
use std::fs;
use std::path::Path;

fn entry(conn: &Connection, idx: u64) -> String {
    let row = [i64::try_from(idx).unwrap()];
    conn.query_row("SELECT bytes FROM entry WHERE idx = ?1", row, |row| row.get(0)).unwrap()
}

/// Everything that a person can make to agree: leaf, and the row of the current log.
fn rewrite(file: &Path, idx: u64) {
    let conn = Connection::open(file).unwrap();
    let bytes = entry(&conn, idx).replacen("\"role\":\"", "\"role\":\"x", 1);
    let leaf = tree::leaf(bytes.as_bytes()).to_string();
    let row = rusqlite::params![i64::try_from(idx).unwrap(), bytes, leaf];
    conn.execute("UPDATE entry SET bytes = ?2, leaf = ?3 WHERE idx = ?1", row).unwrap();
    let mut frontier = Frontier::new();
    let mut leaves =
        conn.prepare("SELECT leaf FROM entry WHERE idx >= (SELECT first FROM log) ORDER BY idx").unwrap();
    for leaf in leaves.query_map([], |row| row.get::<_, String>(0)).unwrap() {
        frontier.append(leaf.unwrap().parse().unwrap());
    }
    let row = (frontier.encode(), frontier.root().to_string());
    conn.execute("UPDATE log SET frontier = ?1, root = ?2", row).unwrap();
}

#[test]
fn an_entry_that_was_changed_moved_or_removed_is_named() {
    let scene = Scene::set();
    let last = scene.entries - 1;
    let cases = [
        (
            "byte",
            "UPDATE entry SET bytes = replace(bytes, '\"role\":\"', '\"role\":\"x') WHERE idx = 7",
            "FAIL entry 7".to_owned(),
        ),
        (
            "space",
            "UPDATE entry SET bytes = replace(bytes, '\"v\":', '\"v\" :') WHERE idx = 7",
            "FAIL entry 7".into(),
        ),
        ("blob", "UPDATE entry SET bytes = CAST(bytes AS BLOB) WHERE idx = 7", "FAIL entry 7".into()),
        (
            "leaf",
            "UPDATE entry SET leaf = (SELECT leaf FROM entry WHERE idx = 8) WHERE idx = 7",
            "FAIL entry 7".into(),
        ),
        ("gone", "DELETE FROM entry WHERE idx = 7", "FAIL entry 7".into()),
        ("first", "DELETE FROM entry WHERE idx = 0", "FAIL entry 0".into()),
        (
            "swapped",
            "UPDATE entry SET idx = -1 WHERE idx = 7; UPDATE entry SET idx = 7 WHERE idx = 8; UPDATE entry SET idx = 8 WHERE idx = -1",
            "FAIL payload 7".into(),
        ),
        (
            "before",
            "INSERT INTO entry SELECT -1, bytes, leaf FROM entry WHERE idx = 3",
            "FAIL entry 0".into(),
        ),
        (
            "tail",
            "DELETE FROM payload WHERE idx = (SELECT MAX(idx) FROM entry); DELETE FROM entry WHERE idx = (SELECT MAX(idx) FROM entry)",
            format!("FAIL log {last}"),
        ),
        ("all", "DELETE FROM payload; DELETE FROM entry", "FAIL entry 0".into()),
        ("root", "UPDATE log SET root = replace(root, substr(root, 1, 1), 'z')", "FAIL log".into()),
        ("size", "UPDATE log SET size = size - 1", "FAIL log".into()),
        ("id", "UPDATE log SET id = 'another'", "FAIL log".into()),
        (
            "two",
            "INSERT INTO log SELECT 'b', size, frontier, root, first, next_key FROM log",
            "FAIL log".into(),
        ),
    ];
    for (name, what, expected) in cases {
        assert_eq!(scene.line(&scene.spoilt(name, what)), expected, "{name}");
    }
}

#[test]
fn a_log_made_to_agree_with_itself_does_not_lead_to_its_signed_heads() {
    let scene = Scene::set();
    let file = scene.copy("rewritten.db");
    rewrite(&file, scene.entries - 2);
    assert_eq!(scene.line(&file), "FAIL head");
    let file = scene.copy("rewritten-closed.db");
    rewrite(&file, 3);
    assert_eq!(
        scene.line(&file),
        "FAIL log",
        "the closed log no longer has the root under which it was closed"
    );
}

#[test]
fn a_head_whose_signature_does_not_hold_is_refused() {
    let scene = Scene::set();
    // A character in the middle of the signature; its form stays.
    let flip = "UPDATE head SET note = substr(note, 1, length(note) - 20)
        || CASE WHEN substr(note, length(note) - 19, 1) = 'A' THEN 'B' ELSE 'A' END || substr(note, length(note) - 18)
        WHERE log_id = (SELECT id FROM log) AND size = (SELECT MAX(size) FROM head WHERE log_id = (SELECT id FROM log))";
    assert_eq!(scene.line(&scene.spoilt("signature", flip)), "FAIL head");
    let none = "DELETE FROM head WHERE log_id = (SELECT id FROM log)";
    assert_eq!(scene.line(&scene.spoilt("no head", none)), "FAIL head");
    let key = "DELETE FROM log_key";
    assert_eq!(scene.line(&scene.spoilt("no key", key)), "FAIL log_key");
}

#[test]
fn a_private_text_that_was_touched_is_named_and_an_erasure_is_believed_only_by_its_entry() {
    let scene = Scene::set();
    let (idx, by): (i64, i64) = Connection::open(scene.copy("look.db"))
        .unwrap()
        .query_row("SELECT idx, erased_by FROM payload WHERE sealed = '' LIMIT 1", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    assert!(by > idx);
    let empty =
        |by: i64| format!("UPDATE payload SET sealed = '', erased_by = {by} WHERE idx = 7 AND seq = 0");
    let cases = [
        ("changed", "UPDATE payload SET sealed = replace(sealed, substr(sealed, 40, 1), 'A') WHERE idx = 7".into(), 7),
        ("other", "UPDATE payload SET sealed = (SELECT sealed FROM payload WHERE idx = 8 AND seq = 0) WHERE idx = 7".into(), 7),
        ("slot", "UPDATE payload SET key_no = key_no + 1 WHERE idx = 7".into(), 7),
        ("far slot", "UPDATE payload SET key_no = 9223372036854775807 WHERE idx = 7".into(), 7),
        ("object", "UPDATE payload SET object = 'asset/another' WHERE idx = 7".into(), 7),
        ("gone", "DELETE FROM payload WHERE idx = 7".into(), 7),
        ("stray", "INSERT INTO payload SELECT -1, seq, object, key_no, sealed, erased_by FROM payload WHERE idx = 7".into(), 0),
        ("by itself", empty(7), 7),
        ("by the next", empty(8), 7),
        ("by an erasure of something else", empty(by), 7),
        ("by nothing", empty(1_000_000), 7),
        // What was erased is claimed for another entry.
        ("other entry", format!("UPDATE payload SET erased_by = {} WHERE idx = {idx} AND sealed = ''", by + 1), idx),
    ];
    for (name, what, at) in cases {
        assert_eq!(scene.line(&scene.spoilt(name, &what)), format!("FAIL payload {at}"), "{name}");
    }
    // Without the keys an emptied text is believed only where its entry is an erasure at all.
    for (by, believed) in [(8, false), (by, true)] {
        let file = scene.spoilt(&format!("no keys {by}"), &empty(by));
        let copy = Copied { file: &file, keys: None, files: None, replay: false };
        assert_eq!(said(&copy, &scene.outside()).1.is_some(), believed, "{by}");
    }
}

#[test]
fn a_live_row_that_was_edited_added_or_removed_shows_in_the_replay_alone() {
    let scene = Scene::set();
    let cases = [
        "UPDATE asset SET importance = 1 WHERE id = (SELECT MIN(id) FROM asset)",
        "UPDATE asset SET handling = '{\"client\":\"x\"}' WHERE id = (SELECT MIN(id) FROM asset)",
        "UPDATE answer SET note = CAST(note AS BLOB) WHERE id = (SELECT MIN(id) FROM answer)",
        "DELETE FROM correction",
        "INSERT INTO setting SELECT 'another', version, value FROM setting LIMIT 1",
    ];
    for (nth, what) in cases.iter().enumerate() {
        let file = scene.spoilt(&format!("row{nth}"), what);
        assert_eq!(scene.line(&file), "FAIL row", "{what}");
        let keys = scene.keys();
        let copy = Copied { file: &file, keys: Some(&keys), files: None, replay: false };
        assert!(said(&copy, &scene.outside()).0.starts_with("PASS "), "{what}");
    }
}

#[test]
fn evidence_that_is_missing_or_changed_is_named_and_what_was_erased_is_not_missed() {
    let scene = Scene::set();
    let file = scene.copy("files.db");
    let folder = scene.house.app.files.as_path();
    let mut lying = Vec::new();
    for shelf in fs::read_dir(folder).unwrap().map(|each| each.unwrap().path()).filter(|path| path.is_dir()) {
        lying.extend(
            fs::read_dir(shelf).unwrap().map(|each| each.unwrap().path()).filter(|path| path.is_file()),
        );
    }
    assert_eq!(lying.len(), 2);
    for path in lying {
        let whole = fs::read(&path).unwrap();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        for spoilt in
            [None, Some([&whole[..], b"x"].concat()), Some(whole[1..].to_vec()), Some(vec![0; whole.len()])]
        {
            match &spoilt {
                None => fs::remove_file(&path).unwrap(),
                Some(bytes) => fs::write(&path, bytes).unwrap(),
            }
            assert!(scene.line(&file).starts_with(&format!("FAIL files/{name} ")), "{spoilt:?}");
        }
        fs::write(&path, whole).unwrap();
    }
    assert!(scene.line(&file).starts_with("PASS "));
    // Without the keys nobody can say whether the third was erased.
    let copy = Copied { file: &file, keys: None, files: Some(folder), replay: false };
    assert!(said(&copy, &scene.outside()).0.starts_with("FAIL files/"));
}
