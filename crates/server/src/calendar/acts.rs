//! Units of work about the calendar: its beginning, settings, deadlines, holidays.

use super::store::{self, Setting};
use crate::house::fault::Done;
use crate::house::work::Tx;
use meguri_domain::calendar::{Holiday, Term};
use meguri_domain::ids::{HolidayId, TermId};
use meguri_domain::people::Act;
use meguri_domain::refusal::required;
use meguri_domain::{Change, Date, Month, Refusal};

/// National holidays and year-end days that we ship; the organisation edits them.
const HOLIDAYS: &str = include_str!("../../../../catalog/holidays.csv");

/// Begins the calendar of a new organisation.
pub fn begin(tx: &Tx<'_>, organisation: &str, fiscal_start: i8) -> Done<()> {
    let organisation = required(organisation, "organisation", ("組織名", "Organisation"))?;
    if !(1..=12).contains(&fiscal_start) {
        let hint = ("1から12の月にしてください。", "Use a month from 1 to 12.");
        return Err(Refusal::Unfit {
            field: "fiscal_start", word: ("年度の始まり", "Fiscal year"), hint
        }
        .into());
    }
    set(tx, store::ORGANISATION, &organisation)?;
    set(tx, store::FISCAL_START, &fiscal_start.to_string())?;
    set(tx, store::FIRST_MONTH, &Month::of(tx.today()).to_string())?;
    let id = tx.id(TermId::new);
    let from_month = Month::of(tx.today());
    let term = Term { id, version: 1, from_month, department_day: 5, secretariat_day: 10 };
    tx.save(Change::new(term, "term.set"))?;
    for line in HOLIDAYS.lines().skip(1) {
        let Some((on_date, name)) = line.split_once(',') else { continue };
        let Ok(on_date) = on_date.parse::<Date>() else { continue };
        add_holiday(tx, on_date, name)?;
    }
    Ok(())
}

/// Sets one thing the organisation says of itself.
pub fn set(tx: &Tx<'_>, id: &str, value: &str) -> Done<()> {
    tx.actor().must_everywhere(Act::EditCalendar)?;
    let version = store::row(tx, id)?.map_or(1, |row| row.version + 1);
    let setting = Setting { id: id.to_owned(), version, value: value.trim().to_owned() };
    tx.save(Change::new(setting, "setting.set"))?;
    Ok(())
}

/// Adds a holiday.
pub fn add_holiday(tx: &Tx<'_>, on_date: Date, name: &str) -> Done<Holiday> {
    tx.actor().must_everywhere(Act::EditCalendar)?;
    let name = required(name, "name", ("休日の名前", "Name of the holiday"))?;
    let holiday = Holiday { id: tx.id(HolidayId::new), version: 1, on_date, name, in_force: true };
    tx.save(Change::new(holiday, "holiday.added"))
}

/// Withdraws a holiday that was entered by mistake. It stays readable.
pub fn withdraw_holiday(tx: &Tx<'_>, id: &HolidayId) -> Done<Holiday> {
    tx.actor().must_everywhere(Act::EditCalendar)?;
    let found = store::holidays(tx)?.into_iter().find(|each| each.id == *id && each.in_force);
    let holiday = found.ok_or(Refusal::NotFound)?;
    tx.save(Change::new(
        Holiday { in_force: false, version: holiday.version + 1, ..holiday },
        "holiday.withdrawn",
    ))
}

/// Sets deadlines from a month on. Months before keep theirs.
pub fn set_term(tx: &Tx<'_>, from_month: Month, department_day: i64, secretariat_day: i64) -> Done<Term> {
    tx.actor().must_everywhere(Act::EditCalendar)?;
    if !(1..=20).contains(&department_day) || secretariat_day < department_day || secretariat_day > 23 {
        return Err(Refusal::Unfit {
            field: "department_day",
            word: ("締切の営業日", "Deadline"),
            hint: (
                "部門は1から20、事務局は部門と同じかそれより後で23までの営業日にしてください。",
                "Use 1 to 20 for departments, and for the secretariat the same day or later, up to 23.",
            ),
        }
        .into());
    }
    if from_month < Month::of(tx.today()) {
        let hint = (
            "今月以降の月にしてください。過ぎた月の締切は変えられません。",
            "Choose this month or later: deadlines of months that have passed stay as they were.",
        );
        return Err(Refusal::Unfit { field: "from_month", word: ("適用開始月", "From"), hint }.into());
    }
    let before = store::terms(tx)?.into_iter().find(|term| term.from_month == from_month);
    let (id, version) = before.map_or_else(|| (tx.id(TermId::new), 1), |term| (term.id, term.version + 1));
    tx.save(Change::new(Term { id, version, from_month, department_day, secretariat_day }, "term.set"))
}
