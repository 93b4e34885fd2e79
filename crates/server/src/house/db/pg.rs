//! PostgreSQL: what it needs to be asked and told.

use super::{Link, Row, Value};
use crate::house::fault::Fault;
use postgres::types::{IsNull, ToSql, Type, to_sql_checked};
use std::collections::HashMap;
use std::time::Duration;

/// Makes connections to PostgreSQL.
pub struct Server(pub postgres::Config);

/// A connection with the statements it has prepared.
pub struct Connection {
    client: Closing<postgres::Client>,
    prepared: HashMap<String, postgres::Statement>,
}

/// The connections there are, and how more are made.
pub struct Pool {
    links: r2d2::Pool<Server>,
    pub config: postgres::Config,
}

impl Pool {
    pub fn of(config: postgres::Config) -> Result<Self, Fault> {
        let links = r2d2::Pool::builder().max_size(12).min_idle(Some(0));
        let links = links.connection_timeout(Duration::from_secs(10)).build(Server(config.clone()));
        Ok(Self { links: links.map_err(|error| Fault::Busy(error.to_string()))?, config })
    }

    /// The name of the database; that of the user where none is given.
    pub fn name(&self) -> &str {
        self.config.get_dbname().or(self.config.get_user()).unwrap_or("postgres")
    }
}

/// The same address for PostgreSQL's own programs, as their environment takes it.
pub fn environment(config: &postgres::Config) -> Vec<(&'static str, String)> {
    use postgres::config::Host;
    let joined = |all: Vec<String>| if all.is_empty() { None } else { Some(all.join(",")) };
    let host = |host: &Host| match host {
        Host::Tcp(name) => name.clone(),
        #[cfg(unix)]
        Host::Unix(path) => path.to_string_lossy().into_owned(),
    };
    let password = config.get_password().map(|bytes| String::from_utf8_lossy(bytes).into_owned());
    let found = [
        ("PGHOST", joined(config.get_hosts().iter().map(host).collect())),
        ("PGPORT", joined(config.get_ports().iter().map(ToString::to_string).collect())),
        ("PGUSER", config.get_user().map(ToOwned::to_owned)),
        ("PGPASSWORD", password),
        ("PGDATABASE", config.get_dbname().map(ToOwned::to_owned)),
        ("PGOPTIONS", config.get_options().map(ToOwned::to_owned)),
    ];
    found.into_iter().filter_map(|(name, value)| value.map(|value| (name, value))).collect()
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

impl Connection {
    pub fn client(&mut self) -> Result<&mut postgres::Client, Fault> {
        self.client.0.as_mut().ok_or_else(|| Fault::Busy("the connection is closed".into()))
    }
}

impl r2d2::ManageConnection for Server {
    type Connection = Connection;
    type Error = postgres::Error;
    fn connect(&self) -> Result<Self::Connection, Self::Error> {
        let client = self.0.connect(postgres::NoTls)?;
        Ok(Connection { client: Closing(Some(client)), prepared: HashMap::new() })
    }
    fn is_valid(&self, conn: &mut Self::Connection) -> Result<(), Self::Error> {
        conn.client.0.as_mut().map_or(Ok(()), |client| client.is_valid(Duration::from_secs(2)))
    }
    fn has_broken(&self, conn: &mut Self::Connection) -> bool {
        conn.client.0.as_ref().is_none_or(postgres::Client::is_closed)
    }
}

pub fn link<'a>(pool: &Pool) -> Result<Link<'a>, Fault> {
    pool.links.get().map(Link::Postgres).map_err(|error| Fault::Busy(error.to_string()))
}

impl Connection {
    fn statement(&mut self, text: &str) -> Result<postgres::Statement, Fault> {
        if let Some(statement) = self.prepared.get(text) {
            return Ok(statement.clone());
        }
        let statement = self.client()?.prepare(text).map_err(fault)?;
        self.prepared.insert(text.to_owned(), statement.clone());
        Ok(statement)
    }

    pub fn query(&mut self, text: &str, values: &[Value]) -> Result<Vec<Row>, Fault> {
        let statement = self.statement(text)?;
        let rows = self.client()?.query(&statement, &as_params(values)).map_err(fault)?;
        let read = |row: &postgres::Row| (0..row.len()).map(|index| value_of(row, index)).collect();
        rows.iter().map(read).collect()
    }

    pub fn execute(&mut self, text: &str, values: &[Value]) -> Result<u64, Fault> {
        let statement = self.statement(text)?;
        self.client()?.execute(&statement, &as_params(values)).map_err(fault)
    }
}

/// Rewrites tables without the older versions of their rows, renews what the planner knows of their values, and asks
/// for a checkpoint, which only some roles may have: the manual says what the server's own log keeps, and how long.
pub fn sweep(pool: &Pool, tables: &[&str]) -> Result<(), Fault> {
    let mut conn = pool.links.get().map_err(|error| Fault::Busy(error.to_string()))?;
    let client = conn.client()?;
    wait_for_older(client)?;
    for table in tables {
        client.batch_execute(&["VACUUM (FULL, ANALYZE) ", table].concat()).map_err(fault)?;
    }
    for text in ["VACUUM pg_catalog.pg_statistic", "CHECKPOINT"] {
        if let Err(error) = client.batch_execute(text) {
            tracing::warn!(cause = %fault(error), "the role of the database may not do this: {text}");
        }
    }
    Ok(())
}

/// Waits until nobody looks at a state from before now: what somebody may still see, a table is rewritten with.
fn wait_for_older(client: &mut postgres::Client) -> Result<(), Fault> {
    let now: String = client
        .query_one("SELECT pg_current_xact_id()::xid::text", &[])
        .and_then(|row| row.try_get(0))
        .map_err(fault)?;
    let text =
        "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()
                AND GREATEST(age(backend_xmin), age(backend_xid)) >= age(CAST($1 AS TEXT)::xid)";
    for _ in 0..50 {
        let older: i64 = client.query_one(text, &[&now]).and_then(|row| row.try_get(0)).map_err(fault)?;
        if older == 0 {
            return Ok(());
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Err(Fault::Busy("somebody still reads an older state".into()))
}

fn as_params(values: &[Value]) -> Vec<&(dyn ToSql + Sync)> {
    values.iter().map(|value| value as &(dyn ToSql + Sync)).collect()
}

fn value_of(row: &postgres::Row, index: usize) -> Result<Value, Fault> {
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
    Ok(value.map_err(fault)?.unwrap_or(Value::Null))
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

pub fn fault(error: postgres::Error) -> Fault {
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
