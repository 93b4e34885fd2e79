//! Bundles as the auditor checks them: by `meguri-verify` and by the second verifier, which must agree on each.
//!
//! `MEGURI_BUNDLES` says how many good and how many bad ones are tried. The second verifier is a script for `python3` that
//! lets `openssl` check the signatures; both must be there.

#![expect(clippy::unwrap_used, reason = "a helper of tests may unwrap as tests do")]

#[path = "../shared/dice.rs"]
mod dice;
mod fork;
mod hostile;
mod make;
mod program;
mod spoil;

use std::process::{Command, Output};

use dice::Dice;
use make::Case;
use spoil::{SPOILERS, at_random};

fn bundles(unasked: u64) -> u64 {
    std::env::var("MEGURI_BUNDLES").map_or(unasked, |bundles| bundles.parse().unwrap())
}

fn first(case: &Case) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_meguri-verify"));
    command.args(&case.arguments).arg(&case.bundle);
    command
}

fn second(case: &Case) -> Command {
    let mut command = Command::new("python3");
    command
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/second/verify.py"))
        .args(&case.arguments)
        .arg(&case.bundle);
    command
}

/// The first line and the exit code.
fn answer(output: &Output) -> (String, Option<i32>) {
    let text = String::from_utf8_lossy(&output.stdout);
    (text.lines().next().unwrap_or_default().to_owned(), output.status.code())
}

/// What both say; they must say the same.
fn both(case: &Case, what: &str) -> (String, Option<i32>) {
    let (one, two) = (first(case).output().unwrap(), second(case).output().unwrap());
    assert_eq!(answer(&one), answer(&two), "{what}: {one:?} {two:?}");
    answer(&one)
}

fn code(line: &str) -> i32 {
    match line.split(' ').next() {
        Some("PASS") => 0,
        Some("UNWITNESSED") => 3,
        _ => 1,
    }
}

#[test]
fn both_verifiers_say_of_good_bundles_what_is_true() {
    let (count, mut witnessed) = (bundles(12), 0);
    for seed in 0..count {
        let case = Case::new("good", seed, 1);
        let expected = (case.answer.clone(), Some(code(&case.answer)));
        assert_eq!(both(&case, &format!("seed {seed}")), expected, "seed {seed}");
        witnessed += u64::from(expected.1 == Some(0));
    }
    assert!(witnessed > count / 5 && witnessed < count, "{witnessed} of {count} pass");
}

#[test]
fn an_entry_just_behind_the_last_head_outside_is_not_witnessed() {
    let at = |last: fn(&Case) -> u64| {
        let mut cases = (0..1000).map(|seed| Case::new("edge", seed, 1));
        cases.find(|case| case.witnessed > 0 && last(case) == case.witnessed).unwrap()
    };
    let (inside, behind) = (at(|case| case.last + 1), at(|case| case.last));
    assert_eq!(both(&inside, "inside").1, Some(0));
    assert_eq!(both(&behind, "behind").1, Some(3));
}

#[test]
fn both_verifiers_find_the_same_fault_in_bad_bundles() {
    // Unasked, every way to spoil is tried once.
    let (count, mut spoilt, mut seed) = (bundles(SPOILERS.len() as u64), 0, 0);
    while spoilt < count {
        let case = Case::new("bad", seed, 1);
        let mut dice = Dice(seed);
        let (name, spoil) = SPOILERS[usize::try_from(seed).unwrap() % SPOILERS.len()];
        let what = format!("seed {seed}, {name}");
        seed += 1;
        let Some(expected) = spoil(&case, &mut dice) else { continue };
        let (line, code) = both(&case, &what);
        assert!(line.starts_with(&expected) && code == Some(1), "{what}: {line}, expected {expected}");
        spoilt += 1;
    }
    assert!(seed < 3 * count + 60, "most spoilers find something to spoil");
}

#[test]
fn both_verifiers_say_the_same_of_bundles_changed_at_random() {
    for seed in 0..bundles(12) {
        let case = Case::new("random", seed, 1);
        at_random(&case, &mut Dice(seed));
        both(&case, &format!("seed {seed}"));
    }
}
