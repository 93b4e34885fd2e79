//! What is owed follows from dates alone: whoever asks, whenever he asks, gets the same months.

mod support;

use meguri_domain::approval::{Flow, State};
use meguri_domain::calendar::{Calendar, Date, Month};
use meguri_domain::ids::DepartmentId;
use meguri_domain::inspection::{Answer, Assignment, Inspection, Mark, Rhythm};
use meguri_domain::objective::{Objective, ObjectiveState, Review};
use meguri_domain::obligation::{Duty, Obligation, Plan, Records, Status, obligations, settle, status};
use meguri_domain::people::Department;
use proptest::prelude::*;
use support::*;

/// Department, month and duty of each, as one line of text.
fn lines(owed: &[Obligation]) -> Vec<String> {
    let line = |each: &Obligation| match &each.duty {
        Duty::Item(item) => format!("{} {} {item}", each.department_id, each.month),
        Duty::Review(objective) => format!("{} {} {objective}", each.department_id, each.month),
    };
    owed.iter().map(line).collect()
}

fn owed(plan: &Plan, from: &str, to: &str, today: &str) -> Vec<String> {
    lines(&obligations(plan, &calendar(), month(from), month(to), day(today)))
}

fn plan() -> Plan {
    Plan {
        departments: vec![department("sales", "2020-04-01", None)],
        assignments: vec![assignment("item", Rhythm::Monthly, "2026-04", None)],
        objectives: Vec::new(),
    }
}

#[test]
fn a_month_is_owed_from_its_first_day_and_never_before() {
    assert_eq!(owed(&plan(), "2026-04", "2026-06", "2026-03-31"), Vec::<String>::new());
    assert_eq!(owed(&plan(), "2026-04", "2026-06", "2026-04-01"), ["sales 2026-04 item"]);
    assert_eq!(owed(&plan(), "2026-04", "2026-06", "2026-05-31").len(), 2);
    assert_eq!(owed(&plan(), "2026-04", "2026-06", "2030-01-01").len(), 3);
    assert!(owed(&plan(), "2026-06", "2026-04", "2030-01-01").is_empty());
}

#[test]
fn each_rhythm_has_its_months() {
    let with = |rhythm| {
        let plan = Plan { assignments: vec![assignment("item", rhythm, "2026-04", None)], ..plan() };
        owed(&plan, "2026-04", "2027-03", "2027-03-01").len()
    };
    let rhythms = [Rhythm::Monthly, Rhythm::Quarterly, Rhythm::HalfYearly, Rhythm::Yearly];
    assert_eq!(rhythms.map(with), [12, 4, 2, 1]);
}

#[test]
fn a_reorganisation_in_october_hands_the_duties_over_without_gap_or_double() {
    let to_successor = |from| Assignment {
        id: id("second"),
        department_id: id("sales-2"),
        ..assignment("item", Rhythm::Monthly, from, None)
    };
    let plan = Plan {
        departments: vec![
            department("sales", "2020-04-01", Some("2026-09-30")),
            department("sales-2", "2026-10-01", None),
        ],
        // The successor's duty was entered early and the old one never ended: dates of the departments decide.
        assignments: vec![assignment("item", Rhythm::Monthly, "2026-04", None), to_successor("2026-08")],
        ..Plan::default()
    };
    assert_eq!(
        owed(&plan, "2026-08", "2026-11", "2026-12-01"),
        ["sales 2026-08 item", "sales 2026-09 item", "sales-2 2026-10 item", "sales-2 2026-11 item"]
    );
}

#[test]
fn a_department_that_closes_within_a_month_no_longer_owes_it() {
    let plan = Plan { departments: vec![department("sales", "2026-05-15", Some("2026-09-15"))], ..plan() };
    let months = owed(&plan, "2026-04", "2026-12", "2027-01-01");
    assert_eq!((months.first().unwrap().as_str(), months.len()), ("sales 2026-05 item", 4));
}

#[test]
fn a_rhythm_changed_in_august_leaves_april_as_it_was() {
    let before = Plan { assignments: vec![assignment("item", Rhythm::Quarterly, "2026-04", None)], ..plan() };
    let after = Plan {
        assignments: vec![
            assignment("item", Rhythm::Quarterly, "2026-04", Some("2026-07")),
            assignment("item", Rhythm::Monthly, "2026-08", None),
        ],
        ..plan()
    };
    let until_july = |plan: &Plan| owed(plan, "2026-04", "2026-07", "2026-12-01");
    assert_eq!(until_july(&before), until_july(&after));
    assert_eq!(
        owed(&after, "2026-04", "2026-10", "2026-12-01"),
        ["sales 2026-06 item", "sales 2026-08 item", "sales 2026-09 item", "sales 2026-10 item"]
    );
}

#[test]
fn two_duties_for_the_same_item_are_owed_once() {
    let twice = Plan {
        assignments: vec![
            assignment("item", Rhythm::Monthly, "2026-04", None),
            assignment("item", Rhythm::Quarterly, "2026-05", None),
        ],
        ..plan()
    };
    assert_eq!(owed(&twice, "2026-04", "2026-06", "2026-12-01").len(), 3);
}

#[test]
fn who_slept_forty_days_finds_the_same_months() {
    let asked_daily: Vec<_> = {
        let mut seen = std::collections::BTreeSet::new();
        let mut today = day("2026-05-01");
        while today <= day("2026-07-10") {
            seen.extend(owed(&plan(), "2026-04", "2026-12", &today.to_string()));
            today = today.tomorrow().unwrap();
        }
        seen.into_iter().collect()
    };
    let after_sleep = owed(&plan(), "2026-04", "2026-12", "2026-07-10");
    assert_eq!(asked_daily, after_sleep);
    assert_eq!(after_sleep.len(), 4);
}

#[test]
fn an_ended_objective_owes_its_last_month_and_none_after() {
    let ended = |last: &str| {
        let objective = objective("2026-04", "2027-03");
        done(objective.end(ObjectiveState::Achieved, month(last), "達成", &member()))
    };
    let with = |objective| {
        let plan = Plan { objectives: vec![objective], assignments: Vec::new(), ..plan() };
        owed(&plan, "2026-04", "2027-12", "2028-01-01").len()
    };
    assert_eq!(with(objective("2026-04", "2027-03")), 12);
    assert_eq!(with(ended("2026-08")), 5);
    assert_eq!(with(ended("2027-06")), 12, "an end adds no month");
}

#[test]
fn duties_of_a_department_nobody_knows_are_not_owed() {
    let plan = Plan { departments: Vec::new(), ..plan() };
    assert!(owed(&plan, "2026-04", "2026-12", "2027-01-01").is_empty());
}

fn sheet(flow: Flow) -> Inspection {
    Inspection { flow, ..inspection("2026-05") }
}

#[test]
fn a_status_follows_the_record_and_the_due_date() {
    let due = day("2026-06-05");
    let (early, late) = (day("2026-06-03"), day("2026-06-08"));
    let returned = submitted_flow(early).send_back("証跡", &head(), early).unwrap();
    for (flow, today, expected) in [
        (None, "2026-06-05", Status::Open),
        (None, "2026-06-06", Status::Overdue),
        (Some(Flow::begin()), "2026-06-05", Status::Open),
        (Some(returned.clone()), "2026-06-05", Status::Open),
        (Some(returned), "2026-06-06", Status::Overdue),
        (Some(submitted_flow(early)), "2026-06-20", Status::Waiting { late: false, for_head: true }),
        (Some(submitted_flow(late)), "2026-06-20", Status::Waiting { late: true, for_head: true }),
        (Some(confirmed_flow(early)), "2026-06-20", Status::Waiting { late: false, for_head: false }),
        (Some(checked_flow("2026-06-05")), "2026-07-01", Status::Done { late: false }),
        (Some(checked_flow("2026-06-06")), "2026-07-01", Status::Done { late: true }),
    ] {
        let name = flow.as_ref().map(|flow| flow.state);
        assert_eq!(status(flow.as_ref(), due, day(today)), expected, "{name:?} on {today}");
    }
}

#[test]
fn a_sheet_answers_only_the_items_that_it_names() {
    let plan = Plan {
        assignments: vec![
            assignment("item", Rhythm::Monthly, "2026-05", None),
            assignment("second", Rhythm::Monthly, "2026-05", None),
        ],
        objectives: vec![objective("2026-05", "2027-03")],
        ..plan()
    };
    let owed = obligations(&plan, &calendar(), month("2026-05"), month("2026-05"), day("2026-06-30"));
    let mut records = Records {
        inspections: vec![sheet(checked_flow("2026-06-03"))],
        answers: vec![answer("2026-05", Mark::Good)],
        reviews: vec![Review { flow: checked_flow("2026-06-03"), ..review("2026-05") }],
    };
    let statuses = |records: &Records| {
        let settled = settle(owed.clone(), records, day("2026-06-30"));
        settled.into_iter().map(|each| each.status).collect::<Vec<_>>()
    };
    let kept = Status::Done { late: false };
    assert_eq!(statuses(&records), [kept, Status::Overdue, kept]);
    records.answers.push(Answer {
        item_id: id("second"),
        department_id: id("hr"),
        ..answer("2026-05", Mark::Good)
    });
    records.answers.push(Answer {
        item_id: id("second"),
        month: month("2026-04"),
        ..answer("2026-05", Mark::Good)
    });
    assert_eq!(statuses(&records), [kept, Status::Overdue, kept], "another department's or month's answer");
    records.answers.push(Answer { item_id: id("second"), ..answer("2026-05", Mark::Good) });
    assert_eq!(statuses(&records), [kept, kept, kept]);
    records.inspections[0].flow.state = State::Returned;
    assert_eq!(statuses(&records), [Status::Overdue, Status::Overdue, kept]);
    records.reviews[0].month = month("2026-04");
    assert_eq!(statuses(&records), [Status::Overdue; 3]);
}

// Random plans: three departments, four items, three objectives, two years.

fn a_month() -> impl Strategy<Value = Month> {
    (0..24).prop_map(|months| month("2026-01").plus(months))
}

fn a_day() -> impl Strategy<Value = Date> {
    (a_month(), 1i8..=28).prop_map(|(month, day)| Date::constant(month.year(), month.month(), day))
}

fn a_name() -> impl Strategy<Value = &'static str> {
    prop_oneof![Just("sales"), Just("hr"), Just("it")]
}

fn some_departments() -> impl Strategy<Value = Vec<Department>> {
    (a_day(), prop::option::of(a_day()), a_day()).prop_map(|(opens, closes, later)| {
        vec![
            Department { closes_on: closes, ..department("sales", "2020-04-01", None) },
            Department { opens_on: opens, ..department("hr", "2020-04-01", None) },
            Department {
                opens_on: opens.min(later),
                closes_on: Some(later),
                ..department("it", "2020-04-01", None)
            },
        ]
    })
}

fn an_assignment() -> impl Strategy<Value = Assignment> {
    (a_name(), 0..4, 0usize..4, a_month(), prop::option::of(a_month())).prop_map(
        |(department, item, rhythm, from_month, to_month)| Assignment {
            department_id: id(department),
            rhythm: Rhythm::ALL[rhythm],
            from_month,
            to_month,
            ..assignment(&format!("item-{item}"), Rhythm::Monthly, "2026-04", None)
        },
    )
}

fn some_objectives() -> impl Strategy<Value = Vec<Objective>> {
    prop::collection::vec((a_name(), a_month(), 0..12), 0..4).prop_map(|drawn| {
        let one = |(n, (department, from_month, length)): (usize, (&str, Month, i32))| Objective {
            id: id(&format!("objective-{n}")),
            department_id: id(department),
            from_month,
            to_month: from_month.plus(length),
            ..objective("2026-04", "2027-03")
        };
        drawn.into_iter().enumerate().map(one).collect()
    })
}

fn a_plan() -> impl Strategy<Value = Plan> {
    (some_departments(), prop::collection::vec(an_assignment(), 0..8), some_objectives())
        .prop_map(|(departments, assignments, objectives)| Plan { departments, assignments, objectives })
}

fn a_calendar() -> impl Strategy<Value = Calendar> {
    (prop::collection::vec(a_day(), 0..20), 1i8..=12)
        .prop_map(|(holidays, start)| Calendar::new(holidays, Vec::new(), start))
}

/// The fifth weekday that is no holiday, counted on fingers.
fn naive_due(month: Month, calendar: &Calendar) -> Date {
    let (year, number) =
        if month.month() == 12 { (month.year() + 1, 1) } else { (month.year(), month.month() + 1) };
    let days = (1..=31).filter_map(|day| Date::new(year, number, day).ok());
    let mut working = days.filter(|day| calendar.is_business_day(*day));
    working.nth(4).expect("few holidays")
}

/// Asks every department about every month and every thing it could owe, in the plainest words.
fn naive(plan: &Plan, calendar: &Calendar, from: Month, to: Month, today: Date) -> Vec<Obligation> {
    let mut found = Vec::new();
    for department in &plan.departments {
        let mut month = from;
        while month <= to {
            let last = month.last_day();
            let exists =
                department.opens_on <= last && department.closes_on.is_none_or(|closes| closes >= last);
            if exists && month.first_day() <= today {
                let due_on = naive_due(month, calendar);
                let own = |other: &DepartmentId| *other == department.id;
                let mut owe = |duty| {
                    found.push(Obligation { department_id: department.id.clone(), month, duty, due_on });
                };
                for item in ["item-0", "item-1", "item-2", "item-3"] {
                    let due = plan.assignments.iter().any(|each| {
                        let months_after_start =
                            (i32::from(month.month()) + 12 - i32::from(calendar.fiscal_start)) % 12 + 1;
                        let in_rhythm = match each.rhythm {
                            Rhythm::Monthly => true,
                            Rhythm::Quarterly => [3, 6, 9, 12].contains(&months_after_start),
                            Rhythm::HalfYearly => [6, 12].contains(&months_after_start),
                            Rhythm::Yearly => months_after_start == 12,
                        };
                        let started = month >= each.from_month;
                        let not_ended = each.to_month.is_none_or(|last| month <= last);
                        own(&each.department_id)
                            && each.item_id.as_str() == item
                            && started
                            && not_ended
                            && in_rhythm
                    });
                    if due {
                        owe(Duty::Item(id(item)));
                    }
                }
                for each in plan.objectives.iter().filter(|each| own(&each.department_id)) {
                    if month >= each.from_month && month <= each.to_month {
                        owe(Duty::Review(each.id.clone()));
                    }
                }
            }
            month = month.plus(1);
        }
    }
    found.sort();
    found
}

proptest! {
    #[test]
    fn what_is_owed_is_what_a_naive_count_finds(
        plan in a_plan(), calendar in a_calendar(), from in a_month(), to in a_month(), today in a_day()
    ) {
        let found = obligations(&plan, &calendar, from, to, today);
        prop_assert_eq!(found, naive(&plan, &calendar, from, to, today));
    }

    #[test]
    fn nothing_is_owed_twice(
        plan in a_plan(), calendar in a_calendar(), from in a_month(), to in a_month(), today in a_day()
    ) {
        let found = obligations(&plan, &calendar, from, to, today);
        let mut keys: Vec<_> =
            found.iter().map(|each| (&each.department_id, each.month, &each.duty)).collect();
        let all = keys.len();
        keys.sort();
        keys.dedup();
        prop_assert_eq!(keys.len(), all);
    }

    #[test]
    fn asking_further_ahead_takes_nothing_away(
        plan in a_plan(), calendar in a_calendar(), from in a_month(), to in a_month(), more in 0..12, today in a_day()
    ) {
        let less = obligations(&plan, &calendar, from, to, today);
        let further = obligations(&plan, &calendar, from, to.plus(more), today);
        let same: Vec<_> = further.into_iter().filter(|each| each.month <= to).collect();
        prop_assert_eq!(less, same);
    }

    #[test]
    fn months_already_begun_do_not_care_when_they_are_asked_for(
        plan in a_plan(), calendar in a_calendar(), from in a_month(), to in a_month(), one in a_day(), other in a_day()
    ) {
        let begun = Month::of(one.min(other));
        let asked = |today| {
            let found = obligations(&plan, &calendar, from, to, today);
            found.into_iter().filter(|each| each.month <= begun).collect::<Vec<_>>()
        };
        prop_assert_eq!(asked(one), asked(other));
    }

    #[test]
    fn settling_keeps_every_obligation_in_its_place(
        plan in a_plan(), calendar in a_calendar(), from in a_month(), today in a_day()
    ) {
        let found = obligations(&plan, &calendar, from, from.plus(12), today);
        let settled = settle(found.clone(), &Records::default(), today);
        for (one, owed) in found.iter().zip(&settled) {
            prop_assert_eq!(one, &owed.obligation);
            let expected = if today > one.due_on { Status::Overdue } else { Status::Open };
            prop_assert_eq!(owed.status, expected);
        }
        prop_assert_eq!(found.len(), settled.len());
    }
}
