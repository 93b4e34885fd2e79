//! The manifest of a backup: what it holds, of which log, by whom it is signed. A signed note (C2SP) over the facts and
//! the hash of the list of files; whoever changes a byte of anything changes what is signed.

use super::shelf::{Item, is_plain};
use super::{No, Told};
use crate::house::clock::Chance;
use crate::house::keys::Keys;
use meguri_record::{Duty, Hash, Note, SignerKey, VerifierKey};
use std::fmt::Write;

/// The signed note.
pub const NOTE: &str = "MANIFEST";
/// The list of files: hash, size and path of each, a line each.
pub const FILES: &str = "FILES";
/// The key that signs backups, in the folder of keys.
pub const KEY: &str = "backup.key";
const KIND: &str = "meguri-backup/v1";

/// What a backup says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Manifest {
    /// When, as `20261128T014400Z`.
    pub made: String,
    /// The program that made it.
    pub program: String,
    /// `SQLite` or `PostgreSQL`.
    pub database: String,
    pub log: String,
    pub size: u64,
    pub root: Hash,
    pub items: Vec<Item>,
}

impl Manifest {
    /// The list of files as text.
    pub fn list(&self) -> String {
        let mut text = String::new();
        for Item { path, size, sha256 } in &self.items {
            // A text takes all that is written to it.
            let _ = writeln!(text, "{sha256} {size} {path}");
        }
        text
    }

    fn text(&self) -> String {
        let Self { made, program, database, log, size, root, items } = self;
        let (count, list) = (items.len(), Hash::of(self.list().as_bytes()));
        format!(
            "{KIND}\nmade {made}\nprogram {program}\ndatabase {database}\nlog {log}\nsize {size}\nroot {root}\nfiles {count} {list}\n"
        )
    }

    /// All bytes of the files together.
    pub fn bytes(&self) -> u64 {
        self.items.iter().map(|item| item.size).sum()
    }

    /// The note under a key.
    pub fn sign(&self, key: &SignerKey) -> Told<String> {
        sign(&self.text(), key)
    }

    /// Reads a note and its list under a key; every other text is refused.
    pub fn read(note: &str, list: &str, key: &VerifierKey) -> Told<Self> {
        let note = Note::read(note).map_err(|error| damaged(&error.ja(), &error.to_string()))?;
        let own = note.signatures().iter().filter(|each| key.made(each));
        if own.filter(|each| key.verify(note.text(), each).is_some()).count() != 1 {
            return Err(No::new(
                format!(
                    "バックアップの署名が、鍵 {} のものではありません。書き換えられたか、別の鍵で作られています。復元していません。",
                    key.label()
                ),
                format!(
                    "The backup is not signed by the key {}: it was altered, or made under another key. Nothing was restored.",
                    key.label()
                ),
            ));
        }
        let read = Self::facts(note.text(), list)
            .ok_or_else(|| damaged("目録の形が違います", "its manifest has another form"))?;
        // One spelling: what is read is what was signed.
        if read.text() != note.text() || read.list() != list {
            return Err(damaged(
                "ファイルの一覧が目録と一致しません",
                "the list of files is not the one that was signed",
            ));
        }
        Ok(read)
    }

    fn facts(text: &str, list: &str) -> Option<Self> {
        let mut lines = text.lines();
        if lines.next()? != KIND {
            return None;
        }
        let mut fact =
            |name: &str| lines.next()?.strip_prefix(name)?.strip_prefix(' ').map(ToOwned::to_owned);
        Some(Self {
            made: fact("made")?,
            program: fact("program")?,
            database: fact("database")?,
            log: fact("log")?,
            size: fact("size")?.parse().ok()?,
            root: fact("root")?.parse().ok()?,
            items: list.lines().map(item).collect::<Option<_>>()?,
        })
    }
}

fn item(line: &str) -> Option<Item> {
    let mut parts = line.splitn(3, ' ');
    let (sha256, size, path) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?, parts.next()?);
    is_plain(path).then(|| Item { path: path.to_owned(), size, sha256 })
}

/// A text as a note under a key.
pub fn sign(text: &str, key: &SignerKey) -> Told<String> {
    let mut note = Note::new(text).map_err(|error| No::new(error.ja(), error.to_string()))?;
    note.add(key.sign(text).ok_or_else(|| No::new("この鍵では署名できません。", "This key does not sign."))?);
    Ok(note.to_string())
}

/// What is said of a backup that is not whole.
pub fn damaged(ja: &str, en: &str) -> No {
    No::new(
        format!(
            "このバックアップは壊れているか、書き換えられています（{ja}）。復元していません。別のバックアップを使ってください。"
        ),
        format!("This backup is damaged or was altered ({en}). Nothing was restored. Use another backup."),
    )
}

/// The key that signs backups; made on first use.
pub fn key(keys: &Keys, chance: &Chance) -> Told<SignerKey> {
    if let Some(text) = keys.read(KEY)? {
        return read_key(&text);
    }
    let name = format!("meguri-backup/{}", chance.id());
    let key = SignerKey::new(&name, Duty::Log, chance.bytes())
        .map_err(|error| No::new(error.ja(), error.to_string()))?;
    keys.write(KEY, &format!("{}\n", key.secret_text()))?;
    Ok(key)
}

/// A key from the text of its file.
pub fn read_key(text: &str) -> Told<SignerKey> {
    SignerKey::read(text.trim_end()).map_err(|error| {
        No::new(
            format!("鍵のファイル {KEY} を読めません（{}）。", error.ja()),
            format!("The key file {KEY} cannot be read ({error})."),
        )
    })
}
