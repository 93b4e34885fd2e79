//! Pages as persons meet them, a file per concept.

mod assets;
mod board;
mod breaks;
mod breaks_month;
mod breaks_whole;
mod breaks_year;
mod corrections;
mod criteria;
mod exports;
mod grid;
mod home;
mod imports;
mod inspections;
mod inventory;
mod inventory_campaign;
mod ledger;
mod objectives;
mod patterns;
mod people;
mod plan;
mod refusals;
mod reorganisation;
mod risks;
mod round_trips;
mod scales;
mod settings;
