//! A backup is made: database, evidence, manifest, and the keys in a place of their own. It has its name only when it is whole.

use super::manifest::{self, FILES, Manifest, NOTE};
use super::shelf::{self, Item};
use super::{No, Told};
use crate::house::db::copy::Tools;
use crate::house::fault::Fault;
use crate::house::web::App;
use crate::house::work::APP_VERSION;
use crate::people::session;
use crate::record::store;
use meguri_record::SignerKey;
use std::fs;
use std::path::{Path, PathBuf};

/// The keys of a backup are kept so long (a text that was erased must be gone from them too).
const KEYS_KEPT_MS: i64 = 35 * 24 * 60 * 60 * 1_000;

/// Where a backup goes.
pub struct Order<'a> {
    pub to: &'a Path,
    pub keys_to: &'a Path,
    pub tools: &'a Tools,
}

/// A backup that was made.
pub struct Made {
    pub folder: PathBuf,
    pub keys: PathBuf,
    pub manifest: Manifest,
}

/// Makes a backup while the house is at work.
pub fn make(app: &App, order: &Order<'_>) -> Told<Made> {
    must_be_apart(app, order)?;
    let stamp = stamp(app.clock.now_ms());
    let folder = unused(order.to, &stamp);
    let part = part_of(&folder);
    if part.exists() {
        fs::remove_dir_all(&part).map_err(No::at(&part))?;
    }
    let done = fill(app, order, &part, &stamp).and_then(|manifest| {
        let keys = copy_keys(app, order.keys_to, &stamp)?;
        fs::rename(&part, &folder).map_err(No::at(&folder))?;
        shelf::sync(order.to)?;
        Ok(Made { folder: folder.clone(), keys, manifest })
    });
    if done.is_err() {
        // What is left of it has no manifest or the ending `.part`; the room is needed.
        let _ = fs::remove_dir_all(&part);
    }
    done
}

fn fill(app: &App, order: &Order<'_>, part: &Path, stamp: &str) -> Told<Manifest> {
    let key: SignerKey = manifest::key(&app.keys, &app.chance)?;
    let name = app.db.copy_name();
    let database = part.join("database");
    shelf::folder(&database)?;
    let copy = database.join(name);
    let head = app.db.copy_to(session::house(app), &copy, order.tools, |rx| Ok(store::head(rx)?))?;
    owner_only(&copy)?;
    shelf::sync(&copy)?;
    let (size, sha256) = shelf::weigh(&copy)?;
    let mut items = vec![Item { path: format!("database/{name}"), size, sha256 }];
    // The files after the database: whatever it speaks of was on the disk before it did.
    for path in evidence(&app.files)? {
        let (size, sha256) = shelf::copy(&app.files.join(&path), &part.join("files").join(&path))?;
        items.push(Item { path: format!("files/{path}"), size, sha256 });
    }
    let manifest = Manifest {
        made: stamp.to_owned(),
        program: APP_VERSION.into(),
        database: app.db.kind().into(),
        log: head.log,
        size: head.size,
        root: head.root.parse().map_err(|_| Fault::broken("the root of the log is no hash"))?,
        items,
    };
    shelf::write(&part.join(FILES), manifest.list().as_bytes())?;
    shelf::write(&part.join(NOTE), manifest.sign(&key)?.as_bytes())?;
    for item in &manifest.items {
        if let Some(shelf) = item.under(part).parent() {
            shelf::sync(shelf)?;
        }
    }
    shelf::sync(part)?;
    Ok(manifest)
}

/// The evidence files there are, but none that is still on its way in.
pub fn evidence(files: &Path) -> Told<Vec<String>> {
    if !files.exists() {
        return Ok(Vec::new());
    }
    let mut found = shelf::list(files)?;
    found.retain(|path| path.contains('/'));
    Ok(found)
}

/// Copies the keys to a place of their own, and removes copies that are too old; the newest always stays.
fn copy_keys(app: &App, to: &Path, stamp: &str) -> Told<PathBuf> {
    let folder = unused(to, stamp);
    let part = part_of(&folder);
    if part.exists() {
        fs::remove_dir_all(&part).map_err(No::at(&part))?;
    }
    shelf::folder(&part)?;
    let own = app.keys.path("");
    for path in shelf::list(&own)?.iter().filter(|path| !is_passing(path)) {
        shelf::copy(&own.join(path), &part.join(path))?;
    }
    shelf::sync(&part)?;
    fs::rename(&part, &folder).map_err(No::at(&folder))?;
    shelf::sync(to)?;
    let last = self::stamp(app.clock.now_ms().saturating_sub(KEYS_KEPT_MS));
    for old in shelf::stamped(to) {
        let is_old = old.file_name().is_some_and(|name| name.to_string_lossy().as_ref() < last.as_str());
        if is_old && old != folder {
            fs::remove_dir_all(&old).map_err(No::at(&old))?;
        }
    }
    Ok(folder)
}

/// Whether a name is one that a file or a folder has only until it is whole.
pub fn is_passing(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|ending| ending == "new" || ending == "part")
}

/// Removes daily backups beyond so many.
pub fn thin(to: &Path, keep: usize) -> Told<()> {
    let all = shelf::stamped(to);
    for old in all.iter().take(all.len().saturating_sub(keep.max(1))) {
        fs::remove_dir_all(old).map_err(No::at(old))?;
    }
    Ok(())
}

/// Backups do not lie in the house, and keys not in the backups: one loss must not take both.
fn must_be_apart(app: &App, order: &Order<'_>) -> Told<()> {
    shelf::folder(order.to)?;
    shelf::folder(order.keys_to)?;
    let whole = |path: &Path| fs::canonicalize(path).map_err(No::at(path));
    let (to, keys) = (whole(order.to)?, whole(order.keys_to)?);
    let within = |place: &Path, other: &Path| {
        other.exists() && whole(other).is_ok_and(|other| place.starts_with(other))
    };
    if within(&to, &app.files) || within(&to, &app.keys.path("")) || within(&keys, &app.files) {
        return Err(No::new(
            "バックアップの保存先が、データのフォルダーの中にあります。別のディスクか、別の場所を指定してください。",
            "The backup would lie inside the data it saves. Name another disk or another place.",
        ));
    }
    if keys.starts_with(&to) {
        return Err(No::new(
            "鍵の保存先が、バックアップの保存先の中にあります。鍵はバックアップと別の場所に置いてください。",
            "The keys would lie among the backups. Keep them in a place of their own.",
        ));
    }
    Ok(())
}

fn owner_only(path: &Path) -> Told<()> {
    #[cfg(unix)]
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(0o600)).map_err(No::at(path))?;
    Ok(())
}

/// A name in a folder that nothing has yet.
fn unused(folder: &Path, stamp: &str) -> PathBuf {
    let mut path = folder.join(stamp);
    let mut number = 1;
    while path.exists() {
        number += 1;
        path = folder.join(format!("{stamp}-{number}"));
    }
    path
}

/// The name that a folder has until it is whole.
pub fn part_of(folder: &Path) -> PathBuf {
    let mut name = folder.file_name().unwrap_or_default().to_os_string();
    name.push(".part");
    folder.with_file_name(name)
}

/// An instant as a name: `20261128T014400Z`.
pub fn stamp(at_ms: i64) -> String {
    let at = jiff::Timestamp::from_millisecond(at_ms).unwrap_or(jiff::Timestamp::UNIX_EPOCH);
    at.strftime("%Y%m%dT%H%M%SZ").to_string()
}
