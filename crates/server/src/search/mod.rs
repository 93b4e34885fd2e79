//! Search over everything a person may see.

pub mod pages;
pub mod store;
