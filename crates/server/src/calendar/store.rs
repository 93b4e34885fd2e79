//! The SQL of settings, deadlines and holidays.

use crate::house::fault::Fault;
use crate::house::kept::{Column, cell};
use crate::house::work::Rx;
use crate::{kept, open};
use meguri_domain::calendar::{Calendar, Holiday, Term};
use meguri_domain::{Date, Month};

/// One thing the organisation says of itself.
pub struct Setting {
    pub id: String,
    pub version: i64,
    pub value: String,
}

kept!(company Setting, "setting", [id, version, value]);
kept!(company Holiday, "holiday", [id, version, on_date, name, in_force]);
kept!(company Term, "term", [id, version, from_month, department_day, secretariat_day]);

/// Name of the organisation.
pub const ORGANISATION: &str = "organisation";
/// First month of the fiscal year, 1 to 12.
pub const FISCAL_START: &str = "fiscal_start";
/// The first month of which records are owed.
pub const FIRST_MONTH: &str = "first_month";

/// The value of a setting.
pub fn setting(rx: &Rx<'_>, id: &str) -> Result<Option<String>, Fault> {
    Ok(row(rx, id)?.map(|setting| setting.value))
}

pub fn row(rx: &Rx<'_>, id: &str) -> Result<Option<Setting>, Fault> {
    rx.open_one(open!("SELECT * FROM setting WHERE id = $1"), &[id.to_value()])
}

/// The calendar as it stands: holidays, terms, fiscal year.
pub fn calendar(rx: &Rx<'_>) -> Result<Calendar, Fault> {
    let rows =
        rx.open_rows(open!("SELECT on_date FROM holiday WHERE in_force ORDER BY on_date LIMIT 5000"), &[])?;
    let holidays: Vec<Date> = rows.iter().map(|row| cell(row, 0)).collect::<Result<_, _>>()?;
    let start = setting(rx, FISCAL_START)?.and_then(|text| text.parse().ok()).unwrap_or(4);
    Ok(Calendar::new(holidays, terms(rx)?, start))
}

pub fn terms(rx: &Rx<'_>) -> Result<Vec<Term>, Fault> {
    rx.open_list(open!("SELECT * FROM term ORDER BY from_month LIMIT 500"), &[])
}

pub fn holidays(rx: &Rx<'_>) -> Result<Vec<Holiday>, Fault> {
    rx.open_list(open!("SELECT * FROM holiday ORDER BY on_date LIMIT 5000"), &[])
}

/// The first month of which records are owed.
pub fn first_month(rx: &Rx<'_>) -> Result<Option<Month>, Fault> {
    Ok(setting(rx, FIRST_MONTH)?.and_then(|text| Month::parse(&text)))
}
