//! The program itself: `meguri verify` says which row, and its exit code says that something is wrong.

use super::dba::Dba;
use super::lived;
use crate::support::program::verify;
use crate::support::{House, Place};

#[test]
fn the_program_names_the_row_and_fails() {
    for place in [Some(Place::file()), Place::schema()].into_iter().flatten() {
        let (folder, address) = (place.folder().clone(), place.address());
        let house = House::found(place);
        lived::live(&house);
        let whole = verify(&folder, address.as_deref());
        let said = String::from_utf8_lossy(&whole.stdout).into_owned();
        assert!(whole.status.success() && said.starts_with("PASS"), "{said}");

        let mut dba = match &address {
            Some(address) => Dba::postgres(address),
            None => Dba::sqlite(&folder.join("meguri.db")),
        };
        let id = dba.ask("SELECT MIN(id) FROM asset").unwrap();
        dba.run(&format!("UPDATE asset SET importance = 1 WHERE id = '{id}'"));
        let broken = verify(&folder, address.as_deref());
        let said = String::from_utf8_lossy(&broken.stdout).into_owned();
        assert_eq!(broken.status.code(), Some(1), "{said}");
        assert!(
            said.contains(&format!("表「asset」の行「{id}」が、記録簿を通さずに書き換えられています。")),
            "{said}"
        );
        assert!(
            said.contains(&format!("Row {id} of table asset was altered outside the record log.")),
            "{said}"
        );
        assert!(said.contains("FAIL"), "{said}");

        dba.restore("asset");
        assert!(verify(&folder, address.as_deref()).status.success());
    }
}
