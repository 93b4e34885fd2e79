//! The form of a threat: what was typed, read into a draft; what stands, shown for editing.

use crate::house::door::fields;
use crate::house::words::Lang;
use crate::risk::cards;
use meguri_domain::Refusal;
use meguri_domain::asset::Medium;
use meguri_domain::catalogue::{EVERY_STAGE, STAGES, ThreatDraft};
use meguri_domain::ids::ControlId;
use meguri_domain::risk::Threat;

/// The form of a threat.
pub struct ThreatForm {
    pub action: String,
    pub version: i64,
    pub problem: Option<String>,
    pub field: &'static str,
    pub name: String,
    pub media: Vec<(&'static str, &'static str, bool)>,
    pub stages: Vec<(&'static str, &'static str, bool)>,
    pub cia: Vec<(&'static str, &'static str, bool)>,
    pub weakness: String,
    pub controls: String,
    pub policy: String,
}

/// What was typed of a threat.
#[derive(Default)]
pub struct Typed {
    pub version: i64,
    name: String,
    medium: String,
    stage: String,
    cia: String,
    weakness: String,
    controls: String,
    policy: String,
}

impl Typed {
    /// Reads the body of the form.
    pub fn read(body: &[u8]) -> Self {
        let mut typed = Self::default();
        for (name, value) in fields(body) {
            match name.as_str() {
                "version" => typed.version = value.parse().unwrap_or(0),
                "name" => typed.name = value,
                "medium" => typed.medium = value,
                "stage" => typed.stage = value,
                "cia" => typed.cia.push_str(&value),
                "weakness" => typed.weakness = value,
                "controls" => typed.controls = value,
                "policy" => typed.policy = value,
                _ => {}
            }
        }
        typed
    }

    /// What stands.
    pub fn of(l: Lang, threat: &Threat) -> Self {
        let controls: Vec<&str> = threat.controls.iter().map(ControlId::as_str).collect();
        Self {
            version: threat.version,
            name: cards::name(l, threat).to_owned(),
            medium: threat.medium.code().into(),
            stage: threat.stage.clone(),
            cia: threat.cia.clone(),
            weakness: l.t(&threat.vulnerability_ja, &threat.vulnerability_en).to_owned(),
            controls: controls.join(", "),
            policy: threat.policy_ja.clone(),
        }
    }

    /// The draft that was meant.
    pub fn draft(&self) -> ThreatDraft {
        let numbers = self.controls.split([',', '、', ';', ' ', '　']).map(str::trim);
        let controls = numbers.filter(|each| !each.is_empty());
        // What is no number of a control becomes one that no list holds, and is refused by name.
        let control = |text: &str| ControlId::new(text).or_else(|| ControlId::new("-"));
        ThreatDraft {
            name: self.name.clone(),
            medium: Medium::from_code(&self.medium).unwrap_or(Medium::Data),
            stage: self.stage.clone(),
            cia: self.cia.clone(),
            vulnerability: self.weakness.clone(),
            controls: controls.filter_map(control).collect(),
            policy: self.policy.clone(),
        }
    }

    /// The form with what was typed, and the refusal at its field.
    pub fn form(&self, l: Lang, action: String, refusal: Option<&Refusal>) -> ThreatForm {
        let chosen_medium = Medium::from_code(&self.medium).unwrap_or(Medium::Data);
        let lost = [
            ("C", ("機密性", "Confidentiality")),
            ("I", ("完全性", "Integrity")),
            ("A", ("可用性", "Availability")),
        ];
        let stages = STAGES.iter().chain([&EVERY_STAGE]);
        ThreatForm {
            action,
            version: self.version,
            problem: refusal.map(|refusal| l.refusal(refusal)),
            field: refusal.and_then(Refusal::field).unwrap_or(""),
            name: self.name.clone(),
            media: Medium::ALL
                .iter()
                .map(|each| (each.code(), l.w(each.word()), *each == chosen_medium))
                .collect(),
            stages: stages.map(|each| (each.0, l.w(*each), each.0 == self.stage)).collect(),
            cia: lost.map(|(code, word)| (code, l.w(word), self.cia.contains(code))).into(),
            weakness: self.weakness.clone(),
            controls: self.controls.clone(),
            policy: self.policy.clone(),
        }
    }
}

impl ThreatForm {
    /// A form for a threat to what is kept so.
    pub fn beside(l: Lang, action: String, medium: Medium) -> Self {
        let begun = Typed {
            medium: medium.code().into(),
            cia: "C".into(),
            stage: EVERY_STAGE.0.into(),
            ..Typed::default()
        };
        begun.form(l, action, None)
    }

    /// An empty form that posts to an address.
    pub fn empty(l: Lang, action: String) -> Self {
        Typed { cia: "C".into(), stage: EVERY_STAGE.0.into(), ..Typed::default() }.form(l, action, None)
    }
}

impl ThreatForm {
    /// The form as it was typed, over the version that stands now.
    #[must_use]
    pub fn at(self, version: i64) -> Self {
        Self { version, ..self }
    }
}
