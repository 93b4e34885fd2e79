//! A million risks: what a new edition of the criteria would change, the heat map, what-if and the pages, each beside one
//! pass over the same rows in memory; and what the rules take for a row, at three sizes.
//!
//! `MEGURI_RISKS` is another number of rows.

use crate::measure::{Bench, Line};
use crate::organisation::{Organisation, act};
use crate::place::Place;
use crate::risk_rows::{self, Bare, Rows};
use axum::http::Request as Http;
use meguri::criteria;
use meguri::house::fault::{Done, Fault};
use meguri::house::work::Rx;
use meguri::people::session;
use meguri::risk::store::threats;
use meguri::risk::tally;
use meguri_domain::criteria::Method;
use meguri_domain::ids::{ControlId, CriteriaId, DepartmentId, ThreatId};
use meguri_domain::people::Act;
use meguri_domain::preview::{Alike, Preview};
use meguri_domain::risk::Threat;
use meguri_domain::what_if::{Kind, Register};
use std::collections::{BTreeMap, HashMap};
use std::fmt::Write;
use std::hint::black_box;
use std::time::{Duration, Instant};

pub const NAME: &str = "the risks";

const MILLION: usize = 1_000_000;
const DEPARTMENTS: usize = 300;
/// As many controls are asked for.
const BEST: usize = 10;

pub fn run(runtime: &tokio::runtime::Runtime, place: Place) -> Done<()> {
    let count = std::env::var("MEGURI_RISKS").ok().and_then(|text| text.parse().ok()).unwrap_or(MILLION);
    let organisation = Organisation::bare(place, DEPARTMENTS)?;
    let start = Instant::now();
    let app = &organisation.app;
    let edition = app.db.read(session::house(app), |rx| Ok(criteria::store::all(rx)?.into_iter().next()))?;
    let edition = edition.ok_or_else(|| Fault::broken("no criteria"))?;
    risk_rows::lay(&organisation.place, count, DEPARTMENTS, edition.id.as_str())?;
    let strict = Method { large_from: 4, middle_from: 3, ..edition.method.clone() };
    let draft =
        act(app, &organisation.secretariat, |tx| criteria::acts::draft(tx, "厳しい案", strict.clone()))?;
    let rows = risk_rows::read(&organisation.place)?;
    println!(
        "\n{}, {NAME}: {} risks of {DEPARTMENTS} departments, {} of assets in use; laid and read in {:.0} s",
        app.db.kind(),
        rows.all.len(),
        rows.living().count(),
        start.elapsed().as_secs_f64()
    );
    println!("{}", Line::HEAD);
    let catalogue = app.db.read(session::house(app), |rx| Ok(threats(rx)?))?;
    let work = Work {
        bench: Bench { runtime, organisation: &organisation, words: &[] },
        rows: &rows,
        method: &edition.method,
        strict: &strict,
        edition: &edition.id,
        catalogue: &catalogue,
    };
    work.new_criteria(draft.id.as_str())?;
    work.heat()?;
    work.what_if()?;
    work.pages()?;
    if organisation.place.address.is_none() {
        work.engine()?;
    }
    Ok(())
}

struct Work<'a> {
    bench: Bench<'a>,
    rows: &'a Rows,
    method: &'a Method,
    strict: &'a Method,
    edition: &'a CriteriaId,
    catalogue: &'a [Threat],
}

impl Work<'_> {
    /// How many risks would change their level, in each department: the page that the executive reads before approving.
    fn new_criteria(&self, draft: &str) -> Done<()> {
        let address = ["/criteria/", draft].concat();
        let floor = self.pass(|rows, counts| {
            for row in rows.living() {
                let key = (row.department, row.level(self.method) * 10 + row.level(self.strict));
                *counts.entry(key).or_default() += 1;
            }
        })?;
        self.page("under new criteria", &address, floor)
    }

    fn heat(&self) -> Done<()> {
        let first = self.rows.departments.first().cloned().unwrap_or_default();
        for (name, department) in [("heat map of all", ""), ("heat map of a department", first.as_str())] {
            let of = self.rows.departments.iter().position(|each| each == department);
            let floor = self.pass(|rows, counts| {
                for row in rows.living().filter(|row| of.is_none_or(|of| row.department == of)) {
                    *counts.entry((0, row.importance * 100 + row.likelihood)).or_default() += 1;
                }
            })?;
            self.look(name, floor, |rx| {
                black_box(tally::of_year(rx, &rx.scope(Act::SeeRisk), 2026, department)?.count(|_| true));
                Ok(())
            })?;
        }
        Ok(())
    }

    fn what_if(&self) -> Done<()> {
        let control = ControlId::new("8.5").ok_or_else(|| Fault::broken("a control"))?;
        let register = |rx: &Rx<'_>| {
            let counted = tally::kinds(rx, &rx.scope(Act::SeeRisk), (2026, self.edition), ("", false))?;
            Ok::<_, Fault>(Register::new(counted, self.catalogue, self.method))
        };
        let floor = self.pass(|rows, counts| self.taken(rows, counts, Some(&control)))?;
        self.look("what-if of one control", floor, |rx| {
            let register = register(rx)?;
            black_box((
                register.taken(std::slice::from_ref(&control)),
                register.picture(std::slice::from_ref(&control)),
            ));
            Ok(())
        })?;
        let floor = self.pass(|rows, counts| self.taken(rows, counts, None))?;
        let mut picks = 0;
        self.look("best 10 of 93 controls", floor, |rx| {
            picks = register(rx)?.best(BEST).picks.len();
            Ok(())
        })?;
        println!("{picks} controls chosen");
        Ok(())
    }

    /// One pass in memory: what a control, or each of them, would take away alone.
    fn taken(&self, rows: &Rows, counts: &mut HashMap<(usize, i64), i64>, only: Option<&ControlId>) {
        let by_id: HashMap<&str, &Threat> =
            self.catalogue.iter().map(|each| (each.id.as_str(), each)).collect();
        let controls: Vec<&[ControlId]> = rows
            .threats
            .iter()
            .map(|id| by_id.get(id.as_str()).map_or(&[][..], |threat| &threat.controls))
            .collect();
        let mut places: BTreeMap<&ControlId, usize> = BTreeMap::new();
        let answers: Vec<Vec<(usize, i64)>> = controls
            .iter()
            .map(|of| {
                let named = of.iter().enumerate().filter(|(_, each)| only.is_none_or(|only| only == *each));
                let answer = |(nth, each): (usize, _)| {
                    let next = places.len();
                    (*places.entry(each).or_insert(next), if nth == 0 { 2 } else { 1 })
                };
                named.map(answer).collect()
            })
            .collect();
        for row in rows.living() {
            for (place, steps) in answers.get(row.threat_id).into_iter().flatten() {
                let open = (row.vulnerability - steps).max(1);
                let after = self.method.judge(row.importance, row.threat, open).map_or(0, |it| it.value);
                *counts.entry((*place, 0)).or_default() += row.importance * row.likelihood - after;
            }
        }
    }

    fn pages(&self) -> Done<()> {
        let first = self.rows.departments.first().cloned().unwrap_or_default();
        // The first department holds every asset whose number leaves no remainder; the fiftieth but one is retired.
        let asset = format!("/risks/assets/asset-{}", 0);
        let all = self.pass(|rows, counts| highest(rows.living(), counts))?;
        self.page("ranking of all", "/risks", all)?;
        let high = self.pass(|rows, counts| {
            highest(rows.living().filter(|row| row.importance * row.likelihood >= 6), counts);
        })?;
        self.page("ranking of the high ones", "/risks?level=large", high)?;
        let mine = |rows: &Rows, counts: &mut HashMap<(usize, i64), i64>| {
            highest(rows.living().filter(|row| row.department == 0), counts);
        };
        self.page("ranking of a department", &format!("/risks?department={first}"), self.pass(mine)?)?;
        self.page("assessment of a department", &format!("/risks/{first}"), self.pass(mine)?)?;
        self.page("assessment of an asset", &asset, self.pass(mine)?)?;
        let taken = self.pass(|rows, counts| self.taken(rows, counts, None))?;
        self.page("what-if page", "/what-if", taken)
    }

    /// What the rules take for a row, where no row is like another to them.
    fn engine(&self) -> Done<()> {
        println!("{:<26} {:>10} {:>10} {:>10}   ns for each row", "", "10,000", "100,000", "1,000,000");
        let sizes = [10_000, 100_000, 1_000_000];
        let kinds: Vec<(Kind, i64)> =
            self.rows.all.iter().filter_map(|row| Some((self.kind(row)?, 1))).collect();
        let alike: Vec<(Alike, i64)> =
            self.rows.all.iter().filter_map(|row| Some((self.alike(row)?, 1))).collect();
        let registers = sizes.map(|size| kinds.get(..size.min(kinds.len())).unwrap_or_default().to_vec());
        let registers = registers.map(|kinds| Register::new(kinds, self.catalogue, self.method));
        let engine = |name: &str, run: &mut dyn FnMut(usize) -> Duration| -> Done<()> {
            let mut line = format!("{name:<26}");
            for (nth, size) in sizes.into_iter().enumerate() {
                let rows = size.min(kinds.len());
                let spent = Line::of("", || Ok(run(nth)))?.p50();
                #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
                let each = spent.as_nanos() as f64 / rows as f64;
                let _ = write!(line, " {each:>10.1}");
            }
            println!("{line}");
            Ok(())
        };
        let upto = |nth: usize| sizes.get(nth).copied().unwrap_or(0).min(kinds.len());
        engine("judging", &mut |nth| {
            let start = Instant::now();
            for row in self.rows.all.get(..upto(nth)).into_iter().flatten() {
                let _ = black_box(self.method.judge(row.importance, row.threat, row.vulnerability));
            }
            start.elapsed()
        })?;
        engine("under new criteria", &mut |nth| {
            let alike = alike.get(..upto(nth)).unwrap_or_default();
            let methods = (self.method.clone().into(), self.strict.clone().into());
            let start = Instant::now();
            black_box(Preview::of(&methods.0, &methods.1, alike));
            start.elapsed()
        })?;
        engine("register of what-if", &mut |nth| {
            let kinds = kinds.get(..upto(nth)).unwrap_or_default().to_vec();
            let start = Instant::now();
            black_box(Register::new(kinds, self.catalogue, self.method));
            start.elapsed()
        })?;
        engine("best 10 of it", &mut |nth| {
            let start = Instant::now();
            black_box(registers.get(nth).map(|register| register.best(BEST)));
            start.elapsed()
        })
    }

    fn kind(&self, row: &Bare) -> Option<Kind> {
        let threat_id = ThreatId::new(self.rows.threats.get(row.threat_id)?.clone())?;
        let Bare { importance, threat, vulnerability, .. } = *row;
        Some(Kind { threat_id, importance, threat, vulnerability })
    }

    fn alike(&self, row: &Bare) -> Option<Alike> {
        let department_id = DepartmentId::new(self.rows.departments.get(row.department)?.clone())?;
        let Bare { scores, personal, threat, vulnerability, .. } = *row;
        Some(Alike { department_id, scores, personal, threat, vulnerability })
    }

    /// A floor: one pass over the rows in memory.
    fn pass(&self, pass: impl Fn(&Rows, &mut HashMap<(usize, i64), i64>)) -> Done<Line> {
        Line::of("", || {
            let start = Instant::now();
            let mut counts = HashMap::new();
            pass(self.rows, &mut counts);
            black_box(counts.len());
            Ok(start.elapsed())
        })
    }

    fn look(&self, name: &str, floor: Line, mut look: impl FnMut(&Rx<'_>) -> Done<()>) -> Done<()> {
        let app = &self.bench.organisation.app;
        let line = Line::of(name, || {
            let start = Instant::now();
            app.db.read(session::house(app), &mut look)?;
            Ok(start.elapsed())
        })?;
        println!("{}", line.beside(floor));
        Ok(())
    }

    fn page(&self, name: &str, address: &str, floor: Line) -> Done<()> {
        let cookie = self.bench.cookie(&self.bench.organisation.secretariat)?;
        let line = Line::of(name, || self.bench.send(Http::get(address), &cookie, String::new(), 200))?;
        println!("{}", line.beside(floor));
        Ok(())
    }
}

/// The fifty highest values.
fn highest<'a>(rows: impl Iterator<Item = &'a Bare>, counts: &mut HashMap<(usize, i64), i64>) {
    let mut top = std::collections::BinaryHeap::new();
    for (nth, row) in rows.enumerate() {
        let value = row.importance * row.likelihood;
        if top.len() < 50 {
            top.push(std::cmp::Reverse((value, nth)));
        } else if top.peek().is_some_and(|least| least.0.0 < value) {
            top.pop();
            top.push(std::cmp::Reverse((value, nth)));
        }
    }
    counts.insert((0, 0), i64::try_from(top.len()).unwrap_or(0));
}
