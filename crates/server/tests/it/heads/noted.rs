//! The heads that the database keeps are held against the log by every verification, and the first bad one is named.

use super::{add, all, dba, hand_out, sign, size};
use crate::support::program::verify as program;
use crate::support::{House, Place};
use meguri::house::words::Lang;
use meguri::record::noted::{Amiss, Stray};
use meguri::record::verify::{Finding, verify};
use meguri_record::{Duty, SignerKey};

fn findings(house: &House) -> Vec<Finding> {
    house.read_as_system(verify).unwrap().findings
}

fn stray(house: &House) -> Option<(u64, Amiss)> {
    match findings(house).as_slice() {
        [] => None,
        [Finding::Note(Stray { size, amiss, .. })] => Some((*size, *amiss)),
        other => panic!("{other:?}"),
    }
}

fn signed_house(place: Place) -> House {
    let house = House::found(place);
    sign(&house);
    for n in 0..8 {
        add(&house, &format!("株式会社見本{n}"));
        sign(&house);
    }
    house
}

#[test]
fn an_edit_of_any_column_of_a_head_is_named_by_its_size() {
    for place in [Some(Place::file()), Place::schema()].into_iter().flatten() {
        let house = signed_house(place);
        assert_eq!(findings(&house), []);
        let mut dba = dba(&house);
        let heads = all(&house);
        let stranger = SignerKey::new(heads[3].note.lines().next().unwrap(), Duty::Log, [9; 32]).unwrap();
        for (n, head) in heads.iter().enumerate() {
            let (size, other) = (head.size, &heads[(n + 1) % heads.len()]);
            let line = head.note.lines().last().unwrap();
            let text = head.note.split_once("\n\n").unwrap().0.to_owned() + "\n";
            let mut note = meguri_record::Note::new(&text).unwrap();
            note.add(stranger.sign(&text).unwrap());
            let flipped = flip(line);
            for (column, value, amiss) in [
                ("root", other.root.clone(), Amiss::Row),
                ("note", other.note.clone(), Amiss::Row),
                ("note", head.note.replace(line, &flipped), Amiss::Unsigned),
                ("note", note.to_string(), Amiss::Unsigned),
                ("note", head.note.replacen(&size.to_string(), "77", 1), Amiss::Unsigned),
                ("note", text.clone(), Amiss::Unreadable),
                ("note", String::new(), Amiss::Unreadable),
                ("log_id", "another".into(), Amiss::NoLog),
            ] {
                let old = match column {
                    "root" => &head.root,
                    "note" => &head.note,
                    _ => &head.log,
                };
                let id = if column == "log_id" { &value } else { &head.log };
                dba.run(&format!(
                    "UPDATE head SET {column} = '{value}' WHERE log_id = '{}' AND size = {size}",
                    head.log
                ));
                assert_eq!(stray(&house), Some((size, amiss)), "{column} {value}");
                dba.run(&format!(
                    "UPDATE head SET {column} = '{old}' WHERE log_id = '{id}' AND size = {size}"
                ));
            }
            dba.run(&format!("UPDATE head SET size = 500 WHERE size = {size}"));
            assert_eq!(stray(&house), Some((500, Amiss::Row)));
            dba.run(&format!("UPDATE head SET size = {size} WHERE size = 500"));
        }
        // Of several the first is named.
        for head in &heads[2..4] {
            dba.run(&format!("UPDATE head SET root = '{}' WHERE size = {}", heads[0].root, head.size));
        }
        assert_eq!(stray(&house), Some((heads[2].size, Amiss::Row)));
        for head in &heads[2..4] {
            dba.run(&format!("UPDATE head SET root = '{}' WHERE size = {}", head.root, head.size));
        }
        assert_eq!(findings(&house), []);
    }
}

/// A signature line with one bit of its last bytes turned.
fn flip(line: &str) -> String {
    let (front, base64) = line.rsplit_once(' ').unwrap();
    let at = base64.len() - 8;
    let other = if &base64[at..=at] == "A" { "B" } else { "A" };
    format!("{front} {}{other}{}", &base64[..at], &base64[at + 1..])
}

/// A head with another history under it, signed by the true key: what somebody with the whole machine can do.
#[test]
fn a_head_of_another_history_is_named_though_the_true_key_has_signed_it() {
    for place in [Some(Place::file()), Place::schema()].into_iter().flatten() {
        let house = signed_house(place);
        let (folder, address) = (house.place().folder().clone(), house.place().address());
        let mut dba = dba(&house);
        let heads = all(&house);
        let secret = house.app.keys.read("log.key").unwrap().unwrap();
        let key = SignerKey::read(secret.lines().next().unwrap()).unwrap();
        let forge = |size: u64, root: &str| {
            let head = meguri_record::Checkpoint {
                origin: key.verifier().name().to_owned(),
                size,
                root: root.parse().unwrap(),
            };
            let mut note = meguri_record::Note::new(&head.text()).unwrap();
            note.add(key.sign(note.text()).unwrap());
            note.to_string()
        };
        let (third, other) = (&heads[3], &heads[4].root);
        let forged = forge(third.size, other);
        dba.run(&format!("UPDATE head SET root = '{other}', note = '{forged}' WHERE size = {}", third.size));
        assert_eq!(stray(&house), Some((third.size, Amiss::Root)));
        let said = program(&folder, address.as_deref());
        let text = String::from_utf8_lossy(&said.stdout).into_owned();
        let named = format!("The stored head of {} entries (log {})", third.size, third.log);
        assert!(said.status.code() == Some(1) && text.contains(&named) && text.contains("FAIL"), "{text}");
        assert!(text.contains(&format!("保存されている{}件の署名付きヘッド", third.size)), "{text}");
        dba.run(&format!(
            "UPDATE head SET root = '{}', note = '{}' WHERE size = {}",
            third.root, third.note, third.size
        ));
        // One of more entries than there are.
        let beyond = forge(size(&house) + 9, other);
        dba.run(&format!(
            "INSERT INTO head (log_id, size, root, note, made_at, witnessed_at, mailed_at, paper_at) VALUES ('{}', {}, '{other}', '{beyond}', 0, 0, 0, 0)",
            third.log,
            size(&house) + 9
        ));
        assert_eq!(stray(&house), Some((size(&house) + 9, Amiss::Beyond)));
        dba.run(&format!("DELETE FROM head WHERE size = {}", size(&house) + 9));
        assert!(program(&folder, address.as_deref()).status.success());
    }
}

#[test]
fn heads_of_a_log_that_was_closed_stay_good_and_their_edit_is_named() {
    for place in [Some(Place::file()), Place::schema()].into_iter().flatten() {
        let house = signed_house(place);
        hand_out(&house);
        let old = all(&house);
        meguri::record::answer::answer(&house.app, "kato@mihon.example", "鍵が漏れた", true).unwrap();
        sign(&house);
        add(&house, "その後");
        sign(&house);
        assert_eq!(findings(&house), []);
        let mut dba = dba(&house);
        let head = &old[2];
        dba.run(&format!(
            "UPDATE head SET root = '{}' WHERE log_id = '{}' AND size = {}",
            old[0].root, head.log, head.size
        ));
        let found = findings(&house);
        assert_eq!(
            found,
            [Finding::Note(Stray { log: head.log.clone(), size: head.size, amiss: Amiss::Row })],
            "{}",
            found[0].words(Lang::En)
        );
    }
}
