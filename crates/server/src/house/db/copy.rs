//! Copies of the whole database while it is at work: SQLite by its online backup, PostgreSQL by its own tools.

use super::{Db, Kind, Link, Session, pg, sqlite};
use crate::house::fault::{Done, Fault};
use crate::house::kept::cell;
use crate::house::work::{Rx, Who};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Where PostgreSQL's own programs are: a folder, or wherever the machine finds programs.
#[derive(Debug, Clone, Default)]
pub struct Tools(pub Option<PathBuf>);

impl Tools {
    fn command(&self, name: &str, config: &postgres::Config) -> Command {
        let mut command = match &self.0 {
            Some(folder) => Command::new(folder.join(name)),
            None => Command::new(name),
        };
        // By the environment, so that no list of processes shows a password.
        for (name, value) in pg::environment(config) {
            command.env(name, value);
        }
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        command
    }

    fn run(mut command: Command) -> Result<(), Fault> {
        let output = command.output().map_err(|error| Self::missing(&command, &error))?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        let name = command.get_program().to_string_lossy().into_owned();
        let full = said.contains("No space left on device");
        let text = format!("{name}: {said}");
        Err(if full { Fault::Full(text) } else { Fault::Broken(text) })
    }

    fn missing(command: &Command, error: &std::io::Error) -> Fault {
        let name = command.get_program().to_string_lossy();
        Fault::broken(format!(
            "{name} cannot be started ({error}); install PostgreSQL's client programs, or name their folder by --pg-tools"
        ))
    }
}

impl Db {
    /// The name of the file that [`Db::copy_to`] writes.
    pub fn copy_name(&self) -> &'static str {
        match *self.kind {
            Kind::Sqlite { .. } => "meguri.db",
            Kind::Postgres(_) => "meguri.dump",
        }
    }

    /// Writes a copy of the database as one file, and looks into the very state that was copied.
    pub fn copy_to<T>(
        &self,
        who: Who,
        path: &Path,
        tools: &Tools,
        look: impl FnOnce(&Rx<'_>) -> Done<T>,
    ) -> Done<T> {
        let session = self.begin_read()?;
        // The first statement fixes what is seen.
        let schema = match &*self.kind {
            Kind::Sqlite { .. } => session.query("SELECT 'main' FROM log", &[])?,
            Kind::Postgres(_) => session.query("SELECT CAST(current_schema() AS TEXT)", &[])?,
        };
        match &*self.kind {
            Kind::Sqlite { .. } => session.copy_sqlite(path)?,
            Kind::Postgres(pool) => {
                let snapshot = session.query("SELECT pg_export_snapshot()", &[])?;
                let (schema, snapshot) = (first(&schema)?, first(&snapshot)?);
                let mut command = tools.command("pg_dump", &pool.config);
                command.args(["--format=custom", "--no-owner", "--no-privileges", "--no-password"]);
                command.args([format!("--schema={schema}"), format!("--snapshot={snapshot}")]);
                command.arg("--file").arg(path);
                Tools::run(command)?;
            }
        }
        look(&Rx::over(session, self.keystore(), who))
    }

    /// Whether nothing was ever kept here.
    pub fn is_bare(&self) -> Result<bool, Fault> {
        Ok(self.catalogue()?.is_empty())
    }

    /// Fills a PostgreSQL database that holds nothing from a copy, all or nothing.
    pub fn fill_from(&self, path: &Path, tools: &Tools) -> Result<(), Fault> {
        let Kind::Postgres(pool) = &*self.kind else {
            return Err(Fault::broken("only PostgreSQL is filled from a dump"));
        };
        let session = self.begin_read()?;
        let schema = first(&session.query("SELECT CAST(current_schema() AS TEXT)", &[])?)?;
        drop(session);
        let mut command = tools.command("pg_restore", &pool.config);
        command.args(["--no-owner", "--no-privileges", "--no-password", "--exit-on-error"]);
        command.args(["--single-transaction".into(), format!("--schema={schema}")]);
        command.arg("--dbname").arg(pool.name());
        command.arg(path);
        Tools::run(command)
    }

    /// Takes away again what [`Db::fill_from`] brought into a database that had held nothing.
    pub fn empty(&self) -> Result<(), Fault> {
        let Kind::Postgres(_) = &*self.kind else { return Ok(()) };
        let session = self.begin_write()?;
        let schema = first(&session.query("SELECT CAST(current_schema() AS TEXT)", &[])?)?;
        let name = schema.replace('"', "\"\"");
        session.batch(&["DROP SCHEMA \"", &name, "\" CASCADE; CREATE SCHEMA \"", &name, "\""].concat())?;
        session.commit()
    }

    /// A PostgreSQL database of its own on the same server, for a while; none on SQLite. It needs the right to make one.
    pub fn beside(&self, name: &str) -> Result<Option<Beside>, Fault> {
        let Kind::Postgres(pool) = &*self.kind else { return Ok(None) };
        let session = self.begin_read()?;
        let schema = first(&session.query("SELECT CAST(current_schema() AS TEXT)", &[])?)?;
        drop(session);
        let mut server = pool.config.clone().connect(postgres::NoTls).map_err(pg::fault)?;
        server.batch_execute(&["CREATE DATABASE ", name].concat()).map_err(|error| {
            Fault::broken(format!(
                "the drill needs a database of its own, and this user may not make one ({}): give it the right CREATEDB",
                pg::fault(error)
            ))
        })?;
        let mut config = pool.config.clone();
        config.dbname(name);
        let beside =
            Beside { server: Some(server), name: name.to_owned(), db: Self::of_config(config.clone())? };
        let mut client = config.connect(postgres::NoTls).map_err(pg::fault)?;
        let make = ["CREATE SCHEMA IF NOT EXISTS \"", &schema.replace('"', "\"\""), "\""].concat();
        client.batch_execute(&make).map_err(pg::fault)?;
        Ok(Some(beside))
    }

    /// The version of the database.
    pub fn version(&self) -> Result<String, Fault> {
        match &*self.kind {
            Kind::Sqlite { .. } => Ok(rusqlite::version().to_owned()),
            Kind::Postgres(_) => first(&self.begin_read()?.query("SHOW server_version", &[])?),
        }
    }

    /// What the database says of a setting, by its name; none where this kind has no such setting.
    pub fn setting(&self, name: &str) -> Result<Option<String>, Fault> {
        match &*self.kind {
            Kind::Sqlite { writer, .. } => sqlite::setting(&sqlite::held(writer), name).map(Some),
            Kind::Postgres(_) => {
                let text = "SELECT setting FROM pg_settings WHERE name = $1";
                let rows = self.begin_read()?.query(text, &[super::Value::Text(name.into())])?;
                rows.first().map(|row| cell(row, 0)).transpose()
            }
        }
    }
}

/// A database that goes when this does.
pub struct Beside {
    server: Option<postgres::Client>,
    name: String,
    pub db: Db,
}

impl Drop for Beside {
    fn drop(&mut self) {
        let Some(mut server) = self.server.take() else { return };
        let drop_it = ["DROP DATABASE IF EXISTS ", &self.name, " WITH (FORCE)"].concat();
        if let Err(error) = server.batch_execute(&drop_it) {
            tracing::error!(cause = %pg::fault(error), database = self.name, "a drill's database could not be dropped");
        }
    }
}

fn first(rows: &[super::Row]) -> Result<String, Fault> {
    rows.first().map_or_else(|| Err(Fault::broken("the database gave no answer")), |row| cell(row, 0))
}

impl Session<'_> {
    fn copy_sqlite(&self, path: &Path) -> Result<(), Fault> {
        match &*self.link.borrow() {
            Link::Writer(conn) => sqlite::copy(conn, path),
            Link::Reader(conn) => sqlite::copy(conn, path),
            Link::Postgres(_) => Err(Fault::broken("PostgreSQL is copied by its own programs")),
        }
    }
}
