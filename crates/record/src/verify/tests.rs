//! The chain has properties: flip, drop, swap or insert anything, and it is found at its number.

use proptest::prelude::*;
use proptest::sample::Index;

use super::*;
use crate::tree::root;

const LOG: &str = "6f1c";

#[derive(Clone, Debug)]
struct Stored {
    idx: u64,
    bytes: Vec<u8>,
    payloads: Vec<Payload>,
}

fn entry(idx: u64, payloads: &[Payload]) -> Entry {
    Entry {
        v: Entry::V,
        log: LOG.into(),
        idx,
        time: 1_767_225_600_000 + i64::try_from(idx).unwrap(),
        kind: "risk.accepted".into(),
        actor: format!("p-{}", idx % 7),
        role: "owner".into(),
        session: String::new(),
        dept: "総務部".into(),
        object: format!("risk/{idx}"),
        version: 1,
        prev_version: 0,
        req: String::new(),
        commit: payloads.iter().map(|(salt, payload)| commit(salt, payload)).collect(),
        files: Vec::new(),
        schema: "risk/1".into(),
        app_version: "0.1.0".into(),
    }
}

fn log(size: u64) -> Vec<Stored> {
    let stored = |idx: u64| {
        let salt = |nth: u8| Hash::of(&[idx.to_be_bytes().as_slice(), &[nth]].concat()).0;
        let payloads = vec![(salt(0), "理由".into()), (salt(1), b"yes".to_vec()), (salt(2), Vec::new())];
        Stored { idx, bytes: entry(idx, &payloads).bytes(), payloads }
    };
    (0..size).map(stored).collect()
}

fn leaves(log: &[Stored]) -> Vec<Hash> {
    log.iter().map(|stored| leaf(&stored.bytes)).collect()
}

/// Verifies `log` against the head of `honest`, with the honest leaves when `place` is asked for.
fn verify(log: &[Stored], honest: &[Stored], place: bool) -> Result<Report, Finding> {
    let leaves = leaves(honest);
    let head = root(&leaves);
    let mut verifier = if place { Verifier::with_leaves(LOG, leaves) } else { Verifier::new(LOG) };
    for stored in log {
        verifier.take(stored.idx, &stored.bytes, &stored.payloads)?;
    }
    verifier.finish(honest.len() as u64, head)
}

/// Numbers the rows anew, as a forger would who edits the database.
fn renumbered(mut log: Vec<Stored>) -> Vec<Stored> {
    for (idx, stored) in (0..).zip(&mut log) {
        stored.idx = idx;
    }
    log
}

#[test]
fn an_honest_log_passes_at_every_size() {
    for size in 0..40 {
        let log = log(size);
        let report = verify(&log, &log, false).unwrap();
        assert_eq!((report.size, report.commitments, report.payloads), (size, 3 * size, 3 * size));
        assert_eq!((report.time_went_back, report.time_first_back), (0, None));
        assert_eq!(verify(&log, &log, true), Ok(report));
    }
}

#[test]
fn every_single_bit_of_an_entry_matters_and_is_found_at_its_number() {
    let honest = log(5);
    let mut log = honest.clone();
    for bit in 0..honest[3].bytes.len() * 8 {
        log[3].bytes[bit / 8] ^= 1 << (bit % 8);
        assert_eq!(verify(&log, &honest, true).unwrap_err().idx(), Some(3), "bit {bit}");
        // Without the stored leaves it is found all the same; a change that leaves a readable entry only by the root.
        let finding = verify(&log, &honest, false).unwrap_err();
        assert!(
            finding.idx() == Some(3) || matches!(finding, Finding::Root { size: 5, .. }),
            "bit {bit}: {finding}"
        );
        log[3].bytes[bit / 8] ^= 1 << (bit % 8);
    }
    assert!(verify(&log, &honest, true).is_ok());
}

#[test]
fn an_entry_rewritten_with_its_own_hash_is_found_by_the_head() {
    let honest = log(5);
    let mut forged = honest.clone();
    forged[2].bytes = Entry { actor: "p-9".into(), ..entry(2, &forged[2].payloads) }.bytes();
    assert!(matches!(verify(&forged, &honest, false), Err(Finding::Root { size: 5, .. })));
    // A forger who also rewrites the stored leaf hides the place, not the change.
    let mut verifier = Verifier::with_leaves(LOG, leaves(&forged));
    for stored in &forged {
        verifier.take(stored.idx, &stored.bytes, &[]).unwrap();
    }
    let finding = verifier.finish(5, root(&leaves(&honest))).unwrap_err();
    assert_eq!(finding.idx(), None);
}

#[test]
fn payloads_may_be_withheld_but_not_changed_moved_or_added() {
    let honest = log(3);
    let with = |payloads: Vec<Payload>| {
        let mut log = honest.clone();
        log[1].payloads = payloads;
        verify(&log, &honest, false)
    };
    let [first, second, third] = <[Payload; 3]>::try_from(honest[1].payloads.clone()).unwrap();
    assert_eq!(with(vec![]).unwrap().payloads, 6);
    assert_eq!(with(vec![first.clone(), third.clone()]).unwrap().payloads, 8);
    let found = |nth| Err(Finding::Payload { idx: 1, nth });
    assert_eq!(with(vec![second.clone(), first.clone()]), found(2));
    assert_eq!(with(vec![first.clone(), first.clone()]), found(2));
    assert_eq!(with(vec![first.clone(), second.clone(), third.clone(), third]), found(4));
    assert_eq!(with(vec![(first.0, "理由 ".into())]), found(1));
    assert_eq!(with(vec![(second.0, first.1)]), found(1));
}

#[test]
fn time_that_goes_back_is_reported_and_refutes_nothing() {
    let mut log = log(6);
    for idx in [2, 4] {
        log[idx].bytes = Entry { time: -1, ..entry(idx as u64, &log[idx].payloads) }.bytes();
    }
    let report = verify(&log, &log, false).unwrap();
    assert_eq!((report.time_went_back, report.time_first_back), (2, Some(2)));
    assert!(report.to_string().ends_with("; time goes back at 2 entries, first at entry 2"));
    assert!(report.ja().contains("最初は 2 番"));
}

#[test]
fn an_entry_of_another_log_is_found() {
    let honest = log(3);
    let mut forged = honest.clone();
    forged[1].bytes = Entry { log: "other".into(), ..entry(1, &forged[1].payloads) }.bytes();
    assert_eq!(verify(&forged, &honest, false), Err(Finding::OtherLog { idx: 1, log: "other".into() }));
}

#[test]
fn a_tail_is_found_from_both_sides() {
    let honest = log(5);
    assert_eq!(verify(&honest[..4], &honest, false), Err(Finding::Missing { idx: 4, size: 5 }));
    assert_eq!(verify(&[], &honest, false), Err(Finding::Missing { idx: 0, size: 5 }));
    assert_eq!(verify(&honest, &honest[..4], false), Err(Finding::Surplus { idx: 4 }));
    assert_eq!(verify(&honest, &honest[..4], true), Err(Finding::Surplus { idx: 4 }));
}

#[test]
fn an_earlier_head_can_be_compared_on_the_way() {
    let log = log(5);
    let mut verifier = Verifier::new(LOG);
    for (size, stored) in (0..).zip(&log) {
        assert_eq!(verifier.head(), (size, root(&leaves(&log[..usize::try_from(size).unwrap()]))));
        verifier.take(stored.idx, &stored.bytes, &[]).unwrap();
    }
}

#[test]
fn every_finding_speaks_both_languages_and_names_its_entry() {
    let root = Hash([0; 32]);
    let findings = [
        Finding::Gap { idx: 12, stored: 13 },
        Finding::Unreadable { idx: 12, error: EntryError::NotAsWritten },
        Finding::Unreadable { idx: 12, error: EntryError::UnknownFormat { v: 2 } },
        Finding::Unreadable { idx: 12, error: EntryError::TooLong { bytes: 9 } },
        Finding::Unreadable { idx: 12, error: EntryError::TextTooLong { key: "dept", bytes: 9 } },
        Finding::Unreadable { idx: 12, error: EntryError::Unreadable { at: 3, reason: "x".into() } },
        Finding::OtherPlace { idx: 12, written: 3 },
        Finding::OtherLog { idx: 12, log: "x".into() },
        Finding::Changed { idx: 12 },
        Finding::Payload { idx: 12, nth: 1 },
        Finding::Missing { idx: 12, size: 15 },
        Finding::Surplus { idx: 12 },
    ];
    for finding in findings {
        assert!(finding.to_string().contains("entry 12"), "{finding}");
        assert!(finding.ja().contains("記録 12 番"), "{}", finding.ja());
        assert_eq!(finding.idx(), Some(12));
    }
    let finding = Finding::Root { size: 12, claimed: root, computed: root };
    assert!(finding.to_string().contains("12 entries") && finding.ja().contains("12 件"));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn whatever_is_done_to_a_log_is_found_at_its_number(
        size in 2_u64..60,
        (one, two, bit) in any::<(Index, Index, Index)>(),
        renumber in any::<bool>(),
    ) {
        let honest = log(size);
        let at = one.index(honest.len());
        let other = (at + 1 + two.index(honest.len() - 1)) % honest.len();
        let numbered = |log| if renumber { renumbered(log) } else { log };
        let place = |log: &[Stored]| verify(log, &honest, false).map_err(|finding| finding.idx());

        let mut flipped = honest.clone();
        let bit = bit.index(flipped[at].bytes.len() * 8);
        flipped[at].bytes[bit / 8] ^= 1 << (bit % 8);
        prop_assert_eq!(verify(&flipped, &honest, true).map_err(|finding| finding.idx()), Err(Some(at as u64)));
        prop_assert!(verify(&flipped, &honest, false).is_err());

        let mut swapped = honest.clone();
        swapped.swap(at, other);
        prop_assert_eq!(place(&numbered(swapped)), Err(Some(at.min(other) as u64)));

        let mut dropped = honest.clone();
        dropped.remove(at);
        prop_assert_eq!(place(&numbered(dropped)), Err(Some(at as u64)));

        // A copy of another entry, then one that was forged for this place: there the true one is pushed aside.
        let mut inserted = honest.clone();
        inserted.insert(at, honest[other].clone());
        prop_assert_eq!(place(&numbered(inserted)), Err(Some(at as u64)));
        let mut inserted = honest.clone();
        let forged = Entry { actor: "p-9".into(), ..entry(at as u64, &[]) }.bytes();
        inserted.insert(at, Stored { idx: at as u64, bytes: forged, payloads: Vec::new() });
        let inserted = numbered(inserted);
        prop_assert_eq!(place(&inserted), Err(Some(at as u64 + 1)));
        prop_assert_eq!(verify(&inserted, &honest, true), Err(Finding::Changed { idx: at as u64 }));
    }
}
