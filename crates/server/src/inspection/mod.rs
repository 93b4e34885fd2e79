//! The monthly self-inspection 自主点検: items, assignments, the sheet of a month, evidence.

pub mod acts;
pub mod schedule;
pub mod store;
