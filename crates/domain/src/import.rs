//! An import 取込: a workbook that was taken into the register, and its undoing.

use crate::codes::codes;
use crate::ids::{DepartmentId, ImportId, PersonId};
use crate::people::{Act, Actor};
use crate::{Change, Date, Refusal};
use serde::{Deserialize, Serialize};

codes! {
    /// Whether what an import did still stands.
    pub enum ImportState {
        Applied = "applied", "取込済み", "Imported";
        Undone = "undone", "取消済み", "Undone";
    }
}

codes! {
    /// What a file holds.
    pub enum ImportKind {
        Assets = "assets", "情報資産", "Assets";
        Risks = "risks", "リスク", "Risks";
    }
}

/// A file that was taken in: who, when, which bytes, and how many rows did what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Import {
    /// Its own id.
    pub id: ImportId,
    /// Counts saves, for the check that nobody else saved first.
    pub version: i64,
    /// Who imported it; the house itself from the command line.
    pub person_id: PersonId,
    /// The file's name, as it was sent.
    pub file_name: String,
    /// SHA-256 of the file in hex, so that the same file is known again.
    pub sha256: String,
    /// The day.
    pub applied_on: Date,
    /// The departments whose rows it touched or found unchanged.
    pub departments: Vec<DepartmentId>,
    /// Rows that were added to the register.
    pub added: i64,
    /// Rows that were changed.
    pub changed: i64,
    /// Rows that stood already.
    pub unchanged: i64,
    /// Applied or undone.
    pub state: ImportState,
    /// Rows that an undoing left as they are, because somebody had changed them since; 0 until then.
    pub remaining: i64,
    /// What it holds. Risks that were taken in are not undone: each judgement is judged again, and the one before stays in the log.
    #[serde(default = "assets")]
    pub kind: ImportKind,
}

fn assets() -> ImportKind {
    ImportKind::Assets
}

impl Import {
    /// Takes a file in. The rows themselves are registered and edited by their own rules.
    pub fn apply(import: Self) -> Change<Self> {
        Change::new(
            Self { version: 1, state: ImportState::Applied, remaining: 0, ..import },
            "import.applied",
        )
    }

    /// Undoes it: its rows go back as new versions; `remaining` of them stay, because somebody changed them since.
    ///
    /// # Errors
    /// [`Refusal::NotFound`] for one of risks and for another person's import, unless the actor edits the register everywhere;
    /// [`Refusal::Stale`]; [`Refusal::WrongState`] when it was undone before.
    pub fn undo(self, version: i64, remaining: i64, by: &Actor) -> Result<Change<Self>, Refusal> {
        if !self.is_open_to(by) || self.kind != ImportKind::Assets {
            return Err(Refusal::NotFound);
        }
        match self.state {
            ImportState::Undone => return Err(Refusal::WrongState { state: self.state.word() }),
            ImportState::Applied if self.version != version => {
                return Err(Refusal::Stale { current: self.version });
            }
            ImportState::Applied => {}
        }
        let undone = Self { state: ImportState::Undone, remaining, version: self.version + 1, ..self };
        Ok(Change::new(undone, "import.undone"))
    }

    /// Whether a person may see and undo it: who imported it, and who edits the register of every department.
    pub fn is_open_to(&self, by: &Actor) -> bool {
        by.person == self.person_id || by.may_everywhere(Act::EditRegister)
    }

    /// Whether a person may learn that the file was taken in: also who sees all departments that it touched.
    pub fn is_known_to(&self, by: &Actor) -> bool {
        let scope = by.scope(Act::SeeRegister);
        self.is_open_to(by) || self.departments.iter().all(|each| scope.holds(each))
    }

    /// How many rows the file had.
    pub fn rows(&self) -> i64 {
        self.added + self.changed + self.unchanged
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::support::{auditor, day, done, head, id, member, rows, said, secretariat, stranger};

    fn import() -> Import {
        Import {
            id: id("import"),
            version: 1,
            person_id: member().person,
            file_name: "台帳.xlsx".into(),
            sha256: "0".repeat(64),
            applied_on: day("2026-11-30"),
            departments: vec![id("sales")],
            added: 40,
            changed: 5,
            unchanged: 4,
            state: ImportState::Applied,
            remaining: 0,
            kind: ImportKind::Assets,
        }
    }

    #[test]
    fn an_import_is_undone_once_by_who_did_it_or_by_the_secretariat() {
        let undo = |version, by: &Actor| said(import().undo(version, 0, by));
        let undone = done(import().undo(1, 2, &member()));
        assert_eq!((undone.state, undone.remaining, undone.version), (ImportState::Undone, 2, 2));
        rows([
            ("who did it", undo(1, &member()), "import.undone"),
            ("secretariat", undo(1, &secretariat()), "import.undone"),
            ("head", undo(1, &head()), "not found"),
            ("auditor", undo(1, &auditor()), "not found"),
            ("stranger", undo(1, &stranger()), "not found"),
            ("stale", undo(3, &member()), "stale, now 1"),
            (
                "of risks",
                said(Import { kind: ImportKind::Risks, ..import() }.undo(1, 0, &member())),
                "not found",
            ),
            ("twice", said(undone.undo(2, 0, &member())), "is Undone"),
        ]);
    }

    #[test]
    fn that_a_file_came_in_is_known_to_those_who_see_its_departments() {
        assert!(import().is_known_to(&head()) && import().is_known_to(&auditor()));
        assert!(!import().is_known_to(&stranger()));
        assert_eq!(import().rows(), 49);
    }
}
