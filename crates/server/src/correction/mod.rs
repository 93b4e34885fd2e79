//! Corrective actions 是正処置.

pub mod store;
