//! The outbox: one row a mail. It is passing: what a mail said is kept by whoever wrote it, where that must be kept.

use super::letter::{lines, one_line};
use crate::house::db::{Row, Value};
use crate::house::fault::{Done, Fault};
use crate::house::kept::cell;
use crate::house::work::{Rx, Tx};
use crate::{open, plain};

/// What is to be sent, as its writer has it.
pub struct Letter<'a> {
    /// What it is about, for its writer: by this it is found again.
    pub about: &'a str,
    pub recipient: &'a str,
    /// The recipient's name.
    pub name: &'a str,
    pub subject: &'a str,
    /// Plain text.
    pub body: &'a str,
}

/// A mail in the outbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mail {
    pub id: String,
    pub about: String,
    pub recipient: String,
    pub name: String,
    pub subject: String,
    pub body: String,
    pub made_at: i64,
    pub tries: i64,
    /// Deliveries of which nobody knows whether they arrived.
    pub unsure: i64,
    pub next_at: i64,
    /// When a mail server took it; 0 for not yet.
    pub sent_at: i64,
    pub given_up: bool,
    /// What stood in the way last.
    pub said: (String, String),
}

/// Characters of a subject and of a name; what is longer is cut.
const MOST_LINE: usize = 200;
/// Characters of a body.
const MOST_BODY: usize = 100_000;
/// So long a mail that was sent can be read in the outbox.
const KEPT_MS: i64 = 90 * 24 * 60 * 60 * 1_000;
/// So many mails stand on the page, and so many are kept.
pub const MOST_SHOWN: i64 = 200;

/// Puts a mail into the outbox, within the unit of work that it speaks of. What is no address is found out when it is
/// sent, and shown in the outbox: a mail must never be the reason why something is not saved.
pub fn post(tx: &Tx<'_>, letter: &Letter<'_>) -> Done<()> {
    let values = [
        Value::Text(tx.id(Some)),
        Value::Text(letter.about.to_owned()),
        Value::Text(one_line(letter.recipient, MOST_LINE * 2)),
        Value::Text(one_line(letter.name, MOST_LINE)),
        Value::Text(one_line(letter.subject, MOST_LINE)),
        Value::Text(lines(letter.body, MOST_BODY)),
        Value::Int(tx.who.now_ms),
    ];
    let text = plain!(
        "INSERT INTO mail (id, about, recipient, name, subject, body, made_at, tries, unsure, next_at, sent_at, given_up,
           said_ja, said_en)
         VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, $7, 0, FALSE, '', '')"
    );
    tx.run(text, &values)?;
    Ok(())
}

/// Takes back what was not sent yet to a recipient and is about something that begins so: a newer mail says more.
pub fn take_back(tx: &Tx<'_>, about: &str, recipient: &str) -> Done<()> {
    let values = [Value::Text(format!("{about}%")), Value::Text(recipient.to_owned())];
    let text = plain!("DELETE FROM mail WHERE about LIKE $1 AND recipient = $2 AND sent_at = 0");
    tx.run(text, &values)?;
    Ok(())
}

/// The newest mail to a recipient about something that begins so: what it is about, and when it was made.
pub fn last_to(rx: &Rx<'_>, about: &str, recipient: &str) -> Done<Option<(String, i64)>> {
    let text = open!(
        "SELECT about, made_at FROM mail WHERE about LIKE $1 AND recipient = $2 ORDER BY made_at DESC, id LIMIT 1"
    );
    let rows = rx.open_rows(text, &[Value::Text(format!("{about}%")), Value::Text(recipient.to_owned())])?;
    Ok(rows.first().map(|row| Ok::<_, Fault>((cell(row, 0)?, cell(row, 1)?))).transpose()?)
}

/// What those mails are about that a mail server took and that begin so, newest first.
pub fn sent_about(rx: &Rx<'_>, about: &str) -> Done<Vec<String>> {
    let text = open!(
        "SELECT about FROM mail WHERE about LIKE $1 AND sent_at > 0 ORDER BY made_at DESC, id LIMIT 200"
    );
    let rows = rx.open_rows(text, &[Value::Text(format!("{about}%"))])?;
    let mut all: Vec<String> = rows.iter().map(|row| cell(row, 0)).collect::<Result<_, _>>()?;
    all.dedup();
    Ok(all)
}

/// The newest mails, for the page.
pub fn newest(rx: &Rx<'_>) -> Done<Vec<Mail>> {
    let text = open!(
        "SELECT id, about, recipient, name, subject, body, made_at, tries, unsure, next_at, sent_at, given_up, said_ja,
           said_en FROM mail ORDER BY made_at DESC, id LIMIT $1"
    );
    Ok(rx.open_rows(text, &[Value::Int(MOST_SHOWN)])?.iter().map(read).collect::<Result<_, _>>()?)
}

/// One mail.
pub fn find(rx: &Rx<'_>, id: &str) -> Done<Option<Mail>> {
    let text = open!(
        "SELECT id, about, recipient, name, subject, body, made_at, tries, unsure, next_at, sent_at, given_up, said_ja,
           said_en FROM mail WHERE id = $1"
    );
    Ok(rx.open_rows(text, &[Value::Text(id.to_owned())])?.first().map(read).transpose()?)
}

/// Mails whose time has come, the longest waiting first.
pub(super) fn due(rx: &Rx<'_>, now_ms: i64, most: i64) -> Done<Vec<Mail>> {
    let text = open!(
        "SELECT id, about, recipient, name, subject, body, made_at, tries, unsure, next_at, sent_at, given_up, said_ja,
           said_en FROM mail WHERE sent_at = 0 AND NOT given_up AND next_at <= $1 ORDER BY next_at, id LIMIT $2"
    );
    let rows = rx.open_rows(text, &[Value::Int(now_ms), Value::Int(most)])?;
    Ok(rows.iter().map(read).collect::<Result<_, _>>()?)
}

/// From the third try on a person should look.
const LATE: i64 = 3;

/// How many mails are not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Left {
    pub waiting: i64,
    /// Of these, those of which a person should know.
    pub late: i64,
    pub given_up: i64,
}

/// How many are not sent.
pub fn left(rx: &Rx<'_>) -> Done<Left> {
    let text = open!("SELECT given_up, (tries >= $1), COUNT(*) FROM mail WHERE sent_at = 0 GROUP BY 1, 2");
    let mut left = Left::default();
    for row in rx.open_rows(text, &[Value::Int(LATE)])? {
        let (given_up, is_late, count): (bool, bool, i64) = (cell(&row, 0)?, cell(&row, 1)?, cell(&row, 2)?);
        match (given_up, is_late) {
            (true, _) => left.given_up += count,
            (false, is_late) => {
                left.waiting += count;
                left.late += if is_late { count } else { 0 };
            }
        }
    }
    Ok(left)
}

/// Notes that a delivery begins, before it does: if the program dies in the middle, this one counts as unsure. `false`
/// where there is nothing to deliver any more.
pub(super) fn begin(tx: &Tx<'_>, mail: &Mail, next_at: i64) -> Done<bool> {
    let text = plain!(
        "UPDATE mail SET tries = tries + 1, unsure = unsure + 1, next_at = $1 WHERE id = $2 AND tries = $3 AND sent_at = 0
         AND NOT given_up"
    );
    Ok(tx.run(text, &[Value::Int(next_at), Value::Text(mail.id.clone()), Value::Int(mail.tries)])? == 1)
}

/// A mail server took it.
pub(super) fn sent(tx: &Tx<'_>, id: &str, at_ms: i64) -> Done<()> {
    let text =
        plain!("UPDATE mail SET sent_at = $1, unsure = unsure - 1, said_ja = '', said_en = '' WHERE id = $2");
    tx.run(text, &[Value::Int(at_ms), Value::Text(id.to_owned())])?;
    Ok(())
}

/// It was not taken, or nobody knows.
pub(super) fn failed(
    tx: &Tx<'_>,
    id: &str,
    is_sure: bool,
    gives_up: bool,
    said: (String, String),
) -> Done<()> {
    let text = plain!(
        "UPDATE mail SET unsure = unsure - $1, given_up = $2, said_ja = $3, said_en = $4 WHERE id = $5"
    );
    let values = [
        Value::Int(i64::from(is_sure)),
        Value::Bool(gives_up),
        Value::Text(said.0),
        Value::Text(said.1),
        Value::Text(id.to_owned()),
    ];
    tx.run(text, &values)?;
    Ok(())
}

/// A person wants it tried again, from the beginning. `false` where it was sent, or is not there.
pub fn again(tx: &Tx<'_>, id: &str) -> Done<bool> {
    let text = plain!(
        "UPDATE mail SET tries = 0, unsure = 0, given_up = FALSE, next_at = $1 WHERE id = $2 AND sent_at = 0"
    );
    Ok(tx.run(text, &[Value::Int(tx.who.now_ms), Value::Text(id.to_owned())])? == 1)
}

/// Lets go of mails that were sent or given up long ago.
pub(super) fn clear(tx: &Tx<'_>) -> Done<()> {
    let text = plain!("DELETE FROM mail WHERE made_at < $1 AND (sent_at > 0 OR given_up)");
    tx.run(text, &[Value::Int(tx.who.now_ms - KEPT_MS)])?;
    Ok(())
}

fn read(row: &Row) -> Result<Mail, Fault> {
    Ok(Mail {
        id: cell(row, 0)?,
        about: cell(row, 1)?,
        recipient: cell(row, 2)?,
        name: cell(row, 3)?,
        subject: cell(row, 4)?,
        body: cell(row, 5)?,
        made_at: cell(row, 6)?,
        tries: cell(row, 7)?,
        unsure: cell(row, 8)?,
        next_at: cell(row, 9)?,
        sent_at: cell(row, 10)?,
        given_up: cell(row, 11)?,
        said: (cell(row, 12)?, cell(row, 13)?),
    })
}
