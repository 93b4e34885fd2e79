//! Units of work on the catalogue of threats.

use crate::house::fault::{Done, Stop};
use crate::house::work::{Rx, Tx};
use crate::risk::acts::shipped;
use crate::{asset, risk};
use meguri_domain::Refusal;
use meguri_domain::catalogue::{Contents, ThreatDraft};
use meguri_domain::ids::{AssetId, ThreatId};
use meguri_domain::people::Act;
use meguri_domain::risk::Threat;

/// Adds a threat of the company's own.
pub fn add(tx: &Tx<'_>, draft: ThreatDraft) -> Done<Threat> {
    known(tx, &draft)?;
    tx.save(Threat::add(tx.id(ThreatId::new), None, draft, tx.actor())?)
}

/// Adds a free risk of a department, beside one of its assets.
pub fn add_free(tx: &Tx<'_>, asset: &AssetId, draft: ThreatDraft) -> Done<Threat> {
    let asset = asset::store::find(tx, &tx.scope(Act::SeeRisk), asset)?;
    known(tx, &draft)?;
    tx.save(Threat::add(tx.id(ThreatId::new), Some(asset.department_id), draft, tx.actor())?)
}

/// Changes a threat.
pub fn change(tx: &Tx<'_>, id: &ThreatId, version: i64, draft: ThreatDraft) -> Done<Threat> {
    known(tx, &draft)?;
    tx.save(risk::store::threat(tx, &tx.scope(Act::SeeRisk), id)?.change(version, draft, tx.actor())?)
}

/// Takes an update of a shipped threat, or leaves it.
pub fn decide(tx: &Tx<'_>, id: &ThreatId, version: i64, take: bool) -> Done<Threat> {
    let threat = risk::store::threat(tx, &tx.scope(Act::SeeRisk), id)?;
    let brought = shipped()?.into_iter().find(|(each, _)| each == id);
    let (_, contents) = brought.ok_or(Stop::Refusal(Refusal::NotFound))?;
    let change = if take { Threat::take } else { Threat::leave };
    tx.save(change(threat, version, contents, tx.actor())?)
}

/// Adds a shipped threat that the catalogue does not hold yet.
pub fn bring(tx: &Tx<'_>, id: &ThreatId) -> Done<Threat> {
    tx.actor().must_everywhere(Act::EditCriteria)?;
    let (id, contents) =
        fresh(tx)?.into_iter().find(|(each, _)| each == id).ok_or(Stop::Refusal(Refusal::NotFound))?;
    tx.save(meguri_domain::Change::new(Threat::of(id, contents), "threat.loaded"))
}

/// The shipped threats that the catalogue does not hold.
pub fn fresh(rx: &Rx<'_>) -> Done<Vec<(ThreatId, Contents)>> {
    let held = risk::store::threats(rx)?;
    let mut brought = shipped()?;
    brought.retain(|(id, _)| !held.iter().any(|each| each.id == *id));
    Ok(brought)
}

/// Refuses controls that are not in the list.
fn known(rx: &Rx<'_>, draft: &ThreatDraft) -> Done<()> {
    let controls = risk::store::controls(rx)?;
    if draft.controls.iter().all(|each| controls.iter().any(|control| control.id == *each)) {
        return Ok(());
    }
    let hint = (
        "一覧にある番号を「8.13、8.3」のように入力してください。",
        "Write numbers of the list, like “8.13, 8.3”.",
    );
    Err(Refusal::Unfit { field: "controls", word: ("管理策", "Controls"), hint }.into())
}
