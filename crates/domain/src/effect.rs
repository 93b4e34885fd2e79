//! What a control does to threats, and what it takes: data of the company with a visible default, for reckoning with
//! controls (what-if). Judgements of practice, not of a standard; whoever knows better writes better ones.

use crate::Change;
use crate::Word;
use crate::ids::ControlId;
use crate::people::{Act, Actor};
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};
use std::collections::HashMap;

/// Steps by which the first control that the catalogue names for a threat lowers its vulnerability.
pub const MAIN_STEPS: i64 = 2;
/// Steps of every other control that is named for it.
pub const OTHER_STEPS: i64 = 1;

/// Person-days of what is written down and told, of what changes how people work, and of what is built or bought.
const EFFORTS: [i64; 3] = [1, 3, 8];

/// Controls that are mostly a rule, a list or a contract clause.
const SMALL: &[&str] = &[
    "5.1", "5.2", "5.4", "5.5", "5.6", "5.10", "5.11", "5.25", "5.27", "5.31", "5.32", "6.2", "6.4", "6.5",
    "6.6", "6.8", "7.7", "8.17",
];
/// Controls that are built, bought or rebuilt.
const LARGE: &[&str] = &[
    "5.23", "5.29", "5.30", "7.1", "7.4", "7.5", "7.11", "7.12", "8.11", "8.12", "8.14", "8.16", "8.20",
    "8.22", "8.24", "8.25", "8.26", "8.27", "8.28", "8.29", "8.31",
];

/// What the company says of one control.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ControlEffect {
    /// The control it speaks of.
    pub id: ControlId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// Effort 工数 to put it in place, in person-days.
    pub effort: i64,
    /// Steps on the vulnerability of a threat for which it is named first.
    pub main_steps: i64,
    /// Steps on the vulnerability of every other threat for which it is named.
    pub other_steps: i64,
    /// Steps on the threat itself: how readily it happens.
    pub threat_steps: i64,
}

/// The four numbers, as a person writes them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Numbers {
    /// Effort in person-days.
    pub effort: i64,
    /// Steps on the vulnerability where it is named first.
    pub main_steps: i64,
    /// Steps on the vulnerability elsewhere.
    pub other_steps: i64,
    /// Steps on the threat.
    pub threat_steps: i64,
}

impl ControlEffect {
    /// What is assumed of a control while nobody says otherwise: 1, 3 or 8 person-days, two steps where it is named first,
    /// one elsewhere, none on the threat.
    pub fn shipped(id: &ControlId) -> Self {
        let is_in = |list: &[&str]| list.contains(&id.as_str());
        let [small, middle, large] = EFFORTS;
        let effort = if is_in(SMALL) {
            small
        } else if is_in(LARGE) {
            large
        } else {
            middle
        };
        Self {
            id: id.clone(),
            version: 0,
            effort,
            main_steps: MAIN_STEPS,
            other_steps: OTHER_STEPS,
            threat_steps: 0,
        }
    }

    /// Writes the numbers of a control. To write those that are shipped is to go back to them.
    pub fn set(self, version: i64, to: Numbers, by: &Actor) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::EditCriteria)?;
        if self.version != version {
            return Err(Refusal::Stale { current: self.version });
        }
        within(
            "effort",
            EFFORT,
            to.effort,
            1..=999,
            ("1から999の人日で入力してください。", "Write 1 to 999 person-days."),
        )?;
        let hint = ("0から4の段階で入力してください。", "Write 0 to 4 steps.");
        within(
            "main_steps",
            ("主な対策としての効果", "Steps where named first"),
            to.main_steps,
            0..=4,
            hint,
        )?;
        within("other_steps", ("補う対策としての効果", "Steps elsewhere"), to.other_steps, 0..=4, hint)?;
        within("threat_steps", ("脅威への効果", "Steps on the threat"), to.threat_steps, 0..=4, hint)?;
        let Numbers { effort, main_steps, other_steps, threat_steps } = to;
        let version = self.version + 1;
        let set = Self { version, effort, main_steps, other_steps, threat_steps, ..self };
        Ok(Change::new(set, "control_effect.set"))
    }

    /// Its four numbers.
    pub fn numbers(&self) -> Numbers {
        let Self { effort, main_steps, other_steps, threat_steps, .. } = *self;
        Numbers { effort, main_steps, other_steps, threat_steps }
    }

    /// Whether it says nothing but what is shipped.
    pub fn is_shipped(&self) -> bool {
        self.numbers() == Self::shipped(&self.id).numbers()
    }

    /// The scores of a threat once the control is in place; `first` where the catalogue names it first for the threat.
    pub fn on(
        &self,
        (threat, vulnerability): (i64, i64),
        first: bool,
        asks_vulnerability: bool,
    ) -> (i64, i64) {
        let steps = if first { self.main_steps } else { self.other_steps };
        if asks_vulnerability {
            return ((threat - self.threat_steps).max(1), (vulnerability - steps).max(1));
        }
        // Where the likelihood is judged directly, that is what a control lowers.
        ((threat - steps.max(self.threat_steps)).max(1), vulnerability)
    }
}

const EFFORT: Word = ("工数", "Effort");

fn within(
    field: &'static str,
    word: Word,
    number: i64,
    fits: std::ops::RangeInclusive<i64>,
    hint: Word,
) -> Result<(), Refusal> {
    if fits.contains(&number) { Ok(()) } else { Err(Refusal::Unfit { field, word, hint }) }
}

/// What the company says of its controls; the shipped numbers for all others.
#[derive(Debug, Clone, Default)]
pub struct Effects(HashMap<ControlId, ControlEffect>);

impl Effects {
    /// Those that were written.
    pub fn of(written: Vec<ControlEffect>) -> Self {
        Self(written.into_iter().map(|each| (each.id.clone(), each)).collect())
    }

    /// What stands of a control.
    pub fn get(&self, id: &ControlId) -> ControlEffect {
        self.0.get(id).cloned().unwrap_or_else(|| ControlEffect::shipped(id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{done, executive, head, id, member, rows, said, secretariat};

    const NUMBERS: Numbers = Numbers { effort: 5, main_steps: 1, other_steps: 0, threat_steps: 2 };

    #[test]
    fn the_secretariat_writes_what_a_control_does_within_bounds() {
        let set = |to, by: &Actor| said(ControlEffect::shipped(&id("8.13")).set(0, to, by));
        rows([
            ("secretariat", set(NUMBERS, &secretariat()), "control_effect.set"),
            ("member", set(NUMBERS, &member()), "not allowed"),
            ("head", set(NUMBERS, &head()), "not allowed"),
            ("executive", set(NUMBERS, &executive()), "not allowed"),
            ("no effort", set(Numbers { effort: 0, ..NUMBERS }, &secretariat()), "unfit effort"),
            ("endless", set(Numbers { effort: 1000, ..NUMBERS }, &secretariat()), "unfit effort"),
            (
                "worse than none",
                set(Numbers { main_steps: -1, ..NUMBERS }, &secretariat()),
                "unfit main_steps",
            ),
            (
                "off the scale",
                set(Numbers { other_steps: 5, ..NUMBERS }, &secretariat()),
                "unfit other_steps",
            ),
            ("off it too", set(Numbers { threat_steps: 5, ..NUMBERS }, &secretariat()), "unfit threat_steps"),
        ]);
        let written = done(ControlEffect::shipped(&id("8.13")).set(0, NUMBERS, &secretariat()));
        assert_eq!(said(written.clone().set(0, NUMBERS, &secretariat())), "stale, now 1");
        let shipped = ControlEffect::shipped(&id("8.13")).numbers();
        assert!(!written.is_shipped() && done(written.set(1, shipped, &secretariat())).is_shipped());
    }

    #[test]
    fn efforts_are_small_middle_and_large_and_no_control_is_both() {
        let effort = |control: &str| ControlEffect::shipped(&id(control)).effort;
        assert_eq!((effort("5.1"), effort("8.13"), effort("8.25"), effort("own-1")), (1, 3, 8, 3));
        assert!(SMALL.iter().all(|each| !LARGE.contains(each)));
    }

    #[test]
    fn a_control_lowers_what_it_is_said_to_lower_and_never_below_one() {
        let effect = done(ControlEffect::shipped(&id("8.13")).set(0, NUMBERS, &secretariat()));
        assert_eq!(effect.on((3, 3), true, true), (1, 2));
        assert_eq!(effect.on((2, 1), false, true), (1, 1));
        assert_eq!(effect.on((5, 1), true, false), (3, 1), "the likelihood alone");
    }
}
