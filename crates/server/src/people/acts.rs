//! Units of work about people: founding the organisation, enrolling, posting, departments.

use super::store;
use crate::calendar;
use crate::house::db::Value;
use crate::house::fault::{Done, Stop, Turned};
use crate::house::kept::{Column, cell};
use crate::house::words::fold;
use crate::house::work::Tx;
use crate::{open, plain};
use meguri_domain::ids::{DepartmentId, DepartmentNameId, PersonId, PostingId};
use meguri_domain::people::{Department, DepartmentName, Person, Posting, Role};
use meguri_domain::{Date, Month, Refusal};
use meguri_record::Hash;

/// What founding an organisation needs.
pub struct Founding<'a> {
    pub organisation: &'a str,
    /// First month of the fiscal year, 1 to 12.
    pub fiscal_start: i8,
    pub name: &'a str,
    pub email: &'a str,
    /// PHC string.
    pub password: String,
}

/// Founds the organisation: settings, calendar, catalogues, a draft of the criteria, the first administrator.
pub fn found(tx: &Tx<'_>, founding: &Founding<'_>) -> Done<PersonId> {
    if !store::is_empty(tx)? {
        return Err(Refusal::Already { what: ("最初の設定", "The first set-up") }.into());
    }
    calendar::acts::begin(tx, founding.organisation, founding.fiscal_start)?;
    crate::risk::acts::load_catalogue(tx)?;
    crate::inspection::acts::load_catalogue(tx)?;
    crate::criteria::acts::draft_preset(tx)?;
    let person = enrol(tx, founding.name, founding.email)?;
    let person = tx.save(person.set_password(founding.password.clone()))?;
    post(tx, &person.id, Role::Administrator, None, tx.today(), None)?;
    tx.act("organisation.founded");
    Ok(person.id)
}

/// Enrols a person without a password.
pub fn enrol(tx: &Tx<'_>, name: &str, email: &str) -> Done<Person> {
    tx.actor().must_everywhere(meguri_domain::people::Act::EditPeople)?;
    let id = tx.id(PersonId::new);
    let change = Person::enrol(id, name, email)?;
    if store::person_by_email(tx, &change.peek().email)?.is_some() {
        return Err(Refusal::Already {
            what: ("このメールアドレスの人", "A person with this mail address")
        }
        .into());
    }
    tx.save(change)
}

/// Posts a person to a role from a day on.
#[expect(clippy::too_many_arguments, reason = "a posting is these six facts")]
pub fn post(
    tx: &Tx<'_>,
    person: &PersonId,
    role: Role,
    department: Option<&DepartmentId>,
    from_on: Date,
    to_on: Option<Date>,
) -> Done<Posting> {
    let id = tx.id(PostingId::new);
    let posting = Posting {
        id,
        version: 1,
        person_id: person.clone(),
        department_id: department.cloned(),
        role,
        from_on,
        to_on,
    };
    tx.save(Posting::begin(posting, tx.actor())?)
}

/// Ends a posting on a day, included. The last administrator stays.
pub fn end_posting(tx: &Tx<'_>, id: &PostingId, last: Date) -> Done<Posting> {
    let posting = store::posting(tx, id)?;
    if posting.role == Role::Administrator && posting.to_on.is_none_or(|end| end > last) {
        must_leave_an_administrator(tx, last, |each| each.id != posting.id)?;
    }
    tx.save(posting.end(last, tx.actor())?)
}

/// Marks a leaver, ends his postings today and cuts his sessions. The last administrator stays.
pub fn leave(tx: &Tx<'_>, id: &PersonId) -> Done<Person> {
    tx.actor().must_everywhere(meguri_domain::people::Act::EditPeople)?;
    let change = store::person(tx, id)?.leave()?;
    let today = tx.today();
    let postings = store::postings_of(tx, id)?;
    if postings.iter().any(|each| each.role == Role::Administrator && each.is_in_force(today)) {
        must_leave_an_administrator(tx, today, |each| each.person_id != *id)?;
    }
    let person = tx.save(change)?;
    for posting in postings.into_iter().filter(|each| each.to_on.is_none_or(|end| end > today)) {
        tx.save(posting.end(today, tx.actor())?)?;
    }
    tx.run(plain!("DELETE FROM session WHERE person_id = $1"), &[id.to_value()])?;
    Ok(person)
}

/// Refuses unless one of the postings that `stays` names keeps an administrator in office after a day.
fn must_leave_an_administrator(tx: &Tx<'_>, last: Date, stays: impl Fn(&Posting) -> bool) -> Done<()> {
    let persons = store::persons(tx)?;
    let active = |id: &PersonId| persons.iter().any(|each| each.id == *id && each.active);
    let next = last.tomorrow().unwrap_or(last);
    let holds = |each: &Posting| {
        each.role == Role::Administrator && each.is_in_force(next) && active(&each.person_id)
    };
    if store::postings(tx)?.iter().any(|each| holds(each) && stays(each)) {
        return Ok(());
    }
    Err(Refusal::Because((
        "最後のシステム管理者は外せません。先にほかの人をシステム管理者にしてください。",
        "The last administrator cannot be removed. Make somebody else administrator first.",
    ))
    .into())
}

/// Opens a department with its first name.
pub fn open_department(
    tx: &Tx<'_>,
    code: &str,
    name: &str,
    parent: Option<&DepartmentId>,
    opens_on: Date,
) -> Done<Department> {
    if store::departments(tx)?.iter().any(|each| each.code == code.trim()) {
        return Err(Refusal::Already { what: ("この部門コード", "This department code") }.into());
    }
    let id = tx.id(DepartmentId::new);
    let department = Department {
        id,
        version: 1,
        code: code.to_owned(),
        parent_id: parent.cloned(),
        opens_on,
        closes_on: None,
        successor_id: None,
    };
    let department = tx.save(Department::open(department, tx.actor())?)?;
    rename(tx, &department.id, name, opens_on)?;
    Ok(department)
}

/// Names a department from a day on; records before it keep the old name.
pub fn rename(tx: &Tx<'_>, department: &DepartmentId, name: &str, from_on: Date) -> Done<DepartmentName> {
    must_tell_apart(tx, department, name, from_on)?;
    let id = tx.id(DepartmentNameId::new);
    let name =
        DepartmentName { id, version: 1, department_id: department.clone(), from_on, name: name.to_owned() };
    tx.save(DepartmentName::give(name, tx.actor())?)
}

/// Two departments that stand at the same time have different names: people choose them by name, and a
/// register that comes in from a file names its department by nothing else.
fn must_tell_apart(tx: &Tx<'_>, own: &DepartmentId, name: &str, from_on: Date) -> Done<()> {
    let wanted = fold(name);
    let departments = store::departments(tx)?;
    for names in [store::names(tx, from_on)?, store::names(tx, Date::MAX)?] {
        let same = |each: &&Department| {
            each.id != *own
                && each.closes_on.is_none_or(|last| from_on <= last)
                && names.get(&each.id).is_some_and(|other| fold(other) == wanted)
        };
        if let Some(Department { id, code, .. }) = departments.iter().find(same) {
            let other = names.get(id).map_or("", String::as_str);
            return Err(Refusal::Said {
                ja: format!(
                    "同じ名前の部門「{other}」（コード {code}）があります。取り違えを防ぐため、区別できる名前にしてください。"
                ),
                en: format!(
                    "There is a department of the same name, “{other}” (code {code}). Choose a name that tells them apart."
                ),
            }
            .into());
        }
    }
    Ok(())
}

/// Closes a department after a day. Its assets go to the successor, if there is one.
pub fn close_department(
    tx: &Tx<'_>,
    id: &DepartmentId,
    last: Date,
    successor: Option<&DepartmentId>,
) -> Done<Department> {
    let scope = tx.scope(meguri_domain::people::Act::EditPeople);
    let department = store::department(tx, &scope, id)?;
    if last < Month::of(tx.today()).plus(-1).last_day() {
        let hint = (
            "先月の末日以降の日にしてください。過ぎた月の記録の義務はなくせません。",
            "Choose the end of last month or later: what was owed in months that have passed stays owed.",
        );
        return Err(Refusal::Unfit { field: "last", word: ("最終日", "Last day"), hint }.into());
    }
    if let Some(successor) = successor {
        let held = crate::asset::store::in_use(tx, &scope, id)?;
        for asset in held {
            tx.save(asset.move_to(successor.clone(), tx.actor())?)?;
        }
    }
    tx.save(department.close(last, successor.cloned(), tx.actor())?)
}

/// Days a link for a first password lives.
const LINK_DAYS: i64 = 7;

/// Makes a one-time link: for founding when `person` is `None`, else for that person's password. Gives its secret.
pub fn invite(tx: &Tx<'_>, person: Option<&PersonId>) -> Done<String> {
    let secret = tx.token();
    let expires = tx.who.now_ms + LINK_DAYS * 24 * 60 * 60 * 1000;
    let values = [
        Value::Text(Hash::of(secret.as_bytes()).to_string()),
        person.cloned().to_value(),
        Value::Int(expires),
    ];
    tx.run(plain!("INSERT INTO invitation (id, person_id, expires_at) VALUES ($1, $2, $3)"), &values)?;
    Ok(secret)
}

/// Looks a link up: whose it is (`None`: founding). Old, used and unknown links are refused alike.
pub fn invitation(rx: &crate::house::work::Rx<'_>, secret: &str) -> Done<Option<PersonId>> {
    let values = [Value::Text(Hash::of(secret.as_bytes()).to_string()), Value::Int(rx.who.now_ms)];
    let text =
        open!("SELECT person_id FROM invitation WHERE id = $1 AND used_at IS NULL AND expires_at > $2");
    let rows = rx.open_rows(text, &values)?;
    let row = rows.first().ok_or(Stop::Turned(Turned::DeadLink))?;
    Ok(cell(row, 0)?)
}

/// Marks a link as used.
pub fn use_invitation(tx: &Tx<'_>, secret: &str) -> Done<()> {
    let values = [Value::Text(Hash::of(secret.as_bytes()).to_string()), Value::Int(tx.who.now_ms)];
    tx.run(plain!("UPDATE invitation SET used_at = $2 WHERE id = $1"), &values)?;
    Ok(())
}
