//! Heads outside the house: mailed to named addresses every day, handed out on paper, and what became of each.

pub mod acts;
pub mod forms;
pub mod jobs;
pub mod pages;
pub mod paper;
pub mod store;
mod text;
