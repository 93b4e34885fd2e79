//! The house asks: what a witness adds is checked and counted, and what stops it is told in words.

use super::{Running, asked, founded, newest};
use crate::heads::{add, all, sign, size};
use crate::support::{House, databases};
use meguri::house::outward::WitnessAt;
use meguri::house::round;
use meguri::record::heads::{Way, held_outside, policy, witnessed};
use meguri::record::witnesses::{Asked, ROUND, Why, ask, ask_all};
use meguri::record::{signer, signing};
use meguri_record::{Checkpoint, Duty, Note, SignerKey, Trust};
use std::io::{Read, Write};
use std::net::TcpListener;

#[test]
fn a_head_is_cosigned_and_the_page_of_the_record_counts_it() {
    for place in databases() {
        let (house, _witness) = founded(place);
        let seen = || house.read_as_system(|rx| witnessed(&house.app, rx)).unwrap();
        let first = size(&house);
        assert_eq!(seen(), (0, first), "nobody has seen it yet");
        assert_eq!(asked(&house), Asked::Cosigned { size: first });
        assert_eq!((seen(), asked(&house)), ((first, 0), Asked::Nothing));
        let head = newest(&house);
        assert!(head.witnessed_at > 0);
        let opened = Trust::read(&policy(&house.app).unwrap()).unwrap().open(&head.note).unwrap();
        assert!(opened.witnessed && opened.cosigned.len() == 1 && opened.signers.len() == 1);
        for n in 0..30 {
            add(&house, &format!("株式会社見本{n}"));
            if n % 3 == 0 {
                sign(&house);
                assert_eq!(asked(&house), Asked::Cosigned { size: size(&house) });
            }
        }
        let page = house.as_("渡辺").get("/record");
        let bound = first + 28;
        page.has(&format!("最初の{bound}件までです。それより新しい記録が2件あります。"))
            .lacks("連署されていません");
        // Mail that was begun before the witness answered takes its line away no more.
        let head = newest(&house);
        let alone: Vec<&str> = head.note.split_inclusive('\n').collect();
        held_outside(&house.app, &head, Way::Mail, &alone[..5].concat()).unwrap();
        assert_eq!(newest(&house).note, head.note);
    }
}

#[test]
fn a_closing_is_signed_and_shown_to_the_witness_without_waiting_for_the_minute() {
    for place in databases() {
        let (house, _witness) = founded(place);
        let rounds = [signing::ROUND, ROUND];
        round::all_due(&house.app, &rounds);
        let before = house.read_as_system(|rx| witnessed(&house.app, rx)).unwrap();
        add(&house, "新しい名前");
        round::all_due(&house.app, &rounds);
        assert_eq!(all(&house).len(), 1, "its minute is not over");
        let (sales, month) = (house.department("営業部"), meguri_domain::Month::parse("2026-03").unwrap());
        let _ = house.act("渡辺", |tx| meguri::closing::acts::close_all(tx, &[sales], month)).unwrap();
        round::all_due(&house.app, &rounds);
        let after = house.read_as_system(|rx| witnessed(&house.app, rx)).unwrap();
        assert!(after.0 > before.0 && after.1 == 0, "{before:?} {after:?}");
    }
}

#[test]
fn of_two_witnesses_each_adds_its_line_and_one_that_is_down_stops_no_other() {
    for place in databases() {
        let (house, one) = founded(place);
        let two = Running::of(&house);
        let witnesses = vec![one.at(), two.at()];
        let house = house.with_witnesses(witnesses);
        let n = size(&house);
        assert_eq!(ask_all(&house.app).unwrap(), [Asked::Cosigned { size: n }, Asked::Cosigned { size: n }]);
        let trust = Trust::read(&policy(&house.app).unwrap()).unwrap();
        assert_eq!(trust.open(&newest(&house).note).unwrap().cosigned.len(), 2);
        let mut one = one;
        one.end("KILL");
        add(&house, "一つだけ");
        sign(&house);
        let told = round::go(&house.app, &ROUND).unwrap();
        assert!(
            !told.good && told.ja.contains("応答がありません") && told.ja.contains("まで連署しました"),
            "{told:?}"
        );
        assert!(trust.open(&newest(&house).note).unwrap().witnessed, "one is enough");
        house.as_("加藤").get("/health").is(200).has("応答がありません").has("witness.ja.md");
        house.as_("渡辺").get("/record").has("連署されていません").has("応答がありません");
    }
}

#[test]
fn a_witness_that_lost_sight_is_told_from_where_it_stands() {
    for place in databases() {
        let (house, _witness) = founded(place);
        asked(&house);
        for n in 0..5 {
            add(&house, &format!("株式会社見本{n}"));
        }
        sign(&house);
        // What was remembered of the witness is gone, and then another's.
        let file = format!("witness-{:08x}", u32::from_be_bytes(house.app.outward.witnesses[0].key.id()));
        let remembered = house.app.keys.read(&file).unwrap().unwrap();
        house.app.keys.remove(&file).unwrap();
        assert_eq!(asked(&house), Asked::Cosigned { size: size(&house) });
        for garbage in ["x", "a\nb\nc", &remembered, &remembered.replace('a', "b")] {
            add(&house, "もう一度");
            sign(&house);
            house.app.keys.write(&file, garbage).unwrap();
            assert_eq!(asked(&house), Asked::Cosigned { size: size(&house) }, "{garbage}");
        }
        // A witness that has begun anew takes the log from its first head.
        let fresh = Running::of(&house);
        let house = house.with_witnesses(vec![fresh.at()]);
        house
            .app
            .keys
            .write(&format!("witness-{:08x}", u32::from_be_bytes(fresh.key.id())), &remembered)
            .unwrap();
        assert_eq!(asked(&house), Asked::Cosigned { size: size(&house) });
    }
}

#[test]
fn a_key_that_changes_is_followed_and_one_that_is_unknown_is_told() {
    for place in databases() {
        let (house, _witness) = founded(place);
        asked(&house);
        signer::rotate(&house.app).unwrap();
        sign(&house);
        assert_eq!(asked(&house), Asked::Cosigned { size: size(&house) }, "both keys sign");
        assert_eq!(
            signer::end_rotation(&house.app).unwrap(),
            signer::Rotated::Ended,
            "the witness was outside"
        );
        sign(&house);
        assert_eq!(asked(&house), Asked::Not(Why::Unknown), "only the new key signs");
        let both = Running::of(&house);
        let house = house.with_witnesses(vec![both.at()]);
        assert_eq!(asked(&house), Asked::Cosigned { size: size(&house) });
        // A log that an answer began is another log.
        meguri::record::answer::answer(&house.app, "kato@mihon.example", "鍵が漏れた", true).unwrap();
        sign(&house);
        assert_eq!(asked(&house), Asked::Not(Why::Unknown));
        let told = round::go(&house.app, &ROUND).unwrap();
        assert!(!told.good && told.en.contains("Give its administrator the key"), "{told:?}");
    }
}

/// A server that gives one answer for ever.
fn parrot(answer: String) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let Ok(mut stream) = stream else { return };
            let _ = stream.read(&mut vec![0; 1 << 16]);
            let _ = stream.write_all(answer.as_bytes());
        }
    });
    format!("http://{address}")
}

fn answered(status: &str, more: &str, body: &str) -> String {
    format!("HTTP/1.1 {status}\r\nContent-Length: {}\r\nConnection: close\r\n{more}\r\n{body}", body.len())
}

#[test]
fn nothing_that_only_looks_like_a_cosignature_is_counted() {
    for place in databases() {
        let house = House::found(place);
        sign(&house);
        let text = Note::read(&newest(&house).note).unwrap().text().to_owned();
        let key = SignerKey::new("w.example", Duty::Witness, [7; 32]).unwrap();
        let line = |key: &SignerKey, text: &str| {
            let mut note = Note::new("-\n").unwrap();
            note.add(key.cosign(text, 1_800_000_000).unwrap());
            note.to_string().split_once("\n\n").unwrap().1.to_owned()
        };
        let good = line(&key, &text);
        let of_other = line(&key, &text.replacen('\n', "x\n", 1));
        let namesake = line(&SignerKey::new("w.example", Duty::Witness, [8; 32]).unwrap(), &text);
        let at = |answer: String| vec![WitnessAt { url: parrot(answer), key: key.verifier() }];
        let house = house.with_witnesses(Vec::new());
        let mut house = house;
        for (answer, expected) in [
            (answered("200 OK", "", ""), Why::Foreign),
            (answered("200 OK", "", "ok"), Why::Foreign),
            (answered("200 OK", "", &of_other), Why::Foreign),
            (answered("200 OK", "", &namesake), Why::Foreign),
            (answered("200 OK", "", &good.replacen("= ", "=", 1).replace("— ", "- ")), Why::Foreign),
            (answered("200 OK", "", &format!("{good}x")), Why::Foreign),
            (answered("409 Conflict", "", "many\n"), Why::Status(409)),
            (answered("409 Conflict", "", "-1\n"), Why::Status(409)),
            (answered("409 Conflict", "", "99999\n"), Why::Behind { held: 99_999 }),
            (answered("422 Unprocessable", "", ""), Why::Beside { held: 0 }),
            (answered("302 Found", "Location: http://127.0.0.1:9/\r\n", ""), Why::Status(302)),
            (answered("500 Internal", "", "x"), Why::Status(500)),
            (answered("200 OK", "", &"x".repeat(1 << 20)), Why::Down),
            ("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nx".into(), Why::Down),
            ("nonsense".into(), Why::Down),
        ] {
            house = house.with_witnesses(at(answer.clone()));
            let answer: String = answer.chars().take(200).collect();
            assert_eq!(asked(&house), Asked::Not(expected), "{answer}");
            let head = newest(&house);
            assert!(head.witnessed_at == 0 && head.note.lines().count() == 5, "{answer}");
            let seen = house.read_as_system(|rx| witnessed(&house.app, rx)).unwrap();
            assert_eq!(seen.0, 0, "{answer}");
        }
        // The control: the true line is taken, also among those of strangers.
        house = house.with_witnesses(at(answered("200 OK", "", &format!("{namesake}{good}"))));
        assert_eq!(asked(&house), Asked::Cosigned { size: size(&house) });
        assert_eq!(Checkpoint::read(&text).unwrap().size, size(&house));
        assert_eq!(all(&house).len(), 1);
    }
}

#[test]
fn entries_that_no_longer_give_their_own_head_are_shown_to_nobody() {
    use crate::support::Place;
    for place in [Some(Place::file()), Place::schema()].into_iter().flatten() {
        let (house, _witness) = founded(place);
        let leaf = crate::heads::leaf("x");
        crate::heads::dba(&house).run(&format!("UPDATE entry SET leaf = '{leaf}' WHERE idx = 1"));
        assert_eq!(asked(&house), Asked::Not(Why::Changed));
    }
}

/// In memory readers and writers share one connection: whoever asked inside a unit of work would keep everybody waiting.
#[test]
fn while_a_witness_keeps_silent_everybody_goes_on_and_in_the_end_it_is_down() {
    use crate::support::Place;
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let key = SignerKey::new("w.example", Duty::Witness, [7; 32]).unwrap().verifier();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let house = House::found(Place::memory()).with_witnesses(vec![WitnessAt { url, key }]);
    sign(&house);
    let before = size(&house);
    std::thread::scope(|scope| {
        let app = &house.app;
        let asking = scope.spawn(move || ask(app, &app.outward.witnesses[0]).unwrap());
        let silent = listener.accept().unwrap();
        add(&house, "待たされない");
        assert!(size(&house) > before && !asking.is_finished(), "the act waited for the witness");
        assert_eq!(asking.join().unwrap(), Asked::Not(Why::Down));
        drop(silent);
    });
}
