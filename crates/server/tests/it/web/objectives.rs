//! Objectives and their monthly reviews: set, reviewed, confirmed, checked, returned, ended.

use super::inspections::month;
use crate::support::{Browser, House, Page, each_database};
use meguri::closing;

/// 営業部's objective from April to March; gives its address.
fn set(house: &House) -> String {
    let department = house.department("営業部").to_string();
    let fields = [
        ("department", department.as_str()),
        ("title", "誤送信を年3件以下にする"),
        ("measure", "誤送信の件数"),
        ("target", "3件以下"),
        ("owner", "営業課長"),
        ("from_month", "2026-04"),
        ("to_month", "2027-03"),
    ];
    let sato = house.as_("佐藤");
    let set = sato.post("/objectives/new", &fields);
    sato.follow(&set).is(200).has("誤送信を年3件以下にする").has("4月分の検討を書く");
    set.location
}

fn write(browser: &Browser<'_>, page: &str, version: &str, more: &[(&str, &str)]) -> Page {
    let mut fields = vec![("version", version), ("progress", "on_track")];
    fields.extend_from_slice(more);
    browser.post(page, &fields)
}

const FULL: [(&str, &str); 4] = [
    ("discussed", "4月の誤送信1件の経緯を課内で見た"),
    ("decided", "送信前に宛先を二人で見る"),
    ("next", "宛先確認の機能を試す"),
    ("figure", "1件"),
];

fn step(browser: &Browser<'_>, page: &str, act: &str, more: &[(&str, &str)]) -> Page {
    let shown = browser.get(page);
    let at = shown.body.find(&format!("/{act}\"")).unwrap_or_else(|| panic!("no {act}: {}", shown.excerpt()));
    let id = shown.body[..at].rsplit("/reviews/").next().unwrap().to_owned();
    let version = shown.value("version");
    let mut fields = vec![("version", version.as_str())];
    fields.extend_from_slice(more);
    browser.post(&format!("/reviews/{id}/{act}"), &fields)
}

#[test]
fn an_objective_is_reviewed_every_month_and_checked() {
    each_database(|house| {
        let objective = set(house);
        let page = format!("{objective}/reviews/2026-04");
        let sato = house.as_("佐藤");
        sato.get("/objectives").is(200).has("誤送信を年3件以下にする").has("営業課長").has("4月");
        write(&sato, &page, "0", &[("discussed", "経緯を見た"), ("act", "submit")])
            .is(422)
            .has("「決まったこと」が空です")
            .has("経緯を見た");
        sato.get(&page).has("未着手");
        write(&sato, &page, "0", &[&FULL[..], &[("act", "submit")]].concat()).leads_to(&page);
        sato.get(&page).has("部門確認待ち").has("宛先を二人で見る").lacks("data-autosave");
        let tanaka = house.as_("田中");
        step(&tanaka, &page, "return", &[("reason", "件数の数え方を書いてください")]).leads_to(&page);
        sato.get(&page).has("件数の数え方を書いてください");
        let version = sato.get(&page).value("version");
        write(&sato, &page, &version, &[&FULL[..], &[("act", "submit")]].concat()).leads_to(&page);
        step(&tanaka, &page, "confirmation", &[]).leads_to(&page);
        step(&house.as_("渡辺"), &page, "check", &[]).leads_to(&page);
        sato.get(&objective).has("完了").has("送信前に宛先を二人で見る");
        house.move_to("2026-05-11");
        let sato = house.as_("佐藤"); // The session before has ended.
        sato.get(&format!("{objective}/reviews/2026-05")).has("宛先確認の機能を試す");
    });
}

#[test]
fn whoever_saves_a_review_second_sees_both() {
    each_database(|house| {
        let page = format!("{}/reviews/2026-04", set(house));
        let (sato, tanaka) = (house.as_("佐藤"), house.as_("田中"));
        write(&sato, &page, "0", &FULL).leads_to(&page);
        write(&sato, &page, "0", &FULL).leads_to(&page);
        let lost = write(&tanaka, &page, "0", &[("discussed", "別のこと")]);
        lost.is(409).has("別のこと").has("4月の誤送信1件の経緯");
    });
}

#[test]
fn a_late_review_gives_its_reason_and_a_closed_month_takes_none() {
    each_database(|house| {
        let objective = set(house);
        let page = format!("{objective}/reviews/2026-04");
        house.move_to("2026-05-20");
        let sato = house.as_("佐藤");
        sato.get(&page).has("を過ぎています");
        write(&sato, &page, "0", &[&FULL[..], &[("act", "submit")]].concat())
            .is(422)
            .has("「遅れた理由」が空です");
        write(&sato, &format!("{objective}/reviews/2026-06"), "0", &FULL).is(422).has("まだ始まっていない月");
        let department = house.department("営業部");
        house.act("渡辺", |tx| closing::acts::close(tx, &department, month("2026-04"))).unwrap();
        sato.get(&page).has("この月は締められています");
        write(&sato, &page, "0", &FULL).is(409);
        sato.get(&format!("{objective}/reviews/2028-01")).is(404);
    });
}

#[test]
fn an_objective_ends_with_a_reason_and_keeps_what_was_owed() {
    each_database(|house| {
        let objective = set(house);
        house.move_to("2026-06-10");
        let end =
            |name: &str, fields: &[(&str, &str)]| house.as_(name).post(&format!("{objective}/end"), fields);
        end("佐藤", &[("state", "stopped"), ("last", "2026-06"), ("reason", "")]).is(422);
        end("佐藤", &[("state", "stopped"), ("last", "2026-04"), ("reason", "事業の終了")]).is(422);
        end("中村", &[("state", "stopped"), ("last", "2026-06"), ("reason", "事業の終了")]).is(403);
        end("鈴木", &[("state", "stopped"), ("last", "2026-06"), ("reason", "事業の終了")]).is(404);
        end("佐藤", &[("state", "stopped"), ("last", "2026-06"), ("reason", "事業の終了")])
            .leads_to(&objective);
        house.as_("佐藤").get(&objective).has("中止").has("2026年6月").lacks("目標を終える");
    });
}

#[test]
fn other_departments_do_not_see_it_and_a_stale_edit_shows_both() {
    each_database(|house| {
        let objective = set(house);
        house.as_("鈴木").get(&objective).is(404);
        house.as_("鈴木").get("/objectives").is(200).lacks("誤送信");
        house.as_("中村").get(&objective).is(200).lacks("/edition");
        house.as_("中村").get("/objectives/new").is(403);
        let edit = |title: &str, version: &str| {
            let fields = [("title", title), ("version", version), ("to_month", "2027-03")];
            house.as_("佐藤").post(&format!("{objective}/edition"), &fields)
        };
        edit("誤送信を年2件以下にする", "1").leads_to(&objective);
        edit("誤送信をなくす", "1").is(409).has("誤送信を年2件以下にする").has("誤送信をなくす");
        edit("", "2").is(422).has("「目標」が空です");
        let other = house.department("人事部").to_string();
        let fields = [
            ("department", other.as_str()),
            ("title", "x"),
            ("from_month", "2026-04"),
            ("to_month", "2026-05"),
        ];
        house.as_("佐藤").post("/objectives/new", &fields).is(404);
    });
}
