//! Rows of risks out of the house and in again: the register of risks as a file, and registers from outside.

mod changes;
mod confirm;
pub mod draft;
pub mod export;
pub mod ground;
pub mod lines;
pub mod matching;
pub mod pages;
pub mod planned;
pub mod preview;
mod remark;
mod sheets;
mod typed;

pub use confirm::{cancel, confirm};
pub use sheets::map;
