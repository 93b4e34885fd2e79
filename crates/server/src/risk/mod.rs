//! Risks: proposing threats, judging, approving an assessment.

pub mod acts;
pub mod answers;
pub mod badges;
pub mod cards;
pub mod counts;
pub mod department;
mod figure;
mod found;
pub mod helped;
pub mod in_place;
pub mod judging;
pub mod pages;
pub mod pictures;
pub mod scores;
pub mod spread;
pub mod stages;
pub mod store;
pub mod tally;
pub mod what_if;

use crate::house::web::percent;

/// An address with those of the pairs that say something.
pub fn address(path: &str, pairs: &[(&str, &String)]) -> String {
    let said: Vec<String> = pairs
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| [name, "=", &percent(value)].concat())
        .collect();
    if said.is_empty() { path.to_owned() } else { [path, "?", &said.join("&")].concat() }
}
