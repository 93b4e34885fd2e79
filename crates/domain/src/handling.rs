//! How personal data is handled 個人情報の取扱い: what the ledger of personal data 個人情報管理台帳 says of an asset
//! besides the columns of the asset register (JIS Q 15001:2023, guideline J.3.1; practice gathered in DOMAIN.md §2.4).

use crate::Word;
use crate::refusal::{Refusal, optional};
use serde::{Deserialize, Serialize};

/// Declares the texts of [`Handling`] once: name in code, heading in Japanese and English.
macro_rules! texts {
    ($($(#[$doc:meta])+ $name:ident = $ja:literal, $en:literal;)+) => {
        /// The attributes of an asset that holds personal data. All may be empty: a ledger is filled step by step.
        #[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
        #[serde(default)]
        pub struct Handling {
            /// 件数: how many persons' data are held; `None` while nobody has counted.
            #[serde(skip_serializing_if = "Option::is_none")]
            pub head_count: Option<i64>,
            /// 受託: the data belongs to a client who entrusted it to us.
            #[serde(skip_serializing_if = "is_false")]
            pub entrusted: bool,
            $($(#[$doc])+ #[serde(skip_serializing_if = "String::is_empty")] pub $name: String,)+
        }

        impl Handling {
            /// Every attribute as `(code, heading)`, in the order of the ledger.
            pub const FIELDS: &'static [(&'static str, Word)] = &[
                $((stringify!($name), ($ja, $en)),)+
                ("head_count", HEAD_COUNT),
                ("entrusted", ENTRUSTED),
            ];

            /// An attribute as text; a flag is `○` or empty. Empty for a code that is none.
            pub fn get(&self, code: &str) -> String {
                match code {
                    $(stringify!($name) => self.$name.clone(),)+
                    "head_count" => self.head_count.map(|count| count.to_string()).unwrap_or_default(),
                    "entrusted" if self.entrusted => "○".to_owned(),
                    _ => String::new(),
                }
            }

            /// Writes an attribute from text: full-width digits and `3,200件` are a count, any mark but none is a
            /// flag. A code that is none changes nothing.
            pub fn set(&mut self, code: &str, text: &str) -> Result<(), Refusal> {
                match code {
                    $(stringify!($name) => self.$name = optional(text, stringify!($name), ($ja, $en))?,)+
                    "head_count" => self.head_count = head_count(text)?,
                    "entrusted" => self.entrusted = !text.trim().is_empty(),
                    _ => {}
                }
                Ok(())
            }

            fn trimmed(&self) -> Result<Self, Refusal> {
                Ok(Self {
                    head_count: self.head_count,
                    entrusted: self.entrusted,
                    $($name: optional(&self.$name, stringify!($name), ($ja, $en))?,)+
                })
            }
        }
    };
}

texts! {
    /// 個人情報の項目: which data, for instance name and address.
    items = "個人情報の項目", "Items of data";
    /// 利用目的 (APPI article 17).
    purpose = "利用目的", "Purpose of use";
    /// 本人: whose data it is, for instance customers, employees, applicants.
    subjects = "本人", "Data subjects";
    /// 取得方法: from whom and how it is obtained.
    acquisition = "取得方法", "How it is obtained";
    /// 直接書面: whether it is obtained in writing from the person.
    direct_writing = "直接書面", "In writing from the person";
    /// 本人同意: whether and how the person consented.
    consent = "本人同意", "Consent";
    /// 保有個人データ: whether persons may ask for disclosure (APPI article 16(4)).
    retained = "保有個人データ", "Retained personal data";
    /// 委託元: the client who entrusted the data.
    client = "委託元", "Client";
    /// 返却・消去: what the contract asks for at its end.
    return_duty = "返却・消去の義務", "Return or erasure duty";
    /// 管理責任者: a post, not a person.
    manager = "管理責任者", "Person in charge (post)";
    /// 保管方法: how it is kept safe, for instance locked or encrypted.
    storage_method = "保管方法", "How it is kept";
    /// 委託先: to whom its processing is entrusted (APPI article 25).
    contractor = "委託先", "Contractor";
    /// 第三者提供 (APPI article 27).
    third_party = "第三者提供", "Third-party provision";
    /// 共同利用 (APPI article 27(5)(iii)).
    joint_use = "共同利用", "Joint use";
    /// 利用期限: until when it is used.
    use_until = "利用期限", "Used until";
    /// 廃棄方法: how it is destroyed.
    disposal = "廃棄方法", "Disposal";
}

const HEAD_COUNT: Word = ("件数", "Number of persons");
const ENTRUSTED: Word = ("受託", "Entrusted to us");

/// More persons than this do not live on earth.
const MOST_PERSONS: i64 = 10_000_000_000;

impl Handling {
    /// The same with blanks trimmed; refuses texts that are too long and counts below 0.
    pub fn checked(&self) -> Result<Self, Refusal> {
        match self.head_count {
            Some(count) if !(0..=MOST_PERSONS).contains(&count) => Err(no_count()),
            _ => self.trimmed(),
        }
    }

    /// Whether nothing is said.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What entrusted data still lacks: its client and its return or erasure duty, by heading. An outsourcing
    /// company answers to the client first (PPC guideline 3-5-3), so a gap here is shown, never refused.
    pub fn lacks(&self) -> Vec<Word> {
        let asked = [("client", &self.client), ("return_duty", &self.return_duty)];
        let empty = asked.into_iter().filter(|(_, text)| self.entrusted && text.trim().is_empty());
        empty.filter_map(|(code, _)| Self::word(code)).collect()
    }

    /// The heading of an attribute.
    pub fn word(code: &str) -> Option<Word> {
        Self::FIELDS.iter().find(|(each, _)| *each == code).map(|(_, word)| *word)
    }
}

fn head_count(text: &str) -> Result<Option<i64>, Refusal> {
    let plain = |c: char| match c {
        '０'..='９' => char::from_u32(u32::from(c) - u32::from('０') + u32::from('0')).unwrap_or(c),
        _ => c,
    };
    let text: String = text.trim().chars().map(plain).filter(|c| !matches!(c, ',' | '，')).collect();
    let digits = text.trim_start_matches('約').trim_end_matches(['件', '人', '名']).trim();
    if digits.is_empty() {
        return Ok(None);
    }
    match digits.parse() {
        Ok(count) if (0..=MOST_PERSONS).contains(&count) => Ok(Some(count)),
        _ => Err(no_count()),
    }
}

fn no_count() -> Refusal {
    let hint = ("「3200」のように数字で入力してください。", "Enter digits only, like 3200.");
    Refusal::Unfit { field: "head_count", word: HEAD_COUNT, hint }
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde hands the field by reference")]
fn is_false(flag: &bool) -> bool {
    !*flag
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_attribute_is_written_and_read_by_its_code() {
        let mut handling = Handling::default();
        for (code, _) in Handling::FIELDS {
            let text = match *code {
                "head_count" => "３，２００件",
                "entrusted" => "○",
                code => code,
            };
            handling.set(code, text).unwrap();
        }
        assert_eq!((handling.head_count, handling.entrusted), (Some(3_200), true));
        for (code, _) in
            Handling::FIELDS.iter().filter(|(code, _)| !["head_count", "entrusted"].contains(code))
        {
            assert_eq!(handling.get(code), *code);
        }
        assert_eq!((handling.get("head_count").as_str(), handling.get("entrusted").as_str()), ("3200", "○"));
        let text = serde_json::to_string(&handling).unwrap();
        assert_eq!(serde_json::from_str::<Handling>(&text).unwrap(), handling);
        handling.set("entrusted", " ").unwrap();
        handling.set("no_such_code", "x").unwrap();
        assert!(!handling.entrusted);
    }

    #[test]
    fn a_count_is_digits_as_offices_write_them() {
        for (typed, count) in [("", None), ("約120名", Some(120)), ("0", Some(0)), (" 1,000 人", Some(1_000))]
        {
            assert_eq!(head_count(typed).unwrap(), count, "{typed}");
        }
        for typed in ["多数", "-1", "3.5", "99999999999999999999"] {
            assert_eq!(head_count(typed).unwrap_err().field(), Some("head_count"), "{typed}");
        }
        let negative = Handling { head_count: Some(-1), ..Handling::default() };
        assert!(negative.checked().is_err());
    }

    #[test]
    fn nothing_said_is_an_empty_object() {
        assert_eq!(serde_json::to_string(&Handling::default()).unwrap(), "{}");
        assert!(Handling::default().is_empty());
    }

    #[test]
    fn entrusted_data_needs_its_client_and_its_end() {
        let lacks = |handling: &Handling| handling.lacks().iter().map(|word| word.0).collect::<Vec<_>>();
        let mut handling = Handling::default();
        assert!(lacks(&handling).is_empty());
        handling.entrusted = true;
        assert_eq!(lacks(&handling), ["委託元", "返却・消去の義務"]);
        handling.client = "株式会社例".into();
        assert_eq!(lacks(&handling), ["返却・消去の義務"]);
    }
}
