//! The treatment plan: writing a row, approving it, and where it goes, once.

use super::risks::{judge, register};
use crate::support::{Browser, House, Page, day, each_database};
use meguri::{inspection, objective, treatment};
use meguri_domain::approval::Standing;
use meguri_domain::asset::Asset;
use meguri_domain::people::Act;
use meguri_domain::risk::Risk;
use meguri_domain::treatment::PlanRow;

/// A high risk of 営業部, judged by 佐藤.
pub fn high_risk(house: &House) -> (Asset, Risk) {
    let asset = register(house, "佐藤", "営業部", "応募者の履歴書");
    let risk = judge(house, "佐藤", &asset, "T001", (3, 3)).unwrap();
    (asset, risk)
}

/// The form of a row, with what is changed in it.
fn fields<'a>(
    version: &'a str,
    destination: &'a str,
    changed: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("version", version),
        ("policy", "reduce"),
        ("controls", "7.7"),
        ("controls", "5.10"),
        ("task", "退社するときに机の上を確かめる"),
        ("owner", "営業部長"),
        ("resources", "情報システム課2人、3か月"),
        ("due_on", "2026-09-30"),
        ("threat", "3"),
        ("vulnerability", "1"),
        ("destination", destination),
    ];
    for (name, value) in changed {
        fields.retain(|(each, _)| each != name);
        fields.push((name, value));
    }
    fields
}

pub fn row_of(house: &House, risk: &Risk) -> PlanRow {
    let look = |rx: &meguri::house::work::Rx<'_>| {
        Ok(treatment::store::of_risk(rx, &rx.scope(Act::SeePlan), &risk.id)?)
    };
    house.read("渡辺", look).unwrap().unwrap()
}

/// Writes the row as 佐藤 and gives it.
pub fn write(house: &House, risk: &Risk, destination: &str, changed: &[(&str, &str)]) -> PlanRow {
    write_as(house, "佐藤", risk, destination, changed)
}

/// Writes the row as somebody and gives it.
pub fn write_as(
    house: &House,
    by: &str,
    risk: &Risk,
    destination: &str,
    changed: &[(&str, &str)],
) -> PlanRow {
    let browser = house.as_(by);
    let before = browser.get(&format!("/plan/risks/{}", risk.id));
    let version = if before.status == 200 { "0".to_owned() } else { row_of(house, risk).version.to_string() };
    browser.post(&format!("/plan/risks/{}", risk.id), &fields(&version, destination, changed)).is(303);
    row_of(house, risk)
}

pub fn approve(browser: &Browser<'_>, row: &PlanRow) -> Page {
    browser.post(&format!("/plan/rows/{}/approval", row.id), &[("version", &row.version.to_string())])
}

#[test]
fn a_high_risk_without_a_row_asks_for_one() {
    each_database(|house| {
        let (_, risk) = high_risk(house);
        let browser = house.as_("佐藤");
        let write = format!("/plan/risks/{}", risk.id);
        browser.get("/plan").is(200).has("対応が未記入").has(&write).has("未記入が1件");
        let form = browser.get(&write);
        form.is(200).has("! 切れ目").has("対応が書かれていません").has("7.7 ").has("よくある対応");
        form.has("name=\"controls\" value=\"8.12\"").has("（名称は未確認）").has("data-judge=");
        let saved = browser.post(&write, &fields("0", "check_item", &[]));
        let row = row_of(house, &risk);
        saved.leads_to(&format!("/plan/rows/{}", row.id));
        assert_eq!((row.residual, row.controls.len()), (3, 2));
        browser
            .get(&saved.location)
            .has("退社するときに机の上を確かめる")
            .has("情報システム課2人、3か月")
            .has("承認を待っています")
            .has("承認がまだです");
        browser.get(&write).leads_to(&format!("/plan/rows/{}", row.id));
        browser.get("/plan").has("退社するときに机の上を確かめる").lacks("対応が未記入</span>");
        let hostile = "/plan?year=x&department=%7C*%7C&level=odd&destination=odd&standing=odd&page=-1";
        browser.get(hostile).is(200);
    });
}

#[test]
fn a_row_that_does_not_fit_is_refused_with_what_was_typed() {
    each_database(|house| {
        let (_, risk) = high_risk(house);
        let browser = house.as_("佐藤");
        let write = format!("/plan/risks/{}", risk.id);
        for (name, value, sentence) in [
            ("task", " ", "「実施すること」が空です"),
            ("owner", "", "「担当」が空です"),
            ("resources", "x\0", "使えない文字"),
            ("due_on", "", "「期限」が空です"),
            ("due_on", "2026-02-30", "暦にある日を"),
            ("due_on", "来月", "暦にある日を"),
            ("threat", "4", "1から3の整数で答えてください"),
            ("vulnerability", "", "1から3の整数で答えてください"),
            ("policy", "odd", "「対応方針」が空です"),
            ("controls", "9.99", "一覧にある番号から選んでください"),
        ] {
            let refused = browser.post(&write, &fields("0", "task", &[(name, value)]));
            refused.is(422).has(sentence);
            if name != "task" {
                refused.has("退社するときに机の上を確かめる");
            }
        }
        browser.get("/plan").has("対応が未記入");
    });
}

#[test]
fn an_approved_row_becomes_an_objective_once_even_when_approved_again() {
    each_database(|house| {
        let (_, risk) = high_risk(house);
        let row = write(house, &risk, "objective", &[]);
        let member = house.as_("佐藤");
        approve(&member, &row).is(403);
        let head = house.as_("田中");
        head.get(&format!("/plan/rows/{}", row.id)).has("この行を承認");
        approve(&head, &row).leads_to(&format!("/plan/rows/{}", row.id));
        let objectives = |house: &House| {
            house.read("渡辺", |rx| Ok(objective::store::objectives(rx, &rx.scope(Act::SeeMonth))?)).unwrap()
        };
        let [born] = objectives(house).try_into().unwrap();
        assert_eq!(born.title, "退社するときに机の上を確かめる");
        assert_eq!(born.plan_row_id.as_ref(), Some(&row.id));
        assert_eq!(born.to_month.to_string(), "2026-09");
        let sent = row_of(house, &risk);
        assert_eq!(sent.destination_id.as_deref(), Some(born.id.as_str()));
        approve(&head, &sent).is(422).has("すでにあります");
        head.get(&format!("/plan/rows/{}", row.id)).has(&format!("/objectives/{}", born.id)).has("直近3か月");
        let changed = write(house, &risk, "objective", &[("owner", "営業課長")]);
        assert_eq!(changed.standing(), Standing::Outdated);
        head.get(&format!("/plan/rows/{}", row.id)).has("承認後に変更あり").has("この行を承認");
        member.get("/plan?standing=outdated").has("営業課長").has("承認後に変更あり");
        approve(&head, &changed).is(303);
        assert_eq!(objectives(house).len(), 1);
        assert_eq!(row_of(house, &risk).standing(), Standing::Current);
        // What has gone on stays there until its objective has ended.
        let version = row_of(house, &risk).version.to_string();
        let moved = member.post(&format!("/plan/risks/{}", risk.id), &fields(&version, "task", &[]));
        moved.is(422).has("すでに展開されています");
        let end = |tx: &meguri::house::work::Tx<'_>| {
            let stopped = meguri_domain::objective::ObjectiveState::Stopped;
            objective::acts::end(
                tx,
                &born.id,
                stopped,
                meguri_domain::Month::of(tx.today()),
                "やり方が決まった",
            )
        };
        house.act("田中", end).unwrap();
        house.move_to("2026-05-01");
        let member = house.as_("佐藤");
        let version = row_of(house, &risk).version.to_string();
        member.post(&format!("/plan/risks/{}", risk.id), &fields(&version, "task", &[])).is(303);
        assert_eq!(row_of(house, &risk).destination_id, None);
    });
}

#[test]
fn an_approved_row_becomes_a_check_item_of_its_department() {
    each_database(|house| {
        let (_, risk) = high_risk(house);
        let row = write(house, &risk, "check_item", &[]);
        let deputy = house.as_("伊藤");
        approve(&deputy, &row).is(303);
        let sent = row_of(house, &risk);
        let duties = house
            .read("渡辺", |rx| Ok(inspection::store::assignments(rx, &rx.scope(Act::SeeMonth))?))
            .unwrap();
        let [duty] = duties.try_into().unwrap();
        assert_eq!(sent.destination_id.as_deref(), Some(duty.item_id.as_str()));
        assert_eq!(duty.department_id, house.department("営業部"));
        deputy.get(&format!("/plan/rows/{}", row.id)).has("伊藤（代）").has("点検項目").has("直近3か月");
        deputy.get("/plan").has("伊藤（代）").has("→ 点検項目「退社するときに机の上を確かめる」");
        let changed = write(house, &risk, "check_item", &[("vulnerability", "2")]);
        approve(&house.as_("山本"), &changed).is(303);
        let again = house
            .read("渡辺", |rx| Ok(inspection::store::assignments(rx, &rx.scope(Act::SeeMonth))?))
            .unwrap();
        assert_eq!(again.len(), 1);
    });
}

#[test]
fn an_acceptance_needs_an_end_that_is_ahead_and_a_destination_must_be_chosen() {
    each_database(|house| {
        let (_, risk) = high_risk(house);
        let head = house.as_("田中");
        let row = write(house, &risk, "undecided", &[]);
        head.get(&format!("/plan/rows/{}", row.id)).has("展開先が決まっていません").lacks("この行を承認");
        head.get("/plan").has("展開先を決める").has("展開先なし").has("計画の承認").lacks("class=\"seal\"");
        approve(&head, &row).is(422).has("展開先が未定のままでは承認できません");
        let row = write(house, &risk, "acceptance", &[("due_on", "2026-04-01"), ("policy", "retain")]);
        approve(&head, &row).is(422).has("受容の期限は明日以降");
        let row = write(house, &risk, "acceptance", &[("due_on", "2027-03-31"), ("policy", "retain")]);
        approve(&head, &row).is(303);
        head.get(&format!("/plan/rows/{}", row.id)).has("受容 期限 2027/03/31").has("承認済み");
        head.get("/plan?destination=task").has("class=\"seal\"").has("26.04.01");
        house.move_to("2027-04-01");
        let head = house.as_("田中");
        head.get(&format!("/plan/rows/{}", row.id)).has("受容の期限が過ぎています");
    });
}

#[test]
fn a_task_is_done_once_on_a_day_that_has_come() {
    each_database(|house| {
        let (_, risk) = high_risk(house);
        let row = write(house, &risk, "task", &[]);
        let member = house.as_("佐藤");
        let done = format!("/plan/rows/{}/completion", row.id);
        let at = |on: &'static str| {
            vec![("version", row_of(house, &risk).version.to_string()), ("done_on", on.to_owned())]
        };
        let post = |on| {
            let fields = at(on);
            let fields: Vec<_> = fields.iter().map(|(name, value)| (*name, value.as_str())).collect();
            member.post(&done, &fields)
        };
        post("2026-04-01").is(409);
        approve(&house.as_("田中"), &row).is(303);
        post("2026-04-02").is(422).has("今日までの日を");
        post("きょう").is(422).has("「2026-11-30」の形で");
        post("2026-04-01").is(303);
        assert_eq!(row_of(house, &risk).done_on, Some(day("2026-04-01")));
        post("2026-04-01").is(409);
        member.get(&format!("/plan/rows/{}", row.id)).has("単発対応 完了").has("単発対応は完了しています");
    });
}

#[test]
fn the_loser_of_a_race_sees_both_rows() {
    each_database(|house| {
        let (_, risk) = high_risk(house);
        let row = write(house, &risk, "task", &[]);
        let write = format!("/plan/risks/{}", risk.id);
        let stale = row.version.to_string();
        house.as_("田中").post(&write, &fields(&stale, "task", &[("owner", "総務課長")])).is(303);
        let lost = house.as_("佐藤").post(&write, &fields(&stale, "task", &[("owner", "人事課長")]));
        lost.is(409)
            .has("ほかの人が先に更新しています")
            .has("<mark>総務課長</mark>")
            .has("<mark>人事課長</mark>");
        assert_eq!(lost.value("version"), row_of(house, &risk).version.to_string());
        // The same contents again make no new revision.
        let fresh = row_of(house, &risk);
        let version = lost.value("version");
        let fields = fields(&version, "task", &[("owner", "総務課長")]);
        house.as_("佐藤").post(&write, &fields).is(303);
        assert_eq!(row_of(house, &risk), fresh);
    });
}

#[test]
fn another_departments_plan_is_not_there() {
    each_database(|house| {
        let (_, risk) = high_risk(house);
        let row = write(house, &risk, "task", &[]);
        for stranger in ["鈴木", "高橋"] {
            let browser = house.as_(stranger);
            browser.get(&format!("/plan/rows/{}", row.id)).is(404);
            browser.get(&format!("/plan/risks/{}", risk.id)).is(404);
            browser.post(&format!("/plan/risks/{}", risk.id), &fields("1", "task", &[])).is(404);
            approve(&browser, &row).is(404);
            browser.post(&format!("/plan/rows/{}/completion", row.id), &[("version", "1")]).is(404);
            let department = house.department("営業部");
            browser.get(&format!("/plan?department={department}")).is(200).lacks("机の上").lacks("営業部");
        }
        let browser = house.as_("中村");
        browser
            .get(&format!("/plan/rows/{}", row.id))
            .is(200)
            .has("机の上")
            .lacks("内容を変える")
            .lacks("この行を承認");
        browser.post(&format!("/plan/risks/{}", risk.id), &fields("1", "task", &[])).is(403);
        approve(&browser, &row).is(403);
        house.as_("小林").get(&format!("/plan/rows/{}", row.id)).is(404);
        house.as_("加藤").get("/plan").is(403);
        let english = house.as_("渡辺");
        english.post("/language", &[("lang", "en"), ("next", "/plan")]).is(303);
        english.get("/plan").has("Risk treatment plan").has("Not approved").has("→ Task by 2026/09/30");
        english.get(&format!("/plan/rows/{}", row.id)).has("Residual risk").has("Change the contents");
    });
}

#[test]
fn what_is_approved_is_the_answer_to_the_risk_that_was_seen() {
    each_database(|house| {
        let asset = super::risks::register(house, "佐藤", "営業部", "履歴書");
        let risk = super::risks::judge(house, "佐藤", &asset, "T001", (3, 2)).unwrap();
        let draft = meguri_domain::treatment::PlanDraft {
            policy: meguri_domain::treatment::Policy::Reduce,
            controls: Vec::new(),
            task: "施錠できる棚へ移す".into(),
            owner: "営業部長".into(),
            due_on: Some(crate::support::day("2026-12-31")),
            second_threat: 1,
            second_vulnerability: 1,
            destination: meguri_domain::treatment::Destination::Task,
            resources: String::new(),
        };
        let row = house.act("佐藤", |tx| meguri::treatment::acts::write(tx, &risk.id, 0, draft)).unwrap();
        let (page, version) = (format!("/plan/rows/{}/approval", row.id), row.version.to_string());
        let (seen, head) = (risk.version.to_string(), house.as_("田中"));
        head.get(&format!("/plan/rows/{}", row.id)).has("name=\"risk_version\"");
        let again = super::risks::judge(house, "佐藤", &asset, "T001", (3, 3)).unwrap();
        head.post(&page, &[("version", &version), ("risk_version", &seen)]).has("リスクが評価し直されました");
        let now = again.version.to_string();
        head.post(&page, &[("version", &version), ("risk_version", &now)]).is(303);
    });
}
