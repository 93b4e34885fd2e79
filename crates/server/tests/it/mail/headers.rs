//! S14: whatever names and subjects hold, a mail has its own headers, one recipient, and nothing more.

use super::{all, header, set_server, texts, turn};
use crate::support::House;
use crate::support::Place;
use crate::support::smtp::{Mood, Smtp};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use meguri::house::clock::Chance;
use meguri::house::mail::outbox::{self, Letter};
use std::collections::BTreeSet;

const HEADERS: [&str; 8] = [
    "From",
    "To",
    "Subject",
    "Message-ID",
    "Date",
    "Content-Type",
    "Content-Transfer-Encoding",
    "MIME-Version",
];

/// Pieces of which names and subjects are put together.
const PIECES: [&str; 24] = [
    "\r\n",
    "\n",
    "\r",
    "\0",
    "\u{b}",
    "\u{85}",
    "\u{2028}",
    "Bcc: evil@evil.example",
    "\r\n\r\n",
    "\r\n.\r\n",
    "RCPT TO:<evil@evil.example>",
    "監査",
    "髙﨑 美咲",
    "=?utf-8?q?=0D=0ABcc=3A_evil=40evil.example?=",
    "\"",
    "\\",
    "<",
    ">",
    ",",
    ";",
    "a@b.example",
    "とても長い名前とても長い名前とても長い名前とても長い名前",
    "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx",
    " ",
];

#[test]
fn no_name_and_no_subject_makes_a_header_or_a_recipient() {
    let mut house = House::found(Place::memory());
    let server = Smtp::start(Mood::Takes);
    set_server(&mut house, &server.url());
    let chance = Chance::seeded(14);
    let mut written = Vec::new();
    for n in 0..1_000 {
        let bytes = chance.bytes();
        let text = |from: usize, len: usize| -> String {
            let repeat = if n % 50 == 0 { 40 } else { 1 };
            bytes[from..from + len]
                .iter()
                .map(|byte| PIECES[usize::from(*byte) % PIECES.len()])
                .collect::<String>()
                .repeat(repeat)
        };
        let (name, subject) = (text(0, 6), text(6, 9));
        let letter = Letter {
            about: "test",
            recipient: "a@outside.example",
            name: &name,
            subject: &subject,
            body: &text(15, 9),
        };
        house.write_as_system(|tx| outbox::post(tx, &letter)).unwrap();
        written.push((name, subject));
    }
    for _ in 0..20 {
        turn(&house);
    }
    let arrived = server.arrived();
    assert_eq!(arrived.len(), 1_000, "{:?}", all(&house).iter().find(|mail| mail.sent_at == 0));
    for mail in &arrived {
        assert_eq!(mail.to, ["RCPT TO:<a@outside.example>"], "{}", mail.text);
    }
    let wanted: BTreeSet<&str> = HEADERS.into();
    for text in texts(&server) {
        let head = text.split("\r\n\r\n").next().unwrap();
        assert!(!head.replace("\r\n", "").contains(['\r', '\n', '\0']), "{head:?}");
        let lines: Vec<&str> = head.split("\r\n").filter(|line| !line.starts_with([' ', '\t'])).collect();
        let names: BTreeSet<&str> = lines.iter().map(|line| line.split(':').next().unwrap()).collect();
        assert_eq!((lines.len(), &names), (HEADERS.len(), &wanted), "{head}");
        assert!(head.split("\r\n").all(|line| line.len() < 998), "{head}");
        for name in ["Subject", "To"] {
            let said = decoded(&unfolded(head, name));
            assert!(!said.chars().any(char::is_control), "{said:?}\n{head}");
        }
        let to = decoded(&unfolded(head, "To"));
        assert!(to.ends_with("<a@outside.example>") || to == "a@outside.example", "{to}");
    }
    println!(
        "1000 mails, {} with a line break in name or subject",
        written.iter().filter(|(name, subject)| name.contains('\n') || subject.contains('\n')).count()
    );
}

/// A header with its continued lines.
fn unfolded(head: &str, name: &str) -> String {
    let first = header(head, name);
    let at = head.find(&format!("{name}: ")).unwrap() + name.len() + 2;
    let mut value = first.to_owned();
    for line in head[at..].split("\r\n").skip(1).take_while(|line| line.starts_with([' ', '\t'])) {
        value.push_str(line);
    }
    value
}

/// RFC 2047, as a reader's program would show it; words of `=?utf-8?b?…?=` alone, because those are what is written here.
fn decoded(value: &str) -> String {
    let mut out = String::new();
    let mut rest = value;
    while let Some(at) = rest.find("=?utf-8?b?") {
        out.push_str(rest[..at].trim_matches(' '));
        let word = &rest[at + 10..];
        let end = word.find("?=").unwrap();
        out.push_str(&String::from_utf8_lossy(&STANDARD.decode(&word[..end]).unwrap()));
        rest = &word[end + 2..];
    }
    out.push_str(rest);
    out
}
