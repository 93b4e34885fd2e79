//! Signatures: who recorded, submitted, confirmed, checked or returned a record, and what was approved.
//!
//! Every kind of record walks the same way (記入 → 提出 → 部門確認 → 事務局チェック → 締め), so the
//! walk is written once, here, and the records hold a [`Flow`] (DESIGN.md §2, invariants 8 and 9; DOMAIN.md §4.2).

use crate::Word;
use crate::calendar::Date;
use crate::codes::codes;
use crate::ids::PersonId;
use crate::people::Actor;
use crate::refusal::{Refusal, required};
use serde::{Deserialize, Serialize};

/// One signature: who, on which day, and whether as deputy 代.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signed {
    /// Who signed.
    pub by: PersonId,
    /// The name as it stood that day.
    pub name: String,
    /// On which day.
    pub on: Date,
    /// Whether he signed in the head's place 代.
    pub deputy: bool,
}

impl Signed {
    /// The actor's signature of today; `deputy` when he signs in the head's place.
    pub fn now(by: &Actor, on: Date, deputy: bool) -> Self {
        Self { by: by.person.clone(), name: by.name.clone(), on, deputy }
    }
}

codes! {
    /// Where a record stands on its way.
    pub enum State {
        Draft = "draft", "記入中", "Draft";
        Submitted = "submitted", "部門確認待ち", "Waiting for the head";
        Confirmed = "confirmed", "事務局確認待ち", "Waiting for the secretariat";
        Checked = "checked", "完了", "Done";
        Returned = "returned", "差戻し", "Returned";
    }
}

/// A return 差戻し: who sent it back, when, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Returned {
    /// The signature.
    pub signed: Signed,
    /// Why, in the words of the one who sent it back.
    pub reason: String,
}

/// The way of a record through its hands, with every round trip kept.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Flow {
    /// Where the record stands now.
    pub state: State,
    /// Everyone who wrote into the record, each once: none of them may check it.
    pub recorded: Vec<Signed>,
    /// Who handed it to the head, last time.
    pub submitted: Option<Signed>,
    /// Who confirmed it for the department, since it was last submitted.
    pub confirmed: Option<Signed>,
    /// Who checked it for the secretariat.
    pub checked: Option<Signed>,
    /// All returns, oldest first.
    pub returns: Vec<Returned>,
}

impl Flow {
    /// A fresh draft, written by nobody yet.
    pub fn begin() -> Self {
        Self {
            state: State::Draft,
            recorded: Vec::new(),
            submitted: None,
            confirmed: None,
            checked: None,
            returns: Vec::new(),
        }
    }

    /// Whether its contents may still be written.
    pub fn is_open(&self) -> bool {
        match self.state {
            State::Draft | State::Returned => true,
            State::Submitted | State::Confirmed | State::Checked => false,
        }
    }

    /// Notes that `by` wrote into the record. Refused unless it is open.
    pub fn write(mut self, by: &Actor, on: Date) -> Result<Self, Refusal> {
        self.must_be_open()?;
        if !self.recorded.iter().any(|each| each.by == by.person) {
            self.recorded.push(Signed::now(by, on, false));
        }
        Ok(self)
    }

    /// 提出: hands the record to the head of the department.
    pub fn submit(self, by: &Actor, on: Date) -> Result<Self, Refusal> {
        self.must_be_open()?;
        let submitted = Some(Signed::now(by, on, false));
        Ok(Self { state: State::Submitted, submitted, confirmed: None, checked: None, ..self })
    }

    /// 部門確認: the head (or his deputy) confirms. He may have written parts himself: small
    /// departments have one person, and the check by the secretariat is the independent one.
    pub fn confirm(self, by: &Actor, on: Date, deputy: bool) -> Result<Self, Refusal> {
        self.must_be(State::Submitted)?;
        Ok(Self { state: State::Confirmed, confirmed: Some(Signed::now(by, on, deputy)), ..self })
    }

    /// 事務局チェック: never by one who recorded, submitted or confirmed (invariant 9).
    pub fn check(self, by: &Actor, on: Date) -> Result<Self, Refusal> {
        self.must_be(State::Confirmed)?;
        if self.has_hand_of(&by.person) {
            return Err(Refusal::OwnRecord);
        }
        Ok(Self { state: State::Checked, checked: Some(Signed::now(by, on, false)), ..self })
    }

    /// 差戻し with its reason, from the head or from the secretariat.
    pub fn send_back(mut self, reason: &str, by: &Actor, on: Date) -> Result<Self, Refusal> {
        match self.state {
            State::Submitted | State::Confirmed => {}
            State::Draft | State::Checked | State::Returned => {
                return Err(Refusal::WrongState { state: self.state.word() });
            }
        }
        let reason = required(reason, "reason", REASON)?;
        self.returns.push(Returned { signed: Signed::now(by, on, false), reason });
        Ok(Self { state: State::Returned, ..self })
    }

    /// Back to draft because the contents changed after approval; the old signatures stay in the log.
    #[must_use]
    pub fn reopen(self) -> Self {
        Self { state: State::Draft, submitted: None, confirmed: None, checked: None, ..self }
    }

    /// Whether a person recorded, submitted or confirmed.
    pub fn has_hand_of(&self, person: &PersonId) -> bool {
        let hands = self.recorded.iter().chain(&self.submitted).chain(&self.confirmed);
        hands.into_iter().any(|signed| signed.by == *person)
    }

    /// Whether the checker had a hand in the record: the break of invariant 9.
    pub fn was_checked_by_its_own_hand(&self) -> bool {
        self.checked.as_ref().is_some_and(|checked| self.has_hand_of(&checked.by))
    }

    fn must_be_open(&self) -> Result<(), Refusal> {
        if self.is_open() { Ok(()) } else { Err(Refusal::WrongState { state: self.state.word() }) }
    }

    fn must_be(&self, state: State) -> Result<(), Refusal> {
        if self.state == state { Ok(()) } else { Err(Refusal::WrongState { state: self.state.word() }) }
    }
}

/// The word of the reason field, everywhere.
pub const REASON: Word = ("理由", "Reason");

/// An approval of one revision of something. A later revision makes it outdated (invariant 8).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Approval {
    /// The signature.
    pub signed: Signed,
    /// The revision of the contents that was approved.
    pub revision: i64,
}

codes! {
    /// How an approval stands to the contents of today.
    pub enum Standing {
        None = "none", "未承認", "Not approved";
        Current = "current", "承認済み", "Approved";
        Outdated = "outdated", "承認後に変更あり", "Changed after approval";
    }
}

/// Compares an approval with the revision that stands now.
pub fn standing(approval: Option<&Approval>, revision: i64) -> Standing {
    match approval {
        None => Standing::None,
        Some(approval) if approval.revision == revision => Standing::Current,
        Some(_) => Standing::Outdated,
    }
}
