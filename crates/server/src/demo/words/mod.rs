//! What people of a Japanese office write: measures in place, plans, reviews, notes, causes, corrections.

pub mod items;
pub mod objectives;
pub mod plans;
pub mod steps;
pub mod stories;
pub mod threats;
