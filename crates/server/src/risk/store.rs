//! The SQL of the catalogues of threats and controls, of assessments and of risks.

use crate::house::fault::Fault;
use crate::house::work::Rx;
use crate::{kept, open};
use meguri_domain::risk::{Assessment, Control, Risk, Threat};

kept!(company Threat, "threat", [id, version, name_ja, name_en, medium, stage, cia, vulnerability_ja, vulnerability_en, controls, policy_ja]);
kept!(company Control, "control", [id, version, annex_group, title_ja, title_en, confirmed, note]);
kept!(owned Assessment, "assessment", [id, version, department_id, fiscal_year, criteria_id, flow];
    state = |a: &Assessment| a.flow.state.code().to_owned());
kept!(owned Risk, "risk", [
    id, version, revision, department_id, fiscal_year, asset_id, asset_revision, criteria_id, threat_id, threat, vulnerability,
    importance, likelihood, value, level, note, answerable, approval,
]);

/// The catalogue of threats; at most 2,000.
pub fn threats(rx: &Rx<'_>) -> Result<Vec<Threat>, Fault> {
    rx.open_list(open!("SELECT * FROM threat ORDER BY id LIMIT 2000"), &[])
}

/// The catalogue of controls; at most 1,000.
pub fn controls(rx: &Rx<'_>) -> Result<Vec<Control>, Fault> {
    rx.open_list(open!("SELECT * FROM control ORDER BY id LIMIT 1000"), &[])
}
