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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{
        administrator, answer, answer_draft, assignment, both, calendar, check_item, day, deputy, done,
        executive, head, id, inspection, member, month, rows, said, secretariat, stranger, told,
    };

    const ON: &str = "2026-06-03";
    const DUE: &str = "2026-06-05";

    fn submit(sheet: Inspection, answers: &[Answer], by: &Actor, on: &str) -> String {
        let due = [id("item")];
        said(sheet.submit(1, &due, answers, day(DUE), by, day(on)))
    }

    fn written() -> Inspection {
        done(inspection("2026-05").write(0, "", &member(), day(ON)))
    }

    fn submitted() -> Inspection {
        done(written().submit(1, &[], &[], day(DUE), &member(), day(ON)))
    }

    fn confirmed() -> Inspection {
        done(submitted().confirm(2, &head(), day(ON)))
    }

    #[test]
    fn rhythms_fall_on_the_last_month_of_their_part_of_the_fiscal_year() {
        let months = |rhythm: Rhythm, fiscal_start| {
            let calendar = Calendar::new([], Vec::new(), fiscal_start);
            let due = calendar.months(2026).into_iter().filter(move |month| rhythm.is_due(*month, &calendar));
            due.map(|month| month.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(months(Rhythm::Monthly, 4).len(), 12);
        assert_eq!(months(Rhythm::Quarterly, 4), ["2026-06", "2026-09", "2026-12", "2027-03"]);
        assert_eq!(months(Rhythm::HalfYearly, 4), ["2026-09", "2027-03"]);
        assert_eq!(months(Rhythm::Yearly, 4), ["2027-03"]);
        assert_eq!(months(Rhythm::Quarterly, 1), ["2026-03", "2026-06", "2026-09", "2026-12"]);
        assert_eq!(months(Rhythm::Yearly, 10), ["2027-09"]);
    }

    #[test]
    fn an_item_is_added_by_the_secretariat_or_out_of_the_plan() {
        let silent = || CheckItem { text_ja: "  ".into(), ..check_item() };
        let long = CheckItem { evidence_hint: "あ".repeat(2_001), ..check_item() };
        rows([
            ("secretariat", said(CheckItem::add(check_item(), &secretariat())), "check_item.added"),
            ("head", said(CheckItem::add(check_item(), &head())), "check_item.added"),
            ("executive", said(CheckItem::add(check_item(), &executive())), "check_item.added"),
            ("member", said(CheckItem::add(check_item(), &member())), "not allowed"),
            ("administrator", said(CheckItem::add(check_item(), &administrator())), "not allowed"),
            ("no text", said(CheckItem::add(silent(), &secretariat())), "missing text_ja"),
            ("long hint", said(CheckItem::add(long, &secretariat())), "too long evidence_hint"),
        ]);
        let japanese = CheckItem { text_en: " ".into(), ..check_item() };
        assert_eq!(done(CheckItem::add(japanese, &secretariat())).text_en, "施錠を確認した");
    }

    #[test]
    fn a_duty_begins_and_ends_with_a_month() {
        let duty = || assignment("item", Rhythm::Monthly, "2026-04", None);
        let ended = || done(duty().end(month("2026-08"), &secretariat()));
        rows([
            ("secretariat", said(Assignment::begin(duty(), &secretariat())), "assignment.began"),
            ("head, out of the plan", said(Assignment::begin(duty(), &head())), "assignment.began"),
            ("member", said(Assignment::begin(duty(), &member())), "not allowed"),
            ("stranger", said(Assignment::begin(duty(), &stranger())), "not allowed"),
            ("end", said(duty().end(month("2026-08"), &secretariat())), "assignment.ended"),
            ("head ends", said(duty().end(month("2026-08"), &head())), "not allowed"),
            ("end later", said(ended().end(month("2026-09"), &secretariat())), "is ended"),
            ("end sooner", said(ended().end(month("2026-06"), &secretariat())), "assignment.ended"),
        ]);
        let due = |text| ended().is_due(month(text), &calendar());
        assert_eq!(["2026-03", "2026-04", "2026-08", "2026-09"].map(due), [false, true, true, false]);
    }

    #[test]
    fn a_sheet_is_submitted_when_every_due_item_is_answered_in_full() {
        let good = || answer("2026-05", Mark::Good);
        let other = Answer { item_id: id("other"), ..good() };
        let hollow = Answer { note: String::new(), ..answer("2026-05", Mark::Partly) };
        let not_due = Answer { item_id: id("other"), ..hollow.clone() };
        let late = Inspection { late_reason: "出張".into(), ..written() };
        rows([
            ("answered", submit(written(), &[good()], &member(), ON), "inspection.submitted"),
            ("nothing answered", submit(written(), &[], &member(), ON), "1 left"),
            ("another answered", submit(written(), &[other], &member(), ON), "1 left"),
            (
                "△ without a note",
                submit(written(), std::slice::from_ref(&hollow), &member(), ON),
                "missing note",
            ),
            (
                "hollow but not due",
                submit(written(), &[good(), not_due], &member(), ON),
                "inspection.submitted",
            ),
            ("last day", submit(written(), &[good()], &member(), DUE), "inspection.submitted"),
            ("late", submit(written(), &[good()], &member(), "2026-06-06"), "missing late_reason"),
            ("late with reason", submit(late, &[good()], &member(), "2026-06-06"), "inspection.submitted"),
            ("secretariat", submit(written(), &[good()], &secretariat(), ON), "not allowed"),
            ("deputy", submit(written(), &[good()], &deputy(), ON), "not allowed"),
            ("stranger", submit(written(), &[good()], &stranger(), ON), "not allowed"),
            ("stale", submit(inspection("2026-05"), &[good()], &member(), ON), "stale, now 0"),
            (
                "twice",
                said(submitted().submit(2, &[], &[], day(DUE), &member(), day(ON))),
                "is Waiting for the head",
            ),
        ]);
    }

    #[test]
    fn each_mark_asks_for_its_words() {
        let full = |mark| answer("2026-05", mark);
        let bare = |mark| Answer { note: " ".into(), ..full(mark) };
        let complete = |answer: Answer| crate::support::answered(answer.must_be_complete());
        rows([
            ("○", complete(bare(Mark::Good)), "fine"),
            ("△", complete(full(Mark::Partly)), "fine"),
            ("△ bare", complete(bare(Mark::Partly)), "missing note"),
            ("該当なし", complete(full(Mark::NotApplicable)), "fine"),
            ("該当なし bare", complete(bare(Mark::NotApplicable)), "missing note"),
            ("×", complete(full(Mark::Bad)), "fine"),
            ("× bare", complete(bare(Mark::Bad)), "missing note"),
            ("× no cause", complete(Answer { cause: String::new(), ..full(Mark::Bad) }), "missing cause"),
            ("× no fix", complete(Answer { fix: String::new(), ..full(Mark::Bad) }), "missing fix"),
            ("× no owner", complete(Answer { owner: String::new(), ..full(Mark::Bad) }), "missing owner"),
            ("× no date", complete(Answer { due_on: None, ..full(Mark::Bad) }), "missing due_on"),
        ]);
    }

    #[test]
    fn an_answer_is_given_on_an_open_sheet_and_keeps_its_id() {
        let give =
            |before, sheet: &Inspection| Answer::give(before, id("new"), sheet, answer_draft(Mark::Partly));
        let long = AnswerDraft { cause: "あ".repeat(2_001), ..answer_draft(Mark::Bad) };
        rows([
            ("open", said(give(None, &written())), "answer.given"),
            ("submitted", said(give(None, &submitted())), "is Waiting for the head"),
            ("confirmed", said(give(None, &confirmed())), "is Waiting for the secretariat"),
            ("too long", said(Answer::give(None, id("new"), &written(), long)), "too long cause"),
        ]);
        let again = done(give(Some(answer("2026-05", Mark::Bad)), &written()));
        assert_eq!((again.id.as_str(), again.version, again.mark), ("answer", 2, Mark::Partly));
        assert!(again.says(&AnswerDraft { note: format!(" {} ", again.note), ..answer_draft(Mark::Partly) }));
        assert!(!again.says(&answer_draft(Mark::Good)));
    }

    #[test]
    fn a_sheet_walks_from_hand_to_hand() {
        let on = day(ON);
        let own = done(inspection("2026-05").write(0, "", &both(), on));
        let own = done(done(own.submit(1, &[], &[], day(DUE), &member(), on)).confirm(2, &head(), on));
        rows([
            ("write", said(inspection("2026-05").write(0, "", &member(), on)), "inspection.written"),
            ("stranger writes", said(inspection("2026-05").write(0, "", &stranger(), on)), "not allowed"),
            ("stale write", said(written().write(0, "", &member(), on)), "stale, now 1"),
            ("write submitted", said(submitted().write(2, "", &member(), on)), "is Waiting for the head"),
            ("head", said(submitted().confirm(2, &head(), on)), "inspection.confirmed"),
            ("member confirms", said(submitted().confirm(2, &member(), on)), "not allowed"),
            ("stale confirm", said(submitted().confirm(1, &head(), on)), "stale, now 2"),
            ("secretariat", said(confirmed().check(3, &secretariat(), on)), "inspection.checked"),
            ("executive checks", said(confirmed().check(3, &executive(), on)), "not allowed"),
            ("check unconfirmed", said(submitted().check(2, &secretariat(), on)), "is Waiting for the head"),
            ("stale check", said(confirmed().check(1, &secretariat(), on)), "stale, now 3"),
            ("own record", said(own.check(3, &both(), on)), "own record"),
            ("return", said(confirmed().send_back(3, "証跡", &secretariat(), on)), "inspection.returned"),
            ("no reason", said(confirmed().send_back(3, "", &secretariat(), on)), "missing reason"),
            ("member returns", said(confirmed().send_back(3, "証跡", &member(), on)), "not allowed"),
            ("stale return", said(confirmed().send_back(1, "証跡", &secretariat(), on)), "stale, now 3"),
        ]);
        assert!(done(submitted().confirm(2, &deputy(), on)).flow.confirmed.unwrap().deputy, "the mark 代");
        let (_, event) = told(confirmed().send_back(3, " 証跡 ", &head(), on).unwrap());
        assert_eq!(event.reason.as_deref(), Some("証跡"));
    }
}
