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
    retired(tx, asset, version, reason)
}

fn retired(tx: &Tx<'_>, asset: Asset, version: i64, reason: &str) -> Done<Asset> {
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

/// A row whose meaning is known: a new asset, or these contents for one that is there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Planned {
    pub department: DepartmentId,
    pub draft: AssetDraft,
    pub onto: Option<Box<Asset>>,
}

/// What an import did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Summary {
    pub new: usize,
    pub changed: usize,
    pub unchanged: usize,
}

/// An asset that an import touched: as it left it, and what it was before; `None` for a new one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Touched {
    pub asset: AssetId,
    pub version: i64,
    #[serde(default)]
    pub before: Option<AssetDraft>,
}

/// Takes whole rows into the register, all or none. What stands there already is found by department, name and
/// medium; what the rows do not name stays as it is.
pub fn import(tx: &Tx<'_>, rows: &[ImportRow]) -> Done<Summary> {
    let mut held = Register::default();
    let departments: BTreeSet<&DepartmentId> = rows.iter().map(|row| &row.department).collect();
    for department in departments {
        open_department(tx, department)?;
        held.hold(store::in_use(tx, &tx.scope(Act::SeeRegister), department)?);
    }
    tx.act("import.applied");
    let mut planned = Vec::with_capacity(rows.len());
    for row in rows {
        let ImportRow { department, draft } = row.clone();
        let onto = match held.find(&department, &draft) {
            Meaning::Onto(asset) => Some(asset),
            Meaning::New | Meaning::Asked(_) => None,
            Meaning::Repeated | Meaning::Taken => return Err(repeated(&draft)),
        };
        planned.push(Planned { department, draft, onto });
    }
    Ok(take(tx, planned, &|_| {})?.0)
}

/// Carries planned rows out; `told` hears how many are done. Gives what it did, and what it touched.
pub(super) fn take(tx: &Tx<'_>, rows: Vec<Planned>, told: &dyn Fn(usize)) -> Done<(Summary, Vec<Touched>)> {
    let method = criteria::acts::method(tx)?;
    let departments: BTreeSet<&DepartmentId> = rows.iter().map(|row| &row.department).collect();
    for department in departments {
        open_department(tx, department)?;
        tx.actor().must(Act::EditRegister, department)?;
    }
    let (mut summary, mut touched) = (Summary::default(), Vec::new());
    for (at, Planned { department, draft, onto }) in rows.into_iter().enumerate() {
        told(at);
        let Some(held) = onto else {
            let asset = add(tx, &department, draft, &method)?;
            summary.new += 1;
            touched.push(Touched { asset: asset.id, version: asset.version, before: None });
            continue;
        };
        let (version, before) = (held.version, held.draft());
        let asset = change(tx, *held, version, draft, &method)?;
        if asset.version == version {
            summary.unchanged += 1;
        } else {
            summary.changed += 1;
            touched.push(Touched { asset: asset.id, version: asset.version, before: Some(before) });
        }
    }
    Ok((summary, touched))
}

/// Takes one asset back to what it was before an import touched it.
pub(super) fn take_back(
    tx: &Tx<'_>,
    asset: Asset,
    before: Option<AssetDraft>,
    reason: &str,
    method: &Method,
) -> Done<()> {
    let version = asset.version;
    match before {
        Some(before) => change(tx, asset, version, before, method)?,
        None => retired(tx, asset, version, reason)?,
    };
    Ok(())
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
