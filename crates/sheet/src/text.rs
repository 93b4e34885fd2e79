//! Words as people type them, brought to one form so that they can be compared.

use unicode_normalization::UnicodeNormalization;

/// For comparing: like [`plain`], and ornaments are gone.
pub(crate) fn fold(text: &str) -> String {
    plain(text).chars().filter(|c| !ORNAMENTS.contains(c)).collect()
}

/// For reading marks and numbers: full-width and half-width agree, case is ignored, spaces and line breaks are gone.
pub(crate) fn plain(text: &str) -> String {
    #[cfg(test)]
    crate::steps::step();
    text.nfkc()
        .flat_map(char::to_lowercase)
        .filter(|c| !c.is_whitespace() && !c.is_control() && !is_unseen(*c))
        .collect()
}

/// Characters without width, which travel along when text is copied from web pages and messages.
fn is_unseen(c: char) -> bool {
    matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{fe0e}' | '\u{fe0f}')
}

/// Marks that decorate a heading (■管理部署※) and say nothing.
const ORNAMENTS: &[char] = &['※', '*', '■', '◆', '●', '◎', '【', '】', '「', '」'];

/// For keeping: what was typed, in NFC, without blanks at the ends and without control characters inside.
pub fn tidy(text: &str) -> String {
    let text: String = text.replace("\r\n", "\n").replace('\r', "\n");
    let kept = text.nfc().map(|c| if c == '\t' { ' ' } else { c }).filter(|c| *c == '\n' || !c.is_control());
    // Joiners stay: they hold signs together. The rest says nothing and makes equal names differ.
    let kept =
        kept.filter(|c| !is_unseen(*c) || matches!(c, '\u{200c}' | '\u{200d}' | '\u{fe0e}' | '\u{fe0f}'));
    kept.collect::<String>().trim().to_owned()
}

/// A mark that repeats what the row before says.
pub(crate) fn is_ditto(text: &str) -> bool {
    ["〃", "同上", "″", "仝"].contains(&text.trim())
}

/// The text as a file keeps it. Where the text itself is a ditto mark, a sign without width stands before it, so that
/// the file that is read again does not repeat the row before; [`tidy`] takes the sign away.
pub(crate) fn kept_literally(text: String) -> String {
    if is_ditto(&text) { format!("\u{200b}{text}") } else { text }
}

/// For showing inside a sentence: at most 40 characters, on one line.
pub(crate) fn clip(text: &str) -> String {
    const SHOWN: usize = 40;
    let mut out: String = text.chars().take(SHOWN).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().count() > SHOWN {
        out.push('…');
    }
    out
}

/// True for text a spreadsheet could take for a formula when it opens a CSV file: it begins with one of the signs
/// (half-width or full-width), perhaps behind blanks.
pub(crate) fn looks_like_formula(text: &str) -> bool {
    if text.starts_with(['\t', '\r', '\n']) {
        return true;
    }
    text.trim_start().starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

/// Puts `'` before formula-looking text, also behind each `;`, where a spreadsheet of another locale would begin a new
/// cell. Text that already has the quotes gets one more, so that [`unquote`] is its exact inverse.
pub(crate) fn quote(text: &str) -> String {
    let parts = text.split(';').map(|part| {
        if looks_like_formula(part.trim_start_matches('\'')) { format!("'{part}") } else { part.to_owned() }
    });
    parts.collect::<Vec<_>>().join(";")
}

/// Takes back the `'` that [`quote`] put before formula-looking text.
pub(crate) fn unquote(text: &str) -> String {
    let parts = text.split(';').map(|part| match part.strip_prefix('\'') {
        Some(rest) if looks_like_formula(rest.trim_start_matches('\'')) => rest,
        _ => part,
    });
    parts.collect::<Vec<_>>().join(";")
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn headings_fold_over_width_breaks_and_ornaments() {
        for typed in ["媒体・保存先", "媒体･\n保存先", " ■媒体・保存先※", "媒 体・保 存 先"]
        {
            assert_eq!(fold(typed), "媒体・保存先", "{typed:?}");
        }
    }

    #[test]
    fn kept_text_is_composed_and_free_of_control_characters() {
        assert_eq!(tidy("　ハ\u{3099}ックアッフ\u{309a}\u{7} \r\n控え\t2 "), "バックアップ \n控え 2");
    }

    proptest! {
        #[test]
        fn quoting_is_taken_back_exactly(text in "['=+@＝; \t\r\na-]{0,6}") {
            let quoted = quote(&text);
            prop_assert_eq!(unquote(&quoted), text);
            prop_assert!(!quoted.split(';').any(looks_like_formula));
        }
    }
}
