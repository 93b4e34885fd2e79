//! Who lives here: the organisation with its people and departments, and how one of them acts on a day.

use super::company::{self, HOMES, PERSONS};
use super::load;
use super::{BEGINNING, Options};
use crate::calendar::store as calendar;
use crate::house::clock::{Chance, Clock};
use crate::house::db::Db;
use crate::house::fault::{Done, Fault};
use crate::house::web::App;
use crate::house::work::{Rx, Tx, Who};
use crate::people::{acts, session, store};
use meguri_domain::calendar::Calendar;
use meguri_domain::ids::{DepartmentId, PersonId};
use meguri_domain::people::Role;
use meguri_domain::{Date, Month};
use meguri_record::Hash;
use std::collections::BTreeMap;
use std::path::Path;

/// A department with those who keep its records.
#[derive(Debug, Clone)]
pub struct Home {
    pub id: DepartmentId,
    pub name: String,
    pub member: String,
    pub head: String,
}

/// The organisation as it lives.
pub struct Life {
    pub app: App,
    pub calendar: Calendar,
    pub homes: Vec<Home>,
    pub today: Date,
    pub options: Options,
    people: BTreeMap<String, PersonId>,
}

impl Life {
    /// Founds the organisation with its departments and people.
    pub fn begin(db: &Db, files: &Path, options: &Options, today: Date) -> Done<Self> {
        let chance = Chance::seeded(options.seed);
        let app = App::new(db.clone(), Clock::standing(BEGINNING), chance, files.to_owned());
        app.clock.move_to_minute(BEGINNING, 9 * 60);
        let password = session::hash(&app.chance.token())?;
        let first = app.db.write(session::house(&app), &app.chance, |tx| {
            let (name, email, _) = company::FIRST;
            let founding =
                acts::Founding { organisation: company::NAME, fiscal_start: 4, name, email, password };
            acts::found(tx, &founding)
        })?;
        let calendar = app.db.read(session::house(&app), |rx| Ok(calendar::calendar(rx)?))?;
        let people = BTreeMap::from([(company::FIRST.0.to_owned(), first)]);
        let mut life = Self { app, calendar, homes: Vec::new(), today, options: *options, people };
        life.app.clock.move_to_minute(BEGINNING, 9 * 60 + 10);
        for (code, name, member, head) in HOMES {
            life.open(code, name, member, head)?;
        }
        for (name, email, posts) in std::iter::once(&company::FIRST).chain(PERSONS) {
            life.employ(name, email, posts)?;
        }
        load::open(&mut life)?;
        Ok(life)
    }

    /// Opens a department.
    pub fn open(&mut self, code: &str, name: &str, member: &str, head: &str) -> Done<()> {
        let opened =
            self.act(company::FIRST.0, |tx| acts::open_department(tx, code, name, None, tx.today()))?;
        self.homes.push(Home { id: opened.id, name: name.into(), member: member.into(), head: head.into() });
        Ok(())
    }

    /// Enrols a person, unless he is here already, and posts him; posts with an end last to the end of the fiscal year.
    pub fn employ(&mut self, name: &str, email: &str, posts: &[(Role, Option<usize>, Date)]) -> Done<()> {
        let known = self.people.get(name).cloned();
        let year = self.calendar.fiscal_year(Month::of(self.today.max(BEGINNING)));
        let year_end = self.calendar.months(year).last().map_or(self.today, |month| month.last_day());
        let homes = self.homes.clone();
        let id = self.act(company::FIRST.0, |tx| {
            let id = match known {
                Some(id) => id,
                None => acts::enrol(tx, name, email)?.id,
            };
            for (role, home, from) in posts {
                let home = home.and_then(|index| homes.get(index)).map(|home| &home.id);
                let until = matches!(role, Role::Deputy | Role::ExternalAuditor).then_some(year_end);
                acts::post(tx, &id, *role, home, *from, until)?;
            }
            Ok(id)
        })?;
        self.people.insert(name.to_owned(), id);
        Ok(())
    }

    /// One act of a person, as a page would do it.
    pub fn act<T>(&self, name: &str, act: impl FnOnce(&Tx<'_>) -> Done<T>) -> Done<T> {
        self.app.db.write(self.who(name)?, &self.app.chance, act)
    }

    /// One look with a person's eyes.
    pub fn look<T>(&self, name: &str, look: impl FnOnce(&Rx<'_>) -> Done<T>) -> Done<T> {
        self.app.db.read(self.who(name)?, look)
    }

    /// A person as a unit of work knows them, now.
    pub fn who(&self, name: &str) -> Done<Who> {
        let id = self.people.get(name).ok_or_else(|| Fault::broken(format!("{name} does not work here")))?;
        let house = session::house(&self.app);
        let actor = self.app.db.read(house, |rx| Ok(store::actor(rx, id, rx.today())?))?;
        let actor = actor.ok_or_else(|| Fault::broken(format!("{name} has left")))?;
        Ok(Who::new(actor, &self.app.clock))
    }

    /// The department of an index.
    pub fn home(&self, index: usize) -> Done<&Home> {
        Ok(self.homes.get(index).ok_or_else(|| Fault::broken(format!("there is no department {index}")))?)
    }

    /// A number below `bound` that depends on the seed and on what it is for, not on what was asked before.
    pub fn dice(&self, what: &str, bound: u64) -> u64 {
        let hash = Hash::of(format!("{}/{what}", self.options.seed).as_bytes()).0;
        let eight = hash.first_chunk::<8>().copied().unwrap_or_default();
        u64::from_be_bytes(eight) % bound.max(1)
    }

    /// One of several, by the same rule.
    pub fn pick<'a, T: ?Sized>(&self, what: &str, from: &[&'a T]) -> Option<&'a T> {
        let index = self.dice(what, from.len() as u64);
        usize::try_from(index).ok().and_then(|index| from.get(index)).copied()
    }

    /// A minute of the working day from an hour on, by the same rule.
    pub fn minute(&self, what: &str, hour: i16) -> i16 {
        hour * 60 + i16::try_from(self.dice(what, 55)).unwrap_or(0)
    }
}
