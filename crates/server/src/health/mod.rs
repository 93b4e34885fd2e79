//! Health 稼働状況: what the program does by itself and how it went, the room on its disks, and what to do where it is red.

pub mod mails;
pub mod pages;

use crate::house::fault::Done;
use crate::house::round::{Went, last};
use crate::house::work::Rx;
use crate::rounds::ROUNDS;

/// How many rounds went wrong when they last went, or stay away.
pub fn wrong(rx: &Rx<'_>) -> Done<usize> {
    let mut count = 0;
    for round in ROUNDS {
        let is_wrong = |went: Went| !went.said.good || went.is_overdue(round, rx.now_ms());
        count += usize::from(last(rx, round.name)?.is_some_and(is_wrong));
    }
    Ok(count)
}
