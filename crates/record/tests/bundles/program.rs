//! The program as the auditor runs it: its page, its languages, and when it cannot begin.

use std::fs;
use std::process::Command;

use super::{Case, first};

/// A bundle of the whole log that passes with keys and a head from outside.
fn passing() -> Case {
    let of = |seed| Case::new("page", seed, 1);
    let passes = |case: &Case| {
        case.whole && case.own_policy && case.answer.starts_with("PASS") && case.has("leaves.txt")
    };
    (1000..1100).map(of).find(passes).unwrap()
}

fn page(case: &Case, language: &str) -> String {
    String::from_utf8(first(case).arg(language).output().unwrap().stdout).unwrap()
}

#[test]
fn the_page_says_what_was_verified_and_what_that_does_not_show() {
    let case = passing();
    case.write("一覧.xlsx", "x");
    let english = page(&case, "--en");
    assert!(english.starts_with(&format!("{}\n\nVerdict           PASS.", case.answer)), "{english}");
    assert!(english.contains("Not checked       \"README.txt\", \"一覧.xlsx\""), "{english}");
    assert!(english.contains("does not show that what they say is true"), "{english}");
    assert!(english.contains("(the whole log)") && !english.contains("left out of it"), "{english}");
    let japanese = page(&case, "--ja");
    assert!(japanese.contains("合格。") && japanese.contains("お手元の鍵一覧"), "{japanese}");
    assert!(english.lines().count() < 40, "one page");
}

#[test]
fn a_part_says_that_something_may_have_been_left_out() {
    let case = (2000..2100).map(|seed| Case::new("part", seed, 1)).find(|case| !case.whole).unwrap();
    assert!(page(&case, "--en").contains("left out of it"));
    assert!(page(&case, "--ja").contains("選び落とされていないことは分かりません"));
}

#[test]
fn without_anything_from_outside_a_bundle_is_never_a_pass() {
    let mut case = passing();
    case.arguments.clear();
    let output = first(&case).arg("--en").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(3));
    assert!(text.starts_with("UNWITNESSED") && text.contains(" witnessed=0 "), "{text}");
    assert!(text.contains("that of the folder itself (example.co.jp/6f1c+"), "{text}");
}

#[test]
fn the_first_bad_entry_is_named_on_the_page() {
    let case = passing();
    let entries = case.read("entries.jsonl");
    case.write("entries.jsonl", &entries.replacen("\"object\":\"risk/1\"", "\"object\":\"risk/9\"", 1));
    let english = page(&case, "--en");
    assert!(english.starts_with("FAIL entries.jsonl 2\n"), "{english}");
    assert!(english.contains("First bad entry   entry 1\n"), "{english}");
    assert!(english.contains("Verified          the first 1 entries"), "{english}");
    assert!(page(&case, "--ja").contains("最初の不一致      1 番"));
}

#[test]
fn a_head_that_was_saved_from_a_mail_is_read_with_the_ends_of_lines_of_any_editor() {
    let case = passing();
    let at = case.arguments.iter().position(|argument| argument == "--held").unwrap();
    let held = std::path::PathBuf::from(&case.arguments[at + 1]);
    let text = fs::read_to_string(&held).unwrap();
    fs::write(&held, format!("\u{feff}{}", text.replace('\n', "\r\n"))).unwrap();
    for mut program in [first(&case), super::second(&case)] {
        let output = program.output().unwrap();
        let said = String::from_utf8(output.stdout).unwrap();
        assert!(said.starts_with("PASS"), "{said}{}", String::from_utf8_lossy(&output.stderr));
    }
}

#[test]
fn what_cannot_begin_ends_with_code_2() {
    let case = passing();
    let run = |arguments: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_meguri-verify"));
        command.args(arguments).output().unwrap().status.code()
    };
    let (bundle, bad) = (case.bundle.to_str().unwrap(), case.folder.join("bad.txt"));
    fs::write(&bad, "x\n").unwrap();
    let bad = bad.to_str().unwrap();
    for arguments in [
        &[][..],
        &["--en"],
        &["--what", bundle],
        &[bundle, bundle],
        &["--policy", bad, bundle],
        &["--held", bad, bundle],
        &["--held", "/nowhere", bundle],
        &[bundle, "--held"],
    ] {
        assert_eq!(run(arguments), Some(2), "{arguments:?}");
    }
}

#[cfg(unix)]
#[test]
fn links_and_pipes_in_a_bundle_are_not_followed() {
    let case = passing();
    fs::rename(case.bundle.join("entries.jsonl"), case.folder.join("entries.jsonl")).unwrap();
    std::os::unix::fs::symlink(case.folder.join("entries.jsonl"), case.bundle.join("entries.jsonl")).unwrap();
    assert!(page(&case, "--en").starts_with("FAIL entries.jsonl\n"));
}

/// What a file that is no folder gets from a program that checks databases.
#[cfg(feature = "database")]
#[test]
fn a_file_that_is_no_database_fails_in_words_and_options_that_do_not_fit_do_not_begin() {
    let case = passing();
    let file = case.folder.join("meguri.db");
    fs::write(&file, [7; 4096]).unwrap();
    let run = |arguments: &[&str]| {
        Command::new(env!("CARGO_BIN_EXE_meguri-verify")).args(arguments).output().unwrap()
    };
    let (file, bundle) = (file.to_str().unwrap(), case.bundle.to_str().unwrap());
    let output = run(&["--ja", file]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        text.starts_with("FAIL database\n") && text.contains("SQLite のデータベースではありません"),
        "{text}"
    );
    for arguments in [
        &["--replay", file][..],
        &["--keys", "/nowhere", file],
        &["--files", file, file],
        &["--keys", bundle, bundle],
        &["--replay", bundle],
        &["/nowhere"],
    ] {
        let output = run(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty(), "{arguments:?}");
    }
}
