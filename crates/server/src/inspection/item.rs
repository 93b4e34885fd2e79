//! One item of the sheet as a page shows it: what was typed or saved, what is wrong with it, what it carries.

use super::evidence::EvidenceView;
use super::form::Typed;
use super::walk::Badge;
use crate::house::words::Lang;
use meguri_domain::Date;
use meguri_domain::correction::{Correction, CorrectionState};
use meguri_domain::inspection::{Answer, CheckItem, Mark};

pub struct ItemView {
    pub id: String,
    pub number: usize,
    pub text: String,
    pub hint: String,
    pub controls: String,
    pub mark: &'static str,
    pub badge: Option<Badge>,
    pub note: String,
    /// What is saved beside a ○.
    pub noted: String,
    pub cause: String,
    pub fix: String,
    pub owner: String,
    pub due_on: String,
    /// Field and sentence.
    pub wrong: Vec<(String, String)>,
    /// What stands now, where it differs from what was typed.
    pub theirs: Vec<(&'static str, String)>,
    pub carried: Option<CarriedView>,
    pub evidence: Vec<EvidenceView>,
    pub req: String,
}

impl ItemView {
    /// The sentence at a field, if something is wrong with it.
    pub fn at(&self, field: &str) -> Option<&str> {
        self.wrong.iter().find(|(each, _)| each == field).map(|(_, sentence)| sentence.as_str())
    }
}

/// A correction that comes back until its effect is verified.
pub struct CarriedView {
    pub id: String,
    pub text: String,
    pub found: String,
    pub state: &'static str,
    pub what: String,
    pub overdue: bool,
    pub due_on: String,
    pub history: Vec<(String, Badge, String)>,
}

impl ItemView {
    /// Puts what was typed over what is saved; where both differ, what is saved is shown beside it.
    pub fn overlay(&mut self, l: Lang, typed: &Typed, item: &CheckItem, saved: Option<&Answer>) {
        let Some(mark) = Mark::from_code(typed.of("mark", item)) else { return };
        let text = |field| typed.of(field, item).replace("\r\n", "\n").trim().to_owned();
        self.mark = mark.code();
        for (field, own) in [
            ("note", &mut self.note),
            ("cause", &mut self.cause),
            ("fix", &mut self.fix),
            ("owner", &mut self.owner),
            ("due_on", &mut self.due_on),
        ] {
            *own = text(field);
        }
        let Some(saved) = saved else { return };
        let due_on = saved.due_on.map_or_else(String::new, |day| day.to_string());
        let noted = mark != Mark::Good;
        let bad = mark == Mark::Bad;
        let same = saved.mark == mark
            && (!noted || saved.note == self.note)
            && (!bad
                || (saved.cause == self.cause
                    && saved.fix == self.fix
                    && saved.owner == self.owner
                    && due_on == self.due_on));
        if same {
            return;
        }
        let all = [
            (l.t("回答", "Answer"), mark_badge(l, saved.mark).said()),
            (l.t("内容・理由", "Note"), saved.note.clone()),
            (l.t("原因", "Cause"), saved.cause.clone()),
            (l.t("是正の内容", "Corrective action"), saved.fix.clone()),
            (l.t("担当", "In charge"), saved.owner.clone()),
            (l.t("是正の期限", "Due date"), due_on),
        ];
        self.theirs = all.into_iter().filter(|(_, value)| !value.is_empty()).collect();
    }
}

impl Badge {
    fn said(&self) -> String {
        [self.letter, " ", self.word].concat()
    }
}

/// An answer in letter, tint and word.
pub fn mark_badge(l: Lang, mark: Mark) -> Badge {
    let make = |class, letter, ja, en| Badge { class, letter, word: l.t(ja, en) };
    match mark {
        Mark::Good => make("good", "○", "できている", "Done"),
        Mark::Partly => make("warn", "△", "一部できていない", "Partly"),
        Mark::Bad => make("bad", "×", "できていない", "Not done"),
        Mark::NotApplicable => make("quiet", "─", "該当なし", "Not applicable"),
    }
}

/// A correction with what became of its item since.
pub fn carried(
    l: Lang,
    (correction, item, history): &(Correction, CheckItem, Vec<Answer>),
    today: Date,
) -> CarriedView {
    let since = history.iter().filter(|answer| answer.month >= correction.found_month);
    let mut history: Vec<_> = since
        .map(|answer| (l.short_month(&answer.month), mark_badge(l, answer.mark), answer.note.clone()))
        .collect();
    history.reverse();
    CarriedView {
        id: correction.id.to_string(),
        text: l.t(&item.text_ja, &item.text_en).to_owned(),
        found: l.month(&correction.found_month),
        state: l.w(correction.state.word()),
        what: correction.what.clone(),
        overdue: correction.state == CorrectionState::Open
            && correction.due_on.is_some_and(|due| due < today),
        due_on: l.day_or(&correction.due_on),
        history,
    }
}
