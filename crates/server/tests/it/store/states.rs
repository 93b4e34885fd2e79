//! The values that the round trips carry: every state of every enum, every `None` beside its `Some`.

use crate::support::day;
use meguri_domain::approval::{Approval, Flow, Returned, Signed, State};
use meguri_domain::closing::{Fate, Outcome};
use meguri_domain::ids::{CheckItemId, ControlId, ObjectiveId, PersonId};
use meguri_domain::obligation::Duty;
use meguri_domain::{Date, Month};

/// A text that breaks what can be broken: quotes, parameters, patterns, markup, lines, astral characters.
pub const HOSTILE: &str = "𠮷野家の'引用'\"$1 ?1 :a\" %_\\ <b>&amp;\n改行\r\t㈱ é é 🏢 \u{feff}";

pub fn today() -> Date {
    day("2026-05-11")
}

pub fn month(text: &str) -> Month {
    Month::parse(text).unwrap()
}

/// Both answers of a flag.
pub const FLAGS: [bool; 2] = [false, true];

pub fn signed() -> Signed {
    Signed {
        by: PersonId::new("x".repeat(64)).unwrap(),
        name: HOSTILE.into(),
        on: day("2028-02-29"),
        deputy: true,
    }
}

pub fn approvals() -> [Option<Approval>; 3] {
    let other = Signed { deputy: false, name: String::new(), ..signed() };
    [
        None,
        Some(Approval { signed: signed(), revision: i64::MAX }),
        Some(Approval { signed: other, revision: 0 }),
    ]
}

/// Every state of a record's way, empty and with all its signatures.
pub fn flows() -> Vec<Flow> {
    let full = |state: &State| Flow {
        state: *state,
        recorded: vec![signed(), Signed { deputy: false, ..signed() }],
        submitted: Some(signed()),
        confirmed: Some(signed()),
        checked: Some(signed()),
        returns: vec![Returned { signed: signed(), reason: HOSTILE.into() }],
    };
    let bare = |state: &State| Flow { state: *state, ..Flow::begin() };
    State::ALL.iter().map(bare).chain(State::ALL.iter().map(full)).collect()
}

pub fn controls() -> Vec<ControlId> {
    ["5.9", "8.34", "A"].into_iter().filter_map(ControlId::new).collect()
}

pub fn outcomes() -> Vec<Outcome> {
    let duties = [
        Duty::Item(CheckItemId::new("C-001").unwrap()),
        Duty::Review(ObjectiveId::new("0f8fad5b-d9cb-469f-a165-70867728950e").unwrap()),
    ];
    let frozen = |duty: &Duty| {
        let outcome = |fate: &Fate| Outcome { duty: duty.clone(), due_on: today(), fate: *fate };
        Fate::ALL.iter().map(outcome).collect::<Vec<_>>()
    };
    duties.iter().flat_map(frozen).collect()
}
