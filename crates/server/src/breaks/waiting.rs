//! What waits for a signature, with its age: the second half of invariant 6.

use super::names::Names;
use crate::house::words::Lang;
use crate::say;
use meguri_domain::Date;
use meguri_domain::approval::{Flow, State};
use meguri_domain::breaks::World;
use meguri_domain::calendar::Calendar;
use meguri_domain::ids::DepartmentId;
use meguri_domain::waiting::{Next, Waits, assessments};

/// A record that waits for a signature: whose, what, for whom, since when and how many days.
pub struct Waiting {
    pub department: DepartmentId,
    pub what: String,
    /// None: nothing has been recorded yet.
    pub state: Option<State>,
    /// Who does what next.
    pub next: String,
    pub since: Date,
    pub days: i32,
    pub href: String,
}

/// Every record that was submitted and not checked yet, and every assessment that is not done, the oldest first (invariant 6 lists
/// them with their age).
pub fn waiting(names: &Names<'_>, world: &World, calendar: &Calendar, today: Date) -> Vec<Waiting> {
    let l = names.l;
    let age = |flow: &Flow| match flow.state {
        State::Submitted | State::Confirmed => {
            let since = flow.submitted.as_ref()?.on;
            Some((flow.state, since, since.until(today).map_or(0, |span| span.get_days())))
        }
        State::Draft | State::Returned | State::Checked => None,
    };
    let mut found = Vec::new();
    let mut add = |department: &DepartmentId, what: String, flow: &Flow, href: String| {
        let aged = age(flow);
        let wait = |(state, since, days)| Waiting {
            department: department.clone(),
            what,
            state: Some(state),
            next: next(l, state).to_owned(),
            since,
            days,
            href,
        };
        found.extend(aged.map(wait));
    };
    for sheet in &world.records.inspections {
        let month = l.month(&sheet.month);
        let what = say!(l, "自主点検 {month}分", "Inspection of {month}");
        add(
            &sheet.department_id,
            what,
            &sheet.flow,
            format!("/board/{}/{}", sheet.department_id, sheet.month),
        );
    }
    for review in &world.records.reviews {
        let (month, title) = (l.month(&review.month), names.objective(&review.objective_id));
        let what = say!(l, "目標「{title}」の検討 {month}分", "Review of “{title}” for {month}");
        add(
            &review.department_id,
            what,
            &review.flow,
            format!("/board/{}/{}", review.department_id, review.month),
        );
    }
    for sheet in &world.sheets {
        let what = l.t("棚卸票", "Inventory sheet").to_owned();
        add(&sheet.department_id, what, &sheet.flow, format!("/inventory/{}", sheet.department_id));
    }
    found.extend(assessments(world, calendar, today).into_iter().map(|each| assessment(l, each, today)));
    found.sort_by_key(|each| each.since);
    found
}

/// Who takes a record of a department on from where it stands.
fn next(l: Lang, state: State) -> &'static str {
    match state {
        State::Submitted => l.t("部門長が確認する", "The head confirms it"),
        State::Confirmed => l.t("事務局がチェックする", "The secretariat checks it"),
        State::Draft | State::Returned | State::Checked => "",
    }
}

/// The assessment of a department, wherever it stands still.
fn assessment(l: Lang, each: Waits, today: Date) -> Waiting {
    let (year, days) = (l.year(each.fiscal_year), each.days(today));
    let next = match each.next {
        Next::Judge(left) => say!(l, "部門が残り{left}件を評価する", "The department judges {left} more"),
        Next::Submit => l.t("部門が提出する", "The department hands it in").to_owned(),
        Next::Approve => l.t("部門長が承認する", "The head approves it").to_owned(),
        Next::Check => l.t("事務局がチェックする", "The secretariat checks it").to_owned(),
    };
    Waiting {
        what: say!(l, "リスク評価 {year}", "Risk assessment, {year}"),
        href: format!("/risks/{}", each.department_id),
        department: each.department_id,
        state: each.state,
        next,
        since: each.since,
        days,
    }
}
