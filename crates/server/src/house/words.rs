//! Words stand in pairs where they are used: `l.t("保存", "Save")`. Both languages are arguments, so a
//! missing translation does not compile. Dates, months and counts are written here, once.

use meguri_domain::{Date, Month, Refusal, Word};
use std::fmt::Display;

/// The language of a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lang {
    Ja,
    En,
}

impl Lang {
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "ja" => Some(Self::Ja),
            "en" => Some(Self::En),
            _ => None,
        }
    }

    /// From an `Accept-Language` header: English only where it is asked for before Japanese.
    pub fn accepted(header: &str) -> Self {
        let tags = header.split(',').map(|tag| tag.trim().to_ascii_lowercase());
        let mut known = tags.filter_map(|tag| Self::from_code(tag.get(..2).unwrap_or("")));
        known.next().unwrap_or(Self::Ja)
    }

    pub fn code(self) -> &'static str {
        match self {
            Self::Ja => "ja",
            Self::En => "en",
        }
    }

    pub fn is_ja(self) -> bool {
        self == Self::Ja
    }

    /// The text of this language.
    pub fn t<'a>(self, ja: &'a str, en: &'a str) -> &'a str {
        match self {
            Self::Ja => ja,
            Self::En => en,
        }
    }

    /// The text of this language from a pair.
    pub fn w(self, word: Word) -> &'static str {
        self.t(word.0, word.1)
    }

    /// The sentence of a refusal.
    pub fn refusal(self, refusal: &Refusal) -> String {
        match self {
            Self::Ja => refusal.ja(),
            Self::En => refusal.en(),
        }
    }

    /// A day in a table: `2026/11/30`. The same in both languages, because it is typed and pasted back as well.
    pub fn day(self, day: &Date) -> String {
        day.strftime("%Y/%m/%d").to_string()
    }

    /// A day that may be absent.
    pub fn day_or(self, day: &Option<Date>) -> String {
        day.as_ref().map_or_else(|| "—".into(), |day| self.day(day))
    }

    /// A day in a sentence, with its weekday: `2026年11月30日(月)` or `Mon 30 Nov 2026`.
    pub fn long_day(self, day: &Date) -> String {
        match self {
            Self::Ja => {
                let weekday = ["月", "火", "水", "木", "金", "土", "日"];
                let index = usize::try_from(day.weekday().to_monday_zero_offset()).unwrap_or(0);
                format!(
                    "{}年{}月{}日({})",
                    day.year(),
                    day.month(),
                    day.day(),
                    weekday.get(index).unwrap_or(&"")
                )
            }
            Self::En => day.strftime("%a %-d %b %Y").to_string(),
        }
    }

    /// A month with its year: `2026年11月` or `Nov 2026`.
    pub fn month(self, month: &Month) -> String {
        match self {
            Self::Ja => format!("{}年{}月", month.year(), month.month()),
            Self::En => month.first_day().strftime("%b %Y").to_string(),
        }
    }

    /// A month alone: `11月` or `Nov`.
    pub fn short_month(self, month: &Month) -> String {
        match self {
            Self::Ja => format!("{}月", month.month()),
            Self::En => month.first_day().strftime("%b").to_string(),
        }
    }

    /// A fiscal year: `2026年度` or `FY2026`.
    pub fn year(self, fiscal_year: i64) -> String {
        match self {
            Self::Ja => format!("{fiscal_year}年度"),
            Self::En => format!("FY{fiscal_year}"),
        }
    }

    /// An English count with its noun, `1 record` or `3 records`, for sentences that stand beside a Japanese one.
    pub fn many(n: impl Copy + Display + PartialEq + From<u8>, one: &str, many: &str) -> String {
        format!("{n} {}", if n == 1.into() { one } else { many })
    }

    /// A count with its noun: `3件` or `3 records`; the English noun in singular and plural.
    pub fn count(self, n: usize, ja: &str, one: &str, many: &str) -> String {
        match self {
            Self::Ja => format!("{n}{ja}"),
            Self::En => format!("{n} {}", if n == 1 { one } else { many }),
        }
    }
}

/// A sentence with values in it, in the language of a person: `say!(l, "{n}件あります。", "There are {n}.")`.
#[macro_export]
macro_rules! say {
    ($lang:expr, $ja:literal, $en:literal) => {
        match $lang {
            $crate::house::words::Lang::Ja => format!($ja),
            $crate::house::words::Lang::En => format!($en),
        }
    };
}

/// Text folded for search: NFKC, lower case, katakana as hiragana, no blanks.
pub fn fold(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    let hiragana = |c: char| match c {
        'ァ'..='ヶ' => char::from_u32(u32::from(c) - 0x60).unwrap_or(c),
        other => other,
    };
    text.nfkc().flat_map(char::to_lowercase).map(hiragana).filter(|c| !c.is_whitespace()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn search_sees_through_width_case_and_kana() {
        assert_eq!(fold("ＡＢＣ　カタカナ ｶﾞ"), "abcかたかなが");
    }

    #[test]
    fn japanese_unless_english_is_asked_first() {
        assert_eq!(Lang::accepted("en-US,ja;q=0.5"), Lang::En);
        assert_eq!(Lang::accepted("fr,ja,en"), Lang::Ja);
        assert_eq!(Lang::accepted(""), Lang::Ja);
    }

    #[test]
    fn deadlines_carry_their_weekday() {
        let day = Date::constant(2026, 12, 7);
        assert_eq!(Lang::Ja.long_day(&day), "2026年12月7日(月)");
        assert_eq!(Lang::En.long_day(&day), "Mon 7 Dec 2026");
    }
}
