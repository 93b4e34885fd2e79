//! The key of the log: made when the log is first signed, kept in the folder of keys, named in the log itself.
//! Two keys stand in the file while one takes over from the other, and both sign.

use super::store;
use crate::house::db::Value;
use crate::house::fault::{Done, Fault};
use crate::house::kept::cell;
use crate::house::keys::Keys;
use crate::house::web::App;
use crate::house::work::{Rx, Tx};
use crate::people::session;
use crate::{kept, open};
use meguri_domain::Change;
use meguri_record::{Checkpoint, Duty, Note, SignerKey, VerifierKey, log_id};
use std::fs::{File, OpenOptions};

/// The secret keys, oldest first, a line each.
const KEY: &str = "log.key";
/// The last head that was signed.
pub(super) const HEAD_LAST: &str = "last.note";
/// The frontier of that head, and the outside head it was held against.
pub(super) const FRONTIER: &str = "last.frontier";
/// The last head that is known to lie outside.
pub(super) const HEAD_OUTSIDE: &str = "outside.note";
/// The id of the log that an administrator's answer began.
const ANSWERED: &str = "answered.log";

/// A key that signs heads, as the log names it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogKey {
    /// Its id, 8 hex digits.
    pub id: String,
    pub version: i64,
    pub vkey: String,
    pub made_at: i64,
    /// When it ceased to sign; 0 while it signs.
    pub retired_at: i64,
}

kept!(company LogKey, "log_key", [id, version, vkey, made_at, retired_at]);

/// Why there is no key to sign with.
pub(super) enum NoKey {
    /// Heads were signed before, and the key is gone.
    Lost,
    /// The key is of another log than the database.
    OtherLog { key: String },
}

/// Only one at a time signs, answers or changes keys, in all processes of this house.
pub(super) fn alone(keys: &Keys) -> Result<File, Fault> {
    keys.ready()?;
    if keys.read("lock")?.is_none() {
        keys.write("lock", "")?;
    }
    let file = OpenOptions::new().write(true).open(keys.path("lock")).map_err(Fault::broken)?;
    file.lock().map_err(Fault::broken)?;
    Ok(file)
}

/// The keys that sign, oldest first. Makes the first one where nothing was ever signed; takes a fresh one after an
/// administrator's answer.
pub(super) fn ready(app: &App) -> Done<Result<Vec<SignerKey>, NoKey>> {
    let (log, heads) = app.db.read(session::house(app), |rx| {
        let heads = rx.open_rows(open!("SELECT size FROM head LIMIT 1"), &[])?;
        Ok((store::head(rx)?, !heads.is_empty()))
    })?;
    let found = load(&app.keys)?;
    let answered = app.keys.read(ANSWERED)?.is_some_and(|id| id == log.log);
    let keys = match found.first().map(|key| key.verifier().name().to_owned()) {
        Some(name) if log_id(&name) == log.log => found,
        _ if answered => take_over(app, &log.log, found.first())?,
        Some(key) => return Ok(Err(NoKey::OtherLog { key })),
        None if heads || app.keys.read(HEAD_LAST)?.is_some() => return Ok(Err(NoKey::Lost)),
        None => vec![make(app, &format!("{}/{}", app.outward.name, log.log))?],
    };
    name_in_the_log(app, &keys)?;
    Ok(Ok(keys))
}

fn load(keys: &Keys) -> Result<Vec<SignerKey>, Fault> {
    let text = keys.read(KEY)?.unwrap_or_default();
    text.lines().map(|line| SignerKey::read(line).map_err(Fault::broken)).collect()
}

fn make(app: &App, name: &str) -> Result<SignerKey, Fault> {
    let key = SignerKey::new(name, Duty::Log, app.chance.bytes()).map_err(Fault::broken)?;
    app.keys.write(KEY, &format!("{}\n", key.secret_text()))?;
    Ok(key)
}

/// Puts away what belongs to the closed log, and makes the key of the new one under the same name.
fn take_over(app: &App, log: &str, old: Option<&SignerKey>) -> Result<Vec<SignerKey>, Fault> {
    let verifier = old.map(SignerKey::verifier);
    let name = verifier.as_ref().and_then(|key| key.name().rsplit_once('/')).map(|(name, _)| name.to_owned());
    for file in [HEAD_LAST, HEAD_OUTSIDE] {
        if let Some(text) = app.keys.read(file)? {
            app.keys.write(&format!("closed.{file}"), &text)?;
            app.keys.remove(file)?;
        }
    }
    app.keys.remove(FRONTIER)?;
    Ok(vec![make(app, &format!("{}/{log}", name.unwrap_or_else(|| app.outward.name.clone())))?])
}

/// Says that the log that follows the closed one may have a key of its own.
pub(super) fn answered(keys: &Keys, log: &str) -> Result<(), Fault> {
    keys.write(ANSWERED, log)
}

/// Seals the public half of each key that the log does not name yet.
fn name_in_the_log(app: &App, keys: &[SignerKey]) -> Done<()> {
    for key in keys {
        let vkey = key.verifier();
        let id = id_text(&vkey);
        let known = app.db.read(session::house(app), |rx| Ok(find(rx, &id)?.is_some()))?;
        if !known {
            app.db.write(session::house(app), &app.chance, |tx| name(tx, &vkey))?;
        }
    }
    Ok(())
}

fn name(tx: &Tx<'_>, vkey: &VerifierKey) -> Done<()> {
    let key =
        LogKey { id: id_text(vkey), version: 1, vkey: vkey.text(), made_at: tx.who.now_ms, retired_at: 0 };
    tx.save(Change::new(key, "log_key.made"))?;
    Ok(())
}

fn id_text(vkey: &VerifierKey) -> String {
    format!("{:08x}", u32::from_be_bytes(vkey.id()))
}

fn find(rx: &Rx<'_>, id: &str) -> Result<Option<LogKey>, Fault> {
    rx.open_one(open!("SELECT * FROM log_key WHERE id = $1"), &[Value::Text(id.into())])
}

/// The public keys of a log, oldest first.
pub(super) fn known(rx: &Rx<'_>, log: &str) -> Result<Vec<String>, Fault> {
    let text = open!("SELECT vkey FROM log_key WHERE vkey LIKE $1 ORDER BY made_at, id LIMIT 1000");
    let rows = rx.open_rows(text, &[Value::Text(format!("%/{log}+%"))])?;
    rows.iter().map(|row| cell(row, 0)).collect()
}

/// The keys of a log, oldest first, also those that sign no more.
pub(super) fn keys_of(rx: &Rx<'_>, log: &str) -> Result<Vec<LogKey>, Fault> {
    let text = open!("SELECT * FROM log_key WHERE vkey LIKE $1 ORDER BY made_at, id LIMIT 1000");
    rx.open_list(text, &[Value::Text(format!("%/{log}+%"))])
}

/// A head, signed by every key that signs.
pub(super) fn sign(keys: &[SignerKey], head: &Checkpoint) -> Result<String, Fault> {
    let mut note = Note::new(&head.text()).map_err(Fault::broken)?;
    for key in keys {
        note.add(key.sign(note.text()).ok_or_else(|| Fault::broken("a log's key signs heads"))?);
    }
    Ok(note.to_string())
}

/// How a change of keys went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rotated {
    /// A new key stands beside the old one; both sign.
    Begun,
    /// The old key signs no more.
    Ended,
    /// Two keys sign already.
    UnderWay,
    /// There is only one key.
    NotBegun,
    /// No head that both keys signed lies outside yet.
    NotOutside,
}

/// Sets a new key beside the old one.
pub fn rotate(app: &App) -> Done<Rotated> {
    let _alone = alone(&app.keys)?;
    let mut keys = load(&app.keys)?;
    let [old] = keys.as_slice() else { return Ok(Rotated::UnderWay) };
    let name = old.verifier().name().to_owned();
    keys.push(SignerKey::new(&name, Duty::Log, app.chance.bytes()).map_err(Fault::broken)?);
    store_keys(app, &keys)?;
    name_in_the_log(app, &keys)?;
    Ok(Rotated::Begun)
}

/// Lets the old key go, once a head that both signed lies outside.
pub fn end_rotation(app: &App) -> Done<Rotated> {
    let _alone = alone(&app.keys)?;
    let mut keys = load(&app.keys)?;
    if keys.len() < 2 {
        return Ok(Rotated::NotBegun);
    }
    let outside = app.keys.read(HEAD_OUTSIDE)?.unwrap_or_default();
    let both = Note::read(&outside).is_ok_and(|note| {
        keys.iter().all(|key| note.signatures().iter().any(|line| key.verifier().made(line)))
    });
    if !both {
        return Ok(Rotated::NotOutside);
    }
    let old = id_text(&keys.remove(0).verifier());
    app.db.write(session::house(app), &app.chance, |tx| {
        let old = find(tx, &old)?.ok_or_else(|| Fault::broken("the log does not name its key"))?;
        let old = LogKey { version: old.version + 1, retired_at: tx.who.now_ms, ..old };
        tx.save(Change::new(old, "log_key.retired"))?;
        Ok(())
    })?;
    store_keys(app, &keys)?;
    Ok(Rotated::Ended)
}

fn store_keys(app: &App, keys: &[SignerKey]) -> Result<(), Fault> {
    let lines: Vec<String> = keys.iter().map(|key| format!("{}\n", key.secret_text())).collect();
    app.keys.write(KEY, &lines.concat())
}
