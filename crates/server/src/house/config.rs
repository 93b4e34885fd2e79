//! Configuration: the command line and the environment; there is no configuration file.

use super::mail::Settings;
use crate::backup::Plan;
use std::path::PathBuf;

/// What every command needs to find its data.
#[derive(Debug, Clone, clap::Args)]
pub struct Config {
    /// Folder of the SQLite database and of evidence files.
    #[arg(long, env = "MEGURI_DATA", default_value = "data", global = true)]
    pub data: PathBuf,
    /// `postgres://…`; when absent, SQLite in the data folder.
    #[arg(long, env = "DATABASE_URL", global = true, hide_env_values = true)]
    pub database_url: Option<String>,
    /// Address to listen on.
    #[arg(long, env = "MEGURI_ADDRESS", default_value = "127.0.0.1:8080", global = true)]
    pub address: String,
    /// The organisation's time zone.
    #[arg(long, env = "MEGURI_ZONE", default_value = "Asia/Tokyo", global = true)]
    pub zone: String,
    /// The company's domain, under which heads of the record log are signed. Fixed once there is a signing key.
    #[arg(long, env = "MEGURI_LOG_NAME", default_value = super::outward::NAME, global = true)]
    pub log_name: String,
    /// A witness that is asked to cosign each head, and its public key; once for each witness.
    #[arg(
        long = "witness",
        env = "MEGURI_WITNESSES",
        num_args = 2,
        value_names = ["URL", "VKEY"],
        value_delimiter = ' ',
        action = clap::ArgAction::Append,
        global = true
    )]
    pub witnesses: Vec<String>,
    #[command(flatten)]
    pub backups: Plan,
    #[command(flatten)]
    pub mail: Settings,
}
