//! Hostile files by number: the same number gives the same file. Every kind of TRUST.md S11, and what it may be
//! answered.

mod answers;
mod archives;
mod books;
mod contents;
mod damaged;
mod heavy;
mod sheets;
mod texts;

use books::Dice;
pub use books::{SAMPLE, harmless};

/// A hostile file.
pub struct Hostile {
    pub kind: &'static str,
    pub bytes: Vec<u8>,
    /// The answers that are right; any other is a hole.
    pub may: &'static [&'static str],
    pub heavy: bool,
}

/// Its name, what it may be answered, and how it is made.
type Kind = (&'static str, &'static [&'static str], fn(&mut Dice) -> Vec<u8>);

const LIGHT: &[&[Kind]] = &[damaged::KINDS, archives::KINDS, contents::KINDS, sheets::KINDS, texts::KINDS];

/// The nth file. Every 25th is a heavy one.
pub fn file(nth: u64) -> Hostile {
    let heavy = nth % 25 == 24;
    let (kinds, turn): (&[&[Kind]], _) =
        if heavy { (&[heavy::KINDS], nth / 25) } else { (LIGHT, nth - nth / 25) };
    let count: usize = kinds.iter().map(|some| some.len()).sum();
    let at = usize::try_from(turn).unwrap() % count;
    let (kind, may, make) = *kinds.iter().copied().flatten().nth(at).unwrap();
    let mut dice = Dice(nth.wrapping_mul(0x9E37_79B9_7F4A_7C15));
    Hostile { kind, bytes: make(&mut dice), may, heavy }
}

/// The file of a kind.
pub fn of_kind(kind: &str, seed: u64) -> Hostile {
    let mut all = LIGHT.iter().chain(&[heavy::KINDS, heavy::SLOW]).copied().flatten();
    let (kind, may, make) = *all.find(|each| each.0 == kind).unwrap();
    Hostile { kind, bytes: make(&mut Dice(seed)), may, heavy: true }
}

/// As full as is allowed: no attack, but as much as the server ever holds of an answer.
pub fn full(seed: u64) -> impl Iterator<Item = Hostile> {
    let made =
        move |(kind, may, make): &Kind| Hostile { kind, bytes: make(&mut Dice(seed)), may, heavy: true };
    heavy::FULL.iter().map(made)
}
