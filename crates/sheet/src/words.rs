//! The words of the register: media, marks and scores, and the other ways people write them.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::scale::Scale;
use crate::text::{fold, plain};

/// The media and places of the IPA sheet, in its order. The company may accept more, see `Known::media`.
pub const MEDIA: [&str; 6] =
    ["書類", "可搬電子媒体", "事務所PC", "モバイル機器", "社内サーバー", "社外サーバー"];

/// The accepted word for what was typed: first among the company's own words, then among the sheet's and their
/// variants. `None` when nobody knows the word.
pub(crate) fn medium(typed: &str, own: &[String]) -> Option<String> {
    static KNOWN: LazyLock<HashMap<String, &str>> = LazyLock::new(|| {
        VARIANTS
            .iter()
            .flat_map(|(accepted, words)| words.iter().map(|word| (medium_key(word), *accepted)))
            .collect()
    });
    let typed = medium_key(typed);
    if let Some(word) = own.iter().find(|word| medium_key(word) == typed) {
        return Some(word.clone());
    }
    KNOWN.get(&typed).map(|accepted| (*accepted).to_owned())
}

/// A long vowel mark at the end of loan words is a matter of taste: サーバ, サーバー.
fn medium_key(text: &str) -> String {
    fold(text).replace('ー', "")
}

const VARIANTS: [(&str, &[&str]); 6] = [
    (MEDIA[0], &["書類", "紙", "紙/書類", "紙・書類", "書類(紙)", "紙媒体", "紙文書", "帳票"]),
    (
        MEDIA[1],
        &[
            "可搬電子媒体",
            "可搬媒体",
            "外部記憶媒体",
            "電子媒体",
            "USBメモリ",
            "CD・DVD",
            "外付けHDD",
            "リムーバブルメディア",
        ],
    ),
    (MEDIA[2], &["事務所PC", "社内PC", "PC", "パソコン", "事務所パソコン", "デスクトップPC"]),
    (MEDIA[3], &["モバイル機器", "モバイル端末", "携帯端末", "スマートフォン", "タブレット", "ノートPC"]),
    (MEDIA[4], &["社内サーバー", "ファイルサーバー", "社内ファイルサーバー", "自社サーバー", "オンプレミス"]),
    (
        MEDIA[5],
        &[
            "社外サーバー",
            "社外サーバー(クラウド)",
            "クラウド",
            "クラウドサービス",
            "クラウドサーバー",
            "外部サーバー",
            "SaaS",
        ],
    ),
];

// Two lists of words stay lists, not columns of one word per line.
#[rustfmt::skip]
const YES: &[&str] = &[
    "○", "〇", "◯", "●", "◎", "⭕", "有", "有り", "あり", "レ", "✓", "✔", "☑", "■", "1", "y", "yes", "true", "はい",
    "該当", "該当する", "該当あり", "含む",
];
#[rustfmt::skip]
const NO: &[&str] = &[
    "", "×", "✕", "✖", "╳", "❌", "x", "無", "無し", "なし", "−", "-", "–", "—", "―", "ー", "‐", "─", "0", "n", "no",
    "false", "いいえ", "□", "☐", "非該当", "該当なし", "該当しない", "含まない", "/", "n/a",
];

/// Whether a mark says yes. An empty cell says no; `None` when it cannot be told.
pub fn mark(typed: &str) -> Option<bool> {
    let typed = plain(typed);
    if YES.contains(&typed.as_str()) {
        return Some(true);
    }
    NO.contains(&typed.as_str()).then_some(false)
}

/// Whether a cell says that there is nothing to say: it is empty or holds only dashes.
pub(crate) fn is_dash(typed: &str) -> bool {
    plain(typed).chars().all(|c| "-−–—―ー‐─/".contains(c))
}

/// What a score cell says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Score {
    /// Nothing was typed.
    Empty,
    /// 1, 2 or 3.
    Value(u8),
    /// A number that is none of these.
    Outside,
    /// No number at all.
    NotANumber,
}

/// Reads a score on a scale: digits of any width, words (高・中・低, 大・中・小, A・B・C, Ⅲ・Ⅱ・Ⅰ), or both together as in
/// `3（高）`. The value is always on the scale 3-2-1.
pub(crate) fn score(typed: &str, scale: Scale) -> Score {
    let typed = plain(typed);
    if typed.is_empty() {
        return Score::Empty;
    }
    let bare: String = typed.chars().filter(|c| !"():・_点=".contains(*c)).collect();
    let bare = ["レベル", "ランク", "level", "lv", "rank"]
        .iter()
        .find_map(|word| bare.strip_prefix(word))
        .unwrap_or(&bare);
    let digits: String = bare.chars().filter(char::is_ascii_digit).collect();
    let word = bare.trim_matches(|c: char| c.is_ascii_digit() || c == '.' || c == '-');
    let by_word = level(word);
    if let (Some(value), true) = (by_word, digits.is_empty()) {
        return Score::Value(value);
    }
    let number = if by_word.is_some() { digits.parse().ok() } else { bare.parse::<f64>().ok() };
    let Some(number) = number.filter(|number| number.is_finite()) else { return Score::NotANumber };
    let by_number = on_scale(number, scale);
    match (by_number, by_word) {
        (Some(value), Some(word)) if value != word => Score::NotANumber,
        (Some(value), _) => Score::Value(value),
        (None, _) => Score::Outside,
    }
}

fn level(word: &str) -> Option<u8> {
    match word {
        "高" | "大" | "a" | "h" | "high" | "iii" | "高い" | "大きい" => Some(3),
        "中" | "b" | "m" | "medium" | "middle" | "ii" | "中程度" => Some(2),
        "低" | "小" | "c" | "l" | "low" | "i" | "低い" | "小さい" => Some(1),
        _ => None,
    }
}

fn on_scale(number: f64, scale: Scale) -> Option<u8> {
    let lowest = match scale {
        Scale::OneToThree => 1.0,
        Scale::ZeroToTwo => 0.0,
    };
    [(0.0, 1), (1.0, 2), (2.0, 3)]
        .into_iter()
        .find(|(step, _)| number.eq(&(lowest + step)))
        .map(|(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn media_find_their_accepted_word() {
        let own = vec!["電子データ".to_owned(), "社外サーバー（クラウド）".to_owned()];
        for (typed, word) in [
            ("社内サーバ", Some("社内サーバー")),
            ("紙", Some("書類")),
            ("ＵＳＢメモリー", Some("可搬電子媒体")),
            ("事務所ＰＣ", Some("事務所PC")),
            ("社外サーバ(クラウド)", Some("社外サーバー（クラウド）")),
            ("電子データ", Some("電子データ")),
            ("金庫", None),
        ] {
            assert_eq!(medium(typed, &own).as_deref(), word, "{typed}");
        }
        assert_eq!(medium("社外サーバー(クラウド)", &[]).as_deref(), Some("社外サーバー"));
        for word in MEDIA {
            assert_eq!(medium(word, &[]).as_deref(), Some(word));
        }
    }

    #[test]
    fn marks_say_yes_or_no_or_are_asked_about() {
        for yes in ["○", "〇", "◯", "有", " 有 ", "レ", "✓", "１", "あり", "●", "ＴＲＵＥ"]
        {
            assert_eq!(mark(yes), Some(true), "{yes}");
        }
        for no in ["", "　", "×", "無", "−", "－", "-", "ー", "0", "なし", "Ｘ", "該当しない"]
        {
            assert_eq!(mark(no), Some(false), "{no}");
        }
        for unclear in ["△", "?", "一部", "2"] {
            assert_eq!(mark(unclear), None, "{unclear}");
        }
    }

    #[test]
    fn scores_are_read_in_digits_and_words() {
        for (typed, found) in [
            ("3", Score::Value(3)),
            ("２", Score::Value(2)),
            ("1.0", Score::Value(1)),
            ("高", Score::Value(3)),
            ("３（高）", Score::Value(3)),
            ("中:2", Score::Value(2)),
            ("低", Score::Value(1)),
            ("", Score::Empty),
            ("0", Score::Outside),
            ("４", Score::Outside),
            ("2.5", Score::Outside),
            ("-1", Score::Outside),
            ("3低", Score::NotANumber),
            ("極秘", Score::NotANumber),
            ("-", Score::NotANumber),
            ("3高中", Score::NotANumber),
            ("Ａ", Score::Value(3)),
            ("レベル２", Score::Value(2)),
            ("Ⅰ", Score::Value(1)),
            ("nan", Score::NotANumber),
        ] {
            assert_eq!(score(typed, Scale::OneToThree), found, "{typed}");
        }
    }

    #[test]
    fn the_older_scale_is_one_lower() {
        for (typed, found) in [
            ("2", Score::Value(3)),
            ("１", Score::Value(2)),
            ("0", Score::Value(1)),
            ("3", Score::Outside),
            ("高", Score::Value(3)),
            ("2（高）", Score::Value(3)),
            ("3（高）", Score::Outside),
        ] {
            assert_eq!(score(typed, Scale::ZeroToTwo), found, "{typed}");
        }
    }
}
