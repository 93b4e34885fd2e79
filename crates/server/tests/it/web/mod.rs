//! Pages as persons meet them, a file per concept.

mod assets;
mod criteria;
mod inventory;
mod people;
mod plan;
mod risks;
mod settings;
