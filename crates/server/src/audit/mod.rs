//! Audits: what an auditor is shown, the package he takes away, and his reading room, whose pages show the package.

pub mod acts;
mod clauses;
pub mod command;
pub mod heads;
pub mod jobs;
pub mod package;
pub mod packaging;
pub mod pages;
mod reading;
pub mod room;
pub mod selection;
pub mod store;
mod tables;
