//! The statement of applicability 適用宣言書 and the company's own controls 自社の管理策.

pub mod acts;
pub mod comparison;
pub mod file;
pub mod lines;
pub mod own;
pub mod pages;
pub mod store;
pub mod versions;
pub mod views;
