//! The log itself: its entries, leaves, payloads, salts, order, tail and head.

use super::dba::Dba;
use super::{findings, lived_in};
use crate::support::House;
use meguri::record::verify::Finding;
use meguri_record::Finding as Broken;

fn at(idx: u64) -> impl Fn(&[Finding]) -> bool {
    move |found| matches!(found.first(), Some(Finding::Log(broken)) if broken.idx() == Some(idx))
}

fn payload(idx: i64) -> impl Fn(&[Finding]) -> bool {
    move |found| found.contains(&Finding::Payload { idx })
}

/// Runs one tampering, looks, and puts everything back.
#[track_caller]
fn tampered(house: &House, dba: &mut Dba, what: &str, found: impl Fn(&[Finding]) -> bool) {
    dba.run(what);
    let seen = findings(house);
    assert!(found(&seen), "{what}: {seen:?}");
    for table in ["log", "entry", "payload"] {
        dba.restore(table);
    }
    assert_eq!(findings(house), [], "put back after: {what}");
}

#[test]
fn an_entry_that_was_touched_is_named() {
    for (house, mut dba) in lived_in() {
        let mut tamper = |what: &str, idx| tampered(&house, &mut dba, what, at(idx));
        tamper("UPDATE entry SET bytes = replace(bytes, '\"v\":', '\"v\" :') WHERE idx = 3", 3);
        tamper("UPDATE entry SET bytes = replace(bytes, 'meguri/', 'Meguri/') WHERE idx = 3", 3);
        tamper("UPDATE entry SET bytes = '' WHERE idx = 0", 0);
        tamper("UPDATE entry SET leaf = (SELECT leaf FROM copy_of_entry WHERE idx = 4) WHERE idx = 3", 3);
        tamper("UPDATE entry SET leaf = 'x' WHERE idx = 3", 3);
        tamper("DELETE FROM entry WHERE idx = 3", 3);
        tamper("DELETE FROM entry WHERE idx = 0", 0);
        let swap = "UPDATE entry SET bytes = (SELECT bytes FROM copy_of_entry c WHERE c.idx = 5 - entry.idx),
                    leaf = (SELECT leaf FROM copy_of_entry c WHERE c.idx = 5 - entry.idx) WHERE idx IN (2, 3)";
        tamper(swap, 2);
    }
}

#[test]
fn a_payload_that_was_touched_is_named() {
    for (house, mut dba) in lived_in() {
        let mut lost = |what: &str, idx| tampered(&house, &mut dba, what, payload(idx));
        lost("UPDATE payload SET sealed = replace(sealed, 'A', 'B') WHERE idx = 3", 3);
        let swap = "UPDATE payload SET seq = 100000 WHERE idx = 0 AND seq = 0;
             UPDATE payload SET seq = 0 WHERE idx = 0 AND seq = 1;
             UPDATE payload SET seq = 1 WHERE idx = 0 AND seq = 100000";
        lost(swap, 0);
        let other = "(SELECT sealed FROM copy_of_payload WHERE idx = 4 AND seq = 0)";
        lost(&format!("UPDATE payload SET sealed = {other} WHERE idx = 3"), 3);
        let slot = "(SELECT key_no FROM copy_of_payload WHERE idx = 4 AND seq = 0)";
        lost(&format!("UPDATE payload SET sealed = {other}, key_no = {slot} WHERE idx = 3"), 3);
        lost(&format!("UPDATE payload SET key_no = {slot} WHERE idx = 3"), 3);
        lost("UPDATE payload SET key_no = -1 WHERE idx = 3", 3);
        lost("UPDATE payload SET key_no = 999999 WHERE idx = 3", 3);
        lost("UPDATE payload SET object = 'asset/another' WHERE idx = 3", 3);
        lost("UPDATE payload SET sealed = '' WHERE idx = 3", 3);
        lost("UPDATE payload SET erased_by = 4 WHERE idx = 3", 3);
        lost("DELETE FROM payload WHERE idx = 3", 3);
        lost("DELETE FROM payload WHERE idx = 0 AND seq = 7", 0);
        lost("UPDATE payload SET seq = 5 WHERE idx = 3 AND seq = 0", 3);
        let copied = |idx| {
            format!(
                "INSERT INTO payload (idx, seq, object, key_no, sealed) SELECT {idx}, seq, object, key_no, sealed FROM copy_of_payload WHERE idx = 3"
            )
        };
        lost(&copied(9999), 9999);
        lost(&copied(-1), -1);
        // Emptied in favour of an entry that is no erasure of it.
        for by in [3, 4, 99_999] {
            let what = format!("UPDATE payload SET sealed = '', erased_by = {by} WHERE idx = 3");
            tampered(&house, &mut dba, &what, |found| found.contains(&Finding::Emptied { idx: 3 }));
        }
    }
}

#[test]
fn a_shorter_longer_or_older_log_is_named() {
    for (house, mut dba) in lived_in() {
        // What entries the log has itself, and with those of the closed log before it.
        let own: u64 = dba.ask("SELECT CAST(size AS TEXT) FROM log").unwrap().parse().unwrap();
        let first: u64 = dba.ask("SELECT CAST(first AS TEXT) FROM log").unwrap().parse().unwrap();
        let size = first + own;
        let last = size - 1;
        let cut = format!("DELETE FROM payload WHERE idx = {last}; DELETE FROM entry WHERE idx = {last}");
        tampered(&house, &mut dba, &cut, |found| {
            found.contains(&Finding::Log(Broken::Missing { idx: last, size: own }))
        });
        tampered(&house, &mut dba, "DELETE FROM payload; DELETE FROM entry", at(0));
        let more = format!(
            "INSERT INTO entry (idx, bytes, leaf) SELECT {size}, bytes, leaf FROM copy_of_entry WHERE idx = 3"
        );
        tampered(&house, &mut dba, &more, at(size));
        let before =
            "INSERT INTO entry (idx, bytes, leaf) SELECT -1, bytes, leaf FROM copy_of_entry WHERE idx = 3";
        tampered(&house, &mut dba, before, |found| matches!(found, [Finding::Log(_)]));
        tampered(&house, &mut dba, "UPDATE log SET id = 'another'", at(first));
        for head in ["size = size - 1", "size = size + 1", "frontier = ''", "root = 'x'"] {
            tampered(&house, &mut dba, &format!("UPDATE log SET {head}"), |found| !found.is_empty());
        }
        tampered(
            &house,
            &mut dba,
            "INSERT INTO log (id, size, frontier, root) SELECT 'b', 0, '', root FROM copy_of_log",
            |found| found.contains(&Finding::Head),
        );
    }
}

/// Somebody who remembers an older head may cut the log back to it without a scar; the tables then say more
/// than the log, and each row that does is named. (A cut of everything at once only a head kept outside shows.)
#[test]
fn an_older_head_is_named_by_the_rows_that_came_after_it() {
    for (house, mut dba) in lived_in() {
        let mut older = |cut: bool| {
            let head = "UPDATE log SET size = (SELECT size FROM old_head), frontier = (SELECT frontier FROM old_head),
                        root = (SELECT root FROM old_head)";
            dba.run("DROP TABLE IF EXISTS old_head; CREATE TABLE old_head AS SELECT * FROM log");
            let size: u64 = dba.ask("SELECT CAST(first + size AS TEXT) FROM log").unwrap().parse().unwrap();
            let term = house
                .write_as_system(|tx| meguri::calendar::acts::add_holiday(tx, tx.today(), "創立記念日"))
                .unwrap();
            dba.run("CREATE TABLE IF NOT EXISTS kept_log AS SELECT * FROM log");
            dba.run(head);
            if cut {
                dba.run(&format!(
                    "DELETE FROM payload WHERE idx >= {size}; DELETE FROM entry WHERE idx >= {size}"
                ));
                let unsealed = Finding::Unsealed { table: "holiday", id: term.id.to_string() };
                assert_eq!(findings(&house), [unsealed]);
            } else {
                assert_eq!(findings(&house), [Finding::Log(Broken::Surplus { idx: size })]);
                dba.run("UPDATE log SET size = (SELECT size FROM kept_log), frontier = (SELECT frontier FROM kept_log), root = (SELECT root FROM kept_log)");
                assert_eq!(findings(&house), []);
            }
        };
        older(false);
        older(true);
    }
}
