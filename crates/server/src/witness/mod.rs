//! The witness 証人: a small server on another administrator's machine that cosigns heads of logs it watches, after it has
//! seen that each goes on from the last, and never goes back (C2SP tlog-witness). It has no database and no pages but one.

mod desk;
mod shelf;

use crate::house::clock::{Chance, Clock};
use crate::house::config::Config;
use crate::house::fault::{Done, Fault};
use meguri_domain::Refusal;
use meguri_record::{Duty, VerifierKey};
use std::sync::Arc;

pub use desk::router;
pub use shelf::Shelf;

/// Run a witness for logs of others: cosign each head that goes on from the last, and never go back.
#[derive(clap::Args)]
pub struct Witness {
    /// The name of its key. Fixed once there is one.
    #[arg(long, env = "MEGURI_WITNESS_NAME", default_value = "witness.meguri.internal")]
    name: String,
    /// The public key of a log it watches; once for each log, and for each key of a log that changes its key.
    #[arg(long = "log", value_name = "VKEY", env = "MEGURI_WITNESS_LOGS", value_delimiter = ' ')]
    logs: Vec<String>,
}

impl Witness {
    /// Opens its folder, and makes its key where there is none.
    pub fn open(&self, config: &Config) -> Done<Shelf> {
        let mut logs = Vec::new();
        for text in &self.logs {
            let key = VerifierKey::read(text).ok().filter(|key| key.duty() == Duty::Log);
            logs.push(key.ok_or(Refusal::Because((
                "--log の鍵を読めません。記録簿の公開鍵（名前+8桁+英数字の1行）を、写し間違いのないように貼り付けてください。",
                "A key given with --log cannot be read. Paste the public key of the log, one line of name+8 digits+letters, as it is.",
            )))?);
        }
        Shelf::open(&config.data.join("witness"), &self.name, &logs, &Chance::of_the_system())
    }

    /// What it says when it starts.
    pub fn greeting(shelf: &Shelf) -> String {
        let key = shelf.verifier().text();
        let mut lines = format!("witness key {key}\n");
        for origin in shelf.origins() {
            lines.push_str(&["watching ", origin, "\n"].concat());
        }
        if shelf.origins().next().is_none() {
            lines.push_str(
                "見守る記録簿がありません。--log に記録簿の公開鍵を指定してください。\n\
                 No log is watched. Give the public key of one with --log.\n",
            );
        }
        lines
    }
}

/// Serves until it is asked to stop.
pub async fn serve(
    shelf: Shelf,
    clock: Clock,
    listener: tokio::net::TcpListener,
    stop: impl Future<Output = ()> + Send + 'static,
) -> Done<()> {
    let router = router(Arc::new(shelf), clock);
    axum::serve(listener, router).with_graceful_shutdown(stop).await.map_err(Fault::broken)?;
    Ok(())
}
