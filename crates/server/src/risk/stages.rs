//! What was judged of each life-cycle stage of personal data, and which kinds of risk it may bring (DOMAIN.md §2.5).

use super::badges::{Badge, level_badge};
use super::cards::name;
use crate::house::words::Lang;
use meguri_domain::asset::Asset;
use meguri_domain::catalogue::{EVERY_STAGE, STAGES};
use meguri_domain::harm::{Harm, Harms};
use meguri_domain::risk::{Risk, Threat};
use std::collections::BTreeSet;
use std::sync::LazyLock;

/// A stage with what was judged of it.
pub struct Stage {
    pub name: &'static str,
    /// Id and name of each threat.
    pub threats: Vec<(String, String)>,
    /// The kinds of risk, in words.
    pub harms: String,
    pub top: Option<Badge>,
}

static HARMS: LazyLock<Harms> = LazyLock::new(harms);

#[expect(clippy::expect_used, reason = "the table is part of the program and read by every test of it")]
fn harms() -> Harms {
    Harms::read(include_str!("../../../../catalog/harms.csv")).expect("the table of harms can be read")
}

/// The stages of an asset with personal data; nothing for others.
pub fn of(l: Lang, asset: &Asset, risks: &[&Risk], catalogue: &[Threat]) -> Vec<Stage> {
    if !asset.holds_personal_data() {
        return Vec::new();
    }
    let judged: Vec<(&Risk, &Threat)> = risks
        .iter()
        .filter_map(|risk| Some((*risk, catalogue.iter().find(|threat| threat.id == risk.threat_id)?)))
        .collect();
    let stage = |code: &'static str, word: &'static str| {
        let here: Vec<_> = judged.iter().filter(|(_, threat)| threat.stage == code).collect();
        let harms: BTreeSet<Harm> = here.iter().flat_map(|(_, threat)| HARMS.of(threat)).collect();
        let words: Vec<&str> = harms.iter().map(|each| l.w(each.word())).collect();
        // The levels are listed from the largest down.
        let top = here.iter().map(|(risk, _)| risk.level).min();
        Stage {
            name: word,
            threats: here
                .iter()
                .map(|(_, threat)| (threat.id.to_string(), name(l, threat).to_owned()))
                .collect(),
            harms: words.join(l.t("、", ", ")),
            top: top.map(|level| level_badge(l, level)),
        }
    };
    let mut stages: Vec<Stage> = STAGES.iter().map(|(code, en)| stage(code, l.w((code, en)))).collect();
    let (code, en) = EVERY_STAGE;
    stages.extend(Some(stage(code, l.w((code, en)))).filter(|each| !each.threats.is_empty()));
    stages
}
