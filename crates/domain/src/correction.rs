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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{
        answer, auditor, both, day, deputy, done, head, id, member, month, rows, said, secretariat, stranger,
    };

    const ON: &str = "2026-06-20";

    fn open() -> Correction {
        done(Correction::open(id("correction"), &answer("2026-05", Mark::Bad)))
    }

    fn finished() -> Correction {
        done(open().finish(1, "当番表を作った", &member(), day(ON)))
    }

    fn verified() -> Correction {
        done(finished().verify(2, "1か月、かけ忘れなし", &head(), day(ON)))
    }

    #[test]
    fn a_cross_opens_a_correction_with_cause_fix_owner_and_due_date() {
        let hollow = Answer { cause: String::new(), ..answer("2026-05", Mark::Bad) };
        let undated = Answer { due_on: None, ..answer("2026-05", Mark::Bad) };
        rows([
            ("whole", said(Correction::open(id("c"), &answer("2026-05", Mark::Bad))), "correction.opened"),
            ("no cause", said(Correction::open(id("c"), &hollow)), "missing cause"),
            ("no date", said(Correction::open(id("c"), &undated)), "missing due_on"),
        ]);
        let opened = open();
        assert_eq!((opened.found_month, opened.answer_id.as_str()), (month("2026-05"), "answer"));
        assert!(opened.is_complete() && opened.is_carried());
        assert!(!Correction { owner: String::new(), ..opened }.is_complete());
    }

    #[test]
    fn it_is_done_by_the_department_and_verified_by_another_hand() {
        let own = done(open().finish(1, "済み", &both(), day(ON)));
        let finish =
            |what: Correction, version, note, by: &Actor| said(what.finish(version, note, by, day(ON)));
        let verify =
            |what: Correction, version, note, by: &Actor| said(what.verify(version, note, by, day(ON)));
        rows([
            ("member", finish(open(), 1, "済み", &member()), "correction.done"),
            ("no words", finish(open(), 1, " ", &member()), "missing done_note"),
            ("stale", finish(open(), 3, "済み", &member()), "stale, now 1"),
            ("secretariat", finish(open(), 1, "済み", &secretariat()), "not allowed"),
            ("stranger", finish(open(), 1, "済み", &stranger()), "not allowed"),
            ("done twice", finish(finished(), 2, "済み", &member()), "is Done, effect not verified"),
            ("head verifies", verify(finished(), 2, "効果あり", &head()), "correction.verified"),
            ("deputy verifies", verify(finished(), 2, "効果あり", &deputy()), "correction.verified"),
            (
                "secretariat verifies",
                verify(finished(), 2, "効果あり", &secretariat()),
                "correction.verified",
            ),
            ("member verifies", verify(finished(), 2, "効果あり", &member()), "not allowed"),
            ("auditor verifies", verify(finished(), 2, "効果あり", &auditor()), "not allowed"),
            ("own work", verify(own, 2, "効果あり", &both()), "own record"),
            ("no effect told", verify(finished(), 2, "", &head()), "missing effect"),
            ("stale verify", verify(finished(), 1, "効果あり", &head()), "stale, now 2"),
            ("not done", verify(open(), 1, "効果あり", &head()), "is Open"),
            ("verified twice", verify(verified(), 3, "効果あり", &head()), "is Verified"),
        ]);
    }

    #[test]
    fn it_is_carried_until_its_effect_is_seen() {
        assert!(open().is_carried() && finished().is_carried() && !verified().is_carried());
        let back = |what: Correction, version, reason, by: &Actor| said(what.send_back(version, reason, by));
        rows([
            ("head", back(finished(), 2, "再発", &head()), "correction.returned"),
            ("no reason", back(finished(), 2, "", &head()), "missing reason"),
            ("member", back(finished(), 2, "再発", &member()), "not allowed"),
            ("stale", back(finished(), 1, "再発", &head()), "stale, now 2"),
            ("verified", back(verified(), 3, "再発", &head()), "is Verified"),
        ]);
        let again = done(finished().send_back(2, "再発", &secretariat()));
        assert_eq!(
            (again.state, again.done.is_none(), again.is_carried()),
            (CorrectionState::Open, true, true)
        );
    }

    #[test]
    fn it_follows_its_answer() {
        let good = answer("2026-05", Mark::Good);
        let reworded = Answer { cause: "別の原因".into(), ..answer("2026-05", Mark::Bad) };
        let hollow = Answer { fix: String::new(), ..answer("2026-05", Mark::Bad) };
        rows([
            ("reworded", said(open().follow(&reworded)), "correction.followed"),
            ("hollow", said(open().follow(&hollow)), "missing fix"),
            ("no × any more", said(open().follow(&good)), "correction.withdrawn"),
        ]);
        assert_eq!(done(open().follow(&reworded)).cause, "別の原因");
        let withdrawn = done(verified().follow(&good));
        assert_eq!((withdrawn.state, withdrawn.verified.is_none()), (CorrectionState::Withdrawn, true));
        assert!(!withdrawn.is_carried());
        let again = done(withdrawn.follow(&reworded));
        assert_eq!((again.state, again.done.is_none()), (CorrectionState::Open, true));
        assert_eq!(done(finished().follow(&reworded)).state, CorrectionState::Done);
    }
}
