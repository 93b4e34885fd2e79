//! A corrective action 是正処置 (JIS Q 27001 10.2, DOMAIN.md §4.2): born from a ×, carried along until its effect is verified.

use crate::approval::Signed;
use crate::calendar::{Date, Month};
use crate::codes::codes;
use crate::ids::{AnswerId, CheckItemId, CorrectionId, DepartmentId};
use crate::inspection::{Answer, Mark};
use crate::people::{Act, Actor};
use crate::refusal::{Refusal, required};
use crate::{Change, Word};
use serde::{Deserialize, Serialize};

codes! {
    /// Where a correction stands.
    pub enum CorrectionState {
        Open = "open", "対応中", "Open";
        Done = "done", "実施済み・効果確認待ち", "Done, effect not verified";
        Verified = "verified", "効果確認済み", "Verified";
        Withdrawn = "withdrawn", "取下げ", "Withdrawn";
    }
}

/// A corrective action.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// Its own id.
    pub id: CorrectionId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// The department it belongs to.
    pub department_id: DepartmentId,
    /// The × it was born from.
    pub answer_id: AnswerId,
    /// The check item it speaks of.
    pub item_id: CheckItemId,
    /// The month whose sheet found it.
    pub found_month: Month,
    /// 不適合の内容
    pub what: String,
    /// Why it was not done 原因; asked for ×.
    pub cause: String,
    /// What is done about it 是正; asked for ×.
    pub fix: String,
    /// The post in charge 担当; a post, not a person.
    pub owner: String,
    /// By when it is to be done, included.
    pub due_on: Option<Date>,
    /// Where it stands.
    pub state: CorrectionState,
    /// What was done, in words.
    pub done_note: String,
    /// Who said that it was done, and when.
    pub done: Option<Signed>,
    /// How it was seen that it works, in words.
    pub effect: String,
    /// Who verified the effect, and when; never the one who did it.
    pub verified: Option<Signed>,
}

const DONE: Word = ("実施したこと", "What was done");
const EFFECT: Word = ("効果の確認", "Effect");

impl Correction {
    /// Opens a correction for a × answer.
    pub fn open(id: CorrectionId, answer: &Answer) -> Result<Change<Self>, Refusal> {
        answer.must_be_complete()?;
        let opened = Self {
            id,
            version: 1,
            department_id: answer.department_id.clone(),
            answer_id: answer.id.clone(),
            item_id: answer.item_id.clone(),
            found_month: answer.month,
            what: answer.note.clone(),
            cause: answer.cause.clone(),
            fix: answer.fix.clone(),
            owner: answer.owner.clone(),
            due_on: answer.due_on,
            state: CorrectionState::Open,
            done_note: String::new(),
            done: None,
            effect: String::new(),
            verified: None,
        };
        Ok(Change::new(opened, "correction.opened"))
    }

    /// Follows an answer that was returned and written again: new words, or withdrawn when it is no × any more.
    pub fn follow(self, answer: &Answer) -> Result<Change<Self>, Refusal> {
        match answer.mark {
            Mark::Bad => {
                let next = Self::open(self.id.clone(), answer)?;
                let Self { what, cause, fix, owner, due_on, .. } = next.peek().clone();
                let (state, done) = match self.state {
                    CorrectionState::Withdrawn => (CorrectionState::Open, None),
                    CorrectionState::Open | CorrectionState::Done | CorrectionState::Verified => {
                        (self.state, self.done)
                    }
                };
                let version = self.version + 1;
                Ok(Change::new(
                    Self { version, what, cause, fix, owner, due_on, state, done, ..self },
                    "correction.followed",
                ))
            }
            Mark::Good | Mark::Partly | Mark::NotApplicable => {
                // Only a verified correction carries that signature (the schema says so too); the log keeps it.
                let (state, verified) = (CorrectionState::Withdrawn, None);
                let withdrawn = Self { state, verified, version: self.version + 1, ..self };
                Ok(Change::new(withdrawn, "correction.withdrawn"))
            }
        }
    }

    /// Says that it was done.
    pub fn finish(self, version: i64, note: &str, by: &Actor, on: Date) -> Result<Change<Self>, Refusal> {
        by.must(Act::WriteMonth, &self.department_id)?;
        self.must_be(CorrectionState::Open, version)?;
        let done_note = required(note, "done_note", DONE)?;
        let done = Some(Signed::now(by, on, false));
        Ok(Change::new(
            Self { state: CorrectionState::Done, done_note, done, version: self.version + 1, ..self },
            "correction.done",
        ))
    }

    /// Verifies the effect; never by the one who did it (invariant 9).
    pub fn verify(self, version: i64, effect: &str, by: &Actor, on: Date) -> Result<Change<Self>, Refusal> {
        by.must(Act::VerifyCorrection, &self.department_id)?;
        self.must_be(CorrectionState::Done, version)?;
        if self.done.as_ref().is_some_and(|done| done.by == by.person) {
            return Err(Refusal::OwnRecord);
        }
        let effect = required(effect, "effect", EFFECT)?;
        let verified = Some(Signed::now(by, on, by.stands_in_for(&self.department_id)));
        Ok(Change::new(
            Self { state: CorrectionState::Verified, effect, verified, version: self.version + 1, ..self },
            "correction.verified",
        ))
    }

    /// The effect was not there: back to open, with the reason.
    pub fn send_back(self, version: i64, reason: &str, by: &Actor) -> Result<Change<Self>, Refusal> {
        by.must(Act::VerifyCorrection, &self.department_id)?;
        self.must_be(CorrectionState::Done, version)?;
        let reason = required(reason, "reason", crate::approval::REASON)?;
        Ok(Change::new(
            Self { state: CorrectionState::Open, done: None, version: self.version + 1, ..self },
            "correction.returned",
        )
        .because(reason))
    }

    /// Whether it still comes back on the monthly sheet.
    pub fn is_carried(&self) -> bool {
        match self.state {
            CorrectionState::Open | CorrectionState::Done => true,
            CorrectionState::Verified | CorrectionState::Withdrawn => false,
        }
    }

    /// Whether cause, fix, owner and due date are all there (invariant 7).
    pub fn is_complete(&self) -> bool {
        !self.cause.is_empty() && !self.fix.is_empty() && !self.owner.is_empty() && self.due_on.is_some()
    }

    fn must_be(&self, state: CorrectionState, version: i64) -> Result<(), Refusal> {
        if self.version != version {
            return Err(Refusal::Stale { current: self.version });
        }
        if self.state == state { Ok(()) } else { Err(Refusal::WrongState { state: self.state.word() }) }
    }
}
