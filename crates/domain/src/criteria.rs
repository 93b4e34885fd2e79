//! The risk criteria リスク基準 (JIS Q 27001 6.1.2): scales, lookup table, bands and acceptance line as
//! approved data.
//!
//! Shipped preset: the SME information-security guideline of IPA, edition 3.1 (importance is the
//! largest of C, I, A and 3 where personal data is held; likelihood by a 3×3 table; value 1 to 9).

use crate::approval::Signed;
use crate::calendar::Date;
use crate::codes::codes;
use crate::ids::CriteriaId;
use crate::people::{Act, Actor};
use crate::refusal::{Refusal, required};
use crate::{Change, Word, asset::Asset};
use serde::{Deserialize, Serialize};

codes! {
    /// The level リスクレベル of a risk value.
    pub enum Level {
        Large = "large", "大", "High";
        Middle = "middle", "中", "Medium";
        Small = "small", "小", "Low";
    }
}

codes! {
    /// Where a version of the criteria stands.
    pub enum CriteriaState {
        Draft = "draft", "案", "Draft";
        Approved = "approved", "承認済み", "In force";
        Superseded = "superseded", "旧版", "Superseded";
    }
}

/// The arithmetic of one version of the criteria.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Method {
    /// Largest score on every scale; scores run from 1.
    pub scale: i64,
    /// `likelihood[threat - 1][vulnerability - 1]`: likelihood 1 to `scale`.
    pub likelihood: Vec<Vec<i64>>,
    /// Values from here on are [`Level::Large`].
    pub large_from: i64,
    /// Values from here on are [`Level::Middle`].
    pub middle_from: i64,
    /// Values from here on lie above the acceptance line 受容基準 and must be answered.
    pub answer_from: i64,
    /// Whether personal data lifts the importance to the top of the scale.
    pub personal_lifts: bool,
}

impl Method {
    /// IPA edition 3.1: table of DOMAIN.md §1.4, bands 6–9 大, 4 中, 1–3 小.
    pub fn ipa_3_1() -> Self {
        Self {
            scale: 3,
            likelihood: vec![vec![1, 1, 1], vec![1, 1, 2], vec![1, 2, 3]],
            large_from: 6,
            middle_from: 4,
            answer_from: 6,
            personal_lifts: true,
        }
    }

    /// Importance 重要度 of three scores: their maximum, lifted to the top where personal data is held.
    pub fn importance(&self, scores: [i64; 3], personal: bool) -> i64 {
        if personal && self.personal_lifts { self.scale } else { scores.into_iter().max().unwrap_or(1) }
    }

    /// Likelihood of damage 被害発生可能性 by the lookup table; refused outside the scale.
    pub fn likelihood(&self, threat: i64, vulnerability: i64) -> Result<i64, Refusal> {
        let cell = |row: i64, column: i64| {
            let row = self.likelihood.get(usize::try_from(row - 1).ok()?)?;
            row.get(usize::try_from(column - 1).ok()?).copied()
        };
        cell(threat, vulnerability).ok_or(Refusal::Unfit {
            field: "threat",
            word: ("脅威・脆弱性", "Threat and vulnerability"),
            hint: self.hint(),
        })
    }

    /// What to write when a score lies outside the scale.
    pub(crate) fn hint(&self) -> Word {
        match self.scale {
            2 => ("1から2の整数で答えてください。", "Answer with a whole number from 1 to 2."),
            3 => ("1から3の整数で答えてください。", "Answer with a whole number from 1 to 3."),
            4 => ("1から4の整数で答えてください。", "Answer with a whole number from 1 to 4."),
            _ => ("1から5の整数で答えてください。", "Answer with a whole number from 1 to 5."),
        }
    }

    /// Judges: importance × likelihood, with its level.
    pub fn judge(&self, importance: i64, threat: i64, vulnerability: i64) -> Result<Judged, Refusal> {
        let likelihood = self.likelihood(threat, vulnerability)?;
        let value = importance * likelihood;
        Ok(Judged { importance, likelihood, value, level: self.level(value) })
    }

    /// The level of a value by the bands.
    pub fn level(&self, value: i64) -> Level {
        if value >= self.large_from {
            Level::Large
        } else if value >= self.middle_from {
            Level::Middle
        } else {
            Level::Small
        }
    }

    /// Refuses tables and bands that cannot be calculated with.
    pub fn fits(&self) -> Result<(), Refusal> {
        let size = usize::try_from(self.scale).unwrap_or(0);
        let square = self.likelihood.len() == size && self.likelihood.iter().all(|row| row.len() == size);
        let inside = self.likelihood.iter().flatten().all(|cell| (1..=self.scale).contains(cell));
        let bands = 1 <= self.middle_from && self.middle_from <= self.large_from && self.answer_from >= 1;
        if (2..=5).contains(&self.scale) && square && inside && bands {
            return Ok(());
        }
        Err(Refusal::Because((
            "リスク基準の表か区分が計算できない形です。表の各欄を段階の範囲に収め、「中」の下限を「大」の下限以下にしてください。",
            "The table or the bands cannot be calculated with. Keep every cell on the scale, and the lower end of medium not above that of high.",
        )))
    }
}

/// The outcome of a judgement with its arithmetic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    /// Importance 重要度, 1 to the top of the scale.
    pub importance: i64,
    /// Likelihood of damage 被害発生可能性, 1 to the top of the scale.
    pub likelihood: i64,
    /// `importance * likelihood`.
    pub value: i64,
    /// The level of the value by the bands.
    pub level: Level,
}

/// A version of the criteria. At most one is in force; judgements name the version they were made under.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Criteria {
    /// Its own id.
    pub id: CriteriaId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// Edition number, 1, 2, 3 …
    pub number: i64,
    /// What the edition is called.
    pub name: String,
    /// The arithmetic of this edition.
    pub method: Method,
    /// Where it stands.
    pub state: CriteriaState,
    /// The secretariat member who wrote it.
    pub drafted: Signed,
    /// Who put it in force; never the one who drafted it.
    pub approved: Option<Signed>,
}

impl Criteria {
    /// A draft edition.
    pub fn draft(
        id: CriteriaId,
        number: i64,
        name: &str,
        method: Method,
        drafted: Signed,
    ) -> Result<Change<Self>, Refusal> {
        let name = required(name, "name", ("名称", "Name"))?;
        method.fits()?;
        let draft = Self {
            id,
            version: 1,
            number,
            name,
            method,
            state: CriteriaState::Draft,
            drafted,
            approved: None,
        };
        Ok(Change::new(draft, "criteria.drafted"))
    }

    /// Approval by the executive, who did not draft it himself.
    pub fn approve(self, by: &Actor, on: Date) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::ApproveCriteria)?;
        match self.state {
            CriteriaState::Draft => {}
            CriteriaState::Approved | CriteriaState::Superseded => {
                return Err(Refusal::WrongState { state: self.state.word() });
            }
        }
        if self.drafted.by == by.person {
            return Err(Refusal::OwnRecord);
        }
        let approved = Some(Signed::now(by, on, false));
        Ok(Change::new(
            Self { state: CriteriaState::Approved, approved, version: self.version + 1, ..self },
            "criteria.approved",
        ))
    }

    /// The earlier edition steps back when a new one is approved.
    pub fn step_back(self) -> Change<Self> {
        Change::new(
            Self { state: CriteriaState::Superseded, version: self.version + 1, ..self },
            "criteria.superseded",
        )
    }

    /// The importance of an asset under this edition.
    pub fn importance(&self, asset: &Asset) -> i64 {
        self.method.importance(
            [asset.confidentiality, asset.integrity, asset.availability],
            asset.holds_personal_data(),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{
        administrator, criteria, day, draft_criteria, executive, id, rows, said, secretariat, signed, told,
    };

    #[test]
    fn the_ipa_table_is_a_table_and_no_product() {
        let method = Method::ipa_3_1();
        let row = |threat| [3, 2, 1].map(|vulnerability| method.likelihood(threat, vulnerability).unwrap());
        assert_eq!(row(3), [3, 2, 1]);
        assert_eq!(row(2), [2, 1, 1]);
        assert_eq!(row(1), [1, 1, 1]);
        assert!(method.likelihood(0, 1).is_err() && method.likelihood(1, 4).is_err());
    }

    #[test]
    fn bands_follow_edition_3_1() {
        use Level::{Large, Middle, Small};
        let method = Method::ipa_3_1();
        let levels: Vec<_> = [1, 2, 3, 4, 6, 9].map(|value| method.level(value)).into();
        assert_eq!(levels, [Small, Small, Small, Middle, Large, Large]);
    }

    #[test]
    fn personal_data_lifts_importance_to_the_top() {
        let method = Method::ipa_3_1();
        assert_eq!(method.importance([1, 2, 1], false), 2);
        assert_eq!(method.importance([1, 1, 1], true), 3);
        let without = Method { personal_lifts: false, ..method };
        assert_eq!(without.importance([1, 1, 1], true), 1);
    }

    #[test]
    fn a_table_that_cannot_be_calculated_with_is_refused() {
        let good = Method::ipa_3_1();
        assert!(good.fits().is_ok());
        assert!(Method { likelihood: vec![vec![1]], ..good.clone() }.fits().is_err());
        assert!(Method { middle_from: 7, ..good.clone() }.fits().is_err());
        assert!(
            Method { likelihood: vec![vec![1, 1, 1], vec![1, 1, 2], vec![1, 2, 4]], ..good }.fits().is_err()
        );
    }
    #[test]
    fn personal_data_counts_in_every_kind_and_larger_scales_say_what_they_take() {
        let five = Method { scale: 5, likelihood: vec![vec![5; 5]; 5], ..Method::ipa_3_1() };
        assert!(five.fits().is_ok());
        assert_eq!(five.importance([1, 1, 1], true), 5);
        assert_eq!(five.likelihood(5, 5), Ok(5));
        let refusal = five.likelihood(6, 1).unwrap_err();
        assert!(refusal.en().contains("from 1 to 5"), "{}", refusal.en());
    }

    #[test]
    fn judging_multiplies_importance_and_likelihood() {
        let judged = Method::ipa_3_1().judge(3, 3, 2).unwrap();
        assert_eq!((judged.likelihood, judged.value, judged.level), (2, 6, Level::Large));
        let judged = Method::ipa_3_1().judge(2, 3, 2).unwrap();
        assert_eq!((judged.value, judged.level), (4, Level::Middle));
        assert!(Method::ipa_3_1().judge(3, 4, 1).is_err());
    }

    #[test]
    fn an_edition_is_drafted_with_a_name_and_a_table_that_fits() {
        let draft = |name: &str, method| {
            said(Criteria::draft(id("criteria"), 1, name, method, signed("secretariat", "2026-04-01")))
        };
        let odd = Method { scale: 9, ..Method::ipa_3_1() };
        rows([
            ("whole", draft("IPA 3.1", Method::ipa_3_1()), "criteria.drafted"),
            ("no name", draft(" ", Method::ipa_3_1()), "missing name"),
            ("odd table", draft("IPA 3.1", odd), "because"),
        ]);
    }

    #[test]
    fn the_executive_approves_what_somebody_else_drafted() {
        let today = day("2026-04-02");
        let own = Criteria { drafted: signed("executive", "2026-04-01"), ..draft_criteria() };
        rows([
            ("executive", said(draft_criteria().approve(&executive(), today)), "criteria.approved"),
            ("secretariat", said(draft_criteria().approve(&secretariat(), today)), "not allowed"),
            ("administrator", said(draft_criteria().approve(&administrator(), today)), "not allowed"),
            ("own draft", said(own.approve(&executive(), today)), "own record"),
            ("twice", said(criteria().approve(&executive(), today)), "is In force"),
            (
                "superseded",
                said(told(criteria().step_back()).0.approve(&executive(), today)),
                "is Superseded",
            ),
        ]);
    }
}
