//! What the organisation means: the rules of the loop as plain functions over plain data.
//!
//! No input or output, no clock, no chance: dates, ids and persons come in as arguments
//! (`Cargo.toml` proves it). Read the modules in the order of the loop: an [`asset`] is confirmed in
//! an [`inventory`], judged under [`criteria`] as a [`risk`] (together with its [`pattern`]), answered in the [`treatment`] plan, and
//! kept alive by an [`objective`] or an [`inspection`]; [`obligation`] says what is owed,
//! [`breaks`] what is missing.

pub mod applicability;
pub mod approval;
pub mod asset;
pub mod audit;
pub mod breaks;
pub mod calendar;
pub mod catalogue;
pub mod change;
pub mod closing;
mod codes;
pub mod control;
pub mod correction;
pub mod criteria;
mod department;
pub mod difference;
pub mod effect;
pub mod erasure;
pub mod evidence;
pub mod export;
pub mod handling;
pub mod handover;
pub mod harm;
pub mod ids;
pub mod import;
pub mod inspection;
pub mod inventory;
pub mod measure;
pub mod objective;
pub mod obligation;
pub mod outside;
pub mod pattern;
pub mod people;
pub mod preset;
pub mod preview;
pub mod proposal;
pub mod refusal;
pub mod reminder;
pub mod risk;
pub mod second;
pub mod spread;
pub mod statement;
pub mod task;
pub mod treatment;
pub mod waiting;
pub mod what_if;

// The tests beside the rules and those in `tests/` speak of the same people and things.
#[cfg(test)]
extern crate self as meguri_domain;
#[cfg(test)]
#[path = "../tests/support/mod.rs"]
mod support;

pub use calendar::{Date, Month};
pub use change::Change;
pub use refusal::Refusal;

/// A word in both languages of the house: Japanese first, English second.
pub type Word = (&'static str, &'static str);
