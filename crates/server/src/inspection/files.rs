//! Evidence files: which are taken (TRUST.md 2.3), and where they are kept: once per content, by their SHA-256.

use crate::house::clock::Chance;
use crate::house::escape::{spelled, turns};
use crate::house::fault::{Fault, synced};
use meguri_domain::erasure::is_mark;
use meguri_domain::evidence::{Evidence, EvidenceKind};
use meguri_domain::{Refusal, Word};
use meguri_record::Hash;
use sha2::{Digest, Sha256};
use std::fs::{DirBuilder, File, OpenOptions, read, remove_file, rename};
use std::io::Write;
use std::path::{Path, PathBuf};

/// A file may be this large.
pub const MOST_BYTES: u64 = 50 * 1024 * 1024;
/// A picture may have this many points.
const MOST_POINTS: u64 = 40_000_000;
/// So much of a file's beginning is looked at.
const HEAD: usize = 256 * 1024;
const FILE: Word = EvidenceKind::File.word();

/// The endings that are taken, with the kind under which each is handed out again.
const KINDS: &[(&str, &str)] = &[
    ("pdf", "application/pdf"),
    ("png", "image/png"),
    ("jpg", "image/jpeg"),
    ("jpeg", "image/jpeg"),
    ("xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
    ("docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("pptx", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
    ("txt", "text/plain; charset=utf-8"),
    ("csv", "text/csv; charset=utf-8"),
    ("zip", "application/zip"),
];

/// The kind of a file by its name; what is not on the list is never handed out as anything but bytes.
pub fn kind(name: &str) -> &'static str {
    KINDS
        .iter()
        .find(|(ending, _)| ending_of(name) == *ending)
        .map_or("application/octet-stream", |(_, kind)| kind)
}

/// A file's name as data: the last part of a path, with invisible direction marks spelled out, at most 200 characters.
pub fn name(given: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let last = given.rsplit(['/', '\\']).next().unwrap_or_default();
    let shown = |c: char| if turns(c) { spelled(c) } else { c.to_string() };
    let name: String = last.nfc().map(shown).collect();
    let length = name.chars().count();
    name.trim().chars().skip(length.saturating_sub(200)).collect()
}

fn ending_of(name: &str) -> String {
    name.rsplit_once('.').map_or_else(String::new, |(_, ending)| ending.to_ascii_lowercase())
}

/// A file on its way in: written beside the others under a passing name while it is weighed and hashed.
pub struct Incoming {
    path: PathBuf,
    file: File,
    hash: Sha256,
    head: Vec<u8>,
    size: u64,
}

impl Incoming {
    pub fn begin(folder: &Path, chance: &Chance) -> Result<Self, Fault> {
        private(folder).map_err(|error| Fault::of_disk(&error))?;
        let path = folder.join(["incoming-", &chance.id()].concat());
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&path)
            .map_err(|error| Fault::of_disk(&error))?;
        Ok(Self { path, file, hash: Sha256::new(), head: Vec::new(), size: 0 })
    }

    /// Takes the next bytes; refuses what grows too large.
    pub fn take(&mut self, bytes: &[u8]) -> Result<(), crate::house::fault::Stop> {
        self.size += u64::try_from(bytes.len()).map_err(Fault::broken)?;
        if self.size > MOST_BYTES {
            let hint = (
                "50MB以内のファイルにしてください。分けるか、小さくしてから添付してください。",
                "Use a file of at most 50 MB: split it or make it smaller.",
            );
            return Err(Refusal::Unfit { field: "file", word: FILE, hint }.into());
        }
        let room = HEAD.saturating_sub(self.head.len()).min(bytes.len());
        self.head.extend(bytes.iter().take(room));
        self.hash.update(bytes);
        self.file.write_all(bytes).map_err(|error| Fault::of_disk(&error))?;
        Ok(())
    }

    /// Puts the file in its place for good: synced, renamed to its hash, the folder synced. Only then may a
    /// transaction speak of it.
    pub fn keep(mut self, folder: &Path, name: &str) -> Result<(Hash, u64), crate::house::fault::Stop> {
        must_fit(name, &self.head, self.size)?;
        self.file.flush().map_err(|error| Fault::of_disk(&error))?;
        synced(&self.file)?;
        let hash = Hash(std::mem::take(&mut self.hash).finalize().into());
        let place = place(folder, &hash.to_string());
        let shelf = place.parent().unwrap_or(folder);
        private(shelf).map_err(|error| Fault::of_disk(&error))?;
        rename(&self.path, &place).map_err(|error| Fault::of_disk(&error))?;
        for folder in [shelf, folder] {
            synced(&File::open(folder).map_err(|error| Fault::of_disk(&error))?)?;
        }
        Ok((hash, self.size))
    }
}

impl Drop for Incoming {
    fn drop(&mut self) {
        // After `keep` the passing name is gone already; else what was refused leaves nothing behind.
        let _ = remove_file(&self.path);
    }
}

/// The bytes of a kept file, only when they are still those that were sealed.
pub fn bytes(folder: &Path, sha256: &str) -> Result<Vec<u8>, Fault> {
    let bytes =
        read(place(folder, sha256)).map_err(|error| Fault::broken(format!("evidence {sha256}: {error}")))?;
    if Hash::of(&bytes).to_string() == sha256 {
        return Ok(bytes);
    }
    Err(Fault::broken(format!("evidence {sha256} has other bytes than those that were sealed")))
}

/// Makes a folder for its owner alone, with those above it.
fn private(folder: &Path) -> std::io::Result<()> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(folder)
}

/// Whether an erasure took a file: the mark stands in the place of its name, and it lies nowhere.
pub fn is_erased(folder: &Path, evidence: &Evidence) -> bool {
    is_mark(&evidence.label) && !place(folder, &evidence.sha256).exists()
}

/// Where a content is kept: on one of 256 shelves, under its hash.
pub fn place(folder: &Path, sha256: &str) -> PathBuf {
    folder.join(sha256.get(..2).unwrap_or("00")).join(sha256)
}

/// Whether a file is one that is taken, and is what its name says.
fn must_fit(name: &str, head: &[u8], size: u64) -> Result<(), Refusal> {
    let ending = ending_of(name);
    if !KINDS.iter().any(|(taken, _)| *taken == ending) {
        let hint = (
            "pdf・png・jpeg・xlsx・docx・pptx・txt・csv・zipのどれかにしてください。ほかの形式は、PDFかzipにすると添付できます。",
            "Use pdf, png, jpeg, xlsx, docx, pptx, txt, csv or zip. Other kinds can be attached as a PDF or inside a zip.",
        );
        return Err(Refusal::Unfit { field: "file", word: FILE, hint });
    }
    if size == 0 {
        let hint = (
            "中身のあるファイルを選んでください。このファイルは空です。",
            "Choose a file with something in it: this one is empty.",
        );
        return Err(Refusal::Unfit { field: "file", word: FILE, hint });
    }
    if !agrees(&ending, head) {
        let hint = (
            "中身が、名前の拡張子と違います。元のソフトで保存し直してから添付してください。",
            "Its contents are not what its ending says. Save it again with the program that made it, then attach it.",
        );
        return Err(Refusal::Unfit { field: "file", word: FILE, hint });
    }
    if points(&ending, head).is_some_and(|points| points > MOST_POINTS) {
        let hint = (
            "画像が大きすぎます。4,000万画素以内に縮めてください。",
            "The picture is too large: at most 40 megapixels.",
        );
        return Err(Refusal::Unfit { field: "file", word: FILE, hint });
    }
    Ok(())
}

/// Whether the first bytes are those of the kind that the ending names.
fn agrees(ending: &str, head: &[u8]) -> bool {
    match ending {
        "pdf" => head.starts_with(b"%PDF-"),
        "png" => head.starts_with(b"\x89PNG\r\n\x1a\n"),
        "jpg" | "jpeg" => head.starts_with(&[0xff, 0xd8, 0xff]),
        "xlsx" | "docx" | "pptx" => head.starts_with(b"PK\x03\x04"),
        "zip" => head.starts_with(b"PK\x03\x04") || head.starts_with(b"PK\x05\x06"),
        "txt" | "csv" => is_text(head),
        _ => false,
    }
}

/// Text holds no zero bytes and does not begin like a page or a program.
fn is_text(head: &[u8]) -> bool {
    let start = head
        .iter()
        .copied()
        .skip_while(|byte| byte.is_ascii_whitespace() || [0xef, 0xbb, 0xbf].contains(byte));
    let start: Vec<u8> = start.take(16).map(|byte| byte.to_ascii_lowercase()).collect();
    let begins = |with: &[u8]| start.starts_with(with);
    let other =
        [&b"<!doctype"[..], b"<html", b"<svg", b"<script", b"<?xml", b"%pdf-", b"pk\x03\x04", b"mz\x90"];
    !head.contains(&0) && !other.iter().any(|each| begins(each))
}

/// Width by height of a picture, from its own header.
fn points(ending: &str, head: &[u8]) -> Option<u64> {
    let number = |at: usize, length: usize| {
        let bytes = head.get(at..at + length)?;
        Some(bytes.iter().fold(0_u64, |sum, byte| (sum << 8) | u64::from(*byte)))
    };
    match ending {
        "png" => Some(number(16, 4)?.saturating_mul(number(20, 4)?)),
        "jpg" | "jpeg" => {
            let mut at = 2;
            // Every step goes forward, so the walk ends with the head.
            while *head.get(at)? == 0xff {
                let marker = *head.get(at + 1)?;
                if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
                    return Some(number(at + 5, 2)?.saturating_mul(number(at + 7, 2)?));
                }
                at += 2 + usize::try_from(number(at + 2, 2)?).ok()?;
            }
            None
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_that_are_what_their_name_says_are_taken() {
        let fits = |name: &str, head: &[u8]| must_fit(name, head, 10).is_ok();
        assert!(fits("入退室.pdf", b"%PDF-1.7 ..."));
        assert!(fits("一覧.CSV", "部門,件数".as_bytes()));
        assert!(!fits("page.html", b"<!doctype html>"));
        assert!(!fits("page.txt", b"  <HTML><body>"));
        assert!(!fits("page.pdf", b"<!doctype html>"));
        assert!(!fits("tool.exe", b"MZ\x90"));
        assert!(!fits("pdf", b"%PDF-1.7"));
        assert!(must_fit("empty.pdf", b"", 0).is_err());
    }

    #[test]
    fn a_picture_says_how_large_it_is() {
        let mut png = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR".to_vec();
        png.extend([0, 0, 0x27, 0x10, 0, 0, 0x27, 0x10]); // 10,000 × 10,000
        assert_eq!(points("png", &png), Some(100_000_000));
        assert!(must_fit("a.png", &png, 10).is_err());
        let jpeg = [0xff, 0xd8, 0xff, 0xe0, 0, 4, 0, 0, 0xff, 0xc0, 0, 11, 8, 0, 100, 0, 200, 3];
        assert_eq!(points("jpg", &jpeg), Some(20_000));
    }

    #[test]
    fn names_are_data() {
        assert_eq!(name("C:\\work\\..\\a.pdf"), "a.pdf");
        assert_eq!(name("報告\u{202e}fdp.exe"), "報告[U+202E]fdp.exe");
    }
}
