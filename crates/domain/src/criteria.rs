//! The risk criteria リスク基準 (JIS Q 27001 6.1.2): scales, lookup table, bands and acceptance line as
//! approved data.
//!
//! One form holds the methods of the field ([`crate::preset`]): a table turns the two answers about a threat into a likelihood, which
//! is multiplied by the importance. A product of scores is a table whose cells are products; a likelihood that is judged directly
//! is a table with one column; a method without scores leaves the importance out.

use crate::approval::Signed;
use crate::calendar::Date;
use crate::codes::codes;
use crate::ids::CriteriaId;
use crate::people::{Act, Actor};
use crate::preset::Preset;
use crate::refusal::{Refusal, required};
use crate::{Change, Word, asset::Asset};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

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

/// A degree of a scale in words, in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Degree {
    /// In Japanese.
    pub ja: String,
    /// In English.
    pub en: String,
}

/// The arithmetic of one version of the criteria.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Method {
    /// Largest score of confidentiality, integrity, availability and threat; scores run from 1.
    pub scale: i64,
    /// `likelihood[threat - 1][vulnerability - 1]`, from 1. Rows of one cell: the vulnerability is not asked.
    pub likelihood: Vec<Vec<i64>>,
    /// Values from here on are [`Level::Large`].
    pub large_from: i64,
    /// Values from here on are [`Level::Middle`].
    pub middle_from: i64,
    /// Values from here on lie above the acceptance line 受容基準 and must be answered.
    pub answer_from: i64,
    /// Whether personal data lifts the importance to the top of the scale.
    pub personal_lifts: bool,
    /// Whether scores are used at all. Without, the importance is left out (it is 1), and pages show levels only.
    #[serde(default = "yes")]
    pub scored: bool,
    /// What the degrees of a threat mean, from 1 up; none for none.
    #[serde(default)]
    pub threats: Vec<Degree>,
    /// What the degrees of a vulnerability mean, from 1 up; none for none.
    #[serde(default)]
    pub vulnerabilities: Vec<Degree>,
}

fn yes() -> bool {
    true
}

impl Method {
    /// IPA edition 3.1: table of DOMAIN.md §1.4, bands 6–9 大, 4 中, 1–3 小.
    pub fn ipa_3_1() -> Self {
        Preset::Ipa.method()
    }

    /// Degrees of the vulnerability; with one it is not asked.
    pub fn columns(&self) -> i64 {
        self.likelihood.first().and_then(|row| i64::try_from(row.len()).ok()).unwrap_or(1)
    }

    /// Whether two answers about a threat are asked, or the likelihood alone.
    pub fn asks_vulnerability(&self) -> bool {
        self.columns() > 1
    }

    /// Whether two methods ask the same of the one who judges, so that an answer to one is an answer to the other.
    pub fn asks_like(&self, other: &Self) -> bool {
        (self.scale, self.columns(), self.scored) == (other.scale, other.columns(), other.scored)
    }

    /// Every likelihood that the table can give, smallest first.
    pub fn likelihoods(&self) -> Vec<i64> {
        let all: BTreeSet<i64> = self.likelihood.iter().flatten().copied().collect();
        all.into_iter().collect()
    }

    /// Every importance that counts, largest first; 1 alone where it is left out.
    pub fn importances(&self) -> Vec<i64> {
        if self.scored { (1..=self.scale).rev().collect() } else { vec![1] }
    }

    /// The largest value there can be.
    pub fn most(&self) -> i64 {
        let [importance, likelihood] =
            [self.importances(), self.likelihoods()].map(|all| all.into_iter().max());
        importance.unwrap_or(1) * likelihood.unwrap_or(1)
    }

    /// What a threat's degree means; empty where nobody wrote it down.
    pub fn threat_words(&self, degree: i64) -> Degree {
        words(&self.threats, degree, &Preset::Ipa.method().threats, self.scale)
    }

    /// What a vulnerability's degree means; empty where nobody wrote it down.
    pub fn vulnerability_words(&self, degree: i64) -> Degree {
        words(&self.vulnerabilities, degree, &Preset::Ipa.method().vulnerabilities, self.columns())
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
        let importance = if self.scored { importance } else { 1 };
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

    /// Refuses tables and bands that cannot be calculated with, tables in which more danger gives a lower likelihood, and words
    /// that are too long.
    pub fn fits(&self) -> Result<(), Refusal> {
        let degrees = || self.threats.iter().chain(&self.vulnerabilities);
        let longest = degrees().map(|each| each.ja.chars().count().max(each.en.chars().count())).max();
        if longest.is_some_and(|longest| longest > MOST_WORDS) {
            let word = ("段階の意味", "Meaning of a degree");
            return Err(Refusal::TooLong { field: "threat_words_1", word, most: MOST_WORDS });
        }
        let (rows, most) = (usize::try_from(self.scale).unwrap_or(0), self.scale * self.scale);
        let columns = self.likelihood.first().map_or(0, Vec::len);
        let even = self.likelihood.len() == rows && self.likelihood.iter().all(|row| row.len() == columns);
        let inside = self.likelihood.iter().flatten().all(|cell| (1..=most).contains(cell));
        let bands = 1 <= self.middle_from && self.middle_from <= self.large_from && self.answer_from >= 1;
        if !(2..=5).contains(&self.scale) || !even || !(1..=5).contains(&columns) || !inside || !bands {
            return Err(Refusal::Because((
                "リスク基準の表か区分が計算できない形です。表の各欄を1から段階の数の2乗までに収め、「中」の下限を「大」の下限以下にしてください。",
                "The table or the bands cannot be calculated with. Keep every cell between 1 and the square of the number of degrees, and the lower end of medium not above that of high.",
            )));
        }
        let rises = |row: &[i64]| row.is_sorted();
        let down = (0..columns).all(|at| self.likelihood.iter().filter_map(|row| row.get(at)).is_sorted());
        if self.likelihood.iter().all(|row| rises(row)) && down {
            return Ok(());
        }
        Err(Refusal::Because((
            "被害発生可能性の表で、脅威か脆弱性が大きくなると可能性が下がる欄があります。大きいほど同じか高くなるように直してください。",
            "In the table of likelihood a larger threat or vulnerability gives a lower likelihood somewhere. Let it stay or rise.",
        )))
    }
}

/// Characters of what a degree means.
const MOST_WORDS: usize = 120;

fn words(own: &[Degree], degree: i64, shipped: &[Degree], size: i64) -> Degree {
    let own = if own.is_empty() && size == 3 { shipped } else { own };
    let at = usize::try_from(degree - 1).ok().and_then(|at| own.get(at));
    at.cloned().unwrap_or_else(|| Degree { ja: String::new(), en: String::new() })
}

/// The outcome of a judgement with its arithmetic.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judged {
    /// Importance 重要度, 1 to the top of the scale.
    pub importance: i64,
    /// Likelihood of damage 被害発生可能性, a value of the table.
    pub likelihood: i64,
    /// `importance * likelihood`.
    pub value: i64,
    /// The level of the value by the bands.
    pub level: Level,
}

/// The methods of one edition: one for all information, and where the organisation wants it another for what holds personal
/// data (PrivacyMark sheets often use no numbers, DOMAIN.md §2.5).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Methods {
    /// For every asset that the other does not speak of.
    pub general: Method,
    /// For assets that hold personal data; none: they are judged like all others.
    pub personal: Option<Method>,
}

impl From<Method> for Methods {
    fn from(general: Method) -> Self {
        Self { general, personal: None }
    }
}

impl Methods {
    /// The method for what holds personal data, or for all other information.
    pub fn method_for(&self, personal: bool) -> &Method {
        self.personal.as_ref().filter(|_| personal).unwrap_or(&self.general)
    }

    /// Refuses what cannot be calculated with. An asset is scored once, so both methods score it in as many degrees, unless the
    /// one for personal data uses no scores.
    pub fn fits(&self) -> Result<(), Refusal> {
        self.general.fits()?;
        let Some(personal) = &self.personal else { return Ok(()) };
        personal.fits()?;
        if personal.scored && personal.scale != self.general.scale {
            return Err(Refusal::Because((
                "個人情報の方法は、全般の方法と段階の数が違います。資産の評価値は一つなので、同じ段階の数の方法か、点数を使わない方法を選んでください。",
                "The method for personal data has another number of degrees. An asset is scored once: choose one with as many degrees, or one without scores.",
            )));
        }
        Ok(())
    }
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
    /// The arithmetic for assets that hold personal data, where it is another.
    #[serde(default)]
    pub personal: Option<Method>,
}

impl Criteria {
    /// A draft edition.
    pub fn draft(
        id: CriteriaId,
        number: i64,
        name: &str,
        methods: Methods,
        drafted: Signed,
    ) -> Result<Change<Self>, Refusal> {
        let name = required(name, "name", ("名称", "Name"))?;
        methods.fits()?;
        let Methods { general: method, personal } = methods;
        let draft = Self {
            id,
            version: 1,
            number,
            name,
            method,
            state: CriteriaState::Draft,
            drafted,
            approved: None,
            personal,
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

    /// The method for what holds personal data, or for all other information.
    pub fn method_for(&self, personal: bool) -> &Method {
        self.personal.as_ref().filter(|_| personal).unwrap_or(&self.method)
    }

    /// The method an asset is judged by.
    pub fn method_of(&self, asset: &Asset) -> &Method {
        self.method_for(asset.holds_personal_data())
    }

    /// Both methods.
    pub fn methods(&self) -> Methods {
        Methods { general: self.method.clone(), personal: self.personal.clone() }
    }

    /// The importance of an asset under this edition.
    pub fn importance(&self, asset: &Asset) -> i64 {
        self.method_of(asset).importance(
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
            Method { likelihood: vec![vec![1, 1, 1], vec![1, 1, 2], vec![1, 2, 10]], ..good.clone() }
                .fits()
                .is_err()
        );
        let falls = [vec![vec![1, 1, 1], vec![1, 2, 1], vec![1, 2, 3]], vec![vec![2], vec![1], vec![3]]];
        for likelihood in falls {
            let refusal = Method { likelihood, ..good.clone() }.fits().unwrap_err();
            assert!(refusal.en().contains("stay or rise"), "{}", refusal.en());
        }
    }

    #[test]
    fn personal_data_may_have_a_method_of_its_own() {
        let pair = |general: Preset, personal: Preset| Methods {
            general: general.method(),
            personal: Some(personal.method()),
        };
        assert!(pair(Preset::Ipa, Preset::Stages).fits().is_ok());
        assert!(
            pair(Preset::Matrix, Preset::Stages).fits().is_ok(),
            "without scores there are no degrees to agree in"
        );
        assert!(pair(Preset::Ipa, Preset::Product).fits().is_ok());
        let refusal = pair(Preset::Ipa, Preset::Matrix).fits().unwrap_err();
        assert!(refusal.en().contains("as many degrees"), "{}", refusal.en());
        let broken = Method { middle_from: 99, ..Preset::Stages.method() };
        assert!(Methods { general: Method::ipa_3_1(), personal: Some(broken) }.fits().is_err());

        let both = Criteria { personal: Some(Preset::Stages.method()), ..criteria() };
        assert_eq!(both.method_for(true), &Preset::Stages.method());
        assert_eq!(both.method_for(false), &Method::ipa_3_1());
        assert_eq!(
            criteria().method_for(true),
            &Method::ipa_3_1(),
            "without a second one the first serves all"
        );
    }

    #[test]
    fn an_edition_that_was_kept_before_there_were_words_is_read_as_it_was() {
        let kept = r#"{"scale":3,"likelihood":[[1,1,1],[1,1,2],[1,2,3]],"large_from":6,"middle_from":4,"answer_from":6,"personal_lifts":true}"#;
        let method: Method = serde_json::from_str(kept).unwrap();
        assert!(method.scored && method.threats.is_empty());
        assert_eq!(method.threat_words(3).en, "May happen at any time");
        assert_eq!(method.vulnerability_words(3).ja, "対策がない（無防備）");
        assert_eq!(Preset::Matrix.method().vulnerability_words(1).ja, "");
    }

    #[test]
    fn more_danger_never_gives_a_lower_value() {
        for preset in Preset::ALL {
            let method = preset.method();
            let value = |i, t, v| method.judge(i, t, v).map_or(0, |judged| judged.value);
            for importance in 1..=method.scale {
                for threat in 1..=method.scale {
                    for vulnerability in 1..=method.columns() {
                        let here = value(importance, threat, vulnerability);
                        let more = [(1, 0, 0), (0, 1, 0), (0, 0, 1)];
                        for (i, t, v) in more {
                            let (i, t, v) = (importance + i, threat + t, vulnerability + v);
                            if i <= method.scale && t <= method.scale && v <= method.columns() {
                                assert!(value(i, t, v) >= here, "{preset:?} {i} {t} {v}");
                            }
                        }
                    }
                }
            }
        }
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
        let draft = |name: &str, method: Method| {
            said(Criteria::draft(id("criteria"), 1, name, method.into(), signed("secretariat", "2026-04-01")))
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
