//! Scores of 1 and 2 alone: on which scale they are is told by the register, remembered, or asked once.

use super::imports::{asset, confirm, send};
use crate::support::{House, each_database};
use meguri::asset::acts;
use meguri::asset::command::{self, Import, Report};
use meguri_domain::asset::AssetDraft;
use meguri_sheet::Scale;

fn file(lines: &[&str]) -> Vec<u8> {
    let head = "情報資産名称,管理部署,媒体・保存先,機密性,完全性,可用性";
    [head, &lines.join("\r\n")].join("\r\n").into_bytes()
}

fn held(house: &House, name: &str, scores: [i64; 3]) {
    let [confidentiality, integrity, availability] = scores;
    let (name, medium) = (name.into(), "書類".into());
    let draft =
        AssetDraft { name, medium, confidentiality, integrity, availability, ..AssetDraft::default() };
    let department = house.department("営業部");
    house.act("佐藤", |tx| acts::register(tx, &department, draft)).unwrap();
}

fn scores(house: &House, name: &str) -> [i64; 3] {
    let asset = asset(house, name);
    [asset.confidentiality, asset.integrity, asset.availability]
}

#[test]
fn ones_and_twos_are_asked_about_once_and_the_answer_is_remembered() {
    each_database(|house| {
        let browser = house.as_("佐藤");
        let at = send(&browser, &file(&["鍵,営業部,書類,1,1,1", "見積書,営業部,書類,2,1,1"]));
        let page = browser.get(&at);
        page.has("3・2・1の様式か、2・1・0の旧様式かを判断できません").lacks("新規");
        page.has("3行目「見積書」：機密性は2＝中、完全性は1＝低、可用性は1＝低");
        page.has("3行目「見積書」：機密性は2＝高、完全性は1＝中、可用性は1＝中");
        browser.post("/language", &[("lang", "en"), ("next", &at)]).leads_to(&at);
        browser
            .get(&at)
            .has("it cannot be told")
            .has("Row 3, “見積書”: Confidentiality 2 is high, Integrity 1 is middle");
        browser.post("/language", &[("lang", "ja"), ("next", &at)]).leads_to(&at);
        browser.post(&[&at, "/confirmation"].concat(), &[]).is(422).has("どちらの様式かを選んでください");
        browser
            .post(&[&at, "/scale"].concat(), &[("scale", "")])
            .is(422)
            .has("どちらの様式かを選んでください");
        browser.post(&[&at, "/scale"].concat(), &[("scale", "2-1-0")]).leads_to(&at);
        browser.get(&at).has("新規2件").has("2→3").has("2・1・0の旧様式として読み取り");
        confirm(&browser, &at);
        assert_eq!((scores(house, "見積書"), scores(house, "鍵")), ([3, 2, 2], [2, 2, 2]));
        // The next file of the layout is another department's, so that only the memory can tell.
        let other = house.as_("鈴木");
        let at = send(&other, &file(&["評価表,人事部,書類,1,2,2"]));
        other.get(&at).has("新規1件").has("1→2").has("2・1・0の旧様式として読み取り");
        // What is remembered is no prison.
        let mapping = [&at, "/mapping"].concat();
        other.post(&mapping, &[("scale", "3-2-1")]).leads_to(&at);
        other.get(&at).has("新規1件").lacks("旧様式として");
        other.post(&mapping, &[("scale", "")]).leads_to(&at);
        other.get(&at).has("判断できません");
        other.post(&mapping, &[("scale", "3-2-1")]).leads_to(&at);
        confirm(&other, &at);
        assert_eq!(scores(house, "評価表"), [1, 2, 2]);
    });
}

#[test]
fn what_stands_in_the_register_tells_the_scale_and_nobody_is_asked() {
    each_database(|house| {
        held(house, "見積書", [2, 1, 1]);
        held(house, "契約書", [3, 2, 2]);
        let browser = house.as_("佐藤");
        let at = send(&browser, &file(&["見積書,営業部,書類,2,1,1", "名刺,営業部,書類,1,1,2"]));
        browser.get(&at).has("新規1件").lacks("旧様式として");
        let at = send(&browser, &file(&["契約書,営業部,書類,2,1,1", "名刺,営業部,書類,1,1,2"]));
        browser.get(&at).has("新規1件").has("旧様式として");
        let at = send(&browser, &file(&["契約書,営業部,書類,2,1,1"]));
        browser.get(&at).has("すべて台帳と同じです");
        // One row for each scale tells nothing, and a change alone does not either.
        for lines in
            [&["見積書,営業部,書類,2,1,1", "契約書,営業部,書類,2,1,1"][..], &["見積書,営業部,書類,2,2,2"]]
        {
            let at = send(&browser, &file(lines));
            browser.get(&at).has("判断できません");
        }
        // A 3 or a 0 tells as well.
        for (line, scores) in [("鍵,営業部,書類,3,1,1", [3, 1, 1]), ("錠,営業部,書類,2,1,0", [3, 2, 1])]
        {
            let at = send(&browser, &file(&[line]));
            browser.get(&at).has("新規1件");
            confirm(&browser, &at);
            assert_eq!(self::scores(house, &line[..3]), scores);
        }
    });
}

#[test]
fn on_the_older_scale_empty_cells_keep_what_stands_and_mended_ones_mean_what_they_say() {
    each_database(|house| {
        held(house, "見積書", [3, 3, 1]);
        let browser = house.as_("佐藤");
        let lines = [
            "契約書,営業部,書類,2,1,0",
            "見積書,営業部,書類,2,,",
            "名刺,営業部,書類,3,2,1",
            "名簿,営業部,書類,,,",
        ];
        let at = send(&browser, &file(&lines));
        browser.get(&at).has("F2セル：可用性の「0」は評価値の範囲（1から3）にありません");
        browser.post(&[&at, "/mapping"].concat(), &[("scale", "2-1-0")]).leads_to(&at);
        browser
            .get(&at)
            .has("D4セル：機密性の「3」は旧様式（2・1・0）の範囲にありません")
            .has("value=\"高\"");
        let rows = [&at, "/rows"].concat();
        browser.post(&rows, &[("cell-2-confidentiality", "低"), ("show", "wrong")]).is(303);
        let fill = [
            ("fill", "scores"),
            ("fill-confidentiality", "3"),
            ("fill-integrity", "2"),
            ("fill-availability", "1"),
        ];
        browser.post(&rows, &fill).is(303);
        browser.get(&at).has("新規3件").has("同じ <b>1</b>");
        confirm(&browser, &at);
        let all = ["契約書", "見積書", "名刺", "名簿"].map(|name| scores(house, name));
        assert_eq!(all, [[3, 2, 1], [3, 3, 1], [1, 3, 2], [3, 2, 1]]);
        let again = send(&browser, &file(&lines[..2]));
        browser.get(&again).has("すべて台帳と同じです");
    });
}

#[test]
fn the_command_line_refuses_what_cannot_be_told_and_takes_it_with_the_scale() {
    each_database(|house| {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("台帳.csv");
        std::fs::write(&path, file(&["見積書,営業部,書類,2,1,1"])).unwrap();
        let run = |scale: Option<Scale>| -> Report {
            let order = Import { files: vec![path.clone()], apply: true, scale, ..Import::default() };
            command::run(&house.app, &order).unwrap()
        };
        let refused = run(None);
        assert_eq!((refused.applied, refused.tally.wrong), (false, 1));
        let said = refused.lines.join("\n");
        assert!(
            said.contains("どちらの様式かを選んでください。--scale 3-2-1 または --scale 2-1-0"),
            "{said}"
        );
        let taken = run(Some(Scale::ZeroToTwo));
        assert_eq!((taken.applied, taken.tally.new), (true, 1), "{:#?}", taken.lines);
        assert_eq!(scores(house, "見積書"), [3, 2, 2]);
        let again = run(None);
        assert_eq!((again.applied, again.tally.same), (true, 1), "the register tells: {:#?}", again.lines);
        let other = run(Some(Scale::OneToThree));
        assert_eq!((other.applied, other.tally.changed), (true, 1));
        assert_eq!(scores(house, "見積書"), [2, 1, 1]);
    });
}
