//! What may be erased: per kept table the columns that hold free text, and what comes in their place.

use crate::house::db::{Row, Value};
use crate::house::fault::{Done, Fault};
use crate::house::kept::Kept;
use crate::house::work::{Departmental, Rx, Tx};
use How::{Keys, Mark, Nothing, Plain, Unique};
use meguri_domain::erasure::{address_mark, is_address_mark, is_mark, mark};
use meguri_domain::people::{Act, Person};
use meguri_domain::{
    Change, applicability, asset, closing, correction, evidence, export, import, inspection, inventory,
    measure, objective, outside, pattern, risk, statement, treatment,
};

/// What comes in the place of a text.
#[derive(Clone, Copy)]
pub enum How {
    /// The mark that names the entry.
    Mark,
    /// Nothing: the column may be empty.
    Nothing,
    /// A text that says nothing.
    Plain(&'static str),
    /// A text that no other row has.
    Unique,
    /// The mark, at these keys of the JSON that is in it.
    Keys(&'static [&'static str]),
}

/// A table of which rows may be erased.
pub struct Erasable {
    pub table: &'static str,
    /// Under which act its rows are seen.
    pub sees: Act,
    pub columns: &'static [(&'static str, How)],
    names: &'static [&'static str],
    row: fn(&Rx<'_>, &str) -> Result<Option<Row>, Fault>,
    blank: fn(&Tx<'_>, &Self, &str, (i64, &'static str)) -> Done<bool>,
}

macro_rules! erasables {
    ($($type:ty, $sees:ident, [$($column:literal $how:expr),+ $(,)?];)+) => {
        /// Every one of them.
        pub const ERASABLE: &[Erasable] = &[$(Erasable {
            table: <$type>::TABLE,
            sees: Act::$sees,
            columns: &[$(($column, $how)),+],
            names: <$type>::COLUMNS,
            row: |rx, id| rx.row_of::<$type>(id),
            blank: blank::<$type>,
        },)+];
    };
}

/// The reasons for which a record was sent back; who signed it stays.
const FLOW: How = Keys(&["reason"]);

erasables! {
    Person, SeePeople, ["name" Mark, "email" Unique, "password" Plain("")];
    asset::Asset, SeeRegister, ["category" Mark, "name" Mark, "note" Mark, "users" Mark, "risk_owner" Mark, "medium" Mark,
        "retention" Mark, "retired_reason" Mark, "handling" Plain("{}")];
    inventory::Confirmation, SeeRegister, ["contents" Nothing];
    inventory::InventorySheet, SeeRegister, ["flow" FLOW];
    pattern::Pattern, SeeRegister, ["name" Mark, "likeness" Keys(&["medium", "users"])];
    import::Import, SeeRegister, ["file_name" Mark];
    export::Export, SeeRegister, ["filter" Mark];
    export::Origin, SeeRegister, ["file_name" Mark];
    risk::Assessment, SeeRisk, ["flow" FLOW];
    risk::Risk, SeeRisk, ["note" Mark];
    risk::Threat, SeeRisk, ["name_ja" Mark, "name_en" Mark, "vulnerability_ja" Mark, "vulnerability_en" Mark, "policy_ja" Mark];
    measure::Measure, SeeRisk, ["note" Mark];
    treatment::PlanRow, SeePlan, ["task" Mark, "owner" Mark, "resources" Mark, "tasks" Keys(&["text", "owner"]),
        "second" Keys(&["note"])];
    risk::Control, SeeRisk, ["title_ja" Mark, "title_en" Mark, "note" Mark];
    applicability::StatementLine, SeeStatement, ["reason" Mark, "exclusion" Mark, "rule" Mark];
    statement::Statement, SeeStatement, ["lines" Keys(&["title_ja", "title_en", "reason", "exclusion", "rule"]),
        "returned" FLOW];
    objective::Objective, SeeMonth, ["title" Mark, "measure" Mark, "target" Mark, "method" Mark, "owner" Mark];
    objective::Review, SeeMonth, ["discussed" Mark, "decided" Mark, "next" Mark, "figure" Mark, "late_reason" Mark,
        "flow" FLOW];
    inspection::CheckItem, SeeMonth, ["text_ja" Mark, "text_en" Mark, "evidence_hint" Mark];
    inspection::Inspection, SeeMonth, ["late_reason" Mark, "flow" FLOW];
    inspection::Answer, SeeMonth, ["note" Mark, "cause" Mark, "fix" Mark, "owner" Mark];
    evidence::Evidence, SeeMonth, ["label" Mark];
    correction::Correction, SeeMonth, ["what" Mark, "cause" Mark, "fix" Mark, "owner" Mark, "done_note" Mark, "effect" Mark];
    closing::Closing, SeeMonth, ["reason" Mark];
    outside::HeadAddress, SeeRecord, ["name" Mark, "email" Unique];
    outside::HandingOut, SeeRecord, ["to_whom" Mark];
}

/// The table of an object and its id.
pub fn of(object: &str) -> Option<(&'static Erasable, &str)> {
    let (table, id) = object.split_once('/')?;
    Some((ERASABLE.iter().find(|each| each.table == table)?, id))
}

impl Erasable {
    /// The row as it stands now.
    pub fn row(&self, rx: &Rx<'_>, id: &str) -> Result<Option<Row>, Fault> {
        (self.row)(rx, id)
    }

    /// A column of a row, as text.
    pub fn text<'a>(&self, row: &'a Row, column: &str) -> Option<&'a str> {
        let at = self.names.iter().position(|each| *each == column)?;
        if let Some(Value::Text(text)) = row.get(at) { Some(text) } else { None }
    }

    /// Puts marks in the place of what the row says, as a new version that is sealed. `false` where there is no row.
    pub fn blank(&self, tx: &Tx<'_>, id: &str, by: (i64, &'static str)) -> Done<bool> {
        (self.blank)(tx, self, id, by)
    }

    /// What would go of a state, column by column, without what says nothing or was erased before. The state is
    /// given by its columns: a text each, where it has one.
    pub fn texts<'a>(&self, of: impl Fn(&str) -> Option<&'a str>) -> Vec<(&'static str, String)> {
        let mut texts = Vec::new();
        for (column, how) in self.columns {
            let Some(text) = of(column) else { continue };
            match how {
                Mark | Unique => texts.push((*column, text.to_owned())),
                Plain("") => {}
                Nothing | Plain(_) => said(text, None, &mut |text| texts.push((*column, text.to_owned()))),
                Keys(keys) => said(text, Some(keys), &mut |text| texts.push((*column, text.to_owned()))),
            }
        }
        texts.retain(|(_, text)| !text.is_empty() && !is_mark(text) && !is_address_mark(text));
        texts
    }
}

/// How every mark begins.
pub const ERASED: &str = "〔消去済";

/// The columns that stay, because they say nothing of a person, are those that are not declared above.
fn blank<T: Kept + Departmental>(
    tx: &Tx<'_>,
    table: &Erasable,
    id: &str,
    (entry, kind): (i64, &'static str),
) -> Done<bool> {
    let Some(mut row) = tx.row_of::<T>(id)? else { return Ok(false) };
    for (name, value) in T::COLUMNS.iter().zip(row.iter_mut()) {
        if let ("version", Value::Int(version)) = (*name, &mut *value) {
            *version += 1;
        }
        let how = table.columns.iter().find(|(column, _)| column == name);
        if let (Some((_, how)), Value::Text(text)) = (how, &mut *value) {
            *value = instead(*how, text, entry);
        }
    }
    tx.save(Change::new(T::from_row(&row)?, kind))?;
    Ok(true)
}

fn instead(how: How, text: &str, entry: i64) -> Value {
    let text = match how {
        Nothing => return Value::Null,
        Plain(plain) => plain.to_owned(),
        Unique => address_mark(entry),
        Mark if text.is_empty() => String::new(),
        Mark => mark(entry),
        Keys(keys) => marked(text, keys, entry),
    };
    Value::Text(text)
}

/// The JSON with a mark at every text of these keys.
fn marked(text: &str, keys: &[&str], entry: i64) -> String {
    fn walk(value: &mut serde_json::Value, keys: &[&str], mark: &str) {
        match value {
            serde_json::Value::Object(fields) => {
                for (key, value) in fields {
                    match value {
                        serde_json::Value::String(text) if keys.contains(&key.as_str()) => {
                            if !text.is_empty() {
                                mark.clone_into(text);
                            }
                        }
                        other => walk(other, keys, mark),
                    }
                }
            }
            serde_json::Value::Array(values) => values.iter_mut().for_each(|value| walk(value, keys, mark)),
            _ => {}
        }
    }
    let Ok(mut value) = serde_json::from_str(text) else { return text.to_owned() };
    walk(&mut value, keys, &mark(entry));
    value.to_string()
}

/// The texts within a JSON, all of them or those at some keys.
fn said(text: &str, keys: Option<&[&str]>, found: &mut dyn FnMut(&str)) {
    fn walk(key: &str, value: &serde_json::Value, keys: Option<&[&str]>, found: &mut dyn FnMut(&str)) {
        match value {
            serde_json::Value::String(text) if keys.is_none_or(|keys| keys.contains(&key)) => found(text),
            serde_json::Value::Object(fields) => {
                fields.iter().for_each(|(key, value)| walk(key, value, keys, found));
            }
            serde_json::Value::Array(values) => values.iter().for_each(|value| walk(key, value, keys, found)),
            _ => {}
        }
    }
    if let Ok(value) = serde_json::from_str(text) {
        walk("", &value, keys, found);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_erasable_column_is_one_of_its_table() {
        for table in ERASABLE {
            for (column, _) in table.columns {
                assert!(table.names.contains(column), "{}.{column}", table.table);
            }
        }
    }

    #[test]
    fn only_the_texts_at_the_keys_are_marked() {
        let flow = r#"{"state":"draft","returns":[{"signed":{"name":"渡辺"},"reason":"山田さん"}]}"#;
        let after = marked(flow, &["reason"], 7);
        assert!(after.contains("渡辺") && after.contains("〔消去済 記録7〕") && !after.contains("山田"));
        let mut texts = Vec::new();
        said(flow, Some(&["reason"]), &mut |text| texts.push(text.to_owned()));
        assert_eq!(texts, ["山田さん"]);
    }
}
