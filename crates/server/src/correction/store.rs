//! The SQL of corrective actions.

use crate::kept;
use meguri_domain::correction::Correction;

kept!(owned Correction, "correction", [
    id, version, department_id, answer_id, item_id, found_month, what, cause, fix, owner, due_on, state, done_note, done, effect, verified,
]);
