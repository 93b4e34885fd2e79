//! The columns of the register, each with one name in code, in Japanese and in English.

use serde::{Deserialize, Serialize};

/// A column of the information asset register in the order of the IPA sheet, then those that only the ledger of
/// personal data 個人情報管理台帳 has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// The business the asset serves.
    Category,
    /// What the asset is called.
    Name,
    /// Free text.
    Note,
    /// Departments or posts allowed to use it.
    Users,
    /// Who answers for its risk (ISMS variant of the sheet).
    RiskOwner,
    /// The department that keeps it.
    Department,
    /// The medium it is on, or the place it is kept.
    Medium,
    /// Mark: holds personal data.
    Personal,
    /// Mark: holds personal data that needs special care.
    Sensitive,
    /// Mark: holds My Number data.
    MyNumber,
    /// Score 1-3.
    Confidentiality,
    /// Score 1-3.
    Integrity,
    /// Score 1-3.
    Availability,
    /// The importance the file states, 1-3.
    Importance,
    /// How long it is kept, in words.
    Retention,
    /// The day it was registered or last checked.
    RegisteredOn,
    /// Ledger: which data, for instance name and address.
    Items,
    /// Ledger: the purpose of use.
    Purpose,
    /// Ledger: whose data it is.
    Subjects,
    /// Ledger: how many persons, a whole number.
    HeadCount,
    /// Ledger: from whom and how it is obtained.
    Acquisition,
    /// Ledger: whether it is obtained in writing from the person.
    DirectWriting,
    /// Ledger: whether and how the person consented.
    Consent,
    /// Ledger: whether persons may ask for disclosure.
    Retained,
    /// Ledger, mark: a client entrusted the data to us.
    Entrusted,
    /// Ledger: the client who entrusted the data.
    Client,
    /// Ledger: what the contract asks for at its end.
    ReturnDuty,
    /// Ledger: the post in charge.
    Manager,
    /// Ledger: how it is kept safe.
    StorageMethod,
    /// Ledger: to whom its processing is entrusted.
    Contractor,
    /// Ledger: provision to third parties.
    ThirdParty,
    /// Ledger: joint use.
    JointUse,
    /// Ledger: until when it is used.
    UseUntil,
    /// Ledger: how it is destroyed.
    Disposal,
}

impl Field {
    /// All fields: those of the IPA sheet in its order, then [`Field::HANDLING`].
    pub const ALL: [Self; 34] = [
        Self::Category,
        Self::Name,
        Self::Note,
        Self::Users,
        Self::RiskOwner,
        Self::Department,
        Self::Medium,
        Self::Personal,
        Self::Sensitive,
        Self::MyNumber,
        Self::Confidentiality,
        Self::Integrity,
        Self::Availability,
        Self::Importance,
        Self::Retention,
        Self::RegisteredOn,
        Self::Items,
        Self::Purpose,
        Self::Subjects,
        Self::HeadCount,
        Self::Acquisition,
        Self::DirectWriting,
        Self::Consent,
        Self::Retained,
        Self::Entrusted,
        Self::Client,
        Self::ReturnDuty,
        Self::Manager,
        Self::StorageMethod,
        Self::Contractor,
        Self::ThirdParty,
        Self::JointUse,
        Self::UseUntil,
        Self::Disposal,
    ];

    /// The fields that only the ledger of personal data has, in its order.
    pub const HANDLING: [Self; 18] = [
        Self::Items,
        Self::Purpose,
        Self::Subjects,
        Self::HeadCount,
        Self::Acquisition,
        Self::DirectWriting,
        Self::Consent,
        Self::Retained,
        Self::Entrusted,
        Self::Client,
        Self::ReturnDuty,
        Self::Manager,
        Self::StorageMethod,
        Self::Contractor,
        Self::ThirdParty,
        Self::JointUse,
        Self::UseUntil,
        Self::Disposal,
    ];

    /// Fields without which no row can be taken.
    pub const REQUIRED: [Self; 5] =
        [Self::Name, Self::Department, Self::Confidentiality, Self::Integrity, Self::Availability];

    /// A name that never changes, for forms and stored mappings.
    pub fn code(self) -> &'static str {
        self.names().0
    }

    /// The field with this code.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|field| field.code() == code)
    }

    /// The heading of the IPA sheet.
    pub fn ja(self) -> &'static str {
        self.names().1
    }

    /// The heading in English.
    pub fn en(self) -> &'static str {
        self.names().2
    }

    /// Whether only the ledger of personal data has it.
    pub fn is_handling(self) -> bool {
        Self::HANDLING.contains(&self)
    }

    /// Whether it is one of the three marks of personal data, or the mark of entrusted data.
    pub fn is_mark(self) -> bool {
        matches!(self, Self::Personal | Self::Sensitive | Self::MyNumber | Self::Entrusted)
    }

    /// The scores from 1 to 3, the importance not included.
    pub const SCORES: [Self; 3] = [Self::Confidentiality, Self::Integrity, Self::Availability];

    /// Whether it is one of [`Field::SCORES`].
    pub fn is_score(self) -> bool {
        Self::SCORES.contains(&self)
    }

    /// How many characters a text of this field may have: 200 where it names something, 2,000 where it tells.
    pub fn max_chars(self) -> usize {
        if self == Self::Note || self.is_handling() { 2_000 } else { 200 }
    }

    fn names(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Category => ("category", "業務分類", "Business"),
            Self::Name => ("name", "情報資産名称", "Asset name"),
            Self::Note => ("note", "備考", "Note"),
            Self::Users => ("users", "利用者範囲", "Users"),
            Self::RiskOwner => ("risk_owner", "リスク所有者", "Risk owner"),
            Self::Department => ("department", "管理部署", "Department"),
            Self::Medium => ("medium", "媒体・保存先", "Medium or place"),
            Self::Personal => ("personal", "個人情報", "Personal data"),
            Self::Sensitive => ("sensitive", "要配慮個人情報", "Special care data"),
            Self::MyNumber => ("my_number", "特定個人情報", "My Number data"),
            Self::Confidentiality => ("confidentiality", "機密性", "Confidentiality"),
            Self::Integrity => ("integrity", "完全性", "Integrity"),
            Self::Availability => ("availability", "可用性", "Availability"),
            Self::Importance => ("importance", "重要度", "Importance"),
            Self::Retention => ("retention", "保存期限", "Retention"),
            Self::RegisteredOn => ("registered_on", "登録日", "Registered on"),
            Self::Items => ("items", "個人情報の項目", "Items of data"),
            Self::Purpose => ("purpose", "利用目的", "Purpose of use"),
            Self::Subjects => ("subjects", "本人", "Data subjects"),
            Self::HeadCount => ("head_count", "件数", "Number of persons"),
            Self::Acquisition => ("acquisition", "取得方法", "How it is obtained"),
            Self::DirectWriting => ("direct_writing", "直接書面", "In writing from the person"),
            Self::Consent => ("consent", "本人同意", "Consent"),
            Self::Retained => ("retained", "保有個人データ", "Retained personal data"),
            Self::Entrusted => ("entrusted", "受託", "Entrusted to us"),
            Self::Client => ("client", "委託元", "Client"),
            Self::ReturnDuty => ("return_duty", "返却・消去の義務", "Return or erasure duty"),
            Self::Manager => ("manager", "管理責任者", "Person in charge (post)"),
            Self::StorageMethod => ("storage_method", "保管方法", "How it is kept"),
            Self::Contractor => ("contractor", "委託先", "Contractor"),
            Self::ThirdParty => ("third_party", "第三者提供", "Third-party provision"),
            Self::JointUse => ("joint_use", "共同利用", "Joint use"),
            Self::UseUntil => ("use_until", "利用期限", "Used until"),
            Self::Disposal => ("disposal", "廃棄方法", "Disposal"),
        }
    }
}
