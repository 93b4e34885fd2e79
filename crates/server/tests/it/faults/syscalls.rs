//! R2 and R5: the system under the program says no, or the program is killed, at the n-th call of a kind.

use super::turn;
use super::work::{Book, found};
use crate::support::program::Program;
use std::time::Duration;

const CALLS: [&str; 6] = ["fsync", "pwrite64", "openat", "rename", "ftruncate", "close"];
const STRACE: [&str; 5] = ["strace", "-f", "-qq", "-o", "/dev/null"];
const FAULTS: [&str; 3] = ["error=EIO", "error=ENOSPC", "signal=SIGKILL"];

#[test]
fn at_any_call_that_fails_nothing_acknowledged_is_lost() {
    let whole = turn(0) > 0;
    let (mut planted, mut ended, mut acts) = (0, 0, 0);
    for call in CALLS {
        for fault in FAULTS {
            // Each thread counts for itself: small numbers reach the start as well as the work.
            let moments: Vec<u64> = if whole { (1..=40).step_by(3).collect() } else { vec![6] };
            for moment in moments {
                let folder = tempfile::tempdir().unwrap();
                let desk = found(folder.path());
                let book = Book::default();
                let (trace, inject) =
                    (format!("trace={call}"), format!("inject={call}:{fault}:when={moment}"));
                let under = [&STRACE[..], &["-e", &trace, "-e", &inject]].concat();
                if let Some(mut program) = Program::start(folder.path(), &under) {
                    book.work(&desk, &program.address.clone(), || {
                        std::thread::sleep(Duration::from_millis(300));
                    });
                    ended += u32::from(program.has_ended());
                    program.end("KILL");
                }
                planted += 1;
                acts += book.acknowledged();
                let wrong = book.wrong(folder.path());
                assert!(wrong.is_empty(), "{call} {fault} at {moment}:\n{}", wrong.join("\n"));
            }
        }
    }
    println!("{planted} faults planted, the program ended at {ended} of them, {acts} acts acknowledged");
}

#[test]
fn when_the_disk_does_not_keep_its_word_the_program_ends() {
    let folder = tempfile::tempdir().unwrap();
    let desk = found(folder.path());
    let book = Book::default();
    // From some call on, every one fails: an answer after that would be a promise nobody can keep.
    let under = [&STRACE[..], &["-e", "trace=fsync", "-e", "inject=fsync:error=EIO:when=20+"]].concat();
    let mut program = Program::start(folder.path(), &under).unwrap();
    book.work(&desk, &program.address.clone(), || {
        for _ in 0..300 {
            std::thread::sleep(Duration::from_millis(100));
            if program.has_ended() {
                break;
            }
        }
    });
    assert!(program.has_ended(), "it goes on after a sync that failed");
    let good = book.acknowledged();
    assert!(good > 0, "nobody wrote before the fault");
    let wrong = book.wrong(folder.path());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let program = Program::start(folder.path(), &[]).unwrap();
    book.work(&desk, &program.address, || std::thread::sleep(Duration::from_millis(100)));
    assert!(book.acknowledged() > good, "it does not go on after a restart");
}
