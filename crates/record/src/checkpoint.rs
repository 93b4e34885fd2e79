//! The head of the log as text: what is printed in the minutes, mailed outside, and what is signed.
//!
//! The form is the body of a C2SP tlog-checkpoint: origin, size and root on a line each, and no extension lines.
//! Signatures are not made or read here: a signed head is this text, byte for byte, as the text of a
//! [`Note`](crate::Note).

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::key::is_name;
use crate::tree::{Hash, MAX_SIZE};

/// Size and root of a log at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Name of the log in the world: the company's domain, `/`, and the log's id.
    pub origin: String,
    /// Number of entries under the root, at most [`MAX_SIZE`].
    pub size: u64,
    /// Root of the tree over them.
    pub root: Hash,
}

impl Checkpoint {
    /// Longest text that is read, in bytes.
    pub const MAX_BYTES: usize = 1024;

    /// The three lines, each with its newline: origin, decimal size, root in padded base64.
    pub fn text(&self) -> String {
        format!("{}\n{}\n{}\n", self.origin, self.size, STANDARD.encode(self.root.0))
    }

    /// Reads exactly what [`Checkpoint::text`] writes, and nothing else.
    ///
    /// # Errors
    /// [`CheckpointError`] names the line at fault.
    pub fn read(text: &str) -> Result<Self, CheckpointError> {
        if text.len() > Self::MAX_BYTES {
            return Err(CheckpointError::Lines);
        }
        let body = text.strip_suffix('\n').ok_or(CheckpointError::Lines)?;
        let lines: Vec<&str> = body.split('\n').collect();
        let [origin, size, root] = lines[..] else { return Err(CheckpointError::Lines) };
        // C2SP signed-note bars these from the name of a key, and the log's key is named after its origin.
        if !is_name(origin) {
            return Err(CheckpointError::Origin);
        }
        let number: u64 = size.parse().map_err(|_| CheckpointError::Size)?;
        if number.to_string() != size || number > MAX_SIZE {
            return Err(CheckpointError::Size);
        }
        let bytes = STANDARD.decode(root).map_err(|_| CheckpointError::Root)?;
        let root = Hash(bytes.try_into().map_err(|_| CheckpointError::Root)?);
        Ok(Self { origin: origin.to_owned(), size: number, root })
    }

    /// The id that the entries of this log carry.
    pub fn log_id(&self) -> &str {
        log_id(&self.origin)
    }
}

/// The id of a log, from its origin, which is the name of its keys too: the part after the last `/`, or all of it.
pub fn log_id(origin: &str) -> &str {
    origin.rsplit('/').next().unwrap_or(origin)
}

/// Why a text is not the body of a checkpoint.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CheckpointError {
    /// Not exactly three lines that each end in a newline, or too long.
    Lines,
    /// The origin is empty or holds a space, a control character or `+`.
    Origin,
    /// The size is not a plain decimal number, or exceeds [`MAX_SIZE`].
    Size,
    /// The root is not the padded base64 of 32 bytes.
    Root,
}

impl fmt::Display for CheckpointError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lines => "the head is not three lines",
            Self::Origin => "the first line of the head is not the name of a log",
            Self::Size => "the second line of the head is not a number of entries",
            Self::Root => "the third line of the head is not a root",
        })
    }
}

impl CheckpointError {
    /// The same in Japanese.
    pub fn ja(&self) -> &'static str {
        match self {
            Self::Lines => "ヘッドが 3 行ではありません",
            Self::Origin => "ヘッドの 1 行目がログの名前ではありません",
            Self::Size => "ヘッドの 2 行目が件数ではありません",
            Self::Root => "ヘッドの 3 行目がルートではありません",
        }
    }
}

impl std::error::Error for CheckpointError {}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tree::empty_root;

    const EMPTY: &str = "example.co.jp/6f1c\n0\n47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n";

    #[test]
    fn the_text_is_fixed_and_is_read_back() {
        let head = Checkpoint { origin: "example.co.jp/6f1c".into(), size: 0, root: empty_root() };
        assert_eq!(head.text(), EMPTY);
        assert_eq!(Checkpoint::read(EMPTY), Ok(head.clone()));
        assert_eq!(head.log_id(), "6f1c");
        assert_eq!(Checkpoint { origin: "6f1c".into(), ..head }.log_id(), "6f1c");
    }

    #[test]
    fn any_other_text_is_refused() {
        use CheckpointError::{Lines, Origin, Root, Size};
        let refused = |from: &str, to: &str, error| {
            let text = EMPTY.replacen(from, to, 1);
            assert_ne!(text, EMPTY, "{from}");
            assert_eq!(Checkpoint::read(&text), Err(error), "{text}");
        };
        refused("FU=\n", "FU=", Lines);
        refused("FU=\n", "FU=\nextension\n", Lines);
        refused("FU=\n", "FU=\n\n", Lines);
        refused("6f1c\n", "", Lines);
        refused("6f1c", &"6".repeat(2000), Lines);
        refused("example.co.jp/6f1c", "", Origin);
        refused("6f1c", "6f 1c", Origin);
        refused("6f1c", "6f+1c", Origin);
        refused("6f1c\n", "6f1c\r\n", Origin);
        for size in ["", "00", "+0", "-0", " 0", "0x0", "9223372036854775808", "18446744073709551616"] {
            refused("\n0\n", &format!("\n{size}\n"), Size);
        }
        for root in ["", "47DE", "AAAA47DEQpj8", "47DE Qpj", "47DE_pj8"] {
            refused("47DEQpj8", root, Root);
        }
        refused("FU=", "FU", Root);
        refused("FU=", "FV=", Root);
    }
}
