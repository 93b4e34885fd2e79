//! A log whose beginning is known only by its frontier, and the rest by its leaves: how it goes on, by the definition.
//!
//! Before a head is signed, its root is computed twice: by [`Frontier`], leaf by leaf, and here, by the recursion of
//! RFC 9162 section 2.1.1. The proof that leads from the old root to the new one needs no leaf of the beginning.

use crate::prover::{consistency, half};
use crate::tree::{Frontier, Hash, empty_root, node, root};

/// The full subtrees of the beginning, and the leaves behind it.
#[derive(Clone, Debug)]
pub struct Extension<'a> {
    known: Vec<(u64, u64, Hash)>,
    old: u64,
    leaves: &'a [Hash],
}

impl<'a> Extension<'a> {
    /// What stands behind a frontier.
    pub fn new(beginning: &Frontier, leaves: &'a [Hash]) -> Self {
        let (mut known, mut from) = (Vec::new(), 0);
        for (hash, bit) in
            beginning.hashes().iter().zip((0..64).rev().filter(|n| beginning.size() >> n & 1 == 1))
        {
            known.push((from, from + (1 << bit), *hash));
            from += 1 << bit;
        }
        Self { known, old: beginning.size(), leaves }
    }

    /// Number of leaves, with those of the beginning.
    pub fn size(&self) -> u64 {
        self.old + self.leaves.len() as u64
    }

    /// Root of the whole tree (MTH of RFC 9162 section 2.1.1). None only for what is no tree.
    pub fn root(&self) -> Option<Hash> {
        if self.size() == 0 { Some(empty_root()) } else { self.hash(0, self.size()) }
    }

    /// The proof that the beginning is the beginning of the whole (PROOF of RFC 9162 section 2.1.4.1); none for an empty one.
    pub fn consistency(&self) -> Option<Vec<Hash>> {
        consistency(self.old, self.size(), |from, to| self.hash(from, to))
    }

    fn hash(&self, from: u64, to: u64) -> Option<Hash> {
        if from >= self.old {
            let place = |at: u64| usize::try_from(at - self.old).ok();
            return self.leaves.get(place(from)?..place(to)?).map(root);
        }
        if let Some((.., hash)) = self.known.iter().find(|(a, b, _)| (*a, *b) == (from, to)) {
            return Some(*hash);
        }
        if to - from < 2 {
            return None;
        }
        let middle = from + half(to - from);
        Some(node(&self.hash(from, middle)?, &self.hash(middle, to)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::{consistency_proof, leaf};

    #[test]
    fn root_and_proof_are_those_of_the_definition_wherever_the_beginning_ends() {
        let leaves: Vec<Hash> = (0..40u64).map(|n| leaf(&n.to_be_bytes())).collect();
        for size in 0..=leaves.len() {
            let whole = leaves.get(..size).unwrap();
            let mut beginning = Frontier::new();
            for old in 0..=size {
                let extension = Extension::new(&beginning, whole.get(old..).unwrap());
                assert_eq!(
                    (extension.size(), extension.root()),
                    (size as u64, Some(root(whole))),
                    "{old} {size}"
                );
                assert_eq!(extension.consistency(), consistency_proof(old as u64, whole), "{old} {size}");
                if let Some(next) = leaves.get(old) {
                    beginning.append(*next);
                }
            }
        }
    }
}
