//! Public keys 公開鍵 of the record log, and what an outsider does with them: compare a head that he holds with ours.

pub mod comparison;
pub mod pages;

use crate::record::heads::groups;
use meguri_record::Hash;

/// The fingerprint of a public key: SHA-256 of its text, in groups to be compared with paper.
pub fn fingerprint(vkey: &str) -> String {
    groups(&Hash::of(vkey.as_bytes()).to_string())
}
