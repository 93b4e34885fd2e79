//! The SQL of the asset register.

use super::filter::{Filter, Order, Part};
use crate::house::db::Value;
use crate::house::fault::{Done, Fault};
use crate::house::kept::{Column, Kept, cell};
use crate::house::words::fold;
use crate::house::work::Rx;
use crate::{kept, scoped, seen};
use meguri_domain::asset::{Asset, AssetDraft};
use meguri_domain::ids::{AssetId, DepartmentId};
use meguri_domain::people::Scope;

kept!(owned Asset, "asset", [
    id, version, revision, department_id, category, name, note, users, risk_owner, medium, personal, sensitive, my_number,
    confidentiality, integrity, availability, importance, retention, registered_on, state, retired_reason,
]; folded = |a: &Asset| fold(&[a.name.as_str(), a.category.as_str(), a.note.as_str(), a.users.as_str(), a.medium.as_str()].join(" ")) => later [handling, pattern_id]);

/// One asset inside a scope.
pub fn find(rx: &Rx<'_>, scope: &Scope, id: &AssetId) -> Done<Asset> {
    rx.find(
        scoped!("SELECT a.* FROM asset a WHERE ", seen!("a.department_id"), " AND a.id = $2"),
        scope,
        &[id.to_value()],
    )
}

/// The row in use that stands already in a department under the same name and medium.
pub fn twin(
    rx: &Rx<'_>,
    scope: &Scope,
    department: &DepartmentId,
    draft: &AssetDraft,
) -> Result<Option<Asset>, Fault> {
    let text = scoped!(
        "SELECT a.* FROM asset a WHERE ",
        seen!("a.department_id"),
        " AND a.department_id = $2 AND a.state = 'in_use' AND a.name = $3 AND a.medium = $4 ORDER BY a.id LIMIT 1"
    );
    let [name, medium] = [&draft.name, &draft.medium].map(|text| text.trim().to_owned().to_value());
    rx.one(text, scope, &[department.to_value(), name, medium])
}

/// So many assets come with one question, and so often is asked at most: a department holds no million.
const AT_ONCE: usize = 5_000;
const ASKED: usize = 200;

/// All assets of a department that are in use, by name. An import that saw only some would take the others in twice.
pub fn in_use(rx: &Rx<'_>, scope: &Scope, department: &DepartmentId) -> Result<Vec<Asset>, Fault> {
    let text = scoped!(
        "SELECT a.* FROM asset a WHERE ",
        seen!("a.department_id"),
        " AND a.department_id = $2 AND a.state = 'in_use' AND (a.name, a.id) > ($3, $4)
          ORDER BY a.name, a.id LIMIT $5"
    );
    let most = Value::Int(i64::try_from(AT_ONCE).map_err(Fault::broken)?);
    let mut all: Vec<Asset> = Vec::new();
    for _ in 0..ASKED {
        let (name, id) = all
            .last()
            .map_or((String::new(), String::new()), |last| (last.name.clone(), last.id.to_string()));
        let values = [department.to_value(), Value::Text(name), Value::Text(id), most.clone()];
        let more: Vec<Asset> = rx.list(text, scope, &values)?;
        let last = more.len() < AT_ONCE;
        all.extend(more);
        if last {
            return Ok(all);
        }
    }
    Err(Fault::broken("a department holds more assets than can be looked at"))
}

/// A query with everything that a filter asks for: department, importance, personal data, state, words.
macro_rules! filtered {
    ($from:expr, $reach:expr, $part:expr, $head:expr, $tail:expr) => {
        scoped!(
            $head, $from, " WHERE ", seen!("a.department_id"),
            " AND (CAST($2 AS TEXT) = '' OR a.department_id = $2)",
            " AND (CAST($3 AS BIGINT) = 0 OR a.importance = $3)",
            " AND (CAST($4 AS BIGINT) = 0 OR (a.personal OR a.sensitive OR a.my_number) = (CAST($4 AS BIGINT) = 1))",
            " AND (CAST($5 AS TEXT) = '' OR a.state = $5)",
            " AND (CAST($6 AS TEXT) = '' OR a.folded LIKE $6 ESCAPE '\\') ",
            $reach, $part, $tail
        )
    };
}

pub(super) use filtered;

/// How many assets a filter lets through.
macro_rules! counted {
    ($from:expr, $reach:expr, $part:expr, ) => {
        filtered!($from, $reach, $part, "SELECT COUNT(*) FROM ", "")
    };
}

/// One page of the list. Each order has its own text, so that an index can serve it.
macro_rules! listed {
    ($from:expr, $reach:expr, $part:expr, $order:literal) => {
        filtered!(
            $from,
            $reach,
            $part,
            "SELECT a.* FROM ",
            concat!("ORDER BY ", $order, " LIMIT $7 OFFSET $8")
        )
    };
}

/// One page of a search with the count of all that was found, in one walk over the rows: words are found by looking at
/// each row, and twice is twice as long.
macro_rules! searched {
    ($from:expr, $reach:expr, $part:expr, $order:literal) => {
        filtered!(
            $from,
            $reach,
            $part,
            concat!(
                "SELECT f.*, h.total, h.place FROM (SELECT a.id AS found, COUNT(*) OVER () AS total, ",
                "ROW_NUMBER() OVER (ORDER BY ",
                $order,
                ") AS place FROM "
            ),
            "ORDER BY 3 LIMIT $7 OFFSET $8) h JOIN asset f ON f.id = h.found"
        )
    };
}

/// The order, for a text that takes one.
macro_rules! ordered {
    ($from:expr, $reach:expr, $part:expr, $filter:expr, $text:ident) => {
        match ($filter.order(), $filter.falls()) {
            (Order::Name, false) => $text!($from, $reach, $part, "a.name, a.id"),
            (Order::Name, true) => $text!($from, $reach, $part, "a.name DESC, a.id DESC"),
            (Order::Department, false) => ordered!($from, $reach, $part, $text, by "d.code, a.name, a.id"),
            (Order::Department, true) => ordered!($from, $reach, $part, $text, by "d.code DESC, a.name, a.id"),
            (Order::Importance, false) => $text!($from, $reach, $part, "a.importance, a.name, a.id"),
            (Order::Importance, true) => $text!($from, $reach, $part, "a.importance DESC, a.name, a.id"),
            (Order::Medium, false) => $text!($from, $reach, $part, "a.medium, a.name, a.id"),
            (Order::Medium, true) => $text!($from, $reach, $part, "a.medium DESC, a.name, a.id"),
            (Order::Registered, false) => {
                $text!($from, $reach, $part, "COALESCE(a.registered_on, ''), a.name, a.id")
            }
            (Order::Registered, true) => {
                $text!($from, $reach, $part, "COALESCE(a.registered_on, '') DESC, a.name, a.id")
            }
        }
    };
    ($from:expr, $reach:expr, $part:expr, $text:ident, by $order:literal) => {
        $text!(concat!($from, " JOIN department d ON d.id = a.department_id"), $reach, $part, $order)
    };
}

/// The text for the part of the register that is asked for. The conditions of the parts are those of their indexes in
/// `0010_views.sql`, word for word; where both would serve, the turned order leaves SQLite only the narrower one.
macro_rules! of_part {
    ($from:expr, $reach:expr, $filter:expr, $text:ident, $($more:tt)*) => {
        match $filter.part() {
            Part::All => $text!($from, $reach, "", $($more)*),
            Part::Ledger => $text!($from, $reach, "AND (a.personal OR a.sensitive OR a.my_number) ", $($more)*),
            Part::Entrusted => $text!(
                $from, $reach,
                "AND a.handling LIKE '%\"entrusted\":true%' AND (a.my_number OR a.sensitive OR a.personal) ",
                $($more)*
            ),
            Part::Lacking => $text!(
                $from, $reach,
                "AND a.handling LIKE '%\"entrusted\":true%' AND (a.my_number OR a.sensitive OR a.personal) \
                 AND (a.handling NOT LIKE '%\"client\":\"%' OR a.handling NOT LIKE '%\"return_duty\":\"%') ",
                $($more)*
            ),
        }
    };
}

/// The text for how far a person reaches. Who sees some departments is led to their rows by the departments; the order
/// of a CROSS JOIN is kept. Who sees all walks along the order of the list.
macro_rules! reached {
    ($scope:expr, $filter:expr, $text:ident, $($more:tt)*) => {
        if $scope.is_all() && $filter.department.is_empty() {
            of_part!("asset a", "", $filter, $text, $($more)*)
        } else {
            of_part!(
                "department w CROSS JOIN asset a",
                concat!("AND a.department_id = w.id AND ", seen!("w.id"), " AND (CAST($2 AS TEXT) = '' OR w.id = $2) "),
                $filter, $text, $($more)*
            )
        }
    };
}
pub(super) use of_part;

/// How many assets a filter lets through.
pub fn count(rx: &Rx<'_>, scope: &Scope, filter: &Filter) -> Result<i64, Fault> {
    rx.count(reached!(scope, filter, counted,), scope, &values(filter))
}

/// The assets that a filter lets through, in its order: `most` of them after the first `skip`.
pub fn list(rx: &Rx<'_>, scope: &Scope, filter: &Filter, most: i64, skip: i64) -> Result<Vec<Asset>, Fault> {
    let mut values = values(filter);
    values.extend([Value::Int(most), Value::Int(skip)]);
    rx.list(reached!(scope, filter, ordered, filter, listed), scope, &values)
}

/// A page of the list with the count of all that the filter lets through.
pub fn page(
    rx: &Rx<'_>,
    scope: &Scope,
    filter: &Filter,
    most: i64,
    skip: i64,
) -> Result<(Vec<Asset>, i64), Fault> {
    if filter.q.is_empty() {
        return Ok((list(rx, scope, filter, most, skip)?, count(rx, scope, filter)?));
    }
    let mut values = values(filter);
    values.extend([Value::Int(most), Value::Int(skip)]);
    let rows = rx.rows(reached!(scope, filter, ordered, filter, searched), scope, &values)?;
    let Some(first) = rows.first() else {
        return Ok((Vec::new(), if skip > 0 { count(rx, scope, filter)? } else { 0 }));
    };
    let total = cell(first, first.len().saturating_sub(2))?;
    let mut found: Vec<(i64, Asset)> = rows
        .iter()
        .map(|row| Ok((cell(row, row.len().saturating_sub(1))?, Asset::from_row(row)?)))
        .collect::<Result<_, Fault>>()?;
    found.sort_by_key(|(place, _)| *place);
    Ok((found.into_iter().map(|(_, asset)| asset).collect(), total))
}

pub(super) fn values(filter: &Filter) -> Vec<Value> {
    let words = fold(&filter.q);
    let pattern = if words.is_empty() { String::new() } else { ["%", &escaped(&words), "%"].concat() };
    vec![
        Value::Text(filter.department.clone()),
        Value::Int(filter.importance()),
        Value::Int(filter.personal()),
        Value::Text(filter.state_code().to_owned()),
        Value::Text(pattern),
    ]
}

/// Text as it stands for itself inside a LIKE pattern.
fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_")
}

/// The words for media and places that the register uses already; at most 200.
pub fn media(rx: &Rx<'_>, scope: &Scope) -> Result<Vec<String>, Fault> {
    let text = scoped!(
        "SELECT DISTINCT a.medium FROM asset a WHERE ",
        seen!("a.department_id"),
        " AND a.state = 'in_use' ORDER BY a.medium LIMIT 200"
    );
    rx.rows(text, scope, &[])?.iter().map(|row| cell(row, 0)).collect()
}
