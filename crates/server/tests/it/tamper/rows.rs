//! Every kept table, every column: one row is changed, taken away, put in.

use super::dba::Dba;
use super::{findings, lived_in};
use crate::support::House;
use meguri::record::verify::{Finding, TABLES};
use std::collections::BTreeMap;

/// One way to change a cell of a kind; `None` where it would change nothing.
type Edit = fn(column: &str, kind: &str, is_null: bool) -> Option<String>;

const EDITS: [Edit; 4] = [
    |column, kind, _| match kind {
        "TEXT" | "TEXT NULL" => Some(format!("COALESCE({column}, '') || '改'")),
        "BIGINT" | "BIGINT NULL" => Some(format!("COALESCE({column}, 0) + 1")),
        _ => Some(format!("NOT {column}")),
    },
    |_, kind, is_null| (kind.ends_with("NULL") && !is_null).then(|| "NULL".to_owned()),
    // What only SQLite lets in: a float and a blob where numbers and texts belong.
    |_, _, _| Some("2.5".to_owned()),
    |_, _, _| Some("x'e694b9'".to_owned()),
];

/// One cell in every table at a time, until every column of every table had its turn.
#[test]
fn a_change_of_any_column_of_any_table_is_named_with_its_row() {
    for (house, mut dba) in lived_in() {
        assert_eq!(findings(&house), [], "before anybody tampered");
        let rows: BTreeMap<&str, String> =
            TABLES.iter().map(|table| (table.name, row(&mut dba, table.name))).collect();
        let kinds = kinds(&house);
        let columns = TABLES.iter().map(|table| table.columns.len()).max().unwrap_or(0);
        for edit in EDITS.iter().take(if dba.is_sqlite() { 4 } else { 2 }) {
            for nth in 0..columns {
                let mut named = Vec::new();
                for table in TABLES.iter().filter(|table| nth < table.columns.len()) {
                    let (name, column, id) = (table.name, table.columns[nth], &rows[table.name]);
                    let kind = &kinds[&(name.to_owned(), column.to_owned())];
                    let held =
                        dba.ask(&format!("SELECT CAST({column} AS TEXT) FROM {name} WHERE id = '{id}'"));
                    let Some(to) = edit(column, kind, held.is_none()) else { continue };
                    dba.run(&format!("UPDATE {name} SET {column} = {to} WHERE id = '{id}'"));
                    named.push(match nth {
                        0 => Finding::Gone { table: name.into(), id: id.clone() },
                        _ => Finding::Edited { table: name, id: id.clone() },
                    });
                }
                let mut found = findings(&house);
                if nth == 0 {
                    found.retain(|each| !matches!(each, Finding::Unsealed { .. }));
                    named.sort_by_key(|each| format!("{each:?}"));
                }
                assert_eq!(found, named, "column {nth}");
                for table in TABLES {
                    dba.restore(table.name);
                }
            }
        }
        assert_eq!(findings(&house), [], "after everything was put back");
    }
}

fn row(dba: &mut Dba, table: &str) -> String {
    let id = dba.ask(&format!("SELECT MIN(id) FROM {table}"));
    id.unwrap_or_else(|| panic!("{table} has no row; live a little more"))
}

/// The kind of every column; what may be NULL says so.
fn kinds(house: &House) -> BTreeMap<(String, String), String> {
    let columns = house.app.db.catalogue().unwrap().into_iter();
    let kind = |[table, column, kind, null]: [String; 4]| {
        let kind = if null == "null" { format!("{kind} NULL") } else { kind };
        ((table, column), kind)
    };
    columns.map(kind).collect()
}

#[test]
fn a_row_taken_away_or_put_in_is_named() {
    for (house, mut dba) in lived_in() {
        let kinds = kinds(&house);
        for table in TABLES {
            let name = table.name;
            let id = row(&mut dba, name);
            dba.run(&format!("DELETE FROM {name} WHERE id = '{id}'"));
            assert_eq!(findings(&house), [Finding::Gone { table: name.into(), id: id.clone() }]);
            dba.restore(name);
            let columns = table.columns.join(", ");
            let planted = table.columns.iter().map(|column| {
                match (*column, kinds[&(name.to_owned(), (*column).to_owned())].as_str()) {
                    ("id", _) => "'planted'".to_owned(),
                    (_, "TEXT" | "TEXT NULL") => format!("{column} || '改'"),
                    (_, "BIGINT" | "BIGINT NULL") => format!("{column} + 1000"),
                    _ => (*column).to_owned(),
                }
            });
            let planted = planted.collect::<Vec<_>>().join(", ");
            dba.run(&format!(
                "INSERT INTO {name} ({columns}) SELECT {planted} FROM copy_of_{name} WHERE id = '{id}'"
            ));
            assert_eq!(findings(&house), [Finding::Unsealed { table: name, id: "planted".into() }]);
            dba.restore(name);
        }
        if dba.is_sqlite() {
            // SQLite lets a primary key of text be NULL.
            let id = dba.ask("SELECT MIN(id) FROM asset").unwrap();
            dba.run(&format!("UPDATE asset SET id = NULL WHERE id = '{id}'"));
            let gone = Finding::Gone { table: "asset".into(), id };
            assert_eq!(findings(&house), [Finding::Unsealed { table: "asset", id: String::new() }, gone]);
            dba.restore("asset");
        }
        assert_eq!(findings(&house), [], "after everything was put back");
    }
}
