//! `cargo xtask check`: the steps CI runs, in order, each with its title, its seconds and its verdict.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use crate::postgres::Cluster;
use crate::shell::{Outcome, cargo, read, run};
use crate::{deny, tidy, tools};

/// One step of the check. A step never passes because something it needs is missing.
pub struct Step {
    pub name: &'static str,
    pub title: &'static str,
    run: fn(&Path) -> Outcome,
}

pub const STEPS: [Step; 8] = [
    Step { name: "tools", title: "the programs the other steps need are here", run: tools::provide },
    Step { name: "fmt", title: "the code is formatted", run: format },
    Step { name: "clippy", title: "clippy has nothing to say", run: clippy },
    Step { name: "tidy", title: "the house rules hold", run: tidy::run },
    Step { name: "test", title: "all tests, on SQLite and on PostgreSQL", run: test },
    Step { name: "deny", title: "licences, sources, banned crates and known weaknesses", run: deny::run },
    Step { name: "tree", title: "no OpenSSL and no aws-lc in the dependency tree", run: tree },
    Step { name: "browser", title: "the same acts in a real browser", run: browser },
];

/// TLS comes from ring alone: one program without system libraries, and one place to watch.
const BANNED: [&str; 2] = ["openssl-sys", "aws-lc-sys"];

/// Runs the chosen steps, all of them even when one fails, and ends with one plain line.
pub fn check(root: &Path, arguments: &[String]) -> Outcome {
    run_steps(root, &chosen(arguments)?)
}

fn run_steps(root: &Path, steps: &[&Step]) -> Outcome {
    let mut failed: Vec<&str> = Vec::new();
    for step in steps {
        println!("== {}: {}", step.name, step.title);
        let start = Instant::now();
        let outcome = (step.run)(root);
        let seconds = start.elapsed().as_secs_f64();
        match outcome {
            Ok(()) => println!("== {} passed in {seconds:.1} s\n", step.name),
            Err(why) => {
                println!("{why}\n== {} FAILED in {seconds:.1} s\n", step.name);
                failed.push(step.name);
            }
        }
    }
    if !failed.is_empty() {
        println!("failed: {}", failed.join(", "));
    }
    println!("{} passed, {} failed", steps.len() - failed.len(), failed.len());
    if failed.is_empty() { Ok(()) } else { Err(String::new()) }
}

fn chosen(arguments: &[String]) -> Result<Vec<&'static Step>, String> {
    let words = match arguments {
        [] => return Ok(STEPS.iter().collect()),
        [only, words] if only == "--only" => words.as_str(),
        [only] if only.starts_with("--only=") => &only["--only=".len()..],
        _ => return Err("usage: cargo xtask check [--only tidy,fmt]".into()),
    };
    let names: Vec<&str> = words.split(',').map(str::trim).collect();
    if let Some(unknown) = names.iter().find(|name| STEPS.iter().all(|step| step.name != **name)) {
        return Err(format!("check has no step `{unknown}`; `cargo xtask` lists them"));
    }
    Ok(STEPS.iter().filter(|step| names.contains(&step.name)).collect())
}

fn format(root: &Path) -> Outcome {
    run(cargo(root).args(["fmt", "--all", "--check"]))
}

fn clippy(root: &Path) -> Outcome {
    run(cargo(root).args(["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"]))?;
    // In the workspace the verifier also checks databases; whoever builds the record alone gets it without.
    run(cargo(root).args(["clippy", "--package", "meguri-record", "--all-targets", "--", "-D", "warnings"]))
}

fn test(root: &Path) -> Outcome {
    let mut tests = cargo(root);
    tests.args(["test", "--workspace"]);
    let soffice = tools::soffice();
    tests.env(
        "SOFFICE",
        soffice.ok_or("there is no LibreOffice; `cargo xtask check --only tools` says more")?,
    );
    with_postgres(&mut tests)
}

/// Runs tests beside a PostgreSQL: the one that `TEST_DATABASE_URL` names, else one of their own.
pub fn with_postgres(tests: &mut Command) -> Outcome {
    if std::env::var_os("TEST_DATABASE_URL").is_some() {
        return run(tests);
    }
    let cluster = Cluster::start()?;
    println!("a private PostgreSQL listens on 127.0.0.1:{}", cluster.port());
    let outcome = run(tests.env("TEST_DATABASE_URL", cluster.url()));
    cluster.stop()?;
    outcome
}

fn tree(root: &Path) -> Outcome {
    let lines = read(cargo(root).args([
        "tree",
        "--locked",
        "--workspace",
        "--target",
        "all",
        "--prefix",
        "none",
        "--format",
        "{p}",
    ]))?;
    match banned(&lines) {
        found if found.is_empty() => Ok(()),
        found => Err(format!(
            "{} came in; `cargo tree --target all -i NAME` says through whom. Choose the ring feature of that crate.",
            found.join(" and ")
        )),
    }
}

fn banned(lines: &str) -> Vec<&'static str> {
    let has = |name: &&str| lines.lines().any(|line| line.split(' ').next() == Some(*name));
    BANNED.into_iter().filter(has).collect()
}

fn browser(root: &Path) -> Outcome {
    build_for_browser(root)?;
    run(&mut node(root, "run.mjs")?)
}

/// The browser drives the very program the README starts, so that it is built once.
pub fn build_for_browser(root: &Path) -> Outcome {
    run(Command::new("npm").args(["ci", "--no-audit", "--no-fund"]).current_dir(root.join("e2e")))?;
    run(cargo(root).args(["build", "--release"]))
}

/// A script of `e2e/`, told where the program and the browser are.
pub fn node(root: &Path, script: &str) -> Result<Command, String> {
    let mut command = Command::new("node");
    command.current_dir(root).arg(Path::new("e2e").join(script)).env("MEGURI_BIN", built_program(root));
    let chromium =
        tools::chromium().ok_or("there is no Chromium; `cargo xtask check --only tools` says more")?;
    command.env("CHROMIUM", chromium);
    Ok(command)
}

/// The program as the release build leaves it.
pub fn built_program(root: &Path) -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    root.join(target).join("release").join("meguri")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(arguments: &[&str]) -> Result<Vec<&'static str>, String> {
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        Ok(chosen(&arguments)?.iter().map(|step| step.name).collect())
    }

    #[test]
    fn without_a_choice_every_step_runs_and_a_choice_keeps_their_order() {
        assert_eq!(names(&[]).unwrap().len(), STEPS.len());
        assert_eq!(names(&["--only", "tidy,fmt"]).unwrap(), ["fmt", "tidy"]);
        assert_eq!(names(&["--only=deny"]).unwrap(), ["deny"]);
    }

    #[test]
    fn an_unknown_step_is_refused_rather_than_skipped() {
        assert!(names(&["--only", "tidy,tests"]).unwrap_err().contains("`tests`"));
        assert!(names(&["tidy"]).is_err());
        assert!(names(&["--only", ""]).is_err());
    }

    #[test]
    fn a_failed_step_fails_the_check_and_the_next_ones_still_run() {
        let bad = Step { name: "bad", title: "planted", run: |_| Err("planted".into()) };
        let good = Step { name: "good", title: "planted", run: |_| Ok(()) };
        assert!(run_steps(Path::new("."), &[&bad, &good]).is_err());
        assert!(run_steps(Path::new("."), &[&good]).is_ok());
    }

    #[test]
    fn a_banned_crate_is_found_by_its_whole_name() {
        assert_eq!(banned("ring v0.17.0\nopenssl-sys v0.9.0\n"), ["openssl-sys"]);
        assert!(banned("openssl-sys-stub v1.0.0\nring v0.17.0\n").is_empty());
    }
}
