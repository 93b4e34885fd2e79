//! What a witness keeps: its key, the last head of each log that it cosigned, and the proofs of forks. Everything is on the disk
//! before it is answered for, and nobody comes between the look at the last head and the keeping of the next.

use crate::house::clock::Chance;
use crate::house::fault::{Done, Fault};
use crate::house::keys::Keys;
use meguri_domain::Refusal;
use meguri_record::witness::{No, Request, Watch};
use meguri_record::{Checkpoint, Duty, Hash, Note, SignerKey, VerifierKey, key};
use std::fs::File;
use std::path::Path;
use std::sync::{Mutex, PoisonError};

/// The secret key.
const KEY: &str = "witness.key";
/// So many forks of one log are kept; each is proof enough.
const MOST_FORKS: usize = 100;

/// The folder of a witness, and the right to write in it.
pub struct Shelf {
    folder: Keys,
    key: SignerKey,
    watch: Watch,
    /// Held from the look at the last head until the next one is on the disk.
    one: Mutex<()>,
    /// Held as long as the program runs: two witnesses over one folder could each let the other go back.
    _alone: File,
}

/// What a witness holds of a log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub checkpoint: Checkpoint,
    /// When it was cosigned, in seconds since 1970.
    pub at_s: u64,
}

impl Shelf {
    /// Opens a folder, makes its key where there is none, and looks whether everything in it can be read.
    pub fn open(folder: &Path, name: &str, logs: &[VerifierKey], chance: &Chance) -> Done<Self> {
        let folder = Keys::at(folder.to_owned());
        let lock = folder.create("lock")?;
        if lock.try_lock().is_err() {
            return Err(Refusal::Because((
                "このフォルダーでは、もう証人が動いています。",
                "A witness is running over this folder already.",
            ))
            .into());
        }
        let key = own_key(&folder, name, chance)?;
        let watch = Watch::new(logs).ok_or(Refusal::Because((
            "--log に同じ鍵が2回あります。",
            "The same key is given twice with --log.",
        )))?;
        let shelf = Self { folder, key, watch, one: Mutex::new(()), _alone: lock };
        for origin in shelf.origins() {
            shelf.held(origin)?;
        }
        Ok(shelf)
    }

    /// The public half of its key.
    pub fn verifier(&self) -> VerifierKey {
        self.key.verifier()
    }

    /// The origins of the logs it watches.
    pub fn origins(&self) -> impl Iterator<Item = &str> {
        self.watch.origins()
    }

    /// The last head of a log that it cosigned; none where it never did. One that cannot be read is a fault, never none.
    pub fn held(&self, origin: &str) -> Result<Option<Held>, Fault> {
        let Some(text) = self.folder.read(&name(origin))? else { return Ok(None) };
        let note = Note::read(&text).map_err(Fault::broken)?;
        let checkpoint = Checkpoint::read(note.text()).map_err(Fault::broken)?;
        let own = self.key.verifier();
        let mut lines = note.signatures().iter().filter(|line| own.made(line));
        let time = lines.find_map(|line| own.verify(note.text(), line)).and_then(|held| held.time);
        match time {
            Some(at_s) if checkpoint.origin == origin => Ok(Some(Held { checkpoint, at_s })),
            _ => Err(Fault::broken(format!("the head of {origin} that was cosigned last is damaged"))),
        }
    }

    /// How many forks of a log are kept.
    pub fn forks(&self, origin: &str) -> usize {
        let begin = fork_name(origin);
        let files = std::fs::read_dir(self.folder.path("")).into_iter().flatten().flatten();
        let names = files.map(|file| file.file_name().to_string_lossy().into_owned());
        names.filter(|name| name.starts_with(&begin) && name.ends_with(SHOWN)).count()
    }

    /// Looks at a request and, where the head goes on, keeps it and gives the cosignature as a line of a note. What it gives is
    /// on the disk.
    pub fn cosign(&self, request: &Request, now_s: u64) -> Result<Result<String, No>, Fault> {
        let _one = self.one.lock().unwrap_or_else(PoisonError::into_inner);
        let origin = match self.watch.origin(request) {
            Ok(origin) => origin,
            Err(no) => return Ok(Err(no)),
        };
        let held = self.held(origin)?.map(|held| held.checkpoint);
        let signed = match self.watch.look(held.as_ref(), request).and_then(|_| self.watch.signed(request)) {
            Ok(signed) => signed,
            Err(no) => {
                self.tell(origin, request, &no)?;
                return Ok(Err(no));
            }
        };
        let line = self.key.cosign(signed.text(), now_s);
        let line = line.ok_or_else(|| Fault::broken("the clock of this machine is wrong"))?;
        let (mut kept, text) = (signed, line_of(&line)?);
        kept.add(line);
        self.folder.write(&name(origin), &kept.to_string())?;
        Ok(Ok(text))
    }

    /// What a refusal means to the administrator of the witness. A fork is kept: both heads, each in a file.
    fn tell(&self, origin: &str, request: &Request, no: &No) -> Result<(), Fault> {
        match no {
            No::Fork { held } => {
                let kept = self.keep_fork(origin, request)?;
                let kept = kept.unwrap_or_else(|| "kept before".into());
                tracing::error!(log = origin, size = held, proof = %kept, "ALARM: the log has shown two histories of one size");
            }
            No::Proof { held } => {
                tracing::error!(
                    log = origin,
                    size = held,
                    "ALARM: a signed head does not go on from the one that was cosigned"
                );
            }
            No::Elsewhere { .. } | No::Unsigned | No::Malformed | No::UnknownLog => {}
        }
        Ok(())
    }

    fn keep_fork(&self, origin: &str, request: &Request) -> Result<Option<String>, Fault> {
        let Ok(shown) = self.watch.signed(request) else { return Ok(None) };
        let head = Checkpoint::read(shown.text()).map_err(Fault::broken)?;
        let root: String = head.root.to_string().chars().take(16).collect();
        let begin = format!("{}{}-{root}", fork_name(origin), head.size);
        let (ours, theirs) = (format!("{begin}.held.note"), format!("{begin}{SHOWN}"));
        if self.folder.path(&theirs).exists() || self.forks(origin) >= MOST_FORKS {
            return Ok(None);
        }
        let held = self.folder.read(&name(origin))?.unwrap_or_default();
        self.folder.write(&ours, &held)?;
        self.folder.write(&theirs, &shown.to_string())?;
        Ok(Some(theirs))
    }
}

const SHOWN: &str = ".shown.note";

fn own_key(folder: &Keys, name: &str, chance: &Chance) -> Done<SignerKey> {
    if let Some(text) = folder.read(KEY)? {
        return Ok(SignerKey::read(text.trim_end()).map_err(Fault::broken)?);
    }
    if !key::is_name(name) {
        return Err(Refusal::Because((
            "--name には、証人の名前（例: witness.example.co.jp）を空白や + なしで指定してください。",
            "Give --name the name of the witness (such as witness.example.co.jp), without spaces or +.",
        ))
        .into());
    }
    let key = SignerKey::new(name, Duty::Witness, chance.bytes()).map_err(Fault::broken)?;
    folder.write(KEY, &format!("{}\n", key.secret_text()))?;
    Ok(key)
}

/// An origin may hold what no name of a file may.
fn short(origin: &str) -> String {
    Hash::of(origin.as_bytes()).to_string().chars().take(16).collect()
}

fn name(origin: &str) -> String {
    format!("{}.note", short(origin))
}

fn fork_name(origin: &str) -> String {
    format!("fork-{}-", short(origin))
}

/// A line of a note alone, with its newline.
fn line_of(line: &meguri_record::Signature) -> Result<String, Fault> {
    let mut note = Note::new("-\n").map_err(Fault::broken)?;
    note.add(line.clone());
    Ok(note.to_string().trim_start_matches("-\n\n").to_owned())
}
