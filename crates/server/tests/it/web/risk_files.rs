//! Risks out of the house and in again: what goes out comes back and changes nothing, and a register from elsewhere is
//! recognised, mended and taken in.

use super::plan::{high_risk, row_of, write as write_plan};
use super::risk_pictures::judged;
use super::risks::{judge, register};
use crate::support::{Browser, House, Page, each_database};
use meguri::{catalogue, criteria, risk, treatment};
use meguri_domain::asset::{Asset, Medium};
use meguri_domain::catalogue::ThreatDraft;
use meguri_domain::criteria::{Method, Methods};
use meguri_domain::people::Act;
use meguri_domain::preset::Preset;
use meguri_domain::risk::{Grounds, Risk, Threat};
use meguri_domain::treatment::{Destination, PlanRow, Policy};
use meguri_sheet::{Limits, RiskField, find_risk_tables, read, read_risks};
use std::collections::{BTreeMap, BTreeSet};

fn risks(house: &House, asset: &Asset) -> Vec<Risk> {
    house.read("渡辺", |rx| Ok(risk::store::history(rx, &rx.scope(Act::SeeRisk), &asset.id)?)).unwrap()
}

fn plan(house: &House, department: &str) -> Vec<PlanRow> {
    let id = house.department(department);
    house
        .read("渡辺", |rx| Ok(treatment::store::of_department(rx, &rx.scope(Act::SeePlan), &id, 2026)?))
        .unwrap()
}

fn free(house: &House, department: &str) -> Vec<Threat> {
    let id = house.department(department);
    let all =
        house.read("渡辺", |rx| Ok(risk::store::threats_for(rx, &rx.scope(Act::SeeRisk), &id)?)).unwrap();
    all.into_iter().filter(|threat| threat.department_id.is_some()).collect()
}

/// Takes the risks out as somebody.
fn export(browser: &Browser<'_>, department: &str, format: &str) -> Page {
    let made = browser
        .post("/assets/exports", &[("layout", "risks"), ("format", format), ("department", department)]);
    made.is(303);
    browser.follow(&made).is(200).has("リスクを書き出す").has("リスク一覧");
    let file = browser.get(&[&made.location, "/file"].concat());
    file.is(200);
    file
}

/// Sends a file and gives the address it leads to.
fn send(browser: &Browser<'_>, department: &str, name: &str, bytes: &[u8]) -> String {
    let sent = browser.post_multipart(
        "/risks/import",
        &[("department", department)],
        &[("file", name, "application/octet-stream", bytes)],
    );
    assert_eq!(sent.status, 303, "{}", sent.excerpt());
    sent.location
}

/// Takes in what the page shows.
fn confirm(browser: &Browser<'_>, at: &str) {
    take(browser, at, "").leads_to(at);
}

fn take(browser: &Browser<'_>, at: &str, which: &str) -> Page {
    let page = browser.get(at);
    let seen = if page.body.contains("name=\"seen\"") { page.value("seen") } else { String::new() };
    browser.post(&[at, "/confirmation"].concat(), &[("seen", &seen), ("take", which)])
}

fn lines(file: &Page) -> Vec<meguri_sheet::RiskRow> {
    let book = read(&file.bytes, &Limits::default()).unwrap();
    let tables = find_risk_tables(&book, &BTreeMap::new(), &BTreeSet::new());
    assert_eq!(tables.len(), 1);
    read_risks(&book, &tables[0])
}

#[test]
fn what_goes_out_comes_back_and_changes_nothing() {
    each_database(|house| {
        let all = judged(house);
        let risk = risks(house, &all[0]).remove(0);
        // As a browser sends it: with a line end and a tab that no file keeps.
        let wordy = "＝1+1 と書いた\r\n2行目、\"引用\"\tと <b>";
        let row = write_plan(house, &risk, "task", &[("task", wordy), ("resources", "")]);
        assert_eq!(row.task, wordy);
        // Twins by name differ by their medium; one risk speaks of a threat of the department's own.
        let twin = register(house, "佐藤", "営業部", "契約書の綴り");
        judge(house, "佐藤", &twin, "T005", (2, 2)).unwrap_or_else(|_| panic!("judged"));
        let before: Vec<Vec<Risk>> = all.iter().map(|asset| risks(house, asset)).collect();
        let rows = plan(house, "営業部");
        let browser = house.as_("渡辺");
        for format in ["xlsx", "csv"] {
            let file = export(&browser, "", format);
            let told = lines(&file);
            assert_eq!(told.len(), 5, "those of the retired asset stay at home");
            let planned: Vec<&str> = told.iter().map(|line| line.text(RiskField::Task)).collect();
            assert_eq!(planned.iter().filter(|task| !task.is_empty()).count(), 1);
            let same = |task: &&str| meguri_sheet::tidy(task) == meguri_sheet::tidy(wordy);
            assert!(planned.iter().any(same), "{planned:?}");
            let at = send(&browser, "", &format!("リスク一覧.{format}"), &file.bytes);
            let page = browser.get(&at);
            // Two assets of one name and one medium cannot be told apart by any file.
            page.is(200).has("要修正 <b>2</b>").has("変更なし <b>3</b>").has("台帳で名称を分けるか");
            take(&browser, &at, "good").leads_to(&at);
            browser.get(&at).has("<dd>0</dd>").has("<dd>3</dd>");
            assert_eq!(export(&browser, "", format).bytes, file.bytes, "the file is the same");
        }
        let after: Vec<Vec<Risk>> = all.iter().map(|asset| risks(house, asset)).collect();
        assert_eq!((after, plan(house, "営業部")), (before, rows));
        browser
            .get("/record")
            .has("リスクの一覧をファイルに書き出しました")
            .has("リスクをファイルから取り込みました");
    });
}

#[test]
fn what_was_changed_in_the_file_is_what_changes() {
    each_database(|house| {
        let (asset, risk) = high_risk(house);
        write_plan(house, &risk, "task", &[]);
        let browser = house.as_("佐藤");
        let file = String::from_utf8(export(&browser, "", "csv").bytes).unwrap();
        let sales = house.department("営業部");
        // The degree of the vulnerability stands behind that of the threat.
        let changed = file.replace(",3,3,", ",3,2,");
        assert_ne!(file, changed);
        let at = send(&browser, sales.as_str(), "直した.csv", changed.as_bytes());
        browser.get(&at).has("変更 <b>1</b>").has("いま：3 / 3").has("ファイルのリスク値は9").lacks("要修正");
        confirm(&browser, &at);
        let now = risks(house, &asset).remove(0);
        assert_eq!((now.vulnerability, now.revision, now.grounds), (2, 2, Grounds::File));
        assert_eq!((now.id.clone(), now.note.clone()), (risk.id.clone(), risk.note.clone()));
        assert_eq!(row_of(house, &risk).version, 1, "nothing in the plan was changed");
        let card = browser.get(&format!("/risks/assets/{}", asset.id));
        card.has("取り込んだファイルから");
        // The same file again: nothing is different any more.
        let again = send(&browser, sales.as_str(), "直した.csv", changed.as_bytes());
        browser.get(&again).has("取り込み済み").has("変更なし <b>1</b>").has("変わるところはありません");
    });
}

const ELSEWHERE: &str = "年度,2026\r\n\
    部署,資産名,想定されるリスク,脆弱性,既存の対策,発生頻度,脆弱性レベル,リスク値,対応方針,対策,適用管理策,担当者,完了予定日\r\n\
    営業部,応募者の履歴書,書類の放置による盗み見,机の上に置いたまま,施錠,３,2（一部）,6,軽減,退社時に巡回する,A.7.7、8.1,営業課長,2026/12/25\r\n\
    ,,清掃業者による持ち去り,夜間の立会いがない,,2,3,,リスク移転,契約に条項を加える,,営業課長,\r\n\
    ,契約書,清掃業者による持ち去り,夜間の立会いがない,,1,高,,,,,,\r\n\
    ,契約書の控え,書類の放置による盗み見,,,3,5,,,,,,\r\n\
    合計,,,,,9,,,,,,,\r\n";

#[test]
fn a_register_from_elsewhere_is_recognised_mended_and_taken_in() {
    each_database(|house| {
        let [resumes, contracts] =
            ["応募者の履歴書", "契約書"].map(|name| register(house, "佐藤", "営業部", name));
        let browser = house.as_("佐藤");
        let at = send(&browser, "", "リスク分析シート.csv", ELSEWHERE.as_bytes());
        let page = browser.get(&at);
        page.is(200).has("要確認 <b>2</b>").has("要修正 <b>1</b>").has("新規 <b>1</b>");
        page.has("「清掃業者による持ち去り」は、どの脅威ですか")
            .has("空欄のため、上の行の「応募者の履歴書」");
        page.has("「契約書の控え」という情報資産がありません").has("似た名称：契約書");
        browser.post(&[&at, "/confirmation"].concat(), &[]).is(422).has("3行残っている");
        assert!(risks(house, &resumes).is_empty(), "all or nothing");

        let rows = [&at, "/rows"].concat();
        browser.post(&rows, &[("answers", "free"), ("cell-3-asset", "契約書")]).is(303);
        let page = browser.get(&at);
        page.has("要修正 <b>1</b>").lacks("要確認").has("「5」は、基準の1から3の段階にありません");
        browser.post(&rows, &[("cell-3-vulnerability_degree", "3")]).is(303);
        // Who is in charge stands there, until when does not: the plan asks for both.
        browser.get(&at).has("「期限」がないため、対応計画には入れません").has("4件を取り込む");
        let columns = browser.get(&[&at, "?step=columns"].concat());
        columns.has("想定されるリスク").has("リスク分析シート.csv");
        browser.post(&[&at, "/mapping"].concat(), &[("due_on", "2027-01-31")]).leads_to(&at);
        browser.get(&at).lacks("対応計画には入れません").has("移転");
        confirm(&browser, &at);

        let found = risks(house, &resumes);
        let known = found.iter().find(|risk| risk.threat_id.as_str() == "T001").unwrap();
        assert_eq!((known.threat, known.vulnerability, known.note.as_str()), (3, 2, "施錠"));
        assert!(found.iter().all(|risk| risk.grounds == Grounds::File));
        let named = free(house, "営業部");
        assert_eq!(named.len(), 1, "one threat for both lines");
        assert_eq!(named[0].vulnerability_ja, "夜間の立会いがない");
        let theirs = risks(house, &contracts);
        assert_eq!(theirs.iter().filter(|risk| risk.threat_id == named[0].id).count(), 1);
        assert_eq!(theirs.len(), 2);
        let rows = plan(house, "営業部");
        let row = rows.iter().find(|row| row.risk_id == known.id).unwrap();
        assert_eq!(
            (row.policy, row.destination, row.due_on.to_string()),
            (Policy::Reduce, Destination::Undecided, "2026-12-25".into())
        );
        assert_eq!(row.controls.iter().map(ToString::to_string).collect::<Vec<_>>(), ["7.7", "8.1"]);
        let other = rows.iter().find(|row| row.risk_id != known.id).unwrap();
        assert_eq!((other.policy, other.due_on.to_string()), (Policy::Share, "2027-01-31".into()));
        assert_eq!(rows.len(), 2);
        browser.get(&at).has("取り込みました").has("部門の評価を見る");
        house.as_("渡辺").get("/record").has("リスクをファイルから取り込みました");
    });
}

/// The department's own risk beside an asset, named like one of the catalogue.
fn name_alike(house: &House, asset: &Asset) -> Threat {
    let draft = ThreatDraft {
        name: "書類の放置による盗み見".into(),
        medium: Medium::Paper,
        stage: "保管・バックアップ".into(),
        cia: "C".into(),
        vulnerability: "受付の前".into(),
        controls: Vec::new(),
        policy: String::new(),
    };
    house.act("佐藤", |tx| catalogue::acts::add_free(tx, &asset.id, draft)).unwrap()
}

#[test]
fn threats_of_one_name_are_told_apart_by_their_numbers_on_the_way_out_and_in() {
    each_database(|house| {
        let (asset, _) = high_risk(house);
        let own = name_alike(house, &asset);
        judge(house, "佐藤", &asset, own.id.as_str(), (1, 2)).unwrap();
        let before = risks(house, &asset);
        let browser = house.as_("佐藤");
        let file = String::from_utf8(export(&browser, "", "csv").bytes).unwrap();
        let at = send(&browser, "", "出した.csv", file.as_bytes());
        browser.get(&at).has("変更なし <b>2</b>").has("変わるところはありません");
        // Without its number nobody can tell which of the two is meant.
        let bare = file.replace(own.id.as_str(), "").replace("T001", "");
        let at = send(&browser, "", "番号なし.csv", bare.as_bytes());
        browser.get(&at).has("要確認 <b>2</b>");
        assert_eq!(risks(house, &asset), before);
    });
}

#[test]
fn what_was_judged_under_another_method_comes_back_and_stays_to_be_judged_again() {
    each_database(|house| {
        let (asset, risk) = high_risk(house);
        let row = write_plan(house, &risk, "task", &[]);
        let by_stages = Methods { personal: Some(Preset::Stages.method()), ..Method::ipa_3_1().into() };
        let draft = house.act("渡辺", |tx| criteria::acts::draft(tx, "個人情報は段階で", by_stages)).unwrap();
        house.act("山本", |tx| criteria::acts::approve(tx, &draft.id)).unwrap();
        let browser = house.as_("佐藤");
        let file = export(&browser, "", "xlsx");
        let at = send(&browser, "", "出した.xlsx", &file.bytes);
        browser.get(&at).has("変更なし <b>1</b>").has("変わるところはありません");
        assert_eq!((risks(house, &asset).remove(0), row_of(house, &risk)), (risk, row));
    });
}

#[test]
fn degrees_that_the_criteria_have_no_more_come_back_as_well() {
    each_database(|house| {
        let edition = |name: &str, preset: Preset| {
            let draft = house.act("渡辺", |tx| criteria::acts::draft(tx, name, preset.method())).unwrap();
            house.act("山本", |tx| criteria::acts::approve(tx, &draft.id)).unwrap();
        };
        edition("5段階", Preset::Matrix);
        let asset = register(house, "佐藤", "営業部", "名簿");
        let risk = judge(house, "佐藤", &asset, "T001", (5, 1)).unwrap();
        edition("3段階", Preset::Ipa);
        let browser = house.as_("佐藤");
        let file = export(&browser, "", "csv");
        let at = send(&browser, "", "出した.csv", &file.bytes);
        browser.get(&at).has("変更なし <b>1</b>");
        let changed = String::from_utf8(file.bytes.clone()).unwrap().replace(",5,1,", ",4,1,");
        let at = send(&browser, "", "直した.csv", changed.as_bytes());
        browser.get(&at).has("「4」は、基準の1から3の段階にありません");
        assert_eq!(risks(house, &asset), [risk]);
    });
}

#[test]
fn nothing_is_taken_in_that_moved_since_it_was_looked_at_and_every_change_is_shown() {
    each_database(|house| {
        let (asset, risk) = high_risk(house);
        write_plan(house, &risk, "task", &[("owner", "営業課長")]);
        let file = "情報資産名称,媒体・保存先,脅威,脅威の値,脆弱性の値,現状の対策,対応要否,担当,期限\r\n\
            応募者の履歴書,金庫,書類の放置による盗み見,3,3,巡回を始めた,不要,営業部長,2027-03-31\r\n";
        let browser = house.as_("佐藤");
        let sales = house.department("営業部");
        let at = send(&browser, sales.as_str(), "直した.csv", file.as_bytes());
        let page = browser.get(&at);
        page.has("変更 <b>1</b>").has("(空) → 巡回を始めた").has("営業課長 → 営業部長").has("2027/03/31");
        page.has("台帳では「書類」です").has("「不要」などは取り込みません").lacks("部門 → 全社");
        let seen = page.value("seen");
        judge(house, "田中", &asset, "T001", (2, 2)).unwrap();
        let confirmation = [&at, "/confirmation"].concat();
        browser.post(&confirmation, &[("seen", &seen)]).is(422).has("確認の画面を開いたあとで");
        assert_eq!(risks(house, &asset)[0].threat, 2, "a colleague's judgement stands");
        confirm(&browser, &at);
        let now = risks(house, &asset).remove(0);
        assert_eq!((now.threat, now.note.as_str(), now.answerable), (3, "巡回を始めた", true));
        assert_eq!(row_of(house, &risk).owner, "営業部長");
    });
}

#[test]
fn a_number_counts_where_the_name_does_not_speak_against_it() {
    each_database(|house| {
        let asset = register(house, "佐藤", "営業部", "名簿");
        let sales = house.department("営業部");
        let file = "情報資産名称,脅威No.,脅威,脅威の値,脆弱性の値\r\n名簿,T001,,1,1\r\n名簿,T002,サーバー室の水漏れ,2,2\r\n\
            名簿,T003,無施錠の書庫からの盗難,3,3\r\n";
        let browser = house.as_("佐藤");
        let at = send(&browser, sales.as_str(), "番号付き.csv", file.as_bytes());
        browser
            .get(&at)
            .has("新規 <b>2</b>")
            .has("要確認 <b>1</b>")
            .has("「サーバー室の水漏れ」は、どの脅威ですか");
        take(&browser, &at, "good").leads_to(&at);
        let mut found: Vec<String> =
            risks(house, &asset).iter().map(|risk| risk.threat_id.to_string()).collect();
        found.sort();
        assert_eq!(found, ["T001", "T005"]);
    });
}

#[test]
fn nobody_takes_in_what_he_may_not_judge() {
    each_database(|house| {
        register(house, "鈴木", "人事部", "面接の記録");
        let own = register(house, "佐藤", "営業部", "面接の記録");
        let sales = house.department("営業部");
        let line = "情報資産名称,管理部署,脅威,脅威の起こりやすさ,脆弱性のつけ込みやすさ\r\n";
        let file =
            [line, "面接の記録,人事部,書類の放置による盗み見,3,3\r\nない,ない部,同上,1,1\r\n"].concat();
        let browser = house.as_("佐藤");
        let at = send(&browser, sales.as_str(), "他部門.csv", file.as_bytes());
        let page = browser.get(&at);
        page.has("要修正 <b>2</b>")
            .has("管理部署「人事部」は、登録されていないか")
            .has("管理部署「ない部」は、登録されていないか");
        take(&browser, &at, "good").leads_to(&at);
        // Of a draft and of what it did nobody else is told; who sees nothing imports nothing.
        let again = send(&browser, "", "他部門.csv", file.as_bytes());
        house.as_("鈴木").get(&again).is(404);
        house.as_("鈴木").post(&[&again, "/confirmation"].concat(), &[]).is(404);
        let mine = browser.post(&[&again, "/cancellation"].concat(), &[]);
        mine.leads_to("/risks/import");
        browser.get(&again).is(404);
        let seen = house.read("渡辺", |rx| {
            let id = house.department("人事部");
            Ok(risk::store::risks_of(rx, &rx.scope(Act::SeeRisk), &id, 2026)?)
        });
        assert!(seen.unwrap().is_empty());
        assert!(
            risks(house, &own).is_empty(),
            "nor is a line of another department taken for one of the own"
        );
    });
}

#[test]
fn headings_that_are_not_found_are_pointed_out_by_hand_and_remembered() {
    each_database(|house| {
        let asset = register(house, "佐藤", "営業部", "名簿");
        let sales = house.department("営業部");
        let file = "題名\r\nA欄,B欄,C欄,D欄\r\n名簿,書類の放置による盗み見,2,1\r\n".as_bytes();
        let browser = house.as_("佐藤");
        let at = send(&browser, sales.as_str(), "独自.csv", file);
        browser.get(&at).has("見出しが見つかりません").has("name=\"header-0\"");
        let map = [&at, "/mapping"].concat();
        browser.post(&map, &[("header-0", "二"), ("department", sales.as_str())]).is(422).has("行番号");
        browser.post(&map, &[("header-0", "2"), ("department", sales.as_str())]).is(303);
        browser.get(&at).has("B欄").has("の列が決まっていません");
        let twice = [
            ("header-0", "2"),
            ("department", sales.as_str()),
            ("column-0-0", "asset"),
            ("column-0-1", "asset"),
        ];
        browser.post(&map, &twice).is(422).has("2つの列に選ばれています");
        let chosen = [
            ("header-0", "2"),
            ("department", sales.as_str()),
            ("column-0-0", "asset"),
            ("column-0-1", "threat"),
            ("column-0-2", "threat_degree"),
            ("column-0-3", "vulnerability_degree"),
        ];
        browser.post(&map, &chosen).leads_to(&at);
        browser.get(&at).has("新規 <b>1</b>").has("1件を取り込む");
        confirm(&browser, &at);
        let found = risks(house, &asset);
        assert_eq!((found.len(), found[0].threat, found[0].vulnerability), (1, 2, 1));
        // The next file with these headings is read at once.
        let next = String::from_utf8(file.to_vec()).unwrap().replace(",2,1", ",3,2");
        let at = send(&browser, sales.as_str(), "翌年.csv", next.as_bytes());
        browser.get(&at).has("前回の対応を使いました").has("変更 <b>1</b>");
    });
}

#[test]
fn a_sheet_that_is_not_to_be_read_stays_unread_when_headings_are_pointed_out() {
    each_database(|house| {
        register(house, "佐藤", "営業部", "名簿");
        let sales = house.department("営業部");
        let mut book = rust_xlsxwriter::Workbook::new();
        for (name, threat, degree) in
            [("今年", "書類の放置による盗み見", 2.0), ("去年", "無施錠の書庫からの盗難", 3.0)]
        {
            let sheet = book.add_worksheet();
            sheet.set_name(name).unwrap();
            for (column, heading) in (0..).zip(["資産名", "脅威", "脅威の値", "脆弱性の値"]) {
                sheet.write_string(0, column, heading).unwrap();
            }
            sheet.write_string(1, 0, "名簿").unwrap();
            sheet.write_string(1, 1, threat).unwrap();
            sheet.write_number(1, 2, degree).unwrap();
            sheet.write_number(1, 3, degree).unwrap();
        }
        let browser = house.as_("佐藤");
        let at = send(&browser, sales.as_str(), "二年分.xlsx", &book.save_to_buffer().unwrap());
        browser.get(&at).has("新規 <b>2</b>");
        let map = [&at, "/mapping"].concat();
        let said = [("department", sales.as_str()), ("header-0", "1"), ("skip-1", "yes")];
        browser.post(&map, &said).is(303);
        browser.get(&at).has("新規 <b>1</b>").has("書類の放置による盗み見").lacks("無施錠の書庫からの盗難");
        browser.post(&map, &[("department", sales.as_str()), ("header-0", "1")]).is(303);
        browser.get(&at).has("新規 <b>2</b>");
    });
}

#[test]
fn what_is_no_file_of_risks_is_refused_in_words() {
    each_database(|house| {
        let browser = house.as_("佐藤");
        let send = |name: &str, bytes: &[u8]| {
            browser.post_multipart(
                "/risks/import",
                &[("department", "")],
                &[("file", name, "application/octet-stream", bytes)],
            )
        };
        send("", b"").is(422).has("ファイルが選ばれていません");
        send("一覧.xlsx", b"%PDF-1.7").is(422).has("リスクは何も変わっていません");
        browser.get("/risks/import").is(200).has("書き出す").has("取り込む");
        house.as_("中村").get("/risks/import").has("書き出す").lacks("読み取る");
    });
}
