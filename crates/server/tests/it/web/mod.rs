//! Pages as persons meet them, a file per concept.

mod assets;
mod corrections;
mod criteria;
mod inspections;
mod board;
mod breaks;
mod criteria;
mod home;
mod inventory;
mod objectives;
mod people;
mod plan;
mod risks;
mod settings;
