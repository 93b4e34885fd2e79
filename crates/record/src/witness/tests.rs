//! What a witness cosigns and what it refuses, from every size to every size.

use super::*;
use crate::key::SignerKey;
use crate::prover::Prover;
use crate::tree::leaf;

const ORIGIN: &str = "example.co.jp/6f1c";

fn key(name: &str, seed: u8) -> SignerKey {
    SignerKey::new(name, Duty::Log, [seed; 32]).unwrap()
}

/// A log of so many entries; from `from` on they are those of another history.
fn log(size: u64, from: u64) -> Prover {
    let word = |n: u64| if n < from { format!("{n}") } else { format!("other {n}") };
    Prover::new((0..size).map(|n| leaf(word(n).as_bytes())).collect())
}

fn note(prover: &Prover, size: u64, keys: &[SignerKey]) -> String {
    let root = prover.root(size).unwrap();
    let mut note = Note::new(&Checkpoint { origin: ORIGIN.into(), size, root }.text()).unwrap();
    for key in keys {
        note.add(key.sign(note.text()).unwrap());
    }
    note.to_string()
}

fn request(prover: &Prover, old: u64, new: u64) -> Request {
    let proof = if old == new { Vec::new() } else { prover.consistency(old, new).unwrap_or_default() };
    Request { old, proof, note: note(prover, new, &[key(ORIGIN, 1)]) }
}

fn watch() -> Watch {
    Watch::new(&[key(ORIGIN, 1).verifier()]).unwrap()
}

fn head(prover: &Prover, size: u64) -> Checkpoint {
    Checkpoint { origin: ORIGIN.into(), size, root: prover.root(size).unwrap() }
}

#[test]
fn a_request_is_read_back_and_no_other_text_is_one() {
    let whole = request(&log(20, 20), 7, 20);
    assert_eq!(Request::read(&whole.text()), Ok(whole.clone()));
    let first = request(&log(20, 20), 0, 20);
    assert!(first.text().starts_with(&format!("old 0\n\n{ORIGIN}\n20\n")), "{}", first.text());
    assert_eq!(Request::read(&first.text()), Ok(first));
    let text = whole.text();
    let refused = |from: &str, to: &str| {
        let other = text.replacen(from, to, 1);
        assert_ne!(other, text, "{from}");
        assert_eq!(Request::read(&other), Err(No::Malformed), "{other}");
    };
    for old in [
        "old 07\n",
        "old +7\n",
        "old  7\n",
        "old 7 \n",
        "old\n",
        "Old 7\n",
        "old 9223372036854775808\n",
        "7\n",
    ] {
        refused("old 7\n", old);
    }
    refused("=\n", "\n");
    refused("=\n", "=\r\n");
    refused("=\n", "=A\n");
    refused("=\n", " =\n");
    assert_eq!(Request::read(""), Err(No::Malformed));
    assert_eq!(Request::read("old 0\n"), Err(No::Malformed));
    let hashes = |count| Request { old: 1, proof: vec![Hash([7; 32]); count], note: "x\n".into() };
    assert!(Request::read(&hashes(63).text()).is_ok());
    assert_eq!(Request::read(&hashes(64).text()), Err(No::Malformed));
    let long = Request { old: 0, proof: Vec::new(), note: "x".repeat(Request::MAX_BYTES) };
    assert_eq!(Request::read(&long.text()), Err(No::Malformed));
}

#[test]
fn from_every_size_to_every_size_only_what_goes_on_is_cosigned() {
    let (good, watch) = (log(24, 24), watch());
    for new in 1..=24u64 {
        assert_eq!(watch.look(None, &request(&good, 0, new)), Ok(head(&good, new)));
        for old in 1..=24u64 {
            let held = head(&good, old);
            let asked = request(&good, old, new);
            let expected = if old <= new { Ok(head(&good, new)) } else { Err(No::Malformed) };
            assert_eq!(watch.look(Some(&held), &asked), expected, "{old} to {new}");
            // A log that shows another history, whichever old size it names, and with its own best proof.
            for from in 0..old.min(new) {
                let other = log(24, from);
                for says in [0, old, new] {
                    let found = watch.look(Some(&held), &request(&other, says, new));
                    assert!(found.is_err(), "{old} to {new}, other from {from}, says {says}");
                    if old == new {
                        assert_eq!(found, Err(No::Fork { held: old }));
                    }
                }
            }
        }
    }
}

#[test]
fn it_never_goes_back_and_says_where_it_stands() {
    let (good, watch) = (log(24, 24), watch());
    let held = head(&good, 20);
    let look = |old, new| watch.look(Some(&held), &request(&good, old, new));
    assert_eq!(look(7, 24), Err(No::Elsewhere { held: 20 }), "a proof from elsewhere");
    assert_eq!(look(0, 24), Err(No::Elsewhere { held: 20 }), "as if it had never cosigned");
    assert_eq!(look(7, 12), Err(No::Elsewhere { held: 20 }), "an older head");
    assert_eq!(look(12, 12), Err(No::Elsewhere { held: 20 }), "an older head");
    assert_eq!(look(20, 12), Err(No::Malformed), "a proof backwards");
    assert_eq!(look(20, 20), Ok(held.clone()), "the same again");
    assert_eq!(watch.look(None, &request(&good, 7, 12)), Err(No::Elsewhere { held: 0 }));
    assert_eq!(No::Elsewhere { held: 20 }.status(), No::Fork { held: 20 }.status());
}

#[test]
fn a_proof_that_is_not_the_one_is_refused() {
    let (good, watch) = (log(24, 24), watch());
    let held = head(&good, 11);
    let asked = request(&good, 11, 24);
    let with = |proof: Vec<Hash>| watch.look(Some(&held), &Request { proof, ..asked.clone() });
    assert_eq!(with(asked.proof.clone()), Ok(head(&good, 24)));
    for at in 0..asked.proof.len() {
        let mut proof = asked.proof.clone();
        proof[at].0[31] ^= 1;
        assert_eq!(with(proof), Err(No::Proof { held: 11 }));
        let mut proof = asked.proof.clone();
        proof.remove(at);
        assert_eq!(with(proof), Err(No::Proof { held: 11 }));
    }
    let longer = [asked.proof.clone(), vec![Hash([0; 32])]].concat();
    assert_eq!(with(longer), Err(No::Proof { held: 11 }));
    assert_eq!(with(Vec::new()), Err(No::Proof { held: 11 }));
    let first = Request { old: 0, ..asked.clone() };
    assert_eq!(watch.look(None, &first), Err(No::Proof { held: 0 }), "nothing to prove from");
    let again = Request { proof: asked.proof.clone(), ..request(&good, 24, 24) };
    assert_eq!(watch.look(Some(&head(&good, 24)), &again), Err(No::Proof { held: 24 }));
}

#[test]
fn only_a_key_of_that_log_counts() {
    let (good, watch) = (log(5, 5), watch());
    let with = |keys: &[SignerKey]| {
        watch.look(None, &Request { old: 0, proof: Vec::new(), note: note(&good, 5, keys) })
    };
    let (own, stranger, namesake) = (key(ORIGIN, 1), key("example.com/x", 2), key(ORIGIN, 2));
    assert!(with(std::slice::from_ref(&own)).is_ok());
    assert!(with(&[stranger.clone(), own.clone(), namesake.clone()]).is_ok(), "unknown keys are passed over");
    assert_eq!(with(&[stranger, namesake]), Err(No::Unsigned));
    let asked = request(&good, 0, 5);
    let broken = asked.note.replacen("\n5\n", "\n4\n", 1);
    assert_eq!(watch.look(None, &Request { note: broken, ..asked.clone() }), Err(No::Unsigned));
    let other = asked.note.replace(ORIGIN, "example.co.jp/6f1d");
    assert_eq!(watch.look(None, &Request { note: other, ..asked.clone() }), Err(No::UnknownLog));
    let unsigned = asked.note.split("— ").next().unwrap().to_owned();
    assert_eq!(watch.look(None, &Request { note: unsigned, ..asked }), Err(No::Malformed));
}

#[test]
fn a_log_may_have_several_keys_and_each_log_its_own() {
    let keys = [key(ORIGIN, 1).verifier(), key("example.com/x", 3).verifier(), key(ORIGIN, 2).verifier()];
    let watch = Watch::new(&keys).unwrap();
    assert_eq!(watch.origins().collect::<Vec<_>>(), [ORIGIN, "example.com/x"]);
    let good = log(9, 9);
    for seed in [1, 2] {
        let note = note(&good, 9, &[key(ORIGIN, seed)]);
        assert!(watch.look(None, &Request { old: 0, proof: Vec::new(), note }).is_ok());
    }
    // The key of another log that is watched does not count for this one.
    let note = note(&good, 9, &[key("example.com/x", 3)]);
    assert_eq!(watch.look(None, &Request { old: 0, proof: Vec::new(), note }), Err(No::Unsigned));
    assert!(Watch::new(&[keys[0].clone(), keys[0].clone()]).is_none());
    assert!(Watch::new(&[SignerKey::new("w", Duty::Witness, [9; 32]).unwrap().verifier()]).is_none());
}
