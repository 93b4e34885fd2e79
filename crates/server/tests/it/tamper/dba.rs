//! Somebody with the keys to the database itself: no acts, no rules, plain SQL.

use meguri::record::verify::TABLES;
use std::path::Path;

pub enum Dba {
    Sqlite(rusqlite::Connection),
    Postgres(Box<postgres::Client>),
}

impl Dba {
    /// Opens the file a second time, without keys and checks, and puts a copy of every table aside.
    pub fn sqlite(path: &Path) -> Self {
        let conn = rusqlite::Connection::open(path).unwrap();
        conn.execute_batch(
            "PRAGMA busy_timeout = 5000; PRAGMA foreign_keys = 0; PRAGMA ignore_check_constraints = 1",
        )
        .unwrap();
        let mut dba = Self::Sqlite(conn);
        dba.copy_all();
        dba
    }

    /// Connects as owner, without keys and checks, and puts a copy of every table aside.
    pub fn postgres(address: &str) -> Self {
        let mut client = postgres::Client::connect(address, postgres::NoTls).unwrap();
        client.batch_execute("SET session_replication_role = replica").unwrap();
        let checks = "SELECT conrelid::regclass::text, conname::text FROM pg_constraint
                      WHERE contype = 'c' AND connamespace = current_schema()::regnamespace";
        for row in client.query(checks, &[]).unwrap() {
            let (table, check): (String, String) = (row.get(0), row.get(1));
            client.batch_execute(&format!("ALTER TABLE {table} DROP CONSTRAINT \"{check}\"")).unwrap();
        }
        let mut dba = Self::Postgres(Box::new(client));
        dba.copy_all();
        dba
    }

    #[track_caller]
    pub fn run(&mut self, text: &str) {
        match self {
            Self::Sqlite(conn) => conn.execute_batch(text).unwrap_or_else(|error| panic!("{text}: {error}")),
            Self::Postgres(client) => {
                client.batch_execute(text).unwrap_or_else(|error| panic!("{text}: {error:?}"));
            }
        }
    }

    /// The first cell of a query, as text; `None` for NULL and for no row.
    #[track_caller]
    pub fn ask(&mut self, text: &str) -> Option<String> {
        match self {
            Self::Sqlite(conn) => {
                conn.query_row(text, [], |row| row.get(0)).unwrap_or_else(|error| panic!("{text}: {error}"))
            }
            Self::Postgres(client) => {
                client.query_one(text, &[]).unwrap_or_else(|error| panic!("{text}: {error:?}")).get(0)
            }
        }
    }

    pub fn is_sqlite(&self) -> bool {
        matches!(self, Self::Sqlite(_))
    }

    /// Puts a table back as it was when the copies were made.
    pub fn restore(&mut self, table: &str) {
        self.run(&format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM copy_of_{table}"));
    }

    fn copy_all(&mut self) {
        let kept = TABLES.iter().map(|table| table.name);
        for table in kept.chain(["log", "entry", "payload"]) {
            self.run(&format!("CREATE TABLE copy_of_{table} AS SELECT * FROM {table}"));
        }
    }
}
