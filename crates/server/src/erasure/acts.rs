//! Units of work of erasure: asking, approving, declining.

use super::store;
use super::tables::{self, Erasable};
use crate::house::fault::{Done, Fault};
use crate::house::work::{Rx, Tx};
use crate::record::store as record;
use meguri_domain::erasure::{Asked, Erasure, Taken};
use meguri_domain::ids::{DepartmentId, ErasureId};
use meguri_domain::{Refusal, Word};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// More objects than this do not hold one text.
const MOST_OBJECTS: usize = 1_000;

/// Asks for an erasure of an object that the actor can see.
pub fn ask(tx: &Tx<'_>, asked: Asked) -> Done<Erasure> {
    let (table, id) = visible(tx, &asked.object)?;
    if table.table == "person" {
        let active = table.row(tx, id)?.is_some_and(|row| crate::house::kept::cell(&row, 5).unwrap_or(true));
        if active {
            return Err(STILL_HERE.into());
        }
    }
    let texts: Vec<String> = texts(tx, &asked.object)?.into_iter().map(|(_, text)| text).collect();
    if store::all(tx)?.iter().any(|each| each.object == asked.object && each.is_waiting()) {
        return Err(Refusal::Already { what: WAITING }.into());
    }
    tx.save(Erasure::ask(tx.id(ErasureId::new), asked, &texts, tx.actor(), tx.today())?)
}

/// Approves an erasure: the rows say so from now on, and nothing of what they said can be opened any more. What lies
/// outside the transaction is cleared away after it, see [`super::clean`].
pub fn approve(tx: &Tx<'_>, id: &ErasureId, version: i64) -> Done<Erasure> {
    let erasure = at(tx, id, version)?;
    let taken = taken(tx, &erasure.object)?;
    carry_out(tx, erasure.approve(taken.clone(), tx.actor(), tx.today())?, &taken, "erasure.approved")
}

/// Declines an erasure.
pub fn decline(tx: &Tx<'_>, id: &ErasureId, version: i64, answer: &str) -> Done<Erasure> {
    let erasure = at(tx, id, version)?;
    tx.save(erasure.decline(answer, tx.actor(), tx.today())?)
}

/// Seals the erasure, then the rows without their texts; empties what was sealed of them before.
pub(super) fn carry_out(
    tx: &Tx<'_>,
    change: meguri_domain::Change<Erasure>,
    taken: &Taken,
    kind: &'static str,
) -> Done<Erasure> {
    let mut words = BTreeSet::new();
    for object in &taken.objects {
        words.extend(texts(tx, object)?.into_iter().map(|(_, text)| text));
    }
    // First, so that it stands in the entry that the marks name, however many rows follow.
    let erasure = tx.save(change)?;
    tx.act(kind);
    for object in &taken.objects {
        if let Some((table, id)) = tables::of(object) {
            table.blank(tx, id, (taken.entry, kind))?;
            store::forget_object(tx, table.table, id)?;
        }
    }
    for place in &taken.payloads {
        tx.empty(*place, taken.entry)?;
    }
    for text in words.iter().filter(|text| text.chars().count() > 1) {
        store::forget_text(tx, text)?;
    }
    store::forget_searches(tx, &words)?;
    store::begin(tx, &erasure.id)?;
    Ok(erasure)
}

/// What an erasure of an object takes: the object, those that hold the same text, everything that was ever sealed of
/// them, and their files.
pub fn taken(tx: &Tx<'_>, object: &str) -> Done<Taken> {
    let mut taken = Taken { entry: tx.next_idx()?, objects: together(tx, object)?, ..Taken::default() };
    for object in &taken.objects {
        taken.files.extend(store::file_of(tx, object)?);
        let payloads = record::of_object(tx, object)?;
        let open = payloads.iter().filter(|each| !matches!(each.text, record::Text::Erased { .. }));
        taken.payloads.extend(open.map(|each| (each.idx, each.seq)));
    }
    taken.payloads.sort_unstable();
    taken.files.sort();
    taken.files.dedup();
    Ok(taken)
}

/// The object and those that hold the same text.
pub fn together(rx: &Rx<'_>, object: &str) -> Result<Vec<String>, Fault> {
    let mut objects = vec![object.to_owned()];
    let mut next = 0;
    while let Some(each) = objects.get(next).cloned() {
        for copy in store::copies(rx, &each)? {
            if !objects.contains(&copy) && objects.len() < MOST_OBJECTS {
                objects.push(copy);
            }
        }
        next += 1;
    }
    Ok(objects)
}

/// The texts of an object that would go, by column: those of today and of every state before.
pub fn texts(rx: &Rx<'_>, object: &str) -> Result<Vec<(&'static str, String)>, Fault> {
    #[derive(serde::Deserialize)]
    struct State {
        row: Map<String, Value>,
        #[serde(default)]
        reason: Option<String>,
    }
    let Some((table, id)) = tables::of(object) else { return Ok(Vec::new()) };
    let mut found = Vec::new();
    if let Some(row) = table.row(rx, id)? {
        found.extend(table.texts(|column| table.text(&row, column)));
    }
    for payload in record::of_object(rx, object)? {
        let states: Option<Vec<State>> = payload.shown().and_then(|text| serde_json::from_str(text).ok());
        for state in states.unwrap_or_default() {
            found.extend(table.texts(|column| state.row.get(column).and_then(Value::as_str)));
            found.extend(state.reason.filter(|reason| !reason.is_empty()).map(|reason| ("reason", reason)));
        }
    }
    found.sort();
    found.dedup();
    Ok(found)
}

/// The table and id of an object that is there and that the actor may see.
pub fn visible<'a>(rx: &Rx<'_>, object: &'a str) -> Done<(&'static Erasable, &'a str)> {
    let (table, id) = tables::of(object).ok_or(Refusal::NotFound)?;
    let row = table.row(rx, id)?.ok_or(Refusal::NotFound)?;
    let department = table.text(&row, "department_id").and_then(DepartmentId::new);
    let sees = match &department {
        Some(department) => rx.actor().may(table.sees, department),
        None => rx.actor().may_everywhere(table.sees),
    };
    if sees { Ok((table, id)) } else { Err(Refusal::NotFound.into()) }
}

fn at(rx: &Rx<'_>, id: &ErasureId, version: i64) -> Done<Erasure> {
    let erasure = store::find(rx, id)?;
    if erasure.version == version {
        Ok(erasure)
    } else {
        Err(Refusal::Stale { current: erasure.version }.into())
    }
}

const WAITING: Word = ("この記録の消去の依頼", "A request to erase this");

const STILL_HERE: Refusal = Refusal::Because((
    "在籍中の人は消去できません。先に、設定の[人]で退職にしてください。",
    "A person who still works here cannot be erased. First mark the person as left, under Settings, People.",
));
