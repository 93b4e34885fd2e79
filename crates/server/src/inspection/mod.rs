//! The monthly self-inspection 自主点検: items, assignments, the sheet of a month, evidence.

pub mod acts;
pub mod catalogue;
pub mod evidence;
pub mod files;
pub mod form;
pub mod item;
pub mod pages;
pub mod schedule;
pub mod sheet;
pub mod store;
pub mod walk;
