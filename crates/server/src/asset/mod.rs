//! The asset register 情報資産台帳: the list, a row, import and export.

pub mod acts;
pub mod bounds;
pub mod command;
pub mod draft;
pub mod export;
pub mod filter;
mod form;
mod grid;
mod handling;
pub mod import;
pub mod list;
pub mod matching;
pub mod pages;
pub mod preview;
pub mod reading;
pub mod rows;
pub mod show;
pub mod store;
pub mod views;
