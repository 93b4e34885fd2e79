//! R13: what is restored is what the house was at that point, while persons write.

use super::{turn, write};
use crate::support::{House, Place};
use meguri::backup::drill::{REPORT, drill};
use meguri::backup::restore::root_at;
use meguri::house::db::copy::Tools;
use meguri::house::kept::cell;
use meguri::open;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

fn size(house: &House) -> u64 {
    let rows = house.read_as_system(|rx| Ok(rx.open_rows(open!("SELECT size FROM log"), &[])?)).unwrap();
    u64::try_from(cell::<i64>(&rows[0], 0).unwrap()).unwrap()
}

#[test]
fn a_drill_passes_while_persons_write_and_restores_the_root_of_that_point() {
    for place in [Some(Place::file()), Place::schema()].into_iter().flatten() {
        let (kind, top) = (place.kind(), place.folder().clone());
        let house = House::found(place);
        write(&house.app, &house, 0);
        let (stop, written, room) = (AtomicBool::new(false), AtomicU64::new(0), AtomicU64::new(0));
        let (drills, mut between) = (turn("MEGURI_DRILLS", 2), 0);
        std::thread::scope(|scope| {
            let (house, stop, written, room) = (&house, &stop, &written, &room);
            scope.spawn(move || {
                while !stop.load(Ordering::SeqCst) {
                    if written.load(Ordering::SeqCst) < room.load(Ordering::SeqCst) {
                        write(&house.app, house, written.fetch_add(1, Ordering::SeqCst));
                    }
                    std::thread::sleep(std::time::Duration::from_millis(20));
                }
            });
            let done = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                for number in 0..drills {
                    // Some acts a drill: a whole turn must not copy ever more files.
                    room.fetch_add(8, Ordering::SeqCst);
                    let (to, before) = (top.join(format!("drill-{number}")), size(house));
                    let ended = drill(&house.app, &to, &Tools::default()).unwrap();
                    let seen = ended.seen.unwrap_or_else(|no| panic!("{no}"));
                    let (manifest, after) = (&seen.restored.manifest, size(house));
                    assert!((before..=after).contains(&manifest.size), "{before} {} {after}", manifest.size);
                    assert_eq!(
                        root_at(&house.app, &manifest.log, manifest.size).unwrap(),
                        Some(manifest.root)
                    );
                    assert!(manifest.items.len() > seen.restored.evidence, "every file, and the database");
                    assert!(seen.restored.evidence > 0 && seen.restored.rows > 0);
                    let report = std::fs::read_to_string(to.join(REPORT)).unwrap();
                    assert!(
                        report.contains("PASS") && report.contains(&manifest.root.to_string()),
                        "{report}"
                    );
                    assert_eq!(std::fs::read_dir(&to).unwrap().count(), 1, "only the page stays");
                    between += u64::from(after > before);
                }
            }));
            stop.store(true, Ordering::SeqCst);
            if let Err(panic) = done {
                std::panic::resume_unwind(panic);
            }
        });
        let written = written.load(Ordering::SeqCst);
        println!(
            "on {kind}: {drills} drills passed, {written} acts beside them, {between} drills saw new entries"
        );
        assert!(written > 0 && between > 0);
    }
}

#[test]
fn a_drill_fails_where_a_row_or_a_file_was_altered_and_says_so_on_its_page() {
    use super::super::tamper::dba::Dba;
    let place = Place::file();
    let top = place.folder().clone();
    let house = House::found(place);
    write(&house.app, &house, 0);
    let mut dba = Dba::sqlite(&top.join("meguri.db"));
    dba.run("UPDATE person SET name = '別人' WHERE name = '佐藤'");
    let ended = drill(&house.app, &top.join("one"), &Tools::default()).unwrap();
    assert!(ended.seen.err().unwrap().ja.contains("書き換えられています"));
    assert!(std::fs::read_to_string(&ended.report).unwrap().contains("FAIL"));
    dba.run("UPDATE person SET name = '佐藤' WHERE name = '別人'");
    let file = meguri::backup::make::evidence(&house.app.files).unwrap().remove(0);
    std::fs::write(house.app.files.join(file), "別の中身").unwrap();
    let ended = drill(&house.app, &top.join("two"), &Tools::default()).unwrap();
    assert!(ended.seen.err().unwrap().ja.contains("証跡ファイル"));
    assert!(
        drill(&house.app, &top.join("two"), &Tools::default()).err().unwrap().ja.contains("空ではありません")
    );
}

#[test]
fn a_house_that_has_closed_a_log_is_restored_as_well() {
    for place in [Some(Place::file()), Place::schema()].into_iter().flatten() {
        let top = place.folder().clone();
        let house = House::found(place);
        write(&house.app, &house, 0);
        meguri::record::answer::answer(&house.app, "kato@mihon.example", "鍵が漏れた", true).unwrap();
        write(&house.app, &house, 1);
        let ended = drill(&house.app, &top.join("drill"), &Tools::default()).unwrap();
        let seen = ended.seen.unwrap_or_else(|no| panic!("{no}"));
        assert!(seen.restored.manifest.size < size(&house) + 1 && seen.restored.evidence == 2);
    }
}
