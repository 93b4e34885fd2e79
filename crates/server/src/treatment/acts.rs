//! Units of work about the treatment plan: writing a row, its approval with its destination, finishing a task.

use super::store;
use crate::house::fault::Done;
use crate::house::work::Tx;
use crate::{criteria, inspection, objective, risk};
use meguri_domain::ids::{PlanRowId, RiskId};
use meguri_domain::people::Act;
use meguri_domain::second::Again;
use meguri_domain::task::PlanTask;
use meguri_domain::treatment::{Destination, PlanDraft, PlanRow};
use meguri_domain::{Date, Month, Refusal};

/// Writes the row that answers a risk; version 0 writes it for the first time. The same contents change nothing.
pub fn write(tx: &Tx<'_>, risk: &RiskId, version: i64, draft: PlanDraft) -> Done<PlanRow> {
    let scope = tx.scope(Act::SeePlan);
    let risk = risk::store::find(tx, &scope, risk)?;
    let found = store::of_risk(tx, &scope, &risk.id)?;
    tx.actor().must(Act::EditPlan, &risk.department_id)?;
    let current = found.as_ref().map_or(0, |row| row.version);
    if current != version {
        return Err(Refusal::Stale { current }.into());
    }
    let before = found.clone().map(|row| released(tx, row, draft.destination)).transpose()?;
    let method = &criteria::acts::method_of(tx, &risk)?;
    let change = PlanRow::write(before, tx.id(PlanRowId::new), &risk, draft, method, tx.actor())?;
    match found {
        Some(row) if row.draft() == change.peek().draft() && row.residual == change.peek().residual => {
            Ok(row)
        }
        Some(_) | None => tx.save(change),
    }
}

/// A row whose objective or check item has ended is free to go elsewhere.
fn released(tx: &Tx<'_>, row: PlanRow, destination: Destination) -> Done<PlanRow> {
    let Some(went_to) = row.destination_id.as_deref().filter(|_| row.destination != destination) else {
        return Ok(row);
    };
    let this_month = Month::of(tx.today()).to_string();
    let busy = store::is_worked_on(tx, &tx.scope(Act::SeePlan), went_to, &this_month)?;
    Ok(if busy { row } else { PlanRow { destination_id: None, ..row } })
}

/// The risk owner approves a row with its residual risk, and it goes where it says, once.
pub fn approve(tx: &Tx<'_>, id: &PlanRowId, version: i64) -> Done<PlanRow> {
    tx.call(crate::record::signing::NAME);
    let row = store::find(tx, &tx.scope(Act::SeePlan), id)?;
    let risk = risk::store::find(tx, &tx.scope(Act::SeePlan), &row.risk_id)?;
    let approved = row.clone().approve(version, &risk, tx.actor(), tx.today())?;
    let method = criteria::acts::method_of(tx, &risk)?;
    if method.judge(risk.importance, row.second_threat, row.second_vulnerability)?.value != row.residual {
        return Err(Refusal::Because((
            "リスクの重要度か基準が変わり、残留リスクの値が今のままでは合いません。[内容を変える]で対応後の見込みを確かめて保存し、そのあとで承認してください。",
            "The importance or the criteria of the risk have changed, so the residual risk no longer fits. Look at what is expected under “Change the contents”, save it, and approve then.",
        ))
        .into());
    }
    let row = tx.save(approved)?;
    if row.destination_id.is_some() {
        return Ok(row);
    }
    let went_to = match row.destination {
        Destination::Objective => objective::acts::begin_from_plan(tx, &row)?.id.to_string(),
        Destination::CheckItem => inspection::acts::begin_from_plan(tx, &row)?.id.to_string(),
        Destination::Undecided | Destination::Task | Destination::Acceptance => return Ok(row),
    };
    tx.save(row.send_to(&went_to)?)
}

/// Writes the tasks of a row: what is planned, and what happened.
pub fn set_tasks(tx: &Tx<'_>, id: &PlanRowId, version: i64, tasks: &[PlanTask]) -> Done<PlanRow> {
    let row = store::find(tx, &tx.scope(Act::SeePlan), id)?;
    let change = row.clone().set_tasks(version, tasks, (tx.actor(), tx.today()))?;
    if change.peek().tasks == row.tasks { Ok(row) } else { tx.save(change) }
}

/// The department judges the risk again, now that its treatment is in place.
pub fn judge_again(tx: &Tx<'_>, id: &PlanRowId, version: i64, order: &Again) -> Done<PlanRow> {
    let row = store::find(tx, &tx.scope(Act::SeePlan), id)?;
    let risk = risk::store::find(tx, &tx.scope(Act::SeePlan), &row.risk_id)?;
    let method = criteria::acts::method_of(tx, &risk)?;
    tx.save(row.judge_again(version, order, (&risk, &method), (tx.actor(), tx.today()))?)
}

/// Marks a one-off task as done on a day that has come.
pub fn finish(tx: &Tx<'_>, id: &PlanRowId, version: i64, done_on: Date) -> Done<PlanRow> {
    let row = store::find(tx, &tx.scope(Act::SeePlan), id)?;
    let change = row.finish(version, done_on, tx.actor())?;
    if done_on > tx.today() {
        let hint = ("今日までの日を入力してください。", "Enter a day up to today.");
        return Err(Refusal::Unfit { field: "done_on", word: ("完了日", "Done on"), hint }.into());
    }
    tx.save(change)
}
