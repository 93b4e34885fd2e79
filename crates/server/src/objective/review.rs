//! Pages of a monthly review 検討記録: writing it, handing it in, confirming, checking, returning.

use super::{acts, store};
use crate::house::fault::{Done, Stop, beside};
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, go, go_saying, page};
use crate::house::words::Lang;
use crate::house::work::{Rx, Tx};
use crate::inspection::acts::must_be_writable;
use crate::inspection::evidence::EvidenceView;
use crate::inspection::store as inspection;
use crate::inspection::walk::{Badge, Rights, Step, returned, timeline};
use crate::{calendar, people};
use askama::Template;
use axum::extract::{Form, Path};
use axum::http::StatusCode;
use meguri_domain::ids::{ObjectiveId, ReviewId};
use meguri_domain::objective::{LATE, Objective, Progress, Review, ReviewDraft};
use meguri_domain::people::Act;
use meguri_domain::{Month, Refusal, Word};
use serde::Deserialize;

/// The review of an objective in a month.
#[derive(Template)]
#[template(path = "objective/review.html")]
struct ReviewPage {
    shell: Shell,
    address: String,
    objective: Objective,
    department: String,
    id: String,
    version: i64,
    form: ReviewForm,
    lead: String,
    badge: Badge,
    rights: Rights,
    closed: Option<String>,
    returned: Option<String>,
    late: bool,
    /// Last month's 「次にやること」, with its month.
    before: Option<(String, String)>,
    progress: Vec<(&'static str, &'static str)>,
    progress_word: &'static str,
    refusal: Option<String>,
    wrong: &'static str,
    evidence: Vec<EvidenceView>,
    steps: Vec<Step>,
}

#[derive(Deserialize, Default, Clone)]
pub struct ReviewForm {
    #[serde(default)]
    version: String,
    #[serde(default)]
    discussed: String,
    #[serde(default)]
    decided: String,
    #[serde(default)]
    next: String,
    #[serde(default)]
    figure: String,
    #[serde(default)]
    progress: String,
    #[serde(default)]
    late_reason: String,
    /// `submit` hands it in after saving.
    #[serde(default)]
    act: String,
}

impl ReviewForm {
    fn of(review: &Review) -> Self {
        Self {
            version: review.version.to_string(),
            discussed: review.discussed.clone(),
            decided: review.decided.clone(),
            next: review.next.clone(),
            figure: review.figure.clone(),
            progress: review.progress.code().to_owned(),
            late_reason: review.late_reason.clone(),
            act: String::new(),
        }
    }

    fn draft(&self) -> ReviewDraft {
        let lines = |text: &str| text.replace("\r\n", "\n");
        ReviewDraft {
            discussed: lines(&self.discussed),
            decided: lines(&self.decided),
            next: lines(&self.next),
            figure: self.figure.clone(),
            progress: Progress::from_code(&self.progress).unwrap_or(Progress::OnTrack),
            late_reason: lines(&self.late_reason),
        }
    }
}

/// GET /objectives/{id}/reviews/{month}
pub async fn review(ctx: Ctx, Path((id, month)): Path<(String, String)>) -> Answer {
    let (id, month) = place(id, &month)?;
    let template = ctx.read(|rx| shown(&ctx, rx, (&id, month), None)).await?;
    page(&template)
}

fn shown(
    ctx: &Ctx,
    rx: &Rx<'_>,
    (id, month): (&ObjectiveId, Month),
    typed: Option<(ReviewForm, &Refusal)>,
) -> Done<ReviewPage> {
    let l = ctx.l;
    let scope = rx.scope(Act::SeeMonth);
    let objective = store::objective(rx, &scope, id)?;
    let review = store::review_of(rx, &scope, id, month)?;
    if review.is_none() && !(objective.from_month..=objective.to_month).contains(&month) {
        return Err(Refusal::NotFound.into());
    }
    let closed = match must_be_writable(rx, &objective.department_id, month) {
        Err(Stop::Refusal(refusal)) => Some(l.refusal(&refusal)),
        other => {
            other?;
            None
        }
    };
    let flow = review.as_ref().map(|review| &review.flow);
    let due_on = calendar::store::calendar(rx)?.department_due(month);
    let before = store::review_of(rx, &scope, id, month.plus(-1))?.filter(|before| !before.next.is_empty());
    let evidence = review
        .as_ref()
        .map_or(Ok(Vec::new()), |review| inspection::evidence_of(rx, &scope, review.id.as_str()))?;
    let names = people::store::names(rx, month.last_day())?;
    let (form, refusal) = match typed {
        Some((form, refusal)) => (form, Some(refusal)),
        None => (review.as_ref().map_or_else(ReviewForm::default, ReviewForm::of), None),
    };
    let mut shell = Shell::new(ctx, "検討記録", "Review", month);
    shell.title = match l {
        Lang::Ja => format!("{}分の検討", l.month(&month)),
        Lang::En => format!("Review of {}", l.month(&month)),
    };
    let late = rx.today() > due_on;
    Ok(ReviewPage {
        address: format!("/objectives/{id}/reviews/{month}"),
        department: names.get(&objective.department_id).cloned().unwrap_or_default(),
        id: review.as_ref().map_or_else(String::new, |review| review.id.to_string()),
        version: review.as_ref().map_or(0, |review| review.version),
        lead: lead(l, flow.map(|flow| flow.state), late, &l.long_day(&due_on)),
        badge: Badge::of(l, flow, due_on, rx.today()),
        rights: Rights::of(&ctx.actor, &objective.department_id, flow, closed.is_some()),
        returned: returned(flow),
        closed,
        late,
        before: before.map(|before| (l.month(&before.month), before.next)),
        progress: Progress::ALL.iter().map(|each| (each.code(), l.w(each.word()))).collect(),
        progress_word: Progress::from_code(&form.progress).map_or("", |each| l.w(each.word())),
        form,
        refusal: refusal.map(|refusal| l.refusal(refusal)),
        wrong: refusal.and_then(Refusal::field).unwrap_or(""),
        evidence: evidence.iter().map(|each| EvidenceView::of(l, each)).collect(),
        steps: flow.map_or_else(Vec::new, |flow| timeline(l, flow, due_on)),
        objective,
        shell,
    })
}

fn lead(l: Lang, state: Option<meguri_domain::approval::State>, late: bool, due: &str) -> String {
    use meguri_domain::approval::State;
    let (ja, en) = match state {
        None | Some(State::Draft | State::Returned) if late => (
            format!("期限の{due}を過ぎています。遅れた理由を書いて提出してください。"),
            format!("The due date ({due}) has passed. Give the reason for the delay and submit."),
        ),
        None | Some(State::Draft | State::Returned) => (format!("期限は{due}です。"), format!("Due {due}.")),
        Some(State::Submitted) => (
            "提出しました。部門長の確認を待っています。".into(),
            "Submitted. It waits for the head of the department.".into(),
        ),
        Some(State::Confirmed) => (
            "部門長が確認しました。事務局のチェックを待っています。".into(),
            "Confirmed. It waits for the secretariat.".into(),
        ),
        Some(State::Checked) => {
            ("事務局のチェックが終わりました。".into(), "Checked by the secretariat.".into())
        }
    };
    if l.is_ja() { ja } else { en }
}

/// POST /objectives/{id}/reviews/{month}: saves, and hands in where it was asked, in one unit of work.
pub async fn save(
    ctx: Ctx,
    Path((id, month)): Path<(String, String)>,
    Form(form): Form<ReviewForm>,
) -> Answer {
    let (id, month) = place(id, &month)?;
    let version: i64 = form.version.parse().unwrap_or(0);
    let hands_in = form.act == "submit";
    let done = ctx.write(|tx| {
        let review = acts::write_review(tx, &id, month, version, form.draft())?;
        if hands_in {
            tx.act("review.submitted");
            acts::submit_review(tx, &review.id, review.version)?;
        }
        Ok(())
    });
    let address = format!("/objectives/{id}/reviews/{month}");
    match done.await {
        Ok(()) if hands_in => go_saying(
            address,
            ctx.l.t(
                "提出しました。部門長の確認を待っています。",
                "Submitted. It waits for the head of the department.",
            ),
        ),
        Ok(()) if form.act == "save" => {
            go_saying(address, ctx.l.t("下書きを保存しました。", "The draft was saved."))
        }
        Ok(()) => go(address),
        Err(Stop::Refusal(refusal)) if refusal.field().is_some() => {
            let template = ctx.read(|rx| shown(&ctx, rx, (&id, month), Some((form, &refusal)))).await?;
            let mut response = page(&template)?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(Stop::Refusal(refusal @ Refusal::Stale { .. })) => {
            let now = ctx.read(|rx| Ok(store::review_of(rx, &rx.scope(Act::SeeMonth), &id, month)?)).await?;
            Err(now.map_or(Stop::Refusal(refusal.clone()), |now| beside(refusal, || fields(&now))))
        }
        Err(stop) => Err(stop),
    }
}

/// What stands now, field by field.
fn fields(now: &Review) -> Vec<(&'static str, Word, String)> {
    vec![
        ("discussed", ("検討した内容", "Discussed"), now.discussed.clone()),
        ("decided", ("決まったこと", "Decided"), now.decided.clone()),
        ("next", ("次にやること", "Next"), now.next.clone()),
        ("figure", ("実績値", "Figure"), now.figure.clone()),
        ("progress", ("進捗", "Progress"), now.progress.code().to_owned()),
        ("late_reason", LATE, now.late_reason.clone()),
    ]
}

#[derive(Deserialize)]
pub struct StepForm {
    #[serde(default)]
    version: String,
    #[serde(default)]
    reason: String,
}

/// POST /reviews/{id}/submission
pub async fn submission(ctx: Ctx, Path(id): Path<String>, Form(form): Form<StepForm>) -> Answer {
    let said = ctx.l.t(
        "提出しました。部門長の確認を待っています。",
        "Submitted. It waits for the head of the department.",
    );
    step(&ctx, id, &form, said, acts::submit_review).await
}

/// POST /reviews/{id}/confirmation
pub async fn confirmation(ctx: Ctx, Path(id): Path<String>, Form(form): Form<StepForm>) -> Answer {
    let said = ctx.l.t(
        "部門として確認しました。事務局のチェックを待っています。",
        "Confirmed. It waits for the secretariat.",
    );
    step(&ctx, id, &form, said, acts::confirm_review).await
}

/// POST /reviews/{id}/check
pub async fn check(ctx: Ctx, Path(id): Path<String>, Form(form): Form<StepForm>) -> Answer {
    step(&ctx, id, &form, ctx.l.t("チェックしました。", "Checked."), acts::check_review).await
}

/// POST /reviews/{id}/return
pub async fn send_back(ctx: Ctx, Path(id): Path<String>, Form(form): Form<StepForm>) -> Answer {
    let said = ctx.l.t("理由を付けて部門に差し戻しました。", "Sent back to the department with your reason.");
    step(&ctx, id, &form, said, |tx, id, version| acts::return_review(tx, id, version, &form.reason)).await
}

async fn step(
    ctx: &Ctx,
    id: String,
    form: &StepForm,
    said: &str,
    act: impl FnOnce(&Tx<'_>, &ReviewId, i64) -> Done<Review>,
) -> Answer {
    let id = ReviewId::new(id).ok_or(Refusal::NotFound)?;
    let version: i64 = form.version.parse().unwrap_or(0);
    let review = ctx.write(|tx| act(tx, &id, version)).await?;
    go_saying(format!("/objectives/{}/reviews/{}", review.objective_id, review.month), said)
}

fn place(id: String, month: &str) -> Result<(ObjectiveId, Month), Stop> {
    let id = ObjectiveId::new(id).ok_or(Refusal::NotFound)?;
    Ok((id, Month::parse(month).ok_or(Refusal::NotFound)?))
}
