//! One delivery to the mail server, step by step, because it matters at which step it broke off: before the text was sent
//! nothing can have arrived; behind it, without an answer, nobody knows.

use super::server::{Server, Tls};
use lettre::Message;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::DEFAULT_MECHANISMS;
use lettre::transport::smtp::client::{SmtpConnection, TlsParameters};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use std::time::Duration;

/// So long one answer of the server is waited for.
const MOST_WAIT: Duration = Duration::from_secs(20);
/// Characters of what a server says.
const MOST_WORDS: usize = 200;

/// What came of a delivery.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The server took it.
    Taken,
    /// Nothing arrived, and the server is not to be had: nor will it take the next one.
    NoServer(Said),
    /// The server will not take it now.
    Later(Said),
    /// The server will never take it.
    Refused(Said),
    /// The text was sent, and no answer came.
    Unsure(Said),
}

/// A sentence in Japanese and in English.
pub(super) type Said = (String, String);

pub(super) fn deliver(server: &Server, message: &Message) -> Outcome {
    let mut connection = match greet(server) {
        Ok(connection) => connection,
        Err(said) => return Outcome::NoServer(said),
    };
    let outcome = hand_over(&mut connection, message);
    if outcome == Outcome::Taken {
        // Whatever it says to this, it has taken the mail.
        let _ = connection.quit();
    } else {
        connection.abort();
    }
    outcome
}

fn greet(server: &Server) -> Result<SmtpConnection, Said> {
    let place = server.place();
    let unreachable = |error: &Error| {
        let why = words(error);
        (
            format!("メールサーバー（{place}）に接続できませんでした。{why}"),
            format!("The mail server ({place}) could not be reached. {why}"),
        )
    };
    let tls = || TlsParameters::new(server.host.clone()).map_err(|error| unreachable(&error));
    let whole = if server.tls == Tls::Always { Some(tls()?) } else { None };
    let address = (server.host.as_str(), server.port);
    let mut connection =
        SmtpConnection::connect(address, Some(MOST_WAIT), &server.hello, whole.as_ref(), None)
            .map_err(|error| unreachable(&error))?;
    let must = server.tls == Tls::Must || (server.tls == Tls::IfOffered && connection.can_starttls());
    if must {
        connection.starttls(&tls()?, &server.hello).map_err(|error| unreachable(&error))?;
    }
    if let Some(credentials) = &server.credentials {
        connection.auth(DEFAULT_MECHANISMS, credentials).map_err(|error| not_let_in(&place, &error))?;
    }
    Ok(connection)
}

/// The server's own words are left out here: some repeat what they were sent, and that was a password.
fn not_let_in(place: &str, error: &Error) -> Said {
    let code = error.status().map_or_else(String::new, |code| format!(" ({code})"));
    (
        format!(
            "メールサーバー（{place}）にサインインできませんでした{code}。ユーザー名とパスワードを確かめてください。"
        ),
        format!(
            "The mail server ({place}) did not let us in{code}. See whether user and password are right."
        ),
    )
}

fn hand_over(connection: &mut SmtpConnection, message: &Message) -> Outcome {
    let envelope = message.envelope();
    let Some(to) = envelope.to().first() else { return Outcome::Later((String::new(), String::new())) };
    let asked = connection
        .command(Mail::new(envelope.from().cloned(), Vec::new()))
        .and_then(|_| connection.command(Rcpt::new(to.clone(), Vec::new())))
        .and_then(|_| connection.command(Data));
    if let Err(error) = asked {
        return answered(&error);
    }
    match connection.message(&message.formatted()) {
        Ok(_) => Outcome::Taken,
        Err(error) if error.status().is_some() => answered(&error),
        Err(error) => {
            let why = words(&error);
            Outcome::Unsure((
                format!(
                    "本文を送ったあと、メールサーバーの返事がありませんでした。届いているかもしれません。{why}"
                ),
                format!("The text was sent, but the mail server did not answer. It may have arrived. {why}"),
            ))
        }
    }
}

/// A no of the server, or its silence, before it had the whole text.
fn answered(error: &Error) -> Outcome {
    let why = words(error);
    let said = (
        format!("メールサーバーが受け付けませんでした。{why}"),
        format!("The mail server did not take it. {why}"),
    );
    if error.is_permanent() { Outcome::Refused(said) } else { Outcome::Later(said) }
}

/// What the server or the network said, as one short line.
fn words(error: &Error) -> String {
    super::letter::one_line(&error.to_string(), MOST_WORDS)
}
