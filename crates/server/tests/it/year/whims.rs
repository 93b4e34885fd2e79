//! What people try besides: anybody, on anything, at any time. Most of it must be refused, and for the right reason.

use super::ends::{Care, Cross};
use super::life::Life;
use super::paper::{Key, Kind, Step};
use super::steps::{first, unfit};
use meguri::closing::acts as closing;
use meguri::{calendar, inspection, objective, people};
use meguri_domain::ids::DepartmentId;
use meguri_domain::objective::ObjectiveState;
use meguri_domain::people::Role;
use meguri_domain::{Month, Refusal};

impl Life {
    pub fn whim(&mut self) {
        let everybody = self.organisation.everybody();
        let who = everybody[self.luck.index(everybody.len())];
        match self.luck.below(14) {
            0..4 => self.step_anywhere(who),
            4 => self.check_own(),
            5 | 6 => self.write_anywhere(who),
            7 => {
                let (department, month) = self.somewhere();
                self.close(who, &department, month);
            }
            8 => {
                let (department, month) = self.somewhere();
                let off = self.off();
                self.reopen(who, &department, month, off);
            }
            9 => self.care_anywhere(who),
            10 => {
                let (department, month) = self.somewhere();
                let step = if self.luck.one_in(2) { closing::Step::Confirm } else { closing::Step::Check };
                self.sign(who, step, &department, month);
            }
            11 => {
                let month = self.somewhere().1;
                let all: Vec<DepartmentId> =
                    self.diary.departments.iter().map(|each| each.id.clone()).collect();
                let who = if self.luck.one_in(2) { "渡辺" } else { who };
                self.close_all(who, &all, month);
            }
            12 => self.save_again(),
            _ => self.rewrite_the_past(who),
        }
    }

    /// A department, and a month from the first to the next.
    fn somewhere(&self) -> (DepartmentId, Month) {
        let department = self.diary.departments[self.luck.index(self.diary.departments.len())].id.clone();
        let (first, this) = (self.diary.terms[0].0, Month::of(self.organisation.today()));
        let back = i32::try_from(self.luck.below(6).min(self.luck.below(24))).unwrap();
        (department, this.plus(1 - back).max(first))
    }

    /// Mostly the version that stands.
    fn off(&self) -> i64 {
        [0, 0, 0, -1, 1][self.luck.index(5)]
    }

    fn some_paper(&self, fits: impl Fn(&super::paper::Paper) -> bool) -> Option<Key> {
        let keys: Vec<&Key> =
            self.diary.papers.iter().filter(|(_, paper)| fits(paper)).map(|(key, _)| key).collect();
        (!keys.is_empty()).then(|| {
            // Later ones more often than early ones: those are still on their way.
            let place = self.luck.index(keys.len()).max(self.luck.index(keys.len()));
            keys[place].clone()
        })
    }

    fn step_anywhere(&mut self, who: &str) {
        let step = [Step::Submit, Step::Confirm, Step::Check, Step::Return][self.luck.index(4)];
        let on_its_way = self.luck.one_in(2);
        let Some(key) = self.some_paper(|paper| !on_its_way || paper.waits()) else { return };
        let reason = if self.luck.one_in(3) { "  " } else { "確かめてください。" };
        self.step(who, &key, step, self.off(), reason);
    }

    /// The one who serves in a department and in the secretariat tries to check what he wrote.
    fn check_own(&mut self) {
        let me = self.organisation.id("斎藤");
        if let Some(key) = self.some_paper(|paper| paper.waits() && paper.is_of(&me)) {
            self.step("斎藤", &key, Step::Check, 0, "");
            self.sign("斎藤", closing::Step::Check, &key.0, key.1);
        }
    }

    fn write_anywhere(&mut self, who: &str) {
        let (department, month) = self.somewhere();
        let (off, excuse) = (self.off(), self.luck.one_in(2));
        let goals: Vec<_> = self.diary.goals.iter().filter(|each| each.department == department).collect();
        if !goals.is_empty() && self.luck.one_in(3) {
            let goal = goals[self.luck.index(goals.len())].id.clone();
            self.write_review(who, &(department, month, Kind::Review(goal)), off, excuse);
            return;
        }
        let key = (department.clone(), month, Kind::Sheet);
        let mut drafts = self.drafts(&key, true);
        if self.luck.one_in(4) {
            let any = &self.diary.assigned[self.luck.index(self.diary.assigned.len())].item;
            if !drafts.iter().any(|draft| draft.item_id == *any) {
                drafts.push(self.draft(any.clone()));
            }
        }
        self.write_sheet(who, &department, month, off, &drafts, excuse);
    }

    fn care_anywhere(&mut self, who: &str) {
        let crosses: Vec<&Cross> = self.diary.remedies.keys().collect();
        if crosses.is_empty() {
            return;
        }
        let cross = crosses[self.luck.index(crosses.len())].clone();
        let care = [Care::Finish, Care::Verify, Care::Return][self.luck.index(3)];
        self.care(who, &cross, care, self.off());
    }

    /// A double click: the same answers once more change nothing and leave no entry.
    fn save_again(&mut self) {
        let Some(key) = self.some_paper(|paper| paper.is_open() && !paper.answers.is_empty()) else { return };
        let paper = self.diary.papers[&key].clone();
        let writer = self.organisation.staff(&[Role::Head], &key.0)[0].0;
        let due = self.diary.items(&key.0, key.1);
        let same: Vec<_> = paper.answers.into_values().filter(|draft| due.contains(&draft.item_id)).collect();
        let entries = self.diary.entries;
        self.write_sheet(writer, &key.0, key.1, 0, &same, paper.excused);
        assert_eq!(self.diary.entries, entries, "{}", self.at());
    }

    /// Nothing that is planned today may take a duty out of months that have passed.
    fn rewrite_the_past(&mut self, who: &str) {
        let department = self.diary.departments[0].id.clone();
        let this = Month::of(self.organisation.today());
        let (past, secretary) = (this.plus(-2), !self.lacks(who, &[Role::Secretariat], &department));
        let place = self.luck.index(self.diary.assigned.len());
        let duty = &self.diary.assigned[place];
        let (id, item, of, rhythm) =
            (duty.id.clone(), duty.item.clone(), duty.department.clone(), duty.rhythm);
        let (from, going) = (duty.from, duty.to.is_none());
        let blind = self.blind(who, &of);
        let allowed =
            |expected| first([(blind, Refusal::NotFound), (!secretary, Refusal::NotAllowed)]).or(expected);
        match self.luck.below(6) {
            0 => {
                let found = self.organisation.act(who, |tx| inspection::acts::end_assignment(tx, &id, past));
                self.hold("ends a duty in the past", allowed(Some(unfit("last"))), found, 1);
            }
            1 => {
                let next = meguri_domain::inspection::Rhythm::ALL[self.luck.index(4)];
                let found =
                    self.organisation.act(who, |tx| inspection::acts::change_rhythm(tx, &id, next, past));
                self.hold("changes a rhythm in the past", allowed(Some(unfit("from"))), found, 1);
            }
            2 if going => {
                let found =
                    self.organisation.act(who, |tx| inspection::acts::assign(tx, &item, &of, rhythm, from));
                let expected =
                    first([(blind, Refusal::NotFound)]).or(Some(Refusal::Already { what: ("", "") }));
                self.hold("assigns twice", expected, found, 1);
            }
            3 => {
                let found = self.organisation.act("加藤", |tx| calendar::acts::set_term(tx, past, 3, 8));
                self.hold("sets deadlines of the past", Some(unfit("from_month")), found, 1);
            }
            4 => {
                let last = past.last_day();
                let found =
                    self.organisation.act(who, |tx| people::acts::close_department(tx, &of, last, None));
                let administrator = who == "加藤";
                let expected = if administrator { unfit("last") } else { Refusal::NotFound };
                self.hold("closes a department in the past", Some(expected), found, 1);
            }
            _ => {
                let Some(goal) = self.diary.goals.iter().find(|each| !each.ended && each.to >= this) else {
                    return;
                };
                let (id, at) = (goal.id.clone(), goal.department.clone());
                let found = self
                    .organisation
                    .act(who, |tx| objective::acts::end(tx, &id, ObjectiveState::Stopped, past, "やめる。"));
                let editors = [Role::Member, Role::Head, Role::Secretariat];
                let expected = first([
                    (self.blind(who, &at), Refusal::NotFound),
                    (self.lacks(who, &editors, &at), Refusal::NotAllowed),
                    (true, unfit("last")),
                ]);
                self.hold("ends an objective in the past", expected, found, 1);
            }
        }
    }
}
