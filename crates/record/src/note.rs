//! A signed note: a text, an empty line, and signatures, a line each (C2SP signed-note).
//!
//! This file knows only the form. Whether a signature holds is for [`VerifierKey`](crate::VerifierKey), and whose
//! signature counts is for [`Trust`](crate::Trust).

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::key::is_name;

/// A text with its signatures. Nothing in it may be believed before a signature has been checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<Signature>,
}

/// A line below the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signature {
    /// Name of the key.
    pub name: String,
    /// Id of the key, big-endian.
    pub key_id: [u8; 4],
    /// What the key made of the text; 64 bytes for a log, 72 for a witness.
    pub bytes: Vec<u8>,
}

impl Note {
    /// Longest note that is read, in bytes.
    pub const MAX_BYTES: usize = 1 << 16;
    /// Largest number of signatures; the paper asks for at least 16.
    pub const MAX_SIGNATURES: usize = 64;

    /// A note without signatures yet; its [`Display`](fmt::Display) is not a note before there is one.
    ///
    /// # Errors
    /// [`NoteError::Text`] when the text does not end in a newline, ends in an empty line or holds a control character.
    pub fn new(text: &str) -> Result<Self, NoteError> {
        if !text.ends_with('\n') || text.ends_with("\n\n") || text == "\n" || has_controls(text) {
            return Err(NoteError::Text);
        }
        Ok(Self { text: text.to_owned(), signatures: Vec::new() })
    }

    /// Reads exactly what is written by [`Display`](fmt::Display). The text ends at the last empty line.
    ///
    /// # Errors
    /// [`NoteError`]; one line that is no signature makes the whole no note.
    pub fn read(note: &str) -> Result<Self, NoteError> {
        if note.len() > Self::MAX_BYTES {
            return Err(NoteError::TooLong);
        }
        let (text, lines) = note.rsplit_once("\n\n").ok_or(NoteError::Text)?;
        let mut read = Self::new(&format!("{text}\n"))?;
        let lines = lines.strip_suffix('\n').ok_or(NoteError::Signature { line: 1 })?;
        for (number, line) in (1..).zip(lines.split('\n')) {
            if number > Self::MAX_SIGNATURES {
                return Err(NoteError::TooLong);
            }
            read.signatures.push(Signature::read(line).ok_or(NoteError::Signature { line: number })?);
        }
        Ok(read)
    }

    /// The text that is signed, with its last newline.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The signatures in their order.
    pub fn signatures(&self) -> &[Signature] {
        &self.signatures
    }

    /// Adds a line at the end.
    pub fn add(&mut self, signature: Signature) {
        self.signatures.push(signature);
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        for Signature { name, key_id, bytes } in &self.signatures {
            writeln!(f, "— {name} {}", STANDARD.encode([key_id.as_slice(), bytes].concat()))?;
        }
        Ok(())
    }
}

impl Signature {
    /// Em dash, space, name of the key, space, base64 of key id and signature, of which there is one spelling.
    fn read(line: &str) -> Option<Self> {
        let (name, base64) = line.strip_prefix("— ")?.split_once(' ')?;
        let bytes = STANDARD.decode(base64).ok()?;
        let (key_id, bytes) = bytes.split_first_chunk::<4>()?;
        let signature = Self { name: name.to_owned(), key_id: *key_id, bytes: bytes.to_vec() };
        (is_name(name) && !bytes.is_empty()).then_some(signature)
    }
}

/// ASCII control characters other than newline have no place in a note.
fn has_controls(text: &str) -> bool {
    text.contains(|c: char| c < ' ' && c != '\n')
}

/// Why a text is not a signed note.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoteError {
    /// Longer than [`Note::MAX_BYTES`], or more signatures than [`Note::MAX_SIGNATURES`].
    TooLong,
    /// There is no empty line between text and signatures, or a control character in the text.
    Text,
    /// A line below the text is not a signature.
    Signature {
        /// Number of the line below the empty line, from 1.
        line: usize,
    },
}

impl fmt::Display for NoteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => f.write_str("the note is too long"),
            Self::Text => f.write_str("it is not a text, an empty line and signatures"),
            Self::Signature { line } => write!(f, "signature line {line} is not a signature"),
        }
    }
}

impl NoteError {
    /// The same in Japanese.
    pub fn ja(&self) -> String {
        match self {
            Self::TooLong => "署名付き文書が長すぎます".to_owned(),
            Self::Text => "本文、空行、署名の形になっていません".to_owned(),
            Self::Signature { line } => format!("署名の {line} 行目が署名の形式ではありません"),
        }
    }
}

impl std::error::Error for NoteError {}

#[cfg(test)]
mod tests {
    use super::*;

    const NOTE: &str = "one\n\ntwo\n\n— a.example/1 AAECAwQ=\n— b AAECAwQF\n";

    #[test]
    fn a_note_is_split_at_its_last_empty_line_and_written_back_as_it_was() {
        let note = Note::read(NOTE).unwrap();
        assert_eq!(note.text(), "one\n\ntwo\n");
        let first = Signature { name: "a.example/1".into(), key_id: [0, 1, 2, 3], bytes: vec![4] };
        assert_eq!((note.signatures().len(), &note.signatures()[0]), (2, &first));
        assert_eq!(note.to_string(), NOTE);
    }

    #[test]
    fn other_texts_are_no_notes() {
        use NoteError::{Signature, Text, TooLong};
        let refused = |from: &str, to: &str, error| {
            let text = NOTE.replacen(from, to, 1);
            assert_ne!(text, NOTE, "{from}");
            assert_eq!(Note::read(&text), Err(error), "{text}");
        };
        refused("two\n\n", "two\n", Signature { line: 1 });
        refused("one", "o\tne", Text);
        refused("two\n", "two\r\n", Text);
        refused("two\n\n", "two\n\n\n", Text);
        refused("AAECAwQF\n", "AAECAwQF", Signature { line: 1 });
        refused("AAECAwQF\n", "AAECAwQF\n\n", Signature { line: 1 });
        refused("— b", "- b", Signature { line: 2 });
        refused("— b", "—  b", Signature { line: 2 });
        refused("— b", "— b\u{3000}b", Signature { line: 2 });
        refused("— b", "— b+b", Signature { line: 2 });
        refused("— b", "—", Signature { line: 2 });
        refused("AAECAwQF", "AAECAwQF ", Signature { line: 2 });
        refused("AAECAwQF", "AAECAw==", Signature { line: 2 });
        for base64 in ["AAECAwQ", "AAECAwR=", "AAECAwQ==", "AAECAw==", "AAEC", "A-ECAwQ=", ""] {
            refused("AAECAwQ=", base64, Signature { line: 1 });
        }
        assert_eq!(Note::read(""), Err(Text));
        assert_eq!(Note::read("\n\n— a AAECAwQ=\n"), Err(Text));
        assert_eq!(Note::read(&format!("{NOTE}{}", "— b AAECAwQF\n".repeat(62))).map(|_| ()), Ok(()));
        assert_eq!(Note::read(&format!("{NOTE}{}", "— b AAECAwQF\n".repeat(63))), Err(TooLong));
        assert_eq!(Note::read(&NOTE.replace("one", &"o".repeat(Note::MAX_BYTES))), Err(TooLong));
    }

    #[test]
    fn only_a_text_that_can_be_read_again_becomes_a_note() {
        for text in ["", "\n", "a", "a\n\n", "a\rb\n", "a\u{0}\n"] {
            assert_eq!(Note::new(text), Err(NoteError::Text), "{text:?}");
        }
    }
}
