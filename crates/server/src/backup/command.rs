//! `meguri backup`, `meguri restore` and `meguri drill`.

use super::{Told, drill, keys_beside, make, restore};
use crate::house::clock::Clock;
use crate::house::config::Config;
use crate::house::db::Db;
use crate::house::web::App;
use meguri_record::VerifierKey;
use std::path::PathBuf;

/// Make a backup while Meguri serves.
#[derive(clap::Args)]
pub struct Backup {
    /// Folder for backups; each is a folder of its own in it.
    #[arg(long)]
    to: PathBuf,
    /// Folder for the copy of the keys; beside the other when absent.
    #[arg(long)]
    keys_to: Option<PathBuf>,
}

/// Restore a backup into a new folder (`--data`), or also into an empty database (`--database-url`).
#[derive(clap::Args)]
pub struct Restore {
    /// The folder of one backup.
    backup: PathBuf,
    /// Folder of the keys: that of the living house, or the one with the copies. The newest copy beside the backups when absent.
    #[arg(long)]
    keys: Option<PathBuf>,
    /// The public key that must have signed, as `meguri backup` printed it.
    #[arg(long)]
    key: Option<String>,
}

/// Back up, restore into an empty folder, verify; ends in PASS or FAIL with a page.
#[derive(clap::Args)]
pub struct Drill {
    /// An empty folder.
    #[arg(long)]
    to: PathBuf,
}

/// What a command says, and whether it went well.
pub type Answer = (Vec<String>, bool);

impl Backup {
    pub fn run(&self, app: &App) -> Told<Answer> {
        let keys_to = self.keys_to.clone().unwrap_or_else(|| keys_beside(&self.to));
        let order = make::Order { to: &self.to, keys_to: &keys_to, tools: &app.backups.tools() };
        let made = make::make(app, &order)?;
        let key = super::manifest::key(&app.keys, &app.chance)?.verifier().text();
        let (folder, keys) = (made.folder.display(), made.keys.display());
        let (size, files) = (made.manifest.size, made.manifest.items.len());
        Ok((
            vec![
                format!(
                    "バックアップ: {folder}\n鍵の写し: {keys}\n記録{size}件、ファイル{files}件。\n鍵の写しは、バックアップと別の場所に保管してください。"
                ),
                format!(
                    "backup {folder}\nkeys {keys}\n{size} entries, {files} files. Keep the copy of the keys apart from the backup."
                ),
                format!("root {}\nkey {key}", made.manifest.root),
            ],
            true,
        ))
    }
}

impl Restore {
    pub fn run(&self, config: &Config) -> Told<Answer> {
        let key = self.key.as_deref().map(VerifierKey::read).transpose();
        let key = key.map_err(|error| {
            super::No::new(format!("--key: {}。", error.ja()), format!("--key: {error}."))
        })?;
        let restored = restore::restore(&restore::Order {
            backup: &self.backup,
            data: &config.data,
            database: config.database_url.as_deref().map(Db::postgres).transpose()?,
            keys: self.keys.clone(),
            key,
            tools: &config.backups.tools(),
            clock: Clock::real(&config.zone),
        })?;
        let data = config.data.display();
        let (size, rows, evidence) = (restored.manifest.size, restored.rows, restored.evidence);
        Ok((
            vec![
                format!(
                    "{data} に復元しました。記録{size}件、データ{rows}行、証跡ファイル{evidence}件を検証し、目録のルートと一致しました。"
                ),
                format!(
                    "Restored into {data}. {size} entries, {rows} rows and {evidence} evidence files were verified; the root is that of the manifest."
                ),
                format!("root {}", restored.manifest.root),
            ],
            true,
        ))
    }
}

impl Drill {
    pub fn run(&self, app: &App) -> Told<Answer> {
        let ended = drill::drill(app, &self.to, &app.backups.tools())?;
        let report = ended.report.display();
        Ok(match ended.seen {
            Ok(_) => (vec![format!("PASS\n{report}")], true),
            Err(no) => (vec![no.to_string(), format!("FAIL\n{report}")], false),
        })
    }
}
