//! The rule of a witness: which heads of others it cosigns, and what it says of those that it does not (C2SP tlog-witness).
//!
//! This room only decides. Whoever is a witness keeps what [`Watch::look`] gives him, on the disk, before he lets the cosignature
//! out of his hands, and lets nobody come between the look and the keeping.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::checkpoint::Checkpoint;
use crate::key::{Duty, VerifierKey};
use crate::note::Note;
use crate::succession::Succession;
use crate::tree::{Hash, MAX_SIZE};
use crate::trust::{HeadError, SignedHead, Trust};

/// What a log asks of a witness: a head of its own, and the proof that leads to it from the head that was cosigned last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// Size of the head that the log believes to have been cosigned last; 0 for none.
    pub old: u64,
    /// The consistency proof from there (RFC 6962 section 2.1.2); empty from 0.
    pub proof: Vec<Hash>,
    /// The head, a signed note, as it was sent.
    pub note: String,
}

impl Request {
    /// Longest body that is read, in bytes.
    pub const MAX_BYTES: usize = Note::MAX_BYTES + 64 * 64;
    /// Largest number of lines of a proof (C2SP tlog-witness).
    pub const MAX_PROOF: usize = 63;

    /// The body of `POST /add-checkpoint`: `old <size>`, a hash in base64 a line, an empty line, the note.
    pub fn text(&self) -> String {
        let proof: String = self.proof.iter().map(|hash| STANDARD.encode(hash.0) + "\n").collect();
        format!("old {}\n{proof}\n{}", self.old, self.note)
    }

    /// Reads exactly what [`Request::text`] writes. Whether the note is one is not looked at here.
    ///
    /// # Errors
    /// [`No::Malformed`].
    pub fn read(text: &str) -> Result<Self, No> {
        if text.len() > Self::MAX_BYTES {
            return Err(No::Malformed);
        }
        let (lines, note) = text.split_once("\n\n").ok_or(No::Malformed)?;
        let mut lines = lines.split('\n');
        let old = lines.next().and_then(|line| line.strip_prefix("old ")).and_then(size);
        let proof: Vec<Hash> = lines.map(hash).collect::<Option<_>>().ok_or(No::Malformed)?;
        match old {
            Some(old) if proof.len() <= Self::MAX_PROOF => Ok(Self { old, proof, note: note.to_owned() }),
            _ => Err(No::Malformed),
        }
    }
}

/// A size in decimal, in its one spelling.
fn size(text: &str) -> Option<u64> {
    text.parse().ok().filter(|size: &u64| *size <= MAX_SIZE && size.to_string() == text)
}

fn hash(line: &str) -> Option<Hash> {
    STANDARD.decode(line).ok()?.try_into().ok().map(Hash)
}

/// Why a witness does not cosign.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum No {
    /// The request is none, its note is not a head, or its old size is beyond the head. HTTP status 400.
    Malformed,
    /// It watches no log of that origin. Status 404.
    UnknownLog,
    /// No key that it trusts for that origin has signed the head. Status 403.
    Unsigned,
    /// The head it cosigned last has another size than the request says: the proof must begin there. Status 409.
    Elsewhere {
        /// Size of the head that was cosigned last; 0 for none.
        held: u64,
    },
    /// A head of the size that it cosigned last, signed by the log, with another root: both together prove that the log has
    /// shown two histories. Status 409, as if it were [`No::Elsewhere`].
    Fork {
        /// Size of both.
        held: u64,
    },
    /// The proof does not lead from the head that was cosigned last to this one. Status 422.
    Proof {
        /// Size of the head that was cosigned last; 0 for none.
        held: u64,
    },
}

impl No {
    /// The HTTP status of the answer (C2SP tlog-witness, "add-checkpoint").
    pub fn status(&self) -> u16 {
        match self {
            Self::Malformed => 400,
            Self::UnknownLog => 404,
            Self::Unsigned => 403,
            Self::Elsewhere { .. } | Self::Fork { .. } => 409,
            Self::Proof { .. } => 422,
        }
    }
}

impl fmt::Display for No {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed => f.write_str("this is not a request to cosign a head"),
            Self::UnknownLog => f.write_str("no log of this origin is watched here"),
            Self::Unsigned => f.write_str("no key that is trusted here for this log has signed the head"),
            Self::Elsewhere { held } => write!(f, "the head cosigned last is of {held} entries"),
            Self::Fork { held } => {
                write!(f, "another head of {held} entries was cosigned: the log has shown two histories")
            }
            Self::Proof { held } => {
                write!(f, "the head is not shown to go on from the one of {held} entries")
            }
        }
    }
}

impl std::error::Error for No {}

/// The logs that a witness watches, by their keys. A log that changes its key has several under one origin.
#[derive(Clone, Debug)]
pub struct Watch(Vec<Watched>);

#[derive(Clone, Debug)]
struct Watched {
    origin: String,
    trust: Trust,
}

impl Watch {
    /// Watches the logs of these keys. None when one is the key of a witness, or stands there twice.
    pub fn new(keys: &[VerifierKey]) -> Option<Self> {
        let mut watch = Self(Vec::new());
        for key in keys {
            if key.duty() != Duty::Log || watch.0.iter().any(|each| each.trust.knows(key)) {
                return None;
            }
            match watch.0.iter_mut().find(|each| each.origin == key.name()) {
                Some(watched) => watched.trust.add_log(key.clone()),
                None => {
                    watch.0.push(Watched { origin: key.name().into(), trust: Trust::of_log(key.clone()) });
                }
            }
        }
        Some(watch)
    }

    /// The origins of the logs, in the order of their first keys.
    pub fn origins(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|watched| watched.origin.as_str())
    }

    /// The origin that a request speaks of, if it is watched.
    ///
    /// # Errors
    /// [`No::Malformed`], [`No::UnknownLog`].
    pub fn origin(&self, request: &Request) -> Result<&str, No> {
        self.watched(request).map(|watched| watched.origin.as_str())
    }

    fn watched(&self, request: &Request) -> Result<&Watched, No> {
        let note = Note::read(&request.note).map_err(|_| No::Malformed)?;
        let head = Checkpoint::read(note.text()).map_err(|_| No::Malformed)?;
        self.0.iter().find(|each| each.origin == head.origin).ok_or(No::UnknownLog)
    }

    /// Whether the head that is asked for goes on from the one of that log that was cosigned last. If so, it is the one to be kept
    /// from now on, and to be cosigned then. A head of the same size and root may be cosigned again, at another time.
    ///
    /// # Errors
    /// [`No`]; what was cosigned last then stays.
    pub fn look(&self, held: Option<&Checkpoint>, request: &Request) -> Result<Checkpoint, No> {
        let trust = &self.watched(request)?.trust;
        let new = trust.open(&request.note).map_err(|_| No::Unsigned)?.checkpoint;
        let last = held.map_or(0, |head| head.size);
        if held.is_some_and(|held| held.size == new.size && held.root != new.root) {
            // Told before the old size is looked at: whatever else the request says, these two heads are the proof.
            return Err(No::Fork { held: last });
        }
        if request.old > new.size {
            return Err(No::Malformed);
        }
        if request.old != last {
            return Err(No::Elsewhere { held: last });
        }
        if held == Some(&new) {
            return if request.proof.is_empty() { Ok(new) } else { Err(No::Proof { held: last }) };
        }
        let row = Succession::new(trust.clone(), Vec::new());
        let mut row = match held {
            Some(held) => row.after(known(held)),
            None => row,
        };
        match row.take(&request.note, &request.proof) {
            Ok(_) => Ok(new),
            Err(HeadError::Order) => Err(No::Elsewhere { held: last }),
            Err(_) => Err(No::Proof { held: last }),
        }
    }
}

impl Watch {
    /// The note of a request with the lines of trusted keys alone: what is kept, and what a cosignature is added to.
    ///
    /// # Errors
    /// [`No`], as far as it can be told without the head that was cosigned last.
    pub fn signed(&self, request: &Request) -> Result<Note, No> {
        let trust = &self.watched(request)?.trust;
        trust.open(&request.note).map_err(|_| No::Unsigned)?;
        let note = Note::read(&request.note).map_err(|_| No::Malformed)?;
        let mut signed = Note::new(note.text()).map_err(|_| No::Malformed)?;
        for line in note.signatures().iter().filter(|line| trust.logs().iter().any(|key| key.made(line))) {
            signed.add(line.clone());
        }
        Ok(signed)
    }
}

/// A head whose signatures were checked when it was cosigned.
fn known(checkpoint: &Checkpoint) -> SignedHead {
    let checkpoint = checkpoint.clone();
    SignedHead { checkpoint, signers: Vec::new(), cosigned: Vec::new(), witnessed: false }
}

#[cfg(test)]
mod tests;
