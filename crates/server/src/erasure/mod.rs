//! Erasure 消去: asking for it, deciding on it, carrying it out, and carrying it out again after a restoration.

pub mod acts;
pub mod clean;
pub mod pages;
pub mod reapply;
pub mod store;
pub mod tables;
