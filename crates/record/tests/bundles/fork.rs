//! Two signed heads in two files, held against each other by whoever trusts neither side.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use meguri_record::tree::leaf;
use meguri_record::{Checkpoint, Duty, Note, Prover, SignerKey};

fn key() -> SignerKey {
    SignerKey::new("example.co.jp/6f1c", Duty::Log, [1; 32]).unwrap()
}

fn log(word: &str) -> Prover {
    Prover::new((0..9).map(|n| leaf(format!("{word}{n}").as_bytes())).collect())
}

fn note(prover: &Prover, size: u64) -> String {
    let root = prover.root(size).unwrap();
    let mut note =
        Note::new(&Checkpoint { origin: key().verifier().name().into(), size, root }.text()).unwrap();
    note.add(key().sign(note.text()).unwrap());
    note.to_string()
}

struct Desk(PathBuf);

impl Desk {
    fn new() -> Self {
        let folder = std::env::temp_dir().join(format!("meguri-fork-{}", std::process::id()));
        fs::create_dir_all(&folder).unwrap();
        Self(folder)
    }

    fn lay(&self, name: &str, text: &str) -> PathBuf {
        fs::write(self.0.join(name), text).unwrap();
        self.0.join(name)
    }
}

impl Drop for Desk {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn run(words: &[&str], files: &[&Path]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_meguri-verify"));
    let mut files = files.iter();
    for word in words {
        match *word {
            "_" => command.arg(files.next().unwrap()),
            word => command.arg(word),
        };
    }
    command.output().unwrap()
}

#[test]
fn the_program_shows_a_fork_and_says_by_its_exit_code_what_it_found() {
    let (desk, good, other) = (Desk::new(), log("a"), log("b"));
    let policy = desk.lay("policy.txt", &format!("log {}\nquorum none\n", key().verifier().text()));
    let (seven, nine) = (desk.lay("7.note", &note(&good, 7)), desk.lay("9.note", &note(&good, 9)));
    let forked = desk.lay("7-other.note", &note(&other, 7));
    let hashes: Vec<String> =
        good.consistency(7, 9).unwrap().iter().map(|hash| format!("{hash}\n")).collect();
    let proof = desk.lay("7-9.proof", &hashes.concat());
    let found = |words: &[&str], files: &[&Path]| {
        let output = run(words, files);
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    };
    let (code, page) = found(&["--en", "--policy", "_", "--fork", "_", "_"], &[&policy, &seven, &forked]);
    assert_eq!(code, Some(1), "{page}");
    assert!(page.starts_with("FORK size=7 size=7\n") && page.contains("cannot both be of one log"), "{page}");
    let (code, page) = found(&["--ja", "--fork", "_", "_", "--policy", "_"], &[&seven, &seven, &policy]);
    assert_eq!((code, page.starts_with("AGREE size=7 size=7\n")), (Some(0), true), "{page}");
    let (code, page) = found(&["--fork", "_", "_", "--policy", "_"], &[&seven, &nine, &policy]);
    assert_eq!((code, page.starts_with("OPEN size=7 size=9\n")), (Some(3), true), "{page}");
    let with_proof = ["--fork", "_", "_", "--policy", "_", "--proof", "_"];
    assert_eq!(found(&with_proof, &[&seven, &nine, &policy, &proof]).0, Some(0));
    // Unsigned, without keys, with too few files: nothing is shown by that.
    let unsigned = desk.lay("unsigned.note", &note(&good, 7).replace("\n7\n", "\n8\n"));
    assert_eq!(found(&["--fork", "_", "_", "--policy", "_"], &[&unsigned, &seven, &policy]).0, Some(2));
    assert_eq!(found(&["--fork", "_", "_"], &[&seven, &forked]).0, Some(2));
    assert_eq!(found(&["--policy", "_", "--fork", "_"], &[&policy, &seven]).0, Some(2));
}
