//! The page of a department's assessment: what is left to judge, and its way through submission and approval.

use super::badges::{Badge, Chip, edition, flow_badge, level_badge, standing_badge};
use super::counts::{self, Extent, ToJudge, Which};
use super::{acts, store, tally};
use crate::house::fault::Done;
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, go_saying, page};
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::{criteria, pattern, people, say};
use askama::Template;
use axum::extract::{Form, Path, Query};
use meguri_domain::Refusal;
use meguri_domain::approval::{Flow, Signed, State};
use meguri_domain::criteria::{Criteria, Level};
use meguri_domain::ids::{AssessmentId, DepartmentId};
use meguri_domain::pattern::Pattern;
use meguri_domain::people::Act;
use meguri_domain::risk::Assessment;
use serde::Deserialize;
use std::collections::HashSet;

#[derive(Deserialize, Default)]
pub struct Filter {
    #[serde(default)]
    state: String,
    #[serde(default)]
    page: String,
}

#[derive(Template)]
#[template(path = "risk/department.html")]
struct DepartmentPage {
    shell: Shell,
    id: DepartmentId,
    name: String,
    year: String,
    edition: Option<String>,
    lead: String,
    badge: Badge,
    extent: Extent,
    /// How many assets are judged by patterns, and by how many patterns.
    patterned: (i64, usize),
    levels: Vec<(Badge, i64)>,
    chips: Vec<Chip>,
    rows: Vec<AssetRow>,
    before: Option<String>,
    after: Option<String>,
    begin: Option<String>,
    assessment: Option<Assessment>,
    may_submit: bool,
    may_approve: bool,
    /// The secretariat, where the head has approved and nothing of it is its own.
    may_check: bool,
    steps: Vec<Step>,
    /// How many assets are as they were judged last, and wait only for a word.
    last_year: usize,
}

struct AssetRow {
    href: String,
    name: String,
    /// The pattern it is judged with, and whether it drifts.
    pattern: Option<(String, bool)>,
    medium: String,
    importance: i64,
    badge: Badge,
    risks: i64,
    top: Option<(i64, Badge)>,
}

/// A step of a record's way, for the timeline.
pub struct Step {
    pub class: &'static str,
    pub words: String,
    pub when: String,
}

/// GET /risks/{department}
pub async fn department(ctx: Ctx, Path(id): Path<String>, Query(filter): Query<Filter>) -> Answer {
    let id = DepartmentId::new(id).ok_or(Refusal::NotFound)?;
    let template = ctx.read(|rx| look(&ctx, rx, &id, &filter)).await?;
    page(&template)
}

fn look(ctx: &Ctx, rx: &Rx<'_>, id: &DepartmentId, filter: &Filter) -> Done<DepartmentPage> {
    let l = ctx.l;
    let scope = rx.scope(Act::SeeRisk);
    let department = people::store::department(rx, &scope, id)?;
    let name = people::store::names(rx, rx.today())?.remove(&department.id).unwrap_or_default();
    let year = store::fiscal_year(rx)?;
    let assessment = store::assessment_of(rx, &scope, id, year)?;
    let in_force = criteria::store::in_force(rx)?;
    let number = filter.page.parse::<i64>().unwrap_or(1).clamp(1, 500);
    let state =
        ["waiting", "none", "stale", "judged"].into_iter().find(|each| *each == filter.state).unwrap_or("");
    let (mut extent, mut list, mut first) = (Extent::default(), Vec::new(), None);
    if let Some(criteria) = &in_force {
        let which = Which { fiscal_year: year, criteria: &criteria.id, department: id, standing: state };
        extent = extents(rx, year, criteria, id)?;
        list = counts::assets(rx, &scope, &which, (number - 1) * PER_PAGE)?;
        first = counts::assets(rx, &scope, &Which { standing: "waiting", ..which }, 0)?.into_iter().next();
    }
    let patterns = pattern::store::of_department(rx, &scope, id)?;
    let patterned = pattern::store::count_members(rx, &scope, id)?;
    let may_judge = ctx.actor.may(Act::AssessRisk, id);
    let flow = assessment.as_ref().map(|each| &each.flow);
    let open = flow.is_some_and(Flow::is_open);
    let risks = tally::of_year(rx, &scope, year, id.as_str())?;
    let counted =
        Level::ALL.iter().map(|level| (level_badge(l, *level), risks.count(|risk| risk.level == *level)));
    let address = |page: i64| {
        super::address(&format!("/risks/{id}"), &[("state", &state.to_owned()), ("page", &page.to_string())])
    };
    let full = i64::try_from(list.len()).unwrap_or(0) == PER_PAGE;
    Ok(DepartmentPage {
        shell: Shell::new(ctx, "リスクアセスメント", "Risk assessment", ctx.this_month()),
        name,
        year: l.year(year),
        lead: lead(l, extent, flow.map(|flow| flow.state), in_force.is_some()),
        edition: in_force.as_ref().map(|each| edition(l, each)),
        badge: flow_badge(l, flow.map(|flow| flow.state)),
        extent,
        patterned: (patterned, patterns.len()),
        levels: counted.collect(),
        chips: chips(l, id, extent, state),
        rows: list.into_iter().map(|each| AssetRow::of(l, each, in_force.as_ref(), &patterns)).collect(),
        before: (number > 1).then(|| address(number - 1)),
        after: full.then(|| address(number + 1)),
        begin: first.filter(|_| may_judge).map(|each| format!("/risks/assets/{}", each.asset.id)),
        may_submit: may_judge && open && extent.waiting() == 0 && extent.assets > 0,
        may_approve: ctx.actor.may(Act::ApproveAssessment, id)
            && flow.is_some_and(|flow| flow.state == State::Submitted),
        may_check: ctx.actor.may(Act::CheckMonth, id)
            && flow
                .is_some_and(|flow| flow.state == State::Confirmed && !flow.has_hand_of(&ctx.actor.person)),
        steps: flow.map(|flow| timeline(l, flow)).unwrap_or_default(),
        last_year: if may_judge && in_force.is_some() { unchanged(rx, id)? } else { 0 },
        assessment,
        id: id.clone(),
    })
}

const PER_PAGE: i64 = 200;

/// How many assets of a department can be judged as last year.
fn unchanged(rx: &Rx<'_>, id: &DepartmentId) -> Done<usize> {
    let all = acts::to_take_over(rx, id, None)?;
    let assets: HashSet<_> = all.into_iter().map(|risk| risk.asset_id).collect();
    Ok(assets.len())
}

/// How far one department is.
pub fn extents(rx: &Rx<'_>, year: i64, criteria: &Criteria, id: &DepartmentId) -> Done<Extent> {
    Ok(counts::extent_of(rx, &rx.scope(Act::SeeRisk), (year, &criteria.id), id)?)
}

fn chips(l: Lang, id: &DepartmentId, extent: Extent, state: &str) -> Vec<Chip> {
    let all = [
        ("", l.t("すべて", "All"), extent.assets),
        ("none", l.t("未評価", "Not judged"), extent.none),
        ("stale", l.t("見直しが必要", "Stale"), extent.stale),
        ("judged", l.t("評価済み", "Judged"), extent.judged()),
    ];
    let chip = |(code, label, count): (&str, &str, usize)| Chip {
        href: super::address(&format!("/risks/{id}"), &[("state", &code.to_owned())]),
        label: label.to_owned(),
        count: i64::try_from(count).ok(),
        current: code == state,
    };
    all.into_iter().map(chip).collect()
}

fn lead(l: Lang, extent: Extent, state: Option<State>, in_force: bool) -> String {
    if !in_force {
        return l.refusal(&Refusal::CriteriaNotApproved);
    }
    let (assets, judged, waiting) = (extent.assets, extent.judged(), extent.waiting());
    let ends = match state {
        _ if assets == 0 => (
            "評価する情報資産がありません。先に台帳に登録してください。",
            "There are no assets to judge. Register them first.",
        ),
        None => ("評価はまだ始まっていません。", "Nothing has been judged yet."),
        Some(State::Draft | State::Returned) if waiting > 0 => {
            ("すべて評価すると、部門長に提出できます。", "When all are judged, submit them to the head.")
        }
        Some(State::Draft) => {
            ("すべて評価しました。部門長に提出してください。", "All are judged. Submit them to the head.")
        }
        Some(State::Returned) => (
            "差し戻されています。理由を確かめて、直してから提出してください。",
            "It was returned. See the reason, correct it and submit again.",
        ),
        Some(State::Submitted) => ("部門長の承認を待っています。", "It waits for the head's approval."),
        Some(State::Confirmed) => (
            "部門長が承認しました。事務局のチェックを待っています。",
            "The head has approved it. It waits for the secretariat's check.",
        ),
        Some(State::Checked) => (
            "部門長が承認し、事務局がチェックしました。",
            "The head has approved it and the secretariat has checked it.",
        ),
    };
    match l {
        Lang::Ja => format!("{assets}件のうち{judged}件を評価しました。{}", ends.0),
        Lang::En => format!("Judged: {judged} of {}. {}", Lang::many(assets, "asset", "assets"), ends.1),
    }
}

impl AssetRow {
    fn of(l: Lang, each: ToJudge, criteria: Option<&Criteria>, patterns: &[Pattern]) -> Self {
        let level =
            criteria.filter(|_| each.top > 0).map(|criteria| criteria.method_of(&each.asset).level(each.top));
        Self {
            href: format!("/risks/assets/{}", each.asset.id),
            badge: standing_badge(l, &each.standing),
            pattern: patterns
                .iter()
                .find(|pattern| Some(&pattern.id) == each.asset.pattern_id.as_ref())
                .map(|pattern| (pattern.name.clone(), !pattern.fits(&each.asset))),
            name: each.asset.name,
            medium: each.asset.medium,
            importance: each.asset.importance,
            risks: each.risks,
            top: level.map(|level| (each.top, level_badge(l, level))),
        }
    }
}

/// The way of a record so far, and where it waits.
pub fn timeline(l: Lang, flow: &Flow) -> Vec<Step> {
    let signed = |class, signed: &Signed, ja: &str, en: &str| {
        let deputy = if signed.deputy { l.t("（代）", " (deputy)") } else { "" };
        let words = match l {
            Lang::Ja => format!("{}さん{deputy}が{ja}。", signed.name),
            Lang::En => format!("{}{deputy} {en}.", signed.name),
        };
        (signed.on, Step { class, words, when: l.day(&signed.on) })
    };
    let mut steps: Vec<_> =
        flow.recorded.iter().map(|each| signed("past", each, "評価を記入しました", "judged")).collect();
    for back in &flow.returns {
        let (on, mut step) = signed("past back", &back.signed, "差し戻しました", "returned it");
        step.words = match l {
            Lang::Ja => format!("{}「{}」", step.words, back.reason),
            Lang::En => format!("{} “{}”", step.words, back.reason),
        };
        steps.push((on, step));
    }
    steps.extend(flow.submitted.as_ref().map(|each| signed("past", each, "提出しました", "submitted it")));
    steps.extend(flow.confirmed.as_ref().map(|each| signed("past", each, "承認しました", "approved it")));
    steps.extend(flow.checked.as_ref().map(|each| signed("past", each, "チェックしました", "checked it")));
    steps.sort_by_key(|(on, _)| *on);
    let waits = match flow.state {
        State::Draft | State::Returned => {
            Some(l.t("部門の記入を待っています。", "It is with the department."))
        }
        State::Submitted => Some(l.t("部門長の承認を待っています。", "It waits for the head.")),
        State::Confirmed => Some(l.t("事務局のチェックを待っています。", "It waits for the secretariat.")),
        State::Checked => None,
    };
    let last = waits.map(|words| Step { class: "", words: words.to_owned(), when: String::new() });
    steps.into_iter().map(|(_, step)| step).chain(last).collect()
}

#[derive(Deserialize, Default)]
pub struct VersionForm {
    #[serde(default)]
    version: String,
    #[serde(default)]
    reason: String,
}

impl VersionForm {
    pub fn version(&self) -> i64 {
        self.version.parse().unwrap_or(0)
    }
}

/// POST /risks/{department}/last-year
pub async fn as_last_year(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let id = DepartmentId::new(id).ok_or(Refusal::NotFound)?;
    let many = ctx.write(|tx| {
        people::store::department(tx, &tx.scope(Act::SeeRisk), &id)?;
        acts::as_last_year(tx, &id, None)
    });
    let many = many.await?;
    let assets = Lang::many(many, "asset that has not changed was", "assets that have not changed were");
    let said = say!(
        ctx.l,
        "変わっていない{many}件の資産を、前年どおりと評価しました。",
        "{assets} judged as last year."
    );
    go_saying(format!("/risks/{id}"), &said)
}

fn assessment(id: String) -> Result<AssessmentId, Refusal> {
    AssessmentId::new(id).ok_or(Refusal::NotFound)
}

/// POST /risks/{assessment}/submission
pub async fn submit(ctx: Ctx, Path(id): Path<String>, Form(form): Form<VersionForm>) -> Answer {
    let id = assessment(id)?;
    let after = ctx.write(|tx| acts::submit(tx, &id, form.version())).await?;
    go_saying(
        format!("/risks/{}", after.department_id),
        ctx.l.t("評価を部門長に提出しました。", "The assessment was submitted to the head."),
    )
}

/// POST /risks/{assessment}/approval
pub async fn approve(ctx: Ctx, Path(id): Path<String>, Form(form): Form<VersionForm>) -> Answer {
    let id = assessment(id)?;
    let after = ctx.write(|tx| acts::approve(tx, &id, form.version())).await?;
    let said = ctx.l.t(
        "評価を承認しました。この時点の値が固定されます。",
        "The assessment is approved and frozen as it stands.",
    );
    go_saying(format!("/risks/{}", after.department_id), said)
}

/// POST /risks/{assessment}/check
pub async fn check(ctx: Ctx, Path(id): Path<String>, Form(form): Form<VersionForm>) -> Answer {
    let id = assessment(id)?;
    let after = ctx.write(|tx| acts::check(tx, &id, form.version())).await?;
    go_saying(
        format!("/risks/{}", after.department_id),
        ctx.l.t("評価をチェックしました。", "The assessment is checked."),
    )
}

/// POST /risks/{assessment}/return
pub async fn send_back(ctx: Ctx, Path(id): Path<String>, Form(form): Form<VersionForm>) -> Answer {
    let id = assessment(id)?;
    let after = ctx.write(|tx| acts::send_back(tx, &id, form.version(), &form.reason)).await?;
    go_saying(
        format!("/risks/{}", after.department_id),
        ctx.l.t("評価を差し戻しました。", "The assessment was returned."),
    )
}
