//! Backups: a copy of the house that proves itself, the way back from it, and the drill that shows that the way is open.

pub mod command;
pub mod drill;
pub mod jobs;
pub mod make;
pub mod manifest;
pub mod restore;
pub mod shelf;

use crate::house::db::copy::Tools;
use crate::house::fault::{Fault, Stop};
use std::path::{Path, PathBuf};

/// Where backups go, and with what they are made.
#[derive(Debug, Clone, Default, clap::Args)]
pub struct Plan {
    /// Folder for the daily backup; none is made when absent.
    #[arg(long = "backup-to", env = "MEGURI_BACKUP_TO", global = true)]
    pub to: Option<PathBuf>,
    /// Folder for the copies of the keys; beside the folder of the backups when absent.
    #[arg(long = "backup-keys-to", env = "MEGURI_BACKUP_KEYS_TO", global = true)]
    pub keys_to: Option<PathBuf>,
    /// So many daily backups are kept.
    #[arg(long = "backup-keep", env = "MEGURI_BACKUP_KEEP", default_value_t = 14, global = true)]
    pub keep: usize,
    /// Folder of `pg_dump` and `pg_restore`, where they are not on the path.
    #[arg(long, env = "MEGURI_PG_TOOLS", global = true)]
    pub pg_tools: Option<PathBuf>,
}

impl Plan {
    pub fn tools(&self) -> Tools {
        Tools(self.pg_tools.clone())
    }
}

/// Where the copies of the keys go when nobody says: beside the backups, never in them.
pub fn keys_beside(to: &Path) -> PathBuf {
    let mut name = to.file_name().unwrap_or_default().to_os_string();
    name.push("-keys");
    to.with_file_name(name)
}

/// Why something was not done, for whoever runs the house: Japanese and English.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct No {
    pub ja: String,
    pub en: String,
}

/// What a step gives, or why not.
pub type Told<T> = Result<T, No>;

impl No {
    pub fn new(ja: impl Into<String>, en: impl Into<String>) -> Self {
        Self { ja: ja.into(), en: en.into() }
    }

    /// What a disk said no to, at a path.
    pub fn at(path: &Path) -> impl FnOnce(std::io::Error) -> Self {
        let path = path.display().to_string();
        move |error| match Fault::of_disk(&error) {
            Fault::Full(_) => Self::new(
                format!(
                    "{path} に書き込めません。ディスクに空きがありません。空きを増やしてから、もう一度実行してください。"
                ),
                format!("{path} cannot be written: the disk is full. Make room, then run again."),
            ),
            _ => Self::new(
                format!("{path} を読み書きできません（{error}）。場所とアクセス権を確かめてください。"),
                format!("{path} cannot be read or written ({error}). Check the place and its permissions."),
            ),
        }
    }
}

impl std::fmt::Display for No {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}\n{}", self.ja, self.en)
    }
}

impl From<Fault> for No {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Full(text) => Self::new(
                format!(
                    "ディスクに空きがありません（{text}）。空きを増やしてから、もう一度実行してください。"
                ),
                format!("The disk is full ({text}). Make room, then run again."),
            ),
            Fault::Busy(text) => Self::new(
                format!(
                    "データベースに接続できません（{text}）。動いていることを確かめて、もう一度実行してください。"
                ),
                format!("The database cannot be reached ({text}). See that it runs, then try again."),
            ),
            Fault::Double(text) | Fault::Broken(text) => Self::new(
                format!("できませんでした。原因: {text}"),
                format!("It could not be done. Cause: {text}"),
            ),
        }
    }
}

impl From<Stop> for No {
    fn from(stop: Stop) -> Self {
        match stop {
            Stop::Refusal(refusal) => Self::new(refusal.ja(), refusal.en()),
            Stop::Fault(fault) => fault.into(),
            other => Fault::broken(other).into(),
        }
    }
}
