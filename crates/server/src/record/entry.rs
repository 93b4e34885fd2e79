//! One entry of the record log: its fields, its commitments, and its contents for who may see them.

use super::kinds::{column, table};
use super::pages::{Names, time};
use super::store;
use crate::erasure::tables;
use crate::house::fault::{Done, Fault, Stop};
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, page};
use crate::house::words::Lang;
use crate::house::work::Rx;
use askama::Template;
use axum::extract::Path;
use meguri_domain::Refusal;
use meguri_domain::approval::Flow;
use meguri_domain::ids::DepartmentId;
use meguri_domain::inspection::Mark;
use meguri_domain::people::{Act, Actor};
use meguri_record::Entry;
use serde::Deserialize;
use serde_json::{Map, Value};

/// So many rows of one entry are shown, and for so many the values before are looked up.
const MOST_ROWS: usize = 40;

#[derive(Template)]
#[template(path = "record/entry.html")]
struct EntryPage {
    shell: Shell,
    idx: u64,
    sentence: String,
    facts: Vec<(&'static str, String)>,
    hash: String,
    commits: Vec<String>,
    files: Vec<(String, u64)>,
    rows: Vec<RowView>,
    more: usize,
    hidden: usize,
    bytes: String,
    newer: Option<u64>,
    older: Option<u64>,
}

struct RowView {
    title: String,
    reason: String,
    fields: Vec<Field>,
    /// The entry that erased it.
    erased: Option<i64>,
    /// `table/id`, where this person may ask for its erasure.
    erasable: Option<String>,
}

struct Field {
    word: String,
    before: Option<String>,
    after: String,
}

/// A state as it is sealed in a payload.
#[derive(Deserialize, Clone)]
struct State {
    table: String,
    #[serde(default)]
    reason: Option<String>,
    row: Map<String, Value>,
}

/// GET /record/{idx}
pub async fn entry(ctx: Ctx, Path(idx): Path<String>) -> Answer {
    ctx.actor.must_everywhere(Act::SeeRecord)?;
    let idx: i64 = idx.parse().map_err(|_| Refusal::NotFound)?;
    let template = ctx.read(|rx| load(rx, &ctx, idx)).await?;
    page(&template)
}

fn load(rx: &Rx<'_>, ctx: &Ctx, idx: i64) -> Done<EntryPage> {
    let l = ctx.l;
    let found = store::entries(rx, idx, 1)?.into_iter().find(|(each, ..)| *each == idx);
    let (_, bytes, hash) = found.ok_or(Stop::Refusal(Refusal::NotFound))?;
    let entry = Entry::read(bytes.as_bytes()).map_err(Fault::broken)?;
    let names = Names::load(rx)?;
    let mut states: Vec<State> = Vec::new();
    let mut rows = Vec::new();
    for payload in store::payloads(rx, idx, idx)? {
        states.extend(payload.shown().and_then(read).unwrap_or_default());
        if let (store::Text::Erased { by }, true) = (&payload.text, rows.len() < MOST_ROWS) {
            rows.push(erased(l, &payload.object, *by));
        }
    }
    let gone = rows.len();
    let all = states.len();
    states.retain(|state| may_see(rx.actor(), state));
    let hidden = all - states.len();
    for state in states.iter().take(MOST_ROWS) {
        rows.push(row(rx, l, &names, idx, state)?);
    }
    let log = store::head(rx)?;
    let (at, size) = (u64::try_from(idx).map_err(Fault::broken)?, log.first + log.size);
    Ok(EntryPage {
        shell: Shell::new(ctx, "記録簿", "Record log", ctx.this_month()),
        idx: at,
        sentence: names.sentence(l, &entry),
        facts: facts(ctx, &names, &entry),
        hash,
        commits: entry.commit.iter().map(ToString::to_string).collect(),
        files: entry.files.iter().map(|file| (file.sha256.to_string(), file.size)).collect(),
        more: states.len() - (rows.len() - gone),
        rows,
        hidden,
        newer: (at + 1 < size).then_some(at + 1),
        older: at.checked_sub(1),
        bytes,
    })
}

fn facts(ctx: &Ctx, names: &Names, entry: &Entry) -> Vec<(&'static str, String)> {
    let l = ctx.l;
    let roles =
        entry.role.split(',').filter_map(meguri_domain::people::Role::from_code).map(|role| l.w(role.word()));
    let roles: Vec<&str> = roles.collect();
    let all = [
        (l.t("日時", "Time"), time(&ctx.app, entry.time)),
        (l.t("人", "Person"), names.person(l, &entry.actor)),
        (l.t("役割", "Role"), roles.join(l.t("・", ", "))),
        (l.t("部門", "Department"), names.department(&entry.dept).unwrap_or_default().to_owned()),
        (l.t("種類", "Kind"), entry.kind.clone()),
        (l.t("対象", "Object"), entry.object.clone()),
        (
            l.t("版", "Version"),
            if entry.version > 0 {
                format!("{} → {}", entry.prev_version, entry.version)
            } else {
                String::new()
            },
        ),
        (l.t("プログラム", "Program"), entry.app_version.clone()),
    ];
    all.into_iter().filter(|(_, text)| !text.is_empty()).collect()
}

/// Whether an actor may see a sealed row: by the act under which its page would be seen, within its department.
fn may_see(actor: &Actor, state: &State) -> bool {
    let act = match state.table.as_str() {
        "asset" | "import" | "inventory" | "inventory_sheet" | "confirmation" => Act::SeeRegister,
        "risk" | "assessment" | "measure" | "criteria" | "threat" | "control" | "control_effect" => {
            Act::SeeRisk
        }
        "plan_row" => Act::SeePlan,
        "statement" | "statement_line" => Act::SeeStatement,
        "person" | "posting" | "department" | "department_name" | "setting" | "holiday" | "term" => {
            Act::SeePeople
        }
        "closed_log" | "log_key" | "head_address" | "handing_out" => Act::SeeRecord,
        _ => Act::SeeMonth,
    };
    let department = state.row.get("department_id").and_then(Value::as_str).and_then(DepartmentId::new);
    match department {
        Some(id) => actor.may(act, &id),
        None => actor.may_everywhere(act),
    }
}

fn row(rx: &Rx<'_>, l: Lang, names: &Names, idx: i64, state: &State) -> Done<RowView> {
    let id = state.row.get("id").and_then(Value::as_str).unwrap_or_default();
    let before = earlier(rx, idx, state, id)?;
    let mut fields = Vec::new();
    for (name, after) in &state.row {
        let old = before.as_ref().and_then(|row| row.get(name));
        // What is derived from other columns says nothing of its own.
        let derived = name == "folded" || (name == "state" && state.row.contains_key("flow"));
        if name == "id" || name == "version" || derived || old == Some(after) {
            continue;
        }
        let empty = after.is_null() || after.as_str() == Some("");
        if old.is_none() && empty {
            continue;
        }
        let word = column(name).map_or(name.as_str(), |word| l.w(word)).to_owned();
        fields.push(Field {
            word,
            before: old.map(|old| show(l, names, name, old)),
            after: show(l, names, name, after),
        });
    }
    let title = table(&state.table).map_or(state.table.as_str(), |word| l.w(word)).to_owned();
    let title = state
        .row
        .get("name")
        .or_else(|| state.row.get("title"))
        .and_then(Value::as_str)
        .map_or(title.clone(), |name| format!("{title}: {name}"));
    let erasable = [&state.table, "/", id].concat();
    let may_ask = rx.actor().may_everywhere(Act::AskErasure) && tables::of(&erasable).is_some();
    Ok(RowView {
        title,
        reason: state.reason.clone().unwrap_or_default(),
        fields,
        erased: None,
        erasable: may_ask.then_some(erasable),
    })
}

/// What is left to say of a state that was erased.
fn erased(l: Lang, object: &str, by: i64) -> RowView {
    let name = object.split_once('/').map_or(object, |(name, _)| name);
    let title = table(name).map_or(name, |word| l.w(word)).to_owned();
    RowView { title, reason: String::new(), fields: Vec::new(), erased: Some(by), erasable: None }
}

/// The row as it was sealed before this entry; rows at version 1 have none.
fn earlier(rx: &Rx<'_>, idx: i64, state: &State, id: &str) -> Done<Option<Map<String, Value>>> {
    if state.row.get("version").and_then(Value::as_i64).unwrap_or(1) <= 1 || id.is_empty() {
        return Ok(None);
    }
    let payload = store::before(rx, idx, &format!("{}/{id}", state.table))?;
    let mut states: Vec<State> =
        payload.as_ref().and_then(store::Payload::shown).and_then(read).unwrap_or_default();
    Ok(states.pop().map(|each| each.row))
}

fn read(text: &str) -> Option<Vec<State>> {
    serde_json::from_str(text).ok()
}

/// A value as a person reads it. A password's hash is never shown.
pub fn show(l: Lang, names: &Names, column: &str, value: &Value) -> String {
    let text = match value {
        Value::Null => return "—".into(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    match column {
        "decision" | "implementation" | "inclusions" | "recorded" | "submitted" | "returned" | "lines" => {
            crate::statement::views::read(l, column, &text).unwrap_or(text)
        }
        "password" => l.t("(表示しません)", "(not shown)").into(),
        "department_id" => names.department(&text).unwrap_or(&text).to_owned(),
        "person_id" => names.person(l, &text),
        "mark" => Mark::from_code(&text).map_or(text, |mark| l.w(mark.word()).to_owned()),
        "flow" => serde_json::from_str::<Flow>(&text).map_or(text, |flow| l.w(flow.state.word()).to_owned()),
        "personal" | "sensitive" | "my_number" | "none_held" | "answerable" | "active" | "in_force"
        | "confirmed" => {
            if text == "1" {
                l.t("はい", "yes").into()
            } else {
                l.t("いいえ", "no").into()
            }
        }
        "approval" | "done" | "verified" | "drafted" | "approved" | "closed" | "asked" | "decided" => {
            signature(&text).unwrap_or(text)
        }
        _ if text.is_empty() => "—".into(),
        _ => text,
    }
}

/// A signature in short: day and name, of an approval or of a plain one.
fn signature(text: &str) -> Option<String> {
    let value: Value = serde_json::from_str(text).ok()?;
    let signed = value.get("signed").unwrap_or(&value);
    Some(format!("{} {}", signed.get("on")?.as_str()?, signed.get("name")?.as_str()?))
}
