//! What if: the page chooses the controls that do most, counts what remains, and shows nobody another department's risks.

use super::risks::{judge, register};
use crate::support::each_database;

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
