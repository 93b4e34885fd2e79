//! Time and chance: the only room that asks the machine for either. Everybody else gets them as arguments.

use jiff::{Timestamp, tz::TimeZone};
use meguri_domain::Date;
use sha2::{Digest, Sha256};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

/// Where "now" comes from: the machine, or a hand that is moved (demo and tests).
#[derive(Clone)]
pub struct Clock {
    hand: Option<Arc<AtomicI64>>,
    zone: TimeZone,
}

impl Clock {
    /// The machine's clock, in a zone by its name; Japan when the name is unknown.
    pub fn real(zone: &str) -> Self {
        Self { hand: None, zone: place(zone) }
    }

    /// A clock that stands at noon of a day until it is moved.
    pub fn standing(day: Date) -> Self {
        let clock = Self { hand: Some(Arc::new(AtomicI64::new(0))), zone: place("Asia/Tokyo") };
        clock.move_to(day);
        clock
    }

    /// Moves a standing clock to noon of a day; the machine's clock does not move.
    pub fn move_to(&self, day: Date) {
        self.move_to_minute(day, 12 * 60);
    }

    /// The same, to a minute of the day.
    pub fn move_to_minute(&self, day: Date, minute: i16) {
        let (hour, minute) = (i8::try_from(minute / 60).unwrap_or(0), i8::try_from(minute % 60).unwrap_or(0));
        let at = day.at(hour.clamp(0, 23), minute.clamp(0, 59), 0, 0).to_zoned(self.zone.clone());
        if let (Some(hand), Ok(at)) = (&self.hand, at) {
            hand.store(at.timestamp().as_millisecond(), Ordering::SeqCst);
        }
    }

    /// Milliseconds since 1970, UTC.
    #[expect(clippy::disallowed_methods, reason = "this is the one place that asks")]
    pub fn now_ms(&self) -> i64 {
        match &self.hand {
            Some(hand) => hand.load(Ordering::SeqCst),
            None => Timestamp::now().as_millisecond(),
        }
    }

    /// The organisation's day.
    pub fn today(&self) -> Date {
        self.day_of(self.now_ms())
    }

    /// The organisation's day at an instant.
    pub fn day_of(&self, at_ms: i64) -> Date {
        let at = Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH);
        at.to_zoned(self.zone.clone()).date()
    }

    /// An instant as `2026-11-30 14:05`, in the organisation's zone.
    pub fn show(&self, at_ms: i64) -> String {
        let at = Timestamp::from_millisecond(at_ms).unwrap_or(Timestamp::UNIX_EPOCH);
        at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
    }
}

fn place(zone: &str) -> TimeZone {
    TimeZone::get(zone).or_else(|_| TimeZone::get("Asia/Tokyo")).unwrap_or(TimeZone::UTC)
}

/// Where ids, salts and tokens come from: the operating system, or a seed (demo and tests).
#[derive(Clone)]
pub struct Chance {
    seed: Option<(u64, Arc<AtomicU64>)>,
}

impl Chance {
    pub fn of_the_system() -> Self {
        Self { seed: None }
    }

    /// The same sequence for the same seed. Never where a real record is kept.
    pub fn seeded(seed: u64) -> Self {
        Self { seed: Some((seed, Arc::new(AtomicU64::new(0)))) }
    }

    /// 32 bytes.
    #[expect(clippy::expect_used, reason = "without randomness nothing may go on")]
    pub fn bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        match &self.seed {
            None => getrandom::fill(&mut bytes).expect("the operating system gives randomness"),
            Some((seed, count)) => {
                let count = count.fetch_add(1, Ordering::SeqCst);
                bytes = Sha256::digest([seed.to_be_bytes(), count.to_be_bytes()].concat()).into();
            }
        }
        bytes
    }

    /// A fresh random id (UUID, version 4).
    pub fn id(&self) -> String {
        let bytes = self.bytes();
        let mut half = [0; 16];
        half.copy_from_slice(&bytes[..16]);
        uuid::Builder::from_random_bytes(half).into_uuid().to_string()
    }

    /// A secret of 256 bits as text for links and cookies.
    pub fn token(&self) -> String {
        use base64::Engine;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(self.bytes())
    }

    /// A whole number below `bound`, for seeded lives.
    pub fn below(&self, bound: u64) -> u64 {
        let bytes = self.bytes();
        let mut eight = [0; 8];
        eight.copy_from_slice(&bytes[..8]);
        u64::from_be_bytes(eight) % bound.max(1)
    }
}
