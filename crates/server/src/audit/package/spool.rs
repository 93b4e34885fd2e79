//! The records of a package while it is made: their states lie on the disk, since a year of a company does not fit into memory.
//! Held are, of each record, where its last state lies and which entries speak of it.

use super::RECORDS;
use crate::audit::selection::State;
use crate::house::fault::{Done, Fault};
use serde::Serialize;
use serde_json::value::RawValue;
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;

/// States as they come, and where the last of each record is.
pub struct Spool {
    file: BufWriter<File>,
    at: u64,
    records: BTreeMap<String, BTreeMap<String, Kept>>,
}

struct Kept {
    at: u64,
    length: usize,
    entries: Vec<u64>,
}

/// A record as its line says it; read as [`Record`](super::Record).
#[derive(Serialize)]
struct Line<'a> {
    table: &'a str,
    id: &'a str,
    row: &'a RawValue,
    entries: &'a [u64],
}

/// How many records of each table there are.
pub type Counts = BTreeMap<String, usize>;

impl Spool {
    /// Beside a bundle, in a file without a name.
    pub fn beside(bundle: &Path) -> Done<Self> {
        let folder = bundle.parent().unwrap_or(bundle);
        let file = tempfile::tempfile_in(folder).map_err(|error| Fault::of_disk(&error))?;
        Ok(Self { file: BufWriter::new(file), at: 0, records: BTreeMap::new() })
    }

    /// The next state of a record, which an entry speaks of.
    pub fn take(&mut self, idx: u64, state: &State) -> Done<()> {
        let row = serde_json::to_vec(&state.row).map_err(Fault::broken)?;
        self.file.write_all(&row).map_err(|error| Fault::of_disk(&error))?;
        let (at, length) = (self.at, row.len());
        self.at += length as u64;
        let table = match self.records.get_mut(&state.table) {
            Some(table) => table,
            None => self.records.entry(state.table.clone()).or_default(),
        };
        let id = state.id();
        let Some(kept) = table.get_mut(id) else {
            table.insert(id.to_owned(), Kept { at, length, entries: vec![idx] });
            return Ok(());
        };
        (kept.at, kept.length) = (at, length);
        if kept.entries.last() != Some(&idx) {
            kept.entries.push(idx);
        }
        Ok(())
    }

    /// Writes the lines from which the auditor's pages are read: a file a table, a line a record, and how many there are.
    pub fn finish(self, bundle: &Path) -> Done<Counts> {
        let written = self.write(&bundle.with_file_name(RECORDS));
        Ok(written.map_err(|error| Fault::of_disk(&error))?)
    }

    fn write(self, folder: &Path) -> io::Result<Counts> {
        let states = self.file.into_inner().map_err(io::IntoInnerError::into_error)?;
        fs::create_dir(folder)?;
        let mut counts = Counts::new();
        for (table, records) in self.records {
            let mut lines = BufWriter::new(File::create_new(folder.join(&table))?);
            counts.insert(table.clone(), records.len());
            for (id, kept) in records {
                let mut row = vec![0; kept.length];
                states.read_exact_at(&mut row, kept.at)?;
                let row = serde_json::from_slice(&row).map_err(io::Error::other)?;
                let line = Line { table: &table, id: &id, row, entries: &kept.entries };
                serde_json::to_writer(&mut lines, &line).map_err(io::Error::other)?;
                lines.write_all(b"\n")?;
            }
            lines.flush()?;
        }
        let text: Vec<String> = counts.iter().map(|(table, count)| format!("{table} {count}\n")).collect();
        fs::write(folder.join(super::COUNTS), text.concat())?;
        Ok(counts)
    }
}
