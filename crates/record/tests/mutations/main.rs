//! Proofs and signed heads, changed at random: none may be believed that is not true.
//!
//! `MEGURI_CASES` says how many changes are tried, a third each for inclusion, consistency and heads; a witness is asked as often as
//! there are heads. The seed is fixed, so every run of one length tries the same.

#![expect(clippy::unwrap_used, reason = "a helper of tests may unwrap as tests do")]

#[path = "../shared/dice.rs"]
mod dice;
mod heads;
mod proofs;
mod requests;

pub use dice::Dice;

fn cases() -> usize {
    std::env::var("MEGURI_CASES").map_or(30_000, |cases| cases.parse().unwrap()) / 3
}
