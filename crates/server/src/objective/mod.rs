//! Security objectives 情報セキュリティ目標 and their monthly reviews 検討記録.

pub mod acts;
pub mod store;
