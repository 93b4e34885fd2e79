//! What changes the plan of an organisation: duties begin and end, a rhythm changes in August, a department
//! is renewed in October, deadlines and criteria change.

use super::diary::{Assigned, Department, Goal};
use super::life::{Life, plus};
use super::organisation::{ADMINISTRATOR, EXECUTIVE, first_day};
use super::steps::WRITERS;
use crate::support::day;
use meguri::house::fault::Done;
use meguri::{asset, calendar, criteria, inspection, objective, people};
use meguri_domain::asset::AssetDraft;
use meguri_domain::criteria::Method;
use meguri_domain::ids::{CheckItemId, DepartmentId, ObjectiveId};
use meguri_domain::inspection::Rhythm;
use meguri_domain::objective::{Objective, ObjectiveState};
use meguri_domain::people::{Act, Role};
use meguri_domain::{Date, Month};

#[derive(Debug, Clone, Copy)]
pub enum Event {
    ChangeRhythm,
    /// The department by its place closes on September 30; its successor opens on October 1.
    Renew(usize),
    EndGoal,
    NewTerm,
    NewCriteria,
    NewHoliday,
    AssignMore,
    EndDuty,
}

impl Life {
    /// An act that must succeed.
    #[track_caller]
    fn must<T>(&mut self, what: &str, found: Done<T>) -> T {
        self.hold(what, None, found, 1).unwrap()
    }

    /// The first day: assets, items with different rhythms, objectives, criteria, and the plan of what will happen.
    pub fn settle_in(&mut self, departments: Vec<DepartmentId>) {
        let opens_on = first_day();
        let month = Month::of(opens_on);
        let open = |id| Department { id, opens_on, closes_on: None };
        self.diary.departments = departments.into_iter().map(open).collect();
        let edition = self.organisation.read(EXECUTIVE, |rx| Ok(criteria::store::all(rx)?.remove(0)));
        let found = self.organisation.act(EXECUTIVE, |tx| criteria::acts::approve(tx, &edition.id));
        self.must("approves the criteria", found);
        let picked = self.pick_items(6);
        for department in 0..3 {
            let id = self.diary.departments[department].id.clone();
            for item in picked.iter().take(4 + self.luck.index(3)) {
                self.assign(item, &id, Rhythm::ALL[self.luck.index(4)], month);
            }
            let writer = self.organisation.staff(&WRITERS, &id)[0].0;
            let drafts: Vec<AssetDraft> = (0..=self.luck.index(2)).map(draft).collect();
            self.register.push((id.clone(), drafts.len()));
            for draft in drafts {
                let found = self.organisation.act(writer, |tx| asset::acts::register(tx, &id, draft));
                self.must("registers an asset", found);
            }
        }
        for _ in 0..=self.luck.index(2) {
            let id = self.diary.departments[self.luck.index(3)].id.clone();
            let last = month.plus(8 + i32::try_from(self.luck.below(16)).unwrap());
            self.set_goal(&id, month, last);
        }
        self.plan();
    }

    fn plan(&mut self) {
        let any = |luck: &super::life::Luck| plus(day("2026-06-01"), luck.below(600));
        let year = if self.luck.one_in(2) { "2026" } else { "2027" };
        let september = plus(day(&format!("{year}-09-01")), self.luck.below(20));
        let august = |luck: &super::life::Luck, year| {
            plus(day(&format!("{year}-08-01")), luck.below(31).max(luck.below(31)))
        };
        self.planned = vec![
            (august(&self.luck, 2026), Event::ChangeRhythm),
            (august(&self.luck, 2027), Event::ChangeRhythm),
            (september, Event::Renew(self.luck.index(3))),
            (any(&self.luck), Event::EndGoal),
            (any(&self.luck), Event::NewTerm),
            (any(&self.luck), Event::NewCriteria),
            (any(&self.luck), Event::NewHoliday),
            (any(&self.luck), Event::AssignMore),
            (any(&self.luck), Event::EndDuty),
            (plus(day("2026-07-01"), self.luck.below(30)), Event::EndDuty),
        ];
        self.planned.sort_by_key(|(on, _)| *on);
    }

    /// What was planned for today, or for days that were slept through.
    pub fn happen(&mut self, today: Date) {
        while self.planned.first().is_some_and(|(on, _)| *on <= today) {
            let (_, event) = self.planned.remove(0);
            let this = Month::of(today);
            match event {
                Event::ChangeRhythm => self.change_rhythm(this),
                Event::Renew(place) => self.renew(place, this),
                Event::EndGoal => self.end_some_goal(this),
                Event::NewTerm => self.set_term(this),
                Event::NewCriteria => self.next_criteria(),
                Event::NewHoliday => self.add_holiday(this),
                Event::AssignMore => {
                    let (item, department) =
                        (self.pick_items(40).pop().unwrap(), self.some_open_department(today));
                    let owed = |each: &Assigned| each.item == item && each.department == department;
                    if !self.diary.assigned.iter().any(owed) {
                        self.assign(
                            &item,
                            &department,
                            Rhythm::Monthly,
                            this.plus(i32::from(self.luck.one_in(2))),
                        );
                    }
                }
                Event::EndDuty => {
                    if let Some(place) = self.some_duty(today) {
                        self.end_duty(place, this.plus(-1 + i32::try_from(self.luck.below(9)).unwrap()));
                    }
                }
            }
        }
    }

    fn pick_items(&self, count: usize) -> Vec<CheckItemId> {
        let mut items = self.organisation.read("渡辺", |rx| Ok(inspection::store::items(rx)?));
        let mut picked = Vec::new();
        while picked.len() < count && !items.is_empty() {
            picked.push(items.swap_remove(self.luck.index(items.len())).id);
        }
        picked
    }

    fn some_open_department(&self, today: Date) -> DepartmentId {
        let open: Vec<_> = self
            .diary
            .departments
            .iter()
            .filter(|each| each.closes_on.is_none() && each.opens_on <= today)
            .collect();
        open[self.luck.index(open.len())].id.clone()
    }

    /// A duty that goes on beyond the next month, of a department that stands; one with a last month rather.
    fn some_duty(&self, today: Date) -> Option<usize> {
        let this = Month::of(today);
        let goes_on = |each: &Assigned| {
            each.from < this
                && each.to.is_none_or(|last| this.plus(1) < last)
                && self.diary.stood(&each.department, this)
        };
        let places = |ends: bool| {
            let going = self.diary.assigned.iter().enumerate();
            let going = going.filter(move |(_, each)| goes_on(each) && each.to.is_some() == ends);
            going.map(|(place, _)| place).collect::<Vec<usize>>()
        };
        let going = Some(places(true)).filter(|some| !some.is_empty()).unwrap_or_else(|| places(false));
        (!going.is_empty()).then(|| going[self.luck.index(going.len())])
    }

    fn assign(&mut self, item: &CheckItemId, department: &DepartmentId, rhythm: Rhythm, from: Month) {
        let found = self
            .organisation
            .act("渡辺", |tx| inspection::acts::assign(tx, item, department, rhythm, from));
        let given = self.must("assigns", found);
        let (item, department) = (item.clone(), department.clone());
        self.diary.assigned.push(Assigned { id: given.id, item, department, rhythm, from, to: None });
    }

    fn end_duty(&mut self, place: usize, last: Month) {
        let id = self.diary.assigned[place].id.clone();
        // An end that was set already only comes nearer.
        let last = self.diary.assigned[place].to.map_or(last, |set| last.min(set.plus(-1)));
        let found = self.organisation.act("渡辺", |tx| inspection::acts::end_assignment(tx, &id, last));
        self.must("ends a duty", found);
        self.diary.assigned[place].to = Some(last);
    }

    /// One rhythm ends, another begins; a last month that was set stays.
    fn change_rhythm(&mut self, this: Month) {
        let Some(place) = self.some_duty(self.organisation.today()) else { return };
        let (id, old) = (self.diary.assigned[place].id.clone(), self.diary.assigned[place].rhythm);
        let others: Vec<Rhythm> = Rhythm::ALL.iter().copied().filter(|each| *each != old).collect();
        let rhythm = others[self.luck.index(3)];
        let from = this.plus(i32::from(self.luck.one_in(2)));
        if self.luck.one_in(2) {
            self.cross_early(place, this);
        }
        let found =
            self.organisation.act("渡辺", |tx| inspection::acts::change_rhythm(tx, &id, rhythm, from));
        let next = self.must("changes a rhythm", found);
        let before = &mut self.diary.assigned[place];
        let to = before.to.replace(from.plus(-1));
        let (item, department) = (before.item.clone(), before.department.clone());
        self.diary.assigned.push(Assigned { id: next.id, item, department, rhythm, from, to });
    }

    /// Somebody has noted a × already when the rhythm changes: it may no longer be due when the sheet is handed in.
    fn cross_early(&mut self, place: usize, this: Month) {
        let (item, department) =
            (self.diary.assigned[place].item.clone(), self.diary.assigned[place].department.clone());
        let head = self.organisation.staff(&[Role::Head], &department)[0].0;
        let cross = self.cross(item);
        self.write_sheet(head, &department, this, 0, &[cross], false);
    }

    fn set_goal(&mut self, department: &DepartmentId, from: Month, last: Month) {
        let head = self.organisation.staff(&[Role::Head], department)[0].0;
        let found = self.organisation.act(head, |tx| {
            let objective = Objective {
                id: tx.id(ObjectiveId::new),
                version: 1,
                department_id: department.clone(),
                plan_row_id: None,
                title: "誤送信をなくす".into(),
                measure: "件数".into(),
                target: "0件".into(),
                method: "宛先を二人で確かめる".into(),
                owner: "部門長".into(),
                from_month: from,
                to_month: last,
                state: ObjectiveState::Active,
            };
            objective::acts::set(tx, objective)
        });
        let id = self.must("sets an objective", found).id;
        self.diary.goals.push(Goal { id, department: department.clone(), from, to: last, ended: false });
    }

    fn end_some_goal(&mut self, this: Month) {
        let going =
            self.diary.goals.iter().position(|each| !each.ended && each.to >= this && each.from < this);
        let Some(place) = going else { return };
        let last = this.plus(-1 + i32::try_from(self.luck.below(3)).unwrap());
        self.end_goal(place, last);
    }

    fn end_goal(&mut self, place: usize, last: Month) {
        let (id, department) =
            (self.diary.goals[place].id.clone(), self.diary.goals[place].department.clone());
        let head = self.organisation.staff(&[Role::Head], &department)[0].0;
        let state = if self.luck.one_in(2) { ObjectiveState::Achieved } else { ObjectiveState::Stopped };
        let found = self
            .organisation
            .act(head, |tx| objective::acts::end(tx, &id, state, last, "方針が変わったため。"));
        self.must("ends an objective", found);
        let goal = &mut self.diary.goals[place];
        (goal.to, goal.ended) = (goal.to.min(last), true);
    }

    fn set_term(&mut self, this: Month) {
        let from = this.plus(i32::from(self.luck.one_in(2)));
        let department = 3 + self.luck.below(5);
        let secretariat = department + 2 + self.luck.below(4);
        let days = |n: u64| (i64::try_from(n).unwrap(), usize::try_from(n).unwrap());
        let found = self
            .organisation
            .act("渡辺", |tx| calendar::acts::set_term(tx, from, days(department).0, days(secretariat).0));
        self.must("sets deadlines", found);
        self.diary.terms.push((from, days(department).1, days(secretariat).1));
    }

    fn add_holiday(&mut self, this: Month) {
        let on = plus(this.plus(1).first_day(), self.luck.below(8));
        let found = self.organisation.act("渡辺", |tx| calendar::acts::add_holiday(tx, on, "創立記念日"));
        self.must("adds a holiday", found);
        self.diary.holidays.insert(on);
    }

    fn next_criteria(&mut self) {
        let method = Method { answer_from: 4, ..Method::ipa_3_1() };
        let found = self.organisation.act("渡辺", |tx| criteria::acts::draft(tx, "第2版", method));
        let edition = self.must("drafts criteria", found);
        let found = self.organisation.act(EXECUTIVE, |tx| criteria::acts::approve(tx, &edition.id));
        assert_eq!(self.must("approves criteria", found).number, 2);
    }

    /// A department closes on September 30, the last month it owes; its successor begins with October.
    fn renew(&mut self, place: usize, this: Month) {
        let old = self.diary.departments[place].id.clone();
        let september = Month::new(this.year(), 9).unwrap();
        let october = september.plus(1);
        let found = self.organisation.act(ADMINISTRATOR, |tx| {
            people::acts::open_department(tx, "D11", "改組後の部門", None, october.first_day())
        });
        let new = self.must("opens a department", found).id;
        self.diary.departments.push(Department {
            id: new.clone(),
            opens_on: october.first_day(),
            closes_on: None,
        });
        let roles = [Role::Member, Role::Head, Role::Deputy];
        for (name, role) in self.organisation.staff(&roles, &old) {
            let (person, today) = (self.organisation.id(name), self.organisation.today());
            let until = (role == Role::Deputy).then(|| day("2099-03-31"));
            let found = self
                .organisation
                .act(ADMINISTRATOR, |tx| people::acts::post(tx, &person, role, Some(&new), today, until));
            self.must("posts a person", found);
            self.organisation.posted(name, role, &new);
        }
        let found = self.organisation.act(ADMINISTRATOR, |tx| {
            people::acts::close_department(tx, &old, september.last_day(), Some(&new))
        });
        self.must("closes a department", found);
        self.diary.departments[place].closes_on = Some(september.last_day());
        self.inherit(&old, &new, october);
        self.renewed = Some((old, new, october));
    }

    /// The successor takes over assets and duties; the duties of the old one are ended, or end with it.
    fn inherit(&mut self, old: &DepartmentId, new: &DepartmentId, october: Month) {
        for each in &mut self.register {
            if each.0 == *old {
                each.0 = new.clone();
            }
        }
        let ends = self.luck.one_in(2);
        for place in 0..self.diary.assigned.len() {
            let each = &self.diary.assigned[place];
            if each.department != *old || each.to.is_some_and(|last| last < october) {
                continue;
            }
            let (item, rhythm, begun) = (each.item.clone(), each.rhythm, each.from < october);
            if !self.diary.assigned.iter().any(|each| each.item == item && each.department == *new) {
                self.assign(&item, new, rhythm, october);
            }
            if ends && begun {
                self.end_duty(place, october.plus(-1));
            }
        }
        for place in 0..self.diary.goals.len() {
            let each = &self.diary.goals[place];
            if each.department == *old && !each.ended && each.to >= october && ends {
                let last = each.to;
                self.end_goal(place, october.plus(-1));
                self.set_goal(new, october, last);
            }
        }
        let held = self
            .organisation
            .read("渡辺", |rx| Ok(asset::store::in_use(rx, &rx.scope(Act::SeeRegister), new)?.len()));
        let owned = self.register.iter().filter(|each| each.0 == *new).map(|each| each.1).sum::<usize>();
        assert_eq!(held, owned, "{}: assets were lost in the reorganisation", self.at());
    }
}

fn draft(number: usize) -> AssetDraft {
    AssetDraft {
        category: "総務".into(),
        name: format!("名簿{number}"),
        note: String::new(),
        users: "部内".into(),
        risk_owner: "部門長".into(),
        medium: "書類".into(),
        personal: true,
        sensitive: false,
        my_number: false,
        confidentiality: 2,
        integrity: 2,
        availability: 1,
        retention: "5年".into(),
        registered_on: None,
        ..AssetDraft::default()
    }
}
