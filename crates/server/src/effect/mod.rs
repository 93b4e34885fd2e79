//! What controls do and what they take: the numbers behind what-if, shown and edited.

pub mod acts;
pub mod pages;
pub mod store;
