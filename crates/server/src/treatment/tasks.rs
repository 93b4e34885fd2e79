//! The tasks of a plan row: what is planned and what happened, as one form.

use super::acts;
use super::store;
use crate::house::door::fields;
use crate::house::web::{Answer, Ctx, go_saying};
use crate::house::words::Lang;
use crate::risk::badges::Badge;
use axum::extract::{Path, RawForm};
use meguri_domain::ids::PlanRowId;
use meguri_domain::people::Act;
use meguri_domain::task::{MOST_TASKS, PlanTask, TaskState};
use meguri_domain::treatment::PlanRow;
use meguri_domain::{Date, Refusal, Word};

/// So many empty lines stand below the tasks that are there.
const MORE: usize = 3;

/// A task in words.
pub struct TaskView {
    pub text: String,
    pub owner: String,
    pub planned: String,
    pub actual: String,
    pub state: Badge,
    pub late: bool,
}

/// A line of the form.
#[derive(Default)]
pub struct Line {
    pub place: usize,
    pub text: String,
    pub owner: String,
    pub from_on: String,
    pub to_on: String,
    pub began_on: String,
    pub ended_on: String,
}

/// The tasks of a row, in their order.
pub fn views(l: Lang, row: &PlanRow, today: Date) -> Vec<TaskView> {
    let span = |from: Option<Date>, to: Option<Date>| {
        if from.is_none() && to.is_none() {
            return "—".to_owned();
        }
        let day = |day: Option<Date>| day.map_or_else(String::new, |day| l.day(&day));
        [day(from), l.t("〜", " – ").to_owned(), day(to)].concat()
    };
    let one = |each: &PlanTask| {
        let state = each.state();
        let (class, letter) = match state {
            TaskState::Waiting => ("quiet", "・"),
            TaskState::Begun => ("warn", "△"),
            TaskState::Ended => ("good", "○"),
        };
        TaskView {
            text: each.text.clone(),
            owner: if each.owner.is_empty() { row.owner.clone() } else { each.owner.clone() },
            planned: span(each.from_on, Some(each.to_on)),
            actual: span(each.began_on, each.ended_on),
            state: Badge { class, letter, word: l.w(state.word()).to_owned() },
            late: state != TaskState::Ended && today > each.to_on,
        }
    };
    row.tasks.iter().map(one).collect()
}

/// The lines of the form: the tasks that are there, and a few empty ones.
pub fn lines(row: &PlanRow) -> Vec<Line> {
    let text = |day: Option<Date>| day.map_or_else(String::new, |day| day.to_string());
    let one = |(place, each): (usize, &PlanTask)| Line {
        place,
        text: each.text.clone(),
        owner: each.owner.clone(),
        from_on: text(each.from_on),
        to_on: each.to_on.to_string(),
        began_on: text(each.began_on),
        ended_on: text(each.ended_on),
    };
    let more = MORE.min(MOST_TASKS.saturating_sub(row.tasks.len()));
    let empty = (1..=more).map(|n| Line { place: row.tasks.len() + n, ..Line::default() });
    (1..).zip(&row.tasks).map(one).chain(empty).collect()
}

/// POST /plan/rows/{id}/tasks
pub async fn set(ctx: Ctx, Path(id): Path<String>, RawForm(bytes): RawForm) -> Answer {
    let id = PlanRowId::new(id).ok_or(Refusal::NotFound)?;
    let pairs = fields(&bytes);
    let version = pairs.iter().find(|(name, _)| name == "version");
    let version = version.and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
    let written = ctx.write(|tx| {
        // Whoever must not know of the row learns nothing of the form either.
        let row = store::find(tx, &tx.scope(Act::SeePlan), &id)?;
        acts::set_tasks(tx, &id, version, &read(&pairs, row.tasks.len())?)
    });
    let row = written.await?;
    let said = if row.done_on.is_some() {
        (
            "タスクがすべて終わり、単発対応を完了にしました。",
            "All tasks have ended, and the one-off task is recorded as done.",
        )
    } else {
        ("タスクを保存しました。", "The tasks were saved.")
    };
    go_saying(format!("/plan/rows/{id}#tasks"), ctx.l.w(said))
}

/// The tasks that were typed, in the order of their numbers. A line without a text is no task: the first `known` lines are
/// those that were there, and to empty one takes it out of the row.
fn read(pairs: &[(String, String)], known: usize) -> Result<Vec<PlanTask>, Refusal> {
    let all = |name: &str| -> Vec<&str> {
        pairs.iter().filter(|(each, _)| each == name).map(|(_, value)| value.trim()).collect()
    };
    let (texts, places, owners) = (all("task_text"), all("place"), all("task_owner"));
    let days = ["from_on", "to_on", "began_on", "ended_on"].map(all);
    let mut tasks = Vec::new();
    for (at, text) in texts.into_iter().enumerate().take(MOST_TASKS + MORE) {
        let [from_on, to_on, began_on, ended_on] =
            days.each_ref().map(|each| each.get(at).copied().unwrap_or(""));
        if text.is_empty() && (at < known || to_on.is_empty()) {
            continue;
        }
        let place: usize = places.get(at).and_then(|place| place.parse().ok()).unwrap_or(at + 1);
        let task = PlanTask {
            text: text.to_owned(),
            owner: owners.get(at).copied().unwrap_or("").to_owned(),
            from_on: day(from_on, "from_on", ("予定開始", "Planned start"))?,
            to_on: day(to_on, "to_on", TO)?.ok_or(Refusal::Missing { field: "to_on", word: TO })?,
            began_on: day(began_on, "began_on", ("実績開始", "Actual start"))?,
            ended_on: day(ended_on, "ended_on", ("実績終了", "Actual end"))?,
        };
        tasks.push((place, task));
    }
    tasks.sort_by_key(|(place, _)| *place);
    Ok(tasks.into_iter().map(|(_, task)| task).collect())
}

const TO: Word = ("予定終了", "Planned end");

fn day(text: &str, field: &'static str, word: Word) -> Result<Option<Date>, Refusal> {
    if text.is_empty() {
        return Ok(None);
    }
    let read = text.replace('/', "-").parse::<Date>().ok().filter(|day| (2000..=2999).contains(&day.year()));
    let hint = (
        "暦にある日を「2026-11-30」の形で入力してください。",
        "Enter a day of the calendar, like 2026-11-30.",
    );
    read.map(Some).ok_or(Refusal::Unfit { field, word, hint })
}
