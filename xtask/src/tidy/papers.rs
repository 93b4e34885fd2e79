//! Papers agree with the house: concepts stand in the glossary, commands exist, links lead somewhere.

use super::{Finding, House, Text};
use crate::TASKS;
use crate::rust_text::{RustText, line_at, positions};

const SERVER: &str = "crates/server/src/";
const PAPERS: [&str; 6] =
    ["README.md", "README.ja.md", "ARCHITECTURE.md", "GLOSSARY.md", "CONTRIBUTING.md", "docs/decisions/"];

/// Folders of the server that are no concept: services, and further small programs.
const NO_CONCEPTS: [&str; 2] = ["house", "bin"];

pub fn findings(house: &House) -> Vec<Finding> {
    let mut all = concepts(house);
    let subcommands = subcommands(house);
    for paper in house.texts.iter().filter(|text| PAPERS.iter().any(|paper| text.is_under(paper))) {
        all.extend(links(paper, house));
        if paper.name().starts_with("README") {
            all.extend(commands(paper, &subcommands));
        }
    }
    all.extend(house.ending("json").filter(|file| file.name() == "package-lock.json").filter_map(lockfile));
    all
}

/// Every folder of the server is a word of the glossary, in a table cell or in code marks.
fn concepts(house: &House) -> Vec<Finding> {
    let glossary = house.text("GLOSSARY.md").to_lowercase();
    let words: Vec<&str> = glossary.split(|c: char| !c.is_alphanumeric() && c != '_').collect();
    let mut folders: Vec<&str> = house
        .paths
        .iter()
        .filter_map(|path| Some(path.strip_prefix(SERVER)?.split_once('/')?.0))
        .filter(|folder| !NO_CONCEPTS.contains(folder))
        .collect();
    folders.dedup();
    let unknown = folders.into_iter().filter(|folder| !words.contains(folder));
    unknown
        .map(|folder| Finding {
            path: format!("{SERVER}{folder}"),
            line: 1,
            rule: "glossary",
            sentence: format!("`{folder}` is not a word of GLOSSARY.md; one concept, one word."),
        })
        .collect()
}

/// The commands of `meguri`: the variants below `#[derive(Subcommand)]`, written as clap writes them.
fn subcommands(house: &House) -> Vec<String> {
    let server = house.ending("rs").filter(|file| file.is_under(SERVER));
    server.flat_map(|file| variants(&RustText::read(&file.text).code)).collect()
}

fn variants(code: &str) -> Vec<String> {
    let Some(derive) = code.find("Subcommand)").or_else(|| code.find("Subcommand,")) else {
        return Vec::new();
    };
    let Some(open) = code[derive..].find('{').map(|at| derive + at + 1) else { return Vec::new() };
    let mut depth = 1;
    let mut top = String::new();
    for character in code[open..].chars() {
        match character {
            '{' | '(' | '[' => depth += 1,
            '}' | ')' | ']' => depth -= 1,
            _ if depth == 1 => top.push(character),
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    top.split(',').filter_map(|variant| variant.split_whitespace().last()).map(kebab_case).collect()
}

fn kebab_case(name: &str) -> String {
    let mut word = String::new();
    for character in name.chars() {
        if character.is_uppercase() && !word.is_empty() {
            word.push('-');
        }
        word.extend(character.to_lowercase());
    }
    word
}

/// What a README tells a person to type can be typed.
fn commands(paper: &Text, subcommands: &[String]) -> Vec<Finding> {
    let mut all = Vec::new();
    for (line, code) in code_pieces(&paper.text) {
        let words: Vec<&str> = code.split_whitespace().filter(|word| !is_setting(word)).collect();
        let unknown = match words.as_slice() {
            ["cargo", "xtask", task, ..] => !TASKS.iter().any(|known| known.name == *task),
            ["cargo", "run", "--release", "--", command, ..] | ["meguri", command, ..] => {
                !command.starts_with('-') && !subcommands.iter().any(|known| known == command)
            }
            _ => false,
        };
        if unknown {
            all.push(paper.finding(line, "commands", format!("`{code}` does not exist.")));
        }
    }
    all
}

/// `DATABASE_URL=… meguri` is the command `meguri`.
fn is_setting(word: &str) -> bool {
    word.split_once('=').is_some_and(|(name, _)| name.chars().all(|c| c.is_ascii_uppercase() || c == '_'))
}

/// Lines of fenced blocks, and what stands between single code marks.
fn code_pieces(text: &str) -> Vec<(usize, &str)> {
    let mut all = Vec::new();
    let mut fenced = false;
    for (index, line) in text.lines().enumerate() {
        if line.trim_start().starts_with("```") {
            fenced = !fenced;
        } else if fenced {
            let code = line.split(" #").next().unwrap_or(line);
            all.push((index + 1, code.trim().trim_start_matches("$ ")));
        } else {
            all.extend(line.split('`').skip(1).step_by(2).map(|code| (index + 1, code)));
        }
    }
    all
}

/// A relative link leads to a file or a folder.
fn links(paper: &Text, house: &House) -> Vec<Finding> {
    let folder = paper.path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut all = Vec::new();
    for at in positions(&paper.text, "](") {
        let target = paper.text[at + 2..].split(')').next().unwrap_or_default();
        let target = target.split('#').next().unwrap_or_default();
        if target.is_empty() || target.contains("://") || target.starts_with("mailto:") {
            continue;
        }
        let path = resolve(folder, target);
        let exists = house.paths.iter().any(|own| *own == path || own.starts_with(&format!("{path}/")));
        if !exists {
            all.push(paper.finding(line_at(&paper.text, at), "links", format!("`{target}` leads nowhere.")));
        }
    }
    all
}

fn resolve(folder: &str, target: &str) -> String {
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in target.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()),
            part => parts.push(part),
        }
    }
    parts.join("/")
}

/// A lockfile holds versions and hashes; where they are fetched from is each person's own setting.
fn lockfile(file: &Text) -> Option<Finding> {
    let at = file.text.find("\"resolved\"")?;
    let sentence =
        "A lockfile names no host: `npm install --package-lock-only --omit-lockfile-registry-resolved`.";
    Some(file.finding(line_at(&file.text, at), "lockfile", sentence))
}

#[cfg(test)]
mod tests {
    use super::super::tests::house;
    use super::*;

    fn rules(files: &[(&str, &str)]) -> Vec<(&'static str, usize)> {
        findings(&house(files)).iter().map(|finding| (finding.rule, finding.line)).collect()
    }

    #[test]
    fn a_concept_without_a_word_is_found() {
        let file = ("crates/server/src/risk/mod.rs", "//! Risk.");
        assert_eq!(rules(&[file, ("GLOSSARY.md", "| 情報資産 | `Asset` |")]), [("glossary", 1)]);
        assert!(rules(&[file, ("GLOSSARY.md", "| リスク | `Risk` |")]).is_empty());
        assert!(rules(&[("crates/server/src/house/db.rs", ""), ("crates/server/src/lib.rs", "")]).is_empty());
    }

    #[test]
    fn a_command_that_does_not_exist_is_found() {
        let main = "/// How.\n#[derive(Subcommand)]\nenum Command {\n /// Serves.\n Serve,\n Demo { data: Option<String> },\n \
                    #[command(name = \"x\")]\n ExportAll(Export), }";
        let with = |readme: &str| rules(&[("crates/server/src/main.rs", main), ("README.md", readme)]);
        assert!(
            with("```\ncargo run --release -- demo --data x # try\nA=b meguri export-all\n```").is_empty()
        );
        assert!(
            with("`cargo xtask check --only tidy`, `meguri`, `meguri --help`, `cargo run --release`")
                .is_empty()
        );
        assert_eq!(with("a\n\n`meguri verify FILE`"), [("commands", 3)]);
        assert_eq!(with("```sh\n$ cargo run --release -- x\n```"), [("commands", 2)]);
        assert_eq!(with("`cargo xtask dance`"), [("commands", 1)]);
        assert_eq!(rules(&[("README.md", "`meguri serve`")]), [("commands", 1)]);
    }

    #[test]
    fn a_link_that_leads_nowhere_is_found() {
        let decision = "[a](../../GLOSSARY.md#b) [c](0002-d.md)";
        let files = [("GLOSSARY.md", ""), ("docs/decisions/0001-a.md", decision)];
        assert_eq!(rules(&files), [("links", 1)]);
        assert!(
            rules(&[
                ("README.md", "[a](docs/decisions/) [b](https://example.org/)"),
                ("docs/decisions/0001-a.md", "")
            ])
            .is_empty()
        );
    }

    #[test]
    fn a_lockfile_that_names_a_host_is_found() {
        assert_eq!(rules(&[("e2e/package-lock.json", "{\n\"resolved\": \"a\"}")]), [("lockfile", 2)]);
        assert!(rules(&[("e2e/package-lock.json", "{\"integrity\": \"a\"}")]).is_empty());
    }
}
