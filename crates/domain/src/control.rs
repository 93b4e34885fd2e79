//! Controls of the company's own 自社の管理策 beside those of Annex A, which nobody edits (JIS Q 27001:2023 6.1.3 b,
//! note: an organisation may design controls as required).

use crate::codes::codes;
use crate::ids::ControlId;
use crate::people::{Act, Actor};
use crate::refusal::{Refusal, optional, required};
use crate::risk::Control;
use crate::{Change, Word};

codes! {
    /// The four groups of controls of Annex A; a control of the company's own belongs to one of them too.
    pub enum ControlGroup {
        Organisational = "organisational", "組織的", "Organizational";
        People = "people", "人的", "People";
        Physical = "physical", "物理的", "Physical";
        Technological = "technological", "技術的", "Technological";
    }
}

impl ControlGroup {
    /// The group of a control, by the word that the catalogue uses.
    pub fn of(control: &Control) -> Option<Self> {
        Self::ALL.iter().copied().find(|each| each.word().0 == control.annex_group)
    }
}

/// A control of one's own, as a person writes it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ControlDraft {
    /// Which group it belongs to.
    pub group: Option<ControlGroup>,
    /// Its title in Japanese.
    pub title_ja: String,
    /// Its title in English; may be empty, then the Japanese one stands for both.
    pub title_en: String,
    /// What it asks for, in words.
    pub note: String,
}

const NUMBER: Word = ("番号", "Number");
/// Characters of a number.
const MOST_NUMBER: usize = 12;
/// Characters of a title.
const MOST_TITLE: usize = 120;

impl Control {
    /// Whether it is one of the company's own: Annex A numbers begin with a digit, own ones with a letter.
    pub fn is_own(&self) -> bool {
        is_own(&self.id)
    }

    /// A new control of the company's own. Its number begins with a letter and cannot be taken for one of Annex A.
    pub fn add(number: &str, draft: ControlDraft, by: &Actor) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::EditCriteria)?;
        let id = own_number(number)?;
        let blank = Self {
            id,
            version: 0,
            annex_group: String::new(),
            title_ja: String::new(),
            title_en: String::new(),
            confirmed: true,
            note: String::new(),
        };
        Ok(Change::new(blank.filled(draft)?, "control.added"))
    }

    /// Other words for a control of one's own; its number stays, because plans and statements name it.
    pub fn edit(self, version: i64, draft: ControlDraft, by: &Actor) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::EditCriteria)?;
        if !self.is_own() {
            return Err(Refusal::Because((
                "附属書Aの管理策は変更できません。自社で決めた内容は、自社の管理策として追加してください。",
                "A control of Annex A cannot be changed. Add a control of your own instead.",
            )));
        }
        if self.version != version {
            return Err(Refusal::Stale { current: self.version });
        }
        Ok(Change::new(self.filled(draft)?, "control.edited"))
    }

    fn filled(self, draft: ControlDraft) -> Result<Self, Refusal> {
        let group = draft.group.ok_or(Refusal::Missing { field: "group", word: ("区分", "Group") })?.word().0;
        let title_ja = required(&draft.title_ja, "title_ja", ("名称", "Title"))?;
        let title_en = optional(&draft.title_en, "title_en", ("名称（英語）", "Title in English"))?;
        let titles = [
            ("title_ja", ("名称", "Title"), &title_ja),
            ("title_en", ("名称（英語）", "Title in English"), &title_en),
        ];
        for (field, word, title) in titles {
            if title.chars().count() > MOST_TITLE {
                return Err(Refusal::TooLong { field, word, most: MOST_TITLE });
            }
        }
        Ok(Self {
            version: self.version + 1,
            annex_group: group.to_owned(),
            title_en: if title_en.is_empty() { title_ja.clone() } else { title_en },
            title_ja,
            note: optional(&draft.note, "note", ("内容", "What it asks for"))?,
            ..self
        })
    }
}

/// Whether a number is that of a control of the company's own.
pub fn is_own(id: &ControlId) -> bool {
    !id.as_str().starts_with(|first: char| first.is_ascii_digit())
}

/// By what controls are put in order: 5.9 before 5.10, and the company's own behind those of Annex A.
pub fn order(id: &ControlId) -> Vec<String> {
    id.as_str().split(['.', '-']).map(|part| format!("{part:0>12}")).fold(
        vec![u8::from(is_own(id)).to_string()],
        |mut key, part| {
            key.push(part);
            key
        },
    )
}

/// A number as a person types it: full-width and small letters are the same number.
fn own_number(typed: &str) -> Result<ControlId, Refusal> {
    let typed = required(typed, "number", NUMBER)?;
    let plain: String = typed.chars().map(half_width).collect::<String>().to_ascii_uppercase();
    let bytes = plain.as_bytes();
    let begins = bytes.first().is_some_and(u8::is_ascii_uppercase);
    let ends = bytes.last().is_some_and(u8::is_ascii_alphanumeric);
    let annex = plain.strip_prefix('A').map(|rest| rest.trim_start_matches(['.', '-']));
    let taken_for_annex = annex.is_some_and(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
    let fits = begins && ends && bytes.len() <= MOST_NUMBER && !taken_for_annex;
    ControlId::new(plain).filter(|_| fits).ok_or(Refusal::Unfit {
        field: "number",
        word: NUMBER,
        hint: (
            "「X.1」のように、英字で始まる12文字以内の英数字にしてください。附属書Aの番号と紛らわしい「5.1」「A.5.1」は使えません。",
            "Begin with a letter, like X.1, in at most 12 letters and digits. Numbers that look like Annex A (5.1, A.5.1) cannot be used.",
        ),
    })
}

fn half_width(c: char) -> char {
    match c {
        '！'..='～' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{administrator, done, executive, head, id, rows, said, secretariat};

    fn draft() -> ControlDraft {
        ControlDraft {
            group: Some(ControlGroup::People),
            title_ja: "委託先の担当者への説明".into(),
            title_en: String::new(),
            note: String::new(),
        }
    }

    #[test]
    fn the_secretariat_adds_controls_whose_numbers_are_not_those_of_annex_a() {
        let add = |number: &str| said(Control::add(number, draft(), &secretariat()));
        rows([
            ("own", add("X.1"), "control.added"),
            ("full width and small", add(" ｘ．１ "), "control.added"),
            ("words", add("AUDIT-2"), "control.added"),
            ("annex", add("5.1"), "unfit number"),
            ("annex with its letter", add("A.5.1"), "unfit number"),
            ("annex without the dot", add("a5.1"), "unfit number"),
            ("nothing", add(" "), "missing number"),
            ("letters of others", add("管1"), "unfit number"),
            ("a dot at the end", add("X."), "unfit number"),
            ("long", add("X.123456789.12"), "unfit number"),
            ("head", said(Control::add("X.1", draft(), &head())), "not allowed"),
            ("executive", said(Control::add("X.1", draft(), &executive())), "not allowed"),
            ("administrator", said(Control::add("X.1", draft(), &administrator())), "not allowed"),
        ]);
        let added = done(Control::add("ｘ．１", draft(), &secretariat()));
        assert_eq!((added.id.as_str(), added.title_en.as_str()), ("X.1", "委託先の担当者への説明"));
        assert!(added.is_own() && ControlGroup::of(&added) == Some(ControlGroup::People));
    }

    #[test]
    fn what_is_written_of_it_has_bounds() {
        let add = |draft| said(Control::add("X.1", draft, &secretariat()));
        rows([
            ("no group", add(ControlDraft { group: None, ..draft() }), "missing group"),
            ("no title", add(ControlDraft { title_ja: " ".into(), ..draft() }), "missing title_ja"),
            ("long", add(ControlDraft { title_ja: "長".repeat(121), ..draft() }), "too long title_ja"),
            (
                "long in English",
                add(ControlDraft { title_en: "x".repeat(121), ..draft() }),
                "too long title_en",
            ),
            ("just fits", add(ControlDraft { title_ja: "長".repeat(120), ..draft() }), "control.added"),
        ]);
    }

    #[test]
    fn only_a_control_of_ones_own_is_edited_and_only_as_it_stands() {
        let own = || done(Control::add("X.1", draft(), &secretariat()));
        let annex = Control { id: id("5.1"), ..own() };
        rows([
            ("own", said(own().edit(1, draft(), &secretariat())), "control.edited"),
            ("annex", said(annex.edit(1, draft(), &secretariat())), "because"),
            ("stale", said(own().edit(9, draft(), &secretariat())), "stale, now 1"),
            ("head", said(own().edit(1, draft(), &head())), "not allowed"),
        ]);
    }

    #[test]
    fn numbers_stand_in_the_order_in_which_people_count() {
        let mut ids: Vec<ControlId> = ["X.10", "5.10", "8.1", "X.2", "5.9", "6.1", "B"].map(id).into();
        ids.sort_by_key(order);
        assert_eq!(
            ids.iter().map(ControlId::as_str).collect::<Vec<_>>(),
            ["5.9", "5.10", "6.1", "8.1", "B", "X.2", "X.10"]
        );
    }
}
