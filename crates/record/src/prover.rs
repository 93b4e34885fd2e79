//! Makes many proofs over one log: what [`tree`](crate::tree) defines by hashing all leaves again each time, kept as levels.
//!
//! A bundle needs a proof for each of its entries. By the definition that is the whole log for every one; here the full
//! subtrees are hashed once (64 bytes a leaf), and a proof looks up what it needs.

use crate::tree::{Hash, node};

/// The full subtrees over some leaves: level 0 is the leaves, level 1 their pairs, and so on.
#[derive(Clone, Debug)]
pub struct Prover {
    levels: Vec<Vec<Hash>>,
}

impl Prover {
    /// Hashes the full subtrees over these leaf hashes.
    pub fn new(leaves: Vec<Hash>) -> Self {
        let mut levels = vec![leaves];
        while let Some(below) = levels.last().filter(|below| below.len() > 1) {
            let (pairs, _) = below.as_chunks::<2>();
            let above = pairs.iter().map(|[left, right]| node(left, right)).collect();
            levels.push(above);
        }
        Self { levels }
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.levels.first().map_or(0, |leaves| leaves.len() as u64)
    }

    /// Root of the tree over the first `size` leaves (MTH of RFC 9162 section 2.1.1); None beyond them, and for 0.
    pub fn root(&self, size: u64) -> Option<Hash> {
        (1..=self.size()).contains(&size).then(|| self.hash(0, size))?
    }

    /// The proof that leaf `index` is in the tree over the first `size` leaves (PATH of RFC 9162 section 2.1.3.1).
    pub fn inclusion(&self, index: u64, size: u64) -> Option<Vec<Hash>> {
        if index >= size || size > self.size() {
            return None;
        }
        let (mut from, mut to, mut proof) = (0, size, Vec::new());
        while to - from > 1 {
            let middle = from + half(to - from);
            if index < middle {
                proof.push(self.hash(middle, to)?);
                to = middle;
            } else {
                proof.push(self.hash(from, middle)?);
                from = middle;
            }
        }
        proof.reverse();
        Some(proof)
    }

    /// The proof that the tree over the first `old` leaves is the beginning of that over the first `new` (PROOF of RFC
    /// 9162 section 2.1.4.1).
    pub fn consistency(&self, old: u64, new: u64) -> Option<Vec<Hash>> {
        if new > self.size() {
            return None;
        }
        consistency(old, new, |from, to| self.hash(from, to))
    }

    /// Hash of the subtree over `from..to`, which is one that the definition's splits lead to: `from` is a multiple of
    /// the smallest power of two that is not below its length.
    fn hash(&self, from: u64, to: u64) -> Option<Hash> {
        let length = to - from;
        if length.is_power_of_two() {
            let level = length.trailing_zeros();
            let place = usize::try_from(from >> level).ok()?;
            return self.levels.get(usize::try_from(level).ok()?)?.get(place).copied();
        }
        let middle = from + half(length);
        Some(node(&self.hash(from, middle)?, &self.hash(middle, to)?))
    }
}

/// The proof that the tree over the first `old` leaves is the beginning of that over the first `new` (PROOF of RFC 9162
/// section 2.1.4.1), by the hashes of the subtrees that the definition's splits lead to.
pub(crate) fn consistency(old: u64, new: u64, hash: impl Fn(u64, u64) -> Option<Hash>) -> Option<Vec<Hash>> {
    if old == 0 || old > new {
        return None;
    }
    let (mut from, mut to, mut proof) = (0, new, Vec::new());
    while old != to {
        let middle = from + half(to - from);
        if old <= middle {
            proof.push(hash(middle, to)?);
            to = middle;
        } else {
            proof.push(hash(from, middle)?);
            from = middle;
        }
    }
    // The old tree itself is known to the reader; a part of it is not.
    if from > 0 {
        proof.push(hash(from, to)?);
    }
    proof.reverse();
    Some(proof)
}

/// Largest power of two below a length of at least 2 (the k of RFC 9162 section 2.1.1).
pub(crate) fn half(length: u64) -> u64 {
    length.div_ceil(2).next_power_of_two()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{consistency_proof, inclusion_proof, leaf, root};

    #[test]
    fn every_root_and_proof_of_every_small_tree_is_that_of_the_definition() {
        let leaves: Vec<Hash> = (0..40u64).map(|n| leaf(&n.to_be_bytes())).collect();
        let prover = Prover::new(leaves.clone());
        for size in 0..=41u64 {
            let tree = leaves.get(..usize::try_from(size).unwrap());
            assert_eq!(prover.root(size), tree.filter(|tree| !tree.is_empty()).map(root), "{size}");
            for other in 0..=41u64 {
                let inclusion = tree.and_then(|tree| inclusion_proof(other, tree));
                assert_eq!(prover.inclusion(other, size), inclusion, "{other} in {size}");
                let consistency = tree.and_then(|tree| consistency_proof(other, tree));
                assert_eq!(prover.consistency(other, size), consistency, "{other} to {size}");
            }
        }
        assert_eq!((prover.size(), Prover::new(Vec::new()).root(0)), (40, None));
    }
}
