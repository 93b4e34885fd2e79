//! How some plans are carried out: what they take, their tasks with planned and actual days, and what they came to.

/// A task: what, who, planned from and to, begun and ended.
pub struct Step {
    pub text: &'static str,
    pub owner: &'static str,
    pub planned: (&'static str, &'static str),
    pub began: &'static str,
    /// Empty while it is open.
    pub ended: &'static str,
}

/// A second judgement: on which day, threat and vulnerability, in words.
pub struct Again {
    pub on: &'static str,
    pub scores: (i64, i64),
    pub note: &'static str,
}

/// Of one plan, by its asset and threat.
pub struct Carried {
    pub asset: &'static str,
    pub threat: &'static str,
    pub resources: &'static str,
    pub steps: &'static [Step],
    pub again: Option<Again>,
}

const fn step(
    text: &'static str,
    owner: &'static str,
    planned: (&'static str, &'static str),
    began: &'static str,
    ended: &'static str,
) -> Step {
    Step { text, owner, planned, began, ended }
}

pub const CARRIED: &[Carried] = &[
    Carried {
        asset: "応募はがき",
        threat: "T001",
        resources: "施錠できる仕分け棚2台（8万円）、移動に半日",
        steps: &[
            step(
                "仕分け棚を購入する",
                "総務部 備品担当",
                ("2026-06-22", "2026-07-10"),
                "2026-06-23",
                "2026-07-08",
            ),
            step(
                "仕分け場所を執務室の奥へ移し、鍵の管理を決める",
                "",
                ("2026-07-13", "2026-07-31"),
                "2026-07-17",
                "2026-07-24",
            ),
        ],
        again: Some(Again {
            on: "2026-08-20",
            scores: (2, 1),
            note: "移してから1か月、来客から見える場所での仕分けはない。鍵の管理簿も続いている",
        }),
    },
    Carried {
        asset: "会員サイト管理者アカウント",
        threat: "T057",
        resources: "物理キー6本（4万円）",
        steps: &[
            step("物理キーを配り、登録する", "", ("2026-08-03", "2026-08-31"), "2026-08-05", "2026-09-04"),
            step(
                "SMSでの認証を止める",
                "情報システム課",
                ("2026-09-01", "2026-09-30"),
                "2026-09-10",
                "2026-09-18",
            ),
        ],
        again: Some(Again {
            on: "2026-10-15",
            scores: (2, 1),
            note: "管理者全員が物理キーで入っている。SMSの設定が残っていないことを管理画面で確かめた",
        }),
    },
    Carried {
        asset: "履歴書・職務経歴書",
        threat: "T006",
        resources: "溶解処理の委託費（年2回）",
        steps: &[step(
            "期限を過ぎた応募書類を溶解処理に出す",
            "",
            ("2026-07-01", "2026-08-31"),
            "2026-07-15",
            "2026-08-27",
        )],
        again: None,
    },
    Carried {
        asset: "賞品発送伝票控え",
        threat: "T003",
        resources: "発送の週に応援1名",
        steps: &[],
        again: Some(Again {
            on: "2026-10-20",
            scores: (2, 2),
            note: "二人での確認は続いているが、急ぎの再発送では一人で行った日がまだある",
        }),
    },
    Carried {
        asset: "会報発送先ラベルデータ",
        threat: "T037",
        resources: "転送サービスの利用者を2名追加",
        steps: &[
            step(
                "印刷会社と受渡しの手順を取り決める",
                "",
                ("2026-09-01", "2026-10-30"),
                "2026-09-08",
                "2026-10-22",
            ),
            step(
                "転送サービスで試しに受け渡す",
                "情報システム課",
                ("2026-11-02", "2026-12-04"),
                "2026-11-10",
                "",
            ),
            step("USBメモリを回収し、消去する", "", ("2026-12-07", "2027-01-29"), "", ""),
        ],
        again: None,
    },
];
