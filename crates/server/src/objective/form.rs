//! Pages that write an objective: its form, new or old, and its end.

use super::{acts, store};
use crate::house::fault::{Done, Fault, Stop, beside};
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, go_saying, page};
use crate::house::work::Rx;
use crate::{calendar, people};
use askama::Template;
use axum::extract::{Form, Path, Query};
use axum::http::StatusCode;
use meguri_domain::ids::{DepartmentId, ObjectiveId};
use meguri_domain::objective::{Objective, ObjectiveState};
use meguri_domain::people::Act;
use meguri_domain::{Month, Refusal, Word};
use serde::Deserialize;

/// Whether the actor sets objectives for some department.
pub fn may_set(ctx: &Ctx) -> bool {
    ctx.actor.may_somewhere(Act::EditPlan)
}

/// The form of an objective, new or old.
#[derive(Template)]
#[template(path = "objective/form.html")]
struct FormPage {
    shell: Shell,
    /// Empty for a new one.
    id: String,
    version: String,
    departments: Vec<(String, String)>,
    form: ObjectiveForm,
    refusal: Option<String>,
    wrong: &'static str,
}

#[derive(Deserialize, Default)]
pub struct ObjectiveForm {
    #[serde(default)]
    version: String,
    #[serde(default)]
    department: String,
    #[serde(default)]
    title: String,
    #[serde(default)]
    measure: String,
    #[serde(default)]
    target: String,
    #[serde(default)]
    method: String,
    #[serde(default)]
    owner: String,
    #[serde(default)]
    from_month: String,
    #[serde(default)]
    to_month: String,
}

const FROM: Word = ("開始月", "First month");
const TO: Word = ("達成期限", "Last month");

impl ObjectiveForm {
    fn of(each: &Objective) -> Self {
        Self {
            version: each.version.to_string(),
            department: each.department_id.to_string(),
            title: each.title.clone(),
            measure: each.measure.clone(),
            target: each.target.clone(),
            method: each.method.clone(),
            owner: each.owner.clone(),
            from_month: each.from_month.to_string(),
            to_month: each.to_month.to_string(),
        }
    }

    fn parse(&self, id: ObjectiveId) -> Result<Objective, Refusal> {
        let hint = ("「2026-11」の形で入力してください。", "Write a month like 2026-11.");
        let month =
            |text: &str, field, word| Month::parse(text.trim()).ok_or(Refusal::Unfit { field, word, hint });
        let word = ("部門", "Department");
        Ok(Objective {
            id,
            version: 1,
            department_id: DepartmentId::new(self.department.clone())
                .ok_or(Refusal::Missing { field: "department", word })?,
            plan_row_id: None,
            title: self.title.clone(),
            measure: self.measure.clone(),
            target: self.target.clone(),
            method: self.method.clone(),
            owner: self.owner.clone(),
            from_month: month(&self.from_month, "from_month", FROM)?,
            to_month: month(&self.to_month, "to_month", TO)?,
            state: ObjectiveState::Active,
        })
    }
}

#[derive(Deserialize)]
pub struct NewQuery {
    #[serde(default)]
    department: String,
}

/// GET /objectives/new
pub async fn new(ctx: Ctx, Query(query): Query<NewQuery>) -> Answer {
    let last = ctx.read(|rx| Ok(last_of_year(rx)?)).await?;
    let form = ObjectiveForm {
        department: query.department,
        from_month: ctx.this_month().to_string(),
        to_month: last.to_string(),
        ..ObjectiveForm::default()
    };
    filled(&ctx, None, form, None).await
}

fn last_of_year(rx: &Rx<'_>) -> Result<Month, Fault> {
    let calendar = calendar::store::calendar(rx)?;
    let this = Month::of(rx.today());
    Ok(calendar.months(calendar.fiscal_year(this)).last().copied().unwrap_or(this))
}

async fn filled(
    ctx: &Ctx,
    id: Option<&ObjectiveId>,
    form: ObjectiveForm,
    refusal: Option<&Refusal>,
) -> Answer {
    if !may_set(ctx) {
        return Err(Refusal::NotAllowed.into());
    }
    let departments = ctx.read(|rx| choices(ctx, rx)).await?;
    let (ja, en) = if id.is_some() {
        ("目標を編集", "Edit the objective")
    } else {
        ("目標を設定", "Set an objective")
    };
    let template = FormPage {
        shell: Shell::new(ctx, ja, en, ctx.this_month()),
        id: id.map_or_else(String::new, ToString::to_string),
        version: form.version.clone(),
        departments,
        form,
        refusal: refusal.map(|refusal| ctx.l.refusal(refusal)),
        wrong: refusal.and_then(Refusal::field).unwrap_or(""),
    };
    let mut response = page(&template)?;
    if refusal.is_some() {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// The departments for which the actor may set objectives.
fn choices(ctx: &Ctx, rx: &Rx<'_>) -> Done<Vec<(String, String)>> {
    let names = people::store::names(rx, rx.today())?;
    let all = people::store::departments_in(rx, &rx.scope(Act::SeeMonth))?;
    let own = all.into_iter().filter(|each| each.is_open(rx.today()));
    let own = own.filter(|each| ctx.actor.may(Act::EditPlan, &each.id));
    Ok(own.map(|each| (each.id.to_string(), names.get(&each.id).cloned().unwrap_or(each.code))).collect())
}

/// POST /objectives/new
pub async fn set(ctx: Ctx, Form(form): Form<ObjectiveForm>) -> Answer {
    let done =
        match ObjectiveId::new(ctx.app.chance.id()).ok_or(Refusal::NotFound).and_then(|id| form.parse(id)) {
            Ok(objective) => ctx.write(|tx| acts::set(tx, objective)).await,
            Err(refusal) => Err(refusal.into()),
        };
    match done {
        Ok(each) => go_saying(
            format!("/objectives/{}", each.id),
            ctx.l.t("目標を設定しました。", "The objective is set."),
        ),
        Err(Stop::Refusal(refusal)) if refusal.field().is_some() => {
            filled(&ctx, None, form, Some(&refusal)).await
        }
        Err(stop) => Err(stop),
    }
}

/// GET /objectives/{id}/edition
pub async fn edition(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let id = ObjectiveId::new(id).ok_or(Refusal::NotFound)?;
    let each = ctx.read(|rx| store::objective(rx, &rx.scope(Act::SeeMonth), &id)).await?;
    filled(&ctx, Some(&id), ObjectiveForm::of(&each), None).await
}

/// POST /objectives/{id}/edition
pub async fn edit(ctx: Ctx, Path(id): Path<String>, Form(form): Form<ObjectiveForm>) -> Answer {
    let id = ObjectiveId::new(id).ok_or(Refusal::NotFound)?;
    let before = ctx.read(|rx| store::objective(rx, &rx.scope(Act::SeeMonth), &id)).await?;
    let version: i64 = form.version.parse().unwrap_or(0);
    let form = ObjectiveForm {
        department: before.department_id.to_string(),
        from_month: before.from_month.to_string(),
        ..form
    };
    let done = match form.parse(id.clone()) {
        Ok(new) => ctx.write(|tx| acts::edit(tx, &id, version, new)).await,
        Err(refusal) => Err(refusal.into()),
    };
    match done {
        Ok(each) => go_saying(
            format!("/objectives/{}", each.id),
            ctx.l.t("目標を保存しました。", "The objective was saved."),
        ),
        Err(Stop::Refusal(refusal)) if refusal.field().is_some() => {
            filled(&ctx, Some(&id), form, Some(&refusal)).await
        }
        Err(Stop::Refusal(refusal)) => {
            let now = ctx.read(|rx| store::objective(rx, &rx.scope(Act::SeeMonth), &id)).await?;
            Err(beside(refusal, || fields(&now)))
        }
        Err(stop) => Err(stop),
    }
}

/// What stands now, field by field.
fn fields(now: &Objective) -> Vec<(&'static str, Word, String)> {
    vec![
        ("title", ("目標", "Objective"), now.title.clone()),
        ("measure", ("評価指標", "Measure"), now.measure.clone()),
        ("target", ("目標値", "Target"), now.target.clone()),
        ("method", ("実施事項", "What is done"), now.method.clone()),
        ("owner", ("責任者", "In charge"), now.owner.clone()),
        ("to_month", TO, now.to_month.to_string()),
    ]
}

#[derive(Deserialize)]
pub struct EndForm {
    #[serde(default)]
    state: String,
    #[serde(default)]
    last: String,
    #[serde(default)]
    reason: String,
}

/// POST /objectives/{id}/end
pub async fn end(ctx: Ctx, Path(id): Path<String>, Form(form): Form<EndForm>) -> Answer {
    let id = ObjectiveId::new(id).ok_or(Refusal::NotFound)?;
    let hint = ("「達成」か「中止」を選んでください。", "Choose achieved or stopped.");
    let state = ObjectiveState::from_code(&form.state).ok_or(Refusal::Unfit {
        field: "state",
        word: ("結果", "Outcome"),
        hint,
    })?;
    let hint = ("「2026-11」の形で入力してください。", "Write a month like 2026-11.");
    let last = Month::parse(form.last.trim()).ok_or(Refusal::Unfit {
        field: "last",
        word: ("最後の月", "Last month"),
        hint,
    })?;
    ctx.write(|tx| acts::end(tx, &id, state, last, &form.reason)).await?;
    go_saying(
        format!("/objectives/{id}"),
        ctx.l.t(
            "目標を終了しました。これまでの検討記録は残ります。",
            "The objective has ended. Its reviews stay.",
        ),
    )
}
