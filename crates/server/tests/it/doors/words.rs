//! Every page shows what people wrote as words: whatever signs it holds, nothing of it becomes markup.

use super::addresses::{Door, doors};
use super::furnished;
use crate::support::{Browser, Place};
use crate::tamper::dba::Dba;
use rusqlite::Connection;

/// Before every text that a person wrote: an element, both quotes, an entity, a script.
const SIGNS: &str = "<i class=\"x'>&lt;<script>boo()</script>";

#[test]
fn no_page_takes_what_was_written_for_markup() {
    let place = Place::file();
    let file = place.folder().join("meguri.db");
    let (house, things) = furnished(place);
    let browsers: Vec<Browser<'_>> = ["渡辺", "田中", "加藤"].map(|name| house.as_(name)).into();
    let mut dba = Dba::sqlite(&file);
    let written = columns(&file);
    for (table, column) in &written {
        // What people write is not ASCII here; words of ours and lists of values are.
        let text = format!("{column} GLOB '*[^ -~]*' AND substr({column}, 1, 1) NOT IN ('{{', '[')");
        let signs = SIGNS.replace('\'', "''");
        dba.run(&format!("UPDATE {table} SET {column} = '{signs}' || {column} WHERE {text}"));
    }
    let (mut seen, mut wrong) = (0, Vec::new());
    for door in doors().iter().filter(|door| !Door::acts(door)) {
        for browser in &browsers {
            let page = door.ask(browser, &things.own);
            let markup =
                ["<i class=\"x", "<script>boo", "'>&lt;<"].iter().any(|sign| page.body.contains(sign));
            seen += usize::from(page.body.contains("boo()"));
            if page.status >= 500 || (page.kind.starts_with("text/html") && markup) {
                wrong.push(format!("{door}: {} {}", page.status, page.excerpt()));
            }
        }
    }
    println!("{} columns, {seen} pages show them", written.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(seen > 60, "only {seen} pages show what was written");
}

/// Every column of text.
fn columns(file: &std::path::Path) -> Vec<(String, String)> {
    let conn = Connection::open(file).unwrap();
    let text = "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
                WHERE m.type = 'table' AND m.name NOT LIKE 'copy_of_%' AND c.type = 'TEXT'";
    let mut found = conn.prepare(text).unwrap();
    let rows = found.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}
