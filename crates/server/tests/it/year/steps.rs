//! Acts of persons, each with what the diary expects of it: done, or refused for exactly this reason.
//! Whoever tries whatever whenever, the expectation is worked out first and the act is held against it.

use super::life::Life;
use super::paper::{Key, Kind, Paper, Step};
use meguri::house::fault::{Done, Stop};
use meguri::house::work::Tx;
use meguri::{inspection, objective};
use meguri_domain::approval::State;
use meguri_domain::ids::{DepartmentId, InspectionId, ReviewId};
use meguri_domain::inspection::AnswerDraft;
use meguri_domain::objective::{Progress, ReviewDraft};
use meguri_domain::people::Role;
use meguri_domain::{Month, Refusal};

pub const WRITERS: [Role; 2] = [Role::Member, Role::Head];
pub const SIGNERS: [Role; 2] = [Role::Head, Role::Deputy];
/// Everybody but the administrator sees the months of his departments, or of all.
const SEERS: [Role; 6] =
    [Role::Member, Role::Head, Role::Deputy, Role::Secretariat, Role::Executive, Role::Auditor];

/// Refusals of which only the kind is expected.
pub const BECAUSE: Refusal = Refusal::Because(("", ""));
pub const WRONG: Refusal = Refusal::WrongState { state: ("", "") };
pub fn missing(field: &'static str) -> Refusal {
    Refusal::Missing { field, word: ("", "") }
}
pub fn unfit(field: &'static str) -> Refusal {
    Refusal::Unfit { field, word: ("", ""), hint: ("", "") }
}

/// The first of the refusals that holds, in the order in which the house looks.
pub fn first<const N: usize>(checks: [(bool, Refusal); N]) -> Option<Refusal> {
    checks.into_iter().find(|(holds, _)| *holds).map(|(_, refusal)| refusal)
}

impl Life {
    /// Holds what an act gave against what was expected; a done act has made so many entries.
    #[track_caller]
    pub fn hold<T>(
        &mut self,
        what: &str,
        expected: Option<Refusal>,
        found: Done<T>,
        entries: u64,
    ) -> Option<T> {
        match (expected, found) {
            (None, Ok(given)) => {
                self.diary.entries += entries;
                return Some(given);
            }
            (Some(expected), Err(Stop::Refusal(found))) if alike(&expected, &found) => {
                self.diary.refusals += 1;
            }
            (expected, found) => {
                panic!("{}: {what}: expected {expected:?}, found {:?}", self.at(), found.err());
            }
        }
        None
    }

    pub fn blind(&self, who: &str, department: &DepartmentId) -> bool {
        !self.organisation.holds(who, &SEERS, department)
    }

    pub fn lacks(&self, who: &str, roles: &[Role], department: &DepartmentId) -> bool {
        !self.organisation.holds(who, roles, department)
    }

    /// Moves a record on its way; the version is off by so many.
    #[expect(clippy::too_many_arguments, reason = "an act is all of these")]
    pub fn step(&mut self, who: &str, key: &Key, step: Step, off: i64, reason: &str) -> bool {
        let Some(paper) = self.diary.papers.get(key).cloned() else { return false };
        let expected = self.expected(who, key, &paper, step, off, reason);
        let (id, version, kind) = (paper.id.clone(), paper.version + off, &key.2);
        let found = self.organisation.act(who, |tx| match kind {
            Kind::Sheet => {
                use inspection::acts::{check, confirm, send_back, submit};
                let id = InspectionId::new(id).unwrap();
                let sheet = match step {
                    Step::Submit => submit(tx, &id, version),
                    Step::Confirm => confirm(tx, &id, version),
                    Step::Check => check(tx, &id, version),
                    Step::Return => send_back(tx, &id, version, reason),
                }?;
                Ok((sheet.version, sheet.flow.state))
            }
            Kind::Review(_) => {
                use objective::acts::{check_review, confirm_review, return_review, submit_review};
                let id = ReviewId::new(id).unwrap();
                let review = match step {
                    Step::Submit => submit_review(tx, &id, version),
                    Step::Confirm => confirm_review(tx, &id, version),
                    Step::Check => check_review(tx, &id, version),
                    Step::Return => return_review(tx, &id, version, reason),
                }?;
                Ok((review.version, review.flow.state))
            }
        });
        let Some(given) = self.hold(&format!("{who}: {step:?} {key:?}"), expected, found, 1) else {
            return false;
        };
        self.moved(who, key, step);
        let paper = &self.diary.papers[key];
        assert_eq!(given, (paper.version, paper.state), "{}", self.at());
        if step == Step::Submit && *kind == Kind::Sheet {
            self.follow_crosses(&key.0, key.1);
        }
        true
    }

    /// Notes a move in the diary.
    pub fn moved(&mut self, who: &str, key: &Key, step: Step) {
        let (by, on) = (self.organisation.id(who), self.organisation.today());
        self.diary.papers.get_mut(key).unwrap().moved(step, by, on);
    }

    #[expect(clippy::too_many_arguments, reason = "an act is all of these")]
    fn expected(
        &self,
        who: &str,
        key: &Key,
        paper: &Paper,
        step: Step,
        off: i64,
        reason: &str,
    ) -> Option<Refusal> {
        let (department, month, kind) = key;
        let needed: &[Role] = match step {
            Step::Submit => &WRITERS,
            Step::Confirm => &SIGNERS,
            Step::Check => &[Role::Secretariat],
            Step::Return => &[Role::Head, Role::Deputy, Role::Secretariat],
        };
        let due = if *kind == Kind::Sheet { self.diary.items(department, *month) } else { [].into() };
        let left = due.iter().filter(|item| !paper.answers.contains_key(item)).count();
        let late = self.organisation.today() > self.diary.due(*month);
        let (submit, send_back) = (step == Step::Submit, step == Step::Return);
        let walks = match step {
            Step::Submit => paper.is_open(),
            Step::Confirm => paper.state == State::Submitted,
            Step::Check => paper.state == State::Confirmed,
            Step::Return => paper.waits(),
        };
        first([
            (self.blind(who, department), Refusal::NotFound),
            (self.lacks(who, needed, department), Refusal::NotAllowed),
            (self.diary.is_closed(department, *month), Refusal::MonthClosed),
            (off != 0, Refusal::Stale { current: paper.version }),
            (submit && left > 0, Refusal::Incomplete { left }),
            (submit && late && !paper.excused, missing("late_reason")),
            (!walks, WRONG),
            (send_back && reason.trim().is_empty(), missing("reason")),
            (step == Step::Check && paper.is_of(&self.organisation.id(who)), Refusal::OwnRecord),
        ])
    }

    /// Saves answers on a department's sheet of a month. Saving what stands already makes no entry.
    #[expect(clippy::too_many_arguments, reason = "an act is all of these")]
    pub fn write_sheet(
        &mut self,
        who: &str,
        department: &DepartmentId,
        month: Month,
        off: i64,
        drafts: &[AnswerDraft],
        excuse: bool,
    ) -> bool {
        let key = (department.clone(), month, Kind::Sheet);
        let before = self.diary.papers.get(&key).cloned();
        let paper = before.clone().unwrap_or_else(|| Paper::begin(""));
        let stands = |draft: &&AnswerDraft| paper.answers.get(&draft.item_id) == Some(*draft);
        let changed: Vec<&AnswerDraft> = drafts.iter().filter(|draft| !stands(draft)).collect();
        let due = self.diary.items(department, month);
        // Nothing new is nothing stale either: a draft that saved itself may have said it a moment ago.
        let same = before.is_some() && changed.is_empty() && paper.is_open() && paper.excused == excuse;
        let expected = first([
            (self.blind(who, department), Refusal::NotFound),
            (self.lacks(who, &WRITERS, department), Refusal::NotAllowed),
            (month.first_day() > self.organisation.today(), BECAUSE),
            (self.diary.is_closed(department, month), Refusal::MonthClosed),
            (changed.iter().any(|draft| !due.contains(&draft.item_id)), BECAUSE),
            (!same && off != 0, Refusal::Stale { current: paper.version }),
            (!paper.is_open(), WRONG),
        ]);
        let (reason, version) = (if excuse { "繁忙期のため。" } else { "" }, paper.version + off);
        let act = |tx: &Tx<'_>| inspection::acts::save_sheet(tx, department, month, version, drafts, reason);
        let found = self.organisation.act(who, act);
        let what = format!("{who} writes {key:?}");
        let Some(sheet) = self.hold(&what, expected, found, u64::from(!same)) else { return false };
        if !same {
            let by = self.organisation.id(who);
            let paper = self.diary.papers.entry(key).or_insert_with(|| Paper::begin(sheet.id.as_str()));
            paper.written(by, excuse);
            paper.answers.extend(drafts.iter().map(|draft| (draft.item_id.clone(), draft.clone())));
            assert_eq!(sheet.version, paper.version);
        }
        true
    }

    /// Saves the review of an objective; saving what stands already makes no entry.
    pub fn write_review(&mut self, who: &str, key: &Key, off: i64, excuse: bool) -> bool {
        let (department, month, Kind::Review(goal)) = key else { return false };
        let before = self.diary.papers.get(key).cloned();
        let paper = before.clone().unwrap_or_else(|| Paper::begin(""));
        let figure = format!("{}件", self.luck.below(4));
        let same = before.is_some() && paper.is_open() && paper.figure == figure && paper.excused == excuse;
        let it = self.diary.goals.iter().find(|each| each.id == *goal).unwrap();
        let expected = first([
            (self.blind(who, department), Refusal::NotFound),
            (self.lacks(who, &WRITERS, department), Refusal::NotAllowed),
            (*month < it.from || it.to < *month, BECAUSE),
            (month.first_day() > self.organisation.today(), BECAUSE),
            (self.diary.is_closed(department, *month), Refusal::MonthClosed),
            (!same && off != 0, Refusal::Stale { current: paper.version }),
            (!paper.is_open(), WRONG),
        ]);
        let draft = ReviewDraft {
            discussed: "進み具合を確かめた。".into(),
            decided: "このまま続ける。".into(),
            next: String::new(),
            figure: figure.clone(),
            progress: Progress::OnTrack,
            late_reason: if excuse { "担当者が不在だったため。".into() } else { String::new() },
        };
        let act = |tx: &Tx<'_>| objective::acts::write_review(tx, goal, *month, paper.version + off, draft);
        let found = self.organisation.act(who, act);
        let what = format!("{who} writes {key:?}");
        let Some(review) = self.hold(&what, expected, found, u64::from(!same)) else { return false };
        if !same {
            let by = self.organisation.id(who);
            let paper = self.diary.papers.entry(key.clone());
            let paper = paper.or_insert_with(|| Paper::begin(review.id.as_str()));
            paper.written(by, excuse);
            paper.figure = figure;
            assert_eq!(review.version, paper.version);
        }
        true
    }
}

/// Whether a refusal is the expected one: the same kind about the same field with the same numbers.
fn alike(expected: &Refusal, found: &Refusal) -> bool {
    let numbered =
        matches!(expected, Refusal::Stale { .. } | Refusal::Incomplete { .. } | Refusal::StillWaiting { .. });
    std::mem::discriminant(expected) == std::mem::discriminant(found)
        && expected.field() == found.field()
        && (!numbered || expected == found)
}
