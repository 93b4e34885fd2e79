//! Units of work that settings put together from the acts of people: a change of posts, opening and closing departments.

use crate::house::fault::Done;
use crate::house::work::Tx;
use crate::people::{acts, store};
use meguri_domain::ids::{DepartmentId, PersonId, PostingId};
use meguri_domain::people::{Act, Posting, Role};
use meguri_domain::{Date, Refusal};

/// A new post as the form asks for it.
pub struct NewPost {
    pub role: Role,
    pub department: Option<DepartmentId>,
    pub from_on: Date,
    pub to_on: Option<Date>,
    /// The post that ends the day before.
    pub instead_of: Option<PostingId>,
}

/// Posts a person; the post that it replaces ends the day before, in the same unit of work.
pub fn post(tx: &Tx<'_>, person: &PersonId, new: &NewPost) -> Done<Posting> {
    tx.actor().must_everywhere(Act::EditPeople)?;
    let person = store::person(tx, person)?;
    if !person.active {
        return Err(Refusal::WrongState { state: ("退職", "left") }.into());
    }
    if let Some(department) = &new.department {
        let department = store::department(tx, &tx.scope(Act::EditPeople), department)?;
        if !department.is_open(new.from_on) {
            let hint = (
                "開始日に開いている部門を選んでください。",
                "Choose a department that is open on the first day.",
            );
            return Err(Refusal::Unfit { field: "department_id", word: ("部門", "Department"), hint }.into());
        }
    }
    let held = store::postings_of(tx, &person.id)?;
    let replaced = |each: &Posting| new.instead_of.as_ref() == Some(&each.id);
    let overlaps = |each: &Posting| {
        each.to_on.is_none_or(|end| end >= new.from_on) && new.to_on.is_none_or(|end| end >= each.from_on)
    };
    let same = |each: &&Posting| {
        each.role == new.role && each.department_id == new.department && overlaps(each) && !replaced(each)
    };
    if held.iter().find(same).is_some() {
        return Err(Refusal::Already { what: ("この人の同じ役割", "The same role of this person") }.into());
    }
    let posting = acts::post(tx, &person.id, new.role, new.department.as_ref(), new.from_on, new.to_on)?;
    if let Some(old) = held.iter().find(|each| replaced(each)) {
        let last = new.from_on.yesterday().unwrap_or(new.from_on);
        acts::end_posting(tx, &old.id, last)?;
    } else if new.instead_of.is_some() {
        return Err(Refusal::NotFound.into());
    }
    tx.act("posting.began");
    Ok(posting)
}

/// Closes a department; a successor must be another department that is open the day after.
pub fn close(tx: &Tx<'_>, id: &DepartmentId, last: Date, successor: Option<&DepartmentId>) -> Done<()> {
    if let Some(successor) = successor {
        let next = last.tomorrow().unwrap_or(last);
        let department = store::department(tx, &tx.scope(Act::EditPeople), successor)?;
        if successor == id || !department.is_open(next) {
            let hint = (
                "廃止日の翌日に開いている、別の部門を選んでください。",
                "Choose another department that is open the day after.",
            );
            return Err(
                Refusal::Unfit { field: "successor_id", word: ("引継ぎ先", "Successor"), hint }.into()
            );
        }
    }
    acts::close_department(tx, id, last, successor)?;
    tx.act("department.closed");
    Ok(())
}
