//! Erasure 消去: text that must not be kept any longer is asked to be erased, and a second person approves or declines.
//!
//! The law asks for it (個人情報保護法 article 22: data no longer needed; article 35: at the person's request), and the
//! record must still prove that nothing else was altered: so an erasure is itself recorded, and names every payload and
//! every file that it takes (TRUST.md §4.6).

use crate::approval::{REASON, Signed};
use crate::calendar::Date;
use crate::codes::codes;
use crate::ids::ErasureId;
use crate::people::{Act, Actor};
use crate::refusal::{Refusal, required};
use crate::{Change, Word};
use serde::{Deserialize, Serialize};

codes! {
    /// On what ground something is erased. The first two are those of the law, the third is ours.
    pub enum Ground {
        Request = "request", "本人からの請求（個人情報保護法35条）", "Request of the person (APPI article 35)";
        Unneeded = "unneeded", "利用する必要がなくなった（個人情報保護法22条）", "No longer needed (APPI article 22)";
        Mistake = "mistake", "書くべきでない内容を書いた", "It should never have been written";
    }
}

codes! {
    /// Where an erasure stands.
    pub enum ErasureState {
        Asked = "asked", "承認待ち", "Waiting for approval";
        Approved = "approved", "消去済み", "Erased";
        Declined = "declined", "見送り", "Declined";
    }
}

/// What an erasure takes, fixed at its approval.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Taken {
    /// The number of the entry that says so; the mark in the rows names it.
    pub entry: i64,
    /// `table/id` of the object asked for, and of those that hold the same text.
    pub objects: Vec<String>,
    /// Every payload in which a state of these objects was ever sealed: entry, and place in it from 0.
    pub payloads: Vec<(i64, i64)>,
    /// SHA-256 in hex of the evidence files.
    pub files: Vec<String>,
}

/// An erasure.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Erasure {
    /// Its own id.
    pub id: ErasureId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// What is to be erased, `table/id`.
    pub object: String,
    /// On what ground.
    pub ground: Ground,
    /// Why, in the words of the one who asks; never the text itself.
    pub reason: String,
    /// Where it stands.
    pub state: ErasureState,
    /// Who asked.
    pub asked: Signed,
    /// Who approved or declined.
    pub decided: Option<Signed>,
    /// Why it was declined.
    pub answer: String,
    /// What was taken; present exactly when it was approved.
    pub taken: Option<Taken>,
}

/// What is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Asked {
    /// `table/id`.
    pub object: String,
    /// On what ground.
    pub ground: Ground,
    /// Why.
    pub reason: String,
}

/// A text shorter than this is not looked for in the reason: it would stand in any sentence.
const SHORTEST: usize = 2;

impl Erasure {
    /// Asks for an erasure. `texts` are those that would go: the reason stays, so it must not repeat them.
    pub fn ask(
        id: ErasureId,
        asked: Asked,
        texts: &[String],
        by: &Actor,
        on: Date,
    ) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::AskErasure)?;
        let reason = required(&asked.reason, "reason", REASON)?;
        if texts.iter().all(String::is_empty) {
            return Err(NOTHING);
        }
        if texts.iter().any(|text| text.chars().count() >= SHORTEST && reason.contains(text.as_str())) {
            return Err(Refusal::Unfit { field: "reason", word: REASON, hint: REPEATED });
        }
        let erasure = Self {
            id,
            version: 1,
            object: asked.object,
            ground: asked.ground,
            reason,
            state: ErasureState::Asked,
            asked: Signed::now(by, on, false),
            decided: None,
            answer: String::new(),
            taken: None,
        };
        Ok(Change::new(erasure, "erasure.asked"))
    }

    /// Approves it: a second person, who then sees it done. What is taken is fixed here.
    pub fn approve(self, taken: Taken, by: &Actor, on: Date) -> Result<Change<Self>, Refusal> {
        self.must_be_decided_by(by)?;
        if taken.payloads.is_empty() {
            return Err(NOTHING);
        }
        let decided = Some(Signed::now(by, on, false));
        let version = self.version + 1;
        let after = Self { state: ErasureState::Approved, version, decided, taken: Some(taken), ..self };
        Ok(Change::new(after, "erasure.approved"))
    }

    /// Declines it, with a reason: a duty to keep the record may weigh more.
    pub fn decline(self, answer: &str, by: &Actor, on: Date) -> Result<Change<Self>, Refusal> {
        self.must_be_decided_by(by)?;
        let answer = required(answer, "answer", ANSWER)?;
        let decided = Some(Signed::now(by, on, false));
        let version = self.version + 1;
        Ok(Change::new(
            Self { state: ErasureState::Declined, version, decided, answer, ..self },
            "erasure.declined",
        ))
    }

    /// Carries out once more, in a restored older database, what was approved before the restoration: the database
    /// may have this erasure as it was asked for, or not at all (`version` is that of its row, 0 for none).
    pub fn reapply(self, version: i64, taken: Taken) -> Change<Self> {
        let after = Self { state: ErasureState::Approved, version: version + 1, taken: Some(taken), ..self };
        Change::new(after, "erasure.reapplied")
    }

    /// Whether nobody has decided on it yet.
    pub fn is_waiting(&self) -> bool {
        self.state == ErasureState::Asked
    }

    fn must_be_decided_by(&self, by: &Actor) -> Result<(), Refusal> {
        by.must_everywhere(Act::ApproveErasure)?;
        match self.state {
            ErasureState::Asked => {}
            ErasureState::Approved | ErasureState::Declined => {
                return Err(Refusal::WrongState { state: self.state.word() });
            }
        }
        if self.asked.by == by.person { Err(OWN) } else { Ok(()) }
    }
}

/// What stands in the place of an erased text.
pub fn mark(entry: i64) -> String {
    format!("〔消去済 記録{entry}〕")
}

/// Whether a text is the mark of an erasure.
pub fn is_mark(text: &str) -> bool {
    let entry = text.strip_prefix("〔消去済 記録").and_then(|rest| rest.strip_suffix('〕'));
    entry.is_some_and(|entry| !entry.is_empty() && entry.bytes().all(|each| each.is_ascii_digit()))
}

/// What stands in the place of an erased mail address, which must stay the only one of its kind. It can be nobody's: its host has
/// no dot.
pub fn address_mark(entry: i64) -> String {
    format!("erased-{entry}@invalid")
}

/// Whether a mail address is the mark of an erasure.
pub fn is_address_mark(text: &str) -> bool {
    let entry = text.strip_prefix("erased-").and_then(|rest| rest.strip_suffix("@invalid"));
    entry.is_some_and(|entry| !entry.is_empty() && entry.bytes().all(|each| each.is_ascii_digit()))
}

const ANSWER: Word = ("見送る理由", "Why it is declined");

const REPEATED: Word = (
    "消去する文字が理由の中に入っています。理由は消去のあとも残るため、その文字を書かずに説明してください。",
    "It repeats text that is to be erased. The reason stays after the erasure, so explain it without that text.",
);

const NOTHING: Refusal = Refusal::Because((
    "消去できる文字がありません。すでに消去されたか、空の記録です。",
    "There is no text to erase: it was erased before, or the record is empty.",
));

const OWN: Refusal = Refusal::Because((
    "自分が依頼した消去は、自分では承認も見送りもできません。ほかの事務局の人か経営層に依頼してください。",
    "You asked for this erasure, so you cannot decide on it. Ask another member of the secretariat or the executive.",
));

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{administrator, day, done, executive, head, id, rows, said, secretariat};

    fn asked(reason: &str) -> Asked {
        Asked { object: "asset/a".into(), ground: Ground::Request, reason: reason.into() }
    }

    fn ask(by: &Actor, reason: &str, texts: &[&str]) -> Result<Change<Erasure>, Refusal> {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        Erasure::ask(id("erasure"), asked(reason), &texts, by, day("2026-06-01"))
    }

    fn taken() -> Taken {
        Taken { entry: 9, objects: vec!["asset/a".into()], payloads: vec![(3, 0)], files: Vec::new() }
    }

    #[test]
    fn the_secretariat_and_the_administrator_ask_and_never_repeat_the_text() {
        let name = ["山田太郎の名簿", ""];
        rows([
            ("secretariat", said(ask(&secretariat(), "本人の請求", &name)), "erasure.asked"),
            ("administrator", said(ask(&administrator(), "本人の請求", &name)), "erasure.asked"),
            ("executive", said(ask(&executive(), "本人の請求", &name)), "not allowed"),
            ("head", said(ask(&head(), "本人の請求", &name)), "not allowed"),
            ("no reason", said(ask(&secretariat(), " ", &name)), "missing reason"),
            ("repeats", said(ask(&secretariat(), "山田太郎の名簿を消す", &name)), "unfit reason"),
            ("one letter", said(ask(&secretariat(), "山の請求", &["山"])), "erasure.asked"),
            ("nothing to erase", said(ask(&secretariat(), "本人の請求", &["", ""])), "because"),
        ]);
    }

    #[test]
    fn a_second_person_decides_once() {
        let waiting = || done(ask(&secretariat(), "本人の請求", &["山田"]));
        let on = day("2026-06-02");
        rows([
            ("executive", said(waiting().approve(taken(), &executive(), on)), "erasure.approved"),
            ("the asker", said(waiting().approve(taken(), &secretariat(), on)), "because"),
            ("the asker declines", said(waiting().decline("残す", &secretariat(), on)), "because"),
            ("administrator", said(waiting().approve(taken(), &administrator(), on)), "not allowed"),
            ("nothing taken", said(waiting().approve(Taken::default(), &executive(), on)), "because"),
            ("declined", said(waiting().decline("保存の義務がある", &executive(), on)), "erasure.declined"),
            ("declined without a word", said(waiting().decline("", &executive(), on)), "missing answer"),
        ]);
        let approved = done(waiting().approve(taken(), &executive(), on));
        assert_eq!(said(approved.clone().approve(taken(), &executive(), on)), "is Erased");
        assert_eq!(said(approved.decline("遅い", &executive(), on)), "is Erased");
    }

    #[test]
    fn it_is_carried_out_again_in_a_database_that_does_not_know_it() {
        let approved = done(done(ask(&secretariat(), "本人の請求", &["山田"])).approve(
            taken(),
            &executive(),
            day("2026-06-02"),
        ));
        let again = done(Ok(approved.clone().reapply(0, Taken { entry: 4, ..taken() })));
        assert_eq!(
            (again.version, again.state, again.decided),
            (1, ErasureState::Approved, approved.decided)
        );
        assert_eq!(again.taken.map(|taken| taken.entry), Some(4));
        assert_eq!(mark(4), "〔消去済 記録4〕");
    }

    #[test]
    fn a_mark_is_known_again_and_nothing_else_is_one() {
        assert!(is_mark(&mark(0)) && is_mark(&mark(123_456)));
        assert!(is_address_mark(&address_mark(0)) && is_address_mark(&address_mark(123_456)));
        for other in ["", "erased-@invalid", "erased-1@invalid.example", "erased-x@invalid", "a@invalid"] {
            assert!(!is_address_mark(other), "{other}");
        }
        for other in
            ["", "〔消去済 記録〕", "〔消去済 記録7", "〔消去済 記録7〕。", "〔消去済 記録x〕", "記録7"]
        {
            assert!(!is_mark(other), "{other}");
        }
    }
}
