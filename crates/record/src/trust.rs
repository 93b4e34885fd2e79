//! Whose signature counts: the keys of the log, the witnesses, and how many of them it takes.
//!
//! As a text this is a policy of C2SP tlog-policy. Whoever verifies should hold one of his own, taken from paper or from an older
//! mail: a bundle that brings its own keys only shows that it agrees with itself.

use std::fmt;

use crate::checkpoint::{Checkpoint, CheckpointError};
use crate::key::{Duty, KeyError, VerifierKey};
use crate::note::{Note, NoteError};

/// The keys that are trusted, and the quorum.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trust {
    logs: Vec<VerifierKey>,
    named: Vec<(String, Member)>,
    quorum: Quorum,
}

/// A witness, or a group of which so many must have witnessed. Members stand before their group.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Member {
    Witness(VerifierKey),
    Group { least: usize, members: Vec<usize> },
}

/// Whose cosignatures are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Quorum {
    Nobody,
    Of(usize),
}

/// A head whose signatures have been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHead {
    /// What is signed.
    pub checkpoint: Checkpoint,
    /// [Labels](VerifierKey::label) of the keys of the log that signed it, at least one.
    pub signers: Vec<String>,
    /// Labels of the witnesses that cosigned it, each with its time in seconds since 1970-01-01 UTC.
    pub cosigned: Vec<(String, u64)>,
    /// Whether those are the quorum. Under `quorum none` nobody is asked, and no head is witnessed by its signatures.
    pub witnessed: bool,
}

impl Trust {
    /// Longest text that is read, in bytes.
    pub const MAX_BYTES: usize = 1 << 16;

    /// Reads a policy: lines `log <vkey> [<url>]`, `witness <name> <vkey> [<url>]`, `group <name> all|any|<k> <name>…`
    /// and one `quorum <name>|none`. Empty lines and lines that begin with `#` are passed over.
    ///
    /// # Errors
    /// [`TrustError`] names the line.
    pub fn read(text: &str) -> Result<Self, TrustError> {
        let mut reader = Reader::default();
        if text.len() > Self::MAX_BYTES
            || text.contains(|c: char| c < ' ' && c != '\t' && c != '\n' || c == '\x7f')
        {
            return Err(TrustError { line: 0, fault: TrustFault::Form });
        }
        for (number, line) in (1..).zip(text.lines()) {
            let words: Vec<&str> = line.split([' ', '\t']).filter(|word| !word.is_empty()).collect();
            reader.line(&words).map_err(|fault| TrustError { line: number, fault })?;
        }
        let quorum = reader.quorum.ok_or(TrustError { line: 0, fault: TrustFault::Quorum })?;
        let used = reader.named.into_iter().map(|named| (named.name, named.member)).collect();
        Ok(Self { logs: reader.logs, named: used, quorum })
    }

    /// Trusts one key of a log, and asks no witness.
    pub fn of_log(key: VerifierKey) -> Self {
        Self { logs: vec![key], named: Vec::new(), quorum: Quorum::Nobody }
    }

    /// Whether the point of the curve of this key stands there already, whatever it is called.
    pub(crate) fn knows(&self, key: &VerifierKey) -> bool {
        self.logs.iter().chain(self.witnesses()).any(|other| other.same_point(key))
    }

    /// The keys of the log in their order.
    pub fn logs(&self) -> &[VerifierKey] {
        &self.logs
    }

    /// The keys of the witnesses in their order.
    pub fn witnesses(&self) -> impl Iterator<Item = &VerifierKey> {
        self.named.iter().filter_map(|(_, member)| match member {
            Member::Witness(key) => Some(key),
            Member::Group { .. } => None,
        })
    }

    /// Whether a quorum is asked for at all.
    pub fn asks_witnesses(&self) -> bool {
        self.quorum != Quorum::Nobody
    }

    /// Trusts the first key of the log alone, and gives the others back.
    pub(crate) fn keep_first_log(&mut self) -> Vec<VerifierKey> {
        self.logs.split_off(1.min(self.logs.len()))
    }

    /// Trusts a further key of the log.
    pub(crate) fn add_log(&mut self, key: VerifierKey) {
        self.logs.push(key);
    }

    /// Opens a signed head. Lines by unknown keys are passed over, so new kinds of signatures need no new format; a line
    /// by a known key that does not hold refuses the whole (C2SP signed-note, "Signatures").
    ///
    /// # Errors
    /// [`HeadError`].
    pub fn open(&self, note: &str) -> Result<SignedHead, HeadError> {
        let note = Note::read(note).map_err(HeadError::Note)?;
        let checkpoint = Checkpoint::read(note.text()).map_err(HeadError::Checkpoint)?;
        let (mut signers, mut cosigned) = (Vec::new(), Vec::new());
        for signature in note.signatures() {
            let mut known = self.logs.iter().chain(self.witnesses());
            let Some(key) = known.find(|key| key.made(signature)) else { continue };
            let held = key.verify(note.text(), signature);
            match (held.ok_or_else(|| HeadError::Signature { key: key.label() })?.time, key.duty()) {
                (Some(time), Duty::Witness) => cosigned.push((key.label(), time)),
                (_, Duty::Log) if key.name() != checkpoint.origin => return Err(HeadError::OtherLog),
                _ => signers.push(key.label()),
            }
        }
        if signers.is_empty() {
            return Err(HeadError::Unsigned);
        }
        let witnessed = self.quorum_is_met(|key| cosigned.iter().any(|(label, _)| *label == key.label()));
        Ok(SignedHead { checkpoint, signers, cosigned, witnessed })
    }

    fn quorum_is_met(&self, has_cosigned: impl Fn(&VerifierKey) -> bool) -> bool {
        let mut met: Vec<bool> = Vec::with_capacity(self.named.len());
        for (_, member) in &self.named {
            met.push(match member {
                Member::Witness(key) => has_cosigned(key),
                Member::Group { least, members } => {
                    members.iter().filter(|place| met.get(**place) == Some(&true)).count() >= *least
                }
            });
        }
        matches!(self.quorum, Quorum::Of(place) if met.get(place) == Some(&true))
    }
}

/// What has been read of a policy so far.
#[derive(Default)]
struct Reader {
    logs: Vec<VerifierKey>,
    named: Vec<Named>,
    quorum: Option<Quorum>,
}

struct Named {
    name: String,
    member: Member,
    /// A name may be a member of one group only, so that nobody counts twice.
    in_group: bool,
}

impl Reader {
    fn line(&mut self, words: &[&str]) -> Result<(), TrustFault> {
        match words {
            [] => {}
            [first, ..] if first.starts_with('#') => {}
            ["log", vkey] | ["log", vkey, _] => {
                let key = self.key(vkey, Duty::Log)?;
                self.logs.push(key);
            }
            ["witness", name, vkey] | ["witness", name, vkey, _] => {
                let key = self.key(vkey, Duty::Witness)?;
                self.name(name, Member::Witness(key))?;
            }
            ["group", name, least, members @ ..] if !members.is_empty() => {
                let least = match *least {
                    "all" => members.len(),
                    "any" => 1,
                    k => number(k).filter(|k| (1..=members.len()).contains(k)).ok_or(TrustFault::Form)?,
                };
                let members = members.iter().map(|member| self.join(member)).collect::<Result<_, _>>()?;
                self.name(name, Member::Group { least, members })?;
            }
            ["quorum", name] if self.quorum.is_none() => {
                self.quorum =
                    Some(if *name == "none" { Quorum::Nobody } else { Quorum::Of(self.place(name)?) });
            }
            ["quorum", ..] => return Err(TrustFault::Quorum),
            _ => return Err(TrustFault::Form),
        }
        Ok(())
    }

    fn key(&self, vkey: &str, duty: Duty) -> Result<VerifierKey, TrustFault> {
        let key = VerifierKey::read(vkey).map_err(TrustFault::Key)?;
        let witnesses = self.named.iter().filter_map(|named| match &named.member {
            Member::Witness(key) => Some(key),
            Member::Group { .. } => None,
        });
        if key.duty() != duty {
            return Err(TrustFault::Duty);
        }
        if self.logs.iter().chain(witnesses).any(|other| other.same_point(&key)) {
            return Err(TrustFault::Twice);
        }
        Ok(key)
    }

    fn name(&mut self, name: &str, member: Member) -> Result<(), TrustFault> {
        if name == "none" || self.place(name).is_ok() {
            return Err(TrustFault::Twice);
        }
        self.named.push(Named { name: name.to_owned(), member, in_group: false });
        Ok(())
    }

    fn place(&self, name: &str) -> Result<usize, TrustFault> {
        self.named.iter().position(|named| named.name == name).ok_or(TrustFault::Name)
    }

    fn join(&mut self, name: &str) -> Result<usize, TrustFault> {
        let place = self.place(name)?;
        match self.named.get_mut(place) {
            Some(named) if !named.in_group => named.in_group = true,
            _ => return Err(TrustFault::Twice),
        }
        Ok(place)
    }
}

/// A decimal number without sign or leading zeroes.
fn number(text: &str) -> Option<usize> {
    text.parse().ok().filter(|number: &usize| number.to_string() == text)
}

/// Why a text is not a policy of keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TrustError {
    /// Number of the line from 1; 0 for the whole.
    pub line: usize,
    /// What is wrong with it.
    pub fault: TrustFault,
}

/// What is wrong with a line of a policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrustFault {
    /// Not a line of a policy, or a policy that is too long.
    Form,
    /// The key cannot be read.
    Key(KeyError),
    /// A key of a witness stands for a log, or the other way round.
    Duty,
    /// The key or the name stands there already, or a name is in two groups.
    Twice,
    /// The name is not one of a line above.
    Name,
    /// There is not exactly one quorum.
    Quorum,
}

impl fmt::Display for TrustError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.line > 0 {
            write!(f, "line {} of the policy: ", self.line)?;
        }
        match self.fault {
            TrustFault::Form => f.write_str("this is not how a policy is written"),
            TrustFault::Key(error) => error.fmt(f),
            TrustFault::Duty => f.write_str("this key is not for that purpose"),
            TrustFault::Twice => f.write_str("a key or a name is used twice"),
            TrustFault::Name => f.write_str("the name does not stand on a line above"),
            TrustFault::Quorum => f.write_str("a policy needs exactly one quorum"),
        }
    }
}

impl TrustError {
    /// The same in Japanese.
    pub fn ja(&self) -> String {
        let fault = match self.fault {
            TrustFault::Form => "鍵一覧（policy）の書き方ではありません",
            TrustFault::Key(error) => error.ja(),
            TrustFault::Duty => "この用途の鍵ではありません",
            TrustFault::Twice => "鍵または名前が重複しています",
            TrustFault::Name => "その名前は前の行にありません",
            TrustFault::Quorum => "quorum の行がちょうど 1 行必要です",
        };
        if self.line > 0 { format!("鍵一覧の {} 行目：{fault}", self.line) } else { fault.to_owned() }
    }
}

impl std::error::Error for TrustError {}

/// Why a text is not a head that may be believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeadError {
    /// Not a signed note.
    Note(NoteError),
    /// Not a checkpoint.
    Checkpoint(CheckpointError),
    /// No key of the log that is trusted signed it.
    Unsigned,
    /// A line by a known key does not hold.
    Signature {
        /// Label of the key.
        key: String,
    },
    /// It is of another log than its key, or than the head before it.
    OtherLog,
    /// It is not larger than the head before it.
    Order,
    /// Two signed heads of one size with different roots: the log has shown two histories.
    Fork {
        /// The size of both.
        size: u64,
    },
    /// The proof does not lead from the head before it to this one.
    Consistency {
        /// Size of the head before; 0 for the first head, to which no proof belongs.
        from: u64,
        /// Size of this head.
        to: u64,
    },
}

impl fmt::Display for HeadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Note(error) => error.fmt(f),
            Self::Checkpoint(error) => error.fmt(f),
            Self::Unsigned => f.write_str("no trusted key of the log has signed it"),
            Self::Signature { key } => write!(f, "the signature of {key} does not hold"),
            Self::OtherLog => f.write_str("it is the head of another log"),
            Self::Order => f.write_str("it is not larger than the head before it"),
            Self::Fork { size } => {
                write!(f, "there are two signed heads of {size} entries: the log has shown two histories")
            }
            Self::Consistency { from, to } => {
                write!(f, "the log of {to} entries is not shown to go on from the log of {from}")
            }
        }
    }
}

impl HeadError {
    /// The same in Japanese.
    pub fn ja(&self) -> String {
        match self {
            Self::Note(error) => error.ja(),
            Self::Checkpoint(error) => error.ja().to_owned(),
            Self::Unsigned => "信頼するログの鍵による署名がありません".to_owned(),
            Self::Signature { key } => format!("鍵 {key} の署名が正しくありません"),
            Self::OtherLog => "別のログのヘッドです".to_owned(),
            Self::Order => "前のヘッドより大きくありません".to_owned(),
            Self::Fork { size } => {
                format!("記録 {size} 件の署名付きヘッドが 2 種類あります。ログは 2 通りの履歴を見せています")
            }
            Self::Consistency { from, to } => {
                format!("記録 {to} 件のログが {from} 件のログの続きであることを確かめられません")
            }
        }
    }
}

impl std::error::Error for HeadError {}

#[cfg(test)]
mod tests;
