//! How the form of a row asks for the handling of personal data: in groups, with words to choose from.

use super::form::AssetForm;
use meguri_domain::Word;
use meguri_domain::handling::Handling;

/// Attributes that belong together.
pub struct Group {
    pub title: Word,
    pub fields: Vec<Attribute>,
}

/// One attribute with what was typed for it.
pub struct Attribute {
    pub code: &'static str,
    pub word: Word,
    pub said: String,
}

const GROUPS: [(Word, &[&str]); 4] = [
    (("何を、誰の", "What and whose"), &["items", "purpose", "subjects", "head_count"]),
    (("取得", "How it comes"), &["acquisition", "direct_writing", "consent", "retained"]),
    (("受託", "Entrusted data"), &["entrusted", "client", "return_duty"]),
    (
        ("保管から廃棄まで", "From keeping to disposal"),
        &["manager", "storage_method", "contractor", "third_party", "joint_use", "use_until", "disposal"],
    ),
];

impl AssetForm {
    /// The attributes of [`Handling`] in groups, as the form shows them.
    pub fn handling_groups(&self) -> Vec<Group> {
        let attribute = |code: &&'static str| {
            Handling::word(code).map(|word| Attribute { code, word, said: self.said(code).to_owned() })
        };
        GROUPS
            .iter()
            .map(|(title, codes)| Group {
                title: *title,
                fields: codes.iter().filter_map(attribute).collect(),
            })
            .collect()
    }
}

impl Attribute {
    pub fn is_mark(&self) -> bool {
        self.code == "entrusted"
    }
    pub fn is_count(&self) -> bool {
        self.code == "head_count"
    }
    pub fn is_long(&self) -> bool {
        matches!(self.code, "items" | "purpose" | "return_duty")
    }
    pub fn most(&self) -> usize {
        if self.is_count() { 20 } else { 2_000 }
    }
    /// Words that ledgers use; any other stays possible.
    pub fn words(&self) -> &'static [&'static str] {
        match self.code {
            "subjects" => &["顧客", "従業者", "採用応募者", "取引先担当者", "株主", "退職者"],
            "acquisition" => &[
                "本人から直接書面",
                "本人から直接書面以外",
                "委託元から受領",
                "第三者から提供",
                "公開情報から取得",
            ],
            "direct_writing" => &["直接書面", "直接書面以外"],
            "consent" => &["有", "無", "委託元が取得"],
            "retained" => &["該当", "該当しない"],
            "return_duty" => &["契約終了時に返却", "契約終了時に消去し証明書を提出", "返却・消去の定めなし"],
            "storage_method" => &["施錠", "アクセス制限・暗号化", "施錠・アクセス制限"],
            "third_party" | "joint_use" => &["無", "有"],
            "disposal" => &["裁断", "溶解", "データ消去", "返却", "物理破壊"],
            _ => &[],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_attribute_is_asked_for_once() {
        let groups = AssetForm::default().handling_groups();
        let mut asked: Vec<&str> =
            groups.iter().flat_map(|group| group.fields.iter().map(|each| each.code)).collect();
        asked.sort_unstable();
        let mut all: Vec<&str> = Handling::FIELDS.iter().map(|(code, _)| *code).collect();
        all.sort_unstable();
        assert_eq!(asked, all);
    }
}
