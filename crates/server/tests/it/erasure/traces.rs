//! S26: a text that nobody else writes is put wherever texts are kept, erased, and looked for byte by byte.

use super::{approved, erased, finished};
use crate::support::{House, Place, copy_folder};
use crate::tamper::dba::Dba;
use crate::tamper::lived;
use meguri::backup::{make, restore};
use meguri::erasure::{clean, reapply};
use meguri::house::clock::{Chance, Clock};
use meguri::house::db::Db;
use meguri::house::db::copy::Tools;
use meguri::house::kept::cell;
use meguri::house::keystore::Keystore;
use meguri::house::web::App;
use meguri::inspection::acts::{self as inspections, Attachment, Subject};
use meguri::inspection::files::Incoming;
use meguri::people::{acts as people, session};
use meguri::record::store::{Text, of_object};
use meguri::record::verify::verify;
use meguri::{asset, inventory, objective};
use meguri_domain::asset::AssetDraft;
use meguri_domain::evidence::EvidenceKind;
use meguri_domain::people::Act;
use std::path::{Path, PathBuf};

const CANARY: &str = "カナリア黄助";

/// The files of the tables of PostgreSQL, their indexes and what is kept beside them.
const FILES: &str =
    "SELECT string_agg(current_setting('data_directory') || '/' || pg_relation_filepath(f.oid) || '|' || f.relname, ',')
    FROM pg_class t JOIN pg_class f ON f.oid IN (t.oid, t.reltoastrelid)
      OR f.oid IN (SELECT indexrelid FROM pg_index WHERE indrelid IN (t.oid, t.reltoastrelid))
    WHERE t.relnamespace = current_schema()::regnamespace AND t.relkind = 'r'";

/// Puts the canary into a register, an inventory, a review's evidence, a search and an upload; gives what must be
/// erased: an asset, a file, a person.
fn sow(house: &House) -> Vec<String> {
    lived::live(house);
    let sales = house.department("営業部");
    let text = |place: &str| format!("{CANARY}の{place}");
    let draft = AssetDraft {
        name: text("名簿"),
        note: text("備考"),
        users: text("係"),
        risk_owner: text("上司"),
        ..lived::draft()
    };
    let asset = house.act("佐藤", |tx| asset::acts::register(tx, &sales, draft.clone())).unwrap();
    house.act("佐藤", |tx| inventory::acts::confirm(tx, &asset.id)).unwrap();
    let draft = AssetDraft { note: text("追記"), ..draft };
    house.act("佐藤", |tx| asset::acts::edit(tx, &asset.id, asset.version, draft)).unwrap();
    let sato = house.as_("佐藤");
    let query = format!("?q={}", meguri::house::web::percent(CANARY));
    sato.post("/assets/filters", &[("name", "探しもの"), ("query", &query)]).is(303);
    let register = format!("情報資産名称,管理部署,媒体・保存先\n{CANARY}の見積書,営業部,書類\n");
    let upload = [("file", "register.csv", "text/csv", register.as_bytes())];
    sato.post_multipart("/assets/import", &[("department", sales.as_str())], &upload).is(303);
    let evidence = attach(house);
    let email = "canary@mihon.example";
    let person = house.act("加藤", |tx| people::enrol(tx, CANARY, email)).unwrap();
    house.act("加藤", |tx| people::leave(tx, &person.id)).unwrap();
    vec![format!("asset/{}", asset.id), format!("evidence/{evidence}"), format!("person/{}", person.id)]
}

fn attach(house: &House) -> String {
    let (chance, files) = (Chance::of_the_system(), house.app.files.to_path_buf());
    let mut incoming = Incoming::begin(&files, &chance).unwrap();
    incoming.take(format!("{CANARY}の申請書").as_bytes()).unwrap();
    let file = incoming.keep(&files, "申請書.txt").unwrap();
    let objective = house
        .read("佐藤", |rx| Ok(objective::store::objectives(rx, &rx.scope(Act::SeeMonth))?.remove(0)))
        .unwrap();
    let month = meguri_domain::Month::new(2026, 4).unwrap();
    let review = house
        .read("佐藤", |rx| {
            Ok(objective::store::review_of(rx, &rx.scope(Act::SeeMonth), &objective.id, month)?.unwrap())
        })
        .unwrap();
    let attachment = Attachment {
        subject: Subject::Review(review.id),
        kind: EvidenceKind::File,
        label: format!("{CANARY}.txt"),
        file: Some(file),
    };
    house.act("佐藤", |tx| inspections::attach(tx, attachment)).unwrap().id.to_string()
}

/// Every place in which the canary is found: files of a folder, and columns of the tables.
fn traces(folder: &Path, dba: Option<&mut Dba>, apart: &[&str]) -> Vec<String> {
    let mut found = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let path = entry.path();
            if apart.iter().any(|name| path.ends_with(name)) {
                continue;
            }
            if path.is_dir() {
                folders.push(path);
            } else if holds(&std::fs::read(&path).unwrap()) {
                found.push(format!("{} {}", path.display(), columns(&path).join(", ")));
            }
        }
    }
    if let Some(dba) = dba {
        let text = "SELECT string_agg(table_name || ' ' || column_name, ',') FROM information_schema.columns
                    WHERE table_schema = current_schema() AND data_type = 'text' AND table_name NOT LIKE 'copy_of_%'";
        for name in dba.ask(text).unwrap().split(',') {
            let (table, column) = name.split_once(' ').unwrap();
            let text = format!(
                "SELECT CAST(COUNT(*) AS TEXT) FROM {table} WHERE position('{CANARY}' in {column}) > 0
                 OR position('{}' in {column}) > 0",
                meguri::house::web::percent(CANARY)
            );
            if dba.ask(&text).unwrap() != "0" {
                found.push(format!("{table}.{column}"));
            }
        }
        let known = format!(
            "SELECT string_agg(tablename || '.' || attname, ',') FROM pg_stats
             WHERE schemaname = current_schema() AND tablename NOT LIKE 'copy_of_%'
             AND (position('{CANARY}' in most_common_vals::text) > 0 OR position('{CANARY}' in histogram_bounds::text) > 0)"
        );
        found.extend(dba.ask(&known).map(|known| format!("what the planner knows of {known}")));
        found.extend(dba.ask(FILES).iter().flat_map(|paths| paths.split(',')).filter_map(|file| {
            let (path, name) = file.split_once('|')?;
            // The server's own files, where the test may look into them: older versions of rows lie there.
            let bytes = std::fs::read(path).ok()?;
            holds(&bytes).then(|| format!("a file of {name}"))
        }));
    }
    found
}

/// Where in a database file it still is a value.
fn columns(path: &Path) -> Vec<String> {
    if path.extension().is_none_or(|ending| ending != "db") {
        return Vec::new();
    }
    let conn = rusqlite::Connection::open(path).unwrap();
    let text =
        "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c WHERE m.type = 'table'";
    let mut names = conn.prepare(text).unwrap();
    let names = names.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    let names: Vec<(String, String)> = names.map(Result::unwrap).collect();
    let spelled = meguri::house::web::percent(CANARY);
    let count = |table: &str, column: &str| -> i64 {
        let text = format!(
            "SELECT COUNT(*) FROM {table} WHERE instr({column}, '{CANARY}') + instr({column}, '{spelled}') > 0"
        );
        conn.query_row(&text, [], |row| row.get(0)).unwrap()
    };
    let held = names.iter().filter(|(table, column)| count(table, column) > 0);
    held.map(|(table, column)| format!("{table}.{column}")).collect()
}

fn holds(bytes: &[u8]) -> bool {
    let spelled = meguri::house::web::percent(CANARY);
    let has = |text: &str| bytes.windows(text.len()).any(|window| window == text.as_bytes());
    has(CANARY) || has(&spelled)
}

/// How many payloads of the objects can be opened.
fn opened(app: &App, objects: &[String]) -> usize {
    let look = |object: &String| {
        let payloads = app.db.read(session::house(app), |rx| Ok(of_object(rx, object)?)).unwrap();
        payloads.iter().filter(|each| each.shown().is_some_and(|text| text.contains(CANARY))).count()
    };
    objects.iter().map(look).sum()
}

fn database(address: Option<&String>) -> Option<Dba> {
    address.map(|address| {
        let client = postgres::Client::connect(address, postgres::NoTls).unwrap();
        Dba::Postgres(Box::new(client))
    })
}

fn back_up(house: &House, to: &Path) -> PathBuf {
    let keys = to.with_file_name("keys-apart");
    let order = make::Order { to, keys_to: &keys, tools: &Tools::default() };
    make::make(&house.app, &order).unwrap().folder
}

#[test]
fn an_erased_text_is_found_nowhere() {
    for place in [Some(Place::file()), Place::schema()].into_iter().flatten() {
        let (kind, folder, address) = (place.kind(), place.folder().clone(), place.address());
        let house = House::found(place);
        let objects = sow(&house);
        let apart = folder.with_extension("apart");
        let old = back_up(&house, &apart.join("old"));
        let mut dba = database(address.as_ref());
        let before = traces(&folder, dba.as_mut(), &[]);
        assert!(before.len() > 1, "the canary was sown: {before:?}");
        let sealed = opened(&house.app, &objects);
        assert!(sealed > 4, "{sealed} payloads hold it");

        for object in &objects {
            erased(&house, object);
        }
        assert_eq!(traces(&folder, dba.as_mut(), &[]), Vec::<String>::new(), "on {kind}");
        assert_eq!(opened(&house.app, &objects), 0);
        let report = house.read_as_system(verify).unwrap();
        assert_eq!(report.findings, []);
        assert!(report.erased >= sealed);
        let page = house.as_("佐藤").get("/assets").body;
        assert!(page.contains("消去済 記録") && !page.contains(CANARY));

        // A new backup has nothing of it, and the old one nothing after it was restored.
        let new = back_up(&house, &apart.join("new"));
        assert_eq!(traces(&new, None, &[]), Vec::<String>::new(), "a new backup on {kind}");
        if kind == "SQLite" {
            let to = apart.join("restored");
            let order = restore::Order {
                backup: &old,
                data: &to,
                database: None,
                keys: Some(house.app.keys.path("")),
                key: None,
                tools: &Tools::default(),
                clock: Clock::standing(house.app.clock.today()),
            };
            let slots = Keystore::of(&house.app.keys).slots().unwrap();
            let restored = restore::restore(&order).unwrap_or_else(|no| panic!("{no}"));
            assert_eq!(restored.erased, 3);
            assert_eq!(traces(&to, None, &[]), Vec::<String>::new(), "an old backup that was restored");
            let app = app_of(&to, &house);
            assert_eq!(opened(&app, &objects), 0);
            // What is sealed after it has slots that nothing was ever sealed with.
            assert!(last_slot(&app) >= slots, "of {slots}");
            assert_eq!(app.db.read(session::house(&app), verify).unwrap().findings, []);
        }
        println!("on {kind}: found at {before:?} and in {sealed} payloads before, nowhere after");
        std::fs::remove_dir_all(&apart).unwrap();
    }
}

/// The slot that was used last.
fn last_slot(app: &App) -> u64 {
    let text = meguri::open!("SELECT key_no FROM payload ORDER BY idx DESC, seq DESC LIMIT 1");
    let rows = app.db.read(session::house(app), |rx| Ok(rx.open_rows(text, &[])?)).unwrap();
    cell::<i64>(&rows[0], 0).unwrap().try_into().unwrap()
}

fn app_of(folder: &Path, house: &House) -> App {
    let db = Db::sqlite(&folder.join("meguri.db")).unwrap();
    App::new(db, Clock::standing(house.app.clock.today()), Chance::of_the_system(), folder.join("files"))
}

/// A copy of the database that was made before lies somewhere: with the keys of today nothing of it opens.
#[test]
fn an_older_copy_opens_with_no_key_that_is_left() {
    let place = Place::file();
    let folder = place.folder().clone();
    let house = House::found(place);
    let objects = sow(&house);
    let copy = Place::file();
    copy_folder(&folder, copy.folder());
    let sealed = opened(&app_of(copy.folder(), &house), &objects);
    assert!(sealed > 4, "with the keys of that day it opens");
    for object in &objects {
        erased(&house, object);
    }
    std::fs::remove_dir_all(copy.folder().join("keys")).unwrap();
    copy_folder(&folder.join("keys"), &copy.folder().join("keys"));
    let app = app_of(copy.folder(), &house);
    assert_eq!(opened(&app, &objects), 0);
    let look = app.db.read(session::house(&app), |rx| Ok(of_object(rx, &objects[0])?)).unwrap();
    assert!(look.iter().all(|each| each.text == Text::Unreadable));
    // An erasure carried out again makes it whole: the rows say so, and the record holds.
    let list = clean::list(&app.keys).unwrap();
    assert_eq!(list.len(), 3);
    assert_eq!(reapply::reapply(&app, &list).unwrap(), 3);
    assert_eq!(app.db.read(session::house(&app), verify).unwrap().findings, []);
    assert_eq!(traces(copy.folder(), None, &[]), Vec::<String>::new());
    assert_eq!(reapply::reapply(&app, &list).unwrap(), 0, "once is enough");
    assert_eq!(app.db.read(session::house(&app), verify).unwrap().findings, []);
}

/// The program dies between the commit and the clearing away: the next start does the rest.
#[test]
fn what_a_crash_left_is_cleared_away_at_the_next_start() {
    for place in [Some(Place::file()), Place::schema()].into_iter().flatten() {
        let (folder, address) = (place.folder().clone(), place.address());
        let house = House::found(place);
        let objects = sow(&house);
        for object in &objects {
            approved(&house, object);
        }
        assert_eq!(house.read_as_system(verify).unwrap().findings, [], "the record holds at once");
        let mut dba = database(address.as_ref());
        assert_ne!(
            traces(&folder, dba.as_mut(), &[]),
            Vec::<String>::new(),
            "files and keys are still there"
        );
        // A start in which the list was written, but cut short, and nothing else.
        std::fs::write(house.app.keys.path(clean::LIST), "{\"erasure\":{\"id\":\"").unwrap();
        let files = house.app.files.to_path_buf();
        let again = App::new(house.app.db.clone(), house.app.clock.clone(), Chance::of_the_system(), files);
        let mode: std::fs::Permissions = std::os::unix::fs::PermissionsExt::from_mode(0o600);
        std::fs::set_permissions(again.keys.path(clean::LIST), mode).unwrap();
        assert_eq!(finished(&again), 3);
        assert_eq!(traces(&folder, dba.as_mut(), &[]), Vec::<String>::new());
        assert_eq!(clean::list(&again.keys).unwrap().len(), 3);
        assert_eq!(clean::finish(&again).unwrap(), 0);
    }
}
