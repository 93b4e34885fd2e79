//! What a bundle shows beside the entries: private texts and evidence files, each shown or listed as withheld.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use super::Failure;
use super::lines::{Lines, is_there, names, number, open, read_text};
use crate::commitment::commit;
use crate::entry::{Entry, FileMark};
use crate::tree::Hash;

/// Longest line of `payloads.txt`: 64 MiB.
const MAX_PAYLOAD: usize = 64 << 20;
/// Longest `withheld.txt`: 1 GiB would be some ten million lines.
const MAX_WITHHELD: usize = 1 << 30;

/// Takes the shown things entry by entry and counts them.
pub struct Shown {
    folder: PathBuf,
    lines: Option<Lines>,
    /// The next unused line of `payloads.txt`.
    next: Option<Opening>,
    /// Each with whether an entry has asked for it.
    withheld: BTreeMap<Withheld, bool>,
    /// Files that were found as their entry says.
    files: BTreeMap<Hash, u64>,
    payloads: Share,
}

/// How many were shown, of how many.
pub type Share = (u64, u64);

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Withheld {
    Payload(u64, u64),
    File(Hash),
}

struct Opening {
    idx: u64,
    nth: u64,
    salt: Hash,
    bytes: Vec<u8>,
}

impl Shown {
    pub fn open(folder: &Path) -> Result<Self, Failure> {
        let withheld = withheld(folder)?;
        let lines = Lines::open_if_there(folder, "payloads.txt", MAX_PAYLOAD)?;
        let (next, files, payloads) = (None, BTreeMap::new(), (0, 0));
        Ok(Self { folder: folder.to_owned(), lines, next, withheld, files, payloads })
    }

    /// Checks the private texts of the next entry.
    pub fn payloads(&mut self, entry: &Entry) -> Result<(), Failure> {
        self.look_ahead()?;
        for (nth, sealed) in (1..).zip(&entry.commit) {
            self.payloads.1 += 1;
            let withheld = self.withheld.get_mut(&Withheld::Payload(entry.idx, nth));
            if self.next.as_ref().is_none_or(|next| (next.idx, next.nth) != (entry.idx, nth)) {
                *withheld.ok_or_else(|| Failure::left_out("private text", "非公開本文", nth))? = true;
                continue;
            }
            let opening = self.next.take();
            if withheld.is_some() {
                return Err(Failure::both("private text", "非公開本文", nth));
            }
            if opening.is_none_or(|opening| commit(&opening.salt.0, &opening.bytes) != *sealed) {
                return Err(Failure::new(
                    "entries.jsonl",
                    format!("private text {nth} is not the one that was recorded"),
                    format!("非公開本文 {nth} 件目が、記録したときのものと一致しません"),
                ));
            }
            self.payloads.0 += 1;
            self.look_ahead()?;
        }
        Ok(())
    }

    /// Checks the evidence files of the next entry.
    pub fn files(&mut self, entry: &Entry) -> Result<(), Failure> {
        for (nth, mark) in (1..).zip(&entry.files) {
            let path = self.folder.join("files").join(mark.sha256.to_string());
            if let Some(met) = self.withheld.get_mut(&Withheld::File(mark.sha256)) {
                if is_there(&path) {
                    return Err(Failure::both("evidence file", "証跡ファイル", nth));
                }
                *met = true;
                continue;
            }
            if !is_there(&path) {
                return Err(Failure::left_out("evidence file", "証跡ファイル", nth));
            }
            if self.files.get(&mark.sha256) != Some(&mark.size) && !is_as_marked(&path, *mark) {
                return Err(Failure::new(
                    "entries.jsonl",
                    format!("evidence file {nth} is not the one that was recorded"),
                    format!("証跡ファイル {nth} 件目が、記録したときのものと一致しません"),
                ));
            }
            self.files.insert(mark.sha256, mark.size);
        }
        Ok(())
    }

    /// Payloads and files, shown and all, when nothing is left over.
    pub fn finish(self) -> Result<[Share; 2], Failure> {
        if self.next.is_some() {
            return Err(Failure::new(
                "payloads.txt",
                "it shows a text that belongs to no entry of the bundle, or in another order",
                "どの記録のものでもない本文があるか、順序が違います",
            ));
        }
        if self.withheld.values().any(|met| !met) {
            return Err(Failure::new(
                "withheld.txt",
                "it lists something that no entry of the bundle has",
                "どの記録にもないものが挙げられています",
            ));
        }
        let known = |name: &String| name.parse().is_ok_and(|hash: Hash| self.files.contains_key(&hash));
        if let Some(stray) = names(&self.folder, "files")?.into_iter().find(|name| !known(name)) {
            return Err(Failure::new(
                format!("files/{stray}"),
                "no entry of the bundle names this file",
                "どの記録にも挙げられていないファイルです",
            ));
        }
        let hidden =
            self.withheld.keys().filter(|withheld| matches!(withheld, Withheld::File(_))).count() as u64;
        let shown = self.files.len() as u64;
        Ok([self.payloads, (shown, shown + hidden)])
    }

    fn look_ahead(&mut self) -> Result<(), Failure> {
        let Some(lines) = self.lines.as_mut().filter(|_| self.next.is_none()) else { return Ok(()) };
        let Some(line) = lines.next_line()? else { return Ok(()) };
        let opening = str::from_utf8(&line).ok().and_then(Opening::read);
        let wrong = || Failure::new("payloads.txt", "a line cannot be read", "読み取れない行があります");
        self.next = Some(opening.ok_or_else(wrong)?);
        Ok(())
    }
}

impl Opening {
    /// `<idx> <n> <salt in hex> <text in Base64>`.
    fn read(line: &str) -> Option<Self> {
        let words: Vec<&str> = line.split(' ').collect();
        let [idx, nth, salt, bytes] = words[..] else { return None };
        Some(Self {
            idx: number(idx)?,
            nth: number(nth)?,
            salt: salt.parse().ok()?,
            bytes: STANDARD.decode(bytes).ok()?,
        })
    }
}

fn withheld(folder: &Path) -> Result<BTreeMap<Withheld, bool>, Failure> {
    let mut all = BTreeMap::new();
    if !is_there(&folder.join("withheld.txt")) {
        return Ok(all);
    }
    for line in read_text(folder, "withheld.txt", MAX_WITHHELD)?.split_terminator('\n') {
        let words: Vec<&str> = line.split(' ').collect();
        let read = match words[..] {
            ["payload", idx, nth] => {
                number(idx).zip(number(nth)).map(|(idx, nth)| Withheld::Payload(idx, nth))
            }
            ["file", hash] => hash.parse().ok().map(Withheld::File),
            _ => None,
        };
        if read.is_none_or(|withheld| all.insert(withheld, false).is_some()) {
            return Err(Failure::new(
                "withheld.txt",
                "a line cannot be read, or stands there twice",
                "読み取れない行か、重複した行があります",
            ));
        }
    }
    Ok(all)
}

/// Reads no more than the size that was recorded, and one byte.
pub(crate) fn is_as_marked(path: &Path, mark: FileMark) -> bool {
    let hash = || -> io::Result<(u64, Hash)> {
        let mut hash = Sha256::new();
        let file = open(path)?;
        let read = io::copy(&mut io::Read::take(file, mark.size.saturating_add(1)), &mut Hasher(&mut hash))?;
        Ok((read, Hash(hash.finalize().into())))
    };
    hash().is_ok_and(|found| found == (mark.size, mark.sha256))
}

struct Hasher<'a>(&'a mut Sha256);

impl io::Write for Hasher<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Failure {
    fn left_out(en: &str, ja: &str, nth: u64) -> Self {
        Self::new(
            "entries.jsonl",
            format!("{en} {nth} is neither shown nor listed as withheld"),
            format!("{ja} {nth} 件目が、開示も非開示の一覧への記載もされていません"),
        )
    }

    fn both(en: &str, ja: &str, nth: u64) -> Self {
        Self::new(
            "entries.jsonl",
            format!("{en} {nth} is shown although it is listed as withheld"),
            format!("{ja} {nth} 件目が、非開示の一覧にあるのに開示されています"),
        )
    }
}
