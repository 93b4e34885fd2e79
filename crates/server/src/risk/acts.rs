//! Units of work about risks.

use crate::house::fault::{Done, Fault};
use crate::house::work::Tx;
use meguri_domain::Change;
use meguri_domain::asset::Medium;
use meguri_domain::ids::{ControlId, ThreatId};
use meguri_domain::risk::{Control, Threat};

const THREATS: &str = include_str!("../../../../catalog/threats.csv");
const CONTROLS: &str = include_str!("../../../../catalog/annex_a.csv");

/// Loads the shipped catalogues of threats and controls as data of the organisation.
pub fn load_catalogue(tx: &Tx<'_>) -> Done<()> {
    for row in csv::Reader::from_reader(CONTROLS.as_bytes()).records() {
        let row = row.map_err(Fault::broken)?;
        let at = |n: usize| row.get(n).unwrap_or_default().to_owned();
        let Some(id) = ControlId::new(at(0)) else { continue };
        let confirmed = at(4) == "yes";
        let control = Control {
            id,
            version: 1,
            annex_group: at(1),
            title_ja: at(2),
            title_en: at(3),
            confirmed,
            note: at(5),
        };
        tx.save(Change::new(control, "control.loaded"))?;
    }
    for row in csv::Reader::from_reader(THREATS.as_bytes()).records() {
        let row = row.map_err(Fault::broken)?;
        let at = |n: usize| row.get(n).unwrap_or_default().to_owned();
        let Some(id) = ThreatId::new(at(0)) else { continue };
        let medium = Medium::ALL.iter().copied().find(|each| each.word().0 == at(3)).unwrap_or(Medium::Data);
        let controls = at(8).split(';').filter_map(|text| ControlId::new(text.trim())).collect();
        let threat = Threat {
            id,
            version: 1,
            name_ja: at(1),
            name_en: at(2),
            medium,
            stage: at(4),
            cia: at(5),
            vulnerability_ja: at(6),
            vulnerability_en: at(7),
            controls,
            policy_ja: at(9),
        };
        tx.save(Change::new(threat, "threat.loaded"))?;
    }
    Ok(())
}
