//! Files that were damaged on their way, or are something else.

use super::Kind;
use super::answers::*;
use super::books::*;

pub const KINDS: &[Kind] = &[
    ("cut short", HURT, |dice| SAMPLE[..=dice.to(SAMPLE.len() - 1)].to_vec()),
    ("bits flipped", HURT, |dice| {
        let mut bytes = SAMPLE.to_vec();
        for _ in 0..=dice.to(16) {
            let at = dice.to(bytes.len());
            bytes[at] ^= 1 << dice.to(8);
        }
        bytes
    }),
    ("bytes replaced", HURT, |dice| {
        let mut bytes = SAMPLE.to_vec();
        let (at, count) = (dice.to(bytes.len()), dice.to(400));
        for byte in bytes.iter_mut().skip(at).take(count) {
            *byte = dice.byte();
        }
        bytes
    }),
    ("bytes moved", HURT, |dice| {
        let (cut, at) = (dice.to(SAMPLE.len()), dice.to(SAMPLE.len()));
        let mut bytes = [&SAMPLE[cut..], &SAMPLE[..cut]].concat();
        bytes.truncate(at.max(4));
        bytes[..2].copy_from_slice(b"PK");
        bytes
    }),
    ("sheet bitten", HURT, |dice| {
        sample_but(|name, content| {
            if std::path::Path::new(&name).extension().is_some_and(|end| end == "xml") && dice.to(3) == 0 {
                for _ in 0..=dice.to(8) {
                    let at = dice.to(content.len());
                    let end = (at + dice.to(60)).min(content.len());
                    content.drain(at..end);
                }
            }
        })
    }),
    ("sheet scrambled", HURT, |dice| {
        sample_but(|name, content| {
            if name.contains("sheet") || name.contains("Strings") {
                for _ in 0..=dice.to(30) {
                    let at = dice.to(content.len());
                    content[at] = *dice.of(b"<>&\"'/=! 0A\xFF\x80");
                }
            }
        })
    }),
    ("noise", STRANGE, |dice| (0..=dice.to(5_000)).map(|_| dice.byte()).collect()),
    ("noise that says PK", DAMAGED, |dice| {
        let noise = (0..dice.to(5_000)).map(|_| dice.byte());
        b"PK\x03\x04".iter().copied().chain(noise).collect()
    }),
    ("another kind of file", &["not_a_workbook", "markup"], |dice| {
        let start = *dice.of(&[
            "%PDF-1.7\n",
            "{\\rtf1",
            "GIF89a",
            "<html>",
            "<?xml version='1.0'?>",
            " <!DOCTYPE a>",
        ]);
        [start, &csv(3)].concat().into_bytes()
    }),
    ("a picture", &["not_a_workbook"], |dice| {
        [b"\x89PNG\r\n\x1a\n\0\0", &dice.text(900).into_bytes()[..]].concat()
    }),
];
