//! Pages as persons meet them, a file per concept.

mod assets;
mod people;
mod plan;
mod risks;
