//! What a line would change besides the degrees, field by field.

use super::ground::Department;
use super::preview::Ready;
use crate::house::words::Lang;
use meguri_domain::ids::ControlId;
use meguri_domain::treatment::{PlanDraft, PlanRow};
use meguri_sheet::RiskField;

/// Its name, what stands and what comes, of every field that would be another one.
pub fn of(l: Lang, ready: &Ready, department: Option<&Department>) -> Vec<(String, String, String)> {
    let mut all = Vec::new();
    let mut told = |field: RiskField, before: String, after: String| {
        if before != after {
            all.push((l.t(field.ja(), field.en()).to_owned(), before, after));
        }
    };
    if let Some(before) = &ready.before {
        let who = |answerable: bool| {
            l.t(if answerable { "部門" } else { "全社" }, if answerable { "department" } else { "company" })
        };
        told(RiskField::Note, before.note.clone(), ready.order.note.clone());
        told(RiskField::Answerable, who(before.answerable).into(), who(ready.order.answerable).into());
    }
    let stands =
        ready.before.as_ref().and_then(|before| department?.plan.get(&before.id)).map(PlanRow::draft);
    if let Some((_, plan)) = &ready.plan {
        let before = stands.map(|stands| texts(l, &stands));
        for (at, (field, after)) in texts(l, plan).into_iter().enumerate() {
            let stood = before.as_ref().and_then(|before| before.get(at)).map(|(_, text)| text.clone());
            told(field, stood.unwrap_or_default(), after);
        }
    }
    all
}

fn texts(l: Lang, plan: &PlanDraft) -> Vec<(RiskField, String)> {
    vec![
        (RiskField::Policy, l.w(plan.policy.word()).to_owned()),
        (
            RiskField::Controls,
            plan.controls.iter().map(ControlId::as_str).collect::<Vec<_>>().join(l.t("、", ", ")),
        ),
        (RiskField::Task, plan.task.clone()),
        (RiskField::Owner, plan.owner.clone()),
        (RiskField::DueOn, plan.due_on.map(|day| l.day(&day)).unwrap_or_default()),
        (RiskField::Resources, plan.resources.clone()),
        (RiskField::SecondThreat, plan.second_threat.to_string()),
        (RiskField::SecondVulnerability, plan.second_vulnerability.to_string()),
        (RiskField::Destination, l.w(plan.destination.word()).to_owned()),
    ]
}
