//! Units of work about audits: planning, inviting, ending; making the package behind the answer, and taking it.

use super::package::{self, Made, Order};
use super::reading::Room;
use super::store;
use crate::house::fault::{Done, Fault};
use crate::house::web::App;
use crate::house::work::{Rx, Tx, Who};
use crate::people::{acts as people, store as persons};
use meguri_domain::audit::{Audit, Package};
use meguri_domain::ids::{AuditId, PackageId, PersonId};
use meguri_domain::people::{Act, Person, Role};
use meguri_domain::{Date, Refusal};
use meguri_record::bundle::{Outside, check};
use std::fs;

/// Plans an audit.
pub fn plan(tx: &Tx<'_>, audit: Audit) -> Done<Audit> {
    let known = persons::departments(tx)?;
    if audit.departments.iter().any(|id| known.iter().all(|each| each.id != *id)) {
        return Err(Refusal::NotFound.into());
    }
    let audit = Audit { id: tx.id(AuditId::new), ..audit };
    tx.save(Audit::plan(audit, tx.actor(), tx.today())?)
}

/// Invites an external auditor: an account that lives until the last day of access, and a link for its password.
/// Somebody who has an account already gets no new link, and nobody of the house becomes an external auditor.
pub fn invite(tx: &Tx<'_>, id: &AuditId, (name, email): (&str, &str)) -> Done<Option<String>> {
    let audit = store::audit(tx, id)?;
    tx.actor().must_everywhere(Act::EditAudit)?;
    let known = persons::person_by_email(tx, &email.trim().to_lowercase())?;
    let (person, secret) = if let Some(person) = known {
        must_be_outside(tx, &person)?;
        (person.id, None)
    } else {
        let person = tx.save(Person::enrol(tx.id(PersonId::new), name, email)?)?;
        let secret = people::invite(tx, Some(&person.id))?;
        (person.id, Some(secret))
    };
    lives_until(tx, &person, audit.until_on)?;
    tx.save(audit.invite(&person, tx.actor(), tx.today())?)?;
    tx.act("audit.invited");
    Ok(secret)
}

fn must_be_outside(rx: &Rx<'_>, person: &Person) -> Done<()> {
    let inside = |role: Role| role != Role::ExternalAuditor;
    if person.active && persons::postings_of(rx, &person.id)?.iter().all(|each| !inside(each.role)) {
        return Ok(());
    }
    Err(Refusal::Because((
        "このメールアドレスは社内の人か退職した人のものです。審査員には、社外の人のメールアドレスを登録してください。",
        "This address belongs to somebody of the organisation, or to a leaver. Enter the address of somebody outside.",
    ))
    .into())
}

fn lives_until(tx: &Tx<'_>, person: &PersonId, until: Date) -> Done<()> {
    let held = persons::postings_of(tx, person)?;
    if held.iter().all(|each| each.to_on.is_some_and(|last| last < until)) {
        people::post(tx, person, Role::ExternalAuditor, None, tx.today(), Some(until))?;
    }
    Ok(())
}

/// Ends the showing of an audit.
pub fn end(tx: &Tx<'_>, id: &AuditId) -> Done<Audit> {
    tx.save(store::audit(tx, id)?.end(tx.actor())?)
}

/// The name under which the making of an audit's package is found among the errands.
pub fn errand(id: &AuditId) -> String {
    ["package/", id.as_str()].concat()
}

/// Who has a package made, asked anew for each unit of work: the making takes a while.
pub type Asker<'a> = dyn Fn() -> Done<Who> + 'a;

/// Makes the package of an audit, checks it, and puts it in the place of the last one. What the audit covers is read here.
pub fn make(app: &App, who: &Asker<'_>, id: &AuditId, order: &Order<'_>) -> Done<Package> {
    let room = Room::of(app, id);
    private(&Room::house(app))?;
    let _alone = alone(&room)?;
    let workshop = room.workshop();
    clear(&workshop)?;
    clear(&room.former())?;
    let done = make_in(app, who, id, order);
    if done.is_err() {
        clear(&workshop)?;
    }
    // Taken away here and not in the unit of work, where everybody would wait for it.
    clear(&room.former())?;
    done
}

/// Only one at a time makes the package of an audit, in all processes of this house.
fn alone(room: &Room) -> Done<fs::File> {
    let file =
        fs::File::create(room.folder().with_extension("lock")).map_err(|error| Fault::of_disk(&error))?;
    match file.try_lock() {
        Ok(()) => Ok(file),
        Err(fs::TryLockError::WouldBlock) => Err(Refusal::Because((
            "この審査の審査用ファイルは、いま作成中です。終わってから、もう一度実行してください。",
            "The package of this audit is being made already. Try again when that is done.",
        ))
        .into()),
        Err(fs::TryLockError::Error(error)) => Err(Fault::of_disk(&error).into()),
    }
}

fn make_in(app: &App, who: &Asker<'_>, id: &AuditId, order: &Order<'_>) -> Done<Package> {
    let room = Room::of(app, id);
    let workshop = room.workshop();
    private(&workshop)?;
    let bundle = workshop.join("bundle");
    let made = app.db.read(who()?, |rx| {
        let audit = store::audit(rx, id)?;
        audit.must_be_open(rx.today())?;
        let portion = Some(audit.portion(app.calendar_start()));
        package::write(rx, &Order { portion, ..*order }, &bundle)
    })?;
    let verdict = verdict(&bundle);
    let zipped = package::zip(&bundle, "meguri-bundle", &workshop.join("bundle.zip"))?;
    let done = app.db.write(who()?, &app.chance, |tx| {
        let audit = store::audit(tx, id)?;
        let package = Package { audit_id: Some(id.clone()), ..noted(tx, &made, &zipped, &verdict)? };
        let package = tx.save(Package::make(package, &audit, tx.actor(), tx.today())?)?;
        if room.folder().exists() {
            moved(room.folder(), &room.former())?;
        }
        moved(&workshop, room.folder())?;
        Ok(package)
    });
    if done.is_err() && room.former().exists() {
        // What is noted is still the last one.
        clear(room.folder())?;
        moved(&room.former(), room.folder())?;
    }
    done
}

fn moved(from: &std::path::Path, to: &std::path::Path) -> Done<()> {
    Ok(fs::rename(from, to).map_err(|error| Fault::of_disk(&error))?)
}

/// What was made, as it is noted.
pub fn noted(tx: &Tx<'_>, made: &Made, (sha256, size): &(String, u64), verdict: &str) -> Done<Package> {
    let number = |n: usize| i64::try_from(n).unwrap_or(i64::MAX);
    Ok(Package {
        id: tx.id(PackageId::new),
        version: 1,
        audit_id: None,
        person_id: tx.actor().person.clone(),
        head_size: i64::try_from(made.head_size).map_err(Fault::broken)?,
        entry_count: number(made.entries),
        record_count: number(made.records.values().sum()),
        file_count: number(made.files),
        sha256: sha256.clone(),
        size_bytes: i64::try_from(*size).map_err(Fault::broken)?,
        verdict: verdict.to_owned(),
        made_at: tx.who.now_ms,
        taken: 0,
        taken_at: 0,
    })
}

/// The first line of the check of a bundle, as both verifiers say it.
pub fn verdict(bundle: &std::path::Path) -> String {
    let found = check(bundle, &Outside::default());
    let text = meguri_record::bundle::page(&found, meguri_record::bundle::Language::En);
    text.lines().next().unwrap_or_default().to_owned()
}

/// Notes that the package is taken out of the house.
pub fn take(tx: &Tx<'_>, id: &AuditId) -> Done<Package> {
    let audit = store::audit(tx, id)?;
    let package = store::package(tx, id)?.ok_or(Refusal::NotFound)?;
    tx.save(package.take(&audit, tx.actor(), (tx.today(), tx.who.now_ms))?)
}

/// Puts away what is no longer shown: packages of audits that ended, and those that have lain for long enough.
pub fn put_away(app: &App) -> Done<usize> {
    let now = app.clock.now_ms();
    let who = crate::people::session::house(app);
    let gone = app.db.read(who, |rx| {
        let mut gone = Vec::new();
        let there = |audit: &Audit| Room::of(app, &audit.id).folder().exists();
        for audit in store::all(rx)?.into_iter().filter(there) {
            let kept = store::package(rx, &audit.id)?.is_some_and(|package| package.is_kept(now));
            if !audit.is_open(rx.today()) || !kept {
                gone.push(audit.id);
            }
        }
        Ok(gone)
    })?;
    let mut cleared = 0;
    for id in gone {
        clear(Room::of(app, &id).folder())?;
        cleared += 1;
    }
    Ok(cleared)
}

/// Puts every package away: after an erasure none may go on holding what was erased.
pub fn put_all_away(app: &App) -> Done<()> {
    clear(&Room::house(app))
}

pub fn clear(folder: &std::path::Path) -> Done<()> {
    match fs::remove_dir_all(folder) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(Fault::of_disk(&error).into()),
        _ => Ok(()),
    }
}

pub fn private(folder: &std::path::Path) -> Done<()> {
    use std::os::unix::fs::DirBuilderExt;
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(folder);
    Ok(made.map_err(|error| Fault::of_disk(&error))?)
}
