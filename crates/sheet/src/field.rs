//! The columns of the register, each with one name in code, in Japanese and in English.

use serde::{Deserialize, Serialize};

/// A column of the information asset register, in the order of the IPA sheet.
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
}

impl Field {
    /// All fields in the order of the sheet.
    pub const ALL: [Self; 16] = [
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

    /// How many characters a text of this field may have: 2,000 for the note, 200 for the others.
    pub fn max_chars(self) -> usize {
        if self == Self::Note { 2_000 } else { 200 }
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
        }
    }
}
