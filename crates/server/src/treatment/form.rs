//! The form of a plan row: what was typed, parsed into a draft; what stands, shown for editing.

use crate::house::door::fields;
use crate::house::words::{Lang, fold};
use crate::risk::cards::{self, Both};
use crate::risk::scores::{self, Choice, Sum};
use meguri_domain::criteria::{Criteria, Method};
use meguri_domain::ids::ControlId;
use meguri_domain::risk::{Control, Risk, Threat};
use meguri_domain::treatment::{Destination, PlanDraft, PlanRow, Policy};
use meguri_domain::{Date, Refusal};

/// What was typed, as text.
#[derive(Debug, Clone, Default)]
pub struct Typed {
    pub version: i64,
    pub policy: String,
    pub controls: Vec<String>,
    pub task: String,
    pub owner: String,
    pub resources: String,
    pub due_on: String,
    pub threat: String,
    pub vulnerability: String,
    pub destination: String,
}

impl Typed {
    /// Reads the body of the form; controls come as often as they were ticked.
    pub fn read(bytes: &[u8]) -> Self {
        let mut typed = Self::default();
        for (name, value) in fields(bytes) {
            match name.as_str() {
                "version" => typed.version = value.parse().unwrap_or(0),
                "policy" => typed.policy = value,
                "controls" => typed.controls.push(value),
                "task" => typed.task = value,
                "owner" => typed.owner = value,
                "resources" => typed.resources = value,
                "due_on" => typed.due_on = value,
                "threat" => typed.threat = value,
                "vulnerability" => typed.vulnerability = value,
                "destination" => typed.destination = value,
                _ => {}
            }
        }
        typed
    }

    /// What stands in a row.
    pub fn of(row: &PlanRow) -> Self {
        Self {
            version: row.version,
            policy: row.policy.code().into(),
            controls: row.controls.iter().map(ToString::to_string).collect(),
            task: row.task.clone(),
            owner: row.owner.clone(),
            resources: row.resources.clone(),
            due_on: row.due_on.to_string(),
            threat: row.second_threat.to_string(),
            vulnerability: row.second_vulnerability.to_string(),
            destination: row.destination.code().into(),
        }
    }

    /// What the catalogue suggests for a risk that has no row yet. Nothing is expected to get better by itself.
    pub fn suggested(risk: &Risk, threat: &Threat, owner: &str) -> Self {
        let policy = Policy::ALL
            .iter()
            .find(|each| threat.policy_ja.starts_with(each.word().0))
            .unwrap_or(&Policy::Reduce);
        Self {
            policy: policy.code().into(),
            controls: threat.controls.iter().map(ToString::to_string).collect(),
            owner: owner.to_owned(),
            threat: risk.threat.to_string(),
            vulnerability: risk.vulnerability.to_string(),
            destination: Destination::Undecided.code().into(),
            ..Self::default()
        }
    }

    /// The draft that was meant; refuses what no field of it can hold.
    pub fn parse(&self, known: &[Control]) -> Result<PlanDraft, Refusal> {
        let policy = Policy::from_code(&self.policy)
            .ok_or(Refusal::Missing { field: "policy", word: ("対応方針", "Policy") })?;
        let number = |text: &str| text.trim().parse().unwrap_or(0);
        Ok(PlanDraft {
            policy,
            controls: self.controls.iter().map(|each| control(each, known)).collect::<Result<_, _>>()?,
            task: self.task.clone(),
            owner: self.owner.clone(),
            resources: self.resources.clone(),
            due_on: day(&self.due_on)?,
            second_threat: number(&self.threat),
            second_vulnerability: number(&self.vulnerability),
            destination: Destination::from_code(&self.destination).unwrap_or(Destination::Undecided),
        })
    }
}

fn control(text: &str, known: &[Control]) -> Result<ControlId, Refusal> {
    let found = known.iter().find(|each| each.id.as_str() == text);
    found.map(|each| each.id.clone()).ok_or(Refusal::Unfit {
        field: "controls",
        word: ("管理策", "Controls"),
        hint: ("一覧にある番号から選んでください。", "Choose from the numbers in the list."),
    })
}

/// The due date of a row as it was typed.
pub fn day(text: &str) -> Result<Option<Date>, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let read = text.replace('/', "-").parse::<Date>().ok().filter(|day| (2000..=2999).contains(&day.year()));
    read.map(Some).ok_or(Refusal::Unfit {
        field: "due_on",
        word: ("期限", "Due date"),
        hint: (
            "暦にある日を「2026-11-30」の形で入力してください。",
            "Enter a day of the calendar, like 2026-11-30.",
        ),
    })
}

/// The form as the template shows it.
pub struct Form {
    pub action: String,
    pub version: i64,
    pub judge: String,
    pub policies: Vec<Card>,
    pub suggested: Vec<Tick>,
    pub others: Vec<Tick>,
    pub usual: String,
    pub typed: Typed,
    /// What the first question is called.
    pub question: &'static str,
    pub threats: Vec<Choice>,
    pub vulnerabilities: Vec<Choice>,
    pub sum: Option<Sum>,
    pub destinations: Vec<Card>,
    pub problem: Option<String>,
    pub field: &'static str,
    pub both: Vec<Both>,
}

/// A choice with a line that explains it.
pub struct Card {
    pub code: &'static str,
    pub word: &'static str,
    pub words: &'static str,
    pub checked: bool,
}

/// A control to tick.
pub struct Tick {
    pub id: String,
    pub label: String,
    /// What a search looks at.
    pub folded: String,
    pub checked: bool,
}

/// What a form is made of.
pub struct Basis<'a> {
    pub l: Lang,
    pub risk: &'a Risk,
    pub threat: &'a Threat,
    pub row: Option<&'a PlanRow>,
    pub criteria: &'a Criteria,
    pub controls: &'a [Control],
}

impl Form {
    /// The form with what was typed, and the refusal at its field.
    pub fn new(basis: &Basis<'_>, typed: Typed, refusal: Option<&Refusal>) -> Self {
        let Basis { l, risk, threat, row, criteria, controls } = *basis;
        let method = criteria.method_for(risk.personal);
        let number = |text: &str| text.trim().parse().unwrap_or(0);
        let chosen = (number(&typed.threat), number(&typed.vulnerability));
        let [threats, vulnerabilities] = scores::choices(l, method, chosen);
        let tick = |each: &Control| Tick {
            id: each.id.to_string(),
            label: cards::control(l, each),
            folded: fold(&[each.id.as_str(), " ", &each.title_ja, " ", &each.title_en].concat()),
            checked: typed.controls.iter().any(|id| id == each.id.as_str()),
        };
        let is_near = |each: &&Control| {
            threat.controls.contains(&each.id) || typed.controls.iter().any(|id| id == each.id.as_str())
        };
        let (near, far): (Vec<&Control>, Vec<&Control>) = controls.iter().partition(is_near);
        let stale = matches!(refusal, Some(Refusal::Stale { .. }));
        Self {
            action: format!("/plan/risks/{}", risk.id),
            version: row.map_or(0, |row| row.version),
            judge: scores::rule(l, method, risk.importance, beyond(l, method)),
            policies: Policy::ALL.iter().map(|each| policy(l, *each, &typed.policy)).collect(),
            suggested: near.into_iter().map(tick).collect(),
            others: far.into_iter().map(tick).collect(),
            usual: if l.is_ja() { threat.policy_ja.clone() } else { String::new() },
            question: scores::question(l, method),
            threats,
            vulnerabilities,
            sum: residual(l, method, risk.importance, chosen),
            destinations: Destination::ALL
                .iter()
                .map(|each| destination(l, *each, &typed.destination))
                .collect(),
            problem: refusal.map(|refusal| l.refusal(refusal)),
            field: refusal.and_then(Refusal::field).unwrap_or(""),
            both: row.filter(|_| stale).map(|row| both(l, &typed, &Typed::of(row))).unwrap_or_default(),
            typed,
        }
    }

    /// Whether the refusal speaks of a field.
    pub fn wrong(&self, field: &str) -> bool {
        self.field == field
    }
}

fn residual(l: Lang, method: &Method, importance: i64, chosen: (i64, i64)) -> Option<Sum> {
    let sum = scores::sum(l, method, importance, chosen)?;
    let [over, under] = beyond(l, method);
    Some(Sum { beyond: if sum.value >= method.answer_from { over } else { under }, ..sum })
}

fn beyond(l: Lang, method: &Method) -> [String; 2] {
    let line = method.answer_from;
    if !method.scored {
        let [over, under] = [
            (
                "対応後も受容できない大きさです。承認する人が、残留リスクを受け入れるかどうかを判断します。",
                "Still too large to accept. The approver decides whether to take it.",
            ),
            ("対応後は受容できる大きさです。", "Small enough to accept after treatment."),
        ];
        return [l.w(over).to_owned(), l.w(under).to_owned()];
    }
    match l {
        Lang::Ja => [
            format!(
                "対応後も受容水準（{line}）以上です。承認する人が、残留リスクを受け入れるかどうかを判断します。"
            ),
            format!("対応後は受容水準（{line}）より下です。"),
        ],
        Lang::En => [
            format!(
                "Still at or above the acceptance line ({line}). The approver decides whether to take it."
            ),
            format!("Below the acceptance line ({line}) after treatment."),
        ],
    }
}

fn both(l: Lang, mine: &Typed, theirs: &Typed) -> Vec<Both> {
    let policy =
        |typed: &Typed| Policy::from_code(&typed.policy).map_or("", |each| l.w(each.word())).to_owned();
    let goes = |typed: &Typed| {
        Destination::from_code(&typed.destination).map_or("", |each| l.w(each.word())).to_owned()
    };
    let scores = |typed: &Typed| [&typed.threat, " / ", &typed.vulnerability].concat();
    let pair = |word, read: &dyn Fn(&Typed) -> String| Both { word, mine: read(mine), theirs: read(theirs) };
    let all = [
        pair(l.t("対応方針", "Policy"), &policy),
        pair(l.t("管理策", "Controls"), &|typed| typed.controls.join(l.t("、", ", "))),
        pair(l.t("実施すること", "What is to be done"), &|typed| typed.task.trim().to_owned()),
        pair(l.t("担当", "In charge"), &|typed| typed.owner.trim().to_owned()),
        pair(l.t("資源", "Resources"), &|typed| typed.resources.trim().to_owned()),
        pair(l.t("期限", "Due date"), &|typed| typed.due_on.clone()),
        pair(l.t("対応後の見込み", "Expected after treatment"), &scores),
        pair(l.t("展開先", "Destination"), &goes),
    ];
    all.into_iter().filter(|each| each.mine != each.theirs).collect()
}

fn policy(l: Lang, policy: Policy, chosen: &str) -> Card {
    let words = match policy {
        Policy::Reduce => l.t(
            "対策をして、起こりにくくする（軽減・修正とも言います）",
            "Make it less likely (also: mitigate, modify)",
        ),
        Policy::Avoid => l.t("その業務や保管をやめる", "Stop what brings it about (also: terminate)"),
        Policy::Share => l.t(
            "保険や委託で分け合う（共有とも言います）",
            "Share it by insurance or contract (also: transfer)",
        ),
        Policy::Retain => {
            l.t("対策をせずに受け入れる（受容とも言います）", "Take it as it is (also: accept)")
        }
    };
    Card { code: policy.code(), word: l.w(policy.word()), words, checked: policy.code() == chosen }
}

fn destination(l: Lang, destination: Destination, chosen: &str) -> Card {
    let words = match destination {
        Destination::Undecided => l.t(
            "あとで決めます。決まるまで承認できません。",
            "Decide later; it cannot be approved until then.",
        ),
        Destination::Objective => l.t(
            "やり方をこれから考えます。毎月検討して記録します。",
            "How to do it is still to be worked out, month by month.",
        ),
        Destination::CheckItem => l.t(
            "やることは決まっています。毎月○×で確かめます。",
            "What to do is clear; every month it is checked.",
        ),
        Destination::Task => l.t("期限までに一度行えば終わります。", "Done once, by the due date."),
        Destination::Acceptance => {
            l.t("期限を決めて、このまま受け入れます。", "Taken as it is until a date.")
        }
    };
    Card {
        code: destination.code(),
        word: l.w(destination.word()),
        words,
        checked: destination.code() == chosen,
    }
}
