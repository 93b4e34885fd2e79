//! After a restoration: an older database still has what was erased since, or an older keystore has its keys. The list
//! beside the keys says what, and it is carried out again before anybody is served.

use super::clean::{Line, finish};
use super::{acts, store};
use crate::house::fault::{Done, Fault};
use crate::house::kept::cell;
use crate::house::keystore::Keystore;
use crate::house::web::App;
use crate::house::work::{Rx, Tx};
use crate::open;
use crate::people::session;
use crate::record::store as record;
use meguri_domain::erasure::Taken;
use std::collections::HashSet;

/// Carries the erasures of a list out again; gives how many the database did not know. It may be done any number of
/// times.
pub fn reapply(app: &App, list: &[Line]) -> Done<usize> {
    let mut again = 0;
    for line in list {
        again += usize::from(app.db.write(session::house(app), &app.chance, |tx| one(tx, line))?);
    }
    // A slot that no payload of this database uses was of one that is lost with the newer database: a copy of that may
    // still be somewhere. A slot that is used now was drawn anew by an older keystore, and is somebody else's.
    let used = app.db.read(session::house(app), |rx| Ok(used(rx)?))?;
    let unused = list.iter().flat_map(|line| &line.slots).copied().filter(|slot| !used.contains(slot));
    Keystore::of(&app.keys).destroy(unused)?;
    finish(app)?;
    Ok(again)
}

fn one(tx: &Tx<'_>, line: &Line) -> Done<bool> {
    let Some(before) = &line.erasure.taken else { return Ok(false) };
    let known = store::one(tx, &line.erasure.id)?;
    if known.as_ref().is_some_and(|known| known.taken.is_some()) {
        // The database knows; its files or keys may have come from elsewhere.
        store::begin(tx, &line.erasure.id)?;
        return Ok(false);
    }
    let mut payloads = Vec::new();
    for place in &before.payloads {
        // At the same place of another history stands something else.
        if record::slot(tx, *place)?.is_some_and(|(_, object)| before.objects.contains(&object)) {
            payloads.push(*place);
        }
    }
    if payloads.is_empty() {
        return Ok(false);
    }
    let taken = Taken { entry: tx.next_idx()?, payloads, ..before.clone() };
    let version = known.map_or(0, |known| known.version);
    let change = line.erasure.clone().reapply(version, taken.clone());
    acts::carry_out(tx, change, &taken, "erasure.reapplied")?;
    store::forget_all(tx)?;
    Ok(true)
}

/// Every slot that a payload uses.
fn used(rx: &Rx<'_>) -> Result<HashSet<u64>, Fault> {
    let mut used = HashSet::new();
    let mut from = -1;
    loop {
        let text = open!("SELECT idx, key_no FROM payload WHERE idx > $1 AND idx <= $1 + 500 ORDER BY idx");
        let rows = rx.open_rows(text, &[crate::house::db::Value::Int(from)])?;
        for row in &rows {
            used.insert(u64::try_from(cell::<i64>(row, 1)?).map_err(Fault::broken)?);
        }
        from += 500;
        if rows.is_empty() && from >= last(rx)? {
            return Ok(used);
        }
    }
}

fn last(rx: &Rx<'_>) -> Result<i64, Fault> {
    let rows = rx.open_rows(open!("SELECT COALESCE(MAX(idx), -1) FROM payload"), &[])?;
    rows.first().map_or(Ok(-1), |row| cell(row, 0))
}
