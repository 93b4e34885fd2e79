//! The words of the register: media, marks and scores, and the other ways people write them.

use crate::text::{fold, plain};

/// The media and places of the IPA sheet, in its order. The company may accept more, see `Known::media`.
pub const MEDIA: [&str; 6] =
    ["書類", "可搬電子媒体", "事務所PC", "モバイル機器", "社内サーバー", "社外サーバー"];

/// The accepted word for what was typed: first among the company's own words, then among the sheet's and their
/// variants. `None` when nobody knows the word.
pub(crate) fn medium(typed: &str, own: &[String]) -> Option<String> {
    // A long vowel mark at the end of loan words is a matter of taste: サーバ, サーバー.
    let key = |text: &str| fold(text).replace('ー', "");
    let typed = key(typed);
    if let Some(word) = own.iter().find(|word| key(word) == typed) {
        return Some(word.clone());
    }
    let known = VARIANTS.iter().find(|(_, words)| words.iter().any(|word| key(word) == typed));
    known.map(|(canonical, _)| (*canonical).to_owned())
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
pub(crate) fn mark(typed: &str) -> Option<bool> {
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

/// Reads a score: digits of any width, 高・中・低 (also 大・中・小), or both together as in `3（高）`.
pub(crate) fn score(typed: &str) -> Score {
    let typed = plain(typed);
    if typed.is_empty() {
        return Score::Empty;
    }
    if let Some(number) = typed.parse::<f64>().ok().filter(|number| number.is_finite()) {
        return match number {
            1.0 => Score::Value(1),
            2.0 => Score::Value(2),
            3.0 => Score::Value(3),
            _ => Score::Outside,
        };
    }
    let bare: String = typed.chars().filter(|c| !"():.・-_点".contains(*c)).collect();
    match bare.as_str() {
        "高" | "大" | "3" | "3高" | "高3" | "3大" | "大3" => Score::Value(3),
        "中" | "2" | "2中" | "中2" => Score::Value(2),
        "低" | "小" | "1" | "1低" | "低1" | "1小" | "小1" => Score::Value(1),
        digits if !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()) => Score::Outside,
        _ => Score::NotANumber,
    }
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
            ("nan", Score::NotANumber),
        ] {
            assert_eq!(score(typed), found, "{typed}");
        }
    }
}
