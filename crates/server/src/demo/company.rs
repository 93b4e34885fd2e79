//! 株式会社見本: its people, departments, and the check items each department owes.

use super::BEGINNING;
use meguri_domain::Date;
use meguri_domain::inspection::Rhythm::{self, HalfYearly, Monthly, Quarterly};
use meguri_domain::people::Role;

pub const NAME: &str = "株式会社見本";

/// A role, in the department of an index, from a day on.
pub type Post = (Role, Option<usize>, Date);
type Staff = (&'static str, &'static str, &'static [Post]);

pub const SECRETARIAT: &str = "渡辺 由紀";
pub const EXECUTIVE: &str = "山本 隆";
pub const DEPUTY: &str = "伊藤 直人";
/// Name and mail address.
pub const EXTERNAL: (&str, &str) = ("小林 誠", "makoto.kobayashi@audit.example");

/// The indexes of the departments.
pub const CAMPAIGN: usize = 0;
pub const FAN_CLUB: usize = 1;
pub const SERVICE: usize = 2;
pub const GENERAL: usize = 3;
pub const SYSTEMS: usize = 4;

/// Code, name, who writes the records, who confirms them. The names are those of the sample workbook.
pub const HOMES: [(&str, &str, &str, &str); 5] = [
    ("110", "キャンペーン運営部", "佐藤 美咲", "田中 健一"),
    ("120", "ファンクラブ運営部", "佐藤 美咲", "田中 健一"),
    ("130", "カスタマーサービス部", "鈴木 翔太", "高橋 恵子"),
    ("210", "総務部", "伊藤 直人", "高橋 恵子"),
    ("220", "情報システム課", "加藤 亮", "伊藤 直人"),
];

/// The administrator, who is the first to sign in, and works in the systems section.
pub const FIRST: Staff = ("加藤 亮", "ryo.kato@mihon.example", &[(Role::Member, Some(SYSTEMS), BEGINNING)]);

/// Everybody else.
pub const PERSONS: &[Staff] = &[
    (
        "佐藤 美咲",
        "misaki.sato@mihon.example",
        &[(Role::Member, Some(CAMPAIGN), BEGINNING), (Role::Member, Some(FAN_CLUB), BEGINNING)],
    ),
    (
        "田中 健一",
        "kenichi.tanaka@mihon.example",
        &[(Role::Head, Some(CAMPAIGN), BEGINNING), (Role::Head, Some(FAN_CLUB), BEGINNING)],
    ),
    ("鈴木 翔太", "shota.suzuki@mihon.example", &[(Role::Member, Some(SERVICE), BEGINNING)]),
    (
        "高橋 恵子",
        "keiko.takahashi@mihon.example",
        &[(Role::Head, Some(SERVICE), BEGINNING), (Role::Head, Some(GENERAL), BEGINNING)],
    ),
    (
        DEPUTY,
        "naoto.ito@mihon.example",
        &[
            (Role::Member, Some(GENERAL), BEGINNING),
            (Role::Head, Some(SYSTEMS), BEGINNING),
            (Role::Deputy, Some(SERVICE), Date::constant(2026, 8, 24)),
        ],
    ),
    (SECRETARIAT, "yuki.watanabe@mihon.example", &[(Role::Secretariat, None, BEGINNING)]),
    (EXECUTIVE, "takashi.yamamoto@mihon.example", &[(Role::Executive, None, BEGINNING)]),
    ("中村 彩", "aya.nakamura@mihon.example", &[(Role::Auditor, None, BEGINNING)]),
    (EXTERNAL.0, EXTERNAL.1, &[(Role::ExternalAuditor, None, BEGINNING)]),
];

/// The items of each department with their rhythm.
pub const ITEMS: [&[(&str, Rhythm)]; 5] = [
    &[
        ("CHK-O01", Monthly),
        ("CHK-O06", Monthly),
        ("CHK-O07", Monthly),
        ("CHK-O11", Monthly),
        ("CHK-O21", Monthly),
        ("CHK-H06", Monthly),
        ("CHK-P05", Monthly),
        ("CHK-P10", Monthly),
        ("CHK-P14", Monthly),
        ("CHK-T17", Monthly),
        ("CHK-O16", Quarterly),
        ("CHK-O17", Quarterly),
    ],
    &[
        ("CHK-O01", Monthly),
        ("CHK-O11", Monthly),
        ("CHK-O14", Monthly),
        ("CHK-O15", Monthly),
        ("CHK-H06", Monthly),
        ("CHK-P05", Monthly),
        ("CHK-P14", Monthly),
        ("CHK-T16", Monthly),
        ("CHK-T17", Monthly),
        ("CHK-T07", Quarterly),
    ],
    &[
        ("CHK-O01", Monthly),
        ("CHK-O11", Monthly),
        ("CHK-O15", Monthly),
        ("CHK-H06", Monthly),
        ("CHK-H16", Monthly),
        ("CHK-H17", Monthly),
        ("CHK-P05", Monthly),
        ("CHK-P06", Monthly),
        ("CHK-T14", Monthly),
        ("CHK-T17", Monthly),
        ("CHK-H13", Quarterly),
        ("CHK-O16", Quarterly),
    ],
    &[
        ("CHK-O01", Monthly),
        ("CHK-O06", Monthly),
        ("CHK-O11", Monthly),
        ("CHK-H03", Monthly),
        ("CHK-H04", Monthly),
        ("CHK-H06", Monthly),
        ("CHK-P01", Monthly),
        ("CHK-P02", Monthly),
        ("CHK-P03", Monthly),
        ("CHK-P04", Monthly),
        ("CHK-P07", Monthly),
        ("CHK-O17", Quarterly),
    ],
    &[
        ("CHK-O01", Monthly),
        ("CHK-O11", Monthly),
        ("CHK-T01", Monthly),
        ("CHK-T02", Monthly),
        ("CHK-T06", Monthly),
        ("CHK-T08", Monthly),
        ("CHK-T09", Monthly),
        ("CHK-T11", Monthly),
        ("CHK-T13", Monthly),
        ("CHK-T19", Monthly),
        ("CHK-T07", Quarterly),
        ("CHK-T12", HalfYearly),
    ],
];

/// What a generated department owes.
pub const ITEMS_OF_ALL: &[(&str, Rhythm)] = &[
    ("CHK-O01", Monthly),
    ("CHK-O11", Monthly),
    ("CHK-H06", Monthly),
    ("CHK-P05", Monthly),
    ("CHK-T17", Monthly),
    ("CHK-O16", Quarterly),
];
