//! The two ways to a root against each other, and proofs of every small tree. Probes stand in `tests/vectors`.

use proptest::prelude::*;

use super::*;

fn leaves(count: u64) -> Vec<Hash> {
    (0..count).map(|n| leaf(&n.to_be_bytes())).collect()
}

#[test]
fn the_frontier_reaches_the_recursive_root_at_every_size() {
    let leaves = leaves(300);
    let mut frontier = Frontier::new();
    for size in 0..=leaves.len() {
        assert_eq!(frontier.root(), root(&leaves[..size]), "{size}");
        assert_eq!(Frontier::decode(frontier.size(), &frontier.encode()), Ok(frontier.clone()));
        if let Some(leaf) = leaves.get(size) {
            frontier.append(*leaf);
        }
    }
    assert_eq!(frontier.size(), 300);
}

#[test]
fn every_proof_of_every_small_tree_verifies_and_none_exists_beyond_it() {
    for size in 0..=40 {
        let leaves = leaves(size);
        let whole = root(&leaves);
        for (index, leaf) in (0..).zip(&leaves) {
            let proof = inclusion_proof(index, &leaves).unwrap();
            assert!(verify_inclusion(leaf, index, size, &proof, &whole), "{index} of {size}");
            let old = index + 1;
            let old_root = root(&leaves[..usize::try_from(old).unwrap()]);
            let proof = consistency_proof(old, &leaves).unwrap();
            assert!(verify_consistency(old, size, &old_root, &whole, &proof), "{old} to {size}");
        }
        assert_eq!(inclusion_proof(size, &leaves), None);
        assert_eq!(consistency_proof(0, &leaves), None);
        assert_eq!(consistency_proof(size + 1, &leaves), None);
    }
}

#[test]
fn extreme_sizes_are_refused_without_a_panic() {
    let (zero, proof) = (Hash([0; 32]), [Hash([0; 32]); 70]);
    for size in [1, 2, u64::MAX / 2, u64::MAX / 2 + 1, u64::MAX - 1, u64::MAX] {
        for other in [0, 1, size / 2, size - 1, size, u64::MAX] {
            assert!(!verify_inclusion(&zero, other, size, &proof, &zero));
            assert!(!verify_consistency(other, size, &zero, &zero, &proof));
            assert!(!verify_consistency(size, other, &zero, &zero, &proof));
        }
    }
}

#[test]
fn misspelt_hashes_and_frontiers_are_refused() {
    let good = "0123456789abcdef".repeat(4);
    assert_eq!(good.parse::<Hash>().unwrap().to_string(), good);
    for bad in
        [&good[1..], &good.to_uppercase(), &good.replace('0', "g"), &format!("{good}0"), &"é".repeat(32), ""]
    {
        assert_eq!(bad.parse::<Hash>(), Err(TreeError::Hash), "{bad}");
    }
    assert_eq!(Frontier::decode(0, ""), Ok(Frontier::new()));
    assert_eq!(Frontier::decode(1, ""), Err(TreeError::Frontier));
    assert_eq!(Frontier::decode(3, &good), Err(TreeError::Frontier));
    assert_eq!(Frontier::decode(2, &format!("{good} {good}")), Err(TreeError::Frontier));
    assert_eq!(Frontier::decode(1, &format!(" {good}")), Err(TreeError::Hash));
    assert_eq!(Frontier::decode(3, &format!("{good}  {good}")), Err(TreeError::Hash));
    assert_eq!(Frontier::decode(u64::MAX, &[&*good; 64].join(" ")), Err(TreeError::Frontier));
    assert!(Frontier::decode(MAX_SIZE, &[&*good; 63].join(" ")).is_ok());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn frontier_and_definition_agree_and_proofs_hold_until_a_bit_turns(
        bytes in prop::collection::vec(any::<[u8; 8]>(), 1..300),
        index in any::<prop::sample::Index>(),
        (step, bit) in any::<(prop::sample::Index, prop::sample::Index)>(),
    ) {
        let leaves: Vec<Hash> = bytes.iter().map(|bytes| leaf(bytes)).collect();
        let mut frontier = Frontier::new();
        for leaf in &leaves {
            frontier.append(*leaf);
        }
        let (size, whole) = (frontier.size(), frontier.root());
        prop_assert_eq!(whole, root(&leaves));

        let at = index.index(leaves.len());
        let flip = |proof: &[Hash]| {
            let mut proof = proof.to_vec();
            let bit = bit.index(256);
            let step = step.index(proof.len());
            proof[step].0[bit / 8] ^= 1 << (bit % 8);
            proof
        };
        let proof = inclusion_proof(at as u64, &leaves).unwrap();
        prop_assert!(verify_inclusion(&leaves[at], at as u64, size, &proof, &whole));
        if !proof.is_empty() {
            prop_assert!(!verify_inclusion(&leaves[at], at as u64, size, &flip(&proof), &whole));
            prop_assert!(!verify_inclusion(&leaves[at], at as u64, size, &proof[1..], &whole));
        }
        let (old, old_root) = (at as u64 + 1, root(&leaves[..=at]));
        let proof = consistency_proof(old, &leaves).unwrap();
        prop_assert!(verify_consistency(old, size, &old_root, &whole, &proof));
        if !proof.is_empty() {
            prop_assert!(!verify_consistency(old, size, &old_root, &whole, &flip(&proof)));
            prop_assert!(!verify_consistency(old, size, &whole, &whole, &proof));
        }
    }
}
