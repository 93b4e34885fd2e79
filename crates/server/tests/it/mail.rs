//! Mails: the outbox, and what a mail server may do to it (R18, S14).

mod headers;
mod moods;

use crate::support::House;
use crate::support::smtp::Smtp;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use meguri::house::mail::outbox::{self, Letter, Mail};
use meguri::house::mail::{self, Mailing, Settings};
use meguri::house::round::{self, Said};
use std::sync::Arc;

/// Sets the mail server of a house.
pub fn set_server(house: &mut House, url: &str) {
    let settings = Settings {
        smtp: Some(url.parse().unwrap()),
        mail_from: Some("巡り <meguri@mihon.example>".into()),
    };
    house.app.mail = Arc::new(Mailing::of(&settings).unwrap());
}

fn post(house: &House, subject: &str) {
    let letter = Letter {
        about: "test",
        recipient: "a@outside.example",
        name: "監査 太郎",
        subject,
        body: "一行目\n.\n二行目\n",
    };
    house.write_as_system(|tx| outbox::post(tx, &letter)).unwrap();
}

pub fn turn(house: &House) -> Said {
    round::go(&house.app, &mail::ROUND).unwrap()
}

fn all(house: &House) -> Vec<Mail> {
    house.read_as_system(outbox::newest).unwrap()
}

/// The minute after the next try.
fn wait(house: &House) {
    let next = all(house).iter().filter(|mail| mail.sent_at == 0).map(|mail| mail.next_at).max();
    let Some(next) = next else { return };
    let (day, noon) = (house.app.clock.day_of(next), 12 * 60);
    house.app.clock.move_to_minute(day, noon);
    let minutes = (next - house.app.clock.now_ms()) / 60_000 + 1;
    house.app.clock.move_to_minute(day, noon + i16::try_from(minutes).unwrap());
}

/// The value of a header of a text as it arrived.
fn header<'a>(text: &'a str, name: &str) -> &'a str {
    let lines = text.split("\r\n").find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
    lines.unwrap_or_else(|| panic!("no {name} in\n{text}"))
}

fn texts(server: &Smtp) -> Vec<String> {
    server.arrived().into_iter().map(|mail| mail.text).collect()
}

/// The text of a mail as its reader sees it.
pub fn body(arrived: &str) -> String {
    let (_, text) = arrived.split_once("\r\n\r\n").unwrap();
    let bytes = match header(arrived, "Content-Transfer-Encoding") {
        "base64" => STANDARD.decode(text.replace("\r\n", "")).unwrap(),
        "quoted-printable" => unquoted(text),
        other => panic!("{other}"),
    };
    String::from_utf8(bytes).unwrap()
}

/// RFC 2045, 6.7.
fn unquoted(text: &str) -> Vec<u8> {
    let text = text.replace("=\r\n", "");
    let (mut bytes, mut rest) = (Vec::new(), text.as_bytes());
    while let Some((first, after)) = rest.split_first() {
        let hex = after.get(..2).filter(|_| *first == b'=').and_then(|two| std::str::from_utf8(two).ok());
        if let Some(hex) = hex {
            bytes.push(u8::from_str_radix(hex, 16).unwrap());
            rest = &after[2..];
        } else {
            bytes.push(*first);
            rest = after;
        }
    }
    bytes
}
