//! What becomes of a mail while its server is down, slow, unwilling, or hangs up behind the text.

use super::{all, header, post, set_server, texts, turn, wait};
use crate::support::smtp::{Mood, Smtp};
use crate::support::{House, Place, databases};
use crate::tamper::dba::Dba;
use std::time::{Duration, Instant};

#[test]
fn a_mail_arrives_as_it_was_written_and_once() {
    for place in databases() {
        let mut house = House::found(place);
        let server = Smtp::start(Mood::Takes);
        set_server(&mut house, &server.url());
        post(&house, "記録簿のヘッド");
        let said = turn(&house);
        assert!(said.good, "{said:?}");
        turn(&house);
        let [mail] = server.arrived().try_into().unwrap();
        assert_eq!((mail.from.as_str(), mail.to.len()), ("MAIL FROM:<meguri@mihon.example>", 1));
        assert_eq!(mail.to, ["RCPT TO:<a@outside.example>"]);
        assert!(all(&house)[0].sent_at > 0);
        house.as_("加藤").get("/health/mails").is(200).has("記録簿のヘッド").has("送信済み");
    }
}

#[test]
fn a_house_without_a_server_keeps_its_mails_where_they_can_be_read() {
    for place in databases() {
        let house = House::found(place);
        post(&house, "記録簿のヘッド");
        let said = turn(&house);
        assert!(said.good && said.ja.contains("設定されていないため"), "{said:?}");
        let page = house.as_("渡辺").get("/health/mails");
        page.is(200).has("メールサーバーが設定されていません").has("送信待ち");
        house.as_("渡辺").get(&format!("/health/mails/{}", all(&house)[0].id)).is(200).has("二行目");
        house.as_("田中").get("/health/mails").is(403);
    }
}

#[test]
fn what_the_server_does_not_take_is_tried_again_with_growing_waits_until_it_does() {
    let moods = [
        Mood::Says("MAIL", "421 too busy"),
        Mood::Says("RCPT", "450 greylisted"),
        Mood::Says("DATA", "451 no room"),
        Mood::Says(".", "452 no room"),
        Mood::Says("EHLO", "421 not now"),
    ];
    for place in databases() {
        let mut house = House::found(place);
        let server = Smtp::start(Mood::Takes);
        set_server(&mut house, &server.url());
        for mood in &moods {
            server.becomes(mood.clone());
            post(&house, "記録簿のヘッド");
            let (mut waits, before) = (Vec::new(), server.arrived().len());
            for tries in 1..=3 {
                let now = house.app.clock.now_ms();
                let said = turn(&house);
                let mail = all(&house).into_iter().find(|mail| mail.sent_at == 0).unwrap();
                assert_eq!((mail.tries, mail.unsure, mail.given_up), (tries, 0, false), "{mood:?}");
                assert!(!mail.said.0.is_empty() && said.good == (tries < 3), "{mood:?} {said:?}");
                waits.push(mail.next_at - now);
                turn(&house);
                let again = all(&house).into_iter().find(|mail| mail.sent_at == 0).unwrap();
                assert_eq!(again.tries, tries, "not before its time");
                wait(&house);
            }
            assert_eq!(waits, [60_000, 120_000, 240_000], "{mood:?}");
            server.becomes(Mood::Takes);
            assert!(turn(&house).good);
            assert_eq!(server.arrived().len(), before + 1, "{mood:?}");
            let gone = all(&house).into_iter().filter(|mail| mail.sent_at == 0).count();
            assert_eq!(gone, 0, "{mood:?}");
        }
    }
}

#[test]
fn a_server_that_is_down_is_asked_once_a_turn_and_everything_goes_when_it_is_back() {
    let mut house = House::found(Place::memory());
    let port = Smtp::start(Mood::Takes).port;
    set_server(&mut house, &format!("smtp://127.0.0.1:{port}"));
    for n in 0..5 {
        post(&house, &format!("{n}通目"));
    }
    // The listener may still have taken its last connection.
    std::thread::sleep(Duration::from_millis(50));
    turn(&house);
    assert_eq!(all(&house).iter().map(|mail| mail.tries).sum::<i64>(), 1);
    assert!(all(&house).iter().any(|mail| mail.said.0.contains("接続できませんでした")));
    let server = Smtp::start(Mood::Takes);
    set_server(&mut house, &server.url());
    wait(&house);
    assert!(turn(&house).good);
    assert_eq!(server.arrived().len(), 5);
}

#[test]
fn what_a_server_refuses_for_good_is_given_up_shown_and_sent_when_a_person_says_so() {
    for place in databases() {
        let mut house = House::found(place);
        let server = Smtp::start(Mood::Says("RCPT", "550 no such <b>user</b>"));
        set_server(&mut house, &server.url());
        post(&house, "記録簿のヘッド");
        for _ in 0..5 {
            turn(&house);
            wait(&house);
        }
        let [mail] = all(&house).try_into().unwrap();
        assert_eq!((mail.tries, mail.given_up, mail.sent_at), (3, true, 0));
        assert!(!turn(&house).good);
        let kato = house.as_("加藤");
        kato.get("/health/mails").has("送れませんでした").has("550").lacks("<b>user");
        server.becomes(Mood::Takes);
        let again = format!("/health/mails/{}/resending", mail.id);
        house.as_("田中").post(&again, &[]).is(403);
        kato.post(&again, &[]).leads_to("/health/mails");
        assert!(turn(&house).good);
        assert_eq!(server.arrived().len(), 1);
        kato.post(&again, &[]).is(422).has("もう送られたか");
    }
}

#[test]
fn behind_the_text_a_broken_line_leads_to_one_more_copy_at_most_under_the_same_mark() {
    for place in databases() {
        let mut house = House::found(place);
        let server = Smtp::start(Mood::HangsUp);
        set_server(&mut house, &server.url());
        post(&house, "記録簿のヘッド");
        for _ in 0..6 {
            turn(&house);
            wait(&house);
        }
        let [one, two] = texts(&server).try_into().unwrap();
        assert_eq!(header(&one, "Message-ID"), header(&two, "Message-ID"));
        assert_eq!(one, two, "both copies are the same, byte for byte");
        let [mail] = all(&house).try_into().unwrap();
        assert!(mail.given_up && mail.sent_at == 0, "nobody said that it arrived: {mail:?}");
        assert!(mail.said.1.contains("may have arrived"));
    }
}

/// As a program leaves it that dies between the text and the note of the answer.
#[test]
fn a_delivery_that_a_crash_cut_off_counts_as_a_copy() {
    for place in [Some(Place::file()), Place::schema()].into_iter().flatten() {
        let mut house = House::found(place);
        let server = Smtp::start(Mood::HangsUp);
        set_server(&mut house, &server.url());
        post(&house, "記録簿のヘッド");
        let mut dba = match house.place().address() {
            Some(address) => Dba::postgres(&address),
            None => Dba::sqlite(&house.place().folder().join("meguri.db")),
        };
        dba.run("UPDATE mail SET tries = 1, unsure = 1");
        for _ in 0..4 {
            turn(&house);
            wait(&house);
        }
        assert_eq!(server.arrived().len(), 1, "the second copy is the last");
    }
}

#[test]
fn nobody_who_saves_waits_for_a_slow_server() {
    for place in databases() {
        let mut house = House::found(place);
        let server = Smtp::start(Mood::Slow(Duration::from_secs(3)));
        set_server(&mut house, &server.url());
        post(&house, "記録簿のヘッド");
        let app = house.app.clone();
        let sending = std::thread::spawn(move || {
            meguri::house::round::go(&app, &meguri::house::mail::ROUND).unwrap();
        });
        std::thread::sleep(Duration::from_millis(300));
        let before = Instant::now();
        let kato = house.as_("加藤");
        for n in 0..20 {
            crate::heads::add(&house, &format!("株式会社見本{n}"));
            kato.get("/record").is(200);
        }
        post(&house, "次のメール");
        assert!(!sending.is_finished(), "saved in {:?}, while the mail server was silent", before.elapsed());
        sending.join().unwrap();
        assert_eq!(server.arrived().len(), 1);
    }
}

#[test]
fn a_password_that_the_server_repeats_is_written_nowhere() {
    let place = Place::file();
    let file = place.folder().join("meguri.db");
    let mut house = House::found(place);
    let server = Smtp::start(Mood::Echoes);
    set_server(&mut house, &format!("smtp://meguri:himitsu%40123@127.0.0.1:{}", server.port));
    post(&house, "記録簿のヘッド");
    turn(&house);
    let [mail] = all(&house).try_into().unwrap();
    assert!(mail.said.0.contains("サインインできませんでした (535)"), "{:?}", mail.said);
    // As it goes over the line: NUL, user, NUL, password.
    let spoken = "AG1lZ3VyaQBoaW1pdHN1QDEyMw==";
    let mut dba = Dba::sqlite(&file);
    for secret in ["himitsu@123", "himitsu%40123", spoken] {
        assert!(!format!("{mail:?}").contains(secret));
        let rows =
            dba.ask(&format!("SELECT CAST(COUNT(*) AS TEXT) FROM mail WHERE said_ja LIKE '%{secret}%'"));
        assert_eq!(rows.as_deref(), Some("0"));
    }
}
