//! A private database cluster for the tests: made in a temporary folder, on loopback, gone at the end.

use std::fs::{self, File};
use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use crate::shell::{Outcome, is_root, on_path};
use crate::tools;

const START_LIMIT: Duration = Duration::from_mins(1);

/// A test database may lose everything in a power cut; it may not be slow.
const SETTINGS: [&str; 6] = [
    "fsync=off",
    "synchronous_commit=off",
    "full_page_writes=off",
    "listen_addresses=127.0.0.1",
    "unix_socket_directories=",
    "max_connections=300",
];

/// A running cluster. It stops when it is dropped, so a failing step cannot leave it behind.
pub struct Cluster {
    folder: PathBuf,
    port: u16,
    server: Child,
}

impl Cluster {
    pub fn start() -> Result<Self, String> {
        let programs =
            tools::postgres().ok_or("there is no initdb; `cargo xtask check --only tools` says more")?;
        let folder = fresh_folder()?;
        let started = Self::start_in(&programs, &folder);
        if started.is_err() {
            let _ = fs::remove_dir_all(&folder);
        }
        started
    }

    fn start_in(programs: &Path, folder: &Path) -> Result<Self, String> {
        let user = if is_root() { Some(unprivileged_user()?) } else { None };
        own(folder, user)?;
        let data = folder.join("data");
        let mut initdb = as_user(&programs.join("initdb"), folder, user);
        initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync"]);
        let made = initdb.arg("-D").arg(&data).output().map_err(|error| format!("initdb: {error}"))?;
        if !made.status.success() {
            return Err(format!("initdb failed:\n{}", String::from_utf8_lossy(&made.stderr)));
        }

        let port = free_port()?;
        let log = folder.join("log");
        let file = File::create(&log).map_err(|error| format!("{}: {error}", log.display()))?;
        let mut server = server_command(&programs.join("postgres"), folder, user);
        server.arg("-D").arg(&data).arg("-p").arg(port.to_string());
        for setting in SETTINGS {
            server.args(["-c", setting]);
        }
        let child = server
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(file)
            .spawn()
            .map_err(|error| format!("postgres did not start: {error}"))?;
        let mut cluster = Self { folder: folder.to_path_buf(), port, server: child };
        match cluster.wait_until_ready(&data) {
            Ok(()) => Ok(cluster),
            Err(why) => Err(format!("{why}\n{}", fs::read_to_string(&log).unwrap_or_default())),
        }
    }

    pub fn port(&self) -> u16 {
        self.port
    }

    pub fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Stops the server at once: nothing in it is worth a tidy farewell.
    pub fn stop(mut self) -> Outcome {
        self.end()
    }

    /// The server writes `ready` into the eighth line of its pid file, which is also what `pg_ctl` waits for.
    fn wait_until_ready(&mut self, data: &Path) -> Outcome {
        let start = Instant::now();
        while start.elapsed() < START_LIMIT {
            if let Ok(Some(status)) = self.server.try_wait() {
                return Err(format!("postgres ended at once ({status})"));
            }
            let pid_file = fs::read_to_string(data.join("postmaster.pid")).unwrap_or_default();
            if pid_file.lines().nth(7).is_some_and(|line| line.trim() == "ready") {
                return Ok(());
            }
            sleep(Duration::from_millis(50));
        }
        Err(format!("postgres was not ready within {} s", START_LIMIT.as_secs()))
    }

    fn end(&mut self) -> Outcome {
        if !self.folder.exists() {
            return Ok(());
        }
        let id = self.server.id().to_string();
        let _ = Command::new("kill").args(["-QUIT", &id]).status();
        let start = Instant::now();
        while matches!(self.server.try_wait(), Ok(None)) {
            if start.elapsed() > Duration::from_secs(10) {
                let _ = self.server.kill();
            }
            sleep(Duration::from_millis(20));
        }
        fs::remove_dir_all(&self.folder).map_err(|error| format!("{}: {error}", self.folder.display()))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if let Err(why) = self.end() {
            eprintln!("the test database was not cleared away: {why}");
        }
    }
}

/// The server refuses to run as root, so root lends it the user that Debian made for it.
fn unprivileged_user() -> Result<(u32, u32), String> {
    let accounts = fs::read_to_string("/etc/passwd").map_err(|error| format!("/etc/passwd: {error}"))?;
    ["postgres", "nobody"]
        .iter()
        .find_map(|name| user_ids(&accounts, name))
        .ok_or_else(|| "root needs a user `postgres` or `nobody` to run PostgreSQL as".into())
}

fn user_ids(accounts: &str, name: &str) -> Option<(u32, u32)> {
    let fields = accounts.lines().map(|line| line.split(':').collect::<Vec<_>>()).find(|f| f[0] == name)?;
    Some((fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?))
}

/// A process number may come again; what a killed workshop left behind stays out of the way.
fn fresh_folder() -> Result<PathBuf, String> {
    let process = std::process::id();
    let mut names = (0..100).map(|n| std::env::temp_dir().join(format!("meguri-postgres-{process}-{n}")));
    names
        .find(|folder| fs::create_dir(folder).is_ok())
        .ok_or_else(|| format!("no folder can be made in {}", std::env::temp_dir().display()))
}

fn own(folder: &Path, user: Option<(u32, u32)>) -> Outcome {
    let named = |error: std::io::Error| format!("{}: {error}", folder.display());
    fs::set_permissions(folder, fs::Permissions::from_mode(0o700)).map_err(named)?;
    match user {
        Some((uid, gid)) => chown(folder, Some(uid), Some(gid)).map_err(named),
        None => Ok(()),
    }
}

fn as_user(program: &Path, folder: &Path, user: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder);
    if let Some((uid, gid)) = user {
        command.uid(uid).gid(gid);
    }
    command
}

/// Where the system offers it, the kernel itself stops the server should the workshop be killed.
fn server_command(program: &Path, folder: &Path, user: Option<(u32, u32)>) -> Command {
    let Some(setpriv) = on_path(&["setpriv"]) else {
        return as_user(program, folder, user);
    };
    let mut command = as_user(&setpriv, folder, user);
    command.args(["--pdeathsig", "QUIT", "--"]).arg(program);
    command
}

fn free_port() -> Result<u16, String> {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| format!("no free port on loopback: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_is_found_by_the_whole_name() {
        let accounts =
            "root:x:0:0:root:/root:/bin/sh\npostgres2:x:7:7::/:\npostgres:x:105:112::/var:/bin/sh\n";
        assert_eq!(user_ids(accounts, "postgres"), Some((105, 112)));
        assert_eq!(user_ids(accounts, "nobody"), None);
    }
}
