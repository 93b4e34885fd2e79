//! The measures check 対策状況: how far each control is in place in a department, and the risks that follow from it.

pub mod acts;
pub mod pages;
pub mod store;
