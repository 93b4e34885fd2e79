//! Seeded organisations live two years through the acts, and nothing they owe is lost, doubled or forgiven.

use crate::support::{House, databases};

/// A founded house begins with nothing owed.
#[test]
fn nothing_is_owed_before_anything_is_assigned() {
    for place in databases() {
        let house = House::found(place);
        let world = house.read("渡辺", |rx| {
            let scope = rx.scope(meguri_domain::people::Act::SeeMonth);
            Ok(meguri::breaks::store::world(rx, &scope)?)
        });
        let world = world.unwrap();
        assert!(world.plan.assignments.is_empty() && world.plan.objectives.is_empty());
    }
}
