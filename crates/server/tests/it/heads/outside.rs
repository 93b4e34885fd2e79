//! Heads leave the house by mail and on paper, and count as outside only then.

use super::{Signed, add, all, dba, hand_out, sign, size};
use crate::mail::{body, set_server, turn};
use crate::support::smtp::{Mood, Smtp};
use crate::support::{House, Place, databases};
use meguri::house::round::{self, Said};
use meguri::record::answer::answer;
use meguri::record::heads::{policy, witnessed};
use meguri::record::keys::comparison::{Verdict, compare};
use meguri::record::outside::{acts, jobs};
use meguri::record::signer::{Rotated, end_rotation, rotate};
use meguri_record::Trust;

fn bound(house: &House) -> u64 {
    house.read_as_system(|rx| witnessed(&house.app, rx)).unwrap().0
}

fn look(house: &House) -> Said {
    round::go(&house.app, &jobs::ROUND).unwrap()
}

fn name(house: &House, email: &str, tongue: &str) {
    let fields = [("name", "青木監査法人 青木 一郎"), ("email", email), ("tongue", tongue)];
    house.as_("渡辺").post("/record/heads/addresses", &fields).leads_to("/record/heads");
}

fn waiting(house: &House) -> usize {
    let mails = house.read_as_system(meguri::house::mail::outbox::newest).unwrap();
    mails.iter().filter(|mail| mail.sent_at == 0).count()
}

#[test]
fn a_head_is_mailed_once_a_day_and_is_outside_when_a_mail_server_has_taken_it() {
    for place in databases() {
        let mut house = House::found(place);
        let server = Smtp::start(Mood::Says("RCPT", "450 later"));
        name(&house, "aoki@outside.example", "ja");
        sign(&house);
        look(&house);
        assert_eq!((waiting(&house), bound(&house)), (1, 0), "written is not sent");
        turn(&house);
        look(&house);
        assert_eq!((waiting(&house), bound(&house)), (1, 0), "without a mail server nothing counts");
        set_server(&mut house, &server.url());
        turn(&house);
        look(&house);
        assert_eq!((server.arrived().len(), bound(&house)), (0, 0), "what was not taken does not count");
        server.becomes(Mood::Takes);
        house.move_to("2026-04-02");
        turn(&house);
        assert_eq!(server.arrived().len(), 1);
        look(&house);
        let first = all(&house).pop().unwrap();
        assert_eq!(bound(&house), first.size);
        assert!(first.mailed_at > 0 && first.paper_at == 0);
        // Nothing new: nobody is written to, not on the next day either.
        look(&house);
        house.move_to("2026-04-03");
        look(&house);
        assert_eq!(waiting(&house), 0);
        add(&house, "新しい名前");
        sign(&house);
        look(&house);
        add(&house, "もっと新しい名前");
        sign(&house);
        look(&house);
        assert_eq!(waiting(&house), 1, "once a day");
        turn(&house);
        look(&house);
        assert_eq!((server.arrived().len(), bound(&house)), (2, first.size + 1));
        house.as_("中村").get("/record/heads").is(200).has("メール").lacks("送付先を加える");
    }
}

#[test]
fn the_mail_holds_the_note_as_it_was_signed() {
    let mut house = House::found(Place::memory());
    let server = Smtp::start(Mood::Takes);
    set_server(&mut house, &server.url());
    name(&house, "aoki@outside.example", "ja");
    name(&house, "smith@outside.example", "en");
    sign(&house);
    look(&house);
    turn(&house);
    let head = all(&house).pop().unwrap();
    let arrived = server.arrived();
    assert_eq!(arrived.len(), 2);
    for mail in &arrived {
        let text = body(&mail.text).replace("\r\n", "\n");
        assert!(text.contains(&head.note), "{text}");
        let own = if mail.to[0].contains("smith") { "HOW TO CHECK" } else { "確かめ方" };
        assert!(
            text.contains(own) && text.contains("meguri-verify") && text.contains("株式会社見本"),
            "{text}"
        );
        let verdict = house.read_as_system(|rx| compare(&house.app, rx, &text)).unwrap();
        assert!(matches!(verdict, Verdict::Ours { signed: true, .. }), "{verdict:?}");
    }
}

#[test]
fn who_is_written_to_is_recorded_and_a_wrong_address_is_said_and_not_lost() {
    for place in databases() {
        let house = House::found(place);
        let watanabe = house.as_("渡辺");
        let post = |email: &str| {
            let fields = [("name", "青木 <b>一郎</b>"), ("email", email), ("tongue", "ja")];
            watanabe.post("/record/heads/addresses", &fields)
        };
        for wrong in ["", "aoki", "a@b", "a@outside.example\r\nBcc: x@evil.example", "名@outside.example"] {
            post(wrong).is(422).has("青木 &#60;b&#62;一郎").lacks("<b>一郎");
        }
        post("sato@mihon.example").is(422).has("このシステムの利用者のアドレスです");
        post("Aoki@Outside.example").leads_to("/record/heads");
        post("aoki@outside.example").is(422).has("すでにあります");
        let page = watanabe.get("/record/heads");
        page.has("aoki@outside.example");
        let id =
            page.body.split("/record/heads/addresses/").nth(1).unwrap().split('/').next().unwrap().to_owned();
        let withdraw = format!("/record/heads/addresses/{id}/withdrawal");
        house.as_("田中").post(&withdraw, &[]).is(403);
        house.as_("加藤").post(&withdraw, &[]).leads_to("/record/heads");
        watanabe.get("/record/heads").lacks("aoki@outside.example");
        watanabe
            .get("/record?kind=head_address")
            .has("ヘッドの送付先を加えました")
            .has("ヘッドの送付先をやめました");
        assert!(house.read_as_system(meguri::record::verify::verify).unwrap().findings.is_empty());
    }
}

#[test]
fn a_paper_that_changed_hands_is_recorded_and_lets_the_old_key_go() {
    for place in databases() {
        let house = House::found(place);
        sign(&house);
        rotate(&house.app).unwrap();
        sign(&house);
        assert_eq!(end_rotation(&house.app).unwrap(), Rotated::NotOutside);
        let watanabe = house.as_("渡辺");
        let post = |size: &str, whom: &str, on: &str| {
            let fields = [("size", size), ("to_whom", whom), ("on_date", on)];
            watanabe.post("/record/heads/papers", &fields)
        };
        let newest = all(&house).pop().unwrap().size.to_string();
        post("999999", "青木監査法人", "2026-04-01")
            .is(422)
            .has("この件数のヘッドはありません")
            .has("青木監査法人");
        post("x", "青木監査法人", "2026-04-01").is(422).has("数字で入力").has("青木監査法人");
        post(&newest, "", "2026-04-01").is(422);
        post(&newest, "青木監査法人", "2026-04-02").is(422).has("今日までの日").has("青木監査法人");
        post(&newest, "青木監査法人", "2026-03-31").is(422).has("署名した日から");
        let fields = [("size", newest.as_str()), ("to_whom", "x"), ("on_date", "2026-04-01")];
        house.as_("中村").post("/record/heads/papers", &fields).is(403);
        assert_eq!(end_rotation(&house.app).unwrap(), Rotated::NotOutside, "nothing was handed out");
        post(&newest, "青木監査法人 <i>様</i>", "2026-04-01").leads_to("/record/heads");
        assert_eq!(bound(&house).to_string(), newest);
        assert!(all(&house).pop().unwrap().paper_at > 0);
        assert_eq!(end_rotation(&house.app).unwrap(), Rotated::Ended);
        watanabe.get("/record/heads").has("青木監査法人 &#60;i&#62;様").has("紙");
        watanabe.get("/record?kind=handing_out").has("ヘッドを紙で渡しました");
        assert!(house.read_as_system(meguri::record::verify::verify).unwrap().findings.is_empty());
    }
}

#[test]
fn what_a_crash_left_unsaid_is_said_by_the_next_round() {
    for place in databases() {
        let house = House::found(place);
        sign(&house);
        let head = all(&house).pop().unwrap();
        let paper =
            acts::Paper { size: head.size, to_whom: "青木".into(), on_date: house.app.clock.today() };
        house.act("渡辺", |tx| acts::hand_out(tx, &house.app.clock, &paper)).unwrap();
        assert_eq!(bound(&house), 0);
        look(&house);
        assert_eq!(bound(&house), head.size);
    }
}

#[test]
fn a_head_of_a_closed_log_that_arrives_late_binds_nothing_and_stops_nothing() {
    for place in databases() {
        let mut house = House::found(place);
        let server = Smtp::start(Mood::Takes);
        set_server(&mut house, &server.url());
        name(&house, "aoki@outside.example", "ja");
        sign(&house);
        look(&house);
        let old = all(&house).pop().unwrap();
        assert_eq!(answer(&house.app, "kato@mihon.example", "鍵が漏れた", true).unwrap(), None);
        turn(&house);
        assert_eq!(server.arrived().len(), 1, "it was on its way already");
        look(&house);
        meguri::record::heads::held_outside(&house.app, &old, super::Way::Mail, &old.note).unwrap();
        assert_eq!(house.app.keys.read("outside.note").unwrap(), None);
        assert!(matches!(sign(&house), Signed::Head { .. }));
    }
}

#[test]
fn the_monthly_report_and_the_page_of_a_head_carry_what_is_to_be_kept_on_paper() {
    for place in databases() {
        let house = House::found(place);
        let watanabe = house.as_("渡辺");
        watanabe.get("/report").is(200).lacks("受領欄");
        sign(&house);
        let head = all(&house).pop().unwrap();
        let lines = head.note.split("\n\n").next().unwrap();
        let spoken = meguri::record::heads::groups(&head.root);
        for address in ["/report".to_owned(), format!("/record/heads/{}", head.size)] {
            let page = watanabe.get(&address);
            page.is(200).has("受領欄").has(&spoken).has("署名または印");
            assert!(super::unescaped(&page.body).contains(lines), "{address}");
        }
        let note = house.as_("中村").get(&format!("/record/heads/{}/note", head.size));
        assert_eq!(note.is(200).body, head.note);
        house.as_("中村").get("/record/heads/999999/note").is(404);
        house.as_("中村").get(&format!("/record/heads/{}/note?log=elsewhere", head.size)).is(404);
    }
}

#[test]
fn the_page_of_keys_shows_every_key_and_gives_the_list_as_a_file() {
    for place in databases() {
        let house = House::found(place);
        sign(&house);
        hand_out(&house);
        let before = policy(&house.app).unwrap();
        assert_eq!(answer(&house.app, "kato@mihon.example", "鍵が漏れた", true).unwrap(), None);
        sign(&house);
        let nakamura = house.as_("中村");
        let page = nakamura.get("/record/keys");
        page.is(200).has("今の記録簿").has("締めた記録簿");
        let now = nakamura.get("/record/keys/policy");
        assert_eq!(now.is(200).body, policy(&house.app).unwrap());
        let closed = house.read_as_system(meguri::record::answer::closed).unwrap().remove(0);
        let old = nakamura.get(&format!("/record/keys/policy?log={}", closed.id));
        assert_eq!(old.is(200).body, before);
        for text in [&now.body, &before] {
            let key = Trust::read(text).unwrap().logs()[0].text();
            let words = super::unescaped(&page.body);
            assert!(words.contains(&key) && words.contains(&meguri::record::keys::fingerprint(&key)));
        }
        nakamura.get("/record/keys/policy?log=elsewhere").is(404);
        house.as_("田中").get("/record/keys").is(403);
        nakamura.get(&format!("/record/heads?log={}", closed.id)).is(200).lacks("紙で渡した記録");
        assert!(size(&house) > 0 && dba_is_there(&house));
    }
}

fn dba_is_there(house: &House) -> bool {
    house.place().address().is_none() || dba(house).ask("SELECT id FROM log").is_some()
}
