//! The SQL of the monthly report: what was found wanting in a month.

use crate::house::fault::Fault;
use crate::house::kept::{Column, cell};
use crate::house::work::Rx;
use crate::{scoped, seen};
use meguri_domain::correction::CorrectionState;
use meguri_domain::ids::DepartmentId;
use meguri_domain::people::Scope;
use meguri_domain::{Date, Month};

/// A correction with the item from whose × it came.
pub struct Found {
    pub department: DepartmentId,
    pub item_ja: String,
    pub item_en: String,
    pub cause: String,
    pub owner: String,
    pub due_on: Option<Date>,
    pub state: CorrectionState,
    pub month: Month,
}

/// The corrections that were found in a month or are still carried from before; at most 200.
pub fn corrections(rx: &Rx<'_>, scope: &Scope, month: Month) -> Result<Vec<Found>, Fault> {
    let text = scoped!(
        "SELECT c.department_id, i.text_ja, i.text_en, c.cause, c.owner, c.due_on, c.state, c.found_month
         FROM correction c JOIN check_item i ON i.id = c.item_id WHERE ",
        seen!("c.department_id"),
        " AND c.state <> 'withdrawn' AND (c.found_month = $2 OR (c.found_month < $2 AND c.state <> 'verified'))
         ORDER BY c.found_month DESC, c.department_id, c.id LIMIT 200"
    );
    let read = |row: &crate::house::db::Row| {
        Ok(Found {
            department: cell(row, 0)?,
            item_ja: cell(row, 1)?,
            item_en: cell(row, 2)?,
            cause: cell(row, 3)?,
            owner: cell(row, 4)?,
            due_on: cell(row, 5)?,
            state: cell(row, 6)?,
            month: cell(row, 7)?,
        })
    };
    rx.rows(text, scope, &[month.to_value()])?.iter().map(read).collect()
}
