//! The two scales of the scores: 3-2-1 today, 2-1-0 in sheets of earlier editions, with the same meanings.

use serde::{Deserialize, Serialize};

use crate::asset_rows::Row;
use crate::field::Field;
use crate::headings::scale_in;
use crate::layout::Layout;
use crate::text::{fold, plain};
use crate::words::{self, Score};

/// Which numbers a file uses for 高, 中, 低. The register keeps 3, 2, 1; words mean the same on both scales.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scale {
    /// 3, 2, 1: kept as it is.
    #[default]
    OneToThree,
    /// 2, 1, 0 of earlier editions of the IPA sheet: kept as 3, 2, 1.
    ZeroToTwo,
}

impl Scale {
    /// Both, today's first.
    pub const ALL: [Self; 2] = [Self::OneToThree, Self::ZeroToTwo];

    /// A name that never changes, for forms and the command line; the numbers for 高, 中 and 低.
    pub fn code(self) -> &'static str {
        match self {
            Self::OneToThree => "3-2-1",
            Self::ZeroToTwo => "2-1-0",
        }
    }

    /// The scale with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scale| scale.code() == code)
    }

    /// The score, 1 to 3, that a text means on this scale.
    pub fn score(self, typed: &str) -> Option<u8> {
        match words::score(typed, self) {
            Score::Value(value) => Some(value),
            Score::Empty | Score::Outside | Score::NotANumber => None,
        }
    }

    /// The word for a score, 1 to 3, which means the same on both scales: 高, 中, 低.
    pub fn word(score: u8) -> Option<&'static str> {
        usize::from(score).checked_sub(1).and_then(|at| ["低", "中", "高"].get(at)).copied()
    }
}

/// What the rows of a file tell about its scale.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ScaleGuess {
    /// A number, a word beside a number or a heading tells; or there is no number, and it does not matter.
    Sure(Scale),
    /// Only 1 and 2 are used: a person must be asked, once for the file.
    Ask,
}

/// Guesses the scale from all rows of a file. A 3 tells of 3-2-1, else a 0 of 2-1-0: where both stand, each 0 becomes
/// a finding. Rows read with any scale serve, because it is the typed text that is looked at.
pub fn guess_scale(layouts: &[Layout], rows: &[Row]) -> ScaleGuess {
    if let Some(scale) = layouts.iter().find_map(|layout| layout.scale) {
        return ScaleGuess::Sure(scale);
    }
    let headings = layouts.iter().flat_map(|layout| &layout.columns);
    let mut scored =
        headings.filter(|column| column.field.is_some_and(|field| Field::SCORES.contains(&field)));
    if let Some(scale) = scored.find_map(|column| scale_in(&fold(&column.heading))) {
        return ScaleGuess::Sure(scale);
    }
    let mut seen = [false; 4];
    for typed in rows.iter().flat_map(|row| Field::SCORES.map(|field| row.text(field))) {
        let typed = plain(typed);
        match typed.as_str() {
            "0" | "0.0" => seen[0] = true,
            "1" | "1.0" | "2" | "2.0" => seen[1] = true,
            "3" | "3.0" => seen[3] = true,
            _ => match beside_word(&typed) {
                Some(Scale::OneToThree) => seen[3] = true,
                Some(Scale::ZeroToTwo) => seen[0] = true,
                None => {}
            },
        }
    }
    match seen {
        [_, _, _, true] | [false, false, _, false] => ScaleGuess::Sure(Scale::OneToThree),
        [true, ..] => ScaleGuess::Sure(Scale::ZeroToTwo),
        _ => ScaleGuess::Ask,
    }
}

/// `3(高)` and `2(高)` say which scale they are of.
fn beside_word(typed: &str) -> Option<Scale> {
    let digit = typed.chars().find_map(|c| c.to_digit(10))?;
    let level = typed.chars().find_map(|c| match c {
        '高' | '大' => Some(3),
        '中' => Some(2),
        '低' | '小' => Some(1),
        _ => None,
    })?;
    match level - i64::from(digit) {
        0 => Some(Scale::OneToThree),
        1 => Some(Scale::ZeroToTwo),
        _ => None,
    }
}
