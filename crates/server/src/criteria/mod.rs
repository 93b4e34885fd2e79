//! The risk criteria リスク基準: editions, their approval, the method in force.

pub mod acts;
mod form;
pub mod pages;
pub mod preview;
pub mod store;
mod views;
