//! R1: killed at a random moment. R8: what had no answer is sent again under its key. R20: asked to stop.

use super::turn;
use super::work::{Book, found};
use crate::support::program::Program;
use std::time::Duration;

#[test]
fn killed_at_any_moment_it_keeps_what_it_acknowledged() {
    let folder = tempfile::tempdir().unwrap();
    let desk = found(folder.path());
    let book = Book::default();
    let kills = turn(8);
    for round in 0..kills {
        let program = Program::start(folder.path(), &[]).unwrap();
        // A moment within the first fiftieth of a second of work; the same in every turn.
        let moment = Duration::from_micros(round * 7_919 % 50_000);
        book.work(&desk, &program.address.clone(), || {
            std::thread::sleep(moment);
            program.end("KILL");
        });
        let wrong = book.wrong(folder.path());
        assert!(wrong.is_empty(), "after kill {round}:\n{}", wrong.join("\n"));
    }
    let program = Program::start(folder.path(), &[]).unwrap();
    let silent: Vec<_> =
        book.sent.lock().unwrap().iter().filter(|sent| sent.status.is_none()).cloned().collect();
    let mut again = silent.clone();
    again.extend(book.sent.lock().unwrap().iter().filter(|sent| sent.status.is_some()).take(20).cloned());
    for sent in &again {
        for _ in 0..2 {
            assert_eq!(desk.send(&program.address, sent), Some(303), "{sent:?} again");
        }
        // The same key with other words is no repetition; a file is known by its key alone.
        if sent.is_file {
            continue;
        }
        let other = super::work::Sent { name: format!("{}-other", sent.name), ..sent.clone() };
        assert_eq!(desk.send(&program.address, &other), Some(422), "{sent:?} with other words");
    }
    for sent in book.sent.lock().unwrap().iter_mut() {
        sent.status = Some(303);
    }
    drop(program);
    let wrong = book.wrong(folder.path());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{kills} kills, {} acts, {} of them without an answer", book.acknowledged(), silent.len());
}

#[test]
fn asked_to_stop_under_load_it_answers_and_ends_well() {
    for _ in 0..turn(2).min(50) {
        let folder = tempfile::tempdir().unwrap();
        let desk = found(folder.path());
        let book = Book::default();
        let program = Program::start(folder.path(), &[]).unwrap();
        book.work(&desk, &program.address.clone(), || {
            std::thread::sleep(Duration::from_millis(150));
            assert!(program.end("TERM").success(), "it did not end well");
        });
        let wrong = book.wrong(folder.path());
        assert!(wrong.is_empty(), "{}", wrong.join("\n"));
        assert!(book.acknowledged() > 0, "nobody wrote");
    }
}
