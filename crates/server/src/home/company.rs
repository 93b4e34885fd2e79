//! What the secretariat, the executives and the administrator have to do, counted over the company.

use super::task::{Badge, Task};
use crate::calendar::store as calendar;
use crate::closing::board::{Board, Face};
use crate::health;
use crate::house::fault::Done;
use crate::house::kept::{Column, cell};
use crate::house::sql::Scoped;
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::{open, say, scoped, seen};
use meguri_domain::breaks::World;
use meguri_domain::calendar::Calendar;
use meguri_domain::people::{Act, Role};
use meguri_domain::reminder::soon;
use meguri_domain::waiting::{self, Next, Waits};
use meguri_domain::{Date, Month};

/// Counts that are asked of the whole company.
pub struct Counts {
    pub plan_rows: i64,
    pub due_soon: i64,
    pub corrections_open: i64,
    pub corrections_done: i64,
    pub inventory: i64,
    pub high_risks: i64,
    pub criteria_drafts: i64,
    pub statements: i64,
    pub without_password: i64,
}

impl Counts {
    pub fn load(rx: &Rx<'_>) -> Done<Self> {
        let scope = rx.scope(Act::SeePlan);
        let year = crate::risk::store::fiscal_year(rx)?;
        let open_count =
            |text| rx.open_rows(text, &[]).and_then(|rows| rows.first().map_or(Ok(0), |row| cell(row, 0)));
        let count = |text| rx.count(text, &scope, &[]);
        Ok(Self {
            plan_rows: count(PLAN_ROWS)?,
            due_soon: due_soon(rx, year)?,
            corrections_open: count(CORRECTIONS_OPEN)?,
            corrections_done: count(CORRECTIONS_DONE)?,
            inventory: count(INVENTORY)?,
            high_risks: count(HIGH_RISKS)?,
            criteria_drafts: open_count(open!("SELECT COUNT(*) FROM criteria WHERE state = 'draft'"))?,
            statements: open_count(open!("SELECT COUNT(*) FROM statement WHERE state = 'submitted'"))?,
            without_password: open_count(open!(
                "SELECT COUNT(*) FROM person WHERE active AND password = ''"
            ))?,
        })
    }
}

const PLAN_ROWS: Scoped = scoped!(
    "SELECT COUNT(*) FROM plan_row p WHERE ",
    seen!("p.department_id"),
    " AND p.approval IS NULL AND p.destination <> 'undecided'"
);
/// How many rows of the plan in sight have run out or will soon; none for who sees no plan.
pub fn due_soon(rx: &Rx<'_>, year: i64) -> Done<i64> {
    if !rx.actor().may_somewhere(Act::SeePlan) {
        return Ok(0);
    }
    let values = [year.to_value(), soon(rx.today()).to_value()];
    Ok(rx.count(DUE_SOON, &rx.scope(Act::SeePlan), &values)?)
}

/// What has run out or will soon, of the year and of assets in use: the rows that the plan's list shows.
const DUE_SOON: Scoped = scoped!(
    "SELECT COUNT(*) FROM plan_row p JOIN risk r ON r.id = p.risk_id JOIN asset a ON a.id = r.asset_id WHERE ",
    seen!("p.department_id"),
    " AND p.fiscal_year = $2 AND a.state = 'in_use' AND (p.next_on <= $3
      OR (p.due_on <= $3 AND (p.destination = 'acceptance' OR (p.destination = 'task' AND p.done_on IS NULL))))"
);
const CORRECTIONS_OPEN: Scoped = scoped!(
    "SELECT COUNT(*) FROM correction c WHERE ",
    seen!("c.department_id"),
    " AND c.state IN ('open', 'done')"
);
const CORRECTIONS_DONE: Scoped =
    scoped!("SELECT COUNT(*) FROM correction c WHERE ", seen!("c.department_id"), " AND c.state = 'done'");
const INVENTORY: Scoped = scoped!(
    "SELECT COUNT(*) FROM inventory_sheet h WHERE ",
    seen!("h.department_id"),
    " AND h.state = 'confirmed'"
);
/// Of every threat to an asset in use, the judgement of its latest year.
const HIGH_RISKS: Scoped = scoped!(
    "SELECT COUNT(*) FROM risk r JOIN asset a ON a.id = r.asset_id WHERE ",
    seen!("r.department_id"),
    " AND r.level = 'large' AND a.state = 'in_use' AND r.fiscal_year = (SELECT MAX(y.fiscal_year)
     FROM risk y WHERE y.asset_id = r.asset_id AND y.threat_id = r.threat_id)"
);

/// The lines of whoever works for the whole company.
pub fn tasks(rx: &Rx<'_>, l: Lang, board: Option<&Board>, world: Option<&World>) -> Done<Vec<Task>> {
    let actor = rx.actor();
    let today = rx.today();
    let counts = Counts::load(rx)?;
    let mut tasks = Vec::new();
    if let Some(board) = board.filter(|_| actor.may_everywhere(Act::CheckMonth)) {
        tasks.extend(months(l, board, today));
    }
    if let Some(world) = world.filter(|_| actor.may_everywhere(Act::CheckMonth)) {
        let calendar = calendar::calendar(rx)?;
        tasks.extend(assessments(l, &waiting::assessments(world, &calendar, today), &calendar, today));
    }
    let mut add = |n: i64, allowed: bool, what: String, href: &str, act: &'static str| {
        if n > 0 && allowed {
            tasks.push(Task::due(l, None, today).about(what, "").leads(href.to_owned(), act));
        }
    };
    let n = counts.inventory;
    let what = say!(l, "棚卸の受理 {n}部門", "Inventories to accept: {n}");
    add(n, actor.may_everywhere(Act::AcceptInventory), what, "/inventory", l.t("受理する", "Accept"));
    let n = counts.corrections_done;
    let what = say!(l, "是正処置の効果確認 {n}件", "Corrections to verify: {n}");
    add(n, actor.may_everywhere(Act::VerifyCorrection), what, "/corrections", l.t("確認する", "Verify"));
    let n = counts.criteria_drafts;
    let what = say!(l, "リスク基準の承認 {n}件", "Criteria to approve: {n}");
    add(n, actor.may_everywhere(Act::ApproveCriteria), what, "/criteria", l.t("承認する", "Approve"));
    let n = counts.statements;
    let what = l.t("適用宣言書の承認", "Approve the statement of applicability").to_owned();
    add(n, actor.may_everywhere(Act::ApproveStatement), what, "/statement", l.t("承認する", "Approve"));
    let n = counts.plan_rows;
    let what = say!(l, "対応計画の承認 {n}件", "Plan rows to approve: {n}");
    add(n, actor.may_everywhere(Act::ApprovePlan), what, "/plan", l.t("承認する", "Approve"));
    let n = counts.due_soon;
    let what = say!(l, "対応計画の期限（まもなく・超過） {n}件", "Plan rows due soon or overdue: {n}");
    add(n, actor.may_everywhere(Act::CheckMonth), what, "/plan?watch=soon", l.t("見る", "See"));
    let n = counts.without_password;
    let what = say!(l, "パスワードを決めていない人 {n}人", "Persons without a password: {n}");
    add(n, actor.is(Role::Administrator), what, "/settings/people", l.t("招待を送る", "Invite them"));
    let n = if actor.may_everywhere(Act::SeeHealth) { health::wrong(rx)? } else { 0 };
    let what = say!(l, "稼働状況に要対応 {n}件", "System health needs attention: {n}");
    if n > 0 {
        let badge: Badge = ("late", "!", l.t("要対応", "Act"));
        let task = Task { badge, ..Task::due(l, None, today) }.about(what, "");
        tasks.push(task.leads("/health".to_owned(), l.t("対応する", "Act")));
    }
    Ok(tasks)
}

/// The assessments that the secretariat checks, and those that others have to finish first.
fn assessments(l: Lang, waits: &[Waits], calendar: &Calendar, today: Date) -> Vec<Task> {
    let (check, open): (Vec<&Waits>, Vec<&Waits>) =
        waits.iter().partition(|each| matches!(each.next, Next::Check));
    let oldest = |all: &[&Waits]| all.iter().map(|each| each.days(today)).max().unwrap_or(0);
    let mut tasks = Vec::new();
    if let Some(due) = check.iter().map(|each| each.due_on(calendar)).min() {
        let (n, days) = (check.len(), oldest(&check));
        let what = say!(l, "リスク評価のチェック {n}部門", "Assessments to check: {n}");
        let note = say!(l, "最も早い提出から{days}日", "the first was handed in {days} days ago");
        let href = match check.as_slice() {
            [one] => format!("/risks/{}", one.department_id),
            _ => "/breaks#waiting".to_owned(),
        };
        let task = Task::due(l, Some(due), today).about(what, &note);
        tasks.push(task.leads(href, l.t("チェックする", "Check")));
    }
    if !open.is_empty() {
        let count = |is: fn(&Next) -> bool| open.iter().filter(|each| is(&each.next)).count();
        let (n, days) = (open.len(), oldest(&open));
        let judge = count(|next| matches!(next, Next::Judge(_)));
        let submit = count(|next| matches!(next, Next::Submit));
        let approve = count(|next| matches!(next, Next::Approve));
        let what = say!(l, "リスク評価が終わっていない部門 {n}部門", "Assessments under way: {n}");
        let note = say!(
            l,
            "評価中{judge}、提出待ち{submit}、部門長の承認待ち{approve}。最も長いもので{days}日",
            "{judge} judging, {submit} to submit, {approve} before their heads; up to {days} days"
        );
        let task = Task::due(l, None, today).about(what, &note);
        tasks.push(task.leads("/breaks#waiting".to_owned(), l.t("見る", "See")));
    }
    tasks
}

/// What comes next, and when, for who works for the whole company.
pub fn next(rx: &Rx<'_>, l: Lang) -> Done<Option<String>> {
    let (actor, today) = (rx.actor(), rx.today());
    let calendar = calendar::calendar(rx)?;
    // Until its check is due the last month is the one at work.
    let last = Month::of(today).plus(-1);
    let at_work = today <= calendar.secretariat_due(last);
    let first = calendar::first_month(rx)?.unwrap_or(last);
    let month = if at_work { last } else { Month::of(today) }.max(first);
    let name = l.month(&month);
    let due = l.long_day(&calendar.department_due(month));
    let check = l.long_day(&calendar.secretariat_due(month));
    Ok(if actor.may_everywhere(Act::CheckMonth) {
        Some(say!(
            l,
            "次は{name}分のチェックです。部門の期限は{due}、事務局の期限は{check}です。",
            "Next comes the check of {name}. Departments hand in by {due}; the check is due on {check}."
        ))
    } else if actor.may_everywhere(Act::SeeBoard) {
        Some(say!(
            l,
            "次は{name}分の月次報告です。事務局のチェックの期限は{check}です。",
            "Next comes the report of {name}. The secretariat's check is due on {check}."
        ))
    } else if actor.is(Role::Administrator) {
        let text = l.t(
            "入社・異動・退職や組織の変更があったときは、[設定]で反映してください。",
            "When people join, move or leave, or departments change, record it under Settings.",
        );
        Some(text.to_owned())
    } else {
        None
    })
}

/// Months to check and months to close.
fn months(l: Lang, board: &Board, today: Date) -> Vec<Task> {
    let mut tasks = Vec::new();
    for month in board.months.iter().copied().filter(|month| *month <= Month::of(today)) {
        let name = l.month(&month);
        let count = |wanted: &dyn Fn(&crate::closing::board::Cell) -> bool| {
            board.month(month).filter(|(_, cell)| wanted(cell)).count()
        };
        let n = count(&|cell| cell.for_check > 0 && !cell.closed);
        if n > 0 {
            let what = say!(l, "{name}分のチェック {n}部門", "Check {name} (departments: {n})");
            let task = Task::due(l, Some(board.calendar.secretariat_due(month)), today)
                .about(what, l.t("提出と部門確認が済んでいます", "Submitted and confirmed"));
            tasks.push(task.leads(
                format!("/board?month={month}&only={}", Face::Waiting.class()),
                l.t("チェックする", "Check"),
            ));
        }
        let n = count(&|cell| cell.may_close(month, &board.calendar, today));
        if n > 0 {
            let what = say!(l, "{name}分の締め {n}部門", "Close {name} (departments: {n})");
            let badge: Badge = ("quiet", "・", l.t("締められます", "Ready"));
            let task = Task { badge, ..Task::due(l, None, today) }
                .about(what, l.t("チェックが済み、待つ記録はありません", "Checked; nothing waits"));
            tasks.push(task.leads(format!("/board?month={month}"), l.t("締める", "Close")));
        }
    }
    tasks
}
