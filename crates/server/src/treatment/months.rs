//! What became of plan rows: the objective or check item, and its last three months as dots.

use super::listing::{self, Whose};
use crate::calendar;
use crate::house::fault::Fault;
use crate::house::words::Lang;
use crate::house::work::Rx;
use meguri_domain::approval::Flow;
use meguri_domain::calendar::Calendar;
use meguri_domain::inspection::{Assignment, CheckItem, Mark};
use meguri_domain::objective::Objective;
use meguri_domain::obligation::{Status, status};
use meguri_domain::people::Act;
use meguri_domain::treatment::{Destination, PlanRow};
use meguri_domain::{Date, Month};
use std::collections::HashMap;

/// A month as a lettered dot.
#[derive(Debug, Clone)]
pub struct Dot {
    pub month: Month,
    pub class: &'static str,
    pub letter: &'static str,
    pub word: String,
}

/// Everything that follows from the rows of a list.
pub struct Followed {
    l: Lang,
    today: Date,
    calendar: Calendar,
    objectives: HashMap<String, Objective>,
    items: HashMap<String, CheckItem>,
    assignments: Vec<Assignment>,
    reviews: HashMap<(String, Month), Flow>,
    answers: HashMap<(String, String, Month), (Mark, Flow)>,
}

/// The first of the three months that are shown.
pub fn since(today: Date) -> Month {
    Month::of(today).plus(-2)
}

impl Followed {
    /// Reads what follows from the rows of a year, of a department or of one row.
    pub fn read(rx: &Rx<'_>, l: Lang, whose: &Whose<'_>) -> Result<Self, Fault> {
        let scope = rx.scope(Act::SeePlan);
        let objectives = listing::objectives(rx, &scope, whose)?;
        let items = listing::items(rx, &scope, whose)?;
        let reviews = listing::reviews(rx, &scope, whose)?;
        let answers = listing::answers(rx, &scope, whose)?;
        let answer = |(answer, flow): (meguri_domain::inspection::Answer, Flow)| {
            (
                (answer.department_id.to_string(), answer.item_id.to_string(), answer.month),
                (answer.mark, flow),
            )
        };
        Ok(Self {
            l,
            today: rx.today(),
            calendar: calendar::store::calendar(rx)?,
            objectives: objectives.into_iter().map(|each| (each.id.to_string(), each)).collect(),
            items: items.into_iter().map(|each| (each.id.to_string(), each)).collect(),
            assignments: listing::assignments(rx, &scope, whose)?,
            reviews: reviews
                .into_iter()
                .map(|each| ((each.objective_id.to_string(), each.month), each.flow))
                .collect(),
            answers: answers.into_iter().map(answer).collect(),
        })
    }

    /// The objective that a row became.
    pub fn objective(&self, row: &PlanRow) -> Option<&Objective> {
        let id = row.destination_id.as_ref().filter(|_| row.destination == Destination::Objective)?;
        self.objectives.get(id)
    }

    /// The check item that a row became.
    pub fn item(&self, row: &PlanRow) -> Option<&CheckItem> {
        let id = row.destination_id.as_ref().filter(|_| row.destination == Destination::CheckItem)?;
        self.items.get(id)
    }

    /// This month and the two before; empty for rows that owe nothing monthly.
    pub fn dots(&self, row: &PlanRow) -> Vec<Dot> {
        let months = since(self.today).through(Month::of(self.today));
        if let Some(objective) = self.objective(row) {
            months.map(|month| self.of_objective(objective, month)).collect()
        } else if let Some(item) = self.item(row) {
            months.map(|month| self.of_item(row, item, month)).collect()
        } else {
            Vec::new()
        }
    }

    fn of_objective(&self, objective: &Objective, month: Month) -> Dot {
        if !(objective.from_month..=objective.to_month).contains(&month) {
            return self.dot(month, None);
        }
        let flow = self.reviews.get(&(objective.id.to_string(), month));
        self.dot(month, Some(status(flow, self.calendar.department_due(month), self.today)))
    }

    fn of_item(&self, row: &PlanRow, item: &CheckItem, month: Month) -> Dot {
        let duties = self
            .assignments
            .iter()
            .filter(|each| each.item_id == item.id && each.department_id == row.department_id);
        if !duties.into_iter().any(|each| each.is_due(month, &self.calendar)) {
            return self.dot(month, None);
        }
        let key = (row.department_id.to_string(), item.id.to_string(), month);
        match self.answers.get(&key) {
            Some((Mark::Bad, flow)) if !flow.is_open() => {
                let word = self.l.t("×（是正が必要）", "× (to be corrected)").to_owned();
                Dot { month, class: "bad", letter: "×", word }
            }
            found => {
                let flow = found.map(|(_, flow)| flow);
                self.dot(month, Some(status(flow, self.calendar.department_due(month), self.today)))
            }
        }
    }

    fn dot(&self, month: Month, status: Option<Status>) -> Dot {
        let (class, letter, word) = match status {
            None => ("quiet", "─", ("対象外", "not due")),
            Some(Status::Open) => ("quiet", "・", ("未着手", "open")),
            Some(Status::Overdue) => ("late", "!", ("期限超過", "overdue")),
            Some(Status::Waiting { .. }) => ("warn", "△", ("確認待ち", "waiting for a check")),
            Some(Status::Done { .. }) => ("good", "○", ("完了", "done")),
        };
        Dot { month, class, letter, word: self.l.w(word).to_owned() }
    }
}

/// Dots in words, for those who do not see them.
pub fn said(l: Lang, dots: &[Dot]) -> String {
    let each: Vec<String> =
        dots.iter().map(|dot| [&l.short_month(&dot.month), " ", &dot.word].concat()).collect();
    [l.t("直近3か月 ", "Last three months: "), &each.join(l.t("、", ", "))].concat()
}
