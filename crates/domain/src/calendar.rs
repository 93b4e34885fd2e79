//! Months, fiscal years and business days: the arithmetic from which every deadline comes (DESIGN.md §2,
//! DOMAIN.md §6.1).

use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::collections::BTreeSet;

/// A calendar day, without a zone: deadlines are days of the organisation's own place.
pub type Date = jiff::civil::Date;

/// A month of a year, the unit in which the loop turns. Written `2026-04`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Month {
    year: i16,
    month: i8,
}

impl Month {
    /// Month 1 to 12 of a year between 1900 and 2999.
    pub fn new(year: i16, month: i8) -> Option<Self> {
        ((1900..=2999).contains(&year) && (1..=12).contains(&month)).then_some(Self { year, month })
    }
    /// The month in which a day lies.
    pub fn of(day: Date) -> Self {
        Self { year: day.year(), month: day.month() }
    }
    /// Reads `2026-04`.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        let digits = |text: &str, length| text.len() == length && text.bytes().all(|b| b.is_ascii_digit());
        if !digits(year, 4) || !digits(month, 2) {
            return None;
        }
        Self::new(year.parse().ok()?, month.parse().ok()?)
    }
    /// The year, 1900 to 2999.
    pub fn year(self) -> i16 {
        self.year
    }
    /// 1 to 12.
    pub fn month(self) -> i8 {
        self.month
    }
    /// The month `months` later (or earlier, when negative), held inside 1900 to 2999.
    #[must_use]
    pub fn plus(self, months: i32) -> Self {
        let index = i32::from(self.year) * 12 + i32::from(self.month) - 1;
        let index = index.saturating_add(months).clamp(1900 * 12, 2999 * 12 + 11);
        let year = i16::try_from(index / 12).unwrap_or(1900);
        let month = i8::try_from(index % 12 + 1).unwrap_or(1);
        Self { year, month }
    }
    /// How many months lie from `earlier` to this one; negative when `earlier` is later.
    pub fn since(self, earlier: Self) -> i32 {
        (i32::from(self.year) - i32::from(earlier.year)) * 12 + i32::from(self.month)
            - i32::from(earlier.month)
    }
    /// Its first day.
    pub fn first_day(self) -> Date {
        Date::constant(self.year, self.month, 1)
    }
    /// Its last day, leap years included.
    pub fn last_day(self) -> Date {
        self.first_day().last_of_month()
    }
    /// Every month from this one to `last`, both included; empty when `last` is earlier.
    pub fn through(self, last: Self) -> impl Iterator<Item = Self> {
        (0..=last.since(self)).map(move |n| self.plus(n))
    }
}

impl std::fmt::Display for Month {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:04}-{:02}", self.year, self.month)
    }
}

impl Serialize for Month {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Month {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'_, str>>::deserialize(from)?;
        Self::parse(&text).ok_or_else(|| serde::de::Error::custom("no month"))
    }
}

/// From a month on, by which business day of the *next* month records are due.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Term {
    /// Its own id.
    pub id: crate::ids::TermId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// The first month it holds for.
    pub from_month: Month,
    /// Department: n-th business day of the next month, 1 to 20.
    pub department_day: i64,
    /// Secretariat: n-th business day of the next month, not before the department's.
    pub secretariat_day: i64,
}

/// A day on which nobody works: national, year-end, or the company's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Holiday {
    /// Its own id.
    pub id: crate::ids::HolidayId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// The day.
    pub on_date: Date,
    /// What the day is called.
    pub name: String,
    /// `false` once withdrawn: a holiday entered by mistake stays readable.
    pub in_force: bool,
}

/// The organisation's calendar: holidays, deadlines by date, and where its fiscal year begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendar {
    holidays: BTreeSet<Date>,
    terms: Vec<Term>,
    /// First month of the fiscal year 年度, 1 to 12; April unless said otherwise.
    pub fiscal_start: i8,
}

impl Calendar {
    /// A calendar of these holidays and deadlines; terms may come in any order.
    pub fn new(holidays: impl IntoIterator<Item = Date>, mut terms: Vec<Term>, fiscal_start: i8) -> Self {
        terms.sort_by_key(|term| term.from_month);
        Self { holidays: holidays.into_iter().collect(), terms, fiscal_start: fiscal_start.clamp(1, 12) }
    }

    /// Monday to Friday, and no holiday.
    pub fn is_business_day(&self, day: Date) -> bool {
        use jiff::civil::Weekday::{Saturday, Sunday};
        !matches!(day.weekday(), Saturday | Sunday) && !self.holidays.contains(&day)
    }

    /// The `n`-th business day of a month; its last day when the month has fewer.
    pub fn business_day(&self, month: Month, n: i64) -> Date {
        let mut left = n.max(1);
        let mut day = month.first_day();
        let last = month.last_day();
        loop {
            if self.is_business_day(day) {
                left -= 1;
            }
            if left == 0 || day >= last {
                return day;
            }
            day = day.tomorrow().unwrap_or(last);
        }
    }

    /// When a department's records of `month` are due (default: 5th business day of the next month).
    pub fn department_due(&self, month: Month) -> Date {
        let days = self.term(month).map_or(5, |term| term.department_day);
        self.business_day(month.plus(1), days)
    }

    /// When the secretariat's check of `month` is due (default: 10th business day of the next month).
    pub fn secretariat_due(&self, month: Month) -> Date {
        let days = self.term(month).map_or(10, |term| term.secretariat_day);
        self.business_day(month.plus(1), days)
    }

    /// The fiscal year of a month, named by the year in which it begins.
    pub fn fiscal_year(&self, month: Month) -> i64 {
        i64::from(month.year()) - i64::from(month.month() < self.fiscal_start)
    }

    /// The twelve months of a fiscal year.
    pub fn months(&self, fiscal_year: i64) -> Vec<Month> {
        let year = i16::try_from(fiscal_year).unwrap_or(1900).clamp(1900, 2998);
        let first = Month { year, month: self.fiscal_start };
        first.through(first.plus(11)).collect()
    }

    /// Where a month stands in its fiscal year, 0 to 11.
    pub fn index_in_year(&self, month: Month) -> i32 {
        (i32::from(month.month()) - i32::from(self.fiscal_start)).rem_euclid(12)
    }

    fn term(&self, month: Month) -> Option<&Term> {
        self.terms.iter().rev().find(|term| term.from_month <= month)
    }
}
