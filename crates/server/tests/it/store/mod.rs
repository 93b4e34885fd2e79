//! What is kept comes back as it was, also when many write at once.

use crate::support::each_database;
use meguri::people::store;

#[test]
fn a_person_comes_back() {
    each_database(|house| {
        let sato = house.person("佐藤");
        let found = house.read_as_system(|rx| Ok(store::actor(rx, &sato, rx.today())?)).unwrap();
        assert_eq!(found.map(|actor| actor.person), Some(sato));
    });
}
