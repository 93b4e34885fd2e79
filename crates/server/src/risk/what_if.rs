//! The page of what-if: which few controls would take away most of the risk, and what would remain.

use super::{counts, store, tally};
use crate::house::fault::Done;
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, page};
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::{criteria, people, say};
use askama::Template;
use axum::extract::Query;
use meguri_domain::Refusal;
use meguri_domain::ids::{ControlId, DepartmentId};
use meguri_domain::people::{Act, Scope};
use meguri_domain::risk::Control;
use meguri_domain::what_if::{Best, Pick, Picture, Register};
use std::collections::HashMap;

/// As many controls are chosen when nobody says how many.
const USUAL: usize = 5;
/// More are not chosen at once.
const MOST: usize = 20;

#[derive(Template)]
#[template(path = "risk/what_if.html")]
struct WhatIf {
    shell: Shell,
    lead: String,
    departments: Vec<(String, String, bool)>,
    department: String,
    /// Where there are two methods: whether the one for personal data is looked at.
    personal: Option<bool>,
    most: usize,
    problem: Option<String>,
    nothing: bool,
    figures: Vec<(&'static str, i64, i64)>,
    bound: String,
    rows: Vec<ControlRow>,
}

struct ControlRow {
    id: String,
    title: String,
    gain: i64,
    alone: i64,
    risks: i64,
    planned: usize,
    chosen: bool,
}

/// What was asked: the pairs of the address, where a name may come again and again.
#[derive(Default)]
struct Asked {
    department: String,
    best: String,
    /// Whether what was judged by the method for personal data is asked for.
    personal: bool,
    with: Vec<ControlId>,
}

impl Asked {
    fn of(pairs: Vec<(String, String)>) -> Self {
        let mut asked = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "department" => asked.department = value,
                "best" => asked.best = value,
                "method" => asked.personal = value == "personal",
                "with" if asked.with.len() < 1_000 => asked.with.extend(ControlId::new(value)),
                _ => {}
            }
        }
        asked
    }

    fn most(&self) -> Result<usize, ()> {
        if self.best.is_empty() {
            return Ok(USUAL);
        }
        self.best.trim().parse().ok().filter(|most| (1..=MOST).contains(most)).ok_or(())
    }
}

/// GET /what-if
pub async fn what_if(ctx: Ctx, Query(pairs): Query<Vec<(String, String)>>) -> Answer {
    let asked = Asked::of(pairs);
    let template = ctx.read(|rx| look(&ctx, rx, &asked)).await?;
    page(&template)
}

fn look(ctx: &Ctx, rx: &Rx<'_>, asked: &Asked) -> Done<WhatIf> {
    let l = ctx.l;
    if !ctx.actor.may_somewhere(Act::SeeRisk) {
        return Err(Refusal::NotAllowed.into());
    }
    let scope = rx.scope(Act::SeeRisk);
    let names = people::store::names(rx, rx.today())?;
    let department = DepartmentId::new(asked.department.clone()).filter(|id| scope.holds(id));
    let department = department.map_or_else(String::new, |id| id.to_string());
    let criteria = criteria::store::in_force(rx)?;
    let year = store::fiscal_year(rx)?;
    let counted = match &criteria {
        Some(criteria) => tally::kinds(rx, &scope, (year, &criteria.id), (&department, asked.personal))?,
        None => Vec::new(),
    };
    let methods = criteria::acts::methods(rx)?;
    let register = Register::new(counted, &store::threats(rx)?, methods.method_for(asked.personal));
    let most = asked.most();
    let best = register.best(most.unwrap_or(USUAL));
    let chosen = if asked.with.is_empty() { best.picks.clone() } else { register.taken(&asked.with) };
    let ids: Vec<ControlId> = chosen.iter().map(|pick| pick.control.clone()).collect();
    let (before, after) = (register.picture(&[]), register.picture(&ids));
    let used = counts::planned(rx, &scope, year, &department)?;
    Ok(WhatIf {
        shell: Shell::new(ctx, "管理策の試算", "What if", ctx.this_month()),
        lead: lead(l, chosen.len(), &before, &after),
        departments: departments(rx, &scope, &names, &department)?,
        department,
        personal: methods.personal.is_some().then_some(asked.personal),
        most: most.unwrap_or(USUAL),
        problem: most.err().map(|()| {
            l.t(
                "管理策の数は、1から20の整数で入力してください。",
                "Write a whole number of controls from 1 to 20.",
            )
            .into()
        }),
        nothing: before.sum == 0,
        figures: figures(l, &before, &after),
        bound: if asked.with.is_empty() { bound(l, &best) } else { String::new() },
        rows: rows(l, &register, (&chosen, &ids), &store::controls(rx)?, &used),
    })
}

fn departments(
    rx: &Rx<'_>,
    scope: &Scope,
    names: &HashMap<DepartmentId, String>,
    chosen: &str,
) -> Done<Vec<(String, String, bool)>> {
    let seen = people::store::departments_in(rx, scope)?.into_iter();
    let named = seen.map(|each| {
        let name = names.get(&each.id).cloned().unwrap_or_default();
        (each.id.to_string(), name, each.id.as_str() == chosen)
    });
    Ok(named.collect())
}

fn lead(l: Lang, controls: usize, before: &Picture, after: &Picture) -> String {
    if before.sum == 0 {
        return l
            .t(
                "少ない管理策で、どれだけリスクを減らせるかを試算します。",
                "See how few controls take away how much.",
            )
            .into();
    }
    let share = (before.sum - after.sum) * 100 / before.sum;
    let controls = l.count(controls, "件", "control", "controls");
    say!(
        l,
        "管理策{controls}で、リスク値の合計を{share}%減らせる見込みです。",
        "{controls} would take away {share}% of the sum of all risk values."
    )
}

fn figures(l: Lang, before: &Picture, after: &Picture) -> Vec<(&'static str, i64, i64)> {
    let [large, middle, small] = before.levels;
    let [large_after, middle_after, small_after] = after.levels;
    vec![
        (l.t("「大」のリスク", "High risks"), large, large_after),
        (l.t("「中」のリスク", "Medium risks"), middle, middle_after),
        (l.t("「小」のリスク", "Low risks"), small, small_after),
        (l.t("受容水準を超えるリスク", "Risks above the acceptance line"), before.above, after.above),
        (l.t("リスク値の合計", "Sum of all values"), before.sum, after.sum),
    ]
}

/// How near to the best the choice is known to be.
fn bound(l: Lang, best: &Best) -> String {
    let taken: i64 = best.picks.iter().map(|pick| pick.gain).sum();
    if best.bound <= taken {
        return l
            .t(
                "同じ数の管理策では、これより多く減らせる組み合わせはありません。",
                "No set of as many controls takes away more.",
            )
            .into();
    }
    let share = taken * 100 / best.bound;
    say!(
        l,
        "同じ数の最善の組み合わせの、少なくとも{share}%を減らす選び方です。",
        "This choice takes away at least {share}% of what the best set of as many controls could."
    )
}

/// The chosen controls in their order, then the others by what each would add.
fn rows(
    l: Lang,
    register: &Register,
    (chosen, ids): (&[Pick], &[ControlId]),
    controls: &[Control],
    used: &HashMap<ControlId, usize>,
) -> Vec<ControlRow> {
    let row = |pick: &Pick, chosen: bool| {
        let control = controls.iter().find(|each| each.id == pick.control);
        let title = control.map_or("", |each| l.t(&each.title_ja, &each.title_en));
        ControlRow {
            id: pick.control.to_string(),
            title: format!("{} {title}", pick.control),
            gain: pick.gain,
            alone: pick.alone,
            risks: pick.risks,
            planned: used.get(&pick.control).copied().unwrap_or(0),
            chosen,
        }
    };
    let mut others: Vec<Pick> = register
        .controls()
        .filter(|each| !ids.contains(each))
        .filter_map(|each| register.taken(&[ids, std::slice::from_ref(each)].concat()).pop())
        .collect();
    others.sort_by_key(|pick| -pick.gain);
    chosen.iter().map(|pick| row(pick, true)).chain(others.iter().map(|pick| row(pick, false))).collect()
}
