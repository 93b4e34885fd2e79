//! The yearly inventory 棚卸: opening, confirming, submitting, approving, accepting.

pub mod acts;
mod compared;
pub mod difference;
pub mod pages;
pub mod store;
mod views;
pub mod year;
