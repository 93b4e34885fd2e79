//! Policies and the heads they open.

use super::*;
use crate::key::SignerKey;
use crate::tree::Hash;

const ORIGIN: &str = "example.co.jp/6f1c";

fn key(name: &str, duty: Duty, seed: u8) -> SignerKey {
    SignerKey::new(name, duty, [seed; 32]).unwrap()
}

fn log() -> SignerKey {
    key(ORIGIN, Duty::Log, 1)
}

fn witness(nth: u8) -> SignerKey {
    key(&format!("witness.example/{nth}"), Duty::Witness, 10 + nth)
}

fn vkey(key: &SignerKey) -> String {
    key.verifier().text()
}

fn head(signers: &[SignerKey], witnesses: &[SignerKey]) -> String {
    let body = Checkpoint { origin: ORIGIN.into(), size: 7, root: Hash([5; 32]) }.text();
    let mut note = Note::new(&body).unwrap();
    for key in signers {
        note.add(key.sign(&body).unwrap());
    }
    for key in witnesses {
        note.add(key.cosign(&body, 1_800_000_000).unwrap());
    }
    note.to_string()
}

fn trust(rest: &str) -> Trust {
    Trust::read(&text(rest)).unwrap()
}

fn text(rest: &str) -> String {
    let witnesses: Vec<String> = (1..=4).map(|n| format!("witness w{n} {}\n", vkey(&witness(n)))).collect();
    format!("# keys\n\nlog {} https://log.example\n{}{rest}", vkey(&log()), witnesses.concat())
}

#[test]
fn a_head_is_believed_for_a_key_of_the_log_and_says_who_witnessed_it() {
    let opened = trust("quorum w1\n").open(&head(&[log()], &[witness(1), witness(2)])).unwrap();
    assert_eq!((opened.checkpoint.size, opened.checkpoint.root), (7, Hash([5; 32])));
    assert_eq!(opened.signers, [log().verifier().label()]);
    let cosigned = |n| (witness(n).verifier().label(), 1_800_000_000);
    assert_eq!((opened.cosigned, opened.witnessed), (vec![cosigned(1), cosigned(2)], true));
}

#[test]
fn a_quorum_is_counted_through_its_groups() {
    let met = |rest: &str, witnesses: &[u8]| {
        let witnesses: Vec<_> = witnesses.iter().map(|n| witness(*n)).collect();
        trust(rest).open(&head(&[log()], &witnesses)).unwrap().witnessed
    };
    assert!(!met("quorum none\n", &[1, 2, 3, 4]), "nobody is asked");
    assert!(met("quorum w2\n", &[2]) && !met("quorum w2\n", &[1]));
    let two = "group g 2 w1 w2 w3\nquorum g";
    assert!(met(two, &[1, 3]) && met(two, &[1, 2, 3]) && !met(two, &[2, 4]) && !met(two, &[2, 2]));
    let nested = "group a any w1 w2\n group b\tall w3 w4 \ngroup c all a b\nquorum c\n";
    assert!(met(nested, &[2, 3, 4]) && !met(nested, &[1, 2, 3]) && !met(nested, &[3, 4]));
}

#[test]
fn a_head_without_a_valid_signature_of_the_log_is_refused() {
    let trust = trust("quorum w1\n");
    let stranger = key(ORIGIN, Duty::Log, 99);
    assert_eq!(trust.open(&head(std::slice::from_ref(&stranger), &[witness(1)])), Err(HeadError::Unsigned));
    assert_eq!(trust.open(&head(&[], &[witness(1)])), Err(HeadError::Unsigned));
    assert!(trust.open(&head(&[stranger, log()], &[])).is_ok(), "unknown lines are passed over");
    let good = head(&[log()], &[witness(1)]);
    let changed = good.replacen("\n7\n", "\n8\n", 1);
    assert_eq!(trust.open(&changed), Err(HeadError::Signature { key: log().verifier().label() }));
    // The cosignature of another head under a head that the log has signed.
    let other = good.lines().nth(4).unwrap();
    let body = Checkpoint { origin: ORIGIN.into(), size: 8, root: Hash([5; 32]) }.text();
    let cosigned = witness(1).cosign(&body, 1).unwrap();
    let mut note = Note::new(&body).unwrap();
    note.add(log().sign(&body).unwrap());
    note.add(cosigned);
    let mixed =
        note.to_string().replace(note.to_string().lines().nth(5).unwrap(), good.lines().nth(5).unwrap());
    assert!(mixed.contains("witness") && !mixed.contains(other));
    assert_eq!(trust.open(&mixed), Err(HeadError::Signature { key: witness(1).verifier().label() }));
}

#[test]
fn a_head_under_the_key_of_another_log_is_refused() {
    let body = Checkpoint { origin: "example.co.jp/other".into(), size: 7, root: Hash([5; 32]) }.text();
    let mut note = Note::new(&body).unwrap();
    note.add(log().sign(&body).unwrap());
    assert_eq!(trust("quorum none").open(&note.to_string()), Err(HeadError::OtherLog));
    assert!(matches!(trust("quorum none").open("a\n"), Err(HeadError::Note(_))));
    let mut note = Note::new("a\nb\nc\n").unwrap();
    note.add(log().sign("a\nb\nc\n").unwrap());
    assert!(matches!(trust("quorum none").open(&note.to_string()), Err(HeadError::Checkpoint(_))));
}

#[test]
fn other_texts_are_no_policies_and_the_line_is_named() {
    let fault = |rest: &str| Trust::read(&text(rest)).map(|_| ()).map_err(|e| (e.line, e.fault)).unwrap_err();
    assert_eq!(fault(""), (0, TrustFault::Quorum));
    assert_eq!(fault("quorum none\nquorum none\n"), (9, TrustFault::Quorum));
    assert_eq!(fault("quorum w9\n"), (8, TrustFault::Name));
    assert_eq!(fault("hello\n"), (8, TrustFault::Form));
    assert_eq!(fault("quorum none\r\n"), (0, TrustFault::Form));
    assert_eq!(fault(&" ".repeat(Trust::MAX_BYTES)), (0, TrustFault::Form));
    for least in ["0", "3", "02", "+1", "most"] {
        assert_eq!(fault(&format!("group g {least} w1 w2\n")), (8, TrustFault::Form), "{least}");
    }
    assert_eq!(fault("group g any\n"), (8, TrustFault::Form));
    assert_eq!(fault("group g any w1 w1\n"), (8, TrustFault::Twice));
    assert_eq!(fault("group g any w1\ngroup h any w1\n"), (9, TrustFault::Twice));
    assert_eq!(fault("group w1 any w2\n"), (8, TrustFault::Twice));
    assert_eq!(fault("group none any w2\n"), (8, TrustFault::Twice));
    assert_eq!(fault(&format!("log {}\n", vkey(&log()))), (8, TrustFault::Twice));
    // One secret in two duties would count as log and as witness.
    assert_eq!(fault(&format!("witness x {}\n", vkey(&key("x", Duty::Witness, 1)))), (8, TrustFault::Twice));
    assert_eq!(fault(&format!("log {}\n", vkey(&witness(9)))), (8, TrustFault::Duty));
    assert_eq!(fault("log a+b\n"), (8, TrustFault::Key(KeyError::Form)));
}
