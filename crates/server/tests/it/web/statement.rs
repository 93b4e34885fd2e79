//! The statement of applicability: lines with their reasons, versions that stay as they were approved, files, and the
//! company's own controls.

use super::plan::write as plan;
use super::risks::{judge, register};
use crate::support::{Browser, House, Page, Place, each_database};
use crate::tamper::lived::decide;
use meguri::house::fault::Stop;
use meguri::record::verify::verify;
use meguri::statement::acts::{self, Order, Working};
use meguri::{asset, statement};
use meguri_domain::Refusal;
use meguri_domain::applicability::{Decision, Gap, Implementation, Inclusion, LineDraft};
use meguri_domain::ids::ControlId;
use meguri_domain::people::Act;
use meguri_domain::risk::Risk;
use meguri_domain::statement::{Statement, StatementState, gaps};
use meguri_sheet::Limits;
use std::sync::Barrier;

fn id(number: &str) -> ControlId {
    ControlId::new(number).unwrap()
}

fn working(house: &House) -> Working {
    house.read("渡辺", acts::working).unwrap()
}

fn versions(house: &House) -> Vec<Statement> {
    house.read("渡辺", |rx| Ok(statement::store::versions(rx)?)).unwrap()
}

/// A high risk of a department that leans on two controls.
fn planned(house: &House, by: &str, department: &str, name: &str) -> Risk {
    let asset = register(house, by, department, name);
    judge(house, by, &asset, "T001", (3, 3)).unwrap()
}

/// 営業部's row uses 7.7 and 5.10.
fn sales(house: &House) -> Risk {
    let risk = planned(house, "佐藤", "営業部", "応募者の履歴書");
    plan(house, &risk, "task", &[]);
    risk
}

/// The fields of one line of the form.
fn line<'a>(number: &str, fields: &[(&str, &'a str)]) -> Vec<(String, &'a str)> {
    let slug = number.replace('.', "_");
    fields.iter().map(|(name, value)| (format!("{name}-{slug}"), *value)).collect()
}

fn post(browser: &Browser<'_>, lines: &[Vec<(String, &str)>], section: &str) -> Page {
    let all = lines.concat();
    let mut fields: Vec<(&str, &str)> = all.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    fields.push(("section", section));
    browser.post("/statement/lines", &fields)
}

/// The executive looks at a version and approves what is shown.
fn approve(house: &House, page: &str) -> Page {
    let executive = house.as_("山本");
    sign(&executive, page, &executive.get(page))
}

/// Presses the button of a page that was opened before.
fn sign(by: &Browser<'_>, page: &str, seen: &Page) -> Page {
    let (version, plan) = (seen.value("version"), seen.value("plan"));
    by.post(&[page, "/approval"].concat(), &[("version", &version), ("plan", &plan)])
}

/// Decides on everything, submits and has it approved.
fn approved(house: &House) -> Statement {
    house.act("渡辺", acts::take_proposals).unwrap();
    decide(house);
    let submitted = house.as_("渡辺").post("/statement/submission", &[]);
    submitted.is(303);
    approve(house, &submitted.location).leads_to(&submitted.location);
    versions(house).into_iter().find(|each| each.state == StatementState::Approved).unwrap()
}

#[test]
fn what_the_plan_uses_is_proposed_and_the_rest_is_counted() {
    each_database(|house| {
        sales(house);
        let browser = house.as_("渡辺");
        let page = browser.get("/statement");
        page.is(200)
            .has("93件の管理策のうち")
            .has("未決定は、あと93件です")
            .has("5 組織的管理策")
            .has("8 技術的管理策");
        page.has("提案2件を取り入れる").has("提案：適用、理由はリスク対応（営業部 1件）").lacks("提出する");
        assert!(page.body.find("5.9 ").unwrap() < page.body.find("5.10 ").unwrap());
        browser.post("/statement/proposals", &[]).leads_to("/statement");
        let page = browser.get("/statement?show=applied");
        page.has("7.7 ")
            .has("5.10 ")
            .has("リスク対応（営業部 1件）")
            .has("実施状況が未記入です")
            .lacks("5.1 情報");
        assert_eq!(working(house).declared(&id("7.7")).unwrap().gap(), Some(Gap::Unstated));
        browser
            .get("/statement/controls/7.7")
            .is(200)
            .has("応募者の履歴書")
            .has("退社するときに机の上を確かめる");
        browser.get("/statement").has("あと91件").lacks("提案2件");
        browser.get("/statement?show=%7C*").is(200);
    });
}

#[test]
fn a_statement_of_93_rows_is_approved_with_a_reason_in_each() {
    each_database(|house| {
        sales(house);
        let browser = house.as_("渡辺");
        let early = browser.post("/statement/submission", &[]);
        early.is(422).has("適用するか決まっていません：5.1・5.2・5.3・5.4・5.5ほか88件");
        let statement = approved(house);
        assert_eq!((statement.number, statement.lines.len()), (1, 93));
        assert!(statement.lines.iter().all(|line| line.gap().is_none()), "none without a reason");
        assert!(gaps(&statement.lines).is_empty());
        let page = browser.get(&format!("/statement/versions/{}", statement.id));
        page.is(200)
            .has("第1版")
            .has("山本が承認しました")
            .has("class=\"seal\"")
            .has("リスク対応（営業部 1件）");
        browser.get("/statement").has("第1版の承認後に変更はありません");
        browser.post("/statement/submission", &[]).is(422).has("変わったところがありません");
        assert_eq!(house.read_as_system(verify).unwrap().findings, []);
    });
}

#[test]
fn excluding_what_a_plan_row_uses_is_refused_with_the_rows_named() {
    each_database(|house| {
        sales(house);
        let browser = house.as_("渡辺");
        let excluded = [
            line(
                "7.7",
                &[
                    ("version", "0"),
                    ("decision", "excluded"),
                    ("exclusion", "自席がない"),
                    ("rule", "就業規則"),
                ],
            ),
            line("7.8", &[("version", "0"), ("decision", "excluded"), ("exclusion", "機器を置かない")]),
        ];
        let refused = post(&browser, &excluded, "physical");
        refused
            .is(422)
            .has("営業部「応募者の履歴書」の")
            .has("適用除外にできません")
            .has("自席がない")
            .has("就業規則");
        refused.has("機器を置かない").has("直すところが1件");
        assert!(working(house).lines.is_empty(), "all or nothing");
        post(&browser, &excluded[1..], "physical").leads_to("/statement/lines?section=physical");
        let bulk = [("control", "7.7@0"), ("decision", "excluded"), ("exclusion", "自席がない")];
        browser
            .post("/statement/decisions", &bulk)
            .is(422)
            .has("7.7：")
            .has("営業部「応募者の履歴書」の")
            .has("自席がない");
        let bare = [line("7.9", &[("version", "0"), ("decision", "excluded"), ("exclusion", " ")])];
        post(&browser, &bare, "physical").is(422).has("「除外理由」が空です");
    });
}

#[test]
fn a_plan_row_that_takes_in_what_is_excluded_is_a_contradiction_until_one_of_them_yields() {
    each_database(|house| {
        let browser = house.as_("渡辺");
        let excluded =
            [line("7.7", &[("version", "0"), ("decision", "excluded"), ("exclusion", "自席がない")])];
        post(&browser, &excluded, "physical").is(303);
        decide(house);
        browser.post("/statement/submission", &[]).is(303);
        let risk = planned(house, "佐藤", "営業部", "応募者の履歴書");
        house.as_("佐藤").get(&format!("/plan/risks/{}", risk.id)).has("適用宣言書では適用除外");
        plan(house, &risk, "task", &[]);
        browser
            .get("/statement?show=contradiction")
            .has("7.7 ")
            .has("対応計画が使っているのに、適用除外です");
        let [waiting] = versions(house).try_into().unwrap();
        let page = format!("/statement/versions/{}", waiting.id);
        let refused = approve(house, &page);
        refused.is(422).has("対応計画が使っているのに、適用除外です：7.7").has("承認できません");
        plan(house, &risk, "task", &[("controls", "5.10")]);
        approve(house, &page).leads_to(&page);
        house.as_("佐藤").get(&format!("/plan/risks/{}", risk.id)).is(303);
    });
}

#[test]
fn a_line_whose_only_reason_was_the_plan_lacks_one_when_the_row_is_gone() {
    each_database(|house| {
        let risk = sales(house);
        approved(house);
        plan(house, &risk, "task", &[("controls", "5.10")]);
        let browser = house.as_("渡辺");
        browser.get("/statement?show=no_reason").has("7.7 ").has("採用する理由がありません").lacks("5.10 ");
        browser.get("/statement").has("第1版の承認後に1件の変更があります");
        browser.post("/statement/submission", &[]).is(422).has("採用する理由がありません：7.7");
        let asset = house
            .read("渡辺", |rx| asset::store::find(rx, &rx.scope(Act::SeeRegister), &risk.asset_id))
            .unwrap();
        house.act("佐藤", |tx| asset::acts::retire(tx, &asset.id, asset.version, "採用を終えた")).unwrap();
        let gone = working(house);
        assert_eq!(
            gone.declared(&id("5.10")).unwrap().gap(),
            Some(Gap::NoReason),
            "the asset is no longer there"
        );
    });
}

#[test]
fn a_version_stays_as_it_was_approved_and_is_compared_with_what_came_after() {
    each_database(|house| {
        let risk = sales(house);
        let first = approved(house);
        plan(house, &risk, "task", &[("controls", "8.12")]);
        let again = versions(house).remove(0);
        assert_eq!(first.lines, again.lines, "later plans change nothing");
        let browser = house.as_("渡辺");
        let page = browser.get(&format!("/statement/versions/{}", first.id));
        page.has("第1版の承認後に3件の変更があります").has("リスク対応（営業部 1件）");
        let now = browser.get("/statement/comparison?from=1&to=working");
        now.is(200).has("3件の管理策が違います").has("7.7 ").has("5.10 ").has("8.12 ");
        now.has("リスク対応（営業部 1件）").has("（空）");
        let changed = [line(
            "7.7",
            &[
                ("version", "2"),
                ("decision", "applied"),
                ("inclusion", "contract"),
                ("reason", "取引先の基準"),
                ("implementation", "partly"),
            ],
        )];
        post(&browser, &changed, "physical").is(303);
        let repaired = [line(
            "5.10",
            &[("version", "2"), ("decision", "applied"), ("inclusion", "law"), ("implementation", "done")],
        )];
        post(&browser, &repaired, "organisational").is(303);
        house.move_to("2026-05-01");
        let (second, browser) = (approved(house), house.as_("渡辺"));
        assert_eq!(second.number, 2);
        let both = browser.get("/statement/comparison?from=1&to=2");
        both.is(200).has("3件の管理策が違います").has("取引先の基準").has("契約").has("一部");
        browser.get("/statement/comparison?from=1&to=1").has("違うところはありません");
        browser.get("/statement/comparison?from=x&to=%7C").is(200);
        browser.get(&format!("/statement/versions/{}", first.id)).is(200).lacks("取引先の基準");
        assert_eq!(house.read_as_system(verify).unwrap().findings, []);
    });
}

/// The rows of a workbook below its headings.
fn rows(page: &Page, name: &str) -> Vec<Vec<String>> {
    let book = meguri_sheet::read_named(name, &page.bytes, &Limits::default()).unwrap();
    let sheet = &book.sheets[0];
    let cell = |row, column| sheet.cell(row, column).map(|cell| cell.text.clone()).unwrap_or_default();
    let all: Vec<Vec<String>> =
        (1..=sheet.last_row()).map(|row| (0..7).map(|column| cell(row, column)).collect()).collect();
    let head = all.iter().position(|row| row.first().is_some_and(|first| first == "番号")).unwrap();
    all[head + 1..].to_vec()
}

#[test]
fn a_version_goes_out_as_a_file_that_opens_again_with_every_row() {
    each_database(|house| {
        sales(house);
        let browser = house.as_("渡辺");
        browser
            .post("/statement/own", &[("number", "x.1"), ("group", "people"), ("title_ja", "=1+1の教育")])
            .is(303);
        let formula = [line(
            "5.1",
            &[
                ("version", "0"),
                ("decision", "applied"),
                ("inclusion", "law"),
                ("reason", "=cmd|' /C calc'!A0"),
                ("implementation", "done"),
                ("rule", "-1"),
            ],
        )];
        post(&browser, &formula, "organisational").is(303);
        approved(house);
        for format in ["xlsx", "csv"] {
            for of in ["1", "working"] {
                let file = browser.get(&format!("/statement/file?of={of}&format={format}"));
                file.is(200);
                let rows = rows(&file, &format!("a.{format}"));
                assert_eq!(rows.len(), 94, "{format} of {of}");
                assert_eq!(
                    rows[0][..4],
                    ["5.1", "情報セキュリティのための方針群", "適用", "法令\n=cmd|' /C calc'!A0"]
                );
                assert_eq!((rows[0][5].as_str(), rows[0][6].as_str()), ("済み", "-1"));
                assert_eq!(rows[93][..2], ["X.1", "=1+1の教育"], "the company's own come last");
                let used = rows.iter().find(|row| row[0] == "7.7").unwrap();
                assert_eq!(used[3], "リスク対応（営業部 1件）");
            }
        }
        browser.get("/statement/file?of=9&format=xlsx").is(404);
        house.as_("佐藤").get("/statement/file?of=working&format=csv").is(404);
        house.as_("加藤").get("/statement/file?of=1&format=csv").is(403);
    });
}

#[test]
fn a_control_of_our_own_is_used_like_those_of_annex_a_which_nobody_changes() {
    each_database(|house| {
        let browser = house.as_("渡辺");
        let form = [
            ("number", "ｘ．１"),
            ("group", "people"),
            ("title_ja", "退職時の聞き取り"),
            ("note", "持ち出しを聞く"),
        ];
        browser.post("/statement/own", &form).leads_to("/statement/controls/X.1");
        browser
            .post("/statement/own", &form)
            .is(422)
            .has("この番号の管理策は、すでにあります")
            .has("退職時の聞き取り");
        let like_annex = [("number", "A.5.1"), ("group", "people"), ("title_ja", "方針")];
        browser.post("/statement/own", &like_annex).is(422).has("英字で始まる").has("value=\"A.5.1\"");
        browser.get("/statement").has("94件の管理策").has("自社の管理策").has("X.1 退職時の聞き取り");
        let risk = planned(house, "佐藤", "営業部", "応募者の履歴書");
        house.as_("佐藤").get(&format!("/plan/risks/{}", risk.id)).has("X.1 退職時の聞き取り");
        plan(house, &risk, "task", &[("controls", "X.1")]);
        browser.get("/statement?show=proposed").has("X.1 ").has("営業部 1件").lacks("7.7 ");
        let renamed =
            [("version", "1"), ("group", "people"), ("title_ja", "退職の面談"), ("note", "持ち出しを聞く")];
        browser.post("/statement/own/X.1", &renamed).leads_to("/statement/own");
        browser.get("/statement/own").has("退職の面談");
        let late = browser
            .post("/statement/own/X.1", &[("version", "1"), ("group", "people"), ("title_ja", "面談")]);
        late.is(409).has("ほかの人が先に更新しています").has("退職の面談").has("value=\"面談\"");
        browser.post("/statement/own/5.1", &renamed).is(404);
        let annex = house.act("渡辺", |tx| {
            let found = acts::control(tx, &id("5.1"))?;
            acts::edit_control(
                tx,
                &id("5.1"),
                found.version,
                meguri_domain::control::ControlDraft { title_ja: "別名".into(), ..acts::drafted(&found) },
            )
        });
        assert!(matches!(annex, Err(Stop::Refusal(Refusal::Because(word))) if word.0.contains("附属書A")));
        for name in ["佐藤", "田中", "山本", "加藤", "小林"] {
            house.as_(name).post("/statement/own", &form).is(403);
        }
        assert_eq!(house.read_as_system(verify).unwrap().findings, []);
    });
}

#[test]
fn who_may_write_and_approve_and_what_a_member_sees() {
    each_database(|house| {
        sales(house);
        let other = planned(house, "鈴木", "人事部", "社員名簿");
        let controls = [("controls", "7.7")];
        let row = super::plan::write_as(house, "鈴木", &other, "task", &controls);
        house.as_("佐藤").get("/statement").is(200).has("承認された版はまだありません").lacks("人事部");
        for name in ["佐藤", "田中", "伊藤", "山本", "中村", "加藤", "小林"] {
            let browser = house.as_(name);
            post(&browser, &[line("5.1", &[("version", "0"), ("decision", "applied")])], "organisational")
                .is(403);
            browser.post("/statement/decisions", &[("control", "5.1@0"), ("decision", "applied")]).is(403);
            browser.post("/statement/proposals", &[]).is(403);
            browser.post("/statement/submission", &[]).is(403);
        }
        for name in ["加藤", "小林"] {
            house.as_(name).get("/statement").is(403);
        }
        let statement = approved(house);
        let at = format!("/statement/versions/{}", statement.id);
        for name in ["佐藤", "渡辺", "田中", "中村", "加藤", "小林"] {
            house.as_(name).post(&[&at, "/approval"].concat(), &[("version", "2")]).is(403);
            house.as_(name).post(&[&at, "/return"].concat(), &[("version", "2"), ("reason", "理由")]).is(403);
        }
        house.as_("中村").get(&at).is(200).has("人事部 1件、営業部 1件");
        let member = house.as_("佐藤");
        for page in [member.get(&at), member.get("/statement"), member.get("/statement/file?of=1&format=csv")]
        {
            page.is(200)
                .has("リスク対応（営業部 1件）")
                .lacks("人事部")
                .lacks("社員名簿")
                .lacks("営業部 2件");
        }
        member.get("/statement/comparison?from=1&to=working").is(200).lacks("人事部");
        member.get("/statement/controls/7.7").is(403);
        member.get("/statement/lines").is(403);
        assert_eq!(row.controls.len(), 1);
    });
}

#[test]
fn what_waits_or_was_sent_back_is_no_business_of_a_member() {
    each_database(|house| {
        decide(house);
        let submitted = house.as_("渡辺").post("/statement/submission", &[]);
        let executive = house.as_("山本");
        executive.get("/").has("適用宣言書の承認");
        house.as_("佐藤").get(&submitted.location).is(404);
        let back = [&submitted.location, "/return"].concat();
        executive.post(&back, &[("version", "1"), ("reason", " ")]).is(422).has("「理由」が空です");
        executive.post(&back, &[("version", "9"), ("reason", "5.1を詳しく")]).is(409);
        executive.post(&back, &[("version", "1"), ("reason", "5.1を詳しく")]).leads_to(&submitted.location);
        house.as_("渡辺").get("/statement").has("差し戻されました").has("5.1を詳しく").has("提出する");
        executive.get("/").lacks("適用宣言書の承認");
        let approval = [&submitted.location, "/approval"].concat();
        executive.post(&approval, &[("version", "2")]).is(409);
        house.as_("渡辺").post("/statement/submission", &[]).leads_to(&submitted.location);
        executive.post(&approval, &[("version", "3")]).is(409).has("対応計画が変わった");
        approve(house, &submitted.location).is(303);
        house.as_("佐藤").get(&submitted.location).is(200);
    });
}

#[test]
fn what_the_executive_saw_is_what_he_approves() {
    each_database(|house| {
        let risk = sales(house);
        house.act("渡辺", acts::take_proposals).unwrap();
        decide(house);
        let submitted = house.as_("渡辺").post("/statement/submission", &[]).location.clone();
        let executive = house.as_("山本");
        let seen = executive.get(&submitted);
        seen.has("リスク対応（営業部 1件）").lacks("提出のあとに");
        // Another department plans with the same control while the page is open.
        let other = planned(house, "鈴木", "人事部", "社員名簿");
        super::plan::write_as(house, "鈴木", &other, "task", &[("controls", "7.7")]);
        let refused = sign(&executive, &submitted, &seen);
        refused.is(409).has("見ているあいだに対応計画が変わったため、まだ承認していません");
        refused.has("リスク対応（人事部 1件、営業部 1件）");
        refused.has("次の管理策を使う対応計画の行が変わりました：7.7。");
        assert_eq!(versions(house)[0].state, StatementState::Submitted);
        // Who reads it as a file before he approves reads the same.
        let file = executive.get("/statement/file?of=1&format=csv");
        let rows = rows(&file, "a.csv");
        let used = rows.iter().find(|row| row[0] == "7.7").unwrap();
        assert_eq!(used[3], "リスク対応（人事部 1件、営業部 1件）");
        executive.get("/statement/comparison?from=1&to=working").has("違うところはありません");
        executive.post("/language", &[("lang", "en"), ("next", "/statement")]).is(303);
        sign(&executive, &submitted, &seen).is(409).has("It is not approved yet");
        // The page that came back has what is approved now.
        sign(&executive, &submitted, &refused).leads_to(&submitted);
        let frozen = versions(house).remove(0);
        let used =
            |number: &str| frozen.lines.iter().find(|line| line.control_id == id(number)).unwrap().used();
        assert_eq!((frozen.state, used("7.7"), used("5.10")), (StatementState::Approved, 2, 1));
        plan(house, &risk, "task", &[("controls", "5.10")]);
        executive.get(&submitted).lacks("Since it was submitted");
    });
}

#[test]
fn who_wrote_a_line_does_not_approve_the_statement() {
    each_database(|house| {
        let form = [("role", "secretariat"), ("department_id", ""), ("from_on", "2026-04-01")];
        house.as_("加藤").post(&format!("/settings/people/{}/postings", house.person("山本")), &form).is(303);
        let order = Order {
            control: id("5.1"),
            version: 0,
            draft: LineDraft {
                decision: Some(Decision::Applied),
                inclusions: vec![Inclusion::Law],
                implementation: Some(Implementation::Done),
                ..LineDraft::default()
            },
        };
        house.act("山本", |tx| acts::write(tx, vec![order], &mut Vec::new())).unwrap();
        decide(house);
        let submitted = house.as_("渡辺").post("/statement/submission", &[]);
        let executive = house.as_("山本");
        executive.get(&submitted.location).has("あなたは承認できません");
        let refused = executive.post(&[&submitted.location, "/approval"].concat(), &[("version", "1")]);
        refused.is(422).has("自分が記入した記録は");
    });
}

#[test]
fn a_line_that_somebody_else_wrote_first_shows_both_values_and_the_rest_is_left_alone() {
    each_database(|house| {
        let browser = house.as_("渡辺");
        let seen = browser.get("/statement/lines?section=people");
        let other = [line(
            "6.1",
            &[("version", "0"), ("decision", "applied"), ("reason", "職業安定法"), ("rule", "採用規程")],
        )];
        post(&browser, &other, "people").is(303);
        let hash = seen.value("seen-6_2");
        let untouched = [
            ("version", "0"),
            ("seen", hash.as_str()),
            ("decision", "undecided"),
            ("implementation", "unstated"),
        ];
        let mine = [
            line(
                "6.1",
                &[
                    ("version", "0"),
                    ("decision", "applied"),
                    ("reason", "取引先の基準"),
                    ("rule", "採用規程"),
                ],
            ),
            line("6.2", &untouched),
        ];
        let lost = post(&browser, &mine, "people");
        lost.is(409)
            .has("いま保存されている内容")
            .has("職業安定法")
            .has("取引先の基準")
            .has("直すところが1件");
        assert_eq!(lost.value("version-6_1"), "1");
        let again = [line(
            "6.1",
            &[("version", "1"), ("decision", "applied"), ("reason", "取引先の基準"), ("rule", "採用規程")],
        )];
        post(&browser, &again, "people").is(303);
        let working = working(house);
        assert_eq!(working.line(&id("6.1")).unwrap().reason, "取引先の基準");
        assert!(working.line(&id("6.2")).is_none(), "nobody touched it");
    });
}

/// The fields of a page of lines as a browser sends them back, untouched.
fn untouched(page: &Page) -> Vec<(String, String)> {
    let mut fields = Vec::new();
    let named = |tag: &str, name: &str| {
        let value = tag.split(&format!(" {name}=\"")).nth(1)?.split('"').next()?;
        Some(value.to_owned())
    };
    let form = page.body.split("action=\"/statement/lines\"").nth(1).unwrap();
    for part in form.split('<').skip(1) {
        let (tag, text) = part.split_once('>').unwrap_or((part, ""));
        let tag = format!("{tag} ");
        if tag.starts_with("/form") {
            break;
        }
        let Some(name) = named(&tag, "name").filter(|name| name != "req") else { continue };
        if tag.starts_with("textarea") {
            fields.push((name, text.to_owned()));
        } else if tag.starts_with("select") {
            let rest = &form[form.find(part).unwrap()..];
            let options = rest.split("</select>").next().unwrap();
            let chosen = options
                .split("<option")
                .find(|option| option.split('>').next().is_some_and(|option| option.ends_with(" selected")));
            let chosen = chosen.or_else(|| options.split("<option").nth(1)).unwrap();
            fields.push((name, named(chosen, "value").unwrap()));
        } else if tag.starts_with("input") && (!tag.contains("checkbox") || tag.contains(" checked")) {
            fields.push((name, named(&tag, "value").unwrap_or_default()));
        }
    }
    fields
}

#[test]
fn a_table_that_is_sent_back_as_it_came_writes_nothing() {
    each_database(|house| {
        sales(house);
        let browser = house.as_("渡辺");
        let written = [
            line(
                "7.1",
                &[
                    ("version", "0"),
                    ("decision", "applied"),
                    ("inclusion", "contract"),
                    ("inclusion", "law"),
                    ("reason", "委託元の基準\r\n二行目"),
                    ("implementation", "partly"),
                    ("rule", "入退室手順 第2章"),
                ],
            ),
            line("7.2", &[("version", "0"), ("decision", "excluded"), ("exclusion", "受付がない")]),
        ];
        post(&browser, &written, "physical").is(303);
        let before = working(house).lines;
        let fields = untouched(&browser.get("/statement/lines?section=physical"));
        let of = |name: &str| fields.iter().filter(|(each, _)| each == name).count();
        assert_eq!(
            (of("version-7_1"), of("inclusion-7_1"), of("decision-7_14")),
            (1, 2, 1),
            "the table was read"
        );
        let send = |fields: &[(String, String)]| {
            let fields: Vec<(&str, &str)> =
                fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            browser.post("/statement/lines", &fields)
        };
        send(&fields).is(303);
        assert_eq!(working(house).lines, before, "what nobody touched is not written");
        // Somebody else writes a row while the table is open. It was not touched here, so nothing is in anybody's way.
        let meanwhile = [line("7.4", &[("version", "0"), ("decision", "applied"), ("reason", "警備の契約")])];
        post(&house.as_("渡辺"), &meanwhile, "physical").is(303);
        let before = working(house).lines;
        // One cell of one row: that row alone.
        let mut one = fields.clone();
        let rule = one.iter_mut().find(|(name, _)| name == "rule-7_3").unwrap();
        rule.1 = "施錠手順".into();
        send(&one).is(303);
        let after = working(house).lines;
        assert_eq!(after.len(), before.len() + 1);
        assert!(before.iter().all(|line| after.contains(line)));
        assert_eq!(working(house).line(&id("7.3")).unwrap().rule, "施錠手順");
    });
}

#[test]
fn a_member_compares_what_was_approved_and_sees_his_own_departments_part() {
    each_database(|house| {
        sales(house);
        let other = planned(house, "鈴木", "人事部", "社員名簿");
        super::plan::write_as(house, "鈴木", &other, "task", &[("controls", "7.7")]);
        approved(house);
        let changed = [line(
            "7.9",
            &[
                ("version", "1"),
                ("decision", "applied"),
                ("inclusion", "contract"),
                ("implementation", "partly"),
            ],
        )];
        post(&house.as_("渡辺"), &changed, "physical").is(303);
        super::plan::write_as(house, "鈴木", &other, "task", &[("controls", "5.10")]);
        house.move_to("2026-05-01");
        approved(house);
        let member = house.as_("佐藤");
        let both = member.get("/statement/comparison?from=1&to=2");
        both.is(200).has("1件の管理策が違います").has("7.9 ").has("契約").lacks("人事部").lacks("7.7 ");
        house.as_("鈴木").get("/statement/comparison?from=1&to=2").has("3件の管理策が違います").has("7.7 ");
        // What is worked on is not for him, whatever he asks for.
        let work = [line(
            "8.1",
            &[
                ("version", "1"),
                ("decision", "applied"),
                ("reason", "下書きの理由"),
                ("implementation", "done"),
            ],
        )];
        post(&house.as_("渡辺"), &work, "technological").is(303);
        house.as_("渡辺").post("/statement/submission", &[]).is(303);
        house.as_("渡辺").get("/statement/comparison?from=2&to=3").has("下書きの理由");
        for query in ["from=2&to=3", "from=2&to=working", "from=working&to=2", "from=working&to=working"] {
            let page = member.get(&format!("/statement/comparison?{query}"));
            page.is(200).lacks("下書きの理由").lacks("人事部").lacks("value=\"working\"");
        }
    });
}

#[test]
fn several_lines_are_filled_together_and_what_is_left_empty_stays() {
    each_database(|house| {
        let browser = house.as_("渡辺");
        let one = [line(
            "5.1",
            &[("version", "0"), ("decision", "applied"), ("inclusion", "law"), ("rule", "基本方針")],
        )];
        post(&browser, &one, "organisational").is(303);
        let bulk = [
            ("control", "5.1@1"),
            ("control", "5.2@0"),
            ("decision", "applied"),
            ("inclusion", "contract"),
            ("implementation", "done"),
            ("show", "undecided"),
        ];
        browser.post("/statement/decisions", &bulk).leads_to("/statement?show=undecided");
        let found = working(house);
        let first = found.line(&id("5.1")).unwrap();
        assert_eq!((first.inclusions.len(), first.rule.as_str()), (2, "基本方針"));
        assert_eq!(found.declared(&id("5.2")).unwrap().gap(), None);
        let stale = [("control", "5.1@1"), ("reason", "取引先の基準"), ("implementation", "partly")];
        browser
            .post("/statement/decisions", &stale)
            .is(409)
            .has("5.1：")
            .has("ほかの人が先に更新しています")
            .has("取引先の基準");
        browser
            .post("/statement/decisions", &[("decision", "applied")])
            .is(422)
            .has("管理策が選ばれていません");
        browser
            .post("/statement/decisions", &[("control", "5.3@0")])
            .is(422)
            .has("変える内容が選ばれていません");
        let every = [
            ("every", "1"),
            ("shown", "6.1@0"),
            ("shown", "6.2@0"),
            ("control", "8.1@0"),
            ("decision", "applied"),
            ("inclusion", "law"),
        ];
        browser.post("/statement/decisions", &every).is(303);
        let found = working(house);
        assert!(found.line(&id("6.1")).is_some() && found.line(&id("6.2")).is_some());
        assert!(found.line(&id("8.1")).is_none());
    });
}

#[test]
fn two_who_write_one_line_at_once_do_not_overwrite_each_other() {
    for place in [Some(Place::file()), Place::schema()].into_iter().flatten() {
        let house = House::found(place);
        let gate = Barrier::new(8);
        let write = |n: usize| {
            let draft = LineDraft {
                reason: format!("理由{n}"),
                decision: Some(Decision::Applied),
                ..LineDraft::default()
            };
            let order = Order { control: id("5.1"), version: 0, draft };
            gate.wait();
            house.act("渡辺", |tx| acts::write(tx, vec![order], &mut Vec::new())).is_ok()
        };
        let won = std::thread::scope(|hands| {
            let hands: Vec<_> = (0..8).map(|n| hands.spawn(move || write(n))).collect();
            hands.into_iter().filter(|_| true).map(|hand| hand.join().unwrap()).filter(|won| *won).count()
        });
        assert_eq!((won, working(&house).line(&id("5.1")).unwrap().version), (1, 1));
        assert_eq!(house.read_as_system(verify).unwrap().findings, []);
    }
}
