//! The logs of a database: one, and before it those that an administrator's answer closed. Each is walked from its entry 0, and
//! its heads are held against what was walked.

use rusqlite::Connection;

use super::open::unfit;
use super::sealed::Sealed;
use crate::bundle::{Failure, Outside};
use crate::checkpoint::log_id;
use crate::entry::Entry;
use crate::key::VerifierKey;
use crate::prover::Prover;
use crate::succession::Succession;
use crate::tree::{Frontier, Hash, leaf};
use crate::trust::{HeadError, SignedHead, Trust};

/// A log while it is walked.
pub struct Era {
    pub id: String,
    /// Where it begins in the index over all logs.
    pub first: u64,
    frontier: Frontier,
    leaves: Vec<Hash>,
}

/// A log that was walked, with its heads.
pub struct Walked {
    pub id: String,
    pub first: u64,
    pub size: u64,
    /// Heads that lead to the entries, and heads that do not any more; of the current log there are none of these.
    pub heads: u64,
    pub beside: u64,
    pub newest: Option<SignedHead>,
    pub introduced: Vec<(String, u64)>,
    /// Labels of the keys that were trusted from the start.
    pub keys: Vec<String>,
    /// Own entries under the largest head that somebody outside holds.
    pub witnessed: u64,
    /// Whether the log that follows has sealed size and root, and the seal was opened.
    pub linked: bool,
}

impl Era {
    pub fn begin(id: &str, first: u64) -> Self {
        Self { id: id.to_owned(), first, frontier: Frontier::new(), leaves: Vec::new() }
    }

    pub fn size(&self) -> u64 {
        self.frontier.size()
    }

    /// Takes the next entry of this log.
    pub fn take(&mut self, entry: &Entry, line: &[u8], stored: &str) -> Result<(), Failure> {
        let leaf = leaf(line);
        if entry.log != self.id || entry.idx != self.size() || leaf.to_string() != stored {
            return Err(Failure::new(
                "entry",
                "it is not what stands in the log at this place: it was changed, or put there later",
                "ログのこの位置にある記録と一致しません。変更されたか、後から入れられたものです",
            ));
        }
        self.frontier.append(leaf);
        self.leaves.push(leaf);
        Ok(())
    }

    /// Whether the entries are those under a size and root that the database claims.
    pub fn must_be(&self, size: u64, root: &str) -> Result<(), Failure> {
        if (self.size(), self.frontier.root().to_string().as_str()) == (size, root) {
            return Ok(());
        }
        let here = self.size();
        Err(Failure {
            entry: (here < size).then_some(self.first + here),
            held_before: self.first,
            ..Failure::new(
                "log",
                format!(
                    "its head claims {size} entries under another root than that of the {here} that are there"
                ),
                format!("{size} 件とされていますが、実際の {here} 件の記録のルートと一致しません"),
            )
        })
    }

    /// Ends the log: its heads are walked, smallest first. In a closed log those that no longer lead to the entries are
    /// counted: it was closed because of them. In the current one they are the finding.
    pub fn end(
        self,
        database: &Connection,
        outside: &Outside,
        closed: Option<bool>,
    ) -> Result<Walked, Failure> {
        let (size, own_policy) = (self.size(), outside.policy.as_ref());
        let offered = self.keys(database)?;
        let trusted = own_policy.map_or(offered.get(..1.min(offered.len())).unwrap_or_default(), Trust::logs);
        let ours: Vec<VerifierKey> =
            trusted.iter().filter(|key| log_id(key.name()) == self.id).cloned().collect();
        let keys = ours.iter().map(VerifierKey::label).collect();
        let mut walked = Walked {
            id: self.id.clone(),
            first: self.first,
            size,
            heads: 0,
            beside: 0,
            newest: None,
            introduced: Vec::new(),
            keys,
            witnessed: 0,
            linked: closed == Some(true),
        };
        let prover = Prover::new(self.leaves);
        // Whose keys nobody gave us are not looked at; in the current log that is a finding below.
        if !ours.is_empty() || closed.is_none() {
            let mut row =
                Succession::new(own_policy.cloned().map_or_else(|| of_stranger(&offered), Ok)?, offered);
            walked.walk_heads(database, &prover, &mut row, (closed.is_none(), own_policy.is_some()))?;
            walked.introduced = row.introduced().to_vec();
        }
        walked.hold(&prover, outside)?;
        Ok(walked)
    }

    /// The keys that the database names for this log, oldest first.
    fn keys(&self, database: &Connection) -> Result<Vec<VerifierKey>, Failure> {
        let unread = |error| unfit("log_key", error);
        let mut statement =
            database.prepare("SELECT vkey FROM log_key ORDER BY made_at, id LIMIT 1000").map_err(unread)?;
        let texts = statement.query_map([], |row| row.get::<_, String>(0)).and_then(Iterator::collect);
        let texts: Vec<String> = texts.map_err(unread)?;
        let mut keys = Vec::new();
        for text in texts {
            let key = VerifierKey::read(&text).map_err(|error| Failure::new("log_key", error, error.ja()))?;
            if log_id(key.name()) == self.id && !keys.contains(&key) {
                keys.push(key);
            }
        }
        Ok(keys)
    }
}

/// What an outsider without keys of his own believes: the first key, and whoever it introduces.
fn of_stranger(offered: &[VerifierKey]) -> Result<Trust, Failure> {
    let first = offered.first().ok_or_else(|| {
        Failure::new("log_key", "the database names no key of its log", "ログの鍵が記載されていません")
    })?;
    let policy = ["log ", &first.text(), "\nquorum none\n"].concat();
    Trust::read(&policy).map_err(|error| Failure::new("log_key", error.to_string(), error.ja()))
}

impl Walked {
    fn walk_heads(
        &mut self,
        database: &Connection,
        prover: &Prover,
        row: &mut Succession,
        (current, own): (bool, bool),
    ) -> Result<(), Failure> {
        let unread = |error| unfit("head", error);
        let text = "SELECT size, note FROM head WHERE log_id = ?1 ORDER BY size";
        let mut statement = database.prepare(text).map_err(unread)?;
        let mut rows = statement.query([&self.id]).map_err(unread)?;
        let mut before = 0;
        while let Some(found) = rows.next().map_err(unread)? {
            let (size, note): (i64, String) =
                found.get(0).and_then(|size| Ok((size, found.get(1)?))).map_err(unread)?;
            let size = u64::try_from(size).map_err(|error| unfit("head", error))?;
            let proof = if before == 0 { Some(Vec::new()) } else { prover.consistency(before, size) };
            let taken = match row.take(&note, &proof.unwrap_or_default()) {
                Err(HeadError::Consistency { .. } | HeadError::Fork { .. } | HeadError::Order) => None,
                Err(error) => return Err(self.head(size, error.to_string(), error.ja())),
                Ok(head) => Some(head.clone()),
            };
            let leads = |head: &SignedHead| {
                head.checkpoint.size == size && prover.root(size) == Some(head.checkpoint.root)
            };
            match taken.filter(leads) {
                Some(head) => {
                    self.heads += 1;
                    if own && head.witnessed {
                        self.witnessed = size;
                    }
                    self.newest = Some(head);
                    before = size;
                }
                None if current => return Err(self.behind(before, size)),
                None => self.beside += 1,
            }
        }
        Ok(())
    }

    /// The heads that somebody brought, as they must come from the entries.
    fn hold(&mut self, prover: &Prover, outside: &Outside) -> Result<(), Failure> {
        for held in outside.held.iter().filter(|held| held.log_id() == self.id) {
            let origin = self.newest.as_ref().is_none_or(|head| head.checkpoint.origin == held.origin);
            if !origin || prover.root(held.size) != Some(held.root) {
                let size = held.size;
                return Err(Failure {
                    held_before: self.first,
                    ..Failure::new(
                        "held",
                        format!(
                            "the head of {size} entries that you hold does not come from the entries of this database"
                        ),
                        format!("お手元の {size} 件のヘッドが、このデータベースの記録と一致しません"),
                    )
                });
            }
            self.witnessed = self.witnessed.max(held.size);
        }
        Ok(())
    }

    fn head(&self, size: u64, en: String, ja: String) -> Failure {
        let en = format!("the head of {size} entries: {en}");
        Failure {
            held_before: self.first, ..Failure::new("head", en, format!("{size} 件のヘッド：{ja}"))
        }
    }

    /// Entries between the last head that leads to them and this one were changed; which, nobody can say.
    fn behind(&self, before: u64, size: u64) -> Failure {
        let (from, last) = (self.first + before, (self.first + size).saturating_sub(1));
        Failure {
            held_before: from,
            ..self.head(
                size,
                format!("the entries do not lead to it; one of {from} to {last} was changed after it was signed, or the head was"),
                format!("記録がこのヘッドにつながりません。記録 {from} 番から {last} 番のどれかが署名の後に変更されたか、ヘッドが変更されています"),
            )
        }
    }
}

/// The signed end of a closed log, and whether it was opened: else what the open row of the database says.
pub fn closing(
    database: &Connection,
    sealed: &Sealed,
    log: &str,
) -> Result<Option<(u64, String, bool)>, Failure> {
    if let Some((size, root)) = sealed.closed(log) {
        return Ok(Some((size, root.to_string(), true)));
    }
    if sealed.opens() {
        return Ok(None);
    }
    let text = "SELECT size, root FROM closed_log WHERE id = ?1";
    let read = |row: &rusqlite::Row<'_>| Ok((row.get::<_, i64>(0)?, row.get::<_, String>(1)?));
    match database.query_row(text, [log], read) {
        Ok((size, root)) => Ok(u64::try_from(size).ok().map(|size| (size, root, false))),
        Err(rusqlite::Error::QueryReturnedNoRows) => Ok(None),
        Err(error) => Err(unfit("closed_log", error)),
    }
}
