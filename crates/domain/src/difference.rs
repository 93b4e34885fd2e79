//! The difference of two inventories 棚卸の前年度比較: what an asset said then and says now.

use crate::Word;
use crate::asset::AssetDraft;
use crate::codes::codes;
use crate::handling::Handling;

codes! {
    /// What has become of a row since the inventory before.
    pub enum Fate {
        New = "new", "追加", "New";
        Changed = "changed", "変更", "Changed";
        Retired = "retired", "廃止", "Retired";
        Unchanged = "unchanged", "変更なし", "Unchanged";
    }
}

/// A field whose value differs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Differing {
    /// The field's heading.
    pub word: Word,
    /// What it said then; a flag is `○` or empty.
    pub before: String,
    /// What it says now.
    pub after: String,
}

/// The fields in which two contents of a row differ, in the order of the register. What the ledger of personal
/// data says counts like any other field.
pub fn differing(before: &AssetDraft, after: &AssetDraft) -> Vec<Differing> {
    let words = FIELDS.iter().map(|(word, read)| (*word, read(before), read(after)));
    let ledger = Handling::FIELDS
        .iter()
        .map(|(code, word)| (*word, before.handling.get(code), after.handling.get(code)));
    let differ = words.chain(ledger).filter(|(_, before, after)| before != after);
    differ.map(|(word, before, after)| Differing { word, before, after }).collect()
}

type Read = fn(&AssetDraft) -> String;

/// The fields of the register, in its order.
const FIELDS: &[(Word, Read)] = &[
    (("業務分類", "Business"), |d| d.category.clone()),
    (("情報資産名称", "Asset name"), |d| d.name.clone()),
    (("備考", "Note"), |d| d.note.clone()),
    (("利用者範囲", "Users"), |d| d.users.clone()),
    (("リスク所有者", "Risk owner"), |d| d.risk_owner.clone()),
    (("媒体・保存先", "Medium"), |d| d.medium.clone()),
    (("個人情報", "Personal data"), |d| mark(d.personal)),
    (("要配慮個人情報", "Special-care data"), |d| mark(d.sensitive)),
    (("特定個人情報", "My Number data"), |d| mark(d.my_number)),
    (("機密性", "Confidentiality"), |d| d.confidentiality.to_string()),
    (("完全性", "Integrity"), |d| d.integrity.to_string()),
    (("可用性", "Availability"), |d| d.availability.to_string()),
    (("保存期限", "Retention"), |d| d.retention.clone()),
    (("登録日", "Registered"), |d| d.registered_on.map(|on| on.to_string()).unwrap_or_default()),
];

fn mark(flag: bool) -> String {
    if flag { "○".to_owned() } else { String::new() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{asset_draft, day};

    #[test]
    fn nothing_differs_from_itself() {
        assert_eq!(differing(&asset_draft(), &asset_draft()), []);
    }

    #[test]
    fn every_field_of_a_row_is_told_with_both_values() {
        // A draft in which everything is different: a field that the comparison forgets would be missing here.
        let mut after = AssetDraft {
            category: "別の業務".into(),
            name: "別の名".into(),
            note: "別の備考".into(),
            users: "別の範囲".into(),
            risk_owner: "別の長".into(),
            medium: "別の媒体".into(),
            retention: "別の期限".into(),
            registered_on: Some(day("2031-01-31")),
            ..AssetDraft::default()
        };
        let before = asset_draft();
        after.personal = !before.personal;
        after.sensitive = !before.sensitive;
        after.my_number = !before.my_number;
        for (code, _) in Handling::FIELDS {
            let text = if *code == "head_count" { "12" } else { "別" };
            after.handling.set(code, text).unwrap();
        }
        let found = differing(&before, &after);
        assert_eq!(found.len(), FIELDS.len() + Handling::FIELDS.len());
        let named = found.iter().find(|each| each.word.1 == "Asset name").unwrap();
        assert_eq!((&named.before, &named.after), (&before.name, &after.name));
        // And there are as many fields as the row has: serde tells them without our list.
        let row = serde_json::to_value(&before).unwrap();
        assert_eq!(row.as_object().unwrap().len(), FIELDS.len() + 1, "the ledger is one field of the row");
    }
}
