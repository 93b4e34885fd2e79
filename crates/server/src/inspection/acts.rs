//! Units of work about the monthly self-inspection.

use crate::house::fault::{Done, Fault};
use crate::house::work::Tx;
use meguri_domain::Change;
use meguri_domain::ids::{CheckItemId, ControlId};
use meguri_domain::inspection::{CheckItem, SafetyMeasure};

const ITEMS: &str = include_str!("../../../../catalog/check_items.csv");

/// Loads the shipped check items as data of the organisation. Nobody owes them until they are assigned.
pub fn load_catalogue(tx: &Tx<'_>) -> Done<()> {
    for row in csv::Reader::from_reader(ITEMS.as_bytes()).records() {
        let row = row.map_err(Fault::broken)?;
        let at = |n: usize| row.get(n).unwrap_or_default().to_owned();
        let Some(id) = CheckItemId::new(at(0)) else { continue };
        let measure = SafetyMeasure::ALL
            .iter()
            .copied()
            .find(|each| each.word().0 == at(1))
            .unwrap_or(SafetyMeasure::Organisational);
        let controls = at(4).split(';').filter_map(|text| ControlId::new(text.trim())).collect();
        let item = CheckItem {
            id,
            version: 1,
            text_ja: at(2),
            text_en: at(3),
            measure,
            controls,
            evidence_hint: at(6),
            plan_row_id: None,
        };
        tx.save(Change::new(item, "check_item.loaded"))?;
    }
    Ok(())
}
