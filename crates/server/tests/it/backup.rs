//! Backups (TRUST.md R13, R14): drills while persons write, damaged backups that are refused before anything is touched,
//! and the ground on which the program refuses to stand (R6).
//!
//! `MEGURI_DRILLS=50` and `MEGURI_DAMAGES=1000` are the whole turns.

mod damages;
mod drills;
mod ground;
mod ways;

use crate::support::House;
use meguri::house::clock::Chance;
use meguri::house::web::App;
use meguri::inspection::files::Incoming;
use meguri::people::{acts, session};
use meguri_domain::evidence::{Evidence, EvidenceKind};
use meguri_domain::ids::EvidenceId;

/// How many of something a turn holds.
fn turn(name: &str, few: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(few)
}

/// A person enrolled and a file attached: one row and one file more, in two entries.
fn write(app: &App, house: &House, number: u64) {
    let chance = Chance::of_the_system();
    let text = format!("証跡の控え {number} {}", chance.id());
    let mut incoming = Incoming::begin(&app.files, &chance).unwrap();
    incoming.take(text.as_bytes()).unwrap();
    let (hash, size) = incoming.keep(&app.files, "控え.txt").unwrap();
    let department_id = house.department("営業部");
    app.db
        .write(session::house(app), &chance, |tx| {
            let evidence = Evidence {
                id: tx.id(EvidenceId::new),
                version: 1,
                department_id,
                subject_id: "a-subject".into(),
                kind: EvidenceKind::File,
                label: "控え.txt".into(),
                sha256: hash.to_string(),
                size_bytes: i64::try_from(size).unwrap(),
                in_force: true,
            };
            tx.save(Evidence::attach(evidence)?)?;
            tx.file(hash, size);
            Ok(())
        })
        .unwrap();
    let email = format!("n{}@mihon.example", chance.id());
    app.db.write(session::house(app), &chance, |tx| acts::enrol(tx, "新人", &email)).unwrap();
}
