//! One SQL text, two drivers: `rusqlite` in a file, `postgres` over the wire. What differs between the
//! databases has its one name in this file.

use super::fault::Fault;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use std::cell::RefCell;
use std::collections::HashMap;
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
pub struct Db(Arc<Kind>);

enum Kind {
    Sqlite { writer: Mutex<rusqlite::Connection>, readers: Option<r2d2::Pool<SqliteReaders>> },
    Postgres(r2d2::Pool<PgServer>),
}

impl Db {
    /// SQLite in a file: one writer, some readers, every setting read back (TRUST.md R6).
    pub fn sqlite(path: &Path) -> Result<Self, Fault> {
        let writer = rusqlite::Connection::open(path).map_err(sqlite_fault)?;
        let wanted = [
            ("journal_mode", "wal"),
            ("synchronous", "2"),
            ("foreign_keys", "1"),
            ("secure_delete", "1"),
            ("busy_timeout", "5000"),
        ];
        settle(&writer, &wanted)?;
        owner_only(path)?;
        let readers = SqliteReaders { path: path.to_owned() };
        let readers = r2d2::Pool::builder()
            .max_size(4)
            .build(readers)
            .map_err(|error| Fault::Busy(error.to_string()))?;
        Ok(Self(Arc::new(Kind::Sqlite { writer: Mutex::new(writer), readers: Some(readers) })))
    }

    /// SQLite in memory, for tests that live a year in a second. Readers share the writer's connection.
    pub fn memory() -> Result<Self, Fault> {
        let writer = rusqlite::Connection::open_in_memory().map_err(sqlite_fault)?;
        settle(&writer, &[("foreign_keys", "1")])?;
        Ok(Self(Arc::new(Kind::Sqlite { writer: Mutex::new(writer), readers: None })))
    }

    /// PostgreSQL by its address. Connections are made when first needed and dropped when closed.
    pub fn postgres(url: &str) -> Result<Self, Fault> {
        let config: postgres::Config = url.parse().map_err(pg_fault)?;
        let pool =
            r2d2::Pool::builder().max_size(12).min_idle(Some(0)).connection_timeout(Duration::from_secs(10));
        let pool = pool.build(PgServer(config)).map_err(|error| Fault::Busy(error.to_string()))?;
        Ok(Self(Arc::new(Kind::Postgres(pool))))
    }

    /// The name of the kind, for the log and the settings page.
    pub fn kind(&self) -> &'static str {
        match *self.0 {
            Kind::Sqlite { .. } => "SQLite",
            Kind::Postgres(_) => "PostgreSQL",
        }
    }

    /// A connection inside a transaction that sees one snapshot.
    pub(super) fn begin_read(&self) -> Result<Session<'_>, Fault> {
        match &*self.0 {
            Kind::Sqlite { readers: Some(readers), .. } => {
                let conn = readers.get().map_err(|error| Fault::Busy(error.to_string()))?;
                Session::begin(Link::Reader(conn), "BEGIN")
            }
            Kind::Sqlite { writer, readers: None } => Session::begin(Link::Writer(held(writer)), "BEGIN"),
            Kind::Postgres(pool) => {
                Session::begin(pg_link(pool)?, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            }
        }
    }

    /// A connection inside the one write transaction. PostgreSQL waits at the log's row, SQLite here.
    pub(super) fn begin_write(&self) -> Result<Session<'_>, Fault> {
        match &*self.0 {
            Kind::Sqlite { writer, .. } => Session::begin(Link::Writer(held(writer)), "BEGIN IMMEDIATE"),
            Kind::Postgres(pool) => Session::begin(pg_link(pool)?, "BEGIN"),
        }
    }

    /// The columns of every table, as the database's own catalogue has them: table, column, type, nullable.
    pub fn catalogue(&self) -> Result<Vec<[String; 4]>, Fault> {
        let session = self.begin_read()?;
        let text = match *self.0 {
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
    Reader(r2d2::PooledConnection<SqliteReaders>),
    Postgres(r2d2::PooledConnection<PgServer>),
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
            Link::Writer(conn) => sqlite_query(conn, text, values),
            Link::Reader(conn) => sqlite_query(conn, text, values),
            Link::Postgres(conn) => conn.query(text, values),
        }
    }

    /// Runs a write and gives the number of rows it touched.
    pub(super) fn execute(&self, text: &str, values: &[Value]) -> Result<u64, Fault> {
        match &mut *self.link.borrow_mut() {
            Link::Writer(conn) => sqlite_execute(conn, text, values),
            Link::Reader(conn) => sqlite_execute(conn, text, values),
            Link::Postgres(conn) => conn.execute(text, values),
        }
    }

    /// Runs several statements without parameters: migrations, BEGIN, COMMIT.
    pub(super) fn batch(&self, text: &str) -> Result<(), Fault> {
        match &mut *self.link.borrow_mut() {
            Link::Writer(conn) => conn.execute_batch(text).map_err(sqlite_fault),
            Link::Reader(conn) => conn.execute_batch(text).map_err(sqlite_fault),
            Link::Postgres(conn) => conn.client()?.batch_execute(text).map_err(pg_fault),
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

fn sqlite_query(conn: &rusqlite::Connection, text: &str, values: &[Value]) -> Result<Vec<Row>, Fault> {
    let mut statement = conn.prepare_cached(&numbered(text)).map_err(sqlite_fault)?;
    let width = statement.column_count();
    let mut rows = statement.query(rusqlite::params_from_iter(values)).map_err(sqlite_fault)?;
    let mut found = Vec::new();
    while let Some(row) = rows.next().map_err(sqlite_fault)? {
        let read = |index| row.get_ref(index).map_err(sqlite_fault).map(sqlite_value);
        found.push((0..width).map(read).collect::<Result<Row, Fault>>()?);
    }
    Ok(found)
}

fn sqlite_execute(conn: &rusqlite::Connection, text: &str, values: &[Value]) -> Result<u64, Fault> {
    let mut statement = conn.prepare_cached(&numbered(text)).map_err(sqlite_fault)?;
    let touched = statement.execute(rusqlite::params_from_iter(values)).map_err(sqlite_fault)?;
    Ok(touched as u64)
}

/// SQLite numbers `$1` by first appearance, as a name; `?1` it numbers by the number. PostgreSQL knows only `$1`.
fn numbered(text: &str) -> String {
    text.replace('$', "?")
}

/// What SQLite holds. It checks no types: a float or a blob that plain SQL put there comes as a text that no
/// column accepts and that differs from all that was sealed, so that verification can name the row.
fn sqlite_value(value: rusqlite::types::ValueRef<'_>) -> Value {
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
struct SqliteReaders {
    path: std::path::PathBuf,
}

impl r2d2::ManageConnection for SqliteReaders {
    type Connection = rusqlite::Connection;
    type Error = rusqlite::Error;
    fn connect(&self) -> Result<Self::Connection, Self::Error> {
        let conn = rusqlite::Connection::open(&self.path)?;
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
fn settle(conn: &rusqlite::Connection, wanted: &[(&str, &str)]) -> Result<(), Fault> {
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
        let found = conn.query_row(&format!("PRAGMA {name}"), [], |row| {
            Ok(match row.get_ref(0)? {
                rusqlite::types::ValueRef::Integer(number) => number.to_string(),
                rusqlite::types::ValueRef::Text(text) => String::from_utf8_lossy(text).into_owned(),
                _ => String::new(),
            })
        });
        let found = found.map_err(sqlite_fault)?;
        if found != *value {
            return Err(Fault::broken(format!(
                "SQLite does not keep {name} = {value}: it says {found}. Not serving."
            )));
        }
    }
    Ok(())
}

/// The database file is for its owner alone.
#[cfg(unix)]
fn owner_only(path: &Path) -> Result<(), Fault> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600)).map_err(Fault::broken)
}

#[cfg(not(unix))]
fn owner_only(_: &Path) -> Result<(), Fault> {
    Ok(())
}

fn held(writer: &Mutex<rusqlite::Connection>) -> MutexGuard<'_, rusqlite::Connection> {
    // A unit of work that panicked was rolled back when its session was dropped.
    writer.lock().unwrap_or_else(PoisonError::into_inner)
}

fn sqlite_fault(error: rusqlite::Error) -> Fault {
    use rusqlite::ErrorCode;
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

/// Makes connections to PostgreSQL.
struct PgServer(postgres::Config);

/// A connection with the statements it has prepared.
struct PgConnection {
    client: Closing<postgres::Client>,
    prepared: HashMap<String, postgres::Statement>,
}

/// The client says good-bye to its server when dropped, which blocks; a thread of the runtime must not
/// block, and the pool may be dropped on one. So it is dropped on a thread of its own.
struct Closing<T: Send + 'static>(Option<T>);

impl<T: Send> Drop for Closing<T> {
    fn drop(&mut self) {
        let client = self.0.take();
        // Without a thread the socket simply closes with the process.
        let _ = std::thread::Builder::new().spawn(move || drop(client));
    }
}

impl PgConnection {
    fn client(&mut self) -> Result<&mut postgres::Client, Fault> {
        self.client.0.as_mut().ok_or_else(|| Fault::Busy("the connection is closed".into()))
    }
}

impl r2d2::ManageConnection for PgServer {
    type Connection = PgConnection;
    type Error = postgres::Error;
    fn connect(&self) -> Result<Self::Connection, Self::Error> {
        let client = self.0.connect(postgres::NoTls)?;
        Ok(PgConnection { client: Closing(Some(client)), prepared: HashMap::new() })
    }
    fn is_valid(&self, conn: &mut Self::Connection) -> Result<(), Self::Error> {
        conn.client.0.as_mut().map_or(Ok(()), |client| client.is_valid(Duration::from_secs(2)))
    }
    fn has_broken(&self, conn: &mut Self::Connection) -> bool {
        conn.client.0.as_ref().is_none_or(postgres::Client::is_closed)
    }
}

fn pg_link<'a>(pool: &r2d2::Pool<PgServer>) -> Result<Link<'a>, Fault> {
    pool.get().map(Link::Postgres).map_err(|error| Fault::Busy(error.to_string()))
}

impl PgConnection {
    fn statement(&mut self, text: &str) -> Result<postgres::Statement, Fault> {
        if let Some(statement) = self.prepared.get(text) {
            return Ok(statement.clone());
        }
        let statement = self.client()?.prepare(text).map_err(pg_fault)?;
        self.prepared.insert(text.to_owned(), statement.clone());
        Ok(statement)
    }

    fn query(&mut self, text: &str, values: &[Value]) -> Result<Vec<Row>, Fault> {
        let statement = self.statement(text)?;
        let rows = self.client()?.query(&statement, &as_params(values)).map_err(pg_fault)?;
        let read = |row: &postgres::Row| (0..row.len()).map(|index| pg_value(row, index)).collect();
        rows.iter().map(read).collect()
    }

    fn execute(&mut self, text: &str, values: &[Value]) -> Result<u64, Fault> {
        let statement = self.statement(text)?;
        self.client()?.execute(&statement, &as_params(values)).map_err(pg_fault)
    }
}

fn as_params(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

fn pg_value(row: &postgres::Row, index: usize) -> Result<Value, Fault> {
    let kind = row
        .columns()
        .get(index)
        .map(postgres::Column::type_)
        .ok_or_else(|| Fault::broken("no such column"))?;
    let value = match *kind {
        Type::INT8 => row.try_get::<_, Option<i64>>(index).map(|v| v.map(Value::Int)),
        Type::INT4 => row.try_get::<_, Option<i32>>(index).map(|v| v.map(|v| Value::Int(v.into()))),
        Type::BOOL => row.try_get::<_, Option<bool>>(index).map(|v| v.map(Value::Bool)),
        Type::TEXT | Type::VARCHAR | Type::NAME => {
            row.try_get::<_, Option<String>>(index).map(|v| v.map(Value::Text))
        }
        _ => {
            return Err(Fault::broken(format!("a {kind} came from the database; cast it to BIGINT or TEXT")));
        }
    };
    Ok(value.map_err(pg_fault)?.unwrap_or(Value::Null))
}

impl ToSql for Value {
    fn to_sql(
        &self,
        kind: &Type,
        out: &mut bytes::BytesMut,
    ) -> Result<IsNull, Box<dyn std::error::Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(number) if *kind == Type::INT4 => i32::try_from(*number)?.to_sql(kind, out),
            Self::Int(number) => number.to_sql(kind, out),
            Self::Bool(flag) => flag.to_sql(kind, out),
            Self::Text(text) => text.to_sql(kind, out),
        }
    }
    fn accepts(_: &Type) -> bool {
        true
    }
    to_sql_checked!();
}

fn pg_fault(error: postgres::Error) -> Fault {
    use postgres::error::SqlState;
    let text = error.as_db_error().map_or_else(|| error.to_string(), ToString::to_string);
    match error.code() {
        Some(code) if *code == SqlState::UNIQUE_VIOLATION => Fault::Double(text),
        Some(code) if *code == SqlState::DISK_FULL => Fault::Full(text),
        Some(code)
            if *code == SqlState::T_R_SERIALIZATION_FAILURE || *code == SqlState::T_R_DEADLOCK_DETECTED =>
        {
            Fault::Busy(text)
        }
        Some(code) if *code == SqlState::ADMIN_SHUTDOWN || *code == SqlState::CANNOT_CONNECT_NOW => {
            Fault::Busy(text)
        }
        None if error.is_closed() => Fault::Busy(text),
        _ => Fault::Broken(text),
    }
}
