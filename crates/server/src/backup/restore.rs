//! The way back: a backup is looked at as a whole before anything is touched, brought in beside its place, verified, and
//! only then put there. The keys of the living house go before those that were saved with it.

use super::manifest::{self, FILES, KEY, Manifest, NOTE, damaged};
use super::shelf::{self, Item};
use super::{No, Told, keys_beside, make};
use crate::erasure::{clean, reapply::reapply};
use crate::house::clock::{Chance, Clock};
use crate::house::db::Db;
use crate::house::db::copy::Tools;
use crate::house::fault::{Done, Fault};
use crate::house::kept::cell;
use crate::house::web::App;
use crate::house::work::{Rx, Who};
use crate::people::session;
use crate::record::verify::{Report, verify};
use crate::{erasure, record, scoped, seen};
use meguri_domain::people::Act;
use meguri_record::{Hash, VerifierKey};
use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What is restored, and where to.
pub struct Order<'a> {
    pub backup: &'a Path,
    /// The folder that will be the house's.
    pub data: &'a Path,
    /// An empty PostgreSQL, where the backup is of one.
    pub database: Option<Db>,
    /// The folder of keys, or of copies of it.
    pub keys: Option<PathBuf>,
    /// The key that must have signed, where it is held apart.
    pub key: Option<VerifierKey>,
    pub tools: &'a Tools,
    pub clock: Clock,
}

/// What was restored.
pub struct Restored {
    pub manifest: Manifest,
    pub rows: usize,
    /// Evidence files of which the record speaks, all read.
    pub evidence: usize,
    /// Erasures that were carried out once more.
    pub erased: usize,
}

/// Restores a backup; on any no, the target is as it was.
pub fn restore(order: &Order<'_>) -> Told<Restored> {
    let keys = keys_of(order);
    let key = verifier(order, keys.as_deref())?;
    let manifest = whole(order.backup, &key)?;
    must_be_free(order, &manifest)?;
    let part = make::part_of(order.data);
    if part.exists() {
        fs::remove_dir_all(&part).map_err(No::at(&part))?;
    }
    let done = bring_in(order, &manifest, keys.as_deref(), &part).and_then(|restored| {
        if order.data.exists() {
            fs::remove_dir(order.data).map_err(No::at(order.data))?;
        }
        fs::rename(&part, order.data).map_err(No::at(order.data))?;
        if let Some(parent) = order.data.parent().filter(|parent| !parent.as_os_str().is_empty()) {
            shelf::sync(parent)?;
        }
        Ok(restored)
    });
    if done.is_err() {
        let _ = fs::remove_dir_all(&part);
        if let Some(db) = &order.database {
            db.empty()?;
        }
    }
    done
}

/// Looks at a backup as a whole: signature, list, every size and hash, nothing missing, nothing more.
pub fn whole(backup: &Path, key: &VerifierKey) -> Told<Manifest> {
    let text = |name: &str| {
        let path = backup.join(name);
        fs::read(&path).map_err(|error| {
            let _ = error;
            damaged(&format!("{name} がありません"), &format!("{name} is missing"))
        })
    };
    let texts = [text(NOTE)?, text(FILES)?].map(String::from_utf8);
    let [Ok(note), Ok(list)] = texts else {
        return Err(damaged("目録が文字になっていません", "its manifest is no text"));
    };
    let manifest = Manifest::read(&note, &list, key)?;
    let own = [NOTE.to_owned(), FILES.to_owned()];
    let listed: BTreeSet<String> = manifest.items.iter().map(|item| item.path.clone()).chain(own).collect();
    let found: BTreeSet<String> = shelf::list(backup)?.into_iter().collect();
    if let Some(path) = listed.difference(&found).next() {
        return Err(damaged(&format!("{path} がありません"), &format!("{path} is missing")));
    }
    if let Some(path) = found.difference(&listed).next() {
        return Err(damaged(
            &format!("{path} は目録にありません"),
            &format!("{path} is not in its manifest"),
        ));
    }
    for item in &manifest.items {
        let path = item.under(backup);
        let is_file = fs::symlink_metadata(&path).map_err(No::at(&path))?.is_file();
        must_be(item, is_file && shelf::weigh(&path)? == (item.size, item.sha256))?;
    }
    Ok(manifest)
}

fn must_be(item: &Item, same: bool) -> Told<()> {
    let path = &item.path;
    if same {
        return Ok(());
    }
    Err(damaged(&format!("{path} の中身が違います"), &format!("{path} has other contents")))
}

/// The folder of keys that goes before: the one named, or the newest copy beside the backup.
fn keys_of(order: &Order<'_>) -> Option<PathBuf> {
    let beside = || order.backup.parent().map(keys_beside);
    let named = order.keys.clone().or_else(beside)?;
    if named.join(KEY).exists() {
        return Some(named);
    }
    shelf::stamped(&named).pop().filter(|newest| newest.join(KEY).exists())
}

fn verifier(order: &Order<'_>, keys: Option<&Path>) -> Told<VerifierKey> {
    if let Some(key) = &order.key {
        return Ok(key.clone());
    }
    let path = keys.map(|keys| keys.join(KEY)).ok_or_else(|| {
        No::new(
            "署名を確かめる鍵がありません。--keys に鍵のフォルダー、または --key に公開鍵を指定してください。",
            "There is no key to check the signature with. Name the folder of keys by --keys, or the public key by --key.",
        )
    })?;
    let text = fs::read_to_string(&path).map_err(No::at(&path))?;
    Ok(manifest::read_key(&text)?.verifier())
}

fn must_be_free(order: &Order<'_>, manifest: &Manifest) -> Told<()> {
    if !shelf::is_free(order.data) {
        let data = order.data.display();
        return Err(No::new(
            format!(
                "復元先 {data} が空ではありません。今あるデータは上書きしません。新しいフォルダーを指定してください。"
            ),
            format!("{data} is not empty. Nothing is overwritten; name a new folder."),
        ));
    }
    match (&order.database, manifest.database.as_str()) {
        (None, "SQLite") => Ok(()),
        (Some(db), "PostgreSQL") if db.kind() == "PostgreSQL" && db.is_bare()? => Ok(()),
        (Some(_), "PostgreSQL") => Err(No::new(
            "復元先のデータベースが空ではありません。新しいデータベースを作り、--database-url に指定してください。",
            "The database to restore into is not empty. Make a new one and name it by --database-url.",
        )),
        (None, _) => Err(No::new(
            "PostgreSQLのバックアップです。空のデータベースを作り、--database-url に指定してください。",
            "This is a backup of PostgreSQL. Make an empty database and name it by --database-url.",
        )),
        (Some(_), _) => Err(No::new(
            "SQLiteのバックアップです。--database-url を付けずに実行してください。",
            "This is a backup of SQLite. Run it without --database-url.",
        )),
    }
}

fn bring_in(order: &Order<'_>, manifest: &Manifest, keys: Option<&Path>, part: &Path) -> Told<Restored> {
    shelf::folder(part)?;
    shelf::folder(&part.join("files"))?;
    let mut dump = None;
    for item in &manifest.items {
        let to = match item.path.strip_prefix("database/") {
            Some(name) => part.join(name),
            None => item.under(part),
        };
        let copied = shelf::copy(&item.under(order.backup), &to)?;
        must_be(item, copied == (item.size, item.sha256))?;
        if item.path == "database/meguri.dump" {
            dump = Some(to);
        }
    }
    if let Some(keys) = keys {
        for path in shelf::list(keys)? {
            shelf::copy(&keys.join(&path), &part.join("keys").join(&path))?;
        }
    }
    let db = match (&order.database, dump) {
        (Some(db), Some(dump)) => {
            db.fill_from(&dump, order.tools)?;
            fs::remove_file(&dump).map_err(No::at(&dump))?;
            db.clone()
        }
        _ => Db::sqlite(&part.join("meguri.db"))?,
    };
    let chance = Chance::of_the_system();
    db.migrate(&chance)?;
    let app = App::new(db, order.clock.clone(), chance, part.join("files"));
    app.keys.ready()?;
    if root_at(&app, &manifest.log, manifest.size)? != Some(manifest.root) || head(&app)? != manifest.size {
        return Err(damaged(
            "記録簿のルートが目録と一致しません",
            "the root of its log is not that of its manifest",
        ));
    }
    // The keystore may have been used since: no slot of it is used for two texts.
    app.db.leave_slots()?;
    // What was erased since has no keys any more: the record holds only when its erasures are in it.
    let erased = reapply(&app, &clean::list(&app.keys)?)?;
    let report = record_holds(&app)?;
    let evidence = evidence_holds(&app)?;
    Ok(Restored { manifest: manifest.clone(), rows: report.rows, evidence, erased })
}

/// The whole record, verified; the first thing that is wrong is named.
pub fn record_holds(app: &App) -> Told<Report> {
    let who = Who::new(session::system(), &app.clock);
    let report = app.db.read(who, verify)?;
    match report.findings.first() {
        None => Ok(report),
        Some(finding) => Err(No::new(
            format!(
                "記録簿の検証で{}か所の不一致が見つかりました。最初の1か所: {}",
                report.findings.len(),
                finding.words(crate::house::words::Lang::Ja)
            ),
            format!(
                "Verification found {} places that do not agree. The first: {}",
                report.findings.len(),
                finding.words(crate::house::words::Lang::En)
            ),
        )),
    }
}

/// Every evidence file of which the record speaks, read again and held against its hash. Gives how many.
pub fn evidence_holds(app: &App) -> Told<usize> {
    let sums = app.db.read(session::house(app), evidence_sums)?;
    for sum in &sums {
        let path = crate::inspection::files::place(&app.files, sum);
        let same = shelf::weigh(&path).is_ok_and(|(_, hash)| hash.to_string() == *sum);
        if !same && !erased(app, sum)? {
            return Err(No::new(
                format!(
                    "証跡ファイル {sum} が失われているか、中身が変わっています。バックアップの同じ名前のファイルと見比べてください。"
                ),
                format!(
                    "The evidence file {sum} is missing or has other contents. Compare it with the file of that name in a backup."
                ),
            ));
        }
    }
    Ok(sums.len())
}

fn evidence_sums(rx: &Rx<'_>) -> Done<Vec<String>> {
    let text = scoped!(
        "SELECT DISTINCT e.sha256 FROM evidence e WHERE ",
        seen!("e.department_id"),
        " AND e.kind = 'file' ORDER BY e.sha256"
    );
    let rows = rx.rows(text, &rx.scope(Act::SeeMonth), &[])?;
    rows.iter().map(|row| Ok(cell(row, 0)?)).collect()
}

/// Whether an evidence file was erased, and so may be missing.
fn erased(app: &App, sum: &str) -> Told<bool> {
    Ok(app.db.read(session::house(app), |rx| Ok(erasure::store::of_file(rx, sum)?.is_some()))?)
}

fn head(app: &App) -> Told<u64> {
    Ok(app.db.read(session::house(app), |rx| Ok(record::store::head(rx)?.size))?)
}

/// The root of one of a house's logs as it was at a size, from the bytes of its entries; none where it is not so long.
pub fn root_at(app: &App, log: &str, size: u64) -> Told<Option<Hash>> {
    let mut frontier = meguri_record::Frontier::new();
    Ok(app.db.read(session::house(app), |rx| {
        let logs = record::store::logs(rx)?;
        let Some(own) = logs.iter().find(|each| each.log == log && each.size >= size) else {
            return Ok(None);
        };
        let mut from = i64::try_from(own.first).map_err(Fault::broken)?;
        let mut left = size;
        while left > 0 {
            let some = record::store::entries(rx, from, 500)?;
            let Some((last, _, _)) = some.last() else { return Ok(None) };
            from = last + 1;
            for (_, bytes, _) in some.iter().take(usize::try_from(left).unwrap_or(usize::MAX)) {
                frontier.append(meguri_record::tree::leaf(bytes.as_bytes()));
                left -= 1;
            }
        }
        Ok(Some(frontier.root()))
    })?)
}
