//! Closing 締め of months, and the board 月次ボード.

pub mod acts;
pub mod board;
pub mod cell;
pub mod forms;
pub mod pages;
pub mod store;
pub mod views;
