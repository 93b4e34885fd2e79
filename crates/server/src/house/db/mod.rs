//! One SQL text, two drivers: `rusqlite` in a file, `postgres` over the wire. What differs between the
//! databases has its one name in this room.

pub mod copy;
mod pg;
mod sqlite;

use super::fault::Fault;
use super::keys::Keys;
use super::keystore::Keystore;
use std::cell::RefCell;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// A value on its way to or from the database. Only these four shapes are stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    Null,
    Int(i64),
    Bool(bool),
    Text(String),
}

/// A row as it came, its values in the order of the columns.
pub type Row = Vec<Value>;

/// The database of the organisation.
#[derive(Clone)]
pub struct Db {
    kind: Arc<Kind>,
    keystore: Option<Arc<Keystore>>,
    calls: Arc<Calls>,
}

/// Rounds that somebody called for since they last went.
#[derive(Default)]
struct Calls {
    names: Mutex<BTreeSet<&'static str>>,
    bell: tokio::sync::Notify,
}

enum Kind {
    /// In memory there are neither readers of their own nor a file.
    Sqlite {
        writer: Mutex<rusqlite::Connection>,
        readers: Option<(r2d2::Pool<sqlite::Readers>, sqlite::File)>,
    },
    Postgres(pg::Pool),
}

impl Db {
    /// SQLite in a file: one writer, some readers, every setting read back (TRUST.md R6).
    pub fn sqlite(path: &Path) -> Result<Self, Fault> {
        sqlite::begin_private(path)?;
        let writer = rusqlite::Connection::open(path).map_err(sqlite::fault)?;
        sqlite::empty_log(&writer)?;
        let wanted = [
            ("journal_mode", "wal"),
            ("synchronous", "2"),
            ("foreign_keys", "1"),
            ("secure_delete", "1"),
            ("busy_timeout", "5000"),
        ];
        sqlite::settle(&writer, &wanted)?;
        let readers = sqlite::Readers { path: path.to_owned() };
        let readers = r2d2::Pool::builder()
            .max_size(4)
            .connection_timeout(Duration::from_secs(10))
            .build(readers)
            .map_err(|error| Fault::Busy(error.to_string()))?;
        let readers = Some((readers, sqlite::File::at(path)?));
        Ok(Self::of(Kind::Sqlite { writer: Mutex::new(writer), readers }))
    }

    /// SQLite in memory, for tests that live a year in a second. Readers share the writer's connection.
    pub fn memory() -> Result<Self, Fault> {
        let writer = rusqlite::Connection::open_in_memory().map_err(sqlite::fault)?;
        sqlite::settle(&writer, &[("foreign_keys", "1")])?;
        Ok(Self::of(Kind::Sqlite { writer: Mutex::new(writer), readers: None }))
    }

    /// PostgreSQL by its address. Connections are made when first needed and dropped when closed.
    pub fn postgres(url: &str) -> Result<Self, Fault> {
        Self::of_config(url.parse().map_err(pg::fault)?)
    }

    fn of_config(config: postgres::Config) -> Result<Self, Fault> {
        Ok(Self::of(Kind::Postgres(pg::Pool::of(config)?)))
    }

    fn of(kind: Kind) -> Self {
        Self { kind: Arc::new(kind), keystore: None, calls: Arc::default() }
    }

    /// The same database, with the keys that open what is sealed in it. Without them nothing can be recorded.
    #[must_use]
    pub fn with_keys(self, keys: &Keys) -> Self {
        Self { keystore: Some(Arc::new(Keystore::of(keys))), ..self }
    }

    pub(super) fn keystore(&self) -> Option<&Keystore> {
        self.keystore.as_deref()
    }

    /// The name of the kind, for the log and the settings page.
    pub fn kind(&self) -> &'static str {
        match *self.kind {
            Kind::Sqlite { .. } => "SQLite",
            Kind::Postgres(_) => "PostgreSQL",
        }
    }

    /// Calls for a round: it goes as soon as the one who goes the rounds looks up.
    pub fn call(&self, round: &'static str) {
        self.calls.names.lock().unwrap_or_else(PoisonError::into_inner).insert(round);
        self.calls.bell.notify_waiters();
    }

    /// Whether a round was called for; the call is answered by asking.
    pub(super) fn was_called(&self, round: &str) -> bool {
        self.calls.names.lock().unwrap_or_else(PoisonError::into_inner).remove(round)
    }

    /// Waits until somebody calls for a round.
    pub(super) async fn called(&self) {
        self.calls.bell.notified().await;
    }

    /// Clears what was overwritten or deleted out of the files of the database: free pages, older versions of rows,
    /// the write-ahead log. `tables` are those in which something was; whoever still looks at an older state delays it.
    pub fn sweep(&self, tables: &[&str]) -> Result<(), Fault> {
        match &*self.kind {
            Kind::Sqlite { writer, readers } => sqlite::sweep(&sqlite::held(writer), readers.is_some()),
            Kind::Postgres(pool) => pg::sweep(pool, tables),
        }
    }

    /// A connection inside a transaction that sees one snapshot.
    pub(super) fn begin_read(&self) -> Result<Session<'_>, Fault> {
        match &*self.kind {
            Kind::Sqlite { readers: Some((readers, file)), .. } => {
                file.must_be_there()?;
                let conn = readers.get().map_err(|error| Fault::Busy(error.to_string()))?;
                Session::begin(Link::Reader(conn), "BEGIN")
            }
            Kind::Sqlite { writer, readers: None } => {
                Session::begin(Link::Writer(sqlite::held(writer)), "BEGIN")
            }
            Kind::Postgres(pool) => {
                Session::begin(pg::link(pool)?, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            }
        }
    }

    /// A connection inside the one write transaction. PostgreSQL waits at the log's row, SQLite here.
    pub(super) fn begin_write(&self) -> Result<Session<'_>, Fault> {
        match &*self.kind {
            Kind::Sqlite { writer, readers } => {
                let writer = sqlite::held(writer);
                if let Some((_, file)) = readers {
                    file.must_be_there()?;
                }
                Session::begin(Link::Writer(writer), "BEGIN IMMEDIATE")
            }
            Kind::Postgres(pool) => Session::begin(pg::link(pool)?, "BEGIN"),
        }
    }

    /// The columns of every table, as the database's own catalogue has them: table, column, type, nullable.
    pub fn catalogue(&self) -> Result<Vec<[String; 4]>, Fault> {
        let session = self.begin_read()?;
        let text = match *self.kind {
            Kind::Sqlite { .. } => {
                "SELECT m.name, c.name, c.type, CASE WHEN c.\"notnull\" = 0 AND c.pk = 0 THEN 'null' ELSE 'not null' END
                 FROM sqlite_schema m JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite%'
                 ORDER BY m.name, c.cid"
            }
            Kind::Postgres(_) => {
                "SELECT table_name::text, column_name::text, upper(data_type::text),
                        CASE WHEN is_nullable = 'YES' THEN 'null' ELSE 'not null' END
                 FROM information_schema.columns WHERE table_schema = current_schema() ORDER BY table_name, ordinal_position"
            }
        };
        let rows = session.query(text, &[])?;
        let text = |value: Value| if let Value::Text(text) = value { text } else { String::new() };
        Ok(rows
            .into_iter()
            .filter_map(|row| <[Value; 4]>::try_from(row).ok())
            .map(|row| row.map(text))
            .collect())
    }
}

/// One transaction on one connection. Dropped without [`Session::commit`], nothing of it stays.
pub(super) struct Session<'a> {
    link: RefCell<Link<'a>>,
    open: bool,
}

#[expect(clippy::large_enum_variant, reason = "one per unit of work, on the stack, never in a list")]
enum Link<'a> {
    Writer(MutexGuard<'a, rusqlite::Connection>),
    Reader(r2d2::PooledConnection<sqlite::Readers>),
    Postgres(r2d2::PooledConnection<pg::Server>),
}

impl<'a> Session<'a> {
    fn begin(link: Link<'a>, text: &str) -> Result<Self, Fault> {
        let session = Self { link: RefCell::new(link), open: true };
        session.batch(text)?;
        Ok(session)
    }

    /// Runs a query and gives all its rows; every caller bounds them in its text.
    pub(super) fn query(&self, text: &str, values: &[Value]) -> Result<Vec<Row>, Fault> {
        match &mut *self.link.borrow_mut() {
            Link::Writer(conn) => sqlite::query(conn, text, values),
            Link::Reader(conn) => sqlite::query(conn, text, values),
            Link::Postgres(conn) => conn.query(text, values),
        }
    }

    /// Runs a write and gives the number of rows it touched.
    pub(super) fn execute(&self, text: &str, values: &[Value]) -> Result<u64, Fault> {
        match &mut *self.link.borrow_mut() {
            Link::Writer(conn) => sqlite::execute(conn, text, values),
            Link::Reader(conn) => sqlite::execute(conn, text, values),
            Link::Postgres(conn) => conn.execute(text, values),
        }
    }

    /// Runs several statements without parameters: migrations, BEGIN, COMMIT.
    pub(super) fn batch(&self, text: &str) -> Result<(), Fault> {
        match &mut *self.link.borrow_mut() {
            Link::Writer(conn) => conn.execute_batch(text).map_err(sqlite::fault),
            Link::Reader(conn) => conn.execute_batch(text).map_err(sqlite::fault),
            Link::Postgres(conn) => conn.client()?.batch_execute(text).map_err(pg::fault),
        }
    }

    pub(super) fn commit(mut self) -> Result<(), Fault> {
        self.open = false;
        let done = self.batch("COMMIT");
        if done.is_err() {
            // The answer to a failed COMMIT is unknown; what is open is closed, and the person retries by the same key.
            let _ = self.batch("ROLLBACK");
        }
        done
    }
}

impl Drop for Session<'_> {
    fn drop(&mut self) {
        if self.open {
            let _ = self.batch("ROLLBACK");
        }
    }
}
