//! A head that somebody holds against our own log: it is found in what was pasted, its signatures are checked, and its root is
//! held against the one that our entries have today.

use crate::house::fault::{Done, Fault};
use crate::house::web::App;
use crate::house::work::Rx;
use crate::record::heads::{self, Head, policy_of};
use crate::record::store;
use crate::record::walked::onward;
use meguri_record::checkpoint::Checkpoint;
use meguri_record::{Frontier, Hash, HeadError, Note, Trust};

/// What a pasted head turned out to be.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// There is no head in what was pasted.
    NoHead,
    /// It is of another log than ours.
    OtherLog(Checkpoint),
    /// A line claims to be by a key of ours, and is not.
    Forged { head: Checkpoint, key: String },
    /// It is of our log. `signed`: a key of ours signed it.
    Ours { head: Checkpoint, signed: bool, last_entry: u64 },
    /// Our log is shorter than that. `signed` as above.
    Behind { head: Checkpoint, signed: bool, size: u64 },
    /// Without a signature, and another root than ours: it proves nothing.
    Unproven { head: Checkpoint, root: Hash },
    /// Signed by a key of ours, and another root than our entries have: there are two histories.
    Fork(Box<Fork>),
}

/// Two histories of one log.
#[derive(Debug, PartialEq, Eq)]
pub struct Fork {
    pub head: Checkpoint,
    /// The pasted note.
    pub note: String,
    /// The keys that signed it.
    pub signers: Vec<String>,
    /// The root that our entries have at that size today.
    pub root: Hash,
    /// Our own signed head of the same size and another root, its signatures checked, with the keys that signed it.
    pub own: Option<(String, Vec<String>)>,
}

/// Holds a pasted text against our logs.
pub fn compare(app: &App, rx: &Rx<'_>, pasted: &str) -> Done<Verdict> {
    let Some((head, note)) = find(pasted) else { return Ok(Verdict::NoHead) };
    let logs = store::logs(rx)?;
    let Some(log) = logs.into_iter().find(|log| log.log == head.log_id()) else {
        return Ok(Verdict::OtherLog(head));
    };
    // A log that was never signed has no keys yet.
    let policy = policy_of(app, rx, &log.log)?;
    let trust = Trust::read(&policy).map_err(Fault::broken)?;
    if trust.logs().iter().all(|key| key.name() != head.origin) {
        return Ok(Verdict::OtherLog(head));
    }
    let signers = match note.as_deref().map(|note| trust.open(note)) {
        Some(Ok(signed)) => signed.signers,
        Some(Err(HeadError::Signature { key })) => return Ok(Verdict::Forged { head, key }),
        _ => Vec::new(),
    };
    let signed = !signers.is_empty();
    if head.size > log.size {
        return Ok(Verdict::Behind { head, signed, size: log.size });
    }
    let root = onward(rx, log.first, Frontier::new(), head.size, |_| {})?.root();
    if root == head.root {
        return Ok(Verdict::Ours { signed, last_entry: (log.first + head.size).saturating_sub(1), head });
    }
    let Some(note) = note.filter(|_| signed) else { return Ok(Verdict::Unproven { head, root }) };
    let own = heads::find(rx, &log.log, head.size)?.and_then(|own| own_head(&trust, &head, own));
    Ok(Verdict::Fork(Box::new(Fork { head, note, signers, root, own })))
}

/// Our own note of this size, if it names another root and its signatures hold.
fn own_head(trust: &Trust, head: &Checkpoint, own: Head) -> Option<(String, Vec<String>)> {
    let opened = trust.open(&own.note).ok()?;
    let differs = opened.checkpoint.size == head.size && opened.checkpoint.root != head.root;
    differs.then_some((own.note, opened.signers))
}

/// The first head in a text: alone or in the middle of a mail, with its signatures or without, with the ends of lines and the
/// quoting marks that mail programs leave.
fn find(pasted: &str) -> Option<(Checkpoint, Option<String>)> {
    let text = pasted.replace("\r\n", "\n").replace('\r', "\n");
    let lines: Vec<&str> = text.lines().map(|line| line.trim_start_matches(['>', ' ']).trim_end()).collect();
    lines.windows(3).enumerate().find_map(|(at, three)| {
        let body = format!("{}\n", three.join("\n"));
        let head = Checkpoint::read(&body).ok()?;
        let below = lines.iter().skip(at + 3).skip_while(|line| line.is_empty());
        let signatures: Vec<&str> = below.take_while(|line| line.starts_with("— ")).copied().collect();
        let note = format!("{body}\n{}\n", signatures.join("\n"));
        let note = Note::read(&note).ok().map(|_| note);
        Some((head, note))
    })
}

#[cfg(test)]
mod tests {
    use super::find;
    use meguri_record::{Checkpoint, Duty, Hash, Note, SignerKey};

    #[test]
    fn a_head_is_found_however_it_was_copied() {
        let head = Checkpoint { origin: "a.example/l".into(), size: 7, root: Hash([7; 32]) };
        let key = SignerKey::new("a.example/l", Duty::Log, [1; 32]).unwrap();
        let mut note = Note::new(&head.text()).unwrap();
        note.add(key.sign(note.text()).unwrap());
        let note = note.to_string();
        let quoted = format!("> {}\n", note.trim_end().replace('\n', "\n> "));
        for text in [
            note.clone(),
            note.replace('\n', "\r\n"),
            format!("■ ヘッド\n----- ここから -----\n{note}----- ここまで -----\n"),
            quoted,
            note.replace('\n', "  \n"),
            note.replace("\n\n", "\n\n\n"),
        ] {
            assert_eq!(find(&text), Some((head.clone(), Some(note.clone()))), "{text:?}");
        }
        assert_eq!(find(&head.text()), Some((head.clone(), None)), "as it stands on paper");
        for text in ["", "\n\n", "こんにちは\n1\n2\n", "<script>\n7\nabc\n"] {
            assert_eq!(find(text), None, "{text:?}");
        }
    }
}
