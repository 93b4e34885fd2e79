//! The SQL of the inventory: the year, the sheets, the confirmations.

use crate::kept;
use meguri_domain::inventory::{Confirmation, Inventory, InventorySheet};

kept!(company Inventory, "inventory", [id, version, fiscal_year, opened_on, due_on]);
kept!(owned InventorySheet, "inventory_sheet", [id, version, inventory_id, department_id, none_held, flow];
    state = |s: &InventorySheet| s.flow.state.code().to_owned());
kept!(owned Confirmation, "confirmation", [id, version, inventory_id, department_id, asset_id, outcome, asset_revision, confirmed_on]);
