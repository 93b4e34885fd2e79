//! The form of a row: strings in, an [`AssetDraft`] out, and back again.

use crate::house::words::Lang;
use meguri_domain::asset::{Asset, AssetDraft};
use meguri_domain::handling::Handling;
use meguri_domain::refusal::Refusal;
use meguri_domain::{Date, Word};
use serde::Deserialize;
use std::collections::BTreeMap;

/// What a person types about an asset. A ticked box says `○`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct AssetForm {
    #[serde(default)]
    pub version: String,
    /// Says that a row which looks like one that stands already is another asset.
    #[serde(default)]
    pub again: String,
    #[serde(default)]
    pub department: String,
    #[serde(default)]
    pub name: String,
    #[serde(default)]
    pub category: String,
    #[serde(default)]
    pub medium: String,
    #[serde(default)]
    pub users: String,
    #[serde(default)]
    pub risk_owner: String,
    #[serde(default)]
    pub personal: String,
    #[serde(default)]
    pub sensitive: String,
    #[serde(default)]
    pub my_number: String,
    #[serde(default)]
    pub confidentiality: String,
    #[serde(default)]
    pub integrity: String,
    #[serde(default)]
    pub availability: String,
    #[serde(default)]
    pub retention: String,
    #[serde(default)]
    pub registered_on: String,
    #[serde(default)]
    pub note: String,
    /// Whatever else was sent; the attributes of [`Handling`] are among it, by their codes.
    #[serde(flatten)]
    pub more: BTreeMap<String, String>,
}

const TICKED: &str = "○";
/// A line of a workbook takes this much, and what is typed here must fit there.
const MOST_LINE: usize = 200;

const NAME: Word = ("情報資産名称", "Asset name");
const CATEGORY: Word = ("業務分類", "Business");
const MEDIUM: Word = ("媒体・保存先", "Medium or place");
const USERS: Word = ("利用者範囲", "Users");
const RISK_OWNER: Word = ("リスク所有者", "Risk owner");
const PERSONAL: Word = ("個人情報", "Personal data");
const SENSITIVE: Word = ("要配慮個人情報", "Special care data");
const MY_NUMBER: Word = ("特定個人情報", "My Number data");
const CONFIDENTIALITY: Word = ("機密性", "Confidentiality");
const INTEGRITY: Word = ("完全性", "Integrity");
const AVAILABILITY: Word = ("可用性", "Availability");
const RETENTION: Word = ("保存期限", "Retention");
const REGISTERED_ON: Word = ("登録日", "Registered on");
const NOTE: Word = ("備考", "Note");

impl AssetForm {
    /// The draft that was typed. What the criteria say of it is asked by the act.
    pub fn parse(&self) -> Result<AssetDraft, Refusal> {
        let score = |text: &str, field: &'static str, word: Word| match text.trim() {
            "" => Err(Refusal::Missing { field, word }),
            digits => digits.parse().map_err(|_| Refusal::Unfit {
                field,
                word,
                hint: ("一覧から選んでください。", "Choose one of the list."),
            }),
        };
        Ok(AssetDraft {
            category: line(&self.category, "category", CATEGORY)?,
            name: line(&self.name, "name", NAME)?,
            note: self.note.replace("\r\n", "\n").trim().to_owned(),
            users: line(&self.users, "users", USERS)?,
            risk_owner: line(&self.risk_owner, "risk_owner", RISK_OWNER)?,
            medium: line(&self.medium, "medium", MEDIUM)?,
            personal: !self.personal.is_empty(),
            sensitive: !self.sensitive.is_empty(),
            my_number: !self.my_number.is_empty(),
            confidentiality: score(&self.confidentiality, "confidentiality", CONFIDENTIALITY)?,
            integrity: score(&self.integrity, "integrity", INTEGRITY)?,
            availability: score(&self.availability, "availability", AVAILABILITY)?,
            retention: line(&self.retention, "retention", RETENTION)?,
            registered_on: day(&self.registered_on)?,
            handling: self.handling()?,
        })
    }

    fn handling(&self) -> Result<Handling, Refusal> {
        let mut handling = Handling::default();
        for (code, _) in Handling::FIELDS {
            handling.set(code, self.more.get(*code).map_or("", String::as_str))?;
        }
        Ok(handling)
    }

    /// What was typed for an attribute of [`Handling`].
    pub fn said(&self, code: &str) -> &str {
        self.more.get(code).map_or("", String::as_str)
    }

    /// The version on which the person looked.
    pub fn version(&self) -> i64 {
        self.version.parse().unwrap_or(0)
    }

    /// An asset as a form shows it.
    pub fn of(asset: &Asset) -> Self {
        let tick = |held: bool| if held { TICKED.to_owned() } else { String::new() };
        Self {
            again: String::new(),
            version: asset.version.to_string(),
            department: asset.department_id.to_string(),
            name: asset.name.clone(),
            category: asset.category.clone(),
            medium: asset.medium.clone(),
            users: asset.users.clone(),
            risk_owner: asset.risk_owner.clone(),
            personal: tick(asset.personal),
            sensitive: tick(asset.sensitive),
            my_number: tick(asset.my_number),
            confidentiality: asset.confidentiality.to_string(),
            integrity: asset.integrity.to_string(),
            availability: asset.availability.to_string(),
            retention: asset.retention.clone(),
            registered_on: asset.registered_on.map(|day| day.to_string()).unwrap_or_default(),
            note: asset.note.clone(),
            more: Handling::FIELDS
                .iter()
                .map(|(code, _)| ((*code).to_owned(), asset.handling.get(code)))
                .collect(),
        }
    }

    /// What stands now, field by field, to be shown beside what was typed.
    pub fn standing(asset: &Asset) -> Vec<(&'static str, Word, String)> {
        let now = Self::of(asset);
        let mut standing = vec![
            ("name", NAME, now.name),
            ("category", CATEGORY, now.category),
            ("medium", MEDIUM, now.medium),
            ("users", USERS, now.users),
            ("risk_owner", RISK_OWNER, now.risk_owner),
            ("personal", PERSONAL, now.personal),
            ("sensitive", SENSITIVE, now.sensitive),
            ("my_number", MY_NUMBER, now.my_number),
            ("confidentiality", CONFIDENTIALITY, now.confidentiality),
            ("integrity", INTEGRITY, now.integrity),
            ("availability", AVAILABILITY, now.availability),
            ("retention", RETENTION, now.retention),
            ("registered_on", REGISTERED_ON, now.registered_on),
            ("note", NOTE, now.note),
        ];
        standing.extend(Handling::FIELDS.iter().map(|(code, word)| (*code, *word, asset.handling.get(code))));
        standing
    }
}

/// A sentence at a field.
pub struct FieldError {
    pub field: &'static str,
    pub sentence: String,
}

impl FieldError {
    /// The sentence of a refusal that speaks of a field.
    pub fn of(refusal: &Refusal, l: Lang) -> Option<Self> {
        refusal.field().map(|field| Self { field, sentence: l.refusal(refusal) })
    }
    /// The sentence, if it belongs to this field.
    pub fn at(error: Option<&Self>, field: &str) -> Option<String> {
        error.filter(|error| error.field == field).map(|error| error.sentence.clone())
    }
}

fn line(text: &str, field: &'static str, word: Word) -> Result<String, Refusal> {
    let text = text.trim().to_owned();
    if text.chars().count() > MOST_LINE {
        Err(Refusal::TooLong { field, word, most: MOST_LINE })
    } else {
        Ok(text)
    }
}

fn day(text: &str) -> Result<Option<Date>, Refusal> {
    let text = text.trim();
    if text.is_empty() {
        return Ok(None);
    }
    let hint = ("「2026/4/1」のように入力してください。", "Enter it like 2026/4/1.");
    meguri_sheet::parse_date(text).map(Some).ok_or(Refusal::Unfit {
        field: "registered_on",
        word: REGISTERED_ON,
        hint,
    })
}
