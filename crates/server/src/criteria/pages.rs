//! Pages of the risk criteria: the edition in force, drafts that wait for approval, the next draft.

use super::form::{self, Beginning, NextForm, typed};
use super::preview::{self, Shown};
use super::views::{self, Edition, ScaleRow};
use super::{acts, store};
use crate::house::fault::{Done, Stop};
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, go_saying, page};
use askama::Template;
use axum::extract::{Form, Path, Query};
use axum::http::StatusCode;
use meguri_domain::Refusal;
use meguri_domain::criteria::{Criteria, CriteriaState, Method};
use meguri_domain::ids::CriteriaId;
use meguri_domain::people::Act;
use meguri_domain::preset::Preset;
use serde::Deserialize;
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
    /// What the draft that is looked at would do.
    preview: Option<Shown>,
}

/// A draft that waits, with a key for its own form.
struct Draft {
    edition: Edition,
    /// What it would do, in a sentence.
    preview: Option<String>,
    req: String,
}

struct Past {
    id: String,
    title: String,
    state: (&'static str, &'static str, &'static str),
    drafted: String,
    approved: String,
}

/// What the form of the next edition begins with.
#[derive(Deserialize)]
pub struct Begin {
    /// A shipped method; none: the edition in force.
    #[serde(default)]
    preset: String,
    /// A shipped method for personal data, or that there is none.
    #[serde(default)]
    personal: String,
}

/// GET /criteria
pub async fn index(ctx: Ctx, Query(begin): Query<Begin>) -> Answer {
    page(&filled(&ctx, None, NextForm::begin(Preset::from_code(&begin.preset), &begin.personal)).await?)
}

/// GET /criteria/{id}
pub async fn edition(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let id = CriteriaId::new(id).ok_or(Stop::Refusal(Refusal::NotFound))?;
    page(&filled(&ctx, Some(&id), NextForm::begin(None, "")).await?)
}

/// POST /criteria
pub async fn draft(ctx: Ctx, Form(form): Form<BTreeMap<String, String>>) -> Answer {
    let drafted = ctx
        .write(|tx| {
            let base = acts::methods(tx)?;
            acts::draft(tx, typed(&form, "name"), form::methods(ctx.l, &form, &base))
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
            let mut response = page(&filled(&ctx, None, NextForm::sent(&form, sentence)).await?)?;
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

async fn filled(ctx: &Ctx, id: Option<&CriteriaId>, begin: Beginning<'_>) -> Done<Index> {
    let may = |act| ctx.actor.may_everywhere(act);
    if !ctx.actor.may_somewhere(Act::SeeRisk) && !may(Act::EditCriteria) && !may(Act::ApproveCriteria) {
        return Err(Refusal::NotAllowed.into());
    }
    let l = ctx.l;
    let (all, asked, mut previews) = ctx
        .read(|rx| {
            let asked = id.map(|id| store::find(rx, id)).transpose()?;
            let all = store::all(rx)?;
            let sees = may(Act::EditCriteria) || may(Act::ApproveCriteria);
            let draft = |each: &Criteria| sees && each.state == CriteriaState::Draft;
            let mut previews = Vec::new();
            for each in
                all.iter().filter(|each| draft(each) && asked.as_ref().is_none_or(|it| it.id == each.id))
            {
                previews.extend(preview::look(rx, l, each)?.map(|shown| (each.id.clone(), shown)));
            }
            Ok((all, asked, previews))
        })
        .await?;
    let in_force = all.iter().find(|each| each.state == CriteriaState::Approved);
    let view = |each: &Criteria| views::edition(l, each, in_force, each.drafted.by == ctx.actor.person);
    let shown = asked.as_ref().or(in_force).map(view);
    let drafts = all.iter().filter(|each| each.state == CriteriaState::Draft && id.is_none());
    let said =
        |id: &CriteriaId| previews.iter().find(|(each, _)| each == id).map(|(_, shown)| shown.lead.clone());
    let drafts: Vec<Draft> = drafts
        .map(|each| Draft { edition: view(each), preview: said(&each.id), req: ctx.app.chance.id() })
        .collect();
    let past = |each: &Criteria| Past {
        id: each.id.to_string(),
        title: views::title(l, each),
        state: views::badge(l, each.state),
        drafted: views::signature(l, &each.drafted),
        approved: each.approved.as_ref().map_or_else(String::new, |signed| views::signature(l, signed)),
    };
    let base = in_force.map_or_else(|| Method::ipa_3_1().into(), Criteria::methods);
    let form = (may(Act::EditCriteria) && id.is_none()).then(|| NextForm::of(l, &base, begin));
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
        preview: if id.is_some() { previews.pop().map(|(_, shown)| shown) } else { None },
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
