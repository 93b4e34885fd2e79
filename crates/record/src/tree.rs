//! The Merkle tree over the entries, as RFC 9162 section 2.1 defines it (the same tree as RFC 6962).
//!
//! There are two ways to a root on purpose: [`Frontier`] adds leaf by leaf and is what the writer keeps, [`root`] follows
//! the recursive definition and is what checks it. Making a proof takes all leaves; checking one takes none.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Digest, Sha256};

/// Largest size of a tree: what a signed 64-bit column of a database can count (2^63 - 1).
pub const MAX_SIZE: u64 = i64::MAX.cast_unsigned();

/// A SHA-256 value. As text, and in JSON, it is 64 lower-case hex digits; no other spelling is read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; 32]);

/// Hash of a leaf: SHA-256(`0x00` ‖ bytes) (RFC 9162 section 2.1.1).
pub fn leaf(bytes: &[u8]) -> Hash {
    Hash(Sha256::new().chain_update([0x00]).chain_update(bytes).finalize().into())
}

/// Hash of an inner node: SHA-256(`0x01` ‖ left ‖ right) (RFC 9162 section 2.1.1). The first byte differs from a leaf's
/// so that a node can never be passed off as an entry.
pub fn node(left: &Hash, right: &Hash) -> Hash {
    Hash(Sha256::new().chain_update([0x01]).chain_update(left.0).chain_update(right.0).finalize().into())
}

/// Root of the tree without leaves: SHA-256 of nothing (RFC 9162 section 2.1.1).
pub fn empty_root() -> Hash {
    Hash::of(b"")
}

/// The little that must be remembered to go on: one hash for each full subtree, leftmost and largest first, which is
/// one for each 1 in the binary size, so at most 63.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Frontier {
    size: u64,
    hashes: Vec<Hash>,
}

impl Frontier {
    /// The frontier of the empty tree.
    pub fn new() -> Self {
        Self::default()
    }

    /// Number of leaves.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The hashes of the full subtrees, leftmost and largest first.
    pub(crate) fn hashes(&self) -> &[Hash] {
        &self.hashes
    }

    /// Adds the hash of the next leaf (see [`leaf`]). It closes one subtree for each 1 at the end of the binary size.
    pub fn append(&mut self, leaf: Hash) {
        let mut right = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.hashes.pop() {
                right = node(&left, &right);
            }
        }
        self.hashes.push(right);
        self.size += 1;
    }

    /// Root of the tree: the subtrees folded from the right, smallest first.
    pub fn root(&self) -> Hash {
        self.hashes.iter().copied().rev().reduce(|right, left| node(&left, &right)).unwrap_or_else(empty_root)
    }

    /// The hashes in hex, joined by spaces; `""` for the empty tree. The size is kept in a column of its own.
    pub fn encode(&self) -> String {
        self.hashes.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
    }

    /// The reverse of [`Frontier::encode`].
    ///
    /// # Errors
    /// [`TreeError`] when a hash is misspelt, or their number is not that of the 1s in `size`.
    pub fn decode(size: u64, text: &str) -> Result<Self, TreeError> {
        // 63 hashes of 64 digits with 62 spaces; refused before anything is reserved for it.
        if size > MAX_SIZE || text.len() > 63 * 65 {
            return Err(TreeError::Frontier);
        }
        let words = text.split(' ').filter(|_| !text.is_empty());
        let hashes: Vec<Hash> = words.map(str::parse).collect::<Result<_, _>>()?;
        if u32::try_from(hashes.len()) != Ok(size.count_ones()) {
            return Err(TreeError::Frontier);
        }
        Ok(Self { size, hashes })
    }
}

/// Root of the tree over these leaf hashes, by the recursive definition MTH of RFC 9162 section 2.1.1.
pub fn root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => empty_root(),
        [only] => *only,
        _ => {
            let (left, right) = split(leaves);
            node(&root(left), &root(right))
        }
    }
}

/// The hashes that lead from leaf `index` to the root, lowest first (PATH of RFC 9162 section 2.1.3.1). None when there
/// is no such leaf.
pub fn inclusion_proof(index: u64, leaves: &[Hash]) -> Option<Vec<Hash>> {
    let index = usize::try_from(index).ok().filter(|index| *index < leaves.len())?;
    let mut proof = Vec::new();
    path(index, leaves, &mut proof);
    Some(proof)
}

/// Whether the proof leads from this leaf hash at `index` to the root of a tree of `size` leaves (RFC 9162 section
/// 2.1.3.2).
pub fn verify_inclusion(leaf: &Hash, index: u64, size: u64, proof: &[Hash], root: &Hash) -> bool {
    if index >= size {
        return false;
    }
    // `at` is the place of the current node on its level, `last` that of the level's rightmost node.
    let (mut at, mut last, mut hash) = (index, size - 1, *leaf);
    for step in proof {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            hash = node(step, &hash);
            // A rightmost node without a sister moves up unhashed until it has one. `at` is not 0 here: it is odd, or
            // equal to `last`, which is not 0.
            let lone = at.trailing_zeros();
            at >>= lone;
            last >>= lone;
        } else {
            hash = node(&hash, step);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && hash == *root
}

/// The hashes that show the tree over the first `old_size` leaves to be the beginning of the tree over all of them
/// (PROOF of RFC 9162 section 2.1.4.1). None for an old size of 0, from which everything follows, or beyond the leaves.
pub fn consistency_proof(old_size: u64, leaves: &[Hash]) -> Option<Vec<Hash>> {
    let old_size = usize::try_from(old_size).ok().filter(|old| (1..=leaves.len()).contains(old))?;
    let mut proof = Vec::new();
    subproof(old_size, leaves, true, &mut proof);
    Some(proof)
}

/// Whether the proof shows that the tree with `old_root` is the beginning of the tree with `new_root` (RFC 9162 section
/// 2.1.4.2). Sizes of 0 are refused, since they would prove nothing; equal sizes need equal roots and an empty proof.
pub fn verify_consistency(
    old_size: u64,
    new_size: u64,
    old_root: &Hash,
    new_root: &Hash,
    proof: &[Hash],
) -> bool {
    if old_size == 0 || old_size > new_size {
        return false;
    }
    if old_size == new_size {
        return proof.is_empty() && old_root == new_root;
    }
    // An old tree that is one full subtree is its own first node, so the proof leaves it out.
    let (first, rest) = match proof.split_first() {
        _ if old_size.is_power_of_two() => (old_root, proof),
        Some((first, rest)) => (first, rest),
        None => return false,
    };
    let full = (old_size - 1).trailing_ones();
    let (mut at, mut last) = ((old_size - 1) >> full, (new_size - 1) >> full);
    let (mut old, mut new) = (*first, *first);
    for step in rest {
        if last == 0 {
            return false;
        }
        if at & 1 == 1 || at == last {
            old = node(step, &old);
            new = node(step, &new);
            let lone = at.trailing_zeros();
            at >>= lone;
            last >>= lone;
        } else {
            new = node(&new, step);
        }
        at >>= 1;
        last >>= 1;
    }
    last == 0 && old == *old_root && new == *new_root
}

/// PATH of RFC 9162 section 2.1.3.1.
fn path(index: usize, leaves: &[Hash], proof: &mut Vec<Hash>) {
    if leaves.len() < 2 {
        return;
    }
    let (left, right) = split(leaves);
    if index < left.len() {
        path(index, left, proof);
        proof.push(root(right));
    } else {
        path(index - left.len(), right, proof);
        proof.push(root(left));
    }
}

/// SUBPROOF of RFC 9162 section 2.1.4.1. `whole` says that these leaves are still those of the old tree from its start,
/// whose root the reader of the proof already has.
fn subproof(old_size: usize, leaves: &[Hash], whole: bool, proof: &mut Vec<Hash>) {
    if old_size == leaves.len() {
        if !whole {
            proof.push(root(leaves));
        }
        return;
    }
    let (left, right) = split(leaves);
    if old_size <= left.len() {
        subproof(old_size, left, whole, proof);
        proof.push(root(right));
    } else {
        subproof(old_size - left.len(), right, false, proof);
        proof.push(root(left));
    }
}

/// Splits two or more leaves at the largest power of two below their number (the k of RFC 9162 section 2.1.1).
fn split(leaves: &[Hash]) -> (&[Hash], &[Hash]) {
    leaves.split_at(leaves.len().div_ceil(2).next_power_of_two())
}

impl Hash {
    /// SHA-256 of the bytes as they are: for files, sessions and idempotency keys. For entries see [`leaf`].
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl FromStr for Hash {
    type Err = TreeError;

    fn from_str(text: &str) -> Result<Self, TreeError> {
        let (pairs, rest) = text.as_bytes().as_chunks::<2>();
        if pairs.len() != 32 || !rest.is_empty() {
            return Err(TreeError::Hash);
        }
        let mut hash = [0; 32];
        for (byte, [high, low]) in hash.iter_mut().zip(pairs) {
            *byte = digit(*high)? << 4 | digit(*low)?;
        }
        Ok(Self(hash))
    }
}

fn digit(sign: u8) -> Result<u8, TreeError> {
    match sign {
        b'0'..=b'9' => Ok(sign - b'0'),
        b'a'..=b'f' => Ok(sign - b'a' + 10),
        _ => Err(TreeError::Hash),
    }
}

impl Serialize for Hash {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Hash {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

/// Why a text is not a hash or a frontier.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TreeError {
    /// Not 64 lower-case hex digits.
    Hash,
    /// The number of hashes does not fit the size.
    Frontier,
}

impl fmt::Display for TreeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hash => "a hash is 64 lower-case hex digits",
            Self::Frontier => "the number of hashes does not fit the size of the tree",
        })
    }
}

impl std::error::Error for TreeError {}

#[cfg(test)]
mod tests;
