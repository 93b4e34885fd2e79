//! What becomes of a plan row: its tasks, the second judgement, an approval that the risk has left behind, and what runs out.

use super::plan::{approve, high_risk, row_of, write};
use super::risks::judge;
use crate::support::{Browser, House, Page, day, each_database};
use meguri::treatment::listing::{self, Narrow};
use meguri_domain::Change;
use meguri_domain::approval::Standing;
use meguri_domain::criteria::{Level, Method};
use meguri_domain::ids::{CriteriaId, PlanRowId, RiskId};
use meguri_domain::people::Act;
use meguri_domain::risk::Risk;
use meguri_domain::second::SecondJudgement;
use meguri_domain::treatment::{Destination, PlanRow};
use std::collections::BTreeSet;

/// A task as it is typed: place, text, planned end, actual start and end.
type Typed<'a> = (&'a str, &'a str, &'a str, &'a str, &'a str);

fn set(browser: &Browser<'_>, row: &PlanRow, tasks: &[Typed<'_>]) -> Page {
    let version = row.version.to_string();
    let mut fields = vec![("version", version.as_str())];
    for (place, text, to_on, began_on, ended_on) in tasks {
        fields.extend([("place", *place), ("task_text", *text), ("task_owner", ""), ("from_on", "")]);
        fields.extend([("to_on", *to_on), ("began_on", *began_on), ("ended_on", *ended_on)]);
    }
    browser.post(&format!("/plan/rows/{}/tasks", row.id), &fields)
}

fn again(browser: &Browser<'_>, row: &PlanRow, scores: (&str, &str)) -> Page {
    let version = row.version.to_string();
    let fields = [
        ("version", version.as_str()),
        ("threat", scores.0),
        ("vulnerability", scores.1),
        ("second_note", "毎日の確認を始めた"),
    ];
    browser.post(&format!("/plan/rows/{}/judgement", row.id), &fields)
}

#[test]
fn a_one_off_row_is_done_when_its_tasks_are() {
    each_database(|house| {
        let (_, risk) = high_risk(house);
        let row = write(house, &risk, "task", &[]);
        let (member, head) = (house.as_("佐藤"), house.as_("田中"));
        let page = format!("/plan/rows/{}", row.id);
        member.get(&page).is(200).has("タスクに分ける");
        approve(&head, &row).is(303);
        let row = row_of(house, &risk);
        // Typed in the wrong order, with an empty line between.
        let plan = [
            ("2", "全員に知らせる", "2026-06-30", "", ""),
            ("", "", "", "", ""),
            ("1", "手順を決める", "2026-05-31", "", ""),
        ];
        set(&member, &row, &plan).leads_to(&format!("{page}#tasks"));
        let row = row_of(house, &risk);
        let texts: Vec<&str> = row.tasks.iter().map(|each| each.text.as_str()).collect();
        assert_eq!(texts, ["手順を決める", "全員に知らせる"]);
        assert_eq!((row.next_on, row.standing()), (Some(day("2026-05-31")), Standing::Outdated));
        let early = [("1", "手順を決める", "2026-05-31", "2026-04-01", "2026-04-01")];
        set(&member, &row, &early).is(422).has("タスクの実績は、予定が承認されてから入力します");
        approve(&head, &row).is(303);
        let row = row_of(house, &risk);
        let done = format!("{page}/completion");
        let fields = [("version", row.version.to_string()), ("done_on", "2026-04-01".to_owned())];
        let fields = fields.each_ref().map(|(name, value)| (*name, value.as_str()));
        member.post(&done, &fields).is(422).has("終わっていないタスクが2件あります");
        let late = [("1", "手順を決める", "2026-10-01", "", "")];
        set(&member, &row, &late).is(422).has("この行の期限までの日に");
        let wrong = [("1", "手順を決める", "2026-02-30", "", "")];
        set(&member, &row, &wrong).is(422).has("暦にある日を");
        let one = [
            ("1", "手順を決める", "2026-05-31", "2026-04-01", "2026-04-01"),
            ("2", "全員に知らせる", "2026-06-30", "2026-04-01", ""),
        ];
        set(&member, &row, &one).is(303);
        let row = row_of(house, &risk);
        assert_eq!(
            (row.standing(), row.done_on),
            (Standing::Current, None),
            "what happened needs no approval"
        );
        member.get(&page).has("着手").has("終了").lacks("単発対応の完了");
        member.get("/plan").has("タスク 1/2");
        let both = [one[0], ("2", "全員に知らせる", "2026-06-30", "2026-04-01", "2026-04-01")];
        set(&member, &row, &both).is(303);
        let row = row_of(house, &risk);
        assert_eq!((row.done_on, row.next_on), (Some(day("2026-04-01")), None));
        member.get(&page).has("次は二次評価です");
        for stranger in ["鈴木", "高橋"] {
            set(&house.as_(stranger), &row, &both).is(404);
            again(&house.as_(stranger), &row, ("1", "1")).is(404);
        }
        set(&house.as_("中村"), &row, &both[..1]).is(403);
        again(&house.as_("中村"), &row, ("1", "1")).is(403);
        set(&member, &PlanRow { version: 1, ..row.clone() }, &both).is(409);
        member.post("/language", &[("lang", "en"), ("next", "/plan")]).is(303);
        member.get(&page).has("Enter plan and actual days").has("Next comes the second judgement");
    });
}

#[test]
fn a_treatment_in_place_is_judged_again_and_stands_beside_what_was_expected() {
    each_database(|house| {
        let (_, risk) = high_risk(house);
        let row = write(house, &risk, "task", &[]);
        let (member, head) = (house.as_("佐藤"), house.as_("田中"));
        let page = format!("/plan/rows/{}", row.id);
        again(&member, &row, ("3", "1")).is(409).has("未承認");
        approve(&head, &row).is(303);
        again(&member, &row_of(house, &risk), ("3", "1")).is(422).has("完了を記録してから、二次評価を");
        let version = row_of(house, &risk).version.to_string();
        let done = [("version", version.as_str()), ("done_on", "2026-04-01")];
        member.post(&format!("{page}/completion"), &done).is(303);
        member.get("/").has("対応後の二次評価 1件");
        member.get("/plan?watch=second").has("退社するときに").has("二次評価が必要");
        again(&member, &row_of(house, &risk), ("4", "1")).is(422).has("1から3の整数");
        // Not as low as was expected, and still above the line: it says so, and what to do.
        again(&member, &row_of(house, &risk), ("3", "2")).leads_to(&format!("{page}#second"));
        let shown = member.get(&page);
        shown.has("まだ受容水準以上です").has("追加の対応を書くか、期限を決めて受容してください");
        shown.has("毎日の確認を始めた").has("佐藤");
        member.get("/plan?watch=above").has("退社するときに").has("⇒ <b>6</b>");
        member.get("/plan?watch=second").lacks("退社するときに");
        member.get("/").lacks("対応後の二次評価");
        let deputy = house.as_("伊藤");
        again(&deputy, &row_of(house, &risk), ("3", "1")).is(303);
        let judged = row_of(house, &risk);
        assert!(judged.second.as_ref().unwrap().signed.deputy);
        assert_eq!((risk.value, judged.residual, judged.second_value), (9, 3, Some(3)));
        member.get(&page).has("伊藤（代）").has("見込みどおり、受容水準より下になりました");
        member.get("/plan?watch=above").lacks("退社するときに");
        // A change of the row makes it outdated.
        let changed = write(house, &risk, "task", &[("owner", "営業課長")]);
        member.get(&page).has("二次評価のあとに、対応計画かリスクが変わりました");
        approve(&head, &changed).is(303);
        member.get("/plan?watch=second").has("退社するときに");
    });
}

#[test]
fn an_approval_that_the_risk_has_left_behind_is_outdated_and_says_why() {
    each_database(|house| {
        let (asset, risk) = high_risk(house);
        let row = write(house, &risk, "acceptance", &[("policy", "retain"), ("due_on", "2027-03-31")]);
        let head = house.as_("田中");
        approve(&head, &row).is(303);
        let page = format!("/plan/rows/{}", row.id);
        let breaks = "/breaks?invariant=8";
        house.as_("渡辺").get(breaks).lacks("リスクが変わりました");
        judge(house, "佐藤", &asset, "T001", (3, 2)).unwrap();
        let why = "リスク値が9から6に変わりました";
        head.get(&page).has(why).has("もう一度承認").has("この行を承認");
        head.get("/plan?standing=outdated").has(why).has("承認後に変更ありが1件");
        head.get("/plan?standing=current").lacks(why);
        house.as_("渡辺").get(breaks).has("承認のあとにリスクが変わりました").has(why);
        house.as_("渡辺").get(&format!("/chain/plan_row/{}", row.id)).has("承認のあとにリスクが変わりました");
        head.get("/").has("対応計画の承認 1件");
        approve(&head, &row_of(house, &risk)).is(303);
        head.get(&page).lacks(why).has("承認済みです");
        house.as_("渡辺").get(breaks).lacks("リスクが変わりました");
        // The same outcome again leaves the approval as it is.
        judge(house, "佐藤", &asset, "T001", (2, 3)).unwrap();
        head.get(&page).lacks("リスク値が").has("承認済みです");
    });
}

/// Rows of 営業部 that run out on three days.
fn three(house: &House) -> [PlanRow; 3] {
    let asset = super::risks::register(house, "佐藤", "営業部", "応募者の履歴書");
    [
        ("T001", "acceptance", "受け入れる", "2026-04-30"),
        ("T002", "task", "棚を買う", "2026-04-10"),
        ("T003", "task", "窓を直す", "2026-05-31"),
    ]
    .map(|(threat, destination, task, due_on)| {
        let risk = judge(house, "佐藤", &asset, threat, (3, 3)).unwrap();
        let row = write(house, &risk, destination, &[("task", task), ("due_on", due_on)]);
        approve(&house.as_("田中"), &row).is(303);
        row_of(house, &risk)
    })
}

#[test]
fn what_runs_out_is_said_to_who_can_act_by_day_and_to_the_secretariat() {
    each_database(|house| {
        let rows = three(house);
        let member = house.as_("佐藤");
        let month = member.get("/");
        month.has("リスクの受容の満了「受け入れる」").has("単発対応「棚を買う」").lacks("窓を直す");
        let at = |text: &str| month.body.find(text).unwrap();
        assert!(at("棚を買う") < at("受け入れる"), "by day");
        house.as_("田中").get("/").has("リスクの受容の満了");
        house.as_("鈴木").get("/").lacks("棚を買う");
        house.as_("渡辺").get("/").has("対応計画の期限（まもなく・超過） 2件").has("/plan?watch=soon");
        let soon = house.as_("渡辺").get("/plan?watch=soon");
        soon.has("受け入れる").has("棚を買う").lacks("窓を直す").has("まもなく期限");
        let at = |text: &str| soon.body.find(text).unwrap();
        assert!(at("棚を買う") < at("受け入れる"), "by day");
        house.move_to("2026-05-01");
        let member = house.as_("佐藤");
        member.get("/").has("窓を直す").has("期限超過");
        let [accepted, ..] = &rows;
        member.get(&format!("/plan/rows/{}", accepted.id)).has("受容の期限が過ぎています");
        house.as_("渡辺").get("/plan?watch=soon").has("期限超過").has("窓を直す");
        house.as_("鈴木").get("/plan?watch=soon").lacks("棚を買う");
    });
}

#[test]
fn the_plan_is_found_by_what_it_says_and_by_the_other_names_of_its_policy() {
    each_database(|house| {
        let (_, risk) = high_risk(house);
        write(house, &risk, "task", &[]);
        let browser = house.as_("佐藤");
        for word in ["軽減", "修正", "低減", "机の上", "情報システム課", "mitigate"] {
            browser.get(&format!("/search?q={word}")).is(200).has("/plan/rows/");
        }
        browser.get("/search?q=移転").lacks("/plan/rows/");
        house.as_("鈴木").get("/search?q=軽減").lacks("/plan/rows/");
        browser.get(&format!("/plan/risks/{}", risk.id)).is(303);
        browser.get(&format!("/plan/rows/{}", row_of(house, &risk).id)).has("軽減・修正とも言います");
    });
}

/// Rows in every state that counts here, each with what is odd about it: its second judgement, its approval, whether it is done.
fn varied(base: &PlanRow) -> Vec<PlanRow> {
    let second = base.second.clone().unwrap();
    let seconds = [
        None,
        Some(second.clone()),
        Some(SecondJudgement { row_revision: second.row_revision - 1, ..second.clone() }),
        Some(SecondJudgement { importance: second.importance - 1, ..second.clone() }),
        Some(SecondJudgement { criteria_id: CriteriaId::new("another").unwrap(), ..second.clone() }),
        Some(SecondJudgement {
            importance: second.importance - 1,
            criteria_id: CriteriaId::new("another").unwrap(),
            note: format!(
                "\"importance\":{},\"criteria_id\":\"{}\",\"row_revision\":{}}}",
                second.importance, second.criteria_id, base.revision
            ),
            ..second
        }),
    ];
    let mut all = Vec::new();
    for second in seconds {
        for standing in ["current", "none", "older", "moved"] {
            for (destination, done_on) in
                [(Destination::Task, base.done_on), (Destination::Task, None), (Destination::Objective, None)]
            {
                let mut row = PlanRow { second: second.clone(), destination, done_on, ..base.clone() };
                row.second_value = row.second.as_ref().map(|second| second.value);
                match standing {
                    "none" => (row.approval, row.approved_value, row.approved_level) = (None, None, None),
                    "older" => row.approval.as_mut().unwrap().revision -= 1,
                    "moved" => row.approved_value = Some(1),
                    _ => {}
                }
                all.push(row);
            }
        }
    }
    all
}

/// A row whose treatment is in place and was judged again, and beside it one in every state that counts.
fn in_every_state(house: &House) -> (Risk, usize) {
    let (_, risk) = high_risk(house);
    let row = write(house, &risk, "task", &[]);
    approve(&house.as_("田中"), &row).is(303);
    let version = row_of(house, &risk).version.to_string();
    let done = [("version", version.as_str()), ("done_on", "2026-04-01")];
    house.as_("佐藤").post(&format!("/plan/rows/{}/completion", row.id), &done).is(303);
    again(&house.as_("佐藤"), &row_of(house, &risk), ("3", "2")).is(303);
    let rows = varied(&row_of(house, &risk));
    let written = house.act("渡辺", |tx| {
        let threats = meguri::risk::store::threats(tx)?;
        for (row, threat) in rows.iter().zip(threats.iter().filter(|each| each.id != risk.threat_id)) {
            let id = tx.id(RiskId::new);
            let of = Risk { id: id.clone(), threat_id: threat.id.clone(), version: 1, ..risk.clone() };
            tx.save(Change::new(of, "risk.judged"))?;
            let row = PlanRow { id: tx.id(PlanRowId::new), version: 1, risk_id: id, ..row.clone() };
            tx.save(Change::new(row, "plan_row.written"))?;
        }
        Ok(())
    });
    written.unwrap();
    (risk, rows.len() + 1)
}

#[test]
fn the_list_and_the_pictures_ask_of_a_second_judgement_what_the_rule_asks() {
    each_database(|house| {
        let (risk, rows) = in_every_state(house);
        let listed = |watch: &str| {
            let narrow =
                Narrow { fiscal_year: 2026, lines: [6, 6], watch: watch.into(), ..Narrow::default() };
            let look = |rx: &meguri::house::work::Rx<'_>| {
                let scope = rx.scope(Act::SeePlan);
                let found = listing::page(rx, &scope, &narrow, 0)?.into_iter();
                let found: Vec<_> = found.map(|each| (each.risk, each.row.unwrap())).collect();
                Ok((found, listing::watched(rx, &scope, &narrow)?))
            };
            house.read("渡辺", look).unwrap()
        };
        let (all, counted) = listed("");
        assert_eq!(all.len(), rows);
        let ids =
            |found: &[(Risk, PlanRow)]| found.iter().map(|(_, row)| row.id.clone()).collect::<BTreeSet<_>>();
        let wanted = |is: &dyn Fn(&Risk, &PlanRow) -> bool| {
            all.iter().filter(|(risk, row)| is(risk, row)).map(|(_, row)| row.id.clone()).collect()
        };
        let second: BTreeSet<_> = wanted(&|risk, row| row.wants_second(risk));
        let above: BTreeSet<_> =
            wanted(&|risk, row| row.second_of(risk).is_some_and(|second| second.value >= 6));
        assert!(second.len() >= 5 && above.len() >= 5, "{} {}", second.len(), above.len());
        assert_eq!(ids(&listed("second").0), second);
        assert_eq!(ids(&listed("above").0), above);
        assert_eq!(counted[1..], [second.len(), above.len()].map(|n| i64::try_from(n).unwrap()));
        // The pictures: the second judgement where it holds, else what the plan expects.
        let large = all.iter().filter(|(risk, row)| {
            let after = row.second_of(risk).map_or(row.residual, |second| second.value);
            Method::ipa_3_1().level(after) == Level::Large
        });
        let large = i64::try_from(large.count()).unwrap();
        let treated =
            house.read("渡辺", |rx| meguri::risk::spread::treated(rx, &rx.scope(Act::SeeRisk), 2026, ""));
        assert_eq!(treated.unwrap()[&risk.department_id].after[0], large);
    });
}
