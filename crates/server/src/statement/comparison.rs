//! Two states of the statement side by side: two versions, or a version and the lines as they are worked on.

use super::acts;
use super::store;
use super::views::{self, Reading};
use crate::house::fault::Done;
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, page};
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::{people, say};
use askama::Template;
use axum::extract::Query;
use meguri_domain::Refusal;
use meguri_domain::applicability::{Declared, compare};
use meguri_domain::people::Act;
use meguri_domain::statement::{Statement, StatementState};
use serde::Deserialize;

/// What the lines of today are called in addresses.
pub const WORKING: &str = "working";

#[derive(Template)]
#[template(path = "statement/comparison.html")]
struct Comparison {
    shell: Shell,
    lead: String,
    from: Vec<(String, String, bool)>,
    to: Vec<(String, String, bool)>,
    heads: [String; 2],
    changes: Vec<Changed>,
}

/// A line that differs, field by field.
struct Changed {
    title: String,
    href: String,
    /// Whether the control is new, or gone.
    news: Option<&'static str>,
    fields: Vec<(&'static str, String, String)>,
}

#[derive(Deserialize, Default)]
pub struct Asked {
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

/// GET /statement/comparison
pub async fn comparison(ctx: Ctx, Query(asked): Query<Asked>) -> Answer {
    page(&ctx.read(|rx| look(&ctx, rx, &asked)).await?)
}

/// The versions that an actor may see, newest first; what waits is told as its approval would freeze it.
pub fn seen(rx: &Rx<'_>) -> Done<Vec<Statement>> {
    if !rx.actor().may_somewhere(Act::SeeStatement) {
        return Err(Refusal::NotAllowed.into());
    }
    let whole = rx.actor().may_everywhere(Act::SeeStatement);
    let mut versions = store::versions(rx)?;
    versions.retain(|each| whole || each.state == StatementState::Approved);
    for waiting in versions.iter_mut().filter(|each| each.state == StatementState::Submitted) {
        waiting.lines = acts::beside_today(rx, waiting)?;
    }
    Ok(versions)
}

fn look(ctx: &Ctx, rx: &Rx<'_>, asked: &Asked) -> Done<Comparison> {
    let l = ctx.l;
    let versions = seen(rx)?;
    let whole = ctx.actor.may_everywhere(Act::SeeStatement);
    let working = if whole { acts::working(rx)?.declared } else { Vec::new() };
    let (from, to) = chosen(&versions, whole, asked);
    let names = people::store::names(rx, rx.today())?;
    let scope = rx.scope(Act::SeePlan);
    let reading = Reading { l, names: &names, scope: &scope };
    let lines = |code: &str| -> &[Declared] {
        let found = versions.iter().find(|each| each.number.to_string() == code);
        found.map_or(if code == WORKING { &working } else { &[] }, |each| each.lines.as_slice())
    };
    let changed = |(before, after): (Option<&Declared>, Option<&Declared>)| {
        let line = after.or(before)?;
        let fields = reading.differing(before, after);
        let news = match (before, after) {
            (None, _) => Some(l.t("新しい管理策", "New control")),
            (_, None) => Some(l.t("なくなった管理策", "No longer there")),
            _ => None,
        };
        let href = if whole { format!("/statement/controls/{}", line.control_id) } else { String::new() };
        (!fields.is_empty()).then(|| Changed { title: reading.title(line), href, news, fields })
    };
    let changes: Vec<Changed> = compare(lines(&from), lines(&to)).into_iter().filter_map(changed).collect();
    let called = |code: &str| {
        let found = versions.iter().find(|each| each.number.to_string() == code);
        found.map_or_else(|| l.t("いまの内容", "as it stands now").to_owned(), |each| views::title(l, each))
    };
    let choices = |chosen: &str, working: bool| {
        let now = (working && whole).then(|| WORKING.to_owned());
        let all = now.into_iter().chain(versions.iter().map(|each| each.number.to_string()));
        all.map(|code| (called(&code), code == chosen, code))
            .map(|(word, at, code)| (code, word, at))
            .collect()
    };
    let n = changes.len();
    let lead = match (versions.is_empty(), n) {
        (true, _) => l.t("比べる版がまだありません。", "There is no version to compare yet.").to_owned(),
        (_, 0) => l.t("違うところはありません。", "Nothing differs.").to_owned(),
        (_, n) => {
            let controls = Lang::many(n, "control differs", "controls differ");
            say!(l, "{n}件の管理策が違います。", "{controls}.")
        }
    };
    Ok(Comparison {
        shell: Shell::new(ctx, "適用宣言書の比較", "Compare versions of the statement", ctx.this_month()),
        lead,
        from: choices(&from, false),
        to: choices(&to, true),
        heads: [called(&from), called(&to)],
        changes,
    })
}

/// Which two are compared: what was asked for, else the newest approved version with the lines of today, or with the one
/// before it.
fn chosen(versions: &[Statement], whole: bool, asked: &Asked) -> (String, String) {
    let number = |at: usize| versions.get(at).map(|each| each.number.to_string()).unwrap_or_default();
    let known = |text: &str| {
        (whole && text == WORKING) || versions.iter().any(|each| each.number.to_string() == text)
    };
    let usual = if whole { (number(0), WORKING.to_owned()) } else { (number(1), number(0)) };
    let or = |text: &str, usual: String| if known(text) { text.to_owned() } else { usual };
    (or(&asked.from, usual.0), or(&asked.to, usual.1))
}
