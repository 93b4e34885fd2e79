//! Erasure: text that was erased is found nowhere (S26), and what was erased is never taken for what was tampered with,
//! nor the reverse (T7). `MEGURI_MIXES=1000` is the whole turn.

mod mixes;
mod pages;
mod traces;

use crate::support::House;
use meguri::erasure::{acts, clean};
use meguri::house::fault::{Fault, Stop};
use meguri::house::web::App;
use meguri_domain::erasure::{Asked, Erasure, Ground};

/// 渡辺 asks.
fn asked(house: &House, object: &str) -> Erasure {
    let reason = "受付番号7の請求".into();
    let asked = Asked { object: object.into(), ground: Ground::Request, reason };
    house.act("渡辺", |tx| acts::ask(tx, asked)).unwrap()
}

/// 渡辺 asks, 山本 approves; nothing is cleared away yet.
fn approved(house: &House, object: &str) -> Erasure {
    let erasure = asked(house, object);
    house.act("山本", |tx| acts::approve(tx, &erasure.id, erasure.version)).unwrap()
}

/// The same, with everything that follows.
pub fn erased(house: &House, object: &str) -> Erasure {
    let erasure = approved(house, object);
    assert_eq!(finished(&house.app), 1);
    erasure
}

/// Clears away; while another test reads in the same database, once more.
fn finished(app: &App) -> usize {
    for _ in 0..20 {
        match clean::finish(app) {
            Err(Stop::Fault(Fault::Busy(_))) => {}
            done => return done.unwrap(),
        }
    }
    panic!("somebody reads all the time")
}
