//! An edition of the criteria as people know it: scales in words, tables, bands, and what differs from another.

use crate::house::words::Lang;
use crate::say;
use meguri_domain::approval::Signed;
use meguri_domain::criteria::{self, Criteria, CriteriaState, Level, Method};

/// An edition, ready to be shown.
pub struct Edition {
    pub id: String,
    pub title: String,
    pub state: (&'static str, &'static str, &'static str),
    pub scale: i64,
    /// Threat with its words, and the likelihood for each vulnerability from the largest down.
    pub likelihood: Vec<(Degree, Vec<i64>)>,
    pub vulnerabilities: Vec<Degree>,
    /// Importance, and for each likelihood the value with the class and word of its level.
    pub values: Vec<(i64, Vec<Value>)>,
    pub likelihoods: Vec<i64>,
    pub bands: Vec<(&'static str, &'static str, String)>,
    pub acceptance: String,
    /// Whether the value is reckoned with the importance.
    pub scored: bool,
    pub asks_vulnerability: bool,
    /// How the value comes about.
    pub formula: &'static str,
    pub lift: &'static str,
    pub drafted: String,
    pub approved: String,
    /// What differs from the edition in force.
    pub differences: Vec<String>,
    /// Whether the person who looks drafted it, and so must not approve it.
    pub own: bool,
    /// Whether this is the whole edition, and not the method for personal data alone.
    pub whole: bool,
    /// The same of the method for personal data, where it is another.
    pub personal: Option<Box<Edition>>,
}

/// A degree of a scale with its words.
pub struct Degree {
    pub number: i64,
    pub words: String,
}

/// A risk value with its level.
pub struct Value {
    pub number: i64,
    pub class: &'static str,
    pub word: &'static str,
    /// Whether it must be answered.
    pub answer: bool,
}

pub fn edition(l: Lang, criteria: &Criteria, in_force: Option<&Criteria>, own: bool) -> Edition {
    let method = &criteria.method;
    let down: Vec<i64> = (1..=method.scale).rev().collect();
    let across: Vec<i64> = (1..=method.columns()).rev().collect();
    let likelihood =
        |threat: i64| across.iter().map(|each| method.likelihood(threat, *each).unwrap_or(1)).collect();
    let value = |importance: i64, likelihood: i64| {
        let value = importance * likelihood;
        let level = method.level(value);
        Value {
            number: value,
            class: class(level),
            word: l.w(level.word()),
            answer: value >= method.answer_from,
        }
    };
    let differences = match in_force {
        Some(before) if before.id != criteria.id => between(l, before, criteria),
        Some(_) | None => Vec::new(),
    };
    Edition {
        id: criteria.id.to_string(),
        title: title(l, criteria),
        state: badge(l, criteria.state),
        scale: method.scale,
        likelihood: down
            .iter()
            .map(|each| {
                (Degree { number: *each, words: said(l, &method.threat_words(*each)) }, likelihood(*each))
            })
            .collect(),
        vulnerabilities: across
            .iter()
            .map(|each| Degree { number: *each, words: said(l, &method.vulnerability_words(*each)) })
            .collect(),
        values: down
            .iter()
            .map(|importance| {
                (*importance, method.likelihoods().into_iter().map(|each| value(*importance, each)).collect())
            })
            .collect(),
        likelihoods: method.likelihoods(),
        bands: bands(l, method),
        acceptance: acceptance(l, method),
        scored: method.scored,
        asks_vulnerability: method.asks_vulnerability(),
        formula: formula(l, method),
        lift: lift(l, method.personal_lifts),
        drafted: signature(l, &criteria.drafted),
        approved: criteria.approved.as_ref().map_or_else(String::new, |each| signature(l, each)),
        differences,
        own,
        whole: true,
        personal: criteria.personal.clone().map(|method| {
            let alone = Criteria { method, personal: None, ..criteria.clone() };
            Box::new(Edition { whole: false, ..edition(l, &alone, None, own) })
        }),
    }
}

/// The day and the name of a signature; the house itself signs the shipped edition.
pub fn signature(l: Lang, signed: &Signed) -> String {
    let name = if signed.name == "system" { l.t("初期設定", "Set-up") } else { &signed.name };
    [&l.day(&signed.on), " ", name].concat()
}

/// 第2版「…」
pub fn title(l: Lang, criteria: &Criteria) -> String {
    match l {
        Lang::Ja => format!("第{}版「{}」", criteria.number, criteria.name),
        Lang::En => format!("Edition {} “{}”", criteria.number, criteria.name),
    }
}

/// Class, letter and word of a state.
pub fn badge(l: Lang, state: CriteriaState) -> (&'static str, &'static str, &'static str) {
    match state {
        CriteriaState::Draft => ("warn", "△", l.t("承認待ちの案", "Draft, not approved")),
        CriteriaState::Approved => ("good", "○", l.t("現行", "In force")),
        CriteriaState::Superseded => ("quiet", "─", l.w(state.word())),
    }
}

fn class(level: Level) -> &'static str {
    match level {
        Level::Large => "bad",
        Level::Middle => "warn",
        Level::Small => "good",
    }
}

fn bands(l: Lang, method: &Method) -> Vec<(&'static str, &'static str, String)> {
    let most = method.most();
    let range = |from: i64, to: i64| match (from > to, from == to, l) {
        (true, ..) => l.t("該当なし", "none").to_owned(),
        (_, true, _) => from.to_string(),
        (_, _, Lang::Ja) => format!("{from}〜{to}"),
        (_, _, Lang::En) => format!("{from} to {to}"),
    };
    let of = |level: Level, from, to| (class(level), l.w(level.word()), range(from, to));
    vec![
        of(Level::Large, method.large_from, most),
        of(Level::Middle, method.middle_from, method.large_from - 1),
        of(Level::Small, 1, method.middle_from - 1),
    ]
}

fn said(l: Lang, degree: &criteria::Degree) -> String {
    l.t(&degree.ja, &degree.en).to_owned()
}

/// How a value comes about.
fn formula(l: Lang, method: &Method) -> &'static str {
    match (method.scored, method.asks_vulnerability()) {
        (true, true) => l.t("重要度 × 被害発生可能性", "Importance × likelihood of damage"),
        (true, false) => l.t("重要度（影響度） × 発生可能性", "Importance (impact) × likelihood"),
        (false, _) => {
            l.t("点数は使わず、大・中・小で判断します。", "No scores: judged as high, medium or low.")
        }
    }
}

fn acceptance(l: Lang, method: &Method) -> String {
    let from = method.answer_from;
    if !method.scored {
        let word = l.w(method.level(from).word());
        return say!(
            l,
            "「{word}」以上は受容せず、リスク対応計画書で対応します。",
            "“{word}” and above is not accepted and needs a row in the treatment plan."
        );
    }
    match l {
        Lang::Ja => {
            format!("リスク値{from}以上は受容せず、リスク対応計画書で対応します。{from}未満は受容できます。")
        }
        Lang::En => format!(
            "Risks of value {from} and above are not accepted and need a row in the treatment plan. Lower ones may be accepted."
        ),
    }
}

fn lift(l: Lang, lifts: bool) -> &'static str {
    if lifts {
        l.t(
            "個人情報を含む情報資産の重要度は、評価値にかかわらず最も高い値にします。",
            "An asset with personal data always has the highest importance, whatever its scores.",
        )
    } else {
        l.t("個人情報の有無で重要度を引き上げません。", "Personal data does not lift the importance.")
    }
}

/// What differs between two editions, the method for personal data named as such.
fn between(l: Lang, before: &Criteria, after: &Criteria) -> Vec<String> {
    let mut found = differences(l, &before.method, &after.method);
    match (&before.personal, &after.personal) {
        (None, None) => {}
        (None, Some(_)) => found.push(
            l.t(
                "個人情報を含む資産に、別の方法を使います。",
                "Assets with personal data are judged by a method of their own.",
            )
            .into(),
        ),
        (Some(_), None) => found.push(
            l.t(
                "個人情報を含む資産も、全般の方法で評価します。",
                "Assets with personal data are judged like all others.",
            )
            .into(),
        ),
        (Some(before), Some(after)) => found.extend(
            differences(l, before, after)
                .into_iter()
                .map(|each| say!(l, "個人情報の方法 — {each}", "Personal data: {each}")),
        ),
    }
    found
}

fn differences(l: Lang, before: &Method, after: &Method) -> Vec<String> {
    let mut found = Vec::new();
    let numbers = [
        (("「大」の下限", "High from"), before.large_from, after.large_from),
        (("「中」の下限", "Medium from"), before.middle_from, after.middle_from),
        (
            ("受容基準（対応が必要な値の下限）", "Acceptance line (values to be answered, from)"),
            before.answer_from,
            after.answer_from,
        ),
        (("段階の数", "Degrees"), before.scale, after.scale),
    ];
    for (word, old, new) in numbers.into_iter().filter(|(_, old, new)| old != new) {
        found.push(format!("{}: {old} → {new}", l.w(word)));
    }
    if formula(l, before) != formula(l, after) {
        found.push(format!("{}: {}", l.t("リスク値", "Risk value"), formula(l, after)));
    }
    if before.personal_lifts != after.personal_lifts {
        found.push(lift(l, after.personal_lifts).to_owned());
    }
    for threat in (1..=before.scale.min(after.scale)).rev() {
        for vulnerability in (1..=before.columns().min(after.columns())).rev() {
            let (Ok(old), Ok(new)) =
                (before.likelihood(threat, vulnerability), after.likelihood(threat, vulnerability))
            else {
                continue;
            };
            if old == new {
                continue;
            }
            found.push(match l {
                Lang::Ja => format!("被害発生可能性（脅威{threat}・脆弱性{vulnerability}）: {old} → {new}"),
                Lang::En => {
                    format!("Likelihood for threat {threat} and vulnerability {vulnerability}: {old} → {new}")
                }
            });
        }
    }
    found
}

/// A line of the scale: the degree, then its words for confidentiality, integrity, availability, importance.
pub type ScaleRow = (i64, [&'static str; 4]);

/// The scale of C, I and A with three degrees, in words (DOMAIN.md §1.2, §1.3).
pub fn scale(l: Lang) -> [ScaleRow; 3] {
    [
        (3, [
            l.t("法律で安全管理が義務付けられている（個人情報、マイナンバーなど）。守秘義務の対象。漏えいすると取引先や顧客に大きな影響がある。営業秘密", "Protection is required by law (personal data, My Number), a duty of confidentiality applies, a leak strongly hurts clients, or it is a trade secret"),
            l.t("法律で安全管理が義務付けられている。改ざんされると自社に深刻な影響、または取引先や顧客に大きな影響がある（預かった口座情報、取引先の図面など）", "Protection is required by law, or tampering gravely hurts us or strongly hurts clients (entrusted accounts, drawings of clients)"),
            l.t("使えなくなると自社に深刻な影響、または取引先や顧客に大きな影響がある（ECサイト、顧客向けのクラウドなど）", "Loss of use gravely hurts us or strongly hurts clients (an online shop, a cloud service for customers)"),
            l.t("事故が起きると、事業の存続を左右しかねない", "An accident could decide whether the business survives"),
        ]),
        (2, [
            l.t("漏えいすると事業に大きな影響がある（見積書、仕入価格など）", "A leak has a large effect on business (quotes, purchase prices)"),
            l.t("改ざんされると事業に大きな影響がある（会計、受発注、契約、ウェブサイトなど）", "Tampering has a large effect on business (accounts, orders, contracts, the web site)"),
            l.t("使えなくなると事業に大きな影響がある（設計図、制作物など）", "Loss of use has a large effect on business (drawings, content)"),
            l.t("事故が起きると、事業に重大な影響がある", "An accident has a serious effect on business"),
        ]),
        (1, [
            l.t("漏えいしても、ほとんど影響がない（カタログ、公開済みの文章など）", "A leak has hardly any effect (catalogues, public text)"),
            l.t("改ざんされても、ほとんど影響がない（古いカタログのデータなど）", "Tampering has hardly any effect (data of old catalogues)"),
            l.t("使えなくても、ほとんど影響がない", "Loss of use has hardly any effect"),
            l.t("事故が起きても、事業にほとんど影響がない", "An accident has hardly any effect on business"),
        ]),
    ]
}
