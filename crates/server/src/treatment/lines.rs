//! The lines of the printed plan: a risk with its row, its approval and where it goes.

use super::listing::Planned;
use super::months::{self, Dot, Followed};
use crate::house::web::Ctx;
use crate::house::words::Lang;
use crate::risk::badges::{Badge, level_badge};
use crate::{risk, say};
use meguri_domain::Date;
use meguri_domain::approval::{Approval, Signed, Standing};
use meguri_domain::criteria::Methods;
use meguri_domain::ids::{ControlId, DepartmentId};
use meguri_domain::people::Act;
use meguri_domain::reminder::{runs_out, soon};
use meguri_domain::risk::{Control, Risk};
use meguri_domain::task::TaskState;
use meguri_domain::treatment::{Destination, Moved, PlanRow};
use std::collections::HashMap;

/// A date stamp: post, date, name.
pub struct Seal {
    pub post: String,
    pub on: String,
    pub name: String,
}

/// A line of the plan.
pub struct Line {
    pub number: i64,
    pub asset: String,
    pub asset_href: String,
    pub department: String,
    pub threat: String,
    pub before: Badge,
    pub value: i64,
    pub stale: bool,
    pub href: String,
    pub row: Option<Written>,
}

/// The part of a line that a row fills.
pub struct Written {
    pub policy: &'static str,
    pub controls: Vec<String>,
    pub task: String,
    pub owner: String,
    pub due: String,
    pub residual: i64,
    pub after: Badge,
    pub goes: Goes,
    pub dots: Vec<Dot>,
    pub said: String,
    pub standing: Badge,
    pub approved: Option<String>,
    /// Why the approval is outdated, where the risk moved.
    pub moved: Option<String>,
    /// What it was judged at again.
    pub second: Option<(i64, Badge)>,
    pub wants_second: bool,
    /// How many of its tasks have ended, of how many.
    pub tasks: Option<(usize, usize)>,
    pub soon: bool,
    pub late: bool,
}

/// Where a row goes, in words, with a link where there is one.
pub struct Goes {
    pub words: String,
    pub href: Option<String>,
    pub late: bool,
}

/// A signature as a date stamp.
pub fn seal(l: Lang, post: &str, signed: &Signed) -> Seal {
    let family = signed.name.split_whitespace().next().unwrap_or_default();
    let deputy = if signed.deputy { l.t(" 代", " dep.") } else { "" };
    Seal {
        post: post.to_owned(),
        on: signed.on.strftime("%y.%m.%d").to_string(),
        name: [family, deputy].concat(),
    }
}

/// What lines are made with.
pub struct Known<'a> {
    pub names: &'a HashMap<DepartmentId, String>,
    pub followed: &'a Followed,
    pub controls: &'a HashMap<ControlId, Control>,
    pub methods: &'a Methods,
    pub ctx: &'a Ctx,
}

impl Line {
    pub fn of(l: Lang, number: i64, each: Planned, known: &Known<'_>) -> Self {
        let risk = &each.risk;
        let href = match &each.row {
            Some(row) => format!("/plan/rows/{}", row.id),
            None if known.ctx.actor.may(Act::EditPlan, &risk.department_id) => {
                format!("/plan/risks/{}", risk.id)
            }
            None => String::new(),
        };
        Self {
            number,
            asset_href: format!("/risks/assets/{}#card-{}", risk.asset_id, risk.threat_id),
            department: known.names.get(&risk.department_id).cloned().unwrap_or_default(),
            threat: l.t(&each.threat.0, &each.threat.1).to_owned(),
            before: level_badge(l, risk.level),
            value: risk.value,
            stale: risk.asset_revision != each.revision,
            href,
            row: each.row.as_ref().map(|row| Written::of(l, row, risk, known)),
            asset: each.asset,
        }
    }
}

impl Written {
    fn of(l: Lang, row: &PlanRow, risk: &Risk, known: &Known<'_>) -> Self {
        let dots = known.followed.dots(row);
        let (today, runs) = (known.ctx.today(), runs_out(row));
        let ended = row.tasks.iter().filter(|each| each.state() == TaskState::Ended).count();
        let control = |id| known.controls.get(id).map(|each| risk::cards::control(l, each));
        Self {
            policy: l.w(row.policy.word()),
            controls: row.controls.iter().filter_map(control).collect(),
            task: row.task.clone(),
            owner: row.owner.clone(),
            due: l.day(&row.due_on),
            residual: row.residual,
            after: level_badge(l, known.methods.method_for(risk.personal).level(row.residual)),
            goes: goes(l, row, known.followed, known.ctx.today()),
            said: months::said(l, &dots),
            dots,
            standing: standing_badge(l, row.standing_beside(risk)),
            approved: row.approval.as_ref().map(|approval| approved(l, approval)),
            moved: row.moved(risk).map(|each| moved(l, each)),
            second: row.second_of(risk).map(|each| (each.value, level_badge(l, each.level))),
            wants_second: row.wants_second(risk),
            tasks: (!row.tasks.is_empty()).then_some((ended, row.tasks.len())),
            soon: runs.is_some_and(|(on, _)| on <= soon(today)),
            late: runs.is_some_and(|(on, _)| on < today),
        }
    }
}

/// Who approved, when, and whether as deputy.
pub fn approved(l: Lang, approval: &Approval) -> String {
    let signed = &approval.signed;
    [&signed.name, deputy(l, signed), " ", &l.day(&signed.on)].concat()
}

/// The mark 代 of a deputy.
pub fn deputy(l: Lang, signed: &Signed) -> &'static str {
    if signed.deputy { l.t("（代）", " (deputy)") } else { "" }
}

/// From where to where a risk moved after its row was approved.
pub fn moved(l: Lang, moved: Moved) -> String {
    let Moved { from: (was, from), to: (is, to) } = moved;
    if was == is {
        let [from, to] = [from, to].map(|each| l.w(each.word()));
        return say!(
            l,
            "リスクレベルが「{from}」から「{to}」に変わりました。",
            "The level of the risk has moved from {from} to {to}."
        );
    }
    say!(l, "リスク値が{was}から{is}に変わりました。", "The value of the risk has moved from {was} to {is}.")
}

/// How an approval stands, as a badge.
pub fn standing_badge(l: Lang, standing: Standing) -> Badge {
    let (class, letter) = match standing {
        Standing::None => ("quiet", "・"),
        Standing::Current => ("good", "○"),
        Standing::Outdated => ("late", "!"),
    };
    Badge { class, letter, word: l.w(standing.word()).to_owned() }
}

/// Where a row goes.
pub fn goes(l: Lang, row: &PlanRow, followed: &Followed, today: Date) -> Goes {
    let day = l.day(&row.due_on);
    let overdue = today > row.due_on;
    let plain = |words: String, late: bool| Goes { words, href: None, late };
    match row.destination {
        Destination::Undecided => plain(l.t("展開先なし", "Goes nowhere").into(), true),
        Destination::Objective => match followed.objective(row) {
            Some(each) => Goes {
                words: quoted(l, l.t("目標", "Objective"), &each.title),
                href: Some(format!("/objectives/{}", each.id)),
                late: false,
            },
            None => plain(l.t("目標（承認後に展開）", "Objective (once approved)").into(), false),
        },
        Destination::CheckItem => match followed.item(row) {
            Some(each) => Goes {
                words: quoted(l, l.t("点検項目", "Check item"), l.t(&each.text_ja, &each.text_en)),
                href: Some("/inspections".into()),
                late: false,
            },
            None => plain(l.t("自主点検（承認後に展開）", "Self-inspection (once approved)").into(), false),
        },
        Destination::Task => match &row.done_on {
            Some(done) => plain(format!("{} {}", l.t("単発対応 完了", "Task done"), l.day(done)), false),
            None => plain(format!("{} {day}", l.t("単発対応", "Task by")), overdue),
        },
        Destination::Acceptance => plain(format!("{} {day}", l.t("受容 期限", "Accepted until")), overdue),
    }
}

/// A kind with a name: `目標「…」` or `Objective “…”`.
fn quoted(l: Lang, kind: &str, name: &str) -> String {
    match l {
        Lang::Ja => format!("{kind}「{name}」"),
        Lang::En => format!("{kind} “{name}”"),
    }
}
