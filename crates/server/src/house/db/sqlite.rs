//! SQLite: what it needs to be asked, set and told.

use super::{Row, Value};
use crate::house::fault::{Fault, end_at_once};
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

pub fn query(conn: &rusqlite::Connection, text: &str, values: &[Value]) -> Result<Vec<Row>, Fault> {
    let mut statement = conn.prepare_cached(&numbered(text)).map_err(fault)?;
    let width = statement.column_count();
    let mut rows = statement.query(rusqlite::params_from_iter(values)).map_err(fault)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(fault)? {
        let read = |index| row.get_ref(index).map_err(fault).map(value_of);
        found.push((0..width).map(read).collect::<Result<Row, Fault>>()?);
    }
    Ok(found)
}

pub fn execute(conn: &rusqlite::Connection, text: &str, values: &[Value]) -> Result<u64, Fault> {
    let mut statement = conn.prepare_cached(&numbered(text)).map_err(fault)?;
    let touched = statement.execute(rusqlite::params_from_iter(values)).map_err(fault)?;
    Ok(touched as u64)
}

/// SQLite numbers `$1` by first appearance, as a name; `?1` it numbers by the number. PostgreSQL knows only `$1`.
fn numbered(text: &str) -> String {
    text.replace('$', "?")
}

/// What SQLite holds. It checks no types: a float or a blob that plain SQL put there comes as a text that no
/// column accepts and that differs from all that was sealed, so that verification can name the row.
fn value_of(value: rusqlite::types::ValueRef<'_>) -> Value {
    use rusqlite::types::ValueRef;
    let foreign = |bytes: &[u8]| Value::Text(format!("\0{bytes:?}"));
    match value {
        ValueRef::Null => Value::Null,
        ValueRef::Integer(number) => Value::Int(number),
        ValueRef::Text(bytes) => {
            std::str::from_utf8(bytes).map_or_else(|_| foreign(bytes), |text| Value::Text(text.to_owned()))
        }
        ValueRef::Real(number) => Value::Text(format!("\0{number}")),
        ValueRef::Blob(bytes) => foreign(bytes),
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<rusqlite::types::ToSqlOutput<'_>> {
        use rusqlite::types::{ToSqlOutput, ValueRef};
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Int(number) => ValueRef::Integer(*number),
            Self::Bool(flag) => ValueRef::Integer(i64::from(*flag)),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
        }))
    }
}

/// Makes reader connections: the same file, `query_only`.
pub struct Readers {
    pub path: PathBuf,
}

impl r2d2::ManageConnection for Readers {
    type Connection = rusqlite::Connection;
    type Error = rusqlite::Error;
    fn connect(&self) -> Result<Self::Connection, Self::Error> {
        // Where there is no file, a reader must not make an empty one.
        let flags = rusqlite::OpenFlags::SQLITE_OPEN_READ_WRITE | rusqlite::OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let conn = rusqlite::Connection::open_with_flags(&self.path, flags)?;
        conn.execute_batch("PRAGMA query_only = 1; PRAGMA busy_timeout = 5000; PRAGMA cache_size = -16000;")?;
        conn.set_prepared_statement_cache_capacity(256);
        Ok(conn)
    }
    fn is_valid(&self, _: &mut Self::Connection) -> Result<(), Self::Error> {
        Ok(())
    }
    fn has_broken(&self, _: &mut Self::Connection) -> bool {
        false
    }
}

/// Sets pragmas and reads every one back: a setting that fails is silent otherwise (TRUST.md §0.3).
pub fn settle(conn: &rusqlite::Connection, wanted: &[(&str, &str)]) -> Result<(), Fault> {
    conn.set_prepared_statement_cache_capacity(256);
    let version = rusqlite::version_number();
    if version < 3_051_003 {
        return Err(Fault::broken(format!(
            "SQLite {} is too old: 3.51.3 or newer is needed",
            rusqlite::version()
        )));
    }
    for (name, value) in wanted {
        let set = |row: &rusqlite::Row<'_>| row.get_ref(0).map(|_| ());
        let _ = conn.query_row(&format!("PRAGMA {name} = {value}"), [], set);
        let found = setting(conn, name)?;
        if found != *value {
            return Err(Fault::broken(format!(
                "SQLite does not keep {name} = {value}: it says {found}. Not serving."
            )));
        }
    }
    Ok(())
}

/// What a connection says of one of its settings.
pub fn setting(conn: &rusqlite::Connection, name: &str) -> Result<String, Fault> {
    let found = conn.query_row(&format!("PRAGMA {name}"), [], |row| {
        Ok(match row.get_ref(0)? {
            rusqlite::types::ValueRef::Integer(number) => number.to_string(),
            rusqlite::types::ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
            _ => String::new(),
        })
    });
    found.map_err(fault)
}

/// Brings what a crash left in the write-ahead log into the database and empties the log. After a sync that failed
/// the log may hold what is in memory and not on the disk; nothing may be appended to that. While another program
/// reads, it is left as it is: then nothing has crashed.
pub fn empty_log(conn: &rusqlite::Connection) -> Result<(), Fault> {
    conn.busy_timeout(std::time::Duration::ZERO).map_err(fault)?;
    conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(())).map_err(fault)
}

/// Rewrites the file without its free pages, and empties the write-ahead log before and after.
pub fn sweep(conn: &rusqlite::Connection, is_file: bool) -> Result<(), Fault> {
    let empty = || {
        let busy = conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| row.get::<_, i64>(0));
        match busy.map_err(fault)? {
            1 if is_file => Err(Fault::Busy("somebody still reads an older state".into())),
            _ => Ok(()),
        }
    };
    empty()?;
    conn.execute_batch("VACUUM").map_err(fault)?;
    empty()
}

/// Makes a database file that is not there yet, for its owner alone; its write-ahead log takes after it.
pub fn begin_private(path: &Path) -> Result<(), Fault> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create(true).truncate(false);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    // What is there but cannot be opened is named by SQLite.
    options.open(path).map(|_| ()).or_else(|error| match Fault::of_disk(&error) {
        Fault::Full(text) => Err(Fault::Full(text)),
        _ => Ok(()),
    })
}

/// Copies the state that the connection sees into a file of its own, which needs no log beside it.
pub fn copy(from: &rusqlite::Connection, path: &Path) -> Result<(), Fault> {
    begin_private(path)?;
    let mut to = rusqlite::Connection::open(path).map_err(fault)?;
    let backup = rusqlite::backup::Backup::new(from, &mut to).map_err(fault)?;
    // All pages in one step: between two steps the source could change under it, and it would begin again.
    let step = backup.step(-1).map_err(fault)?;
    drop(backup);
    if step != rusqlite::backup::StepResult::Done {
        return Err(Fault::Busy("the database could not be copied at once".into()));
    }
    to.query_row("PRAGMA journal_mode = DELETE", [], |_| Ok(())).map_err(fault)?;
    to.close().map_err(|(_, error)| fault(error))
}

/// The file as it was opened. When its folder is gone, or a copy was put in its place, SQLite goes on reading
/// and writing what nobody can find any more; so every unit of work looks first.
pub struct File {
    path: PathBuf,
    mark: Mark,
}

impl File {
    pub fn at(path: &Path) -> Result<Self, Fault> {
        let mark = mark(path).map_err(|error| Fault::Busy(error.to_string()))?;
        Ok(Self { path: path.to_owned(), mark })
    }

    pub fn must_be_there(&self) -> Result<(), Fault> {
        match mark(&self.path) {
            Ok(mark) if mark == self.mark => Ok(()),
            Ok(_) => {
                Err(Fault::Busy("another file stands in the place of the database; restart Meguri".into()))
            }
            Err(error) => Err(Fault::Busy(format!("the database file is gone: {error}"))),
        }
    }
}

/// Device and number of a file.
#[cfg(unix)]
type Mark = (u64, u64);

#[cfg(unix)]
fn mark(path: &Path) -> std::io::Result<Mark> {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(path).map(|file| (file.dev(), file.ino()))
}

#[cfg(not(unix))]
type Mark = ();

#[cfg(not(unix))]
fn mark(path: &Path) -> std::io::Result<Mark> {
    std::fs::metadata(path).map(|_| ())
}

pub fn held(writer: &Mutex<rusqlite::Connection>) -> MutexGuard<'_, rusqlite::Connection> {
    // A unit of work that panicked was rolled back when its session was dropped.
    writer.lock().unwrap_or_else(PoisonError::into_inner)
}

pub fn fault(error: rusqlite::Error) -> Fault {
    use rusqlite::ErrorCode;
    use rusqlite::ffi::{SQLITE_IOERR_DIR_FSYNC, SQLITE_IOERR_FSYNC};
    if let Some(SQLITE_IOERR_FSYNC | SQLITE_IOERR_DIR_FSYNC) = error.sqlite_error().map(|at| at.extended_code)
    {
        end_at_once(&error);
    }
    let text = error.to_string();
    match error.sqlite_error_code() {
        Some(
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::CannotOpen
            | ErrorCode::SystemIoFailure,
        ) => Fault::Busy(text),
        Some(ErrorCode::DiskFull) => Fault::Full(text),
        Some(ErrorCode::ConstraintViolation) if text.contains("UNIQUE") => Fault::Double(text),
        _ => Fault::Broken(text),
    }
}
