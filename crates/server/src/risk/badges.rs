//! Levels, states and filters as small marks: a letter, a tint and a word, never colour alone.

use crate::house::words::Lang;
use meguri_domain::approval::State;
use meguri_domain::criteria::{Criteria, Level};

/// A filter as a link.
pub struct Chip {
    pub href: String,
    pub label: String,
    pub count: Option<i64>,
    pub current: bool,
}

/// A state as letter, tint and word.
pub struct Badge {
    pub class: &'static str,
    pub letter: &'static str,
    pub word: String,
}

/// `IPA 3.1 第1版`.
pub fn edition(l: Lang, criteria: &Criteria) -> String {
    match l {
        Lang::Ja => format!("{} 第{}版", criteria.name, criteria.number),
        Lang::En => format!("{}, edition {}", criteria.name, criteria.number),
    }
}

/// A level as a badge.
pub fn level_badge(l: Lang, level: Level) -> Badge {
    let (class, letter) = match level {
        Level::Large => ("bad", "▲"),
        Level::Middle => ("warn", "△"),
        Level::Small => ("good", "▽"),
    };
    Badge { class, letter, word: l.w(level.word()).to_owned() }
}

/// The tint of a cell of the heat map.
pub fn heat_class(level: Level) -> &'static str {
    match level {
        Level::Large => "l3",
        Level::Middle => "l2",
        Level::Small => "l1",
    }
}

/// Where an assessment stands, as a badge: the head approves it, the secretariat checks it.
pub fn flow_badge(l: Lang, state: Option<State>) -> Badge {
    let (class, letter, word) = match state {
        None => ("quiet", "・", ("未着手", "Not begun")),
        Some(State::Draft) => ("quiet", "・", State::Draft.word()),
        Some(State::Submitted) => ("warn", "△", State::Submitted.word()),
        Some(State::Confirmed) => ("good", "○", ("承認済み", "Approved")),
        Some(State::Checked) => ("good", "◎", ("承認・チェック済み", "Approved and checked")),
        Some(State::Returned) => ("bad", "↩", State::Returned.word()),
    };
    Badge { class, letter, word: l.w(word).to_owned() }
}

/// How an asset's judgement stands, as a badge.
pub fn standing_badge(l: Lang, standing: &str) -> Badge {
    let (class, letter, word) = match standing {
        "judged" => ("good", "○", l.t("評価済み", "Judged")),
        "stale" => ("late", "!", l.t("見直しが必要", "Stale")),
        _ => ("quiet", "・", l.t("未評価", "Not judged")),
    };
    Badge { class, letter, word: word.to_owned() }
}
