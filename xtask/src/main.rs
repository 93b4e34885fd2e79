//! The workshop: `cargo xtask` lists what it can do, and every command of this house starts here.

mod check;
mod deny;
mod postgres;
mod rust_text;
mod shell;
mod tidy;
mod tools;

use std::env;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use shell::{Outcome, cargo, run};

/// A command of the workshop: its word, what it is for, and the function that does it.
pub struct Task {
    pub name: &'static str,
    about: &'static str,
    run: fn(&Path, &[String]) -> Outcome,
}

pub const TASKS: [Task; 6] = [
    Task { name: "check", about: "everything CI runs; a part of it with --only tidy,fmt", run: check::check },
    Task {
        name: "tidy",
        about: "the rules of this house that a machine can check",
        run: |root, _| tidy::run(root),
    },
    Task { name: "bench", about: "figures of the release build; what follows is passed on", run: bench },
    Task {
        name: "vectors",
        about: "the published probes of the Merkle tree in the folder that follows",
        run: vectors,
    },
    Task {
        name: "faults",
        about: "kills, power cuts, tampering, drills; how many (1000) and which may follow; as root",
        run: faults,
    },
    Task {
        name: "pictures",
        about: "pictures of the demo in e2e/pictures; --board also renews docs/board.png",
        run: pictures,
    },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let Some((name, rest)) = arguments.split_first() else {
        list();
        return ExitCode::SUCCESS;
    };
    let Some(task) = TASKS.iter().find(|task| task.name == name) else {
        eprintln!("There is no task `{name}`.");
        list();
        return ExitCode::FAILURE;
    };
    match (task.run)(&root(), rest) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            if !why.is_empty() {
                eprintln!("{why}");
            }
            ExitCode::FAILURE
        }
    }
}

fn list() {
    println!("cargo xtask TASK\n");
    for task in &TASKS {
        println!("  {:<10} {}", task.name, task.about);
    }
    println!("\nThe steps of check:\n");
    for step in &check::STEPS {
        println!("  {:<10} {}", step.name, step.title);
    }
}

/// The workspace, one folder above this crate.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.parent().unwrap_or(here).to_path_buf()
}

fn bench(root: &Path, arguments: &[String]) -> Outcome {
    // The bench starts the program beside it as a person would.
    run(cargo(root).args(["build", "--release", "--package", "meguri", "--bin", "meguri"]))?;
    run(cargo(root).args(["run", "--release", "--package", "meguri", "--bin", "bench", "--"]).args(arguments))
}

/// The published files are not ours and stay where they are.
fn vectors(root: &Path, arguments: &[String]) -> Outcome {
    let [folder] = arguments else { return Err("usage: cargo xtask vectors DIR".into()) };
    let folder = env::current_dir().map_err(|error| error.to_string())?.join(folder);
    let mut test = cargo(root);
    test.args([
        "test",
        "--quiet",
        "--package",
        "meguri-record",
        "--test",
        "vectors",
        "--",
        "every_probe_of_a_folder",
        "--nocapture",
    ]);
    run(test.env("MEGURI_VECTORS", folder))
}

/// How much of what a check does in short is a whole turn, for every thousand faults: the variable that the tests read, and the
/// share of it (TRUST.md R1 to R5, R8, R13, R14, R20, T1, T6, T7).
const WHOLE: [(&str, u64); 7] = [
    ("MEGURI_FAULTS", 1000),
    ("MEGURI_TAMPERINGS", 1000),
    ("MEGURI_ROLLBACKS", 1000),
    ("MEGURI_WITNESS_KILLS", 300),
    ("MEGURI_MIXES", 1000),
    ("MEGURI_DAMAGES", 1000),
    ("MEGURI_DRILLS", 50),
];
/// The tests that read them; a name may stand in their place to run a part.
const FAULTY: [&str; 8] = [
    "faults::",
    "tamper::classes::",
    "heads::rollback::",
    "witness::forks::",
    "witness::desk::killed",
    "erasure::mixes::",
    "backup::",
    "copies::hostile::",
];

/// The whole turn of what a check does in short: nothing acknowledged is lost, nothing altered passes, no backup fails.
fn faults(root: &Path, arguments: &[String]) -> Outcome {
    let (numbers, parts): (Vec<_>, Vec<_>) = arguments.iter().partition(|word| word.parse::<u64>().is_ok());
    let count: u64 = numbers.first().and_then(|word| word.parse().ok()).unwrap_or(1000);
    run(cargo(root).args(["build", "--release", "--package", "meguri", "--bin", "meguri"]))?;
    let mut tests = cargo(root);
    tests.args(["test", "--package", "meguri", "--test", "it", "--"]);
    if parts.is_empty() {
        tests.args(FAULTY);
    } else {
        tests.args(parts);
    }
    tests.args(["--nocapture", "--test-threads=1"]).env("MEGURI_PROGRAM", check::built_program(root));
    for (name, of_a_thousand) in WHOLE {
        tests.env(name, (count * of_a_thousand / 1000).max(1).to_string());
    }
    check::with_postgres(&mut tests)
}

fn pictures(root: &Path, arguments: &[String]) -> Outcome {
    check::build_for_browser(root)?;
    run(check::node(root, "pictures.mjs")?.args(arguments))
}
