//! The page of a department's patterns: those that stand, and those that are proposed.

use super::{acts, store};
use crate::house::fault::{Done, Stop};
use crate::house::layout::Shell;
use crate::house::refused;
use crate::house::web::{Answer, Ctx, go_saying, page};
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::{asset, criteria, people, risk};
use askama::Template;
use axum::extract::{Form, Path, Query};
use meguri_domain::Refusal;
use meguri_domain::asset::Asset;
use meguri_domain::ids::{AssetId, DepartmentId, PatternId};
use meguri_domain::pattern::{Pattern, Proposal, propose};
use meguri_domain::people::Act;
use serde::Deserialize;

/// A pattern shows at most so many of its assets, and a proposal offers at most so many at once.
const SHOWN: usize = 200;
/// How many proposals the page shows at once.
const PROPOSALS: usize = 20;

#[derive(Template)]
#[template(path = "pattern/index.html")]
struct Index {
    shell: Shell,
    lead: String,
    department: String,
    name: String,
    departments: Vec<(String, String)>,
    patterns: Vec<Standing>,
    proposals: Vec<Proposed>,
    more: usize,
    may: bool,
    problem: Option<String>,
}

/// A pattern that stands.
struct Standing {
    id: String,
    version: i64,
    req: String,
    name: String,
    traits: String,
    count: i64,
    judged: i64,
    judge: Option<String>,
    members: Vec<Member>,
    beyond: usize,
}

struct Member {
    id: String,
    name: String,
    category: String,
    drifts: Option<String>,
    req: String,
}

/// Assets that could be judged as one.
struct Proposed {
    req: String,
    /// The pattern they would join.
    joins: Option<(String, String)>,
    /// A name to begin with.
    name: String,
    traits: String,
    count: usize,
    members: Vec<Member>,
    beyond: usize,
}

#[derive(Deserialize, Default)]
pub struct Which {
    #[serde(default)]
    department: String,
}

/// GET /patterns
pub async fn index(ctx: Ctx, Query(which): Query<Which>) -> Answer {
    let template = ctx.read(|rx| filled(&ctx, rx, &which.department, None)).await?;
    page(&template)
}

fn filled(ctx: &Ctx, rx: &Rx<'_>, wanted: &str, problem: Option<String>) -> Done<Index> {
    let l = ctx.l;
    if !ctx.actor.may_somewhere(Act::SeeRisk) {
        return Err(Refusal::NotAllowed.into());
    }
    let scope = rx.scope(Act::SeeRisk);
    let names = people::store::names(rx, rx.today())?;
    let open = people::store::departments_in(rx, &scope)?;
    let mut open: Vec<_> = open.into_iter().filter(|each| each.is_open(rx.today())).collect();
    let chosen = match DepartmentId::new(wanted) {
        Some(id) => Some(people::store::department(rx, &scope, &id)?),
        None if wanted.is_empty() => open.first().cloned(),
        None => return Err(Refusal::NotFound.into()),
    };
    let mut shell = Shell::new(ctx, "類型", "Patterns", ctx.this_month());
    let called = |id: &DepartmentId| names.get(id).cloned().unwrap_or_default();
    let departments = open.drain(..).map(|each| (each.id.to_string(), called(&each.id))).collect();
    let Some(chosen) = chosen else {
        let lead = l.t("見られる部門がありません。", "There is no department to show.").to_owned();
        return Ok(Index::empty(shell, lead));
    };
    let (patterns, proposals, more) = contents(ctx, rx, &chosen.id)?;
    let name = called(&chosen.id);
    shell.title = [name.as_str(), l.t("の類型", ": patterns")].concat();
    Ok(Index {
        lead: lead(l, &patterns, proposals.len() + more),
        department: chosen.id.to_string(),
        may: ctx.actor.may(Act::AssessRisk, &chosen.id),
        shell,
        name,
        departments,
        patterns,
        proposals,
        more,
        problem,
    })
}

impl Index {
    fn empty(shell: Shell, lead: String) -> Self {
        Self {
            shell,
            lead,
            department: String::new(),
            name: String::new(),
            departments: Vec::new(),
            patterns: Vec::new(),
            proposals: Vec::new(),
            more: 0,
            may: false,
            problem: None,
        }
    }
}

type Contents = (Vec<Standing>, Vec<Proposed>, usize);

fn contents(ctx: &Ctx, rx: &Rx<'_>, department: &DepartmentId) -> Done<Contents> {
    let l = ctx.l;
    let scope = rx.scope(Act::SeeRisk);
    let found = store::of_department(rx, &scope, department)?;
    let assets = asset::store::in_use(rx, &scope, department)?;
    let judged = match criteria::store::in_force(rx)? {
        Some(criteria) => {
            let under = (risk::store::fiscal_year(rx)?, &criteria.id);
            risk::counts::by_pattern(rx, &scope, under, department)?
        }
        None => Vec::new(),
    };
    let req = || ctx.app.chance.id();
    let standing = found.iter().map(|pattern| {
        let members: Vec<&Asset> =
            assets.iter().filter(|each| each.pattern_id.as_ref() == Some(&pattern.id)).collect();
        let done = judged.iter().find(|(id, ..)| *id == pattern.id).map_or(0, |(_, _, judged)| *judged);
        Standing::of(l, pattern, &members, done, req)
    });
    let standing = standing.collect();
    let all = propose(&assets, &found);
    let more = all.len().saturating_sub(PROPOSALS);
    let proposals = all.iter().take(PROPOSALS).map(|each| Proposed::of(l, each, req)).collect();
    Ok((standing, proposals, more))
}

impl Standing {
    fn of(l: Lang, pattern: &Pattern, members: &[&Asset], judged: i64, req: impl Fn() -> String) -> Self {
        let drifts = |each: &Asset| (!pattern.fits(each)).then(|| drift_sentence(l, &pattern.name));
        let like = members.iter().find(|each| pattern.fits(each));
        // What drifts asks for an act, so it comes first.
        let mut shown: Vec<&&Asset> = members.iter().collect();
        shown.sort_by_key(|each| pattern.fits(each));
        Self {
            id: pattern.id.to_string(),
            version: pattern.version,
            req: req(),
            name: pattern.name.clone(),
            traits: like.map_or_else(String::new, |each| traits(l, each)),
            count: i64::try_from(members.len()).unwrap_or(i64::MAX),
            judged,
            judge: like.map(|each| format!("/risks/assets/{}", each.id)),
            members: shown
                .into_iter()
                .take(SHOWN)
                .map(|each| Member::of(each, drifts(each), req()))
                .collect(),
            beyond: members.len().saturating_sub(SHOWN),
        }
    }
}

impl Member {
    fn of(asset: &Asset, drifts: Option<String>, req: String) -> Self {
        let (name, category) = (asset.name.clone(), asset.category.clone());
        Self { id: asset.id.to_string(), name, category, drifts, req }
    }
}

impl Proposed {
    fn of(l: Lang, proposal: &Proposal<'_>, req: impl Fn() -> String) -> Self {
        let first = proposal.members.first();
        let kind = |each: &&Asset| format!("{}（{}）", each.medium, each.users);
        let bare = |each: &&Asset| each.medium.clone();
        Self {
            req: req(),
            joins: proposal.pattern.map(|each| (each.id.to_string(), each.name.clone())),
            name: first.map_or_else(
                String::new,
                |each| {
                    if each.users.is_empty() { bare(each) } else { kind(each) }
                },
            ),
            traits: first.map_or_else(String::new, |each| traits(l, each)),
            count: proposal.members.len(),
            members: proposal
                .members
                .iter()
                .take(SHOWN)
                .map(|each| Member::of(each, None, String::new()))
                .collect(),
            beyond: proposal.members.len().saturating_sub(SHOWN),
        }
    }
}

/// In what the assets agree, in the words of one of them.
fn traits(l: Lang, asset: &Asset) -> String {
    let data = match (asset.my_number, asset.sensitive, asset.personal) {
        (true, ..) => l.t("特定個人情報", "My Number data"),
        (_, true, _) => l.t("要配慮個人情報", "special-care data"),
        (_, _, true) => l.t("個人情報", "personal data"),
        _ => l.t("個人情報なし", "no personal data"),
    };
    let users = if asset.users.is_empty() {
        l.t("利用者の記載なし", "users not stated")
    } else {
        &asset.users
    };
    let (c, i, a) = (asset.confidentiality, asset.integrity, asset.availability);
    match l {
        Lang::Ja => format!("{}・{users}・{data}・機密性{c} 完全性{i} 可用性{a}", asset.medium),
        Lang::En => format!("{}, {users}, {data}, C{c} I{i} A{a}", asset.medium),
    }
}

/// What is said of a member that no longer fits.
pub fn drift_sentence(l: Lang, pattern: &str) -> String {
    match l {
        Lang::Ja => format!(
            "内容が変わり、類型「{pattern}」に合わなくなりました。この資産だけを評価し直すか、類型から外してください。"
        ),
        Lang::En => format!(
            "It has changed and no longer fits the pattern “{pattern}”. Judge it alone, or take it out of the pattern."
        ),
    }
}

fn lead(l: Lang, patterns: &[Standing], proposals: usize) -> String {
    let assets: i64 = patterns.iter().map(|each| each.count).sum();
    let drifting =
        patterns.iter().flat_map(|each| &each.members).filter(|each| each.drifts.is_some()).count();
    let mut text = match l {
        Lang::Ja if patterns.is_empty() => "類型はまだありません。".to_owned(),
        Lang::Ja => format!("{}類型で{assets}件の資産をまとめて評価します。", patterns.len()),
        Lang::En if patterns.is_empty() => "There are no patterns yet.".to_owned(),
        Lang::En => format!("{} patterns judge {assets} assets.", patterns.len()),
    };
    if drifting > 0 {
        let more = match l {
            Lang::Ja => format!("類型に合わなくなった資産が{drifting}件あります。"),
            Lang::En => format!(" {drifting} no longer fit."),
        };
        text.push_str(&more);
    }
    if proposals > 0 {
        let more = match l {
            Lang::Ja => format!("同じ扱いの資産の提案が{proposals}件あります。"),
            Lang::En => format!(" {proposals} proposals."),
        };
        text.push_str(&more);
    }
    text
}

/// The fields of a form that may repeat one of them.
type Pairs = Vec<(String, String)>;

fn first<'a>(form: &'a Pairs, name: &str) -> &'a str {
    form.iter().find(|(each, _)| each == name).map_or("", |(_, value)| value.as_str())
}

fn chosen(form: &Pairs) -> Vec<AssetId> {
    let ids = form.iter().filter(|(name, _)| name == "asset").take(acts::MOST);
    ids.filter_map(|(_, value)| AssetId::new(value.as_str())).collect()
}

fn pattern(id: String) -> Result<PatternId, Stop> {
    PatternId::new(id).ok_or(Stop::Refusal(Refusal::NotFound))
}

fn address(pattern: &Pattern) -> String {
    format!("/patterns?department={}#{}", pattern.department_id, pattern.id)
}

/// POST /patterns
pub async fn form(ctx: Ctx, Form(form): Form<Pairs>) -> Answer {
    let assets = chosen(&form);
    match ctx.write(|tx| acts::form(tx, first(&form, "name"), &assets)).await {
        Ok(pattern) => go_saying(
            address(&pattern),
            ctx.l.t(
                "類型を作りました。どれか1件を評価すると、同じ判断を全資産に書けます。",
                "The pattern is made. Judge one of its assets, and the same judgement can be written to all.",
            ),
        ),
        Err(stop) => refuse(&ctx, first(&form, "department"), stop).await,
    }
}

/// POST /patterns/{id}/members
pub async fn add(ctx: Ctx, Path(id): Path<String>, Form(form): Form<Pairs>) -> Answer {
    let (id, assets) = (pattern(id)?, chosen(&form));
    match ctx.write(|tx| acts::add(tx, &id, &assets)).await {
        Ok((pattern, count)) => {
            let said = match ctx.l {
                Lang::Ja => format!("類型「{}」に{count}件を加えました。", pattern.name),
                Lang::En => format!("{count} joined the pattern “{}”.", pattern.name),
            };
            go_saying(address(&pattern), &said)
        }
        Err(stop) => refuse(&ctx, first(&form, "department"), stop).await,
    }
}

/// The page again with the sentence of a refusal; what may not be known passes on to the door.
async fn refuse(ctx: &Ctx, department: &str, stop: Stop) -> Answer {
    let Stop::Refusal(refusal) = &stop else { return Err(stop) };
    if matches!(refusal, Refusal::NotFound | Refusal::NotAllowed | Refusal::Stale { .. }) {
        return Err(stop);
    }
    let problem = Some(ctx.l.refusal(refusal));
    let mut response = page(&ctx.read(|rx| filled(ctx, rx, department, problem)).await?)?;
    *response.status_mut() = refused::status(&stop);
    Ok(response)
}

#[derive(Deserialize, Default)]
pub struct DepartureForm {
    #[serde(default)]
    asset: String,
}

/// POST /patterns/{id}/departures
pub async fn departure(ctx: Ctx, Path(id): Path<String>, Form(form): Form<DepartureForm>) -> Answer {
    let id = pattern(id)?;
    let asset = AssetId::new(form.asset).ok_or(Refusal::NotFound)?;
    let pattern = ctx.write(|tx| acts::leave(tx, &id, &asset)).await?;
    let said = ctx.l.t(
        "資産を類型から外しました。これまでの評価はそのまま残ります。",
        "The asset left the pattern. Its judgements stay.",
    );
    go_saying(address(&pattern), said)
}

#[derive(Deserialize, Default)]
pub struct DissolutionForm {
    #[serde(default)]
    version: String,
}

/// POST /patterns/{id}/dissolution
pub async fn dissolution(ctx: Ctx, Path(id): Path<String>, Form(form): Form<DissolutionForm>) -> Answer {
    let id = pattern(id)?;
    let version = form.version.parse().unwrap_or(0);
    let pattern = ctx.write(|tx| acts::dissolve(tx, &id, version)).await?;
    let said = ctx.l.t(
        "類型を解消しました。これまでの評価はそのまま残ります。",
        "The pattern is dissolved. The judgements stay.",
    );
    go_saying(format!("/patterns?department={}", pattern.department_id), said)
}
