//! Every way to spoil a bundle, and what the answer must then be.

use std::fs;

use crate::dice::Dice;
use crate::make::Case;

/// Spoils a bundle. Some with what the first line must begin with; None when this bundle has nothing to spoil that way.
type Spoiler = fn(&Case, &mut Dice) -> Option<String>;

pub const SPOILERS: [(&str, Spoiler); 31] = [
    ("a time is changed", |case, dice| {
        let line = line_of(case, "entries.jsonl", dice);
        edit_line(case, "entries.jsonl", line, |text| text.replacen("\"time\":1", "\"time\":2", 1));
        Some(found_at(case, line))
    }),
    ("an actor is changed", |case, dice| {
        let line = line_of(case, "entries.jsonl", dice);
        edit_line(case, "entries.jsonl", line, |text| text.replacen("\"actor\":\"p-", "\"actor\":\"q-", 1));
        Some(found_at(case, line))
    }),
    ("a file is struck from an entry", |case, dice| {
        let line = line_of(case, "entries.jsonl", dice);
        let text = case.read("entries.jsonl").lines().nth(line - 1).unwrap().to_owned();
        let (front, rest) = text.split_once("\"files\":[[")?;
        let (_, end) = rest.split_once("]]").unwrap();
        edit_line(case, "entries.jsonl", line, |_| format!("{front}\"files\":[]{end}"));
        Some("FAIL ".into())
    }),
    ("an entry is written with a space", |case, dice| {
        let line = line_of(case, "entries.jsonl", dice);
        edit_line(case, "entries.jsonl", line, |text| text.replacen("\"v\":1", "\"v\": 1", 1));
        Some(format!("FAIL entries.jsonl {line}"))
    }),
    ("an entry is dropped", |case, dice| {
        let line = line_of(case, "entries.jsonl", dice);
        drop_line(case, "entries.jsonl", line);
        Some("FAIL ".into())
    }),
    ("two entries are swapped", |case, dice| {
        let line = line_of(case, "entries.jsonl", dice);
        let lines = case.read("entries.jsonl");
        let mut lines: Vec<&str> = lines.lines().collect();
        if line == lines.len() {
            return None;
        }
        lines.swap(line - 1, line);
        case.write("entries.jsonl", &(lines.join("\n") + "\n"));
        Some(format!("FAIL entries.jsonl {line}"))
    }),
    ("an entry stands twice", |case, dice| {
        let line = line_of(case, "entries.jsonl", dice);
        edit_line(case, "entries.jsonl", line, |text| format!("{text}\n{text}"));
        Some(format!("FAIL entries.jsonl {}", line + 1))
    }),
    ("the tail is cut off", |case, _| {
        let count = case.read("entries.jsonl").lines().count();
        drop_line(case, "entries.jsonl", count);
        Some(if case.whole { format!("FAIL entries.jsonl {count}") } else { "FAIL ".into() })
    }),
    ("a private text is changed", |case, dice| {
        let line = line_of_some(case, "payloads.txt", dice)?;
        edit_line(case, "payloads.txt", line, |text| {
            let (front, _) = text.rsplit_once(' ').unwrap();
            format!("{front} QUJD")
        });
        Some("FAIL entries.jsonl ".into())
    }),
    ("a salt is changed", |case, dice| {
        let line = line_of_some(case, "payloads.txt", dice)?;
        edit_line(case, "payloads.txt", line, |text| {
            let words: Vec<&str> = text.split(' ').collect();
            format!("{} {} {} {}", words[0], words[1], "0".repeat(64), words[3])
        });
        Some("FAIL entries.jsonl ".into())
    }),
    ("a private text is left out", |case, dice| {
        let line = line_of_some(case, "payloads.txt", dice)?;
        drop_line(case, "payloads.txt", line);
        Some("FAIL entries.jsonl ".into())
    }),
    ("a private text of no entry is shown", |case, _| {
        case.write("payloads.txt", &format!("{}99 1 {} \n", case.read("payloads.txt"), "0".repeat(64)));
        Some("FAIL payloads.txt".into())
    }),
    ("a line of texts cannot be read", |case, _| {
        case.write("payloads.txt", &format!("x\n{}", case.read("payloads.txt")));
        Some("FAIL payloads.txt".into())
    }),
    ("a withheld thing is no longer listed", |case, dice| {
        let line = line_of_some(case, "withheld.txt", dice)?;
        drop_line(case, "withheld.txt", line);
        Some("FAIL entries.jsonl ".into())
    }),
    ("a withheld thing of no entry is listed", |case, _| {
        case.write("withheld.txt", &format!("{}payload 0 99\n", case.read("withheld.txt")));
        Some("FAIL withheld.txt".into())
    }),
    ("a shown file is listed as withheld", |case, dice| {
        let file = a_file(case, dice)?;
        case.write("withheld.txt", &format!("{}file {file}\n", case.read("withheld.txt")));
        Some("FAIL entries.jsonl ".into())
    }),
    ("a byte of a file is changed", |case, dice| {
        let path = case.bundle.join("files").join(a_file(case, dice)?);
        let mut bytes = fs::read(&path).unwrap();
        if bytes.is_empty() {
            bytes.push(0);
        } else {
            let place = dice.below(bytes.len());
            bytes[place] ^= 1;
        }
        fs::write(path, bytes).unwrap();
        Some("FAIL entries.jsonl ".into())
    }),
    ("a file is removed", |case, dice| {
        fs::remove_file(case.bundle.join("files").join(a_file(case, dice)?)).unwrap();
        Some("FAIL entries.jsonl ".into())
    }),
    ("a file of no entry is put in", |case, _| {
        case.write("files/stray.pdf", "x");
        Some("FAIL files/stray.pdf".into())
    }),
    ("the root of a head is changed", |case, dice| {
        let (name, note) = a_head(case, dice);
        let root = note.lines().nth(2).unwrap();
        case.write(&name, &note.replacen(root, "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", 1));
        Some(format!("FAIL {name}"))
    }),
    ("the size of a head is changed", |case, dice| {
        let (name, note) = a_head(case, dice);
        let size = note.lines().nth(1).unwrap();
        case.write(&name, &note.replacen(&format!("\n{size}\n"), &format!("\n{size}0\n"), 1));
        Some(format!("FAIL {name}"))
    }),
    ("a bit of the log's signature is turned", |case, dice| {
        let (name, note) = a_head(case, dice);
        let line = note.lines().nth(4).unwrap();
        let mut signs: Vec<char> = line.chars().collect();
        let place = signs.len() - 10;
        signs[place] = if signs[place] == 'A' { 'B' } else { 'A' };
        case.write(&name, &note.replacen(line, &signs.into_iter().collect::<String>(), 1));
        Some(format!("FAIL {name}"))
    }),
    ("a new key comes in without the old one", |case, _| {
        let ours = |line: &&str| line.starts_with("— example.co.jp/6f1c ");
        let mut notes = folder(case, "heads").into_iter().filter(|name| name.ends_with("note"));
        let both =
            notes.find(|name| case.read(&format!("heads/{name}")).lines().filter(ours).count() == 2)?;
        let note = case.read(&format!("heads/{both}"));
        let old = note.lines().find(ours).unwrap();
        case.write(&format!("heads/{both}"), &note.replacen(&format!("{old}\n"), "", 1));
        Some(format!("FAIL heads/{both}"))
    }),
    ("a head is taken out", |case, dice| {
        let (name, _) = a_head(case, dice);
        fs::remove_file(case.bundle.join(name)).unwrap();
        Some("FAIL heads".into())
    }),
    ("a proof between heads is changed", |case, _| {
        let text = case.has("heads/000002.proof").then(|| case.read("heads/000002.proof"))?;
        let more = format!("{text}{}\n", "0".repeat(64));
        case.write("heads/000002.proof", &more);
        Some("FAIL heads/000002.note".into())
    }),
    ("a proof between heads cannot be read", |case, _| {
        case.has("heads/000002.proof").then(|| case.write("heads/000002.proof", "x\n"))?;
        Some("FAIL heads/000002.proof".into())
    }),
    ("a proof of an entry is changed", |case, dice| {
        case.has("proofs.txt").then_some(())?;
        let line = line_of(case, "proofs.txt", dice);
        edit_line(case, "proofs.txt", line, |text| {
            format!("{} {text}", "0".repeat(64)).trim_end().to_owned()
        });
        Some(format!("FAIL entries.jsonl {line}"))
    }),
    ("a leaf is changed", |case, dice| {
        case.has("leaves.txt").then_some(())?;
        let line = line_of(case, "leaves.txt", dice);
        edit_line(case, "leaves.txt", line, |_| "0".repeat(64));
        Some("FAIL leaves.txt".into())
    }),
    ("the keys are no longer a policy", |case, _| {
        case.write("policy.txt", &case.read("policy.txt").replace("quorum two", "quorum three"));
        Some("FAIL policy.txt".into())
    }),
    ("the house is rebuilt with other keys", |case, _| {
        case.own_policy.then_some(())?;
        let other = Case::new("rebuilt", 7, 77);
        fs::remove_dir_all(&case.bundle).unwrap();
        fs::rename(&other.bundle, &case.bundle).unwrap();
        Some("FAIL heads/000001.note".into())
    }),
    ("the head that is held is another", |case, dice| {
        let (_, note) = a_head(case, dice);
        let held = case.folder.join("held.txt");
        held.exists().then_some(())?;
        let size = note.lines().nth(1).unwrap();
        let text = note.split("\n\n").next().unwrap().replacen(&format!("\n{size}\n"), "\n1234\n", 1);
        fs::write(held, text + "\n").unwrap();
        Some("FAIL held".into())
    }),
];

/// A byte changed anywhere in any checked file. It need not matter: a quorum that nobody asks for may be lost.
pub fn at_random(case: &Case, dice: &mut Dice) {
    let mut names: Vec<String> =
        ["policy.txt", "entries.jsonl", "payloads.txt", "withheld.txt", "leaves.txt", "proofs.txt"]
            .into_iter()
            .filter(|name| case.has(name))
            .map(str::to_owned)
            .collect();
    names.extend(folder(case, "heads").into_iter().map(|name| format!("heads/{name}")));
    let path = case.bundle.join(dice.one(&names));
    let mut bytes = fs::read(&path).unwrap();
    let place = dice.below(bytes.len() + 1);
    let sign = dice.one(b"\n\r 0aZ+=\xe3\x00\"\\]");
    match dice.below(3) {
        0 if place < bytes.len() => drop(bytes.remove(place)),
        1 if place < bytes.len() => bytes[place] = sign,
        _ => bytes.insert(place, sign),
    }
    fs::write(path, bytes).unwrap();
}

/// A changed entry is named where proofs or leaves are there; by the root alone it is only known that there is one.
fn found_at(case: &Case, line: usize) -> String {
    let named = case.has("leaves.txt") || case.has("proofs.txt");
    if named { format!("FAIL entries.jsonl {line}") } else { "FAIL entries.jsonl".into() }
}

fn line_of(case: &Case, name: &str, dice: &mut Dice) -> usize {
    line_of_some(case, name, dice).unwrap()
}

fn line_of_some(case: &Case, name: &str, dice: &mut Dice) -> Option<usize> {
    let count = case.read(name).lines().count();
    (count > 0).then(|| 1 + dice.below(count))
}

fn edit_line(case: &Case, name: &str, line: usize, edit: impl Fn(&str) -> String) {
    let text = case.read(name);
    let lines = text.split_terminator('\n').enumerate();
    let edited: Vec<String> =
        lines.map(|(at, text)| if at + 1 == line { edit(text) } else { text.to_owned() } + "\n").collect();
    assert_ne!(edited.concat(), text, "{name}");
    case.write(name, &edited.concat());
}

fn drop_line(case: &Case, name: &str, line: usize) {
    let text = case.read(name);
    let lines = text.split_inclusive('\n').enumerate().filter(|(at, _)| at + 1 != line);
    case.write(name, &lines.map(|(_, text)| text).collect::<String>());
}

fn a_head(case: &Case, dice: &mut Dice) -> (String, String) {
    let notes: Vec<String> =
        folder(case, "heads").into_iter().filter(|name| name.ends_with("note")).collect();
    let name = format!("heads/{}", dice.one(&notes));
    let note = case.read(&name);
    (name, note)
}

fn a_file(case: &Case, dice: &mut Dice) -> Option<String> {
    let files = folder(case, "files");
    (!files.is_empty()).then(|| dice.one(&files))
}

fn folder(case: &Case, name: &str) -> Vec<String> {
    let entries = fs::read_dir(case.bundle.join(name)).unwrap();
    let mut names: Vec<String> =
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    names.sort();
    names
}
