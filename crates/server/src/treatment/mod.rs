//! The risk treatment plan リスク対応計画書: rows, approval, destinations.

pub mod acts;
pub mod store;
