//! The risks that one control helps: the assets, what each stands at, and what it would come to.

use super::badges::{Badge, level_badge};
use super::in_place::{self, Which};
use super::what_if::{Asked, Reckoned};
use super::{scores, store};
use crate::house::fault::Done;
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, page};
use crate::house::work::Rx;
use crate::{people, say};
use askama::Template;
use axum::extract::{Path, Query};
use meguri_domain::Refusal;
use meguri_domain::ids::ControlId;
use meguri_domain::people::Act;
use serde::Deserialize;

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
    let mut rows = Vec::new();
    let mut count = 0;
    if let Some(criteria) = &reckoned.criteria {
        let which = Which {
            fiscal_year: reckoned.year,
            criteria: &criteria.id,
            department: &reckoned.department,
            personal,
        };
        let method = &reckoned.method;
        for threat in store::threats_in_sight(rx, &scope)?.iter().filter(|each| each.controls.contains(id)) {
            for each in in_place::of_threat(rx, &scope, &which, threat.id.as_str())? {
                let kind = in_place::kind(&each.risk);
                let chosen = std::slice::from_ref(id);
                let Some(treated) = reckoned.register.treated(&kind, threat, chosen) else { continue };
                count += 1;
                let importance = each.risk.importance;
                let after = method.judge(importance, treated.threat, treated.vulnerability)?;
                rows.push((
                    each.risk.value,
                    HelpedRow {
                        href: format!("/risks/assets/{}#card-{}", each.risk.asset_id, each.risk.threat_id),
                        asset: each.asset,
                        threat: l.t(&each.threat.0, &each.threat.1).to_owned(),
                        department: names.get(&each.risk.department_id).cloned().unwrap_or_default(),
                        value: scores::shown(method, each.risk.value),
                        before: level_badge(l, each.risk.level),
                        expected: scores::shown(method, after.value),
                        after: level_badge(l, after.level),
                        answered: each.answered,
                    },
                ));
            }
        }
    }
    rows.sort_by_key(|(value, _)| -value);
    rows.truncate(MOST);
    let shown = rows.len();
    Ok(Helped {
        shell: Shell::new(ctx, "管理策が効くリスク", "Risks that a control helps", ctx.this_month()),
        title: format!("{id} {}", l.t(&control.title_ja, &control.title_en)),
        lead: say!(
            l,
            "この管理策で下がるリスクは{count}件です。値の高い順に{shown}件を表示しています。",
            "This control lowers {count} risks; {shown} are shown, highest first."
        ),
        back: Asked { department: reckoned.department.clone(), personal, ..Asked::default() }.address(),
        rows: rows.into_iter().map(|(_, row)| row).collect(),
    })
}
