//! The check itself: goes once through the stored lines and says what is wrong, and where.
//!
//! It streams: it holds a frontier, never the log. What it cannot see from the lines alone, such as whether live tables
//! equal the log, is the caller's to check with the entries it gets back.

use std::fmt;

use crate::commitment::{Payload, commit};
use crate::entry::{Entry, EntryError};
use crate::tree::{Frontier, Hash, leaf};

/// Walks a log from entry 0 to its head. After a finding the log is refuted and there is nothing more to take.
#[derive(Debug)]
pub struct Verifier {
    log: String,
    leaves: Option<Vec<Hash>>,
    frontier: Frontier,
    report: Report,
}

/// What was checked, for the log that passed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Report {
    /// Number of entries.
    pub size: u64,
    /// Number of commitments in all entries.
    pub commitments: u64,
    /// Number of payloads that were shown and match. The rest was withheld or erased and is not checked.
    pub payloads: u64,
    /// Time of the newest entry by its own claim, in milliseconds since 1970-01-01 UTC; 0 for the empty log.
    pub last_time: i64,
    /// Number of entries whose time is before that of the entry in front of them. Clocks are set back at times, so this
    /// is worth a question but refutes nothing.
    pub time_went_back: u64,
    /// The index of the first such entry.
    pub time_first_back: Option<u64>,
}

impl Verifier {
    /// A verifier for the log with this id (see [`Checkpoint::log_id`](crate::Checkpoint::log_id)).
    pub fn new(log_id: &str) -> Self {
        Self { log: log_id.to_owned(), leaves: None, frontier: Frontier::new(), report: Report::default() }
    }

    /// A verifier that also has the leaf hashes stored beside the entries.
    ///
    /// A head alone shows that some entry was changed, not which. The stored leaves are not trusted, since the root is
    /// still computed from the entries, but they name the place: the first entry that differs from its leaf is the
    /// [`Finding::Changed`].
    pub fn with_leaves(log_id: &str, leaves: Vec<Hash>) -> Self {
        Self { leaves: Some(leaves), ..Self::new(log_id) }
    }

    /// Takes the next stored entry under the index at which it is stored, with those of its payloads that are shown, in
    /// their order. Payloads may be left out (withheld, or erased); a payload that is shown must match a commitment
    /// behind that of the payload before it. A caller who knows how many were erased compares
    /// `entry.commit.len()` with what it has shown.
    ///
    /// # Errors
    /// The first [`Finding`] of this entry.
    pub fn take(&mut self, idx: u64, entry_bytes: &[u8], payloads: &[Payload]) -> Result<Entry, Finding> {
        let expected = self.frontier.size();
        if idx != expected {
            return Err(Finding::Gap { idx: expected, stored: idx });
        }
        let entry = Entry::read(entry_bytes).map_err(|error| Finding::Unreadable { idx, error })?;
        if entry.idx != idx {
            return Err(Finding::OtherPlace { idx, written: entry.idx });
        }
        if entry.log != self.log {
            return Err(Finding::OtherLog { idx, log: entry.log });
        }
        let leaf = leaf(entry_bytes);
        self.compare_leaf(idx, leaf)?;
        let mut commits = entry.commit.iter();
        for (nth, (salt, payload)) in (1..).zip(payloads) {
            let sought = commit(salt, payload);
            if !commits.any(|commit| *commit == sought) {
                return Err(Finding::Payload { idx, nth });
            }
        }
        self.report.commitments += entry.commit.len() as u64;
        self.report.payloads += payloads.len() as u64;
        if idx > 0 && entry.time < self.report.last_time {
            self.report.time_went_back += 1;
            self.report.time_first_back.get_or_insert(idx);
        }
        self.report.last_time = entry.time;
        self.frontier.append(leaf);
        self.report.size = self.frontier.size();
        Ok(entry)
    }

    /// Size and root of what was taken so far: to be compared with an earlier head that someone holds outside.
    pub fn head(&self) -> (u64, Hash) {
        (self.frontier.size(), self.frontier.root())
    }

    /// Compares what was taken with the head that was claimed.
    ///
    /// # Errors
    /// [`Finding::Missing`], [`Finding::Surplus`] or [`Finding::Root`].
    pub fn finish(self, size: u64, root: Hash) -> Result<Report, Finding> {
        let (taken, computed) = self.head();
        if taken < size {
            return Err(Finding::Missing { idx: taken, size });
        }
        if taken > size {
            return Err(Finding::Surplus { idx: size });
        }
        if computed != root {
            return Err(Finding::Root { size, claimed: root, computed });
        }
        Ok(self.report)
    }

    fn compare_leaf(&self, idx: u64, leaf: Hash) -> Result<(), Finding> {
        let Some(leaves) = &self.leaves else { return Ok(()) };
        match usize::try_from(idx).ok().and_then(|place| leaves.get(place)) {
            Some(stored) if *stored != leaf => Err(Finding::Changed { idx }),
            // A list that ends early helps no further; whether the entry belongs to the log is for the head to say.
            _ => Ok(()),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { size, commitments, payloads, .. } = self;
        write!(
            f,
            "{size} entries match the head; {payloads} of {commitments} private payloads were shown and match"
        )?;
        match self.time_first_back {
            Some(first) => {
                write!(f, "; time goes back at {} entries, first at entry {first}", self.time_went_back)
            }
            None => Ok(()),
        }
    }
}

impl Report {
    /// The same in Japanese.
    pub fn ja(&self) -> String {
        let Self { size, commitments, payloads, .. } = self;
        let back = self.time_first_back.map_or_else(String::new, |first| {
            format!(
                "。時刻が前の記録より戻っている箇所が {} 件あります（最初は {first} 番）",
                self.time_went_back
            )
        });
        format!(
            "記録 {size} 件がヘッドと一致しました。非公開本文は {commitments} 件中 {payloads} 件が開示され、一致しました{back}"
        )
    }
}

/// What is wrong with a log, and at which entry. Entries count from 0, payloads of an entry from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// Another entry is stored where this one should follow.
    Gap {
        /// Index that should follow.
        idx: u64,
        /// Index at which the next entry is stored.
        stored: u64,
    },
    /// The bytes are not an entry.
    Unreadable {
        /// Index of the entry.
        idx: u64,
        /// Why not.
        error: EntryError,
    },
    /// The entry says that it stands elsewhere.
    OtherPlace {
        /// Index at which it is stored.
        idx: u64,
        /// Index that it names itself.
        written: u64,
    },
    /// The entry says that it is of another log.
    OtherLog {
        /// Index of the entry.
        idx: u64,
        /// Log that it names.
        log: String,
    },
    /// The entry and its stored leaf hash differ: one of them was changed.
    Changed {
        /// Index of the entry.
        idx: u64,
    },
    /// A payload matches none of the commitments that are left for it: it was changed, moved or added.
    Payload {
        /// Index of the entry.
        idx: u64,
        /// Place among the payloads shown, from 1.
        nth: usize,
    },
    /// The head counts entries that are not there.
    Missing {
        /// Index of the first missing entry.
        idx: u64,
        /// Size by the head.
        size: u64,
    },
    /// There are more entries than the head counts.
    Surplus {
        /// Index of the first entry beyond.
        idx: u64,
    },
    /// Number and form are right, but the root is another: some entry below `size` was changed, or this is not the head
    /// of this log. See [`Verifier::with_leaves`] for the place.
    Root {
        /// Size by the head.
        size: u64,
        /// Root by the head.
        claimed: Hash,
        /// Root by the entries.
        computed: Hash,
    },
}

impl Finding {
    /// The same, where the log begins behind others that stand in one store with it: with the index over all of them.
    #[must_use]
    pub fn behind(mut self, first: u64) -> Self {
        match &mut self {
            Self::Gap { idx, stored } => {
                *idx += first;
                *stored = stored.saturating_add(first);
            }
            Self::Unreadable { idx, .. }
            | Self::OtherPlace { idx, .. }
            | Self::OtherLog { idx, .. }
            | Self::Changed { idx }
            | Self::Payload { idx, .. }
            | Self::Missing { idx, .. }
            | Self::Surplus { idx } => *idx += first,
            Self::Root { .. } => {}
        }
        self
    }
}

impl Finding {
    /// Index of the entry at fault; None for [`Finding::Root`], which is about all of them.
    pub fn idx(&self) -> Option<u64> {
        match self {
            Self::Gap { idx, .. }
            | Self::Unreadable { idx, .. }
            | Self::OtherPlace { idx, .. }
            | Self::OtherLog { idx, .. }
            | Self::Changed { idx }
            | Self::Payload { idx, .. }
            | Self::Missing { idx, .. }
            | Self::Surplus { idx } => Some(*idx),
            Self::Root { .. } => None,
        }
    }

    /// The same in Japanese.
    pub fn ja(&self) -> String {
        match self {
            Self::Gap { idx, stored } => {
                format!("記録 {idx} 番があるべき位置に {stored} 番が保存されています")
            }
            Self::Unreadable { idx, error } => format!("記録 {idx} 番を読み取れません：{}", error.ja()),
            Self::OtherPlace { idx, written } => {
                format!("記録 {idx} 番の本文には {written} 番と書かれています")
            }
            Self::OtherLog { idx, log } => format!("記録 {idx} 番は別のログ「{log}」のものです"),
            Self::Changed { idx } => {
                format!("記録 {idx} 番が保存済みのハッシュと一致しません。どちらかが変更されています")
            }
            Self::Payload { idx, nth } => format!("記録 {idx} 番の非公開本文 {nth} 件目が記録と一致しません"),
            Self::Missing { idx, size } => {
                format!("ヘッドは {size} 件を示していますが、記録 {idx} 番がありません")
            }
            Self::Surplus { idx } => format!("記録 {idx} 番以降はヘッドに含まれていません"),
            Self::Root { size, claimed, computed } => format!(
                "記録 {size} 件のルートがヘッドと一致しません（ヘッド {claimed}、計算結果 {computed}）。変更された記録があるか、別のログのヘッドです"
            ),
        }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Gap { idx, stored } => {
                write!(f, "entry {idx} should follow, but entry {stored} is stored there")
            }
            Self::Unreadable { idx, error } => write!(f, "entry {idx} is not an entry: {error}"),
            Self::OtherPlace { idx, written } => write!(f, "entry {idx} calls itself entry {written}"),
            Self::OtherLog { idx, log } => write!(f, "entry {idx} is of another log, \"{log}\""),
            Self::Changed { idx } => {
                write!(f, "entry {idx} differs from its stored hash: one of them was changed")
            }
            Self::Payload { idx, nth } => {
                write!(f, "private payload {nth} of entry {idx} is not the one that was recorded")
            }
            Self::Missing { idx, size } => {
                write!(f, "the head counts {size} entries, but entry {idx} is missing")
            }
            Self::Surplus { idx } => write!(f, "entry {idx} and those after it are not under the head"),
            Self::Root { size, claimed, computed } => write!(
                f,
                "the {size} entries have the root {computed}, but the head says {claimed}: an entry was changed, or \
                 this is the head of another log"
            ),
        }
    }
}

impl std::error::Error for Finding {}

#[cfg(test)]
mod tests;
