//! What every test stands on: a founded organisation of named persons, on a fresh database, whose clock
//! stands until it is moved.

#![allow(dead_code, reason = "a support room offers more than the tests of one day use")]

mod browser;
mod database;
pub mod program;
pub mod smtp;

pub use browser::{Browser, Page};
pub use database::{Place, copy_folder, databases};

use meguri::house::clock::{Chance, Clock};
use meguri::house::fault::Done;
use meguri::house::outward::{Outward, WitnessAt};
use meguri::house::web::App;
use meguri::house::work::{Rx, Tx, Who};
use meguri::house::worker::Workers;
use meguri::people::{acts, session, store};
use meguri::{calendar, criteria, routes};
use meguri_domain::Date;
use meguri_domain::ids::{DepartmentId, PersonId};
use meguri_domain::people::Role;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, LazyLock, OnceLock};

/// The one runtime of all tests; units of work block in place, so it has several threads.
pub static RUNTIME: LazyLock<tokio::runtime::Runtime> = LazyLock::new(|| {
    tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build().unwrap()
});

/// The password of everybody.
pub const PASSWORD: &str = "見本の合い言葉は長くします";

/// The departments by code and name.
pub const DEPARTMENTS: [(&str, &str); 3] = [("D01", "営業部"), ("D02", "人事部"), ("D03", "経理部")];

/// The persons: family name, mail address, role, department.
pub const PERSONS: [(&str, &str, Role, Option<&str>); 10] = [
    ("佐藤", "sato@mihon.example", Role::Member, Some("営業部")),
    ("田中", "tanaka@mihon.example", Role::Head, Some("営業部")),
    ("鈴木", "suzuki@mihon.example", Role::Member, Some("人事部")),
    ("高橋", "takahashi@mihon.example", Role::Head, Some("人事部")),
    ("伊藤", "ito@mihon.example", Role::Deputy, Some("営業部")),
    ("渡辺", "watanabe@mihon.example", Role::Secretariat, None),
    ("山本", "yamamoto@mihon.example", Role::Executive, None),
    ("中村", "nakamura@mihon.example", Role::Auditor, None),
    ("小林", "kobayashi@mihon.example", Role::ExternalAuditor, None),
    ("加藤", "kato@mihon.example", Role::Administrator, None),
];

/// 株式会社見本 on the first of April 2026: three departments, ten persons, approved criteria.
pub struct House {
    pub app: App,
    router: axum::Router,
    persons: BTreeMap<&'static str, PersonId>,
    departments: BTreeMap<&'static str, DepartmentId>,
    /// The folder of evidence files and what else goes with the house.
    place: Place,
}

impl House {
    /// Founds the organisation on an empty database.
    pub fn found(place: Place) -> Self {
        let mut house = Self::empty(place);
        let names = house.write_as_system(found).unwrap();
        (house.departments, house.persons) = names;
        calendar::refresh(&house.app).unwrap();
        let edition = house.read("山本", |rx| Ok(criteria::store::all(rx)?.remove(0))).unwrap();
        house.act("山本", |tx| criteria::acts::approve(tx, &edition.id)).unwrap();
        house
    }

    /// A house that nobody has founded yet.
    pub fn empty(mut place: Place) -> Self {
        let chance = Chance::seeded(2026);
        let db = place.open();
        db.migrate(&chance).unwrap();
        let clock = Clock::standing(day("2026-04-01"));
        let app = with_workers(App::new(db, clock, chance, place.files()));
        let router = routes::router(app.clone());
        Self { app, router, persons: BTreeMap::new(), departments: BTreeMap::new(), place }
    }

    /// The same house once more, from a copy of its SQLite file; `copy` tells the copies' chances apart.
    pub fn copied(&self, day: Date, copy: u64) -> Self {
        let mut place = self.place.copied();
        let chance = Chance::seeded(1_000_000 + copy);
        let app = with_workers(App::new(place.open(), Clock::standing(day), chance, place.files()));
        calendar::refresh(&app).unwrap();
        let router = routes::router(app.clone());
        let (persons, departments) = (self.persons.clone(), self.departments.clone());
        Self { app, router, persons, departments, place }
    }

    /// The same house, as it is when it was started with these witnesses.
    pub fn with_witnesses(mut self, witnesses: Vec<WitnessAt>) -> Self {
        self.app.outward = Arc::new(Outward::new(self.app.outward.name.clone(), witnesses));
        self.router = routes::router(self.app.clone());
        self
    }

    /// Where its database and its files lie.
    pub fn place(&self) -> &Place {
        &self.place
    }

    pub fn person(&self, name: &str) -> PersonId {
        self.persons.get(name).unwrap_or_else(|| panic!("{name} does not work here")).clone()
    }

    pub fn department(&self, name: &str) -> DepartmentId {
        self.departments.get(name).unwrap_or_else(|| panic!("there is no {name}")).clone()
    }

    /// Moves the clock to noon of a day, written `2026-05-11`.
    pub fn move_to(&self, to: &str) {
        self.app.clock.move_to(day(to));
    }

    /// A browser in which nobody has signed in.
    pub fn visitor(&self) -> Browser<'_> {
        Browser::new(self)
    }

    /// A browser in which a person has just signed in.
    pub fn as_(&self, name: &str) -> Browser<'_> {
        let cookie = session::begin(&self.app, &self.person(name)).unwrap();
        let browser = Browser::new(self);
        browser.keep(cookie.to_str().unwrap());
        browser
    }

    /// One act of a person, as a page would do it.
    pub fn act<T>(&self, name: &str, act: impl FnOnce(&Tx<'_>) -> Done<T>) -> Done<T> {
        self.app.db.write(self.who(name), &self.app.chance, act)
    }

    /// One look with a person's eyes.
    pub fn read<T>(&self, name: &str, look: impl FnOnce(&Rx<'_>) -> Done<T>) -> Done<T> {
        self.app.db.read(self.who(name), look)
    }

    pub fn write_as_system<T>(&self, act: impl FnOnce(&Tx<'_>) -> Done<T>) -> Done<T> {
        self.app.db.write(session::house(&self.app), &self.app.chance, act)
    }

    pub fn read_as_system<T>(&self, look: impl FnOnce(&Rx<'_>) -> Done<T>) -> Done<T> {
        self.app.db.read(session::house(&self.app), look)
    }

    fn who(&self, name: &str) -> Who {
        let id = self.person(name);
        let actor = self.read_as_system(|rx| Ok(store::actor(rx, &id, rx.today())?)).unwrap();
        Who::new(actor.unwrap_or_else(|| panic!("{name} has left")), &self.app.clock)
    }
}

/// The real program; `MEGURI_PROGRAM` names another build of it, for a long turn in a short time.
pub fn program() -> PathBuf {
    std::env::var_os("MEGURI_PROGRAM").map_or_else(|| env!("CARGO_BIN_EXE_meguri").into(), PathBuf::from)
}

/// The tests are another program: files are read by the real one.
pub fn with_workers(app: App) -> App {
    App { workers: Workers::of(program()), ..app }
}

type Names = (BTreeMap<&'static str, DepartmentId>, BTreeMap<&'static str, PersonId>);

fn found(tx: &Tx<'_>) -> Done<Names> {
    let password = password_hash();
    let mut persons = BTreeMap::new();
    let founding = acts::Founding {
        organisation: "株式会社見本",
        fiscal_start: 4,
        name: "加藤",
        email: "kato@mihon.example",
        password: password.clone(),
    };
    persons.insert("加藤", acts::found(tx, &founding)?);
    let mut departments = BTreeMap::new();
    for (code, name) in DEPARTMENTS {
        departments.insert(name, acts::open_department(tx, code, name, None, tx.today())?.id);
    }
    for (name, email, role, department) in PERSONS {
        if role == Role::Administrator {
            continue;
        }
        let person = acts::enrol(tx, name, email)?;
        let person = tx.save(person.set_password(password.clone()))?;
        let until = matches!(role, Role::Deputy | Role::ExternalAuditor).then(|| day("2099-03-31"));
        let department = department.and_then(|name| departments.get(name));
        acts::post(tx, &person.id, role, department, tx.today(), until)?;
        persons.insert(name, person.id);
    }
    Ok((departments, persons))
}

/// Argon2 is slow on purpose; one hash serves everybody.
fn password_hash() -> String {
    static HASH: OnceLock<String> = OnceLock::new();
    HASH.get_or_init(|| session::hash(PASSWORD).unwrap()).clone()
}

/// Runs a test's body on every database there is: a fresh one each time.
pub fn each_database(body: impl Fn(&House)) {
    for place in databases() {
        let kind = place.kind();
        println!("on {kind}");
        body(&House::found(place));
    }
}

/// A day by its ISO text.
pub fn day(text: &str) -> Date {
    text.parse().unwrap()
}
