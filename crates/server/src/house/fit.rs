//! Whether the ground is fit to stand on: facts of the database and the disk, and a table of what is refused (TRUST.md
//! R6). What is off is named, with what to do; nothing is served upon it.

use super::db::Db;
use super::fault::Fault;
use std::path::Path;

/// SQLite before this may lose what a checkpoint wrote.
const OLDEST_SQLITE: &str = "3.51.3";
/// File systems of other machines, by the number that `statfs` gives: NFS, SMB, CIFS, SMB 2, AFS, Coda, NCP, Ceph, 9P,
/// OCFS2, GFS2, Lustre, `BeeGFS`.
const FAR: &[i64] = &[
    0x6969,
    0x517b,
    0xff53_4d42,
    0xfe53_4d42,
    0x5346_414f,
    0x7375_7245,
    0x564c,
    0x00c3_6400,
    0x0102_1997,
    0x7461_636f,
    0x0116_1970,
    0x0bd0_0bd0,
    0x1983_0326,
];

/// What was found.
#[derive(Debug, Clone, Default)]
pub struct Facts {
    /// `SQLite` or `PostgreSQL`.
    pub kind: String,
    pub version: String,
    /// Settings by name.
    pub settings: Vec<(&'static str, String)>,
    /// The paths that others may open, of those that are for the owner alone.
    pub open: Vec<String>,
    /// The number of the file system under the data.
    pub file_system: i64,
}

/// Settings, and what of them is taken: the kind of database, the name, the values.
const SETTINGS: &[(&str, &str, &[&str])] = &[
    ("SQLite", "journal_mode", &["wal"]),
    ("SQLite", "synchronous", &["2", "3"]),
    ("SQLite", "foreign_keys", &["1"]),
    ("PostgreSQL", "fsync", &["on"]),
    ("PostgreSQL", "full_page_writes", &["on"]),
    ("PostgreSQL", "synchronous_commit", &["on", "local", "remote_write", "remote_apply"]),
];

impl Facts {
    /// What others may open, and what kind of disk it is: asked before the database is opened.
    pub fn of_disk(data: &Path, keys: &Path) -> Result<Self, Fault> {
        let names = ["meguri.db", "meguri.db-wal", "meguri.db-shm", "files"];
        let paths = names.map(|name| data.join(name)).into_iter().chain([keys.to_owned()]);
        let open = paths.filter(|path| others_may(path)).map(|path| path.display().to_string());
        Ok(Self { open: open.collect(), file_system: file_system(data)?, ..Self::default() })
    }

    /// What the database says of itself.
    pub fn of_database(db: &Db) -> Result<Self, Fault> {
        let mut settings = Vec::new();
        for (kind, name, _) in SETTINGS {
            if *kind == db.kind()
                && let Some(value) = db.setting(name)?
            {
                settings.push((*name, value));
            }
        }
        Ok(Self { kind: db.kind().into(), version: db.version()?, settings, ..Self::default() })
    }

    /// Everything that is off, in Japanese and English. `sqlite` says whether the data folder holds the database.
    pub fn refusals(&self, sqlite: bool) -> Vec<(String, String)> {
        let mut found = Vec::new();
        for path in &self.open {
            found.push((
                format!("{path} を、所有者以外も開けます。`chmod -R go-rwx {path}` を実行してから、起動してください。"),
                format!("Others than its owner may open {path}. Run `chmod -R go-rwx {path}`, then start again."),
            ));
        }
        if sqlite && FAR.contains(&self.file_system) {
            found.push((
                "データのフォルダーがネットワーク上のディスクにあります。SQLiteの記録が壊れるおそれがあります。この機械のディスクに移すか、PostgreSQLを使ってください。".into(),
                "The data folder lies on a network file system, where SQLite can lose or damage records. Move it to a disk of this machine, or use PostgreSQL.".into(),
            ));
        }
        if self.kind == "SQLite" && number(&self.version) < number(OLDEST_SQLITE) {
            let version = &self.version;
            found.push((
                format!(
                    "SQLite {version} は古すぎます。{OLDEST_SQLITE} 以上を含むMeguriに更新してください。"
                ),
                format!(
                    "SQLite {version} is too old. Update Meguri to a build with {OLDEST_SQLITE} or newer."
                ),
            ));
        }
        for (name, value) in &self.settings {
            let taken = SETTINGS.iter().find(|(kind, each, _)| *kind == self.kind && each == name);
            if let Some((kind, _, taken)) = taken.filter(|(_, _, taken)| !taken.contains(&value.as_str())) {
                let wanted = taken.first().copied().unwrap_or_default();
                found.push((
                    format!("{kind} の設定 {name} が {value} です。これでは、保存したと答えた記録を停電で失います。{wanted} に直してから、起動してください。"),
                    format!("{kind} has {name} = {value}: records that were acknowledged could be lost. Set it to {wanted}, then start again."),
                ));
            }
        }
        found
    }

    /// Refuses unless everything fits.
    pub fn must_fit(&self, sqlite: bool) -> Result<(), Fault> {
        let found = self.refusals(sqlite);
        if found.is_empty() {
            return Ok(());
        }
        let lines: Vec<String> = found.into_iter().map(|(ja, en)| format!("{ja}\n{en}")).collect();
        Err(Fault::broken(format!("起動しません。 / Not starting.\n{}", lines.join("\n"))))
    }
}

/// A version as numbers that compare.
fn number(version: &str) -> Vec<u32> {
    version.split('.').map(|part| part.parse().unwrap_or(0)).collect()
}

#[cfg(unix)]
fn others_may(path: &Path) -> bool {
    use std::os::unix::fs::PermissionsExt;
    std::fs::metadata(path).is_ok_and(|found| found.permissions().mode().trailing_zeros() < 6)
}

#[cfg(not(unix))]
fn others_may(_: &Path) -> bool {
    false
}

#[cfg(target_os = "linux")]
fn file_system(path: &Path) -> Result<i64, Fault> {
    let found = rustix::fs::statfs(path).map_err(Fault::broken)?;
    Ok(found.f_type & 0xffff_ffff)
}

#[cfg(not(target_os = "linux"))]
fn file_system(_: &Path) -> Result<i64, Fault> {
    Ok(0)
}

/// How much room there is at a path: free bytes and all.
pub fn room(path: &Path) -> Option<(u64, u64)> {
    let found = rustix::fs::statvfs(path).ok()?;
    Some((found.f_bavail.saturating_mul(found.f_frsize), found.f_blocks.saturating_mul(found.f_frsize)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fit(kind: &str) -> Facts {
        let settings = SETTINGS.iter().filter(|(each, ..)| *each == kind);
        let settings = settings.map(|(_, name, taken)| (*name, taken[0].to_owned())).collect();
        Facts { kind: kind.into(), version: "3.51.3".into(), settings, file_system: 0xef53, open: Vec::new() }
    }

    #[test]
    fn every_fault_of_the_ground_is_refused_by_its_name() {
        let named = |facts: &Facts, word: &str| {
            let found = facts.refusals(true);
            assert_eq!(found.len(), 1, "{word}: {found:?}");
            assert!(found[0].0.contains(word) && found[0].1.contains(word), "{word}: {found:?}");
            assert!(facts.must_fit(true).is_err());
        };
        for kind in ["SQLite", "PostgreSQL"] {
            assert_eq!(fit(kind).refusals(true), []);
            for at in 0..fit(kind).settings.len() {
                let mut facts = fit(kind);
                facts.settings[at].1 = "off".into();
                named(&facts, facts.settings[at].0);
            }
        }
        for value in ["0", "1"] {
            let mut facts = fit("SQLite");
            facts.settings[1].1 = value.into();
            named(&facts, "synchronous");
        }
        for version in ["3.51.2", "3.9.9", "3.50.100", ""] {
            named(&Facts { version: version.into(), ..fit("SQLite") }, "3.51.3");
        }
        for version in ["3.51.3", "3.51.10", "3.100.0", "4.0.0"] {
            assert_eq!(Facts { version: version.into(), ..fit("SQLite") }.refusals(true), []);
        }
        for far in FAR {
            let facts = Facts { file_system: *far, ..fit("SQLite") };
            named(&facts, "SQLite");
            assert_eq!(facts.refusals(false), [], "evidence alone may lie there");
        }
        named(&Facts { open: vec!["data/files".into()], ..fit("SQLite") }, "chmod -R go-rwx data/files");
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn the_facts_are_those_of_the_disk_and_the_database() {
        use std::fs::{Permissions, create_dir, set_permissions};
        use std::os::unix::fs::PermissionsExt;
        let house = tempfile::tempdir().unwrap();
        let (data, keys) = (house.path(), house.path().join("keys"));
        let db = Db::sqlite(&data.join("meguri.db")).unwrap();
        let facts = Facts::of_database(&db).unwrap();
        assert_eq!((facts.settings.len(), facts.refusals(true)), (3, Vec::new()));
        for name in ["files", "keys"] {
            create_dir(data.join(name)).unwrap();
            set_permissions(data.join(name), Permissions::from_mode(0o700)).unwrap();
        }
        assert_eq!(Facts::of_disk(data, &keys).unwrap().open, Vec::<String>::new());
        for name in ["meguri.db", "files", "keys"] {
            let before = std::fs::metadata(data.join(name)).unwrap().permissions();
            for mode in [0o704, 0o740, 0o710, 0o702] {
                set_permissions(data.join(name), Permissions::from_mode(mode)).unwrap();
                let open = Facts::of_disk(data, &keys).unwrap().open;
                assert_eq!(open, [data.join(name).display().to_string()], "{mode:o}");
            }
            set_permissions(data.join(name), before).unwrap();
        }
    }
}
