//! What the running program does by itself, one table: signing, mailing, verifying, backing up.

use crate::house::round::Round;

/// Every round, in the order in which they go.
pub const ROUNDS: &[Round] = &[];
