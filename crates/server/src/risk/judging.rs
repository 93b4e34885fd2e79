//! The page on which the threats to one asset are judged: proposals as cards, the sum at once, the next asset.

use super::badges::{Badge, edition, standing_badge};
use super::cards::{self, Card, Cards, Typed};
use super::counts::{self, Extent, Which};
use super::department::extents;
use super::{acts, stages, store};
use crate::house::fault::{Done, Stop};
use crate::house::layout::Shell;
use crate::house::refused;
use crate::house::web::{Answer, Ctx, go, go_saying, page};
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::{asset, criteria, measure, pattern, people};
use askama::Template;
use axum::extract::{Form, Path, Query};
use meguri_domain::Refusal;
use meguri_domain::asset::{Asset, AssetState};
use meguri_domain::criteria::Criteria;
use meguri_domain::ids::{AssetId, ThreatId};
use meguri_domain::people::Act;
use meguri_domain::risk::{Judgement, Risk};
use serde::Deserialize;

#[derive(Deserialize, Default)]
pub struct AssetQuery {
    /// A threat that is not proposed, chosen from the catalogue.
    #[serde(default)]
    threat: String,
}

#[derive(Template)]
#[template(path = "risk/judging.html")]
struct Judging {
    shell: Shell,
    asset: Asset,
    importance: i64,
    department: String,
    edition: Option<String>,
    lead: String,
    badge: Badge,
    stale: Option<String>,
    extent: Extent,
    list: Vec<Neighbour>,
    judged: Vec<Card>,
    proposed: Vec<Card>,
    others: Vec<(String, String)>,
    next: Option<(String, String)>,
    /// The pattern it is judged with.
    together: Option<Together>,
    may_judge: bool,
    may_judge_again: bool,
    /// How many threats can be taken over as they were judged last.
    last_year: usize,
    /// Of what holds personal data: what was judged of each life-cycle stage.
    stages: Vec<stages::Stage>,
}

/// The pattern of the asset, as its page tells it.
struct Together {
    href: String,
    name: String,
    /// How many assets a shared judgement reaches, this one among them.
    reach: usize,
    /// The sentence about an asset that no longer fits.
    drifts: Option<String>,
}

struct Neighbour {
    href: String,
    name: String,
    badge: Badge,
    current: bool,
}

/// GET /risks/assets/{asset}
pub async fn asset(ctx: Ctx, Path(id): Path<String>, Query(query): Query<AssetQuery>) -> Answer {
    let id = AssetId::new(id).ok_or(Refusal::NotFound)?;
    let template = ctx.read(|rx| look(&ctx, rx, &id, &query.threat, None)).await?;
    page(&template)
}

#[derive(Deserialize, Default, Clone)]
pub struct JudgementForm {
    #[serde(default)]
    threat_id: String,
    #[serde(default)]
    version: String,
    #[serde(default)]
    threat: String,
    #[serde(default)]
    vulnerability: String,
    #[serde(default)]
    note: String,
    #[serde(default)]
    answerable: String,
    /// Not empty: the same judgement for every asset of the pattern.
    #[serde(default)]
    alike: String,
}

/// POST /risks/assets/{asset}
pub async fn judge(ctx: Ctx, Path(id): Path<String>, Form(form): Form<JudgementForm>) -> Answer {
    let id = AssetId::new(id).ok_or(Refusal::NotFound)?;
    let threat = ThreatId::new(form.threat_id.clone()).ok_or(Refusal::NotFound)?;
    // What is no number lies outside every scale, and is refused as such.
    let number = |text: &str| text.trim().parse().unwrap_or(0);
    let order = Judgement {
        threat: number(&form.threat),
        vulnerability: number(&form.vulnerability),
        note: form.note.clone(),
        answerable: !form.answerable.is_empty(),
    };
    let version = number(&form.version);
    let judged = ctx.write(|tx| {
        let scope = tx.scope(Act::SeeRisk);
        let found = store::judged(tx, &scope, &id, &threat, store::fiscal_year(tx)?)?;
        let current = found.as_ref().map_or(0, |risk| risk.version);
        let wanted = found.as_ref().is_some_and(|risk| acts::answer(risk) == order);
        if current != version && !wanted {
            asset::store::find(tx, &scope, &id)?;
            return Err(Refusal::Stale { current }.into());
        }
        if form.alike.is_empty() {
            return acts::judge(tx, &id, &threat, &order).map(|_| 0);
        }
        acts::judge_alike(tx, &id, &threat, &order)
    });
    match judged.await {
        Ok(many) if many > 0 => {
            let said = match ctx.l {
                Lang::Ja => format!("類型の{many}件に同じ判断を書きました。"),
                Lang::En => {
                    let assets = Lang::many(many, "asset", "assets");
                    format!("The same judgement was written for {assets} of the pattern.")
                }
            };
            go_saying(format!("/risks/assets/{id}?threat={threat}#card-{threat}"), &said)
        }
        Ok(_) => go(format!("/risks/assets/{id}?threat={threat}#card-{threat}")),
        Err(stop) => refuse(&ctx, &id, Typed { threat, order }, stop).await,
    }
}

/// The same page with what was typed, and the refusal at its card.
async fn refuse(ctx: &Ctx, id: &AssetId, typed: Typed, stop: Stop) -> Answer {
    let Stop::Refusal(refusal) = &stop else { return Err(stop) };
    if matches!(refusal, Refusal::NotFound | Refusal::NotAllowed) {
        return Err(stop);
    }
    let threat = typed.threat.to_string();
    let template = ctx.read(|rx| look(ctx, rx, id, &threat, Some((&typed, refusal)))).await?;
    let mut response = page(&template)?;
    *response.status_mut() = refused::status(&stop);
    Ok(response)
}

/// POST /risks/assets/{asset}/confirmation
pub async fn confirm(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let id = AssetId::new(id).ok_or(Refusal::NotFound)?;
    ctx.write(|tx| acts::judge_again(tx, &id)).await?;
    let said = ctx.l.t("前の判定のままで確かめ直しました。", "The judgements were confirmed as they stand.");
    go_saying(format!("/risks/assets/{id}"), said)
}

/// POST /risks/assets/{asset}/last-year
pub async fn as_last_year(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let id = AssetId::new(id).ok_or(Refusal::NotFound)?;
    let taken = ctx.write(|tx| {
        let asset = asset::store::find(tx, &tx.scope(Act::SeeRisk), &id)?;
        acts::as_last_year(tx, &asset.department_id, Some(&id))
    });
    taken.await?;
    let said = ctx.l.t("前年どおりと評価しました。", "Judged as last year.");
    go_saying(format!("/risks/assets/{id}"), said)
}

fn look(
    ctx: &Ctx,
    rx: &Rx<'_>,
    id: &AssetId,
    chosen: &str,
    refused: Option<(&Typed, &Refusal)>,
) -> Done<Judging> {
    let l = ctx.l;
    let scope = rx.scope(Act::SeeRisk);
    let asset = asset::store::find(rx, &scope, id)?;
    let year = store::fiscal_year(rx)?;
    let criteria = criteria::store::in_force(rx)?;
    let catalogue = store::threats_for(rx, &scope, &asset.department_id)?;
    let history = store::history(rx, &scope, id)?;
    let may_judge = ctx.actor.may(Act::AssessRisk, &asset.department_id)
        && asset.state == AssetState::InUse
        && criteria.is_some();
    let table = cards::Table {
        l,
        year,
        asset: &asset,
        criteria: criteria.as_ref(),
        importance: criteria.as_ref().map_or(asset.importance, |each| each.importance(&asset)),
        controls: store::controls(rx)?,
        history: &history,
        measures: measure::store::answers(rx, &scope, &asset.department_id, year)?,
        may_judge,
        refused,
    };
    let current: Vec<&Risk> = history.iter().filter(|risk| risk.fiscal_year == year).collect();
    let Cards { judged, proposed, others } = table.arrange(&catalogue, chosen, || ctx.app.chance.id());
    let standing = standing(&asset, &current, criteria.as_ref());
    let (extent, list, next) = around(ctx, rx, &asset, criteria.as_ref(), standing)?;
    let names = people::store::names(rx, rx.today())?;
    Ok(Judging {
        shell: Shell::new(ctx, "リスクの評価", "Judging risks", ctx.this_month()),
        importance: table.importance,
        department: names.get(&asset.department_id).cloned().unwrap_or_default(),
        edition: criteria.as_ref().map(|each| edition(l, each)),
        lead: lead(l, &asset, current.len(), proposed.len(), criteria.is_some()),
        badge: standing_badge(l, standing),
        stale: (standing == "stale").then(|| cards::stale_sentence(l).to_owned()),
        extent,
        list,
        judged,
        others,
        proposed,
        next,
        together: together(ctx.l, rx, &asset)?,
        may_judge,
        may_judge_again: may_judge && standing == "stale",
        last_year: if may_judge { acts::to_take_over(rx, &asset.department_id, Some(id))?.len() } else { 0 },
        stages: stages::of(l, &asset, &current, &catalogue),
        asset,
    })
}

fn together(l: Lang, rx: &Rx<'_>, asset: &Asset) -> Done<Option<Together>> {
    let Some(id) = &asset.pattern_id else { return Ok(None) };
    let scope = rx.scope(Act::SeeRisk);
    let pattern = pattern::store::find(rx, &scope, id)?;
    let members = pattern::store::members(rx, &scope, id)?;
    let fits = pattern.fits(asset);
    Ok(Some(Together {
        href: format!("/patterns?department={}#{id}", pattern.department_id),
        reach: if fits { members.iter().filter(|each| pattern.fits(each)).count() } else { 0 },
        drifts: (!fits && asset.state == AssetState::InUse)
            .then(|| pattern::pages::drift_sentence(l, &pattern.name)),
        name: pattern.name,
    }))
}

/// How an asset's judgement stands under the criteria in force.
fn standing(asset: &Asset, current: &[&Risk], criteria: Option<&Criteria>) -> &'static str {
    let mut under =
        current.iter().filter(|risk| criteria.is_some_and(|each| each.id == risk.criteria_id)).peekable();
    if under.peek().is_none() {
        "none"
    } else if under.any(|risk| risk.is_stale(asset)) {
        "stale"
    } else {
        "judged"
    }
}

type Around = (Extent, Vec<Neighbour>, Option<(String, String)>);

/// The list at the side: this asset, then those that wait; and the next one.
fn around(
    ctx: &Ctx,
    rx: &Rx<'_>,
    asset: &Asset,
    criteria: Option<&Criteria>,
    standing: &str,
) -> Done<Around> {
    const AT_THE_SIDE: usize = 30;
    let Some(criteria) = criteria else { return Ok((Extent::default(), Vec::new(), None)) };
    let l = ctx.l;
    let scope = rx.scope(Act::SeeRisk);
    let year = store::fiscal_year(rx)?;
    let which = Which {
        fiscal_year: year,
        criteria: &criteria.id,
        department: &asset.department_id,
        standing: "waiting",
    };
    let waiting = counts::assets(rx, &scope, &which, 0)?;
    let here = Neighbour {
        href: format!("/risks/assets/{}", asset.id),
        name: asset.name.clone(),
        badge: standing_badge(l, standing),
        current: true,
    };
    let rest = waiting.into_iter().filter(|each| each.asset.id != asset.id).take(AT_THE_SIDE);
    let rest = rest.map(|each| Neighbour {
        href: format!("/risks/assets/{}", each.asset.id),
        name: each.asset.name,
        badge: standing_badge(l, &each.standing),
        current: false,
    });
    let next = counts::next(rx, &scope, &which, asset)?
        .map(|each| (format!("/risks/assets/{}", each.asset.id), each.asset.name));
    let extent = extents(rx, year, criteria, &asset.department_id)?;
    Ok((extent, Some(here).filter(|_| standing != "judged").into_iter().chain(rest).collect(), next))
}

fn lead(l: Lang, asset: &Asset, judged: usize, proposed: usize, in_force: bool) -> String {
    if asset.state == AssetState::Retired {
        return l
            .t(
                "この資産は廃止されています。これまでの評価だけを表示します。",
                "This asset is retired. Its earlier judgements are shown.",
            )
            .to_owned();
    }
    if !in_force {
        return l.refusal(&Refusal::CriteriaNotApproved);
    }
    match l {
        Lang::Ja if proposed == 0 => format!("{judged}件の脅威を評価しました。提案はすべて評価済みです。"),
        Lang::Ja => format!(
            "{judged}件の脅威を評価しました。ほかに{proposed}件を提案しています。当てはまるものだけを評価してください。"
        ),
        Lang::En if proposed == 0 => {
            format!("{} judged. All proposals are judged.", l.count(judged, "", "threat", "threats"))
        }
        Lang::En => format!(
            "{} judged, {proposed} more proposed. Judge those that apply.",
            l.count(judged, "", "threat", "threats")
        ),
    }
}
