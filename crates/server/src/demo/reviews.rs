//! The monthly reviews of objectives: written, handed in, confirmed, checked; and an objective that is achieved.

use super::company::SECRETARIAT;
use super::diary::Diary;
use super::life::Life;
use super::months::Days;
use super::register::at;
use super::words::objectives::{Goal, LATER, OBJECTIVES, Words};
use crate::house::fault::{Done, Fault};
use crate::objective;
use meguri_domain::Month;
use meguri_domain::objective::{Objective, ObjectiveState, Review, ReviewDraft};
use meguri_domain::people::Act;

/// Writes the reviews of a department's month into the diary.
pub fn plan(life: &Life, diary: &mut Diary, (index, month): (usize, Month), days: &Days) {
    let minute = |what: &str, hour| life.minute(&format!("review {what} {index} {month}"), hour);
    let reason = days.late_reason;
    if let Some(day) = days.draft {
        diary.on(day, minute("write", 13), move |life| {
            each(life, index, month, |life, index, objective, month| {
                write(life, index, objective, month, reason)
            })
        });
    }
    if let Some(day) = days.submit {
        diary.on(day, minute("submit", 14), move |life| each(life, index, month, submit));
    }
    if let Some(day) = days.confirm {
        diary.on(day, minute("confirm", 17), move |life| each(life, index, month, confirm));
    }
    if let Some(day) = days.check {
        diary.on(day, minute("check", 13), move |life| each(life, index, month, check));
        diary.on(day, at(17, 30), move |life| each(life, index, month, end));
    }
}

/// Takes a step with every objective of a department that is in force in a month.
fn each(
    life: &Life,
    index: usize,
    month: Month,
    step: impl Fn(&Life, usize, &Objective, Month) -> Done<()>,
) -> Done<()> {
    let home = life.home(index)?;
    let all =
        life.look(&home.member, |rx| Ok(objective::store::objectives(rx, &rx.scope(Act::SeeMonth))?))?;
    let in_force = |each: &&Objective| {
        each.department_id == home.id && (each.from_month..=each.to_month).contains(&month)
    };
    for objective in all.iter().filter(in_force) {
        step(life, index, objective, month)?;
    }
    Ok(())
}

fn write(life: &Life, index: usize, objective: &Objective, month: Month, late_reason: &str) -> Done<()> {
    let Words(discussed, decided, next, figure, progress) = words(objective, month);
    let draft = ReviewDraft {
        discussed: (*discussed).into(),
        decided: (*decided).into(),
        next: (*next).into(),
        figure: (*figure).into(),
        progress: *progress,
        late_reason: late_reason.into(),
    };
    life.act(&life.home(index)?.member, |tx| {
        objective::acts::write_review(tx, &objective.id, month, 0, draft)
    })?;
    Ok(())
}

/// The words of a month: the story of the objective, then what is written once it has been told.
fn words(objective: &Objective, month: Month) -> &'static Words {
    let told = goal(objective).map_or(&[][..], |goal| goal.reviews);
    let at = usize::try_from(month.since(objective.from_month)).unwrap_or(0);
    let [first, ..] = &LATER;
    told.get(at).or_else(|| LATER.get(at % LATER.len())).unwrap_or(first)
}

fn goal(objective: &Objective) -> Option<&'static Goal> {
    OBJECTIVES.iter().find(|goal| goal.measure == objective.measure)
}

fn found(life: &Life, objective: &Objective, month: Month) -> Done<Review> {
    let review = life.look(SECRETARIAT, |rx| {
        Ok(objective::store::review_of(rx, &rx.scope(Act::SeeMonth), &objective.id, month)?)
    })?;
    Ok(review.ok_or_else(|| Fault::broken(format!("no review of {month}")))?)
}

fn submit(life: &Life, index: usize, objective: &Objective, month: Month) -> Done<()> {
    let review = found(life, objective, month)?;
    life.act(&life.home(index)?.member, |tx| objective::acts::submit_review(tx, &review.id, review.version))?;
    Ok(())
}

fn confirm(life: &Life, index: usize, objective: &Objective, month: Month) -> Done<()> {
    let review = found(life, objective, month)?;
    life.act(&life.home(index)?.head, |tx| objective::acts::confirm_review(tx, &review.id, review.version))?;
    Ok(())
}

fn check(life: &Life, _: usize, objective: &Objective, month: Month) -> Done<()> {
    let review = found(life, objective, month)?;
    life.act(SECRETARIAT, |tx| objective::acts::check_review(tx, &review.id, review.version))?;
    Ok(())
}

/// Ends an objective whose story ends as achieved.
fn end(life: &Life, index: usize, objective: &Objective, month: Month) -> Done<()> {
    let Some(goal) = goal(objective) else { return Ok(()) };
    let last = i32::try_from(goal.reviews.len()).unwrap_or(0) - 1;
    let (Some(reason), true) = (goal.achieved, month.since(objective.from_month) == last) else {
        return Ok(());
    };
    let member = &life.home(index)?.member;
    life.act(member, |tx| objective::acts::end(tx, &objective.id, ObjectiveState::Achieved, month, reason))?;
    Ok(())
}
