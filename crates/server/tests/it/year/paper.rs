//! A record as the diary remembers it: the sheet of a department's month, or the review of an objective.

use meguri_domain::approval::State;
use meguri_domain::ids::{CheckItemId, DepartmentId, ObjectiveId, PersonId};
use meguri_domain::inspection::AnswerDraft;
use meguri_domain::{Date, Month};
use std::collections::{BTreeMap, BTreeSet};

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Sheet,
    Review(ObjectiveId),
}

/// Whose, of which month, and what.
pub type Key = (DepartmentId, Month, Kind);

/// A move on the way of a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Submit,
    Confirm,
    Check,
    Return,
}

#[derive(Debug, Clone)]
pub struct Paper {
    pub id: String,
    pub version: i64,
    pub state: State,
    /// What was answered last, by item; empty for a review.
    pub answers: BTreeMap<CheckItemId, AnswerDraft>,
    /// The figure of a review; empty for a sheet.
    pub figure: String,
    /// Whether a reason for lateness was given.
    pub excused: bool,
    recorded: BTreeSet<PersonId>,
    pub submitted: Option<(PersonId, Date)>,
    confirmed: Option<PersonId>,
    pub checked: Option<PersonId>,
}

impl Paper {
    pub fn begin(id: &str) -> Self {
        Self {
            id: id.to_owned(),
            version: 0,
            state: State::Draft,
            answers: BTreeMap::new(),
            figure: String::new(),
            excused: false,
            recorded: BTreeSet::new(),
            submitted: None,
            confirmed: None,
            checked: None,
        }
    }

    pub fn is_open(&self) -> bool {
        self.state == State::Draft || self.state == State::Returned
    }

    pub fn waits(&self) -> bool {
        self.state == State::Submitted || self.state == State::Confirmed
    }

    /// Whether somebody had a hand in it.
    pub fn is_of(&self, person: &PersonId) -> bool {
        self.recorded.contains(person)
            || self.submitted.as_ref().is_some_and(|(by, _)| by == person)
            || self.confirmed.as_ref() == Some(person)
    }

    pub fn written(&mut self, by: PersonId, excused: bool) {
        self.version += 1;
        self.excused = excused;
        self.recorded.insert(by);
    }

    pub fn moved(&mut self, step: Step, by: PersonId, on: Date) {
        self.version += 1;
        match step {
            Step::Submit => {
                self.state = State::Submitted;
                self.submitted = Some((by, on));
                self.confirmed = None;
            }
            Step::Confirm => {
                self.state = State::Confirmed;
                self.confirmed = Some(by);
            }
            Step::Check => {
                self.state = State::Checked;
                self.checked = Some(by);
            }
            Step::Return => self.state = State::Returned,
        }
    }
}
