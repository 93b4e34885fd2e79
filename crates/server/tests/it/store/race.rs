//! Many hands on one row: nobody's work is lost, nobody's work counts twice, and the log has no gap.

use crate::support::{House, Place};
use meguri::asset::{acts, store};
use meguri::house::fault::Stop;
use meguri::house::work::Who;
use meguri::people::session;
use meguri::record;
use meguri_domain::Refusal;
use meguri_domain::asset::{Asset, AssetDraft};
use meguri_domain::ids::AssetId;
use meguri_domain::people::Act;
use std::sync::Barrier;
use std::sync::atomic::{AtomicU64, Ordering};

const HANDS: u64 = 8;
const TRIES: u64 = 200;

/// A house in a file, where readers and the writer are different connections, and one in PostgreSQL; in each
/// an asset whose note counts.
fn houses() -> Vec<(House, AssetId)> {
    let found = |place| {
        let house = House::found(place);
        let department = house.department("営業部");
        let draft = AssetDraft {
            name: "数える台帳".into(),
            medium: "紙".into(),
            note: "0".into(),
            confidentiality: 1,
            integrity: 1,
            availability: 1,
            ..AssetDraft::default()
        };
        let asset = house.act("佐藤", |tx| acts::register(tx, &department, draft)).unwrap();
        (house, asset.id)
    };
    [Some(Place::file()), Place::schema()].into_iter().flatten().map(found).collect()
}

fn look(house: &House, id: &AssetId) -> Asset {
    house.read_as_system(|rx| store::find(rx, &rx.scope(Act::SeeRegister), id)).unwrap()
}

fn size(house: &House) -> u64 {
    house.read_as_system(|rx| Ok(record::store::head(rx)?)).unwrap().size
}

/// Adds one to what was read; `request` is the key of the page it was sent from.
fn add_one(house: &House, seen: &Asset, request: Option<&str>) -> Result<Asset, Stop> {
    let count: u64 = seen.note.parse().unwrap();
    let draft = AssetDraft { note: (count + 1).to_string(), ..seen.draft() };
    let who = session::house(&house.app);
    let who = Who { request: request.map(|key| (key.to_owned(), "body".to_owned())), ..who };
    house.app.db.write(who, &house.app.chance, |tx| acts::edit(tx, &seen.id, seen.version, draft))
}

#[test]
fn eight_hands_on_one_row_lose_no_update() {
    for (house, id) in houses() {
        let before = size(&house);
        let (won, lost) = (AtomicU64::new(0), AtomicU64::new(0));
        std::thread::scope(|hands| {
            for _ in 0..HANDS {
                hands.spawn(|| {
                    for _ in 0..TRIES {
                        match add_one(&house, &look(&house, &id), None) {
                            Ok(_) => won.fetch_add(1, Ordering::SeqCst),
                            Err(Stop::Refusal(Refusal::Stale { .. })) => lost.fetch_add(1, Ordering::SeqCst),
                            Err(other) => panic!("{other}"),
                        };
                    }
                });
            }
        });
        let (won, lost) = (won.into_inner(), lost.into_inner());
        println!("on {}: {won} won, {lost} came too late", house.app.db.kind());
        assert_eq!(won + lost, HANDS * TRIES);
        assert!(lost > 0, "nobody ever raced");
        let asset = look(&house, &id);
        assert_eq!((asset.note, asset.version), (won.to_string(), i64::try_from(won).unwrap() + 1));
        assert_eq!(size(&house), before + won, "one entry for each, none for the losers");
        assert_eq!(house.read_as_system(record::verify::verify).unwrap().findings, []);
    }
}

#[test]
fn the_same_request_in_two_racing_writes_counts_once() {
    for (house, id) in houses() {
        for round in 0..20 {
            let before = look(&house, &id);
            let (start, key) = (Barrier::new(2), format!("request-{round}"));
            let both = std::thread::scope(|hands| {
                let hand = || {
                    start.wait();
                    // Whoever comes second sees a fresh row: only the key stops the second count.
                    let seen = look(&house, &id);
                    add_one(&house, &seen, Some(&key))
                };
                [hands.spawn(hand), hands.spawn(hand)].map(|hand| hand.join().unwrap())
            });
            let again = add_one(&house, &look(&house, &id), Some(&key));
            assert!(matches!(again, Err(Stop::Refusal(Refusal::Already { .. }))), "{again:?}");
            assert_eq!(both.iter().filter(|each| each.is_ok()).count(), 1, "{both:?}");
            assert_eq!(look(&house, &id).version, before.version + 1);
        }
    }
}

/// A double click: two sendings of one form at the same moment lead to one place and count once.
#[test]
fn a_double_click_counts_once_and_both_answers_lead_on() {
    for (house, _) in houses() {
        for day in 1..=9 {
            let key = format!("double-click-{day}");
            let on = format!("2026-06-{day:02}");
            let fields = [("req", key.as_str()), ("on_date", on.as_str()), ("name", "創立記念日")];
            let start = Barrier::new(2);
            let before = size(&house);
            let answers = std::thread::scope(|hands| {
                let hand = || {
                    let browser = house.as_("加藤");
                    start.wait();
                    let page = browser.post("/settings/calendar/holidays", &fields);
                    (page.status, page.excerpt())
                };
                [hands.spawn(hand), hands.spawn(hand)].map(|hand| hand.join().unwrap())
            });
            assert_eq!(answers.each_ref().map(|each| each.0), [303, 303], "{answers:?}");
            assert_eq!(size(&house), before + 1, "{on}");
        }
    }
}
