//! An edit of any one row by plain SQL is named by `meguri verify`: whoever owns the database may switch off
//! its keys and checks and change what he likes, but not without a trace.

mod classes;
pub mod dba;
pub mod lived;
mod log;
mod program;
mod rows;

use crate::support::{House, Place};
use dba::Dba;
use meguri::record::verify::{Finding, verify};

/// A lived-in house per kind of database, with a second way into its tables.
fn lived_in() -> Vec<(House, Dba)> {
    let open = |place: Place| {
        let (folder, address) = (place.folder().clone(), place.address());
        let house = House::found(place);
        lived::live(&house);
        lived::alike(&house);
        let dba = match address {
            Some(address) => Dba::postgres(&address),
            None => Dba::sqlite(&folder.join("meguri.db")),
        };
        (house, dba)
    };
    [Some(Place::file()), Place::schema()].into_iter().flatten().map(open).collect()
}

fn findings(house: &House) -> Vec<Finding> {
    house.read_as_system(verify).unwrap().findings
}
