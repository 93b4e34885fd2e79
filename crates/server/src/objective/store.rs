//! The SQL of objectives and reviews.

use crate::house::fault::{Done, Fault};
use crate::house::kept::Column;
use crate::house::work::Rx;
use crate::{kept, scoped, seen};
use meguri_domain::Month;
use meguri_domain::ids::{ObjectiveId, ReviewId};
use meguri_domain::objective::{Objective, Review};
use meguri_domain::people::Scope;

kept!(owned Objective, "objective", [
    id, version, department_id, plan_row_id, title, measure, target, method, owner, from_month, to_month, state,
]);
kept!(owned Review, "review", [
    id, version, department_id, objective_id, month, discussed, decided, next, figure, progress, late_reason, flow,
]; state = |r: &Review| r.flow.state.code().to_owned());

/// Every objective in the scope, those in force first, then by last month; at most 5,000.
pub fn objectives(rx: &Rx<'_>, scope: &Scope) -> Result<Vec<Objective>, Fault> {
    let text = scoped!(
        "SELECT o.* FROM objective o WHERE ",
        seen!("o.department_id"),
        " ORDER BY CASE WHEN o.state = 'active' THEN 0 ELSE 1 END, o.to_month, o.title, o.id LIMIT 5000"
    );
    rx.list(text, scope, &[])
}

/// One objective.
pub fn objective(rx: &Rx<'_>, scope: &Scope, id: &ObjectiveId) -> Done<Objective> {
    let text = scoped!("SELECT o.* FROM objective o WHERE ", seen!("o.department_id"), " AND o.id = $2");
    rx.find(text, scope, &[id.to_value()])
}

/// One review.
pub fn review(rx: &Rx<'_>, scope: &Scope, id: &ReviewId) -> Done<Review> {
    let text = scoped!("SELECT r.* FROM review r WHERE ", seen!("r.department_id"), " AND r.id = $2");
    rx.find(text, scope, &[id.to_value()])
}

/// The review of an objective in a month, once somebody has begun it.
pub fn review_of(
    rx: &Rx<'_>,
    scope: &Scope,
    objective: &ObjectiveId,
    month: Month,
) -> Result<Option<Review>, Fault> {
    let text = scoped!(
        "SELECT r.* FROM review r WHERE ",
        seen!("r.department_id"),
        " AND r.objective_id = $2 AND r.month = $3"
    );
    rx.one(text, scope, &[objective.to_value(), month.to_value()])
}

/// All reviews of an objective, oldest first; at most 1,200.
pub fn reviews(rx: &Rx<'_>, scope: &Scope, objective: &ObjectiveId) -> Result<Vec<Review>, Fault> {
    let text = scoped!(
        "SELECT r.* FROM review r WHERE ",
        seen!("r.department_id"),
        " AND r.objective_id = $2 ORDER BY r.month LIMIT 1200"
    );
    rx.list(text, scope, &[objective.to_value()])
}

/// All reviews of some months, both included; at most 50,000.
pub fn reviews_between(rx: &Rx<'_>, scope: &Scope, from: Month, to: Month) -> Result<Vec<Review>, Fault> {
    let text = scoped!(
        "SELECT r.* FROM review r WHERE ",
        seen!("r.department_id"),
        " AND r.month >= $2 AND r.month <= $3 ORDER BY r.month, r.objective_id LIMIT 50000"
    );
    rx.list(text, scope, &[from.to_value(), to.to_value()])
}
