//! R6: the real program does not stand on ground that is off, and says what to do.

use crate::support::{House, Place, program};
use std::fs::{Permissions, metadata, set_permissions};
use std::os::unix::fs::PermissionsExt;
use std::process::{Command, Output};

fn verify(data: &std::path::Path) -> Output {
    Command::new(program()).arg("--data").arg(data).arg("verify").env_remove("DATABASE_URL").output().unwrap()
}

#[test]
fn what_others_may_open_is_refused_with_what_to_do() {
    let place = Place::file();
    let top = place.folder().clone();
    let house = House::found(place);
    super::write(&house.app, &house, 0);
    house.app.keys.ready().unwrap();
    assert!(verify(&top).status.success());
    for name in ["meguri.db", "files", "keys"] {
        let path = top.join(name);
        let before = metadata(&path).unwrap().permissions();
        set_permissions(&path, Permissions::from_mode(before.mode() | 0o004)).unwrap();
        let refused = verify(&top);
        let said = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success(), "{name}");
        assert!(
            said.contains("chmod -R go-rwx") && said.contains("所有者以外") && said.contains(name),
            "{said}"
        );
        set_permissions(&path, before).unwrap();
        assert!(verify(&top).status.success(), "{name}");
    }
}
