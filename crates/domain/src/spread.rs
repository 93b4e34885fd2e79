//! How risks are spread 分布: under which safety measures and groups of Annex A a threat is counted, and what became of a risk
//! since last year. The two are different things though their four words agree (DOMAIN.md §0): a group belongs to a control of
//! ISO/IEC 27001 Annex A, a safety measure 安全管理措置 to what is seen to every month.

use crate::codes::codes;
use crate::criteria::Level;
use crate::ids::ControlId;
use crate::inspection::{CheckItem, SafetyMeasure};
use crate::risk::{Control, Threat};
use std::collections::BTreeSet;

codes! {
    /// What a picture of risk is about.
    pub enum By {
        Department = "department", "部門別", "By department";
        Stage = "stage", "局面別", "By stage";
        Measure = "measure", "安全管理措置別", "By safety measure";
        Group = "group", "附属書Aの群別", "By Annex A group";
        Years = "years", "前年度との比較", "Against last year";
        Treatment = "treatment", "対応の前後", "Before and after";
    }
}

/// The safety measures by which a threat is answered: those of the check items that see to the first of its controls to which
/// any item sees. The order of the controls is the catalogue's: what usually answers the threat stands first.
pub fn measures(threat: &Threat, items: &[CheckItem]) -> BTreeSet<SafetyMeasure> {
    let of = |control: &ControlId| -> BTreeSet<SafetyMeasure> {
        items.iter().filter(|item| item.controls.contains(control)).map(|item| item.measure).collect()
    };
    threat.controls.iter().map(of).find(|found| !found.is_empty()).unwrap_or_default()
}

/// The groups of Annex A to which the controls of a threat belong.
pub fn groups<'a>(threat: &Threat, controls: &'a [Control]) -> BTreeSet<&'a str> {
    let named = controls.iter().filter(|control| threat.controls.contains(&control.id));
    named.map(|control| control.annex_group.as_str()).collect()
}

/// What became of a risk since last year.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Movement {
    /// Judged this year and not last year.
    New,
    /// Judged last year; this year its asset is retired, or was judged without it.
    Gone,
    /// Of a higher level than last year.
    Risen,
    /// Of a lower level than last year.
    Fallen,
    /// Of the same level.
    Same,
    /// Judged last year; its asset has not been judged this year yet, so nothing can be said.
    Waiting,
    /// Judged last year by a department that has handed its asset over since 引継ぎ: what became of it is told by the other one.
    HandedOver,
}

/// What became of a risk by its levels of last year and this year; `judged` says whether its asset was judged this year at all,
/// or is retired. Levels are compared and no values, because another edition of the criteria may count otherwise.
pub fn movement(last: Option<Level>, now: Option<Level>, judged: bool) -> Option<Movement> {
    // The levels are listed from the largest down.
    Some(match (last, now) {
        (None, None) => return None,
        (None, Some(_)) => Movement::New,
        (Some(_), None) if judged => Movement::Gone,
        (Some(_), None) => Movement::Waiting,
        (Some(last), Some(now)) if now < last => Movement::Risen,
        (Some(last), Some(now)) if now > last => Movement::Fallen,
        (Some(_), Some(_)) => Movement::Same,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::id;
    use Level::{Large, Middle, Small};

    fn threat(controls: &[&str]) -> Threat {
        crate::support::threat("T1", controls)
    }

    fn item(name: &str, measure: SafetyMeasure, controls: &[&str]) -> CheckItem {
        CheckItem {
            id: id(name),
            version: 1,
            text_ja: name.into(),
            text_en: name.into(),
            measure,
            controls: controls.iter().map(|each| id(each)).collect(),
            evidence_hint: String::new(),
            plan_row_id: None,
        }
    }

    #[test]
    fn a_threat_stands_under_the_measures_that_see_to_its_first_control() {
        let [a, b, c] = [
            item("a", SafetyMeasure::ALL[0], &["7.7", "8.5"]),
            item("b", SafetyMeasure::ALL[2], &["7.7"]),
            item("c", SafetyMeasure::ALL[3], &["8.5"]),
        ];
        let (first, third, fourth) = (a.measure, b.measure, c.measure);
        let items = [a, b, c];
        assert_eq!(measures(&threat(&["7.7", "8.5"]), &items), [first, third].into());
        assert_eq!(measures(&threat(&["5.1", "8.5"]), &items), [first, fourth].into(), "nobody sees to 5.1");
        assert_eq!(measures(&threat(&["5.1"]), &items), [].into());
        assert_eq!(measures(&threat(&[]), &items), [].into());
    }

    #[test]
    fn a_threat_stands_once_under_each_group_of_its_controls() {
        let control = |name: &str, group: &str| Control {
            id: id(name),
            version: 1,
            annex_group: group.into(),
            title_ja: String::new(),
            title_en: String::new(),
            confirmed: true,
            note: String::new(),
        };
        let controls = [control("5.1", "組織的"), control("7.7", "物理的"), control("5.2", "組織的")];
        assert_eq!(groups(&threat(&["5.1", "5.2"]), &controls), ["組織的"].into());
        assert_eq!(groups(&threat(&["5.1", "7.7", "9.9"]), &controls), ["組織的", "物理的"].into());
        assert_eq!(groups(&threat(&[]), &controls), [].into());
    }

    #[test]
    fn what_became_of_a_risk_is_told_by_levels_and_never_before_its_asset_was_judged() {
        for (last, now, judged, became) in [
            (None, Some(Small), true, Some(Movement::New)),
            (Some(Large), None, true, Some(Movement::Gone)),
            (Some(Large), None, false, Some(Movement::Waiting)),
            (Some(Small), Some(Large), true, Some(Movement::Risen)),
            (Some(Middle), Some(Large), true, Some(Movement::Risen)),
            (Some(Large), Some(Middle), true, Some(Movement::Fallen)),
            (Some(Middle), Some(Middle), true, Some(Movement::Same)),
            (None, None, true, None),
        ] {
            assert_eq!(movement(last, now, judged), became, "{last:?} {now:?} {judged}");
        }
    }
}
