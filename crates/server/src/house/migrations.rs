//! Migrations: the tables, brought to their newest form, and the beginning of the record log.

use super::clock::Chance;
use super::db::{Db, Session, Value};
use super::fault::Fault;
use super::kept::cell;
use meguri_record::{Frontier, Hash};

impl Db {
    /// Brings the tables to the newest migration and begins the record log.
    pub fn migrate(&self, chance: &Chance) -> Result<(), Fault> {
        let session = self.begin_write()?;
        session
            .batch("CREATE TABLE IF NOT EXISTS migration (name TEXT PRIMARY KEY, sha256 TEXT NOT NULL)")?;
        for (name, text) in MIGRATIONS {
            let sha256 = Hash::of(text.as_bytes()).to_string();
            let done = session
                .query("SELECT sha256 FROM migration WHERE name = $1", &[Value::Text((*name).into())])?;
            match done.first() {
                Some(row) if cell::<String>(row, 0)? == sha256 => {}
                Some(_) => {
                    return Err(Fault::broken(format!("migration {name} was changed after it was applied")));
                }
                None => {
                    must_not_lose(&session, name)?;
                    session.batch(text)?;
                    let insert = "INSERT INTO migration (name, sha256) VALUES ($1, $2)";
                    session.execute(insert, &[Value::Text((*name).into()), Value::Text(sha256)])?;
                }
            }
        }
        if session.query("SELECT id FROM log", &[])?.is_empty() {
            let frontier = Frontier::new();
            let head = [
                Value::Text(chance.id()),
                Value::Text(frontier.encode()),
                Value::Text(frontier.root().to_string()),
            ];
            session.execute("INSERT INTO log (id, size, frontier, root) VALUES ($1, 0, $2, $3)", &head)?;
        }
        session.commit()
    }
}

/// Whether a migration would take away what was recorded before payloads were sealed: only a test of this program
/// can have left such a database, because none had been released.
fn must_not_lose(session: &Session<'_>, migration: &str) -> Result<(), Fault> {
    if migration != "0016_erasure" || session.query("SELECT idx FROM payload LIMIT 1", &[])?.is_empty() {
        return Ok(());
    }
    Err(Fault::broken(
        "this database was made by a trial version, from before records could be erased; begin with an empty data folder",
    ))
}

macro_rules! migrations {
    ($($name:literal),+ $(,)?) => {
        &[$(($name, include_str!(concat!("../../../../migrations/", $name, ".sql"))),)+]
    };
}

/// Forward only; one text for both databases. What has been released is never edited.
const MIGRATIONS: &[(&str, &str)] = migrations![
    "0001_people",
    "0002_record",
    "0003_register",
    "0004_risk",
    "0005_months",
    "0006_handling",
    "0007_patterns",
    "0008_imports",
    "0009_origins",
    "0010_views",
    "0011_register",
    "0012_speed",
    "0013_import_pieces",
    "0014_rounds",
    "0015_heads",
    "0016_erasure",
    "0018_audits",
    "0019_mail",
    "0020_outside",
    "0021_whole_packages",
    "0022_methods",
    "0023_statement",
    "0024_risk_pictures",
    "0025_plan",
    "0026_effects",
    "0027_risk_files",
    "0028_risk_ranking",
];
