//! What a heading means: the words that registers and ledgers use for their columns.

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::field::Field;
use crate::scale::Scale;
use crate::text::fold;

/// What headings one above the other mean together, and how sure we are: group and heading read as one, then
/// the lowest, then the group; a bare letter needs its group.
pub(crate) fn meaning(parts: &[String]) -> Option<(Field, u8)> {
    let (lowest, above) = parts.split_last()?;
    if let Some(group) = above.last() {
        let (group, lowest) = (core(&fold(group)), core(&fold(lowest)));
        if let Some(field) = by_letter(&group, &lowest) {
            return Some((field, 90));
        }
        let both = known(&format!("{group}{lowest}")).or_else(|| known(&format!("{group}の{lowest}")));
        if let Some(field) = both {
            return Some((field, 100));
        }
    } else if let Some(field) = by_letter("", &fold(lowest)) {
        return Some((field, 80));
    }
    // 個人情報 over 件数 is not the mark itself: the group alone is a weak hint.
    meaning_of(lowest).or_else(|| {
        above.iter().rev().find_map(|part| meaning_of(part)).map(|(field, sure)| (field, sure / 2))
    })
}

/// A score named by a letter beneath its group (評価値 over C), or glued to it (評価値C).
fn by_letter(group: &str, lowest: &str) -> Option<Field> {
    const GROUPS: &[&str] = &[
        "評価値",
        "評価",
        "資産価値",
        "cia",
        "cia評価",
        "情報資産の評価",
        "資産評価",
        "評価点",
        "情報資産の価値",
        "価値",
    ];
    const LETTERS: [(&str, Field); 3] =
        [("c", Field::Confidentiality), ("i", Field::Integrity), ("a", Field::Availability)];
    let found = LETTERS.iter().find(|(letter, _)| {
        if group.is_empty() {
            lowest.strip_suffix(letter).is_some_and(|rest| GROUPS.contains(&rest))
        } else {
            lowest == *letter && GROUPS.contains(&group)
        }
    });
    found.map(|(_, field)| *field)
}

/// What one heading means: 100 when it is known, 90 when it is known but for a remark in brackets or a number before
/// it, 60 when it ends in a known one (in Japanese the last noun is what a heading is about).
pub(crate) fn meaning_of(heading: &str) -> Option<(Field, u8)> {
    const LONGEST_HEADING: usize = 40;
    let folded = fold(heading);
    if folded.is_empty() || folded.chars().count() > LONGEST_HEADING {
        return None;
    }
    if let Some(field) = known(&folded) {
        return Some((field, 100));
    }
    let bare = core(&folded);
    if let Some(field) = known(&bare) {
        return Some((field, 90));
    }
    let from = |start: usize| bare.get(start..).filter(|rest| rest.chars().count() >= 3);
    let mut endings = bare.char_indices().skip(1).map_while(|(start, _)| from(start));
    endings.find_map(known).map(|field| (field, 60))
}

/// A folded heading without the number before it and the remark behind it: `(1)機密性[3-2-1]` → `機密性`.
fn core(folded: &str) -> String {
    let numbered = folded.trim_start_matches(|c: char| c.is_ascii_digit() || "().．、:[]<>#".contains(c));
    let from = if numbered.is_empty() { folded } else { numbered };
    let until = from.find(['(', '[', '<', ':', '〈', '〔', '《']).filter(|at| *at > 0).unwrap_or(from.len());
    let bare = &from[..until];
    let bare = bare.trim_end_matches(|c: char| c.is_ascii_digit() || c == '欄' || c == '注');
    bare.to_owned()
}

fn known(folded: &str) -> Option<Field> {
    static KNOWN: LazyLock<HashMap<&str, Field>> = LazyLock::new(|| {
        SYNONYMS.iter().flat_map(|(field, words)| words.iter().map(move |word| (*word, *field))).collect()
    });
    KNOWN.get(folded).copied()
}

/// Headings seen in registers, folded. Longer kinds of personal data come first, because they end in the shorter.
const SYNONYMS: [(Field, &[&str]); 34] = [
    (
        Field::Sensitive,
        &["要配慮個人情報", "要配慮", "要配慮情報", "機微情報", "機微な個人情報", "センシティブ情報"],
    ),
    (Field::MyNumber, &["特定個人情報", "特定個人情報等", "マイナンバー", "個人番号"]),
    (Field::Personal, &["個人情報", "個人情報の有無", "個人情報有無", "個人データ", "個人情報を含む"]),
    (
        Field::Category,
        &["業務分類", "業務", "業務名", "業務区分", "業務の分類", "分類", "資産分類", "資産区分"],
    ),
    (
        Field::Name,
        &[
            "情報資産名称",
            "情報資産名",
            "情報資産の名称",
            "情報資産",
            "資産名称",
            "資産名",
            "資産の名称",
            "名称",
            "個人情報の名称",
            "個人情報名称",
            "個人情報名",
        ],
    ),
    (Field::Note, &["備考", "備考欄", "摘要", "説明", "補足", "コメント"]),
    (
        Field::Users,
        &["利用者範囲", "利用範囲", "利用者", "利用者の範囲", "利用部署", "アクセス権者", "アクセス範囲"],
    ),
    (Field::RiskOwner, &["リスク所有者", "リスクオーナー", "リスク責任者"]),
    (
        Field::Department,
        &[
            "管理部署",
            "管理部門",
            "管理部署名",
            "主管部署",
            "主管部門",
            "所管部署",
            "所管部門",
            "担当部署",
            "部署",
            "部署名",
            "部門",
        ],
    ),
    (
        Field::Medium,
        &[
            "媒体・保存先",
            "媒体保存先",
            "媒体/保存先",
            "媒体",
            "保存先",
            "保管場所",
            "保存場所",
            "保管先",
            "保存媒体",
            "媒体・保管場所",
            "媒体種別",
        ],
    ),
    (Field::Confidentiality, &["機密性", "機密性評価", "機密性c", "confidentiality"]),
    (Field::Integrity, &["完全性", "完全性評価", "完全性i", "integrity"]),
    (Field::Availability, &["可用性", "可用性評価", "可用性a", "availability"]),
    (Field::Importance, &["重要度", "情報資産の重要度", "重要性", "資産価値", "重要度ランク"]),
    (Field::Retention, &["保存期限", "保存期間", "保管期限", "保管期間", "保有期間", "廃棄時期"]),
    (
        Field::RegisteredOn,
        &[
            "登録日",
            "登録年月日",
            "登録日付",
            "登録・更新日",
            "更新日",
            "最終更新日",
            "最終確認日",
            "登録(更新)日",
        ],
    ),
    (Field::Items, &["個人情報の項目", "個人情報項目", "項目", "データ項目"]),
    (Field::Purpose, &["利用目的", "個人情報の利用目的"]),
    (Field::Subjects, &["本人", "本人の区分", "本人区分", "情報主体", "対象者"]),
    (Field::HeadCount, &["件数", "保有件数", "人数", "本人の数"]),
    (Field::Acquisition, &["取得方法", "取得元", "入手方法", "収集方法"]),
    (Field::DirectWriting, &["直接書面", "直接書面取得", "直接書面か否か"]),
    (Field::Consent, &["本人同意", "同意", "同意の有無", "本人同意の有無"]),
    (Field::Retained, &["保有個人データ", "開示対象個人情報", "開示対象"]),
    (Field::Entrusted, &["受託", "受託の有無", "受託有無", "受託か否か"]),
    (Field::Client, &["委託元", "委託元名", "受託元", "クライアント"]),
    (Field::ReturnDuty, &["返却・消去の義務", "返却・消去", "返却消去", "返却・廃棄", "終了時の措置"]),
    (Field::Manager, &["管理責任者", "管理者", "責任者"]),
    (Field::StorageMethod, &["保管方法", "保存方法", "保護措置", "安全管理方法"]),
    (Field::Contractor, &["委託先", "委託先名", "再委託先"]),
    (Field::ThirdParty, &["第三者提供", "第三者提供先", "提供先"]),
    (Field::JointUse, &["共同利用", "共同利用先"]),
    (Field::UseUntil, &["利用期限", "利用期間"]),
    (Field::Disposal, &["廃棄方法", "消去・廃棄方法", "処分方法"]),
];

/// The scale that a folded heading tells of: `機密性(3-2-1)`, `完全性(0~2)`.
pub(crate) fn scale_in(folded: &str) -> Option<Scale> {
    let digits: String = folded.chars().filter(char::is_ascii_digit).collect();
    match digits.as_str() {
        "321" | "123" | "13" | "31" => Some(Scale::OneToThree),
        "210" | "012" | "02" | "20" => Some(Scale::ZeroToTwo),
        _ => None,
    }
}
