//! Seeded organisations live two years through the acts, rightly and wrongly, on every database; after each
//! month all that is owed, done, missed and sealed is held against a diary kept beside them.
//! `MEGURI_SEEDS` says how many organisations live (100), `MEGURI_SEED` names a single one.

mod diary;
mod ends;
mod events;
mod life;
mod organisation;
mod paper;
mod reckoning;
mod steps;
mod whims;

use crate::support::Place;
use life::Life;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

/// Two threads: as many as the smallest machine of ours has cores.
const THREADS: usize = 2;

#[test]
fn nothing_owed_is_lost_doubled_or_forgiven_in_a_hundred_seeded_lives_on_sqlite() {
    live_all("SQLite", || Some(Place::memory()));
}

#[test]
fn nothing_owed_is_lost_doubled_or_forgiven_in_a_hundred_seeded_lives_on_postgresql() {
    if Place::schema().is_none() {
        println!("TEST_DATABASE_URL is not set: not lived on PostgreSQL (`cargo xtask check` sets it)");
        return;
    }
    live_all("PostgreSQL", Place::schema);
}

fn live_all(kind: &str, place: fn() -> Option<Place>) {
    let (seeds, began) = (seeds(), Instant::now());
    let next = AtomicU64::new(seeds.start);
    let (acts, refusals) = (AtomicU64::new(0), AtomicU64::new(0));
    std::thread::scope(|scope| {
        let lives = || {
            loop {
                let seed = next.fetch_add(1, Ordering::SeqCst);
                if seed >= seeds.end {
                    return;
                }
                let diary = Life::begin(seed, place().unwrap()).live();
                acts.fetch_add(diary.entries, Ordering::SeqCst);
                refusals.fetch_add(diary.refusals, Ordering::SeqCst);
            }
        };
        for _ in 0..THREADS {
            scope.spawn(lives);
        }
    });
    println!(
        "{kind}: {} lives of 24 months, {} acts sealed, {} refused, in {:.1} s",
        seeds.end - seeds.start,
        acts.into_inner(),
        refusals.into_inner(),
        began.elapsed().as_secs_f64()
    );
}

fn seeds() -> std::ops::Range<u64> {
    let number = |name: &str| std::env::var(name).ok().and_then(|text| text.parse::<u64>().ok());
    match number("MEGURI_SEED") {
        Some(one) => one..one + 1,
        None => 0..number("MEGURI_SEEDS").unwrap_or(100),
    }
}
