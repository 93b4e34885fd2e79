//! From a file to rows of cells: what is refused, which columns were recognised, which department a word means.
//!
//! The file itself is read by a worker ([`crate::house::worker`]); [`serve`] is what the worker does.

use super::bounds::bounds;
use super::spool::Spool;
use crate::house::words::{Lang, fold};
use crate::house::worker::{Bound, Failed, Place, Workers};
use meguri_domain::Refusal;
use meguri_domain::ids::DepartmentId;
use meguri_sheet::{
    Field, Found, Headings, Known, Layout, Limits, Refused, RiskRow, RiskTable, Row, Workbook,
    find_layouts_at, find_risk_tables, read_assets, read_risks,
};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::io::{BufRead, Read, Write};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Duration;

/// Why nothing was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Unread {
    Refused(Refused),
    /// No sheet has the headings of a register; what was said of each sheet.
    NoRegister(Found),
    /// Headings, but no row beneath.
    NoRows,
    /// The worker gave no answer.
    Failed(Failed),
}

impl Unread {
    /// What is wrong and what to do.
    pub fn sentence(&self, l: Lang) -> String {
        let (ja, en) = match self {
            Self::Refused(refused) => return if l.is_ja() { refused.ja() } else { refused.en() },
            Self::NoRegister(_) => (
                "台帳の見出しが見つかりませんでした。「情報資産名称」「管理部署」「機密性」などの見出しがある行を付けてから、もう一度選んでください。",
                "No headings of a register were found. Add a row with headings such as 情報資産名称, 管理部署 and 機密性, then choose the file again.",
            ),
            Self::NoRows => (
                "見出しの下に資産の行がありませんでした。1行に1件ずつ入力してから、もう一度選んでください。",
                "There are no rows of assets below the headings. Enter one asset in each row, then choose the file again.",
            ),
            Self::Failed(Failed::Busy) => (
                "ほかのファイルを読み取っているため、このファイルはまだ読み取れませんでした。1分ほどおいて、もう一度選んでください。続くときは管理者に知らせてください。",
                "Other files are being read, so this one could not be read yet. Choose it again in a minute; if this goes on, tell your administrator.",
            ),
            Self::Failed(Failed::TooLong) => (
                "決められた時間のうちに読み取れなかったため、読み取りを止めました。必要な範囲だけを新しいブックに移すか、部門ごとに分けて保存し直してから、もう一度選んでください。",
                "The file could not be read in the time allowed, so reading was stopped. Move only what you need to a new workbook, or split it by department, and choose it again.",
            ),
            Self::Failed(Failed::Stopped) => (
                "読み取りの途中でメモリーの上限に達したか、ファイルが壊れているため、読み取りを止めました。必要な範囲だけを新しいブックに移して保存し直してから、もう一度選んでください。",
                "Reading was stopped, because it reached its limit of memory or the file is damaged. Move only what you need to a new workbook, save it, and choose it again.",
            ),
            Self::Failed(Failed::CalledOff) => ("読み取りを取りやめました。", "Reading was called off."),
            Self::Failed(Failed::AnswerTooLarge) => (
                "台帳の行や文章が多すぎて、1回では読み取れません。部門ごとに分けて保存し直してから、もう一度選んでください。",
                "The register has too many rows or too much text to be read at once. Split it by department, save the files, and choose them one by one.",
            ),
        };
        l.t(ja, en).to_owned()
    }

    /// A stable name for logs and tests.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Refused(refused) => refused.code(),
            Self::NoRegister(_) => "no_register",
            Self::NoRows => "no_rows",
            Self::Failed(Failed::Busy) => "busy",
            Self::Failed(Failed::TooLong) => "too_long",
            Self::Failed(Failed::Stopped) => "stopped",
            Self::Failed(Failed::CalledOff) => "called_off",
            Self::Failed(Failed::AnswerTooLarge) => "answer_too_large",
        }
    }

    /// The same as a refusal.
    pub fn refusal(&self) -> Refusal {
        Refusal::Said { ja: self.sentence(Lang::Ja), en: self.sentence(Lang::En) }
    }

    /// A remark for each sheet that was not read.
    pub fn notes(&self, l: Lang) -> Vec<String> {
        let Self::NoRegister(found) = self else { return Vec::new() };
        found.left_out.iter().take(20).map(|each| if l.is_ja() { each.ja() } else { each.en() }).collect()
    }
}

/// The departments in which the actor may edit, by folded name and code. Any other word is unknown, whether such
/// a department exists or not.
#[derive(Debug, Default)]
pub struct Places {
    by_word: HashMap<String, (DepartmentId, String)>,
    /// They are all that there are: what is not among them does not exist.
    pub whole: bool,
}

impl Places {
    pub fn none_yet(whole: bool) -> Self {
        Self { whole, ..Self::default() }
    }
    pub fn add(&mut self, id: &DepartmentId, name: &str, code: &str) {
        for word in [name, code] {
            self.by_word.entry(fold(word)).or_insert_with(|| (id.clone(), name.to_owned()));
        }
    }
    /// The department that a word means.
    pub fn find(&self, word: &str) -> Option<&DepartmentId> {
        self.by_word.get(&fold(word)).map(|(id, _)| id)
    }
    /// The name of a department.
    pub fn name(&self, id: &DepartmentId) -> Option<&str> {
        self.by_word.values().find(|(each, _)| each == id).map(|(_, name)| name.as_str())
    }
}

/// What is asked of a worker.
#[derive(Clone, Copy)]
pub struct Ask<'a> {
    pub file: &'a Spool,
    /// The name that the file came with; what is under the name of a workbook must be one.
    pub name: &'a str,
    pub limits: Limits,
    pub places: &'a Places,
    /// The columns that a person chose; otherwise they are recognised.
    pub layouts: Option<&'a [Layout]>,
    /// So long was this file read before, for the same person who waits: it counts into the time allowed.
    pub spent: Duration,
    /// Where a person has said that headings stand, now or in earlier files.
    pub headings: Option<&'a Headings>,
    /// Whether whoever asked wants it no more; then the worker is ended.
    pub off: &'a (dyn Fn() -> bool + Sync),
}

impl<'a> Ask<'a> {
    /// All rows of a file, with recognised columns, inside the limits of the browser.
    pub fn of(file: &'a Spool, places: &'a Places) -> Self {
        Self {
            file,
            name: "",
            limits: Limits::default(),
            places,
            layouts: None,
            spent: Duration::ZERO,
            headings: None,
            off: &|| false,
        }
    }
}

/// What a file holds.
#[derive(Debug)]
pub struct Reading {
    pub found: Found,
    /// The rows as typed, without findings. They are not judged yet: whether a row can be taken
    /// depends on the register and the person, so `outcome` is `Err` for every row until `reread` or `judge`.
    pub rows: Vec<Row>,
    /// The most memory that the worker held, in KB; 0 where the system does not tell.
    pub peak_kb: u64,
}

/// The required columns that a layout has not. A department may be named by the tab.
pub fn lacks(layout: &Layout) -> Vec<Field> {
    layout.missing().into_iter().filter(|field| *field != Field::Department).collect()
}

/// Has a worker read a file, as soon as a place is free.
pub fn read_in_turn(workers: &Workers, ask: &Ask<'_>) -> Result<Reading, Unread> {
    read(&workers.place().map_err(Unread::Failed)?, ask)
}

/// Has a worker read a file: its registers and their rows.
pub fn read(place: &Place, ask: &Ask<'_>) -> Result<Reading, Unread> {
    let mut reading =
        Reading { found: Found { layouts: Vec::new(), left_out: Vec::new() }, rows: Vec::new(), peak_kb: 0 };
    let mut peak_kb = 0;
    let read = run(place, ask, None, &mut peak_kb, |said| match said {
        Said::Found(found) => reading.found = found,
        Said::Row(row) => reading.rows.push(*row),
        Said::Tables(..) | Said::Risk(_) | Said::End(..) => {}
    });
    let judged = read.and_then(|()| whole(Reading { peak_kb, ..reading }, ask));
    tell(judged.as_ref().err(), peak_kb);
    judged
}

/// What is asked about the tables of risks of a file.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub struct RiskAsk {
    /// The rows in which a person said that headings stand, by sheet.
    pub headers: BTreeMap<String, u32>,
    /// The fingerprints of tables that a person has pointed out in earlier files.
    pub known: BTreeSet<String>,
    /// The tables with the columns that a person chose; otherwise they are recognised.
    pub tables: Option<Vec<RiskTable>>,
}

/// The tables of risks of a file and their lines.
#[derive(Debug, Default)]
pub struct Risks {
    /// The names of all sheets.
    pub sheets: Vec<String>,
    pub tables: Vec<RiskTable>,
    pub rows: Vec<RiskRow>,
}

/// Has a worker read the tables of risks of a file, as soon as a place is free.
pub fn read_risks_in_turn(workers: &Workers, ask: &Ask<'_>, risks: RiskAsk) -> Result<Risks, Unread> {
    let place = workers.place().map_err(Unread::Failed)?;
    let mut reading = Risks::default();
    let mut peak_kb = 0;
    let read = run(&place, ask, Some(risks), &mut peak_kb, |said| match said {
        Said::Tables(sheets, tables) => (reading.sheets, reading.tables) = (sheets, tables),
        Said::Risk(row) => reading.rows.push(*row),
        Said::Found(_) | Said::Row(_) | Said::End(..) => {}
    });
    tell(read.as_ref().err(), peak_kb);
    read.map(|()| reading)
}

fn tell(unread: Option<&Unread>, peak_kb: u64) {
    let code = unread.map_or("read", Unread::code);
    tracing::info!(code, peak_kb, "a worker read a file");
}

/// Has a worker read a file and hands on what it says, and the most memory that it held, in KB.
fn run(
    place: &Place,
    ask: &Ask<'_>,
    risks: Option<RiskAsk>,
    peak_kb: &mut u64,
    mut take: impl FnMut(Said),
) -> Result<(), Unread> {
    let order = Order {
        name: ask.name.to_owned(),
        limits: ask.limits,
        layouts: ask.layouts.map(<[Layout]>::to_vec),
        headings: ask.headings.cloned().unwrap_or_default(),
        words: ask.places.by_word.keys().cloned().collect(),
        risks,
    };
    let mut head = serde_json::to_vec(&order).map_err(|_| Unread::Failed(Failed::Stopped))?;
    head.push(b'\n');
    let mut how = How::Broken;
    let file = ask.file.read().map_err(|error| {
        tracing::error!("an uploaded file could not be read again: {error}");
        Unread::Failed(Failed::Stopped)
    })?;
    let mut bounds = bounds(&ask.limits);
    bounds.wall = bounds.wall.saturating_sub(ask.spent);
    if bounds.wall.is_zero() {
        return Err(Unread::Failed(Failed::TooLong));
    }
    let ran = place.run(&bounds, (&head, file), ask.off, |line| {
        match serde_json::from_slice(line) {
            Ok(Said::End(end, most)) => {
                (how, *peak_kb) = (end, most);
                return ControlFlow::Break(());
            }
            Ok(said) => take(said),
            Err(_) => return ControlFlow::Break(()),
        }
        ControlFlow::Continue(())
    });
    match (ran, how) {
        (Err(failed), _) => Err(Unread::Failed(failed)),
        (Ok(()), How::Broken) => Err(Unread::Failed(Failed::Stopped)),
        (Ok(()), How::Refused(refused)) => Err(Unread::Refused(refused)),
        (Ok(()), How::Whole) => Ok(()),
    }
}

fn whole(reading: Reading, ask: &Ask<'_>) -> Result<Reading, Unread> {
    let Reading { found, rows, .. } = &reading;
    if found.layouts.is_empty() {
        return Err(Unread::NoRegister(reading.found));
    }
    // Below headings that a person has named, there are rows as soon as it is said what the columns are.
    let named = ask.headings.is_some_and(|said| {
        let known = |layout: &Layout| said.known.contains(&layout.fingerprint());
        !said.rows.is_empty() || found.layouts.iter().any(known)
    });
    if rows.is_empty() && !named { Err(Unread::NoRows) } else { Ok(reading) }
}

/// The first line that a worker gets; the bytes of the file follow.
#[derive(Serialize, Deserialize)]
struct Order {
    #[serde(default)]
    name: String,
    limits: Limits,
    layouts: Option<Vec<Layout>>,
    #[serde(default)]
    headings: Headings,
    /// Names and codes of departments, folded, that a tab may name.
    words: HashSet<String>,
    /// The file is read for its risks.
    #[serde(default)]
    risks: Option<RiskAsk>,
}

/// A line that a worker says.
#[derive(Serialize, Deserialize)]
enum Said {
    Found(Found),
    Row(Box<Row>),
    /// The names of the sheets, and the tables of risks among them.
    Tables(Vec<String>, Vec<RiskTable>),
    Risk(Box<RiskRow>),
    /// The last line, with the most memory that the worker held, in KB.
    End(How, u64),
}

/// How a worker ended its work.
#[derive(Serialize, Deserialize)]
enum How {
    Whole,
    Refused(Refused),
    /// It panicked.
    Broken,
}

/// The whole life of a worker: an order and a file in, lines out. An error means that nobody listens any more.
pub fn serve(mut input: impl BufRead, output: impl Write, bound: &mut Bound) -> std::io::Result<()> {
    let mut output = std::io::BufWriter::with_capacity(64 * 1024, output);
    let worked = catch_unwind(AssertUnwindSafe(|| work(&mut input, &mut output)));
    let how = match worked {
        Ok(Ok(None)) => How::Whole,
        Ok(Ok(Some(refused))) => How::Refused(refused),
        Ok(Err(error)) => return Err(error),
        Err(_) => How::Broken,
    };
    say(&mut output, &Said::End(how, bound.peak_kb()))?;
    output.flush()
}

fn work(input: &mut impl BufRead, output: &mut impl Write) -> std::io::Result<Option<Refused>> {
    let mut head = Vec::new();
    input.read_until(b'\n', &mut head)?;
    let order: Order = serde_json::from_slice(&head)?;
    let mut bytes = Vec::new();
    // One byte more than allowed, so that the guard sees the excess.
    input.take(order.limits.file_bytes.saturating_add(1)).read_to_end(&mut bytes)?;
    let book = match meguri_sheet::read_named(&order.name, &bytes, &order.limits) {
        Ok(book) => book,
        Err(refused) => return Ok(Some(refused)),
    };
    drop(bytes);
    if let Some(ask) = order.risks {
        return risks(&book, ask, output).map(|()| None);
    }
    let found = match order.layouts {
        Some(layouts) => Found { layouts, left_out: Vec::new() },
        None => find_layouts_at(&book, &order.headings),
    };
    let layouts = found.layouts.clone();
    say(output, &Said::Found(found))?;
    for layout in &layouts {
        let known = known(layout, &order.words);
        for row in read_assets(&book, layout, &known) {
            // What was found is found again whenever the row is judged: it would be as much again as the row.
            let row = Row { outcome: Err(()), findings: Vec::new(), ..row };
            say(output, &Said::Row(Box::new(row)))?;
        }
    }
    Ok(None)
}

fn risks(book: &Workbook, ask: RiskAsk, output: &mut impl Write) -> std::io::Result<()> {
    let tables = ask.tables.unwrap_or_else(|| find_risk_tables(book, &ask.headers, &ask.known));
    let sheets = book.sheets.iter().filter(|sheet| !sheet.hidden).map(|sheet| sheet.name.clone()).collect();
    say(output, &Said::Tables(sheets, tables.clone()))?;
    for row in tables.iter().flat_map(|table| read_risks(book, table)) {
        say(output, &Said::Risk(Box::new(row)))?;
    }
    Ok(())
}

/// For a sheet without a column of departments, whose tab may name one: only that one is asked for, so that a
/// company of many departments costs no more than a small one.
fn known(layout: &Layout, words: &HashSet<String>) -> Known {
    let named = layout.column_of(Field::Department).is_some() || layout.department.is_some();
    let asked = !named && words.contains(&fold(&layout.sheet));
    let departments = asked.then(|| (layout.sheet.clone(), String::new())).into_iter().collect();
    Known { departments, ..Known::default() }
}

fn say(output: &mut impl Write, said: &Said) -> std::io::Result<()> {
    serde_json::to_writer(&mut *output, said)?;
    output.write_all(b"\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_was_read_before_has_only_the_rest_of_its_time() {
        let folder = tempfile::tempdir().unwrap();
        let file = Spool::begin(folder.path()).unwrap();
        let places = Places::default();
        // No program is there: whoever starts one at all is told so.
        let workers = Workers::of(folder.path().join("none"));
        let wall = bounds(&Limits::default()).wall;
        let read = |spent| read_in_turn(&workers, &Ask { spent, ..Ask::of(&file, &places) }).unwrap_err();
        assert_eq!(read(Duration::ZERO), Unread::Failed(Failed::Busy));
        assert_eq!(read(wall), Unread::Failed(Failed::TooLong));
    }
}
