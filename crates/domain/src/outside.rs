//! Heads outside the house: to whom outside they are mailed, and to whom one was handed on paper.
//!
//! A head binds even the administrator only once somebody holds it whom he does not reach (TRUST.md §4.5). Who that is,
//! is recorded: an outsider is asked for his copy when it matters.

use crate::Change;
use crate::Word;
use crate::calendar::Date;
use crate::codes::codes;
use crate::erasure::is_address_mark;
use crate::ids::{HandingOutId, HeadAddressId};
use crate::people::{Act, Actor, email};
use crate::refusal::{Refusal, required};
use serde::{Deserialize, Serialize};

codes! {
    /// In which language somebody outside is written to.
    pub enum Tongue {
        Ja = "ja", "日本語", "Japanese";
        En = "en", "英語", "English";
    }
}

/// Somebody outside to whom heads are mailed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HeadAddress {
    /// Its own id.
    pub id: HeadAddressId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// Company and person, in a line.
    pub name: String,
    /// Where mails reach him.
    pub email: String,
    /// In which language he is written to.
    pub tongue: Tongue,
    /// Whether heads are mailed to him; one who was withdrawn stays readable, for he may still hold heads.
    pub in_force: bool,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    /// Company and person.
    pub name: String,
    /// Where mails reach him.
    pub email: String,
    /// In which language he is written to.
    pub tongue: Tongue,
}

const NAME: Word = ("会社名・氏名", "Company and name");
const EMAIL: Word = ("メールアドレス", "Mail address");
const WHOM: Word = ("渡した相手", "To whom");
const DAY: Word = ("渡した日", "Handed out on");
/// Characters of a name.
const MOST_NAME: usize = 120;

impl HeadAddress {
    /// Names somebody outside. `is_inside`: the address is that of an account of this house, whom the administrator
    /// reaches; a head there would prove nothing (TRUST.md §4.5).
    pub fn name(
        id: HeadAddressId,
        named: Named,
        is_inside: bool,
        by: &Actor,
    ) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::KeepHeads)?;
        let name = short(&named.name, "name", NAME)?;
        let address = email(&named.email)?;
        if is_inside {
            let hint = (
                "このシステムの利用者のアドレスです。管理者の手が届かない、社外の人のアドレスを指定してください。",
                "It belongs to an account of this system. Name somebody outside, whom the administrator does not reach.",
            );
            return Err(Refusal::Unfit { field: "email", word: EMAIL, hint });
        }
        let address = Self { id, version: 1, name, email: address, tongue: named.tongue, in_force: true };
        Ok(Change::new(address, "head_address.named"))
    }

    /// Whether his address was erased: nothing can be mailed to him any more.
    pub fn is_erased(&self) -> bool {
        is_address_mark(&self.email)
    }

    /// Mails him no more.
    pub fn withdraw(self, by: &Actor) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::KeepHeads)?;
        if !self.in_force {
            return Err(Refusal::WrongState { state: ("送付をやめた", "withdrawn") });
        }
        let address = Self { version: self.version + 1, in_force: false, ..self };
        Ok(Change::new(address, "head_address.withdrawn"))
    }
}

/// That a head was handed to somebody outside on paper.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct HandingOut {
    /// Its own id.
    pub id: HandingOutId,
    /// Counts saves; a handing out is never changed but by an erasure.
    pub version: i64,
    /// The log of the head.
    pub log_id: String,
    /// How many entries of it the head binds.
    pub size: i64,
    /// Its root, in hex.
    pub root: String,
    /// Company and person.
    pub to_whom: String,
    /// The day on which the paper changed hands.
    pub on_date: Date,
}

/// A head as a paper shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Printed {
    /// Its log.
    pub log_id: String,
    /// Entries.
    pub size: i64,
    /// Root, in hex.
    pub root: String,
    /// The day on which it was signed.
    pub signed_on: Date,
}

impl HandingOut {
    /// Records that a paper changed hands: on a day on which the head was there, and that is not still to come.
    pub fn record(
        id: HandingOutId,
        head: Printed,
        (to_whom, on_date): (&str, Date),
        by: &Actor,
        today: Date,
    ) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::KeepHeads)?;
        let to_whom = short(to_whom, "to_whom", WHOM)?;
        if on_date < head.signed_on || on_date > today {
            let hint = (
                "ヘッドに署名した日から今日までの日にしてください。",
                "Choose a day from the one on which the head was signed up to today.",
            );
            return Err(Refusal::Unfit { field: "on_date", word: DAY, hint });
        }
        let Printed { log_id, size, root, .. } = head;
        let out = Self { id, version: 1, log_id, size, root, to_whom, on_date };
        Ok(Change::new(out, "handing_out.recorded"))
    }
}

/// A name in one line, which also stands in the head of a mail: control characters are refused (TRUST.md threat 18).
fn short(text: &str, field: &'static str, word: Word) -> Result<String, Refusal> {
    let text = required(text, field, word)?;
    if text.chars().count() > MOST_NAME {
        return Err(Refusal::TooLong { field, word, most: MOST_NAME });
    }
    if text.chars().any(|c| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')) {
        let hint = ("改行などを含めず、1行で入力してください。", "Write it in one line.");
        return Err(Refusal::Unfit { field, word, hint });
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{administrator, day, done, head, id, rows, said, secretariat};

    fn named(name: &str, email: &str) -> Named {
        Named { name: name.into(), email: email.into(), tongue: Tongue::Ja }
    }

    #[test]
    fn somebody_outside_is_named_and_withdrawn() {
        let name = |name: &str, email: &str, inside, by: &Actor| {
            said(HeadAddress::name(id("a"), named(name, email), inside, by))
        };
        let (good, long) = ("監査法人 青木", "名".repeat(121));
        let address =
            done(HeadAddress::name(id("a"), named(good, "aoki@outside.example"), false, &secretariat()));
        let gone = done(address.clone().withdraw(&administrator()));
        rows([
            ("whole", name(good, "aoki@outside.example", false, &secretariat()), "head_address.named"),
            (
                "by an administrator",
                name(good, "a@outside.example", false, &administrator()),
                "head_address.named",
            ),
            ("by a head", name(good, "a@outside.example", false, &head()), "not allowed"),
            ("no name", name(" ", "a@outside.example", false, &secretariat()), "missing name"),
            ("long name", name(&long, "a@outside.example", false, &secretariat()), "too long name"),
            ("two lines", name("青木\r\nBcc: x", "a@outside.example", false, &secretariat()), "unfit name"),
            ("no address", name(good, "", false, &secretariat()), "missing email"),
            (
                "odd address",
                name(good, "a@outside.example\r\nBcc: x@y.z", false, &secretariat()),
                "unfit email",
            ),
            ("inside", name(good, "sato@mihon.example", true, &secretariat()), "unfit email"),
            ("withdraw", said(address.clone().withdraw(&secretariat())), "head_address.withdrawn"),
            ("withdraw by a head", said(address.withdraw(&head())), "not allowed"),
            ("withdraw twice", said(gone.withdraw(&secretariat())), "is withdrawn"),
        ]);
    }

    #[test]
    fn a_paper_changes_hands_between_the_signature_and_today() {
        let printed =
            Printed { log_id: "l".into(), size: 7, root: "00".into(), signed_on: day("2026-05-01") };
        let hand = |whom: &str, on: &str, by: &Actor| {
            said(HandingOut::record(id("h"), printed.clone(), (whom, day(on)), by, day("2026-05-10")))
        };
        rows([
            ("first day", hand("青木", "2026-05-01", &secretariat()), "handing_out.recorded"),
            ("today", hand("青木", "2026-05-10", &administrator()), "handing_out.recorded"),
            ("before it was signed", hand("青木", "2026-04-30", &secretariat()), "unfit on_date"),
            ("tomorrow", hand("青木", "2026-05-11", &secretariat()), "unfit on_date"),
            ("to nobody", hand("", "2026-05-10", &secretariat()), "missing to_whom"),
            ("in two lines", hand("青\n木", "2026-05-10", &secretariat()), "unfit to_whom"),
            ("by a head", hand("青木", "2026-05-10", &head()), "not allowed"),
        ]);
    }
}
