//! What the record keeps: a table's row as a domain value. Its columns are declared once, by [`kept!`];
//! SELECT, INSERT, UPDATE, the sealed payload and the replay of `meguri verify` all follow from them.

use super::db::{Row, Value};
use super::fault::Fault;
use meguri_domain::{Date, Month};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// A value that fits one column.
pub trait Column: Sized {
    fn to_value(&self) -> Value;
    fn from_value(value: &Value) -> Result<Self, Fault>;
}

/// A domain value that is one row of one table.
pub trait Kept: Sized {
    const TABLE: &'static str;
    /// All columns in the table's order; `id` and `version` come first.
    const COLUMNS: &'static [&'static str];
    fn values(&self) -> Vec<Value>;
    /// Reads a row whose first columns are [`Kept::COLUMNS`].
    fn from_row(row: &Row) -> Result<Self, Fault>;
    /// The texts made from the columns, once.
    fn texts() -> &'static Texts;
}

/// The three texts of a kept table.
pub struct Texts {
    pub insert: String,
    pub update: String,
    pub version: String,
    pub all: String,
    pub one: String,
}

impl Texts {
    pub fn of(table: &str, columns: &[&str]) -> Self {
        let names = columns.join(", ");
        let holes: Vec<String> = (1..=columns.len()).map(|n| format!("${n}")).collect();
        let sets: Vec<String> =
            columns.iter().enumerate().skip(1).map(|(n, name)| format!("{name} = ${}", n + 1)).collect();
        let last = columns.len() + 1;
        Self {
            insert: ["INSERT INTO ", table, " (", &names, ") VALUES (", &holes.join(", "), ")"].concat(),
            update: [
                "UPDATE ",
                table,
                " SET ",
                &sets.join(", "),
                " WHERE id = $1 AND version = $",
                &last.to_string(),
            ]
            .concat(),
            version: ["SELECT version FROM ", table, " WHERE id = $1"].concat(),
            all: ["SELECT ", &names, " FROM ", table, " ORDER BY id"].concat(),
            one: ["SELECT ", &names, " FROM ", table, " WHERE id = $1"].concat(),
        }
    }
}

/// Declares a kept table: `kept!(owned Asset, "asset", [id, version, …])` where its rows belong to a
/// department, `company` where they do not, `either` where some do; after a semicolon columns that are derived from the value
/// and only written: `; folded = |a: &Asset| fold(&a.name)`; at last those that a later migration added, which
/// stand behind them in the table: `=> later [handling]`.
#[macro_export]
macro_rules! kept {
    (@department owned $self:ident) => { Some(&$self.department_id) };
    (@department company $self:ident) => { None };
    (@department either $self:ident) => { $self.department_id.as_ref() };
    ($whose:ident $type:ty, $table:literal, [$($field:ident),+ $(,)?] $(; $derived:ident = $make:expr)* $(=> later [$($late:ident),+ $(,)?])?) => {
        impl $crate::house::work::Departmental for $type {
            fn department(&self) -> Option<&meguri_domain::ids::DepartmentId> { $crate::kept!(@department $whose self) }
        }
        impl $crate::house::kept::Kept for $type {
            const TABLE: &'static str = $table;
            const COLUMNS: &'static [&'static str] = &[$(stringify!($field),)+ $(stringify!($derived),)* $($(stringify!($late),)+)?];
            fn values(&self) -> Vec<$crate::house::db::Value> {
                vec![
                    $($crate::house::kept::Column::to_value(&self.$field),)+
                    $({ let make: fn(&$type) -> String = $make; $crate::house::kept::Column::to_value(&make(self)) },)*
                    $($($crate::house::kept::Column::to_value(&self.$late),)+)?
                ]
            }
            fn from_row(row: &$crate::house::db::Row) -> Result<Self, $crate::house::fault::Fault> {
                let mut at = row.iter();
                Ok(Self {
                    $($field: $crate::house::kept::next(&mut at, concat!($table, ".", stringify!($field)))?,)+
                    $($($late: $crate::house::kept::late(row, <$type as $crate::house::kept::Kept>::COLUMNS, stringify!($late))?,)+)?
                })
            }
            fn texts() -> &'static $crate::house::kept::Texts {
                static TEXTS: std::sync::OnceLock<$crate::house::kept::Texts> = std::sync::OnceLock::new();
                TEXTS.get_or_init(|| $crate::house::kept::Texts::of($table, <$type as $crate::house::kept::Kept>::COLUMNS))
            }
        }
    };
}

/// The next column of a row as its type; the fault names the column.
pub fn next<'a, T: Column>(at: &mut impl Iterator<Item = &'a Value>, name: &str) -> Result<T, Fault> {
    let value = at.next().ok_or_else(|| Fault::broken(format!("{name} is not in the row")))?;
    T::from_value(value).map_err(|fault| Fault::broken(format!("{name}: {fault}")))
}

/// A column that a later migration added: it stands behind the derived ones.
pub fn late<T: Column>(row: &Row, columns: &[&str], name: &str) -> Result<T, Fault> {
    let place = columns.iter().position(|each| *each == name).unwrap_or(columns.len());
    cell(row, place).map_err(|fault| Fault::broken(format!("{name}: {fault}")))
}

/// One column of a row by its place, for queries that join or count.
pub fn cell<T: Column>(row: &Row, index: usize) -> Result<T, Fault> {
    let value = row.get(index).ok_or_else(|| Fault::broken(format!("no column {index}")))?;
    T::from_value(value)
}

/// A row as the canonical JSON that is sealed and replayed: keys in the table's order, flags as 0 and 1.
pub fn canonical(columns: &[&str], values: &[Value]) -> String {
    let mut text = String::from("{");
    for (index, (name, value)) in columns.iter().zip(values).enumerate() {
        if index > 0 {
            text.push(',');
        }
        text.push('"');
        text.push_str(name);
        text.push_str("\":");
        match value {
            Value::Null => text.push_str("null"),
            Value::Int(number) => text.push_str(&number.to_string()),
            Value::Bool(flag) => text.push(if *flag { '1' } else { '0' }),
            Value::Text(words) => text.push_str(&serde_json::Value::from(words.as_str()).to_string()),
        }
    }
    text.push('}');
    text
}

impl Column for i64 {
    fn to_value(&self) -> Value {
        Value::Int(*self)
    }
    fn from_value(value: &Value) -> Result<Self, Fault> {
        if let Value::Int(number) = value { Ok(*number) } else { wrong("a number", value) }
    }
}

impl Column for bool {
    fn to_value(&self) -> Value {
        Value::Bool(*self)
    }
    fn from_value(value: &Value) -> Result<Self, Fault> {
        match value {
            Value::Bool(flag) => Ok(*flag),
            Value::Int(0) => Ok(false),
            Value::Int(1) => Ok(true),
            _ => wrong("a flag", value),
        }
    }
}

impl Column for String {
    fn to_value(&self) -> Value {
        Value::Text(self.clone())
    }
    fn from_value(value: &Value) -> Result<Self, Fault> {
        if let Value::Text(text) = value { Ok(text.clone()) } else { wrong("a text", value) }
    }
}

impl Column for &str {
    fn to_value(&self) -> Value {
        Value::Text((*self).to_owned())
    }
    fn from_value(value: &Value) -> Result<Self, Fault> {
        wrong("an owned text", value)
    }
}

impl<T: Column> Column for Option<T> {
    fn to_value(&self) -> Value {
        self.as_ref().map_or(Value::Null, Column::to_value)
    }
    fn from_value(value: &Value) -> Result<Self, Fault> {
        if *value == Value::Null { Ok(None) } else { T::from_value(value).map(Some) }
    }
}

fn wrong<T>(wanted: &str, found: &Value) -> Result<T, Fault> {
    let found = match found {
        Value::Null => "nothing",
        Value::Int(_) => "a number",
        Value::Bool(_) => "a flag",
        Value::Text(_) => "a text",
    };
    Err(Fault::broken(format!("{wanted} was expected, {found} was found")))
}

fn text_of<T>(value: &Value, read: impl FnOnce(&str) -> Option<T>) -> Result<T, Fault> {
    let Value::Text(text) = value else { return wrong("a text", value) };
    read(text).ok_or_else(|| {
        Fault::broken(format!("this text does not fit its column: {} characters", text.chars().count()))
    })
}

impl Column for Date {
    fn to_value(&self) -> Value {
        Value::Text(self.to_string())
    }
    fn from_value(value: &Value) -> Result<Self, Fault> {
        text_of(value, |text| text.parse().ok())
    }
}

impl Column for Month {
    fn to_value(&self) -> Value {
        Value::Text(self.to_string())
    }
    fn from_value(value: &Value) -> Result<Self, Fault> {
        text_of(value, Month::parse)
    }
}

macro_rules! columns {
    (ids: $($id:ty),+; codes: $($code:ty),+; json: $($json:ty),+ $(;)?) => {
        $(impl Column for $id {
            fn to_value(&self) -> Value { Value::Text(self.as_str().to_owned()) }
            fn from_value(value: &Value) -> Result<Self, Fault> { text_of(value, |text| <$id>::new(text)) }
        })+
        $(impl Column for $code {
            fn to_value(&self) -> Value { Value::Text(self.code().to_owned()) }
            fn from_value(value: &Value) -> Result<Self, Fault> { text_of(value, <$code>::from_code) }
        })+
        $(impl Column for $json {
            fn to_value(&self) -> Value { to_json(self) }
            fn from_value(value: &Value) -> Result<Self, Fault> { from_json(value) }
        })+
    };
}

fn to_json<T: Serialize>(value: &T) -> Value {
    // Domain values are structs, lists and texts: writing them as JSON cannot fail.
    Value::Text(serde_json::to_string(value).unwrap_or_default())
}

fn from_json<T: DeserializeOwned>(value: &Value) -> Result<T, Fault> {
    text_of(value, |text| serde_json::from_str(text).ok())
}

use meguri_domain::{
    applicability as ab, approval as ap, asset as a, audit as au, catalogue as ca, closing as cl,
    correction as co, criteria as cr, erasure as er, evidence as ev, export as ex, ids, import as im,
};
use meguri_domain::{
    inspection as i, inventory as iv, objective as o, pattern as pa, people as p, statement as st,
    treatment as t,
};

columns! {
    ids: ids::DepartmentId, ids::DepartmentNameId, ids::PersonId, ids::PostingId, ids::AssetId, ids::PatternId, ids::ImportId, ids::InventoryId,
         ids::InventorySheetId, ids::ConfirmationId, ids::CriteriaId, ids::ThreatId, ids::ControlId, ids::AssessmentId,
         ids::RiskId, ids::MeasureId, ids::PlanRowId, ids::ObjectiveId, ids::ReviewId, ids::CheckItemId, ids::AssignmentId,
         ids::InspectionId, ids::AnswerId, ids::EvidenceId, ids::CorrectionId, ids::ClosingId, ids::HolidayId, ids::TermId,
         ids::ExportId, ids::OriginId, ids::AuditId, ids::PackageId, ids::ErasureId, ids::HeadAddressId, ids::HandingOutId, ids::StatementId,
         ids::StatementLineId;
    codes: meguri_domain::difference::Fate, p::Role, ap::State, pa::PatternState, a::Medium, a::AssetState, im::ImportState, im::ImportKind, iv::Outcome, cr::Level, cr::CriteriaState, meguri_domain::risk::Grounds, meguri_domain::measure::InPlace, t::Policy,
           t::Destination, o::ObjectiveState, o::Progress, i::SafetyMeasure, i::Rhythm, i::Mark, ev::EvidenceKind,
           co::CorrectionState, cl::ClosingState, er::Ground, er::ErasureState, ex::ExportLayout, ex::ExportFormat, au::Stage, au::AuditState, meguri_domain::outside::Tongue, ab::Decision, ab::Implementation, st::StatementState;
    json: meguri_domain::handling::Handling, pa::Likeness, a::AssetDraft, ap::Flow, ap::Signed, ap::Approval, cr::Method, ca::Contents, Vec<meguri_domain::task::PlanTask>, meguri_domain::second::SecondJudgement, Vec<ids::ControlId>, Vec<ids::DepartmentId>, Vec<ids::PersonId>, Vec<cl::Outcome>, er::Taken,
          Vec<ab::Inclusion>, Vec<ab::Declared>, Vec<ap::Signed>, ap::Returned;
}
