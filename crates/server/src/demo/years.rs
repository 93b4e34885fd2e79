//! The years after the first: the inventory opens again in April, every risk is judged again under the
//! measures that were taken, and what still lies above the line is planned anew.

use super::company::{ITEMS, SECRETARIAT};
use super::diary::Diary;
use super::life::Life;
use super::register::{accept, after, approve, at, submit};
use super::risks;
use crate::house::fault::Done;
use crate::{inventory, risk, treatment};
use meguri_domain::people::Act;
use meguri_domain::risk::{Judgement, Risk};
use meguri_domain::treatment::{Destination, PlanDraft, Policy};
use meguri_domain::{Date, Month};

/// Writes every later year that has begun into the diary.
pub fn plan(life: &Life, diary: &mut Diary) {
    let last = life.calendar.fiscal_year(Month::of(life.today));
    for year in 2027..=last {
        let Some(april) = i16::try_from(year).ok().and_then(|year| Month::new(year, 4)) else { continue };
        let opening = life.calendar.business_day(april, 3);
        diary.on(opening, at(9, 30), move |life| {
            let due_on: Date = april.plus(1).first_day();
            life.act(SECRETARIAT, |tx| inventory::acts::open(tx, year, due_on))?;
            Ok(())
        });
        for index in 0..ITEMS.len() {
            let day = after(life, opening, 7 + i32::try_from(index).unwrap_or(0));
            diary.on(day, at(14, 30), move |life| {
                let home = life.home(index)?;
                life.act(&home.member, |tx| inventory::acts::confirm_rest(tx, &home.id, &[]))?;
                submit(life, index)
            });
            diary.on(after(life, day, 1), at(11, 0), move |life| approve(life, index));
            diary.on(after(life, day, 2), at(15, 0), move |life| accept(life, index));
            diary.on(after(life, day, 20), at(9, 40), move |life| judge_again(life, index, year));
            diary.on(after(life, day, 22), at(10, 30), move |life| risks::submit(life, index));
            diary.on(after(life, day, 23), at(10, 30), move |life| risks::approve(life, index));
            diary.on(after(life, day, 24), at(15, 0), move |life| risks::check(life, index));
            diary.on(after(life, day, 25), at(13, 30), move |life| plan_again(life, index, year));
        }
    }
}

fn judge_again(life: &Life, index: usize, year: i64) -> Done<()> {
    let home = life.home(index)?;
    let before = life.look(&home.member, |rx| {
        Ok(risk::store::risks_of(rx, &rx.scope(Act::SeeRisk), &home.id, year - 1)?)
    })?;
    let held = life.look(&home.member, |rx| {
        Ok(crate::asset::store::in_use(rx, &rx.scope(Act::SeeRegister), &home.id)?)
    })?;
    for risk in before.iter().filter(|risk| held.iter().any(|asset| asset.id == risk.asset_id)) {
        let order = judgement(life, risk)?;
        life.act(&home.member, |tx| risk::acts::judge(tx, &risk.asset_id, &risk.threat_id, &order))?;
    }
    Ok(())
}

/// Last year's scores, or where a measure was taken, those it was expected to lead to.
fn judgement(life: &Life, risk: &Risk) -> Done<Judgement> {
    let row =
        life.look(SECRETARIAT, |rx| Ok(treatment::store::of_risk(rx, &rx.scope(Act::SeePlan), &risk.id)?))?;
    let order = risk::acts::answer(risk);
    Ok(match row.filter(|row| row.approval.is_some()) {
        Some(row) => {
            Judgement { threat: row.second_threat, vulnerability: row.second_vulnerability, ..order }
        }
        None => order,
    })
}

fn plan_again(life: &Life, index: usize, year: i64) -> Done<()> {
    let home = life.home(index)?;
    let above = life
        .look(&home.member, |rx| Ok(risk::store::risks_of(rx, &rx.scope(Act::SeeRisk), &home.id, year)?))?;
    let due_on = life.calendar.months(year).last().map(|month| month.last_day());
    for risk in above.into_iter().filter(|risk| risk.answerable && risk.value >= 6) {
        let draft = PlanDraft {
            policy: Policy::Reduce,
            controls: Vec::new(),
            task: "前年度の対応の効果を確かめ、残る弱点への対応を年度内に終える".into(),
            owner: "部門の担当者".into(),
            resources: String::new(),
            due_on,
            second_threat: 2,
            second_vulnerability: 2,
            destination: Destination::Task,
        };
        let row = life.act(&home.member, |tx| treatment::acts::write(tx, &risk.id, 0, draft))?;
        life.act(&home.head, |tx| treatment::acts::approve(tx, &row.id, row.version))?;
    }
    Ok(())
}
