//! The real program as another process: started over a folder, asked over HTTP, verified, ended.

use super::{House, program};
use meguri::house::clock::{Chance, Clock};
use meguri::house::web::App;
use meguri::people::session;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

/// The running program.
pub struct Program {
    child: Child,
    pub address: String,
    /// What it logs, line by line.
    pub log: Receiver<String>,
    /// What it said before it listened.
    pub said: Vec<String>,
}

impl Program {
    /// Starts it over a folder, under another command where one is given; `None` when it ends before it listens.
    pub fn start(folder: &Path, under: &[&str]) -> Option<Self> {
        Self::start_with(folder, under, &[])
    }

    /// The same with more words on the command line.
    pub fn start_with(folder: &Path, under: &[&str], more: &[&str]) -> Option<Self> {
        let program = program();
        let mut words = under.iter().map(Path::new).chain([program.as_path()]);
        let mut command = Command::new(words.next()?);
        command.args(words).args(["--address", "127.0.0.1:0", "--data"]).arg(folder).args(more);
        command.env_clear().env("NO_COLOR", "1").env("PATH", std::env::var_os("PATH").unwrap_or_default());
        command.stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        let mut child = command.spawn().unwrap();
        let (to, log) = channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        // Whoever does not listen to the log must not stop it.
        std::thread::spawn(move || stderr.lines().map_while(Result::ok).for_each(|line| drop(to.send(line))));
        let (mut said, mut address) = (Vec::new(), None);
        for line in BufReader::new(child.stdout.take().unwrap()).lines().map_while(Result::ok) {
            address = line.strip_prefix("listening on http://").map(str::to_owned);
            said.push(line);
            if address.is_some() {
                break;
            }
        }
        let started = Self { child, address: address.clone().unwrap_or_default(), log, said };
        address.map(|_| started)
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Signals it and whatever it runs under: they are one group.
    pub fn signal(&self, name: &str) {
        let group = format!("-{}", self.child.id());
        let _ = Command::new("kill").args(["-s", name, "--", &group]).stderr(Stdio::null()).status();
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

/// The cookie of a person who has signed in by the machine's clock.
pub fn cookie(house: &House, person: &str) -> String {
    let files = house.app.files.to_path_buf();
    let app = App::new(house.app.db.clone(), Clock::real("Asia/Tokyo"), Chance::of_the_system(), files);
    let cookie = session::begin(&app, &house.person(person)).unwrap();
    cookie.to_str().unwrap().split(';').next().unwrap().to_owned()
}

/// One request, `POST /assets`, with its body in parts, and the whole answer; `None` when none came.
pub fn ask(address: &str, cookie: &str, what: &str, kind: &str, body: &[&[u8]]) -> Option<String> {
    let length: usize = body.iter().map(|part| part.len()).sum();
    let head = format!(
        "{what} HTTP/1.1\r\nHost: {address}\r\nOrigin: http://{address}\r\nSec-Fetch-Site: same-origin\r\nCookie: {cookie}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
    );
    let mut stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(Duration::from_mins(1))).ok()?;
    for part in [head.as_bytes()].iter().chain(body) {
        stream.write_all(part).ok()?;
    }
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).ok()?;
    let answer = String::from_utf8_lossy(&answer).into_owned();
    answer.contains("\r\n\r\n").then_some(answer)
}

/// The status of an answer.
pub fn status(answer: &str) -> Option<u16> {
    answer.split(' ').nth(1)?.parse().ok()
}

/// What `meguri verify` says of a folder, or of the database at an address.
pub fn verify(folder: &Path, address: Option<&str>) -> Output {
    let mut command = Command::new(program());
    command.arg("--data").arg(folder).arg("verify").env_remove("DATABASE_URL");
    command.envs(address.map(|address| ("DATABASE_URL", address))).output().unwrap()
}
