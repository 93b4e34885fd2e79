//! The first page: what to do now, and the small board beneath it.

use super::beginning::{Beginning, Step};
use super::company::{self, Counts};
use super::own::Own;
use super::task::{Group, Task, sort};
use crate::breaks::pages as breaks;
use crate::breaks::store::world;
use crate::calendar::store as calendar;
use crate::closing::board::{Board, Face, rate};
use crate::closing::pages::Table;
use crate::house::fault::Done;
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, go, page};
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::say;
use askama::Template;
use meguri_domain::people::{Act, Role};

/// So many lines to do are shown; the rest is counted.
const MOST_TASKS: usize = 12;
/// So many departments stand on the small board.
const MOST_ROWS: usize = 12;

#[derive(Template)]
#[template(path = "home/index.html")]
struct Home {
    shell: Shell,
    lead: String,
    first: Option<(String, String)>,
    groups: Vec<GroupView>,
    done: Vec<TaskView>,
    more: usize,
    /// The steps of a new organisation, while one of them is left.
    steps: Vec<StepView>,
    steps_done: String,
    nothing: Option<Nothing>,
    figures: Vec<(&'static str, String, &'static str)>,
    links: Vec<(&'static str, &'static str, &'static str)>,
    table: Option<Table>,
    more_rows: usize,
}

struct GroupView {
    id: &'static str,
    name: &'static str,
    class: &'static str,
    count: usize,
    tasks: Vec<TaskView>,
}

struct TaskView {
    due: String,
    what: String,
    note: String,
    badge: (&'static str, &'static str, &'static str),
    href: String,
    act: &'static str,
}

struct StepView {
    number: usize,
    word: &'static str,
    note: &'static str,
    badge: (&'static str, &'static str, String),
    href: Option<&'static str>,
    next: bool,
}

/// What stands where there is nothing to do: what comes next, and what others have still to mend.
struct Nothing {
    heading: &'static str,
    text: String,
    breaks: Option<String>,
}

/// What the page is made of.
struct Loaded {
    tasks: Vec<Task>,
    next: Option<String>,
    beginning: Option<Beginning>,
    breaks: usize,
    board: Option<Board>,
    figures: Vec<(&'static str, String, &'static str)>,
}

/// GET /
pub async fn home(ctx: Ctx) -> Answer {
    if ctx.actor.roles() == [Role::ExternalAuditor] {
        // Nothing of the house is his to do: he reads what was laid out for him.
        return go("/audits");
    }
    let l = ctx.l;
    let Loaded { tasks, next, beginning, breaks, board, figures } = ctx.read(|rx| load(rx, l)).await?;
    let (done, tasks): (Vec<Task>, Vec<Task>) = tasks.into_iter().partition(|task| task.group == Group::Done);
    let open = tasks.iter().filter(|task| task.group != Group::Waiting).count();
    let late = tasks.iter().filter(|task| task.group == Group::Late).count();
    let shown: Vec<&Task> = tasks.iter().take(MOST_TASKS).collect();
    let this = ctx.this_month();
    let all = board.as_ref().map_or(0, |board| rows(board, this).len());
    let chosen = board.as_ref().map(|board| rows(board, this)).unwrap_or_default();
    let table = board.as_ref().filter(|_| all > 0).map(|board| {
        Table::of(l, board, this, false, |line| {
            chosen.iter().take(MOST_ROWS).any(|id| *id == line.department.id.as_str())
        })
    });
    let more_rows = all.saturating_sub(MOST_ROWS);
    let template = Home {
        shell: Shell::new(&ctx, "今月やること", "This month", this),
        lead: match &beginning {
            Some(beginning) if open == 0 => begun(l, beginning),
            _ => lead(l, open, late),
        },
        first: shown
            .iter()
            .find(|task| task.group != Group::Waiting)
            .map(|task| (task.href.clone(), task.what.clone())),
        steps_done: beginning.as_ref().map_or_else(String::new, |each| {
            let (done, all) = each.progress();
            format!("{done}/{all}")
        }),
        nothing: (open == 0 && beginning.is_none()).then(|| nothing(l, next.unwrap_or_default(), breaks)),
        steps: beginning.map(|each| steps(l, &each)).unwrap_or_default(),
        groups: groups(l, &shown),
        more: tasks.len().saturating_sub(MOST_TASKS),
        done: done.iter().take(MOST_TASKS).map(|task| view(l, task)).collect(),
        figures,
        links: links(&ctx),
        table,
        more_rows,
    };
    page(&template)
}

fn load(rx: &Rx<'_>, l: Lang) -> Done<Loaded> {
    let actor = rx.actor();
    let own = Own::load(rx, l)?;
    let mut tasks = own.as_ref().map(Own::tasks).unwrap_or_default();
    let boards = actor.may_everywhere(Act::CheckMonth)
        || actor.may_somewhere(Act::ConfirmMonth)
        || actor.is(Role::Executive);
    let scope = rx.scope(Act::SeeBoard);
    let world = if actor.may_everywhere(Act::SeeBoard) { Some(world(rx, &scope)?) } else { None };
    let board = if boards {
        // The last month decides the year, because that is the month at work until it is closed.
        let month = meguri_domain::Month::of(rx.today()).plus(-1);
        let year = calendar::calendar(rx)?.fiscal_year(month);
        Some(match &world {
            Some(world) => Board::of_world(rx, world, year)?,
            None => Board::load(rx, &scope, year)?,
        })
    } else {
        None
    };
    tasks.extend(company::tasks(rx, l, board.as_ref(), world.as_ref())?);
    sort(&mut tasks);
    let breaks = world.as_ref().map_or(Ok(0), |world| breaks::count(rx, world))?;
    let figures = match &board {
        Some(board) if actor.is(Role::Executive) || actor.is(Role::Secretariat) => {
            figures(rx, l, board, breaks)?
        }
        _ => Vec::new(),
    };
    let founds = [Role::Administrator, Role::Secretariat, Role::Executive].map(|role| actor.is(role));
    let beginning = if founds.contains(&true) { Some(Beginning::load(rx, l)?) } else { None };
    let next = match &own {
        Some(own) => Some(own.next()),
        None => company::next(rx, l)?,
    };
    let beginning = beginning.filter(|each| each.next().is_some());
    Ok(Loaded { tasks, next, beginning, breaks, board, figures })
}

fn figures(
    rx: &Rx<'_>,
    l: Lang,
    board: &Board,
    breaks: usize,
) -> Done<Vec<(&'static str, String, &'static str)>> {
    let counts = Counts::load(rx)?;
    let (kept, unit) = rate(board.continuity());
    Ok(vec![
        (l.t("継続率", "Continuity"), kept, unit),
        (l.t("進行中の是正処置", "Open corrections"), counts.corrections_open.to_string(), l.t("件", "")),
        (l.t("リスクレベル大", "High risks"), counts.high_risks.to_string(), l.t("件", "")),
        (l.t("切れ目", "Breaks"), breaks.to_string(), l.t("か所", "")),
    ])
}

/// The departments of the small board: those that need somebody first.
fn rows(board: &Board, this: meguri_domain::Month) -> Vec<&str> {
    let weight = |face: Face| match face {
        Face::Late => 3,
        Face::Returned => 2,
        Face::Waiting => 1,
        Face::Good | Face::Quiet | Face::None => 0,
    };
    let begun = board.months.iter().filter(|month| **month <= this).count();
    let mut lines: Vec<(u8, &str)> = board
        .lines
        .iter()
        .filter(|line| line.cells.iter().any(|cell| cell.owed > 0))
        .map(|line| {
            let worst = line.cells.iter().take(begun).map(|cell| weight(cell.face())).max().unwrap_or(0);
            (worst, line.department.id.as_str())
        })
        .collect();
    lines.sort_by_key(|(worst, _)| std::cmp::Reverse(*worst));
    lines.into_iter().map(|(_, id)| id).collect()
}

fn lead(l: Lang, open: usize, late: usize) -> String {
    match (open, late) {
        (0, _) => l.t("今やることはありません。", "There is nothing to do now.").into(),
        (_, 0) => say!(l, "あと{open}件です。期限を過ぎたものはありません。", "{open} to do, none overdue."),
        _ => say!(l, "あと{open}件です。{late}件が期限を過ぎています。", "{open} to do, {late} overdue."),
    }
}

/// Where a new organisation stands, in a sentence.
fn begun(l: Lang, beginning: &Beginning) -> String {
    let (done, all) = beginning.progress();
    let next = beginning.sentence().unwrap_or_default();
    say!(
        l,
        "はじめの準備{all}つのうち、{done}つが済みました。{next}",
        "{done} of {all} first steps are taken. {next}"
    )
}

fn steps(l: Lang, beginning: &Beginning) -> Vec<StepView> {
    let next = beginning.next().map(|step| step.word);
    let view = |(number, step): (usize, &Step)| {
        let who = step.who;
        StepView {
            number,
            word: step.word,
            note: step.note,
            badge: match (step.done, step.href) {
                (Some(true), _) => ("good", "○", l.t("済み", "Done").to_owned()),
                (_, Some(_)) => ("quiet", "・", l.t("これから", "To do").to_owned()),
                (_, None) => ("quiet", "─", say!(l, "{who}が行います", "Up to: {who}")),
            },
            href: step.href.filter(|_| step.done != Some(true)),
            next: next == Some(step.word),
        }
    };
    (1..).zip(&beginning.steps).map(view).collect()
}

/// Nothing to do is said as such only where nothing is broken either.
fn nothing(l: Lang, text: String, breaks: usize) -> Nothing {
    Nothing {
        heading: if breaks == 0 {
            l.t("今やることは、すべて終わりました", "Everything is done for now")
        } else {
            l.t("あなたの番のものはありません", "Nothing waits for you")
        },
        text,
        breaks: (breaks > 0).then(|| {
            say!(
                l,
                "切れ目が{breaks}か所あります。どこを、だれが直すかを見る",
                "The chain has {breaks} breaks. See where they are and how they are mended"
            )
        }),
    }
}

fn groups(l: Lang, shown: &[&Task]) -> Vec<GroupView> {
    let kinds = [
        (Group::Late, "late", l.t("期限超過", "Overdue"), "overdue"),
        (Group::Now, "now", l.t("今月", "This month"), ""),
        (Group::Waiting, "waiting", l.t("確認待ち", "With others"), "done"),
    ];
    let one = |(group, id, name, class)| {
        let tasks: Vec<TaskView> =
            shown.iter().filter(|task| task.group == group).map(|task| view(l, task)).collect();
        GroupView { id, name, class, count: tasks.len(), tasks }
    };
    kinds.into_iter().map(one).filter(|group| group.count > 0).collect()
}

fn view(l: Lang, task: &Task) -> TaskView {
    let due = task.due.map_or_else(String::new, |day| {
        let day = l.long_day(&day);
        let day = day.split_once('年').map_or(day.as_str(), |(_, rest)| rest);
        say!(l, "{day}まで", "by {day}")
    });
    TaskView {
        due,
        what: task.what.clone(),
        note: task.note.clone(),
        badge: task.badge,
        href: task.href.clone(),
        act: task.act,
    }
}

/// Doors for those whose work is looking: auditors and the administrator.
fn links(ctx: &Ctx) -> Vec<(&'static str, &'static str, &'static str)> {
    let l = ctx.l;
    let mut links = Vec::new();
    if ctx.actor.is(Role::Auditor) {
        links.push((
            "/breaks",
            l.t("切れ目", "Breaks"),
            l.t("つながりの切れているところと、確認待ちの記録", "Where the chain is broken, and what waits"),
        ));
        links.push((
            "/board",
            l.t("月次ボード", "Month board"),
            l.t("部門ごと・月ごとの実施状況", "What each department did each month"),
        ));
        links.push((
            "/record",
            l.t("記録簿", "Record log"),
            l.t(
                "いつ、だれが、何をしたか。改ざんがないかの検証",
                "Who did what when, and the proof that nothing was altered",
            ),
        ));
        links.push((
            "/assets",
            l.t("情報資産台帳", "Asset register"),
            l.t("全部門の情報資産", "The assets of all departments"),
        ));
    }
    if ctx.actor.is(Role::Administrator) {
        links.push(("/settings/people", l.t("人", "People"), l.t("利用者と役割", "Users and their roles")));
        links.push((
            "/settings/departments",
            l.t("部門", "Departments"),
            l.t("部門の開設・改称・廃止", "Opening, renaming and closing departments"),
        ));
        links.push((
            "/record",
            l.t("記録簿", "Record log"),
            l.t("いつ、だれが、何をしたか", "Who did what when"),
        ));
    }
    links
}
