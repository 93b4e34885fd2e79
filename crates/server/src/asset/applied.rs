//! The SQL of imports that were applied: the record of each, what its rows were before, and remembered mappings.

use super::acts::Touched;
use crate::house::db::Value;
use crate::house::fault::{Done, Fault, Stop};
use crate::house::kept::{Column, cell};
use crate::house::work::{Rx, Tx};
use crate::{kept, open, plain};
use meguri_domain::Refusal;
use meguri_domain::ids::ImportId;
use meguri_domain::import::{Import, ImportKind};

kept!(company Import, "import", [
    id, version, person_id, file_name, sha256, applied_on, departments, added, changed, unchanged, state, remaining,
] => later [kind]);

/// So long may an import be undone.
const UNDO_MS: i64 = 90 * 24 * 60 * 60 * 1000;

/// An applied import that the actor may see.
pub fn find(rx: &Rx<'_>, kind: ImportKind, id: &ImportId) -> Done<Import> {
    let found: Option<Import> = rx.open_one(
        open!("SELECT i.* FROM import i WHERE i.id = $1 AND i.kind = $2"),
        &[id.to_value(), kind.to_value()],
    )?;
    found.filter(|import| import.is_open_to(rx.actor())).ok_or(Stop::Refusal(Refusal::NotFound))
}

/// The last time this very file was taken in and not undone, as far as the actor may know.
pub fn of_file(rx: &Rx<'_>, kind: ImportKind, sha256: &str) -> Result<Option<Import>, Fault> {
    let text = open!(
        "SELECT i.* FROM import i WHERE i.sha256 = $1 AND i.kind = $2 AND i.state = 'applied' ORDER BY i.applied_on DESC, i.id LIMIT 50"
    );
    let found: Vec<Import> = rx.open_list(text, &[sha256.to_value(), kind.to_value()])?;
    Ok(found.into_iter().find(|import| import.is_known_to(rx.actor())))
}

/// The last imports of a kind that the actor may see; at most 10.
pub fn recent(rx: &Rx<'_>, kind: ImportKind) -> Result<Vec<Import>, Fault> {
    let all = rx.actor().may_everywhere(meguri_domain::people::Act::EditRegister);
    let values = [rx.actor().person.to_value(), Value::Int(i64::from(all)), kind.to_value()];
    let text = open!(
        "SELECT i.* FROM import i WHERE i.kind = $3 AND (i.person_id = $1 OR CAST($2 AS BIGINT) = 1) ORDER BY i.applied_on DESC, i.id LIMIT 10"
    );
    rx.open_list(text, &values)
}

/// What the rows of an import were before it; `None` once it is too long ago.
pub fn touched(rx: &Rx<'_>, id: &ImportId) -> Result<Option<Vec<Touched>>, Fault> {
    let rows =
        rx.open_rows(open!("SELECT u.body FROM import_undo u WHERE u.import_id = $1"), &[id.to_value()])?;
    let Some(row) = rows.first() else { return Ok(None) };
    serde_json::from_str(&cell::<String>(row, 0)?).map(Some).map_err(Fault::broken)
}

/// Remembers what the rows of an import were before it, and forgets what is too long ago.
pub fn remember(tx: &Tx<'_>, id: &ImportId, touched: &[Touched]) -> Result<(), Fault> {
    tx.run(plain!("DELETE FROM import_undo WHERE at < $1"), &[Value::Int(tx.who.now_ms - UNDO_MS)])?;
    let body = serde_json::to_string(touched).map_err(Fault::broken)?;
    tx.run(plain!("DELETE FROM import_undo WHERE import_id = $1"), &[id.to_value()])?;
    let values = [id.to_value(), Value::Text(body), Value::Int(tx.who.now_ms)];
    tx.run(plain!("INSERT INTO import_undo (import_id, body, at) VALUES ($1, $2, $3)"), &values)?;
    Ok(())
}

/// The mapping that was last used for a layout, as it was written.
pub fn mapping(rx: &Rx<'_>, fingerprint: &str) -> Result<Option<String>, Fault> {
    let text = open!("SELECT m.body FROM import_mapping m WHERE m.fingerprint = $1");
    rx.open_rows(text, &[fingerprint.to_value()])?.first().map(|row| cell(row, 0)).transpose()
}

/// The layouts whose headings a person had to name, the latest first; so many are tried on a file.
pub fn headings(rx: &Rx<'_>) -> Result<Vec<String>, Fault> {
    let text = open!(
        "SELECT m.fingerprint FROM import_mapping m WHERE m.body LIKE '%\"header\":true%' ORDER BY m.at DESC LIMIT 200"
    );
    rx.open_rows(text, &[])?.iter().map(|row| cell(row, 0)).collect()
}

/// The layouts whose names begin so, the latest first; so many are tried on a file.
pub fn headings_of(rx: &Rx<'_>, beginning: &str) -> Result<Vec<String>, Fault> {
    let text = open!(
        "SELECT m.fingerprint FROM import_mapping m WHERE m.fingerprint LIKE $1 ORDER BY m.at DESC LIMIT 200"
    );
    rx.open_rows(text, &[[beginning, "%"].concat().to_value()])?.iter().map(|row| cell(row, 0)).collect()
}

/// Remembers the mapping of a layout.
pub fn keep_mapping(tx: &Tx<'_>, fingerprint: &str, body: &str) -> Result<(), Fault> {
    tx.run(plain!("DELETE FROM import_mapping WHERE fingerprint = $1"), &[fingerprint.to_value()])?;
    let values = [fingerprint.to_value(), body.to_value(), Value::Int(tx.who.now_ms)];
    tx.run(plain!("INSERT INTO import_mapping (fingerprint, body, at) VALUES ($1, $2, $3)"), &values)?;
    Ok(())
}
