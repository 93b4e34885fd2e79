//! The page that lays an inventory beside the one before: counts and rows, for a department and for the company,
//! on screen and on paper.

use super::compared::{self, Compared, Counts, Narrow};
use super::store;
use super::views::{Badge, either};
use crate::house::fault::Done;
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, page};
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::people::store as people;
use askama::Template;
use axum::extract::Query;
use meguri_domain::Refusal;
use meguri_domain::difference::{Fate, differing};
use meguri_domain::ids::DepartmentId;
use meguri_domain::people::Act;
use serde::Deserialize;
use std::collections::HashMap;

/// Rows on a page, and rows on paper.
const PER_PAGE: i64 = 200;
const ON_PAPER: i64 = 5_000;

#[derive(Template)]
#[template(path = "inventory/difference.html")]
struct Difference {
    shell: Shell,
    lead: String,
    /// Whether there are two inventories to compare.
    comparable: bool,
    total: Counts,
    departments: Vec<Line>,
    department: String,
    only: String,
    chips: Vec<Chip>,
    rows: Vec<Row>,
    paper: bool,
    at: i64,
    pages: i64,
}

struct Chip {
    href: String,
    word: &'static str,
    count: i64,
    current: bool,
}

/// A department's counts.
struct Line {
    href: String,
    name: String,
    counts: Counts,
    current: bool,
}

struct Row {
    href: String,
    name: String,
    department: String,
    badge: Badge,
    /// Heading, what it said then, what it says now.
    fields: Vec<(&'static str, String, String)>,
    notes: Vec<String>,
}

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    department: String,
    #[serde(default)]
    only: String,
    #[serde(default)]
    page: String,
    /// Not empty: every row on one page, to be printed.
    #[serde(default)]
    paper: String,
}

/// GET /inventory/difference
pub async fn difference(ctx: Ctx, Query(asked): Query<Asked>) -> Answer {
    if !ctx.actor.may_somewhere(Act::SeeRegister) {
        return Err(Refusal::NotAllowed.into());
    }
    page(&ctx.read(|rx| filled(&ctx, rx, &asked)).await?)
}

fn filled(ctx: &Ctx, rx: &Rx<'_>, asked: &Asked) -> Done<Difference> {
    let l = ctx.l;
    let scope = rx.scope(Act::SeeRegister);
    if !asked.department.is_empty() {
        let id = DepartmentId::new(asked.department.as_str()).ok_or(Refusal::NotFound)?;
        people::department(rx, &scope, &id)?;
    }
    let all = store::all(rx)?;
    let paper = !asked.paper.is_empty();
    let only = Fate::from_code(&asked.only).map_or("", Fate::code);
    let mut shell = Shell::new(ctx, "前年度との比較", "Compared with last year", ctx.this_month());
    let [now, before, ..] = &all[..] else {
        let lead = l.t(
            "比べられる前年度の棚卸がまだありません。次の年度の棚卸を始めると、ここに違いが出ます。",
            "There is no earlier inventory to compare with yet. The differences appear once the next one is open.",
        );
        return Ok(Difference::empty(shell, lead.to_owned()));
    };
    shell.title = either(
        l,
        format!("{}と{}の棚卸の比較", l.year(before.fiscal_year), l.year(now.fiscal_year)),
        format!("Inventories of {} and {} compared", l.year(before.fiscal_year), l.year(now.fiscal_year)),
    );
    let counted = compared::counts(rx, &scope, &before.id)?;
    let names = people::names(rx, rx.today())?;
    let total = Counts::sum(counted.iter().map(|(_, each)| each));
    let shown =
        counted.iter().find(|(id, _)| id.as_str() == asked.department).map_or(
            if asked.department.is_empty() { total.clone() } else { Counts::default() },
            |(_, each)| each.clone(),
        );
    let at = asked.page.parse::<i64>().unwrap_or(1).clamp(1, 1_000);
    let (most, skip) = if paper { (ON_PAPER, 0) } else { (PER_PAGE, (at - 1) * PER_PAGE) };
    let narrow = Narrow { department: &asked.department, only, paper, most, skip };
    let rows = compared::rows(rx, &scope, &before.id, &narrow)?;
    let count = Fate::from_code(only).map_or(shown.all(), |fate| shown.of(fate));
    Ok(Difference {
        lead: lead(l, &shown),
        comparable: true,
        departments: lines(&counted, &names, asked, only),
        department: asked.department.clone(),
        chips: chips(l, &shown, asked, only),
        rows: rows.into_iter().map(|each| Row::of(l, each, &names)).collect(),
        pages: (count.max(1) + PER_PAGE - 1) / PER_PAGE,
        only: only.to_owned(),
        total,
        paper,
        at,
        shell,
    })
}

impl Difference {
    fn empty(shell: Shell, lead: String) -> Self {
        Self {
            shell,
            lead,
            comparable: false,
            total: Counts::default(),
            departments: Vec::new(),
            department: String::new(),
            only: String::new(),
            chips: Vec::new(),
            rows: Vec::new(),
            paper: false,
            at: 1,
            pages: 1,
        }
    }
}

fn address(department: &str, only: &str) -> String {
    format!("/inventory/difference?department={department}&only={only}")
}

fn lines(
    counted: &[(DepartmentId, Counts)],
    names: &HashMap<DepartmentId, String>,
    asked: &Asked,
    only: &str,
) -> Vec<Line> {
    let line = |(id, counts): &(DepartmentId, Counts)| Line {
        href: address(id.as_str(), only),
        name: names.get(id).cloned().unwrap_or_default(),
        counts: counts.clone(),
        current: id.as_str() == asked.department,
    };
    counted.iter().map(line).collect()
}

fn chips(l: Lang, counts: &Counts, asked: &Asked, only: &str) -> Vec<Chip> {
    let chip = |code: &'static str, word: &'static str, count: i64| Chip {
        href: address(&asked.department, code),
        word,
        count,
        current: code == only,
    };
    let all = chip("", l.t("すべて", "All"), counts.all());
    let fates = Fate::ALL.iter().map(|fate| chip(fate.code(), l.w(fate.word()), counts.of(*fate)));
    std::iter::once(all).chain(fates).collect()
}

fn lead(l: Lang, counts: &Counts) -> String {
    let Counts { new, changed, retired, unchanged } = counts;
    either(
        l,
        format!("追加{new}件、変更{changed}件、廃止{retired}件、変更なし{unchanged}件です。"),
        format!("{new} new, {changed} changed, {retired} retired, {unchanged} unchanged."),
    )
}

impl Row {
    fn of(l: Lang, each: Compared, names: &HashMap<DepartmentId, String>) -> Self {
        let badge = match each.fate {
            Fate::New => Badge { class: "warn", letter: "＋", word: l.w(Fate::New.word()) },
            Fate::Changed => Badge { class: "warn", letter: "△", word: l.w(Fate::Changed.word()) },
            Fate::Retired => Badge { class: "quiet", letter: "─", word: l.w(Fate::Retired.word()) },
            Fate::Unchanged => Badge { class: "good", letter: "○", word: l.w(Fate::Unchanged.word()) },
        };
        let called = |id: &DepartmentId| names.get(id).cloned().unwrap_or_default();
        let asset = each.asset;
        let mut notes = Vec::new();
        if let Some(was) = each.was_in.filter(|was| *was != asset.department_id) {
            notes.push(either(
                l,
                format!("「{}」から移りました。", called(&was)),
                format!("Moved from “{}”.", called(&was)),
            ));
        }
        if each.fate == Fate::Retired {
            notes.push(either(
                l,
                format!("理由：{}", asset.retired_reason),
                format!("Reason: {}", asset.retired_reason),
            ));
        }
        let fields = match (each.fate, &each.contents) {
            (Fate::Changed, Some(before)) => differing(before, &asset.draft()),
            _ => Vec::new(),
        };
        if each.fate == Fate::Changed && fields.is_empty() {
            notes.push(if each.contents.is_some() {
                l.t(
                    "途中で変わりましたが、今の内容は前年度と同じです。",
                    "It changed in between and says the same as last year again.",
                )
                .to_owned()
            } else {
                l.t(
                    "前年度の内容は[記録簿]で確かめられます。",
                    "Last year's contents stand in the record log.",
                )
                .to_owned()
            });
        }
        let told = fields.into_iter().map(|each| (l.w(each.word), dash(each.before), dash(each.after)));
        Self {
            href: format!("/assets/{}", asset.id),
            department: called(&asset.department_id),
            badge,
            fields: told.collect(),
            notes,
            name: asset.name,
        }
    }
}

fn dash(text: String) -> String {
    if text.is_empty() { "—".to_owned() } else { text }
}
