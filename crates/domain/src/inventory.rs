//! The yearly inventory 棚卸: every department confirms every row of its register.

use crate::Change;
use crate::approval::Flow;
use crate::calendar::Date;
use crate::codes::codes;
use crate::ids::{AssetId, ConfirmationId, DepartmentId, InventoryId, InventorySheetId};
use crate::people::{Act, Actor};
use crate::refusal::Refusal;
use serde::{Deserialize, Serialize};

/// The inventory of a fiscal year, opened for all departments at once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Inventory {
    pub id: InventoryId,
    pub version: i64,
    /// The year in which the fiscal year begins.
    pub fiscal_year: i64,
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
    pub id: InventorySheetId,
    pub version: i64,
    pub inventory_id: InventoryId,
    pub department_id: DepartmentId,
    /// The statement "we hold none", which is an answer and no omission.
    pub none_held: bool,
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
    pub id: ConfirmationId,
    pub version: i64,
    pub inventory_id: InventoryId,
    pub department_id: DepartmentId,
    pub asset_id: AssetId,
    pub outcome: Outcome,
    /// The revision of the asset that was confirmed.
    pub asset_revision: i64,
    pub confirmed_on: Date,
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
