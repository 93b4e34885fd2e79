//! The SQL of closings.

use crate::kept;
use meguri_domain::closing::Closing;

kept!(owned Closing, "closing", [id, version, department_id, month, state, outcomes, closed, reason]);
