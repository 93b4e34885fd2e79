//! The risk criteria: what stands, drafting the next edition, approving it.

use super::risks::{draft, judge, register};
use crate::support::{House, each_database};
use meguri::criteria;
use meguri::house::work::Rx;
use meguri_domain::criteria::Method;
use meguri_domain::people::{Act, Role};
use meguri_domain::preset::Preset;

fn fields<'a>(name: &'a str, large: &'a str) -> Vec<(&'a str, &'a str)> {
    let mut all = vec![
        ("name", name),
        ("large_from", large),
        ("middle_from", "4"),
        ("answer_from", "4"),
        ("personal_lifts", "1"),
    ];
    all.extend([
        ("cell_3_3", "3"),
        ("cell_3_2", "2"),
        ("cell_3_1", "1"),
        ("cell_2_3", "2"),
        ("cell_2_2", "2"),
    ]);
    all.extend([("cell_2_1", "1"), ("cell_1_3", "1"), ("cell_1_2", "1"), ("cell_1_1", "1")]);
    all
}

fn newest(house: &House) -> (String, i64) {
    let edition = house.read_as_system(|rx| Ok(criteria::store::all(rx)?.remove(0))).unwrap();
    (edition.id.to_string(), edition.number)
}

#[test]
fn everybody_who_sees_risks_sees_the_edition_in_force() {
    each_database(|house| {
        for name in ["佐藤", "渡辺", "山本", "中村"] {
            let page = house.as_(name).get("/criteria");
            page.is(200).has("第1版「IPA 3.1」").has("リスク値6以上は受容せず").has("対策がない（無防備）");
        }
        house.as_("佐藤").get("/criteria").lacks("次の版を起案");
        house.as_("渡辺").get("/criteria").has("次の版を起案");
        house.as_("加藤").get("/criteria").is(403);
        house.as_("小林").get("/criteria").is(403);
        house.as_("佐藤").get("/criteria/no-such-edition").is(404);
    });
}

#[test]
fn the_secretariat_drafts_and_the_executive_puts_it_in_force() {
    each_database(|house| {
        house.as_("渡辺").post("/criteria", &fields("2027年度 リスク基準", "6")).leads_to("/criteria");
        let (id, number) = newest(house);
        assert_eq!(number, 2);
        let waiting = house.as_("山本").get("/criteria");
        waiting
            .has("承認待ちの案")
            .has("受容基準（対応が必要な値の下限）: 6 → 4")
            .has("脅威2・脆弱性2）: 1 → 2")
            .has("この版を承認");
        house.as_("渡辺").get("/criteria").lacks("この版を承認");
        let approval = format!("/criteria/{id}/approval");
        house.as_("渡辺").post(&approval, &[]).is(403);
        house.as_("佐藤").post(&approval, &[]).is(403);
        house.as_("山本").post(&approval, &[]).leads_to("/criteria");
        house.as_("山本").post(&approval, &[]).is(409);
        house.as_("佐藤").get("/criteria").has("現行は第2版「2027年度 リスク基準」です").has("旧版");
        let method = house.read_as_system(criteria::acts::method).unwrap();
        assert_eq!(method.answer_from, 4);
    });
}

#[test]
fn tables_that_cannot_be_reckoned_with_are_refused_and_what_was_typed_stays() {
    each_database(|house| {
        let refused = house.as_("渡辺").post("/criteria", &fields("だめな案", "2"));
        refused.is(422).has("計算できない形です").has("だめな案");
        assert_eq!(refused.value("large_from"), "2");
        let mut wide = fields("だめな案", "6");
        wide[5].1 = "10";
        house.as_("渡辺").post("/criteria", &wide).is(422).has("計算できない形です");
        wide[5].1 = "三";
        house.as_("渡辺").post("/criteria", &wide).is(422).has("計算できない形です");
        house.as_("渡辺").post("/criteria", &fields("  ", "6")).is(422).has("「名称」が空です");
        house.as_("佐藤").post("/criteria", &fields("案", "6")).is(403);
        assert_eq!(newest(house).1, 1);
    });
}

#[test]
fn who_drafted_an_edition_does_not_approve_it() {
    each_database(|house| {
        let both = house.person("渡辺");
        let today = house.app.clock.today();
        house
            .act("加藤", |tx| meguri::people::acts::post(tx, &both, Role::Executive, None, today, None))
            .unwrap();
        let draft = house.act("渡辺", |tx| criteria::acts::draft(tx, "自分の案", Method::ipa_3_1())).unwrap();
        house.as_("渡辺").get("/criteria").has("自分で起案した版は、自分では承認できません");
        house
            .as_("渡辺")
            .post(&format!("/criteria/{}/approval", draft.id), &[])
            .is(422)
            .has("自分が記入した記録");
        house.as_("山本").post(&format!("/criteria/{}/approval", draft.id), &[]).leads_to("/criteria");
    });
}

/// What the form of a method sends: as the page shows it, under a name.
fn from_preset(house: &House, preset: Preset, name: &str) -> Vec<(String, String)> {
    let page = house.as_("渡辺").get(&format!("/criteria?preset={}", preset.code()));
    page.is(200).has("ひな形から始める");
    let method = preset.method();
    let mut names: Vec<String> =
        ["shape", "large_from", "middle_from", "answer_from"].map(ToOwned::to_owned).into();
    for threat in 1..=method.scale {
        names.push(format!("threat_words_{threat}"));
        names.extend((1..=method.columns()).map(|each| format!("cell_{threat}_{each}")));
    }
    if method.asks_vulnerability() {
        names.extend((1..=method.columns()).map(|each| format!("vulnerability_words_{each}")));
    }
    let mut fields: Vec<_> = names.into_iter().map(|name| (name.clone(), page.value(&name))).collect();
    fields.push(("name".into(), name.into()));
    if method.personal_lifts {
        fields.push(("personal_lifts".into(), "1".into()));
    }
    fields
}

#[test]
fn a_shipped_method_comes_through_the_form_as_it_is_and_is_judged_with() {
    each_database(|house| {
        let asset = register(house, "佐藤", "営業部", "応募者の履歴書");
        let judgements = [
            (Preset::Ipa, (3, 2), 6, "重要度3 × 可能性2 = 6 大"),
            (Preset::Product, (3, 2), 18, "重要度3 × 可能性6 = 18 大"),
            (Preset::Matrix, (4, 1), 20, "重要度5 × 可能性4 = 20 大"),
            (Preset::Stages, (3, 1), 3, "受容できない大きさです"),
        ];
        for (preset, scores, value, words) in judgements {
            let fields = from_preset(house, preset, "ひな形のまま");
            let fields: Vec<_> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
            house.as_("渡辺").post("/criteria", &fields).leads_to("/criteria");
            let (id, _) = newest(house);
            house.as_("山本").post(&format!("/criteria/{id}/approval"), &[]).leads_to("/criteria");
            let method = house.read_as_system(criteria::acts::method).unwrap();
            assert_eq!(method, preset.method(), "both languages, though one was sent");
            house.as_("佐藤").get("/criteria").is(200);
            let risk = judge(house, "佐藤", &asset, "T001", scores).unwrap();
            assert_eq!(risk.value, value);
            let page = house.as_("佐藤").get(&format!("/risks/assets/{}", asset.id));
            page.is(200).has(words);
            assert_eq!(page.body.contains("脆弱性（つけ込みやすさ）"), method.asks_vulnerability());
            house.as_("佐藤").get("/risks").is(200).has("書類の放置による盗み見");
            house.as_("佐藤").get("/what-if").is(200);
            house.as_("佐藤").get(&format!("/plan/risks/{}", risk.id)).is(200);
        }
    });
}

#[test]
fn a_draft_shows_which_risks_would_change_before_it_is_approved() {
    each_database(|house| {
        let names = register(house, "佐藤", "営業部", "応募者の履歴書");
        let department = house.department("営業部");
        let plain = house
            .act("佐藤", |tx| meguri::asset::acts::register(tx, &department, draft("見積書", false)))
            .unwrap();
        judge(house, "佐藤", &names, "T001", (3, 3)).unwrap();
        judge(house, "佐藤", &plain, "T001", (3, 3)).unwrap();
        judge(house, "佐藤", &plain, "T002", (3, 2)).unwrap();
        let strict = Method { large_from: 4, middle_from: 3, ..Method::ipa_3_1() };
        let strict = house.act("渡辺", |tx| criteria::acts::draft(tx, "厳しい案", strict)).unwrap();
        for who in ["渡辺", "山本"] {
            house
                .as_(who)
                .get("/criteria")
                .has("評価済みのリスク3件のうち、レベルが上がるもの1件（うち「大」になるもの1件）");
            let page = house.as_(who).get(&format!("/criteria/{}", strict.id));
            page.is(200).has("承認するとどう変わるか").has("見積書").lacks("応募者の履歴書");
        }
        house.as_("佐藤").get(&format!("/criteria/{}", strict.id)).lacks("承認するとどう変わるか");
        let five = Preset::Matrix.method();
        let five = house.act("渡辺", |tx| criteria::acts::draft(tx, "5段階の案", five)).unwrap();
        house
            .as_("山本")
            .get(&format!("/criteria/{}", five.id))
            .has("評価済みのリスク3件は、すべて評価し直しになります")
            .has("1から5で付け直してください");
        // Approval changes no result that stands.
        let kept = || {
            let look =
                |rx: &Rx<'_>| Ok(meguri::risk::store::history(rx, &rx.scope(Act::SeeRisk), &plain.id)?);
            house.read("佐藤", look).unwrap()
        };
        let before = kept();
        house.as_("山本").post(&format!("/criteria/{}/approval", strict.id), &[]).leads_to("/criteria");
        let after = kept();
        assert_eq!(before, after);
        assert_eq!(before.len(), 2);
    });
}

#[test]
fn a_draft_says_so_when_nothing_was_judged_nothing_changes_or_everything_begins_anew() {
    each_database(|house| {
        let draft = |name: &str, method: Method| {
            house.act("渡辺", |tx| criteria::acts::draft(tx, name, method)).unwrap()
        };
        let same = draft("同じ案", Method::ipa_3_1());
        let page =
            |id: &meguri_domain::ids::CriteriaId, who: &str| house.as_(who).get(&format!("/criteria/{id}"));
        page(&same.id, "山本")
            .is(200)
            .has("いまの版で評価したリスクは、まだありません")
            .lacks("レベルが変わるリスク");
        let asset = register(house, "佐藤", "営業部", "応募者の履歴書");
        judge(house, "佐藤", &asset, "T001", (3, 3)).unwrap();
        judge(house, "佐藤", &asset, "T005", (1, 1)).unwrap();
        page(&same.id, "山本")
            .has("評価済みのリスク2件のレベルは、どれも変わりません")
            .lacks("レベルが変わるリスク");
        // What falls is counted beside what rises: 3 becomes medium, 9 does not stay large.
        let other = Method { large_from: 10, middle_from: 3, ..Method::ipa_3_1() };
        let other = draft("緩い案", other);
        page(&other.id, "山本").has("下がるもの1件").has("レベルが上がるもの1件（うち「大」になるもの0件）");
        let anew = draft("5段階の案", Preset::Matrix.method());
        page(&anew.id, "山本").has("評価済みのリスク2件は、すべて評価し直しになります");
        let browser = house.as_("山本");
        browser.post("/language", &[("lang", "en"), ("next", "/criteria")]).is(303);
        browser
            .get(&format!("/criteria/{}", same.id))
            .has("Nothing judged so far (2 risks) changes its level");
    });
}

#[test]
fn a_table_in_which_more_danger_gives_less_is_refused_and_long_words_too() {
    each_database(|house| {
        let mut falls = fields("逆さの案", "6");
        falls[5].1 = "1";
        house.as_("渡辺").post("/criteria", &falls).is(422).has("可能性が下がる欄があります");
        let long = "長".repeat(121);
        let mut wordy = fields("長い案", "6");
        wordy.push(("threat_words_3", &long));
        let refused = house.as_("渡辺").post("/criteria", &wordy);
        refused.is(422).has("段階の意味").has("120文字以内").has(&long);
    });
}
