//! Units of work about the inventory: opening a year, confirming rows, handing the sheet on.

use super::store;
use crate::house::fault::Done;
use crate::house::work::Tx;
use crate::people::store as people;
use meguri_domain::asset::{Asset, AssetState};
use meguri_domain::ids::{AssetId, ConfirmationId, DepartmentId, InventoryId, InventorySheetId};
use meguri_domain::inventory::{Confirmation, Inventory, InventorySheet, Outcome};
use meguri_domain::people::{Act, Scope};
use meguri_domain::{Date, Refusal};

/// Opens the inventory of a fiscal year, with an empty sheet for every department that is open today.
pub fn open(tx: &Tx<'_>, fiscal_year: i64, due_on: Date) -> Done<Inventory> {
    let id = tx.id(InventoryId::new);
    let inventory = Inventory { id, version: 1, fiscal_year, opened_on: tx.today(), due_on };
    let change = Inventory::open(inventory, tx.actor())?;
    if store::of_year(tx, fiscal_year)?.is_some() {
        return Err(Refusal::Already {
            what: ("この年度の棚卸", "The inventory of this fiscal year")
        }
        .into());
    }
    let inventory = tx.save(change)?;
    for department in people::departments(tx)?.into_iter().filter(|each| each.is_open(tx.today())) {
        tx.save(InventorySheet::begin(tx.id(InventorySheetId::new), &inventory, department.id))?;
    }
    Ok(inventory)
}

/// Gives a department that was opened after the inventory its sheet.
pub fn begin_sheet(tx: &Tx<'_>, department: &DepartmentId) -> Done<InventorySheet> {
    let scope = tx.scope(Act::SeeRegister);
    let department = people::department(tx, &scope, department)?;
    if !tx.actor().may(Act::ConfirmInventory, &department.id) {
        tx.actor().must_everywhere(Act::OpenInventory)?;
    }
    let inventory = store::must_be_open(tx)?;
    sheet(tx, &scope, &inventory, &department.id)
}

/// Notes in the sheet what was done to a row. While the sheet is open, a change by somebody who does not
/// speak for the department is not noted, because then the department itself has yet to confirm the row.
/// Once the sheet is handed in nobody would ask again this year, so registering or changing a row confirms
/// it by itself: the inventory is taken yearly, and on change (DESIGN.md §1).
pub fn note(tx: &Tx<'_>, asset: &Asset, outcome: Outcome) -> Done<()> {
    let Some(inventory) = store::current(tx)? else { return Ok(()) };
    let scope = tx.scope(Act::SeeRegister);
    let speaks = tx.actor().may(Act::ConfirmInventory, &asset.department_id);
    let handed_in = store::sheet_of(tx, &scope, &inventory.id, &asset.department_id)?
        .is_some_and(|sheet| !sheet.flow.is_open());
    if !handed_in {
        if !speaks && outcome != Outcome::Retired {
            return Ok(());
        }
        let sheet = sheet(tx, &scope, &inventory, &asset.department_id)?;
        if speaks {
            write(tx, sheet)?;
        }
    }
    say(tx, &scope, &inventory, asset, outcome)?;
    Ok(())
}

/// Confirms a row as it stands: unchanged, or changed when others changed it since the department last spoke.
pub fn confirm(tx: &Tx<'_>, id: &AssetId) -> Done<Confirmation> {
    let scope = tx.scope(Act::SeeRegister);
    let asset = store::asset_in(tx, &scope, id)?;
    tx.actor().must(Act::ConfirmInventory, &asset.department_id)?;
    if asset.state == AssetState::Retired {
        return Err(Refusal::WrongState { state: asset.state.word() }.into());
    }
    let inventory = store::must_be_open(tx)?;
    let sheet = sheet(tx, &scope, &inventory, &asset.department_id)?;
    let said = store::confirmation_of(tx, &scope, &inventory.id, &asset.id)?;
    let left = said.is_none_or(|said| said.asset_revision < asset.revision);
    open_or_after(tx, sheet, left)?;
    tx.act("asset.confirmed");
    stands(tx, &scope, &inventory, &asset)
}

/// Confirms every row of a department of which nothing was said yet, but those that are excepted. Gives their number.
pub fn confirm_rest(tx: &Tx<'_>, department: &DepartmentId, except: &[AssetId]) -> Done<usize> {
    let scope = tx.scope(Act::SeeRegister);
    let department = people::department(tx, &scope, department)?;
    tx.actor().must(Act::ConfirmInventory, &department.id)?;
    let inventory = store::must_be_open(tx)?;
    let sheet = sheet(tx, &scope, &inventory, &department.id)?;
    let mut rest = store::unconfirmed(tx, &scope, &inventory.id, &department.id)?;
    rest.retain(|each| !except.contains(&each.id));
    open_or_after(tx, sheet, !rest.is_empty())?;
    tx.act("asset.confirmed");
    for asset in &rest {
        stands(tx, &scope, &inventory, asset)?;
    }
    Ok(rest.len())
}

/// The department hands its sheet to the head.
pub fn submit(tx: &Tx<'_>, id: &InventorySheetId, version: i64, none_held: bool) -> Done<InventorySheet> {
    let scope = tx.scope(Act::SeeRegister);
    let sheet = store::sheet(tx, &scope, id)?;
    let tally = store::tally(tx, &scope, &sheet.inventory_id, &sheet.department_id)?;
    let count = |n: i64| usize::try_from(n).unwrap_or(0);
    let (held, unconfirmed) = (count(tally.held), count(tally.held - tally.confirmed));
    tx.save(sheet.submit(version, held, unconfirmed, none_held, tx.actor(), tx.today())?)
}

/// The head, or the deputy, approves.
pub fn approve(tx: &Tx<'_>, id: &InventorySheetId, version: i64) -> Done<InventorySheet> {
    tx.call(crate::record::signing::NAME);
    let sheet = store::sheet(tx, &tx.scope(Act::SeeRegister), id)?;
    tx.save(sheet.approve(version, tx.actor(), tx.today())?)
}

/// The secretariat accepts.
pub fn accept(tx: &Tx<'_>, id: &InventorySheetId, version: i64) -> Done<InventorySheet> {
    let sheet = store::sheet(tx, &tx.scope(Act::SeeRegister), id)?;
    tx.save(sheet.accept(version, tx.actor(), tx.today())?)
}

/// The head or the secretariat sends the sheet back with a reason.
pub fn send_back(tx: &Tx<'_>, id: &InventorySheetId, version: i64, reason: &str) -> Done<InventorySheet> {
    let sheet = store::sheet(tx, &tx.scope(Act::SeeRegister), id)?;
    tx.save(sheet.send_back(version, reason, tx.actor(), tx.today())?)
}

/// The department's sheet; begun now when the department was opened after the inventory.
fn sheet(
    tx: &Tx<'_>,
    scope: &Scope,
    inventory: &Inventory,
    department: &DepartmentId,
) -> Done<InventorySheet> {
    match store::sheet_of(tx, scope, &inventory.id, department)? {
        Some(sheet) => Ok(sheet),
        None => tx.save(InventorySheet::begin(tx.id(InventorySheetId::new), inventory, department.clone())),
    }
}

/// A row that is left over on a sheet that is handed in, because it came from another department, is
/// confirmed without opening the sheet again; otherwise nobody could ever mend what is missing there.
fn open_or_after(tx: &Tx<'_>, sheet: InventorySheet, left: bool) -> Done<()> {
    if left && !sheet.flow.is_open() { Ok(()) } else { write(tx, sheet) }
}

/// Signs the sheet as written, once a person: its version then stays as it is while its rows are confirmed.
fn write(tx: &Tx<'_>, sheet: InventorySheet) -> Done<()> {
    let before = sheet.flow.clone();
    let change = sheet.write(tx.actor(), tx.today())?;
    if change.peek().flow != before {
        tx.save(change)?;
    }
    Ok(())
}

/// Says that a row stands as it is. What was said already of this revision stays said.
fn stands(tx: &Tx<'_>, scope: &Scope, inventory: &Inventory, asset: &Asset) -> Done<Confirmation> {
    let outcome = match store::confirmation_of(tx, scope, &inventory.id, &asset.id)? {
        Some(before) if before.asset_revision >= asset.revision => return Ok(before),
        Some(_) => Outcome::Changed,
        None => Outcome::Unchanged,
    };
    say(tx, scope, inventory, asset, outcome)
}

/// Retires a row from the sheet; the sheet notes it like any other retirement.
pub fn retire(tx: &Tx<'_>, id: &AssetId, department: &DepartmentId, reason: &str) -> Done<Asset> {
    let asset = store::asset_in(tx, &tx.scope(Act::SeeRegister), id)?;
    if asset.department_id != *department {
        return Err(Refusal::NotFound.into());
    }
    crate::asset::acts::retire(tx, id, asset.version, reason)
}

fn say(
    tx: &Tx<'_>,
    scope: &Scope,
    inventory: &Inventory,
    asset: &Asset,
    outcome: Outcome,
) -> Done<Confirmation> {
    let before = store::confirmation_of(tx, scope, &inventory.id, &asset.id)?;
    let new = Confirmation {
        id: tx.id(ConfirmationId::new),
        version: 1,
        inventory_id: inventory.id.clone(),
        department_id: asset.department_id.clone(),
        asset_id: asset.id.clone(),
        outcome,
        asset_revision: asset.revision,
        confirmed_on: tx.today(),
        contents: Some(asset.draft()),
    };
    tx.save(Confirmation::say(before, new))
}
