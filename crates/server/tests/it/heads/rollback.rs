//! A server that was restored from older data signs nothing below or beside what lies outside (T6), until an administrator
//! answers, and the answer is recorded.

use super::{Off, Signed, add, all, dba, hand_out, leaf, off, sign, size};
use crate::support::{House, Place, databases, day};
use meguri::house::kept::cell;
use meguri::house::keystore::Keystore;
use meguri::open;
use meguri::record::answer::{answer, closed};
use meguri::record::heads::{policy, policy_of};
use meguri::record::signing::check;
use meguri::record::verify::verify;
use meguri_record::{HeadError, Succession, Trust};

/// How many servers are restored; `MEGURI_ROLLBACKS=1000` for the long turn.
fn turns() -> u64 {
    std::env::var("MEGURI_ROLLBACKS").ok().and_then(|text| text.parse().ok()).unwrap_or(30)
}

/// A house from an older copy of the database, with the folder of keys as it is today.
fn restored(house: &House, old: &House, n: u64) -> House {
    let copy = old.copied(day("2026-04-02"), n);
    for name in ["log.key", "last.note", "last.frontier", "outside.note"] {
        copy.app.keys.write(name, &house.app.keys.read(name).unwrap().unwrap()).unwrap();
    }
    copy
}

#[test]
fn no_server_that_was_restored_from_older_data_signs_below_or_beside_what_lies_outside() {
    let house = House::found(Place::file());
    sign(&house);
    hand_out(&house);
    let old = house.copied(day("2026-04-01"), 0);
    for n in 0..10 {
        add(&house, &format!("株式会社見本{n}"));
    }
    sign(&house);
    let outside = hand_out(&house);
    let (behind, heads) = (size(&old), all(&house));
    for n in 0..turns() {
        let copy = restored(&house, if n % 5 == 4 { &house } else { &old }, n + 1);
        // Of the five ways the first leaves the old data; the others go on from it, in other words.
        let more = match n % 5 {
            1 => 1 + n % 9,
            2 => outside.size - behind,
            3 => outside.size - behind + 1 + n % 7,
            _ => 0,
        };
        for n in 0..more {
            add(&copy, &format!("別の歴史{n}"));
        }
        if n % 5 == 4 {
            truncate_or_edit(&copy, n, outside.size);
        }
        let signed = sign(&copy);
        let expected = match n % 5 {
            0 | 1 => matches!(signed, Signed::Off(Off::Behind { .. })),
            2 | 3 => matches!(&signed, Signed::Off(Off::Beside { head, .. }) if head.size == outside.size),
            _ => !matches!(signed, Signed::Head { .. }),
        };
        assert!(expected, "turn {n}: {signed:?}");
        assert!(check(&copy.app).unwrap().is_err(), "turn {n}: it would serve");
        assert!(
            all(&copy).iter().all(|head| heads.contains(head)),
            "turn {n}: a head that is not the house's"
        );
    }
    println!("{} restored servers, none signed", turns());
}

/// The newest data, with an entry cut off, removed, or edited together with its leaf and the head's row.
fn truncate_or_edit(copy: &House, n: u64, size: u64) {
    let mut dba = dba(copy);
    let idx = n % size;
    match n % 3 {
        0 => {
            dba.run(&format!("DELETE FROM payload WHERE idx >= {idx}; DELETE FROM entry WHERE idx >= {idx}"));
        }
        1 => dba.run(&format!("DELETE FROM payload WHERE idx = {idx}; DELETE FROM entry WHERE idx = {idx}")),
        _ => {
            let bytes = dba.ask(&format!("SELECT bytes FROM entry WHERE idx = {idx}")).unwrap();
            let other = bytes.replace("\"v\":1", "\"v\":1 ");
            let leaf = leaf(&other);
            dba.run(&format!("UPDATE entry SET bytes = '{other}', leaf = '{leaf}' WHERE idx = {idx}"));
        }
    }
}

#[test]
fn two_heads_of_one_size_prove_the_fork_to_everybody() {
    let house = House::found(Place::file());
    sign(&house);
    hand_out(&house);
    let old = house.copied(day("2026-04-01"), 0);
    let key = restored(&house, &old, 1);
    for name in ["last.note", "last.frontier", "outside.note"] {
        let _ = std::fs::remove_file(key.place().folder().join("keys").join(name));
    }
    add(&house, "一つの歴史");
    add(&key, "別の歴史");
    sign(&house);
    // Somebody with the key itself and no memory can sign the other history; whoever holds both heads can prove it.
    sign(&key);
    let (one, other) = (all(&house).pop().unwrap(), all(&key).pop().unwrap());
    assert_eq!((one.size, one.root == other.root), (other.size, false));
    let trust = Trust::read(&policy(&house.app).unwrap()).unwrap();
    let mut row = Succession::new(trust, Vec::new());
    row.take(&one.note, &[]).unwrap();
    assert_eq!(row.take(&other.note, &[]).unwrap_err(), HeadError::Fork { size: one.size });
}

#[test]
fn an_administrators_answer_closes_the_log_and_begins_another() {
    for place in databases() {
        let file = matches!(place, Place::Memory { .. });
        let house = House::found(if file { Place::file() } else { place });
        sign(&house);
        let outside = hand_out(&house);
        let old_policy = policy(&house.app).unwrap();
        let refused = answer(&house.app, "kato@mihon.example", "念のため", false);
        assert!(refused.is_err(), "there is nothing to answer");
        // The last entry is lost.
        let last = size(&house) - 1;
        let mut dba = dba(&house);
        dba.run(&format!("DELETE FROM payload WHERE idx = {last}; DELETE FROM entry WHERE idx = {last}"));
        assert_eq!(off(&house), Off::Gap { idx: last });
        assert!(answer(&house.app, "watanabe@mihon.example", "復元した", false).is_err(), "no administrator");
        assert!(answer(&house.app, "kato@mihon.example", "", false).is_err(), "no reason");
        let slots = Keystore::of(&house.app.keys).slots().unwrap();
        assert_eq!(answer(&house.app, "kato@mihon.example", "古い写しから復元した", false).unwrap(), None);
        let next =
            house.read_as_system(|rx| Ok(rx.open_rows(open!("SELECT next_key FROM log"), &[])?)).unwrap();
        assert!(cell::<i64>(&next[0], 0).unwrap() > i64::try_from(slots).unwrap(), "a salt of what was lost");
        let logs = house.read_as_system(closed).unwrap();
        let [log] = logs.as_slice() else { panic!("{logs:?}") };
        assert_eq!(
            (log.first, log.size, log.outside.as_str()),
            (0, i64::try_from(last).unwrap(), outside.note.as_str())
        );
        assert_eq!(log.person_id, house.person("加藤").to_string());
        // The new log has its own key, and goes on as any other.
        assert!(matches!(sign(&house), Signed::Head { size: 2 }));
        add(&house, "その後");
        assert!(matches!(sign(&house), Signed::Head { size: 3 }));
        assert_eq!(check(&house.app).unwrap(), Ok(()));
        assert_ne!(policy(&house.app).unwrap(), old_policy);
        let of_old = house.read_as_system(|rx| policy_of(&house.app, rx, &log.id)).unwrap();
        assert!(Trust::read(&of_old).is_ok());
        let report = house.read_as_system(verify).unwrap();
        assert_eq!(report.size, last + 3);
        // What was lost stays lost: the row that the last entry sealed is named, and nothing else.
        assert!(
            report
                .findings
                .iter()
                .all(|each| matches!(each, meguri::record::verify::Finding::Unsealed { .. })),
            "{:?}",
            report.findings
        );
        let page = house.as_("加藤").get(&format!("/record/{last}"));
        assert!(page.body.contains("古い写しから復元した"), "{}", page.body);
    }
}
