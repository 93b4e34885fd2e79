//! The signed heads that the database keeps, held against the log: who signed, what their rows say of them, and whether the
//! entries still give their roots.

use super::{answer, signer, store};
use crate::house::db::{Row, Value};
use crate::house::fault::{Done, Fault, Stop};
use crate::house::kept::cell;
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::{open, say};
use meguri_record::{Checkpoint, Frontier, Hash, Note, Trust};
use std::collections::VecDeque;

/// What is wrong with a head that is kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Amiss {
    /// It is not a signed head.
    Unreadable,
    /// No key of its log has signed it, or a signature does not hold.
    Unsigned,
    /// Its row names another log, size or root than what was signed.
    Row,
    /// The entries give another root.
    Root,
    /// The log has fewer entries.
    Beyond,
    /// There is no such log.
    NoLog,
}

/// A head that is kept and does not belong to the log as it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stray {
    pub log: String,
    pub size: u64,
    pub amiss: Amiss,
}

impl Stray {
    pub fn words(&self, l: Lang) -> String {
        let (log, size) = (&self.log, self.size);
        let why = match self.amiss {
            Amiss::Unreadable => l.t("署名付きの文書として読めません", "it cannot be read"),
            Amiss::Unsigned => l.t(
                "署名が、この記録簿の鍵のものではありません",
                "no key of its log has signed it, or the signature does not hold",
            ),
            Amiss::Row => l.t(
                "表にある件数やルートが、署名された内容と違います",
                "its row does not say what was signed",
            ),
            Amiss::Root => {
                l.t("いまの記録から計算したルートと違います", "the entries of today give another root")
            }
            Amiss::Beyond => l.t("記録簿には、それだけの件数がありません", "the log has fewer entries"),
            Amiss::NoLog => l.t("その記録簿はありません", "there is no such log"),
        };
        say!(
            l,
            "保存されている{size}件の署名付きヘッド（記録簿{log}）が正しくありません。{why}。",
            "The stored head of {size} entries (log {log}) is not good: {why}."
        )
    }
}

/// The heads that are kept, met one by one on a walk through the entries.
pub(super) struct Noted {
    first: i64,
    frontier: Frontier,
    /// Of the current log, smallest first.
    ahead: VecDeque<(u64, String)>,
    log: String,
    stray: Option<Stray>,
}

impl Noted {
    /// Loads the heads of all logs, and looks at their signatures and rows. The first that is amiss is kept.
    pub fn load(rx: &Rx<'_>, current: &store::Head) -> Done<Self> {
        let mut noted = Self {
            first: i64::try_from(current.first).map_err(Fault::broken)?,
            frontier: Frontier::new(),
            ahead: VecDeque::new(),
            log: current.log.clone(),
            stray: None,
        };
        // A row of a closed log that cannot be read is named by the replay.
        let closed = readable(answer::closed(rx))?;
        let old = closed.iter().flatten().map(|log| log.id.as_str());
        for log in old.chain([current.log.as_str()]) {
            let keys = readable(signer::known(rx, log).map_err(Into::into))?.unwrap_or_default();
            let lines: String = keys.iter().map(|key| ["log ", key, "\n"].concat()).collect();
            // A key that is none says so at its first head.
            let trust = Trust::read(&[&lines, "quorum none\n"].concat()).ok();
            for head in heads_of(rx, log)? {
                if let Some(amiss) = head.amiss(log, trust.as_ref()) {
                    noted.note(log.to_owned(), head.size, amiss);
                } else if log == current.log {
                    noted.ahead.push_back((head.size, head.root));
                }
                // What a closed log had signed its answer speaks of: it was closed as it stood.
            }
        }
        // Where a log was closed that had lost even its name, nothing can be said of heads without a log.
        let named = |log: &answer::ClosedLog| !log.id.starts_with(answer::NAMELESS);
        if closed.is_some_and(|closed| closed.iter().all(named))
            && let Some((log, size)) = homeless(rx)?
        {
            noted.note(log, size, Amiss::NoLog);
        }
        Ok(noted)
    }

    fn note(&mut self, log: String, size: u64, amiss: Amiss) {
        self.stray.get_or_insert(Stray { log, size, amiss });
    }

    /// Passes an entry, by its stored leaf.
    pub fn pass(&mut self, idx: i64, leaf: &str) {
        if idx < self.first {
            return;
        }
        self.frontier.append(leaf.parse().unwrap_or(Hash([0; 32])));
        while let Some((size, root)) = self.ahead.pop_front_if(|(size, _)| *size <= self.frontier.size()) {
            if root != self.frontier.root().to_string() {
                self.note(self.log.clone(), size, Amiss::Root);
            }
        }
    }

    /// The first head that is amiss. Where the log is refuted, its entries are named and not the heads over them.
    pub fn finish(mut self, refuted: bool) -> Option<Stray> {
        if let Some((size, _)) = self.ahead.pop_front() {
            self.note(self.log.clone(), size, Amiss::Beyond);
        }
        self.stray.filter(|stray| !refuted || !matches!(stray.amiss, Amiss::Root | Amiss::Beyond))
    }
}

/// A row of the table of heads, as far as it can be read.
struct Kept {
    size: u64,
    root: String,
    note: String,
}

fn heads_of(rx: &Rx<'_>, log: &str) -> Done<Vec<Kept>> {
    let text = open!("SELECT size, root, note FROM head WHERE log_id = $1 ORDER BY size LIMIT 10000000");
    let rows = rx.open_rows(text, &[Value::Text(log.into())])?;
    let read = |row: &Row| Kept {
        size: size_of(row, 0),
        root: cell(row, 1).unwrap_or_default(),
        note: cell(row, 2).unwrap_or_default(),
    };
    Ok(rows.iter().map(read).collect())
}

/// A size; 0, which no head has, for what is none.
fn size_of(row: &Row, place: usize) -> u64 {
    cell::<i64>(row, place).ok().and_then(|size| u64::try_from(size).ok()).unwrap_or(0)
}

impl Kept {
    fn amiss(&self, log: &str, trust: Option<&Trust>) -> Option<Amiss> {
        let read = Note::read(&self.note).ok().and_then(|note| Checkpoint::read(note.text()).ok());
        let Some(signed) = read else { return Some(Amiss::Unreadable) };
        if trust.is_none_or(|trust| trust.open(&self.note).is_err()) {
            return Some(Amiss::Unsigned);
        }
        let same = signed.log_id() == log && signed.size == self.size && signed.root.to_string() == self.root;
        (!same).then_some(Amiss::Row)
    }
}

/// What a table gives, or nothing where somebody put into it what no row of it can be.
fn readable<T>(found: Done<T>) -> Done<Option<T>> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(Stop::Fault(Fault::Broken(_))) => Ok(None),
        Err(stop) => Err(stop),
    }
}

/// The first head of no log.
fn homeless(rx: &Rx<'_>) -> Done<Option<(String, u64)>> {
    let text = open!(
        "SELECT h.log_id, h.size FROM head h WHERE h.log_id NOT IN (SELECT id FROM log)
         AND h.log_id NOT IN (SELECT id FROM closed_log) ORDER BY h.log_id, h.size LIMIT 1"
    );
    let rows = rx.open_rows(text, &[])?;
    Ok(rows.first().map(|row| (cell(row, 0).unwrap_or_default(), size_of(row, 1))))
}
