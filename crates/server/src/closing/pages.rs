//! The board page and what is done from it to several departments at once.

use super::board::{Board, Cell, Face, Line, rate};
use super::{acts, store};
use crate::house::fault::{Done, Stop};
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, go_saying, page};
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::people::store as people;
use askama::Template;
use axum::extract::{Form, Query};
use meguri_domain::approval::State;
use meguri_domain::ids::DepartmentId;
use meguri_domain::people::Act;
use meguri_domain::{Month, Refusal};
use serde::Deserialize;

/// More departments than this are not acted upon at once.
const MOST_AT_ONCE: usize = 500;

#[derive(Deserialize)]
pub struct BoardQuery {
    #[serde(default)]
    month: String,
    /// The face by which the lines are filtered, by its class.
    #[serde(default)]
    only: String,
}

#[derive(Template)]
#[template(path = "closing/board.html")]
struct BoardPage {
    shell: Shell,
    lead: String,
    next: Option<String>,
    rate: (String, &'static str),
    year: String,
    /// Departments in which a month waits; the same count as the chip's.
    waiting: usize,
    /// Rows of the plan that have run out or will soon.
    due_soon: i64,
    chips: Vec<Chip>,
    table: Table,
    faces: [Face; 6],
    /// Months that can be chosen for an act: value, label, chosen.
    choices: Vec<(String, String, bool)>,
    checks: bool,
    empty: bool,
}

struct Chip {
    href: String,
    word: &'static str,
    count: usize,
    current: bool,
}

/// The board as a table, on its own page and small on others.
pub struct Table {
    /// Whether lines can be selected.
    pub select: bool,
    pub heads: Vec<Head>,
    pub rows: Vec<Row>,
    pub totals: Vec<(&'static str, String)>,
}

pub struct Head {
    pub class: &'static str,
    pub name: String,
    pub now: bool,
}

pub struct Row {
    pub id: String,
    pub name: String,
    pub cells: Vec<CellView>,
}

pub struct CellView {
    pub class: String,
    pub href: Option<String>,
    pub letter: &'static str,
    pub count: String,
    pub said: String,
}

impl Table {
    /// Lays the board out: the current month framed, the months far from it marked as far.
    pub fn of(l: Lang, board: &Board, this: Month, select: bool, keep: impl Fn(&Line) -> bool) -> Self {
        let over = board.months.last().is_some_and(|last| *last < this);
        let frame = Frame { l, this, over };
        let months = || board.months.iter().copied().enumerate();
        let heads = months().map(|(index, month)| Head {
            class: frame.place(index, month),
            name: l.short_month(&month),
            now: month == this,
        });
        let rows = board.lines.iter().filter(|line| keep(line)).map(|line| {
            let cells =
                months().zip(&line.cells).map(|((index, month), cell)| frame.cell(line, index, month, cell));
            Row { id: line.department.id.to_string(), name: line.name.clone(), cells: cells.collect() }
        });
        let totals = months().map(|(index, month)| {
            let (done, all) = board.total(month);
            let text = if all == 0 || month > this { "─".to_owned() } else { format!("{done}/{all}") };
            (frame.place(index, month), text)
        });
        Self { select, heads: heads.collect(), rows: rows.collect(), totals: totals.collect() }
    }
}

/// From where the board is looked at.
struct Frame {
    l: Lang,
    this: Month,
    /// The year is over: then its last six months stay near.
    over: bool,
}

impl Frame {
    fn place(&self, index: usize, month: Month) -> &'static str {
        match self.this.since(month) {
            _ if self.over => {
                if index < 6 {
                    "far"
                } else {
                    ""
                }
            }
            0 => "now",
            1..=5 => "",
            _ => "far",
        }
    }

    fn cell(&self, line: &Line, index: usize, month: Month, cell: &Cell) -> CellView {
        let face = cell.face();
        let shut = if cell.closed { "shut" } else { "" };
        let classes = ["cell", face.class(), self.place(index, month), shut];
        let class: Vec<&str> = classes.into_iter().filter(|each| !each.is_empty()).collect();
        let begun = month <= self.this;
        let opens = begun && (cell.owed > 0 || cell.closed);
        let count = if begun && cell.owed > 0 {
            format!("{}/{}", cell.handed_in(), cell.owed)
        } else {
            String::new()
        };
        CellView {
            class: class.join(" "),
            href: opens.then(|| format!("/board/{}/{month}", line.department.id)),
            letter: face.letter(),
            count,
            said: said(self.l, month, cell, face),
        }
    }
}

/// A cell in words, for hover, focus and screen readers.
pub fn said(l: Lang, month: Month, cell: &Cell, face: Face) -> String {
    let (name, word, handed, owed) = (l.short_month(&month), l.w(face.word()), cell.handed_in(), cell.owed);
    if owed == 0 {
        return format!("{name} {word}");
    }
    let mut text = match l {
        Lang::Ja => format!("{name} {word} {owed}件中{handed}件"),
        Lang::En => format!("{name}: {word}, {handed} of {owed}"),
    };
    if face == Face::Waiting {
        text.push_str(if cell.for_check > 0 {
            l.t("(事務局のチェック)", " (for the secretariat)")
        } else {
            l.t("(部門長の確認)", " (for the head)")
        });
    }
    if cell.closed {
        text.push_str(l.t("、締め済み", ", closed"));
    }
    text
}

/// GET /board
pub async fn board(ctx: Ctx, Query(query): Query<BoardQuery>) -> Answer {
    let this = ctx.this_month();
    let month = Month::parse(&query.month).unwrap_or(this);
    let checks = ctx.actor.may_everywhere(Act::CheckMonth);
    if !ctx.actor.may_somewhere(Act::SeeBoard) {
        return Err(Refusal::NotAllowed.into());
    }
    let (board, next, due_soon) = ctx
        .read(|rx| {
            let scope = rx.scope(Act::SeeBoard);
            let year = crate::calendar::store::calendar(rx)?.fiscal_year(month);
            let board = Board::load(rx, &scope, year)?;
            let state = if checks { State::Confirmed } else { State::Submitted };
            let act = if checks { Act::CheckMonth } else { Act::ConfirmMonth };
            let next = store::waiting(rx, &rx.scope(act), state)?.into_iter().next();
            Ok((board, next, crate::home::company::due_soon(rx, crate::risk::store::fiscal_year(rx)?)?))
        })
        .await?;
    let l = ctx.l;
    let only = Face::ALL.into_iter().find(|face| face.class() == query.only);
    let has = |line: &Line, face: Face| line.cells.iter().any(|cell| cell.face() == face);
    let keep = |line: &Line| only.is_none_or(|face| has(line, face));
    let chips = [None, Some(Face::Waiting), Some(Face::Returned), Some(Face::Late)].map(|face| Chip {
        href: format!(
            "/board?month={month}{}",
            face.map_or_else(String::new, |face| format!("&only={}", face.class()))
        ),
        word: face.map_or(l.t("すべて", "All"), |face| l.w(face.word())),
        count: board.lines.iter().filter(|line| face.is_none_or(|face| has(line, face))).count(),
        current: face == only,
    });
    let chosen = board
        .months
        .iter()
        .rev()
        .find(|each| **each <= month && board.month(**each).any(|(_, cell)| cell.waits_for_check()));
    let chosen = chosen.copied().unwrap_or(month);
    let begun = board.months.iter().filter(|each| **each <= this);
    let table = Table::of(l, &board, this, checks, keep);
    let template = BoardPage {
        shell: Shell::new(&ctx, "月次ボード", "Month board", month),
        lead: lead(l, &board, month),
        next: next.map(|(month, department)| format!("/board/{department}/{month}")),
        rate: rate(board.continuity()),
        year: l.year(board.fiscal_year),
        waiting: board.lines.iter().filter(|line| has(line, Face::Waiting)).count(),
        due_soon,
        chips: chips.into_iter().collect(),
        empty: board.lines.iter().all(|line| line.cells.iter().all(|cell| cell.owed == 0)),
        table,
        faces: Face::ALL,
        choices: begun.map(|each| (each.to_string(), l.month(each), *each == chosen)).collect(),
        checks,
    };
    page(&template)
}

fn lead(l: Lang, board: &Board, month: Month) -> String {
    let (done, all) = board.total(month);
    let name = l.short_month(&month);
    if all == 0 {
        return match l {
            Lang::Ja => format!("{name}分に実施するものはありません。"),
            Lang::En => format!("Nothing is due for {name}."),
        };
    }
    let due = l.long_day(&board.calendar.department_due(month));
    match l {
        Lang::Ja => format!("{name}分は{all}部門のうち{done}部門が完了しています。部門の期限は{due}です。"),
        Lang::En => {
            format!("{done} of {all} departments are done with {name}. Departments have until {due}.")
        }
    }
}

/// What was chosen on the board: a month and departments.
struct Chosen {
    month: Month,
    departments: Vec<DepartmentId>,
}

fn chosen(form: &[(String, String)]) -> Result<Chosen, Refusal> {
    let month = form
        .iter()
        .find(|(name, _)| name == "month")
        .and_then(|(_, value)| Month::parse(value))
        .ok_or(Refusal::NotFound)?;
    let ids = form.iter().filter(|(name, _)| name == "department").take(MOST_AT_ONCE);
    let departments: Vec<DepartmentId> =
        ids.filter_map(|(_, value)| DepartmentId::new(value.as_str())).collect();
    if departments.is_empty() {
        return Err(Refusal::Because((
            "部門が選ばれていません。左の欄で部門を選んでください。",
            "No department is selected. Select some in the first column.",
        )));
    }
    Ok(Chosen { month, departments })
}

/// POST /board/checks
pub async fn checks(ctx: Ctx, Form(form): Form<Vec<(String, String)>>) -> Answer {
    let chosen = chosen(&form)?;
    let said = ctx
        .write(|tx| {
            let outcome = acts::check_all(tx, &chosen.departments, chosen.month)?;
            report(tx, ctx.l, &chosen, &outcome, ctx.l.t("チェックしました", "checked"))
        })
        .await?;
    go_saying(format!("/board?month={}", chosen.month), &said)
}

/// POST /board/closings
pub async fn closings(ctx: Ctx, Form(form): Form<Vec<(String, String)>>) -> Answer {
    let chosen = chosen(&form)?;
    let said = ctx
        .write(|tx| {
            let outcome = acts::close_all(tx, &chosen.departments, chosen.month)?;
            report(tx, ctx.l, &chosen, &outcome, ctx.l.t("締めました", "closed"))
        })
        .await?;
    go_saying(format!("/board?month={}", chosen.month), &said)
}

/// What became of it, with the refused departments by name. The sentence travels in a cookie, so it is short.
fn report(rx: &Rx<'_>, l: Lang, chosen: &Chosen, outcome: &acts::Outcome, verb: &str) -> Done<String> {
    let names = people::names(rx, rx.today())?;
    let month = l.short_month(&chosen.month);
    let said = match l {
        Lang::Ja => format!("{month}分を{}部門{verb}。", outcome.done),
        Lang::En => format!("{month}: {} departments {verb}.", outcome.done),
    };
    let Some((_, why)) = outcome.refused.first() else { return Ok(said) };
    if outcome.done == 0 && outcome.refused.len() == 1 {
        return Err(Stop::Refusal(why.clone()));
    }
    let one = |(id, why): &(DepartmentId, Refusal)| {
        let name: String = names.get(id).map_or("", String::as_str).chars().take(16).collect();
        let why: String = l.refusal(why).chars().take_while(|c| !"。.".contains(*c)).take(48).collect();
        match l {
            Lang::Ja => format!("{name}({why})"),
            Lang::En => format!("{name} ({why})"),
        }
    };
    let shown: Vec<String> = outcome.refused.iter().take(4).map(one).collect();
    let (all, more) = (outcome.refused.len(), outcome.refused.len() - shown.len());
    Ok(match l {
        Lang::Ja if more > 0 => {
            format!("{said}できなかった部門が{all}あります: {}、ほか{more}部門", shown.join("、"))
        }
        Lang::Ja => format!("{said}できなかった部門が{all}あります: {}", shown.join("、")),
        Lang::En if more > 0 => format!("{said} {all} were refused: {}, and {more} more", shown.join(", ")),
        Lang::En => format!("{said} {all} were refused: {}", shown.join(", ")),
    })
}
