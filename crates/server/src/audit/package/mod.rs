//! Writes a package: one walk over the log to learn what belongs to it, one to write it, and beside the bundle the same
//! records as tables, as an index by clause, and as the lines from which the auditor's pages are read.

mod log;
mod spool;
mod zipped;

use super::selection::{Selection, State};
use super::tables;
use crate::erasure;
use crate::house::fault::{Done, Fault};
use crate::house::work::Rx;
use crate::inspection::files;
use crate::record::pages::Names;
use log::{STRIDE, Stretch, stretch};
use meguri_domain::audit::Portion;
use meguri_record::bundle::{Maker, Selection as Extent};
use meguri_record::{Entry, Hash, Prover};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use spool::Spool;
use std::collections::HashSet;
use std::fs::File;
use std::path::Path;

pub use log::no_head;
pub use spool::Counts;
pub use zipped::zip;

/// The signed heads under which a package is made: the policy that names their keys, and each note with its size, oldest
/// first.
pub struct Heads {
    pub policy: String,
    /// Where the log begins in the index over all logs.
    pub first: u64,
    pub notes: Vec<(u64, String)>,
}

/// Told how far the work is, of how much; its refusal stops it.
pub type Told<'a> = dyn Fn(usize, usize) -> Done<()> + Sync + 'a;

/// What a package is made of.
pub struct Order<'a> {
    /// What it shows; `None` for the whole log.
    pub portion: Option<Portion>,
    pub heads: &'a Heads,
    /// The folder of evidence files.
    pub files: &'a Path,
    pub told: &'a Told<'a>,
}

/// A record of a package: its last state that is shown, and the entries that speak of it.
#[derive(Serialize, Deserialize, Clone)]
pub struct Record {
    pub table: String,
    pub id: String,
    pub row: Map<String, Value>,
    pub entries: Vec<u64>,
}

/// What was written.
#[derive(Default)]
pub struct Made {
    pub head_size: u64,
    pub entries: usize,
    pub records: Counts,
    pub files: usize,
}

/// Writes the bundle and what lies beside it into a folder that must not be there yet.
pub fn write(rx: &Rx<'_>, order: &Order<'_>, folder: &Path) -> Done<Made> {
    let size = order.heads.notes.last().map(|(size, _)| *size).ok_or_else(log::no_head)?;
    let mut selection = order.portion.clone().map(Selection::of);
    let mut leaves = Vec::new();
    each(rx, (0, size), order, |stretch| {
        for (_, entry) in &stretch.entries {
            leaves.push(entry.leaf);
            if let Some(selection) = &mut selection {
                selection.meet(&entry.states);
            }
        }
        Ok(())
    })?;
    let prover = Prover::new(leaves);
    let extent = if selection.is_some() { Extent::Part } else { Extent::Whole };
    let maker = Maker::create(folder, &order.heads.policy, extent).map_err(|error| Fault::of_disk(&error))?;
    let (spool, seen) = (Spool::beside(folder)?, HashSet::new());
    let erased = erasure::store::all(rx)?.into_iter().filter_map(|each| each.taken);
    let erased = erased.flat_map(|taken| taken.files).collect();
    let mut writer = Writer { maker, selection, prover, size, made: Made::default(), spool, seen, erased };
    writer.heads(order.heads)?;
    each(rx, (size, size), order, |stretch| {
        for (idx, entry) in stretch.entries {
            writer.entry(idx, entry, order.files)?;
        }
        Ok(())
    })?;
    let Writer { maker, mut made, spool, .. } = writer;
    made.head_size = size;
    maker.finish().map_err(|error| Fault::of_disk(&error))?;
    made.records = spool.finish(folder)?;
    let mut names = Names::load(rx)?;
    if let Some(portion) = &order.portion {
        names.departments.retain(|id, _| portion.holds(id.as_str()));
    }
    tables::write(&names, &made, folder)?;
    Ok(made)
}

/// Walks the entries below a size, told from how many on it is.
fn each(
    rx: &Rx<'_>,
    (base, size): (u64, u64),
    order: &Order<'_>,
    mut take: impl FnMut(Stretch) -> Done<()>,
) -> Done<()> {
    let count = |n: u64| usize::try_from(n).unwrap_or(usize::MAX);
    let mut from = 0;
    while from < size {
        (order.told)(count(base + from), count(2 * size))?;
        let some = stretch(rx, order.heads.first, (from, size.min(from + STRIDE)))?;
        take(some)?;
        from += STRIDE;
    }
    Ok(())
}

struct Writer {
    maker: Maker,
    selection: Option<Selection>,
    prover: Prover,
    size: u64,
    made: Made,
    spool: Spool,
    seen: HashSet<String>,
    /// Files that an approved erasure names.
    erased: HashSet<String>,
}

impl Writer {
    fn heads(&mut self, heads: &Heads) -> Done<()> {
        let mut before = None;
        for (size, note) in &heads.notes {
            let proof = before.map_or(Some(Vec::new()), |before| self.prover.consistency(before, *size));
            let proof =
                proof.ok_or_else(|| Fault::broken("the heads of the log do not go on from each other"))?;
            self.maker.head(note, &proof).map_err(|error| Fault::of_disk(&error))?;
            before = Some(*size);
        }
        Ok(())
    }

    fn shows(&self, states: &[State]) -> bool {
        !states.is_empty()
            && match &self.selection {
                // Mail addresses and the hashes of passwords leave the house for nobody.
                None => states.iter().all(|state| state.table != "person"),
                Some(selection) => states.iter().all(|state| selection.shows(state)),
            }
    }

    fn entry(&mut self, idx: u64, found: log::Found, store: &Path) -> Done<()> {
        let entry = Entry::read(found.line.as_bytes()).map_err(Fault::broken)?;
        let shown: Vec<bool> = found.pieces.iter().map(|piece| self.shows(&piece.states)).collect();
        let erased = found.pieces.iter().any(|piece| piece.sealed.is_none());
        let ours = self.selection.as_ref().is_none_or(|selection| {
            shown.contains(&true) || (erased && selection.holds_department(&entry.dept))
        });
        if !ours {
            return Ok(());
        }
        let proof = match &self.selection {
            Some(_) => self.prover.inclusion(idx, self.size),
            None => Some(Vec::new()),
        };
        let proof =
            proof.ok_or_else(|| Fault::broken(format!("entry {idx} is not under the newest head")))?;
        let payloads: Vec<_> = (0..entry.commit.len())
            .map(|nth| {
                let piece = found.pieces.get(nth).filter(|_| shown.get(nth) == Some(&true));
                piece.and_then(|piece| piece.sealed.as_ref())
            })
            .collect();
        let written = self.maker.entry(idx, found.line.as_bytes(), &proof, &payloads);
        written.map_err(|error| Fault::of_disk(&error))?;
        for (piece, _) in found.pieces.iter().zip(&shown).filter(|(_, shown)| **shown) {
            for state in &piece.states {
                self.spool.take(idx, state)?;
            }
        }
        for mark in &entry.files {
            self.file(mark.sha256, store)?;
        }
        self.made.entries += 1;
        Ok(())
    }

    fn file(&mut self, sha256: Hash, store: &Path) -> Done<()> {
        let name = sha256.to_string();
        if !self.seen.insert(name.clone()) {
            return Ok(());
        }
        let shown = self.selection.as_ref().is_none_or(|selection| selection.shows_file(&name));
        let place = files::place(store, &name);
        // One that is missing without an erasure that names it is a fault: a package must not say that it was withheld.
        let written = if shown && (place.exists() || !self.erased.contains(&name)) {
            let mut file = File::open(place).map_err(Fault::broken)?;
            self.made.files += 1;
            self.maker.file(sha256, &mut file)
        } else {
            self.maker.withhold_file(sha256)
        };
        Ok(written.map_err(|error| Fault::of_disk(&error))?)
    }
}

/// The lines from which the tables and the auditor's pages are read; they lie beside the bundle, one file a table.
pub const RECORDS: &str = "records";
/// How many lines each of these files has.
pub const COUNTS: &str = "counts.txt";
