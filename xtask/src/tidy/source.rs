//! Rules for Rust files: opening sentence, reasons for exceptions, the one clock, SQL as plain static text.

use super::{Finding, Text};
use crate::rust_text::{RustText, line_at, positions};

const CLOCK: &str = "crates/server/src/house/clock.rs";
const TIME_AND_CHANCE: [&str; 4] = ["SystemTime::now", "Timestamp::now", "Zoned::now", "Uuid::new_v4"];
const TEXT_MACROS: [&str; 4] = ["format!(", "format_args!(", "write!(", "writeln!("];

pub fn findings(file: &Text) -> Vec<Finding> {
    let rust = RustText::read(&file.text);
    let mut all = Vec::from_iter(opening(file));
    all.extend(exceptions(file, &rust));
    if file.is_under("crates/") && file.path != CLOCK {
        all.extend(time_and_chance(file, &rust));
    }
    if file.is_under("crates/server/src/") {
        all.extend(formatted_sql(file, &rust));
    }
    if file.name() == "store.rs" {
        all.extend(joined_sql(file, &rust));
    }
    all
}

fn opening(file: &Text) -> Option<Finding> {
    let first = file.text.lines().find(|line| !line.trim().is_empty() && !line.starts_with("#!["));
    if first.is_some_and(|line| line.starts_with("//! ")) {
        return None;
    }
    Some(file.finding(1, "opening", "A file opens with `//!` and a sentence that says which room this is."))
}

fn exceptions(file: &Text, rust: &RustText) -> Vec<Finding> {
    let mut all = Vec::new();
    for word in ["allow(", "expect("] {
        for at in positions(&rust.code, word) {
            let Some(open) = attribute_start(&rust.code[..at]) else { continue };
            let attribute =
                &rust.code[open..rust.code[at..].find(']').map_or(rust.code.len(), |end| at + end)];
            if !attribute.contains("reason") {
                let sentence = "An exception carries its reason: `#[expect(lint, reason = \"…\")]`.";
                all.push(file.finding(line_at(&rust.code, at), "reason", sentence));
            }
        }
    }
    all
}

/// Where the attribute opens in which the text ends, if it ends in one. `#[cfg_attr(test, allow(` counts.
fn attribute_start(before: &str) -> Option<usize> {
    let open = before.rfind("#[").max(before.rfind("#!["))?;
    (!before[open..].contains(']')).then_some(open)
}

fn time_and_chance(file: &Text, rust: &RustText) -> Vec<Finding> {
    let found = |word: &'static str| {
        positions(&rust.code, word).map(move |at| {
            let sentence = format!("Time and chance are arguments; `{word}` stands in house/clock.rs only.");
            file.finding(line_at(&rust.code, at), "clock", sentence)
        })
    };
    TIME_AND_CHANCE.iter().flat_map(|word| found(word)).collect()
}

fn formatted_sql(file: &Text, rust: &RustText) -> Vec<Finding> {
    let mut all = Vec::new();
    for word in TEXT_MACROS {
        for at in positions(&rust.code, word) {
            // `write!(out, "…")`: the text is the first literal within the brackets.
            let end = at + word.len();
            let text = rust.strings.iter().find(|literal| literal.start >= end);
            let near = text.filter(|literal| !rust.code[end..literal.start].contains([')', ';', '{']));
            if near.is_some_and(|literal| is_sql(&literal.text)) {
                let sentence = "SQL is plain static text with `$1`; it is never formatted.";
                all.push(file.finding(line_at(&rust.code, at), "sql", sentence));
            }
        }
    }
    all
}

/// `"SELECT …".to_string() + more`, `more + "WHERE …"` and `sql.push_str(…)`.
fn joined_sql(file: &Text, rust: &RustText) -> Vec<Finding> {
    let sentence = "SQL is plain static text with `$1`; it is never put together.";
    let joined = rust.strings.iter().filter(|literal| {
        let before = rust.code[..literal.start].trim_end_matches('#');
        let before = before.strip_suffix('r').unwrap_or(before).trim_end_matches(['&', ' ', '\n', '(']);
        let after = after_conversions(&rust.code[literal.end..]);
        is_sql_part(&literal.text)
            && (before.ends_with(['+', '=']) && before.trim_end_matches('=').ends_with('+')
                || before.ends_with("push_str")
                || after.starts_with('+'))
    });
    joined.map(|literal| file.finding(line_at(&rust.code, literal.start), "sql", sentence)).collect()
}

fn after_conversions(code: &str) -> &str {
    let mut rest = code;
    loop {
        let shorter = [".to_string()", ".to_owned()", ".into()", ")"]
            .iter()
            .find_map(|word| rest.trim_start().strip_prefix(word));
        match shorter {
            Some(shorter) => rest = shorter,
            None => return rest.trim_start_matches(['#', ' ', '\n']),
        }
    }
}

/// A statement, told from an English sentence by its capitals or by its second word.
fn is_sql(text: &str) -> bool {
    let text = text.trim_start_matches([' ', '\n', '\\', '(']);
    if ["SELECT ", "INSERT ", "UPDATE ", "DELETE ", "WITH "].iter().any(|verb| text.starts_with(verb)) {
        return true;
    }
    let text = text.to_lowercase();
    let words: Vec<&str> = text.split_whitespace().collect();
    match words.as_slice() {
        ["insert", "into", ..] | ["delete", "from", ..] | ["update", _, "set", ..] => true,
        ["select" | "with", rest @ ..] => rest.contains(&"from"),
        _ => false,
    }
}

/// A statement or a piece of one.
fn is_sql_part(text: &str) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default().to_lowercase();
    is_sql(text)
        || ["where", "and", "or", "order", "limit", "from", "join", "group", "select", "set", "values"]
            .contains(&first.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(path: &str, body: &str) -> Vec<(&'static str, usize)> {
        let file = Text { path: path.into(), text: format!("//! A room.\n{body}") };
        findings(&file).iter().map(|finding| (finding.rule, finding.line)).collect()
    }

    const STORE: &str = "crates/server/src/risk/store.rs";
    const DOMAIN: &str = "crates/domain/src/risk.rs";

    #[test]
    fn a_file_without_an_opening_sentence_is_found() {
        let file = |text: &str| Text { path: DOMAIN.into(), text: text.into() };
        assert_eq!(findings(&file("use std::fs;\n"))[0].rule, "opening");
        assert_eq!(findings(&file(""))[0].rule, "opening");
        assert!(findings(&file("#![forbid(unsafe_code)]\n//! The domain.\n")).is_empty());
    }

    #[test]
    fn an_exception_without_reason_is_found() {
        assert_eq!(rules(DOMAIN, "#[allow(dead_code)]\nfn a() {}"), [("reason", 2)]);
        assert_eq!(rules(DOMAIN, "#![expect(dead_code)]"), [("reason", 2)]);
        assert_eq!(rules(DOMAIN, "#[cfg_attr(test, allow(dead_code))]"), [("reason", 2)]);
        assert!(
            rules(DOMAIN, "#[expect(dead_code, reason = \"soon\")]\nfn a() { b.expect(\"c\") }").is_empty()
        );
        assert!(rules(DOMAIN, "#[must_use]\nfn a() { may.allow(b) } // #[allow(x)]").is_empty());
    }

    #[test]
    fn a_second_clock_is_found() {
        assert_eq!(rules(DOMAIN, "fn a() {\n jiff::Timestamp::now(); }"), [("clock", 3)]);
        assert_eq!(rules(STORE, "fn a() { Uuid::new_v4(); }"), [("clock", 2)]);
        assert_eq!(rules("crates/server/tests/it/year.rs", "fn a() { SystemTime::now(); }"), [("clock", 2)]);
        assert!(rules(CLOCK, "fn a() { Timestamp::now(); }").is_empty());
        assert!(rules(DOMAIN, "// never Timestamp::now\nconst A: &str = \"SystemTime::now\";").is_empty());
    }

    #[test]
    fn formatted_sql_is_found_anywhere_in_the_server() {
        let pages = "crates/server/src/risk/pages.rs";
        assert_eq!(rules(pages, "fn a() { format!(\"SELECT {b} FROM c\"); }"), [("sql", 2)]);
        assert_eq!(rules(pages, "fn a() { format!(\n  r#\"  update c set d = {b}\"#); }"), [("sql", 2)]);
        assert_eq!(rules(pages, "fn a() { write!(out, \"DELETE FROM {c}\"); }"), [("sql", 2)]);
        assert!(
            rules(pages, "fn a() { format!(\"Update the {c}\"); tx.all(\"SELECT 1\", &[]); }").is_empty()
        );
        assert!(rules(pages, "fn a() { format!(b); c(\"SELECT 1\"); }").is_empty());
    }

    #[test]
    fn joined_sql_is_found_in_stores() {
        assert_eq!(rules(STORE, "fn a() { \"SELECT 1\".to_string() + b; }"), [("sql", 2)]);
        assert_eq!(rules(STORE, "fn a() { String::from(\"select 1 from b\") + c; }"), [("sql", 2)]);
        assert_eq!(rules(STORE, "fn a() { sql + \" WHERE id = $1\"; }"), [("sql", 2)]);
        assert_eq!(rules(STORE, "fn a() { sql += \" AND b\"; }"), [("sql", 2)]);
        assert_eq!(rules(STORE, "fn a() { sql.push_str(\" ORDER BY b\"); }"), [("sql", 2)]);
        assert!(rules(STORE, "fn a() { tx.one(\"SELECT b + 1 FROM c WHERE id = $1\", &[&id]) }").is_empty());
        assert!(rules(STORE, "const A: &str = \"SELECT 1\";\nconst B: i32 = 1 + 2;").is_empty());
    }
}
