//! Units of work about patterns.

use super::store;
use crate::asset;
use crate::house::fault::Done;
use crate::house::work::Tx;
use meguri_domain::ids::{AssetId, PatternId};
use meguri_domain::pattern::Pattern;
use meguri_domain::people::Act;
use meguri_domain::{Change, Refusal};

/// The most assets that one form may name.
pub const MOST: usize = 5_000;

/// Makes a pattern of the assets that a person has chosen.
pub fn form(tx: &Tx<'_>, name: &str, assets: &[AssetId]) -> Done<Pattern> {
    let scope = tx.scope(Act::SeeRisk);
    let mut members = Vec::new();
    for id in assets.iter().take(MOST) {
        members.push(asset::store::find(tx, &scope, id)?);
    }
    let pattern = tx.save(Pattern::form(tx.id(PatternId::new), name, &members, tx.actor())?)?;
    for each in members {
        tx.save(each.join(&pattern, tx.actor())?)?;
    }
    Ok(pattern)
}

/// Puts more assets into a pattern. Gives their number.
pub fn add(tx: &Tx<'_>, id: &PatternId, assets: &[AssetId]) -> Done<(Pattern, usize)> {
    let scope = tx.scope(Act::SeeRisk);
    let pattern = store::find(tx, &scope, id)?;
    tx.actor().must(Act::AssessRisk, &pattern.department_id)?;
    if assets.is_empty() {
        return Err(Refusal::Because((
            "資産が選ばれていません。類型に加える資産を選んでください。",
            "No asset is chosen. Choose those that join the pattern.",
        ))
        .into());
    }
    for id in assets.iter().take(MOST) {
        tx.save(asset::store::find(tx, &scope, id)?.join(&pattern, tx.actor())?)?;
    }
    Ok((pattern, assets.len()))
}

/// Takes an asset out of a pattern.
pub fn leave(tx: &Tx<'_>, id: &PatternId, asset: &AssetId) -> Done<Pattern> {
    let scope = tx.scope(Act::SeeRisk);
    let pattern = store::find(tx, &scope, id)?;
    let asset = asset::store::find(tx, &scope, asset)?;
    tx.actor().must(Act::AssessRisk, &pattern.department_id)?;
    if asset.pattern_id.as_ref() != Some(id) {
        return Err(Refusal::NotFound.into());
    }
    tx.save(asset.leave(tx.actor())?)?;
    Ok(pattern)
}

/// Dissolves a pattern and lets its assets go; their judgements stay as they are.
pub fn dissolve(tx: &Tx<'_>, id: &PatternId, version: i64) -> Done<Pattern> {
    let scope = tx.scope(Act::SeeRisk);
    let change: Change<Pattern> = store::find(tx, &scope, id)?.dissolve(version, tx.actor())?;
    let pattern = tx.save(change)?;
    for each in store::members(tx, &scope, id)? {
        tx.save(each.leave(tx.actor())?)?;
    }
    Ok(pattern)
}
