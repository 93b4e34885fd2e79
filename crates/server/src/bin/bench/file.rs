//! A file of 100,000 rows as a person at the command line takes it in: in processes of their own, with what each
//! held; beside it, in the same run, the floor: the reader of workbooks alone over the same file.

use crate::export;
use crate::measure::{Bench, Line};
use crate::organisation::Organisation;
use crate::place::Place;
use calamine::{Reader, Xlsx, open_workbook};
use meguri::house::fault::{Done, Fault};
use meguri::house::worker::peak_kb;
use meguri_domain::Date;
use meguri_sheet::{AssetRow, Title, write_assets};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

pub const NAME: &str = "100,000 rows by the command line";
/// The word by which the bench starts itself for the floor.
pub const FLOOR: &str = "--floor-of";
const ROWS: usize = 100_000;
const DEPARTMENTS: usize = 50;
/// What the command line is told to take.
const RAISED: [&str; 5] = [
    "--limit-rows=200000",
    "--limit-cells=3000000",
    "--limit-file-mb=50",
    "--limit-part-mb=200",
    "--limit-unpacked-mb=300",
];

pub fn run(runtime: &tokio::runtime::Runtime, place: Place) -> Done<()> {
    let organisation = Organisation::bare(place, DEPARTMENTS)?;
    let file = organisation.place.folder.join("register.xlsx");
    let written = write(&file)?;
    let size = std::fs::metadata(&file).map_err(Fault::broken)?.len();
    let kind = organisation.app.db.kind();
    println!(
        "\n{kind}, {NAME}: {}, a file of {} KB, written in {written:.1?}",
        organisation.said,
        size / 1024
    );
    println!("{}", Line::HEAD);
    let floor = alone(&[FLOOR, &file.to_string_lossy()])?;
    let show = |line: &Line, held: &Held| println!("{line}  {held}");
    show(&Line::once("the file read alone", floor.spent), &floor);
    for name in ["import, looked at only", "import, applied", "the same file again"] {
        let held = import(&organisation.place, &file, name == "import, applied")?;
        show(&Line::once(name, held.spent).beside(Line::once("", floor.spent)), &held);
    }
    let bench = Bench { runtime, organisation: &organisation, words: &[] };
    export::run(&bench, ROWS)
}

/// What a run took, and the most that its process and its worker held.
pub struct Held {
    pub spent: Duration,
    process_kb: u64,
    worker_kb: u64,
}

impl std::fmt::Display for Held {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} MB", self.process_kb / 1024)?;
        if self.worker_kb > 0 { write!(f, ", its worker {} MB", self.worker_kb / 1024) } else { Ok(()) }
    }
}

fn write(file: &Path) -> Done<Duration> {
    let start = Instant::now();
    let rows: Vec<AssetRow> = (0..ROWS).map(row).collect();
    let title = Title {
        heading: "情報資産管理台帳".into(),
        organisation: "株式会社見本".into(),
        created_on: Date::constant(2026, 4, 1),
    };
    let bytes = write_assets(&title, rows.iter(), &[]).map_err(Fault::broken)?;
    std::fs::write(file, bytes).map_err(Fault::broken)?;
    Ok(start.elapsed())
}

pub fn row(nth: usize) -> AssetRow {
    let kinds = ["顧客名簿", "契約書", "見積書", "従業員名簿", "設計書", "議事録", "サーバ設定", "監査調書"];
    let media = ["紙", "社内サーバ", "クラウド"];
    let pick = |of: &[&'static str]| of.get(nth % of.len()).copied().unwrap_or_default().to_owned();
    let score = |shift: usize| u8::try_from((nth / 7 + shift) % 3).unwrap_or(0) + 1;
    let scores = (score(0), score(1), score(2));
    let personal = nth.is_multiple_of(4);
    AssetRow {
        category: "業務".into(),
        name: format!("{} {nth}", pick(&kinds)),
        note: format!("備考 {}", nth % 97),
        users: "部内".into(),
        risk_owner: "部門長".into(),
        department: format!("第{}部", nth % DEPARTMENTS + 1),
        medium: pick(&media),
        personal,
        sensitive: false,
        my_number: false,
        confidentiality: scores.0,
        integrity: scores.1,
        availability: scores.2,
        stated_importance: Some(if personal { 3 } else { scores.0.max(scores.1).max(scores.2) }),
        retention: "5年".into(),
        registered_on: Some(Date::constant(2026, 4, 1)),
        handling: std::collections::BTreeMap::new(),
    }
}

/// The reader alone: every cell of every sheet. Says how many there are.
pub fn floor(path: &str) -> Done<u64> {
    let read = || -> Result<usize, calamine::Error> {
        let mut book: Xlsx<_> = open_workbook(path)?;
        let sheets = book.worksheets();
        Ok(sheets.iter().map(|(_, cells)| cells.used_cells().count()).sum())
    };
    Ok(read().map_err(Fault::broken)? as u64)
}

/// Starts the bench itself with these words, and hears how long it worked and what it held.
pub fn alone(words: &[&str]) -> Done<Held> {
    let this = std::env::current_exe().map_err(Fault::broken)?;
    let output = Command::new(this).args(words).output().map_err(Fault::broken)?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let mut numbers = said.split_whitespace().map(str::parse::<u64>);
    let (Some(Ok(micros)), Some(Ok(process_kb))) = (numbers.next(), numbers.next()) else {
        let why = String::from_utf8_lossy(&output.stderr).into_owned();
        return Err(Fault::broken(format!("{words:?} failed: {why}")).into());
    };
    Ok(Held { spent: Duration::from_micros(micros), process_kb, worker_kb: 0 })
}

fn import(place: &Place, file: &Path, apply: bool) -> Done<Held> {
    let start = Instant::now();
    let mut command = Command::new(program()?);
    command.env("NO_COLOR", "1").arg("--data").arg(&place.folder);
    if let Some(address) = &place.address {
        command.args(["--database-url", address]);
    }
    command.arg("import").args(RAISED).arg(file).stdout(Stdio::piped()).stderr(Stdio::piped());
    if apply {
        command.arg("--apply");
    }
    let mut child = command.spawn().map_err(Fault::broken)?;
    let log = child.stderr.take().map(|log| std::thread::spawn(move || worker_kb(BufReader::new(log))));
    let last = child.stdout.take().map(|said| std::thread::spawn(move || last_lines(BufReader::new(said))));
    let mut process_kb = 0;
    let status = loop {
        if let Some(status) = child.try_wait().map_err(Fault::broken)? {
            break status;
        }
        let held = std::fs::read_to_string(format!("/proc/{}/status", child.id()));
        process_kb = process_kb.max(held.map_or(0, |status| peak_kb(&status)));
        std::thread::sleep(Duration::from_millis(5));
    };
    let spent = start.elapsed();
    let worker_kb = log.and_then(|log| log.join().ok()).unwrap_or(0);
    if status.success() {
        return Ok(Held { spent, process_kb, worker_kb });
    }
    let said = last.and_then(|last| last.join().ok()).unwrap_or_default();
    Err(Fault::broken(format!("the import failed: {said}")).into())
}

/// The program beside this one.
fn program() -> Done<std::path::PathBuf> {
    let program = std::env::current_exe().map_err(Fault::broken)?.with_file_name("meguri");
    if program.exists() { Ok(program) } else { Err(Fault::broken("build the program `meguri` first").into()) }
}

/// What the program logs of its worker.
fn worker_kb(log: impl BufRead) -> u64 {
    let of = |line: String| line.split("peak_kb=").nth(1)?.split_whitespace().next()?.parse().ok();
    log.lines().map_while(Result::ok).filter_map(of).max().unwrap_or(0)
}

fn last_lines(said: impl BufRead) -> String {
    let lines: Vec<String> = said.lines().map_while(Result::ok).collect();
    lines.get(lines.len().saturating_sub(6)..).unwrap_or_default().join("\n")
}
