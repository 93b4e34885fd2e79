//! What if: the page chooses the controls that do most, counts what remains, and shows nobody another department's risks.

use super::plan::{approve, row_of, write};
use super::risks::{judge, register};
use crate::support::{House, each_database};
use meguri::treatment;
use meguri_domain::people::Act;
use meguri_domain::treatment::Destination;

#[test]
fn the_page_says_what_few_controls_would_take_away_and_what_would_remain() {
    each_database(|house| {
        let empty = house.as_("佐藤").get("/what-if");
        empty.is(200).has("試算できるリスクがありません");
        let paper = register(house, "佐藤", "営業部", "応募者の履歴書");
        // T001 is answered by 7.7 first and 7.3 beside it, T005 by 7.3 first: importance 3, so 9 each and 18 in all.
        judge(house, "佐藤", &paper, "T001", (3, 3)).unwrap();
        judge(house, "佐藤", &paper, "T005", (3, 3)).unwrap();
        let browser = house.as_("佐藤");
        let one = browser.get("/what-if?best=1");
        // 7.3 takes T001 from 9 to 6 and T005 from 9 to 3: 9 of 18.
        one.is(200).has("管理策1件で、リスク値の合計を50%減らせる見込みです。");
        one.has("これより多く減らせる組み合わせはありません").has("value=\"7.3\" id=\"with-7.3\" checked");
        one.lacks("value=\"7.7\" id=\"with-7.7\" checked");
        let two = browser.get("/what-if?best=2");
        two.has("管理策2件で、リスク値の合計を66%減らせる見込みです。").has("id=\"with-7.7\" checked");
        let chosen = browser.get("/what-if?with=7.7");
        chosen.has("管理策1件で、リスク値の合計を33%減らせる見込みです。");
        for wrong in ["0", "21", "x", "-1"] {
            browser.get(&format!("/what-if?best={wrong}")).is(200).has("1から20の整数で入力してください");
        }
        browser.get("/what-if?with=%3Ci+x&department=|*|&best=5").is(200).lacks("<i x");
    });
}

#[test]
fn another_departments_risks_are_not_reckoned_with() {
    each_database(|house| {
        let paper = register(house, "佐藤", "営業部", "応募者の履歴書");
        judge(house, "佐藤", &paper, "T001", (3, 3)).unwrap();
        let other = house.department("営業部");
        let stranger = house.as_("鈴木");
        stranger.get("/what-if").has("試算できるリスクがありません").lacks("営業部");
        stranger
            .get(&format!("/what-if?department={other}"))
            .has("試算できるリスクがありません")
            .lacks("営業部");
        house.as_("渡辺").get(&format!("/what-if?department={other}")).has("リスク値の合計");
        house.as_("加藤").get("/what-if").is(403);
    });
}

/// T001 is answered by 7.7 first and 7.3 beside it, T005 by 7.3 first: 9 each.
fn two(house: &House) -> [meguri_domain::risk::Risk; 2] {
    let paper = register(house, "佐藤", "営業部", "応募者の履歴書");
    ["T001", "T005"].map(|threat| judge(house, "佐藤", &paper, threat, (3, 3)).unwrap())
}

#[test]
fn the_secretariat_says_what_a_control_does_and_takes_and_what_if_reckons_with_it() {
    each_database(|house| {
        two(house);
        let member = house.as_("佐藤");
        member.get("/what-if?best=1").has("選んだ管理策の工数は合計3人日です");
        member.get("/what-if/effects").is(200).has("8.13").lacks("name=\"effort\"");
        let numbers = |version: &'static str, effort: &'static str, main: &'static str| {
            [
                ("version", version),
                ("effort", effort),
                ("main_steps", main),
                ("other_steps", "1"),
                ("threat_steps", "0"),
            ]
        };
        member.post("/what-if/effects/7.3", &numbers("0", "5", "0")).is(403);
        let secretariat = house.as_("渡辺");
        for (effort, main, said) in
            [("0", "1", "1から999の人日"), ("x", "1", "1から999の人日"), ("1", "5", "0から4の段階")]
        {
            secretariat.post("/what-if/effects/7.3", &numbers("0", effort, main)).is(422).has(said);
        }
        secretariat.post("/what-if/effects/9.99", &numbers("0", "5", "0")).is(404);
        secretariat.post("/what-if/effects/7.3", &numbers("0", "5", "0")).is(303);
        secretariat.post("/what-if/effects/7.3", &numbers("0", "6", "0")).is(409);
        secretariat.get("/what-if/effects").has("1件を自社の値に変えています").has("既定に戻す");
        // Without its effect on T005 the first choice is another.
        member.get("/what-if?best=1").lacks("value=\"7.3\" id=\"with-7.3\" checked");
        member.get("/what-if?with=7.3").has("合計5人日").has("16%減らせる");
        secretariat.post("/what-if/effects/7.3", &[("version", "1"), ("act", "reset")]).is(303);
        secretariat.get("/what-if/effects").has("0件を自社の値に").lacks("既定に戻す");
        member.get("/what-if?best=1").has("value=\"7.3\" id=\"with-7.3\" checked");
        secretariat.get("/record?kind=control_effect").has("管理策の効果と工数を変えました");
    });
}

#[test]
fn the_best_within_an_effort_stays_within_it_and_each_control_shows_whom_it_helps() {
    each_database(|house| {
        two(house);
        let member = house.as_("佐藤");
        // 7.7 is a rule of one day and takes 6; 7.3 takes three days and 9.
        let one = member.get("/what-if?by=effort&effort=1");
        one.has("value=\"7.7\" id=\"with-7.7\" checked").has("合計1人日").lacks("id=\"with-7.3\" checked");
        one.has("同じ工数の管理策では、これより多く減らせる組み合わせはありません");
        member.get("/what-if?by=effort&effort=4").has("id=\"with-7.3\" checked").has("合計4人日");
        for wrong in ["0", "x", "-3", "10000"] {
            member.get(&format!("/what-if?by=effort&effort={wrong}")).is(200).has("1から9999の整数");
        }
        member.get("/what-if/controls/7.3").is(200).has("応募者の履歴書").has("下がるリスクは2件");
        member.get("/what-if/controls/9.99").is(404);
        let other = house.department("営業部");
        let stranger = house.as_("鈴木");
        stranger
            .get(&format!("/what-if/controls/7.3?department={other}"))
            .lacks("応募者")
            .has("下がるリスクは0件");
    });
}

#[test]
fn the_result_becomes_plan_rows_and_rows_that_are_there_stay() {
    each_database(|house| {
        let [first, second] = two(house);
        let member = house.as_("佐藤");
        let before = write(house, &first, "task", &[]);
        member.get("/what-if?best=2").has("この結果を対応計画に書く");
        let preview = member.get("/what-if/rows?with=7.3&with=7.7");
        preview
            .is(200)
            .has("リスク1件に、対応計画の行を書きます")
            .has("すでに行がある1件は変えません")
            .has("1行を書く");
        let order = |owner: &'static str, due_on: &'static str| {
            [("department", ""), ("with", "7.3"), ("with", "7.7"), ("owner", owner), ("due_on", due_on)]
        };
        member.post("/what-if/rows", &order(" ", "2026-12-25")).is(422).has("「担当」が空です");
        member.post("/what-if/rows", &order("営業部長", "")).is(422).has("「期限」が空です");
        for due_on in ["2026-02-30", "1999-12-31", "3000-01-01", "0026-12-25"] {
            member.post("/what-if/rows", &order("営業部長", due_on)).is(422).has("暦にある日を");
        }
        house.as_("中村").get("/what-if/rows?with=7.3").is(403);
        house.as_("中村").post("/what-if/rows", &order("営業部長", "2026-12-25")).is(403);
        house.as_("鈴木").get("/what-if/rows?with=7.3&with=7.7").lacks("応募者").has("書く行はありません");
        member.post("/what-if/rows", &order("営業部長", "2026-12-25")).is(303);
        let row = row_of(house, &second);
        assert_eq!((row.residual, row.second_threat, row.second_vulnerability), (3, 3, 1));
        assert_eq!((row.owner.as_str(), row.destination), ("営業部長", Destination::Undecided));
        assert!(row.task.starts_with("管理策「") && row.controls.iter().any(|each| each.as_str() == "7.3"));
        assert_eq!(row_of(house, &first), before, "a row that is there is not touched");
        member.post("/what-if/rows", &order("営業部長", "2026-12-25")).is(422).has("書く行がありません");
        house.as_("渡辺").get("/record").has("試算の結果を対応計画に書きました");
        let rows = house
            .read("渡辺", |rx| Ok(treatment::store::of_risk(rx, &rx.scope(Act::SeePlan), &second.id)?));
        assert_eq!(rows.unwrap().unwrap().version, 1);
    });
}

#[test]
fn what_the_plan_has_in_place_adds_nothing_again() {
    each_database(|house| {
        let [first, _] = two(house);
        let row = write(house, &first, "task", &[("controls", "7.7")]);
        let (member, head) = (house.as_("佐藤"), house.as_("田中"));
        member.get("/what-if?by=plan").has("value=\"7.7\" id=\"with-7.7\" checked").has("33%減らせる");
        approve(&head, &row).is(303);
        let version = row_of(house, &first).version.to_string();
        let done = [("version", version.as_str()), ("done_on", "2026-04-01")];
        member.post(&format!("/plan/rows/{}/completion", row.id), &done).is(303);
        let version = row_of(house, &first).version.to_string();
        let again =
            [("version", version.as_str()), ("threat", "3"), ("vulnerability", "2"), ("second_note", "")];
        member.post(&format!("/plan/rows/{}/judgement", row.id), &again).is(303);
        // T001 stands at 6 now and T005 at 9; 7.7 has done its part, 7.3 takes 3 and 6.
        member.get("/what-if?with=7.7").has("0%減らせる").has(">15<");
        member.get("/what-if?with=7.3").has("60%減らせる");
    });
}

#[test]
fn a_control_that_the_statement_excludes_is_marked_and_written_only_when_somebody_says_so() {
    each_database(|house| {
        let [first, second] = two(house);
        let secretariat = house.as_("渡辺");
        let excluded = [
            ("version-7_7", "0"),
            ("decision-7_7", "excluded"),
            ("exclusion-7_7", "自席がない"),
            ("section", "physical"),
        ];
        secretariat.post("/statement/lines", &excluded).is(303);
        let member = house.as_("佐藤");
        let preview = member.get("/what-if/rows?with=7.3&with=7.7");
        preview
            .is(200)
            .has("適用宣言書で適用除外の管理策が含まれています")
            .has("（適用除外）")
            .has("適用除外の管理策も書く");
        preview.lacks("自席がない").has("href=\"/what-if/rows?with=7.3\"");
        secretariat.get("/what-if/rows?with=7.3&with=7.7").has("除外理由：自席がない");
        member.get("/what-if/rows?with=7.3").is(200).lacks("適用除外");
        let order = |more: &[(&'static str, &'static str)]| {
            let mut fields =
                vec![("department", ""), ("with", "7.7"), ("owner", "営業部長"), ("due_on", "2026-12-25")];
            fields.extend(more);
            member.post("/what-if/rows", &fields)
        };
        order(&[("with", "7.3")]).is(422).has("適用宣言書で適用除外の管理策が含まれています（7.7）");
        for risk in [&first, &second] {
            let row = house
                .read("渡辺", |rx| Ok(treatment::store::of_risk(rx, &rx.scope(Act::SeePlan), &risk.id)?));
            assert!(row.unwrap().is_none(), "nothing was written");
        }
        order(&[("with", "7.3"), ("excluded", "yes")]).is(303);
        let row = row_of(house, &first);
        assert!(row.controls.iter().any(|each| each.as_str() == "7.7"));
        assert!(!row.task.contains("適用除外"), "the mark is for the page");
        secretariat.get("/statement?show=contradiction").has("7.7 ");
    });
}

#[test]
fn a_control_that_brought_a_risk_down_does_not_help_it_again() {
    each_database(|house| {
        let [first, _] = two(house);
        let member = house.as_("佐藤");
        member.get("/what-if/controls/7.7").has("下がるリスクは1件です").has("応募者の履歴書");
        let row = write(house, &first, "task", &[("controls", "7.7")]);
        approve(&house.as_("田中"), &row).is(303);
        let version = row_of(house, &first).version.to_string();
        let done = [("version", version.as_str()), ("done_on", "2026-04-01")];
        member.post(&format!("/plan/rows/{}/completion", row.id), &done).is(303);
        let version = row_of(house, &first).version.to_string();
        let again =
            [("version", version.as_str()), ("threat", "3"), ("vulnerability", "2"), ("second_note", "")];
        member.post(&format!("/plan/rows/{}/judgement", row.id), &again).is(303);
        member.get("/what-if/controls/7.7").has("下がるリスクは0件です").has("下がるリスクはありません");
        // A risk that is as the first one was before its treatment stands beside it.
        let like = register(house, "佐藤", "営業部", "申込書の控え");
        judge(house, "佐藤", &like, "T001", (3, 3)).unwrap();
        member
            .get("/what-if/controls/7.7")
            .has("下がるリスクは1件です")
            .has("申込書の控え")
            .lacks("応募者の履歴書");
        // 7.3 helps the first from where it stands now, 6, and the others from 9.
        let other = member.get("/what-if/controls/7.3");
        other.has("下がるリスクは3件です").lacks("値の高い順に");
        let rows: Vec<&str> = other
            .body
            .split("<td class=\"nowrap\">")
            .skip(1)
            .map(|row| row.split(' ').next().unwrap())
            .collect();
        assert_eq!(rows, ["9", "9", "6"], "the highest first, as they stand now");
        let expected: Vec<&str> =
            other.body.split("→ ").skip(1).map(|rest| rest.split(' ').next().unwrap()).collect();
        assert_eq!(expected.last(), Some(&"3"));
    });
}

#[test]
fn a_page_of_the_helped_says_how_many_there_are_and_how_many_are_shown() {
    let house = House::found(crate::support::Place::file());
    let department = house.department("営業部");
    house
        .act("佐藤", |tx| {
            let order = meguri_domain::risk::Judgement {
                threat: 3,
                vulnerability: 3,
                note: String::new(),
                answerable: true,
            };
            let mut assets = Vec::new();
            for n in 0..205 {
                let draft = super::risks::draft(&format!("控え{n:03}"), n % 2 == 0);
                assets.push(meguri::asset::acts::register(tx, &department, draft)?);
            }
            let threat = meguri_domain::ids::ThreatId::new("T001").unwrap();
            let orders: Vec<_> = assets
                .iter()
                .map(|asset| meguri::risk::acts::Order {
                    asset,
                    threat: threat.clone(),
                    order: order.clone(),
                })
                .collect();
            meguri::risk::acts::judge_many(tx, &orders, "risk.judged", None).map(|_| ())
        })
        .unwrap();
    let page = house.as_("佐藤").get("/what-if/controls/7.7");
    page.is(200).has("下がるリスクは205件です。値の高い順に200件を表示しています。");
    page.has("控え204").lacks("控え203");
    assert_eq!(page.body.matches("<th scope=\"row\"").count(), 200);
}
