//! The SQL of the record log.

use crate::house::db::{Row, Value};
use crate::house::fault::{Done, Fault};
use crate::house::kept::cell;
use crate::house::work::Rx;
use crate::open;
use meguri_record::Frontier;

/// The head of the log as the database holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub log: String,
    /// Where it begins in the index over all logs: behind those that were closed.
    pub first: u64,
    /// Its own entries.
    pub size: u64,
    /// Root in hex.
    pub root: String,
}

/// The head of the log.
pub fn head(rx: &Rx<'_>) -> Result<Head, Fault> {
    let rows = rx.open_rows(open!("SELECT id, size, root, first FROM log"), &[])?;
    let row = rows.first().ok_or_else(|| Fault::broken("the database has no record log"))?;
    Ok(Head {
        log: cell(row, 0)?,
        size: u64::try_from(cell::<i64>(row, 1)?).map_err(Fault::broken)?,
        root: cell(row, 2)?,
        first: u64::try_from(cell::<i64>(row, 3)?).map_err(Fault::broken)?,
    })
}

/// All logs in their order, the current one last. The index of an entry over all of them is its own plus `first`.
pub fn logs(rx: &Rx<'_>) -> Done<Vec<Head>> {
    let mut logs = Vec::new();
    for log in super::answer::closed(rx)? {
        logs.push(Head {
            log: log.id,
            first: u64::try_from(log.first).map_err(Fault::broken)?,
            size: u64::try_from(log.size).map_err(Fault::broken)?,
            root: log.root,
        });
    }
    logs.push(head(rx)?);
    Ok(logs)
}

/// Whether there is one head, whose frontier has its root. From the frontier the next entry's root follows.
pub fn is_sound(rx: &Rx<'_>) -> Result<bool, Fault> {
    let rows = rx.open_rows(open!("SELECT size, root, frontier FROM log LIMIT 2"), &[])?;
    let [row] = rows.as_slice() else { return Ok(false) };
    let size = u64::try_from(cell::<i64>(row, 0)?).map_err(Fault::broken)?;
    let frontier = Frontier::decode(size, &cell::<String>(row, 2)?);
    Ok(frontier
        .is_ok_and(|frontier| frontier.root().to_string() == cell::<String>(row, 1).unwrap_or_default()))
}

/// Whether more states than `most` were sealed: what a verification takes grows with them. Counts no further.
pub fn is_longer_than(rx: &Rx<'_>, most: i64) -> Result<bool, Fault> {
    let text = open!("SELECT COUNT(*) FROM (SELECT p.idx FROM payload p LIMIT $1) counted");
    let rows = rx.open_rows(text, &[Value::Int(most + 1)])?;
    Ok(rows.first().map_or(Ok(0), |row| cell::<i64>(row, 0))? > most)
}

/// Places whose payloads are not numbered from 0 without gaps, or that have no entry. At most 100.
pub fn stray_payloads(rx: &Rx<'_>) -> Result<Vec<i64>, Fault> {
    let text = open!(
        "SELECT idx FROM payload GROUP BY idx HAVING MIN(seq) <> 0 OR MAX(seq) + 1 <> COUNT(*)
           OR idx < 0 OR idx > COALESCE((SELECT MAX(idx) FROM entry), -1) ORDER BY idx LIMIT 100"
    );
    rx.open_rows(text, &[])?.iter().map(|row| cell(row, 0)).collect()
}

/// Stored entries from an index on: index, bytes, leaf hash in hex. At most `most`.
pub fn entries(rx: &Rx<'_>, from: i64, most: i64) -> Result<Vec<(i64, String, String)>, Fault> {
    let text = open!("SELECT idx, bytes, leaf FROM entry WHERE idx >= $1 ORDER BY idx LIMIT $2");
    let rows = rx.open_rows(text, &[Value::Int(from), Value::Int(most)])?;
    rows.iter().map(|row| Ok((cell(row, 0)?, cell(row, 1)?, cell(row, 2)?))).collect()
}

/// The stored leaves of entries from an index on, in hex, each with its index. At most `most`.
pub fn leaves(rx: &Rx<'_>, from: i64, most: i64) -> Result<Vec<(i64, String)>, Fault> {
    let text = open!("SELECT idx, leaf FROM entry WHERE idx >= $1 ORDER BY idx LIMIT $2");
    let rows = rx.open_rows(text, &[Value::Int(from), Value::Int(most)])?;
    rows.iter().map(|row| Ok((cell(row, 0)?, cell(row, 1)?))).collect()
}

/// A private payload as it stands in the database, opened where it can be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Payload {
    pub idx: i64,
    pub seq: i64,
    /// `table/id` of the state that is in it.
    pub object: String,
    pub text: Text,
}

/// What a payload says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Text {
    /// Its salt and its text, as its entry committed to them.
    Shown { salt: [u8; 32], text: String },
    /// It was erased, the database says: by the entry of this number. Whether that entry says so too is for the
    /// verification to find out.
    Erased { by: i64 },
    /// It is there, but does not open: its key is gone, or it was altered.
    Unreadable,
}

impl Payload {
    /// Its text, unless it was erased or does not open.
    pub fn shown(&self) -> Option<&str> {
        match &self.text {
            Text::Shown { text, .. } => Some(text),
            Text::Erased { .. } | Text::Unreadable => None,
        }
    }
}

/// The payloads of entries `from` to `to`, both included, in their order.
pub fn payloads(rx: &Rx<'_>, from: i64, to: i64) -> Result<Vec<Payload>, Fault> {
    let text = open!(
        "SELECT idx, seq, object, key_no, sealed, erased_by FROM payload WHERE idx BETWEEN $1 AND $2 ORDER BY idx, seq"
    );
    opened(rx, rx.open_rows(text, &[Value::Int(from), Value::Int(to)])?)
}

/// The payload that last spoke of an object, `table/id`, before an entry.
pub fn before(rx: &Rx<'_>, idx: i64, object: &str) -> Result<Option<Payload>, Fault> {
    let text = open!(
        "SELECT idx, seq, object, key_no, sealed, erased_by FROM payload WHERE object = $2 AND idx < $1
         ORDER BY idx DESC, seq DESC LIMIT 1"
    );
    let rows = rx.open_rows(text, &[Value::Int(idx), Value::Text(object.to_owned())])?;
    Ok(opened(rx, rows)?.pop())
}

/// Every payload of an object, `table/id`; at most 100,000.
pub fn of_object(rx: &Rx<'_>, object: &str) -> Result<Vec<Payload>, Fault> {
    let text = open!(
        "SELECT idx, seq, object, key_no, sealed, erased_by FROM payload WHERE object = $1 ORDER BY idx, seq LIMIT 100000"
    );
    opened(rx, rx.open_rows(text, &[Value::Text(object.to_owned())])?)
}

/// The slot of the keystore of a payload, and whose state it is.
pub fn slot(rx: &Rx<'_>, (idx, seq): (i64, i64)) -> Result<Option<(u64, String)>, Fault> {
    let text = open!("SELECT key_no, object FROM payload WHERE idx = $1 AND seq = $2");
    let rows = rx.open_rows(text, &[Value::Int(idx), Value::Int(seq)])?;
    let read = |row: &Row| Ok((u64::try_from(cell::<i64>(row, 0)?).map_err(Fault::broken)?, cell(row, 1)?));
    rows.first().map(read).transpose()
}

/// The one place where payloads are opened. The slots of one look mostly lie side by side.
fn opened(rx: &Rx<'_>, rows: Vec<Row>) -> Result<Vec<Payload>, Fault> {
    let mut slots = rx.keystore()?.reader();
    let open = |row: Row| {
        let (idx, seq) = (cell(&row, 0)?, cell(&row, 1)?);
        let (key_no, sealed): (i64, String) = (cell(&row, 3)?, cell(&row, 4)?);
        let text = match (cell(&row, 5)?, sealed.is_empty()) {
            (Some(by), true) => Text::Erased { by },
            (None, false) => {
                let slot = u64::try_from(key_no).ok().and_then(|key_no| slots.slot(key_no));
                let text = slot.as_ref().and_then(|slot| slot.open((idx, seq), &sealed));
                match (slot, text) {
                    (Some(slot), Some(text)) => Text::Shown { salt: slot.salt, text },
                    _ => Text::Unreadable,
                }
            }
            (Some(_), false) | (None, true) => Text::Unreadable,
        };
        Ok(Payload { idx, seq, object: cell(&row, 2)?, text })
    };
    rows.into_iter().map(open).collect()
}

/// Entries as a page of the record lists them, newest first: index and bytes. The patterns are those of
/// LIKE over an entry's own text, or empty.
pub fn newest(rx: &Rx<'_>, kind: &str, department: &str, before: i64) -> Result<Vec<(i64, String)>, Fault> {
    let text = open!(
        "SELECT idx, bytes FROM entry WHERE idx < $1 AND (CAST($2 AS TEXT) = '' OR bytes LIKE $2)
         AND (CAST($3 AS TEXT) = '' OR bytes LIKE $3) ORDER BY idx DESC LIMIT 50"
    );
    let values = [Value::Int(before), Value::Text(kind.to_owned()), Value::Text(department.to_owned())];
    let rows = rx.open_rows(text, &values)?;
    rows.iter().map(|row| Ok((cell(row, 0)?, cell(row, 1)?))).collect()
}
