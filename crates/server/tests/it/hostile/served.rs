//! The real program over the database of a house, and a person who uploads to it.

use crate::support::{House, program};
use meguri::house::clock::{Chance, Clock};
use meguri::house::web::App;
use meguri::house::worker::peak_kb;
use meguri::people::session;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

pub struct Served {
    child: Child,
    address: String,
    cookie: String,
    /// What it logs, line by line.
    log: Receiver<String>,
}

/// What came back, and what the server logged of its worker.
pub struct Answer {
    pub status: u16,
    pub code: String,
    pub worker_kb: u64,
    pub spent: Duration,
}

impl Served {
    /// Serves the house's file; the person is signed in by the machine's clock.
    pub fn over(house: &House, person: &str) -> Self {
        let app = App::new(
            house.app.db.clone(),
            Clock::real("Asia/Tokyo"),
            Chance::of_the_system(),
            house.app.files.to_path_buf(),
        );
        let cookie = session::begin(&app, &house.person(person)).unwrap();
        let cookie = cookie.to_str().unwrap().split(';').next().unwrap().to_owned();
        let folder = house.app.files.parent().unwrap();
        let mut child = Command::new(program())
            .env_clear()
            .env("NO_COLOR", "1")
            .args(["--address", "127.0.0.1:0", "--data"])
            .arg(folder)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
        let address = said.find_map(|line| line.strip_prefix("listening on http://").map(str::to_owned));
        let (to, log) = channel();
        let stderr = BufReader::new(child.stderr.take().unwrap());
        std::thread::spawn(move || stderr.lines().map_while(Result::ok).try_for_each(|line| to.send(line)));
        Self { child, address: address.unwrap(), cookie, log }
    }

    /// Uploads a file as the form of the page would.
    pub fn upload(&self, bytes: &[u8]) -> Answer {
        const SEAM: &str = "seam-of-a-hostile-file-7f3a";
        // Text under the name of a workbook is refused by its name; a hostile one would bear its own.
        let ending = if bytes.starts_with(b"PK") { "xlsx" } else { "csv" };
        let head = format!(
            "--{SEAM}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.{ending}\"\r\nContent-Type: application/octet-stream\r\n\r\n"
        );
        let tail = format!("\r\n--{SEAM}--\r\n");
        let request = format!(
            "POST /assets/import?req={} HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nSec-Fetch-Site: same-origin\r\nCookie: {}\r\nContent-Type: multipart/form-data; boundary={SEAM}\r\nContent-Length: {}\r\nConnection: close\r\n\r\n",
            Chance::of_the_system().id(),
            self.cookie,
            head.len() + bytes.len() + tail.len(),
            host = self.address,
        );
        let start = Instant::now();
        let mut stream = TcpStream::connect(&self.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_mins(1))).unwrap();
        for part in [request.as_bytes(), head.as_bytes(), bytes, tail.as_bytes()] {
            stream.write_all(part).unwrap();
        }
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).unwrap();
        let answer = String::from_utf8_lossy(&answer);
        let status = answer.split(' ').nth(1).and_then(|code| code.parse().ok());
        let status =
            status.unwrap_or_else(|| panic!("no answer: {}", answer.chars().take(300).collect::<String>()));
        let line = std::iter::from_fn(|| self.log.recv_timeout(Duration::from_secs(20)).ok())
            .find(|line| line.contains("a worker read a file"))
            .unwrap_or_else(|| {
                panic!("no worker was asked: {}", answer.chars().take(3_000).collect::<String>())
            });
        // The answer is there when the file is read: a page may tell of it before.
        let spent = start.elapsed();
        let of = |name: &str| line.split(name).nth(1).unwrap().split(['"', ' ']).next().unwrap().to_owned();
        Answer { status, code: of("code=\""), worker_kb: of("peak_kb=").parse().unwrap(), spent }
    }

    /// The memory that the server holds now and the most that it ever held, in KB.
    pub fn memory_kb(&self) -> (u64, u64) {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap();
        let now = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let now = now.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok()).unwrap();
        (now, peak_kb(&status))
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
