//! What is done in the side panel to one department's month: forms in, redirects out.

use super::acts::{self, Seen, Step};
use super::cell::place;
use crate::house::web::{Answer, Ctx, go_saying};
use crate::house::words::Lang;
use axum::extract::{Form, Path};
use meguri_domain::Refusal;
use meguri_domain::ids::ClosingId;
use serde::Deserialize;

#[derive(Deserialize)]
pub struct ReturnForm {
    #[serde(default)]
    record: String,
    #[serde(default)]
    reason: String,
}

fn seen(text: &str) -> Option<Seen> {
    let (id, version) = text.split_once('@')?;
    Some((id.to_owned(), version.parse().ok()?))
}

/// POST /board/{department}/{month}/confirmation
pub async fn confirm(
    ctx: Ctx,
    Path(at): Path<(String, String)>,
    Form(form): Form<Vec<(String, String)>>,
) -> Answer {
    sign(ctx, at, form, Step::Confirm).await
}

/// POST /board/{department}/{month}/check
pub async fn check(
    ctx: Ctx,
    Path(at): Path<(String, String)>,
    Form(form): Form<Vec<(String, String)>>,
) -> Answer {
    sign(ctx, at, form, Step::Check).await
}

async fn sign(ctx: Ctx, at: (String, String), form: Vec<(String, String)>, step: Step) -> Answer {
    let (department, month) = place(&at.0, &at.1)?;
    let records: Vec<Seen> =
        form.iter().filter(|(name, _)| name == "record").filter_map(|(_, text)| seen(text)).collect();
    let signed = ctx.write(|tx| acts::sign(tx, step, &department, month, Some(&records))).await?;
    let said = match (step, ctx.l) {
        (Step::Confirm, Lang::Ja) => format!("{signed}件を確認しました。事務局のチェックに進みます。"),
        (Step::Confirm, Lang::En) => format!("{signed} confirmed. They go to the secretariat now."),
        (Step::Check, Lang::Ja) => format!("{signed}件をチェックしました。"),
        (Step::Check, Lang::En) => format!("{signed} checked."),
    };
    go_saying(format!("/board/{department}/{month}"), &said)
}

/// POST /board/{department}/{month}/return
pub async fn send_back(ctx: Ctx, Path(at): Path<(String, String)>, Form(form): Form<ReturnForm>) -> Answer {
    let (department, month) = place(&at.0, &at.1)?;
    let seen = seen(&form.record).ok_or(Refusal::NotFound)?;
    ctx.write(|tx| acts::send_back(tx, &department, month, &seen, &form.reason)).await?;
    go_saying(
        format!("/board/{department}/{month}"),
        ctx.l.t(
            "差し戻しました。部門の「今月やること」に出ます。",
            "Sent back. It shows on the department's page of this month.",
        ),
    )
}

/// POST /board/{department}/{month}/closing
pub async fn close(ctx: Ctx, Path(at): Path<(String, String)>) -> Answer {
    let (department, month) = place(&at.0, &at.1)?;
    ctx.write(|tx| acts::close(tx, &department, month)).await?;
    go_saying(format!("/board/{department}/{month}"), ctx.l.t("この月を締めました。", "The month is closed."))
}

#[derive(Deserialize)]
pub struct ReopenForm {
    #[serde(default)]
    version: String,
    #[serde(default)]
    reason: String,
}

/// POST /closings/{id}/reopening
pub async fn reopen(ctx: Ctx, Path(id): Path<String>, Form(form): Form<ReopenForm>) -> Answer {
    let id = ClosingId::new(id).ok_or(Refusal::NotFound)?;
    let version = form.version.parse().unwrap_or(0);
    let closing = ctx.write(|tx| acts::reopen(tx, &id, version, &form.reason)).await?;
    go_saying(
        format!("/board/{}/{}", closing.department_id, closing.month),
        ctx.l.t(
            "締めを解きました。直したあと、もう一度締めてください。",
            "Reopened. Close it again when it has been corrected.",
        ),
    )
}
