//! `meguri-verify FOLDER`: checks an exported log offline and prints PASS, or the first finding. Exit code 0 or 1.
//!
//! The folder holds `head.txt` (the body of a checkpoint: compare it with the copy you hold outside), `entries.jsonl`
//! (an entry a line, byte for byte), and, if they were given out, `payloads.jsonl` (`{"idx":n,"salt":hex,"bytes":base64}`
//! a line, in the order of the entries and of their commitments) and `leaves.txt` (the stored leaf hashes, one a line in
//! hex), which serve to name the place of a change.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::ExitCode;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use meguri_record::{Checkpoint, Entry, Hash, Payload, Report, Verifier};
use serde::Deserialize;

/// Longest line of `payloads.jsonl`, in bytes: 64 MiB.
const MAX_PAYLOAD_LINE: usize = 64 << 20;

fn main() -> ExitCode {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(folder), None) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: meguri-verify FOLDER");
        return ExitCode::FAILURE;
    };
    match verify(Path::new(&folder)) {
        Ok((head, report)) => {
            println!("PASS {}\n合格 {}\n{}", report, report.ja(), head.text().trim_end());
            ExitCode::SUCCESS
        }
        Err(Failure { en, ja }) => {
            println!("FAIL {en}\n不合格 {ja}");
            ExitCode::FAILURE
        }
    }
}

fn verify(folder: &Path) -> Result<(Checkpoint, Report), Failure> {
    let mut text = String::new();
    let limit = Checkpoint::MAX_BYTES as u64 + 1;
    open(folder, "head.txt")?
        .take(limit)
        .read_to_string(&mut text)
        .map_err(|e| unreadable("head.txt", 1, e))?;
    let head = Checkpoint::read(&text).map_err(|error| Failure::new(error, error.ja()))?;

    let mut verifier = match stored_leaves(folder)? {
        Some(leaves) => Verifier::with_leaves(head.log_id(), leaves),
        None => Verifier::new(head.log_id()),
    };
    let mut entries = Lines::open(folder, "entries.jsonl", Entry::MAX_BYTES)?;
    let mut payloads = Payloads::open(folder)?;
    for idx in 0.. {
        let Some(line) = entries.next_line()? else { break };
        let shown = payloads.of(idx)?;
        verifier.take(idx, &line, &shown).map_err(|finding| Failure::new(&finding, finding.ja()))?;
    }
    payloads.end()?;
    let report =
        verifier.finish(head.size, head.root).map_err(|finding| Failure::new(&finding, finding.ja()))?;
    Ok((head, report))
}

fn stored_leaves(folder: &Path) -> Result<Option<Vec<Hash>>, Failure> {
    if !folder.join("leaves.txt").exists() {
        return Ok(None);
    }
    let mut lines = Lines::open(folder, "leaves.txt", 64)?;
    let mut leaves = Vec::new();
    while let Some(line) = lines.next_line()? {
        let hash = str::from_utf8(&line).ok().and_then(|text| text.parse().ok());
        leaves.push(hash.ok_or_else(|| unreadable("leaves.txt", lines.number, "not a hash"))?);
    }
    Ok(Some(leaves))
}

/// A file of lines, read one at a time and never beyond the longest line allowed.
struct Lines {
    name: &'static str,
    file: BufReader<File>,
    max_bytes: usize,
    number: u64,
}

impl Lines {
    fn open(folder: &Path, name: &'static str, max_bytes: usize) -> Result<Self, Failure> {
        Ok(Self { name, file: BufReader::new(open(folder, name)?), max_bytes, number: 0 })
    }

    fn next_line(&mut self) -> Result<Option<Vec<u8>>, Failure> {
        self.number += 1;
        let mut line = Vec::new();
        let mut bounded = (&mut self.file).take(self.max_bytes as u64 + 1);
        bounded.read_until(b'\n', &mut line).map_err(|error| unreadable(self.name, self.number, error))?;
        if line.is_empty() {
            return Ok(None);
        }
        if line.last() == Some(&b'\n') {
            line.pop();
        } else if line.len() > self.max_bytes {
            return Err(unreadable(self.name, self.number, "the line is too long"));
        }
        Ok(Some(line))
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PayloadLine {
    idx: u64,
    salt: Hash,
    bytes: String,
}

/// The payloads that were given out, one ahead of the entries. Without the file there are none.
struct Payloads {
    lines: Option<Lines>,
    ahead: Option<(u64, Payload)>,
}

impl Payloads {
    fn open(folder: &Path) -> Result<Self, Failure> {
        let name = "payloads.jsonl";
        let lines =
            folder.join(name).exists().then(|| Lines::open(folder, name, MAX_PAYLOAD_LINE)).transpose()?;
        let mut payloads = Self { lines, ahead: None };
        payloads.advance()?;
        Ok(payloads)
    }

    fn of(&mut self, idx: u64) -> Result<Vec<Payload>, Failure> {
        let mut shown = Vec::new();
        while let Some((_, payload)) = self.ahead.take_if(|(of, _)| *of == idx) {
            shown.push(payload);
            self.advance()?;
        }
        Ok(shown)
    }

    /// A payload that no entry asked for is out of order, or of an entry that does not exist.
    fn end(&self) -> Result<(), Failure> {
        match &self.ahead {
            None => Ok(()),
            Some((idx, _)) => Err(Failure::new(
                format!(
                    "payloads.jsonl: the payload of entry {idx} is out of order, or there is no such entry"
                ),
                format!("payloads.jsonl：記録 {idx} 番の非公開本文の順序が違うか、その記録がありません"),
            )),
        }
    }

    fn advance(&mut self) -> Result<(), Failure> {
        let Some(lines) = &mut self.lines else { return Ok(()) };
        let Some(line) = lines.next_line()? else { return Ok(()) };
        let fault = |error: &dyn std::fmt::Display| unreadable(lines.name, lines.number, error);
        let line: PayloadLine = serde_json::from_slice(&line).map_err(|error| fault(&error))?;
        let bytes = STANDARD.decode(&line.bytes).map_err(|error| fault(&error))?;
        self.ahead = Some((line.idx, (line.salt.0, bytes)));
        Ok(())
    }
}

/// What the program says when it does not say PASS.
struct Failure {
    en: String,
    ja: String,
}

impl Failure {
    fn new(en: impl ToString, ja: impl ToString) -> Self {
        Self { en: en.to_string(), ja: ja.to_string() }
    }
}

fn open(folder: &Path, name: &str) -> Result<File, Failure> {
    let path = folder.join(name);
    File::open(&path).map_err(|error| {
        Failure::new(
            format!("{} cannot be opened: {error}", path.display()),
            format!("{} を開けません（{error}）", path.display()),
        )
    })
}

fn unreadable(name: &str, line: u64, error: impl std::fmt::Display) -> Failure {
    Failure::new(
        format!("{name}, line {line} cannot be read: {error}"),
        format!("{name} の {line} 行目を読み取れません（{error}）"),
    )
}
