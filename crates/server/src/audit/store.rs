//! The SQL of audits and of the packages made for them.

use crate::house::fault::{Done, Fault, Stop};
use crate::house::kept::Column;
use crate::house::work::Rx;
use crate::{kept, open};
use meguri_domain::Refusal;
use meguri_domain::audit::{Audit, Package};
use meguri_domain::ids::AuditId;
use meguri_domain::people::Act;

kept!(company Audit, "audit", [id, version, name, stage, departments, from_month, to_month, until_on, auditors, state]);
kept!(company Package, "package", [
    id, version, audit_id, person_id, head_size, entry_count, record_count, file_count, sha256, size_bytes, verdict,
    made_at, taken, taken_at
]);

/// The audits that the actor sees, newest first; at most 500.
pub fn audits(rx: &Rx<'_>) -> Done<Vec<Audit>> {
    must_see(rx)?;
    let text = open!("SELECT * FROM audit ORDER BY until_on DESC, id LIMIT 500");
    let all: Vec<Audit> = rx.open_list(text, &[])?;
    Ok(all.into_iter().filter(|each| each.is_seen_by(rx.actor(), rx.today())).collect())
}

/// An audit that the actor sees; any other is not found.
pub fn audit(rx: &Rx<'_>, id: &AuditId) -> Done<Audit> {
    must_see(rx)?;
    let found: Option<Audit> = rx.open_one(open!("SELECT * FROM audit WHERE id = $1"), &[id.to_value()])?;
    found.filter(|each| each.is_seen_by(rx.actor(), rx.today())).ok_or(Stop::Refusal(Refusal::NotFound))
}

fn must_see(rx: &Rx<'_>) -> Done<()> {
    if rx.actor().may_somewhere(Act::SeeAudit) { Ok(()) } else { Err(Refusal::NotAllowed.into()) }
}

/// The package that was made last for an audit.
pub fn package(rx: &Rx<'_>, audit: &AuditId) -> Result<Option<Package>, Fault> {
    let text =
        open!("SELECT * FROM package WHERE audit_id = $1 ORDER BY made_at DESC, head_size DESC, id LIMIT 1");
    rx.open_one(text, &[audit.to_value()])
}

/// Audits whose packages may still lie on the disk, whoever asks: for the house alone.
pub fn all(rx: &Rx<'_>) -> Result<Vec<Audit>, Fault> {
    rx.open_list(open!("SELECT * FROM audit ORDER BY id LIMIT 100000"), &[])
}
