//! The page of a chain: its steps with what stands on each, and in red what is missing there, with the act that mends it.

use super::gaps::step_of;
use super::walk::{Chain, Place, walk};
use crate::breaks::names::Names;
use crate::breaks::pages::verified_world;
use crate::breaks::words::{Line, line_of};
use crate::calendar::store as calendar;
use crate::house::fault::Done;
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, page};
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::{people, risk, say};
use askama::Template;
use axum::extract::Path;
use meguri_domain::Refusal;
use meguri_domain::approval::State;
use meguri_domain::breaks::breaks;
use meguri_domain::ids::{DepartmentId, ThreatId};
use meguri_domain::people::Act;
use std::collections::HashMap;

/// So many things of one step are shown.
const MOST: usize = 24;

#[derive(Template)]
#[template(path = "chain/index.html")]
struct ChainPage {
    shell: Shell,
    lead: String,
    steps: Vec<StepView>,
}

/// A step of the chain: what stands on it, and what is missing.
struct StepView {
    kind: &'static str,
    things: Vec<Thing>,
    more: usize,
    /// Whose, and what.
    gaps: Vec<(String, Line)>,
    /// What an empty step says.
    empty: &'static str,
}

/// A thing on a chain.
struct Thing {
    words: String,
    href: Option<String>,
    badge: Option<(&'static str, &'static str, String)>,
    small: String,
    /// The one that was asked for.
    here: bool,
}

/// GET /chain/{kind}/{id}
pub async fn chain(ctx: Ctx, Path((kind, id)): Path<(String, String)>) -> Answer {
    let place = Place::of(&kind, &id).ok_or(Refusal::NotFound)?;
    let l = ctx.l;
    let (steps, missing) = ctx.read(|rx| look(rx, l, &place)).await?;
    let lead = match missing {
        0 => l.t("この流れに切れ目はありません。", "This chain has no break.").to_owned(),
        _ => say!(l, "この流れに切れ目が{missing}件あります。", "This chain has breaks: {missing}."),
    };
    page(&ChainPage { shell: Shell::new(&ctx, "つながり", "The chain", ctx.this_month()), lead, steps })
}

fn look(rx: &Rx<'_>, l: Lang, place: &Place) -> Done<(Vec<StepView>, usize)> {
    let chain = walk(rx, place)?;
    let names = people::store::names(rx, rx.today())?;
    let threats = risk::store::threats_in_sight(rx, &rx.scope(Act::SeeRisk))?.into_iter();
    let threats = threats.map(|each| (each.id, l.t(&each.name_ja, &each.name_en).to_owned())).collect();
    let thread = Thread { l, place, names, threats };
    let mut steps = thread.steps(&chain);
    let mut missing = 0;
    if rx.actor().may_somewhere(Act::SeeBoard) {
        let (world, _) = verified_world(rx, l)?;
        let called = Names::load(rx, l, &world)?;
        for each in breaks(&world, &calendar::calendar(rx)?, rx.today()) {
            let Some(step) = step_of(&chain, &world, &each) else { continue };
            missing += 1;
            if let Some(view) = steps.get_mut(step as usize).filter(|view| view.gaps.len() < MOST) {
                let department = each.department_id.as_ref().map_or_else(String::new, |id| thread.name(id));
                view.gaps.push((department, line_of(&called, &world, &each)));
            }
        }
    }
    Ok((steps.into_iter().filter(|step| !step.is_idle()).collect(), missing))
}

impl StepView {
    /// The record shows itself only where something is wrong with it.
    fn is_idle(&self) -> bool {
        self.things.is_empty() && self.gaps.is_empty() && self.empty.is_empty()
    }
}

/// What the words of a chain are taken from.
struct Thread<'a> {
    l: Lang,
    place: &'a Place,
    names: HashMap<DepartmentId, String>,
    threats: HashMap<ThreatId, String>,
}

impl Thread<'_> {
    /// The steps in the order of [`super::gaps::Step`].
    fn steps(&self, chain: &Chain) -> Vec<StepView> {
        let l = self.l;
        let [assets, rows, destinations] = [
            self.assets(chain),
            self.rows(chain),
            self.objectives(chain).into_iter().chain(self.items(chain)).collect(),
        ];
        let risks = chain.risks.iter().map(|each| {
            let (badge, threat) =
                (risk::badges::level_badge(l, each.level), self.threats.get(&each.threat_id));
            Thing {
                words: threat.cloned().unwrap_or_default(),
                href: Some(format!("/risks/assets/{}#card-{}", each.asset_id, each.threat_id)),
                badge: Some((badge.class, badge.letter, badge.word)),
                small: l.year(each.fiscal_year),
                here: *self.place == Place::Risk(each.id.clone()),
            }
        });
        // A chain ends where nothing leads on: what would lie behind is not shown as empty.
        let unless = |ends: bool, words: &'static str| if ends { "" } else { words };
        let born = l.t("資産から生まれた項目ではありません。", "It was not born from an asset.");
        let (rows_end, ends) =
            (chain.risks.is_empty(), chain.objectives.is_empty() && chain.items.is_empty());
        let no_row = l.t("対応計画の行はありません。", "There is no plan row.");
        let no_record = l.t("記録はまだありません。", "No record yet.");
        let no_end = l.t("目標も点検項目もありません。", "There is no objective and no check item.");
        let no_cross = l.t("×の是正処置はありません。", "No correction of a ×.");
        let no_risk = l.t("評価したリスクはありません。", "No risk was judged.");
        vec![
            step(l.t("情報資産", "Asset"), assets, born),
            step(l.t("リスク", "Risk"), risks.collect(), unless(chain.assets.is_empty(), no_risk)),
            step(l.t("対応計画", "Treatment plan"), rows, unless(rows_end, no_row)),
            step(
                l.t("目標・点検項目", "Objective, check item"),
                destinations,
                unless(chain.plan_rows.is_empty(), no_end),
            ),
            step(l.t("毎月の記録", "Monthly records"), self.months(chain), unless(ends, no_record)),
            step(
                l.t("是正処置", "Corrections"),
                self.corrections(chain),
                unless(chain.answers.is_empty(), no_cross),
            ),
            step(l.t("記録簿", "Record log"), Vec::new(), ""),
        ]
    }

    fn name(&self, id: &DepartmentId) -> String {
        self.names.get(id).cloned().unwrap_or_default()
    }

    fn assets(&self, chain: &Chain) -> Vec<Thing> {
        let thing = |each: &meguri_domain::asset::Asset| Thing {
            words: each.name.clone(),
            href: Some(format!("/assets/{}", each.id)),
            badge: None,
            small: self.name(&each.department_id),
            here: *self.place == Place::Asset(each.id.clone()),
        };
        chain.assets.iter().map(thing).collect()
    }

    fn rows(&self, chain: &Chain) -> Vec<Thing> {
        let thing = |each: &meguri_domain::treatment::PlanRow| Thing {
            words: each.task.clone(),
            href: Some(format!("/plan/rows/{}", each.id)),
            badge: None,
            small: [self.l.w(each.policy.word()), "　", self.l.w(each.destination.word())].concat(),
            here: *self.place == Place::PlanRow(each.id.clone()),
        };
        chain.plan_rows.iter().map(thing).collect()
    }

    fn objectives(&self, chain: &Chain) -> Vec<Thing> {
        let thing = |each: &meguri_domain::objective::Objective| Thing {
            words: each.title.clone(),
            href: Some(format!("/objectives/{}", each.id)),
            badge: None,
            small: self.l.t("目標", "Objective").to_owned(),
            here: *self.place == Place::Objective(each.id.clone()),
        };
        chain.objectives.iter().map(thing).collect()
    }

    fn items(&self, chain: &Chain) -> Vec<Thing> {
        let thing = |each: &meguri_domain::inspection::CheckItem| Thing {
            words: self.l.t(&each.text_ja, &each.text_en).to_owned(),
            href: None,
            badge: None,
            small: self.l.t("点検項目", "Check item").to_owned(),
            here: *self.place == Place::CheckItem(each.id.clone()),
        };
        chain.items.iter().map(thing).collect()
    }

    fn months(&self, chain: &Chain) -> Vec<Thing> {
        let l = self.l;
        let answers = chain.answers.iter().map(|each| {
            let badge = crate::inspection::item::mark_badge(l, each.mark);
            Thing {
                words: l.month(&each.month),
                href: Some(format!(
                    "/inspections/{}/{}#item-{}",
                    each.department_id, each.month, each.item_id
                )),
                badge: Some((badge.class, badge.letter, badge.word.to_owned())),
                small: self.name(&each.department_id),
                here: *self.place == Place::Answer(each.id.clone()),
            }
        });
        let reviews = chain.reviews.iter().map(|each| Thing {
            words: l.month(&each.month),
            href: Some(format!("/objectives/{}/reviews/{}", each.objective_id, each.month)),
            badge: Some(flow(l, each.flow.state)),
            small: l.w(each.progress.word()).to_owned(),
            here: *self.place == Place::Review(each.id.clone()),
        });
        answers.chain(reviews).collect()
    }

    fn corrections(&self, chain: &Chain) -> Vec<Thing> {
        let thing = |each: &meguri_domain::correction::Correction| Thing {
            words: each.what.clone(),
            href: Some(format!("/corrections/{}", each.id)),
            badge: None,
            small: self.l.w(each.state.word()).to_owned(),
            here: *self.place == Place::Correction(each.id.clone()),
        };
        chain.corrections.iter().map(thing).collect()
    }
}

fn step(kind: &'static str, mut things: Vec<Thing>, empty: &'static str) -> StepView {
    let more = things.len().saturating_sub(MOST);
    things.truncate(MOST);
    StepView { kind, things, more, gaps: Vec::new(), empty }
}

fn flow(l: Lang, state: State) -> (&'static str, &'static str, String) {
    let badge = risk::badges::flow_badge(l, Some(state));
    (badge.class, badge.letter, badge.word)
}
