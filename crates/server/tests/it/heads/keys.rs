//! The key of the log changes hands without a gap, and its loss or theft is answered (T5).

use super::{Off, Signed, add, all, hand_out, off, sign};
use crate::support::{House, databases};
use meguri::record::answer::answer;
use meguri::record::heads::policy;
use meguri::record::signer::{Rotated, end_rotation, rotate};
use meguri::record::signing::check;
use meguri_record::{Prover, Succession, Trust};

fn prover(house: &House) -> Prover {
    let entries = house.read_as_system(|rx| Ok(meguri::record::store::entries(rx, 0, 10_000)?)).unwrap();
    Prover::new(entries.into_iter().map(|(.., leaf)| leaf.parse().unwrap()).collect())
}

#[test]
fn a_new_key_comes_in_beside_the_old_one_and_old_heads_hold_for_ever() {
    for place in databases() {
        let house = House::found(place);
        sign(&house);
        hand_out(&house);
        let before = policy(&house.app).unwrap();
        assert_eq!(end_rotation(&house.app).unwrap(), Rotated::NotBegun);
        house.move_to("2026-05-01");
        assert_eq!(rotate(&house.app).unwrap(), Rotated::Begun);
        assert_eq!(rotate(&house.app).unwrap(), Rotated::UnderWay);
        sign(&house);
        assert_eq!(end_rotation(&house.app).unwrap(), Rotated::NotOutside, "no outsider has seen both yet");
        hand_out(&house);
        house.move_to("2026-06-05");
        assert_eq!(end_rotation(&house.app).unwrap(), Rotated::Ended);
        add(&house, "新しい鍵だけで");
        assert!(matches!(sign(&house), Signed::Head { .. }));
        // Who only ever had the old key walks over to the new one by the head that both signed.
        let all_keys = Trust::read(&policy(&house.app).unwrap()).unwrap();
        let walk = |offered: Vec<_>, skip_both: bool| {
            let mut row = Succession::new(Trust::read(&before).unwrap(), offered);
            let (mut at, prover) = (0, prover(&house));
            for head in all(&house) {
                if skip_both && head.note.lines().count() > 5 {
                    continue;
                }
                row.take(&head.note, &prover.consistency(at, head.size).unwrap_or_default())?;
                at = head.size;
            }
            Ok::<_, meguri_record::HeadError>(row.introduced().len())
        };
        assert_eq!(walk(all_keys.logs().to_vec(), false), Ok(1));
        assert!(
            walk(all_keys.logs().to_vec(), true).is_err(),
            "without the overlap nobody believes the new key"
        );
        assert_eq!(check(&house.app).unwrap(), Ok(()));
    }
}

#[test]
fn a_lost_key_is_never_made_anew_in_silence() {
    for place in databases() {
        let house = House::found(place);
        sign(&house);
        hand_out(&house);
        house.app.keys.remove("log.key").unwrap();
        add(&house, "鍵のないまま");
        assert_eq!(off(&house), Off::KeyLost);
        assert_eq!(check(&house.app).unwrap(), Err(Off::KeyLost));
        // Not even where the whole folder is gone: the database remembers that heads were signed.
        for name in ["last.note", "last.frontier", "outside.note"] {
            house.app.keys.remove(name).unwrap();
        }
        assert_eq!(off(&house), Off::KeyLost);
        assert_eq!(answer(&house.app, "kato@mihon.example", "鍵を失った", false).unwrap(), None);
        assert!(matches!(sign(&house), Signed::Head { .. }));
    }
}

#[test]
fn a_key_that_others_know_is_given_up_with_its_log() {
    for place in databases() {
        let house = House::found(place);
        sign(&house);
        let outside = hand_out(&house);
        let stolen = policy(&house.app).unwrap();
        assert_eq!(answer(&house.app, "kato@mihon.example", "鍵が漏れた", true).unwrap(), None);
        assert!(matches!(sign(&house), Signed::Head { .. }));
        let head = all(&house).pop().unwrap();
        assert!(Trust::read(&stolen).unwrap().open(&head.note).is_err(), "the stolen key signs no more");
        let log = house.read_as_system(meguri::record::answer::closed).unwrap().remove(0);
        assert_eq!(log.outside, outside.note);
        assert!(house.read_as_system(meguri::record::verify::verify).unwrap().findings.is_empty());
    }
}
