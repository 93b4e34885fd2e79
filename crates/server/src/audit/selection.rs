//! What somebody outside is shown: one question asked of each sealed state. The package and the pages of the auditor are
//! both made of the states that pass here, so neither can show what the other does not.

use meguri_domain::applicability::Declared;
use meguri_domain::audit::Portion;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::collections::{HashMap, HashSet};

/// A state as it is sealed in a payload.
#[derive(Deserialize, Clone, Debug)]
pub struct State {
    pub table: String,
    #[serde(default)]
    pub reason: Option<String>,
    pub row: Map<String, Value>,
}

impl State {
    pub fn text(&self, column: &str) -> Option<&str> {
        self.row.get(column).and_then(Value::as_str)
    }
    pub fn id(&self) -> &str {
        self.text("id").unwrap_or_default()
    }
}

/// Tables that are shown where the portion holds them, in the order of the loop.
pub const SHOWN: &[&str] = &[
    "department",
    "department_name",
    "posting",
    "asset",
    "pattern",
    "inventory",
    "inventory_sheet",
    "confirmation",
    "criteria",
    "threat",
    "control",
    "control_effect",
    "assessment",
    "risk",
    "measure",
    "plan_row",
    "statement",
    "statement_line",
    "objective",
    "review",
    "check_item",
    "assignment",
    "inspection",
    "answer",
    "evidence",
    "correction",
    "closing",
    "term",
    "holiday",
];

/// Tables that are never shown, and why.
#[cfg(test)]
const NEVER: &[&str] = &[
    "person",       // Mail addresses and passwords; the names of those who acted stand in the tables.
    "setting",      // What the house says of itself.
    "import",       // File names and departments of whoever imported.
    "origin",       // The headings of a department's own sheet.
    "export",       // What people searched for.
    "audit",        // Who else audits.
    "package",      // The same.
    "log_key",      // The keys stand in the policy beside the entries.
    "erasure",      // What was asked to be forgotten.
    "head_address", // Who outside holds heads, with mail addresses.
    "handing_out",  // The same.
    "closed_log",   // What befell the log; its reason may name anybody.
];

/// The selection of a portion, with what it has met so far: an inspection's month is known from itself, that of a piece
/// of evidence only from the answer it belongs to.
pub struct Selection {
    portion: Portion,
    years: HashMap<String, i64>,
    items: HashSet<String>,
    subjects: HashSet<String>,
    files: HashSet<String>,
    /// Versions of the statement of applicability that say how much of the plan of other departments uses a control. A
    /// state is sealed as a whole, so none of theirs is shown: an earlier one alone would be taken for the last.
    withheld: HashSet<String>,
}

impl Selection {
    pub fn of(portion: Portion) -> Self {
        let (years, items) = (HashMap::new(), HashSet::new());
        let (subjects, files, withheld) = (HashSet::new(), HashSet::new(), HashSet::new());
        Self { portion, years, items, subjects, files, withheld }
    }

    /// Meets the states of an entry, in the order of the log. Before anything is shown, all of them must have been met.
    pub fn meet(&mut self, states: &[State]) {
        for state in states {
            match state.table.as_str() {
                "inventory" => {
                    let year = state.row.get("fiscal_year").and_then(Value::as_i64).unwrap_or_default();
                    self.years.insert(state.id().to_owned(), year);
                }
                "statement" if !self.holds_uses(state) => {
                    self.withheld.insert(state.id().to_owned());
                }
                "assignment" | "answer" if self.shows(state) => {
                    self.items.extend(state.text("item_id").map(ToOwned::to_owned));
                }
                _ => {}
            }
            if matches!(state.table.as_str(), "answer" | "review") && self.shows(state) {
                self.subjects.insert(state.id().to_owned());
            }
        }
        for state in states.iter().filter(|each| each.table == "evidence") {
            if self.shows(state) {
                self.files
                    .extend(state.text("sha256").filter(|hash| !hash.is_empty()).map(ToOwned::to_owned));
            }
        }
    }

    /// Whether a state is shown.
    pub fn shows(&self, state: &State) -> bool {
        let text = |column| state.text(column).unwrap_or_default();
        let year = || state.row.get("fiscal_year").and_then(Value::as_i64);
        let portion = &self.portion;
        let own = || portion.holds(text("department_id"));
        match state.table.as_str() {
            "department" => portion.holds(state.id()),
            "department_name" | "posting" | "asset" | "pattern" => own(),
            "inventory" => year().is_some_and(|year| portion.holds_year(year)),
            "inventory_sheet" | "confirmation" => {
                own() && self.years.get(text("inventory_id")).is_some_and(|year| portion.holds_year(*year))
            }
            "assessment" | "risk" | "measure" | "plan_row" => {
                own() && year().is_some_and(|year| portion.holds_year(year))
            }
            "objective" | "assignment" => {
                own() && portion.touches(text("from_month"), state.text("to_month"))
            }
            "review" | "inspection" | "answer" | "closing" => own() && portion.holds_month(text("month")),
            "correction" => own() && portion.holds_month(text("found_month")),
            "evidence" => own() && self.subjects.contains(text("subject_id")),
            "check_item" => self.items.contains(state.id()),
            "statement" => !self.withheld.contains(state.id()),
            "criteria" | "control" | "control_effect" | "statement_line" | "term" | "holiday" => true,
            "threat" => text("department_id").is_empty() || own(),
            _ => false,
        }
    }

    /// Whether every department is held whose plan a version of the statement tells of.
    fn holds_uses(&self, state: &State) -> bool {
        let lines: Option<Vec<Declared>> =
            state.text("lines").and_then(|text| serde_json::from_str(text).ok());
        let holds =
            |line: &Declared| line.uses.iter().all(|of| self.portion.holds(of.department_id.as_str()));
        lines.is_some_and(|lines| lines.iter().all(holds))
    }

    /// Whether an evidence file is shown.
    pub fn shows_file(&self, sha256: &str) -> bool {
        self.files.contains(sha256)
    }

    /// Whether an entry whose contents were erased belongs here, by the department that it names itself.
    pub fn holds_department(&self, department: &str) -> bool {
        self.portion.holds(department)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record::verify::TABLES;
    use meguri_domain::audit::{Audit, AuditState, Stage};
    use meguri_domain::ids::{AuditId, DepartmentId};

    fn version(state: &str, departments: &[&str]) -> State {
        let uses: Vec<Value> = departments
            .iter()
            .map(|id| serde_json::json!({ "department_id": id, "rows": 1, "ids": ["row"] }))
            .collect();
        let line = serde_json::json!([{
            "control_id": "7.7", "group": "", "title_ja": "", "title_en": "", "decision": "applied", "inclusions": [],
            "reason": "", "exclusion": "", "implementation": "done", "rule": "", "uses": uses,
        }]);
        let row = serde_json::json!({ "id": "one", "state": state, "lines": line.to_string() });
        State { table: "statement".into(), reason: None, row: row.as_object().unwrap().clone() }
    }

    #[test]
    fn a_version_that_ever_told_of_another_department_is_not_shown_in_any_state() {
        let month = |text| meguri_domain::Month::parse(text).unwrap();
        let audit = Audit {
            id: AuditId::new("audit").unwrap(),
            version: 1,
            name: String::new(),
            stage: Stage::Renewal,
            departments: ["sales", "staff"].map(|id| DepartmentId::new(id).unwrap()).into(),
            from_month: month("2026-04"),
            to_month: month("2026-06"),
            until_on: "2026-06-30".parse().unwrap(),
            auditors: Vec::new(),
            state: AuditState::Open,
        };
        let portion = audit.portion(4);
        let shown = |states: &[State]| {
            let mut selection = Selection::of(portion.clone());
            for state in states {
                selection.meet(std::slice::from_ref(state));
            }
            states.iter().map(|state| selection.shows(state)).collect::<Vec<_>>()
        };
        let own = version("submitted", &["sales", "staff"]);
        assert_eq!(shown(&[own.clone(), version("approved", &["sales"])]), [true, true]);
        assert_eq!(shown(&[version("submitted", &[]), own.clone()]), [true, true]);
        // What was submitted must not be taken for the last of it.
        assert_eq!(shown(&[own.clone(), version("approved", &["sales", "system"])]), [false, false]);
        let unread = State { row: Map::from_iter([("id".to_owned(), Value::from("one"))]), ..own };
        assert_eq!(shown(&[unread]), [false]);
    }

    #[test]
    fn of_every_table_it_was_decided_whether_it_is_shown() {
        for table in TABLES {
            let decided = [SHOWN, NEVER].map(|list| list.contains(&table.name));
            assert!(decided[0] ^ decided[1], "{}: is it shown to somebody outside, or never?", table.name);
        }
    }
}
