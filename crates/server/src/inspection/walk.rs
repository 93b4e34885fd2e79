//! How a monthly record's walk is shown: its state as letter, tint and word, and its way as a timeline.
//! Sheets and reviews walk the same way, so both pages read it from here.

use crate::house::words::Lang;
use meguri_domain::Date;
use meguri_domain::approval::{Flow, Signed, State};
use meguri_domain::ids::DepartmentId;
use meguri_domain::obligation::{Status, status};
use meguri_domain::people::{Act, Actor};

/// A state in letter, tint and word.
#[derive(Clone, Copy)]
pub struct Badge {
    pub class: &'static str,
    pub letter: &'static str,
    pub word: &'static str,
}

impl Badge {
    /// The state of a monthly record; `None` for one that nobody has begun.
    pub fn of(l: Lang, flow: Option<&Flow>, due_on: Date, today: Date) -> Self {
        let make = |class, letter, ja, en| Self { class, letter, word: l.t(ja, en) };
        let returned = flow.is_some_and(|flow| flow.state == State::Returned);
        match status(flow, due_on, today) {
            Status::Overdue if returned => make("late", "!", "差戻し・期限超過", "Returned, overdue"),
            Status::Overdue => make("late", "!", "期限超過", "Overdue"),
            Status::Open if returned => make("bad", "↩", "差戻し", "Returned"),
            Status::Open if flow.is_some() => make("quiet", "・", "記入中", "Draft"),
            Status::Open => make("quiet", "・", "未着手", "Not begun"),
            Status::Waiting { for_head: true, .. } => {
                make("warn", "△", "部門確認待ち", "Waiting for the head")
            }
            Status::Waiting { for_head: false, .. } => {
                make("warn", "△", "事務局確認待ち", "Waiting for the secretariat")
            }
            Status::Done { late: true } => make("good", "○", "完了（遅れて提出）", "Done, submitted late"),
            Status::Done { late: false } => make("good", "○", "完了", "Done"),
        }
    }

    /// Nothing is owed.
    pub fn nothing(l: Lang) -> Self {
        Self { class: "quiet", letter: "─", word: l.t("対象外", "Nothing due") }
    }
}

/// What the actor may do with a monthly record now.
pub struct Rights {
    pub writes: bool,
    pub confirms: bool,
    pub checks: bool,
    pub returns: bool,
    /// Would sign as deputy 代.
    pub deputy: bool,
    /// Would check, but has a hand in it.
    pub own_hand: bool,
}

impl Rights {
    /// A closed month, and one that has not begun, lets nobody do anything.
    pub fn of(actor: &Actor, department: &DepartmentId, flow: Option<&Flow>, closed: bool) -> Self {
        let may = |act| !closed && actor.may(act, department);
        let state = flow.map_or(State::Draft, |flow| flow.state);
        let to_check = state == State::Confirmed && may(Act::CheckMonth);
        let own_hand = to_check && flow.is_some_and(|flow| flow.has_hand_of(&actor.person));
        let waits = matches!(state, State::Submitted | State::Confirmed);
        Self {
            writes: flow.is_none_or(Flow::is_open) && may(Act::WriteMonth),
            confirms: state == State::Submitted && may(Act::ConfirmMonth),
            checks: to_check && !own_hand,
            returns: waits && (may(Act::ConfirmMonth) || may(Act::CheckMonth)),
            deputy: actor.stands_in_for(department),
            own_hand,
        }
    }
}

/// Why it was sent back, while it is being mended.
pub fn returned(flow: Option<&Flow>) -> Option<String> {
    let flow = flow.filter(|flow| flow.state == State::Returned)?;
    flow.returns.last().map(|each| each.reason.clone())
}

/// One line of a timeline.
pub struct Step {
    pub class: &'static str,
    pub what: String,
    pub when: String,
}

/// Who recorded, submitted, confirmed, checked or returned, and for whom it waits now.
pub fn timeline(l: Lang, flow: &Flow, due_on: Date) -> Vec<Step> {
    let mut steps = Vec::new();
    let past = |what: String, signed: &Signed| Step { class: "past", what, when: l.day(&signed.on) };
    for signed in &flow.recorded {
        steps.push(past(said(l, signed, "が記入しました。", "wrote into it."), signed));
    }
    let (before, last) = match (flow.state, flow.returns.split_last()) {
        (State::Returned, Some((last, before))) => (before, Some(last)),
        _ => (flow.returns.as_slice(), None),
    };
    let back = |each: &meguri_domain::approval::Returned| Step {
        class: "past back",
        what: match l {
            Lang::Ja => format!("{}が差し戻しました。「{}」", name(l, &each.signed), each.reason),
            Lang::En => format!("{} sent it back: “{}”", name(l, &each.signed), each.reason),
        },
        when: l.day(&each.signed.on),
    };
    steps.extend(before.iter().map(back));
    if let Some(signed) = &flow.submitted {
        let late = signed.on > due_on;
        let what = if late {
            said(l, signed, "が期限のあとに提出しました。", "submitted it after the due date.")
        } else {
            said(l, signed, "が提出しました。", "submitted it.")
        };
        steps.push(past(what, signed));
    }
    if let Some(signed) = &flow.confirmed {
        steps.push(past(
            said(l, signed, "が部門として確認しました。", "confirmed it for the department."),
            signed,
        ));
    }
    if let Some(signed) = &flow.checked {
        steps.push(past(said(l, signed, "がチェックしました。", "checked it for the secretariat."), signed));
    }
    steps.extend(last.map(back));
    let waits = match flow.state {
        State::Draft => Some(l.t("提出を待っています。", "It waits to be submitted.")),
        State::Returned => Some(
            l.t("部門で直して、もう一度提出します。", "The department corrects it and submits it again."),
        ),
        State::Submitted => {
            Some(l.t("部門長の確認を待っています。", "It waits for the head of the department."))
        }
        State::Confirmed => {
            Some(l.t("事務局のチェックを待っています。", "It waits for the check by the secretariat."))
        }
        State::Checked => None,
    };
    steps.extend(waits.map(|what| Step { class: "", what: what.to_owned(), when: String::new() }));
    steps
}

/// A signature in words: the name, and 代 when it was given in the head's place.
pub fn name(l: Lang, signed: &Signed) -> String {
    match (l, signed.deputy) {
        (Lang::Ja, false) => format!("{}さん", signed.name),
        (Lang::Ja, true) => format!("{}さん（代）", signed.name),
        (Lang::En, false) => signed.name.clone(),
        (Lang::En, true) => format!("{} (deputy)", signed.name),
    }
}

fn said(l: Lang, signed: &Signed, ja: &str, en: &str) -> String {
    [name(l, signed).as_str(), l.t("", " "), l.t(ja, en)].concat()
}
