//! Changed heads and keys: what is believed of one was really signed.

use std::collections::BTreeSet;

use meguri_record::{Checkpoint, Duty, Hash, Note, SignerKey, Trust, VerifierKey};

use crate::{Dice, cases};

const ORIGIN: &str = "example.co.jp/6f1c";

/// Some honest heads, and everything that was signed under them.
struct World {
    trust: Trust,
    notes: Vec<String>,
    keys: Vec<String>,
    signed: BTreeSet<(String, String)>,
    cosigned: BTreeSet<(String, u64, String)>,
}

impl World {
    fn new() -> Self {
        let key = |name: &str, duty, seed| SignerKey::new(name, duty, [seed; 32]).unwrap();
        let logs = [key(ORIGIN, Duty::Log, 1), key(ORIGIN, Duty::Log, 2)];
        let witnesses = [key("w.example/1", Duty::Witness, 3), key("w.example/2", Duty::Witness, 4)];
        let stranger = key(ORIGIN, Duty::Log, 5);
        let text = |key: &SignerKey| key.verifier().text();
        let keys = vec![text(&logs[0]), text(&logs[1]), text(&witnesses[0]), text(&witnesses[1])];
        let policy = format!(
            "log {}\nlog {}\nwitness a {}\nwitness b {}\ngroup g all a b\nquorum g\n",
            keys[0], keys[1], keys[2], keys[3]
        );
        let mut world = Self {
            trust: Trust::read(&policy).unwrap(),
            notes: Vec::new(),
            keys,
            signed: BTreeSet::new(),
            cosigned: BTreeSet::new(),
        };
        for size in 1..=20u64 {
            let body = Checkpoint { origin: ORIGIN.into(), size, root: Hash::of(&[1]) }.text();
            let mut note = Note::new(&body).unwrap();
            note.add(stranger.sign(&body).unwrap());
            // Every second head is signed by one key, every third has both witnesses.
            for log in &logs[..=usize::from(size % 2 == 0)] {
                note.add(log.sign(&body).unwrap());
                world.signed.insert((log.verifier().label(), body.clone()));
            }
            for witness in &witnesses[..=usize::from(size % 3 == 0)] {
                let time = 1_800_000_000 + size;
                note.add(witness.cosign(&body, time).unwrap());
                world.cosigned.insert((witness.verifier().label(), time, body.clone()));
            }
            world.notes.push(note.to_string());
        }
        world
    }

    /// What is believed of a head although nobody signed it.
    fn wrongly_believed(&self, note: &str) -> Option<String> {
        let head = self.trust.open(note).ok()?;
        let body = head.checkpoint.text();
        let signed = |signer: &String| self.signed.contains(&(signer.clone(), body.clone()));
        let cosigned =
            |(witness, time): &(String, u64)| self.cosigned.contains(&(witness.clone(), *time, body.clone()));
        let both = self.cosigned.iter().filter(|(.., of)| *of == body).count() == 2;
        let holds = !head.signers.is_empty()
            && head.signers.iter().all(signed)
            && head.cosigned.iter().all(cosigned)
            && (both || !head.witnessed);
        (!holds).then(|| format!("{head:?} of {note}"))
    }
}

#[test]
fn nothing_is_believed_of_a_changed_head_that_was_not_signed() {
    let world = World::new();
    for note in &world.notes {
        assert_eq!(world.wrongly_believed(note), None);
        assert!(world.trust.open(note).is_ok());
    }
    let mut dice = Dice(3);
    let mut refused = 0;
    for case in 0..cases() {
        let mut note = dice.one(&world.notes).into_bytes();
        for _ in 0..=dice.below(2) {
            change(&mut dice, &mut note, &world);
        }
        let Ok(note) = String::from_utf8(note) else { continue };
        assert_eq!(world.wrongly_believed(&note), None, "case {case}");
        refused += usize::from(world.trust.open(&note).is_err());
    }
    assert!(refused > cases() / 3, "only {refused} of {} were refused", cases());
}

#[test]
fn no_changed_key_is_read() {
    let world = World::new();
    let mut dice = Dice(4);
    for case in 0..cases() / 10 {
        let honest = dice.one(&world.keys);
        let mut key = honest.clone().into_bytes();
        bytes(&mut dice, &mut key);
        let Ok(key) = String::from_utf8(key) else { continue };
        assert!(key == honest || VerifierKey::read(&key).is_err(), "case {case}: {key}");
    }
}

fn change(dice: &mut Dice, note: &mut Vec<u8>, world: &World) {
    let other = dice.one(&world.notes);
    let Ok(text) = String::from_utf8(note.clone()) else { return };
    let mut lines: Vec<&str> = text.split('\n').collect();
    let foreign: Vec<&str> = other.split('\n').collect();
    let (place, second) = (dice.below(lines.len()), dice.below(lines.len()));
    match dice.below(9) {
        // A line of another head: its size, its root, one of its signatures.
        0 => lines[place] = foreign.get(place).copied().unwrap_or(""),
        1 => lines[place] = dice.one(&foreign),
        2 => lines.insert(place, dice.one(&foreign)),
        3 => drop(lines.remove(place)),
        4 => lines.swap(place, second),
        5 => lines[place] = lines[second],
        // The name of another key before the same signature.
        6 => {
            let renamed =
                text.replacen("— w.example/1", dice.one(&["— w.example/2", "— example.co.jp/6f1c"]), 1);
            *note = renamed.into_bytes();
            return;
        }
        _ => return bytes(dice, note),
    }
    *note = lines.join("\n").into_bytes();
}

/// A bit turned, a byte gone, or a byte too many.
fn bytes(dice: &mut Dice, text: &mut Vec<u8>) {
    if text.is_empty() {
        return;
    }
    let place = dice.below(text.len());
    match dice.below(4) {
        0 => drop(text.remove(place)),
        1 => text.insert(place, dice.one(b"A+/= \n\r0159\xe3")),
        2 => text[place] = dice.one(b"A+/= \n\r0159"),
        _ => text[place] ^= 1 << dice.below(8),
    }
}
