//! The chain つながり of anything: all it comes from and all it leads to, with what is missing (DESIGN.md §2).

mod gaps;
pub mod pages;
mod walk;
