//! Codes that a form sends, as the words that stand beside them.

use meguri_domain::Word;
use meguri_domain::asset::Medium;
use meguri_domain::inspection::{Rhythm, SafetyMeasure};
use meguri_domain::measure::InPlace;
use meguri_domain::objective::ObjectiveState;
use meguri_domain::outside::Tongue;
use meguri_domain::people::Role;
use meguri_domain::treatment::{Destination, Policy};
use meguri_sheet::Field;

pub(super) fn column(code: &str) -> Option<Word> {
    Field::from_code(code).map(|field| (field.ja(), field.en()))
}

pub(super) fn destination(code: &str) -> Option<Word> {
    Destination::from_code(code).map(Destination::word)
}

pub(super) fn objective_state(code: &str) -> Option<Word> {
    ObjectiveState::from_code(code).map(ObjectiveState::word)
}

pub(super) fn measure(code: &str) -> Option<Word> {
    SafetyMeasure::from_code(code).map(SafetyMeasure::word)
}

pub(super) fn tongue(code: &str) -> Option<Word> {
    Tongue::from_code(code).map(Tongue::word)
}

pub(super) fn policy(code: &str) -> Option<Word> {
    Policy::from_code(code).map(Policy::word)
}

pub(super) fn rhythm(code: &str) -> Option<Word> {
    Rhythm::from_code(code).map(Rhythm::word)
}

pub(super) fn role(code: &str) -> Option<Word> {
    Role::from_code(code).map(Role::word)
}

pub(super) fn in_place(code: &str) -> Option<Word> {
    InPlace::from_code(code).map(InPlace::word)
}

pub(super) fn medium(code: &str) -> Option<Word> {
    Medium::from_code(code).map(Medium::word)
}

pub(super) fn risk_column(code: &str) -> Option<Word> {
    meguri_sheet::RiskField::from_code(code).map(|field| (field.ja(), field.en()))
}
