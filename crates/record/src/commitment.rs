//! The seal on a private text: it fixes the text without showing it.

use sha2::{Digest, Sha256};

use crate::tree::Hash;

/// Keeps these hashes apart from every other use of SHA-256, leaves and nodes of the tree included.
const DOMAIN: &[u8] = b"meguri/payload/v1\0";

/// A private payload with its salt (32 bytes from the operating system's random source), as it was committed to.
pub type Payload = ([u8; 32], Vec<u8>);

/// The commitment to one private payload: SHA-256(`"meguri/payload/v1"` ‖ `0x00` ‖ salt ‖ payload).
///
/// A name or a yes/no answer can be guessed from its bare hash; the salt is what stops the guessing, so every payload
/// gets a fresh one. The salt's fixed length is what keeps it from being confused with the payload's first bytes.
pub fn commit(salt: &[u8; 32], payload: &[u8]) -> Hash {
    Hash(Sha256::new().chain_update(DOMAIN).chain_update(salt).chain_update(payload).finalize().into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_commitment_is_the_hash_of_domain_zero_salt_and_payload() {
        let mut joined = b"meguri/payload/v1".to_vec();
        joined.push(0);
        joined.extend([7; 32]);
        joined.extend("山田".as_bytes());
        assert_eq!(commit(&[7; 32], "山田".as_bytes()), Hash::of(&joined));
    }

    #[test]
    fn salt_and_payload_both_matter() {
        assert_ne!(commit(&[1; 32], b"yes"), commit(&[2; 32], b"yes"));
        assert_ne!(commit(&[1; 32], b"yes"), commit(&[1; 32], b"no"));
    }
}
