//! What the running program does by itself.

use crate::support::{House, databases};
use meguri::house::fault::{Done, Fault};
use meguri::house::round::{Round, Said, Went, all_due, go, last};
use meguri::house::web::App;
use meguri::people::session;
use std::sync::atomic::{AtomicU32, Ordering};

static GONE: AtomicU32 = AtomicU32::new(0);

fn count(app: &App) -> Done<Said> {
    app.db.read(session::house(app), |_| Ok(()))?;
    GONE.fetch_add(1, Ordering::SeqCst);
    Ok(Said::good("数えました", "counted"))
}

fn break_down(_: &App) -> Done<Said> {
    Err(Fault::broken("the secret cause").into())
}

fn went(house: &House, name: &str) -> Option<Went> {
    house.read("加藤", |rx| last(rx, name)).unwrap()
}

#[test]
fn a_round_goes_when_it_is_due_and_one_that_fails_says_so_and_stops_no_other() {
    const ROUNDS: &[Round] = &[
        Round { name: "broken", word: ("壊れた巡回", "Broken"), every_s: 60, go: break_down },
        Round { name: "counting", word: ("数える巡回", "Counting"), every_s: 60, go: count },
    ];
    for place in databases() {
        let house = House::found(place);
        GONE.store(0, Ordering::SeqCst);
        assert_eq!(went(&house, "counting"), None);
        all_due(&house.app, ROUNDS);
        all_due(&house.app, ROUNDS);
        assert_eq!(GONE.load(Ordering::SeqCst), 1, "not due again within its minute");
        house.app.clock.move_to_minute(house.app.clock.today(), 12 * 60 + 1);
        all_due(&house.app, ROUNDS);
        assert_eq!(GONE.load(Ordering::SeqCst), 2);
        let now = house.app.clock.now_ms();
        let counting = went(&house, "counting").unwrap();
        assert_eq!((counting.at_ms, counting.good_at_ms, counting.said.en.as_str()), (now, now, "counted"));
        let broken = went(&house, "broken").unwrap();
        assert_eq!((broken.at_ms, broken.good_at_ms, broken.said.good), (now, 0, false));
        assert!(!broken.said.en.contains("secret"), "the cause is for the log");
        // One that went well once keeps the time of it while it fails.
        go(&house.app, &Round { name: "counting", word: ("", ""), every_s: 60, go: break_down }).unwrap();
        let counting = went(&house, "counting").unwrap();
        assert_eq!((counting.good_at_ms, counting.said.good), (now, false));
    }
}
