//! Meguri: how the house meets the world. The program's parts as a library, so that tests and benches
//! walk the same ways as the pages.

pub mod asset;
pub mod audit;
pub mod backup;
pub mod breaks;
pub mod calendar;
pub mod catalogue;
pub mod chain;
pub mod closing;
pub mod correction;
pub mod criteria;
pub mod demo;
pub mod effect;
pub mod erasure;
pub mod handover;
pub mod health;
pub mod home;
pub mod house;
pub mod inspection;
pub mod inventory;
pub mod labels;
pub mod measure;
pub mod objective;
pub mod pattern;
pub mod people;
pub mod record;
pub mod report;
pub mod risk;
pub mod risk_rows;
pub mod rounds;
pub mod routes;
pub mod search;
pub mod settings;
pub mod statement;
pub mod treatment;
pub mod witness;
