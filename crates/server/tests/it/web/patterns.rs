//! Patterns: proposed, accepted, judged once, drifting, dissolved; and nothing of them across departments.

use super::risks::{draft, judge, register};
use crate::support::{House, each_database};
use meguri::{asset, pattern, risk};
use meguri_domain::asset::{Asset, AssetDraft};
use meguri_domain::pattern::{Pattern, PatternState};
use meguri_domain::people::Act;
use meguri_domain::risk::Risk;

fn three(house: &House) -> Vec<Asset> {
    ["契約書", "見積書", "申込書"].map(|name| register(house, "佐藤", "営業部", name)).into()
}

pub fn form(house: &House, assets: &[Asset]) -> Pattern {
    let ids: Vec<_> = assets.iter().map(|each| each.id.clone()).collect();
    house.act("佐藤", |tx| pattern::acts::form(tx, "紙の契約書類", &ids)).unwrap()
}

fn risks(house: &House, asset: &Asset) -> Vec<Risk> {
    house.read("渡辺", |rx| Ok(risk::store::history(rx, &rx.scope(Act::SeeRisk), &asset.id)?)).unwrap()
}

fn now(house: &House, asset: &Asset) -> Asset {
    house.read("渡辺", |rx| asset::store::find(rx, &rx.scope(Act::SeeRegister), &asset.id)).unwrap()
}

pub fn scores(threat: &'static str, alike: &'static str) -> Vec<(&'static str, &'static str)> {
    vec![
        ("threat_id", threat),
        ("version", "0"),
        ("threat", "3"),
        ("vulnerability", "2"),
        ("note", "鍵のかかる棚"),
        ("answerable", "yes"),
        ("alike", alike),
    ]
}

#[test]
fn alike_assets_are_proposed_and_a_person_makes_them_a_pattern() {
    each_database(|house| {
        let assets = three(house);
        let open = house.act("佐藤", |tx| {
            let draft = AssetDraft { users: "全社".into(), ..draft("掲示", true) };
            asset::acts::register(tx, &house.department("営業部"), draft)
        });
        let open = open.unwrap();
        let browser = house.as_("佐藤");
        let page = format!("/patterns?department={}", house.department("営業部"));
        browser.get(&page).is(200).has("扱いが同じ資産 3件").has("申込書").lacks("掲示");
        let (one, two) = (assets[0].id.as_str(), assets[1].id.as_str());
        let department = house.department("営業部");
        let send = |name: &str, ids: &[&str]| {
            let mut fields = vec![("department", department.as_str()), ("name", name)];
            fields.extend(ids.iter().map(|id| ("asset", *id)));
            browser.post("/patterns", &fields)
        };
        send("紙", &[one]).is(422).has("2件以上を選んでください");
        send("", &[one, two]).is(422).has("「類型名」が空です");
        send("紙", &[one, open.id.as_str()]).is(422).has("扱いが異なるため");
        send("紙の契約書類", &[one, two]).is(303);
        browser.get(&page).has("紙の契約書類").has("0 / 2").has("類型「紙の契約書類」に加える（1件）");
        browser.get("/patterns").is(200).has("紙の契約書類");
        assert_eq!(now(house, &assets[0]).revision, 1, "nothing became stale");
    });
}

#[test]
fn one_judgement_is_written_to_every_member_as_its_own_risk() {
    each_database(|house| {
        let assets = three(house);
        form(house, &assets);
        judge(house, "田中", &assets[2], "T001", (1, 1)).unwrap();
        let browser = house.as_("佐藤");
        let page = format!("/risks/assets/{}", assets[0].id);
        browser.get(&page).has("類型の全資産（3件）に同じ判断").has("紙の契約書類");
        let refused = browser.post(&page, &[("alike", "yes"), ("threat_id", "T001"), ("threat", "9")]);
        refused.is(422).has("1から3の整数");
        assert_eq!(risks(house, &assets[1]).len(), 0, "a refused judgement is written nowhere");
        browser.post(&page, &scores("T001", "yes")).is(303);
        browser.get(&page).has("類型の3件に同じ判断を書きました");
        for each in &assets {
            let written = risks(house, each);
            let [risk] = &written[..] else { panic!("{}: {}", each.name, written.len()) };
            assert_eq!((risk.threat, risk.vulnerability, risk.value), (3, 2, 6), "{}", each.name);
            assert_eq!((&risk.asset_id, &risk.department_id), (&each.id, &each.department_id));
        }
        assert_eq!(risks(house, &assets[2])[0].revision, 2, "the one that was judged before is judged again");
        let page = format!("/risks/{}", house.department("営業部"));
        browser.get(&page).has("類型で評価").has("件（1類型）").has("類型：紙の契約書類").has("3件のうち3件");
        // Approval, staleness and the plan work on each row.
        judge(house, "佐藤", &assets[1], "T001", (1, 2)).unwrap();
        assert_eq!(risks(house, &assets[0])[0].vulnerability, 2, "one alone does not move the others");
    });
}

#[test]
fn without_the_button_only_the_asset_itself_is_judged() {
    each_database(|house| {
        let assets = three(house);
        form(house, &assets);
        house.as_("佐藤").post(&format!("/risks/assets/{}", assets[0].id), &scores("T001", "")).is(303);
        let counts: Vec<usize> = assets.iter().map(|each| risks(house, each).len()).collect();
        assert_eq!(counts, [1, 0, 0]);
    });
}

#[test]
fn a_member_that_changes_drifts_and_is_left_out() {
    each_database(|house| {
        let assets = three(house);
        let pattern = form(house, &assets);
        let page = format!("/risks/assets/{}", assets[0].id);
        let browser = house.as_("佐藤");
        browser.post(&page, &scores("T001", "yes")).is(303);
        let wider = AssetDraft { users: "全社".into(), ..draft("見積書", true) };
        let version = now(house, &assets[1]).version;
        house.act("佐藤", |tx| asset::acts::edit(tx, &assets[1].id, version, wider)).unwrap();
        let drifting = format!("/risks/assets/{}", assets[1].id);
        let sentence = "類型「紙の契約書類」に合わなくなりました";
        browser.get(&drifting).has(sentence).has("評価したあとに内容が変わりました").lacks("類型の全資産");
        let patterns = format!("/patterns?department={}", house.department("営業部"));
        browser.get(&patterns).has(sentence).has("2 / 3");
        browser.get(&format!("/risks/{}", house.department("営業部"))).has("類型に合わない");
        browser.get(&page).has("類型の全資産（2件）に同じ判断");
        browser.post(&drifting, &scores("T002", "yes")).is(422).has("類型に合わなくなっています");
        browser.post(&page, &scores("T002", "yes")).is(303);
        let counts: Vec<usize> = assets.iter().map(|each| risks(house, each).len()).collect();
        assert_eq!(counts, [2, 1, 2], "the drifting one is left out");
        let out = format!("/patterns/{}/departures", pattern.id);
        browser.post(&out, &[("asset", assets[1].id.as_str())]).is(303);
        browser.post(&out, &[("asset", assets[1].id.as_str())]).is(404);
        let after = now(house, &assets[1]);
        assert_eq!((after.pattern_id, after.revision), (None, 2));
        browser.get(&drifting).lacks(sentence);
    });
}

#[test]
fn a_dissolved_pattern_lets_its_assets_go_and_keeps_their_judgements() {
    each_database(|house| {
        let assets = three(house);
        let pattern = form(house, &assets[..2]);
        let add = format!("/patterns/{}/members", pattern.id);
        let browser = house.as_("佐藤");
        browser.post(&add, &[]).is(422).has("資産が選ばれていません");
        browser.post(&add, &[("asset", assets[2].id.as_str())]).is(303);
        browser.post(&format!("/risks/assets/{}", assets[2].id), &scores("T001", "yes")).is(303);
        let out = format!("/patterns/{}/dissolution", pattern.id);
        browser.post(&out, &[("version", "9")]).is(409);
        browser.post(&out, &[("version", "1")]).is(303);
        for each in &assets {
            assert_eq!((now(house, each).pattern_id, risks(house, each).len()), (None, 1));
        }
        let found =
            house.read("渡辺", |rx| pattern::store::find(rx, &rx.scope(Act::SeeRisk), &pattern.id)).unwrap();
        assert_eq!(found.state, PatternState::Dissolved);
        let report = house.read_as_system(meguri::record::verify::verify).unwrap();
        assert!(report.findings.is_empty(), "{:?}", report.findings);
    });
}

#[test]
fn patterns_of_another_department_are_not_there() {
    each_database(|house| {
        let assets = three(house);
        let pattern = form(house, &assets[..2]);
        let own = ["履歴書", "評価表"].map(|name| register(house, "鈴木", "人事部", name));
        let browser = house.as_("鈴木");
        browser.get(&format!("/patterns?department={}", house.department("営業部"))).is(404);
        let stolen = [("name", "混ぜる"), ("asset", own[0].id.as_str()), ("asset", assets[2].id.as_str())];
        browser.post("/patterns", &stolen).is(404);
        let member = [("asset", own[0].id.as_str())];
        browser.post(&format!("/patterns/{}/members", pattern.id), &member).is(404);
        browser.post(&format!("/patterns/{}/dissolution", pattern.id), &[("version", "1")]).is(404);
        house.as_("中村").get("/patterns").is(200);
        house.as_("中村").post("/patterns", &stolen).is(403);
        house.as_("加藤").get("/patterns").is(403);
    });
}
