//! The tables after all migrations: the same in both databases, as the snapshot says, and every one of them
//! either kept by the record, passing, or part of the log.

use crate::support::{House, databases};
use meguri::house::sql::{DEPARTMENTAL, PASSING};
use meguri::record::verify::TABLES;
use std::collections::BTreeMap;

/// The log itself, and which migrations have run.
const LOG: [&str; 4] = ["log", "entry", "payload", "migration"];
/// Tables of the company that name a department: reviewed, everybody may read who works where; a threat that names one is its
/// free risk, and is read within its scope (`risk/store.rs`).
const COMPANY: [&str; 3] = ["posting", "department_name", "threat"];

type Columns = Vec<[String; 4]>;

fn catalogues() -> Vec<(&'static str, Columns)> {
    let look = |place| {
        let house = House::empty(place);
        (house.app.db.kind(), house.app.db.catalogue().unwrap())
    };
    databases().into_iter().map(look).collect()
}

fn tables() -> BTreeMap<String, Vec<String>> {
    let mut tables = BTreeMap::<String, Vec<String>>::new();
    for [table, column, ..] in catalogues().remove(0).1 {
        tables.entry(table).or_default().push(column);
    }
    tables
}

#[test]
fn the_catalogue_is_the_snapshot_in_both_databases() {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/schema.txt");
    for (kind, catalogue) in catalogues() {
        let lines: Vec<String> = catalogue.iter().map(|row| row.join(" ")).collect();
        let found = lines.join("\n") + "\n";
        if std::env::var_os("MEGURI_BLESS").is_some() && kind == "SQLite" {
            std::fs::write(&path, &found).unwrap();
        }
        let snapshot = std::fs::read_to_string(&path).unwrap_or_default();
        for (line, (is, was)) in found.lines().zip(snapshot.lines()).enumerate() {
            assert_eq!(is, was, "{kind}, line {} (read the diff, then MEGURI_BLESS=1)", line + 1);
        }
        assert_eq!(found.len(), snapshot.len(), "{kind} (read the diff, then MEGURI_BLESS=1)");
    }
}

#[test]
fn every_table_is_kept_or_passing_or_the_log() {
    let mut kept: BTreeMap<&str, &[&str]> = TABLES.iter().map(|table| (table.name, table.columns)).collect();
    assert_eq!(kept.len(), TABLES.len(), "a table is replayed twice");
    for (table, columns) in tables() {
        let passes = PASSING.contains(&table.as_str()) || LOG.contains(&table.as_str());
        match kept.remove(table.as_str()) {
            Some(_) if passes => panic!("{table} is kept and passing at once"),
            Some(wanted) => assert_eq!(columns, wanted, "the columns of {table}, in order"),
            None => assert!(passes, "{table} is neither replayed by verify nor named as passing"),
        }
    }
    assert!(kept.is_empty(), "kept, but in no migration: {:?}", kept.keys());
}

#[test]
fn what_belongs_to_a_department_is_never_read_without_a_scope() {
    let mut departmental: Vec<&str> = DEPARTMENTAL.to_vec();
    departmental.sort_unstable();
    let tables = tables();
    let names = |column: &String| column == "department_id";
    let found =
        tables.iter().filter(|(_, columns)| columns.iter().any(names)).map(|(table, _)| table.as_str());
    let owned: Vec<&str> = found.filter(|table| !COMPANY.contains(table)).collect();
    assert_eq!(owned, departmental);
}
