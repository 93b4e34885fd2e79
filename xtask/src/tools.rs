//! The programs the check needs: found, installed where that is plainly allowed, or named with how to get them.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::shell::{Outcome, cargo, is_root, on_path, run};

/// A program or font the check needs, and the Debian packages that bring it.
struct Tool {
    name: &'static str,
    packages: &'static [&'static str],
    here: fn() -> bool,
}

const TOOLS: [Tool; 9] = [
    Tool { name: "PostgreSQL (initdb, postgres)", packages: &["postgresql"], here: || postgres().is_some() },
    Tool { name: "Chromium", packages: &["chromium"], here: || chromium().is_some() },
    Tool { name: "a Japanese font", packages: &["fontconfig", "fonts-noto-cjk"], here: japanese_font },
    Tool { name: "LibreOffice Calc", packages: &["libreoffice-calc"], here: || soffice().is_some() },
    Tool { name: "strace", packages: &["strace"], here: || on_path(&["strace"]).is_some() },
    Tool { name: "node", packages: &["nodejs"], here: || on_path(&["node"]).is_some() },
    Tool { name: "python3", packages: &["python3"], here: || on_path(&["python3"]).is_some() },
    Tool { name: "the program openssl", packages: &["openssl"], here: || on_path(&["openssl"]).is_some() },
    Tool { name: "npm", packages: &["npm"], here: || on_path(&["npm"]).is_some() },
];

pub fn provide(root: &Path) -> Outcome {
    if !missing().is_empty() && may_install() {
        install(&missing())?;
    }
    let still: Vec<String> = missing().iter().map(|tool| advice(tool)).collect();
    if !still.is_empty() {
        return Err(still.join("\n"));
    }
    provide_deny(root)
}

/// The folder that holds both `initdb` and `postgres`.
pub fn postgres() -> Option<PathBuf> {
    let whole = |folder: &PathBuf| folder.join("initdb").is_file() && folder.join("postgres").is_file();
    let on_path = on_path(&["initdb"]).and_then(|p| p.parent().map(Path::to_path_buf)).filter(whole);
    on_path.or_else(|| newest_debian_cluster().filter(whole)).or_else(|| asked_pg_config().filter(whole))
}

pub fn chromium() -> Option<PathBuf> {
    match std::env::var_os("CHROMIUM") {
        Some(named) => Some(PathBuf::from(named)).filter(|path| path.is_file()),
        None => on_path(&["chromium", "chromium-browser", "google-chrome"]),
    }
}

/// LibreOffice, which opens what the house exports; `SOFFICE` may name it.
pub fn soffice() -> Option<PathBuf> {
    match std::env::var_os("SOFFICE") {
        Some(named) => Some(PathBuf::from(named)).filter(|path| path.is_file()),
        None => on_path(&["soffice", "libreoffice"]),
    }
}

/// cargo-deny from the PATH, or the one the workshop keeps in `target/tools`.
pub fn cargo_deny(root: &Path) -> Option<PathBuf> {
    let kept = root.join("target/tools/bin/cargo-deny");
    on_path(&["cargo-deny"]).or_else(|| Some(kept).filter(|path| path.is_file()))
}

fn newest_debian_cluster() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?;
    let number = |path: &PathBuf| path.file_name()?.to_str()?.parse::<u32>().ok();
    versions.flatten().map(|entry| entry.path()).max_by_key(number).map(|path| path.join("bin"))
}

fn asked_pg_config() -> Option<PathBuf> {
    let output = Command::new("pg_config").arg("--bindir").output().ok()?;
    Some(PathBuf::from(String::from_utf8_lossy(&output.stdout).trim()))
}

fn japanese_font() -> bool {
    Command::new("fc-list")
        .arg(":lang=ja")
        .output()
        .is_ok_and(|output| !output.stdout.trim_ascii().is_empty())
}

fn missing() -> Vec<&'static Tool> {
    TOOLS.iter().filter(|tool| !(tool.here)()).collect()
}

fn may_install() -> bool {
    is_root() && Path::new("/etc/debian_version").exists()
}

fn install(tools: &[&Tool]) -> Outcome {
    let packages: Vec<&str> = tools.iter().flat_map(|tool| tool.packages.iter().copied()).collect();
    println!("installing {}", packages.join(" "));
    run(Command::new("apt-get").args(["update", "-qq"]))?;
    run(Command::new("apt-get")
        .args(["install", "-y", "-qq", "--no-install-recommends"])
        .args(&packages)
        .env("DEBIAN_FRONTEND", "noninteractive"))
}

fn advice(tool: &Tool) -> String {
    format!("missing: {}. On Debian: apt-get install {}", tool.name, tool.packages.join(" "))
}

/// cargo-deny comes from source, into the target folder: it asks nobody for permission.
fn provide_deny(root: &Path) -> Outcome {
    if cargo_deny(root).is_some() {
        return Ok(());
    }
    println!("building cargo-deny into target/tools, once");
    run(cargo(root).args(["install", "--locked", "cargo-deny@0.20.2", "--root", "target/tools"]))
        .map_err(|why| format!("{why}\nmissing: cargo-deny. cargo install --locked cargo-deny"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_with_how_to_get_it() {
        for tool in &TOOLS {
            let words = advice(tool);
            assert!(words.contains(tool.name) && words.contains(tool.packages[0]), "{words}");
        }
    }
}
