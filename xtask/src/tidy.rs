//! The house rules that a machine can check: walks the repository and names each place that breaks one.

mod pages;
mod papers;
mod size;
mod source;

use std::fmt;
use std::fs;
use std::path::Path;

use crate::shell::Outcome;

/// One place that breaks one rule.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    pub path: String,
    pub line: usize,
    pub rule: &'static str,
    pub sentence: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} {} {}", self.path, self.line, self.rule, self.sentence)
    }
}

/// A text file of the repository, its path written from the root with `/`.
pub struct Text {
    pub path: String,
    pub text: String,
}

impl Text {
    fn finding(&self, line: usize, rule: &'static str, sentence: impl Into<String>) -> Finding {
        Finding { path: self.path.clone(), line, rule, sentence: sentence.into() }
    }

    fn is_under(&self, folder: &str) -> bool {
        self.path.starts_with(folder)
    }

    /// Whether the file is a `.rs`, an `.html` and so on.
    fn has_ending(&self, ending: &str) -> bool {
        self.name().rsplit_once('.').is_some_and(|(_, own)| own == ending)
    }

    fn name(&self) -> &str {
        self.path.rsplit('/').next().unwrap_or(&self.path)
    }
}

/// Everything the rules read.
pub struct House {
    pub texts: Vec<Text>,
    /// Paths of all files, also of those that are no text.
    pub paths: Vec<String>,
}

impl House {
    fn text(&self, path: &str) -> &str {
        self.texts.iter().find(|text| text.path == path).map_or("", |text| &text.text)
    }

    fn ending<'a>(&'a self, ending: &'a str) -> impl Iterator<Item = &'a Text> {
        self.texts.iter().filter(move |text| text.has_ending(ending))
    }
}

pub fn run(root: &Path) -> Outcome {
    let mut house = House { texts: Vec::new(), paths: Vec::new() };
    walk(root, "", &mut house).map_err(|error| format!("the repository cannot be read: {error}"))?;
    let findings = findings(&house);
    if findings.is_empty() {
        println!("{} files, nothing to say", house.paths.len());
        return Ok(());
    }
    let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
    Err(format!("{}\n{} findings", lines.join("\n"), findings.len()))
}

pub fn findings(house: &House) -> Vec<Finding> {
    let mut all: Vec<Finding> = Vec::new();
    for text in house.ending("rs") {
        all.extend(source::findings(text));
    }
    let templates = house.ending("html").chain(house.ending("svg"));
    for text in templates.filter(|text| text.is_under("crates/")) {
        all.extend(pages::findings(text, house));
    }
    all.extend(size::findings(house));
    all.extend(papers::findings(house));
    all.sort();
    all
}

/// Built, fetched and local things are not ours to tidy.
fn is_ours(path: &str, name: &str) -> bool {
    let hidden = name.starts_with('.') && name != ".ci" && name != ".cargo";
    !hidden && name != "node_modules" && !["target", "data", "e2e/pictures"].contains(&path)
}

fn walk(root: &Path, folder: &str, house: &mut House) -> std::io::Result<()> {
    let mut entries: Vec<_> = fs::read_dir(root.join(folder))?.collect::<Result<_, _>>()?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if folder.is_empty() { name.clone() } else { format!("{folder}/{name}") };
        if !is_ours(&path, &name) {
            continue;
        }
        if entry.file_type()?.is_dir() {
            walk(root, &path, house)?;
            continue;
        }
        house.paths.push(path.clone());
        if let Ok(text) = fs::read_to_string(entry.path()) {
            house.texts.push(Text { path, text });
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A house of the given files, for the tests of all rules.
    pub fn house(files: &[(&str, &str)]) -> House {
        let text = |(path, text): &(&str, &str)| Text { path: (*path).into(), text: (*text).into() };
        House {
            texts: files.iter().map(text).collect(),
            paths: files.iter().map(|(path, _)| (*path).into()).collect(),
        }
    }

    #[test]
    fn a_finding_reads_as_path_line_rule_sentence() {
        let text = Text { path: "a/b.rs".into(), text: String::new() };
        assert_eq!(
            text.finding(7, "clock", "Time is an argument.").to_string(),
            "a/b.rs:7 clock Time is an argument."
        );
    }

    #[test]
    fn what_is_built_or_hidden_is_not_read() {
        assert!(!is_ours("target", "target") && !is_ours("e2e/node_modules", "node_modules"));
        assert!(!is_ours(".git", ".git") && is_ours(".ci", ".ci") && is_ours("crates/x/target", "target"));
    }
}
