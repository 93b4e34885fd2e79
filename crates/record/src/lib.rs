//! The record: a log that an outsider can verify without us.
//!
//! Every committed act of business leaves one [`Entry`], a line of bytes that is kept verbatim. The lines are the leaves
//! of the Merkle tree of RFC 9162 ([`tree`]), and the [`Checkpoint`] names its size and root. Whoever holds an older
//! checkpoint on paper or in a mailbox can recompute it from the lines ([`Verifier`]) and see whether any was changed,
//! dropped, moved or inserted. Names and free text never stand in a line: it carries a salted [`commit`] to them, so a
//! text can be erased and the line still stands.
//!
//! A checkpoint leaves the house as a signed note ([`note`]), whose keys are texts ([`key`]). Whose signature counts is
//! written in a [`Trust`], and a row of signed heads that go on from each other is a [`Succession`].
//!
//! This room knows no database, no clock and no chance: seeds and times are arguments, and keeping a key is the server's
//! work. An auditor takes a [`bundle`] away; the small program `meguri-verify` checks it, and reads files for that. Only with the
//! feature `database` does the program also read a copy of the product's own database.

pub mod bundle;
pub mod checkpoint;
pub mod commitment;
#[cfg(feature = "database")]
pub mod database;
pub mod entry;
pub mod extension;
pub mod fork;
pub mod key;
pub mod note;
pub mod prover;
pub mod succession;
pub mod tree;
pub mod trust;
pub mod verify;
pub mod witness;

pub use checkpoint::{Checkpoint, CheckpointError, log_id};
pub use commitment::{Payload, commit};
pub use entry::{Entry, EntryError, FileMark};
pub use extension::Extension;
pub use key::{Duty, KeyError, SignerKey, Verified, VerifierKey};
pub use note::{Note, NoteError, Signature};
pub use prover::Prover;
pub use succession::Succession;
pub use tree::{Frontier, Hash, TreeError};
pub use trust::{HeadError, SignedHead, Trust, TrustError, TrustFault};
pub use verify::{Finding, Report, Verifier};
