//! Pages of corrective actions: the list, one correction, and what is done about it.

use super::acts;
use super::store::{self, Counts, Wanted};
use crate::house::fault::Done;
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, go_saying, page};
use crate::house::words::Lang;
use crate::house::work::{Rx, Tx};
use crate::inspection::item::mark_badge;
use crate::inspection::store as inspection;
use crate::inspection::walk::{Badge, Step, name};
use crate::people;
use askama::Template;
use axum::extract::{Form, Path, Query};
use meguri_domain::correction::{Correction, CorrectionState};
use meguri_domain::ids::{CorrectionId, DepartmentId};
use meguri_domain::people::Act;
use meguri_domain::{Date, Refusal};
use serde::Deserialize;

/// Corrections on one page of the list.
const PER_PAGE: i64 = 100;

/// The corrections in sight.
#[derive(Template)]
#[template(path = "correction/list.html")]
struct ListPage {
    shell: Shell,
    lead: String,
    chips: Vec<(&'static str, &'static str, i64)>,
    state: String,
    department: String,
    /// Departments to choose from, where there is more than one.
    departments: Vec<(String, String)>,
    lines: Vec<Line>,
    at: i64,
    pages: i64,
    total: i64,
}

struct Line {
    id: String,
    text: String,
    what: String,
    department: String,
    owner: String,
    found: String,
    due_on: String,
    badge: Badge,
}

#[derive(Deserialize)]
pub struct ListQuery {
    #[serde(default)]
    state: String,
    #[serde(default)]
    department: String,
    #[serde(default)]
    page: String,
}

/// GET /corrections
pub async fn list(ctx: Ctx, Query(query): Query<ListQuery>) -> Answer {
    if !ctx.actor.may_somewhere(Act::SeeMonth) {
        return Err(Refusal::NotAllowed.into());
    }
    let template = ctx.read(|rx| listed(&ctx, rx, query)).await?;
    page(&template)
}

fn listed(ctx: &Ctx, rx: &Rx<'_>, query: ListQuery) -> Done<ListPage> {
    let l = ctx.l;
    let scope = rx.scope(Act::SeeMonth);
    let state = CorrectionState::from_code(&query.state).map_or("", CorrectionState::code);
    let names = people::store::names(rx, rx.today())?;
    let named = |id: &DepartmentId| names.get(id).cloned().unwrap_or_else(|| id.to_string());
    let departments = people::store::departments_in(rx, &scope)?;
    let departments: Vec<_> = departments.iter().map(|each| (each.id.to_string(), named(&each.id))).collect();
    let department =
        departments.iter().find(|(id, _)| *id == query.department).map_or("", |(id, _)| id.as_str());
    let counts = store::counts(rx, &scope, department, rx.today())?;
    let chips = chips(l, &counts);
    let total = chips.iter().find(|(code, ..)| *code == state).map_or(0, |(.., count)| *count);
    let pages = (total.max(1) + PER_PAGE - 1) / PER_PAGE;
    let at = query.page.parse().unwrap_or(1_i64).clamp(1, pages);
    let wanted = Wanted { state, department, limit: PER_PAGE, offset: (at - 1) * PER_PAGE };
    let items = inspection::items(rx)?;
    let line = |each: Correction| Line {
        text: items
            .iter()
            .find(|item| item.id == each.item_id)
            .map_or_else(String::new, |item| l.t(&item.text_ja, &item.text_en).to_owned()),
        department: named(&each.department_id),
        found: l.month(&each.found_month),
        due_on: l.day_or(&each.due_on),
        badge: badge(l, &each, rx.today()),
        id: each.id.to_string(),
        what: each.what,
        owner: each.owner,
    };
    let lines = store::corrections(rx, &scope, &wanted)?.into_iter().map(line).collect();
    Ok(ListPage {
        lead: lead(l, &counts),
        department: department.to_owned(),
        shell: Shell::new(ctx, "是正処置", "Corrections", ctx.this_month()),
        state: state.to_owned(),
        chips,
        departments,
        lines,
        at,
        pages,
        total,
    })
}

fn chips(l: Lang, counts: &Counts) -> Vec<(&'static str, &'static str, i64)> {
    vec![
        ("", l.t("すべて", "All"), counts.open + counts.done + counts.verified + counts.withdrawn),
        ("open", l.t("対応中", "Open"), counts.open),
        ("done", l.t("効果確認待ち", "To be verified"), counts.done),
        ("verified", l.t("効果確認済み", "Verified"), counts.verified),
        ("withdrawn", l.t("取下げ", "Withdrawn"), counts.withdrawn),
    ]
}

fn lead(l: Lang, counts: &Counts) -> String {
    let Counts { open, done, overdue, .. } = counts;
    match l {
        Lang::Ja if open + done == 0 => "対応中の是正処置はありません。".into(),
        Lang::En if open + done == 0 => "No correction is open.".into(),
        Lang::Ja => format!(
            "対応中が{open}件、効果確認待ちが{done}件です。対応中のうち{overdue}件が期限を過ぎています。"
        ),
        Lang::En => format!("{open} open, {done} to be verified. {overdue} of the open ones are overdue."),
    }
}

/// The state of a correction in letter, tint and word.
pub fn badge(l: Lang, correction: &Correction, today: Date) -> Badge {
    let make = |class, letter, ja, en| Badge { class, letter, word: l.t(ja, en) };
    match correction.state {
        CorrectionState::Open if correction.due_on.is_some_and(|due| due < today) => {
            make("late", "!", "期限超過", "Overdue")
        }
        CorrectionState::Open => make("bad", "・", "対応中", "Open"),
        CorrectionState::Done => make("warn", "△", "効果確認待ち", "To be verified"),
        CorrectionState::Verified => make("good", "○", "効果確認済み", "Verified"),
        CorrectionState::Withdrawn => make("quiet", "─", "取下げ", "Withdrawn"),
    }
}

/// One correction.
#[derive(Template)]
#[template(path = "correction/correction.html")]
struct CorrectionPage {
    shell: Shell,
    id: String,
    version: i64,
    lead: &'static str,
    badge: Badge,
    text: String,
    department: String,
    sheet: String,
    found: String,
    what: String,
    cause: String,
    fix: String,
    owner: String,
    due_on: String,
    done_note: String,
    effect: String,
    finishes: bool,
    verifies: bool,
    /// Why the actor does not verify it.
    verifies_not: Option<&'static str>,
    history: Vec<(String, Badge, String)>,
    steps: Vec<Step>,
}

/// GET /corrections/{id}
pub async fn correction(ctx: Ctx, Path(id): Path<String>) -> Answer {
    let id = CorrectionId::new(id).ok_or(Refusal::NotFound)?;
    let template = ctx.read(|rx| shown(&ctx, rx, &id)).await?;
    page(&template)
}

fn shown(ctx: &Ctx, rx: &Rx<'_>, id: &CorrectionId) -> Done<CorrectionPage> {
    let l = ctx.l;
    let scope = rx.scope(Act::SeeMonth);
    let each = store::correction(rx, &scope, id)?;
    let item = inspection::item(rx, &each.item_id)?;
    let history =
        inspection::history(rx, &scope, &each.department_id, &each.item_id, ctx.this_month().plus(1))?;
    let since = history.iter().rev().filter(|answer| answer.month >= each.found_month);
    let history = since
        .map(|answer| (l.month(&answer.month), mark_badge(l, answer.mark), answer.note.clone()))
        .collect();
    let may = |act| ctx.actor.may(act, &each.department_id);
    let done = each.state == CorrectionState::Done;
    let own = each.done.as_ref().is_some_and(|signed| signed.by == ctx.actor.person);
    let names = people::store::names(rx, each.found_month.last_day())?;
    Ok(CorrectionPage {
        shell: Shell::new(ctx, "是正処置", "Correction", ctx.this_month()),
        id: each.id.to_string(),
        version: each.version,
        lead: state_lead(l, each.state),
        badge: badge(l, &each, rx.today()),
        text: l.t(&item.text_ja, &item.text_en).to_owned(),
        department: names.get(&each.department_id).cloned().unwrap_or_default(),
        sheet: format!("/inspections/{}/{}#item-{}", each.department_id, each.found_month, each.item_id),
        found: l.month(&each.found_month),
        due_on: each.due_on.as_ref().map_or_else(|| "—".into(), |day| l.long_day(day)),
        finishes: each.state == CorrectionState::Open && may(Act::WriteMonth),
        verifies: done && may(Act::VerifyCorrection) && !own,
        verifies_not: done.then(|| why_not(l, own, may(Act::VerifyCorrection))).flatten(),
        history,
        steps: steps(l, &each),
        what: each.what,
        cause: each.cause,
        fix: each.fix,
        owner: each.owner,
        done_note: each.done_note,
        effect: each.effect,
    })
}

fn state_lead(l: Lang, state: CorrectionState) -> &'static str {
    match state {
        CorrectionState::Open => l.t(
            "対応中です。終わったら、実施したことを書いてください。",
            "It is open. When it is done, write what was done.",
        ),
        CorrectionState::Done => l.t(
            "実施済みです。効果の確認を待っています。",
            "It is done. It waits for its effect to be verified.",
        ),
        CorrectionState::Verified => l.t("効果が確認されました。", "Its effect is verified."),
        CorrectionState::Withdrawn => l.t(
            "元の回答が×ではなくなったため、取り下げました。",
            "Withdrawn, because its answer is no longer “not done”.",
        ),
    }
}

/// Why the actor does not verify a correction that is done.
fn why_not(l: Lang, own: bool, may: bool) -> Option<&'static str> {
    let why = (
        "「実施した」と記録したのがあなたなので、効果の確認はほかの人が行います。部門長・代理か事務局に依頼してください。",
        "You recorded that it was done, so somebody else verifies it. Ask the head, a deputy or the secretariat.",
    );
    let others = (
        "効果の確認は、部門長・代理か事務局が行います。実施した人とは別の人です。",
        "The head, a deputy or the secretariat verifies the effect: never the one who did it.",
    );
    match (own, may) {
        (true, true) => Some(l.w(why)),
        (_, false) => Some(l.w(others)),
        (false, true) => None,
    }
}

fn steps(l: Lang, each: &Correction) -> Vec<Step> {
    let found = match l {
        Lang::Ja => format!("{}分の自主点検で×になりました。", l.month(&each.found_month)),
        Lang::En => format!("Found not done in the self-inspection of {}.", l.month(&each.found_month)),
    };
    let mut steps = vec![Step { class: "past", what: found, when: String::new() }];
    if let Some(signed) = &each.done {
        let what = match l {
            Lang::Ja => format!("{}が実施を記録しました。", name(l, signed)),
            Lang::En => format!("{} recorded that it was done.", name(l, signed)),
        };
        steps.push(Step { class: "past", what, when: l.day(&signed.on) });
    }
    if let Some(signed) = &each.verified {
        let what = match l {
            Lang::Ja => format!("{}が効果を確認しました。", name(l, signed)),
            Lang::En => format!("{} verified the effect.", name(l, signed)),
        };
        steps.push(Step { class: "past", what, when: l.day(&signed.on) });
    }
    let waits = match each.state {
        CorrectionState::Open => Some(l.t("実施を待っています。", "It waits to be done.")),
        CorrectionState::Done => Some(l.t("効果の確認を待っています。", "It waits to be verified.")),
        CorrectionState::Verified | CorrectionState::Withdrawn => None,
    };
    steps.extend(waits.map(|what| Step { class: "", what: what.to_owned(), when: String::new() }));
    steps
}

#[derive(Deserialize)]
pub struct StepForm {
    #[serde(default)]
    version: String,
    #[serde(default)]
    done_note: String,
    #[serde(default)]
    effect: String,
    #[serde(default)]
    reason: String,
}

/// POST /corrections/{id}/completion
pub async fn completion(ctx: Ctx, Path(id): Path<String>, Form(form): Form<StepForm>) -> Answer {
    let said = ctx.l.t(
        "実施を記録しました。効果の確認を待っています。",
        "Recorded. It waits for its effect to be verified.",
    );
    step(&ctx, id, &form, said, |tx, id, version| acts::finish(tx, id, version, &form.done_note)).await
}

/// POST /corrections/{id}/verification
pub async fn verification(ctx: Ctx, Path(id): Path<String>, Form(form): Form<StepForm>) -> Answer {
    let said = ctx.l.t("効果の確認を記録しました。", "The effect is verified.");
    step(&ctx, id, &form, said, |tx, id, version| acts::verify(tx, id, version, &form.effect)).await
}

/// POST /corrections/{id}/return
pub async fn send_back(ctx: Ctx, Path(id): Path<String>, Form(form): Form<StepForm>) -> Answer {
    let said = ctx.l.t("理由を付けて対応中に戻しました。", "Sent back with your reason; it is open again.");
    step(&ctx, id, &form, said, |tx, id, version| acts::send_back(tx, id, version, &form.reason)).await
}

async fn step(
    ctx: &Ctx,
    id: String,
    form: &StepForm,
    said: &str,
    act: impl FnOnce(&Tx<'_>, &CorrectionId, i64) -> Done<Correction>,
) -> Answer {
    let id = CorrectionId::new(id).ok_or(Refusal::NotFound)?;
    let version: i64 = form.version.parse().unwrap_or(0);
    let correction = ctx.write(|tx| act(tx, &id, version)).await?;
    go_saying(format!("/corrections/{}", correction.id), said)
}
