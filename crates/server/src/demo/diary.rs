//! What happens when: deeds in the order of their days, each at its minute.

use super::life::Life;
use crate::house::fault::Done;
use meguri_domain::{Date, Month};
use std::collections::BTreeMap;

type Deed = Box<dyn FnOnce(&Life) -> Done<()>>;

/// Deeds by day, minute of the day, and the order in which they were written down.
#[derive(Default)]
pub struct Diary {
    deeds: BTreeMap<(Date, i16, usize), Deed>,
    count: usize,
}

impl Diary {
    /// Writes a deed down for a time of a day, given in minutes since midnight.
    pub fn on(&mut self, day: Date, minute: i16, deed: impl FnOnce(&Life) -> Done<()> + 'static) {
        self.count += 1;
        self.deeds.insert((day, minute, self.count), Box::new(deed));
    }

    /// Does everything of the days before today.
    pub fn live(self, life: &Life, say: &dyn Fn(&str)) -> Done<()> {
        let mut month = None;
        for ((day, minute, _), deed) in self.deeds {
            if day >= life.today {
                break;
            }
            if month.replace(Month::of(day)) != Some(Month::of(day)) {
                say(&format!("living {}", Month::of(day)));
            }
            life.app.clock.move_to_minute(day, minute);
            deed(life)?;
        }
        Ok(())
    }
}
