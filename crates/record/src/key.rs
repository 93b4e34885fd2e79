//! Keys as text: what a log or a witness signs with, and what everybody else checks with.
//!
//! Signatures are Ed25519 (RFC 8032). Names, key ids, signature types and the text of a verifier key are those of C2SP
//! signed-note and tlog-cosignature; the text of a signer key is the one that Go's `sumdb/note` has made common. A key is
//! made from 32 bytes that the caller drew: this room knows no chance and no disk.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature as Ed25519, Signer, SigningKey, VerifyingKey};
use sha2::{Digest, Sha256};

use crate::note::Signature;

/// What a key is for. It is part of the key's id, so a signature of one kind can never pass for one of the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Duty {
    /// Signs the heads of its own log: signature type `0x01` of C2SP signed-note.
    Log,
    /// Cosigns heads of others at a time it names: type `0x04`, `cosignature/v1` of C2SP tlog-cosignature.
    Witness,
}

/// The public half of a key, with the name under which it signs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    name: String,
    duty: Duty,
    key: VerifyingKey,
}

/// The secret half. It is never printed by `{:?}`; [`SignerKey::secret_text`] is the only way out.
#[derive(Clone)]
pub struct SignerKey {
    name: String,
    duty: Duty,
    key: SigningKey,
}

/// Whether this may be the name of a key or the origin of a log: not empty, no Unicode spaces and no `+` (C2SP
/// signed-note, "Format"), and, beyond the paper, no control characters.
pub fn is_name(text: &str) -> bool {
    !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+')
}

impl Duty {
    /// The signature type identifier byte.
    const fn byte(self) -> u8 {
        match self {
            Self::Log => 0x01,
            Self::Witness => 0x04,
        }
    }

    fn of(byte: u8) -> Option<Self> {
        [Self::Log, Self::Witness].into_iter().find(|duty| duty.byte() == byte)
    }
}

impl VerifierKey {
    /// Reads a verifier key: `<name>+<key id, 8 hex digits>+<base64 of type and key>` (C2SP signed-note, "Verifier keys").
    ///
    /// # Errors
    /// [`KeyError`], also for a key of small order, under which anybody can sign (RFC 8032 section 8.9 leaves this to
    /// the protocol).
    pub fn read(text: &str) -> Result<Self, KeyError> {
        let (name, duty, bytes) = parts(text)?;
        let key = VerifyingKey::from_bytes(&bytes).map_err(|_| KeyError::Key)?;
        if key.is_weak() || key.to_bytes() != bytes {
            return Err(KeyError::Key);
        }
        let read = Self { name: name.to_owned(), duty, key };
        if read.text() == text { Ok(read) } else { Err(KeyError::Id) }
    }

    /// The text that [`VerifierKey::read`] reads: what is printed, mailed and written into a policy.
    pub fn text(&self) -> String {
        let Self { name, duty, key } = self;
        format!("{name}+{}+{}", hex(self.id()), encode(*duty, key.as_bytes()))
    }

    /// The name under which it signs; for a log, the origin of its heads.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it is for.
    pub fn duty(&self) -> Duty {
        self.duty
    }

    /// First four bytes of SHA-256(name ‖ LF ‖ type ‖ key) (C2SP signed-note, "Signatures").
    pub fn id(&self) -> [u8; 4] {
        let hash = Sha256::new()
            .chain_update(&self.name)
            .chain_update([b'\n', self.duty.byte()])
            .chain_update(self.key.as_bytes());
        let [a, b, c, d, ..] = <[u8; 32]>::from(hash.finalize());
        [a, b, c, d]
    }

    /// Name and id, as a person reads them off a page: `example.co.jp/6f1c+1a2b3c4d`.
    pub fn label(&self) -> String {
        format!("{}+{}", self.name, hex(self.id()))
    }

    /// Whether both keys are the same point of the curve, whatever they are called.
    pub(crate) fn same_point(&self, other: &Self) -> bool {
        self.key == other.key
    }

    /// Whether this signature line is by this key: name and id are both its own.
    pub fn made(&self, signature: &Signature) -> bool {
        signature.key_id == self.id() && signature.name == self.name
    }

    /// Checks a line that this key [made](Self::made) under a text. The strict check of RFC 8032 section 5.1.7: no second
    /// spelling of a signature passes. None when it does not hold.
    pub fn verify(&self, text: &str, signature: &Signature) -> Option<Verified> {
        let (time, bytes) = match self.duty {
            Duty::Log => (None, signature.bytes.as_slice()),
            Duty::Witness => {
                let (time, bytes) = signature.bytes.split_first_chunk::<8>()?;
                // "It MUST NOT exceed 2^63 - 1" (C2SP tlog-cosignature).
                (Some(u64::from_be_bytes(*time)).filter(|time| i64::try_from(*time).is_ok()), bytes)
            }
        };
        let message = match (self.duty, time) {
            (Duty::Log, _) => text.to_owned(),
            (Duty::Witness, time) => cosigned_text(time?, text),
        };
        let signature = Ed25519::from_slice(bytes).ok()?;
        self.key.verify_strict(message.as_bytes(), &signature).ok()?;
        Some(Verified { time })
    }
}

/// A signature that holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[must_use]
pub struct Verified {
    /// When a witness says it cosigned, in seconds since 1970-01-01 UTC; None for a log's own signature.
    pub time: Option<u64>,
}

impl SignerKey {
    /// A key from 32 bytes of the operating system's random source (the private key of RFC 8032 section 5.1.5).
    ///
    /// # Errors
    /// [`KeyError::Name`].
    pub fn new(name: &str, duty: Duty, seed: [u8; 32]) -> Result<Self, KeyError> {
        if !is_name(name) {
            return Err(KeyError::Name);
        }
        Ok(Self { name: name.to_owned(), duty, key: SigningKey::from_bytes(&seed) })
    }

    /// Reads what [`SignerKey::secret_text`] writes.
    ///
    /// # Errors
    /// [`KeyError`]; it never repeats the text.
    pub fn read(text: &str) -> Result<Self, KeyError> {
        let (name, duty, seed) = parts(text.strip_prefix(SECRET).ok_or(KeyError::Form)?)?;
        let read = Self::new(name, duty, seed)?;
        if read.secret_text() == text { Ok(read) } else { Err(KeyError::Id) }
    }

    /// The secret as text, for a file that only its owner can read: `PRIVATE+KEY+<name>+<key id>+<base64 of type and seed>`.
    pub fn secret_text(&self) -> String {
        let Self { name, duty, key } = self;
        format!("{SECRET}{name}+{}+{}", hex(self.verifier().id()), encode(*duty, key.as_bytes()))
    }

    /// The public half, to be given to everybody.
    pub fn verifier(&self) -> VerifierKey {
        VerifierKey { name: self.name.clone(), duty: self.duty, key: self.key.verifying_key() }
    }

    /// Signs a text as a log. None for the key of a witness, which says nothing without a time.
    #[must_use]
    pub fn sign(&self, text: &str) -> Option<Signature> {
        (self.duty == Duty::Log).then(|| self.line(self.key.sign(text.as_bytes()).to_bytes().to_vec()))
    }

    /// Cosigns the body of a head as a witness, at a time in seconds since 1970-01-01 UTC. A witness calls this only after
    /// it has seen that the head goes on from the last one it cosigned (see [`Succession`](crate::Succession)). None for the key of
    /// a log, and for a time beyond 2^63 - 1.
    #[must_use]
    pub fn cosign(&self, text: &str, time: u64) -> Option<Signature> {
        if self.duty != Duty::Witness || i64::try_from(time).is_err() {
            return None;
        }
        let signature = self.key.sign(cosigned_text(time, text).as_bytes()).to_bytes();
        Some(self.line([time.to_be_bytes().as_slice(), &signature].concat()))
    }

    fn line(&self, bytes: Vec<u8>) -> Signature {
        Signature { name: self.name.clone(), key_id: self.verifier().id(), bytes }
    }
}

impl fmt::Debug for SignerKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignerKey({})", self.verifier().label())
    }
}

const SECRET: &str = "PRIVATE+KEY+";

/// What a witness signs (C2SP tlog-cosignature, "Ed25519 signed message"): two lines, then the whole body of the head.
fn cosigned_text(time: u64, text: &str) -> String {
    format!("cosignature/v1\ntime {time}\n{text}")
}

/// `<name>+<id>+<base64>`, where the base64 may hold a `+` and the name may not. The id is compared by the callers.
fn parts(text: &str) -> Result<(&str, Duty, [u8; 32]), KeyError> {
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(_), Some(bytes)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(KeyError::Form);
    };
    if !is_name(name) {
        return Err(KeyError::Name);
    }
    let bytes = STANDARD.decode(bytes).map_err(|_| KeyError::Form)?;
    let (duty, bytes) = bytes.split_first().ok_or(KeyError::Form)?;
    let duty = Duty::of(*duty).ok_or(KeyError::Type)?;
    Ok((name, duty, bytes.try_into().map_err(|_| KeyError::Form)?))
}

fn encode(duty: Duty, bytes: &[u8; 32]) -> String {
    STANDARD.encode([&[duty.byte()], bytes.as_slice()].concat())
}

fn hex(id: [u8; 4]) -> String {
    format!("{:08x}", u32::from_be_bytes(id))
}

/// Why a text is not a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyError {
    /// Not `<name>+<id>+<base64 of 33 bytes>`.
    Form,
    /// The name is empty or holds a space, a control character or `+`.
    Name,
    /// The signature type is neither `0x01` nor `0x04`.
    Type,
    /// The id is not that of the key: the text was mistyped or changed.
    Id,
    /// The bytes are not a point of the curve that may serve as a key.
    Key,
}

impl fmt::Display for KeyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Form => "it does not have the form of a key",
            Self::Name => "the name of the key is empty or holds a space or a plus sign",
            Self::Type => "the key is of a kind that is not known here",
            Self::Id => "the key and its id do not belong together: it was mistyped or changed",
            Self::Key => "its bytes are not an Ed25519 key",
        })
    }
}

impl KeyError {
    /// The same in Japanese.
    pub fn ja(&self) -> &'static str {
        match self {
            Self::Form => "鍵の形式ではありません",
            Self::Name => "鍵の名前が空か、空白または + を含んでいます",
            Self::Type => "このプログラムでは扱えない種類の鍵です",
            Self::Id => "鍵と鍵 ID が対応していません。写し間違いか、変更された鍵です",
            Self::Key => "Ed25519 の鍵ではありません",
        }
    }
}

impl std::error::Error for KeyError {}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes<const N: usize>(hex: &str) -> [u8; N] {
        let pairs = hex.as_bytes().chunks(2).map(|pair| std::str::from_utf8(pair).unwrap());
        let bytes: Vec<u8> = pairs.map(|pair| u8::from_str_radix(pair, 16).unwrap()).collect();
        bytes.try_into().unwrap()
    }

    fn key(duty: Duty) -> SignerKey {
        SignerKey::new("example.co.jp/6f1c", duty, [7; 32]).unwrap()
    }

    #[test]
    fn keys_and_signatures_are_those_of_rfc_8032() {
        // Section 7.1, tests 1 (the empty message) and 2 (one byte).
        let one = bytes("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60");
        let one = SignerKey::new("a", Duty::Log, one).unwrap();
        let public = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
        assert_eq!(one.verifier().key.to_bytes(), bytes(public));
        let signature = one.sign("").unwrap();
        let expected = "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";
        assert_eq!(signature.bytes, bytes::<64>(expected));
        let two = bytes("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb");
        let two = SignerKey::new("a", Duty::Log, two).unwrap().sign("\u{72}").unwrap();
        let expected = "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00";
        assert_eq!(two.bytes, bytes::<64>(expected));
    }

    #[test]
    fn both_halves_make_the_round_trip_and_the_secret_is_not_printed() {
        for duty in [Duty::Log, Duty::Witness] {
            let secret = key(duty);
            let public = secret.verifier();
            assert_eq!(VerifierKey::read(&public.text()), Ok(public.clone()));
            assert_eq!(SignerKey::read(&secret.secret_text()).unwrap().verifier(), public);
            assert!(!format!("{secret:?}").contains(&STANDARD.encode([7; 24])[..20]), "{secret:?}");
        }
        assert_ne!(key(Duty::Log).verifier().id(), key(Duty::Witness).verifier().id());
    }

    #[test]
    fn other_texts_are_no_keys() {
        let good = key(Duty::Log).verifier().text();
        let refused = |text: &str, error| assert_eq!(VerifierKey::read(text), Err(error), "{text}");
        refused("", KeyError::Form);
        refused("a+b", KeyError::Form);
        refused(&good[..good.len() - 1], KeyError::Form);
        refused(&format!("{good}\n"), KeyError::Form);
        refused(&good.replacen("6f1c", "6f 1c", 1), KeyError::Name);
        refused(&format!("+{}", good.split_once('+').unwrap().1), KeyError::Name);
        refused(&good.replacen("6f1c", "6f1d", 1), KeyError::Id);
        let (front, id) = (&good[..18], &good[19..27]);
        let other = SignerKey::new("example.co.jp/6f1c", Duty::Log, [8; 32]).unwrap().verifier().text();
        refused(&format!("{}{}", &good[..28], &other[28..]), KeyError::Id);
        refused(&good.replacen(id, "00000000", 1), KeyError::Id);
        refused(&good.replacen(id, &id.to_uppercase(), 1), KeyError::Id);
        let with = |bytes: &[u8]| format!("{front}+{id}+{}", STANDARD.encode(bytes));
        refused(&with(&[0x02; 33]), KeyError::Type);
        refused(&with(&[0x01; 34]), KeyError::Form);
        // The neutral point, under which one signature fits every text, in both of its spellings; and no point at all.
        let mut neutral = [0; 33];
        neutral[..2].copy_from_slice(&[1, 1]);
        refused(&with(&neutral), KeyError::Key);
        neutral[32] = 0x80;
        refused(&with(&neutral), KeyError::Key);
        refused(&with(&[&[1, 2], [0; 31].as_slice()].concat()), KeyError::Key);
        assert_eq!(SignerKey::read(&good).unwrap_err(), KeyError::Form);
        assert_eq!(SignerKey::new("a b", Duty::Log, [1; 32]).unwrap_err(), KeyError::Name);
    }

    #[test]
    fn a_signature_holds_for_its_text_its_time_and_its_duty_alone() {
        let (log, witness) = (key(Duty::Log), key(Duty::Witness));
        let signed = log.sign("a\n").unwrap();
        assert_eq!(log.verifier().verify("a\n", &signed), Some(Verified { time: None }));
        assert_eq!(log.verifier().verify("b\n", &signed), None);
        let mut cosigned = witness.cosign("a\n", 1_679_315_147).unwrap();
        assert_eq!(witness.verifier().verify("a\n", &cosigned), Some(Verified { time: Some(1_679_315_147) }));
        assert_eq!(witness.verifier().verify("b\n", &cosigned), None);
        cosigned.bytes[7] ^= 1;
        assert_eq!(witness.verifier().verify("a\n", &cosigned), None, "another time");
        assert!(!log.verifier().made(&cosigned) && !witness.verifier().made(&signed));
        assert_eq!(
            (log.cosign("a\n", 1), witness.sign("a\n"), witness.cosign("a\n", 1 << 63)),
            (None, None, None)
        );
        // The very bytes of the message, so that this cannot change together with its check.
        assert_eq!(cosigned_text(12, "x\n"), "cosignature/v1\ntime 12\nx\n");
    }
}
