//! The yearly inventory 棚卸 (JIS Q 27001 Annex A 5.9, DESIGN.md §1): every department confirms every row of
//! its register.

use crate::Change;
use crate::approval::Flow;
use crate::asset::AssetDraft;
use crate::calendar::Date;
use crate::codes::codes;
use crate::ids::{AssetId, ConfirmationId, DepartmentId, InventoryId, InventorySheetId};
use crate::people::{Act, Actor};
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};

/// The inventory of a fiscal year, opened for all departments at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inventory {
    /// Its own id.
    pub id: InventoryId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// The year in which the fiscal year begins.
    pub fiscal_year: i64,
    /// First day on which departments confirm.
    pub opened_on: Date,
    /// Last day for departments, included.
    pub due_on: Date,
}

impl Inventory {
    /// Opens a year's inventory.
    pub fn open(inventory: Self, by: &Actor) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::OpenInventory)?;
        if inventory.due_on <= inventory.opened_on {
            return Err(Refusal::Unfit {
                field: "due_on",
                word: ("締切日", "Due date"),
                hint: ("開始日より後の日にしてください。", "Choose a day after the start."),
            });
        }
        Ok(Change::new(inventory, "inventory.opened"))
    }
}

/// One department's sheet of an inventory: submit 提出 → head approves 承認 → secretariat accepts 受理.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InventorySheet {
    /// Its own id.
    pub id: InventorySheetId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// The inventory it belongs to.
    pub inventory_id: InventoryId,
    /// The department it belongs to.
    pub department_id: DepartmentId,
    /// The statement "we hold none", which is an answer and no omission.
    pub none_held: bool,
    /// Who recorded, submitted, confirmed, checked or returned it.
    pub flow: Flow,
}

impl InventorySheet {
    /// A department's empty sheet.
    pub fn begin(id: InventorySheetId, inventory: &Inventory, department_id: DepartmentId) -> Change<Self> {
        let sheet = Self {
            id,
            version: 1,
            inventory_id: inventory.id.clone(),
            department_id,
            none_held: false,
            flow: Flow::begin(),
        };
        Change::new(sheet, "inventory_sheet.opened")
    }

    /// Notes a confirmation written into the sheet.
    pub fn write(self, by: &Actor, on: Date) -> Result<Change<Self>, Refusal> {
        by.must(Act::ConfirmInventory, &self.department_id)?;
        let flow = self.flow.write(by, on)?;
        Ok(Change::new(Self { flow, version: self.version + 1, ..self }, "inventory_sheet.written"))
    }

    /// Submits: every row in use confirmed, or the statement that none is held (`unconfirmed` is counted by the caller).
    #[expect(
        clippy::too_many_arguments,
        reason = "the two counts are the caller's, taken from the register in the same unit of work"
    )]
    pub fn submit(
        self,
        version: i64,
        held: usize,
        unconfirmed: usize,
        none_held: bool,
        by: &Actor,
        on: Date,
    ) -> Result<Change<Self>, Refusal> {
        by.must(Act::ConfirmInventory, &self.department_id)?;
        self.must_be_at(version)?;
        if none_held && held > 0 {
            return Err(Refusal::Because((
                "台帳に情報資産が残っています。「保有なし」とするには、先にすべての行を廃止にしてください。",
                "The register still holds assets. Retire every row before stating that you hold none.",
            )));
        }
        if held == 0 && !none_held {
            return Err(Refusal::Because((
                "台帳が空です。情報資産がないときは「保有なし」にチェックを入れて提出してください。",
                "The register is empty. If you hold no assets, tick “We hold none” and submit.",
            )));
        }
        if unconfirmed > 0 {
            return Err(Refusal::Incomplete { left: unconfirmed });
        }
        let flow = self.flow.write(by, on)?.submit(by, on)?;
        Ok(Change::new(
            Self { flow, none_held, version: self.version + 1, ..self },
            "inventory_sheet.submitted",
        ))
    }

    /// The head approves 承認.
    pub fn approve(self, version: i64, by: &Actor, on: Date) -> Result<Change<Self>, Refusal> {
        by.must(Act::ApproveInventory, &self.department_id)?;
        self.must_be_at(version)?;
        let deputy = by.stands_in_for(&self.department_id);
        let flow = self.flow.confirm(by, on, deputy)?;
        Ok(Change::new(Self { flow, version: self.version + 1, ..self }, "inventory_sheet.approved"))
    }

    /// The secretariat accepts 受理.
    pub fn accept(self, version: i64, by: &Actor, on: Date) -> Result<Change<Self>, Refusal> {
        by.must(Act::AcceptInventory, &self.department_id)?;
        self.must_be_at(version)?;
        let flow = self.flow.check(by, on)?;
        Ok(Change::new(Self { flow, version: self.version + 1, ..self }, "inventory_sheet.accepted"))
    }

    /// Sends it back 差戻し with a reason, from the head or the secretariat.
    pub fn send_back(
        self,
        version: i64,
        reason: &str,
        by: &Actor,
        on: Date,
    ) -> Result<Change<Self>, Refusal> {
        if !by.may(Act::ApproveInventory, &self.department_id) {
            by.must(Act::AcceptInventory, &self.department_id)?;
        }
        self.must_be_at(version)?;
        let flow = self.flow.send_back(reason, by, on)?;
        Ok(Change::new(Self { flow, version: self.version + 1, ..self }, "inventory_sheet.returned")
            .because(reason.trim()))
    }

    fn must_be_at(&self, version: i64) -> Result<(), Refusal> {
        if self.version == version { Ok(()) } else { Err(Refusal::Stale { current: self.version }) }
    }
}

codes! {
    /// What the department says of a row.
    pub enum Outcome {
        Unchanged = "unchanged", "継続", "Unchanged";
        Changed = "changed", "変更", "Changed";
        New = "new", "追加", "New";
        Retired = "retired", "廃止", "Retired";
    }
}

/// The confirmation of one row in one inventory.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmation {
    /// Its own id.
    pub id: ConfirmationId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// The inventory it belongs to.
    pub inventory_id: InventoryId,
    /// The department it belongs to.
    pub department_id: DepartmentId,
    /// The row that was confirmed.
    pub asset_id: AssetId,
    /// What the department said of the row.
    pub outcome: Outcome,
    /// The revision of the asset that was confirmed.
    pub asset_revision: i64,
    /// When it was said.
    pub confirmed_on: Date,
    /// What the row said then, for the comparison with a later inventory; `None` where it was not kept yet.
    pub contents: Option<AssetDraft>,
}

impl Confirmation {
    /// Confirms a row, or says anew what was said before. A row that is new stays new when it is
    /// edited again within the same inventory.
    pub fn say(before: Option<Self>, new: Self) -> Change<Self> {
        let Some(before) = before else { return Change::new(new, "asset.confirmed") };
        let outcome = match (before.outcome, new.outcome) {
            (Outcome::New, Outcome::Changed | Outcome::Unchanged) => Outcome::New,
            (_, outcome) => outcome,
        };
        Change::new(Self { id: before.id, version: before.version + 1, outcome, ..new }, "asset.confirmed")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approval::State;
    use crate::support::{
        administrator, both, confirmation, day, deputy, done, executive, head, inventory, inventory_sheet,
        member, rows, said, secretariat, stranger, told,
    };

    const TODAY: &str = "2026-05-20";

    fn submit(held: usize, unconfirmed: usize, none_held: bool, by: &Actor) -> String {
        said(inventory_sheet().submit(1, held, unconfirmed, none_held, by, day(TODAY)))
    }

    fn submitted() -> InventorySheet {
        done(inventory_sheet().submit(1, 3, 0, false, &member(), day(TODAY)))
    }

    fn approved() -> InventorySheet {
        done(submitted().approve(2, &head(), day(TODAY)))
    }

    #[test]
    fn the_secretariat_opens_a_year() {
        let late = Inventory { due_on: day("2026-04-01"), ..inventory() };
        rows([
            ("secretariat", said(Inventory::open(inventory(), &secretariat())), "inventory.opened"),
            ("head", said(Inventory::open(inventory(), &head())), "not allowed"),
            ("administrator", said(Inventory::open(inventory(), &administrator())), "not allowed"),
            ("due on its first day", said(Inventory::open(late, &secretariat())), "unfit due_on"),
        ]);
    }

    #[test]
    fn a_sheet_is_submitted_when_every_row_is_confirmed_or_none_is_held() {
        rows([
            ("all confirmed", submit(3, 0, false, &member()), "inventory_sheet.submitted"),
            ("by the head", submit(3, 0, false, &head()), "inventory_sheet.submitted"),
            ("none held", submit(0, 0, true, &member()), "inventory_sheet.submitted"),
            ("two unconfirmed", submit(3, 2, false, &member()), "2 left"),
            ("none held, says the owner of three", submit(3, 0, true, &member()), "because"),
            ("empty and silent", submit(0, 0, false, &member()), "because"),
            ("secretariat", submit(3, 0, false, &secretariat()), "not allowed"),
            ("stranger", submit(3, 0, false, &stranger()), "not allowed"),
            ("stale", said(inventory_sheet().submit(4, 3, 0, false, &member(), day(TODAY))), "stale, now 1"),
            (
                "twice",
                said(submitted().submit(2, 3, 0, false, &member(), day(TODAY))),
                "is Waiting for the head",
            ),
        ]);
    }

    #[test]
    fn a_sheet_is_written_while_it_is_open() {
        let write = |sheet: InventorySheet, by: &Actor| said(sheet.write(by, day(TODAY)));
        rows([
            ("member", write(inventory_sheet(), &member()), "inventory_sheet.written"),
            ("stranger", write(inventory_sheet(), &stranger()), "not allowed"),
            ("submitted", write(submitted(), &member()), "is Waiting for the head"),
            ("approved", write(approved(), &member()), "is Waiting for the secretariat"),
        ]);
    }

    #[test]
    fn the_head_approves_and_the_secretariat_accepts() {
        let approve =
            |sheet: InventorySheet, version, by: &Actor| said(sheet.approve(version, by, day(TODAY)));
        let accept = |sheet: InventorySheet, version, by: &Actor| said(sheet.accept(version, by, day(TODAY)));
        rows([
            ("head", approve(submitted(), 2, &head()), "inventory_sheet.approved"),
            ("deputy", approve(submitted(), 2, &deputy()), "inventory_sheet.approved"),
            ("member", approve(submitted(), 2, &member()), "not allowed"),
            ("executive", approve(submitted(), 2, &executive()), "not allowed"),
            ("stale", approve(submitted(), 1, &head()), "stale, now 2"),
            ("draft", approve(inventory_sheet(), 1, &head()), "is Draft"),
            ("secretariat", accept(approved(), 3, &secretariat()), "inventory_sheet.accepted"),
            ("head accepts", accept(approved(), 3, &head()), "not allowed"),
            ("before approval", accept(submitted(), 2, &secretariat()), "is Waiting for the head"),
            ("stale", accept(approved(), 2, &secretariat()), "stale, now 3"),
        ]);
        let signed = done(submitted().approve(2, &deputy(), day(TODAY))).flow.confirmed.unwrap();
        assert!(signed.deputy, "the mark 代");
    }

    #[test]
    fn who_confirmed_rows_does_not_accept_the_sheet() {
        let sheet = done(inventory_sheet().submit(1, 3, 0, false, &both(), day(TODAY)));
        let sheet = done(sheet.approve(2, &head(), day(TODAY)));
        rows([
            ("own hand", said(sheet.clone().accept(3, &both(), day(TODAY))), "own record"),
            ("other hand", said(sheet.accept(3, &secretariat(), day(TODAY))), "inventory_sheet.accepted"),
        ]);
    }

    #[test]
    fn a_sheet_goes_back_with_a_reason() {
        let back = |sheet: InventorySheet, version, reason, by: &Actor| {
            said(sheet.send_back(version, reason, by, day(TODAY)))
        };
        rows([
            ("head", back(submitted(), 2, "漏れ", &head()), "inventory_sheet.returned"),
            ("secretariat", back(approved(), 3, "漏れ", &secretariat()), "inventory_sheet.returned"),
            ("no reason", back(submitted(), 2, " ", &head()), "missing reason"),
            ("member", back(submitted(), 2, "漏れ", &member()), "not allowed"),
            ("draft", back(inventory_sheet(), 1, "漏れ", &head()), "is Draft"),
            ("stale", back(submitted(), 1, "漏れ", &head()), "stale, now 2"),
        ]);
        let (sheet, event) = told(approved().send_back(3, " 漏れ ", &secretariat(), day(TODAY)).unwrap());
        assert_eq!((sheet.flow.state, event.reason.as_deref()), (State::Returned, Some("漏れ")));
        let again = done(sheet.submit(4, 3, 0, false, &member(), day(TODAY)));
        assert_eq!((again.flow.returns.len(), again.flow.confirmed), (1, None));
    }

    #[test]
    fn a_new_row_stays_new_within_its_inventory() {
        let say = |before, new| told(Confirmation::say(before, confirmation(new))).0;
        assert_eq!(say(None, Outcome::New).version, 1);
        for (before, new, expected) in [
            (Outcome::New, Outcome::Changed, Outcome::New),
            (Outcome::New, Outcome::Unchanged, Outcome::New),
            (Outcome::New, Outcome::Retired, Outcome::Retired),
            (Outcome::Unchanged, Outcome::Changed, Outcome::Changed),
            (Outcome::Changed, Outcome::Unchanged, Outcome::Unchanged),
            (Outcome::Retired, Outcome::New, Outcome::New),
        ] {
            let after = say(Some(confirmation(before)), new);
            assert_eq!((after.outcome, after.version), (expected, 2), "{before:?} then {new:?}");
        }
    }
}
