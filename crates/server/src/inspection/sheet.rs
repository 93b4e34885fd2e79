//! The monthly sheet as a page shows it: items in groups, what was typed or saved, what is wrong, what is carried over.

use super::evidence::EvidenceView;
use super::form::{Typed, Wrong, missing};
use super::item::{CarriedView, ItemView, carried, mark_badge};
use super::walk::{Badge, Rights, Step, returned, timeline};
use super::{acts, store};
use crate::house::fault::{Done, Stop};
use crate::house::layout::Shell;
use crate::house::web::Ctx;
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::{calendar, correction, people};
use askama::Template;
use meguri_domain::approval::State;
use meguri_domain::correction::Correction;
use meguri_domain::evidence::Evidence;
use meguri_domain::ids::DepartmentId;
use meguri_domain::inspection::{Answer, CheckItem, Inspection, Mark, SafetyMeasure};
use meguri_domain::people::Act;
use meguri_domain::{Date, Month, Refusal};

/// A department's sheet of a month.
#[derive(Template)]
#[template(path = "inspection/sheet.html")]
pub struct SheetPage {
    shell: Shell,
    address: String,
    /// Of the sheet, once somebody has begun it.
    id: String,
    version: i64,
    lead: String,
    badge: Badge,
    /// Why it cannot be written, where a person might expect to.
    closed: Option<String>,
    /// The words of the last return, while it is being mended.
    returned: Option<String>,
    rights: Rights,
    assigns: bool,
    late: bool,
    late_reason: String,
    late_wrong: Option<String>,
    groups: Vec<Group>,
    /// Corrections of items that are not due this month.
    elsewhere: Vec<CarriedView>,
    answered: usize,
    all: usize,
    steps: Vec<Step>,
    /// What was refused, in words, with links to the items it speaks of.
    refused: Option<String>,
    at_items: Vec<(String, String)>,
    conflict: bool,
}

pub struct Group {
    title: &'static str,
    items: Vec<ItemView>,
}

/// What a page shows beside what is saved.
#[derive(Default)]
pub struct Beside {
    pub typed: Option<Typed>,
    pub refusal: Option<Refusal>,
    pub wrong: Vec<Wrong>,
    /// Somebody else saved first: both values are shown.
    pub conflict: bool,
    /// Marks what still keeps the sheet from being submitted.
    pub check: bool,
}

/// A sheet with everything that belongs to it.
pub struct Loaded {
    pub department: DepartmentId,
    pub name: String,
    pub month: Month,
    pub due: Vec<CheckItem>,
    pub sheet: Option<Inspection>,
    pub answers: Vec<Answer>,
    pub due_on: Date,
    evidence: Vec<Evidence>,
    carried: Vec<(Correction, CheckItem, Vec<Answer>)>,
    /// Why the month takes nothing.
    closed: Option<Refusal>,
}

/// Loads a sheet as the actor sees it; what he must not see is not found.
pub fn load(rx: &Rx<'_>, department: &DepartmentId, month: Month) -> Done<Loaded> {
    let scope = rx.scope(Act::SeeMonth);
    let found = people::store::department(rx, &scope, department)?;
    let name = people::store::names(rx, month.last_day())?.remove(department).unwrap_or(found.code);
    let sheet = store::sheet_of(rx, &scope, department, month)?;
    let (answers, evidence) = match &sheet {
        Some(sheet) => {
            (store::answers(rx, &scope, &sheet.id)?, store::evidence_of_sheet(rx, &scope, &sheet.id)?)
        }
        None => (Vec::new(), Vec::new()),
    };
    let mut due = store::due(rx, &scope, department, month)?;
    let handed_in = sheet.as_ref().is_some_and(|sheet| !sheet.flow.is_open());
    for answer in answers.iter().filter(|_| handed_in) {
        if !due.iter().any(|item| item.id == answer.item_id) {
            due.push(store::item(rx, &answer.item_id)?); // Answered while it was due: it stays readable.
        }
    }
    let mut carried = Vec::new();
    for each in correction::store::carried(rx, &scope, department, month)? {
        let item = store::item(rx, &each.item_id)?;
        let history = store::history(rx, &scope, department, &each.item_id, month)?;
        carried.push((each, item, history));
    }
    // What is carried over stands on top; the numbers follow the order on the sheet.
    let carries = |item: &CheckItem| carried.iter().any(|(each, ..)| each.item_id == item.id);
    due.sort_by(|a, b| (!carries(a), a.measure, &a.id).cmp(&(!carries(b), b.measure, &b.id)));
    let closed = match acts::must_be_writable(rx, department, month) {
        Err(Stop::Refusal(refusal)) => Some(refusal),
        other => {
            other?;
            None
        }
    };
    let due_on = calendar::store::calendar(rx)?.department_due(month);
    Ok(Loaded {
        department: department.clone(),
        name,
        month,
        due,
        sheet,
        answers,
        due_on,
        evidence,
        carried,
        closed,
    })
}

impl Loaded {
    pub fn address(&self) -> String {
        format!("/inspections/{}/{}", self.department, self.month)
    }

    pub fn is_open(&self) -> bool {
        self.sheet.as_ref().is_none_or(|sheet| sheet.flow.is_open())
    }

    /// What keeps the saved sheet from being submitted today.
    pub fn missing(&self, today: Date) -> Vec<Wrong> {
        let reason = self.sheet.as_ref().map_or("", |sheet| sheet.late_reason.as_str());
        missing(&self.due, &self.answers, today > self.due_on, reason)
    }

    /// The page of the sheet.
    pub fn page(self, ctx: &Ctx, beside: Beside) -> SheetPage {
        let l = ctx.l;
        let today = ctx.today();
        let flow = self.sheet.as_ref().map(|sheet| &sheet.flow);
        let state = flow.map_or(State::Draft, |flow| flow.state);
        let mut rights = Rights::of(&ctx.actor, &self.department, flow, self.closed.is_some());
        rights.writes &= !self.due.is_empty();
        let mut wrong = beside.wrong;
        if beside.check && rights.writes {
            wrong.extend(self.missing(today));
        }
        let late = today > self.due_on;
        let reason = self.sheet.as_ref().map_or("", |sheet| sheet.late_reason.as_str());
        let typed_reason = beside.typed.as_ref().map_or(reason, |typed| typed.get("late_reason"));
        let badge =
            if self.due.is_empty() { Badge::nothing(l) } else { Badge::of(l, flow, self.due_on, today) };
        let views = self.views(ctx, beside.typed.as_ref(), &wrong, beside.conflict);
        let at_items = views.iter().filter(|item| !item.wrong.is_empty() || !item.theirs.is_empty());
        let at_items =
            at_items.map(|item| (item.id.clone(), format!("{}. {}", item.number, item.text))).collect();
        let incomplete = beside.check && !wrong.is_empty();
        let refused = beside.refusal.as_ref().map(|refusal| l.refusal(refusal));
        let refused = refused.or_else(|| incomplete.then(|| still_missing(l, wrong.len())));
        let mut shell = Shell::new(ctx, "自主点検", "Self-inspection", self.month);
        shell.title = match l {
            Lang::Ja => format!("自主点検 {}分 {}", l.month(&self.month), self.name),
            Lang::En => format!("Self-inspection {} · {}", l.month(&self.month), self.name),
        };
        SheetPage {
            address: self.address(),
            id: self.sheet.as_ref().map_or_else(String::new, |sheet| sheet.id.to_string()),
            version: self.sheet.as_ref().map_or(0, |sheet| sheet.version),
            lead: self.lead(l, state, late),
            badge,
            closed: self.closed.as_ref().map(|why| l.refusal(why)),
            returned: returned(flow),
            rights,
            assigns: ctx.actor.may_everywhere(Act::EditSchedule),
            late,
            late_reason: typed_reason.to_owned(),
            late_wrong: wrong
                .iter()
                .find(|each| each.field == "late_reason")
                .map(|each| l.refusal(&each.refusal)),
            elsewhere: self.elsewhere(l, today),
            answered: views.iter().filter(|item| !item.mark.is_empty()).count(),
            all: views.len(),
            groups: groups(l, views, &self.due, &self.carried),
            steps: flow.map_or_else(Vec::new, |flow| timeline(l, flow, self.due_on)),
            refused,
            at_items,
            conflict: beside.conflict,
            shell,
        }
    }

    fn lead(&self, l: Lang, state: State, late: bool) -> String {
        let due = l.long_day(&self.due_on);
        let (all, done) = (self.due.len(), self.answers.len());
        let (ja, en) = match state {
            _ if all == 0 => {
                ("この月に点検する項目はありません。".into(), "No item is due this month.".into())
            }
            State::Draft | State::Returned if late => (
                format!(
                    "期限の{due}を過ぎています。{all}項目のうち{done}項目に回答があります。遅れた理由を書いて提出してください。"
                ),
                format!(
                    "The due date ({due}) has passed. {done} of {all} items are answered. Give the reason for the delay and submit."
                ),
            ),
            State::Draft | State::Returned => (
                format!("{all}項目のうち{done}項目に回答しました。期限は{due}です。"),
                format!("{done} of {all} items are answered. Due {due}."),
            ),
            State::Submitted => (
                "提出しました。部門長の確認を待っています。".into(),
                "Submitted. It waits for the head of the department.".into(),
            ),
            State::Confirmed => (
                "部門長が確認しました。事務局のチェックを待っています。".into(),
                "Confirmed. It waits for the secretariat.".into(),
            ),
            State::Checked => {
                ("事務局のチェックが終わりました。".into(), "Checked by the secretariat.".into())
            }
        };
        if l.is_ja() { ja } else { en }
    }

    fn views(&self, ctx: &Ctx, typed: Option<&Typed>, wrong: &[Wrong], conflict: bool) -> Vec<ItemView> {
        let l = ctx.l;
        let view = |(index, item): (usize, &CheckItem)| {
            let saved = self.answers.iter().find(|answer| answer.item_id == item.id);
            let ending = [".", item.id.as_str()].concat();
            let wrong = wrong
                .iter()
                .filter_map(|each| {
                    Some((each.field.strip_suffix(&ending)?.to_owned(), l.refusal(&each.refusal)))
                })
                .collect();
            let mut view = ItemView {
                id: item.id.to_string(),
                number: index + 1,
                text: l.t(&item.text_ja, &item.text_en).to_owned(),
                hint: item.evidence_hint.clone(),
                controls: item
                    .controls
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join(l.t("、", ", ")),
                mark: saved.map_or("", |answer| answer.mark.code()),
                badge: saved.map(|answer| mark_badge(l, answer.mark)),
                note: saved.map_or_else(String::new, |answer| answer.note.clone()),
                noted: saved
                    .filter(|answer| answer.mark == Mark::Good)
                    .map_or_else(String::new, |answer| answer.note.clone()),
                cause: saved.map_or_else(String::new, |answer| answer.cause.clone()),
                fix: saved.map_or_else(String::new, |answer| answer.fix.clone()),
                owner: saved.map_or_else(String::new, |answer| answer.owner.clone()),
                due_on: saved
                    .and_then(|answer| answer.due_on)
                    .map_or_else(String::new, |day| day.to_string()),
                wrong,
                theirs: Vec::new(),
                carried: self
                    .carried
                    .iter()
                    .find(|(each, ..)| each.item_id == item.id)
                    .map(|each| carried(l, each, ctx.today())),
                evidence: self.pieces(l, saved),
                req: ctx.app.chance.id(),
            };
            if let Some(typed) = typed {
                view.overlay(l, typed, item, conflict.then_some(saved).flatten());
            }
            view
        };
        self.due.iter().enumerate().map(view).collect()
    }

    fn pieces(&self, l: Lang, answer: Option<&Answer>) -> Vec<EvidenceView> {
        let Some(answer) = answer else { return Vec::new() };
        let own = self.evidence.iter().filter(|each| each.subject_id == answer.id.as_str());
        own.map(|each| EvidenceView::of(l, each)).collect()
    }

    fn elsewhere(&self, l: Lang, today: Date) -> Vec<CarriedView> {
        let not_due =
            self.carried.iter().filter(|(each, ..)| !self.due.iter().any(|item| item.id == each.item_id));
        not_due.map(|each| carried(l, each, today)).collect()
    }
}

fn still_missing(l: Lang, count: usize) -> String {
    let count = l.count(count, "か所", "place", "places");
    match l {
        Lang::Ja => format!(
            "まだ提出できません。入力が足りないところが{count}あります。書き足してから、もう一度提出してください。"
        ),
        Lang::En => format!(
            "It cannot be submitted yet: {count} still need something. Fill them in, then submit again."
        ),
    }
}

/// Carried items first, then the four safety measures.
fn groups(
    l: Lang,
    views: Vec<ItemView>,
    due: &[CheckItem],
    carried: &[(Correction, CheckItem, Vec<Answer>)],
) -> Vec<Group> {
    let mut all = vec![Group {
        title: l.t("前の月から続いている項目", "Carried over from earlier months"),
        items: Vec::new(),
    }];
    all.extend(SafetyMeasure::ALL.iter().map(|measure| {
        let title = match measure {
            SafetyMeasure::Organisational => l.t("組織的安全管理措置", "Organisational measures"),
            SafetyMeasure::Human => l.t("人的安全管理措置", "Human measures"),
            SafetyMeasure::Physical => l.t("物理的安全管理措置", "Physical measures"),
            SafetyMeasure::Technical => l.t("技術的安全管理措置", "Technical measures"),
        };
        Group { title, items: Vec::new() }
    }));
    for (view, item) in views.into_iter().zip(due) {
        let own = SafetyMeasure::ALL
            .iter()
            .position(|measure| *measure == item.measure)
            .map_or(0, |place| place + 1);
        let place = if carried.iter().any(|(each, ..)| each.item_id == item.id) { 0 } else { own };
        if let Some(group) = all.get_mut(place) {
            group.items.push(view);
        }
    }
    all.retain(|group| !group.items.is_empty());
    all
}
