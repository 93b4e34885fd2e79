//! Units of work about the asset register: registering, editing, retiring, importing.

use super::matching::{Meaning, Register};
use super::store;
use crate::house::fault::{Done, Stop};
use crate::house::work::Tx;
use crate::{criteria, inventory, people};
use meguri_domain::Refusal;
use meguri_domain::asset::{Asset, AssetDraft};
use meguri_domain::criteria::Method;
use meguri_domain::ids::{AssetId, DepartmentId};
use meguri_domain::inventory::Outcome;
use meguri_domain::people::Act;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Adds a row to the register of a department.
pub fn register(tx: &Tx<'_>, department: &DepartmentId, draft: AssetDraft) -> Done<Asset> {
    open_department(tx, department)?;
    add(tx, department, draft, &criteria::acts::method(tx)?)
}

/// Changes the contents of a row. Saving what stands already changes nothing.
pub fn edit(tx: &Tx<'_>, id: &AssetId, version: i64, draft: AssetDraft) -> Done<Asset> {
    let asset = store::find(tx, &tx.scope(Act::SeeRegister), id)?;
    change(tx, asset, version, draft, &criteria::acts::method(tx)?)
}

/// Takes a row out of the register, with a reason. It stays readable.
pub fn retire(tx: &Tx<'_>, id: &AssetId, version: i64, reason: &str) -> Done<Asset> {
    let asset = store::find(tx, &tx.scope(Act::SeeRegister), id)?;
    let retired = tx.save(asset.retire(version, reason, tx.actor())?)?;
    inventory::acts::note(tx, &retired, Outcome::Retired)?;
    Ok(retired)
}

/// One row of a file, read and placed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ImportRow {
    pub department: DepartmentId,
    pub draft: AssetDraft,
}

/// What an import did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    pub new: usize,
    pub changed: usize,
    pub unchanged: usize,
}

/// Takes the rows of a file into the register, all or none. What stands there already is found by department,
/// name and medium; what the file does not name stays as it is.
pub fn import(tx: &Tx<'_>, rows: &[ImportRow]) -> Done<Summary> {
    let method = criteria::acts::method(tx)?;
    let mut held = Register::default();
    let departments: BTreeSet<&DepartmentId> = rows.iter().map(|row| &row.department).collect();
    for department in departments {
        open_department(tx, department)?;
        tx.actor().must(Act::EditRegister, department)?;
        held.hold(store::in_use(tx, &tx.scope(Act::SeeRegister), department)?);
    }
    tx.act("import.applied");
    let mut summary = Summary::default();
    for row in rows {
        let draft = row.draft.clone().checked(&method)?;
        match held.meet(&row.department, &draft) {
            Meaning::New => {
                add(tx, &row.department, draft, &method)?;
                summary.new += 1;
            }
            Meaning::Changed(asset) => {
                let version = asset.version;
                change(tx, *asset, version, draft, &method)?;
                summary.changed += 1;
            }
            Meaning::Same(_) => summary.unchanged += 1,
            Meaning::Repeated => return Err(repeated(&draft)),
        }
    }
    Ok(summary)
}

/// A department that the actor sees and that is open today.
fn open_department(tx: &Tx<'_>, id: &DepartmentId) -> Done<()> {
    let department = people::store::department(tx, &tx.scope(Act::SeeRegister), id)?;
    if department.is_open(tx.today()) { Ok(()) } else { Err(Refusal::NotFound.into()) }
}

fn add(tx: &Tx<'_>, department: &DepartmentId, draft: AssetDraft, method: &Method) -> Done<Asset> {
    let id = tx.id(AssetId::new);
    let asset = tx.save(Asset::register(id, department.clone(), draft, method, tx.actor())?)?;
    inventory::acts::note(tx, &asset, Outcome::New)?;
    Ok(asset)
}

fn change(tx: &Tx<'_>, asset: Asset, version: i64, draft: AssetDraft, method: &Method) -> Done<Asset> {
    let before = asset.clone();
    let change = asset.edit(version, draft, method, tx.actor())?;
    let after = change.peek();
    if after.revision == before.revision && after.importance == before.importance {
        return Ok(before);
    }
    let asset = tx.save(change)?;
    inventory::acts::note(tx, &asset, Outcome::Changed)?;
    Ok(asset)
}

fn repeated(draft: &AssetDraft) -> Stop {
    let name = &draft.name;
    let medium = &draft.medium;
    Stop::Refusal(Refusal::Said {
        ja: format!("同じ行が2回あります（{name}、{medium}）。どちらかを除いてから取り込んでください。"),
        en: format!("The same row stands twice ({name}, {medium}). Leave one out, then import."),
    })
}
