//! From what-if to the plan: which risks above the line the chosen controls help and no row answers, and the rows that are
//! written for them at once.

use super::badges::{Badge, level_badge};
use super::in_place::{self, Named, Which};
use super::what_if::{Asked, Reckoned, method_word};
use super::{scores, store};
use crate::house::door::fields;
use crate::house::fault::Done;
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, go_saying, page};
use crate::house::words::Lang;
use crate::house::work::{Rx, Tx};
use crate::treatment::form::day;
use crate::{people, say, statement, treatment};
use askama::Template;
use axum::extract::{Query, RawForm};
use meguri_domain::ids::ControlId;
use meguri_domain::people::Act;
use meguri_domain::risk::Control;
use meguri_domain::treatment::{Destination, PlanDraft, Policy};
use meguri_domain::what_if::Treated;
use meguri_domain::{Date, Refusal};
use std::collections::{BTreeMap, BTreeSet};

/// So many rows are written at once.
const MOST: usize = 200;

#[derive(Template)]
#[template(path = "risk/answers.html")]
struct Answers {
    shell: Shell,
    lead: String,
    department: String,
    method: String,
    with: Vec<ControlId>,
    controls: Vec<String>,
    rows: Vec<AnswerRow>,
    /// Controls that would be written though the statement of applicability excludes them: what they are called, and why.
    excluded: Vec<(String, String)>,
    /// The same without them, where something is left.
    without: Option<String>,
    button: String,
    today: String,
    back: String,
}

struct AnswerRow {
    asset: String,
    threat: String,
    department: String,
    value: String,
    before: Badge,
    expected: String,
    after: Badge,
    controls: String,
}

/// What would be written.
struct Found {
    answers: Vec<(Named, Treated)>,
    /// Risks that the controls help too and a row answers already: they stay as they are.
    existing: usize,
    reckoned: Reckoned,
    controls: Vec<Control>,
    /// Which of the controls that would be written the statement of applicability excludes, and why.
    excluded: BTreeMap<ControlId, String>,
}

fn found(rx: &Rx<'_>, asked: &Asked) -> Done<Found> {
    // Only where he may write the plan does anybody see what would be written there.
    if !rx.actor().may_somewhere(Act::EditPlan) {
        return Err(Refusal::NotAllowed.into());
    }
    let scope = rx.scope(Act::EditPlan);
    let reckoned = Reckoned::load(rx, &scope, asked)?;
    // A department where he may not write is not all others where he may.
    if reckoned.department != asked.department {
        return Err(Refusal::NotFound.into());
    }
    let (controls, excluded) = (store::controls(rx)?, BTreeMap::new());
    let mut found = Found { answers: Vec::new(), existing: 0, reckoned, controls, excluded };
    let Some(criteria) = &found.reckoned.criteria else { return Ok(found) };
    let which = Which {
        fiscal_year: found.reckoned.year,
        criteria: &criteria.id,
        department: &found.reckoned.department,
        personal: asked.personal,
    };
    let threats = store::threats_in_sight(rx, &scope)?;
    for each in in_place::above(rx, &scope, &which, found.reckoned.method.answer_from)? {
        let threat = threats.iter().find(|threat| threat.id == each.risk.threat_id);
        let kind = in_place::kind(&each.risk);
        let treated = threat.and_then(|it| found.reckoned.register.treated(&kind, it, &asked.with));
        match treated {
            Some(_) if each.answered => found.existing += 1,
            Some(treated) => found.answers.push((each, treated)),
            None => {}
        }
    }
    let written = found.answers.iter().take(MOST).flat_map(|(_, treated)| &treated.controls);
    let written: BTreeSet<&ControlId> = written.collect();
    found.excluded = statement::acts::exclusions(rx)?;
    found.excluded.retain(|id, _| written.contains(id));
    Ok(found)
}

/// GET /what-if/rows
pub async fn preview(ctx: Ctx, Query(pairs): Query<Vec<(String, String)>>) -> Answer {
    let asked = Asked::of(pairs);
    let template = ctx.read(|rx| look(&ctx, rx, &asked)).await?;
    page(&template)
}

fn look(ctx: &Ctx, rx: &Rx<'_>, asked: &Asked) -> Done<Answers> {
    let l = ctx.l;
    let found = found(rx, asked)?;
    let names = people::store::names(rx, rx.today())?;
    let title = |id: &ControlId| {
        let control = found.controls.iter().find(|each| each.id == *id);
        format!("{id} {}", control.map_or("", |each| l.t(&each.title_ja, &each.title_en)))
    };
    let marked = |id: &ControlId| {
        let mark =
            if found.excluded.contains_key(id) { l.t("（適用除外）", " (excluded)") } else { "" };
        [&title(id), mark].concat()
    };
    let method = Some(&found.reckoned.method);
    let row = |(each, treated): &(Named, Treated)| {
        let risk = &each.risk;
        let after =
            method.and_then(|it| it.judge(risk.importance, treated.threat, treated.vulnerability).ok());
        let shown = |value: i64| method.map_or_else(String::new, |method| scores::shown(method, value));
        AnswerRow {
            asset: each.asset.clone(),
            threat: l.t(&each.threat.0, &each.threat.1).to_owned(),
            department: names.get(&risk.department_id).cloned().unwrap_or_default(),
            value: shown(risk.value),
            before: level_badge(l, risk.level),
            expected: after.map_or_else(String::new, |after| shown(after.value)),
            after: level_badge(l, after.map_or(risk.level, |after| after.level)),
            controls: treated.controls.iter().map(marked).collect::<Vec<_>>().join(l.t("、", ", ")),
        }
    };
    Ok(Answers {
        shell: Shell::new(
            ctx,
            "試算の結果を対応計画に書く",
            "Write the result into the plan",
            ctx.this_month(),
        ),
        lead: lead(l, found.answers.len(), found.existing),
        button: button(l, found.answers.len().min(MOST)),
        rows: found.answers.iter().take(MOST).map(row).collect(),
        controls: asked.with.iter().map(title).collect(),
        excluded: found.excluded.iter().map(|(id, why)| (title(id), why.clone())).collect(),
        without: without(asked, &found),
        department: found.reckoned.department.clone(),
        method: method_word(asked.personal),
        with: asked.with.clone(),
        today: rx.today().to_string(),
        back: asked.address(),
    })
}

/// The preview without the controls that the statement of applicability excludes.
fn without(asked: &Asked, found: &Found) -> Option<String> {
    let with: Vec<ControlId> =
        asked.with.iter().filter(|id| !found.excluded.contains_key(*id)).cloned().collect();
    let (department, personal) = (asked.department.clone(), asked.personal);
    let left = Asked { department, personal, with, ..Asked::default() };
    (!left.with.is_empty()).then(|| rows_address(&left))
}

/// The address of the preview.
pub fn rows_address(asked: &Asked) -> String {
    asked.address().replacen("/what-if", "/what-if/rows", 1)
}

fn button(l: Lang, n: usize) -> String {
    match l {
        Lang::Ja => format!("{n}行を書く"),
        Lang::En => format!("Write {}", l.count(n, "", "row", "rows")),
    }
}

fn lead(l: Lang, new: usize, existing: usize) -> String {
    let written = new.min(MOST);
    let mut text = if new == 0 {
        let none = l.t(
            "この管理策が効く、対応が未記入のリスクはありません。",
            "These controls help no risk that is still without an answer.",
        );
        none.to_owned()
    } else {
        let risks = l.count(written, "件", "risk", "risks");
        say!(
            l,
            "受容水準以上で対応が未記入のリスク{risks}に、対応計画の行を書きます。",
            "A plan row is written for {risks} above the line without an answer."
        )
    };
    if new > MOST {
        let left = new - MOST;
        text.push_str(&say!(
            l,
            "残りの{left}件は、保存したあとで続けて書けます。",
            " The other {left} can be written after these."
        ));
    }
    if existing > 0 {
        text.push_str(&say!(
            l,
            "すでに行がある{existing}件は変えません。",
            " {existing} that have a row already stay as they are."
        ));
    }
    text
}

/// What is asked once for all rows.
struct Order {
    owner: String,
    due_on: Option<Date>,
    /// Whether controls may be written that the statement of applicability excludes.
    excluded: bool,
}

/// POST /what-if/rows
pub async fn write(ctx: Ctx, RawForm(bytes): RawForm) -> Answer {
    let pairs = fields(&bytes);
    let text = |name: &str| {
        pairs
            .iter()
            .find(|(each, _)| each == name)
            .map(|(_, value)| value.trim().to_owned())
            .unwrap_or_default()
    };
    let order =
        Order { owner: text("owner"), due_on: day(&text("due_on"))?, excluded: !text("excluded").is_empty() };
    let asked = Asked::of(pairs);
    let l = ctx.l;
    let n = ctx.write(|tx| answer(tx, l, &asked, &order)).await?;
    let rows = l.count(n, "行", "plan row", "plan rows");
    let said = say!(
        l,
        "対応計画に{rows}を書きました。展開先を決めると承認できます。",
        "Wrote {rows}. Once destinations are chosen they can be approved."
    );
    let pairs = [("department", &asked.department), ("destination", &"undecided".to_owned())];
    go_saying(super::address("/plan", &pairs), &said)
}

/// Writes the rows in one unit of work; rows that are there are not touched.
fn answer(tx: &Tx<'_>, l: Lang, asked: &Asked, order: &Order) -> Done<usize> {
    let found = found(tx, asked)?;
    if found.answers.is_empty() {
        return Err(Refusal::Because((
            "書く行がありません。この管理策が効くリスクには、すでに行があります。",
            "There is nothing to write: the risks that these controls help have their rows already.",
        ))
        .into());
    }
    if !order.excluded && !found.excluded.is_empty() {
        return Err(contradicts(&found.excluded).into());
    }
    tx.act("plan_row.reckoned");
    let answers = found.answers.iter().take(MOST);
    let written = answers.len();
    for (each, treated) in answers {
        let draft = PlanDraft {
            policy: Policy::Reduce,
            controls: treated.controls.clone(),
            task: task(l, &treated.controls, &found.controls),
            owner: order.owner.clone(),
            resources: String::new(),
            due_on: order.due_on,
            second_threat: treated.threat,
            second_vulnerability: treated.vulnerability,
            destination: Destination::Undecided,
        };
        treatment::acts::write(tx, &each.risk.id, 0, draft)?;
    }
    Ok(written)
}

fn contradicts(excluded: &BTreeMap<ControlId, String>) -> Refusal {
    let ids: Vec<&str> = excluded.keys().map(ControlId::as_str).collect();
    let (ja, en) = (ids.join("・"), ids.join(", "));
    Refusal::Said {
        ja: format!(
            "適用宣言書で適用除外の管理策が含まれています（{ja}）。外して書くか、「適用除外の管理策も書く」を選んでください。"
        ),
        en: format!(
            "The statement of applicability excludes some of the controls ({en}). Leave them out, or choose to write them all the same."
        ),
    }
}

/// What is to be done, in words: the controls by their titles.
fn task(l: Lang, helping: &[ControlId], controls: &[Control]) -> String {
    let title = |id: &ControlId| {
        let control = controls.iter().find(|each| each.id == *id);
        control.map_or_else(|| id.to_string(), |each| l.t(&each.title_ja, &each.title_en).to_owned())
    };
    let titles = helping.iter().map(title).collect::<Vec<_>>();
    match l {
        Lang::Ja => format!("管理策「{}」を実施する", titles.join("」「")),
        Lang::En => format!("Put in place: {}", titles.join("; ")),
    }
}
