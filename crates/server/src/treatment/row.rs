//! The page of one plan row: its chain, its form, its approval, the completion of a task.

use super::chain::{Ends, Link};
use super::form::{Basis, Form, Typed};
use super::lines::{Goes, approved, goes, moved, standing_badge};
use super::listing::Whose;
use super::months::{self, Followed};
use super::second::Second;
use super::tasks::{self, TaskView};
use super::{acts, store};
use crate::house::fault::{Done, Stop};
use crate::house::layout::Shell;
use crate::house::refused;
use crate::house::web::{Answer, Ctx, go, go_saying, page};
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::risk::badges::{Badge, level_badge};
use crate::risk::scores;
use crate::{asset, criteria, people, risk, statement};
use askama::Template;
use axum::extract::{Form as Body, Path, RawForm};
use meguri_domain::Refusal;
use meguri_domain::approval::Standing;
use meguri_domain::criteria::Method;
use meguri_domain::ids::{PlanRowId, RiskId};
use meguri_domain::people::Act;
use meguri_domain::risk::{Control, Risk};
use meguri_domain::second::SecondJudgement;
use meguri_domain::task::TaskState;
use meguri_domain::treatment::{Destination, PlanRow};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "treatment/row.html")]
struct RowPage {
    shell: Shell,
    asset: String,
    threat: String,
    /// What was seen of the risk, for its approval.
    risk_version: i64,
    department: String,
    department_id: String,
    lead: String,
    risk_level: Badge,
    risk_sum: String,
    chain: Vec<Link>,
    row: Option<Shown>,
    second: Option<Second>,
    may_approve: bool,
    today: String,
    form: Option<Form>,
    unfold: bool,
}

/// A written row in words.
struct Shown {
    row: PlanRow,
    controls: Vec<String>,
    residual: Badge,
    policy: &'static str,
    due: String,
    done: Option<String>,
    goes: Goes,
    standing: Badge,
    approved: Option<String>,
    outdated: bool,
    moved: Option<String>,
    tasks: Vec<TaskView>,
    lines: Vec<tasks::Line>,
    may_approve: bool,
    may_finish: bool,
    may_edit: bool,
}

impl Shown {
    fn of(
        ctx: &Ctx,
        (row, risk): (&PlanRow, &Risk),
        method: &Method,
        controls: &[Control],
        followed: &Followed,
    ) -> Self {
        let l = ctx.l;
        let standing = row.standing_beside(risk);
        let ended = row.tasks.iter().all(|each| each.state() == TaskState::Ended);
        let open = row.destination == Destination::Task
            && row.done_on.is_none()
            && ended
            && row.standing() == Standing::Current;
        let waits = standing != Standing::Current && row.destination != Destination::Undecided;
        let named = row.controls.iter().filter_map(|id| controls.iter().find(|each| each.id == *id));
        Self {
            controls: named.map(|each| risk::cards::control(l, each)).collect(),
            residual: level_badge(l, method.level(row.residual)),
            policy: l.w(row.policy.word()),
            due: l.day(&row.due_on),
            done: row.done_on.map(|day| l.day(&day)),
            goes: goes(l, row, followed, ctx.today()),
            standing: standing_badge(l, standing),
            approved: row.approval.as_ref().map(|each| approved(l, each)),
            outdated: standing == Standing::Outdated,
            moved: row.moved(risk).map(|each| moved(l, each)),
            tasks: tasks::views(l, row, ctx.today()),
            lines: tasks::lines(row),
            may_edit: ctx.actor.may(Act::EditPlan, &row.department_id),
            may_approve: waits && ctx.actor.may(Act::ApprovePlan, &row.department_id),
            may_finish: open && ctx.actor.may(Act::EditPlan, &row.department_id),
            row: row.clone(),
        }
    }
}

/// GET /plan/risks/{risk}
pub async fn of_risk(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let id = RiskId::new(id).ok_or(Refusal::NotFound)?;
    let found = ctx.read(|rx| {
        let risk = risk::store::find(rx, &rx.scope(Act::SeePlan), &id)?;
        match store::of_risk(rx, &rx.scope(Act::SeePlan), &id)? {
            Some(row) => Ok(Err(row.id)),
            None => look(&ctx, rx, &risk.id, None).map(Ok),
        }
    });
    match found.await? {
        Ok(template) => page(&template),
        Err(row) => go(format!("/plan/rows/{row}")),
    }
}

/// GET /plan/rows/{id}
pub async fn row(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let id = PlanRowId::new(id).ok_or(Refusal::NotFound)?;
    let template = ctx.read(|rx| {
        let row = store::find(rx, &rx.scope(Act::SeePlan), &id)?;
        look(&ctx, rx, &row.risk_id, None)
    });
    page(&template.await?)
}

/// POST /plan/risks/{risk}
pub async fn write(ctx: Ctx, Path(id): Path<String>, RawForm(bytes): RawForm) -> Answer {
    let id = RiskId::new(id).ok_or(Refusal::NotFound)?;
    let typed = Typed::read(&bytes);
    let written = ctx.write(|tx| {
        // Whoever must not know of the risk learns nothing of the form either.
        risk::store::find(tx, &tx.scope(Act::SeePlan), &id)?;
        let draft = typed.parse(&risk::store::controls(tx)?)?;
        acts::write(tx, &id, typed.version, draft)
    });
    match written.await {
        Ok(row) => go_saying(
            format!("/plan/rows/{}", row.id),
            ctx.l.t("対応計画の行を保存しました。", "The row was saved."),
        ),
        Err(stop) => refuse(&ctx, &id, typed, stop).await,
    }
}

/// The same page with what was typed, and the refusal at its field.
async fn refuse(ctx: &Ctx, id: &RiskId, typed: Typed, stop: Stop) -> Answer {
    let Stop::Refusal(refusal) = &stop else { return Err(stop) };
    if matches!(refusal, Refusal::NotFound | Refusal::NotAllowed) {
        return Err(stop);
    }
    let template = ctx.read(|rx| look(ctx, rx, id, Some((typed, refusal)))).await?;
    let mut response = page(&template)?;
    *response.status_mut() = refused::status(&stop);
    Ok(response)
}

#[derive(Deserialize, Default)]
pub struct ApprovalForm {
    #[serde(default)]
    version: String,
    /// The version of the risk that was seen beside the row.
    #[serde(default)]
    risk_version: String,
}

/// POST /plan/rows/{id}/approval
pub async fn approve(ctx: Ctx, Path(id): Path<String>, Body(form): Body<ApprovalForm>) -> Answer {
    let id = PlanRowId::new(id).ok_or(Refusal::NotFound)?;
    let row = ctx.write(|tx| {
        let scope = tx.scope(Act::SeePlan);
        let risk = risk::store::find(tx, &scope, &store::find(tx, &scope, &id)?.risk_id)?;
        if !form.risk_version.is_empty() && form.risk_version != risk.version.to_string() {
            return Err(Refusal::Because((
                "見ているあいだに、リスクが評価し直されました。いまの値を確かめて、もう一度承認してください。",
                "The risk was judged again while you looked. See its value as it is now, and approve again.",
            ))
            .into());
        }
        acts::approve(tx, &id, form.version.parse().unwrap_or(0))
    });
    let row = row.await?;
    let said = match row.destination {
        Destination::Objective => (
            "承認しました。目標として毎月検討します。",
            "Approved. It is now an objective with a monthly review.",
        ),
        Destination::CheckItem => {
            ("承認しました。自主点検の項目になりました。", "Approved. It is now a check item.")
        }
        Destination::Task | Destination::Acceptance | Destination::Undecided => {
            ("承認しました。", "Approved.")
        }
    };
    go_saying(format!("/plan/rows/{id}"), ctx.l.w(said))
}

#[derive(Deserialize, Default)]
pub struct DoneForm {
    #[serde(default)]
    version: String,
    #[serde(default)]
    done_on: String,
}

/// POST /plan/rows/{id}/completion
pub async fn complete(ctx: Ctx, Path(id): Path<String>, Body(form): Body<DoneForm>) -> Answer {
    let id = PlanRowId::new(id).ok_or(Refusal::NotFound)?;
    let finished = ctx.write(|tx| {
        store::find(tx, &tx.scope(Act::SeePlan), &id)?;
        let done_on = form.done_on.trim().parse().map_err(|_| Refusal::Unfit {
            field: "done_on",
            word: ("完了日", "Done on"),
            hint: ("「2026-11-30」の形で入力してください。", "Write it like 2026-11-30."),
        })?;
        acts::finish(tx, &id, form.version.parse().unwrap_or(0), done_on)
    });
    finished.await?;
    go_saying(
        format!("/plan/rows/{id}"),
        ctx.l.t("単発対応を完了にしました。", "The one-off task is recorded as done."),
    )
}

fn look(ctx: &Ctx, rx: &Rx<'_>, id: &RiskId, refused: Option<(Typed, &Refusal)>) -> Done<RowPage> {
    let l = ctx.l;
    let scope = rx.scope(Act::SeePlan);
    let risk = risk::store::find(rx, &scope, id)?;
    let row = store::of_risk(rx, &scope, id)?;
    let asset = asset::store::find(rx, &scope, &risk.asset_id)?;
    let threat = risk::store::threat(rx, &scope, &risk.threat_id)?;
    let criteria = criteria::store::find(rx, &risk.criteria_id)?;
    let controls = statement::views::marked(rx, risk::store::controls(rx)?)?;
    let row_id = row.as_ref().map_or_else(|| "-".to_owned(), |row| row.id.to_string());
    let whose = Whose {
        fiscal_year: risk.fiscal_year,
        department: "",
        row: &row_id,
        since: months::since(rx.today()),
    };
    let followed = Followed::read(rx, l, &whose)?;
    let name = risk::cards::name(l, &threat);
    let ends = Ends {
        l,
        today: rx.today(),
        asset: &asset.name,
        threat: name,
        risk: &risk,
        is_stale: risk.is_stale(&asset),
        row: row.as_ref(),
        followed: &followed,
    };
    let department = risk.department_id.clone();
    let (risk, threat, criteria, controls) = (&risk, &threat, &criteria, &controls);
    let method = criteria.method_for(risk.personal);
    let basis = Basis { l, risk, threat, row: row.as_ref(), criteria, controls };
    let unfold =
        refused.is_some() || row.as_ref().is_none_or(|row| row.destination == Destination::Undecided);
    let (typed, refusal) = match (refused, &row) {
        (Some((typed, refusal)), _) => (typed, Some(refusal)),
        (None, Some(row)) => (Typed::of(row), None),
        (None, None) => (Typed::suggested(risk, threat, &asset.risk_owner), None),
    };
    let shown = row.as_ref().map(|row| Shown::of(ctx, (row, risk), method, controls, &followed));
    let second = row.as_ref().and_then(|row| Second::of(ctx, row, risk, method));
    Ok(RowPage {
        shell: Shell::new(ctx, "対応計画の行", "A row of the plan", ctx.this_month()),
        department: people::store::names(rx, rx.today())?.remove(&department).unwrap_or_default(),
        department_id: department.to_string(),
        lead: lead(l, row.as_ref(), risk, method),
        second,
        risk_level: level_badge(l, risk.level),
        risk_sum: scores::product(method, risk),
        risk_version: risk.version,
        chain: ends.chain(),
        may_approve: shown.as_ref().is_some_and(|each| each.may_approve),
        row: shown,
        today: rx.today().to_string(),
        form: ctx.actor.may(Act::EditPlan, &department).then(|| Form::new(&basis, typed, refusal)),
        unfold,
        asset: asset.name.clone(),
        threat: name.to_owned(),
    })
}

fn lead(l: Lang, row: Option<&PlanRow>, risk: &Risk, method: &Method) -> String {
    let Some(row) = row else {
        return l.t("このリスクへの対応を書いてください。部門長か経営層が承認すると、展開先へ進みます。", "Write how this risk is answered. Once the head or the executive approves, it goes where you say.").to_owned();
    };
    let above = |second: &SecondJudgement| second.value >= method.answer_from;
    let words = match (row.standing_beside(risk), row.destination) {
        (Standing::None | Standing::Outdated, Destination::Undecided) => (
            "展開先が決まっていません。決めると承認できます。",
            "Its destination is undecided. Choose one so that it can be approved.",
        ),
        (Standing::None, _) => {
            ("部門長か経営層の承認を待っています。", "It waits for the head's or the executive's approval.")
        }
        (Standing::Outdated, _) if row.moved(risk).is_some() => (
            "承認のあとにリスクの大きさが変わりました。内容を確かめて、もう一度承認を受けてください。",
            "The risk has moved since the approval. Look at the contents and have them approved again.",
        ),
        (Standing::Outdated, _) => (
            "承認後に変更がありました。もう一度承認が必要です。",
            "It was changed after approval and must be approved again.",
        ),
        (Standing::Current, _) if row.second_of(risk).is_some_and(above) => (
            "対応したあとも受容水準以上です。追加の対応を書くか、期限を決めて受容してください。",
            "It is still above the acceptance line after treatment. Write a further answer, or accept it until a date.",
        ),
        (Standing::Current, Destination::Task) if row.wants_second(risk) => (
            "単発対応は完了しています。次は二次評価です。",
            "The one-off task is done. Next comes the second judgement.",
        ),
        (Standing::Current, Destination::Task) if row.done_on.is_some() => {
            ("単発対応は完了しています。", "The one-off task is done.")
        }
        (Standing::Current, _) => ("承認済みです。", "It is approved."),
    };
    l.w(words).to_owned()
}
