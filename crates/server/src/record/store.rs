//! The SQL of the record log.

use crate::house::fault::Fault;
use crate::house::kept::cell;
use crate::house::work::Rx;
use crate::{house::db::Value, open};
use meguri_record::Frontier;

/// The head of the log as the database holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    pub log: String,
    pub size: u64,
    /// Root in hex.
    pub root: String,
}

/// The head of the log.
pub fn head(rx: &Rx<'_>) -> Result<Head, Fault> {
    let rows = rx.open_rows(open!("SELECT id, size, root FROM log"), &[])?;
    let row = rows.first().ok_or_else(|| Fault::broken("the database has no record log"))?;
    Ok(Head {
        log: cell(row, 0)?,
        size: u64::try_from(cell::<i64>(row, 1)?).map_err(Fault::broken)?,
        root: cell(row, 2)?,
    })
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

/// The payloads of entries `from` to `to`, both included: index, salt in hex, bytes.
pub fn payloads(rx: &Rx<'_>, from: i64, to: i64) -> Result<Vec<(i64, String, String)>, Fault> {
    let text = open!("SELECT idx, salt, bytes FROM payload WHERE idx BETWEEN $1 AND $2 ORDER BY idx, seq");
    let rows = rx.open_rows(text, &[Value::Int(from), Value::Int(to)])?;
    rows.iter().map(|row| Ok((cell(row, 0)?, cell(row, 1)?, cell(row, 2)?))).collect()
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

/// The payload that last spoke of a row before an entry. The pattern names the row's id.
pub fn before(rx: &Rx<'_>, idx: i64, pattern: &str) -> Result<Option<String>, Fault> {
    let text =
        open!("SELECT bytes FROM payload WHERE idx < $1 AND bytes LIKE $2 ORDER BY idx DESC, seq LIMIT 1");
    let rows = rx.open_rows(text, &[Value::Int(idx), Value::Text(pattern.to_owned())])?;
    rows.first().map(|row| cell(row, 0)).transpose()
}
