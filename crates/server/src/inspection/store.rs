//! The SQL of check items, assignments, inspections, answers and evidence.

use crate::kept;
use meguri_domain::evidence::Evidence;
use meguri_domain::inspection::{Answer, Assignment, CheckItem, Inspection};

kept!(company CheckItem, "check_item", [id, version, text_ja, text_en, measure, controls, evidence_hint, plan_row_id]);
kept!(owned Assignment, "assignment", [id, version, item_id, department_id, rhythm, from_month, to_month]);
kept!(owned Inspection, "inspection", [id, version, department_id, month, late_reason, flow];
    state = |i: &Inspection| i.flow.state.code().to_owned());
kept!(owned Answer, "answer", [id, version, department_id, inspection_id, month, item_id, mark, note, cause, fix, owner, due_on]);
kept!(owned Evidence, "evidence", [id, version, department_id, subject_id, kind, label, sha256, size_bytes, in_force]);
