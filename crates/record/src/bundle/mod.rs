//! The folder that an auditor takes away, and the check of it: offline, without us, from `docs/record-format.md`.
//!
//! [`check`] follows the steps of that page in their order, since the second verifier must come to the same first finding.
//! It streams: it holds the leaf hashes of a whole log at most, never its entries or files. Whatever is in the folder may
//! have been put there by an enemy.

mod lines;
mod maker;
mod page;
mod shown;

use std::path::Path;

use crate::checkpoint::Checkpoint;
use crate::entry::Entry;
use crate::key::VerifierKey;
use crate::note::Note;
use crate::succession::Succession;
use crate::tree::{Frontier, Hash, leaf, verify_inclusion};
use crate::trust::{SignedHead, Trust};

use lines::{Lines, hashes, names, read_text};
use shown::Shown;

pub use maker::{Maker, Selection};
pub use page::{Language, page};
#[cfg(feature = "database")]
pub(crate) use page::{Line, held, newest, row, signers, unwitnessed, went_back};
#[cfg(feature = "database")]
pub(crate) use shown::is_as_marked;

const FORMAT: &str = "meguri-bundle/v1";
/// Most hashes in a proof: a tree of 2^63 leaves has 63 levels above them.
const MAX_PROOF: usize = 64;

/// What the auditor brings himself: without it a bundle only agrees with itself.
#[derive(Clone, Debug, Default)]
pub struct Outside {
    /// Keys that he has from elsewhere.
    pub policy: Option<Trust>,
    /// Heads that he has from elsewhere, on paper or in a mail.
    pub held: Vec<Checkpoint>,
}

/// What was found in a bundle in which everything holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// The newest head.
    pub head: SignedHead,
    /// Number of heads.
    pub heads: u64,
    /// Keys that came to be trusted by a head that an older key has signed too, with the size of that head.
    pub introduced: Vec<(String, u64)>,
    /// Number of entries under the largest head that somebody outside holds; 0 when there is none.
    pub witnessed: u64,
    /// Labels of the keys of the log that were trusted from the start.
    pub keys: Vec<String>,
    /// Whether those are the auditor's own.
    pub own_keys: bool,
    /// Whether the bundle is of the whole log.
    pub whole: bool,
    /// What the entries of the bundle are and show.
    pub counts: Counts,
    /// Names at the top of the folder that are not checked.
    pub unchecked: Vec<String>,
}

/// Figures over the entries of a bundle.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Number of entries.
    pub entries: u64,
    /// Index of the first and the last.
    pub range: (u64, u64),
    /// Private texts shown, and all of them.
    pub payloads: (u64, u64),
    /// Evidence files shown, and all of them.
    pub files: (u64, u64),
    /// Entries that claim an earlier time than the one before. Worth a question; refutes nothing.
    pub time_went_back: u64,
}

/// The first thing that is not as it must be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Failure {
    /// File of the bundle.
    pub place: String,
    /// Line of `entries.jsonl`, where it is about an entry.
    pub line: Option<u64>,
    /// Index of that entry, where it is known.
    pub entry: Option<u64>,
    /// How many entries held before it.
    pub held_before: u64,
    /// What is wrong, in English.
    pub en: String,
    /// The same in Japanese.
    pub ja: String,
}

impl Failure {
    pub(crate) fn new(place: impl Into<String>, en: impl ToString, ja: impl ToString) -> Self {
        let (en, ja) = (en.to_string(), ja.to_string());
        Self { place: place.into(), line: None, entry: None, held_before: 0, en, ja }
    }
}

/// Checks a bundle.
///
/// # Errors
/// The first [`Failure`] in the order of `docs/record-format.md`.
pub fn check(folder: &Path, outside: &Outside) -> Result<Outcome, Failure> {
    if read_text(folder, "format.txt", 100)? != format!("{FORMAT}\n") {
        return Err(Failure::new(
            "format.txt",
            "this is not a bundle of a format that is known here",
            "このプログラムで扱える形式の審査用ファイルではありません",
        ));
    }
    let policy = read_text(folder, "policy.txt", Trust::MAX_BYTES)?;
    let policy = Trust::read(&policy).map_err(|error| Failure::new("policy.txt", error, error.ja()))?;
    let heads = walk_heads(folder, policy, outside)?;
    let witnessed = witnessed(&heads.all, outside)?;
    let mut entries = Entries::open(folder, heads.newest.checkpoint.clone())?;
    while entries.take_next()? {}
    let (whole, counts) = entries.finish()?;
    Ok(Outcome {
        head: heads.newest,
        heads: heads.all.len() as u64,
        introduced: heads.introduced,
        witnessed,
        keys: heads.keys,
        own_keys: outside.policy.is_some(),
        whole,
        counts,
        unchecked: unchecked(folder)?,
    })
}

struct Heads {
    keys: Vec<String>,
    newest: SignedHead,
    /// Each with whether the quorum of the auditor's own policy has cosigned it.
    all: Vec<(Checkpoint, bool)>,
    introduced: Vec<(String, u64)>,
}

fn walk_heads(folder: &Path, policy: Trust, outside: &Outside) -> Result<Heads, Failure> {
    let trusted = outside.policy.as_ref().map_or(&policy.logs()[..1.min(policy.logs().len())], Trust::logs);
    let keys = trusted.iter().map(VerifierKey::label).collect();
    let mut row = match &outside.policy {
        Some(own) => {
            let offered: Vec<VerifierKey> = policy.logs().to_vec();
            Succession::new(own.clone(), offered)
        }
        None => Succession::of_stranger(policy),
    };
    let mut all = Vec::new();
    loop {
        let number = all.len() + 1;
        let (note, proof) = (format!("heads/{number:06}.note"), format!("heads/{number:06}.proof"));
        if number > 1 && std::fs::symlink_metadata(folder.join(&note)).is_err() {
            break;
        }
        let text = read_text(folder, &note, Note::MAX_BYTES)?;
        let steps = if number > 1 { read_text(folder, &proof, MAX_PROOF * 65)? } else { String::new() };
        let steps = hashes(steps.split_terminator('\n'), &proof)?;
        let head = row.take(&text, &steps).map_err(|error| Failure::new(&note, &error, error.ja()))?;
        all.push((head.checkpoint.clone(), head.witnessed && outside.policy.is_some()));
    }
    let expected = all.len() * 2 - 1;
    if names(folder, "heads")?.len() != expected {
        return Err(Failure::new(
            "heads",
            "there are files in it that do not belong to the row of heads",
            "ヘッドの並びに属さないファイルがあります",
        ));
    }
    let missing = || Failure::new("heads/000001.note", "it is missing", "ファイルがありません");
    let newest = row.last().cloned().ok_or_else(missing)?;
    Ok(Heads { keys, newest, all, introduced: row.introduced().to_vec() })
}

/// Size of the largest head that somebody outside holds.
fn witnessed(heads: &[(Checkpoint, bool)], outside: &Outside) -> Result<u64, Failure> {
    for held in &outside.held {
        if heads.iter().all(|(head, _)| head != held) {
            let size = held.size;
            let other = heads.iter().any(|(head, _)| head.size == size);
            let (en, ja) = if other {
                (
                    format!("the head of {size} entries that you hold differs from the one in the bundle"),
                    format!("お手元の {size} 件のヘッドが、審査用ファイルのヘッドと一致しません"),
                )
            } else {
                (
                    format!("the head of {size} entries that you hold is not in the bundle"),
                    format!("お手元の {size} 件のヘッドが、審査用ファイルに含まれていません"),
                )
            };
            return Err(Failure::new("held", en, ja));
        }
    }
    let cosigned = heads.iter().filter(|(_, witnessed)| *witnessed).map(|(head, _)| head.size);
    Ok(cosigned.chain(outside.held.iter().map(|head| head.size)).max().unwrap_or(0))
}

/// The walk through `entries.jsonl`.
struct Entries {
    head: Checkpoint,
    lines: Lines,
    proofs: Option<Lines>,
    leaves: Option<Vec<Hash>>,
    shown: Shown,
    frontier: Frontier,
    counts: Counts,
    last_time: i64,
}

impl Entries {
    fn open(folder: &Path, head: Checkpoint) -> Result<Self, Failure> {
        let shown = Shown::open(folder)?;
        let proofs = Lines::open_if_there(folder, "proofs.txt", MAX_PROOF * 65)?;
        let leaves = stored_leaves(folder, &head, proofs.is_some())?;
        let lines = Lines::open(folder, "entries.jsonl", Entry::MAX_BYTES)?;
        let (frontier, counts) = (Frontier::new(), Counts::default());
        Ok(Self { head, lines, proofs, leaves, shown, frontier, counts, last_time: i64::MIN })
    }

    /// Whether there was a further entry.
    fn take_next(&mut self) -> Result<bool, Failure> {
        let line = self.lines.next_line();
        let at = self.counts.entries + 1;
        let held_before = self.held_so_far();
        let placed = |failure: Failure, entry| match failure.place.as_str() {
            "entries.jsonl" => Failure { line: Some(at), entry, held_before, ..failure },
            _ => Failure { held_before, ..failure },
        };
        let Some(line) = line.map_err(|failure| placed(failure, None))? else { return Ok(false) };
        let whole = self.proofs.is_none();
        let entry = Entry::read(&line).map_err(|error| {
            placed(Failure::new("entries.jsonl", &error, error.ja()), whole.then_some(at - 1))
        })?;
        self.place(&entry)
            .and_then(|()| self.prove(&entry, leaf(&line)))
            .and_then(|()| self.shown.payloads(&entry))
            .and_then(|()| self.shown.files(&entry))
            .map_err(|failure| placed(failure, Some(entry.idx)))?;
        self.count(&entry);
        Ok(true)
    }

    fn place(&self, entry: &Entry) -> Result<(), Failure> {
        let wrong = |en: String, ja: String| Err(Failure::new("entries.jsonl", en, ja));
        let (idx, place) = (entry.idx, self.counts.entries);
        if entry.log != self.head.log_id() {
            return wrong("it is of another log".into(), "別のログの記録です".into());
        }
        if self.proofs.is_none() && idx != place {
            return wrong(
                format!("entry {place} should stand here, but this is entry {idx}"),
                format!("記録 {place} 番があるべき位置に {idx} 番があります"),
            );
        }
        if place > 0 && idx <= self.counts.range.1 {
            return wrong(
                format!("entry {idx} does not come after entry {}", self.counts.range.1),
                format!("記録 {idx} 番が {} 番の後にあります", self.counts.range.1),
            );
        }
        if idx >= self.head.size {
            return wrong(
                format!("the newest head counts {} entries, and this is entry {idx}", self.head.size),
                format!("最新のヘッドは {} 件で、この記録は {idx} 番です", self.head.size),
            );
        }
        Ok(())
    }

    fn prove(&mut self, entry: &Entry, leaf: Hash) -> Result<(), Failure> {
        let (size, root) = (self.head.size, self.head.root);
        let holds = match (&mut self.proofs, &self.leaves) {
            (Some(proofs), _) => {
                let Some(line) = proofs.next_line()? else {
                    return Err(Failure::new("proofs.txt", "a proof is missing", "証明が足りません"));
                };
                let words = str::from_utf8(&line).map_err(|_| Failure::no_hash("proofs.txt"))?;
                let proof = hashes(words.split(' ').filter(|_| !words.is_empty()), "proofs.txt")?;
                verify_inclusion(&leaf, entry.idx, size, &proof, &root)
            }
            (None, Some(leaves)) => {
                let place = usize::try_from(entry.idx).ok();
                place.and_then(|place| leaves.get(place)).is_some_and(|stored| *stored == leaf)
            }
            // Without either, the root over all of them speaks at the end.
            (None, None) => true,
        };
        if !holds {
            return Err(Failure::new(
                "entries.jsonl",
                "it is not what stands in the log at this place: it was changed, or put there later",
                "ログのこの位置にある記録と一致しません。変更されたか、後から入れられたものです",
            ));
        }
        if self.proofs.is_none() {
            self.frontier.append(leaf);
        }
        Ok(())
    }

    /// Entries that are shown to be in the log: of a whole log without its leaves, none before the last.
    fn held_so_far(&self) -> u64 {
        if self.proofs.is_some() || self.leaves.is_some() { self.counts.entries } else { 0 }
    }

    fn count(&mut self, entry: &Entry) {
        let counts = &mut self.counts;
        if counts.entries == 0 {
            counts.range.0 = entry.idx;
        }
        counts.range.1 = entry.idx;
        counts.entries += 1;
        counts.time_went_back += u64::from(entry.time < self.last_time);
        self.last_time = entry.time;
    }

    fn finish(mut self) -> Result<(bool, Counts), Failure> {
        let whole = self.proofs.is_none();
        let count = self.counts.entries;
        let missing = if whole { count < self.head.size } else { count == 0 };
        if missing {
            let (en, ja) = ("the entry that should follow is missing", "続きの記録がありません");
            let failure = Failure::new("entries.jsonl", en, ja);
            let (entry, held_before) = (whole.then_some(count), self.held_so_far());
            return Err(Failure { line: Some(count + 1), entry, held_before, ..failure });
        }
        if whole && self.frontier.root() != self.head.root {
            return Err(Failure::new(
                "entries.jsonl",
                "the root over all entries is not that of the newest head: some entry was changed",
                "全記録のルートが最新のヘッドと一致しません。変更された記録があります",
            ));
        }
        if let Some(proofs) = &mut self.proofs
            && proofs.next_line()?.is_some()
        {
            return Err(Failure::new(
                "proofs.txt",
                "there are more proofs than entries",
                "記録より証明が多くあります",
            ));
        }
        [self.counts.payloads, self.counts.files] = self.shown.finish()?;
        Ok((whole, self.counts))
    }
}

/// The leaves of the whole log, if they are there: they lead to the head, so an entry that differs is the changed one.
fn stored_leaves(folder: &Path, head: &Checkpoint, part: bool) -> Result<Option<Vec<Hash>>, Failure> {
    let Some(mut lines) = Lines::open_if_there(folder, "leaves.txt", 64)? else { return Ok(None) };
    let wrong = |en: &str, ja: &str| Err(Failure::new("leaves.txt", en, ja));
    if part {
        return wrong("it does not belong beside proofs.txt", "proofs.txt と同時には置けません");
    }
    let (mut leaves, mut frontier) = (Vec::new(), Frontier::new());
    while let Some(line) = lines.next_line()? {
        let text = str::from_utf8(&line).map_err(|_| Failure::no_hash("leaves.txt"))?;
        let leaf = text.parse().map_err(|_| Failure::no_hash("leaves.txt"))?;
        frontier.append(leaf);
        leaves.push(leaf);
    }
    if (frontier.size(), frontier.root()) != (head.size, head.root) {
        return wrong(
            "the leaves do not lead to the newest head",
            "一覧のハッシュから最新のヘッドを計算できません",
        );
    }
    Ok(Some(leaves))
}

/// Names at the top that no step has looked at.
fn unchecked(folder: &Path) -> Result<Vec<String>, Failure> {
    const CHECKED: [&str; 9] = [
        "format.txt",
        "policy.txt",
        "heads",
        "entries.jsonl",
        "proofs.txt",
        "leaves.txt",
        "payloads.txt",
        "withheld.txt",
        "files",
    ];
    let names = names(folder, ".")?;
    Ok(names.into_iter().filter(|name| !CHECKED.contains(&name.as_str())).collect())
}
