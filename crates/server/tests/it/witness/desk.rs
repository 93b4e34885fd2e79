//! What a witness answers, and that it never goes back: not for a stranger, not for the log itself, not after `kill -9`.

use super::Running;
use meguri::house::outward::post;
use meguri_record::tree::leaf;
use meguri_record::witness::Request;
use meguri_record::{Checkpoint, Duty, Hash, Note, Prover, SignerKey};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

const ORIGIN: &str = "example.co.jp/6f1c";

fn key(name: &str, seed: u8) -> SignerKey {
    SignerKey::new(name, Duty::Log, [seed; 32]).unwrap()
}

fn log(size: u64, from: u64) -> Prover {
    let word = |n: u64| if n < from { format!("{n}") } else { format!("other {n}") };
    Prover::new((0..size).map(|n| leaf(word(n).as_bytes())).collect())
}

fn request(prover: &Prover, key: &SignerKey, old: u64, new: u64) -> Request {
    let origin = key.verifier().name().to_owned();
    let head = Checkpoint { origin, size: new, root: prover.root(new).unwrap() };
    let mut note = Note::new(&head.text()).unwrap();
    note.add(key.sign(note.text()).unwrap());
    let proof = prover.consistency(old, new).unwrap_or_default();
    Request { old, proof, note: note.to_string() }
}

fn send(witness: &Running, body: &str) -> (u16, String) {
    post(&format!("{}/add-checkpoint", witness.url()), body).unwrap()
}

/// Raw bytes in, the whole answer out.
fn raw(witness: &Running, bytes: &[u8]) -> String {
    let mut stream = TcpStream::connect(&witness.program().address).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

#[test]
fn every_answer_is_that_of_the_description() {
    let (own, other, good) = (key(ORIGIN, 1), key(ORIGIN, 2), log(40, 40));
    let witness = Running::over(vec![own.verifier().text()]);
    let ask = |request: &Request| send(&witness, &request.text());
    assert_eq!(ask(&request(&good, &own, 7, 20)).0, 409);
    assert_eq!(ask(&request(&good, &own, 7, 20)).1, "0\n", "it has cosigned nothing yet");
    let (status, line) = ask(&request(&good, &own, 0, 20));
    assert_eq!(status, 200, "{line}");
    let head = request(&good, &own, 0, 20);
    let text = Note::read(&head.note).unwrap().text().to_owned();
    let note = Note::read(&format!("{text}\n{line}")).unwrap();
    assert!(note.signatures().iter().all(|line| witness.key.made(line)), "{line}");
    assert!(witness.key.verify(&text, &note.signatures()[0]).unwrap().time > Some(1_700_000_000));
    assert_eq!(ask(&request(&good, &own, 20, 33)).0, 200);
    assert_eq!(ask(&request(&good, &own, 20, 40)), (409, "33\n".into()));
    assert_eq!(ask(&request(&good, &own, 20, 20)), (409, "33\n".into()), "an older head");
    let unproved = Request { proof: Vec::new(), ..request(&good, &own, 33, 40) };
    assert_eq!(ask(&unproved).0, 422);
    assert_eq!(ask(&request(&log(40, 5), &own, 33, 40)).0, 422);
    assert_eq!(ask(&request(&good, &other, 33, 40)).0, 403);
    assert_eq!(ask(&request(&good, &key("example.com/x", 1), 33, 40)).0, 404);
    assert_eq!(ask(&request(&good, &own, 33, 33)).0, 200, "the same again");
    for body in ["", "old 0\n", "old 1\n\nx\n", "\u{0}", "old 41\n\n\n\n"] {
        assert_eq!(send(&witness, body).0, 400, "{body:?}");
    }
    let beyond = Request { old: 39, ..request(&good, &own, 33, 33) };
    assert_eq!(ask(&beyond).0, 400, "an old size beyond the head");
    let many = Request { proof: vec![Hash([1; 32]); 64], ..request(&good, &own, 33, 40) };
    assert_eq!(ask(&many).0, 400, "too many lines");
    // It may hang up while the rest is still being sent.
    let long = post(&format!("{}/add-checkpoint", witness.url()), &"x".repeat(1 << 20));
    assert!(long.as_ref().is_ok_and(|(status, _)| *status == 413) || long.is_err(), "{long:?}");
    let conflict = raw(&witness, &over_http(request(&good, &own, 1, 40).text().as_bytes()));
    assert!(conflict.to_lowercase().contains("content-type: text/x.tlog.size"), "{conflict}");
    let bytes = raw(&witness, &over_http(&[0xff, 0xfe, 0x0a]));
    assert!(bytes.starts_with("HTTP/1.1 400"), "{bytes}");
    let page = raw(&witness, b"GET / HTTP/1.1\r\nHost: w\r\nConnection: close\r\n\r\n");
    assert!(
        page.contains(ORIGIN) && page.contains("entries: 33") && page.contains(&witness.key.text()),
        "{page}"
    );
    assert!(!page.contains("PRIVATE"), "{page}");
}

fn over_http(body: &[u8]) -> Vec<u8> {
    let head = format!(
        "POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nConnection: close\r\nContent-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

#[test]
fn its_key_is_for_its_owner_alone_and_stays_and_one_folder_has_one_witness() {
    use std::os::unix::fs::PermissionsExt;
    let own = key(ORIGIN, 1).verifier().text();
    let mut witness = Running::over(vec![own]);
    let before = witness.key.text();
    let mode = |path: &std::path::Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    let secret = witness.files("witness.key").remove(0);
    assert_eq!((mode(&secret), mode(secret.parent().unwrap())), (0o600, 0o700));
    let twice = crate::support::program::Program::start_with(
        witness.place.folder(),
        &[],
        &["witness", "--log", &witness.logs[0].clone()],
    );
    assert!(twice.is_none(), "a second one over the same folder");
    witness.again("TERM");
    assert!(witness.program().said.iter().any(|line| line.ends_with(&before)), "the key stays");
    witness.end("TERM");
    std::fs::set_permissions(&secret, std::fs::Permissions::from_mode(0o644)).unwrap();
    let open = crate::support::program::Program::start_with(
        witness.place.folder(),
        &[],
        &["witness", "--log", &witness.logs[0].clone()],
    );
    assert!(open.is_none(), "a key that others may read");
}

#[test]
fn a_head_that_was_cosigned_last_and_cannot_be_read_is_never_taken_for_none() {
    let (own, good) = (key(ORIGIN, 1), log(40, 40));
    let mut witness = Running::over(vec![own.verifier().text()]);
    assert_eq!(send(&witness, &request(&good, &own, 0, 20).text()).0, 200);
    let held = witness.files(".note").remove(0);
    let text = std::fs::read_to_string(&held).unwrap();
    for damaged in
        [String::new(), text.replacen("\n20\n", "\n10\n", 1), text.replace("— witness", "— witnesz")]
    {
        std::fs::write(&held, damaged).unwrap();
        assert_eq!(send(&witness, &request(&good, &own, 0, 10).text()).0, 500);
    }
    std::fs::write(&held, text).unwrap();
    assert_eq!(send(&witness, &request(&good, &own, 20, 21).text()).0, 200);
    witness.end("TERM");
}

/// How often it is killed; `MEGURI_WITNESS_KILLS=1000` for the long turn.
fn turns() -> u64 {
    std::env::var("MEGURI_WITNESS_KILLS").ok().and_then(|text| text.parse().ok()).unwrap_or(25)
}

#[test]
fn killed_at_any_moment_it_stands_no_lower_than_it_answered() {
    let (own, good) = (key(ORIGIN, 1), log(100_000, 100_000));
    let mut witness = Running::over(vec![own.verifier().text()]);
    let (answered, refused) = (AtomicU64::new(0), AtomicU64::new(0));
    for turn in 0..turns() {
        std::thread::scope(|scope| {
            let url = format!("{}/add-checkpoint", witness.url());
            for thread in 0..3u64 {
                let (url, own, good, answered, refused) = (url.clone(), &own, &good, &answered, &refused);
                scope.spawn(move || {
                    // Each goes on from what it believes, which another has often overtaken, until the witness is gone.
                    let mut old = answered.load(Ordering::SeqCst);
                    for step in 1.. {
                        let new = (old + 1 + (step + thread) % 3).min(good.size());
                        match post(&url, &request(good, own, old, new).text()) {
                            Ok((200, _)) => {
                                answered.fetch_max(new, Ordering::SeqCst);
                                old = new;
                            }
                            Ok((409, held)) => {
                                refused.fetch_add(1, Ordering::SeqCst);
                                old = held.trim().parse().unwrap();
                            }
                            Ok(other) => panic!("{other:?}"),
                            Err(_) => return,
                        }
                    }
                });
            }
            std::thread::sleep(Duration::from_millis(20 + (turn * 37) % 60));
            witness.program().signal("KILL");
        });
        let sure = answered.load(Ordering::SeqCst);
        witness.again("KILL");
        let (status, held) = send(&witness, &request(&good, &own, good.size(), good.size()).text());
        let held: u64 = held.trim().parse().unwrap();
        assert!(status == 409 && held >= sure, "turn {turn}: {sure} answered, {held} held");
        answered.store(held, Ordering::SeqCst);
    }
    let (answered, refused) = (answered.into_inner(), refused.into_inner());
    assert!(answered > turns() && refused > 0, "nothing happened: {answered} {refused}");
    println!("{} kills, {answered} entries cosigned, {refused} overtaken, never back", turns());
}
