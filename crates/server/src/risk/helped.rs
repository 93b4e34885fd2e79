//! The risks that one control helps: the assets, what each stands at, and what it would come to.

use super::badges::{Badge, level_badge};
use super::in_place::{self, Named, Which};
use super::what_if::{Asked, Reckoned};
use super::{scores, store};
use crate::house::fault::Done;
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, page};
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::{people, say};
use askama::Template;
use axum::extract::{Path, Query};
use meguri_domain::Refusal;
use meguri_domain::ids::{ControlId, RiskId};
use meguri_domain::people::{Act, Scope};
use meguri_domain::what_if::Kind;
use serde::Deserialize;
use std::collections::HashSet;

/// So many risks are listed.
const MOST: usize = 200;

#[derive(Template)]
#[template(path = "risk/helped.html")]
struct Helped {
    shell: Shell,
    title: String,
    lead: String,
    back: String,
    rows: Vec<HelpedRow>,
}

struct HelpedRow {
    href: String,
    asset: String,
    threat: String,
    department: String,
    value: String,
    before: Badge,
    expected: String,
    after: Badge,
    answered: bool,
}

#[derive(Deserialize, Default)]
pub struct Within {
    #[serde(default)]
    department: String,
    #[serde(default)]
    method: String,
}

/// GET /what-if/controls/{control}
pub async fn helped(ctx: Ctx, Path(control): Path<String>, Query(within): Query<Within>) -> Answer {
    let id = ControlId::new(control).ok_or(Refusal::NotFound)?;
    let template = ctx.read(|rx| look(&ctx, rx, &id, &within)).await?;
    page(&template)
}

fn look(ctx: &Ctx, rx: &Rx<'_>, id: &ControlId, within: &Within) -> Done<Helped> {
    let l = ctx.l;
    if !ctx.actor.may_somewhere(Act::SeeRisk) {
        return Err(Refusal::NotAllowed.into());
    }
    let control = store::controls(rx)?.into_iter().find(|each| each.id == *id).ok_or(Refusal::NotFound)?;
    let scope = rx.scope(Act::SeeRisk);
    let (department, personal) = (within.department.clone(), within.method == "personal");
    let asked = Asked { department, personal, ..Asked::default() };
    let reckoned = Reckoned::load(rx, &scope, &asked)?;
    let names = people::store::names(rx, rx.today())?;
    let threats = store::threats_in_sight(rx, &scope)?;
    let method = &reckoned.method;
    let mut rows = Vec::new();
    for (each, now) in highest(rx, &scope, &reckoned, id)? {
        let Some(threat) = threats.iter().find(|threat| threat.id == now.threat_id) else { continue };
        let Some(treated) = reckoned.register.treated(&now, threat, std::slice::from_ref(id)) else {
            continue;
        };
        let before = method.judge(now.importance, now.threat, now.vulnerability)?;
        let after = method.judge(now.importance, treated.threat, treated.vulnerability)?;
        rows.push(HelpedRow {
            href: format!("/risks/assets/{}#card-{}", each.risk.asset_id, each.risk.threat_id),
            asset: each.asset,
            threat: l.t(&each.threat.0, &each.threat.1).to_owned(),
            department: names.get(&each.risk.department_id).cloned().unwrap_or_default(),
            value: scores::shown(method, before.value),
            before: level_badge(l, before.level),
            expected: scores::shown(method, after.value),
            after: level_badge(l, after.level),
            answered: each.answered,
        });
    }
    let count = reckoned.register.helps(id);
    Ok(Helped {
        shell: Shell::new(ctx, "管理策が効くリスク", "Risks that a control helps", ctx.this_month()),
        title: format!("{id} {}", l.t(&control.title_ja, &control.title_en)),
        lead: lead(l, count, rows.len()),
        back: Asked { department: reckoned.department.clone(), personal, ..Asked::default() }.address(),
        rows,
    })
}

fn lead(l: Lang, count: i64, shown: usize) -> String {
    let all = l.count(usize::try_from(count).unwrap_or_default(), "件", "risk", "risks");
    let lowered = say!(l, "この管理策で下がるリスクは{all}です。", "This control lowers {all}.");
    if shown < MOST {
        return lowered;
    }
    let rest = say!(l, "値の高い順に{shown}件を表示しています。", " The {shown} highest are shown.");
    [lowered, rest].concat()
}

/// The risks that a control helps as they stand now, the highest first; at most [`MOST`]. Where a treatment is in place a risk
/// stands at its second judgement, and a control that brought it there does not help it again.
fn highest(rx: &Rx<'_>, scope: &Scope, reckoned: &Reckoned, id: &ControlId) -> Done<Vec<(Named, Kind)>> {
    let Some(criteria) = &reckoned.criteria else { return Ok(Vec::new()) };
    let which = Which {
        fiscal_year: reckoned.year,
        criteria: &criteria.id,
        department: &reckoned.department,
        personal: reckoned.personal,
    };
    let placed: HashSet<&RiskId> = reckoned.placed.iter().map(|each| &each.id).collect();
    let mut found = Vec::new();
    for (kind, _) in reckoned.register.helped_kinds(id) {
        let now = reckoned.placed.iter().filter(|each| each.now == *kind && !each.controls.contains(id));
        for each in now.take(MOST - found.len()) {
            found.extend(in_place::one(rx, scope, &each.id)?.map(|named| (named, kind.clone())));
        }
        let mut from = 0;
        while found.len() < MOST {
            let some = in_place::of_kind(rx, scope, &which, (kind, from))?;
            from += some.len();
            let last = some.len() < in_place::STRIDE;
            let left = some.into_iter().filter(|each| !placed.contains(&each.risk.id));
            let room = MOST - found.len();
            found.extend(left.take(room).map(|named| (named, kind.clone())));
            if last {
                break;
            }
        }
        if found.len() == MOST {
            break;
        }
    }
    Ok(found)
}
