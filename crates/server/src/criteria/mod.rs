//! The risk criteria リスク基準: editions, their approval, the method in force.

pub mod acts;
pub mod pages;
pub mod store;
mod views;
