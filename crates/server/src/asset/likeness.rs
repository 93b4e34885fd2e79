//! Names that are alike: one inside the other, or most pairs of neighbouring characters in common.

use std::collections::HashMap;

/// The folded names of one department's assets, to be asked for those like another.
#[derive(Default)]
pub struct Likeness {
    names: Vec<(String, usize)>,
    by_pair: HashMap<[char; 2], Vec<usize>>,
}

/// Pairs that stand in more names than this tell nothing.
const COMMON: usize = 400;
/// Twice the common pairs over all pairs: from here on two names are alike.
const ENOUGH: f64 = 0.5;
/// A name shorter than this is inside too many others.
const SHORTEST_INSIDE: usize = 3;

impl Likeness {
    /// Takes a folded name under a number.
    pub fn hold(&mut self, name: &str, at: usize) {
        let place = self.names.len();
        self.names.push((name.to_owned(), at));
        for pair in pairs(name) {
            self.by_pair.entry(pair).or_default().push(place);
        }
    }

    /// The numbers of the names that are like this one, the most alike first.
    pub fn like(&self, name: &str) -> Vec<usize> {
        let own = pairs(name);
        let mut shared: HashMap<usize, usize> = HashMap::new();
        for pair in &own {
            let places = self.by_pair.get(pair).map(Vec::as_slice).unwrap_or_default();
            for place in places.iter().filter(|_| places.len() <= COMMON) {
                *shared.entry(*place).or_default() += 1;
            }
        }
        let mut found: Vec<(u64, usize)> = Vec::new();
        for (place, common) in shared {
            let Some((other, at)) = self.names.get(place) else { continue };
            let score = score(name, other, common, own.len());
            if score >= ENOUGH {
                // Tenths of a percent, so that equal scores are ordered by their place.
                #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 1")]
                found.push(((score * 1000.0) as u64, *at));
            }
        }
        found.sort_by_key(|(score, at)| (std::cmp::Reverse(*score), *at));
        found.into_iter().map(|(_, at)| at).collect()
    }
}

fn score(name: &str, other: &str, common: usize, own: usize) -> f64 {
    let (short, long) =
        if name.chars().count() <= other.chars().count() { (name, other) } else { (other, name) };
    if short.chars().count() >= SHORTEST_INSIDE && long.contains(short) {
        return 1.0;
    }
    #[expect(clippy::cast_precision_loss, reason = "a name has at most some hundred pairs")]
    let (common, all) = (2.0 * common as f64, (own + pairs(other).len()) as f64);
    common / all.max(1.0)
}

fn pairs(name: &str) -> Vec<[char; 2]> {
    let chars: Vec<char> = name.chars().collect();
    let mut pairs: Vec<[char; 2]> = chars.windows(2).filter_map(|two| two.try_into().ok()).collect();
    pairs.sort_unstable();
    pairs.dedup();
    pairs
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_people_would_take_for_the_same_are_alike_and_others_are_not() {
        let names = ["応募者でーたべーす", "当選者名簿", "会員でーたべーす", "従業員名簿", "返品依頼書"];
        let mut index = Likeness::default();
        for (at, name) in names.iter().enumerate() {
            index.hold(name, at);
        }
        let like = |name: &str| index.like(name).into_iter().map(|at| names[at]).collect::<Vec<_>>();
        assert_eq!(like("応募者でーたべーす(web)"), ["応募者でーたべーす", "会員でーたべーす"]);
        assert_eq!(like("当選者の名簿"), ["当選者名簿"]);
        assert_eq!(like("返品依頼"), ["返品依頼書"]);
        assert!(like("通話録音").is_empty());
        assert!(like("").is_empty());
    }
}
