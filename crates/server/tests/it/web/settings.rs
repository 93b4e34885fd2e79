//! Settings: people and their posts, departments, deadlines and holidays, the organisation; who sees and who edits.

use crate::support::{House, PASSWORD, day, each_database};
use meguri::people::store;
use meguri_domain::people::{Act, Posting, Role};

fn postings(house: &House, name: &str) -> Vec<Posting> {
    let id = house.person(name);
    house.read_as_system(|rx| Ok(store::postings_of(rx, &id)?)).unwrap()
}

fn page_of(house: &House, name: &str) -> String {
    format!("/settings/people/{}", house.person(name))
}

#[test]
fn who_may_see_sees_and_only_the_administrator_finds_forms() {
    each_database(|house| {
        let tabs = ["people", "departments", "calendar", "organisation", "about"]
            .map(|tab| format!("/settings/{tab}"));
        for name in ["佐藤", "田中", "小林"] {
            house.as_(name).get("/settings").is(403);
            for tab in &tabs {
                house.as_(name).get(tab).is(403);
            }
            house.as_(name).get(&page_of(house, "鈴木")).is(403);
        }
        for name in ["渡辺", "山本", "中村", "加藤"] {
            house.as_(name).get("/settings").leads_to("/settings/people");
            for tab in &tabs {
                house.as_(name).get(tab).is(200);
            }
        }
        house.as_("中村").get("/settings/people").has("佐藤").lacks("人を登録");
        house.as_("渡辺").get("/settings/departments").lacks("部門を開設");
        house.as_("渡辺").get("/settings/calendar").has("休日を追加");
        house.as_("中村").get("/settings/calendar").lacks("休日を追加");
        house.as_("加藤").get("/settings/people").has("人を登録").has("営業部 部門長");
    });
}

#[test]
fn a_person_is_enrolled_posted_and_sets_the_password_by_a_link_shown_once() {
    each_database(|house| {
        let new = [("name", "吉田"), ("email", "Yoshida@mihon.example")];
        house.as_("渡辺").post("/settings/people", &new).is(403);
        let browser = house.as_("加藤");
        let wrong = browser.post("/settings/people", &[("name", "吉田"), ("email", "yoshida")]);
        wrong.is(422).has("name@example.co.jp").has("value=\"吉田\"");
        let enrolled = browser.post("/settings/people", &new);
        enrolled.is(303);
        browser.post("/settings/people", &new).is(422).has("すでにあります");
        let page = enrolled.location.clone();
        browser.get(&page).has("役割がありません").has("パスワード未設定");
        let department = house.department("営業部").to_string();
        let post = [("role", "member"), ("department_id", department.as_str()), ("from_on", "2026-04-01")];
        let path = format!("{page}/postings");
        browser.post(&path, &post).leads_to(&page);
        browser.post(&path, &post).is(422).has("すでにあります");
        house.as_("渡辺").post(&format!("{page}/invitation"), &[]).is(403);
        let shown = browser.post(&format!("{page}/invitation"), &[]);
        shown.is(200).has("https://meguri.test/set-up/");
        let link =
            shown.body.split("https://meguri.test").nth(1).unwrap().split('"').next().unwrap().to_owned();
        browser.get(&page).lacks("/set-up/");
        house.visitor().post(&link, &[("password", PASSWORD)]).leads_to("/");
        house
            .visitor()
            .post("/sign-in", &[("email", "yoshida@mihon.example"), ("password", PASSWORD)])
            .leads_to("/");
    });
}

#[test]
fn a_change_of_post_ends_the_old_one_and_begins_the_new_one() {
    each_database(|house| {
        let old = postings(house, "佐藤").remove(0);
        let department = house.department("営業部").to_string();
        let path = format!("{}/postings", page_of(house, "佐藤"));
        let deputy = [
            ("role", "deputy"),
            ("department_id", department.as_str()),
            ("from_on", "2026-05-01"),
            ("to_on", ""),
        ];
        house.as_("加藤").post(&path, &deputy).is(422).has("「終了日」が空です");
        let lost = [("role", "head"), ("department_id", ""), ("from_on", "2026-05-01")];
        house.as_("加藤").post(&path, &lost).is(422).has("担当者・部門長・代理には部門を選び");
        let stranger = postings(house, "鈴木").remove(0);
        let head = |instead: &str| {
            let fields = [
                ("role", "head"),
                ("department_id", department.as_str()),
                ("from_on", "2026-05-01"),
                ("instead_of", instead),
            ];
            house.as_("加藤").post(&path, &fields).status
        };
        assert_eq!(head(stranger.id.as_str()), 404, "another person's post does not end here");
        assert_eq!(postings(house, "佐藤").len(), 1, "and nothing was begun");
        assert_eq!(head(old.id.as_str()), 303);
        let both = postings(house, "佐藤");
        assert_eq!((both[0].role, both[0].to_on), (Role::Member, Some(day("2026-04-30"))));
        assert_eq!((both[1].role, both[1].from_on), (Role::Head, day("2026-05-01")));
        house.as_("加藤").get(&page_of(house, "佐藤")).has("予定");
    });
}

#[test]
fn the_last_administrator_stays() {
    each_database(|house| {
        let page = page_of(house, "加藤");
        let post = postings(house, "加藤").remove(0);
        let sentence = "最後のシステム管理者は外せません";
        house.as_("加藤").post(&format!("{page}/departure"), &[]).is(422).has(sentence);
        let end = format!("/settings/postings/{}/end", post.id);
        house.as_("加藤").post(&end, &[("last", "2026-12-31")]).is(422).has(sentence);
        let secretariat =
            [("role", "secretariat"), ("from_on", "2026-04-02"), ("instead_of", post.id.as_str())];
        house.as_("加藤").post(&format!("{page}/postings"), &secretariat).is(422).has(sentence);
        assert_eq!(postings(house, "加藤").len(), 1);
        let second = [("role", "administrator"), ("from_on", "2026-04-01")];
        house.as_("加藤").post(&format!("{}/postings", page_of(house, "中村")), &second).is(303);
        house.as_("加藤").post(&format!("{page}/departure"), &[]).leads_to("/settings/people");
        house.as_("中村").post(&format!("{}/departure", page_of(house, "中村")), &[]).is(422).has(sentence);
        house.as_("中村").get("/settings/people?only=left").has("加藤");
    });
}

#[test]
fn a_leaver_loses_posts_and_sign_in_and_keeps_his_name_in_the_records() {
    each_database(|house| {
        house.as_("渡辺").post(&format!("{}/departure", page_of(house, "佐藤")), &[]).is(403);
        house.as_("加藤").post(&format!("{}/departure", page_of(house, "佐藤")), &[]).is(303);
        assert!(postings(house, "佐藤").iter().all(|each| each.to_on == Some(day("2026-04-01"))));
        house.visitor().post("/sign-in", &[("email", "sato@mihon.example"), ("password", PASSWORD)]).is(422);
        house.as_("加藤").get(&page_of(house, "佐藤")).has("退職").lacks("役割を追加");
        house.as_("加藤").post(&format!("{}/invitation", page_of(house, "佐藤")), &[]).is(409);
    });
}

#[test]
fn departments_open_are_renamed_from_a_day_and_close_with_a_successor() {
    each_database(|house| {
        let browser = house.as_("加藤");
        let parent = house.department("営業部").to_string();
        let order = |code| {
            [("code", code), ("name", "営業一課"), ("parent_id", parent.as_str()), ("opens_on", "2026-04-01")]
        };
        house.as_("渡辺").post("/settings/departments", &order("D011")).is(403);
        browser.post("/settings/departments", &order("D01")).is(422).has("すでにあります").has("営業一課");
        browser.post("/settings/departments", &order("")).is(422).has("「部門コード」が空です");
        browser.post("/settings/departments", &order("D011")).leads_to("/settings/departments");
        browser.get("/settings/departments").has("営業一課").has("部門長がいない部門が");
        let page = format!("/settings/departments/{parent}");
        browser
            .post(&format!("{page}/names"), &[("name", "営業本部"), ("from_on", "2026-10-01")])
            .leads_to(&page);
        browser.get(&page).has("<h1>営業部</h1>").has("営業本部");
        house.move_to("2026-10-01");
        house.as_("加藤").get(&page).has("<h1>営業本部</h1>");
        let row = super::risks::register(house, "佐藤", "営業部", "契約書");
        let successor = house.department("人事部").to_string();
        let closing = format!("{page}/closing");
        let close = |on, to| house.as_("加藤").post(&closing, &[("closes_on", on), ("successor_id", to)]);
        close("2026-01-31", "").is(422).has("先月の末日以降");
        close("2026-10-31", &parent).is(422).has("別の部門を選んでください");
        close("2026-10-31", &successor).leads_to(&page);
        let moved = house
            .read_as_system(|rx| meguri::asset::store::find(rx, &rx.scope(Act::SeeRegister), &row.id))
            .unwrap();
        assert_eq!(moved.department_id, house.department("人事部"));
    });
}

#[test]
fn deadlines_and_holidays_move_the_due_day() {
    each_database(|house| {
        house
            .as_("中村")
            .post("/settings/calendar/holidays", &[("on_date", "2026-05-01"), ("name", "創立記念日")])
            .is(403);
        let browser = house.as_("渡辺");
        let founding = [("on_date", "2026-05-01"), ("name", "創立記念日")];
        browser.get("/settings/calendar").has("部門が2026年5月12日(火)");
        browser.post("/settings/calendar/holidays", &founding).leads_to("/settings/calendar?year=2026");
        browser.post("/settings/calendar/holidays", &founding).is(422).has("すでにあります");
        browser
            .post("/settings/calendar/holidays", &[("on_date", "5月1日"), ("name", "創立記念日")])
            .is(422)
            .has("年月日で入力");
        let added = browser.get("/settings/calendar?year=2026");
        added.has("部門が2026年5月13日(水)");
        let row = added.body.split("創立記念日").nth(1).unwrap();
        let id = row.split("/settings/holidays/").nth(1).unwrap().split('/').next().unwrap();
        browser.post(&format!("/settings/holidays/{id}/withdrawal"), &[]).is(303);
        browser.get("/settings/calendar").has("部門が2026年5月12日(火)").has("取消済み");
        let term = |from, department, secretariat| {
            let fields =
                [("from_month", from), ("department_day", department), ("secretariat_day", secretariat)];
            browser.post("/settings/calendar/terms", &fields)
        };
        term("2026-05", "3", "2").is(422).has("事務局は部門と同じかそれより後");
        term("2026-03", "3", "6").is(422).has("今月以降の月");
        term("2026-05", "3", "6").leads_to("/settings/calendar");
        browser.get("/settings/calendar").has("翌月の第3営業日");
    });
}

#[test]
fn the_organisation_changes_its_name_on_every_page_at_once() {
    each_database(|house| {
        let order = |name, start, first| [("name", name), ("fiscal_start", start), ("first_month", first)];
        house.as_("中村").post("/settings/organisation", &order("新しい見本", "4", "2026-04")).is(403);
        let browser = house.as_("渡辺");
        browser.post("/settings/organisation", &order(" ", "4", "2026-04")).is(422).has("「組織名」が空です");
        browser
            .post("/settings/organisation", &order("新しい見本", "13", "2026-04"))
            .is(422)
            .has("1から12の月");
        browser.post("/settings/organisation", &order("新しい見本", "4", "四月")).is(422).has("年と月で入力");
        browser
            .post("/settings/organisation", &order("新しい見本", "10", "2026-05"))
            .leads_to("/settings/organisation");
        house.as_("佐藤").get("/criteria").has("新しい見本").has("2025年度");
        house.as_("加藤").get("/settings/about").is(200).has("meguri/");
    });
}

#[test]
fn two_departments_that_stand_together_never_have_one_name() {
    each_database(|house| {
        let browser = house.as_("加藤");
        let open = |code: &str, name: &str, on: &str| {
            let fields = [("code", code), ("name", name), ("opens_on", on)];
            browser.post("/settings/departments", &fields)
        };
        open("D10", "営業部", "2026-04-01").is(422).has("同じ名前の部門「営業部」（コード D01）").has("D10");
        open("D10", "営 業部", "2026-04-01").is(422).has("同じ名前の部門");
        open("D10", "海外営業部", "2026-04-01").is(303);
        let names = format!("/settings/departments/{}/names", house.department("人事部"));
        let rename = |name: &str| browser.post(&names, &[("name", name), ("from_on", "2026-05-01")]);
        rename("海外営業部").is(422).has("同じ名前の部門「海外営業部」（コード D10）");
        rename("人財部").is(303);
        // A name that is taken from a later day on is taken, and one's own is not in one's own way.
        open("D11", "人財部", "2026-04-01").is(422).has("コード D02");
        browser.post(&names, &[("name", "人財部"), ("from_on", "2026-06-01")]).is(303);
        let closing = format!("/settings/departments/{}/closing", house.department("経理部"));
        browser.post(&closing, &[("closes_on", "2026-04-30")]).is(303);
        open("D12", "経理部", "2026-04-30").is(422).has("コード D03");
        open("D12", "経理部", "2026-05-01").is(303);
    });
}
