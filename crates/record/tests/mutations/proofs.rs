//! Changed proofs against the tree, and against a second verifier that follows the recursive definition.

use meguri_record::tree::{leaf, node, verify_consistency, verify_inclusion};
use meguri_record::{Hash, Prover};

use crate::{Dice, cases};

/// Leaves of the log whose proofs are changed.
const SIZE: u64 = 200;

fn log() -> (Vec<Hash>, Prover) {
    let leaves: Vec<Hash> = (0..SIZE).map(|n| leaf(&n.to_be_bytes())).collect();
    (leaves.clone(), Prover::new(leaves))
}

#[test]
fn no_changed_inclusion_proof_is_believed_unless_it_is_true() {
    let (leaves, prover) = log();
    let mut dice = Dice(1);
    let mut refused = 0;
    for case in 0..cases() {
        let size = 1 + dice.throw() % SIZE;
        let index = dice.throw() % size;
        let honest = (leaves[usize::try_from(index).unwrap()], prover.root(size).unwrap());
        let proof = prover.inclusion(index, size).unwrap();
        assert!(
            verify_inclusion(&honest.0, index, size, &proof, &honest.1),
            "case {case}: {index} of {size}"
        );

        let (mut at, mut of, (mut leaf, mut root), mut changed) = (index, size, honest, proof.clone());
        for _ in 0..=dice.below(2) {
            match dice.below(8) {
                0 => at = number(&mut dice, at),
                1 => {
                    // A head is believed as size and root together, so another size comes with its own root.
                    of = 1 + dice.throw() % SIZE;
                    root = prover.root(of).unwrap();
                }
                2 => leaf = other(&mut dice, leaf, &leaves),
                3 => root = other(&mut dice, root, &leaves),
                _ => spoil(&mut dice, &mut changed, &leaves),
            }
        }
        // Whatever it is, it is the root of the tree of itself alone.
        let alone = (at, of, leaf) == (0, 1, root) && changed.is_empty();
        let stored = usize::try_from(at).ok().and_then(|at| leaves.get(at)) == Some(&leaf) && at < of;
        let led = prover.root(of) == Some(root) && prover.inclusion(at, of).as_ref() == Some(&changed);
        let is_true = alone || stored && led;
        let believed = verify_inclusion(&leaf, at, of, &changed, &root);
        assert_eq!(believed, is_true, "case {case}: {at} of {of}, from {index} of {size}, {changed:?}");
        assert_eq!(believed, by_definition(leaf, at, of, &changed) == Some(root), "case {case}");
        // The size alone, where the paper itself binds it only through the root.
        let alone = number(&mut dice, size);
        let believed = verify_inclusion(&honest.0, index, alone, &proof, &honest.1);
        assert_eq!(believed, by_definition(honest.0, index, alone, &proof) == Some(honest.1), "case {case}");
        refused += usize::from(!is_true);
    }
    assert!(refused > cases() * 9 / 10, "{refused} of {} were really changed", cases());
}

#[test]
fn no_changed_consistency_proof_is_believed_unless_it_is_true() {
    let (leaves, prover) = log();
    let mut dice = Dice(2);
    let mut refused = 0;
    for case in 0..cases() {
        let new = 1 + dice.throw() % SIZE;
        let old = 1 + dice.throw() % new;
        let roots = (prover.root(old).unwrap(), prover.root(new).unwrap());
        let proof = prover.consistency(old, new).unwrap();
        assert!(verify_consistency(old, new, &roots.0, &roots.1, &proof), "case {case}: {old} to {new}");

        let (mut from, mut to, (mut before, mut after), mut changed) = (old, new, roots, proof.clone());
        for _ in 0..=dice.below(2) {
            match dice.below(8) {
                0 => {
                    from = 1 + dice.throw() % SIZE;
                    before = prover.root(from).unwrap();
                }
                1 => {
                    to = 1 + dice.throw() % SIZE;
                    after = prover.root(to).unwrap();
                }
                2 => before = other(&mut dice, before, &leaves),
                3 => after = other(&mut dice, after, &leaves),
                _ => spoil(&mut dice, &mut changed, &leaves),
            }
        }
        // Whatever a root is the root of, it goes on from itself.
        let same = (from, before) == (to, after) && changed.is_empty();
        let both = prover.root(from) == Some(before) && prover.root(to) == Some(after);
        let is_true = same || both && prover.consistency(from, to).as_ref() == Some(&changed);
        let believed = verify_consistency(from, to, &before, &after, &changed);
        assert_eq!(believed, is_true, "case {case}: {from} to {to}, from {old} to {new}, {changed:?}");
        assert_eq!(
            believed,
            grown_by_definition((from, before), to, &changed) == Some((before, after)),
            "case {case}"
        );
        let alone = number(&mut dice, new);
        let believed = verify_consistency(old, alone, &roots.0, &roots.1, &proof);
        assert_eq!(
            believed,
            grown_by_definition((old, roots.0), alone, &proof) == Some(roots),
            "case {case}"
        );
        refused += usize::from(!is_true);
    }
    assert!(refused > cases() * 9 / 10, "{refused} of {} were really changed", cases());
}

fn number(dice: &mut Dice, number: u64) -> u64 {
    match dice.below(6) {
        0 => number.wrapping_add(1),
        1 => number.wrapping_sub(1),
        2 => number ^ (1 << dice.below(9)),
        3 => number.wrapping_mul(2),
        4 => number / 2,
        _ => number ^ (1 << dice.below(64)),
    }
}

fn other(dice: &mut Dice, hash: Hash, leaves: &[Hash]) -> Hash {
    match dice.below(3) {
        0 => dice.one(leaves),
        1 => Hash([0; 32]),
        _ => {
            let bit = dice.below(256);
            let mut turned = hash;
            turned.0[bit / 8] ^= 1 << (bit % 8);
            turned
        }
    }
}

fn spoil(dice: &mut Dice, proof: &mut Vec<Hash>, leaves: &[Hash]) {
    let hash = dice.one(leaves);
    if proof.is_empty() {
        return proof.push(hash);
    }
    let (place, second) = (dice.below(proof.len()), dice.below(proof.len()));
    match dice.below(8) {
        0 => drop(proof.remove(place)),
        1 => proof.insert(place, hash),
        2 => proof.push(hash),
        3 => proof.insert(place, proof[second]),
        4 => proof.swap(place, second),
        5 => proof.truncate(place),
        6 => proof.reverse(),
        _ => proof[place] = other(dice, proof[place], leaves),
    }
}

/// The root that the proof leads to, from the top down as PATH of RFC 9162 section 2.1.3.1 is defined; None when the proof
/// has not the right number of hashes.
fn by_definition(leaf: Hash, index: u64, size: u64, proof: &[Hash]) -> Option<Hash> {
    if index >= size {
        return None;
    }
    if size == 1 {
        return proof.is_empty().then_some(leaf);
    }
    let (sister, below) = proof.split_last()?;
    let half = half(size);
    if index < half {
        Some(node(&by_definition(leaf, index, half, below)?, sister))
    } else {
        Some(node(sister, &by_definition(leaf, index - half, size - half, below)?))
    }
}

/// The same for SUBPROOF of section 2.1.4.1: both roots that the proof leads to.
fn grown_by_definition(old: (u64, Hash), new: u64, proof: &[Hash]) -> Option<(Hash, Hash)> {
    fn sub(old: u64, root: Option<Hash>, new: u64, proof: &[Hash]) -> Option<(Hash, Hash)> {
        if old == new {
            let hash = match (root, proof) {
                (Some(root), []) => root,
                (None, [only]) => *only,
                _ => return None,
            };
            return Some((hash, hash));
        }
        let (sister, below) = proof.split_last()?;
        let half = half(new);
        if old <= half {
            let (before, after) = sub(old, root, half, below)?;
            Some((before, node(&after, sister)))
        } else {
            let (before, after) = sub(old - half, None, new - half, below)?;
            Some((node(sister, &before), node(sister, &after)))
        }
    }
    if old.0 == 0 || old.0 > new { None } else { sub(old.0, Some(old.1), new, proof) }
}

fn half(size: u64) -> u64 {
    let mut half = 1;
    while half < size - half {
        half *= 2;
    }
    half
}
