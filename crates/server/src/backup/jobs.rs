//! What the calendar starts: the daily backup, the nightly verification, the weekly drill.

use super::restore::{evidence_holds, record_holds};
use super::{No, Told, drill, keys_beside, make, shelf};
use crate::house::fault::Done;
use crate::house::round::{Round, Said};
use crate::house::web::App;
use std::path::{Path, PathBuf};

const DAY_S: i64 = 24 * 60 * 60;
/// So many pages of scheduled drills are kept.
const MOST_DRILLS: usize = 12;

pub const BACKUP: Round =
    Round {
        name: "backup", word: ("バックアップ", "Backup"), every_s: DAY_S, go: |app| said(back_up(app))
    };
pub const VERIFICATION: Round = Round {
    name: "verification",
    word: ("全体の検証", "Verification of everything"),
    every_s: DAY_S,
    go: |app| said(verify(app)),
};
pub const DRILL: Round = Round {
    name: "drill",
    word: ("復元訓練", "Restore drill"),
    every_s: 7 * DAY_S,
    go: |app| said(rehearse(app)),
};

/// A no is written down in its own words; the administrator can act upon them.
#[expect(clippy::unnecessary_wraps, reason = "a round may stop")]
fn said(told: Told<Said>) -> Done<Said> {
    Ok(told.unwrap_or_else(|No { ja, en }| {
        tracing::error!(cause = en, "a round failed");
        Said::bad(ja, en)
    }))
}

fn back_up(app: &App) -> Told<Said> {
    let Some(to) = place(app)? else { return Ok(in_a_demo()) };
    let plan = &app.backups;
    let keys_to = plan.keys_to.clone().unwrap_or_else(|| keys_beside(&to));
    let made = make::make(app, &make::Order { to: &to, keys_to: &keys_to, tools: &plan.tools() })?;
    make::thin(&to, plan.keep)?;
    let (size, files) = (made.manifest.size, made.manifest.items.len());
    let megabytes = made.manifest.bytes().div_ceil(1024 * 1024);
    Ok(Said::good(
        format!("記録{size}件、ファイル{files}件（{megabytes}MB）を保存しました。"),
        format!("{size} entries and {files} files ({megabytes} MB) were saved."),
    ))
}

fn verify(app: &App) -> Told<Said> {
    let report = record_holds(app)?;
    let files = evidence_holds(app)?;
    let (size, rows) = (report.size, report.rows);
    Ok(Said::good(
        format!("記録{size}件、データ{rows}行、証跡ファイル{files}件がすべて一致しました。"),
        format!("All {size} entries, {rows} rows and {files} evidence files agree."),
    ))
}

fn rehearse(app: &App) -> Told<Said> {
    let Some(to) = place(app)? else { return Ok(in_a_demo()) };
    let drills = drills_beside(&to);
    shelf::folder(&drills)?;
    let all = shelf::stamped(&drills);
    for old in all.iter().take((all.len() + 1).saturating_sub(MOST_DRILLS)) {
        std::fs::remove_dir_all(old).map_err(No::at(old))?;
    }
    let folder = drills.join(make::stamp(app.clock.now_ms()));
    let ended = drill::drill(app, &folder, &app.backups.tools())?;
    let seen = ended.seen?;
    let size = seen.made.manifest.size;
    let report = ended.report.display();
    Ok(Said::good(
        format!(
            "合格です。記録{size}件を復元し、稼働中の記録簿との一致を確かめました。結果は {report} にあります。"
        ),
        format!("PASS. {size} entries were restored and agree with the living log. The page is {report}."),
    ))
}

/// Where the scheduled drills are held: beside the backups.
fn drills_beside(to: &Path) -> PathBuf {
    let mut name = to.file_name().unwrap_or_default().to_os_string();
    name.push("-drills");
    to.with_file_name(name)
}

/// Where the backups go; none in a demo.
fn place(app: &App) -> Told<Option<PathBuf>> {
    match &app.backups.to {
        Some(to) => Ok(Some(to.clone())),
        None if app.demo => Ok(None),
        None => Err(No::new(
            "バックアップの保存先が決まっていません。--backup-to（またはMEGURI_BACKUP_TO）に、データとは別のディスクのフォルダーを指定して起動してください。",
            "No folder for backups is set. Start with --backup-to (or MEGURI_BACKUP_TO) and a folder on another disk than the data.",
        )),
    }
}

fn in_a_demo() -> Said {
    Said::good("デモでは行いません。", "Not done in a demo.")
}
