//! Risks: proposing threats, judging, approving an assessment.

pub mod acts;
pub mod store;
