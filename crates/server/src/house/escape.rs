//! How text is written into pages: markup as text, and invisible marks that turn the direction of reading
//! spelled out (TRUST.md §2.3), so that nobody reads `報告fdp.exe` as a PDF. Every template goes through here.

use askama::filters::Escaper;
use askama::filters::Html;
use std::fmt::{self, Write};

/// The escaper of all `.html` templates, named in askama.toml.
#[derive(Debug, Clone, Copy, Default)]
pub struct Shown;

impl Escaper for Shown {
    fn write_escaped_str<W: Write>(&self, mut dest: W, text: &str) -> fmt::Result {
        let mut rest = text;
        while let Some((at, c)) = rest.char_indices().find(|(_, c)| turns(*c)) {
            let (before, after) = rest.split_at(at);
            Html.write_escaped_str(&mut dest, before)?;
            dest.write_str(&spelled(c))?;
            rest = after.strip_prefix(c).unwrap_or_default();
        }
        Html.write_escaped_str(dest, rest)
    }
}

/// Whether a character turns or marks the direction of reading and is not seen itself.
pub fn turns(c: char) -> bool {
    matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The character by its number: `[U+202E]`.
pub fn spelled(c: char) -> String {
    format!("[U+{:04X}]", u32::from(c))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn direction_marks_are_spelled_out_and_markup_is_text() {
        let shown = |text: &str| {
            let mut out = String::new();
            Shown.write_escaped_str(&mut out, text).unwrap();
            out
        };
        assert_eq!(shown("報告\u{202e}fdp.exe"), "報告[U+202E]fdp.exe");
        assert_eq!(shown("\u{2066}<b>\u{2069}"), "[U+2066]&#60;b&#62;[U+2069]");
        assert_eq!(shown("\u{202a}\u{202b}\u{202c}\u{202d}"), "[U+202A][U+202B][U+202C][U+202D]");
        assert_eq!(shown("個人情報 \"A\""), "個人情報 &#34;A&#34;");
        assert_eq!(shown(""), "");
    }
}
