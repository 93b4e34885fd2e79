//! One month after the other: sheets and reviews are drafted, handed in, confirmed, checked, closed; some late,
//! some returned, one forgotten; a × comes with its correction.

use super::company::{CAMPAIGN, DEPUTY, FAN_CLUB, GENERAL, ITEMS, SECRETARIAT, SERVICE, SYSTEMS};
use super::diary::Diary;
use super::life::{Home, Life};
use super::register::at;
use super::words::stories::{Fate, STORIES, Story, When};
use super::{answers, reviews};
use crate::house::fault::{Done, Fault};
use crate::{closing, correction, inspection};
use meguri_domain::correction::Correction;
use meguri_domain::inspection::Inspection;
use meguri_domain::people::Act;
use meguri_domain::{Date, Month};

/// What sets a department's month apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Turn {
    Usual,
    /// Nobody wrote the sheet; the month is closed without it.
    Forgotten,
    /// Handed in late, with a reason.
    Late,
    ReturnedByHead,
    ReturnedBySecretariat,
    /// The head is away; the deputy confirms.
    Deputy,
}

/// How far a month is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Stage {
    Nothing,
    Drafted,
    Submitted,
    Confirmed,
    Checked,
    Closed,
}

const LATE: &str = "お盆前に問合せが増え、取りまとめが遅れたため";
const MENDED: &str = "事務局の差戻しを受けて、内容を書き足したため";

/// Writes a month of every department into the diary.
pub fn plan(life: &Life, diary: &mut Diary, month: Month) {
    for index in 0..life.homes.len() {
        let (turn, stage) = (turn(index, month), stage(life, index, month));
        let days = Days::of(life, index, month, turn, stage);
        if turn != Turn::Forgotten {
            sheet(life, diary, (index, month), turn, &days);
        }
        reviews::plan(life, diary, (index, month), &days.for_reviews(stage));
        if stage >= Stage::Closed {
            diary.on(days.close, life.minute(&format!("close {index} {month}"), 15), move |life| {
                close(life, index, month)
            });
        }
    }
    for story in STORIES.iter().filter(|story| story.is_of(life, month)) {
        correct(life, diary, story, month);
    }
}

fn turn(index: usize, month: Month) -> Turn {
    let is = |text: &str| Month::parse(text) == Some(month);
    match index {
        CAMPAIGN if is("2026-05") => Turn::ReturnedByHead,
        FAN_CLUB if is("2026-06") => Turn::Forgotten,
        SERVICE if is("2026-07") => Turn::Late,
        SERVICE if is("2026-08") => Turn::Deputy,
        GENERAL if is("2026-08") => Turn::ReturnedBySecretariat,
        _ => Turn::Usual,
    }
}

/// Months before the last are closed; of the last one some records still wait, of the present one there are drafts.
fn stage(life: &Life, index: usize, month: Month) -> Stage {
    match Month::of(life.today).since(month) {
        ..=0 if matches!(index, CAMPAIGN | SERVICE | SYSTEMS) => Stage::Drafted,
        ..=0 => Stage::Nothing,
        1 => match index {
            SERVICE => Stage::Confirmed,
            SYSTEMS => Stage::Submitted,
            index if index >= ITEMS.len() && index % 7 == 3 => Stage::Submitted,
            _ => Stage::Checked,
        },
        _ => Stage::Closed,
    }
}

/// The days on which a department's month goes from hand to hand.
pub struct Days {
    pub draft: Option<Date>,
    pub submit: Option<Date>,
    pub confirm: Option<Date>,
    pub check: Option<Date>,
    close: Date,
    /// Why the month is late; empty in time.
    pub late_reason: &'static str,
}

impl Days {
    fn of(life: &Life, index: usize, month: Month, turn: Turn, stage: Stage) -> Self {
        let dice = i64::try_from(life.dice(&format!("days {index} {month}"), 3)).unwrap_or(0);
        let day = |n: i64| life.calendar.business_day(month.plus(1), n);
        let present = Month::of(life.today) == month;
        let drafted = if present { life.calendar.business_day(month, 6 + dice) } else { day(1) };
        let (submit, confirm, check, close) = match turn {
            Turn::Late => (day(12), day(13), day(14), day(15)),
            Turn::Usual
            | Turn::Forgotten
            | Turn::ReturnedByHead
            | Turn::ReturnedBySecretariat
            | Turn::Deputy => (day(2 + dice), day(3 + dice), day(7 + dice), day(12)),
        };
        let reached = |wanted: Stage, day: Date| (stage >= wanted).then_some(day);
        Self {
            draft: reached(Stage::Drafted, drafted),
            submit: reached(Stage::Submitted, submit),
            confirm: reached(Stage::Confirmed, confirm),
            check: reached(Stage::Checked, check),
            close,
            late_reason: if turn == Turn::Late { LATE } else { "" },
        }
    }

    /// Reviews walk the same way; where a sheet still waits for its head, the review has passed him.
    fn for_reviews(&self, stage: Stage) -> Self {
        let confirm = self.confirm.or(self.submit.filter(|_| stage == Stage::Submitted));
        Self { confirm, ..*self }
    }
}

fn sheet(life: &Life, diary: &mut Diary, (index, month): (usize, Month), turn: Turn, days: &Days) {
    let minute = |what: &str, hour| life.minute(&format!("{what} {index} {month}"), hour);
    if let Some(day) = days.draft {
        diary.on(day, minute("draft", 10), move |life| draft(life, index, month));
    }
    if let Some(day) = days.submit {
        let reason = days.late_reason;
        diary.on(day, minute("submit", 15), move |life| {
            complete(life, index, month, reason, false)?;
            submit(life, index, month)
        });
    }
    if let Some(day) = days.confirm {
        let returned = turn == Turn::ReturnedByHead;
        let deputy = turn == Turn::Deputy;
        diary.on(day, minute("confirm", 16), move |life| {
            if returned {
                give_back(life, index, month, None)?;
            }
            confirm(life, index, month, deputy)
        });
    }
    if let Some(day) = days.check {
        let returned = turn == Turn::ReturnedBySecretariat;
        diary.on(day, minute("check", 11), move |life| {
            if returned {
                give_back(life, index, month, Some(SECRETARIAT))?;
                confirm(life, index, month, false)?;
            }
            check(life, index, month)
        });
    }
}

/// The sheet of a department and month, if anything was written.
fn found(life: &Life, home: &Home, month: Month) -> Done<Inspection> {
    let sheet = life.look(SECRETARIAT, |rx| {
        Ok(inspection::store::sheet_of(rx, &rx.scope(Act::SeeMonth), &home.id, month)?)
    })?;
    Ok(sheet.ok_or_else(|| Fault::broken(format!("{} has no sheet of {month}", home.name)))?)
}

/// The first half of the answers, saved and left for later.
fn draft(life: &Life, index: usize, month: Month) -> Done<()> {
    let home = life.home(index)?;
    let mut drafts = answers::of(life, index, month)?;
    drafts.truncate(drafts.len().div_ceil(2));
    life.act(&home.member, |tx| inspection::acts::save_sheet(tx, &home.id, month, 0, &drafts, ""))?;
    Ok(())
}

/// All answers with their evidence; `mended` after a return.
fn complete(life: &Life, index: usize, month: Month, late_reason: &str, mended: bool) -> Done<()> {
    let (home, before) = (life.home(index)?, found(life, life.home(index)?, month)?);
    let mut drafts = answers::of(life, index, month)?;
    if mended {
        answers::mend(&mut drafts);
    }
    life.act(&home.member, |tx| {
        inspection::acts::save_sheet(tx, &home.id, month, before.version, &drafts, late_reason)
    })?;
    if mended {
        return Ok(());
    }
    answers::prove(life, index, &before, month)
}

fn submit(life: &Life, index: usize, month: Month) -> Done<()> {
    let (home, sheet) = (life.home(index)?, found(life, life.home(index)?, month)?);
    life.act(&home.member, |tx| inspection::acts::submit(tx, &sheet.id, sheet.version))?;
    Ok(())
}

fn confirm(life: &Life, index: usize, month: Month, deputy: bool) -> Done<()> {
    let (home, sheet) = (life.home(index)?, found(life, life.home(index)?, month)?);
    let who = if deputy { DEPUTY } else { &home.head };
    life.act(who, |tx| inspection::acts::confirm(tx, &sheet.id, sheet.version))?;
    Ok(())
}

fn check(life: &Life, index: usize, month: Month) -> Done<()> {
    let sheet = found(life, life.home(index)?, month)?;
    life.act(SECRETARIAT, |tx| inspection::acts::check(tx, &sheet.id, sheet.version))?;
    Ok(())
}

/// Sends the sheet back with a reason; the member mends it and hands it in again.
fn give_back(life: &Life, index: usize, month: Month, by: Option<&str>) -> Done<()> {
    let (home, sheet) = (life.home(index)?, found(life, life.home(index)?, month)?);
    let reason = match by {
        Some(_) => {
            "入退室ログを確かめた日と確認者が書かれていません。内容欄に書き足して、もう一度提出してください。"
        }
        None => "受渡しの件数が書かれていません。授受記録の件数を内容欄に書き足してください。",
    };
    life.act(by.unwrap_or(&home.head), |tx| {
        inspection::acts::send_back(tx, &sheet.id, sheet.version, reason)
    })?;
    complete(life, index, month, by.map_or("", |_| MENDED), true)?;
    submit(life, index, month)
}

fn close(life: &Life, index: usize, month: Month) -> Done<()> {
    let home = life.home(index)?;
    life.act(SECRETARIAT, |tx| closing::acts::close(tx, &home.id, month))?;
    Ok(())
}

impl Story {
    /// Whether the story is told in a month.
    pub fn is_of(&self, life: &Life, month: Month) -> bool {
        match self.when {
            When::In(text) => Month::parse(text) == Some(month),
            When::Before(months) => Month::of(life.today).since(month) == months && !told_before(self, month),
        }
    }

    /// By when it is to be put right: by the end of the month after it was found; one more where the effect takes time to show.
    pub fn due_on(&self, life: &Life, month: Month) -> Date {
        let months = if matches!(self.fate, Fate::Done(_)) { 2 } else { 1 };
        let mut day = month.plus(months).last_day();
        while !life.calendar.is_business_day(day) {
            day = day.yesterday().unwrap_or(day);
        }
        day
    }
}

/// Whether a story of a fixed month tells of the same item in the same month.
fn told_before(story: &Story, month: Month) -> bool {
    let fixed = |each: &&Story| matches!(each.when, When::In(text) if Month::parse(text) == Some(month));
    STORIES.iter().filter(fixed).any(|each| each.home == story.home && each.item == story.item)
}

/// The correction of a ×: done in the middle of the next month, verified at the beginning of the one after.
fn correct(life: &Life, diary: &mut Diary, story: &'static Story, month: Month) {
    let (note, verified) = match story.fate {
        Fate::Open => return,
        Fate::Done(note) => (note, None),
        Fate::Verified(note, who, effect) => (note, Some((who, effect))),
    };
    let done = life.calendar.business_day(month.plus(1), 13);
    diary.on(done, at(16, 5), move |life| {
        let (home, found) = (life.home(story.home)?, correction_of(life, story, month)?);
        life.act(&home.member, |tx| correction::acts::finish(tx, &found.id, found.version, note))?;
        Ok(())
    });
    let Some((who, effect)) = verified else { return };
    diary.on(life.calendar.business_day(month.plus(2), 3), at(14, 35), move |life| {
        let found = correction_of(life, story, month)?;
        life.act(who, |tx| correction::acts::verify(tx, &found.id, found.version, effect))?;
        Ok(())
    });
}

fn correction_of(life: &Life, story: &Story, month: Month) -> Done<Correction> {
    let sheet = found(life, life.home(story.home)?, month)?;
    let found = life.look(SECRETARIAT, |rx| {
        let scope = rx.scope(Act::SeeMonth);
        let answers = inspection::store::answers(rx, &scope, &sheet.id)?;
        let Some(answer) = answers.iter().find(|answer| answer.item_id.as_str() == story.item) else {
            return Ok(None);
        };
        Ok(correction::store::of_answer(rx, &scope, &answer.id)?)
    })?;
    Ok(found.ok_or_else(|| Fault::broken(format!("no correction of {} in {month}", story.item)))?)
}
