//! cargo-deny: licences, sources and banned crates always; known weaknesses when their list can be reached.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::shell::{self, Outcome};
use crate::tools;

const FETCH_LIMIT: Duration = Duration::from_secs(90);

pub fn run(root: &Path) -> Outcome {
    shell::run(deny(root)?.args(["check", "bans", "licenses", "sources"]))?;
    if shell::run_within(deny(root)?.args(["fetch", "db"]), FETCH_LIMIT).is_err() {
        println!("advisories: NOT checked, because the advisory database cannot be reached from here");
        return Ok(());
    }
    shell::run(deny(root)?.args(["check", "--disable-fetch", "advisories"]))
}

/// `cargo-deny` is called by its own name, so that one kept in `target/tools` serves as well.
fn deny(root: &Path) -> Result<Command, String> {
    let program = tools::cargo_deny(root).ok_or("missing: cargo-deny. cargo install --locked cargo-deny")?;
    let mut command = Command::new(program);
    command.current_dir(root).args(["--workspace"]);
    Ok(command)
}
