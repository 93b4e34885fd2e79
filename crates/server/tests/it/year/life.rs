//! A seeded life: day by day people write, confirm, check, send back, forget and close, and try what they must not.

use super::diary::Diary;
use super::ends::{Care, Cross};
use super::events::Event;
use super::organisation::{Organisation, SECRETARIAT, first_day};
use super::paper::{Key, Kind, Step};
use super::steps::{SIGNERS, WRITERS};
use crate::support::{Place, day};
use meguri::closing::acts as closing;
use meguri::house::clock::Chance;
use meguri_domain::approval::State;
use meguri_domain::correction::CorrectionState;
use meguri_domain::ids::{CheckItemId, DepartmentId};
use meguri_domain::inspection::{AnswerDraft, Mark};
use meguri_domain::people::Role;
use meguri_domain::{Date, Month};
use std::collections::BTreeMap;

/// How a record fares with its people.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Manner {
    Tended,
    NeverWritten,
    NeverHandedIn,
    HeadForgets,
    SecretariatForgets,
}

pub struct Life {
    pub organisation: Organisation,
    pub diary: Diary,
    pub luck: Luck,
    seed: u64,
    /// The days on which the server sleeps: first, last.
    sleep: (Date, Date),
    manners: BTreeMap<Key, (Manner, Date)>,
    closing_days: BTreeMap<(DepartmentId, Month), Option<Date>>,
    /// What is planned, in order of its days.
    pub planned: Vec<(Date, Event)>,
    /// Assets by the department that registered them.
    pub register: Vec<(DepartmentId, usize)>,
    /// The reorganised department and its successor, and their last and first month.
    pub renewed: Option<(DepartmentId, DepartmentId, Month)>,
}

impl Life {
    pub fn begin(seed: u64, place: Place) -> Self {
        let (organisation, departments) = Organisation::found(place);
        let luck = Luck(Chance::seeded(seed));
        let asleep = plus(day("2026-05-01"), luck.below(600));
        let mut life = Self {
            organisation,
            diary: Diary::new(Month::of(first_day())),
            luck,
            seed,
            sleep: (asleep, plus(asleep, 39)),
            manners: BTreeMap::new(),
            closing_days: BTreeMap::new(),
            planned: Vec::new(),
            register: Vec::new(),
            renewed: None,
        };
        life.diary.entries = 1;
        life.settle_in(departments);
        life
    }

    /// Lives from April 2026 to April 2028, so that the 24th month falls due too.
    pub fn live(mut self) -> Diary {
        let end = day("2028-04-25");
        let mut today = first_day().tomorrow().unwrap();
        let mut reckon_on = self.reckoning_day(Month::of(today));
        while today <= end {
            if today < self.sleep.0 || self.sleep.1 < today {
                self.organisation.app().clock.move_to(today);
                self.happen(today);
                if self.diary.works(today) {
                    self.day();
                }
                if today >= reckon_on || today == self.sleep.1.tomorrow().unwrap() {
                    self.reckon();
                    reckon_on = self.reckoning_day(Month::of(today).plus(1));
                }
            }
            today = today.tomorrow().unwrap();
        }
        assert!(
            self.planned.is_empty() && self.renewed.is_some(),
            "{}: not all of the plan came to pass",
            self.at()
        );
        self.reckon();
        self.verify();
        std::mem::take(&mut self.diary)
    }

    pub fn at(&self) -> String {
        let organisation = &self.organisation;
        format!("seed {} on {}, {}", self.seed, organisation.app().db.kind(), organisation.today())
    }

    fn reckoning_day(&self, month: Month) -> Date {
        plus(month.first_day(), self.luck.below(28))
    }

    fn day(&mut self) {
        let this = Month::of(self.organisation.today());
        let departments: Vec<DepartmentId> =
            self.diary.departments.iter().map(|each| each.id.clone()).collect();
        for month in self.diary.terms[0].0.max(this.plus(-3)).through(this) {
            for department in &departments {
                self.month(department, month);
            }
        }
        for month in self.diary.terms[0].0.through(this.plus(-1)) {
            for department in &departments {
                self.end_month(department, month);
            }
        }
        self.tend_crosses();
        if self.luck.one_in(2) {
            self.whim();
        }
    }

    fn month(&mut self, department: &DepartmentId, month: Month) {
        if self.diary.is_closed(department, month) {
            return;
        }
        let key = |kind| (department.clone(), month, kind);
        let mut keys: Vec<Key> =
            self.diary.goals_of(department, month).into_iter().map(|goal| key(Kind::Review(goal))).collect();
        if !self.diary.items(department, month).is_empty() {
            keys.push(key(Kind::Sheet));
        }
        for key in keys {
            self.tend(&key);
        }
    }

    /// One day of one record.
    fn tend(&mut self, key: &Key) {
        let (manner, from) = self.manner(key);
        let today = self.organisation.today();
        if today < from || manner == Manner::NeverWritten || self.luck.one_in(2) {
            return;
        }
        let patience = plus(self.diary.due(key.1), 25);
        let writer = self.one_of(&WRITERS, &key.0);
        match self.diary.papers.get(key).map(|paper| paper.state) {
            None => {
                self.write(writer, key, manner == Manner::NeverHandedIn || self.luck.one_in(8));
            }
            Some(State::Draft) if manner == Manner::NeverHandedIn => {}
            Some(State::Draft | State::Returned) => {
                if self.luck.one_in(3) || self.write(writer, key, false) {
                    self.step(writer, key, Step::Submit, 0, "");
                }
            }
            Some(State::Submitted) => {
                if manner != Manner::HeadForgets || today > patience {
                    self.confirm(key);
                }
            }
            Some(State::Confirmed) => {
                if manner != Manner::SecretariatForgets || today > patience {
                    self.check(key);
                }
            }
            Some(State::Checked) => {}
        }
    }

    fn manner(&mut self, key: &Key) -> (Manner, Date) {
        if let Some(known) = self.manners.get(key) {
            return *known;
        }
        let manner = match self.luck.below(100) {
            0..75 => Manner::Tended,
            75..83 => Manner::NeverWritten,
            83..88 => Manner::NeverHandedIn,
            88..94 => Manner::HeadForgets,
            _ => Manner::SecretariatForgets,
        };
        let from = if self.luck.one_in(4) {
            plus(self.diary.due(key.1), self.luck.below(20))
        } else {
            plus(key.1.last_day(), self.luck.below(10)).checked_sub(jiff::Span::new().days(6)).unwrap()
        };
        self.manners.insert(key.clone(), (manner, from));
        (manner, from)
    }

    /// Writes a record, in full or by half; with the reason for lateness when it is late.
    fn write(&mut self, writer: &str, key: &Key, half: bool) -> bool {
        let late = self.organisation.today() > self.diary.due(key.1);
        if key.2 == Kind::Sheet {
            let drafts = self.drafts(key, half);
            return self.write_sheet(writer, &key.0, key.1, 0, &drafts, late);
        }
        self.write_review(writer, key, 0, late)
    }

    /// Answers to what is due: what was answered before mostly stays.
    pub fn drafts(&self, key: &Key, half: bool) -> Vec<AnswerDraft> {
        let before = self.diary.papers.get(key).map(|paper| paper.answers.clone()).unwrap_or_default();
        let mut drafts = Vec::new();
        for item in self.diary.items(&key.0, key.1) {
            match before.get(&item) {
                Some(old) if !self.luck.one_in(3) => drafts.push(old.clone()),
                _ if half && self.luck.one_in(2) => {}
                _ => drafts.push(self.draft(item)),
            }
        }
        drafts
    }

    pub fn draft(&self, item_id: CheckItemId) -> AnswerDraft {
        let mark = match self.luck.below(100) {
            0..82 => Mark::Good,
            82..87 => Mark::Partly,
            87..91 => Mark::NotApplicable,
            _ => Mark::Bad,
        };
        let note = if mark == Mark::Good { String::new() } else { format!("確認{}", self.luck.below(100)) };
        let good = AnswerDraft {
            item_id,
            mark,
            note,
            cause: String::new(),
            fix: String::new(),
            owner: String::new(),
            due_on: None,
        };
        if mark == Mark::Bad { self.cross(good.item_id) } else { good }
    }

    /// A ×, with all that is asked for it.
    pub fn cross(&self, item_id: CheckItemId) -> AnswerDraft {
        AnswerDraft {
            item_id,
            mark: Mark::Bad,
            note: format!("確認{}", self.luck.below(100)),
            cause: "手順がない。".into(),
            fix: "手順を作る。".into(),
            owner: "部門長".into(),
            due_on: Some(plus(self.organisation.today(), 10 + self.luck.below(50))),
        }
    }

    fn confirm(&mut self, key: &Key) {
        let signer = self.one_of(&SIGNERS, &key.0);
        match self.luck.below(8) {
            0 => {
                self.step(signer, key, Step::Return, 0, "書き足してください。");
            }
            1 | 2 => self.sign(signer, closing::Step::Confirm, &key.0, key.1),
            _ => {
                self.step(signer, key, Step::Confirm, 0, "");
            }
        }
    }

    fn check(&mut self, key: &Key) {
        // The second of them serves in a department: where he wrote himself, he is refused.
        let checker = SECRETARIAT[self.luck.index(2)];
        match self.luck.below(8) {
            0 => {
                self.step(checker, key, Step::Return, 0, "根拠を添えてください。");
            }
            1 | 2 => self.sign(checker, closing::Step::Check, &key.0, key.1),
            _ => {
                self.step(checker, key, Step::Check, 0, "");
            }
        }
    }

    /// Closes a month on its day or later; what still waits then is sent back sooner or later.
    fn end_month(&mut self, department: &DepartmentId, month: Month) {
        if self.diary.is_closed(department, month) {
            return;
        }
        let key = (department.clone(), month);
        let (check_due, luck) = (self.diary.check_due(month), &self.luck);
        let on = *self.closing_days.entry(key).or_insert_with(|| {
            let day = plus(check_due, luck.below(30));
            (!luck.one_in(12)).then_some(day)
        });
        let today = self.organisation.today();
        if on.is_none_or(|on| today < on) || !self.luck.one_in(3) {
            return;
        }
        let mut closable = true;
        for key in self.waiting_of(department, month) {
            closable =
                self.luck.one_in(6) && self.step("渡辺", &key, Step::Return, 0, "締めのため差し戻します。");
        }
        if closable || self.luck.one_in(8) {
            self.close(SECRETARIAT[self.luck.index(2)], department, month);
        }
    }

    fn waiting_of(&self, department: &DepartmentId, month: Month) -> Vec<Key> {
        let waits = |(key, paper): &(&Key, &super::paper::Paper)| {
            key.0 == *department && key.1 == month && paper.waits()
        };
        self.diary.papers.iter().filter(waits).map(|(key, _)| key.clone()).collect()
    }

    fn tend_crosses(&mut self) {
        let open = |state| matches!(state, CorrectionState::Open | CorrectionState::Done);
        let crosses = self.diary.remedies.iter().filter(|(_, remedy)| open(remedy.state));
        let crosses: Vec<(Cross, CorrectionState)> =
            crosses.map(|(key, remedy)| (key.clone(), remedy.state)).collect();
        for (cross, state) in crosses {
            if !self.luck.one_in(15) {
                continue;
            }
            if state == CorrectionState::Open {
                self.care(self.one_of(&WRITERS, &cross.0), &cross, Care::Finish, 0);
            } else {
                let care = if self.luck.one_in(5) { Care::Return } else { Care::Verify };
                let head = self.one_of(&[Role::Head], &cross.0);
                self.care(if self.luck.one_in(2) { "渡辺" } else { head }, &cross, care, 0);
            }
        }
    }

    fn one_of(&self, roles: &[Role], department: &DepartmentId) -> &'static str {
        let staff = self.organisation.staff(roles, department);
        staff[self.luck.index(staff.len())].0
    }
}

/// Where a life broke off, whatever broke it.
impl Drop for Life {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("broken off: {}", self.at());
        }
    }
}

/// So many days later.
pub fn plus(day: Date, days: u64) -> Date {
    day.checked_add(jiff::Span::new().days(i64::try_from(days).unwrap())).unwrap()
}

/// Seeded chance.
pub struct Luck(Chance);

impl Luck {
    pub fn below(&self, bound: u64) -> u64 {
        self.0.below(bound)
    }
    pub fn index(&self, length: usize) -> usize {
        usize::try_from(self.below(length as u64)).unwrap()
    }
    pub fn one_in(&self, n: u64) -> bool {
        self.below(n) == 0
    }
}
