//! Two kinds of no: a [`Refusal`] is the person's and expected; a [`Fault`] is ours, logged, and shown as an apology.

use axum::http::StatusCode;
use meguri_domain::{Refusal, Word};

/// Something of ours that failed. The text is for the log, never for the person.
#[derive(Debug)]
pub enum Fault {
    /// The database is locked, gone or too slow; trying again may help.
    Busy(String),
    /// There is no room left to write to.
    Full(String),
    /// A row with the same key exists already.
    Double(String),
    /// Anything else.
    Broken(String),
}

impl Fault {
    /// What the disk said no to; that it takes no more is a fault of its own kind.
    pub fn of_disk(error: &std::io::Error) -> Self {
        use std::io::ErrorKind;
        match error.kind() {
            ErrorKind::StorageFull | ErrorKind::QuotaExceeded => Self::Full(error.to_string()),
            _ => Self::broken(error),
        }
    }

    pub fn broken(text: impl std::fmt::Display) -> Self {
        Self::Broken(text.to_string())
    }
}

/// Ends the program, because the disk did not keep its word. After a sync that failed nobody knows what is on the
/// disk, and a later sync that succeeds tells nothing of it; so nothing more is acknowledged (TRUST.md R5). What
/// was acknowledged before is there, and the next start reads it.
#[expect(clippy::exit, reason = "an answer after this would be a promise nobody can keep")]
pub fn end_at_once(error: &dyn std::fmt::Display) -> ! {
    tracing::error!(cause = %error, "the disk did not keep what was written; ending");
    std::process::exit(74)
}

/// Waits until the disk has a file. Where it has no room the caller hears of it; where it does not keep its word, nothing more
/// is acknowledged.
pub fn synced(file: &std::fs::File) -> Result<(), Fault> {
    match file.sync_all().map_err(|error| Fault::of_disk(&error)) {
        Err(Fault::Broken(text)) => end_at_once(&text),
        other => other,
    }
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Busy(text) => write!(f, "the database is busy: {text}"),
            Self::Full(text) => write!(f, "no room to write: {text}"),
            Self::Double(text) => write!(f, "the key exists already: {text}"),
            Self::Broken(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for Fault {}

/// Why a unit of work stopped. Nothing of it was kept.
#[derive(Debug)]
pub enum Stop {
    Refusal(Refusal),
    /// Somebody else saved first: what stands now, field by field, beside which the person's own is shown.
    Conflict(Conflict),
    /// Turned away at the door, before any concept was asked.
    Turned(Turned),
    Fault(Fault),
}

/// Why the door turned a request away.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turned {
    /// An act without its idempotency key, or with one that is too short or too long.
    Unkeyed,
    /// An act that a page of another site sent.
    Foreign,
    /// A one-time link that was used or is too old.
    DeadLink,
    /// The address takes other methods: it acts and cannot be looked at, or the reverse.
    Method,
    /// What was sent is no form that can be read; the status says how.
    Unreadable(StatusCode),
}

/// What stands now where a person wanted to save something else.
#[derive(Debug, Clone, Default)]
pub struct Conflict {
    /// Form field name, its word, and the value that stands now.
    pub fields: Vec<(&'static str, Word, String)>,
    /// The version that stands now.
    pub version: i64,
}

/// What a unit of work gives.
pub type Done<T> = Result<T, Stop>;

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refusal(refusal)
    }
}

impl From<Turned> for Stop {
    fn from(turned: Turned) -> Self {
        Self::Turned(turned)
    }
}

impl From<Fault> for Stop {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Double(_) => Self::Refusal(Refusal::Already { what: ("同じもの", "The same thing") }),
            Fault::Busy(_) | Fault::Full(_) | Fault::Broken(_) => Self::Fault(fault),
        }
    }
}

impl std::fmt::Display for Stop {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Refusal(refusal) => f.write_str(&refusal.en()),
            Self::Conflict(_) => f.write_str(&Refusal::Stale { current: 0 }.en()),
            Self::Turned(why) => write!(f, "turned away at the door: {why:?}"),
            Self::Fault(fault) => fault.fmt(f),
        }
    }
}

/// Puts what stands now beside a refusal of staleness; other refusals pass as they are.
pub fn beside(refusal: Refusal, fields: impl FnOnce() -> Vec<(&'static str, Word, String)>) -> Stop {
    match refusal {
        Refusal::Stale { current } => Stop::Conflict(Conflict { fields: fields(), version: current }),
        other => Stop::Refusal(other),
    }
}
