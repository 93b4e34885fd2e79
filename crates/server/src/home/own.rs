//! What the departments of a person owe: the month's records first, then the steps of the year.

use super::task::{Group, Task};
use crate::breaks::store as breaks_store;
use crate::calendar::store as calendar;
use crate::closing::views::badge;
use crate::house::fault::Done;
use crate::house::words::Lang;
use crate::house::work::Rx;
use crate::people::store as people;
use crate::say;
use meguri_domain::approval::{Flow, Standing, State};
use meguri_domain::breaks::{Gap, World, breaks};
use meguri_domain::calendar::Calendar;
use meguri_domain::correction::CorrectionState;
use meguri_domain::ids::{CheckItemId, DepartmentId, ObjectiveId, RiskId};
use meguri_domain::obligation::{Duty, obligations};
use meguri_domain::people::{Act, Actor, Scope};
use meguri_domain::reminder::{Reminder, Runs, reminders, standing_rows};
use meguri_domain::risk::Risk;
use meguri_domain::treatment::Destination;
use meguri_domain::waiting::{self, Next, Waits};
use meguri_domain::{Date, Month};
use std::collections::{BTreeMap, HashMap};

/// A person's own departments as they stand today.
pub struct Own<'a> {
    l: Lang,
    actor: &'a Actor,
    today: Date,
    calendar: Calendar,
    world: World,
    names: HashMap<DepartmentId, String>,
    waits: Vec<Waits>,
}

impl<'a> Own<'a> {
    /// Everything about the departments that the actor serves; nothing for who serves none.
    pub fn load(rx: &'a Rx<'_>, l: Lang) -> Done<Option<Self>> {
        // Who also serves the company sees every department; then only those count in which he writes or confirms.
        let wider = [Act::SeeMonth, Act::WriteMonth, Act::ConfirmMonth].map(|act| rx.scope(act));
        let own = |scope: &Scope| !scope.is_all() && scope.text().len() > 1;
        let Some(scope) = wider.into_iter().find(own) else { return Ok(None) };
        let calendar = calendar::calendar(rx)?;
        let today = rx.today();
        let world = breaks_store::world(rx, &scope)?;
        Ok(Some(Self {
            l,
            actor: rx.actor(),
            today,
            names: people::names(rx, today)?,
            waits: waiting::assessments(&world, &calendar, today),
            world,
            calendar,
        }))
    }

    /// Every line, done ones of this month and the last too.
    pub fn tasks(&self) -> Vec<Task> {
        let mut tasks = self.months();
        tasks.extend(self.inventory());
        tasks.extend(self.assets());
        tasks.extend(self.plans());
        tasks.extend(self.assessments());
        tasks.extend(self.corrections());
        tasks
    }

    fn name(&self, department: &DepartmentId) -> &str {
        self.names.get(department).map_or("", String::as_str)
    }

    /// A line per sheet and per review that is owed for a month that is not closed.
    fn months(&self) -> Vec<Task> {
        let Some(since) = self.world.since else { return Vec::new() };
        let this = Month::of(self.today);
        let mut sheets: BTreeMap<(Month, DepartmentId), Vec<CheckItemId>> = BTreeMap::new();
        let mut tasks = Vec::new();
        for owed in obligations(&self.world.plan, &self.calendar, since, this, self.today) {
            if self.world.closings.iter().any(|each| {
                each.is_closed() && each.month == owed.month && each.department_id == owed.department_id
            }) {
                continue;
            }
            match owed.duty {
                Duty::Item(item) => sheets.entry((owed.month, owed.department_id)).or_default().push(item),
                Duty::Review(objective) => {
                    tasks.extend(self.review(&owed.department_id, owed.month, &objective));
                }
            }
        }
        for ((month, department), items) in sheets {
            tasks.extend(self.sheet(&department, month, &items));
        }
        tasks
    }

    fn sheet(&self, department: &DepartmentId, month: Month, items: &[CheckItemId]) -> Option<Task> {
        let (l, name) = (self.l, self.l.month(&month));
        let sheet = self
            .world
            .records
            .inspections
            .iter()
            .find(|each| each.department_id == *department && each.month == month);
        let what = say!(l, "自主点検 {name}分", "Self-inspection of {name}");
        let (note, all) = (self.name(department), items.len());
        let note = match sheet.filter(|sheet| sheet.flow.state == State::Draft) {
            Some(sheet) => {
                let answers = self.world.records.answers.iter();
                let done = answers
                    .filter(|each| each.inspection_id == sheet.id && items.contains(&each.item_id))
                    .count();
                say!(l, "{note} · {all}項目のうち{done}項目を記入", "{note} · {done} of {all} items answered")
            }
            None => say!(l, "{note} · {all}項目", "{note} · {all} items"),
        };
        let task = Task::due(l, Some(self.calendar.department_due(month)), self.today).about(what, &note);
        let task = task.leads(format!("/inspections/{department}/{month}"), l.t("入力", "Fill in"));
        self.by_flow(task, sheet.map(|each| &each.flow), department, month)
    }

    fn review(&self, department: &DepartmentId, month: Month, objective: &ObjectiveId) -> Option<Task> {
        let (l, name) = (self.l, self.l.month(&month));
        let review = self
            .world
            .records
            .reviews
            .iter()
            .find(|each| each.objective_id == *objective && each.month == month);
        let title = self
            .world
            .plan
            .objectives
            .iter()
            .find(|each| each.id == *objective)
            .map_or("", |each| &each.title);
        let what = say!(l, "目標「{title}」の検討 {name}分", "Review of “{title}” for {name}");
        let task = Task::due(l, Some(self.calendar.department_due(month)), self.today)
            .about(what, self.name(department));
        let task = task.leads(format!("/objectives/{objective}/reviews/{month}"), l.t("入力", "Write"));
        self.by_flow(task, review.map(|each| &each.flow), department, month)
    }

    /// A record of a month as the actor meets it: to write, to confirm, handed on, or done.
    fn by_flow(
        &self,
        task: Task,
        flow: Option<&Flow>,
        department: &DepartmentId,
        month: Month,
    ) -> Option<Task> {
        let l = self.l;
        let writes = self.actor.may(Act::WriteMonth, department);
        let state = flow.map(|flow| flow.state);
        let recent = Month::of(self.today).since(month) <= 1;
        match state {
            None => writes.then_some(task),
            Some(State::Draft) => writes.then(|| task.begun(l)),
            Some(State::Returned) => writes.then(|| task.sent_back(l)),
            Some(State::Submitted) if self.actor.may(Act::ConfirmMonth, department) => {
                let badge = if task.group == Group::Late { task.badge } else { badge(l, State::Submitted) };
                Some(
                    Task { badge, ..task }
                        .leads(format!("/board/{department}/{month}"), l.t("確認する", "Confirm")),
                )
            }
            Some(state @ (State::Submitted | State::Confirmed)) => {
                Some(task.handed_on(badge(l, state), l.t("見る", "See")))
            }
            Some(State::Checked) => {
                recent.then(|| task.handed_on(badge(l, State::Checked), l.t("見る", "See")))
            }
        }
    }

    fn inventory(&self) -> Vec<Task> {
        let l = self.l;
        let Some(inventory) = &self.world.inventory else { return Vec::new() };
        let year = l.year(inventory.fiscal_year);
        let task = |department: &DepartmentId, act: &'static str| {
            let what = say!(l, "情報資産の棚卸 {year}", "Inventory of assets, {year}");
            let task = Task::due(l, Some(inventory.due_on), self.today).about(what, self.name(department));
            task.leads(format!("/inventory/{department}"), act)
        };
        let one = |sheet: &meguri_domain::inventory::InventorySheet| {
            let department = &sheet.department_id;
            let holds = self.actor.may(Act::ConfirmInventory, department);
            let task = task(department, l.t("確かめる", "Confirm assets"));
            match sheet.flow.state {
                State::Draft => holds.then_some(task),
                State::Returned => holds.then(|| task.sent_back(l)),
                State::Submitted if self.actor.may(Act::ApproveInventory, department) => {
                    Some(Task { act: l.t("承認する", "Approve"), ..task })
                }
                state @ (State::Submitted | State::Confirmed) => {
                    Some(task.handed_on(badge(l, state), l.t("見る", "See")))
                }
                State::Checked => None,
            }
        };
        self.world.sheets.iter().filter_map(one).collect()
    }

    /// Assets to assess and risks to answer, counted by department.
    fn assets(&self) -> Vec<Task> {
        let l = self.l;
        let mut assess: BTreeMap<DepartmentId, usize> = BTreeMap::new();
        let mut answer: BTreeMap<DepartmentId, usize> = BTreeMap::new();
        for each in breaks(&self.world, &self.calendar, self.today) {
            let Some(department) = each.department_id else { continue };
            match each.gap {
                Gap::AssetNotAssessed(_) | Gap::AssetStale(_) => *assess.entry(department).or_default() += 1,
                Gap::RiskUnanswered(_) => *answer.entry(department).or_default() += 1,
                _ => {}
            }
        }
        for each in &self.waits {
            if let Next::Judge(left) = each.next {
                let count = assess.entry(each.department_id.clone()).or_default();
                *count = left.max(*count);
            }
        }
        let assess =
            assess.into_iter().filter(|(id, _)| self.actor.may(Act::AssessRisk, id)).map(|(id, n)| {
                let what = say!(l, "リスクの評価 {n}件の資産", "Assets to assess: {n}");
                Task::due(l, None, self.today)
                    .about(what, self.name(&id))
                    .leads(format!("/risks/{id}"), l.t("評価する", "Assess"))
            });
        let answer = answer.into_iter().filter(|(id, _)| self.actor.may(Act::EditPlan, id)).map(|(id, n)| {
            let what = say!(l, "対応計画の作成 {n}件のリスク", "Risks to answer in the plan: {n}");
            Task::due(l, None, self.today)
                .about(what, self.name(&id))
                .leads(format!("/plan?department={id}"), l.t("計画を書く", "Write"))
        });
        assess.chain(answer).collect()
    }

    /// Plan rows for a head to approve, treatments to judge again, and what runs out.
    fn plans(&self) -> Vec<Task> {
        let l = self.l;
        let risks: HashMap<&RiskId, &Risk> = self.world.risks.iter().map(|each| (&each.id, each)).collect();
        let mut approve: BTreeMap<&DepartmentId, usize> = BTreeMap::new();
        let mut again: BTreeMap<&DepartmentId, usize> = BTreeMap::new();
        let rows = standing_rows(&self.world);
        for row in &rows {
            let risk = risks.get(&row.risk_id);
            let standing = risk.map_or(row.standing(), |risk| row.standing_beside(risk));
            if standing != Standing::Current && row.destination != Destination::Undecided {
                *approve.entry(&row.department_id).or_default() += 1;
            } else if risk.is_some_and(|risk| row.wants_second(risk)) {
                *again.entry(&row.department_id).or_default() += 1;
            }
        }
        let approve =
            approve.into_iter().filter(|(id, _)| self.actor.may(Act::ApprovePlan, id)).map(|(id, n)| {
                let what = say!(l, "対応計画の承認 {n}件", "Plan rows to approve: {n}");
                Task::due(l, None, self.today)
                    .about(what, self.name(id))
                    .leads(format!("/plan?department={id}"), l.t("承認する", "Approve"))
            });
        let again = again.into_iter().filter(|(id, _)| self.actor.may(Act::AssessRisk, id)).map(|(id, n)| {
            let what = say!(l, "対応後の二次評価 {n}件", "Treatments to judge again: {n}");
            Task::due(l, None, self.today)
                .about(what, self.name(id))
                .leads(format!("/plan?department={id}&watch=second"), l.t("評価する", "Judge"))
        });
        let due = reminders(rows.iter().copied(), self.today);
        due.iter().filter_map(|each| self.reminder(each)).chain(approve).chain(again).collect()
    }

    /// What runs out, for who may do something about it.
    fn reminder(&self, each: &Reminder) -> Option<Task> {
        let (l, name) = (self.l, &each.what);
        self.actor.may(Act::EditPlan, &each.department_id).then(|| {
            let (what, act) = match each.runs {
                Runs::Acceptance => (
                    say!(l, "リスクの受容の満了「{name}」", "Acceptance that ends: “{name}”"),
                    l.t("見直す", "Review it"),
                ),
                Runs::Row => (
                    say!(l, "対応計画の単発対応「{name}」", "One-off task of the plan: “{name}”"),
                    l.t("見る", "See"),
                ),
                Runs::Task => {
                    (say!(l, "対応計画のタスク「{name}」", "Task of the plan: “{name}”"), l.t("見る", "See"))
                }
            };
            let task = Task::due(l, Some(each.on), self.today).about(what, self.name(&each.department_id));
            task.leads(format!("/plan/rows/{}", each.row), act)
        })
    }

    /// Assessments as the actor meets them: to submit, to correct, to approve, handed on. What is left to judge is counted with the
    /// assets.
    fn assessments(&self) -> Vec<Task> {
        let l = self.l;
        let one = |each: &Waits| {
            let (department, year) = (&each.department_id, l.year(each.fiscal_year));
            let what = say!(l, "リスク評価 {year}", "Risk assessment, {year}");
            let task = Task::due(l, Some(each.due_on(&self.calendar)), self.today)
                .about(what, self.name(department))
                .leads(format!("/risks/{department}"), l.t("見る", "See"));
            let judges = self.actor.may(Act::AssessRisk, department);
            match (each.state?, each.next) {
                (State::Returned, _) => judges.then(|| task.sent_back(l)),
                (State::Draft, Next::Submit) => judges.then(|| {
                    let what = say!(l, "リスク評価の提出 {year}", "Submit the risk assessment, {year}");
                    Task { what, act: l.t("提出する", "Submit"), ..task }
                }),
                (State::Draft | State::Checked, _) => None,
                (State::Submitted, _) if self.actor.may(Act::ApproveAssessment, department) => {
                    let what = say!(l, "リスク評価の承認 {year}", "Approve the risk assessment, {year}");
                    Some(Task { what, act: l.t("承認する", "Approve"), ..task })
                }
                (state @ (State::Submitted | State::Confirmed), _) => {
                    Some(task.handed_on(badge(l, state), l.t("見る", "See")))
                }
            }
        };
        self.waits.iter().filter_map(one).collect()
    }

    fn corrections(&self) -> Vec<Task> {
        let l = self.l;
        let one = |each: &meguri_domain::correction::Correction| {
            let (department, what) = (&each.department_id, &each.what);
            let what = say!(l, "是正処置「{what}」", "Correction “{what}”");
            let task = Task::due(l, each.due_on, self.today).about(what, self.name(department));
            let task = task.leads(format!("/corrections/{}", each.id), l.t("実施を報告", "Report it done"));
            let mine = each.done.as_ref().is_some_and(|done| done.by == self.actor.person);
            match each.state {
                CorrectionState::Open => self.actor.may(Act::WriteMonth, department).then_some(task),
                CorrectionState::Done if !mine && self.actor.may(Act::VerifyCorrection, department) => {
                    Some(Task { act: l.t("効果を確認", "Verify it"), ..task })
                }
                CorrectionState::Done => {
                    Some(task.handed_on(("warn", "△", l.w(each.state.word())), l.t("見る", "See")))
                }
                CorrectionState::Verified | CorrectionState::Withdrawn => None,
            }
        };
        self.world.corrections.iter().filter_map(one).collect()
    }

    /// The next month and its due date, for who has nothing to do now.
    pub fn next(&self) -> String {
        let l = self.l;
        let month = Month::of(self.today).plus(1);
        let (name, from) = (l.month(&month), l.long_day(&month.first_day()));
        say!(l, "次は{name}分です。{from}に表示されます。", "Next comes {name}. It shows here on {from}.")
    }
}
