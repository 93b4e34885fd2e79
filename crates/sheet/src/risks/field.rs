//! The columns of a register of risks, each with one name in code, in Japanese and in English, and the words for it elsewhere.

use serde::{Deserialize, Serialize};

/// A column of a register of risks (DOMAIN.md §1.3, §1.6, §2.5), in the order in which it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RiskField {
    /// The department that judges.
    Department,
    /// The asset that the risk befalls.
    Asset,
    /// The medium it is on, or the place it is kept.
    Medium,
    /// The number of the threat in the catalogue.
    ThreatNumber,
    /// The threat in words.
    Threat,
    /// The weakness that it uses, in words.
    Weakness,
    /// What is in place already, in words.
    Note,
    /// How readily the threat occurs, a degree.
    ThreatDegree,
    /// How open to it we are, a degree.
    VulnerabilityDegree,
    /// The importance that the file states.
    Importance,
    /// The likelihood that the file states.
    Likelihood,
    /// The risk value that the file states.
    Value,
    /// The level that the file states.
    Level,
    /// Whether the department must answer it.
    Answerable,
    /// How the risk is answered.
    Policy,
    /// The controls it leans on, by number.
    Controls,
    /// What is to be done.
    Task,
    /// The post in charge.
    Owner,
    /// By when.
    DueOn,
    /// What it takes.
    Resources,
    /// The threat's degree that is expected after treatment.
    SecondThreat,
    /// The vulnerability's degree that is expected after treatment.
    SecondVulnerability,
    /// The residual risk that the file states.
    Residual,
    /// Where the row of the plan goes.
    Destination,
}

impl RiskField {
    /// All fields, in the order of the file that is written.
    pub const ALL: [Self; 24] = [
        Self::Department,
        Self::Asset,
        Self::Medium,
        Self::ThreatNumber,
        Self::Threat,
        Self::Weakness,
        Self::Note,
        Self::ThreatDegree,
        Self::VulnerabilityDegree,
        Self::Importance,
        Self::Likelihood,
        Self::Value,
        Self::Level,
        Self::Answerable,
        Self::Policy,
        Self::Controls,
        Self::Task,
        Self::Owner,
        Self::DueOn,
        Self::Resources,
        Self::SecondThreat,
        Self::SecondVulnerability,
        Self::Residual,
        Self::Destination,
    ];

    /// The fields of the treatment plan.
    pub const PLAN: [Self; 10] = [
        Self::Policy,
        Self::Controls,
        Self::Task,
        Self::Owner,
        Self::DueOn,
        Self::Resources,
        Self::SecondThreat,
        Self::SecondVulnerability,
        Self::Residual,
        Self::Destination,
    ];

    /// A name that never changes, for forms and stored mappings.
    pub fn code(self) -> &'static str {
        self.names().0
    }

    /// The field with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.code() == code)
    }

    /// Its heading in Japanese.
    pub fn ja(self) -> &'static str {
        self.names().1
    }

    /// Its heading in English.
    pub fn en(self) -> &'static str {
        self.names().2
    }

    /// Whether a line that says this of its own is a risk, and no rest of the line above.
    pub(crate) fn tells(self) -> bool {
        matches!(
            self,
            Self::ThreatNumber
                | Self::Threat
                | Self::Weakness
                | Self::ThreatDegree
                | Self::VulnerabilityDegree
                | Self::Policy
                | Self::Task
        )
    }

    /// Whether an empty cell means what the line above says.
    pub(crate) fn is_carried(self) -> bool {
        matches!(self, Self::Department | Self::Asset | Self::Medium)
    }

    /// The words for it in the registers of others, folded.
    // Lists of words stay lists, not columns of one word per line.
    #[rustfmt::skip]
    pub(crate) fn words(self) -> &'static [&'static str] {
        match self {
            Self::Department => &["部門名", "管理部門", "部門", "部署", "部署名", "担当部署", "主管部署", "所管部署", "評価部門", "対象部署", "対象部門"],
            Self::Asset => &["情報資産", "情報資産名", "情報資産の名称", "資産名", "資産名称", "資産", "対象資産", "個人情報", "個人情報名",
                "個人情報の名称", "個人情報名称", "asset"],
            Self::Medium => &["媒体", "保存先", "保管場所", "媒体/保存先", "保存場所", "保管媒体", "medium"],
            Self::ThreatNumber => &["脅威no", "脅威no.", "脅威id", "脅威コード", "脅威の番号", "threatno", "threatno.", "threatid"],
            Self::Threat => &["脅威の内容", "脅威名", "脅威内容", "想定される脅威", "想定脅威", "リスク", "リスク内容", "リスクの内容",
                "想定されるリスク", "想定リスク", "リスク事象", "リスク名", "リスクシナリオ", "脅威(リスク)", "具体的なリスク", "認識したリスク",
                "risk"],
            Self::Weakness => &["脆弱性の内容", "脆弱性内容", "想定される脆弱性", "弱点", "ぜい弱性", "ぜい弱性の内容", "vulnerability", "リスクの原因", "原因"],
            Self::Note => &["現状の管理策", "現在の対策", "現状対策", "既存の対策", "既存対策", "既存の管理策", "実施済みの対策", "現在の管理策",
                "現状", "対策の現状", "対策状況", "実施中の対策", "既存管理策", "現行の対策", "リスク対策の現状", "currentmeasures"],
            Self::ThreatDegree => &["脅威の値", "脅威値", "脅威レベル", "脅威の発生頻度", "脅威の頻度", "発生頻度", "脅威の大きさ", "脅威度",
                "脅威の評価", "脅威評価", "脅威評価値", "脅威の発生可能性", "起こりやすさ", "発生確率", "threatlevel", "脅威ランク", "脅威の評価値"],
            Self::VulnerabilityDegree => &["脆弱性の値", "脆弱性値", "脆弱性レベル", "脆弱性の程度", "脆弱性の大きさ", "脆弱性度", "脆弱性の評価",
                "脆弱性評価", "脆弱性評価値", "つけ込みやすさ", "ぜい弱性の値", "脆弱性ランク", "脆弱性の評価値", "vulnerabilitylevel"],
            Self::Importance => &["資産の重要度", "情報資産の重要度", "資産価値", "資産の価値", "重要度(資産価値)", "影響度", "影響の大きさ", "impact"],
            Self::Likelihood => &["発生可能性", "被害発生の可能性", "可能性", "被害の発生可能性"],
            Self::Value => &["リスクの値", "リスク評価値", "リスクスコア", "リスク点数", "リスク値(対応前)", "対応前リスク値", "riskscore", "value"],
            Self::Level => &["リスクの大きさ", "リスクランク", "リスクの水準", "リスク水準", "レベル", "level", "リスク評価", "リスク判定"],
            Self::Answerable => &["対応要否", "対応の要否", "対応部門", "部門で対応", "部門対応", "部門での対応", "answeredby"],
            Self::Policy => &["対応方針", "リスク対応方針", "対応方法", "リスク対応", "対応区分", "対応の選択肢", "リスク対応の選択", "対応選択肢",
                "リスク対応方法", "処置方針", "対応"],
            Self::Controls => &["管理策番号", "附属書a", "附属書aの管理策", "適用管理策", "適用する管理策", "採用する管理策", "管理策no", "管理策no."],
            Self::Task => &["対応策", "対策", "対応内容", "リスク対応策", "リスク対策", "対策内容", "対応計画", "今後の対策", "実施内容", "追加対策",
                "追加する対策", "講じる対策", "実施すること(対応策)", "講ずべき対策", "安全管理措置", "task"],
            Self::Owner => &["担当者", "実施責任者", "対応担当", "対応者", "責任者", "担当", "実施者", "対応責任者", "owner"],
            Self::DueOn => &["完了予定日", "完了予定", "対応期限", "実施期限", "実施時期", "予定日", "実施予定", "目標期日", "期日", "完了期限", "due"],
            Self::Resources => &["必要資源", "必要な資源", "資源", "費用", "予算", "経営資源", "resources"],
            Self::SecondThreat => &["対応後の脅威の値", "対応後脅威", "対策後の脅威", "二次評価脅威", "二次評価の脅威", "残留脅威"],
            Self::SecondVulnerability => &["対応後の脆弱性の値", "対応後脆弱性", "対策後の脆弱性", "二次評価脆弱性", "二次評価の脆弱性", "残留脆弱性"],
            Self::Residual => &["残留リスク値", "残存リスク", "残存リスク値", "対応後リスク値", "対応後のリスク値", "残余リスク", "対策後リスク値",
                "残留リスクの値", "二次評価リスク値"],
            Self::Destination => &["展開", "展開の先", "計画の展開先"],
        }
    }

    fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Department => ("department", "管理部署", "Department"),
            Self::Asset => ("asset", "情報資産名称", "Asset name"),
            Self::Medium => ("medium", "媒体・保存先", "Medium or place"),
            Self::ThreatNumber => ("threat_number", "脅威番号", "Threat number"),
            Self::Threat => ("threat", "脅威", "Threat"),
            Self::Weakness => ("weakness", "脆弱性", "Weakness"),
            Self::Note => ("note", "現状の対策", "Measures in place"),
            Self::ThreatDegree => ("threat_degree", "脅威の起こりやすさ", "How readily it happens"),
            Self::VulnerabilityDegree => {
                ("vulnerability_degree", "脆弱性のつけ込みやすさ", "How open we are to it")
            }
            Self::Importance => ("importance", "重要度", "Importance"),
            Self::Likelihood => ("likelihood", "被害発生可能性", "Likelihood"),
            Self::Value => ("value", "リスク値", "Risk value"),
            Self::Level => ("level", "リスクレベル", "Risk level"),
            Self::Answerable => ("answerable", "対応の主体", "Answered by"),
            Self::Policy => ("policy", "対応方針", "Policy"),
            Self::Controls => ("controls", "管理策", "Controls"),
            Self::Task => ("task", "実施すること", "What is to be done"),
            Self::Owner => ("owner", "担当（役職）", "In charge (post)"),
            Self::DueOn => ("due_on", "期限", "Due date"),
            Self::Resources => ("resources", "資源（人・費用・時間）", "Resources (people, money, time)"),
            Self::SecondThreat => ("second_threat", "対応後の脅威", "Threat after treatment"),
            Self::SecondVulnerability => {
                ("second_vulnerability", "対応後の脆弱性", "Vulnerability after treatment")
            }
            Self::Residual => ("residual", "残留リスク", "Residual risk"),
            Self::Destination => ("destination", "展開先", "Destination"),
        }
    }
}
