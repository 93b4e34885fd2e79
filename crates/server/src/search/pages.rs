//! The page of the search: what was found, by kind.

use super::store::{self, Hit, MOST};
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, page};
use crate::house::words::fold;
use crate::people::store as people;
use crate::say;
use askama::Template;
use axum::extract::Query;
use meguri_domain::ids::DepartmentId;
use meguri_domain::people::Act;
use meguri_domain::treatment::Policy;
use serde::Deserialize;
use std::collections::HashMap;

/// More than this is no word to search for.
const MOST_TEXT: usize = 200;

#[derive(Deserialize)]
pub struct SearchQuery {
    #[serde(default)]
    q: String,
}

#[derive(Template)]
#[template(path = "search/index.html")]
struct SearchPage {
    shell: Shell,
    q: String,
    lead: String,
    groups: Vec<Group>,
}

struct Group {
    name: &'static str,
    full: bool,
    hits: Vec<(String, String, String, String)>,
}

/// GET /search
pub async fn index(ctx: Ctx, Query(query): Query<SearchQuery>) -> Answer {
    let q: String = query.q.trim().chars().take(MOST_TEXT).collect();
    let folded = fold(&q);
    let (l, actor) = (ctx.l, &ctx.actor);
    let sees = |act| !folded.is_empty() && actor.may_somewhere(act);
    let (found, names) = ctx
        .read(|rx| {
            let mut found = Vec::new();
            let mut add = |name, prefix: &'static str, hits: Vec<Hit>| found.push((name, prefix, hits));
            if sees(Act::SeeRegister) {
                add(
                    l.t("情報資産", "Assets"),
                    "/assets/",
                    store::assets(rx, &rx.scope(Act::SeeRegister), &folded)?,
                );
            }
            if sees(Act::SeeRisk) {
                add(
                    l.t("リスク", "Risks"),
                    "/risks/assets/",
                    store::risks(rx, &rx.scope(Act::SeeRisk), &folded)?,
                );
            }
            if sees(Act::SeePlan) {
                let hits = store::plan_rows(rx, &rx.scope(Act::SeePlan), &q)?;
                add(l.t("対応計画", "Plan"), "/plan/rows/", hits);
            }
            if sees(Act::SeeMonth) {
                let scope = rx.scope(Act::SeeMonth);
                add(l.t("目標", "Objectives"), "/objectives/", store::objectives(rx, &scope, &folded)?);
                add(
                    l.t("是正処置", "Corrections"),
                    "/corrections/",
                    store::corrections(rx, &scope, &folded)?,
                );
                add(l.t("点検項目", "Check items"), "/items#", store::items(rx, &folded)?);
            }
            Ok((found, people::names(rx, rx.today())?))
        })
        .await?;
    let groups = groups(&ctx, &names, found);
    let count: usize = groups.iter().map(|group| group.hits.len()).sum();
    let lead = match (folded.is_empty(), count) {
        (true, _) => l.t("探す語を入力してください。", "Write what to look for.").to_owned(),
        (_, 0) => say!(
            l,
            "「{q}」は見つかりませんでした。短い語にするか、書き方を変えて探してください。",
            "Nothing was found for “{q}”. Try a shorter word or another spelling."
        ),
        _ => say!(l, "「{q}」が{count}件見つかりました。", "{count} found for “{q}”."),
    };
    page(&SearchPage { shell: Shell::new(&ctx, "検索", "Search", ctx.this_month()), q, lead, groups })
}

/// What was found, kind by kind.
fn groups(
    ctx: &Ctx,
    names: &HashMap<DepartmentId, String>,
    found: Vec<(&'static str, &'static str, Vec<Hit>)>,
) -> Vec<Group> {
    let group = |(name, prefix, hits): (&'static str, &'static str, Vec<Hit>)| Group {
        name,
        full: hits.len() >= MOST,
        hits: hits.into_iter().map(|hit| shown(ctx, names, prefix, hit)).collect(),
    };
    found.into_iter().filter(|(.., hits)| !hits.is_empty()).map(group).collect()
}

/// Address, department, title, and what stands under it.
fn shown(
    ctx: &Ctx,
    names: &HashMap<DepartmentId, String>,
    prefix: &str,
    hit: Hit,
) -> (String, String, String, String) {
    let l = ctx.l;
    let department = DepartmentId::new(hit.department).and_then(|id| names.get(&id).cloned());
    let place = department.unwrap_or_else(|| l.t("全社", "Company").to_owned());
    let at = |n: usize| hit.texts.get(n).map_or("", String::as_str);
    let (title, under) = match prefix {
        "/risks/assets/" => (format!("{}: {}", at(2), l.t(at(0), at(1))), String::new()),
        "/plan/rows/" => {
            let policy = Policy::from_code(at(3)).map_or("", |each| l.w(each.word()));
            (at(0).to_owned(), [at(1), policy].join(" · "))
        }
        "/items#" => (l.t(at(0), at(1)).to_owned(), String::new()),
        _ => {
            let rest: Vec<&str> =
                hit.texts.iter().skip(1).map(String::as_str).filter(|text| !text.is_empty()).collect();
            (at(0).to_owned(), rest.join(" · ").chars().take(160).collect())
        }
    };
    (format!("{prefix}{}", hit.id), place, title, under)
}
