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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{calendar, day, id, month};
    use proptest::prelude::*;

    fn term(from: &str, department_day: i64, secretariat_day: i64) -> Term {
        Term { id: id("term"), version: 1, from_month: month(from), department_day, secretariat_day }
    }

    #[test]
    fn deadlines_are_business_days_of_the_next_month() {
        let calendar = calendar();
        for (of, department, secretariat, why) in [
            ("2026-11", "2026-12-07", "2026-12-14", "no holiday in the way"),
            ("2026-04", "2026-05-12", "2026-05-19", "May 1, 7, 8, 11, 12: three holidays after a weekend"),
            ("2026-05", "2026-06-05", "2026-06-12", "begins on a Monday"),
            ("2026-10", "2026-11-09", "2026-11-16", "November 1 is a Sunday, 3 a holiday"),
        ] {
            assert_eq!(calendar.department_due(month(of)), day(department), "{of}: {why}");
            assert_eq!(calendar.secretariat_due(month(of)), day(secretariat), "{of}: {why}");
        }
    }

    #[test]
    fn year_end_days_of_the_company_move_the_deadline() {
        let closed = ["2026-12-29", "2026-12-30", "2026-12-31", "2027-01-01", "2027-01-02", "2027-01-03"];
        let plain = Calendar::new([], Vec::new(), 4);
        let company = Calendar::new(closed.map(day), Vec::new(), 4);
        assert_eq!(plain.department_due(month("2026-12")), day("2027-01-07"));
        assert_eq!(company.department_due(month("2026-12")), day("2027-01-08"));
    }

    #[test]
    fn a_new_term_does_not_rewrite_earlier_months() {
        let calendar = Calendar::new([], vec![term("2026-08", 3, 5), term("2026-04", 5, 10)], 4);
        assert_eq!(
            calendar.department_due(month("2026-03")),
            day("2026-04-07"),
            "before any term: the default"
        );
        assert_eq!(calendar.department_due(month("2026-07")), day("2026-08-07"));
        assert_eq!(calendar.department_due(month("2026-08")), day("2026-09-03"));
        assert_eq!(calendar.secretariat_due(month("2026-08")), day("2026-09-07"));
    }

    #[test]
    fn a_month_with_too_few_business_days_ends_on_its_last_day() {
        let all: Vec<_> = (1..=30).map(|n| Date::constant(2026, 6, n)).collect();
        assert_eq!(Calendar::new(all, Vec::new(), 4).business_day(month("2026-06"), 5), day("2026-06-30"));
        assert_eq!(calendar().business_day(month("2026-06"), 99), day("2026-06-30"));
        assert_eq!(calendar().business_day(month("2026-06"), 0), day("2026-06-01"));
    }

    #[test]
    fn weekends_and_holidays_are_no_business_days() {
        let open = |text| calendar().is_business_day(day(text));
        let days = ["2026-11-02", "2026-11-03", "2026-11-07", "2026-11-08", "2026-11-23", "2026-11-24"];
        assert_eq!(days.map(open), [true, false, false, false, false, true]);
    }

    #[test]
    fn months_add_subtract_and_stay_in_their_centuries() {
        for (start, plus, end) in [
            ("2026-11", 1, "2026-12"),
            ("2026-12", 1, "2027-01"),
            ("2026-01", -1, "2025-12"),
            ("2026-04", 0, "2026-04"),
            ("2026-04", 25, "2028-05"),
            ("2026-04", -25, "2024-03"),
            ("2999-12", 1, "2999-12"),
            ("1900-01", -1, "1900-01"),
            ("2026-04", i32::MAX, "2999-12"),
            ("2026-04", i32::MIN, "1900-01"),
        ] {
            assert_eq!(month(start).plus(plus), month(end), "{start} {plus:+}");
        }
        assert_eq!(month("2027-03").since(month("2026-04")), 11);
        assert_eq!(month("2026-04").since(month("2027-03")), -11);
        let through = |from: &str, to: &str| month(from).through(month(to)).count();
        assert_eq!((through("2026-11", "2027-02"), through("2026-04", "2026-04")), (4, 1));
        assert_eq!(through("2026-04", "2026-03"), 0);
    }

    #[test]
    fn months_end_where_the_year_says() {
        for (of, last) in [
            ("2026-02", "2026-02-28"),
            ("2028-02", "2028-02-29"),
            ("2000-02", "2000-02-29"),
            ("2100-02", "2100-02-28"),
            ("2026-04", "2026-04-30"),
            ("2026-12", "2026-12-31"),
        ] {
            assert_eq!(month(of).last_day(), day(last));
            assert_eq!(Month::of(day(last)), month(of));
            assert_eq!(month(of).first_day().day(), 1);
        }
    }

    #[test]
    fn a_month_is_written_in_one_way_only() {
        for wrong in [
            "2026-4",
            "2026-13",
            "2026-00",
            "1899-12",
            "3000-01",
            "+2026-04",
            "2026-+4",
            "02026-04",
            "2026-04-01",
            "2026",
            "２０２６-04",
            "",
        ] {
            assert_eq!(Month::parse(wrong), None, "{wrong:?}");
        }
        let text = serde_json::to_string(&month("2026-04")).unwrap();
        assert_eq!(text, "\"2026-04\"");
        assert_eq!(serde_json::from_str::<Month>(&text).unwrap(), month("2026-04"));
        assert!(serde_json::from_str::<Month>("\"April\"").is_err());
    }

    #[test]
    fn the_fiscal_year_begins_where_the_organisation_says() {
        for (start, of, year, index) in [
            (4, "2026-03", 2025, 11),
            (4, "2026-04", 2026, 0),
            (4, "2027-03", 2026, 11),
            (1, "2026-01", 2026, 0),
            (1, "2026-12", 2026, 11),
            (10, "2026-09", 2025, 11),
            (10, "2026-10", 2026, 0),
        ] {
            let calendar = Calendar::new([], Vec::new(), start);
            assert_eq!(calendar.fiscal_year(month(of)), year, "{start}, {of}");
            assert_eq!(calendar.index_in_year(month(of)), index, "{start}, {of}");
            assert_eq!(calendar.months(year)[usize::try_from(index).unwrap()], month(of), "{start}, {of}");
        }
        assert_eq!(Calendar::new([], Vec::new(), 0).fiscal_start, 1);
        assert_eq!(Calendar::new([], Vec::new(), 13).fiscal_start, 12);
    }

    proptest! {
        #[test]
        fn the_nth_business_day_has_n_business_days_behind_it(
            year in 2000i16..2100, number in 1i8..=12, n in 1i64..=20,
            closed in prop::collection::btree_set(1i8..=28, 0..8),
        ) {
            let of = Month::new(year, number).unwrap();
            let holidays: Vec<_> = closed.into_iter().map(|day| Date::constant(year, number, day)).collect();
            let calendar = Calendar::new(holidays, Vec::new(), 4);
            let found = calendar.business_day(of, n);
            let passed = (1..=found.day())
                .filter(|day| calendar.is_business_day(Date::constant(year, number, *day)))
                .count();
            let passed = i64::try_from(passed).unwrap();
            prop_assert!(passed == n && calendar.is_business_day(found) || passed < n && found == of.last_day());
        }

        #[test]
        fn adding_months_and_taking_them_away_again_changes_nothing(
            year in 2000i16..2100, number in 1i8..=12, months in -600i32..600,
        ) {
            let of = Month::new(year, number).unwrap();
            prop_assert_eq!(of.plus(months).plus(-months), of);
            prop_assert_eq!(of.plus(months).since(of), months);
            prop_assert_eq!(Month::parse(&of.to_string()), Some(of));
        }
    }
}
