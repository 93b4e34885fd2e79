//! Breaks 切れ目 in the chain: the ten invariants held against today's data.

pub mod store;
