//! A threat to an asset as a card: why it is proposed, what was answered before, the two choices, the sum.

use super::badges::{Badge, level_badge, standing_badge};
use super::scores::{Choice, Sum, arithmetic, beyond, choices, question, rule, shown as value_shown, sum};
use crate::house::words::Lang;
use crate::say;
use meguri_domain::Refusal;
use meguri_domain::asset::{Asset, Medium};
use meguri_domain::criteria::{Criteria, Method};
use meguri_domain::ids::ThreatId;
use meguri_domain::measure::{Follows, Measure, follows};
use meguri_domain::proposal::{FIRST, Rules, Why};
use meguri_domain::risk::{Control, Grounds, Judgement, Risk, Threat};
use std::sync::LazyLock;

/// What was typed into one card.
pub struct Typed {
    pub threat: ThreatId,
    pub order: Judgement,
}

/// What all cards of a page share.
pub struct Table<'a> {
    pub l: Lang,
    pub year: i64,
    pub asset: &'a Asset,
    pub criteria: Option<&'a Criteria>,
    pub importance: i64,
    pub controls: Vec<Control>,
    pub history: &'a [Risk],
    pub measures: Vec<Measure>,
    pub may_judge: bool,
    pub refused: Option<(&'a Typed, &'a Refusal)>,
}

/// A card.
pub struct Card {
    pub threat: ThreatId,
    pub title: String,
    pub why: String,
    pub weakness: String,
    pub policy: String,
    pub controls: Vec<String>,
    pub before: Option<String>,
    /// Where the vulnerability came from, or would.
    pub grounds: Option<String>,
    /// The method for the sum in the browser, as JSON.
    pub judge: String,
    /// What the first question is called.
    pub question: &'static str,
    pub threats: Vec<Choice>,
    pub vulnerabilities: Vec<Choice>,
    pub note: String,
    pub answerable: bool,
    pub version: i64,
    pub req: String,
    pub sum: Option<Sum>,
    pub badge: Badge,
    pub stale: Option<String>,
    pub open: bool,
    pub problem: Option<String>,
    pub both: Vec<Both>,
    pub plan: Option<String>,
}

/// A field whose values differ: its word, what was typed, what stands.
pub struct Both {
    pub word: &'static str,
    pub mine: String,
    pub theirs: String,
}

/// By which threats are proposed, beside the catalogue.
pub static RULES: LazyLock<Rules> = LazyLock::new(rules);

#[expect(clippy::expect_used, reason = "the table is part of the program and read by every test of it")]
fn rules() -> Rules {
    Rules::read(include_str!("../../../../catalog/proposals.csv"))
        .expect("the table of proposals can be read")
}

/// A threat's name.
pub fn name(l: Lang, threat: &Threat) -> &str {
    l.t(&threat.name_ja, &threat.name_en)
}

/// Why an asset must be judged again.
pub fn stale_sentence(l: Lang) -> &'static str {
    l.t(
        "この資産は、評価したあとに内容が変わりました。変わった内容を確かめて、もう一度評価してください。",
        "This asset has changed since it was judged. See what changed and judge it again.",
    )
}

/// The cards of a page: judged this year, proposed, and the names of all other threats.
pub struct Cards {
    pub judged: Vec<Card>,
    pub proposed: Vec<Card>,
    pub others: Vec<(String, String)>,
}

impl Table<'_> {
    /// Lays the cards out; `chosen` names a threat that is shown though nothing proposes it.
    pub fn arrange(&self, catalogue: &[Threat], chosen: &str, req: impl Fn() -> String) -> Cards {
        let this_year = |risk: &&Risk| risk.fiscal_year == self.year;
        let is_judged =
            |threat: &Threat| self.history.iter().filter(this_year).any(|risk| risk.threat_id == threat.id);
        let last_year =
            self.history.iter().map(|risk| risk.fiscal_year).filter(|each| *each < self.year).max();
        let before = self.history.iter().filter(|risk| Some(risk.fiscal_year) == last_year);
        let before: Vec<ThreatId> = before.map(|risk| risk.threat_id.clone()).collect();
        // What was taken over with another asset speaks of that one alone.
        let is_foreign = |threat: &Threat| {
            let whose = threat.department_id.as_ref();
            whose.is_some_and(|id| *id != self.asset.department_id) && !before.contains(&threat.id)
        };
        let offered = RULES.propose(self.asset, catalogue, &before);
        let find = |risk: &Risk| catalogue.iter().find(|threat| threat.id == risk.threat_id);
        let judged = self.history.iter().filter(this_year);
        let judged = judged.filter_map(|risk| Some(self.card(find(risk)?, Some(risk), &[], req())));
        let fresh: Vec<_> = offered
            .iter()
            .filter(|each| !is_judged(each.threat) && !is_foreign(each.threat))
            .take(FIRST)
            .collect();
        let mut proposed: Vec<Card> =
            fresh.iter().map(|each| self.card(each.threat, None, &each.whys, req())).collect();
        let is_shown =
            |threat: &Threat| is_judged(threat) || fresh.iter().any(|each| each.threat.id == threat.id);
        if let Some(threat) = catalogue.iter().find(|each| each.id.as_str() == chosen && !is_shown(each)) {
            proposed.insert(0, self.card(threat, None, &[], req()));
        }
        let others = catalogue.iter().filter(|each| !is_shown(each) && !is_foreign(each));
        let others = others.map(|each| (each.id.to_string(), name(self.l, each).to_owned())).collect();
        Cards { judged: judged.collect(), proposed, others }
    }

    /// The card of a threat, judged this year or proposed.
    pub fn card(&self, threat: &Threat, risk: Option<&Risk>, whys: &[Why], req: String) -> Card {
        let l = self.l;
        let refused = self.refused.filter(|(typed, _)| typed.threat == threat.id);
        let last =
            self.history.iter().find(|each| each.fiscal_year < self.year && each.threat_id == threat.id);
        let shown =
            refused.map(|(typed, _)| typed.order.clone()).or_else(|| risk.or(last).map(super::acts::answer));
        let follows = self.follows(threat);
        let fresh = risk.is_none() && refused.is_none();
        // This year's answer about a control speaks before last year's judgement.
        let follows_now = follows.as_ref().filter(|_| fresh).map(|each| each.vulnerability);
        let chosen = (
            shown.as_ref().map_or(0, |each| each.threat),
            follows_now.unwrap_or_else(|| shown.as_ref().map_or(0, |each| each.vulnerability)),
        );
        let method =
            self.criteria.map_or_else(Method::ipa_3_1, |criteria| criteria.method_of(self.asset).clone());
        let [threats, vulnerabilities] = choices(l, &method, chosen);
        Card {
            threat: threat.id.clone(),
            title: name(l, threat).to_owned(),
            why: self.why(threat, whys, last),
            weakness: l.t(&threat.vulnerability_ja, &threat.vulnerability_en).to_owned(),
            policy: if l.is_ja() { threat.policy_ja.clone() } else { String::new() },
            controls: threat
                .controls
                .iter()
                .filter_map(|id| self.controls.iter().find(|each| each.id == *id))
                .map(|each| control(l, each))
                .collect(),
            before: last.map(|last| self.before(last)),
            grounds: self.grounds(risk, follows.as_ref()),
            judge: self
                .criteria
                .map(|_| {
                    rule(l, &method, self.importance, [true, false].map(|over| beyond(l, &method, over)))
                })
                .unwrap_or_default(),
            question: question(l, &method),
            threats,
            vulnerabilities,
            note: shown.as_ref().map_or_else(String::new, |each| each.note.clone()),
            answerable: shown.as_ref().is_none_or(|each| each.answerable),
            version: risk.map_or(0, |risk| risk.version),
            req,
            sum: self.sum(risk, chosen),
            badge: self.badge(risk),
            stale: risk.and_then(|risk| self.stale(risk)),
            open: self.may_judge,
            problem: refused.map(|(_, refusal)| l.refusal(refusal)),
            both: refused.map(|(typed, refusal)| self.both(typed, refusal, risk)).unwrap_or_default(),
            plan: risk
                .filter(|risk| self.criteria.is_some_and(|criteria| risk.must_be_answered(criteria)))
                .map(|risk| format!("/plan/risks/{}", risk.id)),
        }
    }

    fn follows(&self, threat: &Threat) -> Option<Follows> {
        let method = self.criteria?.method_of(self.asset);
        let in_place = |control: &_| {
            self.measures.iter().find(|each| each.control_id == *control).map(|each| each.in_place)
        };
        follows(threat, method, in_place)
    }

    /// Where a judgement's answers came from; of one that is still to be made, what the measures check says.
    fn grounds(&self, risk: Option<&Risk>, follows: Option<&Follows>) -> Option<String> {
        let l = self.l;
        let said = follows.map(|each| {
            let named = self.controls.iter().find(|control| control.id == each.by);
            let control_name = named.map_or_else(|| each.by.to_string(), |found| control(l, found));
            let (degree, word) = (each.vulnerability, l.w(each.in_place.word()));
            say!(
                l,
                "脆弱性{degree}：対策状況で「{control_name}」が「{word}」のため。",
                "Vulnerability {degree}: the measures check says “{control_name}” is “{word}”."
            )
        });
        match risk {
            None => said,
            Some(risk) if risk.grounds == Grounds::Measures => said,
            Some(risk) => {
                let word = l.w(risk.grounds.word());
                Some(say!(l, "判断の根拠：{word}。", "Grounds: {word}."))
            }
        }
    }

    /// Where somebody may judge, the sum as it would be; elsewhere the one that was kept.
    fn sum(&self, risk: Option<&Risk>, chosen: (i64, i64)) -> Option<Sum> {
        let criteria = self.criteria?;
        let method = criteria.method_of(self.asset);
        match risk {
            Some(risk) if !self.may_judge => Some(Sum {
                value: risk.value,
                shown: value_shown(method, risk.value),
                level: level_badge(self.l, risk.level),
                text: arithmetic(self.l, method, (risk.importance, risk.likelihood, risk.value), risk.level),
                beyond: beyond(self.l, method, risk.value >= method.answer_from),
            }),
            Some(_) | None => sum(self.l, method, self.importance, chosen),
        }
    }

    fn badge(&self, risk: Option<&Risk>) -> Badge {
        match risk {
            None => standing_badge(self.l, "none"),
            Some(risk) if self.stale(risk).is_some() => standing_badge(self.l, "stale"),
            Some(_) => standing_badge(self.l, "judged"),
        }
    }

    fn stale(&self, risk: &Risk) -> Option<String> {
        let old = self.criteria.is_some_and(|criteria| criteria.id != risk.criteria_id);
        let sentence = self.l.t(
            "リスク基準の版が新しくなりました。新しい基準でもう一度評価してください。",
            "The criteria have a new edition. Judge it again under the new one.",
        );
        if risk.is_stale(self.asset) {
            Some(stale_sentence(self.l).to_owned())
        } else {
            old.then(|| sentence.to_owned())
        }
    }

    /// All the reasons in one sentence; of a threat that nothing proposes, what it befalls.
    fn why(&self, threat: &Threat, whys: &[Why], last: Option<&Risk>) -> String {
        let reasons: Vec<String> = whys.iter().map(|why| self.reason(why, last)).collect();
        match (self.l, reasons.is_empty()) {
            (Lang::Ja, true) => format!("{}・{}の脅威です。", threat.medium.word().0, threat.stage),
            (Lang::En, true) => format!("A threat to: {}.", threat.medium.word().1),
            (Lang::Ja, false) => format!("提案の理由：{}。", reasons.join("、")),
            (Lang::En, false) => format!("Proposed because {}.", reasons.join(", ")),
        }
    }

    fn reason(&self, why: &Why, last: Option<&Risk>) -> String {
        let medium = &self.asset.medium;
        let kind = self.l.w(Medium::of(medium).word());
        let year = || last.map_or_else(String::new, |last| self.l.year(last.fiscal_year));
        let l = self.l;
        match why {
            Why::LastYear => {
                let year = year();
                say!(l, "{year}にも評価しています", "it was judged in {year}")
            }
            Why::Medium => {
                say!(l, "媒体・保存先が「{medium}」（{kind}）です", "the medium is “{medium}” ({kind})")
            }
            Why::Holds => say!(
                l,
                "「{medium}」に置かれた情報にも起こります",
                "it befalls what is kept in “{medium}” as well"
            ),
            Why::Word(word) => {
                say!(l, "名称や備考に「{word}」とあります", "its name or note says “{word}”")
            }
            Why::Personal => l.t("個人情報を含みます", "it holds personal data").into(),
            Why::Sensitive => l.t("要配慮個人情報を含みます", "it holds special-care personal data").into(),
            Why::MyNumber => l.t("個人番号を含みます", "it holds My Number data").into(),
            Why::Score('C') => l.t("機密性の評価値が高めです", "confidentiality is scored high").into(),
            Why::Score('I') => l.t("完全性の評価値が高めです", "integrity is scored high").into(),
            Why::Score(_) => l.t("可用性の評価値が高めです", "availability is scored high").into(),
        }
    }

    fn before(&self, last: &Risk) -> String {
        let (level, note) =
            (self.l.w(last.level.word()), if last.note.is_empty() { "" } else { last.note.as_str() });
        match self.l {
            Lang::Ja => format!(
                "{}年度は「脅威{}・脆弱性{}」で{} {level}でした。{note}",
                last.fiscal_year, last.threat, last.vulnerability, last.value
            ),
            Lang::En => format!(
                "FY{}: threat {}, vulnerability {}, value {} {level}. {note}",
                last.fiscal_year, last.threat, last.vulnerability, last.value
            ),
        }
    }

    fn both(&self, typed: &Typed, refusal: &Refusal, risk: Option<&Risk>) -> Vec<Both> {
        let (Refusal::Stale { .. }, Some(risk)) = (refusal, risk) else { return Vec::new() };
        let l = self.l;
        let yes = |answerable: bool| {
            l.t(if answerable { "はい" } else { "いいえ" }, if answerable { "yes" } else { "no" }).to_owned()
        };
        let mine = &typed.order;
        let all = [
            (
                l.t("脅威の起こりやすさ", "Likelihood of the threat"),
                mine.threat.to_string(),
                risk.threat.to_string(),
            ),
            (l.t("脆弱性", "Vulnerability"), mine.vulnerability.to_string(), risk.vulnerability.to_string()),
            (l.t("現状の対策", "Measures in place"), mine.note.trim().to_owned(), risk.note.clone()),
            (l.t("部門で対応する", "Answered by the department"), yes(mine.answerable), yes(risk.answerable)),
        ];
        let differing = all.into_iter().filter(|(_, mine, theirs)| mine != theirs);
        differing.map(|(word, mine, theirs)| Both { word, mine, theirs }).collect()
    }
}

/// A control as people name it; titles whose wording is not confirmed say so.
pub fn control(l: Lang, control: &Control) -> String {
    let mark = if control.confirmed { "" } else { l.t("（名称は未確認）", " (title unconfirmed)") };
    format!("{} {}{mark}", control.id, l.t(&control.title_ja, &control.title_en))
}
