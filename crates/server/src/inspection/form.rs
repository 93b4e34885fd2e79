//! The sheet's form: fields named by item (`mark.CHK-O01`), read into drafts, and what is still missing in them.

use crate::house::door::fields;
use meguri_domain::inspection::{Answer, AnswerDraft, CheckItem, Mark};
use meguri_domain::objective::LATE;
use meguri_domain::refusal::{MOST_TEXT, required};
use meguri_domain::{Date, Refusal};

/// What was typed, by field name.
#[derive(Default)]
pub struct Typed(Vec<(String, String)>);

impl Typed {
    pub fn read(body: &[u8]) -> Self {
        Self(fields(body))
    }

    /// A field's text; empty when it was not sent.
    pub fn get(&self, name: &str) -> &str {
        self.0.iter().find(|(each, _)| each == name).map_or("", |(_, value)| value)
    }

    /// A field of an item.
    pub fn of(&self, field: &str, item: &CheckItem) -> &str {
        self.get(&[field, ".", item.id.as_str()].concat())
    }

    pub fn version(&self) -> i64 {
        self.get("version").parse().unwrap_or(0)
    }
}

/// A refusal at a field of the sheet, by the field's name in the form.
pub struct Wrong {
    pub field: String,
    pub refusal: Refusal,
}

impl Wrong {
    fn at(field: &str, item: &CheckItem, refusal: Refusal) -> Self {
        Self { field: [field, ".", item.id.as_str()].concat(), refusal }
    }
}

/// The drafts that were typed for the items due. 「残りをすべて○にする」 answers those that have no answer yet.
pub fn drafts(typed: &Typed, due: &[CheckItem], answers: &[Answer]) -> Result<Vec<AnswerDraft>, Wrong> {
    let rest = typed.get("rest") == "good";
    let mut drafts = Vec::new();
    for item in due {
        let saved = answers.iter().find(|answer| answer.item_id == item.id);
        let mark = match Mark::from_code(typed.of("mark", item)) {
            Some(mark) => mark,
            None if rest && saved.is_none() => Mark::Good,
            None => continue,
        };
        let mut draft = draft(typed, item, mark)?;
        if let Some(saved) = saved.filter(|saved| saved.mark == Mark::Good && mark == Mark::Good) {
            draft.note.clone_from(&saved.note); // What was noted beside a ○ elsewhere stays.
        }
        drafts.push(draft);
    }
    Ok(drafts)
}

/// One draft: only the fields that its mark asks for, so that nothing hidden is kept.
fn draft(typed: &Typed, item: &CheckItem, mark: Mark) -> Result<AnswerDraft, Wrong> {
    let noted = mark != Mark::Good;
    let bad = mark == Mark::Bad;
    let text = |field: &'static str, asked: bool| {
        if asked { typed.of(field, item).replace("\r\n", "\n").trim().to_owned() } else { String::new() }
    };
    let draft = AnswerDraft {
        item_id: item.id.clone(),
        mark,
        note: text("note", noted),
        cause: text("cause", bad),
        fix: text("fix", bad),
        owner: text("owner", bad),
        due_on: if bad { day(typed, item)? } else { None },
    };
    for (field, value) in
        [("note", &draft.note), ("cause", &draft.cause), ("fix", &draft.fix), ("owner", &draft.owner)]
    {
        if value.chars().count() > MOST_TEXT {
            let refusal = Refusal::TooLong { field, word: ("この欄", "This field"), most: MOST_TEXT };
            return Err(Wrong::at(field, item, refusal));
        }
    }
    Ok(draft)
}

fn day(typed: &Typed, item: &CheckItem) -> Result<Option<Date>, Wrong> {
    let text = typed.of("due_on", item).trim();
    if text.is_empty() {
        return Ok(None);
    }
    let hint = (
        "「2026-11-30」の形で、暦にある日を入力してください。",
        "Write a day of the calendar like 2026-11-30.",
    );
    let unfit =
        Refusal::Unfit { field: "due_on", word: ("是正の期限", "Due date of the correction"), hint };
    text.parse().map(Some).map_err(|_| Wrong::at("due_on", item, unfit))
}

/// What keeps a saved sheet from being submitted, item by item in the sheet's order.
pub fn missing(due: &[CheckItem], answers: &[Answer], late: bool, late_reason: &str) -> Vec<Wrong> {
    let mut wrong = Vec::new();
    for item in due {
        match answers.iter().find(|answer| answer.item_id == item.id) {
            None => wrong.push(Wrong::at("mark", item, UNANSWERED)),
            Some(answer) => wrong.extend(lacks(item, answer)),
        }
    }
    if late && let Err(refusal) = required(late_reason, "late_reason", LATE) {
        wrong.push(Wrong { field: "late_reason".into(), refusal });
    }
    wrong
}

/// Every field that an answer still lacks, not only the first: the rule is asked again with each one filled.
fn lacks(item: &CheckItem, answer: &Answer) -> Vec<Wrong> {
    let mut filled = answer.clone();
    let mut wrong = Vec::new();
    for _ in 0..5 {
        let Err(refusal) = filled.must_be_complete() else { break };
        let field = refusal.field().unwrap_or("mark");
        match field {
            "note" => filled.note.push('.'),
            "cause" => filled.cause.push('.'),
            "fix" => filled.fix.push('.'),
            "owner" => filled.owner.push('.'),
            _ => filled.due_on = Some(answer.month.first_day()),
        }
        wrong.push(Wrong::at(field, item, refusal));
    }
    wrong
}

const UNANSWERED: Refusal = Refusal::Because((
    "まだ回答がありません。○・△・×・該当なしのどれかを選んでください。",
    "There is no answer yet. Choose one of the four.",
));
