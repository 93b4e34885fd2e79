//! The expected no: a sentence for the person that says what is wrong, why, and what to do.

use crate::Word;

/// Why an act was refused. Nothing has changed when one of these is returned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// The actor's role does not allow the act.
    NotAllowed,
    /// The thing does not exist, or the actor must not know that it does.
    NotFound,
    /// Somebody else saved first; `current` is the version that stands now.
    Stale { current: i64 },
    /// The one who recorded must not check (invariant 9).
    OwnRecord,
    /// The record is in a state in which the act makes no sense; `state` says which.
    WrongState { state: Word },
    /// A required field is empty. `field` is the form's field name.
    Missing { field: &'static str, word: Word },
    /// A field does not fit; `hint` says what would.
    Unfit { field: &'static str, word: Word, hint: Word },
    /// A text is longer than `most` characters.
    TooLong { field: &'static str, word: Word, most: usize },
    /// Items still lack an answer.
    Incomplete { left: usize },
    /// The same thing exists already.
    Already { what: Word },
    /// The month of this record is closed.
    MonthClosed,
    /// Records still wait, so the month cannot be closed yet.
    StillWaiting { left: usize },
    /// The criteria are not approved, so nothing can be judged under them.
    CriteriaNotApproved,
    /// What was asked for was erased; `mark` names the entry that says so.
    Erased { mark: String },
    /// Anything else, already written for the person.
    Because(Word),
    /// The same, with text made at run time: Japanese, English.
    Said { ja: String, en: String },
}

impl Refusal {
    /// The sentence in Japanese.
    pub fn ja(&self) -> String {
        match self {
            Self::NotAllowed => "この操作はできません。あなたの役割では許可されていません。必要なときは、事務局かシステム管理者に連絡してください。".into(),
            Self::NotFound => "この画面を見られません。役割が変わったか、アドレスが古くなっています。一覧から選び直してください。".into(),
            Self::Stale { .. } => "保存できませんでした。ほかの人が先に更新しています。両方の内容を見比べて、残すほうを選んでください。".into(),
            Self::OwnRecord => "自分が記入した記録は、自分では確認できません。記入と確認は別の人が行います。ほかの担当者か代理に依頼してください。".into(),
            Self::WrongState { state } => format!("この操作は今はできません。記録の状態が「{}」です。画面を読み込み直して、今の状態を確かめてください。", state.0),
            Self::Missing { word, .. } => format!("「{}」が空です。入力してください。", word.0),
            Self::Unfit { field: "file", hint, .. } => format!("このファイルは受け付けられません。{}", hint.0),
            Self::Unfit { word, hint, .. } => format!("「{}」の値が合いません。{}", word.0, hint.0),
            Self::TooLong { word, most, .. } => format!("「{}」が長すぎます。{most}文字以内にしてください。", word.0),
            Self::Incomplete { left } => format!("まだ{left}項目に回答がありません。すべての項目に回答してから提出してください。"),
            Self::Already { what } => format!("{}は、すでにあります。一覧で確かめてください。", what.0),
            Self::MonthClosed => "この月は締められています。直すときは、事務局に理由を伝えて締めを解いてもらってください。".into(),
            Self::StillWaiting { left } => format!("確認待ちの記録が{left}件あるため、締められません。先にチェックするか、差し戻してください。"),
            Self::CriteriaNotApproved => "リスク基準がまだ承認されていません。経営層が承認すると評価を始められます。".into(),
            Self::Erased { mark } => format!("このファイルは消去されました。{mark}。消去した理由と承認は、記録簿のその番号に残っています。"),
            Self::Because(word) => word.0.into(),
            Self::Said { ja, .. } => ja.clone(),
        }
    }

    /// The sentence in English.
    pub fn en(&self) -> String {
        match self {
            Self::NotAllowed => "You cannot do this: your role does not allow it. If you need it, ask the secretariat or the administrator.".into(),
            Self::NotFound => "You cannot see this page: your role has changed or the address is old. Choose again from the list.".into(),
            Self::Stale { .. } => "Not saved: somebody else saved first. Compare both versions and choose the one to keep.".into(),
            Self::OwnRecord => "You cannot check a record that you wrote. Recording and checking are done by different people. Ask a colleague or a deputy.".into(),
            Self::WrongState { state } => format!("This cannot be done now: the record is “{}”. Reload the page to see its state.", state.1),
            Self::Missing { word, .. } => format!("“{}” is empty. Please fill it in.", word.1),
            Self::Unfit { field: "file", hint, .. } => format!("This file cannot be taken. {}", hint.1),
            Self::Unfit { word, hint, .. } => format!("“{}” does not fit. {}", word.1, hint.1),
            Self::TooLong { word, most, .. } => format!("“{}” is too long. Use at most {most} characters.", word.1),
            Self::Incomplete { left } => format!("{left} items have no answer yet. Answer all of them, then submit."),
            Self::Already { what } => format!("{} exists already. See the list.", what.1),
            Self::MonthClosed => "This month is closed. To correct it, tell the secretariat why and ask them to reopen it.".into(),
            Self::StillWaiting { left } => format!("{left} records still wait for a check, so the month cannot be closed. Check or return them first."),
            Self::CriteriaNotApproved => "The risk criteria are not approved yet. Assessment can start when the executive approves them.".into(),
            Self::Erased { mark } => format!("This file was erased: {mark}. Why, and who approved it, stands in the record log under that number."),
            Self::Because(word) => word.1.into(),
            Self::Said { en, .. } => en.clone(),
        }
    }

    /// The form field the refusal speaks of, if it speaks of one.
    pub fn field(&self) -> Option<&'static str> {
        match self {
            Self::Missing { field, .. } | Self::Unfit { field, .. } | Self::TooLong { field, .. } => {
                Some(field)
            }
            _ => None,
        }
    }
}

/// The text without blanks at its ends, or [`Refusal::Missing`] when nothing is left.
pub fn required(text: &str, field: &'static str, word: Word) -> Result<String, Refusal> {
    let text = optional(text, field, word)?;
    if text.is_empty() { Err(Refusal::Missing { field, word }) } else { Ok(text) }
}

/// The longest text a field takes, in characters.
pub const MOST_TEXT: usize = 2_000;

/// The text without blanks at its ends; longer than [`MOST_TEXT`] is refused, and so is NUL, which no database
/// keeps in a text.
pub fn optional(text: &str, field: &'static str, word: Word) -> Result<String, Refusal> {
    let text = text.trim();
    if text.chars().count() > MOST_TEXT {
        return Err(Refusal::TooLong { field, word, most: MOST_TEXT });
    }
    if text.contains('\0') {
        let hint = (
            "使えない文字（制御文字NUL）を除いてください。",
            "Remove the character that cannot be kept (NUL).",
        );
        return Err(Refusal::Unfit { field, word, hint });
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{answered, rows};

    const WORD: Word = ("期限", "Due date");

    #[test]
    fn every_refusal_speaks_both_languages_and_says_what_it_is_about() {
        let all = [
            Refusal::NotAllowed,
            Refusal::NotFound,
            Refusal::Stale { current: 2 },
            Refusal::OwnRecord,
            Refusal::WrongState { state: WORD },
            Refusal::Missing { field: "due_on", word: WORD },
            Refusal::Unfit { field: "due_on", word: WORD, hint: ("直す。", "Fix it.") },
            Refusal::TooLong { field: "due_on", word: WORD, most: 9 },
            Refusal::Incomplete { left: 2 },
            Refusal::Already { what: WORD },
            Refusal::MonthClosed,
            Refusal::StillWaiting { left: 2 },
            Refusal::CriteriaNotApproved,
            Refusal::Erased { mark: "〔消去済 記録7〕".into() },
            Refusal::Because(("理由。", "Because.")),
            Refusal::Said { ja: "文。".into(), en: "Text.".into() },
        ];
        for refusal in &all {
            assert!(refusal.ja().ends_with('。'), "{refusal:?}");
            assert!(refusal.en().ends_with('.'));
        }
        let fields = all.iter().filter(|each| each.field() == Some("due_on")).count();
        assert_eq!(fields, 3);
    }

    #[test]
    fn texts_are_trimmed_and_bounded() {
        let full = "あ".repeat(MOST_TEXT);
        rows([
            ("words", answered(required(" a ", "due_on", WORD)), "fine"),
            ("blanks", answered(required(" \u{3000}\n", "due_on", WORD)), "missing due_on"),
            ("empty but optional", answered(optional("", "due_on", WORD)), "fine"),
            ("just fits", answered(optional(&full, "due_on", WORD)), "fine"),
            ("a NUL", answered(optional("a\0b", "due_on", WORD)), "unfit due_on"),
            ("one too many", answered(optional(&format!("{full}x"), "due_on", WORD)), "too long due_on"),
        ]);
        assert_eq!(required(" a ", "due_on", WORD), Ok("a".into()));
    }
}
