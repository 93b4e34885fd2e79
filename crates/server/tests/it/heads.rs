//! Signed heads: what is signed, what is never signed, and what an administrator's answer does.

mod keys;
mod noted;
mod outside;
mod pasted;
mod rollback;
mod signing;

use crate::support::House;
use crate::tamper::dba::Dba;
use meguri::record::heads::{self, Head, Way};
use meguri::record::signing::{Off, Signed};
use meguri_record::Hash;

pub fn sign(house: &House) -> Signed {
    heads::sign_now(&house.app).unwrap()
}

fn off(house: &House) -> Off {
    match sign(house) {
        Signed::Off(off) => off,
        other => panic!("signed: {other:?}"),
    }
}

pub fn all(house: &House) -> Vec<Head> {
    house.read_as_system(heads::all).unwrap()
}

/// The newest head, handed out.
fn hand_out(house: &House) -> Head {
    let head = all(house).pop().unwrap();
    heads::held_outside(&house.app, &head, Way::Paper, &head.note).unwrap();
    head
}

/// One more entry.
pub fn add(house: &House, name: &str) {
    house
        .act("加藤", |tx| {
            meguri::calendar::acts::set(tx, "organisation", name)?;
            Ok(())
        })
        .unwrap();
}

pub fn leaf(bytes: &str) -> String {
    let hash: Hash = meguri_record::tree::leaf(bytes.as_bytes());
    hash.to_string()
}

pub fn size(house: &House) -> u64 {
    house.read_as_system(|rx| Ok(meguri::record::store::head(rx)?.size)).unwrap()
}

pub fn dba(house: &House) -> Dba {
    match house.place().address() {
        Some(address) => Dba::postgres(&address),
        None => Dba::sqlite(&house.place().folder().join("meguri.db")),
    }
}

/// The text of a page, as a reader sees its letters.
fn unescaped(body: &str) -> String {
    let pairs =
        [("&#34;", "\""), ("&#39;", "'"), ("&#60;", "<"), ("&#62;", ">"), ("&#43;", "+"), ("&#38;", "&")];
    pairs.iter().fold(body.to_owned(), |text, (from, to)| text.replace(from, to))
}
