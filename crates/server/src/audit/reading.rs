//! The auditor's reading room looks into the package and nowhere else: what was not packed cannot be shown here.

use super::package::{COUNTS, Counts, RECORDS, Record};
use crate::house::fault::{Done, Fault};
use crate::house::web::App;
use crate::house::words::Lang;
use crate::record::entry::show;
use crate::record::kinds::column;
use crate::record::pages::Names;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use meguri_domain::Refusal;
use meguri_domain::audit::Audit;
use meguri_domain::ids::AuditId;
use meguri_record::Entry;
use std::fs::File;
use std::io::{BufRead, BufReader, Lines};
use std::path::{Path, PathBuf};

/// Records of one page.
pub const PAGE: usize = 50;

/// Where a package lies.
pub struct Room(PathBuf);

impl Room {
    /// The room of an audit.
    pub fn of(app: &App, audit: &AuditId) -> Self {
        Self(Self::house(app).join(audit.as_str()))
    }
    /// Where all rooms are: beside the evidence, so that a backup of it leaves them out.
    pub fn house(app: &App) -> PathBuf {
        app.files.with_file_name("audits")
    }
    /// Where the next package is made, until it takes the place of the last.
    pub fn workshop(&self) -> PathBuf {
        self.0.with_extension("new")
    }
    /// Where the last package goes while the next one takes its place.
    pub fn former(&self) -> PathBuf {
        self.0.with_extension("old")
    }
    pub fn folder(&self) -> &Path {
        &self.0
    }
    pub fn bundle(&self) -> PathBuf {
        self.0.join("bundle")
    }
    pub fn zip(&self) -> PathBuf {
        self.0.join("bundle.zip")
    }

    /// How many records of each table there are.
    pub fn counts(&self) -> Counts {
        let text = std::fs::read_to_string(self.0.join(RECORDS).join(COUNTS)).unwrap_or_default();
        let read = |line: &str| {
            let (table, count) = line.split_once(' ')?;
            Some((table.to_owned(), count.parse().ok()?))
        };
        text.lines().filter_map(read).collect()
    }

    /// Some records of a table.
    pub fn records(&self, table: &str, page: usize) -> Done<Vec<Record>> {
        let Some(lines) = self.lines(table) else { return Ok(Vec::new()) };
        lines.skip(page.saturating_mul(PAGE)).take(PAGE).map(record).collect()
    }

    /// One record.
    pub fn record(&self, table: &str, id: &str) -> Done<Record> {
        let lines = self.lines(table).ok_or(Refusal::NotFound)?;
        for line in lines {
            let record = record(line)?;
            if record.id == id {
                return Ok(record);
            }
        }
        Err(Refusal::NotFound.into())
    }

    /// A table's name comes from an address: only those that are shown name a file.
    fn lines(&self, table: &str) -> Option<Lines<BufReader<File>>> {
        let table = super::selection::SHOWN.iter().find(|each| **each == table)?;
        open(&self.0.join(RECORDS).join(table))
    }

    /// An entry with its proof and those of its payloads that are shown.
    pub fn entry(&self, idx: u64) -> Done<Proved> {
        let bundle = self.bundle();
        let entries = open(&bundle.join("entries.jsonl")).ok_or(Refusal::NotFound)?;
        let mut proofs = open(&bundle.join("proofs.txt")).ok_or(Refusal::NotFound)?;
        for line in entries {
            let line = line.map_err(Fault::broken)?;
            let proof = proofs.next().transpose().map_err(Fault::broken)?.unwrap_or_default();
            let entry = Entry::read(line.as_bytes()).map_err(Fault::broken)?;
            if entry.idx == idx {
                let proof = proof.split_whitespace().map(ToOwned::to_owned).collect();
                let states = self.payloads(idx)?;
                return Ok(Proved { line, entry, proof, states });
            }
        }
        Err(Refusal::NotFound.into())
    }

    fn payloads(&self, idx: u64) -> Done<Vec<super::selection::State>> {
        let Some(lines) = open(&self.bundle().join("payloads.txt")) else { return Ok(Vec::new()) };
        let start = format!("{idx} ");
        let mut states = Vec::new();
        for line in lines {
            let line = line.map_err(Fault::broken)?;
            let Some(text) = line.strip_prefix(&start).and_then(|rest| rest.split(' ').nth(2)) else {
                continue;
            };
            let bytes = STANDARD.decode(text).map_err(Fault::broken)?;
            states.extend(
                serde_json::from_slice::<Vec<super::selection::State>>(&bytes).map_err(Fault::broken)?,
            );
        }
        Ok(states)
    }

    /// An evidence file of the package.
    pub fn file(&self, sha256: &str) -> Done<File> {
        let fits = sha256.len() == 64 && sha256.bytes().all(|b| b.is_ascii_hexdigit());
        let file = fits.then(|| File::open(self.bundle().join("files").join(sha256)).ok()).flatten();
        file.ok_or_else(|| Refusal::NotFound.into())
    }
}

/// An entry as the package proves it.
pub struct Proved {
    pub line: String,
    pub entry: Entry,
    pub proof: Vec<String>,
    pub states: Vec<super::selection::State>,
}

pub fn open(path: &Path) -> Option<Lines<BufReader<File>>> {
    File::open(path).ok().map(|file| BufReader::new(file).lines())
}

pub fn record(line: std::io::Result<String>) -> Done<Record> {
    Ok(serde_json::from_str(&line.map_err(Fault::broken)?).map_err(Fault::broken)?)
}

/// The names that may be read in a package: of its departments only, whatever department an entry says of itself.
pub fn names_within(mut names: Names, audit: &Audit, fiscal_start: i8) -> Names {
    let portion = audit.portion(fiscal_start);
    names.departments.retain(|id, _| portion.holds(id.as_str()));
    names
}

/// A record as a person reads it.
pub struct Shown {
    pub title: String,
    pub fields: Vec<(String, String)>,
}

/// Its columns in words.
pub fn shown(l: Lang, names: &Names, record: &Record) -> Shown {
    let word = |name: &str| column(name).map_or(name, |word| l.w(word)).to_owned();
    let said = |(column, value): (&String, &serde_json::Value)| {
        let silent = matches!(column.as_str(), "id" | "version" | "folded" | "inspection_id" | "subject_id");
        let text = show(l, names, column, value);
        (!silent && text != "—").then(|| (word(column), text))
    };
    let text = |column: &str| record.row.get(column).and_then(serde_json::Value::as_str).unwrap_or_default();
    let named = [
        "name",
        "title",
        "text_ja",
        "title_ja",
        "name_ja",
        "label",
        "what",
        "task",
        "code",
        "control_id",
        "item_id",
        "month",
    ];
    let title = named.into_iter().map(text).find(|text| !text.is_empty()).unwrap_or(&record.id);
    let at = text("month");
    let place = names.department(text("department_id")).unwrap_or_default();
    let parts: Vec<&str> = [place, at, title].into_iter().filter(|part| !part.is_empty()).collect();
    let title = if title == at { [place, at].join(" ") } else { parts.join(" ") };
    Shown {
        title: title.trim().chars().take(200).collect(),
        fields: record.row.iter().filter_map(said).collect(),
    }
}
