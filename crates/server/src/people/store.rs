//! The SQL of people: departments and their names, persons, postings.

use crate::house::db::Value;
use crate::house::fault::{Done, Fault, Stop};
use crate::house::kept::{Column, cell};
use crate::house::work::Rx;
use crate::{kept, open};
use meguri_domain::ids::{DepartmentId, PersonId, PostingId};
use meguri_domain::people::{Actor, Department, DepartmentName, Person, Posting, Scope};
use meguri_domain::{Date, Refusal};
use std::collections::HashMap;

kept!(company Person, "person", [id, version, name, email, password, active]);
kept!(company Posting, "posting", [id, version, person_id, department_id, role, from_on, to_on]);
kept!(company Department, "department", [id, version, code, parent_id, opens_on, closes_on, successor_id]);
kept!(company DepartmentName, "department_name", [id, version, department_id, from_on, name]);

/// A person by id.
pub fn person(rx: &Rx<'_>, id: &PersonId) -> Done<Person> {
    rx.open_one(open!("SELECT * FROM person WHERE id = $1"), &[id.to_value()])?
        .ok_or(Stop::Refusal(Refusal::NotFound))
}

/// A person by the address for signing in.
pub fn person_by_email(rx: &Rx<'_>, email: &str) -> Result<Option<Person>, Fault> {
    rx.open_one(open!("SELECT * FROM person WHERE email = $1"), &[Value::Text(email.to_owned())])
}

/// Everybody, by name; at most 10,000.
pub fn persons(rx: &Rx<'_>) -> Result<Vec<Person>, Fault> {
    rx.open_list(open!("SELECT * FROM person ORDER BY name, id LIMIT 10000"), &[])
}

/// All postings of a person.
pub fn postings_of(rx: &Rx<'_>, id: &PersonId) -> Result<Vec<Posting>, Fault> {
    rx.open_list(open!("SELECT * FROM posting WHERE person_id = $1 ORDER BY from_on, id"), &[id.to_value()])
}

/// Every posting; at most 50,000.
pub fn postings(rx: &Rx<'_>) -> Result<Vec<Posting>, Fault> {
    rx.open_list(open!("SELECT * FROM posting ORDER BY from_on, id LIMIT 50000"), &[])
}

pub fn posting(rx: &Rx<'_>, id: &PostingId) -> Done<Posting> {
    rx.open_one(open!("SELECT * FROM posting WHERE id = $1"), &[id.to_value()])?
        .ok_or(Stop::Refusal(Refusal::NotFound))
}

/// A person as actor of a day; `None` for leavers and strangers.
pub fn actor(rx: &Rx<'_>, id: &PersonId, on: Date) -> Result<Option<Actor>, Fault> {
    let person: Option<Person> =
        rx.open_one(open!("SELECT * FROM person WHERE id = $1"), &[id.to_value()])?;
    let Some(person) = person.filter(|person| person.active) else { return Ok(None) };
    Ok(Some(Actor::new(&person, &postings_of(rx, id)?, on)))
}

/// Every department that was ever opened, by code; at most 5,000.
pub fn departments(rx: &Rx<'_>) -> Result<Vec<Department>, Fault> {
    rx.open_list(open!("SELECT * FROM department ORDER BY code LIMIT 5000"), &[])
}

/// The departments inside a scope, by code.
pub fn departments_in(rx: &Rx<'_>, scope: &Scope) -> Result<Vec<Department>, Fault> {
    Ok(departments(rx)?.into_iter().filter(|each| scope.holds(&each.id)).collect())
}

/// A department inside a scope; others are not found.
pub fn department(rx: &Rx<'_>, scope: &Scope, id: &DepartmentId) -> Done<Department> {
    let found = rx.open_one(open!("SELECT * FROM department WHERE id = $1"), &[id.to_value()])?;
    found.filter(|each: &Department| scope.holds(&each.id)).ok_or(Stop::Refusal(Refusal::NotFound))
}

/// The names of all departments as they stood on a day.
pub fn names(rx: &Rx<'_>, on: Date) -> Result<HashMap<DepartmentId, String>, Fault> {
    let all: Vec<DepartmentName> =
        rx.open_list(open!("SELECT * FROM department_name ORDER BY from_on"), &[])?;
    let mut names = HashMap::new();
    for each in all {
        if each.from_on <= on || !names.contains_key(&each.department_id) {
            names.insert(each.department_id, each.name);
        }
    }
    Ok(names)
}

/// The names of one department, oldest first; at most 500.
pub fn names_of(rx: &Rx<'_>, id: &DepartmentId) -> Result<Vec<DepartmentName>, Fault> {
    rx.open_list(
        open!("SELECT * FROM department_name WHERE department_id = $1 ORDER BY from_on LIMIT 500"),
        &[id.to_value()],
    )
}

/// Whether nobody has been enrolled yet.
pub fn is_empty(rx: &Rx<'_>) -> Result<bool, Fault> {
    let rows = rx.open_rows(open!("SELECT COUNT(*) FROM person"), &[])?;
    rows.first().map_or(Ok(true), |row| Ok(cell::<i64>(row, 0)? == 0))
}
