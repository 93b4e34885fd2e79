//! A file of 100,000 rows as a person at the command line takes it in: in processes of their own, with what each
//! held; beside it, in the same run, the floor: the reader of workbooks alone over the same file.

use crate::measure::{Bench, Line};
use crate::organisation::Organisation;
use crate::place::Place;
use axum::http::Request;
use calamine::{Reader, Xlsx, open_workbook};
use meguri::house::fault::{Done, Fault};
use meguri::house::worker::peak_kb;
use meguri_domain::Date;
use meguri_sheet::{AssetRow, Title, write_assets};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Command, ExitCode, Stdio};
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
    let floor = floor_of(&file)?;
    let show = |line: &Line, held: &Held| println!("{line}  {held}");
    show(&Line::once("the file read alone", floor.spent), &floor);
    for name in ["import, looked at only", "import, applied", "the same file again"] {
        let held = import(&organisation.place, &file, name == "import, applied")?;
        show(&Line::once(name, held.spent).beside(Line::once("", floor.spent)), &held);
    }
    let bench = Bench { runtime, organisation: &organisation, words: &[] };
    for (name, address) in
        [("export as a workbook", "/assets/export"), ("export as CSV", "/assets/export?format=csv")]
    {
        export(&bench, name, address)?;
    }
    Ok(())
}

/// What a run took, and the most that its process and its worker held.
struct Held {
    spent: Duration,
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

fn row(nth: usize) -> AssetRow {
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

/// The reader alone, in this process: every cell of every sheet. Prints what it held.
pub fn floor(path: &str) -> ExitCode {
    let read = || -> Result<usize, calamine::Error> {
        let mut book: Xlsx<_> = open_workbook(path)?;
        let sheets = book.worksheets();
        Ok(sheets.iter().map(|(_, cells)| cells.used_cells().count()).sum())
    };
    match read() {
        Ok(cells) => {
            let held = std::fs::read_to_string("/proc/self/status").map_or(0, |status| peak_kb(&status));
            println!("{cells} {held}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("bench: {error}");
            ExitCode::FAILURE
        }
    }
}

fn floor_of(file: &Path) -> Done<Held> {
    let start = Instant::now();
    let this = std::env::current_exe().map_err(Fault::broken)?;
    let output = Command::new(this).arg(FLOOR).arg(file).output().map_err(Fault::broken)?;
    let spent = start.elapsed();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let process_kb = said.split_whitespace().nth(1).and_then(|held| held.parse().ok());
    let process_kb = process_kb.ok_or_else(|| Fault::broken("the file could not be read alone"))?;
    Ok(Held { spent, process_kb, worker_kb: 0 })
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

/// Through the router, in this process; the most it held is counted from here on.
fn export(bench: &Bench<'_>, name: &str, address: &str) -> Done<()> {
    let held = || std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let now_kb = |status: &str| {
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
        line.and_then(|rest| rest.trim().trim_end_matches(" kB").parse::<u64>().ok()).unwrap_or(0)
    };
    let cookie = bench.cookie(&bench.organisation.secretariat)?;
    // Linux forgets its highest mark when asked so; elsewhere no memory is told.
    let _ = std::fs::write("/proc/self/clear_refs", "5");
    let before = now_kb(&held());
    match bench.send(Request::get(address), &cookie, String::new(), 200) {
        Ok(spent) => {
            let grown = peak_kb(&held()).saturating_sub(before) / 1024;
            println!("{}  {grown} MB more than before", Line::once(name, spent));
        }
        Err(stop) => println!("{name}: {}", stop.to_string().chars().take(200).collect::<String>()),
    }
    Ok(())
}
