//! The measures check: one answer serves every asset, each risk says where its vulnerability came from; as last year; free risks
//! and the catalogue.

use super::risks::{draft, judge, register};
use crate::support::{House, Place, day, each_database};
use meguri::{asset, catalogue, criteria, measure, risk};
use meguri_domain::asset::{Asset, AssetDraft};
use meguri_domain::criteria::Methods;
use meguri_domain::ids::ThreatId;
use meguri_domain::people::Act;
use meguri_domain::preset::Preset;
use meguri_domain::risk::{Grounds, Judgement, Risk, Threat};

fn risks(house: &House, asset: &Asset) -> Vec<Risk> {
    house.read("渡辺", |rx| Ok(risk::store::history(rx, &rx.scope(Act::SeeRisk), &asset.id)?)).unwrap()
}

fn threats(house: &House) -> Vec<Threat> {
    house.read_as_system(|rx| Ok(risk::store::threats(rx)?)).unwrap()
}

/// The fields of an answer about control 7.7.
fn answered<'a>(in_place: &'a str, version: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![("in_place.7.7", in_place), ("note.7.7", "席だけ"), ("version.7.7", version)]
}

#[test]
fn one_answer_serves_every_asset_and_a_changed_answer_moves_what_came_from_it() {
    each_database(|house| {
        let sales = house.department("営業部");
        let assets = ["応募者の履歴書", "申込書", "名簿"].map(|name| register(house, "佐藤", "営業部", name));
        let page = format!("/risks/{sales}/measures");
        let browser = house.as_("佐藤");
        browser.get(&page).is(200).has("7.7").has("未回答").has("関わる管理策が未回答");
        browser.post(&page, &answered("partly", "0")).leads_to(&page);
        browser.get(&page).has("席だけ").has("佐藤さん");

        // The main control of T001 is 7.7: half in place leaves the vulnerability at 2.
        let card = format!("/risks/assets/{}", assets[0].id);
        browser.get(&card).has("脆弱性2：対策状況で「7.7").has("一部実施");
        browser
            .post(&format!("{page}/judgements"), &[("degree.T001", "3"), ("degree.T007", "")])
            .leads_to(&page);
        for each in &assets {
            let found = risks(house, each);
            assert_eq!(found.len(), 1, "{}", each.name);
            assert_eq!((found[0].threat, found[0].vulnerability, found[0].value), (3, 2, 6));
            assert_eq!(found[0].grounds, Grounds::Measures);
        }
        // One is judged by hand, and stays so.
        judge(house, "佐藤", &assets[1], "T001", (3, 3)).unwrap();
        assert_eq!(risks(house, &assets[1])[0].grounds, Grounds::Judged);

        browser.post(&page, &answered("all", "1")).leads_to(&page);
        browser.get(&page).has("2件のリスクの見直しが必要です").has("回答に合わせて評価し直す");
        assert_eq!(risks(house, &assets[0])[0].vulnerability, 2, "nothing moves by itself");
        browser.post(&format!("{page}/following"), &[]).leads_to(&page);
        assert_eq!(risks(house, &assets[0])[0].vulnerability, 1);
        assert_eq!(risks(house, &assets[1])[0].vulnerability, 3, "what was judged by hand stays");
        browser.get(&page).lacks("見直しが必要です");
    });
}

#[test]
fn a_line_that_nobody_touched_is_left_alone_and_a_note_needs_a_mark() {
    each_database(|house| {
        let sales = house.department("営業部");
        register(house, "佐藤", "営業部", "名簿");
        let page = format!("/risks/{sales}/measures");
        house.as_("佐藤").post(&page, &answered("partly", "0")).leads_to(&page);
        house.as_("田中").post(&page, &answered("all", "1")).leads_to(&page);
        // The first one had the page open since before, and answers another control.
        let mut fields = answered("partly", "1");
        fields.extend([("was.7.7", "partly"), ("noted.7.7", "席だけ")]);
        fields.extend([("in_place.7.3", "nothing"), ("version.7.3", "0"), ("was.7.3", ""), ("note.7.3", "")]);
        house.as_("佐藤").post(&page, &fields).leads_to(&page);
        let read = |rx: &meguri::house::work::Rx<'_>| {
            Ok(measure::store::answers(rx, &rx.scope(Act::SeeRisk), &sales, 2026)?)
        };
        let found = house.read("佐藤", read).unwrap();
        let of = |control: &str| {
            found.iter().find(|each| each.control_id.as_str() == control).unwrap().in_place.code()
        };
        assert_eq!((of("7.7"), of("7.3")), ("all", "nothing"), "what somebody else answered stays");

        let alone = [("note.7.2", "鍵はある"), ("version.7.2", "0"), ("was.7.2", ""), ("noted.7.2", "")];
        let refused = house.as_("佐藤").post(&page, &alone);
        refused.is(422).has("実施状況を選んでください").has("鍵はある");
    });
}

#[test]
fn a_risk_whose_answer_is_gone_is_named() {
    each_database(|house| {
        let sales = house.department("営業部");
        let asset = register(house, "佐藤", "営業部", "名簿");
        let page = format!("/risks/{sales}/measures");
        house.as_("佐藤").post(&page, &answered("all", "0")).leads_to(&page);
        let judged = judge(house, "佐藤", &asset, "T001", (3, 1)).unwrap();
        assert_eq!(judged.grounds, Grounds::Measures);
        house.as_("佐藤").post(&page, &answered("not_applicable", "1")).leads_to(&page);
        let told = house.as_("佐藤").get(&page);
        told.has("関わる回答がなくなりました").lacks("回答に合わせて評価し直す");
    });
}

#[test]
fn two_who_answer_at_once_do_not_overwrite_each_other() {
    each_database(|house| {
        let sales = house.department("営業部");
        register(house, "佐藤", "営業部", "名簿");
        let page = format!("/risks/{sales}/measures");
        house.as_("佐藤").post(&page, &answered("partly", "0")).leads_to(&page);
        let late = house.as_("田中").post(&page, &answered("nothing", "0"));
        late.is(409).has("入力は残っています").has("あなたの入力：未実施");
        let scope = |house: &House| {
            let read = |rx: &meguri::house::work::Rx<'_>| {
                Ok(measure::store::answers(rx, &rx.scope(Act::SeeRisk), &sales, 2026)?)
            };
            house.read("佐藤", read).unwrap()
        };
        assert_eq!(scope(house).len(), 1);
        assert_eq!(scope(house)[0].in_place.code(), "partly");
        house.as_("田中").post(&page, &answered("nothing", "1")).leads_to(&page);
        assert_eq!(scope(house)[0].in_place.code(), "nothing");
        // Nobody of another department sees it, and who only reads does not answer.
        house.as_("鈴木").get(&page).is(404);
        house.as_("鈴木").post(&page, &answered("all", "2")).is(404);
        house.as_("山本").get(&page).is(200);
        house.as_("山本").post(&page, &answered("all", "2")).is(403);
    });
}

#[test]
fn what_has_not_changed_is_as_last_year_with_one_press() {
    each_database(|house| {
        let sales = house.department("営業部");
        let assets = ["履歴書", "申込書", "名簿"].map(|name| register(house, "佐藤", "営業部", name));
        for each in &assets {
            judge(house, "佐藤", each, "T001", (3, 2)).unwrap();
            judge(house, "佐藤", each, "T005", (2, 2)).unwrap();
        }
        let page = format!("/risks/{sales}");
        let browser = house.as_("佐藤");
        browser.get(&page).lacks("前年どおり");
        house.move_to("2027-04-05");
        let browser = house.as_("佐藤");
        let changed = AssetDraft { note: "保管場所が変わった".into(), ..draft("申込書", true) };
        house.act("佐藤", |tx| asset::acts::edit(tx, &assets[1].id, assets[1].version, changed)).unwrap();
        browser.get(&page).has("前年から変わっていない資産が2件あります");
        browser.get(&format!("/risks/assets/{}", assets[0].id)).has("前年に評価した2件の脅威を");
        browser.get(&format!("/risks/assets/{}", assets[1].id)).lacks("前年どおり</button>");

        browser.post(&format!("/risks/assets/{}/last-year", assets[0].id), &[]).is(303);
        assert_eq!(risks(house, &assets[0]).len(), 4);
        assert!(risks(house, &assets[2]).iter().all(|each| each.fiscal_year == 2026), "only this one");
        house.as_("鈴木").post(&format!("{page}/last-year"), &[]).is(404);
        browser.post(&format!("{page}/last-year"), &[]).leads_to(&page);
        for (at, each) in assets.iter().enumerate() {
            let now: Vec<Risk> =
                risks(house, each).into_iter().filter(|each| each.fiscal_year == 2027).collect();
            assert_eq!(now.len(), if at == 1 { 0 } else { 2 }, "{}", each.name);
            assert!(now.iter().all(|risk| risk.grounds == Grounds::LastYear));
        }
        browser.get(&page).lacks("前年から変わっていない").has("3件のうち2件を評価しました");
        browser.post(&format!("{page}/last-year"), &[]).has("前年どおりにできる資産はありません");
        assert_eq!(risks(house, &assets[2]).len(), 4, "pressing again changes nothing");
    });
}

#[test]
fn answers_that_are_asked_otherwise_now_are_not_taken_over() {
    each_database(|house| {
        let sales = house.department("営業部");
        let names = register(house, "佐藤", "営業部", "履歴書");
        let plain =
            house.act("佐藤", |tx| asset::acts::register(tx, &sales, draft("見積書", false))).unwrap();
        judge(house, "佐藤", &names, "T001", (3, 2)).unwrap();
        judge(house, "佐藤", &plain, "T001", (3, 2)).unwrap();
        house.move_to("2027-04-05");
        let both = Methods { general: Preset::Ipa.method(), personal: Some(Preset::Stages.method()) };
        let edition = house.act("渡辺", |tx| criteria::acts::draft(tx, "二つの方法", both)).unwrap();
        house.act("山本", |tx| criteria::acts::approve(tx, &edition.id)).unwrap();
        house.as_("佐藤").get(&format!("/risks/{sales}")).has("前年から変わっていない資産が1件あります");
        let other = format!("/risks/assets/{}", names.id);
        house.as_("佐藤").get(&other).lacks("前年どおり</button>");
        house.as_("佐藤").post(&format!("{other}/last-year"), &[]).has("前年どおりにできる資産はありません");
        house.as_("佐藤").post(&format!("/risks/{sales}/last-year"), &[]).is(303);
        assert_eq!(risks(house, &plain).len(), 2);
        assert_eq!(risks(house, &names).len(), 1, "two scores are no answer to one question");
    });
}

const FREE: [(&str, &str); 7] = [
    ("name", "展示会での置き忘れ"),
    ("weakness", "持ち帰りの確認がない"),
    ("medium", "paper"),
    ("stage", "移送・送信"),
    ("cia", "C"),
    ("controls", "7.9、7.7"),
    ("policy", ""),
];

#[test]
fn a_free_risk_is_a_departments_own_and_judged_like_any_other() {
    each_database(|house| {
        let asset = register(house, "佐藤", "営業部", "名簿");
        let form = format!("/risks/assets/{}/threats", asset.id);
        let browser = house.as_("佐藤");
        browser.get(&form).is(200).has("一覧にないリスクを加える");
        let wrong: Vec<_> = FREE
            .iter()
            .map(|(name, value)| (*name, if *name == "controls" { "9.99" } else { *value }))
            .collect();
        browser.post(&form, &wrong).is(422).has("一覧にある番号").has("展示会での置き忘れ");
        let added = browser.post(&form, &FREE);
        added.is(303);
        let id = added.location.split("#card-").nth(1).unwrap().to_owned();
        browser
            .get(&format!("/risks/assets/{}?threat={id}", asset.id))
            .has("展示会での置き忘れ")
            .has("持ち帰りの確認がない");
        judge(house, "佐藤", &asset, &id, (3, 3)).unwrap();
        browser.get("/risks").has("展示会での置き忘れ");
        house.as_("渡辺").get("/risks").has("展示会での置き忘れ");

        // No other department meets it: not in the list, not by its id.
        house.as_("渡辺").get("/threats").is(200).lacks("展示会での置き忘れ");
        let theirs = register(house, "鈴木", "人事部", "名簿");
        house
            .as_("鈴木")
            .get(&format!("/risks/assets/{}?threat={id}", theirs.id))
            .lacks("展示会での置き忘れ");
        assert!(judge(house, "鈴木", &theirs, &id, (3, 3)).is_err());
        house.as_("鈴木").get(&format!("/threats/{id}")).is(404);
        house.as_("鈴木").post(&form, &FREE).is(404);
        house.as_("渡辺").get(&format!("/threats/{id}")).is(200);
    });
}

#[test]
fn an_update_of_the_shipped_list_waits_and_never_goes_over_what_the_company_wrote() {
    each_database(|house| {
        // The house was founded with an older list: T001 was worded otherwise, T002 was changed by the company since.
        house
            .write_as_system(|tx| {
                for threat in risk::store::threats(tx)?.into_iter().take(1) {
                    let older =
                        Threat { name_ja: "古い名称".into(), version: threat.version + 1, ..threat };
                    tx.save(meguri_domain::Change::new(older, "threat.loaded"))?;
                }
                Ok(())
            })
            .unwrap();
        let secretariat = house.as_("渡辺");
        secretariat.get("/threats").has("取り込むか決めていない更新が1件あります").has("古い名称");
        house.as_("佐藤").get("/threats").is(200).lacks("一覧の更新").lacks("自社の脅威を加える");
        let version = threats(house)[0].version.to_string();
        house.as_("佐藤").post("/threats/T001/update", &[("version", &version), ("answer", "take")]).is(403);
        secretariat
            .post("/threats/T001/update", &[("version", &version), ("answer", "leave")])
            .leads_to("/threats");
        secretariat.get("/threats").lacks("一覧の更新").has("古い名称");

        let ours = |name: &'static str, version: &'static str| {
            let mut fields = FREE.to_vec();
            fields[0].1 = name;
            fields.push(("version", version));
            fields
        };
        secretariat.get("/threats/T002").is(200).has("持出し中の書類の紛失・盗難");
        secretariat.post("/threats/T002", &ours("外出先での紛失", "1")).leads_to("/threats#T002");
        secretariat.get("/threats").has("外出先での紛失").has("出荷時（自社で変更）").lacks("一覧の更新");
        secretariat.post("/threats/T002", &ours("別の名称", "1")).is(409).has("別の名称");
        secretariat.post("/threats", &ours("自社だけの脅威", "0")).is(303);
        secretariat.get("/threats?q=自社だけ").has("自社だけの脅威").lacks("外出先での紛失");

        let id = ThreatId::new("T003").unwrap();
        assert!(house.act("渡辺", |tx| catalogue::acts::bring(tx, &id)).is_err(), "it is there already");
    });
}

#[test]
fn an_update_is_shown_in_both_languages_and_taken_as_a_whole() {
    each_database(|house| {
        let shipped = threats(house).remove(0);
        house
            .write_as_system(|tx| {
                let older = Threat {
                    name_en: "Old words".into(),
                    vulnerability_ja: "古い弱さ".into(),
                    version: shipped.version + 1,
                    ..shipped.clone()
                };
                tx.save(meguri_domain::Change::new(older, "threat.loaded"))
            })
            .unwrap();
        let secretariat = house.as_("渡辺");
        let page = secretariat.get("/threats");
        page.has("取り込むか決めていない更新が1件あります");
        page.has("名称（英語）").has("Old words").has(&shipped.name_en).has("古い弱さ");
        secretariat.post("/language", &[("lang", "en"), ("next", "/threats")]).is(303);
        let page = secretariat.get("/threats");
        page.has("1 update waits for your answer")
            .has("Old words")
            .has("Weakness in Japanese")
            .has("古い弱さ");
        let version = threats(house)[0].version;
        let answer = |version: i64| {
            let version = version.to_string();
            house.as_("渡辺").post("/threats/T001/update", &[("version", &version), ("answer", "take")])
        };
        answer(version - 1).is(409);
        answer(version).leads_to("/threats");
        let taken = threats(house).remove(0);
        assert_eq!(taken.contents(), shipped.contents());
        house.as_("渡辺").get("/threats").lacks("Old words").lacks("waits for your answer");
        house.as_("渡辺").get("/record?kind=threat").is(200);
    });
}

#[test]
fn what_is_shipped_and_not_in_the_list_is_brought_once() {
    for place in [Some(Place::file()), Place::schema()].into_iter().flatten() {
        let house = House::found(place);
        let mut dba = crate::heads::dba(&house);
        dba.run("DELETE FROM threat WHERE id = 'T003'");
        let shipped =
            risk::acts::shipped().unwrap().into_iter().find(|(id, _)| id.as_str() == "T003").unwrap();
        let secretariat = house.as_("渡辺");
        secretariat.get("/threats").has("取り込むか決めていない更新が1件あります").has("一覧に加える");
        let bring = [("version", "0"), ("answer", "bring")];
        for name in ["佐藤", "田中", "山本", "中村"] {
            house.as_(name).post("/threats/T003/update", &bring).is(403);
        }
        secretariat.post("/threats/T003/update", &bring).leads_to("/threats");
        let brought = threats(&house).into_iter().find(|each| each.id == shipped.0).unwrap();
        assert_eq!((brought.contents(), brought.version, brought.is_own_wording()), (shipped.1, 1, false));
        secretariat.get("/threats").lacks("一覧に加える").has("id=\"T003\"");
        secretariat.post("/threats/T003/update", &bring).is(404);
        secretariat.post("/threats/T999/update", &bring).is(404);
    }
}

#[test]
fn a_threat_of_the_companys_own_is_added_on_the_page_and_judged_with() {
    each_database(|house| {
        let secretariat = house.as_("渡辺");
        let added = secretariat.post("/threats", &FREE);
        added.is(303);
        let id = added.location.split('#').nth(1).unwrap().to_owned();
        let own = threats(house).into_iter().find(|each| each.id.as_str() == id).unwrap();
        assert_eq!(
            (own.name_ja.as_str(), &own.department_id, own.controls.len()),
            ("展示会での置き忘れ", &None, 2)
        );
        secretariat.get("/threats").has("うち1件は自社で加えたもの").has("展示会での置き忘れ").has("自社");
        let asset = register(house, "鈴木", "人事部", "名簿");
        let page = format!("/risks/assets/{}?threat={id}", asset.id);
        house.as_("鈴木").get(&page).is(200).has("展示会での置き忘れ").has("持ち帰りの確認がない");
        judge(house, "鈴木", &asset, &id, (3, 3)).unwrap();
        house.as_("鈴木").get("/risks").has("展示会での置き忘れ");
    });
}

#[test]
fn judgements_of_many_assets_each_find_their_own_last_answer() {
    each_database(|house| {
        let sales = house.department("営業部");
        let assets: Vec<Asset> = house
            .act("佐藤", |tx| {
                let one = |n: usize| {
                    asset::acts::register(tx, &sales, draft(&format!("控え{n:02}"), n.is_multiple_of(3)))
                };
                (0..45).map(one).collect()
            })
            .unwrap();
        let judged = |scores: &dyn Fn(usize) -> (i64, i64)| {
            house
                .act("佐藤", |tx| {
                    let order = |(n, asset)| {
                        let (threat, vulnerability) = scores(n);
                        let order =
                            Judgement { threat, vulnerability, note: String::new(), answerable: true };
                        risk::acts::Order { asset, threat: ThreatId::new("T001").unwrap(), order }
                    };
                    let orders: Vec<_> = assets.iter().enumerate().map(order).collect();
                    risk::acts::judge_many(tx, &orders, "risk.judged", None)
                })
                .unwrap()
        };
        let score = |n: usize| (1 + i64::try_from(n % 3).unwrap(), 2);
        let first = judged(&score);
        assert_eq!(judged(&score), first, "what stands is not written again");
        house.move_to("2027-04-05");
        // Every other one is answered as last year.
        let next = judged(&|n| if n.is_multiple_of(2) { score(n) } else { (3, 3) });
        for (n, risk) in next.iter().enumerate() {
            let wanted = if n.is_multiple_of(2) { Grounds::LastYear } else { Grounds::Judged };
            assert_eq!((risk.grounds, risk.version), (wanted, 1), "{n}");
        }
        // One asset asked twice in one go: the second answer stands over the first.
        let twice = house
            .act("佐藤", |tx| {
                let of = |vulnerability| {
                    let order = Judgement { threat: 1, vulnerability, note: String::new(), answerable: true };
                    risk::acts::Order { asset: &assets[0], threat: ThreatId::new("T002").unwrap(), order }
                };
                risk::acts::judge_many(tx, &[of(1), of(2)], "risk.judged", None)
            })
            .unwrap();
        assert_eq!((twice[1].id == twice[0].id, twice[1].version, twice[1].vulnerability), (true, 2, 2));
    });
}

#[test]
fn personal_data_is_judged_by_a_method_of_its_own_beside_the_other() {
    each_database(|house| {
        let sales = house.department("営業部");
        let names = register(house, "佐藤", "営業部", "履歴書");
        let plain =
            house.act("佐藤", |tx| asset::acts::register(tx, &sales, draft("見積書", false))).unwrap();
        let form = house.as_("渡辺").get("/criteria?preset=product&personal=stages");
        form.is(200).has("個人情報を含む資産の方法").has("name=\"p_shape\" value=\"3x1x");
        house.as_("渡辺").get("/criteria").lacks("name=\"p_shape\"");
        let mut fields: Vec<(String, String)> = vec![("name".into(), "二つの方法".into())];
        for part in form.body.split("<input").skip(1) {
            let tag = part.split('>').next().unwrap();
            let value = |name: &str| {
                tag.split(&format!(" {name}=\""))
                    .nth(1)
                    .map(|rest| rest.split('"').next().unwrap().to_owned())
            };
            let Some(name) = value("name") else { continue };
            let ticked = !tag.contains("checkbox") || tag.contains(" checked");
            if ticked && name != "name" && name != "req" {
                fields.push((name, value("value").unwrap_or_default()));
            }
        }
        let sent: Vec<(&str, &str)> =
            fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        house.as_("渡辺").post("/criteria", &sent).leads_to("/criteria");
        let edition = house.read_as_system(|rx| Ok(criteria::store::all(rx)?.remove(0))).unwrap();
        assert_eq!(edition.method, Preset::Product.method());
        assert_eq!(
            edition.personal,
            Some(Preset::Stages.method()),
            "it comes through the form as it is shipped"
        );
        house.as_("山本").get("/criteria").has("個人情報を含む資産に、別の方法を使います。");
        house.as_("山本").post(&format!("/criteria/{}/approval", edition.id), &[]).leads_to("/criteria");
        house.as_("佐藤").get("/criteria").has("個人情報を含む資産の方法").has("「大」以上は受容せず");

        let browser = house.as_("佐藤");
        browser
            .get(&format!("/risks/assets/{}", names.id))
            .has("リスクの大きさ")
            .lacks("脆弱性（つけ込みやすさ）");
        browser.get(&format!("/risks/assets/{}", plain.id)).has("脆弱性（つけ込みやすさ）");
        let text = judge(house, "佐藤", &names, "T001", (3, 1)).unwrap();
        let scored = judge(house, "佐藤", &plain, "T001", (3, 3)).unwrap();
        assert_eq!((text.value, text.personal, scored.value, scored.personal), (3, true, 18, false));
        // 3 is the top of the one and next to nothing of the other; each is above its own line, and has to be answered.
        browser.get("/plan").has("履歴書").has("見積書");
        browser.get("/risks").has("見積書").lacks("履歴書</a></th>");
        browser.get("/risks?method=personal").has("履歴書").lacks("見積書</a></th>");
        browser.get("/what-if?method=personal").is(200).has("個人情報を含む資産");
        browser.get(&format!("/plan/risks/{}", text.id)).is(200).has("リスクの大きさ");
        // Low ones of both are not.
        judge(house, "佐藤", &names, "T005", (1, 1)).unwrap();
        judge(house, "佐藤", &plain, "T005", (3, 1)).unwrap();
        let owed = house.as_("渡辺").get("/breaks");
        owed.is(200).lacks("無施錠の書庫からの盗難");
    });
}

#[test]
fn personal_data_is_laid_out_by_stage_with_the_kinds_of_risk() {
    each_database(|house| {
        let names = register(house, "佐藤", "営業部", "履歴書");
        let sales = house.department("営業部");
        let plain =
            house.act("佐藤", |tx| asset::acts::register(tx, &sales, draft("見積書", false))).unwrap();
        judge(house, "佐藤", &names, "T010", (3, 3)).unwrap();
        let page = house.as_("佐藤").get(&format!("/risks/assets/{}", names.id));
        page.has("局面ごとの評価（個人情報）").has("取得・入力").has("消去・廃棄").has("法令等違反");
        house.as_("佐藤").get(&format!("/risks/assets/{}", plain.id)).lacks("局面ごとの評価");
    });
}

#[test]
fn who_takes_over_an_asset_takes_over_its_free_risks() {
    each_database(|house| {
        let asset = register(house, "佐藤", "営業部", "名簿");
        let other = register(house, "鈴木", "人事部", "別の名簿");
        let added = house.as_("佐藤").post(&format!("/risks/assets/{}/threats", asset.id), &FREE);
        let id = added.is(303).location.split("#card-").nth(1).unwrap().to_owned();
        judge(house, "佐藤", &asset, &id, (3, 3)).unwrap();
        let (sales, people) = (house.department("営業部"), house.department("人事部"));
        house.move_to("2026-07-02");
        house
            .act("加藤", |tx| {
                meguri::handover::acts::merge(tx, &sales, &people, day("2026-07-01")).map(|_| ())
            })
            .unwrap();
        let browser = house.as_("鈴木");
        browser.get(&format!("/risks/assets/{}", asset.id)).is(200).has("展示会での置き忘れ");
        let moved =
            house.read("鈴木", |rx| asset::store::find(rx, &rx.scope(Act::SeeRegister), &asset.id)).unwrap();
        browser.get(&format!("/risks/assets/{}", other.id)).lacks("展示会での置き忘れ");
        judge(house, "鈴木", &moved, &id, (2, 3)).unwrap();
        assert!(judge(house, "鈴木", &other, &id, (2, 3)).is_err(), "of what it was named for alone");
    });
}
