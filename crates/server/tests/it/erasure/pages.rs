//! Who asks, who decides, and what the pages say.

use crate::support::{House, each_database};
use crate::tamper::lived;
use meguri::asset;
use meguri::record::verify::verify;
use meguri_domain::people::Act;

fn asset(house: &House) -> String {
    let sales = house.department("営業部");
    house.act("佐藤", |tx| asset::acts::register(tx, &sales, lived::draft())).unwrap().id.to_string()
}

#[test]
fn the_secretariat_asks_the_executive_erases_and_every_page_says_so() {
    each_database(|house| {
        let id = asset(house);
        let (watanabe, yamamoto) = (house.as_("渡辺"), house.as_("山本"));
        let object = format!("asset/{id}");
        watanabe.get(&format!("/assets/{id}")).is(200).has("/erasures/new?object=asset/");
        let form = watanabe.get(&format!("/erasures/new?object={object}"));
        form.is(200).has("消えるもの").has("残るもの").has("情報資産: 顧客名簿").has("名称・").has("1版");
        let ask = |reason: &str| {
            watanabe.post("/erasures", &[("object", &object), ("ground", "request"), ("reason", reason)])
        };
        ask("顧客名簿を消してほしいとの請求").is(422).has("消去する文字が理由の中に入っています");
        let asked = ask("受付番号7の請求");
        let page = asked.is(303).location.clone();
        ask("受付番号7の請求").is(422);
        watanabe.get(&page).is(200).has("自分では承認できません").lacks("承認して消去");
        house.as_("加藤").get(&page).is(200).lacks("承認して消去").lacks("顧客名簿");
        yamamoto.get("/erasures").is(200).has("承認を待つ依頼が1件あります").has("顧客名簿");
        yamamoto.get(&page).is(200).has("承認して消去").has("元に戻せません");
        watanabe.post(&format!("{page}/approval"), &[("version", "1")]).is(422).has("自分が依頼した消去");
        yamamoto.post(&format!("{page}/approval"), &[("version", "7")]).is(409);
        yamamoto.post(&format!("{page}/approval"), &[("version", "1")]).is(303);
        yamamoto.get(&page).is(200).has("消去済み").lacks("顧客名簿");
        yamamoto.post(&format!("{page}/rejection"), &[("version", "2"), ("answer", "遅い")]).is(409);

        let entry = house.read_as_system(verify).unwrap();
        assert_eq!((entry.findings, entry.erased), (Vec::new(), 1));
        let last = entry.size - 1;
        watanabe
            .get(&format!("/assets/{id}"))
            .is(200)
            .has(&format!("〔消去済 記録{last}〕"))
            .lacks("顧客名簿");
        watanabe.get(&format!("/record/{last}")).is(200).has("消去を承認し、消去しました");
        let first = (0..last).map(|idx| watanabe.get(&format!("/record/{idx}")));
        let erased: Vec<_> = first.filter(|page| page.body.contains("消去済（記録")).collect();
        assert_eq!(erased.len(), 1);
        erased[0].has(&format!("消去済（記録{last}）")).has("情報資産を登録しました").lacks("顧客名簿");
        // What is left can be worked with.
        house
            .act("佐藤", |tx| {
                let kept = asset::store::find(
                    tx,
                    &tx.scope(Act::SeeRegister),
                    &meguri_domain::ids::AssetId::new(id.clone()).unwrap(),
                )?;
                let version = kept.version;
                let draft = meguri_domain::asset::AssetDraft { name: "名簿".into(), ..kept.draft() };
                asset::acts::edit(tx, &kept.id, version, draft)
            })
            .unwrap();
        assert_eq!(house.read_as_system(verify).unwrap().findings, []);
    });
}

#[test]
fn a_request_that_is_declined_erases_nothing() {
    each_database(|house| {
        let id = asset(house);
        let page = house
            .as_("渡辺")
            .post(
                "/erasures",
                &[("object", &format!("asset/{id}")), ("ground", "unneeded"), ("reason", "不要")],
            )
            .is(303)
            .location
            .clone();
        let yamamoto = house.as_("山本");
        let decline = |answer: &str| {
            yamamoto.post(&format!("{page}/rejection"), &[("version", "1"), ("answer", answer)])
        };
        decline("").is(422).has("見送る理由");
        decline("保存の義務があるため").is(303);
        yamamoto.get(&page).is(200).has("見送られました").has("保存の義務があるため");
        house.as_("佐藤").get(&format!("/assets/{id}")).is(200).has("顧客名簿");
    });
}

#[test]
fn only_a_leaver_is_erased_and_signs_in_no_more() {
    each_database(|house| {
        let person = format!("person/{}", house.person("中村"));
        let ask = || {
            let form = [("object", person.as_str()), ("ground", "request"), ("reason", "受付番号8の請求")];
            house.as_("加藤").post("/erasures", &form)
        };
        ask().is(422).has("在籍中の人は消去できません");
        house.as_("加藤").post(&format!("/settings/people/{}/departure", house.person("中村")), &[]).is(303);
        house.as_("加藤").get(&format!("/settings/people/{}", house.person("中村"))).has("消去を依頼する");
        let page = ask().is(303).location.clone();
        house.as_("渡辺").post(&format!("{page}/approval"), &[("version", "1")]).is(303);
        let page = format!("/settings/people/{}", house.person("中村"));
        house.as_("加藤").get(&page).is(200).has("消去済 記録").has("@invalid").lacks("中村");
        // What is erased is not asked for again: the marks are no texts.
        ask().is(422).has("消去できる文字");
        assert_eq!(house.read_as_system(verify).unwrap().findings, []);
    });
}
