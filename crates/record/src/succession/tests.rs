//! Heads that go on, heads that do not, and the change of a key.

use super::*;
use crate::checkpoint::Checkpoint;
use crate::key::{Duty, SignerKey};
use crate::tree::{consistency_proof, leaf, root};

const ORIGIN: &str = "example.co.jp/6f1c";

fn key(seed: u8) -> SignerKey {
    SignerKey::new(ORIGIN, Duty::Log, [seed; 32]).unwrap()
}

fn leaves(count: u8) -> Vec<Hash> {
    (0..count).map(|n| leaf(&[n])).collect()
}

fn note(leaves: &[Hash], keys: &[SignerKey]) -> String {
    let body = Checkpoint { origin: ORIGIN.into(), size: leaves.len() as u64, root: root(leaves) }.text();
    let mut note = Note::new(&body).unwrap();
    for key in keys {
        note.add(key.sign(&body).unwrap());
    }
    note.to_string()
}

fn trust(keys: &[SignerKey]) -> Trust {
    let logs: Vec<String> = keys.iter().map(|key| format!("log {}\n", key.verifier().text())).collect();
    Trust::read(&format!("{}quorum none\n", logs.concat())).unwrap()
}

fn proof(old: u64, leaves: &[Hash]) -> Vec<Hash> {
    consistency_proof(old, leaves).unwrap()
}

#[test]
fn heads_that_go_on_are_taken_and_all_others_are_refused() {
    let all = leaves(9);
    let of = |size: usize| note(&all[..size], &[key(1)]);
    let mut row = Succession::new(trust(&[key(1)]), Vec::new());
    let begun = Err(HeadError::Consistency { from: 0, to: 4 });
    assert_eq!(row.take(&of(4), &[all[0]]).map(|_| ()), begun, "nothing leads to the first head");
    let empty = Err(HeadError::Consistency { from: 0, to: 0 });
    assert_eq!(row.take(&of(0), &[]).map(|_| ()), empty, "from nothing everything follows");
    assert_eq!(row.take(&of(4), &[]).unwrap().checkpoint.size, 4);
    let broken = Err(HeadError::Consistency { from: 4, to: 9 });
    assert_eq!(row.take(&of(9), &[]).map(|_| ()), broken);
    assert_eq!(row.take(&of(9), &proof(5, &all)).map(|_| ()), broken);
    assert_eq!(row.take(&of(4), &[]).map(|_| ()), Err(HeadError::Order));
    assert_eq!(row.take(&of(3), &[]).map(|_| ()), Err(HeadError::Order));
    let mut other = all.clone();
    other[2] = leaf(b"rewritten");
    assert_eq!(row.take(&note(&other[..4], &[key(1)]), &[]).map(|_| ()), Err(HeadError::Fork { size: 4 }));
    assert_eq!(row.take(&note(&other, &[key(1)]), &proof(4, &other)).map(|_| ()), broken);
    assert_eq!(row.last().map(|head| head.checkpoint.size), Some(4), "the row is as it was");
    let kept = row.last().cloned().unwrap();
    assert_eq!(row.take(&of(9), &proof(4, &all)).unwrap().checkpoint.size, 9);
    let mut resumed = Succession::new(trust(&[key(1)]), Vec::new()).after(kept);
    assert!(resumed.take(&note(&other, &[key(1)]), &proof(4, &other)).is_err());
    assert!(resumed.take(&of(9), &proof(4, &all)).is_ok());
}

#[test]
fn a_new_key_is_trusted_once_an_old_one_stands_beside_it() {
    let all = leaves(9);
    let mut row = Succession::of_stranger(trust(&[key(1), key(2)]));
    let only_new = note(&all[..4], &[key(2)]);
    assert_eq!(row.take(&only_new, &[]).map(|_| ()), Err(HeadError::Unsigned), "offered is not trusted");
    row.take(&note(&all[..4], &[key(1)]), &[]).unwrap();
    assert_eq!(row.introduced(), []);
    row.take(&note(&all[..6], &[key(1), key(2)]), &proof(4, &all[..6])).unwrap();
    assert_eq!(row.introduced(), [(key(2).verifier().label(), 6)]);
    assert_eq!(row.take(&note(&all, &[key(2)]), &proof(6, &all)).unwrap().checkpoint.size, 9);
}

#[test]
fn a_new_key_beside_a_forged_or_missing_old_one_is_not_trusted() {
    let all = leaves(9);
    // The offered key's line must hold itself.
    let mut row = Succession::new(trust(&[key(1)]), vec![key(2).verifier()]);
    let both = note(&all[..6], &[key(1), key(2)]);
    let line = both.lines().last().unwrap();
    let foreign = note(&all[..5], &[key(2)]);
    row.take(&both.replace(line, foreign.lines().last().unwrap()), &[]).unwrap();
    assert_eq!(row.introduced(), []);
    assert_eq!(row.take(&note(&all, &[key(2)]), &proof(6, &all)).map(|_| ()), Err(HeadError::Unsigned));
    // A head that does not go on introduces nobody.
    assert!(row.take(&note(&all, &[key(1), key(2)]), &[]).is_err());
    assert_eq!(row.introduced(), []);
}

#[test]
fn the_log_does_not_change_its_name() {
    let all = leaves(9);
    let other = SignerKey::new("example.co.jp/other", Duty::Log, [3; 32]).unwrap();
    let logs = [key(1), other.clone()];
    let mut row = Succession::new(trust(&logs), Vec::new());
    row.take(&note(&all[..4], &[key(1)]), &[]).unwrap();
    let body = Checkpoint { origin: "example.co.jp/other".into(), size: 9, root: root(&all) }.text();
    let mut renamed = Note::new(&body).unwrap();
    renamed.add(other.sign(&body).unwrap());
    assert_eq!(row.take(&renamed.to_string(), &proof(4, &all)).map(|_| ()), Err(HeadError::OtherLog));
}
