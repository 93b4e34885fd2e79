//! The layouts of the sheets that a department brought: kept when rows are taken in, given when they go out. There is one
//! for the register and one for the ledger of personal data, because a department may keep both.

use super::draft::is_ledger;
use super::export_store as store;
use super::filter::{Filter, View};
use super::preview::Judged;
use crate::house::fault::{Done, Fault};
use crate::house::work::{Rx, Tx};
use meguri_domain::export::Origin;
use meguri_domain::ids::{DepartmentId, OriginId};
use meguri_domain::people::Act;
use meguri_sheet::Layout;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The sheet of a text file. It has headings, but nothing of a sheet that a department would want back.
const TEXT_FILE: &str = "CSV";

/// Layouts as they are kept. Before the ledger had its own, there was one.
#[derive(Deserialize)]
#[serde(untagged)]
enum Kept {
    One(Box<Layout>),
    Each(Vec<Layout>),
}

impl Kept {
    /// What this program can no longer read is as good as none.
    fn decode(body: &str) -> Vec<Layout> {
        match serde_json::from_str(body) {
            Ok(Self::One(layout)) => vec![*layout],
            Ok(Self::Each(layouts)) => layouts,
            Err(_) => Vec::new(),
        }
    }
}

/// Keeps for each department the layout from which most of its rows come, of either kind. Part of the unit of work that
/// takes them in.
pub fn keep(tx: &Tx<'_>, file_name: &str, layouts: &[Layout], rows: &[Judged]) -> Done<()> {
    for (department, brought) in brought(layouts, rows) {
        let before = store::origin(tx, &tx.scope(Act::EditRegister), department)?;
        let held = before.as_ref().map(|before| Kept::decode(&before.layout)).unwrap_or_default();
        let others = held.iter().filter(|held| brought.iter().all(|layout| layout.kind != held.kind));
        let mut now: Vec<&Layout> = others.chain(brought.iter().copied()).collect();
        now.sort_by_key(|layout| is_ledger(layout));
        if now.iter().copied().eq(&held) {
            continue;
        }
        let layout = serde_json::to_string(&now).map_err(Fault::broken)?;
        let (id, department_id, file_name) = (tx.id(OriginId::new), department.clone(), file_name.to_owned());
        let now = Origin { id, version: 1, department_id, file_name, layout };
        tx.save(Origin::keep(before, now, tx.actor())?)?;
    }
    Ok(())
}

/// For each department and kind the layout in which most of its rows stand.
fn brought<'a>(layouts: &'a [Layout], rows: &'a [Judged]) -> BTreeMap<&'a DepartmentId, Vec<&'a Layout>> {
    let mut counts: BTreeMap<(&DepartmentId, bool), BTreeMap<usize, usize>> = BTreeMap::new();
    for row in rows {
        let place = layouts
            .iter()
            .enumerate()
            .filter(|(_, layout)| layout.sheet == row.row.sheet && layout.header_rows.1 < row.row.row_number);
        let nearest = place.max_by_key(|(_, layout)| layout.header_rows.1);
        if let (Some(ready), Some((at, layout))) = (&row.ready, nearest) {
            let key = (&ready.department, is_ledger(layout));
            *counts.entry(key).or_default().entry(at).or_default() += 1;
        }
    }
    let mut brought: BTreeMap<&DepartmentId, Vec<&Layout>> = BTreeMap::new();
    for ((department, _), places) in counts {
        let most = places.into_iter().max_by_key(|(at, count)| (*count, usize::MAX - at));
        let kept = most.and_then(|(at, _)| layouts.get(at)).filter(|layout| layout.sheet != TEXT_FILE);
        if let Some(layout) = kept {
            brought.entry(department).or_default().push(layout);
        }
    }
    brought
}

/// The layout that the department of a filter brought: of its ledger where the ledger is looked at or nothing else was
/// brought, else of its register.
pub fn of(rx: &Rx<'_>, filter: &Filter) -> Done<Option<Layout>> {
    let Some(id) = DepartmentId::new(filter.department.as_str()) else { return Ok(None) };
    let origin = store::origin(rx, &rx.scope(Act::SeeRegister), &id)?;
    let mut layouts = origin.map(|origin| Kept::decode(&origin.layout)).unwrap_or_default();
    let asked = layouts.iter().position(|layout| is_ledger(layout) == (filter.view() == View::Ledger));
    let at = asked.unwrap_or(0);
    Ok((at < layouts.len()).then(|| layouts.swap_remove(at)))
}
