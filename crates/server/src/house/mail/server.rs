//! The mail server as the command line names it. Its password is never printed, logged or kept.

use crate::house::web::unpercent;
use lettre::message::Mailbox;
use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::extension::ClientId;
use meguri_domain::Refusal;
use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;
use url::{Host, Url};

/// Where mails go, as it is asked for.
#[derive(Debug, Clone, clap::Args)]
pub struct Settings {
    /// The mail server: `smtps://user:password@host`, `smtp://host:25`; mails stay in the outbox without one. With a password
    /// TLS is a must, without one it is used where the server offers it; `?tls=none` does without.
    #[arg(long, env = "MEGURI_SMTP", hide_env_values = true, value_name = "URL", global = true)]
    pub smtp: Option<Secret>,
    /// The sender of mails, such as `Meguri <meguri@example.co.jp>`.
    #[arg(long, env = "MEGURI_MAIL_FROM", value_name = "ADDRESS", global = true)]
    pub mail_from: Option<String>,
}

/// A text that is never printed.
#[derive(Clone)]
pub struct Secret(String);

impl FromStr for Secret {
    type Err = Infallible;
    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("…")
    }
}

/// The server and the sender; nothing where none is set.
#[derive(Default)]
pub struct Mailing(pub(super) Option<(Server, Mailbox)>);

/// A mail server.
pub(super) struct Server {
    pub host: String,
    pub port: u16,
    pub tls: Tls,
    pub credentials: Option<Credentials>,
    /// What the program calls itself there.
    pub hello: ClientId,
}

/// How the way to the server is kept secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Tls {
    /// From the first byte on.
    Always,
    /// After a greeting, or not at all.
    Must,
    /// Where the server offers it.
    IfOffered,
    Never,
}

impl Mailing {
    /// Reads the settings; refuses those under which no mail could be sent.
    pub fn of(settings: &Settings) -> Result<Self, Refusal> {
        let Some(Secret(smtp)) = &settings.smtp else { return Ok(Self(None)) };
        let from = settings.mail_from.as_deref().unwrap_or_default();
        let from = from.parse::<Mailbox>().map_err(|_| FROM)?;
        let server = Server::read(smtp, from.email.domain()).ok_or(URL)?;
        Ok(Self(Some((server, from))))
    }

    /// Where mails go, as a person reads it; none where no server is set.
    pub fn place(&self) -> Option<String> {
        self.0.as_ref().map(|(server, _)| server.place())
    }
}

impl Server {
    pub fn place(&self) -> String {
        format!("{}:{}", self.host, self.port)
    }

    fn read(text: &str, domain: &str) -> Option<Self> {
        let url = Url::parse(text).ok()?;
        // `smtp` is not a scheme whose hosts are read as addresses: that is done here.
        let host = Host::parse(url.host_str()?).ok()?;
        let has_password = url.password().is_some();
        let asked = url.query_pairs().find(|(name, _)| name == "tls").map(|(_, value)| value.into_owned());
        let tls = match (url.scheme(), asked.as_deref()) {
            ("smtps", None) => Tls::Always,
            ("smtp", None) if has_password && !is_own_machine(&host) => Tls::Must,
            ("smtp", None) => Tls::IfOffered,
            ("smtp", Some("required")) => Tls::Must,
            ("smtp", Some("none")) if !has_password || is_own_machine(&host) => Tls::Never,
            _ => return None,
        };
        let usual = match tls {
            Tls::Always => 465,
            Tls::Must => 587,
            Tls::IfOffered | Tls::Never => 25,
        };
        let credentials = match url.password() {
            Some(password) => Some(Credentials::new(unpercent(url.username())?, unpercent(password)?)),
            None if url.username().is_empty() => None,
            None => return None,
        };
        let host = match host {
            Host::Ipv6(address) => address.to_string(),
            other => other.to_string(),
        };
        let hello = ClientId::Domain(domain.to_owned());
        Some(Self { host, port: url.port().unwrap_or(usual), tls, credentials, hello })
    }
}

fn is_own_machine(host: &Host<String>) -> bool {
    match host {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

// What was given is not repeated: it may hold a password.
const URL: Refusal = Refusal::Because((
    "--smtp（MEGURI_SMTP）を読めません。smtps://ユーザー:パスワード@ホスト か smtp://ホスト:25 の形で指定してください。パスワードの記号は %40 のように書き換え、パスワードを使うときは ?tls=none を付けないでください。",
    "--smtp (MEGURI_SMTP) cannot be read. Write smtps://user:password@host or smtp://host:25, signs in the password as %40 and the like, and no ?tls=none with a password.",
));
const FROM: Refusal = Refusal::Because((
    "メールを送るには、差出人を --mail-from（MEGURI_MAIL_FROM）に指定してください。例: Meguri <meguri@example.co.jp>",
    "To send mails, give their sender with --mail-from (MEGURI_MAIL_FROM), such as Meguri <meguri@example.co.jp>.",
));

#[cfg(test)]
mod tests {
    use super::*;

    fn read(smtp: &str, from: Option<&str>) -> Result<Mailing, Refusal> {
        Mailing::of(&Settings { smtp: Some(smtp.parse().unwrap()), mail_from: from.map(ToOwned::to_owned) })
    }

    #[test]
    fn servers_are_read_and_a_password_never_goes_in_the_clear() {
        let from = Some("Meguri <meguri@example.co.jp>");
        let tls = |smtp: &str| {
            read(smtp, from)
                .ok()
                .and_then(|mailing| mailing.0)
                .map(|(server, _)| (server.place(), server.tls))
        };
        let is = |smtp: &str, place: &str, as_tls| {
            assert_eq!(tls(smtp), Some((place.to_owned(), as_tls)), "{smtp}");
        };
        is("smtps://a:b@mail.example.jp", "mail.example.jp:465", Tls::Always);
        is("smtp://a:b@mail.example.jp", "mail.example.jp:587", Tls::Must);
        is("smtp://mail.example.jp", "mail.example.jp:25", Tls::IfOffered);
        is("smtp://mail.example.jp:2525?tls=required", "mail.example.jp:2525", Tls::Must);
        is("smtp://mail.example.jp?tls=none", "mail.example.jp:25", Tls::Never);
        is("smtp://a:b@127.0.0.1:2525", "127.0.0.1:2525", Tls::IfOffered);
        for bad in [
            "",
            "mail.example.jp",
            "http://mail.example.jp",
            "smtp://a:b@mail.example.jp?tls=none",
            "smtp://a@mail.example.jp",
            "smtps://mail.example.jp?tls=none",
            "smtp://",
        ] {
            assert_eq!(tls(bad), None, "{bad}");
        }
        assert_eq!(read("smtp://mail.example.jp", None).err(), Some(FROM));
        assert_eq!(read("smtp://mail.example.jp", Some("meguri")).err(), Some(FROM));
    }

    #[test]
    fn a_password_is_printed_nowhere() {
        let settings = Settings { smtp: Some("smtp://a:secret@h".parse().unwrap()), mail_from: None };
        assert!(!format!("{settings:?}").contains("secret"));
        let told = read("imap://a:secret@h", Some("a@b.jp")).err().unwrap();
        assert!(!format!("{told:?} {} {}", told.ja(), told.en()).contains("secret"));
    }
}
