//! A line of the highest risks: what it stands at, how it is answered, and what it comes to.

use super::badges::{Badge, level_badge};
use super::counts::Ranked;
use super::scores;
use crate::house::words::Lang;
use meguri_domain::criteria::Criteria;
use meguri_domain::ids::DepartmentId;
use meguri_domain::risk::Risk;
use meguri_domain::treatment::{Destination, PlanRow};
use std::collections::HashMap;

/// A risk in the list.
pub struct Found {
    pub href: String,
    pub asset: String,
    pub threat: String,
    pub department: String,
    pub level: Badge,
    pub sum: String,
    pub stale: bool,
    /// What it stands at after its treatment, as far as the plan says.
    pub after: Option<After>,
    pub plan: Option<(String, String)>,
    /// What is said where no plan is needed here.
    pub plain: &'static str,
}

/// A risk after its treatment: as it was judged a second time, or as the plan expects it.
pub struct After {
    pub word: &'static str,
    pub level: Badge,
    pub value: String,
}

impl After {
    /// Of a treatment: an acceptance leaves the risk as it is.
    fn of(l: Lang, risk: &Risk, row: &PlanRow, criteria: &Criteria) -> Option<Self> {
        if row.destination == Destination::Acceptance {
            return None;
        }
        let method = criteria.method_for(risk.personal);
        let (word, value) = match row.second_of(risk) {
            Some(second) => (l.t("二次評価", "judged again"), second.value),
            None => (l.t("見込み", "expected"), row.residual),
        };
        Some(Self { word, level: level_badge(l, method.level(value)), value: scores::shown(method, value) })
    }
}

impl Found {
    pub fn of(
        l: Lang,
        each: Ranked,
        names: &HashMap<DepartmentId, String>,
        criteria: Option<&Criteria>,
    ) -> Self {
        let risk = &each.risk;
        let after =
            each.plan.as_ref().zip(criteria).and_then(|(row, criteria)| After::of(l, risk, row, criteria));
        let above = criteria.is_some_and(|criteria| risk.is_above(criteria));
        let must = criteria.is_some_and(|criteria| risk.must_be_answered(criteria));
        let plan = match &each.plan {
            Some(row) => Some((format!("/plan/rows/{}", row.id), l.w(row.policy.word()).into())),
            None if must => {
                Some((format!("/plan/risks/{}", risk.id), l.t("対応が未記入", "Not answered yet").into()))
            }
            None => None,
        };
        Self {
            href: format!("/risks/assets/{}#card-{}", risk.asset_id, risk.threat_id),
            asset: each.asset,
            threat: l.t(&each.threat.0, &each.threat.1).to_owned(),
            department: names.get(&risk.department_id).cloned().unwrap_or_default(),
            level: level_badge(l, risk.level),
            sum: criteria.map_or_else(String::new, |criteria| {
                scores::product(criteria.method_for(risk.personal), risk)
            }),
            stale: risk.asset_revision != each.revision,
            after,
            plan,
            plain: if above {
                l.t("会社として対応", "Answered by the company")
            } else {
                l.t("受容できる範囲", "Acceptable")
            },
        }
    }
}
