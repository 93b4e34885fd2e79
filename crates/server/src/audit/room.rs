//! The auditor's reading room: lists, records, entries with their proofs, evidence; all of it read from the package.

use super::clauses::name;
use super::pages::audit_id;
use super::reading::{PAGE, Proved, Room, Shown, names_within, shown};
use super::selection::SHOWN;
use super::store;
use crate::house::body::of_file;
use crate::house::fault::{Done, Fault};
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, download, page};
use crate::inspection::files;
use crate::record::pages::{Names, time};
use askama::Template;
use axum::extract::{Path, Query};
use meguri_domain::Refusal;
use meguri_domain::audit::Audit;
use meguri_domain::erasure::is_mark;
use serde::Deserialize;
use tokio::task::block_in_place;

#[derive(Template)]
#[template(path = "audit/records.html")]
struct Records {
    shell: Shell,
    id: String,
    audit: String,
    table: &'static str,
    word: &'static str,
    rows: Vec<Row>,
    all: usize,
    at: usize,
    pages: usize,
}

struct Row {
    id: String,
    title: String,
    entries: Vec<u64>,
}

#[derive(Template)]
#[template(path = "audit/record.html")]
struct RecordPage {
    shell: Shell,
    id: String,
    audit: String,
    table: &'static str,
    word: &'static str,
    record: Shown,
    entries: Vec<u64>,
    /// The id of the piece of evidence whose file the package holds.
    file: Option<String>,
}

#[derive(Template)]
#[template(path = "audit/entry.html")]
struct EntryPage {
    shell: Shell,
    id: String,
    audit: String,
    idx: u64,
    sentence: String,
    time: String,
    size: i64,
    rows: Vec<(&'static str, Shown, String)>,
    hidden: usize,
    leaf: String,
    proof: Vec<String>,
    line: String,
}

#[derive(Deserialize)]
pub struct Looking {
    #[serde(default)]
    page: String,
}

/// The audit whose package is there, with the names that it may show.
async fn enter(ctx: &Ctx, id: String) -> Done<(Audit, Room, Names, i64)> {
    let id = audit_id(id)?;
    let start = ctx.app.calendar_start();
    let (audit, package, names) = ctx
        .read(|rx| {
            let audit = store::audit(rx, &id)?;
            let package = store::package(rx, &id)?.filter(|package| package.is_kept(rx.who.now_ms));
            let names = names_within(Names::load(rx)?, &audit, start);
            Ok((audit, package.ok_or(Refusal::NotFound)?, names))
        })
        .await?;
    let room = Room::of(&ctx.app, &id);
    Ok((audit, room, names, package.head_size))
}

fn known(table: &str) -> Result<&'static str, Refusal> {
    SHOWN.iter().find(|each| **each == table).copied().ok_or(Refusal::NotFound)
}

/// GET /audits/{id}/records/{table}
pub async fn records(
    ctx: Ctx,
    Path((id, table)): Path<(String, String)>,
    Query(looking): Query<Looking>,
) -> Answer {
    let (audit, room, names, _) = enter(&ctx, id).await?;
    let table = known(&table)?;
    let all = block_in_place(|| room.counts()).get(table).copied().unwrap_or_default();
    let pages = all.div_ceil(PAGE).max(1);
    let at = looking.page.parse().unwrap_or(1usize).clamp(1, pages);
    let rows = block_in_place(|| room.records(table, at - 1))?;
    let rows = rows.into_iter().map(|record| Row {
        title: shown(ctx.l, &names, &record).title,
        id: record.id,
        entries: record.entries,
    });
    page(&Records {
        shell: Shell::new(&ctx, "審査", "Audits", ctx.this_month()),
        id: audit.id.to_string(),
        audit: audit.name,
        table,
        word: ctx.l.w(name(table)),
        rows: rows.collect(),
        all,
        at,
        pages,
    })
}

/// GET /audits/{id}/records/{table}/{record}
pub async fn record(ctx: Ctx, Path((id, table, record)): Path<(String, String, String)>) -> Answer {
    let (audit, room, names, _) = enter(&ctx, id).await?;
    let table = known(&table)?;
    let record = block_in_place(|| room.record(table, &record))?;
    let text = |column: &str| record.row.get(column).and_then(serde_json::Value::as_str).unwrap_or_default();
    let held = !text("sha256").is_empty() && !is_mark(text("label"));
    page(&RecordPage {
        shell: Shell::new(&ctx, "審査", "Audits", ctx.this_month()),
        id: audit.id.to_string(),
        audit: audit.name,
        table,
        word: ctx.l.w(name(table)),
        file: held.then(|| record.id.clone()),
        record: shown(ctx.l, &names, &record),
        entries: record.entries,
    })
}

/// GET /audits/{id}/entries/{idx}
pub async fn entry(ctx: Ctx, Path((id, idx)): Path<(String, String)>) -> Answer {
    let (audit, room, names, size) = enter(&ctx, id).await?;
    let idx = idx.parse().map_err(|_| Refusal::NotFound)?;
    let Proved { line, entry, proof, states } = block_in_place(|| room.entry(idx))?;
    let hidden = entry.commit.len().saturating_sub(states.len());
    let rows = states.into_iter().take(200).filter_map(|state| {
        let table = known(&state.table).ok()?;
        let reason = state.reason.clone().unwrap_or_default();
        let record = super::package::Record {
            table: state.table.clone(),
            id: state.id().to_owned(),
            row: state.row,
            entries: Vec::new(),
        };
        Some((ctx.l.w(name(table)), shown(ctx.l, &names, &record), reason))
    });
    page(&EntryPage {
        shell: Shell::new(&ctx, "審査", "Audits", ctx.this_month()),
        id: audit.id.to_string(),
        audit: audit.name,
        idx,
        sentence: names.sentence(ctx.l, &entry),
        time: time(&ctx.app, entry.time),
        size,
        rows: rows.collect(),
        hidden,
        leaf: meguri_record::tree::leaf(line.as_bytes()).to_string(),
        proof,
        line,
    })
}

/// GET /audits/{id}/evidence/{evidence}
pub async fn evidence(ctx: Ctx, Path((id, evidence)): Path<(String, String)>) -> Answer {
    let (_, room, ..) = enter(&ctx, id).await?;
    let record = block_in_place(|| room.record("evidence", &evidence))?;
    let text = |column: &str| record.row.get(column).and_then(serde_json::Value::as_str).unwrap_or_default();
    if is_mark(text("label")) {
        return Err(Refusal::Erased { mark: text("label").to_owned() }.into());
    }
    let file = block_in_place(|| room.file(text("sha256")))?;
    download(text("label"), files::kind(text("label")), of_file(file).map_err(Fault::broken)?)
}
