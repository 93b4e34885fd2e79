//! Units of work about an import as a whole: taking a file in, and undoing it as new versions.

use super::acts::{self, Planned, Summary};
use super::{applied, store};
use crate::criteria;
use crate::house::fault::{Done, Stop};
use crate::house::work::Tx;
use meguri_domain::Refusal;
use meguri_domain::asset::AssetState;
use meguri_domain::ids::{DepartmentId, ImportId};
use meguri_domain::import::{Import, ImportKind, ImportState};
use meguri_domain::people::Act;
use std::collections::BTreeSet;

/// The file that is taken in.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct File {
    pub name: String,
    /// SHA-256 in hex.
    pub sha256: String,
}

/// Takes the planned rows of a file into the register, all or none, and remembers what they were before.
pub fn apply(
    tx: &Tx<'_>,
    id: ImportId,
    file: &File,
    rows: Vec<Planned>,
    told: &dyn Fn(usize),
) -> Done<(Import, Summary)> {
    let departments: BTreeSet<DepartmentId> = rows.iter().map(|row| row.department.clone()).collect();
    let (summary, touched) = acts::take(tx, rows, told)?;
    let count = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    tx.act("import.applied");
    let import = tx.save(Import::apply(Import {
        id,
        version: 1,
        person_id: tx.actor().person.clone(),
        file_name: file.name.clone(),
        sha256: file.sha256.clone(),
        applied_on: tx.today(),
        departments: departments.into_iter().collect(),
        added: count(summary.new),
        changed: count(summary.changed),
        unchanged: count(summary.unchanged),
        state: ImportState::Applied,
        remaining: 0,
        kind: ImportKind::Assets,
    }))?;
    applied::remember(tx, &import.id, &touched)?;
    Ok((import, summary))
}

/// What an undoing did: rows that went back, and rows that stay because somebody changed them since.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Undone {
    pub back: usize,
    pub left: usize,
}

/// Undoes an import: changed rows get their earlier contents as a new version, new rows are retired with the reason.
/// A row that somebody has changed since is left as it is.
pub fn undo(tx: &Tx<'_>, id: &ImportId, version: i64) -> Done<Undone> {
    let import = applied::find(tx, ImportKind::Assets, id)?;
    let touched = applied::touched(tx, id)?.ok_or(TOO_LATE)?;
    let method = criteria::acts::method(tx)?;
    tx.act("import.undone");
    let reason = format!("「{}」の取込を取り消したため", import.file_name);
    let mut left = Vec::new();
    let mut back = 0;
    for each in touched {
        match store::find(tx, &tx.scope(Act::EditRegister), &each.asset) {
            Ok(asset) if asset.version == each.version && asset.state == AssetState::InUse => {
                acts::take_back(tx, asset, each.before, &reason, &method)?;
                back += 1;
            }
            // Changed since, or no longer within reach.
            Ok(_) | Err(Stop::Refusal(Refusal::NotFound)) => left.push(each),
            Err(stop) => return Err(stop),
        }
    }
    let count = i64::try_from(left.len()).unwrap_or(i64::MAX);
    let undone = import.undo(version, count, tx.actor())?;
    if back == 0 {
        return Err(NOTHING_TO_UNDO.into());
    }
    tx.save(undone)?;
    applied::remember(tx, id, &left)?;
    Ok(Undone { back, left: left.len() })
}

const TOO_LATE: Refusal = Refusal::Because((
    "この取込は、取り消せる期間（90日）を過ぎています。直したい行を台帳で編集してください。",
    "The time to undo this import (90 days) is over. Edit the rows in the register instead.",
));

const NOTHING_TO_UNDO: Refusal = Refusal::Because((
    "取り消せる行がありません。この取込による変更がないか、すべての行がそのあとに変更されています。台帳で行ごとに直してください。",
    "There is nothing to undo: the import changed nothing, or every row was changed since. Edit the rows in the register instead.",
));
