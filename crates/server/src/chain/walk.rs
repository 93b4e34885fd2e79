//! The walk along the chain: up from a thing to what it came from, and down to what it led to. Each step is a look within
//! the scope of the person who asks, so a chain ends where his sight ends.

use crate::house::fault::{Done, Stop};
use crate::house::work::Rx;
use crate::{asset, correction, inspection, objective, risk, treatment};
use meguri_domain::asset::Asset;
use meguri_domain::correction::Correction;
use meguri_domain::ids::{
    AnswerId, AssetId, CheckItemId, CorrectionId, DepartmentId, ObjectiveId, PlanRowId, ReviewId, RiskId,
};
use meguri_domain::inspection::{Answer, Assignment, CheckItem, Mark};
use meguri_domain::objective::{Objective, Review};
use meguri_domain::people::Act;
use meguri_domain::risk::Risk;
use meguri_domain::treatment::{Destination, PlanRow};
use meguri_domain::{Month, Refusal};
use std::collections::BTreeSet;

/// Records of so many months are followed, of each department.
const MONTHS: usize = 12;
/// So many risks of one asset are followed.
const RISKS: usize = 100;

/// What a chain is asked of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    Asset(AssetId),
    Risk(RiskId),
    PlanRow(PlanRowId),
    Objective(ObjectiveId),
    CheckItem(CheckItemId),
    Answer(AnswerId),
    Review(ReviewId),
    Correction(CorrectionId),
}

impl Place {
    /// A place by the words of an address, those of the record: `asset/…`, `plan_row/…`.
    pub fn of(kind: &str, id: &str) -> Option<Self> {
        Some(match kind {
            "asset" => Self::Asset(AssetId::new(id)?),
            "risk" => Self::Risk(RiskId::new(id)?),
            "plan_row" => Self::PlanRow(PlanRowId::new(id)?),
            "objective" => Self::Objective(ObjectiveId::new(id)?),
            "check_item" => Self::CheckItem(CheckItemId::new(id)?),
            "answer" => Self::Answer(AnswerId::new(id)?),
            "review" => Self::Review(ReviewId::new(id)?),
            "correction" => Self::Correction(CorrectionId::new(id)?),
            _ => return None,
        })
    }
}

/// Everything on a chain, from what it begins with to what it ends in.
#[derive(Debug, Default)]
pub struct Chain {
    pub assets: Vec<Asset>,
    pub risks: Vec<Risk>,
    pub plan_rows: Vec<PlanRow>,
    pub objectives: Vec<Objective>,
    pub items: Vec<CheckItem>,
    pub answers: Vec<Answer>,
    pub reviews: Vec<Review>,
    pub corrections: Vec<Correction>,
}

/// Walks both ways from a place. A thing out of sight is not there.
pub fn walk(rx: &Rx<'_>, place: &Place) -> Done<Chain> {
    let mut chain = Chain::default();
    chain.up(rx, place)?;
    match place {
        Place::Asset(_) => chain.below_assets(rx)?,
        Place::Risk(_) => chain.below_risks(rx)?,
        Place::PlanRow(_) => chain.below_rows(rx)?,
        Place::Objective(_) | Place::CheckItem(_) => chain.below_destinations(rx)?,
        Place::Answer(_) => chain.below_answers(rx)?,
        Place::Review(_) | Place::Correction(_) => {}
    }
    Ok(chain)
}

impl Chain {
    /// The thing itself and all it came from.
    fn up(&mut self, rx: &Rx<'_>, place: &Place) -> Done<()> {
        match place {
            Place::Correction(id) => {
                let correction = correction::store::correction(rx, &rx.scope(Act::SeeMonth), id)?;
                self.up(rx, &Place::Answer(correction.answer_id.clone()))?;
                self.corrections.push(correction);
            }
            Place::Answer(id) => {
                let answer = inspection::store::answer(rx, &rx.scope(Act::SeeMonth), id)?;
                self.up(rx, &Place::CheckItem(answer.item_id.clone()))?;
                self.answers.push(answer);
            }
            Place::Review(id) => {
                let review = objective::store::review(rx, &rx.scope(Act::SeeMonth), id)?;
                self.up(rx, &Place::Objective(review.objective_id.clone()))?;
                self.reviews.push(review);
            }
            Place::CheckItem(id) => {
                if !rx.actor().may_somewhere(Act::SeeMonth) {
                    return Err(Refusal::NotAllowed.into());
                }
                let item = inspection::store::item(rx, id)?;
                if let Some(row) = &item.plan_row_id {
                    self.if_seen(rx, &Place::PlanRow(row.clone()))?;
                }
                self.items.push(item);
            }
            Place::Objective(id) => {
                let objective = objective::store::objective(rx, &rx.scope(Act::SeeMonth), id)?;
                if let Some(row) = &objective.plan_row_id {
                    self.if_seen(rx, &Place::PlanRow(row.clone()))?;
                }
                self.objectives.push(objective);
            }
            Place::PlanRow(id) => {
                let row = treatment::store::find(rx, &rx.scope(Act::SeePlan), id)?;
                self.up(rx, &Place::Risk(row.risk_id.clone()))?;
                self.plan_rows.push(row);
            }
            Place::Risk(id) => {
                let risk = risk::store::find(rx, &rx.scope(Act::SeeRisk), id)?;
                self.up(rx, &Place::Asset(risk.asset_id.clone()))?;
                self.risks.push(risk);
            }
            Place::Asset(id) => self.assets.push(asset::store::find(rx, &rx.scope(Act::SeeRegister), id)?),
        }
        Ok(())
    }

    /// An item may have come from another department's row: then the chain begins with the item.
    fn if_seen(&mut self, rx: &Rx<'_>, place: &Place) -> Done<()> {
        seen(self.up(rx, place)).map(|_| ())
    }

    fn below_assets(&mut self, rx: &Rx<'_>) -> Done<()> {
        let (scope, year) = (rx.scope(Act::SeeRisk), risk::store::fiscal_year(rx)?);
        for asset in &self.assets {
            let history = risk::store::history(rx, &scope, &asset.id)?;
            self.risks.extend(history.into_iter().filter(|risk| risk.fiscal_year == year).take(RISKS));
        }
        self.below_risks(rx)
    }

    fn below_risks(&mut self, rx: &Rx<'_>) -> Done<()> {
        let scope = rx.scope(Act::SeePlan);
        for risk in &self.risks {
            self.plan_rows.extend(treatment::store::of_risk(rx, &scope, &risk.id)?);
        }
        self.below_rows(rx)
    }

    fn below_rows(&mut self, rx: &Rx<'_>) -> Done<()> {
        for row in &self.plan_rows {
            let Some(id) = &row.destination_id else { continue };
            if let (Destination::Objective, Some(id)) = (row.destination, ObjectiveId::new(id.as_str())) {
                let found = objective::store::objective(rx, &rx.scope(Act::SeeMonth), &id);
                self.objectives.extend(seen(found)?);
            }
            if let (Destination::CheckItem, Some(id)) = (row.destination, CheckItemId::new(id.as_str())) {
                self.items.extend(seen(inspection::store::item(rx, &id))?);
            }
        }
        self.below_destinations(rx)
    }

    fn below_destinations(&mut self, rx: &Rx<'_>) -> Done<()> {
        let scope = rx.scope(Act::SeeMonth);
        for objective in &self.objectives {
            let mut reviews = objective::store::reviews(rx, &scope, &objective.id)?;
            reviews.sort_by_key(|review| std::cmp::Reverse(review.month));
            self.reviews.extend(reviews.into_iter().take(MONTHS));
        }
        let next = Month::of(rx.today()).plus(1);
        let assigned = inspection::store::assignments(rx, &scope)?;
        for item in &self.items {
            let mut answers = Vec::new();
            for department in departments(&assigned, item) {
                let history = inspection::store::history(rx, &scope, department, &item.id, next)?;
                answers.extend(history.into_iter().take(MONTHS));
            }
            answers.sort_by_key(|answer| std::cmp::Reverse(answer.month));
            self.answers.extend(answers);
        }
        self.below_answers(rx)
    }

    fn below_answers(&mut self, rx: &Rx<'_>) -> Done<()> {
        let scope = rx.scope(Act::SeeMonth);
        for answer in self.answers.iter().filter(|answer| answer.mark == Mark::Bad) {
            self.corrections.extend(correction::store::of_answer(rx, &scope, &answer.id)?);
        }
        Ok(())
    }
}

/// What is in sight; nothing where it is not there for this person. A fault stays one.
fn seen<T>(found: Done<T>) -> Done<Option<T>> {
    match found {
        Err(Stop::Refusal(Refusal::NotFound)) => Ok(None),
        found => found.map(Some),
    }
}

/// The departments that owe an item, as far as they are in sight.
fn departments<'a>(assigned: &'a [Assignment], item: &CheckItem) -> BTreeSet<&'a DepartmentId> {
    assigned.iter().filter(|each| each.item_id == item.id).map(|each| &each.department_id).collect()
}
