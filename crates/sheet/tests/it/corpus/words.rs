//! What a practitioner writes above the columns and into the cells. Written down independently of the reader's tables.

use meguri_sheet::Field;

/// Headings that registers and ledgers use for a field.
#[rustfmt::skip]
pub fn headings(field: Field) -> &'static [&'static str] {
    match field {
        Field::Category => &["業務分類", "業務名", "業務", "分類", "業務区分", "対象業務", "業務内容", "業務プロセス", "資産分類", "情報分類"],
        Field::Name => &["情報資産名称", "情報資産名", "資産名", "情報の名称", "情報名", "資産の名称", "書類・データ名", "情報資産の名称", "名称", "文書・データの名称"],
        Field::Note => &["備考", "備考欄", "特記事項", "摘要", "補足", "コメント", "メモ"],
        Field::Users => &["利用者範囲", "利用者", "利用部署", "アクセス権", "アクセス権限", "アクセス範囲", "利用範囲", "使用者", "閲覧可能者", "取扱者", "アクセス権者"],
        Field::RiskOwner => &["リスク所有者", "リスクオーナー", "リスク責任者", "リスクの所有者"],
        Field::Department => &["管理部署", "主管部署", "部署名", "担当部署", "管理部門", "所管部署", "所管部門", "保有部署", "所属部署", "主管部門", "部門", "部署"],
        Field::Medium => &["媒体・保存先", "媒体", "保存先", "保管場所", "保存媒体", "媒体／保存先", "保管場所・媒体", "保管媒体", "媒体・保管場所", "保存場所", "格納場所", "媒体種別"],
        Field::Personal => &["個人情報", "個人情報の有無", "個人情報有無", "個人情報を含むか", "個人情報含む", "個人データ"],
        Field::Sensitive => &["要配慮個人情報", "要配慮", "要配慮情報", "要配慮個人情報の有無", "機微情報"],
        Field::MyNumber => &["特定個人情報", "マイナンバー", "特定個人情報（マイナンバー）", "個人番号", "マイナンバーの有無"],
        Field::Confidentiality => &["機密性", "機密性(C)", "機密性評価", "Confidentiality", "機密性の評価", "機密性（Ｃ）"],
        Field::Integrity => &["完全性", "完全性(I)", "完全性評価", "Integrity", "完全性の評価", "完全性（Ｉ）"],
        Field::Availability => &["可用性", "可用性(A)", "可用性評価", "Availability", "可用性の評価", "可用性（Ａ）"],
        Field::Importance => &["重要度", "資産価値", "重要度判定", "重要性", "情報資産の重要度", "重要度ランク", "評価結果"],
        Field::Retention => &["保存期限", "保存期間", "保管期間", "保管期限", "保有期間", "保存年限", "廃棄予定"],
        Field::RegisteredOn => &["登録日", "登録年月日", "更新日", "最終更新日", "見直し日", "最終確認日", "登録・更新日", "確認日", "登録日付", "記入日"],
        Field::Items => &["個人情報の項目", "項目", "個人情報の内容", "記載項目", "データ項目", "保有項目", "個人情報項目"],
        Field::Purpose => &["利用目的", "個人情報の利用目的", "目的", "取得・利用目的"],
        Field::Subjects => &["本人", "本人の区分", "対象者", "情報主体", "個人情報の本人", "本人区分"],
        Field::HeadCount => &["件数", "概数", "保有件数", "人数", "件数（概数）", "おおよその件数", "個人情報の件数"],
        Field::Acquisition => &["取得方法", "入手方法", "取得経路", "収集方法", "取得元・取得方法", "取得手段"],
        Field::DirectWriting => &["直接書面", "直接書面取得", "直接書面の有無"],
        Field::Consent => &["本人同意", "同意の有無", "同意取得", "本人同意の有無", "同意"],
        Field::Retained => &["保有個人データ", "保有個人データ該当", "開示対象", "保有個人データの該当", "開示対象個人情報"],
        Field::Entrusted => &["受託", "受託の有無", "受託情報", "受託業務か"],
        Field::Client => &["委託元", "委託元名", "委託元会社", "クライアント名"],
        Field::ReturnDuty => &["返却・消去の義務", "返却・廃棄", "契約終了時の措置", "返却・消去"],
        Field::Manager => &["管理責任者", "責任者", "管理者", "部門責任者"],
        Field::StorageMethod => &["保管方法", "保存方法", "管理方法", "安全管理措置", "保管形態"],
        Field::Contractor => &["委託先", "委託先名", "外部委託先", "再委託先", "業務委託先"],
        Field::ThirdParty => &["第三者提供", "第三者提供の有無", "提供先", "第三者への提供"],
        Field::JointUse => &["共同利用", "共同利用の有無", "共同利用者"],
        Field::UseUntil => &["利用期限", "利用期間", "利用終了時期"],
        Field::Disposal => &["廃棄方法", "消去方法", "廃棄・消去方法", "処分方法", "廃棄手段"],
    }
}

/// Headings over the names of a ledger.
pub const LEDGER_NAMES: &[&str] = &[
    "個人情報の名称",
    "個人情報名",
    "個人情報名称",
    "個人情報（名称）",
    "帳票名",
    "個人情報ファイル名",
    "個人情報",
    "個人情報データベース名",
];

/// Columns that are no field of ours.
pub const STRANGE: &[&str] =
    &["No.", "管理番号", "機密区分", "承認", "チェック", "旧番号", "ロッカー", "関連規程"];

pub const DEPARTMENTS: &[&str] = &[
    "営業部",
    "総務部",
    "情報システム課",
    "大阪支店",
    "カスタマーサポートセンター",
    "経理グループ",
    "人事室",
    "第二営業部",
];

pub const NAMES: &[&str] = &[
    "応募はがき",
    "顧客名簿",
    "給与データ",
    "見積書",
    "売上合計表",
    "改訂履歴綴り",
    "備考一覧",
    "サーバー設定書",
    "契約書",
    "議事録",
    "入退室記録",
    "Webサイト原稿",
    "履歴書",
    "防犯カメラ映像",
    "計量器台帳",
    "個人情報",
];

/// A word for a medium, and the word that the register keeps.
pub const MEDIA: &[(&str, &str)] = &[
    ("書類", "書類"),
    ("紙", "書類"),
    ("紙媒体", "書類"),
    ("事務所PC", "事務所PC"),
    ("社内ＰＣ", "事務所PC"),
    ("ノートPC", "モバイル機器"),
    ("USBメモリ", "可搬電子媒体"),
    ("ＵＳＢメモリー", "可搬電子媒体"),
    ("社内サーバ", "社内サーバー"),
    ("ファイルサーバ", "社内サーバー"),
    ("クラウド", "社外サーバー"),
    ("社外サーバー（クラウド）", "社外サーバー"),
    ("タブレット", "モバイル機器"),
];

/// How a house writes yes and no.
pub const MARKS: &[(&str, &str)] = &[
    ("○", "×"),
    ("有", "無"),
    ("レ", ""),
    ("✓", ""),
    ("●", "－"),
    ("はい", "いいえ"),
    ("1", "0"),
    ("あり", "なし"),
    ("有", ""),
    ("〇", "-"),
    ("該当", "非該当"),
    ("Ｙ", "Ｎ"),
];

/// How a house writes the scores 1, 2 and 3.
pub const SCORES: &[(&str, [&str; 3])] = &[
    ("高/中/低", ["低", "中", "高"]),
    ("大/中/小", ["小", "中", "大"]),
    ("A/B/C", ["C", "B", "A"]),
    ("digit and word", ["1（低）", "2（中）", "3（高）"]),
    ("full-width digits", ["１", "２", "３"]),
    ("spaced digits", [" 1", "2 ", "　3"]),
    ("Roman", ["Ⅰ", "Ⅱ", "Ⅲ"]),
    ("level and digit", ["レベル1", "レベル2", "レベル3"]),
];

/// Headings thought of after the reader had learned those above: what it does not recognise stays printed by the test.
#[rustfmt::skip]
pub fn fresh(field: Field) -> &'static [&'static str] {
    match field {
        Field::Category => &["部内業務", "業務の名称", "作業区分"],
        Field::Name => &["管理対象資産", "情報の件名", "資産の名前"],
        Field::Note => &["注意事項", "その他特記"],
        Field::Users => &["閲覧できる者", "利用可能な部署", "アクセス権の範囲"],
        Field::Department => &["責任部署", "管理する部署", "主担当部署"],
        Field::Medium => &["置き場所", "媒体の形態", "保存形態"],
        Field::Confidentiality => &["機密性レベル(C)", "機密性ランク"],
        Field::Integrity => &["完全性レベル(I)", "完全性ランク"],
        Field::Availability => &["可用性レベル(A)", "可用性ランク"],
        Field::Retention => &["保存年限(年)", "いつまで保管するか"],
        Field::RegisteredOn => &["台帳登録日", "最終棚卸日", "記録日"],
        Field::Items => &["取り扱う項目", "個人情報の主な項目"],
        Field::Purpose => &["利用の目的", "何に使うか"],
        Field::Acquisition => &["どこから取得したか", "取得の手段"],
        Field::Disposal => &["廃棄のしかた", "最終処分方法"],
        _ => &[],
    }
}
