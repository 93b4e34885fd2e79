//! Pages as persons meet them, a file per concept.

mod assets;
pub mod audits;
mod board;
mod breaks;
mod breaks_month;
mod breaks_whole;
mod breaks_year;
mod chain;
mod corrections;
mod criteria;
mod exports;
mod grid;
mod headers;
mod home;
mod imports;
mod inspections;
mod inventory;
mod inventory_campaign;

mod ledger;
mod measures;
mod objectives;
mod patterns;
mod people;
mod plan;
mod plan_done;
mod proposals;
mod refusals;
mod reorganisation;
pub mod risk_pictures;
mod risks;
mod round_trips;
mod rounds;
mod scales;
mod settings;
mod statement;
mod what_if;
