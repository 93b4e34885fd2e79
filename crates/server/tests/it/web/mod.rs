//! Pages as persons meet them, a file per concept.

mod people;
mod risks;
