//! An administrator's answer to a log that does not go on from what lies outside: it is closed as it stands, and a new one
//! begins whose first entry names it, the last head outside, the reason and who answered.

use super::signer::{self, HEAD_OUTSIDE};
use super::signing::{Off, check};
use super::store;
use crate::house::fault::{Done, Fault};
use crate::house::web::App;
use crate::house::work::{Rx, Tx};
use crate::people::session;
use crate::{kept, open};
use meguri_domain::people::Act;
use meguri_domain::refusal::required;
use meguri_domain::{Change, Refusal};
use meguri_record::{Frontier, Hash};

/// How the id of a closed log begins that had lost even its name.
pub(super) const NAMELESS: &str = "unknown-before-";

/// A log that was closed as it stood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClosedLog {
    pub id: String,
    pub version: i64,
    /// Where it begins in the index over all logs.
    pub first: i64,
    pub size: i64,
    pub root: String,
    /// The last head that lay outside, as a note; empty where none did.
    pub outside: String,
    pub reason: String,
    pub person_id: String,
}

kept!(company ClosedLog, "closed_log", [id, version, first, size, root, outside, reason, person_id]);

/// The closed logs, in their order.
pub fn closed(rx: &Rx<'_>) -> Done<Vec<ClosedLog>> {
    Ok(rx.open_list(open!("SELECT * FROM closed_log ORDER BY first LIMIT 1000"), &[])?)
}

/// Closes the log and begins a new one. `anyway` also where nothing is off: the key is known to others.
pub fn answer(app: &App, mail: &str, because: &str, anyway: bool) -> Done<Option<Off>> {
    let because = required(because, "because", ("理由", "Reason"))?;
    let off = check(app)?.err();
    if off.is_none() && !anyway {
        return Err(Refusal::Because((
            "記録簿に食い違いはありません。答える必要はありません。鍵が漏れた場合は --compromised を付けてください。",
            "Nothing is off with the record log, so there is nothing to answer. If the key is known to others, add --compromised.",
        ))
        .into());
    }
    let who = session::by_mail(app, mail, Act::EditPeople, NOBODY)?;
    let fresh = app.chance.id();
    let outside = app.keys.read(HEAD_OUTSIDE)?.unwrap_or_default();
    {
        let _alone = signer::alone(&app.keys)?;
        signer::answered(&app.keys, &fresh)?;
        app.db.write_anew(who, &app.chance, &fresh, |tx| close(tx, &because, outside))?;
    }
    // The key of the new log is made, and named by its second entry.
    if let Err(off) = check(app)? {
        return Ok(Some(off));
    }
    Ok(None)
}

const NOBODY: Refusal = Refusal::Because((
    "そのメールアドレスのシステム管理者はいません。--by に、いまの管理者のメールアドレスを指定してください。",
    "There is no administrator with that mail address. Give --by the address of one of today's administrators.",
));

/// Seals the closed log as it stands: by its entries, not by what its row said.
fn close(tx: &Tx<'_>, because: &str, outside: String) -> Done<()> {
    let fresh = store::head(tx)?;
    let first = closed(tx)?.last().map_or(0, |log| log.first + log.size);
    let (mut frontier, mut at, mut id) = (Frontier::new(), first, String::new());
    loop {
        let stride = store::entries(tx, at, 500)?;
        let Some((last, ..)) = stride.last() else { break };
        at = last + 1;
        for (_, bytes, leaf) in &stride {
            if id.is_empty() {
                id = meguri_record::Entry::read(bytes.as_bytes()).map(|entry| entry.log).unwrap_or_default();
            }
            frontier.append(leaf.parse().unwrap_or(Hash([0; 32])));
        }
    }
    let log = ClosedLog {
        id: if id.is_empty() { format!("{NAMELESS}{}", fresh.log) } else { id },
        version: 1,
        first,
        size: i64::try_from(fresh.first).map_err(Fault::broken)? - first,
        root: frontier.root().to_string(),
        outside,
        reason: because.to_owned(),
        person_id: tx.actor().person.to_string(),
    };
    tx.save(Change::new(log, "closed_log.answered").because(because))?;
    Ok(())
}
