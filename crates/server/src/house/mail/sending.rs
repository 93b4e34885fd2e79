//! The round that sends what is in the outbox: with growing waits, until the mail server has taken it or it is given up.

use super::carrier::{Outcome, Said, deliver};
use super::letter::message;
use super::outbox::{self, Mail};
use super::server::Server;
use crate::house::fault::Done;
use crate::house::round;
use crate::house::round::Round;
use crate::house::web::App;
use crate::house::words::Lang;
use crate::people::session;
use crate::say;
use lettre::message::Mailbox;

/// The round that sends mails.
pub const ROUND: Round =
    Round { name: "mail", word: ("メールの送信", "Sending mails"), every_s: 30, go: send_in_round };

/// So many mails are sent in one turn.
const MOST_A_TURN: i64 = 50;
/// The first wait; each further one is twice as long, up to the longest.
const FIRST_WAIT_MS: i64 = 60_000;
const LONGEST_WAIT_MS: i64 = 4 * 60 * 60 * 1_000;
/// After so many tries a mail is given up: about two days.
const MOST_TRIES: i64 = 20;
/// So often a server may say that it will never take it: a wrong setting of the server is mended meanwhile.
const MOST_REFUSALS: i64 = 3;
/// So often a text may be sent without an answer: the second copy is the last.
const MOST_UNSURE: i64 = 2;

fn send_in_round(app: &App) -> Done<round::Said> {
    app.db.write(session::house(app), &app.chance, outbox::clear)?;
    if let Some((server, from)) = &app.mail.0 {
        let due = app.db.read(session::house(app), |rx| outbox::due(rx, rx.who.now_ms, MOST_A_TURN))?;
        for mail in due {
            if !send(app, server, from, &mail)? {
                break;
            }
        }
    }
    let left = app.db.read(session::house(app), outbox::left)?;
    let words = |l: Lang| told(l, app.mail.0.is_some(), (left.waiting, left.given_up));
    let (ja, en) = (words(Lang::Ja), words(Lang::En));
    Ok(if left.given_up + left.late > 0 { round::Said::bad(ja, en) } else { round::Said::good(ja, en) })
}

fn told(l: Lang, is_set: bool, (waiting, given_up): (i64, i64)) -> String {
    match (is_set, waiting, given_up) {
        (_, 0, 0) => l.t("送信を待つメールはありません。", "No mail waits.").to_owned(),
        (false, n, 0) => say!(
            l,
            "メールサーバーが設定されていないため、{n}通を送信箱に置いています。",
            "No mail server is set: {n} mails are kept in the outbox."
        ),
        (_, n, 0) => say!(l, "送信を待つメールが{n}通あります。", "{n} mails wait to be sent."),
        (_, n, m) => say!(
            l,
            "送れなかったメールが{m}通、送信を待つメールが{n}通あります。",
            "{m} mails could not be sent, {n} wait."
        ),
    }
}

/// Delivers a mail; `false` where the server is not to be had, and the others need not be tried now.
fn send(app: &App, server: &Server, from: &Mailbox, mail: &Mail) -> Done<bool> {
    let who = || session::house(app);
    let next_at = app.clock.now_ms() + wait_ms(mail.tries);
    if !app.db.write(who(), &app.chance, |tx| outbox::begin(tx, mail, next_at))? {
        return Ok(true);
    }
    let outcome = message(mail, from).map_or_else(no_address, |message| deliver(server, &message));
    let (tries, now) = (mail.tries + 1, app.clock.now_ms());
    let (said, is_sure, gives_up) = match outcome {
        Outcome::Taken => {
            app.db.write(who(), &app.chance, |tx| outbox::sent(tx, &mail.id, now))?;
            return Ok(true);
        }
        Outcome::NoServer(said) => {
            note(app, mail, true, tries >= MOST_TRIES, said)?;
            return Ok(false);
        }
        Outcome::Later(said) => (said, true, tries >= MOST_TRIES),
        Outcome::Refused(said) => (said, true, tries >= MOST_REFUSALS),
        Outcome::Unsure(said) => (said, false, mail.unsure + 1 >= MOST_UNSURE || tries >= MOST_TRIES),
    };
    note(app, mail, is_sure, gives_up, said)?;
    Ok(true)
}

fn note(app: &App, mail: &Mail, is_sure: bool, gives_up: bool, said: Said) -> Done<()> {
    tracing::warn!(mail = mail.id, tries = mail.tries + 1, cause = said.1, "a mail was not sent");
    app.db.write(session::house(app), &app.chance, |tx| outbox::failed(tx, &mail.id, is_sure, gives_up, said))
}

fn no_address() -> Outcome {
    Outcome::Refused((
        "宛先がメールアドレスの形になっていません。".to_owned(),
        "The recipient is no mail address.".to_owned(),
    ))
}

fn wait_ms(tries: i64) -> i64 {
    let doubled = FIRST_WAIT_MS << tries.clamp(0, 20);
    doubled.min(LONGEST_WAIT_MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_waits_grow_and_end_after_about_two_days() {
        let waits: Vec<i64> = (0..MOST_TRIES).map(wait_ms).collect();
        assert!(waits.is_sorted() && waits[0] == 60_000 && waits[19] == LONGEST_WAIT_MS);
        let hours = waits.iter().sum::<i64>() / 3_600_000;
        assert!((36..72).contains(&hours), "{hours} hours");
    }
}
