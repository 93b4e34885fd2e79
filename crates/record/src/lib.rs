//! The record: a log that an outsider can verify without us.
//!
//! Every committed act of business leaves one [`Entry`], a line of bytes that is kept verbatim. The lines are the leaves
//! of the Merkle tree of RFC 9162 ([`tree`]), and the [`Checkpoint`] names its size and root. Whoever holds an older
//! checkpoint on paper or in a mailbox can recompute it from the lines ([`Verifier`]) and see whether any was changed,
//! dropped, moved or inserted. Names and free text never stand in a line: it carries a salted [`commit`] to them, so a
//! text can be erased and the line still stands.
//!
//! This room knows no database, no clock and no key. Storing the lines is the server's work, and signing comes to the
//! checkpoint from outside (see [`checkpoint`]). Its small program, `meguri-verify`, checks an exported folder.

pub mod checkpoint;
pub mod commitment;
pub mod entry;
pub mod tree;
pub mod verify;

pub use checkpoint::{Checkpoint, CheckpointError};
pub use commitment::{Payload, commit};
pub use entry::{Entry, EntryError, FileMark};
pub use tree::{Frontier, Hash, TreeError};
pub use verify::{Finding, Report, Verifier};
