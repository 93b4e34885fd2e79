//! Breaks 切れ目 in the chain: the ten invariants held against today's data.

pub mod names;
pub mod pages;
pub mod store;
pub mod waiting;
mod ways;
pub mod words;
