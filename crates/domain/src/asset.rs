//! An information asset 情報資産: one row of the register 情報資産台帳.

use crate::calendar::Date;
use crate::codes::codes;
use crate::ids::{AssetId, DepartmentId};
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
    pub sensitive: bool,
    pub my_number: bool,
    /// 機密性・完全性・可用性, each 1 to 3
    pub confidentiality: i64,
    pub integrity: i64,
    pub availability: i64,
    /// 保存期限, in words
    pub retention: String,
    /// 登録日
    pub registered_on: Option<Date>,
}

impl AssetDraft {
    /// The same draft with blanks trimmed; refuses a missing name and scores outside the scale.
    pub fn checked(self, method: &Method) -> Result<Self, Refusal> {
        let score = |field: &'static str, word: Word, score: i64| {
            let hint = ("1・2・3のどれかにしてください。", "Use 1, 2 or 3.");
            if (1..=method.scale).contains(&score) {
                Ok(score)
            } else {
                Err(Refusal::Unfit { field, word, hint })
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
            ..self
        })
    }
}

/// A row of the register.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asset {
    pub id: AssetId,
    pub version: i64,
    /// Counts changes of the contents; an assessment names the revision it judged.
    pub revision: i64,
    pub department_id: DepartmentId,
    pub category: String,
    pub name: String,
    pub note: String,
    pub users: String,
    pub risk_owner: String,
    pub medium: String,
    pub personal: bool,
    pub sensitive: bool,
    pub my_number: bool,
    pub confidentiality: i64,
    pub integrity: i64,
    pub availability: i64,
    /// Derived by the criteria in force when the row was saved.
    pub importance: i64,
    pub retention: String,
    pub registered_on: Option<Date>,
    pub state: AssetState,
    /// Why it was retired; empty while in use.
    pub retired_reason: String,
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
        let next = Self::from_draft(self.id, self.version + 1, self.department_id, draft, method);
        Ok(Change::new(Self { revision, ..next }, "asset.edited"))
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

    /// Hands the row to another department, when departments merge or split.
    pub fn move_to(self, department: DepartmentId, by: &Actor) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::EditPeople)?;
        Ok(Change::new(Self { department_id: department, version: self.version + 1, ..self }, "asset.moved"))
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
        let AssetDraft { confidentiality, integrity, availability, retention, registered_on, .. } = draft;
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
            state: AssetState::InUse,
            retired_reason: String::new(),
        }
    }
}
