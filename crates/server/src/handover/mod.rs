//! Handing over from one department to another: mergers and splits.

pub mod acts;
pub mod pages;
pub mod store;
