//! The real program over the database of a house, and a person who uploads to it.

use crate::support::House;
use crate::support::program::{self, Program};
use meguri::house::clock::Chance;
use meguri::house::worker::peak_kb;
use std::time::{Duration, Instant};

pub struct Served {
    program: Program,
    cookie: String,
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
        let cookie = program::cookie(house, person);
        let program = Program::start(house.app.files.parent().unwrap(), &[]).unwrap();
        Self { program, cookie }
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
        let what = format!("POST /assets/import?req={}", Chance::of_the_system().id());
        let kind = format!("multipart/form-data; boundary={SEAM}");
        let start = Instant::now();
        let body = [head.as_bytes(), bytes, tail.as_bytes()];
        let answer =
            program::ask(&self.program.address, &self.cookie, &what, &kind, &body).expect("an answer");
        let status = program::status(&answer)
            .unwrap_or_else(|| panic!("no answer: {}", answer.chars().take(300).collect::<String>()));
        let line = std::iter::from_fn(|| self.program.log.recv_timeout(Duration::from_secs(20)).ok())
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
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.program.id())).unwrap();
        let now = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        let now = now.and_then(|rest| rest.trim().trim_end_matches(" kB").parse().ok()).unwrap();
        (now, peak_kb(&status))
    }
}
