//! The SQL of the risk criteria.

use crate::house::fault::{Done, Fault, Stop};
use crate::house::kept::Column;
use crate::house::work::Rx;
use crate::{kept, open};
use meguri_domain::Refusal;
use meguri_domain::criteria::Criteria;
use meguri_domain::ids::CriteriaId;

kept!(company Criteria, "criteria", [id, version, number, name, method, state, drafted, approved]
    => later [personal]);

/// The edition in force, if one was approved.
pub fn in_force(rx: &Rx<'_>) -> Result<Option<Criteria>, Fault> {
    rx.open_one(open!("SELECT * FROM criteria WHERE state = 'approved' ORDER BY number DESC LIMIT 1"), &[])
}

/// Every edition, newest first; at most 200.
pub fn all(rx: &Rx<'_>) -> Result<Vec<Criteria>, Fault> {
    rx.open_list(open!("SELECT * FROM criteria ORDER BY number DESC LIMIT 200"), &[])
}

/// One edition.
pub fn find(rx: &Rx<'_>, id: &CriteriaId) -> Done<Criteria> {
    rx.open_one(open!("SELECT * FROM criteria WHERE id = $1"), &[id.to_value()])?
        .ok_or(Stop::Refusal(Refusal::NotFound))
}
