//! Risks: judging under approved criteria, submission, approval, staleness, the map and its filters.

use crate::support::{House, databases, each_database};
use meguri::house::fault::Stop;
use meguri::{asset, criteria, risk};
use meguri_domain::Refusal;
use meguri_domain::approval::Standing;
use meguri_domain::asset::{Asset, AssetDraft};
use meguri_domain::ids::ThreatId;
use meguri_domain::risk::{Judgement, Risk};

/// An asset on paper; with personal data its importance is 3.
pub fn draft(name: &str, personal: bool) -> AssetDraft {
    AssetDraft {
        name: name.into(),
        medium: "書類".into(),
        personal,
        confidentiality: 2,
        integrity: 1,
        availability: 1,
        ..AssetDraft::default()
    }
}

pub fn register(house: &House, by: &str, department: &str, name: &str) -> Asset {
    let department = house.department(department);
    house.act(by, |tx| asset::acts::register(tx, &department, draft(name, true))).unwrap()
}

pub fn judge(house: &House, by: &str, asset: &Asset, threat: &str, scores: (i64, i64)) -> Result<Risk, Stop> {
    let order =
        Judgement { threat: scores.0, vulnerability: scores.1, note: String::new(), answerable: true };
    let threat = ThreatId::new(threat).unwrap();
    house.act(by, |tx| risk::acts::judge(tx, &asset.id, &threat, &order))
}

/// The fields of the form of one threat.
fn fields<'a>(threat: &'a str, version: &'a str, scores: (&'a str, &'a str)) -> Vec<(&'a str, &'a str)> {
    vec![
        ("threat_id", threat),
        ("version", version),
        ("threat", scores.0),
        ("vulnerability", scores.1),
        ("note", "鍵のかかる棚に置いている"),
        ("answerable", "yes"),
    ]
}

#[test]
fn a_member_judges_a_proposed_threat_and_sees_the_sum() {
    each_database(|house| {
        let asset = register(house, "佐藤", "営業部", "応募者の履歴書");
        let page = format!("/risks/assets/{}", asset.id);
        let browser = house.as_("佐藤");
        let proposals = browser.get(&page);
        proposals.is(200).has("書類の放置による盗み見").has("媒体・保存先が「書類」").has("この判定にする");
        let judged = browser.post(&page, &fields("T001", "0", ("3", "2")));
        judged.leads_to(&format!("{page}?threat=T001#card-T001"));
        browser.get(&page).has("重要度3 × 可能性2 = 6 大").has("受容水準（6）以上です").has("鍵のかかる棚");
        browser.get("/risks").has("書類の放置による盗み見").has("6 = 3 × 2").has("対応が未記入");
        browser.get("/risks?i=3&l=3").has("この条件のリスクはありません");
        browser.get("/risks?i=3&l=2&level=large").has("書類の放置による盗み見");
        browser.get("/risks?i=x&l=-2&level=odd&year=abc&department=|*|").is(200);
    });
}

#[test]
fn nothing_is_judged_before_criteria_are_approved() {
    for place in databases() {
        let house = House::found(place);
        house
            .write_as_system(|tx| {
                let edition = criteria::store::all(tx)?.remove(0);
                tx.save(edition.step_back())
            })
            .unwrap();
        let asset = register(&house, "佐藤", "営業部", "応募者の履歴書");
        let page = format!("/risks/assets/{}", asset.id);
        let browser = house.as_("佐藤");
        browser.get(&page).is(200).has("リスク基準がまだ承認されていません").lacks("この判定にする");
        let refused = browser.post(&page, &fields("T001", "0", ("3", "2")));
        refused.is(422).has("リスク基準がまだ承認されていません");
        browser.get("/risks").is(200).has("経営層がリスク基準を承認すると");
        assert!(matches!(
            judge(&house, "佐藤", &asset, "T001", (3, 2)),
            Err(Stop::Refusal(Refusal::CriteriaNotApproved))
        ));
    }
}

#[test]
fn scores_outside_the_scale_are_refused_and_what_was_typed_stays() {
    each_database(|house| {
        let asset = register(house, "佐藤", "営業部", "応募者の履歴書");
        let page = format!("/risks/assets/{}", asset.id);
        let browser = house.as_("佐藤");
        for scores in
            [("4", "2"), ("0", "1"), ("", "1"), ("2", ""), ("高", "2"), ("-1", "9999999999999999999")]
        {
            let refused = browser.post(&page, &fields("T001", "0", scores));
            refused.is(422).has("1から3の整数で答えてください").has("鍵のかかる棚に置いている");
        }
        let long = "あ".repeat(2_001);
        let mut fields = fields("T001", "0", ("2", "2"));
        fields[4].1 = &long;
        browser.post(&page, &fields).is(422).has("2000文字以内");
        browser.get("/risks").lacks("書類の放置による盗み見");
    });
}

#[test]
fn the_loser_of_a_race_sees_both_judgements() {
    each_database(|house| {
        let asset = register(house, "佐藤", "営業部", "応募者の履歴書");
        let page = format!("/risks/assets/{}", asset.id);
        house.as_("田中").post(&page, &fields("T001", "0", ("3", "3"))).is(303);
        let browser = house.as_("佐藤");
        let lost = browser.post(&page, &fields("T001", "0", ("1", "2")));
        lost.is(409).has("ほかの人が先に更新しています").has("あなたの入力").has("いまの内容");
        // The same judgement loses nothing, and a fresh version keeps one's own.
        browser.post(&page, &fields("T001", "0", ("3", "3"))).is(303);
        browser.post(&page, &fields("T001", "1", ("1", "2"))).is(303);
        browser.get(&page).has("重要度3 × 可能性1 = 3 小");
    });
}

#[test]
fn the_head_approves_what_is_whole_and_a_later_change_outdates_it() {
    each_database(|house| {
        let first = register(house, "佐藤", "営業部", "応募者の履歴書");
        let second = register(house, "佐藤", "営業部", "見積書");
        let department = house.department("営業部");
        let risk = judge(house, "佐藤", &first, "T001", (3, 2)).unwrap();
        let assessment = |house: &House| {
            house
                .read("佐藤", |rx| {
                    let scope = rx.scope(meguri_domain::people::Act::SeeRisk);
                    Ok(risk::store::assessment_of(rx, &scope, &department, 2026)?.unwrap())
                })
                .unwrap()
        };
        let begun = assessment(house);
        let at = |verb: &str| format!("/risks/{}/{verb}", begun.id);
        let version = |house: &House| assessment(house).version.to_string();
        let member = house.as_("佐藤");
        member.post(&at("submission"), &[("version", &version(house))]).is(422).has("1件あります");
        judge(house, "佐藤", &second, "T002", (1, 1)).unwrap();
        let page = format!("/risks/{department}");
        member.get(&page).has("部門長に提出").has("2<small>/ 2</small>");
        member.post(&at("submission"), &[("version", &version(house))]).leads_to(&page);
        member.post(&at("approval"), &[("version", &version(house))]).is(403);
        let head = house.as_("田中");
        head.get(&page).has("評価を承認").has("差し戻す");
        head.post(&at("return"), &[("version", &version(house))]).is(422);
        head.post(&at("return"), &[("version", &version(house)), ("reason", "棚の鍵も見てください")]).is(303);
        member.get(&page).has("棚の鍵も見てください").has("差戻し");
        member.post(&at("submission"), &[("version", &version(house))]).is(303);
        head.post(&at("approval"), &[("version", "1")]).is(409);
        let deputy = house.as_("伊藤");
        deputy.post(&at("approval"), &[("version", &version(house))]).leads_to(&page);
        deputy.get(&page).has("（代）が承認しました").has("承認済み");
        let again = |scores| judge(house, "佐藤", &first, "T001", scores).unwrap();
        let same = again((3, 2));
        assert_eq!((same.standing(), same.revision), (Standing::Current, risk.revision));
        let changed = again((3, 3));
        assert_eq!((changed.standing(), changed.revision), (Standing::Outdated, risk.revision + 1));
        member.get(&page).has("記入中").has("部門長に提出");
    });
}

#[test]
fn a_changed_asset_is_stale_until_it_is_judged_again() {
    each_database(|house| {
        let asset = register(house, "佐藤", "営業部", "応募者の履歴書");
        judge(house, "佐藤", &asset, "T001", (3, 2)).unwrap();
        judge(house, "佐藤", &asset, "T002", (2, 2)).unwrap();
        let changed =
            AssetDraft { note: "保管場所を変えた".into(), ..draft("応募者の履歴書", true) };
        house.act("佐藤", |tx| asset::acts::edit(tx, &asset.id, asset.version, changed)).unwrap();
        let browser = house.as_("佐藤");
        let page = format!("/risks/assets/{}", asset.id);
        browser.get(&page).has("評価したあとに内容が変わりました").has("前の判定のままでよい");
        let department = format!("/risks/{}", house.department("営業部"));
        browser.get(&format!("{department}?state=stale")).has("応募者の履歴書").has("見直しが必要");
        browser.get("/risks").has("見直し 1");
        browser.post(&format!("{page}/confirmation"), &[]).leads_to(&page);
        browser.get(&page).lacks("評価したあとに内容が変わりました");
        browser.get(&format!("{department}?state=stale")).lacks("応募者の履歴書");
    });
}

#[test]
fn another_departments_risks_are_not_there() {
    each_database(|house| {
        let asset = register(house, "佐藤", "営業部", "応募者の履歴書");
        judge(house, "佐藤", &asset, "T001", (3, 3)).unwrap();
        let stranger = house.as_("鈴木");
        let page = format!("/risks/assets/{}", asset.id);
        stranger.get(&page).is(404);
        stranger.post(&page, &fields("T001", "0", ("1", "1"))).is(404);
        stranger.get(&format!("/risks/{}", house.department("営業部"))).is(404);
        stranger.get("/risks").is(200).lacks("書類の放置による盗み見").lacks("営業部");
        stranger.get(&format!("/risks?department={}", house.department("営業部"))).is(200).lacks("営業部");
        for reader in ["中村", "山本"] {
            let browser = house.as_(reader);
            browser.get(&page).is(200).has("= 9 大").lacks("判定を更新");
            browser.post(&page, &fields("T001", "1", ("1", "1"))).is(403);
        }
        for nobody in ["加藤", "小林"] {
            house.as_(nobody).get("/risks").is(403);
        }
        stranger.get("/risks/assets/no%20such%20thing").is(404);
        house.as_("佐藤").post(&page, &fields("T999", "0", ("1", "1"))).is(404);
    });
}

#[test]
fn the_pages_speak_english_too() {
    each_database(|house| {
        let asset = register(house, "佐藤", "営業部", "応募者の履歴書");
        judge(house, "佐藤", &asset, "T001", (3, 3)).unwrap();
        let browser = house.as_("佐藤");
        browser.post("/language", &[("lang", "en"), ("next", "/risks")]).is(303);
        browser.get("/risks").has("Highest risks").has("Not answered yet").has("Peeking at papers left out");
        browser.get(&format!("/risks/assets/{}", asset.id)).has("importance 3 × likelihood 3 = 9 High");
        browser.get(&format!("/risks/{}", house.department("営業部"))).has("Judged: 1 of 1 asset.");
    });
}
