//! Every address × every role × own and other department, held against one reviewed table, `doors.txt`.
//!
//! Everybody asks the same of the same house: his own department's things and another one's. What an act
//! changed is undone before the next one asks, so each answer says only what that person may do.
//! `MEGURI_BLESS=1` rewrites the table; read every line of the diff.

mod addresses;
mod forms;
pub mod things;
mod words;

use crate::support::{House, Page, Place, day};
use addresses::{Door, doors};
use std::collections::BTreeMap;
use std::fmt::Write;
use things::{Things, prepare};

/// Who asks, in the order of the table: a word, a person (`None`: nobody has signed in), whether of the
/// other department's things.
const COLUMNS: [(&str, Option<&str>, bool); 12] = [
    ("visitor", None, false),
    ("member", Some("佐藤"), false),
    ("…other", Some("佐藤"), true),
    ("head", Some("田中"), false),
    ("…other", Some("田中"), true),
    ("deputy", Some("伊藤"), false),
    ("…other", Some("伊藤"), true),
    ("secretariat", Some("渡辺"), false),
    ("executive", Some("山本"), false),
    ("auditor", Some("中村"), false),
    ("external", Some("小林"), false),
    ("administrator", Some("加藤"), false),
];

/// The day on which everybody asks: May is over, nothing of it is late yet.
const TODAY: &str = "2026-06-03";

struct Both {
    own: Things,
    other: Things,
}

fn furnished(place: Place) -> (House, Both) {
    let house = House::found(place);
    let (mut own, mut other) = prepare(&house);
    house.move_to(TODAY);
    things::audit(&house, (&mut own, &mut other));
    (house, Both { own, other })
}

fn ask(house: &House, things: &Both, door: &Door, (_, person, other): (&str, Option<&str>, bool)) -> Page {
    let things = if other { &things.other } else { &things.own };
    let browser = person.map_or_else(|| house.visitor(), |name| house.as_(name));
    door.ask(&browser, things)
}

#[test]
fn every_door_opens_for_those_in_the_table_and_for_nobody_else() {
    let (house, things) = furnished(Place::file());
    let mut found = BTreeMap::new();
    let mut wrong = Vec::new();
    let mut copies = 0;
    let mut copy = house.copied(day(TODAY), copies);
    for door in doors() {
        let mut statuses = Vec::new();
        for column in COLUMNS {
            let page = ask(&copy, &things, &door, column);
            wrong.extend(fault(&door, column, statuses.last().copied(), &page));
            statuses.push(page.status);
            if door.acts() && page.status < 400 {
                copies += 1;
                copy = house.copied(day(TODAY), copies);
            }
        }
        found.insert(door.to_string(), statuses);
    }
    println!("{} doors, {copies} acts undone", found.len());
    compare(&found, &mut wrong);
    assert!(wrong.is_empty(), "{}\n(read, then MEGURI_BLESS=1)", wrong.join("\n"));
}

/// PostgreSQL answers the same questions: every look alike, and no act with a fault.
#[test]
fn postgresql_opens_the_same_doors() {
    let Some(place) = Place::schema() else {
        println!("TEST_DATABASE_URL is not set: on SQLite only (`cargo xtask check` runs both)");
        return;
    };
    let (house, things) = furnished(place);
    let (mut found, mut wrong) = (table(), Vec::new());
    let (acts, looks): (Vec<Door>, Vec<Door>) = doors().into_iter().partition(Door::acts);
    for door in looks {
        let statuses = COLUMNS.iter().map(|column| ask(&house, &things, &door, *column).status).collect();
        found.insert(door.to_string(), statuses);
    }
    compare(&found, &mut wrong);
    for door in acts {
        let mut own = None;
        for column in COLUMNS {
            let page = ask(&house, &things, &door, column);
            wrong.extend(fault(&door, column, own, &page));
            own = Some(page.status);
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What no table can make right: a fault of ours, or another department's thing that is there.
fn fault(door: &Door, column: (&str, Option<&str>, bool), own: Option<u16>, page: &Page) -> Option<String> {
    // Where nobody of his role may act at all, that is all he learns.
    let nobody = own == Some(403) && page.status == 403 && !door.names_a_thing();
    let leaks = column.2 && door.is_departmental() && page.status != 404 && !nobody;
    let says = || format!("{door} as {column:?}: {} {}", page.status, page.excerpt());
    (page.status >= 500 || leaks).then(says)
}

fn path() -> std::path::PathBuf {
    std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/doors.txt")
}

/// The reviewed table.
fn table() -> BTreeMap<String, Vec<u16>> {
    let text = std::fs::read_to_string(path()).unwrap_or_default();
    let line = |line: &str| {
        let mut words = line.split_whitespace();
        let door = [words.next()?, words.next()?].join(" ");
        Some((door, words.map(|word| word.parse().unwrap()).collect()))
    };
    text.lines().filter(|line| !line.starts_with('#')).filter_map(line).collect()
}

fn compare(found: &BTreeMap<String, Vec<u16>>, wrong: &mut Vec<String>) {
    if std::env::var_os("MEGURI_BLESS").is_some() {
        std::fs::write(path(), written(found)).unwrap();
    }
    let table = table();
    for (door, statuses) in found {
        match table.get(door) {
            None => wrong.push(format!("{door} is not in doors.txt: {statuses:?}")),
            Some(reviewed) if reviewed.len() != COLUMNS.len() => {
                wrong.push(format!("{door}: the line is short"));
            }
            Some(reviewed) => {
                let pairs = COLUMNS.iter().zip(statuses.iter().zip(reviewed));
                let differ = pairs.filter(|(_, (is, was))| is != was);
                wrong.extend(
                    differ.map(|((word, ..), (is, was))| format!("{door}: {word} was {was}, is {is}")),
                );
            }
        }
    }
    let gone = table.keys().filter(|door| !found.contains_key(*door));
    wrong.extend(gone.map(|door| format!("{door} is no door any more")));
}

fn written(found: &BTreeMap<String, Vec<u16>>) -> String {
    let mut text = String::from(
        "# Who opens which door: the status of each answer. \"…other\" is the same person at another department's thing.\n\
         # 303 of a visitor leads to sign-in; 409 and 422 are rules that hold for those who may; 403 may not; 404 must not know.\n",
    );
    let width = found.keys().map(String::len).max().unwrap_or(0);
    let words: Vec<&str> = COLUMNS.iter().map(|(word, ..)| *word).collect();
    text.extend(["# columns: ", &words.join(", "), "\n"]);
    for (door, statuses) in found {
        let (method, address) = door.split_once(' ').unwrap();
        let statuses: Vec<String> = statuses.iter().map(ToString::to_string).collect();
        writeln!(text, "{method:<5}{address:<width$} {}", statuses.join(" ")).unwrap();
    }
    text
}
