//! Where a bench keeps its data: a folder, or a schema of PostgreSQL, both gone when it ends.

use meguri::house::db::Db;
use meguri::house::fault::{Done, Fault};
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

pub struct Place {
    pub db: Db,
    pub folder: PathBuf,
    /// Where PostgreSQL is, for another process that is to see the same tables.
    pub address: Option<String>,
    schema: Option<(String, String)>,
}

impl Place {
    pub fn sqlite() -> Done<Option<Self>> {
        let folder = fresh()?;
        let db = Db::sqlite(&folder.join("meguri.db"))?;
        Ok(Some(Self { db, folder, address: None, schema: None }))
    }

    pub fn postgres() -> Done<Option<Self>> {
        let Ok(url) = std::env::var("TEST_DATABASE_URL") else {
            eprintln!("TEST_DATABASE_URL is not set: on SQLite only");
            return Ok(None);
        };
        let folder = fresh()?;
        // The folder's name is used once and has the letters that a schema may have, but for its dashes.
        let name = folder.file_name().map(|name| name.to_string_lossy().replace('-', "_"));
        let schema = name.unwrap_or_else(|| "meguri_bench".into());
        statement(&url, &format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}"))?;
        let joint = if url.contains('?') { '&' } else { '?' };
        let address =
            format!("{url}{joint}options=-csearch_path%3D{schema}%20-cclient_min_messages%3Dwarning");
        let db = Db::postgres(&address)?;
        Ok(Some(Self { db, folder, address: Some(address), schema: Some((url, schema)) }))
    }

    /// Lets the database look at its tables, as it does by itself in a house that has lived for a while.
    pub fn settle(&self) -> Done<()> {
        match &self.schema {
            Some((url, _)) => statement(url, "ANALYZE"),
            None => Ok(()),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
        if let Some((url, schema)) = &self.schema {
            let _ = statement(url, &format!("DROP SCHEMA IF EXISTS {schema} CASCADE"));
        }
    }
}

fn statement(url: &str, text: &str) -> Done<()> {
    let mut client = postgres::Client::connect(url, postgres::NoTls).map_err(Fault::broken)?;
    Ok(client.batch_execute(text).map_err(Fault::broken)?)
}

fn fresh() -> Done<PathBuf> {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let nth = COUNT.fetch_add(1, Ordering::SeqCst);
    let folder = std::env::temp_dir().join(format!("meguri-bench-{}-{nth}", std::process::id()));
    std::fs::create_dir_all(&folder).map_err(Fault::broken)?;
    Ok(folder)
}
