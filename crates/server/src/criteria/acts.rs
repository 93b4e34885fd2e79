//! Units of work about the criteria: drafting and approving an edition.

use super::store;
use crate::house::fault::Done;
use crate::house::work::{Rx, Tx};
use meguri_domain::approval::Signed;
use meguri_domain::criteria::{Criteria, CriteriaState, Method, Methods};
use meguri_domain::ids::CriteriaId;
use meguri_domain::people::Act;
use meguri_domain::risk::Risk;

/// Drafts the first edition from the shipped preset (IPA 3.1).
pub fn draft_preset(tx: &Tx<'_>) -> Done<Criteria> {
    draft(tx, "IPA 3.1", Method::ipa_3_1())
}

/// Drafts the next edition.
pub fn draft(tx: &Tx<'_>, name: &str, methods: impl Into<Methods>) -> Done<Criteria> {
    tx.actor().must_everywhere(Act::EditCriteria)?;
    let number = store::all(tx)?.first().map_or(1, |newest| newest.number + 1);
    let drafted = Signed::now(tx.actor(), tx.today(), false);
    tx.save(Criteria::draft(tx.id(CriteriaId::new), number, name, methods.into(), drafted)?)
}

/// Approves an edition; the one in force before steps back in the same unit of work.
pub fn approve(tx: &Tx<'_>, id: &CriteriaId) -> Done<Criteria> {
    tx.call(crate::record::signing::NAME);
    let edition = store::find(tx, id)?.approve(tx.actor(), tx.today())?;
    for before in store::all(tx)?.into_iter().filter(|each| each.state == CriteriaState::Approved) {
        tx.save(before.step_back())?;
    }
    tx.act("criteria.approved");
    tx.save(edition)
}

/// The method by which an asset's importance is reckoned: the edition in force, else the shipped preset.
pub fn method(rx: &Rx<'_>) -> Done<Method> {
    Ok(methods(rx)?.general)
}

/// Both methods of the edition in force, else the shipped preset.
pub fn methods(rx: &Rx<'_>) -> Done<Methods> {
    Ok(store::in_force(rx)?.map_or_else(|| Method::ipa_3_1().into(), |criteria| criteria.methods()))
}

/// The method a risk was judged by.
pub fn method_of(rx: &Rx<'_>, risk: &Risk) -> Done<Method> {
    Ok(store::find(rx, &risk.criteria_id)?.method_for(risk.personal).clone())
}
