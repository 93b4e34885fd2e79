//! The reckoning: what the house says of today against what the diary says.

use super::ends::rx_scope;
use super::life::Life;
use super::paper::{Kind, Paper};
use meguri::{breaks, calendar, closing, correction, record};
use meguri_domain::approval::{Flow, State};
use meguri_domain::breaks::{Gap, World};
use meguri_domain::calendar::Calendar;
use meguri_domain::closing::Fate;
use meguri_domain::correction::CorrectionState;
use meguri_domain::ids::{DepartmentId, InspectionId, PersonId, ReviewId};
use meguri_domain::obligation::{Duty, Owed, Status, obligations};
use meguri_domain::{Date, Month};
use std::collections::BTreeSet;
use std::fmt::Debug;

impl Life {
    pub fn reckon(&self) {
        let today = self.organisation.today();
        let (world, calendar, size) = self.organisation.read("渡辺", |rx| {
            let world = breaks::store::world(rx, &rx_scope(rx))?;
            Ok((world, calendar::store::calendar(rx)?, record::store::head(rx)?.size))
        });
        self.hold_obligations(&world, &calendar, today);
        self.hold_breaks(&world, &calendar, today);
        self.hold_closings(&world, today);
        self.hold_waiting();
        self.hold_hands(&world);
        self.hold_own_view(today);
        assert_eq!(size, self.diary.entries, "{}: one entry for each act that changed something", self.at());
    }

    /// Every obligation once, none lost; and what became of it.
    fn hold_obligations(&self, world: &World, calendar: &Calendar, today: Date) {
        let owed = obligations(&world.plan, calendar, world.since.unwrap(), Month::of(today), today);
        self.same("obligations", self.diary.obligations(today), owed);
        self.same(
            "what became of them",
            told(self.diary.owed(today)),
            told(meguri_domain::breaks::owed(world, calendar, today)),
        );
        let Some((old, new, october)) = &self.renewed else { return };
        let owes = |department: &DepartmentId, month| {
            let items = self.diary.items(department, month).len();
            let own = self.diary.owed(today).into_iter();
            (
                items,
                own.filter(|each| {
                    each.obligation.department_id == *department && each.obligation.month == month
                })
                .count(),
            )
        };
        let september = october.plus(-1);
        assert!(owes(old, september).1 >= owes(old, september).0.min(1), "{}: September is gone", self.at());
        assert_eq!(
            (owes(old, *october).1, owes(new, september).1),
            (0, 0),
            "{}: October is owed twice",
            self.at()
        );
    }

    /// The breaks of months: exactly what was forgotten, waits too long, or is not put right.
    fn hold_breaks(&self, world: &World, calendar: &Calendar, today: Date) {
        let found = meguri_domain::breaks::breaks(world, calendar, today);
        let of = |number: u8| -> Vec<String> {
            let own = found.iter().filter(|each| each.gap.invariant() == number);
            own.map(|each| format!("{:?} {:?}", each.department_id.as_ref().unwrap(), each.gap)).collect()
        };
        let missed = self.diary.owed(today).into_iter().filter(|each| each.status == Status::Overdue);
        let missed = missed.map(|Owed { obligation: it, .. }| {
            let gap = match it.duty {
                Duty::Item(item) => Gap::AnswerMissing { item, month: it.month, due_on: it.due_on },
                Duty::Review(objective) => {
                    Gap::ReviewMissing { objective, month: it.month, due_on: it.due_on }
                }
            };
            format!("{:?} {gap:?}", it.department_id)
        });
        self.same("breaks of invariant 5", missed.collect(), of(5));
        let unchecked = self
            .diary
            .papers
            .iter()
            .filter(|(key, paper)| paper.waits() && today > self.diary.check_due(key.1));
        let unchecked = unchecked.map(|((department, month, kind), paper)| {
            let (id, month, days) = (paper.id.clone(), *month, waited(paper, today));
            let gap = match kind {
                Kind::Sheet => {
                    Gap::InspectionUnchecked { inspection: InspectionId::new(id).unwrap(), month, days }
                }
                Kind::Review(goal) => Gap::ReviewUnchecked {
                    review: ReviewId::new(id).unwrap(),
                    objective: goal.clone(),
                    month,
                    days,
                },
            };
            format!("{department:?} {gap:?}")
        });
        self.same("breaks of invariant 6", unchecked.collect(), of(6));
        let carried = |state| matches!(state, CorrectionState::Open | CorrectionState::Done);
        let overdue =
            self.diary.remedies.iter().filter(|(_, each)| carried(each.state) && today > each.due_on);
        let overdue = overdue.map(|(cross, remedy)| {
            let gap = Gap::CorrectionOverdue { correction: remedy.id.clone(), due_on: remedy.due_on };
            format!("{:?} {gap:?}", cross.0)
        });
        self.same("breaks of invariant 7", overdue.collect(), of(7));
        let others: Vec<_> = found.iter().filter(|each| !(5..=7).contains(&each.gap.invariant())).collect();
        assert!(others.is_empty(), "{}: {others:?}", self.at());
    }

    /// What was frozen stays frozen, and what was missed in a closed month stays missed.
    fn hold_closings(&self, world: &World, today: Date) {
        let line =
            |department: &DepartmentId, month: Month, closed: bool, version: i64, outcomes: &dyn Debug| {
                format!("{department} {month} {closed} {version} {outcomes:?}")
            };
        let expected = self.diary.closings.iter().map(|((department, month), it)| {
            line(department, *month, it.is_closed, it.version, &it.outcomes)
        });
        let found = world
            .closings
            .iter()
            .map(|it| line(&it.department_id, it.month, it.is_closed(), it.version, &it.outcomes));
        self.same("closings", expected.collect(), found.collect());
        let overdue: BTreeSet<_> = self
            .diary
            .owed(today)
            .into_iter()
            .filter(|each| each.status == Status::Overdue)
            .map(|each| each.obligation)
            .collect();
        for ((department, month), closed) in self.diary.closings.iter().filter(|(_, it)| it.is_closed) {
            for outcome in closed.outcomes.iter().filter(|each| each.fate == Fate::Missed) {
                let still = overdue.iter().any(|it| {
                    it.department_id == *department && it.month == *month && it.duty == outcome.duty
                });
                assert!(still, "{}: {month} {outcome:?} was missed and is forgiven", self.at());
            }
        }
    }

    fn hold_waiting(&self) {
        for state in [State::Submitted, State::Confirmed] {
            let found =
                self.organisation.read("渡辺", |rx| Ok(closing::store::waiting(rx, &rx_scope(rx), state)?));
            let waiting = self.diary.papers.iter().filter(|(_, paper)| paper.state == state);
            let waiting: BTreeSet<_> = waiting.map(|(key, _)| (key.1, key.0.clone())).collect();
            self.same("waiting", waiting.into_iter().collect(), found);
        }
    }

    /// Nobody checked what he wrote, handed in or confirmed; the papers say of themselves what the diary says.
    fn hold_hands(&self, world: &World) {
        let sheets =
            world.records.inspections.iter().map(|each| (each.id.to_string(), each.version, &each.flow));
        let reviews =
            world.records.reviews.iter().map(|each| (each.id.to_string(), each.version, &each.flow));
        let mut found = Vec::new();
        for (id, version, flow) in sheets.chain(reviews) {
            if let (State::Checked, Some(checked)) = (flow.state, &flow.checked) {
                assert!(
                    !hands(flow).contains(&checked.by),
                    "{}: {id} was checked by its own hand",
                    self.at()
                );
            }
            found.push(format!("{id} {version} {:?} {:?}", flow.state, checker(flow)));
        }
        let expected = self.diary.papers.values().map(|paper| {
            let checker = paper.checked.as_ref().filter(|_| paper.state == State::Checked);
            format!("{} {} {:?} {checker:?}", paper.id, paper.version, paper.state)
        });
        self.same("papers", expected.collect(), found);
    }

    /// A department sees its own and nothing else, and carries its crosses along.
    fn hold_own_view(&self, today: Date) {
        let department = &self.diary.departments[self.luck.index(self.diary.departments.len())].id;
        let (who, _) = self.organisation.staff(&[meguri_domain::people::Role::Head], department)[0];
        let into = Month::of(today);
        let (world, calendar, carried) = self.organisation.read(who, |rx| {
            let scope = rx_scope(rx);
            let carried = correction::store::carried(rx, &scope, department, into)?;
            Ok((breaks::store::world(rx, &scope)?, calendar::store::calendar(rx)?, carried))
        });
        let mut own = self.diary.owed(today);
        own.retain(|each| !self.blind(who, &each.obligation.department_id));
        self.same(
            "the department's own view",
            told(own),
            told(meguri_domain::breaks::owed(&world, &calendar, today)),
        );
        let crosses = self.diary.remedies.iter().filter(|((at, month, _), remedy)| {
            let state = remedy.state;
            at == department
                && *month < into
                && (state == CorrectionState::Open || state == CorrectionState::Done)
        });
        let crosses = crosses.map(|(_, remedy)| remedy.id.clone());
        self.same(
            "crosses carried along",
            crosses.collect(),
            carried.into_iter().map(|each| each.id).collect(),
        );
    }

    /// The record log proves the whole life.
    pub fn verify(&self) {
        let report = self.organisation.read("中村", record::verify::verify);
        assert!(report.findings.is_empty(), "{}: {:?}", self.at(), report.findings);
        assert_eq!(report.size, self.diary.entries, "{}", self.at());
    }

    /// The same things, each as often; says what is lost and what is too many.
    #[track_caller]
    fn same<T: Debug + Ord>(&self, what: &str, mut expected: Vec<T>, mut found: Vec<T>) {
        expected.sort();
        found.sort();
        if expected != found {
            let lost: Vec<_> = expected.iter().filter(|each| !found.contains(each)).collect();
            let more: Vec<_> = found.iter().filter(|each| !expected.contains(each)).collect();
            let counts = (expected.len(), found.len());
            panic!(
                "{}: {what}: expected and found {counts:?}\nlost: {lost:#?}\ntoo many: {more:#?}",
                self.at()
            );
        }
    }
}

fn told(owed: Vec<Owed>) -> Vec<(meguri_domain::obligation::Obligation, String)> {
    owed.into_iter().map(|each| (each.obligation, format!("{:?}", each.status))).collect()
}

fn hands(flow: &Flow) -> Vec<PersonId> {
    let submitted = flow.submitted.iter().map(|signed| signed.by.clone());
    let confirmed = flow.confirmed.iter().map(|signed| signed.by.clone());
    flow.recorded.iter().map(|signed| signed.by.clone()).chain(submitted).chain(confirmed).collect()
}

fn checker(flow: &Flow) -> Option<&PersonId> {
    flow.checked.as_ref().filter(|_| flow.state == State::Checked).map(|signed| &signed.by)
}

/// For how many days a paper has waited.
fn waited(paper: &Paper, today: Date) -> i32 {
    let (_, on) = paper.submitted.as_ref().unwrap();
    let days = std::iter::successors(Some(*on), |day| day.tomorrow().ok()).take_while(|day| *day < today);
    i32::try_from(days.count()).unwrap()
}
