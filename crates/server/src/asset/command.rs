//! `meguri import FILE…`: registers and ledgers from the command line, one or forty at once, with the findings of the page.

use super::acts::Planned;
use super::bounds::Raised;
use super::draft::{Draft, Stage};
use super::matching::{Candidate, Register};
use super::preview::{self, Judge, Judged, Standing, Tally};
use super::reading::{self, Ask, Places, Reading, lacks};
use super::spool::Spool;
use super::undo::{self, File};
use super::{headers, scale, store, upload};
use crate::house::fault::{Done, Fault, Stop};
use crate::house::web::App;
use crate::house::words::Lang;
use crate::house::work::{Rx, Tx, Who};
use crate::people::session;
use crate::{criteria, people};
use meguri_domain::Refusal;
use meguri_domain::ids::ImportId;
use meguri_domain::people::Act;
use meguri_sheet::{Field, Layout, Scale};
use std::collections::BTreeSet;
use std::io::Read;
use std::path::{Path, PathBuf};

/// What `meguri import` is asked.
#[derive(Debug, Default, clap::Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a switch of the command line")]
pub struct Import {
    /// Workbooks (.xlsx) or CSV files with asset registers or ledgers of personal data.
    #[arg(required = true)]
    pub files: Vec<PathBuf>,
    /// Only print what would be done (this is what happens without --apply).
    #[arg(long, conflicts_with = "apply")]
    pub preview: bool,
    /// Import all files in one go, all or nothing.
    #[arg(long)]
    pub apply: bool,
    /// Import the good rows and leave out those with errors or questions.
    #[arg(long)]
    pub good_rows: bool,
    /// The department of rows for which the file names none.
    #[arg(long)]
    pub department: Option<String>,
    /// Let empty cells wipe what the register holds.
    #[arg(long)]
    pub overwrite_empty: bool,
    /// Open the departments that the files name and that do not exist yet.
    #[arg(long)]
    pub create_departments: bool,
    /// The numbers of the scores for high, middle and low, where the files do not tell: 3-2-1 or 2-1-0.
    #[arg(long, value_parser = scale_of)]
    pub scale: Option<Scale>,
    #[command(flatten)]
    pub raised: Raised,
}

fn scale_of(code: &str) -> Result<Scale, &'static str> {
    Scale::from_code(code).ok_or("say 3-2-1 or 2-1-0")
}

/// What an import found and, where it was applied, did.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Sentences to print, in order.
    pub lines: Vec<String>,
    /// Each file with what its rows would do; one that could not be read counts as one error.
    pub files: Vec<(String, Tally)>,
    pub rows: usize,
    pub departments: usize,
    pub tally: Tally,
    pub applied: bool,
}

impl Report {
    /// A line for each file and one for all.
    pub fn table(&self) -> Vec<String> {
        let line = |rows: &str, [new, changed, same, asked, wrong]: [String; 5], name: &str| {
            format!("{rows:>7} {new:>7} {changed:>8} {same:>10} {asked:>6} {wrong:>7}  {name}")
        };
        let numbers = |tally: &Tally| {
            [tally.new, tally.changed, tally.same, tally.asked, tally.wrong].map(|count| count.to_string())
        };
        let mut lines =
            vec![line("rows", ["new", "changed", "unchanged", "asked", "errors"].map(Into::into), "file")];
        lines.extend(
            self.files.iter().map(|(name, tally)| line(&tally.all().to_string(), numbers(tally), name)),
        );
        if self.files.len() > 1 {
            let name = format!("合計 total ({})", self.files.len());
            lines.push(line(&self.tally.all().to_string(), numbers(&self.tally), &name));
        }
        lines
    }

    /// Whether every row could be taken.
    pub fn is_good(&self) -> bool {
        self.tally.open() == 0
    }

    /// A file that cannot be taken counts as one error.
    fn refuse(&mut self, name: &str, (ja, en): &(String, String)) {
        self.say(name, ja, en);
        self.files.push((name.to_owned(), Tally { wrong: 1, ..Tally::default() }));
    }

    fn say(&mut self, name: &str, ja: &str, en: &str) {
        self.lines.push(format!("{name}: {ja}\n{name}: {en}"));
    }
}

/// A file as it was read.
struct Book {
    name: String,
    draft: Draft,
}

/// Reads the files and tells what they would do; with `apply` does it, all or nothing.
pub fn run(app: &App, order: &Import) -> Done<Report> {
    let who = Who::new(session::system(), &app.clock);
    let books: Done<Vec<Book>> = order.files.iter().map(|file| book(app, &who, order, file)).collect();
    let mut books = books?;
    // A trial is the whole work, taken back at its end: what it tells is what would be done.
    let mut told = None;
    let done = app.db.write(who, &app.chance, |tx| {
        let report = work(tx, order, &mut books)?;
        let applied = report.applied;
        told = Some(report);
        if applied { Ok(()) } else { Err(Stop::Refusal(Refusal::NotFound)) }
    });
    match (done, told) {
        (Err(stop), Some(report)) if report.applied => Err(stop),
        (_, Some(report)) => Ok(report),
        (Err(stop), None) => Err(stop),
        (Ok(()), None) => Ok(Report::default()),
    }
}

/// Reads a file with the columns that its layouts had the last time.
fn book(app: &App, who: &Who, order: &Import, file: &Path) -> Done<Book> {
    let limits = order.raised.limits();
    let spool = spool(app, file, limits.file_bytes)?;
    let department = order.department.clone().unwrap_or_default();
    let mut draft = Draft::begin(spool.sha256().to_string(), spool.size_bytes(), department);
    draft.wipe = order.overwrite_empty;
    draft.say_scale(order.scale);
    let (places, headings) = app.db.read(who.clone(), |rx| Ok((places(rx)?, headers::known(rx)?)))?;
    let name = file.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let read = |layouts| {
        let headings = Some(&headings);
        let ask = Ask { name: &name, limits, layouts, headings, ..Ask::of(&spool, &places) };
        reading::read_in_turn(&app.workers, &ask)
    };
    match read(None) {
        Err(why) => draft.stage = Stage::unread(&why),
        Ok(Reading { mut found, mut rows, .. }) => {
            let (layouts, sheets) = app.db.read(who.clone(), |rx| upload::remembered(rx, &found))?;
            if layouts != found.layouts
                && let Ok(mapped) = read(Some(&layouts))
            {
                (found.layouts, rows) = (layouts, mapped.rows);
            }
            draft.take(found, sheets, rows);
        }
    }
    Ok(Book { name, draft })
}

/// A file, and one byte more than the limit where there are more, so that the guard sees the excess.
fn spool(app: &App, file: &Path, most: u64) -> Done<Spool> {
    let broken = |error| Fault::broken(format!("{}: {error}", file.display()));
    let mut spool = Spool::begin(&app.files)?;
    let file = std::fs::File::open(file).map_err(broken)?;
    std::io::copy(&mut file.take(most.saturating_add(1)), &mut spool).map_err(broken)?;
    Ok(spool)
}

/// One file after the other, so that a ledger meets the assets that the register before it brought.
fn work(tx: &Tx<'_>, order: &Import, books: &mut [Book]) -> Done<Report> {
    let mut places = places(tx)?;
    let mut report = Report::default();
    let mut departments = BTreeSet::new();
    if let Some(name) = order.department.as_ref().filter(|name| places.find(name).is_none()) {
        if !order.create_departments {
            return Err(unknown(name).into());
        }
        open(tx, name, &mut places)?;
    }
    for Book { name, draft } in books {
        if let Stage::Unread { ja, en, notes } = &draft.stage {
            report.refuse(name, &(ja.clone(), en.clone()));
            for (ja, en) in notes {
                report.say(name, ja, en);
            }
            continue;
        }
        if order.create_departments {
            create(tx, draft, &mut places)?;
        }
        scale::settle(draft, |draft| judged(tx, draft, &places))?;
        if draft.scale.is_none() {
            report.refuse(name, &cannot_tell());
            continue;
        }
        let judged = judged(tx, draft, &places)?;
        departments.extend(preview::departments(&judged));
        tell(&mut report, name, draft, &judged);
        super::origin::keep(tx, name, &draft.origins(), &judged)?;
        let ready: Vec<Planned> = judged.into_iter().filter_map(|row| row.ready).collect();
        let file = File { name: name.clone(), sha256: draft.sha256.clone() };
        undo::apply(tx, tx.id(ImportId::new), &file, ready, &|_| {})?;
    }
    for (_, tally) in &report.files {
        report.tally.add(*tally);
    }
    report.rows = report.tally.all();
    report.departments = departments.len();
    report.applied = order.apply && (report.is_good() || order.good_rows);
    Ok(report)
}

/// Says of a file what the page would say.
fn tell(report: &mut Report, name: &str, draft: &Draft, judged: &[Judged]) {
    for each in &draft.found.left_out {
        report.say(name, &each.ja(), &each.en());
    }
    let lacking: Vec<Layout> = draft.read_layouts().filter(|each| !lacks(each).is_empty()).cloned().collect();
    for layout in &lacking {
        let (ja, en) = lacking_columns(layout);
        report.say(name, &ja, &en);
    }
    for row in judged {
        let own = lacking.iter().filter(|layout| layout.sheet == row.row.sheet).flat_map(lacks);
        // Said once for the sheet instead of at every row.
        let said: Vec<Field> = own.collect();
        let faults = row.faults.iter().filter(|each| !each.field.is_some_and(|field| said.contains(&field)));
        for remark in faults.chain(&row.warnings) {
            report.say(name, remark.sentence(Lang::Ja), remark.sentence(Lang::En));
        }
        if row.standing == Standing::Asked {
            let (ja, en) = doubtful(row);
            report.say(name, &ja, &en);
        }
    }
    report.files.push((name.to_owned(), Tally::of(judged)));
}

fn doubtful(row: &Judged) -> (String, String) {
    let (number, typed) = (row.row.row_number, row.row.text(Field::Name).trim());
    let offer = |Candidate { name, medium, .. }: &Candidate| format!("「{name}」（{medium}）");
    let ja: String = row.asked.iter().map(offer).collect();
    let en: Vec<String> = row.asked.iter().map(|each| format!("“{}” ({})", each.name, each.medium)).collect();
    (
        format!(
            "{number}行目：「{typed}」が台帳のどの情報資産か決められません。候補は{ja}です。画面から取り込んで選んでください。"
        ),
        format!(
            "Row {number}: which asset “{typed}” means cannot be told; it may be {}. Import it in the browser and choose.",
            en.join(", ")
        ),
    )
}

/// What the page asks, with the switch that answers it.
fn cannot_tell() -> (String, String) {
    let (ja, en) = scale::CANNOT_TELL;
    (
        format!("{ja}--scale 3-2-1 または --scale 2-1-0 で指定できます。"),
        format!("{en} Say it with --scale 3-2-1 or --scale 2-1-0."),
    )
}

fn lacking_columns(layout: &Layout) -> (String, String) {
    let (sheet, fields) = (&layout.sheet, lacks(layout));
    let ja: Vec<&str> = fields.iter().map(|field| field.ja()).collect();
    let en: Vec<&str> = fields.iter().map(|field| field.en()).collect();
    (
        format!(
            "シート「{sheet}」：「{}」の列が見つかりません。見出しを付けるか、画面から取り込んで列を選んでください。",
            ja.join("」「")
        ),
        format!(
            "Sheet \"{sheet}\": no column for {}. Add the headings, or import it in the browser and choose the columns.",
            en.join(", ")
        ),
    )
}

fn judged(tx: &Tx<'_>, draft: &Draft, places: &Places) -> Done<Vec<Judged>> {
    let scope = tx.scope(Act::EditRegister);
    let method = criteria::acts::method(tx)?;
    let media = store::media(tx, &scope)?;
    let judge = Judge {
        places,
        media,
        method: &method,
        medium: "",
        scale: draft.scale.unwrap_or_default(),
        empty_cells_wipe: draft.wipe,
    };
    let mut judged = preview::judge(draft.rows(), &judge);
    let mut register = Register::default();
    for department in preview::departments(&judged) {
        register.hold(store::in_use(tx, &scope, &department)?);
    }
    preview::meet(&mut judged, register, &judge);
    Ok(judged)
}

fn places(rx: &Rx<'_>) -> Done<Places> {
    let names = people::store::names(rx, rx.today())?;
    let mut places = Places::none_yet(true);
    for each in people::store::departments(rx)?.iter().filter(|each| each.is_open(rx.today())) {
        places.add(&each.id, names.get(&each.id).map_or(each.code.as_str(), String::as_str), &each.code);
    }
    Ok(places)
}

/// Opens the departments that rows name.
fn create(tx: &Tx<'_>, draft: &Draft, places: &mut Places) -> Done<()> {
    for typed in draft.rows() {
        let name = typed.row.text(Field::Department).trim();
        if !name.is_empty() && places.find(name).is_none() {
            open(tx, name, places)?;
        }
    }
    Ok(())
}

/// Opens a department with the next free code D01, D02, …
fn open(tx: &Tx<'_>, name: &str, places: &mut Places) -> Done<()> {
    let taken: BTreeSet<String> = people::store::departments(tx)?.into_iter().map(|each| each.code).collect();
    let free = (1..=9_999)
        .map(|number| format!("D{number:02}"))
        .find(|code| !taken.contains(code))
        .unwrap_or_default();
    let department = people::acts::open_department(tx, &free, name, None, tx.today())?;
    places.add(&department.id, name, &free);
    Ok(())
}

fn unknown(name: &str) -> Refusal {
    Refusal::Said {
        ja: format!(
            "部門「{name}」は登録されていません。登録済みの部門名を指定するか、--create-departments を付けてください。"
        ),
        en: format!("There is no department \"{name}\". Name an existing one, or add --create-departments."),
    }
}
