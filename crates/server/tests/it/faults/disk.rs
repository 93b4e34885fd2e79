//! R4: no room, at every fill level. What cannot be written is refused in words, reading goes on, and when there is
//! room again, writing goes on without a restart.

use super::turn;
use super::work::{Book, found};
use crate::support::program::Program;
use std::path::Path;
use std::process::Command;
use tempfile::TempDir;

/// A filesystem in memory of so many KiB, mounted on a folder; gone at the end.
struct Small(TempDir);

impl Small {
    fn of(kib: u64) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={kib}k");
        let done =
            Command::new("mount").args(["-t", "tmpfs", "-o", &size, "none"]).arg(folder.path()).status();
        assert!(done.unwrap().success(), "a filesystem in memory can be mounted (run as root)");
        Self(folder)
    }
}

impl Drop for Small {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.0.path()).status();
    }
}

/// The KiB that are free.
fn free(folder: &Path) -> u64 {
    let said = Command::new("df").args(["--output=avail", "-k"]).arg(folder).output().unwrap().stdout;
    String::from_utf8_lossy(&said).lines().last().unwrap().trim().parse().unwrap()
}

#[test]
fn without_room_it_refuses_in_words_and_goes_on_when_there_is_room() {
    // Mounting takes rights; a check fills a database instead (`store::faults`), and leaves this to the whole turn.
    if turn(0) == 0 {
        println!("a full filesystem is a part of `cargo xtask faults`");
        return;
    }
    let small = Small::of(24 * 1024);
    let folder = small.0.path().join("data");
    let desk = found(&folder);
    let book = Book::default();
    let mut program = Program::start(&folder, &[]).unwrap();
    let steps = 20;
    let room = free(&folder);
    let (mut refused, filler) = (0, small.0.path().join("filler"));
    for step in 0..=steps {
        let left = room * (steps - step) / steps / 8;
        let taken = usize::try_from(free(&folder).saturating_sub(left)).unwrap();
        std::fs::write(&filler, vec![0; taken * 1024]).unwrap_or_default();
        for _ in 0..40 {
            let mut sent = book.next();
            sent.status = desk.send(&program.address, &sent);
            let status = sent.status.unwrap_or_else(|| panic!("no answer at step {step}"));
            assert!([303, 503, 507].contains(&status), "{status} at step {step}");
            book.put(sent);
            if status != 303 {
                refused += 1;
                break;
            }
        }
        assert_eq!(desk.look(&program.address, "/assets"), Some(200), "reading goes on at step {step}");
        std::fs::remove_file(&filler).unwrap();
        let mut sent = book.next();
        sent.status = desk.send(&program.address, &sent);
        assert_eq!(sent.status, Some(303), "with room again at step {step}");
        book.put(sent);
    }
    assert!(!program.has_ended(), "it ended");
    assert!(refused > 0, "there was always room");
    drop(program);
    let wrong = book.wrong(&folder);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    println!("{} fill levels, {refused} of them without room, {} acts", steps + 1, book.acknowledged());
}
