//! Our own probes: for every small tree, the honest proof and one spoilt in each way of the published classes, and more.
//!
//! The trees are hashed here by the recursive definition of RFC 9162 section 2.1.1 once more, so that this file shares no
//! line with what it probes.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::{Consistency, Inclusion};

/// Trees up to this size are probed, each at every index and from every older size.
const LARGEST: usize = 17;

/// How many classes and probes there are, so that none is lost unseen.
pub const CLASSES_AND_PROBES: (usize, u32) = (74, 16_301);

type Bytes = Vec<u8>;

pub fn inclusions() -> Vec<Inclusion> {
    let mut all = Vec::new();
    for size in 1..=LARGEST {
        let leaves = leaves(size);
        for index in 0..size {
            let tree = InTree {
                index: index as u64,
                size: size as u64,
                leaf: leaves[index].clone(),
                root: root(&leaves),
                proof: path(index, &leaves),
            };
            all.extend(tree.probes(&leaves));
        }
    }
    all
}

pub fn consistencies() -> Vec<Consistency> {
    let mut all = Vec::new();
    for new in 1..=LARGEST {
        let leaves = leaves(new);
        for old in 1..=new {
            let grown = Grown {
                old: old as u64,
                new: new as u64,
                roots: (root(&leaves[..old]), root(&leaves)),
                proof: subproof(old, &leaves, true),
            };
            all.extend(grown.probes());
        }
    }
    // Nothing is shown about a log that was empty.
    let (empty, other) = (sha(&[]), sha(&[b"other"]));
    for (new, roots) in
        [(0, (&empty, &empty)), (0, (&empty, &other)), (1, (&empty, &other)), (9, (&empty, &other))]
    {
        let grown = Grown { old: 0, new, roots: (roots.0.clone(), roots.1.clone()), proof: Vec::new() };
        all.push(grown.probe("from the empty log", true));
        let proof = vec![other.clone()];
        all.push(Grown { proof, ..grown }.probe("from the empty log with a proof", true));
    }
    all
}

#[derive(Clone)]
struct InTree {
    index: u64,
    size: u64,
    leaf: Bytes,
    root: Bytes,
    proof: Vec<Bytes>,
}

impl InTree {
    fn probes(&self, leaves: &[Bytes]) -> Vec<Inclusion> {
        let mut all = vec![self.probe("honest", false)];
        let other =
            |leaf: &Bytes, root: &Bytes| Self { leaf: leaf.clone(), root: root.clone(), ..self.clone() };
        let (random, empty) = (sha(&[b"random"]), sha(&[]));
        let next = leaves.get(usize::try_from(self.index).unwrap() + 1);
        for (desc, leaf, root) in [
            ("random leaf", &random, &self.root),
            ("random root", &self.leaf, &random),
            ("empty root", &self.leaf, &empty),
            ("empty root and random leaf", &random, &empty),
            ("no leaf", &Vec::new(), &self.root),
            ("no root", &self.leaf, &Vec::new()),
            ("neither leaf nor root", &Vec::new(), &Vec::new()),
        ] {
            all.push(other(leaf, root).probe(desc, true));
        }
        // A tree of one leaf has the leaf for its root.
        all.push(other(&random, &random).probe("random leaf and root, the same", self.size > 1));
        if self.size > 1 {
            all.push(other(&self.root, &self.root).probe("root for leaf", true));
            all.push(other(next.unwrap_or(&leaves[0]), &self.root).probe("leaf of another place", true));
        }
        for (desc, index) in [
            ("index plus 1", self.index + 1),
            ("index minus 1", self.index.wrapping_sub(1)),
            ("index xor 2", self.index ^ 2),
            ("index plus size", self.index + self.size),
            ("index at the end of numbers", u64::MAX),
        ] {
            all.push(Self { index, ..self.clone() }.probe(desc, true));
        }
        for (desc, size) in [
            ("size twice", self.size * 2),
            ("size halved", self.size / 2),
            ("size 0", 0),
            ("size at the end of numbers", u64::MAX),
        ] {
            all.push(Self { size, ..self.clone() }.probe(desc, true));
        }
        let spoilt = spoilt(&self.proof, &[("root", &self.root), ("leaf", &self.leaf)]);
        all.extend(spoilt.into_iter().map(|(desc, proof)| Self { proof, ..self.clone() }.probe(&desc, true)));
        all
    }

    fn probe(&self, desc: &str, want_err: bool) -> Inclusion {
        Inclusion {
            case: format!("{} of {}", self.index, self.size),
            leaf_idx: self.index,
            tree_size: self.size,
            root: Some(STANDARD.encode(&self.root)),
            leaf_hash: Some(STANDARD.encode(&self.leaf)),
            proof: Some(self.proof.iter().map(|hash| STANDARD.encode(hash)).collect()),
            desc: desc.to_owned(),
            want_err,
        }
    }
}

#[derive(Clone)]
struct Grown {
    old: u64,
    new: u64,
    roots: (Bytes, Bytes),
    proof: Vec<Bytes>,
}

impl Grown {
    fn probes(&self) -> Vec<Consistency> {
        let mut all = vec![self.probe("honest", false)];
        let (random, empty) = (sha(&[b"random"]), sha(&[]));
        let (old, new) = (&self.roots.0, &self.roots.1);
        for (desc, old, new) in [
            ("random old root", &random, new),
            ("random new root", old, &random),
            ("empty old root", &empty, new),
            ("empty new root", old, &empty),
            ("no old root", &Vec::new(), new),
            ("no new root", old, &Vec::new()),
        ] {
            let roots = (old.clone(), new.clone());
            all.push(Self { roots, ..self.clone() }.probe(desc, true));
        }
        if self.old != self.new {
            let roots = (new.clone(), old.clone());
            all.push(Self { roots, ..self.clone() }.probe("roots swapped", true));
            let (old, new) = (self.new, self.old);
            all.push(Self { old, new, ..self.clone() }.probe("sizes swapped", true));
            all.push(Self { proof: Vec::new(), ..self.clone() }.probe("no proof", true));
        }
        for (desc, old) in [
            ("old size plus 1", self.old + 1),
            ("old size minus 1", self.old - 1),
            ("old size xor 2", self.old ^ 2),
            ("old size at the end of numbers", u64::MAX),
        ] {
            all.push(Self { old, ..self.clone() }.probe(desc, true));
        }
        for (desc, new) in [
            ("new size twice", self.new * 2),
            ("new size halved", self.new / 2),
            ("new size 0", 0),
            ("new size at the end of numbers", u64::MAX),
        ] {
            all.push(Self { new, ..self.clone() }.probe(desc, true));
        }
        let spoilt = spoilt(&self.proof, &[("old root", old), ("new root", new)]);
        all.extend(spoilt.into_iter().map(|(desc, proof)| Self { proof, ..self.clone() }.probe(&desc, true)));
        all
    }

    fn probe(&self, desc: &str, want_err: bool) -> Consistency {
        Consistency {
            case: format!("{} to {}", self.old, self.new),
            size1: self.old,
            size2: self.new,
            root1: Some(STANDARD.encode(&self.roots.0)),
            root2: Some(STANDARD.encode(&self.roots.1)),
            proof: Some(self.proof.iter().map(|hash| STANDARD.encode(hash)).collect()),
            desc: desc.to_owned(),
            want_err,
        }
    }
}

/// The proof spoilt in every way that concerns it alone.
fn spoilt(proof: &[Bytes], known: &[(&str, &Bytes)]) -> Vec<(String, Vec<Bytes>)> {
    let mut all = Vec::new();
    let inserted = |at: usize, hash: &[u8]| {
        let mut longer = proof.to_vec();
        longer.insert(at, hash.to_vec());
        longer
    };
    let garbage = [("garbage", b"".to_vec()), ("zeros", vec![0; 32])];
    let known = known.iter().map(|(name, hash)| (*name, (*hash).clone()));
    for (name, hash) in garbage.into_iter().chain(known) {
        all.push((format!("{name} before the proof"), inserted(0, &hash)));
        all.push((format!("{name} behind the proof"), inserted(proof.len(), &hash)));
        if proof.len() > 1 {
            all.push((format!("{name} within the proof"), inserted(proof.len() / 2, &hash)));
        }
    }
    for place in 0..proof.len() {
        let mut shorter = proof.to_vec();
        shorter.remove(place);
        all.push(("a hash left out".into(), shorter));
        all.push(("a hash twice".into(), inserted(place, &proof[place])));
        for bit in [0, 4, 255] {
            let mut turned = proof.to_vec();
            turned[place][bit / 8] ^= 1 << (bit % 8);
            all.push(("a bit turned".into(), turned));
        }
        let mut short = proof.to_vec();
        short[place].pop();
        all.push(("a hash too short".into(), short));
        if place > 0 {
            let mut swapped = proof.to_vec();
            swapped.swap(place - 1, place);
            all.push(("two hashes swapped".into(), swapped));
        }
    }
    all
}

fn sha(parts: &[&[u8]]) -> Bytes {
    parts.iter().fold(Sha256::new(), Digest::chain_update).finalize().to_vec()
}

fn leaves(count: usize) -> Vec<Bytes> {
    (0..count).map(|n| sha(&[&[0], format!("probe {n}").as_bytes()])).collect()
}

fn root(leaves: &[Bytes]) -> Bytes {
    if let [only] = leaves {
        return only.clone();
    }
    let (left, right) = leaves.split_at(half(leaves.len()));
    sha(&[&[1], &root(left), &root(right)])
}

fn path(index: usize, leaves: &[Bytes]) -> Vec<Bytes> {
    if leaves.len() == 1 {
        return Vec::new();
    }
    let (left, right) = leaves.split_at(half(leaves.len()));
    let (mut proof, sister) = if index < left.len() {
        (path(index, left), root(right))
    } else {
        (path(index - left.len(), right), root(left))
    };
    proof.push(sister);
    proof
}

fn subproof(old: usize, leaves: &[Bytes], whole: bool) -> Vec<Bytes> {
    if old == leaves.len() {
        return if whole { Vec::new() } else { vec![root(leaves)] };
    }
    let (left, right) = leaves.split_at(half(leaves.len()));
    let (mut proof, sister) = if old <= left.len() {
        (subproof(old, left, whole), root(right))
    } else {
        (subproof(old - left.len(), right, false), root(left))
    };
    proof.push(sister);
    proof
}

/// Largest power of two below a number of at least 2.
fn half(count: usize) -> usize {
    let mut half = 1;
    while half * 2 < count {
        half *= 2;
    }
    half
}
