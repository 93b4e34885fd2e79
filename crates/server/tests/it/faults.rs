//! Nothing that was acknowledged is lost (TRUST.md R1 to R5, R8, R20): the real program is killed, starved of
//! room, and lied to by the system under it, while persons write. After each fault it is started again; then
//! every act that had a good answer is there exactly once, no act is there by half, and `meguri verify` passes.
//!
//! `MEGURI_FAULTS=1000` is the whole turn; `cargo xtask faults` asks for it.

mod disk;
mod kill;
mod power;
mod syscalls;
mod work;

use crate::support::program;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Stdio};

/// How many faults a turn plants: few in every check, many when asked.
fn turn(few: u64) -> u64 {
    std::env::var("MEGURI_FAULTS").ok().and_then(|text| text.parse().ok()).unwrap_or(few)
}

/// The running program.
pub struct Program {
    child: Child,
    pub address: String,
}

impl Program {
    /// Starts it over a folder, under another command where one is given; `None` when it ends before it listens.
    pub fn start(folder: &Path, under: &[String]) -> Option<Self> {
        let mut words: Vec<String> = under.to_vec();
        words.extend([program().display().to_string(), "--address".into(), "127.0.0.1:0".into()]);
        words.extend(["--data".into(), folder.display().to_string()]);
        let (first, rest) = words.split_first()?;
        let mut child = Command::new(first)
            .args(rest)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .process_group(0)
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok);
        let address = said.find_map(|line| line.strip_prefix("listening on http://").map(str::to_owned));
        let Some(address) = address else {
            tell(&child, "KILL");
            let _ = child.wait();
            return None;
        };
        Some(Self { child, address })
    }

    pub fn signal(&self, name: &str) {
        tell(&self.child, name);
    }

    /// Whether it has ended by itself.
    pub fn has_ended(&mut self) -> bool {
        self.child.try_wait().unwrap().is_some()
    }

    pub fn end(mut self, signal: &str) -> ExitStatus {
        self.signal(signal);
        self.child.wait().unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        self.signal("KILL");
        let _ = self.child.wait();
    }
}

/// Signals a program and whatever it runs under: they are one group.
fn tell(child: &Child, name: &str) {
    let _ = Command::new("kill")
        .args(["-s", name, "--", &format!("-{}", child.id())])
        .stderr(Stdio::null())
        .status();
}

/// `meguri verify` passes, and what it says.
fn verified(folder: &Path) -> Result<String, String> {
    let done = Command::new(program()).arg("--data").arg(folder).arg("verify").output().unwrap();
    let said = String::from_utf8_lossy(&done.stdout).into_owned();
    if done.status.success() { Ok(said) } else { Err(said) }
}

/// A folder of its own that is gone at the end.
pub struct Folder(pub PathBuf);

impl Folder {
    pub fn fresh() -> Self {
        Self(tempfile::tempdir().unwrap().keep())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
