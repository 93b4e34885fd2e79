//! A type per id, so that an asset is never looked up by a risk's id.

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident),+ $(,)?) => { $(
        $(#[$meta])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// Takes a text as this id when it has an id's shape: 1 to 64 of `a-z A-Z 0-9 . -`.
            pub fn new(text: impl Into<String>) -> Option<Self> {
                let text = text.into();
                let fits = (1..=64).contains(&text.len())
                    && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'.');
                fits.then_some(Self(text))
            }
            /// The id as text, as kept in the database and shown in addresses.
            pub fn as_str(&self) -> &str { &self.0 }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { f.write_str(&self.0) }
        }
    )+ };
}

ids! {
    /// A department 部門.
    DepartmentId,
    /// A dated name of a department.
    DepartmentNameId,
    /// A person with an account.
    PersonId,
    /// A dated posting of a person to a role.
    PostingId,
    /// An information asset 情報資産.
    AssetId,
    /// A pattern 類型 of assets that are handled alike.
    PatternId,
    /// A file that was taken into the register 取込.
    ImportId,
    /// A year's inventory 棚卸.
    InventoryId,
    /// One department's sheet of an inventory.
    InventorySheetId,
    /// The confirmation of one asset in an inventory.
    ConfirmationId,
    /// A version of the risk criteria リスク基準.
    CriteriaId,
    /// A threat 脅威 of the catalogue.
    ThreatId,
    /// A control 管理策 of the catalogue, by its Annex A number.
    ControlId,
    /// One department's assessment of a fiscal year.
    AssessmentId,
    /// A scored risk.
    RiskId,
    /// A department's answer 対策状況 about one control in a year.
    MeasureId,
    /// A row of the risk treatment plan リスク対応計画書.
    PlanRowId,
    /// A security objective 情報セキュリティ目標.
    ObjectiveId,
    /// A month's review 検討記録 of an objective.
    ReviewId,
    /// A check item 点検項目.
    CheckItemId,
    /// The dated duty of a department to answer a check item.
    AssignmentId,
    /// A department's inspection sheet of a month 自主点検票.
    InspectionId,
    /// One answer 確認記録 on an inspection sheet.
    AnswerId,
    /// A piece of evidence 証跡.
    EvidenceId,
    /// A corrective action 是正処置.
    CorrectionId,
    /// The closing 締め of a department's month.
    ClosingId,
    /// A public or company holiday.
    HolidayId,
    /// A dated rule of deadlines.
    TermId,
    /// An erasure 消去.
    ErasureId,
    /// One export 書き出し of the register.
    ExportId,
    /// The layout of the sheet a department brought.
    OriginId,
    /// An audit 審査 for which records are laid out.
    AuditId,
    /// A package 審査用ファイル made for an audit.
    PackageId,
    /// An address ヘッドの送付先 outside to which heads are mailed.
    HeadAddressId,
    /// The handing out 紙で渡した記録 of a head on paper.
    HandingOutId,
    /// A version of the statement of applicability 適用宣言書.
    StatementId,
    /// The line of the statement about one control.
    StatementLineId,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_a_shape_that_needs_no_quoting_anywhere() {
        for good in ["a", "5.9", "T001", "0f8fad5b-d9cb-469f-a165-70867728950e", &"x".repeat(64)] {
            assert!(AssetId::new(good).is_some(), "{good}");
        }
        for bad in ["", "a b", "a|b", "*", "a/b", "a'b", "資産", "a\n", &"x".repeat(65)] {
            assert!(AssetId::new(bad).is_none(), "{bad}");
        }
    }
}
