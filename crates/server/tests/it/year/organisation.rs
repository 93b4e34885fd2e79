//! The organisation that lives: its persons with their posts, and the doors to its database.

use crate::support::{House, Place, day};
use meguri::house::fault::Done;
use meguri::house::web::App;
use meguri::house::work::{Rx, Tx, Who};
use meguri::people::{acts, store};
use meguri_domain::Date;
use meguri_domain::ids::{DepartmentId, PersonId};
use meguri_domain::people::{Actor, Person, Posting, Role};
use std::collections::BTreeMap;

/// The secretariat; the second of them serves in the first department too.
pub const SECRETARIAT: [&str; 2] = ["渡辺", "斎藤"];
pub const EXECUTIVE: &str = "山本";
pub const ADMINISTRATOR: &str = "加藤";

/// Family name, address, role, and which of the first three departments.
const PEOPLE: [(&str, &str, Role, Option<usize>); 13] = [
    ("佐藤", "sato", Role::Member, Some(0)),
    ("田中", "tanaka", Role::Head, Some(0)),
    ("伊藤", "ito", Role::Deputy, Some(0)),
    ("斎藤", "saito", Role::Member, Some(0)),
    ("鈴木", "suzuki", Role::Member, Some(1)),
    ("高橋", "takahashi", Role::Head, Some(1)),
    ("吉田", "yoshida", Role::Member, Some(2)),
    ("松本", "matsumoto", Role::Head, Some(2)),
    ("渡辺", "watanabe", Role::Secretariat, None),
    ("斎藤", "saito", Role::Secretariat, None),
    ("山本", "yamamoto", Role::Executive, None),
    ("中村", "nakamura", Role::Auditor, None),
    ("加藤", "kato", Role::Administrator, None),
];

/// The day on which every organisation begins.
pub fn first_day() -> Date {
    day("2026-04-01")
}

pub struct Organisation {
    house: House,
    /// Persons by name, with what the database says of them.
    people: BTreeMap<&'static str, (Person, Vec<Posting>)>,
    /// What the test itself knows of their posts: who, as what, where. No post ends while they live here.
    posts: Vec<(&'static str, Role, Option<DepartmentId>)>,
}

impl Organisation {
    /// Founds it on an empty database, in one unit of work. Gives the first three departments too.
    pub fn found(place: Place) -> (Self, Vec<DepartmentId>) {
        let house = House::empty(place);
        let departments = house.write_as_system(found).unwrap();
        let post =
            |(name, _, role, at): (_, _, _, Option<usize>)| (name, role, at.map(|n| departments[n].clone()));
        let posts = PEOPLE.into_iter().map(post).collect();
        let mut organisation = Self { house, people: BTreeMap::new(), posts };
        organisation.read_people();
        (organisation, departments)
    }

    pub fn app(&self) -> &App {
        &self.house.app
    }

    pub fn today(&self) -> Date {
        self.app().clock.today()
    }

    pub fn read<T>(&self, name: &str, look: impl FnOnce(&Rx<'_>) -> Done<T>) -> T {
        self.app().db.read(self.who(name), look).unwrap()
    }

    pub fn act<T>(&self, name: &str, act: impl FnOnce(&Tx<'_>) -> Done<T>) -> Done<T> {
        self.app().db.write(self.who(name), &self.app().chance, act)
    }

    /// Everybody, each once.
    pub fn everybody(&self) -> Vec<&'static str> {
        self.people.keys().copied().collect()
    }

    pub fn id(&self, name: &str) -> PersonId {
        self.people[name].0.id.clone()
    }

    /// Notes a post of somebody, and reads what the database now says of everybody.
    pub fn posted(&mut self, name: &'static str, role: Role, department: &DepartmentId) {
        self.posts.push((name, role, Some(department.clone())));
        self.read_people();
    }

    /// Whether somebody holds one of these roles for a department, or for the company.
    pub fn holds(&self, name: &str, roles: &[Role], department: &DepartmentId) -> bool {
        let fits = |at: &Option<DepartmentId>| at.as_ref().is_none_or(|at| at == department);
        self.posts.iter().any(|(who, role, at)| *who == name && roles.contains(role) && fits(at))
    }

    /// Who holds one of these roles for a department.
    pub fn staff(&self, roles: &[Role], department: &DepartmentId) -> Vec<(&'static str, Role)> {
        let here = |(_, role, at): &&(&str, Role, Option<DepartmentId>)| {
            roles.contains(role) && at.as_ref() == Some(department)
        };
        self.posts.iter().filter(here).map(|(name, role, _)| (*name, *role)).collect()
    }

    fn read_people(&mut self) {
        let read = |rx: &Rx<'_>| Ok((store::persons(rx)?, store::postings(rx)?));
        let (persons, postings) = self.house.read_as_system(read).unwrap();
        for person in persons {
            let name = PEOPLE.iter().find(|each| each.0 == person.name).unwrap().0;
            let own = postings.iter().filter(|each| each.person_id == person.id).cloned().collect();
            self.people.insert(name, (person, own));
        }
    }

    fn who(&self, name: &str) -> Who {
        let (person, postings) = &self.people[name];
        Who::new(Actor::new(person, postings, self.today()), &self.app().clock)
    }
}

fn found(tx: &Tx<'_>) -> Done<Vec<DepartmentId>> {
    let (name, address, ..) = PEOPLE[12];
    let founding = acts::Founding {
        organisation: "株式会社見本",
        fiscal_start: 4,
        name,
        email: &format!("{address}@mihon.example"),
        password: String::new(),
    };
    let mut persons = BTreeMap::from([(name, acts::found(tx, &founding)?)]);
    let mut departments = Vec::new();
    for (code, name) in [("D01", "営業部"), ("D02", "人事部"), ("D03", "経理部")] {
        departments.push(acts::open_department(tx, code, name, None, tx.today())?.id);
    }
    for (name, address, role, at) in PEOPLE.into_iter().filter(|each| each.2 != Role::Administrator) {
        if !persons.contains_key(name) {
            let person = acts::enrol(tx, name, &format!("{address}@mihon.example"))?;
            persons.insert(name, person.id);
        }
        let until = (role == Role::Deputy).then(|| day("2099-03-31"));
        let department = at.and_then(|n| departments.get(n));
        acts::post(tx, &persons[name], role, department, tx.today(), until)?;
    }
    Ok(departments)
}
