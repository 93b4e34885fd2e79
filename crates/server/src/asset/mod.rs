//! The asset register 情報資産台帳: the list, a row, import and export.

pub mod acts;
pub mod matching;
pub mod store;
