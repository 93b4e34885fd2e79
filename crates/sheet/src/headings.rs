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
        let both = {
            let joined = format!("{group}{lowest}");
            known(&joined)
                .or_else(|| known(&format!("{group}の{lowest}")))
                .or_else(|| known(without_ending(&joined)).filter(|_| without_ending(&joined) == group))
        };
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
    if let Some(field) = known(&bare).or_else(|| known(without_ending(&bare))) {
        return Some((field, 90));
    }
    let bare = without_ending(&bare);
    let from = |start: usize| bare.get(start..).filter(|rest| rest.chars().count() >= 3);
    let mut endings = bare.char_indices().skip(1).map_while(|(start, _)| from(start));
    // 何とか個人情報 is a kind of personal data that we do not know; it is not simply personal data.
    endings.find_map(known).filter(|field| *field != Field::Personal).map(|field| (field, 60))
}

/// A heading without what it asks (機密性の評価, 受託の有無, 個人情報を含むか): the noun before is what it is about.
pub(crate) fn without_ending(bare: &str) -> &str {
    const ENDINGS: &[&str] = &[
        "を含むか",
        "を含む",
        "含む",
        "含むか",
        "の有無",
        "有無",
        "か否か",
        "かどうか",
        "の該当",
        "該当",
        "の評価値",
        "評価値",
        "の評価",
        "評価",
        "の判定",
        "判定",
        "の別",
    ];
    let found = ENDINGS.iter().find_map(|ending| bare.strip_suffix(ending)).filter(|rest| !rest.is_empty());
    found.unwrap_or(bare)
}

/// A folded heading without the number before it and the remark behind it: `(1)機密性[3-2-1]` → `機密性`.
pub(crate) fn core(folded: &str) -> String {
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

/// Headings seen in registers and ledgers, folded; without the endings that [`without_ending`] takes off.
// Lists of words stay lists, not columns of one word per line.
#[rustfmt::skip]
const SYNONYMS: [(Field, &[&str]); 34] = [
    (Field::Sensitive, &[
        "要配慮個人情報", "要配慮", "要配慮情報", "要配慮個人情報等", "機微情報", "機微な個人情報", "センシティブ情報", "機微",
    ]),
    (Field::MyNumber, &[
        "特定個人情報", "特定個人情報等", "マイナンバー", "個人番号", "特定個人情報ファイル", "マイナンバー情報",
    ]),
    (Field::Personal, &["個人情報", "個人情報等", "個人データ", "個人情報の取扱い", "個人情報の取扱"]),
    (Field::Category, &[
        "業務分類", "業務", "業務名", "業務名称", "業務区分", "業務の分類", "業務の種類", "分類", "資産分類", "資産区分", "情報分類",
        "対象業務", "業務内容", "業務プロセス", "情報資産分類", "情報資産の分類", "資産の分類", "資産の種類", "資産種別", "情報種別",
        "大分類", "利用業務", "関連業務", "business",
    ]),
    (Field::Name, &[
        "情報資産名称", "情報資産名", "情報資産の名称", "情報資産", "資産名称", "資産名", "資産の名称", "名称", "情報名", "情報名称",
        "情報の名称", "情報資産項目", "書類名", "文書名", "データ名", "書類・データ名", "文書・データ名", "文書・データの名称",
        "帳票名", "帳票名称", "ファイル名", "管理対象", "個人情報の名称", "個人情報名称", "個人情報名", "個人情報ファイル名",
        "個人情報ファイルの名称", "個人情報データベース名", "個人情報の件名", "個人情報の類型", "assetname",
    ]),
    (Field::Note, &[
        "備考", "備考欄", "摘要", "説明", "補足", "コメント", "メモ", "特記事項", "備考・特記事項", "補足事項", "その他", "note",
    ]),
    (Field::Users, &[
        "利用者範囲", "利用範囲", "利用者", "利用者の範囲", "利用部署", "利用部門", "使用者", "使用部署", "アクセス権者", "アクセス範囲",
        "アクセス権", "アクセス権限", "アクセス権限者", "アクセス権を有する者", "アクセス権を持つ者", "アクセス可能者", "アクセス者",
        "閲覧者", "閲覧可能者", "閲覧範囲", "開示範囲", "公開範囲", "取扱者", "取扱担当者", "取扱者の範囲", "利用者・利用部署", "users",
    ]),
    (Field::RiskOwner, &["リスク所有者", "リスクの所有者", "リスクオーナー", "リスク責任者", "リスクの責任者", "riskowner"]),
    (Field::Department, &[
        "管理部署", "管理部門", "管理部署名", "管理部門名", "主管部署", "主管部門", "主管課", "所管部署", "所管部門", "所管課", "担当部署",
        "担当部門", "保有部署", "保有部門", "所有部署", "所有部門", "所属部署", "所属部門", "所属", "取扱部署", "取扱部門", "保管部署",
        "保管部門", "管理元", "管理課", "部署", "部署名", "部門", "部門名", "部課", "部課名", "主管", "所管", "department",
    ]),
    (Field::Medium, &[
        "媒体・保存先", "媒体保存先", "媒体/保存先", "媒体", "保存先", "保管場所", "保存場所", "保管先", "保存媒体", "保管媒体", "記録媒体",
        "媒体・保管場所", "保管場所・媒体", "媒体/保管場所", "保管場所/媒体", "媒体・保存場所", "媒体種別", "媒体の種類", "格納場所",
        "格納先", "所在", "保管場所(媒体)", "保管・保存場所", "medium",
    ]),
    (Field::Confidentiality, &["機密性", "機密性c", "機密性レベル", "機密性の値", "confidentiality"]),
    (Field::Integrity, &["完全性", "完全性i", "完全性レベル", "完全性の値", "integrity"]),
    (Field::Availability, &["可用性", "可用性a", "可用性レベル", "可用性の値", "availability"]),
    (Field::Importance, &[
        "重要度", "情報資産の重要度", "資産の重要度", "重要性", "資産価値", "情報資産の価値", "情報資産価値", "重要度ランク", "重要度レベル",
        "重要度区分", "評価結果", "総合評価", "importance",
    ]),
    (Field::Retention, &[
        "保存期限", "保存期間", "保存年限", "保存年数", "保管期限", "保管期間", "保管年限", "保有期間", "廃棄時期", "廃棄予定", "廃棄予定日",
        "廃棄期限", "保存・廃棄期限", "retention",
    ]),
    (Field::RegisteredOn, &[
        "登録日", "登録年月日", "登録日付", "登録・更新日", "登録/更新日", "更新日", "更新年月日", "最終更新日", "最終確認日", "最終見直し日",
        "確認日", "確認年月日", "見直し日", "見直日", "記入日", "記載日", "棚卸日", "棚卸し日", "登録(更新)日", "registeredon",
    ]),
    (Field::Items, &[
        "個人情報の項目", "個人情報項目", "個人情報の内容", "個人情報の種類", "項目", "項目名", "データ項目", "記載項目", "保有項目", "取得項目",
        "含まれる項目", "含まれる個人情報", "個人情報の内訳", "情報項目",
    ]),
    (Field::Purpose, &["利用目的", "個人情報の利用目的", "目的", "取得・利用目的", "使用目的", "取得目的", "利用の目的"]),
    (Field::Subjects, &[
        "本人", "本人の区分", "本人区分", "本人の種類", "個人情報の本人", "情報主体", "対象者", "対象本人", "本人の属性", "本人の範囲",
    ]),
    (Field::HeadCount, &[
        "件数", "保有件数", "概数", "件数概数", "おおよその件数", "およその件数", "個人情報の件数", "個人情報件数", "人数", "本人の数",
        "本人数", "データ件数", "保有数", "概算件数", "件数・人数",
    ]),
    (Field::Acquisition, &[
        "取得方法", "取得元", "取得手段", "取得経路", "取得元・取得方法", "取得先", "取得の方法", "入手方法", "入手先", "入手経路",
        "収集方法", "収集先",
    ]),
    (Field::DirectWriting, &["直接書面", "直接書面取得", "書面取得", "直接取得", "直接・間接"]),
    (Field::Consent, &["本人同意", "本人の同意", "同意", "同意取得", "同意の取得", "同意方法", "同意取得方法"]),
    (Field::Retained, &[
        "保有個人データ", "保有個人データ区分", "開示対象個人情報", "開示対象", "開示等の対象", "開示対象区分", "保有個人データか",
    ]),
    (Field::Entrusted, &[
        "受託", "受託情報", "受託業務", "受託区分", "受託個人情報", "受託業務か", "受託データ", "受託か",
    ]),
    (Field::Client, &[
        "委託元", "委託元名", "委託元名称", "委託元会社", "委託元会社名", "委託元企業", "受託元", "クライアント", "クライアント名", "預託元",
    ]),
    (Field::ReturnDuty, &[
        "返却・消去の義務", "返却・消去", "返却消去", "返却・廃棄", "返却・廃棄の義務", "終了時の措置", "契約終了時の措置", "返却義務",
        "契約終了時の取扱い", "終了時の取扱い",
    ]),
    (Field::Manager, &[
        "管理責任者", "管理者", "責任者", "部門責任者", "部門管理者", "情報管理責任者", "個人情報管理責任者", "取扱責任者",
    ]),
    (Field::StorageMethod, &[
        "保管方法", "保存方法", "保管形態", "保管の方法", "管理方法", "保護措置", "安全管理措置", "安全管理方法", "安全管理", "安全対策",
    ]),
    (Field::Contractor, &[
        "委託先", "委託先名", "委託先名称", "委託先会社", "外部委託先", "業務委託先", "再委託先", "委託先企業", "預託先",
    ]),
    (Field::ThirdParty, &["第三者提供", "第三者提供先", "第三者への提供", "第三者への提供先", "提供先", "外部提供", "提供"]),
    (Field::JointUse, &["共同利用", "共同利用先", "共同利用者", "共同利用の範囲"]),
    (Field::UseUntil, &["利用期限", "利用期間", "利用終了時期", "利用終了日", "使用期限", "使用期間"]),
    (Field::Disposal, &[
        "廃棄方法", "廃棄手段", "廃棄・消去方法", "消去・廃棄方法", "消去・廃棄", "消去方法", "処分方法", "廃棄の方法", "破棄方法",
    ]),
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
