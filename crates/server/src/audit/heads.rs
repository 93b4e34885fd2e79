//! The heads under which a package is made. For now the newest one, under a key that lives as long as the package is made:
//! it binds nobody, and gives way to the heads that the record keeps and signs.

use super::package::Heads;
use crate::house::fault::{Done, Fault};
use crate::house::web::App;
use crate::people::session;
use crate::record::store;
use meguri_record::{Checkpoint, Duty, Note, SignerKey};

/// The newest head, signed.
pub fn now(app: &App) -> Done<Heads> {
    let head = app.db.read(session::house(app), |rx| Ok(store::head(rx)?))?;
    if head.size == 0 {
        return Err(super::package::no_head().into());
    }
    let origin = ["meguri/", &head.log].concat();
    let key = SignerKey::new(&origin, Duty::Log, app.chance.bytes()).map_err(Fault::broken)?;
    let checkpoint = Checkpoint { origin, size: head.size, root: head.root.parse().map_err(Fault::broken)? };
    let mut note = Note::new(&checkpoint.text()).map_err(Fault::broken)?;
    note.add(key.sign(note.text()).ok_or_else(|| Fault::broken("the head is not signed"))?);
    let policy = format!("log {}\nquorum none\n", key.verifier().text());
    Ok(Heads { policy, notes: vec![(head.size, note.to_string())] })
}
