//! The layout of the sheet that a department brought: kept when its rows are taken in, given when they go out.

use super::export_store as store;
use super::preview::Judged;
use crate::house::fault::{Done, Fault};
use crate::house::work::{Rx, Tx};
use meguri_domain::export::Origin;
use meguri_domain::ids::{DepartmentId, OriginId};
use meguri_domain::people::Act;
use meguri_sheet::Layout;
use std::collections::BTreeMap;

/// The sheet of a text file. It has headings, but nothing of a sheet that a department would want back.
const TEXT_FILE: &str = "CSV";

/// Keeps for each department the layout from which most of its rows come. Part of the unit of work that takes them in.
pub fn keep(tx: &Tx<'_>, file_name: &str, layouts: &[Layout], rows: &[Judged]) -> Done<()> {
    let mut counts: BTreeMap<&DepartmentId, BTreeMap<usize, usize>> = BTreeMap::new();
    for row in rows {
        let place = layouts
            .iter()
            .enumerate()
            .filter(|(_, layout)| layout.sheet == row.row.sheet && layout.header_rows.1 < row.row.row_number);
        let nearest = place.max_by_key(|(_, layout)| layout.header_rows.1);
        if let (Some(ready), Some((at, _))) = (&row.ready, nearest) {
            *counts.entry(&ready.department).or_default().entry(at).or_default() += 1;
        }
    }
    for (department, places) in counts {
        let most = places.into_iter().max_by_key(|(at, count)| (*count, usize::MAX - at));
        let kept = most.and_then(|(at, _)| layouts.get(at)).filter(|layout| layout.sheet != TEXT_FILE);
        let Some(layout) = kept else { continue };
        let layout = serde_json::to_string(layout).map_err(Fault::broken)?;
        let before = store::origin(tx, &tx.scope(Act::EditRegister), department)?;
        if before.as_ref().is_some_and(|before| before.layout == layout) {
            continue;
        }
        let (id, department_id, file_name) = (tx.id(OriginId::new), department.clone(), file_name.to_owned());
        let now = Origin { id, version: 1, department_id, file_name, layout };
        tx.save(Origin::keep(before, now, tx.actor())?)?;
    }
    Ok(())
}

/// The layout that a department brought last. One that this program can no longer read is as good as none.
pub fn of(rx: &Rx<'_>, department: &str) -> Done<Option<Layout>> {
    let Some(id) = DepartmentId::new(department) else { return Ok(None) };
    let origin = store::origin(rx, &rx.scope(Act::SeeRegister), &id)?;
    Ok(origin.and_then(|origin| serde_json::from_str(&origin.layout).ok()))
}
