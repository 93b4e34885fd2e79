//! The drill: a backup is made of the living house, restored into an empty place, and held against the house. It ends in
//! PASS or FAIL, and in a page that says what was done, signed as the backups are.

use super::make::{self, Made};
use super::restore::{self, Restored};
use super::shelf;
use super::{No, Told, manifest};
use crate::house::clock::Chance;
use crate::house::db::copy::Tools;
use crate::house::web::App;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

/// The page that a drill leaves.
pub const REPORT: &str = "REPORT.txt";

/// How a drill ended.
pub struct Ended {
    /// What was seen, or what failed.
    pub seen: Told<Seen>,
    pub report: PathBuf,
}

/// What a drill that passed has seen.
pub struct Seen {
    pub made: Made,
    pub restored: Restored,
}

/// Carries a drill out in an empty folder. A stop means that not even a report could be written.
pub fn drill(app: &App, to: &Path, tools: &Tools) -> Told<Ended> {
    if !shelf::is_free(to) {
        let to = to.display();
        return Err(No::new(
            format!("{to} が空ではありません。訓練には空のフォルダーを指定してください。"),
            format!("{to} is not empty. Name an empty folder for the drill."),
        ));
    }
    shelf::folder(to)?;
    let began = app.clock.now_ms();
    let seen = go_through(app, to, tools);
    if seen.is_ok() {
        // Copies of all that is secret do not stay behind; where it failed, somebody has to look.
        for name in ["backups", "backups-keys", "restored"] {
            let path = to.join(name);
            fs::remove_dir_all(&path).map_err(No::at(&path))?;
        }
    }
    let report = to.join(REPORT);
    let key = manifest::key(&app.keys, &app.chance)?;
    shelf::write(&report, manifest::sign(&page(app, began, &seen), &key)?.as_bytes())?;
    shelf::sync(to)?;
    Ok(Ended { seen, report })
}

fn go_through(app: &App, to: &Path, tools: &Tools) -> Told<Seen> {
    let (backups, keys_to, data) = (to.join("backups"), to.join("backups-keys"), to.join("restored"));
    let made = make::make(app, &make::Order { to: &backups, keys_to: &keys_to, tools })?;
    let name = format!("meguri_drill_{}", Chance::of_the_system().id().replace('-', ""));
    let beside = app.db.beside(&name)?;
    let restored = restore::restore(&restore::Order {
        backup: &made.folder,
        data: &data,
        database: beside.as_ref().map(|beside| beside.db.clone()),
        keys: Some(made.keys.clone()),
        key: None,
        tools,
        clock: app.clock.clone(),
    })?;
    // The backup says what it holds; the living log says what it should.
    let own = restore::root_at(app, &made.manifest.log, made.manifest.size)?;
    if own != Some(restored.manifest.root) {
        return Err(No::new(
            format!(
                "復元した記録簿のルートが、稼働中の記録簿の{}件目までのルートと一致しません。",
                made.manifest.size
            ),
            format!("The restored root is not that of the living log at {} entries.", made.manifest.size),
        ));
    }
    Ok(Seen { made, restored })
}

/// One page, Japanese above and English below.
fn page(app: &App, began: i64, seen: &Told<Seen>) -> String {
    let (from, to) = (app.clock.show(began), app.clock.show(app.clock.now_ms()));
    let verdict = if seen.is_ok() { "PASS" } else { "FAIL" };
    let (ja, en) = match seen {
        Ok(seen) => lines(seen),
        Err(no) => (
            format!(
                "失敗した理由: {}\n途中の結果を、このフォルダーに残しています。原因を調べたら消してください。\n",
                no.ja
            ),
            format!(
                "Why it failed: {}\nWhat there was is left in this folder. Remove it when the cause is known.\n",
                no.en
            ),
        ),
    };
    let kind = app.db.kind();
    let mut text = format!("復元訓練の結果 {verdict}\n開始 {from}　終了 {to}　データベース {kind}\n{ja}");
    // A text takes all that is written to it.
    let _ =
        write!(text, "--------\nRestore drill: {verdict}\nbegan {from}, ended {to}, database {kind}\n{en}");
    text
}

fn lines(seen: &Seen) -> (String, String) {
    let Seen { made, restored } = seen;
    let (size, root) = (made.manifest.size, made.manifest.root);
    let (files, bytes) = (made.manifest.items.len(), made.manifest.bytes());
    let (rows, evidence, erased) = (restored.rows, restored.evidence, restored.erased);
    (
        format!(
            "○ バックアップを作成しました（ファイル{files}件、{bytes}バイト）。\n○ 署名と、すべてのファイルのサイズとハッシュを確かめました。\n○ 空の場所に復元し、記録{size}件と{rows}行を検証しました。\n○ 証跡ファイル{evidence}件を読み直しました。\n○ 消去の再適用 {erased}件。\n○ 稼働中の記録簿とルートが一致しました。\nルート {root}\n"
        ),
        format!(
            "ok  a backup was made ({files} files, {bytes} bytes)\nok  its signature and every size and hash were checked\nok  it was restored into an empty place; {size} entries and {rows} rows were verified\nok  {evidence} evidence files were read again\nok  erasures carried out again: {erased}\nok  the root is that of the living log\nroot {root}\n"
        ),
    )
}
