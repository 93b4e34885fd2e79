//! The monthly self-inspection 自主点検 (JIS Q 15001 9.1): items, who owes them, the sheet of a month, its answers.

use crate::approval::Flow;
use crate::calendar::{Calendar, Date, Month};
use crate::codes::codes;
use crate::ids::{AnswerId, AssignmentId, CheckItemId, ControlId, DepartmentId, InspectionId, PlanRowId};
use crate::objective::LATE;
use crate::people::{Act, Actor};
use crate::refusal::{Refusal, optional, required};
use crate::{Change, Word};
use serde::{Deserialize, Serialize};

codes! {
    /// The four safety control measures 安全管理措置 of the privacy side. Not the Annex A groups.
    pub enum SafetyMeasure {
        Organisational = "organisational", "組織的", "Organisational";
        Human = "human", "人的", "Human";
        Physical = "physical", "物理的", "Physical";
        Technical = "technical", "技術的", "Technical";
    }
}

codes! {
    /// How often an item is due.
    pub enum Rhythm {
        Monthly = "monthly", "毎月", "Monthly";
        Quarterly = "quarterly", "四半期", "Quarterly";
        HalfYearly = "half_yearly", "半期", "Half-yearly";
        Yearly = "yearly", "年1回", "Yearly";
    }
}

impl Rhythm {
    /// Whether an item of this rhythm is due in a month: the last month of each quarter, half or fiscal year.
    pub fn is_due(self, month: Month, calendar: &Calendar) -> bool {
        let months = match self {
            Self::Monthly => 1,
            Self::Quarterly => 3,
            Self::HalfYearly => 6,
            Self::Yearly => 12,
        };
        calendar.index_in_year(month) % months == months - 1
    }
}

/// A check item 点検項目: one sentence that can be seen to be done.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckItem {
    /// Its own id.
    pub id: CheckItemId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// The sentence in Japanese.
    pub text_ja: String,
    /// The sentence in English; the Japanese one where there is none.
    pub text_en: String,
    /// Which of the four safety control measures 安全管理措置 it serves.
    pub measure: SafetyMeasure,
    /// The controls 管理策 it leans on, by Annex A number.
    pub controls: Vec<ControlId>,
    /// What usually serves as evidence, in words.
    pub evidence_hint: String,
    /// The plan row it was born from, if any.
    pub plan_row_id: Option<PlanRowId>,
}

impl CheckItem {
    /// Adds an item to the catalogue, by the secretariat or born from an approved plan row.
    #[expect(clippy::should_implement_trait, reason = "an item is added to the catalogue, not to a number")]
    pub fn add(item: Self, by: &Actor) -> Result<Change<Self>, Refusal> {
        if !by.may_somewhere(Act::ApprovePlan) {
            by.must_everywhere(Act::EditSchedule)?;
        }
        let text_ja = required(&item.text_ja, "text_ja", ("点検項目", "Check item"))?;
        let text_en = if item.text_en.trim().is_empty() {
            text_ja.clone()
        } else {
            optional(&item.text_en, "text_en", ("点検項目(英語)", "Check item"))?
        };
        let evidence_hint = optional(&item.evidence_hint, "evidence_hint", ("証跡の例", "Usual evidence"))?;
        Ok(Change::new(Self { text_ja, text_en, evidence_hint, ..item }, "check_item.added"))
    }
}

/// From a month on, a department owes an item in a rhythm. A changed rhythm ends one and begins another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assignment {
    /// Its own id.
    pub id: AssignmentId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// The check item it speaks of.
    pub item_id: CheckItemId,
    /// The department that owes it.
    pub department_id: DepartmentId,
    /// How often it is due.
    pub rhythm: Rhythm,
    /// First month, included.
    pub from_month: Month,
    /// Last month, included; `None` while it goes on.
    pub to_month: Option<Month>,
}

impl Assignment {
    /// Begins a duty, set by the secretariat or born from a plan row that the risk owner approved.
    pub fn begin(assignment: Self, by: &Actor) -> Result<Change<Self>, Refusal> {
        if !by.may(Act::ApprovePlan, &assignment.department_id) {
            by.must_everywhere(Act::EditSchedule)?;
        }
        Ok(Change::new(assignment, "assignment.began"))
    }

    /// Ends a duty with a month, included.
    pub fn end(self, last: Month, by: &Actor) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::EditSchedule)?;
        if self.to_month.is_some_and(|ended| ended <= last) {
            return Err(Refusal::WrongState { state: ("終了済み", "ended") });
        }
        Ok(Change::new(Self { to_month: Some(last), version: self.version + 1, ..self }, "assignment.ended"))
    }

    /// Whether the item is due in a month.
    pub fn is_due(&self, month: Month, calendar: &Calendar) -> bool {
        self.from_month <= month
            && self.to_month.is_none_or(|last| month <= last)
            && self.rhythm.is_due(month, calendar)
    }
}

codes! {
    /// The answer to an item.
    pub enum Mark {
        Good = "good", "○", "Done";
        Partly = "partly", "△", "Partly";
        Bad = "bad", "×", "Not done";
        NotApplicable = "na", "該当なし", "Not applicable";
    }
}

/// What a person answers to one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AnswerDraft {
    /// The check item it speaks of.
    pub item_id: CheckItemId,
    /// ○, △, × or 該当なし.
    pub mark: Mark,
    /// What was seen, or why the item does not apply.
    pub note: String,
    /// For ×: why it was not done 原因.
    pub cause: String,
    /// For ×: what is done about it 是正.
    pub fix: String,
    /// For ×: the post in charge.
    pub owner: String,
    /// For ×: by when.
    pub due_on: Option<Date>,
}

/// A department's sheet of a month.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inspection {
    /// Its own id.
    pub id: InspectionId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// The department that owes it.
    pub department_id: DepartmentId,
    /// The month it speaks of 対象月.
    pub month: Month,
    /// Why it comes after the due date; empty when in time.
    pub late_reason: String,
    /// Who recorded, submitted, confirmed, checked or returned it.
    pub flow: Flow,
}

impl Inspection {
    /// An empty sheet, not yet saved.
    pub fn begin(id: InspectionId, department_id: DepartmentId, month: Month) -> Self {
        Self { id, version: 0, department_id, month, late_reason: String::new(), flow: Flow::begin() }
    }

    /// Notes that answers were written.
    pub fn write(
        self,
        version: i64,
        late_reason: &str,
        by: &Actor,
        on: Date,
    ) -> Result<Change<Self>, Refusal> {
        by.must(Act::WriteMonth, &self.department_id)?;
        self.must_be_at(version)?;
        let late_reason = optional(late_reason, "late_reason", LATE)?;
        let flow = self.flow.write(by, on)?;
        Ok(Change::new(Self { flow, late_reason, version: self.version + 1, ..self }, "inspection.written"))
    }

    /// Submits the sheet: every due item answered in full. After the due date a reason is asked.
    #[expect(
        clippy::too_many_arguments,
        reason = "the sheet is held against the day's duties and its answers, which other concepts own"
    )]
    pub fn submit(
        self,
        version: i64,
        due: &[CheckItemId],
        answers: &[Answer],
        due_on: Date,
        by: &Actor,
        on: Date,
    ) -> Result<Change<Self>, Refusal> {
        by.must(Act::WriteMonth, &self.department_id)?;
        self.must_be_at(version)?;
        let left = due.iter().filter(|item| !answers.iter().any(|answer| answer.item_id == **item)).count();
        if left > 0 {
            return Err(Refusal::Incomplete { left });
        }
        for answer in answers.iter().filter(|answer| due.contains(&answer.item_id)) {
            answer.must_be_complete()?;
        }
        if on > due_on {
            required(&self.late_reason, "late_reason", LATE)?;
        }
        let flow = self.flow.submit(by, on)?;
        Ok(Change::new(Self { flow, version: self.version + 1, ..self }, "inspection.submitted"))
    }

    /// The head confirms.
    pub fn confirm(self, version: i64, by: &Actor, on: Date) -> Result<Change<Self>, Refusal> {
        by.must(Act::ConfirmMonth, &self.department_id)?;
        self.must_be_at(version)?;
        let deputy = by.stands_in_for(&self.department_id);
        let flow = self.flow.confirm(by, on, deputy)?;
        Ok(Change::new(Self { flow, version: self.version + 1, ..self }, "inspection.confirmed"))
    }

    /// The secretariat checks.
    pub fn check(self, version: i64, by: &Actor, on: Date) -> Result<Change<Self>, Refusal> {
        by.must(Act::CheckMonth, &self.department_id)?;
        self.must_be_at(version)?;
        let flow = self.flow.check(by, on)?;
        Ok(Change::new(Self { flow, version: self.version + 1, ..self }, "inspection.checked"))
    }

    /// Head or secretariat send it back with a reason.
    pub fn send_back(
        self,
        version: i64,
        reason: &str,
        by: &Actor,
        on: Date,
    ) -> Result<Change<Self>, Refusal> {
        if !by.may(Act::ConfirmMonth, &self.department_id) {
            by.must(Act::CheckMonth, &self.department_id)?;
        }
        self.must_be_at(version)?;
        let flow = self.flow.send_back(reason, by, on)?;
        Ok(Change::new(Self { flow, version: self.version + 1, ..self }, "inspection.returned")
            .because(reason.trim()))
    }

    fn must_be_at(&self, version: i64) -> Result<(), Refusal> {
        if self.version == version { Ok(()) } else { Err(Refusal::Stale { current: self.version }) }
    }
}

/// One answer 確認記録 on a sheet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Answer {
    /// Its own id.
    pub id: AnswerId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// The department that owes it.
    pub department_id: DepartmentId,
    /// The sheet it stands on.
    pub inspection_id: InspectionId,
    /// The month it speaks of 対象月.
    pub month: Month,
    /// The check item it speaks of.
    pub item_id: CheckItemId,
    /// ○, △, × or 該当なし.
    pub mark: Mark,
    /// What was seen, or why the item does not apply.
    pub note: String,
    /// Why it was not done 原因; asked for ×.
    pub cause: String,
    /// What is done about it 是正; asked for ×.
    pub fix: String,
    /// The post in charge of putting it right; asked for ×.
    pub owner: String,
    /// By when it is put right, included; asked for ×.
    pub due_on: Option<Date>,
}

const NOTE: Word = ("内容・理由", "Note");
const CAUSE: Word = ("原因", "Cause");
const FIX: Word = ("是正の内容", "Corrective action");
const OWNER: Word = ("担当", "In charge");

impl Answer {
    /// Answers an item, first or again, on a sheet that is open. Incomplete answers may be saved, not submitted.
    pub fn give(
        before: Option<Self>,
        id: AnswerId,
        sheet: &Inspection,
        draft: AnswerDraft,
    ) -> Result<Change<Self>, Refusal> {
        if !sheet.flow.is_open() {
            return Err(Refusal::WrongState { state: sheet.flow.state.word() });
        }
        let answer = Self {
            id: before.as_ref().map_or(id, |answer| answer.id.clone()),
            version: before.as_ref().map_or(1, |answer| answer.version + 1),
            department_id: sheet.department_id.clone(),
            inspection_id: sheet.id.clone(),
            month: sheet.month,
            item_id: draft.item_id,
            mark: draft.mark,
            note: optional(&draft.note, "note", NOTE)?,
            cause: optional(&draft.cause, "cause", CAUSE)?,
            fix: optional(&draft.fix, "fix", FIX)?,
            owner: optional(&draft.owner, "owner", OWNER)?,
            due_on: draft.due_on,
        };
        Ok(Change::new(answer, "answer.given"))
    }

    /// △ and 該当なし need a note; × needs note, cause, fix, owner and due date (DOMAIN.md §4.2).
    pub fn must_be_complete(&self) -> Result<(), Refusal> {
        match self.mark {
            Mark::Good => Ok(()),
            Mark::Partly | Mark::NotApplicable => required(&self.note, "note", NOTE).map(|_| ()),
            Mark::Bad => {
                required(&self.note, "note", NOTE)?;
                required(&self.cause, "cause", CAUSE)?;
                required(&self.fix, "fix", FIX)?;
                required(&self.owner, "owner", OWNER)?;
                let missing = Refusal::Missing {
                    field: "due_on",
                    word: ("是正の期限", "Due date of the correction"),
                };
                self.due_on.map(|_| ()).ok_or(missing)
            }
        }
    }

    /// Whether the contents equal those of a draft, so that saving again changes nothing.
    pub fn says(&self, draft: &AnswerDraft) -> bool {
        self.mark == draft.mark
            && self.note == draft.note.trim()
            && self.cause == draft.cause.trim()
            && self.fix == draft.fix.trim()
            && self.owner == draft.owner.trim()
            && self.due_on == draft.due_on
    }
}
