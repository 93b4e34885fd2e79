//! The risk treatment plan リスク対応計画書: rows, approval, destinations.

pub mod acts;
pub mod chain;
pub mod form;
pub mod lines;
pub mod listing;
pub mod months;
pub mod pages;
pub mod row;
pub mod second;
pub mod store;
pub mod tasks;
