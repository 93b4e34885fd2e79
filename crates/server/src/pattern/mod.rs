//! Patterns 類型: assets of a department that are handled alike, proposed, accepted, dissolved.

pub mod acts;
pub mod pages;
pub mod store;
