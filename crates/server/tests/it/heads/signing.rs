//! Heads are signed when everything holds, and only then.

use super::{Off, Signed, add, all, dba, hand_out, leaf, off, sign, size};
use crate::support::{House, Place, databases};
use meguri::house::round;
use meguri::record::heads::{policy, witnessed};
use meguri::record::signing::{ROUND, check};
use meguri_domain::Month;
use meguri_record::{Succession, Trust};

#[test]
fn a_head_is_signed_when_there_is_something_new_and_each_goes_on_from_the_one_before() {
    for place in databases() {
        let house = House::found(place);
        let Signed::Head { size: first } = sign(&house) else { panic!("nothing was signed") };
        assert_eq!(first, size(&house), "the entry that names the key is under the first head");
        assert_eq!(sign(&house), Signed::Nothing);
        for n in 0..20 {
            add(&house, &format!("株式会社見本{n}"));
            assert!(matches!(sign(&house), Signed::Head { .. }));
        }
        assert_eq!(check(&house.app).unwrap(), Ok(()));
        let leaves: Vec<_> = house
            .read_as_system(|rx| Ok(meguri::record::store::entries(rx, 0, 10_000)?))
            .unwrap()
            .into_iter()
            .map(|(.., leaf)| leaf.parse().unwrap())
            .collect();
        let prover = meguri_record::Prover::new(leaves);
        let trust = Trust::read(&policy(&house.app).unwrap()).unwrap();
        let mut row = Succession::new(trust, Vec::new());
        let mut before = 0;
        for head in all(&house) {
            let proof = prover.consistency(before, head.size).unwrap_or_default();
            row.take(&head.note, &proof).unwrap();
            before = head.size;
        }
        assert_eq!(before, size(&house));
        assert_eq!(all(&house).len(), 21);
    }
}

#[test]
fn what_lies_outside_is_counted_and_what_is_newer_too() {
    for place in databases() {
        let house = House::found(place);
        let seen = || house.read_as_system(|rx| witnessed(&house.app, rx)).unwrap();
        sign(&house);
        let first = size(&house);
        assert_eq!(seen(), (0, first));
        hand_out(&house);
        add(&house, "新しい名前");
        assert_eq!(seen(), (first, 1));
        let page = house.as_("渡辺").get("/record");
        page.has(&format!("最初の{first}件までです。それより新しい記録が1件あります。"))
            .lacks("署名を止めています");
        // An older head that is handed out later binds no less.
        sign(&house);
        hand_out(&house);
        let old = all(&house).remove(0);
        meguri::record::heads::held_outside(&house.app, &old, super::Way::Mail, &old.note).unwrap();
        assert_eq!(seen(), (first + 1, 0));
    }
}

#[test]
fn what_stops_the_signing_is_told_on_the_page_of_the_record() {
    for place in [Some(Place::file()), Place::schema()].into_iter().flatten() {
        let house = House::found(place);
        round::go(&house.app, &ROUND).unwrap();
        let idx = size(&house);
        add(&house, "新しい名前");
        dba(&house).run(&format!(
            "UPDATE entry SET bytes = replace(bytes, 'setting.set', 'setting.sat') WHERE idx = {idx}"
        ));
        round::go(&house.app, &ROUND).unwrap();
        let page = house.as_("渡辺").get("/record");
        page.is(200).has("署名を止めています").has(&format!("記録{idx}が、書き込まれたときと違います。"));
    }
}

#[test]
fn a_closed_month_is_signed_without_waiting_for_the_minute() {
    for place in databases() {
        let house = House::found(place);
        round::all_due(&house.app, &[ROUND]);
        let before = all(&house).len();
        add(&house, "新しい名前");
        round::all_due(&house.app, &[ROUND]);
        assert_eq!(all(&house).len(), before, "its minute is not over");
        let (sales, month) = (house.department("営業部"), Month::parse("2026-03").unwrap());
        let _ = house.act("渡辺", |tx| meguri::closing::acts::close_all(tx, &[sales], month)).unwrap();
        round::all_due(&house.app, &[ROUND]);
        assert_eq!(all(&house).len(), before + 1);
    }
}

#[test]
fn new_entries_are_read_again_before_they_are_signed() {
    for place in [Some(Place::file()), Place::schema()].into_iter().flatten() {
        let house = House::found(place);
        sign(&house);
        let heads = all(&house);
        let (idx, mut dba) = (size(&house), dba(&house));
        for n in 0..3 {
            add(&house, &format!("新しい名前{n}"));
        }
        let bytes = dba.ask(&format!("SELECT bytes FROM entry WHERE idx = {idx}")).unwrap();
        let other = bytes.replace("setting.set", "setting.sat");
        // The bytes alone; then the leaf with them, so that only the root is another; then an entry that is none.
        dba.run(&format!("UPDATE entry SET bytes = '{other}' WHERE idx = {idx}"));
        assert_eq!(off(&house), Off::Changed { idx });
        dba.run(&format!("UPDATE entry SET leaf = '{}' WHERE idx = {idx}", leaf(&other)));
        assert_eq!(off(&house), Off::Row);
        dba.run(&format!("UPDATE entry SET bytes = '{{}}', leaf = '{}' WHERE idx = {idx}", leaf("{}")));
        assert_eq!(off(&house), Off::Changed { idx });
        assert_eq!(all(&house), heads, "nothing was signed");
        let said = round::go(&house.app, &ROUND).unwrap();
        assert!(!said.good && said.ja.contains(&idx.to_string()), "{said:?}");
        dba.run(&format!("UPDATE entry SET bytes = '{bytes}', leaf = '{}' WHERE idx = {idx}", leaf(&bytes)));
        assert!(matches!(sign(&house), Signed::Head { .. }));
    }
}
