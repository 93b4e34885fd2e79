//! The product asks its witnesses: each newest head goes to them with the proof from the head they cosigned last, and what they
//! add is checked, kept and counted as lying outside. Nobody is asked inside a transaction.

use super::heads::{Head, Way, held_outside, newest};
use super::store;
use super::walked::onward;
use crate::house::fault::{Done, Fault};
use crate::house::outward::{WitnessAt, post};
use crate::house::round::{Round, Said};
use crate::house::web::App;
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::people::session;
use crate::say;
use meguri_record::witness::Request;
use meguri_record::{Extension, Frontier, Hash, Note, VerifierKey};

/// The round that asks.
pub const ROUND: Round =
    Round {
        name: NAME, word: ("証人への連署の依頼", "Asking the witnesses"), every_s: 60, go: ask_in_round
    };
/// Its name, by which signing calls for it.
pub const NAME: &str = "witness";

/// What came of asking a witness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asked {
    /// There is no head, or it has cosigned the newest one already.
    Nothing,
    /// It has cosigned a head of so many entries.
    Cosigned { size: u64 },
    /// It has not.
    Not(Why),
}

/// Why a witness did not cosign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// It could not be reached, or did not answer in time.
    Down,
    /// It watches no log of this origin, or trusts none of its keys.
    Unknown,
    /// It has cosigned a head of more entries than the newest one here: older data came back.
    Behind { held: u64 },
    /// What it has cosigned is of another history than this log.
    Beside { held: u64 },
    /// The entries here no longer give the root of their own newest head, so nothing can be shown to anybody.
    Changed,
    /// Its answer is not a cosignature by the key that it is known by.
    Foreign,
    /// It answered otherwise, with this HTTP status.
    Status(u16),
}

impl Why {
    /// What is wrong, for a person.
    pub fn words(self, l: Lang) -> String {
        match self {
            Self::Down => {
                say!(l, "接続できないか、応答がありません。", "It cannot be reached or does not answer.")
            }
            Self::Unknown => say!(
                l,
                "この記録簿の公開鍵を知らないため、連署を断りました。証人の管理者に、いまの公開鍵を渡してください。",
                "It does not know the public key of this log and refused. Give its administrator the key of today."
            ),
            Self::Behind { held } => say!(
                l,
                "証人は{held}件の記録簿に連署していますが、ここにはそれより少ない記録しかありません。古いデータに戻っています。",
                "It has cosigned a log of {held} entries, and here there are fewer: older data came back."
            ),
            Self::Beside { held } => say!(
                l,
                "証人が連署した{held}件の記録簿と、ここの記録簿の履歴が違います。履歴が2通りあります。",
                "The log of {held} entries that it has cosigned is not the beginning of this one: there are two histories."
            ),
            Self::Changed => say!(
                l,
                "いまの記録から、署名済みのヘッドのルートを計算し直せません。記録簿を検証してください。",
                "The entries no longer give the root of their own signed head. Verify the record log."
            ),
            Self::Foreign => say!(
                l,
                "答えが、設定された証人の鍵による連署ではありません。",
                "Its answer is not a cosignature by the key it was configured with."
            ),
            Self::Status(status) => say!(
                l,
                "連署されませんでした（HTTP {status}）。証人のログを確かめてください。",
                "It did not cosign (HTTP {status}). Its log says why."
            ),
        }
    }
}

/// Asks every witness for the newest head; what came of each, in their order.
pub fn ask_all(app: &App) -> Done<Vec<Asked>> {
    app.outward.witnesses.iter().map(|witness| ask(app, witness)).collect()
}

/// Asks one witness for a cosignature of the newest head, unless it stands there.
pub fn ask(app: &App, witness: &WitnessAt) -> Done<Asked> {
    let Some(head) = app.db.read(session::house(app), newest)? else { return Ok(Asked::Nothing) };
    if cosigned(&head.note, &witness.key).is_some() && app.outward.has_cosigned(&witness.key) {
        return Ok(Asked::Nothing);
    }
    let remembered = remembered(app, &witness.key, &head)?;
    let first = remembered.clone().unwrap_or_default();
    let asked = match try_once(app, witness, &head, first)? {
        // What was remembered may be that of another time: the log itself is asked.
        Tried::Held { held } => from(app, witness, &head, held, remembered.map_or(0, |known| known.size()))?,
        Tried::Proof { held } if remembered.is_some() => from(app, witness, &head, held, 0)?,
        Tried::Proof { held } => Asked::Not(Why::Beside { held }),
        Tried::Done(asked) => asked,
    };
    if matches!(asked, Asked::Cosigned { .. }) {
        app.outward.note_cosigned(&witness.key);
    }
    Ok(asked)
}

/// Asks again from where the witness says that it stands.
fn from(app: &App, witness: &WitnessAt, head: &Head, held: u64, named: u64) -> Done<Asked> {
    if held > head.size {
        return Ok(Asked::Not(Why::Behind { held }));
    }
    if held == named && held == head.size {
        return Ok(Asked::Not(Why::Beside { held }));
    }
    let beginning = app.db.read(session::house(app), |rx| {
        let first = store::head(rx)?.first;
        onward(rx, first, Frontier::new(), held, |_| {})
    })?;
    Ok(match try_once(app, witness, head, beginning)? {
        Tried::Done(asked) => asked,
        Tried::Held { held } if held > head.size => Asked::Not(Why::Behind { held }),
        Tried::Held { held } | Tried::Proof { held } => Asked::Not(Why::Beside { held }),
    })
}

enum Tried {
    Done(Asked),
    /// It stands elsewhere.
    Held {
        held: u64,
    },
    /// The proof from there was not one to it.
    Proof {
        held: u64,
    },
}

/// One request and its answer, with the proof from a beginning of the log.
fn try_once(app: &App, witness: &WitnessAt, head: &Head, beginning: Frontier) -> Done<Tried> {
    let old = beginning.size();
    let (proof, end) = app.db.read(session::house(app), |rx| proof(rx, head, &beginning))?;
    if end.root().to_string() != head.root {
        return Ok(Tried::Done(Asked::Not(Why::Changed)));
    }
    let request = Request { old, proof, note: head.note.clone() };
    let (status, answer) = match post(&[&witness.url, "/add-checkpoint"].concat(), &request.text()) {
        Ok(answer) => answer,
        Err(fault) => {
            tracing::warn!(cause = %fault, "a witness does not answer");
            return Ok(Tried::Done(Asked::Not(Why::Down)));
        }
    };
    let held = || answer.strip_suffix('\n').and_then(|size| size.parse::<u64>().ok());
    Ok(match status {
        200 => Tried::Done(take(app, witness, head, &answer, &end)?),
        403 | 404 => Tried::Done(Asked::Not(Why::Unknown)),
        409 => held().map_or(Tried::Done(Asked::Not(Why::Status(409))), |held| Tried::Held { held }),
        422 => Tried::Proof { held: old },
        status => Tried::Done(Asked::Not(Why::Status(status))),
    })
}

/// Takes what a witness has added, if it is by its key over this head.
fn take(app: &App, witness: &WitnessAt, head: &Head, answer: &str, end: &Frontier) -> Done<Asked> {
    let Some(note) = with_cosignature(&head.note, answer, &witness.key) else {
        return Ok(Asked::Not(Why::Foreign));
    };
    held_outside(app, head, Way::Witness, &note)?;
    app.keys.write(&file(&witness.key), &format!("{}\n{}\n{}", head.log, end.size(), end.encode()))?;
    Ok(Asked::Cosigned { size: head.size })
}

/// The note with the line of the witness that holds; lines of unknown keys are passed over (C2SP tlog-witness).
fn with_cosignature(note: &str, answer: &str, key: &VerifierKey) -> Option<String> {
    let mut own = Note::read(note).ok()?;
    let answered = Note::read(&[own.text(), "\n", answer].concat()).ok()?;
    let mut lines = answered.signatures().iter().filter(|line| key.made(line));
    let line = lines.find(|line| key.verify(own.text(), line).is_some())?;
    own.add(line.clone());
    Some(own.to_string())
}

/// Whether a witness's cosignature stands on a note.
fn cosigned(note: &str, key: &VerifierKey) -> Option<u64> {
    let note = Note::read(note).ok()?;
    let mut lines = note.signatures().iter().filter(|line| key.made(line));
    lines.find_map(|line| key.verify(note.text(), line))?.time
}

/// The file in which the frontier of the head that a witness cosigned last is kept, so that a proof needs the newer leaves only.
fn file(key: &VerifierKey) -> String {
    format!("witness-{:08x}", u32::from_be_bytes(key.id()))
}

fn remembered(app: &App, key: &VerifierKey, head: &Head) -> Result<Option<Frontier>, Fault> {
    let Some(text) = app.keys.read(&file(key))? else { return Ok(None) };
    let mut lines = text.splitn(3, '\n');
    let (log, size, hashes) = (lines.next(), lines.next().and_then(|size| size.parse().ok()), lines.next());
    let (Some(log), Some(size), Some(hashes)) = (log, size, hashes) else { return Ok(None) };
    if log != head.log || size > head.size {
        return Ok(None);
    }
    Ok(Frontier::decode(size, hashes).ok())
}

/// The proof that leads from a beginning of the log to a head, and the frontier of that head.
fn proof(rx: &Rx<'_>, head: &Head, beginning: &Frontier) -> Done<(Vec<Hash>, Frontier)> {
    let (first, mut leaves) = (store::head(rx)?.first, Vec::new());
    let end = onward(rx, first, beginning.clone(), head.size, |leaf| {
        // From nothing nothing is proved, so nothing is kept for it.
        if beginning.size() > 0 {
            leaves.push(leaf);
        }
    })?;
    let proof = Extension::new(beginning, &leaves).consistency().unwrap_or_default();
    Ok((proof, end))
}

fn ask_in_round(app: &App) -> Done<Said> {
    let witnesses = &app.outward.witnesses;
    if witnesses.is_empty() {
        return Ok(Said::good("証人は設定されていません。", "No witness is configured."));
    }
    let (mut good, mut said) = (true, [Vec::new(), Vec::new()]);
    for witness in witnesses {
        let asked = ask(app, witness)?;
        let name = witness.key.name();
        if let Asked::Not(why) = asked {
            good = false;
            tracing::error!(witness = name, why = %why.words(Lang::En), "a witness did not cosign the newest head");
        }
        let [ja, en] = &mut said;
        ja.push(sentence(Lang::Ja, name, &asked));
        en.push(sentence(Lang::En, name, &asked));
    }
    let [ja, en] = [said[0].concat(), said[1].join(" ")];
    Ok(if good { Said::good(ja, en) } else { Said::bad(ja, en) })
}

fn sentence(l: Lang, name: &str, asked: &Asked) -> String {
    match asked {
        Asked::Nothing => say!(l, "証人{name}：新しいヘッドはありません。", "{name}: nothing new."),
        Asked::Cosigned { size } => {
            say!(l, "証人{name}：{size}件まで連署しました。", "{name}: cosigned up to {size} entries.")
        }
        Asked::Not(why) => {
            let why = why.words(l);
            say!(l, "証人{name}：{why}", "{name}: {why}")
        }
    }
}
