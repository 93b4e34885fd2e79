//! 今月やること: what a person has to do now, by role.

pub mod beginning;
pub mod company;
pub mod own;
pub mod pages;
pub mod task;
