//! The plan as it is printed: the risks that must be answered, their rows, approvals and destinations.

use super::lines::{Known, Line, Seal, seal};
use super::listing::{self, Narrow, PER_PAGE, Planned, Whose};
use super::months::{self, Followed};
use crate::house::fault::Done;
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, page};
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::risk::badges::Chip;
use crate::{criteria, people, risk};
use askama::Template;
use axum::extract::Query;
use meguri_domain::Refusal;
use meguri_domain::approval::{Flow, Signed, Standing};
use meguri_domain::criteria::{Level, Methods};
use meguri_domain::ids::DepartmentId;
use meguri_domain::people::{Act, Department, Scope};
use meguri_domain::reminder::soon;
use meguri_domain::treatment::{Destination, PlanRow};
use serde::Deserialize;
use std::collections::HashMap;

#[derive(Deserialize, Default, Clone)]
pub struct Filter {
    #[serde(default)]
    year: String,
    #[serde(default)]
    department: String,
    #[serde(default)]
    level: String,
    #[serde(default)]
    destination: String,
    #[serde(default)]
    standing: String,
    #[serde(default)]
    watch: String,
    #[serde(default)]
    page: String,
}

#[derive(Template)]
#[template(path = "treatment/plan.html")]
struct Plan {
    shell: Shell,
    year: String,
    department: String,
    lead: String,
    next: Option<(String, String)>,
    chips: Vec<Chip>,
    watches: Vec<Chip>,
    standing: String,
    watch: String,
    select: Selects,
    boxes: Vec<ApprovalBox>,
    rows: Vec<Line>,
    total: i64,
    before: Option<String>,
    after: Option<String>,
    everything: bool,
}

/// What the filter offers to choose from.
struct Selects {
    years: Vec<Choice>,
    departments: Vec<Choice>,
    levels: Vec<Choice>,
    destinations: Vec<Choice>,
}

struct Choice {
    value: String,
    label: String,
    chosen: bool,
}

struct ApprovalBox {
    title: &'static str,
    seal: Option<Seal>,
    missing: String,
}

/// GET /plan
pub async fn plan(ctx: Ctx, Query(filter): Query<Filter>) -> Answer {
    let template = ctx.read(|rx| look(&ctx, rx, &filter)).await?;
    page(&template)
}

fn look(ctx: &Ctx, rx: &Rx<'_>, filter: &Filter) -> Done<Plan> {
    let l = ctx.l;
    if !ctx.actor.may_somewhere(Act::SeePlan) {
        return Err(Refusal::NotAllowed.into());
    }
    let scope = rx.scope(Act::SeePlan);
    let this_year = risk::store::fiscal_year(rx)?;
    let methods = criteria::acts::methods(rx)?;
    let narrow = Narrow { soon: soon(rx.today()).to_string(), ..filter.narrow(this_year, &methods) };
    let names = people::store::names(rx, rx.today())?;
    let number = filter.page.parse::<i64>().unwrap_or(1).clamp(1, 1_000);
    let planned = listing::page(rx, &scope, &narrow, (number - 1) * PER_PAGE)?;
    let counted = listing::standings(rx, &scope, &narrow)?;
    let count = |code: &str| {
        counted.iter().filter(|(each, _)| code.is_empty() || each == code).map(|(_, n)| n).sum::<i64>()
    };
    let whose = Whose {
        fiscal_year: narrow.fiscal_year,
        department: &narrow.department,
        row: "",
        since: months::since(rx.today()),
    };
    let followed = Followed::read(rx, l, &whose)?;
    let controls: HashMap<_, _> =
        risk::store::controls(rx)?.into_iter().map(|each| (each.id.clone(), each)).collect();
    let line = |(at, each): (i64, Planned)| {
        Line::of(
            l,
            at + (number - 1) * PER_PAGE,
            each,
            &Known { names: &names, followed: &followed, controls: &controls, methods: &methods, ctx },
        )
    };
    let next = next(ctx, &planned, &count);
    let watched = listing::watched(rx, &scope, &narrow)?;
    let at = WATCHES.iter().position(|each| each.0 == narrow.watch);
    let total = at.and_then(|at| watched.get(at).copied()).unwrap_or_else(|| count(&narrow.standing));
    let seen = people::store::departments_in(rx, &scope)?;
    let only = if seen.len() == 1 { seen.first().map(|each| each.id.clone()) } else { None };
    let shown = DepartmentId::new(narrow.department.clone()).filter(|id| scope.holds(id)).or(only);
    let boxes = shown.as_ref().map(|id| boxes(rx, l, id, &narrow)).transpose()?.unwrap_or_default();
    let years = years(rx, &scope, this_year)?;
    Ok(Plan {
        shell: Shell::new(ctx, "リスク対応計画書", "Risk treatment plan", ctx.this_month()),
        year: l.year(narrow.fiscal_year),
        department: shown.and_then(|id| names.get(&id).cloned()).unwrap_or_default(),
        lead: lead(l, &count),
        next,
        chips: filter.chips(l, &narrow, &count),
        watches: filter.watches(l, &narrow, watched),
        watch: narrow.watch.clone(),
        standing: narrow.standing.clone(),
        select: selects(l, years, &seen, &names, &narrow),
        boxes,
        rows: (1..).zip(planned).map(line).collect(),
        total,
        before: (number > 1).then(|| filter.at_page(number - 1)),
        after: (number * PER_PAGE < total).then(|| filter.at_page(number + 1)),
        everything: count("") == 0,
    })
}

/// What needs somebody's eye: its code in the address, and its word.
const WATCHES: [(&str, meguri_domain::Word); 3] = [
    ("soon", ("まもなく期限・期限超過", "Due soon or overdue")),
    ("second", ("二次評価が必要", "To be judged again")),
    ("above", ("対応後も受容水準以上", "Still above the line")),
];

/// The years there is something of, and this one.
fn years(rx: &Rx<'_>, scope: &Scope, this_year: i64) -> Done<Vec<i64>> {
    let mut years = risk::counts::years(rx, scope)?;
    if !years.contains(&this_year) {
        years.insert(0, this_year);
    }
    Ok(years)
}

impl Filter {
    fn narrow(&self, this_year: i64, methods: &Methods) -> Narrow {
        let standings = ["unwritten", "none", "current", "outdated"];
        Narrow {
            fiscal_year: self
                .year
                .parse()
                .ok()
                .filter(|year| (1..=9_999).contains(year))
                .unwrap_or(this_year),
            lines: [true, false].map(|personal| methods.method_for(personal).answer_from),
            department: DepartmentId::new(self.department.clone())
                .map_or_else(String::new, |id| id.to_string()),
            level: Level::from_code(&self.level).map_or("", Level::code).to_owned(),
            destination: Destination::from_code(&self.destination).map_or("", Destination::code).to_owned(),
            // What is watched is watched whatever its approval is.
            standing: standings
                .into_iter()
                .find(|each| *each == self.standing && self.watch.is_empty())
                .unwrap_or("")
                .to_owned(),
            watch: WATCHES.iter().find(|each| each.0 == self.watch).map_or("", |each| each.0).to_owned(),
            soon: String::new(),
        }
    }

    fn address(&self) -> String {
        let pairs = [
            ("year", &self.year),
            ("department", &self.department),
            ("level", &self.level),
            ("destination", &self.destination),
            ("standing", &self.standing),
            ("watch", &self.watch),
            ("page", &self.page),
        ];
        risk::address("/plan", &pairs)
    }

    fn at_page(&self, page: i64) -> String {
        Self { page: page.to_string(), ..self.clone() }.address()
    }

    fn chips(&self, l: Lang, narrow: &Narrow, count: &impl Fn(&str) -> i64) -> Vec<Chip> {
        let all = [
            ("", ("すべて", "All")),
            ("unwritten", ("対応が未記入", "Not answered")),
            ("none", Standing::None.word()),
            ("outdated", Standing::Outdated.word()),
            ("current", Standing::Current.word()),
        ];
        let chip = |(code, word): (&str, meguri_domain::Word)| Chip {
            href: Self {
                standing: code.to_owned(),
                watch: String::new(),
                page: String::new(),
                ..self.clone()
            }
            .address(),
            label: l.w(word).to_owned(),
            count: Some(count(code)),
            current: narrow.standing == code && narrow.watch.is_empty(),
        };
        all.into_iter().map(chip).collect()
    }

    /// What needs somebody's eye, where there is any of it.
    fn watches(&self, l: Lang, narrow: &Narrow, watched: [i64; 3]) -> Vec<Chip> {
        let chip = |((code, word), count): ((&str, meguri_domain::Word), i64)| Chip {
            href: Self {
                standing: String::new(),
                watch: code.to_owned(),
                page: String::new(),
                ..self.clone()
            }
            .address(),
            label: l.w(word).to_owned(),
            count: Some(count),
            current: narrow.watch == code,
        };
        let all = WATCHES.into_iter().zip(watched);
        all.filter(|(each, n)| *n > 0 || narrow.watch == each.0).map(chip).collect()
    }
}

fn selects(
    l: Lang,
    years: Vec<i64>,
    seen: &[Department],
    names: &HashMap<DepartmentId, String>,
    narrow: &Narrow,
) -> Selects {
    let named = |each: &Department| (each.id.to_string(), names.get(&each.id).cloned().unwrap_or_default());
    let level = |each: &Level| (each.code().to_owned(), l.w(each.word()).to_owned());
    let destination = |each: &Destination| (each.code().to_owned(), l.w(each.word()).to_owned());
    let year = |each: i64| (each.to_string(), l.year(each));
    Selects {
        years: choices(years.into_iter().map(year), &narrow.fiscal_year.to_string()),
        departments: choices(seen.iter().map(named), &narrow.department),
        levels: choices(Level::ALL.iter().map(level), &narrow.level),
        destinations: choices(Destination::ALL.iter().map(destination), &narrow.destination),
    }
}

fn choices(all: impl Iterator<Item = (String, String)>, chosen: &str) -> Vec<Choice> {
    all.map(|(value, label)| Choice { chosen: value == chosen, value, label }).collect()
}

fn lead(l: Lang, count: &impl Fn(&str) -> i64) -> String {
    let (all, unwritten, none, outdated) = (count(""), count("unwritten"), count("none"), count("outdated"));
    match l {
        Lang::Ja if all == 0 => "対応が必要なリスクはありません。".into(),
        Lang::Ja if unwritten + none + outdated == 0 => {
            format!("対応が必要なリスク{all}件は、すべて承認済みです。")
        }
        Lang::Ja => format!(
            "対応が必要なリスクは{all}件です。未記入が{unwritten}件、未承認が{none}件、承認後に変更ありが{outdated}件あります。"
        ),
        Lang::En if all == 0 => "No risk needs an answer.".into(),
        Lang::En if unwritten + none + outdated == 0 => {
            format!("{}, all approved.", Lang::many(all, "row", "rows"))
        }
        Lang::En => format!(
            "{} an answer: {unwritten} not answered, {none} not approved, {outdated} changed after approval.",
            Lang::many(all, "risk needs", "risks need")
        ),
    }
}

/// The one next act: what to write, or what to approve.
fn next(ctx: &Ctx, planned: &[Planned], count: &impl Fn(&str) -> i64) -> Option<(String, String)> {
    let l = ctx.l;
    let unwritten = planned
        .iter()
        .find(|each| each.row.is_none() && ctx.actor.may(Act::EditPlan, &each.risk.department_id));
    let waiting = |each: &&Planned| {
        each.row.as_ref().is_some_and(|row| {
            row.standing_beside(&each.risk) != Standing::Current
                && row.destination != Destination::Undecided
                && ctx.actor.may(Act::ApprovePlan, &row.department_id)
        })
    };
    let waiting = planned.iter().find(waiting).and_then(|each| each.row.as_ref());
    let undecided = |each: &&PlanRow| {
        each.destination == Destination::Undecided && ctx.actor.may(Act::EditPlan, &each.department_id)
    };
    let undecided = planned.iter().filter_map(|each| each.row.as_ref()).find(undecided);
    match (unwritten, waiting) {
        (Some(each), _) => {
            Some((format!("/plan/risks/{}", each.risk.id), l.t("対応を書く", "Write an answer").into()))
        }
        (None, Some(row)) => {
            Some((format!("/plan/rows/{}", row.id), l.t("承認する行を開く", "Open a row to approve").into()))
        }
        (None, None) if count("") == 0 => {
            Some(("/risks".into(), l.t("リスクを見る", "See the risks").into()))
        }
        (None, None) => {
            let words = l.t("展開先を決める", "Choose a destination");
            undecided.map(|row| (format!("/plan/rows/{}#form", row.id), words.into()))
        }
    }
}

/// The approval boxes of a department's plan: the plan's last approval, and the assessment it stands on.
fn boxes(rx: &Rx<'_>, l: Lang, id: &DepartmentId, narrow: &Narrow) -> Done<Vec<ApprovalBox>> {
    let scope = rx.scope(Act::SeePlan);
    let year = Narrow {
        fiscal_year: narrow.fiscal_year,
        lines: narrow.lines,
        department: id.to_string(),
        ..Narrow::default()
    };
    // The stamp speaks of the whole plan, whatever the list below is narrowed to.
    let whole = listing::standings(rx, &scope, &year)?.iter().all(|(standing, _)| standing == "current");
    let rows = listing::page(rx, &scope, &year, 0)?;
    let approvals = rows.iter().filter_map(|each| each.row.as_ref()?.approval.as_ref());
    let last = approvals.max_by_key(|each| each.signed.on).filter(|_| whole);
    let assessment = risk::store::assessment_of(rx, &scope, id, narrow.fiscal_year)?;
    let flow = assessment.as_ref().map(|each| &each.flow);
    let none = l.t("未承認", "Not approved").to_owned();
    let stamp = |post: &str, signed: &Signed| seal(l, post, signed);
    let signed = |pick: fn(&Flow) -> Option<&Signed>| flow.and_then(pick);
    Ok(vec![
        ApprovalBox {
            title: l.t("計画の承認", "Plan"),
            seal: last.map(|each| stamp(l.t("承認", "approved"), &each.signed)),
            missing: none.clone(),
        },
        ApprovalBox {
            title: l.t("評価の承認", "Assessment"),
            seal: signed(|flow| flow.confirmed.as_ref()).map(|each| stamp(l.t("承認", "approved"), each)),
            missing: none,
        },
        ApprovalBox {
            title: l.t("評価の作成", "Judged by"),
            seal: signed(|flow| flow.submitted.as_ref()).map(|each| stamp(l.t("作成", "judged"), each)),
            missing: "—".into(),
        },
    ])
}
