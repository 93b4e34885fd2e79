//! The check of a copy of the database (`meguri.db`) offline, without us: entries, heads, closed logs and, where their folders
//! are at hand, private texts, evidence files and the live tables. Only with the feature `database`.
//!
//! Like the check of a [`bundle`](crate::bundle) it streams: it holds hashes and the names of rows, never entries, texts or
//! files. Whatever is in the file may have been put there by an enemy; nothing is written to it or beside it.

mod era;
mod files;
mod open;
mod page;
mod replay;
mod sealed;

use std::path::Path;

use rusqlite::{Row, Rows};

use crate::bundle::{Failure, Outside};
use crate::checkpoint::Checkpoint;
use crate::entry::Entry;
use crate::trust::SignedHead;

use era::{Era, Walked, closing};
use files::Files;
use open::{Open, open, unfit};
use sealed::{Sealed, Stored};

pub use open::Beside;
pub use page::page;
pub use replay::{KEPT, YOUNGER};

/// What is checked: the file, and what lies at hand beside it.
#[derive(Clone, Copy, Debug)]
pub struct Copied<'a> {
    /// The file of the database.
    pub file: &'a Path,
    /// The folder of keys: with it, private texts are opened and held against their commitments.
    pub keys: Option<&'a Path>,
    /// The folder of evidence files.
    pub files: Option<&'a Path>,
    /// Whether the live tables are held against what was sealed; needs the keys.
    pub replay: bool,
}

/// What was found in a database in which everything holds. Entries count over all logs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The newest head of the current log.
    pub head: SignedHead,
    /// Number of entries under it.
    pub size: u64,
    /// Number of entries.
    pub entries: u64,
    /// All entries below this one are under a head that somebody outside holds.
    pub witnessed: u64,
    /// Number of heads that hold, in all logs.
    pub heads: u64,
    /// Keys that came to be trusted by a head that an older key has signed too, with the size of that head.
    pub introduced: Vec<(String, u64)>,
    /// Labels of the keys of the current log that were trusted from the start.
    pub keys: Vec<String>,
    /// Whether those are the outsider's own.
    pub own_keys: bool,
    /// Logs that were closed before the current one.
    pub closed: Vec<Closed>,
    /// Private texts opened, and all.
    pub payloads: (u64, u64),
    /// Private texts that were erased. Without the keys that is a claim.
    pub erased: u64,
    /// Whether private texts were opened.
    pub opened: bool,
    /// Evidence files found as they were recorded, and all; and how many of these were erased.
    pub files: (u64, u64),
    /// Evidence files that were erased.
    pub files_erased: u64,
    /// Rows of the live tables, where they were replayed.
    pub rows: Option<u64>,
    /// Entries that claim an earlier time than the one before. Worth a question; refutes nothing.
    pub time_went_back: u64,
    /// What lay beside the file.
    pub beside: Beside,
}

/// A log that was closed by an administrator's answer (docs/decisions/0015).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// Its id.
    pub id: String,
    /// Its first entry, over all logs.
    pub first: u64,
    /// Its entries.
    pub size: u64,
    /// Heads that lead to its entries.
    pub heads: u64,
    /// Heads that do not, which is what the answer was for.
    pub beside: u64,
    /// Whether the log that follows was seen to seal its end.
    pub linked: bool,
}

/// Checks a copy of the database.
///
/// # Errors
/// The first [`Failure`]: file, entries and private texts in the order of the log, heads, erasures, files, live tables.
pub fn check(copy: &Copied<'_>, outside: &Outside) -> Result<Outcome, Failure> {
    let open = open(copy.file)?;
    // One look at everything: nothing that is written meanwhile is half seen.
    open.database.execute_batch("BEGIN").map_err(|error| unfit("database", error))?;
    let mut walk = Walk {
        open: &open,
        outside,
        sealed: Sealed::begin(copy.keys, copy.replay)?,
        files: Files::default(),
        eras: Vec::new(),
        entries: 0,
        last_time: i64::MIN,
        time_went_back: 0,
    };
    walk.entries()?;
    let Walk { mut sealed, files, eras, entries, time_went_back, .. } = walk;
    let behind = |failure| Failure { held_before: entries, ..failure };
    let erased = sealed.erasures_hold()?;
    let (files, files_erased) = files.hold(copy.files, &sealed)?;
    let replay = sealed.replay.take();
    let rows = replay.map(|replay| replay.holds(&open)).transpose().map_err(behind)?;
    let current = eras.last().ok_or_else(|| unfit("log", "no entry"))?;
    let missing = || Failure::new("head", "no head was ever signed", "署名されたヘッドがありません");
    let head = current.newest.clone().ok_or_else(missing).map_err(behind)?;
    Ok(Outcome {
        size: current.first + head.checkpoint.size,
        head,
        entries,
        witnessed: witnessed(&eras),
        heads: eras.iter().map(|era| era.heads).sum(),
        introduced: eras.iter().flat_map(|era| era.introduced.iter().cloned()).collect(),
        keys: current.keys.clone(),
        own_keys: outside.policy.is_some(),
        closed: eras.iter().rev().skip(1).rev().map(Closed::of).collect(),
        payloads: sealed.counts,
        erased,
        opened: sealed.opens(),
        files,
        files_erased,
        rows,
        time_went_back,
        beside: open.beside,
    })
}

impl Closed {
    fn of(era: &Walked) -> Self {
        let Walked { id, first, size, heads, beside, linked, .. } = era;
        Self { id: id.clone(), first: *first, size: *size, heads: *heads, beside: *beside, linked: *linked }
    }
}

/// Below which entry all are under a head that somebody outside holds: of a closed log also when the one that follows has
/// sealed its end, and that one is held.
fn witnessed(eras: &[Walked]) -> u64 {
    let mut held = Vec::new();
    let mut behind = false;
    for era in eras.iter().rev() {
        let own = if behind && era.linked { era.size } else { era.witnessed };
        behind = own > 0;
        held.push((era, own));
    }
    let mut bound = 0;
    for (era, own) in held.into_iter().rev() {
        bound = era.first + own;
        if own < era.size {
            break;
        }
    }
    bound
}

/// The walk through the entries of all logs, with what is private of them beside it.
struct Walk<'a> {
    open: &'a Open,
    outside: &'a Outside,
    sealed: Sealed,
    files: Files,
    eras: Vec<Walked>,
    entries: u64,
    last_time: i64,
    time_went_back: u64,
}

impl Walk<'_> {
    fn entries(&mut self) -> Result<(), Failure> {
        let current = self.current()?;
        let unread = |error| unfit("entry", error);
        let database = &self.open.database;
        let mut entries =
            database.prepare("SELECT idx, bytes, leaf FROM entry ORDER BY idx").map_err(unread)?;
        let mut entries = entries.query([]).map_err(unread)?;
        let mut payloads = database
            .prepare("SELECT idx, seq, object, key_no, sealed, erased_by FROM payload ORDER BY idx, seq")
            .map_err(unread)?;
        let mut payloads = Payloads { rows: payloads.query([]).map_err(unread)?, next: None };
        payloads.step()?;
        let mut era = None;
        while let Some(row) = entries.next().map_err(unread)? {
            let place = self.entries;
            let taken = self.entry(row, &mut era, &mut payloads);
            taken.map_err(|failure| match failure.place.as_str() {
                // What is about the end of the log before, or its heads, speaks for itself.
                "log" | "head" | "held" | "log_key" => failure,
                _ => Failure { entry: Some(place), held_before: place, ..failure },
            })?;
            self.entries += 1;
        }
        if payloads.next.is_some() {
            return Err(Failure {
                held_before: self.entries,
                ..Failure::new(
                    "payload",
                    "there are private texts of entries that are not there",
                    "存在しない記録の非公開本文があります",
                )
            });
        }
        let era = match era {
            None if current.1 > 0 => {
                let (en, ja) = ("there is no entry at all", "記録が 1 件もありません");
                return Err(Failure { entry: Some(0), ..Failure::new("entry", en, ja) });
            }
            era => era.unwrap_or_else(|| Era::begin(&current.0, 0)),
        };
        if (era.id.as_str(), era.first) != (current.0.as_str(), current.1) {
            return Err(Failure {
                held_before: self.entries,
                ..Failure::new(
                    "log",
                    "its head is of another log than its newest entries",
                    "ログの件数とルートが、最新の記録とは別のログのものです",
                )
            });
        }
        era.must_be(current.2, &current.3)?;
        self.eras.push(era.end(database, self.outside, None)?);
        self.must_know_the_held()
    }

    /// Id, place and end of the current log, as the database claims.
    fn current(&self) -> Result<(String, u64, u64, String), Failure> {
        let unread = |error| unfit("log", error);
        let mut statement =
            self.open.database.prepare("SELECT id, first, size, root FROM log LIMIT 2").map_err(unread)?;
        let read =
            |row: &Row<'_>| Ok((row.get(0)?, row.get::<_, i64>(1)?, row.get::<_, i64>(2)?, row.get(3)?));
        let rows = statement.query_map([], read).and_then(Iterator::collect);
        let rows: Vec<_> = rows.map_err(unread)?;
        let [(id, first, size, root)] = <[_; 1]>::try_from(rows).map_err(|_| unfit("log", "not one row"))?;
        let number = |number: i64| u64::try_from(number).map_err(|error| unfit("log", error));
        Ok((id, number(first)?, number(size)?, root))
    }

    fn entry(
        &mut self,
        row: &Row<'_>,
        era: &mut Option<Era>,
        payloads: &mut Payloads<'_>,
    ) -> Result<(), Failure> {
        let unread = |error| unfit("entry", error);
        let place: i64 = row.get(0).map_err(unread)?;
        let next = self.entries;
        if u64::try_from(place) != Ok(next) {
            return Err(Failure::new(
                "entry",
                format!("entry {next} is missing, or another stands at its place ({place})"),
                format!("記録 {next} 番がないか、別の記録（{place}）がその位置にあります"),
            ));
        }
        let text = |column| row.get_ref(column)?.as_str().map_err(rusqlite::Error::from);
        let line = text(1).map_err(unread)?.as_bytes();
        let entry = Entry::read(line).map_err(|error| Failure::new("entry", &error, error.ja()))?;
        // Its private texts first: where a new log begins, they say how the one before it ended.
        let stored = payloads.of(place)?;
        self.sealed.take(place, &entry, &stored)?;
        let here = match era.take() {
            None => Era::begin(&entry.log, next),
            Some(old) if entry.idx == 0 && old.size() > 0 && entry.log != old.id => {
                self.close(old)?;
                Era::begin(&entry.log, next)
            }
            Some(old) => old,
        };
        let here = era.insert(here);
        here.take(&entry, line, text(2).map_err(unread)?)?;
        for mark in &entry.files {
            self.files.meet(*mark, next);
        }
        self.time_went_back += u64::from(entry.time < self.last_time);
        self.last_time = entry.time;
        Ok(())
    }

    fn close(&mut self, old: Era) -> Result<(), Failure> {
        let database = &self.open.database;
        let Some((size, root, linked)) = closing(database, &self.sealed, &old.id)? else {
            return Err(Failure::new(
                "entry",
                "another log begins here, and nobody answered for the one before it",
                "ここから別のログが始まっていますが、前のログを締めた記録がありません",
            ));
        };
        old.must_be(size, &root)?;
        self.eras.push(old.end(database, self.outside, Some(linked))?);
        Ok(())
    }

    fn must_know_the_held(&self) -> Result<(), Failure> {
        let unknown = |held: &&Checkpoint| self.eras.iter().all(|era| era.id != held.log_id());
        match self.outside.held.iter().find(unknown) {
            None => Ok(()),
            Some(held) => Err(Failure {
                held_before: self.entries,
                ..Failure::new(
                    "held",
                    format!(
                        "the head of {} entries that you hold is of a log that is not in this database",
                        held.size
                    ),
                    format!("お手元の {} 件のヘッドのログが、このデータベースにありません", held.size),
                )
            }),
        }
    }
}

/// The rows of the payloads, in the order of the entries.
struct Payloads<'a> {
    rows: Rows<'a>,
    next: Option<Stored>,
}

impl Payloads<'_> {
    /// Those of an entry. What belongs to no entry before it is a finding.
    fn of(&mut self, place: i64) -> Result<Vec<Stored>, Failure> {
        let mut stored = Vec::new();
        while let Some(each) = self.next.take_if(|next| next.idx <= place) {
            if each.idx < place {
                return Err(unfit("payload", "a private text of no entry"));
            }
            stored.push(each);
            self.step()?;
        }
        Ok(stored)
    }

    fn step(&mut self) -> Result<(), Failure> {
        let unread = |error| unfit("payload", error);
        let Some(row) = self.rows.next().map_err(unread)? else { return Ok(()) };
        let read = || {
            Ok(Stored {
                idx: row.get(0)?,
                seq: row.get(1)?,
                object: row.get(2)?,
                slot: row.get(3)?,
                text: row.get(4)?,
                erased_by: row.get(5)?,
            })
        };
        self.next = Some(read().map_err(unread)?);
        Ok(())
    }
}
