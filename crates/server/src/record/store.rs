//! The SQL of the record log.

use crate::house::fault::Fault;
use crate::house::kept::cell;
use crate::house::work::Rx;
use crate::{house::db::Value, open};

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
