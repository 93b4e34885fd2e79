//! The SQL of objectives and reviews.

use crate::kept;
use meguri_domain::objective::{Objective, Review};

kept!(owned Objective, "objective", [
    id, version, department_id, plan_row_id, title, measure, target, method, owner, from_month, to_month, state,
]);
kept!(owned Review, "review", [
    id, version, department_id, objective_id, month, discussed, decided, next, figure, progress, late_reason, flow,
]; state = |r: &Review| r.flow.state.code().to_owned());
