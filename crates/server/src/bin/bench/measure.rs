//! What is measured: pages through the router as persons see them, and beside each its floor, in the same run.

use crate::chosen;
use crate::floor::{self, Bare, Floor};
use crate::organisation::{Organisation, act};
use axum::body::{Body, to_bytes};
use axum::http::{Request as Http, header};
use http_body::Body as _;
use meguri::asset::acts::{ImportRow, import};
use meguri::breaks::store::plan;
use meguri::house::fault::{Done, Fault};
use meguri::house::web::App;
use meguri::people::{acts, session};
use meguri::{calendar, routes};
use meguri_domain::Month;
use meguri_domain::asset::AssetDraft;
use meguri_domain::ids::PersonId;
use meguri_domain::obligation::obligations;
use meguri_domain::people::Act;
use std::future::poll_fn;
use std::pin::Pin;
use std::time::{Duration, Instant};
use tower::ServiceExt;

pub struct Bench<'a> {
    pub runtime: &'a tokio::runtime::Runtime,
    pub organisation: &'a Organisation,
    pub words: &'a [String],
}

/// Runs of one row: at most so many, and no longer than this.
const MOST_RUNS: usize = 100;
const MOST_TIME: Duration = Duration::from_secs(4);
/// A row of 10,000 lines, as the limit of an upload allows.
const IMPORTED: usize = 10_000;

impl Bench<'_> {
    /// Pages by name, address, who looks, and the floor.
    pub fn pages(&self) -> Done<()> {
        let Organisation { member, secretariat, departments, .. } = self.organisation;
        let first = departments.first().map(ToString::to_string).unwrap_or_default();
        let sheet = format!("/inspections/{first}/2026-11");
        let search = format!("/assets?q={}", meguri::house::web::percent("監査調書 1"));
        let rows: [(&str, &str, &PersonId, Floor); 15] = [
            ("register", "/assets", secretariat, floor::REGISTER),
            ("register of a member", "/assets", member, floor::REGISTER_OF_ONE),
            ("search in the register", &search, secretariat, floor::SEARCH),
            ("board", "/board", secretariat, floor::SHEETS),
            ("home of a member", "/", member, floor::SHEETS_OF_ONE),
            ("home of the secretariat", "/", secretariat, floor::SHEETS),
            ("sheet of a month", &sheet, member, floor::ANSWERS),
            ("inspections", "/inspections", secretariat, floor::SHEETS),
            ("inventory", "/inventory", secretariat, floor::COUNTS),
            ("risks", "/risks", secretariat, floor::COUNTS),
            ("plan", "/plan", secretariat, floor::PLAN),
            ("breaks", "/breaks", secretariat, floor::SHEETS),
            ("report", "/report", secretariat, floor::SHEETS),
            ("record log", "/record", secretariat, floor::ENTRIES),
            ("people", "/settings/people", secretariat, floor::PEOPLE),
        ];
        let mut bare = Bare::open(&self.organisation.place)?;
        for (name, address, person, floor) in rows {
            if !self.wanted(name) {
                continue;
            }
            let line = self.page(name, address, person)?;
            println!("{}", line.beside(bare.line(floor, &first)?));
        }
        Ok(())
    }

    /// A member saves the sheet of this month, one mark changed each time.
    pub fn saving(&self) -> Done<()> {
        let name = "saving a sheet";
        if !self.wanted(name) {
            return Ok(());
        }
        let Organisation { app, departments, items, member, .. } = self.organisation;
        let first = departments.first().map(ToString::to_string).unwrap_or_default();
        let address = format!("/inspections/{first}/2026-11");
        let cookie = self.cookie(member)?;
        let mut version = 0;
        let line = Line::of(name, || {
            let marks = items.iter().enumerate().map(|(nth, item)| {
                let mark = if nth == version % items.len() { "partly" } else { "good" };
                format!("&mark.{item}={mark}&note.{item}=x")
            });
            let body = format!("req={}&version={version}{}", app.chance.id(), marks.collect::<String>());
            let request =
                Http::post(&address).header(header::CONTENT_TYPE, "application/x-www-form-urlencoded");
            let spent = self.send(request, &cookie, body, 303)?;
            version += 1;
            Ok(spent)
        })?;
        println!("{line}");
        Ok(())
    }

    /// A register of 10,000 rows comes in at once.
    pub fn import(&self) -> Done<()> {
        let name = "import of 10,000 rows";
        if !self.wanted(name) {
            return Ok(());
        }
        let app = &self.organisation.app;
        let system = session::house(app);
        let department = app.db.write(system, &app.chance, |tx| {
            Ok(acts::open_department(tx, "IMPORT", "取込部", None, tx.today())?.id)
        })?;
        let row = |nth: usize| {
            let draft = AssetDraft {
                name: format!("取込 {nth}"),
                medium: "社内サーバ".into(),
                confidentiality: 2,
                integrity: 2,
                availability: 2,
                ..AssetDraft::default()
            };
            ImportRow { department: department.clone(), draft }
        };
        let rows: Vec<ImportRow> = (0..IMPORTED).map(row).collect();
        for name in [name, "the same rows again"] {
            let start = Instant::now();
            act(app, &self.organisation.secretariat, |tx| import(tx, &rows))?;
            println!("{}", Line::once(name, start.elapsed()));
        }
        Ok(())
    }

    /// What every department owes in the twelve months of a year, from the tables.
    pub fn months(&self) -> Done<()> {
        let name = "obligations of 12 months";
        if !self.wanted(name) {
            return Ok(());
        }
        let app = &self.organisation.app;
        let from = Month::new(2026, 4).ok_or_else(|| Fault::broken("a month"))?;
        let last = from.plus(11);
        let mut owed = 0;
        let line = Line::of(name, || {
            let start = Instant::now();
            app.db.read(session::house(app), |rx| {
                let plan = plan(rx, &rx.scope(Act::SeeMonth))?;
                owed = obligations(&plan, &calendar::store::calendar(rx)?, from, last, last.last_day()).len();
                Ok(())
            })?;
            Ok(start.elapsed())
        })?;
        println!("{line}  {owed} owed");
        Ok(())
    }

    fn wanted(&self, name: &str) -> bool {
        let all = [
            "register of a member",
            "search in the register",
            "board",
            "home of the secretariat",
            "home of a member",
            "sheet of a month",
            "inspections",
            "inventory",
            "risks",
            "plan",
            "breaks",
            "report",
            "record log",
            "people",
            "saving a sheet",
            "import of 10,000 rows",
            "obligations of 12 months",
        ];
        chosen(self.words, name, all.into_iter())
    }

    fn page(&self, name: &str, address: &str, person: &PersonId) -> Done<Line> {
        let cookie = self.cookie(person)?;
        Line::of(name, || self.send(Http::get(address), &cookie, String::new(), 200))
    }

    pub fn cookie(&self, person: &PersonId) -> Done<String> {
        let cookie = session::begin(&self.organisation.app, person)?;
        let text = cookie.to_str().map_err(Fault::broken)?;
        Ok(text.split(';').next().unwrap_or_default().to_owned())
    }

    pub fn send(
        &self,
        request: axum::http::request::Builder,
        cookie: &str,
        body: String,
        status: u16,
    ) -> Done<Duration> {
        let request = Request { head: request, cookie, body, status };
        Ok(send(self.runtime, &self.organisation.app, request)?.spent)
    }
}

/// What is sent, and the status that must come back.
pub struct Request<'a> {
    pub head: axum::http::request::Builder,
    pub cookie: &'a str,
    pub body: String,
    pub status: u16,
}

/// What came back.
pub struct Answered {
    pub spent: Duration,
    pub location: String,
    pub bytes: u64,
}

/// Sends a request through the router and takes the answer piece by piece, as a browser does.
pub fn send(runtime: &tokio::runtime::Runtime, app: &App, asked: Request<'_>) -> Done<Answered> {
    let Request { head, cookie, body, status } = asked;
    let router = routes::router(app.clone());
    let request = head
        .header(header::HOST, "meguri.test")
        .header(header::ORIGIN, "https://meguri.test")
        .header("sec-fetch-site", "same-origin")
        .header(header::COOKIE, cookie)
        .body(Body::from(body))
        .map_err(Fault::broken)?;
    let path = request.uri().to_string();
    let work = async move {
        let start = Instant::now();
        let answer = router.oneshot(request).await.unwrap_or_else(|never| match never {});
        let found = answer.status().as_u16();
        let location = answer.headers().get(header::LOCATION).and_then(|text| text.to_str().ok());
        let location = location.unwrap_or_default().to_owned();
        if found != status {
            let text = to_bytes(answer.into_body(), 64 << 20).await.map_err(Fault::broken)?;
            let text: String = String::from_utf8_lossy(&text).chars().take(2_000).collect();
            return Err(Fault::broken(format!("{path} answered {found}: {text}")));
        }
        let mut body = answer.into_body();
        let mut bytes = 0;
        while let Some(piece) = poll_fn(|context| Pin::new(&mut body).poll_frame(context)).await {
            bytes += piece.map_err(Fault::broken)?.data_ref().map_or(0, |piece| piece.len() as u64);
        }
        Ok(Answered { spent: start.elapsed(), location, bytes })
    };
    // The router blocks in place, which only a thread of the runtime may do.
    let joined = runtime.block_on(runtime.spawn(work)).map_err(Fault::broken)?;
    Ok(joined?)
}

/// One line of the table.
pub struct Line {
    name: String,
    spent: Vec<Duration>,
    floor: Option<Duration>,
}

impl Line {
    pub const HEAD: &'static str = "                             p50 ms    p99 ms  floor p50   runs";

    /// Repeats `run`, which gives what it took; the first run warms up and does not count.
    pub fn of(name: &str, mut run: impl FnMut() -> Done<Duration>) -> Done<Self> {
        run()?;
        let start = Instant::now();
        let mut spent = Vec::new();
        while spent.len() < MOST_RUNS && (spent.len() < 3 || start.elapsed() < MOST_TIME) {
            spent.push(run()?);
        }
        spent.sort_unstable();
        Ok(Self { name: name.to_owned(), spent, floor: None })
    }

    pub fn once(name: &str, spent: Duration) -> Self {
        Self { name: name.to_owned(), spent: vec![spent], floor: None }
    }

    pub fn beside(self, floor: Self) -> Self {
        Self { floor: Some(floor.at(50)), ..self }
    }

    pub fn p50(&self) -> Duration {
        self.at(50)
    }

    fn at(&self, percent: usize) -> Duration {
        let last = self.spent.len().saturating_sub(1);
        self.spent.get(last * percent / 100).copied().unwrap_or_default()
    }
}

impl std::fmt::Display for Line {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let ms = |spent: Duration| format!("{:.1}", spent.as_secs_f64() * 1_000.0);
        let floor = self.floor.map(ms).unwrap_or_default();
        let (p50, p99) = (ms(self.at(50)), ms(self.at(99)));
        write!(f, "{:<26} {p50:>8}  {p99:>8}   {floor:>8}  {:>5}", self.name, self.spent.len())
    }
}
