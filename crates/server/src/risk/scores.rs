//! What a judgement asks and what comes out of it, in words: the degrees to choose from, the sum, where it lies.

use super::badges::{Badge, level_badge};
use crate::house::words::Lang;
use meguri_domain::criteria::{Degree, Level, Method};
use meguri_domain::risk::Risk;
use serde_json::json;

/// A score to choose.
pub struct Choice {
    pub value: i64,
    pub word: String,
    pub checked: bool,
}

/// The scores a judgement asks for, largest first; no vulnerabilities where the likelihood is judged directly.
pub fn choices(l: Lang, method: &Method, chosen: (i64, i64)) -> [Vec<Choice>; 2] {
    let list = |most: i64, words: &dyn Fn(i64) -> Degree, chosen: i64| {
        let each = |value| {
            let Degree { ja, en } = words(value);
            Choice { value, word: l.t(&ja, &en).to_owned(), checked: value == chosen }
        };
        (1..=most).rev().map(each).collect()
    };
    let threats = list(method.scale, &|degree| method.threat_words(degree), chosen.0);
    let columns = if method.asks_vulnerability() { method.columns() } else { 0 };
    [threats, list(columns, &|degree| method.vulnerability_words(degree), chosen.1)]
}

/// What the first question is called: with one question it is the likelihood itself, or the level.
pub fn question(l: Lang, method: &Method) -> &'static str {
    match (method.asks_vulnerability(), method.scored) {
        (true, _) => l.t("脅威の起こりやすさ", "How readily it happens"),
        (false, true) => l.t("発生可能性", "Likelihood"),
        (false, false) => l.t("リスクの大きさ", "How large the risk is"),
    }
}

/// The arithmetic in words.
pub struct Sum {
    pub value: i64,
    /// The value to show; empty where no scores are used.
    pub shown: String,
    pub level: Badge,
    pub text: String,
    pub beyond: String,
}

/// The method as the browser needs it for the sum; the server sums again.
pub fn rule(l: Lang, method: &Method, importance: i64, [over, under]: [String; 2]) -> String {
    let word = |level: Level| l.w(level.word());
    let mut bands = vec![
        json!([1, word(Level::Small), "good"]),
        json!([method.middle_from, word(Level::Middle), "warn"]),
    ];
    bands.push(json!([method.large_from, word(Level::Large), "bad"]));
    json!({
        "importance": importance,
        "table": method.likelihood,
        "line": method.answer_from,
        "bands": bands,
        "scored": method.scored,
        "text": if method.scored { l.t("重要度{i} × 可能性{l} = {v}", "importance {i} × likelihood {l} = {v}") } else { "" },
        "over": over,
        "under": under,
    })
    .to_string()
}

pub fn beyond(l: Lang, method: &Method, over: bool) -> String {
    let line = method.answer_from;
    if !method.scored {
        return if over {
            l.t("受容できない大きさです。対応計画が必要です。", "Too large to accept. It needs a plan.")
        } else {
            l.t("受容できる大きさです。", "Small enough to accept.")
        }
        .to_owned();
    }
    match (l, over) {
        (Lang::Ja, true) => format!("受容水準（{line}）以上です。対応計画が必要です。"),
        (Lang::Ja, false) => format!("受容水準（{line}）より下です。"),
        (Lang::En, true) => format!("At or above the acceptance line ({line}). It needs a plan."),
        (Lang::En, false) => format!("Below the acceptance line ({line})."),
    }
}

/// The sum of two scores, as far as they lie on the scale.
pub fn sum(l: Lang, method: &Method, importance: i64, (threat, vulnerability): (i64, i64)) -> Option<Sum> {
    let judged = method.judge(importance, threat, vulnerability).ok()?;
    let text = arithmetic(l, method, (importance, judged.likelihood, judged.value), judged.level);
    Some(Sum {
        value: judged.value,
        shown: shown(method, judged.value),
        level: level_badge(l, judged.level),
        text,
        beyond: beyond(l, method, judged.value >= method.answer_from),
    })
}

/// A value as it is shown; without scores there is nothing but its level.
pub fn shown(method: &Method, value: i64) -> String {
    if method.scored { value.to_string() } else { String::new() }
}

/// A value with what it is made of, as a list shows it.
pub fn product(method: &Method, risk: &Risk) -> String {
    let Risk { value, importance, likelihood, .. } = risk;
    if method.scored { format!("{value} = {importance} × {likelihood}") } else { String::new() }
}

pub fn arithmetic(
    l: Lang,
    method: &Method,
    (importance, likelihood, value): (i64, i64, i64),
    level: Level,
) -> String {
    let word = l.w(level.word());
    if !method.scored {
        return String::new();
    }
    match l {
        Lang::Ja => format!("重要度{importance} × 可能性{likelihood} = {value} {word}"),
        Lang::En => format!("importance {importance} × likelihood {likelihood} = {value} {word}"),
    }
}
