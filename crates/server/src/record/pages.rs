//! The pages of the record log: its head, its entries newest first, its verification.

use super::heads;
use super::kinds::{CONCEPTS, words};
use super::signing;
use super::store::{self, Head};
use super::verify::{Report, verify};
use super::witnesses;
use crate::house::fault::Done;
use crate::house::layout::Shell;
use crate::house::round;
use crate::house::web::{Answer, App, Ctx, page};
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::people::store as people;
use crate::say;
use askama::Template;
use axum::extract::Query;
use meguri_domain::ids::DepartmentId;
use meguri_domain::people::Act;
use meguri_record::Entry;
use serde::Deserialize;
use std::collections::HashMap;

#[derive(Deserialize, Default)]
pub struct RecordQuery {
    #[serde(default)]
    kind: String,
    #[serde(default)]
    department: String,
    #[serde(default)]
    before: String,
}

#[derive(Template)]
#[template(path = "record/index.html")]
struct RecordPage {
    shell: Shell,
    lead: String,
    root: String,
    log: String,
    /// What a copy outside binds, in a sentence.
    outside: String,
    /// Why the last look at the log signed nothing, if it did not.
    alarm: Option<String>,
    /// Why a witness did not cosign the newest head, if one did not.
    unwitnessed: Option<String>,
    /// Whether this person may open the monthly report.
    reports: bool,
    /// Whether this person may open the erasures.
    erasures: bool,
    kinds: Vec<(&'static str, &'static str, bool)>,
    departments: Vec<(String, String, bool)>,
    entries: Vec<EntryLine>,
    older: Option<String>,
    filtered: bool,
    result: Option<ResultView>,
}

struct EntryLine {
    idx: i64,
    sentence: String,
    time: String,
    hash: String,
}

struct ResultView {
    pass: bool,
    sentence: String,
    findings: Vec<String>,
}

/// Whose names stand in the entries.
pub struct Names {
    pub persons: HashMap<String, String>,
    pub departments: HashMap<DepartmentId, String>,
}

impl Names {
    pub fn load(rx: &Rx<'_>) -> Done<Self> {
        let persons = people::persons(rx)?.into_iter().map(|each| (each.id.to_string(), each.name));
        Ok(Self { persons: persons.collect(), departments: people::names(rx, rx.today())? })
    }

    pub fn person(&self, l: Lang, id: &str) -> String {
        let name = self.persons.get(id).cloned();
        name.unwrap_or_else(|| {
            if id == "system" { l.t("システム", "The system").to_owned() } else { id.to_owned() }
        })
    }

    pub fn department(&self, id: &str) -> Option<&str> {
        self.departments.get(&DepartmentId::new(id)?).map(String::as_str)
    }

    /// An entry as a sentence: who did what, and where.
    pub fn sentence(&self, l: Lang, entry: &Entry) -> String {
        let who = self.person(l, &entry.actor);
        let what = words(&entry.kind).map_or(entry.kind.as_str(), |word| l.w(word));
        match self.department(&entry.dept) {
            Some(place) => say!(l, "{who}さんが{what}（{place}）。", "{who} {what} ({place})."),
            None => say!(l, "{who}さんが{what}。", "{who} {what}."),
        }
    }
}

/// An instant with its seconds, in the organisation's zone.
pub fn time(app: &App, at_ms: i64) -> String {
    app.clock.show(at_ms).replace('-', "/")
}

/// GET /record
pub async fn index(ctx: Ctx, Query(query): Query<RecordQuery>) -> Answer {
    ctx.actor.must_everywhere(Act::SeeRecord)?;
    show(&ctx, &query, None).await
}

/// POST /record/verification
pub async fn verification(ctx: Ctx) -> Answer {
    ctx.actor.must_everywhere(Act::SeeRecord)?;
    let report = ctx.read(verify).await?;
    let result = result(ctx.l, &report);
    show(&ctx, &RecordQuery::default(), Some(result)).await
}

fn result(l: Lang, report: &Report) -> ResultView {
    let (size, rows, found) = (report.size, report.rows, report.findings.len());
    let pass = report.findings.is_empty();
    let sentence = if pass {
        say!(
            l,
            "合格です。記録{size}件のつながりと、今のデータ{rows}行がすべて一致しました。",
            "PASS. All {size} entries hold together, and all {rows} rows of today agree with them."
        )
    } else {
        say!(
            l,
            "一致しないところが{found}か所あります。データを直接書き換えた人がいないか、確かめてください。",
            "{found} places do not agree. Find out whether somebody altered the data directly."
        )
    };
    let findings = report.findings.iter().take(100).map(|each| each.words(l)).collect();
    ResultView { pass, sentence, findings }
}

async fn show(ctx: &Ctx, query: &RecordQuery, result: Option<ResultView>) -> Answer {
    let l = ctx.l;
    let kind = CONCEPTS.iter().find(|(name, _)| *name == query.kind).map(|(name, _)| *name);
    let department = DepartmentId::new(query.department.as_str());
    let before = query.before.parse().unwrap_or(i64::MAX);
    // A kind begins with its concept; `inventory` also begins `inventory_sheet`, which is meant.
    let kind_pattern = kind.map_or_else(String::new, |kind| format!("%\"kind\":\"{kind}%"));
    let department_pattern =
        department.as_ref().map_or_else(String::new, |id| format!("%\"dept\":\"{id}\"%"));
    let (head, entries, names, bound, rounds) = ctx
        .read(|rx| {
            let entries = store::newest(rx, &kind_pattern, &department_pattern, before)?;
            let rounds = [round::last(rx, signing::NAME)?, round::last(rx, witnesses::NAME)?];
            let bound = heads::witnessed(&ctx.app, rx)?;
            Ok((store::head(rx)?, entries, Names::load(rx)?, bound, rounds))
        })
        .await?;
    let [alarm, unwitnessed] =
        rounds.map(|went| went.filter(|went| !went.said.good).map(|went| went.said.words(l).to_owned()));
    let lines: Vec<EntryLine> = entries.iter().map(|(idx, bytes)| line(ctx, &names, *idx, bytes)).collect();
    let last = entries.last().map(|(idx, _)| *idx).filter(|idx| *idx > 0 && entries.len() == 50);
    let address = format!(
        "/record?kind={}&department={}",
        kind.unwrap_or(""),
        department.as_ref().map_or("", DepartmentId::as_str)
    );
    let mut departments: Vec<(String, String, bool)> = names
        .departments
        .iter()
        .map(|(id, name)| (id.to_string(), name.clone(), department.as_ref() == Some(id)))
        .collect();
    departments.sort_by(|one, other| one.1.cmp(&other.1));
    let template = RecordPage {
        shell: Shell::new(ctx, "記録簿", "Record log", ctx.this_month()),
        lead: lead(l, &head),
        root: head.root,
        log: head.log,
        outside: outside(l, bound),
        alarm,
        unwitnessed,
        reports: ctx.actor.may_somewhere(Act::SeeBoard),
        erasures: [Act::AskErasure, Act::ApproveErasure].iter().any(|act| ctx.actor.may_everywhere(*act)),
        kinds: CONCEPTS.iter().map(|(name, word)| (*name, l.w(*word), kind == Some(*name))).collect(),
        departments,
        entries: lines,
        older: last.map(|idx| format!("{address}&before={idx}")),
        filtered: kind.is_some() || department.is_some() || before < i64::MAX,
        result,
    };
    page(&template)
}

/// Up to where a copy outside binds even the administrator, and how much is newer.
fn outside(l: Lang, (bound, newer): (u64, u64)) -> String {
    say!(
        l,
        "外部の控えで確かめられるのは、最初の{bound}件までです。それより新しい記録が{newer}件あります。",
        "Witnessed up to entry {bound}, {newer} newer."
    )
}

fn lead(l: Lang, head: &Head) -> String {
    let size = head.first + head.size;
    say!(
        l,
        "記録は{size}件です。消したり書き換えたりすると、検証で見つかります。",
        "{size} entries. Whatever is deleted or altered is found by the verification."
    )
}

fn line(ctx: &Ctx, names: &Names, idx: i64, bytes: &str) -> EntryLine {
    let hash = meguri_record::tree::leaf(bytes.as_bytes()).to_string();
    let Ok(entry) = Entry::read(bytes.as_bytes()) else {
        let sentence =
            ctx.l.t("この記録は読めません。検証してください。", "This entry cannot be read. Verify the log.");
        return EntryLine { idx, sentence: sentence.to_owned(), time: String::new(), hash };
    };
    EntryLine { idx, sentence: names.sentence(ctx.l, &entry), time: time(&ctx.app, entry.time), hash }
}
