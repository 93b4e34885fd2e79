//! What a new edition of the criteria would do before it is approved: every risk of today reckoned under both editions
//! (JIS Q 27001 6.1.2 asks for results that can be compared). Nothing is changed by looking.

use crate::criteria::{Level, Method, Methods};
use crate::ids::DepartmentId;
use std::collections::BTreeMap;

/// Risks that are alike in everything that the criteria look at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alike {
    /// The department that judges.
    pub department_id: DepartmentId,
    /// Confidentiality, integrity and availability of the asset.
    pub scores: [i64; 3],
    /// Whether the asset holds personal data.
    pub personal: bool,
    /// How readily the threat occurs, as it was judged.
    pub threat: i64,
    /// How open to it we are, as it was judged.
    pub vulnerability: i64,
}

/// What becomes of one risk.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Becomes {
    /// Its level stays.
    Stays,
    /// From a level to another.
    Moves(Level, Level),
    /// The new edition asks something else: it must be judged again.
    Again,
}

/// What becomes of risks under another method. What was judged on other scales cannot be carried over.
pub fn becomes(before: &Method, after: &Method, alike: &Alike) -> Becomes {
    if !before.asks_like(after) {
        return Becomes::Again;
    }
    let level = |method: &Method| {
        let importance = method.importance(alike.scores, alike.personal);
        method.judge(importance, alike.threat, alike.vulnerability).map(|judged| judged.level)
    };
    match (level(before), level(after)) {
        (Ok(before), Ok(after)) if before == after => Becomes::Stays,
        (Ok(before), Ok(after)) => Becomes::Moves(before, after),
        _ => Becomes::Again,
    }
}

impl Alike {
    /// What becomes of such risks under another edition, each by the method that speaks of them.
    pub fn becomes(&self, before: &Methods, after: &Methods) -> Becomes {
        becomes(before.method_for(self.personal), after.method_for(self.personal), self)
    }
}

/// How many risks of each department become what.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Preview {
    /// By department: what becomes of how many.
    pub departments: BTreeMap<DepartmentId, BTreeMap<Becomes, i64>>,
}

impl Preview {
    /// Reckons all risks, given as kinds with their numbers, under both editions.
    pub fn of(before: &Methods, after: &Methods, counted: &[(Alike, i64)]) -> Self {
        let mut preview = Self::default();
        for (alike, count) in counted {
            let of_department = preview.departments.entry(alike.department_id.clone()).or_default();
            *of_department.entry(alike.becomes(before, after)).or_default() += count;
        }
        preview
    }

    /// How many risks there are that become something.
    pub fn count(&self, is: impl Fn(Becomes) -> bool) -> i64 {
        let all = self.departments.values().flatten();
        all.filter(|(each, _)| is(**each)).map(|(_, count)| count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::criteria::Level::{Large, Middle, Small};
    use crate::criteria::Method;
    use crate::preset::Preset;
    use crate::support::id;

    fn alike(
        department: &str,
        scores: [i64; 3],
        personal: bool,
        (threat, vulnerability): (i64, i64),
    ) -> Alike {
        Alike { department_id: id(department), scores, personal, threat, vulnerability }
    }

    #[test]
    fn a_level_stays_moves_or_must_be_judged_again() {
        let now = Preset::Ipa.method();
        let strict = Method { large_from: 4, middle_from: 3, ..now.clone() };
        let four = alike("sales", [2, 1, 1], false, (3, 2));
        assert_eq!(becomes(&now, &now, &four), Becomes::Stays);
        assert_eq!(becomes(&now, &strict, &four), Becomes::Moves(Middle, Large));
        let plain = Method { personal_lifts: false, ..now.clone() };
        let names = alike("sales", [1, 1, 1], true, (3, 3));
        assert_eq!(becomes(&now, &plain, &names), Becomes::Moves(Large, Small));
        for other in [Preset::Matrix, Preset::Stages] {
            assert_eq!(becomes(&now, &other.method(), &four), Becomes::Again);
        }
        assert_eq!(becomes(&now, &Preset::Product.method(), &four), Becomes::Stays);
    }

    #[test]
    fn each_risk_is_reckoned_by_the_method_that_speaks_of_it() {
        let now = Methods::from(Preset::Ipa.method());
        let strict = Method { large_from: 4, ..Preset::Ipa.method() };
        let after = Methods { personal: Some(strict), ..now.clone() };
        let of = |personal| alike("sales", [2, 1, 1], personal, (2, 3)).becomes(&now, &after);
        assert_eq!(of(false), Becomes::Stays);
        assert_eq!(of(true), Becomes::Stays, "3 × 2 was large before");
        let plain = Method { personal_lifts: false, large_from: 4, ..Preset::Ipa.method() };
        let after = Methods { personal: Some(plain), ..now.clone() };
        let of = |personal| alike("sales", [2, 1, 1], personal, (2, 3)).becomes(&now, &after);
        assert_eq!((of(false), of(true)), (Becomes::Stays, Becomes::Stays));
        let stages = Methods { personal: Some(Preset::Stages.method()), ..now.clone() };
        let of = |personal| alike("sales", [2, 1, 1], personal, (2, 3)).becomes(&now, &stages);
        assert_eq!((of(false), of(true)), (Becomes::Stays, Becomes::Again));
    }

    #[test]
    fn every_risk_is_counted_once_in_its_department() {
        let now = Preset::Ipa.method();
        let strict = Method { large_from: 4, ..now.clone() };
        let counted = [
            (alike("sales", [2, 1, 1], false, (3, 2)), 5),
            (alike("sales", [1, 1, 1], false, (1, 1)), 7),
            (alike("hr", [2, 1, 1], false, (3, 2)), 11),
            (alike("hr", [9, 1, 1], false, (9, 9)), 13),
        ];
        let (now, strict) = (now.into(), strict.into());
        let preview = Preview::of(&now, &strict, &counted);
        assert_eq!(preview.count(|_| true), 36);
        assert_eq!(preview.count(|each| each == Becomes::Moves(Middle, Large)), 16);
        assert_eq!(preview.count(|each| each == Becomes::Again), 13);
        assert_eq!(preview.departments[&id("sales")][&Becomes::Stays], 7);
    }
}
