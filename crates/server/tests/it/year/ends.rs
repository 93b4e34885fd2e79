//! What ends a month: crosses and their corrections, closing and reopening, and the board's acts on several
//! records at once.

use super::diary::{Frozen, Remedy};
use super::life::Life;
use super::paper::{Key, Kind, Step};
use super::steps::{BECAUSE, SIGNERS, WRITERS, WRONG, first};
use meguri::closing::acts as closing;
use meguri::house::work::Rx;
use meguri::{closing as closings, correction};
use meguri_domain::approval::State;
use meguri_domain::closing::{Fate, Outcome};
use meguri_domain::correction::CorrectionState;
use meguri_domain::ids::{CheckItemId, DepartmentId};
use meguri_domain::inspection::Mark;
use meguri_domain::obligation::{Duty, Status};
use meguri_domain::people::{Act, Role};
use meguri_domain::{Month, Refusal};
use std::collections::BTreeSet;

/// What is done about a correction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Care {
    Finish,
    Verify,
    Return,
}

/// Where a cross stands: whose sheet, of which month, at which item.
pub type Cross = (DepartmentId, Month, CheckItemId);

impl Life {
    /// After a sheet was handed in: every × that is owed has its correction, every other is withdrawn.
    pub fn follow_crosses(&mut self, department: &DepartmentId, month: Month) {
        let look = |rx: &Rx<'_>| Ok(closings::store::corrections(rx, &rx_scope(rx), department, month)?);
        let found = self.organisation.read("渡辺", look);
        let due = self.diary.items(department, month);
        let answers = self.diary.papers[&(department.clone(), month, Kind::Sheet)].answers.clone();
        for (item, draft) in answers.into_iter().filter(|(item, _)| due.contains(item)) {
            let key = (department.clone(), month, item.clone());
            let before = self.diary.remedies.get(&key).map(|remedy| remedy.state);
            let state = match (before, draft.mark) {
                (None, mark) if mark != Mark::Bad => continue,
                (None | Some(CorrectionState::Withdrawn), Mark::Bad) => CorrectionState::Open,
                (Some(before), Mark::Bad) => before,
                (_, _) => CorrectionState::Withdrawn,
            };
            let correction = found.iter().find(|each| each.item_id == item);
            let correction =
                correction.unwrap_or_else(|| panic!("{}: × without correction: {key:?}", self.at()));
            assert_eq!(correction.state, state, "{}: {key:?}", self.at());
            let remedy = self.diary.remedies.entry(key).or_insert_with(|| Remedy {
                id: correction.id.clone(),
                version: 0,
                state,
                due_on: correction.due_on.unwrap(),
                done_by: None,
            });
            if state == CorrectionState::Open && before != Some(CorrectionState::Open) {
                remedy.done_by = None;
            }
            (remedy.version, remedy.state) = (correction.version, state);
            if draft.mark == Mark::Bad {
                remedy.due_on = draft.due_on.unwrap();
            }
        }
    }

    /// Says that a correction was done, verifies it, or sends it back.
    pub fn care(&mut self, who: &str, cross: &Cross, care: Care, off: i64) -> bool {
        let Some(remedy) = self.diary.remedies.get(cross) else { return false };
        let (id, version) = (remedy.id.clone(), remedy.version + off);
        let (needed, from, to): (&[Role], _, _) = match care {
            Care::Finish => (&WRITERS, CorrectionState::Open, CorrectionState::Done),
            Care::Verify => (
                &[SIGNERS[0], SIGNERS[1], Role::Secretariat],
                CorrectionState::Done,
                CorrectionState::Verified,
            ),
            Care::Return => {
                (&[SIGNERS[0], SIGNERS[1], Role::Secretariat], CorrectionState::Done, CorrectionState::Open)
            }
        };
        let own = remedy.done_by.as_ref() == Some(&self.organisation.id(who));
        let expected = first([
            (self.blind(who, &cross.0), Refusal::NotFound),
            (self.lacks(who, needed, &cross.0), Refusal::NotAllowed),
            (off != 0, Refusal::Stale { current: remedy.version }),
            (remedy.state != from, WRONG),
            (care == Care::Verify && own, Refusal::OwnRecord),
        ]);
        let found = self.organisation.act(who, |tx| match care {
            Care::Finish => correction::acts::finish(tx, &id, version, "手順を改めた。"),
            Care::Verify => correction::acts::verify(tx, &id, version, "再発していない。"),
            Care::Return => correction::acts::send_back(tx, &id, version, "まだ直っていない。"),
        });
        let Some(given) = self.hold(&format!("{who}: {care:?} {cross:?}"), expected, found, 1) else {
            return false;
        };
        let by = self.organisation.id(who);
        let remedy = self.diary.remedies.get_mut(cross).unwrap();
        (remedy.version, remedy.state) = (remedy.version + 1, to);
        remedy.done_by = match care {
            Care::Finish => Some(by),
            Care::Verify => remedy.done_by.clone(),
            Care::Return => None,
        };
        assert_eq!((given.version, given.state), (remedy.version, to));
        true
    }

    /// Closes a department's month.
    pub fn close(&mut self, who: &str, department: &DepartmentId, month: Month) -> bool {
        let expected = first([
            (self.blind(who, department), Refusal::NotFound),
            (self.lacks(who, &[Role::Secretariat], department), Refusal::NotAllowed),
        ]);
        let expected = expected.or_else(|| self.not_to_be_closed(department, month));
        let found = self.organisation.act(who, |tx| closing::close(tx, department, month));
        let what = format!("{who} closes {department} {month}");
        if self.hold(&what, expected, found, 1).is_none() {
            return false;
        }
        self.closed(department, month);
        true
    }

    /// Closes a month of several departments at once: each is closed or refused for itself.
    pub fn close_all(&mut self, who: &str, departments: &[DepartmentId], month: Month) {
        let allowed = !self.lacks(who, &[Role::Secretariat], &departments[0]);
        let ready = |each: &&DepartmentId| self.not_to_be_closed(each, month).is_none();
        let ready: Vec<DepartmentId> = departments.iter().filter(ready).cloned().collect();
        let found = self.organisation.act(who, |tx| closing::close_all(tx, departments, month));
        let expected = (!allowed).then_some(Refusal::NotAllowed);
        let Some(outcome) = self.hold("closes all", expected, found, u64::from(!ready.is_empty())) else {
            return;
        };
        assert_eq!((outcome.done, outcome.refused.len()), (ready.len(), departments.len() - ready.len()));
        for department in ready {
            self.closed(&department, month);
        }
    }

    /// Why a month cannot be closed now, by the secretariat.
    pub fn not_to_be_closed(&self, department: &DepartmentId, month: Month) -> Option<Refusal> {
        let owed = self.diary.owed_now(department, month, self.organisation.today());
        // All answers stand on one sheet, so together they are one record.
        let waits = owed.iter().filter(|each| matches!(each.status, Status::Waiting { .. }));
        let records = waits.map(|each| match &each.obligation.duty {
            Duty::Item(_) => String::new(),
            Duty::Review(objective) => objective.to_string(),
        });
        let left = records.collect::<BTreeSet<String>>().len();
        first([
            (self.organisation.today() <= month.last_day(), BECAUSE),
            (self.diary.is_closed(department, month), Refusal::MonthClosed),
            (left > 0, Refusal::StillWaiting { left }),
            (owed.iter().any(|each| each.status == Status::Open), BECAUSE),
        ])
    }

    /// Freezes in the diary what a month owed; the house must have frozen the same.
    fn closed(&mut self, department: &DepartmentId, month: Month) {
        let look = |rx: &Rx<'_>| Ok(closings::store::of(rx, &rx_scope(rx), department, month)?.unwrap());
        let closing = self.organisation.read("渡辺", look);
        let owed = self.diary.owed_now(department, month, self.organisation.today());
        let freeze = |each: meguri_domain::obligation::Owed| {
            let fate = match each.status {
                Status::Done { late: false } => Fate::Kept,
                Status::Done { late: true } => Fate::Late,
                Status::Overdue => Fate::Missed,
                Status::Open | Status::Waiting { .. } => unreachable!("such a month is not closed"),
            };
            Outcome { duty: each.obligation.duty, due_on: each.obligation.due_on, fate }
        };
        let outcomes: Vec<Outcome> = owed.into_iter().map(freeze).collect();
        let key = (department.clone(), month);
        let version = self.diary.closings.get(&key).map_or(1, |closed| closed.version + 1);
        assert_eq!((closing.version, &closing.outcomes), (version, &outcomes), "{}: {key:?}", self.at());
        self.diary.closings.insert(key, Frozen { id: closing.id, version, is_closed: true, outcomes });
    }

    /// Opens a closed month again.
    pub fn reopen(&mut self, who: &str, department: &DepartmentId, month: Month, off: i64) -> bool {
        let key = (department.clone(), month);
        let Some(closed) = self.diary.closings.get(&key) else { return false };
        let (id, version) = (closed.id.clone(), closed.version + off);
        let expected = first([
            (self.blind(who, department), Refusal::NotFound),
            (self.lacks(who, &[Role::Secretariat], department), Refusal::NotAllowed),
            (off != 0, Refusal::Stale { current: closed.version }),
            (!closed.is_closed, WRONG),
        ]);
        let found =
            self.organisation.act(who, |tx| closing::reopen(tx, &id, version, "記入漏れが見つかったため。"));
        let what = format!("{who} reopens {department} {month}");
        let Some(closing) = self.hold(&what, expected, found, 1) else { return false };
        let closed = self.diary.closings.get_mut(&key).unwrap();
        (closed.version, closed.is_closed) = (closed.version + 1, false);
        assert_eq!(closing.version, closed.version);
        true
    }

    /// Signs everything of a department's month that waits for this signature, at once or not at all.
    pub fn sign(&mut self, who: &str, step: closing::Step, department: &DepartmentId, month: Month) {
        let (wanted, moved, needed): (_, _, &[Role]) = match step {
            closing::Step::Confirm => (State::Submitted, Step::Confirm, &SIGNERS),
            closing::Step::Check => (State::Confirmed, Step::Check, &[Role::Secretariat]),
        };
        let me = self.organisation.id(who);
        let month_of = |key: &Key| key.0 == *department && key.1 == month;
        let papers = self.diary.papers.iter().filter(|(key, paper)| month_of(key) && paper.state == wanted);
        let own = moved == Step::Check && papers.clone().any(|(_, paper)| paper.is_of(&me));
        let keys: Vec<Key> = papers.map(|(key, _)| key.clone()).collect();
        let expected = first([
            (self.blind(who, department), Refusal::NotFound),
            (self.diary.is_closed(department, month), Refusal::MonthClosed),
            (self.lacks(who, needed, department), Refusal::NotAllowed),
            (own, Refusal::OwnRecord),
            (keys.is_empty(), BECAUSE),
        ]);
        let found = self.organisation.act(who, |tx| closing::sign(tx, step, department, month, None));
        let what = format!("{who} signs {department} {month} ({step:?})");
        let Some(signed) = self.hold(&what, expected, found, 1) else { return };
        assert_eq!(signed, keys.len());
        for key in keys {
            self.moved(who, &key, moved);
        }
    }
}

/// What the reader may see of the months.
pub fn rx_scope(rx: &Rx<'_>) -> meguri_domain::people::Scope {
    rx.scope(Act::SeeMonth)
}
