//! `meguri bundle`: the package of an audit, or of the whole log, on the machine itself.

use super::acts::{self, Asker, noted, verdict};
use super::package::{self, Order};
use super::reading::Room;
use super::{heads, store};
use crate::house::fault::{Done, Fault};
use crate::house::web::App;
use crate::house::work::Rx;
use crate::people::session;
use clap::Args;
use meguri_domain::Refusal;
use meguri_domain::audit::{Audit, Package};
use meguri_domain::people::Act;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};

/// Lay entries, proofs, private texts and evidence out for somebody outside, who checks them without us.
#[derive(Args)]
pub struct Bundle {
    /// A folder that is not there yet, or a file whose name ends in .zip.
    to: PathBuf,
    /// The audit whose part of the records it holds: its name, or the id in its address.
    #[arg(long, required_unless_present = "whole", conflicts_with = "whole")]
    audit: Option<String>,
    /// The whole log instead, as a court may ask for.
    #[arg(long)]
    whole: bool,
    /// Mail address of the secretariat's member who hands it out; the record keeps it.
    #[arg(long)]
    by: String,
}

/// Makes it, and notes that it was made and left the house. Gives what it holds with the first line of its check, and whether
/// that is no failure.
pub fn run(app: &App, order: &Bundle) -> Done<(String, bool)> {
    if fs::symlink_metadata(&order.to).is_ok() {
        return Err(THERE.into());
    }
    let who = || session::by_mail(app, &order.by, Act::EditAudit, NOBODY);
    who()?;
    let heads = heads::now(app)?;
    let shown = AtomicUsize::new(usize::MAX);
    let told = |done: usize, all: usize| {
        let percent = done * 100 / all.max(1);
        if shown.swap(percent, Ordering::Relaxed) != percent {
            // Whether anybody reads how far it is does not matter.
            let _ = write!(std::io::stderr(), "\r{percent:3} %");
        }
        Ok(())
    };
    let work = Order { portion: None, heads: &heads, files: &app.files, told: &told };
    let package = match &order.audit {
        Some(audit) => of_audit(app, &who, audit, (&work, &order.to)),
        None => of_whole(app, &who, (&work, &order.to)),
    };
    let _ = writeln!(std::io::stderr(), "\r100 %");
    let package = package?;
    // What lies there now is checked once more, unless it is one file: that was made of what was checked.
    let verdict = if is_zip(&order.to) { package.verdict } else { verdict(&order.to) };
    let Package { head_size, entry_count, record_count, file_count, sha256, size_bytes, .. } = package;
    let line = format!(
        "{verdict}\nentries {entry_count} of {head_size}  records {record_count}  files {file_count}\nzip {size_bytes} bytes  sha256 {sha256}"
    );
    Ok((line, !verdict.starts_with("FAIL")))
}

const THERE: Refusal = Refusal::Because((
    "出力先がすでにあります。まだないフォルダか、.zip で終わるファイルの名前を指定してください。",
    "The place is taken. Name a folder that is not there yet, or a file that ends in .zip.",
));

fn is_zip(to: &Path) -> bool {
    to.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("zip"))
}

const NOBODY: Refusal = Refusal::Because((
    "そのメールアドレスの事務局員はいません。--by に、いまの事務局員のメールアドレスを指定してください。",
    "Nobody of the secretariat has that mail address. Give --by the address of one of its members today.",
));

/// The same package as the page makes, in the same place; the auditor reads it there too.
fn of_audit(app: &App, who: &Asker<'_>, name: &str, (work, to): (&Order<'_>, &Path)) -> Done<Package> {
    let audit = app.db.read(who()?, |rx| find(rx, name))?;
    acts::make(app, who, &audit.id, work)?;
    let package = app.db.write(who()?, &app.chance, |tx| acts::take(tx, &audit.id))?;
    let room = Room::of(app, &audit.id);
    let copied = if is_zip(to) { fs::copy(room.zip(), to).map(|_| ()) } else { copy(&room.bundle(), to) };
    copied.map_err(|error| Fault::of_disk(&error))?;
    Ok(package)
}

fn find(rx: &Rx<'_>, name: &str) -> Done<Audit> {
    let all = store::audits(rx)?;
    let found: Vec<Audit> =
        all.into_iter().filter(|each| each.id.as_str() == name || each.name == name.trim()).collect();
    match <[Audit; 1]>::try_from(found) {
        Ok([audit]) => Ok(audit),
        Err(found) if found.is_empty() => Err(Refusal::Because((
            "その名前の審査はありません。[審査]の一覧の名前か、審査の画面のアドレスにある番号を --audit に指定してください。",
            "There is no such audit. Give --audit the name on the Audits page, or the id in the address of its page.",
        ))
        .into()),
        Err(_) => Err(Refusal::Because((
            "同じ名前の審査が2件以上あります。審査の画面のアドレスにある番号を --audit に指定してください。",
            "More than one audit has that name. Give --audit the id in the address of its page.",
        ))
        .into()),
    }
}

/// The whole log: nobody reads it here, so it lies nowhere but where it was asked for.
fn of_whole(app: &App, who: &Asker<'_>, (work, to): (&Order<'_>, &Path)) -> Done<Package> {
    let beside = to.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let workshop = tempfile::tempdir_in(beside).map_err(|error| Fault::of_disk(&error))?;
    let (bundle, zip) = (workshop.path().join("bundle"), workshop.path().join("bundle.zip"));
    let made = app.db.read(who()?, |rx| {
        rx.actor().must_everywhere(Act::EditAudit)?;
        package::write(rx, work, &bundle)
    })?;
    let verdict = verdict(&bundle);
    let zipped = package::zip(&bundle, "meguri-bundle", &zip)?;
    let package = app.db.write(who()?, &app.chance, |tx| {
        let package = noted(tx, &made, &zipped, &verdict)?;
        tx.save(Package::hand_out(package, tx.actor(), tx.who.now_ms)?)
    })?;
    fs::rename(if is_zip(to) { zip } else { bundle }, to).map_err(|error| Fault::of_disk(&error))?;
    Ok(package)
}

fn copy(from: &Path, to: &Path) -> std::io::Result<()> {
    fs::create_dir(to)?;
    for each in fs::read_dir(from)? {
        let each = each?;
        let target = to.join(each.file_name());
        if each.file_type()?.is_dir() {
            copy(&each.path(), &target)?;
        } else {
            fs::copy(each.path(), target)?;
        }
    }
    Ok(())
}
