//! What the inventory's pages show: states as badges, counts, and who did what when.

use super::store::{Line, Tally};
use crate::house::words::Lang;
use meguri_domain::Date;
use meguri_domain::approval::{Flow, Signed, State};
use meguri_domain::inventory::{Inventory, InventorySheet, Outcome};

/// A state as letter, tint and word.
pub struct Badge {
    pub class: &'static str,
    pub letter: &'static str,
    pub word: &'static str,
}

/// The sentence of a person's language, where both are made at run time.
pub fn either(l: Lang, ja: String, en: String) -> String {
    match l {
        Lang::Ja => ja,
        Lang::En => en,
    }
}

/// A department in the table of the year.
pub struct Row {
    pub id: String,
    pub code: String,
    pub name: String,
    pub badge: Badge,
    pub group: Group,
    pub has_sheet: bool,
    pub none_held: bool,
    pub tally: Tally,
    /// Rows that came to the department after the sheet was handed in and are unconfirmed.
    pub after: i64,
    pub act: &'static str,
    /// Whose turn it is: the person who looks.
    pub mine: bool,
    /// A fresh key for the row's own form.
    pub req: String,
}

/// The groups by which the table is filtered.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Group {
    Open,
    Late,
    Waiting,
    Done,
}

impl Group {
    pub const ALL: [Self; 4] = [Self::Late, Self::Open, Self::Waiting, Self::Done];
    pub fn code(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Late => "late",
            Self::Waiting => "waiting",
            Self::Done => "done",
        }
    }
    pub fn word(self, l: Lang) -> &'static str {
        match self {
            Self::Open => l.t("未提出", "Not handed in"),
            Self::Late => l.t("期限超過", "Overdue"),
            Self::Waiting => l.t("承認・受理待ち", "Waiting"),
            Self::Done => l.t("完了", "Done"),
        }
    }
    /// Where a sheet belongs; a department that is overdue is in no other group.
    pub fn of(sheet: Option<&InventorySheet>, inventory: &Inventory, today: Date) -> Self {
        match sheet.map_or(State::Draft, |sheet| sheet.flow.state) {
            State::Draft | State::Returned if today > inventory.due_on => Self::Late,
            State::Draft | State::Returned => Self::Open,
            State::Submitted | State::Confirmed => Self::Waiting,
            State::Checked => Self::Done,
        }
    }
}

/// A link that filters, with its count.
pub struct Chip {
    pub code: &'static str,
    pub word: String,
    pub count: i64,
    pub current: bool,
}

/// The badge of a sheet.
pub fn badge(l: Lang, sheet: Option<&InventorySheet>, started: bool, overdue: bool) -> Badge {
    let state = sheet.map_or(State::Draft, |sheet| sheet.flow.state);
    let (class, letter, word) = match state {
        State::Returned => ("bad", "↩", l.w(state.word())),
        State::Draft if overdue => ("late", "!", l.t("期限超過", "Overdue")),
        State::Draft if started => ("quiet", "・", l.t("確認中", "Under way")),
        State::Draft => ("quiet", "・", l.t("未着手", "Not started")),
        State::Submitted => ("warn", "△", l.t("部門長の承認待ち", "Waiting for the head")),
        State::Confirmed => ("warn", "△", l.t("事務局の受理待ち", "Waiting for the secretariat")),
        State::Checked => ("good", "○", l.t("完了", "Done")),
    };
    Badge { class, letter, word }
}

/// A row of a department's sheet.
pub struct LineView {
    pub id: String,
    pub name: String,
    pub category: String,
    pub medium: String,
    pub importance: i64,
    pub personal: bool,
    pub retired: bool,
    pub reason: String,
    pub badge: Badge,
    pub day: String,
    /// Whether nothing was said of it yet.
    pub open: bool,
    /// Whether others changed it after the department had spoken.
    pub changed_since: bool,
    pub req: String,
}

/// A row of the sheet; `closed` once the sheet is handed in.
pub fn line(l: Lang, line: Line, closed: bool, req: String) -> LineView {
    let outcome = line.outcome();
    let changed_since = outcome.is_none() && line.said.is_some();
    let badge = match outcome {
        None if closed => {
            Badge { class: "quiet", letter: "・", word: l.t("提出後の変更", "Changed since") }
        }
        None => Badge { class: "quiet", letter: "・", word: l.t("未確認", "Unconfirmed") },
        Some(Outcome::Unchanged) => {
            Badge { class: "good", letter: "○", word: l.w(Outcome::Unchanged.word()) }
        }
        Some(Outcome::Changed) => Badge { class: "warn", letter: "△", word: l.w(Outcome::Changed.word()) },
        Some(Outcome::New) => Badge { class: "warn", letter: "＋", word: l.w(Outcome::New.word()) },
        Some(Outcome::Retired) => Badge { class: "quiet", letter: "─", word: l.w(Outcome::Retired.word()) },
    };
    let day = line.said.as_ref().filter(|_| outcome.is_some()).map_or_else(String::new, |(.., on)| l.day(on));
    let personal = line.asset.holds_personal_data();
    let asset = line.asset;
    LineView {
        id: asset.id.to_string(),
        name: asset.name,
        category: asset.category,
        medium: asset.medium,
        importance: asset.importance,
        personal,
        retired: !asset.retired_reason.is_empty(),
        reason: asset.retired_reason,
        badge,
        day,
        open: outcome.is_none(),
        changed_since,
        req,
    }
}

/// A line of who did what when.
pub struct Step {
    pub what: String,
    pub when: String,
    pub back: bool,
    pub past: bool,
}

/// The way of a sheet through its hands, with every return, and for whom it waits.
pub fn timeline(l: Lang, flow: &Flow) -> Vec<Step> {
    let mut steps: Vec<Step> = flow
        .recorded
        .iter()
        .map(|each| done(l, each, ("さんが確認を記入しました。", " confirmed rows.")))
        .collect();
    let backs: Vec<Step> = flow
        .returns
        .iter()
        .map(|each| {
            let step = done(l, &each.signed, ("さんが差し戻しました。", " sent it back."));
            let reason = match l {
                Lang::Ja => format!("「{}」", each.reason),
                Lang::En => format!(" “{}”", each.reason),
            };
            Step { what: step.what + &reason, back: true, ..step }
        })
        .collect();
    let forward = [
        (&flow.submitted, ("さんが提出しました。", " submitted it.")),
        (&flow.confirmed, ("さんが部門として承認しました。", " approved it for the department.")),
        (&flow.checked, ("さんが事務局として受理しました。", " accepted it for the secretariat.")),
    ];
    let forward = forward
        .into_iter()
        .filter_map(|(signed, words)| signed.as_ref().map(|signed| done(l, signed, words)));
    if flow.state == State::Returned {
        let mut backs = backs;
        let last = backs.pop();
        steps.extend(backs);
        steps.extend(forward);
        steps.extend(last);
    } else {
        steps.extend(backs);
        steps.extend(forward);
    }
    let waits = match flow.state {
        State::Draft => {
            l.t("部門の確認と提出を待っています。", "Waiting for the department to confirm and submit.")
        }
        State::Returned => l.t(
            "部門が直して提出するのを待っています。",
            "Waiting for the department to correct and submit it.",
        ),
        State::Submitted => l.t("部門長の承認を待っています。", "Waiting for the head to approve."),
        State::Confirmed => l.t("事務局の受理を待っています。", "Waiting for the secretariat to accept."),
        State::Checked => return steps,
    };
    steps.push(Step { what: waits.to_owned(), when: String::new(), back: false, past: false });
    steps
}

fn done(l: Lang, signed: &Signed, words: (&str, &str)) -> Step {
    let deputy = if signed.deputy { l.t("（代）", " (deputy)") } else { "" };
    let what = match l {
        Lang::Ja => [signed.name.as_str(), deputy, words.0].concat(),
        Lang::En => [signed.name.as_str(), deputy, words.1].concat(),
    };
    Step { what, when: l.day(&signed.on), back: false, past: true }
}
