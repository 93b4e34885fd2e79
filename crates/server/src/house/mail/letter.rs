//! A mail as its bytes: one recipient, a fixed set of headers, plain text. Whatever a name or a subject holds, it ends up
//! inside its own header (TRUST.md threat 18).

use super::outbox::Mail;
use lettre::message::header::ContentType;
use lettre::message::{Mailbox, SinglePart};
use lettre::{Address, Message};
use std::time::{Duration, UNIX_EPOCH};

/// Whether mails can be sent to this address.
pub fn is_address(text: &str) -> bool {
    text.is_ascii() && text.parse::<Address>().is_ok()
}

/// The message of a mail; none where its recipient is no address. Each delivery of one mail has the same mark in
/// `Message-ID`, by which a second copy is known as one.
pub(super) fn message(mail: &Mail, from: &Mailbox) -> Option<Message> {
    let address = mail.recipient.parse::<Address>().ok().filter(|_| mail.recipient.is_ascii())?;
    let name = Some(mail.name.clone()).filter(|name| !name.is_empty());
    let made = UNIX_EPOCH + Duration::from_millis(u64::try_from(mail.made_at).unwrap_or(0));
    Message::builder()
        .from(from.clone())
        .to(Mailbox::new(name, address))
        .subject(mail.subject.clone())
        .message_id(Some(format!("<{}@{}>", mail.id, from.email.domain())))
        .date(made)
        .singlepart(SinglePart::builder().header(ContentType::TEXT_PLAIN).body(mail.body.clone()))
        .ok()
}

/// A text as one line without control characters, cut where it is too long.
pub(super) fn one_line(text: &str, most: usize) -> String {
    let clean = text.chars().map(|c| if is_control(c) { ' ' } else { c });
    clean.collect::<String>().trim().chars().take(most).collect()
}

/// A text of several lines without other control characters, cut where it is too long.
pub(super) fn lines(text: &str, most: usize) -> String {
    let text = text.replace("\r\n", "\n");
    text.chars().filter(|c| matches!(c, '\n' | '\t') || !is_control(*c)).take(most).collect()
}

/// Characters that end a line or are no text; also those of Unicode that some programs take for the end of a line.
fn is_control(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_stays_one_line_and_a_text_keeps_its_lines() {
        assert_eq!(one_line(" a\r\nBcc: x@y.z\0\u{2028}b ", 100), "a  Bcc: x@y.z  b");
        assert_eq!(one_line("長い名前", 2), "長い");
        assert_eq!(lines("a\r\nb\n\tc\0\u{7f}\rd", 100), "a\nb\n\tcd");
    }

    #[test]
    fn an_address_is_one_mailbox_in_ascii() {
        for good in ["a@example.co.jp", "a.b+c@example.com"] {
            assert!(is_address(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "a@",
            "a@b@c",
            "a@example.com, b@example.com",
            "a@example.com\r\nRCPT TO:<b@c>",
            "名@例え.jp",
            "<a@b.c>",
        ] {
            assert!(!is_address(bad), "{bad:?}");
        }
    }
}
