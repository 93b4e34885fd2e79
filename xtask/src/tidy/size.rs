//! Files stay small by ratchet: the list of exceptions in `xtask/tidy.txt` only shrinks.

use super::{Finding, House, Text};
use crate::rust_text::RustText;

const LIMIT: usize = 400;
const LIST: &str = "xtask/tidy.txt";

pub fn findings(house: &House) -> Vec<Finding> {
    let listed = entries(house.text(LIST));
    let mut all = Vec::new();
    for file in house.ending("rs").filter(|file| is_measured(file)) {
        let lines = RustText::read(&file.text).lines_without_tests();
        let limit = listed.iter().find(|entry| entry.path == file.path).map_or(LIMIT, |entry| entry.max);
        if lines > limit.max(LIMIT) {
            let sentence =
                format!("{lines} lines without its tests; the limit here is {}.", limit.max(LIMIT));
            all.push(file.finding(1, "size", sentence));
        }
    }
    all.extend(listed.iter().filter_map(|entry| stale(entry, house)));
    all
}

struct Entry {
    line: usize,
    path: String,
    max: usize,
}

fn entries(list: &str) -> Vec<Entry> {
    let words = |(number, line): (usize, &str)| {
        let (path, max) = line.trim().rsplit_once(' ')?;
        let entry = Entry { line: number + 1, path: path.trim().into(), max: max.parse().unwrap_or(0) };
        (!path.starts_with('#')).then_some(entry)
    };
    list.lines().enumerate().filter_map(words).collect()
}

/// An entry must be needed, and must say the true length: what became shorter may not grow back.
fn stale(entry: &Entry, house: &House) -> Option<Finding> {
    let file = house.texts.iter().find(|file| file.path == entry.path && is_measured(file));
    let lines = file.map_or(0, |file| RustText::read(&file.text).lines_without_tests());
    let sentence = if lines <= LIMIT {
        format!("`{}` no longer needs its entry; take it out.", entry.path)
    } else if lines < entry.max {
        format!("`{}` has become shorter; write {lines} for {}.", entry.path, entry.max)
    } else {
        return None;
    };
    Some(Finding { path: LIST.into(), line: entry.line, rule: "ratchet", sentence })
}

fn is_measured(file: &Text) -> bool {
    let in_source = file.is_under("crates/") && file.path.split('/').nth(2) == Some("src");
    in_source && file.has_ending("rs") && file.name() != "tests.rs" && !file.path.contains("/tests/")
}

#[cfg(test)]
mod tests {
    use super::super::tests::house;
    use super::*;

    const PATH: &str = "crates/domain/src/risk.rs";

    fn rules(path: &str, lines: usize, list: &str) -> Vec<&'static str> {
        let text = "fn a() {}\n".repeat(lines) + "#[cfg(test)]\nmod tests {\n\n}\n";
        findings(&house(&[(path, &text), (LIST, list)])).iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn a_long_file_is_found_unless_it_is_listed() {
        assert!(rules(PATH, 400, "").is_empty());
        assert_eq!(rules(PATH, 401, ""), ["size"]);
        assert!(rules(PATH, 450, "crates/domain/src/risk.rs 450\n").is_empty());
        assert_eq!(rules(PATH, 451, "crates/domain/src/risk.rs 450\n"), ["size"]);
        assert!(rules("crates/domain/src/risk/tests.rs", 500, "").is_empty());
        assert!(rules("crates/server/tests/it/year.rs", 500, "").is_empty());
    }

    #[test]
    fn the_list_only_shrinks() {
        assert_eq!(rules(PATH, 300, "# why\ncrates/domain/src/risk.rs 450\n"), ["ratchet"]);
        assert_eq!(rules(PATH, 410, "crates/domain/src/risk.rs 450\n"), ["ratchet"]);
        assert_eq!(rules(PATH, 10, "crates/domain/src/gone.rs 450\n"), ["ratchet"]);
        assert_eq!(rules(PATH, 410, "crates/domain/src/risk.rs many\n"), ["size"]);
    }
}
