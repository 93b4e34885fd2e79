//! Dates as Japanese offices write them.

use jiff::civil::Date;

use crate::text::plain;

/// Reads a civil date: `2026/4/1`, `2026-04-01`, `2026.4.1`, `20260401`, `2026年4月1日`, `令和8年4月1日`, `R8.4.1`, an
/// Excel serial number like `46113` (1900 system), each also full-width, with a weekday in brackets or a time behind
/// it. `None` for anything else, years outside 1900-2200 included.
pub fn parse_date(text: &str) -> Option<Date> {
    let spaced = text.trim();
    // A time behind a date is dropped at the blank (or T) before it; blanks elsewhere mean nothing.
    let dated = match spaced.split_once([' ', '　', 'T']) {
        Some((date, rest)) if rest.contains(':') || rest.contains('：') => date,
        _ => spaced,
    };
    let text = plain(dated);
    let text = text.split('(').next().unwrap_or_default();
    if text.len() == 5 && text.bytes().all(|b| b.is_ascii_digit()) {
        return from_serial(text.parse().ok()?);
    }
    if text.len() == 8 && text.bytes().all(|b| b.is_ascii_digit()) {
        return date_of(text[..4].parse().ok()?, &text[4..6], &text[6..]);
    }
    let (first_year, text) = era(text);
    let mut parts = text.trim_end_matches('日').split(['年', '月', '/', '-', '.', '‐', '−', '–']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() {
        return None;
    }
    let year: i16 = match (first_year, year) {
        (Some(first), "元") => first,
        (Some(first), year) if year.len() <= 2 => first.checked_add(year.parse().ok()?)?.checked_sub(1)?,
        (None, year) if year.len() == 4 => year.parse().ok()?,
        _ => return None,
    };
    date_of(year, month, day)
}

/// The form in which dates are shown in cells: `2026/4/1`.
pub(crate) fn show_date(date: Date) -> String {
    format!("{}/{}/{}", date.year(), date.month(), date.day())
}

/// The first year of the era a text begins with, and the rest.
fn era(text: &str) -> (Option<i16>, &str) {
    const ERAS: [(&str, i16); 9] = [
        ("令和", 2019),
        ("平成", 1989),
        ("昭和", 1926),
        ("令", 2019),
        ("平", 1989),
        ("昭", 1926),
        ("r", 2019),
        ("h", 1989),
        ("s", 1926),
    ];
    let found = ERAS.iter().find_map(|(name, first)| text.strip_prefix(name).map(|rest| (*first, rest)));
    found.map_or((None, text), |(first, rest)| (Some(first), rest.trim_start_matches('.')))
}

/// Day 1 is 1 January 1900, and Excel believes in 29 February 1900; below 20,000 a number is hardly a date.
fn from_serial(serial: i32) -> Option<Date> {
    if !(20_000..=99_999).contains(&serial) {
        return None;
    }
    jiff::civil::date(1899, 12, 30).checked_add(jiff::Span::new().days(serial)).ok()
}

fn date_of(year: i16, month: &str, day: &str) -> Option<Date> {
    if !(1900..=2200).contains(&year) {
        return None;
    }
    Date::new(year, month.parse().ok()?, day.parse().ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_in_the_forms_offices_use() {
        let first_of_april = jiff::civil::date(2026, 4, 1);
        for typed in [
            "2026/4/1",
            "2026-04-01",
            "2026.4.1",
            "20260401",
            "2026年4月1日",
            "令和8年4月1日",
            "R8.4.1",
            "r08/04/01",
            "Ｒ８．４．１",
            "２０２６／４／１",
            "46113",
            "2026/4/1(水)",
            "2026年4月1日（水）",
            "2026-04-01 00:00:00",
            "2026-04-01T00:00:00",
            " 令和 8年 4月 1日 ",
            "令8.4.1",
            "R.8.4.1",
            "㋿8年4月1日",
        ] {
            assert_eq!(parse_date(typed), Some(first_of_april), "{typed}");
        }
        assert_eq!(parse_date("令和元年5月1日"), Some(jiff::civil::date(2019, 5, 1)));
        assert_eq!(parse_date("平成31年4月30日"), Some(jiff::civil::date(2019, 4, 30)));
        assert_eq!(parse_date("S64.1.7"), Some(jiff::civil::date(1989, 1, 7)));
    }

    #[test]
    fn what_is_no_date_stays_none() {
        for typed in [
            "",
            "未定",
            "2026/13/1",
            "2026/2/30",
            "2026年4月",
            "26/4/1",
            "4/1",
            "123",
            "令和8年",
            "0001/1/1",
            "2026/4/1/2",
        ] {
            assert_eq!(parse_date(typed), None, "{typed}");
        }
    }
}
