//! The page of the effects of controls: every number in sight, the shipped ones marked as such.

use super::{acts, store};
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, go_saying, page};
use crate::risk;
use askama::Template;
use axum::extract::{Form as Body, Path};
use meguri_domain::Refusal;
use meguri_domain::effect::{ControlEffect, Numbers};
use meguri_domain::ids::ControlId;
use meguri_domain::people::Act;
use serde::Deserialize;

#[derive(Template)]
#[template(path = "effect/index.html")]
struct Index {
    shell: Shell,
    own: usize,
    may_edit: bool,
    rows: Vec<EffectRow>,
}

struct EffectRow {
    title: String,
    effect: ControlEffect,
    shipped: bool,
    default: ControlEffect,
}

/// GET /what-if/effects
pub async fn index(ctx: Ctx) -> Answer {
    if !ctx.actor.may_somewhere(Act::SeeRisk) {
        return Err(Refusal::NotAllowed.into());
    }
    let l = ctx.l;
    let (controls, effects) = ctx.read(|rx| Ok((risk::store::controls(rx)?, store::effects(rx)?))).await?;
    let row = |each: &meguri_domain::risk::Control| {
        let effect = effects.get(&each.id);
        EffectRow {
            title: format!("{} {}", each.id, l.t(&each.title_ja, &each.title_en)),
            shipped: effect.is_shipped(),
            default: ControlEffect::shipped(&each.id),
            effect,
        }
    };
    let mut rows: Vec<EffectRow> = controls.iter().map(row).collect();
    rows.sort_by_key(|each| numbered(each.effect.id.as_str()));
    page(&Index {
        shell: Shell::new(&ctx, "管理策の効果と工数", "Effects and efforts of controls", ctx.this_month()),
        own: rows.iter().filter(|each| !each.shipped).count(),
        may_edit: ctx.actor.may_everywhere(Act::EditCriteria),
        rows,
    })
}

/// `8.9` comes before `8.13`.
fn numbered(id: &str) -> (Vec<u32>, String) {
    (id.split('.').map(|part| part.parse().unwrap_or(u32::MAX)).collect(), id.to_owned())
}

#[derive(Deserialize, Default)]
pub struct EffectForm {
    #[serde(default)]
    version: String,
    #[serde(default)]
    effort: String,
    #[serde(default)]
    main_steps: String,
    #[serde(default)]
    other_steps: String,
    #[serde(default)]
    threat_steps: String,
    #[serde(default)]
    act: String,
}

/// POST /what-if/effects/{control}
pub async fn set(ctx: Ctx, Path(control): Path<String>, Body(form): Body<EffectForm>) -> Answer {
    let id = ControlId::new(control).ok_or(Refusal::NotFound)?;
    // What is no number is out of bounds, and said so.
    let number = |text: &str| text.trim().parse().unwrap_or(-1);
    let reset = form.act == "reset";
    let to = (!reset).then(|| Numbers {
        effort: number(&form.effort),
        main_steps: number(&form.main_steps),
        other_steps: number(&form.other_steps),
        threat_steps: number(&form.threat_steps),
    });
    ctx.write(|tx| acts::set(tx, &id, number(&form.version), to)).await?;
    let said = if reset {
        ("既定の値に戻しました。", "Back to the shipped numbers.")
    } else {
        ("効果と工数を保存しました。", "Effect and effort were saved.")
    };
    go_saying(format!("/what-if/effects#row-{id}"), ctx.l.w(said))
}
