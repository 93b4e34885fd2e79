//! The risk criteria: what stands, drafting the next edition, approving it.

use crate::support::{House, each_database};
use meguri::criteria;
use meguri_domain::criteria::Method;
use meguri_domain::people::Role;

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
        wide[5].1 = "9";
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
