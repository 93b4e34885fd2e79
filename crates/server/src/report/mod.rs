//! The monthly report 月次報告: one page to print, to sign and to keep outside.

pub mod pages;
pub mod store;
