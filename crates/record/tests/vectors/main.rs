//! Probes of the tree: our own of every class, made here, and the published ones, run by `cargo xtask vectors DIR`.
//!
//! The published probes are the folder `testdata` of `transparency-dev/merkle` (Apache-2.0), gathered into `inclusion.jsonl`
//! and `consistency.jsonl`. They are not ours, so they are not kept here.

#![expect(clippy::unwrap_used, reason = "a helper of tests may unwrap as tests do")]

mod own;

use std::collections::BTreeMap;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use meguri_record::Hash;
use meguri_record::tree::{verify_consistency, verify_inclusion};
use serde::{Deserialize, Serialize};

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Inclusion {
    case: String,
    leaf_idx: u64,
    tree_size: u64,
    root: Option<String>,
    leaf_hash: Option<String>,
    proof: Option<Vec<String>>,
    desc: String,
    want_err: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Consistency {
    case: String,
    size1: u64,
    size2: u64,
    root1: Option<String>,
    root2: Option<String>,
    proof: Option<Vec<String>>,
    desc: String,
    want_err: bool,
}

impl Inclusion {
    fn holds(&self) -> Option<bool> {
        let (leaf, root) = (hash(self.leaf_hash.as_deref()?)?, hash(self.root.as_deref()?)?);
        let proof = hashes(self.proof.as_ref())?;
        Some(verify_inclusion(&leaf, self.leaf_idx, self.tree_size, &proof, &root))
    }
}

impl Consistency {
    fn holds(&self) -> Option<bool> {
        let (old, new) = (hash(self.root1.as_deref()?)?, hash(self.root2.as_deref()?)?);
        Some(verify_consistency(self.size1, self.size2, &old, &new, &hashes(self.proof.as_ref())?))
    }
}

/// None for what is not 32 bytes long: our types refuse it before any proof is looked at.
fn hash(text: &str) -> Option<Hash> {
    Some(Hash(STANDARD.decode(text).unwrap().try_into().ok()?))
}

fn hashes(texts: Option<&Vec<String>>) -> Option<Vec<Hash>> {
    texts.into_iter().flatten().map(|text| hash(text)).collect()
}

/// Probes as the published files hold them, a line each.
fn written<T: Serialize>(probes: &[T]) -> String {
    probes.iter().map(|probe| serde_json::to_string(probe).unwrap() + "\n").collect()
}

#[test]
fn every_probe_of_our_own_ends_as_it_must() {
    let (mut classes, mut wrong) = (BTreeMap::<_, u32>::new(), Vec::new());
    for probe in own::inclusions() {
        *classes.entry(format!("inclusion {}", probe.desc)).or_default() += 1;
        if probe.holds().unwrap_or(false) == probe.want_err {
            wrong.push(format!("{}: {}", probe.case, probe.desc));
        }
    }
    for probe in own::consistencies() {
        *classes.entry(format!("consistency {}", probe.desc)).or_default() += 1;
        if probe.holds().unwrap_or(false) == probe.want_err {
            wrong.push(format!("{}: {}", probe.case, probe.desc));
        }
    }
    assert!(wrong.is_empty(), "{} wrong, first {:?}", wrong.len(), wrong.first());
    assert_eq!((classes.len(), classes.values().sum::<u32>()), own::CLASSES_AND_PROBES, "{classes:#?}");
}

/// The published files where `MEGURI_VECTORS` names their folder; else our own probes, written down in the same form.
#[test]
fn every_probe_of_a_folder_ends_as_it_says() {
    let (inclusion, consistency) = match std::env::var_os("MEGURI_VECTORS") {
        Some(folder) => {
            let read = |name: &str| std::fs::read_to_string(Path::new(&folder).join(name)).unwrap();
            (read("inclusion.jsonl"), read("consistency.jsonl"))
        }
        None => (written(&own::inclusions()), written(&own::consistencies())),
    };
    let (mut good, mut bad) = (0, 0);
    for line in inclusion.lines() {
        let probe: Inclusion = serde_json::from_str(line).unwrap();
        assert_eq!(probe.holds().unwrap_or(false), !probe.want_err, "{}: {}", probe.case, probe.desc);
        *if probe.want_err { &mut bad } else { &mut good } += 1;
    }
    for line in consistency.lines() {
        let probe: Consistency = serde_json::from_str(line).unwrap();
        if probe.case == "additional/sizes-are-equal-one-and-proof-is-empty" {
            // The one probe we refuse although it is published as good: its root is a text of 12 bytes, which its authors
            // "don't care" about, but which our type cannot hold. With a root of full length we agree.
            let root = Hash::of(&STANDARD.decode(probe.root1.as_deref().unwrap()).unwrap());
            assert_eq!((probe.holds(), probe.want_err), (None, false));
            assert!(verify_consistency(probe.size1, probe.size2, &root, &root, &[]));
            continue;
        }
        assert_eq!(probe.holds().unwrap_or(false), !probe.want_err, "{}: {}", probe.case, probe.desc);
        *if probe.want_err { &mut bad } else { &mut good } += 1;
    }
    println!("{good} good probes held and {bad} bad ones were refused");
    assert!(good > 0 && bad > 0, "the folder holds no probes");
}
