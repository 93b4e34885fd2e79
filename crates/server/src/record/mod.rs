//! The record log 記録簿 as the server keeps it: its head, its entries, and the verification that replays them.

pub mod entry;
pub mod kinds;
pub mod pages;
pub mod store;
pub mod verify;
