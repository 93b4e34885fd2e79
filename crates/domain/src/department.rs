//! A department 部門 and its dated names: merges, splits and renames keep the past as it was (DESIGN.md §3).

use crate::Change;
use crate::calendar::Date;
use crate::ids::{DepartmentId, DepartmentNameId};
use crate::people::{Act, Actor};
use crate::refusal::{Refusal, required};
use serde::{Deserialize, Serialize};

/// A department 部門. It is never deleted: it closes on a day, and may name a successor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Department {
    /// Its own id.
    pub id: DepartmentId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// Short code, unique among departments, for ordering and import.
    pub code: String,
    /// The department above it, if any.
    pub parent_id: Option<DepartmentId>,
    /// First day, included.
    pub opens_on: Date,
    /// Last day, included.
    pub closes_on: Option<Date>,
    /// Where its things went, when merged, split or renewed.
    pub successor_id: Option<DepartmentId>,
}

impl Department {
    /// Whether the department exists on a day.
    pub fn is_open(&self, on: Date) -> bool {
        self.opens_on <= on && self.closes_on.is_none_or(|last| on <= last)
    }

    /// A new department.
    pub fn open(department: Self, by: &Actor) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::EditPeople)?;
        let code = required(&department.code, "code", ("部門コード", "Code"))?;
        Ok(Change::new(Self { code, ..department }, "department.opened"))
    }

    /// Closes the department after `last`; what it owed until then it still owes.
    pub fn close(
        self,
        last: Date,
        successor: Option<DepartmentId>,
        by: &Actor,
    ) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::EditPeople)?;
        if self.closes_on.is_some() {
            return Err(Refusal::WrongState { state: ("廃止済み", "closed") });
        }
        if last < self.opens_on {
            return Err(Refusal::Unfit {
                field: "closes_on",
                word: ("廃止日", "Last day"),
                hint: ("開設日以降の日にしてください。", "Choose a day from the first day on."),
            });
        }
        let closed =
            Self { closes_on: Some(last), successor_id: successor, version: self.version + 1, ..self };
        Ok(Change::new(closed, "department.closed"))
    }
}

/// The name of a department from a day on. A rename adds one; past records keep the old name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DepartmentName {
    /// Its own id.
    pub id: DepartmentNameId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// The department it names.
    pub department_id: DepartmentId,
    /// The first day it is called so.
    pub from_on: Date,
    /// 部門名.
    pub name: String,
}

impl DepartmentName {
    /// Names a department from a day on.
    pub fn give(name: Self, by: &Actor) -> Result<Change<Self>, Refusal> {
        by.must_everywhere(Act::EditPeople)?;
        let text = required(&name.name, "name", ("部門名", "Department name"))?;
        Ok(Change::new(Self { name: text, ..name }, "department.named"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{administrator, day, department, done, head, id, rows, said};

    #[test]
    fn departments_open_close_once_and_are_renamed_by_date() {
        let sales = || department("sales", "2020-04-01", None);
        let closed = || done(sales().close(day("2026-09-30"), Some(id("sales-2")), &administrator()));
        let name = |text: &str| DepartmentName {
            id: id("name"),
            version: 1,
            department_id: id("sales"),
            from_on: day("2026-10-01"),
            name: text.into(),
        };
        let nameless = Department { code: " ".into(), ..sales() };
        rows([
            ("open", said(Department::open(sales(), &administrator())), "department.opened"),
            ("no code", said(Department::open(nameless, &administrator())), "missing code"),
            ("open by a head", said(Department::open(sales(), &head())), "not allowed"),
            ("close", said(sales().close(day("2026-09-30"), None, &administrator())), "department.closed"),
            ("close by a head", said(sales().close(day("2026-09-30"), None, &head())), "not allowed"),
            ("close twice", said(closed().close(day("2026-12-31"), None, &administrator())), "is closed"),
            (
                "before it opened",
                said(sales().close(day("2020-03-31"), None, &administrator())),
                "unfit closes_on",
            ),
            ("name", said(DepartmentName::give(name("第一営業部"), &administrator())), "department.named"),
            ("no name", said(DepartmentName::give(name(" "), &administrator())), "missing name"),
            (
                "long name",
                said(DepartmentName::give(name(&"部".repeat(2_001)), &administrator())),
                "too long name",
            ),
            ("name by a head", said(DepartmentName::give(name("営業"), &head())), "not allowed"),
        ]);
        let open = |on: &str| closed().is_open(day(on));
        let days = ["2020-03-31", "2020-04-01", "2026-09-30", "2026-10-01"];
        assert_eq!(days.map(open), [false, true, true, false]);
        assert_eq!(closed().successor_id, Some(id("sales-2")));
    }
}
