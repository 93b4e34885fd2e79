//! Text files of a bundle: regular files only, lines that end in LF, never more than the longest line in memory.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use super::Failure;
use crate::tree::Hash;

/// A file of lines, read one at a time.
pub struct Lines {
    name: &'static str,
    file: BufReader<File>,
    max_bytes: usize,
}

impl Lines {
    pub fn open(folder: &Path, name: &'static str, max_bytes: usize) -> Result<Self, Failure> {
        let file = open(&folder.join(name)).map_err(|error| Failure::unreadable(name, &error))?;
        Ok(Self { name, file: BufReader::new(file), max_bytes })
    }

    pub fn open_if_there(
        folder: &Path,
        name: &'static str,
        max_bytes: usize,
    ) -> Result<Option<Self>, Failure> {
        if is_there(&folder.join(name)) { Self::open(folder, name, max_bytes).map(Some) } else { Ok(None) }
    }

    /// The next line without its LF; None behind the last.
    pub fn next_line(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        let mut line = Vec::new();
        let mut bounded = (&mut self.file).take(self.max_bytes as u64 + 1);
        bounded.read_until(b'\n', &mut line).map_err(|error| Failure::unreadable(self.name, &error))?;
        match line.pop() {
            None => Ok(None),
            Some(b'\n') => Ok(Some(line)),
            Some(_) => Err(Failure::new(
                self.name,
                "a line is too long, or does not end in a newline",
                "行が長すぎるか、改行で終わっていません",
            )),
        }
    }
}

/// A small text file as a whole.
pub fn read_text(folder: &Path, name: &str, max_bytes: usize) -> Result<String, Failure> {
    let mut text = String::new();
    let read =
        open(&folder.join(name)).and_then(|file| file.take(max_bytes as u64 + 1).read_to_string(&mut text));
    read.map_err(|error| Failure::unreadable(name, &error))?;
    if text.len() > max_bytes || !(text.is_empty() || text.ends_with('\n')) {
        return Err(Failure::new(
            name,
            "it is too long, or does not end in a newline",
            "長すぎるか、改行で終わっていません",
        ));
    }
    Ok(text)
}

/// At most 64 hashes in hex.
pub fn hashes<'a>(texts: impl Iterator<Item = &'a str>, place: &str) -> Result<Vec<Hash>, Failure> {
    let hashes: Result<Vec<Hash>, _> = texts.map(str::parse).collect();
    hashes.ok().filter(|hashes| hashes.len() <= super::MAX_PROOF).ok_or_else(|| Failure::no_hash(place))
}

/// A decimal number without sign or leading zeroes, at most 2^63 - 1.
pub fn number(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number: &u64| number.to_string() == text && i64::try_from(*number).is_ok())
}

/// Names in a folder, sorted; none if it is not there.
pub fn names(folder: &Path, name: &str) -> Result<Vec<String>, Failure> {
    let path = folder.join(name);
    if !is_there(&path) {
        return Ok(Vec::new());
    }
    let read = || {
        if !std::fs::symlink_metadata(&path)?.is_dir() {
            return Err(io::Error::other("not a folder"));
        }
        let mut names = Vec::new();
        for entry in std::fs::read_dir(&path)? {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        names.sort();
        Ok(names)
    };
    read().map_err(|error| Failure::unreadable(name, &error))
}

pub fn is_there(path: &Path) -> bool {
    std::fs::symlink_metadata(path).is_ok()
}

/// Opens a regular file. A link could lead out of the bundle, and a pipe would never end.
pub fn open(path: &Path) -> io::Result<File> {
    if !std::fs::symlink_metadata(path)?.is_file() {
        return Err(io::Error::other("not a regular file"));
    }
    File::open(path)
}

impl Failure {
    pub fn unreadable(place: &str, error: &io::Error) -> Self {
        Self::new(place, format!("it cannot be read: {error}"), format!("読み取れません（{error}）"))
    }

    pub fn no_hash(place: &str) -> Self {
        Self::new(
            place,
            "a line does not consist of hashes in hex",
            "16 進表記のハッシュになっていない行があります",
        )
    }
}
