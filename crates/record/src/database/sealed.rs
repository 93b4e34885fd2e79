//! Private texts of the copy: each opened by its slot of the keystore (docs/decisions/0016), held against its commitment, and
//! read for what it says of erasures and closed logs.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::fs::File;
use std::io::{Read, Seek, SeekFrom};
use std::path::Path;

use aes_gcm::aead::{Aead, Payload};
use aes_gcm::{Aes256Gcm, KeyInit, Nonce};
use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD as BASE64;
use serde::Deserialize;
use serde_json::value::RawValue;

use super::replay::Replay;
use crate::bundle::Failure;
use crate::commitment::commit;
use crate::entry::Entry;
use crate::tree::Hash;

/// Bytes of a slot of the keystore: a key of 32 and a salt of 32.
const SLOT: u64 = 64;
/// So many slots are read at once; those of an entry mostly lie together.
const STRIDE: u64 = 256;
/// Kinds of entries that erase.
const ERASING: [&str; 2] = ["erasure.approved", "erasure.reapplied"];

/// A row of the table of payloads.
pub struct Stored {
    pub idx: i64,
    pub seq: i64,
    pub object: String,
    pub slot: i64,
    pub text: String,
    pub erased_by: Option<i64>,
}

/// Place of a payload: entry over all logs, and place in it from 0.
pub type Place = (i64, i64);

/// What the private texts said, and which of them were not there.
#[derive(Default)]
pub struct Sealed {
    keys: Option<Keystore>,
    /// The last state of every row, where the tables are to be replayed.
    pub replay: Option<Replay>,
    /// What entries that erase name, each with the entry.
    approved: HashSet<(Place, i64)>,
    /// Files that were erased, and the entry that says so.
    files: HashMap<String, i64>,
    /// Entries that erase, by their kind.
    erasing: BTreeSet<i64>,
    /// Payloads that are empty, and the entry in whose favour.
    emptied: BTreeMap<Place, i64>,
    /// Size and root under which a log was closed, by its id.
    closed: HashMap<String, (u64, Hash)>,
    /// Opened, and all.
    pub counts: (u64, u64),
}

impl Sealed {
    /// With the folder of keys, and whether the tables are to be replayed.
    pub fn begin(keys: Option<&Path>, replay: bool) -> Result<Self, Failure> {
        let keys = keys.map(Keystore::open).transpose()?;
        Ok(Self { keys, replay: replay.then(Replay::default), ..Self::default() })
    }

    /// Whether private texts are opened.
    pub fn opens(&self) -> bool {
        self.keys.is_some()
    }

    /// Takes the private texts of an entry, which are all there or said to be erased.
    pub fn take(&mut self, place: i64, entry: &Entry, stored: &[Stored]) -> Result<(), Failure> {
        if ERASING.contains(&entry.kind.as_str()) {
            self.erasing.insert(place);
        }
        let in_order = (0i64..).zip(stored).all(|(seq, each)| each.seq == seq);
        if stored.len() != entry.commit.len() || !in_order {
            return Err(Failure::new(
                "payload",
                format!("{} private texts belong to it, and {} are there", entry.commit.len(), stored.len()),
                format!("非公開本文は {} 件のはずですが、{} 件あります", entry.commit.len(), stored.len()),
            ));
        }
        for (each, wanted) in stored.iter().zip(&entry.commit) {
            self.counts.1 += 1;
            match (each.erased_by, each.text.is_empty()) {
                (Some(by), true) => {
                    self.emptied.insert((each.idx, each.seq), by);
                }
                (None, false) if self.keys.is_none() => {}
                (None, false) => {
                    let text = self.open(each, wanted).ok_or_else(unopened)?;
                    self.read(each, &text)?;
                    self.counts.0 += 1;
                }
                _ => return Err(unopened()),
            }
        }
        Ok(())
    }

    fn open(&mut self, each: &Stored, wanted: &Hash) -> Option<Vec<u8>> {
        let slot = self.keys.as_mut()?.slot(u64::try_from(each.slot).ok()?)?;
        let (key, salt) = slot.split_first_chunk::<32>()?;
        let sealed = BASE64.decode(&each.text).ok()?;
        let (nonce, msg) = sealed.split_first_chunk::<12>()?;
        let bound = [each.idx.to_be_bytes(), each.seq.to_be_bytes()].concat();
        let cipher = Aes256Gcm::new(&(*key).into());
        let text = cipher.decrypt(&Nonce::from(*nonce), Payload { msg, aad: &bound }).ok()?;
        (commit(salt.first_chunk::<32>()?, &text) == *wanted).then_some(text)
    }

    /// The states in an opened text. What the database says of them in the open must be true.
    fn read(&mut self, each: &Stored, text: &[u8]) -> Result<(), Failure> {
        let unread = || {
            Failure::new(
                "payload",
                "a private text says something else than the database says of it",
                "非公開本文の対象が、データベースの記載と一致しません",
            )
        };
        let states: Vec<State<'_>> = serde_json::from_slice(text).map_err(|_| unread())?;
        for state in states {
            let row = state.row.get();
            let id: Id = serde_json::from_str(row).map_err(|_| unread())?;
            if each.object.split_once('/') != Some((&state.table, &id.id)) {
                return Err(unread());
            }
            match &*state.table {
                "erasure" => self.erasure(each.idx, row).ok_or_else(unread)?,
                "closed_log" => {
                    let closed: Closed = serde_json::from_str(row).map_err(|_| unread())?;
                    self.closed.insert(id.id.clone(), (closed.size, closed.root));
                }
                _ => {}
            }
            if let Some(replay) = &mut self.replay {
                replay.take(&state.table, &id.id, row)?;
            }
        }
        Ok(())
    }

    fn erasure(&mut self, idx: i64, row: &str) -> Option<()> {
        let row: Erasure = serde_json::from_str(row).ok()?;
        let Some(taken) = row.taken else { return Some(()) };
        let taken: Taken = serde_json::from_str(&taken).ok()?;
        // Nothing that is sealed later can have been erased by it.
        let named = taken.payloads.into_iter().filter(|(place, _)| *place < idx);
        self.approved.extend(named.map(|place| (place, idx)));
        self.files.extend(taken.files.into_iter().map(|file| (file, idx)));
        Some(())
    }

    /// Size and root under which a log was closed, as the next one sealed them.
    pub fn closed(&self, log: &str) -> Option<(u64, Hash)> {
        self.closed.get(log).copied()
    }

    /// Whether an erasure that was approved names a file.
    pub fn erased_file(&self, sha256: &str) -> bool {
        self.files.contains_key(sha256)
    }

    /// Whether anything was ever erased: then a file that is missing may be one of these.
    pub fn has_erased(&self) -> bool {
        !self.erasing.is_empty()
    }

    /// How many were erased, when each that is empty was, and nothing that was erased is there.
    pub fn erasures_hold(&self) -> Result<u64, Failure> {
        for (place, by) in &self.emptied {
            let believed = *by > place.0
                && self.erasing.contains(by)
                && (!self.opens() || self.approved.contains(&(*place, *by)));
            if !believed {
                return Err(at(
                    place.0,
                    format!(
                        "a private text is gone, and entry {by} is no erasure that names it: it was tampered with"
                    ),
                    format!(
                        "非公開本文が失われていますが、記録 {by} 番はこれを消去した記録ではありません。改ざんされています"
                    ),
                ));
            }
        }
        let there = self.approved.iter().filter(|(place, _)| !self.emptied.contains_key(place)).min();
        if let Some((place, by)) = there {
            return Err(at(
                place.0,
                format!("a private text was erased by entry {by}, and is there again"),
                format!("記録 {by} 番で消去したはずの非公開本文が残っています"),
            ));
        }
        Ok(self.emptied.len() as u64)
    }
}

#[derive(Deserialize)]
struct State<'a> {
    #[serde(borrow)]
    table: Cow<'a, str>,
    #[serde(borrow)]
    row: &'a RawValue,
}

#[derive(Deserialize)]
struct Id {
    id: String,
}

#[derive(Deserialize)]
struct Closed {
    size: u64,
    root: Hash,
}

#[derive(Deserialize)]
struct Erasure {
    taken: Option<String>,
}

#[derive(Deserialize)]
struct Taken {
    payloads: Vec<Place>,
    files: Vec<String>,
}

/// The keystore, a stretch of slots at a time.
struct Keystore {
    file: File,
    first: u64,
    block: Vec<u8>,
}

impl Keystore {
    fn open(folder: &Path) -> Result<Self, Failure> {
        let file = File::open(folder.join("payload.keys"));
        let file = file.map_err(|error| Failure::unreadable("payload.keys", &error))?;
        Ok(Self { file, first: 0, block: Vec::new() })
    }

    /// A slot, unless it is not there or was destroyed.
    fn slot(&mut self, slot: u64) -> Option<[u8; 64]> {
        let held = self.block.len() as u64 / SLOT;
        if slot < self.first || slot - self.first >= held {
            self.file.seek(SeekFrom::Start(slot.checked_mul(SLOT)?)).ok()?;
            self.block.clear();
            (&mut self.file).take(STRIDE * SLOT).read_to_end(&mut self.block).ok()?;
            self.first = slot;
        }
        let at = usize::try_from((slot - self.first) * SLOT).ok()?;
        let slot = *self.block.get(at..)?.first_chunk::<64>()?;
        (slot != [0; 64]).then_some(slot)
    }
}

fn unopened() -> Failure {
    Failure::new(
        "payload",
        "a private text is not the one that was recorded, or its key is gone without an erasure",
        "非公開本文が記録時のものと一致しないか、消去の記録がないまま鍵が失われています",
    )
}

fn at(idx: i64, en: String, ja: String) -> Failure {
    let idx = u64::try_from(idx).ok();
    Failure { entry: idx, held_before: idx.unwrap_or_default(), ..Failure::new("payload", en, ja) }
}
