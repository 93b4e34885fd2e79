//! Other programs: how the workshop starts them, finds them and gives up on them.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// What a task or a step comes to: done, or a sentence that says why not.
pub type Outcome = Result<(), String>;

/// Cargo in the workspace, without the variables that `cargo run` gave to the workshop itself: build scripts
/// that watch them would build everything a second time.
pub fn cargo(root: &Path) -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root);
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// Runs to the end with the output in sight.
pub fn run(command: &mut Command) -> Outcome {
    let words = describe(command);
    let status = command.status().map_err(|error| format!("`{words}` did not start: {error}"))?;
    if status.success() { Ok(()) } else { Err(format!("`{words}` failed ({status})")) }
}

/// Runs to the end and gives what was written to standard output.
pub fn read(command: &mut Command) -> Result<String, String> {
    let words = describe(command);
    let output = command
        .stderr(Stdio::inherit())
        .output()
        .map_err(|error| format!("`{words}` did not start: {error}"))?;
    if !output.status.success() {
        return Err(format!("`{words}` failed ({})", output.status));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs without output, for at most `limit`.
pub fn run_within(command: &mut Command, limit: Duration) -> Outcome {
    let words = describe(command);
    let mut child = command
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .map_err(|error| format!("`{words}` did not start: {error}"))?;
    let start = Instant::now();
    while start.elapsed() < limit {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => return Ok(()),
            Ok(Some(status)) => return Err(format!("`{words}` failed ({status})")),
            Ok(None) => sleep(Duration::from_millis(100)),
            Err(error) => return Err(format!("`{words}` was lost: {error}")),
        }
    }
    let _ = child.kill();
    let _ = child.wait();
    Err(format!("`{words}` took more than {} s", limit.as_secs()))
}

/// The first of these programs that stands on the PATH.
pub fn on_path(names: &[&str]) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    names
        .iter()
        .find_map(|name| env::split_paths(&path).map(|folder| folder.join(name)).find(|p| p.is_file()))
}

pub fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

fn describe(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let mut words = program.file_name().unwrap_or(command.get_program()).to_string_lossy().into_owned();
    for argument in command.get_args() {
        words.push(' ');
        words.push_str(&argument.to_string_lossy());
    }
    words
}
