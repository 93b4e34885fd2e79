//! Hostile files through the real program: it serves, a person uploads, a worker reads. 150 files by default;
//! `MEGURI_CASES=10000` is the whole turn, which prints its figures.

mod corpus;
mod served;
mod zips;

use crate::support::{House, Place, program};
use corpus::Hostile;
use meguri::asset::bounds::{Raised, bounds};
use meguri::asset::command::{self, Import};
use meguri::house::kept::cell;
use meguri::house::work::Rx;
use meguri::house::worker::{Bounds, Failed, Workers};
use meguri::record;
use meguri_sheet::Limits;
use served::{Answer, Served};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;
use std::time::Duration;

/// TRUST.md S11: what the server may grow by, and how long an answer may take.
const GROWTH_KB: u64 = 32 * 1024;
const LONGEST: Duration = Duration::from_secs(10);

fn cases() -> u64 {
    std::env::var("MEGURI_CASES").ok().and_then(|count| count.parse().ok()).unwrap_or(150)
}

#[test]
fn hostile_files_are_answered_in_time_in_little_memory_and_change_nothing() {
    let house = House::found(Place::file());
    let head = || house.read_as_system(|rx| Ok(record::store::head(rx)?)).unwrap();
    let server = Served::over(&house, "佐藤");
    // The first answers fill caches and pools, which is no growth by hostility.
    assert_eq!(server.upload(&corpus::harmless()).code, "read");
    for seed in 0..8 {
        assert_eq!(server.upload(corpus::SAMPLE).code, "read", "the sample is no hostile file");
        server.upload(&corpus::of_kind("cut short", seed).bytes);
    }
    let (head_before, waiting_before) = (head(), waiting(&house));
    let mut turn = Turn::from(server.memory_kb().1);
    let slow = (cases() >= 1_000).then(|| corpus::of_kind("a sheet that is read two hundred times", 1));
    for (nth, hostile) in (0..cases()).map(corpus::file).chain(slow).enumerate() {
        let answer = server.upload(&hostile.bytes);
        turn.take(nth, &hostile, answer, server.memory_kb());
    }
    turn.print();
    assert_eq!(head(), head_before, "a hostile file changed the record");
    let verified = house.read_as_system(record::verify::verify).unwrap();
    assert!(verified.findings.is_empty(), "{:?}", verified.findings.len());
    let waiting = waiting(&house);
    assert_eq!(
        waiting.0 - waiting_before.0,
        turn.led_on,
        "drafts wait for those that were led on, and no others"
    );
    assert_eq!(waiting.1 - waiting_before.1, turn.read, "files wait that were read, and no others");
    assert!(turn.wrong.is_empty(), "{}", turn.wrong.join("\n"));
    if cases() >= 1_000 {
        // No attack, and no bound is asked of it: what the largest answers cost is told, so that it is known.
        for full in corpus::full(1) {
            let Answer { code, spent, .. } = server.upload(&full.bytes);
            let (now, most) = server.memory_kb();
            println!(
                "{}: {code} in {:.2} s; server {now} KB, {most} KB at most",
                full.kind,
                spent.as_secs_f64()
            );
        }
    }
}

/// How many drafts wait, and how many of them have their file.
fn waiting(house: &House) -> (i64, i64) {
    let text = meguri::open!(
        "SELECT COUNT(*), COALESCE(SUM(CASE WHEN EXISTS (SELECT 1 FROM import_piece p WHERE p.draft_id = d.id) THEN 1 ELSE 0 END), 0) FROM import_draft d"
    );
    let counts = |rx: &Rx<'_>| {
        let rows = rx.open_rows(text, &[])?;
        Ok((cell(&rows[0], 0)?, cell(&rows[0], 1)?))
    };
    house.read_as_system(counts).unwrap()
}

/// What a turn has shown so far.
struct Turn {
    /// The server before the first file, in KB.
    floor: u64,
    now: u64,
    most: (u64, &'static str),
    slowest: (Duration, &'static str),
    worker_kb: (u64, &'static str),
    table: BTreeMap<(&'static str, String), u64>,
    /// How many were led on to a page of their own, and how many were read.
    led_on: i64,
    read: i64,
    wrong: Vec<String>,
}

impl Turn {
    fn from(floor: u64) -> Self {
        Self {
            floor,
            now: floor,
            most: (floor, "nothing"),
            slowest: (Duration::ZERO, "nothing"),
            worker_kb: (0, "nothing"),
            table: BTreeMap::new(),
            led_on: 0,
            read: 0,
            wrong: Vec::new(),
        }
    }

    fn take(&mut self, nth: usize, hostile: &Hostile, answer: Answer, (now, most): (u64, u64)) {
        let Hostile { kind, may, heavy, .. } = *hostile;
        let Answer { status, code, worker_kb, spent } = answer;
        let limit_kb = bounds(&Limits::default()).memory_mb * 1024;
        // What is not optimised may lack the time for a heavy file; that it is ended in time is the answer then.
        let optimised = !cfg!(debug_assertions) || std::env::var_os("MEGURI_PROGRAM").is_some();
        let too_slow = heavy && !optimised && code == "too_long";
        let grown = most.saturating_sub(self.floor);
        for (holds, said) in [
            (may.contains(&code.as_str()) || too_slow, format!("{code}, but only {may:?} are right")),
            ([303, 422].contains(&status), format!("status {status}")),
            (spent < LONGEST, format!("{spent:?}")),
            (worker_kb < limit_kb, format!("its worker held {worker_kb} KB")),
            (most <= self.most.0 || grown < GROWTH_KB, format!("the server has grown by {grown} KB")),
        ] {
            if !holds {
                self.wrong.push(format!("file {nth}, {kind}: {said}"));
            }
        }
        self.now = now;
        self.most = self.most.max((most, kind));
        self.slowest = self.slowest.max((spent, kind));
        self.worker_kb = self.worker_kb.max((worker_kb, kind));
        self.led_on += i64::from(status == 303);
        // One in which no headings were found has been read as well: it waits until a person says where they stand.
        self.read += i64::from(matches!(code.as_str(), "read" | "no_register"));
        *self.table.entry((kind, code)).or_default() += 1;
        if nth % 1_000 == 999 {
            println!("after {} files: server {now} KB, {most} KB at most", nth + 1);
        }
    }

    fn print(&self) {
        let mut verdicts: BTreeMap<&str, u64> = BTreeMap::new();
        for ((kind, code), times) in &self.table {
            println!("{times:>6}  {code:<20} {kind}");
            *verdicts.entry(code).or_default() += times;
        }
        let kinds: BTreeSet<&str> = self.table.keys().map(|(kind, _)| *kind).collect();
        println!("{} files, {} kinds: {verdicts:?}", self.table.values().sum::<u64>(), kinds.len());
        println!("slowest {:.2} s ({})", self.slowest.0.as_secs_f64(), self.slowest.1);
        println!("largest worker {} KB ({})", self.worker_kb.0, self.worker_kb.1);
        let (most, by) = self.most;
        let grown = most - self.floor;
        println!(
            "server {} KB before, {most} KB at most ({by}), {} KB at the end: grown by {grown} KB",
            self.floor, self.now
        );
    }
}

fn tight() -> Bounds {
    Bounds { memory_mb: 256, cpu_seconds: 5, wall: Duration::from_secs(5), answer_bytes: 1 << 20 }
}

fn workers() -> Workers {
    Workers::of(program())
}

/// The order to read a file inside limits.
fn order(limits: &Limits) -> Vec<u8> {
    let limits = serde_json::to_string(limits).unwrap();
    format!("{{\"limits\":{limits},\"layouts\":null,\"words\":[]}}\n").into_bytes()
}

/// The last line that a worker says of a file.
fn ask(bounds: &Bounds, limits: &Limits, bytes: &[u8]) -> Result<String, Failed> {
    let mut last = String::new();
    workers().place()?.run(bounds, (&order(limits), bytes), &|| false, |line| {
        if line.starts_with(b"{\"End\"") {
            last = String::from_utf8_lossy(line).into_owned();
            return ControlFlow::Break(());
        }
        ControlFlow::Continue(())
    })?;
    Ok(last)
}

fn slow() -> Vec<u8> {
    corpus::of_kind("a sheet that is read two hundred times", 7).bytes
}

#[test]
fn a_worker_that_takes_too_long_is_ended_by_its_seconds_or_by_the_clock() {
    let all = Limits::default();
    // Seconds enough to read it whole: nothing but the clock ends it.
    let wall = Bounds { wall: Duration::from_millis(100), cpu_seconds: 600, ..tight() };
    let for_a_while = corpus::of_kind("empty cells in two hundred tabs", 7).bytes;
    assert_eq!(ask(&wall, &all, &for_a_while), Err(Failed::TooLong));
    let cpu = Bounds { cpu_seconds: 1, wall: Duration::from_mins(1), ..tight() };
    assert_eq!(ask(&cpu, &all, &slow()), Err(Failed::TooLong));
}

#[test]
fn a_worker_that_wants_too_much_memory_is_ended_and_one_that_says_too_much_is_not_heard() {
    let all = Limits::default();
    let slowly = Bounds { cpu_seconds: 60, wall: Duration::from_mins(1), ..tight() };
    // Eight million empty columns in one line take more than the line.
    let commas = vec![b','; 8 << 20];
    assert_eq!(ask(&Bounds { memory_mb: 96, ..slowly }, &all, &commas), Err(Failed::Stopped));
    let roomy = ask(&Bounds { memory_mb: 1_024, ..slowly }, &all, &commas).unwrap();
    assert!(roomy.contains("Whole"), "without the bound it goes on: {roomy}");
    let mut bytes = Vec::new();
    bytes.extend("情報資産名称,管理部署,機密性\n".bytes());
    bytes.extend("名簿,営業部,2\n".repeat(2_000).bytes());
    let brief = Bounds { answer_bytes: 100_000, ..slowly };
    assert_eq!(ask(&brief, &all, &bytes), Err(Failed::AnswerTooLarge));
    assert!(ask(&slowly, &all, &bytes).unwrap().contains("Whole"));
}

#[test]
fn without_the_count_while_unpacking_a_bomb_is_not_seen() {
    let bomb = corpus::of_kind("ratio bomb", 7).bytes;
    let slowly = Bounds { cpu_seconds: 60, wall: Duration::from_mins(1), ..tight() };
    assert!(ask(&slowly, &Limits::default(), &bomb).unwrap().contains("TooLarge"));
    let blind =
        Limits { ratio: u64::MAX, part_bytes: u64::MAX, inflated_bytes: u64::MAX, ..Limits::default() };
    assert!(ask(&slowly, &blind, &bomb).unwrap().contains("Whole"));
}

#[test]
fn a_worker_that_nobody_wants_any_more_is_ended() {
    let begun = std::sync::atomic::AtomicBool::new(false);
    let file = slow();
    // The worker has read all of its file, and is at work on it, when whoever asked calls it off.
    let told = Telling { bytes: file.as_slice(), begun: &begun };
    let long = Bounds { cpu_seconds: 60, wall: Duration::from_secs(20), ..tight() };
    let off = || begun.load(std::sync::atomic::Ordering::SeqCst);
    let ended = workers()
        .place()
        .unwrap()
        .run(&long, (&order(&Limits::default()), told), &off, |_| ControlFlow::Continue(()));
    assert_eq!(ended, Err(Failed::CalledOff));
}

/// A file that tells when its worker has taken it.
struct Telling<'a> {
    bytes: &'a [u8],
    begun: &'a std::sync::atomic::AtomicBool,
}

impl std::io::Read for Telling<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.bytes.read(buffer)?;
        self.begun.fetch_or(read == 0, std::sync::atomic::Ordering::SeqCst);
        Ok(read)
    }
}

#[test]
fn calling_an_import_off_gives_its_worker_s_place_to_the_next() {
    let mut house = House::found(Place::file());
    house.app.workers.patience = Duration::from_secs(5);
    let browser = house.as_("佐藤");
    let sent = |bytes: &[u8]| {
        let file = ("file", "a.xlsx", "application/octet-stream", bytes);
        browser.post_multipart("/assets/import", &[("department", "")], &[file])
    };
    // Both would be read for nearly ten seconds, and leave no place to anybody else.
    let slow = slow();
    let (one, two) = (sent(&slow).location, sent(&slow).location);
    for at in [one, two] {
        browser.get(&at).has("<progress");
        browser.post(&[&at, "/cancellation"].concat(), &[]).leads_to("/assets/import");
        browser.get(&at).is(404);
    }
    assert!(house.app.workers.place().is_ok(), "a place is free again long before they would have been read");
}

#[test]
fn at_most_two_workers_run_and_the_next_is_asked_to_come_again() {
    let mut workers = workers();
    workers.patience = Duration::from_millis(100);
    let (one, _two) = (workers.place().unwrap(), workers.free_place().unwrap());
    assert!(workers.free_place().is_none());
    assert_eq!(workers.place().err(), Some(Failed::Busy));
    drop(one);
    let again = workers.place().unwrap();
    let order = order(&Limits::default());
    for _ in 0..2 {
        let ended = again.run(&tight(), (&order, b"a,b".as_slice()), &|| false, |_| ControlFlow::Break(()));
        assert_eq!(ended, Ok(()), "one worker after another");
    }
}

#[test]
fn a_limit_of_the_command_line_reaches_the_worker_and_its_bounds_grow_with_it() {
    let house = House::found(Place::memory());
    let sample = std::path::PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let sample = sample.join("../../samples/asset-register-ipa.xlsx");
    let told = |raised: Raised| {
        let order =
            Import { files: vec![sample.clone()], create_departments: true, raised, ..Import::default() };
        command::run(&house.app, &order).unwrap().lines.join("\n")
    };
    assert!(!told(Raised::default()).contains("上限"));
    let lowered = Raised { limit_rows: Some(10), ..Raised::default() };
    assert!(told(lowered).contains("上限は10行"));
    let ten = Raised { limit_rows: Some(200_000), limit_cells: Some(600_000), ..Raised::default() };
    let bounds_of = |raised: &Raised| bounds(&raised.limits());
    let (one, ten) = (bounds_of(&Raised::default()), bounds_of(&ten));
    assert_eq!((one.memory_mb, one.cpu_seconds), (512, 10));
    assert_eq!((ten.memory_mb, ten.cpu_seconds, ten.answer_bytes), (5_120, 100, 10 * one.answer_bytes));
    let endless = Raised { limit_cells: Some(u64::MAX), ..Raised::default() };
    assert_eq!(bounds_of(&endless).memory_mb, 64 * 512);
}

#[test]
#[cfg(target_os = "linux")]
fn a_worker_has_bound_itself_before_it_reads_and_knows_nothing_of_its_parent() {
    use std::io::Write;
    let mut child = std::process::Command::new(program())
        .args([meguri::house::worker::COMMAND, "512", "10"])
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::null())
        .spawn()
        .unwrap();
    child.stdin.as_mut().unwrap().write_all(b"{").unwrap();
    std::thread::sleep(Duration::from_millis(500));
    let limits = std::fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    let _ = child.kill();
    child.wait().unwrap();
    let of = |name: &str| {
        let line = limits.lines().find(|line| line.starts_with(name)).unwrap();
        let numbers = line[name.len()..].split_whitespace().take(2);
        numbers.map(|number| number.parse().unwrap()).collect::<Vec<u64>>()
    };
    assert_eq!(of("Max address space"), [512 << 20; 2]);
    assert_eq!(of("Max cpu time"), [10; 2]);
    for none in ["Max open files", "Max file size", "Max processes", "Max core file size"] {
        assert_eq!(of(none), [0; 2], "{none}");
    }
}
