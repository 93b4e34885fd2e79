//! How the plan is carried out: tasks are begun and ended on their days, and what is in place is judged a second time.

use super::diary::Diary;
use super::life::Life;
use super::register::at;
use super::risks::row_of;
use super::words::plans::{LARGE, Large};
use super::words::steps::{Again, CARRIED, Carried, Step};
use crate::house::fault::Done;
use crate::treatment;
use meguri_domain::task::PlanTask;
use meguri_domain::{Date, Month};

/// What a plan takes, in words.
pub fn resources(large: &Large) -> &'static str {
    carried(large).map_or("", |each| each.resources)
}

fn carried(large: &Large) -> Option<&'static Carried> {
    CARRIED.iter().find(|each| each.asset == large.asset && each.threat == large.threat)
}

/// Writes into the diary what is planned in June, before the heads approve it, and what happens on its days.
pub fn plan(life: &Life, diary: &mut Diary) {
    let Some(june) = Month::new(2026, 6) else { return };
    for large in LARGE {
        let Some(carried) = carried(large) else { continue };
        if !carried.steps.is_empty() {
            diary.on(life.calendar.business_day(june, 10), life.minute(large.asset, 13), move |life| {
                note(life, large, carried.steps)
            });
        }
        let days = carried.steps.iter().flat_map(|step| [step.began, step.ended]);
        for day in days.filter_map(|day| day.parse().ok()) {
            diary.on(day, at(15, 40), move |life| note(life, large, carried.steps));
        }
        if let Some((again, day)) = carried.again.as_ref().and_then(|it| Some((it, it.on.parse().ok()?))) {
            diary.on(day, at(10, 15), move |life| judge_again(life, large, again));
        }
    }
}

/// The tasks as they stand on the day.
fn note(life: &Life, large: &Large, steps: &[Step]) -> Done<()> {
    let row = row_of(life, large)?;
    life.act(&life.home(large.home)?.member, |tx| {
        let tasks: Vec<PlanTask> = steps.iter().filter_map(|step| task(step, tx.today())).collect();
        treatment::acts::set_tasks(tx, &row.id, row.version, &tasks)
    })?;
    Ok(())
}

fn task(step: &Step, today: Date) -> Option<PlanTask> {
    let happened = |day: &str| day.parse().ok().filter(|day| *day <= today);
    Some(PlanTask {
        text: step.text.into(),
        owner: step.owner.into(),
        from_on: step.planned.0.parse().ok(),
        to_on: step.planned.1.parse().ok()?,
        began_on: happened(step.began),
        ended_on: happened(step.ended),
    })
}

fn judge_again(life: &Life, large: &Large, again: &Again) -> Done<()> {
    let row = row_of(life, large)?;
    let order = meguri_domain::second::Again {
        threat: again.scores.0,
        vulnerability: again.scores.1,
        note: again.note.into(),
    };
    life.act(&life.home(large.home)?.member, |tx| {
        treatment::acts::judge_again(tx, &row.id, row.version, &order)
    })?;
    Ok(())
}
