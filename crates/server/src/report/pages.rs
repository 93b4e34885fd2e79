//! The page of the monthly report: figures, the board of the month, what is late, × and corrections, and the
//! root of the record log, which binds once it is held outside.

use super::store::{self, Found};
use crate::calendar::store as calendar;
use crate::closing::board::{Board, Cell, Face, Line, rate};
use crate::house::fault::Done;
use crate::house::layout::Shell;
use crate::house::web::{Answer, Ctx, page};
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::people::store as people;
use crate::record::outside::paper::HeadPaper;
use crate::record::{heads, store as record};
use crate::say;
use askama::Template;
use axum::extract::Query;
use meguri_domain::ids::DepartmentId;
use meguri_domain::people::Act;
use meguri_domain::{Date, Month, Refusal};
use serde::Deserialize;
use std::collections::HashMap;

/// So many lines of one table stand on the page.
const MOST_LINES: usize = 15;
/// So many departments stand on its board; of more, only those that are not done.
const MOST_DEPARTMENTS: usize = 40;

#[derive(Deserialize)]
pub struct ReportQuery {
    #[serde(default)]
    month: String,
}

#[derive(Template)]
#[template(path = "report/index.html")]
struct ReportPage {
    shell: Shell,
    month_name: String,
    today: String,
    whole: bool,
    lead: String,
    figures: Vec<(&'static str, String, String)>,
    cells: Vec<CellView>,
    done_unlisted: usize,
    late: Vec<(String, String, String, String)>,
    more_late: usize,
    found: Vec<FoundView>,
    more_found: usize,
    size: u64,
    root: String,
    /// The newest signed head, once there is one.
    paper: Option<HeadPaper>,
    earlier: String,
    later: Option<String>,
}

struct CellView {
    name: String,
    class: &'static str,
    letter: &'static str,
    word: &'static str,
    count: String,
    closed: bool,
}

struct FoundView {
    department: String,
    item: String,
    cause: String,
    owner: String,
    due: String,
    state: &'static str,
}

/// GET /report
pub async fn index(ctx: Ctx, Query(query): Query<ReportQuery>) -> Answer {
    if !ctx.actor.may_somewhere(Act::SeeBoard) {
        return Err(Refusal::NotAllowed.into());
    }
    // The report is written about the month that has ended.
    let month = Month::parse(&query.month).unwrap_or_else(|| ctx.this_month().plus(-1));
    let template = ctx.read(|rx| report(rx, &ctx, month)).await?;
    page(&template)
}

fn report(rx: &Rx<'_>, ctx: &Ctx, month: Month) -> Done<ReportPage> {
    let l = ctx.l;
    let scope = rx.scope(Act::SeeBoard);
    let calendar = calendar::calendar(rx)?;
    let board = Board::load(rx, &scope, calendar.fiscal_year(month))?;
    let found = store::corrections(rx, &scope, month)?;
    let names = people::names(rx, month.last_day().min(rx.today()))?;
    let head = record::head(rx)?;
    let owing: Vec<(&Line, &Cell)> = board.month(month).filter(|(_, cell)| cell.owed > 0).collect();
    let late = late(l, &owing, calendar.department_due(month), rx.today());
    let brief = owing.len() > MOST_DEPARTMENTS;
    let listed = owing.iter().filter(|(_, cell)| !brief || cell.face() != Face::Good).take(MOST_DEPARTMENTS);
    let cells: Vec<CellView> = listed.map(|(line, cell)| cell_view(l, line, cell)).collect();
    Ok(ReportPage {
        shell: Shell::new(ctx, "月次報告", "Monthly report", month),
        month_name: l.month(&month),
        today: l.long_day(&rx.today()),
        whole: scope.is_all(),
        lead: lead(l, &board, month),
        figures: figures(l, &board, month, &found),
        done_unlisted: owing.len() - cells.len(),
        cells,
        more_late: late.len().saturating_sub(MOST_LINES),
        late: late.into_iter().take(MOST_LINES).collect(),
        more_found: found.len().saturating_sub(MOST_LINES),
        found: found.iter().take(MOST_LINES).map(|each| found_view(l, &names, each)).collect(),
        size: head.size,
        root: head.root,
        paper: paper(rx, ctx)?,
        earlier: format!("/report?month={}", month.plus(-1)),
        later: (month < ctx.this_month()).then(|| format!("/report?month={}", month.plus(1))),
    })
}

/// The newest signed head as it stands on paper.
fn paper(rx: &Rx<'_>, ctx: &Ctx) -> Done<Option<HeadPaper>> {
    heads::newest(rx)?.map_or(Ok(None), |head| HeadPaper::of(&ctx.app, rx, &head))
}

fn lead(l: Lang, board: &Board, month: Month) -> String {
    let (done, all) = board.total(month);
    let name = l.month(&month);
    if all == 0 {
        return say!(l, "{name}分に実施するものはありません。", "Nothing was due for {name}.");
    }
    say!(
        l,
        "{name}分は{all}部門のうち{done}部門が完了しています。印刷すると、このままA4の1枚になります。",
        "{done} of {all} departments are done with {name}. It prints on one A4 page as it stands."
    )
}

fn figures(l: Lang, board: &Board, month: Month, found: &[Found]) -> Vec<(&'static str, String, String)> {
    let (done, all) = board.total(month);
    let crosses = found.iter().filter(|each| each.month == month).count();
    let carried =
        found.iter().filter(|each| each.state.code() == "open" || each.state.code() == "done").count();
    let (kept, unit) = rate(board.continuity());
    vec![
        (l.t("継続率", "Continuity"), kept, unit.into()),
        (l.t("完了", "Done"), done.to_string(), say!(l, "/ {all}部門", "/ {all} departments")),
        (l.t("×の件数", "× found"), crosses.to_string(), l.t("件", "").into()),
        (l.t("是正処置", "Corrections"), carried.to_string(), l.t("件が進行中", " under way").into()),
    ]
}

fn cell_view(l: Lang, line: &Line, cell: &Cell) -> CellView {
    let face = cell.face();
    CellView {
        name: line.name.clone(),
        class: face.class(),
        letter: face.letter(),
        word: l.w(face.word()),
        count: format!("{}/{}", cell.handed_in(), cell.owed),
        closed: cell.closed,
    }
}

/// Who is late with the month: department, records, due date, state.
fn late(
    l: Lang,
    owing: &[(&Line, &Cell)],
    due_on: Date,
    today: Date,
) -> Vec<(String, String, String, String)> {
    let days = due_on.until(today).map_or(0, |span| span.get_days());
    let late = owing.iter().filter(|(_, cell)| cell.overdue + cell.returned > 0 && today > due_on);
    let line = |(line, cell): &(&Line, &Cell)| {
        let n = cell.overdue + cell.returned;
        let records = say!(l, "{n}件", "{n} records");
        let state = say!(l, "! 期限超過({days}日)", "! {days} days overdue");
        (line.name.clone(), records, l.day(&due_on), state)
    };
    late.map(line).collect()
}

fn found_view(l: Lang, names: &HashMap<DepartmentId, String>, found: &Found) -> FoundView {
    FoundView {
        department: names.get(&found.department).cloned().unwrap_or_default(),
        item: l.t(&found.item_ja, &found.item_en).to_owned(),
        cause: found.cause.clone(),
        owner: found.owner.clone(),
        due: l.day_or(&found.due_on),
        state: l.w(found.state.word()),
    }
}
