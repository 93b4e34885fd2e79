//! Closing 締め of months, and the board 月次ボード.

pub mod acts;
pub mod store;
