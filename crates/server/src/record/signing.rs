//! Signing a head, and what must hold before (TRUST.md §4.5): the new entries are read again on another connection, the root
//! is computed by a second path, and the log goes on from the last head that was signed and the last that lies outside.

use super::heads::{checkpoint, keep};
use super::signer::{self, FRONTIER, HEAD_LAST, HEAD_OUTSIDE, NoKey};
use super::store;
use crate::house::fault::{Done, Fault};
use crate::house::keys::Keys;
use crate::house::round::{Round, Said};
use crate::house::web::App;
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::people::session;
use crate::say;
use meguri_record::tree::{empty_root, leaf, verify_consistency};
use meguri_record::{Checkpoint, Entry, Extension, Frontier, Hash, SignerKey};

/// The round that signs.
pub const ROUND: Round =
    Round {
        name: NAME, word: ("記録簿への署名", "Signing the record log"), every_s: 60, go: sign_in_round
    };
/// Its name, by which an act calls for it.
pub const NAME: &str = "heads";
/// Entries looked at in one go.
const STRIDE: i64 = 500;

/// Why nothing is signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Off {
    /// The key is of another log than this database.
    OtherLog { key: String },
    /// Heads were signed before, and the key is gone.
    KeyLost,
    /// The log ends before a head that was signed or lies outside.
    Behind { size: u64, head: u64 },
    /// The log of this size has another root than a head that was signed or lies outside: two histories.
    Beside { head: Box<Checkpoint>, root: Hash },
    /// An entry is missing, or stands where none should.
    Gap { idx: u64 },
    /// An entry is not the one that was hashed, or cannot be read.
    Changed { idx: u64 },
    /// The row of the log names another size or root than its entries have.
    Row,
}

/// What came of a wish to sign.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Signed {
    /// There is nothing new.
    Nothing,
    /// A head of so many entries.
    Head { size: u64 },
    /// Something is off: nothing was signed.
    Off(Off),
}

impl Off {
    /// What is wrong, for a person.
    pub fn words(&self, l: Lang) -> String {
        match self {
            Self::OtherLog { key } => say!(
                l,
                "署名鍵（{key}）が、このデータベースとは別の記録簿のものです。",
                "The signing key ({key}) belongs to another log than this database."
            ),
            Self::KeyLost => say!(
                l,
                "署名済みの記録簿なのに、署名鍵（keys/log.key）がありません。",
                "Heads of this log were signed, but the signing key (keys/log.key) is gone."
            ),
            Self::Behind { size, head } => say!(
                l,
                "記録簿は{size}件ですが、{head}件まで署名または外部で保管されています。古いデータに戻ったか、記録が失われています。",
                "The log has {size} entries, but heads up to {head} were signed or are held outside: older data came back, or entries are lost."
            ),
            Self::Beside { head, .. } => {
                let head = head.size;
                say!(
                    l,
                    "{head}件めまでの記録が、署名または外部で保管されているものと違います。履歴が2通りあります。",
                    "The first {head} entries are not those that were signed or are held outside: there are two histories."
                )
            }
            Self::Gap { idx } => say!(
                l,
                "記録{idx}が欠けているか、余分な記録があります。",
                "Entry {idx} is missing, or stands where none should."
            ),
            Self::Changed { idx } => {
                say!(l, "記録{idx}が、書き込まれたときと違います。", "Entry {idx} is not as it was written.")
            }
            Self::Row => say!(
                l,
                "記録簿の件数とルートが、記録と一致しません。",
                "Size and root of the log do not agree with its entries."
            ),
        }
    }
}

impl From<NoKey> for Off {
    fn from(none: NoKey) -> Self {
        match none {
            NoKey::Lost => Self::KeyLost,
            NoKey::OtherLog { key } => Self::OtherLog { key },
        }
    }
}

/// What the folder of keys remembers apart from the database.
struct Memory {
    last: Option<Checkpoint>,
    outside: Option<Checkpoint>,
    /// Where the next look begins: at the last head, if that was held against this outside head; else at entry 0.
    base: Frontier,
}

impl Memory {
    fn load(keys: &Keys) -> Result<Self, Fault> {
        let head = |name| keys.read(name)?.map(|note| checkpoint(&note)).transpose();
        let (last, outside) = (head(HEAD_LAST)?, head(HEAD_OUTSIDE)?);
        let base = match (&last, keys.read(FRONTIER)?) {
            (Some(last), Some(text)) => base(last, outside.as_ref(), &text),
            _ => None,
        };
        Ok(Self { last, outside, base: base.unwrap_or_default() })
    }

    fn marks(&self) -> impl Iterator<Item = &Checkpoint> {
        self.last.iter().chain(&self.outside)
    }
}

/// The frontier, if it is that of the last head, and no outside head came since but one that was signed here.
fn base(last: &Checkpoint, outside: Option<&Checkpoint>, text: &str) -> Option<Frontier> {
    let (hashes, held) = text.split_once('\n')?;
    let frontier = Frontier::decode(last.size, hashes).ok()?;
    let known = outside.is_none_or(|head| held == mark(Some(head)) || head == last);
    (frontier.root() == last.root && known).then_some(frontier)
}

fn mark(outside: Option<&Checkpoint>) -> String {
    outside.map_or_else(String::new, Checkpoint::text)
}

/// Signs a head if there is something new, everything holds, and there is a key.
pub fn sign_now(app: &App) -> Done<Signed> {
    let _alone = signer::alone(&app.keys)?;
    let keys = match signer::ready(app)? {
        Ok(keys) => keys,
        Err(none) => return Ok(Signed::Off(none.into())),
    };
    let memory = Memory::load(&app.keys)?;
    let looked = app.db.read(session::house(app), |rx| {
        let log = store::head(rx)?;
        if is_signed(&memory, &log) {
            // Nothing new; but the newest entry must still be there, and none behind it.
            let newest = log.first + log.size.saturating_sub(1);
            let there = store::entries(rx, i64::try_from(newest).map_err(Fault::broken)?, 2)?;
            return Ok((there.len() != 1).then_some(Err(Off::Gap { idx: newest })));
        }
        let looked = look(rx, &log, &memory, &memory.base, true)?;
        if looked == Err(Off::Row) && memory.base.size() > 0 {
            // The beginning is not what it was: a walk from entry 0 names the head it differs from.
            return look(rx, &log, &memory, &Frontier::new(), true).map(Some);
        }
        Ok(Some(looked))
    })?;
    let frontier = match looked {
        None => return adopt(app, &memory),
        Some(Err(off)) => return Ok(Signed::Off(off)),
        Some(Ok(frontier)) => frontier,
    };
    put_down(app, &keys, &frontier, memory.outside.as_ref())
}

fn is_signed(memory: &Memory, log: &store::Head) -> bool {
    memory.last.as_ref().is_some_and(|last| {
        last.log_id() == log.log && memory.base.size() == log.size && last.root.to_string() == log.root
    })
}

/// Makes sure that the last head stands in the database too: it is written after the folder of keys.
fn adopt(app: &App, memory: &Memory) -> Done<Signed> {
    let (Some(last), Some(note)) = (&memory.last, app.keys.read(HEAD_LAST)?) else {
        return Ok(Signed::Nothing);
    };
    let newest = app.db.read(session::house(app), super::heads::newest)?;
    if newest.is_none_or(|head| head.size < last.size) {
        let now = app.clock.now_ms();
        app.db.write(session::house(app), &app.chance, |tx| keep(tx, last, &note, now))?;
    }
    Ok(Signed::Nothing)
}

/// The folder of keys first: whatever happens behind it, nothing smaller or other is signed any more.
fn put_down(
    app: &App,
    keys: &[SignerKey],
    frontier: &Frontier,
    outside: Option<&Checkpoint>,
) -> Done<Signed> {
    let (size, root) = (frontier.size(), frontier.root());
    let Some(origin) = keys.first().map(|key| key.verifier().name().to_owned()) else {
        return Ok(Signed::Nothing);
    };
    if size == 0 {
        return Ok(Signed::Nothing);
    }
    let head = Checkpoint { origin, size, root };
    let note = signer::sign(keys, &head)?;
    app.keys.write(HEAD_LAST, &note)?;
    app.keys.write(FRONTIER, &format!("{}\n{}", frontier.encode(), mark(outside)))?;
    let now = app.clock.now_ms();
    app.db.write(session::house(app), &app.chance, |tx| keep(tx, &head, &note, now))?;
    Ok(Signed::Head { size })
}

/// The start-up check (TRUST.md R6): the whole log, by its stored leaves, goes on from what was signed and from what lies
/// outside. An empty folder of keys has nothing to say yet.
pub fn check(app: &App) -> Done<Result<(), Off>> {
    let _alone = signer::alone(&app.keys)?;
    if let Err(none) = signer::ready(app)? {
        return Ok(Err(none.into()));
    }
    let memory = Memory::load(&app.keys)?;
    app.db.read(session::house(app), |rx| {
        let log = store::head(rx)?;
        Ok(look(rx, &log, &memory, &Frontier::new(), false)?.map(|_| ()))
    })
}

/// Walks from `base` to the end of the current log, past every mark. With `bytes`, each entry is read and hashed again.
fn look(
    rx: &Rx<'_>,
    log: &store::Head,
    memory: &Memory,
    base: &Frontier,
    bytes: bool,
) -> Done<Result<Frontier, Off>> {
    for head in memory.marks() {
        if head.log_id() != log.log {
            return Ok(Err(Off::OtherLog { key: head.origin.clone() }));
        }
        if head.size > log.size {
            return Ok(Err(Off::Behind { size: log.size, head: head.size }));
        }
    }
    let (mut frontier, mut leaves) = (base.clone(), Vec::new());
    loop {
        let from = i64::try_from(log.first + frontier.size()).map_err(Fault::broken)?;
        let stride = store::entries(rx, from, STRIDE)?;
        if stride.is_empty() {
            break;
        }
        for (idx, text, stored) in &stride {
            let at = log.first + frontier.size();
            if u64::try_from(*idx) != Ok(at) || frontier.size() >= log.size {
                return Ok(Err(Off::Gap { idx: at }));
            }
            let Ok(hash) = stored.parse::<Hash>() else { return Ok(Err(Off::Changed { idx: at })) };
            if bytes && !is_entry(text, hash, &log.log, frontier.size()) {
                return Ok(Err(Off::Changed { idx: at }));
            }
            frontier.append(hash);
            leaves.push(hash);
            if let Some(off) = off_mark(memory, &frontier) {
                return Ok(Err(off));
            }
        }
    }
    Ok(end(log, base, frontier, &leaves))
}

/// Whether a stored line is the entry of this place, and its leaf the hash of its bytes.
fn is_entry(text: &str, stored: Hash, log: &str, place: u64) -> bool {
    leaf(text.as_bytes()) == stored
        && Entry::read(text.as_bytes()).is_ok_and(|entry| entry.log == log && entry.idx == place)
}

fn off_mark(memory: &Memory, frontier: &Frontier) -> Option<Off> {
    let mut here = memory.marks().filter(|head| head.size == frontier.size());
    let head = here.find(|head| head.root != frontier.root())?;
    Some(Off::Beside { head: Box::new(head.clone()), root: frontier.root() })
}

/// The end of the walk: the row of the log says the same, and so does the second path.
fn end(log: &store::Head, base: &Frontier, frontier: Frontier, leaves: &[Hash]) -> Result<Frontier, Off> {
    if frontier.size() < log.size {
        return Err(Off::Gap { idx: log.first + frontier.size() });
    }
    let root = frontier.root();
    if log.root != root.to_string() {
        return Err(Off::Row);
    }
    let extension = Extension::new(base, leaves);
    let (old, new) = (base.size(), frontier.size());
    let goes_on = old == 0
        || verify_consistency(old, new, &base.root(), &root, &extension.consistency().unwrap_or_default());
    let same = extension.root() == Some(root) || (new == 0 && root == empty_root());
    if goes_on && same { Ok(frontier) } else { Err(Off::Row) }
}

fn sign_in_round(app: &App) -> Done<Said> {
    Ok(match sign_now(app)? {
        Signed::Nothing => Said::good("新しい記録はありません。", "Nothing new."),
        Signed::Head { size } => {
            app.db.call(super::witnesses::NAME);
            Said::good(format!("{size}件まで署名しました。"), format!("Signed up to {size} entries."))
        }
        Signed::Off(off) => {
            tracing::error!(why = %off.words(Lang::En), "the head of the record log is not signed");
            Said::bad(off.words(Lang::Ja), off.words(Lang::En))
        }
    })
}
