//! The measures check 対策状況 (the sheet 対策状況チェック of the IPA workbook, DOMAIN.md §1.1): once a year a department says of each
//! control how far it is in place, and the answer serves every asset that the control bears on.
//!
//! How an answer becomes a vulnerability is the mirror of what-if ([`crate::what_if`]): the first control that the catalogue names
//! for a threat closes it altogether, every other one lowers it by one step. Which question list the workbook of the guideline uses,
//! and how it reckons, is not confirmed (DOMAIN.md §9); ours stands in this file and is shown with each number.

use crate::approval::Signed;
use crate::calendar::Date;
use crate::change::Change;
use crate::codes::codes;
use crate::criteria::Method;
use crate::effect::OTHER_STEPS;
use crate::ids::{ControlId, DepartmentId, MeasureId};
use crate::people::{Act, Actor};
use crate::refusal::{Refusal, optional};
use crate::risk::Threat;
use serde::{Deserialize, Serialize};

codes! {
    /// How far a control is in place 実施状況.
    pub enum InPlace {
        All = "all", "実施している", "In place";
        Partly = "partly", "一部実施", "Partly in place";
        Nothing = "nothing", "未実施", "Not in place";
        NotApplicable = "not_applicable", "該当なし", "Does not apply";
    }
}

/// A department's answer about one control in a fiscal year.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Measure {
    /// Its own id.
    pub id: MeasureId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// The department that answers.
    pub department_id: DepartmentId,
    /// The fiscal year 年度, named by the year in which it begins.
    pub fiscal_year: i64,
    /// The control it speaks of.
    pub control_id: ControlId,
    /// How far it is in place.
    pub in_place: InPlace,
    /// In words: what is done, what is not.
    pub note: String,
    /// Who answered, and when.
    pub answered: Signed,
}

/// What is answered about a control.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MeasureDraft {
    /// The control.
    pub control_id: ControlId,
    /// How far it is in place.
    pub in_place: InPlace,
    /// In words.
    pub note: String,
}

impl Measure {
    /// Answers, first or again.
    pub fn answer(
        before: Option<Self>,
        (id, department_id, fiscal_year): (MeasureId, DepartmentId, i64),
        draft: &MeasureDraft,
        by: &Actor,
        on: Date,
    ) -> Result<Change<Self>, Refusal> {
        by.must(Act::AssessRisk, &department_id)?;
        let note = optional(&draft.note, "note", ("補足", "Note"))?;
        let answered = Signed::now(by, on, by.stands_in_for(&department_id));
        let (id, version) = before.map_or((id, 1), |before| (before.id, before.version + 1));
        let measure = Self {
            id,
            version,
            department_id,
            fiscal_year,
            control_id: draft.control_id.clone(),
            in_place: draft.in_place,
            note,
            answered,
        };
        Ok(Change::new(measure, "measure.answered"))
    }
}

/// A vulnerability that follows from answers, with the controls that decided it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Follows {
    /// The degree, 1 (all done) to the number of degrees of the method.
    pub vulnerability: i64,
    /// The answered control that lowers it most; of an open threat the first answered one.
    pub by: ControlId,
    /// What was answered about it.
    pub in_place: InPlace,
}

/// The vulnerability to a threat that follows from what is in place. None where no answer bears on it, or where the method does
/// not ask for a vulnerability.
pub fn follows(
    threat: &Threat,
    method: &Method,
    in_place: impl Fn(&ControlId) -> Option<InPlace>,
) -> Option<Follows> {
    if !method.asks_vulnerability() {
        return None;
    }
    let top = method.columns();
    let degree = |place: usize, in_place| match in_place {
        // What closes a threat halfway leaves it halfway open.
        InPlace::All if place == 0 => Some(1),
        InPlace::Partly if place == 0 => Some(i64::midpoint(top, 2)),
        InPlace::All => Some((top - OTHER_STEPS).max(1)),
        InPlace::Partly | InPlace::Nothing => Some(top),
        InPlace::NotApplicable => None,
    };
    let answered = threat.controls.iter().enumerate().filter_map(|(place, control)| {
        let in_place = in_place(control)?;
        Some(Follows { vulnerability: degree(place, in_place)?, by: control.clone(), in_place })
    });
    // The first of equal ones, which is the one that the catalogue names first.
    answered.reduce(|best, each| if each.vulnerability < best.vulnerability { each } else { best })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::preset::Preset;
    use crate::support::{
        auditor, day, deputy, done, executive, head, id, member, rows, said, secretariat, stranger, threat,
    };

    fn draft(in_place: InPlace) -> MeasureDraft {
        MeasureDraft { control_id: id("8.13"), in_place, note: " 週次 ".into() }
    }

    fn answer(before: Option<Measure>, by: &Actor) -> Result<Change<Measure>, Refusal> {
        let what = (id("measure"), id("sales"), 2026);
        Measure::answer(before, what, &draft(InPlace::Partly), by, day("2026-05-01"))
    }

    #[test]
    fn who_may_judge_risks_says_what_is_in_place() {
        rows([
            ("member", said(answer(None, &member())), "measure.answered"),
            ("head", said(answer(None, &head())), "measure.answered"),
            ("secretariat", said(answer(None, &secretariat())), "measure.answered"),
            ("deputy", said(answer(None, &deputy())), "not allowed"),
            ("executive", said(answer(None, &executive())), "not allowed"),
            ("auditor", said(answer(None, &auditor())), "not allowed"),
            ("stranger", said(answer(None, &stranger())), "not allowed"),
        ]);
        let first = done(answer(None, &member()));
        assert_eq!((first.version, first.note.as_str()), (1, "週次"));
        let again = done(answer(Some(first.clone()), &member()));
        assert_eq!((again.id, again.version), (first.id, 2));
    }

    #[test]
    fn the_first_control_closes_a_threat_and_others_lower_it_by_a_step() {
        use InPlace::{All, NotApplicable, Nothing, Partly};
        let three = Preset::Ipa.method();
        let threat = threat("T1", &["main", "other", "third"]);
        let with = |answers: &[(&str, InPlace)]| {
            let found = |control: &ControlId| {
                answers.iter().find(|(name, _)| *name == control.as_str()).map(|(_, in_place)| *in_place)
            };
            follows(&threat, &three, found).map(|each| (each.vulnerability, each.by.as_str().to_owned()))
        };
        let is = |degree: i64, by: &str| Some((degree, by.to_owned()));
        assert_eq!(with(&[]), None, "nobody answered");
        assert_eq!(with(&[("elsewhere", All)]), None);
        assert_eq!(with(&[("main", All)]), is(1, "main"));
        assert_eq!(with(&[("main", Partly)]), is(2, "main"));
        assert_eq!(with(&[("main", Nothing)]), is(3, "main"));
        assert_eq!(with(&[("main", NotApplicable)]), None);
        assert_eq!(with(&[("other", All)]), is(2, "other"));
        assert_eq!(with(&[("other", Partly)]), is(3, "other"));
        assert_eq!(with(&[("main", Nothing), ("other", All)]), is(2, "other"));
        assert_eq!(with(&[("main", NotApplicable), ("third", Nothing)]), is(3, "third"));
        assert_eq!(with(&[("main", Partly), ("other", All)]), is(2, "main"), "of equal ones the first");
        assert_eq!(
            follows(&threat, &Preset::Matrix.method(), |_| Some(All)),
            None,
            "no vulnerability is asked"
        );
    }

    /// More in place never makes a threat more open, whatever else was answered.
    #[test]
    fn more_in_place_never_opens_a_threat() {
        use InPlace::{All, NotApplicable, Nothing, Partly};
        let threat = threat("T1", &["a", "b", "c"]);
        let one = [Nothing, Partly, All, NotApplicable];
        let all: Vec<[InPlace; 3]> =
            one.iter().flat_map(|a| one.iter().flat_map(|b| one.map(|c| [*a, *b, c]))).collect();
        for method in Preset::ALL.iter().map(|each| each.method()) {
            for here in all.iter().copied() {
                let value = |answers: [InPlace; 3]| {
                    let found = |control: &ControlId| {
                        ["a", "b", "c"]
                            .iter()
                            .position(|name| *name == control.as_str())
                            .map(|at| answers[at])
                    };
                    follows(&threat, &method, found).map(|each| each.vulnerability)
                };
                let before = value(here);
                for place in 0..3 {
                    let mut more = here;
                    more[place] = match more[place] {
                        Nothing => Partly,
                        Partly => All,
                        All | NotApplicable => continue,
                    };
                    assert!(value(more) <= before, "{more:?} after {here:?}");
                    assert!(before.is_none_or(|degree| (1..=method.columns()).contains(&degree)));
                }
            }
        }
    }
}
