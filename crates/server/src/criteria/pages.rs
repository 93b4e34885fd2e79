//! Pages of the risk criteria: the edition in force, drafts that wait for approval, the next draft.

use super::views::{self, Edition, ScaleRow};
use super::{acts, store};
use crate::house::fault::{Done, Stop};
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, go_saying, page};
use askama::Template;
use axum::extract::{Form, Path};
use axum::http::StatusCode;
use meguri_domain::Refusal;
use meguri_domain::criteria::{Criteria, CriteriaState, Method};
use meguri_domain::ids::CriteriaId;
use meguri_domain::people::Act;
use std::collections::BTreeMap;

/// An edition of the criteria with what waits and what was before.
#[derive(Template)]
#[template(path = "criteria/index.html")]
struct Index {
    shell: Shell,
    lead: String,
    /// The edition in force, or the one that was asked for.
    shown: Option<Edition>,
    scale: [ScaleRow; 3],
    drafts: Vec<Draft>,
    history: Vec<Past>,
    form: Option<NextForm>,
    may_approve: bool,
    one: bool,
}

/// A draft that waits, with a key for its own form.
struct Draft {
    edition: Edition,
    req: String,
}

struct Past {
    id: String,
    title: String,
    state: (&'static str, &'static str, &'static str),
    drafted: String,
    approved: String,
}

/// The form of the next edition with what was typed.
struct NextForm {
    name: String,
    large_from: String,
    middle_from: String,
    answer_from: String,
    personal_lifts: bool,
    /// Threat, and for each vulnerability from the largest down: vulnerability and typed likelihood.
    cells: Vec<(i64, Vec<(i64, String)>)>,
    scale: i64,
    most: i64,
    refusal: Option<String>,
}

/// GET /criteria
pub async fn index(ctx: Ctx) -> Answer {
    page(&filled(&ctx, None, None).await?)
}

/// GET /criteria/{id}
pub async fn edition(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let id = CriteriaId::new(id).ok_or(Stop::Refusal(Refusal::NotFound))?;
    page(&filled(&ctx, Some(&id), None).await?)
}

/// POST /criteria
pub async fn draft(ctx: Ctx, Form(form): Form<BTreeMap<String, String>>) -> Answer {
    let drafted = ctx
        .write(|tx| {
            let base = acts::method(tx)?;
            acts::draft(tx, typed(&form, "name"), method(&form, base.scale))
        })
        .await;
    match drafted {
        Ok(_) => go_saying(
            "/criteria",
            ctx.l.t(
                "次の版の案を保存しました。経営層の承認を待っています。",
                "The draft is saved. It now waits for the executive to approve it.",
            ),
        ),
        Err(Stop::Refusal(
            refusal @ (Refusal::Because(_)
            | Refusal::Missing { .. }
            | Refusal::TooLong { .. }
            | Refusal::Unfit { .. }),
        )) => {
            let sentence = ctx.l.refusal(&refusal);
            let mut response = page(&filled(&ctx, None, Some((&form, sentence))).await?)?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
        Err(stop) => Err(stop),
    }
}

/// POST /criteria/{id}/approval
pub async fn approval(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let id = CriteriaId::new(id).ok_or(Stop::Refusal(Refusal::NotFound))?;
    let edition = ctx.write(|tx| acts::approve(tx, &id)).await?;
    let title = views::title(ctx.l, &edition);
    let said = if ctx.l.is_ja() {
        format!("{title}を承認しました。今日からこの版で評価します。")
    } else {
        format!("{title} is approved and in force from today.")
    };
    go_saying("/criteria", &said)
}

async fn filled(
    ctx: &Ctx,
    id: Option<&CriteriaId>,
    sent: Option<(&BTreeMap<String, String>, String)>,
) -> Done<Index> {
    let may = |act| ctx.actor.may_everywhere(act);
    if !ctx.actor.may_somewhere(Act::SeeRisk) && !may(Act::EditCriteria) && !may(Act::ApproveCriteria) {
        return Err(Refusal::NotAllowed.into());
    }
    let l = ctx.l;
    let (all, asked) = ctx
        .read(|rx| {
            let asked = id.map(|id| store::find(rx, id)).transpose()?;
            Ok((store::all(rx)?, asked))
        })
        .await?;
    let in_force = all.iter().find(|each| each.state == CriteriaState::Approved);
    let view = |each: &Criteria| views::edition(l, each, in_force, each.drafted.by == ctx.actor.person);
    let shown = asked.as_ref().or(in_force).map(view);
    let drafts = all.iter().filter(|each| each.state == CriteriaState::Draft && id.is_none());
    let drafts: Vec<Draft> =
        drafts.map(|each| Draft { edition: view(each), req: ctx.app.chance.id() }).collect();
    let past = |each: &Criteria| Past {
        id: each.id.to_string(),
        title: views::title(l, each),
        state: views::badge(l, each.state),
        drafted: views::signature(l, &each.drafted),
        approved: each.approved.as_ref().map_or_else(String::new, |signed| views::signature(l, signed)),
    };
    let base = in_force.map_or_else(Method::ipa_3_1, |each| each.method.clone());
    let form = (may(Act::EditCriteria) && id.is_none()).then(|| next_form(&base, sent));
    let lead = lead(ctx, in_force, drafts.len());
    let history = all.iter().map(past).collect();
    let shell = Shell::new(ctx, "リスク基準", "Risk criteria", ctx.this_month());
    Ok(Index {
        shell,
        lead,
        shown,
        scale: views::scale(l),
        drafts,
        history,
        form,
        may_approve: may(Act::ApproveCriteria),
        one: id.is_some(),
    })
}

fn lead(ctx: &Ctx, in_force: Option<&Criteria>, drafts: usize) -> String {
    let l = ctx.l;
    let stands = match (in_force, l.is_ja()) {
        (Some(edition), true) => format!("現行は{}です。", views::title(l, edition)),
        (Some(edition), false) => format!("{} is in force.", views::title(l, edition)),
        (None, true) => {
            "承認されたリスク基準がまだありません。経営層が案を承認すると、リスク評価を始められます。"
                .to_owned()
        }
        (None, false) => {
            "No edition is approved yet. Assessment can start once the executive approves one.".to_owned()
        }
    };
    match (drafts, in_force.is_some(), l.is_ja()) {
        (0, ..) | (_, false, _) => stands,
        (_, _, true) => format!("{stands}承認を待つ案が{drafts}件あります。"),
        (_, _, false) => format!("{stands} {drafts} waiting for approval."),
    }
}

/// The form, filled with what was typed, else with the edition in force.
fn next_form(base: &Method, sent: Option<(&BTreeMap<String, String>, String)>) -> NextForm {
    let (form, refusal) = match sent {
        Some((form, sentence)) => (Some(form), Some(sentence)),
        None => (None, None),
    };
    let or =
        |name: &str, value: i64| form.map_or_else(|| value.to_string(), |form| typed(form, name).to_owned());
    let down: Vec<i64> = (1..=base.scale).rev().collect();
    let cell = |threat: i64, each: i64| {
        (each, or(&cell_name(threat, each), base.likelihood(threat, each).unwrap_or(1)))
    };
    NextForm {
        name: form.map_or_else(String::new, |form| typed(form, "name").to_owned()),
        large_from: or("large_from", base.large_from),
        middle_from: or("middle_from", base.middle_from),
        answer_from: or("answer_from", base.answer_from),
        personal_lifts: form.map_or(base.personal_lifts, |form| !typed(form, "personal_lifts").is_empty()),
        cells: down
            .iter()
            .map(|threat| (*threat, down.iter().map(|each| cell(*threat, *each)).collect()))
            .collect(),
        scale: base.scale,
        most: base.scale * base.scale,
        refusal,
    }
}

/// The method of a form. What is no number becomes 0, which the domain refuses with its sentence.
fn method(form: &BTreeMap<String, String>, scale: i64) -> Method {
    let number = |name: &str| typed(form, name).trim().parse::<i64>().unwrap_or(0);
    let cell = |threat: i64, vulnerability: i64| number(&cell_name(threat, vulnerability));
    Method {
        scale,
        likelihood: (1..=scale).map(|threat| (1..=scale).map(|each| cell(threat, each)).collect()).collect(),
        large_from: number("large_from"),
        middle_from: number("middle_from"),
        answer_from: number("answer_from"),
        personal_lifts: !typed(form, "personal_lifts").is_empty(),
    }
}

fn cell_name(threat: i64, vulnerability: i64) -> String {
    format!("cell_{threat}_{vulnerability}")
}

fn typed<'a>(form: &'a BTreeMap<String, String>, name: &str) -> &'a str {
    form.get(name).map_or("", String::as_str)
}
