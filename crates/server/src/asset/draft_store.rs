//! The SQL of imports between upload and confirmation: each draft is its owner's alone, and its file goes with it.

use super::spool::Spool;
use crate::house::db::Value;
use crate::house::fault::{Done, Fault, Stop};
use crate::house::kept::{Column, cell};
use crate::house::work::{Rx, Tx};
use crate::{open, plain};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use meguri_domain::Refusal;
use meguri_domain::import::ImportKind;
use std::io::Write;
use std::path::Path;

/// So long is a draft kept.
const DRAFT_MS: i64 = 7 * 24 * 60 * 60 * 1000;

/// The name of the file of a draft, and its body.
pub fn draft(rx: &Rx<'_>, kind: ImportKind, id: &str) -> Done<(String, String)> {
    let values = [Value::Text(id.to_owned()), rx.actor().person.to_value(), kind.to_value()];
    let rows = rx.open_rows(
        open!("SELECT file_name, body FROM import_draft WHERE id = $1 AND person_id = $2 AND kind = $3"),
        &values,
    )?;
    let row = rows.first().ok_or(Stop::Refusal(Refusal::NotFound))?;
    Ok((cell(row, 0)?, cell(row, 1)?))
}

/// Keeps a new draft and throws away those that nobody finished.
pub fn keep(tx: &Tx<'_>, kind: ImportKind, (id, file_name): (&str, &str), body: String) -> Result<(), Fault> {
    tx.run(plain!("DELETE FROM import_draft WHERE at < $1"), &[Value::Int(tx.who.now_ms - DRAFT_MS)])?;
    let values = [
        Value::Text(id.to_owned()),
        tx.actor().person.to_value(),
        Value::Text(file_name.to_owned()),
        Value::Text(body),
        Value::Int(tx.who.now_ms),
        kind.to_value(),
    ];
    tx.run(
        plain!("INSERT INTO import_draft (id, person_id, file_name, body, at, kind) VALUES ($1, $2, $3, $4, $5, $6)"),
        &values,
    )?;
    Ok(())
}

/// Writes a draft anew; false when it is there no more.
pub fn rewrite(tx: &Tx<'_>, id: &str, body: String) -> Result<bool, Fault> {
    let values = [Value::Text(id.to_owned()), tx.actor().person.to_value(), Value::Text(body)];
    let touched =
        tx.run(plain!("UPDATE import_draft SET body = $3 WHERE id = $1 AND person_id = $2"), &values)?;
    Ok(touched > 0)
}

/// Throws a draft away. The pieces of its file go with it, by the schema.
pub fn discard(tx: &Tx<'_>, id: &str) -> Result<(), Fault> {
    let values = [Value::Text(id.to_owned()), tx.actor().person.to_value()];
    tx.run(plain!("DELETE FROM import_draft WHERE id = $1 AND person_id = $2"), &values)?;
    Ok(())
}

/// Keeps the file of a draft of the actor, once it has been read.
pub fn keep_file(tx: &Tx<'_>, id: &str, file: &Spool) -> Result<(), Fault> {
    file.each(|nth, piece| {
        let values = [Value::Text(id.to_owned()), Value::Int(nth), Value::Text(STANDARD.encode(piece))];
        tx.run(plain!("INSERT INTO import_piece (draft_id, nth, bytes) VALUES ($1, $2, $3)"), &values)?;
        Ok(())
    })
}

/// The file of a draft, put together again in a folder.
pub fn file(rx: &Rx<'_>, id: &str, folder: &Path) -> Done<Spool> {
    let mut file = Spool::begin(folder)?;
    for nth in 0.. {
        let values = [Value::Text(id.to_owned()), rx.actor().person.to_value(), Value::Int(nth)];
        let text = open!(
            "SELECT p.bytes FROM import_draft d JOIN import_piece p ON p.draft_id = d.id
             WHERE d.id = $1 AND d.person_id = $2 AND p.nth = $3"
        );
        let rows = rx.open_rows(text, &values)?;
        let Some(row) = rows.first() else { break };
        let piece = STANDARD.decode(cell::<String>(row, 0)?).map_err(Fault::broken)?;
        file.write_all(&piece).map_err(|error| Fault::of_disk(&error))?;
    }
    if file.size_bytes() == 0 { Err(Refusal::NotFound.into()) } else { Ok(file) }
}
