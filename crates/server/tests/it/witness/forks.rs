//! A server that was restored from older data, with the folder of keys as old as the data, signs what it likes; the witness
//! alone still knows better, cosigns nothing below or beside, and keeps the proof (T6).

use super::{Running, asked, founded, newest};
use crate::heads::{add, sign, size};
use crate::support::{House, Place, day};
use meguri::record::heads::policy;
use meguri::record::signing::Signed;
use meguri::record::witnesses::{Asked, Why};
use meguri_record::Trust;
use meguri_record::fork::{Verdict, compare};
use std::fs::read_to_string;

/// How many servers are restored; `MEGURI_ROLLBACKS=1000` for the long turn.
fn turns() -> u64 {
    std::env::var("MEGURI_ROLLBACKS").ok().and_then(|text| text.parse().ok()).unwrap_or(30)
}

fn restored(old: &House, witness: &Running, n: u64) -> House {
    old.copied(day("2026-04-02"), n).with_witnesses(vec![witness.at()])
}

#[test]
fn no_server_that_was_restored_with_its_memory_gets_a_head_cosigned_below_or_beside() {
    let (house, witness) = founded(Place::file());
    asked(&house);
    let old = house.copied(day("2026-04-01"), 0);
    for n in 0..10 {
        add(&house, &format!("株式会社見本{n}"));
    }
    sign(&house);
    assert_eq!(asked(&house), Asked::Cosigned { size: size(&house) });
    let (behind, held, true_head) = (size(&old), size(&house), newest(&house));
    let (mut below, mut beside) = (0, 0);
    for n in 0..turns() {
        let copy = restored(&old, &witness, n + 1);
        let more = match n % 4 {
            // As it was restored; the witness is asked at the start even where nothing is new.
            0 => 0,
            1 => 1 + n % (held - behind - 1),
            2 => held - behind,
            _ => held - behind + 1 + n % 7,
        };
        for n in 0..more {
            add(&copy, &format!("別の歴史{n}"));
        }
        let signed = sign(&copy);
        assert!(more == 0 || matches!(signed, Signed::Head { .. }), "turn {n}: {signed:?}");
        let before = newest(&copy);
        let expected = if size(&copy) < held { Why::Behind { held } } else { Why::Beside { held } };
        match expected {
            Why::Behind { .. } => below += 1,
            _ => beside += 1,
        }
        assert_eq!(asked(&copy), Asked::Not(expected), "turn {n}");
        assert_eq!(newest(&copy), before, "turn {n}: it counts as witnessed");
        assert!(!round_is_good(&copy), "turn {n}");
    }
    // The true house goes on as if nothing had been.
    add(&house, "本当の続き");
    sign(&house);
    assert_eq!(asked(&house), Asked::Cosigned { size: held + 1 });
    println!("{} restored servers, {below} below, {beside} beside, none cosigned", turns());
    let proofs = witness.files(".shown.note");
    assert!(!proofs.is_empty(), "a head of the same size came by");
    let trust = Trust::read(&policy(&house.app).unwrap()).unwrap();
    for shown in proofs {
        let ours = shown.to_string_lossy().replace(".shown.", ".held.");
        let (ours, shown) = (read_to_string(ours).unwrap(), read_to_string(shown).unwrap());
        let pair = compare(&trust, [&ours, &shown], None).unwrap();
        assert_eq!(pair.verdict, Verdict::Fork);
        assert!(pair.heads[0].witnessed && !pair.heads[1].witnessed);
        assert_eq!(pair.heads[0].checkpoint.root.to_string(), true_head.root);
    }
    let mut log = Vec::new();
    while let Ok(line) = witness.program().log.try_recv() {
        log.push(line);
    }
    assert!(log.iter().any(|line| line.contains("ALARM") && line.contains(".shown.note")), "{log:?}");
}

fn round_is_good(house: &House) -> bool {
    meguri::house::round::go(&house.app, &meguri::record::witnesses::ROUND).unwrap().good
}
