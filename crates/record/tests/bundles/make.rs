//! Honest bundles, each from one seed: sizes, selections, keys, witnesses and what is withheld all differ.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use meguri_record::bundle::{Maker, Selection};
use meguri_record::{
    Checkpoint, Duty, Entry, FileMark, Hash, Note, Payload, Prover, SignerKey, commit, tree::leaf,
};

use crate::dice::Dice;

/// A bundle in a folder of its own, with what the auditor brings. It is removed at the end.
pub struct Case {
    pub folder: PathBuf,
    pub bundle: PathBuf,
    pub arguments: Vec<String>,
    pub whole: bool,
    pub own_policy: bool,
    /// Index of the last entry, and how many entries are under a head that somebody outside holds.
    pub last: u64,
    pub witnessed: u64,
    /// The first line of the answer.
    pub answer: String,
}

struct Log {
    secret: u8,
    lines: Vec<Vec<u8>>,
    entries: Vec<Entry>,
    payloads: Vec<Vec<Payload>>,
    files: Vec<Vec<u8>>,
    prover: Prover,
}

struct Row {
    sizes: Vec<u64>,
    notes: Vec<String>,
    /// Size of the largest head that the quorum has cosigned.
    quorum: u64,
}

pub const ORIGIN: &str = "example.co.jp/6f1c";

impl Case {
    /// The honest bundle of a seed. `secret` chooses the keys: another secret is another house under the same name.
    pub fn new(name: &str, seed: u64, secret: u8) -> Self {
        // Tests run side by side and may ask for the same seed.
        static MADE: AtomicU64 = AtomicU64::new(0);
        let nth = MADE.fetch_add(1, Ordering::Relaxed);
        let folder = std::env::temp_dir().join(format!("meguri-{name}-{}-{nth}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        let mut dice = Dice(seed);
        let log = log(&mut dice, 2 + seed % 29, secret);
        let row = row(&mut dice, &log);
        let whole = dice.below(2) == 0;
        let bundle = folder.join("bundle");
        let (shown, figures) = write(&mut dice, &bundle, &log, &row, whole);
        if dice.below(4) == 0 && whole {
            fs::remove_file(bundle.join("leaves.txt")).unwrap();
        }
        let mut case = Self {
            folder,
            bundle,
            arguments: Vec::new(),
            whole,
            own_policy: false,
            last: 0,
            witnessed: 0,
            answer: String::new(),
        };
        let witnessed = case.bring(&mut dice, &row, secret);
        let verdict = if shown.last().copied() < Some(witnessed) { "PASS" } else { "UNWITNESSED" };
        let size = row.sizes.last().unwrap();
        (case.last, case.witnessed) = (*shown.last().unwrap(), witnessed);
        case.answer =
            format!("{verdict} size={size} witnessed={witnessed} entries={} {figures}", shown.len());
        case
    }

    /// Keys and heads that came to the auditor another way.
    fn bring(&mut self, dice: &mut Dice, row: &Row, secret: u8) -> u64 {
        let mut witnessed = 0;
        let mut argument = |option: &str, path: PathBuf, text: &str| {
            fs::write(&path, text).unwrap();
            self.arguments.extend([option.to_owned(), path.display().to_string()]);
        };
        self.own_policy = dice.below(3) > 0;
        if self.own_policy {
            // Only the first key of the log: a later one must be handed over in the bundle.
            let policy = policy(secret)
                .lines()
                .filter(|line| !line.ends_with("second"))
                .collect::<Vec<_>>()
                .join("\n");
            argument("--policy", self.folder.join("keys.txt"), &policy);
            witnessed = row.quorum;
        }
        if dice.below(3) > 0 {
            let held = dice.below(row.notes.len());
            let note = &row.notes[held];
            let text = if dice.below(2) == 0 {
                note.clone()
            } else {
                note.split("\n\n").next().unwrap().to_owned() + "\n"
            };
            argument("--held", self.folder.join("held.txt"), &text);
            witnessed = witnessed.max(row.sizes[held]);
        }
        witnessed
    }

    pub fn read(&self, name: &str) -> String {
        fs::read_to_string(self.bundle.join(name)).unwrap()
    }

    pub fn write(&self, name: &str, text: &str) {
        fs::write(self.bundle.join(name), text).unwrap();
    }

    pub fn has(&self, name: &str) -> bool {
        self.bundle.join(name).exists()
    }
}

impl Drop for Case {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

pub fn key(name: &str, duty: Duty, nth: u8, secret: u8) -> SignerKey {
    let mut seed = [nth; 32];
    seed[0] = secret;
    SignerKey::new(name, duty, seed).unwrap()
}

fn logs(secret: u8) -> [SignerKey; 2] {
    [1, 2].map(|nth| key(ORIGIN, Duty::Log, nth, secret))
}

fn witnesses() -> [SignerKey; 3] {
    [3, 4, 5].map(|nth| key(&format!("witness.example/{nth}"), Duty::Witness, nth, 0))
}

fn policy(secret: u8) -> String {
    let [first, second] = logs(secret).map(|key| key.verifier().text());
    let [a, b, c] = witnesses().map(|key| key.verifier().text());
    format!(
        "# keys\nlog {first}\nlog {second} second\nwitness a {a}\nwitness b {b}\nwitness c {c}\ngroup two 2 a b c\nquorum two\n"
    )
}

fn log(dice: &mut Dice, size: u64, secret: u8) -> Log {
    let files: Vec<Vec<u8>> = (0..4u8).map(|n| vec![n; dice.below(5000)]).collect();
    let mark = |file: &Vec<u8>| FileMark { sha256: Hash::of(file), size: file.len() as u64 };
    let (mut lines, mut entries, mut payloads) = (Vec::new(), Vec::new(), Vec::new());
    for idx in 0..size {
        let text = |nth: usize, dice: &mut Dice| format!("理由 {idx}-{nth}").repeat(dice.below(3));
        let own: Vec<Payload> = (0..dice.below(4))
            .map(|nth| (Hash::of(&dice.throw().to_be_bytes()).0, text(nth, dice).into()))
            .collect();
        let entry = Entry {
            v: Entry::V,
            log: "6f1c".into(),
            idx,
            time: 1_767_225_600_000 + i64::try_from(idx).unwrap() * 1000
                - i64::from(dice.below(9) == 0) * 5000,
            kind: dice.one(&["risk.accepted", "資産\"更新\\", "month\u{1}closed"]).into(),
            actor: format!("p-{secret}-{}", dice.below(5)),
            role: "owner".into(),
            session: String::new(),
            dept: "総務部".into(),
            object: format!("risk/{idx}"),
            version: 1,
            prev_version: -1,
            req: String::new(),
            commit: own.iter().map(|(salt, text)| commit(salt, text)).collect(),
            files: (0..dice.below(3)).map(|_| mark(&dice.one(&files))).collect(),
            schema: "risk/1".into(),
            app_version: "0.1.0".into(),
        };
        lines.push(entry.bytes());
        entries.push(entry);
        payloads.push(own);
    }
    let prover = Prover::new(lines.iter().map(|line| leaf(line)).collect());
    Log { secret, lines, entries, payloads, files, prover }
}

fn row(dice: &mut Dice, log: &Log) -> Row {
    let size = log.prover.size();
    let mut sizes: Vec<u64> = (0..dice.below(4)).map(|_| 1 + dice.throw() % size).chain([size]).collect();
    sizes.sort_unstable();
    sizes.dedup();
    let [first, second] = logs(log.secret);
    // The second key comes in beside the first on some head, and the first goes after it.
    let change = dice.below(sizes.len() + 1);
    let (mut notes, mut quorum) = (Vec::new(), 0);
    for (nth, size) in sizes.iter().enumerate() {
        let body =
            Checkpoint { origin: ORIGIN.into(), size: *size, root: log.prover.root(*size).unwrap() }.text();
        let mut note = Note::new(&body).unwrap();
        if nth <= change {
            note.add(first.sign(&body).unwrap());
        }
        if nth >= change {
            note.add(second.sign(&body).unwrap());
        }
        let count = dice.below(4);
        for witness in &witnesses()[..count] {
            note.add(witness.cosign(&body, 1_800_000_000 + dice.throw() % 1000).unwrap());
        }
        if dice.below(3) == 0 {
            note.add(key("elsewhere.example/x", Duty::Log, 9, 9).sign(&body).unwrap());
        }
        quorum = if count >= 2 { *size } else { quorum };
        notes.push(note.to_string());
    }
    Row { sizes, notes, quorum }
}

/// The indices that are shown, and the end of the first line.
fn write(dice: &mut Dice, bundle: &Path, log: &Log, row: &Row, whole: bool) -> (Vec<u64>, String) {
    let selection = if whole { Selection::Whole } else { Selection::Part };
    let mut maker = Maker::create(bundle, &policy(log.secret), selection).unwrap();
    let mut before = 0;
    for (size, note) in row.sizes.iter().zip(&row.notes) {
        maker.head(note, &log.prover.consistency(before, *size).unwrap_or_default()).unwrap();
        before = *size;
    }
    let size = log.prover.size();
    let mut chosen: Vec<u64> = (0..size).filter(|_| whole || dice.below(2) == 0).collect();
    if chosen.is_empty() {
        chosen.push(size / 2);
    }
    let (mut shown, mut sealed, mut marked) = (0, 0, Vec::new());
    for idx in &chosen {
        let place = usize::try_from(*idx).unwrap();
        let given: Vec<_> =
            log.payloads[place].iter().map(|one| (dice.below(4) > 0).then_some(one)).collect();
        shown += given.iter().flatten().count();
        sealed += given.len();
        marked.extend(log.entries[place].files.iter().map(|mark| mark.sha256));
        let proof = log.prover.inclusion(*idx, size).unwrap();
        maker.entry(*idx, &log.lines[place], &proof, &given).unwrap();
    }
    marked.sort();
    marked.dedup();
    let mut files = 0;
    for sha256 in &marked {
        let bytes = log.files.iter().find(|file| Hash::of(file) == *sha256).unwrap();
        if dice.below(4) > 0 {
            files += 1;
            maker.file(*sha256, &mut bytes.as_slice()).unwrap();
        } else {
            maker.withhold_file(*sha256).unwrap();
        }
    }
    maker.finish().unwrap();
    (chosen, format!("payloads={shown}/{sealed} files={files}/{}", marked.len()))
}
