//! Corrections: born from a ×, done by one, verified by another, sent back, shown to their department only.

use super::inspections::{address, hand_in, owe};
use crate::support::{House, each_database};
use meguri::correction;
use meguri_domain::people::Act;

/// A correction of 営業部, as 佐藤 has submitted its ×; gives its address.
fn born(house: &House) -> String {
    owe(house, "営業部");
    let page = address(house, "営業部", "2026-04");
    let bad = [
        ("note.CHK-O02", "異動した2名の分が台帳に残っていた"),
        ("cause.CHK-O02", "連絡が届かない"),
        ("fix.CHK-O02", "異動届の写しを回す"),
        ("owner.CHK-O02", "営業課長"),
        ("due_on.CHK-O02", "2026-04-20"),
    ];
    hand_in(&house.as_("佐藤"), &page, ["good", "bad", "good"], &bad);
    let all = house.read("佐藤", |rx| {
        let wanted = correction::store::Wanted { state: "", department: "", limit: 10, offset: 0 };
        Ok(correction::store::corrections(rx, &rx.scope(Act::SeeMonth), &wanted)?)
    });
    format!("/corrections/{}", all.unwrap()[0].id)
}

#[test]
fn one_does_it_and_another_verifies_it() {
    each_database(|house| {
        let page = born(house);
        let (sato, tanaka) = (house.as_("佐藤"), house.as_("田中"));
        sato.get("/corrections").is(200).has("異動した2名の分").has("対応中").has("営業課長");
        sato.get(&page).is(200).has("連絡が届かない").has("実施を記録").lacks("効果を確認する");
        sato.post(&format!("{page}/completion"), &[("version", "1"), ("done_note", "")]).is(422);
        // The head does it himself, so he is not the one to verify.
        let done = [("version", "1"), ("done_note", "4月15日に写しを回した")];
        tanaka.post(&format!("{page}/completion"), &done).leads_to(&page);
        tanaka.get(&page).has("効果の確認はほかの人が行います").lacks("効果を確認する");
        sato.get(&page).has("効果の確認は、部門長・代理か事務局が行います");
        let effect = [("version", "2"), ("effect", "5月の異動3名を台帳で確かめた")];
        tanaka.post(&format!("{page}/verification"), &effect).is(422).has("自分が記入した記録");
        sato.post(&format!("{page}/verification"), &effect).is(403);
        house.as_("渡辺").post(&format!("{page}/verification"), &effect).leads_to(&page);
        sato.get(&page).has("効果確認済み").has("渡辺さんが効果を確認しました").has("5月の異動3名");
        sato.get("/corrections?state=verified").has("異動した2名の分");
        sato.get("/corrections?state=open").lacks("異動した2名の分").has("この条件の是正処置はありません");
    });
}

#[test]
fn without_effect_it_is_open_again() {
    each_database(|house| {
        let page = born(house);
        let (sato, tanaka) = (house.as_("佐藤"), house.as_("田中"));
        sato.post(&format!("{page}/completion"), &[("version", "1"), ("done_note", "回した")])
            .leads_to(&page);
        tanaka
            .post(&format!("{page}/return"), &[("version", "2"), ("reason", "1名分が残っています")])
            .leads_to(&page);
        sato.get(&page).has("対応中").has("実施を記録");
        sato.post(&format!("{page}/completion"), &[("version", "2"), ("done_note", "古い画面")]).is(409);
        house.move_to("2026-05-01");
        let sato = house.as_("佐藤"); // The session before has ended.
        sato.get("/corrections").has("期限超過").has("1件が期限を過ぎています");
    });
}

#[test]
fn other_departments_do_not_see_it() {
    each_database(|house| {
        let page = born(house);
        let suzuki = house.as_("鈴木");
        suzuki.get(&page).is(404);
        suzuki.get("/corrections").is(200).has("是正処置はまだありません").lacks("異動");
        suzuki.post(&format!("{page}/completion"), &[("version", "1"), ("done_note", "x")]).is(404);
        house.as_("中村").get(&page).is(200).lacks("実施を記録");
        house.as_("加藤").get(&page).is(404);
    });
}
