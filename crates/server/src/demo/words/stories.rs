//! The × of the year: what was found, why, what was done about it, and whether it helped.

use super::super::company::{CAMPAIGN, DEPUTY, FAN_CLUB, GENERAL, SECRETARIAT, SERVICE, SYSTEMS};

/// The month of a story: a fixed one, or so many months before today's.
pub enum When {
    In(&'static str),
    Before(i32),
}

/// How far the correction has come.
pub enum Fate {
    Open,
    Done(&'static str),
    /// Done, verified by whom, with what effect.
    Verified(&'static str, &'static str, &'static str),
}

pub struct Story {
    pub home: usize,
    pub when: When,
    pub item: &'static str,
    pub note: &'static str,
    pub cause: &'static str,
    pub fix: &'static str,
    pub owner: &'static str,
    pub fate: Fate,
}

pub const STORIES: &[Story] = &[
    Story {
        home: SERVICE,
        when: When::In("2026-05"),
        item: "CHK-P05",
        note: "終業後の巡回で、2席に応対メモが残っていた",
        cause: "繁忙日は裁断の時間が取れず、回収箱へ入れる手順が守られていなかった",
        fix: "終業15分前に当番が声をかけ、メモを回収箱に集めてから退社する",
        owner: "カスタマーサービス部 SV",
        fate: Fate::Verified(
            "6月15日から当番制を始め、全員に知らせた。巡回表に回収の欄を加えた",
            "高橋 恵子",
            "6月後半の巡回6回で残置は0件。当番制が定着している",
        ),
    },
    Story {
        home: GENERAL,
        when: When::In("2026-06"),
        item: "CHK-P04",
        note: "入館証の現物が管理簿より1枚少ない",
        cause: "5月末に契約を終えた派遣スタッフの返却を、口頭だけで確かめていた",
        fix: "該当の入館証を無効にし、派遣元に返却を求める。退場時の返却は受領印で残す",
        owner: "総務課長",
        fate: Fate::Verified(
            "7月3日に無効化し、10日に返却を受けた。退場チェック票に受領印の欄を設けた",
            SECRETARIAT,
            "7月の退場2名とも受領印があり、現物64枚と管理簿が一致している",
        ),
    },
    Story {
        home: SYSTEMS,
        when: When::In("2026-07"),
        item: "CHK-T06",
        note: "人事の在籍者と突き合わせたところ、退職者2名のIDが有効のままだった",
        cause: "退職の連絡が月末にまとめて届くため、停止の作業が翌月にずれていた",
        fix: "2名のIDを当日中に停止する。退職届の受理日に、総務部から停止の依頼を起票してもらう",
        owner: "情報システム課 運用担当",
        fate: Fate::Verified(
            "2名のIDを停止し、停止までの間に利用がないことをログで確かめた。依頼の様式を8月10日から使い始めた",
            SECRETARIAT,
            "8月の突合で残ったIDは0件。依頼から停止までは平均0.5日",
        ),
    },
    Story {
        home: CAMPAIGN,
        when: When::In("2026-08"),
        item: "CHK-O07",
        note: "発送代行会社の受領件数が、送付件数より3件少なかった",
        cause: "送付した後に住所不備の3件を取り下げたが、送付一覧を差し替えていなかった",
        fix: "取下げが出たときは一覧の版を上げ、双方で版の番号を確かめてから発送する",
        owner: "事務局リーダー",
        fate: Fate::Verified(
            "版番号の欄を送付一覧に加え、発送代行会社3社と取り決めた",
            SECRETARIAT,
            "9月の受渡し6回で件数はすべて一致し、版番号の記入漏れもない",
        ),
    },
    Story {
        home: FAN_CLUB,
        when: When::Before(2),
        item: "CHK-T16",
        note: "会報の校正用フォルダが、リンクを知る全員に公開されていた",
        cause: "校正会社の担当者が変わり、急ぎで共有するために公開範囲を広げたまま戻していなかった",
        fix: "公開範囲を校正会社の2名に限り、社外共有には期限を付ける",
        owner: "会報担当",
        fate: Fate::Done("公開範囲を2名に限り、期限を1か月とした。過去の共有リンク7件も見直した"),
    },
    Story {
        home: SERVICE,
        when: When::Before(2),
        item: "CHK-H16",
        note: "異動した2名が、個人情報を扱う担当者の一覧に残っている",
        cause: "異動の内示から一覧の更新までの担当が決まっていない",
        fix: "一覧から2名を除き、異動の発令日に品質担当SVが一覧を更新する",
        owner: "品質担当SV",
        fate: Fate::Open,
    },
    Story {
        home: GENERAL,
        when: When::Before(1),
        item: "CHK-H04",
        note: "退職者1名の貸与スマートフォンが、最終出社日までに返却されなかった",
        cause: "在宅勤務のまま退職したため、返却の方法と期日を本人に伝えていなかった",
        fix: "返送用の箱を最終出社日の2週間前に送り、到着を確かめてから退職手続きを終える",
        owner: "人事担当",
        fate: Fate::Open,
    },
    Story {
        home: SYSTEMS,
        when: When::In("2026-04"),
        item: "CHK-T11",
        note: "会計データのバックアップが3日続けて失敗していた",
        cause: "保存先の容量不足の通知が、退職者のメールアドレスに届いていた",
        fix: "通知先を担当者の共有アドレスに変え、毎朝の確認表に結果の欄を加える",
        owner: "情報システム課 運用担当",
        fate: Fate::Verified(
            "通知先を変更し、容量を増やした。3日分は手動で取得した",
            DEPUTY,
            "5月15日以降の失敗は0件。毎朝の確認表にも抜けがない",
        ),
    },
];
