//! The SQL of the effects of controls.

use crate::house::fault::Fault;
use crate::house::work::Rx;
use crate::{kept, open};
use meguri_domain::effect::{ControlEffect, Effects};

kept!(company ControlEffect, "control_effect", [id, version, effort, main_steps, other_steps, threat_steps]);

/// What stands of every control.
pub fn effects(rx: &Rx<'_>) -> Result<Effects, Fault> {
    Ok(Effects::of(rx.open_list(open!("SELECT * FROM control_effect ORDER BY id LIMIT 2000"), &[])?))
}
