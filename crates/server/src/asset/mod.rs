//! The asset register 情報資産台帳: the list, a row, import and export.

pub mod acts;
pub mod bounds;
pub mod command;
pub mod draft;
pub mod export;
pub mod filter;
mod form;
mod handling;
pub mod import;
pub mod matching;
pub mod pages;
pub mod preview;
pub mod reading;
pub mod show;
pub mod store;
