//! Opens the copy so that nothing is written to it or beside it, and looks whether the file is whole.

use std::ffi::OsString;
use std::fmt::Write;
use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use rusqlite::config::DbConfig;
use rusqlite::limits::Limit;
use rusqlite::{Connection, OpenFlags};
use tempfile::TempDir;

use crate::bundle::Failure;

/// Longest value of a row that is read, in bytes: a private text of 64 MiB, encrypted and in Base64.
const MOST_BYTES: i32 = 128 << 20;
/// The tables that are read whatever is asked for.
const TABLES: [&str; 6] = ["log", "entry", "payload", "head", "log_key", "closed_log"];

/// What SQLite wrote beside the file and had not moved into it yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beside {
    /// The file stands for itself.
    Nothing,
    /// The file is in WAL mode, and no WAL lies beside it: what was only there is missing.
    NoWal,
    /// A WAL or a journal of so many bytes was read with it, in a folder of its own.
    Read(u64),
}

/// The copy, open for reading.
pub struct Open {
    pub database: Connection,
    pub beside: Beside,
    /// Where it was opened together with its WAL; it goes when this does.
    _workshop: Option<TempDir>,
}

/// A place that cannot be read as what it should be.
pub fn unfit(place: &str, why: impl std::fmt::Display) -> Failure {
    Failure::new(
        place,
        format!("it cannot be read as that of a database of Meguri ({why})"),
        format!("Meguri のデータベースとして読み取れません（{why}）"),
    )
}

/// Opens the file. With a WAL beside it, both are copied into a private folder and opened there, because reading a WAL writes;
/// without one the file is opened as one that nobody changes.
pub fn open(file: &Path) -> Result<Open, Failure> {
    let in_wal_mode = mode(file)?;
    let journals: Vec<(&str, u64)> = ["-wal", "-journal"]
        .into_iter()
        .filter_map(|ending| fs::metadata(with(file, ending)).ok().map(|found| (ending, found.len())))
        .filter(|(_, size)| *size > 0)
        .collect();
    let (database, beside, workshop) = if journals.is_empty() {
        let beside = if in_wal_mode { Beside::NoWal } else { Beside::Nothing };
        let flags =
            OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        (Connection::open_with_flags(address(file)?, flags), beside, None)
    } else {
        let workshop = TempDir::new().map_err(|error| Failure::unreadable("database", &error))?;
        let copy = workshop.path().join("copy.db");
        for ending in [""].into_iter().chain(journals.iter().map(|(ending, _)| *ending)) {
            fs::copy(with(file, ending), with(&copy, ending))
                .map_err(|error| Failure::unreadable(&format!("database{ending}"), &error))?;
        }
        let read = journals.iter().map(|(_, size)| *size).sum();
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        (Connection::open_with_flags(copy, flags), Beside::Read(read), Some(workshop))
    };
    let database = database.map_err(|error| unfit("database", error))?;
    bound(&database).map_err(|error| unfit("database", error))?;
    let open = Open { database, beside, _workshop: workshop };
    open.must_be_whole()?;
    open.must_have(&TABLES)?;
    Ok(open)
}

impl Open {
    /// Whether pages, rows and indexes of the file agree: rows are read by an index, which must show all of them.
    fn must_be_whole(&self) -> Result<(), Failure> {
        let said = self.database.query_row("PRAGMA integrity_check(1)", [], |row| row.get::<_, String>(0));
        match said {
            Ok(said) if said == "ok" => Ok(()),
            Ok(said) => Err(damaged(&said)),
            Err(error) => Err(damaged(&error.to_string())),
        }
    }

    /// Whether these are plain tables: a view or a virtual table could say anything, and without end.
    pub fn must_have(&self, tables: &[&str]) -> Result<(), Failure> {
        let text = "SELECT COUNT(*) FROM sqlite_schema
                    WHERE name = ?1 AND type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'";
        for table in tables {
            let found = self.database.query_row(text, [table], |row| row.get::<_, i64>(0));
            if found.map_err(|error| unfit("database", error))? != 1 {
                return Err(Failure::new(
                    "database",
                    format!("it has no table {table}: this is no database of Meguri, or of another version"),
                    format!("表 {table} がありません。Meguri のデータベースでないか、版が違います"),
                ));
            }
        }
        Ok(())
    }
}

fn damaged(why: &str) -> Failure {
    Failure::new(
        "database",
        format!("the file is damaged ({why}); take the copy again, with the program's own backup"),
        format!("ファイルが壊れています（{why}）。製品のバックアップ機能で写しを取り直してください"),
    )
}

/// Nothing in the file may run, and no value may fill the memory.
fn bound(database: &Connection) -> rusqlite::Result<()> {
    database.set_limit(Limit::SQLITE_LIMIT_LENGTH, MOST_BYTES)?;
    database.set_db_config(DbConfig::SQLITE_DBCONFIG_TRUSTED_SCHEMA, false)?;
    database.set_db_config(DbConfig::SQLITE_DBCONFIG_DEFENSIVE, true)?;
    database.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_TRIGGER, false)?;
    database.execute_batch("PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0")
}

/// Whether the header says WAL mode.
fn mode(file: &Path) -> Result<bool, Failure> {
    let mut head = Vec::new();
    let read = File::open(file).and_then(|file| file.take(100).read_to_end(&mut head));
    read.map_err(|error| Failure::unreadable("database", &error))?;
    if !head.starts_with(b"SQLite format 3\0") || head.len() < 100 {
        return Err(Failure::new(
            "database",
            "it is no SQLite database; a copy of a PostgreSQL database is checked by an export as a bundle (meguri bundle --whole)",
            "SQLite のデータベースではありません。PostgreSQL の場合は、全件の審査用ファイル（meguri bundle --whole）で確かめてください",
        ));
    }
    Ok(head.get(18..20).is_some_and(|mode| mode.contains(&2)))
}

fn with(file: &Path, ending: &str) -> PathBuf {
    let mut name = OsString::from(file.as_os_str());
    name.push(ending);
    PathBuf::from(name)
}

/// The file as an address that promises SQLite that nobody changes it: then it makes no lock and no WAL beside it.
fn address(file: &Path) -> Result<String, Failure> {
    let path = std::path::absolute(file).map_err(|error| Failure::unreadable("database", &error))?;
    let mut address = String::from("file:");
    for byte in path.as_os_str().as_encoded_bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'/' | b'-' | b'_' | b'.' => {
                address.push(char::from(*byte));
            }
            // Writing into a text cannot fail.
            _ => _ = write!(address, "%{byte:02X}"),
        }
    }
    address.push_str("?immutable=1");
    Ok(address)
}
