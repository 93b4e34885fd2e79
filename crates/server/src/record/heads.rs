//! Signed heads as the server keeps them: the notes in their order, and what became of each outside.

use super::signer::{self, HEAD_OUTSIDE};
use super::store;
use crate::house::db::{Row, Value};
use crate::house::fault::{Done, Fault};
use crate::house::kept::cell;
use crate::house::keys::Keys;
use crate::house::web::App;
use crate::house::work::{Rx, Tx};
use crate::people::session;
use crate::{open, plain};
use meguri_record::{Checkpoint, Note, Signature};

pub use super::signing::sign_now;

/// A signed head. Times are milliseconds since 1970, 0 for not yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub log: String,
    /// Entries of its own log.
    pub size: u64,
    pub root: String,
    pub note: String,
    pub made_at: i64,
    pub witnessed_at: i64,
    pub mailed_at: i64,
    pub paper_at: i64,
}

/// A hash in hex, in groups that can be read aloud and compared with paper.
pub fn groups(hex: &str) -> String {
    let mut out = String::new();
    for (at, c) in hex.chars().enumerate() {
        if at > 0 && at % 4 == 0 {
            out.push(' ');
        }
        out.push(c);
    }
    out
}

/// By which way a head came to lie outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Witness,
    Mail,
    Paper,
}

/// The heads of the current log, smallest first.
pub fn all(rx: &Rx<'_>) -> Done<Vec<Head>> {
    of_log(rx, &store::head(rx)?.log)
}

/// The heads of a log, smallest first.
pub fn of_log(rx: &Rx<'_>, log: &str) -> Done<Vec<Head>> {
    let text = open!(
        "SELECT log_id, size, root, note, made_at, witnessed_at, mailed_at, paper_at FROM head
         WHERE log_id = $1 ORDER BY size LIMIT 1000000"
    );
    rx.open_rows(text, &[Value::Text(log.into())])?.iter().map(|row| Ok(read(row)?)).collect()
}

/// The newest head of the current log.
pub fn newest(rx: &Rx<'_>) -> Done<Option<Head>> {
    let text = open!(
        "SELECT h.log_id, h.size, h.root, h.note, h.made_at, h.witnessed_at, h.mailed_at, h.paper_at FROM head h
         JOIN log ON log.id = h.log_id ORDER BY h.size DESC LIMIT 1"
    );
    Ok(rx.open_rows(text, &[])?.first().map(read).transpose()?)
}

/// Heads of a log below a size, largest first.
pub fn below(rx: &Rx<'_>, log: &str, size: u64, most: i64) -> Done<Vec<Head>> {
    let text = open!(
        "SELECT log_id, size, root, note, made_at, witnessed_at, mailed_at, paper_at FROM head
         WHERE log_id = $1 AND size < $2 ORDER BY size DESC LIMIT $3"
    );
    let size = i64::try_from(size).unwrap_or(i64::MAX);
    let values = [Value::Text(log.into()), Value::Int(size), Value::Int(most)];
    rx.open_rows(text, &values)?.iter().map(|row| Ok(read(row)?)).collect()
}

/// The head of a log at a size, if one was signed there.
pub fn find(rx: &Rx<'_>, log: &str, size: u64) -> Done<Option<Head>> {
    Ok(below(rx, log, size.saturating_add(1), 1)?.pop().filter(|head| head.size == size))
}

fn read(row: &Row) -> Result<Head, Fault> {
    Ok(Head {
        log: cell(row, 0)?,
        size: u64::try_from(cell::<i64>(row, 1)?).map_err(Fault::broken)?,
        root: cell(row, 2)?,
        note: cell(row, 3)?,
        made_at: cell(row, 4)?,
        witnessed_at: cell(row, 5)?,
        mailed_at: cell(row, 6)?,
        paper_at: cell(row, 7)?,
    })
}

/// Keeps a head that was signed; one that is there already stays.
pub(super) fn keep(tx: &Tx<'_>, head: &Checkpoint, note: &str, at_ms: i64) -> Done<()> {
    let values = [
        Value::Text(head.log_id().into()),
        Value::Int(i64::try_from(head.size).map_err(Fault::broken)?),
        Value::Text(head.root.to_string()),
        Value::Text(note.into()),
        Value::Int(at_ms),
    ];
    let text = plain!(
        "INSERT INTO head (log_id, size, root, note, made_at, witnessed_at, mailed_at, paper_at)
         VALUES ($1, $2, $3, $4, $5, 0, 0, 0) ON CONFLICT (log_id, size) DO NOTHING"
    );
    tx.run(text, &values)?;
    Ok(())
}

/// A head came to lie outside: with what a witness has added to its note, where it was one. From now on nothing is signed
/// that does not go on from it. One of a log that was closed meanwhile is only noted.
pub fn held_outside(app: &App, head: &Head, way: Way, note: &str) -> Done<()> {
    app.db.write(session::house(app), &app.chance, |tx| {
        let own =
            [Value::Text(head.log.clone()), Value::Int(i64::try_from(head.size).map_err(Fault::broken)?)];
        let stored = tx.open_rows(open!("SELECT note FROM head WHERE log_id = $1 AND size = $2"), &own)?;
        // Between the asking and the answer another may have added to it.
        let note = match stored.first() {
            Some(row) => with_lines(&cell::<String>(row, 0)?, note)?,
            None => note.to_owned(),
        };
        if store::head(tx)?.log == head.log {
            remember_outside(&app.keys, &note)?;
        }
        let text = match way {
            Way::Witness => {
                plain!("UPDATE head SET note = $1, witnessed_at = $2 WHERE log_id = $3 AND size = $4")
            }
            Way::Mail => plain!("UPDATE head SET note = $1, mailed_at = $2 WHERE log_id = $3 AND size = $4"),
            Way::Paper => plain!("UPDATE head SET note = $1, paper_at = $2 WHERE log_id = $3 AND size = $4"),
        };
        let [log, size] = own;
        tx.run(text, &[Value::Text(note), Value::Int(app.clock.now_ms()), log, size])?;
        Ok(())
    })
}

/// A note with the lines of another of the same text added: the newer line of a key takes the place of the older.
fn with_lines(note: &str, other: &str) -> Result<String, Fault> {
    let (note, other) = (Note::read(note).map_err(Fault::broken)?, Note::read(other).map_err(Fault::broken)?);
    if note.text() != other.text() {
        return Err(Fault::broken("the note that came to lie outside is of another head"));
    }
    let mut both = Note::new(note.text()).map_err(Fault::broken)?;
    let of = |line: &Signature, note: &Note| {
        let mut lines = note.signatures().iter();
        lines.find(|each| (&each.name, each.key_id) == (&line.name, line.key_id)).cloned()
    };
    for line in note.signatures() {
        both.add(of(line, &other).unwrap_or_else(|| line.clone()));
    }
    for line in other.signatures().iter().filter(|line| of(line, &note).is_none()) {
        both.add(line.clone());
    }
    Ok(both.to_string())
}

/// Puts a note in the place of the last head outside, unless that is newer.
fn remember_outside(keys: &Keys, note: &str) -> Done<()> {
    let fresh = checkpoint(note)?;
    if let Some(old) = keys.read(HEAD_OUTSIDE)? {
        let old = checkpoint(&old)?;
        if old.origin == fresh.origin && old.size > fresh.size {
            return Ok(());
        }
    }
    Ok(keys.write(HEAD_OUTSIDE, note)?)
}

/// The head that a note speaks of, its signatures unlooked at.
pub(super) fn checkpoint(note: &str) -> Result<Checkpoint, Fault> {
    let note = Note::read(note).map_err(Fault::broken)?;
    Checkpoint::read(note.text()).map_err(Fault::broken)
}

/// How many entries a head held outside binds, and how many are newer; both over all logs. None are bound before the
/// first head of the current log lies outside.
pub fn witnessed(app: &App, rx: &Rx<'_>) -> Done<(u64, u64)> {
    let log = store::head(rx)?;
    let all = log.first + log.size;
    let outside = app.keys.read(HEAD_OUTSIDE)?.map(|note| checkpoint(&note)).transpose()?;
    let bound = match outside.filter(|head| head.log_id() == log.log && head.size <= log.size) {
        Some(head) => log.first + head.size,
        None => 0,
    };
    Ok((bound, all - bound))
}

/// The keys that an outsider needs, as a policy of C2SP tlog-policy: those of the current log, oldest first, and the witnesses.
pub fn policy(app: &App) -> Done<String> {
    app.db.read(session::house(app), |rx| policy_of(app, rx, &store::head(rx)?.log))
}

/// The same for a log that is closed.
pub fn policy_of(app: &App, rx: &Rx<'_>, log: &str) -> Done<String> {
    let mut text = String::new();
    for key in signer::known(rx, log)? {
        text.push_str(&["log ", &key, "\n"].concat());
    }
    let names: Vec<String> = (1..=app.outward.witnesses.len()).map(|n| format!("witness-{n}")).collect();
    for (name, witness) in names.iter().zip(&app.outward.witnesses) {
        text.push_str(&["witness ", name, " ", &witness.key.text(), "\n"].concat());
    }
    if names.is_empty() {
        text.push_str("quorum none\n");
    } else {
        text.push_str(&["group outside any ", &names.join(" "), "\nquorum outside\n"].concat());
    }
    Ok(text)
}
