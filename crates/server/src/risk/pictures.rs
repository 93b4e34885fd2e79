//! The page of pictures: how risks are spread, this year against last, before against after treatment; each as bars with
//! its table, and the same table as a file.

use super::badges::level_badge;
use super::figure::{Bar, Figure, Line};
use super::spread::{self, Levels};
use super::tally;
use crate::asset::exporting::fault;
use crate::house::fault::Done;
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, download, page};
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::{inspection, people};
use askama::Template;
use axum::extract::Query;
use meguri_domain::Refusal;
use meguri_domain::Word;
use meguri_domain::catalogue::{EVERY_STAGE, STAGES};
use meguri_domain::criteria::Level;
use meguri_domain::ids::DepartmentId;
use meguri_domain::inspection::SafetyMeasure;
use meguri_domain::people::{Act, Scope};
use meguri_domain::risk::Threat;
use meguri_domain::spread::{By, Movement, groups, measures};
use meguri_sheet::{write_counts, write_counts_csv};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The groups of Annex A.
const GROUPS: [Word; 4] =
    [("組織的", "Organizational"), ("人的", "People"), ("物理的", "Physical"), ("技術的", "Technological")];

const WORKBOOK: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
const TEXT: &str = "text/csv; charset=utf-8";

#[derive(Deserialize, Default, Clone)]
pub struct Filter {
    #[serde(default)]
    by: String,
    #[serde(default)]
    year: String,
    #[serde(default)]
    department: String,
    #[serde(default)]
    format: String,
}

/// What is asked for, within sight.
struct Asked {
    by: By,
    year: i64,
    department: String,
}

#[derive(Template)]
#[template(path = "risk/pictures.html")]
struct Pictures {
    shell: Shell,
    lead: String,
    tabs: Vec<(String, &'static str, bool)>,
    by: By,
    years: Vec<(i64, String, bool)>,
    departments: Vec<(String, String, bool)>,
    figure: Figure,
    legend: Vec<(&'static str, String)>,
    files: [String; 2],
    /// The risks themselves, the highest first.
    list: String,
}

/// GET /risks/pictures
pub async fn pictures(ctx: Ctx, Query(filter): Query<Filter>) -> Answer {
    let template = ctx.read(|rx| look(&ctx, rx, &filter)).await?;
    page(&template)
}

/// GET /risks/pictures/file
pub async fn file(ctx: Ctx, Query(filter): Query<Filter>) -> Answer {
    let l = ctx.l;
    let (figure, narrowed) = ctx
        .read(|rx| {
            let asked = asked(rx, &filter)?;
            let name = department_name(rx, &asked)?;
            let narrowed =
                [l.year(asked.year), name.unwrap_or_else(|| l.t("全部門", "All departments").into())];
            Ok((figure(l, rx, &asked)?, narrowed.join(l.t("・", ", "))))
        })
        .await?;
    let name = |end: &str| format!("{}_{}.{end}", figure.title, ctx.today().strftime("%Y%m%d"));
    let counts = figure.counts(l, narrowed, ctx.app.organisation(), ctx.today());
    if filter.format == "csv" {
        return download(&name("csv"), TEXT, write_counts_csv(&counts).map_err(fault)?);
    }
    download(&name("xlsx"), WORKBOOK, write_counts(&counts).map_err(fault)?)
}

fn asked(rx: &Rx<'_>, filter: &Filter) -> Done<Asked> {
    if !rx.actor().may_somewhere(Act::SeeRisk) {
        return Err(Refusal::NotAllowed.into());
    }
    let scope = rx.scope(Act::SeeRisk);
    // A department out of sight is no filter: its name would be told.
    let department = DepartmentId::new(filter.department.clone()).filter(|id| scope.holds(id));
    let year = filter.year.parse().ok().filter(|year| (1..=9_999).contains(year));
    Ok(Asked {
        by: By::from_code(&filter.by).unwrap_or(By::Department),
        year: year.map_or_else(|| super::store::fiscal_year(rx), Ok)?,
        department: department.map_or_else(String::new, |id| id.to_string()),
    })
}

fn department_name(rx: &Rx<'_>, asked: &Asked) -> Done<Option<String>> {
    let names = people::store::names(rx, rx.today())?;
    Ok(DepartmentId::new(asked.department.clone()).and_then(|id| names.get(&id).cloned()))
}

fn look(ctx: &Ctx, rx: &Rx<'_>, filter: &Filter) -> Done<Pictures> {
    let l = ctx.l;
    let asked = asked(rx, filter)?;
    let scope = rx.scope(Act::SeeRisk);
    let names = people::store::names(rx, rx.today())?;
    let mut years = spread::shown_years(rx, &scope)?;
    if !years.contains(&asked.year) {
        years.push(asked.year);
    }
    let years = years.into_iter().map(|year| (year, l.year(year), year == asked.year)).collect();
    let departments = people::store::departments_in(rx, &scope)?.into_iter();
    let departments = departments
        .map(|each| {
            let chosen = each.id.as_str() == asked.department;
            (each.id.to_string(), names.get(&each.id).cloned().unwrap_or_default(), chosen)
        })
        .collect();
    let figure = figure(l, rx, &asked)?;
    Ok(Pictures {
        shell: Shell::new(ctx, "リスクの分布と推移", "Risks in pictures", ctx.this_month()),
        lead: figure.lead(l, asked.by),
        tabs: By::ALL.iter().map(|by| (asked.tab(*by), l.w(by.word()), *by == asked.by)).collect(),
        by: asked.by,
        years,
        departments,
        legend: Level::ALL
            .iter()
            .map(|level| {
                let badge = level_badge(l, *level);
                (badge.class, format!("{} {}", badge.letter, badge.word))
            })
            .collect(),
        files: ["xlsx", "csv"].map(|format| asked.file(format)),
        list: super::address(
            "/risks",
            &[
                ("year", &asked.year.to_string()),
                ("department", &asked.department),
                ("level", &Level::Large.code().to_owned()),
            ],
        ),
        figure,
    })
}

impl Asked {
    fn tab(&self, by: By) -> String {
        self.address("/risks/pictures", by, "")
    }

    fn file(&self, format: &str) -> String {
        self.address("/risks/pictures/file", self.by, format)
    }

    fn address(&self, path: &str, by: By, format: &str) -> String {
        let pairs = [
            ("by", &by.code().to_owned()),
            ("year", &self.year.to_string()),
            ("department", &self.department),
            ("format", &format.to_owned()),
        ];
        super::address(path, &pairs)
    }
}

fn figure(l: Lang, rx: &Rx<'_>, asked: &Asked) -> Done<Figure> {
    let scope = rx.scope(Act::SeeRisk);
    match asked.by {
        By::Department => {
            let tally = tally::of_year(rx, &scope, asked.year, &asked.department)?;
            let found = tally.departments().into_iter().map(|(id, levels)| (id.clone(), levels)).collect();
            let lines = departments(rx, asked, found, |levels| Line::of("", *levels))?;
            Ok(Figure::of(l, asked.by, "", counted(l), lines).summed())
        }
        By::Stage => stages(l, rx, &scope, asked),
        By::Measure => by_measure(l, rx, &scope, asked),
        By::Group => by_group(l, rx, &scope, asked),
        By::Years => years(l, rx, &scope, asked),
        By::Treatment => treatment(l, rx, &scope, asked),
    }
}

/// The columns of counts by level and their sum.
fn counted(l: Lang) -> Vec<String> {
    let mut head: Vec<String> = Level::ALL.iter().map(|level| l.w(level.word()).to_owned()).collect();
    head.push(l.t("計", "Total").into());
    head
}

/// A line for each department of which there is something to show, in their order.
fn departments<T>(
    rx: &Rx<'_>,
    asked: &Asked,
    mut found: BTreeMap<DepartmentId, T>,
    line: impl Fn(&T) -> Line,
) -> Done<Vec<Line>> {
    let names = people::store::names(rx, rx.today())?;
    let mut lines = Vec::new();
    for department in people::store::departments_in(rx, &rx.scope(Act::SeeRisk))? {
        let Some(each) = found.remove(&department.id) else { continue };
        let name = names.get(&department.id).cloned().unwrap_or(department.code);
        let pairs = [("year", &asked.year.to_string()), ("department", &department.id.to_string())];
        lines.push(Line { name, href: Some(super::address("/risks", &pairs)), ..line(&each) });
    }
    Ok(lines)
}

fn stages(l: Lang, rx: &Rx<'_>, scope: &Scope, asked: &Asked) -> Done<Figure> {
    let found = under(rx, scope, asked, |threat| vec![threat.stage.clone()])?;
    let all: Vec<Word> = STAGES.into_iter().chain([EVERY_STAGE]).collect();
    let lines = named(l, &all, found, l.t("一覧にない脅威", "Threats outside the catalogue"));
    let note = l.t(
        "局面は、脅威の一覧でそれぞれの脅威に書かれているものです。",
        "The stage is the one that the catalogue names for each threat.",
    );
    Ok(Figure::of(l, asked.by, note, counted(l), lines).summed())
}

fn by_measure(l: Lang, rx: &Rx<'_>, scope: &Scope, asked: &Asked) -> Done<Figure> {
    let items = inspection::store::items(rx)?;
    let found = under(rx, scope, asked, |threat| {
        measures(threat, &items).into_iter().map(|measure| measure.word().0.to_owned()).collect()
    })?;
    let words: Vec<Word> = SafetyMeasure::ALL.iter().map(|measure| measure.word()).collect();
    let lines = named(l, &words, found, l.t("点検項目のない脅威", "Threats without a check item"));
    let note = l.t(
        "安全管理措置は、脅威に対する主な管理策を確かめる点検項目の区分です。複数に当たるリスクは、それぞれに数えます。",
        "The safety measure is that of the check items which see to the main control of a threat. A risk under several is counted in each.",
    );
    Ok(Figure::of(l, asked.by, note, counted(l), lines))
}

fn by_group(l: Lang, rx: &Rx<'_>, scope: &Scope, asked: &Asked) -> Done<Figure> {
    let controls = super::store::controls(rx)?;
    let found = under(rx, scope, asked, |threat| {
        groups(threat, &controls).into_iter().map(ToOwned::to_owned).collect()
    })?;
    let lines = named(l, &GROUPS, found, l.t("管理策のない脅威", "Threats without a control"));
    let note = l.t(
        "附属書Aの群は、脅威の一覧に挙がる管理策の群です。複数に当たるリスクは、それぞれに数えます。",
        "The group is that of the controls which the catalogue names for a threat. A risk under several is counted in each.",
    );
    Ok(Figure::of(l, asked.by, note, counted(l), lines))
}

/// The risks of a year under the names that a threat stands under; under no name where it has none.
fn under(
    rx: &Rx<'_>,
    scope: &Scope,
    asked: &Asked,
    names: impl Fn(&Threat) -> Vec<String>,
) -> Done<BTreeMap<String, Levels>> {
    let threats: BTreeMap<_, _> =
        super::store::threats_in_sight(rx, scope)?.into_iter().map(|each| (each.id.clone(), each)).collect();
    let mut all: BTreeMap<String, Levels> = BTreeMap::new();
    for (id, levels) in spread::of_threats(rx, scope, asked.year, &asked.department)? {
        let mut under = id.and_then(|id| threats.get(&id)).map(&names).unwrap_or_default();
        if under.is_empty() {
            under.push(String::new());
        }
        for name in under {
            let sum = all.entry(name).or_default();
            for (sum, count) in sum.iter_mut().zip(levels) {
                *sum += count;
            }
        }
    }
    Ok(all)
}

/// A line for each known name, also where there is none; then what has another name, and what has none.
fn named(l: Lang, words: &[Word], mut found: BTreeMap<String, Levels>, rest: &str) -> Vec<Line> {
    let mut lines: Vec<Line> =
        words.iter().map(|word| Line::of(l.w(*word), found.remove(word.0).unwrap_or_default())).collect();
    let without = found.remove("");
    lines.extend(found.iter().map(|(name, levels)| Line::of(name, *levels)));
    lines.extend(without.map(|levels| Line::of(rest, levels)));
    if lines.iter().all(Line::is_empty) { Vec::new() } else { lines }
}

fn years(l: Lang, rx: &Rx<'_>, scope: &Scope, asked: &Asked) -> Done<Figure> {
    const MOVEMENTS: [(Movement, Word); 7] = [
        (Movement::New, ("新しい", "New")),
        (Movement::Gone, ("なくなった", "Gone")),
        (Movement::Risen, ("上がった", "Risen")),
        (Movement::Fallen, ("下がった", "Fallen")),
        (Movement::Same, ("同じ", "Same")),
        (Movement::Waiting, ("未評価", "Not judged yet")),
        (Movement::HandedOver, ("引き継いだ", "Handed over")),
    ];
    let [last, now] = [asked.year - 1, asked.year].map(|year| l.year(year));
    let found = spread::years(rx, scope, asked.year, &asked.department)?;
    // A handover is rare: without one there is no column for it.
    let handed = found.values().any(|each| each.movements.contains_key(&Movement::HandedOver));
    let shown = || MOVEMENTS.iter().filter(|(movement, _)| handed || *movement != Movement::HandedOver);
    let lines = departments(rx, asked, found, |each| {
        let movements = shown().map(|(movement, _)| each.movements.get(movement).copied().unwrap_or(0));
        let numbers = each.last.iter().chain(&each.now).copied().chain(movements).collect();
        pair([Bar::of(&last, each.last), Bar::of(&now, each.now)], numbers)
    })?;
    let mut head = levels_of(l, [&last, &now]);
    head.extend(shown().map(|(_, word)| l.w(*word).to_owned()));
    let note = if handed {
        l.t(
            "前年度は当時の件数です。「なくなった」は、資産を廃止したか、今年度の評価に同じ脅威がないものです。「未評価」は、資産の今年度の評価がまだないものです。「引き継いだ」は、資産がほかの部門に移ったものです。その後どうなったかは、引き継いだ先の部門で数えます。",
            "Last year counts as it was. “Gone”: the asset is retired, or was judged this year without that threat. “Not judged yet”: the asset waits for this year's judgement. “Handed over”: the asset has gone to another department, which counts what became of the risk.",
        )
    } else {
        l.t(
            "前年度は当時の件数です。「なくなった」は、資産を廃止したか、今年度の評価に同じ脅威がないものです。「未評価」は、資産の今年度の評価がまだないものです。",
            "Last year counts as it was. “Gone”: the asset is retired, or was judged this year without that threat. “Not judged yet”: the asset waits for this year's judgement.",
        )
    };
    Ok(Figure::of(l, asked.by, note, head, lines).summed())
}

fn treatment(l: Lang, rx: &Rx<'_>, scope: &Scope, asked: &Asked) -> Done<Figure> {
    let found = spread::treated(rx, scope, asked.year, &asked.department)?;
    let [before, after] = [l.t("対応前", "Before"), l.t("対応後", "After")];
    let lines = departments(rx, asked, found, |each| {
        let numbers = each.before.iter().chain(&each.after).copied().chain([each.planned]).collect();
        pair([Bar::of(before, each.before), Bar::of(after, each.after)], numbers)
    })?;
    let mut head = levels_of(l, [before, after]);
    head.push(l.t("計画あり", "In the plan").to_owned());
    let note = l.t(
        "対応後は、二次評価のレベルです。まだのものは、対応計画で見込んだ残留リスクで数えます。計画のないリスクは、対応前のまま数えます。",
        "After: the level of the second judgement, or of the residual risk that the plan expects. Risks without a plan count as before.",
    );
    Ok(Figure::of(l, asked.by, note, head, lines).summed())
}

/// A row of two bars to be compared; its name is told by whom it is of.
fn pair(bars: [Bar; 2], numbers: Vec<i64>) -> Line {
    Line { name: String::new(), href: None, bars: bars.into(), numbers }
}

/// The three levels of each of two states.
fn levels_of(l: Lang, states: [&str; 2]) -> Vec<String> {
    let level = |state: &str, level: &Level| format!("{state} {}", l.w(level.word()));
    states.iter().flat_map(|state| Level::ALL.iter().map(move |each| level(state, each))).collect()
}
