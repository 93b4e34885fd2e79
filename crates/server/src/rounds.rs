//! What the running program does by itself, one table: signing, mailing, verifying, backing up.

use crate::backup::jobs;
use crate::erasure::clean;
use crate::house::mail;
use crate::house::round::Round;
use crate::record::{outside, signing, witnesses};

/// Every round, in the order in which they go.
pub const ROUNDS: &[Round] = &[
    signing::ROUND,
    witnesses::ROUND,
    outside::jobs::ROUND,
    mail::ROUND,
    clean::ROUND,
    jobs::BACKUP,
    jobs::VERIFICATION,
    jobs::DRILL,
    crate::audit::jobs::ROUND,
];
