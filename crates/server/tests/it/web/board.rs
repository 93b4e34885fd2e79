//! The board: cells, the side panel, checking and closing one month or several.

use super::breaks::{answer, april, assign, hand_in};
use crate::support::each_database;
use meguri::{closing, inspection};
use meguri_domain::inspection::Mark;

#[test]
fn a_cell_goes_from_not_started_to_done_and_closed() {
    each_database(|house| {
        assign(house);
        house.move_to("2026-05-11");
        let department = house.department("営業部");
        let cell = format!("/board/{department}/2026-04");
        let watanabe = house.as_("渡辺");
        watanabe.get("/board?month=2026-04").is(200).has("4月 未着手 1件中0件").has("1部門のうち0部門");
        watanabe.get(&cell).is(200).has("まだ書かれていません").has("未回答の項目");
        let sheet = hand_in(house, Mark::Good);
        watanabe.get("/board").has("4月 確認待ち 1件中1件(事務局のチェック)");
        let panel = watanabe.get(&cell);
        panel.is(200).has("チェックする").has("data-act=\"return\"").has("まだ締められません");
        let record = panel.value("record");
        assert_eq!(record, format!("{}@{}", sheet.id, sheet.version));
        let stale = format!("{}@{}", sheet.id, sheet.version - 1);
        watanabe.post(&format!("{cell}/check"), &[("record", &stale)]).is(409);
        house.as_("佐藤").post(&format!("{cell}/check"), &[("record", &record)]).is(403);
        watanabe.post(&format!("{cell}/check"), &[("record", &record)]).leads_to(&cell);
        watanabe.get("/board").has("4月 完了 1件中1件");
        watanabe.post(&format!("{cell}/closing"), &[]).leads_to(&cell);
        let closed = watanabe.get(&cell);
        closed.has("締め済み").has("期限内 1").has("締めを解く理由");
        watanabe.get("/board").has("締め済み").has("<dd>—<small></small>");
        let id = closed.body.split("/closings/").nth(1).unwrap().split('/').next().unwrap().to_owned();
        let reopening = format!("/closings/{id}/reopening");
        let version = closed.value("version");
        watanabe.post(&reopening, &[("version", &version), ("reason", " ")]).is(422);
        house.as_("佐藤").post(&reopening, &[("version", &version), ("reason", "誤り")]).is(403);
        house.as_("鈴木").post(&reopening, &[("version", &version), ("reason", "誤り")]).is(404);
        watanabe.post(&reopening, &[("version", &version), ("reason", "記入の誤り")]).leads_to(&cell);
        watanabe.get(&cell).has("記入の誤り").has("この月を締める");
    });
}

#[test]
fn a_closed_month_takes_no_record() {
    each_database(|house| {
        assign(house);
        house.move_to("2026-05-20");
        let department = house.department("営業部");
        house.act("渡辺", |tx| closing::acts::close(tx, &department, april())).unwrap();
        let refused = house.act("佐藤", |tx| {
            inspection::acts::save_sheet(tx, &department, april(), 0, &[answer(Mark::Good)], "休み")
        });
        assert!(refused.is_err());
        house.as_("渡辺").get("/board").has("4月 期限超過 1件中0件、締め済み").has("0.0<small>%");
    });
}

#[test]
fn a_record_is_sent_back_with_a_reason_and_comes_back() {
    each_database(|house| {
        assign(house);
        house.move_to("2026-05-11");
        let sheet = hand_in(house, Mark::Good);
        let cell = format!("/board/{}/2026-04", sheet.department_id);
        let record = format!("{}@{}", sheet.id, sheet.version);
        let watanabe = house.as_("渡辺");
        watanabe.post(&format!("{cell}/return"), &[("record", &record), ("reason", "")]).is(422);
        let fields = [("record", record.as_str()), ("reason", "鍵の数を書いてください")];
        watanabe.post(&format!("{cell}/return"), &fields).leads_to(&cell);
        watanabe.get(&cell).has("鍵の数を書いてください").has("差戻し");
        watanabe.get("/board").has("4月 差戻し 1件中0件");
        house.as_("佐藤").get("/").is(200).has("差戻し").has("直す");
    });
}

#[test]
fn several_departments_are_checked_together_and_refusals_are_named() {
    each_database(|house| {
        assign(house);
        house.move_to("2026-05-11");
        hand_in(house, Mark::Good);
        let (sales, people) = (house.department("営業部"), house.department("人事部"));
        house
            .act("渡辺", |tx| {
                let item = super::breaks::item();
                let rhythm = meguri_domain::inspection::Rhythm::Monthly;
                inspection::acts::assign(tx, &item, &people, rhythm, april())
            })
            .unwrap();
        let fields = [("month", "2026-04"), ("department", sales.as_str()), ("department", people.as_str())];
        house.as_("佐藤").post("/board/checks", &fields).is(403);
        let watanabe = house.as_("渡辺");
        watanabe.post("/board/checks", &[("month", "2026-04")]).is(422).has("部門が選ばれていません");
        let checked = watanabe.post("/board/checks", &fields);
        checked.leads_to("/board?month=2026-04");
        watanabe.follow(&checked).has("4月分を1部門チェックしました").has("人事部(提出か部門確認");
        house.move_to("2026-05-13");
        let watanabe = house.as_("渡辺");
        let closed = watanabe.post("/board/closings", &fields);
        watanabe.follow(&closed).has("4月分を2部門締めました");
    });
}

#[test]
fn other_departments_are_not_on_the_board() {
    each_database(|house| {
        assign(house);
        house.move_to("2026-05-11");
        let department = house.department("営業部");
        let suzuki = house.as_("鈴木");
        suzuki.get("/board").is(200).lacks("営業部");
        suzuki.get(&format!("/board/{department}/2026-04")).is(404);
        suzuki.get("/board/nobody/2026-04").is(404);
        house.as_("渡辺").get(&format!("/board/{department}/2026-13")).is(404);
        house.as_("加藤").get("/board").is(403);
    });
}

#[test]
fn who_checks_sees_what_is_checked_with_its_notes_and_evidence() {
    each_database(|house| {
        assign(house);
        house.move_to("2026-05-11");
        let department = house.department("営業部");
        let cell = format!("/board/{department}/2026-04");
        let good = meguri_domain::inspection::AnswerDraft {
            note: "4月の鍵の貸出表を見た".into(),
            ..answer(Mark::Good)
        };
        let sheet = house
            .act("佐藤", |tx| inspection::acts::save_sheet(tx, &department, april(), 0, &[good], ""))
            .unwrap();
        let evidence = format!("/inspections/{department}/2026-04/items/{}/evidence", super::breaks::item());
        let sato = house.as_("佐藤");
        let file = ("file", "貸出表.txt", "text/plain", "鍵 3本".as_bytes());
        sato.post_multipart(&evidence, &[], &[file]).is(303);
        sato.post_multipart(&evidence, &[("label", "総務キャビネット2段目")], &[]).is(303);
        let sheet = house.act("佐藤", |tx| inspection::acts::submit(tx, &sheet.id, sheet.version)).unwrap();
        house.act("田中", |tx| inspection::acts::confirm(tx, &sheet.id, sheet.version)).unwrap();
        let panel = house.as_("渡辺").get(&cell);
        panel.is(200).has("<details").has("できている 1項目（証跡2件）");
        panel.has("4月の鍵の貸出表を見た").has("貸出表.txt").has("総務キャビネット2段目");
        let whole = format!("/inspections/{department}/2026-04");
        panel.has(&format!("href=\"{whole}\">点検票を見る"));
        house.as_("渡辺").get(&whole).is(200).has("4月の鍵の貸出表を見た");
        let file = panel.body.split("href=\"/evidence/").nth(1).unwrap().split('"').next().unwrap();
        house.as_("渡辺").get(&format!("/evidence/{file}")).is(200);
        house.as_("鈴木").get(&cell).is(404);
    });
}

#[test]
fn the_panel_and_the_board_count_the_same_things() {
    each_database(|house| {
        let department = house.department("営業部");
        let monthly = meguri_domain::inspection::Rhythm::Monthly;
        let items = ["CHK-O01", "CHK-O02", "CHK-O03"];
        let items = items.map(|id| meguri_domain::ids::CheckItemId::new(id).unwrap());
        for item in &items {
            house
                .act("渡辺", |tx| inspection::acts::assign(tx, item, &department, monthly, april()))
                .unwrap();
        }
        house.move_to("2026-05-11");
        let drafts =
            items.map(|item_id| meguri_domain::inspection::AnswerDraft { item_id, ..answer(Mark::Good) });
        let sheet = house
            .act("佐藤", |tx| inspection::acts::save_sheet(tx, &department, april(), 0, &drafts, ""))
            .unwrap();
        let sheet = house.act("佐藤", |tx| inspection::acts::submit(tx, &sheet.id, sheet.version)).unwrap();
        house.act("田中", |tx| inspection::acts::confirm(tx, &sheet.id, sheet.version)).unwrap();
        let cell = format!("/board/{department}/2026-04");
        let panel = house.as_("渡辺").get(&cell);
        panel.has("チェックする (1件)").has("確認待ちの記録が1件あるため").has("3項目のうち、3項目が提出");
        house.as_("渡辺").post(&format!("{cell}/closing"), &[]).is(422).has("確認待ちの記録が1件");
        let board = house.as_("渡辺").get("/board");
        board.has("確認待ちの記録がある部門</dt><dd>1").has("確認待ち <b>1</b>");
    });
}
