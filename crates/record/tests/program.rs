//! The program as the auditor runs it: a folder in, a verdict and an exit code out.

#![expect(clippy::unwrap_used, reason = "a helper of tests may unwrap as tests do")]

use std::fmt::Write as _;
use std::path::PathBuf;
use std::process::Command;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use meguri_record::{Checkpoint, Entry, Hash, commit, tree};

/// A folder with three entries and a payload for each; it is removed at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("meguri-verify-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&path).unwrap();
        let folder = Self(path);
        let (mut entries, mut payloads, mut leaves) = (String::new(), String::new(), Vec::new());
        for idx in 0..3 {
            let salt = Hash::of(&[idx]);
            let payload = format!("理由 {idx}");
            let entry = Entry {
                v: Entry::V,
                log: "6f1c".into(),
                idx: idx.into(),
                time: 1_767_225_600_000,
                kind: "risk.accepted".into(),
                actor: "p-7".into(),
                role: String::new(),
                session: String::new(),
                dept: String::new(),
                object: String::new(),
                version: 0,
                prev_version: 0,
                req: String::new(),
                commit: vec![commit(&salt.0, payload.as_bytes())],
                files: Vec::new(),
                schema: String::new(),
                app_version: String::new(),
            };
            let bytes = entry.bytes();
            leaves.push(tree::leaf(&bytes));
            writeln!(entries, "{}", String::from_utf8(bytes).unwrap()).unwrap();
            let bytes = STANDARD.encode(payload);
            writeln!(payloads, r#"{{"idx":{idx},"salt":"{salt}","bytes":"{bytes}"}}"#).unwrap();
        }
        let head = Checkpoint { origin: "example.co.jp/6f1c".into(), size: 3, root: tree::root(&leaves) };
        folder.write("head.txt", &head.text());
        folder.write("entries.jsonl", &entries);
        folder.write("payloads.jsonl", &payloads);
        folder.write("leaves.txt", &leaves.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
        folder
    }

    fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.0.join(name)).unwrap()
    }

    fn write(&self, name: &str, text: &str) {
        std::fs::write(self.0.join(name), text).unwrap();
    }

    fn edit(&self, name: &str, from: &str, to: &str) {
        let text = self.read(name);
        assert!(text.contains(from), "{from}");
        self.write(name, &text.replacen(from, to, 1));
    }

    fn remove(&self, name: &str) {
        std::fs::remove_file(self.0.join(name)).unwrap();
    }

    fn verdict(&self) -> (Option<i32>, String) {
        let output = Command::new(env!("CARGO_BIN_EXE_meguri-verify")).arg(&self.0).output().unwrap();
        (output.status.code(), String::from_utf8(output.stdout).unwrap())
    }

    fn fails(&self, with: &str) {
        let (code, text) = self.verdict();
        assert!(code == Some(1) && text.starts_with("FAIL ") && text.contains(with), "{code:?} {text}");
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

#[test]
fn an_honest_folder_passes_with_and_without_the_optional_files() {
    let folder = Folder::new("honest");
    let (code, text) = folder.verdict();
    assert_eq!(code, Some(0), "{text}");
    assert!(text.starts_with("PASS 3 entries match the head; 3 of 3 private payloads"), "{text}");
    assert!(text.contains("合格 記録 3 件") && text.contains("example.co.jp/6f1c\n3\n"), "{text}");
    folder.remove("payloads.jsonl");
    folder.remove("leaves.txt");
    let (code, text) = folder.verdict();
    assert!(code == Some(0) && text.contains("0 of 3"), "{code:?} {text}");
}

#[test]
fn a_changed_entry_is_named_by_the_leaves_and_found_without_them() {
    let folder = Folder::new("changed");
    folder.edit("entries.jsonl", r#""idx":1,"time":1767225600000"#, r#""idx":1,"time":1767225600001"#);
    folder.fails("entry 1 differs from its stored hash");
    folder.remove("leaves.txt");
    folder.fails("the 3 entries have the root");
}

#[test]
fn changed_dropped_and_surplus_lines_are_named() {
    let folder = Folder::new("lines");
    let entries = folder.read("entries.jsonl");
    folder.write("entries.jsonl", entries.lines().next().unwrap());
    folder.remove("payloads.jsonl");
    folder.fails("entry 1 is missing");
    folder.write("entries.jsonl", &format!("{entries}\n"));
    folder.fails("entry 3 is not an entry");
    folder.write("entries.jsonl", &entries.replace("\"idx\":0,", "\"idx\":0, "));
    folder.fails("entry 0 is not an entry");
    folder.write("entries.jsonl", &"x".repeat(Entry::MAX_BYTES + 2));
    folder.fails("entries.jsonl, line 1 cannot be read: the line is too long");
}

#[test]
fn changed_and_misplaced_payloads_are_named() {
    let folder = Folder::new("payloads");
    let payloads = folder.read("payloads.jsonl");
    folder.edit("payloads.jsonl", &STANDARD.encode("理由 2"), &STANDARD.encode("理由 9"));
    folder.fails("private payload 1 of entry 2");
    folder.write("payloads.jsonl", &payloads.lines().rev().collect::<Vec<_>>().join("\n"));
    folder.fails("the payload of entry 1 is out of order");
    folder.write("payloads.jsonl", &payloads.replace("\"idx\":2", "\"idx\":7"));
    folder.fails("the payload of entry 7 is out of order, or there is no such entry");
    folder.write("payloads.jsonl", "{}");
    folder.fails("payloads.jsonl, line 1 cannot be read");
}

#[test]
fn a_bad_head_or_folder_is_named() {
    let folder = Folder::new("head");
    folder.edit("head.txt", "\n3\n", "\n03\n");
    folder.fails("the second line of the head");
    folder.edit("head.txt", "\n03\n", "\n2\n");
    folder.fails("entry 2 and those after it are not under the head");
    folder.edit("head.txt", "6f1c", "other");
    folder.fails("entry 0 is of another log");
    folder.remove("head.txt");
    folder.fails("head.txt cannot be opened");
    let output = Command::new(env!("CARGO_BIN_EXE_meguri-verify")).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
}
