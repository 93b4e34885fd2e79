//! Rust source seen as text: where the code is, where the strings are, which part is tests.

/// A source file taken apart. `code` has the length and the lines of the source, with every comment and the
/// inside of every string blanked, so that a search in it finds code only.
pub struct RustText {
    pub code: String,
    pub strings: Vec<Literal>,
}

/// A string literal: where its first quote stands in the source, where it ends, and what is between.
pub struct Literal {
    pub start: usize,
    pub end: usize,
    pub text: String,
}

impl RustText {
    pub fn read(source: &str) -> Self {
        let bytes = source.as_bytes();
        let mut code = bytes.to_vec();
        let mut strings = Vec::new();
        let mut at = 0;
        while at < bytes.len() {
            at = match bytes[at] {
                b'/' if bytes.get(at + 1) == Some(&b'/') => {
                    let end = find(bytes, at, b"\n").unwrap_or(bytes.len());
                    blank(&mut code, at, end)
                }
                b'/' if bytes.get(at + 1) == Some(&b'*') => blank(&mut code, at, comment_end(bytes, at)),
                b'"' => {
                    let hashes = raw_hashes(bytes, at);
                    let (inside, end) = string_end(bytes, at, hashes);
                    let text = source.get(at + 1..inside).unwrap_or_default().to_string();
                    strings.push(Literal { start: at, end, text });
                    blank(&mut code, at + 1, inside);
                    end
                }
                b'\'' => {
                    let end = char_end(bytes, at);
                    blank(&mut code, at + 1, end.max(at + 2) - 1);
                    end
                }
                _ => at + 1,
            };
        }
        Self { code: String::from_utf8_lossy(&code).into_owned(), strings }
    }

    /// How many lines there are outside `#[cfg(test)]`.
    pub fn lines_without_tests(&self) -> usize {
        let mut lines = self.code.lines().count();
        let mut from = 0;
        while let Some(start) = find(self.code.as_bytes(), from, b"#[cfg(test)]") {
            let end = item_end(self.code.as_bytes(), start);
            lines -= self.code[start..end].lines().count();
            from = end;
        }
        lines
    }
}

/// The line, counted from 1, on which this position stands.
pub fn line_at(text: &str, position: usize) -> usize {
    text[..position].matches('\n').count() + 1
}

/// Every position of `word` in `text`.
pub fn positions<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    text.match_indices(word).map(|(position, _)| position)
}

fn find(bytes: &[u8], from: usize, word: &[u8]) -> Option<usize> {
    bytes[from..].windows(word.len()).position(|window| window == word).map(|offset| from + offset)
}

fn blank(code: &mut [u8], from: usize, to: usize) -> usize {
    for byte in &mut code[from..to] {
        if *byte != b'\n' {
            *byte = b' ';
        }
    }
    to
}

/// Block comments nest in Rust.
fn comment_end(bytes: &[u8], start: usize) -> usize {
    let mut depth = 0;
    let mut at = start;
    while at < bytes.len() {
        if bytes[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if bytes[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    bytes.len()
}

/// `Some(n)` when the quote opens a raw string with n hashes.
fn raw_hashes(bytes: &[u8], quote: usize) -> Option<usize> {
    let hashes = bytes[..quote].iter().rev().take_while(|byte| **byte == b'#').count();
    let before = bytes[..quote - hashes].last();
    (before == Some(&b'r')).then_some(hashes)
}

/// Where the inside of the string ends and where the literal ends.
fn string_end(bytes: &[u8], quote: usize, raw: Option<usize>) -> (usize, usize) {
    if let Some(hashes) = raw {
        let close = [b"\"".as_slice(), &b"#".repeat(hashes)].concat();
        let inside = find(bytes, quote + 1, &close).unwrap_or(bytes.len());
        return (inside, (inside + close.len()).min(bytes.len()));
    }
    let mut at = quote + 1;
    while at < bytes.len() && bytes[at] != b'"' {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    let inside = at.min(bytes.len());
    (inside, (inside + 1).min(bytes.len()))
}

/// The end of a character literal; a lifetime is only its tick.
fn char_end(bytes: &[u8], tick: usize) -> usize {
    let close = if bytes.get(tick + 1) == Some(&b'\\') {
        find(bytes, (tick + 3).min(bytes.len()), b"'")
    } else {
        // One character is at most four bytes long.
        (tick + 2..tick + 6).find(|at| bytes.get(*at) == Some(&b'\'')).filter(|at| {
            std::str::from_utf8(&bytes[tick + 1..*at]).is_ok_and(|text| text.chars().count() == 1)
        })
    };
    close.map_or(tick + 1, |at| at + 1)
}

/// The item behind an attribute ends with its braces, or with a semicolon when it has none.
fn item_end(code: &[u8], start: usize) -> usize {
    let mut depth = 0_usize;
    for (at, byte) in code.iter().enumerate().skip(start) {
        match byte {
            b'{' => depth += 1,
            b'}' if depth <= 1 => return at + 1,
            b'}' => depth -= 1,
            b';' if depth == 0 => return at + 1,
            _ => {}
        }
    }
    code.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_strings_are_blank_and_lines_stay() {
        let source =
            "let a = \"x;\\\"y\"; // now()\n/* a /* b */ c */ let b = r#\"q\"q\"#;\nlet c = '\"'; f::<'a>()";
        let seen = RustText::read(source);
        assert_eq!(seen.code.lines().count(), 3);
        assert!(!seen.code.contains("now") && !seen.code.contains('q') && seen.code.contains("f::<'a>()"));
        let texts: Vec<&str> = seen.strings.iter().map(|literal| literal.text.as_str()).collect();
        assert_eq!(texts, ["x;\\\"y", "q\"q"]);
    }

    #[test]
    fn characters_and_lifetimes_are_told_apart() {
        let seen = RustText::read("fn f<'a>(x: &'a str) { let y = ['a', '\\'', '巡', '\\u{1}']; \"s\" }");
        assert_eq!(seen.strings.len(), 1);
        assert!(seen.code.contains("&'a str"));
    }

    #[test]
    fn tests_are_not_counted() {
        let source = "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {\n    }\n}\nfn c() {}\n";
        assert_eq!(RustText::read(source).lines_without_tests(), 2);
        assert_eq!(RustText::read("fn a() {}\n#[cfg(test)]\nmod tests;\n").lines_without_tests(), 1);
    }

    #[test]
    fn broken_source_does_not_stop_the_reader() {
        for source in ["\"", "r#\"", "/*", "'", "'\\", "b'\\", "\"\\"] {
            RustText::read(source);
        }
    }
}
