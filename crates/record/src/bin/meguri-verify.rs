//! `meguri-verify [--ja|--en] [--policy FILE] [--held FILE]… FOLDER`: checks an auditor's bundle offline, prints one page.
//! Built with the feature `database`, also a copy of the product's database: `… [--keys FOLDER] [--files FOLDER] [--replay] FILE`.
//!
//! Exit code 0: everything holds and is witnessed. 1: something does not hold. 2: it could not begin. 3: everything holds,
//! but an entry of the bundle is under no head that is held outside. The format is described in `docs/record-format.md`.
//!
//! `meguri-verify --fork NOTE NOTE --policy FILE [--proof FILE]` holds two signed heads against each other. Exit code 0: they
//! agree. 1: they cannot both be of one log. 2: it could not begin. 3: it cannot be told without a proof.

use std::ffi::OsString;
use std::io::Read;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use meguri_record::bundle::{self, Language, Outside};
use meguri_record::fork::{self, Verdict};
use meguri_record::{Checkpoint, Hash, Note, Trust};

const USAGE: &str = "usage: meguri-verify [--ja|--en] [--policy FILE] [--held FILE]... FOLDER
       meguri-verify [--ja|--en] [--policy FILE] [--held FILE]... [--keys FOLDER] [--files FOLDER] [--replay] DATABASE-FILE
       meguri-verify [--ja|--en] --policy FILE [--proof FILE] --fork NOTE NOTE";

fn main() -> ExitCode {
    if std::env::args_os().any(|argument| argument == "--fork") {
        return compare_two(std::env::args_os().skip(1)).unwrap_or_else(|why| {
            eprintln!("{why}");
            ExitCode::from(2)
        });
    }
    let order = match read_order(std::env::args_os().skip(1)) {
        Ok(order) => order,
        Err(why) => {
            eprintln!("{why}");
            return ExitCode::from(2);
        }
    };
    let (page, witnessed) = if order.what.is_dir() { of_bundle(&order) } else { of_database(&order) };
    print!("{page}");
    match witnessed {
        Some(true) => ExitCode::SUCCESS,
        Some(false) => ExitCode::from(3),
        None => ExitCode::from(1),
    }
}

/// The page, and whether all of it is witnessed; nothing where something does not hold.
type Said = (String, Option<bool>);

fn of_bundle(order: &Order) -> Said {
    let found = bundle::check(&order.what, &order.outside);
    (bundle::page(&found, order.language), found.ok().map(|outcome| outcome.is_witnessed()))
}

#[cfg(feature = "database")]
fn of_database(order: &Order) -> Said {
    use meguri_record::database::{Copied, check, page};
    let Beside { keys, files, replay } = &order.beside;
    let copy = Copied { file: &order.what, keys: keys.as_deref(), files: files.as_deref(), replay: *replay };
    let found = check(&copy, &order.outside);
    (page(&found, order.language), found.ok().map(|outcome| outcome.is_witnessed()))
}

/// It never comes here: a file is refused before.
#[cfg(not(feature = "database"))]
use of_bundle as of_database;

struct Order {
    language: Language,
    outside: Outside,
    /// The folder of a bundle, or the file of a database.
    what: PathBuf,
    #[cfg_attr(not(feature = "database"), expect(dead_code, reason = "nothing lies beside a bundle"))]
    beside: Beside,
}

/// What lies at hand beside a database.
#[derive(Default)]
struct Beside {
    keys: Option<PathBuf>,
    files: Option<PathBuf>,
    replay: bool,
}

/// Two signed heads side by side.
fn compare_two(mut arguments: impl Iterator<Item = OsString>) -> Result<ExitCode, String> {
    let (mut language, mut policy, mut proof, mut notes) = (own_language(), None, None, Vec::new());
    while let Some(argument) = arguments.next() {
        let mut file = || arguments.next().map(PathBuf::from).ok_or_else(|| USAGE.to_owned());
        match argument.to_str() {
            Some("--ja") => language = Language::Ja,
            Some("--en") => language = Language::En,
            Some("--policy") if policy.is_none() => policy = Some(own_policy(&file()?)?),
            Some("--proof") if proof.is_none() => proof = Some(hashes(&file()?)?),
            Some("--fork") if notes.is_empty() => notes.extend([file()?, file()?]),
            _ => return Err(USAGE.to_owned()),
        }
    }
    let (Some(policy), [one, other]) = (policy, notes.as_slice()) else { return Err(USAGE.to_owned()) };
    let texts = [saved(one)?, saved(other)?];
    let [first, second] = &texts;
    let pair = fork::compare(&policy, [first, second], proof.as_deref()).map_err(|(number, error)| {
        let path = if number == 1 { one } else { other };
        format!("{}: {error} / {}", path.display(), error.ja())
    })?;
    print!("{}", fork::page(&pair, language));
    Ok(ExitCode::from(match pair.verdict {
        Verdict::Agree => 0,
        Verdict::Fork => 1,
        Verdict::Open => 3,
    }))
}

/// A proof as a bundle has it: a hash in hex a line.
fn hashes(path: &Path) -> Result<Vec<Hash>, String> {
    let hashes: Result<_, _> = read(path, 64 * 65)?.lines().map(str::parse).collect();
    hashes.map_err(|error| format!("{}: {error}", path.display()))
}

fn own_language() -> Language {
    let japanese = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(std::env::var_os);
    let japanese = japanese.is_some_and(|language| language.to_string_lossy().starts_with("ja"));
    if japanese { Language::Ja } else { Language::En }
}

fn read_order(mut arguments: impl Iterator<Item = OsString>) -> Result<Order, String> {
    let mut language = own_language();
    let (mut outside, mut what, mut beside) = (Outside::default(), None, Beside::default());
    while let Some(argument) = arguments.next() {
        let mut file = || arguments.next().map(PathBuf::from).ok_or_else(|| USAGE.to_owned());
        match argument.to_str() {
            Some("--ja") => language = Language::Ja,
            Some("--en") => language = Language::En,
            Some("--policy") if outside.policy.is_none() => outside.policy = Some(own_policy(&file()?)?),
            Some("--held") => outside.held.push(held(&file()?)?),
            Some("--keys") if beside.keys.is_none() => beside.keys = Some(file()?),
            Some("--files") if beside.files.is_none() => beside.files = Some(file()?),
            Some("--replay") => beside.replay = true,
            Some(option) if option.starts_with('-') => return Err(USAGE.to_owned()),
            _ if what.is_none() => what = Some(PathBuf::from(argument)),
            _ => return Err(USAGE.to_owned()),
        }
    }
    let what = what.ok_or(USAGE)?;
    must_fit(&what, &beside)?;
    Ok(Order { language, outside, what, beside })
}

/// What can be seen before anything is opened.
fn must_fit(what: &Path, beside: &Beside) -> Result<(), String> {
    let folders = [&beside.keys, &beside.files];
    if what.is_dir() {
        return if folders.iter().all(|folder| folder.is_none()) && !beside.replay {
            Ok(())
        } else {
            Err("--keys, --files and --replay are for a database / データベースを確かめるときだけ指定できます".to_owned())
        };
    }
    if !cfg!(feature = "database") {
        return Err(format!(
            "{} is not a folder, and this build checks no database / フォルダではありません。このプログラムではデータベースを確かめられません",
            what.display()
        ));
    }
    if !what.is_file() {
        return Err(format!(
            "{} is neither a folder nor a file / フォルダもファイルもありません",
            what.display()
        ));
    }
    if let Some(folder) = folders.into_iter().flatten().find(|folder| !folder.is_dir()) {
        return Err(format!("{} is not a folder / フォルダではありません", folder.display()));
    }
    if beside.replay && beside.keys.is_none() {
        return Err("--replay needs --keys / --replay には --keys が必要です".to_owned());
    }
    Ok(())
}

fn own_policy(path: &Path) -> Result<Trust, String> {
    let text = read(path, Trust::MAX_BYTES)?;
    Trust::read(&text).map_err(|error| format!("{}: {error} / {}", path.display(), error.ja()))
}

/// A head as it was printed or mailed: with its signatures or without, of which the holder needs none.
fn held(path: &Path) -> Result<Checkpoint, String> {
    let text = saved(path)?;
    let text = match text.split_once("\n\n") {
        Some((body, _)) => format!("{body}\n"),
        None => text,
    };
    Checkpoint::read(&text).map_err(|error| format!("{}: {error} / {}", path.display(), error.ja()))
}

/// A note as it was saved from a mail: mail programs and editors save their own ends of lines and a mark at the beginning.
fn saved(path: &Path) -> Result<String, String> {
    Ok(read(path, Note::MAX_BYTES)?.trim_start_matches('\u{feff}').replace("\r\n", "\n"))
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
