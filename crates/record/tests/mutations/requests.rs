//! Changed requests to a witness: it cosigns nothing that is not the log it has seen, and goes on.

use meguri_record::tree::leaf;
use meguri_record::witness::{Request, Watch};
use meguri_record::{Checkpoint, Duty, Note, Prover, SignerKey};

use crate::{Dice, cases};

const ORIGIN: &str = "example.co.jp/6f1c";

fn log(from: u64) -> Prover {
    let word = |n: u64| if n < from { format!("{n}") } else { format!("other {n} {from}") };
    Prover::new((0..64).map(|n| leaf(word(n).as_bytes())).collect())
}

fn head(log: &Prover, size: u64) -> Checkpoint {
    Checkpoint { origin: ORIGIN.into(), size, root: log.root(size).unwrap() }
}

fn request(log: &Prover, key: &SignerKey, old: u64, new: u64) -> Request {
    let mut note = Note::new(&head(log, new).text()).unwrap();
    note.add(key.sign(note.text()).unwrap());
    Request { old, proof: log.consistency(old, new).unwrap_or_default(), note: note.to_string() }
}

/// A byte, a line, a number or a half of another request is put where it does not belong.
fn changed(dice: &mut Dice, text: &str, other: &str) -> String {
    let mut bytes = text.as_bytes().to_vec();
    match dice.below(5) {
        0 => {
            let at = dice.below(bytes.len());
            bytes[at] ^= 1 << dice.below(7);
        }
        1 => {
            let at = dice.below(bytes.len());
            bytes.remove(at);
        }
        2 => {
            let mut lines: Vec<&str> = text.split_inclusive('\n').collect();
            let (one, two) = (dice.below(lines.len()), dice.below(lines.len()));
            lines.swap(one, two);
            return lines.concat();
        }
        3 => {
            let (front, _) = text.split_once("\n\n").unwrap();
            let (_, back) = other.split_once("\n\n").unwrap();
            return [front, "\n\n", back].concat();
        }
        _ => {
            let (_, rest) = text.split_once('\n').unwrap();
            return format!("old {}\n{rest}", dice.below(66));
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[test]
fn a_witness_cosigns_nothing_but_the_one_log_it_has_seen() {
    let key = SignerKey::new(ORIGIN, Duty::Log, [1; 32]).unwrap();
    let (watch, good) = (Watch::new(&[key.verifier()]).unwrap(), log(64));
    let others: Vec<Prover> = (0..64).step_by(7).map(log).collect();
    let (mut dice, mut cosigned) = (Dice(4), 0);
    for case in 0..cases() {
        let held = 1 + dice.below(63) as u64;
        let new = 1 + dice.below(64) as u64;
        // The log itself, or another history under the same key, that goes on from where it likes.
        let from = &others[dice.below(others.len())];
        let log = if dice.below(2) == 0 { &good } else { from };
        let old = if dice.below(3) == 0 { dice.below(64) as u64 } else { held };
        let text = request(log, &key, old, new).text();
        let other = request(from, &key, held, 1 + dice.below(64) as u64).text();
        let text = if dice.below(8) == 0 { text } else { changed(&mut dice, &text, &other) };
        let Ok(request) = Request::read(&text) else { continue };
        let seen = head(&good, held);
        if let Ok(taken) = watch.look(Some(&seen), &request) {
            cosigned += 1;
            // Another history may share its beginning with the log; beyond the part that both share, it is never taken.
            let shared = others
                .iter()
                .chain([&good])
                .any(|log| head(log, taken.size) == taken && head(log, held) == seen);
            assert!(taken.size >= held && shared && request.old == held, "case {case}: {text}");
        }
    }
    assert!(cosigned > 0, "nothing was ever cosigned");
    println!("{} requests, {cosigned} cosigned, none wrongly", cases());
}
