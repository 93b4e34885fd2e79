//! The page of all risks: the state in a sentence, the heat map, the departments, the highest risks.

use super::badges::{Badge, Chip, edition, flow_badge, heat_class};
use super::counts::{self, Extent, Narrow};
use super::found::Found;
use super::tally::{self, Cell, Tally};
use super::{scores, store};
use crate::house::fault::Done;
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, page};
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::{criteria, people, say};
use askama::Template;
use axum::extract::Query;
use meguri_domain::Refusal;
use meguri_domain::criteria::{Criteria, Level, Method};
use meguri_domain::ids::DepartmentId;
use meguri_domain::people::Act;
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
    i: String,
    #[serde(default)]
    l: String,
    /// `personal`: what was judged by the method for personal data, where it is another.
    #[serde(default)]
    method: String,
}

#[derive(Template)]
#[template(path = "risk/overview.html")]
struct Overview {
    shell: Shell,
    years: Vec<Chip>,
    /// The two methods, where there are two: their values are not compared with each other.
    methods: Vec<Chip>,
    edition: Option<String>,
    lead: String,
    next: Option<(String, String)>,
    heat: Vec<HeatRow>,
    scale: Vec<i64>,
    departments: Vec<DepartmentRow>,
    levels: Vec<Chip>,
    chosen: Option<String>,
    clear: String,
    found: Vec<Found>,
    total: i64,
    /// The departments to choose from, for who sees more than one: id, name, whether it is chosen.
    choices: Vec<(String, String, bool)>,
    /// What a choice of department keeps: year and method.
    kept: Vec<(&'static str, String)>,
}

struct HeatRow {
    importance: i64,
    cells: Vec<HeatCell>,
}

struct HeatCell {
    id: String,
    href: String,
    class: &'static str,
    count: i64,
    level: &'static str,
    value: String,
    likelihood: i64,
    current: bool,
}

struct DepartmentRow {
    href: String,
    name: String,
    badge: Badge,
    extent: Extent,
    levels: [i64; 3],
}

/// GET /risks
pub async fn overview(ctx: Ctx, Query(filter): Query<Filter>) -> Answer {
    let template = ctx.read(|rx| look(&ctx, rx, &filter)).await?;
    page(&template)
}

fn look(ctx: &Ctx, rx: &Rx<'_>, filter: &Filter) -> Done<Overview> {
    let l = ctx.l;
    if !ctx.actor.may_somewhere(Act::SeeRisk) {
        return Err(Refusal::NotAllowed.into());
    }
    let scope = rx.scope(Act::SeeRisk);
    let this_year = store::fiscal_year(rx)?;
    let mut narrow = filter.narrow(this_year);
    // A department out of sight is no filter: its name would be told.
    if !DepartmentId::new(narrow.department.clone()).is_some_and(|id| scope.holds(&id)) {
        narrow.department.clear();
    }
    let year = narrow.fiscal_year;
    let criteria = criteria::store::in_force(rx)?;
    let names = people::store::names(rx, rx.today())?;
    let tally = tally::of_year(rx, &scope, year, &narrow.department)?;
    let departments = match &criteria {
        Some(criteria) => departments(rx, l, (&narrow, criteria), &tally, &names)?,
        None => Vec::new(),
    };
    let methods = criteria::acts::methods(rx)?;
    if methods.personal.is_some() {
        narrow.method = if filter.is_personal() { "personal" } else { "general" }.into();
    }
    let method = methods.method_for(filter.is_personal());
    let heat = method
        .importances()
        .into_iter()
        .map(|importance| filter.heat_row(l, importance, method, (&tally, &narrow)))
        .collect();
    let found = counts::ranking(rx, &scope, &narrow)?;
    let found = found.into_iter().map(|each| Found::of(l, each, &names, criteria.as_ref())).collect();
    Ok(Overview {
        shell: Shell::new(ctx, "リスク", "Risks", ctx.this_month()),
        years: filter.years(l, counts::years(rx, &scope)?, this_year, year),
        methods: if methods.personal.is_some() { filter.methods(l) } else { Vec::new() },
        edition: criteria.as_ref().map(|each| edition(l, each)),
        lead: match &departments[..] {
            [row] if !narrow.department.is_empty() => lead_of_one(l, row, year),
            rows => lead(l, rows, year),
        },
        next: next(ctx, &departments),
        heat,
        scale: method.likelihoods(),
        departments,
        levels: filter.levels(l, (&tally, &narrow)),
        chosen: (narrow.importance > 0).then(|| chosen(l, &narrow)),
        clear: Filter { i: String::new(), l: String::new(), ..filter.clone() }.address(),
        choices: choices(rx, &names, &narrow.department)?,
        kept: filter.kept(),
        found,
        total: tally.count(|each| narrow.holds(each)),
    })
}

impl Filter {
    fn narrow(&self, this_year: i64) -> Narrow {
        let number = |text: &str| text.parse().ok().filter(|n| (0..=9_999).contains(n)).unwrap_or(0);
        Narrow {
            fiscal_year: if self.year.is_empty() { this_year } else { number(&self.year) },
            department: DepartmentId::new(self.department.clone())
                .map_or_else(String::new, |id| id.to_string()),
            level: Level::from_code(&self.level).map_or("", Level::code).to_owned(),
            importance: number(&self.i),
            likelihood: number(&self.l),
            method: String::new(),
        }
    }

    /// What a choice of department keeps of the address.
    fn kept(&self) -> Vec<(&'static str, String)> {
        let pairs = [("year", &self.year), ("method", &self.method)];
        pairs
            .into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(name, value)| (name, value.clone()))
            .collect()
    }

    fn is_personal(&self) -> bool {
        self.method == "personal"
    }

    fn methods(&self, l: Lang) -> Vec<Chip> {
        let chip = |code: &str, word: &'static str| Chip {
            href: Self { method: code.into(), i: String::new(), l: String::new(), ..self.clone() }.address(),
            label: word.to_owned(),
            count: None,
            current: self.is_personal() == (code == "personal"),
        };
        vec![
            chip("", l.t("情報資産全般", "All information")),
            chip("personal", l.t("個人情報を含む資産", "Assets with personal data")),
        ]
    }

    fn years(&self, l: Lang, mut years: Vec<i64>, this_year: i64, chosen: i64) -> Vec<Chip> {
        if !years.contains(&this_year) {
            years.insert(0, this_year);
        }
        let chip = |year: i64| Chip {
            href: Self { year: year.to_string(), ..self.clone() }.address(),
            label: l.year(year),
            count: None,
            current: year == chosen,
        };
        years.into_iter().map(chip).collect()
    }

    fn levels(&self, l: Lang, (tally, narrow): (&Tally, &Narrow)) -> Vec<Chip> {
        let count = |level: Option<Level>| {
            tally.count(|each| {
                narrow.holds_method(each)
                    && narrow.holds_department(each)
                    && level.is_none_or(|level| each.level == level)
            })
        };
        let chip = |level: Option<Level>| {
            let code = level.map_or("", Level::code);
            Chip {
                href: Self { level: code.to_owned(), ..self.clone() }.address(),
                label: level.map_or_else(|| l.t("すべて", "All"), |level| l.w(level.word())).to_owned(),
                count: Some(count(level)),
                current: Level::from_code(&self.level) == level,
            }
        };
        std::iter::once(None).chain(Level::ALL.iter().copied().map(Some)).map(chip).collect()
    }

    fn cell(&self, importance: i64, likelihood: i64, chosen: bool) -> String {
        let text = |n: i64| if chosen { String::new() } else { n.to_string() };
        Self { i: text(importance), l: text(likelihood), ..self.clone() }.address()
    }

    fn address(&self) -> String {
        let pairs = [
            ("year", &self.year),
            ("department", &self.department),
            ("level", &self.level),
            ("i", &self.i),
            ("l", &self.l),
            ("method", &self.method),
        ];
        super::address("/risks", &pairs)
    }

    fn heat_row(
        &self,
        l: Lang,
        importance: i64,
        method: &Method,
        (tally, narrow): (&Tally, &Narrow),
    ) -> HeatRow {
        let cell = |likelihood: i64| {
            let here = |each: &Cell| each.importance == importance && each.likelihood == likelihood;
            let count =
                tally.count(|each| narrow.holds_method(each) && narrow.holds_department(each) && here(each));
            let current = self.i == importance.to_string() && self.l == likelihood.to_string();
            let value = importance * likelihood;
            let level = method.level(value);
            HeatCell {
                id: format!("cell-{importance}-{likelihood}"),
                href: self.cell(importance, likelihood, current),
                class: heat_class(level),
                count,
                level: l.w(level.word()),
                value: scores::shown(method, value),
                likelihood,
                current,
            }
        };
        HeatRow { importance, cells: method.likelihoods().into_iter().map(cell).collect() }
    }
}

/// The cell that the list is narrowed to, in words.
fn chosen(l: Lang, Narrow { importance, likelihood, .. }: &Narrow) -> String {
    say!(l, "重要度{importance} × 可能性{likelihood}", "importance {importance} × likelihood {likelihood}")
}

/// The departments in sight by their names, to choose one; none where there is but one.
fn choices(
    rx: &Rx<'_>,
    names: &HashMap<DepartmentId, String>,
    chosen: &str,
) -> Done<Vec<(String, String, bool)>> {
    let seen = people::store::departments_in(rx, &rx.scope(Act::SeeRisk))?;
    let named = seen.into_iter().filter_map(|each| Some((names.get(&each.id)?.clone(), each.id.to_string())));
    let mut named: Vec<_> = named.map(|(name, id)| (id == chosen, name, id)).collect();
    named.sort_by(|one, other| (&one.1, &one.2).cmp(&(&other.1, &other.2)));
    let choices: Vec<_> = named.into_iter().map(|(chosen, name, id)| (id, name, chosen)).collect();
    Ok(if choices.len() > 1 { choices } else { Vec::new() })
}

fn departments(
    rx: &Rx<'_>,
    l: Lang,
    (narrow, criteria): (&Narrow, &Criteria),
    tally: &Tally,
    names: &HashMap<DepartmentId, String>,
) -> Done<Vec<DepartmentRow>> {
    let (scope, year) = (rx.scope(Act::SeeRisk), narrow.fiscal_year);
    let only = DepartmentId::new(narrow.department.clone());
    let extents: HashMap<_, _> = match &only {
        Some(id) => HashMap::from([(id.clone(), counts::extent_of(rx, &scope, (year, &criteria.id), id)?)]),
        None => counts::extents(rx, &scope, year, &criteria.id)?.into_iter().collect(),
    };
    let states: HashMap<_, _> = store::assessments(rx, &scope, year)?
        .into_iter()
        .map(|each| (each.department_id, each.flow.state))
        .collect();
    let levels = tally.departments();
    let open = people::store::departments_in(rx, &scope)?
        .into_iter()
        .filter(|each| only.as_ref().is_none_or(|only| *only == each.id))
        .filter(|each| each.is_open(rx.today()) || extents.contains_key(&each.id));
    let row = |id: DepartmentId| DepartmentRow {
        href: format!("/risks/{id}"),
        name: names.get(&id).cloned().unwrap_or_default(),
        badge: flow_badge(l, states.get(&id).copied()),
        extent: extents.get(&id).copied().unwrap_or_default(),
        levels: levels.get(&id).copied().unwrap_or_default(),
    };
    Ok(open.map(|each| row(each.id)).collect())
}

fn lead(l: Lang, rows: &[DepartmentRow], year: i64) -> String {
    let approved = rows.iter().filter(|row| row.badge.class == "good").count();
    let waiting: usize = rows.iter().map(|row| row.extent.waiting()).sum();
    let large: i64 = rows.iter().map(|row| row.levels.first().copied().unwrap_or(0)).sum();
    match l {
        Lang::Ja => format!(
            "{year}年度は、{}部門のうち{approved}部門の評価が承認済みです。評価を待つ資産は{waiting}件、「大」のリスクは{large}件あります。",
            rows.len()
        ),
        Lang::En => format!(
            "FY{year}: {approved} of {} departments have an approved assessment. {} for a judgement; {} high.",
            rows.len(),
            if waiting == 1 { "1 asset waits".into() } else { format!("{waiting} assets wait") },
            if large == 1 { "1 risk is".into() } else { format!("{large} risks are") },
        ),
    }
}

/// The same of one department that was chosen.
fn lead_of_one(l: Lang, row: &DepartmentRow, year: i64) -> String {
    let DepartmentRow { name, extent, levels: [large, ..], badge, .. } = row;
    let (assets, judged, state) = (extent.assets, extent.judged(), &badge.word);
    say!(
        l,
        "{year}年度の{name}は、情報資産{assets}件のうち{judged}件を評価しました（{state}）。「大」のリスクは{large}件です。",
        "FY{year}, {name}: {judged} of {assets} assets judged ({state}); high risks: {large}."
    )
}

/// The one next act: the own department that has most to judge, else the plan.
fn next(ctx: &Ctx, rows: &[DepartmentRow]) -> Option<(String, String)> {
    let l = ctx.l;
    let own = ctx.actor.departments(Act::AssessRisk);
    let mine = rows.iter().filter(|row| own.iter().any(|id| row.href == format!("/risks/{id}")));
    let waits = mine.max_by_key(|row| row.extent.waiting()).filter(|row| row.extent.waiting() > 0);
    match waits {
        Some(row) => Some((row.href.clone(), l.t("評価をつづける", "Go on judging").into())),
        None => ctx
            .actor
            .may_somewhere(Act::SeePlan)
            .then(|| ("/plan".into(), l.t("対応計画を見る", "See the plan").into())),
    }
}
