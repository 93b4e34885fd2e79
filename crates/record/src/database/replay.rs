//! Replay: the last sealed state of every row against the live tables. An edit of a live row by plain SQL changes no entry, and
//! only this shows it.
//!
//! No meaning of a table is needed for it: a sealed state names its table and its columns, and the live row is written out
//! in the same way. Only which tables there are, and which columns came later, is known here; the product's own
//! tests hold both lists against what it keeps.

use std::collections::HashMap;
use std::fmt::Write;

use rusqlite::types::ValueRef;
use serde::de::{Deserializer, IgnoredAny, MapAccess, Visitor};

use super::open::{Open, unfit};
use crate::bundle::Failure;
use crate::tree::Hash;

/// The tables whose rows are sealed, in the order in which they are replayed.
pub const KEPT: &[&str] = &[
    "department",
    "department_name",
    "person",
    "posting",
    "setting",
    "holiday",
    "term",
    "asset",
    "pattern",
    "import",
    "export",
    "origin",
    "inventory",
    "inventory_sheet",
    "confirmation",
    "threat",
    "control",
    "control_effect",
    "criteria",
    "assessment",
    "risk",
    "measure",
    "plan_row",
    "objective",
    "review",
    "check_item",
    "assignment",
    "inspection",
    "answer",
    "evidence",
    "correction",
    "closing",
    "closed_log",
    "log_key",
    "head_address",
    "handing_out",
    "erasure",
    "audit",
    "package",
    "statement_line",
    "statement",
];

/// Columns that were added to a table after it was first released, with the value, as JSON, that rows sealed before have.
pub const YOUNGER: &[(&str, &str, &str)] = &[
    ("asset", "handling", "\"{}\""),
    ("asset", "pattern_id", "null"),
    ("confirmation", "contents", "null"),
    ("plan_row", "resources", "\"\""),
    ("plan_row", "tasks", "\"[]\""),
    ("plan_row", "next_on", "null"),
    ("plan_row", "second", "null"),
    ("plan_row", "second_value", "null"),
    ("plan_row", "approved_value", "null"),
    ("plan_row", "approved_level", "null"),
    ("criteria", "personal", "null"),
    ("risk", "personal", "0"),
    ("risk", "grounds", "\"judged\""),
    ("threat", "department_id", "null"),
    ("threat", "shipped", "null"),
    ("import", "kind", "\"assets\""),
];

/// The last sealed state of every row: its columns, and the hash of its text. Texts are not kept, so that a log of a
/// million entries fits into memory.
#[derive(Default)]
pub struct Replay {
    shapes: Vec<Vec<String>>,
    known: HashMap<Vec<String>, usize>,
    last: HashMap<String, (usize, Hash)>,
}

impl Replay {
    /// Takes the next sealed state of a row.
    pub fn take(&mut self, table: &str, id: &str, row: &str) -> Result<(), Failure> {
        let unread =
            || Failure::new("payload", "a sealed state cannot be read", "封印された状態を読み取れません");
        let columns = serde_json::Deserializer::from_str(row).deserialize_map(Names).map_err(|_| unread())?;
        let shape = if let Some(shape) = self.known.get(&columns) {
            *shape
        } else {
            self.known.insert(columns.clone(), self.shapes.len());
            self.shapes.push(columns);
            self.shapes.len() - 1
        };
        self.last.insert([table, "/", id].concat(), (shape, Hash::of(row.as_bytes())));
        Ok(())
    }

    /// How many rows there are, when the live tables are what was sealed.
    pub fn holds(mut self, open: &Open) -> Result<u64, Failure> {
        open.must_have(KEPT)?;
        let mut count = 0;
        for table in KEPT {
            count += self.table(open, table)?;
        }
        match self.last.into_keys().min() {
            Some(gone) => Err(row(
                &gone,
                "was removed from its table outside the record log",
                "が、記録簿を通さずに消されています",
            )),
            None => Ok(count),
        }
    }

    fn table(&mut self, open: &Open, table: &str) -> Result<u64, Failure> {
        let unread = |error| unfit(table, error);
        let text = ["SELECT * FROM ", table, " ORDER BY id"].concat();
        let mut statement = open.database.prepare(&text).map_err(unread)?;
        let live: Vec<String> = statement.column_names().map(ToOwned::to_owned).collect();
        let mut rows = statement.query([]).map_err(unread)?;
        let mut count = 0;
        while let Some(found) = rows.next().map_err(unread)? {
            let cell = |column: &str| {
                let place = live.iter().position(|each| each == column)?;
                found.get_ref(place).ok()
            };
            let id = cell("id").and_then(|id| id.as_str().ok()).unwrap_or_default();
            let key = [table, "/", id].concat();
            let Some((shape, sealed)) = self.last.remove(&key) else {
                return Err(row(
                    &key,
                    "was added to its table outside the record log",
                    "が、記録簿を通さずに加えられています",
                ));
            };
            let columns = self.shapes.get(shape).map(Vec::as_slice).unwrap_or_default();
            let came_later = |column: &&String| !columns.contains(column);
            let as_before = live.iter().filter(came_later).all(|column| {
                let value = cell(column).and_then(json);
                YOUNGER.iter().any(|(of, each, was)| {
                    (of, each) == (&table, &column.as_str()) && value.as_deref() == Some(was)
                })
            });
            let text = canonical(columns, cell);
            if !as_before || text.is_none_or(|text| Hash::of(text.as_bytes()) != sealed) {
                return Err(row(
                    &key,
                    "was altered outside the record log",
                    "が、記録簿を通さずに書き換えられています",
                ));
            }
            count += 1;
        }
        Ok(count)
    }
}

/// A live row as a sealed state is written: keys in the order of the state, flags as 0 and 1.
fn canonical<'a>(columns: &[String], cell: impl Fn(&str) -> Option<ValueRef<'a>>) -> Option<String> {
    let mut text = String::from("{");
    for (index, column) in columns.iter().enumerate() {
        let comma = if index > 0 { "," } else { "" };
        let value = json(cell(column)?)?;
        write!(text, "{comma}\"{column}\":{value}").ok()?;
    }
    text.push('}');
    Some(text)
}

fn json(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Null => Some("null".to_owned()),
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Text(text) => serde_json::to_string(str::from_utf8(text).ok()?).ok(),
        ValueRef::Real(_) | ValueRef::Blob(_) => None,
    }
}

fn row(key: &str, en: &str, ja: &str) -> Failure {
    Failure::new("row", format!("{key} {en}"), format!("{key} {ja}"))
}

/// The keys of an object, in their order.
struct Names;

impl<'de> Visitor<'de> for Names {
    type Value = Vec<String>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
        let mut names = Vec::new();
        while let Some((name, _)) = map.next_entry::<String, IgnoredAny>()? {
            names.push(name);
        }
        Ok(names)
    }
}
