//! Units of work about the effects of controls.

use super::store;
use crate::house::fault::Done;
use crate::house::work::Tx;
use crate::risk;
use meguri_domain::Refusal;
use meguri_domain::effect::{ControlEffect, Numbers};
use meguri_domain::ids::ControlId;
use meguri_domain::people::Act;

/// Writes the numbers of a control, or with `None` goes back to those that are shipped. The same numbers change nothing.
pub fn set(tx: &Tx<'_>, id: &ControlId, version: i64, to: Option<Numbers>) -> Done<ControlEffect> {
    tx.actor().must_everywhere(Act::EditCriteria)?;
    if !risk::store::controls(tx)?.iter().any(|each| each.id == *id) {
        return Err(Refusal::NotFound.into());
    }
    let effect = store::effects(tx)?.get(id);
    let to = to.unwrap_or_else(|| ControlEffect::shipped(id).numbers());
    let change = effect.clone().set(version, to, tx.actor())?;
    if effect.numbers() == to { Ok(effect) } else { tx.save(change) }
}
