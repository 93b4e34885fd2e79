//! Lines in a form: a section of the statement as a table to be written into, and one control with the plan rows behind it.

use super::acts::{self, Order, Working, Wrong};
use super::pages::saved;
use super::store;
use super::views::{self, Badge, Reading, SECTIONS, section_of, section_title, slug};
use crate::house::door::fields;
use crate::house::fault::{Done, Stop};
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, go_saying, page};
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::people;
use askama::Template;
use axum::extract::{Path, Query, RawForm};
use axum::http::StatusCode;
use meguri_domain::Refusal;
use meguri_domain::applicability::{
    Decision, Declared, EXCLUSION, INCLUSION, Implementation, Inclusion, LineDraft, RULE, StatementLine,
};
use meguri_domain::ids::ControlId;
use meguri_domain::people::Act;
use meguri_record::Hash;
use serde::Deserialize;
use std::collections::BTreeMap;

#[derive(Template)]
#[template(path = "statement/lines.html")]
struct LinesPage {
    shell: Shell,
    sections: Vec<(&'static str, String, bool)>,
    section: &'static str,
    title: String,
    lines: Vec<FormLine>,
    problems: usize,
}

#[derive(Template)]
#[template(path = "statement/control.html")]
struct ControlPage {
    shell: Shell,
    title: String,
    note: String,
    own: Option<String>,
    decision: Badge,
    gap: Option<&'static str>,
    facts: Vec<(&'static str, String)>,
    using: Vec<UsingLine>,
    written: Vec<String>,
    line: Option<FormLine>,
}

struct UsingLine {
    href: String,
    department: String,
    asset: String,
    threat: String,
    task: String,
    year: String,
}

/// A line of the form with what was typed.
struct FormLine {
    id: String,
    href: String,
    title: String,
    used: String,
    typed: Typed,
    seen: String,
    decisions: Vec<(&'static str, &'static str, bool)>,
    kinds: Vec<(&'static str, &'static str, bool)>,
    states: Vec<(&'static str, &'static str, bool)>,
    gap: Option<&'static str>,
    /// Why it was refused, with the field it speaks of.
    problem: Option<(String, &'static str)>,
    /// What stands now, where somebody else was first: heading, value.
    theirs: Vec<(&'static str, String)>,
}

impl FormLine {
    /// The number of its control; the template asks.
    fn typed_control(&self) -> String {
        self.id.replace('_', ".")
    }

    /// Whether the refusal speaks of a field; the template asks.
    fn wrong(&self, field: &str) -> bool {
        self.problem.as_ref().is_some_and(|(_, of)| *of == field)
    }
}

/// What was typed into a line.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Typed {
    version: i64,
    /// The hash of what the form was filled with: a line that nobody touched is left alone.
    seen: String,
    decision: String,
    inclusions: Vec<String>,
    reason: String,
    exclusion: String,
    implementation: String,
    rule: String,
}

impl Typed {
    fn of(line: &LineDraft, version: i64) -> Self {
        Self {
            version,
            seen: String::new(),
            decision: line.decision.map_or("undecided", Decision::code).into(),
            inclusions: line.inclusions.iter().map(|each| each.code().to_owned()).collect(),
            reason: line.reason.clone(),
            exclusion: line.exclusion.clone(),
            implementation: line.implementation.map_or("unstated", Implementation::code).into(),
            rule: line.rule.clone(),
        }
    }

    fn draft(&self) -> LineDraft {
        LineDraft {
            decision: Decision::from_code(&self.decision),
            inclusions: self.inclusions.iter().filter_map(|code| Inclusion::from_code(code)).collect(),
            reason: self.reason.clone(),
            exclusion: self.exclusion.clone(),
            implementation: Implementation::from_code(&self.implementation),
            rule: self.rule.clone(),
        }
    }

    fn hash(&self) -> String {
        let mut kinds = self.inclusions.clone();
        kinds.sort();
        let all = [
            &self.decision,
            &kinds.join(","),
            &self.reason,
            &self.exclusion,
            &self.implementation,
            &self.rule,
        ];
        let all = all.map(|text| text.trim().to_owned()).join("\0");
        Hash::of(all.as_bytes()).to_string().chars().take(16).collect()
    }

    fn is_untouched(&self) -> bool {
        self.seen == self.hash()
    }
}

/// What a form of lines sent: the lines by the number of their control, where it came from.
fn read(bytes: &[u8]) -> (BTreeMap<String, Typed>, String, String) {
    let (mut lines, mut section, mut only) = (BTreeMap::<String, Typed>::new(), String::new(), String::new());
    for (name, value) in fields(bytes) {
        let value = value.replace("\r\n", "\n");
        match (name.as_str(), name.split_once('-')) {
            ("section", _) => section = value,
            ("only", _) => only = value,
            (_, Some((field, id))) => {
                let typed = lines.entry(id.replace('_', ".")).or_default();
                match field {
                    "version" => typed.version = value.parse().unwrap_or(-1),
                    "seen" => typed.seen = value,
                    "decision" => typed.decision = value,
                    "inclusion" => typed.inclusions.push(value),
                    "reason" => typed.reason = value,
                    "exclusion" => typed.exclusion = value,
                    "implementation" => typed.implementation = value,
                    "rule" => typed.rule = value,
                    _ => {}
                }
            }
            _ => {}
        }
    }
    (lines, section, only)
}

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    section: String,
}

/// GET /statement/lines
pub async fn lines(ctx: Ctx, Query(asked): Query<Asked>) -> Answer {
    ctx.actor.must_everywhere(Act::EditStatement)?;
    page(&ctx.read(|rx| table(&ctx, rx, &asked.section, &Refused::default())).await?)
}

/// What was typed and refused.
#[derive(Default)]
struct Refused {
    typed: BTreeMap<String, Typed>,
    wrong: Vec<Wrong>,
}

/// POST /statement/lines
pub async fn write(ctx: Ctx, RawForm(bytes): RawForm) -> Answer {
    ctx.actor.must_everywhere(Act::EditStatement)?;
    let (typed, section, only) = read(&bytes);
    let mut wrong = Vec::new();
    let written = ctx.write(|tx| acts::write(tx, orders(&typed)?, &mut wrong)).await;
    let stop = match written {
        Ok(n) if only.is_empty() => {
            let back = crate::risk::address("/statement/lines", &[("section", &section)]);
            return go_saying(back, &saved(&ctx, n));
        }
        Ok(n) => {
            let control = ControlId::new(only).ok_or(Refusal::NotFound)?;
            return go_saying(format!("/statement/controls/{control}"), &saved(&ctx, n));
        }
        Err(stop) if wrong.is_empty() => return Err(stop),
        Err(stop) => stop,
    };
    let Stop::Refusal(_) = &stop else { return Err(stop) };
    let stale = wrong.iter().any(|each| matches!(each.refusal, Refusal::Stale { .. }));
    let refused = Refused { typed, wrong };
    let mut response = if let Some(control) = ControlId::new(only) {
        page(&ctx.read(|rx| one(&ctx, rx, &control, &refused)).await?)?
    } else {
        page(&ctx.read(|rx| table(&ctx, rx, &section, &refused)).await?)?
    };
    *response.status_mut() = if stale { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(response)
}

/// The lines that somebody touched.
fn orders(typed: &BTreeMap<String, Typed>) -> Done<Vec<Order>> {
    let touched = typed.iter().filter(|(_, typed)| !typed.is_untouched());
    let order = |(id, typed): (&String, &Typed)| {
        let control = ControlId::new(id.as_str()).ok_or(Refusal::NotFound)?;
        Ok(Order { control, version: typed.version, draft: typed.draft() })
    };
    touched.map(order).collect()
}

fn table(ctx: &Ctx, rx: &Rx<'_>, asked: &str, refused: &Refused) -> Done<LinesPage> {
    let l = ctx.l;
    let section = SECTIONS.into_iter().find(|each| *each == asked).unwrap_or("organisational");
    let working = acts::working(rx)?;
    let names = people::store::names(rx, rx.today())?;
    let scope = rx.scope(Act::SeePlan);
    let reading = Reading { l, names: &names, scope: &scope };
    let known = |id: &&str| working.declared.iter().any(|line| section_of(line) == *id);
    let sections = SECTIONS.into_iter().filter(known).map(|id| (id, section_title(l, id), id == section));
    let own = working.declared.iter().filter(|line| section_of(line) == section);
    Ok(LinesPage {
        shell: Shell::new(ctx, "適用宣言書に記入", "Write into the statement", ctx.this_month()),
        sections: sections.collect(),
        section,
        title: section_title(l, section),
        lines: own.map(|line| form_line(&reading, &working, line, refused)).collect(),
        problems: refused.wrong.len(),
    })
}

fn form_line(reading: &Reading<'_>, working: &Working, line: &Declared, refused: &Refused) -> FormLine {
    let l = reading.l;
    let control = &line.control_id;
    let draft = working.line(control).map(StatementLine::draft).unwrap_or_default();
    let standing = Typed::of(&draft, working.version(control));
    let typed = refused.typed.get(control.as_str()).cloned().unwrap_or_else(|| standing.clone());
    let wrong = refused.wrong.iter().find(|each| each.control == *control);
    let stale = wrong.is_some_and(|each| matches!(each.refusal, Refusal::Stale { .. }));
    // Whoever has seen both values saves over the newer one; what nobody touched is compared with what he saw.
    let seen = if stale || typed.seen.is_empty() { standing.hash() } else { typed.seen.clone() };
    let version = if stale { standing.version } else { typed.version };
    let choice = |code: &'static str, word, chosen: &str| (code, l.w(word), code == chosen);
    FormLine {
        id: slug(control),
        href: format!("/statement/controls/{control}"),
        title: reading.title(line),
        used: reading.used(line),
        decisions: Decision::ALL
            .iter()
            .map(|each| choice(each.code(), each.word(), &typed.decision))
            .collect(),
        kinds: Inclusion::ALL
            .iter()
            .map(|each| {
                (each.code(), l.w(each.word()), typed.inclusions.iter().any(|code| code == each.code()))
            })
            .collect(),
        states: Implementation::ALL
            .iter()
            .map(|each| choice(each.code(), each.word(), &typed.implementation))
            .collect(),
        gap: line.gap().map(|gap| l.w(gap.word())),
        problem: wrong.map(|each| (l.refusal(&each.refusal), each.refusal.field().unwrap_or("decision"))),
        theirs: if stale { theirs(l, &typed, &standing) } else { Vec::new() },
        typed: Typed { version, ..typed },
        seen,
    }
}

/// What stands now, where it differs from what was typed.
fn theirs(l: Lang, mine: &Typed, theirs: &Typed) -> Vec<(&'static str, String)> {
    let decision =
        |typed: &Typed| Decision::from_code(&typed.decision).map_or("", |each| l.w(each.word())).to_owned();
    let state = |typed: &Typed| {
        Implementation::from_code(&typed.implementation).map_or("", |each| l.w(each.word())).to_owned()
    };
    let kinds = |typed: &Typed| {
        let words =
            Inclusion::ALL.iter().filter(|each| typed.inclusions.iter().any(|code| code == each.code()));
        words.map(|each| l.w(each.word())).collect::<Vec<_>>().join(l.t("・", ", "))
    };
    let all = [
        (l.t("適用", "Applied"), decision(mine), decision(theirs)),
        (l.t("理由の種類", "Kinds of reason"), kinds(mine), kinds(theirs)),
        (l.w(INCLUSION), mine.reason.clone(), theirs.reason.clone()),
        (l.w(EXCLUSION), mine.exclusion.clone(), theirs.exclusion.clone()),
        (l.t("実施状況", "Implementation"), state(mine), state(theirs)),
        (l.w(RULE), mine.rule.clone(), theirs.rule.clone()),
    ];
    let empty = |text: String| if text.is_empty() { l.t("（空）", "(empty)").to_owned() } else { text };
    all.into_iter()
        .filter(|(_, mine, theirs)| mine.trim() != theirs.trim())
        .map(|(word, _, theirs)| (word, empty(theirs)))
        .collect()
}

/// GET /statement/controls/{control}
pub async fn control(ctx: Ctx, Path(id): Path<String>) -> Answer {
    ctx.actor.must_everywhere(Act::SeeStatement)?;
    let id = ControlId::new(id).ok_or(Refusal::NotFound)?;
    page(&ctx.read(|rx| one(&ctx, rx, &id, &Refused::default())).await?)
}

fn one(ctx: &Ctx, rx: &Rx<'_>, id: &ControlId, refused: &Refused) -> Done<ControlPage> {
    let l = ctx.l;
    let working = acts::working(rx)?;
    let line = working.declared(id).ok_or(Refusal::NotFound)?;
    let control = acts::control(rx, id)?;
    let names = people::store::names(rx, rx.today())?;
    let scope = rx.scope(Act::SeePlan);
    let reading = Reading { l, names: &names, scope: &scope };
    let using = store::using(rx, &scope, id)?.into_iter().map(|row| UsingLine {
        href: format!("/plan/rows/{}", row.id),
        department: names.get(&row.department_id).cloned().unwrap_or_default(),
        asset: row.asset,
        threat: l.t(&row.threat_ja, &row.threat_en).to_owned(),
        task: row.task,
        year: l.year(row.fiscal_year),
    });
    let may_edit = ctx.actor.may_everywhere(Act::EditStatement);
    let hands = working.line(id).map(|line| line.recorded.iter().map(|each| views::signature(l, each)));
    let facts = reading.fields(line).into_iter().skip(2).filter(|(_, text)| !text.is_empty());
    let own = control.is_own() && ctx.actor.may_everywhere(Act::EditCriteria);
    Ok(ControlPage {
        shell: Shell::new(ctx, "管理策の適用", "A control of the statement", ctx.this_month()),
        title: reading.title(line),
        note: if control.is_own() { control.note.clone() } else { String::new() },
        own: own.then(|| format!("/statement/own/{id}")),
        decision: views::decision(l, line.decision),
        gap: line.gap().map(|gap| l.w(gap.word())),
        facts: facts.collect(),
        using: using.collect(),
        written: hands.map(Iterator::collect).unwrap_or_default(),
        line: may_edit.then(|| form_line(&reading, &working, line, refused)),
    })
}
