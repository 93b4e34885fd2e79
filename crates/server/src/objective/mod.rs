//! Security objectives 情報セキュリティ目標 and their monthly reviews 検討記録.

pub mod acts;
pub mod form;
pub mod pages;
pub mod review;
pub mod store;
