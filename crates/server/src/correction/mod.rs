//! Corrective actions 是正処置.

pub mod acts;
pub mod pages;
pub mod store;
