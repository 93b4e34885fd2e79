//! What is left to do when an erasure has been committed: keys, files, traces in the database's own files. It is noted
//! in the same transaction, so a crash in between is caught up with at the next start, and every step may be done twice.

use super::store;
use super::tables::ERASABLE;
use crate::audit;
use crate::house::fault::{Done, Fault, synced};
use crate::house::keys::Keys;
use crate::house::keystore::Keystore;
use crate::house::round::{Round, Said};
use crate::house::web::App;
use crate::inspection::files;
use crate::people::session;
use crate::record::store as record;
use meguri_domain::erasure::Erasure;
use serde::{Deserialize, Serialize};
use std::fs::{File, OpenOptions, remove_file};
use std::io::{ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::Path;

/// The list of erasures to be carried out again after a restoration, in the folder of keys.
pub const LIST: &str = "erased.jsonl";

/// One line of it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    pub erasure: Erasure,
    /// The slots of the keystore that were overwritten.
    pub slots: Vec<u64>,
}

/// What a crash or a busy database left behind is done soon after.
pub const ROUND: Round = Round {
    name: "erasure",
    word: ("消去の後片付け", "Clearing away after erasures"),
    every_s: 60,
    go: round,
};

/// The round: nothing to say where nothing was left to do.
fn round(app: &App) -> Done<Said> {
    Ok(match finish(app)? {
        0 => Said::good("残りの作業はありません。", "Nothing was left to do."),
        n => Said::good(format!("{n}件の消去を仕上げました。"), format!("{n} erasures were finished.")),
    })
}

/// Finishes every erasure that was committed and not cleared away; gives how many.
pub fn finish(app: &App) -> Done<usize> {
    let mut lines = app.db.read(session::house(app), |rx| {
        let mut lines = Vec::new();
        for erasure in store::unfinished(rx)? {
            let mut slots = Vec::new();
            for place in erasure.taken.iter().flat_map(|taken| &taken.payloads) {
                slots.extend(record::slot(rx, *place)?.map(|(slot, _)| slot));
            }
            lines.push((Line { erasure, slots }, Vec::new()));
        }
        for (line, left) in &mut lines {
            for sha256 in line.erasure.taken.iter().flat_map(|taken| &taken.files) {
                if !store::is_attached(rx, sha256)? {
                    left.push(sha256.clone());
                }
            }
        }
        Ok(lines)
    })?;
    if lines.is_empty() {
        return Ok(0);
    }
    let keystore = Keystore::of(&app.keys);
    for (line, left) in &mut lines {
        remember(&app.keys, line)?;
        keystore.destroy(line.slots.iter().copied())?;
        for sha256 in left.iter() {
            shred(&files::place(&app.files, sha256))?;
        }
    }
    // A package that was made before may hold the text; it is made again without it.
    audit::acts::put_all_away(app)?;
    app.db.sweep(&tables())?;
    app.db.write(session::house(app), &app.chance, |tx| {
        for (line, _) in &lines {
            store::end(tx, &line.erasure.id)?;
        }
        Ok(())
    })?;
    Ok(lines.len())
}

/// Where an erased text may have left older versions of rows.
fn tables() -> Vec<&'static str> {
    let passing = [
        "payload",
        "import_draft",
        "import_piece",
        "import_undo",
        "saved_filter",
        "sign_in_failure",
        "request",
        "session",
        "invitation",
        "mail",
    ];
    ERASABLE.iter().map(|each| each.table).chain(passing).collect()
}

/// The list, as far as it can be read: a crash may have cut its last line short.
pub fn list(keys: &Keys) -> Result<Vec<Line>, Fault> {
    let text = keys.read(LIST)?.unwrap_or_default();
    Ok(text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect())
}

/// Adds a line to the list unless it is there, on the disk when this returns.
fn remember(keys: &Keys, line: &Line) -> Result<(), Fault> {
    let mut file = keys.create(LIST)?;
    // The round and whoever approves may be here at once; what both wrote would be neither's.
    file.lock().map_err(|error| Fault::of_disk(&error))?;
    if list(keys)?.iter().any(|each| each.erasure.id == line.erasure.id) {
        return Ok(());
    }
    let mut text = serde_json::to_string(line).map_err(Fault::broken)?;
    text.push('\n');
    let mut last = [b'\n'];
    if file.seek(SeekFrom::End(0)).map_err(Fault::broken)? > 0 {
        file.seek(SeekFrom::End(-1)).and_then(|_| file.read_exact(&mut last)).map_err(Fault::broken)?;
    }
    if last != *b"\n" {
        text.insert(0, '\n');
    }
    file.write_all(text.as_bytes()).map_err(|error| Fault::of_disk(&error))?;
    synced(&file)
}

/// Overwrites a file with zeros and removes it, on the disk when this returns. Whether it is there does not matter.
fn shred(path: &Path) -> Result<(), Fault> {
    let mut file = match OpenOptions::new().write(true).open(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        other => other.map_err(|error| Fault::of_disk(&error))?,
    };
    let size = file.metadata().map_err(Fault::broken)?.len();
    std::io::copy(&mut std::io::repeat(0).take(size), &mut file).map_err(|error| Fault::of_disk(&error))?;
    synced(&file)?;
    remove_file(path).map_err(|error| Fault::of_disk(&error))?;
    match path.parent() {
        Some(shelf) => synced(&File::open(shelf).map_err(Fault::broken)?),
        None => Ok(()),
    }
}
