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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::PersonId;
    use crate::support::{
        answered, confirmed_flow, day, deputy, executive, head, id, member, rows, secretariat, submitted_flow,
    };
    use proptest::prelude::*;

    const ON: &str = "2026-06-03";

    fn at(state: State) -> Flow {
        let on = day(ON);
        match state {
            State::Draft => Flow::begin().write(&member(), on).unwrap(),
            State::Submitted => submitted_flow(on),
            State::Confirmed => confirmed_flow(on),
            State::Checked => confirmed_flow(on).check(&secretariat(), on).unwrap(),
            State::Returned => submitted_flow(on).send_back("差戻し", &head(), on).unwrap(),
        }
    }

    /// What each step says in each state, in the order of [`State::ALL`].
    fn said(step: impl Fn(Flow) -> Result<Flow, Refusal>) -> String {
        let each = State::ALL.iter().map(|state| match step(at(*state)) {
            Ok(flow) => flow.state.code().to_owned(),
            Err(refusal) => answered::<()>(Err(refusal)).replace("is ", "").to_lowercase(),
        });
        each.collect::<Vec<_>>().join(" | ")
    }

    #[test]
    fn every_step_has_its_state() {
        let on = day(ON);
        let (head_waits, checker_waits) = ("waiting for the head", "waiting for the secretariat");
        assert_eq!(
            said(|flow| flow.write(&member(), on)),
            format!("draft | {head_waits} | {checker_waits} | done | returned")
        );
        assert_eq!(
            said(|flow| flow.submit(&member(), on)),
            format!("submitted | {head_waits} | {checker_waits} | done | submitted")
        );
        assert_eq!(
            said(|flow| flow.confirm(&head(), on, false)),
            format!("draft | confirmed | {checker_waits} | done | returned")
        );
        assert_eq!(
            said(|flow| flow.check(&secretariat(), on)),
            format!("draft | {head_waits} | checked | done | returned")
        );
        assert_eq!(
            said(|flow| flow.send_back("差戻し", &head(), on)),
            "draft | returned | returned | done | returned"
        );
        assert_eq!(said(|flow| Ok(flow.reopen())), "draft | draft | draft | draft | draft");
    }

    #[test]
    fn no_hand_in_the_record_checks_it() {
        let on = day(ON);
        let submitted_by_another =
            Flow::begin().write(&member(), on).unwrap().submit(&executive(), on).unwrap();
        let confirmed = || submitted_by_another.clone().confirm(&head(), on, false).unwrap();
        rows([
            ("recorder", answered(confirmed().check(&member(), on)), "own record"),
            ("submitter", answered(confirmed().check(&executive(), on)), "own record"),
            ("confirmer", answered(confirmed().check(&head(), on)), "own record"),
            ("another", answered(confirmed().check(&secretariat(), on)), "fine"),
            ("no reason", answered(at(State::Submitted).send_back(" \n", &head(), on)), "missing reason"),
        ]);
    }

    #[test]
    fn every_return_is_kept_and_a_new_round_asks_for_new_signatures() {
        let (on, later) = (day(ON), day("2026-06-04"));
        let flow = at(State::Confirmed).send_back(" 証跡なし ", &secretariat(), on).unwrap();
        let flow = flow.write(&deputy(), later).unwrap().write(&member(), later).unwrap();
        let flow = flow.submit(&member(), later).unwrap().send_back("まだ", &head(), later).unwrap();
        let reasons: Vec<_> = flow.returns.iter().map(|each| each.reason.as_str()).collect();
        assert_eq!(reasons, ["証跡なし", "まだ"]);
        assert_eq!(flow.recorded.len(), 2, "each hand once, from every round");
        let flow = flow.submit(&member(), later).unwrap();
        assert_eq!((flow.confirmed, flow.checked), (None, None));
    }

    #[test]
    fn a_later_revision_outdates_an_approval() {
        let approval = crate::support::approval(2);
        let standing = |revision| standing(Some(&approval), revision);
        assert_eq!([2, 3].map(standing), [Standing::Current, Standing::Outdated]);
        assert_eq!(super::standing(None, 1), Standing::None);
    }

    #[derive(Debug, Clone, Copy)]
    enum Step {
        Write,
        Submit,
        Confirm,
        Check,
        SendBack,
        Reopen,
    }

    fn step() -> impl Strategy<Value = Step> {
        prop_oneof![
            Just(Step::Write),
            Just(Step::Submit),
            Just(Step::Confirm),
            Just(Step::Check),
            Just(Step::SendBack),
            Just(Step::Reopen),
        ]
    }

    proptest! {
        #[test]
        fn whatever_people_try_no_checker_has_a_hand_in_the_record(
            steps in prop::collection::vec((step(), 0usize..4), 0..60)
        ) {
            let people = [member(), head(), secretariat(), executive()];
            let on = day(ON);
            let mut flow = Flow::begin();
            // The test's own account: who has ever written, and the steps of the running round.
            let mut wrote: Vec<PersonId> = Vec::new();
            let mut round: Vec<(State, PersonId)> = Vec::new();
            for (step, who) in steps {
                let by = &people[who];
                let before = flow.clone();
                let next = match step {
                    Step::Write => flow.write(by, on),
                    Step::Submit => flow.submit(by, on),
                    Step::Confirm => flow.confirm(by, on, false),
                    Step::Check => flow.check(by, on),
                    Step::SendBack => flow.send_back("理由", by, on),
                    Step::Reopen => Ok(flow.reopen()),
                };
                let Ok(next) = next else {
                    flow = before;
                    continue;
                };
                match step {
                    Step::Write => wrote.push(by.person.clone()),
                    Step::Submit => round = vec![(State::Submitted, by.person.clone())],
                    Step::Confirm => round.push((State::Confirmed, by.person.clone())),
                    Step::Check => round.push((State::Checked, by.person.clone())),
                    Step::SendBack | Step::Reopen => round.clear(),
                }
                flow = next;
                prop_assert!(!flow.was_checked_by_its_own_hand());
                prop_assert!(flow.returns.len() >= before.returns.len());
                if flow.state == State::Checked {
                    let states: Vec<_> = round.iter().map(|(state, _)| *state).collect();
                    prop_assert_eq!(states, [State::Submitted, State::Confirmed, State::Checked]);
                    let checker = &round[2].1;
                    prop_assert!(!wrote.contains(checker));
                    prop_assert!(round[..2].iter().all(|(_, hand)| hand != checker));
                }
            }
        }
    }

    #[test]
    fn a_check_by_its_own_hand_is_seen_in_old_data() {
        let good = at(State::Checked);
        assert!(!good.was_checked_by_its_own_hand());
        let bad =
            Flow { checked: Some(Signed { by: id("member"), ..good.checked.clone().unwrap() }), ..good };
        assert!(bad.was_checked_by_its_own_hand());
    }
}
