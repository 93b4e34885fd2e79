//! R3: the power goes. The program works on a filesystem inside a file; the file is copied while all stands still,
//! which is what the disk would hold; the copy is mounted, and all that was acknowledged is on it. The control
//! writes without waiting for the disk and must lose.

use super::turn;
use super::work::{Book, found};
use crate::support::program::Program;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;
use tempfile::TempDir;

fn must(program: &str, words: &[&str]) {
    let done = Command::new(program).args(words).output().unwrap();
    assert!(done.status.success(), "{program} {words:?}: {}", String::from_utf8_lossy(&done.stderr));
}

/// A filesystem inside a file, mounted.
struct Disk {
    image: PathBuf,
    mount: TempDir,
}

impl Disk {
    fn made(image: PathBuf) -> Self {
        must("truncate", &["-s", "96M", image.to_str().unwrap()]);
        must("mkfs.ext4", &["-q", "-F", image.to_str().unwrap()]);
        Self::mounted(image)
    }

    fn mounted(image: PathBuf) -> Self {
        let mount = tempfile::tempdir().unwrap();
        must("mount", &["-o", "loop", image.to_str().unwrap(), mount.path().to_str().unwrap()]);
        Self { image, mount }
    }

    /// The disk as it would be found after a power cut at this moment.
    fn cut(&self, to: &Path) -> Self {
        must("cp", &["--sparse=always", self.image.to_str().unwrap(), to.to_str().unwrap()]);
        Self::mounted(to.to_owned())
    }

    fn folder(&self) -> PathBuf {
        self.mount.path().join("data")
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("-l").arg(self.mount.path()).status();
        let _ = std::fs::remove_file(&self.image);
    }
}

#[test]
fn a_power_cut_takes_nothing_that_was_acknowledged() {
    // Mounting takes rights and time; a check leaves it to the whole turn, and says so.
    let cuts = turn(0).min(200);
    if cuts == 0 {
        println!("power cuts are a part of `cargo xtask faults`");
        return;
    }
    let images = tempfile::tempdir().unwrap();
    let disk = Disk::made(images.path().join("disk"));
    let desk = found(&disk.folder());
    must("sync", &[]);
    let book = Book::default();
    let program = Program::start(&disk.folder(), &[]).unwrap();
    for cut in 0..cuts {
        let mut copy = None;
        book.work(&desk, &program.address, || {
            std::thread::sleep(Duration::from_micros(20_000 + cut * 7_919 % 60_000));
            program.signal("STOP");
            // Answers that are on their way are read before the count is taken.
            std::thread::sleep(Duration::from_millis(5));
            let known: Vec<_> = book.sent.lock().unwrap().clone();
            copy = Some((disk.cut(&images.path().join(format!("cut-{cut}"))), known));
            program.signal("CONT");
        });
        let (after, known) = copy.unwrap();
        let then = Book::default();
        *then.sent.lock().unwrap() = known;
        let wrong = then.wrong(&after.folder());
        assert!(wrong.is_empty(), "after cut {cut}:\n{}", wrong.join("\n"));
    }
    println!("{cuts} power cuts, {} acts acknowledged", book.acknowledged());
    drop(program);
    let lost = control(cuts, images.path());
    assert!(lost > 0, "the control lost nothing: the cut shows nothing");
    println!("the control lost in {lost} of {cuts} cuts");
}

/// A writer that does not wait for the disk (`synchronous = NORMAL`): in how many cuts it lost what it had committed.
fn control(cuts: u64, images: &Path) -> u64 {
    let disk = Disk::made(images.join("control"));
    std::fs::create_dir(disk.folder()).unwrap();
    let conn = rusqlite::Connection::open(disk.folder().join("c.db")).unwrap();
    conn.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; CREATE TABLE t (n INTEGER)")
        .unwrap();
    must("sync", &[]);
    let mut lost = 0;
    for cut in 0..cuts.min(20) {
        for n in 0..20 {
            conn.execute("INSERT INTO t VALUES (?1)", [n]).unwrap();
        }
        let after = disk.cut(&images.join(format!("control-{cut}")));
        let copy = rusqlite::Connection::open(after.folder().join("c.db")).unwrap();
        let held: i64 = copy.query_row("SELECT count(*) FROM t", [], |row| row.get(0)).unwrap_or_default();
        lost += u64::from(held.unsigned_abs() < (cut + 1) * 20);
    }
    lost
}
