//! The page of the statement of applicability as it is worked on, and acts on several of its lines at once.

use super::acts::{self, Order, Working, Wrong};
use super::store;
use super::views::{self, Badge, Reading, RowView, Section};
use crate::house::door::fields;
use crate::house::fault::{Done, Stop};
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, go_saying, page};
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::{people, say};
use askama::Template;
use axum::extract::{Query, RawForm};
use axum::http::StatusCode;
use meguri_domain::Refusal;
use meguri_domain::applicability::{
    Decision, Declared, Gap, Implementation, Inclusion, LineDraft, StatementLine, compare,
};
use meguri_domain::ids::ControlId;
use meguri_domain::people::Act;
use meguri_domain::statement::{Statement, StatementState, gaps};
use serde::Deserialize;

#[derive(Template)]
#[template(path = "statement/index.html")]
struct Index {
    shell: Shell,
    lead: String,
    /// What must be mended before it can be submitted: words, how many, where.
    gaps: Vec<(&'static str, usize, String)>,
    chips: Vec<(String, String, bool, usize)>,
    sections: Vec<Section>,
    versions: Vec<Past>,
    under_way: Option<Past>,
    /// How many lines the plan proposes.
    proposed: usize,
    /// How many lines have changed since the version that was approved last, and which that was.
    changed: usize,
    approved: Option<Past>,
    may_edit: bool,
    ready: bool,
    /// Whether the lines are shown as they are worked on.
    whole: bool,
    bulk: Bulk,
    shown: usize,
    show: String,
}

/// A version in a line.
pub struct Past {
    pub id: String,
    pub title: String,
    pub state: Badge,
    pub submitted: String,
    pub approved: String,
    pub returned: Option<(String, String)>,
}

impl Past {
    pub fn of(l: Lang, each: &Statement) -> Self {
        Self {
            id: each.id.to_string(),
            title: views::title(l, each),
            state: views::state(l, each.state),
            submitted: views::signature(l, &each.submitted),
            approved: each.approved.as_ref().map(|signed| views::signature(l, signed)).unwrap_or_default(),
            returned: each
                .returned
                .as_ref()
                .filter(|_| each.state == StatementState::Returned)
                .map(|back| (views::signature(l, &back.signed), back.reason.clone())),
        }
    }
}

/// What is to be done to the chosen lines, as it was typed.
#[derive(Default)]
pub struct Bulk {
    chosen: Vec<String>,
    every: bool,
    decision: String,
    inclusions: Vec<String>,
    reason: String,
    exclusion: String,
    implementation: String,
    decisions: Vec<(&'static str, &'static str, bool)>,
    kinds: Vec<(&'static str, &'static str, bool)>,
    states: Vec<(&'static str, &'static str, bool)>,
    /// Why nothing was saved: what is wrong, line by line.
    problems: Vec<String>,
}

impl Bulk {
    fn read(bytes: &[u8]) -> (Self, String) {
        let (mut bulk, mut show, mut shown) = (Self::default(), String::new(), Vec::new());
        for (name, value) in fields(bytes) {
            match name.as_str() {
                "control" => bulk.chosen.push(value),
                "shown" => shown.push(value),
                "every" => bulk.every = true,
                "decision" => bulk.decision = value,
                "inclusion" => bulk.inclusions.push(value),
                "reason" => bulk.reason = value,
                "exclusion" => bulk.exclusion = value,
                "implementation" => bulk.implementation = value,
                "show" => show = value,
                _ => {}
            }
        }
        if bulk.every {
            bulk.chosen = shown;
        }
        (bulk, show)
    }

    fn offered(mut self, ctx: &Ctx) -> Self {
        let l = ctx.l;
        let known = [Decision::Applied, Decision::Excluded, Decision::Undecided];
        let decision = |each: Decision| (each.code(), l.w(each.word()), each.code() == self.decision);
        self.decisions = known.map(decision).into();
        let ticked = |each: &Inclusion| self.inclusions.iter().any(|code| code == each.code());
        self.kinds =
            Inclusion::ALL.iter().map(|each| (each.code(), l.w(each.word()), ticked(each))).collect();
        let state =
            |each: &Implementation| (each.code(), l.w(each.word()), each.code() == self.implementation);
        let states = Implementation::ALL.iter().filter(|each| **each != Implementation::Unstated);
        self.states = states.map(state).collect();
        self
    }

    /// Whether a line was chosen; the template asks.
    fn holds(&self, row: &RowView) -> bool {
        let named = row.seen.split('@').next().unwrap_or_default();
        self.chosen.iter().any(|each| each.split('@').next() == Some(named))
    }

    /// What is to stand in each chosen line: what was chosen here over what stands there.
    fn orders(&self, working: &Working) -> Done<Vec<Order>> {
        if self.chosen.is_empty() {
            return Err(NOTHING_CHOSEN.into());
        }
        let silent = self.decision.is_empty() && self.implementation.is_empty() && self.inclusions.is_empty();
        if silent && self.reason.trim().is_empty() && self.exclusion.trim().is_empty() {
            return Err(NOTHING_SAID.into());
        }
        let mut orders = Vec::new();
        for each in &self.chosen {
            let (id, version) = each.split_once('@').ok_or(Refusal::NotFound)?;
            let control = ControlId::new(id).ok_or(Refusal::NotFound)?;
            let before = working.line(&control).map(StatementLine::draft).unwrap_or_default();
            orders.push(Order { draft: self.over(before), version: version.parse().unwrap_or(-1), control });
        }
        Ok(orders)
    }

    fn over(&self, before: LineDraft) -> LineDraft {
        let or = |typed: &str, before: String| {
            let typed = typed.replace("\r\n", "\n");
            if typed.trim().is_empty() { before } else { typed }
        };
        let mut inclusions = before.inclusions;
        inclusions.extend(self.inclusions.iter().filter_map(|code| Inclusion::from_code(code)));
        LineDraft {
            decision: Decision::from_code(&self.decision).or(before.decision),
            inclusions,
            reason: or(&self.reason, before.reason),
            exclusion: or(&self.exclusion, before.exclusion),
            implementation: Implementation::from_code(&self.implementation).or(before.implementation),
            rule: before.rule,
        }
    }
}

const NOTHING_CHOSEN: Refusal = Refusal::Because((
    "管理策が選ばれていません。表の左の欄で選ぶか、「表示しているすべて」を選んでください。",
    "No control is chosen. Tick lines of the table, or “all that are shown”.",
));
const NOTHING_SAID: Refusal = Refusal::Because((
    "変える内容が選ばれていません。適用、理由、実施状況のどれかを入れてください。",
    "Nothing was chosen to be changed. Choose whether they apply, a reason or their implementation.",
));

#[derive(Deserialize, Default)]
pub struct Shown {
    #[serde(default)]
    show: String,
}

/// GET /statement
pub async fn index(ctx: Ctx, Query(shown): Query<Shown>) -> Answer {
    let template = ctx.read(|rx| look(&ctx, rx, &shown.show, Bulk::default())).await?;
    page(&template)
}

/// POST /statement/decisions
pub async fn decide(ctx: Ctx, RawForm(bytes): RawForm) -> Answer {
    ctx.actor.must_everywhere(Act::EditStatement)?;
    let (mut bulk, show) = Bulk::read(&bytes);
    let mut wrong = Vec::new();
    let written = ctx.write(|tx| {
        let orders = bulk.orders(&acts::working(tx)?)?;
        acts::write(tx, orders, &mut wrong)
    });
    let refusal = match written.await {
        Ok(n) => return go_saying(address(&show), &saved(&ctx, n)),
        Err(Stop::Refusal(refusal @ Refusal::Because(_))) => refusal,
        Err(stop) => return Err(stop),
    };
    let problem = |each: &Wrong| {
        let (control, said) = (&each.control, ctx.l.refusal(&each.refusal));
        say!(ctx.l, "{control}：{said}", "{control}: {said}")
    };
    bulk.problems = wrong.iter().map(problem).collect();
    if bulk.problems.is_empty() {
        bulk.problems.push(ctx.l.refusal(&refusal));
    }
    let stale = wrong.iter().any(|each| matches!(each.refusal, Refusal::Stale { .. }));
    let mut response = page(&ctx.read(|rx| look(&ctx, rx, &show, bulk)).await?)?;
    *response.status_mut() = if stale { StatusCode::CONFLICT } else { StatusCode::UNPROCESSABLE_ENTITY };
    Ok(response)
}

/// POST /statement/proposals
pub async fn proposals(ctx: Ctx) -> Answer {
    ctx.actor.must_everywhere(Act::EditStatement)?;
    let n = ctx.write(acts::take_proposals).await?;
    go_saying("/statement", &saved(&ctx, n))
}

/// POST /statement/submission
pub async fn submission(ctx: Ctx) -> Answer {
    ctx.actor.must_everywhere(Act::EditStatement)?;
    let statement = ctx.write(acts::submit).await?;
    let title = views::title(ctx.l, &statement);
    let said = say!(
        ctx.l,
        "適用宣言書の{title}を提出しました。経営層の承認を待っています。",
        "The statement ({title}) is submitted. It waits for the executive's approval."
    );
    go_saying(format!("/statement/versions/{}", statement.id), &said)
}

/// How many lines were written, in a sentence.
pub fn saved(ctx: &Ctx, n: usize) -> String {
    if n == 0 {
        return ctx.l.t("変わったところはありませんでした。", "Nothing was different.").to_owned();
    }
    let controls = Lang::many(n, "control", "controls");
    say!(ctx.l, "{n}件の管理策を保存しました。", "Saved the lines of {controls}.")
}

fn address(show: &str) -> String {
    crate::risk::address("/statement", &[("show", &show.to_owned())])
}

fn look(ctx: &Ctx, rx: &Rx<'_>, show: &str, bulk: Bulk) -> Done<Index> {
    let l = ctx.l;
    if !ctx.actor.may_somewhere(Act::SeeStatement) {
        return Err(Refusal::NotAllowed.into());
    }
    let whole = ctx.actor.may_everywhere(Act::SeeStatement);
    let versions = store::versions(rx)?;
    let approved = versions.iter().find(|each| each.state == StatementState::Approved);
    let under_way = versions.iter().find(|each| each.state != StatementState::Approved && whole);
    let names = people::store::names(rx, rx.today())?;
    let scope = rx.scope(Act::SeePlan);
    let reading = Reading { l, names: &names, scope: &scope };
    let working = if whole { Some(acts::working(rx)?) } else { None };
    let frozen = approved.map(|each| each.lines.as_slice()).unwrap_or_default();
    let lines = working.as_ref().map_or(frozen, |working| working.declared.as_slice());
    let differing = if whole && approved.is_some() { compare(frozen, lines) } else { Vec::new() };
    let changed: Vec<&ControlId> =
        differing.iter().filter_map(|(_, after)| after.map(|line| &line.control_id)).collect();
    let chosen: Vec<&Declared> = lines.iter().filter(|line| fits(line, show, &changed)).collect();
    let version = |line: &Declared| working.as_ref().map_or(0, |all| all.version(&line.control_id));
    let row = |line: &Declared| RowView::of(&reading, line, version(line));
    let may_edit = ctx.actor.may_everywhere(Act::EditStatement);
    let gaps = if whole { gaps(lines) } else { Vec::new() };
    let gap = |(gap, ids): &(Gap, Vec<&ControlId>)| (l.w(gap.word()), ids.len(), address(gap.code()));
    Ok(Index {
        shell: Shell::new(ctx, "適用宣言書", "Statement of applicability", ctx.this_month()),
        lead: lead(ctx, lines, approved.is_some(), whole),
        ready: gaps.is_empty() && (approved.is_none() || !differing.is_empty()),
        gaps: gaps.iter().map(gap).collect(),
        chips: chips(ctx, lines, show, &changed, whole),
        sections: views::sections(l, chosen.iter().copied(), &row),
        proposed: lines.iter().filter(|line| whole && line.proposal().is_some()).count(),
        changed: differing.len(),
        approved: approved.map(|each| Past::of(l, each)),
        under_way: under_way.map(|each| Past::of(l, each)),
        versions: versions
            .iter()
            .filter(|each| whole || each.state == StatementState::Approved)
            .map(|each| Past::of(l, each))
            .collect(),
        bulk: bulk.offered(ctx),
        shown: chosen.len(),
        show: show.chars().take(40).collect(),
        may_edit,
        whole,
    })
}

/// Whether a line passes the chosen chip.
fn fits(line: &Declared, show: &str, changed: &[&ControlId]) -> bool {
    match show {
        "applied" => line.decision == Decision::Applied,
        "excluded" => line.decision == Decision::Excluded,
        "gaps" => line.gap().is_some_and(|gap| gap != Gap::Undecided),
        "proposed" => line.proposal().is_some(),
        "changed" => changed.contains(&&line.control_id),
        code => Gap::from_code(code).is_none_or(|gap| line.gap() == Some(gap)),
    }
}

fn chips(
    ctx: &Ctx,
    lines: &[Declared],
    show: &str,
    changed: &[&ControlId],
    whole: bool,
) -> Vec<(String, String, bool, usize)> {
    let l = ctx.l;
    let chip = |(code, ja, en): (&str, &str, &str)| {
        let n = lines.iter().filter(|line| fits(line, code, changed)).count();
        (l.t(ja, en).to_owned(), address(code), show == code, n)
    };
    let all = [
        ("", "すべて", "All"),
        ("undecided", "未決定", "Undecided"),
        ("proposed", "提案あり", "Proposed"),
        ("gaps", "要修正", "To be mended"),
        ("applied", "適用", "Applied"),
        ("excluded", "適用除外", "Excluded"),
        ("changed", "承認後に変更", "Changed since"),
    ];
    let open = |code: &str| whole || matches!(code, "" | "applied" | "excluded");
    let shown = all.into_iter().filter(|(code, ..)| open(code)).map(chip);
    shown.filter(|(_, address, current, n)| *n > 0 || *current || address == "/statement").collect()
}

fn lead(ctx: &Ctx, lines: &[Declared], approved: bool, whole: bool) -> String {
    let l = ctx.l;
    if lines.is_empty() {
        return l
            .t(
                "承認された適用宣言書がまだありません。経営層が承認すると、ここに出ます。",
                "No version is approved yet. It appears here once the executive has approved one.",
            )
            .to_owned();
    }
    let count = |decision| lines.iter().filter(|line| line.decision == decision).count();
    let (all, applied, excluded) = (lines.len(), count(Decision::Applied), count(Decision::Excluded));
    let left = count(Decision::Undecided);
    let counted = say!(
        l,
        "{all}件の管理策のうち、適用{applied}件、適用除外{excluded}件です。",
        "{all} controls: {applied} applied, {excluded} excluded."
    );
    let rest = match (left, approved, whole) {
        (0, _, _) | (_, _, false) => String::new(),
        (n, _, true) => say!(l, "未決定は、あと{n}件です。", " {n} still undecided."),
    };
    [counted, rest].concat()
}
