//! `meguri-verify [--ja|--en] [--policy FILE] [--held FILE]… FOLDER`: checks an auditor's bundle offline, prints one page.
//!
//! Exit code 0: everything holds and is witnessed. 1: something does not hold. 2: it could not begin. 3: everything holds,
//! but an entry of the bundle is under no head that is held outside. The format is described in `docs/record-format.md`.

use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use meguri_record::bundle::{Language, Outside, check, page};
use meguri_record::{Checkpoint, Note, Trust};

const USAGE: &str = "usage: meguri-verify [--ja|--en] [--policy FILE] [--held FILE]... FOLDER";

fn main() -> ExitCode {
    let order = match read_order(std::env::args_os().skip(1)) {
        Ok(order) => order,
        Err(why) => {
            eprintln!("{why}");
            return ExitCode::from(2);
        }
    };
    let found = check(&order.folder, &order.outside);
    print!("{}", page(&found, order.language));
    match found {
        Ok(outcome) if outcome.is_witnessed() => ExitCode::SUCCESS,
        Ok(_) => ExitCode::from(3),
        Err(_) => ExitCode::from(1),
    }
}

struct Order {
    language: Language,
    outside: Outside,
    folder: PathBuf,
}

fn read_order(mut arguments: impl Iterator<Item = OsString>) -> Result<Order, String> {
    let japanese = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(std::env::var_os);
    let japanese = japanese.is_some_and(|language| language.to_string_lossy().starts_with("ja"));
    let mut language = if japanese { Language::Ja } else { Language::En };
    let (mut outside, mut folder) = (Outside::default(), None);
    while let Some(argument) = arguments.next() {
        let mut file = || arguments.next().map(PathBuf::from).ok_or_else(|| USAGE.to_owned());
        match argument.to_str() {
            Some("--ja") => language = Language::Ja,
            Some("--en") => language = Language::En,
            Some("--policy") if outside.policy.is_none() => outside.policy = Some(own_policy(&file()?)?),
            Some("--held") => outside.held.push(held(&file()?)?),
            Some(option) if option.starts_with('-') => return Err(USAGE.to_owned()),
            _ if folder.is_none() => folder = Some(PathBuf::from(argument)),
            _ => return Err(USAGE.to_owned()),
        }
    }
    let folder = folder.ok_or(USAGE)?;
    if !folder.is_dir() {
        return Err(format!("{} is not a folder / フォルダではありません", folder.display()));
    }
    Ok(Order { language, outside, folder })
}

fn own_policy(path: &Path) -> Result<Trust, String> {
    let text = read(path, Trust::MAX_BYTES)?;
    Trust::read(&text).map_err(|error| format!("{}: {error} / {}", path.display(), error.ja()))
}

/// A head as it was printed or mailed: with its signatures or without, of which the holder needs none.
fn held(path: &Path) -> Result<Checkpoint, String> {
    let text = read(path, Note::MAX_BYTES)?;
    let text = match text.split_once("\n\n") {
        Some((body, _)) => format!("{body}\n"),
        None => text,
    };
    Checkpoint::read(&text).map_err(|error| format!("{}: {error} / {}", path.display(), error.ja()))
}

fn read(path: &Path, max_bytes: usize) -> Result<String, String> {
    let mut text = String::new();
    let file = std::fs::File::open(path);
    let read = file.and_then(|file| file.take(max_bytes as u64 + 1).read_to_string(&mut text));
    read.map_err(|error| format!("{}: {error}", path.display()))?;
    if text.len() > max_bytes {
        return Err(format!("{}: more than {max_bytes} bytes", path.display()));
    }
    Ok(text)
}
