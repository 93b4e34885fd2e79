//! Units of work about corrective actions.

use super::store;
use crate::house::fault::Done;
use crate::house::work::Tx;
use meguri_domain::correction::{Correction, CorrectionState};
use meguri_domain::ids::CorrectionId;
use meguri_domain::inspection::{Answer, Mark};
use meguri_domain::people::Act;

/// Brings the correction of a submitted answer up to it: opened for a new ×, reworded or withdrawn when the
/// answer was written again, untouched when it says the same.
pub fn follow(tx: &Tx<'_>, answer: &Answer) -> Done<Option<Correction>> {
    let before = store::of_answer(tx, &tx.scope(Act::SeeMonth), &answer.id)?;
    let change = match (before, answer.mark) {
        (None, Mark::Bad) => Correction::open(tx.id(CorrectionId::new), answer)?,
        (None, Mark::Good | Mark::Partly | Mark::NotApplicable) => return Ok(None),
        (Some(before), _) if stands(&before, answer) => return Ok(Some(before)),
        (Some(before), _) => before.follow(answer)?,
    };
    tx.save(change).map(Some)
}

/// Whether a correction already says what its answer says.
fn stands(correction: &Correction, answer: &Answer) -> bool {
    let withdrawn = correction.state == CorrectionState::Withdrawn;
    if answer.mark != Mark::Bad || withdrawn {
        return answer.mark != Mark::Bad && withdrawn;
    }
    correction.what == answer.note
        && correction.cause == answer.cause
        && correction.fix == answer.fix
        && correction.owner == answer.owner
        && correction.due_on == answer.due_on
}

/// Says that it was done.
pub fn finish(tx: &Tx<'_>, id: &CorrectionId, version: i64, note: &str) -> Done<Correction> {
    let correction = store::correction(tx, &tx.scope(Act::SeeMonth), id)?;
    tx.save(correction.finish(version, note, tx.actor(), tx.today())?)
}

/// Verifies the effect.
pub fn verify(tx: &Tx<'_>, id: &CorrectionId, version: i64, effect: &str) -> Done<Correction> {
    let correction = store::correction(tx, &tx.scope(Act::SeeMonth), id)?;
    tx.save(correction.verify(version, effect, tx.actor(), tx.today())?)
}

/// The effect was not there: back to open, with the reason.
pub fn send_back(tx: &Tx<'_>, id: &CorrectionId, version: i64, reason: &str) -> Done<Correction> {
    let correction = store::correction(tx, &tx.scope(Act::SeeMonth), id)?;
    tx.save(correction.send_back(version, reason, tx.actor())?)
}
