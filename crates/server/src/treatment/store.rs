//! The SQL of the treatment plan.

use crate::kept;
use meguri_domain::treatment::PlanRow;

kept!(owned PlanRow, "plan_row", [
    id, version, revision, department_id, fiscal_year, risk_id, policy, controls, task, owner, due_on, second_threat,
    second_vulnerability, residual, destination, destination_id, done_on, approval,
]);
