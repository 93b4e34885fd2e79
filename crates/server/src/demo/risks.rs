//! May and June: every asset is judged, the heads approve, what lies above the line is planned, approved and
//! sent on to objectives, check items and tasks.

use super::company::{ITEMS, SECRETARIAT};
use super::diary::Diary;
use super::life::Life;
use super::register::{asset, at, change};
use super::treatments;
use super::words::objectives::OBJECTIVES;
use super::words::plans::{LARGE, Large, Plan, To};
use super::words::threats::USUAL;
use crate::house::fault::{Done, Fault};
use crate::{objective, risk, treatment};
use meguri_domain::asset::{Asset, Medium};
use meguri_domain::ids::{ControlId, ObjectiveId, ThreatId};
use meguri_domain::objective::Objective;
use meguri_domain::people::Act;
use meguri_domain::risk::{Assessment, Judgement, Risk};
use meguri_domain::treatment::{Destination, PlanDraft, PlanRow};
use meguri_domain::{Date, Month};

/// Writes the early summer of 2026 into the diary, and a row of the register that changes after its judgement.
pub fn plan(life: &Life, diary: &mut Diary) {
    for index in 0..ITEMS.len() {
        diary.on(life.calendar.business_day(june(), 1), at(9, 40), move |life| judge_all(life, index));
        diary.on(life.calendar.business_day(june(), 5), at(14, 0), move |life| submit(life, index));
        diary.on(life.calendar.business_day(june(), 7), at(10, 30), move |life| approve(life, index));
        diary.on(life.calendar.business_day(june(), 8), at(15, 0), move |life| check(life, index));
    }
    for large in LARGE {
        let Some(plan) = &large.plan else { continue };
        let minute = life.minute(large.asset, 13);
        diary.on(life.calendar.business_day(june(), 9), minute, move |life| write(life, large, plan));
        if !matches!(plan.to, To::Undecided) {
            diary.on(life.calendar.business_day(june(), 12), minute, move |life| approve_row(life, large));
        }
        match plan.to {
            To::Objective(goal) => diary
                .on(life.calendar.business_day(june(), 14), minute, move |life| describe(life, large, goal)),
            To::Task(Some(done)) => {
                if let Ok(day) = done.parse() {
                    diary.on(day, at(16, 20), move |life| finish(life, large));
                }
            }
            To::CheckItem | To::Task(None) | To::Acceptance | To::Undecided => {}
        }
    }
    let last_month = Month::of(life.today).plus(-1);
    if last_month.since(june()) > 2 {
        let day = life.calendar.business_day(last_month, 14);
        diary.on(day, at(11, 0), |life| {
            change(life, super::company::FAN_CLUB, "会報原稿", |draft| {
                draft.medium = "社外サーバー".into();
                draft.note = "発行前。10月から校正をクラウドの校正サービスで行う".into();
            })
        });
    }
}

fn june() -> Month {
    Month::of(Date::constant(2026, 6, 1))
}

/// Judges every asset of a department: what stands out, and two or three usual threats of its medium.
fn judge_all(life: &Life, index: usize) -> Done<()> {
    let home = life.home(index)?;
    let held = life.look(&home.member, |rx| {
        Ok(crate::asset::store::in_use(rx, &rx.scope(Act::SeeRegister), &home.id)?)
    })?;
    for asset in held {
        let orders = orders(life, index, &asset)?;
        life.act(&home.member, |tx| {
            for (threat, order) in &orders {
                risk::acts::judge(tx, &asset.id, threat, order)?;
            }
            Ok(())
        })?;
    }
    Ok(())
}

fn orders(life: &Life, index: usize, asset: &Asset) -> Done<Vec<(ThreatId, Judgement)>> {
    let mut orders = Vec::new();
    for large in LARGE.iter().filter(|large| large.home == index && large.asset == asset.name) {
        let (threat, vulnerability) = large.scores;
        let order =
            Judgement { threat, vulnerability, note: large.note.into(), answerable: large.plan.is_some() };
        orders.push((threat_id(large.threat)?, order));
    }
    let medium = Medium::of(&asset.medium);
    let most = 2 + usize::try_from(life.dice(&format!("threats of {}", asset.name), 2)).unwrap_or(0);
    let usual = USUAL.iter().filter(|usual| {
        usual.medium == medium
            && !LARGE
                .iter()
                .any(|large| large.home == index && large.asset == asset.name && large.threat == usual.threat)
    });
    for usual in usual.take(most) {
        let what = format!("{} {}", asset.name, usual.threat);
        orders.push((threat_id(usual.threat)?, ordinary(life, asset, &what, usual.notes)));
    }
    Ok(orders)
}

/// Scores that stay below the line of acceptance; middling ones only where importance allows.
fn ordinary(life: &Life, asset: &Asset, what: &str, notes: &[&'static str]) -> Judgement {
    const LOW: [(i64, i64); 6] = [(1, 1), (1, 2), (2, 1), (2, 2), (1, 3), (3, 1)];
    let low = usize::try_from(life.dice(what, 6)).unwrap_or(0);
    let middling = asset.importance <= 2 && life.dice(&format!("middle {what}"), 3) == 0;
    let (threat, vulnerability) = if middling { (2, 3) } else { LOW.get(low).copied().unwrap_or((1, 1)) };
    let note = life.pick(&format!("note {what}"), notes).unwrap_or_default();
    Judgement { threat, vulnerability, note: note.into(), answerable: true }
}

fn threat_id(text: &str) -> Done<ThreatId> {
    Ok(ThreatId::new(text).ok_or_else(|| Fault::broken(text))?)
}

/// The assessment of a department in the fiscal year of the day.
pub fn assessment(life: &Life, index: usize) -> Done<Assessment> {
    let home = life.home(index)?;
    let found = life.look(SECRETARIAT, |rx| {
        let year = risk::store::fiscal_year(rx)?;
        Ok(risk::store::assessment_of(rx, &rx.scope(Act::SeeRisk), &home.id, year)?)
    })?;
    Ok(found.ok_or_else(|| Fault::broken(format!("{} has judged nothing", home.name)))?)
}

pub fn submit(life: &Life, index: usize) -> Done<()> {
    let (home, found) = (life.home(index)?, assessment(life, index)?);
    life.act(&home.member, |tx| risk::acts::submit(tx, &found.id, found.version))?;
    Ok(())
}

pub fn approve(life: &Life, index: usize) -> Done<()> {
    let (home, found) = (life.home(index)?, assessment(life, index)?);
    life.act(&home.head, |tx| risk::acts::approve(tx, &found.id, found.version))?;
    Ok(())
}

pub fn check(life: &Life, index: usize) -> Done<()> {
    let found = assessment(life, index)?;
    life.act(SECRETARIAT, |tx| risk::acts::check(tx, &found.id, found.version))?;
    Ok(())
}

fn risk_of(life: &Life, large: &Large) -> Done<Risk> {
    let asset = asset(life, large.home, large.asset)?;
    let history =
        life.look(SECRETARIAT, |rx| Ok(risk::store::history(rx, &rx.scope(Act::SeeRisk), &asset.id)?))?;
    let found =
        history.into_iter().find(|each| each.threat_id.as_str() == large.threat && each.fiscal_year == 2026);
    Ok(found.ok_or_else(|| Fault::broken(format!("{} was not judged", large.asset)))?)
}

pub fn row_of(life: &Life, large: &Large) -> Done<PlanRow> {
    let risk = risk_of(life, large)?;
    let row =
        life.look(SECRETARIAT, |rx| Ok(treatment::store::of_risk(rx, &rx.scope(Act::SeePlan), &risk.id)?))?;
    Ok(row.ok_or_else(|| Fault::broken(format!("{} has no plan", large.asset)))?)
}

fn write(life: &Life, large: &Large, plan: &Plan) -> Done<()> {
    let risk = risk_of(life, large)?;
    let (second_threat, second_vulnerability) = plan.second;
    let draft = PlanDraft {
        policy: plan.policy,
        controls: plan.controls.iter().filter_map(|id| ControlId::new(*id)).collect(),
        task: plan.task.into(),
        owner: plan.owner.into(),
        resources: treatments::resources(large).into(),
        due_on: plan.due.parse().ok(),
        second_threat,
        second_vulnerability,
        destination: match plan.to {
            To::Objective(_) => Destination::Objective,
            To::CheckItem => Destination::CheckItem,
            To::Task(_) => Destination::Task,
            To::Acceptance => Destination::Acceptance,
            To::Undecided => Destination::Undecided,
        },
    };
    life.act(&life.home(large.home)?.member, |tx| treatment::acts::write(tx, &risk.id, 0, draft))?;
    Ok(())
}

fn approve_row(life: &Life, large: &Large) -> Done<()> {
    let row = row_of(life, large)?;
    life.act(&life.home(large.home)?.head, |tx| treatment::acts::approve(tx, &row.id, row.version))?;
    Ok(())
}

/// A row of tasks is done with the last of them.
fn finish(life: &Life, large: &Large) -> Done<()> {
    let row = row_of(life, large)?;
    if row.done_on.is_some() {
        return Ok(());
    }
    life.act(&life.home(large.home)?.member, |tx| {
        treatment::acts::finish(tx, &row.id, row.version, tx.today())
    })?;
    Ok(())
}

/// Gives the objective that came from the plan its measure, target and method.
fn describe(life: &Life, large: &Large, goal: usize) -> Done<()> {
    let row = row_of(life, large)?;
    let id = row.destination_id.and_then(ObjectiveId::new);
    let id = id.ok_or_else(|| Fault::broken(format!("{} went nowhere", large.asset)))?;
    let Some(goal) = OBJECTIVES.get(goal) else { return Ok(()) };
    life.act(&life.home(large.home)?.member, |tx| {
        let before = objective::store::objective(tx, &tx.scope(Act::SeeMonth), &id)?;
        let version = before.version;
        let new = Objective {
            measure: goal.measure.into(),
            target: goal.target.into(),
            method: goal.method.into(),
            ..before
        };
        objective::acts::edit(tx, &id, version, new)
    })?;
    Ok(())
}
