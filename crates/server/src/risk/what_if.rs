//! The page of what-if: which few controls would take away most of the risk, and what would remain.

use super::in_place::{self, InPlace, Which};
use super::{counts, store, tally};
use crate::house::fault::Done;
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, page};
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::{criteria, effect, people, risk, say};
use askama::Template;
use axum::extract::Query;
use meguri_domain::Refusal;
use meguri_domain::criteria::{Criteria, Method};
use meguri_domain::ids::{ControlId, DepartmentId};
use meguri_domain::people::{Act, Scope};
use meguri_domain::risk::Control;
use meguri_domain::what_if::{Best, Pick, Picture, Register};
use std::collections::HashMap;

/// As many controls are chosen when nobody says how many.
const USUAL: usize = 5;
/// More are not chosen at once.
const MOST: usize = 20;
/// Person-days that are offered when nobody says how many.
const USUAL_EFFORT: i64 = 20;
/// More are not asked for.
const MOST_EFFORT: i64 = 9_999;

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
    effort: i64,
    /// Whether rows of the plan may be made of the choice, and where.
    answers: Option<String>,
    plan: String,
    taken: i64,
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
    effort: i64,
    /// What it takes away per person-day.
    rate: String,
    helped: String,
    planned: usize,
    in_place: usize,
    chosen: bool,
}

/// What was asked: the pairs of the address, where a name may come again and again.
#[derive(Default)]
pub struct Asked {
    pub department: String,
    pub best: String,
    pub effort: String,
    /// `effort` for the best within an effort, `plan` for what the plan uses; the best of so many otherwise.
    pub by: String,
    /// Whether what was judged by the method for personal data is asked for.
    pub personal: bool,
    pub with: Vec<ControlId>,
}

impl Asked {
    pub fn of(pairs: Vec<(String, String)>) -> Self {
        let mut asked = Self::default();
        for (name, value) in pairs {
            match name.as_str() {
                "department" => asked.department = value,
                "best" => asked.best = value,
                "method" => asked.personal = value == "personal",
                "effort" => asked.effort = value,
                "by" => asked.by = value,
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

    fn budget(&self) -> Result<i64, ()> {
        if self.effort.is_empty() {
            return Ok(USUAL_EFFORT);
        }
        self.effort.trim().parse().ok().filter(|effort| (1..=MOST_EFFORT).contains(effort)).ok_or(())
    }

    /// The address of what-if with the same controls.
    pub fn address(&self) -> String {
        let method = method_word(self.personal);
        let pairs = [("department", &self.department), ("method", &method)];
        let mut address = risk::address("/what-if", &pairs);
        for each in &self.with {
            address.push(if address.contains('?') { '&' } else { '?' });
            address.extend(["with=", each.as_str()]);
        }
        address
    }
}

/// GET /what-if
pub async fn what_if(ctx: Ctx, Query(pairs): Query<Vec<(String, String)>>) -> Answer {
    let asked = Asked::of(pairs);
    let template = ctx.read(|rx| look(&ctx, rx, &asked)).await?;
    page(&template)
}

/// The register ready to be asked, within a scope.
pub struct Reckoned {
    pub criteria: Option<Criteria>,
    pub year: i64,
    /// The department it is narrowed to; empty for all within the scope.
    pub department: String,
    pub register: Register,
    /// The method that is reckoned with, and whether there are two of them.
    pub method: Method,
    pub personal: bool,
    two: bool,
    /// In how many treatments that are in place each control is used.
    in_place: HashMap<ControlId, usize>,
    /// The risks whose treatment is in place.
    pub placed: Vec<InPlace>,
}

impl Reckoned {
    pub fn load(rx: &Rx<'_>, scope: &Scope, asked: &Asked) -> Done<Self> {
        let (department, personal) = (&asked.department, asked.personal);
        let department = DepartmentId::new(department.to_owned()).filter(|id| scope.holds(id));
        let department = department.map_or_else(String::new, |id| id.to_string());
        let (criteria, year) = (criteria::store::in_force(rx)?, store::fiscal_year(rx)?);
        let (mut counted, mut done) = (Vec::new(), Vec::new());
        if let Some(criteria) = &criteria {
            let department = &department;
            let which = Which { fiscal_year: year, criteria: &criteria.id, personal, department };
            done = in_place::in_place(rx, scope, &which)?;
            counted = tally::kinds(rx, scope, (year, &criteria.id), (department, personal))?;
            counted = in_place::without(counted, &done);
        }
        // What a statement of applicability says of implementation would come in here, for controls of the whole company.
        let mut in_place: HashMap<ControlId, usize> = HashMap::new();
        for control in done.iter().flat_map(|each| &each.controls) {
            *in_place.entry(control.clone()).or_default() += 1;
        }
        let now: Vec<_> = done.iter().map(|each| (each.now.clone(), each.controls.clone())).collect();
        let threats = store::threats_in_sight(rx, scope)?;
        let known = (&threats[..], effect::store::effects(rx)?);
        let methods = criteria::acts::methods(rx)?;
        let method = methods.method_for(personal).clone();
        let register = Register::with(counted, &now, known, &method);
        Ok(Self {
            criteria,
            year,
            department,
            method,
            personal,
            two: methods.personal.is_some(),
            register,
            in_place,
            placed: done,
        })
    }
}

/// The controls that were asked for, what each takes away, and how near to the best they are known to be.
fn chosen(asked: &Asked, register: &Register, used: &HashMap<ControlId, usize>) -> (Vec<Pick>, Option<Best>) {
    if !asked.with.is_empty() {
        return (register.taken(&asked.with), None);
    }
    if asked.by == "plan" {
        let planned: Vec<ControlId> =
            register.controls().filter(|id| used.contains_key(*id)).cloned().collect();
        return (register.taken(&planned), None);
    }
    let best = if asked.by == "effort" {
        register.best_within(asked.budget().unwrap_or(USUAL_EFFORT))
    } else {
        register.best(asked.most().unwrap_or(USUAL))
    };
    (best.picks.clone(), Some(best))
}

fn look(ctx: &Ctx, rx: &Rx<'_>, asked: &Asked) -> Done<WhatIf> {
    let l = ctx.l;
    if !ctx.actor.may_somewhere(Act::SeeRisk) {
        return Err(Refusal::NotAllowed.into());
    }
    let scope = rx.scope(Act::SeeRisk);
    let names = people::store::names(rx, rx.today())?;
    let reckoned = Reckoned::load(rx, &scope, asked)?;
    let (register, department) = (&reckoned.register, &reckoned.department);
    let used = counts::planned(rx, &scope, reckoned.year, department)?;
    let (chosen, best) = chosen(asked, register, &used);
    let ids: Vec<ControlId> = chosen.iter().map(|pick| pick.control.clone()).collect();
    let (before, after) = (register.picture(&[]), register.picture(&ids));
    let personal = asked.personal;
    let again = Asked { department: department.clone(), with: ids.clone(), personal, ..Asked::default() };
    let here = match DepartmentId::new(reckoned.department.clone()) {
        Some(id) => ctx.actor.may(Act::EditPlan, &id),
        None => ctx.actor.may_somewhere(Act::EditPlan),
    };
    let may_answer = here && !ids.is_empty();
    Ok(WhatIf {
        shell: Shell::new(ctx, "管理策の試算", "What if", ctx.this_month()),
        lead: lead(l, chosen.len(), &before, &after),
        departments: departments(rx, &scope, &names, department)?,
        personal: reckoned.two.then_some(personal),
        most: asked.most().unwrap_or(USUAL),
        effort: asked.budget().unwrap_or(USUAL_EFFORT),
        answers: may_answer.then(|| super::answers::rows_address(&again)),
        plan: risk::address(
            "/what-if",
            &[("by", &"plan".to_owned()), ("department", department), ("method", &method_word(personal))],
        ),
        taken: chosen.iter().map(|pick| pick.effort).sum(),
        problem: problem(l, asked),
        nothing: before.sum == 0,
        figures: figures(l, &before, &after),
        bound: best.map_or_else(String::new, |best| bound(l, &best, asked.by == "effort")),
        rows: rows(l, (&reckoned, &used), (&chosen, &ids), &store::controls(rx)?),
        department: department.clone(),
    })
}

/// The method in an address.
pub fn method_word(personal: bool) -> String {
    if personal { "personal" } else { "" }.to_owned()
}

fn problem(l: Lang, asked: &Asked) -> Option<String> {
    let words = if asked.most().is_err() {
        ("管理策の数は、1から20の整数で入力してください。", "Write a whole number of controls from 1 to 20.")
    } else if asked.budget().is_err() {
        (
            "工数は、1から9999の整数（人日）で入力してください。",
            "Write a whole number of person-days from 1 to 9999.",
        )
    } else {
        return None;
    };
    Some(l.w(words).to_owned())
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
        (l.t("受容水準以上のリスク", "Risks above the acceptance line"), before.above, after.above),
        (l.t("リスク値の合計", "Sum of all values"), before.sum, after.sum),
    ]
}

/// How near to the best the choice is known to be.
fn bound(l: Lang, best: &Best, by_effort: bool) -> String {
    let taken: i64 = best.picks.iter().map(|pick| pick.gain).sum();
    let same = if by_effort {
        l.t("同じ工数", "within the effort")
    } else {
        l.t("同じ数", "of as many controls")
    };
    if best.bound <= taken {
        return say!(
            l,
            "{same}の管理策では、これより多く減らせる組み合わせはありません。",
            "No set {same} takes away more."
        );
    }
    let share = taken * 100 / best.bound;
    say!(
        l,
        "{same}の最善の組み合わせの、少なくとも{share}%を減らす選び方です。",
        "This choice takes away at least {share}% of what the best set {same} could."
    )
}

/// The chosen controls in their order, then the others by what each would add.
fn rows(
    l: Lang,
    (reckoned, used): (&Reckoned, &HashMap<ControlId, usize>),
    (chosen, ids): (&[Pick], &[ControlId]),
    controls: &[Control],
) -> Vec<ControlRow> {
    let register = &reckoned.register;
    let row = |pick: &Pick, chosen: bool| {
        let control = controls.iter().find(|each| each.id == pick.control);
        let title = control.map_or("", |each| l.t(&each.title_ja, &each.title_en));
        ControlRow {
            id: pick.control.to_string(),
            title: format!("{} {title}", pick.control),
            gain: pick.gain,
            alone: pick.alone,
            risks: pick.risks,
            effort: pick.effort,
            rate: rate(pick),
            helped: risk::address(
                &format!("/what-if/controls/{}", pick.control),
                &[("department", &reckoned.department), ("method", &method_word(reckoned.personal))],
            ),
            in_place: reckoned.in_place.get(&pick.control).copied().unwrap_or(0),
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

/// What a control takes away per person-day, with one decimal.
fn rate(pick: &Pick) -> String {
    let tenths = pick.gain * 10 / pick.effort.max(1);
    format!("{}.{}", tenths / 10, tenths % 10)
}
