//! The audit that is going on today: the secretariat has laid half a year of three departments out for the external auditor, so
//! that whoever looks as the auditor finds the reading room filled.

use super::BEGINNING;
use super::company::{CAMPAIGN, EXTERNAL, FAN_CLUB, SECRETARIAT, SERVICE};
use super::diary::Diary;
use super::life::Life;
use super::register::at;
use crate::audit::{acts, heads, package};
use crate::house::fault::Done;
use jiff::ToSpan;
use meguri_domain::Month;
use meguri_domain::audit::{Audit, AuditState, Stage};
use meguri_domain::ids::AuditId;

/// Days from the laying out to today, and from today to the end of the showing.
const BEFORE: i64 = 5;
const AFTER: i64 = 45;

/// Writes the audit into the diary, once there are two months to be looked at.
pub fn plan(life: &Life, diary: &mut Diary) {
    let (first, this) = (Month::of(BEGINNING), Month::of(life.today));
    let (Ok(day), Ok(until_on)) =
        (life.today.checked_sub(BEFORE.days()), life.today.checked_add(AFTER.days()))
    else {
        return;
    };
    if Month::of(day) < first.plus(2) {
        return;
    }
    let from = first.max(this.plus(-6));
    diary.on(day, at(16, 0), move |life| {
        let mut departments = Vec::new();
        for index in [CAMPAIGN, FAN_CLUB, SERVICE] {
            departments.push(life.home(index)?.id.clone());
        }
        let audit = life.act(SECRETARIAT, |tx| {
            let audit = Audit {
                id: tx.id(AuditId::new),
                version: 1,
                name: "見本認証機構 サーベイランス審査".into(),
                stage: Stage::Surveillance,
                departments,
                from_month: from,
                to_month: Month::of(tx.today()).plus(-1),
                until_on,
                auditors: Vec::new(),
                state: AuditState::Open,
            };
            let audit = acts::plan(tx, audit)?;
            acts::invite(tx, &audit.id, EXTERNAL)?;
            Ok(audit)
        })?;
        pack(life, &audit.id)
    });
}

fn pack(life: &Life, audit: &AuditId) -> Done<()> {
    life.app.keys.ready()?;
    let heads = heads::now(&life.app)?;
    let order = package::Order { portion: None, heads: &heads, files: &life.app.files, told: &|_, _| Ok(()) };
    acts::make(&life.app, &|| life.who(SECRETARIAT), audit, &order)?;
    Ok(())
}
