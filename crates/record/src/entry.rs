//! One line of the record: what it says, and the only function that writes it.

use std::fmt;

use serde::Deserialize;

use crate::tree::Hash;

/// One committed act of business.
///
/// Fields stand in the order in which they are written. They hold no plaintext personal data: people are pseudonymous
/// ids, and free text is a private payload of which only the commitment stands here. An absent text is `""`, an absent
/// version is 0, an absent list is empty.
///
/// `Deserialize` is the loose half of [`Entry::read`] and checks nothing beyond types: read lines with `read`.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// Format of the line; always [`Entry::V`].
    pub v: u32,
    /// Id of the log, the same in all its entries; the last part of the checkpoint's origin.
    pub log: String,
    /// Place in the log, gap-free from 0.
    pub idx: u64,
    /// The server's claim of the time of sealing, in milliseconds since 1970-01-01 UTC.
    pub time: i64,
    /// What happened, as a word of the glossary (`risk.accepted`).
    pub kind: String,
    /// Pseudonymous id of who acted.
    pub actor: String,
    /// The role in which they acted.
    pub role: String,
    /// Hash of their session, hex.
    pub session: String,
    /// Id of the department concerned.
    pub dept: String,
    /// Id of the thing concerned.
    pub object: String,
    /// Version of the object after this act; 0 when the act concerns no versioned object.
    pub version: i64,
    /// Version of the object before this act; 0 when there was none.
    pub prev_version: i64,
    /// Hash of the request's idempotency key, hex.
    pub req: String,
    /// One [`commit`](crate::commit) per private payload, in the order of the payloads.
    pub commit: Vec<Hash>,
    /// The evidence files this act attached.
    pub files: Vec<FileMark>,
    /// Name of the shape of the payloads.
    pub schema: String,
    /// Version of the program that wrote the line.
    pub app_version: String,
}

/// What identifies an evidence file. In the line it is the pair `["<sha256 in hex>",<size>]`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(from = "(Hash, u64)")]
pub struct FileMark {
    /// SHA-256 of the file's bytes.
    pub sha256: Hash,
    /// Length of the file in bytes.
    pub size: u64,
}

impl Entry {
    /// The format this module writes and reads.
    pub const V: u32 = 1;
    /// Longest line that is read, in bytes: 1 MiB, room for about 15,000 commitments.
    pub const MAX_BYTES: usize = 1 << 20;
    /// Longest single text within a line, in bytes of UTF-8 before escaping.
    pub const MAX_TEXT_BYTES: usize = 1024;

    /// The line: one UTF-8 JSON object without spaces or a trailing newline, keys in the order of the fields, holding
    /// only strings, integers and lists of them. Within strings only `"`, `\` and characters below U+0020 are escaped,
    /// the latter always as `\u00xx`.
    ///
    /// These bytes are the leaf and must never change for a given entry, so they are written out here rather than by a
    /// library that may one day prefer another escape. The writer passes them through [`Entry::read`] before it
    /// stores them: what exceeds the limits is then refused instead of stored.
    pub fn bytes(&self) -> Vec<u8> {
        let mut line = Line(String::with_capacity(768));
        line.integer("v", self.v);
        line.text("log", &self.log);
        line.integer("idx", self.idx);
        line.integer("time", self.time);
        line.text("kind", &self.kind);
        line.text("actor", &self.actor);
        line.text("role", &self.role);
        line.text("session", &self.session);
        line.text("dept", &self.dept);
        line.text("object", &self.object);
        line.integer("version", self.version);
        line.integer("prev_version", self.prev_version);
        line.text("req", &self.req);
        line.list("commit", self.commit.iter().map(|hash| format!("\"{hash}\"")));
        line.list("files", self.files.iter().map(|file| format!("[\"{}\",{}]", file.sha256, file.size)));
        line.text("schema", &self.schema);
        line.text("app_version", &self.app_version);
        line.0.push('}');
        line.0.into_bytes()
    }

    /// Reads a line, and accepts only what [`Entry::bytes`] would have written: unknown, missing, repeated or reordered
    /// keys, spaces, floats and other escapes are refused. Depth needs no counter, because the types allow three
    /// levels and unknown keys are refused before their value is looked at.
    ///
    /// # Errors
    /// [`EntryError`] says which of these it was.
    pub fn read(bytes: &[u8]) -> Result<Self, EntryError> {
        if bytes.len() > Self::MAX_BYTES {
            return Err(EntryError::TooLong { bytes: bytes.len() });
        }
        let entry: Self = serde_json::from_slice(bytes).map_err(|error| EntryError::Unreadable {
            at: error.column(),
            // An unknown key is quoted in full by the parser, so the reason is cut.
            reason: error.to_string().chars().take(200).collect(),
        })?;
        if entry.v != Self::V {
            return Err(EntryError::UnknownFormat { v: entry.v });
        }
        for (key, text) in entry.texts() {
            if text.len() > Self::MAX_TEXT_BYTES {
                return Err(EntryError::TextTooLong { key, bytes: text.len() });
            }
        }
        // The leaf is always hashed from the bytes as given; writing again only shows that there is one way to say it.
        if entry.bytes() != bytes {
            return Err(EntryError::NotAsWritten);
        }
        Ok(entry)
    }

    fn texts(&self) -> [(&'static str, &str); 10] {
        [
            ("log", &self.log),
            ("kind", &self.kind),
            ("actor", &self.actor),
            ("role", &self.role),
            ("session", &self.session),
            ("dept", &self.dept),
            ("object", &self.object),
            ("req", &self.req),
            ("schema", &self.schema),
            ("app_version", &self.app_version),
        ]
    }
}

impl From<(Hash, u64)> for FileMark {
    fn from((sha256, size): (Hash, u64)) -> Self {
        Self { sha256, size }
    }
}

/// The line while it is being written.
struct Line(String);

impl Line {
    fn key(&mut self, key: &str) {
        self.0.push(if self.0.is_empty() { '{' } else { ',' });
        self.0.push('"');
        self.0.push_str(key);
        self.0.push_str("\":");
    }

    /// Asking for an `i128` keeps floats out by type.
    fn integer(&mut self, key: &str, value: impl Into<i128>) {
        self.key(key);
        self.0.push_str(&value.into().to_string());
    }

    fn text(&mut self, key: &str, text: &str) {
        self.key(key);
        self.0.push('"');
        for c in text.chars() {
            match c {
                '"' => self.0.push_str("\\\""),
                '\\' => self.0.push_str("\\\\"),
                c if c < ' ' => {
                    let escape = format!("\\u{:04x}", u32::from(c));
                    self.0.push_str(&escape);
                }
                c => self.0.push(c),
            }
        }
        self.0.push('"');
    }

    fn list(&mut self, key: &str, items: impl Iterator<Item = String>) {
        self.key(key);
        self.0.push('[');
        for (place, item) in items.enumerate() {
            if place > 0 {
                self.0.push(',');
            }
            self.0.push_str(&item);
        }
        self.0.push(']');
    }
}

/// Why a line is not an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EntryError {
    /// The line exceeds [`Entry::MAX_BYTES`].
    TooLong {
        /// Length of the line in bytes.
        bytes: usize,
    },
    /// It is not JSON, or a key is missing, unknown or repeated, or a value is of the wrong type.
    Unreadable {
        /// Column of the line, in bytes from 1; 0 when unknown.
        at: usize,
        /// The parser's words, in English, at most 200 characters.
        reason: String,
    },
    /// The line is of a format that this program does not know.
    UnknownFormat {
        /// The value of `v`.
        v: u32,
    },
    /// A text exceeds [`Entry::MAX_TEXT_BYTES`].
    TextTooLong {
        /// The key of the text.
        key: &'static str,
        /// Its length in bytes.
        bytes: usize,
    },
    /// It can be read, but it is not how the writer writes: other key order, spaces or escapes.
    NotAsWritten,
}

impl fmt::Display for EntryError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { bytes } => {
                write!(f, "the line has {bytes} bytes, more than {}", Entry::MAX_BYTES)
            }
            Self::Unreadable { at, reason } => write!(f, "it cannot be read at byte {at}: {reason}"),
            Self::UnknownFormat { v } => write!(f, "format {v} is not known here"),
            Self::TextTooLong { key, bytes } => {
                write!(f, "\"{key}\" has {bytes} bytes, more than {}", Entry::MAX_TEXT_BYTES)
            }
            Self::NotAsWritten => f.write_str("its keys or signs are not as the writer sets them"),
        }
    }
}

impl EntryError {
    /// The same in Japanese.
    pub fn ja(&self) -> String {
        match self {
            Self::TooLong { bytes } => {
                format!("行が {bytes} バイトあり、上限 {} を超えています", Entry::MAX_BYTES)
            }
            Self::Unreadable { at, reason } => format!("{at} バイト目で読み取れません（{reason}）"),
            Self::UnknownFormat { v } => format!("形式 {v} はこのプログラムでは扱えません"),
            Self::TextTooLong { key, bytes } => {
                format!("「{key}」が {bytes} バイトあり、上限 {} を超えています", Entry::MAX_TEXT_BYTES)
            }
            Self::NotAsWritten => "項目の順序または書き方が、書き込み時の形式と異なります".to_owned(),
        }
    }
}

impl std::error::Error for EntryError {}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn sample() -> Entry {
        Entry {
            v: 1,
            log: "6f1c".into(),
            idx: 12,
            time: 1_767_225_600_123,
            kind: "risk.accepted".into(),
            actor: "p-7".into(),
            role: "owner".into(),
            session: String::new(),
            dept: "総務\"部\\\n".into(),
            object: "risk/3".into(),
            version: 2,
            prev_version: 1,
            req: "ab".into(),
            commit: vec![Hash([0; 32]), Hash([0xab; 32])],
            files: vec![FileMark { sha256: Hash([1; 32]), size: 4096 }],
            schema: "risk/1".into(),
            app_version: "0.1.0".into(),
        }
    }

    fn golden() -> String {
        let (zeros, abs, ones) = ("00".repeat(32), "ab".repeat(32), "01".repeat(32));
        [
            r#"{"v":1,"log":"6f1c","idx":12,"time":1767225600123,"kind":"risk.accepted","actor":"p-7","role":"owner","#,
            r#""session":"","dept":"総務\"部\\\u000a","object":"risk/3","version":2,"prev_version":1,"req":"ab","#,
            &format!(r#""commit":["{zeros}","{abs}"],"files":[["{ones}",4096]],"#),
            r#""schema":"risk/1","app_version":"0.1.0"}"#,
        ]
        .concat()
    }

    #[test]
    fn the_line_is_fixed_for_ever() {
        assert_eq!(String::from_utf8(sample().bytes()).unwrap(), golden());
        assert_eq!(
            Hash::of(&sample().bytes()).to_string(),
            "7e0d6a585a9ffb0f39a61e249b73349cbdbc4e2858883e6675faf9e9b12d92e7",
            "the hash was taken with another program"
        );
        assert_eq!(Entry::read(golden().as_bytes()), Ok(sample()));
    }

    #[test]
    fn lines_that_the_writer_would_not_write_are_refused() {
        let unreadable = |line: &str| {
            assert!(matches!(Entry::read(line.as_bytes()), Err(EntryError::Unreadable { .. })), "{line}");
        };
        let not_as_written = |line: &str| {
            assert_eq!(Entry::read(line.as_bytes()), Err(EntryError::NotAsWritten), "{line}");
        };
        let line = golden();
        let other = |from: &str, to: &str| {
            assert!(line.contains(from), "{from}");
            line.replacen(from, to, 1)
        };
        // Key order, repeated, missing and extra keys.
        not_as_written(&other(r#""v":1,"log":"6f1c""#, r#""log":"6f1c","v":1"#));
        unreadable(&other(r#""v":1"#, r#""v":1,"v":1"#));
        unreadable(&other(r#""idx":12,"#, ""));
        unreadable(&other(r#""v":1"#, r#""v":1,"x":1"#));
        unreadable(&other(r#""v":1"#, &format!(r#""v":1,"{}":1"#, "x".repeat(5000))));
        // Numbers that are no integers, or too large.
        for number in ["12.0", "1e1", "-1", "\"12\"", "null", "18446744073709551616", "012"] {
            unreadable(&other(r#""idx":12"#, &format!(r#""idx":{number}"#)));
        }
        unreadable(&other(r#""version":2"#, r#""version":-0"#));
        // Hashes in capitals or of another length; deeper nesting.
        unreadable(&other(&"ab".repeat(32), &"AB".repeat(32)));
        unreadable(&other(&"ab".repeat(32), &"ab".repeat(31)));
        unreadable(&other(r#"["0101"#, r#"[["0101"#));
        unreadable(&other(r#""v":1"#, &format!(r#""v":{}"#, "[".repeat(100_000))));
        // Spaces, newlines, other escapes, a list in place of the object.
        not_as_written(&other(r#""v":1"#, r#""v": 1"#));
        not_as_written(&format!("{line}\n"));
        not_as_written(&other(r"\u000a", r"\n"));
        not_as_written(&other("p-7", r"p\u002d7"));
        unreadable(&format!("{line}{line}"));
        unreadable(&format!("\u{feff}{line}"));
        unreadable("");
        let list = r#"[1,"",0,0,"","","","","","",0,0,"",[],[],"",""]"#;
        not_as_written(list);
        assert_eq!(
            Entry::read(other(r#""v":1"#, r#""v":2"#).as_bytes()),
            Err(EntryError::UnknownFormat { v: 2 })
        );
    }

    #[test]
    fn the_limits_are_exact_and_hold_before_parsing() {
        let longest = Entry { object: "x".repeat(1024), ..sample() };
        assert_eq!(Entry::read(&longest.bytes()), Ok(longest));
        let over = Entry { object: "x".repeat(1025), ..sample() };
        assert_eq!(Entry::read(&over.bytes()), Err(EntryError::TextTooLong { key: "object", bytes: 1025 }));
        let wide = Entry { commit: vec![Hash([0; 32]); 16_000], ..sample() };
        assert_eq!(Entry::read(&wide.bytes()), Err(EntryError::TooLong { bytes: wide.bytes().len() }));
        assert!(Entry::read(&Entry { commit: vec![Hash([0; 32]); 15_000], ..sample() }.bytes()).is_ok());
        assert!(matches!(Entry::read(&vec![b'['; Entry::MAX_BYTES + 1]), Err(EntryError::TooLong { .. })));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read(
            texts in prop::collection::vec(any::<String>(), 10),
            (idx, time, version, size) in any::<(u64, i64, i64, u64)>(),
            hashes in prop::collection::vec(any::<[u8; 32]>(), 0..4),
        ) {
            let text = |n: usize| texts[n].clone();
            let entry = Entry {
                v: Entry::V, log: text(0), idx, time, kind: text(1), actor: text(2), role: text(3), session: text(4),
                dept: text(5), object: text(6), version, prev_version: version, req: text(7),
                commit: hashes.iter().copied().map(Hash).collect(),
                files: hashes.iter().map(|hash| FileMark { sha256: Hash(*hash), size }).collect(),
                schema: text(8), app_version: text(9),
            };
            let bytes = entry.bytes();
            prop_assert!(!bytes.contains(&b'\n'));
            prop_assert_eq!(Entry::read(&bytes), Ok(entry));
        }

        #[test]
        fn no_bytes_make_the_reader_panic(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = Entry::read(&bytes);
        }
    }
}
