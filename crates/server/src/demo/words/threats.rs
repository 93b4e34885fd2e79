//! The threats that are judged for each kind of medium, with the measure that is in place.

use meguri_domain::asset::Medium;

/// A threat of the catalogue with what departments say they do about it.
pub struct Usual {
    pub medium: Medium,
    pub threat: &'static str,
    pub notes: &'static [&'static str],
}

const fn usual(medium: Medium, threat: &'static str, notes: &'static [&'static str]) -> Usual {
    Usual { medium, threat, notes }
}

/// In the order in which departments think of them.
pub const USUAL: &[Usual] = &[
    usual(
        Medium::Paper,
        "T001",
        &[
            "終業時に施錠棚へ戻し、週1回の巡回で確かめている",
            "離席時は裏返して置き、昼休みと終業時に片付けている",
        ],
    ),
    usual(
        Medium::Paper,
        "T005",
        &[
            "鍵付きキャビネットで保管し、鍵は部門長と担当者の2名が持つ",
            "施錠棚で保管し、施錠確認表に毎日記入している",
        ],
    ),
    usual(
        Medium::Paper,
        "T006",
        &[
            "保存期限を箱ごとに表示し、四半期ごとに廃棄の要否を確かめている",
            "年度末に保存期限を確認し、期限の来たものは溶解処理に出している",
        ],
    ),
    usual(Medium::Paper, "T002", &["持出しは部門長の承認制。持出し管理簿に返却日を記入している"]),
    usual(Medium::Paper, "T012", &["原本は耐火キャビネットに保管し、写しを電子化している"]),
    usual(
        Medium::Cloud,
        "T054",
        &[
            "共有リンクは担当者だけが発行でき、毎月一覧を確かめている",
            "社外共有は部門長の承認制。公開範囲を四半期ごとに見直している",
        ],
    ),
    usual(
        Medium::Cloud,
        "T057",
        &[
            "全員に多要素認証を設定し、年2回の訓練メールを行っている",
            "シングルサインオンと多要素認証を必須にしている",
        ],
    ),
    usual(
        Medium::Cloud,
        "T056",
        &[
            "月1回データを書き出し、社内サーバーに保管している",
            "代替の受付手段（電話・郵送）を手順書に定めている",
        ],
    ),
    usual(Medium::Cloud, "T061", &["解約時に消去証明を受け取ることを契約書に定めている"]),
    usual(Medium::Cloud, "T062", &["連携アプリは情報システム課の承認制。半年ごとに棚卸している"]),
    usual(Medium::Removable, "T037", &["暗号化機能付きの許可品だけを使い、貸出と返却を管理簿に残している"]),
    usual(Medium::Removable, "T039", &["四半期ごとに現物と媒体管理簿を突き合わせている"]),
    usual(Medium::Removable, "T041", &["受領と消去の記録を案件ごとに残し、消去後に先方へ報告している"]),
    usual(Medium::Removable, "T040", &["2年ごとに媒体を更新し、年1回読み出しを確かめている"]),
    usual(
        Medium::Server,
        "T051",
        &[
            "毎月、人事の在籍者と利用者IDを突き合わせている",
            "退職日の当日にIDを停止し、停止の記録を残している",
        ],
    ),
    usual(
        Medium::Server,
        "T047",
        &["予備機があり、保守契約で翌営業日の訪問を受けられる", "構成を二重化し、月1回切替えを確かめている"],
    ),
    usual(Medium::Server, "T050", &["アクセスログを1年間保存し、毎月20件を抜き取って確かめている"]),
    usual(Medium::Server, "T052", &["変更は申請と承認のうえで行い、戻し手順を添えている"]),
    usual(Medium::Server, "T044", &["管理者は多要素認証とし、5回の失敗で停止する"]),
    usual(
        Medium::Device,
        "T028",
        &["離席3分で自動ロックがかかる設定にしている", "離席時のロックを毎月の点検で確かめている"],
    ),
    usual(Medium::Device, "T030", &["更新は管理画面から一括で配信し、適用状況を毎週確かめている"]),
    usual(Medium::Device, "T027", &["ディスクを暗号化し、紛失時は遠隔で消去できる"]),
    usual(Medium::Device, "T032", &["データは共有フォルダに置き、端末には残さない運用としている"]),
    usual(Medium::Data, "T017", &["フォルダの権限は部門ごとに分け、四半期ごとに見直している"]),
    usual(Medium::Data, "T016", &["毎日の世代バックアップから戻せることを確かめている"]),
    usual(Medium::Data, "T013", &["送信前の保留と宛先の再表示を設定している"]),
];
