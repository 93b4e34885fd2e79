//! A head that somebody holds against our own log: ours, another's, forged, ahead, or of a second history.

use super::{add, all, dba, leaf, sign};
use crate::support::{House, Page, Place};
use crate::tamper::dba::Dba;
use meguri::record::keys::comparison::{Fork, Verdict, compare};
use meguri_record::{Checkpoint, Duty, Hash, Note, SignerKey};

fn verdict(house: &House, text: &str) -> Verdict {
    house.read_as_system(|rx| compare(&house.app, rx, text)).unwrap()
}

fn paste(house: &House, text: &str) -> Page {
    house.as_("中村").post("/record/keys/comparison", &[("note", text)])
}

/// The key of the log, as whoever rules the machine can use it.
fn key(house: &House) -> SignerKey {
    SignerKey::read(house.app.keys.read("log.key").unwrap().unwrap().trim()).unwrap()
}

fn signed(key: &SignerKey, head: &Checkpoint) -> String {
    let mut note = Note::new(&head.text()).unwrap();
    note.add(key.sign(note.text()).unwrap());
    note.to_string()
}

/// The newest head as a checkpoint.
fn newest(house: &House) -> (Checkpoint, String) {
    let note = all(house).pop().unwrap().note;
    (Checkpoint::read(Note::read(&note).unwrap().text()).unwrap(), note)
}

fn houses() -> impl Iterator<Item = House> {
    [Some(Place::file()), Place::schema()].into_iter().flatten().map(|place| {
        let house = House::found(place);
        sign(&house);
        add(&house, "新しい名前");
        sign(&house);
        house
    })
}

#[test]
fn a_head_of_ours_is_known_and_so_is_one_of_another_log_or_with_a_forged_signature() {
    for house in houses() {
        let (head, note) = newest(&house);
        for each in all(&house) {
            let last_entry = each.size - 1;
            let Verdict::Ours { signed: true, last_entry: found, .. } = verdict(&house, &each.note) else {
                panic!()
            };
            assert_eq!(found, last_entry);
        }
        assert!(matches!(verdict(&house, &head.text()), Verdict::Ours { signed: false, .. }));
        paste(&house, &note)
            .is(200)
            .has("この記録簿のヘッドです")
            .has(&format!("/record/{}\"", head.size - 1));
        let own = SignerKey::new("elsewhere.example/l", Duty::Log, [1; 32]).unwrap();
        let other = Checkpoint { origin: "elsewhere.example/l".into(), ..head.clone() };
        assert_eq!(verdict(&house, &signed(&own, &other)), Verdict::OtherLog(other));
        // A log of our id under another name is not ours either.
        let other = Checkpoint { origin: format!("elsewhere.example/{}", head.log_id()), ..head.clone() };
        assert_eq!(verdict(&house, &other.text()), Verdict::OtherLog(other));
        let more = Checkpoint { size: head.size + 1, ..head.clone() };
        let forged = note.replace(&head.text(), &more.text());
        assert!(matches!(verdict(&house, &forged), Verdict::Forged { .. }));
        paste(&house, &forged).is(200).has("署名が合いません").lacks("badge good");
    }
}

#[test]
fn a_head_that_our_log_does_not_reach_is_told() {
    for house in houses() {
        let (head, _) = newest(&house);
        let ahead = Checkpoint { size: head.size + 7, root: Hash([7; 32]), ..head.clone() };
        assert!(matches!(verdict(&house, &ahead.text()), Verdict::Behind { signed: false, .. }));
        let note = signed(&key(&house), &ahead);
        assert!(
            matches!(verdict(&house, &note), Verdict::Behind { signed: true, size, .. } if size == head.size)
        );
        paste(&house, &note).has("記録が失われたか").has("badge bad");
    }
}

#[test]
fn two_signed_heads_of_one_size_and_two_roots_are_a_proof_to_be_printed() {
    for house in houses() {
        let (head, own) = newest(&house);
        let second = Checkpoint { root: Hash([7; 32]), ..head.clone() };
        let Verdict::Unproven { root, .. } = verdict(&house, &second.text()) else { panic!() };
        assert_eq!(root, head.root);
        let note = signed(&key(&house), &second);
        let Verdict::Fork(fork) = verdict(&house, &note) else { panic!() };
        let label = vec![key(&house).verifier().label()];
        let wanted = Fork {
            head: second,
            note: note.clone(),
            signers: label.clone(),
            root: head.root,
            own: Some((own.clone(), label)),
        };
        assert_eq!(*fork, wanted);
        let page = paste(&house, &note);
        page.is(200).has("どちらも1つの記録簿のものであることはありえません").has("ヘッドの食い違いの証明");
        let words = super::unescaped(&page.body);
        assert!(words.contains(&note) && words.contains(&own));
    }
}

#[test]
fn a_head_of_ours_under_which_entries_were_changed_is_told() {
    for house in houses() {
        let (head, note) = newest(&house);
        let mut dba: Dba = dba(&house);
        dba.run(&format!("UPDATE entry SET leaf = '{}' WHERE idx = 3", leaf("something else")));
        let Verdict::Fork(fork) = verdict(&house, &note) else { panic!() };
        assert!(fork.own.is_none() && fork.root != head.root);
        paste(&house, &note).has("書き換えられています").has("badge bad");
        // Nor is a head of our own believed that is not signed: here the row of the head was changed with it.
        dba.run(&format!("UPDATE head SET note = 'x' WHERE size = {}", head.size));
        let watanabe = house.as_("渡辺");
        watanabe.get("/report").is(200).lacks("受領欄");
        watanabe.get(&format!("/record/heads/{}", head.size)).is(200).has("署名が合いません").lacks("受領欄");
        let second = signed(&key(&house), &Checkpoint { root: Hash([7; 32]), ..head });
        let Verdict::Fork(fork) = verdict(&house, &second) else { panic!() };
        assert_eq!(fork.own, None);
    }
}

#[test]
fn what_is_no_head_is_said_and_comes_back_as_it_was_typed() {
    let house = houses().next().unwrap();
    let (_, note) = newest(&house);
    let long = "あ".repeat(100_000);
    for text in
        ["", "こんにちは", "<script>boo()</script>\n7\n\"'&lt;", "a\n1\n=\n", long.as_str(), "\u{b}\nx"]
    {
        let page = paste(&house, text);
        page.is(422).has("ヘッドが見つかりません").lacks("<script>boo");
        assert!(super::unescaped(&page.body).contains(text), "{text:.40}");
    }
    // Around a good one anything may stand.
    let text = format!("</textarea><script>boo()</script>\n{note}\n</pre>");
    paste(&house, &text)
        .is(200)
        .has("この記録簿のヘッドです")
        .lacks("<script>boo")
        .lacks("</textarea><script");
    house.as_("田中").post("/record/keys/comparison", &[("note", &note)]).is(403);
}
