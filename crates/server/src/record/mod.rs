//! The record log 記録簿 as the server keeps it: its head, its entries, and the verification that replays them.

pub mod answer;
pub mod commands;
pub mod entry;
pub mod heads;
pub mod keys;
pub mod kinds;
pub mod noted;
pub mod outside;
pub mod pages;
pub mod signer;
pub mod signing;
pub mod store;
pub mod verify;
mod walked;
pub mod witnesses;
