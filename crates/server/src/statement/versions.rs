//! A version of the statement: complete as it was submitted or approved, to be read, printed, approved or sent back.

use super::acts;
use super::pages::Past;
use super::store;
use super::views::{self, Reading, RowView, Section};
use crate::house::fault::{Done, Stop};
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, go_saying, page};
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::treatment::lines::{Seal, seal};
use crate::{people, say};
use askama::Template;
use axum::extract::{Form, Path};
use axum::http::StatusCode;
use meguri_domain::applicability::{Declared, compare};
use meguri_domain::ids::StatementId;
use meguri_domain::people::Act;
use meguri_domain::statement::{Statement, StatementState};
use meguri_domain::{Refusal, Word};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "statement/version.html")]
struct VersionPage {
    shell: Shell,
    it: Past,
    lead: String,
    sections: Vec<Section>,
    boxes: Vec<(&'static str, Option<Seal>, &'static str)>,
    version: i64,
    number: i64,
    /// The reader may see every department's part.
    whole: bool,
    decides: bool,
    /// Whether the actor wrote a part of it and so cannot approve it.
    own: bool,
    /// The version before it, to compare with.
    before: Option<String>,
    outdated: Option<String>,
    /// The mark of the plan with which an approval would freeze it, and where that differs from what was submitted.
    plan: String,
    differs: Option<String>,
    /// Why it was not approved.
    problem: Option<&'static str>,
}

/// GET /statement/versions/{id}
pub async fn version(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let id = StatementId::new(id).ok_or(Refusal::NotFound)?;
    page(&ctx.read(|rx| look(&ctx, rx, &id, None)).await?)
}

fn look(ctx: &Ctx, rx: &Rx<'_>, id: &StatementId, problem: Option<Word>) -> Done<VersionPage> {
    let l = ctx.l;
    let statement = acts::visible(rx, id)?;
    // Departments are called as they were called that day.
    let day = statement.approved.as_ref().map_or(statement.submitted.on, |signed| signed.on);
    let names = people::store::names(rx, day)?;
    let scope = rx.scope(Act::SeePlan);
    let reading = Reading { l, names: &names, scope: &scope };
    let row = |line: &Declared| RowView::of(&reading, line, 0);
    let mine = statement.submitted.by == ctx.actor.person
        || statement.recorded.iter().any(|each| each.by == ctx.actor.person);
    let waits =
        statement.state == StatementState::Submitted && ctx.actor.may_everywhere(Act::ApproveStatement);
    // What waits is shown as its approval would freeze it.
    let lines = match statement.state {
        StatementState::Submitted => acts::beside_today(rx, &statement)?,
        StatementState::Returned | StatementState::Approved => statement.lines.clone(),
    };
    let earlier = store::versions(rx)?.into_iter().find(|each| each.number < statement.number);
    Ok(VersionPage {
        shell: Shell::new(ctx, "適用宣言書", "Statement of applicability", ctx.this_month()),
        lead: lead(ctx, &statement),
        sections: views::sections(l, lines.iter(), &row),
        boxes: boxes(ctx, &statement),
        version: statement.version,
        number: statement.number,
        whole: ctx.actor.may_everywhere(Act::SeeStatement),
        decides: waits && !mine,
        own: waits && mine,
        before: earlier
            .map(|each| format!("/statement/comparison?from={}&to={}", each.number, statement.number)),
        outdated: outdated(ctx, rx, &statement)?,
        plan: acts::plan_mark(&lines)?,
        differs: differs(ctx, &statement, &lines),
        problem: problem.map(|word| l.w(word)),
        it: Past::of(l, &statement),
    })
}

/// On which controls the plan has changed since it was submitted, in a sentence.
fn differs(ctx: &Ctx, statement: &Statement, lines: &[Declared]) -> Option<String> {
    let ids: Vec<&str> = compare(&statement.lines, lines)
        .into_iter()
        .filter_map(|(_, after)| Some(after?.control_id.as_str()))
        .collect();
    let named = ids.join(ctx.l.t("・", ", "));
    let said = || {
        say!(
            ctx.l,
            "提出のあとに、次の管理策を使う対応計画の行が変わりました：{named}。下の表は、いまの対応計画によるものです。",
            "Since it was submitted, rows of the plan that use these controls have changed: {named}. The table below has the plan as it is now."
        )
    };
    (!ids.is_empty()).then(said)
}

/// What has changed since it was approved, in a sentence; only of the newest that was.
fn outdated(ctx: &Ctx, rx: &Rx<'_>, statement: &Statement) -> Done<Option<String>> {
    if !ctx.actor.may_everywhere(Act::SeeStatement) || statement.state != StatementState::Approved {
        return Ok(None);
    }
    let newest = store::last_approved(rx)?.is_some_and(|each| each.number == statement.number);
    let n = if newest { compare(&statement.lines, &acts::working(rx)?.declared).len() } else { 0 };
    let title = views::title(ctx.l, statement);
    let lines = Lang::many(n, "line has", "lines have");
    let said = || {
        say!(ctx.l, "{title}の承認後に{n}件の変更があります。", "{lines} changed since {title} was approved.")
    };
    Ok((n > 0).then(said))
}

fn lead(ctx: &Ctx, statement: &Statement) -> String {
    let l = ctx.l;
    let (by, on) = (&statement.submitted.name, l.day(&statement.submitted.on));
    match (statement.state, &statement.approved) {
        (StatementState::Approved, Some(signed)) => {
            let (who, day) = (&signed.name, l.day(&signed.on));
            say!(l, "{day}に{who}が承認しました。", "Approved by {who} on {day}.")
        }
        (StatementState::Returned, _) => l
            .t(
                "差し戻されています。事務局が直して、もう一度提出します。",
                "It was sent back. The secretariat mends it and submits it again.",
            )
            .to_owned(),
        (StatementState::Submitted | StatementState::Approved, _) => say!(
            l,
            "{on}に{by}が提出しました。経営層の承認を待っています。",
            "Submitted by {by} on {on}. It waits for the executive's approval."
        ),
    }
}

fn boxes(ctx: &Ctx, statement: &Statement) -> Vec<(&'static str, Option<Seal>, &'static str)> {
    let l = ctx.l;
    let submitted = Some(seal(l, l.t("作成", "drafted"), &statement.submitted));
    let approved = statement.approved.as_ref().map(|signed| seal(l, l.t("承認", "approved"), signed));
    let missing = l.t("未承認", "Not yet");
    vec![(l.t("承認", "Approved"), approved, missing), (l.t("作成", "Drafted"), submitted, missing)]
}

#[derive(Deserialize, Default)]
pub struct ApprovalForm {
    #[serde(default)]
    version: String,
    /// The mark of the plan that was seen.
    #[serde(default)]
    plan: String,
}

/// POST /statement/versions/{id}/approval
pub async fn approval(ctx: Ctx, Path(id): Path<String>, Form(form): Form<ApprovalForm>) -> Answer {
    ctx.actor.must_everywhere(Act::ApproveStatement)?;
    let id = StatementId::new(id).ok_or(Refusal::NotFound)?;
    let version = form.version.parse().unwrap_or(0);
    let statement = match ctx.write(|tx| acts::approve(tx, &id, version, &form.plan)).await {
        Err(Stop::Refusal(Refusal::Because(word))) if word == acts::PLAN_MOVED => {
            let mut response = page(&ctx.read(|rx| look(&ctx, rx, &id, Some(word))).await?)?;
            *response.status_mut() = StatusCode::CONFLICT;
            return Ok(response);
        }
        approved => approved?,
    };
    let title = views::title(ctx.l, &statement);
    let said = say!(ctx.l, "適用宣言書の{title}を承認しました。", "The statement ({title}) is approved.");
    go_saying(format!("/statement/versions/{id}"), &said)
}

#[derive(Deserialize, Default)]
pub struct ReturnForm {
    #[serde(default)]
    version: String,
    #[serde(default)]
    reason: String,
}

/// POST /statement/versions/{id}/return
pub async fn send_back(ctx: Ctx, Path(id): Path<String>, Form(form): Form<ReturnForm>) -> Answer {
    ctx.actor.must_everywhere(Act::ApproveStatement)?;
    let id = StatementId::new(id).ok_or(Refusal::NotFound)?;
    let version = form.version.parse().unwrap_or(0);
    ctx.write(|tx| acts::send_back(tx, &id, version, &form.reason)).await?;
    let said = ctx.l.t("差し戻しました。事務局が直します。", "It was sent back to the secretariat.");
    go_saying(format!("/statement/versions/{id}"), said)
}
