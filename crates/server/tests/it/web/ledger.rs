//! The ledger of personal data onto the register: by department and name, doubtful rows asked; and the command line.

use super::imports::{asset, assets, confirm, send};
use crate::support::{House, each_database};
use meguri::asset::acts;
use meguri::asset::command::{self, Import, Report};
use meguri_domain::asset::AssetDraft;
use std::path::PathBuf;

const HEAD: &str = "管理部門,個人情報の名称,個人情報の項目,利用目的,本人,件数,取得方法,保管場所,受託";

fn ledger(lines: &[&str]) -> Vec<u8> {
    [HEAD, &lines.join("\r\n")].join("\r\n").into_bytes()
}

fn sample(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../samples").join(name)
}

fn run(house: &House, order: &Import) -> Report {
    command::run(&house.app, order).unwrap()
}

fn held(house: &House, name: &str, medium: &str) {
    let department = house.department("営業部");
    let draft = AssetDraft {
        name: name.into(),
        medium: medium.into(),
        confidentiality: 2,
        integrity: 1,
        availability: 1,
        ..AssetDraft::default()
    };
    house.act("佐藤", |tx| acts::register(tx, &department, draft)).unwrap();
}

#[test]
fn the_sample_ledger_merges_onto_the_sample_register_and_a_second_time_changes_nothing() {
    each_database(|house| {
        let [register, ledger] = ["asset-register-ipa.xlsx", "personal-information-ledger.xlsx"].map(sample);
        let apply = |file: &PathBuf| Import {
            files: vec![file.clone()],
            apply: true,
            create_departments: true,
            ..Import::default()
        };
        let first = run(house, &apply(&register));
        assert_eq!((first.tally.new, first.tally.open()), (49, 0));
        let merged = run(house, &apply(&ledger));
        println!("ledger onto register: {:?}", merged.tally);
        assert!(merged.applied, "{:#?}", merged.lines);
        assert_eq!(
            (merged.tally.changed, merged.tally.new, merged.tally.open()),
            (32, 0, 0),
            "all 32 meet their asset"
        );
        assert_eq!(assets(house, "渡辺").len(), 49);
        let list = asset(house, "応募はがき");
        assert_eq!((list.handling.head_count, list.handling.entrusted), (Some(3_200), true));
        assert_eq!(
            (list.handling.items.as_str(), list.handling.contractor.as_str()),
            ("氏名、住所、連絡先", "発送代行会社")
        );
        assert!(list.personal && list.version == 2 && list.category == "キャンペーン事務局");
        for file in [&register, &ledger] {
            let again = run(house, &apply(file));
            assert_eq!((again.tally.new, again.tally.changed, again.tally.open()), (0, 0, 0), "{file:?}");
            assert_eq!(again.tally.same, again.rows);
        }
        // Both at once, from nothing: the ledger meets what the register before it brings.
        let bare = House::found(crate::support::Place::memory());
        let both = Import {
            files: vec![register, ledger],
            apply: true,
            create_departments: true,
            ..Import::default()
        };
        let both = run(&bare, &both);
        assert_eq!((both.tally.new, both.tally.changed, both.tally.open(), both.applied), (49, 32, 0, true));
    });
}

#[test]
#[expect(clippy::too_many_lines, reason = "one walk through all answers")]
fn doubtful_rows_of_a_ledger_are_asked_and_answered_in_place() {
    each_database(|house| {
        for (name, medium) in [
            ("応募者名簿", "書類"),
            ("会員データベース", "社外サーバー"),
            ("通話録音", "社内サーバー"),
            ("シフト表", "書類"),
            ("シフト表", "事務所PC"),
        ] {
            held(house, name, medium);
        }
        let rows = [
            "営業部,応募者名簿,氏名,抽選,顧客,10,本人,書類,",
            "営業部,会員データーベース,氏名,管理,顧客,20,本人,社外サーバー,",
            "営業部,通話録音,声,品質,顧客,30,本人,社外サーバー,○",
            "営業部,シフト表,氏名,勤務,従業者,40,本人,,",
            "営業部,防犯カメラ映像,顔,防犯,来訪者,50,本人,社内サーバー,",
        ];
        let browser = house.as_("佐藤");
        let at = send(&browser, &ledger(&rows));
        let page = browser.get(&[&at, "?show=asked"].concat());
        page.has("「会員データベース」（社外サーバー）と同じ：名前が似ています")
            .has("「通話録音」（社内サーバー）と同じ：媒体が違います")
            .has("「シフト表」（書類）と同じ：同じ名前が複数あります")
            .lacks("「応募者名簿」（書類）と同じ");
        let page = browser.get(&[&at, "?show=wrong"].concat());
        page.has("評価値が空の1行にまとめて入力").has("防犯カメラ映像");
        let rows = [&at, "/rows"].concat();
        browser.post(&[&at, "/confirmation"].concat(), &[]).is(422);
        let ids = |name: &str, medium: &str| {
            let all = assets(house, "渡辺");
            all.iter().find(|each| each.name == name && each.medium == medium).unwrap().id.to_string()
        };
        let (member, calls) = (ids("会員データベース", "社外サーバー"), ids("通話録音", "社内サーバー"));
        let shift = ids("シフト表", "事務所PC");
        let answers = [("onto-1", member.as_str()), ("onto-2", calls.as_str()), ("onto-3", shift.as_str())];
        browser.post(&rows, &answers).is(303);
        let fill = [
            ("fill", "scores"),
            ("fill-confidentiality", "3"),
            ("fill-integrity", "2"),
            ("fill-availability", "1"),
        ];
        browser.post(&rows, &fill).is(303);
        browser.get(&at).has("新規1件、変更4件");
        confirm(&browser, &at);
        let calls = asset(house, "通話録音");
        assert_eq!(
            (calls.medium.as_str(), calls.handling.entrusted, calls.confidentiality),
            ("社外サーバー", true, 2)
        );
        let camera = asset(house, "防犯カメラ映像");
        assert_eq!(
            (camera.confidentiality, camera.integrity, camera.availability, camera.personal),
            (3, 2, 1, true)
        );
        let shifts: Vec<Option<i64>> = assets(house, "渡辺")
            .into_iter()
            .filter(|each| each.name == "シフト表")
            .map(|each| each.handling.head_count)
            .collect();
        assert!(shifts.contains(&None) && shifts.contains(&Some(40)), "{shifts:?}");
        assert_eq!(asset(house, "会員データーベース").handling.head_count, Some(20));
    });
}

#[test]
fn a_doubtful_row_may_be_new_or_left_out_and_never_takes_another_departments_asset() {
    each_database(|house| {
        held(house, "応募者名簿", "書類");
        held(house, "会員名簿", "書類");
        let other = house.department("人事部");
        let secret = AssetDraft {
            name: "応募者名簿".into(),
            medium: "書類".into(),
            confidentiality: 1,
            integrity: 1,
            availability: 1,
            ..AssetDraft::default()
        };
        let secret = house.act("鈴木", |tx| acts::register(tx, &other, secret)).unwrap();
        let browser = house.as_("佐藤");
        let lines = [
            "営業部,応募者名簿,氏名,抽選,顧客,10,本人,社外サーバー,",
            "営業部,会員名簿,氏名,管理,顧客,20,本人,社外サーバー,",
        ];
        let at = send(&browser, &ledger(&lines));
        let rows = [&at, "/rows"].concat();
        browser.get(&at).lacks(secret.id.as_str());
        browser.post(&rows, &[("onto-0", secret.id.as_str())]).is(303);
        browser.get(&at).has("2行は、どの情報資産か確かめてください");
        browser.post(&rows, &[("onto-0", "new"), ("onto-1", "out")]).is(303);
        let scores =
            [("cell-0-confidentiality", "2"), ("cell-0-integrity", "2"), ("cell-0-availability", "2")];
        browser.post(&rows, &scores).is(303);
        browser.get(&at).has("新規1件、変更0件");
        confirm(&browser, &at);
        let lists = assets(house, "佐藤").into_iter().filter(|each| each.name == "応募者名簿").count();
        assert_eq!((lists, asset(house, "会員名簿").handling.head_count), (2, None));
    });
}

#[test]
fn the_command_reads_forty_files_as_one() {
    each_database(|house| {
        let folder = house.app.files.join("in");
        std::fs::create_dir_all(&folder).unwrap();
        let write = |n: usize, text: &str| {
            let path = folder.join(format!("部署{n:02}.csv"));
            std::fs::write(&path, text).unwrap();
            path
        };
        let head = "情報資産名称,媒体・保存先,機密性（3-2-1）,完全性,可用性,保存期限";
        let mut files: Vec<PathBuf> = (0..40)
            .map(|n| write(n, &format!("{head}\r\n契約書{n},書類,2,1,1,5年\r\n見積書{n},書類,1,1,1,")))
            .collect();
        let order = |files: &[PathBuf]| Import {
            files: files.to_vec(),
            department: Some("営業部".into()),
            ..Import::default()
        };
        let told = run(house, &order(&files));
        assert_eq!((told.tally.new, told.applied, told.files.len()), (80, false, 40));
        assert!(assets(house, "渡辺").is_empty(), "a preview is the default and changes nothing");
        let table = told.table();
        assert_eq!(table.len(), 42);
        assert!(table[1].ends_with("部署00.csv") && table[41].contains("80"), "{table:#?}");
        files.push(write(40, &format!("{head}\r\n名刺,書類,7,1,1,\r\n封筒,書類,1,1,1,")));
        files.push(write(41, "何でもない\r\nファイル"));
        let all = run(house, &Import { apply: true, ..order(&files) });
        assert_eq!((all.applied, all.is_good(), all.tally.wrong), (false, false, 2));
        assert!(
            all.lines.iter().any(|line| line.starts_with("部署40.csv: C2セル：機密性の「7」")),
            "{:#?}",
            all.lines
        );
        assert!(
            all.lines.iter().any(|line| line.starts_with("部署41.csv: 台帳の見出しが見つかりませんでした"))
        );
        assert!(assets(house, "渡辺").is_empty(), "all or nothing");
        let good = run(house, &Import { apply: true, good_rows: true, ..order(&files) });
        assert_eq!((good.applied, good.is_good(), assets(house, "渡辺").len()), (true, false, 81));
        let empty = run(
            house,
            &Import {
                apply: true,
                overwrite_empty: true,
                ..order(&[write(42, &format!("{head}\r\n契約書0,書類,2,1,1,"))])
            },
        );
        assert_eq!((empty.tally.changed, asset(house, "契約書0").retention.as_str()), (1, ""));
        let unknown = Import { department: Some("海外部".into()), ..order(&files[..1]) };
        assert!(command::run(&house.app, &unknown).is_err());
        let doubt = "管理部門,個人情報の名称,個人情報の項目,利用目的,本人,件数,保管場所\r\n営業部,契約書1,氏名,契約,顧客,1,社外サーバー";
        let doubt = run(house, &Import { apply: true, ..order(&[write(43, doubt)]) });
        assert_eq!((doubt.tally.asked, doubt.applied), (1, false));
        assert!(
            doubt.lines.iter().any(|line| line.contains("候補は「契約書1」（書類）です")),
            "{:#?}",
            doubt.lines
        );
    });
}
