//! Fresh databases: SQLite in memory or in a file, PostgreSQL as a schema of its own that is dropped at the end.

use meguri::house::db::Db;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};

/// Where a fresh database lives, and what must be cleared away with it.
pub enum Place {
    Memory { folder: PathBuf },
    File { folder: PathBuf },
    Schema { folder: PathBuf, url: String, schema: String },
}

/// One fresh place per kind of database; says so when PostgreSQL is not asked for.
pub fn databases() -> Vec<Place> {
    let mut places = vec![Place::memory()];
    match Place::schema() {
        Some(place) => places.push(place),
        None => println!("TEST_DATABASE_URL is not set: on SQLite only (`cargo xtask check` runs both)"),
    }
    places
}

impl Place {
    pub fn memory() -> Self {
        Self::Memory { folder: fresh_folder() }
    }

    /// SQLite in a file, where a test looks at the file itself.
    pub fn file() -> Self {
        Self::File { folder: fresh_folder() }
    }

    /// A schema of its own, when there is a PostgreSQL to test on.
    pub fn schema() -> Option<Self> {
        let url = std::env::var("TEST_DATABASE_URL").ok()?;
        let folder = fresh_folder();
        let schema = format!("it_{}_{}", std::process::id(), next());
        Some(Self::Schema { folder, url, schema })
    }

    pub fn kind(&self) -> &'static str {
        match self {
            Self::Memory { .. } | Self::File { .. } => "SQLite",
            Self::Schema { .. } => "PostgreSQL",
        }
    }

    pub fn open(&mut self) -> Db {
        match self {
            Self::Memory { .. } => Db::memory().unwrap(),
            Self::File { folder } => Db::sqlite(&folder.join("meguri.db")).unwrap(),
            Self::Schema { url, schema, .. } => {
                let mut client = postgres::Client::connect(url, postgres::NoTls).unwrap();
                client
                    .batch_execute(&format!("DROP SCHEMA IF EXISTS {schema} CASCADE; CREATE SCHEMA {schema}"))
                    .unwrap();
                Db::postgres(&address(url, schema)).unwrap()
            }
        }
    }

    /// A copy of an SQLite file with its evidence; nobody may be writing.
    pub fn copied(&self) -> Self {
        let copy = Self::file();
        for name in ["meguri.db", "meguri.db-wal"] {
            if self.folder().join(name).exists() {
                std::fs::copy(self.folder().join(name), copy.folder().join(name)).unwrap();
            }
        }
        copy_folder(&self.files(), &copy.files());
        copy_folder(&self.folder().join("keys"), &copy.folder().join("keys"));
        copy_folder(&self.folder().join("audits"), &copy.folder().join("audits"));
        copy
    }

    /// The folder of evidence files.
    pub fn files(&self) -> PathBuf {
        self.folder().join("files")
    }

    pub fn folder(&self) -> &PathBuf {
        match self {
            Self::Memory { folder } | Self::File { folder } | Self::Schema { folder, .. } => folder,
        }
    }

    /// The address under which plain SQL reaches the same tables, for tests that tamper.
    pub fn address(&self) -> Option<String> {
        match self {
            Self::Memory { .. } | Self::File { .. } => None,
            Self::Schema { url, schema, .. } => Some(address(url, schema)),
        }
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(self.folder());
        if let Self::Schema { url, schema, .. } = self
            && let Ok(mut client) = postgres::Client::connect(url, postgres::NoTls)
        {
            let _ = client.batch_execute(&format!("DROP SCHEMA IF EXISTS {schema} CASCADE"));
        }
    }
}

fn address(url: &str, schema: &str) -> String {
    let joint = if url.contains('?') { '&' } else { '?' };
    format!("{url}{joint}options=-csearch_path%3D{schema}%20-cclient_min_messages%3Dwarning")
}

/// Copies a folder with all that is in it; one that is not there is an empty one.
pub fn copy_folder(from: &std::path::Path, to: &std::path::Path) {
    let Ok(entries) = std::fs::read_dir(from) else { return };
    std::fs::create_dir_all(to).unwrap();
    std::fs::set_permissions(to, std::fs::metadata(from).unwrap().permissions()).unwrap();
    for entry in entries.map(Result::unwrap) {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy_folder(&from, &to);
        } else {
            std::fs::copy(from, to).unwrap();
        }
    }
}

fn fresh_folder() -> PathBuf {
    let folder = std::env::temp_dir().join(format!("meguri-it-{}-{}", std::process::id(), next()));
    std::fs::create_dir_all(&folder).unwrap();
    folder
}

fn next() -> u64 {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    COUNT.fetch_add(1, Ordering::SeqCst)
}
