//! An information asset 情報資産: one row of the register 情報資産台帳.

use crate::calendar::Date;
use crate::codes::codes;
use crate::handling::Handling;
use crate::ids::{AssetId, DepartmentId, PatternId};
use crate::people::{Act, Actor};
use crate::refusal::{Refusal, optional, required};
use crate::{Change, Word, criteria::Method};
use serde::{Deserialize, Serialize};

codes! {
    /// The kinds of carrier by which the threat catalogue is ordered.
    pub enum Medium {
        Paper = "paper", "紙", "Paper";
        Data = "data", "電子データ", "Electronic data";
        Device = "device", "PC・モバイル", "PC and mobile";
        Removable = "removable", "可搬媒体", "Removable media";
        Server = "server", "サーバ", "Server";
        Cloud = "cloud", "クラウド", "Cloud";
        People = "people", "人", "People";
        Building = "building", "建物", "Building";
        Contractor = "contractor", "委託先", "Contractor";
    }
}

impl Medium {
    /// The kind behind the words that registers use for 媒体・保存先; electronic data when unknown.
    pub fn of(text: &str) -> Self {
        const WORDS: &[(&str, Medium)] = &[
            ("社外サーバ", Medium::Cloud),
            ("クラウド", Medium::Cloud),
            ("書類", Medium::Paper),
            ("紙", Medium::Paper),
            ("可搬", Medium::Removable),
            ("USB", Medium::Removable),
            ("モバイル", Medium::Device),
            ("PC", Medium::Device),
            ("ＰＣ", Medium::Device),
            ("パソコン", Medium::Device),
            ("サーバ", Medium::Server),
            ("委託", Medium::Contractor),
            ("建物", Medium::Building),
            ("人", Medium::People),
        ];
        WORDS.iter().find(|(word, _)| text.contains(word)).map_or(Self::Data, |(_, medium)| *medium)
    }
}

codes! {
    /// Whether an asset is still in the register.
    pub enum AssetState {
        InUse = "in_use", "使用中", "In use";
        Retired = "retired", "廃止", "Retired";
    }
}

/// What a department says of an asset; the contents of its row.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AssetDraft {
    /// 業務分類
    pub category: String,
    /// 情報資産名称
    pub name: String,
    /// 備考
    pub note: String,
    /// 利用者範囲
    pub users: String,
    /// リスク所有者: a post, not a person
    pub risk_owner: String,
    /// 媒体・保存先, in the register's own words
    pub medium: String,
    /// 個人情報 / 要配慮個人情報 / 特定個人情報
    pub personal: bool,
    /// Holds special-care personal data 要配慮個人情報.
    pub sensitive: bool,
    /// Holds My Number data 特定個人情報.
    pub my_number: bool,
    /// 機密性・完全性・可用性, each 1 to 3
    pub confidentiality: i64,
    /// Loss of integrity 完全性, 1 to the top of the scale.
    pub integrity: i64,
    /// Loss of availability 可用性, 1 to the top of the scale.
    pub availability: i64,
    /// 保存期限, in words
    pub retention: String,
    /// 登録日
    pub registered_on: Option<Date>,
    /// What the ledger of personal data says of it.
    pub handling: Handling,
}

impl AssetDraft {
    /// The same draft with blanks trimmed; refuses a missing name and scores outside the scale.
    pub fn checked(self, method: &Method) -> Result<Self, Refusal> {
        let score = |field: &'static str, word: Word, score: i64| {
            if (1..=method.scale).contains(&score) {
                Ok(score)
            } else {
                Err(Refusal::Unfit { field, word, hint: method.hint() })
            }
        };
        Ok(Self {
            category: optional(&self.category, "category", ("業務分類", "Business"))?,
            name: required(&self.name, "name", ("情報資産名称", "Asset name"))?,
            note: optional(&self.note, "note", ("備考", "Note"))?,
            users: optional(&self.users, "users", ("利用者範囲", "Users"))?,
            risk_owner: optional(&self.risk_owner, "risk_owner", ("リスク所有者", "Risk owner"))?,
            medium: required(&self.medium, "medium", ("媒体・保存先", "Medium"))?,
            confidentiality: score("confidentiality", ("機密性", "Confidentiality"), self.confidentiality)?,
            integrity: score("integrity", ("完全性", "Integrity"), self.integrity)?,
            availability: score("availability", ("可用性", "Availability"), self.availability)?,
            retention: optional(&self.retention, "retention", ("保存期限", "Retention"))?,
            handling: self.handling.checked()?,
            ..self
        })
    }
}

/// A row of the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asset {
    /// The row's own id.
    pub id: AssetId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// Counts changes of the contents; an assessment names the revision it judged.
    pub revision: i64,
    /// The department that holds it 管理部署.
    pub department_id: DepartmentId,
    /// 業務分類: the business or department it serves.
    pub category: String,
    /// 情報資産名称.
    pub name: String,
    /// 備考.
    pub note: String,
    /// 利用者範囲: who may use it.
    pub users: String,
    /// リスク所有者: a post, not a person (JIS Q 27001 6.1.2).
    pub risk_owner: String,
    /// 媒体・保存先, in the register's own words.
    pub medium: String,
    /// Holds personal data 個人情報.
    pub personal: bool,
    /// Holds special-care personal data 要配慮個人情報.
    pub sensitive: bool,
    /// Holds My Number data 特定個人情報.
    pub my_number: bool,
    /// Loss of confidentiality 機密性, 1 to the top of the scale.
    pub confidentiality: i64,
    /// Loss of integrity 完全性, 1 to the top of the scale.
    pub integrity: i64,
    /// Loss of availability 可用性, 1 to the top of the scale.
    pub availability: i64,
    /// Derived by the criteria in force when the row was saved.
    pub importance: i64,
    /// 保存期限, in words.
    pub retention: String,
    /// 登録日: when it was entered or last looked at.
    pub registered_on: Option<Date>,
    /// 個人情報の取扱い: what the ledger of personal data says of it.
    pub handling: Handling,
    /// Whether it is still in the register.
    pub state: AssetState,
    /// Why it was retired; empty while in use.
    pub retired_reason: String,
    /// The pattern 類型 it is judged with, if any.
    pub pattern_id: Option<PatternId>,
}

impl Asset {
    /// Adds a row to the register of a department.
    pub fn register(
        id: AssetId,
        department: DepartmentId,
        draft: AssetDraft,
        method: &Method,
        by: &Actor,
    ) -> Result<Change<Self>, Refusal> {
        by.must(Act::EditRegister, &department)?;
        let draft = draft.checked(method)?;
        Ok(Change::new(Self::from_draft(id, 1, department, draft, method), "asset.registered"))
    }

    /// Changes the contents: a new revision, unless nothing differs.
    pub fn edit(
        self,
        version: i64,
        draft: AssetDraft,
        method: &Method,
        by: &Actor,
    ) -> Result<Change<Self>, Refusal> {
        by.must(Act::EditRegister, &self.department_id)?;
        self.must_be_at(version)?;
        let draft = draft.checked(method)?;
        let revision = self.revision + i64::from(draft != self.draft());
        let pattern_id = self.pattern_id;
        let next = Self::from_draft(self.id, self.version + 1, self.department_id, draft, method);
        Ok(Change::new(Self { revision, pattern_id, ..next }, "asset.edited"))
    }

    /// Takes the row out of the register, with a reason. It stays readable.
    pub fn retire(self, version: i64, reason: &str, by: &Actor) -> Result<Change<Self>, Refusal> {
        by.must(Act::EditRegister, &self.department_id)?;
        self.must_be_at(version)?;
        let reason = required(reason, "reason", crate::approval::REASON)?;
        let retired = Self {
            state: AssetState::Retired,
            retired_reason: reason.clone(),
            version: self.version + 1,
            ..self
        };
        Ok(Change::new(retired, "asset.retired").because(reason))
    }

    /// Hands the row to another department, when departments merge or split. Its pattern is the old
    /// department's and stays there.
    pub fn move_to(self, department: DepartmentId, by: &Actor) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::Reorganise)?;
        let version = self.version + 1;
        let moved = Self { department_id: department, version, pattern_id: None, ..self };
        Ok(Change::new(moved, "asset.moved"))
    }

    /// The contents, for a form or a comparison.
    pub fn draft(&self) -> AssetDraft {
        AssetDraft {
            category: self.category.clone(),
            name: self.name.clone(),
            note: self.note.clone(),
            users: self.users.clone(),
            risk_owner: self.risk_owner.clone(),
            medium: self.medium.clone(),
            personal: self.personal,
            sensitive: self.sensitive,
            my_number: self.my_number,
            confidentiality: self.confidentiality,
            integrity: self.integrity,
            availability: self.availability,
            retention: self.retention.clone(),
            registered_on: self.registered_on,
            handling: self.handling.clone(),
        }
    }

    /// Whether it holds personal data of any of the three kinds.
    pub fn holds_personal_data(&self) -> bool {
        self.personal || self.sensitive || self.my_number
    }

    fn must_be_at(&self, version: i64) -> Result<(), Refusal> {
        match self.state {
            AssetState::InUse if self.version == version => Ok(()),
            AssetState::InUse => Err(Refusal::Stale { current: self.version }),
            AssetState::Retired => Err(Refusal::WrongState { state: self.state.word() }),
        }
    }

    fn from_draft(
        id: AssetId,
        version: i64,
        department_id: DepartmentId,
        draft: AssetDraft,
        method: &Method,
    ) -> Self {
        let scores = [draft.confidentiality, draft.integrity, draft.availability];
        let importance = method.importance(scores, draft.personal || draft.sensitive || draft.my_number);
        let AssetDraft {
            category,
            name,
            note,
            users,
            risk_owner,
            medium,
            personal,
            sensitive,
            my_number,
            ..
        } = draft;
        let AssetDraft {
            confidentiality, integrity, availability, retention, registered_on, handling, ..
        } = draft;
        Self {
            id,
            version,
            revision: 1,
            department_id,
            category,
            name,
            note,
            users,
            risk_owner,
            medium,
            personal,
            sensitive,
            my_number,
            confidentiality,
            integrity,
            availability,
            importance,
            retention,
            registered_on,
            handling,
            state: AssetState::InUse,
            retired_reason: String::new(),
            pattern_id: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{
        administrator, asset, asset_draft, auditor, deputy, done, head, id, member, rows, said, secretariat,
        stranger,
    };

    fn register(draft: AssetDraft, by: &Actor) -> Result<Change<Asset>, Refusal> {
        Asset::register(id("asset"), id("sales"), draft, &Method::ipa_3_1(), by)
    }

    fn edit(version: i64, draft: AssetDraft, by: &Actor) -> Result<Change<Asset>, Refusal> {
        asset().edit(version, draft, &Method::ipa_3_1(), by)
    }

    #[test]
    fn a_row_is_registered_by_its_department_or_the_secretariat() {
        let draft = asset_draft;
        let long = "あ".repeat(2_001);
        rows([
            ("member", said(register(draft(), &member())), "asset.registered"),
            ("head", said(register(draft(), &head())), "asset.registered"),
            ("secretariat", said(register(draft(), &secretariat())), "asset.registered"),
            ("deputy", said(register(draft(), &deputy())), "not allowed"),
            ("auditor", said(register(draft(), &auditor())), "not allowed"),
            ("administrator", said(register(draft(), &administrator())), "not allowed"),
            ("other department", said(register(draft(), &stranger())), "not allowed"),
            (
                "no name",
                said(register(AssetDraft { name: " ".into(), ..draft() }, &member())),
                "missing name",
            ),
            (
                "no medium",
                said(register(AssetDraft { medium: String::new(), ..draft() }, &member())),
                "missing medium",
            ),
            ("long note", said(register(AssetDraft { note: long, ..draft() }, &member())), "too long note"),
            (
                "score 0",
                said(register(AssetDraft { confidentiality: 0, ..draft() }, &member())),
                "unfit confidentiality",
            ),
            ("score 4", said(register(AssetDraft { integrity: 4, ..draft() }, &member())), "unfit integrity"),
            (
                "score -1",
                said(register(AssetDraft { availability: -1, ..draft() }, &member())),
                "unfit availability",
            ),
        ]);
    }

    #[test]
    fn a_change_of_contents_is_a_new_revision_and_saving_the_same_is_none() {
        let renamed = AssetDraft { name: "取引先名簿".into(), ..asset_draft() };
        rows([
            ("member", said(edit(1, renamed.clone(), &member())), "asset.edited"),
            ("stale", said(edit(0, renamed.clone(), &member())), "stale, now 1"),
            ("stranger", said(edit(1, renamed.clone(), &stranger())), "not allowed"),
            ("no name", said(edit(1, AssetDraft::default(), &member())), "missing name"),
        ]);
        let changed = done(edit(1, renamed, &member()));
        assert_eq!((changed.version, changed.revision), (2, 2));
        let blanks = AssetDraft { name: "  顧客名簿 ".into(), ..asset_draft() };
        let same = done(edit(1, blanks, &member()));
        assert_eq!((same.version, same.revision), (2, 1));
    }

    #[test]
    fn a_retired_row_stays_readable_and_is_never_changed_again() {
        let retired = done(asset().retire(1, " 廃棄した ", &member()));
        assert_eq!((retired.state, retired.retired_reason.as_str()), (AssetState::Retired, "廃棄した"));
        let again = || retired.clone();
        rows([
            ("without reason", said(asset().retire(1, "  ", &member())), "missing reason"),
            ("stale", said(asset().retire(7, "x", &member())), "stale, now 1"),
            ("auditor", said(asset().retire(1, "x", &auditor())), "not allowed"),
            ("twice", said(again().retire(2, "x", &member())), "is Retired"),
            ("edit", said(again().edit(2, asset_draft(), &Method::ipa_3_1(), &member())), "is Retired"),
        ]);
    }

    #[test]
    fn who_reorganises_hands_rows_to_another_department_and_no_head_does() {
        rows([
            ("administrator", said(asset().move_to(id("hr"), &administrator())), "asset.moved"),
            ("head", said(asset().move_to(id("hr"), &head())), "not allowed"),
            ("secretariat", said(asset().move_to(id("hr"), &secretariat())), "asset.moved"),
        ]);
        let moved = done(asset().move_to(id("hr"), &administrator()));
        assert_eq!((moved.department_id.as_str(), moved.revision), ("hr", 1));
    }

    #[test]
    fn importance_follows_the_scores_and_the_three_kinds_of_personal_data() {
        let none = AssetDraft { personal: false, ..asset_draft() };
        let importance = |draft| done(register(draft, &member())).importance;
        assert_eq!(importance(none.clone()), 2);
        assert_eq!(importance(AssetDraft { personal: true, ..none.clone() }), 3);
        assert_eq!(importance(AssetDraft { sensitive: true, ..none.clone() }), 3);
        assert_eq!(importance(AssetDraft { my_number: true, ..none }), 3);
    }

    #[test]
    fn a_draft_makes_the_round_trip() {
        assert_eq!(asset().draft(), asset_draft());
    }

    #[test]
    fn the_words_of_registers_name_their_medium() {
        for (words, medium) in [
            ("書類", Medium::Paper),
            ("紙(キャビネット)", Medium::Paper),
            ("可搬電子媒体", Medium::Removable),
            ("USBメモリ", Medium::Removable),
            ("事務所PC", Medium::Device),
            ("モバイル機器", Medium::Device),
            ("社内サーバ", Medium::Server),
            ("社外サーバー(クラウド)", Medium::Cloud),
            ("社外サーバ", Medium::Cloud),
            ("委託先", Medium::Contractor),
            ("建物", Medium::Building),
            ("どこか", Medium::Data),
        ] {
            assert_eq!(Medium::of(words), medium, "{words}");
        }
    }
}
